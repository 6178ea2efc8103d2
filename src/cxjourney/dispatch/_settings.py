"""What dispatch goes by and how it is wired, and what it tells its caller."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum, unique
from functools import partial
from hashlib import sha256
from inspect import iscoroutinefunction, unwrap
from types import MappingProxyType
from typing import Any, Self

import attrs

from cxjourney.channels import HookSet, Library, Profiles
from cxjourney.channels._content import nobody
from cxjourney.channels.policy import Policy
from cxjourney.dispatch._running._quota import Quota
from cxjourney.dispatch._running._watch import Watch
from cxjourney.dispatch._running._wiring import check_takes
from cxjourney.dispatch.journal import OutboxItem, State
from cxjourney.errors import CxJourneyError, InvalidError
from cxjourney.journey import Migration, Step
from cxjourney.playbook import Playbook
from cxjourney.vocabulary import Channel, Lang, Purpose
from cxjourney.vocabulary._checks import a, a_figure, a_number, all_of, check_time, describe, must
from cxjourney.vocabulary._results import Worded
from cxjourney.vocabulary._terminal import Showable
from cxjourney.vocabulary._texts import moment, name, say, word

DRAWS = 2**32
"""From how many numbers a jitter is drawn."""
A_LITTLE = timedelta(minutes=5)
"""How far clocks may differ."""


@unique
class OnUnknown(Enum):
    """What is done when nobody knows what became of an attempt of a hook that is not idempotent.

    KEEP: nothing; it stays as a dead letter until somebody decides (SPEC 7). RETRY: it is tried
    again, and may reach the customer twice.
    """

    KEEP = "keep"
    RETRY = "retry"


@attrs.frozen
class Backoff(Showable):
    """How long to wait after failures in a row: exponential, with a jitter.

    *Default*: up to 1, 2, 4 minutes and so on, and at least half of that; five tries. The jitter
    keeps intents that failed together from being tried again together. It is worked out from an
    intent's key and the number of the attempt, so that it is the same wherever it is asked for.

    Attributes:
        first: the wait after the first failure.
        factor: how many times longer each further wait is.
        ceiling: the longest wait.
        tries: how many failures in a row on one channel are enough.
        jitter: which share of a wait may be left out, from 0 for none to 1.

    Raises:
        InvalidError: when a field is not of its form.
    """

    first: timedelta = attrs.field(default=timedelta(minutes=1), validator=a(timedelta))
    factor: int = attrs.field(default=2, validator=a_number(1))
    ceiling: timedelta = attrs.field(default=timedelta(days=1), validator=a(timedelta))
    tries: int = attrs.field(default=5, validator=a_number(1))
    jitter: float = attrs.field(default=0.5, validator=a_figure(0, 1))

    def __attrs_post_init__(self) -> None:
        must(self.first > timedelta(), self, "first", self.first, "a time above zero")
        must(self.ceiling >= self.first, self, "ceiling", self.ceiling, "a time from first up")

    def longest(self, failures: int) -> timedelta:
        """Return how long to wait at most after so many failures in a row, at least one."""
        wait = self.first
        for _ in range(failures - 1):
            if wait >= self.ceiling or self.factor == 1:
                break
            wait *= self.factor
        return min(wait, self.ceiling)

    def wait(self, failures: int, key: str, attempt: int) -> timedelta:
        """Return how long to wait after so many failures in a row, at least one.

        Args:
            failures: how many failures in a row there were.
            key: the intent's key.
            attempt: the number of the attempt that failed last.
        """
        longest = self.longest(failures)
        drawn = int.from_bytes(sha256(f"{key}:{attempt}".encode()).digest()[:4]) / DRAWS
        return max(longest * (1 - self.jitter * drawn), timedelta.resolution)


@attrs.frozen
class Settings(Showable):
    """What dispatch goes by.

    Attributes:
        playbook: what calls for which intents; journeys follow its chart.
        policy: what may be sent, and when.
        hooks: what carries intents out.
        clock: tells the time, aware; the library has no clock of its own.
        library: what may be said.
        profiles: looks up what the company's files say of a customer.
        migrations: how journeys that are kept get to the playbook's chart, oldest first.
        backoff: how long to wait after failures.
        on_unknown: what is done when nobody knows what became of an attempt.
        lease: how long a dispatcher may take over one intent, beside the hook's own timeout, before
            it counts as crashed.
        quota: how much one customer may come to.
        ahead: how much later than the clock an event may be dated and count at once; one that is
            dated later is kept, and counts when its time has come.
        watch: tells what is done.
    """

    playbook: Playbook = attrs.field(validator=a(Playbook))
    policy: Policy = attrs.field(validator=a(Policy))
    hooks: HookSet[Any] = attrs.field(validator=a(HookSet))
    clock: Callable[[], datetime]
    library: Library = attrs.field(factory=Library, validator=a(Library))
    profiles: Profiles = nobody
    migrations: tuple[Migration, ...] = attrs.field(default=(), validator=all_of(Migration))
    backoff: Backoff = attrs.field(factory=Backoff, validator=a(Backoff))
    on_unknown: OnUnknown = attrs.field(default=OnUnknown.KEEP, validator=a(OnUnknown))
    lease: timedelta = attrs.field(default=timedelta(minutes=5), validator=a(timedelta))
    quota: Quota = attrs.field(factory=Quota, validator=a(Quota))
    ahead: timedelta = attrs.field(default=A_LITTLE, validator=a(timedelta))
    watch: Watch = attrs.field(factory=Watch, validator=a(Watch))

    def __attrs_post_init__(self) -> None:
        must(callable(self.clock), self, "clock", self.clock, "a callable that gives the time")
        on_error, takes = self.watch.on_error, "a callable that takes one exception, or None"
        must(on_error is None or callable(on_error), self, "on_error", on_error, takes)
        must(callable(self.profiles), self, "profiles", self.profiles, "a callable by customer")
        must(self.lease > timedelta(), self, "lease", self.lease, "a time above zero")
        must(self.ahead >= timedelta(), self, "ahead", self.ahead, "a time from zero up")


def check_wiring(name: str, journal: object, settings: Settings, *, asynchronous: bool) -> None:
    """Check that journal, hooks, profiles and clock are called as they were written.

    Channels of the playbook that no hook carries are only warned of: another dispatcher on the same
    journal may have their hooks.

    Args:
        name: the name of the dispatcher's class.
        journal: its journal.
        settings: what it goes by.
        asynchronous: whether its hooks are awaited.

    Raises:
        InvalidError: when something is asynchronous that must not be, or the reverse,
            and when the journal is none.
    """
    commit = getattr(journal, "commit", None)
    if not callable(commit) or isinstance(journal, type):
        found = "a class" if isinstance(journal, type) else describe(journal)
        raise InvalidError(f"{name}.journal", found, "a journal, as MemoryJournal()")
    if asynchronous is not _is_async(commit):
        found = "a journal for plain code" if asynchronous else "one for asynchronous code"
        expected = "an AsyncJournal, such as InThread(journal)" if asynchronous else "a Journal"
        raise InvalidError(f"{name}.journal", found, expected)
    given: dict[str, tuple[object, int, str]] = {
        "profiles": (settings.profiles, 1, "a callable that takes a customer's id"),
        "clock": (settings.clock, 0, "a callable that takes nothing"),
    }
    if settings.watch.on_error is not None:
        given["on_error"] = settings.watch.on_error, 1, "a callable that takes one exception"
    for field, (function, count, expected) in given.items():
        if _is_async(function):
            raise InvalidError(f"{name}.{field}", "asynchronous", "a plain function")
        check_takes(f"{name}.{field}", function, count, expected)
    for one in settings.hooks:
        check_hook(f"{name}.hooks", one.hook, one.channel.name, asynchronous=asynchronous)
    if lacking := _uncarried(settings):
        settings.watch.log.warning(
            "%s has no hook for %s, which the playbook uses; what waits for it stays waiting",
            name,
            ", ".join(channel.name for channel in lacking),
        )


def check_hook(where: str, hook: object, channel: str, *, asynchronous: bool) -> None:
    """Check that a hook is called, and forgets, as it was written.

    Raises:
        InvalidError: when it is not.
    """
    if not asynchronous and _is_async(hook):
        expected = "a plain function, or an AsyncDispatcher"
        raise InvalidError(where, f"async for {channel}", expected)
    if asynchronous and not _is_async(unwrap(hook)):  # type: ignore[arg-type]
        expected = (
            "a function made by async def, AsyncDispatcher.in_threads(hooks), or a Dispatcher"
        )
        raise InvalidError(where, f"not async for {channel}", expected)
    forgets = getattr(hook, "erase", None)
    if callable(forgets) and asynchronous is not _is_async(forgets):
        expected = "made by async def, as the hook itself" if asynchronous else "a plain method"
        raise InvalidError(where, f"another erase for {channel}", expected)
    check_takes(where, hook, 1, f"a hook for {channel} that takes one HookContext")


def _is_async(one: object) -> bool:
    """Say whether something was written with ``async def``: a function, or an object's call."""
    while isinstance(one, partial):
        one = one.func
    return iscoroutinefunction(one) or iscoroutinefunction(type(one).__call__)


