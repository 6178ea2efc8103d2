"""Replaying a log: from its lines to the report, whose figures are gathered journey by journey."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from os import PathLike, fspath
from pathlib import PurePath

import attrs

from cxjourney.chart import Chart, Effect
from cxjourney.errors import InvalidError, masked
from cxjourney.journey._fold import BY_CLOCK
from cxjourney.replay._figures import DAY, share_of, spread_of
from cxjourney.replay._log import Fate, LogLine, read_log
from cxjourney.replay._mapping import LogMapping
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
from cxjourney.vocabulary import Event, EventKind, ExitReason, Phase, Standing
from cxjourney.vocabulary._checks import check_time
from cxjourney.vocabulary._terminal import Progress


@attrs.define
class PlaceTally:
    """Where journeys stand, why they stopped, and how far they ever came."""

    _standings: Counter[tuple[str, Standing]] = attrs.field(factory=Counter, init=False)
    _customers: dict[str, set[str]] = attrs.field(factory=dict, init=False, repr=False)
    _exits: Counter[ExitReason] = attrs.field(factory=Counter, init=False)
    _our_silence: Counter[ExitReason] = attrs.field(factory=Counter, init=False)
    _highest: Counter[Phase | None] = attrs.field(factory=Counter, init=False)
    _implied: Counter[Phase] = attrs.field(factory=Counter, init=False)

    def add(self, walk: Walk) -> None:
        """Count a journey where it stands."""
        journey = walk.journey
        place = (journey.phase or journey.standing).name
        self._standings[place, journey.standing] += 1
        self._customers.setdefault(place, set()).add(walk.customer)
        self._highest[journey.high_water] += 1
        self._implied.update(journey.implied)
        if journey.exit is not None:
            self._exits[journey.exit] += 1
            self._our_silence[journey.exit] += journey.our_silence

    def places(self) -> tuple[PlaceRow, ...]:
        """Return how many stand where, in the order of the journey."""
        names = [Standing.NEW.name, *(phase.name for phase in Phase), Standing.ERASED.name]
        return tuple(self._place(name) for name in names)

    def _place(self, name: str) -> PlaceRow:
        count = {standing: self._standings[name, standing] for standing in Standing}
        return PlaceRow(
            name,
            count[Standing.ACTIVE],
            count[Standing.LAPSED],
            count[Standing.LOST],
            sum(count.values()),
            len(self._customers.get(name, ())),
        )

    def exits(self) -> tuple[ExitRow, ...]:
        """Return how many stopped for which reason."""
        return tuple(
            ExitRow(reason, self._exits[reason], self._our_silence[reason]) for reason in ExitReason
        )

    def funnel(self) -> tuple[FunnelRow, ...]:
        """Return how many ever came to each phase."""
        rows: list[FunnelRow] = []
        before = self._highest.total()
        for phase in Phase:
            reached = sum(n for high, n in self._highest.items() if high and high >= phase)
            share = share_of(reached, before)
            rows.append(FunnelRow(phase, reached, self._implied[phase], share, before - reached))
            before = reached
        return tuple(rows)


@attrs.define
class StayTally:
    """How long journeys stay in the phases.

    Attributes:
        as_of: when the current stays are measured.
    """

    as_of: datetime
    _ended: dict[Phase, list[timedelta]] = attrs.field(factory=dict, init=False, repr=False)
    _current: dict[Phase, list[timedelta]] = attrs.field(factory=dict, init=False, repr=False)

    def add(self, walk: Walk) -> None:
        """Measure the stays of a journey."""
        since: datetime | None = None
        for step in walk.steps:
            before, after = step.before.place, step.after.place
            if before is after:
                continue
            if isinstance(before, Phase) and since is not None:
                self._ended.setdefault(before, []).append(step.event.at - since)
            since = step.event.at
        place = walk.journey.situation.place
        if isinstance(place, Phase) and since is not None:
            self._current.setdefault(place, []).append(self.as_of - since)

    def rows(self) -> tuple[StayRow, ...]:
        """Return the spread of the stays in each phase."""
        return tuple(
            StayRow(
                phase,
                spread_of(self._ended.get(phase, ())),
                spread_of(self._current.get(phase, ())),
            )
            for phase in Phase
        )


@attrs.define
class OwedTally:
    """What the company owes, and what it met.

    Attributes:
        as_of: when it is asked what is overdue.
    """

    as_of: datetime
    _open: Counter[str] = attrs.field(factory=Counter, init=False)
    _overdue: Counter[str] = attrs.field(factory=Counter, init=False)
    _longest: dict[str, timedelta] = attrs.field(factory=dict, init=False)
    _on_time: Counter[str] = attrs.field(factory=Counter, init=False)
    _late: Counter[str] = attrs.field(factory=Counter, init=False)
    _dropped: Counter[str] = attrs.field(factory=Counter, init=False)

    def add(self, walk: Walk) -> None:
        """Count the obligations of a journey."""
        for step in walk.steps:
            for one in step.met:
                met = self._late if one.overdue(step.event.at) else self._on_time
                met[one.rule] += 1
            for one in step.dropped:
                self._dropped[one.rule] += 1
        for one in walk.journey.owed:
            self._open[one.rule] += 1
            if one.overdue(self.as_of):
                self._overdue[one.rule] += 1
                longest = self._longest.get(one.rule, timedelta())
                self._longest[one.rule] = max(longest, self.as_of - one.due)

    def rows(self, chart: Chart, mapped: frozenset[EventKind]) -> tuple[OwedRow, ...]:
        """Return what is owed by each rule of a chart.

        Args:
            chart: the chart.
            mapped: the kinds that the mapping can give.
        """
        return tuple(
            OwedRow(
                rule.id,
                self._open[rule.id],
                self._overdue[rule.id],
                self._longest.get(rule.id, timedelta()) / DAY,
                self._on_time[rule.id],
                self._late[rule.id],
                self._dropped[rule.id],
                visible=not mapped.isdisjoint({*rule.met_by, EventKind.FULFILLED}),
            )
            for rule in chart.obligations
        )


@attrs.define
class ComingsTally:
    """How often customers fell silent, came back, and recommended."""

    _lapses: int = attrs.field(default=0, init=False)
    _returned: int = attrs.field(default=0, init=False)
    _repurchased: int = attrs.field(default=0, init=False)
    _won_back: int = attrs.field(default=0, init=False)
    _cycles: Counter[int] = attrs.field(factory=Counter, init=False)
    _referrals: Counter[bool] = attrs.field(factory=Counter, init=False)

    def add(self, walk: Walk) -> None:
        """Count the comings and goings of a journey."""
        for step in walk.steps:
            before, after = step.before.standing, step.after.standing
            fresh = step.decision.fresh
            self._lapses += after is Standing.LAPSED and before is not Standing.LAPSED
            self._won_back += fresh and before is Standing.LOST
            self._repurchased += fresh and before is Standing.LAPSED
            self._returned += before is Standing.LAPSED and after is Standing.ACTIVE and not fresh
        self._cycles[walk.journey.cycle] += 1
        self._referrals[True] += walk.journey.referrals
        self._referrals[False] += walk.journey.referrals > 0

    def row(self) -> Comings:
        """Return the counts."""
        return Comings(
            self._lapses,
            self._returned,
            self._repurchased,
            self._won_back,
            dict(sorted(self._cycles.items())),
            self._referrals[True],
            self._referrals[False],
        )


@attrs.define
class EventTally:
    """What happened to the events of a log."""

    _made: Counter[EventKind] = attrs.field(factory=Counter, init=False)
    _effects: Counter[tuple[EventKind, Effect]] = attrs.field(factory=Counter, init=False)
    _repeated: Counter[EventKind] = attrs.field(factory=Counter, init=False)
    _timers: Counter[EventKind] = attrs.field(factory=Counter, init=False)

    def make(self, events: Iterable[Event]) -> None:
        """Count events that the log gave, before they are replayed."""
        self._made.update(event.kind for event in events)

    def add(self, walk: Walk) -> None:
        """Count what a journey made of its events."""
        for step in walk.steps:
            if step.seq == BY_CLOCK:
                self._timers[step.event.kind] += 1
            else:
                self._effects[step.event.kind, step.effect] += 1
        self._effects.update((event.kind, Effect.REFUSED) for event in walk.refused)
        self._repeated.update(event.kind for event in walk.repeated)

    def rows(self) -> tuple[EventRow, ...]:
        """Return what happened to the events of each kind, by rank."""
        return tuple(self._row(kind) for kind in sorted(self._made, key=lambda kind: kind.rank))

    def _row(self, kind: EventKind) -> EventRow:
        return EventRow(
            kind.name,
            made=self._made[kind],
            repeated=self._repeated[kind],
            **{effect.value: self._effects[kind, effect] for effect in Effect},
        )

    def timers(self) -> Mapping[str, int]:
        """Return how often the clock fired each timer."""
        kinds = (EventKind.LAPSED, EventKind.ADVOCACY_QUIET)
        return {kind.name: self._timers[kind] for kind in kinds}


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
        path: the log, CSV or JSON Lines.
        mapping: what it means.
        as_of: when to stop, an aware time; later lines are counted, and left out. None stops at
            the last time in the log.
        progress: is told how far the work is.
        show_values: whether errors may tell what the log holds, and the report the activities that
            the mapping does not know; else it has their shape, 9 for each digit, a for each letter.

    Raises:
        InvalidError: when the log is not of its form; names line and column.
        NaiveTimeError: when ``as_of`` has no time zone.
    """
    name = fspath(path)
    lines = read_log(name, mapping, progress=progress, show_values=show_values)
    return replay_lines(
        lines, mapping, name=name, as_of=as_of, progress=progress, show_values=show_values
    )


