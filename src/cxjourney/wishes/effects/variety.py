"""Whether the fulfilment of a wish varies enough for its effect to be seen."""

import numpy as np

from cxjourney.wishes.arrays import Floats

__all__ = ["varied"]

STEPS = 1_000
"""Ratings on a scale of at most so many whole steps are counted directly."""


def varied(ratings: Floats) -> float:
    """Return the share of the filled ratings that differ from the most usual one.

    Args:
        ratings: the ratings, blanks as NaN, at least one filled.
    """
    known = ratings[~np.isnan(ratings)]
    least = known.min()
    steps = known - least
    if steps.max() < STEPS and np.array_equal(steps, np.rint(steps)):
        counts = np.bincount(steps.astype(np.intp))
    else:
        counts = np.unique(known, return_counts=True)[1]
    return 1 - float(counts.max()) / known.size
