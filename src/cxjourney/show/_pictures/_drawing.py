"""A drawing in SVG: boxes, lines and texts on a ground of its own, light or dark as the page is.

There is no script and no outside reference in it, and everything that is written is escaped.
"""

from collections.abc import Iterable
from html import escape
from zlib import crc32

import attrs

from cxjourney.errors import shown
from cxjourney.vocabulary import Lang

LETTER = 0.55
"""The width of a letter as a share of the size of its type, on the average."""
WIDE = 0x1100
"""From this sign of Unicode on, letters are as wide as their type is high."""
SIZE = 13.0
HEAD = 5.0
MOST_SAID = 4_000
"""How long the description of a drawing is at most."""
COLOURS = {
    "paper": ("#ffffff", "#15181c"),
    "ink": ("#1f2328", "#e6e6e6"),
    "dim": ("#57606a", "#a8b0b8"),
    "grid": ("#d0d7de", "#3a424b"),
    "place": ("#0072b2", "#56b4e9"),
    "here": ("#b54f00", "#f0934a"),
    "good": ("#007a59", "#1fc796"),
    "late": ("#9c4a86", "#dc8fc4"),
    "box": ("#eef3f8", "#232a32"),
}
"""What is drawn, on light ground and on dark: near the palette of Okabe and Ito (2008)."""


def _rules(dark: int) -> str:
    return "".join(
        f".cxj .{what}{{fill:{pair[dark]}}}.cxj .{what}-line{{stroke:{pair[dark]}}}"
        for what, pair in COLOURS.items()
    )


STYLE = (
    f".cxj .bare{{fill:none}}{_rules(0)}"
    f"@media(prefers-color-scheme:dark){{{_rules(1)}}}"
    f"@media print{{{_rules(0)}}}"
)


def one_line(text: str) -> str:
    """Return a text in one line that holds no sign that cannot be seen."""
    return shown(" ".join(text.split()), MOST_SAID)


def width_of(text: str, size: float = SIZE) -> float:
    """Return about how wide a text is."""
    return sum(1.0 if ord(sign) >= WIDE else LETTER for sign in text) * size


def fitting(text: str, width: float, size: float = SIZE) -> str:
    """Return a text cut to a width, with an ellipsis where something is left out."""
    line = one_line(text)
    if width_of(line, size) <= width:
        return line
    while line and width_of(line, size) + size > width:
        line = line[:-1]
    return f"{line.rstrip()}\N{HORIZONTAL ELLIPSIS}"


def lines_of(text: str, width: float, size: float = SIZE) -> list[str]:
    """Return a text broken into lines of at most a width."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if width_of(longer, size) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return [fitting(line, width, size) for line in lines]


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


@attrs.frozen
class VectorDrawing:
    """What is drawn so far.

    Attributes:
        width: how wide the drawing is, in pixels.
        parts: its elements, in the order of drawing.
    """

    width: float
    parts: list[str] = attrs.field(factory=list)

    def rect(  # noqa: D417 - the four numbers are where it stands
        self, x: float, y: float, width: float, height: float, looks: str, *, more: str = ""
    ) -> None:
        """Draw a rectangle.

        Args:
            looks: the classes of its look.
            more: attributes of ours, such as a dashed line.
        """
        size = f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
        self.parts.append(f'<rect class="{looks}" {size}{more and " "}{more}/>')

    def path(self, course: str, looks: str, *, more: str = "") -> None:
        """Draw a line along a path."""
        self.parts.append(f'<path class="bare {looks}" d="{course}"{more and " "}{more}/>')

    def shape(self, points: Iterable[tuple[float, float]], looks: str) -> None:
        """Draw a filled shape with corners."""
        corners = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        self.parts.append(f'<polygon class="{looks}" points="{corners}"/>')

    def text(
        self,
        x: float,
        y: float,
        text: str,
        looks: str = "ink",
        *,
        anchor: str = "start",
        size: float = SIZE,
        bold: bool = False,
    ) -> None:
        """Write a text on one line, everything in it escaped."""
        how = f'x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" font-size="{_n(size)}"'
        weight = ' font-weight="600"' if bold else ""
        line = escape(one_line(text))
        self.parts.append(f'<text class="{looks}" {how}{weight}>{line}</text>')

    def svg(self, height: float, title: str, description: str, lang: Lang) -> str:
        """Return the drawing as SVG.

        Args:
            height: how high it is.
            title: what it shows, in one line.
            description: all that it tells, in words.
            lang: the language of its texts.
        """
        told = escape(one_line(title))
        said = escape("\n".join(map(one_line, description.splitlines()))[:MOST_SAID])
        body = "\n".join(self.parts)
        own = f"cxj{crc32(f'{told}{said}{body}'.encode()):08x}"
        size = f'width="{_n(self.width)}" height="{_n(height)}"'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="cxj" {size}'
            f' viewBox="0 0 {_n(self.width)} {_n(height)}" role="img" lang="{lang.value}"'
            f' aria-labelledby="{own}t {own}d" style="max-width:100%;height:auto"'
            f' font-family="system-ui,-apple-system,Segoe UI,Roboto,DejaVu Sans,sans-serif">\n'
            f'<title id="{own}t">{told}</title>\n<desc id="{own}d">{said}</desc>\n'
            f"<style>{STYLE}</style>\n"
            f'<rect class="paper" width="100%" height="100%" rx="6"/>\n{body}\n</svg>\n'
        )
