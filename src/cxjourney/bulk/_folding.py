"""A whole log folded, piece by piece; what columns cannot carry goes through the live machine."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import attrs
import numpy as np
import pyarrow as pa

from cxjourney.bulk._by_machine import Walked, clocks_of, journeys_of, moves_of, owing_of, walk_rows
from cxjourney.bulk._cells import microseconds
from cxjourney.bulk._coding import EventLog
from cxjourney.bulk._engine._duty_rows import Dues, Duties
from cxjourney.bulk._engine._fast import loop_for
from cxjourney.bulk._engine._folded import EVERYTHING, Journeys, Keep, Piece
from cxjourney.bulk._engine._in_step import Clocks
from cxjourney.bulk._engine._journey_order import PIECE, in_pieces
from cxjourney.bulk._engine._pieces import fold_piece
from cxjourney.bulk._engine._tables import EventWord, Mask, Small, Tables, Whole, tables_of
from cxjourney.bulk._frames import RowSource, rows_of
from cxjourney.bulk._repeats import Repeats, repeats_of
from cxjourney.chart import Chart
from cxjourney.replay._mapping import LogMapping
from cxjourney.vocabulary import Nature, Situation
from cxjourney.vocabulary._terminal import Progress


class WantedParts(NamedTuple):
    """What is kept beside where the journeys stand.

    Attributes:
        moves: whether to keep each move.
        duties: whether to keep each obligation.
        clocks: whether to keep where they stood after their last event.
    """

    moves: bool = False
    duties: bool = False
    clocks: bool = False


class Moves(NamedTuple):
    """Moves, one a row.

    Attributes:
        key: the journey.
        at: when.
        kind: what moved it, as its place in ``Folded.kinds``.
        before: the situation before.
        after: the situation after.
        row: the row of the frame; -1 for a timer.
    """

    key: Whole
    at: Whole
    kind: Whole
    before: Whole
    after: Whole
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
    """Where every journey of a log stands.

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
        clocks: where they stood after the last event, where that was asked for.
        moves: the moves, where they were asked for.
        owing: the obligations, where they were asked for.
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
    moves: Moves
    owing: DutyColumns


