"""Reading a log: its records, each with its customer, its time, and the events that it gives."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import Enum, unique
from os import PathLike, fspath

import attrs

from cxjourney.errors import InvalidError, quoted
from cxjourney.replay._mapping import LogMapping
from cxjourney.replay._mapping_rules import ANY_ACTIVITY, IgnoreRule, MappingRule
from cxjourney.replay._reading._cell_form import Cell, blank
from cxjourney.replay._reading._log_clock import LogClock
from cxjourney.replay._reading._log_faults import LogFaults
from cxjourney.replay._reading._record_stream import ReadAs, read_records
from cxjourney.replay._reading._records_of import Wanted
from cxjourney.replay._reading._written import Resolution
from cxjourney.vocabulary import Event
from cxjourney.vocabulary._checks import MAX_ID, check_type
from cxjourney.vocabulary._terminal import Progress, Showable, brief

FIRST = Decimal("-Infinity")
"""The place of a line that does not tell its own among those of one instant."""
LONGEST_ID = 150
"""An id of the log is the beginning of an event's id, which ends with the kind."""


@unique
class Fate(Enum):
    """What became of a line of the log.

    MAPPED: it gave at least one event. IGNORED: it is left out on purpose. UNMATCHED: its activity
    has rules, but none held. UNMAPPED: the mapping does not know its activity.
    """

    MAPPED = "mapped"
    IGNORED = "ignored"
    UNMATCHED = "unmatched"
    UNMAPPED = "unmapped"


@attrs.define
class LogLine(Showable):
    """One line of a log, understood.

    Attributes:
        line: its number, from 1.
        customer: the customer's id.
        engagement: the engagement's id; empty where there is but one.
        at: when it happened, the earliest of its times; None where it has none.
        twice: how many of its local times the clocks showed twice; then the first is meant.
        activity: what happened, in the log's own words.
        fate: what became of it.
        events: the events that it gives.
        sequence: what orders it among lines of one instant; empty goes by the order of the lines.
        reason: why it is ignored; empty for the other fates.
        segment: what its segment column holds; empty for nothing.
    """

    line: int
    customer: str = attrs.field(repr=False)
    engagement: str = attrs.field(repr=False)
    at: datetime | None
    twice: int
    activity: str = attrs.field(repr=False)
    fate: Fate
    events: tuple[Event, ...]
    sequence: tuple[Decimal, ...] = ()
    reason: str = attrs.field(default="", repr=False)
    segment: str = attrs.field(default="", repr=False)

    __repr__ = brief


@attrs.define
class HowRead(Showable):
    """How a log was read, filled in while it is read.

    Attributes:
        read_as: its form, encoding and delimiter.
        midnights: whether all its times are midnights and its mapping does not say that a day is
            an instant.
    """

    read_as: ReadAs = attrs.field(factory=ReadAs)
    midnights: bool = False

    __repr__ = brief


def read_log(
    path: str | PathLike[str],
    mapping: LogMapping,
    *,
    progress: Progress | None = None,
    show_values: bool = False,
) -> Iterator[LogLine]:
    """Yield the lines of a log, one by one, each with the events that it gives.

    Args:
        path: the log; ``-`` is standard input.
        mapping: what it means.
        progress: is told how far the reading is.
        show_values: whether errors may tell what the log holds.

    Raises:
        InvalidError: when the log is not of its form; names line and column.
        FaultsError: when it has several faults; it lists the first twenty, and counts the rest.
    """
    check_type("read_log.mapping", mapping, LogMapping, "a LogMapping, such as read_mapping gives")
    return lines_of_log(fspath(path), mapping, HowRead(), progress, show_values=show_values)


def lines_of_log(
    name: str,
    mapping: LogMapping,
    how: HowRead,
    progress: Progress | None = None,
    *,
    show_values: bool = False,
) -> Iterator[LogLine]:
    """Yield what ``read_log`` does, and say how it was read."""
    settings = mapping.log
    by_day = settings.resolution is Resolution.DAY
    clock = LogClock(settings.form, settings.mixed_offsets, by_day)
    wanted = Wanted(mapping.used_columns, mapping.columns.needed, show_values)
    understand = Understanding(mapping, clock).line
    faults = LogFaults(name)
    try:
        for record in read_records(name, settings, wanted, how.read_as, progress):
            if isinstance(record, InvalidError):
                faults.add(record)
                continue
            line, cells = record
            try:
                understood = understand(line, cells)
            except InvalidError as error:
                faults.add(_placed(error, name, line, cells, show_values=show_values))
                continue
            if not faults:
                yield understood
    except InvalidError as error:
        faults.add(error)
    if faults:
        raise faults.error()
    how.midnights = clock.midnights and settings.resolution is None


