"""Reading a survey's table: every kind of table alike, and every fault of it at once."""

import math
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney.wishes import Item, MaxDiff, Mentions, YesNo, items_by_prefix
from tests.wishes.tables import MAKERS, Columns, ask, asking, cells_of, faults_of, read, texts_of

NUMBERS = [
    st.integers(-(2**53), 2**53),
    st.floats(-1e9, 1e9),
    st.booleans(),
]


@st.composite
def tables(draw: st.DrawFn) -> dict[str, list[Any]]:
    """Draw columns of one kind of number each, with blanks."""
    rows = draw(st.integers(1, 8))
    return {
        name: draw(
            st.lists(st.none() | draw(st.sampled_from(NUMBERS)), min_size=rows, max_size=rows)
        )
        for name in ("y", "a", "b")
    }


@pytest.mark.no_cover
@settings(max_examples=20)
@given(columns=tables())
def test_every_kind_of_table_gives_the_same_numbers(columns: dict[str, Any]) -> None:
    """Numbers, truth values and blanks come out of any kind of table as they went in."""
    expected = {
        name: [None if cell is None else float(cell) for cell in cells]
        for name, cells in columns.items()
    }
    for maker, make in MAKERS.items():
        sheet = read(make(columns), ask("a", "b"))
        assert cells_of(sheet) == expected, maker
        assert sheet.rows == len(columns["y"])
        assert (sheet.weights, sheet.respondents, sheet.clusters) == (None, None, None)


@pytest.mark.parametrize("maker", ["same", "pandas", "polars", "pyarrow"])
def test_floats_are_not_copied(maker: str) -> None:
    """A column of floats without blanks shares its memory with the table."""
    table: Any = {"same": dict, **MAKERS}[maker]({"y": np.arange(5.0)})
    column = read(table, ask()).numbers["y"]
    assert np.shares_memory(column, np.asarray(table["y"]))


class Counting(dict[str, Any]):
    """A table that remembers which columns were read."""

    def __init__(self, columns: Columns) -> None:
        """Start with nothing read."""
        super().__init__(columns)
        self.read: list[str] = []

    def __getitem__(self, name: str) -> Any:
        """Remember the column, and return it."""
        self.read.append(name)
        return super().__getitem__(name)


def test_only_what_is_asked_for_is_read_and_once() -> None:
    """Columns that nobody asked for may hold anything."""
    table = Counting({"y": [1], "a": [2], "said": [1], "notes": "not even a column", "id": ["r"]})
    table.update(weight=[2], control=[3], commented=[1])
    asked = ask(
        "a",
        said="said",
        statements=Mentions("commented"),
        respondent="id",
        weight="weight",
        controls=["control"],
    )
    sheet = read(table, asked)
    assert sorted(table.read) == ["a", "commented", "control", "id", "said", "weight", "y"]
    assert sorted(sheet.numbers) == ["a", "commented", "control", "said", "y"]


@pytest.mark.no_cover
@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=6).filter(any),
    st.integers(-1_003, 1_003),
)
def test_weights_are_scaled_to_a_mean_of_one(weights: list[int], power: int) -> None:
    """Only the weights' proportions count, whatever their size."""
    table = {"y": range(len(weights)), "weight": weights}
    scaled = read(table, ask(weight="weight")).weights
    assert scaled is not None
    assert math.isclose(scaled.mean(), 1)
    np.testing.assert_allclose(scaled * sum(weights), np.array(weights) * len(weights))
    powers = [math.ldexp(weight, power) for weight in weights]
    same = read({**table, "weight": powers}, ask(weight="weight")).weights
    assert same is not None
    assert same.tolist() == scaled.tolist()


def test_weights_may_be_as_large_as_numbers_are() -> None:
    """Weights whose sum is beyond all numbers are weights all the same."""
    table = {"y": [1, 2, 3], "weight": [1e308, 1e308, 1e308]}
    weights = read(table, ask(weight="weight")).weights
    assert weights is not None
    assert weights.tolist() == [1, 1, 1]


