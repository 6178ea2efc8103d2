"""Retraction: what should not have been recorded is left out, and the history keeps both."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.chart import Chart, Effect, derive, standard_chart
from cxjourney.errors import ErasedError, RefusedError
from cxjourney.journey import Journey
from cxjourney.testing import charts, check_journey, event_sequences
from cxjourney.vocabulary import Event, EventKind, Lang, Phase, Standing

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


def customer() -> Journey:
    """Return a journey on which an order was booked that was somebody else's."""
    journey = Journey("leo")
    journey.contacted(at=START, id="hello")
    journey.record(BOUGHT)
    return journey


def test_both_stay_in_the_history_and_the_step_tells_what_changed() -> None:
    """The retracted event did nothing; its retraction says what became of it."""
    journey = customer()
    journey.delivered(at=START + 2 * DAY, id="parcel")
    step = journey.retracted("order 7", at=START + 3 * DAY, actor="ann", reason="wrong customer")
    assert step.refold is not None
    assert step.refold.before.phase is Phase.ACTIVATE
    assert journey.phase is Phase.ASSESS
    assert journey.purchased_at is None
    assert [one.effect for one in journey.history] == [
        Effect.MOVED,
        Effect.RETRACTED,
        Effect.HELD,
        Effect.NOTED,
    ]
    assert journey.counts == {"contacted": 1, "delivered": 1, "purchased": 1, "retracted": 1}
    told = {one.event.id: one.after and one.after.effect for one in step.refold.changes}
    assert told == {"order 7": Effect.RETRACTED, "parcel": Effect.HELD}
    assert [str(one) != "" for one in (step, *(step.explain(lang) for lang in Lang))]
    assert "taken back" in step.explain()
    check_journey(journey)


@pytest.mark.parametrize(
    ("name", "why"),
    [("nothing", "event_on_record"), ("back", "event_not_final"), ("once", "event_not_final")],
)
def test_what_cannot_be_taken_back_is_refused_with_the_reason(name: str, why: str) -> None:
    """An unknown id, a retraction, and the retraction itself; in every language."""
    journey = customer()
    journey.record(taken_back("order 7", START + 2 * DAY))
    journey.record(taken_back("hello", START + 2 * DAY, "once"))
    again = taken_back(name, START + 3 * DAY, "again")
    before = journey.to_dict()
    with pytest.raises(RefusedError) as caught:
        journey.record(again)
    assert (caught.value.row, caught.value.failed) == ("T30", (why,))
    assert journey.preview(again).effect is Effect.REFUSED
    found = journey.why_not(again)
    assert (found.effect, [one.guard for one in found.failed]) == (Effect.REFUSED, [why])
    assert len({found.explain(lang) for lang in Lang}) == 3
    assert journey.to_dict() == before


def test_a_preview_changes_nothing_and_tells_the_same() -> None:
    """Preview and record agree."""
    journey = customer()
    back = taken_back("order 7", START + 2 * DAY)
    before = journey.to_dict()
    seen = journey.preview(back)
    assert journey.to_dict() == before
    assert journey.why_not(back).effect is Effect.NOTED
    assert journey.record(back) == seen
    assert journey.preview(back) == seen


def test_twice_is_noted_and_delivered_again_is_known() -> None:
    """The second retraction changes nothing; the event delivered again stays left out."""
    journey = customer()
    first = journey.record(taken_back("order 7", START + 2 * DAY))
    assert journey.record(taken_back("order 7", START + 2 * DAY)) is first
    second = journey.record(taken_back("order 7", START + 2 * DAY, "back too"))
    assert second.effect is Effect.NOTED
    assert second.refold is not None
    assert second.refold.changes == ()
    assert journey.record(BOUGHT).effect is Effect.RETRACTED
    assert journey.seq == 4
    check_journey(journey)
    meant = journey.purchased(at=START + 3 * DAY, id="order 8")
    assert meant.effect is Effect.MOVED
    check_journey(journey)


def test_the_only_event_may_be_taken_back_and_one_from_the_future() -> None:
    """The journey is new again, and knows nothing of the time that never was."""
    journey = Journey("leo")
    journey.contacted(at=START + 9999 * DAY, id="typo")
    journey.advance(START)
    journey.retracted("typo", at=START + HOUR, actor="ann", reason="wrong year")
    assert journey.standing is Standing.NEW
    assert journey.clock == START + HOUR
    assert [one.event.id for one in journey.history][-1] == "typo"
    check_journey(journey)


def test_the_timers_that_came_before_it_come_at_what_follows() -> None:
    """A silence that ended with an event goes on without it."""
    journey = Journey("leo", chart=HASTY)
    journey.contacted(at=START, id="hello")
    journey.purchased(at=START + DAY, id="order 7")
    step = journey.record(taken_back("order 7", START + 2 * DAY))
    assert [one.event.kind for one in journey.history if not one.seq] == [K.LAPSED]
    assert step.refold is not None
    assert step.refold.after.standing is Standing.LOST
    check_journey(journey)


def test_without_history_nothing_can_be_taken_back() -> None:
    """Such a journey knows no events."""
    journey = Journey("leo", history=False)
    journey.contacted(at=START, id="hello")
    with pytest.raises(RefusedError, match="event_on_record"):
        journey.retracted("hello", at=START, actor="ann", reason="?")


def test_who_is_erased_takes_no_retraction() -> None:
    """As nothing else; and an erasure is never taken back."""
    journey = customer()
    journey.erased(at=START + 2 * DAY, id="gone")
    for name in ("gone", "hello"):
        with pytest.raises(ErasedError):
            journey.retracted(name, at=START + 3 * DAY, actor="ann", reason="?")
    assert journey.preview(taken_back("gone", START + 3 * DAY)).effect is Effect.REFUSED


def test_a_retraction_may_be_dated_before_what_it_takes_back() -> None:
    """It is put in its own place; the event is left out all the same."""
    journey = customer()
    journey.record(taken_back("order 7", START + HOUR))
    assert journey.phase is Phase.ASSESS
    assert [one.event.id for one in journey.history] == ["hello", "back", "order 7"]
    check_journey(journey)
