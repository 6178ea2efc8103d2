"""JSON Lines come into columns at once only where the reader of rows finds the very same."""

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cxjourney.bulk._reporting import _text_blocks  # the size of a block
from cxjourney.bulk._reporting._json_columns import json_pieces  # which way is taken
from cxjourney.bulk._reporting._read_log import UnlikeRowsError  # as above
from cxjourney.bulk._reporting._record_columns import record_pieces  # the oracle
from cxjourney.errors import CxJourneyError
from cxjourney.replay import LogMapping, make_mapping
from cxjourney.replay._reading._record_stream import ReadAs  # as above

COLUMNS = {"customer": "who", "time": "when", "activity": "what.name", "segment": "land"}
EVENTS: dict[str, Any] = {"ask": "contacted"}
LINE = '{"who": "a", "when": "2024-03-01T12:00:00Z", "what": {"name": "ask"}, "land": "EE"}'
ALIKE = [
    LINE,
    f"{LINE}\r\n{LINE}\r\n",
    f"\ufeff{LINE}\n",
    '{"who":12.50,"when":1e3,"what":{"name":true,"x":[1,-0.0,{"who":2}]},"land":-0}',
    '{"who"  :"a","when" : "b","what":{"name":"\\u00e4\\\\\\"{[:1,"} ,"land":null,"é":[]}\n' + LINE,
    '{"who":"a","when":"b","what":{"name":"c"},"land":"d","in":[[{"k":{}},{"k":1}],"",false]}',
    '{"who":"\\ud83d\\ude00 õ","when":"\\n","what":{"name":"\\/"},"land":"\t"}'.replace("\t", " "),
    '{"who":123456789012345678901234567890,"when":0,"what":{"name":"2","name2":3},"land":1E+2}',
]
LEFT = [
    "",
    "\ufeff",
    "\n" + LINE,
    LINE + " \n" + LINE,
    f"{LINE}\n\n{LINE}",
    f"{LINE}\r{LINE}",
    f"{LINE}{LINE}",
    f"{LINE} 1 {LINE}",
    f"[{LINE}]",
    LINE.replace(":", "=", 1),
    LINE.replace('"a"', "a"),
    LINE.replace('"a"', "01"),
    LINE.replace('"a"', "tru"),
    LINE.replace('"a"', "1.") + "\n",
    LINE.replace('"a"', "NaN"),
    LINE.replace('"a"', "[1 2]"),
    LINE.replace('"a"', '"\\ud800"'),
    LINE.replace('"a"', '"\0"'),
    LINE.replace('"a"', '"\t"'),
    LINE.replace('"a"', '"' + "\\\\" * 99 + '"'),
    LINE.replace('"a"', "[]"),
    LINE.replace('"a"', "null"),
    LINE.replace('"a"', '"a'),
    LINE.replace('"a"', '"a": 1'),
    LINE.replace('"EE"', "null"),
    LINE.replace('"who"', '"who' + " " * 99 + '"', 1),
    LINE.replace('"who":', '"who"' + " " * 99 + ":", 1),
    LINE.replace('{"who"', "{ 12 : 1, " + '"who"', 1),
    LINE.replace('"land": "EE"', '"land": "EE", "x": {"y": 1, "z": 2, "y": 3}'),
    LINE.replace('"land": "EE"', '"land": "EE", "x": [{"y": 1}, {"y": 1, "y": 3}]'),
    LINE.replace('"land": "EE"', '"land": "EE", "l\\u0061nd": "FI"'),
    LINE.replace('"land": "EE"', '"land": "EE", "land": "FI"'),
    LINE.replace('"land": "EE"', '"land": "EE", "what.name": "buy"'),
    LINE.replace('"land": "EE"', '"land": "EE", "x": ' + "[" * 200 + "]" * 200),
    LINE.replace('"land": "EE"', '"land": "EE", "x": 1') + "\n{}",
    LINE[:-2] + "}",
    LINE + "\n" + LINE.replace('}, "land"', '], "land"'),
    LINE.replace('"EE"', '"' + "E" * 1_000_001 + '"'),
    "{1}",
    "{}",
]


def mapping(**columns: Any) -> LogMapping:
    """Return the mapping of a small log."""
    return make_mapping({"columns": {**COLUMNS, **columns}, "events": EVENTS}, "map.toml")


MAPPING = mapping()


