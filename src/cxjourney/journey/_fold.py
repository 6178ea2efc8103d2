"""Folding: a journey's state is a fold of its events, ordered by time, rank and arrival (SPEC 4.1).

Everything here is pure: it takes a course and gives the next one.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from cxjourney.chart import Chart, Decision, Effect, JourneyMachine, RepeatPurchase
from cxjourney.journey._obligations import NOTHING, Ledger, Terms
from cxjourney.journey._owed import Owed
from cxjourney.journey._step import Step
from cxjourney.vocabulary import Event, EventKind, ExitReason, Nature, Phase, Situation, Standing
from cxjourney.vocabulary._checks import LATEST_YEAR
from cxjourney.vocabulary._events import unknown_kind

MOVED, PURCHASED = EventKind.MOVED, EventKind.PURCHASED
SAME_PURCHASE = "purchased in the same instant"
"""The plan of a further line of an invoice: one purchase, not a return (SPEC 4.2a)."""
BY_CLOCK = 0
"""The sequence number of a step of a timer, which nobody recorded."""


class Course(NamedTuple):
    """Where a journey stands after some events: all that the next event needs to know.

    Phases visited and implied are bit masks, bit ``phase`` for each.
    """

    situation: Situation = Situation()
    cycle: int = 1
    at: datetime | None = None
    rank: int = 0
    entered_at: datetime | None = None
    fact_at: datetime | None = None
    purchased_at: datetime | None = None
    referred_at: datetime | None = None
    visited: int = 0
    implied: int = 0
    referrals: int = 0
    forced: bool = False
    our_silence: bool = False
    exit: ExitReason | None = None
    owed: Owed = NOTHING
    met_on_time: int = 0
    met_late: int = 0
    dropped: int = 0

    def precedes(self, event: Event) -> bool:
        """Say whether an event comes after everything folded so far."""
        if self.at is None or self.at < event.at:
            return True
        return self.at == event.at and self.rank <= event.kind.rank


BEGINNING = Course()


class Plan(NamedTuple):
    """All that a trigger does in a situation, by the chart alone; worked out once."""

    kind: EventKind
    decision: Decision
    terms: Terms
    moved: bool
    fresh: bool
    is_fact: bool


class Outlook(NamedTuple):
    """The plans of a situation by trigger, and how long silence may last in it.

    ``window`` is None where no timer can be due, and zero where a closer look is needed.
    """

    window: timedelta | None
    plans: dict[str, Plan]


class _Outlooks(dict[Situation, Outlook]):
    """The outlook of each situation, made when it is first asked for."""

    def __init__(self, silence: Mapping[Phase, timedelta | None]) -> None:
        self._silence = silence

    def __missing__(self, situation: Situation) -> Outlook:
        window = None
        if situation.standing is Standing.ACTIVE and situation.phase is not None:
            window = self._silence.get(situation.phase)
            if situation.phase is Phase.ADVOCATE:
                window = timedelta(0)
        outlook = self[situation] = Outlook(window, {})
        return outlook


class Folder:
    """Folds events along one chart."""

    def __init__(self, chart: Chart) -> None:
        self.machine: JourneyMachine = chart.compiled(JourneyMachine)
        self.ledger: Ledger = Ledger(chart)
        self._silence = chart.silence
        self._advocacy_quiet = chart.advocacy_quiet
        self._outlooks = _Outlooks(chart.silence)
        self._one_purchase = chart.options.repeat_purchase is RepeatPurchase.EXPERIENCE

    def check_kind(self, kind: object) -> None:
        """Refuse a kind that the chart does not know.

        Raises:
            UnknownKindError: when the chart does not know it.
        """
        kinds = self.machine.kinds
        known = kinds.get(kind.name) if isinstance(kind, EventKind) else None
        if known is not kind and known != kind:
            raise unknown_kind(kind, kinds)

    def take(self, course: Course, event: Event, seq: int) -> tuple[Course, Step]:
        """Fold one event, after the timers that were due before it.

        Raises:
            UnknownKindError: when the chart does not know the event's kind.
        """
        elapsed: tuple[Step, ...] = ()
        outlook = self._outlooks[course.situation]
        if outlook.window is not None:
            since, fact = course.entered_at, course.fact_at
            if fact is not None and (since is None or fact > since):
                since = fact
            if since is None or event.at - since >= outlook.window:
                course, elapsed = self.pass_time(course, event.at, event.kind.rank)
                outlook = self._outlooks[course.situation]
        return self._apply(course, event, seq, elapsed, outlook)

    def again(self, course: Course, step: Step) -> Course:
        """Return where a step leads that was taken before, from the same course."""
        return self._apply(course, step.event, step.seq, (), self._outlooks[course.situation])[0]

    def pass_time(
        self, course: Course, until: datetime, rank: float = math.inf
    ) -> tuple[Course, tuple[Step, ...]]:
        """Fold the timers that fall due by ``until``; at that very moment, up to ``rank``."""
        steps: list[Step] = []
        while True:
            timer = self.next_timer(course)
            if timer is None or (timer.at, timer.kind.rank) > (until, rank):
                return course, tuple(steps)
            course, step = self._apply(
                course, timer, BY_CLOCK, (), self._outlooks[course.situation]
            )
            steps.append(step)

    def next_timer(self, course: Course) -> Event | None:
        """Return the next timer, as the event that it will be; of two at once ``lapsed`` is first.

        A timer that no row of the chart takes from here is not due, nor one that lies beyond the
        last year that an event may have.
        """
        for at, kind in sorted(self._timers(course), key=lambda timer: (timer[0], timer[1].rank)):
            takes = self.machine.decide(course.situation, kind.name).effect is Effect.MOVED
            if takes and at.year <= LATEST_YEAR:
                return Event(kind, at, f"{kind.name}@{at.isoformat()}")
        return None

    def _timers(self, course: Course) -> Iterator[tuple[datetime, EventKind]]:
        phase, entered = course.situation.phase, course.entered_at
        if course.situation.standing is not Standing.ACTIVE or phase is None or entered is None:
            return
        window = self._silence.get(phase)
        if window is not None:
            yield later(entered, course.fact_at) + window, EventKind.LAPSED
        if phase is Phase.ADVOCATE and self._advocacy_quiet is not None:
            yield (
                later(entered, course.referred_at) + self._advocacy_quiet,
                EventKind.ADVOCACY_QUIET,
            )

    def fold(
        self,
        arrivals: Iterable[tuple[Event, int]],
        as_of: datetime | None,
        course: Course = BEGINNING,
    ) -> tuple[Course, list[Step]]:
        """Fold events with their sequence numbers in journey order, from the beginning or later."""
        steps: list[Step] = []
        for event, seq in sorted(arrivals, key=_journey_order):
            course, step = self.take(course, event, seq)
            steps.extend(step.elapsed)
            steps.append(step)
        if as_of is not None:
            course, elapsed = self.pass_time(course, as_of)
            steps.extend(elapsed)
        return course, steps

    def _plan(self, situation: Situation, event: Event, trigger: str) -> Plan:
        self.check_kind(event.kind)
        decision, kind = self.machine.decide(situation, event.trigger), event.kind
        if trigger is SAME_PURCHASE and decision.effect is not Effect.REFUSED:
            decision = Decision(kind.name, situation, situation, Effect.NOTED)
        return Plan(
            kind,
            decision,
            self.ledger.terms(kind, decision),
            decision.effect is Effect.MOVED,
            decision.fresh,
            kind.nature is Nature.CUSTOMER,
        )

    def _apply(
        self, course: Course, event: Event, seq: int, elapsed: tuple[Step, ...], outlook: Outlook
    ) -> tuple[Course, Step]:
        at, kind = event.at, event.kind
        trigger = event.trigger if kind is MOVED else kind.name
        if kind is PURCHASED and course.at == at and self._one_purchase:
            trigger = SAME_PURCHASE if course.rank == kind.rank else trigger
        plan = outlook.plans.get(trigger)
        if plan is None or plan.kind is not kind:
            plan = outlook.plans[trigger] = self._plan(course.situation, event, trigger)
        decision, moved = plan.decision, plan.moved
        cycle = course.cycle + plan.fresh
        if decision.effect is Effect.REFUSED:
            step = Step(event, seq, cycle, decision, elapsed=elapsed)
            return course._replace(at=at, rank=kind.rank), step
        owed, opened, met, dropped = course.owed, NOTHING, NOTHING, NOTHING
        if not plan.terms.idle:
            owed, opened, met, dropped = self.ledger.settle(owed, event, plan.terms, cycle)
        late = sum([one.due < at for one in met]) if met else 0
        bought_at = None if plan.fresh else course.purchased_at
        referred = kind is EventKind.REFERRED
        our_silence = course.our_silence and not moved
        if moved and kind is EventKind.LAPSED:
            our_silence = any(one.overdue(at) for one in course.owed)
        fields = (
            decision.after,
            cycle,
            at,
            kind.rank,
            at if moved else course.entered_at,
            at if plan.is_fact else course.fact_at,
            at if bought_at is None and decision.starts_days else bought_at,
            at if referred else course.referred_at,
            course.visited | decision.visited,
            course.implied | decision.implied,
            course.referrals + referred,
            course.forced or decision.forced,
            our_silence,
            decision.exit if moved else course.exit,
            owed,
            course.met_on_time + len(met) - late,
            course.met_late + late,
            course.dropped + len(dropped),
        )
        after = tuple.__new__(Course, fields)  # half the time of its constructor
        if kind is EventKind.ERASED:
            after = _forgotten(after)
        told = our_silence and moved
        parts = (event, seq, cycle, decision, opened, met, dropped, told, elapsed, None)
        return after, tuple.__new__(Step, parts)


def _forgotten(course: Course) -> Course:
    """Return a course without the times of what happened; the counts stay (T28)."""
    return course._replace(fact_at=None, purchased_at=None, referred_at=None)


def _journey_order(arrival: tuple[Event, int]) -> tuple[datetime, int, int]:
    event, seq = arrival
    return event.at, event.kind.rank, seq


def later(one: datetime, other: datetime | None) -> datetime:
    """Return the later of two moments; of two at once the other one."""
    return one if other is None or other < one else other
