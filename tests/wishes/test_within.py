"""Effects within respondents who have several rows each, held against dummies by statsmodels."""

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose
from numpy.typing import NDArray

import cxjourney.wishes._effects._within  # noqa: F401 - traced from its first line on
from cxjourney.errors import InvalidError
from cxjourney.vocabulary import Lang
from cxjourney.wishes import Criteria, WishMap, YesNo, items_by_prefix, map_wishes

NAMES = ("seats", "food", "quiet")
EFFECTS = np.array([0.6, 0.3, 0.0])
Floats = NDArray[np.float64]
Columns = dict[str, Any]


def stacked(respondents: int = 40, *, seed: int = 1, style: float = 1.0) -> Columns:
    """Return two to five rows of each respondent, who has a level of ratings of their own."""
    chance = np.random.default_rng(seed)
    who = np.repeat(np.arange(respondents), chance.integers(2, 6, respondents))
    level = style * chance.normal(size=respondents)[who]
    ratings = chance.normal(size=(3, who.size)) + level
    outcome = EFFECTS @ (ratings - level) + 2 * level + chance.normal(size=who.size)
    said = {f"say_{name}": (chance.random(who.size) < 0.5).astype(float) for name in NAMES}
    columns = dict(zip(NAMES, ratings, strict=True))
    return {**columns, **said, "who": who, "likes": outcome, "old": level.round()}


def mapped(columns: Columns, **more: Any) -> WishMap:
    """Return the map of stacked answers, within respondents where nothing else is said."""
    asked = {"respondent": "who", "within": True, **more}
    items = items_by_prefix(NAMES, said="say_")
    return map_wishes(columns, outcome="likes", items=items, statements=YesNo(), **asked)


def effects_of(found: WishMap) -> tuple[Floats, Floats]:
    """Return the coefficients of a map, and their errors."""
    told = [(one.coefficient, one.error) for one in found.values()]
    coefficients, errors = np.array(told, np.float64).T
    return coefficients, errors


def dummies(columns: Columns, weights: Floats | None = None) -> tuple[Floats, Floats, Any]:
    """Return the effects by a mark for each respondent, how they err, and the regression.

    Errors are those of the jackknife that leaves out one respondent after the other.
    """
    who, y = columns["who"], columns["likes"]
    x = []
    for name in NAMES:
        blank = np.isnan(columns[name])
        x.append(np.where(blank, np.nanmean(columns[name]), columns[name]))
        if blank.any():
            x.append(1.0 - blank)
    marks = (who[:, None] == np.unique(who)).astype(float)
    table = np.column_stack([*x, marks])
    heavy = np.ones(y.size) if weights is None else weights
    whole = sm.WLS(y, table, weights=heavy).fit()
    places = [0]
    for name in NAMES[:-1]:
        places.append(places[-1] + 1 + int(np.isnan(columns[name]).any()))
    away = []
    for one in np.unique(who):
        left = who != one
        some = table[left][:, table[left].any(axis=0)]
        fitted = sm.WLS(y[left], some, weights=heavy[left]).fit()
        away.append(fitted.params[places] - whole.params[places])
    return whole.params[places], np.sqrt((np.array(away) ** 2).sum(axis=0)), whole


def test_effects_are_those_beside_a_mark_for_each_respondent() -> None:
    """Coefficients, errors, inflation and R2 are those of fixed effects."""
    columns = stacked()
    found = mapped(columns)
    coefficients, errors, whole = dummies(columns)
    assert_allclose(effects_of(found), (coefficients, errors), rtol=1e-7)
    alone = sm.OLS(columns["likes"], columns["who"][:, None] == np.unique(columns["who"])).fit()
    assert found.r2 == pytest.approx(1 - whole.ssr / alone.ssr)
    assert sum(one.lmg or 0 for one in found.values()) == pytest.approx(found.r2)
    assert found.within
    assert found.clusters == 40


def test_robustness_knows_how_many_means_were_taken_out() -> None:
    """The robustness value is that of the regression with the marks."""
    columns = stacked()
    coefficients, _, whole = dummies(columns)
    found = mapped(columns, criteria=Criteria(delta=0))
    f = np.abs(coefficients / whole.bse[:3]) / np.sqrt(whole.df_resid)
    expected = 2 * f / (np.sqrt(f * f + 4) + f)
    for one, robustness in zip(found.values(), expected.tolist(), strict=True):
        assert one.robustness == pytest.approx(robustness)


