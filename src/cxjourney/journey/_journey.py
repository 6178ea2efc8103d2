"""The journey: one customer's engagement, its state and history, driven by events."""

import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self, Unpack

import attrs

from cxjourney.chart import Chart, Decision, Effect, find_chart, standard_chart
from cxjourney.errors import BusyError, LateEventError, MalformedEventError, SequenceError
from cxjourney.journey._fold import BEGINNING, Course, Folder
from cxjourney.journey._owed import differing, opening
from cxjourney.journey._refolding._late import Late, Log, changes, fold_in
from cxjourney.journey._refolding._retracted import (
    barring,
    folded,
    known_step,
    names_event,
    retold,
    whole,
    without,
)
from cxjourney.journey._step import Refold, Step
from cxjourney.journey._verbs import CompanyFacts, CustomerFacts, Orders, Recording, Timers
from cxjourney.journey._view import JourneyView
from cxjourney.vocabulary import Event, EventKind, Standing
from cxjourney.vocabulary._checks import check_id, check_time, describe
from cxjourney.vocabulary._events import check_same
from cxjourney.vocabulary._terminal import SupportsText

if TYPE_CHECKING:
    from cxjourney.journey._migration import Migrated, Migration, Stored

NO_COUNTS: Mapping[str, int] = MappingProxyType({})
RETRACTED = EventKind.RETRACTED


