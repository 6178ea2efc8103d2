"""Rows of a survey that are the same, as no two customers' own are."""

from collections.abc import Collection

import numpy as np

from cxjourney.wishes._arrays import Codes
from cxjourney.wishes._survey._intake import Sheet

FEWEST = 5
"""With fewer ratings equal rows are nothing to notice."""

APART = 3
"""How many ratings of a row must differ from its middle one: else many customers answer alike."""

MIXER, SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(29)


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
    # A number of all the cells: two different rows have it in common hardly ever.
    mixed, high = np.zeros(sheet.rows, np.uint64), np.empty(sheet.rows, np.uint64)
    for column in sheet.numbers.values():
        mixed *= MIXER
        mixed += np.ascontiguousarray(column).view(np.uint64)
        np.right_shift(mixed, SHIFT, out=high)
        mixed ^= high
    ordered = np.sort(mixed)
    again = ordered[1:] == ordered[:-1]
    if not again.any():
        return 0
    rows = np.flatnonzero(np.isin(mixed, ordered[1:][again]))
    _, first = np.unique(mixed[rows], return_index=True)
    return _count_varied(sheet, ratings, np.delete(rows, first))


def _count_varied(sheet: Sheet, ratings: Collection[str], rows: Codes) -> int:
    values = np.column_stack([sheet.numbers[name][rows] for name in ratings])
    said = np.isfinite(values)
    middle = np.maximum(np.count_nonzero(said, axis=1) - 1, 0) // 2
    usual = np.take_along_axis(np.sort(values, axis=1), middle[:, None], axis=1)
    return int(np.count_nonzero(np.count_nonzero(said & (values != usual), axis=1) >= APART))
