"""Least squares and robust errors, against statsmodels and against leaving rows out for real."""

import os
from fractions import Fraction
from math import isqrt
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney.wishes import Criteria, robustness_value
from cxjourney.wishes._effects._regression import moments  # an effect shows it rounded
from tests.wishes.drivers import Floats, Rated

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("CXJOURNEY_DATA", ROOT.parent / "shared" / "data"))
SEEDS = st.integers(0, 2**32 - 1)


LOOSE = Criteria(min_freedom=1, min_varied=0)


@attrs.frozen(eq=False)
class Fitted:
    """The figures that stand beside the findings, a number for each rating; NaN where none is."""

    coefficients: Floats
    errors: Floats
    robustness: Floats
    vif: Floats
    r2: float | None


def fit(x: Any, y: Floats, weights: Floats | None = None, clusters: Any = None) -> Fitted:
    """Return the figures of a survey whose ratings are the columns of ``x``."""
    found = Rated(list(x.T), y, (), weights, clusters).map(criteria=LOOSE)
    names = ("coefficient", "error", "robustness", "vif")
    figures = [[getattr(one, name) for one in found.values()] for name in names]
    coefficients, errors, robustness, vif = np.array(figures, float)
    return Fitted(coefficients, errors, robustness, vif, found.r2)


def some_rows(
    seed: int, rows: int = 200, columns: int = 4, *, weighted: bool = False
) -> tuple[Floats, Floats, Floats | None]:
    """Return correlated columns in wild units, an outcome with uneven noise, and weights."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(rows, columns)) + random.normal(size=(rows, 1))
    noise = random.normal(size=rows) * (1 + x[:, 0] ** 2)
    y = x @ random.normal(size=columns) + noise
    x = x * 10.0 ** random.integers(-4, 5, size=columns) + 10.0 ** random.integers(0, 5)
    return x, y * 1e3 - 7, random.uniform(0.1, 5, size=rows) if weighted else None


def by_statsmodels(x: Floats, y: Floats, weights: Floats | None = None) -> Any:
    """Return the same regression by statsmodels."""
    heavy = np.ones(len(y)) if weights is None else weights * len(y) / weights.sum()
    return sm.WLS(y, sm.add_constant(x), weights=heavy).fit()


def assert_as_statsmodels(x: Floats, y: Floats, weights: Floats | None = None) -> None:
    """Check coefficients, HC3 and classical errors, R2 and freedom against statsmodels."""
    found, reference = fit(x, y, weights), by_statsmodels(x, y, weights)
    np.testing.assert_allclose(found.coefficients, reference.params[1:], rtol=1e-10, atol=1e-10)
    hc3 = reference.get_robustcov_results("HC3").bse[1:]
    np.testing.assert_allclose(found.errors, hc3, rtol=1e-10)
    spread = np.sqrt(np.cov(y, aweights=weights, ddof=0)) / np.sqrt(
        np.diag(np.atleast_2d(np.cov(x, rowvar=False, aweights=weights, ddof=0)))
    )
    freedom = int(reference.df_resid)
    expected = [
        robustness_value(estimate, error, freedom, threshold)
        for estimate, error, threshold in zip(
            reference.params[1:], reference.bse[1:], LOOSE.effect * spread, strict=True
        )
    ]
    np.testing.assert_allclose(found.robustness, expected, rtol=1e-8, atol=1e-10)
    assert found.r2 == pytest.approx(reference.rsquared, abs=1e-12)


def test_a_survey_that_statsmodels_carries() -> None:
    """On Fair's survey of 6,366 people all figures are those of statsmodels."""
    data = sm.datasets.fair.load_pandas().data
    y = data.pop("rate_marriage").to_numpy()
    assert_as_statsmodels(data.to_numpy(), y)
    assert_as_statsmodels(data.to_numpy(), y, weights=np.abs(np.sin(np.arange(len(y)))) + 0.1)


