"""Noise in ratings, and ratings that were skipped: what correcting for them gives back (SPEC 8)."""

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from cxjourney.errors import InvalidError
from cxjourney.wishes import (
    Criteria,
    Reason,
    WishMap,
    YesNo,
    cronbach_alpha,
    items_by_prefix,
    map_wishes,
)
from cxjourney.wishes._effects._drivers import Rated, regress  # a fit, of which a map tells a part
from cxjourney.wishes._effects._regression import Fit  # as above
from cxjourney.wishes._effects._skipped import complete  # as above

Floats = NDArray[np.float64]
LOOSE = Criteria(min_freedom=1, min_varied=0)
SLOPES = np.array([0.4, 0, 0.3, 0])


def truth(rows: int, seed: int = 1, together: float = 0.5) -> tuple[Floats, Floats]:
    """Return fulfilments that go together, and an outcome that two of the four act on."""
    chance = np.random.default_rng(seed)
    common = chance.normal(size=(rows, 1))
    own = chance.normal(size=(rows, SLOPES.size))
    felt = np.sqrt(together) * common + np.sqrt(1 - together) * own
    return felt, felt @ SLOPES + chance.normal(size=rows)


def fitted(ratings: Floats, outcome: Floats, **options: Any) -> Fit:
    """Return the regression of an outcome on ratings."""
    found = regress(Rated(list(ratings.T), outcome, **options), LOOSE).fit
    assert found is not None
    return found


def noisy(felt: Floats, reliability: float, seed: int = 2) -> Floats:
    """Return ratings of that reliability."""
    chance = np.random.default_rng(seed)
    noise: Floats = np.sqrt(1 / reliability - 1) * chance.normal(size=felt.shape)
    return felt + noise


def test_a_reliability_gives_the_effects_without_noise_back() -> None:
    """Of noisy ratings the corrected effects and shares are those of the fulfilments themselves."""
    felt, outcome = truth(100_000)
    whole = fitted(felt, outcome)
    ratings = noisy(felt, 0.65)
    raw = fitted(ratings, outcome)
    assert raw.coefficients[1] > 0.04
    corrected = fitted(ratings, outcome, reliability=np.full(4, 0.65))
    assert_allclose(corrected.coefficients, whole.coefficients, atol=0.015)
    assert_allclose(corrected.correlations, whole.correlations, atol=0.015)
    assert corrected.r2 == pytest.approx(whole.r2, abs=0.01)
    assert (corrected.covariance.diagonal() > raw.covariance.diagonal()).all()


def test_one_driver_is_divided_by_the_root_of_its_reliability() -> None:
    """With one driver it is Spearman's correction for attenuation (1904)."""
    felt, outcome = truth(400)
    plain = fitted(felt[:, :1], outcome)
    corrected = fitted(felt[:, :1], outcome, reliability=np.array([0.8]))
    assert corrected.coefficients[0] == pytest.approx(plain.coefficients[0] / 0.8**0.5)
    assert corrected.r2 == pytest.approx(plain.r2 / 0.8)
    assert corrected.inflation[0] == pytest.approx(1)


def test_a_reliability_of_one_changes_nothing() -> None:
    """Ratings without noise give what they give without a word on noise."""
    felt, outcome = truth(200)
    plain, corrected = fitted(felt, outcome), fitted(felt, outcome, reliability=np.ones(4))
    assert corrected.coefficients.tolist() == plain.coefficients.tolist()
    assert corrected.covariance.tolist() == plain.covariance.tolist()


@pytest.mark.parametrize("clustered", [False, True])
def test_corrected_errors_near_those_of_no_noise_as_it_goes(clustered: bool) -> None:
    """With next to no noise the scores of the rows give the errors of HC3, and of clusters."""
    felt, outcome = truth(600)
    options: dict[str, Any] = {"weights": np.tile([0.5, 1.5], 300)}
    if clustered:
        options["clusters"] = np.repeat(np.arange(200), 3)
    plain = fitted(felt, outcome, **options)
    corrected = fitted(felt, outcome, reliability=np.full(4, 1 - 1e-9), **options)
    assert_allclose(corrected.coefficients, plain.coefficients, atol=1e-6)
    errors = np.sqrt(corrected.covariance.diagonal() / plain.covariance.diagonal())
    assert_allclose(errors, 1, atol=0.02)


