"""Deciding, at the desk: what is called for, what the policy makes of it, and what a hook is told.

Everything here is pure: it decides, and writes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import attrs

from cxjourney.channels.content import Content
from cxjourney.channels.history import History
from cxjourney.channels.hooks import HookContext, Registered
from cxjourney.channels.intent import Intent
from cxjourney.channels.policy.case import Case
from cxjourney.channels.policy.chosen import Chosen
from cxjourney.channels.policy.verdict import Ruling
from cxjourney.contact import Channel
from cxjourney.dispatch.desk import Desk
from cxjourney.journal.records import Outboxed, State
from cxjourney.playbook.changes import InFlight
from cxjourney.playbook.planning import already_decided, calls, moot, nearly_due

__all__: list[str] = []


def called(desk: Desk, engagement: str) -> tuple[Intent, ...]:
    """Return all that a journey calls for so far, whether it was decided before or not."""
    journey = desk.journeys.get(engagement)
    if journey is None:
        return ()
    return calls(desk.settings.playbook, journey, desk.profile.segment)


def called_soon(desk: Desk, engagement: str, now: datetime) -> tuple[Intent, ...]:
    """Return what a journey calls for because something owed is nearly due."""
    journey = desk.journeys[engagement]
    return nearly_due(desk.settings.playbook, journey, now, desk.profile.segment)


def undecided(desk: Desk, intents: Iterable[Intent]) -> list[Intent]:
    """Return the intents that were not decided before, under this name or another."""
    known = [one.intent for one in desk.outbox]
    new: list[Intent] = []
    for intent in intents:
        if not already_decided(intent, known, desk.settings.playbook):
            known.append(intent)
            new.append(intent)
    return new


def contents(desk: Desk, intent: Intent) -> dict[Channel, Content | None]:
    """Return what would be said on each of an intent's channels."""
    if intent.content is None:
        return dict.fromkeys(intent.channels)
    find, lang = desk.settings.library.find, desk.profile.lang
    return {channel: find(intent.content, channel, lang) for channel in intent.channels}


def digests(desk: Desk, intents: Iterable[Intent]) -> frozenset[str]:
    """Return the digests of all that intents may say."""
    found = (one for intent in intents for one in contents(desk, intent).values())
    return frozenset(one.digest for one in found if one is not None)


def history(desk: Desk, but: str | None = None) -> History:
    """Return what was between the customer and the company, but for the intent with a key."""
    made = (one.contact for one in desk.outbox if one.key != but)
    return History.of(desk.journeys.values(), [one for one in made if one is not None])


def plan(
    desk: Desk, intents: Iterable[Intent], now: datetime, audience: Mapping[str, int]
) -> tuple[Outboxed, ...]:
    """Decide intents for the first time, and put them into the outbox."""
    planned: list[Outboxed] = []
    for intent in intents:
        number = max((one.number for one in desk.outbox), default=0) + 1
        item = Outboxed(intent, number, intent.channels[0])
        reason = why_moot(desk, intent, now)
        if reason is None:
            item = ruled(desk, item, choose(desk, intent, intent.channels, now, audience), now)
        else:
            item = left_undone(item, State.SKIPPED, reason, now)
        desk.put(item)
        planned.append(item)
    return tuple(planned)


def why_moot(desk: Desk, intent: Intent, now: datetime) -> str | None:
    """Return why an intent is not to be carried out any more, or None."""
    journey = desk.journeys[intent.engagement]
    return moot(intent, journey, now, desk.settings.playbook, desk.profile.segment)


def left_undone(item: Outboxed, state: State, reason: str, now: datetime) -> Outboxed:
    """Return an intent that is not carried out, or not again.

    Where it may have reached the customer already, that stays unknown.
    """
    known = state if item.unsure_at is None else State.UNKNOWN
    return attrs.evolve(item, state=known, reason=reason, next_at=None, settled_at=now)


def choose(
    desk: Desk,
    intent: Intent,
    channels: Iterable[Channel],
    now: datetime,
    audience: Mapping[str, int],
) -> Chosen:
    """Ask the policy which of some channels carries an intent."""
    return desk.settings.policy.choose(_cases(desk, intent, channels, now, audience))


def _cases(
    desk: Desk,
    intent: Intent,
    channels: Iterable[Channel],
    now: datetime,
    audience: Mapping[str, int],
) -> Iterator[Case]:
    journey, said, past = (
        desk.journeys[intent.engagement],
        contents(desk, intent),
        history(desk, intent.key),
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
            profile=desk.profile,
            content=content,
            audience=1 if content is None else _reached(desk, content.digest, audience),
        )


def _reached(desk: Desk, digest: str, audience: Mapping[str, int]) -> int:
    """Return for how many customers a text is meant, this one among them."""
    among = any(one.digest == digest and one.state.reaches for one in desk.outbox)
    return audience.get(digest, 0) + (not among)


def ruled(desk: Desk, item: Outboxed, chosen: Chosen, now: datetime) -> Outboxed:
    """Return an intent as the policy leaves it: it waits for its moment, or it is denied.

    One that is deferred stays on its channel, so that every later one is asked about again.
    """
    verdict = chosen.verdict
    channel = item.channel if verdict.ruling is Ruling.DEFER else chosen.channel
    content = contents(desk, item.intent)[channel]
    after = attrs.evolve(
        item,
        channel=channel,
        digest=None if content is None else content.digest,
        said=chosen.said,
        failures=item.failures if channel is item.channel else 0,
        reason="" if verdict.ruling.passes else verdict.rule,
    )
    if verdict.ruling is Ruling.DENY:
        return left_undone(after, State.DENIED, verdict.rule, now)
    until = now if verdict.until is None else verdict.until
    soonest = max(now, item.intent.not_before, until)
    return attrs.evolve(after, state=State.PLANNED, next_at=soonest)


def in_flight(desk: Desk) -> InFlight:
    """Return the customer, as far as a change of playbook needs to know."""
    return InFlight(
        desk.customer,
        tuple(desk.journeys.values()),
        tuple(one.intent for one in desk.outbox if not one.state.waits),
        tuple(one.intent for one in desk.outbox if one.state.waits),
        desk.profile.segment,
    )


def hook_for(desk: Desk, item: Outboxed, channel: Channel) -> Registered[Any] | None:
    """Return the hook that carries an intent through a channel, or None."""
    phase = desk.journeys[item.intent.engagement].phase
    return desk.settings.hooks.find(channel, item.intent.purpose, phase)


def context(desk: Desk, item: Outboxed, registered: Registered[Any], now: datetime) -> HookContext:
    """Return what a hook is told."""
    return HookContext(
        intent=item.intent,
        channel=item.channel,
        situation=desk.journeys[item.intent.engagement].situation,
        history=history(desk),
        profile=desk.profile,
        content=contents(desk, item.intent)[item.channel],
        attempt=item.attempts,
        now=now,
        timeout=registered.timeout,
    )
