"""Shares of R2 over all orders of the drivers, from all their subsets (SPEC 8)."""

from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from math import comb
from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from cxjourney.wishes._arrays import Floats
from cxjourney.wishes._effects._correlations import COLLINEAR, Correlations, Inverse, inverse_of
from cxjourney.wishes._effects._importance._sweep import swept

WIDE = 12
"""How many drivers are tried in and out at once: so many subsets stay in the processor's cache."""

APART = 24
"""Numbers between rows of tables, which a power of two apart get in each other's way there."""

NARROW = 6
"""Up to so many drivers a whole square of covariances takes less time than its half by rows."""


def exact_shares(correlations: Correlations) -> Floats:
    """Return the mean gain in R2 of each driver over all orders, from all subsets of drivers.

    Every subset's unexplained variance comes from that of a smaller subset by one sweep (Gaussian
    elimination of a driver), so that 2**p subsets take in the order of 2**p operations. The mean
    over orders is a sum over subsets in which one of ``s`` drivers besides ``j`` has the weight
    ``s! (p-1-s)! / p!`` (Groemping 2006, JSS 17(1)).
    """
    p = len(correlations.target)
    wide = min(p, WIDE)
    # No variance, beside whichever others, is less than the least eigenvalue of them all.
    apart = np.linalg.eigvalsh(correlations.drivers)[0] > 2 * COLLINEAR
    inverse = np.reciprocal if apart else inverse_of
    square = correlations.joined()[:, :, None]
    for _ in range(min(wide, NARROW)):
        square = np.concatenate([square[1:, 1:], swept(square)], axis=2)
    table, left = [row[place:] for place, row in enumerate(square)], p - wide
    room = _rooms(range(left + 2), 2**wide)
    while len(table) > left + 1:
        table = _in_and_out(table, inverse, room[-1] if len(table) == left + 2 else None)
    (before, after, sizes), own = _weights(p, wide), np.zeros(p)
    sums = _Sums(
        weights=[(before + after)[entered:][sizes] for entered in range(left + 1)],
        unexplained=np.zeros((left + 1, 2**wide)),
        own=own[wide:],
        room=room,
        inverse=inverse,
    )
    sums.add(table)
    weighted, common = np.zeros(2**wide), 0.0
    for entered, unexplained in enumerate(sums.unexplained):
        weighted += sums.weights[entered] * unexplained
        common += float(before[entered:][sizes] @ unexplained)
    own[:wide] = _members(wide) @ weighted
    return np.maximum(common - own, 0.0)


@cache
def _weights(drivers: int, wide: int) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Return the weights by size before a driver enters and once it is in, and sizes by place."""
    before = np.array([1 / (drivers * comb(drivers - 1, size)) for size in range(drivers)] + [0.0])
    sizes = np.bitwise_count(np.arange(2**wide)).astype(np.intp)
    return before, np.concatenate([[0.0], before[:-1]]), sizes


@cache
def _members(drivers: int) -> Floats:
    """Return which drivers are in each subset: bit ``j`` of its place tells of driver ``j``."""
    return (np.arange(2**drivers) >> np.arange(drivers)[:, None] & 1).astype(np.float64)


Table: TypeAlias = list[Floats]
"""What is left of the covariances of some drivers and, last, the outcome: their upper triangle.

Row ``i`` starts at the diagonal; the last axis is that of the subsets of the drivers before.
"""


def _rooms(sizes: Sequence[int], subsets: int) -> list[Table]:
    """Return tables of so many rows to write to.

    They lie in one piece of memory, which a system may give in fewer pages than many small ones.
    """
    columns = [columns for rows in sizes for columns in range(rows, 0, -1)]
    room = np.empty((sum(columns), subsets + APART))[:, :subsets]
    ends = accumulate(columns)
    pieces = iter([room[end - size : end] for size, end in zip(columns, ends, strict=True)])
    return [[next(pieces) for _ in range(rows)] for rows in sizes]


def _in_and_out(table: Table, inverse: Inverse, room: Table | None = None) -> Table:
    """Return the table of the others: first without the first driver, then with it.

    Args:
        table: the table.
        inverse: one over each variance.
        room: a table to write to; None for a new one.
    """
    subsets = table[0].shape[-1]
    grown = _rooms([len(table) - 1], 2 * subsets)[0] if room is None else room
    for row, out in zip(table[1:], grown, strict=True):
        out[:, :subsets] = row
    _enter(table, [out[:, subsets:] for out in grown], inverse)
    return grown


def _enter(table: Table, room: Table, inverse: Inverse) -> None:
    """Write what is left of the table of the others once the first driver is in."""
    first, others = table[0], table[1:]
    slopes = first[1:] * inverse(first[0])
    for place, (row, out) in enumerate(zip(others, room, strict=True)):
        np.multiply(slopes[place], first[place + 1 :], out=out)
        np.subtract(row, out, out=out)


@attrs.frozen(eq=False)
class _Sums:
    """What is summed up over the subsets of the last drivers.

    Attributes:
        weights: the weight of each subset of the first drivers, by how many of the last are in.
        unexplained: the sum of the unexplained variance of the outcome, of the same shape.
        own: the weighted sum over the subsets that each of the last drivers is in.
        room: a table to write to for each number of rows.
        inverse: one over each variance.
    """

    weights: list[Floats]
    unexplained: Floats
    own: Floats
    room: list[Table]
    inverse: Inverse

    def add(self, table: Table, entered: int = 0) -> float:
        """Add every subset of the drivers of a table, one by one; return the weighted sum."""
        drivers = len(table) - 1
        if not drivers:
            unexplained = table[0][0]
            total = self.unexplained[entered]
            total += unexplained
            return float(self.weights[entered] @ unexplained)
        without = self.add(table[1:], entered)
        room = self.room[drivers]
        _enter(table, room, self.inverse)
        with_it = self.add(room, entered + 1)
        self.own[-drivers] += with_it
        return without + with_it
