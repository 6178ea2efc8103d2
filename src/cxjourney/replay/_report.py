"""The report of a replay: every figure that it found, as data."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import attrs

from cxjourney.chart import Chart
from cxjourney.replay._figures import DAY, Lasting, Share
from cxjourney.replay._log import Fate, HowRead
from cxjourney.vocabulary import ExitReason, Lang, Phase
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import Readable
from cxjourney.vocabulary._texts import Told

REPORT_VERSION = 3
"""The version of the document's shape; it changes when a key goes or changes its meaning."""

DECIMALS = 6


@attrs.frozen
class LineCounts:
    """What became of the lines of the log.

    Attributes:
        read: how many were read.
        by_fate: how many of them had which fate.
        later: how many were left out, for they are later than ``as_of``.
        later_events: how many events of the other lines were, by a time of their own.
    """

    read: int
    by_fate: Mapping[Fate, int]
    later: int
    later_events: int = 0

    @property
    def add_up(self) -> bool:
        """Whether each line is found once."""
        return self.read == sum(self.by_fate.values()) + self.later


@attrs.frozen
class ActivityRow:
    """An activity of the log under one fate.

    Attributes:
        name: the activity, in the log's own words; show it with care.
        fate: what became of these lines.
        count: how many lines.
        first_line: the first of them.
        reason: why it is ignored; empty for the other fates.
    """

    name: str = attrs.field(repr=False)
    fate: Fate
    count: int
    first_line: int
    reason: str = attrs.field(default="", repr=False)


@attrs.frozen
class EventRow:
    """What happened to the events of one kind.

    Attributes:
        kind: the name of the kind.
        made: how many events the log gave.
        moved: how many moved their journey.
        stayed: how many changed flags at most.
        held: how many were held.
        noted: how many were without effect.
        refused: how many were refused.
        repeated: how many had come before, by their id.
        retracted: how many were taken back by another line.
        conflicting: how many had the id of another event, and were left out.
    """

    kind: str
    made: int
    moved: int
    stayed: int
    held: int
    noted: int
    refused: int
    repeated: int
    retracted: int
    conflicting: int

    @property
    def add_up(self) -> bool:
        """Whether each event is found once."""
        effects: tuple[int, ...] = attrs.astuple(self)[2:]
        return self.made == sum(effects)


@attrs.frozen
class PlaceRow:
    """How many stand in one phase; or are NEW or ERASED, which is none of active, lapsed, lost.

    Attributes:
        place: the name of the phase, or of the standing.
        active: how many journeys are under way.
        lapsed: how many went silent here.
        lost: how many ended here.
        journeys: all of them.
        customers: of how many customers; one with several engagements counts in each of theirs.
    """

    place: str
    active: int
    lapsed: int
    lost: int
    journeys: int
    customers: int


@attrs.frozen
class ExitRow:
    """How many journeys stopped for one reason.

    Attributes:
        reason: the reason.
        journeys: how many.
        our_silence: how many of them fell silent while the company was late with something that
            the log could show; None where it could show nothing.
    """

    reason: ExitReason
    journeys: int
    our_silence: int | None


@attrs.frozen
class FunnelRow:
    """How many journeys ever came to a phase, in any cycle.

    Attributes:
        phase: the phase.
        reached: how many reached it or a later one.
        implied: how many of them only passed over it: what followed shows that they were there.
        share: the share of those who reached the phase before; of all journeys for the first.
        under_way: how many came no further, and are under way: they may come yet.
        silent: how many came no further, and are silent.
        left: how many came no further, and are lost or erased.
        not_observable: how many came no further and have not left, where no event of the mapping
            can bring a journey to the next phase; then none is under way or silent.
        observable: whether the events of the mapping can bring a journey there at all.
    """

    phase: Phase
    reached: int
    implied: int
    share: Share | None
    under_way: int
    silent: int
    left: int
    not_observable: int
    observable: bool


@attrs.frozen
class StayRow:
    """How long journeys stay in a phase, in days.

    A stay begins and ends with an event; places that one event only passes through do not count.
    Where the clock ended it, by a window of silence that somebody chose, nobody saw its end.

    Attributes:
        phase: the phase.
        ended: how many stays have ended by what somebody did.
        silent: how many the clock ended.
        going_on: how many go on at ``as_of``.
        lasting: how long stays last; None where none has ended by what somebody did.
    """

    phase: Phase
    ended: int
    silent: int
    going_on: int
    lasting: Lasting | None


@attrs.frozen
class OwedRow:
    """What the company owes by one rule (SPEC 5).

    Attributes:
        rule: the id of the rule.
        open: how many obligations are open at ``as_of``.
        overdue: how many of them are overdue.
        longest: for how many days the one that was due first is overdue.
        on_time: how many were met on time.
        late: how many were met late.
        dropped: how many ended unmet, for the customer moved on.
        not_observable: how many are open or ended without any event of the mapping that could have
            met them; then none is open, overdue or dropped.
        observable: whether the mapping has any event that could meet it.
    """

    rule: str
    open: int
    overdue: int
    longest: float
    on_time: int
    late: int
    dropped: int
    not_observable: int
    observable: bool


@attrs.frozen
class Comings:
    """How often customers fell silent, came back, and recommended.

    Attributes:
        lapses: how often a journey fell silent.
        returned: how often one came back from silence in the same cycle (T20).
        repurchased: how often one came back from silence by a purchase, in a new cycle (T26).
        won_back: how often one that was lost began anew (T25).
        cycles: how many journeys are in which cycle.
        referrals: how often customers recommended.
        referrers: how many journeys ever did.
    """

    lapses: int
    returned: int
    repurchased: int
    won_back: int
    cycles: Mapping[int, int]
    referrals: int
    referrers: int


