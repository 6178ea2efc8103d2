"""The chart: the transition table as data, and what it decides for one event (SPEC 4.2)."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta, tzinfo
from enum import Enum, unique
from operator import attrgetter
from typing import Any, NamedTuple, Self, TypeVar, cast

import attrs

from cxjourney.chart._duties import ObligationRule
from cxjourney.chart._guards import Guard
from cxjourney.errors import InvalidError, listed
from cxjourney.vocabulary import (
    EventKind,
    ExitReason,
    HeldFact,
    Lang,
    Phase,
    Place,
    Situation,
    Standing,
    name,
)
from cxjourney.vocabulary._checks import a, as_mapping, several
from cxjourney.vocabulary._events import order_trigger
from cxjourney.vocabulary._results import Worded
from cxjourney.vocabulary._terminal import Showable, SupportsText, brief, code

Compiled = TypeVar("Compiled")


PLACES: tuple[Place, ...] = (Standing.NEW, *Phase, Standing.LAPSED, Standing.LOST, Standing.ERASED)
"""Every place a journey can be in, in reading order."""


@unique
class FaultKind(Enum):
    """What can be wrong with a chart."""

    UNKNOWN_PLACE = "unknown place"
    UNKNOWN_EVENT = "unknown event"
    BAD_KIND = "bad event kind"
    UNKNOWN_FLAG = "unknown flag"
    UNKNOWN_ROW = "unknown row"
    NAME_CLASH = "name clash"
    BAD_GUARD = "bad guard"
    BAD_ROW = "bad row"
    BAD_WINDOW = "bad window"
    SHADOWED = "shadowed row"
    AMBIGUOUS = "ambiguous rows"
    UNREACHABLE = "unreachable"
    TRAP = "trap"
    BROKEN_INVARIANT = "broken invariant"


@unique
class Feedback(Enum):
    """Whether ADOPT needs closed feedback (SPEC 4.2a); REQUIRED is the default."""

    REQUIRED = "required"
    OPTIONAL = "optional"


@unique
class RepeatPurchase(Enum):
    """What a purchase after a purchase says (SPEC 4.2a); LOYALTY is the default.

    EXPERIENCE is for logs that hold purchases only: it also implies that the earlier purchase was
    delivered, used again, and gave its result.
    """

    LOYALTY = "loyalty"
    EXPERIENCE = "experience"


@unique
class Confirmation(Enum):
    """Whether ADVOCATE needs the company's confirmation (SPEC 4.2a); REQUIRED is the default."""

    REQUIRED = "required"
    OPTIONAL = "optional"


@attrs.frozen
class Options(Showable):
    """The three switches of the chart; the strict reading is the default (SPEC 4.2a)."""

    feedback: Feedback = attrs.field(default=Feedback.REQUIRED, validator=a(Feedback))
    repeat_purchase: RepeatPurchase = attrs.field(
        default=RepeatPurchase.LOYALTY, validator=a(RepeatPurchase)
    )
    confirmation: Confirmation = attrs.field(
        default=Confirmation.REQUIRED, validator=a(Confirmation)
    )

    @property
    def suffix(self) -> str:
        """The switches that differ from the default, as they stand in a chart's key."""
        changed = [
            f"{field.name}={chosen.value}"
            for field in attrs.fields(Options)
            if (chosen := getattr(self, field.name)) is not field.default
        ]
        return f"[{','.join(changed)}]" if changed else ""


def _frozen_sets(sets: Mapping[str, object] | tuple[tuple[str, object], ...]) -> Any:  # noqa: ANN401 - pairs, or what was given
    try:
        return tuple(dict(sets).items())
    except (TypeError, ValueError):  # what has no such form is left to be refused
        return None


_PARTS = tuple(field.name for field in attrs.fields(Situation))
_parts = attrgetter(*_PARTS)


