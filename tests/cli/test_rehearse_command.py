"""The command line: a playbook rehearsed with made-up people."""

import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from cxjourney.cli import main
from cxjourney.playbook import standard_playbook
from cxjourney.rehearsal import rehearse
from cxjourney.vocabulary import Lang
from tests.cli.commands import fault
from tests.rehearsal.books import START

SMALL = ["rehearse", "--people", "2", "--days", "30", "--seed", "3"]


@pytest.mark.parametrize(
    ("arguments", "lang", "full"),
    [
        ([], Lang.EN, False),
        pytest.param(["--full", "--lang", "et"], Lang.ET, True, marks=pytest.mark.no_cover),
    ],
)
def test_the_report_is_printed(
    arguments: list[str],
    lang: Lang,
    full: bool,  # noqa: FBT001 - pytest gives it by its name
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The command prints what ``rehearse`` finds, in the language asked for, in 80 columns."""
    assert main([*SMALL, *arguments]) == 0
    found = rehearse(standard_playbook(), people=2, days=30, seed=3, start=START)
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    told = found.explain(lang, full=full).split("\n\n")
    assert out.split("\n\n")[0] == told[0]
    titles = [part.split("\n")[0] for part in told[1:]]
    assert [title for title in titles if f"\n{title}\n" not in out] == []


OWN = """
from datetime import timedelta

from cxjourney import Policy, standard_chart
from cxjourney.channels import Library
from cxjourney.playbook import Entered, Play, Playbook
from cxjourney.vocabulary import Channel, Phase, Purpose

welcome = Play("hello", Entered(Phase.ASSESS), Purpose.INFORM, (Channel.EMAIL,), "hello")
book = Playbook("own", 7, (welcome,))
policy = Policy().without("C01")
chart = standard_chart()
nothing = Library()


class Shop:
    book = book


def made():
    return book


def broken():
    return 1 / 0


def refused():
    return book.without("hullo")


def invalid():
    return Policy().without("Q99")
"""
FILES = {
    "own_book.py": OWN,
    "lacks_one.py": "import no_such_module_anywhere\n",
    "no_python.py": "\nx = (\n",
    "raises_one.py": "\n\nraise RuntimeError('Mari')\n",
    "unsound.py": "from cxjourney import Policy\nPolicy().without('Q99')\n",
    "leaves.py": "raise SystemExit(3)\n",
    "prices.toml": 'currency = "EUR"\n[channels]\nemail = 0.25\n',
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stand in a folder with a playbook of one's own."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    before = [*sys.path]
    yield
    sys.path[:] = before
    for name in FILES:
        sys.modules.pop(name.removesuffix(".py"), None)


@pytest.mark.usefixtures("folder")
def test_a_playbook_of_ones_own_is_rehearsed(capsys: pytest.CaptureFixture[str]) -> None:
    """Playbook, policy, chart, prices and interval are given, and all of it is told as JSON."""
    given = ["--policy", "own_book:policy", "--chart", "own_book:chart", "--every", "1.5h"]
    assert main([*SMALL, "own_book:book", *given, "--prices", "prices.toml", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["rehearsal"], document["playbook"], document["every"]) == (1, "own 7", 5400)
    sent = [line for line in document["lines"] if line["kind"] == "SENT"]
    assert {line["play"] for line in sent} == {"hello"}
    assert Decimal(document["costs"]["total"]) == Decimal("0.25") * len(sent)
    for named in ("own_book:made", "own_book:Shop.book"):
        assert main([*SMALL, named, "--library", "own_book:nothing"]) == 0
        assert "Rehearsal of the playbook own 7" in capsys.readouterr().out


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["own_book"], "PLAYBOOK: 'own_book'; expected module:attribute, such as shop.playbook:"),
        (["own_book:"], "PLAYBOOK: 'own_book:'; expected module:attribute"),
        (["no_book:book"], "PLAYBOOK: there is no module no_book; expected one in this folder, or"),
        (
            ["own_book.a:b"],
            "PLAYBOOK: there is no module own_book.a; expected one in this folder",
        ),
        (["lacks_one:book"], "PLAYBOOK: lacks_one raised ModuleNotFoundError in lacks_one.py, li"),
        (["no_python:book"], "PLAYBOOK: no_python raised SyntaxError in no_python.py, line 2; ex"),
        (["raises_one:book"], "PLAYBOOK: raises_one raised RuntimeError in raises_one.py, line 3"),
        (["leaves:book"], "PLAYBOOK: leaves raised SystemExit in leaves.py, line 1; expected co"),
        (["unsound:book"], "PLAYBOOK unsound, Policy.id: the id of no rule; expected one of"),
        (["own_book:nix"], "PLAYBOOK: own_book has no nix; expected the name of something that"),
        (["own_book:policy"], "PLAYBOOK: own_book:policy is of type Policy; expected a Playbook"),
        (["own_book:Shop"], "PLAYBOOK: own_book:Shop is a class; expected a Playbook, or a fun"),
        (["own_book:broken"], "PLAYBOOK: own_book:broken raised ZeroDivisionError in own_book.py"),
        (["own_book:refused"], "hullo: unknown row: there is no such row to leave out"),
        (["--policy", "own_book:invalid"], "--policy own_book:invalid, Policy.id: the id of no "),
        (["--chart", "own_book:book"], "--chart: own_book:book is of type Playbook; expected a C"),
        (["--library", "own_book:book"], "--library: own_book:book is of type Playbook; expecte"),
        (["--prices", "none.toml"], "none.toml: no such file or directory; expected prices in"),
    ],
)
def test_what_of_ones_own_is_at_fault_is_named(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever is wrong with a module, each is one clear line, and no text of its error is told."""
    told = fault(capsys, [*SMALL, *arguments])
    assert told.startswith(message)
    assert "Mari" not in told


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--people", "0"], "--people: 0; expected a whole number from 1 to 1,000,000"),
        (["--people", "1000001"], "--people: 1000001; expected a whole number from 1 to 1,000,000"),
        (
            ["--days", "-3"],
            "--days: -3.0; expected a timedelta or a number of days, from 0 to 36,525",
        ),
        (
            ["--every", "5x"],
            "--every: a text of the shape '9a'; expected a number and s, m, h or d",
        ),
        (["--every", "0s"], "--every: 0:00:00; expected a timedelta from one second to 36,525 da"),
        (["--policy", ""], "--policy: ''; expected module:attribute"),
        (["--library", ""], "--library: ''; expected module:attribute"),
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