def test_the_airport_survey() -> None:
    """On the real airport survey, blanks and who used what included, they are too."""
    path = DATA / "sfo2017_wishes.csv"
    if not path.exists():
        pytest.skip("the airport survey is not here; CXJOURNEY_DATA names its folder")
    data = pd.read_csv(path)
    said = [str(name) for name in data if str(name).startswith("say_")]
    ratings = data[[name.removeprefix("say_") for name in said]]
    kept = data["OVERALL"].notna() & ratings.notna().any(axis=1)
    ratings, y = ratings[kept], data.loc[kept, "OVERALL"].to_numpy()
    used = ratings.notna().astype(float)
    x = np.column_stack([ratings.fillna(ratings.mean()), used.loc[:, used.std() > 0]])
    found, reference = fit(ratings.to_numpy(), y), by_statsmodels(x, y)
    np.testing.assert_allclose(found.coefficients, reference.params[1:15], rtol=1e-9)
    hc3 = reference.get_robustcov_results("HC3").bse[1:15]
    np.testing.assert_allclose(found.errors, hc3, rtol=1e-9)


@pytest.mark.no_cover
@settings(max_examples=12)
@given(seed=SEEDS, weighted=st.booleans(), columns=st.integers(1, 6))
def test_any_units_and_weights(seed: int, weighted: bool, columns: int) -> None:
    """Units from 1e-4 to 1e4 far from zero, and uneven weights, agree with statsmodels."""
    x, y, weights = some_rows(seed, columns=columns, weighted=weighted)
    found, reference = fit(x, y, weights), by_statsmodels(x - x.mean(axis=0), y, weights)
    np.testing.assert_allclose(found.coefficients, reference.params[1:], rtol=1e-6)
    hc3 = reference.get_robustcov_results("HC3").bse[1:]
    np.testing.assert_allclose(found.errors, hc3, rtol=1e-6)


