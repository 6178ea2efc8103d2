"""The command line, whatever the command."""

import json
import os
import runpy
import subprocess
import sys
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from cxjourney.chart import FaultKind
from cxjourney.cli import COMMANDS, main
from cxjourney.errors import FaultsError, InvalidError
from tests.cli.commands import faults
from tests.replay.makers import write

MAPPING = """
[columns]
customer = "who"
time = "when"
activity = "what"
[events]
buy = "purchased"
"""


@pytest.fixture
def small(tmp_path: Path) -> list[str]:
    """Return the arguments for the replay of a small log."""
    log = write(tmp_path / "log.csv", "who,when,what\n1,2024-03-01T12:00:00Z,buy\n")
    return ["replay", log, "--mapping", write(tmp_path / "map.toml", MAPPING)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "python -m cxjourney: the following arguments are required: COMMAND; see --help"),
        (["walk"], "python -m cxjourney: argument COMMAND: invalid choice: 'walk'"),
        (["replay", "log.csv"], "python -m cxjourney replay: the following arguments are required"),
        (
            ["replay", "log.csv", "--map", "m"],
            "python -m cxjourney replay: unknown option --map (meant --mapping?); see --help",
        ),
        (
            ["replay", "log.csv", "--mapping", "m", "--\x1b[31m"],
            "python -m cxjourney replay: unknown option --\\x1b[31m; see --help",
        ),
        (
            ["replay", "log.csv", "--jsn=1"],
            "python -m cxjourney replay: unknown option --jsn (meant --json?); see --help",
        ),
        (
            ["replay", "--mapping", "m", "--", "log.csv", "--jsn"],
            "python -m cxjourney: unrecognized arguments: --jsn; see --help",
        ),
        (["wishes"], "python -m cxjourney wishes: the following arguments are required"),
    ],
)
def test_bad_arguments_get_one_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is missing or unknown is named."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    printed = capsys.readouterr()
    assert printed.err.startswith(message)
    assert printed.err.count("\n") == 1


def test_the_package_runs_as_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """``python -m cxjourney`` ends with what the command line says."""
    monkeypatch.setattr(sys, "argv", ["cxjourney", "walk"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("cxjourney", run_name="__main__")
    assert ended.value.code == 2


@pytest.mark.parametrize("name", [name for name, _, _ in COMMANDS])
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The help of a command says what it does and what each argument is for."""
    with pytest.raises(SystemExit) as caught:
        main([name, "--help"])
    assert caught.value.code == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"usage: python -m cxjourney {name} [-h]")


def test_an_interruption_is_quiet(
    small: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C ends the command without a traceback."""

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cxjourney.cli._replay_command.replay_log", interrupt)
    assert main(small) == 130
    assert capsys.readouterr() == ("", "")


def test_several_faults_get_a_line_each(
    small: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of an error that has many faults each gets its own line, safe for a terminal."""

    def fail(*_: object, **__: object) -> None:
        found = [InvalidError(f"r{i}", "a\nb\x1b[31m", "x", FaultKind.TRAP) for i in (1, 2)]
        raise FaultsError("2 faults", found)

    monkeypatch.setattr("cxjourney.cli._replay_command.replay_log", fail)
    assert faults(capsys, small) == [
        "r1: trap: a\\nb\\x1b[31m; x",
        "r2: trap: a\\nb\\x1b[31m; x",
    ]


def test_a_reader_may_stop_early(
    small: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A closed pipe, as after head, ends the command without a word."""
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w", encoding="utf-8") as pipe, monkeypatch.context() as patch:  # noqa: PTH123 - a descriptor has no path
        patch.setattr(sys, "stdout", pipe)
        assert main(small) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_gets_one_line(
    small: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A report that cannot be written is an error, told once."""
    with Path("/dev/full").open("w", encoding="utf-8") as full, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", full)
        assert main(small) == 2
    assert capsys.readouterr().err == "standard output: no space left on device\n"


@pytest.mark.no_cover
def test_a_replay_needs_no_numpy(small: list[str]) -> None:
    """What the base install brings is enough: nothing of the extras is loaded."""
    script = (
        "import sys\n"
        "from cxjourney.cli import main\n"
        "assert main(sys.argv[1:]) == 0\n"
        "assert not {'numpy', 'scipy', 'narwhals', 'matplotlib'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, *small], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


EVERYTHING = """
import json, sys
from cxjourney import standard_chart
from cxjourney.cli import main
from cxjourney.show import chart_markdown, chart_mermaid
for arguments in json.loads(sys.argv[1]):
    assert main(arguments) == 0
print(chart_mermaid(standard_chart(), stays=True, orders=True), chart_markdown(standard_chart()))
"""


@pytest.mark.no_cover
def test_same_bytes_for_any_hash_seed_and_time_zone(tmp_path: Path) -> None:
    """No output depends on the order of hashing or on where the machine stands."""
    examples = Path(__file__).parents[2] / "examples"
    with (examples / "households_2017_first160.csv").open(encoding="utf-8") as whole:
        log = write(tmp_path / "log.csv", "".join(islice(whole, 500)))
    chance = Random(7)  # noqa: S311 - answers, not secrets
    rows = [[chance.randint(0, 1) for _ in "ABC"] + [chance.randint(0, 1)] * 2 for _ in range(90)]
    survey = "A,B,OVERALL,say_A,say_B\n" + "".join(f"{','.join(map(str, row))}\n" for row in rows)
    wishes = ["wishes", write(tmp_path / "survey.csv", survey), "--outcome", "OVERALL"]
    replay = ["replay", log, "--mapping", str(examples / "households.toml")]
    commands = [
        [*replay, "--no-progress"],
        [*replay, "--json"],
        [*wishes, "--explain"],
        [*wishes, "--json"],
        ["rehearse", "--people", "2", "--days", "20", "--full"],
    ]
    said = [
        subprocess.run(
            [sys.executable, "-c", EVERYTHING, json.dumps(commands)],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed, zone in (("0", "UTC"), ("4242", "America/St_Johns"))
    ]
    assert said[0] == said[1]
    assert len(said[0]) > 20_000
