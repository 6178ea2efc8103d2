"""The order of a journey by loops that numba compiles; imported only where it is installed."""

import numpy as np

from cxjourney.bulk._engine._compiled import compiled
from cxjourney.bulk._engine._tables import Whole

LONG = 64
"""Longer journeys are merged; the events of shorter ones find their place one by one."""
DIGIT = 11
"""The bits by which numbers are put in order at a time; the counts of so many stay near."""


@compiled
def by_digits(numbers: Whole, low: int, high: int) -> Whole:
    """Return numbers by the bits from ``low`` to ``high``, digit by digit; those before stay."""
    spare = np.empty_like(numbers)
    mask = np.uint64((1 << DIGIT) - 1)
    for begin in range(low, high, DIGIT):
        shift = np.uint64(begin)
        place = np.zeros((1 << DIGIT) + 1, np.int64)
        for number in numbers:
            place[np.int64(number >> shift & mask) + 1] += 1
        for digit in range(1 << DIGIT):
            place[digit + 1] += place[digit]
        for number in numbers:
            which = np.int64(number >> shift & mask)
            spare[place[which]] = number
            place[which] += 1
        numbers, spare = spare, numbers
    return numbers


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
def put_in_order(key: Whole, at: Whole, code: Whole, row: Whole, rank: Whole) -> None:
    """Let the events of each journey stand by time and rank; what is even keeps its order."""
    begin = 0
    for now in range(1, len(key)):
        if key[now] != key[now - 1]:
            begin = now
            continue
        when, what, which = at[now], code[now], row[now]
        if at[now - 1] < when or (at[now - 1] == when and rank[code[now - 1]] <= rank[what]):
            continue
        if now - begin > LONG:
            sort_long(key, at, code, row, rank, begin)
            continue
        place = now
        while place > begin and (
            at[place - 1] > when or (at[place - 1] == when and rank[code[place - 1]] > rank[what])
        ):
            at[place], code[place], row[place] = at[place - 1], code[place - 1], row[place - 1]
            place -= 1
        at[place], code[place], row[place] = when, what, which


@compiled
def sort_long(key: Whole, at: Whole, code: Whole, row: Whole, rank: Whole, begin: int) -> None:
    """Put the events of one long journey in order: stretches twice as long each time, merged."""
    end = begin
    while end < len(key) and key[end] == key[begin]:
        end += 1
    order, spare = np.arange(begin, end), np.empty(end - begin, np.int64)
    size = 1
    while size < len(order):
        for low in range(0, len(order), 2 * size):
            left, middle, high = low, min(low + size, len(order)), min(low + 2 * size, len(order))
            right = middle
            for place in range(low, high):
                if right >= high or (
                    left < middle and not comes_before(at, code, rank, order[right], order[left])
                ):
                    spare[place] = order[left]
                    left += 1
                else:
                    spare[place] = order[right]
                    right += 1
        order, spare = spare, order
        size *= 2
    at[begin:end], code[begin:end], row[begin:end] = at[order], code[order], row[order]


@compiled
def comes_before(at: Whole, code: Whole, rank: Whole, one: int, other: int) -> bool:
    """Say whether one event comes before another by time and rank."""
    return bool(
        at[one] < at[other] or (at[one] == at[other] and rank[code[one]] < rank[code[other]])
    )
