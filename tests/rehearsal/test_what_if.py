"""What would we have sent: real households, replayed through a playbook that they never saw."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from cxjourney.channels import Profile
from cxjourney.channels.policy import Limits, Policy
from cxjourney.errors import InvalidError, NaiveTimeError, UnknownKindError
from cxjourney.playbook import standard_playbook
from cxjourney.rehearsal import Cue, LineKind, Person, Rehearsal, rehearse, what_if
from cxjourney.replay import LogBook, read_log, read_mapping, walk_journeys
from cxjourney.vocabulary import Channel, Event, EventKind, Nature, Phase, Purpose
from tests.rehearsal.books import BOOK, START, consents, person, too_many, withdrawn

K = EventKind
MAPPING = read_mapping("examples/households.toml")
END = datetime(2017, 2, 20, tzinfo=UTC)
HOUSEHOLDS = 16
QUIT = END - timedelta(days=36)


@cache
def lived() -> dict[tuple[str, str], Sequence[Event]]:
    """Return what happened to the households."""
    booked = LogBook.of(read_log("examples/households_2017_first160.csv", MAPPING), END)
    return dict(list(booked.events.items())[:HOUSEHOLDS])


def quitters() -> list[str]:
    """Return every third household: made to withdraw consent to e-mail and video, as none did."""
    return sorted(customer for customer, _ in lived())[::3]


def buyer(customer: str, day: int) -> Person:
    """Return somebody who buys on a day."""
    return person(customer, Cue(day, K.PURCHASED))


def log() -> list[tuple[str, str, Event]]:
    """Return what happened to the households, and the withdrawals."""
    happened = [(*journey, event) for journey, events in lived().items() for event in events]
    for customer in quitters():
        for cue in consents(Channel.EMAIL, Channel.VIDEO, purposes=Purpose):
            about = "-".join(str(value) for value in cue.payload.values())
            event = Event(K.CONSENT_WITHDRAWN, QUIT, about, cue.payload)
            happened.append((customer, "", event))
    return happened


@cache
def households() -> Rehearsal:
    """Return what the standard playbook would have sent to the households."""
    return what_if(
        log(),
        standard_playbook(chart=MAPPING.chart),
        as_of=END,
        policy=Policy(Limits(service=frozenset(Purpose))),
    )


@pytest.mark.no_cover
def test_nothing_is_sent_after_withdrawal() -> None:
    """By a count of its own: who withdrew consent gets nothing more on that channel."""
    sent = households().sent
    assert withdrawn(log(), sent, needed=False) == []
    kept = [line for line in sent if line.channel in {Channel.EMAIL, Channel.VIDEO}]
    before = {line.customer for line in kept if line.at < QUIT}
    after = {line.customer for line in kept if line.at >= QUIT}
    assert before & set(quitters())
    assert after
    assert not after & set(quitters())


@pytest.mark.no_cover
def test_caps_hold_for_real_households() -> None:
    """By a count of its own: nobody gets more a day and week than the caps allow."""
    assert too_many(households().sent, {}) == []
    assert len(households().of_kind(LineKind.DEFERRED)) > HOUSEHOLDS


@pytest.mark.no_cover
def test_counts_are_those_of_the_journeys() -> None:
    """Each purchase that begins a cycle is affirmed once, each entry to ADOPT confirmed once.

    So says a replay of the same log that knows nothing of playbooks.
    """
    opened: dict[str, int] = {"affirm_decision": 0, "confirm_loyalty": 0}
    for walk in walk_journeys(lived(), MAPPING.chart, END):
        for step in walk.steps:
            for owed in step.opened:
                if owed.rule in opened:
                    opened[owed.rule] += 1
    called = {
        play: {line.key for line in households().lines if line.play == play} for play in opened
    }
    assert {play: len(keys) for play, keys in called.items()} == opened
    assert opened["affirm_decision"] >= HOUSEHOLDS * 0.9
    assert households().start == min(event.at for _, _, event in log())
    assert households().end == END
    assert len(households().journeys) == len(lived())
    assert sum(line.place is Phase.ADVOCATE for line in households().lines) == 0


def test_a_log_of_a_rehearsal_gives_the_rehearsal() -> None:
    """What people do, given as a log in any order, gives what their rehearsal gave."""
    walked = [buyer("anne", 3), buyer("bert", 5)]
    events = [(one.customer, "", event) for one in walked for event in one.events(START)]
    asked = what_if(
        reversed(events), BOOK, as_of=START + timedelta(days=30), profiles=lambda _: Profile()
    )
    held = rehearse(BOOK, people=walked[::-1], days=30, start=START)
    assert asked == held


def test_later_events_are_left_out() -> None:
    """What happened after ``as_of`` is as if it had not; without it the last event is the end."""
    walked = buyer("anne", 3)
    events = [("anne", "", event) for event in walked.events(START)]
    early = what_if(events, BOOK, as_of=START + timedelta(days=2))
    assert early.lines == ()
    late = what_if(events, BOOK)
    assert late.end == START + timedelta(days=3)
    assert late.counts == {LineKind.SENT: 1}


def test_empty_logs_are_refused() -> None:
    """A log without an event up to the moment cannot be asked, nor one with a naive moment."""
    events = [("anne", "", event) for event in buyer("anne", 3).events(START)]
    with pytest.raises(InvalidError, match="events: none"):
        what_if([], BOOK)
    with pytest.raises(InvalidError, match="events: none"):
        what_if(events, BOOK, as_of=START - timedelta(days=1))
    with pytest.raises(NaiveTimeError):
        what_if(events, BOOK, as_of=datetime(2026, 3, 2))  # noqa: DTZ001 - it is refused


@pytest.mark.parametrize("given", ["abc", ("c", ""), ("c", "", "asked"), None])
def test_logs_of_another_form_are_refused(given: Any) -> None:
    """Each entry is a customer, an engagement and an event; anything else is told by its type."""
    with pytest.raises(InvalidError, match=r"events: .*; expected customers"):
        what_if([given], BOOK)


def test_unknown_kinds_are_refused() -> None:
    """An event of a kind that the chart does not know is no reason to guess."""
    kind = EventKind("parcel_lost", Nature.COMPANY, 200)
    with pytest.raises(UnknownKindError):
        what_if([("anne", "", Event(kind, START, "1"))], BOOK)


def test_erasure_before_anything_is_no_trouble() -> None:
    """A log may begin with an erasure; the customer is then simply not there."""
    walked = buyer("bert", 1)
    events = [("anne", "", Event(K.ERASED, START, "1"))]
    events += [("bert", "", event) for event in walked.events(START)]
    assert what_if(events, BOOK).counts == {LineKind.SENT: 1}
