"""Retraction: what should not have been recorded is left out, and the history keeps both."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.chart import Chart, derive, standard_chart
from cxjourney.errors import RefusedError
from cxjourney.journey import Journey
from cxjourney.testing import charts, check_journey, event_sequences
from cxjourney.vocabulary import Event, EventKind, Phase

K = EventKind
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
HASTY = derive(
    standard_chart(),
    "test_retraction.hasty",
    silence=dict.fromkeys(Phase, 6 * HOUR),
    advocacy_quiet=4 * HOUR,
)
BOUGHT = Event(K.PURCHASED, START + DAY, "order 7", {"amount": Decimal(40)})
WRONG = {"actor": "ann", "reason": "booked on the wrong customer"}


def taken_back(name: str, at: datetime, id: str = "back") -> Event:
    """Return a retraction of the event with an id."""
    return Event(K.RETRACTED, at, id, {"event": name, **WRONG})


@st.composite
def lives(draw: st.DrawFn) -> tuple[Chart, list[Event], list[tuple[int, int, int]]]:
    """Draw a chart, events in any order, and what is taken back: which, after which, how late."""
    chart = draw(st.sampled_from([standard_chart(), HASTY]) | charts())
    events = draw(event_sequences(chart, min_size=1, max_size=draw(st.sampled_from([5, 15, 40]))))
    events = [one for one in events if one.kind not in {K.ERASED, K.RETRACTED}]
    place = st.integers(0, max(0, len(events) - 1))
    back = draw(st.lists(st.tuples(place, place, st.sampled_from([-40, 0, 1, 900])), max_size=4))
    return chart, events, back


@pytest.mark.no_cover
@given(lives())
def test_journey_is_where_it_would_be_without_the_event(
    life: tuple[Chart, list[Event], list[tuple[int, int, int]]],
) -> None:
    """Whatever is taken back, and whenever; stored and read it is the same journey."""
    chart, events, back = life
    journey, plain = Journey("leo", chart=chart), Journey("leo", chart=chart)
    gone = set[str]()
    latest = START
    for place, event in enumerate(events):
        try:
            journey.record(event)
        except RefusedError:
            continue
        latest = max(latest, event.at)
        for number, (which, after, hours) in enumerate(back):
            target = events[which]
            if after != place or not any(s.event.id == target.id for s in journey.history):
                continue
            at = event.at + hours * HOUR
            journey.record(taken_back(target.id, at, f"back {number}"))
            gone.add(target.id)
            latest = max(latest, at)
    known = {step.event.id for step in journey.history}
    for event in events:
        if event.id in known - gone:
            try:
                plain.record(event)
            except RefusedError:
                return  # an order that passed only because of what was taken back
    journey.advance(latest)
    plain.advance(latest)
    check_journey(journey)
    for name in ("situation", "cycle", "owed", "tally", "visited", "implied", "exit", "entered_at"):
        assert getattr(journey, name) == getattr(plain, name), name
    assert [one.event for one in journey.history if one.moves] == [
        one.event for one in plain.history if one.moves
    ]