@attrs.frozen(eq=False, repr=False)
class Row(Showable):
    """One row of the chart: from these places, on these events, if these guards pass.

    The rows of a chart are tried in order, and the first whose guards all pass applies.

    Attributes:
        id: the row's id, such as ``T07`` or ``T07.held``; what stands before the dot is the rule
            of SPEC 4.2.
        events: the kinds that the row takes.
        sources: the places that it starts from.
        to: the place that it leads to; None stays and changes flags only.
        guards: pure functions of the situation, all of which must return True.
        sets: the flags that it changes.
        holds: the fact that it puts on hold instead of applying it.
        then: whether the event applies once more from where the row led.
        fresh: whether a new cycle begins: every flag is reset before ``sets``.
        implies: whether the phases passed over count as lived through.
        starts_days: whether day 1 of the customer begins here.
        reason: why a journey stops here, for rows that lead to LAPSED, LOST or ERASED.
        order: for ``EventKind.MOVED`` alone: the phase that is ordered.
        force: for ``EventKind.MOVED`` alone: whether the order is forced.
    """

    id: str = attrs.field(repr=code, validator=a(str))
    events: tuple[EventKind, ...] = attrs.field(validator=several("EventKind"))
    sources: tuple[Place, ...] = attrs.field(validator=several("Phase or Standing"))
    to: Place | None = None
    guards: tuple[Guard, ...] = attrs.field(
        default=(), validator=several("functions of a Situation")
    )
    sets: tuple[tuple[str, object], ...] = attrs.field(
        factory=dict, converter=_frozen_sets, validator=several("names of flags with their values")
    )
    holds: HeldFact | None = None
    then: bool = False
    fresh: bool = False
    implies: bool = False
    starts_days: bool = False
    reason: ExitReason | None = None
    order: Phase | None = None
    force: bool = False

    @property
    def rule(self) -> str:
        """The rule of SPEC 4.2 that the row belongs to, such as ``T07``."""
        return self.id.partition(".")[0]

    @property
    def triggers(self) -> tuple[str, ...]:
        """The names of its events; for an order the target is part of the name."""
        if self.order is not None:
            return (order_trigger(self.order, force=self.force),)
        return tuple(kind.name for kind in self.events)

    @property
    def fingerprint(self) -> tuple[object, ...]:
        """All of the row by value, guards by name; equal for rows that were written alike."""
        values = attrs.astuple(self, recurse=False, filter=attrs.filters.exclude("guards"))
        return (*values, *(getattr(guard, "__name__", guard) for guard in self.guards))

    def __repr__(self) -> str:
        to = "stays" if self.to is None else f"-> {self.to.name}"
        guards = " ".join(getattr(guard, "__name__", "?") for guard in self.guards)
        triggers = " ".join(map(code, self.triggers))
        return f"<Row {code(self.id)}: {triggers} {to}{guards and f', if {guards}'}>"

    def apply(self, situation: Situation) -> Situation:
        """Return the situation after this row; guards are not asked."""
        if self.to is Standing.ERASED:
            return Situation(Standing.ERASED)
        parts: dict[str, Any] = {}
        if not self.fresh:
            parts.update(zip(_PARTS, _parts(situation), strict=True))
        parts.update(self.sets)
        if self.holds is not None:
            parts[self.holds.value] = True
        if isinstance(self.to, Phase):
            parts.update(standing=Standing.ACTIVE, phase=self.to)
        elif self.to is not None:
            parts["standing"] = self.to
        return Situation(**parts)


class ChartRef(NamedTuple):
    """What a stored journey says of its chart: the chart's key and version."""

    key: str
    version: int

    def __repr__(self) -> str:
        return f"ChartRef({code(self.key)!r}, {self.version})"


@attrs.frozen(eq=False, repr=False)
class Chart(Showable):
    """A transition table with its timers and obligations; frozen, named by key and version.

    ``standard_chart`` gives the table of SPEC 4.2; ``derive`` makes a chart of your own and
    checks it. A chart that is built by hand is not checked; ``check_chart`` checks it.

    Attributes:
        key: the chart's name, with the options that differ from the default.
        version: a whole number; a changed chart takes a new one.
        options: the three switches of SPEC 4.2a.
        kinds: every event kind that it knows.
        rows: the rows, in the order in which they are tried.
        silence: how long a customer may be silent in each phase before ``lapsed`` is due; None
            never (SPEC 4.3).
        advocacy_quiet: how long after the last referral ``advocacy_quiet`` is due; None never.
        obligations: what the company owes, and when (SPEC 5).
        zone: by whose clock times of the calendar go, see ``in_zone``; None for the UTC offset of
            each event. It is no part of what makes two charts equal.
    """

    key: str
    version: int
    options: Options
    kinds: tuple[EventKind, ...]
    rows: tuple[Row, ...]
    silence: Mapping[Phase, timedelta | None] = attrs.field(converter=as_mapping)
    advocacy_quiet: timedelta | None
    obligations: tuple[ObligationRule, ...]
    zone: tzinfo | None = None
    _compiled: dict[object, Any] = attrs.field(factory=dict, init=False)

    def compiled(self, make: Callable[["Chart"], Compiled]) -> Compiled:
        """Return what ``make`` makes of this chart, such as its machine; made once for a chart."""
        try:
            made: Compiled = self._compiled[make]
        except KeyError:
            made = self._compiled[make] = make(self)
        return made

    @property
    def by_calendar(self) -> bool:
        """Whether something that it owes is due by the calendar."""
        return self.compiled(_by_calendar)

    def in_zone(self, zone: tzinfo | None) -> "Chart":
        """Return the same chart for customers in a zone; itself where nothing goes by a clock."""
        if zone is None or zone == self.zone or not self.by_calendar:
            return self
        placed = self._compiled.get(zone)
        if placed is None:
            placed = self._compiled[zone] = attrs.evolve(self, zone=zone)
        return cast("Chart", placed)

    @property
    def ref(self) -> ChartRef:
        """The chart's key and version."""
        return self.compiled(_ref)

    @property
    def fingerprint(self) -> tuple[object, ...]:
        """All of the chart by value, guards by name; equal for charts that were written alike."""
        rows = tuple(row.fingerprint for row in self.rows)
        windows = frozenset(self.silence.items()), self.advocacy_quiet
        return self.ref, self.options, self.kinds, rows, windows, self.obligations

    def row(self, row_id: str) -> Row:
        """Return the row with this id.

        Raises:
            InvalidError: when the chart has no such row.
        """
        for row in self.rows:
            if row.id == row_id:
                return row
        known = listed(code(row.id) for row in self.rows)
        raise InvalidError("Chart.row", "the id of no row", f"one of {known}")

    def kind(self, name: str) -> EventKind | None:
        """Return the event kind with this name, or None."""
        return next((kind for kind in self.kinds if kind.name == name), None)

    @property
    def triggers(self) -> tuple[str, ...]:
        """The names of all triggers; an order to move has one for each target, unforced first."""
        plain = [kind.name for kind in self.kinds if kind is not EventKind.MOVED]
        orders = [order_trigger(to, force=force) for force in (False, True) for to in Phase]
        return (*plain, *orders)

    def arms(self) -> Iterator[tuple[Row, str, Place]]:
        """Yield each row for each of its triggers and sources, in the order of trying."""
        for row in self.rows:
            for trigger in row.triggers:
                for source in row.sources:
                    yield row, trigger, source

    def transition_table(self) -> list[dict[str, Any]]:
        """Return the chart as keyword arguments of ``transitions.Machine.add_transition``.

        Guards stand as plain functions of a situation.
        """
        return [
            {
                "trigger": trigger,
                "source": source.name,
                "dest": None if row.to is None else row.to.name,
                "conditions": list(row.guards),
            }
            for row, trigger, source in self.arms()
        ]

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _: object) -> Self:
        return self

    def _repr_pretty_(self, printer: SupportsText, _: object) -> None:
        printer.text(repr(self))

    def __repr__(self) -> str:
        return f"<Chart {code(self.key)!r} version {self.version}: {len(self.rows)} rows>"


