"""Deciding, in a unit of work: what is called for, what the policy says, and what a hook is told.

``plan`` puts what it decides into the unit of work; nothing here writes to the journal.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from cxjourney.channels import History, HookContext, Intent, Registered
from cxjourney.channels.policy import Case, Ruling
from cxjourney.channels.policy._policy import Chosen
from cxjourney.dispatch._unit import UnitOfWork
from cxjourney.dispatch.journal import OutboxItem, State
from cxjourney.journey import Step
from cxjourney.playbook._changes import InFlight
from cxjourney.playbook._planning import calls_since, moot, nearly_due
from cxjourney.vocabulary import Channel


def called_since(
    unit: UnitOfWork, engagement: str, before: Sequence[Step]
) -> tuple[tuple[Intent, ...], frozenset[str]]:
    """Return what a journey calls for that its history before did not, and keys of the reverse."""
    journey = unit.journeys.get(engagement)
    if journey is None:
        return (), frozenset()
    return calls_since(unit.settings.playbook, journey, before, unit.profile.segment)


def called_soon(unit: UnitOfWork, engagement: str, now: datetime) -> tuple[Intent, ...]:
    """Return what a journey calls for because something owed is nearly due."""
    journey = unit.journeys[engagement]
    return nearly_due(unit.settings.playbook, journey, now, unit.profile.segment)


def undecided(unit: UnitOfWork, intents: Iterable[Intent]) -> list[Intent]:
    """Return the intents that were not decided before, under this name or another."""
    new: list[Intent] = []
    for intent in intents:
        if intent not in unit.decided:
            unit.decided.add(intent)
            new.append(intent)
    return new


def digests(unit: UnitOfWork, intents: Iterable[Intent]) -> frozenset[str]:
    """Return the digests of all that intents may say."""
    found = [one for intent in intents for one in unit.contents(intent).values()]
    return frozenset(one.digest for one in found if one is not None)


def history(unit: UnitOfWork, but: str | None = None) -> History:
    """Return what was between the customer and the company, but for the intent with a key."""
    made = [one.contact for one in unit.outbox if one.intent.key != but]
    return History.of(unit.journeys.values(), [one for one in made if one is not None])


def plan(
    unit: UnitOfWork, intents: Iterable[Intent], now: datetime, audience: Mapping[str, int]
) -> tuple[OutboxItem, ...]:
    """Decide intents for the first time, and put them into the outbox."""
    planned: list[OutboxItem] = []
    for intent in intents:
        item = OutboxItem(intent, unit.next_number, intent.channels[0])
        reason = why_moot(unit, intent, now)
        if reason is None:
            item = ruled(unit, item, choose(unit, intent, intent.channels, now, audience), now)
        else:
            item = left_undone(item, State.SKIPPED, reason, now)
        unit.put(item)
        planned.append(item)
    return tuple(planned)


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
    return unit.settings.policy.choose(_cases(unit, intent, channels, now, audience))


def _cases(
    unit: UnitOfWork,
    intent: Intent,
    channels: Iterable[Channel],
    now: datetime,
    audience: Mapping[str, int],
) -> Iterator[Case]:
    journey, said, past = (
        unit.journeys[intent.engagement],
        unit.contents(intent),
        history(unit, intent.key),
    )
    for channel in channels:
        content = said[channel]
        yield Case(
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
