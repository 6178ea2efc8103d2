"""One column of any kind: numbers, blanks, respondents, and what is none of them."""

import datetime as dt
import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wishes.tables import Columns, ask, cells_of, faults_of, read, texts_of

IDS = [
    st.integers(-(2**63), 2**63 - 1),
    st.text(min_size=1).filter(str.strip).map(lambda text: text.replace("\0", "0")),
    st.booleans(),
    st.dates(),
    st.datetimes(),
]


@st.composite
def owners(draw: st.DrawFn) -> list[Any]:
    """Draw whose each row is, with several rows of one respondent."""
    some = draw(st.lists(draw(st.sampled_from(IDS)), min_size=1, max_size=4, unique=True))
    return draw(st.lists(st.sampled_from(some), min_size=1, max_size=8))


OWNERS: dict[str, Callable[[Columns], object]] = {
    "lists": dict,
    "arrays": lambda columns: {name: np.array(cells) for name, cells in columns.items()},
    "pandas": pd.DataFrame,
    "pandas categories": lambda columns: pd.DataFrame(columns).astype({"id": "category"}),
    "polars": pl.DataFrame,
    "pyarrow": pa.table,
    "pyarrow dictionaries": lambda columns: pa.table(
        {**columns, "id": pa.array(columns["id"]).dictionary_encode()}
    ),
}
"""Ways to make a table with respondents."""


@pytest.mark.no_cover
@pytest.mark.parametrize("maker", OWNERS)
@settings(max_examples=25)
@given(ids=owners())
def test_respondents_are_counted_in_the_order_of_appearance(maker: str, ids: list[Any]) -> None:
    """Ids of any type become the same codes, whatever the kind of table, and are never confused."""
    table = OWNERS[maker]({"y": list(range(len(ids))), "id": ids})
    sheet = read(table, ask(respondent="id"))
    order = list(dict.fromkeys(ids))
    assert sheet.respondents is not None
    assert sheet.respondents.tolist() == [order.index(one) for one in ids]
    assert sheet.clusters == len(order)
    assert list(sheet.numbers) == ["y"]


DAY = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
NONE = [None, None]

NUMERIC: dict[str, tuple[Any, list[float | None]]] = {
    "fractions": ([Fraction(1, 2), None], [0.5, None]),
    "decimals": ([Decimal("0.5"), Decimal("sNaN")], [0.5, None]),
    "numpy scalars": ([np.float32(0.5), np.bool_(True), np.int8(3)], [0.5, 1.0, 3.0]),
    "blanks of pandas": ([1, pd.NA, pd.NaT], [1.0, None, None]),
    "range": (range(2), [0.0, 1.0]),
    "long double": (np.array([0.5], np.longdouble), [0.5]),
    "half": (np.array([0.5], np.float16), [0.5]),
    "masked objects": (np.ma.MaskedArray([1, 2], [True, False], object), [None, 2.0]),
    "every second": (np.arange(4.0)[::2], [0.0, 2.0]),
    "index of pandas": (pd.Index([1, 2]), [1.0, 2.0]),
    "decimals of pandas": (pd.Series([Decimal("0.5"), None]), [0.5, None]),
    "sparse of pandas": (pd.Series(pd.arrays.SparseArray([0, 1.0])), [0.0, 1.0]),
    "nulls of pandas": (pd.Series(NONE, dtype=pd.ArrowDtype(pa.null())), [None, None]),
    "blank texts of pandas": (pd.Series(NONE, dtype="str"), [None, None]),
    "decimals of polars": (pl.Series([Decimal("0.5"), None]), [0.5, None]),
    "long whole numbers of polars": (pl.Series([2**70, None], dtype=pl.Int128), [2.0**70, None]),
    "nulls of polars": (pl.Series(NONE), [None, None]),
    "blank texts of polars": (pl.Series(NONE, dtype=pl.String), [None, None]),
    "blank dates of polars": (pl.Series(NONE, dtype=pl.Date), [None, None]),
    "objects of polars": (pl.Series([1, None, 2.5], dtype=pl.Object), [1.0, None, 2.5]),
    "nulls of pyarrow": (pa.chunked_array([pa.nulls(2)]), [None, None]),
    "nulls of pyarrow, one array": (pa.nulls(2), [None, None]),
    "decimals of pyarrow": (pa.chunked_array([[Decimal("0.5"), None]]), [0.5, None]),
}


