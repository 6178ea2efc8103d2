"""What a rehearsal found: who would get what and when, what is owed, counted and line by line."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import Enum, unique
from typing import Any, TypeAlias

import attrs

from cxjourney.channels.policy import Ruling, Verdict
from cxjourney.chart import Chart, ChartRef
from cxjourney.journey import Journey, Obligation
from cxjourney.vocabulary import Channel, Lang, Purpose
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._phases import Place
from cxjourney.vocabulary._results import Worded
from cxjourney.vocabulary._terminal import Readable
from cxjourney.vocabulary._texts import Told, name


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


def find_duties(
    journeys: Iterable[tuple[int, Journey]], now: datetime, chart: Chart
) -> tuple[tuple[DutyRow, ...], tuple[MissedDuty, ...]]:
    """Return what was owed by each rule that owed anything, and what was owed too long by now."""
    counts: Counter[tuple[str, str]] = Counter()
    missed: list[MissedDuty] = []
    for person, journey in journeys:
        for owed, at, met in _endings(journey):
            overdue = owed.overdue(at or now)
            if at is None:
                counts[owed.rule, "open"] += 1
                counts[owed.rule, "overdue"] += overdue
            else:
                counts[owed.rule, "dropped" if not met else "late" if overdue else "on_time"] += 1
            if overdue:
                whose = person, journey.customer, journey.engagement
                missed.append(MissedDuty(owed.due, *whose, owed.rule, owed.opened_at, at, met))
    missed.sort(key=lambda one: (one.due, one.person, one.opened_at, one.rule))
    used = {rule for rule, _ in counts}
    endings = [field.name for field in attrs.fields(DutyRow)[1:]]
    rows = (
        DutyRow(rule.id, *(counts[rule.id, ending] for ending in endings))
        for rule in chart.obligations
        if rule.id in used
    )
    return tuple(rows), tuple(missed)


def _endings(journey: Journey) -> Iterator[tuple[Obligation, datetime | None, bool]]:
    """Yield all that was owed, when it was met or dropped if it was, and whether it was met."""
    for step in journey.history:
        for owed in step.met:
            yield owed, step.event.at, True
        for owed in step.dropped:
            yield owed, step.event.at, False
    for owed in journey.owed:
        yield owed, None, False


Counts: TypeAlias = Mapping[LineKind, int]


@attrs.frozen
class PlayRow:
    """What became of the contacts that one row of the playbook called for.

    Attributes:
        play: the row's id.
        counts: how many lines of which kind.
    """

    play: str
    counts: Counts


@attrs.frozen
class ChannelRow:
    """What became of the contacts through one channel (SPEC A01).

    Attributes:
        channel: the channel.
        counts: how many lines of which kind.
        without: on how many journeys nothing would be sent through it.
    """

    channel: Channel
    counts: Counts
    without: int


@attrs.frozen
class RulingRow:
    """How often one rule of the policy did not simply allow a contact.

    Attributes:
        rule: the rule's id.
        ruling: what it said.
        contacts: of how many contacts, each once, however often and for whichever channel it was
            asked.
    """

    rule: str
    ruling: Ruling
    contacts: int


def count_kinds(lines: Iterable[Line]) -> Counts:
    """Return how many lines there are of which kind, without kinds that have none."""
    counted = Counter(line.kind for line in lines)
    return {kind: counted[kind] for kind in LineKind if counted[kind]}


SHOWN = 40
"""How many lines of the log are shown when nobody asks for more."""


@attrs.frozen(repr=False)
class Rehearsal(Told):
    """What a rehearsal found; it prints as a report, in which customers go by number.

    Two of the same people with the same playbook, policy, library and hooks are equal.

    Attributes:
        playbook: the key and the version of the playbook.
        plays: the ids of its rows, in order.
        chart: the chart that the journeys followed.
        start: when it started.
        end: when it ended.
        seed: which people were made up; None where they were given.
        journeys: the customer and engagement of each journey; their numbers go from 1.
        stand_ins: whether texts that are approved stood in for the playbook's own.
        refused: how many events were refused; only orders ever are.
        lines: what would have become of each contact, by time.
        duties: what the company owed, by rule.
        missed: what it would have owed too long, by due time.
    """

    playbook: str
    plays: tuple[str, ...]
    chart: ChartRef
    start: datetime
    end: datetime
    seed: int | None
    journeys: tuple[tuple[str, str], ...]
    stand_ins: bool
    refused: int
    lines: tuple[Line, ...]
    duties: tuple[DutyRow, ...]
    missed: tuple[MissedDuty, ...]

    def of_kind(self, kind: LineKind) -> tuple[Line, ...]:
        """Return the lines of one kind."""
        return tuple(line for line in self.lines if line.kind is kind)

    @property
    def sent(self) -> tuple[Line, ...]:
        """Who would get what, when and through which channel."""
        return self.of_kind(LineKind.SENT)

    @property
    def counts(self) -> Mapping[LineKind, int]:
        """How many lines there are of which kind."""
        return count_kinds(self.lines)

    @property
    def by_play(self) -> tuple[PlayRow, ...]:
        """What became of the contacts of each row of the playbook, idle rows among them."""
        lines: dict[str, list[Line]] = {play: [] for play in self.plays}
        for line in self.lines:
            lines[line.play].append(line)
        return tuple(PlayRow(play, count_kinds(found)) for play, found in lines.items())

    @property
    def by_channel(self) -> tuple[ChannelRow, ...]:
        """What became of the contacts through each channel; inner tasks go through none."""
        return tuple(self._channel_row(channel) for channel in Channel)

    def _channel_row(self, channel: Channel) -> ChannelRow:
        lines = [line for line in self.lines if line.channel is channel and not line.internal]
        reached = {line.person for line in lines if line.kind is LineKind.SENT}
        return ChannelRow(channel, count_kinds(lines), len(self.journeys) - len(reached))

    @property
    def by_rule(self) -> tuple[RulingRow, ...]:
        """The verdicts of the policy other than allowing, hardest first, then most frequent."""
        spoken = {
            (line.key, said.rule, said.ruling) for line in self.lines for _, said in line.said
        }
        counts = Counter((rule, ruling) for _, rule, ruling in spoken)
        hardness = tuple(Ruling)
        order = sorted(counts, key=lambda one: (-hardness.index(one[1]), -counts[one], one[0]))
        return tuple(RulingRow(rule, ruling, counts[rule, ruling]) for rule, ruling in order)

    @property
    def unused(self) -> tuple[Channel, ...]:
        """The channels through which nothing would be sent to anybody (SPEC A01)."""
        return tuple(row.channel for row in self.by_channel if LineKind.SENT not in row.counts)

    def to_rows(self) -> list[dict[str, Value]]:
        """Return the lines as plain dicts with the same keys, for a frame of any kind.

        They name the customers. Enums go by the names of their members.
        """
        return [line.to_row() for line in self.lines]

    def to_dict(self) -> dict[str, Any]:
        """Return all that was found as plain values that JSON can hold.

        It names the customers, as ``to_rows`` does. Enums go by the names of their members, times
        in ISO 8601.
        """
        return {
            "playbook": self.playbook,
            "chart": self.chart._asdict(),
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "seed": self.seed,
            "journeys": [list(one) for one in self.journeys],
            "stand_ins": self.stand_ins,
            "refused": self.refused,
            "counts": {kind.name: count for kind, count in self.counts.items()},
            "lines": [line.to_dict() for line in self.lines],
            "duties": [attrs.asdict(row) for row in self.duties],
            "missed": [plain(attrs.asdict(one)) for one in self.missed],
        }

    def explain(self, lang: Lang = Lang.EN, *, most: int | None = SHOWN) -> str:
        """Return the report as a text of at most 110 columns, or a little more for many counts.

        Args:
            lang: the language.
            most: how many lines of the log to show; None for all.
        """
        return self._page(lang, most).text()

    def _page(self, lang: Lang, most: int | None = SHOWN) -> Readable:
        page: Readable = load("cxjourney.show._rehearsal_tables").rehearsal_page(self, lang, most)
        return page

    def __repr__(self) -> str:
        told = ", ".join(f"{count} {kind.value}" for kind, count in self.counts.items())
        days = (self.end - self.start).days
        return f"<Rehearsal of {len(self.journeys)} journeys, {days} days: {told or 'nothing'}>"
