"""Replaying a log: from its lines to the report, whose figures are gathered journey by journey."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from os import PathLike, fspath
from pathlib import PurePath

import attrs

from cxjourney.chart import Chart, Effect
from cxjourney.errors import InvalidError, masked
from cxjourney.journey import Obligation, Step
from cxjourney.journey._fold import BY_CLOCK
from cxjourney.replay._figures import DAY, lasting_of, share_of
from cxjourney.replay._log import Fate, HowRead, lines_of_log
from cxjourney.replay._mapping import LogMapping
from cxjourney.replay._observable import observable_duties, observable_phases
from cxjourney.replay._report import (
    ActivityRow,
    Comings,
    EventRow,
    ExitRow,
    FunnelRow,
    LineCounts,
    OwedRow,
    PlaceRow,
    Report,
    StayRow,
)
from cxjourney.replay._walk import LogBook, Walk, walk_journeys
from cxjourney.vocabulary import EventKind, ExitReason, Phase, Standing
from cxjourney.vocabulary._checks import check_time, check_type
from cxjourney.vocabulary._terminal import Progress

OVER = (Standing.LOST, Standing.ERASED)
"""Where a journey ends for good."""


@attrs.define
class ReplayTally:
    """The figures of a report, gathered journey by journey.

    Attributes:
        as_of: when it is asked how long stays have lasted, and what is overdue.
        duties: the obligation rules of which the log could show that they were met.
    """

    as_of: datetime
    duties: frozenset[str]
    _counts: Counter[tuple[object, ...]] = attrs.field(factory=Counter, init=False)
    _cycles: Counter[int] = attrs.field(factory=Counter, init=False)
    _customers: dict[str, set[str]] = attrs.field(factory=lambda: defaultdict(set), init=False)
    _lengths: dict[object, list[timedelta]] = attrs.field(
        factory=lambda: defaultdict(list), init=False
    )

    def add(self, walk: Walk) -> None:
        """Count a journey where it stands, what it came through, what is owed on it."""
        journey, count = walk.journey, self._counts
        place = (journey.phase or journey.standing).name
        self._customers[place].add(walk.customer)
        count[place, journey.standing] += 1
        count["exit", journey.exit] += 1
        count["reached", journey.high_water] += 1
        stands = journey.standing
        if stands is Standing.LOST and _given_up(walk.steps):
            stands = Standing.LAPSED
        count["no further", journey.high_water, stands] += 1
        count.update(("implied", phase) for phase in journey.implied)
        self._cycles[journey.cycle] += 1
        count["referrals",] += journey.referrals
        count["referrers",] += journey.referrals > 0
        since: datetime | None = None
        for step in walk.steps:
            since = self._add_step(step, since)
        if since is not None:
            self._lengths["going_on", journey.place].append(self.as_of - since)
        if journey.exit is ExitReason.SILENCE:
            count["our_silence", ExitReason.SILENCE] += self._owing(walk.steps)
        for one in journey.owed:
            count["open", one.rule] += 1
            if one.overdue(self.as_of):
                self._lengths["overdue", one.rule].append(self.as_of - one.due)
        count.update((event.kind, Effect.REFUSED) for event in walk.refused)
        count.update((event.kind, Effect.RETRACTED) for event in walk.retracted)
        count.update((event.kind, "repeated") for event in walk.repeated)
        count.update((event.kind, "conflicting") for event in walk.conflicting)

    def _add_step(self, step: Step, since: datetime | None) -> datetime | None:
        """Count a step; return since when the journey is where it is."""
        count, at, before, after = self._counts, step.event.at, step.before, step.after
        by_clock = step.seq == BY_CLOCK
        count[step.event.kind, "timer" if by_clock else step.effect] += 1
        count.update(("late" if one.overdue(at) else "on_time", one.rule) for one in step.met)
        count.update(("dropped", one.rule) for one in step.dropped)
        fresh, silent = step.decision.fresh, before.standing is Standing.LAPSED
        count["lapses",] += after.standing is Standing.LAPSED and not silent
        count["won_back",] += fresh and before.standing is Standing.LOST
        count["repurchased",] += fresh and silent
        count["returned",] += silent and after.standing is Standing.ACTIVE and not fresh
        if before.place is after.place:
            return since
        if since is not None:
            # The clock ends a stay where the user's own window says so: nobody saw the end.
            how = "silent" if by_clock else "ended"
            self._lengths[how, before.place].append(at - since)
        return at

    def _owing(self, steps: Sequence[Step]) -> bool:
        """Say whether the company was late at the last lapse with what it could be seen to do."""
        owed: set[Obligation] = set()
        owing = False
        for step in steps:
            if step.event.kind is EventKind.LAPSED:
                owing = any(one.overdue(step.event.at) for one in owed)
            owed.difference_update(step.met, step.dropped)
            owed.update(one for one in step.opened if one.rule in self.duties)
        return owing

    def places(self) -> tuple[PlaceRow, ...]:
        """Return how many stand where, in the order of the journey."""
        names = (Standing.NEW.name, *(phase.name for phase in Phase), Standing.ERASED.name)
        count = self._counts
        return tuple(
            PlaceRow(
                name,
                active=count[name, Standing.ACTIVE],
                lapsed=count[name, Standing.LAPSED],
                lost=count[name, Standing.LOST],
                journeys=sum(count[name, standing] for standing in Standing),
                customers=len(self._customers[name]),
            )
            for name in names
        )

    def exits(self) -> tuple[ExitRow, ...]:
        """Return how many stopped for which reason."""
        count = self._counts
        return tuple(
            ExitRow(
                reason,
                count["exit", reason],
                count["our_silence", reason] if self.duties else None,
            )
            for reason in ExitReason
        )

    def funnel(self, observable: Collection[Phase]) -> tuple[FunnelRow, ...]:
        """Return how many ever came to each phase, and what became of those who came no further.

        Args:
            observable: the phases that the mapping can show.
        """
        count = self._counts
        reached = [count["reached", phase] for phase in Phase]
        ever = [*accumulate(reversed(reached))][::-1]
        before = (count["reached", None] + ever[0], *ever)
        return tuple(
            FunnelRow(
                phase,
                reached=now,
                implied=count["implied", phase],
                share=share_of(now, earlier),
                left=sum(count["no further", phase, one] for one in OVER),
                observable=phase in observable,
                **self._no_further(phase, blind=phase + 1 in {*Phase} - {*observable}),
            )
            for phase, now, earlier in zip(Phase, ever, before, strict=False)
        )

    def _no_further(self, phase: Phase, *, blind: bool) -> dict[str, int]:
        """Return what became of those who came no further than a phase, and have not left."""
        under_way, silent = (
            self._counts["no further", phase, one] for one in (Standing.ACTIVE, Standing.LAPSED)
        )
        if blind:
            return {"under_way": 0, "silent": 0, "not_observable": under_way + silent}
        return {"under_way": under_way, "silent": silent, "not_observable": 0}

    def stays(self) -> tuple[StayRow, ...]:
        """Return how long the stays in each phase last."""
        lengths = self._lengths
        return tuple(
            StayRow(
                phase,
                ended=len(lengths["ended", phase]),
                silent=len(lengths["silent", phase]),
                going_on=len(lengths["going_on", phase]),
                lasting=lasting_of(
                    lengths["ended", phase], lengths["silent", phase] + lengths["going_on", phase]
                ),
            )
            for phase in Phase
        )

    def owed(self, chart: Chart) -> tuple[OwedRow, ...]:
        """Return what is owed by each rule of a chart."""
        return tuple(self._owed(rule.id) for rule in chart.obligations)

    def _owed(self, rule: str) -> OwedRow:
        count, overdue = self._counts, self._lengths["overdue", rule]
        waiting, dropped, seen = count["open", rule], count["dropped", rule], rule in self.duties
        return OwedRow(
            rule,
            open=waiting if seen else 0,
            overdue=len(overdue) if seen else 0,
            longest=max(overdue, default=timedelta()) / DAY if seen else 0.0,
            on_time=count["on_time", rule],
            late=count["late", rule],
            dropped=dropped if seen else 0,
            not_observable=0 if seen else waiting + dropped,
            observable=seen,
        )

    def comings(self) -> Comings:
        """Return how often customers fell silent, came back, and recommended."""
        cycles, count = dict(sorted(self._cycles.items())), self._counts
        names = [field.name for field in attrs.fields(Comings) if field.name != "cycles"]
        return Comings(cycles=cycles, **{name: count[name,] for name in names})

    def events(self, made: Counter[EventKind]) -> tuple[EventRow, ...]:
        """Return what happened to the events of each kind, by rank.

        Args:
            made: how many events of each kind the log gave.
        """
        return tuple(
            EventRow(
                kind.name,
                made=made[kind],
                repeated=self._counts[kind, "repeated"],
                conflicting=self._counts[kind, "conflicting"],
                **{effect.value: self._counts[kind, effect] for effect in Effect},
            )
            for kind in sorted(made, key=lambda kind: kind.rank)
        )

    def timers(self) -> Mapping[str, int]:
        """Return how often the clock fired each timer."""
        kinds = (EventKind.LAPSED, EventKind.ADVOCACY_QUIET)
        return {kind.name: self._counts[kind, "timer"] for kind in kinds}


def _given_up(steps: Sequence[Step]) -> bool:
    """Say whether the clock alone ended a journey, by a window that somebody chose."""
    moved = [step for step in steps if step.before.place is not step.after.place]
    return moved[-1].seq == BY_CLOCK


def replay_log(
    path: str | PathLike[str],
    mapping: LogMapping,
    *,
    as_of: datetime | None = None,
    progress: Progress | None = None,
    show_values: bool = False,
) -> Report:
    """Read a log, replay it with the live machine, and return what it shows.

    Args:
        path: the log; ``-`` is standard input.
        mapping: what it means.
        as_of: when to stop, an aware time; later lines are counted, and left out. None stops at
            the last time in the log.
        progress: is told how far the work is.
        show_values: whether errors may tell what the log holds, and the report the activities that
            the mapping does not know; else it has their shape, 9 for each digit, a for each letter.

    Raises:
        InvalidError: when the log is not of its form; names line and column.
        FaultsError: when it has several faults; it lists the first twenty, and counts the rest.
        NaiveTimeError: when ``as_of`` has no time zone.
    """
    wanted = "a LogMapping, such as read_mapping gives"
    check_type("replay_log.mapping", mapping, LogMapping, wanted)
    name = fspath(path)
    given = None if as_of is None else check_time(as_of, "replay.as_of")
    how = HowRead()
    check_type(
        "replay_log.mapping", mapping, LogMapping, "a LogMapping, such as read_mapping gives"
    )
    lines = lines_of_log(name, mapping, how, progress, show_values=show_values)
    book = LogBook.of(lines, given)
    until = given or book.last
    if until is None:
        raise InvalidError(name, "no time in any line", "an event with a time, or as_of")
    tally = ReplayTally(until, observable_duties(mapping))
    for walk in walk_journeys(book.events, mapping.chart, until, progress=progress):
        tally.add(walk)
    by_fate = dict.fromkeys(Fate, 0)
    for (fate, _), entry in book.activities.items():
        by_fate[fate] += entry.count
    there = {activity for _, activity in book.activities}
    made = Counter(event.kind for events in book.events.values() for event in events)
    return Report(
        log=PurePath(name).name,
        mapping=PurePath(mapping.path).name,
        chart=mapping.chart,
        as_of=until,
        as_of_given=given is not None,
        first=book.first,
        last=book.last,
        twice=book.twice,
        lines=LineCounts(book.read, by_fate, book.later, book.later_events),
        activities=_activities(book, show_values=show_values),
        absent=tuple(one for one in mapping.activities if one not in there),
        customers=len(book.customers),
        without=len(book.customers - {customer for customer, _ in book.events}),
        journeys=len(book.events),
        places=tally.places(),
        exits=tally.exits(),
        funnel=tally.funnel(observable_phases(mapping)),
        stays=tally.stays(),
        owed=tally.owed(mapping.chart),
        comings=tally.comings(),
        events=tally.events(made),
        timers=tally.timers(),
        how=how,
    )


def _activities(book: LogBook, *, show_values: bool) -> tuple[ActivityRow, ...]:
    rows = [
        ActivityRow(
            name if show_values or fate is not Fate.UNMAPPED else masked(name),
            fate,
            entry.count,
            entry.first_line,
            "; ".join(entry.reasons),
        )
        for (fate, name), entry in book.activities.items()
    ]
    order = tuple(Fate)
    rows.sort(key=lambda row: (order.index(row.fate), -row.count, row.name, row.first_line))
    return tuple(rows)
