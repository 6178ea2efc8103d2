"""Gathering what journeys count for, and telling it as figures."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from itertools import accumulate
from typing import Any

import attrs

from cxjourney.chart import Effect
from cxjourney.replay._figures import DAY, Lengths, lasting_of, share_of
from cxjourney.replay._mapping import LogMapping
from cxjourney.replay._observable import assumed_options, observable_duties, observable_phases
from cxjourney.replay._reporting._countable import (
    COMINGS,
    ENDED,
    GOING_ON,
    OUR_SILENCE,
    REFERRALS,
    REFERRERS,
    SILENT,
    EndSort,
    Figure,
    StepSort,
)
from cxjourney.replay._reporting._figure_rows import (
    CohortRow,
    Comings,
    EventRow,
    ExitRow,
    FunnelRow,
    MonthRow,
    OwedRow,
    PlaceRow,
    StayRow,
)
from cxjourney.vocabulary import EventKind, ExitReason, Phase, Place, Standing

OVER = (Standing.LOST, Standing.ERASED)
"""Where a journey ends for good."""
A_DAY = DAY // timedelta(microseconds=1)
HOW_BITS = 2
MASK = (1 << HOW_BITS) - 1

StayLengths = tuple[tuple[int, int, int], int, Iterable[Lengths]]
"""How many stays ended, fell silent and go on; the greatest as a number; and their lengths."""


@attrs.frozen(eq=False)
class Seen:
    """What a log could show at all, by its mapping.

    Attributes:
        phases: the phases to which its events can bring a journey, or past which.
        assumed: the options without which they could not, by phase.
        duties: the obligation rules that some event could meet.
        rules: the obligation rules of the chart.
    """

    phases: frozenset[Phase]
    assumed: Mapping[Phase, tuple[str, ...]]
    duties: frozenset[str]
    rules: tuple[str, ...]

    @classmethod
    def by(cls, mapping: LogMapping) -> "Seen":
        """Return what a mapping can show."""
        phases = observable_phases(mapping)
        rules = tuple(rule.id for rule in mapping.chart.obligations)
        return cls(phases, assumed_options(mapping, phases), observable_duties(mapping), rules)

    def leads_on(self, phase: Phase) -> bool:
        """Say whether an event can bring a journey from a phase to the next, if there is one."""
        return phase + 1 not in {*Phase} - self.phases


def whole_numbers() -> "array[int]":
    """Return an empty list of whole numbers of 8 bytes each."""
    return array("q")


@attrs.define(eq=False)
class ReplayTally:
    """What some journeys count for.

    Attributes:
        journeys: how many there are.
        counts: how often each figure was met, but for those of ``steps`` and ``ends``.
        steps: how many steps there were of each sort.
        ends: how many journeys ended in each sort of end.
        cycles: how many are in which cycle.
        stays: the stays in each place, each its microseconds times 4 and how it ended.
        longest: by rule the longest time, in microseconds, that something is overdue.
    """

    journeys: int = 0
    counts: Counter[Figure] = attrs.field(factory=Counter)
    steps: Counter[StepSort] = attrs.field(factory=Counter)
    ends: Counter[EndSort] = attrs.field(factory=Counter)
    cycles: Counter[int] = attrs.field(factory=Counter)
    stays: "defaultdict[Place, array[int]]" = attrs.field(
        factory=lambda: defaultdict(whole_numbers)
    )
    longest: dict[str, int] = attrs.field(factory=dict)

    def add(self, other: "ReplayTally") -> None:
        """Add what other journeys count for."""
        self.journeys += other.journeys
        self.counts.update(other.counts)
        self.steps.update(other.steps)
        self.ends.update(other.ends)
        self.cycles.update(other.cycles)
        for place, lengths in other.stays.items():
            self.stays[place].extend(lengths)
        for rule, length in other.longest.items():
            self.overdue(rule, length)

    def overdue(self, rule: str, length: int) -> None:
        """Note for how long something is overdue."""
        self.longest[rule] = max(length, self.longest.get(rule, 0))

    def all_counts(self) -> Counter[Figure]:
        """Return how often each figure was met."""
        counts = Counter(self.counts)
        for sorts in (self.steps, self.ends):
            for sort, times in sorts.items():
                for figure in sort.figures():
                    counts[figure] += times
        return counts


class Teller:
    """Tells a tally as figures.

    Args:
        tally: what the journeys count for.
        seen: what the log could show.
        stays: returns what the stays in a place are, as ``stays_of`` does.
    """

    def __init__(
        self,
        tally: ReplayTally,
        seen: Seen,
        stays: "Callable[[array[int]], StayLengths]",
    ) -> None:
        self._tally, self._seen, self._stays_of = tally, seen, stays
        self._counts = tally.all_counts()

    def figures(self, customers: Mapping[str, int]) -> dict[str, Any]:
        """Return the fields of ``Figures``, but for how many customers and journeys there are.

        Args:
            customers: how many there are of in each place.
        """
        return {
            "places": self._places(customers),
            "exits": self._exits(),
            "funnel": self._funnel(),
            "stays": tuple(map(self._stay, Phase)),
            "owed": tuple(map(self._owed, self._seen.rules)),
            "comings": self._comings(),
            "months": self._months(),
            "cohorts": self._cohorts(),
        }

    def _places(self, customers: Mapping[str, int]) -> tuple[PlaceRow, ...]:
        names = (Standing.NEW.name, *(phase.name for phase in Phase), Standing.ERASED.name)
        count = self._counts
        return tuple(
            PlaceRow(
                name,
                active=count["place", name, Standing.ACTIVE],
                lapsed=count["place", name, Standing.LAPSED],
                lost=count["place", name, Standing.LOST],
                journeys=sum(count["place", name, standing] for standing in Standing),
                customers=customers.get(name, 0),
            )
            for name in names
        )

    def _exits(self) -> tuple[ExitRow, ...]:
        count, told = self._counts, bool(self._seen.duties)
        silence = ExitReason.SILENCE
        return tuple(
            ExitRow(
                reason,
                count["exit", reason],
                (count[OUR_SILENCE] if reason is silence else 0) if told else None,
            )
            for reason in ExitReason
        )

    def _funnel(self) -> tuple[FunnelRow, ...]:
        count, seen = self._counts, self._seen
        ever = self._ever(*(("reached", phase) for phase in Phase))
        before = (count["reached", None] + ever[0], *ever)
        return tuple(
            FunnelRow(
                phase,
                reached=now,
                implied=count["implied", phase],
                share=share_of(now, earlier),
                left=sum(count["no further", phase, one] for one in OVER),
                observable=phase in seen.phases,
                assumes=seen.assumed.get(phase, ()),
                **self._no_further(phase),
            )
            for phase, now, earlier in zip(Phase, ever, before, strict=False)
        )

    def _ever(self, *furthest: Figure) -> list[int]:
        """Return how many came so far or further."""
        return [*accumulate(self._counts[one] for one in reversed(furthest))][::-1]

    def _no_further(self, phase: Phase) -> dict[str, int]:
        """Return what became of those who came no further than a phase, and have not left."""
        under_way, silent = (
            self._counts["no further", phase, one] for one in (Standing.ACTIVE, Standing.LAPSED)
        )
        if not self._seen.leads_on(phase):
            return {"under_way": 0, "silent": 0, "not_observable": under_way + silent}
        return {"under_way": under_way, "silent": silent, "not_observable": 0}

    def _stay(self, phase: Phase) -> StayRow:
        packed = self._tally.stays.get(phase, whole_numbers())
        (ended, silent, going_on), most, lengths = self._stays_of(packed)
        longest = (most >> HOW_BITS) / A_DAY
        lasting, curve = lasting_of(lengths, len(packed), longest)
        return StayRow(phase, ended, silent, going_on, lasting, longest, curve)

    def _owed(self, rule: str) -> OwedRow:
        count, seen = self._counts, rule in self._seen.duties
        waiting, dropped = count["open", rule], count["dropped", rule]
        return OwedRow(
            rule,
            open=waiting if seen else 0,
            overdue=count["overdue", rule] if seen else 0,
            longest=self._tally.longest.get(rule, 0) / A_DAY if seen else 0.0,
            on_time=count["on_time", rule],
            late=count["late", rule],
            dropped=dropped if seen else 0,
            not_observable=0 if seen else waiting + dropped,
            observable=seen,
        )

    def _comings(self) -> Comings:
        cycles, count = dict(sorted(self._tally.cycles.items())), self._counts
        names = [str(name) for (name,) in (*COMINGS, REFERRALS, REFERRERS)]
        return Comings(cycles=cycles, **{name: count[name,] for name in names})

    def _months(self) -> tuple[MonthRow, ...]:
        found = {str(key[1]) for key in self._counts if key[0] == "month"}
        return tuple(
            MonthRow(month, *(self._counts["month", month, *one] for one in COMINGS))
            for month in sorted(found)
        )

    def _cohorts(self) -> tuple[CohortRow, ...]:
        count = self._counts
        found = {str(key[1]) for key in count if key[0] == "cohort"}
        rows = []
        for month in sorted(found):
            ever = self._ever(*(("cohort", month, phase) for phase in Phase))
            standing = (Standing.ACTIVE, Standing.LAPSED, Standing.LOST)
            rows.append(
                CohortRow(
                    month,
                    count["cohort", month],
                    dict(zip(Phase, ever, strict=True)),
                    *(count["cohort", month, one] for one in standing),
                )
            )
        return tuple(rows)

    def events(self, made: Counter[EventKind]) -> tuple[EventRow, ...]:
        """Return what happened to the events of each kind, by rank.

        Args:
            made: how many events of each kind the log gave.
        """
        count = self._counts
        return tuple(
            EventRow(
                kind.name,
                made=made[kind],
                repeated=count["event", kind, "repeated"],
                conflicting=count["event", kind, "conflicting"],
                **{effect.value: count["event", kind, effect] for effect in Effect},
            )
            for kind in sorted(made, key=lambda kind: kind.rank)
        )

    def timers(self) -> Mapping[str, int]:
        """Return how often the clock fired each timer."""
        kinds = (EventKind.LAPSED, EventKind.ADVOCACY_QUIET)
        return {kind.name: self._counts["event", kind, "timer"] for kind in kinds}


def packed_stay(length: int, how: int) -> int:
    """Return a stay as one number."""
    return length << HOW_BITS | how


def stays_of(packed: "array[int]") -> StayLengths:
    """Return what the stays in a place are."""
    ends = Counter(one >> HOW_BITS for one in packed if one & MASK == ENDED)
    lost = Counter(one >> HOW_BITS for one in packed if one & MASK != ENDED)
    how = Counter(one & MASK for one in packed)
    lengths = ((one, ends[one], lost[one]) for one in sorted({*ends, *lost}))
    return (how[ENDED], how[SILENT], how[GOING_ON]), max(packed, default=0), lengths
