"""What becomes of an intent after an attempt: it is closed, waits, or falls back."""

from datetime import datetime

import attrs

from cxjourney.channels import Deferred, Failed, HookOutcome, Sent, Skipped
from cxjourney.dispatch._driving import NOTE_MISSING
from cxjourney.dispatch._settings import Backoff
from cxjourney.dispatch.journal import OutboxItem, State

DEFERRED = "deferred_by_hook"
CRASHED = "crashed"


def settled(
    item: OutboxItem, outcome: HookOutcome, now: datetime, backoff: Backoff, *, again: bool
) -> OutboxItem:
    """Return the intent as it stands after an attempt.

    Args:
        item: the intent, STARTED.
        outcome: what came of the attempt.
        now: the moment.
        backoff: how long to wait after failures.
        again: whether an attempt of which nobody knows may be repeated.
    """
    match outcome:
        case Sent():
            return _closed(item, State.SENT, "", now)
        case Skipped(reason):
            return _closed(item, State.SKIPPED, reason, now)
        case Deferred(until):
            later = until if until > now else now + backoff.first
            return _waiting(item, later, DEFERRED, failures=0)
    failures = item.failures + 1
    later = now + backoff.wait(failures, item.key, item.attempts)
    tired = failures >= backoff.tries
    if isinstance(outcome, Failed):
        return _failed(
            item, outcome.reason, now, later if outcome.retryable and not tired else None
        )
    if not again or outcome.reason == NOTE_MISSING or tired:
        return _closed(item, State.UNKNOWN, outcome.reason, now)
    return attrs.evolve(_waiting(item, later, outcome.reason, failures), unsure_at=now)


def _failed(item: OutboxItem, reason: str, now: datetime, later: datetime | None) -> OutboxItem:
    """Return an intent that failed: it waits, or falls back to its next channel, or is dead."""
    if later is not None:
        return _waiting(item, later, reason, item.failures + 1)
    left = item.intent.channels[item.intent.channels.index(item.channel) + 1 :]
    if left:
        return attrs.evolve(_waiting(item, now, reason, failures=0), channel=left[0])
    return _closed(item, State.FAILED, reason, now)


def came_back(item: OutboxItem, reason: str, now: datetime) -> OutboxItem:
    """Return an intent that was sent, and failed after all: its next channel has its turn."""
    after = _failed(item, reason, now, None)
    return attrs.evolve(after, settled_at=None) if after.state is State.PLANNED else after


def _closed(item: OutboxItem, state: State, reason: str, now: datetime) -> OutboxItem:
    closed = attrs.evolve(item, state=state, reason=reason, next_at=None, settled_at=now)
    return attrs.evolve(closed, unsure_at=now if state is State.UNKNOWN else None)


def _waiting(item: OutboxItem, at: datetime, reason: str, failures: int) -> OutboxItem:
    waiting = attrs.evolve(item, state=State.PLANNED, next_at=at, reason=reason)
    return attrs.evolve(waiting, failures=failures, unsure_at=None)
