"""Guards: pure questions to a situation, each answered as its docstring says."""

import inspect
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.chart import Guard, Options
from cxjourney.chart import _guards as guards
from cxjourney.vocabulary import Outcome, Phase, Situation, Standing
from tests.chart.explored import ALL_OPTIONS, chart_with

STANDS = [
    *((one, phase) for one in (Standing.ACTIVE, Standing.LAPSED, Standing.LOST) for phase in Phase),
    (Standing.NEW, None),
    (Standing.ERASED, None),
]
FLAGS = (
    "purchased",
    "doubt_open",
    "feedback_asked",
    "feedback_closed",
    "recovery_open",
    "loyalty_confirmed",
)
situations = st.builds(
    lambda stand, flags: Situation(*stand, **flags),
    st.sampled_from(STANDS),
    st.fixed_dictionaries(
        {"outcome": st.sampled_from(Outcome), **dict.fromkeys(FLAGS, st.booleans())}
    ),
)


def number(situation: Situation) -> int:
    """Return the phase's number, 0 where there is none."""
    return 0 if situation.phase is None else situation.phase.value


MEANINGS: dict[str, Callable[[Situation], bool]] = {
    "purchased": lambda s: s.purchased,
    "not_purchased": lambda s: not s.purchased,
    "is_customer": lambda s: s.purchased or number(s) >= 4,
    "doubt_open": lambda s: s.doubt_open,
    "recovery_open": lambda s: s.recovery_open,
    "no_recovery_open": lambda s: not s.recovery_open,
    "outcome_achieved": lambda s: s.outcome.value == "achieved",
    "outcome_not_achieved": lambda s: s.outcome.value in {"none", "poor"},
    "outcome_not_poor": lambda s: s.outcome.value in {"none", "achieved"},
    "feedback_asked": lambda s: s.feedback_asked,
    "feedback_closed": lambda s: s.feedback_closed,
    "loyalty_confirmed": lambda s: s.loyalty_confirmed,
    "in_accomplish": lambda s: number(s) == 6,
    "outside_accomplish": lambda s: number(s) != 6,
    "in_adopt": lambda s: number(s) == 7,
    "until_affirm": lambda s: number(s) <= 3,
    "from_activate": lambda s: number(s) >= 4,
    "from_accomplish": lambda s: number(s) >= 6,
    **{
        f"remembered_{phase.name.lower()}": lambda s, phase=phase: number(s) == phase.value  # type: ignore[misc]
        for phase in (Phase.ASSESS, Phase.ADMIT, Phase.AFFIRM, Phase.ACTIVATE, Phase.ACCLIMATE)
    },
}


def used(options: Options) -> dict[str, Guard]:
    """Return the guards of a standard chart's rows by name."""
    rows = chart_with(options).rows
    return {guard.__name__: guard for row in rows for guard in row.guards}


GUARDS = {name: guard for options in ALL_OPTIONS for name, guard in used(options).items()}


def test_the_meanings_are_those_of_the_guards_in_use() -> None:
    """Every guard that a standard chart asks is checked here, and no others are brought."""
    assert set(GUARDS) == set(MEANINGS)
    brought = inspect.getmembers(guards, inspect.isfunction)
    own = {name for name, one in brought if one.__module__ == guards.__name__}
    plain = {name for name in MEANINGS if not name.startswith("remembered_")}
    assert {name for name in own if not name.startswith("_")} == {*plain, "remembered"}


@pytest.mark.parametrize("name", MEANINGS)
@given(situations)
def test_guards_answer_as_they_say(name: str, situation: Situation) -> None:
    """Each guard answers True or False, as its name says, every time, and changes nothing."""
    guard = GUARDS[name]
    before = hash(situation)
    assert guard(situation) is MEANINGS[name](situation) is guard(situation)
    assert hash(situation) == before


@pytest.mark.parametrize("name", [name for name in MEANINGS if not name.startswith("remembered_")])
def test_guards_explain_themselves(name: str) -> None:
    """Each guard has a name of its own in the module and a sentence as its docstring."""
    guard = GUARDS[name]
    assert getattr(guards, name) is guard
    assert guard.__doc__ is not None
    assert guard.__doc__.endswith(".")


@pytest.mark.parametrize("phase", Phase)
def test_remembered_phases_have_names(phase: Phase) -> None:
    """The guard for a remembered phase is named after it."""
    assert guards.remembered(phase).__name__ == f"remembered_{phase.name.lower()}"
