"""Decide and commit: what is called for, what the policy says of it, and the two written as one."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from cxjourney.channels import History, HookContext, Intent, Registered
from cxjourney.chart import Decision, Effect
from cxjourney.dispatch._across._after import followers, leave_followers, take_up_followers
from cxjourney.dispatch._across._elsewhere import met_elsewhere, unmet_elsewhere
from cxjourney.dispatch._across._loading import leave_history
from cxjourney.dispatch._across._reading import load, reach, read_rest
from cxjourney.dispatch._across._undecided import undecided
from cxjourney.dispatch._driving import (
    Flow,
    commit,
    dossier,
    events_since,
    knows,
)
from cxjourney.dispatch._erasing._erase import erase_one
from cxjourney.dispatch._judging._judge import given_up, judged, reached, why_moot
from cxjourney.dispatch._righting._anew import decide_late, decide_retraction
from cxjourney.dispatch._running._trouble import or_left
from cxjourney.dispatch._settings import Recorded, Settings, now
from cxjourney.dispatch._unit import UnitOfWork
from cxjourney.dispatch._waiting._priorities import looks_around
from cxjourney.dispatch.journal import Attempt, Erasure, OutboxItem
from cxjourney.dispatch.journal._records import EventName
from cxjourney.errors import MalformedEventError, SequenceError
from cxjourney.journey import Step
from cxjourney.journey._journey import check_ids
from cxjourney.playbook._changes import InFlight
from cxjourney.playbook._planning import owed_for
from cxjourney.vocabulary import Event, EventKind, Situation, Standing
from cxjourney.vocabulary._checks import describe
from cxjourney.vocabulary._events import check_same

Result = TypeVar("Result")

TRIES = 100
"""How often an event is decided anew because somebody else wrote in between."""
COMPANY = "dispatcher"
"""Who takes back what came back, where nobody gave a name."""


def open_unit(
    settings: Settings, customer: str, event: EventName | None = None
) -> Flow[tuple[UnitOfWork, bool]]:
    """Open a customer's record for work where things stand.

    Returns:
        the unit of work, and whether the event that was asked about is kept.
    """
    while True:
        kept = yield from dossier(customer, event)
        unit = UnitOfWork(kept, settings)
        if not unit.unread or (yield from _is_loaded(unit)):
            return unit, kept.knows


def open_whole(settings: Settings, customer: str) -> Flow[UnitOfWork]:
    """Open a customer's record for work, with every event and intent."""
    while True:
        unit, _ = yield from open_unit(settings, customer)
        if (yield from _is_loaded(unit)):
            return unit


def _is_loaded(unit: UnitOfWork) -> Flow[bool]:
    """Read all that is kept; say whether nobody wrote in between."""
    try:
        yield from load(unit)
    except SequenceError:
        return False
    return True


def write(unit: UnitOfWork) -> Flow[None]:
    """Write what was decided.

    Raises:
        SequenceError: when somebody wrote in between.
    """
    written = unit.as_commit()
    yield from commit(written)
    unit.written()
    unit.settings.watch.wrote(written)


def insist(
    decide: Callable[[], Flow[tuple[UnitOfWork, Result]]], tries: int = TRIES
) -> Flow[Result]:
    """Decide and write; decide anew as often as somebody else writes in between.

    Raises:
        SequenceError: when others write all the time.
    """
    while True:
        tries -= 1
        try:
            unit, result = yield from decide()
            if unit.changed:
                yield from write(unit)
        except SequenceError:
            if not tries:
                raise
        else:
            return result


