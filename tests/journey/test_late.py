"""Late events: folded in from their own place, and all is as if all had been folded anew."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney import RefusedError
from cxjourney.chart import Chart, derive, standard_chart
from cxjourney.journey import Journey
from cxjourney.journey._fold import BEGINNING  # no face folds a part of a journey
from cxjourney.journey._open import before_moment  # of which dispatch makes checkpoints
from cxjourney.journey._refolding import _late as late  # its marks stand closer in tests
from cxjourney.testing import charts, event_sequences
from cxjourney.vocabulary import Event, EventKind, Phase
from tests.journey.refolding import Whole, bare

K = EventKind
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
HASTY = derive(
    standard_chart(),
    "test_late.hasty",
    silence=dict.fromkeys(Phase, 6 * HOUR),
    advocacy_quiet=4 * HOUR,
)
"""A chart whose customers fall silent within hours, so that there are timers everywhere."""


@st.composite
def lives(draw: st.DrawFn) -> tuple[Chart, list[Event], list[int]]:
    """Draw a chart, events in any order, and after which of them how many hours are told."""
    chart = draw(st.sampled_from([standard_chart(), HASTY]) | charts())
    size = draw(st.sampled_from([5, 15, 40]))
    events = draw(event_sequences(chart, max_size=size, late=True, repeats=True))
    order = draw(st.permutations(range(len(events)))) if draw(st.booleans()) else None
    told = draw(st.lists(st.sampled_from([0, 0, 0, 1, 5, 900]), max_size=len(events)))
    return chart, events if order is None else [events[place] for place in order], told


def agree(journey: Journey, whole: Whole) -> None:
    """Require that a journey is as if all of it had been folded anew."""
    assert journey._course == whole.course
    assert [bare(step) for step in journey.history] == [bare(step) for step in whole.steps]
    log = journey._log
    assert log is not None
    assert log.by_id == {step.event.id: step for step in log.steps if step.seq}
    for place, course in log.marks:
        assert course == _stood(whole, place), place
    if log.before is not None:
        assert log.before == _stood(whole, len(log.steps) - 1)


def _stood(whole: Whole, place: int) -> object:
    """Return where a journey stood after so many steps, all of them folded anew."""
    folder, course = whole.journey._folder, BEGINNING
    for step in whole.steps[:place]:
        course = folder.again(course, step)
    return course


def live(chart: Chart, events: list[Event], told: list[int]) -> Journey:
    """Record events as they come, and compare with folding all of them anew each time."""
    journey = Journey("anna", chart=chart)
    whole = Whole(journey)
    for event, hours in zip(events, [*told, *[0] * len(events)], strict=False):
        if event.kind is K.ERASED:
            continue
        known = journey.seq
        with suppress(RefusedError):
            step = journey.record(event)
            if journey.seq > known:
                expected = whole.record(event)
                assert expected is not None
                assert bare(step) == bare(expected[0])
                if step.refold is not None:
                    assert step.refold.changes == expected[1]
                    assert step.refold.after == journey.situation
        if hours and journey.clock is not None:
            journey.advance(journey.clock + hours * HOUR)
            whole.tell()
        agree(journey, whole)
    return journey


@pytest.mark.no_cover
@given(lives())
def test_a_late_event_is_folded_in_as_if_all_were_folded_anew(
    life: tuple[Chart, list[Event], list[int]],
) -> None:
    """The course, every step, what changed and every mark are the same, timers among them."""
    live(*life)


@settings(max_examples=max(2, settings().max_examples // 2))
@given(lives())
def test_wherever_it_is_marked_it_makes_no_difference(
    life: tuple[Chart, list[Event], list[int]],
) -> None:
    """With a mark after every other step late events give the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(late, "SPACING", 2)
        live(*life)


def spent(*kinds: EventKind) -> list[Event]:
    """Return events of these kinds, a day apart."""
    return [Event(kind, START + n * DAY, f"e{n}") for n, kind in enumerate(kinds)]


@pytest.mark.parametrize("spacing", [1, 2, 128])
def test_what_was_implied_may_be_forgotten(spacing: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A phase that was implied is not, once it is heard that it was lived; the marks say so too."""
    monkeypatch.setattr(late, "SPACING", spacing)
    bought, *later = spent(K.PURCHASED, *(K.DELIVERED, K.RETURNED, K.USED_AGAIN) * 4)
    before = Event(K.CONTACTED, bought.at - HOUR, "contact")
    journey = live(standard_chart(), [bought, *later, before], [])
    assert journey.implied == (Phase.ADMIT,)
    assert journey.visited[0] is Phase.ASSESS
    step = journey.history[0]
    assert step.refold is not None
    assert [change.event for change in step.refold.changes] == [bought]


@pytest.mark.no_cover
@pytest.mark.parametrize("spacing", [1, 2, 128])
def test_late_events_may_be_at_any_place(spacing: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the last to the first, and the first again, with time told in between."""
    monkeypatch.setattr(late, "SPACING", spacing)
    life = [
        Event(kind, START + n * DAY, f"{n}", {"question": "?"} if kind is K.ASKED else {})
        for n, kind in enumerate((K.ASKED, K.ANSWERED, K.USED_AGAIN, K.COMPLAINED, K.RECOVERED) * 6)
    ]
    told = [0] * 20 + [900] + [0] * 9
    live(standard_chart(), life[::-1], [])
    live(HASTY, [*life[::2], *life[-1:0:-2], life[1]], told)
    live(standard_chart(), [life[0], *life[:0:-1]], told)


def test_what_is_set_anew_at_the_same_moment_is_folded_again() -> None:
    """Two events of one instant, before which the customer turns out to have come already."""
    first, second = Event(K.CONTACTED, START, "first"), Event(K.REASSURED, START, "second")
    journey = live(standard_chart(), [first, second, Event(K.CONTACTED, START - DAY, "third")], [])
    assert journey.entered_at == START - DAY


def test_a_late_order_that_is_refused_changes_nothing() -> None:
    """It is judged by where the journey stood at its own time."""
    journey = Journey("anna")
    for event in spent(K.CONTACTED, K.PURCHASED, K.DELIVERED):
        journey.record(event)
    before = journey.history
    with pytest.raises(RefusedError):
        journey.moved(Phase.ACTIVATE, at=START + HOUR, actor="bob", reason="guess")
    assert (journey.history, journey.seq) == (before, 3)


def test_the_steps_that_stay_keep_what_they_told() -> None:
    """A step that is not folded again, or is, still tells what its own lateness changed."""
    journey = Journey("anna")
    for event in spent(K.CONTACTED, K.PURCHASED, K.DELIVERED, K.USED_AGAIN):
        journey.record(event)
    first = journey.record(Event(K.NEED_ADMITTED, START + HOUR, "late"))
    assert first.refold is not None
    journey.record(Event(K.DOUBTED, START + 2 * HOUR, "later"))
    assert journey.record(first.event) == first
    journey.record(Event(K.CONTACTED, START - HOUR, "earliest"))
    kept = journey.record(first.event)
    assert kept.refold == first.refold


def test_where_a_journey_stood_is_before_what_the_clock_did_then() -> None:
    """A lapse between two events stands with the event that it came before."""
    journey = Journey("c")
    journey.contacted(at=START)
    journey.advance(START + timedelta(days=60))
    assert before_moment(journey, START + timedelta(days=61))[0] == 1
