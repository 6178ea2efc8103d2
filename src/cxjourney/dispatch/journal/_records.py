"""What a journal keeps of a customer, and what is asked of it and written (SPEC 7)."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum, unique
from typing import Any

import attrs

from cxjourney.channels import Contact, HookOutcome, Intent
from cxjourney.channels.policy import Verdict
from cxjourney.dispatch.journal._owing import Duty, Rest
from cxjourney.errors import shown
from cxjourney.playbook._planning import Moot
from cxjourney.vocabulary import Channel, Lang, Purpose, name
from cxjourney.vocabulary._results import Worded
from cxjourney.vocabulary._terminal import Showable
from cxjourney.vocabulary._texts import policy_reason, word

RAISED = "raised"
"""How a reason begins where a hook raised something; its class follows."""
_MOOT = frozenset(one.value for one in Moot)
PLAIN = b""
"""Stands for the keys of tables of version 1, which were made without a secret."""


@unique
class State(Enum):
    """Where an intent stands in the outbox.

    PLANNED: decided, and waits for its moment. STARTED: its hook was called, or is about to be.
    SENT, SKIPPED, DENIED: closed. FAILED and UNKNOWN: dead letters, which stay visible until
    somebody drives them again or says what became of them. WAITING: denied by rules whose denials
    may pass; it is asked about again until it lapses.
    """

    PLANNED = "planned"
    STARTED = "started"
    SENT = "sent"
    SKIPPED = "skipped"
    DENIED = "denied"
    FAILED = "failed"
    UNKNOWN = "unknown"
    WAITING = "waiting"

    @property
    def waits(self) -> bool:
        """Whether a dispatcher has still something to do."""
        return self is State.PLANNED or self is State.WAITING or self is State.STARTED

    @property
    def is_open(self) -> bool:
        """Whether it waits, or nobody knows whether it reached the customer."""
        return self.waits or self is State.UNKNOWN

    @property
    def is_dead_letter(self) -> bool:
        """Whether somebody has to look at it."""
        return self is State.FAILED or self is State.UNKNOWN

    @property
    def is_closed(self) -> bool:
        """Whether nobody has anything to do any more."""
        return self is State.SENT or self is State.SKIPPED or self is State.DENIED

    @property
    def is_unmet(self) -> bool:
        """Whether it was closed without being sent: what it was for may still be owed."""
        return self is State.SKIPPED or self is State.DENIED or self is State.FAILED

    @property
    def reaches(self) -> bool:
        """Whether it reached the customer, may have, or still may: it counts for the audience."""
        return not (self.is_unmet or self is State.WAITING)


@attrs.frozen(repr=False)
class OutboxItem(Worded):
    """An intent in the outbox, and where it stands.

    Attributes:
        intent: what is to be done.
        number: its place among the customer's intents, from 1, in order of planning.
        channel: the channel that carries it.
        state: where it stands.
        next_at: when a dispatcher has to look at it again; None when it is closed.
        attempts: how often a hook was called for it.
        failures: how many of these failed in a row on this channel.
        digest: the digest of the content when it was last decided, or None.
        reason: why it stands where it stands, as a short name; empty where there is nothing to say.
        settled_at: when it was closed, or became a dead letter; else None.
        unsure_at: when a call of a hook ended so that nobody knows whether it reached the customer;
            None where none did, or where a later call made it known.
        said: every verdict but ALLOW when the policy was last asked, with its channel.
        playbook: key and version of the playbook that planned it; None where that is not known.
        policy: key and version of the policy that was last asked; None where none was.
        chart: key and version of the chart that the journey followed then, or None.
        approved_by: who had approved the text as it stood then, its author not counted; sorted.
    """

    intent: Intent
    number: int
    channel: Channel
    state: State = State.PLANNED
    next_at: datetime | None = None
    attempts: int = 0
    failures: int = 0
    digest: str | None = None
    reason: str = ""
    settled_at: datetime | None = None
    unsure_at: datetime | None = None
    said: tuple[tuple[Channel, Verdict], ...] = ()
    playbook: tuple[str, int] | None = None
    policy: tuple[str, int] | None = None
    chart: tuple[str, int] | None = None
    approved_by: tuple[str, ...] = ()

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Return what the intent is for, where it stands and why, and what it was decided by.

        A reason of a hook's own may quote a customer; it is left out. ``why`` tells it.
        """
        told = (self.intent.purpose, self.channel, self.state)
        stands = "{}, {}: {}".format(*(name(one, lang) for one in told))
        why = self.why(lang)
        basis = [] if why == self.reason else [why]
        basis += [
            f"{word(part, lang)} {named[0]} {named[1]}"
            for part in ("playbook", "policy", "chart")
            if (named := getattr(self, part)) is not None
        ]
        if self.approved_by:
            basis.append(f"{word('approved_by', lang)} {', '.join(self.approved_by)}")
        return shown(f"{stands} ({'; '.join(basis)})") if basis else stands

    def why(self, lang: Lang = Lang.EN) -> str:
        """Return in words why it stands where it stands; a rule of the policy goes by its id too.

        A reason of a hook's own is told as the hook gave it; empty where there is nothing to say.
        """
        said = next((one.reason for _, one in self.said if one.rule == self.reason), None)
        if said is not None:
            return f"{self.reason}: {policy_reason(said, lang)}"
        if self.reason.startswith(f"{RAISED}_"):
            return f"{policy_reason(RAISED, lang)} ({self.reason.removeprefix(f'{RAISED}_')})"
        moot = self.reason in _MOOT
        return name(Moot(self.reason), lang) if moot else policy_reason(self.reason, lang)

    def __repr__(self) -> str:
        purpose, state = self.intent.purpose.value, self.state.value
        at = self.next_at or self.settled_at
        when = "" if at is None else f" {at.isoformat()}"
        return f"<OutboxItem {self.number} {purpose} by {self.channel.value}: {state}{when}>"

    @property
    def key(self) -> str:
        """The intent's idempotency key."""
        return self.intent.key

    @property
    def contact(self) -> Contact | None:
        """The contact with the customer that came of it, or may have; None where there was none."""
        at = self.settled_at if self.state is State.SENT else self.unsure_at
        if at is None or self.intent.internal:
            return None
        intent, certain = self.intent, self.state is State.SENT
        return Contact(
            at, self.channel, intent.purpose, intent.play, intent.content, certain=certain
        )


