"""What a survey's effects are likely to be, when they are also judged in the light of each other.

A part of the wishes matters: their effects scatter about a mean, one of them perhaps far above the
rest (the scatter has heavy tails: Stephens 2017, Biostatistics 18). Of the others half have next to
no effect, and half a small one. The part, the mean and the scatter are learned from all effects
together (Efron 2008, Statistical Science 23) and averaged over. An estimate is normal about its
effect, so only those three are integrated, on a grid: no sampling.

Each effect is judged by its own estimate and error, as if the estimates erred independently: an
approximation, for the columns of a survey go together. ``nox -s study`` shows what the claims are
worth all the same, also where fulfilments correlate at .6.
"""

import attrs
import numpy as np
from scipy import special

from cxjourney.wishes._arrays import Floats
from cxjourney.wishes._kinds import EffectPrior

SCALE = 0.1
"""The prior standard deviation of the mean, and the prior median of the scatter (half-Cauchy,
Gelman 2006, Bayesian Analysis 1), in standard deviations of the outcome."""

REST: Floats = np.array([SCALE / 10, SCALE])
"""The scatter about 0 of those that do not matter: half have next to no effect, half a little."""

PARTS: Floats = np.array([0, 0.1, 0.3, 0.5, 0.7, 0.9, 1])
BELIEFS: Floats = np.array([0.25, 0.1, 0.1, 0.1, 0.1, 0.1, 0.25])
"""The parts of the wishes that may matter, and how likely each is: none, all, or anything else."""

MEANS: Floats = np.linspace(-3, 3, 49) * SCALE
SCATTERS: Floats = np.geomspace(SCALE / 20, 5 * SCALE, 15)

TAILS = (-2, -1, 0, 1, 2, 4, 7)
"""The heavy tail: equally likely normals whose scatter lies so many steps of the grid from it."""

WIDTHS: Floats = SCATTERS[0] * (SCATTERS[1] / SCATTERS[0]) ** np.arange(
    min(TAILS), SCATTERS.size + max(TAILS)
)
"""The scatters of all those normals: the grid, and beyond its ends."""
SLOTS = [slice(step - min(TAILS), step - min(TAILS) + SCATTERS.size) for step in TAILS]
"""Which of the widths stand in the tail of each scatter, one after another."""

# The grid is even in the logarithm of the scatter, which brings it in as a factor.
BELIEVED: Floats = (
    np.log(BELIEFS)[:, None, None]
    - 0.5 * (MEANS[:, None] / SCALE) ** 2
    + np.log(SCATTERS)
    - np.log1p((SCATTERS / SCALE) ** 2)
)
"""The logarithm of how likely each part, mean and scatter is beforehand."""

IMPOSSIBLE = 1e-300
NEGLIGIBLE = 1e-9
"""A component that is less likely than this for every effect is left out."""
LIGHT = 1e-6
"""Components that are less likely than this do not count for the ends of an interval."""
TAIL = 0.025
CLOSE = 1e-4
"""An end is found when a step to it is this small, in standard deviations."""


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
        count = int((self.weights > LIGHT).sum(axis=0).max())
        heavy = np.argpartition(-self.weights, count - 1, axis=0)[:count]
        weights, means, spreads = (
            np.take_along_axis(of, heavy, axis=0) for of in (self.weights, self.means, self.spreads)
        )
        mixture = Effects(weights / weights.sum(axis=0), means, spreads)
        low, high = np.split(mixture._ends(), 2)
        return low, high

    def _ends(self) -> Floats:
        """Return the lower ends, then the upper ones.

        They are found by Newton's steps between bounds that close in. The steps go by normal
        scores: of a mixture these lie nearly on a straight line.
        """
        score = float(special.ndtri(1 - TAIL))
        count = self.weights.shape[1]
        wanted = np.repeat([-score, score], count)
        low = np.tile((self.means - score * self.spreads).min(axis=0), 2)
        high = np.tile((self.means + score * self.spreads).max(axis=0), 2)
        variances = (self.weights * (self.spreads**2 + (self.means - self.mean) ** 2)).sum(axis=0)
        whole = np.tile(np.sqrt(variances), 2)
        found: Floats = (np.tile(self.mean, 2) + wanted * whole).clip(low, high)
        steps, left = high - low, np.arange(2 * count)
        while left.size:
            weights, means, spreads = (
                of[:, left % count] for of in (self.weights, self.means, self.spreads)
            )
            at = found[left]
            away = (at - means) / spreads
            scores = special.ndtri((weights * special.ndtr(away)).sum(axis=0))
            density = (weights * np.exp(-0.5 * away**2) / spreads).sum(axis=0) + IMPOSSIBLE
            short = wanted[left] - scores
            low[left] = np.where(short > 0, at, low[left])
            high[left] = np.where(short > 0, high[left], at)
            with np.errstate(over="ignore", invalid="ignore"):
                guess = at + short * np.exp(-0.5 * scores**2) / density
            # A step that is not half as long as the last one may lead round in a circle.
            lost = ~((guess >= low[left]) & (guess <= high[left]))
            lost |= np.abs(guess - at) > steps[left] / 2
            found[left] = np.where(lost, (low[left] + high[left]) / 2, guess)
            steps[left] = np.abs(found[left] - at)
            left = left[steps[left] > CLOSE * whole[left]]
        return found


