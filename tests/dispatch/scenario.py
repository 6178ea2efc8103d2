"""The scenario of the crashes: four customers, five engagements, two days, and what came of them.

One play of the scenario is one world: a journal, carriers outside that remember what reached whom,
a clock, and a caller who tells what happened, again if need be. A crash loses the dispatcher and
nothing else. It has a fallback after a failed hook, a retry with backoff, a deferral by quiet hours
and one by a hook, tasks for people, an obligation that is met before its intent is sent, a dead
letter, denials, and facts that journeys are told and which call for more.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

import attrs

from cxjourney.channels import (
    Approval,
    AsyncHook,
    Content,
    Deferred,
    Failed,
    Gift,
    Hook,
    HookContext,
    HookOutcome,
    HookSet,
    Library,
    Profile,
    Sent,
    digest_of,
)
from cxjourney.channels.policy import Limits, Policy
from cxjourney.dispatch import AsyncDispatcher, Dispatcher, OnUnknown
from cxjourney.dispatch.journal import Journal, State
from cxjourney.dispatch.journal._async import AsyncFace  # over a journal that fails
from cxjourney.playbook import Entered, NearlyDue, Opened, Play, Playbook
from cxjourney.vocabulary import Channel, Event, EventKind, Phase, Purpose
from tests.dispatch.crashing import Crash, FaultyHook, FaultyJournal, Fuse

K, P = EventKind, Purpose
EMAIL, TEXT, POST, VIDEO = Channel.EMAIL, Channel.TEXT, Channel.POST, Channel.VIDEO
PERSON, GIFT = Channel.FACE_TO_FACE, Channel.GIFT
HOUR = timedelta(hours=1)

PLAYS = (
    Play("welcome", Entered(Phase.ASSESS), P.INFORM, (EMAIL, POST), "welcome"),
    Play("welcome", Entered(Phase.ASSESS), P.INFORM, (), segment="called"),
    Play("answer", Opened("answer"), P.ANSWER, (EMAIL,), "answer", tells=K.ANSWERED),
    Play("answer", Opened("answer"), P.ANSWER, (), segment="called"),
    Play("call", NearlyDue("answer", 155 * HOUR), P.ANSWER, (PERSON,), tells=K.ANSWERED),
    Play("more", Entered(Phase.AFFIRM), P.SELL, (EMAIL, POST), "more"),
    Play("affirm", Opened("affirm_decision"), P.AFFIRM, (TEXT,), "affirm", tells=K.REASSURED),
    Play("hand_over", Opened("hand_over"), P.ONBOARD, (PERSON,), tells=K.FULFILLED),
    Play("sorry", Opened("acknowledge"), P.APOLOGISE, (POST,), "sorry", tells=K.ANSWERED),
    Play("solve", Opened("solve"), P.SOLVE, (PERSON,), after=3 * HOUR, tells=K.RECOVERED),
    Play(
        "ask",
        Opened("ask_feedback"),
        P.ASK_FEEDBACK,
        (EMAIL,),
        "ask",
        after=HOUR,
        tells=K.FEEDBACK_ASKED,
    ),
    Play("film", Opened("celebrate_or_recover"), P.CONGRATULATE, (VIDEO,), "film"),
    Play("route", Opened("route_feedback"), P.INFORM, (PERSON,), tells=K.FULFILLED),
    Play(
        "loyalty",
        Opened("confirm_loyalty"),
        P.LOYALTY,
        (GIFT,),
        "gift",
        tells=K.LOYALTY_CONFIRMED,
    ),
    Play("fan", Entered(Phase.ADVOCATE), P.THANK, (EMAIL,), "fan"),
)
UNAPPROVED = "more"
PLAYBOOK = Playbook("crashes", 1, PLAYS)
POLICY = Policy(Limits(service=frozenset(P), solicited=frozenset(P)))
HONEST = frozenset({EMAIL, TEXT})
"""The channels whose carriers honour the key."""


def _content(id: str, channel: Channel) -> Content:
    digest = digest_of(f"{id} {channel.value}")
    approvals = () if id == UNAPPROVED else (Approval("somebody", digest),)
    gift = Gift(Decimal(5), personal_note=True) if channel is GIFT else None
    return Content(id, channel, "author", digest, approvals, gift=gift)


LIBRARY = Library(
    {
        (play.content, channel): _content(play.content, channel)
        for play in PLAYS
        for channel in play.channels
        if play.content is not None
    }.values()
)


def profile(customer: str) -> Profile:
    """Return the profile of a customer; dora wants to be called."""
    return Profile(segment="called" if customer == "dora" else None, values={"name": customer})


MONDAY, TUESDAY = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)
END = TUESDAY + 20 * HOUR
Happening = tuple[datetime, str, str, EventKind, Mapping[str, object]]
NOTHING: Mapping[str, object] = {}
HAPPENINGS: tuple[Happening, ...] = (
    (MONDAY + 9 * HOUR, "anna", "", K.CONTACTED, NOTHING),
    (MONDAY + 9 * HOUR, "bert", "a", K.ASKED, {"question": "when?"}),
    (MONDAY + 9 * HOUR, "cleo", "", K.PURCHASED, NOTHING),
    (MONDAY + 9 * HOUR, "dora", "", K.ASKED, {"question": "how?"}),
    (MONDAY + 12 * HOUR, "anna", "", K.PURCHASED, NOTHING),
    (MONDAY + 12 * HOUR, "cleo", "", K.COMPLAINED, NOTHING),
    (MONDAY + 14 * HOUR, "anna", "", K.RESULT_ACHIEVED, NOTHING),
    (MONDAY + 14 * HOUR, "cleo", "", K.REASSURED, NOTHING),
    (MONDAY + 22 * HOUR, "anna", "", K.FEEDBACK_CAPTURED, {"text": "good"}),
    (MONDAY + 22 * HOUR, "bert", "b", K.PURCHASED, NOTHING),
    (TUESDAY + 10 * HOUR, "anna", "", K.REFERRED, NOTHING),
    (TUESDAY + 10 * HOUR, "anna", "", K.LOYALTY_SHOWN, NOTHING),
)


@attrs.define
class Carriers:
    """What is outside: it remembers what reached the customers, whatever crashes.

    Attributes:
        reached: how often each intent reached its customer, by key.
        honest: the channels on which the same key twice has the effect of once.
    """

    honest: frozenset[Channel]
    reached: Counter[str] = attrs.field(factory=Counter)

    def carry(self, context: HookContext) -> HookOutcome:
        """Carry an intent out, unless it is one that makes trouble."""
        told = context.intent.customer, context.intent.play, context.channel
        if told == ("bert", "welcome", EMAIL):
            return Failed("no_such_address")
        if told == ("bert", "answer", EMAIL) and context.attempt == 1:
            return Failed("busy", retryable=True)
        if told == ("anna", "hand_over", PERSON) and context.attempt == 1:
            return Deferred(context.now + 2 * HOUR)
        if told == ("anna", "film", VIDEO):
            return Failed("no_studio")
        if context.channel not in self.honest or not self.reached[context.key]:
            self.reached[context.key] += 1
        return Sent("receipt", "nothing was unclear")


def slowly(hook: Hook) -> AsyncHook:
    """Return a hook that lets others go on before it acts, and after."""

    async def carry(context: HookContext, /) -> HookOutcome:
        await asyncio.sleep(0)
        outcome = hook(context)
        await asyncio.sleep(0)
        return outcome

    return carry


def crash_in(error: BaseException) -> Crash | None:
    """Return the crash that an error is, or has in it where tasks ran side by side."""
    if isinstance(error, BaseExceptionGroup):
        return next((one for one in map(crash_in, error.exceptions) if one is not None), None)
    return error if isinstance(error, Crash) else None


@attrs.frozen
class Waiting:
    """An asynchronous dispatcher for synchronous code: each call is waited for."""

    dispatcher: AsyncDispatcher

    def __getattr__(self, method: str) -> Callable[..., Any]:
        """Return a method that is waited for."""
        act = getattr(self.dispatcher, method)

        def wait(*args: object, **named: object) -> object:
            return asyncio.run(act(*args, **named))

        return wait


@attrs.define
class World:
    """One play of the scenario.

    Attributes:
        journal: keeps everything; empty in the beginning.
        fuse: where the process crashes.
        on_unknown: what the dispatchers do when nobody knows.
        honest: the channels whose hooks are registered as idempotent, and are.
        now: what the clock shows; it goes on over a crash.
        told: how many happenings were told for sure.
        crashes: at which points the process crashed.
        cut_off: the keys of the intents of which nobody can know what became, for their hooks do
            not honour the key, and were cut off.
        seen: the keys of those that stood among the dead letters, unknown.
        workers: with how many an asynchronous dispatcher plays; 0 for a synchronous one.
    """

    journal: Journal
    fuse: Fuse = attrs.field(factory=Fuse)
    on_unknown: OnUnknown = OnUnknown.KEEP
    honest: frozenset[Channel] = HONEST
    now: datetime = MONDAY
    told: int = 0
    crashes: list[str] = attrs.field(factory=list)
    cut_off: set[str] = attrs.field(factory=set)
    seen: set[str] = attrs.field(factory=set)
    workers: int = 0
    carriers: Carriers = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.carriers = Carriers(self.honest)
        self.fuse.outside = lambda: (self.told, self.now)

    def play(self) -> "World":
        """Play the scenario to its end, with a fresh dispatcher after each crash."""
        while True:
            try:
                self._go_on(self._dispatcher())
            except BaseException as error:
                crash = crash_in(error)
                if crash is None:
                    raise
                self.crashes.append(str(crash))
                self.note_cut_off()
            else:
                return self

    def _dispatcher(self) -> Dispatcher:
        hook, hooks = FaultyHook(self.carriers.carry, self.fuse), HookSet[Any]()
        for channel in Channel:
            carrier = slowly(hook) if self.workers else hook
            hooks = hooks.on(channel, carrier, idempotent=channel in self.honest, timeout=None)
        journal = FaultyJournal(self.journal, self.fuse)
        given: dict[str, Any] = {
            "playbook": PLAYBOOK,
            "policy": POLICY,
            "hooks": hooks,
            "clock": lambda: self.now,
            "library": LIBRARY,
            "profiles": profile,
            "on_unknown": self.on_unknown,
        }
        if not self.workers:
            return Dispatcher(journal, **given)
        later = AsyncDispatcher(AsyncFace(journal), **given, workers=self.workers)
        return cast("Dispatcher", Waiting(later))

    def _go_on(self, dispatcher: Dispatcher) -> None:
        while self.told < len(HAPPENINGS):
            at, customer, engagement, kind, payload = HAPPENINGS[self.told]
            if at > self.now:
                self._let_pass(dispatcher, at)
            event = Event(kind, at, f"event {self.told}", payload)
            dispatcher.record(customer, engagement, event)
            self.told += 1
        self._let_pass(dispatcher, END)

    def _let_pass(self, dispatcher: Dispatcher, until: datetime) -> None:
        """Let time pass up to a moment; a person looks after what nobody knows."""
        while self._look_after(dispatcher) or self._has_work(dispatcher, until):
            dispatcher.run()
        self.now = max(self.now, until)

    def _has_work(self, dispatcher: Dispatcher, until: datetime) -> bool:
        """Let time pass up to the next thing to do, if that comes by some moment."""
        at = dispatcher.next_attention()
        if at is None or at > until:
            return False
        self.now = max(self.now, at)
        return True

    def note_cut_off(self) -> None:
        """Note of whose intents nobody can know what became, after a crash."""
        if self.on_unknown is OnUnknown.KEEP:
            started = self.journal.outbox([State.STARTED])
            known = self.journal.marks([one.key for one in started])
            unsure = {one.key for one in started if one.channel not in self.honest} - known.keys()
            new = unsure - self.cut_off  # what a crash before left may still be to be looked at
            assert len(new) <= max(self.workers, 1), "a crash leaves one of a batch unknown"
            self.cut_off |= new

    def _look_after(self, dispatcher: Dispatcher) -> bool:
        """Ask the carriers what became of the first intent of which nobody knows."""
        letters = dispatcher.dead_letters() if self.crashes else ()
        unknown = [one for one in letters if one.state is State.UNKNOWN]
        for one in unknown[:1]:
            self.seen.add(one.key)
            if self.carriers.reached[one.key]:
                dispatcher.resolve(one.key, Sent("receipt", "asked afterwards"))
            else:
                dispatcher.redrive(one.key)
        return bool(unknown)
