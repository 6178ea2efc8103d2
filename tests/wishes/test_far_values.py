"""Codes that are no answers: far values, ranges, code books; ticks; rows that are the same."""

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.errors import FaultsError, InvalidError
from cxjourney.vocabulary import Lang
from cxjourney.wishes import (
    CheckAll,
    Item,
    Mentions,
    Ratings,
    Reason,
    WishMap,
    YesNo,
    items_by_prefix,
    map_wishes,
)
from cxjourney.wishes._files._code_books import far_values  # on any numbers, without a file

NAN = float("nan")
ROWS = 400


@pytest.mark.parametrize(
    ("values", "far"),
    [
        ([1, 2, 3, 4, 5, 99], [99]),
        ([1, 2, 4, 5, 98, 99], [98, 99]),
        ([0, 1, 9], [9]),
        ([1, 2, 3, 4, 5, 8, 9], []),  # a scale to 10 may look so
        ([1, 2, 3, 4, 5, 9], [9]),
        ([4, 5, 1], []),
        ([1, 2, 5], []),
        ([1, 2, 3, -1], []),
        ([1, 2, 3, 4, 5, -1], [-1]),
        ([0, 5, 10, -99, -98], [-99, -98]),
        ([0, 1, 10, 25], []),
        ([0, 1, 2, -1, -2], []),
        ([0, 1, 2, 3, 4, -4, -3, -2, -1], []),
        ([-1, -2], []),
        ([1.5, 2, 99], []),
        ([*range(0, 101, 5), 999], [999]),
        ([*range(0, 101, 5), -99], [-99]),
        ([*range(0, 101, 5), -3], []),
        ([*range(0, 101, 5), 500], []),
        ([0, 3, 10, 25, 40], []),
        ([*range(300), 9999], []),
        ([1, 99], []),
        ([NAN, NAN], []),
        ([], []),
        ([-99, 1, 2, 3, 5, 99], [-99, 99]),
    ],
)
def test_far_values_are_those_of_codes(values: list[float], far: list[float]) -> None:
    """They lie apart from a scale by more than its length, where codes usually do."""
    assert list(far_values(np.array([*values, *values, NAN]))) == far


@given(st.lists(st.integers(0, 10), max_size=60))
def test_answers_on_a_scale_to_ten_are_suspected_only_at_its_end(answers: list[int]) -> None:
    """Nothing but 8 and 9 can be suspected, and only where it stands far from all others."""
    assert set(far_values(np.array(answers, np.float64))) <= {8, 9, 10}


def survey(seed: int = 5) -> dict[str, Any]:
    """Return a survey of five wishes in which the first two move the outcome."""
    rng = np.random.default_rng(seed)
    rated = {name: rng.integers(1, 6, ROWS).astype(float) for name in "ABCDE"}
    outcome = rated["A"] + rated["B"] + rng.normal(0, 1, ROWS)
    said = {f"say_{name}": rng.integers(0, 2, ROWS).astype(float) for name in "ABCDE"}
    return {**rated, **said, "Y": np.clip(np.round(outcome), 0, 12)}


def mapped(table: Any, **options: Any) -> WishMap:
    """Map the wishes of a survey."""
    given = {"items": items_by_prefix(list("ABCDE"), said="say_"), "statements": YesNo(), **options}
    return map_wishes(table, outcome="Y", **given)


def reasons(found: WishMap) -> set[Reason]:
    """Return why the value of some wish is open."""
    return {one for finding in found.values() for one in finding.classification.value.doubts}


@pytest.mark.parametrize("column", ["A", "Y"])
def test_far_values_keep_every_value_open(column: str) -> None:
    """A code taken for an answer moves the effects of the neighbours too; a range clears it."""
    table = survey()
    table[column][::20] = 99
    found = mapped(table)
    assert found.far == {column: (99.0,)}
    assert all(Reason.FAR_VALUES in one.classification.value.doubts for one in found.values())
    assert all(finding.classification.decision is None for finding in found.values())
    assert f"values far from all others: {column} (99)" in str(found)
    assert found.to_dict()["far_values"] == {column: [99.0]}
    cleared = mapped(table, rating_range=(1, 99), outcome_range=(0, 99))
    assert (cleared.far, reasons(cleared) & {Reason.FAR_VALUES}) == ({}, set())
    with pytest.raises(FaultsError) as raised:
        mapped(table, rating_range=(1, 5), outcome_range=(0, 12))
    (fault,) = raised.value.faults
    assert (fault.column, fault.count, fault.found) == (column, 20, "99")


