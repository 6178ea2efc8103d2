"""The parts of a report as plain values, in a fixed order."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import attrs

from cxjourney.chart import Chart
from cxjourney.replay._figures import DAY
from cxjourney.replay._reporting._figure_rows import Behind, Figures, SegmentRow
from cxjourney.vocabulary import Phase

DECIMALS = 6


def figures_told(found: Figures) -> dict[str, Any]:
    """Return the figures of some journeys, as plain values."""
    return {
        "places": [row_told(row) for row in found.places],
        "exits": {row.reason.value: row_told(row, "reason") for row in found.exits},
        "funnel": [{**row_told(row), "assumes": list(row.assumes)} for row in found.funnel],
        "stays": [
            {**row_told(row, "curve"), "curve": [row_told(step) for step in row.curve]}
            for row in found.stays
        ],
        "owed": [row_told(row) for row in found.owed],
        "comings": {
            **row_told(found.comings, "cycles"),
            "cycles": {str(cycle): count for cycle, count in found.comings.cycles.items()},
        },
        "months": [row_told(row) for row in found.months],
        "cohorts": [row_told(row) for row in found.cohorts],
    }


def segment_told(row: SegmentRow) -> dict[str, Any]:
    """Return the figures of a segment, as plain values."""
    counts = {"customers": row.customers, "journeys": row.journeys}
    return {"segment": row.segment, **counts, **figures_told(row)}


def behind_told(found: Behind) -> dict[str, Any]:
    """Return the journeys behind figures, as plain values."""
    return {
        "limit": found.limit,
        "hashed": found.hashed,
        "journeys": [row_told(one) for one in found.journeys],
        "figures": [{**row_told(row), "listed": list(row.listed)} for row in found.figures],
    }


def chart_told(chart: Chart) -> dict[str, Any]:
    """Return a chart: its options and windows, as plain values."""
    return {
        "key": chart.key,
        "version": chart.version,
        "options": row_told(chart.options),
        "silence": {phase.name: _window(window) for phase, window in chart.silence.items()},
        "advocacy_quiet": _window(chart.advocacy_quiet),
    }


def row_told(row: attrs.AttrsInstance, *without: str) -> dict[str, Any]:
    """Return a row, without some of its fields, as plain values."""
    return attrs.asdict(
        row, filter=lambda field, _: field.name not in without, value_serializer=_plain
    )


def _plain(_row: object, _field: object, value: object) -> object:
    if isinstance(value, Enum):
        return value.name if isinstance(value, Phase) else value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {one.name if isinstance(one, Phase) else one: many for one, many in value.items()}
    return round(value, DECIMALS) if isinstance(value, float) else value


def _window(window: timedelta | None) -> float | None:
    return None if window is None else window / DAY
