"""What the strategies of `cxjourney.testing` draw, and that they draw what is worth drawing."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney.chart import Chart, find_chart, standard_chart
from cxjourney.journey import Journey
from cxjourney.testing import (
    charts,
    event_kinds,
    event_sequences,
    events,
    journeys,
    payloads,
    situations,
    times,
)
from cxjourney.vocabulary import Event, EventKind, Field, Nature, Phase, Standing
from tests.chart.explored import ALL_OPTIONS, PLACES, chart_with, explored
from tests.testing.samples import sample

K = EventKind
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
TALLINN = ZoneInfo("Europe/Tallinn")


class Colour(Enum):
    """A user's own enum."""

    RED = "red"


OWN = EventKind(
    "demo_booked",
    Nature.CUSTOMER,
    45,
    (
        Field("text", required=True),
        Field("words"),
        Field("seats", int, low=2, high=3),
        Field("price", Decimal, low=1, high=9),
        Field("online", bool, required=True),
        Field("when", datetime),
        Field("colour", Colour),
        Field("obligation"),
    ),
)


OWN_CHART = attrs.evolve(standard_chart(), key="own", kinds=(*standard_chart().kinds, OWN))


@cache
def lives() -> list[Journey]:
    """Return many journeys, in which anything may have happened, orders too."""
    return sample(journeys(kinds=K.builtin()), 150)


def is_imaginary(at: datetime) -> bool:
    """Say whether no clock ever showed a time."""
    there_and_back = at.astimezone(UTC).astimezone(at.tzinfo)
    return there_and_back.replace(tzinfo=None) != at.replace(tzinfo=None)


@given(times(START, START + timedelta(days=500), timezones=[TALLINN]))
def test_times_are_aware_and_within_bounds(at: datetime) -> None:
    """Times have the zone that was asked for, and lie between the bounds."""
    assert at.tzinfo is TALLINN
    assert START <= at <= START + timedelta(days=500)


@given(times(START, START))
def test_one_moment_is_drawn_where_there_is_but_one(at: datetime) -> None:
    """Bounds that meet leave one moment, in any zone."""
    assert at.astimezone(UTC) == START


def is_repeated(at: datetime) -> bool:
    """Say whether clocks showed a time twice, or not at all."""
    return at.utcoffset() != at.replace(fold=1 - at.fold).utcoffset()


@pytest.mark.no_cover
def test_times_come_from_many_zones_and_nights() -> None:
    """Zones with and without rules are drawn, and times that never were or were twice."""
    drawn = sample(times(), 40)
    zones = {at.tzinfo for at in drawn}
    assert len({type(zone) for zone in zones}) == 2
    assert len(zones) > 6
    spring, autumn = (datetime(2026, *day, 22, tzinfo=UTC) for day in ((3, 28), (10, 24)))
    nights = timedelta(hours=6)
    never = filter(is_imaginary, sample(times(spring, spring + nights, timezones=[TALLINN]), 99))
    assert {at.fold for at in never} == {0, 1}
    twice = sample(times(autumn, autumn + nights, timezones=[TALLINN]), 40)
    assert {at.fold for at in twice if is_repeated(at) and not is_imaginary(at)} == {0, 1}


@given(event_kinds(natures=(Nature.ORDER,)), event_kinds())
def test_kinds_of_a_nature(order: EventKind, kind: EventKind) -> None:
    """Kinds are the chart's, of the natures asked for."""
    assert order in {K.MOVED, K.ERASED, K.RETRACTED}
    assert kind in standard_chart().kinds


KINDS = (*K.builtin(), OWN)


