"""The lines of a rehearsal: what became of one contact at one moment."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum, unique
from typing import TypeAlias

import attrs

from cxjourney.channels.policy import Verdict
from cxjourney.vocabulary import Channel, Lang, Purpose, Standing
from cxjourney.vocabulary._phases import Place
from cxjourney.vocabulary._results import Worded
from cxjourney.vocabulary._texts import name


@unique
class LineKind(Enum):
    """What became of a contact at one moment.

    SENT: it was made. DEFERRED: it was put off, by a rule of the policy or by its hook. DENIED: a
    rule forbade it. SKIPPED: there was no more reason for it, or its hook left it undone. RETRIED:
    its hook failed, and it is tried again or through the next channel. FAILED, UNKNOWN: a dead
    letter. WAITING: a rule forbids it whose denial may pass, until it lapses; or its moment had not
    come when the rehearsal ended.
    """

    SENT = "sent"
    DEFERRED = "deferred"
    DENIED = "denied"
    SKIPPED = "skipped"
    RETRIED = "retried"
    FAILED = "failed"
    UNKNOWN = "unknown"
    WAITING = "waiting"


Value: TypeAlias = str | int | datetime | None
"""What a plain row may hold."""

COLUMNS = (
    *("at", "person", "customer", "engagement", "kind", "play", "purpose", "channel", "wanted"),
    *("place", "content", "rule", "reason", "until", "attempt", "due", "internal", "key"),
    *("local", "obligation", "stands"),
)
"""The fields of a line that a plain row has."""


def plain(row: Mapping[str, Value]) -> dict[str, Value]:
    """Return a row as values that JSON can hold: times in ISO 8601."""
    return {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key, value in row.items()
    }


@attrs.frozen
class Line(Worded):
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
        local: when, by the customer's clock; by the company's where the customer's is not known.
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
        obligation: the key of the obligation behind it, or None; hidden in the repr.
        stands: the phase or standing in which the journey stood then, before it was told of it.
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
    local: datetime
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
    obligation: str | None = attrs.field(default=None, repr=False)
    stands: Place = Standing.NEW

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

    def to_row(self) -> dict[str, Value]:
        """Return it as a plain dict; enums go by the names of their members."""
        return {key: getattr(found := getattr(self, key), "name", found) for key in COLUMNS}

    def to_dict(self) -> dict[str, Value]:
        """Return it as plain values that JSON can hold; it names the customer."""
        return plain(self.to_row())

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Return what the contact is for, through which channel, and what became of it."""
        told = (self.purpose, self.channel, self.kind)
        return "{}, {}: {}".format(*(name(one, lang) for one in told))

    def __repr__(self) -> str:
        what = f"{self.kind.name} {self.purpose.name} {self.channel.name}"
        return f"<Line {what} of journey {self.person} at {self.at.isoformat()}>"
