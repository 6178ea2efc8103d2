"""The order of a journey by loops that numba compiles; imported only where it is installed."""

import numpy as np

from cxjourney.bulk._engine._compiled import compiled
from cxjourney.bulk._engine._tables import Whole

SHORT = 24
"""So few events are put in order one by one."""


@compiled
def orderly(key: Whole, at: Whole, code: Whole, rank: Whole) -> bool:
    """Say whether the events of each journey stand by time, and of one moment by rank."""
    for one in range(1, len(key)):
        if key[one] == key[one - 1] and (
            at[one] < at[one - 1]
            or (at[one] == at[one - 1] and rank[code[one]] < rank[code[one - 1]])
        ):
            return False
    return True


@compiled
def comes_before(at: Whole, rank: Whole, one: int, other: int) -> bool:
    """Say whether one event comes before another by time and rank."""
    return bool(at[one] < at[other] or (at[one] == at[other] and rank[one] < rank[other]))


@compiled
def sort_stretch(order: Whole, spare: Whole, at: Whole, rank: Whole, begin: int, end: int) -> None:
    """Put the events of one journey in order: short stretches one by one, then merged."""
    for low in range(begin, end, SHORT):
        for start in range(low + 1, min(low + SHORT, end)):
            place, one = start, order[start]
            while place > low and comes_before(at, rank, one, order[place - 1]):
                order[place] = order[place - 1]
                place -= 1
            order[place] = one
    size = SHORT
    while size < end - begin:
        for low in range(begin, end, 2 * size):
            merge(order, spare, at, rank, low, min(low + size, end), min(low + 2 * size, end))
        order[begin:end] = spare[begin:end]
        size *= 2


@compiled
def merge(
    order: Whole, spare: Whole, at: Whole, rank: Whole, low: int, middle: int, high: int
) -> None:
    """Write two stretches that are in order as one."""
    left, right = low, middle
    for place in range(low, high):
        if right >= high or (
            left < middle and not comes_before(at, rank, order[right], order[left])
        ):
            spare[place] = order[left]
            left += 1
        else:
            spare[place] = order[right]
            right += 1


@compiled
def order_of(key: Whole, at: Whole, code: Whole, rank: Whole) -> Whole:
    """Return the places of events in the order of their journeys; what is even keeps its order."""
    total = len(key)
    order, spare = np.arange(total), np.empty(total, np.int64)
    ranks = np.empty(total, np.int64)
    for one in range(total):
        ranks[one] = rank[code[one]]
    begin = 0
    while begin < total:
        end = begin + 1
        while end < total and key[end] == key[begin]:
            end += 1
        sort_stretch(order, spare, at, ranks, begin, end)
        begin = end
    return order
