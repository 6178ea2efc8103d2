"""Effects judged in the light of each other: the model that the docs tell, and what it claims."""

from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cxjourney.wishes import Answer, Criteria, EffectPrior, WishMap
from cxjourney.wishes._effects._prior import judge  # effects with no survey round them
from tests.wishes.drivers import Floats, Rated

SEEDS = st.integers(0, 2**32 - 1)
DELTA = Criteria().effect
PARTS = dict.fromkeys((0.1, 0.3, 0.5, 0.7, 0.9), 0.1) | {0.0: 0.25, 1.0: 0.25}
MEANS = np.linspace(-0.3, 0.3, 49)
SCATTERS = 0.005 * 100 ** (np.arange(15) / 14)
TAILS = 100 ** (np.array([-2, -1, 0, 1, 2, 4, 7]) / 14)
"""The scatters of the seven normals that make the heavy tail, as parts of the scatter."""


def survey(effects: Floats, seed: int, rows: int = 200) -> Rated:
    """Return a survey whose wishes have these effects, in standard deviations, about."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(rows, effects.size))
    noise = random.normal(size=rows) * np.sqrt(max(1 - float(effects @ effects), 0.01))
    return Rated(list(x.T), x @ effects + noise)


def mapped(rated: Rated, **limits: Any) -> WishMap:
    """Return what a survey says with these limits."""
    return rated.map(criteria=attrs.evolve(Criteria(), **limits))


def answers(rated: Rated, **limits: Any) -> list[Answer]:
    """Return whether each wish adds value."""
    return [found.classification.value for found in mapped(rated, **limits).findings]


def ends(answer: Answer) -> tuple[float, float]:
    """Return the ends of an answer's interval."""
    assert answer.interval is not None
    return answer.interval.low, answer.interval.high


def alone(rated: Rated) -> tuple[Floats, Floats]:
    """Return the estimates of a survey and their errors, as it tells them without a prior."""
    found = answers(rated, prior=EffectPrior.FLAT)
    low, high = np.array([ends(answer) for answer in found]).T
    return (low + high) / 2, (high - low) / 2 / stats.norm.ppf(0.975)


def likelihood(estimate: float, error: float, mean: Floats, scatter: Floats) -> Floats:
    """Return the density of an estimate where effects scatter normally."""
    density: Floats = stats.norm.pdf(estimate, mean, np.hypot(error, scatter))
    return density


def by_enumeration(estimates: Floats, errors: Floats) -> tuple[Floats, Floats]:
    """Go through every part, mean and scatter: the expected effects, and how likely above delta."""
    means, scatters = np.meshgrid(MEANS, SCATTERS, indexing="ij")
    grid = stats.norm.pdf(means, 0, 0.1) * scatters / (1 + (scatters / 0.1) ** 2)
    normals = [(1 / 7, means, scatters * step) for step in TAILS]
    others = [(1 / 2, np.zeros(1), np.array([scatter])) for scatter in (0.01, 0.1)]
    weights, told = [], []
    for part, belief in PARTS.items():
        weight, own = belief * grid, []
        for estimate, error in zip(estimates, errors, strict=True):
            seen, each, over = np.zeros((3, *grid.shape))
            for share, kind in ((part, normals), (1 - part, others)):
                for of, mean, scatter in kind:
                    joint = share * of * likelihood(estimate, error, mean, scatter)
                    precision = error**-2 + scatter**-2
                    expected = (estimate / error**2 + mean / scatter**2) / precision
                    seen += joint
                    each += joint * expected
                    over += joint * stats.norm.sf(DELTA, expected, precision**-0.5)
            weight = weight * seen
            own.append((each / seen, over / seen))
        weights.append(weight)
        told.append(own)
    shares = np.array(weights)[:, None, None] / np.sum(weights)
    mean, above = (shares * np.array(told)).sum(axis=(0, 3, 4)).T
    return mean, above


@pytest.mark.no_cover
@pytest.mark.parametrize("seed", range(3))
def test_it_is_the_model_that_it_says(seed: int) -> None:
    """The expected effects and the probabilities are those of the model, gone through in full."""
    rated = survey(np.random.default_rng(seed).normal(0.05, 0.1, 3), seed)
    mean, above = by_enumeration(*alone(rated))
    found = answers(rated)
    np.testing.assert_allclose(
        np.array([answer.estimate for answer in found], float), mean, rtol=1e-6
    )
    likely = np.array([answer.probability for answer in found])
    np.testing.assert_allclose(likely, above, rtol=1e-6)


