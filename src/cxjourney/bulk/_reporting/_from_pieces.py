"""Counting journeys that were folded in columns, by the rules of the report."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from math import prod
from typing import NamedTuple

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cxjourney.bulk._cells import EPOCH
from cxjourney.bulk._engine._duty_rows import DROPPED, LATE, ON_TIME, OWED, Duties, FoldedRows
from cxjourney.bulk._engine._folded import Journeys, Piece
from cxjourney.bulk._engine._tables import (
    EFFECTS,
    EXITS,
    MICROSECOND,
    NEVER,
    Mask,
    Tables,
    Whole,
)
from cxjourney.replay._reporting._behind import BehindFinder, of_duty
from cxjourney.replay._reporting._countable import (
    COMINGS,
    ENDED,
    GOING_ON,
    REFERRALS,
    REFERRERS,
    SILENT,
    EndSort,
    Figure,
    StepSort,
)
from cxjourney.replay._reporting._figure_rows import ListedJourney
from cxjourney.replay._reporting._from_walks import Gathered
from cxjourney.replay._reporting._tally import HOW_BITS, ReplayTally
from cxjourney.vocabulary import ExitReason, Phase, Place, Standing

_HOW = {ON_TIME: "on_time", LATE: "late", DROPPED: "dropped", OWED: "open"}
_SILENCE = EXITS.index(ExitReason.SILENCE)
_BYTE = 8


class Whose(NamedTuple):
    """Who the journeys of a piece are.

    Attributes:
        segment: the place of the segment of each in ``labels``.
        labels: the segments.
        order: the place of each among all journeys of the log; any numbers that rise with it.
        name: returns customer and engagement by the number of a journey.
    """

    segment: Whole
    labels: Sequence[str]
    order: Whole
    name: Callable[[int], tuple[str, str]]


@attrs.define(eq=False)
class PieceCounter:
    """Counts pieces of a log.

    Attributes:
        tables: the chart, compiled.
        gathered: where they are counted.
        as_of: when the replay ends, in microseconds.
    """

    tables: Tables
    gathered: Gathered
    as_of: int
    _sorts: dict[tuple[int, int], StepSort] = attrs.field(factory=dict, init=False)
    _comings: list[tuple[Figure, ...]] = attrs.field(factory=list, init=False)
    """What steps may say of silence and return."""
    _comes: Whole = attrs.field(init=False)
    """By cell: which of these it says; the first is nothing."""
    _leaves: Mask = attrs.field(init=False)
    """By cell: whether the journey leaves its place."""

    def __attrs_post_init__(self) -> None:
        tables = self.tables
        names: dict[Place, int] = {}
        place = np.array(
            [names.setdefault(one.place, len(names)) for one in tables.situations], np.int64
        )
        before, after = np.repeat(place, tables.width), place[tables.next]
        self._leaves = before != after
        ways = (before * len(names) + after) * 2 + tables.fresh
        _, first, way = np.unique(ways, return_index=True, return_inverse=True)
        told: dict[tuple[Figure, ...], int] = {(): 0}
        said = [tuple(self._sort(int(cell), 0).comings()) for cell in first]
        numbers = [told.setdefault(one, len(told)) for one in said]
        self._comings = [*told]
        self._comes = np.array(numbers, np.int64)[way.ravel()]

    def _sort(self, cell: int, by_clock: int) -> StepSort:
        """Return what an event or a timer is that meets a cell."""
        found = self._sorts.get((cell, by_clock))
        if found is None:
            tables = self.tables
            before, word = divmod(cell, tables.width)
            found = self._sorts[cell, by_clock] = StepSort(
                tables.words[word].kind,
                bool(by_clock),
                EFFECTS[tables.effect[cell]],
                tables.situations[before].place,
                tables.situations[tables.next[cell]].place,
                bool(tables.fresh[cell]),
            )
        return found

    def add(self, piece: Piece, whose: Whose) -> None:
        """Count the journeys of a piece."""
        tallies = {
            int(one): self.gathered.tally_of(whose.labels[one]) for one in np.unique(whose.segment)
        }
        stream, journeys = piece.stream, piece.journeys
        by_clock = self._add_steps(stream, whose, tallies)
        silent = self._silent(piece)
        ends, kind = self._add_ends(journeys, by_clock, silent, whose, tallies)
        self._add_numbers(journeys, whose, tallies)
        self._add_duties(piece.duties, whose, tallies)
        found = self.gathered.found
        if found is not None:
            masks = self._masks(piece, ends, kind)
            _Lister(found, self.tables, journeys, whose).add(masks)

    def _add_steps(self, stream: FoldedRows, whose: Whose, tallies: dict[int, ReplayTally]) -> Mask:
        """Count steps; return which journeys the clock moved last."""
        clock = stream.row < 0
        segment = whose.segment[stream.journey]
        for (some, cell, timer), times in _counted(segment, stream.cell, clock):
            tallies[some].steps[self._sort(cell, timer)] += times
        rows = np.flatnonzero(self._comes[stream.cell])
        if len(rows):
            months, labels = self._months(stream.at[rows])
            said = self._comes[stream.cell[rows]]
            for (some, month, number), times in _counted(segment[rows], months, said):
                for coming in self._comings[number]:
                    tallies[some].counts["month", labels[month], *coming] += times
        return self._add_stays(stream, clock, segment, len(whose.segment), tallies)

    def _add_stays(
        self,
        stream: FoldedRows,
        clock: Mask,
        segment: Whole,
        journeys: int,
        tallies: dict[int, ReplayTally],
    ) -> Mask:
        rows = np.flatnonzero(self._leaves[stream.cell])
        by_clock = np.zeros(journeys, np.bool_)
        if not len(rows):
            return by_clock
        whose, at, cell = stream.journey[rows], stream.at[rows], stream.cell[rows]
        last = np.append(whose[1:] != whose[:-1], True)
        by_clock[whose[last]] = clock[rows[last]]
        # From one move to the next, and from the last on.
        until = np.append(at[1:], self.as_of)
        until[last] = self.as_of
        how = np.where(np.append(clock[rows[1:]], False), SILENT, ENDED)
        how[last] = GOING_ON
        packed = (until - at) << HOW_BITS | how
        after = self.tables.next[cell]
        places = [one.place for one in self.tables.situations]
        order = np.lexsort((after, segment[rows]))
        some, after, packed = segment[rows][order], after[order], packed[order]
        changes = np.flatnonzero((np.diff(some) != 0) | (np.diff(after) != 0)) + 1
        begins = [0, *changes.tolist()]
        for begin, end in zip(begins, [*begins[1:], len(some)], strict=True):
            place = places[after[begin]]
            if isinstance(place, Phase):
                lengths = tallies[int(some[begin])].stays[place]
                lengths.frombytes(packed[begin:end].astype(np.int64).tobytes())
        return by_clock

    def _silent(self, piece: Piece) -> Mask:
        """Say who fell silent last while something was overdue that the log could show met."""
        tables, stream, duties, total = self.tables, piece.stream, piece.duties, _total(piece)
        silent = np.zeros(total, np.bool_)
        lapses = np.flatnonzero(stream.cell % tables.width == tables.lapsed)
        if len(lapses) and self.gathered.seen.duties:
            lapse = np.full(total, -1)
            lapse[stream.journey[lapses]] = lapses  # of several of a journey the last stays
            where = lapse[duties.journey]
            late = (where >= 0) & self._visible()[duties.rule] & (duties.due < stream.at[where])
            late &= (duties.opened < where) & (duties.ended >= where)
            silent[duties.journey[late]] = True
        silent &= piece.journeys.exit == _SILENCE
        return silent

    def _visible(self) -> Mask:
        return np.array([rule.id in self.gathered.seen.duties for rule in self.tables.rules])

    def _add_ends(
        self,
        journeys: Journeys,
        by_clock: Mask,
        silent: Mask,
        whose: Whose,
        tallies: dict[int, ReplayTally],
    ) -> tuple[list[EndSort], Whole]:
        """Count the ends of journeys; return their sorts, and which each is of."""
        bits = journeys.visited << _BYTE | journeys.implied & ~journeys.visited
        columns = (whose.segment, journeys.situation, journeys.exit, bits, by_clock, silent)
        packed, sizes = _packed(*columns)
        different, kind, counts = np.unique(packed, return_inverse=True, return_counts=True)
        sorts, of = [], []
        for one, times in zip(different.tolist(), counts.tolist(), strict=True):
            some, *row = _unpacked(one, sizes)
            end = self._end(*row)
            sorts.append(end)
            of.append(tallies[some])
            tallies[some].ends[end] += times
        months, labels = self._months(journeys.first_at)
        for (number, month), times in _counted(kind, months):
            for figure in sorts[number].of_month(labels[month]):
                of[number].counts[figure] += times
        return sorts, kind

    def _end(self, situation: int, why: int, bits: int, by_clock: int, silent: int) -> EndSort:
        here = self.tables.situations[situation]
        visited, implied = divmod(bits, 1 << _BYTE)
        return EndSort(
            here.phase,
            here.standing,
            EXITS[why],
            _furthest(visited),
            tuple(phase for phase in Phase if implied >> (phase - 1) & 1),
            bool(by_clock),
            bool(silent),
        )

    def _add_numbers(
        self, journeys: Journeys, whose: Whose, tallies: dict[int, ReplayTally]
    ) -> None:
        for (some, cycle), times in _counted(whose.segment, journeys.cycle):
            tallies[some].cycles[cycle] += times
            tallies[some].journeys += times
        for (some, referrals), times in _counted(whose.segment, journeys.referrals):
            if referrals:
                tallies[some].counts[REFERRALS] += referrals * times
                tallies[some].counts[REFERRERS] += times

    def _add_duties(self, duties: Duties, whose: Whose, tallies: dict[int, ReplayTally]) -> None:
        segment, rules = whose.segment[duties.journey], self.tables.rules
        for (some, rule, how), times in _counted(segment, duties.rule, duties.how):
            tallies[some].counts[_HOW[how], rules[rule].id] += times
        late = np.flatnonzero(self._overdue(duties))
        for (some, rule), times in _counted(segment[late], duties.rule[late]):
            here = late[(segment[late] == some) & (duties.rule[late] == rule)]
            tallies[some].counts["overdue", rules[rule].id] += times
            tallies[some].overdue(rules[rule].id, self.as_of - int(duties.due[here].min()))

    def _overdue(self, duties: Duties) -> Mask:
        overdue: Mask = (duties.how == OWED) & (duties.due < self.as_of)
        return overdue

    def _months(self, at: Whole) -> tuple[Whole, list[str]]:
        """Return times as places in a list of months."""
        zone = str(self.gathered.zone)
        local = pc.local_timestamp(pa.array(at, pa.timestamp("us", zone)))
        months = local.to_numpy(zero_copy_only=False).astype("datetime64[M]")
        different, places = np.unique(months, return_inverse=True)
        return places, [str(one) for one in different]

    def _masks(
        self, piece: Piece, ends: Sequence[EndSort], kind: Whole
    ) -> Iterator[tuple[Figure, Mask]]:
        """Yield which journeys are behind which figures."""
        stream, duties, total = piece.stream, piece.duties, _total(piece)
        figures: dict[Figure, list[int]] = {}
        for number, end in enumerate(ends):
            for figure in end.figures():
                figures.setdefault(figure, []).append(number)
        for figure, numbers in figures.items():
            yield figure, np.isin(kind, numbers)
        said = self._comes[stream.cell]
        for coming in COMINGS:
            numbers = [place for place, told in enumerate(self._comings) if coming in told]
            yield coming, _any(stream.journey[np.isin(said, numbers)], total)
        behind: dict[Figure, Mask] = {}
        for rule, how in np.unique(np.stack((duties.rule, duties.how)), axis=1).T.tolist():
            here = (duties.rule == rule) & (duties.how == how)
            told = [(_HOW[how], here)]
            if how == OWED:
                told.append(("overdue", here & self._overdue(duties)))
            for name, some in told:
                figure = of_duty(name, self.tables.rules[rule].id, self.gathered.seen)
                mask = _any(duties.journey[some], total)
                behind[figure] = mask | behind.get(figure, mask)
        yield from behind.items()
        yield REFERRERS, piece.journeys.referrals > 0


class _Lister:
    """Lists journeys of a piece behind figures."""

    def __init__(
        self, found: BehindFinder, tables: Tables, journeys: Journeys, whose: Whose
    ) -> None:
        self._found, self._tables, self._journeys, self._whose = found, tables, journeys, whose
        self._sorted = np.argsort(whose.order, kind="stable")
        erased = [one.standing is Standing.ERASED for one in tables.situations]
        self._told = ~np.array(erased)[journeys.situation]

    def add(self, masks: Iterator[tuple[Figure, Mask]]) -> None:
        """List the first of those behind each figure."""
        order = self._whose.order
        for figure, mask in masks:
            journeys = int(mask.sum())
            if journeys:
                some = self._sorted[(mask & self._told)[self._sorted]][: self._found.limit]
                first = order[some].tolist()
                place = dict(zip(first, some.tolist(), strict=True))
                self._found.add(figure, journeys, first, partial(self._who, place))

    def _who(self, place: dict[int, int], order: int) -> ListedJourney:
        number, journeys, whose = place[order], self._journeys, self._whose
        customer, engagement = whose.name(int(journeys.key[number]))
        here = self._tables.situations[journeys.situation[number]]
        entered = int(journeys.entered_at[number])
        return ListedJourney(
            customer,
            engagement,
            whose.labels[whose.segment[number]],
            (here.phase or here.standing).name,
            here.standing,
            None if entered == NEVER else EPOCH + entered * MICROSECOND,
            int(journeys.cycle[number]),
            _furthest(int(journeys.visited[number])),
        )


def _furthest(visited: int) -> Phase | None:
    return Phase(visited.bit_length()) if visited else None


def _total(piece: Piece) -> int:
    return len(piece.journeys.key)


def _any(journeys: Whole, total: int) -> Mask:
    found = np.zeros(total, np.bool_)
    found[journeys] = True
    return found


def _counted(*columns: Whole) -> Iterator[tuple[tuple[int, ...], int]]:
    """Yield the different rows of some columns of small numbers, each with how often it is."""
    if not len(columns[0]):
        return
    packed, sizes = _packed(*columns)
    if prod(sizes) <= len(packed) * 4 + 256:
        counts = np.bincount(packed)
        found = np.flatnonzero(counts)
        times = counts[found]
    else:
        found, times = np.unique(packed, return_counts=True)
    for one, many in zip(found.tolist(), times.tolist(), strict=True):
        yield _unpacked(one, sizes), many


def _packed(*columns: Whole) -> tuple[Whole, list[int]]:
    """Return columns of small numbers as one, and how many numbers each may hold."""
    sizes = [int(one.max()) + 1 for one in columns]
    packed = columns[0].astype(np.int64)
    for column, size in zip(columns[1:], sizes[1:], strict=True):
        packed = packed * size + column
    return packed, sizes


def _unpacked(number: int, sizes: Sequence[int]) -> tuple[int, ...]:
    row = []
    for size in reversed(sizes):
        number, one = divmod(number, size)
        row.append(one)
    return tuple(reversed(row))
