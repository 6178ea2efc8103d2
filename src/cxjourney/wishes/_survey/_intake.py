"""Taking in a survey: its columns, of any kind of table."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from math import inf, isnan, nan
from numbers import Real
from types import NoneType
from typing import Any, TypeAlias

import attrs
import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from cxjourney.errors import InvalidError
from cxjourney.vocabulary._checks import describe
from cxjourney.wishes._arrays import KINDS, Codes, Floats, Mask
from cxjourney.wishes._files._code_books import CodeBook

Array: TypeAlias = NDArray[Any]
Series: TypeAlias = nw.Series[Any]

NUMBERS = (Real, Decimal, np.bool_, NoneType)
BLANKS = {"NAType", "NaTType"}
"""The types of the blanks of pandas, by name, so that pandas need not be there."""

A_NUMBER = "a number, or a blank (null, None or NaN)"
A_COLUMN = "a sequence, or an array of one dimension"
AN_ID = "a respondent's id, such as a text or a whole number"


def take_numbers(
    column: object, name: str, faults: list[InvalidError], book: CodeBook | None = None
) -> Floats | None:
    """Return a column as numbers, a blank as NaN; a cell that is no number is a fault, and NaN.

    Args:
        column: a series of a frame, a numpy array, or a sequence.
        name: what the column is called.
        faults: takes what is wrong with it.
        book: its code book: which words are which numbers, and what is no answer.

    Returns:
        The numbers, which may share memory with the column and cannot be written to; None where
        it is no column of numbers at all.
    """
    array = _one_dimensional(column, _numbers_of_series, name, faults)
    if array is None:
        return None
    if array.dtype.kind in "mM":
        faults.append(InvalidError("", "a column of dates or times", A_NUMBER, column=name))
        return None
    if array.dtype.kind in KINDS:
        with np.errstate(over="ignore"):
            numbers = array.astype(np.float64, copy=False).view(np.ndarray)
    else:
        cells = array.astype(object)
        if book is not None:
            cells = _by_book(cells, book)
        numbers = _numbers_of_objects(cells, name, faults)
    if book is not None:
        numbers = book.without_missing(numbers)
    numbers.flags.writeable = False
    return numbers


def take_respondents(
    column: object, name: str, faults: list[InvalidError]
) -> tuple[Codes, int] | None:
    """Return whose each row is, counted from 0 in the order of appearance, and how many there are.

    Args:
        column: a series of a frame, a numpy array, or a sequence, of anything hashable.
        name: what the column is called.
        faults: takes what is wrong with it; a blank is, and so is a text of spaces.

    Returns:
        The number of each row's respondent, and how many respondents there are; None where it is
        no column of ids at all.
    """
    array = _one_dimensional(column, _ids_of_series, name, faults)
    if array is None:
        return None
    if array.dtype.kind in "iu":
        return _order_whole_numbers(array)
    ids: list[Any] = array.tolist()
    try:
        order = {one: number for number, one in enumerate(dict.fromkeys(ids))}
    except TypeError:
        wrong = np.fromiter((not _is_hashable(one) for one in ids), np.bool_, len(ids))
        faults.extend(faults_at(wrong, name, lambda row: _described(ids[row]), AN_ID))
        return None
    codes = np.fromiter(map(order.__getitem__, ids), np.intp, len(ids))
    blanks = [number for one, number in order.items() if _is_blank(one)]
    faults.extend(faults_at(np.isin(codes, blanks), name, lambda _: "a blank", AN_ID))
    return codes, len(order)


def cells_of(column: object, name: str, faults: list[InvalidError]) -> list[Any]:
    """Return a column as the cells that stand in it, a null as None; what is no column is a fault.

    Args:
        column: a series of a frame, a numpy array, or a sequence.
        name: what the column is called.
        faults: takes what is wrong with it.
    """
    array = _one_dimensional(column, _cells_of_series, name, faults)
    cells: list[Any] = [] if array is None else array.tolist()
    return [None if type(cell).__name__ in BLANKS else cell for cell in cells]


def _cells_of_series(series: Series) -> Array:
    return _objects(series.to_list())


def _one_dimensional(
    column: object, of_series: Callable[[Series], Array], name: str, faults: list[InvalidError]
) -> Array | None:
    """Return a column as an array of its own kind, of objects where that is not clear."""
    array = _as_array(column, of_series)
    if array is None:
        faults.append(InvalidError("", describe(column), A_COLUMN, column=name))
    elif array.ndim != 1:
        faults.append(
            InvalidError("", f"an array of {array.ndim} dimensions", A_COLUMN, column=name)
        )
    elif isinstance(array, np.ma.MaskedArray):
        return _objects(array.tolist())
    else:
        return array
    return None


def _as_array(column: object, of_series: Callable[[Series], Array]) -> Array | None:
    # To ask narwhals what is one of its own takes long.
    of = getattr(column, "dtype", None)
    if isinstance(of, np.dtype) and of.kind in KINDS:
        return np.asanyarray(column)
    series = column
    if not isinstance(column, nw.Series | Sequence):
        series = nw.from_native(column, series_only=True, pass_through=True)
    if isinstance(series, nw.Series):
        return of_series(series)
    if isinstance(column, Sequence) and not isinstance(column, str | bytes | bytearray):
        return _objects(column)
    return np.asanyarray(column) if hasattr(column, "__array__") else None


def _objects(cells: Sequence[object]) -> Array:
    return np.fromiter(cells, dtype=object, count=len(cells))


def _numbers_of_series(series: Series) -> Array:
    of = series.dtype
    if of == nw.Float64:
        return series.to_numpy()
    if of.is_numeric() or of == nw.Boolean:
        return series.cast(nw.Float64).to_numpy()
    if series.null_count() == len(series):
        return np.full(len(series), nan)
    if of in {nw.Categorical, nw.Enum}:
        # An array of categories may forget which cells are null.
        return _objects(series.to_list())
    return series.to_numpy()


def _ids_of_series(series: Series) -> Array:
    # Never by way of floats, which would take different long numbers for the same.
    if series.dtype.is_integer() and series.dtype not in {nw.Int128, nw.UInt128}:
        return series.to_numpy()
    return _objects(series.to_list())


def _numbers_of_objects(cells: Array, name: str, faults: list[InvalidError]) -> Floats:
    kinds = sorted(set(map(type, cells)), key=lambda kind: (kind.__module__, kind.__qualname__))
    for kind in kinds:
        if not issubclass(kind, NUMBERS):
            of_kind = np.fromiter((type(cell) is kind for cell in cells), np.bool_, cells.size)
            if kind.__name__ not in BLANKS:
                faults.extend(
                    faults_at(of_kind, name, lambda row: _described(cells[row]), A_NUMBER)
                )
            cells[of_kind] = None
    try:
        return cells.astype(np.float64)
    except (OverflowError, ValueError):
        return np.fromiter(map(_number, cells), np.float64, cells.size)


def _by_book(cells: Array, book: CodeBook) -> Array:
    """Return cells with the numbers of a code book in place of its words."""
    known = ((cell, book.number(cell) if isinstance(cell, str) else None) for cell in cells)
    return _objects([cell if number is None else number for cell, number in known])


def _number(cell: float | Decimal | None) -> float:
    """Return a number whatever its size; NaN for a blank, even one that signals."""
    if cell is None:
        return nan
    try:
        return float(cell)
    except OverflowError:
        return inf if cell > 0 else -inf
    except ValueError:
        return nan


def _described(cell: object) -> str:
    if isinstance(cell, str | bytes):
        return f"a text of {len(cell)} characters"
    return f"a {type(cell).__name__}"


def _order_whole_numbers(ids: Array) -> tuple[Codes, int]:
    _, first, codes = np.unique(ids, return_index=True, return_inverse=True)
    order = np.empty(first.size, np.intp)
    order[np.argsort(first)] = np.arange(first.size)
    return order[codes], first.size


def _is_hashable(one: object) -> bool:
    try:
        hash(one)
    except TypeError:
        return False
    return True


def _is_blank(one: object) -> bool:
    if isinstance(one, str):
        return not one.strip()
    if isinstance(one, float | Decimal):
        return isnan(one)
    return one is None or type(one).__name__ in BLANKS


MOST_ROWS = 5

GLANCE = 64
"""So many rows tell most columns that are not of 0 and 1 alone."""

Use: TypeAlias = tuple[str, str]
"""A column that is read, and what for, such as ``the outcome``."""


@attrs.frozen
class Extent:
    """Between what the numbers of a column lie.

    Attributes:
        least: the least of them; NaN where there is none, as is the most.
        most: the most of them.
        whole: whether no row is blank.
        ones: how many rows are 1, where every row is 0 or 1; else None.
    """

    least: float
    most: float
    whole: bool
    ones: int | None = None

    @classmethod
    def of(cls, numbers: Floats) -> "Extent":
        """Return the extent of a column, a blank being NaN."""
        zeros, ones = _zeros_and_ones(numbers[:GLANCE])
        if zeros + ones == min(numbers.size, GLANCE):
            zeros, ones = _zeros_and_ones(numbers)
            if zeros + ones == numbers.size > 0:
                return cls(float(not zeros), float(ones > 0), whole=True, ones=ones)
        least, most = float(numbers.min(initial=inf)), float(numbers.max(initial=-inf))
        if not isnan(least):
            return cls(least, most, whole=True)
        return cls(float(np.fmin.reduce(numbers)), float(np.fmax.reduce(numbers)), whole=False)

    def within(self, low: float, high: float) -> bool:
        """Return whether every number is at least the one and at most the other."""
        return not (self.least < low or self.most > high)


def _zeros_and_ones(numbers: Floats) -> tuple[int, int]:
    return int(np.count_nonzero(numbers == 0)), int(np.count_nonzero(numbers == 1))


@attrs.frozen(eq=False)
class Sheet:
    """The columns of a survey that were asked for.

    Arrays are as long as the table. They may share memory with it and cannot be written to.

    Attributes:
        rows: how many rows the table has, at least 1.
        numbers: the columns of numbers by name; a blank is NaN, none is infinite.
        extents: between what the numbers of each column lie.
        weights: the weight of each row, at least 0, scaled to a mean of 1; None where every row
            counts alike.
        respondents: whose each row is: 0 for the respondent of the first row, 1 for the next new
            one, and so on; None where every row is of a respondent of its own.
        clusters: how many respondents there are; None without ``respondents``.
    """

    rows: int
    numbers: Mapping[str, Floats]
    extents: Mapping[str, Extent]
    weights: Floats | None = None
    respondents: Codes | None = None
    clusters: int | None = None


def figure(values: Floats, of: str = "") -> Callable[[int], str]:
    """Return a function that tells the number in a row, with its unit."""
    return lambda row: f"{values[row]:.10g}{of}"


def faults_at(
    wrong: Mask, column: str | None, found: Callable[[int], str], expected: str
) -> Iterator[InvalidError]:
    """Yield one fault for all the rows where something is wrong, or nothing.

    Args:
        wrong: the rows where it is.
        column: the column at fault; None where it is several.
        found: tells what stands in a row; asked of the first.
        expected: what would have been right.
    """
    if not wrong.any():
        return
    rows = np.flatnonzero(wrong)
    first, *also = rows[:MOST_ROWS].tolist()
    yield InvalidError(
        "", found(first), expected, column=column, rows=(first, *tuple(also)), count=rows.size
    )
