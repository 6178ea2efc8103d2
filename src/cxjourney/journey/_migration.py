"""Migration: how journeys in flight get from the chart they began on to another one."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Generic, TypeVar

import attrs

from cxjourney.chart import Chart, ChartRef, Effect, FaultKind, JourneyMachine, find_chart
from cxjourney.chart._explore import Reach
from cxjourney.errors import (
    ChartNotFoundError,
    FaultsError,
    InvalidError,
    MalformedEventError,
    MigrationError,
)
from cxjourney.journey._fold import Course
from cxjourney.journey._owed import in_order, owed_of
from cxjourney.journey._runs._obligation import Obligation
from cxjourney.journey._step import Change, below, explain_changes
from cxjourney.vocabulary import Event, EventKind, Lang, Nature, Situation, Standing
from cxjourney.vocabulary._checks import a, as_mapping
from cxjourney.vocabulary._events import order_trigger
from cxjourney.vocabulary._results import Worded
from cxjourney.vocabulary._terminal import Showable, code

Carried = TypeVar("Carried")


def name_chart(ref: ChartRef) -> str:
    """Return a chart's key and version in words."""
    return f"{code(ref.key)!r} version {ref.version}"


Arrival = tuple[Event, int]


@attrs.frozen
class Stored:
    """All that there is to store of a journey.

    Attributes:
        chart: key and version of the chart.
        customer: the customer's id; empty once erased.
        engagement: the engagement's id; empty once erased, or where there is but one.
        seq: the number of events recorded.
        as_of: up to when the clock was told to the journey.
        events: the events with their numbers, where the journey keeps its history.
        course: where the journey stands, where it keeps no history or was erased.
        counts: how many events of each kind there were, once erased.
    """

    chart: ChartRef
    customer: str
    engagement: str
    seq: int
    as_of: datetime | None
    events: tuple[Arrival, ...] | None
    course: Course | None
    counts: Mapping[str, int] | None

    @property
    def erased(self) -> bool:
        """Whether the customer was forgotten."""
        return self.course is not None and self.course.situation.standing is Standing.ERASED

    @property
    def left_out(self) -> int:
        """How many recorded events migrations left out; 0 where no events are kept."""
        if self.events is None:
            return 0
        kept = sum((self.counts or {}).values()) if self.erased else len(self.events)
        return self.seq - kept


def _ref(source: Chart | ChartRef) -> ChartRef:
    return source.ref if isinstance(source, Chart) else source