@unique
class Effect(Enum):
    """What an event did, in one word (SPEC 4.2, "Every situation x event pair is defined").

    MOVED: the place changed. STAYED: flags may have changed, the place did not. HELD: recorded,
    and tried again after every event. NOTED: recorded without effect. REFUSED: an order whose
    guards failed, or anything after erasure. RETRACTED: taken back since, and left out.
    """

    MOVED = "moved"
    STAYED = "stayed"
    HELD = "held"
    NOTED = "noted"
    REFUSED = "refused"
    RETRACTED = "retracted"


@attrs.frozen(weakref_slot=False)
class GuardSeen(Showable):
    """A guard that was asked: of which row, which guard, and whether it passed."""

    row: str = attrs.field(repr=code)
    guard: str = attrs.field(repr=code)
    passed: bool

    __repr__ = brief


@attrs.frozen(weakref_slot=False)
class Move(Showable):
    """One micro-step: a row that applied.

    Attributes:
        row: the row's id.
        trigger: the event for which it applied.
        source: the place before.
        target: the place after; the same where the row only changed flags.
        implied: the phases passed over that count as lived through.
        retried: the held fact that applied now, or None.
    """

    row: str = attrs.field(repr=code)
    trigger: str = attrs.field(repr=code)
    source: Place
    target: Place
    implied: tuple[Phase, ...] = ()
    retried: HeldFact | None = None

    __repr__ = brief


@attrs.frozen(repr=False, weakref_slot=False)
class Decision(Worded):
    """What a trigger does in a situation, by the chart alone: pure, and the same every time.

    Attributes:
        trigger: the event's trigger.
        before: the situation before.
        after: the situation after; equal to ``before`` where nothing applied.
        effect: what it did, in one word.
        moves: the micro-steps, in order.
        held: the facts that were put on hold.
        guards: the guards asked, in order, with their answers.
        fresh: whether a new cycle began.
        starts_days: whether day 1 of the customer began.
        forced: whether an order was forced.
        exit: why the journey stopped, or None.
        visited: the phases entered, as a bit mask with bit ``phase`` for each.
        implied: the phases passed over that count as lived through, as a bit mask.
    """

    trigger: str = attrs.field(repr=code)
    before: Situation
    after: Situation
    effect: Effect
    moves: tuple[Move, ...] = ()
    held: tuple[HeldFact, ...] = ()
    guards: tuple[GuardSeen, ...] = ()
    fresh: bool = False
    starts_days: bool = False
    forced: bool = False
    exit: ExitReason | None = None
    visited: int = 0
    implied: int = 0

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Return what the trigger does, and where the journey stands before and after."""
        before, after = (name(one.place, lang) for one in (self.before, self.after))
        return f"{name(self.effect, lang)}: {before} -> {after}"

    def __repr__(self) -> str:
        way = f"{self.before.place.name} -> {self.after.place.name}"
        rows = " ".join(code(move.row) for move in self.moves) or "no row"
        return f"<Decision {code(self.trigger)}: {self.effect.value} {way}, {rows}>"


def _ref(chart: Chart) -> ChartRef:
    return ChartRef(chart.key, chart.version)


def _by_calendar(chart: Chart) -> bool:
    return any(rule.by_calendar for rule in chart.obligations)
