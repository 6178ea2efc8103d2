"""Decide and commit: what is called for, what the policy says of it, and the two written as one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import attrs

from cxjourney.channels import History, HookContext, Intent, Registered
from cxjourney.channels.policy import Case, Ruling
from cxjourney.channels.policy._policy import Chosen
from cxjourney.dispatch._driving import Flow, audience, commit, read
from cxjourney.dispatch._settings import Recorded, Settings
from cxjourney.dispatch._unit import UnitOfWork
from cxjourney.dispatch.journal import OutboxItem, State
from cxjourney.errors import MalformedEventError, SequenceError
from cxjourney.journey import Journey, Step
from cxjourney.playbook._changes import InFlight
from cxjourney.playbook._planning import calls_since, moot
from cxjourney.vocabulary import Channel, Event, EventKind
from cxjourney.vocabulary._checks import check_time, describe

Result = TypeVar("Result")

TRIES = 100
"""How often an event is decided anew because somebody else wrote in between."""


def open_unit(settings: Settings, customer: str) -> Flow[UnitOfWork]:
    """Read a customer's record and open it for work."""
    kept = yield from read(customer)
    return UnitOfWork(kept, settings)


def write(unit: UnitOfWork) -> Flow[None]:
    """Write what was decided.

    Raises:
        SequenceError: when somebody wrote in between.
    """
    yield from commit(unit.as_commit())
    unit.written()


def insist(
    decide: Callable[[], Flow[tuple[UnitOfWork, Result]]], tries: int = TRIES
) -> Flow[Result]:
    """Decide and write; decide anew as often as somebody else writes in between.

    Raises:
        SequenceError: when others write all the time.
    """
    while True:
        unit, result = yield from decide()
        if not unit.changed:
            return result
        tries -= 1
        try:
            yield from write(unit)
        except SequenceError:
            if not tries:
                raise
        else:
            return result


def plan(unit: UnitOfWork, intents: Iterable[Intent]) -> Flow[tuple[OutboxItem, ...]]:
    """Decide what was called for and was not decided before, and put it into the outbox."""
    new: list[Intent] = []
    for intent in intents:
        if intent not in unit.decided:  # under this name or another
            unit.decided.add(intent)
            new.append(intent)
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
        planned.append(item)
    return tuple(planned)


def reached(unit: UnitOfWork, intents: Iterable[Intent]) -> Flow[dict[str, int]]:
    """Ask for how many customers the texts of intents were meant so far."""
    limit = unit.settings.policy.limits.largest_audience + 1
    return (yield from audience(digests(unit, intents), limit))


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
    """
    # It refuses ids that are not of their form.
    Journey(customer, engagement, chart=settings.playbook.chart)
    if not isinstance(event, Event):
        raise MalformedEventError("record.event", describe(event), "an Event")

    def decide() -> Flow[tuple[UnitOfWork, Recorded]]:
        unit = yield from open_unit(settings, customer)
        if expected is not None and expected != unit.revision:
            raise SequenceError(expected, unit.revision)
        return unit, (yield from _decide(unit, engagement, event))

    return (yield from insist(decide, TRIES if expected is None else 1))


def _decide(unit: UnitOfWork, engagement: str, event: Event) -> Flow[Recorded]:
    if event.kind is EventKind.ERASED:
        return Recorded(unit.erase(engagement, event))
    before = unit.history(engagement)
    step = unit.record(engagement, event)
    calls, gone = called_since(unit, engagement, before)
    planned = yield from plan(unit, calls)
    if planned:
        unit.name_planned(engagement, planned)
    return Recorded(step, planned, tuple([one for one in unit.outbox if one.intent.key in gone]))


def tell(unit: UnitOfWork, item: OutboxItem) -> Flow[int]:
    """Tell the journey that an intent was sent, if its play says so, and plan what that calls for.

    Returns:
        how many intents were planned.
    """
    news = unit.news_of(item, now(unit.settings))
    if news is None:
        return 0
    recorded = yield from _decide(unit, item.intent.engagement, news)
    return len(recorded.planned)


def erase(settings: Settings, customer: str, at: datetime) -> Flow[int]:
    """Erase all of a customer's journeys; return how many there were.

    Raises:
        SequenceError: when others write all the time.
    """

    def decide() -> Flow[tuple[UnitOfWork, int]]:
        unit = yield from open_unit(settings, customer)
        engagements = sorted(unit.journeys)
        for engagement in engagements:
            unit.erase(engagement, Event(EventKind.ERASED, at, f"erased:{at.isoformat()}"))
        return unit, len(engagements)

    return (yield from insist(decide))


def called_since(
    unit: UnitOfWork, engagement: str, before: Sequence[Step]
) -> tuple[tuple[Intent, ...], frozenset[str]]:
    """Return what a journey calls for that its history before did not, and keys of the reverse."""
    journey, segment = unit.journeys[engagement], unit.profile.segment
    return calls_since(unit.settings.playbook, journey, before, segment)


def digests(unit: UnitOfWork, intents: Iterable[Intent]) -> frozenset[str]:
    """Return the digests of all that intents may say."""
    found = [one for intent in intents for one in unit.contents(intent).values()]
    return frozenset(one.digest for one in found if one is not None)


def history(unit: UnitOfWork, but: str | None = None) -> History:
    """Return what was between the customer and the company, but for the intent with a key."""
    made = [one.contact for one in unit.outbox if one.intent.key != but]
    return History.of(unit.journeys.values(), [one for one in made if one is not None])


def why_moot(unit: UnitOfWork, intent: Intent, now: datetime) -> str | None:
    """Return why an intent is not to be carried out any more, or None."""
    journey = unit.journeys[intent.engagement]
    return moot(intent, journey, now, unit.settings.playbook, unit.profile.segment)


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
    journey, said = unit.journeys[intent.engagement], unit.contents(intent)
    past = history(unit, intent.key)
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
            audience=1 if content is None else _reached(unit, content.digest, audience),
        )
        for channel, content in ((one, said[one]) for one in channels)
    )


def _reached(unit: UnitOfWork, digest: str, audience: Mapping[str, int]) -> int:
    """Return for how many customers a text is meant, this one among them."""
    among = any(one.digest == digest and one.state.reaches for one in unit.outbox)
    return audience.get(digest, 0) + (not among)


def ruled(unit: UnitOfWork, item: OutboxItem, chosen: Chosen, now: datetime) -> OutboxItem:
    """Return an intent as the policy leaves it: it waits for its moment, or it is denied.

    One that is deferred stays on its channel, so that every later one is asked about again.
    """
    verdict = chosen.verdict
    channel = item.channel if verdict.ruling is Ruling.DEFER else chosen.channel
    content = unit.contents(item.intent)[channel]
    until = now if verdict.until is None else verdict.until
    after = attrs.evolve(
        item,
        channel=channel,
        state=State.PLANNED,
        next_at=max(now, item.intent.not_before, until),
        digest=None if content is None else content.digest,
        said=chosen.said,
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
    phase = unit.journeys[item.intent.engagement].phase
    return unit.settings.hooks.find(channel, item.intent.purpose, phase)


def context(
    unit: UnitOfWork, item: OutboxItem, registered: Registered[Any], now: datetime
) -> HookContext:
    """Return what a hook is told."""
    return HookContext(
        intent=item.intent,
        channel=item.channel,
        situation=unit.journeys[item.intent.engagement].situation,
        history=history(unit),
        profile=unit.profile,
        content=unit.contents(item.intent)[item.channel],
        attempt=item.attempts,
        now=now,
        timeout=registered.timeout,
    )
