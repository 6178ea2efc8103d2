"""The same fold as a loop that numba compiles; imported only where numba is installed.

What numba keeps on disk it makes anew when this file changes, and no other: so the layout of the
arrays is written here, and none of these functions calls one of another file.
"""

from datetime import timedelta
from typing import NamedTuple

import numpy as np

from cxjourney.bulk._engine._compiled import compiled
from cxjourney.bulk._engine._tables import (
    DROPS,
    ENTERS,
    MEETS,
    MICROSECOND,
    NEVER,
    OPENS,
    SHARED,
    STAYS,
    Tables,
    Whole,
)
from cxjourney.chart import DueBy
from cxjourney.vocabulary._wait import Span

EFFECT, FRESH, STARTS, MOVED, RESETS, RESETS_QUIET, EXIT, SEEN, NEXT = 0, 3, 4, 5, 6, 7, 8, 16, 32
"""The first bit of what a cell says of an event that meets it."""
BYTE, PHASES = 255, 8
CYCLE, REFERRALS, TIMERS, ON_TIME, LATE, DROPPED, OPEN, OVERDUE, EFFECTS = range(9)
COUNTS = EFFECTS + 4
"""The rows of the counts of journeys; one row for each effect is the last, but for refusals."""
REFUSED, SITUATION, VISITED, IMPLIED, LAST_RANK, WHY, SILENT, LAST_SITUATION = range(COUNTS, 20)
PLACES = LAST_SITUATION + 1 - COUNTS
"""How many rows there are beside them, which say where a journey is."""
ENTERED, PURCHASED, FIRST, LAST = range(4)
"""The rows of the times of journeys."""
SINCE, QUIET = range(2)
"""The rows of their clocks."""
RULE, OPENED_AT, DUE, HOW, ENDED_AT, IN_CYCLE, ROW, OPENED, ENDED, FOLLOWING = range(10)
"""The columns of an obligation; the last is the next one of its queue."""
MET_ON_TIME, MET_LATE, WAS_DROPPED = 1, 2, 3
AFTER, BY, EACH, AGAIN, BIT = range(5)
"""What is told of a rule."""
SPAN, DAY_END, PROMISE = range(3)
SECOND, DAY = 1_000_000, 86_400_000_000
BEYOND = 1 << 62
ROOM = 1 << 17
"""For how many rows there is room at first."""


class ChartArrays(NamedTuple):
    """A chart, as the loop reads it.

    Attributes:
        cell: what each cell says, as bits.
        lapse: the window of silence in each situation.
        quiet: the window of an advocate's quiet.
        wait: by timer and word, 1 where a timer of that moment comes after the word.
        rank: the rank of each word.
        fact: by word, 1 where it is a customer's fact.
        deed: by cell, what it does to obligations, as the number of a deed; many do the same.
        first_act: by deed, where its acts begin.
        act: the rule and what is done to its obligations, those of a deed by rule.
        concerns: by deed, a bit for each rule that it opens, meets or drops.
        opens: by deed, a bit for each rule that it may open.
        rule: by rule how long, ``SPAN`` or other, whether each is met by itself, when it comes
            again, -1 for never, and its bit.
        word: how many words there are; the two timers, a referral, a purchase and another of its
            instant, -1 for none.
    """

    cell: Whole
    lapse: Whole
    quiet: Whole
    wait: Whole
    rank: Whole
    fact: Whole
    deed: Whole
    first_act: Whole
    act: Whole
    concerns: Whole
    opens: Whole
    rule: Whole
    word: Whole


def chart_arrays(tables: Tables) -> ChartArrays:
    """Return a chart as the loop reads it."""
    cell = tables.effect.astype(np.int64) << EFFECT
    for bit, some in (
        (FRESH, tables.fresh),
        (STARTS, tables.starts),
        (MOVED, tables.moved),
        (RESETS, tables.resets),
        (RESETS_QUIET, tables.resets_quiet),
        (EXIT, tables.exit),
        (SEEN, tables.seen),
        (NEXT, tables.next),
    ):
        cell |= some.astype(np.int64) << bit
    deeds, one_of, deed = np.unique(tables.duty, axis=1, return_index=True, return_inverse=True)
    acts = deeds.T & (OPENS | ENTERS | MEETS | DROPS) != 0
    where, rule = np.nonzero(acts)
    first = np.concatenate(([0], np.cumsum(acts.sum(axis=1))))
    kinds = {DueBy.DAY_END: DAY_END, DueBy.PROMISE: PROMISE}
    rules = [
        (_micro(one.due), kinds.get(one.due_by, SPAN), one.each, _micro(one.repeats, none=-1), bit)
        for one, bit in zip(tables.rules, tables.rule_bits.view(np.int64).tolist(), strict=True)
    ]
    return ChartArrays(
        cell,
        tables.lapse,
        tables.quiet,
        np.stack(tables.not_before()),
        tables.rank,
        tables.fact.astype(np.int64),
        deed.ravel().astype(np.int32),
        first.astype(np.int64),
        rule.astype(np.int64) << PHASES | deeds[rule, where],
        tables.concerns[one_of].view(np.int64),
        tables.opens[one_of].view(np.int64),
        np.array(rules, np.int64).reshape(-1, 5),
        np.array(
            [
                tables.width,
                tables.lapsed,
                tables.advocacy_quiet,
                tables.referred,
                *tables.purchased,
            ]
        ),
    )


