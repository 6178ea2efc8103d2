"""Shares of R2: published values, independent ways to them, and what they keep to (SPEC 8)."""

import csv
import json
import os
from collections.abc import Callable
from itertools import combinations, pairwise, permutations, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from statsmodels.stats.outliers_influence import variance_inflation_factor

from cxjourney.wishes import johnson, johnson_of, lmg, lmg_of, lmg_sampled, vif_of
from tests.wishes.drivers import Floats, correlated, halo, r2, surveys

Shares = Callable[..., Floats]

DATA = Path(os.environ.get("CXJOURNEY_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
BOTH = pytest.mark.parametrize("shares", [lmg, johnson])
EXACT = 1e-9


def all_orders(x: Floats, y: Floats) -> Floats:
    """Return the mean rise of R2 over every order, each taken by itself."""
    p = x.shape[1]
    orders, rises = list(permutations(range(p))), np.zeros(p)
    subsets = (some for size in range(p + 1) for some in combinations(range(p), size))
    known = {some: r2(x[:, some], y) for some in subsets}
    for order in orders:
        along = [known[tuple(sorted(order[:size]))] for size in range(len(order) + 1)]
        rises[list(order)] += [after - before for before, after in pairwise(along)]
    return rises / len(orders)


def nearest_orthogonal(x: Floats, y: Floats) -> Floats:
    """Return Johnson's weights from the table itself: no correlation matrix, no square root."""
    z = (x - x.mean(axis=0)) / x.std(axis=0) / np.sqrt(len(x))
    away = (y - y.mean()) / y.std() / np.sqrt(len(y))
    left, sizes, right = np.linalg.svd(z, full_matrices=False)
    kept = sizes > 1e-7
    nearest = left[:, kept] @ right[kept]
    shares: Floats = ((z.T @ nearest) ** 2) @ (away @ nearest) ** 2
    return shares


@pytest.fixture(scope="module")
def azen_budescu() -> tuple[list[list[float]], list[float]]:
    """Return the correlations of four drivers, and with the outcome (Azen and Budescu 2003)."""
    drivers = [[1, 0.8, 0.1, 0.3], [0.8, 1, 0.1, 0.1], [0.1, 0.1, 1, 0.5], [0.3, 0.1, 0.5, 1]]
    return drivers, [0.6, 0.3, 0.4, 0.5]


def test_lmg_equals_the_published_shares(azen_budescu: tuple[Any, Any]) -> None:
    """LMG's shares are those of Azen and Budescu (2003, Psychological Methods 8(2))."""
    expected = [0.292176177683, 0.075861351515, 0.094910880417, 0.121404108371]
    assert_allclose(lmg_of(*azen_budescu), expected, atol=EXACT)
    assert sum(expected) == pytest.approx(0.584352517986, abs=EXACT)


def test_johnson_equals_the_published_shares(azen_budescu: tuple[Any, Any]) -> None:
    """Johnson's shares are those of the correlations of Azen and Budescu (2003)."""
    expected = [0.290759021959, 0.076119802505, 0.097606146248, 0.119867547274]
    assert_allclose(johnson_of(*azen_budescu), expected, atol=EXACT)


def test_shares_of_swiss_equal_those_of_r() -> None:
    """On R's swiss the shares are those of the R package relaimpo 2.2-7."""
    if not (DATA / "swiss.csv").exists():
        pytest.skip("swiss.csv is not here; CXJOURNEY_DATA names its folder")
    expected = json.loads((DATA / "reference_values.json").read_text())["swiss"]
    with (DATA / "swiss.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    x = [[float(row[driver]) for driver in expected["drivers"]] for row in rows]
    y = [float(row[expected["outcome"]]) for row in rows]
    assert_allclose(lmg(x, y), expected["lmg"], atol=EXACT)
    assert_allclose(johnson(x, y), expected["johnson"], atol=EXACT)
    assert lmg(x, y).sum() == pytest.approx(expected["r2"], abs=EXACT)


@pytest.mark.no_cover
@given(st.floats(-0.99, 0.99), st.floats(-0.99, 0.99), st.floats(-0.99, 0.99))
def test_two_drivers_share_by_the_closed_form(between: float, one: float, two: float) -> None:
    """Of two drivers each gets the mean of its rise alone and its rise after the other."""
    whole = (one**2 + two**2 - 2 * one * two * between) / (1 - between**2)
    assume(whole <= 1)
    drivers, target = [[1, between], [between, 1]], [one, two]
    first = (one**2 + whole - two**2) / 2
    assert_allclose(lmg_of(drivers, target), [first, whole - first], atol=EXACT)
    assert_allclose(johnson_of(drivers, target), [first, whole - first], atol=EXACT)
    sampled = lmg_sampled(drivers, target, rounds=2)
    assert_allclose(sampled.shares, [first, whole - first], atol=EXACT)
    assert_allclose(sampled.errors, 0, atol=EXACT)


@pytest.mark.no_cover
@given(surveys(most=5))
def test_lmg_is_the_mean_over_every_order(survey: tuple[Floats, Floats]) -> None:
    """The sweep over subsets gives what every order, gone through one by one, gives."""
    assert_allclose(lmg(*survey), all_orders(*survey), atol=EXACT)


@pytest.mark.no_cover
@given(surveys())
def test_johnson_is_the_split_over_the_nearest_orthogonal_variables(
    survey: tuple[Floats, Floats],
) -> None:
    """Johnson's weights equal those from the singular values of the table."""
    assert_allclose(johnson(*survey), nearest_orthogonal(*survey), atol=EXACT)


def test_drivers_that_are_nearly_collinear_still_share() -> None:
    """A driver that hardly differs from another, by a thousandth, still brings what is its own."""
    x, y = halo(3)
    own = np.random.default_rng(2).normal(size=len(y))
    near = np.column_stack([x, x[:, 0] + 1e-3 * own])
    assert vif_of(correlated(near, y)[0])[0] > 1e6
    assert_allclose(lmg(near, y + own), all_orders(near, y + own), atol=EXACT)
    assert_allclose(johnson(near, y + own), nearest_orthogonal(near, y + own), atol=EXACT)


@pytest.mark.no_cover
@given(survey=surveys(most=9, rows=20), data=st.data())
def test_whose_share_is_whose(survey: tuple[Floats, Floats], data: st.DataObject) -> None:
    """Shares are not negative and add up to R2; order changes none, and copies get equal ones.

    However the drivers depend on each other: each keeps its share wherever its column stands, and
    nobody can tell a column from its copy in another unit.
    """
    x, y = survey
    whole, drivers = r2(x, y), range(x.shape[1])
    order, which = data.draw(st.permutations(drivers)), data.draw(st.sampled_from(drivers))
    for shares in (lmg, johnson):
        found = shares(x, y)
        assert found.dtype == np.float64
        assert (found >= 0).all()
        assert found.sum() == pytest.approx(whole, abs=EXACT)
        assert_allclose(shares(x[:, order], y), found[order], atol=EXACT)
        copied = shares(np.column_stack([x, 10 - 3 * x[:, which]]), y)
        assert copied[-1] == pytest.approx(copied[which], abs=EXACT)
        assert copied.sum() == pytest.approx(whole, abs=EXACT)


@BOTH
def test_a_lone_driver_and_its_copies_split_r2(shares: Shares) -> None:
    """Five copies of one driver get a fifth of its R2 each."""
    x, y = halo(1)
    assert_allclose(shares(np.tile(x, 5), y), np.full(5, r2(x, y) / 5), atol=1e-12)


@BOTH
@pytest.mark.parametrize("seed", range(5))
def test_orthogonal_drivers_get_their_squared_correlations(shares: Shares, seed: int) -> None:
    """Where drivers do not overlap there is nothing to share out."""
    y = np.random.default_rng(seed).integers(0, 11, 16).astype(float)
    x = np.array(list(product([0, 1], repeat=4)), dtype=np.float64)
    assert_allclose(shares(x, y), correlated(x, y)[1] ** 2, atol=EXACT)


def test_rounding_makes_no_share_negative() -> None:
    """A driver that has nothing to do with the outcome gets nothing, not a little less."""
    shares = lmg_of(np.eye(3), [0.7, 0, 0])
    assert_allclose(shares, [0.49, 0, 0], atol=1e-15)
    assert (shares >= 0).all()


@BOTH
def test_two_rows_are_explained_by_each_driver_alone(shares: Shares) -> None:
    """With two rows R2 is 1 and the drivers, all alike, get equal shares."""
    assert_allclose(shares([[1, 5, 2], [2, 3, 4]], [0, 1]), [1 / 3] * 3, atol=EXACT)


@BOTH
def test_fewer_rows_than_columns_explain_everything(shares: Shares) -> None:
    """With no more rows than drivers R2 is 1."""
    x, y = halo(12, rows=9)
    found = shares(x, y)
    assert found.sum() == pytest.approx(1, abs=EXACT)
    assert (found > 0).all()


@pytest.mark.no_cover
@given(surveys())
def test_vif_is_one_over_what_the_others_leave(survey: tuple[Floats, Floats]) -> None:
    """The inflation comes from R2 on the other drivers; infinite where they leave nothing."""
    x, _ = survey
    matrix = np.atleast_2d(np.corrcoef(x, rowvar=False))
    others = [r2(np.delete(x, which, axis=1), x[:, which]) for which in range(x.shape[1])]
    left = 1 - np.array(others)
    expected = np.where(left > 1e-9, 1 / np.maximum(left, 1e-9), np.inf)
    assert_allclose(vif_of(matrix), expected, rtol=1e-7)


def test_vif_equals_statsmodels() -> None:
    """The inflation is that of statsmodels."""
    x, y = halo(5)
    design = np.column_stack([np.ones(len(x)), x])
    expected = [variance_inflation_factor(design, which) for which in range(1, 6)]
    assert_allclose(vif_of(correlated(x, y)[0]), expected, rtol=EXACT)


def test_vif_is_infinite_for_the_collinear_alone() -> None:
    """A driver beside two copies keeps its own finite inflation."""
    assert_allclose(vif_of([[1, 1, 0.6], [1, 1, 0.6], [0.6, 0.6, 1]]), [np.inf, np.inf, 1 / 0.64])
