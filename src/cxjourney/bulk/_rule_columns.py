"""The rules of a mapping over columns: which events a row gives, and what bears on them.

A condition or a payload is asked of each different value once, by the mapping itself.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from cxjourney.bulk._cells import Coded, cells_of, microseconds
from cxjourney.bulk._engine._tables import NEVER, EventWord, Mask, Small, Whole
from cxjourney.errors import InvalidError
from cxjourney.replay._log import Fate
from cxjourney.replay._mapping import LogMapping
from cxjourney.replay._mapping_rules import ANY_ACTIVITY, MappingRule
from cxjourney.replay._reading._cell_form import Cell, blank
from cxjourney.replay._values import Condition, value_of
from cxjourney.vocabulary import Event, Field
from cxjourney.vocabulary._checks import MAX_TEXT

_FATES = tuple(Fate)


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
    """

    row: Whole
    code: Small
    tag: Small
    promised: Whole | None
    fate: Small
    unreadable: Mask
    at: Whole | None = None
    offset: Small | None = None


class RuleColumns:
    """The rules of a mapping, and the words that were met so far."""

    def __init__(self, mapping: LogMapping) -> None:
        self._mapping = mapping
        self.words: dict[EventWord, int] = {}
        self._tags: dict[str, int] = {}
        left_out = mapping.ignored.items()
        self._conditional = [(name, rule) for name, some in left_out for rule in some if rule.when]

    def read(self, piece: pa.RecordBatch, activity: Coded) -> Given:
        """Return the events of some rows."""
        names = [*activity.values.to_pylist(), None]
        rules = [self._mapping.rules.get(name or "", ()) for name in names]
        fate = np.array([self._fate(name or "") for name in names], np.uint8)[activity.places]
        unreadable = np.zeros(piece.num_rows, np.bool_)
        if not self._conditional and all(len(some) <= 1 and _plain(some) for some in rules):
            code = np.array([self._only_code(some) for some in rules])[activity.places]
            tag = np.array([self._only_tag(some) for some in rules])[activity.places]
            row = np.flatnonzero(code >= 0)
            return Given(row, _narrow(code[row]), _narrow(tag[row]), None, fate, unreadable)
        cells = _PieceCells(piece)
        found = []
        order = np.argsort(activity.places, kind="stable")
        ends = np.cumsum(np.bincount(activity.places + 1, minlength=len(names)))
        for number, some in enumerate([rules[-1], *rules[:-1]]):
            rows = order[ends[number - 1] if number else 0 : ends[number]]
            if some and len(rows):
                found += [self._of_rule(rule, rows, cells, unreadable) for rule in some]
        row, code, tag, promised = (
            map(np.concatenate, zip(*found, strict=True)) if found else (np.zeros((4, 0), np.int64))
        )
        by_row = np.argsort(row, kind="stable")
        row = row[by_row]
        ruled = np.array([bool(some) for some in rules])[activity.places]
        given = np.zeros(piece.num_rows, np.bool_)
        given[row] = True
        fate[ruled & ~given] = _FATES.index(Fate.UNMATCHED)
        for name, ignore in self._conditional:
            rows = _rows_named(names, name, activity.places)
            for condition in ignore.when:
                answers = cells.ask(condition.column, _asked(condition))[rows]
                unreadable[rows[answers == _WRONG]] = True
                rows = rows[answers == _YES]
            fate[rows] = _FATES.index(Fate.IGNORED)
        some_promised = promised[by_row] if (promised != NEVER).any() else None
        return Given(
            row, _narrow(code[by_row]), _narrow(tag[by_row]), some_promised, fate, unreadable
        )

    def _fate(self, name: str) -> int:
        if any(not one.when for one in self._mapping.ignored.get(name, ())):
            return _FATES.index(Fate.IGNORED)
        return _FATES.index(Fate.MAPPED if name in self._mapping.rules else Fate.UNMAPPED)

    def _only_code(self, rules: Sequence[MappingRule]) -> int:
        return self._word(rules[0], rules[0].constants.get("obligation")) if rules else -1

    def _only_tag(self, rules: Sequence[MappingRule]) -> int:
        return self._tags.setdefault(rules[0].tag, len(self._tags)) if rules else -1

    def _word(self, rule: MappingRule, obligation: object) -> int:
        word = EventWord(rule.kind, None if obligation is None else str(obligation))
        return self.words.setdefault(word, len(self.words))

    def word_of(self, event: Event) -> int:
        """Return the place of the word of an event."""
        named = event.payload.get("obligation")
        word = EventWord(event.kind, None if named is None else str(named))
        return self.words.setdefault(word, len(self.words))

    def tag_of(self, event: Event) -> int:
        """Return which rule gave an event, as the end of its id."""
        return self._tags.setdefault(event.id.rpartition(":")[2], len(self._tags))

    def _of_rule(
        self, rule: MappingRule, rows: Whole, cells: "_PieceCells", unreadable: Mask
    ) -> tuple[Whole, Whole, Whole, Whole]:
        """Return rows, words, tags and promises of the events that one rule gives."""
        for condition in rule.when:
            answers = cells.ask(condition.column, _asked(condition))[rows]
            unreadable[rows[answers == _WRONG]] = True
            rows = rows[answers == _YES]
        due = rule.constants.get("due")
        word = self._word(rule, rule.constants.get("obligation"))
        code = np.full(len(rows), word)
        promised = np.full(len(rows), microseconds(due))
        for field, column in rule.sources:
            answers = cells.ask(column, _fits(field, rule))[rows]
            unreadable[rows[answers == _WRONG]] = True
            if field.name == "due":
                read = _moment(field, rule)
                promised = cells.ask(column, read)[rows]
            elif field.name == "obligation":
                code = cells.ask(column, partial(self._named, rule))[rows]
        tag = self._tags.setdefault(rule.tag, len(self._tags))
        return rows, code, np.full(len(rows), tag), promised

    def _named(self, rule: MappingRule, cell: Cell) -> int:
        return self._word(rule, None if blank(cell) else cell)


def _rows_named(names: Sequence[str | None], name: str, places: Small) -> Whole:
    """Return the rows of one activity, or of every one."""
    if name == ANY_ACTIVITY:
        every: Whole = np.arange(len(places))
        return every
    wanted = np.array([(one or "") == name for one in names])
    return np.flatnonzero(wanted[places])


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
        if column not in self._cells:
            self._cells[column] = cells_of(self._piece[column])
        places, values = self._cells[column]
        return np.array([*map(question, values), question(None)], np.int64)[places]


def _plain(rules: Sequence[MappingRule]) -> bool:
    """Say whether rules ask for nothing but the activity."""
    return not any(rule.when or rule.sources or "due" in rule.constants for rule in rules)


def _narrow(numbers: Whole) -> Small:
    """Return small numbers in one byte each, where they fit."""
    fits = not len(numbers) or int(numbers.max()) < 1 << 8
    return numbers.astype(np.uint8 if fits else np.uint16)
