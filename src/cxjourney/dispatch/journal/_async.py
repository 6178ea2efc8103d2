"""Journals for asynchronous code, made of plain ones: one face, and how its calls are made."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from importlib.util import find_spec
from typing import Any, ParamSpec, TypeVar

from cxjourney.dispatch.journal._memory import MemoryJournal
from cxjourney.dispatch.journal._methods import Asked, Journal, Progress, own, through_async
from cxjourney.dispatch.journal._moving._transfer import Transfer
from cxjourney.dispatch.journal._owing import Archived, Duty, Stretch, Trouble
from cxjourney.dispatch.journal._records import (
    Attempt,
    Claim,
    Commit,
    CustomerRecord,
    Dossier,
    EventName,
    OutboxItem,
    State,
    Tombstone,
)

P = ParamSpec("P")
Value = TypeVar("Value")


class AsyncFace:
    """An ``AsyncJournal`` over a plain journal; ``_carry`` says how its methods are called."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    async def _carry(self, act: Callable[P, Value], *args: P.args, **named: P.kwargs) -> Value:
        return act(*args, **named)

    async def read(self, customer: str) -> CustomerRecord:
        """As ``Journal.read``."""
        return await self._carry(self._journal.read, customer)

    async def bare(self, customer: str) -> CustomerRecord:
        """As ``Journal.bare``."""
        return await self._carry(self._journal.bare, customer)

    async def dossier(self, customer: str, event: EventName | None = None) -> Dossier:
        """As ``Journal.dossier``."""
        return await self._carry(self._journal.dossier, customer, event)

    async def knows(self, customer: str, event: EventName) -> bool:
        """As ``Journal.knows``."""
        return await self._carry(self._journal.knows, customer, event)

    async def decided(
        self, customer: str, keys: Collection[str], occasions: Collection[str]
    ) -> frozenset[str]:
        """As ``Journal.decided``."""
        return await self._carry(self._journal.decided, customer, keys, occasions)

    async def events(
        self, customer: str, since: datetime
    ) -> tuple[tuple[str, Mapping[str, Any]], ...]:
        """As ``Journal.events``."""
        return await self._carry(self._journal.events, customer, since)

    async def since(self, customer: str, engagement: str, at: datetime) -> Stretch | None:
        """As ``Journal.since``."""
        return await self._carry(own(self._journal, Journal, "since"), customer, engagement, at)

    async def commit(self, commit: Commit) -> None:
        """As ``Journal.commit``."""
        await self._carry(self._journal.commit, commit)

    async def move(self, move: Transfer) -> None:
        """As ``Journal.move``."""
        await self._carry(self._journal.move, move)

    async def claim(self, now: datetime, until: datetime, limit: int) -> tuple[Claim, ...]:
        """As ``Journal.claim``."""
        return await self._carry(self._journal.claim, now, until, limit)

    async def release(self, claims: Collection[Claim]) -> None:
        """As ``Journal.release``."""
        await self._carry(self._journal.release, claims)

    async def ask_again(
        self, now: datetime, *, customer: str | None = None, basis: str = ""
    ) -> int:
        """As ``Journal.ask_again``."""
        ask = partial(self._journal.ask_again, customer=customer, basis=basis)
        return await self._carry(ask, now)

    async def put_off(self, claim: Claim, until: datetime, error: str) -> None:
        """As ``Journal.put_off``."""
        await self._carry(self._journal.put_off, claim, until, error)

    async def troubles(self, *, after: str = "", limit: int = 1000) -> tuple[Trouble, ...]:
        """As ``Journal.troubles``."""
        return await self._carry(self._journal.troubles, after=after, limit=limit)

    async def whose(self, handle: str) -> str | None:
        """As ``Journal.whose``."""
        return await self._carry(self._journal.whose, handle)

    async def audience(self, digests: Collection[str], limit: int, but: str = "") -> dict[str, int]:
        """As ``Journal.audience``."""
        return await self._carry(self._journal.audience, digests, limit, but)

    async def outbox(
        self, states: Collection[State], *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[OutboxItem, ...]:
        """As ``Journal.outbox``."""
        return await self._carry(self._journal.outbox, states, after=after, limit=limit)

    async def overdue(
        self, now: datetime, *, after: Duty | None = None, limit: int = 1000
    ) -> tuple[Duty, ...]:
        """As ``Journal.overdue``."""
        return await self._carry(self._journal.overdue, now, after=after, limit=limit)

    async def still_owed(
        self, *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[OutboxItem, ...]:
        """As ``Journal.still_owed``."""
        return await self._carry(self._journal.still_owed, after=after, limit=limit)

    async def archive(self, before: datetime, *, progress: Progress = None) -> Archived:
        """As ``Journal.archive``; it can be cancelled between two batches."""
        return await through_async(partial(self.archive_some, before), progress)

    async def archive_some(self, before: datetime, done: Archived) -> Archived:
        """As ``Journal.archive_some``."""
        return await self._carry(self._journal.archive_some, before, done)

    async def archived(
        self, *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[OutboxItem, ...]:
        """As ``Journal.archived``."""
        return await self._carry(self._journal.archived, after=after, limit=limit)

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

    async def together(self, asked: Sequence[Asked]) -> Sequence[object]:
        """As ``Journal.together``."""
        return await self._carry(own(self._journal, Journal, "together"), asked)

    async def mark(self, claim: Claim, key: str, number: int, last: Attempt | None = None) -> bool:
        """As ``Journal.mark``."""
        return await self._carry(own(self._journal, Journal, "mark"), claim, key, number, last)

    async def marks(self, keys: Collection[str]) -> Mapping[str, Attempt | None]:
        """As ``Journal.marks``."""
        return await self._carry(own(self._journal, Journal, "marks"), keys)


class AsyncMemoryJournal(AsyncFace):
    """``MemoryJournal`` for asynchronous code; it never waits.

    Args:
        journal: the journal in memory; a new one when None.
    """

    def __init__(self, journal: MemoryJournal | None = None) -> None:
        super().__init__(MemoryJournal() if journal is None else journal)


class InThread(AsyncFace):
    """A plain journal for asynchronous code: each call runs in a thread of its own.

    With anyio installed (extra ``async``) it works under asyncio and trio, and a cancelled call is
    waited for; without it under asyncio only.

    Args:
        journal: the journal, which must be safe for threads.
    """

    async def _carry(self, act: Callable[P, Value], *args: P.args, **named: P.kwargs) -> Value:
        if find_spec("anyio") is None:
            return await asyncio.to_thread(act, *args, **named)
        from anyio.to_thread import run_sync  # noqa: PLC0415 - an extra

        return await run_sync(partial(act, *args, **named))
