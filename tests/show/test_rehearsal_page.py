"""Reports to send on rehearsals."""

from datetime import UTC, datetime, timedelta

import attrs

from cxjourney.playbook import standard_playbook
from cxjourney.rehearsal import Cue, Person, Rehearsal, rehearse
from cxjourney.vocabulary import EventKind, Lang
from tests.show.pages import check_report

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOSTILE = "<script>x</script>"


def rehearsed(count: int) -> Rehearsal:
    """Return a rehearsal of some people who bought, and days later had a problem."""
    cues = (
        Cue(timedelta(), EventKind.CONTACTED),
        Cue(timedelta(hours=1), EventKind.PURCHASED),
        Cue(timedelta(days=3), EventKind.COMPLAINED),
    )
    people = [Person(f"{HOSTILE}{number}", script=cues) for number in range(count)]
    return rehearse(standard_playbook(), people=people, days=20, start=START)


def test_a_rehearsal_has_a_report() -> None:
    """The report is whole in every language: weeks, channels, customers, hours, duties."""
    found = rehearsed(7)
    for lang in Lang:
        text = check_report(found.to_html(lang)).text
        assert "<script>" not in text.replace(HOSTILE, "")
    text = check_report(found.to_html()).text
    assert "What customers would get" in text
    assert "2026-W10" in text


def test_the_fullest_cell_of_phase_and_channel_is_shaded_most() -> None:
    """Cells are shaded the more the more contacts they count; empty ones are not."""
    found = rehearse(standard_playbook(), people=3, days=40, seed=1, start=START)
    html = found.to_html()
    check_report(html)
    most = max(found.coverage.cells.values())
    assert html.count("shade-5") > html.count("td.shade-5")
    assert f'<td class="n shade-5">{most}' in html
    shaded = html.count('class="n shade-')
    assert shaded == len(found.coverage.cells)


def test_a_rehearsal_of_nothing_has_a_report() -> None:
    """Where nobody comes, the report says that there is nothing."""
    found = rehearse(standard_playbook(), people=[], days=1, start=START)
    assert "In all 0 journeys" in check_report(found.to_html()).text


def test_a_long_log_is_cut() -> None:
    """Of a long log the first lines are shown, and how many more there are."""
    found = rehearsed(1)
    long = attrs.evolve(found, lines=found.lines[:1] * 600)
    assert "And 100 more." in check_report(long.to_html()).text
