"""The order in which intents go: by the priority of their rows, then by when they are due."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol

from cxjourney.channels import Contact, Intent, Profile
from cxjourney.dispatch._settings import Settings
from cxjourney.dispatch.journal import OutboxItem, Rest, State
from cxjourney.journey import Journey
from cxjourney.playbook._planning import Reminded, nearly_owed, owed_for
from cxjourney.vocabulary._wait import later_by

A_WEEK = timedelta(days=8)
"""How far ahead room is kept; longer than seven days by any clock."""
NEVER = datetime.max.replace(tzinfo=UTC)
InTurn = tuple[int, datetime, datetime, int]
"""The place of an intent in the order: what sorts first goes first."""


class HasIntents(Protocol):
    """What a unit of work tells of a customer's intents."""

    settings: Settings
    rest: Rest | None

    @property
    def outbox(self) -> tuple[OutboxItem, ...]: ...

    @property
    def profile(self) -> Profile: ...

    @property
    def zone(self) -> tzinfo: ...

    @property
    def journeys(self) -> dict[str, Journey]: ...

    def journey(self, engagement: str) -> Journey: ...

    def reminded(self, engagement: str) -> Reminded: ...


def is_due(item: OutboxItem, now: datetime) -> bool:
    """Say whether an intent's moment has come."""
    return item.state is State.PLANNED and item.next_at is not None and item.next_at <= now


def next_due(unit: HasIntents, now: datetime) -> OutboxItem | None:
    """Return the intent that goes first of those whose moment has come, or None."""
    due = [one for one in unit.outbox if is_due(one, now)]
    if len(due) <= 1:
        return due[0] if due else None
    return min(due, key=lambda one: _place(unit, one))


def _place(unit: HasIntents, item: OutboxItem) -> InTurn:
    one = item.intent
    begins = max(one.planned_at, one.not_before)
    return -_priority(unit, one.play), one.due or NEVER, begins, item.number


def _priority(unit: HasIntents, play: str) -> int:
    row = unit.settings.playbook.find(play, unit.profile.segment)
    return 0 if row is None else row.priority


def rank_of(unit: HasIntents, at: datetime | None, now: datetime) -> int:
    """Return which customers go before others: the smaller rank first.

    It is that of the most important intent whose moment has come when somebody next looks: by the
    priority of its row, and then whether it is owed.
    """
    if at is None:
        return 0
    until = max(at, now)
    due = {
        (one.intent.play, one.intent.due is None)
        for one in unit.outbox
        if one.state is State.PLANNED and one.next_at is not None and one.next_at <= until
    }
    due |= set() if unit.rest is None else unit.rest.due(until)
    try:
        return min([2 * -_priority(unit, play) + unowed for play, unowed in due], default=0)
    except Exception:  # noqa: BLE001 - what is written says nothing of the customer's profile
        return 0


def looks_around(unit: HasIntents, intent: Intent) -> bool:
    """Say whether what else waits for the customer matters where an intent is judged.

    That is where it is not owed, and counts for the caps, which keep room for what is owed.
    """
    solicited = unit.settings.policy.limits.solicited
    owed = intent.obligation is not None
    return not (owed or intent.internal or intent.purpose in solicited)


def kept_free(unit: HasIntents, intent: Intent, at: datetime) -> tuple[Contact, ...]:
    """Return the contacts that are owed to a customer and still to be made, for a cap to count.

    They matter only where ``looks_around`` says so.
    """
    if not looks_around(unit, intent):
        return ()
    solicited = unit.settings.policy.limits.solicited
    found = (one for one in _owed(unit, at) if one.at < at + A_WEEK)
    return tuple(one for one in found if one.purpose not in solicited)


def _owed(unit: HasIntents, at: datetime) -> Iterator[Contact]:
    """Yield the contacts that are planned for what is owed, or will be when it is nearly due."""
    for item in unit.outbox:
        one = item.intent
        waits = item.state is State.PLANNED and item.next_at is not None and not one.internal
        if waits and one.obligation and owed_for(one, unit.journey(one.engagement)):
            moment = max(at, item.next_at or at)
            yield Contact(moment, item.channel, one.purpose, one.play, certain=False)
    rows = unit.settings.playbook.resolved(unit.profile.segment)
    for name, journey in unit.journeys.items():
        for play, _, begins in nearly_owed(rows, journey, unit.reminded(name)):
            if play.internal:
                continue
            moment = max(at, later_by(begins, play.after, unit.zone))
            yield Contact(moment, play.channels[0], play.purpose, play.id, certain=False)
