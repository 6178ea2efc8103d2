"""From the table of a survey to a map of its wishes."""

from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney.errors import FaultsError, InvalidError
from cxjourney.testing import GeneratedSurvey, World, generate_survey
from cxjourney.wishes import (
    Criteria,
    Evidence,
    Item,
    Kano,
    KanoAnswer,
    Mentions,
    Ratings,
    Reason,
    Wish,
    WishKind,
    WishMap,
    YesNo,
    items_by_prefix,
    map_wishes,
)
from tests.wishes.maps import LeftOut

SEEDS = st.integers(0, 1_000)
Columns = dict[str, Any]


def columns_of(rows: int = 600, seed: int = 0) -> Columns:
    """Return a survey of wishes that are said and worth it, only worth it, and only said."""
    random = np.random.default_rng(seed)
    ratings = np.clip(np.rint(3 + random.normal(size=(3, rows))), 1, 5)
    outcome = 5 + 0.8 * ratings[0] + 0.8 * ratings[1] + random.normal(size=rows)
    shares = np.array([0.8, 0.2, 0.8])[:, None]
    said = (random.random((3, rows)) < shares).astype(float)
    names = ("seats", "calm", "gadgets")
    return {
        **dict(zip(names, ratings, strict=True)),
        **{f"say_{name}": one for name, one in zip(names, said, strict=True)},
        "satisfaction": outcome,
    }


ITEMS = items_by_prefix(("seats", "calm", "gadgets"), said="say_")


def mapped(columns: Any, **changes: Any) -> WishMap:
    """Return the map of such a survey."""
    asked: dict[str, Any] = {"outcome": "satisfaction", "items": ITEMS, "statements": YesNo()}
    return map_wishes(columns, **(asked | changes))


def figures(found: WishMap) -> dict[str, list[float | None]]:
    """Return all numbers of a map, by wish."""
    return {
        about: [
            one.classification.stated.probability,
            one.classification.value.probability,
            one.classification.value.estimate,
            one.classification.harm,
            one.coefficient,
            one.error,
            one.lmg,
            one.johnson,
            one.vif,
            one.robustness,
        ]
        for about, one in found.items()
    }


def assert_alike(one: WishMap, other: WishMap, tolerance: float = 1e-9) -> None:
    """Check that two maps say the same of the same wishes."""
    assert set(one) == set(other)
    theirs = figures(other)
    for about, numbers in figures(one).items():
        assert theirs[about] == pytest.approx(numbers, abs=tolerance)
        assert other[about].classification.decision is one[about].classification.decision


def test_each_kind_is_found() -> None:
    """Clear cases are told: conscious, subconscious, and a deception."""
    found = mapped(columns_of())
    assert {about: one.classification.decision for about, one in found.items()} == {
        "seats": WishKind.CONSCIOUS,
        "calm": WishKind.SUBCONSCIOUS,
        "gadgets": WishKind.DECEPTION,
    }
    assert found.rows == 600
    assert found.tau == 0.5
    assert found.r2 == pytest.approx(sum(one.lmg or 0 for one in found.values()))
    assert found.left_out == ()


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table], ids=["pd", "pl", "pa"])
def test_every_frame_says_the_same(make: Any) -> None:
    """Frames of pandas, polars and pyarrow, blanks included, give what a mapping gives."""
    columns = columns_of()
    columns["seats"][::7] = np.nan
    assert_alike(mapped(make(columns)), mapped(columns), tolerance=0)


