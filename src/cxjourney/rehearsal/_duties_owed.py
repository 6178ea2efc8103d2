"""What the company owed in a rehearsal: by rule, what too long, and why something is open."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import Enum, unique

import attrs

from cxjourney.chart import Chart
from cxjourney.dispatch.journal import OutboxItem, State
from cxjourney.journey import Journey, Obligation
from cxjourney.playbook import NearlyDue, Opened, Play, Playbook, RowSent
from cxjourney.vocabulary import Channel
from cxjourney.vocabulary._terminal import Showable, brief, code


@unique
class WhyOpen(Enum):
    """Why something is owed still when a rehearsal ends.

    Nothing was sent: NO_ROW, no row of the playbook answers to it. NOT_YET: the moment of its row
    has not come. WAITS: its contact waits, or was put off. DENIED: a rule of the policy forbade it.
    LEFT: there was no more reason for it, it came too late, or its hook left it undone. FAILED: its
    hook failed, or nobody knows.

    Something was sent, and cannot meet it: REMINDED, only a person inside the company was reminded.
    TASK: a person was given it as a task, and it is met when that person records what came of it;
    nobody does so in a rehearsal. TELLS_NOTHING: the row tells the journey nothing. CANNOT_MEET:
    the event that the row tells does not meet it.
    """

    NO_ROW = "no_row"
    NOT_YET = "not_yet"
    WAITS = "waits"
    DENIED = "denied"
    LEFT = "left"
    FAILED = "failed"
    REMINDED = "reminded"
    TASK = "task"
    TELLS_NOTHING = "tells_nothing"
    CANNOT_MEET = "cannot_meet"

    @property
    def sent(self) -> bool:
        """Whether something was sent about it, and could not meet it."""
        return self in SENT_IN_VAIN


SENT_IN_VAIN = frozenset(
    {WhyOpen.REMINDED, WhyOpen.TASK, WhyOpen.TELLS_NOTHING, WhyOpen.CANNOT_MEET}
)
UNSENT: Mapping[State, WhyOpen] = {
    State.FAILED: WhyOpen.FAILED,
    State.UNKNOWN: WhyOpen.FAILED,
    State.DENIED: WhyOpen.DENIED,
    State.SKIPPED: WhyOpen.LEFT,
}
"""Why something is open whose contacts are over and none of which was sent, gravest first."""


@attrs.frozen
class OpenRow(Showable):
    """How much is owed still when a rehearsal ends, by rule and by why.

    Attributes:
        rule: the id of the chart's rule.
        why: why it is open.
        open: how much is.
        overdue: how much of that is overdue.
    """

    rule: str = attrs.field(repr=code)
    why: WhyOpen
    open: int
    overdue: int

    __repr__ = brief


@attrs.frozen
class OwedDuty(Showable):
    """Something that the company owed, from when until when.

    Attributes:
        due: when it was due.
        person: the number of the journey, from 1.
        customer: the customer's id; hidden in the repr.
        engagement: the engagement's id, or empty; hidden in the repr.
        rule: the id of the chart's rule.
        opened_at: when it opened.
        ended_at: when it was met or dropped; None while it is owed still.
        met: whether it was met in the end.
    """

    due: datetime
    person: int
    customer: str = attrs.field(repr=False)
    engagement: str = attrs.field(repr=False)
    rule: str = attrs.field(repr=code)
    opened_at: datetime
    ended_at: datetime | None = None
    met: bool = False

    __repr__ = brief

    def missed(self, now: datetime) -> bool:
        """Say whether it was owed too long, as far as is known at a moment."""
        return self.due < (self.ended_at or now)


@attrs.frozen
class DutyRow(Showable):
    """What the company owed by one rule (SPEC 5), over all journeys.

    Attributes:
        rule: the id of the chart's rule.
        on_time: how many were met on time.
        late: how many were met late.
        dropped: how many ended unmet, for the customer moved on.
        open: how many are owed when the rehearsal ends.
        overdue: how many of these are overdue.
    """

    rule: str = attrs.field(repr=code)
    on_time: int = 0
    late: int = 0
    dropped: int = 0
    open: int = 0
    overdue: int = 0

    __repr__ = brief


def find_duties(journeys: Iterable[tuple[int, Journey]]) -> tuple[OwedDuty, ...]:
    """Return all that was owed, by due time."""
    found: list[OwedDuty] = []
    for person, journey in journeys:
        for owed, at, met in _endings(journey):
            whose = person, journey.customer, journey.engagement
            found.append(OwedDuty(owed.due, *whose, owed.rule, owed.opened_at, at, met))
    found.sort(key=lambda one: (one.due, one.person, one.opened_at, one.rule))
    return tuple(found)


def count_duties(owed: Iterable[OwedDuty], now: datetime, chart: Chart) -> tuple[DutyRow, ...]:
    """Return what was owed by each rule that owed anything."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in owed:
        late = one.missed(now)
        if one.ended_at is None:
            counts[one.rule, "open"] += 1
            counts[one.rule, "overdue"] += late
        else:
            counts[one.rule, "dropped" if not one.met else "late" if late else "on_time"] += 1
    used = {rule for rule, _ in counts}
    endings = [field.name for field in attrs.fields(DutyRow)[1:]]
    return tuple(
        DutyRow(rule.id, *(counts[rule.id, ending] for ending in endings))
        for rule in chart.obligations
        if rule.id in used
    )


