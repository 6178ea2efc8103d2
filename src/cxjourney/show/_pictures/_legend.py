"""What is written round the points of a map: their names or numbers, its signs, its notes."""

from collections.abc import Iterable, Mapping, Sequence
from textwrap import fill
from typing import Any, TypeAlias

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Annotation
from matplotlib.transforms import ScaledTranslation
from matplotlib.typing import ColorType

from cxjourney.show._pictures._labels import PLAIN, ink
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._texts import number, word

Point: TypeAlias = tuple[float, float]
NOTE_SIZE, LETTER = 8.0, 0.5
"""The size of notes in points, and the width of a letter as a share of it."""
POINTS_AN_INCH = 72
LEGEND_DEPTH = 42.0
"""How far under the map its legend begins: below the ticks and the label, in points."""
RADIUS = 4.0
"""How far a marker reaches from its point, in points."""
BAR_WIDTH, BAR_ALPHA = 1.6, 0.35
HEAD = 5.0
"""The size of the head of an interval that goes on out of the frame, in points."""
MARKERS = 3.0
"""Where markers come in the order of drawing."""
MOST_NAMED, MOST_LISTED = 24, 60
"""More points have numbers, for which their names stand under the map; still more have no list."""


def labelled(names: Sequence[str], lang: Lang) -> tuple[list[str], str]:
    """Return what to write at the points of a map, and the note that explains it.

    Args:
        names: the names of the points, in the order in which their things were given.
        lang: the language.
    """
    if len(names) <= MOST_NAMED:
        return [*names], ""
    numbers = [number(place, lang) for place in range(1, len(names) + 1)]
    if len(names) > MOST_LISTED:
        return numbers, word("numbered", lang)
    return numbers, "; ".join(f"{one} {told}" for one, told in zip(numbers, names, strict=True))


def write(
    axes: Axes, text: str, at: Point, away: Point, where: object, **how: object
) -> Annotation:
    """Write a text some points of type away from a place of the map."""
    given: dict[str, Any] = {"xycoords": where, "textcoords": "offset points", **how}
    return axes.annotate(text, at, away, **given)


def head(shape: str, colour: ColorType) -> dict[str, Any]:
    """Return how the head of an interval looks that goes on out of the frame."""
    return {
        "marker": shape,
        "linestyle": "none",
        "markersize": HEAD,
        "color": colour,
        "clip_on": False,
        "zorder": MARKERS,
    }


def marker(axes: Axes, shape: str, colour: ColorType, *, hollow: bool = False) -> dict[str, Any]:
    """Return how a point looks, on the map and in its legend."""
    return {
        "marker": shape,
        "linestyle": "none",
        "markersize": 2 * RADIUS - 1,
        "markeredgecolor": colour,
        "markeredgewidth": 1.3,
        "markerfacecolor": axes.get_facecolor() if hollow else colour,
        "zorder": MARKERS,
    }


def draw_legend(
    axes: Axes,
    handles: list[Line2D],
    heads: Mapping[str, list[Point]],
    notes: Iterable[str],
    lang: Lang,
    *,
    intervals: bool = True,
) -> None:
    """Draw the legend under a map, with the signs of intervals, and notes below it."""
    bar: dict[str, Any] = {"color": ink(axes), "linewidth": BAR_WIDTH, "alpha": BAR_ALPHA}
    if intervals:
        handles.append(Line2D([], [], label=word("interval", lang), **bar))
    if heads:
        handles.append(
            Line2D([], [], label=word("goes_on", lang), **head(next(iter(heads)), ink(axes)))
        )
    down = ScaledTranslation(0, -LEGEND_DEPTH / POINTS_AN_INCH, axes.figure.dpi_scale_trans)
    legend = axes.legend(
        handles=handles,
        loc="upper center",
        bbox_to_anchor=(0.5, 0),
        bbox_transform=axes.transAxes + down,
        ncols=len(handles),
        frameon=False,
        fontsize=NOTE_SIZE,
        handletextpad=0.3,
        columnspacing=1.4,
        borderaxespad=0,
    )
    told = [note for note in notes if note]
    if told:
        width = axes.bbox.width / axes.figure.dpi * POINTS_AN_INCH
        text = "\n".join(fill(note, int(width / NOTE_SIZE / LETTER)) for note in told)
        how = {"va": "top", "size": NOTE_SIZE, "annotation_clip": False, **PLAIN}
        write(axes, text, (0, 0), (0, -4), ("axes fraction", legend), **how)
