"""Many events at once, as an import or a webhook brings them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from cxjourney.dispatch._batching._lockstep import Batch, Pace, in_lockstep
from cxjourney.dispatch._batching._one_history import load_all
from cxjourney.dispatch._deciding import record
from cxjourney.dispatch._driving import Flow
from cxjourney.dispatch._settings import Recorded, Settings
from cxjourney.errors import InvalidError
from cxjourney.vocabulary import Event, EventKind
from cxjourney.vocabulary._checks import describe

Numbered = list[tuple[int, tuple[Any, ...]]]
"""What is told of one customer: a place, and a customer, an engagement and what happened."""
Came = Recorded | Exception
"""What came of an event, or why it was refused."""
EVENTS = 1000
"""How many events are sorted by customer at a time."""
PARTS = 3


def record_many(
    settings: Settings, told: Iterable[object], most: int, *, plan: bool = True
) -> Batch[list[Came]]:
    """Record events, those of each customer in their order; return what came of each.

    Args:
        settings: what dispatch goes by.
        told: the events.
        most: how many customers are recorded for at a time.
        plan: whether what they call for is planned.
    """
    came: list[Came] = []
    events = iter(told)
    while page := list(islice(events, EVENTS)):
        found: dict[int, Came] = {}
        by_customer: dict[object, Numbered] = {}
        for place, one in enumerate(page):
            if isinstance(one, tuple) and len(one) == PARTS:
                # What is no id is refused by itself, and need not be fit for a key.
                customer = one[0] if isinstance(one[0], str) else place
                by_customer.setdefault(customer, []).append((place, one))
            else:
                expected = "a customer, an engagement and an Event"
                found[place] = InvalidError("record_many.told", describe(one), expected)
        for some in _pages(list(by_customer.values()), most):
            flows = [_record_all(settings, one, found, plan=plan) for one in some]
            yield from in_lockstep(flows, settings, Pace(most))
        came += [found[place] for place in range(len(page))]
    return came


def _pages(groups: Sequence[Numbered], most: int) -> Iterator[Sequence[Numbered]]:
    for start in range(0, len(groups), most):
        yield groups[start : start + most]


def _record_all(
    settings: Settings, told: Numbered, found: dict[int, Came], *, plan: bool
) -> Flow[None]:
    """Record a customer's events, one after the other; one that is refused stops no other."""
    if not plan and not any(_erases(event) for _, (_, _, event) in told):
        found |= yield from load_all(settings, told)
        return
    for place, (customer, engagement, event) in told:
        try:
            found[place] = yield from record(settings, customer, engagement, event, plans=plan)
        except Exception as error:  # noqa: BLE001 - it is what came of that event
            found[place] = error


def _erases(event: object) -> bool:
    return isinstance(event, Event) and event.kind is EventKind.ERASED
