"""Curves that fall by steps, with their bands and how many are left to fall."""

from collections.abc import Iterable, Iterator, Sequence

import attrs

from cxjourney.show._pages._drawings import LINE, PLOT, TOP, level_lines, picture, words_at
from cxjourney.show._pages._markup import Markup, tag

WIDE = 1000
"""How many units a stretched plot is wide and high."""
MOST_TICKS = 4
"""More numbers than this do not stand under a narrow curve."""


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
        upper = _stairs((x, high) for x, _, _, high in self.steps)
        lower = _stairs((x, low) for x, _, low, _ in self.steps)
        band = "M" + "L".join([*upper, *reversed(lower)]) + "Z"
        line = "M" + "L".join(_stairs((x, y) for x, y, _, _ in self.steps))
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
        words = [*level_lines(self.levels), *self._foot(TOP + PLOT)]
        return picture(key, title, told, TOP + PLOT + 4 * LINE + 8, plot, *words)

    def _foot(self, foot: float) -> Iterator[Markup]:
        """Yield the words under the axis."""
        yield words_at(0, foot + 2 * LINE, self.beside[0], "m")
        yield words_at(0, foot + 3 * LINE + 4, self.beside[1], "m")
        for place, (x, label, left) in enumerate(self.ticks):
            look = "m" if not place else "m e" if x > 1 - 0.5 / MOST_TICKS else "m c"
            yield words_at(100 * x, foot + LINE, label, look)
            if left:
                yield words_at(100 * x, foot + 4 * LINE + 4, left, look)


def _stairs(points: Iterable[tuple[float, float]]) -> list[str]:
    """Return the corners of a curve that begins whole, falls by steps, and ends at the right."""
    corners, height = ["0 0"], 1.0
    for x, level in points:
        corners += [_corner(x, height), _corner(x, level)]
        height = level
    return [*corners, _corner(1, height)]


def _corner(x: float, level: float) -> str:
    return f"{WIDE * x:.0f} {WIDE * (1 - level):.0f}"
