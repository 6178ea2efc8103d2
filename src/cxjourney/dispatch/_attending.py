"""Act: a claimed customer is told the time, and what is due is carried out, in order."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import attrs

from cxjourney.channels import HookOutcome, Registered, Sent, Unknown
from cxjourney.dispatch._across._after import left_followers
from cxjourney.dispatch._across._reading import load
from cxjourney.dispatch._across._undecided import coming_due
from cxjourney.dispatch._batching._lockstep import Batch, Pace, in_lockstep
from cxjourney.dispatch._deciding import context, decide_on, open_unit, past_for, plan, tell, write
from cxjourney.dispatch._driving import Flow, NotCalled, act, attempts, forget, marks
from cxjourney.dispatch._judging._asking import LEFT, Handled, ask_again, judged_now
from cxjourney.dispatch._judging._judge import hook_for, reached
from cxjourney.dispatch._righting._anew import item_of
from cxjourney.dispatch._running._watch import Watch
from cxjourney.dispatch._settings import DispatchError, OnUnknown, RunReport, Settings, now
from cxjourney.dispatch._settling import CRASHED, settled
from cxjourney.dispatch._unit import UnitOfWork
from cxjourney.dispatch._waiting._priorities import is_due, next_due
from cxjourney.dispatch.journal import Attempt, Claim, OutboxItem, State
from cxjourney.errors import DecodeError, JournalError, SequenceError

WRITES = 4
"""How often an outcome is written before a database that fails is given up."""


def attend(settings: Settings, claim: Claim, *, marked: bool = False) -> Flow[Handled]:
    """Do all that is due for a claimed customer.

    Whoever loses the claim meanwhile stops, but for the outcome of a hook that was called already:
    that is written in any case.

    Args:
        settings: what dispatch goes by.
        claim: the claim.
        marked: whether each call of a hook that does not honour the key is marked, since others
            may be called between its STARTED and itself.
    """
    tally = Handled()
    while True:
        unit, _ = yield from open_unit(settings, claim.customer)
        unit.unasked = True
        try:
            if unit.claim == claim.number:
                _check_journeys(unit)
                yield from _tidy(unit, tally)
                while unit.claim == claim.number and not tally.put_back:
                    moment = now(settings)
                    item = next_due(unit, moment)
                    if item is not None:
                        marking = claim if marked else None
                        unit = yield from _handle(unit, item, moment, tally, marking)
                    elif unit.unasked:
                        if (yield from ask_again(unit, tally)):
                            yield from write(unit)
                    else:
                        break
        except SequenceError:
            continue
        return tally


def _check_journeys(unit: UnitOfWork) -> None:
    """Check that a customer's journeys are there: nobody else tells that they are under another id.

    Raises:
        DecodeError: when one is missing.
    """
    if not unit.journeys:
        expected = "that of a customer of whom something is kept"
        raise DecodeError("cx_customer.customer", "an id without a journey", expected)
    if {one.intent.engagement for one in unit.outbox} - unit.journeys.keys():
        found, expected = "an intent without its journey", "customer and engagement of each intent"
        raise DecodeError("cx_journey.engagement", found, expected)


def _tidy(unit: UnitOfWork, tally: Handled) -> Flow[None]:
    """Settle what a crash left behind, tell the journeys the time, and plan what that calls for."""
    done = yield from _settle_lost(unit)
    planned = [*(yield from _catch_up(unit))]
    for engagement, event in unit.come(now(unit.settings)):
        planned += (yield from decide_on(unit, engagement, event, known=False)).planned
    for engagement in unit.waking(now(unit.settings)):
        planned += yield from _wake(unit, engagement)
    yield from ask_again(unit, tally)
    moment = now(unit.settings)
    if unit.changed or not any(is_due(one, moment) for one in unit.outbox):
        yield from write(unit)  # also where nothing is due: it says when the next thing will be
    tally.add_planned((done.planned + len(planned), done.unplanned))
    tally.handled.update(done.handled)


def _catch_up(unit: UnitOfWork) -> Flow[tuple[OutboxItem, ...]]:
    """Plan what could not be planned for when it was recorded, before anything else is done."""
    planned: list[OutboxItem] = []
    if unit.unplanned:
        yield from load(unit)
    for engagement, since in unit.unplanned.items():
        calls = [*unit.left_calls(engagement, since), *left_followers(unit, engagement, since)]
        planned += yield from plan(unit, calls)
        unit.caught_up(engagement)
    return tuple(planned)


def _settle_lost(unit: UnitOfWork) -> Flow[Handled]:
    """Settle what was STARTED by a dispatcher that is gone; return what that did."""
    started = [one for one in unit.outbox if one.state is State.STARTED]
    known = (yield from marks([one.key for one in started])) if started else {}
    done = Handled()
    for one in started:
        registered = hook_for(unit, one, one.channel)
        if one.key in known and known[one.key] is None:
            _put_back(unit, one)
            continue
        attempt = known.get(one.key)
        outcome = Unknown(CRASHED) if attempt is None else attempt.outcome
        after = _settle(unit, one, outcome, registered)
        if isinstance(outcome, Sent):
            done.add_planned((yield from tell(unit, after)))
        done.handled[after.state] += 1
    return done


def _put_back(unit: UnitOfWork, item: OutboxItem) -> None:
    """Let an intent wait again as if it had not been STARTED, for its hook was not called."""
    moment = now(unit.settings)
    before = attrs.evolve(
        item, state=State.PLANNED, attempts=item.attempts - 1, next_at=moment, reason=""
    )
    unit.put(before)
    unit.mark(item.key, marked=False)


def _wake(unit: UnitOfWork, engagement: str) -> Flow[tuple[OutboxItem, ...]]:
    """Tell a journey the time, and plan what that calls for."""
    moment = now(unit.settings)
    unit.advance(engagement, moment)
    calls = unit.called(engagement)
    soon = coming_due(unit, engagement, moment)
    planned = yield from plan(unit, [*calls, *soon])
    unit.remind(engagement, moment)
    return planned


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
    unit: UnitOfWork, item: OutboxItem, moment: datetime, tally: Handled, claim: Claim | None
) -> Flow[UnitOfWork]:
    """Ask the policy once more, then act; return the unit of work as it is to go on with.

    All of it is decided as of one moment, even should the clock be set back meanwhile.
    """
    counted = yield from reached(unit, [item.intent])
    after, registered = judged_now(unit, item, moment, counted)
    if registered is not None:
        return (yield from _act(unit, after, registered, moment, tally, claim))
    unit.put(after)
    yield from write(unit)
    if after.reason in LEFT:
        tally.left += 1
    else:
        tally.add(after)
    return unit


def _act(
    unit: UnitOfWork,
    item: OutboxItem,
    registered: Registered[object],
    moment: datetime,
    tally: Handled,
    claim: Claim | None,
) -> Flow[UnitOfWork]:
    """Write that the hook is about to be called, call it, and write what came of it."""
    lease = moment + unit.settings.lease + (registered.timeout or timedelta())
    started = attrs.evolve(
        item, state=State.STARTED, attempts=item.attempts + 1, next_at=lease, reason=""
    )
    unit.put(started)
    unit.hold_until(lease)
    marked = None if registered.idempotent else claim
    if marked is not None:
        unit.mark(item.key, marked=True)
    yield from write(unit)
    past = yield from past_for(unit, registered, moment)
    told = context(unit, started, registered, moment, past)
    outcome = yield from act(registered, told, unit.settings.watch, marked)
    if isinstance(outcome, NotCalled):
        _put_back(unit, started)
        tally.put_back = True
        yield from write(unit)
        return unit
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
    Where the database fails it is tried again, for what a hook said cannot be asked a second time.
    """
    reopen, failures = False, 0
    while True:
        try:
            if reopen:
                unit, _ = yield from open_unit(unit.settings, unit.customer)
            found = yield from item_of(unit, started.key)
            if found is None:  # whoever came under the same id has other keys
                tally.erased += 1
                yield from _forget(unit, started.key)
                return unit
            if failures and (yield from _is_noted(started, outcome)):
                tally.handled[found.state] += 1
                return unit  # written, though the database could not say so
            done = yield from _note(unit, found, started, outcome, registered)
        except SequenceError:
            reopen = True
        except JournalError as error:
            reopen, failures = True, failures + 1
            if error.where != "database" or failures == WRITES:
                raise
            unit.settings.watch.writes_again(started.key, failures)
        else:
            tally.handled.update(done.handled)
            tally.add_planned((done.planned, done.unplanned))
            tally.late += done.late
            return unit


