"""Reading a log: its records, each with its customer, its time, and the events that it gives."""

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timezone
from enum import Enum, unique
from itertools import chain
from os import PathLike, fspath
from pathlib import PurePath
from typing import NoReturn
from zoneinfo import ZoneInfo

import attrs

from cxjourney.errors import CxJourneyError, FaultsError, InvalidError, listed, quoted
from cxjourney.replay._mapping import LogFormat, LogMapping
from cxjourney.replay._values import Cell, LogTime, blank, local_time, parsed_time
from cxjourney.vocabulary import Event
from cxjourney.vocabulary._checks import MAX_ID, check_type
from cxjourney.vocabulary._csv import field_count, open_csv, read_lines
from cxjourney.vocabulary._terminal import Progress

A_LOG = "a log in CSV or JSON Lines"
SUFFIXES = {".csv": LogFormat.CSV, ".jsonl": LogFormat.JSONL, ".ndjson": LogFormat.JSONL}
ALLOW = "log.mixed_offsets = true in the mapping"
LONGEST_ID = 150
"""An id of the log is the beginning of an event's id, which ends with the kind."""


Record = tuple[int, Mapping[str, Cell]]
"""One line of a log: the number of the line on which it begins, and what its columns hold."""

MOST_FAULTS = 100
"""Of so many faults a log has too many to read on."""
LINES_TOLD = 5
"""How many lines of one fault are named."""


@attrs.define
class _Faults:
    """The faults of one log, those that are alike counted together."""

    path: str
    _found: dict[tuple[str | None, str, str], InvalidError] = attrs.field(factory=dict, init=False)

    def add(self, fault: InvalidError) -> None:
        """Note a fault, with its line."""
        key = fault.column, fault.found, fault.expected
        before = self._found.get(key)
        if before is not None:
            lines = dict.fromkeys((*before.lines, *fault.lines))
            fault = attrs.evolve(before, lines=tuple(lines)[:LINES_TOLD], count=before.count + 1)
        self._found[key] = fault

    def __len__(self) -> int:
        return len(self._found)

    def error(self) -> CxJourneyError:
        """Return the one fault, or all of them."""
        found = tuple(self._found.values())
        if len(found) == 1:
            return found[0]
        whole = "" if len(found) < MOST_FAULTS else ", and it was read no further"
        return FaultsError(f"{self.path} has {len(found)} faults{whole}", found)


@unique
class Fate(Enum):
    """What became of a line of the log.

    MAPPED: it gave at least one event. IGNORED: its activity is left out on purpose. UNMATCHED:
    its activity has rules, but no condition held. UNMAPPED: the mapping does not know its
    activity.
    """

    MAPPED = "mapped"
    IGNORED = "ignored"
    UNMATCHED = "unmatched"
    UNMAPPED = "unmapped"


@attrs.frozen
class LogLine:
    """One line of a log, understood.

    Attributes:
        line: its number, from 1.
        customer: the customer's id.
        engagement: the engagement's id; empty where there is but one.
        at: when it happened.
        twice: whether the clocks showed that local time twice; then it is the first.
        activity: what happened, in the log's own words.
        fate: what became of it.
        events: the events that it gives.
    """

    line: int
    customer: str = attrs.field(repr=False)
    engagement: str = attrs.field(repr=False)
    at: datetime
    twice: bool
    activity: str = attrs.field(repr=False)
    fate: Fate
    events: tuple[Event, ...]


