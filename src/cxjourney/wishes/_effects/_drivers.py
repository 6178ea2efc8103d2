"""The effects of fulfilment on the outcome: one regression, each judged by the others too."""

from collections.abc import Sequence

import attrs
import numpy as np
from scipy import special

from cxjourney.wishes._arrays import Codes, Floats
from cxjourney.wishes._effects._regression import (
    Column,
    ColumnMoments,
    Design,
    Fit,
    fit,
    moments,
    usage,
)
from cxjourney.wishes._kinds import Criteria, EffectPrior, Reason

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


@attrs.frozen(eq=False)
class Rated:
    """The rows of a survey that tell of effects.

    Attributes:
        ratings: the fulfilment of each wish, blanks as NaN; None for a wish without ratings.
        outcome: the outcome, without blanks.
        controls: other columns that the effects are taken net of, without blanks.
        weights: the weights, positive, that sum to the number of rows; None for all 1.
        clusters: the respondent of each row, from 0; None where each row is another's.
    """

    ratings: Sequence[Floats | None]
    outcome: Floats
    controls: Sequence[Floats] = ()
    weights: Floats | None = None
    clusters: Codes | None = None

    @property
    def respondents(self) -> int:
        """How many rows there are."""
        if self.clusters is None or not self.clusters.size:
            return self.outcome.size
        return int(self.clusters.max()) + 1


@attrs.frozen
class Driver:
    """The fulfilment of one wish, as a driver of the outcome.

    Attributes:
        of: the mean and the spread of its ratings.
        place: which column of the regression it is, or None where it could not be one.
        doubt: why its effect cannot be told, or None.
    """

    of: ColumnMoments
    place: int | None
    doubt: Reason | None


@attrs.frozen(eq=False)
class Regressed:
    """The regression of a survey's outcome on the fulfilment of its wishes.

    The fulfilments come first among the columns, then what is held constant: who used what, and
    the controls.

    Attributes:
        drivers: one for each wish.
        outcome: the mean and the spread of the outcome.
        fit: the regression, or None where there are too few rows, or nothing varies.
        of_wishes: how many of the columns are fulfilments.
    """

    drivers: tuple[Driver, ...]
    outcome: ColumnMoments
    fit: Fit | None
    of_wishes: int


def regress(rated: Rated, criteria: Criteria) -> Regressed:
    """Regress the outcome on the fulfilment of all wishes at once.

    A blank rating means that the customer did not use it. Such a row stands at the mean of those
    who did, and a column of its own tells who did, so that the effect is that among users (Allison
    2001, Missing Data, on values that cannot exist).
    """
    weights = rated.weights
    columns = [
        None if values is None else Column(values, moments(values, weights))
        for values in rated.ratings
    ]
    outcome = Column(rated.outcome, moments(rated.outcome, weights))
    design, places = _design(columns, outcome, rated)
    few = rated.respondents - 1 - len(design.columns) < criteria.min_freedom
    tells = not few and outcome.of.spread > 0 and bool(design.columns)
    fitted = fit(design, rated.clusters) if tells else None
    drivers = tuple(
        Driver(
            of=ColumnMoments(0.0, 0.0, 0) if column is None else column.of,
            place=place if fitted else None,
            doubt=Reason.FEW_ROWS
            if few
            else _doubt(column, criteria) or _common_doubt(outcome, fitted, place),
        )
        for column, place in zip(columns, places, strict=True)
    )
    return Regressed(drivers, outcome.of, fitted, sum(place is not None for place in places))


def _design(
    columns: Sequence[Column | None], outcome: Column, rated: Rated
) -> tuple[Design, list[int | None]]:
    """Return the columns that vary, and where each wish's fulfilment is among them."""
    controls = [Column(values, moments(values, rated.weights)) for values in rated.controls]
    own = [column for column in columns if column is not None and column.of.spread]
    filled = [column for column in columns if column is not None and column.of.n]
    partly = [usage(column, rated.weights) for column in filled if column.of.n < rated.outcome.size]
    held = [*partly, *(column for column in controls if column.of.spread)]
    places = iter(range(len(own)))
    return Design([*own, *held], outcome, rated.weights), [
        next(places) if column is not None and column.of.spread else None for column in columns
    ]


def _doubt(column: Column | None, criteria: Criteria) -> Reason | None:
    """Return why ratings can show no effect, whatever the other columns, or None."""
    if column is None or not column.of.n:
        return Reason.NOT_RATED
    if column.of.n - 2 < criteria.min_freedom:
        return Reason.FEW_ROWS
    if not column.of.spread or varied(column.numbers) < criteria.min_varied:
        return Reason.HARDLY_VARIES
    return None


def _common_doubt(outcome: Column, fitted: Fit | None, place: int | None) -> Reason | None:
    """Return why ratings show no effect beside the other columns, or None."""
    if not outcome.of.spread:
        return Reason.CONSTANT_OUTCOME
    known = fitted is None or place is None or fitted.identified[place]
    return None if known else Reason.COLLINEAR