def test_far_values_in_importance_keep_what_is_said_open() -> None:
    """Ratings of importance are numbers of a scale as well."""
    table = survey()
    for name in "ABCDE":
        table[f"say_{name}"] = np.random.default_rng(1).integers(1, 6, ROWS).astype(float)
    table["say_B"][:9] = 99
    found = mapped(table, statements=Ratings())
    assert found.far == {"say_B": (99.0,)}
    assert {one.classification.stated.doubts for one in found.values()} == {(Reason.FAR_VALUES,)}
    assert reasons(found) == set()


@pytest.mark.parametrize(
    "frame", [dict, pd.DataFrame, pl.DataFrame], ids=["dict", "pandas", "polars"]
)
def test_a_code_book_names_what_is_no_answer(frame: Any) -> None:
    """Words become numbers, and codes blanks, in any kind of table."""
    table = survey()
    clean = mapped(table)
    words = {1: "bad", 2: "so-so", 3: "fair", 4: "good", 5: "very good"}
    table["B"] = [words[one].upper() for one in table["B"].tolist()]
    table["C"] = table["C"].copy()
    lost = table["C"] == 2
    table["C"][lost] = 99
    found = mapped(frame(table), codes={"B": words, ("C", "D"): {99: None}})
    assert found.far == {}
    assert found["C"].n == ROWS - int(lost.sum())
    assert found["B"].coefficient == pytest.approx(clean["B"].coefficient, abs=0.05)
    with pytest.raises(FaultsError) as raised:
        mapped(frame(table), codes={"B": {5: "very good"}})
    assert raised.value.faults[0].column == "B"


def test_a_code_book_of_no_column_is_refused() -> None:
    """So is one that is none."""
    with pytest.raises(InvalidError, match="codes, column 'Z': a book of no such column"):
        mapped(survey(), codes={"Z": {99: None}})
    with pytest.raises(InvalidError, match=r"Asked\.codes: "):
        mapped(survey(), codes=[1])


# Ticks


def ticks() -> dict[str, Any]:
    """Return a survey whose statements are ticks and blanks."""
    table = survey()
    for place, name in enumerate("ABCDE"):
        rng = np.random.default_rng(place)
        table[f"say_{name}"] = np.where(rng.random(ROWS) < 0.1 + 0.15 * place, 1, NAN)
    table["answered"] = np.where(np.arange(ROWS) < 300, 1, 0)
    for name in "ABCDE":
        table[f"say_{name}"][300:] = NAN
    return table


def test_ticks_read_as_yes_and_no_stay_open() -> None:
    """Read so, everybody would ask for everything."""
    found = mapped(ticks())
    for finding in found.values():
        stated = finding.classification.stated
        assert (stated.estimate, stated.doubts) == (1, (Reason.ONLY_TICKS,))
    assert "read it with CheckAll()" in found["A"].explain()


@pytest.mark.parametrize(
    ("said", "ticked"),
    [
        ({"A": [1, 1, NAN], "B": [1, 0, NAN]}, [False, False]),  # the third was not asked
        ({"A": [1, NAN, NAN], "B": [1, 0, NAN]}, [True, False]),
        ({"A": [1, 1, 1], "B": [1, NAN, 1]}, [False, True]),
        ({"A": [1, NAN, 0]}, [False]),
        ({"A": [1, NAN, 1]}, [True]),
    ],
)
def test_what_is_taken_for_ticks(said: dict[str, list[float]], ticked: list[bool]) -> None:
    """Blanks beside yes without a single no, but not of who answered about nothing."""
    table = {"Y": [1, 2, 3], **said}
    items = [Item(name, rating=None, said=name) for name in said]
    found = map_wishes(table, outcome="Y", items=items, statements=YesNo())
    assert [
        Reason.ONLY_TICKS in one.classification.stated.doubts for one in found.values()
    ] == ticked


