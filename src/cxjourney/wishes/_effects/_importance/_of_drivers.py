"""Which driver brings how much of R2: this describes, it decides nothing (SPEC 8)."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from cxjourney.vocabulary._checks import check_whole
from cxjourney.vocabulary._terminal import Progress
from cxjourney.wishes._arrays import Floats
from cxjourney.wishes._effects._correlations import (
    COLLINEAR,
    Correlations,
    correlate,
    given,
    given_drivers,
)
from cxjourney.wishes._effects._drivers import Regressed
from cxjourney.wishes._effects._importance._rotations import Sampled, sampled_shares
from cxjourney.wishes._effects._importance._subsets import exact_shares
from cxjourney.wishes._effects._regression import DEPENDENT, Fit

MOST_EXACT: int = 25
"""The number of drivers up to which LMG looks at every subset; beyond, it samples orders."""

ROUNDS = 50
"""How many rounds of orders are sampled where nothing else is asked for."""


def lmg(
    X: ArrayLike,  # noqa: N803 - the field's own name for a table of drivers
    y: ArrayLike,
    *,
    weights: ArrayLike | None = None,
) -> Floats:
    """Return each driver's share of R2 after Lindeman, Merenda and Gold (1980).

    It is by how much R2 rises when the driver enters, averaged over all orders of the drivers. Up
    to 25 drivers it is exact. Beyond, orders are sampled from a fixed start, always with the same
    result; ``lmg_sampled`` tells the errors too. Drivers that are duplicates get equal shares.

    Args:
        X: the drivers, n rows and p columns.
        y: the outcome, n numbers.
        weights: how much each row counts, n numbers that are not negative; None for all alike.

    Returns:
        p shares that sum to R2, which may be 1 where n <= p + 1.

    Raises:
        InvalidError: the shapes do not fit, something is not a finite number, or a column or the
            outcome is constant.

    >>> lmg([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 2, 3]).round(6).tolist()
    [0.8, 0.2]
    """
    return _lmg(correlate(X, y, weights))


def johnson(
    X: ArrayLike,  # noqa: N803 - the field's own name for a table of drivers
    y: ArrayLike,
    *,
    weights: ArrayLike | None = None,
) -> Floats:
    """Return each driver's share of R2 after Johnson's relative weights (2000).

    R2 is split over the orthogonal variables that lie nearest to the drivers, and what each brings
    is given to the drivers by their squared correlations with it (Multivariate Behavioral Research
    35(1)). It comes close to LMG, and is quick for any number of drivers.

    It takes, refuses and returns what ``lmg`` does.

    >>> johnson([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 2, 3]).round(6).tolist()
    [0.8, 0.2]
    """
    return _johnson(correlate(X, y, weights))


def lmg_of(correlation: ArrayLike, target: ArrayLike) -> Floats:
    """Return what ``lmg`` does, from correlations.

    Args:
        correlation: the correlations of the drivers with each other, p x p.
        target: their correlations with the outcome, p numbers.

    Raises:
        InvalidError: together they are no correlation matrix.

    >>> lmg_of([[1, 0.5], [0.5, 1]], [0.6, 0.4]).round(6).tolist()
    [0.286667, 0.086667]
    """
    return _lmg(given(correlation, target))


def lmg_sampled(
    correlation: ArrayLike,
    target: ArrayLike,
    *,
    rounds: int = ROUNDS,
    seed: int = 0,
    progress: Progress | None = None,
) -> Sampled:
    """Return shares after Lindeman, Merenda and Gold from a sample of the orders, with errors.

    A round is 2 p orders: a random one, its rotations, and the reverse of each. Its time grows
    with the fourth power of p. However few the rounds, the shares sum to R2.

    Args:
        correlation: the correlations of the drivers with each other, p x p.
        target: their correlations with the outcome, p numbers.
        rounds: how many rounds to sample, 2 or more; the errors fall with its square root.
        seed: where the sample starts; the same seed gives the same shares.
        progress: is told how many rounds are done.

    Raises:
        InvalidError: together they are no correlation matrix, or ``rounds`` or ``seed`` is no whole
            number, or too small.

    >>> sampled = lmg_sampled([[1, 0.5], [0.5, 1]], [0.6, 0.4])
    >>> sampled.shares.round(6).tolist(), sampled.errors.round(6).tolist()
    ([0.286667, 0.086667], [0.0, 0.0])
    """
    check_whole("rounds", rounds, 2)
    check_whole("seed", seed, 0)
    return sampled_shares(given(correlation, target), rounds, seed, progress)


def johnson_of(correlation: ArrayLike, target: ArrayLike) -> Floats:
    """Return what ``johnson`` does, from the correlations that ``lmg_of`` takes.

    Raises:
        InvalidError: together they are no correlation matrix.

    >>> johnson_of([[1, 0.5], [0.5, 1]], [0.6, 0.4]).round(6).tolist()
    [0.286667, 0.086667]
    """
    return _johnson(given(correlation, target))


def vif_of(correlation: ArrayLike) -> Floats:
    """Return how many times the variance of each driver's effect is inflated by the others.

    It is 1 / (1 - R2) of the driver on the others, which is the diagonal of the inverse; infinite
    for a driver that the others determine.

    Args:
        correlation: the correlations of the drivers with each other, p x p.

    Raises:
        InvalidError: they are no correlation matrix.

    >>> vif_of([[1, 0.5], [0.5, 1]]).round(6).tolist()
    [1.333333, 1.333333]
    """
    variances, axes = np.linalg.eigh(given_drivers(correlation))
    squares, kept = axes**2, variances > COLLINEAR
    determined = squares[:, ~kept].sum(axis=1) > COLLINEAR
    return np.where(determined, np.inf, squares[:, kept] @ (1 / variances[kept]))


def _lmg(correlations: Correlations) -> Floats:
    if len(correlations.target) <= MOST_EXACT:
        return exact_shares(correlations)
    return sampled_shares(correlations, ROUNDS, seed=0).shares


def _johnson(correlations: Correlations) -> Floats:
    variances, axes = np.linalg.eigh(correlations.drivers)
    kept = variances > COLLINEAR
    deviations, axes = np.sqrt(variances[kept]), axes[:, kept]
    root = (axes * deviations) @ axes.T
    slopes = axes @ ((correlations.target @ axes) / deviations)
    shares: Floats = root**2 @ slopes**2
    return shares


NOTHING = 1e-6
"""A column with less variance than this, beside what is held constant, tells nothing.

