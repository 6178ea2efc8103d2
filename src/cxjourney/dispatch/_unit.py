"""The unit of work: one customer's record opened for work, and the changes to be written."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from cxjourney.channels import Content, Deferred, Failed, HookOutcome, Intent, Sent, Skipped
from cxjourney.chart import ChartRef
from cxjourney.dispatch._driving import NOTE_MISSING
from cxjourney.dispatch._settings import Backoff, Settings
from cxjourney.dispatch.journal import (
    Attempt,
    Commit,
    CustomerRecord,
    JourneyRecord,
    OutboxItem,
    State,
    StepRecord,
    Tombstone,
)
from cxjourney.journey import Journey, Step
from cxjourney.playbook._planning import Decided, owed_for, wake_at
from cxjourney.vocabulary import Channel, Event

if TYPE_CHECKING:
    from cxjourney.channels import Profile


DEFERRED = "deferred_by_hook"
CRASHED = "crashed"


def settled(
    item: OutboxItem, outcome: HookOutcome, now: datetime, backoff: Backoff, *, again: bool
) -> OutboxItem:
    """Return the intent as it stands after an attempt.

    Args:
        item: the intent, STARTED.
        outcome: what came of the attempt.
        now: the moment.
        backoff: how long to wait after failures.
        again: whether an attempt of which nobody knows may be repeated.
    """
    match outcome:
        case Sent():
            return _closed(item, State.SENT, "", now)
        case Skipped(reason):
            return _closed(item, State.SKIPPED, reason, now)
        case Deferred(until):
            later = until if until > now else now + backoff.first
            return _waiting(item, later, DEFERRED, failures=0)
    failures = item.failures + 1
    later = now + backoff.wait(failures, item.key, item.attempts)
    tired = failures >= backoff.tries
    if isinstance(outcome, Failed):
        return _failed(
            item, outcome.reason, now, later if outcome.retryable and not tired else None
        )
    if not again or outcome.reason == NOTE_MISSING or tired:
        return _closed(item, State.UNKNOWN, outcome.reason, now)
    return attrs.evolve(_waiting(item, later, outcome.reason, failures), unsure_at=now)


def _failed(item: OutboxItem, reason: str, now: datetime, later: datetime | None) -> OutboxItem:
    """Return an intent that failed: it waits, or falls back to its next channel, or is dead."""
    if later is not None:
        return _waiting(item, later, reason, item.failures + 1)
    left = item.intent.channels[item.intent.channels.index(item.channel) + 1 :]
    if left:
        return attrs.evolve(_waiting(item, now, reason, failures=0), channel=left[0])
    return _closed(item, State.FAILED, reason, now)


def _closed(item: OutboxItem, state: State, reason: str, now: datetime) -> OutboxItem:
    closed = attrs.evolve(item, state=state, reason=reason, next_at=None, settled_at=now)
    return attrs.evolve(closed, unsure_at=now if state is State.UNKNOWN else None)


def _waiting(item: OutboxItem, at: datetime, reason: str, failures: int) -> OutboxItem:
    waiting = attrs.evolve(item, state=State.PLANNED, next_at=at, reason=reason)
    return attrs.evolve(waiting, failures=failures, unsure_at=None)


class UnitOfWork:
    """One customer's record, opened for work; nothing is written before ``as_commit`` is committed.

    Args:
        record: what the journal keeps.
        settings: what dispatch goes by.

    Raises:
        DecodeError: when a journey that is kept cannot be read.
    """

    def __init__(self, record: CustomerRecord, settings: Settings) -> None:
        self.settings: Settings = settings
        self.customer: str = record.customer
        self.revision: int = record.revision
        self.claim: int | None = record.claim
        self.profile: Profile = settings.profiles(record.customer)
        self.journeys: dict[str, Journey] = {
            one.engagement: _restored(one, settings) for one in record.journeys
        }
        self._charts = {one.engagement: _chart_of(one) for one in record.journeys}
        self._steps = {one.engagement: one.steps for one in record.journeys}
        self._outbox = {one.intent.key: one for one in record.outbox}
        self.decided: Decided = self._decided()
        self._contents: dict[str, Mapping[Channel, Content | None]] = {}
        self._begin_changes()

    def _begin_changes(self) -> None:
        self._changed: set[str] = set()
        self._put: dict[str, OutboxItem] = {}
        self._attempts: list[Attempt] = []
        self._erased: dict[str, Tombstone] = {}
        self._lease: datetime | None = None

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return bool(self._changed or self._put or self._attempts or self._erased)

    @property
    def outbox(self) -> tuple[OutboxItem, ...]:
        """The customer's intents, in order of planning."""
        return tuple(self._outbox.values())

    @property
    def next_number(self) -> int:
        """The number of the next intent that is planned."""
        last = next(reversed(self._outbox.values()), None)
        return 1 if last is None else last.number + 1

    def history(self, engagement: str) -> tuple[Step, ...]:
        """Return the steps of a journey so far; none where there is no journey yet."""
        journey = self.journeys.get(engagement)
        return () if journey is None else journey.history

    def item(self, key: str) -> OutboxItem | None:
        """Return an intent in the outbox, or None."""
        return self._outbox.get(key)

    def next_due(self, now: datetime) -> OutboxItem | None:
        """Return the first intent, in order of planning, whose moment has come."""
        for one in self._outbox.values():
            if one.state is State.PLANNED and one.next_at is not None and one.next_at <= now:
                return one
        return None

    def record(self, engagement: str, event: Event) -> Step:
        """Fold an event into a journey; a new one where there is none yet.

        Raises:
            CxJourneyError: as ``Journey.record``; then nothing is changed.
        """
        journey = self.journeys.get(engagement)
        if journey is None:
            journey = self._new(engagement)
        seq, step = journey.seq, journey.record(event)
        if journey.seq != seq:
            self.journeys[engagement] = journey
            self._changed.add(engagement)
            self._steps[engagement] = (*self._steps.get(engagement, ()), _noted(step))
        return step

    def name_planned(self, engagement: str, planned: Iterable[OutboxItem]) -> None:
        """Note with the latest step of a journey which intents were planned with it."""
        *before, last = self._steps[engagement]
        keys = tuple(one.key for one in planned)
        self._steps[engagement] = (*before, attrs.evolve(last, planned=keys))

    def waking(self, now: datetime) -> list[str]:
        """Return the journeys on which the clock makes something true by now, by engagement."""
        moments = {name: self._wake_at(journey) for name, journey in self.journeys.items()}
        return [name for name, at in moments.items() if at is not None and at <= now]

    def advance(self, engagement: str, now: datetime) -> None:
        """Tell a journey the time."""
        self.journeys[engagement].advance(now)
        self._changed.add(engagement)

    def put(self, item: OutboxItem, attempt: Attempt | None = None) -> None:
        """Put an intent into the outbox, or change how it stands there."""
        self._outbox[item.key] = self._put[item.key] = item
        if attempt is not None:
            self._attempts.append(attempt)

    def contents(self, intent: Intent) -> Mapping[Channel, Content | None]:
        """Return what would be said on each of an intent's channels."""
        found = self._contents.get(intent.key)
        if found is None:
            find, lang, id = self.settings.library.find, self.profile.lang, intent.content
            found = {one: None if id is None else find(id, one, lang) for one in intent.channels}
            self._contents[intent.key] = found
        return found

    def news_of(self, item: OutboxItem, now: datetime) -> Event | None:
        """Return what the journey is to be told of an intent that was sent, or None."""
        intent, journey = item.intent, self.journeys[item.intent.engagement]
        owed = owed_for(intent, journey)
        for kind in journey.chart.kinds:
            if kind.name == intent.tells:
                names_it = any(field.name == "obligation" for field in kind.fields)
                duty = intent.obligation if owed is None else owed.key
                payload = {"obligation": duty} if names_it else {}
                return Event(kind, now, f"sent:{item.key}", payload)
        return None

    def hold_until(self, lease: datetime) -> None:
        """Keep the claim until a moment."""
        self._lease = lease

    def erase(self, engagement: str, event: Event) -> Step:
        """Erase a journey: its intents and what came of them go with it, counts stay.

        Raises:
            CxJourneyError: as ``Journey.record``; then nothing is changed.
        """
        journey = self.journeys.pop(engagement, None)
        if journey is None:
            return self._new(engagement).record(event)
        step = journey.record(event)
        self._changed.discard(engagement)
        gone = [one for one in self.outbox if one.intent.engagement == engagement]
        for one in gone:
            del self._outbox[one.key]
            self._put.pop(one.key, None)
        self.decided = self._decided()
        self._erased[engagement] = Tombstone(journey.to_dict(), _tallied(gone))
        return step

    def as_commit(self) -> Commit:
        """Return what is to be written."""
        changed = sorted(self._changed)
        wakes = {name: self._wake_at(journey) for name, journey in self.journeys.items()}
        moments = [one.next_at for one in self._outbox.values()]
        soonest = [at for at in (*moments, *wakes.values()) if at is not None]
        return Commit(
            self.customer,
            self.revision,
            attention_at=min(soonest, default=None),
            journeys=tuple(
                JourneyRecord(
                    name, self.journeys[name].to_dict(), self._steps.get(name, ()), wakes[name]
                )
                for name in changed
            ),
            rewritten=frozenset(
                name
                for name in changed
                if self._charts.get(name) not in {None, self.journeys[name].chart.ref}
            ),
            outbox=tuple(self._put.values()),
            attempts=tuple(self._attempts),
            erased=dict(self._erased),
            lease=self._lease,
        )

    def written(self) -> None:
        """Take note that the commit was written."""
        self.revision += 1
        self._charts |= {name: self.journeys[name].chart.ref for name in self._changed}
        self._begin_changes()

    def _new(self, engagement: str) -> Journey:
        return Journey(self.customer, engagement, chart=self.settings.playbook.chart)

    def _wake_at(self, journey: Journey) -> datetime | None:
        return wake_at(self.settings.playbook, journey, self.profile.segment, self.decided)

    def _decided(self) -> Decided:
        known = [one.intent for one in self._outbox.values()]
        return Decided(known, self.settings.playbook)


def _restored(kept: JourneyRecord, settings: Settings) -> Journey:
    """Return a journey on the playbook's chart where it follows that one, or can get there."""
    chart = settings.playbook.chart
    wanted = chart if settings.migrations or _chart_of(kept) == chart.ref else None
    return Journey.from_dict(dict(kept.data), chart=wanted, migrations=settings.migrations)


def _chart_of(kept: JourneyRecord) -> ChartRef:
    return ChartRef(**kept.data["chart"])


def _noted(step: Step) -> StepRecord:
    return StepRecord(
        step.seq,
        step.effect.name,
        tuple(move.row for move in step.moves),
        step.after.place.name,
        tuple(one.key for one in step.opened),
        tuple(one.key for one in step.met),
    )


def _tallied(items: Iterable[OutboxItem]) -> dict[str, int]:
    named = (f"{one.channel.value} {one.intent.purpose.value} {one.state.value}" for one in items)
    return dict(sorted(Counter(named).items()))
