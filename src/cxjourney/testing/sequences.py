"""Strategies for sequences of events: walks far along the journey, mixed with chaos."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, timedelta, tzinfo

from hypothesis import strategies as st

from cxjourney.chart import Chart
from cxjourney.charts import standard_chart
from cxjourney.errors import RefusedError
from cxjourney.events import Event, EventKind, Nature
from cxjourney.fold import Folder
from cxjourney.journey import Journey
from cxjourney.phases import Standing
from cxjourney.situation import Situation
from cxjourney.testing.events import payloads
from cxjourney.testing.times import ZONES, times

__all__ = ["event_sequences"]

K = EventKind
Pace = tuple[EventKind | None, timedelta, tzinfo]
"""One event of a walk: its kind (None leads onward), how long after the last, and its zone."""
START = times()
STEADY_STEPS = 14
TICK = timedelta(microseconds=1)
FAR_AHEAD = (
    K.CONTACTED,
    K.NEED_ADMITTED,
    K.PURCHASED,
    K.DELIVERED,
    K.USED_AGAIN,
    K.RECOVERED,
    K.RESULT_ACHIEVED,
    K.FEEDBACK_CAPTURED,
    K.LOYALTY_SHOWN,
    K.LOYALTY_CONFIRMED,
    K.REFERRED,
)
"""The kinds that are tried first where a walk goes onward."""


def event_sequences(
    chart: Chart | None = None,
    kinds: Sequence[EventKind] | None = None,
    *,
    min_size: int = 0,
    max_size: int = 20,
    ties: bool = True,
    late: bool = False,
    repeats: bool = False,
    forced: bool = False,
) -> st.SearchStrategy[list[Event]]:
    """Draw the events of one journey, in order of arrival, with ids of their own.

    Most sequences begin with a walk along the phases, and go on with any kinds, some of them
    chosen to lead onward. The time between two events is anything from nothing to a year; the
    moments at which the chart's timers fall due are frequent.

    Args:
        chart: the chart; the standard one when None.
        kinds: the kinds to draw from; every kind but orders when None.
        min_size: the least number of events.
        max_size: the greatest number of events, repeated ones not counted.
        ties: whether events may share a moment, or come a microsecond apart.
        late: whether events may arrive in any order; else they arrive in journey order,
            by time and rank.
        repeats: whether up to three of the events arrive again at the end.
        forced: whether orders to move may be forced (T29).
    """
    followed = standard_chart() if chart is None else chart
    facts = tuple(kind for kind in followed.kinds if kind.nature is not Nature.ORDER)
    pool = facts if kinds is None else tuple(kinds)
    wild = st.tuples(st.none() | st.sampled_from(pool), _gaps(followed, ties=ties), ZONES)
    walks = _walks(wild, min_size, max_size, shortest=0 if ties else 1)
    return _arrivals(followed, pool, walks, late=late, repeats=repeats, forced=forced)


@st.composite
def _walks(
    draw: st.DrawFn, wild: st.SearchStrategy[Pace], least: int, most: int, *, shortest: int
) -> list[Pace]:
    """Draw how a walk goes: steadily onward for a while, then anyhow."""
    steady = draw(st.integers(0, min(STEADY_STEPS, most)))
    gap = timedelta(minutes=draw(st.integers(shortest, 3 * 24 * 60)))
    rest = draw(st.lists(wild, min_size=max(0, least - steady), max_size=most - steady))
    return [(None, gap, UTC)] * steady + rest


@st.composite
def _arrivals(
    draw: st.DrawFn,
    chart: Chart,
    pool: Sequence[EventKind],
    walks: st.SearchStrategy[list[Pace]],
    *,
    late: bool,
    repeats: bool,
    forced: bool,
) -> list[Event]:
    """Draw the events of a walk, and the order in which they arrive."""
    now = draw(START).astimezone(UTC)
    guide = Journey("guide", chart=chart)
    found: list[Event] = []
    for number, (chosen, gap, zone) in enumerate(draw(walks), start=1):
        now += gap
        kind = chosen or _onward(chart, guide.situation, pool)
        payload = draw(payloads(kind, chart=chart, forced=forced))
        found.append(Event(kind, now.astimezone(zone), f"e{number}", payload))
        with suppress(RefusedError):
            guide.record(found[-1])
    found.sort(key=lambda event: (event.at, event.kind.rank))
    if repeats and found:
        found += draw(st.lists(st.sampled_from(found), max_size=3))
    return draw(st.permutations(found)) if late else found


def _gaps(chart: Chart, *, ties: bool) -> st.SearchStrategy[timedelta]:
    """Draw the time between two events."""
    windows = sorted({one for one in (*chart.silence.values(), chart.advocacy_quiet) if one})
    due = [window + tick for window in windows for tick in (timedelta(), -TICK, TICK)]
    short = st.integers(1, 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
    days = st.integers(1, 40).map(timedelta)
    apart = short | days | st.sampled_from([timedelta(days=1), *due])
    return st.sampled_from((timedelta(), TICK)) | apart if ties else apart


def _onward(chart: Chart, situation: Situation, pool: Sequence[EventKind]) -> EventKind:
    """Return the first kind that leads onward from here, or the last where none does."""
    machine, reached = chart.compiled(Folder).machine, _progress(situation)
    plain = [kind for kind in (*FAR_AHEAD, *pool) if kind in pool and kind is not K.MOVED]
    for kind in plain:
        if _progress(machine.decide(situation, kind.name).after) > reached:
            return kind
    return plain[-1] if plain else pool[-1]


def _progress(situation: Situation) -> tuple[bool, int, bool, bool, bool]:
    """Measure how far a situation is along the journey."""
    return (
        situation.standing is Standing.ACTIVE,
        situation.phase or 0,
        not situation.recovery_open,
        situation.feedback_closed,
        situation.loyalty_confirmed,
    )
