"""Erase: all that is kept of a customer goes, whether anybody can read it or not (SPEC T28, 7).

It asks for no profile, and needs no event that can be read and no chart that is known.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import attrs

from cxjourney.dispatch._driving import Ask, Flow, bare, commit, forget, read
from cxjourney.dispatch._erasing._words import WITHDRAWN, Word, told, words_of
from cxjourney.dispatch._opening import restored
from cxjourney.dispatch._running._actors import check_actor, without_customer
from cxjourney.dispatch._settings import Recorded, Settings
from cxjourney.dispatch.journal import (
    Commit,
    CustomerRecord,
    Erasure,
    JourneyRecord,
    OutboxItem,
    State,
    Tombstone,
)
from cxjourney.errors import CxJourneyError, InvalidError, JournalError, SequenceError
from cxjourney.journey import Journey, Step
from cxjourney.vocabulary import Event, EventKind
from cxjourney.vocabulary._checks import check_time

PAGE = 1000
TRIES = 100
"""How often it is tried anew because somebody else wrote in between."""
Tell = Callable[[str, str, Event], Flow[Recorded]]
"""Records an event on a journey, by customer and engagement."""


def erase(settings: Settings, customer: str, at: datetime, actor: str | None) -> Flow[int]:
    """Erase all of a customer's journeys; return how many there were.

    Raises:
        InvalidError: when nothing was ever kept of the customer, or the actor is no name.
        SequenceError: when others write all the time.
    """
    check_actor("erase", actor)
    by = without_customer(actor, customer)
    event, tries = Event(EventKind.ERASED, at, f"erased:{at.isoformat()}"), TRIES
    while True:
        tries -= 1
        kept = yield from _kept_of(customer)
        if not kept.revision:
            found = "an id of which nothing was ever kept"
            raise InvalidError("erase.customer", found, "the id of a customer")
        words = yield from words_of(kept)
        try:
            yield from _erase(settings, kept, kept.journeys, event, words, by)
        except SequenceError:
            if not tries:
                raise
        else:
            return len(kept.journeys)


def erase_one(
    settings: Settings,
    customer: str,
    engagement: str,
    event: Event,
    expected: int | None,
    tell: Tell,
) -> Flow[Recorded]:
    """Erase one journey; where there is none nothing is written.

    What the customer withdrew consent for on it holds for the others: one of them is told before.

    Raises:
        SequenceError: when the customer's record is not at the expected revision, or when others
            write all the time.
    """
    tries = TRIES
    while True:
        tries -= 1
        kept = yield from _kept_of(customer)
        if expected is not None and expected != kept.revision:
            raise SequenceError(expected, kept.revision)
        name = kept.named.get(engagement, engagement)
        mine = [one for one in kept.journeys if one.engagement == name]
        others = [one.engagement for one in kept.journeys if one.engagement != name]
        words = yield from words_of(kept)
        if mine and others:
            said = [one for one in words if one.engagement == name]
            kept = (yield from _told(kept.customer, others[0], said, tell)) or kept
        try:
            return Recorded((yield from _erase(settings, kept, mine, event, words)))
        except SequenceError:
            if not tries or expected is not None:
                raise


def _kept_of(customer: str) -> Flow[CustomerRecord]:
    """Ask for all that is kept of a customer, or for what is known where it cannot be read."""
    try:
        return (yield from read(customer))
    except JournalError:
        raise
    except Exception:  # noqa: BLE001 - whatever stands there, it is erased
        kept = yield from bare(customer)
        intents = yield from _readable(kept.customer)
        return attrs.evolve(kept, outbox=intents)


def _readable(customer: str) -> Flow[tuple[OutboxItem, ...]]:
    """Ask for those intents of a customer that can be read, for their keys."""
    found: list[OutboxItem] = []
    for method, states in (("outbox", (tuple(State),)), ("archived", ())):
        place: tuple[str, int] | None = (customer, 0)
        while place is not None:
            asked = Ask(method, states, {"after": place, "limit": PAGE})
            page: Sequence[OutboxItem] = yield asked
            mine = [one for one in page if one.intent.customer == customer]
            found += mine
            place = (customer, mine[-1].number) if len(mine) == PAGE else None
    return tuple(found)


def _told(
    customer: str, engagement: str, words: Iterable[Word], tell: Tell
) -> Flow[CustomerRecord | None]:
    """Tell another journey what consent was withdrawn for; return what is kept then, if it is."""
    said = [one for one in words if one.withdrawn]
    for one in said:
        name = f"kept:{told(one.channel)}:{told(one.purpose)}:{one.at.isoformat()}"
        payload = {"channel": one.channel, "purpose": one.purpose}
        with suppress(CxJourneyError):
            yield from tell(customer, engagement, Event(WITHDRAWN, one.at, name, payload))
    return (yield from _kept_of(customer)) if said else None


def _erase(
    settings: Settings,
    kept: CustomerRecord,
    journeys: Iterable[JourneyRecord],
    event: Event,
    words: Iterable[Word],
    by: str | None = None,
) -> Flow[Step]:
    """Erase some of a customer's journeys, and the customer with the last of them."""
    step = Journey(kept.customer, chart=settings.playbook.chart).record(event)
    erased: dict[str, Tombstone] = {}
    for one in journeys:
        items = [item for item in kept.outbox if item.intent.engagement == one.engagement]
        step, data = _forgotten(settings, one, event, step)
        erased[one.engagement] = Tombstone(data, _tallied(items), by)
    if not erased:
        return step
    withdrawn = tuple((one.channel, one.purpose) for one in words if one.withdrawn)
    moment = check_time(settings.clock(), "clock.now")
    # Before the keys are gone; whoever is stopped in between erases again.
    keys = [one.key for one in kept.outbox if one.intent.engagement in erased]
    yield from forget(settings.hooks, keys)
    erasure = Erasure(event.at, kept.revision + 1, withdrawn)
    told = Commit(kept.customer, kept.revision, moment, erased=erased, erasure=erasure)
    yield from commit(told)
    settings.watch.wrote(told)
    return step


def _forgotten(
    settings: Settings, kept: JourneyRecord, event: Event, otherwise: Step
) -> tuple[Step, dict[str, Any]]:
    """Return the step that erases a journey, and its counts; none where it cannot be read."""
    try:
        journey = restored(kept, settings, lambda chart: chart)
        step = journey.record(event)
    except Exception:  # noqa: BLE001 - whatever stands there, it is erased
        return otherwise, {}
    return step, journey.to_dict()


def _tallied(items: Iterable[OutboxItem]) -> dict[str, int]:
    named = (f"{one.channel.value} {one.intent.purpose.value} {one.state.value}" for one in items)
    return dict(sorted(Counter(named).items()))
