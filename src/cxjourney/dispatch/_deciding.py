"""Decide and commit: what is called for, what the policy says of it, and the two written as one."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import attrs

from cxjourney.channels import History, HookContext, Intent, Registered
from cxjourney.channels._intent import occasion_key
from cxjourney.channels.policy import Case, Ruling
from cxjourney.channels.policy._policy import Chosen
from cxjourney.chart import Decision, Effect
from cxjourney.dispatch._driving import (
    Flow,
    audience,
    commit,
    decided,
    dossier,
    events_since,
    knows,
    read,
)
from cxjourney.dispatch._erasing._erase import erase_one
from cxjourney.dispatch._righting._anew import decide_late, decide_retraction
from cxjourney.dispatch._running._trouble import or_left
from cxjourney.dispatch._settings import Recorded, Settings
from cxjourney.dispatch._unit import UnitOfWork
from cxjourney.dispatch.journal import OutboxItem, State
from cxjourney.dispatch.journal._records import EventName
from cxjourney.errors import MalformedEventError, SequenceError
from cxjourney.journey import Journey, Step
from cxjourney.playbook._changes import InFlight
from cxjourney.playbook._planning import Decided, moot
from cxjourney.vocabulary import Channel, Event, EventKind, Situation, Standing
from cxjourney.vocabulary._checks import check_time, describe

Result = TypeVar("Result")

TRIES = 100
"""How often an event is decided anew because somebody else wrote in between."""


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


def load(unit: UnitOfWork) -> Flow[None]:
    """Read all that is kept of a customer, unless it was read already.

    Raises:
        SequenceError: when somebody wrote in between.
    """
    if not unit.whole:
        unit.load((yield from read(unit.customer)))


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
    """Decide what was called for and was not decided before, and put it into the outbox."""
    new = yield from undecided(unit, intents)
    counted = yield from reached(unit, new)
    moment, planned = now(unit.settings), list[OutboxItem]()
    book = unit.settings.playbook
    for intent in new:
        item = OutboxItem(
            intent, unit.next_number, intent.channels[0], playbook=(book.key, book.version)
        )
        reason = why_moot(unit, intent, moment)
        if reason is None:
            chosen = choose(unit, intent, intent.channels, moment, counted)
            item = ruled(unit, item, chosen, moment)
        else:
            item = left_undone(item, State.SKIPPED, reason, moment)
        unit.put(item)
        unit.decide(intent)
        planned.append(item)
    return tuple(planned)


def undecided(unit: UnitOfWork, intents: Iterable[Intent]) -> Flow[list[Intent]]:
    """Return the intents that were not decided before, under this name or another, each once."""
    called = [one for one in intents if one not in unit.decided]
    kept: frozenset[str] = frozenset()
    named = {one.key: _names(unit, one) for one in called}
    if called and not unit.whole:
        keys = [key for names in named.values() for key, _ in names]
        occasions = [occasion for names in named.values() for _, occasion in names]
        kept = yield from decided(unit.customer, keys, occasions)
    new, seen = list[Intent](), Decided((), unit.settings.playbook)
    for one in called:
        if any(key in kept or occasion in kept for key, occasion in named[one.key]):
            unit.decide(one)
        elif one not in seen:
            new.append(one)
        seen.add(one)
    return new


def _names(unit: UnitOfWork, one: Intent) -> list[tuple[str, str]]:
    """Return the keys and occasions of an intent under each id that its row has, or had before."""
    ids = (one.play, *unit.settings.playbook.formerly(one.play))
    return [
        (key, occasion_key(one.engagement, id, one.cause, one.wish))
        for id in ids
        for key in unit.keys(one.engagement, id, one.occurrence)
    ]


def reached(unit: UnitOfWork, intents: Iterable[Intent]) -> Flow[dict[str, int]]:
    """Ask for how many other customers the texts of intents were meant so far."""
    limit = unit.settings.policy.limits.largest_audience + 1
    return (yield from audience(digests(unit, intents), limit, unit.customer))


def now(settings: Settings) -> datetime:
    """Return the time.

    Raises:
        NaiveTimeError: when the clock gives a time without a zone.
    """
    return check_time(settings.clock(), "clock.now")


def record(
    settings: Settings, customer: str, engagement: str, event: Event, expected: int | None
) -> Flow[Recorded]:
    """Record an event and plan what it calls for, both in one commit.

    Raises:
        MalformedEventError: when it is no Event, or an id is not of its form.
        SequenceError: when the customer's record is not at the expected revision.
        QuotaError: when the event, or the customer with it, is more than the quota allows.
    """
    # It refuses ids that are not of their form.
    Journey(customer, engagement, chart=settings.playbook.chart)
    if not isinstance(event, Event):
        raise MalformedEventError("record.event", describe(event), "an Event")
    settings.quota.check_event(event)

    # In quotes, for else it would be worked out at each event.
    def decide() -> "Flow[tuple[UnitOfWork, Recorded]]":
        unit, known = yield from open_unit(settings, customer, (engagement, event.id))
        mine = unit.named.get(engagement, engagement)
        if expected is not None and expected != unit.revision:
            raise SequenceError(expected, unit.revision)
        if not (known or unit.is_of_the_erased(event)):
            settings.quota.check_room(unit.journeys, mine, event)
        recorded = yield from decide_on(unit, mine, event, known=known)
        if recorded.step.opened and not known:
            settings.quota.check_duties(unit.journeys.values())
        return unit, recorded

    def tell(whose: str, other: str, word: Event) -> "Flow[Recorded]":
        return record(settings, whose, other, word, None)

    if event.kind is EventKind.ERASED:
        recorded = yield from erase_one(settings, customer, engagement, event, expected, tell)
    else:
        recorded = yield from insist(decide, TRIES if expected is None else 1)
    settings.watch.recorded(len(recorded.planned), len(recorded.not_called_for))
    return recorded


def decide_on(unit: UnitOfWork, engagement: str, event: Event, *, known: bool) -> Flow[Recorded]:
    """Record an event that was told, and plan what it calls for.

    One that is of the time before the customer was erased changes nothing. Whoever comes back under
    the id of somebody erased begins with the withdrawals of consent that outlived it.
    """
    if unit.is_of_the_erased(event):
        return Recorded(_refused(event), erased=True)
    for word in unit.words_kept():
        unit.record(engagement, word)
    return (yield from _decide(unit, engagement, event, known=known))


def _refused(event: Event) -> Step:
    """Return the step of an event of somebody who was erased: it did nothing."""
    erased = Situation(Standing.ERASED)
    return Step(event, 0, 1, Decision(event.trigger, erased, erased, Effect.REFUSED))


def _decide(unit: UnitOfWork, engagement: str, event: Event, *, known: bool) -> Flow[Recorded]:
    """Record an event, and plan what it calls for.

    The log is read only for an event that comes later than a few others, or that is known already.
    """
    retraction = event.kind is EventKind.RETRACTED and engagement in unit.journeys
    if known or retraction or unit.is_out_of_reach(engagement, event):
        yield from load(unit)
    if retraction and not known:
        return (yield from decide_retraction(unit, engagement, event, plan, _leave))
    if unit.is_late(engagement, event) and not known:
        return (yield from decide_late(unit, engagement, event, plan, _leave))
    step = unit.record(engagement, event)
    planning, leave = plan_called(unit, engagement), partial(_leave, unit, engagement, step)
    planned, failed = yield from or_left(planning, leave)
    return Recorded(step, planned or (), unplanned=failed)


def _leave(unit: UnitOfWork, engagement: str, step: Step, error: Exception) -> None:
    first = step.elapsed[0] if step.elapsed else step
    unit.leave_unplanned(engagement, first.event.at)
    unit.settings.watch.unplanned(error)


def plan_called(unit: UnitOfWork, engagement: str) -> Flow[tuple[OutboxItem, ...]]:
    """Plan what the steps that were added to a journey call for."""
    planned = yield from plan(unit, unit.called(engagement))
    if planned:
        unit.name_planned(engagement, planned)
    return planned


def tell(unit: UnitOfWork, item: OutboxItem) -> Flow[int]:
    """Tell the journey that an intent was sent, if its play says so, and plan what that calls for.

    Returns:
        how many intents were planned.
    """
    news, engagement = unit.news_of(item, now(unit.settings)), item.intent.engagement
    if news is None:
        return 0
    if (yield from knows(unit.customer, (engagement, news.id))):
        return 0
    recorded = yield from _decide(unit, engagement, news, known=False)
    return len(recorded.planned)


def digests(unit: UnitOfWork, intents: Iterable[Intent]) -> frozenset[str]:
    """Return the digests of all that intents may say."""
    found = [one for intent in intents for one in unit.contents(intent).values()]
    return frozenset(one.digest for one in found if one is not None)


def why_moot(unit: UnitOfWork, intent: Intent, now: datetime) -> str | None:
    """Return why an intent is not to be carried out any more, or None."""
    journey, stays = unit.journey(intent.engagement), unit.stays(intent.engagement)
    return moot(intent, journey, stays, now, unit.settings.playbook, unit.profile.segment)


def left_undone(item: OutboxItem, state: State, reason: str, now: datetime) -> OutboxItem:
    """Return an intent that is not carried out, or not again.

    Where it may have reached the customer already, that stays unknown.
    """
    known = state if item.unsure_at is None else State.UNKNOWN
    return attrs.evolve(item, state=known, reason=reason, next_at=None, settled_at=now)


def choose(
    unit: UnitOfWork,
    intent: Intent,
    channels: Iterable[Channel],
    now: datetime,
    audience: Mapping[str, int],
) -> Chosen:
    """Ask the policy which of some channels carries an intent."""
    journey, said = unit.journey(intent.engagement), unit.contents(intent)
    past = unit.past(but=intent.key)
    return unit.settings.policy.choose(
        Case(
            intent=intent,
            channel=channel,
            now=now,
            situation=journey.situation,
            owed=journey.owed,
            history=past,
            profile=unit.profile,
            content=content,
            audience=1 if content is None else audience.get(content.digest, 0) + 1,
        )
        for channel, content in ((one, said[one]) for one in channels)
    )


def ruled(unit: UnitOfWork, item: OutboxItem, chosen: Chosen, now: datetime) -> OutboxItem:
    """Return an intent as the policy leaves it: it waits for its moment, or it is denied.

    One that is deferred stays on its channel, so that every later one is asked about again.
    """
    verdict = chosen.verdict
    channel = item.channel if verdict.ruling is Ruling.DEFER else chosen.channel
    content = unit.contents(item.intent)[channel]
    policy, chart = unit.settings.policy, unit.journey(item.intent.engagement).chart
    until = now if verdict.until is None else verdict.until
    after = attrs.evolve(
        item,
        channel=channel,
        state=State.PLANNED,
        next_at=max(now, item.intent.not_before, until),
        digest=None if content is None else content.digest,
        said=chosen.said,
        policy=(policy.key, policy.version),
        chart=(chart.key, chart.version),
        approved_by=() if content is None else tuple(sorted(content.approved_by)),
        failures=item.failures if channel is item.channel else 0,
        reason="" if verdict.ruling.passes else verdict.rule,
    )
    if verdict.ruling is Ruling.DENY:
        return left_undone(after, State.DENIED, verdict.rule, now)
    return after


def in_flight(unit: UnitOfWork) -> InFlight:
    """Return the customer, as far as a change of playbook needs to know."""
    return InFlight(
        unit.customer,
        tuple(unit.journeys.values()),
        tuple(one.intent for one in unit.outbox if not one.state.waits),
        tuple(one.intent for one in unit.outbox if one.state.waits),
        unit.profile.segment,
    )


def hook_for(unit: UnitOfWork, item: OutboxItem, channel: Channel) -> Registered[Any] | None:
    """Return the hook that carries an intent through a channel, or None."""
    phase = unit.journey(item.intent.engagement).phase
    return unit.settings.hooks.find(channel, item.intent.purpose, phase)


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
