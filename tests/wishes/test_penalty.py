"""Penalties and rewards, the importance-performance map, and intervals of shares."""

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose

from cxjourney.errors import InvalidError
from cxjourney.testing import World, generate_survey
from cxjourney.vocabulary import Lang
from cxjourney.wishes import (
    Factor,
    Item,
    PerformanceMap,
    Quadrant,
    importance_performance,
    items_by_prefix,
    johnson,
    lmg,
    map_wishes,
    penalty_reward,
    share_intervals,
)
from cxjourney.wishes._analyses._performance import WishPlace  # places of no survey

NAMES = ["basic", "plain", "exciting", "nothing"]


def columns(rows: int = 3000) -> dict[str, Any]:
    """Return a survey in which each wish acts in a way of its own."""
    chance = np.random.default_rng(1)
    rated = chance.integers(1, 6, (rows, 4)).astype(float)
    bad, good = rated <= 2, rated >= 5
    outcome = 5 - bad[:, 0] + 0.5 * (good[:, 1] * 1.0 - bad[:, 1]) + good[:, 2]
    table = dict(zip(NAMES, rated.T, strict=True))
    side = chance.normal(size=rows)
    noise = chance.normal(size=rows)
    return {**table, "outcome": outcome + side + noise, "side": side}


def contrasts(table: Any = None, **options: Any) -> tuple[Any, ...]:
    """Return the contrasts of a survey."""
    asked: dict[str, Any] = {
        "low": 2,
        "high": 5,
        "items": items_by_prefix(NAMES, said=None),
    } | options
    return penalty_reward(columns() if table is None else table, outcome="outcome", **asked)


def test_each_wish_is_of_its_factor() -> None:
    """A wish that only costs is basic, one that only brings excites, one of both performs."""
    factors = [one.factor for one in contrasts()]
    assert factors == [Factor.BASIC, Factor.PERFORMANCE, Factor.EXCITEMENT, Factor.UNCLEAR]


def test_contrasts_are_those_of_statsmodels() -> None:
    """Effects and robust errors are those of a regression on the marks by statsmodels (HC3)."""
    table = columns(400)
    marks = [mark for name in NAMES for mark in (table[name] <= 2, table[name] >= 5)]
    design = sm.add_constant(np.column_stack([*marks, table["side"]]).astype(float))
    fit = sm.OLS(table["outcome"], design).fit(cov_type="HC3")
    found = contrasts(table, controls=["side"])
    assert_allclose([one.penalty for one in found], fit.params[1:9:2], atol=1e-9)
    assert_allclose([one.reward for one in found], fit.params[2:9:2], atol=1e-9)
    assert_allclose([one.penalty_interval.low for one in found], fit.conf_int()[1:9:2, 0])
    both = fit.t_test(np.eye(10)[1] + np.eye(10)[2])
    assert found[0].asymmetry == pytest.approx(float(both.effect[0]))
    assert found[0].asymmetry_interval.high == pytest.approx(both.conf_int()[0, 1])


def test_blank_ratings_and_outcomes_are_left_out() -> None:
    """A row without an outcome tells nothing; a blank rating is no bad one."""
    table = columns(900)
    table["basic"][::7] = np.nan
    table["outcome"][::11] = np.nan
    assert contrasts(table)[0].penalty == pytest.approx(-1, abs=0.3)


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"low": 5}, "low"),
        ({"low": "bad"}, "low"),
        ({"low": 4.5}, "low, high"),
        ({"low": 0.5}, "low, high"),
        ({"high": 6}, "low, high"),
        ({"items": [Item("basic", rating=None, said=None)]}, "items"),
        ({"table": columns(20)}, "table"),
    ],
)
def test_what_has_no_contrasts_is_refused(options: Any, field: str) -> None:
    """Limits need ratings on either side and between, wishes ratings, and tables rows."""
    with pytest.raises(InvalidError) as caught:
        contrasts(**options)
    assert caught.value.field == field


