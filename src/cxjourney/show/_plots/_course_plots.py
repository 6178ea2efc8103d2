"""The plot of many courses: a line for each journey."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import compress
from operator import itemgetter
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.ticker import FuncFormatter, MaxNLocator

from cxjourney.measures._facts import Facts, Key, MoveFact
from cxjourney.show._pictures._ground import ground
from cxjourney.show._pictures._labels import PLAIN
from cxjourney.show._plots._measure_plots import counted, own_axes, place_word
from cxjourney.vocabulary import Lang, Phase, Standing
from cxjourney.vocabulary._texts import figure, number, say

FEW, MOST_LINES, COLUMNS = 40, 400, 600
"""Up to how many lines stand apart, how many there are, and into how many moments time is cut."""
CODES = {one.name.lower(): place for place, one in enumerate((*Phase, Standing.LAPSED))}
GONE = len(CODES)
"""What stands where a journey has ended; it is not drawn."""
DAY = timedelta(days=1)


def draw_timelines(
    facts: Facts, as_of: datetime, ax: Axes | None, lang: Lang, *, dark: bool
) -> Axes:
    """Draw journeys as lines from their first move on, coloured by the phase that they are in.

    Of many journeys every n-th has a line; those that came further stand higher.
    """
    step = max(1, -(-len(facts.journeys) // MOST_LINES))
    chosen = _chosen(facts, [one.key for one in facts.journeys[::step]])
    longest = max(((as_of - moves[0].at) / DAY for moves in chosen), default=1.0) or 1.0
    cells = np.full((max(len(chosen), 1), COLUMNS), GONE, dtype=np.int8)
    for line, moves in zip(cells, chosen, strict=False):
        _fill(line, moves, as_of, longest)
    furthest = np.where(cells < GONE - 1, cells, -1).max(axis=1)
    there = (cells < GONE).sum(axis=1)
    cells = cells[np.lexsort((there, furthest))[::-1]]
    with ground(dark=dark):
        axes = own_axes() if ax is None else ax
        shades = [*colormaps["viridis"](np.linspace(0.0, 1.0, len(Phase))), (0.6, 0.6, 0.6, 1.0)]
        image = axes.imshow(
            np.ma.masked_equal(cells, GONE),
            cmap=ListedColormap(shades),
            norm=BoundaryNorm(np.arange(GONE + 1) - 0.5, GONE),
            aspect="auto",
            interpolation="nearest",
            extent=(0.0, longest, len(cells) + 0.5, 0.5),
        )
        if len(cells) <= FEW:
            axes.hlines(
                np.arange(1.5, len(cells)), 0.0, longest, color=axes.get_facecolor(), linewidth=3
            )
        counted(axes, lang, figure("days", lang))
        axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda at, _: number(at * step, lang, ",.0f")))
        axes.set_ylabel(figure("journeys", lang))
        told = say("every_nth", lang, count=number(step, lang)) if step > 1 else ""
        axes.set_title(told or figure("journeys", lang).capitalize(), loc="left", **PLAIN)
        figure_of = axes.get_figure(root=True)
        assert figure_of is not None  # noqa: S101 - axes that are drawn in have one
        bar = figure_of.colorbar(image, ax=axes, ticks=range(GONE))
        bar.ax.set_yticklabels([place_word(one, lang) for one in CODES])
        bar.ax.invert_yaxis()
    return axes


def _chosen(facts: Facts, keys: Sequence[Key]) -> list[list[MoveFact]]:
    """Return the moves of some journeys; of those that never moved there is nothing to draw."""
    wanted: dict[Key, list[MoveFact]] = {key: [] for key in keys}
    # Many millions of moves are gone through, of which few are wanted.
    told = map(wanted.__contains__, map(itemgetter(0), facts.moves))
    for move in compress(facts.moves, told):
        wanted[move.key].append(move)
    return [moves for moves in wanted.values() if moves]


def _fill(
    line: "np.ndarray[Any, np.dtype[np.int8]]",
    moves: Sequence[MoveFact],
    as_of: datetime,
    longest: float,
) -> None:
    start = moves[0].at
    ends = [*(move.at for move in moves[1:]), as_of]
    for move, end in zip(moves, ends, strict=True):
        first = int((move.at - start) / DAY / longest * COLUMNS)
        last = max(int((end - start) / DAY / longest * COLUMNS), first + 1)
        line[first:last] = CODES.get(move.after, GONE)
