"""The picture of better and worse: whom a wish pleases, and whom its absence displeases."""

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
    Spot,
    bars_of,
    draw_corners,
    draw_spots,
    letter,
    line,
    own_axes,
)
from cxjourney.show._wish_tables import short_names
from cxjourney.vocabulary import Lang, name
from cxjourney.vocabulary._texts import percent, word
from cxjourney.wishes import Kano, KanoCategory, KanoMap

SHAPES: Mapping[KanoCategory, str] = MappingProxyType(
    {
        KanoCategory.ATTRACTIVE: "^",
        KanoCategory.ONE_DIMENSIONAL: "s",
        KanoCategory.MUST_BE: "P",
        KanoCategory.INDIFFERENT: "D",
        KanoCategory.REVERSE: "v",
        KanoCategory.QUESTIONABLE: "o",
    }
)
"""The shape of each category, so that they are told apart in grey."""
CORNERS: Mapping[KanoCategory, tuple[bool, bool]] = MappingProxyType(
    {
        KanoCategory.ATTRACTIVE: (False, True),
        KanoCategory.ONE_DIMENSIONAL: (True, True),
        KanoCategory.MUST_BE: (True, False),
        KanoCategory.INDIFFERENT: (False, False),
    }
)
"""The corner of each category: to the right where its absence displeases, up where it pleases."""
EDGE, HALF = 0.06, 0.5


def plot(found: KanoMap, ax: Axes | None, lang: Lang, *, dark: bool) -> Axes:
    """Draw better against worse, as ``KanoMap.plot`` does."""
    with ground(dark=dark):
        return _drawn(found, ax or own_axes(), lang)


def _drawn(found: KanoMap, axes: Axes, lang: Lang) -> Axes:
    names = short_names([drawable(shown(about)) for about in found], LONGEST_NAME)
    spots, absent = list[Spot](), list[str]()
    for about, kano in zip(names, found.kanos, strict=True):
        spot = _spot(about, kano)
        if spot is None:
            absent.append(about)
        else:
            spots.append(spot)
    axes.set(xlim=(-EDGE, 1 + EDGE), ylim=(-EDGE, 1 + EDGE))
    axes.axvline(HALF, **line(axes))
    axes.axhline(HALF, **line(axes))
    axes.set_title(word("kano", lang), loc="left", **PLAIN)
    axes.set_xlabel(word("worse_axis", lang))
    axes.set_ylabel(word("better_axis", lang))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda share, _: percent(share, lang)))
    for category, shape in SHAPES.items():
        here = [spot for spot in spots if spot.kind is category]
        draw_spots(axes, here, shape, colour_of(category, axes))
    corners = draw_corners(axes, CORNERS.items(), lang)
    segments = [
        *bars_of(spots),
        (HALF, -EDGE, HALF, 1 + EDGE),
        (-EDGE, HALF, 1 + EDGE, HALF),
    ]
    key = letter(axes, spots, segments, corners, lang)
    handles = []
    for category in SHAPES:
        if any(spot.kind is category for spot in spots):
            looks = marker(axes, SHAPES[category], colour_of(category, axes))
            handles.append(Line2D([], [], label=name(category, lang), **looks))
    note = f"{word('off_map', lang)}: {'; '.join(absent)}" if absent else ""
    draw_legend(axes, handles, {}, [key, note], lang)
    return axes


def _spot(about: str, kano: Kano) -> Spot | None:
    """Return where a wish stands; None where nobody gave an answer that counts."""
    better, worse = kano.better, kano.worse
    if better is None or worse is None:
        return None
    up, across = kano.better_interval, kano.worse_interval
    return Spot(about, kano.grade, -worse, better, (-across.high, -across.low), (up.low, up.high))
