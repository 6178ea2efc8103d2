"""Ways of using scales: each customer's mean rating of importance is held constant."""

from typing import Any

import numpy as np
import pytest

from cxjourney.testing import World, generate_survey
from cxjourney.vocabulary import Lang
from cxjourney.wishes import (
    Item,
    Ratings,
    Reason,
    Unused,
    WishMap,
    YesNo,
    cronbach_alpha,
    items_by_prefix,
    map_wishes,
)

NAMES = ("a", "b", "c", "d", "e")


def survey(rows: int = 400, blank: float = 0.2) -> dict[str, Any]:
    """Return ratings of fulfilment and importance, some blank, that share a way of rating."""
    chance = np.random.default_rng(7)
    style = chance.normal(size=rows)
    columns: dict[str, Any] = {name: chance.normal(size=rows) + style for name in NAMES}
    for place, name in enumerate(NAMES):
        said = chance.normal(place, 1, rows) + style
        columns[f"say_{name}"] = np.where(chance.random(rows) < blank, np.nan, said)
    columns["likes"] = columns["a"] + style + chance.normal(size=rows)
    columns["style"] = style
    return columns


def mapped(columns: dict[str, Any], **more: Any) -> WishMap:
    """Return the map of a survey whose statements are ratings of importance."""
    items = items_by_prefix(NAMES, said="say_")
    asked = {"outcome": "likes", "items": items, "statements": Ratings(), **more}
    return map_wishes(columns, **asked)


def test_the_mean_rating_of_importance_is_a_control_without_the_chance_in_it() -> None:
    """Effects are those beside that mean, of whose variance Cronbach's alpha is no chance."""
    columns = survey(blank=0)
    said = np.column_stack([columns[f"say_{name}"] for name in NAMES])
    level = said.mean(axis=1)
    among = np.cov([*(columns[name] for name in NAMES), level, columns["likes"]])
    among[5, 5] *= cronbach_alpha(said)
    slopes = np.linalg.solve(among[:6, :6], among[:6, 6])
    found = mapped(columns)
    for name, slope in zip(NAMES, slopes, strict=False):
        assert found[name].coefficient == pytest.approx(slope)
        assert Reason.SCALE_USE not in found[name].classification.notes


def test_wishes_that_are_copies_are_told_so_beside_ratings_of_importance() -> None:
    """Columns that allow of no clearing are taken as they are, and no error is raised."""
    columns = survey(blank=0)
    columns["b"] = columns["a"]
    found = mapped(columns)
    for name in ("a", "b"):
        assert found[name].classification.value.doubts == (Reason.COLLINEAR,)
    assert found["c"].coefficient is not None


def test_a_mean_whose_chance_is_unknown_is_a_control_as_it_is() -> None:
    """Where nobody rated all that is asked, it is one control more, and few ratings say so."""
    columns = survey()
    for place, name in enumerate(NAMES):
        columns[f"say_{name}"][place::5] = np.nan
    said = np.array([columns[f"say_{name}"] for name in NAMES])
    away = said - np.nanmean(said, axis=1)[:, None]
    # YesNo reads other columns, so that only the control is the same.
    yes = {f"yes_{name}": np.tile([0.0, 1.0], 200) for name in NAMES}
    level = np.nansum(away, axis=0) / np.maximum((~np.isnan(said)).sum(axis=0), 1)
    other = mapped(
        {**columns, **yes, "level": level},
        items=items_by_prefix(NAMES, said="yes_"),
        statements=YesNo(),
        controls=["level"],
    )
    found = mapped(columns)
    assert found.style_held
    assert not other.style_held
    assert Reason.SCALE_USE in found["a"].classification.notes
    for name in NAMES:
        assert found[name].coefficient == pytest.approx(other[name].coefficient)
        assert found[name].error == pytest.approx(other[name].error)


def test_no_row_is_lost_for_lack_of_importance() -> None:
    """Who rated no importance stands at the usual; a column without any counts for nothing."""
    columns = survey()
    for name in NAMES:
        columns[f"say_{name}"][:50] = np.nan
    columns["say_e"][:] = np.nan
    found = mapped(columns)
    assert found.rows == 400
    assert found.style_held


def test_a_single_rating_of_importance_or_a_code_in_it_is_no_style() -> None:
    """With one such column, ratings all alike, or far values in one, nothing is held constant."""
    columns = survey()
    single = mapped(columns, items=items_by_prefix(["a"], said="say_"))
    assert not single.style_held
    same = {**columns, **{f"say_{name}": np.full(400, 3.0) for name in NAMES}}
    assert not mapped(same).style_held
    coded = {**columns, "say_a": np.append(np.tile([1.0, 2, 3, 4, 5], 80)[:-1], 99.0)}
    assert not mapped(coded).style_held


