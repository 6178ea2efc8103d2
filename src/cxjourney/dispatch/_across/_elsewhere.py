"""Duties that are met in any of the customer's engagements, such as a basket left behind."""

from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

from cxjourney.journey import Journey
from cxjourney.vocabulary import Event, EventKind

if TYPE_CHECKING:
    from cxjourney.dispatch._unit import UnitOfWork

MET = "met:"
"""How the id of an event begins that tells a journey what was met in another engagement."""
DIGITS = 32


def met_elsewhere(unit: "UnitOfWork") -> list[tuple[str, Event]]:
    """Return what is owed on one journey and was met on another, as what the one is to be told.

    It goes by the times at which things happened, whichever was recorded first.
    """
    return [
        (engagement, word)
        for engagement, journey in unit.journeys.items()
        for word in _met(unit, journey)
    ]


def _met(unit: "UnitOfWork", journey: Journey) -> Iterator[Event]:
    rules = {one.id: one for one in journey.chart.obligations if one.anywhere}
    for one in journey.owed if rules else ():
        if one.rule not in rules:
            continue
        kinds, begin = rules[one.rule].met_by, one.opened_at
        told = (event.at for event in unit.past().events if event.kind in kinds)
        at = next((moment for moment in told if moment >= begin), None)
        if at is not None:
            name = f"{MET}{sha256(one.key.encode()).hexdigest()[:DIGITS]}"
            yield Event(EventKind.FULFILLED, at, name, {"obligation": one.key})
