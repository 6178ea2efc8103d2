"""Late events: folded in at their own place, up to where the old course and the new one agree.

Two courses agree when everything that follows will be the same on both. They may still differ in
what is only carried along, such as when a phase was entered; that is put right without folding.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from types import MappingProxyType
from typing import NamedTuple

import attrs

from cxjourney.chart import Effect
from cxjourney.journey._fold import BEGINNING, BY_CLOCK, Course, Folder, later
from cxjourney.journey._step import Change, Refold, Step
from cxjourney.vocabulary import Event, Phase, Standing

SPACING = 128
"""After how many steps at most it is marked where the journey stood."""


@attrs.define(eq=False, weakref_slot=False)
class Log:
    """The steps of a journey in journey order, timers among them, and where each event's is.

    Attributes:
        steps: the steps.
        by_id: the step of each recorded event, by the event's id.
        marks: how many steps there were, and where the journey stood after them, now and then.
        before: where the journey stood before the last step, or None.
        retracted: the events that were taken back and are left out, with their numbers, by id.
    """

    steps: list[Step] = attrs.field(factory=list)
    by_id: dict[str, Step] = attrs.field(factory=dict)
    marks: list[tuple[int, Course]] = attrs.field(factory=list)
    before: Course | None = None
    retracted: dict[str, tuple[Event, int]] = attrs.field(factory=dict)

    @classmethod
    def of(cls, steps: Iterable[Step]) -> "Log":
        """Return a log of these steps."""
        log = cls()
        log.extend(steps)
        return log

    def append(self, step: Step, before: Course) -> None:
        """Append the step of a recorded event that comes after all others."""
        if not step.seq % SPACING:
            self.marks.append((len(self.steps), before))
        self.before = before
        self.steps.append(step)
        self.by_id[step.event.id] = step

    def extend(self, steps: Iterable[Step]) -> None:
        """Append steps that come after all others."""
        for step in steps:
            self.before = None
            self.steps.append(step)
            if step.seq:  # BY_CLOCK is 0
                self.by_id[step.event.id] = step

    def copy(self) -> "Log":
        """Return a log of the same steps."""
        retracted = {**self.retracted}
        return Log([*self.steps], {**self.by_id}, [*self.marks], self.before, retracted)

    def put_in(self, late: "Late") -> None:
        """Put in a late event's step, and what its neighbours became."""
        steps, start, end = late.steps, late.start, late.end
        self.steps[start:end] = steps
        for one in steps:
            if one.seq:
                self.by_id[one.event.id] = one
        join = late.join
        if self.marks and self.marks[-1][0] > start:
            self._put_right(late)
        if join is None:
            self.before = late.before
        elif self.before is not None:
            since = self.steps[join.place : -1] if join.forgets else ()
            self.before = _carried(self.before, join, since)

    def _put_right(self, late: "Late") -> None:
        """Put the marks right that come after a late event."""
        marks, join = self.marks, late.join
        first = bisect_right(marks, late.start, key=_place)
        more = len(late.steps) - (late.end - late.start)
        kept = [] if join is None else [one for one in marks[first:] if one[0] >= late.end]
        del marks[first:]
        for place, course in kept:
            assert join is not None  # noqa: S101 - else nothing is kept
            since = self.steps[join.place : place + more] if join.forgets else ()
            marks.append((place + more, _carried(course, join, since)))

    def stood_at(self, place: int, folder: Folder) -> Course:
        """Return where the journey stood after so many steps."""
        if place == len(self.steps) - 1 and self.before is not None:
            return self.before
        first = bisect_right(self.marks, place, key=_place)
        at, course = self.marks[first - 1] if first else (0, BEGINNING)
        new: list[tuple[int, Course]] = []
        for number, step in enumerate(self.steps[at:place], start=1):
            course = folder.again(course, step)
            if not number % SPACING:
                new.append((at + number, course))
        self.marks[first:first] = new
        return course

    @property
    def arrivals(self) -> list[tuple[Event, int]]:
        """The recorded events with their numbers, timers of the clock left out."""
        folded = [(step.event, step.seq) for step in self.steps if step.seq != BY_CLOCK]
        return [*folded, *self.retracted.values()]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many events of each kind were recorded, by name."""
        counted = Counter(event.kind.name for event, _ in self.arrivals)
        return MappingProxyType(dict(sorted(counted.items())))


class Late(NamedTuple):
    """What a late event makes of a journey.

    Attributes:
        start: the place of the first step that is replaced.
        end: the place after the last one.
        steps: what takes their place.
        own: where the event's own step is among these.
        course: where the journey stands now.
        join: where the old course and the new one come to agree; None where they never do.
        before: where it stands before the last step, if known and they never agree.
    """

    start: int
    end: int
    steps: list[Step]
    own: int
    course: Course
    join: "Join | None" = None
    before: Course | None = None


class Join(NamedTuple):
    """Where an old course and a new one come to agree.

    Attributes:
        old: where the journey stood there.
        new: where it stands there.
        place: after how many steps that is.
    """

    old: Course
    new: Course
    place: int

    @property
    def forgets(self) -> bool:
        """Whether a phase was visited or implied before it that is not any more."""
        old, new = self.old, self.new
        return bool(old.visited & ~new.visited or old.implied & ~new.implied)


def fold_in(
    folder: Folder, log: Log, course: Course, as_of: datetime | None, event: Event, seq: int
) -> Late:
    """Fold a late event in at its own place; nothing is changed yet.

    Args:
        folder: folds along the journey's chart.
        log: the journey's steps.
        course: where the journey stands.
        as_of: up to when the clock was told to it.
        event: the event, which comes before the last step.
        seq: its number.

    Raises:
        UnknownKindError: when the chart does not know the event's kind.
    """
    known = log.steps
    start = _place_of(event, known)
    old = log.stood_at(start, folder)
    new, step = folder.take(old, event, seq)
    if step.effect is Effect.REFUSED:
        return Late(start, start, [step], 0, course)
    index, run = len(step.elapsed), Refolding(start, start, [*step.elapsed, step], new)
    late = run_on(folder, log, course, as_of, run, old)
    changed = changes(known[start : late.end], late.steps, but=index)
    refold = Refold(course.situation, late.course.situation, changed)
    late.steps[index] = tuple.__new__(Step, (*late.steps[index][:-1], refold))
    return Late(late.start, late.end, late.steps, index, late.course, late.join, late.before)


class Refolding(NamedTuple):
    """A new course as far as it was folded.

    Attributes:
        start: the place of the first step that it replaces.
        end: the place after the last one that it replaces so far.
        steps: what takes their place so far.
        course: where the journey stands after them.
    """

    start: int
    end: int
    steps: list[Step]
    course: Course


def run_on(
    folder: Folder, log: Log, course: Course, as_of: datetime | None, run: Refolding, old: Course
) -> Late:
    """Fold a new course on, to where it and the old one agree; nothing is changed yet.

    Args:
        folder: folds along the journey's chart.
        log: the journey's steps.
        course: where the journey stands.
        as_of: up to when the clock was told to it.
        run: the new course so far.
        old: where the old one stood before the step at its end.
    """
    known, (start, end, steps, new) = log.steps, run
    # The old course is followed only as far as the two stand alike, for else they do not agree.
    size, first, followed = len(known), end, end
    stands, before, join = old.situation, None, None
    while end < size:
        was = known[end]
        stand_alike = stands is new.situation or stands == new.situation
        if stand_alike and (end == first or known[end - 1].seq != BY_CLOCK):
            for again in known[followed:end]:
                old = folder.again(old, again)
            followed = end
            if _agree(old, new, was.event.at):
                join = Join(old, new, start + len(steps))
                new = _carried(course, join, known[end:] if join.forgets else ())
                break
        stands, end = was.decision.after, end + 1
        if was.seq == BY_CLOCK:
            continue  # on the new course timers come of their own
        before, (new, step) = new, folder.take(new, was.event, was.seq)
        if step.elapsed:
            steps += step.elapsed
            before = None
        steps.append(step if was.refold is None else step._replace(refold=was.refold))
    if join is None and as_of is not None:
        new, since = folder.pass_time(new, as_of)
        if since:
            steps += since
            before = None
    return Late(start, end, steps, 0, new, join, before)


def _place_of(event: Event, steps: Sequence[Step]) -> int:
    """Return the place of a late event among steps: after all that come before it."""
    place, at = len(steps) - 1, event.at
    if place and steps[place - 1].event.at >= at:  # few are so late
        place = bisect_right(steps, (at, event.kind.rank), key=_moment)
    while place and steps[place - 1].seq == BY_CLOCK:
        place -= 1  # timers go with the event that comes after them
    return place


def _moment(step: Step) -> tuple[datetime, int]:
    event = step.event
    return event.at, event.kind.rank


def _place(mark: tuple[int, Course]) -> int:
    return mark[0]


_AFTER_RANK = Course._fields.index("rank") + 1
"""From where on a course has what is carried along."""
CARRIED = ("entered_at", "fact_at", "referred_at")
"""The moments that a course carries along until something sets them anew."""
_moments = attrgetter(*CARRIED, "purchased_at")


def _agree(old: Course, new: Course, next_at: datetime) -> bool:
    """Say whether all that follows, from a moment on, is the same on two courses that stand alike.

    Where it cannot be told later whether something was set anew, for that would be at the very
    moment that is there already, they are said not to agree yet.
    """
    if old.owed != new.owed or old.cycle != new.cycle:
        return False
    if _same(old, new):
        return True
    if old.situation.standing is Standing.ACTIVE and not all(
        map(_alike, _silence(old), _silence(new))
    ):
        return False  # their timers are not the same
    for name in CARRIED:
        moment = getattr(old, name)
        if moment == next_at and not _alike(moment, getattr(new, name)):
            return False
    ended = old.exit is new.exit and old.our_silence is new.our_silence
    return (
        (ended or old.entered_at != next_at)
        and (old.purchased_at is None) is (new.purchased_at is None)
        and old.forced <= new.forced
    )


def _same(old: Course, new: Course) -> bool:
    """Say whether two courses that stand alike carry the same along."""
    return old[_AFTER_RANK:] == new[_AFTER_RANK:] and all(map(_alike, _moments(old), _moments(new)))


def _alike(one: datetime | None, other: datetime | None) -> bool:
    """Say whether two moments are one, and told in the same offset."""
    return one is other or (
        one is not None and other is not None and one == other and one.tzinfo == other.tzinfo
    )


def _silence(course: Course) -> tuple[datetime | None, datetime | None]:
    """Return since when the customer is silent, and, of an advocate, has recommended nothing."""
    entered, advocate = course.entered_at, course.situation.phase is Phase.ADVOCATE
    assert entered is not None  # noqa: S101 - whoever is active entered a phase
    return later(entered, course.fact_at), later(entered, course.referred_at) if advocate else None


def _carried(course: Course, join: Join, since: Iterable[Step]) -> Course:
    """Return what becomes of a later course, by the steps since two courses came to agree.

    The steps are looked at only where a phase was forgotten, to see whether it came again.
    """
    old, new, _ = join
    if course is old:
        return new
    if _same(old, new):
        return course
    visited, implied = course.visited, course.implied
    if join.forgets:
        visited = implied = 0
        for step in since:
            visited |= step.decision.visited
            implied |= step.decision.implied
    moved = not _alike(course.entered_at, old.entered_at)
    bought = old.purchased_at is not None and course.cycle == old.cycle
    return course._replace(
        entered_at=course.entered_at if moved else new.entered_at,
        fact_at=new.fact_at if _alike(course.fact_at, old.fact_at) else course.fact_at,
        referred_at=(
            new.referred_at if _alike(course.referred_at, old.referred_at) else course.referred_at
        ),
        purchased_at=new.purchased_at if bought else course.purchased_at,
        visited=visited | new.visited,
        implied=implied | new.implied,
        referrals=course.referrals + new.referrals - old.referrals,
        forced=course.forced or new.forced,
        our_silence=new.our_silence
        if not moved and old.our_silence is not new.our_silence
        else course.our_silence,
        exit=new.exit if not moved and old.exit is not new.exit else course.exit,
        met_on_time=course.met_on_time + new.met_on_time - old.met_on_time,
        met_late=course.met_late + new.met_late - old.met_late,
        dropped=course.dropped + new.dropped - old.dropped,
    )


def changes(
    before: Sequence[Step], after: Sequence[Step], but: int | None = None
) -> tuple[Change, ...]:
    """Compare two foldings; return the events that turned out differently, in journey order.

    Only what a step did counts, not the flags that it happened to find.

    Args:
        before: the steps of the one.
        after: the steps of the other.
        but: the place of a step of the other that is not compared, or None.
    """
    if len(before) == len(after) - (but is not None):
        unlike, place = list[Change](), 0
        for was in before:
            place += place == but
            now = after[place]
            place += 1
            if was.event is not now.event:
                break
            # A chart decides alike each time, so most decisions are the same one.
            same = was.decision is now.decision and was.cycle == now.cycle
            if not same and _did(was) != _did(now):
                unlike.append(_change(was, now))
        else:
            return tuple(unlike)
    others = [step for place, step in enumerate(after) if place != but]
    return _changes(before, others)


def _changes(before: Iterable[Step], after: Iterable[Step]) -> tuple[Change, ...]:
    """Compare two foldings of which one has steps that the other has not."""
    was = {_name(step): step for step in before}
    now = {_name(step): step for step in after}
    differing = [name for name in {**was, **now} if _did(was.get(name)) != _did(now.get(name))]
    found = [_change(was.get(name), now.get(name)) for name in differing]
    return tuple(sorted(found, key=lambda one: (one.event.at, one.event.kind.rank)))


def _name(step: Step) -> tuple[bool, str]:
    return step.seq == BY_CLOCK, step.event.id


def _did(step: Step | None) -> object:
    if step is None:
        return None
    decision = step.decision
    return decision.effect, decision.moves, decision.held, step.cycle


def _change(was: Step | None, now: Step | None) -> Change:
    either = was or now
    assert either is not None  # noqa: S101 - the name came from one of them
    return Change(either.event, was and was.decision, now and now.decision)
