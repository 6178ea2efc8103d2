"""The stored form of a journey: plain values with a schema version, checked on the way in.

The log is the truth: where a journey keeps its events, they are what is stored, and they are
folded anew when it is read. Only what ``encode`` writes can be decoded, in that one form.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter, itemgetter
from typing import Any

import attrs

from cxjourney.chart import Chart, ChartRef, JourneyMachine, find_chart
from cxjourney.chart._standard_chart import current
from cxjourney.errors import ChartNotFoundError, DecodeError, MigrationError
from cxjourney.journey._fold import BEGINNING, Course
from cxjourney.journey._migration import Arrival, Migration, Stored, name_chart
from cxjourney.journey._owed import Owed, in_order, owed_of
from cxjourney.journey._runs._obligation import Obligation
from cxjourney.journey._view import phases_in
from cxjourney.vocabulary import (
    Event,
    EventKind,
    ExitReason,
    Field,
    Outcome,
    Phase,
    Situation,
    Standing,
)
from cxjourney.vocabulary._events import EMPTY
from cxjourney.vocabulary._forms import (
    DECIMAL,
    FLAG,
    ID,
    MAX_WHOLE,
    MOMENT,
    OBJECT,
    TEXT,
    TIME,
    Form,
    FormError,
    converted,
    exact,
    found_in,
    list_of,
    maybe,
    member,
    record,
    some_of,
    versioned,
    whole,
)

SCHEMA = 1
"""The version of the stored form."""

KindOf = Callable[[str], EventKind | None]
Read = tuple[Event | None, int, str]
"""An event as it was read, its number and its id; no event where a migration leaves it out."""
_NAME = re.compile("[a-z][a-z0-9_]{0,39}")


def encode(stored: Stored) -> dict[str, Any]:
    """Return a stored journey as plain values that JSON can hold, keys in a fixed order."""
    plain: dict[str, Any] = _JOURNEY.encode(stored)
    return plain


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
    top = _JOURNEY.decode(data)
    way, target = _way(top["chart"], chart, migrations)
    stored = _stored(top, way[0].kind_for if way else kinds_of(target))
    check_stored(stored)
    if stored.course is not None and not way:
        check_rules(stored.course, target)
    try:
        for number, migration in enumerate(way):
            # The events were read as the first migration's target knows them.
            stored, _ = migration.carry(stored) if number else migration.carry_rest(stored)
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
    reached = current(ref)
    for migration in migrations:
        if current(migration.source) == reached != wanted.ref:
            way.append(migration)
            reached = migration.target.ref
    expected = f"{name_chart(wanted.ref)}, or a migration to it"
    _must(reached == wanted.ref, "chart", name_chart(ref), expected)
    return way, wanted


def _must(fits: bool, path: str, found: str, expected: str) -> None:  # noqa: FBT001 - reads as an assertion
    if not fits:
        raise DecodeError(path, found, expected)


def _named(name: str) -> str:
    """Quote what looks like a name of the program, and describe what may be somebody's words."""
    return repr(name) if _NAME.fullmatch(name) else found_in(name)


def kinds_of(chart: Chart) -> KindOf:
    """Return what tells the kinds of a chart by name."""
    return chart.compiled(JourneyMachine).kinds.__getitem__


def _stored(top: dict[str, Any], kind_of: KindOf) -> Stored:
    """Put a stored journey together, its events as ``kind_of`` knows their kinds."""
    counts, left_out, numbered = top["counts"], top.pop("left_out"), top["events"]
    if counts is not None:
        for name in counts:
            _kind(kind_of).decode(name, "counts")
        counted = some_of(dict.fromkeys(sorted(counts), whole(1)), "kinds of events")
        counts = counted.decode(counts, "counts")
    if numbered is None:
        _must(left_out == 0, "left_out", "another number", "0, for events is null")
        return Stored(**{**top, "counts": counts})
    numbered = list_of(event_form(kind_of)).decode(numbered, "events")
    _check_numbers(numbered, top["seq"], erased=counts is not None)
    recorded = len(numbered) if counts is None else sum(counts.values())
    found = f"{recorded} events and {left_out} left out"
    _must(top["seq"] == recorded + left_out, "seq", f"{top['seq']}", found)
    events = tuple((event, seq) for event, seq, _ in numbered if event is not None)
    return Stored(**{**top, "events": events, "counts": counts})


