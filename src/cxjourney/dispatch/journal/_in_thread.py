"""A journal for asynchronous code, made of a plain one whose calls run in a thread."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any, ParamSpec, TypeVar, cast

from cxjourney.dispatch.journal._records import (
    Attempt,
    Claim,
    Commit,
    CustomerRecord,
    Journal,
    OutboxItem,
    State,
    Tombstone,
)

P = ParamSpec("P")
Value = TypeVar("Value")


class Carried(ABC):
    """An ``AsyncJournal`` over a plain journal; ``_carry`` says how its methods are called."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    @abstractmethod
    async def _carry(self, act: Callable[P, Value], *args: P.args, **named: P.kwargs) -> Value:
        """Call a method of the plain journal."""

    async def read(self, customer: str) -> CustomerRecord:
        """As ``Journal.read``."""
        return await self._carry(self._journal.read, customer)

    async def commit(self, commit: Commit) -> None:
        """As ``Journal.commit``."""
        await self._carry(self._journal.commit, commit)

    async def claim(self, now: datetime, until: datetime, limit: int) -> tuple[Claim, ...]:
        """As ``Journal.claim``."""
        return await self._carry(self._journal.claim, now, until, limit)

    async def release(self, claims: Collection[Claim]) -> None:
        """As ``Journal.release``."""
        await self._carry(self._journal.release, claims)

    async def audience(self, digests: Collection[str], limit: int) -> dict[str, int]:
        """As ``Journal.audience``."""
        return await self._carry(self._journal.audience, digests, limit)

    async def outbox(
        self, states: Collection[State], *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[OutboxItem, ...]:
        """As ``Journal.outbox``."""
        return await self._carry(self._journal.outbox, states, after=after, limit=limit)

    async def find(self, key: str) -> OutboxItem | None:
        """As ``Journal.find``."""
        return await self._carry(self._journal.find, key)

    async def attempts(self, key: str) -> tuple[Attempt, ...]:
        """As ``Journal.attempts``."""
        return await self._carry(self._journal.attempts, key)

    async def customers(self, *, after: str = "", limit: int = 1000) -> Sequence[str]:
        """As ``Journal.customers``."""
        return await self._carry(self._journal.customers, after=after, limit=limit)

    async def tombstones(self) -> tuple[Tombstone, ...]:
        """As ``Journal.tombstones``."""
        return await self._carry(self._journal.tombstones)

    async def next_attention(self) -> datetime | None:
        """As ``Journal.next_attention``."""
        return await self._carry(self._journal.next_attention)


class InThread(Carried):
    """A plain journal for asynchronous code: each call runs in a thread of its own.

    With anyio installed (extra ``async``) it works under asyncio and trio, and a cancelled call is
    waited for; without it under asyncio only.

    Args:
        journal: the journal, which must be safe for threads.
    """

    async def _carry(self, act: Callable[P, Value], *args: P.args, **named: P.kwargs) -> Value:
        return await _in_thread(partial(act, *args, **named))


def _in_thread(call: Callable[[], Value]) -> Awaitable[Value]:
    if find_spec("anyio") is None:
        return asyncio.to_thread(call)
    to_thread: Any = import_module("anyio.to_thread")
    return cast("Awaitable[Value]", to_thread.run_sync(call))
