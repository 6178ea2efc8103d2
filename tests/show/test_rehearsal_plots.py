"""The plots of a rehearsal: what they show, in each language, on light ground and on dark."""

import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import attrs
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from cxjourney.playbook import standard_playbook
from cxjourney.rehearsal import LineKind, Rehearsal, rehearse
from cxjourney.vocabulary import Channel, Lang, name
from tests.rehearsal.books import BOOK, START

PLOTS = ("plot_volume", "plot_calendar", "plot_duties")


@cache
def found() -> Rehearsal:
    """Return the rehearsal of the standard playbook by a few people."""
    return rehearse(standard_playbook(), people=4, days=60, seed=4, start=START)


def test_axes_of_the_user_are_drawn_in() -> None:
    """Whoever gives axes gets them back."""
    for plot in PLOTS:
        axes = Figure().add_subplot()
        assert getattr(found(), plot)(axes) is axes


def heights(axes: Axes) -> dict[str, list[float]]:
    """Return how high the bars of each name are."""
    return {one.get_label(): [bar.get_height() for bar in one] for one in bars(axes)}


def bars(axes: Axes) -> list[Any]:
    """Return the pieces of each channel."""
    return [*axes.containers]


def test_bars_are_the_volumes_and_told_apart_in_grey() -> None:
    """Each channel that is used has its pieces, as high as the counts, with a hatch of its own."""
    axes = found().plot_volume()
    used = {channel for row in found().by_week for channel in row.counts}
    assert heights(axes) == {
        name(channel): [row.counts.get(channel, 0) for row in found().by_week]
        for channel in Channel
        if channel in used
    }
    hatches = [one[0].get_hatch() for one in bars(axes)]
    assert len(set(hatches)) == len(hatches)
    assert axes.get_ylabel() == "contacts"


def test_a_calendar_has_a_cell_for_each_day() -> None:
    """Days are counted by the company's clock; those out of the rehearsal are left blank."""
    axes = found().plot_calendar()
    cells: Any = axes.images[0].get_array()
    days = {
        date(2026, 3, 2) + timedelta(days=7 * week + day): cells[day, week]
        for day in range(7)
        for week in range(cells.shape[1])
    }
    per_day = [line.at.astimezone(UTC).date() for line in found().contacts]
    inside = {day for day in days if found().start.date() <= day <= found().end.date()}
    assert all(days[day] == per_day.count(day) for day in inside)
    assert all(days[day] is not None for day in inside)
    assert cells.mask.sum() == len(days) - len(inside)
    written = [int(text.get_text()) for text in axes.texts]
    assert sum(written) == len(per_day)
    assert [text.get_text() for text in axes.get_yticklabels()][::6] == ["Mon", "Sun"]


def test_long_calendars_have_no_numbers_and_few_names_of_weeks() -> None:
    """Where there are many weeks, no number is written into the days."""
    year = attrs.evolve(found(), end=found().end + timedelta(days=400))
    axes = year.plot_calendar()
    assert list(axes.texts) == []
    assert len(axes.get_xticklabels()) <= 12


def steps(axes: Axes, which: int) -> list[tuple[float, float]]:
    """Return the moments and counts of the first or the second curve."""
    return [(float(x), float(y)) for x, y in axes.lines[which].get_xydata().tolist()]  # type: ignore[union-attr]  # it has points


def test_duties_are_counted_at_each_moment() -> None:
    """Both curves are as high as a count of its own says, at every moment at which one changes."""
    axes = found().plot_duties()
    assert [one.get_label() for one in axes.collections] == ["open", "overdue"]
    assert all(isinstance(one, PolyCollection) for one in axes.collections)
    for which in (0, 1):
        curve = steps(axes, which)
        assert all(one[0] < two[0] for one, two in pairwise(curve))
        for days, height in curve:
            at = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=days + 1e-7)
            running = [one for one in found().owed if one.ended_at is None or one.ended_at > at]
            begun = [(one.opened_at, max(one.due, one.opened_at))[which] for one in running]
            assert height == sum(moment <= at for moment in begun)
    assert steps(axes, 0)[-1][1] == sum(row.open for row in found().duties)
    assert steps(axes, 1)[-1][1] == sum(row.overdue for row in found().duties)


def test_nothing_gives_a_plot_too() -> None:
    """A rehearsal of nobody has plots without a warning."""
    nobody = rehearse(BOOK, people=[], days=0, start=START)
    assert nobody.of_kind(LineKind.SENT) == ()
    for plot in PLOTS:
        getattr(nobody, plot)().get_figure().draw_without_rendering()


@pytest.mark.no_cover
@pytest.mark.parametrize(("plot", "lang"), list(zip(PLOTS, Lang, strict=True)))
def test_every_plot_is_a_picture_with_words_on_its_axes(plot: str, lang: Lang) -> None:
    """A figure of its own is a picture without a script, with a title and labels."""
    axes = getattr(found(), plot)(lang=lang, dark=lang is Lang.ET)
    assert axes.get_title(loc="left")
    assert axes.get_xlabel()
    svg = axes._repr_svg_()
    assert ET.fromstring(svg).tag.endswith("svg")  # noqa: S314 - it is of our own making
    assert "<script" not in svg
    assert getattr(found(), plot)(lang=lang, dark=lang is Lang.ET)._repr_svg_() == svg
