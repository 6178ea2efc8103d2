"""The rules of a mapping over columns: which events a row gives, and what bears on them.

A condition or a payload is asked of each different value once, by the mapping itself.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cxjourney.bulk._cells import Coded, Times, cells_of, microseconds, times_of
from cxjourney.bulk._engine._tables import (
    NEVER,
    EventWord,
    Mask,
    Small,
    Whole,
    deciding_fields,
    word_of,
)
from cxjourney.chart import Chart
from cxjourney.errors import InvalidError
from cxjourney.replay._log import Fate
from cxjourney.replay._mapping import LogMapping
from cxjourney.replay._mapping_rules import ANY_ACTIVITY, IgnoreRule, MappingRule
from cxjourney.replay._reading._cell_form import Cell, blank
from cxjourney.replay._reading._log_clock import LogClock
from cxjourney.replay._values import Condition, value_of
from cxjourney.vocabulary import Event, EventKind, Field
from cxjourney.vocabulary._checks import MAX_TEXT
from cxjourney.vocabulary._events import PayloadValue

_FATES = tuple(Fate)
ENDLESS = 1 << 61
"""Later than all."""


class Given(NamedTuple):
    """The events that rows give.

    Attributes:
        row: the row of each, rising; several of one row in the order of the rules.
        code: the place of its word.
        tag: which rule of its activity gave it, as the end of an event's id.
        promised: when something promised is due; ``NEVER`` where nothing is; None for none at all.
        fate: what became of each row.
        unreadable: the rows that hold what a rule cannot read.
        at: when each was, where rules have times of their own; None takes the row's.
        offset: the UTC offset of those times in seconds.
        left_out: by which rule to leave rows out each was, counted from 1 in the order in which
            they are asked; 0 for none.
    """

    row: Whole
    code: Small
    tag: Small
    promised: Whole | None
    fate: Small
    unreadable: Mask
    at: Whole | None = None
    offset: Small | None = None
    left_out: Small | None = None


class OwnTimes:
    """The times of the rows of a wide table, each the earliest of its own and its events'.

    Attributes:
        at: when; ``ENDLESS`` for a row without any.
        there: which rows have one.
        offset: the UTC offset of each in seconds.
        twice: how many of its times the clocks showed twice.
    """

    def __init__(self, piece: pa.RecordBatch, times: Times, clock: LogClock, first: int) -> None:
        self._piece, self._clock, self._first = piece, clock, first
        self.there: Mask = times.there.copy()
        self.at: Whole = np.where(times.there, times.at, ENDLESS)
        self.offset: Small = np.array(np.broadcast_to(times.offset, self.at.shape), np.int32)
        self._row_at, self._row_offset = self.at.copy(), self.offset.copy()
        self.twice: Small = np.zeros(len(self.at), np.int64)
        if times.twice is not None:
            self.twice += times.twice

    def of(self, column: str | None, rows: Whole) -> tuple[Whole, Small]:
        """Return when the events of a rule were on some rows, and their offsets.

        Args:
            column: the rule's own; None takes the time of the row.
            rows: where the rule holds.

        Raises:
            InvalidError: when one of them is no time.
        """
        if column is None:
            return self._row_at[rows], self._row_offset[rows]
        cells = self._piece[column].take(pa.array(rows))
        times = times_of(cells, self._clock, column, self._first)
        offset: Small = np.array(np.broadcast_to(times.offset, rows.shape), np.int32)
        if times.twice is not None:
            self.twice[rows] += times.twice
        earlier = times.at < self.at[rows]
        self.at[rows[earlier]] = times.at[earlier]
        self.offset[rows[earlier]] = offset[earlier]
        self.there[rows] = True
        return times.at, offset


class RuleColumns:
    """The rules of a mapping, and the words that were met so far."""

    def __init__(self, mapping: LogMapping, chart: Chart) -> None:
        self._mapping = mapping
        self._chart = chart
        self.words: dict[EventWord, int] = {}
        self._tags: dict[str, int] = {}
        of_all = [(ANY_ACTIVITY, rule) for rule in mapping.ignored.get(ANY_ACTIVITY, ())]
        of_one = [(name, rule) for name, some in mapping.ignored.items() for rule in some]
        self.ignoring: tuple[tuple[str, IgnoreRule], ...] = (
            *(one for one in of_one if one[0] != ANY_ACTIVITY),
            *of_all,
        )
        """The rules to leave rows out, in the order in which they are asked."""
        self._conditional = any(rule.when for _, rule in self.ignoring)

    def read(self, piece: pa.RecordBatch, activity: Coded, own: OwnTimes | None = None) -> Given:
        """Return the events of some rows.

        Args:
            piece: the rows.
            activity: what happened in each.
            own: the times of the rows, where rules have some of their own.

        Raises:
            InvalidError: when a time of a rule's own is none.
        """
        names = [*activity.values.to_pylist(), None]
        rules = [self._mapping.rules.get(name or "", ()) for name in names]
        fate = _spread(np.array([self._fate(name or "") for name in names], np.uint8), activity)
        unreadable = np.zeros(piece.num_rows, np.bool_)
        if not self._conditional and all(len(some) <= 1 and _plain(some) for some in rules):
            row: Whole = np.arange(piece.num_rows)
            given = np.array([bool(some) for some in rules])
            if not given[:-1].all() or (activity.places < 0).any():
                row = np.flatnonzero(given[activity.places])
                activity = activity._replace(places=activity.places[row])
            code, tag = (
                _spread(_narrow(np.array([one(some) if some else 0 for some in rules])), activity)
                for one in (self._only_code, self._only_tag)
            )
            return Given(row, code, tag, None, fate, unreadable)
        cells = _PieceCells(piece)
        left_out = self._left_out(names, activity.places, cells, unreadable)
        found, timed = [], []
        order = np.argsort(activity.places, kind="stable")
        ends = np.cumsum(np.bincount(activity.places + 1, minlength=len(names)))
        for number, some in enumerate([rules[-1], *rules[:-1]]):
            rows = order[ends[number - 1] if number else 0 : ends[number]]
            rows = rows[(left_out[rows] == 0) & ~unreadable[rows]]
            for rule in some if len(rows) else ():
                found.append(self._of_rule(rule, rows, cells, unreadable))
                if own is not None:
                    timed.append(own.of(rule.at, found[-1][0]))
        row, code, tag, promised = (
            map(np.concatenate, zip(*found, strict=True)) if found else (np.zeros((4, 0), np.int64))
        )
        by_row = np.argsort(row, kind="stable")
        row = row[by_row]
        ruled = np.array([bool(some) for some in rules])[activity.places]
        given = np.zeros(piece.num_rows, np.bool_)
        given[row] = True
        fate[ruled & ~given] = _FATES.index(Fate.UNMATCHED)
        fate[left_out > 0] = _FATES.index(Fate.IGNORED)
        some_promised = promised[by_row] if (promised != NEVER).any() else None
        code, tag = _narrow(code[by_row]), _narrow(tag[by_row])
        at = offset = None
        if timed:
            at, offset = (np.concatenate(some)[by_row] for some in zip(*timed, strict=True))
        return Given(row, code, tag, some_promised, fate, unreadable, at, offset, left_out)

    def _left_out(
        self, names: Sequence[str | None], places: Small, cells: "_PieceCells", unreadable: Mask
    ) -> Small:
        """Return by which rule each row is left out, of the first that holds for it; 0 for none."""
        found: Small = np.zeros(len(places), np.uint16)
        for number, (name, ignore) in enumerate(self.ignoring, start=1):
            rows = _rows_named(names, name, places)
            rows = rows[(found[rows] == 0) & ~unreadable[rows]]
            for condition in ignore.when:
                answers = cells.ask(condition.column, _asked(condition))[rows]
                unreadable[rows[answers == _WRONG]] = True
                rows = rows[answers == _YES]
            found[rows] = number
        return found

    def _fate(self, name: str) -> int:
        if any(not one.when for one in self._mapping.ignored.get(name, ())):
            return _FATES.index(Fate.IGNORED)
        return _FATES.index(Fate.MAPPED if name in self._mapping.rules else Fate.UNMAPPED)

    def _only_code(self, rules: Sequence[MappingRule]) -> int:
        return self._word(rules[0].kind, rules[0].constants)

    def _only_tag(self, rules: Sequence[MappingRule]) -> int:
        return self._tags.setdefault(rules[0].tag, len(self._tags))

    def _word(self, kind: EventKind, payload: Mapping[str, PayloadValue]) -> int:
        return self.words.setdefault(word_of(self._chart, kind, payload), len(self.words))

    def word_of(self, event: Event) -> int:
        """Return the place of the word of an event."""
        return self._word(event.kind, event.payload)

    def tag_of(self, event: Event) -> int:
        """Return which rule gave an event, as the end of its id."""
        return self._tags.setdefault(event.id.rpartition(":")[2], len(self._tags))

    def _of_rule(
        self, rule: MappingRule, rows: Whole, cells: "_PieceCells", unreadable: Mask
    ) -> tuple[Whole, Whole, Whole, Whole]:
        """Return rows, words, tags and promises of the events that one rule gives."""
        if rule.at is not None:
            rows = rows[cells.filled(rule.at)[rows]]
        for condition in rule.when:
            answers = cells.ask(condition.column, _asked(condition))[rows]
            unreadable[rows[answers == _WRONG]] = True
            rows = rows[answers == _YES]
        due = rule.constants.get("due")
        promised = np.full(len(rows), microseconds(due))
        for field, column in rule.sources:
            answers = cells.ask(column, _fits(field, rule))[rows]
            unreadable[rows[answers == _WRONG]] = True
            if field.name == "due":
                read = _moment(field, rule)
                promised = cells.ask(column, read)[rows]
        code = self._codes(rule, rows, cells)
        tag = self._tags.setdefault(rule.tag, len(self._tags))
        return rows, code, np.full(len(rows), tag), promised

    def _codes(self, rule: MappingRule, rows: Whole, cells: "_PieceCells") -> Whole:
        """Return the words of the events of a rule, each different payload asked once."""
        fields = deciding_fields(self._chart, rule.kind)
        sources = [(field, column) for field, column in rule.sources if field.name in fields]
        if not sources or not len(rows):
            return np.full(len(rows), self._word(rule.kind, rule.constants))
        places = np.stack([cells.places(column)[rows] for _, column in sources], axis=1)
        different, which = np.unique(places, axis=0, return_inverse=True)
        words = [
            self._word(rule.kind, {**rule.constants, **_payload(rule, sources, some, cells)})
            for some in different.tolist()
        ]
        return np.array(words, np.int64)[which.ravel()]


def _rows_named(names: Sequence[str | None], name: str, places: Small) -> Whole:
    """Return the rows of one activity, or of every one."""
    if name == ANY_ACTIVITY:
        every: Whole = np.arange(len(places))
        return every
    wanted = np.array([(one or "") == name for one in names])
    return np.flatnonzero(wanted[places])


def _payload(
    rule: MappingRule,
    sources: Sequence[tuple[Field, str]],
    places: Sequence[int],
    cells: "_PieceCells",
) -> dict[str, PayloadValue]:
    """Return what the cells at some places say, as far as they can be read."""
    found: dict[str, PayloadValue] = {}
    for (field, column), place in zip(sources, places, strict=True):
        cell = cells.value(column, place)
        if cell is not None and not blank(cell):
            with suppress(InvalidError):
                found[field.name] = value_of(field, cell, rule.form)
    return found


_NO, _YES, _WRONG = range(3)


def _asked(condition: Condition) -> Callable[[Cell], int]:
    def ask(cell: Cell) -> int:
        try:
            return _YES if condition.holds({condition.column: cell}) else _NO
        except InvalidError:
            return _WRONG

    return ask


def _fits(field: Field, rule: MappingRule) -> Callable[[Cell], int]:
    def ask(cell: Cell) -> int:
        if cell is None or blank(cell):
            return _WRONG if field.required else _YES
        if field.of is str:
            return _YES if len(cell) <= MAX_TEXT else _WRONG
        try:
            value_of(field, cell, rule.form)
        except InvalidError:
            return _WRONG
        return _YES

    return ask


def _moment(field: Field, rule: MappingRule) -> Callable[[Cell], int]:
    def ask(cell: Cell) -> int:
        if cell is None or blank(cell) or _fits(field, rule)(cell) == _WRONG:
            return NEVER
        return microseconds(value_of(field, cell, rule.form))

    return ask


class _PieceCells:
    """The columns of a piece as cells, read when they are asked for."""

    def __init__(self, piece: pa.RecordBatch) -> None:
        self._piece = piece
        self._cells: dict[str, tuple[Small, Sequence[Cell]]] = {}

    def ask(self, column: str, question: Callable[[Cell], int]) -> Whole:
        """Return the answer of each row, asked of each different value once."""
        places, values = self._read(column)
        return np.array([*map(question, values), question(None)], np.int64)[places]

    def places(self, column: str) -> Small:
        """Return the place of each row's value."""
        return self._read(column)[0]

    def value(self, column: str, place: int) -> Cell:
        """Return the value at a place."""
        return None if place < 0 else self._read(column)[1][place]

    def filled(self, column: str) -> Mask:
        """Say which rows hold something in a column."""
        cells = self._piece[column].cast(pa.large_string())
        length = pc.utf8_length(cells).fill_null(0).to_numpy()
        trimmed = pc.utf8_length(pc.utf8_trim_whitespace(cells)).fill_null(0).to_numpy()
        found: Mask = length > 0
        doubtful = np.flatnonzero(found & (trimmed == 0))
        found[doubtful] = [not blank(cells[row].as_py()) for row in doubtful.tolist()]
        return found

    def _read(self, column: str) -> tuple[Small, Sequence[Cell]]:
        if column not in self._cells:
            self._cells[column] = cells_of(self._piece[column])
        return self._cells[column]


def _spread(told: Small, activity: Coded) -> Small:
    """Return what is told of the activity of each row; the last is told of none."""
    places, every = activity.places, told[:-1]
    if len(every) and not every.any() and (told[-1] == 0 or int(places.min(initial=0)) >= 0):
        return np.zeros(len(places), told.dtype)
    return told[places]


def _plain(rules: Sequence[MappingRule]) -> bool:
    """Say whether rules ask for nothing but the activity."""
    return all(rule.always and not rule.sources and "due" not in rule.constants for rule in rules)


def _narrow(numbers: Whole) -> Small:
    """Return small numbers in one byte each, where they fit."""
    fits = not len(numbers) or int(numbers.max()) < 1 << 8
    return numbers.astype(np.uint8 if fits else np.uint16)
