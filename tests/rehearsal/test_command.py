"""The command line: the standard playbook rehearsed with made-up people."""

import pytest

from cxjourney.command import main
from cxjourney.playbook.standard import standard_playbook
from cxjourney.rehearsal.command import MONDAY
from cxjourney.rehearsal.rehearsing import rehearse
from cxjourney.texts import Lang
from tests.commands import fault
from tests.rehearsal.books import START

SMALL = ["rehearse", "--people", "2", "--days", "30", "--seed", "3"]


@pytest.mark.parametrize(
    ("arguments", "lang", "most"), [([], Lang.EN, 40), (["--all", "--lang", "et"], Lang.ET, None)]
)
def test_the_report_is_printed(
    arguments: list[str], lang: Lang, most: int | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command prints what ``rehearse`` finds, in the language asked for."""
    assert main([*SMALL, *arguments]) == 0
    found = rehearse(standard_playbook(), people=2, days=30, seed=3, start=START)
    assert capsys.readouterr().out == found.tell(lang, most=most)
    assert START.isoformat(timespec="minutes") == MONDAY


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--people", "0"], "count: found 0; expected a whole number from 1"),
        (["--days", "-3"], "days: found -3; expected a timedelta or a number of days"),
        (["--start", "soon"], "--start: found str of 4 characters; expected an ISO 8601 time"),
        (["--start", "2026-03-02"], "--start: found str of 10 characters; expected an ISO 8601"),
        (["--start", "0001-01-01T00:00Z"], "--start: found str of 17 characters"),
    ],
)
def test_what_is_at_fault_is_named(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A number or a time of another form is named in one line."""
    assert fault(capsys, [*SMALL, *arguments]).startswith(message)
