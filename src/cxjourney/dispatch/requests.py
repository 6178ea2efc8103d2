"""What a flow asks for: the journal's methods and calls of hooks; whoever drives it answers.

A flow is a generator that holds the logic of dispatch and does nothing itself. So the logic is
written once, for synchronous and asynchronous code alike, and a test can stop it at any request.
"""

from collections.abc import Collection, Generator
from typing import Any, TypeAlias, TypeVar

import attrs

from cxjourney.channels.hooks import HookContext, Registered
from cxjourney.channels.outcome import HookOutcome
from cxjourney.journal.records import Commit, CustomerRecord, OutboxItem

__all__: list[str] = []

Result = TypeVar("Result")


@attrs.frozen
class Ask:
    """Asks for a method of the journal.

    Attributes:
        method: its name.
        args: its arguments.
    """

    method: str
    args: tuple[Any, ...]


@attrs.frozen
class Act:
    """Asks for a call of a hook.

    Attributes:
        registered: the hook.
        context: what it is told.
    """

    registered: Registered[Any]
    context: HookContext


Request = Ask | Act
Flow: TypeAlias = Generator[Request, Any, Result]


def read(customer: str) -> Flow[CustomerRecord]:
    """Ask for a customer's record."""
    record: CustomerRecord = yield Ask("read", (customer,))
    return record


def commit(commit: Commit) -> Flow[None]:
    """Ask for a commit to be written.

    Raises:
        SequenceError: when somebody wrote in between.
    """
    yield Ask("commit", (commit,))


def audience(digests: Collection[str], limit: int) -> Flow[dict[str, int]]:
    """Ask how many customers texts were meant for."""
    if not digests:
        return {}
    counted: dict[str, int] = yield Ask("audience", (digests, limit))
    return counted


def find(key: str) -> Flow[OutboxItem | None]:
    """Ask for an intent."""
    found: OutboxItem | None = yield Ask("find", (key,))
    return found


def act(registered: Registered[Any], context: HookContext) -> Flow[HookOutcome]:
    """Ask for a call of a hook; it never raises."""
    outcome: HookOutcome = yield Act(registered, context)
    return outcome
