"""Two who write to one customer, in every order: one wins, the other is told, nothing is lost.

A writer has six half turns: three requests, each asked for and answered (``tests.dispatch.turns``).
"""

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from cxjourney.channels import HookContext, HookOutcome, Sent
from cxjourney.dispatch import Dispatcher, Recorded
from cxjourney.dispatch._attending import attend
from cxjourney.dispatch._recording import record
from cxjourney.dispatch.journal import Commit, Journal, MemoryJournal
from cxjourney.errors import SequenceError
from cxjourney.playbook import Opened, Play
from cxjourney.vocabulary import Channel, Event, EventKind, Purpose
from tests.dispatch.stores import Empty
from tests.dispatch.turns import Worker, interleave, orders
from tests.dispatch.world import LIBRARY, MONDAY, POLICY, hooks, playbook

K = EventKind
HALF_TURNS = 6
"""Each writer reads, asks about the audience, and commits."""
PLAYBOOK = playbook(Play("answer", Opened("answer"), Purpose.ANSWER, (Channel.EMAIL,), "welcome"))
FIRST = Event(K.CONTACTED, MONDAY, "first")


def dispatcher(journal: Journal, hook: Callable[[HookContext], HookOutcome]) -> Dispatcher:
    """Return a dispatcher that answers questions by e-mail."""
    return Dispatcher(
        journal,
        playbook=PLAYBOOK,
        policy=POLICY,
        hooks=hooks(hook),
        clock=lambda: MONDAY,
        library=LIBRARY,
    )


def sent(_: HookContext) -> HookOutcome:
    """Say that it was sent."""
    return Sent()


def question(id: str) -> Event:
    """Return a question, which calls for an intent."""
    return Event(K.ASKED, MONDAY, id, {"question": "?"})


def two_writers(journal: Journal, customer: str, expected: int | None) -> list[Worker]:
    """Return two who record a question each."""
    settings = dispatcher(journal, sent).settings
    flows = (record(settings, customer, "", question(id), expected) for id in "ab")
    return [Worker(flow, journal) for flow in flows]


def recorded(journal: Journal, customer: str) -> list[str]:
    """Return the ids of the events that the journal holds, sorted."""
    (kept,) = journal.read(customer).journeys
    return sorted(event["id"] for event in kept.data["events"])


def check_one_wins(
    journal: Journal, customer: str, seen: int, turns: tuple[bool, ...], halves: int = 1
) -> None:
    """Let two write who both saw the same revision, and check that just one did."""
    if seen:
        dispatcher(journal, sent).record(customer, "", FIRST)
    writers = two_writers(journal, customer, seen)
    interleave(writers, turns, halves=halves)
    ended = [type(writer.outcome) for writer in writers]
    assert sorted(ended, key=str) == sorted([Recorded, SequenceError], key=str)
    told = writers[ended.index(SequenceError)].outcome
    assert isinstance(told, SequenceError)
    assert (told.expected, told.actual) == (seen, seen + 1)
    winner = "ab"[ended.index(Recorded)]
    assert recorded(journal, customer) == [winner, "first"][: seen + 1]
    record = journal.read(customer)
    assert record.revision == seen + 1
    assert [one.intent.cause for one in record.outbox] == [winner]


@pytest.mark.no_cover
@pytest.mark.slow
@pytest.mark.parametrize("seen", [0, 1])
def test_of_two_who_saw_the_same_one_wins(seen: int) -> None:
    """All 924 interleavings of two writers of six steps: one winner, and the loser is told."""
    count = 0
    for turns in orders(HALF_TURNS, HALF_TURNS):
        check_one_wins(MemoryJournal(), "c", seen, turns)
        count += 1
    assert count == 924


@pytest.mark.no_cover
@pytest.mark.slow
def test_of_two_who_insist_both_are_recorded() -> None:
    """All 924 interleavings without an expected revision: both events, one intent for each."""
    for turns in orders(HALF_TURNS, HALF_TURNS):
        journal = MemoryJournal()
        writers = two_writers(journal, "c", None)
        interleave(writers, turns)
        assert all(isinstance(writer.outcome, Recorded) for writer in writers)
        check_both(journal, "c")


def check_both(journal: Journal, customer: str) -> None:
    """Check that both questions are there, and both answers are planned."""
    record = journal.read(customer)
    assert recorded(journal, customer) == ["a", "b"]
    assert sorted(one.intent.cause for one in record.outbox) == ["a", "b"]
    assert [one.number for one in record.outbox] == [1, 2]
    assert record.revision == 2


def test_every_journal_lets_one_win(empty: Empty) -> None:
    """All 20 orders in which two writers' three requests each can reach a journal."""
    journal = empty()
    for number, turns in enumerate(orders(HALF_TURNS // 2, HALF_TURNS // 2)):
        check_one_wins(journal, f"customer {number}", number % 2, turns, halves=2)
        writers = two_writers(journal, f"insistent {number}", None)
        interleave(writers, turns, halves=2)
        check_both(journal, f"insistent {number}")


@attrs.define
class Watched:
    """A journal that remembers in which order what was written."""

    journal: Journal
    written: list[str] = attrs.field(factory=list)

    def commit(self, commit: Commit) -> None:
        """As ``Journal.commit``."""
        self.journal.commit(commit)
        states = [one.state.value for one in commit.outbox]
        self.written += states or ["withdrawn"]

    def called(self, _: HookContext) -> HookOutcome:
        """Be a hook, and remember that it was called."""
        self.written.append("called")
        return Sent()

    def __getattr__(self, method: str) -> Callable[..., Any]:
        """Return any other method."""
        found: Callable[..., Any] = getattr(self.journal, method)
        return found


def test_nothing_is_sent_after_a_withdrawal(empty: Empty) -> None:
    """All 21 orders of a dispatcher at work and a withdrawal: one that came first is obeyed.

    The dispatcher reads, asks about the audience, commits STARTED, calls the hook, and commits what
    came of it; the withdrawal reads and is committed.
    """
    payload = {"channel": Channel.EMAIL, "purpose": Purpose.ANSWER}
    withdrawal = Event(K.CONSENT_WITHDRAWN, MONDAY, "withdrawn", payload)
    journal, endings = empty(), set()
    for number, turns in enumerate(orders(5, 2)):
        customer, watched = f"customer {number}", Watched(journal)
        company = dispatcher(watched, watched.called)
        company.record(customer, "", question("a"))
        (claim,) = journal.claim(MONDAY, MONDAY + company.settings.lease, 1)
        at_work = attend(company.settings, claim)
        says_no = record(company.settings, customer, "", withdrawal, None)
        interleave([Worker(at_work, watched), Worker(says_no, watched)], turns, halves=2)
        journal.release([claim])
        endings.add(tuple(watched.written))
        assert recorded(journal, customer) == ["a", "withdrawn"]
    assert endings == {
        ("planned", "withdrawn", "denied"),
        ("planned", "started", "withdrawn", "called", "sent"),
        ("planned", "started", "called", "withdrawn", "sent"),
        ("planned", "started", "called", "sent", "withdrawn"),
    }
