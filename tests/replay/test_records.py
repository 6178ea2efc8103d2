"""Records: CSV and JSON Lines, each fault with its line."""

from pathlib import Path
from typing import Any

import pytest

from cxjourney.errors import FaultsError, InvalidError
from cxjourney.replay import read_log
from tests.replay.makers import HEADER, mapping_with, write

T = "2024-03-01T12:00:00Z"
WITH_SCORE = {
    "events": {"buy": {"event": "purchased", "payload": {"amount": {"column": "score"}}}},
}


def lines_of(tmp_path: Path, name: str, content: str | bytes, **tables: Any) -> list[Any]:
    """Write a log and return its lines: number, customer, activity, and the sum of a purchase."""
    found = read_log(write(tmp_path / name, content), mapping_with(**tables))
    return [
        (
            one.line,
            one.customer,
            one.activity,
            *(str(event.payload["amount"]) for event in one.events if event.payload),
        )
        for one in found
    ]


def fault(tmp_path: Path, name: str, content: str | bytes, **tables: Any) -> str:
    """Write a log that is refused, and return why, without its path."""
    with pytest.raises(InvalidError) as caught:
        lines_of(tmp_path, name, content, **tables)
    return str(caught.value).partition(name)[2]


def test_a_csv_gives_the_columns_of_the_mapping(tmp_path: Path) -> None:
    """Other columns, the order of columns, blank lines and quoted line ends do not matter."""
    content = f'\ufeffwhat,note,who,when\r\n\r\nbuy,"two\r\nlines",7,{T}\r\nask,,8,"{T}"'
    assert lines_of(tmp_path, "log.csv", content) == [(3, "7", "buy"), (5, "8", "ask")]


def test_json_lines_give_the_same_as_a_csv(tmp_path: Path) -> None:
    """Numbers stay as they are written, truth values are words, null is nothing."""
    content = (
        f'\ufeff{{"who": 7, "when": "{T}", "what": "buy", "score": 12.50, "x": {{"y": [1]}}}}\n'
        "\n"
        f'{{"who": "8", "when": "{T}", "what": true, "score": null}}\r\n'
        f'{{"who": "9", "when": "{T}", "what": "buy"}}'
    )
    assert lines_of(tmp_path, "log.JSONL", content, **WITH_SCORE) == [
        (1, "7", "buy", "12.50"),
        (3, "8", "true"),
        (4, "9", "buy"),
    ]


def test_the_mapping_can_name_format_and_delimiter(tmp_path: Path) -> None:
    """What the end of the name does not tell, the mapping does."""
    log = {"format": "csv", "delimiter": ";"}
    content = f"who;when;what\n7;{T};a,b\n"
    assert lines_of(tmp_path, "log.txt", content, log=log) == [(2, "7", "a,b")]
    content = f'{{"who": 1, "when": "{T}", "what": 3}}'
    assert lines_of(tmp_path, "log.csv", content, log={"format": "jsonl"}) == [(1, "1", "3")]


BAD_CSV: list[tuple[str, str]] = [
    (
        "who,time,what\n",
        ", column 'when', line 1: no such column among 3; expected one, as the mapping names it",
    ),
    ("who,when,what,who\n", ", column 'who', line 1: 2 such columns among 4; expected one"),
    ("who;when;what\n", ": no line that tells of an event; expected at least one"),
    ("who/when/what\n", ", column 'who', line 1: no such column among 1; expected one"),
    ("who,When,what\n", ", column 'when', line 1: no such column among 3 (meant 'When'?); exp"),
    (
        "7,2024-03-01,who\n",
        "column 'when', line 1: no such column among 3; line 1 may be no header",
    ),
    ("7,8,9\n", ", line 1: numbers in place of the names of columns; expected the names of the"),
    ("\n\n", ": an empty file; expected a log in CSV, JSON, Parquet or XES"),
    (HEADER, ": no line that tells of an event; expected at least one"),
    (HEADER + "1,2\n", ", line 2: 2 fields; expected 3, as in the header"),
    (HEADER + "1\n", ", line 2: 1 field; expected 3, as in the header"),
    (HEADER + "\n1,2,3,4\n", ", line 3: 4 fields; expected 3, as in the header"),
    (HEADER + '1,2,"3\n4,5,6\n', ", line 2: not CSV (a quoted field never ends); expected fields"),
    (HEADER + '1,2,"3"4\n', ", line 2: not CSV (',' expected after '\"'); expected fields as RFC"),
    (HEADER + "1,2\r3,4\n", ", lines 2, 3: 2 fields; expected 3, as in the header"),
    (
        HEADER + f"1,2,{'x' * 200_000}\n",
        ", line 2: not CSV (a field of more than 131072 characters, or a quoted one that never end",
    ),
    (HEADER + f"1,{T},3\n1,2,\0\n", ", line 3: a NUL byte"),
]


@pytest.mark.parametrize(("content", "message"), BAD_CSV)
def test_a_bad_csv_is_refused(tmp_path: Path, content: str, message: str) -> None:
    """Each fault is named with its line, and with what would be right."""
    assert message in fault(tmp_path, "log.csv", content)


