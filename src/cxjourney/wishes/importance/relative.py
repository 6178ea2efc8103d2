"""Which driver brings how much of R2: this describes, it decides nothing (SPEC 8).

A driver without any effect earns a share of R2 by moving together with one that has an effect, so
shares stand beside the effects only. All of them come from correlations alone.
"""

import numpy as np
from numpy.typing import ArrayLike

from cxjourney.progress import Progress
from cxjourney.vocabulary._checks import check_whole
from cxjourney.wishes.arrays import Floats
from cxjourney.wishes.importance.correlations import Correlations, correlate, given, given_drivers
from cxjourney.wishes.importance.orders import COLLINEAR, Sampled, exact_shares, sampled_shares

__all__ = ["MOST_EXACT", "johnson", "johnson_of", "lmg", "lmg_of", "lmg_sampled", "vif_of"]

MOST_EXACT: int = 20
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
    to 20 drivers it is exact. Beyond, orders are sampled from a fixed start, always with the same
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

    Args:
        X: the drivers, n rows and p columns.
        y: the outcome, n numbers.
        weights: how much each row counts, n numbers that are not negative; None for all alike.

    Returns:
        p shares that sum to R2, which may be 1 where n <= p + 1.

    Raises:
        InvalidError: the shapes do not fit, something is not a finite number, or a column or the
            outcome is constant.

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
    """Return what ``johnson`` does, from correlations.

    Args:
        correlation: the correlations of the drivers with each other, p x p.
        target: their correlations with the outcome, p numbers.

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
