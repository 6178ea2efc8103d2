"""Effects judged in the light of each other."""

from math import hypot
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cxjourney.wishes import EffectPrior
from cxjourney.wishes._effects._drivers import (
    BELIEFS,
    MEANS,
    NEXT_TO_NONE,
    PARTS,
    SCALE,
    SCATTERS,
    Effects,
    judge,
)
from tests.wishes.drivers import Floats

SEEDS = st.integers(0, 2**32 - 1)
DELTA = 0.05


def some_estimates(seed: int, effects: int) -> tuple[Floats, Floats]:
    """Return estimates and their standard errors."""
    random = np.random.default_rng(seed)
    errors = random.uniform(0.01, 0.15, effects)
    return random.normal(0.05, 0.12, effects) + errors * random.normal(size=effects), errors


def judged(estimates: Floats, errors: Floats) -> Effects:
    """Return how likely effects are by the hierarchical prior."""
    return judge(estimates, errors, EffectPrior.HIERARCHICAL)


def by_enumeration(estimates: Floats, errors: Floats) -> tuple[Floats, Floats]:
    """Return the mean, and the probability above delta, by going through the grid as defined."""
    total, mean, above = 0.0, np.zeros(len(estimates)), np.zeros(len(estimates))
    for part, belief in zip(PARTS, BELIEFS, strict=True):
        for mu in MEANS:
            for tau in SCATTERS:
                weight = belief * NormalDist(0, SCALE).pdf(mu) * tau / (1 + (tau / SCALE) ** 2)
                own_mean, own_above = [], []
                for estimate, error in zip(estimates, errors, strict=True):
                    seen = each = over = 0.0
                    for share, centre, scatter in (
                        (part, mu, tau),
                        (1 - part, 0.0, NEXT_TO_NONE),
                    ):
                        joint = share * NormalDist(centre, hypot(error, scatter)).pdf(estimate)
                        precision = error**-2 + scatter**-2
                        expected = (estimate / error**2 + centre / scatter**2) / precision
                        seen += joint
                        each += joint * expected
                        over += joint * (1 - NormalDist(expected, precision**-0.5).cdf(DELTA))
                    weight *= seen
                    own_mean.append(each / seen)
                    own_above.append(over / seen)
                total += weight
                mean += weight * np.array(own_mean)
                above += weight * np.array(own_above)
    return mean / total, above / total


@pytest.mark.parametrize("seed", [0, 1])
def test_it_is_the_model_that_it_says(seed: int) -> None:
    """Going through parts, means and scatters one by one, as defined, gives the same."""
    estimates, errors = some_estimates(seed, effects=3)
    mean, above = by_enumeration(estimates, errors)
    found = judged(estimates, errors)
    np.testing.assert_allclose(found.mean, mean, rtol=1e-6)
    np.testing.assert_allclose(found.above(np.full(3, DELTA)), above, rtol=1e-6)


@pytest.mark.no_cover
def test_surveys_drawn_from_the_prior_are_judged_as_often_right_as_claimed() -> None:
    """Where effects are drawn from the prior itself, a claim of P is right P of the time."""
    random = np.random.default_rng(11)
    claims: list[float] = []
    truths: list[bool] = []
    for _ in range(1_500):
        part = random.choice(PARTS, p=BELIEFS)
        mu = random.normal(0, SCALE)
        tau = min(float(stats.halfcauchy.rvs(scale=SCALE, random_state=random)), 1.0)
        effects = np.where(
            random.random(10) < part,
            random.normal(mu, tau, 10),
            random.normal(0, NEXT_TO_NONE, 10),
        )
        errors = random.uniform(0.03, 0.12, 10)
        found = judged(random.normal(effects, errors), errors)
        claims.extend(found.above(np.full(10, DELTA)).tolist())
        truths.extend((effects > DELTA).tolist())
    claimed, right = np.array(claims), np.array(truths)
    for low in np.arange(0, 1, 0.2):
        picked = (low <= claimed) & (claimed < low + 0.2)
        assert right[picked].mean() == pytest.approx(claimed[picked].mean(), abs=0.04)


@pytest.mark.no_cover
@given(seed=SEEDS, effects=st.integers(1, 8))
def test_a_flat_prior_leaves_the_estimates_alone(seed: int, effects: int) -> None:
    """Without a prior, each effect is normal about its estimate."""
    estimates, errors = some_estimates(seed, effects)
    found = judge(estimates, errors, EffectPrior.FLAT)
    np.testing.assert_allclose(found.mean, estimates)
    low, high = found.interval()
    np.testing.assert_allclose(low, estimates - 1.959964 * errors, atol=1e-5)
    np.testing.assert_allclose(high, estimates + 1.959964 * errors, atol=1e-5)
    np.testing.assert_allclose(found.above(np.zeros(effects)), stats.norm.cdf(estimates / errors))


@pytest.mark.no_cover
@settings(max_examples=20)
@given(seed=SEEDS, effects=st.integers(2, 8))
def test_the_order_and_the_sign_of_effects_decide_nothing(seed: int, effects: int) -> None:
    """Effects in another order, or all with the other sign, are judged alike."""
    estimates, errors = some_estimates(seed, effects)
    found = judged(estimates, errors)
    order = np.random.default_rng(seed).permutation(effects)
    turned = judged(estimates[order], errors[order])
    np.testing.assert_allclose(turned.mean, found.mean[order], atol=1e-9)
    mirrored = judged(-estimates, errors)
    np.testing.assert_allclose(mirrored.mean, -found.mean, atol=1e-7)
    threshold = np.full(effects, DELTA)
    np.testing.assert_allclose(mirrored.above(threshold), 1 - found.above(-threshold), atol=1e-7)


@pytest.mark.no_cover
@settings(max_examples=20)
@given(seed=SEEDS, effects=st.integers(1, 8))
def test_intervals_hold_what_they_claim(seed: int, effects: int) -> None:
    """2.5 % of the probability lie below an interval and 2.5 % above it."""
    found = judged(*some_estimates(seed, effects))
    low, high = found.interval()
    np.testing.assert_allclose(found.above(low), 0.975, atol=1e-6)
    np.testing.assert_allclose(found.above(high), 0.025, atol=1e-6)
    np.testing.assert_allclose(found.weights.sum(axis=0), 1)


def test_what_hardly_errs_is_not_moved() -> None:
    """With tiny errors the estimates stand, whatever the other effects are."""
    estimates = np.array([0.0, 0.2, -0.3, 0.05, 2.0])
    found = judged(estimates, np.full(5, 1e-4))
    np.testing.assert_allclose(found.mean, estimates, atol=1e-4)
    assert found.above(np.full(5, 0.04)).round(6).tolist() == [0, 1, 0, 1, 1]


def test_nothing_among_nothing_is_called_nothing() -> None:
    """A small estimate among others near zero is surely small; among large ones it is not."""
    errors = np.full(8, 0.06)
    small = np.array([0.06, 0.0, -0.05, 0.03, -0.02, 0.01, 0.04, -0.06])
    large = np.array([0.06, 0.3, 0.25, 0.35, 0.2, 0.28, 0.4, 0.33])
    threshold = np.full(8, DELTA)
    assert judged(small, errors).above(threshold)[0] < 0.2
    assert judged(large, errors).above(threshold)[0] > 0.6
