"""A map of numbered points between two axes, with the corners that they fall into."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product

import attrs

from cxjourney.show._pages._drawings import picture, words_at
from cxjourney.show._pages._markup import Markup, joined, tag
from cxjourney.show._pages._scale_ticks import round_ticks

HIGH, ABOVE, BELOW = 420, 4, 24
"""The height of a map, and what stands above and below it, in pixels."""
NARROW = 300
"""The width of a map on a phone: names that are apart there are apart on any screen."""
EDGE = 26
"""No number of an axis stands nearer than this to the names of the corners."""
SIZE = 7
"""How far a marker reaches from its point."""
SHAPES = {
    "up": "M0 -7L7 6H-7Z",
    "square": "M-6 -6H6V6H-6Z",
    "diamond": "M0 -8L8 0L0 8L-8 0Z",
    "down": "M0 7L7 -6H-7Z",
    "round": "M-6.5 0A6.5 6.5 0 1 1 6.5 0A6.5 6.5 0 1 1 -6.5 0Z",
    "cross": "M-2.5 -7H2.5V-2.5H7V2.5H2.5V7H-2.5V2.5H-7V-2.5H-2.5Z",
}
"""What tells kinds apart without colour."""
MOST_TICKS = 4


@attrs.frozen
class Axis:
    """An axis of a map.

    Attributes:
        low: its lower end.
        high: its upper end.
        limit: where it is divided.
        name: what it is of.
        told: writes a number of it.
    """

    low: float
    high: float
    limit: float
    name: str
    told: Callable[[float], str]

    @classmethod
    def around(
        cls, values: Iterable[float], limit: float, name: str, told: Callable[[float], str]
    ) -> "Axis":
        """Return the axis that holds values and a limit, with room at either end."""
        held = [limit, *values]
        room = (max(held) - min(held)) or abs(limit) or 1.0
        return cls(min(held) - 0.15 * room, max(held) + 0.15 * room, limit, name, told)

    def place(self, value: float) -> float:
        """Return where a value stands, from 0 to 1; beyond the ends at the ends."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))


@attrs.frozen
class Point:
    """A point of a map.

    Attributes:
        number: what it is called on the map.
        x: where it is across.
        y: where it is upwards.
        across: the ends of its interval across.
        upwards: the ends of its interval upwards.
        shape: its shape, one of ``SHAPES``.
        look: its look.
    """

    number: str
    x: float
    y: float
    across: tuple[float, float]
    upwards: tuple[float, float]
    shape: str
    look: str


