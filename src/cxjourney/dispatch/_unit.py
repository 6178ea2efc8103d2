"""The unit of work: one customer's record opened for work, and the changes to be written."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import attrs

from cxjourney.channels import Contact, Content, History, Intent
from cxjourney.dispatch._erasing._words import words_kept
from cxjourney.dispatch._opening import (
    AHEAD,
    OpenJourney,
    chart_of,
    opened_as_kept,
    restored,
)
from cxjourney.dispatch._past import Past, kept_on, past_of, snapshot_form
from cxjourney.dispatch._settings import Settings
from cxjourney.dispatch._waiting._later import Later
from cxjourney.dispatch._waiting._priorities import rank_of
from cxjourney.dispatch.journal import (
    Attempt,
    Commit,
    CustomerRecord,
    Dossier,
    Erasure,
    JourneyRecord,
    OutboxItem,
    State,
    Stretch,
)
from cxjourney.dispatch.journal._moving._origin import origin_in
from cxjourney.dispatch.journal._records_stored import is_held
from cxjourney.errors import SequenceError
from cxjourney.journey import Journey, Step
from cxjourney.journey._open import (
    head_form,
    is_late,
    owed_on,
    steps_of,
)
from cxjourney.playbook._decided import Decided
from cxjourney.playbook._planning import (
    Naming,
    Stays,
    called_by,
)
from cxjourney.vocabulary import Channel, Event

if TYPE_CHECKING:
    from cxjourney.channels import Profile
    from cxjourney.dispatch.journal import Rest

Texts = tuple[tuple[Channel, ...], str | None, Mapping[Channel, Content | None]]
"""The channels and the content of an intent, and what would be said on each channel."""


class UnitOfWork(Later):
    """One customer's record, opened for work; nothing is written before ``as_commit`` is committed.

    It is opened where things stand. Whoever needs more asks for the whole record, and gives it to
    ``load``.

    Args:
        dossier: what the journal keeps, as far as it is needed to go on.
        settings: what dispatch goes by.

    Raises:
        DecodeError: when a journey that is kept cannot be read.
    """

    def __init__(self, dossier: Dossier, settings: Settings) -> None:
        self.settings: Settings = settings
        self.customer: str = dossier.customer
        self.revision: int = dossier.revision
        self.claim: int | None = dossier.claim
        self._profile: Profile | None = None
        self.whole: bool = not dossier.journeys and not dossier.planned
        self.erasure: Erasure | None = dossier.erasure
        self.named: Mapping[str, str] = dossier.named
        self.rest: Rest | None = dossier.rest
        self.unread: set[str] = set()
        self._open: dict[str, OpenJourney] = {}
        self._seals = dossier.seals
        self._last = dossier.planned
        self._outbox = {one.intent.key: one for one in dossier.outbox}
        self._contents: dict[str, Texts] = {}
        self._told: tuple[Event, ...] | None = None
        self.plans: bool = True
        """Whether what is called for is planned; not for history that is imported."""
        self.unasked: bool = False
        """Whether what is held back is to be asked about again, for something changed."""
        for one in dossier.journeys:
            opened = opened_as_kept(one, settings, self.placed)
            if opened is None:
                self.unread.add(one.engagement)
            else:
                self._open[one.engagement] = opened
        self._begin_changes()
        self._decide_anew()

    @property
    def profile(self) -> "Profile":
        """What the company's files say of the customer, looked up when it is first asked for."""
        if self._profile is None:
            self._profile = self.settings.profiles(self.customer)
        return self._profile

    def load(self, record: CustomerRecord) -> None:
        """Take over all that is kept of the customer, with every event and intent.

        Raises:
            SequenceError: when it is not as of the same revision.
            DecodeError: when a journey that is kept cannot be read.
        """
        if record.revision != self.revision:
            raise SequenceError(self.revision, record.revision)
        kept = {one.key: one for one in record.outbox}
        self._outbox = kept | self._outbox  # what was changed here stays so
        for one in record.journeys:
            journey = restored(one, self.settings, self.placed)
            opened = OpenJourney(
                journey,
                chart=chart_of(one),
                left_out=one.data["left_out"],
                kept=one.steps,
                born=one.born,
                owed=() if one.snapshot is None else owed_on(journey),
                runs=one.runs,
                ahead=[*one.data.get(AHEAD, ())],
            )
            if one.engagement in self._open:
                opened.add_unwritten(self._open[one.engagement])
            opened.past = self._past_of(one, journey)
            opened.looked_at = len(steps_of(journey))
            self._open[one.engagement] = opened
        self.whole, self._told, self.rest = True, None, None
        self.unread.clear()
        self._decide_anew()

    def take_rest(self, dossier: Dossier) -> None:
        """Take over the intents that were not read with the others.

        Raises:
            SequenceError: when they are not as of the same revision.
        """
        if dossier.revision != self.revision:
            raise SequenceError(self.revision, dossier.revision)
        self._outbox = {one.key: one for one in dossier.outbox} | self._outbox
        self.rest = None
        self._decide_anew()

    def _past_of(self, kept: JourneyRecord, journey: Journey) -> Past:
        items = [one for one in self._outbox.values() if one.intent.engagement == kept.engagement]
        past = past_of(journey, items)
        past.origin = origin_in(kept.snapshot)
        past.forget(self.settings.policy.limits)
        opened = self._open.get(kept.engagement)
        if opened is None:
            kept_on(past, kept.snapshot)
        else:
            past.unplanned, past.reminded = opened.past.unplanned, opened.reminded
        return past

    def _begin_changes(self) -> None:
        self._changed: set[str] = set()
        self._put: dict[str, OutboxItem] = {}
        self._attempts: list[Attempt] = []
        self._reopened: set[str] = set()
        self._lease: datetime | None = None
        self._marked: dict[str, bool] = {}

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return bool(self._changed or self._put or self._attempts)

    @property
    def journeys(self) -> dict[str, Journey]:
        """The customer's journeys, by engagement."""
        return {name: one.journey for name, one in self._open.items()}

    def journey(self, engagement: str) -> Journey:
        """Return a journey that there is."""
        return self._open[engagement].journey

    def stays(self, engagement: str) -> Stays:
        """Return the stays that a journey's steps began."""
        return self._open[engagement].past.stays

    @property
    def outbox(self) -> tuple[OutboxItem, ...]:
        """The customer's open intents, or all where it is whole, in order of planning."""
        return tuple(self._outbox.values())

    @property
    def next_number(self) -> int:
        """The number of the next intent that is planned."""
        return self._last + 1

    def item(self, key: str) -> OutboxItem | None:
        """Return an intent in the outbox, or None."""
        return self._outbox.get(key)

    def take(self, item: OutboxItem) -> None:
        """Take over an intent that is not open, as it stands in the outbox."""
        self._outbox.setdefault(item.key, item)

    def is_late(self, engagement: str, event: Event) -> bool:
        """Say whether an event comes before one that its journey has."""
        opened = self._open.get(engagement)
        return opened is not None and is_late(opened.journey, event)

    def has_in_reach(self, engagement: str, event: Event, *, known: bool) -> bool:
        """Say whether all is read that recording an event needs, which is known already or not."""
        if self.whole or engagement not in self._open:
            return self.whole or not known
        return self._open[engagement].has_in_reach(event, known=known)

    def reach_back(self, engagement: str, found: Stretch) -> None:
        """Take over the history of a journey from a checkpoint on, if it is of use.

        Raises:
            SequenceError: when it is not as of the same revision.
        """
        if found.revision != self.revision:
            raise SequenceError(self.revision, found.revision)
        opened = self._open[engagement]
        self._open[engagement] = opened.reaching_back(self.customer, engagement, found) or opened

    def is_of_the_erased(self, event: Event) -> bool:
        """Say whether an event is of the time before the customer, or the engagement, was erased.

        Of one moment, the erasure comes last (SPEC 4.1).
        """
        return self.erasure is not None and event.at <= self.erasure.at

    def words_kept(self) -> list[Event]:
        """Return the withdrawals of consent that outlived an erasure, for whoever begins anew."""
        return [] if self._open or self.erasure is None else words_kept(self.erasure)

    def keys(self, engagement: str, play: str, occurrence: str) -> list[str]:
        """Return the keys that an intent would have with each secret, the one in use first."""
        named = self._open[engagement].naming(self.customer, self._seals)
        return [naming(play, occurrence) for naming in named]

    def naming(self, engagement: str) -> Naming:
        """Return what gives the intents of an engagement their keys."""
        return self._open[engagement].naming(self.customer, self._seals)[0]

    def record(self, engagement: str, event: Event) -> Step:
        """Fold an event into a journey; a new one where there is none yet.

        Raises:
            CxJourneyError: as ``Journey.record``; then nothing is changed.
        """
        opened = self._opened(engagement)
        journey = opened.journey
        seq, late = journey.seq, is_late(journey, event)
        step = journey.record(event)
        if journey.seq != seq:
            self._open[engagement] = opened
            self._changed.add(engagement)
            self._told, self.unasked = None, True
            opened.note(step, late=late)
        return step

    def called(self, engagement: str) -> tuple[Intent, ...]:
        """Return what the steps that were added to a journey since it was looked at call for."""
        opened = self._open[engagement]
        past, journey = opened.past, opened.journey
        steps, before = steps_of(journey)[opened.looked_at :], past.stays
        opened.looked_at += len(steps)
        past.follow(opened.raw(step) for step in steps if step.seq)
        calls, past.stays = self._called(engagement, steps, before)
        return calls

    def _called(
        self, engagement: str, steps: Iterable[Step], stays: Stays
    ) -> tuple[tuple[Intent, ...], Stays]:
        playbook, segment = self.settings.playbook, self.profile.segment
        journey, naming = self.journey(engagement), self.naming(engagement)
        return called_by(playbook, journey, steps, stays, segment, naming, self.zone)

    def all_calls(self, engagement: str) -> dict[str, Intent]:
        """Return what all that is known of a journey's history calls for, by key."""
        opened = self._open[engagement]
        calls, _ = self._called(engagement, steps_of(opened.journey), opened.stays)
        return {one.key: one for one in calls}

    def put_in(self, engagement: str, event: Event, seq: int) -> None:
        """Take note of an event that came late."""
        self._open[engagement].put_in(event, seq)

    def follow_anew(self, engagement: str) -> None:
        """Take note of a journey's whole history anew, for something was taken back from it."""
        self._open[engagement].follow_anew()

    def left_calls(self, engagement: str, since: datetime) -> tuple[Intent, ...]:
        """Return what happened from a moment on calls for; the record is loaded whole."""
        return self._called(engagement, *self._open[engagement].left(since))[0]

    def name_planned(self, engagement: str, planned: Iterable[OutboxItem]) -> None:
        """Note with the latest step of a journey which intents were planned with it."""
        steps = self._open[engagement].steps
        steps[-1] = attrs.evolve(steps[-1], planned=tuple(one.key for one in planned))

    def waking(self, now: datetime) -> list[str]:
        """Return the journeys on which the clock makes something true by now, by engagement."""
        moments = {name: self._wake_at(one) for name, one in self._open.items()}
        return [name for name, at in moments.items() if at is not None and at <= now]

    def advance(self, engagement: str, now: datetime) -> None:
        """Tell a journey the time."""
        self._open[engagement].journey.advance(now)
        self._changed.add(engagement)
        self.unasked = True

    def decide(self, intent: Intent) -> None:
        """Take note that an intent was decided, here or before."""
        self.decided.add(intent)

    def put(self, item: OutboxItem, attempt: Attempt | None = None) -> None:
        """Put an intent into the outbox, or change how it stands there."""
        key = item.intent.key
        before = self._outbox.get(key)
        self._outbox[key] = self._put[key] = item
        self._last = max(self._last, item.number)
        if item.state is State.SENT and (before is None or before.state is not State.SENT):
            self._open[item.intent.engagement].past.add(item)
            self._changed.add(item.intent.engagement)
        if before is not None and not before.state.is_open:
            self._reopened.add(key)
        if attempt is not None:
            self._attempts.append(attempt)

    def unmake(self, item: OutboxItem) -> None:
        """Forget the contact that came of an intent that was sent, and did not arrive."""
        self._open[item.intent.engagement].past.unmake(item)
        self._changed.add(item.intent.engagement)

    def past(self, but: str | None = None) -> History:
        """Return what was between the customer and the company, but for the intent with a key."""
        if self._told is None:
            told = [
                arrival
                for one in self._open.values()
                for arrival in (*one.past.told(one.journey.chart, one.known), *one.stops())
            ]
            told.sort(key=lambda one: (one[0].at, one[0].kind.rank))
            self._told = tuple(event for event, _ in told)
        return History(self._told, self._contacts(but))

    def past_since(self, events: Iterable[tuple[str, Mapping[str, Any]]]) -> History:
        """Return what was between the customer and the company, with these events of the log."""
        told = [self._open[name].told_by(one) for name, one in events if name in self._open]
        found = sorted(filter(None, told), key=lambda event: (event.at, event.kind.rank))
        return History(tuple(found), self._contacts(None))

    def _contacts(self, but: str | None) -> tuple[Contact, ...]:
        unsure = (
            one.contact
            for one in self._outbox.values()
            if one.unsure_at is not None and one.intent.key != but
        )
        made = [one for opened in self._open.values() for one in opened.past.made()]
        made += [one for one in unsure if one is not None]
        return tuple(sorted(made, key=attrgetter("at")))

    def contents(self, intent: Intent) -> Mapping[Channel, Content | None]:
        """Return what would be said on each of an intent's channels."""
        about, id = intent.channels, intent.content
        channels, content, found = self._contents.get(intent.key, (None, None, {}))
        if channels is not about or content != id:
            find, lang = self.settings.library.find, self.profile.lang
            found = {one: None if id is None else find(id, one, lang) for one in about}
            self._contents[intent.key] = about, id, found
        return found

    def hold_until(self, lease: datetime) -> None:
        """Keep the claim until a moment."""
        self._lease = lease

    def mark(self, key: str, *, marked: bool) -> None:
        """Say whether the hook of a STARTED intent is called only after it was marked."""
        self._marked[key] = marked

    def as_commit(self) -> Commit:
        """Return what is to be written."""
        changed = sorted(self._changed)
        wakes = {name: self._wake_at(one) for name, one in self._open.items()}
        moments, rest = [one.next_at for one in self._outbox.values()], self.rest
        soonest = [at for at in (*moments, *wakes.values()) if at is not None]
        soonest += [] if rest is None else [rest.next_at]
        moment = self.settings.clock()
        held = any(map(is_held, self._outbox.values())) or (rest is not None and rest.is_held)
        if self.unasked and held:
            soonest.append(moment)
        attention = min(soonest, default=None)
        owing = [self._open[name].owing(self.customer, name) for name in changed]
        return Commit(
            self.customer,
            self.revision,
            attention_at=attention,
            rank=rank_of(self, attention, moment),
            journeys=tuple(self._kept_as(name, wakes[name]) for name in changed),
            rewritten=frozenset(name for name in changed if self._open[name].rewritten),
            outbox=tuple(self._put.values()),
            attempts=tuple(self._attempts),
            lease=self._lease,
            marked=dict(self._marked),
            owed=tuple(one for owed, _ in owing for one in owed),
            settled=frozenset(one for _, settled in owing for one in settled),
            reopened=frozenset(self._reopened),
        )

    def _kept_as(self, engagement: str, wake_at: datetime | None) -> JourneyRecord:
        opened = self._open[engagement]
        opened.past.forget(self.settings.policy.limits)
        past, stays = opened.past, opened.stays
        snapshot, runs = snapshot_form(opened.journey, past, stays, opened.raw, opened.raws)
        if opened.rewritten:
            data, steps = opened.journey.to_dict(), (*opened.kept, *opened.steps)
        else:
            events = [opened.told[seq] for seq in opened.new]
            data = head_form(opened.journey, opened.left_out, events)
            steps = tuple(opened.steps)
        if opened.ahead:
            data[AHEAD] = opened.ahead
        made = (opened.born, opened.checkpoint(), opened.late, opened.new_runs(runs))
        return JourneyRecord(engagement, data, steps, wake_at, snapshot, *made)

    def written(self) -> None:
        """Take note that the commit was written."""
        self.revision += 1
        for name in self._changed:
            self._open[name].written()
        self._begin_changes()

    def _decide_anew(self) -> None:
        # Of what is owed the journal is asked, for that may be much.
        known = [
            one.intent
            for one in self._outbox.values()
            if self.whole or one.intent.obligation is None
        ]
        self.decided: Decided = Decided(known, self.settings.playbook)
