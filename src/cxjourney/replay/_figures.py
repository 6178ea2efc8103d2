"""Figures of a report: shares with their interval, and how long stays last."""

from collections.abc import Iterable
from datetime import timedelta
from math import sqrt
from statistics import fmean, median, quantiles

import attrs

Z95 = 1.959963984540054
"""The 97.5th percentile of the normal distribution."""

DAY = timedelta(days=1)


@attrs.frozen
class Share:
    """A share with its 95 % interval by Wilson's score, all from 0 to 1.

    Attributes:
        value: the share.
        low: the lower end of the interval.
        high: the upper end.
    """

    value: float
    low: float
    high: float


def share_of(part: int, whole: int) -> Share | None:
    """Return the share of a part in a whole; None where the whole is nothing."""
    if not whole:
        return None
    value, z2 = part / whole, Z95 * Z95 / whole
    centre = (value + z2 / 2) / (1 + z2)
    reach = Z95 * sqrt(value * (1 - value) / whole + z2 / (4 * whole)) / (1 + z2)
    return Share(value, min(value, max(0.0, centre - reach)), max(value, min(1.0, centre + reach)))


@attrs.frozen
class Spread:
    """How long some stays lasted, in days.

    Attributes:
        count: how many stays.
        median: half of them were shorter.
        mean: their mean.
        p90: nine of ten were shorter.
    """

    count: int
    median: float
    mean: float
    p90: float


def spread_of(stays: Iterable[timedelta]) -> Spread | None:
    """Return the spread of some stays; None where there is none.

    Quantiles are interpolated between the two nearest stays.
    """
    days = [stay / DAY for stay in stays]
    if not days:
        return None
    p90 = quantiles(days, n=10, method="inclusive")[-1] if len(days) > 1 else days[0]
    return Spread(len(days), median(days), fmean(days), p90)
