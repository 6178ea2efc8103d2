"""The plots of measures, of many journeys and of channels, in every language."""

import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import cycle, pairwise
from typing import Any

import attrs
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cxjourney import Journey, Lang, standard_playbook
from cxjourney.errors import InvalidError
from cxjourney.measures import Measure, Measures
from cxjourney.rehearsal import Rehearsal, rehearse

START, DAY = datetime(2026, 1, 5, 12, tzinfo=UTC), timedelta(days=1)
PLOTTED = ("funnel", "time_in_phase", "moves", "obligations")


def journey(number: int) -> Journey:
    """Return a journey that goes as far as its number tells."""
    one = Journey(f"c{number}")
    one.contacted(at=START + number * DAY / 7)
    if number % 2:
        one.need_admitted(at=START + (5 + number % 9) * DAY)
    if number % 4 == 3:
        one.purchased(at=START + (16 + number % 5) * DAY)
    if number % 8 == 7:
        one.delivered(at=START + (22 + number % 3) * DAY)
    if number % 5 == 4:
        one.left(at=START + 30 * DAY)
    one.advance(START + 60 * DAY)
    return one


@cache
def some(count: int = 24) -> Measures:
    """Return the measures of some journeys; none of them goes on for ever."""
    return Measures.of(map(journey, range(count)), as_of=START + 60 * DAY)


@cache
def found() -> Rehearsal:
    """Return the rehearsal of the standard playbook by a few people."""
    return rehearse(standard_playbook(), people=4, days=60, seed=4, start=START)


def measure(which: str) -> Measure:
    """Return a measure by its name."""
    made: Measure = getattr(some(), which)()
    return made


def words(axes: Axes) -> list[str]:
    """Return what is written in axes."""
    return [text.get_text() for text in axes.texts]


@pytest.mark.no_cover
def test_axes_of_the_user_are_drawn_in() -> None:
    """Whoever gives axes gets them back."""
    for plot in (*(measure(which).plot for which in PLOTTED), some().plot_timelines):
        axes = Figure().add_subplot()
        assert plot(axes) is axes
    axes = Figure().add_subplot()
    assert found().plot_rows(axes) is axes


@pytest.mark.parametrize("which", ["funnel", "obligations"])
def test_bars_are_as_long_as_the_counts(which: str) -> None:
    """Every fate has its piece of the bar, with a hatch of its own, and the shares stand beside."""
    plotted = measure(which)
    axes: Any = plotted.plot()
    drawn = sum(float(bar.get_width()) for container in axes.containers for bar in container)
    fates = ("went_on", "under_way", "silent", "left", "not_observable")
    if which == "obligations":
        fates = ("on_time", "late", "overdue", "under_way", "dropped")
    assert drawn == sum(int(str(row[fate])) for row in plotted.rows for fate in fates)
    hatches = [container[0].get_hatch() for container in axes.containers]
    assert len(set(hatches)) == len(hatches)
    assert any("%" in text for text in words(axes))
    unknown = attrs.evolve(plotted, rows=tuple({**row, "share": None} for row in plotted.rows))
    assert not any("%" in text for text in words(unknown.plot()))


def test_curves_fall_inside_their_bands_and_tell_who_is_at_risk() -> None:
    """Each curve falls from all; below the axis stands how many were still watched."""
    plotted = measure("time_in_phase")
    axes = plotted.plot()
    assert len(axes.lines) == len(plotted.curves)
    for line in axes.lines:
        shares = np.asarray(line.get_ydata(), dtype=float)
        assert shares[0] == 1
        assert all(later <= one for one, later in pairwise(shares))
    assert "at risk" in words(axes)
    assert str(plotted.row(phase="assess")["at_risk_0"]) in words(axes)
    steps = plotted.to_dict()["curves"]["assess"]
    assert all(one["low"] <= one["share"] <= one["high"] for one in steps)


def test_a_curve_without_an_end_is_not_drawn() -> None:
    """Where nothing has ended there is no curve, and the axes stay empty."""
    one = Journey("c1")
    one.contacted(at=START)
    axes = Measures.of([one], as_of=START).time_in_phase().plot()
    assert len(axes.lines) == 0
    assert axes.get_legend() is None


