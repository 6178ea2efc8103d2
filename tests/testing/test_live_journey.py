"""A machine of Hypothesis that drives a journey in every way there is, beside a plain model."""

import copy
import pickle
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from cxjourney import RefusedError
from cxjourney.chart import Chart
from cxjourney.journey import Journey
from cxjourney.testing import charts, check_journey, payloads
from cxjourney.vocabulary import Event, EventKind, Nature, Phase
from tests.journey.walks import SHORTEST_WALK
from tests.testing.model import tell

K = EventKind
FACTS = tuple(kind for kind in K.builtin() if kind.nature is not Nature.ORDER)
TURNS = (K.LAPSED, K.ADVOCACY_QUIET, K.LEFT, K.CONTACTED, K.RETURNED)
STORIES = (
    (K.LEFT, K.CONTACTED, K.PURCHASED),
    (K.COMPLAINED, K.RECOVERED, K.FEEDBACK_CAPTURED),
    (K.LAPSED, K.RETURNED, K.RESULT_ACHIEVED),
)
TICK = timedelta(microseconds=1)
START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def order(to: Phase) -> dict[str, Any]:
    """Return the payload of an order to move."""
    return {"to": to, "actor": "somebody", "reason": "some reason"}


def unpickled(journey: Journey) -> Journey:
    """Return the journey as another process would get it."""
    sent: Journey = pickle.loads(pickle.dumps(journey))  # noqa: S301 - its own pickle
    return sent


def loaded(journey: Journey) -> Journey:
    """Return the journey as it comes out of storage."""
    return Journey.from_dict(journey.to_dict())


class LiveJourney(RuleBasedStateMachine):
    """Drives a journey in every way there is, beside the plain fold of `tests.chart.oracle`."""

    def __init__(self) -> None:
        super().__init__()
        self.arrivals: list[Event] = []
        self.numbers: dict[str, int] = {}
        self.as_of: datetime | None = None
        self.now = START

    @initialize(chart=charts())
    def begin(self, chart: Chart) -> None:
        """Begin a journey on any of the standard charts."""
        self.journey = Journey("c", chart=chart)

    def take(self, kind: EventKind, at: datetime, payload: dict[str, Any]) -> None:
        """Record an event, and remember it unless it is refused."""
        new = Event(kind, at, f"e{len(self.arrivals) + 1}", payload)
        try:
            step = self.journey.record(new)
        except RefusedError:
            assert kind is K.MOVED
            told = tell([*self.arrivals, new], self.as_of, self.journey.chart.options)
            assert (new.id, "refused") in told.effects
            return
        assert step.seq == len(self.arrivals) + 1 == self.journey.seq
        self.arrivals.append(new)
        self.numbers[new.id] = step.seq

    @rule(kind=st.sampled_from(FACTS), hours=st.integers(0, 24 * 40), data=st.data())
    def happens(self, kind: EventKind, hours: int, data: st.DataObject) -> None:
        """A fact happens after the last one."""
        self.now += timedelta(hours=hours)
        self.take(kind, self.now, data.draw(payloads(kind)))

    @rule(count=st.integers(1, len(SHORTEST_WALK)))
    def goes_well(self, count: int) -> None:
        """The customer comes far, a phase a day."""
        for kind in SHORTEST_WALK[:count]:
            self.now += timedelta(days=1)
            self.take(kind, self.now, {})

    @rule(kind=st.sampled_from(TURNS))
    def turns(self, kind: EventKind) -> None:
        """A customer goes or comes, or another clock says so, at this very moment."""
        self.take(kind, self.now, {})

    @rule(
        story=st.sampled_from(STORIES),
        days=st.sampled_from((0, 1, 9, 40, 200)),
        ticks=st.integers(-3, 1),
    )
    def had_gone_otherwise(self, story: tuple[EventKind, ...], days: int, ticks: int) -> None:
        """It turns out late what else had happened, just before or after something known."""
        for number, kind in enumerate(story):
            self.take(kind, self.now - timedelta(days=days) + (number + ticks) * TICK, {})

    @rule(data=st.data(), hours=st.integers(0, 24))
    def is_ordered(self, data: st.DataObject, hours: int) -> None:
        """The company orders a move, most often one that is allowed."""
        self.now += timedelta(hours=hours)
        allowed = [one.trigger for one in self.journey.allowed()]
        orders = [to for to in Phase if f"moved_to_{to.name.lower()}" in allowed]
        to = data.draw(st.sampled_from(orders or list(Phase)) | st.sampled_from(Phase))
        self.take(K.MOVED, self.now, order(to))

    @rule(to=st.sampled_from(Phase), back=st.integers(0, 24 * 30))
    def was_ordered(self, to: Phase, back: int) -> None:
        """An order to move arrives late."""
        self.take(K.MOVED, self.now - timedelta(hours=back), order(to))

    @rule(days=st.sampled_from((1, 14, 30, 60, 180, 365)), ticks=st.integers(-1, 1))
    def time_passes(self, days: int, ticks: int) -> None:
        """The journey is told the time, often just when a timer falls due."""
        self.now += timedelta(days=days) + ticks * TICK
        self.tell_time(self.now)

    @rule(days=st.integers(1, 100))
    def time_was_told(self, days: int) -> None:
        """The journey is told a time that it may know of already."""
        self.tell_time(self.now - timedelta(days=days))

    def tell_time(self, now: datetime) -> None:
        """Tell the journey the time."""
        self.journey.advance(now)
        self.as_of = now if self.as_of is None else max(self.as_of, now)

    @precondition(lambda self: self.arrivals)
    @rule(data=st.data())
    def arrives_again(self, data: st.DataObject) -> None:
        """An event arrives again: the step of its first time is all that comes of it."""
        again = data.draw(st.sampled_from(self.arrivals))
        step = self.journey.record(again)
        assert (step.event, step.seq) == (again, self.numbers[again.id])

    @rule(data=st.data())
    def is_fulfilled(self, data: st.DataObject) -> None:
        """The company does one thing that it owes."""
        if self.journey.owed:
            one = data.draw(st.sampled_from(self.journey.owed))
            self.take(K.FULFILLED, max(self.now, one.opened_at), {"obligation": one.key})

    @rule(how=st.sampled_from((copy.copy, copy.deepcopy, unpickled, loaded)))
    def goes_on_elsewhere(self, how: Any) -> None:
        """The journey is copied, stored, or sent to another process, and goes on there."""
        self.journey = how(self.journey)

    @invariant()
    def agrees_with_the_model(self) -> None:
        """The journey is where the plain fold of all that arrived says."""
        if self.arrivals:
            told = tell(self.arrivals, self.as_of, self.journey.chart.options)
            journey = self.journey
            assert journey.situation == told.situation
            assert (journey.cycle, journey.exit) == (told.cycle, told.exit)
            effects = tuple(
                (step.event.id if step.seq else "by clock", step.effect.value)
                for step in journey.history
            )
            assert effects == told.effects

    def teardown(self) -> None:
        """Every law holds in the end."""
        if self.arrivals:
            check_journey(self.journey)


TestLiveJourney = pytest.mark.no_cover(LiveJourney.TestCase)
TestLiveJourney.settings = settings(stateful_step_count=30)
