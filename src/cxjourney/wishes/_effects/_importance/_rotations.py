"""Shares of R2 over a sample of the orders of the drivers (SPEC 8)."""

import attrs
import numpy as np
from numpy.typing import NDArray

from cxjourney.vocabulary._terminal import Progress, Showable
from cxjourney.wishes._arrays import Floats
from cxjourney.wishes._effects._correlations import Correlations
from cxjourney.wishes._effects._importance._sweep import slopes, swept

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
        gains[place] = slopes(left)[-1] * left[0, -1]
        left = swept(left)
    return gains