def judge(estimates: Floats, errors: Floats, prior: EffectPrior) -> Effects:
    """Return how likely effects are, given their estimates.

    Args:
        estimates: the estimates, in standard deviations, (effects,).
        errors: their standard errors, above 0, (effects,).
        prior: what is believed of them beforehand.
    """
    if prior is EffectPrior.FLAT:
        return Effects(np.ones((1, estimates.size)), estimates[None, :], errors[None, :])
    means = np.append(np.repeat(MEANS, WIDTHS.size), np.zeros(REST.size))[:, None]
    widths = np.append(np.tile(WIDTHS, MEANS.size), REST)[:, None]
    fits = _fits(estimates, errors, means, widths)
    each = fits[: -REST.size].reshape(MEANS.size, WIDTHS.size, estimates.size)
    tails = sum((each[:, slot] for slot in SLOTS), np.zeros(1)) / len(SLOTS)
    rest = fits[-REST.size :].mean(axis=0)
    mixed = [_mixed(part, tails, rest) for part in PARTS.tolist()]
    likely = BELIEVED + [np.log(one).sum(axis=2) for one in mixed]
    weights = np.exp(likely - likely.max())
    weights /= weights.sum()
    in_tails, in_rest = np.zeros(tails.shape), np.zeros(estimates.size)
    for part, weight, one in zip(PARTS.tolist(), weights, mixed, strict=True):
        shares = weight[:, :, None] / one
        in_tails += part * shares
        in_rest += (1 - part) * shares.sum(axis=(0, 1))
    taken = np.zeros(each.shape)
    for slot in SLOTS:
        taken[:, slot] += in_tails / len(SLOTS)
    fits[: -REST.size] *= taken.reshape(-1, estimates.size)
    fits[-REST.size :] *= in_rest / REST.size
    kept = fits.max(axis=1) > NEGLIGIBLE
    fits, means, widths = fits[kept], means[kept], widths[kept]
    own = widths**2 / (errors**2 + widths**2)
    return Effects(
        fits / fits.sum(axis=0), means + own * (estimates - means), errors * np.sqrt(own)
    )


def _mixed(part: float, tails: Floats, rest: Floats) -> Floats:
    """Return the density of each estimate where so great a part of the wishes matters."""
    mixed: Floats = part * tails
    mixed += (1 - part) * rest
    return mixed


def _fits(estimates: Floats, errors: Floats, means: Floats, widths: Floats) -> Floats:
    """Return the density of each estimate in each component, the greatest as 1, and none as 0."""
    variances = errors**2 + widths**2
    logs = -0.5 * (np.log(variances) + (estimates - means) ** 2 / variances)
    fits: Floats = np.exp(logs - logs.max(axis=0)) + IMPOSSIBLE
    return fits
