"""The plots of measures: a funnel, how long stays last, what became of what was owed, and moves."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.ticker import FuncFormatter, MaxNLocator

from cxjourney.errors import InvalidError, shown
from cxjourney.measures import Measure
from cxjourney.show._measure_tables import PLACES as NAMED
from cxjourney.show._pictures._ground import ground
from cxjourney.show._pictures._labels import PLAIN, drawable, ink
from cxjourney.show._pictures._wish_plot import MapAxes
from cxjourney.vocabulary import Lang, Phase, Standing, name
from cxjourney.vocabulary._texts import duty, figure, number, percent, word

Looks: TypeAlias = tuple[str, str]
SIZE = (8.6, 5.0)
EDGE = "#1a1a1a"
FATES: Mapping[str, Mapping[str, Looks]] = MappingProxyType(
    {
        "funnel": {
            "went_on": ("#0072B2", ""),
            "under_way": ("#56B4E9", "//"),
            "silent": ("#E69F00", ".."),
            "left": ("#D55E00", "xx"),
            "not_observable": ("#FFFFFF", "--"),
        },
        "obligations": {
            "on_time": ("#009E73", ""),
            "late": ("#CC79A7", "\\\\"),
            "overdue": ("#D55E00", "xx"),
            "under_way": ("#56B4E9", "//"),
            "dropped": ("#BBBBBB", ".."),
            "not_observable": ("#FFFFFF", "--"),
        },
    }
)
"""What became of journeys and obligations: a colour of Okabe and Ito (2008), a hatch for grey."""
LINES: Mapping[Phase, tuple[str, Any]] = MappingProxyType(
    dict(
        zip(
            Phase,
            (
                ("#0072B2", "-"),
                ("#D55E00", "--"),
                ("#009E73", "-."),
                ("#CC79A7", ":"),
                ("#E69F00", (0, (7, 2))),
                ("#56B4E9", (0, (3, 1, 1, 1))),
                ("#7A7A7A", (0, (1, 1))),
                ("#882255", (0, (9, 3, 2, 3))),
            ),
            strict=True,
        )
    )
)
"""The colour and the dashes of each phase."""
BAND, RIBBON = 0.16, 0.55
TICKS = 5
LONGEST_RULE = 44
NARROW, FAR = 0.02, 0.28
"""How wide a place of a flow is, and how far its ribbons run straight, as shares of the width."""
SMALL = 8.0


def draw(found: Measure, ax: Axes | None, lang: Lang, *, dark: bool) -> Axes:
    """Draw a measure.

    Raises:
        InvalidError: when it is a measure that has no plot.
    """
    plots: Mapping[str, Callable[[Measure, Axes, Lang], None]] = {
        "funnel": _bars,
        "obligations": _bars,
        "time_in_phase": _curves,
        "moves": _flows,
    }
    if found.name not in plots:
        known = ", ".join(sorted(plots))
        raise InvalidError("Measure.name", f"a measure without a plot ({found.name})", known)
    with ground(dark=dark):
        axes = own_axes() if ax is None else ax
        axes.set_title(figure(found.name, lang).capitalize(), loc="left", **PLAIN)
        plots[found.name](found, axes, lang)
    return axes


def own_axes(taller: float = 1.0) -> Axes:
    """Return axes in a figure of their own, which a notebook shows as a picture.

    Args:
        taller: how many times as high it is as others.
    """
    size = SIZE[0], SIZE[1] * taller
    axes: Axes = Figure(size, layout="constrained").add_subplot(axes_class=MapAxes)
    return axes


def place_word(place: str, lang: Lang) -> str:
    """Return the name of a place, a phase with its number."""
    named = NAMED[place.upper()]
    return f"{named.value} {name(named, lang)}" if isinstance(named, Phase) else name(named, lang)


def counted(axes: Axes, lang: Lang, what: str) -> None:
    """Write whole numbers across, and what is counted."""
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda at, _: number(at, lang, ",.0f")))
    axes.set_xlabel(what)


def legend(axes: Axes) -> None:
    """Say beside the axes what is what, where there is anything."""
    handles, labels = axes.get_legend_handles_labels()
    if handles:
        axes.legend(
            handles,
            labels,
            loc="upper left",
            bbox_to_anchor=(1.01, 1.0),
            frameon=False,
            fontsize=SMALL + 1,
            labelcolor=ink(axes),
        )


def _bars(found: Measure, axes: Axes, lang: Lang) -> None:
    """Draw a bar for each phase or rule, a piece for each fate, and the share beside it."""
    fates = FATES[found.name]
    rows = [row for row in found.rows if any(row[fate] for fate in fates)]
    key = "phase" if found.name == "funnel" else "rule"
    left = np.zeros(len(rows))
    for fate, (colour, hatch) in fates.items():
        lengths = np.array([row[fate] for row in rows], dtype=np.float64)
        if lengths.any():
            axes.barh(
                range(len(rows)),
                lengths,
                left=left,
                height=0.7,
                color=colour,
                hatch=hatch,
                edgecolor=EDGE,
                linewidth=0.5,
                label=figure(fate, lang),
            )
        left = left + lengths
    most = float(left.max(initial=1.0))
    for place, row in enumerate(rows):
        axes.text(left[place] + most / 100, place, _share(row, lang), va="center", fontsize=SMALL)
    told = [
        place_word(str(row[key]), lang)
        if key == "phase"
        else drawable(shown(duty(str(row[key]), lang), LONGEST_RULE))
        for row in rows
    ]
    axes.set_yticks(range(len(rows)), told, **PLAIN)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, most * 1.25)
    counted(axes, lang, figure("journeys" if key == "phase" else "owed", lang))
    legend(axes)


def _share(row: Mapping[str, Any], lang: Lang) -> str:
    if row["share"] is None:
        return ""
    low, high = (percent(row[end], lang) for end in ("low", "high"))
    return f"{percent(row['share'], lang)} ({low}\N{EN DASH}{high})"


def _curves(found: Measure, axes: Axes, lang: Lang) -> None:
    """Draw the share of stays that last beyond each day, its band, and how many are at risk."""
    drawn = {phase: found.curves.get(phase.name.lower(), ()) for phase in Phase}
    drawn = {phase: steps for phase, steps in drawn.items() if steps}
    longest = max((steps[-1].days for steps in drawn.values()), default=1.0) or 1.0
    found_ticks = MaxNLocator(TICKS).tick_values(0.0, longest)
    ticks = [float(at) for at in found_ticks if 0 <= at <= longest]
    lines = []
    for phase, steps in drawn.items():
        colour, dashes = LINES[phase]
        days = np.array([0.0, *(one.days for one in steps)])
        share = np.array([1.0, *(one.share for one in steps)])
        low, high = (np.array([1.0, *(getattr(one, end) for one in steps)]) for end in BOUNDS)
        axes.fill_between(days, low, high, step="post", color=colour, alpha=BAND, linewidth=0)
        label = place_word(phase.name, lang)
        axes.step(days, share, where="post", color=colour, linestyle=dashes, label=label)
        at_risk = (next((one.at_risk for one in steps if one.days >= at), 0) for at in ticks)
        lines.append((label, [number(one, lang) for one in at_risk]))
    axes.set_xlim(0, longest)
    axes.set_ylim(0, 1.02)
    axes.set_xticks(ticks)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda at, _: number(at, lang, ",.3g")))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda at, _: percent(at, lang)))
    axes.set_ylabel(word("lasting", lang))
    _at_risk(axes, longest, ticks, lines, lang)
    legend(axes)


BOUNDS = ("low", "high")


def _at_risk(
    axes: Axes,
    longest: float,
    ticks: Sequence[float],
    lines: Sequence[tuple[str, Sequence[str]]],
    lang: Lang,
) -> None:
    """Write below the axis how many stays were still watched at each tick."""
    below = [figure("days", lang), "", figure("at_risk", lang), *(label for label, _ in lines)]
    axes.set_xlabel("\n".join([below[0], *[""] * (len(lines) + 2)]))
    for place, label in enumerate(below[2:]):
        height = -0.19 - 0.055 * place
        how: dict[str, Any] = {"transform": axes.get_xaxis_transform(), "fontsize": SMALL}
        axes.text(-longest * 0.04, height, label, ha="right", va="center", **how)
        for at, told in zip(ticks, lines[place - 1][1] if place else (), strict=False):
            axes.text(at, height, told, ha="center", va="center", **how)


def _flows(found: Measure, axes: Axes, lang: Lang) -> None:
    """Draw the moves as ribbons from where they start to where they lead, as wide as they are."""
    order = [one.name.lower() for one in (Standing.NEW, *Phase, *Standing)]
    order = list(dict.fromkeys(order))
    sides: list[dict[str, int]] = [{}, {}]
    for row in found.rows:
        for side, key in zip(sides, ("phase", "to"), strict=True):
            side[str(row[key])] = side.get(str(row[key]), 0) + int(str(row["seen"]))
    total = sum(sides[0].values()) or 1
    gap = total * 0.03
    starts = [_stacked(side, order, gap) for side in sides]
    for row in sorted(
        found.rows, key=lambda one: (_at(order, one["phase"]), _at(order, one["to"]))
    ):
        source, target, wide = str(row["phase"]), str(row["to"]), int(str(row["seen"]))
        back = _at(order, target) < _at(order, source) or target in ENDS
        _ribbon(axes, starts[0][source], starts[1][target], wide, "#D55E00" if back else "#0072B2")
        starts[0][source] += wide
        starts[1][target] += wide
    for index, side in enumerate(sides):
        tops = _stacked(side, order, gap)
        for place, wide in side.items():
            x = index * (1 - NARROW)
            axes.add_patch(Rectangle((x, tops[place]), NARROW, wide, color=ink(axes)))
            told = f"{place_word(place, lang)}  {number(wide, lang)}"
            aside = (1.015, "left") if index else (-0.015, "right")
            middle = tops[place] + wide / 2
            axes.text(aside[0], middle, told, ha=aside[1], va="center", fontsize=SMALL + 1)
    axes.set_xlim(-0.32, 1.32)
    axes.set_ylim(total + gap * (len(order) + 1), -gap)
    axes.set_axis_off()


ENDS = frozenset(("lapsed", "lost", "erased"))


def _at(order: Sequence[str], place: object) -> int:
    return order.index(str(place))


def _stacked(side: Mapping[str, int], order: Sequence[str], gap: float) -> dict[str, float]:
    """Return where each place begins, in order, with a gap after each."""
    tops: dict[str, float] = {}
    at = 0.0
    for place in (one for one in order if one in side):
        tops[place] = at
        at += side[place] + gap
    return tops


def _ribbon(axes: Axes, start: float, end: float, wide: float, colour: str) -> None:
    left, right = NARROW, 1 - NARROW
    corners = [
        *((left, start), (FAR, start), (1 - FAR, end), (right, end)),
        *((right, end + wide), (1 - FAR, end + wide), (FAR, start + wide), (left, start + wide)),
        (left, start),
    ]
    curve = Path.CURVE4
    codes = [Path.MOVETO, curve, curve, curve, Path.LINETO, curve, curve, curve, Path.CLOSEPOLY]
    patch = PathPatch(Path(corners, codes), facecolor=colour, alpha=RIBBON, linewidth=0.4)
    patch.set_edgecolor(ink(axes))
    axes.add_patch(patch)
