"""Duties that are met in any of the customer's engagements, such as a basket left behind."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from cxjourney.chart import Chart, Effect, ObligationRule
from cxjourney.journey import Journey
from cxjourney.journey._open import owed_on
from cxjourney.journey._owed import in_order
from cxjourney.vocabulary import Event, EventKind

if TYPE_CHECKING:
    from cxjourney.dispatch._unit import UnitOfWork

MET = "met:"
"""How the id of an event begins that tells a journey what was met in another engagement."""
DIGITS = 32
COMPANY = "dispatcher"
"""Who takes back what was told of an event that was retracted."""


def met_elsewhere(unit: "UnitOfWork", new: Event | None) -> list[tuple[str, Event]]:
    """Return what is owed on one journey and was met on another, as what the one is to be told.

    It goes by the times at which things happened, whichever was recorded first.

    Args:
        unit: the customer's record.
        new: an event that was recorded just now and is not part of the past yet, or None.
    """
    if not _looks_around(unit):
        return []
    told = [*unit.past().events, *(() if new is None else (new,))]
    told.sort(key=lambda event: (event.at, event.kind.rank))
    return [
        (engagement, word)
        for engagement, journey in unit.journeys.items()
        for word in _met(journey, told)
    ]


def unmet_elsewhere(unit: "UnitOfWork", now: datetime) -> list[tuple[str, Event]]:
    """Return what was met on another journey by what was retracted since, as what to retract.

    It looks at whole histories, and at none where they are not known.
    """
    if not (unit.whole and _looks_around(unit)):
        return []
    stands = {name: _stands(journey) for name, journey in unit.journeys.items()}
    everything = [event for events in stands.values() for event in events]
    return [
        (engagement, word)
        for engagement, journey in unit.journeys.items()
        for word in _unmet(journey, stands[engagement], everything, now)
    ]


def _looks_around(unit: "UnitOfWork") -> bool:
    return any(one.chart.compiled(_anywhere) for one in unit.journeys.values())


def _stands(journey: Journey) -> list[Event]:
    steps = (step for step in journey.history if step.seq)
    return [step.event for step in steps if step.effect is not Effect.RETRACTED]


def _anywhere(chart: Chart) -> dict[str, ObligationRule]:
    return {one.id: one for one in chart.obligations if one.anywhere}


def _met(journey: Journey, everything: Iterable[Event]) -> Iterator[Event]:
    rules = journey.chart.compiled(_anywhere)
    for one in in_order(owed_on(journey), rules) if rules else ():
        if one.rule not in rules:
            continue
        kinds, begin = rules[one.rule].met_by, one.opened_at
        told = (event for event in everything if event.kind in kinds)
        by = next((event for event in told if event.at >= begin), None)
        if by is not None:
            about = f"{one.key} {by.id}".encode("utf-8", "surrogatepass")
            name = f"{MET}{sha256(about).hexdigest()[:DIGITS]}"
            yield Event(EventKind.FULFILLED, by.at, name, {"obligation": one.key})


def _unmet(
    journey: Journey, told: Iterable[Event], everything: Iterable[Event], now: datetime
) -> Iterator[Event]:
    rules = journey.chart.compiled(_anywhere)
    words = [one for one in told if one.id.startswith(MET)] if rules else []
    for one in words:
        _, rule, _ = str(one.payload["obligation"]).split(":", 2)
        kinds = rules[rule].met_by if rule in rules else ()
        if not any(by.at == one.at and by.kind in kinds for by in everything):
            payload = {"event": one.id, "actor": COMPANY, "reason": "retracted"}
            yield Event(EventKind.RETRACTED, now, f"retracted:{one.id}", payload)
