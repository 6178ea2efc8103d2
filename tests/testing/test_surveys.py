"""Generated surveys ask the population they tell of, and what they call true of it is."""

import csv
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cxjourney.errors import InvalidError
from cxjourney.testing import GeneratedSurvey, World, generate_survey
from cxjourney.wishes import Mentions, Ratings

MANY, WISHES = 60_000, 6
TO_SEVEN = {
    World.FEW_VALUABLE,
    World.NONE_VALUABLE,
    World.RATING_STYLES,
    World.NON_LINEAR,
    World.HEAVY_TAILS,
}
ALIKE = [world for world in World if world not in {World.RATING_STYLES, World.CONFOUNDED}]


@cache
def asked(world: World, seed: int, customers: int = 100) -> GeneratedSurvey:
    """Return a survey of a few wishes."""
    return generate_survey(world, customers=customers, seed=seed, wishes=WISHES)


def fulfilment(survey: GeneratedSurvey) -> NDArray[np.float64]:
    """Return the ratings, a column a wish."""
    return np.column_stack([survey.columns[about] for about in survey.truth])


def statements(survey: GeneratedSurvey) -> NDArray[np.float64]:
    """Return the statements that count, a column a wish."""
    said = np.column_stack([survey.columns[f"say_{about}"] for about in survey.truth])
    if isinstance(survey.statements, Mentions):
        said = said[np.flatnonzero(survey.columns["commented"])]
    return said