def told(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return a payload with its times in UTC: one shown twice equals none in another zone."""
    times_of = {key: one for key, one in payload.items() if isinstance(one, datetime)}
    return {**payload, **{key: one.astimezone(UTC) for key, one in times_of.items()}}


@pytest.mark.no_cover
def test_payloads_fit_their_kind() -> None:
    """An event takes every payload drawn for its kind, with all fields and with few."""
    rows = sample(st.tuples(*(payloads(kind, forced=True) for kind in KINDS)), 30)
    for kind, drawn in zip(KINDS, zip(*rows, strict=True), strict=True):
        assert all(told(Event(kind, START, "x", one).payload) == told(one) for one in drawn)
        assert set[str]().union(*drawn) == {field.name for field in kind.fields}


def test_orders_are_forced_only_when_asked_for() -> None:
    """The payload of an order says nothing of force, unless forced orders are asked for."""
    assert not any("force" in drawn for drawn in sample(payloads(K.MOVED), 30))


@pytest.mark.no_cover
def test_obligations_are_named_by_the_rules_of_the_chart() -> None:
    """An obligation is named by one of the chart's rules; where it has none, by a mere word."""
    bare = attrs.evolve(standard_chart(), obligations=())
    assert {drawn["obligation"] for drawn in sample(payloads(K.FULFILLED, chart=bare), 9)} == {
        "none"
    }
    rules = {rule.id for rule in standard_chart().obligations}
    assert {drawn["obligation"] for drawn in sample(payloads(K.FULFILLED), 120)} == rules


@settings(max_examples=15)
@given(events(kinds=(K.CONTACTED, OWN), at=st.just(START), ids=st.just("one")), events())
def test_events_are_as_asked_for(asked: Event, any_event: Event) -> None:
    """Kinds, times and ids are the ones asked for, and anything else when none are."""
    assert (asked.kind in {K.CONTACTED, OWN}, asked.at, asked.id) == (True, START, "one")
    assert any_event.kind in K.builtin()


@given(event_sequences(min_size=3, max_size=6))
def test_a_sequence_has_ids_of_its_own_and_is_in_journey_order(drawn: list[Event]) -> None:
    """A plain sequence holds facts only, each id once, by time and rank."""
    assert 3 <= len({one.id for one in drawn}) == len(drawn) <= 6
    assert drawn == sorted(drawn, key=lambda one: (one.at, one.kind.rank))
    assert K.MOVED not in {one.kind for one in drawn}


@settings(max_examples=10)
@given(event_sequences(OWN_CHART, (OWN,), min_size=1, max_size=3))
def test_a_sequence_has_kinds_of_ones_own(drawn: list[Event]) -> None:
    """What a kind of one's own requires is there, and nothing that its limits forbid."""
    for one in drawn:
        assert one.kind is OWN
        assert set(one.payload) >= {"text", "online"}


@settings(max_examples=25)
@given(event_sequences(ties=False))
def test_without_ties_events_are_a_minute_apart(drawn: list[Event]) -> None:
    """Without ties no two events share a moment, or nearly."""
    assert all(later.at - one.at >= timedelta(minutes=1) for one, later in pairwise(drawn))


@pytest.mark.no_cover
def test_sequences_hold_what_is_worth_testing() -> None:
    """Ties, near ties, late events, repeated events and orders are drawn when asked for."""
    drawn = sample(event_sequences(), 60)
    gaps = {later.at - one.at for arriving in drawn for one, later in pairwise(arriving)}
    assert gaps >= {timedelta(), timedelta(microseconds=1)}
    assert gaps & set(standard_chart().silence.values())
    drawn = sample(event_sequences(late=True, repeats=True), 20)
    assert any(one.at > later.at for arriving in drawn for one, later in pairwise(arriving))
    assert any(len(set(arriving)) < len(arriving) for arriving in drawn)
    orders = sample(event_sequences(kinds=(K.MOVED,), min_size=1), 10)
    assert {one.kind for arriving in orders for one in arriving} == {K.MOVED}
    assert not any("force" in one.payload for arriving in orders for one in arriving)


@pytest.mark.no_cover
def test_every_place_is_reached() -> None:
    """Journeys are drawn in every phase and every standing, far phases among them."""
    places = {step.after.place for journey in lives() for step in journey.history}
    assert places >= {*PLACES} - {Standing.NEW}
    reached = [one.high_water or 0 for one in lives()]
    assert sum(phase >= Phase.ACCOMPLISH for phase in reached) > len(reached) / 4


@pytest.mark.no_cover
def test_journeys_are_told_the_time() -> None:
    """Some journeys know of a time, and some timers were fired by the clock."""
    assert {one.as_of is None for one in lives()} == {True, False}
    assert any(step.seq == 0 for one in lives() for step in one.history)


@settings(max_examples=10)
@given(journeys(history=False), journeys(history=None))
def test_journeys_keep_history_when_asked_to(without: Journey, either: Journey) -> None:
    """History is kept, or not, or either."""
    assert not without.keeps_history
    assert either.chart is standard_chart()


@pytest.mark.no_cover
def test_situations_can_be_reached() -> None:
    """Every situation drawn is one that exploring the chart finds, unless orders are forced."""
    reachable = frozenset(explored().situations)
    drawn = set(sample(situations(), 60))
    assert len(drawn) > 10
    assert drawn <= reachable
    forced = sample(situations(kinds=(K.MOVED,), forced=True), 100)
    past = [one for one in forced if (one.phase or 0) > Phase.AFFIRM and not one.purchased]
    assert past
    assert reachable.isdisjoint(past)


@pytest.mark.no_cover
def test_each_standard_chart_is_drawn() -> None:
    """All eight settings of the options are drawn."""
    assert set(sample(charts(), 60)) == set(map(chart_with, ALL_OPTIONS))


@pytest.mark.no_cover
@settings(max_examples=10)
@given(charts(derived=True).filter(lambda chart: chart.key.startswith("drawn ")))
def test_charts_of_ones_own_are_drawn(chart: Chart) -> None:
    """Derived charts are sound, and found again by their names."""
    assert find_chart(chart.ref) == chart


@settings(max_examples=5)
@given(charts(derived=True).filter(lambda chart: chart.key.startswith("drawn ")))
def test_a_drawn_chart_has_a_name_of_its_own(chart: Chart) -> None:
    """It is named by all that is drawn of it; its table was explored in the test before."""
    assert len(chart.key) == len(f"drawn {'0' * 64}".ljust(200))
