"""Act: a claimed customer is told the time, and what is due is carried out, in order."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

import attrs

from cxjourney.channels import Failed, HookOutcome, Registered, Sent, Skipped, Unknown
from cxjourney.dispatch._deciding import (
    choose,
    context,
    hook_for,
    insist,
    item_of,
    left_undone,
    now,
    open_unit,
    past_for,
    plan,
    reached,
    ruled,
    tell,
    why_moot,
    write,
)
from cxjourney.dispatch._driving import Flow, act, find, heard
from cxjourney.dispatch._settings import DispatchError, OnUnknown, RunReport, Settings
from cxjourney.dispatch._settling import CRASHED, settled
from cxjourney.dispatch._unit import UnitOfWork
from cxjourney.dispatch.journal import Attempt, Claim, OutboxItem, State
from cxjourney.errors import InvalidError, NotSettledError, SequenceError
from cxjourney.playbook._planning import nearly_due
from cxjourney.vocabulary._checks import describe

DEAD = tuple(state for state in State if state.is_dead_letter)
OPEN = (State.PLANNED, *DEAD)
REDRIVEN = "redriven"


def redrive(settings: Settings, key: str) -> Flow[OutboxItem]:
    """Let a dead letter be tried again from its first channel, under the same key.

    It waits for its moment, if that has not come yet.

    Raises:
        NotSettledError: when the intent is no dead letter.
    """

    def again(unit: UnitOfWork, item: OutboxItem) -> OutboxItem:
        first, at = item.intent.channels[0], max(now(settings), item.intent.not_before)
        planned = attrs.evolve(item, state=State.PLANNED, channel=first, next_at=at)
        fresh = attrs.evolve(planned, failures=0, settled_at=None, unsure_at=None)
        after = attrs.evolve(fresh, reason=REDRIVEN)
        unit.put(after)
        return after

    return (yield from _change(settings, key, DEAD, again))


def resolve(settings: Settings, key: str, outcome: HookOutcome) -> Flow[OutboxItem]:
    """Say what became of a dead letter, or of a task that waits for a person.

    Raises:
        NotSettledError: when the intent was closed already, or its hook is at work.
        InvalidError: when the outcome closes nothing, or the note of a contact face to face is
            missing (SPEC F01).
    """
    if not isinstance(outcome, Sent | Skipped | Failed) or getattr(outcome, "retryable", False):
        expected = "Sent, Skipped, or Failed that is not retryable"
        raise InvalidError("resolve.outcome", describe(outcome), expected)

    def close(unit: UnitOfWork, item: OutboxItem) -> OutboxItem:
        moment = now(settings)
        if heard(outcome, item.channel) is not outcome:
            raise InvalidError("Sent.note", "blank", "what was unclear, for it was face to face")
        if isinstance(outcome, Failed):
            failed = attrs.evolve(item, state=State.FAILED, reason=outcome.reason)
            after = attrs.evolve(failed, next_at=None, settled_at=moment, unsure_at=None)
        else:
            after = settled(item, outcome, moment, settings.backoff, again=False)
        number = max(1, item.attempts)  # what a person did before any hook is the first attempt
        unit.put(after, Attempt(item.key, number, item.channel, moment, outcome))
        return after

    return (yield from _change(settings, key, OPEN, close))


def _change(
    settings: Settings,
    key: str,
    states: Collection[State],
    change: Callable[[UnitOfWork, OutboxItem], OutboxItem],
) -> Flow[OutboxItem]:
    """Change an intent that is in one of some states, however often others write in between."""

    def decide() -> Flow[tuple[UnitOfWork, OutboxItem]]:
        found = yield from find(key)
        customer = "" if found is None else found.intent.customer
        unit, _ = yield from open_unit(settings, customer)
        item = yield from item_of(unit, key)
        if item is None or item.state not in states:
            expected = " or ".join(state.value for state in states)
            raise NotSettledError(key, None if item is None else item.state, expected)
        after = change(unit, item)
        if after.state is State.SENT:
            yield from tell(unit, after)
        return unit, after

    return (yield from insist(decide))


NO_HOOK = "no_hook"


@attrs.define
class Handled:
    """What was done for a customer.

    Attributes:
        handled: how many intents stand in which state after they were handled.
        planned: how many intents were planned because the clock called for them, or what was sent.
    """

    handled: Counter[State] = attrs.field(factory=Counter)
    planned: int = 0


def attend(settings: Settings, claim: Claim) -> Flow[Handled]:
    """Do all that is due for a claimed customer.

    Whoever loses the claim meanwhile stops, but for the outcome of a hook that was called already:
    that is written in any case.
    """
    tally = Handled()
    while True:
        unit, _ = yield from open_unit(settings, claim.customer)
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


def _tidy(unit: UnitOfWork, tally: Handled) -> Flow[None]:
    """Settle what a crash left behind, tell the journeys the time, and plan what that calls for."""
    started = [one for one in unit.outbox if one.state is State.STARTED]
    lost = [
        _settle(unit, one, Unknown(CRASHED), hook_for(unit, one, one.channel)).state
        for one in started
    ]
    planned: list[OutboxItem] = []
    for engagement in unit.waking(now(unit.settings)):
        planned += yield from _wake(unit, engagement)
    if unit.changed:
        yield from write(unit)
    tally.planned += len(planned)
    tally.handled.update(lost)


def _wake(unit: UnitOfWork, engagement: str) -> Flow[tuple[OutboxItem, ...]]:
    """Tell a journey the time, and plan what that calls for."""
    moment = now(unit.settings)
    unit.advance(engagement, moment)
    calls = unit.called(engagement)
    journey, segment = unit.journey(engagement), unit.profile.segment
    soon = nearly_due(unit.settings.playbook, journey, moment, segment)
    return (yield from plan(unit, [*calls, *soon]))


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


def _handle(
    unit: UnitOfWork, item: OutboxItem, moment: datetime, tally: Handled
) -> Flow[UnitOfWork]:
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
    tally: Handled,
) -> Flow[UnitOfWork]:
    """Write that the hook is about to be called, call it, and write what came of it."""
    lease = moment + unit.settings.lease + (registered.timeout or timedelta())
    started = attrs.evolve(
        item, state=State.STARTED, attempts=item.attempts + 1, next_at=lease, reason=""
    )
    unit.put(started)
    unit.hold_until(lease)
    yield from write(unit)
    past = yield from past_for(unit, registered, moment)
    outcome = yield from act(registered, context(unit, started, registered, moment, past))
    return (yield from _close(unit, started, outcome, registered, tally))


def _close(
    unit: UnitOfWork,
    started: OutboxItem,
    outcome: HookOutcome,
    registered: Registered[object],
    tally: Handled,
) -> Flow[UnitOfWork]:
    """Write what came of an attempt, however often somebody else writes in between.

    Where others settled the intent meanwhile, or tried again, the outcome is only kept on record.
    """
    while True:
        found = yield from item_of(unit, started.key)
        if found is None or found.intent != started.intent:
            return unit  # erased; somebody new may have come under the same id
        done = Handled()
        try:
            if _is_open(found, started):
                after = _settle(unit, started, outcome, registered)
                done.handled[after.state] += 1
                if isinstance(outcome, Sent):
                    done.planned = yield from tell(unit, after)
            else:
                unit.put(found, _attempt(started, outcome, now(unit.settings)))
            yield from write(unit)
        except SequenceError:
            unit, _ = yield from open_unit(unit.settings, unit.customer)
        else:
            tally.handled.update(done.handled)
            tally.planned += done.planned
            return unit


def _is_open(found: OutboxItem, started: OutboxItem) -> bool:
    """Say whether an attempt's outcome is still missing: nobody tried again, or settled it."""
    waits = found.state in {State.STARTED, State.UNKNOWN}
    return waits and found.attempts == started.attempts


