"""Columns of Arrow as numbers: ids and texts as places in a list, times in microseconds."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import inf
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cxjourney.bulk._engine._tables import MICROSECOND, NEVER, Mask, Small, Whole
from cxjourney.errors import InvalidError
from cxjourney.replay._reading._cell_form import ISO as USUAL
from cxjourney.replay._reading._cell_form import REMEDY, Cell, CellForm, blank
from cxjourney.replay._reading._log_clock import LogClock
from cxjourney.vocabulary._checks import EARLIEST_YEAR, LATEST_YEAR

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST, LAST = (
    (datetime(year, month, day, tzinfo=UTC) - EPOCH) // MICROSECOND
    for year, month, day in ((EARLIEST_YEAR, 1, 2), (LATEST_YEAR, 12, 30))
)
"""The times that an event may have; a day inside the years, whatever its offset."""
ISO = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)?$"
OFFSET = r"(?P<offset>(?:Z|[+-]\d\d:\d\d)?)$"


class Coded(NamedTuple):
    """A column as places in a list of texts; -1 stands for nothing."""

    places: Small
    values: pa.Array


class Times(NamedTuple):
    """Times in microseconds since 1970 UTC.

    Attributes:
        at: when; 0 where there is none.
        there: whether there is one.
        offset: the UTC offset in seconds; one number where all have the same.
        twice: which were local times that the clocks showed twice; None where none was.
    """

    at: Whole
    there: Mask
    offset: Small | int
    twice: Mask | None = None


def check_plain(schema: pa.Schema) -> None:
    """Refuse columns whose values are lists or objects.

    Raises:
        InvalidError: when there is one.
    """
    for column in schema:
        if pa.types.is_nested(column.type):
            found, expected = f"values of the type {column.type}", "one text, number or time a row"
            raise InvalidError("", found, expected, column=column.name)


def coded(column: pa.Array, where: str) -> Coded:
    """Return a column as places in a list of texts.

    Raises:
        InvalidError: when it holds what is neither a text nor a whole number.
    """
    found = column if pa.types.is_dictionary(column.type) else _plain(column).dictionary_encode()
    return Coded(_places(found), texts(found.dictionary, where))


def _places(found: pa.DictionaryArray) -> Small:
    """Return the place of each cell in the dictionary; -1 for nothing."""
    indices = found.indices
    if pa.types.is_unsigned_integer(indices.type):  # as those of polars are
        indices = indices.cast(pa.int64())
    if indices.null_count:
        indices = indices.fill_null(-1)
    places: Small = indices.to_numpy(zero_copy_only=False)
    return places


def id_column(column: pa.Array, where: str, longest: int) -> pa.Array:
    """Return a column of ids; what is blank is null, and what is too long.

    Whole numbers stay numbers; all else is a list of texts and the place of each.
    """
    if pa.types.is_integer(column.type) and column.type != pa.uint64():
        return column.cast(pa.int64())
    places, values = coded(column, where)
    blank = pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(values)), 0)
    wrong = pc.or_(blank, pc.greater(pc.utf8_length(values), longest))
    if pc.any(wrong, min_count=0).as_py():
        places = np.append(
            np.where(wrong.to_numpy(zero_copy_only=False), -1, np.arange(len(values))), -1
        )[places]
    indices = pa.array(places.astype(np.int32), mask=places < 0)
    return pa.DictionaryArray.from_arrays(indices, values)


def _plain(column: pa.Array) -> pa.Array:
    """Return a column in a type that all of Arrow can work with."""
    if pa.types.is_string_view(column.type):
        return column.cast(pa.large_string())
    if pa.types.is_floating(column.type):
        return pc.if_else(pc.is_nan(column), None, column)
    return column


def texts(values: pa.Array, where: str) -> pa.Array:
    """Return ids or activities as texts.

    Raises:
        InvalidError: when they are neither texts nor whole numbers.
    """
    kind = values.type
    if pa.types.is_floating(kind):
        try:
            values = values.cast(pa.int64())  # whole numbers with gaps, as pandas has them
        except pa.ArrowInvalid:
            raise InvalidError(
                "", "numbers with decimals", "texts or whole numbers", column=where
            ) from None
    elif not (_is_text(kind) or any(fits(kind) for fits in NAMING)):
        raise InvalidError("", f"values of the type {kind}", "texts or whole numbers", column=where)
    return values.cast(pa.large_string())


NAMING = (pa.types.is_integer, pa.types.is_boolean, pa.types.is_null)
"""The types, beside texts, whose values may be ids or activities; a column of nothing is blank."""


def _is_text(kind: pa.DataType) -> bool:
    return any(
        asks(kind)
        for asks in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    )


def cells_of(column: pa.Array) -> tuple[Small, Sequence[Cell]]:
    """Return a column as places in a list of what a line of a log would hold; -1 for nothing."""
    plain = _plain(column)
    found = plain if pa.types.is_dictionary(plain.type) else plain.dictionary_encode()
    return _places(found), [as_cell(value) for value in found.dictionary.to_pylist()]


def numbers_of(column: pa.Array, form: CellForm) -> tuple[Whole, Mask]:
    """Return a column as numbers, blanks before all others, and which rows can be read."""
    if pa.types.is_integer(column.type):
        there = _there(column)
        return np.where(there, _whole(column), np.iinfo(np.int64).min), np.ones(len(there), bool)
    places, values = cells_of(column)
    empty = [blank(value) for value in values]
    fits = [form.is_number(value or "") for value in values]
    numbers = [
        float(form.number(value or "")) if good else -inf
        for value, good in zip(values, fits, strict=True)
    ]
    readable = np.array([*np.logical_or(empty, fits), True], np.bool_)
    return np.array([*numbers, -inf])[places], readable[places]


def microseconds(at: object) -> int:
    """Return a time in microseconds since 1970 UTC; ``NEVER`` for what is none."""
    return (at - EPOCH) // MICROSECOND if isinstance(at, datetime) else NEVER


def _seconds(at: datetime) -> int:
    """Return the UTC offset of a time."""
    return (at.utcoffset() or timedelta()) // timedelta(seconds=1)


def as_cell(value: object) -> Cell:
    """Return a value as a line of a log would hold it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float):
        return str(Decimal(str(value))) if value == value else None  # noqa: PLR0124 - NaN is nothing
    return str(value)


