"""Strategies for whole journeys, for the situations they reach, and for the charts they follow."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from hypothesis import strategies as st

from cxjourney.chart import Chart
from cxjourney.charts import ALL_OPTIONS, chart_with, standard_chart
from cxjourney.errors import RefusedError
from cxjourney.events import Event, EventKind
from cxjourney.journey import Journey
from cxjourney.situation import Situation
from cxjourney.testing.sequences import event_sequences

__all__ = ["charts", "journeys", "situations"]

IDS = st.text(min_size=1, max_size=20)


def charts() -> st.SearchStrategy[Chart]:
    """Draw one of the eight standard charts: each setting of the three options (SPEC 4.2a)."""
    return st.sampled_from(ALL_OPTIONS).map(chart_with)


def journeys(
    chart: Chart | None = None,
    kinds: Sequence[EventKind] | None = None,
    *,
    history: bool | None = True,
    max_size: int = 20,
    forced: bool = False,
) -> st.SearchStrategy[Journey]:
    """Draw journeys that have lived through some events, some of them told the time in between.

    Args:
        chart: the chart; the standard one when None.
        kinds: the kinds of event to draw from; every kind but orders when None. Orders that are
            refused are left out, and nothing happens after an erasure.
        history: whether they keep the events, which may then arrive late; either when None.
        max_size: the greatest number of events.
        forced: whether orders to move may be forced (T29).
    """
    followed = standard_chart() if chart is None else chart
    if history is None:
        return st.booleans().flatmap(
            lambda keeps: journeys(followed, kinds, history=keeps, max_size=max_size, forced=forced)
        )
    arriving = event_sequences(
        followed, kinds, max_size=max_size, late=history, repeats=history, forced=forced
    )
    return _lived(arriving, followed, history=history)


@st.composite
def _lived(
    draw: st.DrawFn,
    sequences: st.SearchStrategy[list[Event]],
    chart: Chart,
    *,
    history: bool,
) -> Journey:
    arriving = draw(sequences)
    # Without history no event may come before a moment that the journey was told of.
    first = 0 if history else len(arriving)
    told_after = draw(st.none() | st.integers(first, len(arriving)))
    journey = Journey(draw(IDS), draw(st.just("") | IDS), chart=chart, history=history)
    for number, event in enumerate(arriving, start=1):
        # Orders may be refused, and so is everything after an erasure.
        with suppress(RefusedError):
            journey.record(event)
        if number == told_after and journey.clock is not None:
            journey.advance(journey.clock + timedelta(draw(st.integers(0, 400))))
    return journey


def situations(
    chart: Chart | None = None,
    kinds: Sequence[EventKind] | None = None,
    *,
    forced: bool = False,
) -> st.SearchStrategy[Situation]:
    """Draw situations that a journey can reach.

    Args:
        chart: the chart; the standard one when None.
        kinds: the kinds of event that lead there; every kind but ``moved`` when None.
        forced: whether orders to move may be forced, past the invariants (T29).
    """
    followed = standard_chart() if chart is None else chart
    unmoved = tuple(kind for kind in followed.kinds if kind is not EventKind.MOVED)
    leading = unmoved if kinds is None else kinds
    reached = journeys(followed, leading, history=False, forced=forced)
    return reached.map(_situation)


def _situation(journey: Journey) -> Situation:
    return journey.situation
