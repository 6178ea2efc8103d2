"""Reports to send, as the commands write them."""

import os
from pathlib import Path

import pytest

from cxjourney.cli import main
from tests.cli.commands import fault
from tests.show.pages import check_report

SURVEY = "happy,say_seats,seats,say_wifi,wifi\n" + "".join(
    f"{3 + row % 3},{row % 2},{1 + row % 5},{row % 3 // 2},{5 - row % 4}\n" for row in range(60)
)
KANO = "with_seats,without_seats\n" + "1,5\n2,4\n1,4\n" * 5


@pytest.mark.parametrize(
    ("text", "options"), [(SURVEY, ("--outcome", "happy")), (KANO, ("--kano",))]
)
@pytest.mark.parametrize("lang", ["en", "et", "fi"])
def test_a_survey_has_a_report_to_send(
    text: str, options: tuple[str, ...], lang: str, tmp_path: Path
) -> None:
    """With --html the findings, or Kano's categories, are written as one file of HTML."""
    survey, report = tmp_path / "survey.csv", tmp_path / "report.html"
    survey.write_text(text, encoding="utf-8")
    assert main(["wishes", str(survey), *options, "--lang", lang, "--html", str(report)]) == 0
    found = check_report(report.read_text("utf-8"))
    assert "seats" in found.text
    assert ("html", lang) in found.values("lang")


def test_a_report_needs_an_outcome(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where only the file is looked at, there is no report to write."""
    survey = tmp_path / "survey.csv"
    survey.write_text(SURVEY, encoding="utf-8")
    told = fault(capsys, ["wishes", str(survey), "--html", str(tmp_path / "report.html")])
    assert told.startswith("--html: given without --outcome; expected --outcome too")


WRITES = {
    "replay LOG --mapping MAP --id-key KEY": ("--html", "--customers"),
    "wishes FILE --outcome happy": ("--html", "--plot"),
    "wishes FILE --kano": ("--html", "--plot"),
    "rehearse --prices TOML": ("--html",),
}
"""What the commands read, and the options by which they write a file."""
PLACES = [
    (line, place, option)
    for line, options in WRITES.items()
    for place, one in enumerate(line.split())
    if one.isupper()
    for option in options
]


@pytest.mark.parametrize(("line", "place", "option"), PLACES)
@pytest.mark.parametrize("also", ["", "./", "linked"])
def test_nothing_is_written_over_what_is_read(
    line: str,
    place: int,
    option: str,
    also: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A file that a command reads stays as it is, by whatever name an option would write to it."""
    monkeypatch.chdir(tmp_path)
    words = [f"{one.lower()}.svg" if one.isupper() else one for one in line.split()]
    read = Path(words[place])
    read.write_bytes(b"kept")
    written = also + words[place]
    if also == "linked":
        written = "linked.svg"
        Path(written).symlink_to(read)
    before = line.split()[place - 1]
    name = before if before.startswith("--") else line.split()[place]
    told = fault(capsys, [*words, option, written])
    assert told == f"{option}: the file of {name}; expected a file of its own"
    assert read.read_bytes() == b"kept"


def test_no_two_reports_go_into_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second would be all that is left; a device that forgets may be named twice."""
    monkeypatch.chdir(tmp_path)
    told = fault(capsys, ["replay", "--example", "--html", "a.csv", "--customers", "./a.csv"])
    assert told == "--customers: the file of --html; expected a file of its own"
    assert not list(tmp_path.iterdir())
    nowhere = ["--html", os.devnull, "--customers", os.devnull]
    assert main(["replay", "--example", *nowhere]) == 0
    capsys.readouterr()
    Path("old.html").write_text("of last week", "utf-8")
    for none in ("none", "\0"):
        told = fault(capsys, ["replay", "none.csv", "--mapping", none, "--html", "old.html"])
        assert told.endswith("; expected a mapping in TOML")
    assert Path("old.html").read_text("utf-8") == "of last week"
