"""RowFates of a frame as events: who, when and what, as numbers, by a mapping (docs/bulk.md)."""

from collections.abc import Sequence
from typing import NamedTuple

import attrs
import numpy as np
import pyarrow as pa

from cxjourney.bulk._cells import (
    Coded,
    Times,
    check_plain,
    coded,
    id_column,
    numbers_of,
    one_or_all,
    times_of,
)
from cxjourney.bulk._engine._journey_order import BITS
from cxjourney.bulk._engine._tables import NEVER, EventWord, Mask, Small, Whole
from cxjourney.bulk._frames import RowSource
from cxjourney.bulk._row_by_row import RowByRow, by_row
from cxjourney.bulk._rule_columns import Given, RuleColumns
from cxjourney.chart import Chart
from cxjourney.replay._log import LONGEST_ID, Fate
from cxjourney.replay._mapping import LogMapping
from cxjourney.replay._reading._log_clock import LogClock
from cxjourney.replay._reading._written import Resolution
from cxjourney.vocabulary._checks import MAX_ID
from cxjourney.vocabulary._terminal import Progress

FATES = (*(one.value for one in Fate), "later", "no customer", "no time", "unreadable")
"""What may become of a row: as a line of a log, later than ``as_of``, or at fault."""
MAPPED, IGNORED, UNMATCHED, UNMAPPED, LATER, NO_CUSTOMER, NO_TIME, UNREADABLE = range(len(FATES))
EXAMPLES = 5
"""How many rows of one fate are named."""


class Names(NamedTuple):
    """The customers and engagements of journeys, which are told by a number.

    Attributes:
        customers: the customers by place; None where a customer is a number already.
        engagements: the engagements by place; None where there is but one for each customer.
    """

    customers: pa.Array | None
    engagements: pa.Array | None

    def of(self, key: Whole) -> tuple[pa.Array, pa.Array | None]:
        """Return customers and engagements of some journeys."""
        if self.engagements is None:
            return self._customers(key), None
        customer, engagement = np.divmod(key, len(self.engagements))
        return self._customers(customer), self.engagements.take(pa.array(engagement))

    def _customers(self, place: Whole) -> pa.Array:
        return pa.array(place) if self.customers is None else self.customers.take(pa.array(place))


class RowFates(NamedTuple):
    """What became of the rows of a frame.

    Attributes:
        read: how many there are.
        fates: how many met which fate, in the order of ``FATES``.
        examples: the first few rows of each fate.
        unknown: the journeys of rows whose activity the mapping does not know, rising.
        later_events: how many events of other rows were later than ``as_of`` by their own time.
    """

    read: int
    fates: tuple[int, ...]
    examples: tuple[tuple[int, ...], ...]
    unknown: Whole
    later_events: int


@attrs.define(eq=False)
class EventLog:
    """A log as columns: one row an event, in the order in which they came.

    Attributes:
        key: the journey, as a number.
        at: when, in microseconds since 1970 UTC.
        code: what, as the place of a word.
        source: the row of the frame that gave it.
        words: what events say.
        offset: the UTC offset in seconds; one number where all have the same.
        promising: the events that promise something.
        promised: when each of them is due.
        line: the line's own id, as a number; None where the mapping names none.
        tag: which rule of the line gave it.
        names: the names of journeys.
        rows: what became of the rows.
        last: the last time of the log; None where there is none.
        segment: what each event's row tells of its segment, as a number; None where none is asked.
    """

    key: Whole
    at: Whole
    code: Small
    source: Whole
    words: tuple[EventWord, ...]
    offset: Small | int
    promising: Whole
    promised: Whole
    line: Whole | None
    tag: Small
    names: Names
    rows: RowFates
    last: int | None
    segment: Small | None = None

    def in_order(self, places: Whole) -> None:
        """Let the events come in another order."""
        number = np.empty(len(places), np.int64)
        number[places] = np.arange(len(places))
        self.promising = number[self.promising]
        order = np.argsort(self.promising, kind="stable")
        self.promising, self.promised = self.promising[order], self.promised[order]
        self._take(places)

    def only(self, kept: Mask) -> None:
        """Leave out events."""
        number = np.cumsum(kept) - 1
        promises = kept[self.promising]
        self.promising, self.promised = number[self.promising[promises]], self.promised[promises]
        self._take(np.flatnonzero(kept))

    def _take(self, places: Whole) -> None:
        for name in ("key", "at", "code", "source", "tag"):
            setattr(self, name, getattr(self, name)[places])
        if self.line is not None:
            self.line = self.line[places]
        if self.segment is not None:
            self.segment = self.segment[places]
        if not isinstance(self.offset, int):
            self.offset = self.offset[places]


