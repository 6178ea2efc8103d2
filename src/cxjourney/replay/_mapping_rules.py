"""The rules of a mapping: what an activity means, and which lines are left out on purpose."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

import attrs

from cxjourney.chart import Chart
from cxjourney.errors import InvalidError
from cxjourney.replay._reading._cell_form import Cell, CellForm, blank
from cxjourney.replay._values import (
    A_COLUMN,
    Condition,
    TomlTable,
    fitting,
    meant,
    named,
    read_condition,
    value_of,
)
from cxjourney.vocabulary import Event, EventKind, Field
from cxjourney.vocabulary._events import EMPTY, PayloadValue
from cxjourney.vocabulary._terminal import Showable, brief

ANY_ACTIVITY = "*"
"""What ``[ignore]`` calls the lines of every activity."""

_WORDED_AS: Mapping[type, tuple[type, ...]] = {
    int: (int,),
    bool: (bool,),
    Decimal: (int, float, str),
    datetime: (datetime, str),
}
"""How TOML may word a constant of each type; a text or an enum takes a text only."""


def _frozen(payload: Mapping[str, PayloadValue]) -> Mapping[str, PayloadValue]:
    return MappingProxyType(dict(payload)) if payload else EMPTY


@attrs.frozen
class MappingRule(Showable):
    """What one activity of a log means: an event, its payload, and when.

    Attributes:
        kind: the event's kind.
        tag: the end of the event's id; no other rule of the activity has it.
        when: the conditions, all of which must hold for the line.
        constants: the payload that is the same for every line.
        sources: the columns from which other fields of the payload come.
        at: the column with the event's own time, which may be blank; None takes the line's time.
        form: how the numbers and times in those columns are written.
        always: whether it holds for every line.
    """

    kind: EventKind
    tag: str
    when: tuple[Condition, ...] = ()
    constants: Mapping[str, PayloadValue] = attrs.field(default=EMPTY, converter=_frozen)
    sources: tuple[tuple[Field, str], ...] = ()
    at: str | None = None
    form: CellForm = attrs.field(factory=CellForm, repr=False)
    always: bool = attrs.field(init=False, repr=False)

    __repr__ = brief

    @always.default
    def _asks_nothing(self) -> bool:
        return not self.when and self.at is None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the rule reads."""
        own = () if self.at is None else (self.at,)
        drawn = (column for _, column in self.sources)
        return (*(one.column for one in self.when), *drawn, *own)

    def holds(self, cells: Mapping[str, Cell]) -> bool:
        """Say whether every condition holds for a line, and it has the rule's own time if any.

        Raises:
            InvalidError: when a cell should be compared with a number and is none.
        """
        if self.at is not None and blank(cells[self.at]):
            return False
        return all(condition.holds(cells) for condition in self.when)

    def event(self, cells: Mapping[str, Cell], at: datetime, line_id: str) -> Event | None:
        """Return the event that a line gives, or None where the rule does not hold.

        Args:
            cells: what the line holds, by column.
            at: when it happened.
            line_id: the line's own id, or its number.

        Raises:
            InvalidError: when a cell does not hold what the rule needs; names the column.
        """
        return self.made(cells, at, line_id) if self.holds(cells) else None

    def made(self, cells: Mapping[str, Cell], at: datetime, line_id: str) -> Event:
        """Return the event of a line for which the rule holds.

        Raises:
            InvalidError: when a cell does not hold what the rule needs; names the column.
        """
        payload = self.constants
        if self.sources:
            drawn = dict(self._drawn(cells))
            payload = MappingProxyType({**payload, **drawn}) if drawn else payload
        return Event.of_checked(self.kind, at, f"{line_id}:{self.tag}", payload)

    def _drawn(self, cells: Mapping[str, Cell]) -> Iterator[tuple[str, PayloadValue]]:
        for field, column in self.sources:
            cell = cells[column]
            if cell is not None and not blank(cell):
                try:
                    yield field.name, value_of(field, cell, self.form)
                except InvalidError as error:
                    raise attrs.evolve(error, column=column) from None
            elif field.required:
                remedy = f"a value, or a condition that leaves out lines without it ({field.name})"
                raise InvalidError("", "blank", remedy, column=column)


