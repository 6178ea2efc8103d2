"""Strategies for times, in many zones, and for single events: kinds, payloads, events."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from cxjourney.chart import Chart, standard_chart
from cxjourney.vocabulary import Event, EventKind, Field, Nature
from cxjourney.vocabulary._events import MAX_INT, PayloadValue

Payload = dict[str, PayloadValue]
LONGEST = 20

EARLIEST, LATEST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
OFFSETS: tuple[tzinfo, ...] = (
    UTC,
    timezone(timedelta(hours=2)),
    timezone(timedelta(hours=-9, minutes=-30)),
    timezone(timedelta(hours=14)),
    timezone(timedelta(hours=-12)),
    timezone(timedelta(minutes=19, seconds=32)),
)
"""Fixed offsets: round, half an hour, both ends of the world, and one with seconds."""
ZONE_NAMES = ("Europe/Tallinn", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
"""Zones with rules: a clock changed by an hour, by half an hour, and an odd offset."""
CHANGES = (
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
)
"""When the clocks of the first three zones were changed in 2026."""


ZONE_LIST = tuple(map(ZoneInfo, ZONE_NAMES))
ZONES = st.sampled_from(OFFSETS) | st.sampled_from(ZONE_LIST)
"""A fixed offset, or a zone with rules."""


def times(
    earliest: datetime = EARLIEST,
    latest: datetime = LATEST,
    *,
    timezones: Sequence[tzinfo] | None = None,
) -> st.SearchStrategy[datetime]:
    """Draw aware datetimes.

    They come in several zones, fixed and with rules. The hours around the nights when clocks are
    changed are frequent; local times that never were, or that were twice, are among them.

    Args:
        earliest: the earliest moment, aware.
        latest: the latest moment, aware.
        timezones: the zones to draw from; fixed offsets and zones with rules when None.
    """
    chosen = ZONES if timezones is None else st.sampled_from(timezones)
    low, high = (bound.astimezone(UTC).replace(tzinfo=None) for bound in (earliest, latest))
    moments = st.datetimes(low, high, timezones=st.just(UTC))
    anywhere = st.builds(datetime.astimezone, moments, chosen)
    changes = [change for change in CHANGES if earliest <= change <= latest]
    if not changes:
        return anywhere
    minutes = st.integers(-180, 180)
    nights = st.builds(_by_the_clock, st.sampled_from(changes), minutes, chosen, st.integers(0, 1))
    return anywhere | nights.filter(lambda at: earliest <= at <= latest)


def _by_the_clock(change: datetime, minutes: int, zone: tzinfo, fold: int) -> datetime:
    """Return a time that clocks near a change may show, whether it ever was or not."""
    shown = change.astimezone(zone).replace(tzinfo=None) + timedelta(minutes=minutes)
    return shown.replace(tzinfo=zone, fold=fold)


def event_kinds(
    chart: Chart | None = None, *, natures: Collection[Nature] = tuple(Nature)
) -> st.SearchStrategy[EventKind]:
    """Draw event kinds of a chart.

    Args:
        chart: whose kinds; the standard chart's when None.
        natures: only the kinds of these natures.
    """
    return st.sampled_from(
        [kind for kind in (chart or standard_chart()).kinds if kind.nature in natures]
    )


def payloads(
    kind: EventKind, *, chart: Chart | None = None, forced: bool = False
) -> st.SearchStrategy[Payload]:
    """Draw payloads that fit a kind: all that it requires, and some of the rest.

    Args:
        kind: whose fields are drawn.
        chart: whose rules an ``obligation`` is named by; the standard chart when None.
        forced: whether an order to move may be forced (T29).
    """
    rules = tuple(rule.id for rule in (chart or standard_chart()).obligations)
    return _payloads(kind, rules, forced=forced)


@cache
def _payloads(
    kind: EventKind, rules: tuple[str, ...], *, forced: bool
) -> st.SearchStrategy[Payload]:
    drawn = {one: _values(one, rules) for one in kind.fields if one.name != "force" or forced}
    required = {one.name: values for one, values in drawn.items() if one.required}
    optional = {one.name: values for one, values in drawn.items() if not one.required}
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
