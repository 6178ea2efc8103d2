"""The stored form of a journey: plain values with a schema version, checked on the way in.

The log is the truth: where a journey keeps its events, they are what is stored, and they are
folded anew when it is read. Only what ``encode`` writes can be decoded, in that one form.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple, cast

import attrs

from cxjourney.chart import Chart, ChartRef
from cxjourney.charts import find_chart
from cxjourney.errors import ChartNotFoundError, DecodeError, MalformedEventError
from cxjourney.events import Event, EventKind
from cxjourney.fold import Course
from cxjourney.machine import JourneyMachine
from cxjourney.migration import Migration, MigrationError, name_chart
from cxjourney.obligations import Obligation
from cxjourney.payload import EMPTY, Field, PayloadValue
from cxjourney.phases import ExitReason, Phase, Standing
from cxjourney.readers import (
    MAX_WHOLE,
    decimal_text,
    found_in,
    maybe,
    member,
    members,
    must,
    named,
    read_decimal,
    read_fields,
    read_flag,
    read_id,
    read_list,
    read_moment,
    read_object,
    read_text,
    read_time,
    whole,
)
from cxjourney.situation import Outcome, Situation
from cxjourney.stored import Stored, check_rules, check_stored

__all__ = ["SCHEMA", "Stored"]

SCHEMA = 1
"""The version of the stored form."""

KindOf = Callable[[str], EventKind | None]


class _Numbered(NamedTuple):
    """A stored event with its number; the event is None where a migration leaves it out."""

    seq: int
    id: str
    event: Event | None


def encode(stored: Stored) -> dict[str, Any]:
    """Return a stored journey as plain values that JSON can hold, keys in a fixed order."""
    events = None
    if stored.arrivals is not None:
        events = [_event_out(*one) for one in sorted(stored.arrivals, key=lambda one: one[1])]
    return {
        "schema": SCHEMA,
        "chart": stored.chart._asdict(),
        "customer": str.__str__(stored.customer),
        "engagement": str.__str__(stored.engagement),
        "seq": stored.seq,
        "as_of": _time_out(stored.as_of),
        "left_out": stored.left_out,
        "events": events,
        "course": None if stored.course is None else _course_out(stored.course),
        "counts": dict(stored.counts) if stored.counts else None,
    }


def _event_out(event: Event, seq: int) -> dict[str, Any]:
    payload = event.payload
    fields = [field for field in event.kind.fields if field.name in payload]
    return {
        "seq": seq,
        "kind": event.kind.name,
        "at": event.at.isoformat(),
        "id": str.__str__(event.id),
        "payload": {field.name: _value_out(field, payload[field.name]) for field in fields},
    }


def _value_out(field: Field, value: PayloadValue) -> str | int:
    """Write a value by its field's type, for an enum's member may be a text or a number too."""
    if issubclass(field.of, Enum):
        return cast("Enum", value).name
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):
        return str.__str__(value)
    return value if isinstance(value, bool) else int(cast("int", value))


def _time_out(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _phases_out(mask: int) -> list[str]:
    return [phase.name for phase in Phase if mask >> phase & 1]


def _situation_out(situation: Situation) -> dict[str, Any]:
    values = attrs.asdict(situation).items()
    return {name: value.name if isinstance(value, Enum) else value for name, value in values}


def _obligation_out(one: Obligation) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "opened_at": one.opened_at.isoformat(),
        "due": one.due.isoformat(),
        "event": str.__str__(one.event),
        "cycle": one.cycle,
    }


def _course_out(course: Course) -> dict[str, Any]:
    return {
        **course._asdict(),
        "situation": _situation_out(course.situation),
        "at": _time_out(course.at),
        "entered_at": _time_out(course.entered_at),
        "fact_at": _time_out(course.fact_at),
        "purchased_at": _time_out(course.purchased_at),
        "referred_at": _time_out(course.referred_at),
        "visited": _phases_out(course.visited),
        "implied": _phases_out(course.implied),
        "exit": None if course.exit is None else course.exit.name,
        "owed": [_obligation_out(one) for one in course.owed],
    }


def carried(stored: Stored, migration: Migration) -> tuple[Stored, Counter[str]]:
    """Return a stored journey on a migration's target, and how many events were left out.

    Raises:
        MigrationError: when it cannot be migrated.
    """
    migration.check_source(stored.chart)
    if stored.arrivals is None:
        return _settled(stored, migration)
    arrivals, left_out = migration.carry_events(stored.arrivals)
    settled, forgotten = _settled(attrs.evolve(stored, arrivals=arrivals), migration)
    return settled, left_out + forgotten


def _settled(stored: Stored, migration: Migration) -> tuple[Stored, Counter[str]]:
    """Take all of a stored journey but its events to a migration's target."""
    counts, left_out = migration.carry_counts(stored.counts or {})
    course = None if stored.course is None else migration.carry_course(stored.course)
    chart = migration.target.ref
    return attrs.evolve(stored, chart=chart, course=course, counts=counts or None), left_out


