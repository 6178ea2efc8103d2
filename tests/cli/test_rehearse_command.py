"""The command line: the standard playbook rehearsed with made-up people."""

import pytest

from cxjourney.cli import main
from cxjourney.playbook import standard_playbook
from cxjourney.rehearsal import rehearse
from cxjourney.vocabulary import Lang
from tests.cli.commands import fault
from tests.rehearsal.books import START

SMALL = ["rehearse", "--people", "2", "--days", "30", "--seed", "3"]


@pytest.mark.parametrize(
    ("arguments", "lang", "most"),
    [
        ([], Lang.EN, 40),
        pytest.param(["--all", "--lang", "et"], Lang.ET, None, marks=pytest.mark.no_cover),
    ],
)
def test_the_report_is_printed(
    arguments: list[str], lang: Lang, most: int | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command prints what ``rehearse`` finds, in the language asked for."""
    assert main([*SMALL, *arguments]) == 0
    found = rehearse(standard_playbook(), people=2, days=30, seed=3, start=START)
    assert capsys.readouterr().out == found.explain(lang, most=most)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--people", "0"], "--people: 0; expected a whole number from 1"),
        (
            ["--days", "-3"],
            "--days: -3.0; expected a timedelta or a number of days, from 0 to 36,525",
        ),
        (["--start", "soon"], "--start: a text of the shape 'aaaa'; expected an ISO 8601 time"),
        (
            ["--start", "2026-03-02"],
            "--start: a time without a UTC offset; expected one with its offset, such as",
        ),
        (
            ["--start", "0001-01-01T00:00Z"],
            "--start: a time in the year 1; expected a year from 2 to 9000",
        ),
    ],
)
def test_what_is_at_fault_is_named(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A number or a time of another form is named in one line."""
    assert fault(capsys, [*SMALL, *arguments]).startswith(message)
