"""The map of a survey's wishes: across how many ask for each, upwards what it is worth."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from types import MappingProxyType
from typing import Any, TypeAlias, cast

import attrs
import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Annotation
from matplotlib.ticker import FuncFormatter, MaxNLocator, ScalarFormatter
from matplotlib.typing import ColorType

from cxjourney.errors import shown
from cxjourney.show._pictures._ground import Kind, colour_of, ground
from cxjourney.show._pictures._labels import PLAIN, Lettering, drawable, ink
from cxjourney.show._pictures._legend import (
    BAR_ALPHA,
    BAR_WIDTH,
    NOTE_SIZE,
    RADIUS,
    Point,
    draw_legend,
    head,
    labelled,
    marker,
    write,
)
from cxjourney.show._pictures._said import with_words
from cxjourney.show._wish_tables import heading, limit, short_names, unit
from cxjourney.vocabulary import Lang, name
from cxjourney.vocabulary._texts import percent, word
from cxjourney.wishes import Answer, KanoMap, WishKind, WishMap
from cxjourney.wishes._arrays import Floats

Segment: TypeAlias = tuple[float, float, float, float]
"""A line from (x0, y0) to (x1, y1)."""
SIZE = (8.6, 6.6)
"""The width and height of a figure of our own, in inches."""
LONGEST_NAME, LONGEST_TITLE = 30, 80
TITLE_LIFT = 20.0
"""How far above the map its title stands: over what is said of tau, in points."""
DASHED, DOTTED = (0, (5, 3)), (0, (1, 2))
LINES, BARS = 1.0, 2.0
"""The order of drawing, below the markers."""
DPI = 150
CORNER = 0.21
"""The least share of an axis on either side of its threshold."""
EDGE = 0.10
"""The share of what is shown that is kept free of points at either end of an axis."""
ROUNDING, LEAST = 1e-11, 1e-300
"""What is smaller, beside the numbers on an axis or by itself, gives an axis no length."""
UNSAID: Mapping[str, Mapping[str, None]] = MappingProxyType(
    {
        ".svg": {"Date": None, "Creator": None},
        ".png": {"Software": None},
        ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    }
)
"""What matplotlib would say in a picture beside the map."""

SHAPES: Mapping[WishKind | None, str] = MappingProxyType(
    {
        WishKind.SUBCONSCIOUS: "^",
        WishKind.CONSCIOUS: "s",
        WishKind.INVISIBLE: "D",
        WishKind.DECEPTION: "v",
        None: "o",
    }
)
"""The shape of each kind, so that they are told apart in grey; None for the undecided."""


class MapAxes(Axes):
    """Axes that a notebook shows as a picture when a cell ends with them."""

    def _repr_svg_(self) -> str:
        figure = self.get_figure()
        return figure_svg(figure) if isinstance(figure, Figure) else ""

    def _repr_png_(self) -> bytes | None:
        """Return it for whoever shows no SVG, as notebooks that are not trusted do not."""
        figure = self.get_figure()
        return _picture(figure, ".png") if isinstance(figure, Figure) else None


def plot(
    wish_map: WishMap, ax: Axes | None = None, lang: Lang = Lang.EN, *, dark: bool = False
) -> Axes:
    """Draw the map of a survey's wishes.

    Across: the share of customers who ask for a wish. Upwards: the effect of its fulfilment.
    Lines mark tau and delta, bars the intervals of 95 %. Filled markers are decided, hollow ones
    are not. Wishes without a share or an effect are listed under the map, with the reasons.

    Args:
        wish_map: the findings.
        ax: the axes to draw in. Without them there is a figure of its own, which a notebook shows
            and ``ax.figure.savefig`` stores; pyplot knows nothing of it, so nothing is to close.
        lang: the language.
        dark: whether a figure of its own has a dark ground.
    """
    with ground(dark=dark):
        return _drawn(wish_map, ax or own_axes(), lang)


def _drawn(wish_map: WishMap, axes: Axes, lang: Lang) -> Axes:
    spots, absent = _spots(wish_map, lang)
    _set_limits(axes, wish_map, spots)
    _draw_thresholds(axes, wish_map, lang)
    _draw_harm(axes, wish_map, spots, lang)
    _draw_titles(axes, wish_map, lang)
    for kind, shape in SHAPES.items():
        found = [spot for spot in spots if spot.kind is kind]
        draw_spots(axes, found, shape, colour_of(kind, axes), hollow=kind is None)
    corners = draw_corners(axes, ((one, (one.stated, one.adds_value)) for one in WishKind), lang)
    key = letter(axes, spots, [*bars_of(spots), *_thresholds(axes, wish_map)], corners, lang)
    notes = [key, f"{word('off_map', lang)}: {'; '.join(absent)}" if absent else ""]
    _draw_notes(axes, notes, heads_of(axes, spots), lang)
    return axes


def own_axes() -> Axes:
    """Return axes in a figure of their own, which a notebook shows as a picture."""
    axes: Axes = Figure(SIZE, layout="constrained").add_subplot(axes_class=MapAxes)
    return axes


def figure_svg(figure: Figure) -> str:
    """Return a figure as SVG: the same text for the same figure, without a date."""
    return _picture(figure, ".svg").decode("utf-8")


def _picture(figure: Figure, picture: str) -> bytes:
    stream = BytesIO()
    with rc_context({"svg.hashsalt": "cxjourney", "svg.fonttype": "path"}):
        figure.savefig(stream, format=picture[1:], dpi=DPI, metadata=dict(UNSAID[picture]))
    drawn = stream.getvalue()
    return with_words(figure, drawn) if picture == ".svg" else drawn


def draw(
    found: WishMap | KanoMap, picture: str, lang: Lang = Lang.EN, *, dark: bool = False
) -> bytes:
    """Return the map of a survey's wishes as the bytes of a picture file, without a date.

    Args:
        found: the findings.
        picture: the kind of file, as the suffix of its name: ``.svg``, ``.png`` or ``.pdf``.
        lang: the language.
        dark: whether its ground is dark.
    """
    return _picture(cast("Figure", found.plot(lang=lang, dark=dark).figure), picture)


@attrs.frozen
class Spot:
    """Where a wish stands on the map.

    Attributes:
        name: its name, short and drawable.
        kind: its kind, category or quadrant; None while it is undecided.
        x: the share of customers who ask for it.
        y: its effect.
        across: the ends of the share's interval.
        upwards: the ends of the effect's interval.
    """

    name: str
    kind: Kind | None
    x: float
    y: float
    across: tuple[float, float]
    upwards: tuple[float, float]


def _ends(answer: Answer, estimate: float) -> tuple[float, float]:
    if answer.interval is None:
        return estimate, estimate
    return answer.interval.low, answer.interval.high


def bars_of(spots: Iterable[Spot]) -> Iterator[Segment]:
    """Yield the intervals of each wish as segments, first across and then upwards."""
    for spot in spots:
        yield spot.across[0], spot.y, spot.across[1], spot.y
        yield spot.x, spot.upwards[0], spot.x, spot.upwards[1]


def _spots(wish_map: WishMap, lang: Lang) -> tuple[list[Spot], list[str]]:
    """Return the wishes that have a place on the map, and the names of the others, with why."""
    abouts = [drawable(shown(one.classification.wish.about)) for one in wish_map.findings]
    spots, absent = list[Spot](), list[str]()
    for short, finding in zip(short_names(abouts, LONGEST_NAME), wish_map.findings, strict=True):
        found = finding.classification
        stated, value = found.stated, found.value
        x, y = stated.estimate, value.estimate
        if x is not None and y is not None:
            spots.append(Spot(short, found.decision, x, y, _ends(stated, x), _ends(value, y)))
            continue
        unknown = (one for one in (stated, value) if one.estimate is None)
        reasons = (name(reason, lang) for one in unknown for reason in one.reasons)
        absent.append(f"{short} ({', '.join(dict.fromkeys(reasons))})")
    return spots, absent


def axis_ends(
    estimates: Sequence[float], intervals: Iterable[tuple[float, float]], threshold: float
) -> tuple[float, float]:
    """Return the ends of an axis.

    All estimates and the threshold lie on it, with room for the names of the corners. Intervals
    may lengthen it, but to no more than three times the room that the estimates take: a bar that
    runs into the frame goes on beyond it.
    """
    low, high = min([threshold, *estimates]), max([threshold, *estimates])
    size = max(-low, high)
    room = next(one for one in (high - low, size, 1.0) if one > max(ROUNDING * size, LEAST))
    lows, highs = zip((low, high), *intervals, strict=True)
    least, most = max(low - room, min(lows)), min(high + room, max(highs))
    edge = EDGE * max(most - least, room)
    least = min(least - edge, (threshold - CORNER * (most + edge)) / (1 - CORNER))
    return least, max(most + edge, (threshold - CORNER * least) / (1 - CORNER))


def _set_limits(axes: Axes, wish_map: WishMap, spots: Sequence[Spot]) -> None:
    xs, ys = [spot.x for spot in spots], [0.0, *(spot.y for spot in spots)]
    tau, delta = wish_map.tau, wish_map.criteria.effect
    axes.set_xlim(axis_ends(xs, [spot.across for spot in spots], tau))
    axes.set_ylim(axis_ends(ys, [spot.upwards for spot in spots], delta))


def _thresholds(axes: Axes, wish_map: WishMap) -> tuple[Segment, Segment]:
    tau, delta = wish_map.tau, wish_map.criteria.effect
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    return (tau, bottom, tau, top), (left, delta, right, delta)


def _array(segments: Iterable[Segment]) -> Floats:
    return np.array(list(segments), dtype=np.float64).reshape(-1, 4)


def _draw_thresholds(axes: Axes, wish_map: WishMap, lang: Lang) -> None:
    tau, delta = wish_map.tau, wish_map.criteria.effect
    axes.axvline(tau, **line(axes, DASHED))
    axes.axhline(delta, **line(axes, DASHED))
    text = f"tau = {limit(wish_map, 'tau', lang)}"
    where = ("data", "axes fraction")
    write(axes, text, (tau, 1), (0, 3), where, ha="center", va="bottom", size=NOTE_SIZE)
    two_lines = limit(wish_map, "delta", lang).replace(" (", "\n(")
    _write_beside(axes, delta, f"delta = {two_lines}", "bottom")


def _draw_harm(axes: Axes, wish_map: WishMap, spots: Sequence[Spot], lang: Lang) -> None:
    """Draw the line below which there is harm, where an interval reaches that far down."""
    harm = -wish_map.criteria.effect
    if axes.get_ylim()[0] < harm < 0 and any(spot.upwards[0] < harm for spot in spots):
        axes.axhline(harm, **line(axes, DOTTED))
        _write_beside(axes, harm, word("harm", lang), "top")


def line(axes: Axes, style: object = DASHED) -> dict[str, Any]:
    """Return how the line of a threshold looks."""
    return {"color": ink(axes), "alpha": 0.75, "linewidth": 1, "linestyle": style, "zorder": LINES}


def _write_beside(axes: Axes, effect: float, text: str, side: str) -> None:
    where = ("axes fraction", "data")
    write(axes, text, (1, effect), (4, 0), where, ha="left", va=side, size=NOTE_SIZE)


def _draw_titles(axes: Axes, wish_map: WishMap, lang: Lang) -> None:
    title = shown(drawable(heading(wish_map, lang)), LONGEST_TITLE)
    axes.set_title(title, loc="left", pad=TITLE_LIFT, **PLAIN)
    axes.set_xlabel(word("share_axis", lang))
    axes.set_ylabel(f"{word('effect_axis', lang)},\n{unit(wish_map, lang)}")
    axes.xaxis.set_major_locator(UpToLocator(1.0))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: percent(abs(share), lang, ".3g")))
    if lang is not Lang.EN:
        axes.yaxis.set_major_formatter(CommaFormatter())


class CommaFormatter(ScalarFormatter):
    """Writes effects with a decimal comma."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        return super().__call__(x, pos).replace(".", ",")

    def get_offset(self) -> str:
        return super().get_offset().replace(".", ",")


