"""Strategies for times, in many zones, for single events, and for charts."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from enum import Enum
from functools import cache
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import attrs
from hypothesis import strategies as st

from cxjourney.chart import Chart, DueBy, Lasts, ObligationRule, derive, standard_chart
from cxjourney.chart._derive import LONGEST_ID, LONGEST_WINDOW
from cxjourney.chart._standard_chart import ALL_OPTIONS, chart_with
from cxjourney.vocabulary import Event, EventKind, Field, Nature, Phase, Standing
from cxjourney.vocabulary._checks import MAX_ID
from cxjourney.vocabulary._events import MAX_INT, PayloadValue
from cxjourney.vocabulary._forms import MAX_WHOLE

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


class Size(Enum):
    """The values of a field of a derived kind, whose values in the program are of several types."""

    SMALL = 1
    LARGE = "l"


OWN_KINDS = (
    EventKind(
        "demo_shown",
        Nature.CUSTOMER,
        -MAX_WHOLE,
        (
            Field("size", Size),
            Field("price", Decimal),
            Field("until", datetime),
            Field("paid", bool),
            Field("pieces", int),
        ),
    ),
    EventKind("k" * MAX_ID, Nature.COMPANY, MAX_WHOLE, (Field("due", datetime, required=True),)),
    EventKind("külastas", Nature.CUSTOMER, EventKind.PURCHASED.rank, (Field("obligation"),)),
)
"""Kinds of event with all that a field may be, the longest name, and the outermost ranks."""
BASES = tuple(map(chart_with, (ALL_OPTIONS[0], ALL_OPTIONS[-1])))
PLACES = (*Phase, Standing.LAPSED, Standing.LOST, Standing.ERASED)
A_DAY = timedelta(days=1)
SPANS = st.sampled_from([timedelta(), timedelta.resolution, A_DAY, 30 * A_DAY, LONGEST_WINDOW])
WINDOWS = st.none() | st.sampled_from([timedelta.resolution, A_DAY, 90 * A_DAY, LONGEST_WINDOW])
RULE_IDS = ("call_back", "answer", "r" * LONGEST_ID, "ära unusta")


def charts(*, derived: bool = False) -> st.SearchStrategy[Chart]:
    """Draw one of the eight standard charts: each setting of the three options (SPEC 4.2a).

    Args:
        derived: whether to draw charts that are derived from these too, with kinds of event,
            obligations, windows and versions of any form that ``derive`` takes.
    """
    standard = st.sampled_from(ALL_OPTIONS).map(chart_with)
    return standard | _derived() if derived else standard


@st.composite
def _derived(draw: st.DrawFn) -> Chart:
    # Few tables: each is explored whole when a chart with it is first derived.
    base, kinds = draw(st.sampled_from(BASES)), draw(st.sampled_from([(), OWN_KINDS]))
    given: dict[str, Any] = {
        "version": draw(st.sampled_from([1, 2, MAX_WHOLE])),
        "kinds": kinds,
        "silence": draw(st.dictionaries(st.sampled_from(Phase), WINDOWS)),
        "advocacy_quiet": draw(st.just(...) | WINDOWS),
        "obligations": draw(
            st.lists(_rules(base.kinds + kinds), max_size=3, unique_by=lambda rule: rule.id)
        ),
    }
    rules = [attrs.astuple(rule, recurse=False) for rule in given["obligations"]]
    told = f"{base.key} {sorted({**given, 'obligations': rules}.items())!r}"  # as no other chart
    return derive(base, f"drawn {sha256(told.encode()).hexdigest()}".ljust(MAX_ID, "."), **given)


@st.composite
def _rules(draw: st.DrawFn, kinds: tuple[EventKind, ...]) -> ObligationRule:
    some = st.lists(st.sampled_from(kinds), max_size=2, unique=True).map(tuple)
    on, enters = draw(some), draw(st.lists(st.sampled_from(PLACES), max_size=2).map(tuple))
    dated = bool(on) and all(
        any(field.name == "due" and field.required for field in kind.fields) for kind in on
    )
    return ObligationRule(
        draw(st.sampled_from(RULE_IDS)),
        "drawn",
        on=on,
        enters=enters,
        at_purchase=draw(st.booleans()) if on or enters else True,
        due=draw(SPANS),
        due_by=draw(st.sampled_from([one for one in DueBy if dated or one is not DueBy.PROMISE])),
        warn=draw(st.none() | SPANS),
        met_by=draw(some),
        each=draw(st.booleans()),
        repeats=draw(st.none() | SPANS),
        lasts=draw(st.sampled_from(Lasts)),
        flag=draw(st.none() | st.sampled_from(["doubt_open", "recovery_open"])),
    )
