"""Shares of R2 averaged over every order in which drivers may enter (Lindeman, Merenda, Gold)."""

from collections.abc import Iterator
from math import comb

import attrs
import numpy as np
from numpy.typing import NDArray

from cxjourney.progress import Progress
from cxjourney.wishes.arrays import Floats
from cxjourney.wishes.importance.correlations import Correlations

__all__ = ["COLLINEAR", "Sampled", "exact_shares", "sampled_shares"]

COLLINEAR: float = 1e-10
"""The share of a driver's variance, beside the other drivers, under which it counts as none."""

BLOCK = 14
"""How many drivers are swept at once: the tables of 2**14 subsets stay in the processor's cache."""

CELLS = 2**21
"""How many numbers the tables of a batch of sampled orders may hold together."""


@attrs.frozen(eq=False)
class Sampled:
    """Shares of R2 that were estimated from a sample of the orders.

    Attributes:
        shares: the share of each driver; they sum to R2.
        errors: the standard error of each share.
    """

    shares: Floats
    errors: Floats


def exact_shares(correlations: Correlations) -> Floats:
    """Return the mean gain in R2 of each driver over all orders, from all subsets of drivers.

    Every subset's unexplained variance comes from that of a smaller subset by one sweep (Gaussian
    elimination of a driver), so that 2**p subsets take in the order of 2**p operations. The mean
    over orders is a sum over subsets in which one of ``s`` drivers besides ``j`` has the weight
    ``s! (p-1-s)! / p!`` (Groemping 2006, JSS 17(1)).
    """
    p = len(correlations.target)
    swept = min(p, BLOCK)
    before = np.array([1 / (p * comb(p - 1, size)) for size in range(p)] + [0.0])
    after = np.concatenate([[0.0], before[:-1]])
    sizes = np.bitwise_count(np.arange(2**swept)).astype(np.intp)
    common, own = 0.0, np.zeros(p)
    for inside, unexplained in _blocks(correlations.joined()[:, :, None], swept):
        entered = int(inside.sum())
        # No dot product: for one of this length BLAS starts threads, which cost more than it does.
        common += float((before[entered:][sizes] * unexplained).sum())
        with_driver, total = _with_each((before + after)[entered:][sizes] * unexplained, swept)
        own[p - swept :] += with_driver
        own[: p - swept] += inside * total
    return np.maximum(common - own, 0.0)


def _blocks(
    table: Floats, swept: int, inside: tuple[int, ...] = ()
) -> Iterator[tuple[Floats, Floats]]:
    """Try the first drivers in and out, one by one; sweep all subsets of the last together.

    Yields which of the first drivers are in (1 or 0), and the unexplained variance of the outcome
    for each subset of the last ``swept`` ones.
    """
    if len(table) - 1 > swept:
        yield from _blocks(table[1:, 1:], swept, (*inside, 0))
        yield from _blocks(_entered(table), swept, (*inside, 1))
        return
    while len(table) > 1:
        table = np.concatenate([table[1:, 1:], _entered(table)], axis=2)
    yield np.array(inside, dtype=np.float64), table[0, 0]


def _entered(table: Floats) -> Floats:
    """Return what is left of the variances once the first driver is in."""
    column = table[0, 1:]
    return table[1:, 1:] - _slope(table)[:, None] * column


def _slope(table: Floats) -> Floats:
    """Return the slopes of the others on the first driver; 0 where it has no variance left."""
    left = table[0, 0]
    slope: Floats = table[0, 1:] / np.where(left > COLLINEAR, left, np.inf)
    return slope


def _with_each(values: Floats, drivers: int) -> tuple[Floats, float]:
    """Return, for each driver, the sum of the values of the subsets it is in; and of all subsets.

    Bit ``j`` of a subset's place tells whether driver ``j`` is in it.
    """
    sums = np.empty(drivers)
    for driver in reversed(range(drivers)):
        without, with_it = values.reshape(2, -1)
        sums[driver] = with_it.sum()
        values = without + with_it
    return sums, float(values[0])


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
