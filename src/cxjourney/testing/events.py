"""Strategies for single events: kinds, payloads, events."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from hypothesis import strategies as st

from cxjourney.chart import Chart
from cxjourney.charts import standard_chart
from cxjourney.events import Event, EventKind, Nature
from cxjourney.payload import MAX_INT, Field, PayloadValue
from cxjourney.testing.times import times

__all__ = ["event_kinds", "events", "payloads"]

Payload = dict[str, PayloadValue]
LONGEST = 20


def event_kinds(
    chart: Chart | None = None, *, natures: Collection[Nature] = tuple(Nature)
) -> st.SearchStrategy[EventKind]:
    """Draw event kinds of a chart.

    Args:
        chart: whose kinds; the standard chart's when None.
        natures: only the kinds of these natures.
    """
    return st.sampled_from([kind for kind in _or_standard(chart).kinds if kind.nature in natures])


def payloads(
    kind: EventKind, *, chart: Chart | None = None, forced: bool = False
) -> st.SearchStrategy[Payload]:
    """Draw payloads that fit a kind: all that it requires, and some of the rest.

    Args:
        kind: whose fields are drawn.
        chart: whose rules an ``obligation`` is named by; the standard chart when None.
        forced: whether an order to move may be forced (T29).
    """
    return _payloads(
        kind, tuple(rule.id for rule in _or_standard(chart).obligations), forced=forced
    )


@cache
def _payloads(
    kind: EventKind, rules: tuple[str, ...], *, forced: bool
) -> st.SearchStrategy[Payload]:
    drawn = [field for field in kind.fields if field.name != "force" or forced]
    required = {field.name: _values(field, rules) for field in drawn if field.required}
    optional = {field.name: _values(field, rules) for field in drawn if not field.required}
    return st.fixed_dictionaries(required, optional=optional)


def events(
    chart: Chart | None = None,
    kinds: Sequence[EventKind] | None = None,
    *,
    at: st.SearchStrategy[datetime] | None = None,
    ids: st.SearchStrategy[str] | None = None,
    forced: bool = False,
) -> st.SearchStrategy[Event]:
    """Draw events of a chart.

    Args:
        chart: the chart; the standard one when None.
        kinds: the kinds to draw from; every kind of the chart when None.
        at: when they happen; ``times()`` when None.
        ids: their ids; short texts when None, which may repeat.
        forced: whether an order to move may be forced (T29).
    """
    moments = times() if at is None else at
    names = st.text(min_size=1, max_size=LONGEST) if ids is None else ids

    def of_kind(kind: EventKind) -> st.SearchStrategy[Event]:
        drawn = payloads(kind, chart=chart, forced=forced)
        return st.builds(Event, st.just(kind), moments, names, drawn)

    return (event_kinds(chart) if kinds is None else st.sampled_from(kinds)).flatmap(of_kind)


def _or_standard(chart: Chart | None) -> Chart:
    return standard_chart() if chart is None else chart


def _values(field: Field, rules: Sequence[str]) -> st.SearchStrategy[Any]:
    """Draw values of a field, from its type and limits."""
    if issubclass(field.of, Enum):
        return st.sampled_from(list(field.of))
    if field.name == "obligation":
        return st.sampled_from(rules or ("none",))
    texts = st.text(max_size=LONGEST)
    by_type: dict[type, st.SearchStrategy[Any]] = {
        bool: st.booleans(),
        int: st.integers(
            -MAX_INT if field.low is None else field.low,
            MAX_INT if field.high is None else field.high,
        ),
        Decimal: st.decimals(field.low, field.high, allow_nan=False, allow_infinity=False),
        datetime: times(),
        str: texts.filter(str.strip) if field.required else texts,
    }
    return by_type[field.of]