def _endings(journey: Journey) -> Iterator[tuple[Obligation, datetime | None, bool]]:
    """Yield all that was owed, when it was met or dropped if it was, and whether it was met."""
    for step in journey.history:
        for owed in step.met:
            yield owed, step.event.at, True
        for owed in step.dropped:
            yield owed, step.event.at, False
    for owed in journey.owed:
        yield owed, None, False


def find_open(
    journeys: Iterable[tuple[Journey, Collection[OutboxItem], str | None]],
    now: datetime,
    playbook: Playbook,
) -> tuple[OpenRow, ...]:
    """Return what is owed still, by the chart's rule and by why.

    Args:
        journeys: each journey with its intents and the customer's segment.
        now: the moment.
        playbook: what called for the intents.
    """
    counts: Counter[tuple[str, WhyOpen]] = Counter()
    overdue: Counter[tuple[str, WhyOpen]] = Counter()
    for journey, items, segment in journeys:
        for owed in journey.owed:
            about = [item for item in items if item.intent.obligation == owed.key]
            why = _why_open(owed, about, playbook, segment)
            counts[owed.rule, why] += 1
            overdue[owed.rule, why] += owed.overdue(now)
    return tuple(
        OpenRow(rule.id, why, counts[rule.id, why], overdue[rule.id, why])
        for rule in playbook.chart.obligations
        for why in WhyOpen
        if counts[rule.id, why]
    )


def _why_open(
    owed: Obligation, items: Sequence[OutboxItem], playbook: Playbook, segment: str | None
) -> WhyOpen:
    sent = [item for item in items if item.state is State.SENT]
    acts = [
        item for item in sent if item.intent.tells or not playbook.is_reminder(item.intent.play)
    ]
    if acts:
        if any(item.intent.tells for item in acts):
            return WhyOpen.CANNOT_MEET
        return WhyOpen.TASK if all(map(_by_a_person, acts)) else WhyOpen.TELLS_NOTHING
    if any(item.state.waits for item in items):
        return WhyOpen.WAITS
    over = [why for state, why in UNSENT.items() if any(item.state is state for item in items)]
    if over:
        return over[0]
    if sent:
        return WhyOpen.REMINDED
    rows = playbook.rows_for(segment)
    return WhyOpen.NOT_YET if any(_answers(row, owed.rule) for row in rows) else WhyOpen.NO_ROW


def _by_a_person(item: OutboxItem) -> bool:
    return item.channel is Channel.FACE_TO_FACE


def _answers(row: Play, rule: str) -> bool:
    """Say whether a row answers to what is owed under a rule."""
    match row.on:
        case Opened(of) | NearlyDue(of) | RowSent(_, of):
            return bool(row.channels) and of == rule
    return False