def plan(unit: UnitOfWork, intents: Iterable[Intent]) -> Flow[tuple[OutboxItem, ...]]:
    """Decide what was called for and was not decided before, and put it into the outbox.

    For history that is imported nothing is planned.
    """
    if not unit.plans:
        return ()
    new = yield from undecided(unit, intents)
    if any(looks_around(unit, one) for one in new):
        yield from read_rest(unit)
    counted = yield from reached(unit, new)
    moment, planned = now(unit.settings), list[OutboxItem]()
    book = unit.settings.playbook
    for intent in new:
        item = OutboxItem(
            intent, unit.next_number, intent.channels[0], playbook=(book.key, book.version)
        )
        reason = why_moot(unit, intent, moment)
        if reason is None:
            item = judged(unit, item, moment, counted)
        else:
            item = given_up(item, reason, moment)
        unit.put(item)
        unit.decide(intent)
        planned.append(item)
    return tuple(planned)


def checked(settings: Settings, customer: str, engagement: str, event: object) -> Event:
    """Return an event that can be recorded on a journey.

    Raises:
        MalformedEventError: when it is no Event, or an id is not of its form.
        QuotaError: when the event is more than the quota allows.
    """
    check_ids(customer, engagement)
    if not isinstance(event, Event):
        raise MalformedEventError("record.event", describe(event), "an Event")
    settings.quota.check_event(event)
    return event


def record(
    settings: Settings,
    customer: str,
    engagement: str,
    event: Event,
    expected: int | None = None,
    *,
    plans: bool = True,
) -> Flow[Recorded]:
    """Record an event and plan what it calls for, both in one commit.

    Args:
        settings: what dispatch goes by.
        customer: the customer's id.
        engagement: the engagement's id, or empty.
        event: what happened.
        expected: only if the customer's record is at this revision still.
        plans: whether what it calls for is planned; False for history.

    Raises:
        MalformedEventError: when it is no Event, or an id is not of its form.
        SequenceError: when the customer's record is not at the expected revision.
        QuotaError: when the event, or the customer with it, is more than the quota allows.
    """
    checked(settings, customer, engagement, event)

    # In quotes, for else it would be worked out at each event.
    def decide() -> "Flow[tuple[UnitOfWork, Recorded]]":
        unit, known = yield from open_unit(settings, customer, (engagement, event.id))
        mine = unit.named.get(engagement, engagement)
        if expected is not None and expected != unit.revision:
            raise SequenceError(expected, unit.revision)
        unit.plans = plans
        yield from look_at_erasures(unit, mine, event)
        if not (known or unit.is_of_the_erased(event)):
            settings.quota.check_room(unit.journeys, mine, event)
        recorded = yield from decide_on(unit, mine, event, known=known)
        if not plans:
            yield from leave_history(unit, now(settings))
        if recorded.step.opened and not known:
            settings.quota.check_duties(unit.journeys.values())
        return unit, recorded

    def tell(whose: str, other: str, word: Event) -> "Flow[Recorded]":
        return record(settings, whose, other, word)

    if event.kind is EventKind.ERASED:
        recorded = yield from erase_one(settings, customer, engagement, event, expected, tell)
    else:
        recorded = yield from insist(decide, TRIES if expected is None else 1)
    settings.watch.recorded(len(recorded.planned), len(recorded.not_called_for))
    return recorded


def look_at_erasures(unit: UnitOfWork, engagement: str, event: Event) -> Flow[None]:
    """Learn of the erasure of an engagement that is not there, under the customer's former ids."""
    for was in unit.formerly if engagement not in unit.journeys else ():
        found = yield from dossier(was, (engagement, event.id))
        known = [one for one in (unit.erasure, found.erasure) if one is not None]
        unit.erasure = Erasure.latest(*known)


def decide_on(unit: UnitOfWork, engagement: str, event: Event, *, known: bool) -> Flow[Recorded]:
    """Record an event that was told, and plan what it calls for.

    One that is of the time before the customer was erased changes nothing. Whoever comes back under
    the id of somebody erased begins with the withdrawals of consent that outlived it.
    """
    if unit.is_of_the_erased(event):
        return Recorded(_refused(event), erased=True)
    for word in unit.words_kept():
        unit.record(engagement, word)
    waits = [one for one in unit.to_come(engagement) if one.id == event.id]
    if waits or (not known and event.at > now(unit.settings) + unit.settings.ahead):
        return _keep_ahead(unit, engagement, event, waits)
    return (yield from _decide(unit, engagement, event, known=known))