@pytest.mark.no_cover
@pytest.mark.parametrize("skipped", [0.0, 0.3])
def test_corrected_intervals_hold_the_truth(skipped: float) -> None:
    """An interval of two standard errors holds the effect about 95 times in 100."""
    away = []
    for seed in range(60):
        felt, outcome = truth(400, seed)
        ratings = noisy(felt, 0.7, seed)
        ratings[np.random.default_rng(seed).random(ratings.shape) < skipped] = np.nan
        options: dict[str, Any] = {"reliability": np.full(4, 0.7), "skipped": True}
        found = fitted(ratings, outcome, **options)
        spread = np.sqrt(1 + SLOPES @ SLOPES * 0.5 + 0.5 * SLOPES.sum() ** 2)
        away.append((found.coefficients - SLOPES / spread) / np.sqrt(found.covariance.diagonal()))
    assert 0.91 < np.mean(np.abs(away) < 1.96) < 0.99
    assert abs(np.mean(away)) < 0.25


def test_what_correlates_more_than_it_can_is_refused() -> None:
    """Two ratings that are one and the same cannot be half noise."""
    felt, outcome = truth(300)
    twice = np.column_stack([felt[:, 0], felt[:, 0] + 0.01 * felt[:, 1]])
    with pytest.raises(InvalidError) as caught:
        fitted(twice, outcome, reliability=np.full(2, 0.5))
    assert caught.value.field == "reliability"


def test_skipped_ratings_give_the_effects_of_whole_ones_back() -> None:
    """Where a third of the ratings is skipped by chance, effects are those of all of them."""
    felt, outcome = truth(50_000)
    whole = fitted(felt, outcome)
    holes = np.where(np.random.default_rng(3).random(felt.shape) < 0.3, np.nan, felt)
    unused, skipped = fitted(holes, outcome), fitted(holes, outcome, skipped=True)
    assert unused.coefficients[1] > 0.03
    assert_allclose(skipped.coefficients, whole.coefficients, atol=0.015)
    assert_allclose(skipped.correlations, whole.correlations, atol=0.015)


def test_blanks_are_filled_with_conditional_means() -> None:
    """Of two columns, one whole, the filled values lie on the line of least squares."""
    felt, _ = truth(500)
    whole, holed = felt[:, 0], felt[:, 1].copy()
    holed[::3] = np.nan
    found = complete([whole, holed])
    filled = ~np.isnan(holed)
    line = np.polyfit(whole[filled], holed[filled], 1)
    assert_allclose(found.columns[1][~filled], np.polyval(line, whole[~filled]), atol=1e-2)
    assert found.columns[1][filled].tolist() == holed[filled].tolist()
    assert found.of[1].n == filled.sum()
    assert found.of[0].mean == pytest.approx(whole.mean(), abs=1e-9)


def test_weights_count_as_so_many_rows() -> None:
    """Filled by weights of two, blanks get what they get where each row stands twice."""
    felt, _ = truth(120)
    holes = np.where(np.random.default_rng(4).random(felt.shape) < 0.2, np.nan, felt)
    double = np.arange(120) < 60
    weighed = complete(list(holes.T), np.where(double, 2.0, 1.0))
    twice = complete(list(np.vstack([holes, holes[double]]).T))
    assert_allclose(weighed.correlations, twice.correlations, atol=1e-6)
    assert_allclose(np.array(weighed.columns), np.array(twice.columns)[:, :120], atol=1e-6)


def test_blanks_that_count_as_not_used_are_weighed() -> None:
    """With a weight of two, a row that leaves ratings blank counts as it does where it is twice."""
    felt, outcome = truth(120)
    holes = np.where(np.random.default_rng(4).random(felt.shape) < 0.2, np.nan, felt)
    double = np.arange(120) < 60
    weighed = fitted(holes, outcome, weights=np.where(double, 2.0, 1.0))
    twice = fitted(np.vstack([holes, holes[double]]), np.append(outcome, outcome[double]))
    assert_allclose(weighed.coefficients, twice.coefficients, atol=1e-9)