def times_of(column: pa.Array, clock: LogClock, where: str, first_row: int) -> Times:
    """Return a column as times.

    Args:
        column: timestamps, or texts in ISO 8601.
        clock: reads texts, and says in which zone local times are.
        where: the column's name.
        first_row: the number of its first row.

    Raises:
        InvalidError: when it holds what is no time, or a time that the mapping does not explain.
    """
    kind = column.type
    if pa.types.is_timestamp(kind):
        return _of_timestamps(column, clock, where)
    if _is_text(kind) or pa.types.is_dictionary(kind) or pa.types.is_null(kind):
        if not _is_text(kind):
            column = column.cast(pa.large_string())
        return _of_texts(_plain(column), clock, where, first_row)
    expected = "timestamps with a time zone, or texts in ISO 8601"
    raise InvalidError("", f"values of the type {kind}", expected, column=where)


def _of_timestamps(column: pa.Array, clock: LogClock, where: str) -> Times:
    every = not column.null_count
    there = np.ones(len(column), np.bool_) if every else _there(column)
    zone = column.type.tz
    to_us = pc.CastOptions(pa.timestamp("us", zone), allow_time_truncate=True)
    try:
        column = pc.cast(column, options=to_us)
    except pa.ArrowInvalid:
        raise _of_another_year(where) from None
    twice = None
    if zone is None:
        if clock.form.zone is None:
            raise InvalidError("", "times without a UTC offset", REMEDY, column=where)
        zone = clock.form.zone.key
        try:
            latest = pc.assume_timezone(column, zone, ambiguous="latest", nonexistent="raise")
            column = pc.assume_timezone(column, zone, ambiguous="earliest", nonexistent="raise")
        except pa.ArrowInvalid:
            found = f"a local time that {zone} never had"
            raise InvalidError(
                "", found, "no time that the clocks jump over", column=where
            ) from None
        twice = _whole(latest) != _whole(column)
    at = _whole(column)
    _check_years(at if every else at[there], where)
    if zone == "UTC":
        return Times(at, there, 0, twice)
    offset = (_whole(pc.local_timestamp(column)) - at) // (timedelta(seconds=1) // MICROSECOND)
    return Times(at, there, one_or_all(offset[there], offset), twice)


def _there(column: pa.Array) -> Mask:
    there: Mask = column.is_valid().to_numpy(zero_copy_only=False)
    return there


def _whole(column: pa.Array) -> Whole:
    whole = pc.cast(column, pa.int64())
    if whole.null_count:
        whole = whole.fill_null(0)
    found: Whole = whole.to_numpy(zero_copy_only=False)
    return found


def one_or_all(some: Small, every: Small) -> Small | int:
    """Return one number where some all are the same, else every one."""
    if not len(some):
        return 0
    return int(some[0]) if (some == some[0]).all() else every.astype(np.int32)


def _check_years(at: Whole, where: str) -> None:
    if len(at) and not FIRST <= int(at.min()) <= int(at.max()) <= LAST:
        raise _of_another_year(where)


def _of_another_year(where: str) -> InvalidError:
    limits = f"a year from {EARLIEST_YEAR} to {LATEST_YEAR}"
    return InvalidError("", "a time of another year", limits, column=where)


def _of_texts(column: pa.Array, clock: LogClock, where: str, first_row: int) -> Times:
    usual = clock.form.times == (USUAL,) and not clock.by_day
    if usual and pc.all(pc.match_substring_regex(column, ISO), min_count=0).as_py():
        offsets = pc.struct_field(pc.extract_regex(column, OFFSET), "offset").unique().drop_null()
        if len(offsets) == 1:
            with_offset = offsets[0].as_py()
            if with_offset:
                first = column.drop_null()[0].as_py()
                at, _ = _read(clock, first, first_row, where)
                times = column.cast(pa.timestamp("us", "UTC"))
                found = _of_timestamps(times, clock, where)
                return found._replace(offset=_seconds(at))
            if clock.form.zone is not None:
                _read(clock, column.drop_null()[0].as_py(), first_row, where)
                return _of_timestamps(column.cast(pa.timestamp("us")), clock, where)
    return _one_by_one(column, clock, where, first_row)


def _one_by_one(column: pa.Array, clock: LogClock, where: str, first_row: int) -> Times:
    places, values = cells_of(column)
    firsts = np.full(len(values), -1)
    there = places >= 0
    firsts[places[there][::-1]] = np.flatnonzero(there)[::-1]
    read = [
        _read(clock, value or "", first_row + int(first), where)
        for value, first in zip(values, firsts, strict=True)
    ]
    at = np.array([*(microseconds(one) for one, _ in read), 0], np.int64)[places]
    offset = np.array([*(_seconds(one) for one, _ in read), 0], np.int64)[places]
    twice = np.array([*(again for _, again in read), False], np.bool_)[places]
    return Times(at, there, one_or_all(offset[there], offset), twice)


def _read(clock: LogClock, text: str, row: int, where: str) -> tuple[datetime, bool]:
    try:
        return clock.read(text, row + 1)
    except InvalidError as error:
        raise InvalidError("", error.found, error.expected, column=where, rows=(row,)) from None