def fold_log(
    log: EventLog,
    mapping: LogMapping,
    source: RowSource,
    chart: Chart,
    as_of: int,
    wanted: WantedParts,
    progress: Progress | None = None,
    size: int = PIECE,
) -> Folded:
    """Fold the events of a log, and the timers due by ``as_of``.

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
    gathered = _Gathered(found.tables, as_of, log.source, wanted)
    for piece in found.pieces:
        gathered.add(piece)
    return gathered.all(found.walked, found.repeats)


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


class _Gathered:
    """Pieces, as they are folded."""

    def __init__(self, tables: Tables, as_of: int, source: Whole, wanted: WantedParts) -> None:
        self._tables = tables
        self._as_of = as_of
        self._source = source
        self._wanted = wanted
        self._journeys: list[Journeys] = []
        self._clocks: list[Clocks] = []
        self._open: list[tuple[Whole, Whole]] = []
        self._moves: list[Whole] = []
        self._owing: list[Whole] = []

    def add(self, piece: Piece) -> None:
        """Keep what is wanted of a piece."""
        self._journeys.append(_slim(piece.journeys))
        self._open.append((_small(piece.open), _small(piece.overdue)))
        if self._wanted.clocks:
            self._clocks.append(piece.clocks)
        if self._wanted.moves:
            self._moves.append(self._moves_of(piece))
        if self._wanted.duties:
            self._owing.append(self._owing_of(piece))

    def _moves_of(self, piece: Piece) -> Whole:
        tables, stream = self._tables, piece.stream
        some = np.flatnonzero(tables.moved[stream.cell])
        cell = stream.cell[some]
        before, word = np.divmod(cell, tables.width)
        whose = piece.journeys.key[stream.journey[some]]
        columns = (
            whose,
            stream.at[some],
            word,
            before,
            tables.next[cell],
            self._row(stream.row[some]),
        )
        return np.stack(columns)

    def _owing_of(self, piece: Piece) -> Whole:
        duties = piece.duties
        if (np.diff(duties.opened) < 0).any():  # as they opened, not rule by rule
            order = np.argsort(duties.opened, kind="stable")
            duties = Duties(*(column[order] for column in duties))
        whose = piece.journeys.key[duties.journey]
        return np.stack((whose, *duties[1:7], self._row(duties.row)))

    def _row(self, event: Whole) -> Whole:
        """Return the rows of the frame of some events; -1 for timers."""
        return np.where(event < 0, -1, self._source[np.maximum(event, 0)])

    def all(self, walked: Sequence[Walked], repeats: Repeats) -> Folded:
        """Return the whole log, with the journeys that the machine walked at the end."""
        tables = self._tables
        situations = dict(zip(tables.situations, range(len(tables.situations)), strict=True))
        kinds = [word.kind.name for word in tables.words]

        def number(one: Situation) -> int:
            return situations.setdefault(one, len(situations))

        def kind(name: str) -> int:
            if name not in kinds:
                kinds.append(name)
            return kinds.index(name)

        rules = [rule.id for rule in tables.rules]
        owed = owing_of(walked, rules.index)
        journeys = _together([*self._journeys, _slim(journeys_of(walked, number))])
        extra = [_owed_of(walked, self._as_of)]
        opened, overdue = map(np.concatenate, zip(*self._open, *extra, strict=True))
        moves = [*self._moves, *([moves_of(walked, number, kind)] if self._wanted.moves else ())]
        owing = [*self._owing, *([owed] if self._wanted.duties else ())]
        counts = np.zeros((4, len(journeys.key)), np.int32)
        by_machine = np.zeros(len(journeys.key), np.bool_)
        if walked:
            by_machine[-len(walked) :] = True
            counts[0, by_machine] = [len(one.walk.refused) for one in walked]
            counts[1, by_machine] = [len(one.walk.repeated) for one in walked]
            counts[2, by_machine] = [len(one.walk.conflicting) for one in walked]
            counts[3, by_machine] = [len(one.walk.retracted) for one in walked]
        for row, some in ((1, ~repeats.conflicts), (2, repeats.conflicts)):
            _count_by(counts[row], journeys.key, repeats.key[some])
        clocks = [Clocks.new(0), *self._clocks]
        if self._wanted.clocks:
            clocks.append(clocks_of(walked, number))
        return Folded(
            tables.chart,
            tuple(situations),
            tuple(kinds),
            journeys,
            opened,
            overdue,
            counts[0],
            counts[1],
            counts[2],
            counts[3],
            by_machine,
            Clocks(*map(np.concatenate, zip(*clocks, strict=True))),
            Moves(*np.concatenate([np.zeros((6, 0), np.int64), *moves], axis=1)),
            DutyColumns(*np.concatenate([np.zeros((8, 0), np.int64), *owing], axis=1)),
        )


def _count_by(counts: Whole, keys: Whole, some: Whole) -> None:
    """Count how often each key is among some."""
    if len(some):
        order = np.argsort(keys, kind="stable")
        np.add.at(counts, order[np.searchsorted(keys, some, sorter=order)], 1)


def _owed_of(walked: Sequence[Walked], as_of: int) -> tuple[Whole, Whole]:
    owed = [one.walk.journey.owed for one in walked]
    return (
        np.array([len(some) for some in owed], np.int32),
        np.array(
            [sum(microseconds(one.due) < as_of for one in some) for some in owed],
            np.int32,
        ),
    )


_NARROW = {"situation": np.int32, "visited": np.uint8, "implied": np.uint8, "exit": np.uint8}
_COUNTS = frozenset(("cycle", "referrals", "effects", "timers", "on_time", "late", "dropped"))


def _small(counts: Whole) -> Small:
    return counts.astype(np.int32)


def _slim(journeys: Journeys) -> Journeys:
    """Return journeys in as few bytes as they need."""
    values = attrs.asdict(journeys, recurse=False)
    for name, kind in _NARROW.items():
        values[name] = values[name].astype(kind)
    for name in _COUNTS:
        values[name] = _small(values[name])
    return Journeys(**values)


def _together(parts: Sequence[Journeys]) -> Journeys:
    columns = [attrs.astuple(part, recurse=False) for part in parts]
    return Journeys(*(np.concatenate(some, axis=-1) for some in zip(*columns, strict=True)))