def _check_numbers(numbered: Sequence[Read], latest: int, *, erased: bool) -> None:
    last, ids = 0, set[str]()
    for index, (event, seq, event_id) in enumerate(numbered):
        if event is not None and event.kind is EventKind.ERASED and not erased:
            found, expected = "'erased'", "no erasure, for counts is null"
            raise DecodeError(f"events[{index}].kind", found, expected)
        if seq <= last:
            found = f"{seq} after {last}"
            raise DecodeError(f"events[{index}].seq", found, "numbers in order of arrival")
        if seq > latest:
            raise DecodeError(f"events[{index}].seq", f"{seq}", f"{latest} at most, as in seq")
        if event_id in ids:
            found = "the id of an earlier event"
            raise DecodeError(f"events[{index}].id", found, "an id of its own")
        last = seq
        ids.add(event_id)


def _kind(kind_of: KindOf) -> Form[Any]:
    """Return the form of a kind of events: its name; None where a migration leaves it out."""

    def read(data: object) -> EventKind | None:
        name = ID.read(data)
        try:
            return kind_of(name)
        except (LookupError, MigrationError):
            expected = "a kind that the chart knows, or that the migration maps"
            raise FormError(_named(name), expected) from None

    return Form(read, attrgetter("name"))


def event_form(kind_of: KindOf) -> Form[Any]:
    """Return the form of an event with its number."""
    fields = {
        "seq": _SEQ,
        "kind": _kind(kind_of),
        "at": _TIME,
        "id": _ID,
        "payload": Form(OBJECT.read, dict),
    }
    return record(tuple, fields, _arrival, _parts)


def _arrival(seq: int, kind: EventKind | None, at: datetime, id: str, payload: object) -> Read:
    if kind is None:
        return None, seq, id
    try:
        values = _payload(kind).read(payload)
    except FormError as fault:
        fault.path.append(".payload")
        raise
    return Event(kind, at, id, values or EMPTY), seq, id


def _parts(arrival: Arrival) -> tuple[object, ...]:
    event, seq = arrival
    payload = _payload(event.kind).write(event.payload) if event.payload else {}
    return seq, event.kind, event.at, event.id, payload


def _write_events(arrivals: Sequence[Arrival]) -> list[dict[str, Any]]:
    return [*map(WRITTEN.write, sorted(arrivals, key=itemgetter(1)))]


@lru_cache(maxsize=256)
def _payload(kind: EventKind) -> Form[dict[str, Any]]:
    """Return the form of a kind's payload; what is allowed in it, the event itself checks."""
    forms = {field.name: _value(field) for field in kind.fields}
    return some_of(forms, f"only fields of {kind.name}: {', '.join(forms) or 'none'}")


def _value(field: Field) -> Form[Any]:
    """Return the form of a field by its type, for an enum's member may be a text or a number."""
    if issubclass(field.of, Enum):
        return member(field.of)
    return _FIELDS.get(field.of) or exact(field.of, field.expected())


def _situation(**values: Any) -> Situation:  # noqa: ANN401 - as they were read
    try:
        return Situation(**values)
    except ValueError as error:
        raise FormError("a phase that does not fit", f"{error}", ".phase") from error


def _owed(obligations: tuple[Obligation, ...]) -> Owed:
    if any(later.opened_at < one.opened_at for one, later in pairwise(obligations)):
        raise FormError("another order", "the order in which they opened")
    return owed_of(obligations)


def _mask(phases: tuple[Phase, ...]) -> int:
    if list(phases) != sorted({*phases}):
        raise FormError("names in another order", "each name once, in order")
    return sum(1 << phase for phase in phases)


# What a journey holds was checked when it was recorded, and is only written.
_SEQ = Form(whole(1).read, int)
_ID = Form(ID.read, str.__str__)
_TIME = Form(TIME.read, datetime.isoformat)
_DUE = Form(MOMENT.read, datetime.isoformat)
_ENUMS = {"standing": member(Standing), "phase": maybe(member(Phase)), "outcome": member(Outcome)}
_SITUATION = {field.name: _ENUMS.get(field.name, FLAG) for field in attrs.fields(Situation)}
_VISITS = converted(list_of(member(Phase)), _mask, phases_in)
_OBLIGATION = record(
    Obligation,
    {"rule": ID, "opened_at": _TIME, "due": _DUE, "event": _ID, "cycle": _SEQ},
    parts=iter,
)
_COURSE = record(
    Course,
    {
        "situation": record(Situation, _SITUATION, _situation),
        "cycle": whole(1),
        "at": maybe(_TIME),
        "rank": whole(-MAX_WHOLE),
        "entered_at": maybe(_TIME),
        "fact_at": maybe(_TIME),
        "purchased_at": maybe(_TIME),
        "referred_at": maybe(_TIME),
        "visited": _VISITS,
        "implied": _VISITS,
        "referrals": whole(0),
        "forced": FLAG,
        "our_silence": FLAG,
        "exit": maybe(member(ExitReason)),
        "owed": converted(list_of(_OBLIGATION), _owed, in_order),
        "met_on_time": whole(0),
        "met_late": whole(0),
        "dropped": whole(0),
    },
)
_FIELDS: dict[type, Form[Any]] = {Decimal: DECIMAL, datetime: _DUE}
_NO_KINDS: dict[str, EventKind] = {}
WRITTEN: Form[Any] = event_form(_NO_KINDS.__getitem__)
"""The form in which an event is written with its number."""
# Which kinds there are, only the chart tells.
_EVENTS = Form(exact(list, "a list").read, _write_events)
_JOURNEY: Form[Any] = versioned(
    record(
        Stored,
        {
            "chart": record(ChartRef, {"key": ID, "version": whole(0)}),
            "customer": TEXT,
            "engagement": TEXT,
            "seq": whole(0),
            "as_of": maybe(_TIME),
            "left_out": whole(0),
            "events": maybe(_EVENTS),
            "course": maybe(_COURSE),
            "counts": maybe(OBJECT),
        },
        dict,
    ),
    SCHEMA,
)


