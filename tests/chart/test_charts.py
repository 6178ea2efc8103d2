"""The charts that a process knows: one for each setting of the options, and derived ones."""

import itertools
from datetime import timedelta

import attrs
import pytest

from cxjourney.chart import (
    ChartRef,
    Confirmation,
    Feedback,
    Options,
    RepeatPurchase,
    derive,
    find_chart,
    standard_chart,
)
from cxjourney.errors import ChartNotFoundError, InvalidError
from cxjourney.vocabulary import EventKind, Phase
from tests.chart.explored import ALL_OPTIONS, chart_with

SILENCE = (30, 14, 14, 30, 30, 60, 180, 365)

every_setting = pytest.mark.parametrize("options", ALL_OPTIONS, ids=lambda one: one.suffix or "[]")


def test_there_are_eight_settings() -> None:
    """Three switches of two positions each; the strict reading comes first."""
    settings = itertools.product(Feedback, RepeatPurchase, Confirmation)
    assert [attrs.astuple(one) for one in ALL_OPTIONS] == list(settings)
    assert ALL_OPTIONS[0] == Options()
    assert standard_chart().options == Options()


@every_setting
def test_the_same_options_give_the_same_chart(options: Options) -> None:
    """Asked for twice, in any way, a standard chart is one object."""
    chart = standard_chart(
        feedback=options.feedback,
        repeat_purchase=options.repeat_purchase,
        confirmation=options.confirmation,
    )
    assert chart is chart_with(options)
    assert chart is chart_with(attrs.evolve(options))
    assert chart is find_chart(chart.ref)
    assert chart is find_chart(ChartRef(*chart.ref))
    assert chart.options == options


@every_setting
def test_each_setting_has_its_own_key(options: Options) -> None:
    """The key names the switches that differ from the default, so no two charts share it."""
    chart = chart_with(options)
    assert chart.ref == ChartRef(f"eight_phases{options.suffix}", 2)
    assert [one for one in ALL_OPTIONS if chart_with(one).key == chart.key] == [options]


def test_suffixes_say_what_differs() -> None:
    """The strict reading has no suffix; the others name each switch that was thrown."""
    assert Options().suffix == ""
    loose = Options(Feedback.OPTIONAL, RepeatPurchase.EXPERIENCE, Confirmation.OPTIONAL)
    assert loose.suffix == "[feedback=optional,repeat_purchase=experience,confirmation=optional]"
    assert Options(confirmation=Confirmation.OPTIONAL).suffix == "[confirmation=optional]"


@every_setting
def test_windows_and_obligations_are_the_defaults(options: Options) -> None:
    """Every standard chart has the windows of SPEC 4.3, all kinds and all obligations."""
    chart = chart_with(options)
    days = [window and window.days for window in chart.silence.values()]
    assert (list(chart.silence), days) == (list(Phase), list(SILENCE))
    assert chart.advocacy_quiet == timedelta(days=365)
    assert chart.kinds == EventKind.builtin()
    assert chart.obligations == standard_chart().obligations


@pytest.mark.no_cover
def test_a_derived_chart_is_found() -> None:
    """A chart that nobody defined here is not found; after it is derived, it is."""
    with pytest.raises(ChartNotFoundError) as caught:
        find_chart(ChartRef("test_charts.mine", 7))
    assert (caught.value.key, caught.value.version) == ("test_charts.mine", 7)
    mine = derive(standard_chart(), "test_charts.mine", version=7)
    assert find_chart(mine.ref) is mine
    with pytest.raises(ChartNotFoundError):
        find_chart(ChartRef("test_charts.mine", 8))


def test_a_later_version_of_the_standard_chart_is_not_found() -> None:
    """What a later library will call the standard chart is not known here."""
    with pytest.raises(ChartNotFoundError, match="version 3"):
        find_chart(ChartRef("eight_phases", 3))


@every_setting
def test_the_first_version_of_the_standard_chart_gives_the_present_one(options: Options) -> None:
    """What was stored under version 1 is read on version 2, with the same options."""
    chart = chart_with(options)
    assert find_chart(ChartRef(chart.key, 1)) is chart


@pytest.mark.parametrize("option", ["feedback", "repeat_purchase", "confirmation"])
def test_options_are_members(option: str) -> None:
    """An option given by its text is refused with a word on what would be right."""
    with pytest.raises(InvalidError, match=option):
        standard_chart(**{option: "optional"})  # type: ignore[arg-type]
