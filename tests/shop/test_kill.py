"""Killing at random moments: the count is clean, and it would see what was lost or doubled."""

import importlib
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from multiprocessing import get_all_start_methods
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import pytest

from cxjourney.dispatch.journal import State
from cxjourney.vocabulary import Channel

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
# What a killed process left of its coverage could not be read.
QUIET = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
POST, CALL = Channel.POST, Channel.FACE_TO_FACE


@pytest.fixture(scope="module")
def kill() -> ModuleType:
    """Return the script that kills; benchmarks are scripts, not a package."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        return importlib.import_module("kill")


@pytest.mark.skipif(
    "forkserver" not in get_all_start_methods(), reason="this system starts no process by a fork"
)
def test_a_few_kills_lose_nothing_and_double_nothing() -> None:
    """Killed with SIGKILL at random moments, the process comes to what it comes to undisturbed."""
    command = [sys.executable, str(BENCHMARKS / "kill.py"), "--kills=4", "--seed=1"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=QUIET, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    lines = [line.strip("| ").split("|") for line in done.stdout.splitlines()[2:]]
    counts = {what.strip(): int(count.replace(",", "")) for what, count in lines}
    assert counts["processes killed at work"] == 4
    assert counts["processes started"] == 4 + counts["runs to the end"]
    assert counts["intents decided"] == 56 * counts["runs to the end"]
    assert counts["intents and events lost"] == 0
    assert counts["intents and events decided twice, or for nothing"] == 0
    assert counts["calls made twice (hook not idempotent)"] == 0


def found(kill: ModuleType, **changes: Any) -> Any:
    """Return what a run with one letter and one call left behind."""
    whole = kill.Found(
        decided={"a": ("c", "letter", "e1"), "b": ("c", "call", "e1")},
        states={"a": (POST, State.SENT), "b": (CALL, State.SENT)},
        events={"c": frozenset({"e1"})},
        steps={"c": 1},
        letters=frozenset({"a"}),
        received=Counter({"a": 1}),
        calls=Counter({"b": 1}),
    )
    return attrs.evolve(whole, **changes)


STATES: Mapping[str, tuple[Channel, State]] = {"a": (POST, State.SENT), "b": (CALL, State.SENT)}
WRONG: list[tuple[str, dict[str, Any]]] = [
    ("lost", {"decided": {"a": ("c", "letter", "e1")}}),
    ("lost", {"events": {"c": frozenset()}}),
    ("decided_twice", {"decided": dict.fromkeys("ab", ("c", "letter", "e1"))}),
    ("decided_twice", {"decided": {key: ("c", key, "e1") for key in "abx"}}),
    ("decided_twice", {"events": {"c": frozenset({"e1", "e2"})}}),
    ("decided_twice", {"steps": {"c": 2}}),
    ("stuck", {"states": {**STATES, "a": (POST, State.PLANNED)}}),
    ("stuck", {"states": {**STATES, "a": (POST, State.UNKNOWN)}}),
    ("stuck", {"letters": frozenset()}),
    ("stuck", {"letters": frozenset({"a", "x"})}),
    ("stuck", {"calls": Counter()}),
    ("stuck", {"calls": Counter({"b": 1, "x": 1})}),
    ("calls_twice", {"calls": Counter({"b": 2})}),
    ("repeated", {"received": Counter({"a": 2})}),
]


@pytest.mark.parametrize(("counted", "changes"), WRONG)
def test_the_count_sees_what_is_wrong(
    kill: ModuleType, counted: str, changes: dict[str, Any]
) -> None:
    """Each thing that may be lost, doubled or left lying is counted, and the run is not clean."""
    tally = kill.Tally()
    tally.add(found(kill, **changes), found(kill))
    assert getattr(tally, counted) > 0
    assert not tally.clean


def test_the_count_takes_what_a_kill_may_do(kill: ModuleType) -> None:
    """Letters sent again under their keys, one to each of four customers, and an unknown call."""
    for again, clean in ((4, True), (5, False)):
        tally = kill.Tally(kills=1)
        tally.add(
            found(
                kill,
                states={**STATES, "b": (CALL, State.UNKNOWN)},
                received=Counter({"a": 1 + again}),
                calls=Counter(),
            ),
            found(kill),
        )
        assert (tally.unknown, tally.made) == (1, 0)
        assert (tally.repeated, tally.clean) == (again, clean)