@pytest.mark.no_cover
@settings(max_examples=8)
@given(seed=SEEDS, slope=st.floats(0.01, 100), shift=st.floats(-100, 100))
def test_units_and_orders_decide_nothing(seed: int, slope: float, shift: float) -> None:
    """Other units, rows and columns in another order: the same kinds and figures."""
    columns = columns_of(200, seed)
    random = np.random.default_rng(seed)
    order = random.permutation(200)
    moved = {name: column[order] for name, column in reversed(columns.items())}
    moved["seats"] = moved["seats"] * slope + shift
    found = mapped(moved, items=tuple(ITEMS[place] for place in random.permutation(3)))
    plain = mapped(columns)
    in_points = {"seats": slope}
    for about, numbers in figures(plain).items():
        theirs = figures(found)[about]
        points = in_points.get(about, 1.0)
        for place in (4, 5):
            numbers[place] = (numbers[place] or 0) / points
        assert theirs == pytest.approx(numbers, rel=1e-6, abs=1e-7)


@pytest.mark.no_cover
@settings(max_examples=6)
@given(seed=SEEDS, times=st.integers(2, 5))
def test_repeated_rows_of_the_same_respondents_add_no_certainty(seed: int, times: int) -> None:
    """Copying every row changes nothing where the respondent is named, and does where not."""
    columns = columns_of(150, seed)
    columns["who"] = [f"customer {number}" for number in range(150)]
    copied = {name: np.tile(column, times) for name, column in columns.items()}
    once = mapped(columns, respondent="who")
    again = mapped(copied, respondent="who")
    assert again.clusters == once.clusters == 150
    assert again.rows == 150 * times
    for about, one in once.items():
        assert again[about].error == pytest.approx(one.error)
        one_stated, stated = one.classification.stated, again[about].classification.stated
        assert stated.probability == pytest.approx(one_stated.probability)
    assert mapped(copied)["seats"].error != pytest.approx(once["seats"].error)


def test_rows_left_out_are_counted_by_the_first_reason() -> None:
    """A weight of 0, a blank outcome, a blank control and no ratings are each told apart."""
    columns = columns_of()
    columns["weight"] = np.ones(600)
    columns["segment"] = np.arange(600.0) % 2
    columns["weight"][:5] = 0
    columns["satisfaction"][3:12] = np.nan
    columns["segment"][12:15] = np.nan
    for name in ("seats", "calm", "gadgets"):
        columns[name][14:20] = np.nan
    found = mapped(columns, weight="weight", controls=["segment"])
    assert [attrs.astuple(one)[1] for one in found.left_out] == [5, 7, 3, 5]
    assert found.rows == 580


def test_a_survey_without_a_single_usable_row_says_so_of_each_wish() -> None:
    """Where every outcome is blank, value is open; what is said is still known."""
    columns = columns_of() | {"satisfaction": np.full(600, np.nan), "who": np.arange(600)}
    found = mapped(columns, respondent="who")
    assert found.rows == 0
    for one in found.values():
        assert one.classification.value.doubts == (Reason.FEW_ROWS,)
        assert one.classification.stated.says is not None
        assert one.lmg is None
    assert found.r2 is None


def test_a_wish_met_by_all_is_never_called_deception() -> None:
    """Said by most and rated alike by all: asked for, value unknown."""
    columns = columns_of()
    columns["gadgets"][:590] = 5
    found = mapped(columns)["gadgets"].classification
    assert found.decision is None
    assert found.stated.says is True
    assert found.reasons == (Reason.HARDLY_VARIES,)
    assert found.credible == {WishKind.CONSCIOUS, WishKind.DECEPTION}


def test_who_was_not_asked_is_not_guessed() -> None:
    """A wish without statements, or without ratings, has that fact open."""
    items = (Item("seats", "seats", None), Item("calm", None, "say_calm"), ITEMS[2])
    found = mapped(columns_of(), items=items)
    assert found["seats"].classification.stated.doubts == (Reason.NOT_ASKED,)
    assert found["seats"].classification.value.says is True
    assert found["calm"].classification.value.doubts == (Reason.NOT_RATED,)
    assert found["calm"].lmg is None


