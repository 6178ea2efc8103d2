"""The benchmarks run at small sizes, print the whole of their tables, and keep the bars of bytes.

How long something takes is no test: ``nox -s bench`` measures that, and fails where a goal is
missed.
"""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
PEERS = ("statemachine", "xstate_statemachine")
UNMEASURED = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
"""Coverage would slow down one contender and not the other."""


def output(script: str, *options: str) -> str:
    """Run a benchmark that misses no goal; return what it prints."""
    command = [sys.executable, str(BENCHMARKS / script), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=UNMEASURED)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def printed(script: str, *options: str) -> list[list[str]]:
    """Return the cells of the table that a benchmark prints, line by line, without the rule."""
    head, _, *lines = output(script, *options).splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in (head, *lines)]


def rows(script: str, *options: str) -> list[dict[str, str]]:
    """Run a benchmark for short; return the lines of its table by column."""
    head, *lines = printed(script, *options, "--short")
    found = [dict(zip(head, line, strict=True)) for line in lines]
    verdicts = {"": {""}, "B": {"met"}}
    for row in found:
        assert row["verdict"] in verdicts.get(row["goal"].rpartition(" ")[2], {"not judged"})
        assert not row["goal"] or float((row["against"] or row["median"]).split()[0]) > 0
    return found


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> object:
    """Return the module of tables; benchmarks are scripts, not a package."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("table")


@pytest.mark.parametrize(
    ("figure", "unit", "short", "verdict", "status"),
    [
        (500, "B", True, "met", False),
        (501, "B", True, "MISSED", True),
        (501, "ms", False, "MISSED", True),
        (501, "ms", True, "not judged", False),
    ],
)
def test_a_benchmark_fails_where_a_goal_is_missed(
    table: object,
    capsys: pytest.CaptureFixture[str],
    figure: float,
    unit: str,
    verdict: str,
    *,
    short: bool,
    status: bool,
) -> None:
    """A missed goal is printed and ends the benchmark with 1; a short run judges no time."""
    row = table.Row("size", "ours", [figure], goal=table.Goal(500, unit))  # type: ignore[attr-defined]
    with pytest.raises(SystemExit) as ended:
        table.finish([row], short=short)  # type: ignore[attr-defined]
    assert ended.value.code is status
    assert f"| {verdict} " in capsys.readouterr().out


@pytest.mark.slow
def test_crowd_prints_a_line_for_each_way_of_keeping() -> None:
    """The crowd is weighed without history and with it, twenty events a journey."""
    pytest.importorskip("resource", reason="this system does not tell a process's peak memory")
    _, *lines = printed("crowd.py", "--journeys=3")
    assert [line[:3] for line in lines] == [["no history", "3", "60"], ["history", "3", "60"]]


@pytest.mark.slow
def test_drawing_prints_its_goals() -> None:
    """Drawing a journey is timed, and loading Hypothesis with the library and without."""
    goals = [row["goal"] for row in rows("drawing.py", "--draws=5", "--imports=1")]
    assert goals == ["<= 2 ms", "", "", "<= 1.1 x without"]


@pytest.mark.slow
def test_live_prints_every_contender_and_its_goals() -> None:
    """Each contender stands in the table with times and sizes, and journeys are small enough."""
    missing = [name for name in PEERS if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"not installed, for it is in the dependency group bench: {missing[0]}")
    found = rows("live.py", "--journeys=2", "--rounds=1", "--instances=20", "--imports=1")
    of = {
        measure: {row["of"] for row in found if row["measure"].startswith(measure)}
        for measure in ("step", "create", "bytes", "pickled")
    }
    peers = {
        "transitions, model=None",
        "transitions, add_model",
        "python-statemachine",
        "xstate-statemachine",
    }
    ours = {"cxjourney, the peers' job", "cxjourney, no history"}
    floor = {"floor: frozen attrs, 8 fields"}
    full = "cxjourney, with obligations"
    more = {"cxjourney, typed methods", "cxjourney, work_out + record"}
    assert of == {
        "step": peers | ours | more | floor | {full},
        "create": peers | ours | floor,
        "bytes": peers | ours | {full, f"{full}, no history"},
        "pickled": peers | ours | {f"{full}, no history"},
    }
    assert [row["of"] for row in found[-3:]] == [
        "import cxjourney",
        "from cxjourney import Journey",
        "import attrs, transitions",
    ]
    held = [row for row in found if row["goal"]]
    assert {row["goal"] for row in held} == {
        ">= 3 x ours",
        ">= 20 x ours",
        "<= 5 x floor",
        "<= 500 B",
        "<= 400 B",
        "<= 1.5 x theirs",
    }


@pytest.mark.slow
def test_a_survey_is_weighed_in_a_process_of_its_own() -> None:
    """What one side of ``wishes.py`` takes is told in seconds and bytes, with the shares."""
    pytest.importorskip("resource", reason="this system does not tell a process's peak memory")
    if not importlib.util.find_spec("relativeImp"):
        pytest.skip("not installed, for it is in the dependency group bench: relativeImp")
    small = ("--rows=2000", "--wishes=3", "--blank=0.1")
    told = output("wishes_survey.py", *small, "--side=cxjourney, whole classification")
    weighed = json.loads(told)
    assert weighed.keys() == {"seconds", "rise", "johnson"}
    assert len(weighed["johnson"]) == 3


@pytest.mark.slow
def test_dispatch_prints_a_line_for_each_journal() -> None:
    """Deciding and dispatching are timed on each journal, against a call of the hook alone."""
    asked = ["memory", "memory, async", "SQLite"]
    options = ("--customers=2", "--rounds=1", "--journal", *asked)
    head, first, *lines = printed("dispatch.py", *options)
    assert first[head.index("of")] == "direct"
    measures = {line[head.index("measure")] for line in lines}
    assert measures == {"us an intent decided", "us an intent dispatched"}
    assert [line[head.index("of")] for line in lines] == asked * 2
    assert all(line[head.index("against")].endswith("x a call") for line in lines)
    counted = output("dispatch.py", "--calls", "--customers=2").splitlines()
    assert [line.partition(":")[0] for line in counted[-4:]] == [
        *("decided, memory", "dispatched, memory", "decided, SQLite", "dispatched, SQLite")
    ]


@pytest.mark.slow
def test_growth_is_told_for_each_journal_and_length() -> None:
    """What an event costs on a long journey is held against a short one, and late against not."""
    lengths = ("--lengths", "20", "--turns=3", "--late-at=200", "--closed=20", "--rounds=1")
    found = rows("growth.py", *lengths, "--open", "10", "50", "--open-kept=20")
    grows, crowded = ["<= 1.3 x at 10"] * 3, ["<= 1.1 x none"] * 4
    assert [row["goal"] for row in found if row["goal"]] == [
        *(grows + crowded) * 2,
        "<= 10 x in order",
        "<= 2 x in order",
        *["<= 1 ms"] * 2,
        *["<= 4 x 10 open"] * 3,
    ]


def test_record_calls_prints_a_count_for_each_length() -> None:
    """The longer the journey, the more calls; a database takes more than memory."""
    _, *lines = printed("record_calls.py", "--earlier", "1", "3")
    first, later = ([int(cell.replace(",", "")) for cell in line] for line in lines)
    assert (first[0], later[0]) == (1, 3)
    assert 0 < first[1] < later[1] < later[2]
    assert first[1] < first[2]


@pytest.mark.slow
def test_cancelled_calls_leave_nothing_half_done() -> None:
    """With each driver and loop; the script ends with an error where one does."""
    _, *lines = printed("cancellations.py", "--times", "3")
    assert [line[:2] for line in lines][:3] == [
        ["sqlite+aiosqlite", "asyncio"],
        ["postgresql+psycopg", "asyncio"],
        ["postgresql+asyncpg", "asyncio"],
    ]
    assert [line[2] for line in lines] == ["3"] * 7


@pytest.mark.slow
def test_contenders_decide_and_dispatch_side_by_side() -> None:
    """Ours in memory; with the others' packages the same script measures them too."""
    head, *lines = printed(
        "peers_dispatch.py", "--customers", "3", "--rounds", "1", "--journal", "memory"
    )
    assert head[:3] == ["journal", "contender", "decide ms"]
    assert [line[1] for line in lines] == ["cxjourney", "cxjourney, one by one"]
    assert all(float(line[2]) > 0 and float(line[5]) > 0 for line in lines)
