"""Judge an intent: whether it is still called for, and what the policy leaves of it (SPEC 6)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

import attrs

from cxjourney.channels import Intent, Registered
from cxjourney.channels.policy import Case, Ruling
from cxjourney.channels.policy._policy import Chosen
from cxjourney.dispatch._driving import Flow, audience
from cxjourney.dispatch._settings import Settings
from cxjourney.dispatch._unit import UnitOfWork
from cxjourney.dispatch._waiting._priorities import kept_free
from cxjourney.dispatch.journal import OutboxItem, State
from cxjourney.journey._open import all_owed
from cxjourney.playbook._planning import Moot, moot
from cxjourney.vocabulary import Channel


def basis_of(settings: Settings) -> str:
    """Return a name for the policy, the playbook and the approved texts by which it is judged."""
    policy, book = settings.policy, settings.playbook
    told = [f"{policy.key} {policy.version}", f"{book.key} {book.version}"]
    told += sorted(
        repr((one.id, one.channel.name, one.lang and one.lang.name, one.digest, by))
        for one in settings.library.contents
        for by in (sorted(one.approved_by),)
    )
    return sha256("\n".join(told).encode("utf-8", "surrogatepass")).hexdigest()


def reached(unit: UnitOfWork, intents: Iterable[Intent]) -> Flow[dict[str, int]]:
    """Ask for how many other customers the texts of intents were meant so far."""
    limit = unit.settings.policy.limits.largest_audience + 1
    return (yield from audience(digests(unit, intents), limit, unit.customer))


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


def given_up(item: OutboxItem, reason: str, now: datetime) -> OutboxItem:
    """Return an intent that is moot; one that waited until it was too late was denied."""
    if item.state is State.WAITING and reason == Moot.STALE.value:
        return left_undone(item, State.DENIED, item.reason, now)
    return left_undone(item, State.SKIPPED, reason, now)


def as_served(unit: UnitOfWork, item: OutboxItem) -> OutboxItem:
    """Return an intent as the row of the segment wants it in which the customer is by now.

    That is asked of the playbook that planned it alone: another one's rows are no segment's.
    """
    book, intent = unit.settings.playbook, item.intent
    row = book.find(intent.play, unit.profile.segment)
    if row is None or not row.channels or item.playbook != (book.key, book.version):
        return item
    tells = None if row.tells is None else row.tells.name
    wanted = (row.purpose, row.channels, row.content, tells, row.internal)
    if wanted == (intent.purpose, intent.channels, intent.content, intent.tells, intent.internal):
        return item
    purpose, channels, content, _, internal = wanted
    served = attrs.evolve(intent, purpose=purpose, channels=channels, content=content)
    served = attrs.evolve(served, tells=tells, internal=internal)
    channel = item.channel if item.channel in row.channels else row.channels[0]
    return attrs.evolve(item, intent=served, channel=channel)


def judged(
    unit: UnitOfWork, item: OutboxItem, now: datetime, audience: Mapping[str, int]
) -> OutboxItem:
    """Return an intent as the policy leaves it, as of the moment at which it is to be sent.

    Until a hook is called for it every channel is asked about; then the one in use, and those after
    it; and where it may have reached the customer already, that one alone.
    """
    intent = item.intent
    first = intent.channels.index(item.channel) if item.attempts else 0
    left = intent.channels[first:] if item.unsure_at is None else (item.channel,)
    chosen = _choose(unit, intent, left, max(now, intent.not_before), audience)
    return _ruled(unit, item, left[0], chosen, now)


def _choose(
    unit: UnitOfWork,
    intent: Intent,
    channels: Iterable[Channel],
    at: datetime,
    audience: Mapping[str, int],
) -> Chosen:
    """Ask the policy which of some channels carries an intent."""
    journey, said = unit.journey(intent.engagement), unit.contents(intent)
    past, reserved = unit.past(but=intent.key), kept_free(unit, intent, at)
    others = [one for name, one in unit.journeys.items() if name != intent.engagement]
    owed, elsewhere = all_owed(journey), all_owed(*others)
    return unit.settings.policy.choose(
        Case(
            intent=intent,
            channel=channel,
            now=at,
            situation=journey.situation,
            owed=owed,
            history=past,
            profile=unit.profile,
            content=content,
            audience=1 if content is None else audience.get(content.digest, 0) + 1,
            reserved=reserved,
            elsewhere=tuple([one.situation for one in others]),
            owed_elsewhere=elsewhere,
        )
        for channel, content in ((one, said[one]) for one in channels)
    )


def _ruled(
    unit: UnitOfWork, item: OutboxItem, first: Channel, chosen: Chosen, now: datetime
) -> OutboxItem:
    """Return an intent as the policy leaves it: for its moment, waiting, or denied for good.

    One that is deferred, or waits, stays on its channel, so that every later one is asked about
    again.
    """
    verdict = chosen.verdict
    stays = verdict.ruling is Ruling.DEFER or chosen.may_pass
    channel = first if stays else chosen.channel
    content = unit.contents(item.intent)[channel]
    policy, chart = unit.settings.policy, unit.journey(item.intent.engagement).chart
    until = now if verdict.until is None else verdict.until
    state, next_at = State.PLANNED, max(now, item.intent.not_before, until)
    if verdict.ruling is Ruling.DENY and chosen.may_pass and item.unsure_at is None:
        state, next_at = State.WAITING, looked_at(unit, item, now)
    after = attrs.evolve(
        item,
        channel=channel,
        state=state,
        next_at=next_at,
        digest=None if content is None else content.digest,
        said=chosen.said,
        policy=(policy.key, policy.version),
        chart=(chart.key, chart.version),
        approved_by=() if content is None else tuple(sorted(content.approved_by)),
        failures=item.failures if channel is item.channel else 0,
        reason="" if verdict.ruling.passes else verdict.rule,
    )
    denied = verdict.ruling is Ruling.DENY and state is State.PLANNED
    return left_undone(after, State.DENIED, verdict.rule, now) if denied else after


def looked_at(unit: UnitOfWork, item: OutboxItem, now: datetime) -> datetime:
    """Return when an intent is looked at again of which no change tells that it can go on.

    That is after as long as it has waited by now, so that what changes soon is soon found, and what
    does not costs next to nothing; at the latest when it lapses.
    """
    intent, backoff = item.intent, unit.settings.backoff
    wait = min(max(now - max(intent.planned_at, intent.not_before), backoff.first), backoff.ceiling)
    at = max(now + wait, intent.not_before)
    lapses = None if intent.expires is None else intent.expires + datetime.resolution
    return at if lapses is None or lapses <= now else min(at, lapses)


def hook_for(unit: UnitOfWork, item: OutboxItem, channel: Channel) -> Registered[Any] | None:
    """Return the hook that carries an intent through a channel, or None."""
    phase = unit.journey(item.intent.engagement).phase
    return unit.settings.hooks.find(channel, item.intent.purpose, phase)
