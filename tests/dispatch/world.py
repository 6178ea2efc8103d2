"""A small company for tests of dispatch: its clock, its carriers, its playbook, its customers."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from cxjourney import Channel, Event, EventKind, Phase, Purpose
from cxjourney.channels import (
    Approval,
    Content,
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
from cxjourney.dispatch import Dispatcher
from cxjourney.dispatch.journal import Journal, MemoryJournal, OutboxItem, State
from cxjourney.playbook import Entered, NearlyDue, Opened, Play, Playbook

K = EventKind
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
TALLINN = ZoneInfo("Europe/Tallinn")
NOTE = "nothing was unclear"

PLAYS = (
    Play(
        "welcome", Entered(Phase.AFFIRM), Purpose.AFFIRM, (Channel.EMAIL, Channel.POST), "welcome"
    ),
    Play("answer", Opened("answer"), Purpose.ANSWER, (Channel.FACE_TO_FACE,), tells=K.ANSWERED),
    Play("hurry", NearlyDue("answer", timedelta(days=2)), Purpose.ANSWER, (Channel.FACE_TO_FACE,)),
    Play(
        "ask",
        Entered(Phase.ACCOMPLISH),
        Purpose.ASK_FEEDBACK,
        (Channel.EMAIL,),
        "ask",
        after=timedelta(hours=1),
        tells=K.FEEDBACK_ASKED,
    ),
)


def playbook(*plays: Play) -> Playbook:
    """Return a playbook of the tests."""
    return Playbook("tests", 1, plays or PLAYS)


def content(id: str, channel: Channel, **fields: Any) -> Content:
    """Return a content that two people approved."""
    digest = digest_of(f"{id} {channel.value}")
    approvals = (Approval("bob", digest), Approval("eve", digest))
    return Content(id, channel, "ann", digest, approvals, **fields)


LIBRARY = Library(
    content(id, channel) for id in ("welcome", "ask") for channel in (Channel.EMAIL, Channel.POST)
)


@attrs.define
class Clock:
    """A clock that is set by hand."""

    at: datetime = MONDAY

    def __call__(self) -> datetime:
        """Return the time."""
        return self.at

    def pass_by(self, **by: float) -> None:
        """Let some time pass."""
        self.at += timedelta(**by)


@attrs.define
class Carrier:
    """A hook that does as it is told, and counts what it delivered by key."""

    says: Callable[[HookContext], HookOutcome] = lambda _: Sent("ok", NOTE)
    contexts: list[HookContext] = attrs.field(factory=list)

    def __call__(self, context: HookContext) -> HookOutcome:
        """Carry out."""
        self.contexts.append(context)
        return self.says(context)

    @property
    def calls(self) -> Counter[str]:
        """How often it was called, by play."""
        return Counter(context.intent.play for context in self.contexts)


def hooks(carrier: Hook, **options: Any) -> HookSet[Hook]:
    """Return a set with one carrier for every channel."""
    chosen: HookSet[Hook] = HookSet()
    for channel in Channel:
        chosen = chosen.on(channel, carrier, **{"timeout": None, **options})
    return chosen


POLICY = Policy(Limits(service=frozenset(Purpose), contacts_a_day=100, contacts_a_week=100))


def profile(_: str) -> Profile:
    """Return a profile of Tallinn."""
    return Profile(zone=TALLINN, values={"name": "Mari"})


@attrs.define
class World:
    """A company with one dispatcher."""

    carrier: Carrier = attrs.field(factory=Carrier)
    clock: Clock = attrs.field(factory=Clock)
    journal: Journal = attrs.field(factory=MemoryJournal)
    options: dict[str, Any] = attrs.field(factory=dict)

    def dispatcher(self, **options: Any) -> Dispatcher:
        """Return a dispatcher, new each time."""
        given: dict[str, Any] = {
            "playbook": playbook(),
            "policy": POLICY,
            "hooks": hooks(self.carrier),
            "clock": self.clock,
            "library": LIBRARY,
            "profiles": profile,
            **self.options,
            **options,
        }
        return Dispatcher(self.journal, **given)

    def happens(
        self, kind: EventKind, customer: str = "c", engagement: str = "", **payload: Any
    ) -> Event:
        """Record an event now, whose id is its kind's name."""
        event = Event(kind, self.clock.at, kind.name, payload)
        self.dispatcher().record(customer, engagement, event)
        return event

    def items(self, customer: str = "c") -> dict[str, OutboxItem]:
        """Return a customer's intents by play."""
        return {one.intent.play: one for one in self.journal.read(customer).outbox}

    def states(self, customer: str = "c") -> dict[str, State]:
        """Return where a customer's intents stand, by play."""
        return {play: one.state for play, one in self.items(customer).items()}
