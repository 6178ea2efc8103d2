"""Decide and commit: an event is folded in, what it calls for is planned, and both are written."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from cxjourney.channels import Intent
from cxjourney.dispatch import _deciding as deciding
from cxjourney.dispatch._deciding import called_since
from cxjourney.dispatch._driving import Flow, audience, commit, read
from cxjourney.dispatch._settings import Recorded, Settings
from cxjourney.dispatch._unit import UnitOfWork
from cxjourney.dispatch.journal import OutboxItem
from cxjourney.errors import MalformedEventError, SequenceError
from cxjourney.journey import Journey
from cxjourney.vocabulary import Event, EventKind
from cxjourney.vocabulary._checks import check_time, describe

Result = TypeVar("Result")

TRIES = 100
"""How often an event is decided anew because somebody else wrote in between."""


def open_unit(settings: Settings, customer: str) -> Flow[UnitOfWork]:
    """Read a customer's record and open it for work."""
    kept = yield from read(customer)
    return UnitOfWork(kept, settings)


def write(unit: UnitOfWork) -> Flow[None]:
    """Write what was decided.

    Raises:
        SequenceError: when somebody wrote in between.
    """
    yield from commit(unit.as_commit())
    unit.written()


def insist(
    decide: Callable[[], Flow[tuple[UnitOfWork, Result]]], tries: int = TRIES
) -> Flow[Result]:
    """Decide and write; decide anew as often as somebody else writes in between.

    Raises:
        SequenceError: when others write all the time.
    """
    while True:
        unit, result = yield from decide()
        if not unit.changed:
            return result
        tries -= 1
        try:
            yield from write(unit)
        except SequenceError:
            if not tries:
                raise
        else:
            return result


def plan(unit: UnitOfWork, intents: Iterable[Intent]) -> Flow[tuple[OutboxItem, ...]]:
    """Decide what was called for and was not decided before."""
    new = deciding.undecided(unit, intents)
    counted = yield from reached(unit, new)
    return deciding.plan(unit, new, now(unit.settings), counted)


def reached(unit: UnitOfWork, intents: Iterable[Intent]) -> Flow[dict[str, int]]:
    """Ask for how many customers the texts of intents were meant so far."""
    limit = unit.settings.policy.limits.largest_audience + 1
    return (yield from audience(deciding.digests(unit, intents), limit))


def now(settings: Settings) -> datetime:
    """Return the time.

    Raises:
        NaiveTimeError: when the clock gives a time without a zone.
    """
    return check_time(settings.clock(), "clock.now")


def record(
    settings: Settings, customer: str, engagement: str, event: Event, expected: int | None
) -> Flow[Recorded]:
    """Record an event and plan what it calls for, both in one commit.

    Raises:
        MalformedEventError: when it is no Event, or an id is not of its form.
        SequenceError: when the customer's record is not at the expected revision.
    """
    # It refuses ids that are not of their form.
    Journey(customer, engagement, chart=settings.playbook.chart)
    if not isinstance(event, Event):
        raise MalformedEventError("record.event", describe(event), "an Event")

    def decide() -> Flow[tuple[UnitOfWork, Recorded]]:
        unit = yield from open_unit(settings, customer)
        if expected is not None and expected != unit.revision:
            raise SequenceError(expected, unit.revision)
        return unit, (yield from _decide(unit, engagement, event))

    return (yield from insist(decide, TRIES if expected is None else 1))


def _decide(unit: UnitOfWork, engagement: str, event: Event) -> Flow[Recorded]:
    if event.kind is EventKind.ERASED:
        return Recorded(unit.erase(engagement, event))
    before = unit.history(engagement)
    step = unit.record(engagement, event)
    calls, gone = called_since(unit, engagement, before)
    planned = yield from plan(unit, calls)
    if planned:
        unit.name_planned(engagement, planned)
    return Recorded(step, planned, tuple([one for one in unit.outbox if one.intent.key in gone]))


def tell(unit: UnitOfWork, item: OutboxItem) -> Flow[int]:
    """Tell the journey that an intent was sent, if its play says so, and plan what that calls for.

    Returns:
        how many intents were planned.
    """
    news = unit.news_of(item, now(unit.settings))
    if news is None:
        return 0
    recorded = yield from _decide(unit, item.intent.engagement, news)
    return len(recorded.planned)


def erase(settings: Settings, customer: str, at: datetime) -> Flow[int]:
    """Erase all of a customer's journeys; return how many there were.

    Raises:
        SequenceError: when others write all the time.
    """

    def decide() -> Flow[tuple[UnitOfWork, int]]:
        unit = yield from open_unit(settings, customer)
        engagements = sorted(unit.journeys)
        for engagement in engagements:
            unit.erase(engagement, Event(EventKind.ERASED, at, f"erased:{at.isoformat()}"))
        return unit, len(engagements)

    return (yield from insist(decide))