@attrs.frozen
class Scatter:
    """A map of points.

    Attributes:
        x: the axis across.
        y: the axis upwards.
        corners: what the corners are called: left below, right below, left above, right above.
        points: the points.
    """

    x: Axis
    y: Axis
    corners: Sequence[tuple[str, str]]
    points: Sequence[Point]

    def drawn(self, key: str, title: str, told: str) -> Markup:
        """Return its picture, with the names of its axes."""
        parts = [
            tag("rect", x="0", y=ABOVE, width="100%", height=HIGH, class_="frame"),
            *self._ticks(),
            *self._limits(),
            *(self._corner(place) for place in range(4)),
            *(self._bars(point) for point in self.points),
            *(self._marker(point) for point in self.points),
            *self._numbers(),
        ]
        # The names of the axes are no part of the picture: on a phone they need several lines.
        return joined(
            [
                tag("p", self.y.name, class_="axis-name"),
                picture(key, title, told, ABOVE + HIGH + BELOW, *parts),
                tag("p", self.x.name, class_="axis-name across"),
            ]
        )

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return 100 * self.x.place(x), ABOVE + HIGH * (1 - self.y.place(y))

    def _ticks(self) -> Iterator[Markup]:
        foot = ABOVE + HIGH
        for value in round_ticks(max(self.x.low, 0.0), min(self.x.high, 1.0), MOST_TICKS):
            across, _ = self._at(value, 0)
            yield tag(
                "line",
                x1=f"{across:.2f}%",
                x2=f"{across:.2f}%",
                y1=foot,
                y2=foot + 5,
                class_="axis",
            )
            yield words_at(across, foot + 18, self.x.told(value), "m c")
        for value in round_ticks(self.y.low, self.y.high, MOST_TICKS):
            _, up = self._at(0, value)
            if ABOVE + EDGE < up < foot - EDGE:
                yield tag("line", x1="0", x2="100%", y1=up, y2=up, class_="line")
                yield words_at(0.5, up - 3, self.y.told(value), "m")

    def _limits(self) -> Iterator[Markup]:
        across, up = self._at(self.x.limit, self.y.limit)
        x = f"{across:.2f}%"
        yield tag("line", x1=x, x2=x, y1=ABOVE, y2=ABOVE + HIGH, class_="limit")
        yield tag("line", x1="0", x2="100%", y1=up, y2=up, class_="limit")

    def _corner(self, place: int) -> Markup:
        text, look = self.corners[place]
        right, up = place % 2, place // 2
        return words_at(
            99 if right else 1,
            ABOVE + 18 if up else ABOVE + HIGH - 8,
            text,
            f"corner {look}{' e' if right else ''}",
        )

    def _bars(self, point: Point) -> Markup:
        across, up = self._at(point.x, point.y)
        left, _ = self._at(point.across[0], 0)
        right, _ = self._at(point.across[1], 0)
        _, bottom = self._at(0, point.upwards[0])
        _, top = self._at(0, point.upwards[1])
        look = f"reach {point.look}"
        return joined(
            [
                tag("line", x1=f"{left:.2f}%", x2=f"{right:.2f}%", y1=up, y2=up, class_=look),
                tag(
                    "line", x1=f"{across:.2f}%", x2=f"{across:.2f}%", y1=bottom, y2=top, class_=look
                ),
            ]
        )

    def _marker(self, point: Point) -> Markup:
        across, up = self._at(point.x, point.y)
        shape = tag("path", d=SHAPES[point.shape], class_=f"point {point.look}")
        return tag("svg", shape, x=f"{across:.2f}%", y=up)

    def _numbers(self) -> Iterator[Markup]:
        """Yield the numbers of the points, each where it covers no other one."""
        taken = [
            (NARROW * x / 100 - SIZE, y - SIZE, NARROW * x / 100 + SIZE, y + SIZE)
            for x, y in (self._at(point.x, point.y) for point in self.points)
        ]
        for point in self.points:
            x, y = self._at(point.x, point.y)
            wide = 9 * len(point.number)
            places = [
                (sign * (SIZE + 4 + wide / 2 + 14 * far), down)
                for far, down, sign in product((0, 1), (0, -14, 14), (1, -1))
            ]
            boxes = [
                (
                    NARROW * x / 100 + dx - wide / 2,
                    y + dy - 7,
                    NARROW * x / 100 + dx + wide / 2,
                    y + dy + 7,
                )
                for dx, dy in places
            ]
            free = (place for place, box in enumerate(boxes) if not _covers(box, taken))
            best = next(free, 0)
            taken.append(boxes[best])
            dx, dy = places[best]
            yield tag("text", point.number, x=f"{x:.2f}%", y=y + dy + 5, dx=dx, class_="t c")


def marker(shape: str, look: str) -> Markup:
    """Return a marker by itself, for a legend."""
    drawn = tag("path", d=SHAPES[shape], class_=f"point {look}", transform="translate(9 9)")
    return tag("svg", drawn, width=18, height=18, aria_hidden="true")


Box = tuple[float, float, float, float]


def _covers(box: Box, others: Iterable[Box]) -> bool:
    left, top, right, bottom = box
    if left < 0 or right > NARROW:
        return True
    return any(
        left < one[2] and one[0] < right and top < one[3] and one[1] < bottom for one in others
    )
