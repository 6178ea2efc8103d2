"""The heat maps of channels: by phase, and by row of a playbook."""

from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from cxjourney.errors import shown
from cxjourney.playbook import Coverage
from cxjourney.rehearsal import Rehearsal
from cxjourney.show._pictures._ground import ground
from cxjourney.show._pictures._labels import PLAIN, drawable, ink
from cxjourney.show._plots._measure_plots import SMALL, own_axes
from cxjourney.show._rehearsals._coverage_tables import coverage_title
from cxjourney.vocabulary import Channel, Lang, name
from cxjourney.vocabulary._texts import deed, number, place_name, word
from cxjourney.wishes._arrays import Floats

DARKER = 0.55
"""From what share of the most a cell is so light that its number is black."""
LONGEST_DEED = 48
MOST_WORDS = 26
"""So many lines have room for their names and numbers on axes of the usual height."""
Counts: TypeAlias = Sequence[Sequence[int]]


def draw_coverage(found: Coverage, ax: Axes | None, lang: Lang, *, dark: bool) -> Axes:
    """Draw through which channels customers are contacted in each phase, and how often."""
    counts = [[found.cells.get((place, one), 0) for one in Channel] for place in found.places]
    names = [place_name(place, lang) for place in found.places]
    title = coverage_title(found, lang)
    with ground(dark=dark):
        return _heat(counts, names, (title, word(found.of, lang)), ax, lang)


def draw_rows(found: Rehearsal, ax: Axes | None, lang: Lang, *, dark: bool) -> Axes:
    """Draw through which channels each row of the playbook reaches customers, and how often."""
    cells = Counter((one.play, one.channel) for one in found.contacts)
    plays = [row.play for row in found.by_play if any((row.play, one) in cells for one in Channel)]
    counts = [[cells[play, one] for one in Channel] for play in plays]
    names = [drawable(shown(deed(play, lang), LONGEST_DEED)) for play in plays]
    with ground(dark=dark):
        return _heat(counts, names, (word("by_play", lang), word("contacts", lang)), ax, lang)


def _heat(
    counts: Counts, names: Sequence[str], words: tuple[str, str], ax: Axes | None, lang: Lang
) -> Axes:
    """Draw counts as cells, lighter the more there are, with the numbers in them."""
    title, unit = words
    axes = own_axes(max(1.0, len(names) / MOST_WORDS)) if ax is None else ax
    axes.set_title(title, loc="left", **PLAIN)
    axes.set_xticks(range(len(Channel)), [name(one, lang) for one in Channel])
    axes.set_xlabel(word("channel", lang))
    if not names:
        axes.set_yticks([])
        return axes
    cells = np.array(counts, dtype=np.float64)
    most = max(float(cells.max()), 1.0)
    image = axes.imshow(
        np.ma.masked_equal(cells, 0), cmap="cividis", vmin=0, vmax=most, aspect="auto"
    )
    step = 1 if ax is None else -(-len(names) // MOST_WORDS)
    axes.set_yticks(range(0, len(names), step), names[::step], fontsize=SMALL, **PLAIN)
    if step == 1:
        _write(axes, cells, most, lang)
    figure_of = axes.get_figure(root=True)
    assert figure_of is not None  # noqa: S101 - axes that are drawn in have one
    bar = figure_of.colorbar(image, ax=axes, label=unit)
    bar.ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda at, _: number(at, lang, ",.0f")))
    return axes


def _write(axes: Axes, cells: Floats, most: float, lang: Lang) -> None:
    """Write each number into its cell, and a dash where a channel is not used."""
    for (row, column), count in np.ndenumerate(cells):
        colour = ink(axes)
        if count:
            colour = "white" if count < DARKER * most else "black"
        told = number(int(count), lang) if count else "\N{EN DASH}"
        axes.text(column, row, told, ha="center", va="center", fontsize=SMALL, color=colour)
