"""The command line, whatever the command."""

import importlib
import json
import os
import re
import runpy
import subprocess
import sys
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from cxjourney.chart import FaultKind
from cxjourney.cli import COMMANDS, main
from cxjourney.cli._examples import example  # what comes with the package
from cxjourney.errors import FaultsError, InvalidError
from tests.cli.commands import Terminal, fault, faults, said
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
        ([], "cxjourney: missing: COMMAND; see --help"),
        (["--nosuch"], "cxjourney: unknown option --nosuch; see --help"),
        (["--langu", "et", "replay"], "cxjourney: unknown option --langu (meant --lang?)"),
        (["walk"], "cxjourney: unknown command 'walk'; expected one of replay, map, wishes,"),
        (["replai"], "cxjourney: unknown command 'replai' (meant replay?); expected one of"),
        (["--lang", "et", "walk"], "cxjourney: tundmatu käsk 'walk'; oodati üht neist: replay,"),
        (["walk", "--lang=fi"], "cxjourney: tuntematon komento 'walk'; odotettiin yhtä näistä:"),
        (["completion"], "cxjourney completion: missing: SHELL; see --help"),
        (
            ["replay", "log.csv", "--map", "m"],
            "cxjourney replay: unknown option --map (meant --mapping?); see --help",
        ),
        (
            ["replay", "log.csv", "--mapping", "m", "--\x1b[31m"],
            "cxjourney replay: unknown option --\\x1b[31m; see --help",
        ),
        (
            ["replay", "log.csv", "--jsn=1"],
            "cxjourney replay: unknown option --jsn (meant --json?); see --help",
        ),
        (
            ["replay", "--mapping", "m", "--", "log.csv", "--jsn"],
            "cxjourney: not understood: --jsn; see --help",
        ),
        (["wishes", "--lang"], "cxjourney wishes: argument --lang: expected one argument"),
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
    """``python -m cxjourney`` and ``cxjourney`` end with what the command line says."""
    monkeypatch.setattr(sys, "argv", ["cxjourney", "walk"])
    monkeypatch.delitem(sys.modules, "cxjourney.__main__", raising=False)
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("cxjourney", run_name="__main__")
    assert ended.value.code == 2
    with pytest.raises(SystemExit) as ended:
        importlib.import_module("cxjourney.__main__").run()
    assert ended.value.code == 2


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The help of a command begins with an example, and says what each argument is for."""
    with pytest.raises(SystemExit) as caught:
        main([name, "--help"])
    assert caught.value.code == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"example: cxjourney {name} ")
    assert f"\n\nusage: cxjourney {name} [-h]" in printed


def test_an_interruption_is_quiet(
    small: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C ends the command with one line, in the language asked for."""

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cxjourney.cli._replay_command.replay_log", interrupt)
    assert main(small) == 130
    assert capsys.readouterr() == ("", "interrupted\n")
    assert main(["--lang", "et", *small]) == 130
    assert capsys.readouterr() == ("", "katkestatud\n")


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
    """A closed pipe, as after head, ends the command and its help without a word."""
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w", encoding="utf-8") as pipe, monkeypatch.context() as patch:  # noqa: PTH123 - a descriptor has no path
        patch.setattr(sys, "stdout", pipe)
        assert main(small) == 0
    assert capsys.readouterr().err == ""
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w", encoding="utf-8") as pipe, monkeypatch.context() as patch:  # noqa: PTH123 - as above
        patch.setattr(sys, "stdout", pipe)
        with pytest.raises(SystemExit) as ended:
            main(["replay", "--help"])
        assert ended.value.code == 0
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
    """What the base install brings is enough: without the extras it runs all the same."""
    script = (
        "import sys\n"
        "extras = 'numpy scipy narwhals matplotlib pyarrow rich shtab'.split()\n"
        "sys.modules.update(dict.fromkeys(extras))\n"
        "from cxjourney.cli import main\n"
        "assert main(sys.argv[1:]) == 0\n"
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


def test_the_version_is_told() -> None:
    """Under the name of the command."""
    assert said("--version") == (0, f"cxjourney {version('cxjourney')}\n", "")


def test_a_fault_of_the_library_gets_one_line(
    small: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the place and no text of the file; who asks for it gets the whole of it."""

    def break_down(*_: object, **__: object) -> None:
        raise KeyError("Mari Maasikas")

    monkeypatch.setattr("cxjourney.cli._replay_command.replay_log", break_down)
    status, out, err = said(*small)
    assert (status, out) == (3, "")
    assert err.startswith("cxjourney: a fault of the library itself; please report it (KeyError, ")
    assert err.count("\n") == 1
    assert "Mari" not in err
    monkeypatch.setenv("CXJOURNEY_DEBUG", "1")
    with pytest.raises(KeyError):
        main(small)


def test_a_terminal_is_filled_and_coloured(
    small: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a terminal the text is as wide as it, and not more than 120 columns."""
    for name in ("NO_COLOR", "CXJOURNEY_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for asked_for, wide in (("50", 50), ("300", 120)):
        terminal = Terminal()
        monkeypatch.setattr(sys, "stdout", terminal)
        monkeypatch.setenv("COLUMNS", asked_for)
        assert main([*small, "--full"]) == 0
        text = terminal.getvalue()
        assert "\x1b[1m" in text
        lines = re.sub(r"\x1b\[[0-9;]*m", "", text).split("\n")
        assert wide - 30 < max(map(len, lines)) <= wide


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_told_every_command_and_option(shell: str) -> None:
    """The script names each command, its options, and the actions of those that have some."""
    status, out, err = said("completion", shell)
    assert (status, err) == (0, "")
    for word in (*COMMANDS, "break-claim", "explore", "as-of", "kano-codes", "show-values"):
        assert word in out


def test_what_the_shell_script_needs_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is told with the command that installs it."""
    monkeypatch.setitem(sys.modules, "shtab", None)
    status, out, err = said("completion", "bash")
    assert (status, out) == (2, "")
    assert "cxjourney[completion]" in err


def test_nobody_is_told_where_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Help goes into a closed pipe without a traceback."""

    class Closed(Terminal):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Closed())
    with pytest.raises(SystemExit) as ended:
        main(["walk"])
    assert ended.value.code == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["replay"], "LOG: not given; expected a log, or --example"),
        (["replay", "log.csv"], "--mapping: not given; expected a mapping; cxjourney map LOG"),
        (["replay", "log.csv", "--example"], "LOG: given with --example; expected one of the two"),
        (["wishes"], "FILE: not given; expected a survey, or --example"),
        (["wishes", "a.csv", "--example"], "FILE: given with --example; expected one of the two"),
    ],
)
def test_a_file_or_the_example(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One of the two is needed, and only one can be."""
    assert fault(capsys, arguments).startswith(message)


def test_the_example_can_be_read_otherwise(tmp_path: Path) -> None:
    """The log of the example is replayed with a mapping of one's own."""
    mapping = tmp_path / "map.toml"
    assert said("map", "--example", "-o", str(mapping))[0] == 0
    status, out, _ = said("replay", "--example", "--mapping", str(mapping), "--full")
    assert status == 0
    assert "Replay of shop_log.csv with map.toml" in out


def test_the_log_of_the_example_is_what_its_script_makes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nobody in it is real: chance made it, always the same."""
    script = Path(__file__).parents[2] / "examples" / "make_shop_log.py"
    runpy.run_path(str(script), run_name="__main__")
    made = capsys.readouterr().out
    assert example("shop_log.csv").read_text(encoding="utf-8") == made


def test_headlines_tell_only_what_there_is(small: list[str]) -> None:
    """No span and no phase before the first event, and no kind of wish that no wish is of."""
    status, out, _ = said(*small, "--as-of", "2020-01-01T00:00Z")
    assert status == 0
    assert out.startswith("Under way: 0; gone silent: 0; lost: 0.\n")
    status, out, _ = said("wishes", "--example", "--wishes", "wish_06", "--lang", "fi")
    assert status == 0
    assert "Ratkaistu on" in out
    assert " — " not in out.split("\n\n", 1)[0]
