"""The dispatchers, for synchronous and for asynchronous code (SPEC 7)."""

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from datetime import datetime, timedelta
from functools import cached_property
from typing import ClassVar, Generic, Self, TypeVar

import attrs

from cxjourney.channels import Hook, HookOutcome, HookSet, Library, Profiles
from cxjourney.channels._content import nobody
from cxjourney.channels.policy import Policy
from cxjourney.dispatch._attending import Run
from cxjourney.dispatch._batching._lanes import carry_out
from cxjourney.dispatch._batching._lockstep import MOST, Batch, Pace
from cxjourney.dispatch._batching._many import record_many
from cxjourney.dispatch._by_hand import DEAD, affected_by, break_claim, redrive, resolve
from cxjourney.dispatch._calling import Calls
from cxjourney.dispatch._deciding import open_whole, record
from cxjourney.dispatch._driving import Flow, Result, drive
from cxjourney.dispatch._history._calls import HistoryCalls
from cxjourney.dispatch._judging._judge import basis_of
from cxjourney.dispatch._righting._persons import Righting
from cxjourney.dispatch._running._quota import Quota
from cxjourney.dispatch._running._telemetry import Telemetry
from cxjourney.dispatch._running._watch import OnError, Watch
from cxjourney.dispatch._running._wiring import giving_profiles
from cxjourney.dispatch._settings import (
    A_LITTLE,
    Backoff,
    OnUnknown,
    Recorded,
    RunReport,
    Settings,
    check_wiring,
    now,
)
from cxjourney.dispatch.journal import Journal, OutboxItem, Trouble
from cxjourney.dispatch.journal._methods import own
from cxjourney.errors import InvalidError
from cxjourney.journey import Journey, Migration
from cxjourney.playbook import Affected, Playbook
from cxjourney.vocabulary import Channel, Event
from cxjourney.vocabulary._checks import check_type, check_whole

AnyHook = TypeVar("AnyHook")
AnyJournal = TypeVar("AnyJournal")


class Dispatching(Generic[AnyJournal, AnyHook]):
    """What dispatch needs: a journal, and what it goes by.

    Args:
        journal: keeps everything.
        playbook: what calls for which intents.
        policy: what may be sent, and when.
        hooks: what carries intents out.
        clock: tells the time, aware.
        library: what may be said.
        profiles: looks up what the company's files say of a customer.
        migrations: how journeys that are kept get to the playbook's chart, oldest first.
        backoff: how long to wait after failures.
        on_unknown: what is done when nobody knows what became of an attempt.
        lease: how long one intent may take, beside its hook's own timeout, before it counts as
            crashed.
        workers: how many hooks are called at once.
        batch: how many customers are attended to side by side at most, with one read and one write
            for all of them. It gets smaller by itself where hooks take long.
        quota: how much one customer may come to; ``Quota()`` when None.
        ahead: how much later than the clock an event may be dated and count at once; one that is
            dated later is kept, and counts when its time has come.
        on_error: takes each exception that a hook raised, or for which a customer could not be
            attended to, as it was raised; nothing of it is kept. With several workers it is called
            in their threads.
        telemetry: makes spans and metrics of OpenTelemetry; None for none.

    Raises:
        InvalidError: when an argument is not of its form, or journal or hooks are asynchronous in
            a ``Dispatcher``, or are not in an ``AsyncDispatcher``.
    """

    awaits: ClassVar[bool]
    """Whether hooks and journal are asynchronous."""

    def __init__(
        self,
        journal: AnyJournal,
        *,
        playbook: Playbook,
        policy: Policy,
        hooks: HookSet[AnyHook],
        clock: Callable[[], datetime],
        library: Library | None = None,
        profiles: Profiles = nobody,
        migrations: Sequence[Migration] = (),
        backoff: Backoff | None = None,
        on_unknown: OnUnknown = OnUnknown.KEEP,
        lease: timedelta = timedelta(minutes=5),
        workers: int = 1,
        batch: int = MOST,
        quota: Quota | None = None,
        ahead: timedelta = A_LITTLE,
        on_error: OnError | None = None,
        telemetry: Telemetry | None = None,
    ) -> None:
        self.journal: AnyJournal = journal
        check_whole(f"{type(self).__name__}.workers", workers, 1)
        check_whole(f"{type(self).__name__}.batch", batch, 1)
        if telemetry is not None:
            check_type(f"{type(self).__name__}.telemetry", telemetry, Telemetry)
        self.workers: int = workers
        self.batch: int = batch
        try:
            settings = Settings(
                playbook=playbook,
                policy=policy,
                hooks=hooks,
                clock=clock,
                library=Library() if library is None else library,
                profiles=profiles,
                migrations=tuple(migrations),
                backoff=Backoff() if backoff is None else backoff,
                on_unknown=on_unknown,
                lease=lease,
                quota=Quota() if quota is None else quota,
                ahead=ahead,
                watch=Watch(on_error, telemetry),
            )
        except InvalidError as error:  # told by the name that was typed
            where = error.where.replace(Settings.__name__, type(self).__name__, 1)
            raise attrs.evolve(error, where=where) from None
        check_wiring(type(self).__name__, journal, settings, asynchronous=self.awaits)
        profiles = giving_profiles(settings.profiles)
        self.settings: Settings = attrs.evolve(settings, profiles=profiles)

    def using(self, journal: AnyJournal) -> Self:
        """Return the same dispatcher on another journal, such as one ``within`` a transaction."""
        other = copy(self)
        for made in ("_calls", "_basis"):
            vars(other).pop(made, None)
        other.journal = journal
        return other

    @cached_property
    def _basis(self) -> list[str]:
        """The name of what is judged by, until the journal was told of it once."""
        return [basis_of(self.settings)]

    def _pace(self) -> Pace:
        return Pace(self.batch, self.workers)


