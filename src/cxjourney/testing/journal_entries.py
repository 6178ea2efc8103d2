"""What the tests of journals write: real journeys, intents and outcomes, small and alike."""

from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from cxjourney.channels.intent import Intent
from cxjourney.channels.outcome import Sent
from cxjourney.channels.policy.verdict import Ruling, Verdict
from cxjourney.contact import Channel, Purpose
from cxjourney.journal.protocol import Journal
from cxjourney.journal.records import (
    Attempt,
    Entry,
    JourneyRecord,
    Outboxed,
    Remains,
    State,
    StepRecord,
)
from cxjourney.journey import Journey
from cxjourney.phases import Phase

__all__ = [
    "BEGIN",
    "ODD_IDS",
    "Contract",
    "a_journey",
    "an_attempt",
    "an_intent",
    "at",
    "left_of",
    "write",
]

BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
ODD_IDS = (
    "",
    "a",
    "a\x00",
    "a\x00b",
    "a\x01",
    "a\x02",
    "ä",
    "\ud7ff",
    "\ud800",
    "\udfff",
    "\ue000",
    "\U0001f600",
)
"""Ids that databases find hard, sorted by code point; the first is for engagements alone."""


class Contract(ABC):
    """Tests that need an empty journal each."""

    @abstractmethod
    def make_journal(self) -> Journal:
        """Return an empty journal; whoever tests one of their own says how."""


def at(hours: float) -> datetime:
    """Return the time so many hours after the beginning."""
    return BEGIN + timedelta(hours=hours)


@lru_cache(maxsize=1024)
def _journey(customer: str, engagement: str, events: int, word: str) -> Journey:
    journey = Journey(customer, engagement)
    for number in range(1, events + 1):
        journey.contacted(at=at(number), id=f"{word}{number}", source=f"{word}\x00\ud800{customer}")
    return journey


def a_journey(
    customer: str, engagement: str = "", events: int = 1, word: str = "e", steps: int | None = None
) -> JourneyRecord:
    """Return the record of a journey with some events, and a step for each or the first."""
    known = events if steps is None else steps
    told = tuple(
        StepRecord(number, "MOVED", ("T01",), "ASSESS", (f"1:goal:{word}{number}",), (), ("k",))
        for number in range(1, known + 1)
    )
    data: dict[str, Any] = _journey(customer, engagement, events, word).to_dict()
    return JourneyRecord(engagement, data, told, at(events))


def an_intent(
    customer: str,
    number: int = 1,
    engagement: str = "",
    state: State = State.PLANNED,
    digest: str | None = "d1",
) -> Outboxed:
    """Return an intent in the outbox, with something in each of its fields."""
    intent = Intent(
        customer=customer,
        engagement=engagement,
        play="welcome",
        occurrence=f"1:AFFIRM:{number}",
        cause=f"e{number}",
        cycle=1,
        purpose=Purpose.AFFIRM,
        channels=(Channel.POST, Channel.EMAIL),
        planned_at=at(number),
        not_before=at(number + 1),
        content="hello",
        due=at(number + 2),
        lapses_at=at(number + 3),
        obligation="1:affirm:e1",
        place=Phase.AFFIRM,
        wish="seats",
        tells="touched",
    )
    verdict = Verdict("X02", Ruling.DEFER, "quiet", "default", at(9))
    return Outboxed(
        intent,
        number,
        Channel.EMAIL,
        state,
        at(number) if state.waits else None,
        attempts=number,
        failures=1,
        digest=digest,
        reason="quiet",
        settled_at=None if state.waits else at(number),
        said=((Channel.POST, verdict),),
    )


def an_attempt(one: Outboxed, number: int = 1, receipt: str = "r") -> Attempt:
    """Return an outcome of a call of a hook for an intent."""
    return Attempt(one.key, number, one.channel, at(number), Sent(receipt, "noted\x00"))


def left_of(customer: str, engagement: str = "", events: int = 1) -> Remains:
    """Return what is left of such a journey once it was erased."""
    journey = _journey(customer, engagement, events, "e").__copy__()
    journey.erase(at=at(events + 1))
    return Remains(journey.to_dict(), {"EMAIL AFFIRM SENT": events})


def write(journal: Journal, customer: str, **fields: Any) -> int:  # noqa: ANN401 - the fields of an Entry
    """Commit an entry at the present revision, and return the revision after it."""
    revision = journal.read(customer).revision
    journal.commit(Entry(customer, revision, **fields))
    return revision + 1
