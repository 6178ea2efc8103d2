"""The report as a document for JSON: versioned, in a fixed order (docs/replay.md)."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import attrs

from cxjourney.chart import Chart
from cxjourney.replay.figures import DAY, Share, Spread
from cxjourney.replay.report import ActivityRow, Report

__all__ = ["REPORT_VERSION", "report_document", "report_json"]

REPORT_VERSION = 1
"""The version of the document's shape; it changes when a key goes or changes its meaning."""

DECIMALS = 6


def report_document(report: Report) -> dict[str, Any]:
    """Return a report as plain values that JSON can hold.

    Shares go from 0 to 1, lengths are in days, times in ISO 8601; numbers have six decimals at
    most.
    """
    return {
        "report": REPORT_VERSION,
        "log": report.log,
        "mapping": report.mapping,
        "as_of": report.as_of.isoformat(),
        "as_of_given": report.as_of_given,
        "first": _time(report.first),
        "last": _time(report.last),
        "local_times_twice": report.twice,
        "chart": _chart(report.chart),
        "customers": report.customers,
        "customers_without_event": report.without,
        "journeys": report.journeys,
        "places": [attrs.asdict(row) for row in report.places],
        "exits": {row.reason.value: _rest(row, "reason") for row in report.exits},
        "funnel": [
            {"phase": row.phase.name, **_rest(row, "phase"), "share": _rounded(row.share)}
            for row in report.funnel
        ],
        "stays": [
            {
                "phase": row.phase.name,
                "ended": _rounded(row.ended),
                "current": _rounded(row.current),
            }
            for row in report.stays
        ],
        "owed": [
            {**attrs.asdict(row), "longest": round(row.longest, DECIMALS)} for row in report.owed
        ],
        "comings": {
            **attrs.asdict(report.comings),
            "cycles": {str(cycle): count for cycle, count in report.comings.cycles.items()},
        },
        "events": [attrs.asdict(row) for row in report.events],
        "timers": dict(report.timers),
        "activities": [_activity(row) for row in report.activities],
        "absent_activities": list(report.absent),
        "balance": _balance(report),
    }


def report_json(report: Report) -> str:
    """Return a report as JSON in ASCII, which no terminal takes for a command."""
    return json.dumps(report_document(report), indent=2) + "\n"


def _balance(report: Report) -> dict[str, Any]:
    lines = {fate.value: count for fate, count in report.lines.by_fate.items()}
    return {
        "lines": {"read": report.lines.read, **lines, "later": report.lines.later},
        "events": _rest(report.all_events, "kind"),
        "adds_up": report.add_up,
    }


def _chart(chart: Chart) -> dict[str, Any]:
    options = {name: value.value for name, value in _rest(chart.options).items()}
    return {
        "key": chart.key,
        "version": chart.version,
        "options": options,
        "silence": {phase.name: _window(window) for phase, window in chart.silence.items()},
        "advocacy_quiet": _window(chart.advocacy_quiet),
    }


def _activity(row: ActivityRow) -> dict[str, Any]:
    return {**attrs.asdict(row), "fate": row.fate.value}


def _rest(row: attrs.AttrsInstance, *without: str) -> Mapping[str, Any]:
    return attrs.asdict(row, filter=lambda field, _: field.name not in without)


def _rounded(figures: Share | Spread | None) -> dict[str, float] | None:
    if figures is None:
        return None
    return {name: round(number, DECIMALS) for name, number in attrs.asdict(figures).items()}


def _window(window: timedelta | None) -> float | None:
    return None if window is None else window / DAY


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
