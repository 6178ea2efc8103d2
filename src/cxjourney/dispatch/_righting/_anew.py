"""What an event that came late, or was retracted, makes of the intents that were planned before."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from operator import attrgetter

import attrs

from cxjourney.channels import Intent
from cxjourney.dispatch._driving import Flow, find
from cxjourney.dispatch._judging._judge import why_moot
from cxjourney.dispatch._running._trouble import or_left
from cxjourney.dispatch._settings import Recorded, now
from cxjourney.dispatch._unit import UnitOfWork
from cxjourney.dispatch.journal import OutboxItem, State
from cxjourney.journey import Step
from cxjourney.journey._open import names_event
from cxjourney.playbook._planning import Moot, owed_for
from cxjourney.vocabulary import Event

Plan = Callable[[UnitOfWork, Iterable[Intent]], Flow[tuple[OutboxItem, ...]]]
"""Decides intents that were not decided before."""
Leave = Callable[[UnitOfWork, str, Step, Exception], None]
"""Leaves what a step calls for to the next run."""
Meet = Callable[[UnitOfWork], Flow[None]]
"""Tells journeys what was met in another engagement."""
PASSED = frozenset(
    one.value for one in (Moot.NOT_OWED, Moot.PLACE_LEFT, Moot.CYCLE_OVER, Moot.LOST)
)
"""Why an intent is left undone by what its journey says, which another event may change."""
CALLED_OFF = frozenset({State.PLANNED, State.WAITING, State.FAILED})
"""Where intents stand that can still be called off."""


def item_of(unit: UnitOfWork, key: str) -> Flow[OutboxItem | None]:
    """Return an intent of the customer's, be it open or closed, or None.

    Whoever changes it meanwhile raises the revision, so it is as of the unit's, or is not written.
    """
    if unit.item(key) is None and not unit.whole:
        found = yield from find(key)
        if found is not None and found.intent.customer == unit.customer:
            unit.take(found)
    return unit.item(key)


@attrs.frozen
class Before:
    """What a journey called for before an event changed its past, or why nobody can tell.

    Attributes:
        calls: the intents that it called for, by key; None where nobody can tell.
        moot: the keys of those that were no longer to be sent.
        trouble: why nobody can tell.
    """

    calls: Mapping[str, Intent] | None
    moot: frozenset[str]
    trouble: Exception | None

    @classmethod
    def of(cls, unit: UnitOfWork, engagement: str) -> "Before":
        """Return what a journey calls for."""
        try:
            calls = unit.all_calls(engagement)
            return cls(calls, frozenset(_moot_of(unit, calls)), None)
        except Exception as error:  # noqa: BLE001 - it is raised again once the event is recorded
            return cls(None, frozenset(), error)

    def known(self) -> Mapping[str, Intent]:
        """Return what was called for.

        Raises:
            Exception: what the profiles, or a rule of the user's, raised.
        """
        if self.calls is None:
            assert self.trouble is not None  # noqa: S101 - one of the two
            raise self.trouble
        return self.calls


def decide_late(
    unit: UnitOfWork, engagement: str, event: Event, plan: Plan, leave: Leave, meet: Meet | None
) -> Flow[Recorded]:
    """Record an event that comes late: what came after it may call for other than it did."""
    before = Before.of(unit, engagement)
    step = unit.record(engagement, event)
    unit.put_in(engagement, event, step.seq)
    if meet is not None:
        yield from meet(unit)
    planning = _plan_late(unit, engagement, before, plan)
    found, failed = yield from or_left(planning, partial(leave, unit, engagement, step))
    planned, dropped = found or ((), ())
    return Recorded(step, planned, dropped, unplanned=failed)


def _plan_late(
    unit: UnitOfWork, engagement: str, before: Before, plan: Plan
) -> Flow[tuple[tuple[OutboxItem, ...], tuple[OutboxItem, ...]]]:
    """Plan what a late event calls for; return that, and what nothing calls for any more."""
    calls, after = before.known(), unit.all_calls(engagement)
    planned = yield from plan(unit, [one for key, one in after.items() if key not in calls])
    planned += yield from _taken_up(unit, before, after)
    if planned:
        unit.name_planned(engagement, planned)
    dropped: list[OutboxItem] = []
    for key in (one for one in calls if one not in after):
        item = yield from item_of(unit, key)
        if item is not None:
            dropped.append(item)
    return planned, tuple(sorted(dropped, key=attrgetter("number")))


def _moot_of(unit: UnitOfWork, calls: Mapping[str, Intent]) -> Iterator[str]:
    """Yield the keys of the intents that are not to be sent any more."""
    moment = now(unit.settings)
    return (key for key, one in calls.items() if why_moot(unit, one, moment) is not None)


def _taken_up(
    unit: UnitOfWork, before: Before, after: Mapping[str, Intent]
) -> Flow[tuple[OutboxItem, ...]]:
    """Plan again what was left undone for what turns out not to be so, such as an answer."""
    again = before.moot - {*_moot_of(unit, after)}
    found: list[OutboxItem] = []
    for key, intent in after.items():
        one = (yield from item_of(unit, key)) if key in again else None
        if one is not None and one.state is State.SKIPPED and one.reason in PASSED:
            planned = attrs.evolve(one, state=State.PLANNED, channel=intent.channels[0], reason="")
            at = max(now(unit.settings), intent.not_before)
            found.append(attrs.evolve(planned, next_at=at, settled_at=None))
            unit.put(found[-1])
    return tuple(found)


def decide_retraction(
    unit: UnitOfWork, engagement: str, event: Event, plan: Plan, leave: Leave, meet: Meet
) -> Flow[Recorded]:
    """Record that an event is taken back; the unit of work is loaded whole.

    What nothing calls for any more is called off, unless it was sent: that is told.
    """
    before = Before.of(unit, engagement)
    ahead = unit.come_before(engagement, names_event(event))
    if ahead is not None:
        unit.record(engagement, ahead)
    step = unit.record(engagement, event)
    unit.follow_anew(engagement)
    yield from meet(unit)
    planning = _plan_late(unit, engagement, before, plan)
    found, failed = yield from or_left(planning, partial(leave, unit, engagement, step))
    planned, dropped = found or ((), ())
    told = {one.key: one for one in (*dropped, *_groundless(unit, engagement, names_event(event)))}
    for key, one in told.items():
        if one.state in CALLED_OFF:
            told[key] = _called_off(unit, one)
    listed = tuple(sorted(told.values(), key=attrgetter("number")))
    return Recorded(step, planned, listed, unplanned=failed)


def _groundless(unit: UnitOfWork, engagement: str, event: str) -> Iterator[OutboxItem]:
    """Yield the intents for what an event had opened, which is not owed any more."""
    journey = unit.journey(engagement)
    for one in unit.outbox:
        intent = one.intent
        caused = (intent.engagement, intent.cause) == (engagement, event)
        if caused and intent.obligation is not None and owed_for(intent, journey) is None:
            yield one


def _called_off(unit: UnitOfWork, item: OutboxItem) -> OutboxItem:
    """Call an intent off; where it may have reached the customer, that stays unknown."""
    state = State.SKIPPED if item.unsure_at is None else State.UNKNOWN
    moment = now(unit.settings)
    reason = Moot.RETRACTED.value
    after = attrs.evolve(item, state=state, reason=reason, next_at=None, settled_at=moment)
    unit.put(after)
    return after
