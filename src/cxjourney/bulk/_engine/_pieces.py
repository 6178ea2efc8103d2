"""One piece of a log folded: where its journeys stand, and what happened to them."""

import numpy as np

from cxjourney.bulk._engine._duty_rows import (
    DROPPED,
    LATE,
    ON_TIME,
    OWED,
    Dues,
    Duties,
    FoldedRows,
    Settled,
    nothing_owed,
    settle,
    told,
)
from cxjourney.bulk._engine._fast import Loop, fold_compiled
from cxjourney.bulk._engine._folded import COUNTED, EVERYTHING, Journeys, Keep, Piece
from cxjourney.bulk._engine._in_step import Clocks, FiredTimers, close, fold
from cxjourney.bulk._engine._journey_order import Events, begins
from cxjourney.bulk._engine._tables import (
    EFFECTS,
    FAR,
    FRESH,
    MOVED,
    NEVER,
    REFERRED,
    STARTS,
    Small,
    Tables,
    Whole,
)
from cxjourney.chart import Effect


def fold_piece(
    tables: Tables,
    events: Events,
    dues: Dues,
    as_of: int,
    before: tuple[Journeys, Clocks, Duties] | None = None,
    keep: Keep = EVERYTHING,
    loop: Loop | None = None,
) -> Piece:
    """Fold the events of whole journeys, and the timers due up to ``as_of``.

    Args:
        tables: the chart.
        events: the events in journey order.
        dues: when promised things are due.
        as_of: when it ends.
        before: where these journeys stood before, and what was owed; None where they begin.
        keep: what is asked for; there may be more.
        loop: folds them one by one; None all in step.
    """
    start = np.flatnonzero(begins(events.key))
    if loop is not None:
        bounds = np.append(start, len(events.key))
        return fold_compiled(loop, events, bounds, dues, as_of, before, keep)
    if before is None:
        before = Journeys.new(events.key[start]), Clocks.new(len(start)), nothing_owed()
    count = np.diff(start, append=len(events.key))
    was, clocks, owed = before
    code = _further_lines(tables, events, start, was)
    cells, timers = fold(tables, events.at, code, start, count, clocks)
    after = Clocks(*(column.copy() for column in clocks))
    end = start + count
    last = close(tables, clocks, as_of, end)
    # The last timers of a journey stand where the next one begins; they come before its timers.
    both = FiredTimers(*map(np.concatenate, zip(last, timers, strict=True)))
    owner = np.concatenate(
        (np.searchsorted(end, last.place), np.searchsorted(start, timers.place, "right") - 1)
    )
    stream, first = _woven(tables, events, cells, start, count, both, owner, was.cycle)
    journeys, settled = _settled(tables, was, clocks, owed, stream, first, dues)
    journeys.first_at = np.where(was.first_at == NEVER, events.at[start], was.first_at)
    journeys.last_at = events.at[end - 1]
    journeys.last_rank = tables.rank[events.code[end - 1]]
    owed_now = np.flatnonzero(settled.how == OWED)
    whose = settled.journey[owed_now]
    late = np.flatnonzero(settled.due[owed_now] < as_of)
    opened, overdue = (np.bincount(some, minlength=len(start)) for some in (whose, whose[late]))
    duties = told(stream, owed, settled) if keep.duties else nothing_owed()
    return Piece(journeys, after, stream, duties, opened, overdue)


def _further_lines(tables: Tables, events: Events, start: Whole, was: Journeys) -> Small:
    """Return the words of events; a purchase in the instant of another is a word of its own."""
    purchased, again = tables.purchased
    if again < 0:
        return events.code
    rank = tables.rank[events.code]
    same = np.zeros(len(rank), np.bool_)
    same[1:] = (events.at[1:] == events.at[:-1]) & (rank[1:] == rank[:-1])
    same[start] = (events.at[start] == was.last_at) & (rank[start] == was.last_rank)
    return np.where(same & (events.code == purchased), again, events.code)


def pass_on(
    tables: Tables, was: Journeys, clocks: Clocks, owed: Duties, as_of: int
) -> tuple[Whole, Journeys, Duties]:
    """Fold the timers due by ``as_of`` on journeys that stand after their last events.

    Args:
        tables: the chart.
        was: where the journeys stand.
        clocks: since when their timers count; changed in place.
        owed: what is owed on them.
        as_of: when it ends.

    Returns:
        which journeys some timer moved, where these stand now, and what became of what they owed.
    """
    timers = close(tables, clocks, as_of, np.arange(len(was.key)))
    some, start = np.unique(timers.place, return_index=True)
    if not len(some):
        return some, was.of(some), nothing_owed()
    journey = np.searchsorted(some, timers.place)
    number = np.full(len(was.key), -1)
    number[some] = np.arange(len(some))
    theirs = number[owed.journey] >= 0
    before = Duties(*(column[theirs] for column in owed))._replace(
        journey=number[owed.journey[theirs]]
    )
    row = np.full(len(journey), -1)
    chosen = was.of(some)
    cycle = chosen.cycle[journey]  # no timer begins a cycle
    stream = FoldedRows(journey, timers.at, timers.cell, row, cycle)
    now = Clocks(*(column[some] for column in clocks))
    nothing = np.zeros(0, np.int64)
    dues = Dues(nothing, nothing, 0)
    journeys, settled = _settled(tables, chosen, now, before, stream, start, dues)
    return some, journeys, told(stream, before, settled)


def _settled(
    tables: Tables,
    was: Journeys,
    clocks: Clocks,
    owed: Duties,
    stream: FoldedRows,
    start: Whole,
    dues: Dues,
) -> tuple[Journeys, Settled]:
    settled = settle(tables, stream, owed, dues)
    journeys, moves = _summed(tables, was, clocks, stream, start)
    _add_duties(tables, journeys, stream, moves, settled)
    return journeys, settled


