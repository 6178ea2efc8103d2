"""Print how often the classifier of wishes is right, and how often it says so, on known truth.

Surveys are generated for each world and classified through ``map_wishes`` as a user would; the
mean-split quadrant chart reads the same surveys. A wish of unknown value still has a likeliest
kind: accuracy and Brier scores count every wish.
"""

import argparse
import os
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from multiprocessing.pool import Pool, ThreadPool
from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray
from table import align
from wish_naive import chart
from wish_scoring import KINDS, Scores, Verdicts, join, mean, score

from cxjourney.testing import World, generate_survey
from cxjourney.wishes import map_wishes

FIGURES = (
    "world",
    "n",
    "wishes",
    "accuracy",
    "decided",
    "right when decided",
    "claimed when decided",
    "standard error of right - claimed",
    "Brier",
    "Brier of value",
    "zero effect called valuable",
    "valuable called worthless",
    "chart: accuracy",
    "chart: Brier",
)
BARS = (
    "world",
    "n",
    "right - claimed >= -0.02",
    "zero effect called valuable <= 2 %",
)
HIDDEN = (
    "confounded, n",
    "decided",
    "wishes",
    "median robustness",
    "median strength of the hidden cause",
    "robustness below that strength",
)
MARGIN, MOST_ZERO = 0.02, 0.02


@attrs.frozen(eq=False)
class Judged:
    """What was made of one survey, or of several.

    Attributes:
        ours: the verdicts of the classifier.
        charts: those of the quadrant chart.
        robustness: the robustness value of each wish; NaN where there is none.
        hidden: the strength of the hidden cause of each wish.
    """

    ours: Verdicts
    charts: Verdicts
    robustness: NDArray[np.float64]
    hidden: NDArray[np.float64]


Study: TypeAlias = dict[tuple[World, int], Judged]
"""What was made of the surveys of each world and size."""


def judge(world: World, seed: int, customers: int) -> Judged:
    """Generate a survey and let both classify it."""
    survey = generate_survey(world, customers=customers, seed=seed)
    found = map_wishes(
        survey.columns, outcome=survey.outcome, items=survey.items, statements=survey.statements
    )
    classes = [found[about].classification for about in survey.truth]
    ours = Verdicts(
        posterior=np.array([[one.posterior[kind] for kind in KINDS] for one in classes]),
        truth=np.array([KINDS.index(kind) for kind in survey.truth.values()]),
        decided=np.array([one.decision is not None for one in classes]),
        zero=np.array(list(survey.effects.values())) == 0,
    )
    return Judged(
        ours=ours,
        charts=attrs.evolve(ours, posterior=chart(survey), decided=np.ones_like(ours.decided)),
        robustness=np.array([found[about].robustness for about in survey.truth], dtype=float),
        hidden=np.array(list(survey.hidden.values())),
    )


def judge_all(task: tuple[World, int, Sequence[int]]) -> list[Judged]:
    """Judge the surveys of one population."""
    world, seed, sizes = task
    return [judge(world, seed, customers) for customers in sizes]


def gather(parts: Sequence[Judged]) -> Judged:
    """Return what was made of several surveys as one."""
    return Judged(
        ours=join([part.ours for part in parts]),
        charts=join([part.charts for part in parts]),
        robustness=np.concatenate([part.robustness for part in parts]),
        hidden=np.concatenate([part.hidden for part in parts]),
    )


def figures(world: World, customers: int, judged: Judged) -> tuple[str, ...]:
    """Return a line of the table of figures."""
    ours, naive = score(judged.ours), score(judged.charts)
    shown = attrs.astuple(ours)[1:]
    return (
        world.value,
        f"{customers:,}",
        f"{ours.wishes:,}",
        *(f"{figure:.3f}" for figure in (*shown, naive.accuracy, naive.brier)),
    )


def bars(world: World, customers: int, scores: Scores) -> tuple[str, ...]:
    """Return a line of the table of bars; the world of the hidden cause is held to none."""
    known = world is not World.CONFOUNDED
    over = scores.right - scores.claimed
    return (
        world.value,
        f"{customers:,}",
        verdict(over, scores.error, held=known, met=over >= -MARGIN),
        verdict(scores.zero_valuable, held=known, met=scores.zero_valuable <= MOST_ZERO),
    )


def verdict(figure: float, error: float | None = None, *, held: bool, met: bool) -> str:
    """Return a figure, its error, and whether it meets its bar, where it is held to one."""
    if np.isnan(figure):
        return "none"
    shown = f"{figure:.3f}" if error is None else f"{figure:.3f} +- {error:.3f}"
    verdicts = {True: " met", False: " MISSED"}
    return f"{shown}{verdicts[met] if held else ''}"


def sensitivity(customers: int, judged: Judged) -> Iterator[tuple[str, ...]]:
    """Yield lines on what robustness values say where a hidden cause moves a wish."""
    decided, moved = judged.ours.decided, judged.hidden > 0
    for name, chosen in (
        ("wrongly, moved by the hidden cause", decided & ~judged.ours.right & moved),
        ("rightly, moved by the hidden cause", decided & judged.ours.right & moved),
    ):
        robustness, hidden = judged.robustness[chosen], judged.hidden[chosen]
        yield (
            f"{customers:,}",
            name,
            f"{robustness.size:,}",
            *(f"{np.median(one):.3f}" if one.size else "none" for one in (robustness, hidden)),
            f"{mean(robustness < hidden):.3f}",
        )


def study(pool: Pool, worlds: Sequence[World], seeds: range, sizes: Sequence[int]) -> Study:
    """Judge surveys of every world and size, in the processes of a pool."""
    tasks = [(world, seed, sizes) for world in worlds for seed in seeds]
    judged = pool.map(judge_all, tasks, chunksize=1)
    return {
        (world, customers): gather([found[size] for found in judged[first : first + len(seeds)]])
        for first, world in zip(range(0, len(tasks), len(seeds)), worlds, strict=True)
        for size, customers in enumerate(sizes)
    }


def tables(found: Study) -> Iterator[list[tuple[str, ...]]]:
    """Yield the tables of the study: figures, bars, and what robustness values say."""
    yield [FIGURES, *(figures(*key, judged) for key, judged in found.items())]
    yield [BARS, *(bars(*key, score(judged.ours)) for key, judged in found.items())]
    confounded = [key for key in found if key[0] is World.CONFOUNDED]
    if confounded:
        yield [HIDDEN, *(line for key in confounded for line in sensitivity(key[1], found[key]))]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--surveys", type=int, default=200, help="surveys of each world and size")
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--worlds", nargs="+", type=World, default=list(World), metavar="WORLD")
    parser.add_argument("--customers", nargs="+", type=int, default=[100, 300, 1000], metavar="N")
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    seeds = range(asked.seed, asked.seed + asked.surveys)
    # One thread in each process: more only get in each other's way.
    os.environ["OMP_NUM_THREADS"] = "1"
    alone = asked.processes == 1
    with ThreadPool(1) if alone else get_context("spawn").Pool(asked.processes) as pool:
        for table in tables(study(pool, asked.worlds, seeds, asked.customers)):
            print(align(table), end="\n\n")


if __name__ == "__main__":
    main()
