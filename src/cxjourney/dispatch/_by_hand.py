"""What people do: settle what nobody knows, end claims, and ask whom a change would affect."""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial

import attrs

from cxjourney.channels import Deferred, Failed, HookOutcome, Sent, Skipped, Unknown
from cxjourney.dispatch._deciding import in_flight, insist, open_unit, open_whole, take_back, tell
from cxjourney.dispatch._driving import (
    Flow,
    bare,
    commit,
    customers,
    dossier,
    find,
    heard,
    release,
)
from cxjourney.dispatch._righting._anew import item_of
from cxjourney.dispatch._running._actors import check_actor
from cxjourney.dispatch._settings import Backoff, Settings, now
from cxjourney.dispatch._settling import came_back, settled
from cxjourney.dispatch._unit import UnitOfWork
from cxjourney.dispatch.journal import Attempt, Claim, Commit, OutboxItem, State
from cxjourney.errors import InvalidError, JournalError, NotSettledError, SequenceError
from cxjourney.journey import Migration
from cxjourney.playbook import Affected, Playbook, affected
from cxjourney.vocabulary import Channel
from cxjourney.vocabulary._checks import check_type, describe


def affected_by(
    settings: Settings, playbook: Playbook, migration: Migration | None
) -> Flow[Affected]:
    """Find whom a new playbook, or a new chart, would affect, one page of customers at a time.

    Raises:
        MigrationError: when a journey cannot be migrated.
    """
    look = partial(affected, settings.playbook, playbook, now=now(settings), migration=migration)
    seen, last, unread = look(()), "", list[str]()
    while page := (yield from customers(last)):
        found = []
        for customer in page:
            try:
                unit = yield from open_whole(settings, customer)
            except JournalError:
                raise
            except Exception:  # noqa: BLE001 - one customer's trouble hides nobody else
                kept = yield from bare(customer)
                unread.append(kept.handle)
            else:
                found.append(in_flight(unit))
        more, last = look(found), page[-1]
        looked_at, some = seen.looked_at + more.looked_at, seen.customers + more.customers
        seen = attrs.evolve(seen, looked_at=looked_at, customers=some)
    return attrs.evolve(seen, unread=tuple(unread))


DEAD = tuple(state for state in State if state.is_dead_letter)
OPEN = (State.PLANNED, State.WAITING, *DEAD)
AGAIN = (State.WAITING, State.DENIED, *DEAD)
"""Where an intent may stand that is driven again."""
REDRIVEN = "redriven"
BROKEN = "claim_broken"


def driven_again(
    item: OutboxItem, moment: datetime, actor: str | None
) -> tuple[OutboxItem, Attempt]:
    """Return an intent as it is asked about from its first channel again, and the note of that."""
    first, at = item.intent.channels[0], max(moment, item.intent.not_before)
    after = attrs.evolve(
        item,
        state=State.PLANNED,
        channel=first,
        next_at=at,
        failures=0,
        settled_at=None,
        unsure_at=None,
        reason=REDRIVEN,
    )
    number = max(1, item.attempts)
    return after, Attempt(item.key, number, first, moment, Deferred(at), actor)


def check_settling(outcome: HookOutcome, actor: str | None) -> None:
    """Refuse an outcome that settles nothing, and an actor that is no name.

    Raises:
        InvalidError: when it is one.
    """
    check_actor("resolve", actor)
    if not isinstance(outcome, Sent | Skipped | Failed):
        raise InvalidError("resolve.outcome", describe(outcome), "Sent, Skipped or Failed")


def is_for_now(outcome: HookOutcome) -> bool:
    """Say whether what failed may succeed later: the channel itself is in order."""
    return isinstance(outcome, Failed) and outcome.retryable


def settled_by_hand(
    item: OutboxItem, outcome: HookOutcome, moment: datetime, actor: str | None
) -> tuple[OutboxItem, Attempt]:
    """Return an intent of which somebody says what became of it, and what is noted of that.

    Raises:
        InvalidError: when the note of a contact face to face is missing (SPEC F01), or what was not
            sent is to be tried again.
    """
    if item.state is not State.SENT and is_for_now(outcome):
        expected = "one that is not, or redrive, which has it tried again"
        raise InvalidError("resolve.outcome", "Failed that is retryable", expected)
    if heard(outcome, item.channel) is not outcome:
        raise InvalidError("Sent.note", "blank", "what was unclear, for it was face to face")
    if isinstance(outcome, Failed) and item.state is State.SENT:
        after = came_back(item, outcome.reason, moment)
    elif isinstance(outcome, Failed):
        failed = attrs.evolve(item, state=State.FAILED, reason=outcome.reason)
        after = attrs.evolve(failed, next_at=None, settled_at=moment, unsure_at=None)
    else:
        after = settled(item, outcome, moment, Backoff(), again=False)
    number = max(1, item.attempts)  # what a person did before any hook is the first attempt
    return after, Attempt(item.key, number, item.channel, moment, outcome, actor)


