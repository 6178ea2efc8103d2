"""What becomes of an intent after its hook was called: pure, as data."""

from datetime import datetime

import attrs

from cxjourney.channels.outcome import Deferred, Failed, HookOutcome, Sent, Skipped, Unknown
from cxjourney.contact import Channel
from cxjourney.dispatch.settings import Backoff
from cxjourney.journal.records import OutboxItem, State
from cxjourney.vocabulary._checks import MAX_ID

__all__: list[str] = []

DEFERRED = "deferred_by_hook"
NOTE_MISSING = "note_missing"
NO_OUTCOME = "no_outcome"
CRASHED = "crashed"
TIMED_OUT = "timed_out"
RAISED = "raised"


def heard(outcome: object, channel: Channel) -> HookOutcome:
    """Return what a hook said, or Unknown where it is not what a hook may say.

    A contact face to face that is called sent needs a note of what was unclear (SPEC F01).
    """
    if not isinstance(outcome, HookOutcome):
        return Unknown(NO_OUTCOME)
    if isinstance(outcome, Sent) and channel is Channel.FACE_TO_FACE and not outcome.note.strip():
        return Unknown(NOTE_MISSING)
    return outcome


def raised(error: Exception) -> HookOutcome:
    """Return what a hook's exception means: nobody can tell whether it came after the effect.

    Only its class is kept, for its text may quote a customer.
    """
    return Unknown(f"{RAISED}_{type(error).__name__}"[:MAX_ID])


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
        case Failed(reason, retryable):
            return _failed(item, reason, now, backoff, retryable=retryable)
    failures = item.failures + 1
    if not again or outcome.reason == NOTE_MISSING or failures >= backoff.tries:
        return _closed(item, State.UNKNOWN, outcome.reason, now)
    waiting = _waiting(
        item, now + backoff.wait(failures, item.key, item.attempts), outcome.reason, failures
    )
    return attrs.evolve(waiting, unsure_at=now)


def _failed(
    item: OutboxItem, reason: str, now: datetime, backoff: Backoff, *, retryable: bool
) -> OutboxItem:
    failures = item.failures + 1
    if retryable and failures < backoff.tries:
        return _waiting(
            item, now + backoff.wait(failures, item.key, item.attempts), reason, failures
        )
    left = item.intent.channels[item.intent.channels.index(item.channel) + 1 :]
    if left:
        return attrs.evolve(_waiting(item, now, reason, failures=0), channel=left[0])
    return _closed(item, State.FAILED, reason, now)


def _closed(item: OutboxItem, state: State, reason: str, now: datetime) -> OutboxItem:
    unsure = now if state is State.UNKNOWN else None
    closed = attrs.evolve(item, state=state, reason=reason, next_at=None, settled_at=now)
    return attrs.evolve(closed, unsure_at=unsure)


def _waiting(item: OutboxItem, at: datetime, reason: str, failures: int) -> OutboxItem:
    waiting = attrs.evolve(item, state=State.PLANNED, next_at=at, reason=reason)
    return attrs.evolve(waiting, failures=failures, unsure_at=None)
