"""The importance-performance map, drawn."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cxjourney.errors import shown
from cxjourney.show._pictures._labels import drawable
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._texts import word
from cxjourney.wishes import PerformanceMap

SIZE = (7.0, 5.5)
LONGEST = 30
NUDGE = (5, 4)
BLUE, GREY = "#0072B2", "#6E6E6E"


def plot(found: PerformanceMap, ax: Axes | None, lang: Lang) -> Axes:
    """Draw a map into axes, or into a figure of its own.

    Args:
        found: the map.
        ax: the axes; None for a figure of its own.
        lang: the language; names of wishes and the outcome stay as they are.
    """
    axes = Figure(SIZE, layout="constrained").add_subplot() if ax is None else ax
    across = [one.performance for one in found.standings]
    upwards = [one.importance for one in found.standings]
    axes.scatter(across, upwards, color=BLUE, zorder=3)
    axes.axvline(found.performance, color=GREY, linewidth=1)
    axes.axhline(found.importance, color=GREY, linewidth=1)
    for one in found.standings:
        axes.annotate(
            drawable(shown(one.about, LONGEST)),
            (one.performance, one.importance),
            xytext=NUDGE,
            textcoords="offset points",
            fontsize="small",
            parse_math=False,
        )
    axes.set_xlabel(word("performance_axis", lang))
    axes.set_ylabel(word("importance_axis", lang))
    axes.set_title(drawable(shown(found.outcome)), parse_math=False)
    return axes
