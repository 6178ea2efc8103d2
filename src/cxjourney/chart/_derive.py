"""A chart of your own: made from another, and checked when it is defined."""

import inspect
import keyword
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum, Flag
from types import EllipsisType
from typing import TypeVar, cast

import attrs

from cxjourney.chart._duties import DueBy, Having, ObligationRule
from cxjourney.chart._explore import Exploration, explore, explored_faults, unused_rows
from cxjourney.chart._model import Chart, FaultKind, Options, Row
from cxjourney.chart._standard_chart import find_chart, remember_chart, standard_rows
from cxjourney.errors import ChartNotFoundError, FaultsError, InvalidError
from cxjourney.vocabulary import EventKind, ExitReason, Nature, Outcome, Phase, Situation, Standing
from cxjourney.vocabulary._checks import MAX_ID, as_tuple, check_all, check_type
from cxjourney.vocabulary._forms import MAX_WHOLE
from cxjourney.vocabulary._terminal import Progress, code
from cxjourney.vocabulary._wait import Wait

F = FaultKind
LONGEST_WINDOW = timedelta(days=36_500)
LONGEST_ID = 80
STORABLE = frozenset({str, int, bool, Decimal, datetime})
WINDOWS = frozenset((*(phase.name for phase in Phase), "advocacy_quiet"))
"""What is a span of time, never a wait by the calendar."""
STOPS = (Standing.LAPSED, Standing.LOST, Standing.ERASED)
RESERVED = ("to_", "is_", "may_", "moved_to_", "forced_to_")
"""Beginnings of names that `transitions`, or the orders of a chart, use themselves."""
FLAGS = {
    field.name: field.type for field in attrs.fields(Situation) if field.type in {bool, Outcome}
}


Found = tuple[str, str, str, FaultKind]
"""Where a fault is, what is wrong, what would be right, and its kind."""


def read_faults(chart: Chart) -> Iterator[InvalidError]:
    """Yield what is wrong with a chart, as far as reading it shows."""
    for fault in _faults(chart):
        yield InvalidError(*fault)


def _faults(chart: Chart) -> Iterator[Found]:
    yield from _kind_faults(chart)
    yield from _clashes("row", (row.id for row in chart.rows))
    yield from _clashes("obligation", (rule.id for rule in chart.obligations))
    in_rows = [fault for row in chart.rows for fault in _row_faults(row, chart.kinds)]
    yield from in_rows or _shadow_faults(chart)
    for rule in chart.obligations:
        yield from _obligation_faults(rule, chart.kinds)
    yield from _window_faults(chart)


def _clashes(what: str, names: Iterable[str]) -> Iterator[Found]:
    for name, count in Counter(names).items():
        if count > 1:
            yield name, f"{count} have this name", f"give each {what} its own", F.NAME_CLASH


def _kind_faults(chart: Chart) -> Iterator[Found]:
    yield from _clashes("event kind", (kind.name for kind in chart.kinds))
    builtin = {kind.name: kind for kind in EventKind.builtin()}
    for kind in chart.kinds:
        name = kind.name
        if builtin.get(name, kind) != kind:
            text = "the library has a kind of this name"
            yield name, text, "choose another name", F.NAME_CLASH
        elif not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
            yield name, "not a plain identifier", "name it like 'demo_booked'", F.NAME_CLASH
        elif name in {"trigger", "state"} or name.startswith(RESERVED):
            text = "transitions or the orders of the chart use this name themselves"
            yield name, text, "choose another name", F.NAME_CLASH
        elif not _fields_fit(kind):
            text = "its fields clash, or hold what cannot be stored"
            types = ", ".join(sorted(one.__name__ for one in STORABLE))
            yield name, text, f"name each once, of {types}, or an enum", F.BAD_KIND
        elif len(name) > MAX_ID or not _is_whole(kind.rank, -MAX_WHOLE):
            text, remedy = "its name or rank cannot be stored", f"{MAX_ID} characters, a whole rank"
            yield code(name), text, remedy, F.BAD_KIND
        elif kind.nature in {Nature.TIMER, Nature.ORDER} and name not in builtin:
            text = f"{kind.nature.name} kinds are the library's own"
            yield name, text, "make it CUSTOMER or COMPANY", F.UNKNOWN_EVENT


