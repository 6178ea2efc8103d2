"""What a journal keeps of a customer: journeys, the outbox of intents, and what came of them."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum, unique
from typing import Any

import attrs

from cxjourney.channels.history import Contact
from cxjourney.channels.intent import Intent
from cxjourney.channels.outcome import HookOutcome
from cxjourney.channels.policy.verdict import Verdict
from cxjourney.contact import Channel

__all__ = [
    "Attempt",
    "Claim",
    "Commit",
    "CustomerRecord",
    "JourneyRecord",
    "OutboxItem",
    "State",
    "StepRecord",
    "Tombstone",
]


@unique
class State(Enum):
    """Where an intent stands in the outbox.

    PLANNED: decided, and waits for its moment. STARTED: its hook was called, or is about to be.
    SENT, SKIPPED, DENIED: closed. FAILED and UNKNOWN: dead letters, which stay visible until
    somebody drives them again or says what became of them.
    """

    PLANNED = "planned"
    STARTED = "started"
    SENT = "sent"
    SKIPPED = "skipped"
    DENIED = "denied"
    FAILED = "failed"
    UNKNOWN = "unknown"

    @property
    def waits(self) -> bool:
        """Whether a dispatcher has still something to do."""
        return self is State.PLANNED or self is State.STARTED

    @property
    def is_dead_letter(self) -> bool:
        """Whether somebody has to look at it."""
        return self in {State.FAILED, State.UNKNOWN}

    @property
    def reaches(self) -> bool:
        """Whether it reached the customer, may have, or still may: it counts for the audience."""
        return self in {State.PLANNED, State.STARTED, State.SENT, State.UNKNOWN}


@attrs.frozen
class OutboxItem:
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
        return Contact(
            at,
            self.channel,
            self.intent.purpose,
            self.intent.play,
            self.intent.content,
            certain=self.state is State.SENT,
        )


@attrs.frozen
class Attempt:
    """What came of one call of a hook; the journal keeps them all.

    Attributes:
        key: the intent's key.
        number: which attempt it was, from 1.
        channel: through which channel.
        at: when its outcome was recorded.
        outcome: what the hook said of it, or what is assumed where it said nothing.
    """

    key: str
    number: int
    channel: Channel
    at: datetime
    outcome: HookOutcome


@attrs.frozen
class StepRecord:
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


@attrs.frozen
class JourneyRecord:
    """A journey as it is kept.

    Attributes:
        engagement: the engagement's id, or empty.
        data: the journey as ``Journey.to_dict`` gives it, with its events; hidden in the repr.
        steps: what each recorded event did.
        wake_at: when the clock next makes something true on it, or None.
    """

    engagement: str
    data: Mapping[str, Any] = attrs.field(repr=False)
    steps: tuple[StepRecord, ...] = ()
    wake_at: datetime | None = None


@attrs.frozen
class CustomerRecord:
    """All that a journal keeps of one customer.

    Attributes:
        customer: the customer's id; hidden in the repr.
        revision: how often it was written; 0 where nothing is kept of the customer yet.
        journeys: the customer's journeys, by engagement.
        outbox: the customer's intents, in order of planning.
        claim: the number of the claim under which it is being worked on, or None.
    """

    customer: str = attrs.field(repr=False)
    revision: int = 0
    journeys: tuple[JourneyRecord, ...] = ()
    outbox: tuple[OutboxItem, ...] = ()
    claim: int | None = None


@attrs.frozen
class Tombstone:
    """What is left of a journey after it was erased: nothing that tells whose it was.

    Attributes:
        journey: the erased journey as ``Journey.to_dict`` gives it: counts, no identity.
        intents: how many intents there were, by ``channel purpose state``.
    """

    journey: Mapping[str, Any]
    intents: Mapping[str, int]


@attrs.frozen
class Commit:
    """What is written at once, or not at all, to one customer's record.

    Attributes:
        customer: the customer's id; hidden in the repr.
        expected: the revision that was read: it is written only if it is that one still.
        attention_at: when a dispatcher has to look at the customer again, or None.
        journeys: the journeys that changed, new ones among them. In their ``data`` all events
            stand; a journal may write only those that it does not have, unless ``rewritten``.
        rewritten: the engagements whose events were changed and not only added to, by a migration.
        outbox: the intents that are new or changed.
        attempts: what came of calls of hooks.
        erased: what remains of the journeys that were erased, by engagement; whatever else is kept
            of them goes.
        lease: until when the customer stays claimed, for the one who holds the claim; None leaves
            it as it is. Where nobody holds one it says nothing.
    """

    customer: str = attrs.field(repr=False)
    expected: int
    attention_at: datetime | None = None
    journeys: tuple[JourneyRecord, ...] = ()
    rewritten: frozenset[str] = frozenset()
    outbox: tuple[OutboxItem, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    erased: Mapping[str, Tombstone] = attrs.field(factory=dict)
    lease: datetime | None = None


@attrs.frozen
class Claim:
    """A customer whom one dispatcher works on, and nobody else, until it lets go or its time is up.

    Attributes:
        customer: the customer's id; hidden in the repr.
        number: the customer's revision when it was claimed; no other claim on it has this number.
    """

    customer: str = attrs.field(repr=False)
    number: int