@attrs.frozen(repr=False)
class Attempt(Worded):
    """What came of one call of a hook, or what somebody said of it; the journal keeps them all.

    Attributes:
        key: the intent's key.
        number: which attempt it was, from 1.
        channel: through which channel.
        at: when its outcome was recorded.
        outcome: what the hook said of it, or what is assumed where it said nothing. Of a dead
            letter that was driven again ``Deferred``, of a claim that was broken ``Unknown``.
        by: who said so, where somebody did it by hand and gave a name.
    """

    key: str
    number: int
    channel: Channel
    at: datetime
    outcome: HookOutcome
    by: str | None = None

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Return through which channel it went, and what came of it."""
        return f"{name(self.channel, lang)}: {self.outcome.explain(lang)}"

    def __repr__(self) -> str:
        came, at = type(self.outcome).__name__, self.at.isoformat()
        return f"<Attempt {self.number} by {self.channel.value}: {came} {at}>"


@attrs.frozen(repr=False)
class StepRecord(Showable):
    """What one recorded event did, as it was told when it was recorded; a later fact may change it.

    Attributes:
        seq: the event's number on the journey.
        effect: what it did, in one word: the name of an ``Effect``.
        rows: the rows of the chart that applied.
        place: the name of the place where the journey stood afterwards.
        opened: the keys of the obligations that it opened.
        met: the keys of the obligations that it met.
        planned: the keys of the intents that were planned with it.
    """

    seq: int
    effect: str
    rows: tuple[str, ...]
    place: str
    opened: tuple[str, ...] = ()
    met: tuple[str, ...] = ()
    planned: tuple[str, ...] = ()

    def __repr__(self) -> str:
        done = f"opened {len(self.opened)}, met {len(self.met)}, planned {len(self.planned)}"
        return f"<StepRecord {self.seq}: {done}>"


@attrs.frozen(repr=False)
class JourneyRecord(Showable):
    """A journey as it is kept.

    Attributes:
        engagement: the engagement's id, or empty.
        data: the journey as ``Journey.to_dict`` gives it, with its events.
        steps: what each recorded event did.
        wake_at: when the clock next makes something true on it, or None.
        snapshot: where it stands, and what deciding needs to know of its past, so that no event has
            to be read; plain values of the dispatcher's, or None.
        born: the number at which it began: that of the latest ``Erasure`` before it, or 0. It never
            changes.
        checkpoint: the moment of an event, and where it stood after all up to then, as plain values
            of the dispatcher's: to be kept beside the others, for ``Journal.since``.
        late: the moment of the earliest of its new events that came late, or None: checkpoints of
            that moment or later do not hold any more.
        runs: further parts of the snapshot by number, texts of the dispatcher's. A journal tells
            them all; it is told those that changed, and None for those that are gone.
    """

    engagement: str
    data: Mapping[str, Any]
    steps: tuple[StepRecord, ...] = ()
    wake_at: datetime | None = None
    snapshot: Mapping[str, Any] | None = None
    born: int = 0
    checkpoint: tuple[datetime, Mapping[str, Any]] | None = None
    late: datetime | None = None
    runs: Mapping[int, str | None] = attrs.field(factory=dict)

    def __repr__(self) -> str:
        return f"<JourneyRecord of {len(self.steps)} steps>"


@attrs.frozen(repr=False)
class CustomerRecord(Showable):
    """All that a journal keeps of one customer.

    Attributes:
        customer: the customer's id.
        revision: how often it was written, also for whoever was erased under the same id; 0 where
            nothing was ever kept of the customer.
        journeys: the customer's journeys, by engagement.
        outbox: the customer's intents, in order of planning.
        claim: the number of the claim under which it is being worked on, or None.
        handle: a name for the customer that tells nobody who it is.
        named: see ``Dossier``.
    """

    customer: str
    revision: int = 0
    journeys: tuple[JourneyRecord, ...] = ()
    outbox: tuple[OutboxItem, ...] = ()
    claim: int | None = None
    handle: str = attrs.field(default="", eq=False)
    named: Mapping[str, str] = attrs.field(factory=dict)

    def __repr__(self) -> str:
        held = f"{len(self.journeys)} journeys, {len(self.outbox)} intents"
        return f"<CustomerRecord at revision {self.revision}: {held}>"


@attrs.frozen
class Erasure(Showable):
    """That a customer was erased, or one engagement, and what has to outlive it (SPEC 7).

    It is kept under a mark that tells nobody whose it is; see ``Secret.marks``.

    Attributes:
        at: when it was: what happened until then is the erased one's, and changes nothing.
        number: the revision at which whoever comes next under the same id begins.
        withdrawn: the channels and purposes for which the customer had withdrawn consent, None
            being all of them; nobody who comes back has to say so again.
    """

    at: datetime
    number: int
    withdrawn: tuple[tuple[Channel | None, Purpose | None], ...] = ()

    def after(self, other: "Erasure | None") -> "Erasure":
        """Return it as it is kept after another one: its moment is never earlier."""
        return self if other is None else attrs.evolve(self, at=max(self.at, other.at))

    @staticmethod
    def latest(*known: "Erasure") -> "Erasure | None":
        """Return what several erasures come to: the last number, and the last moment."""
        if not known:
            return None
        newest = max(known, key=lambda one: one.number)
        return newest.after(max(known, key=lambda one: one.at))


@attrs.frozen(repr=False)
class Dossier(Showable):
    """What a dispatcher needs of one customer to go on from where things stand.

    However long the customer has been one, it has no more in it.

    Attributes:
        customer: the customer's id.
        revision: as in ``CustomerRecord``.
        journeys: the customer's journeys, by engagement, without events and steps.
        outbox: the customer's intents that are open (``State.is_open``), in order; see ``rest``.
        claim: the number of the claim under which it is being worked on, or None.
        planned: the number of the intent that was planned last; 0 where there is none.
        knows: whether the event that was asked about is kept.
        erasure: the latest erasure of the customer, or of the engagement asked about, if any.
        seals: what the keys of the customer's intents are made with, newest first; see ``Secret``.
        named: the new names of engagements by those that they had under the id asked about.
        rest: what is known of the quiet ones that are left out where an event was asked about.
    """

    customer: str
    revision: int = 0
    journeys: tuple[JourneyRecord, ...] = ()
    outbox: tuple[OutboxItem, ...] = ()
    claim: int | None = None
    planned: int = 0
    knows: bool = False
    erasure: Erasure | None = None
    seals: tuple[bytes, ...] = attrs.field(default=(PLAIN,), eq=False)
    named: Mapping[str, str] = attrs.field(factory=dict)
    rest: Rest | None = None

    def __repr__(self) -> str:
        held = f"{len(self.journeys)} journeys, {len(self.outbox)} open intents"
        return f"<Dossier at revision {self.revision}: {held}>"


@attrs.frozen(repr=False)
class Tombstone(Showable):
    """What is counted of a journey after it was erased: nothing that tells whose it was.

    Attributes:
        journey: the erased journey as ``Journey.to_dict`` gives it: counts, no identity. Empty
            where it could not be read.
        intents: how many intents there were, by ``channel purpose state``.
        by: who erased it, where a name was given; ``customer`` where that named the customer.
    """

    journey: Mapping[str, Any]
    intents: Mapping[str, int]
    by: str | None = None

    def __repr__(self) -> str:
        return f"<Tombstone of a journey with {sum(self.intents.values())} intents>"


@attrs.frozen(repr=False)
class Commit(Showable):
    """What is written at once, or not at all, to one customer's record.

    Attributes:
        customer: the customer's id.
        expected: the revision that was read: it is written only if it is that one still.
        attention_at: when a dispatcher has to look at the customer again, or None.
        journeys: the journeys that changed, new ones among them. A journal adds the events of their
            ``data``, and the steps, that it does not have; so the new ones are enough.
        rewritten: the engagements whose events were changed and not only added to, by a migration:
            all of their events and steps stand there, and replace those that were.
        outbox: the intents that are new or changed.
        attempts: what came of calls of hooks.
        erased: the tombstones of the journeys that were erased, by engagement; all else that is
            kept of them goes. Where no journey is left, the customer goes, whatever stands there.
        lease: until when the customer stays claimed, for the one who holds the claim; None leaves
            it as it is. Where nobody holds one it says nothing.
        marked: keys of intents in it: True for one that is STARTED and whose hook is called only
            after ``Journal.mark``, False for one that was and is not any more. An intent of which
            there is an attempt is not either.
        owed: what is owed on these journeys and was not before, or is due at another time now.
        settled: what is not owed any more, by engagement and key. Of a journey that is rewritten
            nothing is owed but what ``owed`` tells.
        erasure: what outlives the erasure of the engagements in ``erased``, or of the customer
            where the customer goes; its number is the next revision. With ``erased`` alone.
        rank: which customers go first of those who need attention: the smaller rank; of one rank
            those who have waited longest.
        reopened: the keys of intents in ``outbox`` that were closed before. They may stand in the
            archive, and leave it with what came of their attempts.
    """

    customer: str
    expected: int
    attention_at: datetime | None = None
    journeys: tuple[JourneyRecord, ...] = ()
    rewritten: frozenset[str] = frozenset()
    outbox: tuple[OutboxItem, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    erased: Mapping[str, Tombstone] = attrs.field(factory=dict)
    lease: datetime | None = None
    marked: Mapping[str, bool] = attrs.field(factory=dict)
    owed: tuple[Duty, ...] = ()
    settled: frozenset[tuple[str, str]] = frozenset()
    erasure: Erasure | None = None
    reopened: frozenset[str] = frozenset()
    rank: int = 0

    def __repr__(self) -> str:
        parts = ("journeys", "outbox", "attempts", "erased")
        told = ", ".join(f"{len(getattr(self, part))} {part}" for part in parts)
        return f"<Commit on revision {self.expected}: {told}>"


@attrs.frozen
class Claim(Showable):
    """A customer whom one dispatcher works on, and nobody else, until it lets go or its time is up.

    Attributes:
        customer: the customer's id; hidden in the repr.
        number: the customer's revision when it was claimed; no other claim on it has this number.
        handle: a name for the customer that tells nobody who it is.
        failures: how often in a row whoever claimed the customer could not go on.
    """

    customer: str = attrs.field(repr=False)
    number: int
    handle: str = attrs.field(default="", eq=False, repr=False)
    failures: int = attrs.field(default=0, eq=False, repr=False)


EventName = tuple[str, str]
"""The engagement and the id of an event."""
