"""Least squares and robust errors, against statsmodels and against leaving rows out for real."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cxjourney.wishes._effects._regression import Column, Design, Fit, fit, moments, usage
from tests.wishes.drivers import Floats

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("CXJOURNEY_DATA", ROOT.parent / "shared" / "data"))
SEEDS = st.integers(0, 2**32 - 1)


def design(x: Floats, y: Floats, weights: Floats | None = None) -> Design:
    """Return a design of the columns of ``x``."""
    if weights is not None:
        weights = weights * len(y) / weights.sum()
    columns = [Column(np.ascontiguousarray(one), moments(one, weights)) for one in x.T]
    return Design(columns, Column(y, moments(y, weights)), weights)


def in_points(of: Design, fitted: Fit) -> tuple[Floats, Floats, Floats]:
    """Return the coefficients, robust errors and classical errors in the columns' own units."""
    points = of.outcome.of.spread / np.array([one.of.spread for one in of.columns])
    robust = np.sqrt(np.diag(fitted.covariance))
    return fitted.coefficients * points, robust * points, fitted.errors * points


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


def assert_as_statsmodels(x: Floats, y: Floats, weights: Floats | None = None) -> None:
    """Check coefficients, HC3 and classical errors, R2 and freedom against statsmodels."""
    of = design(x, y, weights)
    fitted = fit(of)
    reference = sm.WLS(
        y, sm.add_constant(x), weights=np.ones(len(y)) if of.weights is None else of.weights
    ).fit()
    coefficients, robust, classical = in_points(of, fitted)
    np.testing.assert_allclose(coefficients, reference.params[1:], rtol=1e-10, atol=1e-10)
    hc3 = reference.get_robustcov_results("HC3").bse[1:]
    np.testing.assert_allclose(robust, hc3, rtol=1e-10)
    np.testing.assert_allclose(classical, reference.bse[1:], rtol=1e-10)
    assert fitted.r2 == pytest.approx(reference.rsquared, abs=1e-12)
    assert fitted.freedom == reference.df_resid


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
    assert_as_statsmodels(x, y)
    columns = [Column(one, moments(one)) for one in ratings.to_numpy().T.copy()]
    held = [usage(one, None) for one in columns if one.of.n < len(y)]
    fitted = fit(Design([*columns, *held], Column(y, moments(y))))
    plain = fit(design(x, y))
    # Another unit of the same column: the spread among users, instead of among all.
    np.testing.assert_allclose(
        fitted.coefficients[:14] / np.sqrt(np.diag(fitted.covariance)[:14]),
        plain.coefficients[:14] / np.sqrt(np.diag(plain.covariance)[:14]),
        rtol=1e-9,
    )


@pytest.mark.no_cover
@settings(max_examples=25)
@given(seed=SEEDS, weighted=st.booleans(), columns=st.integers(1, 6))
def test_any_units_and_weights(seed: int, weighted: bool, columns: int) -> None:
    """Units from 1e-4 to 1e4 far from zero, and uneven weights, agree with statsmodels."""
    x, y, weights = some_rows(seed, columns=columns, weighted=weighted)
    of = design(x, y, weights)
    coefficients, robust, _ = in_points(of, fit(of))
    reference = sm.WLS(
        y,
        sm.add_constant(x - x.mean(axis=0)),
        weights=np.ones(len(y)) if of.weights is None else of.weights,
    ).fit()
    np.testing.assert_allclose(coefficients, reference.params[1:], rtol=1e-6)
    hc3 = reference.get_robustcov_results("HC3").bse[1:]
    np.testing.assert_allclose(robust, hc3, rtol=1e-6)


