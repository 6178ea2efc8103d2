"""The names on a map: in characters that the fonts have, beside their points, over nothing.

They are arranged whenever the map is drawn: only then its size in pixels is known, so that they
stand well at any size and zoom.

All places are pixels, x to the right and y up. A box is (left, bottom, right, top), a segment
(x0, y0, x1, y1). Each choice goes by its cost. The search is greedy and deterministic: the names of
crowded points choose first; then each chooses again, given all the others, until nothing moves.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.collections import LineCollection
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import FT2Font
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.transforms import IdentityTransform
from matplotlib.typing import ColorType

from cxjourney.wishes._arrays import Floats

MOST_ROUNDS, MOST_CHOICES = 5, 200
STEPS = (0.0, 1.0, 2.5, 4.5, 7.0, 10.0, 14.0, 19.0, 25.0, 32.0, 40.0)
"""How far from its marker a name may stand, in gaps."""
ANYWHERE = 24
"""How many places there are across and upwards, where a name may stand anywhere."""
MOST_SEARCHED = 60
"""The most names for which places anywhere are searched; so many more find no room in any case."""

SIDES: Floats = np.array(
    [
        *((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)),
        *((0.5, 1), (-0.5, 1), (0.5, -1), (-0.5, -1), (1, 0.5), (1, -0.5), (-1, 0.5), (-1, -0.5)),
    ]
)
"""Where a name may stand round its marker, the most readable side first."""

COVERED = 1000.0
"""The cost of a square pixel of a name that covers something: never, while there is room."""
CROSSED = 200.0
"""The cost of a leader that crosses another leader, or passes under a name or a marker."""
STRUCK = 0.6
"""The cost of a pixel of a bar or a line that strikes through a name."""
TINY = 1e-9
"""What stands for a direction in which a segment does not go at all, in pixels."""
LATER = 0.05
"""The cost of a less readable side, in gaps."""


@attrs.frozen(eq=False)
class Scene:
    """What names have to find room in.

    Attributes:
        points: the points that the names belong to, n x 2.
        sizes: the width and height of each name, n x 2.
        radius: how far a marker reaches from its point.
        bounds: the box that every name has to stay in.
        blocked: other boxes that no name may cover, m x 4.
        bars: segments that a name should not cover, k x 4.
    """

    points: Floats
    sizes: Floats
    radius: float
    bounds: tuple[float, float, float, float]
    blocked: Floats
    bars: Floats

    @property
    def gap(self) -> float:
        """The room between a marker and its name."""
        return max(self.radius / 2, 1.0)

    @property
    def markers(self) -> Floats:
        """The boxes of the markers."""
        return np.hstack([self.points - self.radius, self.points + self.radius])


def place_labels(scene: Scene) -> Floats:
    """Return the centre of each name, n x 2: inside the bounds, free of the others where room is.

    A name that is larger than the bounds is centred in them.
    """
    centres = scene.points.copy()
    order = _crowded_first(scene)
    placed: list[int] = []
    # Less often where many have to choose among many.
    rounds = min(max(MOST_CHOICES // max(len(order), 1), 1), MOST_ROUNDS)
    for _ in range(rounds):
        before = centres.copy()
        for index in order:
            others = [other for other in placed if other != index]
            centres[index] = _best(scene, index, others, centres)
            if len(placed) < len(order):
                placed.append(index)
        if np.array_equal(before, centres):
            break
    return centres


def _best(scene: Scene, index: int, others: Sequence[int], centres: Floats) -> Floats:
    """Return the cheapest place of a name beside others that have theirs.

    Rings are tried from the nearest on, until none that is left can be cheaper.
    """
    best: Floats = centres[index]
    least = np.inf
    for at_least, candidates in _candidates(scene, index):
        if least <= at_least:
            break
        cost = _cost(scene, index, candidates, others, centres)
        cheapest = int(np.argmin(cost))
        if cost[cheapest] < least:
            best, least = candidates[cheapest], cost[cheapest]
    return best


def boxes_at(centres: Floats, sizes: Floats) -> Floats:
    """Return the boxes of names by their centres and sizes."""
    return np.hstack([centres - sizes / 2, centres + sizes / 2])


def leaders_to(scene: Scene, centres: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return the segment from each point to the nearest place of its name, and if one is needed.

    A name right beside its marker needs none.
    """
    segments = _leaders(scene.points, boxes_at(centres, scene.sizes))
    return segments, _lengths(segments) > scene.radius + 2 * scene.gap


