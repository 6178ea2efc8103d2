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
from cxjourney.vocabulary._terminal import Progress, brief


@attrs.define
class Activity:
    """One activity of a log under one fate.

    Attributes:
        count: how many lines it has.
        first_line: the first of them.
    """

    count: int
    first_line: int


@attrs.define
class LogBook:
    """What a log holds up to some moment: its lines counted, its events by journey.

    Attributes:
        as_of: the moment; lines after it are counted, and left out. None takes every line.
        read: how many lines were added.
        later: how many of them are later than ``as_of``.
        twice: how many local times the clocks showed twice.
        first: the earliest time up to ``as_of``.
        last: the latest.
        activities: the activities, each under what became of its lines.
        customers: the customers of those lines.
        events: the events of each journey, by (customer, engagement), in the order of the log.
    """

    as_of: datetime | None = None
    read: int = 0
    later: int = 0
    twice: int = 0
    first: datetime | None = None
    last: datetime | None = None
    activities: dict[tuple[Fate, str], Activity] = attrs.field(factory=dict, repr=False)
    customers: set[str] = attrs.field(factory=set, repr=False)
    events: dict[tuple[str, str], list[Event]] = attrs.field(factory=dict, repr=False)

    __repr__ = brief

    @classmethod
    def of(cls, lines: Iterable[LogLine], as_of: datetime | None = None) -> "LogBook":
        """Return the book of these lines."""
        book = cls(as_of)
        for line in lines:
            book.add(line)
        return book

    def add(self, line: LogLine) -> None:
        """Enter one line."""
        self.read += 1
        if self.as_of is not None and line.at > self.as_of:
            self.later += 1
            return
        self.twice += line.twice
        self.first = line.at if self.first is None else min(self.first, line.at)
        self.last = line.at if self.last is None else max(self.last, line.at)
        entry = self.activities.get((line.fate, line.activity))
        if entry is None:
            self.activities[line.fate, line.activity] = Activity(1, line.line)
        else:
            entry.count += 1
        self.customers.add(line.customer)
        if line.events:
            self.events.setdefault((line.customer, line.engagement), []).extend(line.events)


@attrs.frozen
class Walk:
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
