"""The table that a benchmark prints: a Markdown table, a row a figure."""

import sys
from collections.abc import Sequence
from statistics import median

import attrs

HEAD = ("measure", "of", "median", "lowest to highest", "a second", "against", "goal", "verdict")
HUNDRED = 100


@attrs.frozen
class Goal:
    """A limit that a figure, or its ratio to another, is held to.

    Attributes:
        limit: the limit, inclusive.
        at_least: whether the figure must reach it, instead of staying within it.
        unit: what stands behind the limit.
    """

    limit: float
    unit: str
    at_least: bool = False

    @property
    def is_of_time(self) -> bool:
        """Whether the limit is of times, which say nothing in a short run; else of bytes."""
        return self.unit != "B"

    def is_met(self, figure: float) -> bool:
        """Say whether a figure meets the goal."""
        return figure >= self.limit if self.at_least else figure <= self.limit

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.limit:g} {self.unit}"


@attrs.frozen
class Row:
    """One figure of the table.

    Attributes:
        measure: what was measured, with its unit.
        of: whose figure it is.
        samples: what each round gave; the median counts.
        ratio: how many times the figure that it is held against, or None.
        base: what the ratio is to.
        goal: what is asked of the ratio where there is one, else of the median.
        rate: whether the figure is microseconds an event, to be shown as events a second as well.
        judged: whether it is held to the goal.
    """

    measure: str
    of: str
    samples: Sequence[float]
    ratio: float | None = None
    base: str = ""
    goal: Goal | None = None
    rate: bool = False
    judged: bool = True

    @property
    def figure(self) -> float:
        """The median of the rounds."""
        return median(self.samples)

    @property
    def verdict(self) -> str:
        """Whether the goal is met; empty without a goal."""
        if self.goal is None:
            return ""
        held = self.figure if self.ratio is None else self.ratio
        return "not judged" if not self.judged else "met" if self.goal.is_met(held) else "MISSED"

    def cells(self) -> tuple[str, ...]:
        """Return the row as texts."""
        low, high = min(self.samples), max(self.samples)
        return (
            self.measure,
            self.of,
            number(self.figure),
            "" if low == high else f"{number(low)} to {number(high)}",
            f"{1e6 / self.figure:,.0f}" if self.rate else "",
            "" if self.ratio is None else f"{self.ratio:.2f} x {self.base}",
            str(self.goal or ""),
            self.verdict,
        )


def number(figure: float) -> str:
    """Return a figure with three digits or more."""
    return f"{figure:,.0f}" if figure >= HUNDRED else f"{figure:.3g}"


def render(rows: Sequence[Row]) -> str:
    """Return figures as a table."""
    return align([HEAD, *(row.cells() for row in rows)])


def finish(rows: Sequence[Row], *, short: bool = False) -> None:
    """Print figures as a table, and end with 1 where a goal is missed; in a short run of bytes."""
    if short:
        rows = [attrs.evolve(one, judged=not (one.goal and one.goal.is_of_time)) for one in rows]
    print(render(rows))
    sys.exit(any(row.verdict == "MISSED" for row in rows))


def align(texts: Sequence[Sequence[str]]) -> str:
    """Return a head and lines as a Markdown table with aligned columns."""
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    head, *lines = [_line(cells, widths) for cells in texts]
    return "\n".join([head, _line(["-" * width for width in widths], widths), *lines])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"
