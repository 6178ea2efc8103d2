"""A CSV read into columns, with all that the report tells of its lines."""

from datetime import datetime, timedelta, timezone
from functools import partial
from typing import NamedTuple

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cxjourney.bulk._by_machine import Walked
from cxjourney.bulk._cells import EPOCH, Coded, Times, coded
from cxjourney.bulk._coding import IGNORED, LATER, MAPPED, EventLog, RowReader
from cxjourney.bulk._engine._tables import MICROSECOND, Mask, Small, Whole
from cxjourney.bulk._folding import folding_of
from cxjourney.bulk._frames import RowSource
from cxjourney.bulk._reporting._csv_columns import UnlikeRowsError, csv_pieces
from cxjourney.bulk._reporting._read_log import ReadLog, Unfolded, WalkedAside, made_of
from cxjourney.bulk._row_by_row import by_row
from cxjourney.errors import InvalidError
from cxjourney.replay._log import Fate, HowRead
from cxjourney.replay._mapping import LogMapping
from cxjourney.replay._replay_log import LineSums, ReplayOrder
from cxjourney.replay._walk import Activity
from cxjourney.vocabulary._checks import MAX_ID

FATES = tuple(Fate)
HEADER = 1
"""The header is the first line; the row after it has the number 1, and is line 2."""
A_DAY = timedelta(days=1) // MICROSECOND


