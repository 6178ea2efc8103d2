"""Retracted events: the fold leaves them out, and the history keeps them (SPEC 4.1)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import datetime

from cxjourney.chart import Decision, Effect, GuardSeen
from cxjourney.journey._fold import BY_CLOCK, Course, Folder
from cxjourney.journey._refolding._late import Late, Log, Refolding, changes, run_on
from cxjourney.journey._step import Change, Step
from cxjourney.vocabulary import Event, EventKind, Situation

ROW = "T30"
"""The row of the specification by which an event is taken back."""
ON_RECORD, NOT_FINAL = "event_on_record", "event_not_final"
"""The conditions under which it is, in the order in which they are looked at."""
RIGHT = {
    ON_RECORD: "the id of an event that was recorded on this very engagement",
    NOT_FINAL: "the id of an event that is no retraction; what was taken back is recorded anew",
}
"""What would be right, by the condition."""
FINAL = frozenset({EventKind.ERASED, EventKind.RETRACTED})
"""The kinds that nothing takes back."""


def names_event(event: Event) -> str:
    """Return the id of the event that a retraction takes back."""
    return str(event.payload["event"])


def targets_of(events: Iterable[Event]) -> frozenset[str]:
    """Return the ids of the events that are taken back by some of these events."""
    return frozenset(names_event(one) for one in events if one.kind is EventKind.RETRACTED)


def is_taken_back(event: Event, gone: frozenset[str]) -> bool:
    """Say whether an event is left out, by the ids that retractions name."""
    return event.id in gone and event.kind not in FINAL


def barring(log: Log | None, event: Event) -> tuple[GuardSeen, ...]:
    """Return the condition that keeps an event from being taken, beside the chart; mostly none.

    An event can be taken back that is on the journey, but no erasure, and no retraction.
    """
    if event.kind is not EventKind.RETRACTED:
        return ()
    name = names_event(event)
    if log is None or name not in log.by_id:
        return (GuardSeen(ROW, ON_RECORD, passed=False),)
    if log.by_id[name].event.kind in FINAL:
        return (GuardSeen(ROW, NOT_FINAL, passed=False),)
    return ()


def known_step(log: Log, id: str) -> Step:
    """Return the step of an event that was recorded, be it retracted or not."""
    return _left_out(log, *log.retracted[id]) if id in log.retracted else log.by_id[id]


def whole(log: Log) -> tuple[Step, ...]:
    """Return every step of a journey in journey order, with those of what was retracted."""
    if not log.retracted:
        return tuple(log.steps)
    left_out = [_left_out(log, *one) for one in log.retracted.values()]
    return tuple(sorted((*log.steps, *left_out), key=_order))


def _left_out(log: Log, event: Event, seq: int) -> Step:
    """Return the step of a retracted event: it changes nothing where it stands."""
    place = bisect_right(log.steps, (event.at, event.kind.rank, seq), key=_order)
    stood, cycle = Situation(), 1
    if place:
        before = log.steps[place - 1]
        stood, cycle = before.after, before.cycle
    return Step(event, seq, cycle, Decision(event.trigger, stood, stood, Effect.RETRACTED))


def _order(step: Step) -> tuple[datetime, int, int]:
    event = step.event
    return event.at, event.kind.rank, step.seq


def _fold_out(
    folder: Folder, log: Log, course: Course, as_of: datetime | None, step: Step
) -> tuple[Late, tuple[Change, ...]]:
    """Fold a journey without an event, from its own place on; nothing is changed yet.

    Args:
        folder: folds along the journey's chart.
        log: the journey's steps.
        course: where the journey stands.
        as_of: up to when the clock was told to it.
        step: the event's step.

    Returns:
        what becomes of the journey, and the events that turn out differently.
    """
    known, place = log.steps, bisect_left(log.steps, _order(step), key=_order)
    start = place
    while start and known[start - 1].seq == BY_CLOCK:
        start -= 1  # timers go with the event that comes after them
    stood = log.stood_at(start, folder)
    old = stood
    for one in known[start : place + 1]:
        old = folder.again(old, one)
    late = run_on(folder, log, course, as_of, Refolding(start, place + 1, [], stood), old)
    found = changes(known[start : late.end], late.steps)
    gone = Decision(step.event.trigger, step.before, step.before, Effect.RETRACTED)
    told = [
        Change(one.event, one.before, gone) if one.event is step.event else one for one in found
    ]
    return late, tuple(told)


def without(
    folder: Folder, log: Log, course: Course, as_of: datetime | None, name: str
) -> tuple[Course, tuple[Change, ...]]:
    """Leave an event out of a log from now on, unless it is left out already.

    Returns:
        where the journey stands then, and the events that turned out differently.
    """
    if name in log.retracted:
        return course, ()
    step = log.by_id[name]
    late, found = _fold_out(folder, log, course, as_of, step)
    log.put_in(late)
    log.retracted[name] = step.event, step.seq
    return late.course, found


def folded(
    folder: Folder, arrivals: Iterable[tuple[Event, int]], as_of: datetime | None
) -> tuple[Course, Log]:
    """Fold events with their numbers, without those that were retracted; these the log has too."""
    told = [*arrivals]
    gone = targets_of(event for event, _ in told)
    kept = [one for one in told if not is_taken_back(one[0], gone)] if gone else told
    course, steps = folder.fold(kept, as_of)
    log = Log.of(steps)
    for event, seq in told if gone else ():
        if is_taken_back(event, gone):
            log.retracted[event.id] = event, seq
            log.by_id[event.id] = _left_out(log, event, seq)
    return course, log


def retold(log: Log, step: Step) -> None:
    """Put a step in the place of the one that has its event."""
    log.steps[bisect_left(log.steps, _order(step), key=_order)] = step
    log.by_id[step.event.id] = step