@pytest.mark.no_cover
def test_few_wishes_are_not_raised_by_a_way_of_using_scales() -> None:
    """Of five wishes those without effect lie nearer to none than where nothing is held."""
    away, alone = [], []
    for seed in range(12):
        made = generate_survey(World.RATING_STYLES, customers=2000, seed=seed, wishes=5)
        held = map_wishes(
            made.columns, outcome=made.outcome, items=made.items, statements=made.statements
        )
        yes = {f"yes_{place}": np.tile([0.0, 1.0], 1000) for place in range(5)}
        plain = map_wishes(
            {**made.columns, **yes},
            outcome=made.outcome,
            items=[
                Item(one.wish.about, rating=one.rating, said=f"yes_{place}")
                for place, one in enumerate(made.items)
            ],
            statements=YesNo(),
        )
        for about, effect in made.effects.items():
            if not effect:
                away.append(held[about].coefficient or 0.0)
                alone.append(plain[about].coefficient or 0.0)
    assert np.mean(away) < 0.75 * np.mean(alone)


@pytest.mark.parametrize(
    ("lang", "word"),
    [("en", "rating of importance"), ("et", "tähtsushinnang"), ("fi", "tärkeysarv")],
)
def test_a_result_says_that_a_style_is_held_constant(lang: str, word: str) -> None:
    """Text and document say it."""
    found = mapped(survey())
    assert word in " ".join(found.explain(Lang(lang)).split())
    assert found.to_dict()["style_held"] is True


@pytest.mark.parametrize(
    ("more", "noted"),
    [
        ({}, True),
        ({"statements": Ratings()}, False),
        ({"within": True, "respondent": "who"}, False),
        ({"names": NAMES[:1]}, False),
        ({"apart": True}, False),
    ],
    ids=["few", "importance is rated", "within respondents", "one", "ratings do not go together"],
)
def test_few_ratings_that_go_together_are_noted(more: dict[str, Any], noted: bool) -> None:
    """A value that a habit of rating everything high explains as well says so, with a remedy."""
    asked = dict(more)
    columns = survey(4000)
    if asked.pop("apart", False):
        columns |= {name: columns[name] - columns["style"] for name in NAMES}
        columns["likes"] = columns["likes"] - columns["style"]
    if asked.get("statements") is None:
        columns |= {f"say_{name}": np.tile([0.0, 1.0], 2000) for name in NAMES}
        asked["statements"] = YesNo()
    items = items_by_prefix(asked.pop("names", NAMES), said="say_")
    found = mapped({**columns, "who": np.arange(4000) // 4}, items=items, **asked)["a"]
    assert found.classification.value.says
    assert (Reason.SCALE_USE in found.classification.notes) is noted
    assert ("rating everything high" in found.explain()) is noted


def test_many_ratings_tell_of_value() -> None:
    """From eight ratings on nothing is noted."""
    columns = survey(4000)
    chance = np.random.default_rng(8)
    more = {name: chance.normal(size=4000) + columns["style"] for name in ("f", "g", "h")}
    columns |= {f"say_{name}": np.tile([0.0, 1.0], 2000) for name in (*NAMES, *more)}
    items = items_by_prefix((*NAMES, *more), said="say_")
    found = mapped({**columns, **more}, items=items, statements=YesNo())["a"]
    assert Reason.SCALE_USE not in found.classification.notes


def in_a_hurry(rows: int, wishes: int, share: float) -> dict[str, Any]:
    """Return ratings without effects, of which some rows are fives and tens throughout."""
    chance = np.random.default_rng(wishes)
    felt = chance.normal(size=(rows, wishes)) + 0.6 * chance.normal(size=(rows, 1))
    ratings = np.rint(3.5 + felt).clip(1, 5)
    likes = np.rint(6 + 1.5 * chance.normal(size=rows)).clip(0, 10)
    ratings[: int(share * rows)], likes[: int(share * rows)] = 5, 10
    columns: dict[str, Any] = {f"w{place}": column for place, column in enumerate(ratings.T)}
    columns |= {f"say_{name}": np.tile([0.0, 1.0, 1.0, 1.0], rows // 4) for name in tuple(columns)}
    return {**columns, "likes": likes}


@pytest.mark.parametrize("share", [0.14, 0.3, 0.45])
def test_rows_that_rate_everything_alike_raise_no_wish(share: float) -> None:
    """From one row in eight on they are left out and counted, and effects are those without."""
    columns = in_a_hurry(1200, 9, share)
    items = items_by_prefix([f"w{place}" for place in range(9)], said="say_")
    found = mapped(columns, items=items, statements=YesNo())
    (left,) = (one.rows for one in found.left_out if one.why is Unused.RATES_ALIKE)
    assert share * 1200 <= left < (share + 0.02) * 1200
    assert not any(one.classification.value.says for one in found.values())
    ratings = np.column_stack([columns[f"w{place}"] for place in range(9)])
    varied = ratings.min(axis=1) < ratings.max(axis=1)
    kept = mapped(
        {name: column[varied] for name, column in columns.items()}, items=items, statements=YesNo()
    )
    assert [one.coefficient for one in found.values()] == pytest.approx(
        [one.coefficient for one in kept.values()]
    )


@pytest.mark.parametrize(("wishes", "share"), [(9, 0.02), (9, 0.6), (7, 0.3)])
def test_few_rows_that_rate_alike_and_few_questions_are_kept(wishes: int, share: float) -> None:
    """Some customers are content with everything; of few questions many are."""
    items = items_by_prefix([f"w{place}" for place in range(wishes)], said="say_")
    found = mapped(in_a_hurry(1200, wishes, share), items=items, statements=YesNo())
    assert found.rows == 1200
