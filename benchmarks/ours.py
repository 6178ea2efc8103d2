"""The walk on cxjourney itself, in several ways, and the floor beneath it."""

import pickle
from collections.abc import Iterable
from operator import attrgetter

import attrs
from contender import Contender, expect

from cxjourney import Event, Journey, Phase, standard_chart
from cxjourney.chart import JourneyMachine

ANSWERS = 8
"""How many answers of guards the walk gives: the peers' seven, and whether it is ADOPT (T15a)."""


NO_OBLIGATIONS = attrs.evolve(standard_chart(), key="no obligations", obligations=())
"""The standard chart without what the peers have no idea of."""


class Recorded(Contender[Journey]):
    """``Journey.record`` of events that exist already; the steps are kept."""

    name = "cxjourney, with obligations"
    chart = standard_chart()

    def make(self, customers: list[str]) -> list[Journey]:
        """Return journeys that keep their history."""
        return [Journey(customer, chart=self.chart) for customer in customers]

    def run(self, many: list[Journey], walk: list[Event]) -> None:
        """Record every event."""
        for one in many:
            record = one.record
            for event in walk:
                record(event)

    def check(self, one: Journey) -> None:
        """Expect the last phase and ten steps."""
        answers = sum(len(step.guards) for step in one.history)
        expect(self.name, (one.phase, len(one.history), answers), (Phase.ADVOCATE, 10, ANSWERS))


class SameJob(Recorded):
    """``Journey.record`` on a chart without obligations: just the job that the peers do."""

    name = "cxjourney, the peers' job"
    chart = NO_OBLIGATIONS


class Typed(SameJob):
    """A typed method such as ``journey.purchased(at=...)``: it also builds and checks the event."""

    name = "cxjourney, typed methods"

    def run(self, many: list[Journey], walk: list[Event]) -> None:
        """Call every event's method."""
        walk_of = [(attrgetter(event.kind.name), event.at) for event in walk]
        for one in many:
            for method, at in walk_of:
                method(one)(at=at)


class Unremembered(SameJob):
    """Work every decision out afresh, guard by guard, and then record the event as well.

    A journey looks a decision up once it has been worked out. This does more than a journey
    without that memory would do, so it bounds from above what the memory hides.
    """

    name = "cxjourney, work_out + record"

    def __init__(self) -> None:
        self.machine = self.chart.compiled(JourneyMachine)

    def run(self, many: list[Journey], walk: list[Event]) -> None:
        """Decide afresh, then record."""
        work_out = self.machine.work_out
        for one in many:
            record = one.record
            for event in walk:
                work_out(one.situation, event.trigger)
                record(event)


class Small(SameJob):
    """``Journey.record`` on a journey that keeps no history; the step is returned all the same."""

    name = "cxjourney, no history"

    def make(self, customers: list[str]) -> list[Journey]:
        """Return journeys that keep no history."""
        return [Journey(customer, chart=self.chart, history=False) for customer in customers]

    def check(self, one: Journey) -> None:
        """Expect the last phase and nothing kept."""
        expect(self.name, (one.phase, one.seq, one.history), (Phase.ADVOCATE, 10, ()))


@attrs.frozen
class Frozen:
    """The floor: a frozen attrs class with as many fields as a journey has."""

    customer: str
    engagement: str
    chart: object
    seq: int
    as_of: object
    course: object
    log: object
    counts: object


class Floor(Contender[Frozen]):
    """One frozen attrs instance an event, and nothing else."""

    name = "floor: frozen attrs, 8 fields"

    def make(self, customers: list[str]) -> list[Frozen]:
        """Return frozen instances."""
        return [Frozen(customer, "", None, 0, None, None, None, None) for customer in customers]

    def run(self, many: list[Frozen], walk: list[Event]) -> None:
        """Make an instance an event."""
        for one in many:
            customer = one.customer
            for event in walk:
                Frozen(customer, "", event, 0, None, None, None, None)

    def check(self, one: Frozen) -> None:
        """There is nothing to expect."""


def cared_for(journey: Journey, walk: Iterable[Event]) -> None:
    """Record a walk on which the company does at once whatever it comes to owe."""
    for event in walk:
        journey.record(event)
        for owed in journey.owed:
            journey.fulfilled(owed, at=event.at)


def neglected(journey: Journey, walk: Iterable[Event]) -> None:
    """Record a walk on which the company does nothing that it owes."""
    for event in walk:
        journey.record(event)


def pickled(one: object) -> int:
    """Return how many bytes an instance takes when pickled."""
    return len(pickle.dumps(one))
