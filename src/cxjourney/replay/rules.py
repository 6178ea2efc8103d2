"""Rules of a mapping: one activity of the log gives one of our events, under its conditions."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches
from zoneinfo import ZoneInfo

import attrs

from cxjourney.events import Event, EventKind
from cxjourney.payload import Field, PayloadValue
from cxjourney.replay.conditions import Cell, Condition, blank, read_condition
from cxjourney.replay.errors import MappingError
from cxjourney.replay.tables import Table, named
from cxjourney.replay.values import CellError, fitting, value_of

__all__ = ["Rule", "read_rules"]

_WORDED_AS: Mapping[type, tuple[type, ...]] = {
    int: (int,),
    bool: (bool,),
    Decimal: (int, float, str),
    datetime: (datetime, str),
}
"""How TOML may word a constant of each type; a text or an enum takes a text only."""


@attrs.frozen
class Rule:
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
            CellError: when a cell does not hold what the rule needs; names the column.
        """
        if self.when and not all(condition.holds(cells) for condition in self.when):
            return None
        payload = self.constants
        if self.sources:
            payload = {**self.constants, **dict(self._drawn(cells))}
        return Event(self.kind, at, f"{line_id}:{self.tag}", payload)

    def _drawn(self, cells: Mapping[str, Cell]) -> Iterator[tuple[str, PayloadValue]]:
        for field, column in self.sources:
            cell = cells[column]
            if cell is not None and not blank(cell):
                try:
                    yield field.name, value_of(field, cell, self.zone)
                except CellError as error:
                    raise error.of(column) from None
            elif field.required:
                remedy = f"a value, or a condition that leaves out lines without it ({field.name})"
                raise CellError("blank", remedy, column)


def read_rules(events: Table, zone: ZoneInfo | None) -> Mapping[str, tuple[Rule, ...]]:
    """Return the rules of a mapping by activity.

    Raises:
        MappingError: when a rule is not of its form; names the place.
    """
    return {activity: tuple(_rules(events, activity, zone)) for activity in events.entries}


def _rules(events: Table, activity: str, zone: ZoneInfo | None) -> Iterator[Rule]:
    seen: dict[str, int] = {}
    for place, value in events.items(activity):
        entry = {"event": value} if isinstance(value, str) else value
        table = Table.of(events.path, place, entry, ("event", "when", "payload"))
        kind = _kind(table, place, plain=isinstance(value, str))
        seen[kind.name] = seen.get(kind.name, 0) + 1
        tag = kind.name if seen[kind.name] == 1 else f"{kind.name}.{seen[kind.name]}"
        when = table.items("when") if "when" in table else ()
        yield Rule(
            kind,
            tag,
            tuple(read_condition(events.path, where, one) for where, one in when),
            *_payload(table, kind, zone),
            zone,
        )


def _kind(table: Table, place: str, *, plain: bool) -> EventKind:
    kinds = {kind.name: kind for kind in EventKind.builtin()}
    name = table.needed_text("event", f"one of {', '.join(kinds)}")
    if name in kinds:
        return kinds[name]
    near = get_close_matches(name, kinds, 1)
    hint = f" (meant {near[0]}?)" if near else ""
    where = place if plain else table.place_of("event")
    found = f"an unknown event {named(name)}{hint}"
    raise MappingError(table.path, where, None, None, found, f"one of {', '.join(kinds)}")


def _payload(
    table: Table, kind: EventKind, zone: ZoneInfo | None
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
        if isinstance(value, dict):
            source = payload.table(name, ("column",))
            sources.append((fields[name], source.needed_text("column", "the name of a column")))
        else:
            constants[name] = _constant(payload, fields[name], value, zone)
    return constants, tuple(sources)


def _constant(payload: Table, field: Field, value: object, zone: ZoneInfo | None) -> PayloadValue:
    wanted = f"{fitting(field)}, or {{ column = ... }}"
    if type(value) not in _WORDED_AS.get(field.of, (str,)):
        raise payload.fault(field.name, named(value), wanted)
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    try:
        return value_of(field, text, zone)
    except CellError as error:
        found = named(value) if isinstance(value, str) else error.found
        raise payload.fault(field.name, found, wanted) from None
