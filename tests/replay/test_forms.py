"""One log in every form in which people have it: the same lines come out."""

import gzip
import io
import json
import sys
import zipfile
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxjourney.errors import FaultsError, InvalidError
from cxjourney.replay import read_log, replay_log
from tests.replay.makers import mapping_with, write

TALLINN = timezone(timedelta(hours=2))
ROWS = [
    ("Jõe", "2026-03-02T10:00:00+02:00", "buy", "12.50"),
    ("Öö", "2026-03-02T10:00:00+02:00", "ask", ""),
]
BUY = {"event": "purchased", "payload": {"amount": {"column": "sum"}}}
EVENTS = {"buy": BUY, "ask": "contacted"}
CSV = "who,when,what,sum\n" + "".join(",".join(row) + "\n" for row in ROWS)
EXCEL = "who;when;what;sum\nJõe;02.03.2026 10:00;buy;12,50\nÖö;02.03.2026 10:00;ask;\n"
ESTONIAN = {"time": "%d.%m.%Y %H:%M", "decimal": ",", "zone": "Europe/Tallinn"}
OBJECTS = [dict(zip(("who", "when", "what", "sum"), row, strict=True)) for row in ROWS]
TRACE = """<trace><string key="concept:name" value="{}"/><event>
<date key="time:timestamp" value="{}"/><string key="concept:name" value="{}"/>
<float key="sum" value="{}"/><list key="x"><string key="y" value="z"/></list></event></trace>
"""
XES = '<?xml version="1.0" encoding="UTF-8"?>\n<log xmlns="http://www.xes-standard.org/">{}</log>'
XES_COLUMNS = {
    "customer": "case:concept:name",
    "time": "time:timestamp",
    "activity": "concept:name",
}


