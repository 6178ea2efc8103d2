"""What is owed, rule by rule, on the rows that concern the rule (SPEC 5).

No rule looks at another. The rules of the standard chart have one of three shapes, for which no
journey is looked at by itself; whatever else a chart says is worked out row by row.
"""

from collections import deque
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple, TypeAlias

import numpy as np

from cxjourney.bulk._engine._tables import (
    DROPS,
    ENTERS,
    FAR,
    MEETS,
    MICROSECOND,
    OPENS,
    SHARED,
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


class Settled(NamedTuple):
    """Obligations, one a row, with no more than what counts of them need.

    Attributes:
        journey: whose.
        rule: the place of the rule in the chart.
        due: when it is due.
        how: how it ended.
        opened: the row of the stream that opened it; -1 and less for those that were owed before,
            from the first on.
        ended: the row of the stream that ended it; beyond all where none did.
    """

    journey: Whole
    rule: Small
    due: Whole
    how: Small
    opened: Whole
    ended: Whole


_Part: TypeAlias = tuple[Whole, ...]
"""As ``Settled``, without the rule: of one rule those that ended, or those that are owed."""


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


def settle(tables: Tables, stream: FoldedRows, before: Duties, dues: Dues) -> Settled:
    """Return every obligation that was owed before the rows of a stream, or opened by one."""
    every = tables.concerns if len(before.rule) else tables.concerns_owed
    concerns = every.astype(tables.bits).take(stream.cell)
    book = _Book(tables, stream, before, dues)
    parts: list[_Part] = []
    rules: list[int] = []
    bits = tables.rule_bits.astype(tables.bits)
    for number, (rule, bit) in enumerate(zip(tables.rules, bits, strict=True)):
        rows = book.rows(number, np.flatnonzero((concerns & bit) != 0))
        if len(rows.act):
            found = _settled(rule, rows)
            parts += found
            rules += [number] * len(found)
    if not parts:
        return Settled(*(getattr(nothing_owed(), name) for name in Settled._fields))
    journey, *others = map(np.concatenate, zip(*parts, strict=True))
    lengths = [len(part[0]) for part in parts]
    return Settled(journey, np.repeat(np.array(rules, np.uint8), lengths), *others)


def told(stream: FoldedRows, before: Duties, settled: Settled) -> Duties:
    """Return all that is known of obligations."""
    journey, rule, due, how, opened, ended = settled
    over = np.flatnonzero(how != OWED)
    ended_at = np.zeros(len(how), np.int64)
    ended_at[over] = stream.at[ended[over]]
    return Duties(
        journey,
        rule,
        _with_before(stream.at, before.opened_at)[opened],
        due,
        how,
        ended_at,
        _with_before(stream.cycle, before.cycle)[opened],
        _with_before(stream.row, np.full(len(before.rule), -1))[opened],
        np.maximum(opened, -1),
        ended,
    )


def _with_before(column: Whole, before: Whole) -> Whole:
    """Return a column of the stream; from its end backwards stand those of what was owed before."""
    return np.concatenate((column, before[::-1])) if len(before) else column


class _Book:
    """The rows of a stream; what was owed before stands after them, the first at the end."""

    def __init__(self, tables: Tables, stream: FoldedRows, before: Duties, dues: Dues) -> None:
        self.tables = tables
        self.stream = stream
        self.before = before
        self.journey = _with_before(stream.journey, before.journey)
        self.at = _with_before(stream.at, before.opened_at)
        self.cycle = _with_before(stream.cycle, before.cycle)
        self._dues = dues
        self._offset = dues.offset
        if not isinstance(dues.offset, int):
            self._offset = _offsets(tables, stream, dues.offset)

    def rows(self, number: int, places: Whole) -> "_RuleRows":
        """Return the rows that concern one rule; what was owed before comes first."""
        act = self.tables.duty[number].take(self.stream.cell.take(places))
        if number >= SHARED:
            concerned = np.flatnonzero((act & ~np.uint8(STAYS)) != 0)
            places, act = places[concerned], act[concerned]
        old = np.flatnonzero(self.before.rule == number)
        if len(old):
            both = np.concatenate((-1 - old, places))
            acts = np.concatenate((np.full(len(old), OPENS, np.uint8), act))
            order = np.argsort(self.journey[both], kind="stable")
            places, act = both[order], acts[order]
        return _RuleRows(self.journey.take(places), act, places, self)

    def due(self, rule: ObligationRule, places: Whole) -> Whole:
        """Return when what a rule opens at some rows is due."""
        at = self.at.take(places)
        due = at + _micro(rule.due)
        if rule.due_by is DueBy.DAY_END:
            offset = self._offset
            there = np.maximum(places, 0)
            local = at + SECOND * (offset if isinstance(offset, int) else offset.take(there))
            due = at + DAY - local % DAY
        elif rule.due_by is DueBy.PROMISE:
            row = _with_before(self.stream.row, np.full(len(self.before.rule), -1))
            due = self._dues.of_promises(row[places], due)
        if len(self.before.rule):
            old = places < 0
            due[old] = self.before.due[-1 - places[old]]
        return due


def _micro(span: Span) -> int:
    """Return a span in microseconds; those that go by the calendar never come here."""
    return span // MICROSECOND if isinstance(span, timedelta) else 0


class _RuleRows(NamedTuple):
    """The rows that concern one rule.

    Attributes:
        journey: the journey of each.
        act: what each does.
        place: the row of the stream; of what was owed before, its place from the end.
        book: the stream.
    """

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


def _settled(rule: ObligationRule, rows: _RuleRows) -> list[_Part]:
    """Return the obligations of a rule: those that ended, and those that are owed."""
    places = bool(rule.enters) or rule.at_purchase or rule.flag is not None
    if places and not rule.on and not (rule.each and rule.lasts is Lasts.UNTIL_MET):
        if rule.lasts is not Lasts.UNTIL_MET:
            return _one_at_most(rule, rows)
        if rule.repeats is None:
            return _one_a_cycle(rule, rows)
    elif not places and rule.lasts is Lasts.UNTIL_MET and rule.repeats is None:
        return _first_in_first_out(rule, rows) if rule.each else _met_as_one(rule, rows)
    return _one_by_one(rule, rows)


def _parted(
    rows: _RuleRows, opens: Whole, due: Whole, over: Mask, ends: Whole, met: Mask | None = None
) -> list[_Part]:
    """Return obligations that ended, and those that are owed.

    ``over`` says which ended, ``ends`` the row that ended each of these, and ``met`` whether that
    met it; None as the row says.
    """
    book = rows.book
    opened, ended = rows.place.take(opens), rows.place.take(ends)
    if met is None:
        met = (rows.act.take(ends) & MEETS) != 0
    parts: list[_Part] = []
    for some, is_over in ((np.flatnonzero(over), True), (np.flatnonzero(~over), False)):
        if not len(some):
            continue
        when, place = (due, opened) if len(some) == len(due) else (due[some], opened[some])
        whose = book.journey.take(place)
        if is_over:
            late = when < book.at.take(ended)
            how = DROPPED - met * (np.uint8(DROPPED - ON_TIME) - late)
            parts.append((whose, when, how, place, ended))
        else:
            parts.append(
                (whose, when, np.full(len(some), OWED, np.uint8), place, np.full(len(some), FAR))
            )
    return parts


def _met_next(rule: ObligationRule, rows: _RuleRows, opens: Whole, meets: Mask) -> list[_Part]:
    """Return obligations that end with the next row of their journey that meets the rule."""
    number = np.cumsum(meets).take(opens)
    ends = np.append(np.flatnonzero(meets), 0)[number]
    over = (number < int(meets.sum())) & (rows.journey[ends] == rows.journey[opens])
    return _parted(rows, opens, rows.book.due(rule, rows.place[opens]), over, ends[over])


def _met_as_one(rule: ObligationRule, rows: _RuleRows) -> list[_Part]:
    """Opened by events, met all at once, dropped by nothing."""
    opens = np.flatnonzero((rows.act & OPENS) != 0)
    return _met_next(rule, rows, opens, (rows.act & MEETS) != 0)


def _first_in_first_out(rule: ObligationRule, rows: _RuleRows) -> list[_Part]:
    """Opened by events, met the oldest first, dropped by nothing."""
    opens, meets = (np.flatnonzero((rows.act & one) != 0) for one in (OPENS, MEETS))
    over = np.zeros(len(opens), np.bool_)
    real = meets
    if len(meets):
        real = _find_something(rows.journey, opens, meets)
        whose, opener = rows.journey[real], rows.journey[opens]
        number = np.arange(len(real)) - np.searchsorted(whose, whose)
        over[np.searchsorted(opener, whose) + number] = True
    return _parted(rows, opens, rows.book.due(rule, rows.place[opens]), over, real)


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


def _one_at_most(rule: ObligationRule, rows: _RuleRows) -> list[_Part]:
    """Opened by coming to a place where it is not owed; met all at once."""
    act = rows.act
    opens, closes = (act & (ENTERS | OPENS)) != 0, (act & (MEETS | DROPS)) != 0
    first = np.concatenate(([True], rows.journey[1:] != rows.journey[:-1]))
    after, renewed = opens, None
    if rule.repeats is not None:
        renewed = ~opens & ((act & MEETS) != 0) & ((act & STAYS) != 0)
        says = np.maximum.accumulate(np.where(renewed, -1, np.arange(len(act))))
        begin = np.maximum.accumulate(np.where(first, np.arange(len(act)), 0))
        after = (says >= begin) & opens[np.maximum(says, 0)]
    was = np.concatenate(([False], after[:-1])) & ~first
    start = opens & (closes | ~was)
    if renewed is not None:
        renewed &= was
        start |= renewed
    starts = np.flatnonzero(start)
    due = rows.book.due(rule, rows.place.take(starts))
    if renewed is not None and rule.repeats is not None:
        later = rows.book.at[rows.place[starts]] + _micro(rule.repeats)
        due = np.where(renewed[starts], later, due)
    # Each begins where none is owed: it ended where one does up to the next beginning.
    ended = closes & was
    ends = np.flatnonzero(ended)
    over = np.diff(np.cumsum(ended).take(starts), append=len(ends)) > 0
    return _parted(rows, starts, due, over, ends)


def _one_a_cycle(rule: ObligationRule, rows: _RuleRows) -> list[_Part]:
    """Opened by coming to a place, unless one of the same cycle is owed; met all at once."""
    meets = (rows.act & MEETS) != 0
    places = np.flatnonzero((rows.act & (ENTERS | OPENS)) != 0)
    times = np.cumsum(meets)[places]
    whose, cycle = rows.journey[places], rows.book.cycle[rows.place[places]]
    new = np.ones(len(places), np.bool_)
    same = (whose[1:] == whose[:-1]) & (cycle[1:] == cycle[:-1]) & (times[1:] == times[:-1])
    new[1:] = ~same
    return _met_next(rule, rows, places[new], meets)


def _one_by_one(rule: ObligationRule, rows: _RuleRows) -> list[_Part]:
    """Work out a rule of any shape, row by row, as the live machine does."""
    opens, ends, due = np.array([*_walked(rule, rows)], np.int64).reshape(-1, 3).T
    over, dropped = ends < len(rows.act), ends < 0
    rows_ended = np.where(dropped, -1 - ends, ends)[over]
    return _parted(rows, opens, due, over, rows_ended, ~dropped[over])


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
