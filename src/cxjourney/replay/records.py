"""The records of a log: what each line holds in the columns that the mapping names."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import PurePath
from typing import NamedTuple, NoReturn

from cxjourney.progress import Progress
from cxjourney.replay.conditions import Cell
from cxjourney.replay.errors import LogError
from cxjourney.replay.lines import read_lines
from cxjourney.replay.mapping import LogFormat, LogMapping
from cxjourney.shown import listed, shown

__all__ = ["Record", "read_records"]

SUFFIXES = {
    ".csv": LogFormat.CSV,
    ".jsonl": LogFormat.JSONL,
    ".ndjson": LogFormat.JSONL,
}
LONGEST_NAME = 40
CSV_FAULTS = {
    "unexpected end of data": "a quoted field never ends",
    "new-line character seen in unquoted field": "a lone carriage return",
    "field larger than field limit (131072)": "a field of more than 131072 characters, "
    "or a quoted one that never ends",
}
"""What the csv module says, in plainer words."""


class Record(NamedTuple):
    """One line of a log.

    Attributes:
        line: the number of the line on which it begins, from 1.
        cells: what it holds, by column, as texts.
    """

    line: int
    cells: Mapping[str, Cell]


def read_records(
    path: str, mapping: LogMapping, progress: Progress | None = None
) -> Iterator[Record]:
    """Yield the records of a log in its order; blank lines are passed over.

    Raises:
        LogError: when the log is not of its form; names line and column.
    """
    lines = read_lines(path, progress)
    first = next(lines)
    read = _read_csv if _format(path, mapping) is LogFormat.CSV else _read_json
    empty = True
    for record in read(path, mapping, chain([first], lines)):
        yield record
        empty = False
    if empty:
        raise LogError(path, None, None, "no line that tells of an event", "at least one")


def _format(path: str, mapping: LogMapping) -> LogFormat:
    if mapping.log_format is not None:
        return mapping.log_format
    suffix = PurePath(path).suffix
    try:
        return SUFFIXES[suffix.lower()]
    except KeyError:
        found = f"a name that ends in {shown(suffix, LONGEST_NAME)!r}"
        remedy = f"one of {', '.join(SUFFIXES)}, or log.format in the mapping"
        raise LogError(path, None, None, found, remedy) from None


def _read_csv(path: str, mapping: LogMapping, lines: Iterator[tuple[int, str]]) -> Iterator[Record]:
    rows = _rows(path, mapping.delimiter, lines)
    line, header = next(rows, (1, []))
    used = [(name, _index(path, line, header, name)) for name in mapping.used_columns]
    for line, row in rows:
        if len(row) != len(header):
            found = f"{len(row)} field{'s' * (len(row) != 1)}"
            raise LogError(path, line, None, found, f"{len(header)}, as in the header")
        yield Record(line, {name: row[index] for name, index in used})


def _index(path: str, line: int, header: list[str], name: str) -> int:
    """Return where a column stands in the header, in which it must stand once."""
    count = header.count(name)
    if count != 1:
        found = f"{count or 'no'} such column{'s' * (count > 1)}; there is {listed(header)}"
        raise LogError(path, line, name, found, "one, as the mapping names it")
    return header.index(name)


def _rows(
    path: str, delimiter: str, lines: Iterator[tuple[int, str]]
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, each with the number of its first line."""
    reader = csv.reader((text for _, text in lines), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            message = str(error).partition(" - ")[0]
            found = CSV_FAULTS.get(message, message)
            raise LogError(
                path, line, None, f"not CSV ({found})", "fields as RFC 4180 has them"
            ) from None
        if row is None:
            return
        if row:
            yield line, row


def _read_json(
    path: str, mapping: LogMapping, lines: Iterator[tuple[int, str]]
) -> Iterator[Record]:
    columns = mapping.columns
    needed = (columns.customer, columns.time, columns.activity)
    unseen = dict.fromkeys(mapping.used_columns)
    keys: tuple[str, ...] = ()
    for line, text in lines:
        if text.isspace():
            continue
        found = _object(path, line, text)
        keys = keys or tuple(found)
        for name in needed:
            if name not in found:
                raise _no_column(path, line, name, found)
        for name in [name for name in unseen if name in found]:
            del unseen[name]
        yield Record(line, {name: _cell(path, line, name, found) for name in mapping.used_columns})
    if keys and unseen:
        raise _no_column(path, None, next(iter(unseen)), keys)


def _no_column(path: str, line: int | None, name: str, there: Iterable[str]) -> LogError:
    found = f"no such key; there is {listed(there)}"
    return LogError(path, line, name, found, "the key that the mapping names")


def _object(path: str, line: int, text: str) -> dict[str, object]:
    try:
        found = JSON.decode(text)
    except json.JSONDecodeError as error:
        fault = f"{error.msg} at character {error.colno}"
    except RecursionError:
        fault = "nested too deeply"
    except ValueError as error:
        fault = str(error)
    else:
        if isinstance(found, dict):
            return found
        fault = "another value"
    raise LogError(path, line, None, f"not a whole JSON object ({fault})", "one object a line")


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


def _cell(path: str, line: int, name: str, found: Mapping[str, object]) -> Cell:
    value = found.get(name)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    kind = "an object" if isinstance(value, dict) else "a list"
    raise LogError(path, line, name, kind, "a text, a number, true, false or null")