def _forget(unit: UnitOfWork, key: str) -> Flow[None]:
    """Have the hooks forget what they did for a customer who was erased meanwhile."""
    try:
        yield from forget(unit.settings.hooks, [key])
    except Exception as error:  # noqa: BLE001 - there is nobody left to attend to
        unit.settings.watch.not_forgotten(key, error)


def _note(
    unit: UnitOfWork,
    found: OutboxItem,
    started: OutboxItem,
    outcome: HookOutcome,
    registered: Registered[object],
) -> Flow[Handled]:
    """Write what came of an attempt at an intent as it is found; return what that did."""
    done = Handled()
    if _is_open(found, started):
        # Its customer may have got another id meanwhile, and the intent another number.
        mine = attrs.evolve(started, intent=found.intent, number=found.number)
        after = _settle(unit, mine, outcome, registered)
        done.add(after)
        if isinstance(outcome, Sent):
            done.add_planned((yield from tell(unit, after)))
    else:
        unit.put(found, _attempt(started, outcome, now(unit.settings)))
    yield from write(unit)
    return done


def _is_noted(started: OutboxItem, outcome: HookOutcome) -> Flow[bool]:
    """Say whether the journal has what came of an attempt."""
    kept = yield from attempts(started.key)
    return any((one.number, one.outcome) == (started.attempts, outcome) for one in kept)


