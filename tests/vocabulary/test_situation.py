"""The situation: finite, frozen, hashable, and never half-built (SPEC 3)."""

import copy
import os
import pickle
import subprocess
import sys

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.errors import InvalidError
from cxjourney.vocabulary import HeldFact, Outcome, Phase, Situation, Standing

HELD = ("delivery_held", "loyalty_held", "referral_held")
FLAGS = (
    "purchased",
    "doubt_open",
    "outcome",
    "feedback_asked",
    "feedback_closed",
    "recovery_open",
    "loyalty_confirmed",
    *HELD,
)
WITH_PHASE = (Standing.ACTIVE, Standing.LAPSED, Standing.LOST)
STANDS = [
    *((standing, phase) for standing in WITH_PHASE for phase in Phase),
    (Standing.NEW, None),
    (Standing.ERASED, None),
]

flags = st.fixed_dictionaries(
    {name: st.sampled_from(Outcome) if name == "outcome" else st.booleans() for name in FLAGS}
)
situations = st.builds(
    lambda stand, flags: Situation(*stand, **flags), st.sampled_from(STANDS), flags
)


def test_flags_are_those_of_the_specification() -> None:
    """A situation has standing, phase, the seven flags of SPEC 3 and three held facts."""
    assert tuple(field.name for field in attrs.fields(Situation)) == ("standing", "phase", *FLAGS)
    assert [fact.value for fact in HeldFact] == list(HELD)
    assert [one.value for one in Outcome] == ["none", "achieved", "poor"]


def test_a_new_situation_knows_nothing() -> None:
    """Without arguments nothing has happened, and every flag is down."""
    new = Situation()
    assert new.standing is Standing.NEW
    assert new.phase is None
    assert new.outcome is Outcome.NONE
    assert not any(getattr(new, name) for name in FLAGS if name != "outcome")


@pytest.mark.parametrize("standing", Standing)
@pytest.mark.parametrize("phase", [None, *Phase])
def test_the_phase_fits_the_standing(standing: Standing, phase: Phase | None) -> None:
    """NEW and ERASED have no phase, all others have one; anything else names both."""
    if (standing, phase) in STANDS:
        assert Situation(standing, phase).phase is phase
    else:
        with pytest.raises(ValueError, match=f"{phase and phase.name}; .*{standing.name}"):
            Situation(standing, phase)


@pytest.mark.no_cover
@given(situations, situations)
def test_equal_by_value(one: Situation, other: Situation) -> None:
    """Situations are equal when every field is, and then their hashes are too."""
    assert (one == other) == (attrs.astuple(one) == attrs.astuple(other))
    assert hash(attrs.evolve(one)) == hash(one)
    assert attrs.evolve(one) == one


@pytest.mark.no_cover
@given(situations)
def test_pickled_and_copied_are_equal(situation: Situation) -> None:
    """Pickled, copied or deeply copied, a situation is the same value with the same hash."""
    pickled = pickle.loads(pickle.dumps(situation))  # noqa: S301 - pickled a moment ago
    for again in (pickled, copy.copy(situation), copy.deepcopy(situation)):
        assert again == situation
        assert hash(again) == hash(situation)


@pytest.mark.parametrize("seed", ["1", "2"])
def test_a_remembered_hash_does_not_travel(seed: str) -> None:
    """A situation is found in a set of another process, whose hash seed is another one."""
    situation = Situation(Standing.LOST, Phase.ADOPT, purchased=True, outcome=Outcome.POOR)
    assert hash(situation) == hash(attrs.evolve(situation))
    code = (
        "import pickle, attrs; "
        f"one = pickle.loads({pickle.dumps(situation)!r}); "
        "assert one in {attrs.evolve(one)}"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.no_cover
@given(situations, st.sampled_from(("standing", "phase", *FLAGS)))
def test_frozen(situation: Situation, name: str) -> None:
    """No field can be set, and none can be added."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(situation, name, getattr(situation, name))
    assert not hasattr(situation, "__dict__")


@pytest.mark.no_cover
@given(situations)
def test_place_is_the_phase_only_while_active(situation: Situation) -> None:
    """The place is the phase while ACTIVE, else the standing."""
    active = situation.standing is Standing.ACTIVE
    assert situation.place is (situation.phase if active else situation.standing)


@pytest.mark.no_cover
@given(situations)
def test_held_facts_in_the_order_in_which_they_are_tried(situation: Situation) -> None:
    """The held facts are those whose flag is up: delivery, then loyalty, then referral."""
    assert [fact.value for fact in situation.held] == [
        name for name in HELD if getattr(situation, name)
    ]


@given(situations)
def test_repr_tells_all_that_is_not_default(situation: Situation) -> None:
    """The repr names standing, phase, the raised flags and the outcome, and nothing else."""
    words = repr(situation).removeprefix("Situation(").removesuffix(")").split(", ")
    expected = {situation.standing.name}
    if situation.phase is not None:
        expected.add(situation.phase.name)
    expected |= {name for name in FLAGS if getattr(situation, name) is True}
    if situation.outcome is not Outcome.NONE:
        expected.add(f"outcome={situation.outcome.name}")
    assert len(words) == len(expected)
    assert set(words) == expected


@pytest.mark.parametrize(
    ("standing", "phase"), [("active", Phase.ASSESS), (Standing.ACTIVE, 3), (Standing.LOST, "x")]
)
def test_words_of_another_type_are_refused(standing: Standing, phase: Phase) -> None:
    """A standing or phase that is no member of its enum is refused, not stored."""
    with pytest.raises(InvalidError):
        Situation(standing, phase)
