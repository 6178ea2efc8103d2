"""Reading the table of a survey, of any kind, whole or not at all (SPEC 8).

Mappings of arrays, structured arrays of numpy, and the frames that narwhals knows (pandas, polars,
pyarrow and others) are read alike; the frame's own type goes no further.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeAlias

import attrs
import narwhals as nw
import numpy as np
from narwhals.exceptions import DuplicateError

from cxjourney.errors import FaultsError, InvalidError
from cxjourney.shown import listed, quoted
from cxjourney.wishes.arrays import Codes, Floats
from cxjourney.wishes.reading.intake import take_numbers, take_respondents
from cxjourney.wishes.reading.sheet import Sheet, Use, faults_at, figure
from cxjourney.wishes.survey.asked import Asked

__all__ = ["read_sheet"]

Take: TypeAlias = Callable[[str], object]

REFUSED = "the survey cannot be read"
A_TABLE = "a mapping of columns, a structured array, or a table of pandas, polars or pyarrow"
A_WEIGHT = "a weight of 0 or more"


def read_sheet(table: object, asked: Asked) -> Sheet:
    """Return the columns that are asked for, each read once, and not copied where that can be.

    Args:
        table: a mapping of arrays or sequences by the names of columns, a structured array, or a
            frame that narwhals takes, with its rows in memory.
        asked: which columns are what.

    Raises:
        FaultsError: with everything that is wrong with the table.
    """
    names, take = _open(table)
    faults = [*_faults_of_wishes(asked), *_faults_of_names(names, asked.uses)]
    if take is None:
        raise FaultsError(REFUSED, faults)
    there = set(names)
    reading = _Reading(faults)
    for name in dict.fromkeys(use.column for use in asked.uses if use.column in there):
        if name == asked.respondent:
            reading.add_respondents(take(name), name)
        else:
            reading.add_numbers(take(name), name)
    weights = None if asked.weight is None else reading.numbers.pop(asked.weight, None)
    faults.extend(_faults_of_values(reading.numbers, weights, asked))
    if faults:
        raise FaultsError(REFUSED, faults)
    if weights is not None:
        weights = weights / weights.max()
        weights /= weights.mean()
    rows = len(reading.numbers[asked.outcome])
    return Sheet(rows, reading.numbers, weights, reading.codes, reading.clusters)


def _open(table: object) -> tuple[Sequence[Any], Take | None]:
    """Return the names of a table's columns and what takes one; None where names stand twice."""
    if isinstance(table, Mapping):
        return tuple(table), table.__getitem__
    if isinstance(table, np.ndarray) and table.dtype.names:
        return table.dtype.names, table.__getitem__
    try:
        frame = nw.from_native(table, pass_through=True)
    except DuplicateError:
        return _names_of(table), None
    if isinstance(frame, nw.DataFrame):
        return frame.columns, frame.get_column
    raise FaultsError(REFUSED, [_no_table(table, frame)])


def _names_of(frame: object) -> Sequence[Any]:
    """Return the names of the columns of a frame of pyarrow or pandas."""
    names = "column_names" if hasattr(frame, "column_names") else "columns"
    return tuple(getattr(frame, names))


def _no_table(table: object, frame: object) -> InvalidError:
    found, expected = f"a {type(table).__name__}", A_TABLE
    if isinstance(frame, nw.LazyFrame):
        found, expected = f"{found} whose rows are not in memory", "its rows, as by collect()"
    elif isinstance(table, np.ndarray):
        found = f"an array of {table.ndim} dimensions without names of columns"
        expected = "a mapping, such as dict(zip(names, array.T))"
    return InvalidError("", found, expected)


def _faults_of_wishes(asked: Asked) -> Iterator[InvalidError]:
    if not asked.items:
        yield InvalidError("", "no wishes", "at least one item")
    for name, times in Counter(item.wish.about for item in asked.items).items():
        if times > 1:
            found = f"{times} wishes that are called {quoted(name)}"
            yield InvalidError("", found, "another name for each wish")
    read = {use.column for use in asked.uses}
    for item in asked.items:
        if item.worst is not None and item.worst not in read:
            found = f"choices as worst, which {type(asked.statements).__name__} does not read"
            yield InvalidError(
                "", found, "MaxDiff as the form of the statements", column=item.worst
            )


def _faults_of_names(names: Sequence[Any], uses: Sequence[Use]) -> Iterator[InvalidError]:
    for name, times in Counter(names).items():
        if times > 1:
            expected = "another name for each column"
            yield InvalidError("", f"a name that {times} columns have", expected, column=str(name))
    purposes = defaultdict[str, list[str]](list)
    for use in uses:
        purposes[use.column].append(use.purpose)
    there = set(names)
    for name, of in purposes.items():
        if name not in there:
            yield InvalidError(
                "", f"no such column, for {of[0]}", _nearest(name, names), column=name
            )
        if len(of) > 1:
            yield InvalidError("", " and ".join(of), "a column of its own for each", column=name)


def _nearest(name: str, names: Sequence[Any]) -> str:
    known = {str(one).casefold(): str(one) for one in names}
    near = [known[one] for one in get_close_matches(name.casefold(), known)]
    if near:
        return f"a column of the table; the nearest are {listed(near)}"
    return f"a column of the table, which has {listed(known.values()) or 'none'}"


@attrs.define(eq=False)
class _Reading:
    """A sheet while it is read, and what was found wrong with it."""

    faults: list[InvalidError]
    numbers: dict[str, Floats] = attrs.field(factory=dict)
    codes: Codes | None = None
    clusters: int | None = None
    rows: int | None = None
    _first: str = ""

    def add_numbers(self, column: object, name: str) -> None:
        """Take a column as numbers, or what is wrong with it."""
        values = take_numbers(column, name, self.faults)
        if values is not None and self._is_as_long(values, name):
            self.numbers[name] = values

    def add_respondents(self, column: object, name: str) -> None:
        """Take a column as the respondents, or what is wrong with it."""
        taken = take_respondents(column, name, self.faults)
        if taken is not None and self._is_as_long(taken[0], name):
            self.codes, self.clusters = taken

    def _is_as_long(self, column: Floats | Codes, name: str) -> bool:
        if self.rows is None:
            self.rows, self._first = column.size, name
            if not self.rows:
                self.faults.append(InvalidError("", "no rows", "at least one row"))
        elif column.size != self.rows:
            expected = f"{self.rows:,} rows, as column {quoted(self._first)} has"
            self.faults.append(InvalidError("", f"{column.size:,} rows", expected, column=name))
        return column.size == self.rows


def _faults_of_values(
    numbers: Mapping[str, Floats], weights: Floats | None, asked: Asked
) -> Iterator[InvalidError]:
    if weights is not None and asked.weight is not None:
        yield from _faults_of_weights(weights, asked.weight)
    if asked.rating_range is not None:
        low, high = asked.rating_range
        for name in dict.fromkeys(item.rating for item in asked.items):
            if name is not None and name in numbers:
                values = numbers[name]
                wrong = np.isfinite(values) & ((values < low) | (values > high))
                expected = f"a rating from {low:g} to {high:g}, or a blank"
                yield from faults_at(wrong, name, figure(values), expected)
    yield from asked.statements.faults(numbers, asked.items)


def _faults_of_weights(weights: Floats, name: str) -> Iterator[InvalidError]:
    yield from faults_at(np.isnan(weights), name, lambda _: "a blank", A_WEIGHT)
    yield from faults_at(weights < 0, name, figure(weights), A_WEIGHT)
    if weights.size and not weights.any():
        yield InvalidError("", "0 in every row", "a weight above 0 in some row", column=name)
