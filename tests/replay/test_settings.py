"""The chart of a mapping: options and windows."""

from datetime import timedelta
from typing import Any

import pytest

from cxjourney.chart import Confirmation, Feedback, RepeatPurchase, standard_chart
from cxjourney.errors import InvalidError
from cxjourney.vocabulary import Phase
from tests.replay.makers import mapping_with


def test_without_settings_the_chart_is_the_standard_one() -> None:
    """No table, an empty one, and the defaults in words give the same chart."""
    assert mapping_with().chart is standard_chart()
    assert mapping_with(chart={}).chart is standard_chart()
    same = {"feedback": "required", "silence": {"assess": 30}, "advocacy_quiet": 365}
    assert mapping_with(chart=same).chart is standard_chart()


def test_options_choose_the_chart() -> None:
    """The three switches are those of the standard chart."""
    options = {
        "feedback": "optional",
        "repeat_purchase": "experience",
        "confirmation": "optional",
    }
    assert mapping_with(chart=options).chart is standard_chart(
        feedback=Feedback.OPTIONAL,
        repeat_purchase=RepeatPurchase.EXPERIENCE,
        confirmation=Confirmation.OPTIONAL,
    )


def test_windows_change_the_chart_and_its_key() -> None:
    """A changed window is named in the key; the others stay, and so do the rows."""
    windows = {"silence": {"assess": 7, "adopt": "never", "admit": 0.5}, "advocacy_quiet": "never"}
    chart, standard = mapping_with(chart=windows).chart, standard_chart()
    assert chart.key == (
        "eight_phases[silence:assess=7,admit=0.5,adopt=never,advocacy_quiet=never]"
    )
    changed = {
        Phase.ASSESS: timedelta(days=7),
        Phase.ADMIT: timedelta(hours=12),
        Phase.ADOPT: None,
    }
    assert chart.silence == {**standard.silence, **changed}
    assert chart.advocacy_quiet is None
    assert (chart.rows, chart.obligations) == (standard.rows, standard.obligations)


@pytest.mark.parametrize(
    ("chart", "message"),
    [
        (
            {"feedbak": "optional"},
            "chart.feedbak: an unknown key (meant feedback?); expected one of",
        ),
        ({"feedback": "no"}, "chart.feedback: 'no'; expected 'required' or 'optional'"),
        ({"repeat_purchase": True}, "true; expected 'loyalty' or 'experience'"),
        ({"silence": 30}, "chart.silence: 30; expected a table"),
        ({"silence": {"ADOPT": 30}}, "chart.silence.ADOPT: an unknown key"),
        ({"silence": {"adopt": 0}}, "chart.silence.adopt: 0 days; expected a number of days"),
        (
            {"silence": {"adopt": 1e6}},
            "days; expected a number of days from 0 to 36,500, or 'never'",
        ),
        ({"silence": {"adopt": "always"}}, "chart.silence.adopt: 'always'; expected a number"),
        ({"advocacy_quiet": []}, "chart.advocacy_quiet: a list; expected a number of days"),
    ],
)
def test_bad_settings_are_refused(chart: dict[str, Any], message: str) -> None:
    """Each fault is named with its place, and with what would be right."""
    with pytest.raises(InvalidError) as caught:
        mapping_with(chart=chart)
    assert message in str(caught.value)