def _uncarried(settings: Settings) -> list[Channel]:
    """Return the channels of rows for whose purpose no hook carries them."""
    used = {
        (channel, play.purpose) for play in settings.playbook.plays for channel in play.channels
    }
    lacking = {channel for channel, purpose in used if not _carried(settings, channel, purpose)}
    return [channel for channel in Channel if channel in lacking]


def _carried(settings: Settings, channel: Channel, purpose: Purpose) -> bool:
    """Say whether there is a hook for a channel and a purpose, be it for some phases only."""
    return any(
        one.channel is channel and (one.purposes is None or purpose in one.purposes)
        for one in settings.hooks
    )


@attrs.frozen(repr=False)
class Recorded(Worded):
    """What became of an event.

    Attributes:
        step: what it did on the journey.
        planned: the intents that it called for, as they were decided.
        not_called_for: the intents decided earlier that nothing calls for any more, because the
            event came late. Those that still waited will be skipped; the others were sent already.
        erased: whether it is of the time before the customer was erased, so that nothing was
            written.
        ahead: whether it is dated later than the clock shows, so that it is kept, and counts when
            its time has come.
        unplanned: the class of what the profiles, or a rule of yours, raised; None where nothing
            was. Then the event is recorded all the same, and the next run plans what is missing.
    """

    step: Step
    planned: tuple[OutboxItem, ...] = ()
    not_called_for: tuple[OutboxItem, ...] = ()
    erased: bool = False
    unplanned: str | None = None
    ahead: bool = False

    def __repr__(self) -> str:
        counts = f"planned {len(self.planned)}, not called for {len(self.not_called_for)}"
        if self.erased:
            counts = "before the erasure"
        if self.ahead:
            counts = "kept until its time has come"
        if self.unplanned is not None:
            counts += ", not planned for"
        return f"<Recorded {self.step!r}, {counts}>"

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Tell in words what the event did, and how many contacts that called for."""
        if self.erased:
            return say("before_erasure", lang)
        if self.ahead:
            return say("ahead", lang, at=moment(self.step.event.at, lang))
        counts = {"planned": len(self.planned), "dropped": len(self.not_called_for)}
        told = [self.step.explain(lang), say("called_for", lang, **counts)]
        if self.unplanned is not None:
            told.append(say("unplanned", lang, error=self.unplanned))
        return "\n".join(told)

    def to_dict(self) -> dict[str, Any]:
        """Return the number of the event on the journey, and the intents by key, as plain data."""
        return {
            "seq": self.step.seq,
            "planned": [one.key for one in self.planned],
            "not_called_for": [one.key for one in self.not_called_for],
            "erased": self.erased,
            "unplanned": self.unplanned,
            "ahead": self.ahead,
        }


def _counted(handled: Mapping[State, int]) -> Mapping[State, int]:
    return MappingProxyType({state: handled[state] for state in State if handled.get(state)})


@attrs.frozen(repr=False)
class RunReport(Worded):
    """What one run of a dispatcher came to.

    Attributes:
        customers: how many customers were attended to.
        handled: how many intents stand in which state after they were handled; PLANNED are those
            that wait for another moment, or another attempt.
        planned: how many intents were planned because the clock called for them, or what was sent.
        left: how many intents were left alone for a dispatcher that has their hook, or the playbook
            that planned them. They are looked at again after waits that grow as they get older.
        erased: how many outcomes of hooks were not kept, for the customer was erased meanwhile.
        late: how many intents were put off past the moment at which what they are for is due.
        failing: the handles of the customers who could not be attended to, in the order of the
            errors of the ``DispatchError``. ``Dispatcher.whose`` tells whom a handle names.
        unplanned: how many times a journey was told of what was sent, and planning for that failed:
            the next run tries again.
    """

    customers: int = 0
    handled: Mapping[State, int] = attrs.field(factory=dict, converter=_counted)
    planned: int = 0
    left: int = 0
    erased: int = 0
    failing: tuple[str, ...] = ()
    unplanned: int = 0
    late: int = 0

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Return the counts in words.

        Args:
            lang: the language.
        """
        told = [f"{name(state, lang)} {count}" for state, count in self.handled.items()]
        if self.left:
            told.append(f"{word('left_alone', lang)} {self.left}")
        if self.erased:
            told.append(f"{word('erased_meanwhile', lang)} {self.erased}")
        if self.unplanned:
            told.append(f"{word('unplanned_yet', lang)} {self.unplanned}")
        if self.late:
            told.append(f"{word('put_off_late', lang)} {self.late}")
        if self.failing:
            told.append(f"{word('not_attended', lang)} {len(self.failing)}")
        handled = ", ".join(told) or word("idle", lang)
        return say("run", lang, customers=self.customers, planned=self.planned, handled=handled)

    def __repr__(self) -> str:
        handled = sum(self.handled.values())
        return f"<RunReport: {self.customers} customers, {handled} handled, {self.planned} planned>"

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as plain data, intents by the name of their state."""
        handled = {state.value: count for state, count in self.handled.items()}
        counts = {"customers": self.customers, "planned": self.planned, "left": self.left}
        counts |= {"erased": self.erased, "late": self.late, "unplanned": self.unplanned}
        return counts | {"failing": [*self.failing], "handled": handled}


class DispatchError(CxJourneyError, ExceptionGroup[Exception]):
    """Some customers could not be attended to; all others were.

    Each error has a note with the handle of its customer, which ``Dispatcher.whose`` looks up, and
    how often in a row it was. Each will be tried again, after a wait that grows with the failures
    in a row; ``Dispatcher.troubles`` lists them. ``report`` tells what was done.
    """

    report: RunReport

    def derive(self, excs: Sequence[Exception]) -> Self:  # type: ignore[override]
        """Return a group of the same kind with some of the errors (for ``except*``)."""
        group = type(self)(self.message, excs)
        group.report = self.report
        return group


def now(settings: Settings) -> datetime:
    """Return the time.

    Raises:
        NaiveTimeError: when the clock gives a time without a zone.
    """
    return check_time(settings.clock(), "clock.now")
