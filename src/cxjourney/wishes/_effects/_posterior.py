"""Posteriors from counts and means: of a share, of a difference of shares, of an effect.

Shares have Jeffreys' prior, Beta(1/2, 1/2). Nothing is sampled.
"""

import math

import attrs
import numpy as np
from scipy import special

from cxjourney.wishes._arrays import Floats
from cxjourney.wishes._kinds import Answer, Interval, Reason

JEFFREYS = 0.5
TAIL = 0.025
"""The probability beyond each end of an interval."""
Z95 = 1.959963984540054
"""The 97.5th percentile of the normal distribution."""

NODES, WEIGHTS = np.polynomial.legendre.leggauss(24)
"""The rule of Gauss and Legendre on -1 to 1."""
_POWERS = np.polynomial.legendre.legvander(NODES, NODES.size)
UP_TO_NODE: Floats = (
    np.column_stack([1 + NODES, _POWERS[:, 2:] - _POWERS[:, :-2]]) @ _POWERS[:, :-1].T * WEIGHTS / 2
)
"""The weights that integrate from -1 up to each node, one node a row."""
FAINT = 36.0
"""A density is left out where its logarithm is this far below its peak: e**-36 is 2e-16."""
FAR = 30.0
"""From this many logits above the peak on, the density falls as a power of the odds."""
HUGE = 700.0
"""The exponential of this is still a float."""
SURE = 1e-15
CLOSE = 1e-5
"""The end of an interval is found when its normal score is this close to the one wanted."""
EDGE = 1e-14


def share_above(yes: float, no: float, tau: float) -> float:
    """Return how likely a share is to lie above ``tau``.

    Args:
        yes: how many said yes.
        no: how many did not.
        tau: the threshold, from 0 to 1.
    """
    return float(special.betaincc(yes + JEFFREYS, no + JEFFREYS, tau))


def share_interval(yes: float, no: float, tail: float = TAIL) -> Interval:
    """Return the central interval of a share, of 95 % where no other tails are given.

    Where all said yes, or nobody did, it reaches to 1, or to 0 (Brown, Cai and DasGupta 2001).

    Args:
        yes: how many said yes.
        no: how many did not.
        tail: the probability beyond each end.
    """
    a, b = yes + JEFFREYS, no + JEFFREYS
    return Interval(
        float(special.betaincinv(a, b, tail)) if yes else 0.0,
        float(special.betainccinv(a, b, tail)) if no else 1.0,
    )


def share_answer(share: float, effective: float, tau: float, level: float, n: float) -> Answer:
    """Return whether customers ask for a wish.

    Args:
        share: the share that asks for it; anything where nobody was asked.
        effective: how many independent answers the share is worth; 0 where nobody was asked.
        tau: the share above which a wish counts as asked for.
        level: the probability from which an answer counts as known.
        n: how many answers there were.

    >>> answer = share_answer(0.6, 100, 0.5, 0.8, 100)
    >>> round(answer.probability, 3), answer.says
    (0.978, True)
    """
    if not effective:
        return Answer(0.5, tau, level, n=n, doubts=(Reason.NOT_ASKED,))
    yes, no = share * effective, (1 - share) * effective
    return Answer(share_above(yes, no, tau), tau, level, share, share_interval(yes, no), n)


@attrs.frozen(eq=False)
class _Beta:
    """A beta distribution on the logit scale, where its density has one peak and thin tails.

    Attributes:
        a: its first shape.
        b: its second shape.
        bends: the logits, counted from the peak, between which the density is smooth.
        mass: the integral of the density where its peak counts as 1.
    """

    a: float
    b: float
    bends: Floats
    mass: float

    @classmethod
    def of(cls, a: float, b: float) -> "_Beta":
        """Return the distribution with these shapes; its bends end where it is nothing."""
        bends: list[float] = []
        for step in (-1, 1):
            off = min(1.0, math.sqrt((a + b) / a / b)) * step * np.exp2(np.arange(1, 64))
            bends += off[: int((_log_density(a, b, off) < -FAINT).argmax()) + 1].tolist()
        pieces = np.array(sorted(bends))
        logits, halves = _rule(pieces)
        mass = float(((np.exp(_log_density(a, b, logits)) * halves) @ WEIGHTS).sum())
        return cls(a, b, pieces, mass)

    @property
    def mirror(self) -> "_Beta":
        """The distribution of the other share, that of no instead of yes."""
        return _Beta(self.b, self.a, -self.bends[::-1], self.mass)

    @property
    def peak(self) -> float:
        """The logit at which the density is highest."""
        return math.log(self.a) - math.log(self.b)

    @property
    def mean(self) -> float:
        return self.a / (self.a + self.b)

    @property
    def variance(self) -> float:
        return self.mean * (1 - self.mean) / (self.a + self.b + 1)

    def inner_bends(self, delta: float) -> Floats:
        """Return the bends as logits of the share of 1 - ``delta``; infinite from there on."""
        logits = self.bends + self.peak
        above = delta * (1 + np.exp(np.minimum(logits, HUGE)))
        with np.errstate(divide="ignore"):
            return logits - np.log1p(-np.minimum(above, 1))

    def density(self, inner: Floats, delta: float) -> Floats:
        """Return the density for logits of the share of 1 - ``delta``."""
        room = -math.log1p(-delta)
        bent = np.logaddexp(room, _turn(delta) + inner)
        logs = _log_density(self.a, self.b, inner - bent - self.peak) + room - bent
        density: Floats = np.exp(logs) / self.mass
        return density


