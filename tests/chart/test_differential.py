"""The live machine, stock `transitions`, and a plain fold of SPEC agree on every pair there is."""

from collections.abc import Callable
from typing import cast

import pytest
import transitions

from cxjourney import Chart, Situation, Standing
from cxjourney.chart import (
    Effect,
    Guard,
    JourneyMachine,
    Options,
    RepeatPurchase,
    Row,
)
from cxjourney.vocabulary import HeldFact
from tests.chart import oracle
from tests.chart.comparing import as_facts, assert_as_told, oracle_options
from tests.chart.explored import ALL_OPTIONS, GUARDS, PLACES, chart_with, explored

RETRIED_AS = {
    HeldFact.DELIVERY: "delivered",
    HeldFact.LOYALTY: "loyalty_shown",
    HeldFact.REFERRAL: "referred",
}
"""The event as which each held fact is tried again (SPEC 4.2)."""
EVERY_CHART = pytest.mark.parametrize("options", ALL_OPTIONS, ids=lambda options: options.suffix)


@pytest.mark.no_cover
@pytest.mark.slow
@EVERY_CHART
def test_the_live_machine_agrees_with_the_plain_fold_on_every_reachable_pair(
    options: Options,
) -> None:
    """Every trigger in every situation that facts can reach gives what SPEC's sentences give."""
    plain = oracle_options(options)
    told = oracle.walked(plain, oracle.PLAIN)
    exploration = explored(options)
    assert {as_facts(one) for one in exploration.situations} == told.keys()
    for situation, decisions in exploration.decisions.items():
        facts = as_facts(situation)
        results = told[facts]
        for trigger, decision in decisions.items():
            result = results.get(trigger)  # an order to move is decided, and leads nowhere
            assert decision.before is situation
            assert_as_told(decision, result or oracle.apply(facts, trigger, plain))


class Model:
    """A model of stock `transitions` that applies rows and remembers what it was asked."""

    state: str

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.rows: list[Row] = []
        self.asked: list[tuple[str, str, bool]] = []


def stock_machine(chart: Chart) -> transitions.Machine:
    """Build a stock machine from the chart, its rows carried out by callbacks."""

    def ask(row: Row, guard: Guard) -> Callable[[transitions.EventData], bool]:
        def condition(event: transitions.EventData) -> bool:
            model = cast("Model", event.model)
            answer = guard(model.situation)
            model.asked.append((row.id, guard.__name__, answer))
            return answer

        return condition

    def carry_out(row: Row) -> Callable[[transitions.EventData], None]:
        def callback(event: transitions.EventData) -> None:
            model = cast("Model", event.model)
            model.situation = row.apply(model.situation)
            model.rows.append(row)

        return callback

    table = []
    for entry, (row, _, _) in zip(chart.transition_table(), chart.arms(), strict=True):
        conditions = [ask(row, guard) for guard in entry["conditions"]]
        table.append({**entry, "conditions": conditions, "after": carry_out(row)})
    return transitions.Machine(
        model=None,
        states=[place.name for place in PLACES],
        initial=Standing.NEW.name,
        transitions=table,
        auto_transitions=False,
        send_event=True,
        ignore_invalid_triggers=True,
    )


def stock_walk(machine: transitions.Machine, situation: Situation, trigger: str) -> Model:
    """Do by hand around the stock machine what a decision does: again, and held facts."""
    model = Model(situation)
    model.state = situation.place.name

    def fire(name: str) -> Row | None:
        event = machine.events.get(name)
        before = len(model.rows)
        if event is not None:
            event.trigger(model)
        assert model.state == model.situation.place.name
        return model.rows[-1] if len(model.rows) > before else None

    row = fire(trigger)
    while row is not None:
        retry = model.situation.standing is Standing.ACTIVE
        while retry:
            retry = False
            for fact in model.situation.held:
                held = fire(RETRIED_AS[fact])
                if held is not None and held.holds is None:
                    retry = True
                    break
                if held is not None:
                    model.rows.pop()
        row = fire(trigger) if row.then else None
    return model


@pytest.mark.no_cover
@pytest.mark.slow
def test_the_live_machine_agrees_with_stock_transitions_on_every_reachable_pair() -> None:
    """States, flags, rows, and the guards in the order in which they were asked are the same."""
    options = Options(repeat_purchase=RepeatPurchase.EXPERIENCE)  # every row and guard there is
    machine = stock_machine(chart_with(options))
    for decision in explored(options).pairs():
        model = stock_walk(machine, decision.before, decision.trigger)
        assert model.situation == decision.after
        assert [row.id for row in model.rows] == [move.row for move in decision.moves]
        assert model.asked == [(seen.row, seen.guard, seen.passed) for seen in decision.guards]


def test_the_machine_is_a_real_transitions_machine() -> None:
    """Transitions can be listed by trigger and place, as from any machine of the library."""
    machine = JourneyMachine(chart_with(ALL_OPTIONS[0]))
    (found,) = machine.get_transitions("loyalty_shown", "ACCOMPLISH", "ADOPT")
    asked = [condition.func for condition in found.conditions]
    assert asked == [GUARDS.outcome_achieved, GUARDS.no_recovery_open, GUARDS.feedback_closed]
    assert machine.models == []
    assert machine.initial == "NEW"


def test_the_table_is_what_add_transition_takes() -> None:
    """A stock machine of one's own takes the table as it stands: there is no row in it."""
    for entry in chart_with(ALL_OPTIONS[0]).transition_table():
        assert set(entry) == {"trigger", "source", "dest", "conditions"}


@pytest.mark.no_cover
def test_only_orders_and_the_erased_are_refused() -> None:
    """Facts are never refused: REFUSED means an order, or a journey that was erased."""
    for options in ALL_OPTIONS:
        for decision in explored(options).pairs():
            if decision.effect is Effect.REFUSED:
                erased = decision.before.standing is Standing.ERASED
                assert erased or decision.trigger.startswith("moved_to_")
                assert decision.after == decision.before
