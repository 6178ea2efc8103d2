"""What is owed, rule by rule, on the rows that concern the rule (SPEC 5).

No rule looks at another. The rules of the standard chart have one of three shapes, for which no
journey is looked at by itself; whatever else a chart says is worked out row by row.
"""

from collections import deque
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

import numpy as np

from cxjourney.bulk._engine._tables import (
    DROPS,
    ENTERS,
    FAR,
    MEETS,
    MICROSECOND,
    OPENS,
    STAYS,
    Mask,
    Small,
    Tables,
    Whole,
)
from cxjourney.chart import DueBy, Lasts, ObligationRule
from cxjourney.vocabulary._wait import Span

OWED, ON_TIME, LATE, DROPPED = range(4)
"""How an obligation ended; OWED has not."""
SECOND, DAY = 1_000_000, 86_400_000_000


class FoldedRows(NamedTuple):
    """Events and the timers between them, journey by journey.

    Attributes:
        journey: the number of each row's journey.
        at: when.
        cell: the cell of the tables.
        row: which event it is; -1 for a timer.
        cycle: the cycle of the journey after it.
    """

    journey: Whole
    at: Whole
    cell: Whole
    row: Whole
    cycle: Whole


class Duties(NamedTuple):
    """Obligations, one a row.

    Attributes:
        journey: whose.
        rule: the place of the rule in the chart.
        opened_at: when it opened.
        due: when it is due.
        how: how it ended.
        ended_at: when it ended; 0 where it has not.
        cycle: the cycle in which it opened.
        row: the event that opened it; -1 for a timer, or for one that was owed before.
        opened: its row of the stream; -1 for one that was owed before.
        ended: the row of the stream that ended it; beyond all where none did.
    """

    journey: Whole
    rule: Small
    opened_at: Whole
    due: Whole
    how: Small
    ended_at: Whole
    cycle: Whole
    row: Whole
    opened: Whole
    ended: Whole


class Dues(NamedTuple):
    """What of an event says when something is due.

    Attributes:
        promising: the events that promise something, in order.
        promised: when each of them is due.
        offset: by event, its UTC offset in seconds; one number where all have the same.
    """

    promising: Whole
    promised: Whole
    offset: Small | int

    def of_promises(self, row: Whole, otherwise: Whole) -> Whole:
        """Return when what some events promise is due; of others as given."""
        if not len(self.promising):
            return otherwise
        place = np.minimum(np.searchsorted(self.promising, row), len(self.promising) - 1)
        return np.where(self.promising[place] == row, self.promised[place], otherwise)


def nothing_owed() -> Duties:
    """Return no obligations."""
    none: Whole = np.zeros(0, np.int64)
    small = np.zeros(0, np.uint8)
    return Duties(none, small, none, none, small, none, none, none, none, none)


def joined(parts: list[Duties]) -> Duties:
    """Return obligations together."""
    if not parts:
        return nothing_owed()
    return Duties(*map(np.concatenate, zip(*parts, strict=True)))


def settle(tables: Tables, stream: FoldedRows, start: Whole, before: Duties, dues: Dues) -> Duties:
    """Return every obligation that was owed before the rows of a stream, or opened by one.

    Args:
        tables: the chart.
        stream: what happened.
        start: the row at which each journey begins.
        before: what was owed before, by journeys of the stream.
        dues: when promised things are due.
    """
    opens = np.bitwise_or.reduceat(tables.opens[stream.cell], start)
    np.bitwise_or.at(opens, before.journey, BIT[np.minimum(before.rule, len(BIT) - 1)])
    concerns = tables.concerns[stream.cell] & opens[stream.journey]
    places = np.flatnonzero(concerns)
    concerns = concerns[places]
    opened = np.bitwise_or.reduce(opens, initial=np.uint64(0))
    book = _Book(tables, stream, before, dues)
    parts = []
    for number, rule in enumerate(tables.rules):
        bit = BIT[min(number, len(BIT) - 1)]
        old = np.flatnonzero(before.rule == number) if len(before.rule) else before.journey
        if opened & bit:
            some = places[(concerns & bit) != 0]
            act = tables.duty[number][stream.cell[some]]
            parts.append(_settled(rule, book.rows(number, some, act, old)))
    return joined(parts)


