"""Counting journeys that the live machine walked."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo

import attrs

from cxjourney.chart import Effect
from cxjourney.errors import InvalidError
from cxjourney.journey import Obligation, Step
from cxjourney.journey._fold import BY_CLOCK
from cxjourney.replay._reporting._behind import BehindFinder, of_duty
from cxjourney.replay._reporting._countable import (
    GOING_ON,
    REFERRALS,
    REFERRERS,
    EndSort,
    Figure,
    StepSort,
)
from cxjourney.replay._reporting._figure_rows import ListedJourney
from cxjourney.replay._reporting._tally import ReplayTally, Seen, packed_stay
from cxjourney.replay._walk import Walk
from cxjourney.vocabulary import EventKind, ExitReason, Standing

MICROSECOND = timedelta(microseconds=1)
MOST_SEGMENTS = 100


@attrs.define(eq=False)
class Gathered:
    """The tallies of a log, and the journeys behind its figures.

    Attributes:
        as_of: when it is asked how long stays have lasted, and what is overdue.
        zone: the zone in which months begin.
        seen: what the log could show.
        found: the journeys behind figures; None where they are not asked for.
        by_segment: the tally of each segment; all journeys are of one where there is no column.
        customers: how many customers there are, by segment and place; None for those of all.
        everybody: how many customers there are in each segment.
    """

    as_of: datetime
    zone: tzinfo
    seen: Seen
    found: BehindFinder | None
    by_segment: defaultdict[str, ReplayTally] = attrs.field(
        factory=lambda: defaultdict(ReplayTally)
    )
    customers: defaultdict[str | None, Counter[str]] = attrs.field(
        factory=lambda: defaultdict(Counter)
    )
    everybody: Counter[str] = attrs.field(factory=Counter)

    def tally_of(self, segment: str) -> ReplayTally:
        """Return the tally of a segment.

        Raises:
            InvalidError: when there are too many of them.
        """
        tally = self.by_segment[segment]
        if len(self.by_segment) > MOST_SEGMENTS:
            found = f"more than {MOST_SEGMENTS} different values"
            expected = f"a column with at most {MOST_SEGMENTS}, such as a country"
            raise InvalidError("replay.segment", found, expected)
        return tally

    def month_of(self, at: datetime) -> str:
        """Return the month of a time."""
        local = at.astimezone(self.zone)
        return f"{local.year:04}-{local.month:02}"

    def add(self, walk: Walk, order: int, engagement: str = "", segment: str = "") -> None:
        """Count a journey where it stands, what it came through, what is owed on it.

        Args:
            walk: the journey.
            order: its place among all journeys of the log.
            engagement: the engagement, kept also where the journey was erased.
            segment: its segment.
        """
        journey, tally = walk.journey, self.tally_of(segment)
        count = tally.counts
        tally.journeys += 1
        tally.cycles[journey.cycle] += 1
        since, by_clock = self._add_steps(walk.steps, tally)
        if since is not None:
            length = (self.as_of - since) // MICROSECOND
            tally.stays[journey.place].append(packed_stay(length, GOING_ON))
        silent = journey.exit is ExitReason.SILENCE and self._owing(walk.steps)
        end = EndSort(
            journey.phase,
            journey.standing,
            journey.exit,
            journey.high_water,
            journey.implied,
            by_clock,
            silent,
        )
        tally.ends[end] += 1
        count.update(end.of_month(self.month_of(_first(walk))))
        duties = [*self._duties(walk)]
        for how, duty in duties:
            count[how, duty.rule] += 1
            if how == "overdue":
                tally.overdue(duty.rule, (self.as_of - duty.due) // MICROSECOND)
        if journey.referrals:
            count[REFERRALS] += journey.referrals
            count[REFERRERS] += 1
        for events, fate in (
            (walk.refused, Effect.REFUSED),
            (walk.retracted, Effect.RETRACTED),
            (walk.repeated, "repeated"),
            (walk.conflicting, "conflicting"),
        ):
            count.update(("event", event.kind, fate) for event in events)
        if self.found is not None:
            self._list(self.found, walk, end, duties, (order, engagement, segment))

    def _add_steps(self, steps: Sequence[Step], tally: ReplayTally) -> tuple[datetime | None, bool]:
        """Count steps; return since when the journey is where it is, and whether by the clock."""
        since: datetime | None = None
        by_clock = False
        for step in steps:
            sort, at = _sort(step), step.event.at
            tally.steps[sort] += 1
            for coming in sort.comings():
                tally.counts["month", self.month_of(at), *coming] += 1
            if sort.ends_stay:
                if since is not None:
                    length = (at - since) // MICROSECOND
                    tally.stays[sort.before].append(packed_stay(length, sort.how))
                since, by_clock = at, sort.by_clock
        return since, by_clock

    def _duties(self, walk: Walk) -> Iterator[tuple[str, Obligation]]:
        """Yield what became of each obligation."""
        for step in walk.steps:
            at = step.event.at
            for one in step.met:
                yield "late" if one.overdue(at) else "on_time", one
            for one in step.dropped:
                yield "dropped", one
        for one in walk.journey.owed:
            yield "open", one
            if one.overdue(self.as_of):
                yield "overdue", one

    def _owing(self, steps: Sequence[Step]) -> bool:
        """Say whether the company was late at the last lapse with what it could be seen to do."""
        owed: set[Obligation] = set()
        owing = False
        for step in steps:
            if step.event.kind is EventKind.LAPSED:
                owing = any(one.overdue(step.event.at) for one in owed)
            owed.difference_update(step.met, step.dropped)
            owed.update(one for one in step.opened if one.rule in self.seen.duties)
        return owing

    def _list(
        self,
        found: BehindFinder,
        walk: Walk,
        end: EndSort,
        duties: Sequence[tuple[str, Obligation]],
        known: tuple[int, str, str],
    ) -> None:
        order, engagement, segment = known
        journey = walk.journey
        figures: dict[Figure, None] = dict.fromkeys(end.figures())
        for step in walk.steps:
            figures.update(dict.fromkeys(_sort(step).comings()))
        figures.update((of_duty(how, duty.rule, self.seen), None) for how, duty in duties)
        if journey.referrals:
            figures[REFERRERS] = None
        one = ListedJourney(
            walk.customer,
            engagement,
            segment,
            end.place,
            journey.standing,
            journey.entered_at and journey.entered_at.astimezone(UTC),
            journey.cycle,
            journey.high_water,
        )
        first = () if journey.standing is Standing.ERASED else (order,)  # nobody names them again
        for figure in figures:
            found.add(figure, 1, first, lambda _: one)


def _sort(step: Step) -> StepSort:
    return StepSort(
        step.event.kind,
        step.seq == BY_CLOCK,
        step.effect,
        step.before.place,
        step.after.place,
        step.decision.fresh,
    )


def _first(walk: Walk) -> datetime:
    """Return when the first event of a journey was."""
    told = [*walk.refused, *walk.retracted, *(step.event for step in walk.steps[:1])]
    return min(event.at for event in told)
