"""Walking the journeys of a log: each with the live machine, from its first event to the last."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import attrs

from cxjourney.chart import Chart, Effect
from cxjourney.errors import RefusedError
from cxjourney.journey import Journey, Step
from cxjourney.journey._open import FINAL, names_event, taken, targets_of
from cxjourney.replay._log import Fate, LogLine
from cxjourney.vocabulary import Event, EventKind
from cxjourney.vocabulary._terminal import Progress, Showable, brief


@attrs.define
class Activity(Showable):
    """One activity of a log under one fate.

    Attributes:
        count: how many lines it has.
        first_line: the first of them.
        reasons: why they are ignored; none for the other fates.
    """

    count: int
    first_line: int
    reasons: dict[str, None] = attrs.field(factory=dict, repr=False)


@attrs.define
class LogBook(Showable):
    """What a log holds up to some moment: its lines counted, its events by journey.

    Attributes:
        as_of: the moment; lines after it are counted, and left out. None takes every line.
        read: how many lines were added.
        later: how many of them are later than ``as_of``.
        later_events: how many events of the other lines are, by a time of their own.
        twice: how many local times the clocks showed twice.
        first: the earliest time up to ``as_of``.
        last: the latest.
        activities: the activities, each under what became of its lines.
        customers: the customers of those lines.
        events: the events of each journey, by (customer, engagement), in the order of the log.
        segments: the segment of each journey that has one: the first that a line with an event
            tells.
    """

    as_of: datetime | None = None
    read: int = 0
    later: int = 0
    later_events: int = 0
    twice: int = 0
    first: datetime | None = None
    last: datetime | None = None
    activities: dict[tuple[Fate, str], Activity] = attrs.field(factory=dict, repr=False)
    customers: set[str] = attrs.field(factory=set, repr=False)
    events: dict[tuple[str, str], list[Event]] = attrs.field(factory=dict, repr=False)
    segments: dict[tuple[str, str], str] = attrs.field(factory=dict, repr=False)
    _sequences: dict[tuple[str, str], list[Sequence[object]]] = attrs.field(
        factory=dict, init=False, repr=False
    )
    """What orders the events of each journey at one instant, where the log says so."""

    __repr__ = brief

    @classmethod
    def of(cls, lines: Iterable[LogLine], as_of: datetime | None = None) -> "LogBook":
        """Return the book of these lines."""
        book = cls(as_of)
        for line in lines:
            book.add(line)
        for journey, orders in book._sequences.items():
            events = book.events[journey]
            places = sorted(range(len(events)), key=orders.__getitem__)  # type: ignore[arg-type]
            events[:] = [events[place] for place in places]
        return book

    def add(self, line: LogLine) -> None:
        """Enter one line."""
        self.read += 1
        at, as_of, events = line.at, self.as_of, line.events
        if at is not None:
            if as_of is not None and at > as_of:
                self.later += 1
                return
            if self.first is None or at < self.first:
                self.first = at
            events = self._until(line)
            self._end_with(at)
        self.twice += line.twice
        key = line.fate, line.activity
        entry = self.activities.get(key)
        if entry is None:
            entry = self.activities[key] = Activity(0, line.line)
        entry.count += 1
        if line.reason:
            entry.reasons[line.reason] = None
        self.customers.add(line.customer)
        if events:
            self._keep(line, events)

    def _keep(self, line: LogLine, events: tuple[Event, ...]) -> None:
        """Keep the events of a line."""
        journey = line.customer, line.engagement
        self.events.setdefault(journey, []).extend(events)
        if line.segment:
            self.segments.setdefault(journey, line.segment)
        if line.sequence:
            self._sequences.setdefault(journey, []).extend([line.sequence] * len(events))

    def _until(self, line: LogLine) -> tuple[Event, ...]:
        """Return the events of a line up to ``as_of``; each may have a time of its own."""
        as_of, events = self.as_of, line.events
        for event in events:
            if event.at is not line.at and (as_of is None or event.at <= as_of):
                self._end_with(event.at)
        if as_of is None or not any(event.at > as_of for event in events):
            return events
        kept = tuple([event for event in events if event.at <= as_of])
        self.later_events += len(events) - len(kept)
        return kept

    def _end_with(self, at: datetime) -> None:
        if self.last is None or at > self.last:
            self.last = at


@attrs.frozen
class Walk(Showable):
    """One journey of a log, walked to its end.

    Attributes:
        customer: the customer's id, kept also where the journey was erased.
        journey: the journey as it stands at the end; it keeps no history of its own.
        steps: what each event did, in journey order; the timers of the clock are among them.
        refused: the events that were refused.
        repeated: the events that had come before, by their id.
        conflicting: the events with the id of another one.
        retracted: the events that were taken back.
    """

    customer: str = attrs.field(repr=False)
    journey: Journey
    steps: tuple[Step, ...]
    refused: tuple[Event, ...]
    repeated: tuple[Event, ...]
    conflicting: tuple[Event, ...] = ()
    retracted: tuple[Event, ...] = ()

    __repr__ = brief


def walk_journeys(
    events: Mapping[tuple[str, str], Sequence[Event]],
    chart: Chart,
    as_of: datetime,
    *,
    progress: Progress | None = None,
) -> Iterator[Walk]:
    """Walk each journey through its events and up to ``as_of``; yield them one by one.

    Events go by time, rank of the kind, and their order here (SPEC 4.1); one whose id came before
    is left out, and so is what a retraction names: an event by its id, or all that a line of the
    log gave by the line's. What is refused is kept apart and stops nothing.

    Args:
        events: the events by (customer, engagement), none of them after ``as_of``.
        chart: the chart to follow.
        as_of: when it ends; timers that are due by then have fired.
        progress: is told how far the walk is.
    """
    total = len(events)
    for done, ((customer, engagement), mixed) in enumerate(events.items(), start=1):
        yield _walk(Journey(customer, engagement, chart=chart, history=False), mixed, as_of)
        if progress is not None:
            progress("replaying", done, total)


def _walk(journey: Journey, events: Sequence[Event], as_of: datetime) -> Walk:
    customer = journey.customer
    walk = _Sorted.of(sorted(events, key=lambda event: (event.at, event.kind.rank)))
    steps: list[Step] = []
    refused: list[Event] = []
    for event in walk.kept:
        try:
            step = taken(journey, event)
        except RefusedError:
            step = None
        if step is None or step.effect is Effect.REFUSED:
            refused.append(event)
            continue
        steps.extend(step.elapsed)
        steps.append(step)
    steps.extend(journey.advance(as_of))
    refused += walk.refused
    parts = (walk.repeated, walk.conflicting, walk.retracted)
    return Walk(customer, journey, tuple(steps), tuple(refused), *map(tuple, parts))


@attrs.define
class _Sorted:
    """The events of a journey, in order: what is to be folded, and what is left out and why."""

    kept: list[Event] = attrs.field(factory=list)
    repeated: list[Event] = attrs.field(factory=list)
    conflicting: list[Event] = attrs.field(factory=list)
    retracted: list[Event] = attrs.field(factory=list)
    refused: list[Event] = attrs.field(factory=list)

    @classmethod
    def of(cls, events: Iterable[Event]) -> "_Sorted":
        """Sort events out."""
        found, known = cls(), dict[str, Event]()
        for event in events:
            if event.id not in known:
                known[event.id] = event
                found.kept.append(event)
            elif known[event.id] == event:
                found.repeated.append(event)
            else:
                found.conflicting.append(event)
        if any(one.kind is EventKind.RETRACTED for one in found.kept):
            found._take_back()
        return found

    def _take_back(self) -> None:
        """Leave out what retractions name; refuse those that name nothing that can be left out."""
        names = targets_of(self.kept)
        there = {
            name
            for one in self.kept
            if one.kind not in FINAL
            for name in (one.id, one.id.rpartition(":")[0])
        }
        events, self.kept = self.kept, []
        for one in events:
            if one.kind is EventKind.RETRACTED and names_event(one) not in there:
                self.refused.append(one)
            elif one.kind not in FINAL and {one.id, one.id.rpartition(":")[0]} & names:
                self.retracted.append(one)
            else:
                self.kept.append(one)