def _woven(
    tables: Tables,
    events: Events,
    cells: Whole,
    start: Whole,
    count: Whole,
    timers: FiredTimers,
    owner: Whole,
    cycle: Whole,
) -> tuple[FoldedRows, Whole]:
    """Return events and timers in one stream, and the row at which each journey begins in it."""
    at, row = events.at, events.row
    if len(timers.at):
        order = np.argsort(timers.place, kind="stable")
        place = timers.place[order]
        place += np.arange(len(place))
        kept = np.ones(len(at) + len(place), np.bool_)
        kept[place] = False

        def both(of_events: Whole, of_timers: Whole | int) -> Whole:
            column = np.empty(len(kept), np.int64)
            column[kept], column[place] = of_events, of_timers
            return column

        at, cells, row = both(at, timers.at[order]), both(cells, timers.cell[order]), both(row, -1)
        count = count + np.bincount(owner, minlength=len(start))
        start = np.cumsum(count) - count
    journey = np.repeat(np.arange(len(start)), count)
    return FoldedRows(journey, at, cells, row, _cycles(tables, cells, journey, start, cycle)), start


def _cycles(tables: Tables, cells: Whole, journey: Whole, start: Whole, cycle: Whole) -> Whole:
    """Return the cycle of the journey after each row."""
    begins_anew = tables.fresh.take(cells)
    fresh = np.flatnonzero(begins_anew)
    last = cycle + np.bincount(journey[fresh], minlength=len(start))
    step = begins_anew.astype(np.int64)
    step[start] += cycle - np.concatenate(([0], last[:-1]))
    return np.cumsum(step, out=step)


def _summed(
    tables: Tables, was: Journeys, clocks: Clocks, stream: FoldedRows, start: Whole
) -> tuple[Journeys, Whole]:
    """Return where journeys stand after a stream, and the last row that moved each, if any did."""
    journey, at, cell, row, cycle = stream
    total, timers = len(start), np.flatnonzero(row < 0)
    seen = np.bitwise_or.reduceat(tables.seen.take(cell), start).astype(np.int64)
    by_effect = (tables.effect.astype(np.int64) * total).take(cell)
    by_effect += journey
    effects = np.bincount(by_effect, minlength=len(EFFECTS) * total).reshape(-1, total)
    fired = np.bincount(journey[timers], minlength=total)
    effects[EFFECTS.index(Effect.MOVED)] -= fired  # a timer that fires moves
    marks = tables.marks.take(cell)
    moves, fresh, begins_at, referrals = (
        np.flatnonzero((marks & mark) != 0) for mark in (MOVED, FRESH, STARTS, REFERRED)
    )
    mover = journey.take(moves)
    last = moves[np.append(mover[1:] != mover[:-1], True)] if len(moves) else moves
    entered, exits = was.entered_at.copy(), was.exit.copy()
    moved = journey[last]
    entered[moved], exits[moved] = at[last], tables.exit[cell[last]]
    end = np.append(start[1:], len(cell)) - 1
    journeys = Journeys(
        key=was.key,
        situation=clocks.situation,
        cycle=cycle[end],
        visited=was.visited | (seen & 255),
        implied=was.implied | (seen >> 8),
        entered_at=entered,
        purchased_at=_day_one(was, stream, start, fresh, begins_at),
        first_at=was.first_at,
        last_at=was.last_at,
        last_rank=was.last_rank,
        exit=exits,
        our_silence=was.our_silence,
        referrals=was.referrals + np.bincount(journey[referrals], minlength=total),
        effects=was.effects + effects[: len(COUNTED)],
        timers=was.timers + fired,
        on_time=was.on_time,
        late=was.late,
        dropped=was.dropped,
    )
    return journeys, last


def _day_one(
    was: Journeys, stream: FoldedRows, start: Whole, fresh: Whole, begins_at: Whole
) -> Whole:
    """Return the first day that starts in the last cycle of each journey."""
    journey = stream.journey
    since = start.copy()
    since[journey[fresh]] = fresh  # of several rows of a journey the last stays
    bought = was.purchased_at.copy()
    bought[journey[fresh]] = NEVER
    whose = journey.take(begins_at)
    some = np.flatnonzero((begins_at >= since[whose]) & (bought[whose] == NEVER))[::-1]
    bought[whose[some]] = stream.at[begins_at[some]]  # of several the first stays
    return bought


def _add_duties(
    tables: Tables, journeys: Journeys, stream: FoldedRows, moves: Whole, settled: Settled
) -> None:
    """Count how obligations ended, and say who fell silent while something was overdue."""
    total = len(journeys.key)
    how = settled.how.astype(np.int64)
    how *= total
    how += settled.journey
    counts = np.bincount(how, minlength=(DROPPED + 1) * total).reshape(-1, total)
    journeys.on_time = journeys.on_time + counts[ON_TIME]
    journeys.late = journeys.late + counts[LATE]
    journeys.dropped = journeys.dropped + counts[DROPPED]
    if not len(moves):
        return
    silent = journeys.our_silence.copy()
    silent[stream.journey[moves]] = False
    lapses = moves[stream.cell[moves] % tables.width == tables.lapsed]
    lapse = np.full(total, FAR + 1)  # beyond what ended nothing
    lapse[stream.journey[lapses]] = lapses
    where = lapse.take(settled.journey)
    still = np.flatnonzero(settled.ended >= where)
    where = where[still]
    overdue = still[(settled.due[still] < stream.at[where]) & (settled.opened[still] < where)]
    silent[settled.journey[overdue]] = True
    journeys.our_silence = silent