def test_ticks_have_a_form_of_their_own() -> None:
    """The share is of those who answered, as a column says, or who ticked anything."""
    table = ticks()
    some = mapped(table, statements=CheckAll())
    anything = np.isfinite([table[f"say_{name}"] for name in "ABCDE"]).any(axis=0).sum()
    assert {one.asked for one in some.values()} == {anything}
    assert f"asked for, %: of those who ticked at least one wish, or have a 0 ({anything})" in str(
        some
    )
    everybody = mapped(table, statements=CheckAll("answered"))
    assert {one.asked for one in everybody.values()} == {300}
    expected = float(np.nansum(table["say_E"]) / 300)
    assert everybody["E"].classification.stated.estimate == pytest.approx(expected)
    mean = np.mean([np.nansum(table[f"say_{name}"]) / 300 for name in "ABCDE"])
    assert everybody.tau == pytest.approx((300 * mean + 0.5) / 301)
    zeros = {**table, **{f"say_{name}": np.nan_to_num(table[f"say_{name}"]) for name in "ABCDE"}}
    assert {one.asked for one in mapped(zeros, statements=CheckAll()).values()} == {ROWS}
    assert mapped(table, statements=Mentions("answered")).tau == everybody.tau


def test_faults_of_ticks_are_told() -> None:
    """Cells that are no ticks, ticks of who did not answer, and a column that is not there."""
    table = ticks()
    table["say_A"][:2] = [2, NAN]
    table["say_B"][350] = 1
    with pytest.raises(FaultsError) as raised:
        mapped(table, statements=CheckAll("answered"))
    assert [(one.column, one.rows, one.found) for one in raised.value.faults] == [
        ("say_A", (0,), "2"),
        ("say_B", (350,), "a tick without an answer"),
    ]
    with pytest.raises(FaultsError) as raised:
        mapped({**ticks(), "say_A": None}, statements=CheckAll("gone"))
    assert {one.column for one in raised.value.faults} == {"gone", "say_A"}


def test_a_wish_that_nobody_was_asked_about_has_no_ticks() -> None:
    """An item without a column of ticks stays open as such, and counts for no mean."""
    table = ticks()
    items = [*items_by_prefix(list("ABCD"), said="say_"), Item("E", rating="E", said=None)]
    found = mapped(table, items=items, statements=CheckAll())
    assert found["E"].asked == 0
    assert found["E"].classification.stated.doubts == (Reason.NOT_ASKED,)
    table = {"Y": [1, 2], "A": [1, 2]}
    none = map_wishes(
        table, outcome="Y", items=[Item("A", rating="A", said=None)], statements=YesNo()
    )
    assert "asked for, %: of those who answered about the wish\n" in str(none)


def test_the_denominator_is_a_range_where_it_differs() -> None:
    """Each wish may have been answered by others."""
    table = survey()
    table["say_A"][:100] = NAN
    found = mapped(table)
    assert "asked for, %: of those who answered about the wish (300 ... 400)" in str(found)
    assert found.to_rows()[0]["asked"] == 300


# Rows that are the same


def test_rows_that_are_the_same_are_pointed_out() -> None:
    """A survey that was stored twice shows it; rows that rate all alike do not count."""
    table = survey()
    once = mapped(table)
    assert once.identical == 0
    twice = mapped({name: np.concatenate([column, column]) for name, column in table.items()})
    varied = sum(
        len({*row}) > 1 and sum(cell != np.sort(row)[2] for cell in row) >= 3
        for row in np.column_stack([table[name] for name in "ABCDE"])
    )
    assert twice.identical == varied > 0
    told = "rows that are the same as an earlier one, though they do not rate all alike: "
    assert f"{told}{varied}" in str(twice)
    for lang in Lang:
        assert f": {varied}" in " ".join(twice.explain(lang).split())
    few = {name: np.concatenate([table[name]] * 2) for name in ("A", "say_A", "Y")}
    assert mapped(few, items=items_by_prefix(["A"], said="say_")).identical == 0


@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.sampled_from([0.0, 0.1]))
def test_the_same_rows_are_those_that_one_by_one_are_the_same(
    seed: int, kinds: int, blank: float
) -> None:
    """However many rows are copies of one another, so many are counted as looking at each finds."""
    chance = np.random.default_rng(seed)
    sorts = chance.integers(1, 4, (kinds, 6)).astype(float)
    sorts[chance.random(sorts.shape) < blank] = NAN
    rows = sorts[chance.integers(0, kinds, 80)]
    seen, again = set(), 0
    for row in np.nan_to_num(rows).tolist():
        said = sorted(rating for rating in row[:5] if rating)
        varied = sum(rating != said[(len(said) - 1) // 2] for rating in said) >= 3
        again += varied and tuple(row) in seen
        seen.add(tuple(row))
    table = dict(zip("ABCDEY", rows.T, strict=True))
    assert mapped(table, items=[Item(name, name, None) for name in "ABCDE"]).identical == again