def redrive(settings: Settings, key: str, actor: str | None) -> Flow[OutboxItem]:
    """Let what is dead, denied or waiting be tried again from its first channel, by the same key.

    It waits for its moment, if that has not come yet.

    Raises:
        NotSettledError: when the intent stands anywhere else.
        InvalidError: when the actor is no name.
    """
    check_actor("redrive", actor)

    def again(item: OutboxItem) -> tuple[OutboxItem, Attempt]:
        return driven_again(item, now(settings), actor)

    after = yield from _change(settings, key, AGAIN, again)
    settings.watch.by_hand(key, "driven again")
    return after


def resolve(
    settings: Settings,
    key: str,
    outcome: HookOutcome,
    actor: str | None,
    channel: Channel | None = None,
) -> Flow[OutboxItem]:
    """Say what became of a dead letter, of a task for a person, or of what was sent and came back.

    Raises:
        NotSettledError: when the intent was closed already, goes through another channel by now, or
            its hook is at work; one that was sent can have failed, and nothing else.
        InvalidError: when the outcome closes nothing, the note of a contact face to face is
            missing (SPEC F01), or the actor is no name.
    """
    check_settling(outcome, actor)
    if channel is not None:
        check_type("resolve.channel", channel, Channel)

    def close(item: OutboxItem) -> tuple[OutboxItem, Attempt]:
        check_channel(item, channel)
        return settled_by_hand(item, outcome, now(settings), actor)

    states = (*OPEN, State.SENT) if isinstance(outcome, Failed) else OPEN
    after = yield from _change(settings, key, states, close)
    settings.watch.by_hand(key, "settled")
    return after


def check_channel(item: OutboxItem, channel: Channel | None) -> None:
    """Check that an intent goes through the channel of which something is told, if one is named.

    Raises:
        NotSettledError: when it goes through another one by now.
    """
    if channel is not None and item.channel is not channel:
        raise NotSettledError(item.key, item.state, f"one that goes by {channel.value} still")


def _change(
    settings: Settings,
    key: str,
    states: Collection[State],
    change: Callable[[OutboxItem], tuple[OutboxItem, Attempt]],
) -> Flow[OutboxItem]:
    """Change an intent that is in one of some states, however often others write in between."""

    def decide() -> Flow[tuple[UnitOfWork, OutboxItem]]:
        found = yield from find(key)
        customer = "" if found is None else found.intent.customer
        unit, _ = yield from open_unit(settings, customer)
        item = yield from item_of(unit, key)
        if item is None or item.state not in states:
            expected = " or ".join(state.value for state in states)
            raise NotSettledError(key, None if item is None else item.state, expected)
        after, attempt = change(item)
        unit.put(after, attempt)
        if after.state is State.SENT:
            yield from tell(unit, after)
        elif item.state is State.SENT:
            yield from take_back(unit, item, after, attempt, holds=not is_for_now(attempt.outcome))
        return unit, after

    return (yield from insist(decide))


def _started(customer: str) -> Flow[list[OutboxItem]]:
    """Ask for a customer's intents whose hooks are at work, as far as they can be read."""
    try:
        kept = yield from dossier(customer, None)
    except JournalError:
        raise
    except Exception:  # noqa: BLE001 - a claim can be broken whatever stands there
        return []
    return [one for one in kept.outbox if one.state is State.STARTED]


def break_claim(moment: datetime, customer: str, actor: str | None) -> Flow[bool]:
    """End the claim on a customer, and have the customer looked at; say whether there was one.

    Raises:
        InvalidError: when the actor is no name.
    """
    check_actor("break_claim", actor)
    while True:
        kept = yield from bare(customer)
        if kept.claim is None:
            return False
        customer, lost = kept.customer, Unknown(BROKEN)
        noted = [
            Attempt(one.key, one.attempts, one.channel, moment, lost, actor)
            for one in (yield from _started(customer))
        ]
        try:
            # It raises the revision, so that whoever holds the claim is told at the next commit.
            yield from commit(
                Commit(customer, kept.revision, attention_at=moment, attempts=tuple(noted))
            )
        except SequenceError:
            continue
        yield from release([Claim(customer, kept.claim)])
        return True
