"""Outcomes of two values, and of a few in order, by a logit and an ordered logit (SPEC 8)."""

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose
from numpy.typing import NDArray
from statsmodels.miscmodels.ordinal_model import OrderedModel

import cxjourney.wishes._effects._choice  # noqa: F401 - traced from its first line on
from cxjourney.errors import InvalidError
from cxjourney.wishes import Reason, WishMap, YesNo, items_by_prefix, map_wishes

Floats = NDArray[np.float64]
NAMES = ["seats", "food", "quiet"]


def rated(rows: int = 600, seed: int = 1) -> tuple[Floats, Floats]:
    """Return ratings that go together, and what is felt of two of them."""
    chance = np.random.default_rng(seed)
    felt = chance.normal(size=(rows, 3)) + chance.normal(size=(rows, 1))
    ratings = np.rint(3 + felt).clip(1, 5)
    latent = ratings @ np.array([0.8, 0.4, 0]) + chance.logistic(size=rows)
    return ratings, latent - np.median(latent)


def mapped(ratings: Floats, outcome: Any, **options: Any) -> WishMap:
    """Return the map of a survey."""
    columns: dict[str, Any] = dict(zip(NAMES, ratings.T, strict=True))
    columns |= {f"say_{name}": (ratings[:, 0] > 3).astype(float) for name in NAMES}
    columns |= {"outcome": outcome, **options.pop("columns", {})}
    items = items_by_prefix(NAMES, said="say_")
    return map_wishes(columns, outcome="outcome", items=items, statements=YesNo(), **options)


def figures(found: WishMap) -> tuple[Floats, Floats]:
    """Return the coefficients and their errors."""
    both = np.array([(one.coefficient, one.error) for one in found.values()], np.float64)
    return both[:, 0], both[:, 1]


def test_a_logit_gives_the_marginal_effects_of_statsmodels() -> None:
    """Promoters against the rest: effects in probability for one point of the rating."""
    ratings, latent = rated()
    promoters = latent > 1
    found = mapped(ratings, promoters, outcome_model="logit")
    fit = sm.Logit(promoters, sm.add_constant(ratings)).fit(disp=False, cov_type="HC1")
    effects = fit.get_margeff()
    coefficients, errors = figures(found)
    assert_allclose(coefficients, effects.margeff, atol=1e-7)
    assert_allclose(errors, effects.margeff_se, atol=1e-7)
    assert "average marginal effects of a logit" in str(found)
    assert found.to_dict()["outcome_model"] == "logit"
    assert found["seats"].classification.value.says is True
    assert found["quiet"].classification.value.says is not True


def test_a_logit_minds_who_answered_several_times() -> None:
    """With respondents the errors are those of clusters."""
    ratings, latent = rated(300)
    twice = np.tile(ratings, (2, 1))
    outcome, ids = np.tile(latent > 0, 2), np.tile(np.arange(300), 2)
    found = mapped(twice, outcome, outcome_model="logit", columns={"id": ids}, respondent="id")
    fit = sm.Logit(outcome, sm.add_constant(twice)).fit(
        disp=False, cov_type="cluster", cov_kwds={"groups": ids}
    )
    assert_allclose(figures(found)[1], fit.get_margeff().margeff_se, atol=1e-7)


def test_an_ordered_logit_is_that_of_statsmodels_on_the_latent_outcome() -> None:
    """Effects on an outcome of few values are coefficients over the latent outcome's spread."""
    ratings, latent = rated()
    outcome = np.digitize(latent, [-2, 0, 2]) + 1.0
    found = mapped(ratings, outcome, outcome_model="ordered")
    fit = OrderedModel(outcome, ratings, distr="logit").fit(method="bfgs", disp=False)
    slopes = np.asarray(fit.params)[:3]
    spread = np.sqrt(np.var(ratings @ slopes) + np.pi**2 / 3)
    coefficients, errors = figures(found)
    assert_allclose(coefficients, slopes / spread * outcome.std(), atol=1e-4)
    plain = np.sqrt(np.diag(fit.cov_params()))[:3] / spread * outcome.std()
    assert_allclose(errors, plain, rtol=0.15)
    assert "latent outcome of an ordered logit" in str(found)
    twice = mapped(
        np.tile(ratings, (2, 1)),
        np.tile(outcome, 2),
        outcome_model="ordered",
        columns={"id": np.tile(np.arange(600), 2)},
        respondent="id",
    )
    assert_allclose(figures(twice)[1], errors, rtol=0.01)


def test_too_few_of_the_rarer_outcome_tell_nothing() -> None:
    """Of a logit the rarer of the two outcomes counts as rows: thirty beyond the wishes."""
    ratings, latent = rated()
    rare = latent > np.sort(latent)[-30]
    found = mapped(ratings, rare, outcome_model="logit")
    assert found["seats"].classification.value.doubts == (Reason.FEW_ROWS,)


def parted(ratings: Floats) -> Floats:
    """Return an outcome that a rating determines."""
    outcome: Floats = (ratings[:, 0] > 3).astype(float)
    return outcome


@pytest.mark.parametrize(
    ("change", "options", "field"),
    [
        (lambda _, latent: latent, {"outcome_model": "logit"}, "outcome"),
        (lambda ratings, _: parted(ratings), {"outcome_model": "logit"}, "outcome"),
        (lambda _, latent: latent > 0, {"outcome_model": "probit"}, "model"),
        (
            lambda _, latent: latent > 0,
            {"outcome_model": "logit", "reliability": 0.9},
            "outcome_model",
        ),
    ],
)
def test_what_has_no_logit_is_refused(change: Any, options: Any, field: str) -> None:
    """An outcome is 0 and 1 and not determined; the model is known, and has no reliability."""
    ratings, latent = rated()
    with pytest.raises(InvalidError) as caught:
        mapped(ratings, change(ratings, latent), **options)
    assert caught.value.field == field


def test_ratings_that_determine_each_other_have_no_logit() -> None:
    """Two ratings that are one cannot be told apart by a logit either."""
    ratings, latent = rated()
    ratings[:, 1] = ratings[:, 0]
    with pytest.raises(InvalidError) as caught:
        mapped(ratings, latent > 0, outcome_model="logit")
    assert caught.value.field == "items"
