"""Print how often segments that are alike are called different, and whether intervals hold shares.

Segments, or waves, are drawn from one population, so that every difference that is called one is
false: the share of comparisons with any is to be 5 % at most. Bootstrap intervals of LMG and
Johnson are held against the shares of a very large sample.
"""

import argparse
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from table import align

from cxjourney.testing import World, generate_survey
from cxjourney.wishes import compare_maps, johnson, lmg, map_wishes, share_intervals

Floats = NDArray[np.float64]
WORLDS = (World.BASE, World.HALO, World.CEILING, World.HEAVY_TAILS)
LARGE = 400_000
SLOPES = np.array([0.5, 0.3, 0.1, 0.0])
DIFFER = ("world", "maps", "n of each", "comparisons", "any called different", "standard error")
HOLD = ("measure", "n", "intervals", "hold the share", "standard error", "of the share of none")


def falsely(world: World, maps: int, customers: int, seed: int) -> bool:
    """Return whether anything is called different between parts of one population."""
    survey = generate_survey(world, customers=maps * customers, seed=seed, wishes=6)
    parts = [slice(start, None, maps) for start in range(maps)]
    made = {
        str(number): map_wishes(
            {name: np.asarray(column)[part] for name, column in survey.columns.items()},
            outcome=survey.outcome,
            items=survey.items,
            statements=survey.statements,
        )
        for number, part in enumerate(parts)
    }
    return any(one.differs for one in compare_maps(made).differences)


def table(rows: int, seed: int) -> tuple[Floats, Floats]:
    """Return four drivers that go together, the last without an effect, and an outcome."""
    chance = np.random.default_rng(seed)
    x = chance.normal(size=(rows, SLOPES.size)) + 0.8 * chance.normal(size=(rows, 1))
    return x, x @ SLOPES + chance.normal(size=rows)


def error(share: float, count: int) -> float:
    """Return the standard error of a share."""
    return float(np.sqrt(share * (1 - share) / count))


def differing(count: int, seed: int) -> Iterator[tuple[str, ...]]:
    """Yield a line for each world, number of maps and size."""
    for world in WORLDS:
        for maps, customers in ((2, 300), (2, 1000), (4, 300)):
            found = [falsely(world, maps, customers, seed + one) for one in range(count)]
            share = float(np.mean(found))
            figures = (f"{share:.3f}", f"{error(share, count):.3f}")
            yield world.value, f"{maps}", f"{customers:,}", f"{count:,}", *figures


def holding(count: int, seed: int) -> Iterator[tuple[str, ...]]:
    """Yield a line for each measure and size."""
    measures: tuple[tuple[str, Callable[..., Floats]], ...] = (("LMG", lmg), ("Johnson", johnson))
    for name, measure in measures:
        true = measure(*table(LARGE, seed))
        for rows in (100, 300, 1000):
            found = [
                share_intervals(*table(rows, seed + one), measure=measure, draws=400)
                for one in range(1, count + 1)
            ]
            held = np.array([(one.low <= true) & (true <= one.high) for one in found])
            share = float(held.mean())
            # The intervals of one survey err together.
            spread = float(held.mean(axis=1).std(ddof=1) / np.sqrt(count))
            figures = (f"{share:.3f}", f"{spread:.3f}", f"{held[:, -1].mean():.3f}")
            yield name, f"{rows:,}", f"{held.size:,}", *figures


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--comparisons", type=int, default=400, help="of each kind")
    parser.add_argument("--surveys", type=int, default=200, help="of each size")
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    asked = parser.parse_args()
    print(align([DIFFER, *differing(asked.comparisons, asked.seed)]), flush=True)
    print()
    print(align([HOLD, *holding(asked.surveys, asked.seed)]))


if __name__ == "__main__":
    main()
