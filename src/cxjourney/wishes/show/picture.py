"""The map of a survey's wishes as the bytes of a picture file, without a date."""

from collections.abc import Mapping
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from cxjourney.texts import Lang
from cxjourney.wishes.findings import WishMap
from cxjourney.wishes.show.plot import figure_svg, plot

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw"]

DPI = 150
Picture: TypeAlias = Literal[".svg", ".png", ".pdf"]

UNSAID: Mapping[Picture, Mapping[str, None]] = MappingProxyType(
    {
        ".png": MappingProxyType({"Software": None}),
        ".pdf": MappingProxyType({"CreationDate": None, "Creator": None, "Producer": None}),
    }
)
"""What matplotlib would say in a picture beside the map."""


def draw(wish_map: WishMap, picture: Picture, lang: Lang = Lang.EN) -> bytes:
    """Return the map of a survey's wishes as a picture file.

    Args:
        wish_map: the findings.
        picture: the kind of file, as the suffix of its name.
        lang: the language.
    """
    figure = cast("Figure", plot(wish_map, lang=lang).figure)
    if picture == ".svg":
        return figure_svg(figure).encode("utf-8")
    stream = BytesIO()
    figure.savefig(stream, format=picture[1:], dpi=DPI, metadata=dict(UNSAID[picture]))
    return stream.getvalue()