class UpToLocator(MaxNLocator):
    """Puts ticks where a share or a rating can be, not in the margins beyond."""

    def __init__(self, most: float) -> None:
        super().__init__(steps=[1, 2, 5, 10])
        self._most = most

    def tick_values(self, vmin: float, vmax: float) -> list[float]:
        ticks = super().tick_values(max(vmin, 0.0), min(vmax, self._most))
        return [tick for tick in ticks if 0 <= round(tick, 9) <= self._most]


def draw_corners(
    axes: Axes, corners: Iterable[tuple[Kind, tuple[bool, bool]]], lang: Lang
) -> list[Annotation]:
    """Write the name of a kind in each corner, which is told as to the right or not, up or not."""
    return [
        write(
            axes,
            name(kind, lang),
            (right, up),
            (-7 if right else 7, -6 if up else 6),
            "axes fraction",
            ha="right" if right else "left",
            va="top" if up else "bottom",
            color=colour_of(kind, axes),
            weight="bold",
        )
        for kind, (right, up) in corners
    ]


def letter(
    axes: Axes,
    spots: Sequence[Spot],
    bars: Iterable[Segment],
    corners: Sequence[Annotation],
    lang: Lang,
) -> str:
    """Name the points, clear of bars and corners; return the note that explains the names."""
    labels, key = labelled([spot.name for spot in spots], lang)
    points = np.array([(spot.x, spot.y) for spot in spots], dtype=np.float64).reshape(-1, 2)
    Lettering(axes, points, labels, radius=RADIUS, bars=_array(bars), avoid=corners)
    return key


