"""A customer's history, recorded in one commit: no run in between sees half of it."""

from collections.abc import Sequence
from typing import Any

from cxjourney.dispatch._across._loading import leave_history
from cxjourney.dispatch._deciding import checked, decide_on, insist, look_at_erasures, open_whole
from cxjourney.dispatch._driving import Flow
from cxjourney.dispatch._settings import Recorded, Settings, now
from cxjourney.dispatch._unit import UnitOfWork
from cxjourney.vocabulary import Event

Told = Sequence[tuple[int, tuple[Any, ...]]]
"""What is told of one customer: a place, and a customer, an engagement and what happened."""
Came = dict[int, Recorded | Exception]


def load_all(settings: Settings, told: Told) -> Flow[Came]:
    """Record a customer's history without planning for it; one that is refused stops no other."""
    found: Came = {}
    good: list[tuple[int, str, Event]] = []
    for place, (customer, engagement, event) in told:
        try:
            good.append((place, engagement, checked(settings, customer, engagement, event)))
        except Exception as error:  # noqa: BLE001 - it is what came of that event
            found[place] = error
    if good:
        customer = told[0][1][0]
        try:
            found |= yield from insist(lambda: _decide(settings, customer, good))
        except Exception as error:  # noqa: BLE001 - it came of all of them
            found |= {place: error for place, _, _ in good}
    return found


def _decide(
    settings: Settings, customer: str, told: Sequence[tuple[int, str, Event]]
) -> Flow[tuple[UnitOfWork, Came]]:
    unit = yield from open_whole(settings, customer)
    unit.plans = False
    known = {(name, step.event.id) for name, one in unit.journeys.items() for step in one.history}
    found: Came = {}
    for place, name, event in told:
        engagement = unit.named.get(name, name)
        again = (engagement, event.id) in known
        yield from look_at_erasures(unit, engagement, event)
        try:
            if not (again or unit.is_of_the_erased(event)):
                settings.quota.check_room(unit.journeys, engagement, event)
            found[place] = yield from decide_on(unit, engagement, event, known=again)
        except Exception as error:  # noqa: BLE001 - it is what came of that event
            found[place] = error
        else:
            known.add((engagement, event.id))
    yield from leave_history(unit, now(settings))
    return unit, found