def by_leaving_out(x: Floats, y: Floats, weights: Floats | None, clusters: Any) -> Floats:
    """Return the scatter of the coefficients over regressions without each cluster in turn."""
    with_one = np.column_stack([np.ones(len(y)), x])
    heavy = np.ones(len(y)) if weights is None else weights

    def solve(kept: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Floats:
        root = np.sqrt(heavy[kept])
        found: Floats = np.linalg.lstsq(with_one[kept] * root[:, None], y[kept] * root)[0]
        return found

    whole = solve(np.ones(len(y), dtype=bool))
    moved = [solve(clusters != one) - whole for one in np.unique(clusters)]
    errors: Floats = np.sqrt(np.sum(np.square(moved), axis=0))
    return errors[1:]


@pytest.mark.no_cover
@settings(max_examples=12)
@given(seed=SEEDS, weighted=st.booleans(), groups=st.integers(8, 120))
def test_clusters_are_left_out_one_at_a_time(seed: int, weighted: bool, groups: int) -> None:
    """The errors are those of regressions that leave each respondent out, all rows together."""
    x, y, weights = some_rows(seed, rows=150, columns=3, weighted=weighted)
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    clusters = np.random.default_rng(seed).integers(0, groups, size=150)
    found, expected = fit(x, y, weights, clusters), by_leaving_out(x, y, weights, clusters)
    np.testing.assert_allclose(found.errors, expected, rtol=1e-7)


@pytest.mark.no_cover
@settings(max_examples=12)
@given(seed=SEEDS, weighted=st.booleans())
def test_clusters_of_one_row_change_nothing(seed: int, weighted: bool) -> None:
    """Where each row is another respondent's, the clustered errors are the plain ones."""
    x, y, weights = some_rows(seed, weighted=weighted)
    own = np.random.default_rng(seed).permutation(200)
    plain, clustered = fit(x, y, weights), fit(x, y, weights, own)
    np.testing.assert_allclose(clustered.errors, plain.errors, rtol=1e-8)


def test_many_rows_are_summed_block_by_block() -> None:
    """Clusters that reach over the ends of blocks, some of them over several, are kept whole."""
    random = np.random.default_rng(3)
    rows = 600_000
    x = random.normal(size=(rows, 3)) + np.linspace(0, 3, rows)[:, None]
    y = x @ [0.1, 0.2, 0.0] + random.normal(size=rows)
    ends = [5, 262_144, 262_145, 300_000, 310_000, 400_000]
    codes = np.searchsorted(ends, np.arange(rows), side="right")
    found = fit(x, y, clusters=codes).errors
    np.testing.assert_allclose(found, by_leaving_out(x, y, None, codes), rtol=1e-8)


def test_columns_that_depend_on_each_other_do_no_harm_to_the_rest() -> None:
    """A duplicate, or a sum of others, is told, and the remaining column's figures stay."""
    x, y, _ = some_rows(5)
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    whole = fit(x, y)
    doubled = fit(np.column_stack([x, x[:, 1], x[:, 0] + x[:, 2]]), y)
    assert np.isinf(doubled.vif).tolist() == [True, True, True, False, True, True]
    assert np.isnan(doubled.coefficients).tolist() == np.isinf(doubled.vif).tolist()
    assert np.isfinite(whole.vif).all()
    assert doubled.r2 == pytest.approx(whole.r2)
    for figure in ("coefficients", "errors", "robustness", "vif"):
        assert getattr(doubled, figure)[3] == pytest.approx(getattr(whole, figure)[3])


def test_a_row_that_alone_tells_something_adds_no_certainty() -> None:
    """A column that is 0 but for one row takes that row away, as if it had been left out."""
    x, y, _ = some_rows(6)
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    lonely = np.zeros(200)
    lonely[17] = 1
    without = np.arange(200) != 17
    for clusters in (None, np.arange(200)):
        found = fit(np.column_stack([x, lonely]), y, clusters=clusters)
        rest = fit(x[without], y[without], clusters=None if clusters is None else clusters[:199])
        np.testing.assert_allclose(found.coefficients[:4], rest.coefficients)
        np.testing.assert_allclose(found.errors[:4], rest.errors)


@pytest.mark.no_cover
@settings(max_examples=12)
@given(seed=SEEDS)
def test_order_decides_nothing(seed: int) -> None:
    """Columns and rows in another order give the same figures."""
    x, y, _ = some_rows(seed)
    random = np.random.default_rng(seed)
    columns, rows = random.permutation(4), random.permutation(200)
    plain, turned = fit(x, y), fit(x[np.ix_(rows, columns)], y[rows])
    np.testing.assert_allclose(turned.coefficients, plain.coefficients[columns], rtol=1e-6)
    np.testing.assert_allclose(turned.errors, plain.errors[columns], rtol=1e-6)


@pytest.mark.parametrize("weights", [None, np.arange(1.0, 201.0)])
def test_blank_and_constant_ratings_have_no_effect(weights: Floats | None) -> None:
    """A blank column has no rows; a constant one has no spread, even where its mean is rounded."""
    x, y, _ = some_rows(7)
    found = fit(np.column_stack([x, np.full(200, np.nan), np.full(200, 0.1)]), y, weights)
    assert np.isnan(found.coefficients).tolist() == [False] * 4 + [True] * 2
    np.testing.assert_allclose(found.coefficients[:4], fit(x, y, weights).coefficients)


@given(
    st.lists(st.integers(-999, 999), min_size=2, max_size=60),
    st.sampled_from([0.0, 3.0, 99.0, 1e6, 1e8]),
    st.sampled_from([1e-60, 1.0, 1e120]),
)
def test_a_spread_is_exact_wherever_the_numbers_lie(
    near: list[int], offset: float, unit: float
) -> None:
    """Far from zero and close together, tiny or huge: it is that of exact fractions, or nothing."""
    numbers = [(one / 99 + offset) * unit for one in near]
    exact = [Fraction(one) for one in numbers]
    mean = sum(exact, Fraction()) / len(exact)
    squares = sum(((one - mean) ** 2 for one in exact), Fraction())
    expected = sqrt_of(squares / len(exact))
    found = moments(np.array(numbers)).spread
    known = 1e-9 * expected + 8 * abs(float(mean)) * np.finfo(np.float64).eps
    assert abs(found - expected) <= known


def sqrt_of(square: Fraction) -> float:
    """Return the square root of a fraction that may be too small for a float."""
    scale = 2**1200
    return isqrt(int(square * scale)) / isqrt(scale)