@attrs.frozen(eq=False, repr=False)
class Migration(Showable):
    """How journeys get from one chart to another.

    A kind of event for which nothing is said becomes the target's kind of the same name and
    nature. The source need not be defined any more; where it is, its kinds are checked as well.

    Attributes:
        source: the chart that the journeys follow now, or its key and version.
        target: the chart that they are to follow.
        kinds: what becomes of the events of a kind, by the kind's old name: a kind of the target,
            or None to leave them out.

    Raises:
        FaultsError: when a kind is not one of the target's, an old kind has no counterpart, or
            ``erased`` would be lost or made up; names every fault.
    """

    source: ChartRef = attrs.field(converter=_ref, validator=a(ChartRef))
    target: Chart = attrs.field(validator=a(Chart))
    kinds: Mapping[str, EventKind | None] = attrs.field(
        factory=dict, converter=as_mapping, validator=a(Mapping)
    )

    def __attrs_post_init__(self) -> None:
        faults = tuple(self._faults())
        if faults:
            way = f"{name_chart(self.source)} to {name_chart(self.target.ref)}"
            raise FaultsError(f"there is no migration from {way}", faults)

    def __repr__(self) -> str:
        return f"<Migration from {self.source!r} to {self.target!r}>"

    def _faults(self) -> Iterator[InvalidError]:
        if self.source == self.target.ref:
            text, remedy = "source and target are one chart", "give the target its own version"
            yield InvalidError(self.source.key, text, remedy, FaultKind.NAME_CLASH)
        final = {EventKind.ERASED.name, EventKind.RETRACTED.name}
        for name, kind in self.kinds.items():
            if kind is not None and kind not in self.target.kinds:
                text, remedy = "the target has no such kind", "name one that it has, or None"
                yield InvalidError(code(name), text, remedy, FaultKind.UNKNOWN_EVENT)
                continue
            other = None if kind is None else kind.name
            if name != other and final & {name, other}:
                text = "an erasure or a retraction would be lost or made up"
                remedy = "leave erased and retracted to map by themselves"
                yield InvalidError(code(name), text, remedy, FaultKind.BROKEN_INVARIANT)
        yield from self._unmapped()

    def _unmapped(self) -> Iterator[InvalidError]:
        try:
            old = {kind.name: kind for kind in find_chart(self.source).kinds}
        except ChartNotFoundError:
            return
        for name in self.kinds:
            if name not in old:
                text, remedy = "the source has no such kind", f"name one of {sorted(old)}"
                yield InvalidError(code(name), text, remedy, FaultKind.UNKNOWN_EVENT)
        for kind in old.values():
            if kind.name not in self.kinds and self._counterpart(kind.name, kind.nature) is None:
                text = f"the target has no {kind.nature.value} kind of this name"
                remedy = "say in kinds what becomes of it, or None to leave it out"
                yield InvalidError(kind.name, text, remedy, FaultKind.UNKNOWN_EVENT)

    def _counterpart(self, name: str, nature: Nature | None) -> EventKind | None:
        kind = self.target.compiled(JourneyMachine).kinds.get(name)
        return None if kind is None or nature not in {None, kind.nature} else kind

    def carry(self, stored: Stored) -> tuple[Stored, Counter[str]]:
        """Return a stored journey on the target, and how many events of each kind were left out.

        Raises:
            MigrationError: when it follows another chart, or cannot be migrated.
        """
        if stored.chart != self.source:
            expected = f"a journey on {name_chart(self.source)}"
            raise self._error(f"a journey on {name_chart(stored.chart)}", expected)
        if stored.events is None:
            return self.carry_rest(stored)
        events, left_out = self._carry_events(stored.events)
        carried, forgotten = self.carry_rest(attrs.evolve(stored, events=events))
        return carried, left_out + forgotten

    def carry_rest(self, stored: Stored) -> tuple[Stored, Counter[str]]:
        """Do what ``carry`` does, for a journey whose events are the target's already."""
        counts, left_out = self._carry_counts(stored.counts or {})
        course = None if stored.course is None else self._carry_course(stored.course)
        chart = self.target.ref
        return attrs.evolve(stored, chart=chart, course=course, counts=counts or None), left_out

    def kind_for(self, name: str, nature: Nature | None = None) -> EventKind | None:
        """Return what becomes of events of an old kind; None leaves them out.

        Args:
            name: the old kind's name.
            nature: its nature, where that is known.

        Raises:
            MigrationError: when nothing is said of the kind and it has no counterpart.
        """
        if name in self.kinds:
            mapped = self.kinds[name]
            return mapped and self._counterpart(mapped.name, None)
        kind = self._counterpart(name, nature)
        if kind is None:
            raise self._error(f"the kind {name!r}", "a kind of the target's, or one that it maps")
        return kind

    def _carry_events(
        self, arrivals: Iterable[Arrival]
    ) -> tuple[tuple[Arrival, ...], Counter[str]]:
        """Return the events as the target knows them, and how many of which kind were left out.

        Raises:
            MigrationError: when a kind has no counterpart, or a payload does not fit the new kind.
        """
        kept: list[Arrival] = []
        left_out: Counter[str] = Counter()
        for event, seq in arrivals:
            kind = self.kind_for(event.kind.name, event.kind.nature)
            if kind is None:
                left_out[event.kind.name] += 1
                continue
            try:
                kept.append((Event(kind, event.at, event.id, event.payload), seq))
            except MalformedEventError as error:
                where = f"event {seq}, {event.kind.name}: {error.field} is {error.found}"
                raise self._error(where, error.expected) from error
        return tuple(kept), left_out

    def _carry_counts(self, counts: Mapping[str, int]) -> tuple[dict[str, int], Counter[str]]:
        """Return the counts of an erased journey by new kind, and how many were left out.

        Raises:
            MigrationError: when a kind has no counterpart.
        """
        kept: Counter[str] = Counter()
        left_out: Counter[str] = Counter()
        for name, count in counts.items():
            kind = self.kind_for(name)
            if kind is None:
                left_out[name] += count
            else:
                kept[kind.name] += count
        return dict(sorted(kept.items())), left_out

    def _carry_course(self, course: Course) -> Course:
        """Return a course as it goes on along the target; obligations of unknown rules drop.

        The situation is carried over as it is, and only where the target could lead there; after a
        forced order, where such an order could move the journey to the phase that it is in.

        Raises:
            MigrationError: when the target could not lead to the situation.
        """
        self._check_situation(course.situation, forced=course.forced)
        rules = {rule.id for rule in self.target.obligations}
        owed = owed_of(one for one in in_order(course.owed) if one.rule in rules)
        dropped = course.dropped + len(course.owed) - len(owed)
        return course._replace(owed=owed, dropped=dropped)

    def _check_situation(self, situation: Situation, *, forced: bool) -> None:
        machine, phase = self.target.compiled(JourneyMachine), situation.phase
        needs = ""
        if phase is not None and situation.standing is Standing.ACTIVE:
            trigger = order_trigger(phase, force=forced)
            if machine.decide(situation, trigger).effect is Effect.REFUSED:
                failed = dict.fromkeys(seen.guard for seen in machine.failing(situation, trigger))
                needs = ", ".join(failed) or "a phase that the target has"
        if not (needs or forced or situation in self.target.compiled(Reach)):
            needs = "one to which the target leads"
        if needs:
            raise self._error(f"the situation {situation!r}", needs)

    def _error(self, found: str, expected: str) -> MigrationError:
        way = f"{name_chart(self.source)} to {name_chart(self.target.ref)}"
        return MigrationError(f"migration from {way}", found, expected)


