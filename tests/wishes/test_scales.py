"""Constant sum, ratings, and best and worst choices: what they say, and what is wrong with them."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.errors import InvalidError
from cxjourney.wishes import ConstantSum, Item, MaxDiff, Ratings, StatementForm, items_by_prefix
from tests.wishes.tables import Asked, asking, left_out, read, texts_of
from tests.wishes.voices import assert_same


def asked_of(form: StatementForm, *names: str) -> Asked:
    """Return what is asked of a table of statements; with MaxDiff, of best and worst."""
    if isinstance(form, MaxDiff):
        return asking("y", items_by_prefix(names, said="", rating=None, worst="worst_"), form)
    return asking("y", items_by_prefix(names, said="", rating=None), form)


def heard(form: StatementForm, **columns: Any) -> Any:
    """Return what columns of statements say."""
    names = [name for name in columns if not name.startswith("worst_")]
    asked = asked_of(form, *names)
    table = {"y": range(len(columns[names[0]])), **columns}
    return form.measure(read(table, asked), asked["items"])


def wrong(form: StatementForm, **columns: Any) -> list[str]:
    """Return what is wrong with columns of statements."""
    names = [name for name in columns if not name.startswith("worst_")]
    return texts_of({"y": range(len(columns[names[0]])), **columns}, asked_of(form, *names))


def test_points_are_shares_of_the_row() -> None:
    """Rows count alike, however many points they have; a blank is no points."""
    found = heard(ConstantSum(), a=[100, 1, 0, None], b=[None, 3, 0, None])
    assert found.share.tolist() == pytest.approx([(1 + 1 / 4) / 2, 3 / 4 / 2])
    assert found.n.tolist() == [2, 2]
    assert found.tau == 0.5
    assert left_out(found) == [("NO_POINTS", 2)]


def test_only_wishes_on_offer_share_the_points() -> None:
    """A column that is blank throughout takes no part."""
    found = heard(ConstantSum(), a=[1, 2], b=[3, 2], c=[None, None])
    assert found.tau == 0.5
    assert found.n.tolist() == [2, 2, 0]


@pytest.mark.no_cover
@given(st.lists(st.integers(0, 9), min_size=4, max_size=4), st.floats(1e-3, 1e3))
def test_the_size_of_a_rows_points_changes_nothing(points: list[int], scale: float) -> None:
    """Who divides 10 points says as much as who divides 100 alike."""
    once = heard(ConstantSum(), a=points[:2], b=points[2:])
    row = np.array([1, scale])
    scaled = heard(ConstantSum(), a=points[:2] * row, b=points[2:] * row)
    assert_same(scaled, once)


def test_points_that_do_not_add_up_are_faults() -> None:
    """Every row with points has the total that was given, but for rounding."""
    columns = {"a": [60, 60, 0, 33.333333], "b": [40, 30, None, 66.66667]}
    assert wrong(ConstantSum(100), **columns) == [
        "row 1 (counted from 0): 90 points; expected points that add up to 100"
    ]
    assert heard(ConstantSum(), **columns).n.tolist() == [3, 3]


def test_points_below_zero_are_faults() -> None:
    """Nobody can take points away."""
    assert wrong(ConstantSum(1), a=[-1, 2], b=[2, -1]) == [
        "column 'a', row 0 (counted from 0): -1; expected 0 points or more",
        "column 'b', row 1 (counted from 0): -1; expected 0 points or more",
    ]


def test_rows_add_up_only_with_all_of_their_columns() -> None:
    """A column that could not be read is one fault, not one in every row."""
    table = {"y": [1, 2], "a": [60, 50], "b": ["text", 50]}
    (found,) = texts_of({**table, "b": "text"}, asked_of(ConstantSum(100), "a", "b"))
    assert found.startswith("column 'b': str")
    nothing = asking("missing", [Item("a", None, None)], ConstantSum(100))
    assert len(texts_of(table, nothing)) == 1


RATING = st.none() | st.integers(1, 5)
ROWS = st.lists(st.lists(RATING, min_size=3, max_size=3), min_size=1, max_size=8)


def rated(rows: list[list[float | None]]) -> Any:
    """Return what rows of three ratings say."""
    a, b, c = (list(of) for of in zip(*rows, strict=True))
    return heard(Ratings(), a=a, b=b, c=c)


@pytest.mark.no_cover
@given(ROWS, st.data())
def test_no_customers_own_scale_changes_anything(
    rows: list[list[float | None]], data: st.DataObject
) -> None:
    """Each customer's ratings may be moved and stretched as one likes: no cut is fixed."""
    styles = data.draw(
        st.lists(
            st.tuples(st.floats(-1e3, 1e3), st.floats(1e-2, 1e2)),
            min_size=len(rows),
            max_size=len(rows),
        )
    )
    styled = [
        [None if cell is None else add + cell * stretch for cell in row]
        for row, (add, stretch) in zip(rows, styles, strict=True)
    ]
    assert_same(rated(styled), rated(rows))


