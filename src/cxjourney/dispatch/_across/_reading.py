"""Reading on: as much of a customer's history as something needs."""

from typing import TYPE_CHECKING

from cxjourney.dispatch._driving import Flow, dossier, read, since
from cxjourney.vocabulary import Event

if TYPE_CHECKING:
    from cxjourney.dispatch._unit import UnitOfWork


def load(unit: "UnitOfWork") -> Flow[None]:
    """Read all that is kept of a customer, unless it was read already.

    Raises:
        SequenceError: when somebody wrote in between.
    """
    if not unit.whole:
        unit.load((yield from read(unit.customer)))


def read_rest(unit: "UnitOfWork") -> Flow[None]:
    """Read the open intents that were not read with the others.

    Raises:
        SequenceError: when somebody wrote in between.
    """
    if unit.rest is not None:
        unit.take_rest((yield from dossier(unit.customer, None)))


def reach(unit: "UnitOfWork", engagement: str, event: Event, *, known: bool) -> Flow[None]:
    """Read as much of a journey's history as recording an event needs.

    That is from its place on where it comes late, and where it is known already.

    Raises:
        SequenceError: when somebody wrote in between.
    """
    if unit.has_in_reach(engagement, event, known=known):
        return
    found = yield from since(unit.customer, engagement, event.at)
    if found is not None:
        unit.reach_back(engagement, found)
    if not unit.has_in_reach(engagement, event, known=known):
        yield from load(unit)
