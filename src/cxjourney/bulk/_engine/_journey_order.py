"""The order of a journey: by customer, time, rank of the kind, and arrival (SPEC 4.1).

One sort of a packed key brings the events of each journey together; what is already together is
not sorted. Within a piece times are put in order, and of one moment ranks, only where they are not.
"""

from collections.abc import Callable, Iterator
from functools import partial
from operator import add
from typing import NamedTuple, Protocol

import numpy as np

from cxjourney.bulk._engine._tables import Mask, Small, Whole

PIECE = 1 << 17
"""How many events are looked at together; a journey is never cut."""
BITS = 64


class Events(NamedTuple):
    """Events in the order in which they came, or a piece of them in journey order.

    Attributes:
        key: the journey, as a number.
        at: when, in microseconds since 1970 UTC.
        code: what, as the number of a word.
        row: which event it is, from 0 in the order in which they came.
    """

    key: Whole
    at: Whole
    code: Small
    row: Whole


class Orderer(Protocol):
    """Puts events in order."""

    def in_order(self, events: Events, rank: Small) -> Events:
        """Return events in journey order; those of each journey stand as they came."""

    def sorted(self, packed: Whole, bits: int) -> Whole:
        """Return numbers that rise in their lower bits in the order of the others."""


def in_pieces(
    key: Whole,
    at: Whole,
    code: Small,
    rank: Small,
    size: int = PIECE,
    loop: Orderer | None = None,
) -> Iterator[Events]:
    """Yield events in journey order, in pieces that hold whole journeys.

    Args:
        key: the journey of each event, in the order in which they came.
        at: its time.
        code: its word.
        rank: the rank of each word.
        size: how many events a piece has at least, but for the last.
        loop: puts the events of each journey in order; None does so for all at once.
    """
    if not len(key):
        return
    together = None if bool((key[1:] >= key[:-1]).all()) else _together(key, loop)
    settled = loop is not None or _by_time_already(key, at, grouped=together is None)
    for begin, end in _cuts(key, together, size):
        if together is None:
            row: Whole = np.arange(begin, end)
            piece = Events(key[begin:end], at[begin:end], code[begin:end], row)
        else:
            row = together.rows(begin, end)
            piece = Events(together.keys(begin, end), at[row], code[row], row)
        if loop is not None:
            yield loop.in_order(piece, rank)
            continue
        if not settled:
            piece = _by_time(piece)
        yield _by_rank(piece, rank)


def _by_time_already(key: Whole, at: Whole, *, grouped: bool) -> bool:
    """Say whether events of one journey that stand together stand by time."""
    later = at[1:] >= at[:-1]
    return bool(later.all()) or (grouped and bool((later | (key[1:] != key[:-1])).all()))


class _Together:
    """The events of each journey brought together, each with its place among all that came."""

    def __init__(self, packed: Whole, bits: int, key_of: Callable[[Whole], Whole]) -> None:
        self._packed = packed
        self._key_of = key_of
        self._bits = np.uint64(bits)
        self._mask = np.uint64((1 << bits) - 1)

    def rows(self, begin: int, end: int) -> Whole:
        """Return which events stand at some places."""
        return (self._packed[begin:end] & self._mask).view(np.int64)

    def journeys(self, begin: int, end: int) -> Whole:
        """Return whose events stand at some places."""
        return (self._packed[begin:end] >> self._bits).view(np.int64)

    def keys(self, begin: int, end: int) -> Whole:
        """Return the keys of these journeys."""
        return self._key_of(self.journeys(begin, end))


def _together(key: Whole, loop: Orderer | None) -> _Together:
    low, bits = int(key.min()), (len(key) - 1).bit_length()
    if (int(key.max()) - low).bit_length() + bits > BITS:
        keys, packed = np.unique(key, return_inverse=True)
        key_of = keys.__getitem__
    else:
        packed, key_of = key - low, partial(add, low)
    packed = packed.view(np.uint64)
    packed <<= np.uint64(bits)
    packed |= np.arange(len(key), dtype=np.uint64)
    if loop is None:
        packed.sort()
    else:
        packed = loop.sorted(packed, bits)
    return _Together(packed, bits, key_of)


def _cuts(key: Whole, together: _Together | None, size: int) -> Iterator[tuple[int, int]]:
    """Yield where pieces begin and end: after some events, where a journey does."""

    def journeys(begin: int, end: int) -> Whole:
        return key[begin:end] if together is None else together.journeys(begin, end)

    begin, total = 0, len(key)
    while begin < total:
        end, step = min(begin + size, total), 64
        last = journeys(end - 1, end)[0]
        while end < total:
            others = journeys(end, end + step) != last
            if others.any():
                end += int(others.argmax())
                break
            end, step = min(end + step, total), step * 4
        yield begin, end
        begin = end


def _by_time(piece: Events) -> Events:
    """Order each journey by time where it is not; of one moment in any order."""
    key, at, _, _ = piece
    if not ((at[1:] < at[:-1]) & (key[1:] == key[:-1])).any():
        return piece
    journey = number_of(key)
    first = int(at.min())
    time_bits = (int(at.max()) - first).bit_length()
    if int(journey[-1]).bit_length() + time_bits > BITS:
        order = np.lexsort((at, journey))
    else:
        order = np.argsort((journey << time_bits | (at - first)).view(np.uint64))
    return Events(*(column[order] for column in piece))


def _by_rank(piece: Events, rank: Small) -> Events:
    """Order the events of one moment by rank and arrival, only where they are not."""
    key, at, code, row = piece
    same = (key[1:] == key[:-1]) & (at[1:] == at[:-1])
    if not same.any():
        return piece
    ranks = rank[code]
    up = ranks[1:] > ranks[:-1]
    up |= (ranks[1:] == ranks[:-1]) & (row[1:] > row[:-1])
    wrong = same & ~up
    if not wrong.any():
        return piece
    moment = np.cumsum(np.concatenate(([True], ~same)))
    places = np.flatnonzero(np.isin(moment, moment[1:][wrong]))
    order = places[np.lexsort((row[places], ranks[places], moment[places]))]
    columns = [column.copy() for column in piece]
    for column, old in zip(columns, piece, strict=True):
        column[places] = old[order]
    return Events(*columns)


def begins(key: Whole) -> Mask:
    """Say of each row whether it is the first of its journey."""
    return np.concatenate(([True], key[1:] != key[:-1]))


def number_of(key: Whole) -> Whole:
    """Return the number of each row's journey in its piece, from 0."""
    return np.cumsum(begins(key)) - 1
