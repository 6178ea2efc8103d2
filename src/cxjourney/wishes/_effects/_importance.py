"""Which driver brings how much of R2: this describes, it decides nothing (SPEC 8)."""

from collections.abc import Mapping, Sequence
from functools import cache
from math import comb
from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxjourney.vocabulary._checks import check_whole
from cxjourney.vocabulary._terminal import Progress, Showable
from cxjourney.wishes._arrays import Floats
from cxjourney.wishes._effects._correlations import Correlations, correlate, given, given_drivers
from cxjourney.wishes._effects._drivers import Regressed
from cxjourney.wishes._effects._regression import DEPENDENT, Fit

COLLINEAR: float = 1e-10
"""The share of a driver's variance, beside the other drivers, under which it counts as none."""

WIDE = 12
"""How many drivers are tried in and out at once: so many subsets stay in the processor's cache."""

APART = 24
"""Numbers between rows of tables, which a power of two apart get in each other's way there."""

NARROW = 6
"""Up to so many drivers a whole square of covariances takes less time than its half by rows."""

CELLS = 2**21
"""How many numbers the tables of a batch of sampled orders may hold together."""


@attrs.frozen(eq=False)
class Sampled(Showable):
    """Shares of R2 that were estimated from a sample of the orders.

    Attributes:
        shares: the share of each driver; they sum to R2.
        errors: the standard error of each share.
    """

    shares: Floats
    errors: Floats

    def __repr__(self) -> str:
        return f"<Sampled shares of {self.shares.size} drivers, {self.shares.sum():.3f} in all>"


def exact_shares(correlations: Correlations) -> Floats:
    """Return the mean gain in R2 of each driver over all orders, from all subsets of drivers.

    Every subset's unexplained variance comes from that of a smaller subset by one sweep (Gaussian
    elimination of a driver), so that 2**p subsets take in the order of 2**p operations. The mean
    over orders is a sum over subsets in which one of ``s`` drivers besides ``j`` has the weight
    ``s! (p-1-s)! / p!`` (Groemping 2006, JSS 17(1)).
    """
    p = len(correlations.target)
    wide = min(p, WIDE)
    square = correlations.joined()[:, :, None]
    for _ in range(min(wide, NARROW)):
        square = np.concatenate([square[1:, 1:], _entered(square)], axis=2)
    table = [row[place:] for place, row in enumerate(square)]
    while len(table) > p - wide + 1:
        table = _in_and_out(table)
    before, after, sizes = _weights(p, wide)
    own = np.zeros(p)
    sums = _Sums(
        weights=[(before + after)[entered:][sizes] for entered in range(p - wide + 1)],
        unexplained=np.zeros((p - wide + 1, 2**wide)),
        own=own[wide:],
        room=_rooms(range(p - wide + 1), 2**wide),
    )
    sums.add(table)
    weighted, common = np.zeros(2**wide), 0.0
    for entered, unexplained in enumerate(sums.unexplained):
        weighted += sums.weights[entered] * unexplained
        common += float(before[entered:][sizes] @ unexplained)
    own[:wide] = _with_each(weighted, wide)
    return np.maximum(common - own, 0.0)


@cache
def _weights(drivers: int, wide: int) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Return the weights by size before a driver enters and once it is in, and sizes by place."""
    before = np.array([1 / (drivers * comb(drivers - 1, size)) for size in range(drivers)] + [0.0])
    sizes = np.bitwise_count(np.arange(2**wide)).astype(np.intp)
    return before, np.concatenate([[0.0], before[:-1]]), sizes


Table: TypeAlias = list[Floats]
"""What is left of the covariances of some drivers and, last, the outcome: their upper triangle.

