"""Act: a claimed customer is told the time, and what is due is carried out, in order."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

import attrs

from cxjourney.channels.hooks import Registered
from cxjourney.channels.outcome import HookOutcome, Sent, Unknown
from cxjourney.dispatch.deciding import (
    called_since,
    called_soon,
    choose,
    context,
    hook_for,
    left_undone,
    ruled,
    why_moot,
)
from cxjourney.dispatch.desk import UnitOfWork
from cxjourney.dispatch.recording import now, open_unit, plan, reached, tell, write
from cxjourney.dispatch.requests import Flow, act
from cxjourney.dispatch.settings import OnUnknown, Settings
from cxjourney.dispatch.settling import CRASHED, settled
from cxjourney.errors import SequenceError
from cxjourney.journal.records import Attempt, Claim, OutboxItem, State

__all__: list[str] = []

NO_HOOK = "no_hook"


@attrs.define
class Tally:
    """What was done for a customer.

    Attributes:
        handled: how many intents stand in which state after they were handled.
        planned: how many intents were planned because the clock called for them, or what was sent.
    """

    handled: Counter[State] = attrs.field(factory=Counter)
    planned: int = 0


def attend(settings: Settings, claim: Claim) -> Flow[Tally]:
    """Do all that is due for a claimed customer.

    Whoever loses the claim meanwhile stops, but for the outcome of a hook that was called already:
    that is written in any case.
    """
    tally = Tally()
    while True:
        unit = yield from open_unit(settings, claim.customer)
        try:
            if unit.claim == claim.number:
                yield from _tidy(unit, tally)
                while unit.claim == claim.number:
                    moment = now(settings)
                    item = unit.next_due(moment)
                    if item is None:
                        break
                    unit = yield from _handle(unit, item, moment, tally)
        except SequenceError:
            continue
        return tally


def _tidy(unit: UnitOfWork, tally: Tally) -> Flow[None]:
    """Settle what a crash left behind, tell the journeys the time, and plan what that calls for."""
    started = [one for one in unit.outbox if one.state is State.STARTED]
    crashed = [_crashed(unit, item).state for item in started]
    planned: list[OutboxItem] = []
    for engagement in unit.waking(now(unit.settings)):
        planned += yield from _wake(unit, engagement)
    if unit.changed:
        yield from write(unit)
    tally.planned += len(planned)
    tally.handled.update(crashed)


def _wake(unit: UnitOfWork, engagement: str) -> Flow[tuple[OutboxItem, ...]]:
    """Tell a journey the time, and plan what that calls for."""
    moment, before = now(unit.settings), unit.history(engagement)
    unit.advance(engagement, moment)
    calls, _ = called_since(unit, engagement, before)
    return (yield from plan(unit, [*calls, *called_soon(unit, engagement, moment)]))


def _crashed(unit: UnitOfWork, item: OutboxItem) -> OutboxItem:
    """Settle an attempt of which nobody knows how it ended: its dispatcher was cut off."""
    registered = hook_for(unit, item, item.channel)
    return _settle(unit, item, Unknown(CRASHED), registered)


def _settle(
    unit: UnitOfWork,
    item: OutboxItem,
    outcome: HookOutcome,
    registered: Registered[object] | None,
) -> OutboxItem:
    moment = now(unit.settings)
    idempotent = registered is not None and registered.idempotent
    again = idempotent or unit.settings.on_unknown is OnUnknown.RETRY
    after = settled(item, outcome, moment, unit.settings.backoff, again=again)
    unit.put(after, _attempt(item, outcome, moment))
    return after


def _attempt(item: OutboxItem, outcome: HookOutcome, moment: datetime) -> Attempt:
    return Attempt(item.key, item.attempts, item.channel, moment, outcome)


def _handle(unit: UnitOfWork, item: OutboxItem, moment: datetime, tally: Tally) -> Flow[UnitOfWork]:
    """Ask the policy once more, then act; return the unit of work as it is to go on with.

    All of it is decided as of one moment, even should the clock be set back meanwhile.
    """
    counted = yield from reached(unit, [item.intent])
    reason = why_moot(unit, item.intent, moment)
    if reason is not None:
        after = left_undone(item, State.SKIPPED, reason, moment)
        registered = None
    else:
        after, registered = _ruled(unit, item, moment, counted)
    if registered is None:
        unit.put(after)
        yield from write(unit)
        tally.handled[after.state] += 1
        return unit
    return (yield from _act(unit, after, registered, moment, tally))


def _ruled(
    unit: UnitOfWork, item: OutboxItem, moment: datetime, counted: Mapping[str, int]
) -> tuple[OutboxItem, Registered[object] | None]:
    """Return an intent as the policy leaves it, and the hook where one is to be called.

    One that may have reached the customer already is tried again through the same channel only.
    """
    intent = item.intent
    first = intent.channels.index(item.channel)
    left = intent.channels[first:] if item.unsure_at is None else (item.channel,)
    hooks = {channel: hook_for(unit, item, channel) for channel in left}
    able = [channel for channel in left if hooks[channel] is not None]
    chosen = choose(unit, intent, able or left, moment, counted)
    after = ruled(unit, item, chosen, moment)
    if not chosen.ruling.passes:
        return after, None
    registered = hooks[chosen.channel]
    if registered is None:
        return left_undone(after, State.FAILED, NO_HOOK, moment), None
    return after, registered


def _act(
    unit: UnitOfWork,
    item: OutboxItem,
    registered: Registered[object],
    moment: datetime,
    tally: Tally,
) -> Flow[UnitOfWork]:
    """Write that the hook is about to be called, call it, and write what came of it."""
    lease = moment + unit.settings.lease + (registered.timeout or timedelta())
    started = attrs.evolve(
        item, state=State.STARTED, attempts=item.attempts + 1, next_at=lease, reason=""
    )
    unit.put(started)
    unit.hold_until(lease)
    yield from write(unit)
    outcome = yield from act(registered, context(unit, started, registered, moment))
    return (yield from _close(unit, started, outcome, registered, tally))


def _close(
    unit: UnitOfWork,
    started: OutboxItem,
    outcome: HookOutcome,
    registered: Registered[object],
    tally: Tally,
) -> Flow[UnitOfWork]:
    """Write what came of an attempt, however often somebody else writes in between.

    Where others settled the intent meanwhile, or tried again, the outcome is only kept on record.
    """
    while True:
        found = unit.item(started.key)
        if found is None or found.intent != started.intent:
            return unit  # erased; somebody new may have come under the same id
        done = Tally()
        if _is_open(found, started):
            after = _settle(unit, started, outcome, registered)
            done.handled[after.state] += 1
            if isinstance(outcome, Sent):
                done.planned = yield from tell(unit, after)
        else:
            unit.put(found, _attempt(started, outcome, now(unit.settings)))
        try:
            yield from write(unit)
        except SequenceError:
            unit = yield from open_unit(unit.settings, unit.customer)
        else:
            tally.handled.update(done.handled)
            tally.planned += done.planned
            return unit


def _is_open(found: OutboxItem, started: OutboxItem) -> bool:
    """Say whether an attempt's outcome is still missing: nobody tried again, or settled it."""
    waits = found.state in {State.STARTED, State.UNKNOWN}
    return waits and found.attempts == started.attempts