def _leaders(points: Floats, boxes: Floats) -> Floats:
    return np.hstack([points, np.clip(points, boxes[:, :2], boxes[:, 2:])])


def _lengths(segments: Floats) -> Floats:
    return np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1])


def _crowded_first(scene: Scene) -> list[int]:
    """Return the points by how near the others are, the most crowded first."""
    apart = np.linalg.norm(scene.points[:, None] - scene.points[None, :], axis=2)
    reach = scene.sizes.mean() if len(scene.sizes) else 1.0
    crowd = np.exp(-apart / reach).sum(axis=1).round(9)
    return [int(index) for index in np.argsort(-crowd, kind="stable")]


def _candidates(scene: Scene, index: int) -> Iterator[tuple[float, Floats]]:
    """Yield the centres that a name may take, with the least that they cost.

    First rings round the marker, then, for a name that else would cover something, places
    anywhere within bounds.
    """
    size, point = scene.sizes[index], scene.points[index]
    low, high = np.array(scene.bounds[:2]) + size / 2, np.array(scene.bounds[2:]) - size / 2
    low, high = np.where(low > high, (low + high) / 2, [low, high])
    for step in STEPS:
        away = scene.radius + scene.gap * step
        yield away / scene.gap, np.clip(point + (size / 2 + away) * SIDES, low, high)
    if len(scene.points) <= MOST_SEARCHED:
        grid = np.meshgrid(*np.linspace(low, high, ANYWHERE).T)
        yield COVERED, np.stack(grid, axis=-1).reshape(-1, 2)


def _cost(
    scene: Scene, index: int, centres: Floats, others: Sequence[int], places: Floats
) -> Floats:
    """Return what candidates for the place of a name cost beside others that have theirs."""
    boxes = boxes_at(centres, np.broadcast_to(scene.sizes[index], centres.shape))
    leaders = _leaders(np.broadcast_to(scene.points[index], centres.shape), boxes)
    theirs = boxes_at(places[others], scene.sizes[others])
    lines = _leaders(scene.points[others], theirs)
    markers = scene.markers
    taken = np.vstack([markers, scene.blocked, theirs])
    passed = np.vstack([np.delete(markers, index, axis=0), theirs])
    crossed = (
        (_inside(leaders, passed) > 0).sum(axis=1)
        + (_inside(lines, boxes) > 0).sum(axis=0)
        + _crossings(leaders, lines).sum(axis=1)
    )
    cost: Floats = (
        _lengths(leaders) / scene.gap
        + LATER * (np.arange(len(centres)) % len(SIDES))
        + STRUCK * _inside(scene.bars, boxes).sum(axis=0)
        + CROSSED * crossed
        + COVERED * _overlaps(boxes, taken).sum(axis=1)
    )
    return cost


