"""The command, as one calls it."""

import json
from pathlib import Path

import pytest

from cxjourney.cli import main
from cxjourney.vocabulary import Lang
from tests.cli.commands import fault, on_a_terminal, run
from tests.replay.makers import write
from tests.vocabulary.words import word

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
PAGE = (ROOT / "docs" / "replay.md").read_text(encoding="utf-8")
HOUSEHOLDS = [
    "replay",
    str(EXAMPLES / "households_2017_first160.csv"),
    "--mapping",
    str(EXAMPLES / "households.toml"),
]
MAPPING = """
[columns]
customer = "who"
time = "when"
activity = "what"
[events]
buy = "purchased"
"""
LOG = "who,when,what\n1,2024-03-01T12:00:00Z,buy\n"


@pytest.fixture
def small(tmp_path: Path) -> list[str]:
    """Return the arguments for a small log."""
    log = write(tmp_path / "log.csv", LOG)
    return ["replay", log, "--mapping", write(tmp_path / "map.toml", MAPPING)]


def test_the_command_prints_the_report(
    small: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The text goes to standard output, and nothing to standard error."""
    assert main(small) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("1 journeys of 1 customers, from 2024-03-01 to 2024-03-01.\n")
    assert printed.out.endswith("\n--full tells more.\n")
    assert not printed.err
    assert main([*small, "--full"]) == 0
    out = capsys.readouterr().out
    assert "\n\nReplay of log.csv with map.toml\n" in out
    assert out.endswith("nothing is lost\n")


def test_the_command_prints_json(small: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """With --json the report is a document."""
    assert main([*small, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["report"] == 4


def test_a_moment_can_be_asked_for(
    small: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --as-of the replay stops there; without an offset it is local in the log's zone."""
    assert main([*small, "--full", "--as-of", "2024-03-20T00:00+02:00"]) == 0
    assert "As of 2024-03-20 00:00 UTC+02:00, as asked\n" in capsys.readouterr().out
    message = fault(capsys, [*small, "--as-of", "2024-03-20"])
    assert message.startswith("--as-of: a time without a UTC offset; expected an offset, or log.")
    assert fault(capsys, [*small, "--as-of", "now"]).startswith("--as-of: a text of the shape")
    write(tmp_path / "map.toml", MAPPING + '[log]\nzone = "Europe/Tallinn"\n')
    assert main([*small, "--full", "--as-of", "2024-03-20"]) == 0
    assert "As of 2024-03-20 00:00 UTC+02:00, as asked\n" in capsys.readouterr().out


BAD_LOGS: list[tuple[str, bytes, str]] = [
    ("empty", b"", "log.csv: an empty file; expected a log"),
    ("only a header", b"who,when,what\n", "log.csv: no line that tells of an event"),
    ("wrong columns", b"a,b\n1,2\n", "column 'who', line 1: no such column among 2; expected"),
    ("too few fields", LOG.encode() + b"1,2024", "line 3: 2 fields; expected 3, as in the header"),
    ("open quote", LOG.encode() + b'1,"2024', "line 3: not CSV (a quoted field never ends)"),
    ("not UTF-8", LOG.encode() + b"\xff,x,buy\n", "line 3: not UTF-8 at byte 1"),
    ("binary", bytes(range(256)), "line 1: a NUL byte; expected a text in UTF-8 (in Excel"),
    ("mixed zones", LOG.encode() + b"1,2024-03-02T12:00:00+02:00,buy\n", "the offset UTC+02:00"),
    ("no zone", b"who,when,what\n1,2024-03-01,buy\n", "column 'when', line 2: a time without a"),
    ("no time", b"who,when,what\n1,yesterday,buy\n", "column 'when', line 2: a text of the shape"),
    ("no customer", b"who,when,what\n,2024-03-01,buy\n", "column 'when', line 2: a time without"),
    (
        "escapes",
        b"\x1bwho,when\n",
        "column 'who', line 1: no such column among 2 (meant '\\x1bwho'?)",
    ),
]


@pytest.mark.no_cover
@pytest.mark.parametrize(("content", "message"), [case[1:] for case in BAD_LOGS])
def test_a_bad_log_gets_one_line(
    small: list[str], capsys: pytest.CaptureFixture[str], content: bytes, message: str
) -> None:
    """Nothing of the report is printed, and the line says where and what."""
    Path(small[1]).write_bytes(content)
    assert message in fault(capsys, small)


def test_files_that_are_not_there_get_one_line(
    small: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing log or mapping, a directory, and a broken mapping are named."""
    log, mapping = small[1], small[3]
    missing = str(tmp_path / "none")
    directory = str(tmp_path)
    assert "no such file" in fault(capsys, ["replay", missing, "--mapping", mapping])
    assert "not a file" in fault(capsys, ["replay", directory, "--mapping", mapping])
    assert "no such file" in fault(capsys, ["replay", log, "--mapping", missing])
    assert "is a directory" in fault(capsys, ["replay", log, "--mapping", directory])
    assert "not TOML" in fault(capsys, ["replay", log, "--mapping", log])


def test_a_name_that_no_file_can_have_gets_one_line(
    small: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """One that is too long is no fault of the library, whatever command it was given to."""
    long = "x" * 5000
    assert "too long" in fault(capsys, ["replay", long, *small[2:]])
    assert "too long" in fault(capsys, ["map", long])
    assert "too long" in fault(capsys, ["map", "--example", "-o", long])
    assert "too long" in fault(capsys, ["wishes", long])
    assert "no file of this name" in fault(capsys, ["journal", f"sqlite:///{long}", "check"])


@pytest.mark.parametrize("column", ["", "none"])
def test_a_segment_is_a_column_of_the_log(
    column: str, small: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A name that is empty is the name of none."""
    assert "no such column among" in fault(capsys, [*small, "--segment", column])


def test_a_terminal_gets_a_progress_bar(
    small: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The bar grows through both parts of the work, and is gone when the report comes."""
    pieces = on_a_terminal(*small).split("\r")
    assert pieces == [
        "",
        f"reading   [{'#' * 30}] 100 %",
        f"replaying [{'#' * 30}] 100 %",
        " " * 48,
        "",
    ]
    assert capsys.readouterr().out.endswith("--full tells more.\n")
    assert on_a_terminal(*small, "--no-progress") == ""


def test_the_bar_goes_before_an_error_comes(small: list[str]) -> None:
    """The one line of an error stands alone."""
    write(Path(small[1]), LOG + "1,2\n")
    *_, blank, message = on_a_terminal(*small).split("\r")
    assert blank.isspace()
    assert message.endswith("line 3: 2 fields; expected 3, as in the header\n")


@pytest.mark.no_cover
def test_names_that_an_encoding_lacks_are_escaped(tmp_path: Path) -> None:
    """On a terminal without the letters the report comes all the same."""
    log = write(tmp_path / "log.csv", LOG + "1,2024-03-02T12:00:00Z,\u00f5un\n")
    mapping = write(tmp_path / "map.toml", MAPPING)
    arguments = ("replay", log, "--mapping", mapping, "--show-values", "--full")
    ran = run(*arguments, PYTHONIOENCODING="ascii")
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert b"  1 from line 3  \\xf5un\n" in ran.stdout


WORDS = "Mari Maasikas 48"
HIDDEN = WORDS.replace("Mari Maasikas", "aaaa aaaaaaaa").replace("48", "99")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("no header", f"{WORDS},2024-03-01T12:00:00Z,who\n1,2,3\n"),
        ("only a row", f"{WORDS},39,buy"),
        ("time", LOG + f"1,{WORDS},buy\n"),
        ("ragged", LOG + f"1,2024-03-01T12:00:00Z,buy,{WORDS}\n"),
        ("key", f'{{"{WORDS}": 1, "when": 1, "what": 1}}'),
        ("broken", f'{{"{WORDS}'),
    ],
)
def test_no_value_of_the_log_is_told(
    small: list[str], capsys: pytest.CaptureFixture[str], name: str, content: str
) -> None:
    """Neither a row in place of the header, nor a key, nor a cell stands in an error."""
    log = small[1].replace(".csv", ".csv" if name not in {"key", "broken"} else ".jsonl")
    Path(log).write_text(content)
    told = fault(capsys, ["replay", log, *small[2:]]).replace(str(Path(log).parent), "")
    assert not any(word in told for word in WORDS.split())


def test_who_may_see_asks_for_the_values(
    small: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --show-values columns, keys and cells are told, safe for a terminal."""
    log = Path(small[1])
    seeing = [*small, "--show-values"]
    log.write_text("a,\x1b[31mb\n1,2\n")
    assert "no such column among 2; there is a, \\x1b[31mb; expected" in fault(capsys, seeing)
    log.write_text(LOG + "1,tomorrow\x1b,buy\n")
    assert "of the shape 'aaaaaaaa\\\\x1b', 'tomorrow\\x1b'; exp" in fault(capsys, seeing)
    log.write_text(LOG + ",2024-03-01T12:00:00Z,buy\n")
    assert "column 'who', line 3: blank; expected an id" in fault(capsys, seeing)
    log.write_text(LOG + "1,2\n")
    assert "line 3: 2 fields; expected 3, as in the header" in fault(capsys, seeing)
    keys = write(tmp_path / "log.jsonl", '{"who": 1, "\\u001bx": 1, "what": 2}')
    told = fault(capsys, ["replay", keys, *seeing[2:]])
    assert "column 'when', line 1: no such key; there is who, \\x1bx, what; exp" in told


def test_activities_that_the_mapping_lacks_have_a_shape(
    small: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The report tells on which line they stand, and their words to those who may see them."""
    Path(small[1]).write_text(LOG + f"1,2024-03-02T12:00:00Z,{WORDS}\n")
    for option in (["--full"], ["--json"]):
        assert main([*small, *option]) == 0
        out = capsys.readouterr().out
        assert HIDDEN in out
        assert WORDS not in out
        assert main([*small, *option, "--show-values"]) == 0
        assert WORDS in capsys.readouterr().out


@pytest.mark.no_cover
def test_the_page_shows_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    """The report in docs/replay.md is the real one of the households, to the letter."""
    assert main([*HOUSEHOLDS, "--full"]) == 0
    assert f"```text\n{capsys.readouterr().out}```" in PAGE


def test_the_page_names_every_key_of_the_document(
    small: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each key of the JSON report is explained in docs/replay.md."""
    assert main([*small, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [key for key in document if f"`{key}`" not in PAGE] == []


@pytest.mark.parametrize("lang", Lang)
def test_the_report_is_told_in_the_language_asked_for(
    small: list[str], capsys: pytest.CaptureFixture[str], lang: Lang
) -> None:
    """The command speaks the languages of the catalogue."""
    assert main([*small, "--full", "--lang", lang.value]) == 0
    assert word("by_duty", lang).upper() in capsys.readouterr().out


def test_the_report_is_written_as_a_file_to_send(
    small: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --html the report is written as one file too, in the language asked for."""
    file = tmp_path / "report.html"
    assert main([*small, "--html", str(file), "--lang", "fi"]) == 0
    assert capsys.readouterr().out
    assert file.read_text("utf-8").startswith('<!doctype html>\n<html lang="fi">')
    assert ">1</bdi>" in file.read_text("utf-8")
    assert fault(capsys, [*small, "--html", str(tmp_path)]).startswith("--html: is a directory")


def test_a_file_of_customers_is_written(
    small: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --customers there is a line for each customer, which Excel can open."""
    file = tmp_path / "customers.csv"
    assert main([*small, "--customers", str(file)]) == 0
    assert capsys.readouterr().out
    assert file.read_bytes().startswith(b"\xef\xbb\xbfcustomer,engagement,segment,place,")


@pytest.mark.parametrize("listed", [0, 1, 2, 3])
def test_the_file_of_customers_lists_nobody_elsewhere(
    listed: int, small: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --customers all are in that file, and as many as --behind says in what else is told."""
    days = ("2023-01-01", "2024-03-01", "2024-02-28")  # the first has fallen silent
    rows = "".join(f"guest-{one},{day}T12:00:00Z,buy\n" for one, day in enumerate(days))
    Path(small[1]).write_text(f"who,when,what\n{rows}", "utf-8")
    file, page = tmp_path / "customers.csv", tmp_path / "report.html"
    told = []
    for also in ([], ["--customers", str(file)]):
        assert main([*small, "--json", "--html", str(page), "--behind", str(listed), *also]) == 0
        told.append((capsys.readouterr().out, page.read_text("utf-8")))
    assert told[0] == told[1]
    assert [told[1][place].count("guest-2") > 0 for place in (0, 1)] == [listed > 1] * 2
    assert len(file.read_text("utf-8").splitlines()) == 4


def test_what_is_listed_is_named_as_it_was_typed(
    small: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A number that nobody can list, and a key that hides nobody, are told by their options."""
    key = write(tmp_path / "key", bytes(range(16)))
    for also in ([], ["--customers", str(tmp_path / "customers.csv")]):
        message = fault(capsys, [*small, "--behind", "-3", *also])
        assert message == "--behind: -3; expected a number from 0 to 100,000"
    for also in ([], ["--behind", "0", "--html", str(tmp_path / "report.html")]):
        message = fault(capsys, [*small, "--id-key", key, *also])
        assert message.startswith("--id-key: given where no journeys are listed; expected")


def test_figures_are_told_apart_and_journeys_listed(
    small: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A column tells the figures apart, and a file of random bytes hides the ids behind them."""
    key = write(tmp_path / "key", bytes(range(16)))
    arguments = [*small, "--json", "--segment", "what", "--behind", "5", "--id-key", key]
    assert main(arguments) == 0
    told = json.loads(capsys.readouterr().out)
    assert [row["segment"] for row in told["segments"]["rows"]] == ["buy"]
    (journey,) = told["behind"]["journeys"]
    assert len(journey["customer"]) == 16
    assert told["behind"]["hashed"] is True
    message = fault(capsys, [*small, "--behind", "5", "--id-key", str(tmp_path / "none")])
    assert message.startswith("--id-key: no such file or directory; expected a file of at least 16")
