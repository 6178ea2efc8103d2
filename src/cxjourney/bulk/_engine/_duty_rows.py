"""What is owed, rule by rule, on the rows that concern the rule (SPEC 5).

No rule looks at another. The rules of the standard chart have one of three shapes, for which no
journey is looked at by itself; whatever else a chart says is worked out row by row.
"""

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from cxjourney.bulk._engine._tables import (
    DROPS,
    ENTERS,
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

OWED, ON_TIME, LATE, DROPPED = range(4)
"""How an obligation ended; OWED has not."""
SECOND, DAY = 1_000_000, 86_400_000_000


class Stream(NamedTuple):
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


def settle(tables: Tables, stream: Stream, before: Duties, dues: Dues) -> Duties:
    """Return every obligation that was owed before the rows of a stream, or opened by one.

    Args:
        tables: the chart.
        stream: what happened.
        before: what was owed before, by journeys of the stream.
        dues: when promised things are due.
    """
    concerns = tables.concerns[stream.cell]
    opened = np.bitwise_or.reduce(tables.opens[stream.cell], initial=np.uint64(0))
    parts = []
    if not isinstance(dues.offset, int):
        dues = dues._replace(offset=_offsets(tables, stream, dues.offset))
    for number, rule in enumerate(tables.rules):
        bit = np.uint64(1 << min(number, 63))
        old = np.flatnonzero(before.rule == number)
        if not (opened & bit or len(old)):
            continue
        places = np.flatnonzero(concerns & bit)
        act = tables.duty[number][stream.cell[places]]
        if len(old) or (act & (OPENS | ENTERS)).any():
            rows = _rows(rule, number, stream, places, act, before, old, dues)
            parts.append(_settled(rule, rows))
    return joined(parts)


class _Rows(NamedTuple):
    """The rows that concern one rule; what was owed before comes first in its journey.

    Attributes:
        act: what each does.
        due: when what it opens is due.
        again: when what it opens by meeting is due.
    """

    rule: int
    journey: Whole
    at: Whole
    act: Small
    due: Whole
    cycle: Whole
    row: Whole
    place: Whole
    old: Mask


def _rows(
    rule: ObligationRule,
    number: int,
    stream: Stream,
    places: Whole,
    act: Small,
    before: Duties,
    old: Whole,
    dues: Dues,
) -> _Rows:
    at, row = stream.at[places], stream.row[places]
    columns = [
        stream.journey[places],
        at,
        act,
        _due(rule, at, row, places, dues),
        stream.cycle[places],
        row,
        places,
        np.zeros(len(places), np.bool_),
    ]
    if len(old):
        minus = np.full(len(old), -1)
        earlier = [
            before.journey[old],
            before.opened_at[old],
            np.full(len(old), OPENS, np.uint8),
            before.due[old],
            before.cycle[old],
            minus,
            minus,
            np.ones(len(old), np.bool_),
        ]
        both = [np.concatenate(pair) for pair in zip(earlier, columns, strict=True)]
        order = np.argsort(both[0], kind="stable")
        columns = [column[order] for column in both]
    return _Rows(number, *columns)


def _due(rule: ObligationRule, at: Whole, row: Whole, places: Whole, dues: Dues) -> Whole:
    after = at + rule.due // MICROSECOND
    if rule.due_by is DueBy.DAY_END:
        offset = dues.offset
        local = at + SECOND * (offset if isinstance(offset, int) else offset[places])
        return at + DAY - local % DAY
    if rule.due_by is DueBy.PROMISE:
        return dues.of_promises(row, after)
    return after


def _offsets(tables: Tables, stream: Stream, offset: Small) -> Whole:
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


def _settled(rule: ObligationRule, rows: _Rows) -> Duties:
    places = bool(rule.enters) or rule.at_purchase
    if places and not rule.on and not (rule.each and rule.lasts is Lasts.UNTIL_MET):
        if rule.repeats is None or rule.lasts is not Lasts.UNTIL_MET:
            return _one_at_most(rule, rows)
    elif not places and rule.lasts is Lasts.UNTIL_MET and rule.repeats is None:
        return _first_in_first_out(rows) if rule.each else _met_as_one(rows)
    return _one_by_one(rule, rows)


def _ended(rows: _Rows, opens: Whole, ends: Whole, due: Whole | None = None) -> Duties:
    """Return the obligations that some rows open and others end; ``len(rows)`` ends nothing."""
    over = ends < len(rows.act)
    last = np.minimum(ends, len(rows.act) - 1)
    due = rows.due[opens] if due is None else due
    met = (rows.act[last] & MEETS) != 0
    late = np.where(due < rows.at[last], LATE, ON_TIME)
    how = np.where(over, np.where(met, late, DROPPED), OWED).astype(np.uint8)
    return Duties(
        rows.journey[opens],
        np.full(len(opens), rows.rule, np.uint8),
        rows.at[opens],
        due,
        how,
        np.where(over, rows.at[last], 0),
        rows.cycle[opens],
        rows.row[opens],
        rows.place[opens],
        np.where(over, rows.place[last], np.iinfo(np.int64).max),
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


def _met_as_one(rows: _Rows) -> Duties:
    """Opened by events, met all at once, dropped by nothing."""
    opens = np.flatnonzero(rows.act & OPENS)
    return _ended(rows, opens, _next((rows.act & MEETS) != 0, rows.journey)[opens])


def _first_in_first_out(rows: _Rows) -> Duties:
    """Opened by events, met the oldest first, dropped by nothing."""
    opens, meets = (np.flatnonzero(rows.act & one) for one in (OPENS, MEETS))
    ends = np.full(len(opens), len(rows.act))
    if len(meets):
        real = _find_something(rows.journey, opens, meets)
        whose, opener = rows.journey[real], rows.journey[opens]
        number = np.arange(len(real)) - np.searchsorted(whose, whose)
        ends[np.searchsorted(opener, whose) + number] = real
    return _ended(rows, opens, ends)


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
    return source[(change < 0) & (lowest >= earlier)]


def _one_at_most(rule: ObligationRule, rows: _Rows) -> Duties:
    """Opened by coming to a place, one a cycle at most."""
    act, old, total = rows.act, rows.old, len(rows.act)
    opens, meets = (act & (ENTERS | OPENS)) != 0, (act & MEETS) != 0
    first = np.concatenate(([True], rows.journey[1:] != rows.journey[:-1]))
    if rule.lasts is Lasts.UNTIL_MET:
        return _one_a_cycle(rows, opens, meets)
    closes = meets | ((act & DROPS) != 0)
    again = meets & ~opens & ((act & STAYS) != 0) & (rule.repeats is not None)
    says = np.where(again, -1, np.arange(total))
    says = np.maximum.accumulate(says)
    begin = np.maximum.accumulate(np.where(first, np.arange(total), 0))
    after = np.where(says >= begin, opens[np.maximum(says, 0)], False)  # noqa: FBT003 - of numpy
    was = np.concatenate(([False], after[:-1])) & ~first
    renewed = again & was
    starts = np.flatnonzero(old | (opens & (~was | closes)) | renewed)
    due = rows.due[starts]
    if rule.repeats is not None:
        later = rows.at[starts] + rule.repeats // MICROSECOND
        due = np.where(renewed[starts], later, due)
    return _ended(rows, starts, _next(closes, rows.journey)[starts], due)


def _one_a_cycle(rows: _Rows, opens: Mask, meets: Mask) -> Duties:
    """Opened by coming to a place, unless one of the same cycle is owed; met all at once."""
    places = np.flatnonzero(opens)
    times = np.cumsum(meets)[places]
    whose, cycle = rows.journey[places], rows.cycle[places]
    new = np.ones(len(places), np.bool_)
    same = (whose[1:] == whose[:-1]) & (cycle[1:] == cycle[:-1]) & (times[1:] == times[:-1])
    new[1:] = ~same
    starts = places[new | rows.old[places]]
    return _ended(rows, starts, _next(meets, rows.journey)[starts])


def _one_by_one(rule: ObligationRule, rows: _Rows) -> Duties:
    """Work out a rule of any shape, row by row, as the live machine does."""
    found = list(_walked(rule, rows))
    if not found:
        return nothing_owed()
    opens, ends, due = (np.array(column, np.int64) for column in zip(*found, strict=True))
    return _dropped(rows, opens, ends, due)


def _dropped(rows: _Rows, opens: Whole, ends: Whole, due: Whole) -> Duties:
    """Return obligations whose end says, by its sign, whether it dropped them."""
    dropped = ends < 0
    duties = _ended(rows, opens, np.where(dropped, -1 - ends, ends), due)
    duties.how[dropped] = DROPPED
    return duties


def _walked(rule: ObligationRule, rows: _Rows) -> Iterator[tuple[int, int, int]]:
    owed: deque[tuple[int, int, int]] = deque()
    repeats = None if rule.repeats is None else rule.repeats // MICROSECOND
    whose, total = None, len(rows.act)
    columns = (rows.journey, rows.at, rows.act, rows.due, rows.cycle, rows.old)
    for place, (journey, at, act, due, cycle, old) in enumerate(
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
        if act & OPENS or old or (act & ENTERS and all(one[2] != cycle for one in owed)):
            owed.append((place, due, cycle))
        elif met and repeats is not None and act & STAYS:
            owed.append((place, at + repeats, cycle))
    yield from ((opened, total, when) for opened, when, _ in owed)