def _placed(
    error: InvalidError, name: str, line: int, cells: Mapping[str, Cell], *, show_values: bool
) -> InvalidError:
    """Return the fault of a line with its place, and with the cell where it may be told."""
    found, cell = error.found, None
    if show_values and error.column and not error.lines:
        cell = cells[error.column]
    if cell is not None and not blank(cell) and cell.strip() != found:
        found = f"{found}, {quoted(cell)}"
    return attrs.evolve(error, where=name, found=found, lines=error.lines or (line,))


class Understanding:
    """Understands the lines of one log."""

    def __init__(self, mapping: LogMapping, clock: LogClock) -> None:
        columns = mapping.columns
        self._columns, self._read, self._number = columns, clock.read, mapping.log.form.number
        self._rules, self._ignored = mapping.rules, mapping.ignored
        self._always = mapping.ignored.get(ANY_ACTIVITY, ())
        self._last, self._beside = 0, 0
        """The line before, and how many records of an array stood on it."""

    def line(self, number: int, cells: Mapping[str, Cell]) -> LogLine:
        """Return what a record says.

        Raises:
            InvalidError: when a cell does not hold what it must; names the column.
        """
        columns = self._columns
        at, twice = None, 0
        if columns.time is not None:
            at, twice = self._time(cells, columns.time, number)
        customer = _id(cells, _first(cells, columns.customer), MAX_ID)
        engagement = ""
        if columns.engagement is not None and not blank(cells[columns.engagement]):
            engagement = _id(cells, columns.engagement, MAX_ID)
        if columns.id is None:
            self._beside = self._beside + 1 if number == self._last else 1
            self._last = number
            line_id = str(number) if self._beside == 1 else f"{number}.{self._beside}"
        else:
            line_id = _id(cells, columns.id, LONGEST_ID)
        activity = columns.constant
        if columns.activity:
            activity = cells[_first(cells, columns.activity)] or ""
        found = LogLine(number, customer, engagement, at, twice, activity, Fate.UNMAPPED, ())
        if columns.sequence:
            found.sequence = self._sequence(cells)
        if columns.segment is not None:
            found.segment = _label(cells, columns.segment)
        if self._always or activity in self._ignored:
            left_out = self._left_out(cells, activity)
            if left_out is not None:
                found.fate, found.reason = Fate.IGNORED, left_out.reason
                return found
        rules = self._rules.get(activity)
        if rules is not None:
            self._add_events(found, rules, cells, line_id)
        return found

    def _add_events(
        self,
        found: LogLine,
        rules: Sequence[MappingRule],
        cells: Mapping[str, Cell],
        line_id: str,
    ) -> None:
        """Add the events that a line gives; an event's own time may be earlier than the line's."""
        events: list[Event] = []
        at = found.at
        for rule in rules:
            if rule.always or rule.holds(cells):
                when = at
                if rule.at is not None:
                    when, again = self._time(cells, rule.at, found.line)
                    found.twice += again
                    if found.at is None or when < found.at:
                        found.at = when
                assert when is not None  # noqa: S101 - the mapping was refused otherwise
                events.append(rule.made(cells, when, line_id))
        found.fate = Fate.MAPPED if events else Fate.UNMATCHED
        found.events = tuple(events)

    def _time(self, cells: Mapping[str, Cell], column: str, line: int) -> tuple[datetime, int]:
        try:
            return self._read(cells[column], line)
        except InvalidError as error:
            raise attrs.evolve(error, column=column) from None

    def _sequence(self, cells: Mapping[str, Cell]) -> tuple[Decimal, ...]:
        found = []
        for column in self._columns.sequence:
            cell = cells[column]
            try:
                found.append(FIRST if cell is None or blank(cell) else self._number(cell))
            except InvalidError as error:
                raise attrs.evolve(error, column=column) from None
        return tuple(found)

    def _left_out(self, cells: Mapping[str, Cell], activity: str) -> IgnoreRule | None:
        rules = (*self._ignored.get(activity, ()), *self._always)
        return next((rule for rule in rules if rule.holds(cells)), None)


def _label(cells: Mapping[str, Cell], column: str) -> str:
    cell = (cells[column] or "").strip()
    if len(cell) <= MAX_ID:
        return cell
    found = f"a text of {len(cell)} characters"
    raise InvalidError("", found, f"a segment of at most {MAX_ID}", column=column)


def _first(cells: Mapping[str, Cell], columns: tuple[str, ...]) -> str:
    """Return the first of some columns that holds something, or the first of all."""
    if len(columns) == 1:
        return columns[0]
    return next((one for one in columns if not blank(cells[one])), columns[0])


def _id(cells: Mapping[str, Cell], column: str, longest: int) -> str:
    cell = cells[column]
    if cell and not cell.isspace() and len(cell) <= longest:
        return cell
    if cell is None or blank(cell):
        raise InvalidError("", "blank", "an id", column=column)
    found = f"a text of {len(cell)} characters"
    raise InvalidError("", found, f"an id of at most {longest}", column=column)
