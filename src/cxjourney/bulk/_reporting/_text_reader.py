"""Reading cells into columns, with all that the report tells of their lines."""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cxjourney.bulk._cells import EPOCH, Coded, Times, coded
from cxjourney.bulk._coding import IGNORED, LATER, EventLog, RowReader
from cxjourney.bulk._engine._tables import MICROSECOND, Mask, Small, Whole
from cxjourney.bulk._reporting._read_log import UnlikeRowsError, made_of
from cxjourney.bulk._row_by_row import RowByRow
from cxjourney.bulk._rule_columns import Given, OwnTimes
from cxjourney.replay._log import Fate
from cxjourney.replay._mapping import LogMapping
from cxjourney.replay._replay_log import LineSums
from cxjourney.replay._walk import Activity
from cxjourney.vocabulary import Nature
from cxjourney.vocabulary._checks import MAX_ID

FATES = tuple(Fate)
A_DAY = timedelta(days=1) // MICROSECOND
EXACT = 1 << 53
"""Whole numbers up to this are the same as floats."""


class _Extreme(NamedTuple):
    """A time of the log, as it was written."""

    at: int
    offset: int

    def moment(self) -> datetime:
        """Return it as a time with its offset."""
        zone = timezone(timedelta(seconds=self.offset))
        return (EPOCH + self.at * MICROSECOND).astimezone(zone)


