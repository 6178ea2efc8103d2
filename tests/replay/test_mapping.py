"""Mappings: read from TOML, strictly."""

from pathlib import Path
from typing import Any

import attrs
import pytest

from cxjourney.errors import InvalidError
from cxjourney.replay import make_mapping, read_mapping
from tests.replay.makers import COLUMNS, EVENTS, mapping_with, write

WHOLE = """\ufeff
[log]
format = "jsonl"
delimiter = ";"
zone = "Europe/Tallinn"
mixed_offsets = true

[columns]
customer = "who"
time = "when"
activity = "what"
engagement = "thing"
id = "number"
segment = "land"

[events]
buy = ["purchased", { event = "feedback_captured", payload = { nps = { column = "score" } } }]

[ignore]
look = "says nothing"

[chart]
feedback = "optional"
"""


def test_a_whole_mapping(tmp_path: Path) -> None:
    """Every key of the format is read; a byte-order mark does no harm."""
    found = read_mapping(write(tmp_path / "map.toml", WHOLE))
    assert attrs.astuple(found.columns) == (
        ("who",),
        "when",
        ("what",),
        "",
        "thing",
        "number",
        (),
        "land",
    )
    assert list(found.rules) == ["buy"]
    assert [one.reason for one in found.ignored["look"]] == ["says nothing"]
    assert found.chart.key == "eight_phases[feedback=optional]"
    assert found.log.format is not None
    assert found.log.format.name == "JSONL"
    assert (found.log.delimiter, found.log.mixed_offsets) == (";", True)
    assert found.zone is not None
    assert found.zone.key == "Europe/Tallinn"
    assert found.used_columns == ("who", "when", "what", "thing", "number", "land", "score")


def test_a_small_mapping() -> None:
    """Columns and events are enough."""
    found = mapping_with()
    assert (found.log.format, found.log.delimiter, found.zone) == (None, None, None)
    assert not found.log.mixed_offsets
    assert found.used_columns == ("who", "when", "what")


BAD_TABLES: list[tuple[dict[str, Any], str]] = [
    ({"colums": {}}, "map, colums: an unknown key (meant columns?); expected one of log, columns"),
    (
        {"columns": COLUMNS},
        "map, events: missing; there is columns; expected a table of activities",
    ),
    (
        {"columns": COLUMNS, "events": {}},
        "map, events: missing; there is columns, events; expected",
    ),
    ({"columns": COLUMNS, "events": []}, "map, events: a list; expected a table"),
    (
        {"events": EVENTS},
        "map, columns.customer: missing; there is nothing; expected the name of a",
    ),
    (
        {"columns": {**COLUMNS, "custmer": "x"}, "events": EVENTS},
        "map, columns.custmer: an unknown key (meant customer?)",
    ),
    ({"columns": {**COLUMNS, "time": 4}, "events": EVENTS}, "map, columns.time: 4; expected the"),
    (
        {"columns": COLUMNS, "events": EVENTS, "ignore": {"buy": "x"}},
        "map, ignore.buy: also under events; expected an activity in one of the two",
    ),
    (
        {"columns": COLUMNS, "events": EVENTS, "ignore": {"x": ""}},
        "map, ignore.x: ''; expected the",
    ),
    ({"columns": COLUMNS, "events": EVENTS, "ignore": ["x"]}, "map, ignore: a list; expected a"),
]
BAD_LOG: list[tuple[dict[str, Any], str]] = [
    ({"format": "xml"}, "log.format: 'xml'; expected 'csv' or 'jsonl'"),
    ({"delimiter": ";;"}, "log.delimiter: ';;'; expected one character"),
    ({"delimiter": '"'}, "log.delimiter: '\"'; expected one character"),
    ({"delimiter": 1}, "log.delimiter: 1; expected one character"),
    ({"mixed_offsets": "yes"}, "log.mixed_offsets: 'yes'; expected true or false"),
    ({"zone": 2}, "log.zone: 2; expected the name of a time zone"),
    ({"zone": "Nowhere/Land"}, "log.zone: an unknown time zone 'Nowhere/Land'; expected a name"),
    ({"zone": "Europe"}, "log.zone: an unknown time zone 'Europe'"),
    ({"zone": "../etc"}, "log.zone: an unknown time zone '../etc'"),
    ({"timezone": "UTC"}, "log.timezone: an unknown key (meant zone?)"),
]


@pytest.mark.parametrize("event", ["fulfilled", "answered"])
def test_a_misspelt_obligation_is_a_fault(event: str) -> None:
    """An obligation that no rule has is refused, and the one that was meant is named."""
    done = {"event": event, "payload": {"obligation": "hand_ovr"}}
    found = r"events\.done\.payload\.obligation: an unknown obligation 'hand_ovr' \(meant hand_over"
    with pytest.raises(InvalidError, match=found):
        make_mapping({"columns": COLUMNS, "events": {"done": done}}, "map")


@pytest.mark.parametrize(("data", "message"), BAD_TABLES)
def test_bad_mappings_are_refused(data: dict[str, Any], message: str) -> None:
    """Each fault is named with its place, and with what would be right."""
    with pytest.raises(InvalidError) as caught:
        make_mapping(data, "map")
    assert message in str(caught.value)


@pytest.mark.parametrize(("log", "message"), BAD_LOG)
def test_bad_settings_of_the_log_are_refused(log: dict[str, Any], message: str) -> None:
    """Format, delimiter and zone are checked when the mapping is read."""
    with pytest.raises(InvalidError) as caught:
        mapping_with(log=log)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[columns\n", "line 1: not TOML ("),
        (b"a = 'x", "not TOML ("),
        (b"a = \xff", "not UTF-8; expected a mapping in TOML, which is UTF-8"),
        (b"a = " + b"[" * 100_000, "not readable as TOML; expected a mapping in TOML"),
        (b"", "columns.customer: missing"),
    ],
)
def test_what_is_no_mapping_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    """A broken file says where it breaks, as far as that is known."""
    with pytest.raises(InvalidError) as caught:
        read_mapping(write(tmp_path / "map.toml", content))
    assert message in str(caught.value)


def test_a_fault_of_toml_has_line_and_column(tmp_path: Path) -> None:
    """The line is data on the error too, and the character is told."""
    with pytest.raises(InvalidError) as caught:
        read_mapping(write(tmp_path / "map.toml", "[log]\nzone = \n"))
    assert caught.value.lines == (2,)
    assert "at character 8" in caught.value.found


def test_a_missing_mapping_and_a_directory(tmp_path: Path) -> None:
    """What is not a file is said so."""
    with pytest.raises(InvalidError, match="no such file; expected a mapping in TOML"):
        read_mapping(tmp_path / "none.toml")
    with pytest.raises(InvalidError, match="is a directory; expected a mapping in TOML"):
        read_mapping(tmp_path)


def test_the_mapping_on_the_page_is_one(tmp_path: Path) -> None:
    """The example in docs/replay.md has every table, and is read without a fault."""
    page = (Path(__file__).parents[2] / "docs" / "replay.md").read_text(encoding="utf-8")
    example = page.partition("```toml\n")[2].partition("```")[0]
    found = read_mapping(write(tmp_path / "map.toml", example))
    assert len(found.rules["review"]) == 3
    assert found.zone is not None