def _is_open(found: OutboxItem, started: OutboxItem) -> bool:
    """Say whether an attempt's outcome is still missing: nobody tried again, or settled it."""
    waits = found.state in {State.STARTED, State.UNKNOWN}
    return waits and found.attempts == started.attempts


@attrs.define(eq=False)
class Run:
    """Adds up what was done, and keeps the errors of customers who could not be attended to.

    Attributes:
        limit: how many customers to attend to at most; None for all.
        pace: how many to attend to side by side.
        watch: tells what the run comes to.
        customers: how many customers were attended to.
        done: what was done for all of them.
        errors: what went wrong, and with which claim.
    """

    limit: int | None
    pace: Pace
    watch: Watch
    customers: int = 0
    done: Handled = attrs.field(factory=Handled)
    errors: list[tuple[Claim, Exception]] = attrs.field(factory=list)
    _let_go: list[Claim] = attrs.field(factory=list)
    _put_off: int = 0

    @property
    def room(self) -> int:
        """How many customers may be claimed next."""
        seen = self.customers + len(self.errors)
        return self.pace.size if self.limit is None else min(self.pace.size, self.limit - seen)

    def claiming(self, settings: Settings) -> tuple[datetime, datetime, int]:
        """Return the arguments of the next claim."""
        moment = now(settings)
        return moment, moment + settings.lease, self.room

    def add(self, claim: Claim, done: Handled | Exception) -> None:
        """Add what was done for a customer, or what went wrong.

        In trouble the customer stays claimed, so that nobody tries again at once.
        """
        if isinstance(done, Exception):
            self.errors.append((claim, done))
            done.add_note(f"customer {claim.handle}, failure {claim.failures + 1} in a row")
            self.watch.failed(claim.handle, done)
            return
        self.customers += bool(done.handled or done.planned or not done.put_back)
        self.done.join(done)
        self._let_go.append(claim)

    def attending(self, settings: Settings, claims: Sequence[Claim]) -> Batch[None]:
        """Attend to claimed customers side by side."""
        marked = len(claims) > 1
        flows = [attend(settings, claim, marked=marked) for claim in claims]
        done = yield from in_lockstep(flows, settings, self.pace)
        for claim, one in zip(claims, done, strict=True):
            self.add(claim, one)

    def released(self) -> tuple[Claim, ...]:
        """Return the claims that may be released, once."""
        claims = tuple(self._let_go)
        self._let_go.clear()
        return claims

    def put_off(self, settings: Settings) -> Iterator[tuple[Claim, datetime, str]]:
        """Yield the arguments by which those in trouble are put off, each once.

        Each failure in a row makes the wait longer.
        """
        for claim, error in self.errors[self._put_off :]:
            self._put_off += 1
            failures, moment = claim.failures + 1, now(settings)
            wait = max(settings.lease, settings.backoff.wait(failures, claim.handle, failures))
            yield claim, moment + wait, type(error).__name__

    def report(self) -> RunReport:
        """Return what the run came to.

        Raises:
            DispatchError: when some customers could not be attended to.
        """
        handles = tuple(claim.handle for claim, _ in self.errors)
        done = self.done
        report = RunReport(
            *(self.customers, done.handled, done.planned, done.left, done.erased, handles),
            unplanned=done.unplanned,
            late=done.late,
        )
        self.watch.ran(report.explain, self.customers, idle=report == RunReport())
        if self.errors:
            message = f"{len(self.errors)} customers could not be attended to"
            group = DispatchError(message, [error for _, error in self.errors])
            group.report = report
            raise group
        return report