def _overlaps(boxes: Floats, others: Floats) -> Floats:
    """Return the area that each box shares with each other one."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    shared: Floats = np.clip(high - low, 0, None).prod(axis=2)
    return shared


def _inside(segments: Floats, boxes: Floats) -> Floats:
    """Return how much of each segment lies inside each box (Liang and Barsky 1984)."""
    start, move = segments[:, None, :2], segments[:, None, 2:] - segments[:, None, :2]
    safe = np.where(np.abs(move) < TINY, TINY, move)
    first, last = (boxes[None, :, :2] - start) / safe, (boxes[None, :, 2:] - start) / safe
    enter = np.minimum(first, last).max(axis=2).clip(0, None)
    leave = np.maximum(first, last).min(axis=2).clip(None, 1)
    inside: Floats = np.clip(leave - enter, 0, None) * _lengths(segments)[:, None]
    return inside


def _crossings(segments: Floats, others: Floats) -> npt.NDArray[np.bool_]:
    """Return which segments cross which others; to touch is not to cross."""
    ours, theirs = segments[:, None, :], others[None, :, :]
    return (_side(ours, theirs[..., :2]) * _side(ours, theirs[..., 2:]) < 0) & (
        _side(theirs, ours[..., :2]) * _side(theirs, ours[..., 2:]) < 0
    )


def _side(segments: Floats, points: Floats) -> Floats:
    """Return on which side of a segment a point lies, by its sign."""
    along, aside = segments[..., 2:] - segments[..., :2], points - segments[..., :2]
    return along[..., 0] * aside[..., 1] - along[..., 1] * aside[..., 0]


PLAIN: Mapping[str, Any] = MappingProxyType({"parse_math": False, "usetex": False})
"""What keeps a text from being read as a formula."""

NAME_SIZE = 8.5
HALO = 2.0
MARGIN = 3.0
"""The room between a name and the frame, or another name, in points."""
FIRST, LEADERS, NAMES = 0.5, 2.4, 5.0
"""The order of drawing: names are arranged before they and their leaders are drawn."""


def drawable(text: str) -> str:
    """Return a text in which characters that the fonts lack stand as their Python escapes."""
    fonts = _fonts()
    return "".join(
        char
        if any(font.get_char_index(ord(char)) for font in fonts)
        else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def ink(axes: Axes) -> ColorType:
    """Return the colour that a map is written in, which stands out from its ground."""
    return axes.xaxis.label.get_color()


def _fonts() -> list[FT2Font]:
    """Return the fonts in which matplotlib looks for a character, one after another."""
    fonts: list[FT2Font] = []
    for family in FontProperties().get_family():
        with suppress(ValueError):
            path = findfont(FontProperties(family=family), fallback_to_default=False)
            fonts.append(get_font(path))
    return fonts or [get_font(findfont(FontProperties()))]


class Lettering(Artist):
    """The names of the points of a map, with leaders where they had to move away.

    Attributes:
        texts: the names, among the texts of the map.
        leaders: the lines from points to their names.
    """

    def __init__(
        self,
        axes: Axes,
        points: Floats,
        names: Sequence[str],
        *,
        radius: float,
        bars: Floats,
        avoid: Sequence[Text],
    ) -> None:
        """Write names on a map.

        Args:
            axes: the map.
            points: the points that they belong to, n x 2, in the units of the map.
            names: what to write at each point.
            radius: how far a marker reaches from its point, in points of type.
            bars: segments that a name should not cover, k x 4, in the units of the map.
            avoid: texts of the map that no name may cover.
        """
        super().__init__()
        self._map, self._points, self._bars = axes, points, bars
        self._radius, self._avoid = radius, avoid
        self.texts: list[Text] = [
            axes.text(0, 0, name, ha="center", va="center", size=NAME_SIZE, zorder=NAMES, **PLAIN)
            for name in names
        ]
        for text in self.texts:
            text.set_path_effects([withStroke(linewidth=HALO, foreground=axes.get_facecolor())])
        self.leaders: LineCollection = LineCollection(
            [], colors=ink(axes), linewidths=0.6, alpha=0.9, zorder=LEADERS
        )
        axes.add_collection(self.leaders, autolim=False)
        for one in (*self.texts, self.leaders):
            one.set_transform(IdentityTransform())
            one.set_in_layout(False)
        self.set_zorder(FIRST)
        self.set_in_layout(False)
        axes.add_artist(self)

    def draw(self, renderer: RendererBase) -> None:
        """Arrange the names of the points in view for the size that the map is drawn in."""
        points = self._map.transData.transform(self._points)
        frame = self._map.bbox.extents
        seen = np.all((points >= frame[:2]) & (points <= frame[2:]), axis=1)
        for text, visible in zip(self.texts, seen.tolist(), strict=True):
            text.set_visible(visible)
        texts = [text for text in self.texts if text.get_visible()]
        scene = self._scene(renderer, points[seen], texts)
        centres = place_labels(scene)
        for text, centre in zip(texts, centres, strict=True):
            text.set_position((float(centre[0]), float(centre[1])))
        segments, needed = leaders_to(scene, centres)
        self.leaders.set_segments(list(segments[needed].reshape(-1, 2, 2)))

    def _scene(self, renderer: RendererBase, points: Floats, texts: Sequence[Text]) -> Scene:
        margin, radius = np.asarray(renderer.points_to_pixels(np.array([MARGIN, self._radius])))
        frame = self._map.bbox.padded(-margin)
        sizes = [text.get_window_extent(renderer).size for text in texts]
        avoid = [text.get_window_extent(renderer).padded(margin).extents for text in self._avoid]
        bars = self._map.transData.transform(self._bars.reshape(-1, 2))
        return Scene(
            points=points,
            sizes=np.array(sizes, dtype=np.float64).reshape(-1, 2) + margin / 2,
            radius=radius,
            bounds=(frame.x0, frame.y0, frame.x1, frame.y1),
            blocked=np.array(avoid, dtype=np.float64).reshape(-1, 4),
            bars=bars.reshape(-1, 4),
        )
