"""Pictures of a report, drawn in SVG so that they fit any width: bars, columns, curves, a map.

Places across are in percent, so words keep their size on a phone; what a curve is made of is
stretched, and its stroke is not.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import attrs

from cxjourney.show._pages._markup import Markup, joined, tag

ROW, BAR, TOP = 50, 16, 24
"""The height of a bar with its words, of the bar itself, and of the words above it."""
UNDER = 18
"""The height of the words under a bar."""
PLOT, FOOT = 150, 24
"""The height of a plot, and of the words under its axis."""
LINE = 18
"""The height of a line of words under a plot."""
WIDE = 1000
"""How many units a stretched plot is wide and high."""
FINEST = 500
"""A curve has no more steps than this: more than a screen can show."""
MOST_LABELS = 6
"""More words than this do not stand side by side on a phone."""


def picture(key: str, title: str, told: str, height: float, *parts: str) -> Markup:
    """Return a picture as wide as its place, with its name and what it shows in words.

    Args:
        key: what no other picture of the page is called.
        title: its name.
        told: what it shows, in a sentence.
        height: its height in pixels.
        parts: what is drawn.
    """
    names = f"{key}-title", f"{key}-desc"
    return tag(
        "svg",
        tag("title", title, id=names[0]),
        tag("desc", told, id=names[1]),
        _patterns(key),
        *parts,
        role="img",
        aria_labelledby=" ".join(names),
        width="100%",
        height=height,
        xmlns="http://www.w3.org/2000/svg",
    )


def _patterns(key: str) -> Markup:
    """Return the patterns by which areas are told apart without colour."""
    strokes = (("hatch", "M0 0V8"), ("dots", "M0 2H3"))
    return tag(
        "defs",
        *(
            tag(
                "pattern",
                tag("path", d=stroke, class_=f"{name}-line"),
                id=f"{key}-{name}",
                width=6,
                height=6,
                patternUnits="userSpaceOnUse",
                patternTransform="rotate(45)",
            )
            for name, stroke in strokes
        ),
    )


def words_at(x: float, y: float, text: str, look: str) -> Markup:
    """Return words at a place, in percent across and pixels down."""
    return tag("text", text, x=f"{x:.2f}%", y=y, class_=look)


@attrs.frozen
class Bar:
    """A bar of a picture.

    Attributes:
        label: what it is of.
        value: its length in words.
        parts: its parts from the left: the share of the whole width, and the look.
        under: what there is to say of it beside.
    """

    label: str
    value: str
    parts: Sequence[tuple[float, str]]
    under: str = ""


def bars(key: str, title: str, told: str, rows: Iterable[Bar]) -> Markup:
    """Return bars under each other, each with its words above it."""
    parts, y = list[Markup](), 0.0
    for row in rows:
        parts.append(words_at(0, y + TOP - 6, row.label, "t"))
        parts.append(words_at(100, y + TOP - 6, row.value, "t e"))
        parts.append(bar(key, row.parts, y + TOP))
        y += ROW
        if row.under:
            parts.append(words_at(0, y + 6, row.under, "m"))
            y += UNDER
    return picture(key, title, told, y, *parts)


def bar(key: str, parts: Iterable[tuple[float, str]], y: float) -> Markup:
    """Return the parts of one bar beside each other."""
    drawn, x = list[Markup](), 0.0
    for share, look in parts:
        fill = f"url(#{key}-{look})" if look in {"hatch", "dots"} else None
        if share > 0:
            rect = tag(
                "rect",
                x=f"{100 * x:.2f}%",
                y=y,
                width=f"{100 * share:.2f}%",
                height=BAR,
                class_=f"bar {look}",
                fill=fill,
            )
            drawn.append(rect)
        x += share
    return joined(drawn)


def bar_of(key: str, parts: Iterable[tuple[float, str]]) -> Markup:
    """Return one bar for a cell, beside the numbers that tell it."""
    shapes = _patterns(key), bar(key, parts, 2)
    return tag("svg", *shapes, width=120, height=BAR + 4, aria_hidden="true")


def columns(
    key: str,
    title: str,
    told: str,
    labels: Sequence[str],
    values: Sequence[Sequence[float]],
    most: tuple[float, str],
    looks: Sequence[str],
) -> Markup:
    """Return columns beside each other, several for each label.

    Args:
        key: what no other picture of the page is called.
        title: its name.
        told: what it shows, in a sentence.
        labels: what the columns are of, from left to right.
        values: how high the columns of each label are.
        most: the height of the plot, as a number and in words.
        looks: the look of each of the columns of a label.
    """
    step = 100 / max(len(labels), 1)
    width = step * 0.8 / max(len(looks), 1)
    parts = [*_lines([(1.0, most[1]), (0.0, "0")])]
    for place, heights in enumerate(values):
        for number, (height, look) in enumerate(zip(heights, looks, strict=True)):
            tall = PLOT * height / most[0] if most[0] else 0.0
            if tall:
                parts.append(
                    tag(
                        "rect",
                        x=f"{place * step + 0.1 * step + number * width:.2f}%",
                        y=TOP + PLOT - tall,
                        width=f"{width:.2f}%",
                        height=tall,
                        class_=f"bar {look}",
                        fill=f"url(#{key}-{look})" if look in {"hatch", "dots"} else None,
                    )
                )
    every = -(-len(labels) // MOST_LABELS)
    parts += [
        words_at((place + 0.5) * step, TOP + PLOT + 18, label, "m c")
        for place, label in enumerate(labels)
        if place % every == 0
    ]
    return picture(key, title, told, TOP + PLOT + FOOT, *parts)


def _lines(levels: Iterable[tuple[float, str]]) -> Iterator[Markup]:
    """Yield the lines of a plot that its heights are read from, each with its number above it."""
    for level, label in levels:
        y = TOP + PLOT * (1 - level)
        yield tag("line", x1="0", x2="100%", y1=y, y2=y, class_="line" if level else "axis")
        yield words_at(0, y - 4, label, "m")


@attrs.frozen
class Curve:
    """A curve that falls by steps, with its band.

    Attributes:
        steps: each moment at which it falls: where it is across, from 0 to 1, its height from
            there on, and the lower and the upper end of its band.
        ticks: the places on the axis, each with its words and how many are left to fall.
        levels: the lines that its heights are read from, with their words.
        beside: what the words under the axis tell.
    """

    steps: Sequence[tuple[float, float, float, float]]
    ticks: Sequence[tuple[float, str, str]]
    levels: Sequence[tuple[float, str]]
    beside: tuple[str, str]

    def drawn(self, key: str, title: str, told: str) -> Markup:
        """Return its picture."""
        steps = list(_thinned(self.steps))
        upper = _stairs([(x, high) for x, _, _, high in steps])
        lower = _stairs([(x, low) for x, _, low, _ in steps])
        band = "M" + "L".join([*upper, *reversed(lower)]) + "Z"
        line = "M" + "L".join(_stairs([(x, y) for x, y, _, _ in steps]))
        plot = tag(
            "svg",
            tag("path", d=band, class_="band"),
            tag("path", d=line, class_="curve"),
            x="0",
            y=TOP,
            width="100%",
            height=PLOT,
            viewBox=f"0 0 {WIDE} {WIDE}",
            preserveAspectRatio="none",
        )
        foot = TOP + PLOT
        words = [*_lines(self.levels)]
        for place, (x, label, left) in enumerate(self.ticks):
            look = "m" if not place else "m e" if place == len(self.ticks) - 1 else "m c"
            words.append(words_at(100 * x, foot + LINE, label, look))
            words.append(words_at(100 * x, foot + 4 * LINE - 4, left, look))
        words.append(words_at(0, foot + 2 * LINE, self.beside[0], "m"))
        words.append(words_at(0, foot + 3 * LINE, self.beside[1], "m"))
        return picture(key, title, told, foot + 4 * LINE + 4, plot, *words)


def _thinned(
    steps: Sequence[tuple[float, float, float, float]],
) -> Iterator[tuple[float, float, float, float]]:
    """Yield the last of the steps that fall on one place of a screen."""
    for one, after in pairwise([*steps, None]):
        if one and (after is None or int(one[0] * FINEST) != int(after[0] * FINEST)):
            yield one


def _stairs(points: Iterable[tuple[float, float]]) -> list[str]:
    """Return the corners of a curve that begins whole, falls by steps, and ends at the right."""
    corners, height = ["0 0"], 1.0
    for x, level in points:
        corners.append(_corner(x, height))
        corners.append(_corner(x, level))
        height = level
    return [*corners, _corner(1, height)]


def _corner(x: float, level: float) -> str:
    return f"{WIDE * x:.0f} {WIDE * (1 - level):.0f}"


def sample(look: str) -> Markup:
    """Return what a look is, for a legend; those who cannot see it need it not."""
    patterned = look in {"hatch", "dots"}
    return tag(
        "svg",
        _patterns(f"key-{look}") if patterned else Markup(),
        tag(
            "rect",
            x=1,
            y=1,
            width=22,
            height=12,
            class_=f"bar {look}",
            fill=f"url(#key-{look}-{look})" if patterned else None,
        ),
        width=24,
        height=14,
        aria_hidden="true",
    )


def legend(items: Iterable[tuple[str, str]]) -> Markup:
    """Return what each look of a picture means."""
    rows = joined(tag("li", sample(look), " ", text) for look, text in items)
    return tag("ul", rows, class_="legend")
