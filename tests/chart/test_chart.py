"""The chart as data: what a row does, and what can be asked of a chart."""

from datetime import timedelta
from functools import partial
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.vendor.pretty import pretty

from cxjourney.chart import (
    Chart,
    ChartRef,
    Confirmation,
    Feedback,
    Guard,
    JourneyMachine,
    Options,
    RepeatPurchase,
    Row,
    standard_chart,
)
from cxjourney.errors import InvalidError
from cxjourney.testing import situations
from cxjourney.vocabulary import (
    EventKind,
    ExitReason,
    HeldFact,
    Nature,
    Outcome,
    Phase,
    Place,
    Situation,
    Standing,
)
from tests.chart.explored import GUARDS, PLACES

CHART = standard_chart()
FLAGS = [field.name for field in attrs.fields(Situation) if field.name not in {"standing", "phase"}]
POOR = {"outcome": Outcome.POOR, "recovery_open": True}


def row(**changes: Any) -> Row:
    """Return a row of the tests."""
    least = {"id": "X01.held", "events": (EventKind.LEFT,), "sources": (Phase.ADOPT,)}
    return Row(**least | changes)


def flags(situation: Situation) -> dict[str, object]:
    """Return the flags of a situation."""
    return {name: getattr(situation, name) for name in FLAGS}


def test_options_are_those_of_the_specification() -> None:
    """Each switch of SPEC 4.2a has two positions, the default first."""
    assert [one.value for one in Feedback] == ["required", "optional"]
    assert [one.value for one in RepeatPurchase] == ["loyalty", "experience"]
    assert [one.value for one in Confirmation] == ["required", "optional"]
    assert attrs.astuple(Options()) == (
        Feedback.REQUIRED,
        RepeatPurchase.LOYALTY,
        Confirmation.REQUIRED,
    )


def test_places_are_all_there_is() -> None:
    """A journey is in a phase, or in a standing other than ACTIVE."""
    assert len(PLACES) == len(set(PLACES)) == 12
    assert set(PLACES) == {*Phase, *Standing} - {Standing.ACTIVE}
    assert list(JourneyMachine(CHART).states) == [place.name for place in PLACES]


def test_a_row_needs_id_events_and_sources() -> None:
    """By default a row stays, asks nothing, sets nothing, and marks nothing."""
    plain = row()
    assert (plain.to, plain.guards, plain.sets, plain.holds) == (None, (), (), None)
    assert {plain.then, plain.fresh, plain.implies, plain.starts_days, plain.force} == {False}
    assert (plain.reason, plain.order) == (None, None)
    assert plain.rule == "X01"
    assert row(id="T01b").rule == "T01b"


@pytest.mark.no_cover
@given(situations(forced=True))
def test_a_row_that_stays_changes_only_what_it_sets(before: Situation) -> None:
    """Standing, phase and all other flags are as they were."""
    after = row(sets=POOR).apply(before)
    assert (after.standing, after.phase) == (before.standing, before.phase)
    assert flags(after) == {**flags(before), **POOR}
    assert row().apply(before) == before


@pytest.mark.no_cover
@given(situations(forced=True), st.sampled_from(HeldFact))
def test_a_row_that_holds_raises_one_flag(before: Situation, fact: HeldFact) -> None:
    """A held fact raises its own flag and no other."""
    after = row(holds=fact).apply(before)
    assert after.place is before.place
    assert flags(after) == {**flags(before), fact.value: True}
    assert fact in after.held


@pytest.mark.no_cover
@given(situations(forced=True), st.sampled_from(Phase))
def test_a_row_that_leads_to_a_phase(before: Situation, to: Phase) -> None:
    """The journey is ACTIVE in that phase, with its flags; a new cycle has none but those set."""
    after = row(to=to, sets=POOR).apply(before)
    assert after.place is to
    assert flags(after) == {**flags(before), **POOR}
    assert row(to=to, fresh=True, sets=POOR).apply(before) == Situation(
        Standing.ACTIVE, to, outcome=Outcome.POOR, recovery_open=True
    )