def _fields_fit(kind: EventKind) -> bool:
    names = [field.name for field in kind.fields]
    types = [cast("object", field.of) for field in kind.fields]
    storable = all(isinstance(of, type) and (of in STORABLE or _is_enum(of)) for of in types)
    return storable and len(set(names)) == len(names) and all(map(str.isidentifier, names))


def _is_enum(of: object) -> bool:
    """Say whether it is an enum; of flags any sum is a value, which has no name to store."""
    return isinstance(of, type) and issubclass(of, Enum) and not issubclass(of, Flag)


def _is_whole(value: object, least: int) -> bool:
    return type(value) is int and least <= value <= MAX_WHOLE


def _row_faults(row: Row, kinds: tuple[EventKind, ...]) -> Iterator[Found]:
    yield from _place_faults(row)
    yield from _event_faults(row, kinds)
    for guard in row.guards:
        for text, remedy in _guard_faults(guard):
            name = getattr(guard, "__name__", type(guard).__name__)
            yield row.id, f"guard {name} {text}", remedy, F.BAD_GUARD
    for name, value in row.sets:
        expected = FLAGS.get(name)
        if expected is None:
            remedy = f"use one of {', '.join(FLAGS)}"
            yield row.id, f"there is no flag {name!r}", remedy, F.UNKNOWN_FLAG
        elif type(value) is not expected:
            text = f"{name} is set to a {type(value).__name__}"
            yield row.id, text, f"use a {expected.__name__}", F.UNKNOWN_FLAG
    for text, remedy in _shape_faults(row):
        yield row.id, text, remedy, F.BAD_ROW


def _place_faults(row: Row) -> Iterator[Found]:
    sources = (*Phase, Standing.NEW, Standing.LAPSED, Standing.LOST)
    if not row.sources:
        yield row.id, "starts nowhere", "name its sources", F.UNKNOWN_PLACE
    for source in cast("tuple[object, ...]", row.sources):
        if not (isinstance(source, Phase | Standing) and source in sources):
            remedy = "start from a phase, NEW, LAPSED, LOST"
            yield row.id, f"cannot start from {source!r}", remedy, F.UNKNOWN_PLACE
    if row.to is not None and not (isinstance(row.to, Phase) or row.to in STOPS):
        remedy = "lead to a phase, LAPSED, LOST or ERASED"
        yield row.id, f"cannot lead to {row.to!r}", remedy, F.UNKNOWN_PLACE


def _event_faults(row: Row, kinds: tuple[EventKind, ...]) -> Iterator[Found]:
    if not row.events:
        yield row.id, "takes no event", "name its events", F.UNKNOWN_EVENT
    for kind in cast("tuple[object, ...]", row.events):
        if kind not in kinds:
            name = kind.name if isinstance(kind, EventKind) else repr(kind)
            text = f"the chart has no event kind {name}"
            yield row.id, text, "add it to kinds", F.UNKNOWN_EVENT
    is_order = row.order is not None
    if (EventKind.MOVED in row.events) != is_order or (is_order and len(row.events) > 1):
        text = "an order to move goes with EventKind.MOVED alone"
        yield row.id, text, "give both, or neither", F.BAD_ROW


def _shape_faults(row: Row) -> Iterator[tuple[str, str]]:
    if not _is_id(row.id):
        yield "not a usable id", "name it like 'X01' or 'X01.held'"
    if row.holds is not None and row.to is not None:
        yield "holds a fact and leads somewhere", "do one of the two"
    if (row.to in STOPS) != isinstance(row.reason, ExitReason):
        yield "every stop has a reason, and only a stop", "give a reason with LAPSED, LOST, ERASED"
    if (row.fresh or row.implies) and not isinstance(row.to, Phase):
        yield "fresh and implies go with a row that leads to a phase", "leave them out"
    if row.then and row.holds is not None:
        yield "holds a fact and applies it again", "do one of the two"
    if row.then and row.to is not None and row.to in row.sources:
        yield "applies again where it starts, without end", "lead to another place"
    if row.force and row.order is None:
        yield "only an order can be forced", "leave force out"


