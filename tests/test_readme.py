"""What the README tells a newcomer to type."""

import re
from pathlib import Path

import pytest

from cxjourney.cli import main
from cxjourney.testing import generate_survey

ROOT = Path(__file__).parents[1]


def test_ci_runs_the_second_command_of_the_readme() -> None:
    """CI runs what the README tells a newcomer to run, word for word."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    _, second, *_ = re.findall(r"^```sh\n(.*?)^```$", readme, flags=re.MULTILINE | re.DOTALL)
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert script.endswith(f'cd "$(dirname "${{BASH_SOURCE[0]}}")/.."\n{second}')


@pytest.mark.no_cover
def test_the_survey_of_the_readme_gives_what_it_shows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The small survey, made and read as the README tells, gives the lines that it shows."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "survey(customers=1000, seed=1).write_csv('survey.csv')" in readme
    survey = tmp_path / "survey.csv"
    generate_survey(customers=1000, seed=1).write_csv(survey)
    (options,) = re.findall(
        r"bin/cxjourney wishes survey.csv (.*) --plot map.svg$", readme, re.MULTILINE
    )
    assert main(["wishes", str(survey), *options.split()]) == 0
    (shown,) = re.findall(r"^```text\n(.*?)^```$", readme, flags=re.MULTILINE | re.DOTALL)
    assert shown in capsys.readouterr().out