@attrs.define(eq=False, repr=False, init=False, weakref_slot=False)
class Journey(JourneyView, CustomerFacts, CompanyFacts, Timers, Orders):
    """One customer's engagement: its state and history, driven by events.

    Every event is recorded by a typed method (``journey.purchased(at=...)``) or by ``record``,
    and each returns a ``Step`` that tells what it did. The state is a fold of the events, ordered
    by time, rank of the kind, and arrival (SPEC 4.1); the timers that were due between them are
    part of it. The clock is always passed in.

    One thread at a time: whoever records while another thread does gets a ``BusyError``.

    Args:
        customer: the customer's id, opaque, 1 to 200 characters.
        engagement: the id of the thing bought or considered; empty where there is but one.
        chart: the chart to follow; the standard one when None.
        history: whether to keep the events. Without them a journey is small, but it cannot tell a
            repeated event from a new one, nor fold in a late one.

    Raises:
        MalformedEventError: when an id is not of its form.
    """

    customer: str
    engagement: str
    chart: Chart
    seq: int
    as_of: datetime | None
    _course: Course
    _log: Log | None = attrs.field(alias="history")  # as the argument, for who reads signatures
    _counts: Mapping[str, int]
    _busy: bool

    def __init__(
        self,
        customer: str,
        engagement: str = "",
        *,
        chart: Chart | None = None,
        history: bool = True,
    ) -> None:
        self.customer, self.engagement = check_ids(customer, engagement)
        self.chart = standard_chart() if chart is None else chart
        if not isinstance(self.chart, Chart):
            raise MalformedEventError("journey.chart", describe(chart), "a Chart")
        self.seq = 0
        self.as_of = None
        self._course = BEGINNING
        self._log = Log() if history else None
        self._counts = NO_COUNTS
        self._busy = False

    @property
    def history(self) -> tuple[Step, ...]:
        """Every step in journey order, timers among them; empty where none is kept.

        An event that was retracted stands there too, with ``Effect.RETRACTED``.
        """
        return whole(self._log) if self._log is not None else ()

    @property
    def keeps_history(self) -> bool:
        """Whether the events are kept."""
        return self._log is not None

    @property
    def counts(self) -> Mapping[str, int]:
        """How many events of each kind were recorded, by name; they survive erasure.

        Empty for a journey that keeps no history.
        """
        return self._counts or (self._log.counts if self._log is not None else NO_COUNTS)

    def record(self, event: Event, *, expected: int | None = None) -> Step:
        """Record an event and return what it did.

        The same event again changes nothing and returns the step of the first time. A late
        event is folded in at its own time, and its step's ``refold`` tells what that changed; so
        does the step of a retraction.

        Args:
            event: what happened.
            expected: record only if the journey is at this sequence number still.

        Raises:
            SequenceError: when the journey is at another sequence number.
            ConflictError: when another event was recorded under its id.
            UnknownKindError: when the chart does not know the event's kind.
            RefusedError: when it is an order whose guards do not pass.
            ErasedError: when the journey was erased.
            LateEventError: when it is late and the journey keeps no history.
            MalformedEventError: when it is not an Event at all.
            BusyError: when something else, such as another thread, is recording on it right now.
        """
        if not isinstance(event, Event):
            raise MalformedEventError("record.event", describe(event), "an Event")
        # No thread gives way between asking and setting, for nothing is called.
        if self._busy:
            raise BusyError
        self._busy = True
        try:
            log = self._log
            if log is not None and event.id in log.by_id:
                return _same(log, event)
            if expected is not None and expected != self.seq:
                raise SequenceError(expected, self.seq)
            step = self._retract(event) if event.kind is RETRACTED else self._take(event)
            if step.decision.effect is Effect.REFUSED:
                from cxjourney.journey._whynot import refusal  # noqa: PLC0415 - once one is refused

                raise refusal(self._folder.machine, step)
            return step
        finally:
            self._busy = False

    def preview(self, event: Event) -> Step:
        """Return what an event would do, and leave the journey as it is.

        Raises:
            ConflictError: when another event was recorded under its id.
            UnknownKindError: when the chart does not know the event's kind.
            LateEventError: when it is late and the journey keeps no history.
            MalformedEventError: when it is not an Event at all.
            BusyError: when something else is recording on the journey right now.
        """
        if not isinstance(event, Event):
            raise MalformedEventError("preview.event", describe(event), "an Event")
        with self._alone():
            log = self._log
            if log is not None and event.id in log.by_id:
                return _same(log, event)
            if event.kind is RETRACTED:
                return self._copied()._retract(event)
            late = self._late(event)
            if late is not None:
                return late.steps[late.own]
            return _told(self._folder.take(self._course, event, self.seq + 1)[1])

    def advance(self, now: datetime) -> tuple[Step, ...]:
        """Tell the journey the time: the timers due by ``now`` are folded in, and returned.

        An erased journey is told nothing more.

        Raises:
            NaiveTimeError: when ``now`` has no time zone.
            BusyError: when something else is recording on the journey right now.
        """
        now = check_time(now, "journey.now")
        with self._alone():
            erased = self.standing is Standing.ERASED
            if erased or (self.as_of is not None and now <= self.as_of):
                return ()
            course, steps = self._folder.pass_time(self._course, now)
            self._course, self.as_of = course, now
            if self._log is not None:
                self._log.extend(steps)
            return steps

    def erase(self, *, at: datetime, **recording: Unpack[Recording]) -> Step:
        """Forget the customer, as ``erased`` does: identity and payloads go, counts stay (T28)."""
        return self.erased(at=at, **recording)

    def _next_id(self, kind: EventKind, at: object) -> str:
        # The digits keep it apart from the numbers that other systems give.
        number = self.seq + 1
        return f"#{number}:{zlib.crc32(f'{number} {kind.name} {at}'.encode()):08x}"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep others from recording meanwhile.

        Raises:
            BusyError: when somebody is recording.
        """
        if self._busy:
            raise BusyError
        self._busy = True
        try:
            yield
        finally:
            self._busy = False

    def _take(self, event: Event) -> Step:
        """Fold an event in, and commit it as a whole, unless it is refused."""
        before, log, folder = self._course, self._log, self.chart.compiled(Folder)
        if not before.precedes(event):
            late = self._late(event)
            if late is not None:
                return self._put_in(late)
        course, step = folder.take(before, event, self.seq + 1)
        later: tuple[Step, ...] = ()
        if step.decision.effect is Effect.REFUSED:
            return step
        if self.as_of is not None and event.at < self.as_of:
            course, later = folder.pass_time(course, self.as_of)
        if event.kind is EventKind.ERASED:
            step = _told(step)
            self._forget(step)
        elif log is not None:
            if step.elapsed or later:
                log.extend((*step.elapsed, step, *later))
            else:
                log.append(step, before)
        self._course = course
        self.seq += 1
        return step

    def _retract(self, event: Event) -> Step:
        """Fold the journey without the event that a retraction names, and take the retraction."""
        self._folder.check_kind(event.kind)
        if self.standing is Standing.ERASED:
            return self._take(event)
        log, before = self._log, self.situation
        failed = barring(log, event)
        if failed or log is None:
            refused = Decision(event.trigger, before, before, Effect.REFUSED, guards=failed)
            return Step(event, self.seq + 1, self.cycle, refused)
        course, found = without(self._folder, log, self._course, self.as_of, names_event(event))
        self._course = course
        step = self._take(event)
        step = step._replace(refold=Refold(before, self.situation, found))
        retold(log, step)
        return step

    def _late(self, event: Event) -> Late | None:
        """Fold a late event in at its own time; nothing is changed yet. None where it is not late.

        An erasure is never late, nor is anything after it.
        """
        course = self._course
        gone = event.kind is EventKind.ERASED or course.situation.standing is Standing.ERASED
        if gone or course.precedes(event):
            return None
        if self._log is None:
            raise LateEventError(event.kind.name, event.at, course.at or event.at)
        return fold_in(self._folder, self._log, course, self.as_of, event, self.seq + 1)

    def _put_in(self, late: Late) -> Step:
        """Commit a late event, unless it is refused."""
        step = late.steps[late.own]
        if self._log is not None and step.decision.effect is not Effect.REFUSED:
            self._log.put_in(late)
            self._course, self.seq = late.course, step.seq
        return step

    def _forget(self, step: Step) -> None:
        """Drop identity, ids, payloads and the times of what happened; keep the counts.

        What the log keeps of the erasure is as if nothing had been before it.
        """
        counts = Counter(self.counts)
        counts[step.event.kind.name] += 1
        self._counts = MappingProxyType(dict(sorted(counts.items())))
        self.customer = self.engagement = ""
        self.as_of = None
        if self._log is not None:
            self._log = Log.of(self._folder.fold([(step.event, step.seq)], None)[1])

    def _stored(self) -> "Stored":
        from cxjourney.journey._migration import Stored  # noqa: PLC0415 - once one is stored

        with self._alone():
            events = None if self._log is None else tuple(self._log.arrivals)
            folded = events is not None and self.standing is not Standing.ERASED
            return Stored(
                chart=self.chart.ref,
                customer=self.customer,
                engagement=self.engagement,
                seq=self.seq,
                as_of=self.as_of,
                events=events,
                course=None if folded else self._course,
                counts=self._counts or None,
            )

    def to_dict(self) -> dict[str, Any]:
        """Return the journey as plain values that JSON can hold; see ``from_dict``."""
        from cxjourney.journey._stored import encode  # noqa: PLC0415 - once one is stored

        return encode(self._stored())

    @classmethod
    def from_dict(
        cls,
        data: dict[str, Any],
        *,
        chart: Chart | None = None,
        migrations: "Sequence[Migration]" = (),
    ) -> Self:
        """Return the journey that ``to_dict`` stored; its events are folded anew.

        Args:
            data: what ``to_dict`` gave, or what JSON made of that; anything else is refused.
            chart: the chart that it is to follow; when None the target of the last migration, or
                without migrations the chart that the data names.
            migrations: how to get to that chart, oldest first; those that are needed are applied.

        Raises:
            DecodeError: when the data is of any other form, or does not lead to the chart.
        """
        from cxjourney.journey._stored import decode  # noqa: PLC0415 - once one is read

        return cls._restore(*decode(data, chart, migrations))

    def migrate(self, migration: "Migration") -> "Migrated[Self]":
        """Return this journey on another chart, with a report; this one stays as it is.

        With history the events are folded anew along the new chart. Without, the situation is
        carried over where the new chart could lead to it, and obligations whose rule it does not
        have are dropped.

        Raises:
            MigrationError: when the migration starts from another chart or cannot be applied;
                nothing was changed.
        """
        from cxjourney.journey._migration import Migrated  # noqa: PLC0415 - once one is migrated

        stored, left_out = migration.carry(self._stored())
        journey = self._restore(stored, migration.target)
        opened, dropped = differing(journey._course.owed, self._course.owed)
        return Migrated(
            journey,
            self.situation,
            journey.situation,
            () if stored.erased else changes(self.history, journey.history),
            MappingProxyType(dict(sorted(left_out.items()))),
            tuple(sorted(opened, key=opening)),
            tuple(sorted(dropped, key=opening)),
        )

    @classmethod
    def _restore(cls, stored: "Stored", chart: Chart) -> Self:
        journey = cls.__new__(cls)
        journey.customer, journey.engagement = stored.customer, stored.engagement
        journey.chart, journey.seq, journey.as_of = chart, stored.seq, stored.as_of
        journey._counts = MappingProxyType(dict(stored.counts)) if stored.counts else NO_COUNTS
        course, log = folded(chart.compiled(Folder), stored.events or (), stored.as_of)
        journey._course = stored.course or course
        journey._log = None if stored.events is None else log
        journey._busy = False
        return journey

    def __reduce__(self) -> tuple[Any, ...]:
        from cxjourney.journey._packing import pack  # noqa: PLC0415 - once one is pickled

        return _unpickled, (type(self), *pack(self._stored()))

    def __copy__(self) -> Self:
        with self._alone():
            return self._copied()

    def _copied(self) -> Self:
        other = self.__class__.__new__(self.__class__)
        for name in attrs.fields_dict(Journey):
            setattr(other, name, getattr(self, name))
        if self._log is not None:
            other._log = self._log.copy()
        other._busy = False
        return other

    def __deepcopy__(self, _: dict[int, Any]) -> Self:
        return self.__copy__()

    def _repr_pretty_(self, printer: SupportsText, _: object) -> None:
        printer.text(repr(self))

    def __str__(self) -> str:
        return self.explain()

    def __repr__(self) -> str:
        where = self.place.name
        if self.standing in {Standing.LAPSED, Standing.LOST} and self.phase is not None:
            where = f"{where} from {self.phase.name}"
        parts = [where, f"seq {self.seq}"]
        parts.append(f"cycle {self.cycle}" if self.cycle > 1 else "")
        parts.append("forced" if self.forced else "")
        parts.append(f"owes {len(self._course.owed)}" if self._course.owed else "")
        return f"<Journey {', '.join(part for part in parts if part)}>"


def check_ids(customer: str, engagement: str) -> tuple[str, str]:
    """Return a journey's ids, which are of their form."""
    whose = check_id(customer, "journey.customer")
    named = "" if engagement == "" else check_id(engagement, "journey.engagement")
    return whose, named


def _same(log: Log, event: Event) -> Step:
    """Return the step of an event that is known.

    Raises:
        ConflictError: when it is another one under the same id.
    """
    step = known_step(log, event.id)
    check_same(step.event, event)
    return step


def _told(step: Step) -> Step:
    """Return a step as it is told: of an erasure without ids that would say what happened."""
    if step.event.kind is not EventKind.ERASED or step.decision.effect is Effect.REFUSED:
        return step
    return step._replace(dropped=(), elapsed=())


def _unpickled(cls: type[Journey], *packed: object) -> Journey:
    from cxjourney.journey._packing import unpack  # noqa: PLC0415 - once one is pickled

    stored = unpack(packed)
    return cls._restore(stored, find_chart(stored.chart))
