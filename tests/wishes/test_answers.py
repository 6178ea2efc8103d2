"""What two answers say together of a wish's kind."""

import math
from itertools import combinations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.wishes import Answer, Classification, Reason, Wish, WishKind

PROBABILITIES = st.floats(0, 1)


def answer(probability: float, *doubts: Reason) -> Answer:
    """Return an answer of some probability."""
    return Answer(probability, threshold=0.5, level=0.8, doubts=doubts)


def classification(stated: Answer, value: Answer) -> Classification:
    """Return a classification of some wish."""
    return Classification(Wish("seats"), "satisfaction", stated, value)


@pytest.mark.no_cover
@given(stated=PROBABILITIES, value=PROBABILITIES)
def test_the_posterior_is_a_distribution_with_the_answers_as_margins(
    stated: float, value: float
) -> None:
    """The four kinds sum to 1, and each fact's kinds to the fact's probability."""
    posterior = classification(answer(stated), answer(value)).posterior
    assert math.isclose(sum(posterior.values()), 1)
    assert math.isclose(
        sum(posterior[kind] for kind in WishKind if kind.stated), stated, abs_tol=1e-12
    )
    assert math.isclose(
        sum(posterior[kind] for kind in WishKind if kind.adds_value), value, abs_tol=1e-12
    )


@pytest.mark.no_cover
@given(stated=PROBABILITIES, value=PROBABILITIES)
def test_a_decision_is_a_likely_kind_and_alone_credible(stated: float, value: float) -> None:
    """A decision is likely and alone credible; without one a reason stands."""
    found = classification(answer(stated), answer(value))
    if found.decision is None:
        assert max(found.posterior.values()) < 0.8
        assert found.reasons
        assert len(found.credible) > 1
    else:
        assert found.posterior[found.decision] >= 0.8
        assert found.credible == {found.decision}
        assert not found.reasons


@pytest.mark.no_cover
@given(stated=PROBABILITIES, value=PROBABILITIES)
def test_a_doubt_keeps_every_decision_back(stated: float, value: float) -> None:
    """However likely the kind, a doubt about one fact leaves both of that fact's kinds credible."""
    found = classification(answer(stated), answer(value, Reason.HARDLY_VARIES))
    assert found.decision is None
    assert found.value.says is None
    assert Reason.HARDLY_VARIES in found.reasons
    for kind in found.credible:
        assert any(other is not kind and other.stated is kind.stated for other in found.credible)


@pytest.mark.parametrize(
    ("probability", "says"), [(0.8, True), (0.79, None), (0.21, None), (0.2, False)]
)
def test_an_answer_is_known_from_the_level_on(probability: float, says: bool | None) -> None:
    """An answer is known where its probability, or that of its opposite, reaches the level."""
    assert answer(probability).says is says
    assert answer(probability).reasons == (() if says is not None else (Reason.BETWEEN,))


def test_both_answers_known_may_still_be_no_decision() -> None:
    """Two answers that are just sure enough do not make a kind that is."""
    found = classification(answer(0.85), answer(0.85))
    assert (found.stated.says, found.value.says) == (True, True)
    assert found.decision is None
    assert found.candidates == {WishKind.CONSCIOUS}
    assert found.reasons == (Reason.BETWEEN,)


def test_one_known_fact_halves_the_candidates() -> None:
    """Asked for, value unknown: the two kinds that are asked for remain."""
    found = classification(answer(0.99), answer(0.5, Reason.NOT_RATED))
    assert found.candidates == {WishKind.CONSCIOUS, WishKind.DECEPTION}
    assert found.credible == {WishKind.CONSCIOUS, WishKind.DECEPTION}


@pytest.mark.no_cover
@given(PROBABILITIES, PROBABILITIES, st.sampled_from([0.51, 0.8, 0.95]))
def test_the_credible_set_is_the_smallest_that_reaches_the_level(
    stated: float, value: float, level: float
) -> None:
    """No smaller set of kinds reaches the level, but for kinds that are equally likely."""
    one, other = (attrs.evolve(answer(chance), level=level) for chance in (stated, value))
    known = classification(one, other)
    posterior, found = known.posterior, known.credible
    assert sum(posterior[kind] for kind in found) >= level - 1e-12
    least = min(posterior[kind] for kind in found)
    strictly = {kind for kind in found if posterior[kind] > least}
    assert sum(posterior[kind] for kind in strictly) < level
    for size in range(1, 4):
        for few in combinations(WishKind, size):
            if sum(posterior[kind] for kind in few) >= level + 1e-9:
                assert size > len(strictly)


def test_just_the_level_is_enough() -> None:
    """A kind whose probability is the level itself is decided, and alone credible."""
    found = classification(answer(1.0), answer(0.8))
    assert found.decision is WishKind.CONSCIOUS
    assert found.credible == {WishKind.CONSCIOUS}