@pytest.mark.parametrize("kind", NUMERIC)
def test_numbers_of_many_types_are_numbers(kind: str) -> None:
    """Whatever stands for a number, or for a blank, is read as one."""
    column, expected = NUMERIC[kind]
    assert cells_of(read({"y": column}, ask()))["y"] == expected


OTHER: dict[str, tuple[Any, int | None, str]] = {
    "text": ([1, "hello", None], 1, "a text of 5 characters"),
    "digits": (["5"], 0, "a text of 1 characters"),
    "empty text": ([1, ""], 1, "a text of 0 characters"),
    "bytes": (np.array([b"abc"]), 0, "a text of 3 characters"),
    "texts of numpy": (np.array(["abc", ""]), 0, "a text of 3 characters"),
    "texts of variable length": (np.array(["abc"], np.dtypes.StringDType()), 0, "a text of 3"),
    "complex": (np.array([1j]), 0, "a complex"),
    "list": ([[1], 2], 0, "a list"),
    "records": (np.zeros(1, [("a", float)]), 0, "a tuple"),
    "date": ([1, dt.date(2020, 1, 1)], 1, "a date"),
    "dates of numpy": (np.array(["2020"], "M8[ns]"), None, "a column of dates or times"),
    "spans of numpy": (np.array([5], "m8[s]"), None, "a column of dates or times"),
    "texts of pandas": (pd.Series([None, "abc"]), 1, "a text of 3 characters"),
    "categories of pandas": (pd.Series(["abc"], dtype="category"), 0, "a text of 3 characters"),
    "periods of pandas": (pd.Series(pd.period_range("2020", periods=1)), 0, "a Period"),
    "dates of pandas": (pd.Series([DAY]), None, "a column of dates or times"),
    "complex of pandas": (pd.Series([1j]), 0, "a complex"),
    "texts of polars": (pl.Series([None, "abc"]), 1, "a text of 3 characters"),
    "categories of polars": (pl.Series([None, "abc"], dtype=pl.Categorical), 1, "a text of 3"),
    "dates of polars": (pl.Series([dt.date(2020, 1, 1)]), None, "a column of dates or times"),
    "spans of polars": (pl.Series([dt.timedelta(1)]), None, "a column of dates or times"),
    "times of polars": (pl.Series([dt.time(1)]), 0, "a time"),
    "lists of polars": (pl.Series([[1, 2]]), 0, "a ndarray"),
    "pairs of polars": (
        pl.Series([[1, 2]], dtype=pl.Array(pl.Int64, 2)),
        None,
        "an array of 2 dimensions",
    ),
    "texts of pyarrow": (pa.chunked_array([[None, "abc"]]), 1, "a text of 3 characters"),
    "dates of pyarrow": (pa.chunked_array([[dt.date(2020, 1, 1)]]), None, "a column of dates"),
    "two dimensions": (np.zeros((2, 2)), None, "an array of 2 dimensions"),
    "no dimensions": (np.float64(1), None, "an array of 0 dimensions"),
    "frame": (pd.DataFrame({"a": [1]}), None, "an array of 2 dimensions"),
    "number": (5, None, "int"),
    "word": ("hello", None, "str of 5 characters"),
    "set": ({1, 2}, None, "set"),
    "mapping": ({0: 1}, None, "dict"),
    "generator": ((one for one in (1, 2)), None, "generator"),
}


@pytest.mark.parametrize("kind", OTHER)
def test_what_is_no_number_is_a_fault(kind: str) -> None:
    """A cell or a column that is no number is told by its type and size."""
    column, row, found = OTHER[kind]
    (fault,) = faults_of({"y": column}, ask())
    assert (fault.column, next(iter(fault.rows), None)) == ("y", row)
    assert fault.found.startswith(found)


def test_numbers_beyond_all_bounds_are_infinite() -> None:
    """A number too large for a float is a fault as an infinite one is, with its sign."""
    cells = [1, 10**400, -(10**400), None]
    (fault,) = faults_of({"y": cells}, ask())
    assert str(fault) == ("column 'y', rows 1, 2 (counted from 0): inf; expected a finite number")
    (fault,) = faults_of({"y": np.array([-math.inf])}, ask())
    assert fault.found == "-inf"
    (fault,) = faults_of({"y": [Fraction(-(10**400))]}, ask())
    assert fault.found == "-inf"


