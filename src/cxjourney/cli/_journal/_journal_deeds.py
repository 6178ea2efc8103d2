"""What people do with a journal by hand, and what it tells of one customer."""

from collections.abc import Callable, Mapping
from datetime import datetime
from importlib import import_module
from typing import Any

from cxjourney.channels import Failed, HookOutcome, Sent, Skipped
from cxjourney.dispatch import AsyncDispatcher, Dispatcher, Settings
from cxjourney.dispatch._by_hand import (
    DEAD,
    OPEN,
    break_claim,
    check_channel,
    check_settling,
    driven_again,
    resolve,
    settled_by_hand,
)
from cxjourney.dispatch._calling import Calls
from cxjourney.dispatch._driving import drive
from cxjourney.dispatch._righting._identity import merge, rename
from cxjourney.dispatch._running._actors import check_actor
from cxjourney.dispatch.journal import Attempt, Commit, Journal, JourneyRecord, OutboxItem, State
from cxjourney.dispatch.journal._moving._origin import Moved, origin_in
from cxjourney.errors import InvalidError, NotSettledError, SequenceError
from cxjourney.vocabulary import Channel
from cxjourney.vocabulary._checks import describe
from cxjourney.vocabulary._results import as_dict

Change = Callable[[OutboxItem], tuple[OutboxItem, Attempt]]


def drive_again(journal: Journal, key: str, now: datetime, actor: str | None) -> OutboxItem:
    """Let a dead letter be tried again.

    Raises:
        NotSettledError: when it is none.
        InvalidError: when the actor is no name.
    """
    check_actor("redrive", actor)
    return _change(journal, key, DEAD, now, lambda item: driven_again(item, now, actor))


def settle(
    journal: Journal,
    key: str,
    outcome: HookOutcome,
    now: datetime,
    actor: str | None,
    app: Settings | None,
    channel: Channel | None,
) -> OutboxItem:
    """Say what became of an intent; the journey is told of it by the playbook of ``app``.

    Raises:
        NotSettledError: when it was closed already, goes through another channel by now, or its
            hook is at work.
        InvalidError: when it was sent, and no ``app`` was given; when the note of a contact face to
            face is missing, or the actor is no name.
    """
    if app is not None:
        return drive(resolve(app, key, outcome, actor, channel), journal, Calls())
    check_settling(outcome, actor)
    if isinstance(outcome, Sent):
        found = "sent, of which the journey is to be told"
        raise InvalidError("resolve", found, "--app MODULE:DISPATCHER, which knows how")

    def close(item: OutboxItem) -> tuple[OutboxItem, Attempt]:
        check_channel(item, channel)
        return settled_by_hand(item, outcome, now, actor)

    return _change(journal, key, OPEN, now, close)


def _change(
    journal: Journal, key: str, states: tuple[State, ...], now: datetime, change: Change
) -> OutboxItem:
    """Change an intent and have its customer looked at, whatever others write in between."""
    while True:
        seen = journal.find(key)
        customer = "" if seen is None else seen.intent.customer
        revision = journal.dossier(customer).revision
        found = journal.find(key)  # what is changed after this raises the revision
        if found is None or found.state not in states:
            expected = " or ".join(state.value for state in states)
            raise NotSettledError(key, None if found is None else found.state, expected)
        after, attempt = change(found)
        try:
            journal.commit(
                Commit(customer, revision, attention_at=now, outbox=(after,), attempts=(attempt,))
            )
        except SequenceError:
            continue
        return after


def release_claim(journal: Journal, customer: str, now: datetime, actor: str | None) -> bool:
    """End the claim on a customer; say whether there was one.

    Args:
        journal: keeps the customer.
        customer: the customer's id; where nobody has it, the handle that the troubles tell.
        now: the moment.
        actor: who says so.

    Raises:
        InvalidError: when the actor is no name.
    """
    if not journal.bare(customer).revision:
        customer = journal.whose(customer) or customer
    return drive(break_claim(now, customer, actor), journal, Calls())


def rename_customer(
    journal: Journal, customer: str, to: str, now: datetime, actor: str | None
) -> bool:
    """Let a customer go under another id; say whether that was news.

    Raises:
        InvalidError: when nothing is kept under the one, or something under the other, or
            the actor is no name.
    """
    return drive(rename(customer, to, now, actor), journal, Calls())


def merge_customers(
    journal: Journal, customer: str, into: str, now: datetime, actor: str | None
) -> Mapping[str, str]:
    """Join two customers who are one; return the new names of engagements.

    Raises:
        InvalidError: when nothing is kept under one of the ids, or the actor is no name.
    """
    return drive(merge(customer, into, now, actor), journal, Calls())


def app_at(named: str) -> Settings:
    """Return the settings of the dispatcher that ``module:name`` names.

    Raises:
        InvalidError: when there is none.
    """
    module, _, name = named.partition(":")
    try:
        found = getattr(import_module(module), name, None) if module and name else None
    except ImportError as error:
        kind = type(error).__name__
        raise InvalidError("--app", f"{kind} at the import", "MODULE:DISPATCHER") from error
    if not isinstance(found, Dispatcher | AsyncDispatcher):
        expected = "MODULE:DISPATCHER, such as shop.wiring:dispatcher"
        raise InvalidError("--app", describe(found), expected)
    return found.settings


def outcome_of(*, skipped: str | None, failed: str | None, note: str, receipt: str) -> HookOutcome:
    """Return the outcome that the options of ``resolve`` tell."""
    if skipped is not None:
        return Skipped(skipped)
    if failed is not None:
        return Failed(failed)
    return Sent(receipt, note)


def _moves(kept: JourneyRecord) -> tuple[Moved, ...]:
    """Return under which ids a journey was before, and who changed that."""
    origin = origin_in(kept.snapshot)
    return () if origin is None else origin.moves


def export(journal: Journal, customer: str) -> dict[str, Any]:
    """Return all that is kept of a customer, as plain values.

    Raises:
        InvalidError: when nothing is kept under this id.
    """
    kept = journal.read(customer)
    if not kept.revision:
        raise InvalidError("CUSTOMER", "an id under which nothing is kept", "that of a customer")
    return {
        "customer": customer,
        "journeys": [
            {
                **one.data,
                "steps": [as_dict(step) for step in one.steps],
                "moved": [as_dict(moved) for moved in _moves(one)],
            }
            for one in kept.journeys
        ],
        "intents": [
            {
                **one.to_dict(),
                "history": [called.to_dict() for called in journal.attempts(one.key)],
            }
            for one in kept.outbox
        ],
    }
