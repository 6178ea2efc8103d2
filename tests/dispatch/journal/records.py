"""Samples of what a journal keeps, for the tests of journals."""

from datetime import UTC, datetime, timedelta
from typing import Any

from cxjourney.channels import Intent, Sent
from cxjourney.channels.policy import Ruling, Verdict
from cxjourney.dispatch.journal import (
    Attempt,
    Commit,
    Erasure,
    Journal,
    JourneyRecord,
    OutboxItem,
    State,
    StepRecord,
    Tombstone,
)
from cxjourney.journey import Journey
from cxjourney.vocabulary import Channel, Phase, Purpose


def at(hours: float) -> datetime:
    """Return the time so many hours after the beginning."""
    return datetime(2026, 1, 5, 9, tzinfo=UTC) + timedelta(hours=hours)


def lived(customer: str, engagement: str, events: int) -> Journey:
    """Return a journey on which so many contacts happened."""
    journey = Journey(customer, engagement)
    for number in range(1, events + 1):
        journey.contacted(at=at(number), id=f"e{number}", source=f"\x00\ud800{customer}")
    return journey


def a_journey(customer: str, engagement: str = "", events: int = 1) -> JourneyRecord:
    """Return the record of a journey with some events, and a step for each."""
    told = tuple(
        StepRecord(number, "MOVED", ("T01",), "ASSESS", (f"1:goal:e{number}",), (), ("k",))
        for number in range(1, events + 1)
    )
    return JourneyRecord(
        engagement, lived(customer, engagement, events).to_dict(), told, at(events)
    )


def an_intent(
    customer: str, number: int = 1, engagement: str = "", state: State = State.PLANNED
) -> OutboxItem:
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
        expires=at(number + 3),
        obligation="1:affirm:e1",
        place=Phase.AFFIRM,
        wish="seats",
        tells="touched",
    )
    verdict = Verdict("X02", Ruling.DEFER, "quiet", "default", at(9))
    return OutboxItem(
        intent,
        number,
        Channel.EMAIL,
        state,
        at(number) if state.waits else None,
        attempts=number,
        failures=1,
        digest="d1",
        reason="quiet",
        settled_at=None if state.waits else at(number),
        said=((Channel.POST, verdict),),
        playbook=("tests", 1),
        policy=("careful", 2),
        chart=("eight_phases", 1),
        approved_by=("bob", "eve"),
    )


def an_attempt(one: OutboxItem, receipt: str = "r") -> Attempt:
    """Return an outcome of a call of a hook for an intent."""
    return Attempt(one.key, 1, one.channel, at(1), Sent(receipt, "noted\x00"), "eve")


def left_of(customer: str, engagement: str = "") -> Tombstone:
    """Return what is left of such a journey once it was erased."""
    journey = lived(customer, engagement, 1)
    journey.erase(at=at(2))
    return Tombstone(journey.to_dict(), {"EMAIL AFFIRM SENT": 1}, "eve")


def write(journal: Journal, customer: str, **fields: Any) -> None:
    """Write a commit at the present revision."""
    revision = journal.bare(customer).revision
    if fields.get("erased"):
        fields.setdefault("erasure", Erasure(at(9), revision + 1))
    journal.commit(Commit(customer, revision, **fields))