class _ReadPart(NamedTuple):
    """One piece of the rows, coded; but for ``customer`` and ``engagement`` one row an event."""

    customer: pa.Array
    engagement: pa.Array | None
    at: Whole
    code: Small
    row: Whole
    offset: Small | int
    promising: Whole
    promised: Whole
    line: pa.Array | None
    tag: Small
    unknown: Whole
    sequence: list[Whole]


def read_rows(
    source: RowSource,
    mapping: LogMapping,
    chart: Chart,
    as_of: int | None,
    progress: Progress | None = None,
) -> EventLog:
    """Return the events of a frame.

    Args:
        source: the rows, with the columns that the mapping uses.
        mapping: what they mean.
        chart: the chart to follow; it says which payloads decide.
        as_of: rows later than that are left out, and counted; None takes every row.
        progress: is told how far the reading is.

    Raises:
        InvalidError: when a column is not of its form; names column and row.
    """
    reader = RowReader(mapping, chart, as_of)
    for piece in source.pieces():
        reader.add(piece)
        if progress is not None:
            progress("reading", reader.read, max(source.rows or reader.read, 1))
    return reader.log()


class RowReader:
    """Reads rows piece by piece."""

    def __init__(self, mapping: LogMapping, chart: Chart, as_of: int | None) -> None:
        self._mapping = mapping
        self._as_of = as_of
        by_day = mapping.log.resolution is Resolution.DAY
        self._clock = LogClock(mapping.log.form, mapping.log.mixed_offsets, by_day)
        self._rules = RuleColumns(mapping, chart)
        self._by_row = self._row_by_row()
        self._later = 0
        self._parts: list[_ReadPart] = []
        self._fates: Whole = np.zeros(len(FATES), np.int64)
        self._examples: list[list[int]] = [[] for _ in FATES]
        self._last: int | None = None
        self.read = 0

    def _row_by_row(self) -> RowByRow | None:
        """Return what understands the rows one by one, where that is needed."""
        return RowByRow(self._mapping, self._rules) if by_row(self._mapping) else None

    def add(self, piece: pa.RecordBatch) -> None:
        """Read some rows."""
        columns, first = self._mapping.columns, self.read
        self.read += piece.num_rows
        if not piece.num_rows:
            return
        check_plain(piece.schema)
        if self._by_row is not None:
            self._add_by_row(self._by_row, piece, first)
            return
        times = self._times(piece, first)
        customer = id_column(self._chosen(piece, columns.customer), columns.customer[0], MAX_ID)
        given, times = self._ruled(piece, times, first)
        fate = given.fate
        if given.unreadable.any():
            fate[given.unreadable] = UNREADABLE
        line = None
        if columns.id is not None:
            line = id_column(piece[columns.id], columns.id, LONGEST_ID)
            fate[line.is_null().to_numpy(zero_copy_only=False)] = UNREADABLE
        sequence = []
        for name in columns.sequence:
            values, readable = numbers_of(piece[name], self._mapping.log.form)
            fate[~readable] = UNREADABLE
            sequence.append(values)
        if customer.null_count:
            fate[customer.is_null().to_numpy(zero_copy_only=False)] = NO_CUSTOMER
        if columns.time is not None and not times.there.all():
            fate[~times.there] = NO_TIME
        if self._as_of is not None:
            fate[times.there & (times.at > self._as_of)] = LATER
        self._count(fate, first, times)
        engagement = None
        if columns.engagement is not None:
            told = id_column(piece[columns.engagement], columns.engagement, MAX_ID)
            numbered = pa.types.is_integer(told.type)
            engagement = (told.cast(pa.large_string()) if numbered else told).fill_null("")
        self._keep(given, fate, times, customer, engagement, line, first, sequence)

    def _times(self, piece: pa.RecordBatch, first: int) -> Times:
        """Return the time of each row."""
        column = self._mapping.columns.time
        assert column is not None  # noqa: S101 - else it is read row by row
        return times_of(piece[column], self._clock, column, first)

    def _chosen(self, piece: pa.RecordBatch, columns: Sequence[str]) -> pa.Array:
        """Return the column of some that are named for one thing."""
        return piece[columns[0]]

    def _ruled(self, piece: pa.RecordBatch, times: Times, first: int) -> tuple[Given, Times]:  # noqa: ARG002 - for those with times of their own
        """Return the events of each row, and its time."""
        return self._rules.read(piece, self._activities(piece)), times

    def _activities(self, piece: pa.RecordBatch) -> Coded:
        columns = self._mapping.columns
        if columns.activity:
            return coded(self._chosen(piece, columns.activity), columns.activity[0])
        every = np.zeros(piece.num_rows, np.int32)
        return Coded(every, pa.array([columns.constant], pa.large_string()))

    def _add_by_row(self, reader: RowByRow, piece: pa.RecordBatch, first: int) -> None:
        read = reader.read(piece, first, self._as_of)
        self._later += read.later_events
        self._count(read.given.fate, first, read.times)
        if read.given.at is not None and len(read.given.at):
            latest = int(read.given.at.max())
            self._last = latest if self._last is None else max(latest, self._last)
        self._keep(
            read.given,
            read.given.fate,
            read.times,
            read.customer,
            read.engagement,
            read.line,
            first,
        )

    def _count(self, fate: Small, first: int, times: Times) -> None:
        counts = np.zeros(len(FATES), np.int64)
        if fate.any():
            counts = np.bincount(fate, minlength=len(FATES))
        else:
            counts[MAPPED] = len(fate)
        self._fates += counts
        for number, examples in enumerate(self._examples):
            if number != MAPPED and counts[number] and len(examples) < EXAMPLES:
                found = np.flatnonzero(fate == number)[: EXAMPLES - len(examples)]
                examples.extend((found + first).tolist())
        if counts[:LATER].any():
            last = int((times.at[fate < LATER] if counts[LATER:].any() else times.at).max())
            self._last = last if self._last is None else max(last, self._last)

    def _keep(
        self,
        given: Given,
        fate: Small,
        times: Times,
        customer: pa.Array,
        engagement: pa.Array | None,
        line: pa.Array | None,
        first: int,
        sequence: Sequence[Whole] = (),
    ) -> None:
        row, code, tag, promised = given.row, given.code, given.tag, given.promised
        at = times.at[row] if given.at is None else given.at
        offset: Small | int = times.offset
        if given.offset is not None:
            offset = given.offset
        elif not isinstance(offset, int):
            offset = offset[row]
        kept = fate[row] == MAPPED if fate.any() else None
        if kept is not None and not kept.all():
            row, code, tag, at = row[kept], code[kept], tag[kept], at[kept]
            promised = promised if promised is None else promised[kept]
            offset = offset if isinstance(offset, int) else offset[kept]
        promising: Whole = np.zeros(0, np.int64)
        if promised is not None:
            promising = np.flatnonzero(promised != NEVER)
            promised = promised[promising]
        unknown = np.flatnonzero(fate == UNMAPPED)
        # Events first, then the rows that the mapping does not know: both need their journey.
        wanted = row if not len(unknown) else np.concatenate((row, unknown))
        every = len(wanted) == len(fate) and not len(unknown) and (row[1:] > row[:-1]).all()
        take = None if every else pa.array(wanted)
        self._parts.append(
            _ReadPart(
                customer if take is None else customer.take(take),
                engagement if engagement is None or take is None else engagement.take(take),
                at,
                code,
                row + first if first else row,
                offset,
                promising,
                np.zeros(0, np.int64) if promised is None else promised,
                None if line is None else line.take(pa.array(row)),
                tag,
                unknown,
                [column[row] for column in sequence],
            )
        )

    def _finish(self, log: EventLog) -> None:
        """Add to the log, whose events stand as they came."""

    def log(self) -> EventLog:
        """Return the events of all rows."""
        parts = self._parts
        sizes = [len(part.at) for part in parts]
        keys, names = _keys([part.customer for part in parts], [part.engagement for part in parts])
        events, unknown, begin, place = [], [], 0, 0
        promising = []
        for part, size in zip(parts, sizes, strict=True):
            events.append(keys[begin : begin + size])
            unknown.append(keys[begin + size : begin + size + len(part.unknown)])
            promising.append(part.promising + place)
            begin, place = begin + size + len(part.unknown), place + size
        line = None
        if self._mapping.columns.id is not None:
            line = _places([part.line for part in parts])[0]
        log = EventLog(
            key=joined_columns(events),
            at=joined_columns([part.at for part in parts]),
            code=joined_columns([part.code for part in parts]),
            source=joined_columns([part.row for part in parts]),
            words=tuple(self._rules.words),
            offset=_offsets([part.offset for part in parts], sizes),
            promising=joined_columns(promising),
            promised=joined_columns([part.promised for part in parts]),
            line=line,
            tag=joined_columns([part.tag for part in parts]),
            names=names,
            rows=RowFates(
                self.read,
                tuple(self._fates.tolist()),
                tuple(map(tuple, self._examples)),
                np.sort(joined_columns(unknown)),
                self._later,
            ),
            last=self._last,
        )
        self._finish(log)
        if self._by_row is not None and self._by_row.orders:
            orders = self._by_row.orders
            log.in_order(np.array(sorted(range(len(orders)), key=orders.__getitem__), np.int64))
        elif parts and parts[0].sequence:
            columns = zip(*(part.sequence for part in parts), strict=True)
            log.in_order(np.lexsort([joined_columns(list(some)) for some in columns][::-1]))
        return log


