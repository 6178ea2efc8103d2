"""The importance-performance map, drawn."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cxjourney.errors import shown
from cxjourney.show._pictures._labels import drawable
from cxjourney.wishes import PerformanceMap

SIZE = (7.0, 5.5)
LONGEST = 30
NUDGE = (5, 4)
BLUE, GREY = "#0072B2", "#6E6E6E"


def plot(found: PerformanceMap, ax: Axes | None) -> Axes:
    """Draw a map into axes, or into a figure of its own.

    Args:
        found: the map.
        ax: the axes; None for a figure of its own.
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
    axes.set_xlabel("performance: mean rating, 0 to 100")
    axes.set_ylabel("importance: effect on the outcome")
    axes.set_title(drawable(shown(found.outcome)), parse_math=False)
    return axes