class Dispatcher(Righting, Dispatching[Journal, Hook], HistoryCalls):
    """Decides, commits, and acts: from what happened to what hooks carry out (SPEC 7).

    Every intent is decided exactly once; its hook is called at least once with the same key, and
    has its effect once where it honours the key. Several dispatchers may share a journal.

    See ``Dispatching`` for the arguments. With more than one worker hooks are called in
    threads.
    """

    awaits = False

    @cached_property
    def _calls(self) -> Calls:
        return Calls()

    def _drive(self, flow: Flow[Result]) -> Result:
        return drive(flow, self.journal, self._calls)

    def record(
        self,
        customer: str,
        engagement: str,
        event: Event,
        *,
        expected: int | None = None,
        plan: bool = True,
    ) -> Recorded:
        """Record an event on a journey, and plan what it calls for; nothing is sent yet.

        The same event id again changes nothing.

        Args:
            customer: the customer's id.
            engagement: the engagement's id, or empty.
            event: what happened.
            expected: record only if the customer's record is at this revision still; when None
                it is decided anew as often as somebody else writes in between.
            plan: whether what it calls for is planned; False for what is history, see ``load``.

        Raises:
            SequenceError: when the customer's record is at another revision.
            QuotaError: when the event, or the customer with it, is more than the quota allows.
            CxJourneyError: as ``Journey.record``; then nothing is changed.
        """
        flow = record(self.settings, customer, engagement, event, expected, plans=plan)
        with self.settings.watch.span("record"):
            return self._drive(flow)

    def record_many(self, told: Iterable[tuple[str, str, Event]]) -> list[Recorded | Exception]:
        """Record many events, as ``record`` does each, with one write for many customers.

        For imports and webhooks. Events of one customer are recorded in the order given. What is
        refused is refused alone: its place has the error that ``record`` raises.

        Args:
            told: for each event the customer's id, the engagement's id or empty, and the event.

        Returns:
            what became of each event, in the order given.
        """
        with self.settings.watch.span("record_many"):
            return self._carry_out(record_many(self.settings, told, self.batch))

    def run(self, limit: int | None = None) -> RunReport:
        """Carry out all that is due by now, for at most ``limit`` customers.

        Raises:
            DispatchError: when some customers could not be attended to; all others were.
        """
        with self.settings.watch.span("run"):
            return self._run(limit)

    def _run(self, limit: int | None) -> RunReport:
        run = Run(limit, self._pace(), self.settings.watch)
        if self._basis:
            ask = own(self.journal, Journal, "ask_again")
            ask(now(self.settings), basis=self._basis[0])
            self._basis.clear()
        try:
            while run.room:
                claims = self.journal.claim(*run.claiming(self.settings))
                if not claims:
                    break
                self._carry_out(run.attending(self.settings, claims))
                self.journal.release(run.released())
                for trouble in run.put_off(self.settings):
                    self.journal.put_off(*trouble)
        finally:
            self._calls.rest()
        return run.report()

    def _carry_out(self, batch: Batch[Result]) -> Result:
        return carry_out(batch, self.journal, self._calls, self.workers, self.settings.clock)

    def journey(self, customer: str, engagement: str = "") -> Journey | None:
        """Return a journey as it is kept, or None; what is done to it is not kept."""
        unit = self._drive(open_whole(self.settings, customer))
        return unit.journeys.get(unit.named.get(engagement, engagement))

    def dead_letters(
        self, *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[OutboxItem, ...]:
        """Return the intents that failed for good, or of which nobody knows, by customer."""
        return self.journal.outbox(DEAD, after=after, limit=limit)

    def ask_again(self, customer: str | None = None) -> int:
        """Have the next run ask about what waits for a rule to let it pass (SPEC 6).

        It is asked about by itself when something is recorded of the customer, when the policy, the
        playbook or an approval changed, and after waits that grow. Say so where a profile changed.

        Args:
            customer: whose profile changed; None for everybody's.

        Returns:
            for how many customers something is looked at sooner.
        """
        ask = own(self.journal, Journal, "ask_again")
        return ask(now(self.settings), customer=customer) or 0

    def redrive(self, key: str, *, actor: str | None = None) -> OutboxItem:
        """Let what is dead, denied or waiting be tried again at the next run, under the same key.

        Of an unknown one you say with this that it may be sent twice.

        Args:
            key: the intent's key.
            actor: who says so; kept with the intent, as ``Attempt.by``.

        Raises:
            NotSettledError: when the intent stands anywhere else.
            InvalidError: when the actor is no name.
        """
        return self._drive(redrive(self.settings, key, actor))

    def resolve(
        self,
        key: str,
        outcome: HookOutcome,
        *,
        channel: Channel | None = None,
        actor: str | None = None,
    ) -> OutboxItem:
        """Say what became of a dead letter, of a person's task, or of what was sent and came back.

        What was sent and ``Failed`` after all, such as a mail that bounced, goes through its next
        channel, and what the journey was told of the contact is retracted. The customer is held to
        be out of reach through this channel (SPEC D01), unless the failure is ``retryable``, such
        as that of a mailbox that was full for days.

        Args:
            key: the intent's key.
            outcome: what became of it: ``Sent``, ``Skipped`` or ``Failed``.
            channel: of which channel that is told; a report that comes twice is refused where the
                intent goes through the next one by then. Left out, it is told of the present one.
            actor: who says so; kept with the intent, as ``Attempt.by``.

        Raises:
            NotSettledError: when the intent was closed already, goes through another channel by
                now, or its hook is at work; one that was sent can have failed, and nothing else.
            InvalidError: when the outcome settles nothing, the note of a contact face to face is
                missing (SPEC F01), or the actor is no name.
        """
        return self._drive(resolve(self.settings, key, outcome, actor, channel))

    def break_claim(self, customer: str, *, actor: str | None = None) -> bool:
        """Say that whoever holds a customer is gone, and let the next run attend to the customer.

        A claim runs out by itself, but not for days where a clock that was wrong by days set it.
        What was being sent is unknown then, as after a crash. A dispatcher that is at work all the
        same writes what its hook says, and stops.

        Args:
            customer: the customer's id.
            actor: who says so; kept with what was being sent, as ``Attempt.by``.

        Returns:
            whether somebody held the customer.

        Raises:
            InvalidError: when the actor is no name.
        """
        broken = self._drive(break_claim(now(self.settings), customer, actor))
        self.settings.watch.broke_claim(broken=broken)
        return broken

    def affected_by(self, playbook: Playbook, *, migration: Migration | None = None) -> Affected:
        """Return whom a new playbook, or a new chart, would affect; nothing is changed or sent.

        Args:
            playbook: the playbook to come.
            migration: how journeys get to its chart, where that is another one.

        Returns:
            what changes for whom; whom nobody could read, by handle, in ``unread``.

        Raises:
            MigrationError: when a journey cannot be migrated.
        """
        return self._drive(affected_by(self.settings, playbook, migration))

    def troubles(self, *, after: str = "", limit: int = 1000) -> tuple[Trouble, ...]:
        """Return the customers to whom no run could attend of late, from after an id."""
        return self.journal.troubles(after=after, limit=limit)

    def whose(self, handle: str) -> str | None:
        """Return the id of the customer whom a handle names, or None; it looks at every customer.

        Handles stand in errors and reports in the place of ids.
        """
        return self.journal.whose(handle)

    def next_attention(self) -> datetime | None:
        """Return when ``run`` will next have something to do, or None."""
        return self.journal.next_attention()