def _micro(span: Span | None, none: int = 0) -> int:
    """Return a span in microseconds; those that go by the calendar never come here."""
    return span // MICROSECOND if isinstance(span, timedelta) else none


class EventArrays(NamedTuple):
    """The events of whole journeys, in journey order.

    Attributes:
        at: when.
        code: what.
        row: which event of the log it is.
        offset: its UTC offset in seconds; one number where all have the same.
        promised: when what it promises is due, ``NEVER`` for nothing; empty where none promises.
    """

    at: Whole
    code: Whole
    row: Whole
    offset: Whole
    promised: Whole


@compiled
def more_rows(rows: Whole) -> Whole:
    """Return twice as many rows."""
    more = np.empty((2 * rows.shape[0], rows.shape[1]), rows.dtype)
    more[: rows.shape[0]] = rows
    return more


@compiled
def wider(columns: Whole) -> Whole:
    """Return twice as many columns."""
    more = np.empty((columns.shape[0], 2 * columns.shape[1]), columns.dtype)
    more[:, : columns.shape[1]] = columns
    return more


@compiled
def ended(duty: Whole, one: int, how: int, now: int, place: int) -> None:
    """Let an obligation end."""
    duty[one, HOW], duty[one, ENDED_AT], duty[one, ENDED] = how, now, place


@compiled
def open_one(duty: Whole, one: int, rule: int, now: int, due: int, cycle: int) -> None:
    """Write an obligation that opens."""
    duty[one, RULE], duty[one, OPENED_AT] = rule, now
    duty[one, DUE], duty[one, HOW], duty[one, ENDED_AT] = due, 0, 0
    duty[one, IN_CYCLE], duty[one, ENDED] = cycle, BEYOND


@compiled
def appended(duty: Whole, head: Whole, tail: Whole, one: int) -> None:
    """Let an obligation be the last of its queue."""
    rule = duty[one, RULE]
    duty[one, FOLLOWING] = -1
    if head[rule] < 0:
        head[rule] = one
    else:
        duty[tail[rule], FOLLOWING] = one
    tail[rule] = one


@compiled
def overdue_now(duty: Whole, head: Whole, now: int) -> bool:
    """Say whether something that is owed is overdue."""
    for first in head:
        one = first
        while one >= 0:
            if duty[one, DUE] < now:
                return True
            one = duty[one, FOLLOWING]
    return False


