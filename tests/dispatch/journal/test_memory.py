"""The journal in memory: what it refuses, and that threads may share it."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import attrs
import pytest

from cxjourney import DecodeError
from cxjourney.dispatch.journal import Commit, JourneyRecord, MemoryJournal, Stretch
from cxjourney.errors import JournalError
from tests.dispatch.journal.records import (
    a_duty,
    a_journey,
    an_attempt,
    an_intent,
    at,
    left_of,
    write,
)
from tests.dispatch.stores import Empty

MARKER = "Mari.Maasikas"
TWICE = "the same one twice"
REFUSED = {
    "no id": (Commit("", 0), "customer", "of 0 characters"),
    "long id": (Commit("x" * 201, 0), "customer", "of 201 characters"),
    "somebody else": (
        Commit(MARKER, 0, outbox=(an_intent("leo"),)),
        "outbox",
        "an intent for somebody else",
    ),
    "journey twice": (Commit(MARKER, 0, journeys=(a_journey(MARKER),) * 2), "journeys", TWICE),
    "intent twice": (Commit(MARKER, 0, outbox=(an_intent(MARKER),) * 2), "outbox", TWICE),
    "number twice": (
        Commit(MARKER, 0, outbox=(an_intent(MARKER), an_intent(MARKER, engagement="car"))),
        "outbox",
        "",
    ),
    "reopened and not written": (
        Commit(MARKER, 0, reopened=frozenset({"k"})),
        "reopened",
        "the key of an intent",
    ),
    "owed to somebody else": (
        Commit(MARKER, 0, journeys=(a_journey(MARKER),), owed=(a_duty("leo"),)),
        "owed",
        "a duty to somebody else",
    ),
    "owed on no journey": (Commit(MARKER, 0, owed=(a_duty(MARKER),)), "owed", "a duty to"),
    "owed twice": (
        Commit(MARKER, 0, journeys=(a_journey(MARKER),), owed=(a_duty(MARKER),) * 2),
        "owed",
        TWICE,
    ),
    "attempt of nothing": (Commit(MARKER, 0, attempts=(an_attempt(an_intent(MARKER)),)), "", ""),
}
"""Entries that no journal takes, the part at fault, and what is said of it."""


def test_a_commit_that_contradicts_itself_is_refused(empty: Empty) -> None:
    """The part at fault is named, never a customer, and nothing is written."""
    journal = empty()
    for commit, field, found in REFUSED.values():
        with pytest.raises(
            JournalError, match=rf"^Commit\.{field}.*: {found}.*; expected "
        ) as refused:
            journal.commit(commit)
        assert MARKER not in str(refused.value)
        assert tuple(journal.customers()) == ()


def test_an_event_with_the_id_of_another_is_refused(empty: Empty) -> None:
    """Be the other kept already or come with it; of another journey it may have it."""
    journal, kept = empty(), a_journey(MARKER, "car", 2)
    write(journal, MARKER, journeys=(kept, a_journey(MARKER, "house", 2)))
    before = journal.read(MARKER)
    events = a_journey(MARKER, "car", 4).data["events"]
    for ids in (("e1", "e4"), ("e3", "e3")):
        new = [{**event, "id": id} for event, id in zip(events[2:], ids, strict=True)]
        twice = attrs.evolve(kept, data={**kept.data, "events": [*events[:2], *new]})
        with pytest.raises(JournalError, match=r"at odds|the id of another") as refused:
            journal.commit(Commit(MARKER, 1, journeys=(twice,)))
        assert MARKER not in str(refused.value)
        assert journal.read(MARKER) == before


def test_what_is_no_plain_data_is_refused(empty: Empty) -> None:
    """Data that JSON cannot hold is refused before anything is written."""
    journal, odd = empty(), JourneyRecord("", {"events": [], "at": at(1)})
    with pytest.raises(DecodeError):
        journal.commit(Commit(MARKER, 0, journeys=(odd,)))
    assert tuple(journal.customers()) == ()


def test_threads_share_it() -> None:
    """Threads that write and claim at once lose nothing and get nobody twice."""
    journal = MemoryJournal()

    def work(thread: int) -> list[str]:
        names = [f"{thread}.{number}" for number in range(50)]
        for name in names:
            write(journal, name, attention_at=at(1), journeys=(a_journey(name),))
        claims = [journal.claim(at(2), at(3), 7) for _ in range(30)]
        return [one.customer for some in claims for one in some]

    with ThreadPoolExecutor(4) as executor:
        claimed = Counter(one for some in executor.map(work, range(4)) for one in some)
    rest = [one.customer for one in journal.claim(at(2), at(3), 999)]
    assert claimed + Counter(rest) == Counter(journal.customers(limit=999))
    assert len(claimed + Counter(rest)) == 200


def test_events_are_counted_not_shown() -> None:
    """What is read since a checkpoint says how many events it has, and none of their words."""
    assert repr(Stretch(2, None, ({"note": MARKER},))) == "<Stretch of 1 events>"


def test_nothing_of_the_forgotten_stays_in_memory() -> None:
    """The journal keeps no id of a customer all of whose journeys were erased."""
    journal = MemoryJournal()
    for customer in (MARKER, "leo"):
        intents = (an_intent(customer), an_intent(customer, 2))
        called = (an_attempt(intents[0]),)
        write(journal, customer, attention_at=at(1), journeys=(a_journey(customer),))
        write(journal, customer, attention_at=at(2), outbox=intents, attempts=called)
    write(journal, MARKER, attention_at=at(1), erased={"": left_of(MARKER)})
    kept = repr([value for name, value in vars(journal).items() if name != "_lock"])
    assert MARKER not in kept
    assert "leo" in kept
    assert [one.customer for one in journal.claim(at(2), at(3), 9)] == ["leo"]
