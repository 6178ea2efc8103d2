"""Exploration: counts, completeness, and invariants proved over every reachable situation."""

from enum import Enum

import attrs
import pytest

from cxjourney import (
    Chart,
    EventKind,
    ExitReason,
    Phase,
    Situation,
    Standing,
    check_chart,
    explore,
    standard_chart,
)
from cxjourney.chart import Effect, FaultKind, JourneyMachine, Options, RepeatPurchase, Row
from cxjourney.errors import FaultsError
from tests.chart.explored import ALL_OPTIONS, GUARDS, chart_with, explored

K = EventKind
EVERY_CHART = pytest.mark.parametrize("options", ALL_OPTIONS, ids=lambda options: options.suffix)


def with_rows(*rows: Row) -> Chart:
    """Return the standard chart with rows put first, unchecked."""
    chart = standard_chart()
    return attrs.evolve(chart, key="explored", rows=(*rows, *chart.rows))


def small(*rows: Row) -> Chart:
    """Return a chart of these rows and of those that lead straight through the eight phases."""
    kept = ("T01", "T02", "T03", "T07", "T08", "T09", "T11", "T14", "T15a", "T15")
    return attrs.evolve(standard_chart(), rows=(*rows, *map(standard_chart().row, kept)))


def faults_of(chart: Chart) -> list[tuple[Enum | None, str]]:
    """Return kind and row of each fault that the check of a chart finds."""
    try:
        check_chart(chart)
    except FaultsError as found:
        return [(fault.kind, fault.where) for fault in found.faults]
    return []


def told_by(*rows: Row) -> str:
    """Return what the check of a chart with these rows says is wrong."""
    with pytest.raises(FaultsError) as caught:
        check_chart(with_rows(*rows))
    return str(caught.value.faults[0])


@pytest.mark.no_cover
def test_the_strict_chart_has_570_situations_and_every_pair_is_defined() -> None:
    """Facts alone reach some hundreds of situations, and each knows every trigger."""
    exploration = explored()
    assert len(exploration.situations) == 570
    assert exploration.situations[0] == Situation()
    triggers = list(exploration.chart.triggers)
    assert all(list(here) == triggers for here in exploration.decisions.values())
    assert repr(exploration).endswith("570 situations, 30210 pairs>")


@pytest.mark.no_cover
@pytest.mark.slow
@EVERY_CHART
def test_every_standard_chart_passes_its_own_check(options: Options) -> None:
    """The invariants of SPEC 4.2 hold in every situation that facts can reach."""
    exploration = explored(options)
    assert exploration.chart is chart_with(options)
    assert exploration.orders is False


@pytest.mark.no_cover
@EVERY_CHART
def test_the_invariants_hold_by_their_own_words(options: Options) -> None:
    """The invariants, written again as plain sentences, hold in each reachable situation."""
    for situation in explored(options).situations:
        phase = situation.phase or 0
        assert phase < Phase.ACTIVATE or situation.purchased
        told = situation.feedback_closed or options.feedback.value == "optional"
        stands = situation.outcome.value == "achieved" and told and not situation.recovery_open
        assert phase < Phase.ADOPT or stands
        optional = options.confirmation.value == "optional"
        assert phase < Phase.ADVOCATE or situation.loyalty_confirmed or optional


@pytest.mark.no_cover
def test_a_phase_goes_down_only_by_the_rules_that_say_so() -> None:
    """Among all pairs that facts lead through, only T17, T18, T20, T25 and T26 lower a phase."""
    allowed, used = {"T17", "T18", "T20", "T25", "T26"}, set[str]()
    for decision in explored().followed():
        before, after = decision.before.phase, decision.after.phase
        if before is not None and after is not None and after < before:
            by = {move.row.partition(".")[0] for move in decision.moves} & allowed
            assert by, decision
            used |= by
    assert used == allowed


@pytest.mark.no_cover
def test_exploring_twice_gives_the_same_in_the_same_order() -> None:
    """Nothing depends on the order of sets."""
    one, two = explore(small()), explore(small())
    assert one.situations == two.situations
    assert list(one.pairs()) == list(two.pairs())


