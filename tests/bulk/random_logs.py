"""Random logs as files, with random mappings, for asking both engines for a report."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from cxjourney.replay import LogMapping, make_mapping

HEADER = ("who", "thing", "when", "what", "number", "land", "score", "due")
EPOCH = "in seconds"
BEGIN = datetime(2024, 3, 1)  # noqa: DTZ001 - a local time, as logs have them
FORMS: tuple[tuple[dict[str, Any], str], ...] = (
    ({}, "%Y-%m-%dT%H:%M:%SZ"),
    ({}, "%Y-%m-%d %H:%M:%S+02:00"),
    ({"zone": "Europe/Tallinn"}, "%Y-%m-%d %H:%M:%S"),
    ({"zone": "Europe/Tallinn"}, "%Y-%m-%d"),
    ({"zone": "Europe/Tallinn", "resolution": "day"}, "%Y-%m-%d %H:%M:%S"),
    ({"zone": "Asia/Kolkata", "time": "%d.%m.%Y %H:%M:%S"}, "%d.%m.%Y %H:%M:%S"),
    ({"time": "epoch_s"}, EPOCH),
)
EVENTS: dict[str, Any] = {
    "ask": "contacted",
    "need": "need_admitted",
    "buy": ["purchased", "delivered"],
    "use": "used_again",
    "promise": {"event": "promised", "payload": {"due": {"column": "due"}, "what": "it"}},
    "score": [
        {"event": "result_achieved", "when": {"column": "score", "at_least": 7}},
        {"event": "result_poor", "when": {"column": "score", "at_most": 3}},
        {
            "event": "feedback_captured",
            "payload": {"nps": {"column": "score"}},
            "when": {"column": "score", "at_least": 5},
        },
    ],
    "met": {"event": "fulfilled", "payload": {"obligation": "affirm_decision"}},
    "tell": "referred",
    "leave": "left",
    "no": "declined",
}
ORDERS: dict[str, Any] = {
    "forget": "erased",
    "back": {
        "event": "retracted",
        "payload": {"event": {"column": "number"}, "actor": "x", "reason": "y"},
    },
    "move": {"event": "moved", "payload": {"to": "adopt", "actor": "x", "reason": "y"}},
}


def _events_of(random: Random, columns: dict[str, Any]) -> dict[str, Any]:
    """Return what activities mean; where all have times of their own, rows have none."""
    events = dict(EVENTS)
    if random.random() < 0.3:
        events.update(ORDERS)
    if random.random() < 0.5:
        del events["score"], events["promise"]
    if random.random() < 0.2:
        events["buy"] = ["purchased", {"event": "delivered", "at": "due"}]
        events["use"] = {"event": "used_again", "at": "due"}
        events["EE"] = {"event": "contacted", "at": "due"}
        if random.random() < 0.3:
            del columns["time"]
            events = {name: events[name] for name in ("use", "EE")}
    return events


def mapping_of(random: Random, log: dict[str, Any]) -> LogMapping:
    """Return some mapping of the logs below."""
    columns: dict[str, Any] = {"customer": "who", "time": "when", "activity": "what"}
    if random.random() < 0.3:
        columns["engagement"] = "thing"
    if random.random() < 0.4:
        columns["id"] = "number"
    if random.random() < 0.4:
        columns["segment"] = "land"
    if random.random() < 0.2:
        columns["sequence"] = "score"
    if random.random() < 0.1:
        columns["customer"] = ["thing", "who"]
    if random.random() < 0.05:
        columns["activity"] = ["land", "what"]
    events = _events_of(random, columns)
    ignored: dict[str, Any] = {"look": "says nothing"}
    if random.random() < 0.2:
        ignored["*"] = {"reason": "tests", "when": {"column": "land", "equals": "FI"}}
        some = {"column": "score", "at_least": 6}, {"column": "thing", "equals": "t1"}
        ignored["ask"] = [{"reason": f"says {n}", "when": one} for n, one in enumerate(some)]
    chart = {
        "feedback": random.choice(["optional", "required"]),
        "repeat_purchase": random.choice(["experience", "loyalty"]),
        "silence": {"assess": 2, "adopt": 5},
    }
    tables = {"columns": columns, "events": events, "ignore": ignored, "chart": chart, "log": log}
    return make_mapping(tables, "map.toml")


def rows_of(random: Random, form: str, many: int) -> Iterator[list[str]]:
    """Yield the rows of a log; ties, gaps and ids that come again are among them."""
    at = BEGIN + timedelta(days=random.randrange(40))
    words = [*EVENTS, *ORDERS, "look", "huh"]
    for number in range(many):
        at += timedelta(hours=random.choice([0, 0, 1, 30, 100]), minutes=random.randrange(3) * 20)
        when = at - timedelta(hours=random.choice([0, 0, 0, 50]))
        again = random.randrange(number + 1) if random.random() < 0.1 else number
        due = _written(at + timedelta(days=random.randrange(9)), form)
        yield [
            f"c{random.randrange(max(2, many // 8))}",
            random.choice(["", "t1", "t2"]),
            _written(when, form),
            random.choice(words),
            f"n{again}",
            random.choice(["", "EE", "FI", " SE "]),
            str(random.randrange(11)),
            due,
        ]


def _written(at: datetime, form: str) -> str:
    return str(int(at.replace(tzinfo=UTC).timestamp())) if form == EPOCH else at.strftime(form)


def write_objects(random: Random, path: Path, rows: list[list[str]]) -> None:
    """Write a log as one object a line, or as an array, now and then with something at fault."""
    lines = []
    for row in rows:
        told: dict[str, Any] = dict(zip(HEADER, row, strict=True))
        told["score"] = random.choice([told["score"], int(told["score"]), float(told["score"])])
        if random.random() < 0.1:
            told["land"] = None
        if random.random() < 0.1:
            del told["thing"]
        lines.append(json.dumps(told))
    odd, place = random.random(), random.randrange(len(lines))
    if odd < 0.05:
        lines[place] = lines[place][:-2]
    elif odd < 0.1:
        lines[place] = lines[place].replace("who", "whose")
    elif odd < 0.15:
        lines[place] = lines[place].replace("land", "who")
    elif odd < 0.2:
        lines[place] = lines[place].replace("when", "when", 1).replace("20", "x20", 1)
    text = f"[{','.join(lines)}]"
    if random.random() < 0.7:
        text = random.choice(["\n", "\n\n", "\r\n"]).join(lines)
    path.write_text(text, encoding="utf-8", newline="")


def write_table(random: Random, path: Path, rows: list[list[str]], form: str) -> None:
    """Write a log as Parquet, in one of the types that its columns may have."""
    columns: dict[str, Any] = dict(zip(HEADER, map(list, zip(*rows, strict=True)), strict=True))
    columns["score"] = random.choice([str, int, float])(0), columns["score"]
    kind = type(columns["score"][0])
    columns["score"] = [
        None if random.random() < 0.05 else kind(one) for one in columns["score"][1]
    ]
    columns["land"] = pa.array(columns["land"]).dictionary_encode()
    if form == EPOCH:
        columns["when"] = [int(one) for one in columns["when"]]
    elif random.random() < 0.7 and "." not in form:
        times = [datetime.fromisoformat(one) for one in columns["when"]]
        unit = random.choice(["s", "ms", "us", "ns"])
        zone = random.choice(["UTC", "Asia/Kolkata"]) if times[0].tzinfo else None
        columns["when"] = pa.array(times, pa.timestamp(unit, zone))
    if random.random() < 0.1:
        columns["who"][random.randrange(len(rows))] = None
    pq.write_table(pa.table(columns), path)


def write_log(random: Random, path: Path, rows: list[list[str]]) -> None:
    """Write a log, quoted in one way or another, now and then with something at fault."""
    end, mark = random.choice(["\n", "\r\n"]), random.choice([",", ";"])
    lines = [mark.join(HEADER)]
    for row in rows:
        quoted = random.random() < 0.2
        lines.append(mark.join(f'"{cell}"' if quoted else cell for cell in row))
    odd = random.random()
    place = random.randrange(1, len(lines))
    if odd < 0.05:
        lines[place] = lines[place].replace("c", "", 1)
    elif odd < 0.1:
        lines[place] += mark + "more"
    elif odd < 0.15:
        lines[place] = "\n" + lines[place].replace("n", '"', 1)
    elif odd < 0.2:
        lines[place] = lines[place].replace("2024", "2x24")
    elif odd < 0.25:
        lines[place] = lines[place].replace("c", '"c' + end + 'c"', 1)
    elif odd < 0.3:
        lines[place] = lines[place].replace("c", "õ\u2028", 1)
    last = random.choice(["", end])
    text = "\ufeff" * (random.random() < 0.2) + end.join(lines) + last
    path.write_bytes(text.encode("utf-8"))