def _is_id(name: object) -> bool:
    return isinstance(name, str) and name == name.strip() and 0 < len(name) <= LONGEST_ID


def _guard_faults(guard: object) -> Iterator[tuple[str, str]]:
    if not callable(guard):
        yield "cannot be called", "give a function of a situation"
        return
    if getattr(guard, "__name__", "<lambda>") == "<lambda>":
        yield "has no name to explain it by", "write it with def"
    if inspect.iscoroutinefunction(guard) or inspect.isasyncgenfunction(guard):
        yield "is async", "a guard is a plain function that reads the situation only"
    elif inspect.isgeneratorfunction(guard):
        yield "is a generator", "return True or False"
    try:
        inspect.signature(guard).bind(object())
    except (TypeError, ValueError):
        yield "does not take one argument", "take the situation, and nothing else"


def _shadow_faults(chart: Chart) -> Iterator[Found]:
    earlier: defaultdict[tuple[str, object], list[Row]] = defaultdict(list)
    told: set[str] = set()
    for row, trigger, source in chart.arms():
        for above in earlier[trigger, source]:
            if set(above.guards) <= set(row.guards) and row.id not in told:
                told.add(row.id)
                text = f"{above.id} always takes {trigger} from {source.name} first"
                yield row.id, text, f"give {above.id} a guard, or replace it", F.SHADOWED
        earlier[trigger, source].append(row)


def _obligation_faults(rule: ObligationRule, kinds: tuple[EventKind, ...]) -> Iterator[Found]:
    for kind in (*rule.on, *rule.met_by):
        if kind not in kinds:
            text = f"the chart has no event kind {kind!r}"
            yield rule.id, text, "add it to kinds", F.UNKNOWN_EVENT
    if not _is_id(rule.id) or ":" in rule.id:
        remedy = f"name it like 'call_back', up to {LONGEST_ID} characters, without a colon"
        yield code(rule.id), "not a usable id", remedy, F.BAD_ROW
    if not (rule.on or rule.enters or rule.at_purchase or rule.flag):
        yield rule.id, "nothing opens it", "name events, places, or the purchase", F.BAD_ROW
    yield from _condition_faults(rule)
    if rule.due_by is DueBy.PROMISE and not (rule.on and all(map(_has_due, rule.on))):
        remedy = "use events with a required field due"
        yield rule.id, "its events carry no due time", remedy, F.BAD_ROW
    for name in ("due", "warn", "repeats"):
        yield from _window_fault(rule.id, name, getattr(rule, name), least=timedelta(0))


def _condition_faults(rule: ObligationRule) -> Iterator[Found]:
    if rule.flag is not None and FLAGS.get(rule.flag) is not bool:
        remedy = f"use one of {', '.join(name for name, of in FLAGS.items() if of is bool)}"
        yield rule.id, f"there is no flag {rule.flag!r}", remedy, F.UNKNOWN_FLAG
    if rule.anywhere and not rule.met_by:
        yield rule.id, "nothing meets it anywhere", "name the events in met_by", F.BAD_ROW
    for one in rule.having:
        if not any(_may_hold(one, kind) for kind in rule.on):
            text = f"its events cannot meet the condition on {one.field!r}"
            remedy = "name a field of theirs, with bounds or values of its type"
            yield rule.id, text, remedy, F.BAD_ROW


def _may_hold(one: Having, kind: EventKind) -> bool:
    """Say whether an event of a kind can meet a condition, and can be asked about it at all."""
    bounds = [bound for bound in (one.low, one.high) if bound is not None]
    for field in kind.fields:
        if field.name == one.field:
            ordered = not bounds or field.of in {int, Decimal}
            numbers = all(isinstance(bound, int | Decimal) for bound in bounds)
            return ordered and numbers and all(field.fault(value) is None for value in one.among)
    return False


def _has_due(kind: EventKind) -> bool:
    return any(
        field.name == "due" and field.of is datetime and field.required for field in kind.fields
    )