def test_the_performance_map_divides_at_the_means() -> None:
    """Each wish stands by its effect and its mean rating against those of all, and is drawn so."""
    survey = generate_survey(World.BASE, customers=500, seed=1, wishes=6)
    found = map_wishes(
        survey.columns,
        outcome=survey.outcome,
        items=survey.items,
        statements=survey.statements,
    )
    drawn = importance_performance(found, rating_range=(1, 5))
    ratings = survey.columns["wish_01"][~np.isnan(survey.columns["satisfaction"])]
    assert drawn.standings[0].performance == pytest.approx((np.nanmean(ratings) - 1) * 25)
    assert drawn.importance == pytest.approx(np.mean([one.importance for one in drawn.standings]))
    for one in drawn.standings:
        above = (one.importance >= drawn.importance, one.performance >= drawn.performance)
        assert (
            above
            == {
                Quadrant.CONCENTRATE: (True, False),
                Quadrant.KEEP_UP: (True, True),
                Quadrant.LOW_PRIORITY: (False, False),
                Quadrant.OVERKILL: (False, True),
            }[one.quadrant]
        )
    assert len(drawn.to_rows()) == 6
    assert repr(drawn) == "<PerformanceMap of 6 wishes>"
    axes = drawn.plot()
    assert len(axes.texts) == 6 + len(Quadrant)
    assert drawn.plot(axes, Lang.ET) is axes
    assert axes.get_ylabel().startswith("Tähtsus: mõju tulemusnäitajale,\n")


def test_a_performance_map_prints_the_most_important_first() -> None:
    """It tells in each language where each wish stands, and where the map is divided."""
    places = (
        WishPlace("food", 0.0515, 80, Quadrant.OVERKILL),
        WishPlace("seats", 0.2, 60, Quadrant.CONCENTRATE),
    )
    found = PerformanceMap("score", places, 0.12575, 70)
    lines = str(found).splitlines()
    assert lines[0] == "Wishes judged by the outcome: score"
    assert [line.split()[0] for line in lines[1:4]] == ["wish", "seats", "food"]
    assert lines[2].endswith("concentrate here")
    assert "0,200" in found.explain(Lang.FI)
    document = found.to_dict()
    assert document["outcome"] == "score"
    assert document["findings"] == found.to_rows()


@pytest.mark.parametrize(("rating_range", "field"), [((5, 1), "rating_range"), ((1, 5), "found")])
def test_a_performance_map_needs_a_range_and_effects(rating_range: Any, field: str) -> None:
    """The range has two ends, and some wish an effect."""
    survey = generate_survey(World.BASE, customers=20, seed=1, wishes=3)
    found = map_wishes(
        survey.columns,
        outcome=survey.outcome,
        items=survey.items,
        statements=survey.statements,
    )
    with pytest.raises(InvalidError) as caught:
        importance_performance(found, rating_range=rating_range)
    assert caught.value.field == field


def table(seed: int, rows: int = 200) -> tuple[Any, Any]:
    """Return three drivers that go together, and an outcome."""
    chance = np.random.default_rng(seed)
    x = chance.normal(size=(rows, 3)) + 0.7 * chance.normal(size=(rows, 1))
    return x, x @ [0.5, 0.3, 0.1] + chance.normal(size=rows)


@pytest.mark.no_cover
def test_intervals_of_shares_hold_the_true_ones() -> None:
    """The shares of the population lie in about 95 of 100 intervals."""
    true = lmg(*table(0, 200_000))
    found = [share_intervals(*table(seed), draws=200) for seed in range(1, 26)]
    held = [(one.low <= true) & (true <= one.high) for one in found]
    assert 0.89 < np.mean(held) <= 1


def test_intervals_go_by_respondents_and_seed() -> None:
    """Rows of one respondent are drawn together; a seed gives the same intervals again."""
    x, y = table(1)
    told: list[int] = []
    once = share_intervals(x, y, draws=100, progress=lambda _, done, __: told.append(done))
    again = share_intervals(x, y, draws=100)
    assert once.low.tolist() == again.low.tolist()
    assert told == list(range(1, 101))
    assert repr(once) == "<ShareIntervals of 3 drivers>"
    ids = np.repeat(np.arange(50), 4)
    twice = np.repeat(np.arange(50), 4)
    wide = share_intervals(x[twice], y[twice], respondents=ids, draws=100, measure=johnson)
    narrow = share_intervals(x[twice], y[twice], draws=100, measure=johnson)
    assert (wide.errors > narrow.errors).all()


def test_a_draw_without_variation_is_drawn_again() -> None:
    """A column that hardly varies is constant in some draws; those are not counted."""
    x, y = table(2, rows=30)
    x[:, 0] = np.arange(30) == 7
    assert np.isfinite(share_intervals(x, y, draws=100).high).all()


@pytest.mark.parametrize("options", [{"draws": 99}, {"seed": -1}, {"respondents": [1, 2]}])
def test_wrong_draws_are_refused(options: Any) -> None:
    """Draws are a hundred or more, a seed is not negative, and each row has a respondent."""
    with pytest.raises(InvalidError):
        share_intervals(*table(1), **options)
