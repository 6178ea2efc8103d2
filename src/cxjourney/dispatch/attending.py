"""Act: a claimed customer is told the time, and what is due is carried out, in order."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

import attrs

from cxjourney.channels.hooks import Registered
from cxjourney.channels.outcome import HookOutcome, Sent, Unknown
from cxjourney.dispatch.deciding import (
    called,
    called_soon,
    choose,
    context,
    hook_for,
    left_undone,
    ruled,
    why_moot,
)
from cxjourney.dispatch.desk import Desk
from cxjourney.dispatch.recording import now, open_desk, plan, reached, tell, write
from cxjourney.dispatch.requests import Flow, act
from cxjourney.dispatch.settings import OnUnknown, Settings
from cxjourney.dispatch.settling import CRASHED, settled
from cxjourney.errors import SequenceError
from cxjourney.journal.records import Attempt, Claim, Outboxed, State

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
        desk = yield from open_desk(settings, claim.customer)
        try:
            if desk.claim == claim.number:
                yield from _tidy(desk, tally)
                while desk.claim == claim.number:
                    moment = now(settings)
                    item = desk.next_due(moment)
                    if item is None:
                        break
                    desk = yield from _handle(desk, item, moment, tally)
        except SequenceError:
            continue
        return tally


def _tidy(desk: Desk, tally: Tally) -> Flow[None]:
    """Settle what a crash left behind, tell the journeys the time, and plan what that calls for."""
    started = [one for one in desk.outbox if one.state is State.STARTED]
    crashed = [_crashed(desk, item).state for item in started]
    planned: list[Outboxed] = []
    for engagement in desk.waking(now(desk.settings)):
        planned += yield from _wake(desk, engagement)
    if desk.changed:
        yield from write(desk)
    tally.planned += len(planned)
    tally.handled.update(crashed)


def _wake(desk: Desk, engagement: str) -> Flow[tuple[Outboxed, ...]]:
    """Tell a journey the time, and plan what that calls for."""
    moment, before = now(desk.settings), {one.key for one in called(desk, engagement)}
    desk.advance(engagement, moment)
    calls = [one for one in called(desk, engagement) if one.key not in before]
    return (yield from plan(desk, [*calls, *called_soon(desk, engagement, moment)]))


def _crashed(desk: Desk, item: Outboxed) -> Outboxed:
    """Settle an attempt of which nobody knows how it ended: its dispatcher was cut off."""
    registered = hook_for(desk, item, item.channel)
    return _settle(desk, item, Unknown(CRASHED), registered)


def _settle(
    desk: Desk,
    item: Outboxed,
    outcome: HookOutcome,
    registered: Registered[object] | None,
) -> Outboxed:
    moment = now(desk.settings)
    idempotent = registered is not None and registered.idempotent
    again = idempotent or desk.settings.on_unknown is OnUnknown.RETRY
    after = settled(item, outcome, moment, desk.settings.backoff, again=again)
    desk.put(after, _attempt(item, outcome, moment))
    return after


def _attempt(item: Outboxed, outcome: HookOutcome, moment: datetime) -> Attempt:
    return Attempt(item.key, item.attempts, item.channel, moment, outcome)


def _handle(desk: Desk, item: Outboxed, moment: datetime, tally: Tally) -> Flow[Desk]:
    """Ask the policy once more, then act; return the desk as it is to go on with.

    All of it is decided as of one moment, even should the clock be set back meanwhile.
    """
    counted = yield from reached(desk, [item.intent])
    reason = why_moot(desk, item.intent, moment)
    if reason is not None:
        after = left_undone(item, State.SKIPPED, reason, moment)
        registered = None
    else:
        after, registered = _ruled(desk, item, moment, counted)
    if registered is None:
        desk.put(after)
        yield from write(desk)
        tally.handled[after.state] += 1
        return desk
    return (yield from _act(desk, after, registered, moment, tally))


def _ruled(
    desk: Desk, item: Outboxed, moment: datetime, counted: Mapping[str, int]
) -> tuple[Outboxed, Registered[object] | None]:
    """Return an intent as the policy leaves it, and the hook where one is to be called.

    One that may have reached the customer already is tried again through the same channel only.
    """
    intent = item.intent
    first = intent.channels.index(item.channel)
    left = intent.channels[first:] if item.unsure_at is None else (item.channel,)
    hooks = {channel: hook_for(desk, item, channel) for channel in left}
    able = [channel for channel in left if hooks[channel] is not None]
    chosen = choose(desk, intent, able or left, moment, counted)
    after = ruled(desk, item, chosen, moment)
    if not chosen.ruling.passes:
        return after, None
    registered = hooks[chosen.channel]
    if registered is None:
        return left_undone(after, State.FAILED, NO_HOOK, moment), None
    return after, registered


def _act(
    desk: Desk, item: Outboxed, registered: Registered[object], moment: datetime, tally: Tally
) -> Flow[Desk]:
    """Write that the hook is about to be called, call it, and write what came of it."""
    lease = moment + desk.settings.lease + (registered.timeout or timedelta())
    started = attrs.evolve(
        item, state=State.STARTED, attempts=item.attempts + 1, next_at=lease, reason=""
    )
    desk.put(started)
    desk.hold_until(lease)
    yield from write(desk)
    outcome = yield from act(registered, context(desk, started, registered, moment))
    return (yield from _close(desk, started, outcome, registered, tally))


def _close(
    desk: Desk,
    started: Outboxed,
    outcome: HookOutcome,
    registered: Registered[object],
    tally: Tally,
) -> Flow[Desk]:
    """Write what came of an attempt, however often somebody else writes in between.

    Where others settled the intent meanwhile, or tried again, the outcome is only kept on record.
    """
    while True:
        found = desk.item(started.key)
        if found is None or found.intent != started.intent:
            return desk  # erased; somebody new may have come under the same id
        done = Tally()
        if _is_open(found, started):
            after = _settle(desk, started, outcome, registered)
            done.handled[after.state] += 1
            if isinstance(outcome, Sent):
                done.planned = yield from tell(desk, after)
        else:
            desk.put(found, _attempt(started, outcome, now(desk.settings)))
        try:
            yield from write(desk)
        except SequenceError:
            desk = yield from open_desk(desk.settings, desk.customer)
        else:
            tally.handled.update(done.handled)
            tally.planned += done.planned
            return desk


def _is_open(found: Outboxed, started: Outboxed) -> bool:
    """Say whether an attempt's outcome is still missing: nobody tried again, or settled it."""
    waits = found.state in {State.STARTED, State.UNKNOWN}
    return waits and found.attempts == started.attempts
