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
    joined,
    settle,
)
from cxjourney.bulk._engine._fast import Loop, fold_compiled
from cxjourney.bulk._engine._folded import COUNTED, EVERYTHING, Journeys, Keep, Piece
from cxjourney.bulk._engine._in_step import Clocks, FiredTimers, close, fold
from cxjourney.bulk._engine._journey_order import Events, begins
from cxjourney.bulk._engine._tables import EFFECTS, NEVER, Small, Tables, Whole


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
    if before is None:
        before = Journeys.new(events.key[start]), Clocks.new(len(start)), joined([])
    if loop is not None:
        bounds = np.append(start, len(events.key))
        return fold_compiled(loop, events, bounds, dues, as_of, before, keep)
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
    journeys, duties = _settled(tables, was, clocks, owed, stream, first, dues)
    journeys.first_at = np.where(was.first_at == NEVER, events.at[start], was.first_at)
    journeys.last_at = events.at[end - 1]
    journeys.last_rank = tables.rank[events.code[end - 1]]
    owed_now = duties.how == OWED
    opened, overdue = (
        np.bincount(duties.journey[some], minlength=len(start))
        for some in (owed_now, owed_now & (duties.due < as_of))
    )
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
        return some, was.of(some), joined([])
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
    return some, *_settled(tables, chosen, now, before, stream, start, dues)


def _settled(
    tables: Tables,
    was: Journeys,
    clocks: Clocks,
    owed: Duties,
    stream: FoldedRows,
    start: Whole,
    dues: Dues,
) -> tuple[Journeys, Duties]:
    duties = settle(tables, stream, start, owed, dues)
    journeys = _summed(tables, was, clocks, stream, start)
    _add_duties(tables, journeys, stream, duties)
    return journeys, duties


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
    journey = np.repeat(np.arange(len(start)), count)
    at, row = events.at, events.row
    if len(timers.at):
        order = np.argsort(timers.place, kind="stable")
        place = timers.place[order]
        journey = np.insert(journey, place, owner[order])
        at = np.insert(at, place, timers.at[order])
        cells = np.insert(cells, place, timers.cell[order])
        row = np.insert(row, place, -1)
        start = start + np.concatenate(
            ([0], np.cumsum(np.bincount(owner, minlength=len(start)))[:-1])
        )
    fresh = tables.fresh[cells]
    if fresh.any():
        begun = np.cumsum(fresh)
        cycles = cycle[journey] + begun - (begun - fresh)[start][journey]
    else:
        cycles = cycle[journey]
    return FoldedRows(journey, at, cells, row, cycles), start


def _summed(
    tables: Tables, was: Journeys, clocks: Clocks, stream: FoldedRows, start: Whole
) -> Journeys:
    """Return where journeys stand after a stream."""
    journey, at, cell, row, cycle = stream
    total, events = len(start), row >= 0
    seen = np.bitwise_or.reduceat(tables.seen[cell], start).astype(np.int64)
    effects = np.bincount(
        (tables.effect[cell].astype(np.int64) * total + journey)[events],
        minlength=len(EFFECTS) * total,
    )
    moves = np.flatnonzero(tables.moved[cell])
    mover = journey[moves]
    entered, exits = was.entered_at.copy(), was.exit.copy()
    entered[mover], exits[mover] = at[moves], tables.exit[cell[moves]]
    end = np.append(start[1:], len(cell)) - 1
    referred = (cell % tables.width == tables.referred) if tables.referred >= 0 else None
    return Journeys(
        key=was.key,
        situation=clocks.situation,
        cycle=cycle[end],
        visited=was.visited | (seen & 255),
        implied=was.implied | (seen >> 8),
        entered_at=entered,
        purchased_at=_day_one(tables, was, stream, start),
        first_at=was.first_at,
        last_at=was.last_at,
        last_rank=was.last_rank,
        exit=exits,
        our_silence=was.our_silence,
        referrals=was.referrals
        + (0 if referred is None else np.add.reduceat(referred, start, dtype=np.int64)),
        effects=was.effects + effects.reshape(len(EFFECTS), total)[: len(COUNTED)],
        timers=was.timers + np.bincount(journey[~events], minlength=total),
        on_time=was.on_time,
        late=was.late,
        dropped=was.dropped,
    )


def _day_one(tables: Tables, was: Journeys, stream: FoldedRows, start: Whole) -> Whole:
    """Return the first day that starts in the last cycle of each journey."""
    journey, at, cell, _, _ = stream
    begins_at = np.flatnonzero(tables.starts[cell])
    fresh = np.flatnonzero(tables.fresh[cell])
    since = start.copy()
    since[journey[fresh]] = fresh  # of several rows of a journey the last stays
    bought = was.purchased_at.copy()
    bought[journey[fresh]] = NEVER
    if len(begins_at):
        found = np.searchsorted(begins_at, since)
        place = begins_at[np.minimum(found, len(begins_at) - 1)]
        there = (found < len(begins_at)) & (journey[place] == np.arange(len(start)))
        bought = np.where((bought == NEVER) & there, at[place], bought)
    return bought


def _add_duties(tables: Tables, journeys: Journeys, stream: FoldedRows, duties: Duties) -> None:
    """Count how obligations ended, and say who fell silent while something was overdue."""
    total = len(journeys.key)

    def count(how: int) -> Whole:
        return np.bincount(duties.journey[duties.how == how], minlength=total)

    journeys.on_time = journeys.on_time + count(ON_TIME)
    journeys.late = journeys.late + count(LATE)
    journeys.dropped = journeys.dropped + count(DROPPED)
    moves = np.flatnonzero(tables.moved[stream.cell])
    if not len(moves):
        return
    whose = stream.journey[moves]
    last = moves[np.append(whose[1:] != whose[:-1], True)]
    silent = journeys.our_silence.copy()
    silent[stream.journey[last]] = False
    lapses = last[stream.cell[last] % tables.width == tables.lapsed]
    if len(lapses):
        lapse = np.full(total, -1)
        lapse[stream.journey[lapses]] = lapses
        where = lapse[duties.journey]
        overdue = (where >= 0) & (duties.due < stream.at[where])
        overdue &= (duties.opened < where) & (duties.ended >= where)
        silent[duties.journey[overdue]] = True
    journeys.our_silence = silent