BIT = np.uint64(1) << np.arange(64, dtype=np.uint64)


class _Book:
    """The rows of a stream, and after them what was owed before."""

    def __init__(self, tables: Tables, stream: FoldedRows, before: Duties, dues: Dues) -> None:
        self.total = len(stream.at)
        self.before = before
        self.journey, self.at = stream.journey, stream.at
        self.row, self.cycle = stream.row, stream.cycle
        self._dues = dues
        self._offset = dues.offset
        if not isinstance(dues.offset, int):
            self._offset = _offsets(tables, stream, dues.offset)
        if len(before.rule):
            minus = np.full(len(before.rule), -1)
            self.journey = np.concatenate((self.journey, before.journey))
            self.at = np.concatenate((self.at, before.opened_at))
            self.row = np.concatenate((self.row, minus))
            self.cycle = np.concatenate((self.cycle, before.cycle))

    def rows(self, number: int, places: Whole, act: Small, old: Whole) -> "_RuleRows":
        """Return the rows that concern one rule; what was owed before comes first."""
        if len(old):
            both = np.concatenate((old + self.total, places))
            acts = np.concatenate((np.full(len(old), OPENS, np.uint8), act))
            order = np.argsort(self.journey[both], kind="stable")
            places, act = both[order], acts[order]
        return _RuleRows(number, self.journey[places], act, places, self)

    def due(self, rule: ObligationRule, places: Whole) -> Whole:
        """Return when what a rule opens at some rows is due."""
        at = self.at[places]
        due = at + _micro(rule.due)
        if rule.due_by is DueBy.DAY_END:
            offset = self._offset
            there = np.minimum(places, self.total - 1)
            local = at + SECOND * (offset if isinstance(offset, int) else offset[there])
            due = at + DAY - local % DAY
        elif rule.due_by is DueBy.PROMISE:
            due = self._dues.of_promises(self.row[places], due)
        if len(self.before.rule):
            old = places >= self.total
            due[old] = self.before.due[places[old] - self.total]
        return due

    def old(self, places: Whole) -> Mask:
        """Say which rows are what was owed before."""
        return places >= self.total


def _micro(span: Span) -> int:
    """Return a span in microseconds; those that go by the calendar never come here."""
    return span // MICROSECOND if isinstance(span, timedelta) else 0


class _RuleRows(NamedTuple):
    """The rows that concern one rule.

    Attributes:
        rule: the place of the rule.
        journey: the journey of each.
        act: what each does.
        place: the row of the stream.
        book: the stream.
    """

    rule: int
    journey: Whole
    act: Small
    place: Whole
    book: _Book


def _offsets(tables: Tables, stream: FoldedRows, offset: Small) -> Whole:
    """Return the UTC offset of each row; a timer has that of the event from which it counts."""
    source: Whole = np.arange(len(stream.at))
    timers = np.flatnonzero(stream.row < 0)
    if len(timers):
        word = stream.cell[timers] % tables.width
        moved = _latest(tables.moved[stream.cell])[timers]
        deeds = stream.cell % tables.width
        fact = _latest(tables.fact[deeds] & (stream.row >= 0))[timers]
        referred = _latest((deeds == tables.referred) & (stream.row >= 0))[timers]
        other = np.where(word == tables.lapsed, fact, referred)
        there = np.maximum(other, 0)
        whose = stream.journey
        later = (
            (other >= 0) & (whose[there] == whose[timers]) & (stream.at[there] >= stream.at[moved])
        )
        source[timers] = np.where(later, other, moved)
        while (stream.row[source[timers]] < 0).any():
            source[timers] = source[source[timers]]
    return offset[stream.row[source]].astype(np.int64)


def _latest(mask: Mask) -> Whole:
    """Return for each row the last one before it that is marked; -1 if none."""
    place = np.where(mask, np.arange(len(mask)), -1)
    return np.concatenate(([-1], np.maximum.accumulate(place)[:-1]))


