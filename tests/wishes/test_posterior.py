"""What counts leave to be believed of shares and of their differences."""

import json
import os
from fractions import Fraction
from itertools import product
from math import comb
from pathlib import Path

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from cxjourney.wishes import Reason
from cxjourney.wishes._effects._posterior import (  # of any shapes, whole or not
    beta_difference,
    share_answer,
    share_difference,
)

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("CXJOURNEY_DATA", ROOT.parent / "shared" / "data"))

Polynomial = list[Fraction]

SHAPES = st.floats(-3, 8).map(lambda power: 10.0**power)
SMALL = st.integers(1, 9)
SIZES = st.floats(-9, 0).map(lambda power: 10.0**power)
DELTAS = st.one_of(st.just(0.0), SIZES, SIZES.map(lambda size: -size))


def times(one: Polynomial, other: Polynomial) -> Polynomial:
    """Return the product of two polynomials, lowest power first."""
    found = [Fraction(0)] * (len(one) + len(other) - 1)
    for (i, left), (j, right) in product(enumerate(one), enumerate(other)):
        found[i + j] += left * right
    return found


def power(base: Polynomial, exponent: int) -> Polynomial:
    """Return a power of a polynomial."""
    found = [Fraction(1)]
    for _ in range(exponent):
        found = times(found, base)
    return found


def exact(a1: int, b1: int, a0: int, b0: int, delta: Fraction) -> Fraction:
    """Return P(p1 - p0 > delta) for whole shapes and delta from 0 to 1, as a fraction."""
    trials = a1 + b1 - 1
    above = [Fraction(0)] * (trials + 1)
    for k in range(a1):
        chance = times(power([delta, Fraction(1)], k), power([1 - delta, Fraction(-1)], trials - k))
        for i, part in enumerate(chance):
            above[i] += comb(trials, k) * part
    density = times(
        [Fraction(0)] * (a0 - 1) + [Fraction(1)], power([Fraction(1), Fraction(-1)], b0 - 1)
    )
    scale = a0 * comb(a0 + b0 - 1, a0)
    parts = enumerate(times(density, above), start=1)
    return sum((scale * part * (1 - delta) ** i / i for i, part in parts), Fraction(0))


def exact_above(a1: int, b1: int, a0: int, b0: int) -> Fraction:
    """Return P(p1 > p0) for whole shapes, small for p1, of any size for p0, as a fraction."""
    term = Fraction(1)
    for j in range(b1):
        term *= Fraction(b0 + j, a0 + b0 + j)
    total = term
    for i in range(a1 - 1):
        term *= Fraction((a0 + i) * (b1 + i), (a0 + b0 + b1 + i) * (i + 1))
        total += term
    return total


def test_the_published_differences_are_reproduced() -> None:
    """Three of four against one of four, and sixty of a hundred against forty (see the data)."""
    uniform = beta_difference(4, 2, 2, 4, 0)
    jeffreys = beta_difference(60.5, 40.5, 40.5, 60.5, 0)
    assert uniform == pytest.approx(0.8968253968253968, abs=1e-12)
    assert jeffreys == pytest.approx(0.9977212940, abs=1e-10)


def test_the_reference_file_agrees() -> None:
    """The same two values, from the file of reference values."""
    path = DATA / "reference_values.json"
    if not path.exists():
        pytest.skip("the reference values are not here; CXJOURNEY_DATA names their folder")
    values = json.loads(path.read_text(encoding="utf-8"))["beta_difference"]
    assert share_difference(60, 40, 40, 60).above(0) == pytest.approx(
        values["jeffreys_60of100_vs_40of100"], abs=1e-9
    )
    assert beta_difference(4, 2, 2, 4, 0) == pytest.approx(values["uniform_3of4_vs_1of4"], abs=1e-9)


@pytest.mark.no_cover
@given(SMALL, SMALL, SMALL, SMALL, st.integers(0, 20))
def test_a_difference_equals_its_closed_form(a1: int, b1: int, a0: int, b0: int, part: int) -> None:
    """For whole shapes the chance is a rational number, computed exactly."""
    delta = Fraction(part, 20)
    found = beta_difference(a1, b1, a0, b0, float(delta))
    assert found == pytest.approx(float(exact(a1, b1, a0, b0, delta)), abs=1e-11)


@pytest.mark.no_cover
@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 10**8), st.integers(1, 10**8))
def test_a_small_sample_against_a_huge_one_is_exact(a1: int, b1: int, a0: int, b0: int) -> None:
    """A closed form for shapes up to 1e8, both ways round."""
    expected = float(exact_above(a1, b1, a0, b0))
    assert beta_difference(a1, b1, a0, b0, 0) == pytest.approx(expected, abs=1e-11)
    assert beta_difference(a0, b0, a1, b1, 0) == pytest.approx(1 - expected, abs=1e-11)


@pytest.mark.no_cover
@given(SHAPES, SHAPES, SHAPES, SHAPES, DELTAS)
def test_a_difference_is_the_same_in_the_mirror(
    a1: float, b1: float, a0: float, b0: float, delta: float
) -> None:
    """To swap yes and no, and the two shares, changes nothing, at any size from 1e-3 to 1e8."""
    found = beta_difference(a1, b1, a0, b0, delta)
    assert 0 <= found <= 1
    assert found == pytest.approx(beta_difference(b0, a0, b1, a1, delta), abs=1e-11)
    assert found == pytest.approx(1 - beta_difference(a0, b0, a1, b1, -delta), abs=1e-11)


@pytest.mark.no_cover
@given(SHAPES, SHAPES)
def test_a_share_is_as_likely_above_its_like_as_below(a: float, b: float) -> None:
    """Two shares of which the same is believed differ either way with equal chance."""
    assert beta_difference(a, b, a, b, 0) == pytest.approx(0.5, abs=1e-11)


