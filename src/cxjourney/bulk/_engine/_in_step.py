"""Folding many journeys at once: the first event of each, then the second of each, and so on.

FiredTimers that fall due between two events fire before the second, as the live machine has it.
"""

from itertools import accumulate
from operator import getitem, itemgetter
from typing import NamedTuple

import numpy as np

from cxjourney.bulk._engine._tables import FAR, NEVER, Mask, Small, Tables, Whole

FEW = 24
"""Of so few journeys each is folded by itself to its end."""


class Clocks(NamedTuple):
    """Where journeys are, and since when their timers count.

    Attributes:
        situation: the situation of each, as its number.
        since: when its silence began.
        quiet: when its quiet as an advocate began.
    """

    situation: Whole
    since: Whole
    quiet: Whole

    @classmethod
    def new(cls, journeys: int) -> "Clocks":
        """Return the clocks of journeys that begin."""
        times = np.full((2, journeys), NEVER)
        return cls(np.zeros(journeys, np.int64), *times)


class FiredTimers(NamedTuple):
    """FiredTimers that fired, those of each journey in their order.

    Attributes:
        place: before which row of the piece.
        at: when.
        cell: the cell of the tables.
    """

    place: Whole
    at: Whole
    cell: Whole


class _Fired:
    """FiredTimers that fired, as they are found."""

    def __init__(self) -> None:
        self._parts: list[FiredTimers] = []

    def add(self, place: Whole, at: Whole, cell: Whole) -> None:
        """Note timers that fired."""
        self._parts.append(FiredTimers(place, at, cell))

    def in_order(self) -> FiredTimers:
        """Return them in the order of the rows; those before one row by time."""
        if not self._parts:
            return FiredTimers(*np.zeros((3, 0), np.int64))
        place, at, cell = map(np.concatenate, zip(*self._parts, strict=True))
        order = np.argsort(place, kind="stable")  # those before one row were found in their order
        return FiredTimers(place[order], at[order], cell[order])


def pass_time(
    tables: Tables,
    clocks: Clocks,
    until: Whole,
    until_quiet: Whole,
    place: Whole,
    fired: _Fired,
) -> None:
    """Fire the timers of journeys that are due by some moments; ``clocks`` is changed in place.

    Args:
        tables: the chart.
        clocks: where the journeys are.
        until: the last moment at which ``lapsed`` fires, for each journey.
        until_quiet: the last moment at which ``advocacy_quiet`` does.
        place: the row before which they fire.
        fired: is told of each.
    """
    situation, since, quiet = clocks
    live = np.flatnonzero(tables.waits[situation])
    while len(live):
        here = situation[live]
        lapse = since[live] + tables.lapse[here]
        hush = quiet[live] + tables.quiet[here]
        first = lapse <= hush
        due = np.minimum(lapse, hush)
        fires = np.flatnonzero(due <= np.where(first, until[live], until_quiet[live]))
        if not len(fires):
            return
        live, due = live[fires], due[fires]
        word = np.where(first[fires], tables.lapsed, tables.advocacy_quiet)
        cell = here[fires] * tables.width + word
        fired.add(place[live], due, cell)
        after = tables.next[cell]
        situation[live], since[live], quiet[live] = after, due, due
        live = live[tables.waits[after]]


def close(tables: Tables, clocks: Clocks, as_of: int, place: Whole) -> FiredTimers:
    """Fire the timers that are due by ``as_of``, after the last event of each journey."""
    fired = _Fired()
    until = np.full(len(place), as_of)
    pass_time(tables, clocks, until, until, place, fired)
    return fired.in_order()


def fold(
    tables: Tables, at: Whole, code: Small, start: Whole, count: Whole, clocks: Clocks
) -> tuple[Whole, FiredTimers]:
    """Fold the events of a piece; ``clocks`` is changed in place.

    Args:
        tables: the chart.
        at: the time of each event, in journey order.
        code: its word.
        start: the row at which each journey begins.
        count: how many events each has.
        clocks: where the journeys were before.

    Returns:
        the cell of each event, and the timers that fired before it.
    """
    steps = _Steps(tables, at, code)
    longest = int(count.max())
    left = (longest - count).astype(np.min_scalar_type(longest))
    order = np.argsort(left, kind="stable")  # which counts where numbers are narrow
    there = len(count) - np.cumsum(np.bincount(count, minlength=longest + 1))
    rows = start[order]
    moving = Clocks(*(column[order] for column in clocks))
    step = 0
    while step < longest and there[step] > FEW:
        width = int(there[step])
        steps.take(rows[:width] + step, Clocks(*(column[:width] for column in moving)))
        step += 1
    if step < longest:
        for number in range(int(there[step])):
            one = Clocks(*(column[number : number + 1] for column in moving))
            steps.alone(int(rows[number]) + step, int(count[order[number]]) - step, one)
    for column, moved in zip(clocks, moving, strict=True):
        column[order] = moved
    return steps.cells, steps.fired.in_order()


