"""A log of any form, understood line by line as the live replay does, and kept in columns.

Journeys of which columns carry too little are walked by the live machine, for which the log is read
once more.
"""

from datetime import datetime, timedelta, tzinfo
from functools import partial

import numpy as np

from cxjourney.bulk._cells import EPOCH, microseconds, one_or_all
from cxjourney.bulk._coding import EventLog, Names, RowFates
from cxjourney.bulk._engine._tables import (
    MICROSECOND,
    EventWord,
    Whole,
    deciding_fields,
    tables_of,
    word_of,
)
from cxjourney.bulk._folding import codes_of, needs_machine, pieces_of, plain
from cxjourney.bulk._repeats import nothing_repeated
from cxjourney.bulk._reporting._read_log import ReadLog, Unfolded, WalkedAside, made_of
from cxjourney.replay._log import HowRead, LogLine, lines_of_log
from cxjourney.replay._replay_log import LineSums, ReplayOrder
from cxjourney.replay._reporting._tally import whole_numbers
from cxjourney.replay._walk import LogBook, walk_journeys
from cxjourney.vocabulary import Event, EventKind


def line_log(order: ReplayOrder) -> ReadLog:
    """Return a log in columns.

    Raises:
        InvalidError: when the log is not of its form; names line and column.
        FaultsError: when it has several faults.
    """
    how = HowRead()
    lines = lines_of_log(
        order.name, order.mapping, how, order.progress, show_values=order.show_values
    )
    book = _ColumnBook(order)
    for line in lines:
        book.add(line)
    log = book.log()
    customers: dict[str, int] = {}
    of = np.array(
        [customers.setdefault(customer, len(customers)) for customer, _ in book.keys], np.int64
    )
    names = [*book.keys]
    sums = LineSums.of(book, len(customers), made_of(log))
    single = order.mapping.columns.engagement is None
    return ReadLog(
        log,
        how,
        sums,
        names.__getitem__,
        None if single else of.__getitem__,
        [*book.labels],
        partial(_unfold, log, names, of, order),
    )


def _unfold(
    log: EventLog, names: list[tuple[str, str]], customer: Whole, order: ReplayOrder, until: int
) -> Unfolded:
    chart = order.mapping.chart
    tables = tables_of(chart, plain(log.words))
    codes = codes_of(tables, log.words)
    apart = np.union1d(needs_machine(log, tables, codes), _repeating(log))
    walked: list[WalkedAside] = []
    if len(apart):
        walked = _walked(log, apart, names, customer, order, until)
        log.only(~np.isin(log.key, apart))
    pieces = pieces_of(log, tables, codes, until, order.progress)
    return Unfolded(tables, walked, nothing_repeated(), pieces)


def _repeating(log: EventLog) -> Whole:
    """Return the journeys with two events of one id."""
    none: Whole = np.zeros(0, np.int64)
    if log.line is None or not len(log.key):
        return none
    order = np.lexsort((log.tag, log.line, log.key))
    same = np.ones(len(order) - 1, np.bool_)
    for column in (log.key, log.line, log.tag):
        same &= column[order[1:]] == column[order[:-1]]
    found: Whole = np.unique(log.key[order[1:][same]])
    return found


def _walked(
    log: EventLog,
    apart: Whole,
    names: list[tuple[str, str]],
    customer: Whole,
    order: ReplayOrder,
    until: int,
) -> list[WalkedAside]:
    """Walk some journeys by the live machine."""
    wanted = {names[key]: key for key in apart.tolist()}
    lines = lines_of_log(order.name, order.mapping, HowRead())
    theirs = (line for line in lines if (line.customer, line.engagement) in wanted)
    book = LogBook.of(theirs, order.as_of)
    rows = np.full(len(names), len(log.key) * 2 + 1)
    np.minimum.at(rows, log.key, log.source)
    labels: dict[tuple[str, str], int] = {}
    if log.segment is not None:
        telling = np.flatnonzero((log.segment > 0) & np.isin(log.key, apart))
        telling = telling[np.argsort(log.source[telling], kind="stable")]
        rows_told = zip(log.key[telling].tolist(), log.segment[telling].tolist(), strict=True)
        for key, told in rows_told:
            labels.setdefault(names[key], told)
    walks = walk_journeys(book.events, order.mapping.chart, EPOCH + until * MICROSECOND)
    return [
        WalkedAside(
            walk,
            int(rows[wanted[name]]),
            int(customer[wanted[name]]),
            name[1],
            labels.get(name, 0),
        )
        for walk, name in zip(walks, book.events, strict=True)
    ]


