"""What a chart gives back: each repr is one short line."""

import attrs

from cxjourney.chart import JourneyMachine, explore, standard_chart
from cxjourney.vocabulary import Situation

CHART = standard_chart()


def test_a_row_says_what_leads_where_and_if_what() -> None:
    """The id, the triggers, the place and the guards by name."""
    assert repr(CHART.row("T02")) == "<Row T02: need_admitted -> ADMIT>"
    assert repr(CHART.row("T06b")) == "<Row T06b: reassured stays, if doubt_open>"


def test_a_decision_says_what_it_does_and_by_which_rows() -> None:
    """Trigger, effect, places and rows."""
    machine = CHART.compiled(JourneyMachine)
    moved, noted = (machine.decide(Situation(), one) for one in ("need_admitted", "delivered"))
    assert repr(moved) == "<Decision need_admitted: moved NEW -> ADMIT, T01b T02>"
    assert repr(noted) == "<Decision delivered: noted NEW -> NEW, no row>"


def test_an_exploration_is_a_table_of_what_each_event_does_where() -> None:
    """There is a row for each situation and trigger, with the rows of the chart that lead on."""
    small = attrs.evolve(CHART, key="small", rows=CHART.rows[:4])
    found = explore(small)
    rows = found.to_rows()
    assert len(rows) == len(found.situations) * len({row["trigger"] for row in rows})
    assert {row["effect"] for row in rows} >= {"MOVED", "NOTED"}
