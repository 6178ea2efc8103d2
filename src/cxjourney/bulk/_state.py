"""The state of all journeys, brought up to date batch by batch (docs/bulk.md)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cxjourney.bulk._cells import microseconds
from cxjourney.bulk._coding import EventLog, read_rows
from cxjourney.bulk._engine._duty_rows import OWED, Dues, Duties
from cxjourney.bulk._engine._fast import loop_for
from cxjourney.bulk._engine._folded import Keep
from cxjourney.bulk._engine._in_step import Clocks
from cxjourney.bulk._engine._journey_order import in_pieces
from cxjourney.bulk._engine._pieces import fold_piece, pass_on
from cxjourney.bulk._engine._tables import NEVER, Mask, Small, Tables, Whole, carried, tables_of
from cxjourney.bulk._folding import (
    Folded,
    WantedParts,
    codes_of,
    fold_log,
    how_often,
    needs_machine,
    plain,
)
from cxjourney.bulk._frames import RowSource, source_of
from cxjourney.bulk._repeats import repeats_of
from cxjourney.bulk._replaying import RowCounts, journey_table, row_counts
from cxjourney.bulk._state_form import COUNTS, JourneyColumns
from cxjourney.chart import Chart
from cxjourney.errors import InvalidError
from cxjourney.replay import LogMapping
from cxjourney.vocabulary._checks import check_time, check_type
from cxjourney.vocabulary._terminal import Progress, Showable, brief

Name = tuple[Any, str]
"""Customer and engagement."""


@attrs.frozen
class BatchCounts(Showable):
    """What a batch did to the state.

    Attributes:
        rows: what became of its rows; an id that came in an earlier batch is not counted.
        journeys: how many journeys it touched.
        new: how many of them began with it.
        again: how many were replayed whole, for an event came late or needs the live machine.
    """

    rows: RowCounts
    journeys: int
    new: int
    again: int

    __repr__ = brief


class _Batch(NamedTuple):
    """A batch as columns.

    Attributes:
        rows: its events.
        source: where they are.
        names: whose the journeys are.
        keys: the journeys, as numbers of the batch, rising.
        number: the place of each event's journey among them.
        place: where each stands in the state; -1 for those that begin.
    """

    rows: EventLog
    source: RowSource
    names: list[Name]
    keys: Whole
    number: Whole
    place: Whole


class BulkState:
    """Where all journeys stand after their last events, so that a batch costs what it is worth.

    It is changed in place, by one thread at a time. A batch is taken as a whole or, where it
    raises, not at all.

    Args:
        chart: the chart to follow; it must ask of its obligations no more than columns carry.

    Raises:
        InvalidError: when the chart has such an obligation.
    """

    def __init__(self, chart: Chart) -> None:
        check_type("BulkState.chart", chart, Chart)
        beyond = [rule.id for rule in chart.obligations if not carried(rule)]
        if beyond:
            found = f"{len(beyond)} obligations of which columns carry too little"
            raise InvalidError("BulkState.chart", found, "a chart without them, or bulk.replay")
        self.chart: Chart = chart
        self._stored = JourneyColumns.empty()
        self._places: dict[Name, int] = {}

    def __len__(self) -> int:
        return self._stored.size

    def __repr__(self) -> str:
        return f"<BulkState of {self.chart!r}: {len(self)} journeys>"

    def to_arrow(self) -> pa.Table:
        """Return it as a table that can be kept, such as a file of Parquet."""
        return self._stored.to_table(self.chart)

    @classmethod
    def from_arrow(cls, table: pa.Table, chart: Chart) -> "BulkState":
        """Return the state that ``to_arrow`` gave.

        Raises:
            DecodeError: when the table is none, or of another version or chart.
        """
        state = cls(chart)
        state._stored = JourneyColumns.from_table(table, chart)
        names = zip(state._stored.customers, state._stored.engagements, strict=True)
        state._places = {name: place for place, name in enumerate(names)}
        return state

    def update(
        self,
        batch: object,
        *,
        mapping: LogMapping,
        log: object = None,
        progress: Progress | None = None,
    ) -> BatchCounts:
        """Take a batch of events.

        Args:
            batch: a frame, or the path of Parquet, as ``bulk.replay`` takes.
            mapping: what its columns and activities mean.
            log: where all events are, those of the batch too; needed where an event comes late, or
                after an order. Of it only the customers of such journeys are replayed.
            progress: is told how far the reading is.

        Raises:
            InvalidError: when the batch is not of its form, or ``log`` is needed and missing.
        """
        source = source_of(batch, mapping.used_columns)
        rows = read_rows(source, mapping, self.chart, None, progress)
        keys, number = np.unique(rows.key, return_inverse=True)
        names = _named(rows, keys)
        place = np.array([self._places.get(name, -1) for name in names], np.int64)
        given = _Batch(rows, source, names, keys, number, place)
        stored = self._stored
        words = tuple(dict.fromkeys((*stored.words, *plain(rows.words))))
        tables = tables_of(self.chart, words, stored.situations)
        codes = codes_of(tables, rows.words)
        again = self._again(given, tables, codes)
        refolded = [*self._refolded(given, again, mapping, log)]
        new = np.flatnonzero(place < 0)
        place[new] = np.arange(len(new)) + stored.size
        self._places.update((names[one], int(place[one])) for one in new)
        stored.begin(names[one] for one in new)
        stored.words = words
        unknown = how_often(keys, rows.rows.unknown)
        rows.only(~again[number])
        repeats = self._fold(given, tables, codes, mapping)
        stored.counts[COUNTS.index("unknown"), place] += unknown
        for folded, some in refolded:
            self._put(folded, np.array([self._places[name] for name in some], np.int64))
        told = row_counts(rows.rows, *repeats)
        return BatchCounts(told, len(keys), len(new), int(again.sum()))

    def _again(self, given: _Batch, tables: Tables, codes: Small) -> Mask:
        """Say which journeys must be replayed whole."""
        rows, number, stored = given.rows, given.number, self._stored
        again = np.isin(given.keys, needs_machine(rows, tables, codes))
        old = given.place >= 0
        again[old] |= stored.by_machine[given.place[old]]
        if old.any():
            place = np.maximum(given.place, 0)[number]
            last, rank = stored.journeys.last_at[place], stored.journeys.last_rank[place]
            own = tables.rank[codes[rows.code]]
            late = (rows.at < last) | ((rows.at == last) & (own < rank))
            if rows.line is not None:  # it may be the last event once more
                late |= (rows.at == last) & (own == rank)
            again[number[late & old[number]]] = True
        return again

    def _refolded(
        self, given: _Batch, again: Mask, mapping: LogMapping, log: object
    ) -> Iterator[tuple[Folded, list[Name]]]:
        """Yield journeys replayed whole: new ones from the batch, the others from the log.

        Raises:
            InvalidError: when there is no log.
        """
        late = [given.names[one] for one in np.flatnonzero(again & (given.place >= 0))]
        if late and log is None:
            found = f"{len(late)} journeys with events before their last, or after an order"
            raise InvalidError("update.log", found, "log=, the frame or files of all events")
        new = [given.names[one] for one in np.flatnonzero(again & (given.place < 0))]
        if new:
            yield from self._of_names(given.source, new, mapping)
        if late:
            yield from self._of_names(source_of(log, mapping.used_columns), late, mapping)

    def _of_names(
        self, source: RowSource, names: list[Name], mapping: LogMapping
    ) -> Iterator[tuple[Folded, list[Name]]]:
        """Yield some journeys, folded from all their events."""
        customers = pa.array([name[0] for name in names])

        def theirs() -> Iterator[pa.RecordBatch]:
            for piece in source.pieces():
                mask = None
                for name in mapping.columns.customer:
                    column = piece[name]
                    if pa.types.is_dictionary(column.type):
                        column = column.dictionary_decode()
                    found = pc.is_in(column, customers.cast(column.type))
                    mask = found if mask is None else pc.or_(mask, found)
                yield piece.filter(mask)

        some = attrs.evolve(source, pieces=theirs, rows=None)
        rows = read_rows(some, mapping, self.chart, None)
        keys, number = np.unique(rows.key, return_inverse=True)
        wanted = dict.fromkeys(names)
        chosen = np.array([name in wanted for name in _named(rows, keys)], np.bool_)
        rows.only(chosen[number])
        named = dict(zip(keys.tolist(), _named(rows, keys), strict=True))
        for folded in fold_log(rows, mapping, some, self.chart, NEVER, WantedParts(duties=True)):
            yield folded, [named[key] for key in folded.journeys.key.tolist()]

    def _fold(
        self, given: _Batch, tables: Tables, codes: Small, mapping: LogMapping
    ) -> tuple[int, int]:
        """Fold events of journeys that go on; return how many came again, the same and other."""
        rows, stored = given.rows, self._stored
        repeats = repeats_of(rows, mapping, given.source, tables.rank[codes], NEVER)
        if len(repeats.events):
            kept = np.ones(len(rows.key), np.bool_)
            kept[repeats.events] = False
            rows.only(kept)
            whose = given.place[np.searchsorted(given.keys, repeats.key)]
            for name, some in (
                ("repeated", ~repeats.conflicts),
                ("conflicting", repeats.conflicts),
            ):
                np.add.at(stored.counts[COUNTS.index(name)], whose[some], 1)
        dues = Dues(rows.promising, rows.promised, rows.offset)
        number = np.array([tables.situations.index(one) for one in stored.situations], np.int64)
        code = codes[rows.code] if len(codes) else rows.code
        loop = loop_for(tables, len(rows.key))
        for events in in_pieces(rows.key, rows.at, code, tables.rank, loop=loop):
            key = events.key[np.flatnonzero(np.diff(events.key, prepend=events.key[0] - 1))]
            place = given.place[np.searchsorted(given.keys, key)]
            was = stored.journeys.of(place)
            was.key, was.situation = key, number[was.situation]
            clocks = Clocks(*(column[place] for column in stored.clocks))
            clocks = clocks._replace(situation=number[clocks.situation])
            before = was, clocks, stored.duties(place)
            keep = Keep(moves=False, rows=False)
            piece = fold_piece(tables, events, dues, NEVER, before, keep, loop)
            stored.put(place, piece.journeys, piece.clocks, tables.situations)
            stored.owe(place, piece.duties)
        return int((~repeats.conflicts).sum()), int(repeats.conflicts.sum())

    def _put(self, folded: Folded, place: Whole) -> None:
        """Let some journeys stand where they came to from all their events."""
        stored, owing = self._stored, folded.owing
        assert owing is not None  # noqa: S101 - they were asked for
        stored.put(place, folded.journeys, folded.clocks, folded.situations)
        order = np.argsort(folded.journeys.key, kind="stable")
        whose = order[np.searchsorted(folded.journeys.key, owing.key, sorter=order)]
        nothing = np.zeros(len(whose), np.int64)
        duties = Duties(whose, *owing[1:7], nothing, nothing, nothing)
        stored.owe(place, duties)
        stored.by_machine[place] = folded.by_machine
        for name in ("refused", "repeated", "conflicting", "retracted"):
            stored.counts[COUNTS.index(name), place] = getattr(folded, name)

    def journeys(self, as_of: datetime) -> pa.Table:
        """Return where each journey stands at a moment, one a row, as ``bulk.replay`` does.

        Args:
            as_of: the moment, aware, not before the last event; timers due by then have fired.

        Raises:
            NaiveTimeError: when ``as_of`` has no time zone.
            InvalidError: when it is before the last event.
        """
        stored, size = self._stored, len(self)
        until = microseconds(check_time(as_of, "journeys.as_of"))
        every: Whole = np.arange(size)
        was = stored.journeys.of(every)
        if size and until < int(was.last_at.max()):
            raise InvalidError("journeys.as_of", "a time before the last event", "a later time")
        tables = tables_of(self.chart, stored.words, stored.situations)
        number = np.array([tables.situations.index(one) for one in stored.situations], np.int64)
        was.key, was.situation = every, number[was.situation]
        clocks = Clocks(was.situation.copy(), *(one[:size].copy() for one in stored.clocks[1:]))
        owed = stored.duties(every)
        some, now, duties = pass_on(tables, was, clocks, owed, until)
        for field in attrs.fields(type(was)):
            if field.name != "key":
                getattr(was, field.name)[..., some] = getattr(now, field.name)
        left = _still_owed(owed, duties, some, size)
        folded = Folded(
            self.chart,
            tables.situations,
            (),
            was,
            np.bincount(left.journey, minlength=size).astype(np.int32),
            np.bincount(left.journey[left.due < until], minlength=size).astype(np.int32),
            stored.counts[COUNTS.index("refused"), :size],
            stored.counts[COUNTS.index("repeated"), :size],
            stored.counts[COUNTS.index("conflicting"), :size],
            stored.counts[COUNTS.index("retracted"), :size],
            stored.by_machine[:size],
            clocks,
            None,
            None,
        )
        who = {"customer": pa.array(stored.customers[:size])}
        if any(stored.engagements):
            who["engagement"] = pa.array(stored.engagements, pa.large_string())
        return journey_table(folded, who, stored.counts[COUNTS.index("unknown"), :size])


def _still_owed(owed: Duties, after: Duties, some: Whole, size: int) -> Duties:
    """Return what is owed: on journeys that a timer moved as they stand after it."""
    moved = np.zeros(size, np.bool_)
    moved[some] = True
    before = ~moved[owed.journey]
    left = after.how == OWED
    return Duties(
        np.concatenate((owed.journey[before], some[after.journey[left]])),
        *(
            np.concatenate((one[before], other[left]))
            for one, other in zip(owed[1:], after[1:], strict=True)
        ),
    )


def _named(rows: EventLog, keys: Whole) -> list[Name]:
    customers, engagements = rows.names.of(keys)
    told: Sequence[str] = [""] * len(keys) if engagements is None else engagements.to_pylist()
    return list(zip(customers.to_pylist(), told, strict=True))