def _window_faults(chart: Chart) -> Iterator[Found]:
    for phase, window in cast("dict[object, object]", chart.silence).items():
        if isinstance(phase, Phase):
            yield from _window_fault(phase.name, "silence", window)
        else:
            yield "silence", f"silence in {phase!r}", "name a phase", F.UNKNOWN_PLACE
    yield from _window_fault("advocacy_quiet", "it", chart.advocacy_quiet)


def _window_fault(
    where: str, name: str, window: object, least: timedelta = timedelta.resolution
) -> Iterator[Found]:
    fits = isinstance(window, timedelta) and least <= window <= LONGEST_WINDOW
    fits = fits or (isinstance(window, Wait) and where not in WINDOWS)
    if window is not None and not fits:
        remedy = f"give a timedelta above zero and up to {LONGEST_WINDOW.days} days, or None"
        yield where, f"{name} is {window!r}", remedy, F.BAD_WINDOW


Ruled = TypeVar("Ruled", Row, ObligationRule)
Given = TypeVar("Given", Row, EventKind, ObligationRule, str)

_PROVED: set[tuple[Options, tuple[EventKind, ...], tuple[Row, ...]]] = set()
"""What exploring has proved; it asks for no windows and no obligations."""
FOLLOW_THE_KINDS = ("T01b", "T20.")
"""The standard rows that take every customer fact, your own kinds included."""


def check_chart(
    chart: Chart, *, orders: bool = False, progress: Progress | None = None
) -> Exploration:
    """Check a chart whole: read it, explore it, and prove the invariants of SPEC 4.2.

    Args:
        chart: the chart to check.
        orders: whether to follow unforced orders to move as well; takes seconds, not tenths of one.
        progress: is told how far the exploration is.

    Returns:
        The exploration that proved it.

    Raises:
        FaultsError: with every fault found, each naming the row and a remedy.
        InvalidError: it is no chart.
    """
    check_type("check_chart.chart", chart, Chart)
    faults = list(read_faults(chart))
    if not faults:
        try:
            exploration = explore(chart, orders=orders, progress=progress)
            faults = list(explored_faults(exploration))
            known = {row.id for row in standard_rows(chart.options, chart.kinds)}
            own = [row for row in chart.rows if row.id not in known]
            faults.extend(unused_rows(exploration, own))
        except InvalidError as fault:
            faults = [fault]
    _refuse(chart, faults)
    return exploration


def _refuse(chart: Chart, faults: list[InvalidError]) -> None:
    if faults:
        raise FaultsError(f"chart {chart.key!r} has {len(faults)} fault(s)", faults)


def derive(
    chart: Chart,
    key: str,
    *,
    version: int = 1,
    rows: Iterable[Row] = (),
    without_rows: Iterable[str] = (),
    kinds: Iterable[EventKind] = (),
    silence: Mapping[Phase, timedelta | None] | None = None,
    advocacy_quiet: timedelta | EllipsisType | None = ...,
    obligations: Iterable[ObligationRule] = (),
    without_obligations: Iterable[str] = (),
) -> Chart:
    """Return a chart of your own, made from another and checked.

    A row or obligation with the id of an old one takes its place; others come first. What is
    derived can be found by key and version when a stored journey names it.

    Args:
        chart: the chart to start from.
        key: the new chart's name.
        version: its version; a changed chart takes a new one.
        rows: rows to add or replace.
        without_rows: the ids of rows to leave out.
        kinds: event kinds to add; a customer's fact also opens NEW and wakes LAPSED journeys.
        silence: silence windows to change, by phase; None never lapses.
        advocacy_quiet: how long after the last referral an advocate is quiet; None never.
        obligations: obligation rules to add or replace.
        without_obligations: the ids of obligation rules to leave out.

    Raises:
        FaultsError: with every fault found, each naming the row and a remedy.
        InvalidError: an argument is of another type.
    """
    check_type("derive.chart", chart, Chart)
    rows, without_rows = _all("rows", rows, Row), _all("without_rows", without_rows, str)
    obligations = _all("obligations", obligations, ObligationRule)
    without_obligations = _all("without_obligations", without_obligations, str)
    windows = {} if silence is None else silence
    check_type("derive.silence", windows, Mapping, "a mapping of phases to a timedelta or None")
    all_kinds = (*chart.kinds, *_all("kinds", kinds, EventKind))
    old_rows = _following(chart, all_kinds)
    unknown = [
        *_unknown("row", without_rows, old_rows),
        *_unknown("obligation", without_obligations, chart.obligations),
    ]
    derived = attrs.evolve(
        chart,
        key=key,
        version=version,
        kinds=all_kinds,
        rows=_merged(old_rows, rows, without_rows),
        silence={**chart.silence, **windows},
        advocacy_quiet=chart.advocacy_quiet if advocacy_quiet is ... else advocacy_quiet,
        obligations=_merged(chart.obligations, obligations, without_obligations),
    )
    _refuse(derived, [*unknown, *_name_faults(derived)])
    table = derived.options, derived.kinds, derived.rows
    if table in _PROVED or _is_standard(derived):
        _refuse(derived, list(read_faults(derived)))
    else:
        check_chart(derived)
        _PROVED.add(table)
    remember_chart(derived)
    return derived


