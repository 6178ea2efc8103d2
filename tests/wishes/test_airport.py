"""The wishes of the passengers of a real airport."""

import os
import re
import runpy
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("CXJOURNEY_DATA", ROOT.parent / "shared" / "data"))
SURVEY = DATA / "sfo2017_wishes.csv"


@pytest.mark.no_cover
def test_the_example_prints_what_the_docs_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Shops are a conscious wish for satisfaction and a deception for recommendation."""
    if not SURVEY.exists():
        pytest.skip("the airport survey is not here; CXJOURNEY_DATA names its folder")
    example = ROOT / "examples" / "airport_wishes.py"
    monkeypatch.setattr(sys, "argv", [str(example), str(SURVEY), "--plots", str(tmp_path)])
    runpy.run_path(str(example), run_name="__main__")
    printed = capsys.readouterr().out
    assert "- shops: conscious for satisfaction, deception for recommendation\n" in printed
    page = (ROOT / "docs" / "wishes.md").read_text(encoding="utf-8")
    shown = re.findall(r"^```text\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    assert len(shown) == 2
    for block in shown:
        assert block.strip() in printed
    for outcome in ("satisfaction", "recommendation"):
        picture = (tmp_path / f"airport_{outcome}.svg").read_text(encoding="utf-8")
        assert picture.startswith("<?xml")