BAD_WEIGHTS = [
    ([1, -2, -3], "rows 1, 2 (counted from 0): -2; expected a weight of 0 or more"),
    ([1, None, 2], "row 1 (counted from 0): a blank; expected a weight of 0 or more"),
    ([0, 0, 0], "column 'weight': 0 in every row; expected a weight above 0 in some row"),
    ([0, math.inf, 0], "row 1 (counted from 0): inf; expected a finite number"),
]


@pytest.mark.parametrize(("weights", "text"), BAD_WEIGHTS, ids=range(len(BAD_WEIGHTS)))
def test_weights_that_are_none_are_faults(weights: list[Any], text: str) -> None:
    """Weights below 0, blank, infinite, or all of them 0 are refused."""
    (found,) = texts_of({"y": [1, 2, 3], "weight": weights}, ask(weight="weight"))
    assert text in found


def test_every_fault_is_found_at_once() -> None:
    """One error names all that is wrong, each with its place."""
    table = {
        "y": [1, "secret", 3, math.inf],
        "a": [1, 2, 6, 0],
        "weight": [1, -1, None, 1],
        "id": ["r", None, "s", "t"],
        "short": [1],
        "said_b": [0, 1, 2, None],
    }
    items = [
        Item("a", "a", None),
        Item("b", "short", "said_b"),
        Item("b", "rating_b", None),
        Item("c", "weight", "said_c", "worst_c"),
    ]
    asked = asking("y", items, YesNo(), "id", "weight", ["control"], (1, 5))
    faults = [
        (fault.column, next(iter(fault.rows), None), fault.found, fault.expected.split(";")[0])
        for fault in faults_of(table, asked)
    ]
    columns = "a column of the table, which has y, a, weight, id, short, said_b"
    none = "a number, or a blank (null, None or NaN)"
    nobody = "a respondent's id, such as a text or a whole number"
    worst = "choices as worst, which YesNo does not read"
    assert faults == [
        (None, None, "2 wishes that are called 'b'", "another name for each wish"),
        ("worst_c", None, worst, "MaxDiff as the form of the statements"),
        ("weight", None, "the weight and the rating of 'c'", "a column of its own for each"),
        ("control", None, "no such column, for a control", columns),
        ("rating_b", None, "no such column, for the rating of 'b'", columns),
        ("said_c", None, "no such column, for what is said of 'c'", "a column of the table"),
        ("y", 1, "a text of 6 characters", none),
        ("y", 3, "inf", "a finite number"),
        ("id", 1, "a blank", nobody),
        ("short", None, "1 rows", "4 rows, as column 'y' has"),
        ("weight", 2, "a blank", "a weight of 0 or more"),
        ("weight", 1, "-1", "a weight of 0 or more"),
        ("a", 2, "6", "a rating from 1 to 5, or a blank"),
        ("said_b", 2, "2", "0, 1 or a blank"),
    ]


def test_a_rating_is_checked_against_the_range_only_where_there_is_one() -> None:
    """Blanks and the bounds themselves are within; one infinite rating is one fault."""
    table = {"y": [1, 2, 3], "a": [1, None, 5]}
    assert read(table, ask("a", rating_range=(1, 5))).rows == 3
    assert read(table, ask("a")).rows == 3
    table["a"] = [math.inf, 0.5, 5.5]
    assert texts_of(table, ask("a", rating_range=(1, 5))) == [
        "column 'a', row 0 (counted from 0): inf; expected a finite number",
        "column 'a', rows 1, 2 (counted from 0): 0.5; expected a rating from 1 to 5, or a blank",
    ]


