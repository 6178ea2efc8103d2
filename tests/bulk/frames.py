"""Events as frames, with a mapping that reads them back, and the same log for the live replay."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import attrs
import pyarrow as pa

from cxjourney.bulk import BulkReplay
from cxjourney.chart import Chart
from cxjourney.replay import LogBook, LogMapping, Walk, make_mapping, read_log, walk_journeys
from cxjourney.vocabulary import Event, EventKind
from tests.bulk.oracle import duties_of, moves_of, row_of

Told = tuple[str, str, str, Event]
"""Customer, engagement, id of the line, and what happened."""


def _told(value: object) -> object:
    if isinstance(value, Enum):
        return value.name.lower()
    return value.isoformat() if isinstance(value, datetime) else str(value).lower()


def mapping_of(chart: Chart, *, ids: bool = False, engagements: bool = True) -> LogMapping:
    """Return a mapping in which each kind is an activity, and each field a column."""
    events = {
        kind.name: {
            "event": kind.name,
            "payload": {field.name: {"column": field.name} for field in kind.fields},
        }
        for kind in EventKind.builtin()
    }
    columns = {"customer": "customer", "time": "at", "activity": "kind"}
    columns |= {"engagement": "engagement"} if engagements else {}
    columns |= {"id": "line"} if ids else {}
    data = {"columns": columns, "log": {"mixed_offsets": True}, "events": events}
    return attrs.evolve(make_mapping(data), chart=chart)


def rows(log: Iterable[Told], mapping: LogMapping) -> list[dict[str, Any]]:
    """Return events as lines of a log."""
    names = mapping.used_columns
    return [
        {
            **dict.fromkeys(names),
            "customer": customer,
            "engagement": engagement,
            "line": line,
            "at": event.at.isoformat(),
            "kind": event.kind.name,
            **{name: _told(value) for name, value in event.payload.items()},
        }
        for customer, engagement, line, event in log
    ]


def frame_of(lines: list[dict[str, Any]]) -> pa.Table:
    """Return lines as a frame; a column that holds nothing is one of texts."""
    names = dict.fromkeys(name for line in lines for name in line)
    return pa.table({name: pa.array([line[name] for line in lines], pa.string()) for name in names})


def live_walks(
    path: Path, lines: list[dict[str, Any]], mapping: LogMapping, as_of: datetime | None
) -> tuple[dict[tuple[str, str], Walk], datetime]:
    """Replay lines with the live machine, from a file as users have it."""
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    book = LogBook.of(read_log(path, mapping), as_of)
    until = as_of or book.last
    assert until is not None
    walks = walk_journeys(book.events, mapping.chart, until)
    return dict(zip(book.events, walks, strict=True)), until


def answers(found: BulkReplay) -> dict[tuple[str, str], dict[str, Any]]:
    """Return what a replay in columns says of each journey."""
    told: dict[tuple[str, str], dict[str, Any]] = {}
    for row in found.journeys.to_pylist():
        key = str(row.pop("customer")), row.pop("engagement", "")
        told[key] = {**row, "moves": [], "duties": []}
    for row in found.moves.to_pylist():
        key = str(row["customer"]), row.get("engagement", "")
        told[key]["moves"].append(tuple(row[name] for name in ("at", "event", "before", "after")))
    for row in found.duties.to_pylist():
        key = str(row["customer"]), row.get("engagement", "")
        names = ("rule", "opened_at", "due", "state", "ended_at", "cycle")
        told[key]["duties"].append(tuple(row[name] for name in names))
    return told


def expected(walks: Mapping[Any, Walk], as_of: datetime) -> dict[Any, dict[str, Any]]:
    """Return what the live machine says of each journey, in the same form."""
    return {
        key: {**row_of(walk, as_of), "moves": moves_of(walk), "duties": duties_of(walk)}
        for key, walk in walks.items()
    }


def differences(found: BulkReplay, walks: Mapping[Any, Walk], as_of: datetime) -> list[Any]:
    """Return where the two disagree: journey, column, and what either says."""
    bulk, live = answers(found), expected(walks, as_of)
    assert bulk.keys() == live.keys()
    pairs = [
        (key, name, _utc(bulk[key][name]), _utc(value))
        for key, one in live.items()
        for name, value in one.items()
    ]
    return [
        one
        for one in pairs
        if sorted(map(repr, one[2])) != sorted(map(repr, one[3]))
        if one[1] == "duties" or one[2] != one[3]
    ]


def _utc(value: Any) -> Any:
    if isinstance(value, list):
        return [tuple(map(_utc, one)) for one in value]
    return [value.astimezone(UTC) if isinstance(value, datetime) else value]
