"""What is true of the populations that generated surveys ask."""

from functools import lru_cache

import attrs
import numpy as np
from numpy.random import default_rng

from cxjourney.testing.populations import Population, World, ask, populate
from cxjourney.wishes.arrays import Floats

__all__ = ["Truth", "truth"]

CROWD = 50_000
"""Customers asked to work out what is true of a population: effects to a standard error of .002."""


@attrs.frozen(eq=False)
class Truth:
    """What is true of a population; the arrays have a figure a wish.

    Attributes:
        population: the population.
        effects: the best linear partial effect on the outcome, in standard deviations of either;
            exactly 0 where the outcome does not depend on the wish.
        hidden: how strong the hidden cause is.
    """

    population: Population
    effects: Floats
    hidden: Floats


@lru_cache(maxsize=64)
def truth(world: World, wishes: int, seed: int) -> Truth:
    """Return a population and what is true of it."""
    random = default_rng([seed, list(World).index(world)])
    population = populate(world, wishes, random)
    crowd = ask(population, CROWD, random, styled=False)
    spreads = np.nanstd(crowd.ratings, axis=0)
    drivers = np.column_stack(
        [
            np.nan_to_num(crowd.ratings - np.nanmean(crowd.ratings, axis=0)),
            ~np.isnan(crowd.ratings),
            crowd.hidden,
        ]
    )
    # Chance is independent of all else: held as well, it changes no slope and leaves less noise.
    slopes = _slopes(np.column_stack([drivers, crowd.chance]), crowd.outcome)[:wishes]
    return Truth(
        population=population,
        effects=np.where(population.slopes == 0, 0, slopes * spreads / crowd.outcome.std()),
        hidden=_strength(drivers, crowd.outcome)[:wishes]
        if population.plan.confounded
        else np.zeros(wishes),
    )


def _slopes(drivers: Floats, outcome: Floats) -> Floats:
    """Return the slopes of least squares."""
    size = drivers.shape[1]
    moments = np.cov(drivers, outcome, rowvar=False)
    slopes = np.linalg.solve(moments[:size, :size], moments[:size, size])
    return np.asarray(slopes, np.float64)


def _strength(drivers: Floats, outcome: Floats) -> Floats:
    """Return how strong the last driver is as a hidden cause for each, on the scale of robustness.

    A cause that explains the share ``d`` of what is left of a fulfilment, and ``y`` of what is left
    of the outcome, does as much as one that explains the share ``s`` of either, where
    ``s**2 / (1 - s) == y * d / (1 - d)`` (Cinelli and Hazlett 2020, sections 4.1 and 4.2).
    """
    of_fulfilment = _explained(drivers)
    of_outcome = _explained(np.column_stack([outcome, drivers]))[0]
    odds = of_outcome * of_fulfilment / (1 - of_fulfilment)
    return np.asarray((np.sqrt(odds * (odds + 4)) - odds) / 2, np.float64)


def _explained(columns: Floats) -> Floats:
    """Return the share that the last column explains of what the others leave of each of them."""
    precision = np.linalg.inv(np.cov(columns, rowvar=False))
    last, others = precision[-1], np.diag(precision)[:-1]
    return np.asarray(last[:-1] ** 2 / (last[-1] * others), np.float64)