def test_an_order_is_decided_everywhere_but_followed_only_when_asked() -> None:
    """Every situation says what an order would do, whether or not it is followed."""
    exploration = explored()
    assert exploration.decisions[Situation()]["moved_to_adopt"].effect is Effect.REFUSED
    assert "moved_to_admit" not in {decision.trigger for decision in exploration.followed()}


def test_a_phase_that_no_fact_reaches_is_named() -> None:
    """Without the row that leads to ACTIVATE and without results, five phases are out of reach."""
    rows = tuple(row for row in small().rows if row.id not in {"T07", "T09"})
    faults = faults_of(attrs.evolve(small(), rows=rows))
    unreachable = [row for kind, row in faults if kind is FaultKind.UNREACHABLE]
    assert unreachable == ["ACTIVATE", "ACCLIMATE", "ACCOMPLISH", "ADOPT", "ADVOCATE"]


def test_a_trap_is_named() -> None:
    """A customer who leaves and can never come back is caught."""
    reason = ExitReason.NOT_BOUGHT
    row = Row("X01", (K.LEFT,), (Phase.ADMIT,), Standing.LOST, reason=reason)
    assert {row for kind, row in faults_of(small(row)) if kind is FaultKind.TRAP} == {"LOST"}


def test_two_rows_that_both_apply_are_ambiguous() -> None:
    """Rows that pass together and lead apart are refused, in whichever order they stand."""
    row = Row(
        "X01", (K.LOYALTY_CONFIRMED,), (Phase.ADOPT,), Phase.ADVOCATE, guards=(GUARDS.purchased,)
    )
    assert (FaultKind.AMBIGUOUS, "T15a") in faults_of(small(row))


@pytest.mark.no_cover
def test_two_rows_that_do_the_same_are_not_ambiguous() -> None:
    """Rows that pass together and do the same thing harm nobody."""
    row = Row(
        "X01", (K.NEED_ADMITTED,), (Phase.ASSESS,), Phase.ADMIT, guards=(GUARDS.not_purchased,)
    )
    assert faults_of(with_rows(row)) == []


def test_a_row_that_breaks_an_invariant_is_named_with_the_situation() -> None:
    """A row past the purchase, one past the result and one that goes down are each told."""
    rows = (
        Row("X01", (K.TOUCHED,), (Phase.ASSESS, Phase.ADMIT), Phase.ACTIVATE),
        Row("X02", (K.TOUCHED,), (Phase.ACCOMPLISH,), Phase.ADOPT),
        Row("X03", (K.TOUCHED,), (Phase.ADOPT,), Phase.ADVOCATE),
        Row("X04", (K.RECOMMENDATION,), (Phase.ACCLIMATE,), Phase.ACTIVATE),
    )
    broken = {row for kind, row in faults_of(small(*rows)) if kind is FaultKind.BROKEN_INVARIANT}
    assert broken == {"X01", "X02", "X03", "X04"}


def test_a_row_of_ones_own_that_never_applies_is_named() -> None:
    """A row whose guards never pass is unreachable; one that comes too late is shadowed."""

    def impossible(situation: Situation) -> bool:
        return situation.purchased and not situation.purchased

    elsewhere = Row("X00", (K.TOUCHED,), (Phase.ASSESS,), guards=(GUARDS.purchased,))
    never = Row("X01", (K.TOUCHED,), (Phase.ASSESS,), guards=(impossible,))
    early = Row("X02", (K.GOAL_SET,), (Phase.ADMIT,), guards=(GUARDS.not_purchased,))
    late = Row("X03", (K.GOAL_SET,), (Phase.ADMIT,), guards=(GUARDS.no_recovery_open,))
    assert faults_of(small(elsewhere, never, early, late)) == [
        (FaultKind.UNREACHABLE, "X00"),
        (FaultKind.UNREACHABLE, "X01"),
        (FaultKind.SHADOWED, "X03"),
    ]


