"""`check_journey` finds what is wrong with a journey that breaks a law."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest

from cxjourney.chart import Chart, JourneyMachine, Row, standard_chart
from cxjourney.journey import Journey, Step
from cxjourney.journey._late import Log
from cxjourney.testing import check_journey
from cxjourney.testing._laws import observe
from cxjourney.vocabulary import Event, EventKind, Phase, Situation, Touchpoint

K = EventKind
START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def lived(chart: Chart | None = None) -> Journey:
    """Return a journey with a purchase, a promise kept and a delivery."""
    journey = Journey("c", chart=chart)
    journey.purchased(at=START, id="bought")
    journey.touched(Touchpoint.SHOP, at=START + timedelta(hours=1), id="met")
    journey.delivered(at=START + timedelta(days=1), id="brought")
    return journey


def with_steps(change: Callable[[list[Step]], object]) -> Journey:
    """Return a journey whose log was tampered with."""
    journey = lived()
    steps = list(journey.history)
    change(steps)
    journey._log = Log.of(steps)
    return journey


def with_course(**values: Any) -> Journey:
    """Return a journey whose course was tampered with."""
    journey = lived()
    journey._course = journey._course._replace(**values)
    return journey


def with_refused_order() -> Journey:
    """Return a journey whose log holds an order that is always refused."""
    journey = lived()
    last = journey.history[-1]
    payload = {"to": Phase.ADVOCATE, "actor": "a", "reason": "r"}
    order = Event(K.MOVED, last.event.at, "order", payload)
    noted = journey.chart.compiled(JourneyMachine).decide(journey.situation, K.CONSENT_GIVEN.name)
    journey._log = Log.of([*journey.history, Step(order, 4, 1, noted)])
    journey.seq = 4
    return journey


def with_a_row_too_many() -> Journey:
    """Return a journey on a chart built by hand, that leads past the purchase."""
    chart = standard_chart()
    hasty = Row("X01", (K.DELIVERED,), (Phase.ASSESS,), Phase.ACTIVATE)
    journey = Journey("c", chart=attrs.evolve(chart, key="by_hand", rows=(hasty, *chart.rows)))
    journey.contacted(at=START)
    journey.delivered(at=START)
    return journey


def with_another_step() -> Journey:
    """Return a journey that gives another step for an event than its history."""
    journey = lived()
    log = Log.of(journey.history)
    log.by_id["bought"] = log.by_id["bought"]._replace()
    journey._log = log
    return journey


def opened_twice(steps: list[Step]) -> None:
    """Let the first step open its obligations twice."""
    steps[0] = steps[0]._replace(opened=2 * steps[0].opened)


def starting_elsewhere(steps: list[Step]) -> None:
    """Let the second step start where the first one did."""
    steps[1] = steps[1]._replace(decision=steps[0].decision)


@pytest.mark.parametrize(
    ("broken", "law"),
    [
        (with_steps(list.reverse), "order of time and rank"),
        (with_steps(list.pop), "every event has a step"),
        (with_steps(starting_elsewhere), "each step starts in the situation"),
        (with_course(situation=Situation()), "the last step ends"),
        (with_a_row_too_many(), "need a purchase"),
        (with_steps(opened_twice), "a key of its own"),
        (with_course(owed=()), "met, dropped or still owed"),
        (with_course(met_late=9), "the tally counts"),
        (with_refused_order(), "taken as before, but moved_to_advocate refused"),
        (with_course(cycle=2), "recorded anew give the same journey, but these differ: cycle"),
        (with_another_step(), "the step of the first time"),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
def test_a_broken_law_is_named(broken: Journey, law: str) -> None:
    """A journey that was tampered with, or whose chart is wrong, breaks a law, and it is named."""
    with pytest.raises(AssertionError, match=law):
        check_journey(broken)


def test_a_copy_that_differs_breaks_a_law(monkeypatch: pytest.MonkeyPatch) -> None:
    """A class of journey whose copies are not the same is found out."""
    monkeypatch.setattr(Journey, "__deepcopy__", lambda *_: Journey("somebody else"))
    with pytest.raises(AssertionError, match=r"a deep copy is the same journey, .* customer"):
        check_journey(lived())


def test_sound_journeys_keep_the_laws() -> None:
    """New, lost, erased, forced, aged and small journeys, and those on unchecked charts, pass."""
    lost, erased, forced, aged = lived(), lived(), lived(), lived()
    lost.left(at=START + timedelta(days=2))
    erased.erase(at=START + timedelta(days=2))
    forced.moved(Phase.ADVOCATE, at=START + timedelta(days=2), actor="a", reason="r", force=True)
    aged.advance(START + timedelta(days=400))
    small = Journey("c", history=False)
    small.purchased(at=START)
    by_hand = lived(attrs.evolve(standard_chart(), key="by_hand"))
    for journey in (Journey("c"), lived(), lost, erased, forced, aged, small, by_hand):
        check_journey(journey)


def test_observing_leaves_out_how_events_arrived() -> None:
    """Journeys with the same events and numbers are observed to be the same, late or not."""
    in_order, late = Journey("c"), Journey("c")
    in_order.contacted(at=START, id="first")
    in_order.purchased(at=START + timedelta(days=1), id="second")
    late.purchased(at=START + timedelta(days=1), id="second")
    step = late.contacted(at=START, id="first")
    assert step.refold is not None
    numbers = {"seq", "history"}
    one, other = observe(in_order), observe(late)
    assert {name: one[name] for name in one if name not in numbers} == {
        name: other[name] for name in other if name not in numbers
    }
    assert [known.refold for known in late.history] != [None, None]
    assert "refold=Refold" not in repr(other["history"])
