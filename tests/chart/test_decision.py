"""Decisions: values that compare, hash, pickle and cannot be changed."""

import copy
import pickle

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.chart import Decision, Effect, GuardSeen, JourneyMachine, Move, standard_chart
from cxjourney.testing import situations
from cxjourney.vocabulary import HeldFact, Phase, Situation, Standing

CHART = standard_chart()
MACHINE = CHART.compiled(JourneyMachine)
decisions = st.builds(MACHINE.work_out, situations(forced=True), st.sampled_from(CHART.triggers))


def test_effects_are_the_words_of_the_specification() -> None:
    """Every situation and event pair is one of five words (SPEC 4.2); one is for a retraction."""
    words = ["moved", "stayed", "held", "noted", "refused", "retracted"]
    assert [effect.value for effect in Effect] == words


@pytest.mark.no_cover
@given(decisions)
def test_decisions_are_values(decision: Decision) -> None:
    """Pickled, copied or made again, a decision is equal and has the same hash."""
    pickled = pickle.loads(pickle.dumps(decision))  # noqa: S301 - pickled a moment ago
    again = MACHINE.work_out(decision.before, decision.trigger)
    for other in (pickled, copy.copy(decision), copy.deepcopy(decision), again):
        assert other == decision
        assert hash(other) == hash(decision)


@pytest.mark.no_cover
@given(decisions)
def test_decisions_add_up(decision: Decision) -> None:
    """Effect, moves, held facts, masks and situations tell the same story."""
    changed = [move for move in decision.moves if move.source is not move.target]
    places = [decision.before.place, *(move.target for move in decision.moves)]
    assert places[:-1] == [move.source for move in decision.moves]
    assert places[-1] is decision.after.place
    assert (decision.effect is Effect.MOVED) == bool(changed)
    if decision.effect in {Effect.NOTED, Effect.REFUSED}:
        assert decision.after == decision.before
        assert not decision.moves
    if decision.effect is Effect.HELD:
        assert decision.held
    stopped = decision.after.standing in {Standing.LAPSED, Standing.LOST, Standing.ERASED}
    assert (decision.exit is not None) == (stopped and bool(changed))
    entered = {move.target for move in decision.moves if isinstance(move.target, Phase)}
    assert decision.visited == sum(1 << phase for phase in entered)
    implied = {phase for move in decision.moves for phase in move.implied}
    assert decision.implied == sum(1 << phase for phase in implied)


@pytest.mark.no_cover
@given(decisions)
def test_guards_seen_are_those_of_the_rows(decision: Decision) -> None:
    """A row that applied had all its guards asked, in order, and passed."""
    for row_id in {move.row for move in decision.moves}:
        names = [guard.__name__ for guard in CHART.row(row_id).guards]
        passed = [seen.guard for seen in decision.guards if seen.row == row_id and seen.passed]
        assert passed[: len(names)] == names
    for seen in decision.guards:
        assert seen.guard in [guard.__name__ for guard in CHART.row(seen.row).guards]


@pytest.mark.parametrize(
    "record",
    [
        GuardSeen("T07", "purchased", passed=True),
        Move("T07", "delivered", Phase.AFFIRM, Phase.ACTIVATE, (), HeldFact.DELIVERY),
        Decision("left", Situation(), Situation(), Effect.NOTED),
    ],
    ids=lambda record: type(record).__name__,
)
def test_records_are_frozen(record: GuardSeen | Move | Decision) -> None:
    """No part of a record can be set, and none can be added."""
    for field in attrs.fields(type(record)):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(record, field.name, None)
    assert not hasattr(record, "__dict__")


def test_a_decision_needs_four_words() -> None:
    """By default a decision did nothing: no moves, nothing held, no guards, no marks."""
    decision = Decision("left", Situation(), Situation(), Effect.NOTED)
    assert (decision.moves, decision.held, decision.guards) == ((), (), ())
    assert {decision.fresh, decision.starts_days, decision.forced} == {False}
    assert (decision.exit, decision.visited, decision.implied) == (None, 0, 0)
