"""Late events as they were folded in at first: all events anew, from the beginning."""

import attrs

from cxjourney.chart import Effect
from cxjourney.journey import Change, Journey, Step
from cxjourney.journey._fold import BEGINNING, BY_CLOCK, Course  # folded whole
from cxjourney.vocabulary import Event

ALL = tuple(Course._fields)


@attrs.define
class Whole:
    """A journey that is folded from its beginning whenever something happens."""

    journey: Journey
    arrivals: list[tuple[Event, int]] = attrs.field(factory=list)
    steps: list[Step] = attrs.field(factory=list)
    course: Course = BEGINNING

    def record(self, event: Event) -> tuple[Step, tuple[Change, ...]] | None:
        """Record an event that is new; return its step, and what it changed, or None if refused."""
        if any(one.id == event.id for one, _ in self.arrivals):
            return None
        seq = len(self.arrivals) + 1
        course, steps = self.fold([*self.arrivals, (event, seq)])
        step = next(one for one in steps if one.seq == seq)
        if step.effect is Effect.REFUSED:
            return None
        others = [one for one in steps if one is not step]
        changed = self.changed(self.steps, others)
        self.arrivals.append((event, seq))
        self.course, self.steps = course, steps
        return step, changed

    def tell(self) -> None:
        """Take note of the time that the journey was told."""
        self.course, self.steps = self.fold(self.arrivals)

    def fold(self, arrivals: list[tuple[Event, int]]) -> tuple[Course, list[Step]]:
        """Fold events from the beginning, up to the time that the journey was told."""
        return self.journey._folder.fold(arrivals, self.journey.as_of)

    @staticmethod
    def changed(before: list[Step], after: list[Step]) -> tuple[Change, ...]:
        """Return what turned out differently."""
        was, now = ({(s.seq == BY_CLOCK, s.event.id): s for s in one} for one in (before, after))
        found = [
            Change(
                (was.get(name) or now[name]).event,
                was[name].decision if name in was else None,
                now[name].decision if name in now else None,
            )
            for name in {**was, **now}
            if _did(was.get(name)) != _did(now.get(name))
        ]
        return tuple(sorted(found, key=lambda one: (one.event.at, one.event.kind.rank)))


def _did(step: Step | None) -> object:
    if step is None:
        return None
    decision = step.decision
    return decision.effect, decision.moves, decision.held, step.cycle


def bare(step: Step) -> Step:
    """Return a step without what it changed when it came late, and when timers were told."""
    return step._replace(refold=None, elapsed=())
