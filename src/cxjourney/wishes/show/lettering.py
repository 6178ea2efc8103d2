"""Names on a map: in characters that the fonts have, and arranged whenever the map is drawn.

Only then its size in pixels is known, so the names stand well at any size and zoom.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any

import numpy as np
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

from cxjourney.wishes.arrays import Floats
from cxjourney.wishes.show.labels import Scene, leaders_to, place_labels

__all__ = ["PLAIN", "Lettering", "drawable", "ink"]

PLAIN: Mapping[str, Any] = MappingProxyType({"parse_math": False, "usetex": False})
"""What keeps a text from being read as a formula."""

SIZE = 8.5
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
            axes.text(0, 0, name, ha="center", va="center", size=SIZE, zorder=NAMES, **PLAIN)
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
        margin, radius = _pixels(renderer, MARGIN, self._radius)
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


def _pixels(renderer: RendererBase, *points: float) -> Floats:
    return np.asarray(renderer.points_to_pixels(np.array(points)), dtype=np.float64)