def least_squares(survey: GeneratedSurvey) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the partial effects in standard deviations, and what bounds their bias.

    Blanks stand at the mean, beside a column that tells which rows are filled. The bound is the
    spread of what is left of the outcome over that of what is left of the fulfilment.
    """
    answered = ~np.isnan(survey.columns[survey.outcome])
    outcome = survey.columns[survey.outcome][answered]
    rated = fulfilment(survey)[answered]
    filled = np.nan_to_num(rated - np.nanmean(rated, axis=0))
    drivers = np.column_stack([filled, ~np.isnan(rated), np.ones(len(rated))])
    inverse = np.linalg.inv(drivers.T @ drivers / len(rated))
    slopes = inverse @ drivers.T @ outcome / len(rated)
    left = (outcome - drivers @ slopes).std()
    scale = np.nanstd(rated, axis=0) / outcome.std()
    return slopes[:WISHES] * scale, left * np.sqrt(np.diag(inverse)[:WISHES]) * scale


@pytest.mark.parametrize("world", list(World))
@pytest.mark.parametrize("customers", [1, 2, 40])
def test_a_survey_is_a_table_of_answers_on_their_scales(world: World, customers: int) -> None:
    """Every column has a row a customer, and holds nothing but answers or blanks."""
    survey = asked(world, 1, customers)
    assert {column.shape for column in survey.columns.values()} == {(customers,)}
    facts: Any = (survey.truth, survey.effects, survey.shares, survey.hidden)
    names = [item.wish.about for item in survey.items]
    assert len(names) == WISHES
    assert all(list(one) == names for one in facts)
    ratings = {1, 2, 3, 4, 5}
    for item in survey.items:
        said = survey.columns[str(item.said)]
        asked_for = ratings if survey.statements == Ratings() else {0, 1}
        assert set(said[~np.isnan(said)]) <= asked_for
        rated = survey.columns[str(item.rating)]
        assert set(rated[~np.isnan(rated)]) <= ratings
    outcome = survey.columns[survey.outcome]
    assert set(outcome[~np.isnan(outcome)]) <= set(range(1, 8) if world in TO_SEVEN else range(11))


@pytest.mark.parametrize("world", list(World))
def test_a_seed_draws_one_survey_of_one_population(world: World) -> None:
    """The same arguments give the same survey; a larger one asks the same population."""
    once = asked(world, 1, 30)
    again = generate_survey(world, customers=30, seed=1, wishes=WISHES)
    larger, other = asked(world, 1, 31), asked(world, 2, 30)
    for name, column in once.columns.items():
        np.testing.assert_array_equal(column, again.columns[name])
    outcomes = {tuple(one.columns[one.outcome][:20]) for one in (once, larger, other)}
    assert len(outcomes) == 3
    assert (once.truth, once.effects, once.hidden) == (larger.truth, larger.effects, larger.hidden)
    assert once.shares == larger.shares
    assert once.shares != other.shares


def test_a_survey_has_as_many_wishes_as_asked_for() -> None:
    """There may be two wishes, or more."""
    assert len(generate_survey(World.HALO, customers=1, seed=1, wishes=2).items) == 2


@pytest.mark.parametrize("world", ALIKE)
def test_effects_are_those_that_a_very_large_survey_finds(world: World) -> None:
    """Least squares on sixty thousand customers finds the effects, within five errors."""
    survey = asked(world, 1, MANY)
    found, spread = least_squares(survey)
    effects = np.array(list(survey.effects.values()))
    assert np.all(np.abs(found - effects) < 5 * spread / np.sqrt(MANY))


def test_a_hidden_cause_biases_effects_by_as_much_as_its_strength_says() -> None:
    """Least squares without it errs by the formula of Cinelli and Hazlett (2020) for it."""
    survey = asked(World.CONFOUNDED, 1, MANY)
    found, spread = least_squares(survey)
    effects, strength = (np.array(list(one.values())) for one in (survey.effects, survey.hidden))
    expected = strength / np.sqrt(1 - strength) * spread
    bias = np.abs(found - effects)
    assert np.all(np.abs(bias - expected) < 5 * spread / np.sqrt(MANY))
    assert np.sort(expected)[-WISHES // 3 :].min() > 0.05


def test_ways_of_rating_stand_between_fulfilment_and_ratings() -> None:
    """Ways of rating raise every correlation of ratings, and effects are not what they seem."""
    survey = asked(World.RATING_STYLES, 1, MANY)
    found, spread = least_squares(survey)
    effects = np.array(list(survey.effects.values()))
    assert np.abs(found - effects).max() > 5 * spread.max() / np.sqrt(MANY)
    assert correlation(survey) > correlation(asked(World.BASE, 1, MANY)) + 0.05


def correlation(survey: GeneratedSurvey) -> float:
    """Return the mean correlation of the fulfilments, over the rows that have all."""
    rated = fulfilment(survey)
    among: NDArray[np.float64] = np.atleast_2d(
        np.corrcoef(rated[~np.isnan(rated).any(axis=1)], rowvar=False)
    )
    return float(among[np.triu_indices(WISHES, 1)].mean())


def test_a_halo_doubles_the_correlation_of_fulfilments() -> None:
    """Fulfilments correlate at .3, with a halo at .6, a little less for ratings are rounded."""
    assert correlation(asked(World.BASE, 1, MANY)) == pytest.approx(0.27, abs=0.03)
    assert correlation(asked(World.HALO, 1, MANY)) == pytest.approx(0.55, abs=0.04)


@pytest.mark.parametrize("world", list(World))
def test_shares_are_those_that_a_very_large_survey_finds(world: World) -> None:
    """As many say each wish as the share tells; ratings count above the customer's own mean."""
    survey = asked(world, 1, MANY)
    said = statements(survey)
    tolerance = 0.012
    if survey.statements == Ratings():
        above = said - said.mean(axis=1, keepdims=True)
        said = (np.sign(above) + 1) / 2
        tolerance = 0.05  # ratings are rounded and end at 1 and 5, opinions do not
    np.testing.assert_allclose(
        np.nanmean(said, axis=0), list(survey.shares.values()), atol=tolerance
    )


@pytest.mark.parametrize("world", list(World))
def test_kinds_follow_from_effects_and_shares(world: World) -> None:
    """A wish adds value from an effect of 0.05, and is said above the convention of the form."""
    survey = asked(world, 2)
    shares = survey.shares.values()
    tau = sum(shares) / WISHES if isinstance(survey.statements, Mentions) else 0.5
    for about, kind in survey.truth.items():
        assert kind.adds_value == (survey.effects[about] > 0.05)
        assert kind.stated == (survey.shares[about] > tau)


def adds_value(survey: GeneratedSurvey, about: str) -> bool:
    """Tell whether a wish adds value."""
    return survey.truth[about].adds_value


def is_stated(survey: GeneratedSurvey, about: str) -> bool:
    """Tell whether customers say a wish."""
    return survey.truth[about].stated


