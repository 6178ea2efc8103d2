"""The log of one journey: its steps in journey order, and what a late event changed in them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import attrs

from cxjourney.events import Event
from cxjourney.fold import BY_CLOCK
from cxjourney.step import Change, Step

__all__ = ["Log"]


@attrs.define(eq=False, weakref_slot=False)
class Log:
    """The steps of a journey in journey order, timers among them, and where each event's is."""

    steps: list[Step] = attrs.field(factory=list)
    by_id: dict[str, Step] = attrs.field(factory=dict)

    @classmethod
    def of(cls, steps: Iterable[Step]) -> "Log":
        """Return a log of these steps."""
        log = cls()
        log.extend(steps)
        return log

    def append(self, step: Step) -> None:
        """Append the step of a recorded event that comes after all others."""
        self.steps.append(step)
        self.by_id[step.event.id] = step

    def extend(self, steps: Iterable[Step]) -> None:
        """Append steps that come after all others."""
        for step in steps:
            self.steps.append(step)
            if step.seq:  # BY_CLOCK is 0
                self.by_id[step.event.id] = step

    @property
    def arrivals(self) -> list[tuple[Event, int]]:
        """The recorded events with their numbers, timers of the clock left out."""
        return [(step.event, step.seq) for step in self.steps if step.seq != BY_CLOCK]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many events of each kind were recorded, by name."""
        counted = Counter(event.kind.name for event, _ in self.arrivals)
        return MappingProxyType(dict(sorted(counted.items())))


def changes(before: Iterable[Step], after: Iterable[Step]) -> tuple[Change, ...]:
    """Compare two foldings; return the events that turned out differently, in journey order.

    Only what a step did counts, not the flags that it happened to find.
    """
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
