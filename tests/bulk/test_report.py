"""The report by columns is the live machine's, to the last byte, and so are its faults."""

import gzip
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import settings

from cxjourney.bulk._reporting import _report_in_columns, _text_blocks  # which way was taken
from cxjourney.cli import main
from cxjourney.errors import CxJourneyError, MissingExtraError
from cxjourney.replay import LogMapping, make_mapping, read_mapping, replay_log
from cxjourney.replay._replay_log import by_machine  # as above
from tests.bulk.random_logs import (
    BEGIN,
    FORMS,
    mapping_of,
    rows_of,
    write_log,
    write_objects,
    write_table,
)

ROOT = Path(__file__).parents[2]
COLUMNS = {"customer": "who", "time": "when", "activity": "what"}
EVENTS: dict[str, Any] = {
    "ask": "contacted",
    "buy": "purchased",
    "get": "delivered",
    "forget": "erased",
}
HEAD = "who,when,what,number,land\n"
ROW = "a,2024-03-01T12:00:00Z,ask,n1,EE\n"


def found(path: Path, mapping: LogMapping, *, in_columns: bool, **asked: Any) -> tuple[str, str]:
    """Return the report as JSON and in words, or what is at fault."""
    try:
        report = replay_log(path, mapping, in_columns=in_columns, **asked)
    except CxJourneyError as error:
        faults = error.exceptions if isinstance(error, ExceptionGroup) else (error,)
        return "\n".join(map(str, faults)), ""
    assert report.add_up
    return json.dumps(report.to_dict(), indent=1), report.explain()


def same(path: Path, mapping: LogMapping, **asked: Any) -> str:
    """Return what both engines find, which must be the same."""
    live = found(path, mapping, in_columns=False, **asked)
    assert found(path, mapping, in_columns=True, **asked) == live
    return live[0]


def small(**tables: Any) -> LogMapping:
    """Return the mapping of a small log."""
    return make_mapping({"columns": COLUMNS, "events": EVENTS, **tables}, "map.toml")


