"""Ask about intents once more: what is due, before its hook, and what is held back."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

import attrs

from cxjourney.channels import Registered
from cxjourney.dispatch._driving import Flow
from cxjourney.dispatch._judging._judge import (
    as_served,
    given_up,
    hook_for,
    judged,
    looked_at,
    reached,
    why_moot,
)
from cxjourney.dispatch._unit import UnitOfWork
from cxjourney.dispatch._waiting._priorities import is_due
from cxjourney.dispatch.journal import OutboxItem, State
from cxjourney.dispatch.journal._records_stored import is_held
from cxjourney.playbook._planning import Moot
from cxjourney.vocabulary._checks import check_time

NO_HOOK = "no_hook"
OTHER_PLAYBOOK = "other_playbook"
LEFT = frozenset({NO_HOOK, OTHER_PLAYBOOK})
"""The reasons for which an intent is left for another dispatcher."""
BY_ROW = frozenset({Moot.ROW_GONE.value, Moot.NOT_CALLED.value})
"""The reasons that say something of the playbook, not of the customer."""


@attrs.define
class Handled:
    """What was done for a customer.

    Attributes:
        handled: how many intents stand in which state after they were handled.
        planned: how many intents were planned because the clock called for them, or what was sent.
        left: how many intents were left for another dispatcher.
        erased: how many outcomes were not kept, for the customer was erased meanwhile.
        unplanned: how often a journey was told of what was sent, and planning for that failed.
        late: how many intents were put off past the moment at which what they are for is due.
        put_back: whether there was no time for all that was due, so that it waits still.
    """

    handled: Counter[State] = attrs.field(factory=Counter)
    planned: int = 0
    left: int = 0
    erased: int = 0
    unplanned: int = 0
    late: int = 0
    put_back: bool = False

    def join(self, other: "Handled") -> None:
        """Add what was done for another customer."""
        self.handled.update(other.handled)
        self.planned += other.planned
        self.left += other.left
        self.erased += other.erased
        self.unplanned += other.unplanned
        self.late += other.late

    def add_planned(self, told: tuple[int, int]) -> None:
        """Add what telling a journey came to: how much was planned, and how often that failed."""
        self.planned += told[0]
        self.unplanned += told[1]

    def add(self, item: OutboxItem) -> None:
        """Add an intent as it was handled."""
        due, at = item.intent.due, item.next_at
        self.handled[item.state] += 1
        self.late += item.state.waits and due is not None and at is not None and at > due


def ask_again(unit: UnitOfWork, tally: Handled) -> Flow[bool]:
    """Ask about what the policy holds back, for something changed or it has waited long.

    Returns:
        whether anything is held back.
    """
    moment = check_time(unit.settings.clock(), "clock.now")
    held = [one for one in unit.outbox if is_held(one) and not is_due(one, moment)]
    unit.unasked = False
    if not held:
        return False
    counted = yield from reached(unit, [one.intent for one in held])
    for item in held:
        after = _ruled(unit, item, moment, counted)
        same = attrs.evolve(after, next_at=item.next_at) == item
        if same and item.next_at is not None and moment < item.next_at <= (after.next_at or moment):
            continue
        unit.put(after)
        if not after.state.waits:
            tally.add(after)
    return True


def judged_now(
    unit: UnitOfWork, item: OutboxItem, moment: datetime, counted: Mapping[str, int]
) -> tuple[OutboxItem, Registered[object] | None]:
    """Return an intent as it stands after it was asked about, and the hook to be called, if any."""
    after = _ruled(unit, item, moment, counted)
    if after.reason == OTHER_PLAYBOOK or not is_due(after, moment):
        return after, None
    registered = hook_for(unit, after, after.channel)
    if registered is None:
        return _left(unit, item, NO_HOOK, moment), None
    return after, registered


def _ruled(
    unit: UnitOfWork, item: OutboxItem, moment: datetime, counted: Mapping[str, int]
) -> OutboxItem:
    """Return an intent as it stands after it was asked about."""
    reason = why_moot(unit, item.intent, moment)
    if reason in BY_ROW and not _is_ours(unit, item):
        return _left(unit, item, OTHER_PLAYBOOK, moment)
    if reason is not None:
        return given_up(item, reason, moment)
    return judged(unit, as_served(unit, item), moment, counted)


def _is_ours(unit: UnitOfWork, item: OutboxItem) -> bool:
    """Say whether an intent was planned by this playbook, or by an older one of the same key."""
    book = unit.settings.playbook
    key, version = item.playbook or (book.key, book.version)
    return key == book.key and version <= book.version


def _left(unit: UnitOfWork, item: OutboxItem, reason: str, moment: datetime) -> OutboxItem:
    """Return an intent that is left for another dispatcher (SPEC 7)."""
    return attrs.evolve(item, next_at=looked_at(unit, item, moment), reason=reason)