def test_few_respondents_with_many_rows_decide_nothing() -> None:
    """What two dozen people say again and again is not what customers say."""
    columns = columns_of() | {"who": np.arange(600) % 24}
    for one in mapped(columns, respondent="who").values():
        assert one.classification.stated.doubts == (Reason.FEW_ROWS,)
        assert one.classification.value.doubts == (Reason.FEW_ROWS,)
    columns["say_calm"][29:] = np.nan
    stated = mapped(columns)["calm"].classification.stated
    assert (stated.n, stated.doubts) == (29, (Reason.FEW_ROWS,))


def test_facts_of_a_wish_stand_above_the_survey() -> None:
    """What the user knows of a wish is not asked of the survey."""
    known = Item(Wish("gadgets", stated=False, adds_value=True), "gadgets", "say_gadgets")
    found = mapped(columns_of(), items=(*ITEMS[:2], known))
    assert found["gadgets"].classification.decision is WishKind.SUBCONSCIOUS
    plain = mapped(columns_of())["gadgets"]
    assert found["gadgets"].coefficient == pytest.approx(plain.coefficient)


def trial(effect: float) -> Evidence:
    """Return a randomised trial of the gadgets."""
    evidence = Evidence(Wish("gadgets"), "satisfaction")
    for value in (4.0, 5.0, 6.0):
        evidence = evidence.measured(value, fulfilled=False, times=50)
        evidence = evidence.measured(value + effect, fulfilled=True, times=50)
    return evidence


def test_a_randomised_trial_replaces_the_survey() -> None:
    """Where a trial found an effect that the survey does not see, the trial stands, and says so."""
    found = mapped(columns_of(), trials={"gadgets": trial(0.5)})["gadgets"].classification
    assert found.decision is WishKind.CONSCIOUS
    assert found.notes == (Reason.EXPERIMENT,)
    harmful = mapped(columns_of(), trials={"gadgets": trial(-0.5)})["gadgets"].classification
    assert harmful.decision is WishKind.DECEPTION
    assert harmful.harm is not None
    assert harmful.harm > 0.99


def kano(functional: KanoAnswer, dysfunctional: KanoAnswer) -> Kano:
    """Return a questionnaire that a hundred customers answered alike."""
    return Kano(Wish("gadgets")).add(functional, dysfunctional, 100)


def test_what_is_taken_for_granted_is_not_a_deception() -> None:
    """A must-be wish that adds nothing more is left open with that reason."""
    must_be = kano(KanoAnswer.NEUTRAL, KanoAnswer.DISLIKE)
    found = mapped(columns_of(), kano={"gadgets": must_be, "seats": must_be})
    gadgets = found["gadgets"].classification
    assert gadgets.decision is None
    assert gadgets.value.doubts == (Reason.MUST_BE,)
    assert found["seats"].classification.decision is WishKind.CONSCIOUS
    assert found["seats"].classification.notes == (Reason.MUST_BE,)
    indifferent = kano(KanoAnswer.NEUTRAL, KanoAnswer.NEUTRAL)
    kept = mapped(columns_of(), kano={"gadgets": indifferent})["gadgets"].classification
    assert kept.decision is WishKind.DECEPTION


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"trials": {"nothing": trial(1)}}, "trials"),
        ({"kano": {"nothing": Kano(Wish("nothing"))}}, "kano"),
        ({"trials": {"gadgets": Evidence(Wish("gadgets"), "loyalty")}}, "trials"),
        ({"trials": {"gadgets": 1.5}}, "trials"),
        ({"kano": {"gadgets": {}}}, "kano"),
        ({"criteria": 0.8}, "criteria"),
        ({"outcome": 5}, "outcome"),
        ({"statements": "yes-no"}, "statements"),
        ({"items": "seats"}, "items"),
    ],
)
def test_wrong_arguments_are_refused(changes: Mapping[str, Any], field: str) -> None:
    """An argument that fits no wish, or is of another type, is named."""
    with pytest.raises(InvalidError) as raised:
        mapped(columns_of(), **changes)
    assert raised.value.field == field


