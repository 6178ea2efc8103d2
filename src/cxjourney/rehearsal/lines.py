"""The lines of a rehearsal: what would have become of each contact, and of what is owed."""

from datetime import datetime
from enum import Enum, unique

import attrs

from cxjourney.channels.policy.verdict import Verdict
from cxjourney.contact import Channel, Purpose
from cxjourney.phases import Place

__all__ = ["DutyRow", "Line", "LineKind", "MissedDuty"]


@unique
class LineKind(Enum):
    """What became of a contact at one moment.

    SENT: it was made. DEFERRED: it was put off, by a rule of the policy or by its hook. DENIED: a
    rule forbade it. SKIPPED: there was no more reason for it, or its hook left it undone. RETRIED:
    its hook failed, and it is tried again or through the next channel. FAILED, UNKNOWN: a dead
    letter. WAITING: its moment had not come when the rehearsal ended.
    """

    SENT = "sent"
    DEFERRED = "deferred"
    DENIED = "denied"
    SKIPPED = "skipped"
    RETRIED = "retried"
    FAILED = "failed"
    UNKNOWN = "unknown"
    WAITING = "waiting"


@attrs.frozen
class Line:
    """What became of one contact at one moment.

    Attributes:
        at: when.
        person: the number of the journey, from 1.
        customer: the customer's id; hidden in the repr.
        engagement: the engagement's id, or empty; hidden in the repr.
        kind: what became of it.
        play: the id of the playbook's row that called for it.
        purpose: what it is for.
        channel: the channel.
        wanted: the channel that the playbook wanted first.
        content: the id of what is said, or None.
        rule: the id of the policy's rule that denied it or put it off; else None.
        reason: why, as a short name; empty where there is nothing to say.
        until: when it is looked at again, for DEFERRED, RETRIED and WAITING; else None.
        attempt: how often a hook was called for it.
        due: when the obligation behind it is due, or None.
        place: the phase or standing that it belongs to, or None.
        said: what the policy said so far of each channel, but for what it simply allowed; the
            last word of each rule.
        internal: whether it is a task inside the company, which reaches no customer.
        key: the intent's key; the same in every rehearsal with the same people.
    """

    at: datetime
    person: int
    customer: str = attrs.field(repr=False)
    engagement: str = attrs.field(repr=False)
    kind: LineKind
    play: str
    purpose: Purpose
    channel: Channel
    wanted: Channel
    content: str | None = None
    rule: str | None = None
    reason: str = ""
    until: datetime | None = None
    attempt: int = 0
    due: datetime | None = None
    place: Place | None = None
    said: tuple[tuple[Channel, Verdict], ...] = attrs.field(default=(), repr=False)
    internal: bool = False
    key: str = attrs.field(default="", repr=False)

    @property
    def rerouted(self) -> bool:
        """Whether it went through a fallback, not through the channel that was wanted."""
        return self.channel is not self.wanted

    @property
    def diverted(self) -> Verdict | None:
        """Why it did not go through the channel that was wanted, as far as the policy had a say."""
        spoken = (verdict for channel, verdict in self.said if channel is self.wanted)
        hard = (verdict for verdict in spoken if not verdict.ruling.passes)
        return next(hard, None) if self.rerouted else None

    def __repr__(self) -> str:
        what = f"{self.kind.name} {self.purpose.name} {self.channel.name}"
        return f"<Line {what} of journey {self.person} at {self.at.isoformat()}>"


@attrs.frozen
class MissedDuty:
    """Something that the company would owe too long.

    Attributes:
        due: when it was due.
        person: the number of the journey, from 1.
        customer: the customer's id; hidden in the repr.
        engagement: the engagement's id, or empty; hidden in the repr.
        rule: the id of the chart's rule.
        opened_at: when it opened.
        ended_at: when it was met, late; or when it ended unmet; None while it is owed still.
        met: whether it was met in the end.
    """

    due: datetime
    person: int
    customer: str = attrs.field(repr=False)
    engagement: str = attrs.field(repr=False)
    rule: str
    opened_at: datetime
    ended_at: datetime | None = None
    met: bool = False


@attrs.frozen
class DutyRow:
    """What the company owed by one rule (SPEC 5), over all journeys.

    Attributes:
        rule: the id of the chart's rule.
        on_time: how many were met on time.
        late: how many were met late.
        dropped: how many ended unmet, for the customer moved on.
        open: how many are owed when the rehearsal ends.
        overdue: how many of these are overdue.
    """

    rule: str
    on_time: int = 0
    late: int = 0
    dropped: int = 0
    open: int = 0
    overdue: int = 0
