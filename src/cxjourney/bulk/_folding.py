"""A whole log folded, piece by piece; what columns cannot carry goes through the live machine."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import attrs
import numpy as np
import pyarrow as pa

from cxjourney.bulk._by_machine import Walked, clocks_of, journeys_of, moves_of, owing_of, walk_rows
from cxjourney.bulk._cells import microseconds
from cxjourney.bulk._coding import EventLog
from cxjourney.bulk._engine._duty_rows import Dues, Duties, FoldedRows
from cxjourney.bulk._engine._fast import loop_for
from cxjourney.bulk._engine._folded import EVERYTHING, Journeys, Keep, Piece
from cxjourney.bulk._engine._in_step import Clocks
from cxjourney.bulk._engine._journey_order import PIECE, in_pieces
from cxjourney.bulk._engine._pieces import fold_piece
from cxjourney.bulk._engine._tables import (
    EXITS,
    EventWord,
    Mask,
    Small,
    Tables,
    Whole,
    tables_of,
)
from cxjourney.bulk._frames import RowSource, rows_of
from cxjourney.bulk._repeats import Repeats, repeats_of
from cxjourney.chart import Chart, JourneyMachine
from cxjourney.journey import Step
from cxjourney.replay._mapping import LogMapping
from cxjourney.vocabulary import EventKind, Nature, Situation
from cxjourney.vocabulary._terminal import Progress


class WantedParts(NamedTuple):
    """What is kept beside where the journeys stand.

    Attributes:
        moves: whether to keep each move.
        duties: whether to keep each obligation.
    """

    moves: bool = False
    duties: bool = False


class Moves(NamedTuple):
    """Moves, one a row.

    Attributes:
        key: the journey.
        at: when.
        kind: what moved it, as its place in ``Folded.kinds``.
        before: the situation before.
        after: the situation after.
        exit: why the journey stopped by it, as the place of the reason in ``EXITS``.
        row: the row of the frame; -1 for a timer.
    """

    key: Whole
    at: Whole
    kind: Whole
    before: Whole
    after: Whole
    exit: Small
    row: Whole


class DutyColumns(NamedTuple):
    """Obligations, one a row; as ``Duties``, with keys for journeys and rows of the frame."""

    key: Whole
    rule: Whole
    opened_at: Whole
    due: Whole
    how: Whole
    ended_at: Whole
    cycle: Whole
    row: Whole


@attrs.define(eq=False)
class Folded:
    """Where the journeys of a part of a log stand.

    Attributes:
        chart: the chart.
        situations: the situations, by number.
        kinds: the names of kinds, by number.
        journeys: where the journeys stand.
        open: how many obligations of each are owed.
        overdue: how many of them are overdue.
        refused: how many orders of each were refused.
        repeated: how many events came again.
        conflicting: how many ids came again with other content.
        retracted: how many events were taken back.
        by_machine: whether the live machine walked it.
        clocks: where they stood after the last event.
        moves: the moves; None where they were not asked for.
        owing: the obligations; None where they were not asked for.
    """

    chart: Chart
    situations: tuple[Situation, ...]
    kinds: tuple[str, ...]
    journeys: Journeys
    open: Whole
    overdue: Whole
    refused: Whole
    repeated: Whole
    conflicting: Whole
    retracted: Whole
    by_machine: Mask
    clocks: Clocks
    moves: Moves | None
    owing: DutyColumns | None


def fold_log(
    log: EventLog,
    mapping: LogMapping,
    source: RowSource,
    chart: Chart,
    as_of: int,
    wanted: WantedParts,
    progress: Progress | None = None,
    size: int = PIECE,
) -> Iterator[Folded]:
    """Fold the events of a log, and the timers due by ``as_of``; yield it part by part.

    The journeys that the live machine walked are the last part, which may be empty.

    Args:
        log: the events; those that go through the machine, and repeated ones, are taken out of it.
        mapping: what the rows mean.
        source: the rows.
        chart: the chart to follow.
        as_of: when it ends.
        wanted: what is kept.
        progress: is told how far the work is.
        size: how many events a piece has.
    """
    keep = Keep(moves=wanted.moves, rows=False, duties=wanted.duties)
    found = folding_of(log, mapping, source, chart, as_of, progress, size, keep)
    parts = _Parts(found, as_of, log.source, wanted)
    walked = parts.of_walked(found.walked)
    for piece in found.pieces:
        yield parts.of_piece(piece)
    yield walked


class Folding(NamedTuple):
    """A log that is being folded.

    Attributes:
        tables: the chart, compiled.
        walked: the journeys that the live machine walked.
        repeats: the events that came before, by their id.
        pieces: folds the others, piece by piece.
    """

    tables: Tables
    walked: list[Walked]
    repeats: Repeats
    pieces: Iterator[Piece]


def folding_of(
    log: EventLog,
    mapping: LogMapping,
    source: RowSource,
    chart: Chart,
    as_of: int,
    progress: Progress | None = None,
    size: int = PIECE,
    keep: Keep = EVERYTHING,
) -> Folding:
    """Return a log that is folded as its pieces are asked for; the arguments are as above."""
    tables = tables_of(chart, plain(log.words))
    codes = codes_of(tables, log.words)
    apart = needs_machine(log, tables, codes)
    walked: list[Walked] = []
    if len(apart):
        theirs = np.isin(log.key, apart)
        walked = _walked(log, np.flatnonzero(theirs), mapping, source, chart, as_of)
        log.only(~theirs)
    rank = tables.rank[codes] if len(codes) else codes
    repeats = repeats_of(log, mapping, source, rank, as_of)
    if len(repeats.events):
        kept = np.ones(len(log.key), np.bool_)
        kept[repeats.events] = False
        log.only(kept)
    pieces = pieces_of(log, tables, codes, as_of, progress, size, keep)
    return Folding(tables, walked, repeats, pieces)


def pieces_of(
    log: EventLog,
    tables: Tables,
    codes: Small,
    as_of: int,
    progress: Progress | None = None,
    size: int = PIECE,
    keep: Keep = EVERYTHING,
) -> Iterator[Piece]:
    """Fold a log in which columns carry all that is asked.

    Args:
        log: the events.
        tables: the chart, compiled.
        codes: the place of each word of the log in the tables.
        as_of: when it ends.
        progress: is told how far the work is.
        size: how many events a piece has.
        keep: what is asked for of each piece.
    """
    dues = Dues(log.promising, log.promised, log.offset)
    code = codes[log.code] if len(codes) else log.code
    done, total = 0, len(log.key)
    loop = loop_for(tables, total)
    for events in in_pieces(log.key, log.at, code, tables.rank, size, loop):
        yield fold_piece(tables, events, dues, as_of, keep=keep, loop=loop)
        done += len(events.key)
        if progress is not None:
            progress("replaying", done, total)


def plain(words: Iterable[EventWord]) -> list[EventWord]:
    """Return the words that are no orders."""
    return [word for word in words if word.kind.nature is not Nature.ORDER]


def codes_of(tables: Tables, words: Sequence[EventWord]) -> Small:
    """Return the place of each word in the tables; of an order, which is not there, any."""
    places = {word: place for place, word in enumerate(tables.words)}
    width = np.uint8 if tables.width <= 1 << 8 else np.uint16
    return np.array([places.get(word, 0) for word in words], width)


def needs_machine(log: EventLog, tables: Tables, codes: Small) -> Whole:
    """Return the journeys with an order, or with a duty of which columns carry too little."""
    beyond = tables.by_machine()
    timers = not beyond.isdisjoint({tables.lapsed, tables.advocacy_quiet})
    words = [
        number
        for number, word in enumerate(log.words)
        if timers
        or word.kind.nature is Nature.ORDER
        or ":" in (word.obligation or "")
        or int(codes[number]) in beyond
    ]
    if not words:
        return np.zeros(0, np.int64)
    found: Whole = np.unique(log.key[np.isin(log.code, words)])
    return found


def _walked(
    log: EventLog, events: Whole, mapping: LogMapping, source: RowSource, chart: Chart, as_of: int
) -> list[Walked]:
    rows, first = np.unique(log.source[events], return_index=True)
    keys = log.key[events[first]]
    order = np.argsort(first)  # those of one instant go by a sequence, where there is one
    table = rows_of(source, rows).take(pa.array(order))
    return walk_rows(table, rows[order], keys[order], mapping, chart, as_of)


class _Parts:
    """Makes parts of what is folded, of which all know the same situations and kinds."""

    def __init__(self, found: Folding, as_of: int, source: Whole, wanted: WantedParts) -> None:
        self._tables = tables = found.tables
        self._repeats = found.repeats
        self._as_of = as_of
        self._source = source
        self._wanted = wanted
        self._situations = dict(zip(tables.situations, range(len(tables.situations)), strict=True))
        self._kinds = [word.kind.name for word in tables.words]
        cells = np.arange(len(tables.next), dtype=np.int32)
        self._before, self._word = np.divmod(cells, np.int32(tables.width))

    def of_piece(self, piece: Piece) -> Folded:
        """Return a piece that was folded."""
        key = piece.journeys.key
        repeated, conflicting = (
            how_often(key, self._repeats.key[some])
            for some in (~self._repeats.conflicts, self._repeats.conflicts)
        )
        none = np.zeros(len(key), np.int32)
        return Folded(
            self._tables.chart,
            tuple(self._situations),
            tuple(self._kinds),
            piece.journeys,
            piece.open,
            piece.overdue,
            none,
            repeated,
            conflicting,
            none,
            np.zeros(len(key), np.bool_),
            piece.clocks,
            self._moves_of(piece) if self._wanted.moves else None,
            self._owing_of(piece) if self._wanted.duties else None,
        )

    def _moves_of(self, piece: Piece) -> Moves:
        tables, stream = self._tables, piece.stream
        moved = tables.moved[stream.cell]
        if not moved.all():
            stream = FoldedRows(*(column[moved] for column in stream))
        cell = stream.cell
        return Moves(
            piece.journeys.key[stream.journey],
            stream.at.copy(),
            self._word[cell],
            self._before[cell],
            tables.next[cell],
            tables.exit[cell],
            self._row(stream.row),
        )

    def _owing_of(self, piece: Piece) -> DutyColumns:
        duties = piece.duties
        if (duties.opened[1:] < duties.opened[:-1]).any():  # as they opened, not rule by rule
            order = np.argsort(duties.opened, kind="stable")
            duties = Duties(*(column[order] for column in duties))
        whose = piece.journeys.key[duties.journey]
        columns = (column.copy() for column in duties[1:7])
        return DutyColumns._make([whose, *columns, self._row(duties.row)])

    def _row(self, event: Whole) -> Whole:
        """Return the rows of the frame of some events; -1 for timers."""
        return np.where(event < 0, -1, self._source[np.maximum(event, 0)])

    def of_walked(self, walked: Sequence[Walked]) -> Folded:
        """Return journeys that the machine walked; parts made before do not know all situations."""
        tables, situations, kinds = self._tables, self._situations, self._kinds

        def number(one: Situation) -> int:
            return situations.setdefault(one, len(situations))

        def kind(name: str) -> int:
            if name not in kinds:
                kinds.append(name)
            return kinds.index(name)

        def exit_of(step: Step) -> int:
            if step.event.kind.name == EventKind.MOVED.name:  # leads to phases, and ends nothing
                return 0
            machine = tables.chart.compiled(JourneyMachine)
            return EXITS.index(machine.decide(step.before, step.event.kind.name).exit)

        rules = [rule.id for rule in tables.rules]
        journeys, clocks = journeys_of(walked, number), clocks_of(walked, number)
        counts = [
            [len(told) for told in (one.walk.refused, one.walk.repeated)]
            + [len(told) for told in (one.walk.conflicting, one.walk.retracted)]
            for one in walked
        ]
        refused, repeated, conflicting, retracted = np.array(counts, np.int32).reshape(-1, 4).T
        moves = moves_of(walked, number, kind, exit_of) if self._wanted.moves else None
        return Folded(
            tables.chart,
            tuple(situations),
            tuple(kinds),
            journeys,
            *_owed_of(walked, self._as_of),
            refused,
            repeated,
            conflicting,
            retracted,
            np.ones(len(walked), np.bool_),
            clocks,
            None if moves is None else Moves(*moves),
            DutyColumns(*owing_of(walked, rules.index)) if self._wanted.duties else None,
        )


def how_often(keys: Whole, some: Whole) -> Whole:
    """Return how often each key is among some, which rise."""
    if not len(some):
        return np.zeros(len(keys), np.int32)
    after, before = (np.searchsorted(some, keys, side) for side in ("right", "left"))
    found: Whole = (after - before).astype(np.int32)
    return found


def _owed_of(walked: Sequence[Walked], as_of: int) -> tuple[Whole, Whole]:
    owed = [one.walk.journey.owed for one in walked]
    return (
        np.array([len(some) for some in owed], np.int32),
        np.array(
            [sum(microseconds(one.due) < as_of for one in some) for some in owed],
            np.int32,
        ),
    )
