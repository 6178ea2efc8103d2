"""What a plot says in words, for those who cannot see it: the title and description of its SVG.

Letters are drawn as paths, so that they look the same everywhere; without this nobody could hear
or search them.
"""

from collections.abc import Iterable, Iterator
from html import escape
from zlib import crc32

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from cxjourney.show._pictures._drawing import MOST_SAID, one_line

MOST_LEVELS = 60
"""Of more names along an axis than this only the first are said."""


def with_words(figure: Figure, svg: bytes) -> bytes:
    """Return the SVG of a figure with its title and with all that is written in it."""
    said = [*dict.fromkeys(one_line(line) for axes in figure.axes for line in _lines(axes))]
    said = [line for line in said if line]
    title = said[0] if said else "cxjourney"
    told = "; ".join(said)[:MOST_SAID]
    own = f"cxp{crc32(f'{title}{told}'.encode()):08x}"
    words = (
        f' role="img" aria-labelledby="{own}t {own}d">\n'
        f'<title id="{own}t">{escape(title)}</title>\n<desc id="{own}d">{escape(told)}</desc>\n'
    )
    start = svg.index(b"<svg")
    end = svg.index(b">", start)
    return svg[:end] + words.encode() + svg[end + 1 :]


def _lines(axes: Axes) -> Iterator[str]:
    """Yield what is written in axes: the title, the names of axes, the legend, the words."""
    yield axes.get_title(loc="left") or axes.get_title()
    if axes.axison:
        yield axes.get_xlabel()
        yield axes.get_ylabel()
        yield from _told(axes.get_yticklabels()[:MOST_LEVELS])
        yield from _told(axes.get_xticklabels()[:MOST_LEVELS])
    legend = axes.get_legend()
    if legend is not None:
        yield from _told(legend.get_texts())
    yield from _told(axes.texts)


def _told(texts: Iterable[Text]) -> Iterator[str]:
    return (text.get_text() for text in texts if text.get_visible())
