"""The benchmarks run, and print the whole of their tables."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
PEERS = ("statemachine", "xstate_statemachine")


def printed(script: str, *options: str) -> list[list[str]]:
    """Run a benchmark and return the cells of its table, line by line, without the rule."""
    command = [sys.executable, str(BENCHMARKS / script), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    head, _, *lines = done.stdout.splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in (head, *lines)]


def test_crowd_prints_a_line_for_each_way_of_keeping() -> None:
    """The crowd is weighed without history and with it, twenty events a journey."""
    pytest.importorskip("resource", reason="this system does not tell a process's peak memory")
    _, *lines = printed("crowd.py", "--journeys=3")
    assert [line[:3] for line in lines] == [["no history", "3", "60"], ["history", "3", "60"]]


def test_live_prints_every_contender_and_a_verdict_for_every_goal() -> None:
    """Each contender stands in the table with times and sizes, each goal with its verdict."""
    missing = [name for name in PEERS if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"not installed, for it is in the dependency group bench: {missing[0]}")
    small = ("--journeys=2", "--rounds=1", "--instances=2", "--imports=1")
    head, *lines = printed("live.py", *small)
    rows = [dict(zip(head, line, strict=True)) for line in lines]
    of = {
        measure: {row["of"] for row in rows if row["measure"].startswith(measure)}
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
    assert [row["of"] for row in rows[-2:]] == ["import cxjourney", "import attrs, transitions"]
    held = [row for row in rows if row["goal"]]
    assert {row["goal"] for row in held} == {
        ">= 3 x ours",
        ">= 20 x ours",
        "<= 5 x floor",
        "<= 500 B",
        "<= 400 B",
        "<= 2 x theirs",
    }
    assert {row["verdict"] for row in held} <= {"met", "MISSED"}
    assert not any(row["verdict"] for row in rows if not row["goal"])


def test_wishes_prints_a_line_for_each_job_and_contender() -> None:
    """Shares of R2 and whole surveys are timed and weighed against their peers."""
    pytest.importorskip("resource", reason="this system does not tell a process's peak memory")
    missing = [name for name in ("pingouin", "relativeImp") if not importlib.util.find_spec(name)]
    if missing:
        pytest.skip(f"not installed, for it is in the dependency group bench: {missing[0]}")
    small = ("--drivers=3", "--most=4", "--rows=2000", "--wishes=3", "--rounds=1")
    head, *lines = printed("wishes.py", *small)
    rows = [dict(zip(head, line, strict=True)) for line in lines]
    assert {row["goal"] for row in rows if row["goal"]} == {
        ">= 50 x ours",
        "<= 1000 ms",
        "<= 3 x theirs",
    }
    assert {row["verdict"] for row in rows if row["goal"]} <= {"met", "MISSED"}


def test_dispatch_prints_a_line_for_each_journal() -> None:
    """Deciding and dispatching are timed on each journal, against a call of the hook alone."""
    head, first, *lines = printed("dispatch.py", "--customers=2", "--rounds=1")
    assert first[head.index("of")] == "direct"
    measures = {line[head.index("measure")] for line in lines}
    assert measures == {"us an intent decided", "us an intent dispatched"}
    journals = [line[head.index("of")] for line in lines]
    assert journals == ["memory", "memory, async", "SQLite", "PostgreSQL"] * 2
    assert all(line[head.index("against")].endswith("x a call") for line in lines)
