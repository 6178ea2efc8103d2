"""The records of a log of any form: each with its line and the cells of the mapping's columns."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, NoReturn

import attrs

from cxjourney.errors import InvalidError, listed
from cxjourney.replay._reading._cell_form import Cell
from cxjourney.replay._reading._opened import A_LOG, LogSource
from cxjourney.replay._reading._paths import MISSING, cell_of, path_of
from cxjourney.vocabulary._csv import field_count, open_csv

Record = tuple[int, Mapping[str, Cell]]
"""One record of a log: the line on which it begins, and what its columns hold."""

Found = Record | InvalidError
"""A record, or what is wrong with what should be one."""

SEPARATORS = ",;\t|"
SEPARATOR_LINE = "sep="


@attrs.frozen
class Wanted:
    """What is wanted of each record.

    Attributes:
        columns: the columns to read, in the order of the mapping.
        needed: sets of columns, of each of which a record must have one.
        show_values: whether errors may tell what the log holds.
    """

    columns: tuple[str, ...]
    needed: tuple[tuple[str, ...], ...]
    show_values: bool


def csv_records(
    source: LogSource, wanted: Wanted, delimiter: str | None, say: Callable[[str], None]
) -> Iterator[Found]:
    """Yield the records of a CSV with a header.

    Args:
        source: the log.
        wanted: what to read.
        delimiter: what stands between the fields; None to tell it by the header, or by the line
            ``sep=;`` that Excel writes.
        say: is told the delimiter.

    Raises:
        InvalidError: when it has no header, or not the columns that are wanted.
    """
    lines = source.lines()
    first = next(lines, "")
    begins = first.strip().lower()
    told = begins[len(SEPARATOR_LINE) :] if begins.startswith(SEPARATOR_LINE) else ""
    skipped = len(told) == 1
    if skipped:
        delimiter = delimiter or told
        first = next(lines, "")
    faults: list[InvalidError] = []

    def whole() -> Iterator[str]:
        yield first
        yield from lines

    file = open_csv(
        source.where,
        whole(),
        delimiter or SEPARATORS,
        A_LOG,
        show_values=wanted.show_values,
        faults=faults.append,
        begins=1 + skipped,
    )
    say(file.delimiter)
    places = [
        (name, file.place_of(name, "one, as the mapping names it")) for name in wanted.columns
    ]
    width = len(file.names)
    expected = f"{width}, as in the header"
    for line, row in file.rows:
        if faults:
            yield from faults
            faults.clear()
        if len(row) == width:
            yield line, {name: row[place] for name, place in places}
        else:
            yield InvalidError(source.where, field_count(row), expected, lines=(line,))
    yield from faults


def object_records(
    objects: Iterator[tuple[int, dict[str, Any] | InvalidError]], where: str, wanted: Wanted
) -> Iterator[Found]:
    """Yield the records of objects with keys, each with its line.

    Raises:
        InvalidError: when no record has a column that is wanted.
    """
    paths = [(name, path_of(name)) for name in wanted.columns]
    unseen = dict.fromkeys(wanted.columns)
    keys: Sequence[str] = ()
    for line, found in objects:
        if isinstance(found, InvalidError):
            yield found
            continue
        keys = keys or tuple(found)
        values = {name: path(found) for name, path in paths}
        if unseen:
            for name in [name for name in unseen if values[name] is not MISSING]:
                del unseen[name]
        missing = _missing(values, wanted.needed) if MISSING in values.values() else None
        if missing is not None:
            for name in missing:
                unseen.pop(name, None)
            yield _no_key(where, line, missing[0], found, show_values=wanted.show_values)
            continue
        name = ""
        try:
            cells = {}
            for name, value in values.items():
                cells[name] = value if type(value) is str else cell_of(value)
        except InvalidError as error:
            yield attrs.evolve(error, where=where, column=name, lines=(line,))
            continue
        yield line, cells
    if keys and unseen:
        raise _no_key(where, None, next(iter(unseen)), keys, show_values=wanted.show_values)


def _missing(
    values: Mapping[str, object], needed: Sequence[tuple[str, ...]]
) -> tuple[str, ...] | None:
    """Return the columns of which a record must have one, and has none."""
    return next((one for one in needed if all(values[name] is MISSING for name in one)), None)


def _no_key(
    path: str, line: int | None, name: str, there: Collection[str], *, show_values: bool
) -> InvalidError:
    told = f"; there is {listed(there)}" if show_values else f" among {len(there)}"
    lines, expected = () if line is None else (line,), "the key that the mapping names"
    return InvalidError(path, f"no such key{told}", expected, column=name, lines=lines)


def json_lines(source: LogSource) -> Iterator[tuple[int, dict[str, Any] | InvalidError]]:
    """Yield the objects of a log with one JSON object a line."""
    for line, text in enumerate(source.lines(), start=1):
        if text.isspace():
            continue
        try:
            found = decoded(text)
        except ValueError as error:
            yield line, not_an_object(source.where, line, str(error), "one object a line")
        else:
            if isinstance(found, dict):
                yield line, found
            else:
                yield line, not_an_object(source.where, line, "another value", "one object a line")


def decoded(text: str) -> object:
    """Return the JSON value that a text is.

    Raises:
        ValueError: when it is not whole; says why.
    """
    return _plainly(JSON.decode, text)


def begun(text: str, place: int) -> tuple[object, int]:
    """Return the JSON value that begins at a place of a text, and where it ends.

    Raises:
        ValueError: when it is not whole; says why.
    """
    found: tuple[object, int] = _plainly(JSON.raw_decode, text, place)
    return found


def _plainly(decode: Callable[..., Any], *given: object) -> Any:  # noqa: ANN401 - any value
    try:
        return decode(*given)
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg} at character {error.colno}") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None


def not_an_object(where: str, line: int, fault: str, expected: str) -> InvalidError:
    """Return the fault of a line that holds no whole object."""
    return InvalidError(where, f"not a whole JSON object ({fault})", expected, lines=(line,))


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(_: str) -> NoReturn:
    raise ValueError("NaN or Infinity")


JSON = json.JSONDecoder(
    object_pairs_hook=_unique, parse_float=str, parse_int=str, parse_constant=_no_constant
)
"""Keeps numbers as they are written, as a CSV does."""