@pytest.mark.no_cover
@given(situations(forced=True), st.sampled_from((Standing.LAPSED, Standing.LOST)))
def test_a_row_that_stops_remembers_the_phase(before: Situation, to: Standing) -> None:
    """LAPSED and LOST keep the phase that was left, and the flags."""
    if before.phase is not None:
        after = row(to=to, reason=ExitReason.CHURN).apply(before)
        assert (after.place, after.phase) == (to, before.phase)
        assert flags(after) == flags(before)


@pytest.mark.no_cover
@given(situations(forced=True))
def test_erasure_leaves_nothing(before: Situation) -> None:
    """After ERASED neither phase nor flags are known, whatever the row sets."""
    erasing = row(to=Standing.ERASED, reason=ExitReason.ERASURE, sets=POOR)
    assert erasing.apply(before) == Situation(Standing.ERASED)


def test_the_triggers_of_a_row() -> None:
    """A row is triggered by its events' names, an order by its target."""
    assert row(events=(EventKind.LEFT, EventKind.LAPSED)).triggers == ("left", "lapsed")
    order = {"events": (EventKind.MOVED,), "to": Phase.ADOPT, "order": Phase.ADOPT}
    assert row(**order).triggers == ("moved_to_adopt",)
    assert row(**order, force=True).triggers == ("forced_to_adopt",)