def _keep_ahead(
    unit: UnitOfWork, engagement: str, event: Event, waits: Sequence[Event]
) -> Recorded:
    """Keep an event that is dated later than now, until its time has come; once where it is."""
    for one in waits:
        check_same(one, event)
    if not waits:
        unit.settings.quota.check_ahead(len(unit.to_come(engagement)))
        unit.keep_ahead(engagement, event)
    situation = unit.journey(engagement).situation
    decision = Decision(event.trigger, situation, situation, Effect.HELD)
    return Recorded(Step(event, 0, 1, decision), ahead=True)


def _refused(event: Event) -> Step:
    """Return the step of an event of somebody who was erased: it did nothing."""
    erased = Situation(Standing.ERASED)
    return Step(event, 0, 1, Decision(event.trigger, erased, erased, Effect.REFUSED))


def _decide(
    unit: UnitOfWork, engagement: str, event: Event, *, known: bool, alone: bool = False
) -> Flow[Recorded]:
    """Record an event, and plan what it calls for.

    The log is read only for an event that comes later than a few others, or that is known already;
    from a checkpoint before it on.
    """
    retraction = event.kind is EventKind.RETRACTED and engagement in unit.journeys
    if retraction:
        yield from load(unit)
    else:
        yield from reach(unit, engagement, event, known=known)
    if retraction and not known:
        return (
            yield from decide_retraction(unit, engagement, event, plan, _leave, _meet_elsewhere)
        )
    if unit.is_late(engagement, event) and not known:
        meet = None if alone else _meet_elsewhere
        return (yield from decide_late(unit, engagement, event, plan, _leave, meet))
    step = unit.record(engagement, event)
    if not alone:
        yield from _meet_elsewhere(unit, event)
    planning, leave = plan_called(unit, engagement), partial(_leave, unit, engagement, step)
    planned, failed = yield from or_left(planning, leave)
    return Recorded(step, planned or (), unplanned=failed)


def _meet_elsewhere(unit: UnitOfWork, event: Event | None = None) -> Flow[None]:
    """Tell journeys what was met in another of the customer's engagements, or is not any more."""
    for engagement, word in unmet_elsewhere(unit, now(unit.settings)):
        yield from _decide(unit, engagement, word, known=False, alone=True)
    for engagement, word in met_elsewhere(unit, event):
        if not (yield from knows(unit.customer, (engagement, word.id))):
            yield from _decide(unit, engagement, word, known=False, alone=True)


def _leave(unit: UnitOfWork, engagement: str, step: Step, error: Exception) -> None:
    first = step.elapsed[0] if step.elapsed else step
    _leave_from(unit, engagement, first.event.at, error)


def plan_called(unit: UnitOfWork, engagement: str) -> Flow[tuple[OutboxItem, ...]]:
    """Plan what the steps that were added to a journey call for."""
    planned = yield from plan(unit, unit.called(engagement))
    if planned:
        unit.name_planned(engagement, planned)
    return planned


def tell(unit: UnitOfWork, item: OutboxItem) -> Flow[tuple[int, int]]:
    """Tell the journey that an intent was sent, if its play says so, and plan what that calls for.

    Returns:
        how many intents were planned, and how often that failed.
    """
    planned, failed = 0, False
    if item.intent.tells is not None:
        told, _ = yield from _told_of(unit, item)
        news = _news_of(unit, item, told)
        if news is not None:
            recorded = yield from _decide(unit, item.intent.engagement, news, known=False)
            planned, failed = len(recorded.planned), recorded.unplanned is not None
    sent = item.settled_at or now(unit.settings)
    leave = partial(_leave_from, unit, item.intent.engagement, sent)
    more, trouble = yield from or_left(_plan_followers(unit, item, sent), leave)
    return planned + len(more or ()), failed + (trouble is not None)


