"""Lines understood: who, when, and what became of each."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cxjourney.errors import InvalidError
from cxjourney.replay import Fate, read_log
from cxjourney.vocabulary import EventKind
from tests.replay.makers import EVENTS, HEADER, mapping_with, write

TIME = "2024-03-01T12:00:00Z"


def read(tmp_path: Path, content: str, **tables: Any) -> list[Any]:
    """Write a CSV and return its lines."""
    return list(read_log(write(tmp_path / "log.csv", content), mapping_with(**tables)))


def fault(tmp_path: Path, content: str, **tables: Any) -> str:
    """Write a CSV that is refused, and return why, without its path."""
    with pytest.raises(InvalidError) as caught:
        read(tmp_path, content, **tables)
    return str(caught.value).partition("log.csv, ")[2]


def test_each_line_has_a_fate(tmp_path: Path) -> None:
    """A line is mapped, ignored on purpose, without a condition that held, or unknown."""
    content = (
        "who,when,what,score\n"
        f"1,{TIME},buy,\n1,{TIME},look,\n1,{TIME},rate,3\n1,{TIME},,\n1,{TIME},rate,5\n"
    )
    rate = {"event": "result_achieved", "when": {"column": "score", "at_least": 4}}
    found = read(tmp_path, content, events={**EVENTS, "rate": rate}, ignore={"look": "idle"})
    assert [line.fate for line in found] == [
        Fate.MAPPED,
        Fate.IGNORED,
        Fate.UNMATCHED,
        Fate.UNMAPPED,
        Fate.MAPPED,
    ]
    assert [[event.kind.name for event in line.events] for line in found] == [
        ["purchased", "delivered"],
        [],
        [],
        [],
        ["result_achieved"],
    ]


def test_a_line_knows_its_place_and_hides_its_customer(tmp_path: Path) -> None:
    """Number, time and ids are kept; the repr says nothing of who it was."""
    (line,) = read(tmp_path, f"{HEADER}Mari,{TIME},ask\n")
    assert (line.line, line.customer, line.engagement, line.activity) == (2, "Mari", "", "ask")
    assert line.at == datetime(2024, 3, 1, 12, tzinfo=UTC)
    assert [(event.kind, event.id) for event in line.events] == [
        (EventKind.CONTACTED, "2:contacted")
    ]
    assert "Mari" not in repr(line)


def test_engagements_and_ids_come_from_their_columns(tmp_path: Path) -> None:
    """A blank engagement is the only one; an id of the log begins the ids of its events."""
    columns = {
        "customer": "who",
        "time": "when",
        "activity": "what",
        "engagement": "thing",
        "id": "no",
    }
    content = f"who,when,what,thing,no\n1,{TIME},buy,car,a9\n1,{TIME},ask,,b1\n"
    first, second = read(tmp_path, content, columns=columns)
    assert (first.engagement, second.engagement) == ("car", "")
    assert [event.id for event in first.events] == ["a9:purchased", "a9:delivered"]
    long = content.replace("b1", "x" * 151)
    assert fault(tmp_path, long, columns=columns) == (
        "column 'no', line 3: a text of 151 characters; expected an id of at most 150"
    )
    blank = content.replace("b1", "")
    assert fault(tmp_path, blank, columns=columns) == "column 'no', line 3: blank; expected an id"


@pytest.mark.parametrize("who", ["", "  "])
def test_a_customer_is_needed(tmp_path: Path, who: str) -> None:
    """A line without a customer is refused, whatever its activity."""
    message = fault(tmp_path, f"{HEADER}{who},{TIME},nothing known\n")
    assert message == "column 'who', line 2: blank; expected an id"


def test_a_time_is_needed(tmp_path: Path) -> None:
    """A line without a time is refused, whatever its activity."""
    message = fault(tmp_path, f"{HEADER}1,,nothing known\n")
    assert message.startswith("column 'when', line 2: blank; expected an ISO 8601 time")


def test_a_cell_that_does_not_fit_has_line_and_column(tmp_path: Path) -> None:
    """Errors of conditions and of payloads say where, and not what the customer wrote."""
    rules = {
        "rate": {"event": "result_poor", "when": {"column": "score", "at_most": 2}},
        "say": {"event": "feedback_captured", "payload": {"nps": {"column": "score"}}},
    }
    for activity in rules:
        content = f"who,when,what,score\n1,{TIME},{activity},\n1,{TIME},{activity},dreadful\n"
        message = fault(tmp_path, content, events=rules)
        assert message == (
            "column 'score', line 3: a text of the shape 'aaaaaaaa'; "
            "expected a number such as 4 or 12.50"
        )
