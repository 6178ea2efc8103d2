"""Replaying a frame: where everyone is, what moved them, and what is owed, as frames again."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

import attrs
import numpy as np
import pyarrow as pa

from cxjourney.bulk._cells import EPOCH, microseconds
from cxjourney.bulk._coding import FATES, Names, RowFates, read_rows
from cxjourney.bulk._engine._duty_rows import OWED
from cxjourney.bulk._engine._folded import COUNTED
from cxjourney.bulk._engine._tables import EXITS, FLAGS, MICROSECOND, NEVER, Mask, Small, Whole
from cxjourney.bulk._folding import DutyColumns, Folded, Moves, WantedParts, fold_log, how_often
from cxjourney.bulk._frames import source_of
from cxjourney.bulk._spread import (
    is_dask,
    is_spark,
    on_dask,
    on_spark,
    plain,
    refuse_scattered,
    types_of,
    without_rows,
)
from cxjourney.chart import Chart
from cxjourney.errors import InvalidError
from cxjourney.replay import LogMapping
from cxjourney.vocabulary import Outcome, Phase, Situation, Standing
from cxjourney.vocabulary._checks import check_time, check_type
from cxjourney.vocabulary._terminal import Progress, Showable

HOW = ("owed", "on_time", "late", "dropped")
"""How an obligation ended, as the column says it."""
TIME = pa.timestamp("us", "UTC")


@attrs.frozen
class RowCounts(Showable):
    """What became of the rows of a frame; nothing is left out in silence.

    Attributes:
        read: how many there are.
        fates: how many were ``mapped`` to an event, ``ignored``, ``unmatched`` or ``unmapped`` as
            the mapping says, ``later`` than ``as_of``, without customer (``no customer``) or time
            (``no time``), or ``unreadable``.
        examples: the first few rows of each fate but ``mapped``, counted from 0.
        repeated: how many events came before, by their id.
        conflicting: how many of them said something else than the first.
        later_events: how many events of other rows were left out, for they are later than
            ``as_of`` by a time of their own.
    """

    read: int
    fates: Mapping[str, int]
    examples: Mapping[str, tuple[int, ...]]
    repeated: int
    conflicting: int
    later_events: int = 0


@attrs.frozen(eq=False, repr=False)
class BulkReplay(Showable):
    """What a replay found; frames are of the kind that was given.

    Attributes:
        chart: the chart that it followed.
        as_of: when it ends.
        rows: what became of the rows, a ``RowCounts``; of Spark and Dask a frame with the counts
            of each part.
        by_machine: how many journeys the live machine walked, for columns cannot carry them; -1
            where an engine has not counted yet.
        journeys: one row a journey (docs/bulk.md names the columns).
        moves: one row a move, in the order of each journey; None where they were not asked for.
        duties: one row an obligation; None where they were not asked for.
    """

    chart: Chart
    as_of: datetime
    rows: Any
    by_machine: int
    journeys: Any
    moves: Any = None
    duties: Any = None

    def __repr__(self) -> str:
        rows = f"{self.rows.read} rows" if isinstance(self.rows, RowCounts) else "spread out"
        return f"<BulkReplay as of {self.as_of.isoformat()}: {rows}>"


def replay(
    frame: object,
    *,
    mapping: LogMapping,
    as_of: datetime | None = None,
    chart: Chart | None = None,
    moves: bool = False,
    duties: bool = False,
    partitioned: bool = False,
    progress: Progress | None = None,
) -> BulkReplay:
    """Replay a table of events: the live machine's answers for every journey, in columns.

    Args:
        frame: a frame of pandas, polars, pyarrow, DuckDB, Spark or Dask, or the path of a file of
            Parquet or of a folder of them.
        mapping: what its columns and activities mean.
        as_of: when it ends, an aware time; later rows are counted, and left out. None ends at the
            last time of the frame, which Spark and Dask do not know.
        chart: the chart to follow; the mapping's when None.
        moves: whether to return each move.
        duties: whether to return each obligation.
        partitioned: of Spark and Dask: whether the rows of each customer lie in one partition
            already, so that none need be moved. That they do is asked of the whole frame, by Spark
            at once and by Dask as it computes.
        progress: is told how far the work is: what is done, how much of how much.

    Raises:
        InvalidError: when the frame is not of its form; names column and row. Also when a customer
            lies in two partitions of a frame that is said to be ``partitioned``.
        NaiveTimeError: when ``as_of`` has no time zone.
    """
    check_type("replay.mapping", mapping, LogMapping, "a LogMapping, such as read_mapping gives")
    if chart is not None:
        check_type("replay.chart", chart, Chart)
    given = None if as_of is None else microseconds(check_time(as_of, "replay.as_of"))
    if is_spark(frame) or is_dask(frame):
        if as_of is None:
            remedy = "a time: no part of a frame knows the last time of the whole"
            raise InvalidError("replay.as_of", "None", remedy)
        return _spread(
            frame, mapping, as_of, chart, moves=moves, duties=duties, partitioned=partitioned
        )
    source = source_of(frame, mapping.used_columns)
    log = read_rows(source, mapping, chart or mapping.chart, given, progress)
    until = log.last if given is None else given
    if until is None:
        raise InvalidError("replay.frame", "no row with a customer and a time", "at least one")
    parts = fold_log(
        log,
        mapping,
        source,
        chart or mapping.chart,
        until,
        WantedParts(moves=moves, duties=duties),
        progress,
    )
    names, rows = log.names, log.rows
    tables: tuple[list[pa.Table], list[pa.Table], list[pa.Table]] = ([], [], [])
    repeated = conflicting = by_machine = 0
    for part in parts:
        key = part.journeys.key
        tables[0].append(journey_table(part, named(names, key), how_often(key, rows.unknown)))
        if part.moves is not None:
            tables[1].append(move_table(part, part.moves, names))
        if part.owing is not None:
            tables[2].append(duty_table(part, part.owing, names))
        repeated += int(part.repeated.sum())
        conflicting += int(part.conflicting.sum())
        by_machine += int(part.by_machine.sum())
    found = [source.give(pa.concat_tables(some)) if some else None for some in tables]
    return BulkReplay(
        part.chart,
        EPOCH + until * MICROSECOND,
        row_counts(rows, repeated, conflicting),
        by_machine,
        *found,
    )


def _spread(
    frame: object,
    mapping: LogMapping,
    as_of: datetime,
    chart: Chart | None,
    *,
    moves: bool,
    duties: bool,
    partitioned: bool,
) -> BulkReplay:
    """Return what parts of a frame give, each replayed by itself where it lies."""
    columns = mapping.used_columns
    if len(mapping.columns.customer) > 1:
        found = f"{len(mapping.columns.customer)} columns"
        raise InvalidError("mapping.columns.customer", found, "one, by which rows come together")

    customer = mapping.columns.customer[0]
    if partitioned and is_spark(frame):
        refuse_scattered(frame, customer)

    def give(wanted: str) -> Any:  # noqa: ANN401 - of the engine
        def fold(table: pa.Table) -> pa.Table:
            found = replay(
                table,
                mapping=mapping,
                as_of=as_of,
                chart=chart,
                moves=wanted == "moves",
                duties=wanted == "duties",
            )
            return plain(_fate_table(found.rows) if wanted == "rows" else getattr(found, wanted))

        on = on_spark if is_spark(frame) else on_dask
        empty = without_rows(fold, types_of(frame, columns), customer)
        return on(frame, list(columns), customer, fold, empty, partitioned=partitioned)

    return BulkReplay(
        chart or mapping.chart,
        as_of,
        give("rows"),
        -1,
        give("journeys"),
        give("moves") if moves else None,
        give("duties") if duties else None,
    )


def _fate_table(rows: RowCounts) -> pa.Table:
    counts = {**rows.fates, "repeated": rows.repeated, "conflicting": rows.conflicting}
    return pa.table({"fate": pa.array(list(counts)), "rows": pa.array(list(counts.values()))})


def row_counts(rows: RowFates, repeated: int, conflicting: int) -> RowCounts:
    """Return what became of the rows of a frame."""
    examples = {fate: some for fate, some in zip(FATES, rows.examples, strict=True) if some}
    return RowCounts(
        rows.read,
        MappingProxyType(dict(zip(FATES, rows.fates, strict=True))),
        MappingProxyType(examples),
        repeated,
        conflicting,
        rows.later_events,
    )


def journey_table(folded: Folded, who: Mapping[str, pa.Array], unknown: Whole) -> pa.Table:
    """Return where each journey stands, one a row."""
    one, phases = folded.journeys, _phase_names()
    told = {name: some[one.situation] for name, some in _told_by(folded.situations).items()}
    phase, highest = told["phase"], _HIGHEST[one.visited]
    flags = {name: (told["flags"] & 1 << bit).astype(np.bool_) for bit, name in enumerate(FLAGS)}
    columns = {
        **who,
        "standing": _worded(told["standing"], [each.value for each in Standing]),
        "phase": _worded(phase - 1, phases, phase == 0),
        "cycle": _counts(one.cycle),
        "high_water": _worded(highest - 1, phases, highest == 0),
        "visited": _worded(one.visited, _masks()),
        "implied": _worded(one.implied & ~one.visited, _masks()),
        "entered_at": _times(one.entered_at),
        "purchased_at": _times(one.purchased_at),
        "first_event": _times(one.first_at),
        "last_event": _times(one.last_at),
        "exit": _exits(one.exit),
        "our_silence": pa.array(one.our_silence),
        "referrals": _counts(one.referrals),
        **{name: pa.array(some) for name, some in flags.items()},
        "outcome": _worded(told["outcome"], [each.value for each in Outcome]),
        **{effect.value: _counts(some) for effect, some in zip(COUNTED, one.effects, strict=True)},
        "refused": _counts(folded.refused),
        "unknown": _counts(unknown),
        "repeated": _counts(folded.repeated),
        "conflicting": _counts(folded.conflicting),
        "retracted": _counts(folded.retracted),
        "timers": _counts(one.timers),
        "open": _counts(folded.open),
        "overdue": _counts(folded.overdue),
        "on_time": _counts(one.on_time),
        "late": _counts(one.late),
        "dropped": _counts(one.dropped),
        "by_machine": pa.array(folded.by_machine),
    }
    return pa.table(columns)


def _counts(some: Whole) -> pa.Array:
    return pa.array(some.astype(np.int32, copy=False))


@lru_cache(maxsize=8)
def _told_by(situations: tuple[Situation, ...]) -> dict[str, Small]:
    """Return what situations say, as columns; of flags a bit for each."""
    standings, outcomes = [*Standing], [*Outcome]
    flags = [[getattr(one, name) << bit for bit, name in enumerate(FLAGS)] for one in situations]
    return {
        "standing": np.array([standings.index(one.standing) for one in situations], np.int8),
        "phase": np.array([one.phase or 0 for one in situations], np.int8),
        "outcome": np.array([outcomes.index(one.outcome) for one in situations], np.int8),
        "flags": np.array([sum(bits) for bits in flags], np.int32),
    }


@cache
def _phase_names() -> list[str]:
    return [each.name.lower() for each in Phase]


_HIGHEST = np.array([mask.bit_length() for mask in range(1 << len(Phase))], np.int8)


@cache
def _masks() -> list[str]:
    """Return the phases of every bit mask, with blanks between them."""
    return [
        " ".join(name for bit, name in enumerate(_phase_names()) if mask >> bit & 1)
        for mask in range(1 << len(Phase))
    ]


def _exits(place: Small) -> pa.Array:
    """Return reasons by their place in ``EXITS``."""
    reason = place.astype(np.int8)
    return _worded(reason - 1, [each.value for each in EXITS if each], reason == 0)


def move_table(folded: Folded, moves: Moves, names: Names) -> pa.Table:
    """Return the moves, one a row."""
    kinds = list(dict.fromkeys(folded.kinds))  # several words may be of one kind
    number = np.array([kinds.index(name) for name in folded.kinds], np.int16)
    places = np.array([_PLACE[each.place] for each in folded.situations], np.int8)
    return pa.table(
        {
            **named(names, moves.key),
            "at": _times(moves.at),
            "event": _worded(number[moves.kind], kinds),
            "before": _worded(places[moves.before], _PLACES),
            "after": _worded(places[moves.after], _PLACES),
            "exit": _exits(moves.exit),
            "row": pa.array(moves.row, mask=moves.row < 0),
        }
    )


_PLACE = {place: number for number, place in enumerate((*Standing, *Phase))}
_PLACES = [place.name.lower() for place in _PLACE]


def duty_table(folded: Folded, owing: DutyColumns, names: Names) -> pa.Table:
    """Return the obligations, one a row."""
    return pa.table(
        {
            **named(names, owing.key),
            "rule": _worded(owing.rule, [rule.id for rule in folded.chart.obligations]),
            "opened_at": _times(owing.opened_at),
            "due": _times(owing.due),
            "state": _worded(owing.how, HOW),
            "ended_at": _times(np.where(owing.how == OWED, NEVER, owing.ended_at)),
            "cycle": _counts(owing.cycle),
            "row": pa.array(owing.row, mask=owing.row < 0),
        }
    )


def named(names: Names, key: Whole) -> dict[str, pa.Array]:
    """Return the columns that name journeys."""
    customers, engagements = names.of(key)
    told = {"customer": customers}
    return told if engagements is None else {**told, "engagement": engagements}


def _times(at: Whole) -> pa.Array:
    missing = at == NEVER
    return pa.array(at, mask=missing if missing.any() else None).cast(TIME)


def _worded(places: Whole, words: Any, missing: Mask | None = None) -> pa.Array:  # noqa: ANN401 - texts
    """Return places as the words for which they stand."""
    fits = len(words) <= 1 << 7
    kind = np.int8 if fits else np.int16
    indices = pa.array(places.astype(kind, copy=False), mask=missing)
    return pa.DictionaryArray.from_arrays(indices, pa.array(words, pa.string()))