@attrs.frozen
class Report(Told):
    """What a replay found; it prints as a text in words.

    Attributes:
        log: the name of the log's file.
        mapping: the name of the mapping's file.
        chart: the chart that the journeys followed.
        as_of: the moment up to which the log was replayed.
        as_of_given: whether the caller named it; else it is the last time in the log.
        first: the earliest time in the log; None where every line is later than ``as_of``.
        last: the latest time up to ``as_of``.
        twice: how many local times the clocks showed twice, and were taken for the first.
        lines: what became of the lines.
        activities: the activities of the log, by fate, the most frequent first.
        absent: the activities of the mapping that the log does not have.
        customers: how many customers the lines are of.
        without: how many of them have no event, and so no journey.
        journeys: how many journeys there are.
        places: where the journeys stand.
        exits: why journeys stopped.
        funnel: how far they ever came.
        stays: how long they stay.
        owed: what the company owes.
        comings: silence, returns, win-backs and referrals.
        events: what happened to the events, by kind.
        timers: how often the clock fired which timer.
        how: how the log was read, and whether all its times are midnights.
    """

    log: str
    mapping: str
    chart: Chart
    as_of: datetime
    as_of_given: bool
    first: datetime | None
    last: datetime | None
    twice: int
    lines: LineCounts
    activities: tuple[ActivityRow, ...]
    absent: tuple[str, ...]
    customers: int
    without: int
    journeys: int
    places: tuple[PlaceRow, ...]
    exits: tuple[ExitRow, ...]
    funnel: tuple[FunnelRow, ...]
    stays: tuple[StayRow, ...]
    owed: tuple[OwedRow, ...]
    comings: Comings
    events: tuple[EventRow, ...]
    timers: Mapping[str, int]
    how: HowRead = attrs.field(factory=HowRead)

    @property
    def all_events(self) -> EventRow:
        """What happened to all events."""
        rows = [attrs.astuple(row)[1:] for row in self.events] or [(0,) * 9]
        return EventRow("all", *(sum(column) for column in zip(*rows, strict=True)))

    @property
    def add_up(self) -> bool:
        """Whether nothing is lost: each line and each event is found once."""
        found = sum(row.journeys for row in self.places)
        return self.lines.add_up and self.all_events.add_up and found == self.journeys

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values that JSON can hold, in a fixed order (docs/replay.md).

        Shares go from 0 to 1, lengths are in days, times in ISO 8601; numbers have six decimals at
        most.
        """
        return _document(self)

    def _page(self, lang: Lang) -> Readable:
        page: Readable = load("cxjourney.show._replay_tables").report_page(self, lang)
        return page

    def __repr__(self) -> str:
        of = f"{self.journeys} journeys of {self.customers} customers"
        return f"<Report on {of}, {self.lines.read} lines, as of {self.as_of.isoformat()}>"

    def with_fate(self, fate: Fate) -> Iterator[ActivityRow]:
        """Yield the activities with one fate, the most frequent first."""
        return (row for row in self.activities if row.fate is fate)


def _document(report: Report) -> dict[str, Any]:
    return {
        "report": REPORT_VERSION,
        "log": report.log,
        "mapping": report.mapping,
        "as_of": report.as_of.isoformat(),
        "as_of_given": report.as_of_given,
        "first": report.first and report.first.isoformat(),
        "last": report.last and report.last.isoformat(),
        "local_times_twice": report.twice,
        "read_as": {**_row(report.how.read_as), "detected": list(report.how.read_as.detected)},
        "only_midnights": report.how.midnights,
        "chart": _chart(report.chart),
        "customers": report.customers,
        "customers_without_event": report.without,
        "journeys": report.journeys,
        "places": [_row(row) for row in report.places],
        "exits": {row.reason.value: _row(row, "reason") for row in report.exits},
        "funnel": [_row(row) for row in report.funnel],
        "stays": [_row(row) for row in report.stays],
        "owed": [_row(row) for row in report.owed],
        "comings": {
            **_row(report.comings),
            "cycles": {str(cycle): count for cycle, count in report.comings.cycles.items()},
        },
        "events": [_row(row) for row in report.events],
        "timers": dict(report.timers),
        "activities": [_row(row) for row in report.activities],
        "absent_activities": list(report.absent),
        "balance": _balance(report),
    }


def _balance(report: Report) -> dict[str, Any]:
    lines = {fate.value: count for fate, count in report.lines.by_fate.items()}
    return {
        "lines": {"read": report.lines.read, **lines, "later": report.lines.later},
        "events": {**_row(report.all_events, "kind"), "later": report.lines.later_events},
        "adds_up": report.add_up,
    }


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "key": chart.key,
        "version": chart.version,
        "options": _row(chart.options),
        "silence": {phase.name: _window(window) for phase, window in chart.silence.items()},
        "advocacy_quiet": _window(chart.advocacy_quiet),
    }


def _row(row: attrs.AttrsInstance, *without: str) -> dict[str, Any]:
    return attrs.asdict(
        row, filter=lambda field, _: field.name not in without, value_serializer=_plain
    )


def _plain(_row: object, _field: object, value: object) -> object:
    if isinstance(value, Enum):
        return value.name if isinstance(value, Phase) else value.value
    return round(value, DECIMALS) if isinstance(value, float) else value


def _window(window: timedelta | None) -> float | None:
    return None if window is None else window / DAY