def decode(
    data: object, chart: Chart | None = None, migrations: Sequence[Migration] = ()
) -> tuple[Stored, Chart]:
    """Return the stored journey on the chart that is wanted, and that chart.

    Args:
        data: what ``encode`` gave.
        chart: the chart that is wanted; when None the last migration's target, or without
            migrations the chart that the data names.
        migrations: the ways to the wanted chart, oldest first; those that are needed are applied.

    Raises:
        DecodeError: when the data is of any other form, or does not lead to the wanted chart.
    """
    given = read_object(data, "")
    if "schema" in given:
        # Another version has other keys, so this is the fault to name.
        _JOURNEY["schema"](given["schema"], "schema")
    top = read_fields(given, "", _JOURNEY)
    way, target = _way(top["chart"], chart, migrations)
    stored = _stored(top, way[0].kind_for if way else _kinds(target))
    check_stored(stored)
    if stored.course is not None and not way:
        check_rules(stored.course, target)
    try:
        for number, migration in enumerate(way):
            # The events were read as the first migration's target knows them.
            stored, _ = carried(stored, migration) if number else _settled(stored, migration)
    except MigrationError as error:
        raise DecodeError("chart", error.found, error.expected) from error
    return stored, target


def _way(
    ref: ChartRef, chart: Chart | None, migrations: Sequence[Migration]
) -> tuple[list[Migration], Chart]:
    """Find the migrations from a stored chart to the wanted one; none where it is that one."""
    wanted = migrations[-1].target if chart is None and migrations else chart
    if wanted is None:
        try:
            return [], find_chart(ref)
        except ChartNotFoundError as error:
            expected = "a chart that is defined here, or a migration to one"
            raise DecodeError("chart", name_chart(ref), expected) from error
    way: list[Migration] = []
    reached = ref
    for migration in migrations:
        if migration.source == reached != wanted.ref:
            way.append(migration)
            reached = migration.target.ref
    expected = f"{name_chart(wanted.ref)}, or a migration to it"
    must(reached == wanted.ref, "chart", name_chart(ref), expected)
    return way, way[-1].target if way else wanted


def _kinds(chart: Chart) -> KindOf:
    return chart.compiled(JourneyMachine).kinds.__getitem__


def _stored(top: dict[str, Any], kind_of: KindOf) -> Stored:
    """Put a stored journey together, its events as ``kind_of`` knows their kinds."""
    counts = None if top["counts"] is None else _counts(top["counts"], kind_of)
    arrivals, recorded = None, 0
    if top["events"] is not None:
        events = enumerate(top["events"])
        numbered = [_event(event, f"events[{index}]", kind_of) for index, event in events]
        _check_numbers(numbered, erased=counts is not None)
        arrivals = tuple((one.event, one.seq) for one in numbered if one.event is not None)
        recorded = len(numbered) if counts is None else sum(counts.values())
        found = f"{recorded} events and {top['left_out']} left out"
        must(top["seq"] == recorded + top["left_out"], "seq", f"{top['seq']}", found)
    else:
        must(top["left_out"] == 0, "left_out", "another number", "0, for events is null")
    return Stored(
        chart=top["chart"],
        customer=top["customer"],
        engagement=top["engagement"],
        seq=top["seq"],
        as_of=top["as_of"],
        arrivals=arrivals,
        course=top["course"],
        counts=counts,
    )


def _check_numbers(numbered: list[_Numbered], *, erased: bool) -> None:
    last, ids = 0, set[str]()
    for index, one in enumerate(numbered):
        if one.event is not None and one.event.kind is EventKind.ERASED and not erased:
            found, expected = "'erased'", "no erasure, for counts is null"
            raise DecodeError(f"events[{index}].kind", found, expected)
        if one.seq <= last:
            found = f"{one.seq} after {last}"
            raise DecodeError(f"events[{index}].seq", found, "numbers in order of arrival")
        if one.id in ids:
            found = "the id of an earlier event"
            raise DecodeError(f"events[{index}].id", found, "an id of its own")
        last = one.seq
        ids.add(one.id)