def read(pieces: Any, path: Path, told: LogMapping) -> tuple[list[int], Any, ReadAs] | None:
    """Return lines and cells, and how they were read; None where they cannot be."""
    how, tables = ReadAs(), []
    lines: list[int] = []
    try:
        for piece, numbers in pieces(str(path), told, how):
            more = range(len(lines) + 1, len(lines) + piece.num_rows + 1)
            lines += more if numbers is None else numbers.tolist()
            tables.append(piece)
    except (UnlikeRowsError, CxJourneyError, pa.ArrowException):
        return None
    return lines, [row for one in tables for row in one.to_pylist()], how


@pytest.mark.parametrize("text", ALIKE, ids=range(len(ALIKE)))
def test_usual_lines_are_read_at_once(text: str, tmp_path: Path) -> None:
    """Numbers stay as they are written, keys inside others are found, and escapes are read."""
    path = tmp_path / "log.jsonl"
    path.write_bytes(text.encode())
    found = read(json_pieces, path, MAPPING)
    assert found is not None
    assert found == read(record_pieces, path, MAPPING)


@pytest.mark.parametrize("text", LEFT, ids=range(len(LEFT)))
def test_what_might_mean_something_else_is_left_to_the_reader_of_rows(
    text: str, tmp_path: Path
) -> None:
    """Faults above all, for that reader tells them with their lines."""
    path = tmp_path / "log.jsonl"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert read(json_pieces, path, MAPPING) is None


@pytest.mark.parametrize("encoding", ["utf-16", "cp1257"])
def test_other_encodings_are_left_to_the_reader_of_rows(encoding: str, tmp_path: Path) -> None:
    """Arrow reads UTF-8."""
    path = tmp_path / "log.jsonl"
    path.write_bytes(LINE.replace("EE", "õ").encode(encoding))
    assert read(json_pieces, path, MAPPING) is None


@pytest.mark.parametrize("column", ["land[0]", "land[a=b]", "what", "land.", ".land"])
def test_paths_into_lists_are_left_to_the_reader_of_rows(column: str, tmp_path: Path) -> None:
    """So is a column that holds another one."""
    path = tmp_path / "log.jsonl"
    path.write_text(LINE)
    assert read(json_pieces, path, mapping(segment=column)) is None


def test_a_long_log_is_read_in_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks end where lines do, also in a gz; a line longer than a block is left."""
    monkeypatch.setattr(_text_blocks, "BLOCK", 200)
    text = "".join(LINE.replace('"a"', str(number)) + "\n" for number in range(40)).encode()
    for path, data in (
        (tmp_path / "log.jsonl", text),
        (tmp_path / "log.jsonl.gz", gzip.compress(text, mtime=0)),
    ):
        path.write_bytes(data)
        found = read(json_pieces, path, MAPPING)
        assert found is not None
        assert len(found[0]) == 40
        assert found == read(record_pieces, path, MAPPING)
    path = tmp_path / "log.jsonl"
    path.write_bytes(text.replace(b"EE", b"E" * 300))
    assert read(json_pieces, path, MAPPING) is None


KEYS = st.sampled_from(["who", "when", "what", "name", "land", "x", "y", 'q"', "\\", "what.name"])
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=6),
    st.sampled_from(['"', "\\", "{", "}", ":", ",", "[1", " ", "\\\\", '\\"', "\x1c", "\x85"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda some: st.lists(some, max_size=3) | st.dictionaries(KEYS, some, max_size=3),
    max_leaves=6,
)
RECORDS = st.fixed_dictionaries(
    {"who": SCALARS, "when": SCALARS, "what": st.fixed_dictionaries({"name": SCALARS})},
    optional={"land": SCALARS, "x": VALUES, "y": VALUES},
)
SIGNS = st.sampled_from([*'{}[]:,"\\ 019-.etfn\n\r\t', "é", "\0"])


@st.composite
def logs(draw: st.DrawFn) -> str:
    """Return JSON lines, and sometimes spoil them."""
    some = draw(st.lists(RECORDS, min_size=1, max_size=4))
    ascii_only, marks = draw(st.booleans()), draw(st.sampled_from([(",", ":"), (", ", " : ")]))
    text = "\n".join(json.dumps(one, ensure_ascii=ascii_only, separators=marks) for one in some)
    for sign in draw(st.lists(SIGNS, max_size=2)):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + sign + text[place + draw(st.integers(0, 1)) :]
    return text


@given(logs())
@example(LINE)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_lines_mean_the_same_to_both_readers(tmp_path: Path, text: str) -> None:
    """What the quick reader takes, the reader of rows finds, cell by cell and line by line."""
    path = tmp_path / "log.jsonl"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    found = read(json_pieces, path, MAPPING)
    assert found is None or found == read(record_pieces, path, MAPPING)
