"""Journeys that columns cannot carry, walked by the live machine: orders, duties of one's own."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from cxjourney.bulk._cells import EPOCH, as_cell
from cxjourney.bulk._engine._duty_rows import DROPPED, LATE, ON_TIME, OWED
from cxjourney.bulk._engine._in_step import Clocks
from cxjourney.bulk._engine._pieces import COUNTED, Journeys
from cxjourney.bulk._engine._tables import EXITS, MICROSECOND, NEVER, Whole
from cxjourney.chart import Chart, Effect
from cxjourney.journey import Step
from cxjourney.journey._fold import BY_CLOCK
from cxjourney.replay._log import LogClock
from cxjourney.replay._mapping import LogMapping
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
    for row, key, made in events_of(table, rows, keys, mapping):
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
    table: pa.Table, rows: Whole, keys: Whole, mapping: LogMapping
) -> Iterator[tuple[int, int, list[Event]]]:
    """Yield row, journey and events of some rows, as the mapping makes them of a line."""
    columns, clock = mapping.columns, LogClock(mapping.zone, mixed=True)
    for row, key, values in zip(rows.tolist(), keys.tolist(), table.to_pylist(), strict=True):
        cells = {name: as_cell(value) for name, value in values.items()}
        at = values[columns.time]
        if not (isinstance(at, datetime) and at.tzinfo is not None):
            at = clock.read(cells[columns.time] or "", row + 1)[0]
        line = str(row + 1) if columns.id is None else cells[columns.id] or ""
        rules = mapping.rules.get(cells[columns.activity] or "", ())
        made = [rule.event(cells, at, line) for rule in rules]
        yield row, key, [event for event in made if event is not None]


def _micro(at: datetime | None) -> int:
    return NEVER if at is None else (at - EPOCH) // MICROSECOND


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
        journeys.entered_at[place] = _micro(course.entered_at)
        journeys.purchased_at[place] = _micro(course.purchased_at)
        told = [*one.walk.refused, *(step.event for step in steps)]
        journeys.first_at[place] = _micro(min(event.at for event in told))
        last = max(told, key=lambda event: (event.at, event.kind.rank))
        journeys.last_at[place], journeys.last_rank[place] = _micro(last.at), last.kind.rank
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
        entered = _micro(course.entered_at)
        clocks.situation[place] = number(course.situation)
        clocks.since[place] = max(entered, _micro(course.fact_at))
        clocks.quiet[place] = max(entered, _micro(course.referred_at))
    return clocks


def moves_of(
    walked: Sequence[Walked], number: Callable[[Situation], int], kind: Callable[[str], int]
) -> Whole:
    """Return the moves of walked journeys, one column a field of ``Moves``, in rows."""
    rows = [
        (
            one.key,
            _micro(step.event.at),
            kind(step.event.kind.name),
            number(step.before),
            number(step.after),
            _row(one, step),
        )
        for one in walked
        for step in one.walk.steps
        if step.effect is Effect.MOVED
    ]
    return np.array(rows, np.int64).reshape(-1, 6).T


def _row(one: Walked, step: Step) -> int:
    return -1 if step.seq == BY_CLOCK else one.row[step.event.id]


def owing_of(walked: Sequence[Walked], rule: Callable[[str], int]) -> Whole:
    """Return the obligations of walked journeys, one column a field of ``Owing``, in rows."""
    rows = []
    for one in walked:
        ended = [
            (duty, how, _micro(step.event.at))
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
                _micro(duty.opened_at),
                _micro(duty.due),
                how,
                at,
                duty.cycle,
                one.row.get(duty.event, -1),
            )
            for duty, how, at in ended
        ]
    return np.array(rows, np.int64).reshape(-1, 8).T