def test_an_exploration_shows_how_much_it_found() -> None:
    """The repr names the chart and counts situations and pairs, and lists none."""
    chart = standard_chart()
    assert repr(explored()) == (
        f"<Exploration of {chart!r}: 570 situations, {570 * len(chart.triggers)} pairs>"
    )


def test_a_guard_that_does_not_answer_yes_or_no_is_refused() -> None:
    """A guard that returns a number is told by its name."""

    def count(situation: Situation) -> int:
        return len(situation.held)

    row = Row("X01", (K.TOUCHED,), (Phase.ASSESS,), guards=(count,))  # type: ignore[arg-type]
    assert told_by(row) == "X01: bad guard: guard count returned int; return True or False"


def test_a_guard_that_raises_is_refused() -> None:
    """A guard that raises is told by its name, with what it raised."""

    def broken(situation: Situation) -> bool:
        raise KeyError(situation.standing)

    row = Row("X01", (K.TOUCHED,), (Phase.ASSESS,), guards=(broken,))
    assert "X01: bad guard: guard broken raised KeyError" in told_by(row)


def test_a_row_that_applies_again_without_end_is_refused() -> None:
    """Two rows that hand the event to each other for ever are told instead of hanging."""
    rows = (
        Row("X01", (K.TOUCHED,), (Phase.ASSESS,), Phase.ADMIT, then=True),
        Row("X02", (K.TOUCHED,), (Phase.ADMIT,), Phase.ASSESS, then=True),
    )
    assert "touched applies without end" in told_by(*rows)


def test_the_flags_that_a_row_sets_are_seen_in_what_it_leads_to() -> None:
    """A row of one's own can set any flag."""
    row = Row("X01", (K.TOUCHED,), (Phase.ASSESS,), sets={"doubt_open": True})
    decision = explore(small(row)).decisions[Situation(Standing.ACTIVE, Phase.ASSESS)]
    assert decision["touched"].after.doubt_open


def test_every_row_that_breaks_one_invariant_is_named() -> None:
    """Two rows past the purchase are both told, and what follows from them is not."""
    rows = (
        Row("X01", (K.TOUCHED,), (Phase.ADMIT,), Phase.ACTIVATE),
        Row("X02", (K.RECOMMENDATION,), (Phase.ASSESS,), Phase.ACCLIMATE),
    )
    broken = [row for kind, row in faults_of(small(*rows)) if kind is FaultKind.BROKEN_INVARIANT]
    assert sorted(broken) == ["X01", "X02"]


AFTER_ORDERS: dict[str, tuple[Situation, str]] = {
    "T20.assess": (Situation(Standing.LAPSED, Phase.ASSESS, purchased=True), "returned"),
    "T20.admit": (Situation(Standing.LAPSED, Phase.ADMIT, purchased=True), "returned"),
    "T23.later": (Situation(Standing.ACTIVE, Phase.ADMIT, purchased=True), "withdrew"),
    "T14.experience_again": (
        Situation(Standing.ACTIVE, Phase.ACCOMPLISH, purchased=True),
        "purchased",
    ),
    "T14.experience_again_poor": (
        Situation(Standing.ACTIVE, Phase.ACCOMPLISH, purchased=True, recovery_open=True),
        "purchased",
    ),
}
"""Rows for situations that orders lead to: by facts alone they are not reached."""


@pytest.mark.no_cover
@pytest.mark.parametrize("repeat", RepeatPurchase)
def test_every_row_is_used(repeat: RepeatPurchase) -> None:
    """No row of a standard chart stands idle: facts need it, or the situations after an order."""
    chart = standard_chart(repeat_purchase=repeat)
    used = {move.row for decision in explored(chart.options).pairs() for move in decision.moves}
    idle = {row.id for row in chart.rows} - used
    for row_id in idle:
        situation, trigger = AFTER_ORDERS[row_id]
        moves = chart.compiled(JourneyMachine).decide(situation, trigger).moves
        assert row_id in [move.row for move in moves]
