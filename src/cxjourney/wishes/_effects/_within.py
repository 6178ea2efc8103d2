"""Columns net of what is each respondent's own (the within transformation of fixed effects)."""

import attrs
import numpy as np

from cxjourney.wishes._arrays import Codes, Floats
from cxjourney.wishes._effects._regression import ROUNDING, Column, ColumnMoments, moments


def within(column: Column, clusters: Codes, weights: Floats | None) -> Column:
    """Return how far each rating lies from its respondent's mean; a blank stays one."""
    filled = ~np.isnan(column.numbers)
    own = np.full(column.numbers.size, np.nan)
    heavy = None if weights is None else weights[filled]
    own[filled] = _net(column.numbers[filled], clusters[filled], heavy)
    return Column(own, attrs.evolve(moments(own, weights), n=column.of.n))


def filled_within(column: Column, own: Column, clusters: Codes, weights: Floats | None) -> Column:
    """Return a column of the design: blanks at the mean of those who used it, then net.

    Args:
        column: the ratings.
        own: the same within respondents, in whose standard deviations effects are.
        clusters: the respondent of each row, from 0.
        weights: the weights; None for all 1.
    """
    if column.of.n == column.numbers.size:
        return own
    numbers = np.where(np.isnan(column.numbers), column.of.mean, column.numbers)
    of = ColumnMoments(0.0, own.of.spread, numbers.size)
    return Column(_net(numbers, clusters, weights), of)


def used_within(column: Column, clusters: Codes, weights: Floats | None) -> Column:
    """Return the column that tells which rows of another are filled, net of how many of each."""
    numbers = _net(1.0 - np.isnan(column.numbers), clusters, weights)
    return Column(numbers, moments(numbers, weights))


def _net(numbers: Floats, clusters: Codes, weights: Floats | None) -> Floats:
    heavy = np.ones(numbers.size) if weights is None else weights
    totals = np.bincount(clusters, heavy)
    means = np.bincount(clusters, heavy * numbers) / np.where(totals > 0, totals, 1.0)
    away = numbers - means[clusters]
    # What is the same in all of a respondent's rows must not differ by rounding.
    away[np.abs(away) <= ROUNDING * np.abs(numbers)] = 0.0
    return away