def test_numbers_whose_squares_are_none_are_refused() -> None:
    """A number of more than 1e150 in size is a fault; blanks beside it are none."""
    (fault,) = faults_of({"y": [1, None, 2e150, -1e200]}, ask())
    assert (fault.column, fault.rows, fault.found) == ("y", (2, 3), "2e+150")
    assert fault.expected == "a number of at most 1e+150 in size"


def test_a_long_double_that_is_too_large_is_infinite() -> None:
    """What overflows on the way to a float is a fault and no warning."""
    huge = np.array([np.finfo(np.longdouble).max])
    if math.isfinite(float(huge[0])):
        pytest.skip("long double is no longer than double here")
    (fault,) = faults_of({"y": huge}, ask())
    assert fault.found == "inf"


@pytest.mark.parametrize(
    "column",
    [np.arange(3.0), np.arange(3), [0, 1, 2], pd.Series([0.0, 1])],
    ids=["floats", "whole numbers", "list", "series"],
)
def test_what_was_read_cannot_be_written_to(column: Any) -> None:
    """Nobody changes the user's table by way of the sheet, and the table stays writable."""
    numbers = read({"y": column}, ask()).numbers["y"]
    with pytest.raises(ValueError, match="read-only"):
        numbers[0] = 5
    if isinstance(column, np.ndarray):
        column[0] = 5


def test_objects_are_left_as_they_were() -> None:
    """Cells that are no numbers are not blanked in the user's own array."""
    column = np.array([1, "text"], object)
    faults_of({"y": column}, ask())
    assert column.tolist() == [1, "text"]


BAD_IDS = [
    ([1, None, 2, None], "rows 1, 3 (counted from 0): a blank; expected a respondent's id"),
    ([1.5, math.nan, 2, 3], "row 1 (counted from 0): a blank"),
    (["a", "", " ", "b"], "rows 1, 2 (counted from 0): a blank"),
    (["a", pd.NA, pd.NaT, "b"], "rows 1, 2 (counted from 0): a blank"),
    (np.array(["2020", "NaT", "2021", "2021"], "M8[ns]"), "row 1 (counted from 0): a blank"),
    (
        np.ma.MaskedArray([1, 2, 3, 4], [False, True, False, False]),
        "row 1 (counted from 0): a blank",
    ),
    (pl.Series([1, None, 2, 3]), "row 1 (counted from 0): a blank"),
    (pd.Series([1, None, 2, 3], dtype="Int64"), "row 1 (counted from 0): a blank"),
    ([Decimal(1), Decimal("NaN"), 1, 2], "row 1 (counted from 0): a blank"),
    ([1, [2], {}, 3], "rows 1, 2 (counted from 0): a list; expected a respondent's id"),
    (np.zeros((4, 2)), "column 'id': an array of 2 dimensions; expected a sequence"),
    ([1, 2, 3], "column 'id': 3 rows; expected 4 rows, as column 'y' has"),
    (5, "column 'id': int; expected a sequence, or an array of one dimension"),
]


@pytest.mark.parametrize(("ids", "text"), BAD_IDS, ids=range(len(BAD_IDS)))
def test_ids_that_are_none_are_faults(ids: Any, text: str) -> None:
    """A row of nobody is refused, for it would be put together with others of nobody."""
    (found,) = texts_of({"y": [1, 2, 3, 4], "id": ids}, ask(respondent="id"))
    assert text in found


@pytest.mark.parametrize(
    "ids",
    [
        pl.Series([2**100, 2**100 + 1], dtype=pl.Int128),
        np.array([2**63, 2**63 + 1], np.uint64),
        np.array([5, 6], "m8[ns]"),
        np.array([1.5, 2.5]),
        pd.Series([2**53, 2**53 + 1], dtype="Int64"),
        pa.chunked_array([[2**53, 2**53 + 1]]),
    ],
    ids=range(6),
)
def test_ids_that_differ_are_never_taken_for_the_same(ids: Any) -> None:
    """Long numbers are told apart, though no float can."""
    sheet = read({"y": [1, 2], "id": ids}, ask(respondent="id"))
    assert sheet.respondents is not None
    assert sheet.respondents.tolist() == [0, 1]