BATCH = 20
"""How many customers are claimed at once."""


@attrs.define(eq=False)
class Run:
    """Adds up what was done, and keeps the errors of customers who could not be attended to.

    Attributes:
        limit: how many customers to attend to at most; None for all.
        customers: how many customers were attended to.
        handled: how many intents stand in which state.
        planned: how many intents were planned.
        errors: what went wrong.
    """

    limit: int | None
    customers: int = 0
    handled: Counter[State] = attrs.field(factory=Counter)
    planned: int = 0
    errors: list[Exception] = attrs.field(factory=list)
    _let_go: list[Claim] = attrs.field(factory=list)

    @property
    def room(self) -> int:
        """How many customers may be claimed next."""
        seen = self.customers + len(self.errors)
        return BATCH if self.limit is None else min(BATCH, self.limit - seen)

    def claiming(self, settings: Settings) -> tuple[datetime, datetime, int]:
        """Return the arguments of the next claim."""
        moment = now(settings)
        return moment, moment + settings.lease, self.room

    def add(self, claim: Claim, done: Handled | Exception) -> None:
        """Add what was done for a customer, or what went wrong.

        In trouble the customer stays claimed, so that nobody tries again at once.
        """
        if isinstance(done, Exception):
            self.errors.append(done)
            return
        self.customers += 1
        self.handled.update(done.handled)
        self.planned += done.planned
        self._let_go.append(claim)

    def released(self) -> tuple[Claim, ...]:
        """Return the claims that may be released, once."""
        claims = tuple(self._let_go)
        self._let_go.clear()
        return claims

    def report(self) -> RunReport:
        """Return what the run came to.

        Raises:
            DispatchError: when some customers could not be attended to.
        """
        report = RunReport(self.customers, self.handled, self.planned)
        if self.errors:
            message = f"{len(self.errors)} customers could not be attended to"
            group = DispatchError(message, self.errors)
            group.report = report
            raise group
        return report