NO_TABLES: list[tuple[object, str]] = [
    ([1, 2], "a list; expected a mapping of columns, a structured array, or a table of"),
    (None, "a NoneType; expected"),
    ("survey.csv", "a str; expected a mapping of columns"),
    (pd.Series([1]), "a Series; expected"),
    (pl.Series([1]), "a Series; expected"),
    (
        np.zeros((2, 3)),
        (
            "an array of 2 dimensions without names of columns; expected a mapping, such as "
            "dict(zip(names, array.T))"
        ),
    ),
    ({}, "column 'y': no such column, for the outcome; expected a column of the table, which "),
]


@pytest.mark.parametrize(("table", "text"), NO_TABLES, ids=range(len(NO_TABLES)))
def test_what_is_no_table_is_refused(table: object, text: str) -> None:
    """What cannot be read as a table is named by its type, with what would have been right."""
    (found,) = texts_of(table, ask())
    assert found.startswith(text)


def test_a_lazy_frame_is_worked_out_for_what_is_asked() -> None:
    """Only the columns that are needed are worked out, and only once; names are known before."""

    def fail(_: object) -> object:
        raise AssertionError

    def note(column: pl.Series) -> pl.Series:
        worked.append(1)
        return column

    worked: list[int] = []
    lazy = pl.LazyFrame({"y": [1, 2], "a": [3, 4], "b": [5, 6]}).with_columns(
        pl.col("b").map_batches(fail, return_dtype=pl.Int64),
        pl.col("a").map_batches(note, return_dtype=pl.Int64),
    )
    assert read(lazy, ask(weight="a")).numbers["y"].tolist() == [1, 2]
    assert worked == [1]
    (told,) = texts_of(pl.LazyFrame({"x": [1]}), ask())
    assert told.startswith("column 'y': no such column")


@pytest.mark.parametrize("maker", ["arrays", "pandas", "polars", "pyarrow", "structured"])
def test_a_table_without_rows_is_refused(maker: str) -> None:
    """Nothing is to be learned from no rows."""
    assert texts_of(MAKERS[maker]({"y": [], "a": []}), ask(weight="a")) == [
        "no rows; expected at least one row"
    ]


def test_names_that_several_columns_have_are_faults() -> None:
    """A table that names columns alike cannot be read, and what else is wrong is told too."""
    arrays = [pa.array([1])] * 3
    for table in (
        pd.DataFrame([[1, 2, 3]], columns=["y", "y", "b"]),
        pa.Table.from_arrays(arrays, names=["y", "y", "b"]),
    ):
        twice, missing = texts_of(table, ask("a"))
        assert twice == (
            "column 'y': a name that 2 columns have; expected another name for each column"
        )
        assert missing.startswith("column 'a': no such column, for the rating of 'a'")
        assert missing.endswith("expected a column of the table, which has y, b")


def test_columns_need_not_be_named_by_texts() -> None:
    """A frame may have other names beside those that are asked for."""
    frame = pd.DataFrame({"y": [1], 5: [2], ("a", "b"): [3]})
    assert read(frame, ask()).rows == 1
    (found,) = texts_of(frame, ask("z5"))
    assert "the nearest are 5" in found


def test_the_nearest_columns_are_named_whatever_their_case() -> None:
    """A name that is nearly right is recognised."""
    (found,) = texts_of({"y": [1], "WIFI": [1], "art": [1]}, ask("wifi"))
    assert found.endswith("the nearest are WIFI")


def test_a_form_that_reads_worst_takes_it() -> None:
    """With MaxDiff the column of times chosen worst is read, and is no fault."""
    items = items_by_prefix(["a", "b"], said="best_", rating=None, worst="worst_")
    table = {name: [1, 0] for name in ("y", "best_a", "best_b", "worst_a", "worst_b")}
    assert len(read(table, asking("y", items, MaxDiff())).numbers) == 5


def test_a_survey_without_wishes_is_refused() -> None:
    """There is nothing to find out of no wishes."""
    assert texts_of({"y": [1]}, asking("y", [], YesNo())) == [
        "no wishes; expected at least one item"
    ]