@pytest.mark.no_cover
def test_surveys_drawn_from_the_prior_are_judged_as_often_right_as_claimed() -> None:
    """Where effects are drawn from the prior itself, a claim of P is right P of the time."""
    random = np.random.default_rng(11)
    claims: list[float] = []
    truths: list[bool] = []
    parts, beliefs = zip(*PARTS.items(), strict=True)
    for _ in range(600):
        part, mean = random.choice(parts, p=beliefs), random.normal(0, 0.1)
        scatter = min(float(stats.halfcauchy.rvs(scale=0.1, random_state=random)), 0.5)
        effects = np.where(
            random.random(10) < part,
            random.normal(mean, scatter * random.choice(TAILS, 10)),
            random.normal(0, random.choice([0.01, 0.1], 10)),
        )
        errors = random.uniform(0.03, 0.12, 10)
        found = judge(random.normal(effects, errors), errors, EffectPrior.HIERARCHICAL)
        claims.extend(found.above(np.full(10, DELTA)).tolist())
        truths.extend((effects > DELTA).tolist())
    claimed, right = np.array(claims), np.array(truths)
    for low in np.arange(0, 1, 0.2):
        picked = (low <= claimed) & (claimed < low + 0.2)
        assert right[picked].mean() == pytest.approx(claimed[picked].mean(), abs=0.04)


@pytest.mark.no_cover
@settings(max_examples=12)
@given(seed=SEEDS, effects=st.integers(2, 6))
def test_the_order_and_the_sign_of_effects_decide_nothing(seed: int, effects: int) -> None:
    """Effects in another order, or all with the other sign, are judged alike."""
    random = np.random.default_rng(seed)
    rated = survey(random.normal(0.05, 0.1, effects), seed)
    order = random.permutation(effects)
    found = answers(rated)
    turned = answers(attrs.evolve(rated, ratings=[rated.ratings[place] for place in order]))
    for place, answer in zip(order, turned, strict=True):
        assert answer.probability == pytest.approx(found[place].probability, abs=1e-7)
        assert ends(answer) == pytest.approx(ends(found[place]), abs=1e-5)
    mirrored = mapped(attrs.evolve(rated, outcome=-rated.outcome))
    for answer, one in zip(found, mirrored.findings, strict=True):
        assert one.classification.harm == pytest.approx(answer.probability, abs=1e-7)


@pytest.mark.no_cover
@settings(max_examples=8)
@given(seed=SEEDS, effects=st.integers(1, 6))
def test_intervals_hold_what_they_claim(seed: int, effects: int) -> None:
    """A fortieth lies above the upper end of an interval, and as much below the lower one."""
    rated = survey(np.random.default_rng(seed).normal(0.1, 0.1, effects), seed)
    for answer in answers(rated):
        for end, share in zip(ends(answer), (0.975, 0.025), strict=True):
            if end > 0:
                again = answers(rated, delta=end)
                likely = next(one for one in again if one.estimate == answer.estimate)
                assert likely.probability == pytest.approx(share, abs=1e-3)


def test_one_towering_wish_makes_small_ones_no_less_likely() -> None:
    """Beside a wish of .75, and without it, wishes of twice delta are judged nearly alike."""
    small = np.array([0.1, 0.1, 0.1, 0.0, 0.0, 0.0])
    plain = answers(survey(small, 3, rows=1_000))
    beside = answers(survey(np.append(small, 0.75), 3, rows=1_000))
    shrunk = [one.estimate for one in beside[:3]]
    assert all(one is not None and one > 0.05 for one in shrunk)
    assert not any(one.says is False for one in (*plain[:3], *beside[:3]))


@pytest.mark.no_cover
@given(seed=SEEDS)
@settings(max_examples=20)
def test_nothing_is_worthless_without_the_surveys_own_word(seed: int) -> None:
    """Whatever the prior makes of it, "no value" needs that the survey alone tells as much."""
    random = np.random.default_rng(seed)
    rated = survey(random.normal(0, 0.05, 6), seed, rows=int(random.integers(60, 1_500)))
    estimates, errors = alone(rated)
    by_itself = np.asarray(stats.norm.sf(DELTA, estimates, errors))
    for answer, likely, error in zip(answers(rated), by_itself, errors, strict=True):
        if answer.says is False:
            assert likely <= 0.2 + 1e-9
            assert stats.norm.ppf(0.8) * error <= DELTA + 1e-9
