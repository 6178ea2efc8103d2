"""A journal that checks at every write what dispatch must never do; carriers of every mood."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from enum import Enum, unique
from typing import Any

import attrs

from cxjourney.channels import Deferred, Failed, HookContext, HookOutcome, Sent, Skipped, Unknown
from cxjourney.dispatch.journal import Commit, CustomerRecord, MemoryJournal, OutboxItem, State
from cxjourney.journey import Journey
from cxjourney.vocabulary import Channel, EventKind, Purpose
from tests.dispatch.crashing import Crash

S = State
EDGES: dict[State | None, frozenset[State]] = {
    None: frozenset({S.PLANNED, S.WAITING, S.DENIED, S.SKIPPED}),
    S.PLANNED: frozenset({S.PLANNED, S.WAITING, S.STARTED, S.DENIED, S.SKIPPED, S.FAILED, S.SENT}),
    S.WAITING: frozenset({S.WAITING, S.PLANNED, S.DENIED, S.SKIPPED, S.FAILED, S.SENT}),
    S.STARTED: frozenset({S.PLANNED, S.SENT, S.SKIPPED, S.FAILED, S.UNKNOWN}),
    S.UNKNOWN: frozenset({S.PLANNED, S.SENT, S.SKIPPED, S.FAILED, S.UNKNOWN}),
    S.FAILED: frozenset({S.PLANNED, S.SENT, S.SKIPPED, S.FAILED}),
    S.SENT: frozenset({S.PLANNED, S.FAILED}),
    S.SKIPPED: frozenset(),
    S.DENIED: frozenset({S.PLANNED}),
}
"""Where an intent may go from where it stands; from SKIPPED nowhere."""
A_WEEK = 7


@unique
class Mood(Enum):
    """How carriers behave."""

    WELL = "delivers"
    FAILS = "fails, and a retry may help"
    FAILS_FOR_GOOD = "fails, and no retry helps"
    RAISES_BEFORE = "raises, and nothing was delivered"
    RAISES_AFTER = "raises, and it was delivered"
    RAMBLES = "delivers, and says something that is no outcome"
    LIES = "says sent, and delivers nothing"
    DOUBLES = "delivers twice"
    UNSURE = "delivers, and takes so long that nobody waits for it"
    SLOW = "delivers, and takes longer than the lease"
    DEFERS = "puts it off"
    PUTS_OFF_TO_THE_PAST = "puts it off until a moment that is past"
    SKIPS = "leaves it undone"
    CRASHES = "delivers, and the process ends"


DELIVERS = frozenset(
    {
        Mood.WELL,
        Mood.RAISES_AFTER,
        Mood.RAMBLES,
        Mood.DOUBLES,
        Mood.UNSURE,
        Mood.SLOW,
        Mood.CRASHES,
    }
)


@attrs.define
class Carriers:
    """Carriers in some mood; those of some channels honour the key.

    Attributes:
        honest: the channels whose carriers deliver the same key once.
        take: lets time pass.
        mood: how they behave.
        delivered: how often each intent reached its customer, by customer and key.
        excused: how many of these nobody could have prevented, by key.
    """

    honest: frozenset[Channel]
    take: Callable[[timedelta], None]
    mood: Mood = Mood.WELL
    delivered: dict[str, Counter[str]] = attrs.field(factory=dict)
    excused: Counter[str] = attrs.field(factory=Counter)

    def carry(self, context: HookContext) -> HookOutcome:
        """Carry an intent out, or do something else."""
        mood, honest = self.mood, context.channel in self.honest
        delivered = self.delivered.setdefault(context.intent.customer, Counter())
        if honest and delivered[context.key]:
            mood = Mood.WELL if mood not in DELIVERS else mood  # it was delivered, and says so
        elif mood in DELIVERS:
            delivered[context.key] += 1
            if mood is Mood.DOUBLES and not honest:
                delivered[context.key] += 1
                self.excused[context.key] += 1
        if mood is Mood.SLOW:
            self.take(timedelta(minutes=6))
        said: dict[Mood, Any] = {
            Mood.FAILS: Failed("busy", retryable=True),
            Mood.FAILS_FOR_GOOD: Failed("nobody_there"),
            Mood.RAMBLES: "200 OK",
            Mood.UNSURE: Unknown("timed_out"),
            Mood.DEFERS: Deferred(context.now + timedelta(hours=1)),
            Mood.PUTS_OFF_TO_THE_PAST: Deferred(context.now - timedelta(hours=1)),
            Mood.SKIPS: Skipped("no_wish"),
        }
        if mood in {Mood.RAISES_BEFORE, Mood.RAISES_AFTER}:
            raise OSError
        if mood is Mood.CRASHES:
            raise Crash
        outcome: HookOutcome = said.get(mood, Sent("receipt", "nothing was unclear"))
        return outcome


@attrs.define
class WatchedJournal:
    """A journal in memory that checks each commit before it is written.

    Attributes:
        lease: how long a dispatcher may take; so a STARTED intent tells when it was decided.
        zone: the customers' time zone, by which caps are counted.
        solicited: the purposes that caps do not count.
    """

    lease: timedelta
    zone: tzinfo
    solicited: frozenset[Purpose]
    journal: MemoryJournal = attrs.field(factory=MemoryJournal)
    _started: dict[str, int | None] = attrs.field(factory=dict)

    def commit(self, commit: Commit) -> None:
        """As ``Journal.commit``."""
        before = self.journal.read(commit.customer)
        self.journal.commit(commit)
        kept = {one.key: one for one in before.outbox}
        answered = {one.key: one.outcome for one in commit.attempts}
        for item in commit.outbox:
            old = kept.get(item.key)
            if item != old:
                _check_edge(old, item)
                self._check_claim(before, item, answered.get(item.key))
            if old is not None and old.unsure_at is not None:
                _check_unsure(old, item, answered.get(item.key))
            if item.state is State.STARTED and item.next_at is not None:
                moment = item.next_at - self.lease
                _check_meaning(before, item, moment)
                _check_consent(before, item, moment)
                self._check_caps(before, item, moment)

    def __getattr__(self, method: str) -> Callable[..., Any]:
        """Return any other method."""
        found: Callable[..., Any] = getattr(self.journal, method)
        return found

    def _check_claim(
        self, before: CustomerRecord, item: OutboxItem, answer: HookOutcome | None
    ) -> None:
        """Nobody says that an attempt was cut off who did not claim the customer since."""
        if item.state is State.STARTED:
            self._started[item.key] = before.claim
        if answer == Unknown("crashed"):
            assert before.claim != self._started[item.key]

    def _check_caps(self, before: CustomerRecord, item: OutboxItem, now: datetime) -> None:
        """One unsolicited contact a channel and day, three in seven days, as far as is known."""
        if item.intent.purpose in self.solicited:
            return
        made = [one.contact for one in before.outbox if one.key != item.key]
        days = [
            ((self._day(now) - self._day(one.at)).days, one.channel)
            for one in made
            if one is not None and one.purpose not in self.solicited
        ]
        assert sum(back == 0 and channel is item.channel for back, channel in days) < 1
        assert sum(0 <= back < A_WEEK for back, _ in days) < 3

    def _day(self, at: datetime) -> datetime:
        return at.astimezone(self.zone).replace(
            hour=0, minute=0, second=0, microsecond=0, tzinfo=None
        )


def _check_edge(old: OutboxItem | None, item: OutboxItem) -> None:
    """An intent goes only where it may, and stays the same intent."""
    edge = None if old is None else old.state, item.state
    unsure = old is not None and old.unsure_at is not None
    assert item.state in EDGES[edge[0]] or (unsure and item.state is State.UNKNOWN), edge
    if old is not None:
        assert (old.intent, old.number) == (item.intent, item.number)
        assert item.attempts - old.attempts == (item.state is State.STARTED)
    assert (item.next_at is None) != item.state.waits, edge
    assert (item.settled_at is None) == item.state.waits, edge
    assert item.unsure_at is not None or item.state is not State.UNKNOWN


def _check_unsure(old: OutboxItem, item: OutboxItem, answer: HookOutcome | None) -> None:
    """What may have reached the customer stays so until a hook or a person says more."""
    if old.state.waits and answer is None:
        assert item.channel is old.channel
        assert item.unsure_at == old.unsure_at
        assert item.state in {State.PLANNED, State.STARTED, State.UNKNOWN}


def _check_meaning(before: CustomerRecord, item: OutboxItem, now: datetime) -> None:
    """Nothing is begun too late, for what is not owed any more, or for a place that was left."""
    intent = item.intent
    (kept,) = [one for one in before.journeys if one.engagement == intent.engagement]
    journey = Journey.from_dict(dict(kept.data))
    assert intent.not_before <= now or item.attempts > 1, "a clock may go back before a retry"
    assert intent.expires is None or now <= intent.expires
    assert intent.place in {None, journey.place}
    if intent.obligation is not None:
        owed = {one.key.partition(":")[2] for one in journey.owed}
        assert intent.obligation.partition(":")[2] in owed


def _check_consent(before: CustomerRecord, item: OutboxItem, now: datetime) -> None:
    """Nothing is begun after a withdrawal was written."""
    words = [
        (event.at, event.kind.rank, event.kind)
        for event in (event for one in before.journeys for event in _events(one.data))
        if event.payload.get("channel") is item.channel
        and event.payload.get("purpose") is item.intent.purpose
    ]
    past = [one for one in words if one[2] is EventKind.CONSENT_WITHDRAWN or one[0] <= now]
    last = max(past, key=lambda one: one[:2], default=None)
    assert last is None or last[2] is EventKind.CONSENT_GIVEN


def _events(data: Any) -> list[Any]:
    journey = Journey.from_dict(dict(data))
    return [step.event for step in journey.history if step.seq]