@pytest.mark.no_cover
@given(SHAPES, SHAPES, SHAPES, SHAPES, st.lists(st.floats(-1, 1), min_size=2, max_size=2))
def test_a_larger_difference_is_less_likely(
    a1: float, b1: float, a0: float, b0: float, deltas: list[float]
) -> None:
    """The chance falls with the difference to exceed, from 1 to 0."""
    low, high = sorted(deltas)
    assert beta_difference(a1, b1, a0, b0, low) >= beta_difference(a1, b1, a0, b0, high) - 1e-11
    assert beta_difference(a1, b1, a0, b0, 1) == 0
    assert beta_difference(a1, b1, a0, b0, -1) == 1


def test_what_cannot_be_exceeded_is_not() -> None:
    """No difference is above 1, and beside a share that is surely near 1 there is no room."""
    assert beta_difference(4, 2, 2, 4, 1) == 0
    assert beta_difference(4, 2, 2, 4, -1) == 1
    assert beta_difference(2, 1e8, 1e8, 2, 0.5) == 0


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("shapes", "delta"),
    [
        ((0.5, 0.5, 0.5, 0.5), 0.05),
        ((0.5, 100.5, 0.5, 30.5), 0.01),
        ((100.5, 0.5, 97.5, 3.5), -0.02),
        ((12.5, 30.5, 250.5, 700.5), 0.05),
        ((1.5, 2.5, 0.5, 8.5), 0.9),
    ],
)
def test_a_difference_equals_scipys_quadrature(
    shapes: tuple[float, float, float, float], delta: float
) -> None:
    """An independent integral over the other share, for shapes that scipy can integrate."""
    one, other = stats.beta(*shapes[:2]), stats.beta(*shapes[2:])

    def chance(score: float) -> float:
        share = stats.norm.cdf(score)
        return float(one.sf(other.ppf(share) + delta) * stats.norm.pdf(score))

    expected, _ = integrate.quad(chance, -8, 8, epsabs=1e-11, epsrel=1e-11, limit=500)
    assert beta_difference(*shapes, delta) == pytest.approx(expected, abs=1e-8)


def test_a_difference_equals_a_simulation() -> None:
    """Chance and interval are those of a million pairs of draws."""
    draws = np.random.default_rng(1)
    gaps = draws.beta(7.5, 5.5, 1_000_000) - draws.beta(3.5, 11.5, 1_000_000)
    found = share_difference(7, 5, 3, 11)
    interval = found.interval()
    assert found.above(0.05) == pytest.approx(np.mean(gaps > 0.05), abs=0.002)
    assert found.spread == pytest.approx(np.std(gaps), abs=0.001)
    assert (interval.low, interval.high) == pytest.approx(
        tuple(np.quantile(gaps, (0.025, 0.975))), abs=0.002
    )


COUNTS = st.one_of(st.integers(0, 20), st.integers(0, 10**7))


@pytest.mark.no_cover
@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_an_interval_holds_the_estimate_and_its_share_of_chance(
    yes1: int, no1: int, yes0: int, no0: int
) -> None:
    """A fortieth lies beyond each end, except where an end was moved out to the estimate."""
    found = share_difference(yes1, no1 + 1, yes0 + 1, no0)
    interval = found.interval()
    assert interval.low <= found.estimate <= interval.high
    if interval.low < found.estimate:
        assert found.above(interval.low) == pytest.approx(0.975, abs=1e-5)
    if interval.high > found.estimate:
        assert found.above(interval.high) == pytest.approx(0.025, abs=1e-5)


def test_where_all_did_and_nobody_did_the_interval_reaches_the_end() -> None:
    """Five of five against none of five may be a difference of 1."""
    assert share_difference(5, 0, 0, 5).interval().high == 1
    assert share_difference(0, 5, 5, 0).interval().low == -1


@pytest.mark.parametrize(("share", "effective"), [(0.1, 200.0), (0.5, 60.5), (0.73, 11.0)])
def test_answers_are_those_of_a_beta_distribution(share: float, effective: float) -> None:
    """Each wish's share has Jeffreys' prior: its chance and its interval are scipy's."""
    answer = share_answer(share, effective, 0.4, 0.8, 250)
    believed = stats.beta(share * effective + 0.5, (1 - share) * effective + 0.5)
    assert answer.probability == pytest.approx(believed.sf(0.4), abs=1e-12)
    assert answer.interval is not None
    ends = believed.ppf(0.025), believed.ppf(0.975)
    assert (answer.interval.low, answer.interval.high) == pytest.approx(ends, abs=1e-9)
    assert (answer.estimate, answer.threshold, answer.level, answer.n) == (share, 0.4, 0.8, 250)
    assert answer.doubts == ()
    # No number of numpy's gets out, so that an answer prints and is stored as what it is.
    assert {type(end) for end in (answer.probability, *attrs.astuple(answer.interval))} == {float}


def test_a_share_of_all_or_none_reaches_the_end() -> None:
    """Where everybody says so it may be so of all customers (Brown, Cai and DasGupta 2001)."""
    none, every = (share_answer(share, 20, 0.5, 0.8, 20) for share in (0, 1))
    assert none.interval is not None
    assert every.interval is not None
    assert (none.interval.low, every.interval.high) == (0, 1)
    assert none.interval.high == pytest.approx(1 - every.interval.low, abs=1e-12)


def test_who_was_not_asked_leaves_it_open() -> None:
    """Without answers nothing is believed, and the reason says so."""
    answer = share_answer(np.nan, 0, 0.5, 0.8, 10)
    assert (answer.probability, answer.estimate, answer.interval) == (0.5, None, None)
    assert (answer.doubts, answer.n) == ((Reason.NOT_ASKED,), 10)
