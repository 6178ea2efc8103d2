"""Shares and effective numbers of answers, against statsmodels and the cases that are known."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.wishes._findings import Unused
from cxjourney.wishes._survey._intake import Sheet
from cxjourney.wishes._survey._shares import Answers, Statements, count_respondents, weigh
from tests.wishes.drivers import Floats

WHY = Unused.NO_ANSWER


def weigh_one(sheet: Sheet, said: Floats, contrast: Floats | None = None) -> Statements:
    """Return the share of one wish that every row answered about."""
    everybody = np.ones(sheet.rows, np.bool_)
    return weigh(sheet, [Answers(said, everybody, contrast)], 0.5, WHY)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("clustered", [True, False])
def test_the_variance_is_that_of_a_robust_regression_on_a_constant(
    seed: int, *, clustered: bool
) -> None:
    """Statsmodels' sandwich without small-sample corrections gives the same variance."""
    random = np.random.default_rng(seed)
    n = 200
    said, weights = random.random(n) ** 2, random.random(n)
    codes = random.integers(0, 40, n) if clustered else np.arange(n)
    clusters = 40 if clustered else n
    sheet = Sheet(n, {}, weights, codes if clustered else None, clusters)
    found = weigh_one(sheet, said)
    fit = sm.WLS(said, np.ones(n), weights=weights).fit(
        cov_type="cluster", cov_kwds={"groups": codes, "use_correction": False}
    )
    share, effective = found.share[0], found.effective[0]
    assert math.isclose(share, fit.params[0], rel_tol=1e-12)
    assert math.isclose(share * (1 - share) / effective, fit.cov_params()[0, 0], rel_tol=1e-10)


@pytest.mark.no_cover
@given(st.lists(st.booleans(), min_size=1, max_size=50))
def test_without_weights_and_clusters_yes_and_no_count_one_each(answers: list[bool]) -> None:
    """The effective number of plain answers is their number."""
    found = weigh_one(Sheet(len(answers), {}), np.array(answers, float))
    assert math.isclose(found.effective[0], len(answers), rel_tol=1e-12)
    assert found.n.tolist() == [len(answers)]


@pytest.mark.no_cover
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.integers(1, 30))
def test_one_respondent_is_one_answer(said: list[float], rows: int) -> None:
    """However many rows one respondent fills in, and whatever with, they are one respondent."""
    sheet = Sheet(len(said), {}, None, np.zeros(len(said), np.intp), 1)
    assert math.isclose(weigh_one(sheet, np.array(said)).effective[0], 1)
    same = Sheet(rows, {}, None, np.zeros(rows, np.intp), 1)
    assert math.isclose(weigh_one(same, np.full(rows, said[0])).effective[0], 1)


@pytest.mark.no_cover
@given(
    st.floats(0, 1),
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5)), min_size=1, max_size=20),
)
def test_answers_that_do_not_vary_count_as_many_as_respondents(
    level: float, rows: list[tuple[int, int]]
) -> None:
    """Where there is no variance, Kish's number of respondents stands in for it."""
    codes, weights = (np.array(of) for of in zip(*rows, strict=True))
    _, codes = np.unique(codes, return_inverse=True)
    sheet = Sheet(len(rows), {}, weights / weights.mean(), codes, int(codes.max()) + 1)
    sizes = np.bincount(codes, weights)
    kish = sizes.sum() ** 2 / (sizes**2).sum()
    assert math.isclose(weigh_one(sheet, np.full(len(rows), level)).effective[0], kish)
    assert math.isclose(count_respondents(sheet, np.ones(len(rows), np.bool_)), kish)


@pytest.mark.parametrize("seed", range(30))
def test_a_share_is_never_more_than_all(seed: int) -> None:
    """Rounding of weights does not make a share of those who all say it more than 1."""
    weights = np.random.default_rng(seed).random(100)
    assert 1 - 1e-12 < weigh_one(Sheet(100, {}, weights), np.ones(100)).share[0] <= 1


def test_nobody_is_no_respondent() -> None:
    """Among no rows there is nobody, and no share."""
    sheet = Sheet(2, {})
    nobody = np.zeros(2, np.bool_)
    assert count_respondents(sheet, nobody) == 0
    found = weigh(sheet, [Answers(np.ones(2), nobody), None], 0.5, WHY)
    assert np.isnan(found.share).all()
    assert found.effective.tolist() == [0, 0]
    assert found.n.tolist() == [0, 0]
    assert [(one.why, one.rows) for one in found.left_out] == [(WHY, 2)]


def test_a_wish_that_nobody_says_is_known_by_how_many_did_not() -> None:
    """A share of 0 is no less sure because others are said: its contrast varies, it does not."""
    contrast = np.array([-0.5, 0, -0.5, 0])
    found = weigh_one(Sheet(4, {}), np.zeros(4), contrast)
    assert (found.share[0], found.effective[0]) == (0, 4)


def test_a_contrast_gives_the_variance_but_not_the_share() -> None:
    """The share is of what was said, its uncertainty that of the contrast."""
    said, contrast = np.array([1.0, 0, 0, 1]), np.array([0.5, 0, 0, 0.5])
    found = weigh_one(Sheet(4, {}), said, contrast)
    assert (found.share[0], found.effective[0]) == (0.5, 16)


def test_rows_of_weight_zero_do_not_answer() -> None:
    """Whoever weighs nothing is not counted."""
    sheet = Sheet(3, {}, np.array([1.5, 0, 1.5]))
    found = weigh_one(sheet, np.array([1.0, 1, 0]))
    assert (found.share[0], found.n[0]) == (0.5, 2)
    assert math.isclose(found.effective[0], 2)


def test_no_items_give_no_shares() -> None:
    """Nothing asked, nothing heard."""
    found = weigh(Sheet(1, {}), [], 0.5, WHY)
    assert (found.share.size, found.effective.size, found.n.size) == (0, 0, 0)