def _settled(rule: ObligationRule, rows: _RuleRows) -> Duties:
    places = bool(rule.enters) or rule.at_purchase or rule.flag is not None
    if places and not rule.on and not (rule.each and rule.lasts is Lasts.UNTIL_MET):
        if rule.repeats is None or rule.lasts is not Lasts.UNTIL_MET:
            return _one_at_most(rule, rows)
    elif not places and rule.lasts is Lasts.UNTIL_MET and rule.repeats is None:
        return _first_in_first_out(rule, rows) if rule.each else _met_as_one(rule, rows)
    return _one_by_one(rule, rows)


def _ended(
    rule: ObligationRule, rows: _RuleRows, opens: Whole, ends: Whole, due: Whole | None = None
) -> Duties:
    """Return the obligations that some rows open and others end; ``len(rows)`` ends nothing."""
    book, total = rows.book, len(rows.act)
    over = ends < total
    last = np.minimum(ends, total - 1)
    opened, ended = rows.place[opens], rows.place[last]
    due = book.due(rule, opened) if due is None else due
    ended_at = book.at[ended]
    met = (rows.act[last] & MEETS) != 0
    late = np.where(due < ended_at, LATE, ON_TIME)
    return Duties(
        rows.journey[opens],
        np.full(len(opens), rows.rule, np.uint8),
        book.at[opened],
        due,
        np.where(over, np.where(met, late, DROPPED), OWED).astype(np.uint8),
        np.where(over, ended_at, 0),
        book.cycle[opened],
        book.row[opened],
        np.where(book.old(opened), -1, opened),
        np.where(over, ended, FAR),
    )


def _next(mask: Mask, journey: Whole) -> Whole:
    """Return for each row the next one of its journey that is marked; the number of rows if none.

    The row itself does not count.
    """
    total = len(mask)
    place = np.where(mask, np.arange(total), total)
    following = np.full(total, total)
    following[:-1] = np.minimum.accumulate(place[:0:-1])[::-1]
    there = np.minimum(following, total - 1)
    return np.where(journey[there] == journey, following, total)


def _met_as_one(rule: ObligationRule, rows: _RuleRows) -> Duties:
    """Opened by events, met all at once, dropped by nothing."""
    opens = np.flatnonzero(rows.act & OPENS)
    return _ended(rule, rows, opens, _next((rows.act & MEETS) != 0, rows.journey)[opens])


def _first_in_first_out(rule: ObligationRule, rows: _RuleRows) -> Duties:
    """Opened by events, met the oldest first, dropped by nothing."""
    opens, meets = (np.flatnonzero(rows.act & one) for one in (OPENS, MEETS))
    ends = np.full(len(opens), len(rows.act))
    if len(meets):
        real = _find_something(rows.journey, opens, meets)
        whose, opener = rows.journey[real], rows.journey[opens]
        number = np.arange(len(real)) - np.searchsorted(whose, whose)
        ends[np.searchsorted(opener, whose) + number] = real
    return _ended(rule, rows, opens, ends)


def _find_something(journey: Whole, opens: Whole, meets: Whole) -> Whole:
    """Return those rows that meet something which was opened before them and is not met yet."""
    moment = np.concatenate((meets * 2, opens * 2 + 1))  # a row meets before it opens
    order = np.argsort(moment, kind="stable")
    change = np.where(order < len(meets), -1, 1)
    source = moment[order] // 2
    whose = journey[source]
    first = np.concatenate(([True], whose[1:] != whose[:-1]))
    number = np.cumsum(first) - 1
    total = np.cumsum(change)
    level = total - (total - change)[first][number]
    # Each journey stands lower than the one before, so that one running minimum serves all.
    shift = number * (2 * len(level) + 2)
    lowest = np.minimum(np.minimum.accumulate(level - shift) + shift, 0)
    earlier = np.where(first, 0, np.concatenate(([0], lowest[:-1])))
    found: Whole = source[(change < 0) & (lowest >= earlier)]
    return found


