"""Guards: pure questions to a situation, each answered as its docstring says."""

from collections.abc import Callable
from itertools import product

import pytest

from cxjourney.vocabulary import Outcome, Phase, Situation, Standing
from tests.chart.explored import GUARDS

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
SITUATIONS = [
    Situation(standing, phase, outcome=outcome, **dict(zip(FLAGS, flags, strict=True)))
    for (standing, phase), outcome in product(STANDS, Outcome)
    for flags in product((False, True), repeat=len(FLAGS))
]
"""Every situation that a guard can tell from another."""


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


def test_the_meanings_are_those_of_the_guards_in_use() -> None:
    """Every guard that a standard chart asks is checked here."""
    assert set(vars(GUARDS)) == set(MEANINGS)


@pytest.mark.parametrize("name", MEANINGS)
def test_guards_answer_as_they_say(name: str) -> None:
    """Each guard answers True or False, as its name says, in every situation."""
    guard, meaning = getattr(GUARDS, name), MEANINGS[name]
    assert [one for one in SITUATIONS if guard(one) is not meaning(one)] == []


@pytest.mark.parametrize("name", [name for name in MEANINGS if not name.startswith("remembered_")])
def test_guards_explain_themselves(name: str) -> None:
    """Each guard has a sentence as its docstring."""
    assert getattr(GUARDS, name).__doc__.endswith(".")