def joined_columns(parts: list[Small]) -> Small:
    """Return columns one below the other."""
    if not parts:
        return np.zeros(0, np.int64)
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _offsets(offsets: list[Small | int], sizes: list[int]) -> Small | int:
    """Return the offsets of all events; one number where they are the same."""
    whole = [one for one, size in zip(offsets, sizes, strict=True) if isinstance(one, int) and size]
    if len(whole) == len([size for size in sizes if size]) and len(set(whole)) <= 1:
        return whole[0] if whole else 0
    every = [
        np.full(size, one, np.int32) if isinstance(one, int) else one
        for one, size in zip(offsets, sizes, strict=True)
    ]
    return one_or_all(joined_columns(every), joined_columns(every))


def _places(columns: list[pa.Array]) -> Coded:
    """Return ids as places in a list of them."""
    if not columns:
        return Coded(np.zeros(0, np.int64), pa.array([], pa.large_string()))
    mixed = len({pa.types.is_dictionary(column.type) for column in columns}) > 1
    if mixed:  # pieces that differ in type: all of them as texts
        columns = [
            column
            if pa.types.is_dictionary(column.type)
            else column.cast(pa.large_string()).dictionary_encode()
            for column in columns
        ]
    elif not pa.types.is_dictionary(columns[0].type):
        columns = [column.dictionary_encode() for column in columns]
    together = pa.chunked_array(columns).unify_dictionaries()
    places = [chunk.indices.to_numpy(zero_copy_only=False) for chunk in together.chunks]
    return Coded(joined_columns(places).astype(np.int64), together.chunk(0).dictionary)


def _keys(customers: list[pa.Array], engagements: list[pa.Array | None]) -> tuple[Whole, Names]:
    """Return the journey of each row as a number, and what the numbers mean."""
    told = [one for one in engagements if one is not None]
    if not told and customers and all(pa.types.is_integer(one.type) for one in customers):
        key = joined_columns([one.to_numpy(zero_copy_only=False) for one in customers])
        if (
            not len(key)
            or (int(key.max()) - int(key.min())).bit_length() + len(key).bit_length() < BITS
        ):
            return key, Names(None, None)
    places, names = _places(customers)
    if not told:
        return places, Names(names, None)
    within, labels = _places(told)
    return places * len(labels) + within, Names(names, labels)
