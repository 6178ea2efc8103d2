"""A log that was read into columns: its events, and all that the report tells of its lines."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from cxjourney.bulk._coding import EventLog
from cxjourney.bulk._engine._folded import Piece
from cxjourney.bulk._engine._tables import Tables, Whole
from cxjourney.bulk._repeats import Repeats
from cxjourney.replay._log import HowRead
from cxjourney.replay._mapping import LogMapping
from cxjourney.replay._replay_log import LineSums
from cxjourney.replay._walk import Walk
from cxjourney.vocabulary import EventKind

LinedPiece = tuple[pa.RecordBatch, Whole | None]
"""Some rows, and their lines; None where these follow each other."""


class UnlikeRowsError(Exception):
    """A file is to be read row by row; it reaches no user."""


class WalkedAside(NamedTuple):
    """A journey that the live machine walked.

    Attributes:
        walk: what came of it.
        order: the first row of it in the log.
        customer: the number of its customer.
        engagement: its engagement.
        segment: the place of its segment.
    """

    walk: Walk
    order: int
    customer: int
    engagement: str
    segment: int


class ReadLog(NamedTuple):
    """A log in columns.

    Attributes:
        log: its events.
        how: how it was read.
        sums: what its lines hold.
        name: returns customer and engagement of a journey.
        customer: returns the numbers of the customers of journeys; None where each journey is of
            another one.
        labels: the segments.
        unfolded: folds it up to a moment: its tables, the journeys that the live machine walked,
            the events that were left out, and the others piece by piece.
    """

    log: EventLog
    how: HowRead
    sums: LineSums
    name: Callable[[int], tuple[str, str]]
    customer: Callable[[Whole], Whole] | None
    labels: Sequence[str]
    unfolded: "Callable[[int], Unfolded]"


class Unfolded(NamedTuple):
    """A log that is being folded.

    Attributes:
        tables: the chart, compiled.
        walked: the journeys that the live machine walked.
        repeats: the events that came before, by their id.
        pieces: folds the others.
    """

    tables: Tables
    walked: Sequence[WalkedAside]
    repeats: Repeats
    pieces: Iterator[Piece]


def made_of(log: EventLog) -> Counter[EventKind]:
    """Return how many events there are of each kind."""
    made = Counter[EventKind]()
    for word, times in zip(
        log.words, np.bincount(log.code, minlength=len(log.words)).tolist(), strict=True
    ):
        if times:
            made[word.kind] += times
    return made


def coded_columns(mapping: LogMapping) -> frozenset[str]:
    """Return the columns that come as a list of texts and the place of each."""
    told = mapping.columns
    names = (*told.customer, *told.activity, told.engagement, told.segment)
    return frozenset(filter(None, names))
