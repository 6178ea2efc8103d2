"""The ground of a map, light or dark, and colours that stand out from it.

Markers and words have a contrast of at least 4.5 to either ground. Colours are near the palette of
Okabe and Ito (2008), which the colour-blind tell apart, darker on light ground and lighter on dark.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, TypeAlias

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.typing import ColorType

from cxjourney.show._pictures._labels import ink
from cxjourney.wishes import KanoCategory, WishKind
from cxjourney.wishes._analyses._performance import Quadrant

PAPER, WRITING = "#15181c", "#e6e6e6"
DARK: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("figure.facecolor", "axes.facecolor"), PAPER),
        **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor"), WRITING),
        **dict.fromkeys(("xtick.color", "ytick.color", "axes.titlecolor"), WRITING),
    }
)
Kind: TypeAlias = WishKind | KanoCategory | Quadrant
COLOURS: Mapping[Kind, tuple[str, str]] = MappingProxyType(
    {
        WishKind.SUBCONSCIOUS: ("#007A59", "#1FC796"),
        WishKind.CONSCIOUS: ("#0072B2", "#56B4E9"),
        WishKind.INVISIBLE: ("#6E6E6E", "#A8A8A8"),
        WishKind.DECEPTION: ("#B54F00", "#F0934A"),
        KanoCategory.ATTRACTIVE: ("#007A59", "#1FC796"),
        KanoCategory.ONE_DIMENSIONAL: ("#0072B2", "#56B4E9"),
        KanoCategory.MUST_BE: ("#9C4A86", "#DC8FC4"),
        KanoCategory.INDIFFERENT: ("#6E6E6E", "#A8A8A8"),
        KanoCategory.REVERSE: ("#B54F00", "#F0934A"),
        Quadrant.CONCENTRATE: ("#B54F00", "#F0934A"),
        Quadrant.KEEP_UP: ("#007A59", "#1FC796"),
        Quadrant.LOW_PRIORITY: ("#6E6E6E", "#A8A8A8"),
        Quadrant.OVERKILL: ("#9C4A86", "#DC8FC4"),
    }
)
"""The colour of each kind, category and quadrant, on light ground and on dark."""


@contextmanager
def ground(*, dark: bool) -> Iterator[None]:
    """Draw on dark ground, or on whatever ground the user's style has."""
    settings: dict[Any, Any] = dict(DARK) if dark else {}
    with rc_context(settings):
        yield


def is_dark(axes: Axes) -> bool:
    """Tell whether axes have a dark ground."""
    return sum(to_rgb(axes.get_facecolor())) < sum(to_rgb(ink(axes)))


def colour_of(kind: Kind | None, axes: Axes) -> ColorType:
    """Return the colour of a kind on the ground of axes; that of the text for none."""
    pair = None if kind is None else COLOURS.get(kind)
    return ink(axes) if pair is None else pair[is_dark(axes)]
