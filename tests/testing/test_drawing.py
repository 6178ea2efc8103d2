"""Every public type can be drawn, and drawn journeys find faults and show how they came about."""

import importlib
import inspect
import os
import subprocess
import sys
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import Phase as Stage
from hypothesis import strategies as st

from cxjourney import Event, EventKind, Journey, Phase
from cxjourney.testing import journey_from, journeys, register_types
from cxjourney.testing._laws import observe
from cxjourney.testing._types import NOT_DRAWN

PACKAGES = (
    "cxjourney",
    "cxjourney.channels",
    "cxjourney.channels.policy",
    "cxjourney.playbook",
    "cxjourney.dispatch",
    "cxjourney.journal",
    "cxjourney.rehearsal",
    "cxjourney.replay",
    "cxjourney.wishes",
)
PUBLIC = {
    f"{package}.{name}": thing
    for package in PACKAGES
    for name in importlib.import_module(package).__all__
    if inspect.isclass(thing := getattr(importlib.import_module(package), name))
}
register_types()


@pytest.mark.parametrize("name", [one for one in PUBLIC if PUBLIC[one].__name__ not in NOT_DRAWN])
def test_every_public_type_is_drawn(name: str) -> None:
    """``from_type`` draws each public class, but for those of which a list says why not."""
    kind = PUBLIC[name]

    @settings(
        max_examples=3,
        derandomize=True,
        database=None,
        phases=[Stage.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.from_type(kind))
    def draw(value: object) -> None:
        typed_dict = hasattr(kind, "__total__")
        assert isinstance(value, dict if typed_dict else kind)

    draw()


def test_what_is_not_drawn_is_public() -> None:
    """The list of what is not drawn names public classes only."""
    assert set(NOT_DRAWN) <= {kind.__name__ for kind in PUBLIC.values()}
    assert all(NOT_DRAWN.values())


def finds_loyal_with_an_open_question(number: int) -> str | None:
    """Return what a failing case shows, if a planted fault is found within 100 examples."""

    @seed(number)
    @settings(
        max_examples=100,
        database=None,
        deadline=None,
        phases=[Stage.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(journeys())
    def nobody_loyal_waits(journey: Journey) -> None:
        loyal = journey.phase is not None and journey.phase >= Phase.ADOPT
        assert not (loyal and any(one.rule == "answer" for one in journey.owed))

    try:
        nobody_loyal_waits()
    except AssertionError as error:
        return "\n".join(error.__notes__)
    return None


def test_a_planted_fault_is_found() -> None:
    """In 19 of 20 seeds a loyal customer with an open question is found, and shown as events."""
    shown = [text for number in range(20) if (text := finds_loyal_with_an_open_question(number))]
    assert len(shown) >= 19
    assert all("journey_from([Event(EventKind." in text.replace("\n", "") for text in shown)


@given(journeys())
def test_a_shown_journey_can_be_copied(journey: Journey) -> None:
    """What a failing case shows of a journey on the standard chart is the call that makes it."""
    events = [step.event for step in journey.history if step.seq]
    again = journey_from(events, journey.customer, journey.engagement)
    assert again.seq == journey.seq
    assert observe(journey_from(events, "a")) == observe(journey_from(events, "a"))
    assert repr(again).startswith("<Journey ")


def test_a_journey_from_events_is_told_the_time() -> None:
    """After the given number of events the clock goes on by the given days."""
    event = Event(EventKind.CONTACTED, datetime.fromisoformat("2026-01-05T09:00:00+00:00"), "e1")
    told = journey_from([event], told=(1, 3))
    assert told.as_of == datetime.fromisoformat("2026-01-08T09:00:00+00:00")
    assert journey_from([event], told=(2, 3)).as_of is None


@pytest.mark.parametrize("first", ["cxjourney", "hypothesis"])
def test_the_plugin_loads_nothing_before_it_is_asked(first: str) -> None:
    """In whichever order both are imported, types are drawn, and nothing is loaded early."""
    code = (
        f"import {first}, sys, hypothesis\n"
        "from _cxjourney_hypothesis import register_types\n"
        "register_types()\n"
        "assert 'cxjourney.testing' not in sys.modules\n"
        "import cxjourney\n"
        "print(hypothesis.strategies.from_type(cxjourney.Journey).validate())\n"
    )
    env = {**os.environ, "HYPOTHESIS_NO_PLUGINS": "1"}
    subprocess.run([sys.executable, "-c", code], env=env, check=True)
