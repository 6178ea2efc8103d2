"""What people do: settle what nobody knows, end claims, and ask whom a change would affect."""

from collections.abc import Callable, Collection
from functools import partial

import attrs

from cxjourney.channels import Deferred, Failed, HookOutcome, Sent, Skipped, Unknown
from cxjourney.dispatch._deciding import (
    in_flight,
    insist,
    item_of,
    now,
    open_unit,
    open_whole,
    tell,
)
from cxjourney.dispatch._driving import Flow, commit, customers, find, heard, release
from cxjourney.dispatch._running._actors import check_actor
from cxjourney.dispatch._settings import Settings
from cxjourney.dispatch._settling import settled
from cxjourney.dispatch._unit import UnitOfWork
from cxjourney.dispatch.journal import Attempt, Claim, Commit, OutboxItem, State
from cxjourney.errors import InvalidError, NotSettledError, SequenceError
from cxjourney.journey import Migration
from cxjourney.playbook import Affected, Playbook, affected
from cxjourney.vocabulary._checks import describe


def affected_by(
    settings: Settings, playbook: Playbook, migration: Migration | None
) -> Flow[Affected]:
    """Find whom a new playbook, or a new chart, would affect, one page of customers at a time.

    Raises:
        MigrationError: when a journey cannot be migrated.
    """
    look = partial(affected, settings.playbook, playbook, now=now(settings), migration=migration)
    seen, last = look(()), ""
    while page := (yield from customers(last)):
        found = []
        for customer in page:
            unit = yield from open_whole(settings, customer)
            found.append(in_flight(unit))
        more, last = look(found), page[-1]
        looked_at, some = seen.looked_at + more.looked_at, seen.customers + more.customers
        seen = attrs.evolve(seen, looked_at=looked_at, customers=some)
    return seen


DEAD = tuple(state for state in State if state.is_dead_letter)
OPEN = (State.PLANNED, *DEAD)
REDRIVEN = "redriven"
BROKEN = "claim_broken"


def redrive(settings: Settings, key: str, actor: str | None) -> Flow[OutboxItem]:
    """Let a dead letter be tried again from its first channel, under the same key.

    It waits for its moment, if that has not come yet.

    Raises:
        NotSettledError: when the intent is no dead letter.
        InvalidError: when the actor is no name.
    """
    check_actor("redrive", actor)

    def again(unit: UnitOfWork, item: OutboxItem) -> OutboxItem:
        first, at = item.intent.channels[0], max(now(settings), item.intent.not_before)
        planned = attrs.evolve(item, state=State.PLANNED, channel=first, next_at=at)
        fresh = attrs.evolve(planned, failures=0, settled_at=None, unsure_at=None)
        after = attrs.evolve(fresh, reason=REDRIVEN)
        number = max(1, item.attempts)
        unit.put(after, Attempt(item.key, number, first, now(settings), Deferred(at), actor))
        return after

    return (yield from _change(settings, key, DEAD, again))


def resolve(
    settings: Settings, key: str, outcome: HookOutcome, actor: str | None
) -> Flow[OutboxItem]:
    """Say what became of a dead letter, or of a task that waits for a person.

    Raises:
        NotSettledError: when the intent was closed already, or its hook is at work.
        InvalidError: when the outcome closes nothing, the note of a contact face to face is
            missing (SPEC F01), or the actor is no name.
    """
    check_actor("resolve", actor)
    if not isinstance(outcome, Sent | Skipped | Failed) or getattr(outcome, "retryable", False):
        expected = "Sent, Skipped, or Failed that is not retryable"
        raise InvalidError("resolve.outcome", describe(outcome), expected)

    def close(unit: UnitOfWork, item: OutboxItem) -> OutboxItem:
        moment = now(settings)
        if heard(outcome, item.channel) is not outcome:
            raise InvalidError("Sent.note", "blank", "what was unclear, for it was face to face")
        if isinstance(outcome, Failed):
            failed = attrs.evolve(item, state=State.FAILED, reason=outcome.reason)
            after = attrs.evolve(failed, next_at=None, settled_at=moment, unsure_at=None)
        else:
            after = settled(item, outcome, moment, settings.backoff, again=False)
        number = max(1, item.attempts)  # what a person did before any hook is the first attempt
        unit.put(after, Attempt(item.key, number, item.channel, moment, outcome, actor))
        return after

    return (yield from _change(settings, key, OPEN, close))


def _change(
    settings: Settings,
    key: str,
    states: Collection[State],
    change: Callable[[UnitOfWork, OutboxItem], OutboxItem],
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
        after = change(unit, item)
        if after.state is State.SENT:
            yield from tell(unit, after)
        return unit, after

    return (yield from insist(decide))


def break_claim(settings: Settings, customer: str, actor: str | None) -> Flow[bool]:
    """End the claim on a customer, and have the customer looked at; say whether there was one.

    Raises:
        InvalidError: when the actor is no name.
    """
    check_actor("break_claim", actor)
    while True:
        unit, _ = yield from open_unit(settings, customer)
        if unit.claim is None:
            return False
        try:
            # It raises the revision, so that whoever holds the claim is told at the next commit.
            moment, lost = now(settings), Unknown(BROKEN)
            noted = [
                Attempt(one.key, one.attempts, one.channel, moment, lost, actor)
                for one in unit.outbox
                if one.state is State.STARTED
            ]
            told = Commit(customer, unit.revision, attention_at=moment, attempts=tuple(noted))
            yield from commit(told)
        except SequenceError:
            continue
        yield from release([Claim(customer, unit.claim)])
        return True
