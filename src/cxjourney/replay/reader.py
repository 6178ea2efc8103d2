"""Reading a log: each line with its customer, its time, and the events that it gives."""

from collections.abc import Iterator
from datetime import datetime
from enum import Enum, unique
from os import PathLike, fspath

import attrs

from cxjourney.events import Event
from cxjourney.payload import MAX_ID
from cxjourney.progress import Progress
from cxjourney.replay.conditions import Cell, blank
from cxjourney.replay.errors import LogError
from cxjourney.replay.mapping import LogMapping
from cxjourney.replay.records import Record, read_records
from cxjourney.replay.times import LogClock
from cxjourney.replay.values import CellError

__all__ = ["Fate", "LogLine", "LogReader", "read_log"]

LONGEST_ID = 150
"""An id of the log is the beginning of an event's id, which ends with the kind."""


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
    activity: str
    fate: Fate
    events: tuple[Event, ...]


@attrs.define
class LogReader:
    """Understands the records of one log, in their order.

    Attributes:
        path: the log, as errors name it.
        mapping: what the log means.
    """

    path: str
    mapping: LogMapping
    _clock: LogClock = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        mapping = self.mapping
        zone, mixed = mapping.zone, mapping.mixed_offsets
        self._clock = LogClock(self.path, mapping.columns.time, zone, mixed)

    def understand(self, record: Record) -> LogLine:
        """Return what a record says.

        Raises:
            LogError: when a cell does not hold what it must; names line and column.
        """
        line, cells = record
        columns = self.mapping.columns
        at, twice = self._clock.read(cells[columns.time] or "", line)
        customer = self._id(record, columns.customer, MAX_ID)
        engagement = ""
        if columns.engagement is not None and not blank(cells[columns.engagement]):
            engagement = self._id(record, columns.engagement, MAX_ID)
        line_id = str(line) if columns.id is None else self._id(record, columns.id, LONGEST_ID)
        activity = cells[columns.activity] or ""
        fate, events = self._events(record, activity, at, line_id)
        return LogLine(line, customer, engagement, at, twice, activity, fate, events)

    def _events(
        self, record: Record, activity: str, at: datetime, line_id: str
    ) -> tuple[Fate, tuple[Event, ...]]:
        rules = self.mapping.rules.get(activity)
        if rules is None:
            known = activity in self.mapping.ignored
            return (Fate.IGNORED if known else Fate.UNMAPPED), ()
        try:
            made = [rule.event(record.cells, at, line_id) for rule in rules]
        except CellError as error:
            raise LogError(
                self.path, record.line, error.column, error.found, error.expected
            ) from None
        events = tuple([event for event in made if event is not None])
        return (Fate.MAPPED if events else Fate.UNMATCHED), events

    def _id(self, record: Record, column: str, longest: int) -> str:
        cell: Cell = record.cells[column]
        if cell is None or blank(cell):
            raise LogError(self.path, record.line, column, "blank", "an id")
        if len(cell) > longest:
            found = f"a text of {len(cell)} characters"
            raise LogError(self.path, record.line, column, found, f"an id of at most {longest}")
        return cell


def read_log(
    path: str | PathLike[str], mapping: LogMapping, *, progress: Progress | None = None
) -> Iterator[LogLine]:
    """Yield the lines of a log, one by one, each with the events that it gives.

    Args:
        path: the log, CSV or JSON Lines.
        mapping: what it means.
        progress: is told how far the reading is.

    Raises:
        LogError: when the log is not of its form; names line and column.
    """
    reader = LogReader(fspath(path), mapping)
    for record in read_records(reader.path, mapping, progress):
        yield reader.understand(record)
