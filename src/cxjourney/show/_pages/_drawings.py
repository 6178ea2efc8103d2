"""Pictures of a report, drawn in SVG so that they fit any width: bars, columns, curves, a map.

Places across are in percent, so words keep their size on a phone; what a curve is made of is
stretched, and its stroke is not.
"""

from collections.abc import Iterable, Iterator, Sequence

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
STRIPED = frozenset({"hatch", "dots"})
MOST_LABELS = 4
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
        *parts,
        role="img",
        aria_labelledby=" ".join(names),
        width="100%",
        height=height,
        xmlns="http://www.w3.org/2000/svg",
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
        parts.append(bar(row.parts, y + TOP))
        y += ROW
        if row.under:
            parts.append(words_at(0, y + 6, row.under, "m"))
            y += UNDER
    return picture(key, title, told, y, *parts)


def bar(parts: Iterable[tuple[float, str]], y: float) -> Markup:
    """Return the parts of one bar beside each other."""
    drawn, x = list[Markup](), 0.0
    for share, look in parts:
        if share > 0:
            drawn.append(piece(100 * x, 100 * (x + share), y, look))
        x += share
    return joined(drawn)


def piece(left: float, right: float, y: float, look: str) -> Markup:
    """Return a piece of a bar, between two places in percent.

    What is striped is told from what is full without colour too. The stripes are the dashes of a
    thick line, for patterns make a printed file twenty times as large.
    """
    place = f"{left:.2f}%"
    shape = tag(
        "rect", x=place, y=y, width=f"{right - left:.2f}%", height=BAR, class_=f"bar {look}"
    )
    if look not in STRIPED:
        return shape
    middle = y + BAR / 2
    line = tag("line", x1=place, x2=f"{right:.2f}%", y1=middle, y2=middle, class_=f"stripes {look}")
    return joined([line, shape])


def bar_of(parts: Iterable[tuple[float, str]]) -> Markup:
    """Return one bar for a cell, beside the numbers that tell it."""
    return tag("svg", bar(parts, 2), width=120, height=BAR + 4, aria_hidden="true")


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
    parts = [*level_lines([(1.0, most[1]), (0.0, "")])]
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
                    )
                )
    every = -(-len(labels) // MOST_LABELS)
    parts += [
        words_at((place + 0.5) * step, TOP + PLOT + 18, label, "m c")
        for place, label in enumerate(labels)
        if place % every == 0
    ]
    return picture(key, title, told, TOP + PLOT + FOOT, *parts)


def level_lines(levels: Iterable[tuple[float, str]]) -> Iterator[Markup]:
    """Yield the lines of a plot that its heights are read from, each with its number above it."""
    for level, label in levels:
        y = TOP + PLOT * (1 - level)
        yield tag("line", x1="0", x2="100%", y1=y, y2=y, class_="line" if level else "axis")
        if label:
            yield words_at(0, y - 4, label, "m")


def sample(look: str) -> Markup:
    """Return what a look is, for a legend; those who cannot see it need it not."""
    return tag("svg", piece(4, 96, 1, look), width=28, height=BAR + 2, aria_hidden="true")


def legend(items: Iterable[tuple[str, str]]) -> Markup:
    """Return what each look of a picture means."""
    return legend_of((sample(look), text) for look, text in items)


def legend_of(items: Iterable[tuple[Markup, str]]) -> Markup:
    """Return what each sign of a picture means."""
    return tag("ul", joined(tag("li", sign, " ", text) for sign, text in items), class_="legend")
