"""The words for where a customer stands, against SPEC 1 and 2."""

import copy
import pickle
from typing import get_args

import pytest

from cxjourney.vocabulary import ExitReason, Phase, Place, Standing

PHASES = (
    "ASSESS",
    "ADMIT",
    "AFFIRM",
    "ACTIVATE",
    "ACCLIMATE",
    "ACCOMPLISH",
    "ADOPT",
    "ADVOCATE",
)


def test_eight_phases_in_order() -> None:
    """The phases are those of SPEC 2, numbered from 1 to 8 in their order."""
    assert [(phase.value, phase.name) for phase in Phase] == list(enumerate(PHASES, start=1))


def test_phases_compare_by_order() -> None:
    """An earlier phase is smaller than a later one."""
    assert sorted(Phase, key=lambda phase: phase.name) != list(Phase) == sorted(Phase)
    assert Phase.AFFIRM < Phase.ADOPT


def test_standings() -> None:
    """The standings are those of SPEC 1."""
    assert [one.name for one in Standing] == ["NEW", "ACTIVE", "LAPSED", "LOST", "ERASED"]


def test_reasons_for_leaving() -> None:
    """Every stop of SPEC 4.2 has its reason: not bought, remorse, churn, silence, erasure."""
    reasons = ["not_bought", "remorse", "churn", "silence", "erasure"]
    assert [one.value for one in ExitReason] == reasons


def test_a_place_is_a_phase_or_a_standing() -> None:
    """A place is a phase or a standing, and no two places have the same name."""
    assert set(get_args(Place)) == {Phase, Standing}
    assert not {phase.name for phase in Phase} & {standing.name for standing in Standing}


@pytest.mark.parametrize("word", [*Phase, *Standing, *ExitReason], ids=str)
def test_words_stay_themselves(word: Phase | Standing | ExitReason) -> None:
    """A pickled or copied word is the very same object, so that ``is`` may be used."""
    assert pickle.loads(pickle.dumps(word)) is word  # noqa: S301 - pickled a moment ago
    assert copy.deepcopy(copy.copy(word)) is word
