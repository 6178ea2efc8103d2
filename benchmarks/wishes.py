"""Print one table: shares of R2 and whole surveys against their peers, in time and in memory.

Everything is measured in one run, and the contenders take turns, round after round; the median of
the rounds counts, and a ratio is the median of the rounds' ratios. Times are processor time. Each
classification of a survey has a fresh process of its own with one thread, which reports by how
much its peak of resident memory rose above the survey itself; both sides get the same frame of
pandas. Where both sides work out the same shares, the shares must agree.
"""

import argparse
import gc
import json
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np
import pingouin
from crowd import KIB
from numpy.testing import assert_allclose
from table import Goal, Row, finish
from wishes_survey import ALL, JOHNSON, SIDES, Floats, Weighed

from cxjourney.wishes import lmg

MILLI, MIB = 1e3, KIB * KIB
OURS, PINGOUIN = "cxjourney", "pingouin"
LMG_ROWS = 1_000
LMG_GOAL = Goal(150, "x ours", at_least=True)
MOST_GOAL = Goal(2_000, "ms")
SURVEY_GOAL = Goal(0.5, "x theirs")
CALLS = 5
"""Calls of LMG in a turn: the first finds the caches as the contender before left them."""
BLANK = 0.1
SURVEY = Path(__file__).with_name("wishes_survey.py")


def drivers(count: int) -> tuple[Floats, Floats]:
    """Return drivers that move together, as ratings do, and an outcome."""
    chance = np.random.default_rng(count)
    x = chance.normal(size=(LMG_ROWS, count)) + chance.normal(size=(LMG_ROWS, 1))
    return x, x @ chance.uniform(0, 0.3, count) + 2 * chance.normal(size=LMG_ROWS)


def peer_lmg(x: Floats, y: Floats) -> Floats:
    """Return the shares by pingouin; the first row of its table is the intercept."""
    shares: Floats = pingouin.linear_regression(x, y, relimp=True)["relimp"].to_numpy()[1:]
    return shares


def timed(run: Callable[[], object], calls: int = 1) -> float:
    """Return the processor milliseconds that something takes, at the median of some calls."""
    gc.collect()
    took = []
    for _ in range(calls):
        began = process_time()
        run()
        took.append((process_time() - began) * MILLI)
    return median(took)


def traced(run: Callable[[], object]) -> float:
    """Return the peak of the memory that something takes, in MiB."""
    tracemalloc.start()
    run()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / MIB


def ratio(samples: list[float], others: list[float]) -> float:
    """Return the median of the ratios of the rounds."""
    return median(one / other for one, other in zip(samples, others, strict=True))


def shares(count: int, most: int, rounds: int) -> list[Row]:
    """Time and weigh LMG: against pingouin, and at the most drivers that are swept."""
    small, large = drivers(count), drivers(most)
    ours, theirs, largest = partial(lmg, *small), partial(peer_lmg, *small), partial(lmg, *large)
    assert_allclose(ours(), theirs(), atol=1e-9)
    own, others, most_own = [], [], []
    for _ in range(rounds):
        own.append(timed(ours, CALLS))
        others.append(timed(theirs, CALLS))
        most_own.append(timed(largest))
    alike, beyond = (f"LMG, p={p}, n={LMG_ROWS:,}" for p in (count, most))
    return [
        Row(f"{alike}, ms", OURS, own),
        Row(f"{alike}, ms", PINGOUIN, others, ratio(others, own), "ours", LMG_GOAL),
        Row(f"{beyond}, ms", OURS, most_own, goal=MOST_GOAL),
        Row(f"{alike}, MiB", OURS, [traced(ours)]),
        Row(f"{alike}, MiB", PINGOUIN, [traced(theirs)]),
        Row(f"{beyond}, MiB", OURS, [traced(largest)]),
    ]


def weighed(rows: int, wishes: int, blank: float, side: str) -> Weighed:
    """Take one side of a survey in a process of its own, with one thread."""
    sizes = [f"--rows={rows}", f"--wishes={wishes}", f"--blank={blank}", f"--side={side}"]
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, SURVEY, *sizes],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    return Weighed(**json.loads(done.stdout))


def surveys(rows: int, wishes: int, blank: float, rounds: int) -> list[Row]:
    """Time and weigh the classification of a survey against Johnson's shares alone."""
    turns = [{side: weighed(rows, wishes, blank, side) for side in SIDES} for _ in range(rounds)]
    if not blank:
        assert_allclose(turns[0][ALL].johnson, turns[0][JOHNSON].johnson, atol=1e-9)
    filled = f", {blank:.0%} blank" if blank else ""
    title = f"survey, p={wishes}, n={rows:,}{filled}"
    seconds = {side: [turn[side].seconds for turn in turns] for side in SIDES}
    rises = {side: [turn[side].rise / MIB for turn in turns] for side in SIDES}
    against, goal = ratio(seconds[ALL], seconds[JOHNSON]), None if blank else SURVEY_GOAL
    return [
        Row(f"{title}, s", ALL, seconds[ALL], against, "theirs", goal),
        Row(f"{title}, s", JOHNSON, seconds[JOHNSON]),
        Row(f"{title}, MiB above it", ALL, rises[ALL]),
        Row(f"{title}, MiB above it", JOHNSON, rises[JOHNSON]),
    ]


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--drivers", type=int, default=10, help="drivers of LMG, for both")
    parser.add_argument("--most", type=int, default=25, help="drivers of LMG, for us alone")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the survey")
    parser.add_argument("--wishes", type=int, default=20, help="wishes of the survey")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of timing")
    parser.add_argument("--blank", type=float, default=BLANK, help="the part that is blank")
    parser.add_argument("--short", action="store_true", help="a short run: no time is judged")
    return parser.parse_args()


def main() -> None:
    """Measure everything and print the table."""
    asked = arguments()
    rows = [
        *shares(asked.drivers, asked.most, asked.rounds),
        *surveys(asked.rows, asked.wishes, 0, asked.rounds),
        *surveys(asked.rows, asked.wishes, asked.blank, asked.rounds),
    ]
    finish(rows, short=asked.short)


if __name__ == "__main__":
    main()