def _plan_followers(
    unit: UnitOfWork, item: OutboxItem, sent: datetime
) -> Flow[tuple[OutboxItem, ...]]:
    """Plan what counts from an intent that was sent."""
    intents = followers(unit, item, sent)
    planned = yield from plan(unit, intents)
    new = {one.key for one in planned}
    left = [one for one in intents if one.key not in new]
    return (*planned, *(yield from take_up_followers(unit, left)))


def _leave_from(unit: UnitOfWork, engagement: str, since: datetime, error: Exception) -> None:
    unit.leave_unplanned(engagement, since)
    unit.settings.watch.unplanned(error)


def _news_of(unit: UnitOfWork, item: OutboxItem, id: str) -> Event | None:
    """Return what the journey is to be told of an intent that was sent, under an id, or None."""
    intent, journey = item.intent, unit.journey(item.intent.engagement)
    owed = owed_for(intent, journey)
    for kind in journey.chart.kinds:
        if kind.name == intent.tells:
            names_it = any(field.name == "obligation" for field in kind.fields)
            duty = intent.obligation if owed is None else owed.key
            payload = {"obligation": duty} if names_it else {}
            return Event(kind, now(unit.settings), id, payload)
    return None


def _told_of(unit: UnitOfWork, item: OutboxItem) -> Flow[tuple[str, str | None]]:
    """Return the id of what a journey is told next of an intent that was sent, and the last one.

    There is a last one where the intent was sent before, and came back.
    """
    told, last, times = f"sent:{item.key}", None, 1
    while (yield from knows(unit.customer, (item.intent.engagement, told))):
        times += 1
        told, last = f"sent:{item.key}:{times}", told
    return told, last


def take_back(
    unit: UnitOfWork, sent: OutboxItem, after: OutboxItem, attempt: Attempt, *, holds: bool
) -> Flow[None]:
    """Take back what was told of an intent that was sent, for it came back (SPEC 7, D01).

    What the journey was told of the contact is retracted; with ``holds`` the channel is held from
    now on.
    """
    unit.unmake(sent)
    intent, reason, moment = sent.intent, after.reason, now(unit.settings)
    leave_followers(unit, sent, moment)
    if holds and not intent.internal:
        name = f"undeliverable:{sent.key}:{attempt.number}"
        payload = {"channel": sent.channel, "reason": reason}
        event = Event(EventKind.UNDELIVERABLE, moment, name, payload)
        yield from _decide(unit, intent.engagement, event, known=False)
    _, told = yield from _told_of(unit, sent)
    if told is not None:
        by = attempt.by or COMPANY
        payload = {"event": told, "actor": by, "reason": reason}
        event = Event(EventKind.RETRACTED, moment, f"retracted:{told}", payload)
        yield from _decide(unit, intent.engagement, event, known=False)


def in_flight(unit: UnitOfWork) -> InFlight:
    """Return the customer, as far as a change of playbook needs to know."""
    return InFlight(
        unit.customer,
        tuple(unit.journeys.values()),
        tuple(one.intent for one in unit.outbox if not one.state.waits),
        tuple(one.intent for one in unit.outbox if one.state.waits),
        unit.profile.segment,
    )


def past_for(unit: UnitOfWork, registered: Registered[Any], now: datetime) -> Flow[History]:
    """Return as much of the past as a hook looks at."""
    if registered.past is None:
        return unit.past()
    return unit.past_since((yield from events_since(unit.customer, now - registered.past)))


def context(
    unit: UnitOfWork, item: OutboxItem, registered: Registered[Any], now: datetime, past: History
) -> HookContext:
    """Return what a hook is told."""
    return HookContext(
        intent=item.intent,
        channel=item.channel,
        situation=unit.journey(item.intent.engagement).situation,
        history=past,
        profile=unit.profile,
        content=unit.contents(item.intent)[item.channel],
        attempt=item.attempts,
        now=now,
        timeout=registered.timeout,
    )