def test_a_rating_says_a_wish_above_the_rows_own_mean() -> None:
    """Above is 1, below is 0, at the mean is a half; blanks do not count."""
    found = rated([[1, 2, 3], [5, 5, 4], [2, None, 1], [None, 3, None], [4, 4, 4], [None] * 3])
    assert found.share.tolist() == pytest.approx([2 / 3, 1.5 / 2, 1 / 3])
    assert found.n.tolist() == [3, 2, 3]
    assert found.tau == 0.5
    assert left_out(found) == [("NO_ORDER", 3)]


def test_a_wish_that_nobody_rated_has_no_part_in_the_means() -> None:
    """A column that is blank throughout leaves the other wishes as they are without it."""
    found = heard(Ratings(), a=[1, 2], b=[3, 1], c=[None, None])
    assert found.share[:2].tolist() == [0.5, 0.5]
    assert found.n.tolist() == [2, 2, 0]


def test_a_mean_that_is_no_round_number_is_still_met() -> None:
    """A rating at the mean is at it whatever rounding does."""
    found = rated([[0.1, 0.2, 0.3], [0.7, 0.8, 0.9]])
    assert found.share.tolist() == [0, 0.5, 1]


def test_best_and_worst_are_held_against_each_other() -> None:
    """Who never chose a wish says nothing of it; a blank beside a count is 0."""
    found = heard(
        MaxDiff(),
        a=[2, 0, None, None],
        worst_a=[1, 0, 1, None],
        b=[0, 0, 1, None],
        worst_b=[None] * 4,
    )
    assert found.share.tolist() == pytest.approx([1 / 3, 1])
    assert found.n.tolist() == [2, 1]
    assert found.tau == 0.5
    assert left_out(found) == [("NO_CHOICE", 2)]


def test_how_often_a_wish_was_shown_makes_no_choice_a_half() -> None:
    """Shown and never chosen is neither best nor worst."""
    found = heard(MaxDiff(2), a=[2, 0, 1, None], worst_a=[0, 0, None, None])
    assert found.share.tolist() == pytest.approx([(1 + 1 / 2 + 3 / 4) / 3])
    assert found.n.tolist() == [3]


def test_what_is_no_count_of_choices_is_a_fault() -> None:
    """Counts are whole, at least 0, and at most as many as the wish was shown."""
    columns = {"a": [-1, 0.5, 2, 1], "worst_a": [0, 0, 1, 1.5]}
    expected = "expected at most 2 as best and worst together, as often as it was shown"
    counts = [
        "column 'a', rows 0, 1 (counted from 0): -1; expected a whole number from 0",
        "column 'worst_a', row 3 (counted from 0): 1.5; expected a whole number from 0",
    ]
    assert wrong(MaxDiff(), **columns) == counts
    assert wrong(MaxDiff(2), **columns) == [
        *counts,
        f"column 'a', rows 2, 3 (counted from 0): 3 choices; {expected}",
    ]
    assert len(wrong(MaxDiff(), a=[math.inf], worst_a=[1])) == 1


def test_best_without_worst_is_a_fault() -> None:
    """MaxDiff needs both counts; a wish without either was not asked about."""
    items = [Item("a", None, "a"), Item("b", None, "b", "c"), Item("d", None, None)]
    table = {"y": [1, 2], "a": [1, 0], "b": [1, 0]}
    (missing, half) = texts_of(table, asking("y", items, MaxDiff(2)))
    assert missing.startswith("column 'c': no such column, for how often 'b' was chosen as worst")
    assert half == (
        "column 'a': how often a wish was chosen as best, but not how often as worst; expected "
        "both columns in its Item"
    )
    form = MaxDiff()
    asked = asking("y", items[1:], form)
    found = form.measure(read({**table, "c": [0, 1]}, asked), asked["items"])
    assert found.n.tolist() == [2, 0]


ANY_SUM: Any = ConstantSum
ANY_DIFF: Any = MaxDiff


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: ConstantSum(0), "total: 0; expected a number from"),
        (lambda: ConstantSum(math.nan), "total: nan"),
        (lambda: ANY_SUM("100"), "total: str"),
        (lambda: MaxDiff(0), "shown: 0"),
        (lambda: ANY_DIFF(2.5), "shown: 2.5; expected a whole number"),
    ],
    ids=range(5),
)
def test_a_form_that_is_none_is_refused(make: Callable[[], Any], text: str) -> None:
    """Wrong settings of a form are refused when it is made."""
    with pytest.raises(InvalidError) as caught:
        make()
    assert text in str(caught.value)