def check_stored(stored: Stored) -> None:
    """Check that the parts of a stored journey fit together, whatever its chart.

    Raises:
        DecodeError: when they do not.
    """
    if stored.erased:
        _check_erased(stored)
    else:
        _must(bool(stored.customer), "customer", "empty", "the customer's id")
        _must(stored.counts is None, "counts", "an object", "null, for nothing was erased")
        if stored.events is None:
            _must(stored.course is not None, "course", "null", "an object, for events is null")
        else:
            _must(stored.course is None, "course", "an object", "null, for there are events")
    if stored.course is not None:
        _check_course(stored.course, stored.seq)


def _check_erased(stored: Stored) -> None:
    """Check that of an erased journey only course, counts and erasure are left."""
    why = "for the journey is erased"
    _must(not stored.customer, "customer", "a text", f"an empty text, {why}")
    _must(not stored.engagement, "engagement", "a text", f"an empty text, {why}")
    _must(stored.as_of is None, "as_of", "a time", f"null, {why}")
    counts, course, erasure = stored.counts or {}, stored.course or BEGINNING, EventKind.ERASED
    _must(counts.get(erasure.name) == 1, "counts.erased", "another number", f"1, {why}")
    _must(sum(counts.values()) <= stored.seq, "counts", "more than seq", "no more events than seq")
    forgotten = course._replace(
        situation=Situation(Standing.ERASED),
        rank=erasure.rank,
        entered_at=course.at,
        fact_at=None,
        purchased_at=None,
        referred_at=None,
        our_silence=False,
        exit=ExitReason.ERASURE,
        owed=(),
    )
    _must(course == forgotten, "course", "more than erasure leaves", "cycle, phases and tallies")
    if stored.events is not None:
        kept = [(event.kind, event.at, seq) for event, seq in stored.events]
        found, expected = f"{len(kept)} events", "the erasure alone, at its time and as the last"
        _must(kept == [(erasure, course.at, stored.seq)], "events", found, expected)


def _check_course(course: Course, seq: int) -> None:
    """Check that a course does not contradict itself."""
    phase, standing = course.situation.phase, course.situation.standing
    begun = course.at is not None
    _must(begun == (seq > 0), "course.at", "a time" if begun else "null", "a time unless seq is 0")
    _must(
        begun or course == BEGINNING, "course", "facts without an event", "a new journey's course"
    )
    if phase is not None:
        visited = bool(course.visited >> phase & 1)
        _must(
            visited, "course.visited", f"no {phase.name}", "the phase of the situation among them"
        )
        entered = course.entered_at is not None
        _must(entered, "course.entered_at", "null", "a time, for the situation has a phase")
    stopped = standing not in {Standing.NEW, Standing.ACTIVE}
    expected = f"null while {standing.name}"
    _must(stopped or course.exit is None, "course.exit", "a reason", expected)
    influence = course.referrals > 0 or course.referred_at is None
    _must(influence, "course.referrals", "0", "1 or more, for referred_at is a time")
    for index, one in enumerate(in_order(course.owed)):
        known = one.cycle <= course.cycle
        _must(known, f"course.owed[{index}].cycle", f"{one.cycle}", f"{course.cycle} at most")


def check_rules(course: Course, chart: Chart) -> None:
    """Check that a chart has the rules of what is owed.

    Raises:
        DecodeError: when it does not.
    """
    rules = {rule.id for rule in chart.obligations}
    for index, one in enumerate(in_order(course.owed)):
        path, expected = f"course.owed[{index}].rule", f"a rule of {name_chart(chart.ref)}"
        _must(one.rule in rules, path, _named(one.rule), expected)