CHANGES: list[dict[str, object]] = [
    {"id": "X02"},
    {"events": (EventKind.LEFT, EventKind.LAPSED)},
    {"sources": (Phase.ADVOCATE,)},
    {"to": Phase.ADOPT},
    {"guards": (GUARDS.purchased,)},
    {"sets": POOR},
    {"holds": HeldFact.LOYALTY},
    {"then": True},
    {"fresh": True},
    {"implies": True},
    {"starts_days": True},
    {"reason": ExitReason.CHURN},
    {"order": Phase.ADOPT},
    {"force": True},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_a_fingerprint_tells_rows_apart(change: dict[str, object]) -> None:
    """Rows written alike have one fingerprint; any difference shows in it."""
    assert row().fingerprint == row().fingerprint
    assert row(**change).fingerprint != row().fingerprint
    assert row(**change).fingerprint == row(**change).fingerprint
    assert hash(row(**change).fingerprint) == hash(row(**change).fingerprint)


def test_every_field_of_a_row_is_in_its_fingerprint() -> None:
    """No field of a row was forgotten above."""
    assert {name for change in CHANGES for name in change} == set(attrs.fields_dict(Row))


def test_a_fingerprint_goes_by_the_names_of_guards() -> None:
    """Guards that were made twice, as a notebook cell that runs again does, are one."""

    def made() -> Guard:
        def in_doubt(situation: Situation) -> bool:
            return situation.doubt_open

        return in_doubt

    one, other = (row(guards=(made(),)) for _ in range(2))
    assert one.guards != other.guards
    assert one.fingerprint == other.fingerprint
    assert row(guards=(GUARDS.doubt_open,)).fingerprint != one.fingerprint


def test_a_guard_without_a_name_is_in_the_fingerprint_itself() -> None:
    """Such a guard is refused later; until then it can be told from others."""
    nameless = partial(GUARDS.purchased)
    assert row(guards=(nameless,)).fingerprint[-1] is nameless


def test_rows_and_charts_are_frozen() -> None:
    """Neither a row nor a chart can be set; each is itself only."""
    for thing in (row(), CHART):
        for field in attrs.fields(type(thing)):
            with pytest.raises(attrs.exceptions.FrozenInstanceError):
                setattr(thing, field.name, None)
    assert row() != row()
    assert attrs.evolve(CHART) != CHART


def test_the_windows_of_a_chart_are_frozen() -> None:
    """The windows of the chart that every journey shares cannot be changed in passing."""
    windows: Any = attrs.evolve(CHART).silence
    with pytest.raises(TypeError):
        windows[Phase.ASSESS] = None


def test_windows_are_not_shared() -> None:
    """Windows that are changed after the chart was made change nothing, and need no order."""
    windows: dict[Phase, timedelta | None] = {Phase.ADOPT: timedelta(2), Phase.ADMIT: None}
    chart = attrs.evolve(CHART, silence=windows)
    turned = attrs.evolve(CHART, silence=dict(reversed(windows.items())))
    assert chart.fingerprint == turned.fingerprint
    windows[Phase.AFFIRM] = None
    assert chart.silence == {Phase.ADMIT: None, Phase.ADOPT: timedelta(2)}


@pytest.mark.parametrize(
    "change",
    [
        {"key": "mine"},
        {"version": 3},
        {"options": Options(Feedback.OPTIONAL)},
        {"kinds": CHART.kinds[1:]},
        {"rows": CHART.rows[1:]},
        {"rows": tuple(reversed(CHART.rows))},
        {"silence": {**CHART.silence, Phase.ASSESS: None}},
        {"advocacy_quiet": None},
        {"obligations": CHART.obligations[1:]},
    ],
    ids=range(9),
)
def test_a_fingerprint_tells_charts_apart(change: dict[str, Any]) -> None:
    """Charts written alike have one fingerprint; any difference shows in it."""
    assert attrs.evolve(CHART).fingerprint == CHART.fingerprint
    assert attrs.evolve(CHART, **change).fingerprint != CHART.fingerprint


def test_rows_and_kinds_are_found_by_name() -> None:
    """Each row and kind is found by its id or name; an unknown row is an error that names it."""
    assert all(CHART.row(one.id) is one for one in CHART.rows)
    assert all(CHART.kind(one.name) is one for one in CHART.kinds)
    assert CHART.kind("demo_booked") is None
    with pytest.raises(InvalidError, match=r"Chart.row: the id of no row; expected one of T01, "):
        CHART.row("T27")


def test_a_reference_is_key_and_version() -> None:
    """A stored journey names its chart by two plain values."""
    assert CHART.ref == ChartRef("eight_phases", 2) == ("eight_phases", 2)


def test_triggers_are_all_kinds_and_all_orders() -> None:
    """Every kind but ``moved`` is a trigger, and an order is one for each phase, forced or not."""
    triggers = CHART.triggers
    assert len(triggers) == len(set(triggers)) == len(CHART.kinds) - 1 + 16
    orders = [f"{way}_to_{phase.name.lower()}" for way in ("moved", "forced") for phase in Phase]
    assert list(triggers[-16:]) == orders
    assert "moved" not in triggers
    taken = {trigger for one in CHART.rows for trigger in one.triggers}
    assert taken < set(triggers)


def test_arms_are_rows_by_trigger_and_source() -> None:
    """Every row comes once for each of its triggers and sources, in the order of the chart."""
    arms = list(CHART.arms())
    expected: list[tuple[Row, str, Place]] = [
        (one, trigger, source)
        for one in CHART.rows
        for trigger in one.triggers
        for source in one.sources
    ]
    assert arms == expected
    assert len({(one.id, trigger, source) for one, trigger, source in arms}) == len(arms)


def test_what_is_compiled_is_compiled_once() -> None:
    """What is made of a chart is made once a chart and maker, and not shared by its copies."""
    made: list[Chart] = []

    def make(chart: Chart) -> object:
        made.append(chart)
        return object()

    one = CHART.compiled(make)
    assert CHART.compiled(make) is one
    other = attrs.evolve(CHART)
    assert other.compiled(make) is not one
    assert made == [CHART, other]


def test_a_failed_compilation_is_tried_again() -> None:
    """A maker that raises leaves nothing behind."""
    chart = attrs.evolve(CHART)
    answers = iter([KeyError("not yet"), None])

    def make(_: Chart) -> str:
        answer = next(answers)
        if answer is not None:
            raise answer
        return "made"

    with pytest.raises(KeyError, match="not yet"):
        chart.compiled(make)
    assert chart.compiled(make) == "made"


def test_the_repr_of_a_chart_is_short() -> None:
    """A chart shows its key, version and size, not its whole table, in notebooks too."""
    assert pretty(CHART) == repr(CHART)
    assert repr(CHART) == f"<Chart 'eight_phases' version 2: {len(CHART.rows)} rows>"


def test_a_chart_may_know_kinds_of_ones_own() -> None:
    """A kind of one's own is found by name and is a trigger."""
    demo = EventKind("demo_booked", Nature.CUSTOMER, 25)
    chart = attrs.evolve(CHART, kinds=(*CHART.kinds, demo))
    assert chart.kind("demo_booked") is demo
    assert "demo_booked" in chart.triggers