def _kind(data: object, path: str, kind_of: KindOf) -> EventKind | None:
    name = read_id(data, path)
    try:
        return kind_of(name)
    except (LookupError, MigrationError):
        expected = "a kind that the chart knows, or that the migration maps"
        raise DecodeError(path, named(name), expected) from None


def _event(data: object, path: str, kind_of: KindOf) -> _Numbered:
    read = read_fields(data, path, _EVENT)
    kind, payload = _kind(read["kind"], f"{path}.kind", kind_of), read["payload"]
    if kind is None:
        return _Numbered(read["seq"], read["id"], None)
    fields = {field.name: field for field in kind.fields}
    if not payload.keys() <= fields.keys():
        expected = f"only fields of {kind.name}: {', '.join(fields) or 'none'}"
        raise DecodeError(f"{path}.payload", "an unknown field", expected)
    values = {
        name: _value(fields[name], payload[name], f"{path}.payload.{name}") for name in payload
    }
    try:
        event = Event(kind, read["at"], read["id"], values or EMPTY)
    except MalformedEventError as error:
        raise DecodeError(f"{path}.{error.field}", error.found, error.expected) from error
    return _Numbered(read["seq"], read["id"], event)


def _value(field: Field, data: object, path: str) -> object:
    """Read a value of a payload; whether it is allowed there, the event itself checks."""
    if issubclass(field.of, Enum):
        return member(field.of)(data, path)
    if field.of is Decimal:
        return read_decimal(data, path)
    if field.of is datetime:
        return read_time(data, path)
    if type(data) is not field.of:
        raise DecodeError(path, found_in(data), field.expected())
    return data


def _counts(data: dict[str, object], kind_of: KindOf) -> dict[str, int]:
    read = whole(1)
    for name in data:
        _kind(name, "counts", kind_of)
    return {name: read(data[name], f"counts.{name}") for name in sorted(data)}


def _situation(data: object, path: str) -> Situation:
    values = read_fields(data, path, _SITUATION)
    try:
        return Situation(**values)
    except ValueError as error:
        raise DecodeError(f"{path}.phase", "a phase that does not fit", f"{error}") from error


def _mask(data: object, path: str) -> int:
    return sum(1 << phase for phase in _PHASES(data, path))


def _owed(data: object, path: str) -> tuple[Obligation, ...]:
    owed = enumerate(read_list(data, path))
    return tuple(
        Obligation(**read_fields(one, f"{path}[{index}]", _OBLIGATION)) for index, one in owed
    )


def _course(data: object, path: str) -> Course:
    return Course(**read_fields(data, path, _COURSE))


def _chart(data: object, path: str) -> ChartRef:
    return ChartRef(**read_fields(data, path, {"key": read_id, "version": whole(0)}))


_PHASES = members(Phase)
_ENUMS = {"standing": member(Standing), "phase": maybe(member(Phase)), "outcome": member(Outcome)}
_SITUATION = {field.name: _ENUMS.get(field.name, read_flag) for field in attrs.fields(Situation)}
_OBLIGATION = {
    "rule": read_id,
    "opened_at": read_time,
    "due": read_moment,
    "event": read_id,
    "cycle": whole(1),
}
_COURSE = {
    "situation": _situation,
    "cycle": whole(1),
    "at": maybe(read_time),
    "rank": whole(-MAX_WHOLE),
    "entered_at": maybe(read_time),
    "fact_at": maybe(read_time),
    "purchased_at": maybe(read_time),
    "referred_at": maybe(read_time),
    "visited": _mask,
    "implied": _mask,
    "referrals": whole(0),
    "forced": read_flag,
    "our_silence": read_flag,
    "exit": maybe(member(ExitReason)),
    "owed": _owed,
    "met_on_time": whole(0),
    "met_late": whole(0),
    "dropped": whole(0),
}
_EVENT = {"seq": whole(1), "kind": read_id, "at": read_time, "id": read_id, "payload": read_object}
_JOURNEY = {
    "schema": whole(SCHEMA, SCHEMA),
    "chart": _chart,
    "customer": read_text,
    "engagement": read_text,
    "seq": whole(0),
    "as_of": maybe(read_time),
    "left_out": whole(0),
    "events": maybe(read_list),
    "course": maybe(_course),
    "counts": maybe(read_object),
}