@pytest.fixture
def by_rows(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the logs that the live machine replayed, for columns cannot."""
    names: list[str] = []

    def noted(order: Any) -> Any:
        names.append(order.name)
        return by_machine(order)

    monkeypatch.setattr(_report_in_columns, "by_machine", noted)
    return names


@pytest.mark.no_cover
@pytest.mark.parametrize("seed", range(2))
def test_random_logs_give_the_same_report(seed: int, tmp_path: Path) -> None:
    """CSV, JSON and Parquet: ties, gaps, ids again, orders, promises, own times, and faults."""
    _random_log(seed, tmp_path)


@pytest.mark.long
@pytest.mark.no_cover
@pytest.mark.skipif(settings().max_examples < 1_000, reason="takes a minute; see nox -s fuzz")
def test_many_random_logs_give_the_same_report(tmp_path: Path) -> None:
    """As above."""
    for seed in range(2, 200):
        _random_log(seed, tmp_path)


def _random_log(seed: int, tmp_path: Path) -> None:
    random = Random(seed)  # noqa: S311 - a made log
    log, form = random.choice(FORMS)
    mapping = mapping_of(random, log)
    rows = [*rows_of(random, form, random.choice([1, 8, 40, 200]))]
    path = tmp_path / f"log.{random.choice(['csv', 'csv', 'jsonl', 'json', 'parquet'])}"
    if path.suffix == ".csv":
        write_log(random, path, rows)
    elif path.suffix == ".parquet":
        write_table(random, path, rows, form)
    else:
        write_objects(random, path, rows)
    asked: dict[str, Any] = {}
    if random.random() < 0.3:
        asked["as_of"] = (BEGIN + timedelta(days=random.randrange(300))).replace(tzinfo=UTC)
    if random.random() < 0.5:
        asked["behind"] = random.choice([1, 3, 50])
    same(path, mapping, **asked)


@pytest.mark.no_cover
def test_the_households_give_the_same_report() -> None:
    """Also apart by activity, with the journeys behind each figure, and up to a moment."""
    log = ROOT / "examples" / "households_2017_first160.csv"
    mapping = read_mapping(ROOT / "examples" / "households.toml")
    same(log, mapping, segment="activity", behind=5)
    assert replay_log(log, mapping, in_columns=True).by_machine == 0
    assert replay_log(log, mapping).by_machine == 160  # it is too short to load anything for


ODD = [
    ("a CR in the header", "who,when,what,number,la\rnd\n" + ROW),
    ("NUL", HEAD + ROW.replace("a", "\0", 1)),
    ("a separator of files", HEAD + ROW.replace("a", "\x1c", 1)),
    ("a quote that never ends", HEAD + ROW.replace("a", '"a', 1)),
    ("two fields in quotes", HEAD + ROW.replace("a", '"a"x', 1)),
    ("a longer row", HEAD + ROW + ROW.replace("EE", "EE,EE")),
    ("a long line", HEAD + ROW.replace("EE", "E" * 140_000)),
    ("no customer", HEAD + ROW + ROW.replace("a", " ", 1)),
    ("no time", HEAD + ROW + ROW.replace("2024-03-01T12:00:00Z", "")),
    ("no number", HEAD + ROW + ROW.replace("n1", "")),
    ("only a header", HEAD),
    ("nothing", ""),
    ("no header", "1,2,3\n4,5,6\n"),
    ("one column", "who\na\n"),
    ("two columns of a name", HEAD.replace("land", "who") + ROW),
    ("not UTF-8", (HEAD + ROW + ROW).encode() + b"\xff,\xd0\x90,ask,,\n"),
    ("a header that is not UTF-8", b"who,when,what,\xff\xd0\x90,n\n" + ROW.encode()),
    ("two offsets", HEAD + ROW + ROW.replace("Z", "+02:00")),
    ("a local time", HEAD + ROW + ROW.replace("Z", "")),
    ("a long segment", HEAD + ROW + ROW.replace("EE", "E" * 300)),
]
"""Logs that are left to the reader of rows, for a fault."""


@pytest.mark.parametrize("content", [one for _, one in ODD], ids=[name for name, _ in ODD])
def test_files_at_fault_are_read_row_by_row(
    content: str | bytes, tmp_path: Path, by_rows: list[str]
) -> None:
    """The report, or the fault, is that of the reader of rows."""
    path = tmp_path / "log.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    columns = {**COLUMNS, "id": "number", "segment": "land"}
    same(path, small(columns=columns))
    assert by_rows == [str(path)]


UNLIKE = [
    ("a blank line", HEAD + ROW + "\n" + ROW),
    ("a blank line at the start", "\n" + HEAD + ROW),
    ("a line of blanks", HEAD + ROW + "   \n" + ROW),
    ("a lone CR", HEAD + ROW + "b,2024-03-02T12:00:00Z,ask,n2,\r" + ROW),
    ("a quote alone", HEAD + ROW.replace("a", 'a"b', 1)),
    ("a quote after a blank", HEAD + ROW.replace("ask", ' "ask"', 1)),
    ("a line break in quotes", HEAD + ROW.replace("a", '"a\nb"', 1)),
    ("a line for Excel", "sep=,\n" + HEAD + ROW),
    ("another encoding", (HEAD + ROW.replace("EE", "\u0161")).encode("cp1257")),
]
"""Logs that Arrow may understand otherwise, whose records are found one by one."""


@pytest.mark.parametrize("content", [one for _, one in UNLIKE], ids=[name for name, _ in UNLIKE])
def test_odd_files_come_into_columns_record_by_record(
    content: str | bytes, tmp_path: Path, by_rows: list[str]
) -> None:
    """The report is the same, with the lines on which the records begin."""
    path = tmp_path / "log.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    columns = {**COLUMNS, "id": "number", "segment": "land"}
    same(path, small(columns=columns))
    assert by_rows == []
    orders = small(columns={**COLUMNS, "segment": "land"})
    same(path, orders)  # an order may name an event by its line


PLAIN = [
    ("quotes", HEAD + '"a, b","2024-03-01T12:00:00Z",ask,"n""1",""\n'),
    ("CR LF", (HEAD + ROW + ROW).replace("\n", "\r\n")),
    ("semicolons", (HEAD + ROW).replace(",", ";")),
    ("a mark of bytes", "\ufeff" + HEAD + ROW),
    ("letters", HEAD + ROW.replace("a", "\u00f5\U0001f600", 1)),
    ("no line end", (HEAD + ROW + ROW).rstrip("\n")),
    ("no event", HEAD + ROW + ROW.replace("ask", "huh").replace("a", "b", 1)),
    ("an order", HEAD + ROW + ROW.replace("ask", "forget").replace("n1", "n2") + "b" + ROW[1:]),
    ("ids again", HEAD + ROW + ROW + ROW.replace("T12", "T10").replace("EE", "FI")),
    ("a segment later", HEAD + ROW.replace("EE", "") + ROW.replace("n1", "n2")),
    (
        "a segment in a row left out",
        HEAD + ROW.replace("EE", "") + ROW.replace("T12", "T13").replace("EE", "FI"),
    ),
    (
        "a segment of an erased one",
        HEAD + ROW.replace("EE", "") + ROW.replace("ask", "forget").replace("n1", "n2"),
    ),
    ("nobody", HEAD + ROW.replace("ask", "huh")),
    ("nothing moves", HEAD + ROW.replace("ask", "get")),
    ("left out", HEAD + ROW + ROW.replace("ask", "look") + ROW.replace("ask", "look")),
]
"""Logs that columns take."""


@pytest.mark.parametrize("content", [one for _, one in PLAIN], ids=[name for name, _ in PLAIN])
@pytest.mark.parametrize("single", [True, False])
def test_plain_files_are_read_in_columns(
    content: str, tmp_path: Path, by_rows: list[str], *, single: bool
) -> None:
    """The report is the same, with one engagement and with several."""
    path = tmp_path / "log.csv"
    path.write_bytes(content.encode())
    columns = {**COLUMNS, "id": "number", "segment": "land"}
    columns = columns if single else {**columns, "engagement": "what"}
    ignore = {"look": "says nothing"}
    same(path, small(columns=columns, ignore=ignore), behind=3)
    same(path, small(ignore=ignore))
    assert by_rows == []


def test_silence_and_what_was_owed_then_are_the_same(tmp_path: Path, by_rows: list[str]) -> None:
    """Lapses, what was overdue at them and could be seen, referrals, and returns by month."""
    path = tmp_path / "log.csv"
    rows = [("a", "03-01", "buy"), ("a", "03-02", "tell"), ("b", "03-01", "buy")]
    rows += [("b", "03-02", "met"), ("b", "05-01", "buy"), ("c", "08-01", "ask")]
    lines = [f"{who},2024-{day}T12:00:00Z,{what},,\n" for who, day, what in rows]
    path.write_text(HEAD + "".join(lines))
    met = {"event": "fulfilled", "payload": {"obligation": "affirm_decision"}}
    mapping = small(events={**EVENTS, "met": met, "tell": "referred"})
    report = json.loads(same(path, mapping, behind=3))
    assert report["exits"]["silence"] == {"journeys": 2, "our_silence": 2}
    assert report["comings"]["referrers"] == 1
    assert by_rows == []


def test_some_segments_are_told_apart_alike(tmp_path: Path, by_rows: list[str]) -> None:
    """There may be many; two names for one column are left to the reader of rows."""
    path = tmp_path / "log.csv"
    path.write_text(HEAD + "".join(f"a{n},2024-03-01,buy,,E{n % 90}\n" for n in range(95)))
    same(path, small(log={"zone": "UTC"}), segment="land")
    assert by_rows == []
    same(path, small(log={"zone": "UTC"}), segment="what ")
    assert by_rows == [str(path)]


LOCAL = [
    "2024-10-27T03:30:00",
    "2024-10-27T00:30:00",
    "2024-07-01T00:00:00",
    "2024-12-01",
    "2024-03-31T03:30:00",
    "2024-07-01T00:00:00+03:00",
    "2024-12-02T00:00:00+02:00",
    "2024-12-01T00:00:00+02:00",
]


@pytest.mark.parametrize("first", range(len(LOCAL) - 2))
def test_local_times_mean_the_same(first: int, tmp_path: Path) -> None:
    """Those that the clocks showed twice are counted, and those that they never had refused."""
    path = tmp_path / "log.csv"
    times = LOCAL[first : first + 3]
    path.write_text(HEAD + "".join(f"c{n},{at},ask,n,\n" for n, at in enumerate(times)))
    same(path, small(log={"zone": "Europe/Tallinn"}))


def test_later_rows_are_left_out_but_not_their_faults(tmp_path: Path, by_rows: list[str]) -> None:
    """A row beyond the moment that was asked for is counted as later; a fault in it is one."""
    path, as_of = tmp_path / "log.csv", (BEGIN + timedelta(hours=18)).replace(tzinfo=UTC)
    late = ROW.replace("03-01", "03-02")
    path.write_text(HEAD + ROW + late)
    assert json.loads(same(path, small(), as_of=as_of))["balance"]["lines"]["later"] == 1
    path.write_text(HEAD + late)
    same(path, small(), as_of=as_of)
    assert by_rows == []
    path.write_text(HEAD + late.replace("a", "", 1))
    same(path, small(), as_of=as_of)
    assert by_rows == [str(path)]


def test_a_long_file_is_read_in_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_rows: list[str]
) -> None:
    """Blocks end where lines do; a line longer than a block is left to the reader of rows."""
    monkeypatch.setattr(_text_blocks, "BLOCK", 90)
    path = tmp_path / "log.csv"
    rows = "".join(ROW.replace("a", f"c{n % 7}", 1).replace("n1", f"n{n}") for n in range(40))
    path.write_text(HEAD + rows)
    told: list[tuple[str, int, int]] = []
    same(path, small(), progress=lambda *how: told.append(how))
    assert {what for what, _, _ in told} == {"reading", "replaying"}
    packed = tmp_path / "log.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    same(packed, small())
    assert by_rows == []
    path.write_text(HEAD + rows + "\n")
    same(path, small())
    path.write_text(HEAD + ROW + ROW.replace("EE", "E" * 500))
    same(path, small())
    assert by_rows == [str(path)] * 2


def test_objects_and_conditions_and_sequences_come_into_columns(
    tmp_path: Path, by_rows: list[str]
) -> None:
    """JSON, conditions to leave out and sequences; the figures are the same."""
    path = tmp_path / "log.jsonl"
    rows = [
        {"who": "a", "when": "2024-03-01T12:00:00Z", "what": "ask", "n": 2, "end": None},
        {"who": "a", "when": "2024-03-01T12:00:00Z", "what": "buy", "n": 1, "end": "2024-03-04"},
        {"who": "b", "when": "2024-03-02T12:00:00Z", "what": "promise", "n": 1, "end": ""},
        {"who": "b", "when": "2024-03-02T12:00:00Z", "what": "huh", "n": 1, "end": ""},
        {"who": "c", "when": "2024-03-02T12:00:00Z", "what": "forget", "n": 9, "end": ""},
        {"who": "c", "when": "2024-03-02T12:00:00Z", "what": "met", "n": 7, "end": ""},
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    due = {"event": "promised", "payload": {"what": "x", "due": "2024-03-09T00:00:00Z"}}
    met = {"event": "fulfilled", "payload": {"obligation": {"column": "end"}}}
    events = {**EVENTS, "promise": due, "ask": ["contacted", "need_admitted"]}
    ignore = {"*": {"reason": "tests", "when": {"column": "n", "at_least": 8}}}
    ordered = {**COLUMNS, "sequence": "n", "segment": "n"}
    same(path, small(columns=ordered, events=events), behind=2)
    same(path, small(columns={**ordered, "engagement": "end"}, events=events), behind=2)
    same(path, small(columns={**COLUMNS, "id": "n"}, events=events, ignore=ignore))
    same(path, small(columns={**COLUMNS, "id": "who"}, events=EVENTS))
    same(path, small(events={**EVENTS, "met": met}))
    named = {"event": "fulfilled", "payload": {"obligation": "affirm_decision"}}
    same(path, small(events={**EVENTS, "met": named}))
    assert len(by_rows) == 1  # a blank obligation is a fault


def test_too_many_segments_are_refused_alike(tmp_path: Path) -> None:
    """A column of ids tells no figures apart."""
    path = tmp_path / "log.csv"
    path.write_text(
        HEAD + "".join(ROW.replace("EE", f"E{n}").replace("a", f"a{n}", 1) for n in range(102))
    )
    assert "more than 100 different" in same(path, small(), segment="land")


def test_standard_input_goes_through_the_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It cannot be read once more, as columns may need."""
    path = tmp_path / "log.csv"
    path.write_text(HEAD + ROW)
    with path.open() as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        report = replay_log("-", small(log={"format": "csv"}), in_columns=True)
    assert report.by_machine == report.journeys == 1


def test_without_the_extra_the_machine_replays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It is taken where nothing else was asked for; else the error names what to install."""
    path = tmp_path / "log.csv"
    path.write_text(HEAD + ROW)
    monkeypatch.setattr("cxjourney.replay._replay_log.LONG", 1)
    assert replay_log(path, small()).by_machine == 0
    monkeypatch.setattr("cxjourney.replay._replay_log.find_spec", lambda _: None)
    assert replay_log(path, small()).by_machine == 1
    for name in [*sys.modules]:
        if name.startswith(("cxjourney.bulk._reporting", "pyarrow")):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match="cxjourney\\[bulk\\]"):
        replay_log(path, small(), in_columns=True)


def test_the_command_says_how_it_replayed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a terminal is told, beside the report."""
    path, mapping = tmp_path / "log.csv", tmp_path / "map.toml"
    path.write_text(HEAD + ROW)
    columns = 'customer = "who"\ntime = "when"\nactivity = "what"'
    mapping.write_text(f'[columns]\n{columns}\n[events]\nask = "contacted"\n')
    arguments = ["replay", str(path), "--mapping", str(mapping)]
    assert main(arguments) == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(arguments) == 0
    assert "replayed in columns" not in capsys.readouterr().err
    monkeypatch.setattr("cxjourney.replay._replay_log.LONG", 1)
    assert main(arguments) == 0
    told = capsys.readouterr().err
    assert told.endswith("replayed in columns; 0 of 1 journeys by the live machine\n")


WIDE = "who,made,paid,sent,gone,no\n"


def test_wide_tables_come_into_columns(tmp_path: Path, by_rows: list[str]) -> None:
    """Each rule has its own time; blanks of any kind give no event, and later ones are counted."""
    path = tmp_path / "log.csv"
    rows = ["a,2024-03-01,2024-03-02,2024-04-09,,1", "b,2024-03-05,,\u00a0,,2", "a,,,,,3"]
    rows += ["a,2024-02-01,2024-10-27T03:30:00,,2024-06-01,4", "a,2024-03-01,,2024-03-03,,1"]
    path.write_text(WIDE + "\n".join(rows) + "\n", encoding="utf-8")
    steps = {"contacted": "made", "purchased": "paid", "delivered": "sent", "erased": "gone"}
    rules = [{"event": event, "at": column} for event, column in steps.items()]
    columns = {"customer": "who", "activity": {"constant": "order"}, "id": "no"}
    wide = {"columns": columns, "events": {"order": rules}, "log": {"zone": "Europe/Tallinn"}}
    as_of = datetime(2024, 3, 4, tzinfo=UTC)
    for asked in ({}, {"as_of": as_of}, {"behind": 2}):
        same(path, make_mapping(wide, "map.toml"), **asked)
        same(path, make_mapping({**wide, "events": {"order": rules[:3]}}, "map.toml"), **asked)
    none = {"order": {"reason": "tests", "when": {"column": "no", "at_least": 0}}}
    same(path, make_mapping({**wide, "ignore": none}, "map.toml"))
    rows = ["a,2024-10-27T03:30:00,b,2024-10-27T03:30:00,,1", "c,2024-10-28,,2024-10-27,,2"]
    path.write_text(WIDE + "\n".join(rows) + "\n", encoding="utf-8")
    both = {**columns, "customer": ["paid", "gone", "who"], "time": "made"}
    two = {"order": ["contacted", {"event": "delivered", "at": "sent"}]}
    same(path, make_mapping({**wide, "columns": both, "events": two}, "map.toml"))
    path.write_text(WIDE + "a,2024-10-27T03:30:00Z,,,,1\n", encoding="utf-8")
    same(path, make_mapping({**wide, "log": {}}, "map.toml"))
    assert by_rows == []
    mixed = {**wide, "log": {"zone": "Europe/Tallinn", "mixed_offsets": True}}
    same(path, make_mapping(mixed, "map.toml"))
    assert by_rows == [str(path)]  # which of two equal times is told goes by the order of reading


def test_an_array_on_one_line_keeps_all_its_events(tmp_path: Path) -> None:
    """Objects that share a line are not taken for one that came again."""
    path = tmp_path / "log.json"
    rows = [{"who": "a", "when": f"2024-03-0{day}T12:00:00Z", "what": "get"} for day in (1, 2, 3)]
    path.write_text(json.dumps(rows))
    events = json.loads(same(path, small()))["balance"]["events"]
    assert (events["made"], events["repeated"], events["conflicting"]) == (3, 0, 0)
    gone = small(events={"get": "delivered", "forget": "erased"})
    assert json.loads(same(path, gone))["balance"]["events"]["made"] == 3


def test_parquet_comes_into_columns_in_whatever_types(tmp_path: Path, by_rows: list[str]) -> None:
    """Structs are entered by their keys; the reader of rows tells what is no cell."""
    path = tmp_path / "log.parquet"
    at = pa.array([datetime(2024, 3, day, 12, tzinfo=UTC) for day in (1, 2, 3)])
    who = pa.array([1.0, 2.0, 1.0])
    deep = pa.array([{"land": {"code": "EE"}}, {"land": {"code": None}}, {"land": {"code": "FI"}}])
    what = pa.array(["ask", "buy", "get"]).dictionary_encode()
    table = pa.table({"who": who, "when": at, "what": what, "deep": deep, "due": at})
    pq.write_table(table, path)
    columns = {**COLUMNS, "segment": "deep.land.code"}
    told: list[tuple[str, int, int]] = []
    same(path, small(columns=columns), progress=lambda *how: told.append(how))
    assert ("reading", 3, 3) in told
    days = small(columns=columns, log={"zone": "UTC", "resolution": "day"})
    same(path, days)
    assert by_rows == []
    same(path, small(columns={**columns, "segment": "deep"}))
    same(path, small(columns={**columns, "segment": "deep.sea"}))
    same(path, small(columns={**columns, "segment": "nothing"}))
    assert len(by_rows) == 3
    pq.write_table(table.slice(0, 0), path)
    same(path, small())
    path.write_bytes(b"")
    same(path, small())


def test_numbers_of_a_sequence_are_compared_to_the_last_decimal(
    tmp_path: Path, by_rows: list[str]
) -> None:
    """Columns do so up to 15 digits; beyond, and for decimals, the live machine does."""
    path = tmp_path / "log.csv"
    ordered = small(columns={**COLUMNS, "sequence": "number"})
    path.write_text(HEAD + ROW.replace("n1", "2") + ROW.replace("n1", "1").replace("ask", "buy"))
    same(path, ordered)
    forgotten = ROW.replace("n1", "3").replace("ask", "forget")
    path.write_text(HEAD + forgotten + ROW.replace("n1", "2") + ROW.replace("n1", "1"))
    same(path, ordered)
    assert by_rows == []
    path.write_text(HEAD + ROW.replace("n1", "2.5") + ROW.replace("n1", "2.25"))
    same(path, ordered)
    assert len(by_rows) == 1