class TextReader(RowReader):
    """Reads rows piece by piece, and counts what the report tells of them.

    Its columns hold texts, as lines do; only the time of a row may be a timestamp.

    Args:
        mapping: what the columns mean.
        as_of: rows later than that are counted, and left out.
        begins: the number of the first row, which is one less than its line.

    Attributes:
        midnights: whether all times so far are midnights.
        labels: the segments so far, each with its place; the blank one is the first.
    """

    def __init__(self, mapping: LogMapping, as_of: int | None, begins: int) -> None:
        super().__init__(mapping, mapping.chart, None)
        rules = [rule for some in mapping.rules.values() for rule in some]
        self._timed = any(rule.at is not None for rule in rules)
        self._by_line = mapping.columns.id is None and any(
            rule.kind.nature is Nature.ORDER for rule in rules
        )
        if self._timed and mapping.log.mixed_offsets:
            raise UnlikeRowsError  # which of two offsets is told goes by the order of reading
        self.read = self._begins = begins
        self._until = as_of
        self.midnights = True
        self.labels: dict[str, int] = {"": 0}
        self._twice = 0
        self._first: _Extreme | None = None
        self._latest: _Extreme | None = None
        self._given: Given
        self._again: Small | None = None
        self._activities_met: dict[tuple[Fate, str], Activity] = {}
        self._bystanders: list[pa.Array] = []
        self._segments: list[Whole] = []

    def _row_by_row(self) -> RowByRow | None:
        return None

    def add_lines(self, piece: pa.RecordBatch, lines: Whole | None) -> None:
        """Read some rows.

        Args:
            piece: the rows.
            lines: the line of each; None where they follow each other.

        Raises:
            InvalidError: when one of them is at fault.
            UnlikeRowsError: when they are to be read one by one.
        """
        first, columns = self.read, self._mapping.columns
        follow = np.arange(first, first + piece.num_rows) + 1
        if lines is None:
            lines = follow
        elif self._by_line and (lines != follow).any():
            raise UnlikeRowsError  # an order may name an event by its line
        self.add(piece)
        fate = self._given.fate
        if self._clock.offsets > 1 and self._mapping.zone is not None:
            raise UnlikeRowsError
        for values in self._parts[-1].sequence:
            told = values[np.isfinite(values)] if values.dtype.kind == "f" else values[:0]
            if (np.abs(told) >= EXACT).any() or (told % 1).any():
                raise UnlikeRowsError  # they are compared to the last decimal
        self._meet(self._activities(piece), fate, lines)
        without = fate != LATER
        without[self._given.row] = False
        others = np.flatnonzero(without)
        if len(others):
            customer = self._chosen(piece, columns.customer)
            places = np.unique(customer.indices.to_numpy()[others])
            self._bystanders.append(customer.dictionary.take(pa.array(places)))
        if columns.segment is not None:
            told = self._labelled(coded(piece[columns.segment], columns.segment))
            self._segments.append(told[self._parts[-1].row - first])

    def _times(self, piece: pa.RecordBatch, first: int) -> Times:
        if self._mapping.columns.time is None:
            nothing = np.zeros(piece.num_rows, np.int64)
            return Times(nothing, nothing > 0, 0)
        return super()._times(piece, first)

    def _chosen(self, piece: pa.RecordBatch, columns: Sequence[str]) -> pa.Array:
        """Return what the first column holds that holds anything."""
        if len(columns) == 1:
            return piece[columns[0]]
        found = None
        for name in columns:
            cells = piece[name].cast(pa.string())
            blank = pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(cells)), 0)
            told = pc.if_else(blank, None, cells)
            found = told if found is None else pc.coalesce(found, told)
        return pc.coalesce(found, piece[columns[0]].cast(pa.string())).dictionary_encode()

    def _ruled(self, piece: pa.RecordBatch, times: Times, first: int) -> tuple[Given, Times]:
        own = OwnTimes(piece, times, self._clock, first) if self._timed else None
        given = self._given = self._rules.read(piece, self._activities(piece), own)
        self._again = times.twice
        if own is None:
            return given, times
        self._again = own.twice
        if given.at is not None and given.offset is not None:
            self._see_midnights(given.at, given.offset, np.ones(len(given.at), np.bool_))
        if self._until is not None and given.at is not None:
            given = self._given = self._ended(given, own, self._until)
        return given, Times(np.where(own.there, own.at, 0), own.there, own.offset)

    def _ended(self, given: Given, own: OwnTimes, until: int) -> Given:
        """Leave out the events after the end of rows that are not; they are counted."""
        assert given.at is not None  # noqa: S101 - it has times of its own
        assert given.offset is not None  # noqa: S101 - as above
        kept = (given.at <= until) | (own.at[given.row] > until)
        self._later += int((~kept).sum())
        promised = given.promised
        return given._replace(
            row=given.row[kept],
            code=given.code[kept],
            tag=given.tag[kept],
            promised=None if promised is None else promised[kept],
            at=given.at[kept],
            offset=given.offset[kept],
        )

    def _count(self, fate: Small, first: int, times: Times) -> None:
        if int(fate.max()) > LATER:
            raise UnlikeRowsError  # also a row that is later may be at fault
        given, until = self._given, self._until
        if until is not None:
            fate[times.there & (times.at > until)] = LATER
        super()._count(fate, first, times)
        self._see_midnights(times.at, times.offset, times.there)
        kept = (fate != LATER) & times.there
        self._reach(times.at, times.offset, kept)
        if given.at is not None and given.offset is not None:
            self._reach(given.at, given.offset, kept[given.row])
        if self._again is not None:
            self._twice += int(self._again[fate != LATER].sum())

    def _see_midnights(self, at: Whole, offset: Small | int, there: Mask) -> None:
        local = at + np.asarray(offset, np.int64) * (timedelta(seconds=1) // MICROSECOND)
        self.midnights = self.midnights and not (local % A_DAY)[there].any()

    def _reach(self, at: Whole, offset: Small | int, kept: Mask) -> None:
        """See whether some times are the first or the last so far."""
        some = np.flatnonzero(kept)
        if not len(some):
            return
        for place, name, later in (
            (some[at[some].argmin()], "_first", False),
            (some[at[some].argmax()], "_latest", True),
        ):
            before: _Extreme | None = getattr(self, name)
            one = int(at[place])
            if before is None or (one > before.at if later else one < before.at):
                found = offset if isinstance(offset, int) else int(offset[place])
                setattr(self, name, _Extreme(one, found))

    def _meet(self, activity: Coded, fate: Small, lines: Whole) -> None:
        """Count the activities of some rows, each under what became of them."""
        names = [one or "" for one in (*activity.values.to_pylist(), None)]
        here = np.flatnonzero(fate != LATER)
        left_out = self._given.left_out
        rules = len(self._rules.ignoring) + 1
        packed = (activity.places[here].astype(np.int64) + 1) * len(FATES) + fate[here]
        if left_out is not None:
            packed = packed * rules + left_out[here]
        different, at, counts = np.unique(packed, return_index=True, return_counts=True)
        for one, place, times in sorted(
            zip(different.tolist(), at.tolist(), counts.tolist(), strict=True),
            key=lambda row: int(row[1]),
        ):
            told, reason = (one, 0) if left_out is None else divmod(one, rules)
            name, number = divmod(told, len(FATES))
            key = FATES[number], names[name - 1]
            entry = self._activities_met.get(key)
            if entry is None:
                entry = self._activities_met[key] = Activity(0, int(lines[here[place]]))
            if number == IGNORED:
                entry.reasons[self._reason(key[1], reason)] = None
            entry.count += times

    def _reason(self, name: str, rule: int) -> str:
        if rule:
            return self._rules.ignoring[rule - 1][1].reason
        return self._mapping.ignored[name][0].reason

    def _labelled(self, segment: Coded) -> Whole:
        """Return the segment that each row tells, as its place; 0 for none."""
        values = [one.strip() for one in segment.values.to_pylist()]
        if any(len(one) > MAX_ID for one in values):
            raise UnlikeRowsError
        places = [self.labels.setdefault(one, len(self.labels)) for one in values]
        found: Whole = np.array([*places, 0], np.int64)[segment.places]
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
            self.read - self._begins,
            int(self._fates[LATER]),
            self._later,
            self._twice,
            first and first.moment(),
            last and last.moment(),
            self._activities_met,
            everybody,
            everybody - active,
            made_of(log),
        )