def _all(name: str, given: Iterable[Given], of: type[Given]) -> tuple[Given, ...]:
    """Return a collection that ``derive`` was given, all of one type."""
    found = as_tuple(given)
    check_all(f"derive.{name}", found, of)
    return cast("tuple[Given, ...]", found)


def _is_standard(chart: Chart) -> bool:
    """Say whether a chart has one of the eight standard tables, which the tests have proved."""
    if chart.kinds != EventKind.builtin():
        return False
    return chart.rows == standard_rows(chart.options, chart.kinds)


def _following(chart: Chart, kinds: tuple[EventKind, ...]) -> tuple[Row, ...]:
    """Return the chart's rows, those that take every customer fact with the new kinds too."""
    if kinds == chart.kinds:
        return chart.rows
    fresh = {row.id: row for row in standard_rows(chart.options, kinds)}
    old = {row.id: row for row in standard_rows(chart.options, chart.kinds)}

    def follow(row: Row) -> Row:
        was = old.get(row.id)
        unchanged = was is not None and was.fingerprint == row.fingerprint
        return fresh[row.id] if unchanged and row.id.startswith(FOLLOW_THE_KINDS) else row

    return tuple(follow(row) for row in chart.rows)


def _merged(
    old: tuple[Ruled, ...], new: tuple[Ruled, ...], without: tuple[str, ...]
) -> tuple[Ruled, ...]:
    """Put new items in the place of old ones with the same id, and the others first."""
    replacing = {item.id: item for item in reversed(new)}
    kept = tuple(replacing.get(item.id, item) for item in old if item.id not in without)
    return tuple(item for item in new if item not in kept) + kept


def _unknown(
    what: str, ids: tuple[str, ...], items: tuple[Row, ...] | tuple[ObligationRule, ...]
) -> Iterator[InvalidError]:
    text, remedy = f"the chart has no {what} of this id to leave out", "name one that it has"
    for name in ids:
        if name not in {item.id for item in items}:
            yield InvalidError(name, text, remedy, F.UNKNOWN_ROW)


def _name_faults(chart: Chart) -> Iterator[InvalidError]:
    """Refuse a key and version that already name another chart."""
    key: object = chart.key
    named = isinstance(key, str) and 0 < len(key) <= MAX_ID
    if not named or not _is_whole(chart.version, 1):
        remedy = f"give a key of 1 to {MAX_ID} characters and a version from 1 to {MAX_WHOLE}"
        where = code(chart.key) if named else "key"
        yield InvalidError(where, f"version {chart.version!r}", remedy, F.NAME_CLASH)
        return
    with suppress(ChartNotFoundError):
        if find_chart(chart.ref).fingerprint != chart.fingerprint:
            text = f"another chart has this key and version {chart.version}"
            yield InvalidError(chart.key, text, "give it a new version", F.NAME_CLASH)
