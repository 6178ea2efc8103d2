"""Deriving: a chart of your own, made from another and checked when it is defined."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from types import EllipsisType
from typing import TypeVar

import attrs

from cxjourney.chart import Chart, FaultKind, Row
from cxjourney.charts import find_chart, remember_chart
from cxjourney.checks import read_faults
from cxjourney.duties import ObligationRule
from cxjourney.errors import ChartNotFoundError, FaultsError, InvalidError
from cxjourney.events import EventKind
from cxjourney.explore import Exploration, explore, explored_faults, unused_rows
from cxjourney.phases import Phase
from cxjourney.rows import standard_rows
from cxjourney.vocabulary._checks import MAX_ID

__all__ = ["check_chart", "derive"]

Ruled = TypeVar("Ruled", Row, ObligationRule)

FOLLOW_THE_KINDS = ("T01b", "T20.")
"""The standard rows that take every customer fact, your own kinds included."""


def check_chart(chart: Chart, *, orders: bool = False) -> Exploration:
    """Check a chart whole: read it, explore it, and prove the invariants of SPEC 4.2.

    Args:
        chart: the chart to check.
        orders: whether to follow unforced orders to move as well; takes seconds, not tenths.

    Returns:
        The exploration that proved it.

    Raises:
        FaultsError: with every fault found, each naming the row and a remedy.
    """
    faults = list(read_faults(chart))
    if not faults:
        try:
            exploration = explore(chart, orders=orders)
            faults = list(explored_faults(exploration))
            known = {row.id for row in standard_rows(chart.options, chart.kinds)}
            own = [row for row in chart.rows if row.id not in known]
            faults.extend(unused_rows(exploration, own))
        except InvalidError as fault:
            faults = [fault]
    if faults:
        raise FaultsError(f"chart {chart.key!r} has {len(faults)} fault(s)", faults)
    return exploration


def derive(
    chart: Chart,
    key: str,
    *,
    version: int = 1,
    rows: Iterable[Row] = (),
    without_rows: Iterable[str] = (),
    kinds: Iterable[EventKind] = (),
    silence: Mapping[Phase, timedelta | None] | None = None,
    advocacy_quiet: timedelta | EllipsisType | None = ...,
    obligations: Iterable[ObligationRule] = (),
    without_obligations: Iterable[str] = (),
) -> Chart:
    """Return a chart of your own, made from another and checked.

    A row or obligation with the id of an old one takes its place; others come first. What is
    derived can be found by key and version when a stored journey names it.

    Args:
        chart: the chart to start from.
        key: the new chart's name.
        version: its version; a changed chart takes a new one.
        rows: rows to add or replace.
        without_rows: the ids of rows to leave out.
        kinds: event kinds to add; a customer's fact also opens NEW and wakes LAPSED journeys.
        silence: silence windows to change, by phase; None never lapses.
        advocacy_quiet: how long after the last referral an advocate is quiet; None never.
        obligations: obligation rules to add or replace.
        without_obligations: the ids of obligation rules to leave out.

    Raises:
        FaultsError: with every fault found, each naming the row and a remedy.
    """
    all_kinds = (*chart.kinds, *kinds)
    old_rows = _following(chart, all_kinds)
    without_rows, without_obligations = tuple(without_rows), tuple(without_obligations)
    unknown = [
        *_unknown("row", without_rows, old_rows),
        *_unknown("obligation", without_obligations, chart.obligations),
    ]
    derived = attrs.evolve(
        chart,
        key=key,
        version=version,
        kinds=all_kinds,
        rows=_merged(old_rows, tuple(rows), without_rows),
        silence={**chart.silence, **(silence or {})},
        advocacy_quiet=chart.advocacy_quiet if advocacy_quiet is ... else advocacy_quiet,
        obligations=_merged(chart.obligations, tuple(obligations), without_obligations),
    )
    unknown.extend(_name_faults(derived))
    if unknown:
        raise FaultsError(f"chart {key!r} has {len(unknown)} fault(s)", unknown)
    check_chart(derived)
    remember_chart(derived)
    return derived


def _following(chart: Chart, kinds: tuple[EventKind, ...]) -> tuple[Row, ...]:
    """Return the chart's rows, those that take every customer fact with the new kinds too."""
    fresh = {row.id: row for row in standard_rows(chart.options, kinds)}
    old = {row.id: row for row in standard_rows(chart.options, chart.kinds)}

    def follow(row: Row) -> Row:
        was = old.get(row.id)
        unchanged = was is not None and was.fingerprint == row.fingerprint
        return fresh[row.id] if unchanged and row.id.startswith(FOLLOW_THE_KINDS) else row

    return tuple(follow(row) for row in chart.rows)


def _merged(
    old: tuple[Ruled, ...], new: tuple[Ruled, ...], without: tuple[str, ...]
) -> tuple[Ruled, ...]:
    """Put new items in the place of old ones with the same id, and the others first."""
    replacing = {item.id: item for item in reversed(new)}
    kept = tuple(replacing.get(item.id, item) for item in old if item.id not in without)
    return tuple(item for item in new if item not in kept) + kept


def _unknown(
    what: str, ids: tuple[str, ...], items: tuple[Row, ...] | tuple[ObligationRule, ...]
) -> list[InvalidError]:
    known = {item.id for item in items}
    text, remedy = f"the chart has no {what} of this id to leave out", "name one that it has"
    return [
        InvalidError(name, text, remedy, FaultKind.UNKNOWN_ROW) for name in ids if name not in known
    ]


def _name_faults(chart: Chart) -> list[InvalidError]:
    """Refuse a key and version that already name another chart."""
    if not 0 < len(chart.key) <= MAX_ID or chart.version < 1:
        text = f"version {chart.version!r}"
        remedy = f"give a key of 1 to {MAX_ID} characters and a version from 1"
        return [InvalidError(chart.key, text, remedy, FaultKind.NAME_CLASH)]
    try:
        other = find_chart(chart.ref)
    except ChartNotFoundError:
        return []
    if other.fingerprint == chart.fingerprint:
        return []
    text = f"another chart has this key and version {chart.version}"
    return [InvalidError(chart.key, text, "give it a new version", FaultKind.NAME_CLASH)]
