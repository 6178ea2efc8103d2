"""Reports to send, as the commands write them."""

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