@attrs.define
class LogClock:
    """Reads the times of one log, line by line, and keeps them comparable.

    Attributes:
        zone: the zone of local times; None wants an offset with every time.
        mixed: whether any offsets may stand side by side.
    """

    zone: ZoneInfo | None
    mixed: bool
    _lines: dict[timezone | None, int] = attrs.field(factory=dict, init=False)
    """The line on which each offset stood first; None for local times."""
    _strange: tuple[timezone, int] | None = attrs.field(default=None, init=False)
    """The first offset that is not the zone's at that time, and its line."""

    def read(self, text: str, line: int) -> LogTime:
        """Return a time of the log as an aware one.

        A second offset is refused, unless the rules of the zone explain every one so far.

        Raises:
            InvalidError: when it is no time, or belongs to another clock than the times before;
                names the line where it is an earlier one.
        """
        at, zone = parsed_time(text), self.zone
        offset = at.tzinfo if isinstance(at.tzinfo, timezone) else None
        self._lines.setdefault(offset, line)
        first, first_line = next(iter(self._lines.items()))
        if (offset is None) is not (first is None):
            found = f"a time with{'out' if offset is None else ''} a UTC offset"
            expected = "an offset with every time, or with none"
            raise InvalidError("", f"{found}, unlike line {first_line}", expected)
        if offset is None:
            return local_time(at, zone)
        if zone and not self._strange and at.astimezone(zone).utcoffset() != at.utcoffset():
            self._strange = offset, line
        if self.mixed or len(self._lines) == 1:
            return at, False
        if zone is None:
            found = f"the offset {offset} after {first} on line {first_line}"
            remedy = f"one offset, or log.zone that explains each, or {ALLOW}"
            raise InvalidError("", found, remedy)
        if self._strange is not None:
            strange, line = self._strange
            found = f"the offset {strange} beside others, and not that of {zone.key}"
            raise InvalidError("", found, f"the zone's own offsets, or {ALLOW}", lines=(line,))
        return at, False


def read_log(
    path: str | PathLike[str],
    mapping: LogMapping,
    *,
    progress: Progress | None = None,
    show_values: bool = False,
) -> Iterator[LogLine]:
    """Yield the lines of a log, one by one, each with the events that it gives.

    Args:
        path: the log, CSV or JSON Lines.
        mapping: what it means.
        progress: is told how far the reading is.
        show_values: whether errors may tell what the log holds.

    Raises:
        InvalidError: when the log is not of its form; names line and column.
        FaultsError: when it has several faults; it lists them all, up to a hundred.
    """
    check_type("read_log.mapping", mapping, LogMapping, "a LogMapping, such as read_mapping gives")
    name, clock = fspath(path), LogClock(mapping.zone, mapping.mixed_offsets)
    faults = _Faults(name)
    try:
        for record in _records(name, mapping, progress, show_values=show_values):
            if isinstance(record, InvalidError):
                faults.add(record)
                continue
            line, cells = record
            try:
                understood = _understood(line, cells, mapping, clock)
            except InvalidError as error:
                found, cell = error.found, None
                if show_values and error.column and not error.lines:
                    cell = cells[error.column]
                if cell is not None and not blank(cell) and cell.strip() != found:
                    found = f"{found}, {quoted(cell)}"
                lines = error.lines or (line,)
                faults.add(attrs.evolve(error, where=name, found=found, lines=lines))
                if len(faults) >= MOST_FAULTS:
                    break
                continue
            if not faults:
                yield understood
    except InvalidError as error:
        faults.add(error)
    if faults:
        raise faults.error()


def _understood(
    line: int, cells: Mapping[str, Cell], mapping: LogMapping, clock: LogClock
) -> LogLine:
    """Return what a record says.

    Raises:
        InvalidError: when a cell does not hold what it must; names the column.
    """
    columns = mapping.columns
    try:
        at, twice = clock.read(cells[columns.time] or "", line)
    except InvalidError as error:
        raise attrs.evolve(error, column=columns.time) from None
    customer = _id(cells, columns.customer, MAX_ID)
    engagement = ""
    if columns.engagement is not None and not blank(cells[columns.engagement]):
        engagement = _id(cells, columns.engagement, MAX_ID)
    line_id = str(line) if columns.id is None else _id(cells, columns.id, LONGEST_ID)
    activity = cells[columns.activity] or ""
    rules = mapping.rules.get(activity, ())
    made = [rule.event(cells, at, line_id) for rule in rules]
    events = tuple([event for event in made if event is not None])
    if events:
        fate = Fate.MAPPED
    elif rules:
        fate = Fate.UNMATCHED
    else:
        fate = Fate.IGNORED if activity in mapping.ignored else Fate.UNMAPPED
    return LogLine(line, customer, engagement, at, twice, activity, fate, events)