@attrs.frozen(eq=False, repr=False)
class Migrated(Worded, Generic[Carried]):
    """A migrated journey, and what the change of chart came to.

    Attributes:
        journey: the journey on the new chart; the old one is as it was.
        before: the situation on the old chart.
        after: the situation on the new chart.
        changes: the events that turned out differently, be it under a new name; ``after`` is None
            for one that was left out. Empty where no history is kept, for then nothing is folded.
        left_out: how many events of each old kind were left out, by name.
        opened: what the company owes now and did not owe before; what is due at another time now
            stands both here and in ``dropped``.
        dropped: what the company owed before and does not owe any more.
    """

    journey: Carried
    before: Situation
    after: Situation
    changes: tuple[Change, ...]
    left_out: Mapping[str, int]
    opened: tuple[Obligation, ...]
    dropped: tuple[Obligation, ...]

    def __repr__(self) -> str:
        way = f"{self.before.place.name} -> {self.after.place.name}"
        return (
            f"<Migrated {way}: changes {len(self.changes)}, "
            f"left out {sum(self.left_out.values())}, "
            f"opened {len(self.opened)}, dropped {len(self.dropped)}>"
        )

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Tell in words where the journey stands now, and what that changed."""
        lines = [
            *explain_changes(self.before, self.after, self.changes, lang),
            *below("opened", [one.explain(lang) for one in self.opened], lang),
            *below("dropped", [one.explain(lang) for one in self.dropped], lang),
        ]
        return "\n".join(lines)