class _Steps:
    """Events being folded."""

    def __init__(self, tables: Tables, at: Whole, code: Small) -> None:
        self.tables = tables
        self.at = at
        self.code = code
        self.cells: Whole = np.empty(len(at), np.int64)
        self.fired = _Fired()
        self._lapse_waits, self._quiet_waits = tables.not_before()
        self._quiets = bool((tables.quiet < FAR).any())
        self._lapse, self._quiet = tables.lapse, tables.quiet
        self._since = np.where(tables.resets, 0, 2 * NEVER)
        self._since_quiet = np.where(tables.resets_quiet, 0, 2 * NEVER)

    def take(self, rows: Whole, clocks: Clocks) -> None:
        """Fold one event of each of some journeys."""
        tables = self.tables
        situation, since, quiet = clocks
        at, code = self.at.take(rows), self.code.take(rows)
        due = self._lapse.take(situation)
        due += since
        if self._quiets:
            hush = self._quiet.take(situation)
            hush += quiet
            np.minimum(due, hush, out=due)
        fires = due <= at
        if fires.any():
            self._pass_time(np.flatnonzero(fires), rows, at, code, clocks)
        cell = situation * tables.width
        cell += code
        self.cells[rows] = cell
        # What begins anew does so no earlier than before: the later of two is faster than a mask.
        for begun, resets in ((since, self._since), (quiet, self._since_quiet)):
            anew = resets.take(cell)
            anew += at
            np.maximum(begun, anew, out=begun)
        np.take(tables.next, cell, out=situation, mode="clip")

    def _pass_time(self, some: Whole, rows: Whole, at: Whole, code: Small, clocks: Clocks) -> None:
        at, code = at[some], code[some]
        chosen = Clocks(*(column[some] for column in clocks))
        until, until_quiet = at - self._lapse_waits[code], at - self._quiet_waits[code]
        pass_time(self.tables, chosen, until, until_quiet, rows[some], self.fired)
        for column, changed in zip(clocks, chosen, strict=True):
            column[some] = changed

    def alone(self, row: int, count: int, clocks: Clocks) -> None:
        """Fold the rest of one journey, in blocks: up to the first event that a timer precedes."""
        tables, end, size = self.tables, row + count, BLOCK
        while row < end:
            block = slice(row, min(end, row + size))
            at, code = self.at[block], self.code[block]
            cells = self._chained(int(clocks.situation[0]), code)
            here = cells // tables.width
            begun = _running(clocks.since, at, tables.resets[cells])
            due = begun[:-1] + self._lapse[here]
            hush = _running(clocks.quiet, at, tables.resets_quiet[cells])
            np.minimum(due, hush[:-1] + self._quiet[here], out=due)
            fires = due <= at
            good = int(fires.argmax()) if fires.any() else len(at)
            self.cells[row : row + good] = cells[:good]
            clocks.since[0], clocks.quiet[0] = begun[good], hush[good]
            clocks.situation[0] = tables.next[cells[good - 1]] if good else clocks.situation[0]
            row, size = row + good, min(size * 2, BLOCK)
            if good < len(at):
                self.take(np.array([row]), clocks)
                row, size = row + 1, max(64, min(size, 4 * good))

    def _chained(self, situation: int, code: Small) -> Whole:
        """Return the cells of some events of one journey, as if no timer fired between them."""
        tables = self.tables
        states = accumulate(code.tolist(), getitem, initial=tables.chain[situation])
        numbers = np.fromiter(map(itemgetter(tables.width), states), np.int64, len(code) + 1)
        return numbers[:-1] * tables.width + code


def _running(before: Whole, at: Whole, resets: Mask) -> Whole:
    """Return since when something counts before each event, and after the last."""
    return np.maximum.accumulate(np.concatenate((before, np.where(resets, at, NEVER))))


BLOCK = 1 << 12
"""How many events of one journey go through the table at a time."""
