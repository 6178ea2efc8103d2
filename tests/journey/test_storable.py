"""Whatever is accepted can be stored, read back and recorded on (SPEC 4.1), on any chart."""

import copy
import json
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney.chart import Chart, explore
from cxjourney.errors import DecodeError, LateEventError, RefusedError
from cxjourney.journey import Journey, Migration
from cxjourney.testing import charts, check_journey, events, journeys
from cxjourney.vocabulary import Event
from tests.chart.explored import chart_with

pytestmark = pytest.mark.no_cover

IDS = st.sampled_from(["#1", "#2", "e", "\0", "\ud800", "1:answer:e", "x" * 200]) | st.text(
    st.characters(), min_size=1, max_size=200
)


def lived(chart: Chart, happened: list[Event], *, history: bool) -> Journey:
    """Return a journey that lived through whatever of some events it takes, one for each id."""
    journey = Journey("\ud800" * 200, "\0", chart=chart, history=history)
    known: dict[str, Event] = {}
    for one in happened:
        with suppress(RefusedError, LateEventError):
            journey.record(known.setdefault(one.id, one))
    return journey


@pytest.mark.slow
@settings(max_examples=settings().max_examples // 2)
@given(chart=charts(derived=True), history=st.booleans(), data=st.data())
def test_what_is_accepted_can_be_stored_and_recorded_on(
    *, chart: Chart, history: bool, data: st.DataObject
) -> None:
    """Of any chart that can be derived, a journey of any events keeps the laws."""
    happened = data.draw(st.lists(events(chart, ids=IDS, forced=True), max_size=12))
    check_journey(lived(chart, happened, history=history))


@given(charts(derived=True).flatmap(journeys))
def test_what_leads_onward_can_be_stored_too(journey: Journey) -> None:
    """The same of journeys that go far, on any chart that can be derived."""
    check_journey(journey)


def changed(plain: object, data: st.DataObject) -> object:
    """Return plain data in which one value is another one of its kind."""
    plain, place = copy.deepcopy(plain), None
    while isinstance(plain if place is None else place, dict | list):
        here = plain if place is None else place
        assert isinstance(here, dict | list)
        if not here:
            break
        key = data.draw(st.sampled_from([*here] if isinstance(here, dict) else range(len(here))))
        place = here[key]
        if isinstance(place, bool):
            here[key] = not place
        elif isinstance(place, int):
            here[key] = place + data.draw(st.integers(-2, 2))
        elif isinstance(place, list) and data.draw(st.booleans()):
            here[key] = place[::-1]
        elif place is None or isinstance(place, str):
            here[key] = data.draw(st.sampled_from([None, "", "e1", "2026-01-05T09:00:00+00:00"]))
    return plain


@settings(max_examples=3 * settings().max_examples)
@given(charts().flatmap(lambda chart: journeys(chart, history=None, max_size=8)), st.data())
def test_what_is_read_can_be_written_read_and_recorded_on(
    journey: Journey, data: st.DataObject
) -> None:
    """Stored data that somebody changed is refused, or gives a journey that keeps the laws."""
    stored = json.loads(json.dumps(journey.to_dict()))
    try:
        found = Journey.from_dict(changed(stored, data))  # type: ignore[arg-type]
    except DecodeError:
        return
    again = Journey.from_dict(json.loads(json.dumps(found.to_dict())))
    assert again.to_dict() == found.to_dict()
    if found.clock is not None:
        at = found.clock + timedelta.resolution
        with suppress(RefusedError):
            assert found.purchased(at=at) == again.purchased(at=at)
    assert Journey.from_dict(found.to_dict()).to_dict() == again.to_dict()


@settings(max_examples=max(2, settings().max_examples // 25))  # each explores two charts whole
@given(charts(derived=True), st.data())
def test_a_migration_without_history_lands_where_the_chart_leads(
    target: Chart, data: st.DataObject
) -> None:
    """Carried over without history, a journey stands where its new chart can get."""
    source = chart_with(target.options)
    if source.ref == target.ref:
        return
    journey = data.draw(journeys(source, history=False))
    there = journey.migrate(Migration(source, target)).journey
    assert there.situation in explore(target).decisions
    check_journey(there)