@compiled
def fold_journeys(  # noqa: C901, PLR0912, PLR0915 - one loop, which is what is fast
    chart: ChartArrays,
    events: EventArrays,
    start: Whole,
    known: bool,  # noqa: FBT001 - numba takes no keywords
    owed: Whole,
    as_of: int,
    keep_moves: bool,  # noqa: FBT001 - as above
    keep_rows: bool,  # noqa: FBT001 - as above
    keep_duties: bool,  # noqa: FBT001 - as above
    times: Whole,
    clocks: Whole,
    counts: Whole,
    places: Whole,
) -> tuple[Whole, Whole, Whole, Whole, Whole]:
    """Fold the events of journeys and their timers; the last four are changed in place.

    Args:
        chart: the chart.
        events: the events.
        start: where each journey begins; the last number is where all end.
        known: whether the last four say where journeys stood before; else they begin.
        owed: what was owed before, by journey: whose, rule, opened at, due, cycle.
        as_of: the last moment at which a timer fires after the last event.
        keep_moves: whether to return what moved the journeys.
        keep_rows: whether to return every event and timer.
        keep_duties: whether to return obligations.
        times: by row and journey, as are the others.
        clocks: since when timers count.
        counts: what is counted.
        places: where journeys are.

    Returns:
        of events and timers, one a column: whose, cell and cycle; when and which event; of
        obligations: rule and how it ended; whose and cycle; the other columns in their order.
    """
    width, lapsed, hushed, referred, purchased, again = chart.word
    rules = len(chart.rule)
    head, tail = np.full(rules, -1, np.int64), np.full(rules, -1, np.int64)
    duty = np.empty((ROOM, FOLLOWING + 1), np.int64)  # of one journey
    small, whole = np.empty((3, ROOM), np.int32), np.empty((2, ROOM), np.int64)
    duty_byte, duty_small = np.empty((2, ROOM), np.uint8), np.empty((2, ROOM), np.int32)
    duty_whole = np.empty((6, ROOM), np.int64)
    sums = np.zeros(COUNTS + PLACES, np.int64)
    most = 0  # obligations that one cell may open
    for deed in range(len(chart.opens)):
        most = max(most, chart.first_act[deed + 1] - chart.first_act[deed])
    streamed, settled, place, old, number, full = 0, 0, -1, 0, 0, False
    offsets, promises = len(events.offset) > 1, len(events.promised) > 0
    offset = events.offset[0]
    while number < len(start) - 1:
        # An array that is changed for another one inside the loop over events makes that slow.
        if full:
            duty, small, whole, full = more_rows(duty), wider(small), wider(whole), False
            duty_byte, duty_small = wider(duty_byte), wider(duty_small)
            duty_whole = wider(duty_whole)
        if known:
            for row_of in range(COUNTS):
                sums[row_of] = counts[row_of, number]
            for row_of in range(PLACES):
                sums[COUNTS + row_of] = places[row_of, number]
            entered, bought = times[ENTERED, number], times[PURCHASED, number]
            began, last_at = times[FIRST, number], times[LAST, number]
            since, quiet = clocks[SINCE, number], clocks[QUIET, number]
        else:
            sums[:] = 0
            sums[CYCLE] = 1
            entered = bought = began = last_at = since = quiet = NEVER
        before = streamed, place, old
        here, cycle = sums[SITUATION], sums[CYCLE]
        visited, implied, last_rank = sums[VISITED], sums[IMPLIED], sums[LAST_RANK]
        # The UTC offsets of the last move, fact and referral, and when the latter two were.
        moved_offset, fact_offset, referral_offset = offset, offset, offset
        fact_at, referral_at = NEVER, NEVER
        last_since, last_quiet = since, quiet
        head[:], some_owed, duties = -1, 0, 0
        while old < len(owed) and owed[old, 0] == number:
            if duties + most >= len(duty):
                full = True
                break
            _, rule, opened_at, due, owed_in = owed[old]
            open_one(duty, duties, rule, opened_at, due, owed_in)
            duty[duties, ROW], duty[duties, OPENED] = -1, -1
            appended(duty, head, tail, duties)
            some_owed |= chart.rule[rule, BIT]
            duties += 1
            old += 1
        event, end = start[number], start[number + 1]
        while not full:
            lapse, hush = since + chart.lapse[here], quiet + chart.quiet[here]
            timer = 0 if lapse <= hush else 1
            now = min(lapse, hush)
            if event < end:
                word = np.int64(events.code[event])
                fires = now <= events.at[event] - chart.wait[timer, word]
            else:
                fires = now <= as_of
                if not fires:
                    break
            if duties + most >= len(duty) or streamed == small.shape[1]:
                full = True
                break
            place += 1
            if fires:
                word, row = (hushed if timer else lapsed), -1
                since = quiet = now
                if offsets:
                    offset = moved_offset
                    if timer and referral_at >= entered:
                        offset = referral_offset
                    elif not timer and fact_at >= entered:
                        offset = fact_offset
            else:
                now, row = events.at[event], events.row[event]
                rank = chart.rank[word]
                if word == purchased and again >= 0 and now == last_at and rank == last_rank:
                    word = again
                last_at, last_rank = now, rank
                if offsets:
                    offset = events.offset[event]
                    if chart.fact[word]:
                        fact_at, fact_offset = now, offset
                    if word == referred:
                        referral_at, referral_offset = now, offset
                event += 1
            cell = here * width + word
            says = chart.cell[cell]
            here = says >> NEXT
            if says >> FRESH & 1:
                cycle += 1
                bought = NEVER
            if says >> STARTS & 1 and bought == NEVER:
                bought = now
            visited |= says >> SEEN & BYTE
            implied |= says >> (SEEN + PHASES) & BYTE
            if word == referred:
                sums[REFERRALS] += 1
            moved = says >> MOVED & 1
            if moved:
                entered, moved_offset = now, offset
                sums[WHY] = says >> EXIT & BYTE
                sums[SILENT] = word == lapsed and overdue_now(duty, head, now)
            if fires:
                sums[TIMERS] += 1
            else:
                sums[EFFECTS + (says >> EFFECT & 7)] += 1
                since = now if says >> RESETS & 1 else since
                quiet = now if says >> RESETS_QUIET & 1 else quiet
            if keep_rows or (keep_moves and moved):
                small[0, streamed], small[1, streamed], small[2, streamed] = number, cell, cycle
                whole[0, streamed], whole[1, streamed] = now, row
                streamed += 1
            deed = chart.deed[cell]
            begin, stop = chart.first_act[deed], chart.first_act[deed + 1]
            if not (chart.concerns[deed] & some_owed | chart.opens[deed]):
                stop = begin
            for which in range(begin, stop):
                rule, does = chart.act[which] >> PHASES, chart.act[which] & BYTE
                one, met = head[rule], False
                if one >= 0 and does & (MEETS | DROPS):
                    met = does & MEETS != 0
                    while one >= 0 and does & MEETS:
                        late = duty[one, DUE] < now
                        ended(duty, one, MET_LATE if late else MET_ON_TIME, now, place)
                        sums[LATE if late else ON_TIME] += 1
                        one = duty[one, FOLLOWING]
                        if chart.rule[rule, EACH]:
                            break
                    while one >= 0 and does & DROPS:
                        ended(duty, one, WAS_DROPPED, now, place)
                        sums[DROPPED] += 1
                        one = duty[one, FOLLOWING]
                    head[rule] = one
                    if one < 0 and rule < SHARED:
                        some_owed &= ~(chart.rule[rule, BIT])
                due = now + chart.rule[rule, AFTER]
                if does & OPENS or (
                    does & ENTERS and (one < 0 or duty[tail[rule], IN_CYCLE] != cycle)
                ):
                    if chart.rule[rule, BY] == DAY_END:
                        due = now + DAY - (now + SECOND * offset) % DAY
                    elif chart.rule[rule, BY] == PROMISE and promises and not fires:
                        told = events.promised[event - 1]
                        due = due if told == NEVER else told
                elif met and chart.rule[rule, AGAIN] >= 0 and does & STAYS:
                    due = now + chart.rule[rule, AGAIN]
                else:
                    continue
                open_one(duty, duties, rule, now, due, cycle)
                duty[duties, ROW], duty[duties, OPENED] = row, place
                appended(duty, head, tail, duties)
                some_owed |= chart.rule[rule, BIT]
                duties += 1
            if event == end and not fires:
                last_since, last_quiet, sums[LAST_SITUATION] = since, quiet, here
        if full or (keep_duties and settled + duties > duty_byte.shape[1]):
            streamed, place, old = before
            full = True
            continue
        for one in range(duties):
            if duty[one, HOW] == 0:
                sums[OPEN] += 1
                sums[OVERDUE] += duty[one, DUE] < as_of
            if keep_duties:
                duty_byte[0, settled], duty_byte[1, settled] = duty[one, RULE], duty[one, HOW]
                duty_small[0, settled], duty_small[1, settled] = number, duty[one, IN_CYCLE]
                for column, told in enumerate((OPENED_AT, DUE, ENDED_AT, ROW, OPENED, ENDED)):
                    duty_whole[column, settled] = duty[one, told]
                settled += 1
        sums[SITUATION], sums[CYCLE] = here, cycle
        sums[VISITED], sums[IMPLIED], sums[LAST_RANK] = visited, implied, last_rank
        times[ENTERED, number], times[PURCHASED, number] = entered, bought
        times[FIRST, number] = events.at[start[number]] if began == NEVER else began
        times[LAST, number] = last_at
        clocks[SINCE, number], clocks[QUIET, number] = last_since, last_quiet
        for row_of in range(COUNTS):
            counts[row_of, number] = sums[row_of]
        for row_of in range(PLACES):
            places[row_of, number] = sums[COUNTS + row_of]
        number += 1
    return (
        small[:, :streamed],
        whole[:, :streamed],
        duty_byte[:, :settled],
        duty_small[:, :settled],
        duty_whole[:, :settled],
    )