def test_every_fault_of_a_table_is_told_at_once() -> None:
    """Text in numbers, infinite values, ratings out of range and missing columns: one error."""
    columns = columns_of()
    columns["calm"] = ["good"] * 600
    columns["seats"][3] = 9
    columns["satisfaction"][7] = np.inf
    del columns["say_gadgets"]
    with pytest.raises(FaultsError) as raised:
        mapped(columns, rating_range=(1, 5))
    assert {fault.column for fault in raised.value.faults} == {
        "calm",
        "seats",
        "satisfaction",
        "say_gadgets",
    }
    assert "good" not in str(raised.value)


def test_the_users_limits_are_used() -> None:
    """Another tau and delta move wishes over; the map tells which were used."""
    criteria = Criteria(tau=0.9, delta=2.0)
    found = mapped(columns_of(), criteria=criteria)
    assert found.tau == 0.9
    assert found.criteria is criteria
    assert {one.classification.decision for one in found.values()} == {WishKind.INVISIBLE}


def test_progress_is_told_where_shares_are_sampled() -> None:
    """With more than 25 wishes the progress of the sampling is told, to the end."""
    random = np.random.default_rng(0)
    columns: Columns = {f"w{place}": random.normal(size=300) for place in range(26)}
    columns |= {f"say_w{place}": random.integers(0, 2, 300) for place in range(26)}
    columns["satisfaction"] = random.normal(size=300)
    told: list[tuple[str, int, int]] = []
    found = mapped(
        columns,
        items=items_by_prefix([f"w{place}" for place in range(26)], said="say_"),
        progress=lambda what, done, total: told.append((what, done, total)),
    )
    assert told[-1][1] == told[-1][2]
    assert all(one.lmg_error is not None for one in found.values())


@pytest.mark.parametrize("world", list(World), ids=lambda world: world.value)
def test_generated_surveys_are_mapped_better_than_by_chance(world: World) -> None:
    """In each world what is decided is mostly right, and the same survey gives the same map."""
    survey: GeneratedSurvey = generate_survey(world, customers=1_000, seed=5)
    asked: dict[str, Any] = {
        "outcome": survey.outcome,
        "items": survey.items,
        "statements": survey.statements,
    }
    found = map_wishes(survey.columns, **asked)
    if world is World.BASE:
        assert found == map_wishes(survey.columns, **asked)
    decided = {
        about: one.classification.decision
        for about, one in found.items()
        if one.classification.decision is not None
    }
    right = sum(survey.truth[about] is kind for about, kind in decided.items())
    assert len(decided) >= 4
    assert right >= 0.7 * len(decided)


@pytest.mark.no_cover
@settings(max_examples=6)
@given(seed=SEEDS, cut=st.integers(1, 4))
def test_a_way_of_using_scales_is_not_taken_for_a_wish(seed: int, cut: int) -> None:
    """However a respondent uses the scale of importance, they say the same wishes."""
    columns = columns_of(150, seed)
    random = np.random.default_rng(seed)
    importance = random.integers(1, 6, size=(3, 150)) + np.array([[cut], [0], [0]])
    styled = importance * random.uniform(0.2, 5, 150) + random.uniform(-50, 50, 150)
    names = [item.said for item in ITEMS]
    plain, other = (
        mapped(columns | dict(zip(names, said, strict=True)), statements=Ratings())
        for said in (importance, styled)
    )
    for about, one in plain.items():
        assert other[about].classification.stated == one.classification.stated


def test_open_mentions_are_of_those_who_commented() -> None:
    """Who left no comment is left out of the shares, and counted."""
    columns = columns_of()
    columns["commented"] = (np.arange(600) % 3 == 0).astype(float)
    for name in ("seats", "calm", "gadgets"):
        columns[f"say_{name}"] = columns[f"say_{name}"] * columns["commented"]
    found = mapped(columns, statements=Mentions("commented"))
    assert found["seats"].classification.stated.n == 200
    assert [one.rows for one in found.left_out] == [400]
    assert isinstance(found.left_out[0], LeftOut)
