"""Surveys of few kinds of rows, of blanks, of one value: mapped or refused, never half."""

from math import isfinite
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.errors import CxJourneyError
from cxjourney.vocabulary import Lang
from cxjourney.wishes import Item, WishMap, YesNo, map_wishes

NAN = float("nan")
WISHES = "ABCD"


@st.composite
def surveys(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a survey in which a few rows come again and again, with blanks and extreme weights."""
    cell = st.one_of(st.just(NAN), st.integers(1, 5).map(float))
    kinds = draw(st.lists(st.lists(cell, min_size=9, max_size=9), min_size=1, max_size=12))
    rows = draw(st.lists(st.sampled_from(kinds), max_size=60))
    columns = np.array(rows, float).reshape(-1, 9)
    said = np.where(np.isnan(columns[:, 5:]), NAN, columns[:, 5:] > 3)
    shift, unit = draw(st.sampled_from([(0.0, 1.0), (1e9, 1.0), (0.0, 1e-9), (-1e6, 1e3)]))
    table = dict(zip("YABCD", (columns[:, :5] * unit + shift).T, strict=True))
    table |= {f"say_{name}": column for name, column in zip(WISHES, said.T, strict=True)}
    table["heavy"] = np.resize(draw(st.sampled_from([[1.0], [0.0, 1.0], [1e-9, 1e9]])), len(rows))
    table["who"] = np.arange(len(rows)) // draw(st.integers(1, 7))
    return table


OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "weight": st.just("heavy"),
        "respondent": st.just("who"),
        "blank": st.just("skipped"),
        "reliability": st.sampled_from([0.3, 0.8, 1.0]),
        "outcome_model": st.sampled_from(["logit", "ordered"]),
        "controls": st.sampled_from([["D"], ["say_D"]]),
    },
)


def mapped(table: dict[str, Any], options: dict[str, Any]) -> WishMap:
    """Map three wishes of a survey."""
    items = [Item(name, name, f"say_{name}") for name in WISHES[:3]]
    return map_wishes(table, outcome="Y", items=items, statements=YesNo(), **options)


@given(surveys(), OPTIONS, st.sampled_from([*Lang]))
def test_any_survey_is_mapped_or_refused(
    table: dict[str, Any], options: dict[str, Any], lang: Lang
) -> None:
    """However few and alike the rows, an answer has chances and finite numbers, or an error."""
    try:
        found = mapped(table, options)
    except CxJourneyError:
        return
    assert found.explain(lang)
    for row in found.to_rows():
        numbers = [value for value in row.values() if isinstance(value, float)]
        assert all(isfinite(value) or value > 0 for value in numbers)
    for finding in found.values():
        value = finding.classification.value
        assert 0 <= value.probability <= 1
        assert value.interval is None or value.interval.low <= value.interval.high


def test_ratings_that_do_not_vary_and_some_skipped_tell_nothing() -> None:
    """Where no rating varies and some were skipped, there is nothing to fill, and no error."""
    table = {"Y": [1.0, 2.0, 3.0] * 9} | dict.fromkeys("ABC", [3.0, NAN, 3.0] * 9)
    table |= {f"say_{name}": [1.0, 0.0, 1.0] * 9 for name in "ABC"}
    found = mapped(table, {"blank": "skipped"})
    assert {finding.classification.value.says for finding in found.values()} == {None}


def test_a_variance_is_not_negative_by_rounding() -> None:
    """Few kinds of rows, which fit nearly without an error, are mapped without a warning."""
    chance = np.random.default_rng(12)
    kinds = chance.integers(1, 4, (12, 6)).astype(float)
    kinds[chance.random(kinds.shape) < 0.1] = NAN
    table = dict(zip("ABCDEY", kinds[chance.integers(0, 12, 80)].T, strict=True))
    items = [Item(name, name, None) for name in "ABCDE"]
    found = map_wishes(table, outcome="Y", items=items, statements=YesNo())
    assert all(one.error is None or one.error >= 0 for one in found.values())
