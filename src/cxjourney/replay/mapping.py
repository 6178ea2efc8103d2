"""The mapping: what the columns and activities of a log mean, as a small TOML file."""

import re
import tomllib
from collections.abc import Mapping
from enum import Enum, unique
from os import PathLike, fspath
from pathlib import Path
from zoneinfo import ZoneInfo

import attrs

from cxjourney.chart import Chart
from cxjourney.replay.errors import MappingError
from cxjourney.replay.rules import Rule, read_rules
from cxjourney.replay.settings import read_chart
from cxjourney.replay.tables import Table, named

__all__ = ["Columns", "LogFormat", "LogMapping", "make_mapping", "read_mapping"]

KEYS = ("log", "columns", "events", "ignore", "chart")
SYNTAX_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)$")


@unique
class LogFormat(Enum):
    """How a log is written: CSV with a header, or one JSON object a line."""

    CSV = "csv"
    JSONL = "jsonl"


@attrs.frozen
class Columns:
    """Which columns of a log say who, what and when.

    Attributes:
        customer: the customer's id.
        time: when it happened.
        activity: what happened, in the log's own words.
        engagement: the id of the thing bought or considered; None where there is but one.
        id: the event's own id; None numbers the lines.
    """

    customer: str
    time: str
    activity: str
    engagement: str | None = None
    id: str | None = None


@attrs.frozen
class LogMapping:
    """What a log means: which columns, which activities, which chart.

    Attributes:
        path: where it came from, as it was named.
        columns: which columns say who, what and when.
        rules: the events that each activity gives.
        ignored: the activities that are left out on purpose, each with the reason.
        chart: the chart to replay with.
        log_format: how the log is written; None goes by the end of its name.
        delimiter: what stands between the fields of a CSV.
        zone: the zone of local times; None wants an offset with every time.
        mixed_offsets: whether the times may have any offsets.
    """

    path: str
    columns: Columns
    rules: Mapping[str, tuple[Rule, ...]]
    ignored: Mapping[str, str]
    chart: Chart
    log_format: LogFormat | None = None
    delimiter: str = ","
    zone: ZoneInfo | None = None
    mixed_offsets: bool = False

    @property
    def used_columns(self) -> tuple[str, ...]:
        """Every column that is read, in the order of the mapping."""
        drawn = [
            column for rules in self.rules.values() for rule in rules for column in rule.columns
        ]
        named_first = [column for column in attrs.astuple(self.columns) if column is not None]
        return tuple(dict.fromkeys([*named_first, *drawn]))


def read_mapping(path: str | PathLike[str]) -> LogMapping:
    """Read a mapping from a TOML file.

    Raises:
        MappingError: when there is no such file, or it is not a mapping; names the place.
    """
    name = fspath(path)
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
        data = tomllib.loads(text)
    except FileNotFoundError:
        raise _whole(name, "no such file", "a mapping in TOML") from None
    except OSError as error:
        raise _whole(name, (error.strerror or "unreadable").lower(), "a mapping in TOML") from None
    except UnicodeDecodeError:
        raise _whole(name, "not UTF-8", "a mapping in TOML, which is UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(name, str(error)) from None
    except (RecursionError, ValueError):
        raise _whole(name, "not readable as TOML", "a mapping in TOML") from None
    return make_mapping(data, name)


def _whole(name: str, found: str, expected: str) -> MappingError:
    return MappingError(name, "", None, None, found, expected)


def _not_toml(name: str, message: str) -> MappingError:
    place = SYNTAX_PLACE.search(message)
    line, column = (int(place[1]), int(place[2])) if place else (None, None)
    found = f"not TOML ({SYNTAX_PLACE.sub('', message)})"
    return MappingError(name, "", line, column, found, "a mapping in TOML")


def make_mapping(data: Mapping[str, object], path: str = "mapping") -> LogMapping:
    """Return a mapping from what its TOML file holds.

    Args:
        data: the tables of the mapping.
        path: what errors call it.

    Raises:
        MappingError: when a key is unknown, missing, or of the wrong form; names the place.
    """
    root = Table.of(path, "", dict(data), KEYS)
    columns = _columns(root)
    log = root.table("log", ("format", "delimiter", "zone", "mixed_offsets"))
    zone = _zone(log)
    events = root.table("events")
    if not events.entries:
        raise root.missing("events", "a table of activities and the events that they mean")
    return LogMapping(
        path,
        columns,
        read_rules(events, zone),
        _ignored(root.table("ignore"), events),
        read_chart(root.table("chart")),
        _format(log),
        _delimiter(log),
        zone,
        log.flag("mixed_offsets"),
    )


def _columns(root: Table) -> Columns:
    columns = root.table("columns", [field.name for field in attrs.fields(Columns)])
    wanted = "the name of a column"
    return Columns(
        columns.needed_text("customer", wanted),
        columns.needed_text("time", wanted),
        columns.needed_text("activity", wanted),
        columns.text("engagement", wanted),
        columns.text("id", wanted),
    )


def _ignored(ignore: Table, events: Table) -> Mapping[str, str]:
    for activity in ignore.entries:
        if activity in events:
            raise ignore.fault(activity, "also under events", "an activity in one of the two")
    return {name: ignore.needed_text(name, "the reason, a text") for name in ignore.entries}


def _format(log: Table) -> LogFormat | None:
    return log.choice("format", LogFormat.CSV) if "format" in log else None


def _delimiter(log: Table) -> str:
    value = log.entries.get("delimiter", ",")
    if isinstance(value, str) and len(value) == 1 and value not in '"\r\n\0':
        return value
    raise log.fault("delimiter", named(value), "one character, such as ';'")


def _zone(log: Table) -> ZoneInfo | None:
    key = log.text("zone", "the name of a time zone, such as 'Europe/Tallinn'")
    if key is None:
        return None
    try:
        return ZoneInfo(key)
    except (LookupError, OSError, ValueError):
        found = f"an unknown time zone {named(key)}"
        raise log.fault("zone", found, "a name such as 'Europe/Tallinn'") from None