def test_flows_are_as_wide_as_the_moves_are_many() -> None:
    """Every pair of places has a ribbon, and every place its number on either side."""
    plotted = measure("moves")
    axes = plotted.plot()
    places = {(side, row[side]) for row in plotted.rows for side in ("phase", "to")}
    assert len(axes.patches) == len(plotted.rows) + len(places)
    told = sum(int(text.rpartition("  ")[2]) for text in words(axes))
    assert told == 2 * sum(int(str(row["seen"])) for row in plotted.rows)


def test_a_measure_without_a_plot_says_so() -> None:
    """Other measures are tables alone."""
    with pytest.raises(InvalidError, match="funnel, moves, obligations, time_in_phase"):
        some().stuck(30).plot()


def test_each_journey_has_a_line_as_far_as_there_is_room() -> None:
    """Few journeys stand apart; of many every n-th is drawn, and the title says so."""
    axes = some().plot_timelines()
    assert axes.images[0].get_size()[0] == len({*range(24)})
    assert axes.get_title(loc="left") == "Journeys"
    many = Measures.of(map(journey, range(801)), as_of=START + 60 * DAY)
    axes = many.plot_timelines(lang=Lang.ET)
    assert axes.images[0].get_size()[0] == 267
    assert axes.get_title(loc="left") == "Teekonnad: üks joon tähistab 3 teekonda"
    assert not Measures.of([], as_of=START).plot_timelines().images[0].get_array().count()  # type: ignore[union-attr]


def test_coverage_counts_the_contacts_of_each_row_and_channel() -> None:
    """Each contact is in the cell of its row of the playbook and of its channel."""
    axes = found().plot_rows()
    cells = np.ma.filled(axes.images[0].get_array(), 0)  # type: ignore[arg-type]
    assert cells.shape[1] == 6
    assert cells.sum() == len(found().contacts)
    assert words(axes).count("\N{EN DASH}") == (cells == 0).sum()
    assert not attrs.evolve(found(), lines=()).plot_rows().images


def test_many_rows_have_a_higher_picture_or_fewer_names() -> None:
    """Where the user gives the axes, every n-th row has its name, and no cell has a number."""
    plays = [f"own_{number}" for number in range(60)]
    line = found().contacts[0]
    many = attrs.evolve(
        found(), plays=tuple(plays), lines=tuple(attrs.evolve(line, play=one) for one in plays)
    )
    own: Any = many.plot_rows()
    assert own.figure.get_figheight() > 2 * 5
    assert len(own.get_yticks()) == 60
    axes = many.plot_rows(Figure().add_subplot())
    assert len(axes.get_yticks()) == 20
    assert not words(axes)


def test_coverage_by_phase_is_drawn_with_its_numbers() -> None:
    """Every contact is in the cell of its phase and channel, and the numbers stand in the cells."""
    covered = found().coverage
    axes = covered.plot(lang=Lang.FI)
    cells = np.ma.filled(axes.images[0].get_array(), 0)  # type: ignore[arg-type]
    assert cells.shape == (len(covered.places), 6)
    assert cells.sum() == len(found().contacts)
    assert [word for word in words(axes) if word.isdigit()] == [
        str(row["count"]) for row in covered.to_rows() if row["count"]
    ]
    assert axes.get_xlabel() == "kanava"


@pytest.mark.no_cover
@pytest.mark.parametrize(("which", "lang"), list(zip(PLOTTED, cycle(Lang), strict=False)))
def test_a_measure_is_a_picture_with_words(which: str, lang: Lang) -> None:
    """A figure of its own is a picture without a script, light or dark, the same every time."""
    dark = lang is Lang.ET
    axes: Any = measure(which).plot(lang=lang, dark=dark)
    svg = axes._repr_svg_()
    assert ET.fromstring(svg).tag.endswith("svg")  # noqa: S314 - it is of our own making
    assert "<script" not in svg
    again: Any = measure(which).plot(lang=lang, dark=dark)
    assert again._repr_svg_() == svg
    assert axes.get_title(loc="left")
