"""The mapping: what the columns and activities of a log mean, as a small TOML file."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum, unique
from itertools import chain
from os import PathLike, fspath
from pathlib import Path
from zoneinfo import ZoneInfo

import attrs

from cxjourney.chart import Chart, Confirmation, Feedback, RepeatPurchase, standard_chart
from cxjourney.chart._duties import STANDARD_OBLIGATIONS
from cxjourney.errors import InvalidError
from cxjourney.replay._figures import DAY
from cxjourney.replay._values import (
    A_COLUMN,
    Cell,
    Condition,
    TomlTable,
    blank,
    fitting,
    meant,
    named,
    read_condition,
    value_of,
)
from cxjourney.vocabulary import Event, EventKind, Field, Phase
from cxjourney.vocabulary._events import PayloadValue
from cxjourney.vocabulary._terminal import brief

A_MAPPING = "a mapping in TOML"
KEYS = ("log", "columns", "events", "ignore", "chart")
DUTIES = tuple(rule.id for rule in STANDARD_OBLIGATIONS)
"""What the company may owe, by name."""
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

    __repr__ = brief


_WORDED_AS: Mapping[type, tuple[type, ...]] = {
    int: (int,),
    bool: (bool,),
    Decimal: (int, float, str),
    datetime: (datetime, str),
}
"""How TOML may word a constant of each type; a text or an enum takes a text only."""


@attrs.frozen
class MappingRule:
    """What one activity of a log means: an event, its payload, and when.

    Attributes:
        kind: the event's kind.
        tag: the end of the event's id; no other rule of the activity has it.
        when: the conditions, all of which must hold for the line.
        constants: the payload that is the same for every line.
        sources: the columns from which other fields of the payload come.
        zone: the zone of local times in those columns; None refuses them.
    """

    kind: EventKind
    tag: str
    when: tuple[Condition, ...] = ()
    constants: Mapping[str, PayloadValue] = attrs.field(factory=dict)
    sources: tuple[tuple[Field, str], ...] = ()
    zone: ZoneInfo | None = None

    __repr__ = brief

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the rule reads."""
        return (*(one.column for one in self.when), *(column for _, column in self.sources))

    def event(self, cells: Mapping[str, Cell], at: datetime, line_id: str) -> Event | None:
        """Return the event that a line gives, or None where a condition does not hold.

        Args:
            cells: what the line holds, by column.
            at: the line's time.
            line_id: the line's own id, or its number.

        Raises:
            InvalidError: when a cell does not hold what the rule needs; names the column.
        """
        if not all(condition.holds(cells) for condition in self.when):
            return None
        payload = {**self.constants, **dict(self._drawn(cells))}
        return Event(self.kind, at, f"{line_id}:{self.tag}", payload)

    def _drawn(self, cells: Mapping[str, Cell]) -> Iterator[tuple[str, PayloadValue]]:
        for field, column in self.sources:
            cell = cells[column]
            if cell is not None and not blank(cell):
                try:
                    yield field.name, value_of(field, cell, self.zone)
                except InvalidError as error:
                    raise attrs.evolve(error, column=column) from None
            elif field.required:
                remedy = f"a value, or a condition that leaves out lines without it ({field.name})"
                raise InvalidError("", "blank", remedy, column=column)


def _rules(events: TomlTable, activity: str, zone: ZoneInfo | None) -> Iterator[MappingRule]:
    seen: dict[str, int] = {}
    for place, value in events.items(activity):
        plain = isinstance(value, str)
        entry = {"event": value} if plain else value
        table = TomlTable.of(events.path, place, entry, ("event", "when", "payload"))
        kind = _kind(table, place if plain else table.place_of("event"))
        seen[kind.name] = seen.get(kind.name, 0) + 1
        tag = kind.name if seen[kind.name] == 1 else f"{kind.name}.{seen[kind.name]}"
        questions = table.items("when") if "when" in table else ()
        when = tuple(read_condition(events.path, where, one) for where, one in questions)
        yield MappingRule(kind, tag, when, *_payload(table, kind, zone), zone)