Far less is rounding, which rescaled would no longer be a matrix of correlations.
"""


def importances(
    regressed: Regressed, progress: Progress | None = None
) -> list[Mapping[str, float]]:
    """Return each wish's shares of the outcome's variance, by their names in a ``Finding``.

    What is held constant (who used what, and the controls) is taken out of the fulfilments and of
    the outcome first, so the shares sum to what the wishes explain beyond it. A wish without an
    effect to tell has none.

    Args:
        regressed: the regression.
        progress: told of the progress where the shares are sampled.
    """
    nothing: list[Mapping[str, float]] = [{} for _ in regressed.drivers]
    if regressed.fit is None:
        return nothing
    among, target, left = _beyond(regressed.fit, regressed.of_wishes)
    deviations = np.sqrt(np.diag(among).clip(0))
    telling = np.flatnonzero(deviations > np.sqrt(NOTHING))
    if not telling.size or left < NOTHING:
        return nothing
    scale = deviations[telling]
    correlations = among[np.ix_(telling, telling)] / np.outer(scale, scale)
    correlated = given(correlations, target[telling] / scale / np.sqrt(left))
    columns = {"johnson": _johnson(correlated)}
    if telling.size <= MOST_EXACT:
        columns["lmg"] = exact_shares(correlated)
    else:
        sampled = sampled_shares(correlated, ROUNDS, 0, progress)
        columns |= {"lmg": sampled.shares, "lmg_error": sampled.errors}
    rows = (np.column_stack([*columns.values()]) * left).tolist()
    shares: dict[int | None, Mapping[str, float]] = {
        place: dict(zip(columns, row, strict=True))
        for place, row in zip(telling.tolist(), rows, strict=True)
    }
    return [shares.get(one.place, {}) for one in regressed.drivers]


def _beyond(fit: Fit, own: int) -> tuple[Floats, Floats, float]:
    """Return the covariances of the first columns and the outcome's, net of the other columns."""
    held = fit.correlations[own:, own:]
    slopes = np.linalg.pinv(held, rcond=DEPENDENT, hermitian=True) @ np.column_stack(
        [fit.correlations[own:, :own], fit.with_outcome[own:]]
    )
    across = fit.correlations[:own, own:] @ slopes
    left = 1 - float(fit.with_outcome[own:] @ slopes[:, -1])
    among = fit.correlations[:own, :own] - across[:, :-1]
    return among, fit.with_outcome[:own] - across[:, -1], left
