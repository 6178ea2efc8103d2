"""Shares and effective numbers of answers, against statsmodels and the cases that are known."""

import math
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.wishes import ConstantSum, Item, Mentions, StatementForm, YesNo
from tests.wishes.tables import asking, left_out, read

ITEMS = [Item("x", None, "x"), Item("rest", None, "rest")]


def heard(
    form: StatementForm, said: Any, rest: Any, weights: Any = None, ids: Any = None, **more: Any
) -> Any:
    """Return what two wishes' statements say in a form."""
    given = {"weight": weights, "respondent": ids}
    table = {"y": np.zeros(len(said)), "x": said, "rest": rest, **given, **more}
    columns = {name: column for name, column in table.items() if column is not None}
    named: dict[str, Any] = {name: name for name in given if name in columns}
    return form.measure(read(columns, asking("y", ITEMS, form, **named)), ITEMS)


def divided(parts: Any, weights: Any = None, ids: Any = None) -> Any:
    """Return what a wish says that gets these parts of each row's points."""
    return heard(
        ConstantSum(), np.asarray(parts, float), 1 - np.asarray(parts, float), weights, ids
    )


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
    found = divided(said, weights, codes if clustered else None)
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
    found = heard(YesNo(), answers, answers)
    assert math.isclose(found.effective[0], len(answers), rel_tol=1e-12)
    assert found.n.tolist() == [len(answers)] * 2


@pytest.mark.no_cover
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.integers(1, 30))
def test_one_respondent_is_one_answer(said: list[float], rows: int) -> None:
    """However many rows one respondent fills in, and whatever with, they are one respondent."""
    assert math.isclose(divided(said, ids=["r"] * len(said)).effective[0], 1)
    assert math.isclose(divided([said[0]] * rows, ids=["r"] * rows).effective[0], 1)


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
    sizes = np.bincount(codes, weights)
    kish = sizes.sum() ** 2 / (sizes**2).sum()
    assert math.isclose(divided(np.full(len(rows), level), weights, codes).effective[0], kish)


@pytest.mark.no_cover
@pytest.mark.parametrize("seed", range(30))
def test_a_share_is_never_more_than_all(seed: int) -> None:
    """Rounding of weights does not make a share of those who all say it more than 1."""
    weights = np.random.default_rng(seed).random(100)
    assert 1 - 1e-12 < heard(YesNo(), np.ones(100), np.ones(100), weights).share[0] <= 1


def test_nobody_is_no_respondent() -> None:
    """Among no rows there is nobody, and no share."""
    found = heard(YesNo(), [None, None], [None, None])
    assert np.isnan(found.share).all()
    assert found.effective.tolist() == [0, 0]
    assert found.n.tolist() == [0, 0]
    assert left_out(found) == [("NO_ANSWER", 2)]
    weightless = heard(YesNo(), [1, None], [None, 1], weights=[0, 1])
    assert (weightless.effective.tolist(), weightless.n.tolist()) == ([0, 1], [0, 1])


def test_a_wish_that_nobody_says_is_known_by_how_many_did_not() -> None:
    """A share of 0 is no less sure because others are said: their mean varies, it does not."""
    found = heard(Mentions("spoke"), [0, 0, 0, 0], [1, 0, 1, 0], spoke=[1, 1, 1, 1])
    assert (found.share[0], found.effective[0]) == (0, 4)


def test_the_contrast_with_the_others_gives_the_variance_but_not_the_share() -> None:
    """The share is of what was said, its uncertainty that of what was said beyond the mean."""
    found = heard(Mentions("spoke"), [1, 0, 0, 1], [0, 0, 0, 0], spoke=[1, 1, 1, 1])
    assert (found.share[0], found.effective[0]) == (0.5, 16)


def test_rows_of_weight_zero_do_not_answer() -> None:
    """Whoever weighs nothing is not counted."""
    found = heard(YesNo(), [1, 1, 0], [1, 1, 0], weights=[1.5, 0, 1.5])
    assert (found.share[0], found.n[0]) == (0.5, 2)
    assert math.isclose(found.effective[0], 2)
