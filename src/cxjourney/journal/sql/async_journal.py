"""A journal in SQLite or PostgreSQL for asyncio, by SQLAlchemy."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from cxjourney.journal.faults import check_commit
from cxjourney.journal.records import (
    Attempt,
    Claim,
    Commit,
    CustomerRecord,
    OutboxItem,
    State,
    Tombstone,
)
from cxjourney.journal.sql import reads, writes
from cxjourney.journal.sql.transactions import check_url, prepare, reading, vacuum, writing

__all__ = ["AsyncSqlJournal"]

P = ParamSpec("P")
Value = TypeVar("Value")
Act = Callable[Concatenate[Connection, P], Value]


class AsyncSqlJournal:
    """``SqlJournal`` for asyncio: the same statements in the same tables.

    SQLAlchemy is for asyncio alone: under trio use ``InThread(SqlJournal(...))``.

    Args:
        engine: the database's URL, such as ``sqlite+aiosqlite:///shop.db`` or
            ``postgresql+psycopg://...``, or an engine for this journal alone; see ``SqlJournal``.

    Raises:
        JournalError: for any other database, and for SQLite in memory.
    """

    def __init__(self, engine: AsyncEngine | URL | str) -> None:
        self._owned = not isinstance(engine, AsyncEngine)
        self._made = False
        if isinstance(engine, AsyncEngine):
            check_url(engine.url)
            self._engine = engine
        else:
            check_url(make_url(engine))
            self._engine = create_async_engine(engine, hide_parameters=True)

    async def create(self) -> None:
        """Make the tables where there are none; else the first call of any method does.

        Raises:
            JournalError: when there are tables of another version.
        """
        async with self._engine.connect() as connection:
            await connection.run_sync(prepare)
        self._made = True

    async def vacuum(self) -> None:
        """As ``SqlJournal.vacuum``."""
        await self._run(vacuum)

    async def aclose(self) -> None:
        """Close the connections, unless the engine was given."""
        if self._owned:
            await self._engine.dispose()

    async def _run(self, act: Act[P, Value], *args: P.args, **named: P.kwargs) -> Value:
        if not self._made:
            await self.create()
        async with self._engine.connect() as connection:
            return await connection.run_sync(act, *args, **named)

    async def read(self, customer: str) -> CustomerRecord:
        """As ``Journal.read``."""
        return await self._run(reading, reads.record, customer)

    async def commit(self, commit: Commit) -> None:
        """As ``SqlJournal.commit``."""
        check_commit(commit)
        await self._run(writing, writes.commit, commit)

    async def claim(self, now: datetime, until: datetime, limit: int) -> tuple[Claim, ...]:
        """As ``Journal.claim``."""
        return await self._run(writing, writes.claim, now, until, limit)

    async def release(self, claims: Collection[Claim]) -> None:
        """As ``Journal.release``."""
        await self._run(writing, writes.release, claims)

    async def audience(self, digests: Collection[str], limit: int) -> dict[str, int]:
        """As ``Journal.audience``."""
        return await self._run(reading, reads.audience, digests, limit)

    async def outbox(
        self, states: Collection[State], *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[OutboxItem, ...]:
        """As ``Journal.outbox``."""
        return await self._run(reading, reads.in_states, states, after, limit)

    async def find(self, key: str) -> OutboxItem | None:
        """As ``Journal.find``."""
        return await self._run(reading, reads.find, key)

    async def attempts(self, key: str) -> tuple[Attempt, ...]:
        """As ``Journal.attempts``."""
        return await self._run(reading, reads.of_intent, key)

    async def customers(self, *, after: str = "", limit: int = 1000) -> Sequence[str]:
        """As ``Journal.customers``."""
        return await self._run(reading, reads.ids, after, limit)

    async def tombstones(self) -> tuple[Tombstone, ...]:
        """As ``Journal.tombstones``."""
        return await self._run(reading, reads.all_tombstones)

    async def next_attention(self) -> datetime | None:
        """As ``Journal.next_attention``."""
        return await self._run(reading, reads.next_attention)