def _log_density(a: float, b: float, off: Floats) -> Floats:
    """Return the logarithm of the density against its peak, ``off`` logits away from it."""
    if a > b:
        a, b, off = b, a, -off
    near = np.minimum(off, FAR)
    bend = (a + b) * np.log1p(a / (a + b) * np.expm1(near))
    return a * near - bend - b * np.maximum(off - FAR, 0)


def _turn(delta: float) -> float:
    """Return the logit of ``delta``, at which densities for inner logits bend; -inf for 0."""
    return math.log(delta) - math.log1p(-delta) if delta else -math.inf


def _rule(bends: Floats) -> tuple[Floats, Floats]:
    """Return the points of the rule on each piece, one a row, and half the lengths of pieces."""
    halves = np.diff(bends)[:, None] / 2
    return bends[:-1, None] + halves * (1 + NODES), halves


def beta_difference(a1: float, b1: float, a0: float, b0: float, delta: float) -> float:
    """Return how likely one share is to exceed another by more than ``delta``.

    That is P(p1 - p0 > delta) for independent p1 ~ Beta(a1, b1) and p0 ~ Beta(a0, b0). It is good
    to 1e-11 for shapes from 1e-3 to 1e8, where ``delta`` is 0 or at least 1e-9 in size.

    Args:
        a1: the first shape of p1.
        b1: its second shape.
        a0: the first shape of p0.
        b0: its second shape.
        delta: the difference to exceed.

    >>> round(beta_difference(4, 2, 2, 4, 0), 10)
    0.8968253968
    """
    return _exceeds(_Beta.of(a1, b1), _Beta.of(a0, b0), delta)


def _exceeds(one: _Beta, other: _Beta, delta: float) -> float:
    """Return how likely ``one`` is to exceed ``other`` by more than ``delta``.

    It does where ``other`` and the mirror of ``one`` sum to less than 1 - ``delta``. The double
    integral is over the logits of both as shares of 1 - ``delta``, by Gauss and Legendre's rule on
    pieces on which both densities are smooth.
    """
    if delta < 0:
        return 1 - _exceeds(other, one, -delta)
    if delta >= 1:
        return 0.0
    rest, turn = one.mirror, _turn(delta)
    own, others = other.inner_bends(delta), -rest.inner_bends(delta)
    start, end = own[0], others[0]
    if not start < end:
        return 0.0
    bends = np.unique(np.concatenate([own, others, [turn, -turn]]).clip(start, end))
    logits, halves = _rule(bends)
    below = other.density(logits, delta) * halves
    above = rest.density(-logits, delta) * halves
    pieces = below @ WEIGHTS
    before = (np.cumsum(pieces) - pieces)[:, None] + below @ UP_TO_NODE.T
    return min(max(float(((before * above) @ WEIGHTS).sum()), 0.0), 1.0)


@attrs.frozen(eq=False)
class ShareDifference:
    """The posterior of the difference of two shares; ``share_difference`` makes it.

    Attributes:
        estimate: the difference of the shares as they were seen.
    """

    estimate: float
    _one: _Beta
    _other: _Beta

    @property
    def spread(self) -> float:
        """The standard deviation of the posterior."""
        return math.sqrt(self._one.variance + self._other.variance)

    def above(self, delta: float) -> float:
        """Return how likely the difference is to lie above ``delta``."""
        return _exceeds(self._one, self._other, delta)

    def interval(self, score: float = Z95) -> Interval:
        """Return the central interval, widened where the shares as seen lie outside of it.

        Args:
            score: the normal score of its upper end; by default that of 95 %.
        """
        mean, reach = self._one.mean - self._other.mean, score * self.spread
        starts = [self._scored(mean - reach), self._scored(mean + reach)]
        low, high = self._end(score, starts), self._end(-score, starts[::-1])
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
    one, other = (_Beta.of(yes + JEFFREYS, no + JEFFREYS) for yes, no in ((yes1, no1), (yes0, no0)))
    return ShareDifference(estimate, one, other)
