"""The first eight situations of what is put right, on SQLite, with a SIGKILL in the middle."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# What a killed process left of its coverage could not be read.
QUIET = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
WANTED = {
    "denied": ["EMAIL a welcome", "POST b answer"],
    "came_back": ["EMAIL c answer", "POST c answer"],
    "conflicting": ["POST c bought"],
    "taken_back": ["EMAIL a bought", "EMAIL b bought"],
    "who_is_who": ["EMAIL a bought", "EMAIL b bought", "EMAIL c answer", "POST a bought"],
    "consents": ["EMAIL b welcome", "POST a welcome"],
    "history": ["EMAIL a news", "EMAIL b news"],
    "ahead": ["FACE_TO_FACE c check"] * 2,
}
"""What is sent in each situation, however often the process is killed."""


def played(folder: Path, situation: str, every: int) -> Mapping[str, Mapping[str, Any]]:
    """Play a situation, or all, in a process of its own, and return what it tells of each."""
    command = [sys.executable, "-m", "tests.dispatch.killed", str(folder), situation, str(every)]
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**QUIET, "PYTHONPATH": path},
        timeout=3600,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: Mapping[str, Mapping[str, Any]] = json.loads(done.stdout)
    return found


@pytest.mark.no_cover
def test_killed_in_the_middle_it_comes_to_the_same(tmp_path: Path) -> None:
    """Each before a hook's effect and after one, and in the middle of a transaction."""
    found = played(tmp_path, "all", 0)
    assert {name: one["sent"] for name, one in found.items()} == WANTED
    assert {name: one["wrong"] for name, one in found.items()} == {name: [] for name in WANTED}
    killed = [{point for point, _ in one["killed"]} for one in found.values()]
    assert all({"hook", "effect"} < points for points in killed)


@pytest.mark.no_cover
@pytest.mark.long
@pytest.mark.skipif(settings().max_examples < 1_000, reason="takes minutes; see nox -s fuzz")
@pytest.mark.parametrize("situation", WANTED)
def test_killed_anywhere_it_comes_to_the_same(tmp_path: Path, situation: str) -> None:
    """At each statement, at each commit, and before and after the effect of each hook."""
    found = played(tmp_path, situation, 1)[situation]
    assert (found["sent"], found["wrong"]) == (WANTED[situation], [])
    assert len(found["killed"]) > 50
