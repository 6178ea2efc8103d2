"""Journeys that columns cannot carry, walked by the live machine: orders, duties of one's own."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from cxjourney.bulk._cells import EPOCH, as_cell, microseconds
from cxjourney.bulk._engine._duty_rows import DROPPED, LATE, ON_TIME, OWED
from cxjourney.bulk._engine._folded import COUNTED, Journeys
from cxjourney.bulk._engine._in_step import Clocks
from cxjourney.bulk._engine._tables import EXITS, NEVER, Whole
from cxjourney.chart import Chart, Effect
from cxjourney.journey import Step
from cxjourney.journey._fold import BY_CLOCK
from cxjourney.replay._log import LogLine, Understanding
from cxjourney.replay._mapping import LogMapping
from cxjourney.replay._reading._log_clock import LogClock
from cxjourney.replay._reading._written import Resolution
from cxjourney.replay._walk import Walk, walk_journeys
from cxjourney.vocabulary import Event, Situation


class Walked(NamedTuple):
    """A journey that the live machine walked.

    Attributes:
        key: the journey, as a number.
        walk: what came of it.
        row: the row of the frame that gave an event, by the event's id.
    """

    key: int
    walk: Walk
    row: dict[str, int]


def walk_rows(
    table: pa.Table,
    rows: Whole,
    keys: Whole,
    mapping: LogMapping,
    chart: Chart,
    as_of: int,
) -> list[Walked]:
    """Walk the journeys of some rows.

    Args:
        table: the rows, whole journeys of them.
        rows: their numbers in the frame.
        keys: the journey of each.
        mapping: what they mean.
        chart: the chart to follow.
        as_of: when it ends; ``NEVER`` ends each journey with its last event.
    """
    events: dict[tuple[str, str], list[Event]] = defaultdict(list)
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for row, key, made in events_of(table, rows, keys, mapping, as_of):
        journey = str(key), ""
        for event in made:
            events[journey].append(event)
            found[journey].setdefault(event.id, row)
    walks: Iterable[Walk]
    if as_of == NEVER:
        ends = {journey: max(event.at for event in some) for journey, some in events.items()}
        walks = (
            walk
            for journey, some in events.items()
            for walk in walk_journeys({journey: some}, chart, ends[journey])
        )
    else:
        walks = walk_journeys(events, chart, EPOCH + timedelta(microseconds=as_of))
    return [Walked(int(walk.customer), walk, found[walk.customer, ""]) for walk in walks]


def events_of(
    table: pa.Table, rows: Whole, keys: Whole, mapping: LogMapping, as_of: int
) -> Iterator[tuple[int, int, Sequence[Event]]]:
    """Yield row, journey and events of some rows, as the live replay understands them.

    Those that are later than ``as_of``, by a time of their own, are left out; ``NEVER`` leaves out
    none.
    """
    understand = Lines(mapping)
    for row, key, values in zip(rows.tolist(), keys.tolist(), table.to_pylist(), strict=True):
        made = understand.line(row, values).events
        yield row, key, [one for one in made if as_of == NEVER or microseconds(one.at) <= as_of]


class Lines:
    """Understands rows one by one, as the live replay does the lines of a log."""

    def __init__(self, mapping: LogMapping, *, mixed: bool = True) -> None:
        by_day = mapping.log.resolution is Resolution.DAY
        self._understand = Understanding(mapping, LogClock(mapping.log.form, mixed, by_day)).line

    def line(self, row: int, values: Mapping[str, object]) -> LogLine:
        """Return what a row says.

        Raises:
            InvalidError: when a cell does not hold what it must; names the column.
        """
        return self._understand(row + 1, {name: as_cell(one) for name, one in values.items()})


def journeys_of(walked: Sequence[Walked], number: Callable[[Situation], int]) -> Journeys:
    """Return where walked journeys stand, as columns."""
    journeys = Journeys.new(np.array([one.key for one in walked], np.int64))
    for place, one in enumerate(walked):
        course = one.walk.journey._course  # noqa: SLF001 - it alone holds the masks
        steps = [step for step in one.walk.steps if step.seq != BY_CLOCK]
        effects = Counter(step.effect for step in steps)
        journeys.situation[place] = number(course.situation)
        journeys.cycle[place] = course.cycle
        journeys.visited[place], journeys.implied[place] = course.visited >> 1, course.implied >> 1
        journeys.entered_at[place] = microseconds(course.entered_at)
        journeys.purchased_at[place] = microseconds(course.purchased_at)
        told = [*one.walk.refused, *one.walk.retracted, *(step.event for step in steps)]
        journeys.first_at[place] = microseconds(min(event.at for event in told))
        last = max(told, key=lambda event: (event.at, event.kind.rank))
        journeys.last_at[place], journeys.last_rank[place] = microseconds(last.at), last.kind.rank
        journeys.exit[place] = EXITS.index(course.exit)
        journeys.our_silence[place] = course.our_silence
        journeys.referrals[place] = course.referrals
        journeys.effects[:, place] = [effects[effect] for effect in COUNTED]
        journeys.timers[place] = len(one.walk.steps) - len(steps)
        journeys.on_time[place], journeys.late[place] = course.met_on_time, course.met_late
        journeys.dropped[place] = course.dropped
    return journeys


def clocks_of(walked: Sequence[Walked], number: Callable[[Situation], int]) -> Clocks:
    """Return since when the timers of walked journeys count."""
    clocks = Clocks.new(len(walked))
    for place, one in enumerate(walked):
        course = one.walk.journey._course  # noqa: SLF001 - as above
        entered = microseconds(course.entered_at)
        clocks.situation[place] = number(course.situation)
        clocks.since[place] = max(entered, microseconds(course.fact_at))
        clocks.quiet[place] = max(entered, microseconds(course.referred_at))
    return clocks


def moves_of(
    walked: Sequence[Walked],
    number: Callable[[Situation], int],
    kind: Callable[[str], int],
    exit_of: Callable[[Step], int],
) -> Whole:
    """Return the moves of walked journeys, one column a field of ``Moves``, in rows."""
    rows = [
        (
            one.key,
            microseconds(step.event.at),
            kind(step.event.kind.name),
            number(step.before),
            number(step.after),
            exit_of(step),
            _row(one, step),
        )
        for one in walked
        for step in one.walk.steps
        if step.effect is Effect.MOVED
    ]
    return np.array(rows, np.int64).reshape(-1, 7).T


def _row(one: Walked, step: Step) -> int:
    return -1 if step.seq == BY_CLOCK else one.row[step.event.id]


def owing_of(walked: Sequence[Walked], rule: Callable[[str], int]) -> Whole:
    """Return the obligations of walked journeys, one column a field of ``DutyColumns``, in rows."""
    rows = []
    for one in walked:
        ended = [
            (duty, how, microseconds(step.event.at))
            for step in one.walk.steps
            for how, duty in [
                *((LATE if duty.overdue(step.event.at) else ON_TIME, duty) for duty in step.met),
                *((DROPPED, duty) for duty in step.dropped),
            ]
        ]
        ended += [(duty, OWED, 0) for duty in one.walk.journey.owed]
        rows += [
            (
                one.key,
                rule(duty.rule),
                microseconds(duty.opened_at),
                microseconds(duty.due),
                how,
                at,
                duty.cycle,
                one.row.get(duty.event, -1),
            )
            for duty, how, at in ended
        ]
    return np.array(rows, np.int64).reshape(-1, 8).T
