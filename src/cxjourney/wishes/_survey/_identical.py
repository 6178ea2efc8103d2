"""Rows of a survey that are the same, as no two customers' own are."""

from collections.abc import Collection, Sequence

import numpy as np

from cxjourney.wishes._arrays import Codes, Floats
from cxjourney.wishes._effects._regression import ROWS
from cxjourney.wishes._survey._intake import Sheet

FEWEST = 5
"""With fewer ratings equal rows are nothing to notice."""

APART = 3
"""How many ratings of a row must differ from its middle one: else many customers answer alike."""

FIRST = 16
"""So many columns tell most rows apart; the others are asked of the rows that are left."""

BITS, MOST_BITS = 3, 21
"""Of how many times as many places as rows, and how many at most, a row's number has one: as
powers of two. Few that differ share one, and the memory for them stays small."""

MIX = np.uint64(0x9E3779B97F4A7C15)
"""2**64 over the golden ratio: of its products the first bits differ where any bit did (Knuth 1998,
The Art of Computer Programming 3, section 6.4)."""

TURN = 0.8414709848078965
"""What the number of a row is multiplied by before the next column comes to it: the sine of 1, of
whose powers no sum of whole numbers is 0."""

BLANK = 0.7853981633974483
"""What stands for a blank."""


def count_identical(sheet: Sheet, ratings: Collection[str]) -> int:
    """Return how many rows are the same as an earlier one in every column that was read.

    Rows that rate nearly everything alike do not count: on the airport's survey 181 rows of 2,831
    are the same as an earlier one, and 179 of them are such.

    Args:
        sheet: the survey.
        ratings: the columns that rate fulfilment.
    """
    if len(ratings) < FEWEST:
        return 0
    # Ratings first: they differ most.
    names = sorted(sheet.numbers, key=lambda name: name not in ratings)
    columns = [sheet.numbers[name] for name in names]
    rows = np.arange(sheet.rows)
    for start in range(0, len(columns), FIRST):
        some = columns[start : start + FIRST]
        rows = _alike(some if rows.size == sheet.rows else [one[rows] for one in some], rows)
    if not rows.size:
        return 0
    cells = np.column_stack([column[rows] for column in columns])
    # Every blank is the same one, and so is every zero.
    cells = np.where(np.isnan(cells), np.nan, cells + 0.0)
    whole = cells.view(np.dtype((np.void, cells.itemsize * cells.shape[1]))).ravel()
    _, first = np.unique(whole, return_index=True)
    return _count_varied(sheet, ratings, np.delete(rows, first))


def _alike(columns: Sequence[Floats], rows: Codes) -> Codes:
    """Return the rows that are perhaps the same as another one of them in these columns.

    Equal rows have equal numbers, by the same arithmetic on each; other rows hardly ever.
    """
    numbers = _numbers(columns)
    if np.isnan(numbers.min(initial=0)):
        numbers = _numbers([np.where(np.isnan(one), BLANK, one) for one in columns])
    perhaps = _sharing(numbers)
    _, which, counts = np.unique(numbers[perhaps], return_inverse=True, return_counts=True)
    alike: Codes = rows[perhaps[counts[which] > 1]]
    return alike


def _sharing(numbers: Floats) -> Codes:
    """Return which numbers share their place with another: all that are equal, few others."""
    bits = min(numbers.size.bit_length() + BITS, MOST_BITS)
    places = (numbers.view(np.uint64) * MIX >> np.uint64(64 - bits)).view(np.intp)
    own, holders = np.arange(numbers.size, dtype=np.int32), np.empty(2**bits, np.int32)
    holders[places] = own
    shared = np.zeros(2**bits, np.bool_)
    shared[places[holders[places] != own]] = True
    return np.flatnonzero(shared[places])


def _numbers(columns: Sequence[Floats]) -> Floats:
    """Return a number for each row."""
    numbers = np.zeros(columns[0].size)
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, numbers.size, ROWS):
            part = numbers[start : start + ROWS]
            for column in columns:
                part *= TURN
                part += column[start : start + ROWS]
    return numbers


def _count_varied(sheet: Sheet, ratings: Collection[str], rows: Codes) -> int:
    values = np.column_stack([sheet.numbers[name][rows] for name in ratings])
    said = np.isfinite(values)
    middle = np.maximum(np.count_nonzero(said, axis=1) - 1, 0) // 2
    usual = np.take_along_axis(np.sort(values, axis=1), middle[:, None], axis=1)
    return int(np.count_nonzero(np.count_nonzero(said & (values != usual), axis=1) >= APART))
