"""Print how often the classifier of wishes is right, and how often it says so, on known truth.

Surveys are generated for each world and classified through ``map_wishes`` as a user would; the
mean-split quadrant chart reads the same surveys. A wish of unknown value still has a likeliest
kind: accuracy and Brier scores count every wish.
"""

import argparse
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from multiprocessing.pool import Pool, ThreadPool
from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray
from table import align
from wish_judge import Earlier, classified, earlier_version
from wish_naive import chart
from wish_scoring import KINDS, Scores, Verdicts, join, mean, score

from cxjourney.testing import World, generate_survey

FIGURES = (
    "world",
    "wishes",
    "n",
    "judged",
    "accuracy",
    "decided",
    "right when decided",
    "claimed when decided",
    "standard error of right - claimed",
    "Brier",
    "Brier of value",
    "zero effect called valuable",
    "its standard error",
    "valuable called worthless",
    "chart: accuracy",
    "chart: Brier",
)
BARS = (
    "world",
    "wishes",
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
CHANGES = (
    *FIGURES[:3],
    *(
        f"{what}: {when}"
        for what in (
            "decided",
            "right - claimed",
            "Brier of value",
            "zero called valuable",
            "valuable called worthless",
        )
        for when in ("before", "now")
    ),
)
MARGIN, MOST_ZERO = 0.02, 0.02
ENOUGH = 20
"""With fewer decisions a cell tells nothing of how right they are."""
TWELVE = 12
"""Surveys of so many wishes are as many as asked for; with more wishes there are fewer."""


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


Cell: TypeAlias = tuple[World, int, int]
"""A world, how many wishes a survey has, and how many customers it asks."""

Study: TypeAlias = dict[Cell, Judged]
"""What was made of the surveys of each cell."""


def judge(cell: Cell, seed: int, before: Earlier | None) -> tuple[Judged, Verdicts | None]:
    """Generate a survey and let both classify it, and an earlier version where there is one."""
    world, wishes, customers = cell
    survey = generate_survey(world, customers=customers, seed=seed, wishes=wishes)
    posterior, decided, robustness = classified(
        survey.columns,
        survey.outcome,
        [(item.wish.about, str(item.rating), str(item.said)) for item in survey.items],
        survey.statements,
    )
    ours = Verdicts(
        posterior=np.array(posterior),
        truth=np.array([KINDS.index(kind) for kind in survey.truth.values()]),
        decided=np.array(decided),
        zero=np.array(list(survey.effects.values())) == 0,
        survey=np.zeros(wishes, np.intp),
    )
    earlier = None
    if before is not None:
        posterior, decided, _ = before.classified(survey)
        earlier = attrs.evolve(ours, posterior=np.array(posterior), decided=np.array(decided))
    return Judged(
        ours=ours,
        charts=attrs.evolve(ours, posterior=chart(survey), decided=np.ones_like(ours.decided)),
        robustness=np.array(robustness, dtype=float),
        hidden=np.array(list(survey.hidden.values())),
    ), earlier


def judge_all(
    task: tuple[World, int, int, Sequence[int], str | None],
) -> list[tuple[Judged, Verdicts | None]]:
    """Judge the surveys of one population."""
    world, wishes, seed, sizes, source = task
    before = None if source is None else earlier_version(source)
    return [judge((world, wishes, customers), seed, before) for customers in sizes]


def gather(parts: Sequence[Judged]) -> Judged:
    """Return what was made of several surveys as one."""
    return Judged(
        ours=join([part.ours for part in parts]),
        charts=join([part.charts for part in parts]),
        robustness=np.concatenate([part.robustness for part in parts]),
        hidden=np.concatenate([part.hidden for part in parts]),
    )


def figures(cell: Cell, judged: Judged) -> tuple[str, ...]:
    """Return a line of the table of figures."""
    world, wishes, customers = cell
    ours, naive = score(judged.ours), score(judged.charts)
    shown = attrs.astuple(ours)[1:]
    return (
        world.value,
        f"{wishes}",
        f"{customers:,}",
        f"{ours.wishes:,}",
        *(f"{figure:.3f}" for figure in (*shown, naive.accuracy, naive.brier)),
    )


def bars(cell: Cell, scores: Scores) -> tuple[str, ...]:
    """Return a line of the table of bars; the world of the hidden cause is held to none."""
    world, wishes, customers = cell
    known = world is not World.CONFOUNDED
    over = scores.right - scores.claimed
    many = scores.decided * scores.wishes >= ENOUGH
    return (
        world.value,
        f"{wishes}",
        f"{customers:,}",
        verdict(over, scores.error, short=-MARGIN - over, held=known and many),
        verdict(
            scores.zero_valuable,
            scores.zero_error,
            short=scores.zero_valuable - MOST_ZERO,
            held=known,
        ),
    )


def verdict(figure: float, error: float, *, short: float, held: bool) -> str:
    """Return a figure, its error, and whether it meets its bar, where it is held to one.

    What falls short by less than two standard errors is within what chance does.
    """
    if np.isnan(figure):
        return "none"
    met = " met" if short <= 0 else " within two errors" if short < 2 * error else " MISSED"
    return f"{figure:.3f} +- {error:.3f}{met if held else ''}"


def worst(found: Study) -> list[tuple[str, ...]]:
    """Return the worst cell of each bar, of those with enough decisions to tell."""
    held = {cell: score(one.ours) for cell, one in found.items() if cell[0] is not World.CONFOUNDED}
    over = [
        (one.right - one.claimed, one.error, cell)
        for cell, one in held.items()
        if one.decided * one.wishes >= ENOUGH
    ]
    zero = [
        (-one.zero_valuable, one.zero_error, cell)
        for cell, one in held.items()
        if not np.isnan(one.zero_valuable)
    ]
    lines: list[tuple[str, ...]] = [("bar", *FIGURES[:3], "figure", "standard error")]
    for bar, cells, sign in (
        ("right - claimed", over, 1),
        ("zero effect called valuable", zero, -1),
    ):
        if cells:
            figure, error, (world, wishes, customers) = min(cells, key=lambda cell: cell[0])
            shown = (world.value, f"{wishes}", f"{customers:,}", f"{sign * figure:.3f}")
            lines.append((f"{bar}, at worst", *shown, f"{error:.3f}"))
    return lines


def compared(before: dict[Cell, Verdicts], found: Study) -> list[tuple[str, ...]]:
    """Return the table of an earlier version and this one, on the same surveys."""
    lines: list[tuple[str, ...]] = [CHANGES]
    for cell, verdicts in before.items():
        then, now = score(verdicts), score(found[cell].ours)
        pairs = (
            (then.decided, now.decided),
            (then.right - then.claimed, now.right - now.claimed),
            (then.value_brier, now.value_brier),
            (then.zero_valuable, now.zero_valuable),
            (then.missed, now.missed),
        )
        shown = ("none" if np.isnan(one) else f"{one:.3f}" for pair in pairs for one in pair)
        lines.append((cell[0].value, f"{cell[1]}", f"{cell[2]:,}", *shown))
    return lines


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


def study(pool: Pool, asked: argparse.Namespace) -> tuple[Study, dict[Cell, Verdicts]]:
    """Judge surveys of every cell, in the processes of a pool; also by an earlier version."""
    tasks = [
        (world, wishes, asked.seed + number, asked.customers, asked.before)
        for world in asked.worlds
        for wishes in asked.wishes
        for number in range(max(2, round(asked.surveys * TWELVE / wishes)))
    ]
    parts = defaultdict[Cell, list[tuple[Judged, Verdicts | None]]](list)
    for (world, wishes, *_), judged in zip(tasks, pool.imap(judge_all, tasks), strict=True):
        for customers, one in zip(asked.customers, judged, strict=True):
            parts[world, wishes, customers].append(one)
    found = {cell: gather([one for one, _ in judged]) for cell, judged in parts.items()}
    before = {
        cell: join([one for _, one in judged if one is not None])
        for cell, judged in parts.items()
        if asked.before is not None
    }
    return found, before


def tables(found: Study, before: dict[Cell, Verdicts]) -> Iterator[list[tuple[str, ...]]]:
    """Yield the tables of the study: figures, bars, changes, and what robustness values say."""
    yield [FIGURES, *(figures(cell, judged) for cell, judged in found.items())]
    yield [BARS, *(bars(cell, score(judged.ours)) for cell, judged in found.items())]
    yield worst(found)
    if before:
        yield compared(before, found)
    confounded = [cell for cell in found if cell[0] is World.CONFOUNDED]
    if confounded:
        yield [HIDDEN, *(line for cell in confounded for line in sensitivity(cell[2], found[cell]))]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--surveys", type=int, default=200, help="surveys of 12 wishes in a cell")
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--worlds", nargs="+", type=World, default=list(World), metavar="WORLD")
    parser.add_argument("--wishes", nargs="+", type=int, default=[12], metavar="P")
    parser.add_argument("--customers", nargs="+", type=int, default=[100, 300, 1000], metavar="N")
    parser.add_argument("--before", metavar="SRC", help="the src of an earlier version, to compare")
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    # One thread in each process: more only get in each other's way.
    os.environ["OMP_NUM_THREADS"] = "1"
    alone = asked.processes == 1
    with ThreadPool(1) if alone else get_context("spawn").Pool(asked.processes) as pool:
        for table in tables(*study(pool, asked)):
            print(align(table), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
