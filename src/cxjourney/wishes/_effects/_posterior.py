"""Posteriors from counts and means: of a share, of a difference of shares, of an effect.

Shares have Jeffreys' prior, Beta(1/2, 1/2). Nothing is sampled.
"""

import math

import attrs
import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from cxjourney.wishes._arrays import Floats
from cxjourney.wishes._kinds import Answer, Interval, Reason

JEFFREYS = 0.5
TAIL = 0.025
"""The probability beyond each end of an interval."""
Z95 = 1.959963984540054
"""The 97.5th percentile of the normal distribution."""

STEPS: Floats = np.linspace(-3.1, 3.1, 96)
NODES: Floats = special.expit(np.pi * np.sinh(STEPS))
WEIGHTS: Floats = np.cosh(STEPS) * NODES * (1 - NODES)
WEIGHTS /= WEIGHTS.sum()
"""The double exponential rule on 0 to 1, for which steep ends do no harm (Takahasi, Mori 1974)."""
SURE = 1e-15
CLOSE = 1e-5
"""The end of an interval is found when its normal score is this close to the one wanted."""
EDGE = 1e-14


def share_above(yes: Floats, no: Floats, tau: Floats) -> Floats:
    """Return how likely each share is to lie above ``tau``.

    Args:
        yes: how many said yes.
        no: how many did not.
        tau: the thresholds, from 0 to 1.
    """
    return np.asarray(special.betaincc(yes + JEFFREYS, no + JEFFREYS, tau), np.float64)


def share_interval(yes: Floats, no: Floats) -> tuple[Floats, Floats]:
    """Return the ends of the central 95 % interval of each share.

    Where all said yes, or nobody did, it reaches to 1, or to 0 (Brown, Cai and DasGupta 2001).

    Args:
        yes: how many said yes.
        no: how many did not.
    """
    low = np.where(yes == 0, 0.0, special.betaincinv(yes + JEFFREYS, no + JEFFREYS, TAIL))
    high = np.where(no == 0, 1.0, special.betainccinv(yes + JEFFREYS, no + JEFFREYS, TAIL))
    return low, high


def share_answers(
    share: ArrayLike, effective: ArrayLike, tau: ArrayLike, level: float, n: ArrayLike
) -> list[Answer]:
    """Return for each wish whether customers ask for it.

    Args:
        share: the share that asks for it; NaN where nobody was asked.
        effective: how many independent answers the share is worth.
        tau: the share above which a wish counts as asked for.
        level: the probability from which an answer counts as known.
        n: how many answers there were.

    >>> [answer] = share_answers([0.6], 100, 0.5, 0.8, 100)
    >>> round(answer.probability, 3), answer.says
    (0.978, True)
    """
    given = (np.asarray(one, np.float64) for one in (share, effective, tau, n))
    shares, worth, taus, counts = (np.atleast_1d(one) for one in np.broadcast_arrays(*given))
    asked = (worth > 0) & ~np.isnan(shares)
    yes, no = (np.where(asked, part * worth, 0.0) for part in (shares, 1 - shares))
    low, high = share_interval(yes, no)
    columns = (asked, share_above(yes, no, taus), taus, shares, low, high, counts)
    return [
        Answer(chance, threshold, level, estimate, Interval(least, most), count)
        if known
        else Answer(0.5, threshold, level, n=count, doubts=(Reason.NOT_ASKED,))
        for known, chance, threshold, estimate, least, most, count in zip(
            *(column.tolist() for column in columns), strict=True
        )
    ]


def beta_difference(a1: float, b1: float, a0: float, b0: float, delta: float) -> float:
    """Return how likely one share is to exceed another by more than ``delta``.

    That is P(p1 - p0 > delta) for independent p1 ~ Beta(a1, b1) and p0 ~ Beta(a0, b0): the mean of
    P(p1 > p0 + delta) over the quantiles of p0. It is good to 1e-10 for
    shapes from 1/2 to 1e4, and to 1e-7 up to 1e8.

    Args:
        a1: the first shape of p1.
        b1: its second shape.
        a0: the first shape of p0.
        b0: its second shape.
        delta: the difference to exceed.

    >>> round(beta_difference(4, 2, 2, 4, 0), 10)
    0.8968253968
    """
    if delta < 0:
        return 1 - beta_difference(a0, b0, a1, b1, -delta)
    if delta >= 1:
        return 0.0
    if _variance(a1, b1) < _variance(a0, b0):
        # In the mirror 1 - p1 is the other share: the mean is taken over the narrower one.
        a1, b1, a0, b0 = b0, a0, b1, a1
    room = special.betainc(a0, b0, 1 - delta)
    others = special.betaincinv(a0, b0, room * NODES)
    chances = special.betaincc(a1, b1, np.minimum(others + delta, 1))
    return float(room * (WEIGHTS @ chances))


def _variance(a: float, b: float) -> float:
    return a * b / (a + b) ** 2 / (a + b + 1)


@attrs.frozen(eq=False)
class ShareDifference:
    """The posterior of the difference of two shares; ``share_difference`` makes it.

    Attributes:
        estimate: the difference of the shares as they were seen.
    """

    estimate: float
    _shapes: tuple[float, float, float, float]

    @property
    def spread(self) -> float:
        """The standard deviation of the posterior."""
        a1, b1, a0, b0 = self._shapes
        return math.sqrt(_variance(a1, b1) + _variance(a0, b0))

    def above(self, delta: float) -> float:
        """Return how likely the difference is to lie above ``delta``."""
        return beta_difference(*self._shapes, delta)

    def interval(self) -> Interval:
        """Return the central 95 % interval, widened where the shares as seen lie outside of it."""
        a1, b1, a0, b0 = self._shapes
        mean, reach = a1 / (a1 + b1) - a0 / (a0 + b0), Z95 * self.spread
        starts = [self._scored(mean - reach), self._scored(mean + reach)]
        low, high = self._end(Z95, starts), self._end(-Z95, starts[::-1])
        return Interval(min(low, self.estimate), max(high, self.estimate))

    def _scored(self, delta: float) -> tuple[float, float]:
        """Return a difference within bounds, and the normal score of the chance to exceed it."""
        delta = min(max(delta, -1 + EDGE), 1 - EDGE)
        chance = min(max(self.above(delta), SURE), 1 - SURE)
        return delta, float(special.ndtri(chance))

    def _end(self, wanted: float, starts: list[tuple[float, float]]) -> float:
        """Find the difference of that score: scores are nearly a straight line, so by secants."""
        low, high = -1.0, 1.0
        (last, last_score), (delta, score) = starts[1], starts[0]
        while abs(score - wanted) > CLOSE and high - low > EDGE:
            low, high = (delta, high) if score > wanted else (low, delta)
            bend = score - last_score
            guess = delta + (wanted - score) * (delta - last) / bend if bend else low
            last, last_score = delta, score
            delta, score = self._scored(guess if low < guess < high else (low + high) / 2)
        return delta


def share_difference(yes1: float, no1: float, yes0: float, no0: float) -> ShareDifference:
    """Return the posterior of p1 - p0 from counts, with Jeffreys' prior for each share.

    Args:
        yes1: how often the first was seen, with ``no1`` above 0.
        no1: how often it was not.
        yes0: how often the other was seen, with ``no0`` above 0.
        no0: how often it was not.
    """
    estimate = yes1 / (yes1 + no1) - yes0 / (yes0 + no0)
    a1, b1, a0, b0 = (count + JEFFREYS for count in (yes1, no1, yes0, no0))
    return ShareDifference(estimate, (a1, b1, a0, b0))
