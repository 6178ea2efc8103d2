"""Events that came before, by their id: the same again, or the same id with other content."""

from typing import NamedTuple

import numpy as np

from cxjourney.bulk._by_machine import events_of
from cxjourney.bulk._coding import EventLog
from cxjourney.bulk._engine._tables import Mask, Small, Whole
from cxjourney.bulk._frames import RowSource, rows_of
from cxjourney.replay._mapping import LogMapping


class Repeats(NamedTuple):
    """Events to leave out; the first of them in journey order stays.

    Attributes:
        events: their numbers.
        key: the journey of each.
        conflicts: which of them say something else than the one that stays.
        rows: the row of the frame of each.
        code: the word of each.
        segment: what its row tells of its segment, where that is asked.
    """

    events: Whole
    key: Whole
    conflicts: Mask
    rows: Whole
    code: Small
    segment: Small | None = None


def nothing_repeated() -> Repeats:
    """Return no events."""
    none: Whole = np.zeros(0, np.int64)
    return Repeats(none, none, np.zeros(0, np.bool_), none, none)


def repeats_of(
    log: EventLog, mapping: LogMapping, source: RowSource, rank: Small, as_of: int
) -> Repeats:
    """Find the events whose id another event of their journey has.

    Args:
        log: the events.
        mapping: what the rows mean.
        source: the rows.
        rank: the rank of each word of the log.
        as_of: when the log ends.
    """
    if log.line is None or not len(log.key):
        return nothing_repeated()
    some = np.flatnonzero((np.bincount(log.line) > 1)[log.line])
    order = np.lexsort(
        (some, rank[log.code[some]], log.at[some], log.tag[some], log.line[some], log.key[some])
    )
    some = some[order]
    same = np.zeros(len(some), np.bool_)
    same[1:] = True
    for column in (log.key, log.line, log.tag):
        same[1:] &= column[some[1:]] == column[some[:-1]]
    first = some[np.maximum.accumulate(np.where(same, 0, np.arange(len(some))))][same]
    again = some[same]
    if not len(again):
        return nothing_repeated()
    conflicts = log.at[again] != log.at[first]
    conflicts |= _said_otherwise(log, mapping, source, again, first, as_of)
    told = None if log.segment is None else log.segment[again]
    return Repeats(again, log.key[again], conflicts, log.source[again], log.code[again], told)


def _said_otherwise(
    log: EventLog, mapping: LogMapping, source: RowSource, again: Whole, first: Whole, as_of: int
) -> Mask:
    """Say which events have another payload than those that stay."""
    rows = np.unique(log.source[np.concatenate((again, first))])
    keys = np.zeros(len(rows), np.int64)
    payload = {
        (row, event.id): event.payload
        for row, _, made in events_of(rows_of(source, rows), rows, keys, mapping, as_of)
        for event in made
    }
    by_row: dict[int, list[tuple[str, object]]] = {}
    for (row, name), value in payload.items():
        by_row.setdefault(row, []).append((name, value))
    return np.array(
        [
            _payload(by_row, log, int(one)) != _payload(by_row, log, int(other))
            for one, other in zip(again, first, strict=True)
        ],
        np.bool_,
    )


def _payload(by_row: dict[int, list[tuple[str, object]]], log: EventLog, event: int) -> object:
    """Return the payload of an event; of several events of a row the one that it is."""
    made = by_row[int(log.source[event])]
    if len(made) == 1:
        return made[0][1]
    before = event
    while before and log.source[before - 1] == log.source[event]:
        before -= 1
    return made[event - before][1]