def _kind(table: TomlTable, where: str) -> EventKind:
    kinds = {kind.name: kind for kind in EventKind.builtin()}
    expected = f"one of {', '.join(kinds)}"
    name = table.needed_text("event", expected)
    if name in kinds:
        return kinds[name]
    found = f"an unknown event {named(name)}{meant(name, kinds)}"
    raise InvalidError(f"{table.path}, {where}", found, expected)


def _payload(
    table: TomlTable, kind: EventKind, zone: ZoneInfo | None
) -> tuple[Mapping[str, PayloadValue], tuple[tuple[Field, str], ...]]:
    fields = {field.name: field for field in kind.fields}
    payload = table.table("payload")
    if not fields and payload.entries:
        raise table.fault("payload", "a payload", f"none: {kind.name} has no fields")
    payload.check_keys(tuple(fields))
    for field in kind.fields:
        if field.required and field.name not in payload:
            raise payload.fault(field.name, f"missing, and {kind.name} needs it", fitting(field))
    constants: dict[str, PayloadValue] = {}
    sources: list[tuple[Field, str]] = []
    for name, value in payload.entries.items():
        if name == "obligation" and isinstance(value, str) and value not in DUTIES:
            found = f"an unknown obligation {named(value)}{meant(value, DUTIES)}"
            raise payload.fault(name, found, f"one of {', '.join(DUTIES)}")
        if isinstance(value, dict):
            source = payload.table(name, ("column",))
            sources.append((fields[name], source.needed_text("column", A_COLUMN)))
        else:
            constants[name] = _constant(payload, fields[name], value, zone)
    return constants, tuple(sources)


def _constant(
    payload: TomlTable, field: Field, value: object, zone: ZoneInfo | None
) -> PayloadValue:
    wanted = f"{fitting(field)}, or {{ column = ... }}"
    if type(value) not in _WORDED_AS.get(field.of, (str,)):
        raise payload.fault(field.name, named(value), wanted)
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    try:
        return value_of(field, text, zone)
    except InvalidError as error:
        found = named(value) if isinstance(value, str) else error.found
        raise payload.fault(field.name, found, wanted) from None


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
    rules: Mapping[str, tuple[MappingRule, ...]]
    ignored: Mapping[str, str]
    chart: Chart
    log_format: LogFormat | None = None
    delimiter: str = ","
    zone: ZoneInfo | None = None
    mixed_offsets: bool = False

    __repr__ = brief

    @property
    def used_columns(self) -> tuple[str, ...]:
        """Every column that is read, in the order of the mapping."""
        rules = chain.from_iterable(self.rules.values())
        drawn = chain.from_iterable(rule.columns for rule in rules)
        return tuple(dict.fromkeys(filter(None, (*attrs.astuple(self.columns), *drawn))))