def by_leaving_out(of: Design, clusters: NDArray[np.intp]) -> Floats:
    """Return the scatter of the coefficients over regressions without each cluster in turn."""
    x = np.column_stack([np.ones(of.rows), *(one.numbers for one in of.columns)])
    y, heavy = of.outcome.numbers, np.ones(of.rows) if of.weights is None else of.weights

    def solve(kept: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Floats:
        root = np.sqrt(heavy[kept])
        found: Floats = np.linalg.lstsq(x[kept] * root[:, None], y[kept] * root)[0]
        return found

    whole = solve(np.ones(of.rows, dtype=bool))
    moved = [solve(clusters != one) - whole for one in np.unique(clusters)]
    errors: Floats = np.sqrt(np.sum(np.square(moved), axis=0))
    return errors[1:]


@pytest.mark.no_cover
@settings(max_examples=25)
@given(seed=SEEDS, weighted=st.booleans(), groups=st.integers(8, 120))
def test_clusters_are_left_out_one_at_a_time(seed: int, weighted: bool, groups: int) -> None:
    """The errors are those of regressions that leave each respondent out, all rows together."""
    x, y, weights = some_rows(seed, rows=150, columns=3, weighted=weighted)
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    clusters = np.random.default_rng(seed).integers(0, groups, size=150)
    _, codes = np.unique(clusters, return_inverse=True)
    of = design(x, y, weights)
    fitted = fit(of, codes.astype(np.intp))
    assert fitted.clusters == len(np.unique(clusters))
    np.testing.assert_allclose(in_points(of, fitted)[1], by_leaving_out(of, codes), rtol=1e-7)


@pytest.mark.no_cover
@settings(max_examples=25)
@given(seed=SEEDS, weighted=st.booleans())
def test_clusters_of_one_row_change_nothing(seed: int, weighted: bool) -> None:
    """Where each row is another respondent's, the clustered errors are the plain ones."""
    x, y, weights = some_rows(seed, weighted=weighted)
    of = design(x, y, weights)
    plain, clustered = fit(of), fit(of, np.random.default_rng(seed).permutation(200))
    np.testing.assert_allclose(clustered.covariance, plain.covariance, rtol=1e-8, atol=1e-14)


def test_many_rows_are_summed_block_by_block() -> None:
    """Clusters that reach over the ends of blocks, some of them over several, are kept whole."""
    random = np.random.default_rng(3)
    rows = 600_000
    x = random.normal(size=(rows, 3)) + np.linspace(0, 3, rows)[:, None]
    y = x @ [0.1, 0.2, 0.0] + random.normal(size=rows)
    ends = [5, 262_144, 262_145, 300_000, 310_000, 400_000]
    codes = np.searchsorted(ends, np.arange(rows), side="right")
    of = design(x, y)
    found = in_points(of, fit(of, codes))[1]
    np.testing.assert_allclose(found, by_leaving_out(of, codes), rtol=1e-8)


def test_columns_that_depend_on_each_other_do_no_harm_to_the_rest() -> None:
    """A duplicate, or a sum of others, is told, and the remaining column's figures stay."""
    x, y, _ = some_rows(5)
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    whole = fit(design(x, y))
    doubled = fit(design(np.column_stack([x, x[:, 1], x[:, 0] + x[:, 2]]), y))
    assert doubled.identified.tolist() == [False, False, False, True, False, False]
    assert whole.identified.all()
    assert doubled.freedom == whole.freedom
    assert doubled.r2 == pytest.approx(whole.r2)
    assert doubled.coefficients[3] == pytest.approx(whole.coefficients[3])
    assert doubled.covariance[3, 3] == pytest.approx(whole.covariance[3, 3])
    assert doubled.inflation[3] == pytest.approx(whole.inflation[3])


def test_a_row_that_alone_tells_something_adds_no_certainty() -> None:
    """A column that is 0 but for one row takes that row away, as if it had been left out."""
    x, y, _ = some_rows(6)
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    lonely = np.zeros(200)
    lonely[17] = 1
    without = np.arange(200) != 17
    of = design(np.column_stack([x, lonely]), y)
    rest = design(x[without], y[without])
    for clusters in (None, np.arange(200)):
        given_clusters = None if clusters is None else clusters[:199]
        found, expected = fit(of, clusters), fit(rest, given_clusters)
        np.testing.assert_allclose(in_points(of, found)[0][:4], in_points(rest, expected)[0])
        np.testing.assert_allclose(in_points(of, found)[1][:4], in_points(rest, expected)[1])


@pytest.mark.no_cover
@given(seed=SEEDS)
def test_order_decides_nothing(seed: int) -> None:
    """Columns and rows in another order give the same figures."""
    x, y, _ = some_rows(seed)
    random = np.random.default_rng(seed)
    columns, rows = random.permutation(4), random.permutation(200)
    plain, turned = fit(design(x, y)), fit(design(x[np.ix_(rows, columns)], y[rows]))
    np.testing.assert_allclose(turned.coefficients, plain.coefficients[columns], atol=1e-9)
    np.testing.assert_allclose(
        turned.covariance, plain.covariance[np.ix_(columns, columns)], atol=1e-9
    )


def test_moments_of_nothing_and_of_constants() -> None:
    """A blank column has no rows; a constant one has no spread, even where its mean is rounded."""
    assert moments(np.full(5, np.nan)).n == 0
    assert moments(np.full(7, 0.1)).spread == 0
    assert moments(np.full(7, 0.1), np.arange(1.0, 8.0)).spread == 0
    assert moments(np.array([1.0, np.nan, 3.0])).mean == 2
    assert moments(np.array([1.0, np.nan, 3.0]), np.array([3.0, 1.0, 1.0])).mean == 1.5
