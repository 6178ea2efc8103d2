"""Conditions, payloads, wide tables, sequences and repeated ids: as the live replay has them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from cxjourney import bulk
from cxjourney.bulk._engine import _tables  # the engine
from cxjourney.chart import ObligationRule, derive, standard_chart
from cxjourney.errors import InvalidError
from cxjourney.replay import LogBook, make_mapping, read_log, walk_journeys
from cxjourney.vocabulary import EventKind, Standing
from tests.bulk.frames import differences

Line = dict[str, Any]
DAY = "2026-03-0{}T12:00:00+00:00"
PAYLOADS = {
    "asked": {"event": "asked", "payload": {"question": {"column": "text"}}},
    "done": {"event": "fulfilled", "payload": {"obligation": {"column": "text"}}},
    "order": [
        {"event": "purchased", "when": {"column": "sum", "at_least": 10}},
        {"event": "contacted", "when": {"column": "sum", "at_most": 9}},
    ],
    "nps": {"event": "feedback_captured", "payload": {"nps": {"column": "sum"}}},
    "promise": {
        "event": "promised",
        "payload": {"what": "w", "due": {"column": "due"}},
    },
    "offer": {
        "event": "promised",
        "payload": {"what": "w", "due": datetime(2026, 4, 1, tzinfo=UTC)},
    },
    "put": {
        "event": "moved",
        "payload": {"to": "adopt", "actor": "a", "reason": "r", "force": {"column": "flag"}},
    },
    "parcel": "delivered",
}


def told(who: str, day: int, what: str, **cells: Any) -> Line:
    """Return a line of a log."""
    blank = dict.fromkeys(("text", "sum", "due", "flag", "n"))
    return {"who": who, "at": DAY.format(day), "what": what, **blank, **cells}


def check(tmp_path: Path, lines: list[Line], *, bad: int = 0, **given: Any) -> bulk.BulkReplay:
    """Ask both, the live replay without the last few lines; return what columns say."""
    columns = {"customer": "who", "time": "at", "activity": "what", **given.pop("columns", {})}
    columns = {name: column for name, column in columns.items() if column is not None}
    mapping = make_mapping({"events": PAYLOADS, **given, "columns": columns})
    path = tmp_path / "log.jsonl"
    good = lines[: len(lines) - bad]
    path.write_text("".join(json.dumps(line) + "\n" for line in good), encoding="utf-8")
    book = LogBook.of(read_log(path, mapping))
    assert book.last is not None
    walks = dict(
        zip(book.events, walk_journeys(book.events, mapping.chart, book.last), strict=True)
    )
    frame = pa.table({name: [line[name] for line in lines] for name in lines[0]})
    found = bulk.replay(frame, mapping=mapping, as_of=book.last, moves=True, duties=True)
    assert differences(found, walks, book.last) == []
    return found


LINES = [
    told("a", 1, "asked", text="why"),
    told("a", 2, "order", sum=12),
    told("b", 2, "order", sum=3),
    told("b", 3, "order"),
    told("a", 3, "promise", due=DAY.format(5)),
    told("a", 3, "offer"),
    told("b", 4, "promise", due=DAY.format(2)),
    told("a", 4, "done", text="answer"),
    told("b", 4, "done", text="keep_promise"),
    told("c", 4, "nps", sum=4),
    told("c", 4, "nps"),
    told("c", 5, "put", flag=True),
    told("d", 5, "asked", text="how"),
    told("d", 6, "done", text="1:answer:13:asked"),
    told("a", 6, "parcel"),
    told("a", 7, "song"),
]


def test_payloads_decide_as_in_the_live_replay(tmp_path: Path) -> None:
    """Conditions, dues, named obligations and orders."""
    found = check(tmp_path, LINES, ignore={"song": "noise"})
    assert found.by_machine == 2
    assert found.rows.fates["unmatched"] == 1
    assert found.rows.fates["ignored"] == 1


def test_lines_may_be_left_out_on_a_condition(tmp_path: Path) -> None:
    """Of one activity, and of every one."""
    left_out = {
        "order": {"reason": "small", "when": {"column": "sum", "at_most": 5}},
        "*": {"reason": "late", "when": {"column": "at", "equals": DAY.format(6)}},
    }
    found = check(tmp_path, LINES, ignore=left_out)
    assert found.rows.fates["ignored"] == 3


def test_what_cannot_be_read_is_counted(tmp_path: Path) -> None:
    """A blank that must not be, a number that is none, a text too long, a rule that is none."""
    faults = [
        told("a", 6, "asked", text=""),
        told("a", 6, "nps", text="x", sum=99),
        told("a", 6, "asked", text="x" * 10_001),
        told("a", 6, "promise", due="soon"),
        told("a", 6, "promise"),
    ]
    found = check(tmp_path, LINES + faults, bad=len(faults))
    assert found.rows.fates["unreadable"] == len(faults)
    frame = pa.table(
        {
            "who": ["a"],
            "at": [DAY.format(1)],
            "what": ["order"],
            "sum": ["x"],
            "text": ["x"],
            "due": ["x"],
            "flag": ["x"],
        }
    )
    mapping = make_mapping(
        {
            "columns": {"customer": "who", "time": "at", "activity": "what"},
            "events": PAYLOADS,
            "ignore": {"order": {"reason": "r", "when": {"column": "text", "at_least": 1}}},
        }
    )
    with pytest.raises(InvalidError, match="no row"):
        bulk.replay(frame, mapping=mapping)


def test_ids_that_come_again_are_told_apart(tmp_path: Path) -> None:
    """The same again, and the same id with another time or payload."""
    lines = [
        told("a", 1, "asked", text="why", n="1"),
        told("a", 1, "asked", text="why", n="1"),
        told("a", 1, "asked", text="other", n="1"),
        told("a", 3, "order", sum=12, n="2"),
        told("a", 2, "order", sum=12, n="2"),
        told("b", 2, "order", sum=12, n="2"),
        told("b", 3, "put", flag=False, n="3"),
        told("b", 3, "put", flag=False, n="3"),
    ]
    found = check(tmp_path, lines, columns={"id": "n"})
    assert (found.rows.repeated, found.rows.conflicting) == (2, 2)
    assert found.journeys.to_pylist()[0]["conflicting"] == 2


@pytest.mark.parametrize("numbers", [(3, 1, 2), ("3", "1", "2"), ("3.5", "1.5", "2")])
def test_a_sequence_orders_rows_of_one_moment(tmp_path: Path, numbers: tuple[Any, ...]) -> None:
    """Three promises of one moment are kept in its order."""
    lines = [
        told("a", 1, "promise", due=DAY.format(day), n=number)
        for day, number in zip((5, 6, 7), numbers, strict=True)
    ]
    lines.append(told("a", 2, "done", text="keep_promise", n=9))
    lines[-1]["n"] = type(numbers[0])(9)
    check(tmp_path, lines, columns={"sequence": ["n"]})


def test_cells_may_have_types_of_their_own() -> None:
    """Numbers, truths and times decide as their texts do."""
    due = datetime(2026, 3, 9, tzinfo=UTC)
    frame = pa.table(
        {
            "who": ["a", "b", "c", "d"],
            "at": [DAY.format(1)] * 4,
            "what": ["order", "order", "promise", "nps"],
            "text": ["x"] * 4,
            "sum": [12.5, float("nan"), 3.0, 4.0],
            "due": pa.array([due] * 4, pa.timestamp("us", "UTC")),
            "flag": [True] * 4,
        }
    )
    columns = {"customer": "who", "time": "at", "activity": "what"}
    mapping = make_mapping({"columns": columns, "events": PAYLOADS})
    found = bulk.replay(frame, mapping=mapping, duties=True)
    told = {(row["customer"], row["rule"]): row["due"] for row in found.duties.to_pylist()}
    assert told["c", "keep_promise"] == due
    assert found.rows.fates["unmatched"] == 1


def test_several_events_of_a_row_come_again_together(tmp_path: Path) -> None:
    """Each has an id of its own."""
    lines = [
        told("a", 1, "both", n="1"),
        told("a", 1, "both", n="1"),
        told("a", 1, "order", sum=12, n="1"),
    ]
    both = {"both": ["delivered", {"event": "asked", "payload": {"question": "q"}}, "purchased"]}
    found = check(tmp_path, lines, columns={"id": "n"}, events={**PAYLOADS, **both})
    assert (found.rows.repeated, found.rows.conflicting) == (4, 0)


def test_wide_tables_and_days_are_read_row_by_row(tmp_path: Path) -> None:
    """Each rule with a time of its own, and purchases of one day as one."""
    lines = [
        {**told("a", 1, "x"), "ordered": DAY.format(1), "sent": DAY.format(3), "id": 1},
        {**told("b", 1, "x"), "ordered": DAY.format(2), "sent": None, "id": 2},
        {**told("a", 1, "x"), "ordered": DAY.format(1).replace("12", "15"), "sent": None, "id": 3},
        {**told("c", 1, "x"), "ordered": None, "sent": None, "id": 4},
    ]
    wide: dict[str, Any] = {
        "columns": {"customer": "who", "activity": {"constant": "order"}, "id": "id"},
        "events": {
            "order": [{"event": "purchased", "at": "ordered"}, {"event": "delivered", "at": "sent"}]
        },
        "log": {"resolution": "day", "zone": "Europe/Tallinn"},
        "chart": {"repeat_purchase": "experience"},
    }
    mapping = make_mapping(wide)
    path = tmp_path / "log.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    book = LogBook.of(read_log(path, mapping), datetime(2026, 3, 2, tzinfo=UTC))
    until = datetime(2026, 3, 2, tzinfo=UTC)
    walks = dict(zip(book.events, walk_journeys(book.events, mapping.chart, until), strict=True))
    frame = pa.table({name: [line[name] for line in lines] for name in lines[0]})
    found = bulk.replay(frame, mapping=mapping, as_of=until, moves=True, duties=True)
    assert differences(found, walks, until) == []
    assert found.rows.later_events == book.later_events
    assert bulk.replay(frame, mapping=mapping).as_of > until


def test_duties_of_which_columns_carry_too_little_go_by_the_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The journeys that could open one, and no other; a state is refused."""
    monkeypatch.setattr(_tables, "KNOWN_PARTS", _tables.KNOWN_PARTS - {"met_by"})
    rules = [ObligationRule("call", "a test", on=(EventKind.ASKED,), met_by=(EventKind.TOUCHED,))]
    few = [one.id for one in standard_chart().obligations]
    chart = derive(standard_chart(), "call", obligations=rules, without_obligations=few)
    columns = {"customer": "who", "time": "at", "activity": "what"}
    mapping = make_mapping({"columns": columns, "events": PAYLOADS})
    frame = pa.table({name: [line[name] for line in LINES] for name in LINES[0]})
    assert bulk.replay(frame, mapping=mapping, chart=chart).by_machine == 3
    with pytest.raises(InvalidError, match="1 obligations of which columns carry too little"):
        bulk.BulkState(chart)
    silent = [
        ObligationRule("call", "a test", enters=(Standing.LAPSED,), met_by=(EventKind.TOUCHED,))
    ]
    chart = derive(standard_chart(), "silent", obligations=silent, without_obligations=few)
    found = bulk.replay(frame, mapping=mapping, chart=chart)
    assert found.by_machine == len(found.journeys)
