"""Where orders lead: a long walk each time, and every situation there is in the long profile."""

import os

import attrs
import pytest

from cxjourney import check_chart, standard_chart
from cxjourney.chart import JourneyMachine
from tests.chart import oracle
from tests.chart.comparing import as_situation, assert_as_told, oracle_options

pytestmark = pytest.mark.no_cover

CHART = standard_chart()
PLAIN = oracle_options(CHART.options)
UNFORCED = (*oracle.PLAIN, *oracle.MOVED)
STEPS = 3_000

exhaustive = pytest.mark.skipif(
    os.environ.get("HYPOTHESIS_PROFILE") != "long", reason="takes a minute; see nox -s fuzz"
)


def agree(found: set[oracle.Facts]) -> None:
    """Assert that the live machine decides every trigger there as the plain fold does."""
    machine = CHART.compiled(JourneyMachine)
    for facts in sorted(found, key=repr):
        situation = as_situation(facts)
        for trigger in CHART.triggers:
            told = oracle.apply(facts, trigger, PLAIN)
            assert_as_told(machine.work_out(situation, trigger), told)


def assert_guarded(found: set[oracle.Facts]) -> None:
    """Assert what a phase presupposes, in the words of SPEC 4.2."""
    assert all(facts.purchased for facts in found if (facts.phase or 0) >= oracle.ACTIVATE)
    assert all(oracle.ok6(facts, PLAIN) for facts in found if (facts.phase or 0) >= oracle.ADOPT)
    assert all(facts.loyalty_confirmed for facts in found if facts.phase == oracle.ADVOCATE)


def test_a_walk_with_orders_keeps_the_guarded_facts() -> None:
    """Unforced orders lead to situations that facts do not reach, and break no invariant there."""
    found = oracle.wander(PLAIN, UNFORCED, STEPS)
    assert len(found - oracle.walked(PLAIN, oracle.PLAIN).keys()) > 250
    assert_guarded(found)
    agree(found)


def test_a_walk_with_forced_orders_leads_nowhere_that_the_two_disagree() -> None:
    """In situations that only forced orders reach the two decide the same."""
    agree(oracle.wander(PLAIN, oracle.EVERYTHING, STEPS))


def test_unforced_orders_are_followed_when_asked() -> None:
    """A small chart of facts and orders is explored through its orders too."""
    kept = ("T01", "T02", "T03", "T05", "T07", "T08", "T09", "T11", "T14", "T15a", "T15")
    rows = tuple(row for row in CHART.rows if row.id in kept or row.order is not None)
    small = attrs.evolve(CHART, key="small", rows=rows)
    facts, orders = check_chart(small), check_chart(small, orders=True)
    assert set(facts.situations) < set(orders.situations)
    assert "moved_to_admit" in {decision.trigger for decision in orders.followed()}
    assert "forced_to_admit" not in {decision.trigger for decision in orders.followed()}


@exhaustive
@pytest.mark.long
def test_the_strict_chart_stands_when_orders_are_followed_too() -> None:
    """Unforced orders reach thousands of situations and break no invariant in any."""
    found = oracle.reachable(PLAIN, UNFORCED)
    assert len(found) == 9_298
    assert_guarded(found)
    exploration = check_chart(CHART, orders=True)
    assert set(exploration.situations) == set(map(as_situation, found))


@exhaustive
@pytest.mark.long
def test_forced_orders_lead_nowhere_that_the_two_disagree() -> None:
    """In every situation that forced orders reach the two decide the same."""
    found = oracle.reachable(PLAIN, oracle.EVERYTHING)
    assert len(found) == 33_730
    agree(found)
