"""``cxjourney chart``: a chart printed, drawn, checked and explored."""

import json
import sys
from io import StringIO
from pathlib import Path

import pytest

from cxjourney.chart import standard_chart
from cxjourney.cli import main
from cxjourney.show import chart_mermaid
from cxjourney.vocabulary import Lang
from tests.chart.explored import explored
from tests.cli.commands import fault, said

OWN = """
import attrs
from cxjourney.chart import Row, standard_chart
from cxjourney.vocabulary import Phase

chart = standard_chart()
nowhere = Row("X1", frozenset({Phase.ADMIT}), ("nothing_of_the_kind",), to=Phase.ADOPT)
BROKEN = attrs.evolve(chart, rows=(*chart.rows, nowhere))
SOUND = chart
SMALL = attrs.evolve(chart, key="small", rows=chart.rows[:4])
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in a folder in which there is a module with charts of one's own."""
    (tmp_path / "ownchart.py").write_text(OWN)
    monkeypatch.chdir(tmp_path)


def test_rows_and_guards_are_printed() -> None:
    """The rows first; the orders and the guards where all is asked for."""
    status, out, _ = said("chart", "print")
    assert status == 0
    assert out.startswith("Chart eight_phases, version ")
    assert "\nT02 " in out
    assert "T29.assess" not in out
    full = said("chart", "print", "--full", "--lang", "fi")[1]
    assert "T29.assess" in full
    assert "täyttyy, kun" in full
    document = json.loads(said("chart", "print", "--json")[1])
    assert [row["row"] for row in document["rows"]] == [row.id for row in standard_chart().rows]


def test_a_chart_is_drawn() -> None:
    """As the library draws it, in the language asked for."""
    assert said("chart", "diagram", "--lang", "et")[1] == chart_mermaid(standard_chart(), Lang.ET)
    document = json.loads(said("chart", "diagram", "--json")[1])
    assert document["mermaid"] == chart_mermaid(standard_chart())


@pytest.mark.usefixtures("own")
def test_a_chart_is_explored() -> None:
    """With how many situations there are in each place, and with --full all of them in JSON."""
    out = said("chart", "explore")[1]
    assert str(len(explored().situations)) in out
    assert "\nERASED " in out
    document = json.loads(said("chart", "explore", "ownchart:SMALL", "--json", "--full")[1])
    assert document["key"] == "small"
    assert len(document["decisions"]) == document["pairs"] > 0


@pytest.mark.usefixtures("own")
@pytest.mark.usefixtures("own")
@pytest.mark.parametrize("action", ["explore", "check"])
def test_a_terminal_is_told_how_far_it_is(action: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal a bar is drawn and taken away; in a pipe, or if unwanted, there is none."""
    for wanted in (True, False):
        stream = StringIO()
        monkeypatch.setattr(stream, "isatty", lambda: True)
        monkeypatch.setattr(sys, "stderr", stream)
        main(["chart", action, "ownchart:SMALL", *([] if wanted else ["--no-progress"])])
        monkeypatch.undo()
        assert ("exploring" in stream.getvalue()) == wanted
        assert ("100 %" in stream.getvalue()) == wanted


def test_a_sound_chart_ends_with_nought() -> None:
    """The standard one, and one of the user's own."""
    assert said("chart", "check") == (0, "The chart is sound: no fault was found.\n", "")
    status, out, _ = said("chart", "check", "ownchart:SOUND", "--json")
    assert status == 0
    assert json.loads(out)["faults"] == []


@pytest.mark.usefixtures("own")
def test_what_is_wrong_with_a_chart_is_listed() -> None:
    """Row by row, and the command ends with 1."""
    status, out, err = said("chart", "check", "ownchart:BROKEN")
    assert (status, err) == (1, "")
    assert "X1" in out
    status, out, _ = said("chart", "check", "ownchart:BROKEN", "--json")
    assert status == 1
    assert "X1" in {one["where"] for one in json.loads(out)["faults"]}


@pytest.mark.usefixtures("own")
def test_what_is_no_chart_gets_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """What it is instead, and how a chart is named."""
    line = fault(capsys, ["chart", "check", "ownchart:nowhere"])
    assert line.startswith("CHART: ownchart:nowhere is of type Row; expected a Chart, or a")
    line = fault(capsys, ["chart", "check", "ownchart"])
    assert line.startswith("CHART: 'ownchart'; expected module:attribute")
    with pytest.raises(SystemExit):
        main(["chart"])
