"""Measure what Hypothesis pays for cxjourney: drawing a journey, and the longer import.

Times are those of the processor, so that other programs disturb them less.
"""

import argparse
import subprocess
import sys
from statistics import median, quantiles
from time import process_time

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from table import Goal, Row, finish

from cxjourney.testing import journeys

DRAW_GOAL = Goal(2, "ms")
IMPORT_GOAL = Goal(1.1, "x without")
WITHOUT = """
find = importlib.metadata.entry_points
importlib.metadata.entry_points = lambda **asked: [
    one for one in find(**asked) if one.name != "cxjourney"
]
"""
"""Hides the entry point of cxjourney, and of nobody else, as if it were not installed."""
IMPORT = """
import hypothesis
print((time.process_time() - began) * 1000)
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=500)
    parser.add_argument("--imports", type=int, default=15)
    parser.add_argument("--short", action="store_true", help="a short run: no time is judged")
    options = parser.parse_args()
    drawn = draw_times(options.draws)
    with_us, without = import_times(options.imports, warm=options.short)
    name, measure = "journeys()", "import hypothesis, ms"
    slow = quantiles(drawn, n=20)[-1]
    ratio = median(with_us) / median(without)
    rows = [
        Row("draw, ms", name, drawn, goal=DRAW_GOAL),
        Row("draw, 95 of 100 within ms", name, [slow]),
        Row(measure, "without cxjourney", without),
        Row(measure, "with cxjourney", with_us, ratio, "without", IMPORT_GOAL),
    ]
    finish(rows, short=options.short)


def draw_times(count: int) -> list[float]:
    """Return how many milliseconds each of so many draws took."""
    times: list[float] = []
    strategy = journeys()

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(st.data())
    def draw(data: st.DataObject) -> None:
        began = process_time()
        data.draw(strategy)
        times.append((process_time() - began) * 1000)

    draw()
    return times


def import_times(count: int, *, warm: bool) -> tuple[list[float], list[float]]:
    """Return how long Hypothesis takes to load with cxjourney and without, in turns.

    Unless the disk counts as ``warm``, a first turn that is not kept warms it.
    """
    head = "import time\nbegan = time.process_time()\nimport importlib.metadata\n"
    codes = (head + IMPORT, head + WITHOUT + IMPORT)
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(1 if warm else 0, count + 1):
        for code, kept in zip(codes, times, strict=True):
            command = [sys.executable, "-c", code]
            took = subprocess.run(  # noqa: S603 - our own code
                command, capture_output=True, text=True, check=True
            ).stdout
            if turn:
                kept.append(float(took))
    return times


if __name__ == "__main__":
    main()
