"""What is in a log whose mapping is not known yet: its columns, and what each holds."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any

import attrs

from cxjourney.errors import InvalidError
from cxjourney.replay._reading._cell_form import Cell, blank
from cxjourney.replay._reading._json_array import array_objects, listed_objects
from cxjourney.replay._reading._opened import A_LOG, LogSource, opened
from cxjourney.replay._reading._paths import first_key
from cxjourney.replay._reading._record_stream import ReadAs, format_of, read_records
from cxjourney.replay._reading._records_of import (
    SEPARATOR_LINE,
    SEPARATORS,
    Wanted,
    json_lines,
)
from cxjourney.replay._reading._written import LogFormat, LogSettings
from cxjourney.replay._reading._xes_log import xes_objects
from cxjourney.vocabulary._csv import open_csv
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import Progress

SAMPLE = 2_000
"""So many records tell which columns there are in JSON, and how their cells are written."""
MOST_VALUES = 100_000
"""A column with more different values is not counted on; an id may have as many as it likes."""
MOST_COLUMNS = 200


@attrs.define
class ColumnFacts:
    """What a column of a log holds.

    Attributes:
        name: its name.
        filled: how many records have something in it.
        values: how often each value stands there; of the first 100,000 different ones.
        sample: the first values.
    """

    name: str
    filled: int = 0
    values: Counter[str] = attrs.field(factory=Counter)
    sample: list[str] = attrs.field(factory=list)

    def add(self, cell: Cell) -> None:
        """Take note of a cell."""
        if cell is None or blank(cell):
            return
        self.filled += 1
        if cell in self.values or len(self.values) < MOST_VALUES:
            self.values[cell] += 1
        if len(self.sample) < SAMPLE:
            self.sample.append(cell)


@attrs.frozen
class LogFacts:
    """What a log holds.

    Attributes:
        records: how many records it has.
        columns: its columns.
        read_as: how it was read.
    """

    records: int
    columns: tuple[ColumnFacts, ...]
    read_as: ReadAs


def facts_of(path: str, settings: LogSettings, progress: Progress | None) -> LogFacts:
    """Return what a log holds; it is read to its end.

    Raises:
        InvalidError: it cannot be read, or one of its records cannot.
        MissingExtraError: its form needs an extra.
    """
    with opened(path, settings.encoding, None) as source:
        if not source.head:
            raise InvalidError(path, "an empty file", A_LOG)
        names = list(islice(_names(source, settings), MOST_COLUMNS))
    columns = {name: ColumnFacts(name) for name in names}
    read_as, records = ReadAs(), 0
    wanted = Wanted(tuple(names), (), show_values=False)
    for found in read_records(path, settings, wanted, read_as, progress):
        if isinstance(found, InvalidError):
            raise found
        records += 1
        _, cells = found
        for name, column in columns.items():
            column.add(cells[name])
    return LogFacts(records, tuple(columns.values()), read_as)


def _names(source: LogSource, settings: LogSettings) -> Iterable[str]:
    form = format_of(source, settings)
    if form is LogFormat.CSV:
        return _of_csv(source, settings.delimiter)
    if form is LogFormat.PARQUET:
        arrow, parquet = load("pyarrow"), load("pyarrow.parquet")
        try:
            names: list[str] = parquet.read_schema(source.seekable()).names
        except (arrow.ArrowException, OSError):
            raise InvalidError(source.where, "not Parquet", "a Parquet file") from None
        return [name for name in names if names.count(name) == 1 and first_key(name) == name]
    if form is LogFormat.XES:
        objects = xes_objects(source)
    elif form is LogFormat.JSONL:
        objects = json_lines(source)
    elif settings.records is not None:
        objects = listed_objects(source, settings.records)
    else:
        objects = array_objects(source)
    return _of_objects(found for _, found in islice(objects, SAMPLE))


def _of_csv(source: LogSource, delimiter: str | None) -> list[str]:
    lines = source.lines()
    first = next(lines, "")
    if first.strip().lower().startswith(SEPARATOR_LINE):
        delimiter, first = delimiter or first.strip()[len(SEPARATOR_LINE) :], next(lines, "")
    whole = chain([first], lines)
    names = open_csv(source.where, whole, delimiter or SEPARATORS, A_LOG).names
    return [name for name in names if name and names.count(name) == 1]


def _of_objects(objects: Iterable[dict[str, Any] | InvalidError]) -> list[str]:
    """Return the keys of some objects, also of objects in them, that hold nothing but values."""
    plain: dict[str, bool] = {}
    for found in objects:
        if isinstance(found, InvalidError):
            raise found
        for name, value in _leaves(found, ""):
            plain[name] = plain.get(name, True) and not isinstance(value, (dict, list))
    return [name for name, is_plain in plain.items() if is_plain and is_whole(name)]


def is_whole(text: str) -> bool:
    """Say whether a text has no half of a character, as JSON may have and TOML may not."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _leaves(found: Mapping[str, Any], above: str) -> Iterator[tuple[str, object]]:
    for key, value in found.items():
        yield f"{above}{key}", value
        if isinstance(value, dict) and above.count(".") < MOST_STEPS:
            yield from _leaves(value, f"{above}{key}.")


MOST_STEPS = 2
