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
    STAYS,
    Tables,
    Whole,
)
from cxjourney.chart import DueBy
from cxjourney.vocabulary._wait import Span

EFFECT, FRESH, STARTS, MOVED, RESETS, RESETS_QUIET, EXIT, SEEN, NEXT = 0, 3, 4, 5, 6, 7, 8, 16, 32
"""The first bit of what a cell says of an event that meets it."""
BYTE, PHASES = 255, 8
SITUATION, CYCLE, VISITED, IMPLIED, LAST_RANK, WHY, SILENT, REFERRALS, TIMERS = range(9)
ON_TIME, LATE, DROPPED, OPEN, OVERDUE, LAST_SITUATION, EFFECTS = range(9, 16)
COUNT_ROWS = EFFECTS + 5
"""The rows of the counts of journeys; one row for each effect is the last."""
ENTERED, PURCHASED, FIRST, LAST, SINCE, QUIET = range(6)
"""The rows of the times of journeys."""
WHOSE, RULE, OPENED_AT, DUE, HOW, ENDED_AT, IN_CYCLE, ROW, OPENED, ENDED, FOLLOWING = range(11)
"""The columns of an obligation, as in ``Duties``; the last is the next one of its queue."""
MET_ON_TIME, MET_LATE, WAS_DROPPED = 1, 2, 3
AFTER, BY, EACH, AGAIN, BIT = range(5)
"""What is told of a rule."""
SPAN, DAY_END, PROMISE = range(3)
SECOND, DAY = 1_000_000, 86_400_000_000
BEYOND = 1 << 62
ROOM = 1 << 10
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
        first_act: by cell, where its acts on obligations begin.
        act: the rule and what is done to its obligations, those of a cell by rule.
        concerns: by cell, a bit for each rule that it opens, meets or drops.
        opens: by cell, a bit for each rule that it may open.
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
    acts = tables.duty.T & (OPENS | ENTERS | MEETS | DROPS) != 0
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
        first.astype(np.int64),
        rule.astype(np.int64) << PHASES | tables.duty[rule, where],
        tables.concerns.view(np.int64),
        tables.opens.view(np.int64),
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
def grown(rows: Whole) -> Whole:
    """Return twice as many rows."""
    more = np.empty((2 * rows.shape[0], rows.shape[1]), np.int64)
    more[: rows.shape[0]] = rows
    return more


@compiled
def ended(duty: Whole, one: int, how: int, now: int, place: int) -> None:
    """Let an obligation end."""
    duty[one, HOW], duty[one, ENDED_AT], duty[one, ENDED] = how, now, place


@compiled
def open_one(duty: Whole, one: int, whose: int, rule: int, now: int, due: int, cycle: int) -> None:
    """Write an obligation that opens."""
    duty[one, WHOSE], duty[one, RULE], duty[one, OPENED_AT] = whose, rule, now
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
    owed: Whole,
    as_of: int,
    keep_moves: bool,  # noqa: FBT001 - numba takes no keywords
    keep_rows: bool,  # noqa: FBT001 - as above
    keep_duties: bool,  # noqa: FBT001 - as above
    times: Whole,
    counts: Whole,
) -> tuple[Whole, Whole]:
    """Fold the events of journeys and their timers; ``times`` and ``counts`` are changed in place.

    Args:
        chart: the chart.
        events: the events.
        start: where each journey begins; the last number is where all end.
        owed: what was owed before, by journey: whose, rule, opened at, due, cycle.
        as_of: the last moment at which a timer fires after the last event.
        keep_moves: whether to return what moved the journeys.
        keep_rows: whether to return every event and timer.
        keep_duties: whether to return obligations.
        times: by row and journey.
        counts: by row and journey.

    Returns:
        events and timers: whose, when, cell, which event, cycle; and obligations.
    """
    width, lapsed, hushed, referred, purchased, again = chart.word
    rules = len(chart.rule)
    head, tail = np.full(rules, -1, np.int64), np.full(rules, -1, np.int64)
    stream, duty = np.empty((ROOM, 5), np.int64), np.empty((ROOM, 11), np.int64)
    sums = np.empty(len(counts), np.int64)
    most = 0  # obligations that one cell may open
    for cell in range(len(chart.cell)):
        most = max(most, chart.first_act[cell + 1] - chart.first_act[cell])
    streamed, duties, place, old, number, full = 0, 0, -1, 0, 0, False
    offsets, promises = len(events.offset) > 1, len(events.promised) > 0
    offset = events.offset[0]
    while number < len(start) - 1:
        # An array that is changed for another one inside the loop over events makes that slow.
        if full:
            duty, stream, full = grown(duty), grown(stream), False
        for row_of in range(len(counts)):
            sums[row_of] = counts[row_of, number]
        before = streamed, place, old
        here, cycle = sums[SITUATION], sums[CYCLE]
        visited, implied = sums[VISITED], sums[IMPLIED]
        entered, bought = times[ENTERED, number], times[PURCHASED, number]
        since, quiet = times[SINCE, number], times[QUIET, number]
        last_at, last_rank = times[LAST, number], sums[LAST_RANK]
        # The UTC offsets of the last move, fact and referral, and when the latter two were.
        moved_offset, fact_offset, referral_offset = offset, offset, offset
        fact_at, referral_at = NEVER, NEVER
        last_since, last_quiet = since, quiet
        head[:], some_owed = -1, 0
        first = duties if keep_duties else 0
        duties = first
        while old < len(owed) and owed[old, 0] == number:
            if duties + most >= len(duty):
                full = True
                break
            _, rule, opened_at, due, owed_in = owed[old]
            open_one(duty, duties, number, rule, opened_at, due, owed_in)
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
            if duties + most >= len(duty) or streamed == len(stream):
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
                stream[streamed, 0], stream[streamed, 1], stream[streamed, 2] = number, now, cell
                stream[streamed, 3], stream[streamed, 4] = row, cycle
                streamed += 1
            begin, stop = chart.first_act[cell], chart.first_act[cell + 1]
            if not (chart.concerns[cell] & some_owed | chart.opens[cell]):
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
                    if one < 0:
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
                open_one(duty, duties, number, rule, now, due, cycle)
                duty[duties, ROW], duty[duties, OPENED] = row, place
                appended(duty, head, tail, duties)
                some_owed |= chart.rule[rule, BIT]
                duties += 1
            if event == end and not fires:
                last_since, last_quiet, sums[LAST_SITUATION] = since, quiet, here
        if full:
            streamed, place, old = before
            duties = first
            continue
        for one in range(first, duties):
            if duty[one, HOW] == 0:
                sums[OPEN] += 1
                sums[OVERDUE] += duty[one, DUE] < as_of
        sums[SITUATION], sums[CYCLE] = here, cycle
        sums[VISITED], sums[IMPLIED] = visited, implied
        times[ENTERED, number], times[PURCHASED, number] = entered, bought
        times[LAST, number], sums[LAST_RANK] = last_at, last_rank
        times[SINCE, number], times[QUIET, number] = last_since, last_quiet
        if times[FIRST, number] == NEVER:
            times[FIRST, number] = events.at[start[number]]
        for row_of in range(len(counts)):
            counts[row_of, number] = sums[row_of]
        number += 1
    return stream[:streamed], duty[: duties if keep_duties else 0]