@attrs.frozen
class IgnoreRule(Showable):
    """Lines of one activity that are left out on purpose.

    Attributes:
        reason: why.
        when: the conditions, all of which must hold for the line.
    """

    reason: str
    when: tuple[Condition, ...] = ()

    __repr__ = brief

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the rule reads."""
        return tuple(one.column for one in self.when)

    def holds(self, cells: Mapping[str, Cell]) -> bool:
        """Say whether a line is left out.

        Raises:
            InvalidError: when a cell should be compared with a number and is none.
        """
        return all(condition.holds(cells) for condition in self.when)


def read_rules(
    events: TomlTable, activity: str, chart: Chart, form: CellForm, *, timed: bool
) -> Iterator[MappingRule]:
    """Yield the rules of an activity.

    Args:
        events: the table of activities.
        activity: the activity.
        chart: its kinds and obligations may be named.
        form: how the log is written.
        timed: whether the lines have a time of their own.

    Raises:
        InvalidError: when a rule is not of its form; names the place.
    """
    seen: dict[str, int] = {}
    for place, value in events.items(activity):
        plain = isinstance(value, str)
        entry = {"event": value} if plain else value
        table = TomlTable.of(events.path, place, entry, ("event", "at", "when", "payload"))
        kind = _kind(table, chart, place if plain else table.place_of("event"))
        seen[kind.name] = seen.get(kind.name, 0) + 1
        tag = kind.name if seen[kind.name] == 1 else f"{kind.name}.{seen[kind.name]}"
        at = table.text("at", "the name of the column with the event's time")
        if at is None and not timed:
            found = "an event without a time"
            remedy = "at, the column of its time, or columns.time for every line"
            raise InvalidError(f"{events.path}, {place}", found, remedy)
        when = _conditions(table, form)
        yield MappingRule(kind, tag, when, *_payload(table, kind, chart, form), at, form)


def read_ignored(
    ignore: TomlTable, events: TomlTable, form: CellForm
) -> Mapping[str, tuple[IgnoreRule, ...]]:
    """Return which lines are left out on purpose, by activity.

    Raises:
        InvalidError: when an entry is not of its form, or an activity that has events is left out
            without a condition; names the place.
    """
    return {
        activity: tuple(_ignored(ignore, activity, events, form)) for activity in ignore.entries
    }


def _ignored(
    ignore: TomlTable, activity: str, events: TomlTable, form: CellForm
) -> Iterator[IgnoreRule]:
    for place, value in ignore.items(activity):
        plain = not isinstance(value, dict)
        entry = value if isinstance(value, dict) else {"reason": value}
        table = TomlTable.of(ignore.path, place, entry, ("reason", "when"))
        when = _conditions(table, form)
        if not when and (activity in events or activity == ANY_ACTIVITY):
            found = "also under events" if activity in events else "every line left out"
            expected = "an activity in one of the two, or a condition (when)"
            raise ignore.fault(activity, found, expected)
        reason = entry.get("reason")
        if plain and not (isinstance(reason, str) and reason.strip()):
            raise InvalidError(f"{ignore.path}, {place}", named(reason), "the reason, a text")
        yield IgnoreRule(table.needed_text("reason", "the reason, a text"), when)


def _conditions(table: TomlTable, form: CellForm) -> tuple[Condition, ...]:
    questions = table.items("when") if "when" in table else ()
    return tuple(read_condition(table.path, where, one, form) for where, one in questions)


def _kind(table: TomlTable, chart: Chart, where: str) -> EventKind:
    kinds = {kind.name: kind for kind in sorted(chart.kinds, key=lambda kind: kind.rank)}
    expected = f"one of {', '.join(kinds)}"
    name = table.needed_text("event", expected)
    if name in kinds:
        return kinds[name]
    found = f"an unknown event {named(name)}{meant(name, kinds)}"
    raise InvalidError(f"{table.path}, {where}", found, expected)


def _payload(
    table: TomlTable, kind: EventKind, chart: Chart, form: CellForm
) -> tuple[Mapping[str, PayloadValue], tuple[tuple[Field, str], ...]]:
    fields = {field.name: field for field in kind.fields}
    payload = table.table("payload")
    if not fields and payload.entries:
        raise table.fault("payload", "a payload", f"none: {kind.name} has no fields")
    payload.check_keys(tuple(fields))
    for field in kind.fields:
        if field.required and field.name not in payload:
            raise payload.fault(field.name, f"missing, and {kind.name} needs it", fitting(field))
    duties = tuple(rule.id for rule in chart.obligations)
    constants: dict[str, PayloadValue] = {}
    sources: list[tuple[Field, str]] = []
    for name, value in payload.entries.items():
        if name == "obligation" and isinstance(value, str) and value not in duties:
            found = f"an unknown obligation {named(value)}{meant(value, duties)}"
            raise payload.fault(name, found, f"one of {', '.join(duties)}")
        if isinstance(value, dict):
            source = payload.table(name, ("column",))
            sources.append((fields[name], source.needed_text("column", A_COLUMN)))
        else:
            constants[name] = _constant(payload, fields[name], value, form)
    return constants, tuple(sources)


def _constant(payload: TomlTable, field: Field, value: object, form: CellForm) -> PayloadValue:
    wanted = f"{fitting(field)}, or {{ column = ... }}"
    if type(value) not in _WORDED_AS.get(field.of, (str,)):
        raise payload.fault(field.name, named(value), wanted)
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    try:
        return value_of(field, text, CellForm(form.zone))
    except InvalidError as error:
        found = named(value) if isinstance(value, str) else error.found
        raise payload.fault(field.name, found, wanted) from None
