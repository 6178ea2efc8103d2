"""RowFates that are understood one by one, where a mapping asks for more than columns do.

These are wide tables (several times a row), days as instants, several columns for one thing, and
times in other forms than ISO 8601.
"""

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from cxjourney.bulk._by_machine import Lines
from cxjourney.bulk._cells import Times, microseconds
from cxjourney.bulk._engine._tables import NEVER, Small, Whole
from cxjourney.bulk._rule_columns import Given, RuleColumns
from cxjourney.errors import InvalidError
from cxjourney.replay._log import Fate, LogLine
from cxjourney.replay._mapping import LogMapping
from cxjourney.replay._reading._cell_form import ISO
from cxjourney.replay._reading._written import Resolution
from cxjourney.vocabulary import Event

_FATES = tuple(Fate)
_LATER, _NO_CUSTOMER, _NO_TIME, _UNREADABLE = range(len(_FATES), len(_FATES) + 4)


def by_row(mapping: LogMapping) -> bool:
    """Say whether rows must be understood one by one."""
    columns = mapping.columns
    own_times = any(rule.at is not None for rules in mapping.rules.values() for rule in rules)
    several = len(columns.customer) > 1 or len(columns.activity) > 1
    odd = mapping.log.resolution is Resolution.DAY or mapping.log.form.times != (ISO,)
    return columns.time is None or own_times or several or odd


class Understood(NamedTuple):
    """RowFates, understood.

    Attributes:
        given: the events.
        times: the time of each row.
        customer: the customer of each.
        engagement: the engagement of each; None where there is but one for each customer.
        line: the own id of each; None where rows have none.
        later_events: how many events were left out, for they are later than ``as_of``.
    """

    given: Given
    times: Times
    customer: pa.Array
    engagement: pa.Array | None
    line: pa.Array | None
    later_events: int


class RowByRow:
    """Understands rows as the live replay does.

    Attributes:
        orders: what orders the events that were kept; empty where the mapping names nothing.
    """

    def __init__(self, mapping: LogMapping, rules: RuleColumns) -> None:
        self._mapping = mapping
        self._rules = rules
        self._lines = Lines(mapping, mixed=mapping.log.mixed_offsets)
        self.orders: list[tuple[object, ...]] = []

    def read(self, piece: pa.RecordBatch, first: int, as_of: int | None) -> Understood:
        """Understand some rows.

        Raises:
            InvalidError: when a time is not of its form; names column and row.
        """
        columns = self._mapping.columns
        lines: list[LogLine | None] = []
        fates: list[int] = []
        for number, values in enumerate(piece.to_pylist()):
            line, fate = self._line(first + number, values)
            lines.append(line)
            fates.append(fate)
        found: list[tuple[int, Event]] = []
        later = 0
        for row, line in enumerate(lines):
            if line is None:
                continue
            if as_of is not None and line.at is not None and _micro(line) > as_of:
                fates[row] = _LATER
                continue
            kept = [one for one in line.events if as_of is None or _of(one) <= as_of]
            later += len(line.events) - len(kept)
            found += [(row, event) for event in kept]
            if columns.sequence:
                self.orders += [line.sequence] * len(kept)
        ids = [None if line is None else line.customer for line in lines]
        engagements = ["" if line is None else line.engagement for line in lines]
        own = None
        if columns.id is not None:
            own = _column([str(one) for one in piece[columns.id].to_pylist()])
        at = np.array([0 if line is None else _micro(line) for line in lines], np.int64)
        times = Times(at, at != NEVER, 0)
        given = self._given(found, np.array(fates, np.uint8), lines)
        engaged = None if columns.engagement is None else _column(engagements)
        return Understood(given, times, _column(ids), engaged, own, later)

    def _line(self, row: int, values: dict[str, object]) -> tuple[LogLine | None, int]:
        try:
            line = self._lines.line(row, values)
        except InvalidError as error:
            columns = self._mapping.columns
            if error.column is not None and values.get(error.column) in {None, ""}:
                if error.column in columns.customer:
                    return None, _NO_CUSTOMER
                if error.column == columns.time:
                    return None, _NO_TIME
            if error.column == columns.time:
                found, expected = error.found, error.expected
                raise InvalidError("", found, expected, column=error.column, rows=(row,)) from None
            return None, _UNREADABLE
        return line, _FATES.index(line.fate)

    def _given(
        self, found: list[tuple[int, Event]], fate: Small, lines: list[LogLine | None]
    ) -> Given:
        promised = [microseconds(event.payload.get("due")) for _, event in found]
        offsets = [event.at.utcoffset() for _, event in found]
        return Given(
            np.array([row for row, _ in found], np.int64),
            np.array([self._rules.word_of(event) for _, event in found], np.uint16),
            np.array([self._rules.tag_of(event) for _, event in found], np.uint16),
            np.array(promised, np.int64),
            fate,
            np.zeros(len(lines), np.bool_),
            np.array([_of(event) for _, event in found], np.int64),
            np.array([0 if one is None else one.total_seconds() for one in offsets], np.int32),
        )


def _of(event: Event) -> int:
    return microseconds(event.at)


def _micro(line: LogLine) -> int:
    return microseconds(line.at)


def _column(values: "list[str] | list[str | None]") -> pa.Array:
    found: Whole = pa.array(values, pa.large_string()).dictionary_encode()
    return found