def draw_spots(
    axes: Axes, spots: Sequence[Spot], shape: str, colour: ColorType, *, hollow: bool = False
) -> None:
    """Draw points with their intervals; a head marks one that goes on out of the frame."""
    bars = LineCollection(
        list(_array(bars_of(spots)).reshape(-1, 2, 2)),
        colors=colour,
        linewidths=BAR_WIDTH,
        alpha=BAR_ALPHA,
        zorder=BARS,
    )
    axes.add_collection(bars, autolim=False)
    for shape_of, ends in heads_of(axes, spots).items():
        axes.plot(*zip(*ends, strict=True), **head(shape_of, colour))
    points = [spot.x for spot in spots], [spot.y for spot in spots]
    axes.plot(*points, **marker(axes, shape, colour, hollow=hollow))


def heads_of(axes: Axes, spots: Iterable[Spot]) -> dict[str, list[Point]]:
    """Return where intervals leave the frame, by the shape of the head that points outwards."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    heads: dict[str, list[Point]] = {}
    for spot in spots:
        for shape, leaves, at in (
            ("<", spot.across[0] < left, (left, spot.y)),
            (">", spot.across[1] > right, (right, spot.y)),
            ("v", spot.upwards[0] < bottom, (spot.x, bottom)),
            ("^", spot.upwards[1] > top, (spot.x, top)),
        ):
            if leaves:
                heads.setdefault(shape, []).append(at)
    return heads


def _draw_notes(
    axes: Axes, notes: Iterable[str], heads: Mapping[str, list[Point]], lang: Lang
) -> None:
    """Tell under the map what its signs mean, and which wishes are not on it."""
    signs = {kind: word("undecided", lang) if kind is None else name(kind, lang) for kind in SHAPES}
    handles = []
    for kind, text in signs.items():
        looks = marker(axes, SHAPES[kind], colour_of(kind, axes), hollow=kind is None)
        handles.append(Line2D([], [], label=text, **looks))
    draw_legend(axes, handles, heads, notes, lang)