def read_mapping(path: str | PathLike[str]) -> LogMapping:
    """Read a mapping from a TOML file.

    Raises:
        InvalidError: when there is no such file, or it is not a mapping; names the place.
    """
    name = fspath(path)
    try:
        data = tomllib.loads(Path(path).read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise InvalidError(name, "no such file", A_MAPPING) from None
    except OSError as error:
        raise InvalidError(name, (error.strerror or "unreadable").lower(), A_MAPPING) from None
    except UnicodeDecodeError:
        raise InvalidError(name, "not UTF-8", f"{A_MAPPING}, which is UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        place = SYNTAX_PLACE.search(str(error))
        lines = (int(place[1]),) if place else ()
        where = SYNTAX_PLACE.sub(r" at character \2", str(error))
        found = f"not TOML ({where})"
        raise InvalidError(name, found, A_MAPPING, lines=lines) from None
    except (RecursionError, ValueError):
        raise InvalidError(name, "not readable as TOML", A_MAPPING) from None
    return make_mapping(data, name)


def make_mapping(data: Mapping[str, object], path: str = "mapping") -> LogMapping:
    """Return a mapping from what its TOML file holds.

    Args:
        data: the tables of the mapping.
        path: what errors call it.

    Raises:
        InvalidError: when a key is unknown, missing, or of the wrong form; names the place.
    """
    root = TomlTable.of(path, "", dict(data), KEYS)
    told = root.table("columns", [field.name for field in attrs.fields(Columns)])
    columns = Columns(
        told.needed_text("customer", A_COLUMN),
        told.needed_text("time", A_COLUMN),
        told.needed_text("activity", A_COLUMN),
        told.text("engagement", A_COLUMN),
        told.text("id", A_COLUMN),
    )
    log = root.table("log", ("format", "delimiter", "zone", "mixed_offsets"))
    zone = _zone(log)
    events = root.table("events")
    if not events.entries:
        raise root.missing("events", "a table of activities and the events that they mean")
    return LogMapping(
        path,
        columns,
        {activity: tuple(_rules(events, activity, zone)) for activity in events.entries},
        _ignored(root.table("ignore"), events),
        read_chart(root.table("chart")),
        log.choice("format", LogFormat.CSV) if "format" in log else None,
        _delimiter(log),
        zone,
        log.flag("mixed_offsets"),
    )


def _ignored(ignore: TomlTable, events: TomlTable) -> Mapping[str, str]:
    for activity in ignore.entries:
        if activity in events:
            raise ignore.fault(activity, "also under events", "an activity in one of the two")
    return {name: ignore.needed_text(name, "the reason, a text") for name in ignore.entries}


def _delimiter(log: TomlTable) -> str:
    value = log.entries.get("delimiter", ",")
    if isinstance(value, str) and len(value) == 1 and value not in '"\r\n\0':
        return value
    raise log.fault("delimiter", named(value), "one character, such as ';'")


def _zone(log: TomlTable) -> ZoneInfo | None:
    key = log.text("zone", "the name of a time zone, such as 'Europe/Tallinn'")
    if key is None:
        return None
    try:
        return ZoneInfo(key)
    except (LookupError, OSError, ValueError):
        found = f"an unknown time zone {named(key)}"
        raise log.fault("zone", found, "a name such as 'Europe/Tallinn'") from None


NEVER = "never"
LONGEST_DAYS = 36_500
WINDOW = f"a number of days from 0 to {LONGEST_DAYS:,}, or {NEVER!r}"
PHASES = {phase.name.lower(): phase for phase in Phase}


def read_chart(settings: TomlTable) -> Chart:
    """Return the chart of a mapping; its key names the windows that differ from the standard ones.

    Raises:
        InvalidError: when an option or a window is not of its form.
    """
    settings.check_keys(
        ("feedback", "repeat_purchase", "confirmation", "silence", "advocacy_quiet")
    )
    chart = standard_chart(
        feedback=settings.choice("feedback", Feedback.REQUIRED),
        repeat_purchase=settings.choice("repeat_purchase", RepeatPurchase.LOYALTY),
        confirmation=settings.choice("confirmation", Confirmation.REQUIRED),
    )
    told = settings.table("silence", PHASES)
    silence = {**chart.silence, **{PHASES[name]: _window(told, name) for name in told.entries}}
    quiet = chart.advocacy_quiet
    if "advocacy_quiet" in settings:
        quiet = _window(settings, "advocacy_quiet")
    windows = {phase.name.lower(): window for phase, window in silence.items()}
    standard = [*chart.silence.values(), chart.advocacy_quiet]
    changed = [
        f"{name}={NEVER if window is None else f'{window / DAY:.10g}'}"
        for (name, window), usual in zip(
            {**windows, "advocacy_quiet": quiet}.items(), standard, strict=True
        )
        if window != usual
    ]
    if not changed:
        return chart
    key = f"{chart.key}[silence:{','.join(changed)}]"
    return attrs.evolve(chart, key=key, silence=silence, advocacy_quiet=quiet)


def _window(table: TomlTable, key: str) -> timedelta | None:
    if table.entries[key] == NEVER:
        return None
    days = table.number(key, WINDOW)
    if not 0 < days <= LONGEST_DAYS:
        raise table.fault(key, f"{days} days", WINDOW)
    return timedelta(days=float(days))