def parquet(zone: str | None = "UTC", unit: str = "ns") -> bytes:
    """Return the log as Parquet, its times in a zone or local, with a nested column."""
    times = [datetime.fromisoformat(row[1]) for row in ROWS]
    local = [time.replace(tzinfo=None) for time in times]
    sums = [{"paid": 12.5}, {"paid": None}]
    table = pa.table(
        {
            "who": [row[0] for row in ROWS],
            "when": pa.array(times if zone else local, pa.timestamp(unit, zone)),
            "what": [row[2] for row in ROWS],
            "sum": sums,
        }
    )
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def zipped(files: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP with some files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as packed:
        for name, content in files.items():
            packed.writestr(zipfile.ZipInfo(name), content, how)
    return out.getvalue()


OF_CSV = {"log": {"format": "csv"}}
PAID = {"events": {**EVENTS, "buy": {**BUY, "payload": {"amount": {"column": "sum.paid"}}}}}
FORMS: dict[str, tuple[str, bytes, dict[str, Any]]] = {
    "csv": ("log.csv", CSV.encode(), {}),
    "gz": ("log.csv.gz", gzip.compress(CSV.encode(), mtime=0), {}),
    "utf-16": ("log.csv", CSV.encode("utf-16"), {}),
    "utf-16 without a mark": ("log.csv", CSV.encode("utf-16-le"), {}),
    "utf-16 big end": ("log.csv", CSV.encode("utf-16-be"), {}),
    "cp1257, told": ("log.csv", CSV.encode("cp1257"), {"log": {"encoding": "cp1257"}}),
    "cp1257, found": ("log.csv.gz", gzip.compress(CSV.encode("cp1257"), mtime=0), {}),
    "latin-1": ("log.csv", CSV.encode("latin-1"), {"log": {"encoding": "latin-1"}}),
    "utf-8, told": ("log.csv", CSV.encode("utf-8-sig"), {"log": {"encoding": "utf-8-sig"}}),
    "estonian excel": ("log.csv", EXCEL.encode("cp1257"), {"log": ESTONIAN}),
    "excel says its separator": ("log.csv", b"sep=;\n" + EXCEL.encode(), {"log": ESTONIAN}),
    "tabs": ("log.tsv", CSV.replace(",", "\t").encode(), {}),
    "json lines": ("log.jsonl", "\n".join(map(json.dumps, OBJECTS)).encode(), {}),
    "json lines called json": ("log.json", "\n".join(map(json.dumps, OBJECTS)).encode(), {}),
    "array": ("log.json", json.dumps(OBJECTS, indent=1).encode(), {}),
    "document": (
        "log.json",
        json.dumps({"data": {"events": OBJECTS}}).encode(),
        {"log": {"records": "data.events"}},
    ),
    "parquet": ("log.parquet", parquet(), PAID),
    "zip": ("export.ZIP", zipped({"a/../b/x.CSV": CSV.encode()}), {}),
    "zip, not told": ("x", zipped({"folder/": b"", "folder/log": CSV.encode()}), OF_CSV),
    "parquet by zip": ("log.zip", zipped({"log.parquet": parquet()}), PAID),
    "parquet by gz": ("log.parquet.gz", gzip.compress(parquet(unit="ms"), mtime=0), PAID),
    "local parquet": ("x", parquet(None), {"log": {"format": "parquet", **ESTONIAN}, **PAID}),
    "xes": (
        "log.xes",
        XES.format("".join(TRACE.format(*row) for row in ROWS)).encode(),
        {"columns": XES_COLUMNS},
    ),
}
FORMS["local parquet"][2]["log"].pop("time")
FORMS["local parquet"][2]["log"].pop("decimal")


def lines(path: str, **tables: Any) -> list[tuple[Any, ...]]:
    """Return what the lines of a log say."""
    mapping = mapping_with(**{"events": EVENTS, **tables})
    return [
        (one.customer, one.at, one.activity, *(str(e.payload.get("amount")) for e in one.events))
        for one in read_log(path, mapping)
    ]


@pytest.mark.parametrize("form", FORMS)
def test_a_log_is_the_same_in_every_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """Encoding, separator, packing and nesting do not matter, read in small pieces too."""
    at = datetime(2026, 3, 2, 10, tzinfo=TALLINN)
    name, content, tables = FORMS[form]
    path = write(tmp_path / name, content)
    found = lines(path, **tables)
    assert [(who, when, what, amount) for who, when, what, amount in found] == [
        ("Jõe", at, "buy", found[0][3]),
        ("Öö", at, "ask", "None"),
    ]
    assert float(found[0][3]) == 12.5
    for place in ("_opened.SCANNED", "_json_array.PIECE", "_xes_log.PIECE"):
        monkeypatch.setattr(f"cxjourney.replay._reading.{place}", 8)
    assert lines(path, **tables) == found


@pytest.mark.parametrize("form", ["csv", "gz", "cp1257, found", "array", "parquet"])
def test_standard_input_is_a_log_too(monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    """A hyphen stands for what comes through a pipe, of which the mapping says the format."""
    name, content, tables = FORMS[form]
    kind = name.split(".")[1]
    tables = {**tables, "log": {"format": kind}}

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    def piped() -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Pipe(content)))

    piped()
    assert [who for who, *_ in lines("-", **tables)] == ["Jõe", "Öö"]
    piped()
    with pytest.raises(InvalidError, match=r"-: standard input; expected one of \.csv"):
        lines("-")
    monkeypatch.setattr("cxjourney.replay._reading._opened.LARGEST_IN_MEMORY", 8)
    if kind == "parquet":
        piped()
        with pytest.raises(InvalidError, match="packed or from a pipe; expected a plain file"):
            lines("-", **tables)


