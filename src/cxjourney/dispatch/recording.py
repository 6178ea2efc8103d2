"""Decide and commit: an event is folded in, what it calls for is planned, and both are written."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from cxjourney.channels.intent import Intent
from cxjourney.dispatch import deciding
from cxjourney.dispatch.deciding import called
from cxjourney.dispatch.desk import Desk
from cxjourney.dispatch.report import Recorded
from cxjourney.dispatch.requests import Flow, audience, commit, read
from cxjourney.dispatch.settings import Settings
from cxjourney.errors import MalformedEventError, SequenceError
from cxjourney.events import Event, EventKind
from cxjourney.journal.records import Outboxed
from cxjourney.journey import Journey
from cxjourney.payload import check_time, describe

__all__: list[str] = []

Result = TypeVar("Result")

TRIES = 100
"""How often an event is decided anew because somebody else wrote in between."""


def open_desk(settings: Settings, customer: str) -> Flow[Desk]:
    """Read a customer's dossier and open it for work."""
    dossier = yield from read(customer)
    return Desk(dossier, settings)


def write(desk: Desk) -> Flow[None]:
    """Write what was decided.

    Raises:
        SequenceError: when somebody wrote in between.
    """
    yield from commit(desk.entry())
    desk.written()


def insist(decide: Callable[[], Flow[tuple[Desk, Result]]], tries: int = TRIES) -> Flow[Result]:
    """Decide and write; decide anew as often as somebody else writes in between.

    Raises:
        SequenceError: when others write all the time.
    """
    while True:
        desk, result = yield from decide()
        if not desk.changed:
            return result
        tries -= 1
        try:
            yield from write(desk)
        except SequenceError:
            if not tries:
                raise
        else:
            return result


def plan(desk: Desk, intents: Iterable[Intent]) -> Flow[tuple[Outboxed, ...]]:
    """Decide what was called for and was not decided before."""
    new = deciding.undecided(desk, intents)
    counted = yield from reached(desk, new)
    return deciding.plan(desk, new, now(desk.settings), counted)


def reached(desk: Desk, intents: Iterable[Intent]) -> Flow[dict[str, int]]:
    """Ask for how many customers the texts of intents were meant so far."""
    limit = desk.settings.policy.limits.largest_audience + 1
    return (yield from audience(deciding.digests(desk, intents), limit))


def now(settings: Settings) -> datetime:
    """Return the time.

    Raises:
        NaiveTimeError: when the clock gives a time without a zone.
    """
    return check_time(settings.clock(), "clock", "now")


def record(
    settings: Settings, customer: str, engagement: str, event: Event, expected: int | None
) -> Flow[Recorded]:
    """Record an event and plan what it calls for, both in one entry.

    Raises:
        MalformedEventError: when it is no Event, or an id is not of its form.
        SequenceError: when the dossier is not at the expected revision.
    """
    Journey(customer, engagement)  # refuses ids that are not of their form
    if not isinstance(event, Event):
        raise MalformedEventError("record", "event", describe(event), "an Event")

    def decide() -> Flow[tuple[Desk, Recorded]]:
        desk = yield from open_desk(settings, customer)
        if expected is not None and expected != desk.revision:
            raise SequenceError(expected, desk.revision)
        return desk, (yield from _decide(desk, engagement, event))

    return (yield from insist(decide, TRIES if expected is None else 1))


def _decide(desk: Desk, engagement: str, event: Event) -> Flow[Recorded]:
    if event.kind is EventKind.ERASED:
        return Recorded(desk.erase(engagement, event))
    before = {intent.key for intent in called(desk, engagement)}
    step = desk.record(engagement, event)
    calls = called(desk, engagement)
    planned = yield from plan(desk, [one for one in calls if one.key not in before])
    if planned:
        desk.name_planned(engagement, planned)
    gone = before - {one.key for one in calls}
    return Recorded(step, planned, tuple(one for one in desk.outbox if one.key in gone))


def tell(desk: Desk, item: Outboxed) -> Flow[int]:
    """Tell the journey that an intent was sent, if its play says so, and plan what that calls for.

    Returns:
        how many intents were planned.
    """
    news = desk.news_of(item, now(desk.settings))
    if news is None:
        return 0
    recorded = yield from _decide(desk, item.intent.engagement, news)
    return len(recorded.planned)


def erase(settings: Settings, customer: str, at: datetime) -> Flow[int]:
    """Erase all of a customer's journeys; return how many there were.

    Raises:
        SequenceError: when others write all the time.
    """

    def decide() -> Flow[tuple[Desk, int]]:
        desk = yield from open_desk(settings, customer)
        engagements = sorted(desk.journeys)
        for engagement in engagements:
            desk.erase(engagement, Event(EventKind.ERASED, at, f"erased:{at.isoformat()}"))
        return desk, len(engagements)

    return (yield from insist(decide))
