"""`check_journey` finds what is wrong with a journey that breaks a law."""

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest

from cxjourney.chart import Chart, JourneyMachine, Row, standard_chart
from cxjourney.journey import Journey, Step
from cxjourney.testing import check_journey
from cxjourney.vocabulary import Event, EventKind, Phase, Situation, Touchpoint

K = EventKind
START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def lived(chart: Chart | None = None, kind: type[Journey] = Journey) -> Journey:
    """Return a journey with a purchase, a promise kept and a delivery."""
    journey = kind("c", chart=chart)
    journey.purchased(at=START, id="bought")
    journey.touched(Touchpoint.SHOP, at=START + timedelta(hours=1), id="met")
    journey.delivered(at=START + timedelta(days=1), id="brought")
    return journey


STEPS = lived().history


def telling(**values: object) -> Journey:
    """Return a journey of a class that tells other values than are so."""

    def told(value: object) -> property:
        return property(lambda _: value)

    members = {name: told(value) for name, value in values.items()}
    return lived(kind=type("Telling", (Journey,), members))


def with_refused_order() -> Journey:
    """Return a journey whose history holds an order that is always refused."""
    payload = {"to": Phase.ADVOCATE, "actor": "a", "reason": "r"}
    order = Event(K.MOVED, STEPS[-1].event.at, "order", payload)
    noted = standard_chart().compiled(JourneyMachine).decide(STEPS[-1].after, K.CONSENT_GIVEN.name)
    journey = telling(history=(*STEPS, Step(order, 4, 1, noted)))
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
    """Return a journey of a class that gives another step for an event than its history."""

    class Telling(Journey):
        def record(self, event: Event, **options: Any) -> Step:
            return super().record(event, **options)._replace()

    return lived(kind=Telling)


OPENED_TWICE = STEPS[0]._replace(opened=2 * STEPS[0].opened)
STARTING_ELSEWHERE = STEPS[1]._replace(decision=STEPS[0].decision)


@pytest.mark.parametrize(
    ("broken", "law"),
    [
        (telling(history=STEPS[::-1]), "order of time and rank"),
        (telling(history=STEPS[:-1]), "every event has a step"),
        (
            telling(history=(STEPS[0], STARTING_ELSEWHERE, STEPS[2])),
            "each step starts in the situation",
        ),
        (telling(situation=Situation()), "the last step ends"),
        (with_a_row_too_many(), "need a purchase"),
        (telling(history=(OPENED_TWICE, *STEPS[1:])), "a key of its own"),
        (telling(owed=()), "met, dropped or still owed"),
        (telling(tally=lived().tally._replace(late=9)), "the tally counts"),
        (with_refused_order(), "taken as before, but moved_to_advocate refused"),
        (telling(cycle=2), "recorded anew give the same journey, but these differ: cycle"),
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


def test_how_events_arrived_is_no_matter() -> None:
    """A journey that heard of an event late keeps the laws too."""
    late = Journey("c")
    late.purchased(at=START + timedelta(days=1), id="second")
    assert late.contacted(at=START, id="first").refold is not None
    check_journey(late)