def _id(cells: Mapping[str, Cell], column: str, longest: int) -> str:
    cell = cells[column]
    if cell is None or blank(cell):
        raise InvalidError("", "blank", "an id", column=column)
    if len(cell) > longest:
        found = f"a text of {len(cell)} characters"
        raise InvalidError("", found, f"an id of at most {longest}", column=column)
    return cell


def _records(
    path: str, mapping: LogMapping, progress: Progress | None, *, show_values: bool
) -> Iterator[Record | InvalidError]:
    """Yield the records of a log in its order, and what is wrong with those that are none.

    Blank lines are passed over.

    Raises:
        InvalidError: when the log is not of its form; names line and column.
    """
    lines = read_lines(path, A_LOG, progress)
    lines = chain([next(lines)], lines)
    read = _read_csv if _format(path, mapping) is LogFormat.CSV else _read_json
    empty = True
    for record in read(path, mapping, lines, show_values=show_values):
        yield record
        empty = False
    if empty:
        raise InvalidError(path, "no line that tells of an event", "at least one")


def _format(path: str, mapping: LogMapping) -> LogFormat:
    suffix = PurePath(path).suffix
    found = mapping.log_format or SUFFIXES.get(suffix.lower())
    if found is not None:
        return found
    remedy = f"one of {', '.join(SUFFIXES)}, or log.format in the mapping"
    raise InvalidError(path, f"a name that ends in {quoted(suffix)}", remedy)


def _read_csv(
    path: str, mapping: LogMapping, lines: Iterator[str], *, show_values: bool
) -> Iterator[Record | InvalidError]:
    file = open_csv(path, lines, mapping.delimiter, A_LOG, show_values=show_values)
    wanted = "one, as the mapping names it"
    used = [(name, file.place_of(name, wanted)) for name in mapping.used_columns]
    for line, row in file.rows:
        if len(row) != len(file.names):
            expected = f"{len(file.names)}, as in the header"
            yield InvalidError(path, field_count(row), expected, lines=(line,))
        else:
            yield line, {name: row[index] for name, index in used}


def _read_json(
    path: str, mapping: LogMapping, lines: Iterator[str], *, show_values: bool
) -> Iterator[Record | InvalidError]:
    columns = mapping.columns
    needed = (columns.customer, columns.time, columns.activity)
    unseen = dict.fromkeys(mapping.used_columns)
    keys: tuple[str, ...] = ()
    for line, text in enumerate(lines, start=1):
        if text.isspace():
            continue
        try:
            found = _object(path, line, text)
            keys = keys or tuple(found)
            for name in [name for name in unseen if name in found]:
                del unseen[name]
            for name in needed:
                if name not in found:
                    unseen.pop(name, None)
                    raise _no_key(path, line, name, found, show_values=show_values)
            cells = {name: _cell(path, line, name, found) for name in mapping.used_columns}
        except InvalidError as error:
            yield error
            continue
        yield line, cells
    if keys and unseen:
        raise _no_key(path, None, next(iter(unseen)), keys, show_values=show_values)


def _no_key(
    path: str, line: int | None, name: str, there: Collection[str], *, show_values: bool
) -> InvalidError:
    told = f"; there is {listed(there)}" if show_values else f" among {len(there)}"
    lines, expected = () if line is None else (line,), "the key that the mapping names"
    return InvalidError(path, f"no such key{told}", expected, column=name, lines=lines)


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
    fault = f"not a whole JSON object ({fault})"
    raise InvalidError(path, fault, "one object a line", lines=(line,))


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
    expected = "a text, a number, true, false or null"
    raise InvalidError(path, kind, expected, column=name, lines=(line,))
