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

NODES, WEIGHTS = np.polynomial.legendre.leggauss(24)
FAINT = 36.0
"""A density counts as 0 where its logarithm is this far below its peak: e**-36 is 2e-16."""
FLAT = -700.0
"""Below this logit a beta's share of probability is a power of the odds, to the last digit."""
NARROW, LOPSIDED = 50, 3e6
"""Shapes up to the first beside one from the second on: there the gamma limit is the closer."""
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

    That is P(p1 - p0 > delta) for independent p1 ~ Beta(a1, b1) and p0 ~ Beta(a0, b0), by Gauss
    and Legendre's rule on the logit scale. It is good to 1e-10 for shapes from 1e-3 to 1e8, where
    ``delta`` is 0 or at least 1e-9 in size.

    Args:
        a1: the first shape of p1.
        b1: its second shape.
        a0: the first shape of p0.
        b0: its second shape.
        delta: the difference to exceed.

    >>> round(beta_difference(4, 2, 2, 4, 0), 10)
    0.8968253968
    """
    return _exceeds(_beta(a1, b1), _beta(a0, b0), delta)


@attrs.frozen(eq=False)
class ShareDifference:
    """The posterior of the difference of two shares; ``share_difference`` makes it.

    Attributes:
        estimate: the difference of the shares as they were seen.
    """

    estimate: float
    _one: "_Beta"
    _other: "_Beta"

    @property
    def spread(self) -> float:
        """The standard deviation of the posterior."""
        return math.sqrt(self._one.variance + self._other.variance)

    def above(self, delta: float) -> float:
        """Return how likely the difference is to lie above ``delta``."""
        return _exceeds(self._one, self._other, delta)

    def interval(self) -> Interval:
        """Return the central 95 % interval, widened where the shares as seen lie outside of it."""
        mean, reach = self._one.mean - self._other.mean, Z95 * self.spread
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
    one, other = (_beta(yes + JEFFREYS, no + JEFFREYS) for yes, no in ((yes1, no1), (yes0, no0)))
    return ShareDifference(estimate, one, other)


@attrs.frozen(eq=False)
class _Beta:
    """A beta distribution on the logit scale, where its density has one peak and thin tails.

    Attributes:
        a: its first shape.
        b: its second shape.
        bends: the logits between which the density is smooth; beyond them it is nothing.
        mass: the integral of the density where its peak counts as 1.
    """

    a: float
    b: float
    bends: Floats
    mass: float

    @property
    def mean(self) -> float:
        return self.a / (self.a + self.b)

    @property
    def variance(self) -> float:
        return self.mean * (1 - self.mean) / (self.a + self.b + 1)

    def density(self, logits: Floats) -> Floats:
        peak = math.log(self.a) - math.log(self.b)
        return np.exp(_log_density(self.a, self.b, logits - peak)) / self.mass

    def above(self, logits: Floats) -> Floats:
        """Return how likely it is to lie above each logit."""
        upper = logits > 0
        near = np.where(upper, self.b, self.a), np.where(upper, self.a, self.b)
        tail = _below(*near, -np.abs(logits))
        return np.where(upper, tail, 1 - tail)


def _beta(a: float, b: float) -> _Beta:
    peak, scale = math.log(a) - math.log(b), min(1.0, math.sqrt((a + b) / a / b))
    bends = np.concatenate([_bends(a, b, -scale)[::-1], _bends(a, b, scale)])
    points, weights = _rule(bends)
    mass = float(weights @ np.exp(_log_density(a, b, points)))
    return _Beta(a, b, bends + peak, mass)


def _bends(a: float, b: float, step: float) -> Floats:
    """Return points ever farther from the peak, to where the density is nothing."""
    off = step * np.exp2(np.arange(1.0, 64.0))
    faint = _log_density(a, b, off) < -FAINT
    return np.asarray(off[: int(faint.argmax()) + 1], np.float64)


def _log_density(a: float, b: float, off: Floats) -> Floats:
    """Return the logarithm of the density against its peak, ``off`` logits away from it."""
    if a > b:
        a, b, off = b, a, -off
    # Far to the right only the odds matter, and their exponential would overflow.
    near = np.minimum(off, 30)
    bend = (a + b) * np.log1p(a / (a + b) * np.expm1(near))
    return a * near - bend - b * np.maximum(off - 30, 0)


def _below(a: Floats, b: Floats, logits: Floats) -> Floats:
    """Return how likely betas are to lie below logits that are not above 0."""
    odds = np.exp(np.maximum(logits, FLAT))
    chance = special.betainc(a, b, odds / (1 + odds))
    lopsided = (a <= NARROW) & (b >= LOPSIDED)
    if lopsided.any():
        # -log(1 - p) is nearly a gamma variable then (DiDonato and Morris 1992).
        limit = special.gammainc(a, (b + (a - 1) / 2) * np.log1p(odds))
        chance = np.where(lopsided, limit, chance)
    return np.asarray(chance * np.exp(np.minimum(a * (logits - FLAT), 0)), np.float64)


def _rule(bends: Floats) -> tuple[Floats, Floats]:
    """Return the points and weights of Gauss and Legendre's rule on each of the pieces."""
    halves = np.diff(bends)[:, None] / 2
    return (bends[:-1, None] + halves * (1 + NODES)).ravel(), (halves * WEIGHTS).ravel()


def _exceeds(one: _Beta, other: _Beta, delta: float) -> float:
    """Return how likely ``one`` is to exceed ``other`` by more than ``delta``.

    The other share, p, runs from 0 to 1 - delta. The integral is over the logit of p / (1 - delta),
    on whose scale neither end is sharp.
    """
    if delta < 0:
        return 1 - _exceeds(other, one, -delta)
    if delta >= 1:
        return 0.0
    own, others = _inner(other.bends, delta), -_inner(-one.bends, delta)
    start, end = max(own[0], others[0]), min(own[-1], others[-1])
    turn = math.log(delta) if delta else 0.0
    bends = np.concatenate([own, others, [turn, -turn]]).clip(start, max(start, end))
    points, weights = _rule(np.unique(bends))
    places = np.append(points, start)
    room = math.log1p(-delta)
    share, rest = special.log_expit(places) + room, special.log_expit(-places) + room
    against, ahead = _log_sum(rest, delta), _log_sum(share, delta)
    density = other.density(share - against) * np.exp(rest - against - room)
    chances = one.above(ahead - rest)
    surely = 1 - other.above(share[-1:] - against[-1:])
    return min(max(float(surely[0] + weights @ (density * chances)[:-1]), 0.0), 1.0)


def _inner(logits: Floats, delta: float) -> Floats:
    """Return the logits of p / (1 - delta) where p has these logits; infinite from 1 - delta on."""
    rest = np.where(logits < 0, 1 - delta - special.expit(logits), special.expit(-logits) - delta)
    with np.errstate(divide="ignore"):
        inner: Floats = special.log_expit(logits) - np.log(np.maximum(rest, 0))
    return inner if delta else logits


def _log_sum(logs: Floats, delta: float) -> Floats:
    """Return the logarithms of sums: of ``delta`` and what has these logarithms."""
    return np.logaddexp(logs, math.log(delta)) if delta else logs