Row ``i`` starts at the diagonal; the last axis is that of the subsets of the drivers before.
"""


def _rooms(sizes: Sequence[int], subsets: int) -> list[Table]:
    """Return tables of so many rows to write to, all in one piece of memory, as that is quicker."""
    columns = [columns for rows in sizes for columns in range(rows, 0, -1)]
    room = np.empty((sum(columns), subsets + APART))[:, :subsets]
    pieces = iter(np.split(room, np.cumsum(columns)[:-1]))
    return [[next(pieces) for _ in range(rows)] for rows in sizes]


def _in_and_out(table: Table) -> Table:
    """Return the table of the others: first without the first driver, then with it."""
    subsets = table[0].shape[-1]
    grown = _rooms([len(table) - 1], 2 * subsets)[0]
    for row, out in zip(table[1:], grown, strict=True):
        out[:, :subsets] = row
    _enter(table, [out[:, subsets:] for out in grown])
    return grown


def _enter(table: Table, room: Table) -> None:
    """Write what is left of the table of the others once the first driver is in."""
    first, others = table[0], table[1:]
    slopes = first[1:] * _inverse(first[0])
    for place, (row, out) in enumerate(zip(others, room, strict=True)):
        np.multiply(slopes[place], first[place + 1 :], out=out)
        np.subtract(row, out, out=out)


def _inverse(variance: Floats) -> Floats:
    """Return one over each variance; 0 where there is none left."""
    if variance.min() <= COLLINEAR:
        variance = np.where(variance > COLLINEAR, variance, np.inf)
    inverse: Floats = 1 / variance
    return inverse


@attrs.frozen(eq=False)
class _Sums:
    """What is summed up over the subsets of the last drivers.

    Attributes:
        weights: the weight of each subset of the first drivers, by how many of the last are in.
        unexplained: the sum of the unexplained variance of the outcome, of the same shape.
        own: the weighted sum over the subsets that each of the last drivers is in.
        room: a table to write to for each number of rows.
    """

    weights: list[Floats]
    unexplained: Floats
    own: Floats
    room: list[Table]

    def add(self, table: Table, entered: int = 0) -> float:
        """Add every subset of the drivers of a table, one by one; return the weighted sum."""
        drivers = len(table) - 1
        if not drivers:
            unexplained = table[0][0]
            total = self.unexplained[entered]
            total += unexplained
            return float(self.weights[entered] @ unexplained)
        without = self.add(table[1:], entered)
        room = self.room[drivers]
        _enter(table, room)
        with_it = self.add(room, entered + 1)
        self.own[-drivers] += with_it
        return without + with_it


def _with_each(values: Floats, drivers: int) -> Floats:
    """Return, for each driver, the sum of the values of the subsets it is in.

    Bit ``j`` of a subset's place tells whether driver ``j`` is in it.
    """
    sums = np.empty(drivers)
    for driver in reversed(range(drivers)):
        without, with_it = values.reshape(2, -1)
        sums[driver] = with_it.sum()
        values = without + with_it
    return sums


def sampled_shares(
    correlations: Correlations, rounds: int, seed: int, progress: Progress | None = None
) -> Sampled:
    """Return the mean gain in R2 of each driver over a sample of the orders.

    A round is a random order, all its rotations, and the reverse of each: every driver is once at
    every place from the front and once from the back, so that the places, which make most of the
    difference where drivers are alike, add no error of their own. The rounds are independent of
    each other; the standard errors come from their scatter. For reversed orders see Mitchell et
    al. 2022 (JMLR 23(43)), for strata by place Castro et al. 2017 (Comput. Oper. Res. 82).
    """
    p = len(correlations.target)
    table = correlations.joined()
    generator = np.random.default_rng(seed)
    # A fixed order of the drivers, so that the order of the columns changes nothing.
    drivers = np.argsort(np.abs(correlations.target), kind="stable")
    turns = (np.arange(p)[:, None] + np.arange(p)) % p
    shares = np.empty((rounds, p))
    for done in range(rounds):
        rotated = generator.permutation(drivers)[turns]
        shares[done] = _mean_gains(table, np.vstack([rotated, rotated[:, ::-1]]))
        if progress is not None:
            progress("sampling", done + 1, rounds)
    return Sampled(shares.mean(axis=0), shares.std(axis=0, ddof=1) / np.sqrt(rounds))


def _mean_gains(table: Floats, orders: NDArray[np.intp]) -> Floats:
    """Return the mean gain in R2 of each driver over some orders (one a row)."""
    count, p = orders.shape
    batch = max(1, CELLS // table.size)
    sums: Floats = np.zeros(p)
    for start in range(0, count, batch):
        some = orders[start : start + batch]
        sums += np.bincount(some.T.ravel(), _gains(table, some).ravel(), minlength=p)
    mean: Floats = sums / count
    return mean


def _entered(table: Floats) -> Floats:
    """Return what is left of the covariances once the first driver is in, as a whole square."""
    return table[1:, 1:] - _slope(table)[:, None] * table[0, 1:]


def _slope(table: Floats) -> Floats:
    slope: Floats = table[0, 1:] * _inverse(table[0, 0])
    return slope


def _gains(table: Floats, orders: NDArray[np.intp]) -> Floats:
    """Return the rise of R2 as drivers enter: a row for each place, a column for each order."""
    count, p = orders.shape
    rows = np.vstack([orders.T, np.full(count, p)])
    left = table[rows[:, None], rows]
    gains = np.empty((p, count))
    for place in range(p):
        gains[place] = _slope(left)[-1] * left[0, -1]
        left = _entered(left)
    return gains


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
