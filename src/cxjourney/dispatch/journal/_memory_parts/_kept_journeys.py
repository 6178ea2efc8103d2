"""Journeys as a journal in memory keeps them: as JSON, which nobody else can change."""

import math
from bisect import bisect_left, insort
from collections.abc import Mapping
from datetime import datetime
from operator import attrgetter

import attrs

from cxjourney.dispatch.journal import _records as records
from cxjourney.dispatch.journal._owing import Duty
from cxjourney.dispatch.journal._records_stored import (
    EVENT,
    HEAD,
    SNAPSHOT,
    dump_value,
    load_value,
    told_events,
)


@attrs.define
class KeptJourney:
    """A journey as it is kept; its data as JSON, which nobody else can change.

    Events and steps stand in order of their numbers, ``by_time`` has the events' places.
    """

    head: str = ""
    keeps_events: bool = True
    events: list[str] = attrs.field(factory=list)
    ids: set[str] = attrs.field(factory=set)
    by_time: list[tuple[datetime, int]] = attrs.field(factory=list)
    last: int = 0
    times: dict[int, datetime] = attrs.field(factory=dict)
    steps: list[records.StepRecord] = attrs.field(factory=list)
    old_steps: list[records.StepRecord] = attrs.field(factory=list)
    last_step: int = 0
    wake_at: datetime | None = None
    snapshot: str | None = None
    born: int = 0
    owed: dict[str, Duty] = attrs.field(factory=dict)
    checkpoints: list[tuple[datetime, str]] = attrs.field(factory=list)
    runs: dict[int, str] = attrs.field(factory=dict)

    def record(self, engagement: str, *, whole: bool) -> records.JourneyRecord:
        """Return it as it was given, with its events and steps or without."""
        data, steps = load_value(self.head, HEAD), self._steps() if whole else ()
        if self.keeps_events:
            told = self.events if whole else ()
            data["events"] = [load_value(one, EVENT) for one in told]
        snapshot = None if self.snapshot is None else load_value(self.snapshot, SNAPSHOT)
        wake_at, born = self.wake_at, self.born
        more = (wake_at, snapshot, born, None, None, dict(self.runs))
        return records.JourneyRecord(engagement, data, steps, *more)

    def _steps(self) -> tuple[records.StepRecord, ...]:
        return tuple(sorted((*self.old_steps, *self.steps), key=attrgetter("seq")))

    def write(self, new: "NewJourney") -> None:
        """Take over what is new of it."""
        self.head, self.keeps_events = new.head, new.keeps_events
        self.wake_at, self.snapshot, self.born = new.wake_at, new.snapshot, new.born
        for at, id, seq, event in new.events:
            if seq > self.last:
                insort(self.by_time, (at, len(self.events)))
                self.events.append(event)
                self.ids.add(id)
                self.times[seq] = at
                self.last = seq
        if new.late is not None:
            del self.checkpoints[bisect_left(self.checkpoints, (new.late, "")) :]
        if new.checkpoint is not None:
            at, data = new.checkpoint
            self.checkpoints = [one for one in self.checkpoints if one[0] != at]
            insort(self.checkpoints, (at, data))
        runs = {**self.runs, **new.runs}
        self.runs = {number: text for number, text in runs.items() if text is not None}
        self.steps += [one for one in new.steps if one.seq > self.last_step]
        self.last_step = self.steps[-1].seq if self.steps else self.last_step

    def since(self, at: datetime) -> tuple[str | None, list[str]]:
        """Return the last checkpoint before a moment, and the events after it."""
        place = bisect_left(self.checkpoints, (at, ""))
        if not place:
            return None, []
        marked, data = self.checkpoints[place - 1]
        after = self.by_time[bisect_left(self.by_time, (marked, math.inf)) :]
        return data, [self.events[place] for place in sorted(place for _, place in after)]

    def put_away(self, before: datetime) -> int:
        """Put old steps out of the way; return how many."""
        times = self.times
        old = [one for one in self.steps if one.seq in times and times[one.seq] < before]
        self.old_steps += old
        gone = {one.seq for one in old}
        self.steps = [one for one in self.steps if one.seq not in gone]
        return len(old)


@attrs.frozen
class NewJourney:
    """What a commit says of a journey, as JSON."""

    engagement: str
    head: str
    keeps_events: bool
    events: tuple[tuple[datetime, str, int, str], ...]
    steps: tuple[records.StepRecord, ...]
    wake_at: datetime | None
    snapshot: str | None
    born: int
    checkpoint: tuple[datetime, str] | None
    late: datetime | None
    runs: Mapping[int, str | None]

    @classmethod
    def of(cls, one: records.JourneyRecord) -> "NewJourney":
        """Return what is to be kept of a journey."""
        head, snapshot, checkpoint = dict(one.data), one.snapshot, one.checkpoint
        return cls(
            one.engagement,
            dump_value({**head, "events": None}),
            head.get("events") is not None,
            tuple((at, id, seq, dump_value(event)) for at, id, seq, event in told_events(one)),
            one.steps,
            one.wake_at,
            None if snapshot is None else dump_value(dict(snapshot)),
            one.born,
            None if checkpoint is None else (checkpoint[0], dump_value(dict(checkpoint[1]))),
            one.late,
            dict(one.runs),
        )
