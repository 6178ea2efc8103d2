"""Intents that count from another one: planned when it was sent, left undone when it was not."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from cxjourney.channels import Intent
from cxjourney.dispatch._driving import Flow
from cxjourney.dispatch._righting._anew import item_of
from cxjourney.dispatch.journal import OutboxItem, State
from cxjourney.playbook._following import following, follows
from cxjourney.playbook._planning import Moot

if TYPE_CHECKING:
    from cxjourney.dispatch._unit import UnitOfWork


def followers(unit: "UnitOfWork", item: OutboxItem, at: datetime) -> tuple[Intent, ...]:
    """Return what counts from an intent that was sent at a moment."""
    engagement = item.intent.engagement
    journey, segment = unit.journey(engagement), unit.profile.segment
    naming, book = unit.naming(engagement), unit.settings.playbook
    return following(book, journey, item.intent, at, segment, naming, unit.zone)


def left_followers(unit: "UnitOfWork", engagement: str, since: datetime) -> Iterator[Intent]:
    """Yield what counts from what was sent from a moment on; the record is loaded whole."""
    sent = [
        (one, one.settled_at)
        for one in unit.outbox
        if one.intent.engagement == engagement and one.state is State.SENT
    ]
    for one, at in sent:
        yield from () if at is None or at < since else followers(unit, one, at)


def leave_followers(unit: "UnitOfWork", item: OutboxItem, now: datetime) -> None:
    """Leave undone what counts from an intent that did not arrive after all."""
    for one in unit.outbox:
        if one.state.waits and follows(one.intent, item.intent):
            skipped = attrs.evolve(one, state=State.SKIPPED, reason=Moot.NOT_SENT.value)
            unit.put(attrs.evolve(skipped, next_at=None, settled_at=now))


def take_up_followers(
    unit: "UnitOfWork", intents: Iterable[Intent]
) -> Flow[tuple[OutboxItem, ...]]:
    """Plan again what was left undone, for what it counts from was sent again at that moment."""
    found: list[OutboxItem] = []
    for intent in intents:
        one = yield from item_of(unit, intent.key)
        if one is not None and (one.state, one.reason) == (State.SKIPPED, Moot.NOT_SENT.value):
            again = attrs.evolve(one, state=State.PLANNED, channel=intent.channels[0], reason="")
            found.append(attrs.evolve(again, next_at=intent.not_before, settled_at=None))
            unit.put(found[-1])
    return tuple(found)