def test_blank_ratings_have_a_column_of_their_own_within_respondents() -> None:
    """Who used it is held constant, within respondents as between them."""
    columns = stacked()
    columns["food"] = np.where(np.arange(columns["who"].size) % 5 == 0, np.nan, columns["food"])
    found = mapped(columns)
    coefficients, errors, _ = dummies(columns)
    assert_allclose(effects_of(found), (coefficients, errors), rtol=1e-7)
    assert found["food"].n == int(np.count_nonzero(~np.isnan(columns["food"])))
    assert found["food"].mean == pytest.approx(np.nanmean(columns["food"]))


def test_weights_count_within_respondents() -> None:
    """Each respondent's mean is a weighted one."""
    columns = stacked()
    weights = np.random.default_rng(2).uniform(0.5, 2, columns["who"].size)
    found = mapped({**columns, "weight": weights}, weight="weight")
    coefficients, errors, _ = dummies(columns, weights)
    assert_allclose(effects_of(found), (coefficients, errors), rtol=1e-7)


def test_what_stays_the_same_in_a_respondent_changes_nothing() -> None:
    """A control, or a level of ratings and outcome, that each respondent has is taken out."""
    columns = stacked()
    found = mapped(columns)
    moved = {
        name: values + 10 * columns["old"] if name in {*NAMES, "likes"} else values
        for name, values in columns.items()
    }
    for other in (mapped(columns, controls=["old"]), mapped(moved)):
        for about in NAMES:
            assert other[about].coefficient == pytest.approx(found[about].coefficient)
            assert other[about].error == pytest.approx(found[about].error)


def test_respondents_of_a_single_row_tell_nothing_and_are_counted() -> None:
    """They are left out of the effects, with that reason, and change no effect."""
    columns = stacked()
    more = {name: np.append(values, values[:3]) for name, values in columns.items()}
    more["who"][-3:] = [1000, 1001, 1002]
    found, usual = mapped(more), mapped(columns)
    assert [(one.why.name, one.rows) for one in found.left_out] == [("NO_OTHER_ROW", 3)]
    assert found["food"].coefficient == pytest.approx(usual["food"].coefficient)
    assert found["food"].error == pytest.approx(usual["food"].error)


def test_a_rating_that_each_respondent_gives_always_alike_tells_nothing() -> None:
    """Its value stays open, for it hardly varies within respondents; so with the outcome."""
    columns = stacked()
    columns["quiet"] = 0.1 * columns["who"]
    found = mapped(columns)["quiet"]
    assert [one.name for one in found.classification.value.doubts] == ["HARDLY_VARIES"]
    assert found.coefficient is None
    constant = mapped({**columns, "likes": columns["old"]})["food"].classification.value
    assert [one.name for one in constant.doubts] == ["CONSTANT_OUTCOME"]


@pytest.mark.no_cover
def test_a_way_of_using_scales_raises_no_wish_within_respondents() -> None:
    """What rates everything high, the outcome too, makes a wish without effect look valuable."""
    columns = stacked(300)
    between = mapped(columns, within=False)["quiet"].classification.value
    inside = mapped(columns)["quiet"].classification.value
    assert between.says is True
    assert inside.says is not True
    assert inside.estimate == pytest.approx(0, abs=0.1)


@pytest.mark.no_cover
def test_intervals_within_respondents_hold_the_effects() -> None:
    """About 95 of 100 intervals of two errors hold the effect."""
    held = []
    for seed in range(60):
        found = mapped(stacked(60, seed=seed))
        for about, effect in zip(NAMES, EFFECTS, strict=True):
            one = found[about]
            assert one.coefficient is not None
            assert one.error is not None
            held.append(abs(one.coefficient - effect) < 2.05 * one.error)
    assert 0.91 < np.mean(held) < 0.99


@pytest.mark.parametrize(
    "more",
    [
        {"respondent": None},
        {"outcome_model": "ordered"},
        {"blank": "skipped"},
        {"reliability": 0.8},
        {"within": 1},
    ],
)
def test_what_does_not_go_with_effects_within_respondents_is_refused(more: Any) -> None:
    """It needs respondents, and takes neither another model nor a correction."""
    with pytest.raises(InvalidError) as caught:
        mapped(stacked(), **more)
    assert "within" in str(caught.value)


@pytest.mark.parametrize("lang", Lang)
def test_a_result_says_that_its_effects_are_within_respondents(lang: Lang) -> None:
    """Text, page and document say it."""
    found = mapped(stacked())
    words = {Lang.EN: "within respondents", Lang.ET: "vastaja sees", Lang.FI: "sisäisiä"}
    assert words[lang] in " ".join(found.explain(lang).split())
    assert words[lang] not in " ".join(mapped(stacked(), within=False).explain(lang).split())
    assert found.to_dict()["within_respondents"] is True
