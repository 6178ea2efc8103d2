"""A log read into columns, whatever its form; what is at fault is left to the reader of rows."""

from collections.abc import Callable, Iterator
from functools import partial

import attrs
import numpy as np
import pyarrow as pa

from cxjourney.bulk._by_machine import Walked
from cxjourney.bulk._cells import EPOCH
from cxjourney.bulk._coding import EventLog
from cxjourney.bulk._engine._tables import MICROSECOND, Small, Whole
from cxjourney.bulk._folding import folding_of
from cxjourney.bulk._frames import RowSource
from cxjourney.bulk._reporting._csv_columns import csv_pieces
from cxjourney.bulk._reporting._json_columns import json_pieces
from cxjourney.bulk._reporting._parquet_columns import parquet_pieces
from cxjourney.bulk._reporting._read_log import (
    LinedPiece,
    ReadLog,
    Unfolded,
    UnlikeRowsError,
    WalkedAside,
)
from cxjourney.bulk._reporting._record_columns import record_pieces
from cxjourney.bulk._reporting._text_reader import TextReader
from cxjourney.errors import InvalidError
from cxjourney.replay._log import HowRead
from cxjourney.replay._mapping import LogMapping
from cxjourney.replay._reading._record_stream import ReadAs
from cxjourney.replay._replay_log import ReplayOrder
from cxjourney.vocabulary._terminal import Progress

Pieces = Callable[[ReadAs, Progress | None], Iterator[LinedPiece]]
"""Yields the rows of a log once more, as one of the ways to read it does."""
BELOW_HEADER = 1
"""The first row of a CSV has the number 1, and is line 2."""


def column_log(order: ReplayOrder) -> ReadLog:
    """Return a log in columns.

    Raises:
        UnlikeRowsError: when it is to be read row by row: for what the file or the mapping asks,
            or because something in it is at fault, which the reader of rows tells.
    """
    ways = (json_pieces, 0), (parquet_pieces, 0), (record_pieces, 0)
    for pieces, begins in ((csv_pieces, BELOW_HEADER), *ways):
        try:
            return _read(order, partial(pieces, order.name, order.mapping), begins)
        except (InvalidError, pa.ArrowException, UnlikeRowsError):
            continue
    raise UnlikeRowsError


def _read(order: ReplayOrder, pieces: Pieces, begins: int) -> ReadLog:
    mapping, how = order.mapping, HowRead()
    given = None if order.as_of is None else (order.as_of - EPOCH) // MICROSECOND
    reader = TextReader(mapping, given, begins)
    for piece, lines in pieces(how.read_as, order.progress):
        reader.add_lines(piece, lines)
    log = reader.log()
    sums = reader.sums(log)
    how.midnights = reader.midnights and mapping.log.resolution is None

    def again() -> Iterator[pa.RecordBatch]:
        return (piece for piece, _ in pieces(ReadAs(), None))

    source = RowSource(again, lambda table: table, begins=begins)
    return ReadLog(
        log,
        how,
        sums,
        partial(_name, log),
        None if log.names.engagements is None else partial(_customer, len(log.names.engagements)),
        [*reader.labels],
        partial(_unfold, log, mapping, source, order),
    )


def _name(log: EventLog, key: int) -> tuple[str, str]:
    customers, engagements = log.names
    assert customers is not None  # noqa: S101 - a CSV has texts
    if engagements is None:
        return customers[key].as_py(), ""
    customer, engagement = divmod(key, len(engagements))
    return customers[customer].as_py(), engagements[engagement].as_py()


def _customer(engagements: int, key: Whole) -> Whole:
    customer: Whole = key // engagements
    return customer


def _unfold(
    log: EventLog, mapping: LogMapping, source: RowSource, order: ReplayOrder, until: int
) -> Unfolded:
    whole = log.key, log.source, log.segment
    found = folding_of(log, mapping, source, mapping.chart, until, order.progress)
    walked = [_aside(log, whole, one) for one in found.walked]
    return Unfolded(found.tables, walked, found.repeats, found.pieces)


def _aside(log: EventLog, whole: tuple[Whole, Whole, Small | None], one: Walked) -> WalkedAside:
    """Return a journey that was walked under its own name."""
    keys, rows, segment = whole
    here = np.flatnonzero(keys == one.key)
    here = here[np.argsort(rows[here], kind="stable")]
    told = segment[here] if segment is not None else np.zeros(0, np.int64)
    told = told[told > 0]
    customer, engagement = _name(log, one.key)
    return WalkedAside(
        attrs.evolve(one.walk, customer=customer),
        int(rows[here[0]]),
        one.key if log.names.engagements is None else one.key // len(log.names.engagements),
        engagement,
        int(told[0]) if len(told) else 0,
    )
