"""What a survey's effects are likely to be, when they are also judged in the light of each other.

Two groups (Efron 2008, Statistical Science 23; Stephens 2017, Biostatistics 18): a part of the
wishes matters, and their effects scatter normally about a mean; the rest have next to no effect.
The part, the mean and the scatter are learned from all effects together. An estimate is normal
about its effect, so only those three are integrated, on a grid: no sampling.

Each effect is judged by its own estimate and error, as if the estimates erred independently: an
approximation, for the columns of a survey go together. ``nox -s study`` shows what the claims are
worth all the same, also where fulfilments correlate at .6.
"""

import attrs
import numpy as np
from scipy import special

from cxjourney.wishes.arrays import Floats
from cxjourney.wishes.criteria import EffectPrior

__all__ = ["Effects", "judge"]

NEXT_TO_NONE = 0.01
"""The scatter of the effects that do not matter, in standard deviations of the outcome."""

SCALE = 0.1
"""The prior standard deviation of the mean of the others, and the prior median of their scatter
(half-Cauchy, Gelman 2006, Bayesian Analysis 1)."""

PARTS = np.array([0, 0.1, 0.3, 0.5, 0.7, 0.9, 1])
BELIEFS = np.array([0.25, 0.1, 0.1, 0.1, 0.1, 0.1, 0.25])
"""The parts of the wishes that may matter, and how likely each is: none, all, or anything else."""

MEANS = np.linspace(-3, 3, 25) * SCALE
SCATTERS = np.geomspace(SCALE / 20, 5 * SCALE, 15)

NEGLIGIBLE = 1e-9
TAIL = 0.025
HALVINGS = 50


@attrs.frozen(eq=False)
class Effects:
    """How likely effects are, as mixtures of normal distributions.

    Attributes:
        weights: how likely each component is for each effect, (components, effects).
        means: the mean of each effect in each component, of the same shape.
        spreads: its standard deviation, of the same shape.
    """

    weights: Floats
    means: Floats
    spreads: Floats

    @property
    def mean(self) -> Floats:
        """The expected effects."""
        mean: Floats = (self.weights * self.means).sum(axis=0)
        return mean

    def above(self, threshold: Floats) -> Floats:
        """Return how likely each effect lies above its threshold."""
        each = special.ndtr((self.means - threshold) / self.spreads)
        likely: Floats = (self.weights * each).sum(axis=0)
        return likely.clip(0, 1)

    def interval(self) -> tuple[Floats, Floats]:
        """Return the ends of the central intervals of 95 %."""
        return self._quantile(TAIL), self._quantile(1 - TAIL)

    def _quantile(self, share: float) -> Floats:
        reach: Floats = special.ndtri(1 - TAIL) * self.spreads
        low: Floats = (self.means - reach).min(axis=0)
        high: Floats = (self.means + reach).max(axis=0)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            below = 1 - self.above(middle) < share
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return (low + high) / 2


def judge(estimates: Floats, errors: Floats, prior: EffectPrior) -> Effects:
    """Return how likely effects are, given their estimates.

    Args:
        estimates: the estimates, in standard deviations, (effects,).
        errors: their standard errors, above 0, (effects,).
        prior: what is believed of them beforehand.
    """
    if prior is EffectPrior.FLAT:
        return Effects(np.ones((1, estimates.size)), estimates[None, :], errors[None, :])
    parts, means, scatters, believed = _grid()
    matter = _fits(estimates, errors, means, scatters)
    rest = _fits(estimates, errors, np.zeros(1), np.full(1, NEXT_TO_NONE))
    with np.errstate(divide="ignore"):
        matter += np.log(parts)[:, None]
        fits = np.logaddexp(matter, rest + np.log1p(-parts)[:, None])
    likely = believed + fits.sum(axis=1)
    weights = np.exp(likely - likely.max())
    kept = weights > NEGLIGIBLE * weights.sum()
    weights = weights[kept] / weights[kept].sum()
    in_each = weights[:, None] * np.exp(matter - fits)[kept]
    each = _shrunk(estimates, errors, means[kept], scatters[kept])
    none = _shrunk(estimates, errors, np.zeros(1), np.full(1, NEXT_TO_NONE))
    return Effects(
        np.vstack([in_each, 1 - in_each.sum(axis=0)]),
        np.vstack([each[0], none[0]]),
        np.vstack([each[1], none[1]]),
    )


def _grid() -> tuple[Floats, Floats, Floats, Floats]:
    """Return parts, means and scatters, and the logarithm of how likely each is beforehand."""
    parts, means, scatters = np.meshgrid(PARTS, MEANS, SCATTERS, indexing="ij")
    # The grid is even in the logarithm of the scatter, which brings it in as a factor.
    believed = (
        np.log(BELIEFS)[:, None, None]
        - 0.5 * (means / SCALE) ** 2
        + np.log(scatters)
        - np.log1p((scatters / SCALE) ** 2)
    )
    return parts.ravel(), means.ravel(), scatters.ravel(), believed.ravel()


def _fits(estimates: Floats, errors: Floats, means: Floats, scatters: Floats) -> Floats:
    """Return the log density of each estimate, but for a constant, in each component."""
    variances = errors**2 + scatters[:, None] ** 2
    return -0.5 * (np.log(variances) + (estimates - means[:, None]) ** 2 / variances)


def _shrunk(
    estimates: Floats, errors: Floats, means: Floats, scatters: Floats
) -> tuple[Floats, Floats]:
    """Return the means and spreads of the effects in each component, given their estimates."""
    kept = scatters[:, None] ** 2 / (errors**2 + scatters[:, None] ** 2)
    return means[:, None] + kept * (estimates - means[:, None]), errors * np.sqrt(kept)