GOOD_LINE = f'{{"who": 1, "when": "{T}", "what": 3}}\n'
BAD_JSON: list[tuple[str, str]] = [
    ("\n", ": no line that tells of an event; expected at least one"),
    (
        GOOD_LINE + '{"who": "1',
        ", line 2: not a whole JSON object (Unterminated string starting at",
    ),
    (GOOD_LINE + '{"who": 1, "when"', ", line 2: not a whole JSON object (Expecting ':' delimiter"),
    (GOOD_LINE + "{} {}\n", ", line 2: not a whole JSON object (Extra data at character 4)"),
    ("[1]\n", ", line 1: not a whole JSON object (another value); expected one object a line"),
    ('{"who": 1, "who": 2}\n', ", line 1: not a whole JSON object (a key stands twice)"),
    ('{"who": NaN}\n', ", line 1: not a whole JSON object (NaN or Infinity)"),
    ('{"who": ' + "[" * 100_000, ", line 1: not a whole JSON object (nested too deeply)"),
    (
        GOOD_LINE + '{"who": 1, "what": 3}\n',
        ", column 'when', line 2: no such key among 2; expected the key that the",
    ),
    (
        '{"who": {"id": 1}, "when": 2, "what": 3}\n',
        ", column 'who', line 1: an object; expected a text, a number, true, false or null",
    ),
    ('{"who": 1, "when": [], "what": 3}\n', ", column 'when', line 1: a list; expected a text"),
]


@pytest.mark.parametrize(("content", "message"), BAD_JSON)
def test_bad_json_lines_are_refused(tmp_path: Path, content: str, message: str) -> None:
    """Each fault is named with its line, and with what would be right."""
    assert message in fault(tmp_path, "log.ndjson", content)


def test_every_fault_is_told_in_one_run(tmp_path: Path) -> None:
    """Lines that are at fault alike are counted together, and the others each told."""
    rows = ["1,2", f"7,{T},buy", ",2024-03-01T12:00:00Z,buy", "7,tomorrow,buy", "8", "9", "1,2"]
    with pytest.raises(FaultsError) as caught:
        lines_of(tmp_path, "log.csv", HEADER + "\n".join(rows))
    told = [str(one).partition("log.csv")[2] for one in caught.value.faults]
    assert told[0] == ", lines 2, 8: 2 fields; expected 3, as in the header"
    assert told[1] == ", column 'who', line 4: blank; expected an id"
    assert told[2].startswith(", column 'when', line 5: a text of the shape 'aaaaaaaa'; expected")
    assert told[3] == ", lines 6, 7: 1 field; expected 3, as in the header"
    assert len(told) == 4
    assert str(caught.value).startswith(str(tmp_path / "log.csv has 6 faults of 3 kinds\n"))


def test_a_fault_that_ends_the_reading_comes_last(tmp_path: Path) -> None:
    """What was found before a file turns out to be no text is told too."""
    content = HEADER.encode() + f"1,2\n7,{T},b\xff\n".encode("latin-1")
    with pytest.raises(FaultsError) as caught:
        lines_of(tmp_path, "log.csv", content)
    first, last = map(str, caught.value.faults)
    assert "line 2: 2 fields" in first
    assert "line 3: not UTF-8" in last


def test_many_faults_are_counted_by_kind(tmp_path: Path) -> None:
    """The first twenty different faults are told, and how many more there are of each kind."""
    alike = HEADER + "1,2\n" * 1000
    assert ", lines 2, 3, 4, 5, 6 and 995 more: 2 fields" in fault(tmp_path, "log.csv", alike)
    rows = (f"1,{'a' * (place % 25 + 1)}{'1' * (place // 25 + 1)},buy\n" for place in range(200))
    with pytest.raises(FaultsError) as caught:
        lines_of(tmp_path, "log.csv", HEADER + "".join(rows))
    assert len(caught.value.faults) == 21
    assert "has 200 faults of 1 kind\n" in str(caught.value)
    assert "column 'when', lines 22 and 179 more: 180 more such faults" in str(caught.value)


def test_a_key_that_no_line_has_is_refused(tmp_path: Path) -> None:
    """A column that is wanted here and there must be in some line, or its name is wrong."""
    message = fault(tmp_path, "log.jsonl", GOOD_LINE * 2, **WITH_SCORE)
    assert message.startswith(", column 'score': no such key among 3; expected")


def test_a_log_of_no_known_kind_is_refused(tmp_path: Path) -> None:
    """Where neither name nor mapping tells the format, the error says how to."""
    message = fault(tmp_path, "log.xls", HEADER)
    assert message.startswith(": a name that ends in '.xls'; expected one of .csv, .tsv, .jsonl")


def test_a_file_is_looked_at_before_its_name(tmp_path: Path) -> None:
    """What is no file, or empty, is said so whatever it is called."""
    assert "an empty file" in fault(tmp_path, "log.xls", "")
