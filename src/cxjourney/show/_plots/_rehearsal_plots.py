"""The plots of a rehearsal: volume by week and channel, a calendar, duties as time goes by."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from cxjourney.errors import shown
from cxjourney.rehearsal import Rehearsal
from cxjourney.show._pictures._ground import ground
from cxjourney.show._pictures._labels import PLAIN, drawable, ink
from cxjourney.show._pictures._wish_plot import LONGEST_TITLE, MapAxes
from cxjourney.vocabulary import Channel, Lang, name
from cxjourney.vocabulary._texts import number, word
from cxjourney.wishes._arrays import Floats

SIZE = (8.6, 4.2)
"""The width and height of a figure of our own, in inches."""
LOOKS = MappingProxyType(
    {
        Channel.FACE_TO_FACE: ("#0072B2", ""),
        Channel.EMAIL: ("#56B4E9", "//"),
        Channel.POST: ("#E69F00", "\\\\"),
        Channel.TEXT: ("#009E73", "xx"),
        Channel.VIDEO: ("#CC79A7", ".."),
        Channel.GIFT: ("#F0E442", "--"),
    }
)
"""The colour of each channel, of the palette of Okabe and Ito (2008), and its hatch for grey."""
OPEN, OVERDUE = "#56B4E9", "#D55E00"
A_DAY = timedelta(days=1)
MOST_TICKS, SLANT = 12, 30
MOST_CELLS = 26
"""For how many weeks a calendar writes the numbers into its days."""
DAYS = (
    *("weekday_0", "weekday_1", "weekday_2", "weekday_3"),
    *("weekday_4", "weekday_5", "weekday_6"),
)
SOME = 0.55
"""From what share of the most on a day its number is written in black."""


def _axes(ax: Axes | None) -> Axes:
    if ax is not None:
        return ax
    axes: Axes = Figure(SIZE, layout="constrained").add_subplot(axes_class=MapAxes)
    return axes


def _clocked(key: str, found: Rehearsal, lang: Lang) -> str:
    """Return a title with the clock by which it goes."""
    return drawable(shown(f"{word(key, lang)} ({found.zone})", LONGEST_TITLE))


def draw_volume(found: Rehearsal, ax: Axes | None, lang: Lang, *, dark: bool) -> Axes:
    """Draw the contacts of each week as bars, a piece for each channel."""
    with ground(dark=dark):
        axes, rows = _axes(ax), found.by_week
        places, below = np.arange(len(rows)), np.zeros(len(rows))
        for channel, (colour, hatch) in LOOKS.items():
            heights = np.array([row.counts.get(channel, 0) for row in rows], dtype=np.float64)
            if heights.any():
                axes.bar(
                    places,
                    heights,
                    bottom=below,
                    color=colour,
                    hatch=hatch,
                    edgecolor="#1a1a1a",
                    linewidth=0.5,
                    label=name(channel, lang),
                )
            below += heights
        _weeks(axes, [row.week for row in rows], lang)
        _counts(axes, lang)
        axes.set_ylabel(word("contacts", lang))
        axes.set_title(_clocked("by_week", found, lang), loc="left", **PLAIN)
        _legend(axes)
    return axes


def draw_calendar(found: Rehearsal, ax: Axes | None, lang: Lang, *, dark: bool) -> Axes:
    """Draw the contacts of each day: a column for each week, a row for each day of it."""
    with ground(dark=dark):
        axes, rows = _axes(ax), found.by_week
        counts: Counter[date] = Counter(
            line.at.astimezone(found.zone).date() for line in found.contacts
        )
        cells = np.array(
            [[counts[row.monday + timedelta(days=day)] for row in rows] for day in range(7)],
            dtype=np.float64,
        )
        first, last = (at.astimezone(found.zone).date() for at in (found.start, found.end))
        outside = np.array(
            [
                [not first <= row.monday + timedelta(days=day) <= last for row in rows]
                for day in range(7)
            ]
        )
        image = axes.imshow(
            np.ma.masked_array(cells, outside), cmap="cividis", vmin=0, aspect="auto"
        )
        _weeks(axes, [row.week for row in rows], lang)
        axes.set_yticks(range(7), [word(day, lang) for day in DAYS])
        axes.set_title(_clocked("by_day", found, lang), loc="left", **PLAIN)
        if len(rows) <= MOST_CELLS:
            _write_counts(axes, cells, lang)
        figure = axes.get_figure(root=True)
        assert figure is not None  # noqa: S101 - axes that are drawn in have one
        bar = figure.colorbar(image, ax=axes, label=word("contacts", lang))
        bar.ax.yaxis.set_major_locator(MaxNLocator(integer=True))
        bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda at, _: number(at, lang, ",.0f")))
    return axes


def _write_counts(axes: Axes, cells: Floats, lang: Lang) -> None:
    most = float(cells.max(initial=0.0))
    for day, week in np.argwhere(cells > 0):
        dark = cells[day, week] < SOME * most
        axes.text(
            week,
            day,
            number(int(cells[day, week]), lang),
            ha="center",
            va="center",
            fontsize=8,
            color="white" if dark else "black",
        )


def draw_duties(found: Rehearsal, ax: Axes | None, lang: Lang, *, dark: bool) -> Axes:
    """Draw how many duties are open and overdue at each moment, as steps."""
    with ground(dark=dark):
        axes, end = _axes(ax), found.end
        opened = [one.opened_at for one in found.owed]
        ended = [one.ended_at for one in found.owed if one.ended_at is not None]
        late = [one for one in found.owed if one.missed(end)]
        overdue = [max(one.due, one.opened_at) for one in late]
        over = [one.ended_at for one in late if one.ended_at is not None]
        for key, begins, ends, colour, hatch in (
            ("open", opened, ended, OPEN, ""),
            ("overdue", overdue, over, OVERDUE, "//"),
        ):
            moments, counts = _steps(begins, ends, found.start, end)
            axes.fill_between(
                moments,
                counts,
                step="post",
                facecolor=colour,
                hatch=hatch,
                edgecolor="#1a1a1a",
                linewidth=0.0,
                alpha=0.85,
                label=word(key, lang),
            )
            axes.step(moments, counts, where="post", color=ink(axes), linewidth=0.8)
        midnight = _midnight(found.start)
        axes.xaxis.set_major_locator(MaxNLocator(MOST_TICKS, integer=True))
        axes.xaxis.set_major_formatter(
            FuncFormatter(lambda days, _: f"{midnight + timedelta(days=days):%Y-%m-%d}")
        )
        axes.tick_params(axis="x", rotation=SLANT)
        axes.set_xlim(_days(found.start, midnight), max(_days(end, midnight), 1.0))
        _counts(axes, lang)
        axes.set_xlabel(f"{word('when', lang)} (UTC)")
        axes.set_ylabel(word("duties", lang))
        axes.set_title(word("duties_in_time", lang), loc="left", **PLAIN)
        _legend(axes)
    return axes


def _steps(
    begins: Sequence[datetime], ends: Sequence[datetime], start: datetime, end: datetime
) -> tuple[list[float], list[int]]:
    """Return the days from midnight at which a count changes, and the count from each on."""
    changes: Counter[datetime] = Counter(max(at, start) for at in begins)
    changes.subtract(ends)
    changes.update({start: 0, end: 0})
    midnight = _midnight(start)
    moments, counts, count = list[float](), list[int](), 0
    for at in sorted(changes):
        count += changes[at]
        moments.append(_days(at, midnight))
        counts.append(count)
    return moments, counts


def _midnight(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _days(at: datetime, midnight: datetime) -> float:
    return (at - midnight) / A_DAY


def _weeks(axes: Axes, weeks: Sequence[str], lang: Lang) -> None:
    """Name the weeks, at most twelve of them."""
    step = max(1, -(-len(weeks) // MOST_TICKS))
    places = range(0, len(weeks), step)
    axes.xaxis.set_major_locator(FixedLocator(list(places)))
    axes.set_xlabel(word("week", lang))
    axes.set_xticklabels([weeks[place] for place in places], rotation=SLANT, ha="right")


def _counts(axes: Axes, lang: Lang) -> None:
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda at, _: number(at, lang, ",.0f")))


def _legend(axes: Axes) -> None:
    """Say what is what, beside the axes, where there is anything."""
    handles, labels = axes.get_legend_handles_labels()
    if handles:
        axes.legend(
            handles[::-1],
            labels[::-1],
            loc="center left",
            bbox_to_anchor=(1.01, 0.5),
            frameon=False,
            labelcolor=ink(axes),
        )
