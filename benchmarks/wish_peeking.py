"""Print how often online evidence is right that is looked at again and again until it decides.

Each stream has a wish of known kind. Customers come one by one, or in any order ten times each; it
is looked at after every ten customers, or every hundred visits, and stops at the first decision.
"""

import argparse
import os
from collections.abc import Iterator, Mapping, Sequence
from multiprocessing import get_context
from types import MappingProxyType

import attrs
import numpy as np
from numpy.random import Generator, default_rng
from table import align
from wish_scoring import mean

from cxjourney.wishes import Criteria, Evidence, Wish, WishKind, classify

PEEKING = (
    "customers",
    "judged",
    "streams",
    "decided",
    "right when decided",
    "claimed when decided",
    "right - claimed",
    "standard error",
    "median customers",
)
LEVEL = 0.95
TAU, DELTA = 0.5, 0.05
"""Our conventions of when a wish counts as asked for, and as adding value."""
CUSTOMERS, EVERY = 1000, 10
WAYS = ("at each look", "as if looked at once")

# How a stream is made: who says the wish, the outcome without it, and what its fulfilment adds.
SHARE, WITHOUT = (0.1, 0.9), (0.2, 0.7)
EFFECT = 0.05


@attrs.frozen
class Crowd:
    """How customers come.

    Attributes:
        met: for what share of them the wish is fulfilled.
        visits: how often each comes, and does the same again.
        scatter: how far the effects of wishes scatter about the threshold.
    """

    met: float = 0.5
    visits: int = 1
    scatter: float = 0.1


CROWDS: Mapping[str, Crowd] = MappingProxyType(
    {
        "half have it": Crowd(),
        "6 % have it": Crowd(met=0.06),
        "half, each comes ten times": Crowd(visits=10),
        "6 %, each comes ten times": Crowd(met=0.06, visits=10),
        "half, effects within 0.2": Crowd(scatter=0.2),
        "half, effects within 0.05": Crowd(scatter=0.05),
        "half, effects within 0.02": Crowd(scatter=0.02),
    }
)


@attrs.frozen
class Stop:
    """Where looking at a stream stopped.

    Attributes:
        customers: after how many different customers.
        right: whether the decision is true.
        claimed: how likely it was called.
    """

    customers: int
    right: bool
    claimed: float


@attrs.frozen
class Stream:
    """Customers with whom some, drawn at random, have a wish fulfilled.

    Attributes:
        share: how many of them say it.
        without: how many of the others have the outcome.
        fulfilled: how many of those have it for whom it was fulfilled.
    """

    share: float
    without: float
    fulfilled: float

    @property
    def truth(self) -> WishKind:
        """The true kind of the wish."""
        return classify(self.share > TAU, self.fulfilled - self.without > DELTA)

    def looks(self, crowd: Crowd, random: Generator) -> Iterator[Evidence]:
        """Yield the evidence at each look."""
        seen = Evidence(Wish("generated"), "bought again", randomised=True)
        traits = random.random((CUSTOMERS, 3))
        visits = random.permutation(np.repeat(np.arange(CUSTOMERS), crowd.visits))
        for number, customer in enumerate(visits.tolist(), start=1):
            said, met, came = traits[customer].tolist()
            has_it = met < crowd.met
            success = came < (self.fulfilled if has_it else self.without)
            key = None if crowd.visits == 1 else f"c-{customer}"
            seen = seen.heard(said < self.share, respondent=key)
            seen = seen.succeeded(success, fulfilled=has_it, respondent=key)
            if number % (EVERY * crowd.visits) == 0:
                yield seen


def draw(scatter: float, random: Generator) -> Stream:
    """Return a stream whose effect scatters round the threshold."""
    share, without = random.uniform(*SHARE), random.uniform(*WITHOUT)
    fulfilled = float(np.clip(without + random.normal(EFFECT, scatter), 0.01, 0.99))
    return Stream(share, without, fulfilled)


def follow(task: tuple[str, int]) -> dict[str, Stop]:
    """Return where looking at a stream stops for each way of judging it, if it does."""
    name, seed = task
    crowd, random, stops = CROWDS[name], default_rng(seed), dict[str, Stop]()
    stream, criteria = draw(crowd.scatter, random), Criteria(level=LEVEL)
    for seen in stream.looks(crowd, random):
        counted = seen.counted()
        for way in WAYS:
            if way not in stops:
                found = counted.classify(criteria, once=way != WAYS[0])
                if found.decision is not None:
                    claimed = found.posterior[found.decision]
                    right = found.decision is stream.truth
                    stops[way] = Stop(int(counted.stated.n), right, claimed)
        if len(stops) == len(WAYS):
            break
    return stops


def lines(name: str, streams: Sequence[dict[str, Stop]]) -> Iterator[tuple[str, ...]]:
    """Yield the lines of the table for one crowd."""
    for way in WAYS:
        stops = [stream[way] for stream in streams if way in stream]
        right = np.array([stop.right for stop in stops], dtype=float)
        claimed = np.array([stop.claimed for stop in stops])
        error = np.sqrt(right.var() / right.size) if stops else np.nan
        yield (
            name,
            way,
            f"{len(streams):,}",
            f"{len(stops) / len(streams):.3f}",
            f"{mean(right):.3f}",
            f"{mean(claimed):.3f}",
            f"{mean(right) - mean(claimed):+.3f}",
            f"{error:.3f}",
            f"{np.median([stop.customers for stop in stops]):.0f}" if stops else "none",
        )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--streams", type=int, default=1000, help="streams of each crowd")
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--crowds", nargs="+", choices=CROWDS, default=list(CROWDS))
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    seeds = range(asked.seed, asked.seed + asked.streams)
    # One thread in each process: more only get in each other's way.
    os.environ["OMP_NUM_THREADS"] = "1"
    table: list[tuple[str, ...]] = [PEEKING]
    with get_context("spawn").Pool(asked.processes) as pool:
        for name in asked.crowds:
            table += lines(name, pool.map(follow, [(name, seed) for seed in seeds], chunksize=8))
    print(align(table))


if __name__ == "__main__":
    main()