def replay_lines(
    lines: Iterable[LogLine],
    mapping: LogMapping,
    *,
    name: str = "log",
    as_of: datetime | None = None,
    progress: Progress | None = None,
    show_values: bool = False,
) -> Report:
    """Do what ``replay_log`` does, for lines that were read before.

    Args:
        lines: the lines, in the order of the log.
        mapping: what the log means.
        name: what the report calls the log.
        as_of: when to stop, an aware time; None stops at the last time of the lines.
        progress: is told how far the work is.
        show_values: whether the report may tell the activities that the mapping does not know.

    Raises:
        InvalidError: when there is no line.
        NaiveTimeError: when ``as_of`` has no time zone.
    """
    given = None if as_of is None else check_time(as_of, "replay.as_of")
    book = LogBook.of(lines, given)
    until = given or book.last
    if until is None:
        raise InvalidError(name, "no line that tells of an event", "at least one")
    where, stays, owed = PlaceTally(), StayTally(until), OwedTally(until)
    comings, happened = ComingsTally(), EventTally()
    for events in book.events.values():
        happened.make(events)
    for walk in walk_journeys(book.events, mapping.chart, until, progress=progress):
        for tally in (where, stays, owed, comings, happened):
            tally.add(walk)
    return Report(
        log=PurePath(name).name,
        mapping=PurePath(mapping.path).name,
        chart=mapping.chart,
        as_of=until,
        as_of_given=given is not None,
        first=book.first,
        last=book.last,
        twice=book.twice,
        lines=_line_counts(book),
        activities=_activities(book, mapping, show_values=show_values),
        absent=_absent(book, mapping),
        customers=len(book.customers),
        without=len(book.customers - {customer for customer, _ in book.events}),
        journeys=len(book.events),
        places=where.places(),
        exits=where.exits(),
        funnel=where.funnel(),
        stays=stays.rows(),
        owed=owed.rows(mapping.chart, _kinds(mapping)),
        comings=comings.row(),
        events=happened.rows(),
        timers=happened.timers(),
    )


def _kinds(mapping: LogMapping) -> frozenset[EventKind]:
    return frozenset(rule.kind for rules in mapping.rules.values() for rule in rules)


def _line_counts(book: LogBook) -> LineCounts:
    by_fate = dict.fromkeys(Fate, 0)
    for (fate, _), entry in book.activities.items():
        by_fate[fate] += entry.count
    return LineCounts(book.read, by_fate, book.later)


def _activities(
    book: LogBook, mapping: LogMapping, *, show_values: bool
) -> tuple[ActivityRow, ...]:
    rows = [
        ActivityRow(
            name if show_values or fate is not Fate.UNMAPPED else masked(name),
            fate,
            entry.count,
            entry.first_line,
            mapping.ignored[name] if fate is Fate.IGNORED else "",
        )
        for (fate, name), entry in book.activities.items()
    ]
    order = tuple(Fate)
    rows.sort(key=lambda row: (order.index(row.fate), -row.count, row.name, row.first_line))
    return tuple(rows)


def _absent(book: LogBook, mapping: LogMapping) -> tuple[str, ...]:
    there = {name for _, name in book.activities}
    return tuple(name for name in (*mapping.rules, *mapping.ignored) if name not in there)