class _ColumnBook(LogBook):
    """A book that keeps the events in columns.

    Attributes:
        keys: the number of each journey.
        labels: the segments so far, each with its place; the blank one is the first.
    """

    def __init__(self, order: ReplayOrder) -> None:
        super().__init__(order.as_of)
        self.keys: dict[tuple[str, str], int] = {}
        self.labels: dict[str, int] = {"": 0}
        self._chart, self._columns = order.mapping.chart, order.mapping.columns
        self._words: dict[EventWord, int] = {}
        self._of_kind: dict[EventKind, int] = {}
        self._tags: dict[str, int] = {}
        self._ids: dict[str, int] = {}
        self._offsets: dict[tzinfo | None, int] = {}
        self._orders: list[tuple[object, ...]] = []
        self._promises: list[tuple[int, int]] = []
        self._rows = tuple(whole_numbers() for _ in range(8))

    def _keep(self, line: LogLine, events: tuple[Event, ...]) -> None:
        key = self.keys.setdefault((line.customer, line.engagement), len(self.keys))
        segment = self.labels.setdefault(line.segment, len(self.labels))
        keys, at, code, source, tags, ids, offsets, segments = self._rows
        for event in events:
            line_id, _, tag = event.id.rpartition(":")
            due = event.payload.get("due")
            if due is not None:
                self._promises.append((len(keys), microseconds(due)))
            keys.append(key)
            at.append((event.at - EPOCH) // MICROSECOND)
            code.append(self._word(event))
            source.append(self.read)
            tags.append(self._tags.setdefault(tag, len(self._tags)))
            offsets.append(self._offset(event.at))
            segments.append(segment)
            if self._columns.id is not None:
                ids.append(self._ids.setdefault(line_id, len(self._ids)))
        if line.sequence:
            self._orders.extend([line.sequence] * len(events))

    def _word(self, event: Event) -> int:
        kind = event.kind
        word = self._of_kind.get(kind)
        if word is None:
            said = word_of(self._chart, kind, event.payload)
            word = self._words.setdefault(said, len(self._words))
            fields = {field.name for field in kind.fields}
            if fields.isdisjoint(deciding_fields(self._chart, kind)):
                self._of_kind[kind] = word  # whatever an event of it says besides
        return word

    def _offset(self, at: datetime) -> int:
        zone = at.tzinfo
        found = self._offsets.get(zone)
        if found is None:
            whole = (at.utcoffset() or timedelta()) // timedelta(seconds=1)
            found = self._offsets[zone] = whole
        return found

    def log(self) -> EventLog:
        """Return the events of all lines."""
        keys, at, code, source, tags, ids, offsets, segments = (
            np.array(column, np.int64) for column in self._rows
        )
        log = EventLog(
            key=keys,
            at=at,
            code=code.astype(np.uint16),
            source=source,
            words=tuple(self._words),
            offset=one_or_all(offsets, offsets),
            promising=np.array([event for event, _ in self._promises], np.int64),
            promised=np.array([due for _, due in self._promises], np.int64),
            line=None if self._columns.id is None else ids,
            tag=tags.astype(np.uint16),
            names=Names(None, None),
            rows=RowFates(self.read, (), (), keys[:0], self.later_events),
            last=None,
            segment=None if self._columns.segment is None else segments.astype(np.int32),
        )
        if self._orders:
            orders = self._orders
            log.in_order(np.array(sorted(range(len(orders)), key=orders.__getitem__), np.int64))
        return log