def test_a_zip_on_standard_input_tells_its_format(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the end of the name inside, of which nothing else is taken."""
    content = io.BytesIO(FORMS["zip"][1])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(content))
    assert [who for who, *_ in lines("-")] == ["Jõe", "Öö"]


ZIPPED = zipped({"log.csv": CSV.encode(), "folder/": b""})


@given(st.lists(st.tuples(st.integers(0, len(ZIPPED) - 1), st.integers(0, 255)), max_size=3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_broken_zip_is_refused_by_name(tmp_path: Path, changes: list[tuple[int, int]]) -> None:
    """Whatever its bytes are, it is read, or a fault of the log."""
    content = bytearray(ZIPPED)
    for place, byte in changes:
        content[place] = byte
    path = write(tmp_path / "log.zip", bytes(content))
    with suppress(InvalidError, FaultsError):
        assert len(lines(path)) == 2


@pytest.mark.parametrize("form", ["csv", "gz", "zip", "latin-1", "parquet", "xes"])
def test_progress_is_told_to_the_end(tmp_path: Path, form: str) -> None:
    """Whatever the form, the whole is there at the end."""
    name, content, tables = FORMS[form]
    told: list[tuple[str, int, int]] = []
    mapping = mapping_with(**{"events": EVENTS, **tables})
    path = write(tmp_path / name, content)
    assert list(read_log(path, mapping, progress=lambda *one: told.append(one)))
    assert told[-1][0] == "reading"
    assert told[-1][1] == told[-1][2]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (CSV.encode("cp1257"), ("cp1257", ",", ["encoding"])),
        (CSV.replace("Öö", "Šõš").encode("cp1257"), ("cp1257", ",", ["encoding"])),
        (CSV.replace("Öö", "Šõš").encode("cp1252"), ("cp1252", ",", ["encoding"])),
        (CSV.replace(",", ";").encode(), ("utf-8", ";", ["delimiter"])),
        (CSV.encode(), ("utf-8", ",", [])),
    ],
)
def test_what_was_found_is_said(tmp_path: Path, content: bytes, found: Any) -> None:
    """An encoding or a separator that nobody told stands in the report and in its text."""
    report = replay_log(write(tmp_path / "log.csv", content), mapping_with(events=EVENTS))
    read = report.to_dict()["read_as"]
    assert (read["encoding"], read["delimiter"], read["detected"]) == found
    assert ("not told" in str(report)) == bool(found[2])


def fault(tmp_path: Path, name: str, content: bytes, **tables: Any) -> str:
    """Write a log that is refused, and return why."""
    path = write(tmp_path / name, content)
    with pytest.raises((InvalidError, FaultsError)) as caught:
        lines(path, **tables)
    return str(caught.value).replace(str(tmp_path), "")


DEEP = "<a>" * 200
OPEN = '<log><trace><string key="k" value="v"/><event>'
WHO = "case:concept:name"
NOT_UTF8 = "not UTF-8 at byte 1; expected a text in UTF-8 (in Excel: CSV UTF-8), or log.encoding"
BAD: list[tuple[str, bytes, dict[str, Any], str]] = [
    ("log.csv", "who,when,what,sum\nè,".encode("cp1252"), {}, f"line 2: {NOT_UTF8}"),
    ("log.csv", "who,when,what,sum\nõ".encode() + b"\xe4", {}, "line 2: not UTF-8 at byte 3"),
    ("log.csv", b"who,when,what,sum\n\xff", {}, f"line 2: {NOT_UTF8}"),
    ("log.csv", CSV.encode("cp1257"), {"log": {"encoding": "ascii"}}, "line 2: not ascii"),
    ("log.csv", CSV.encode("utf-16")[:-1], {}, "not utf-16; expected a text in UTF-8"),
    ("log.csv.gz", gzip.compress(CSV.encode(), mtime=0)[:-9], {}, "a gz that is cut off or broken"),
    ("log.zip", zipped({"log.csv": CSV.encode()})[:-9], {}, "a ZIP that is cut off or broken"),
    ("log.zip", zipped({"log.csv": CSV.encode()}, 0).replace(b"buy", b"bux"), {}, "or broken"),
    ("log.zip", zipped({"log/": b""}), {}, "a ZIP with 0 files; expected a ZIP with one file"),
    ("log.zip", zipped({"a.csv": b"", "b.csv": b""}), {}, "a ZIP with 2 files; expected a ZIP"),
    ("log.zip", zipped({"a.csv": b"x"}, zipfile.ZIP_BZIP2), {}, "or packed in a rare way"),
    ("log.zip", zipped({"a.txt": b"x"}), {}, "a name that ends in '.txt'; expected one of .csv"),
    ("log.json", b"{", {"log": {"format": "json"}}, "line 1: no array; expected an array of JSON"),
    ("log.json", b"[", {}, "line 1: not a whole JSON object (Expecting value"),
    ("log.json", b"[]", {}, "no line that tells of an event"),
    ("log.json", b"[] x", {}, "line 1: more after the end of the array"),
    ("log.json", b"[1\n,{}", {}, "line 2: an array that never ends; expected an array"),
    ("log.json", b"[{}\n{}]", {}, "line 2: no comma between two objects"),
    ("log.json", b'\n[{"who":', {}, "line 2: not a whole JSON object"),
    ("log.json", b"[7]", {}, "line 1: not a whole JSON object (another value)"),
    ("log.json", b'{\n"a": []}', {}, "a JSON document that is no array; expected log.records"),
    ("log.json", b"{", {"log": {"records": "a"}}, "not a whole JSON object (Expecting property"),
    ("log.json", b"[]", {"log": {"records": "a"}}, "column 'a': no list there; expected the list"),
    ("log.json", b'{"a": 1}', {"log": {"records": "a"}}, "column 'a': no list there"),
    ("log.json", b'{"a": [1]}', {"log": {"records": "a"}}, "(another value); expected a list of"),
    ("log.parquet", b"PAR1", {}, "not Parquet; expected a Parquet file"),
    ("log.parquet", parquet(), {"columns": {**XES_COLUMNS}}, "no such column among 4; expected"),
    ("log.parquet", parquet()[:100] + b"\0" * 40 + parquet()[140:], PAID, "after row 0 that can"),
    ("log.parquet", parquet(), {}, "column 'sum', lines 1, 2: an object; expected a text"),
    ("log.xes", b"<log>", {}, "line 1: not XML (no element found)"),
    ("log.xes", b"<html/>", {}, "line 1: another document; expected an XES log"),
    ("log.xes", b"<!DOCTYPE log>\n<log/>", {}, "line 1: a document type; expected an XES"),
    ("log.xes", b"<log>\n" + DEEP.encode(), {}, "line 2: more than 100 tags in each other"),
    ("log.xes", (OPEN + '<string key="a"/>').encode(), {}, "an attribute without key or value"),
    (
        "log.xes",
        (OPEN + '</event><string key="a" value="b"/>').encode(),
        {},
        "an attribute of a trace after its events",
    ),
    (
        "log.xes",
        (OPEN + "".join(f'<int key="{n}" value="1"/>' for n in range(1001))).encode(),
        {},
        "more attributes, or a longer one, than an event can have",
    ),
]


@pytest.mark.parametrize(("name", "content", "tables", "message"), BAD)
def test_what_is_not_of_its_form_is_refused(
    tmp_path: Path, name: str, content: bytes, tables: dict[str, Any], message: str
) -> None:
    """Each fault is named with its line, and with what would be right."""
    assert message in fault(tmp_path, name, content, **tables)


@pytest.mark.parametrize(
    ("limit", "form", "message"),
    [
        ("_opened.MOST_UNPACKED", "gz", "a gz that grows more than 0 times"),
        ("_opened.MOST_UNPACKED", "zip", "a ZIP that grows more than 0 times"),
        ("_json_array.LONGEST_OBJECT", "array", "(more than 0 characters)"),
        ("_json_array.LARGEST_DOCUMENT", "document", "a document of more than 0 characters"),
    ],
)
def test_sizes_have_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, form: str, message: str
) -> None:
    """What grows beyond measure is refused before it fills the memory."""
    monkeypatch.setattr("cxjourney.replay._reading._opened.FREELY_UNPACKED", 0)
    monkeypatch.setattr("cxjourney.replay._reading._json_array.PIECE", 8)
    monkeypatch.setattr(f"cxjourney.replay._reading.{limit}", 0)
    name, content, tables = FORMS[form]
    assert message in fault(tmp_path, name, content, **tables)


def test_rows_that_are_no_csv_do_not_hide_the_others(tmp_path: Path) -> None:
    """After a row with a broken quote the reading goes on, and later faults are told too."""
    content = CSV + 'a,b,"c"d,e\n,2026-03-02T10:00+02:00,buy,1\nx,y,"z'
    told = fault(tmp_path, "log.csv", content.encode())
    assert "has 3 faults of 2 kinds" in told
    assert "line 4: not CSV" in told
    assert "column 'who', line 5: blank" in told
    assert "line 6: not CSV (a quoted field never ends)" in told


VALUES: list[tuple[list[Any], str | None]] = [
    ([7], "7"),
    ([7.0], "7"),
    ([0.1], "0.1"),
    ([float("nan")], None),
    ([True], "true"),
    ([Decimal("1.50")], "1.50"),
    ([date(2026, 3, 2)], "2026-03-02"),
    ([datetime(2026, 3, 2, 10)], "2026-03-02T10:00:00"),  # noqa: DTZ001 - as Parquet has them
]


@pytest.mark.parametrize(("values", "cell"), VALUES)
def test_values_of_parquet_are_cells(tmp_path: Path, values: list[Any], cell: str | None) -> None:
    """Numbers, days and truths are what one would write in a CSV."""
    row = {"who": ["c"], "when": [ROWS[0][1]], "what": ["act"], "v": values}
    pq.write_table(pa.table(row), tmp_path / "log.parquet")
    rule = {"event": "contacted", "payload": {"source": {"column": "v"}}}
    (line,) = read_log(tmp_path / "log.parquet", mapping_with(events={"act": rule}))
    assert line.events[0].payload.get("source") == cell


def test_bytes_are_no_cell(tmp_path: Path) -> None:
    """What is neither text, number nor time is refused."""
    row = {"who": [b"c"], "when": [ROWS[0][1]], "what": ["act"]}
    pq.write_table(pa.table(row), tmp_path / "log.parquet")
    with pytest.raises(InvalidError, match="a bytes; expected a text, a number, a time or a date"):
        list(read_log(tmp_path / "log.parquet", mapping_with()))


NESTED: dict[str, Any] = {
    "a.b": "whole",
    "a": {"b": {"c": 1}, "d": [{"key": "k", "value": {"s": "x"}}, {"name": "n", "v": True}]},
    "n": None,
}
PATHS: list[tuple[str, str | None]] = [
    ("a.b", "whole"),
    ("a.b.c", "1"),
    ("a.d[0].key", "k"),
    ("a.d[k].value.s", "x"),
    ("a.d[name=n].v", "true"),
    ("a.d[7].v", None),
    ("a.d[z].v", None),
    ("a.b.c.d", None),
    ("a.q", None),
    ("n", None),
    ("[", None),
    (".".join("abcdefghijklmnopqrs"), None),
]


@pytest.mark.parametrize(("path", "value"), PATHS)
def test_paths_lead_into_nested_records(tmp_path: Path, path: str, value: str | None) -> None:
    """A key of that whole name comes first; then keys, places in lists, and items by a key."""
    full = json.dumps({**OBJECTS[0], "what": "act", **NESTED, path: 0})
    rule = {"event": "contacted", "payload": {"source": {"column": path}}}
    text = json.dumps({**OBJECTS[0], "what": "act", **NESTED})
    log = write(tmp_path / "log.jsonl", f"{full}\n{text}")
    _, line = read_log(log, mapping_with(events={"act": rule}))
    assert line.events[0].payload.get("source") == value