def _one_at_most(rule: ObligationRule, rows: _RuleRows) -> Duties:
    """Opened by coming to a place, one a cycle at most."""
    act, total = rows.act, len(rows.act)
    opens, meets = (act & (ENTERS | OPENS)) != 0, (act & MEETS) != 0
    if rule.lasts is Lasts.UNTIL_MET:
        return _one_a_cycle(rule, rows, opens, meets)
    first = np.concatenate(([True], rows.journey[1:] != rows.journey[:-1]))
    closes = (act & (MEETS | DROPS)) != 0
    after, renewed = opens, None
    if rule.repeats is not None:
        again = meets & ~opens & ((act & STAYS) != 0)
        says = np.maximum.accumulate(np.where(again, -1, np.arange(total)))
        begin = np.maximum.accumulate(np.where(first, np.arange(total), 0))
        after = (says >= begin) & opens[np.maximum(says, 0)]
        renewed = again
    was = np.concatenate(([False], after[:-1])) & ~first
    start = opens & (~was | closes)
    if renewed is not None:
        renewed &= was
        start |= renewed
    starts = np.flatnonzero(start)
    due = rows.book.due(rule, rows.place[starts])
    if renewed is not None and rule.repeats is not None:
        later = rows.book.at[rows.place[starts]] + _micro(rule.repeats)
        due = np.where(renewed[starts], later, due)
    return _ended(rule, rows, starts, _next(closes, rows.journey)[starts], due)


def _one_a_cycle(rule: ObligationRule, rows: _RuleRows, opens: Mask, meets: Mask) -> Duties:
    """Opened by coming to a place, unless one of the same cycle is owed; met all at once."""
    places = np.flatnonzero(opens)
    times = np.cumsum(meets)[places]
    whose, cycle = rows.journey[places], rows.book.cycle[rows.place[places]]
    new = np.ones(len(places), np.bool_)
    same = (whose[1:] == whose[:-1]) & (cycle[1:] == cycle[:-1]) & (times[1:] == times[:-1])
    new[1:] = ~same
    starts = places[new]
    return _ended(rule, rows, starts, _next(meets, rows.journey)[starts])


def _one_by_one(rule: ObligationRule, rows: _RuleRows) -> Duties:
    """Work out a rule of any shape, row by row, as the live machine does."""
    opens, ends, due = np.array([*_walked(rule, rows)], np.int64).reshape(-1, 3).T
    dropped = ends < 0
    duties = _ended(rule, rows, opens, np.where(dropped, -1 - ends, ends), due)
    duties.how[dropped] = DROPPED
    return duties


def _walked(rule: ObligationRule, rows: _RuleRows) -> Iterator[tuple[int, int, int]]:
    """Yield the row that opens each obligation, the row that ends it, and when it is due.

    A row that drops is told as -1 minus itself.
    """
    owed: deque[tuple[int, int, int]] = deque()
    repeats = None if rule.repeats is None else _micro(rule.repeats)
    book, places = rows.book, rows.place
    whose, total = None, len(rows.act)
    columns = (
        rows.journey,
        book.at[places],
        rows.act,
        book.due(rule, places),
        book.cycle[places],
    )
    for place, (journey, at, act, due, cycle) in enumerate(
        zip(*(column.tolist() for column in columns), strict=True)
    ):
        if journey != whose:
            yield from ((opened, total, when) for opened, when, _ in owed)
            owed.clear()
            whose = journey
        met = 0
        if act & MEETS:
            for _ in range(min(1, len(owed)) if rule.each else len(owed)):
                opened, when, _ = owed.popleft()
                met += 1
                yield opened, place, when
        if act & DROPS:
            yield from ((opened, -1 - place, when) for opened, when, _ in owed)
            owed.clear()
        if act & OPENS or (act & ENTERS and all(one[2] != cycle for one in owed)):
            owed.append((place, due, cycle))
        elif met and repeats is not None and act & STAYS:
            owed.append((place, at + repeats, cycle))
    yield from ((opened, total, when) for opened, when, _ in owed)