def does_nothing(survey: GeneratedSurvey, about: str) -> bool:
    """Tell whether the outcome does not depend on a wish at all."""
    return survey.effects[about] == 0


def share(surveys: list[GeneratedSurvey], holds: Callable[[GeneratedSurvey, str], bool]) -> float:
    """Return of how many wishes something holds."""
    return float(np.mean([holds(one, about) for one in surveys for about in one.truth]))


@pytest.mark.no_cover
def test_worlds_are_as_their_names_say() -> None:
    """Few, most or none of the wishes add value, or nearly all are said; some do nothing at all."""
    surveys = {world: [asked(world, seed, 30) for seed in range(6)] for world in World}
    value, said, nothing = (
        {world: share(found, holds) for world, found in surveys.items()}
        for holds in (adds_value, is_stated, does_nothing)
    )
    assert value[World.NONE_VALUABLE] == 0
    assert 0.05 < value[World.FEW_VALUABLE] < 0.3 < value[World.BASE] < 0.7
    assert 0.7 < value[World.MOST_VALUABLE] < 1
    assert 0.8 < said[World.NEARLY_ALL_STATED] < 1
    assert 0.2 < said[World.HALO] < 0.8
    assert value[World.ALIKE] > 0.7
    assert 0.2 < value[World.ALL_SMALL] < 0.7
    assert nothing[World.ALIKE] == nothing.pop(World.ALL_SMALL) == nothing.pop(World.ALIKE) == 0
    assert 0.05 < min(nothing.values()) < max(nothing.values()) < 0.9
    for one in surveys[World.DOMINATED]:
        first, *others = one.effects.values()
        assert (first > 0.5, max(others) < 0.3) == (True, True)
    assert max(max(one.effects.values()) for one in surveys[World.ALL_SMALL]) < 0.15
    hidden = {world for world in World if any(any(one.hidden.values()) for one in surveys[world])}
    assert hidden == {World.CONFOUNDED}


def test_hard_cases_occur() -> None:
    """Some effects lie close to the threshold on either side, and so do some shares."""
    surveys = [asked(World.BASE, seed, 30) for seed in range(6)]
    effects = np.array([list(one.effects.values()) for one in surveys])
    shares = np.array([list(one.shares.values()) for one in surveys])
    for away in (effects - 0.05, shares / shares.mean(axis=1, keepdims=True) - 1):
        nearest = np.sort(away[away != -0.05])
        assert any(below < 0 < above < below + 0.1 for below, above in pairwise(nearest))


def test_a_survey_is_written_as_csv(tmp_path: Path) -> None:
    """The file has a head, a line a customer, whole numbers, and nothing where nothing is known."""
    survey = asked(World.BASE, 3, 50)
    survey.write_csv(tmp_path / "survey.csv")
    with (tmp_path / "survey.csv").open(encoding="utf-8", newline="") as file:
        head, *lines = csv.reader(file)
    assert head == list(survey.columns)
    cells = {cell for line in lines for cell in line}
    assert cells <= {"", *map(str, range(11))}
    assert "" in cells
    for column, texts in zip(survey.columns.values(), zip(*lines, strict=True), strict=True):
        np.testing.assert_array_equal(column, [float(text or "nan") for text in texts])


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"world": "base"}, "world: str of 4 characters; expected World.BASE"),
        ({"customers": 0}, "customers: 0; expected a whole number from 1"),
        ({"customers": 2.0}, "customers: 2.0; expected a whole number"),
        ({"seed": -1}, "seed: -1; expected a whole number from 0"),
        ({"seed": True}, "seed: True; expected a whole number"),
        ({"wishes": 1}, "wishes: 1; expected a whole number from 2 to 99"),
        ({"wishes": 100}, "wishes: 100; expected a whole number from 2 to 99"),
    ],
)
def test_wrong_arguments_are_refused(wrong: dict[str, Any], says: str) -> None:
    """An argument of another type or out of bounds is named, with what would be right."""
    right: dict[str, Any] = {"customers": 5, "seed": 1}
    with pytest.raises(InvalidError, match=says):
        generate_survey(**(right | wrong))