def survey(rows: int = 800, **options: Any) -> WishMap:
    """Return the map of a survey whose ratings are noisy and often blank."""
    felt, outcome = truth(rows)
    holes = noisy(felt, 0.8)
    holes[np.random.default_rng(5).random(holes.shape) < 0.25] = np.nan
    names = ["one", "two", "three", "four"]
    columns = dict(zip(names, holes.T, strict=True))
    columns |= {f"say_{name}": (holes[:, 0] > 0).astype(float) for name in names}
    columns["outcome"] = outcome
    items = items_by_prefix(names, said="say_")
    return map_wishes(columns, outcome="outcome", items=items, statements=YesNo(), **options)


def test_a_map_says_how_it_took_blanks_and_noise() -> None:
    """The table and the document tell the share of blanks, what they count as, and of noise."""
    plain, told = survey(), survey(blank="skipped", reliability={"one": 0.8, "two": 0.9})
    assert plain.blank == pytest.approx(0.25, abs=0.02)
    assert "blank ratings count as not used" in str(plain)
    assert "noise in the ratings is not corrected for" in str(plain)
    assert "blank ratings count as skipped" in str(told)
    assert "noise in the ratings is corrected for" in str(told)
    assert [one.reliability for one in told.values()] == [0.8, 0.9, 1.0, 1.0]
    assert plain.to_dict()["blank_means"] == "unused"
    assert told.to_dict()["findings"][0]["reliability"] == 0.8
    effects = [one.classification.value.estimate or 0 for one in told.values()]
    assert effects[1] < (plain["two"].classification.value.estimate or 0)
    assert told["one"].n == plain["one"].n
    assert survey(reliability=0.9)["four"].reliability == 0.9


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"blank": "zero"}, "blank"),
        ({"reliability": 0.0}, "reliability"),
        ({"reliability": 1.1}, "reliability"),
        ({"reliability": "high"}, "reliability"),
        ({"reliability": {"five": 0.8}}, "reliability"),
    ],
)
def test_wrong_ways_to_take_blanks_and_noise_are_refused(options: Any, field: str) -> None:
    """A blank is unused or skipped; a reliability is a share, of one of the wishes."""
    with pytest.raises(InvalidError) as caught:
        survey(**options)
    assert caught.value.field == field


def test_a_fragile_verdict_says_so() -> None:
    """A verdict that a weak hidden cause overturns is noted, unless the limit is lower."""
    found = survey(20_000, criteria=Criteria(min_robustness=0.99))
    told = found["one"].classification
    assert told.decision is not None
    assert Reason.FRAGILE in told.notes
    assert "a hidden cause, or a control that was left out" in told.explain()
    kept = survey(20_000, criteria=Criteria(min_robustness=0))["one"].classification
    assert Reason.FRAGILE not in kept.notes


def test_alpha_is_that_of_its_formula() -> None:
    """Two parallel questions give Spearman and Brown's 2 r / (1 + r); blanks leave a row out."""
    chance = np.random.default_rng(6)
    one, other = chance.normal(size=(2, 300))
    table = np.column_stack([one + other, one - other])
    table /= table.std(axis=0)
    r = float(np.corrcoef(table, rowvar=False)[0, 1])
    assert cronbach_alpha(table) == pytest.approx(2 * r / (1 + r))
    assert cronbach_alpha(np.vstack([table, [np.nan, 1]])) == pytest.approx(2 * r / (1 + r))


@pytest.mark.parametrize("ratings", [[[1], [2]], [[1, 2]], [[1, 2], [2, 1]], [["a", "b"]], [1, 2]])
def test_alpha_needs_several_questions_whose_sums_vary(ratings: Any) -> None:
    """One question, one row, sums that are all alike and texts have no alpha."""
    with pytest.raises(InvalidError):
        cronbach_alpha(ratings)
