"""The command line: the standard playbook rehearsed with made-up people."""

import json

import pytest

from cxjourney.cli import main
from cxjourney.playbook import standard_playbook
from cxjourney.rehearsal import rehearse
from cxjourney.vocabulary import Lang
from tests.cli.commands import fault
from tests.rehearsal.books import START
from tests.vocabulary.words import word

SMALL = ["rehearse", "--people", "2", "--days", "30", "--seed", "3"]


@pytest.mark.parametrize(
    ("arguments", "lang"),
    [
        ([], Lang.EN),
        pytest.param(["--full", "--lang", "et"], Lang.ET, marks=pytest.mark.no_cover),
    ],
)
def test_the_report_is_printed(
    arguments: list[str], lang: Lang, capsys: pytest.CaptureFixture[str]
) -> None:
    """The headlines come first, then the log; the other tables where all is asked for."""
    assert main([*SMALL, *arguments]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    assert "2" in out.split("\n")[0]
    parts = out.split("\n\n")
    assert any(part.startswith(word("log", lang)) for part in parts)
    titles = [word(key, lang) for key in ("by_play", "by_channel", "by_rule", "by_duty")]
    told = [title in out for title in titles]
    assert all(told) if arguments else not any(told)
    assert (word("more_with_full", lang) in out) is not bool(arguments)


def test_the_rehearsal_is_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    """With --json it is what ``to_dict`` gives, under the version of its shape."""
    assert main([*SMALL, "--json"]) == 0
    found = rehearse(standard_playbook(), people=2, days=30, seed=3, start=START)
    assert json.loads(capsys.readouterr().out) == {"rehearsal": 1, **found.to_dict()}


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
