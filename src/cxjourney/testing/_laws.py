"""Laws that every journey keeps, to be checked on journeys of your own charts and making."""

import copy
import json
import pickle
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

from cxjourney.chart import Effect
from cxjourney.chart._explore import broken_invariants
from cxjourney.errors import ChartNotFoundError, RefusedError
from cxjourney.journey import Journey
from cxjourney.vocabulary import Situation, Standing
from cxjourney.vocabulary._checks import LATEST_YEAR

SEEN = [
    name
    for name in dir(Journey)
    if not (name.startswith("_") or name == "keeps_history" or callable(getattr(Journey, name)))
]
"""Every value of a journey that is public."""


def observe(journey: Journey) -> dict[str, object]:
    """Return all that can be seen of a journey, to compare journeys by.

    The history is left without what depends on the order of arrival and on when the journey was
    told the time: ``refold`` and ``elapsed`` of its steps.
    """
    seen = {name: getattr(journey, name) for name in SEEN}
    history = tuple(step._replace(refold=None, elapsed=()) for step in journey.history)
    return {**seen, "next_due": journey.next_due(), "history": history}


def check_journey(journey: Journey) -> None:
    """Check the laws that every journey keeps, and leave it as it is.

    If it keeps its history, then its steps stand in journey order and each starts where the one
    before ended; the invariants of SPEC 4.2 stand, unless an order was forced; no obligation
    vanishes; its events recorded anew give the same journey, and recorded twice change nothing.
    With history or without it: copied, pickled, or dumped and loaded, it is the same journey, and
    what is recorded on it then does the same.

    Raises:
        AssertionError: names the law that was broken.
    """
    if journey.keeps_history:
        _steps_are_a_chain(journey)
        _invariants_stand(journey)
        if journey.standing is not Standing.ERASED:
            _obligations_add_up(journey)
            _replay_agrees(journey)
        _repeats_change_nothing(journey)
    _copies_are_equal(journey)


def require(*, holds: bool, law: str) -> None:
    if not holds:
        raise AssertionError(law)


def _require_same(one: Journey, other: Journey, law: str) -> None:
    here, there = observe(one), observe(other)
    differing = [name for name in here if here[name] != there[name]]
    require(holds=not differing, law=f"{law}, but these differ: {', '.join(differing)}")


def _steps_are_a_chain(journey: Journey) -> None:
    steps = journey.history
    order = [(step.event.at, step.event.kind.rank) for step in steps]
    require(holds=order == sorted(order), law="steps stand in the order of time and rank")
    numbers = sorted(step.seq for step in steps if step.seq)
    erased = journey.standing is Standing.ERASED
    expected = [journey.seq] if erased else list(range(1, journey.seq + 1))
    require(holds=numbers == expected, law="every event has a step, with a number of its own")
    for step, following in pairwise(steps):
        joined = following.before == step.after
        require(holds=joined, law="each step starts in the situation where the last one ended")
    ended = steps[-1].after if steps else Situation()
    require(holds=ended == journey.situation, law="the last step ends in the journey's situation")


def _invariants_stand(journey: Journey) -> None:
    for step in () if journey.forced else journey.history:
        broken = list(broken_invariants(step.decision, journey.chart.options))
        require(holds=not broken, law="; ".join(broken))


def _obligations_add_up(journey: Journey) -> None:
    steps, tally = journey.history, journey.tally
    opened = [one.key for step in steps for one in step.opened]
    met = [one.key for step in steps for one in step.met]
    dropped = [one.key for step in steps for one in step.dropped]
    owed = [one.key for one in journey.owed]
    require(holds=len(set(opened)) == len(opened), law="each obligation has a key of its own")
    balanced = sorted(opened) == sorted(met + dropped + owed)
    require(holds=balanced, law="each obligation opened is met, dropped or still owed")
    told = (tally.on_time + tally.late, tally.dropped) == (len(met), len(dropped))
    require(holds=told, law="the tally counts the obligations met and dropped")


def _replay_agrees(journey: Journey) -> None:
    again = Journey(journey.customer, journey.engagement, chart=journey.chart)
    recorded = [step for step in journey.history if step.seq]
    for step in sorted(recorded, key=lambda step: step.seq):
        try:
            again.record(step.event)
        except RefusedError as refused:
            message = f"events recorded anew are taken as before, but {refused}"
            raise AssertionError(message) from refused
    if journey.as_of is not None:
        again.advance(journey.as_of)
    _require_same(journey, again, "events recorded anew give the same journey")


def _repeats_change_nothing(journey: Journey) -> None:
    twin = copy.copy(journey)
    for step in journey.history:
        again = step if step.seq == 0 else twin.record(step.event)
        left_out = step.effect is Effect.RETRACTED and again == step
        same = again is step or left_out
        require(holds=same, law="an event recorded twice gives the step of the first time")
    _require_same(journey, twin, "an event recorded twice changes nothing")


def _goes_on_alike(journey: Journey, loaded: Journey) -> None:
    clock = journey.clock
    if journey.standing is Standing.ERASED or clock is None or clock.year >= LATEST_YEAR:
        return
    twin, at = copy.copy(journey), clock + timedelta.resolution
    here = twin.purchased(at=at)
    require(
        holds=here == loaded.purchased(at=at),
        law="what is recorded on a journey that was dumped and loaded does the same",
    )
    _require_same(twin, loaded, "dumped, loaded and recorded on it is the same journey")


def _copies_are_equal(journey: Journey) -> None:
    _require_same(journey, copy.copy(journey), "a copy is the same journey")
    _require_same(journey, copy.deepcopy(journey), "a deep copy is the same journey")
    loaded = Journey.from_dict(json.loads(json.dumps(journey.to_dict())), chart=journey.chart)
    _require_same(journey, loaded, "dumped and loaded it is the same journey")
    _goes_on_alike(journey, loaded)
    with suppress(ChartNotFoundError):  # a chart built by hand is found by nobody
        unpickled = pickle.loads(pickle.dumps(journey))  # noqa: S301 - its own pickle
        _require_same(journey, unpickled, "pickled it is the same journey")