def csv_log(order: ReplayOrder) -> ReadLog:
    """Return a CSV in columns.

    Raises:
        UnlikeRowsError: when it is to be read row by row: for what the file or the mapping asks,
            or because something in it is at fault, which the reader of rows tells.
    """
    mapping = order.mapping
    conditional = any(rule.when for some in mapping.ignored.values() for rule in some)
    if by_row(mapping) or conditional or mapping.columns.sequence:
        raise UnlikeRowsError
    how = HowRead()
    told = mapping.columns
    names = (*told.customer, *told.activity, told.engagement, told.segment)
    pieces = partial(
        csv_pieces, order.name, mapping.log, mapping.used_columns, [*filter(None, names)]
    )
    given = None if order.as_of is None else (order.as_of - EPOCH) // MICROSECOND
    reader = _CsvReader(mapping, given)
    try:
        for piece in pieces(how.read_as, order.progress):
            reader.add(piece)
        log = reader.log()
    except (InvalidError, pa.ArrowInvalid):
        raise UnlikeRowsError from None
    sums = reader.sums(log)
    how.midnights = reader.midnights and mapping.log.resolution is None
    source = RowSource(lambda: pieces(HowRead().read_as), lambda table: table, begins=HEADER)
    labels = [*reader.labels]
    return ReadLog(
        log,
        how,
        sums,
        partial(_name, log),
        None if log.names.engagements is None else partial(_customer, len(log.names.engagements)),
        labels,
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


class _Extreme(NamedTuple):
    """A time of the log, as it was written."""

    at: int
    offset: int

    def moment(self) -> datetime:
        """Return it as a time with its offset."""
        zone = timezone(timedelta(seconds=self.offset))
        return (EPOCH + self.at * MICROSECOND).astimezone(zone)


class _CsvReader(RowReader):
    """Reads rows piece by piece, and counts what the report tells of them.

    Attributes:
        midnights: whether all times so far are midnights.
        labels: the segments so far, each with its place; the blank one is the first.
    """

    def __init__(self, mapping: LogMapping, as_of: int | None) -> None:
        super().__init__(mapping, mapping.chart, None, HEADER)
        self._until = as_of
        self.midnights = True
        self.labels: dict[str, int] = {"": 0}
        self._twice = 0
        self._first: _Extreme | None = None
        self._latest: _Extreme | None = None
        self._fate: Small = np.zeros(0, np.uint8)
        self._activities_met: dict[tuple[Fate, str], Activity] = {}
        self._bystanders: list[pa.Array] = []
        self._segments: list[Whole] = []

    def add(self, piece: pa.RecordBatch) -> None:
        """Read some rows.

        Raises:
            InvalidError: when one of them is at fault.
        """
        first, columns = self.read, self._mapping.columns
        super().add(piece)
        fate = self._fate
        if self._clock.offsets > 1 and self._mapping.zone is not None:
            raise UnlikeRowsError
        self._meet(self._activities(piece), fate, first)
        others = np.flatnonzero((fate != MAPPED) & (fate != LATER))
        if len(others):
            customer = piece[columns.customer[0]]
            places = np.unique(customer.indices.to_numpy()[others])
            self._bystanders.append(customer.dictionary.take(pa.array(places)))
        if columns.segment is not None:
            told = self._labelled(coded(piece[columns.segment], columns.segment))
            self._segments.append(told[self._parts[-1].row - first])

    def _count(self, fate: Small, first: int, times: Times) -> None:
        if int(fate.max()) > LATER:
            raise UnlikeRowsError  # also a row that is later may be at fault
        if self._until is not None:
            fate[times.at > self._until] = LATER
        super()._count(fate, first, times)
        self._fate = fate
        offset = times.offset
        local = times.at + np.asarray(offset, np.int64) * (timedelta(seconds=1) // MICROSECOND)
        self.midnights = self.midnights and not (local % A_DAY).any()
        kept = np.flatnonzero(fate != LATER)
        if not len(kept):
            return
        if times.twice is not None:
            self._twice += int(times.twice[kept].sum())
        at = times.at[kept]
        for place, name, later in (
            (int(at.argmin()), "_first", False),
            (int(at.argmax()), "_latest", True),
        ):
            before: _Extreme | None = getattr(self, name)
            one = int(at[place])
            if before is None or (one > before.at if later else one < before.at):
                found = offset if isinstance(offset, int) else int(offset[kept[place]])
                setattr(self, name, _Extreme(one, found))

    def _meet(self, activity: Coded, fate: Small, first: int) -> None:
        """Count the activities of some rows, each under what became of them."""
        names = activity.values.to_pylist()
        here = np.flatnonzero(fate != LATER)
        packed = activity.places[here].astype(np.int64) * len(FATES) + fate[here]
        different, at, counts = np.unique(packed, return_index=True, return_counts=True)
        for one, place, times in sorted(
            zip(different.tolist(), at.tolist(), counts.tolist(), strict=True),
            key=lambda row: int(row[1]),
        ):
            name, number = divmod(one, len(FATES))
            key = FATES[number], names[name]
            entry = self._activities_met.get(key)
            if entry is None:
                line = first + int(here[place]) + 1
                entry = self._activities_met[key] = Activity(0, line)
                if number == IGNORED:
                    entry.reasons[self._mapping.ignored[names[name]][0].reason] = None
            entry.count += times

    def _labelled(self, segment: Coded) -> Whole:
        """Return the segment that each row tells, as its place; 0 for none."""
        values = [one.strip() for one in segment.values.to_pylist()]
        if any(len(one) > MAX_ID for one in values):
            raise UnlikeRowsError
        places = [self.labels.setdefault(one, len(self.labels)) for one in values]
        found: Whole = np.array(places, np.int64)[segment.places]
        return found

    def _finish(self, log: EventLog) -> None:
        if self._segments:
            log.segment = np.concatenate(self._segments)

    def sums(self, log: EventLog) -> LineSums:
        """Return what the lines hold."""
        customers, engagements = log.names
        assert customers is not None  # noqa: S101 - a CSV has texts
        labels = 1 if engagements is None else len(engagements)
        there: Mask = np.zeros(len(customers), np.bool_)
        there[log.key if labels == 1 else log.key // labels] = True
        active = int(there.sum())
        if self._bystanders:
            told = pc.unique(pa.chunked_array(self._bystanders))
            names = customers.cast(told.type)
            there[pc.index_in(told, value_set=names).to_numpy(zero_copy_only=False)] = True
        everybody = int(there.sum())
        first, last = self._first, self._latest
        return LineSums(
            self.read - HEADER,
            int(self._fates[LATER]),
            0,
            self._twice,
            first and first.moment(),
            last and last.moment(),
            self._activities_met,
            everybody,
            everybody - active,
            made_of(log),
        )
