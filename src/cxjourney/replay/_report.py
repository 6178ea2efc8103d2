"""The report of a replay: every figure that it found, as data."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import attrs

from cxjourney.chart import Chart
from cxjourney.replay._log import Fate, HowRead
from cxjourney.replay._reporting._document import (
    behind_told,
    chart_told,
    figures_told,
    row_told,
    segment_told,
)
from cxjourney.replay._reporting._figure_rows import (
    ActivityRow,
    Behind,
    EventRow,
    Figures,
    LineCounts,
    SegmentRow,
)
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import Readable
from cxjourney.vocabulary._texts import Told

REPORT_VERSION = 4
"""The version of the document's shape; it changes when a key goes or changes its meaning."""


@attrs.frozen(kw_only=True, repr=False)
class Report(Figures, Told):
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
        events: what happened to the events, by kind.
        timers: how often the clock fired which timer.
        how: how the log was read, and whether all its times are midnights.
        zone: the zone whose months are told.
        segment: the column by which the figures are told again; empty for none.
        segments: the figures of each segment, the most frequent first.
        behind: the journeys behind each figure; None where they were not asked for.
        by_machine: how many journeys the live machine walked; all of them without the extra
            ``bulk``. It says nothing of the figures, and is not compared.
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
    without: int
    events: tuple[EventRow, ...]
    timers: Mapping[str, int]
    how: HowRead
    zone: str
    segment: str
    segments: tuple[SegmentRow, ...]
    behind: Behind | None
    by_machine: int = attrs.field(eq=False)

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

    def to_html(self, lang: Lang = Lang.EN) -> str:
        """Return the report as one file to send: it needs no network and runs no script.

        Where ``replay_log`` was asked to list journeys ``behind`` figures, they stand there, up to
        500 a figure.

        Args:
            lang: the language.
        """
        html: str = load("cxjourney.show._pages._replay._replay_page").replay_html(self, lang)
        return html

    def to_csv(self) -> str:
        """Return the journeys that are listed behind figures as CSV, one a line.

        Its columns have the names of ``behind`` in the document, and ``overdue``: the rules by
        which the company is late. A cell that a spreadsheet would take for a formula begins with
        an apostrophe.

        Raises:
            InvalidError: no journeys are listed; ``replay_log`` lists them with ``behind``.
        """
        csv: str = load("cxjourney.show._pages._replay._customer_file").customers_csv(self)
        return csv

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
        "read_as": {**row_told(report.how.read_as), "detected": list(report.how.read_as.detected)},
        "only_midnights": report.how.midnights,
        "chart": chart_told(report.chart),
        "customers": report.customers,
        "customers_without_event": report.without,
        "journeys": report.journeys,
        **figures_told(report),
        "month_zone": report.zone,
        "segments": None if not report.segment else _segments(report),
        "behind": None if report.behind is None else behind_told(report.behind),
        "events": [row_told(row) for row in report.events],
        "timers": dict(report.timers),
        "activities": [row_told(row) for row in report.activities],
        "absent_activities": list(report.absent),
        "balance": _balance(report),
    }


def _segments(report: Report) -> dict[str, Any]:
    return {"column": report.segment, "rows": [segment_told(row) for row in report.segments]}


def _balance(report: Report) -> dict[str, Any]:
    lines = {fate.value: count for fate, count in report.lines.by_fate.items()}
    return {
        "lines": {"read": report.lines.read, **lines, "later": report.lines.later},
        "events": {**row_told(report.all_events, "kind"), "later": report.lines.later_events},
        "adds_up": report.add_up,
    }
