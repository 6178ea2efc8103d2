"""The importance-performance map, drawn."""

from collections.abc import Mapping
from types import MappingProxyType

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter

from cxjourney.errors import shown
from cxjourney.show._pictures._ground import colour_of, ground
from cxjourney.show._pictures._labels import PLAIN, drawable
from cxjourney.show._pictures._legend import draw_legend, marker
from cxjourney.show._pictures._wish_plot import (
    LONGEST_NAME,
    LONGEST_TITLE,
    CommaFormatter,
    Spot,
    UpToLocator,
    axis_ends,
    draw_corners,
    draw_spots,
    letter,
    line,
    own_axes,
)
from cxjourney.show._wish_tables import short_names
from cxjourney.vocabulary import Lang, name
from cxjourney.vocabulary._texts import number, word
from cxjourney.wishes import EffectScale, PerformanceMap
from cxjourney.wishes._analyses._performance import Quadrant

MOST = 100.0
"""The best rating that there may be."""
SHAPES: Mapping[Quadrant, str] = MappingProxyType(
    {
        Quadrant.CONCENTRATE: "^",
        Quadrant.KEEP_UP: "s",
        Quadrant.LOW_PRIORITY: "D",
        Quadrant.OVERKILL: "v",
    }
)
"""The shape of each quadrant, so that they are told apart in grey."""
CORNERS: Mapping[Quadrant, tuple[bool, bool]] = MappingProxyType(
    {
        Quadrant.CONCENTRATE: (False, True),
        Quadrant.KEEP_UP: (True, True),
        Quadrant.LOW_PRIORITY: (False, False),
        Quadrant.OVERKILL: (True, False),
    }
)
"""The corner of each: to the right where the wish is fulfilled well, up where it matters."""


def plot(found: PerformanceMap, ax: Axes | None, lang: Lang, *, dark: bool) -> Axes:
    """Draw a map into axes, or into a figure of its own, as ``PerformanceMap.plot`` does."""
    with ground(dark=dark):
        return _drawn(found, ax or own_axes(), lang)


def _drawn(found: PerformanceMap, axes: Axes, lang: Lang) -> Axes:
    abouts = [drawable(shown(one.about)) for one in found.standings]
    spots = [
        Spot(
            short,
            one.quadrant,
            one.performance,
            one.importance,
            (one.performance, one.performance),
            (one.importance, one.importance),
        )
        for short, one in zip(short_names(abouts, LONGEST_NAME), found.standings, strict=True)
    ]
    left, right = axis_ends([spot.x for spot in spots], [], found.performance)
    bottom, top = axis_ends([spot.y for spot in spots], [], found.importance)
    axes.set(xlim=(left, right), ylim=(bottom, top))
    axes.axvline(found.performance, **line(axes))
    axes.axhline(found.importance, **line(axes))
    _name_axes(found, axes, lang)
    for quadrant, shape in SHAPES.items():
        here = [spot for spot in spots if spot.kind is quadrant]
        draw_spots(axes, here, shape, colour_of(quadrant, axes))
    corners = draw_corners(axes, CORNERS.items(), lang)
    means = [
        (found.performance, bottom, found.performance, top),
        (left, found.importance, right, found.importance),
    ]
    key = letter(axes, spots, means, corners, lang)
    handles = [
        Line2D([], [], label=name(one, lang), **marker(axes, shape, colour_of(one, axes)))
        for one, shape in SHAPES.items()
        if any(spot.kind is one for spot in spots)
    ]
    handles.append(Line2D([], [], label=word("means", lang), **line(axes)))
    draw_legend(axes, handles, {}, [key], lang, intervals=False)
    return axes


def _name_axes(found: PerformanceMap, axes: Axes, lang: Lang) -> None:
    scale = word("standard" if found.scale is EffectScale.STANDARD else "raw", lang)
    axes.set_title(shown(drawable(found.outcome), LONGEST_TITLE), loc="left", **PLAIN)
    axes.set_xlabel(word("performance_axis", lang))
    axes.set_ylabel(f"{word('importance_axis', lang)},\n{scale}")
    axes.xaxis.set_major_locator(UpToLocator(MOST))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda at, _: number(abs(at), lang, ".4g")))
    if lang is not Lang.EN:
        axes.yaxis.set_major_formatter(CommaFormatter())
