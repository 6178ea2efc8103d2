"""A journal in a database for asyncio; it needs greenlet, which the plain one does not."""

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import partial

from sqlalchemy import URL, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import greenlet_spawn

from cxjourney.dispatch.journal._async import AsyncFace, P, Value
from cxjourney.dispatch.journal._sql import SqlJournal, check_url


def _roll_back(connection: DBAPIConnection, _: object, __: object) -> None:
    """End the transaction of a connection that is about to be closed because it was cut off.

    SQLite itself keeps the lock of a closed connection for as long as one of its statements lives.
    """
    with suppress(Exception):
        connection.rollback()


class AsyncSqlJournal(AsyncFace):
    """``SqlJournal`` for asyncio: the same statements in the same tables.

    SQLAlchemy is for asyncio alone: under trio use ``InThread(SqlJournal(...))``. A call that is
    cancelled is waited for.

    Args:
        engine: the database's URL, such as ``sqlite+aiosqlite:///shop.db`` or
            ``postgresql+psycopg://...``, or an engine for this journal alone; see ``SqlJournal``.
        secret: hides customers in keys and handles; see ``SqlJournal``.
        former: the secrets before it, latest first.

    Raises:
        JournalError: for any other database, and for SQLite in memory.
        InvalidError: when a secret has fewer than 16 bytes.
    """

    def __init__(
        self,
        engine: AsyncEngine | URL | str,
        *,
        secret: bytes | None = None,
        former: Collection[bytes] = (),
    ) -> None:
        self._owned: AsyncEngine | None = None
        if not isinstance(engine, AsyncEngine):
            check_url(make_url(engine))
            engine = self._owned = create_async_engine(
                engine, hide_parameters=True, pool_pre_ping=True
            )
        if engine.dialect.name == "sqlite":
            event.listen(engine.sync_engine, "invalidate", _roll_back)
        self._plain = SqlJournal(engine.sync_engine, secret=secret, former=former)
        super().__init__(self._plain)

    async def create(self) -> None:
        """As ``SqlJournal.create``."""
        await self._carry(self._plain.create)

    async def vacuum(self) -> None:
        """As ``SqlJournal.vacuum``."""
        await self._carry(self._plain.vacuum)

    async def aclose(self) -> None:
        """Close the connections, unless the engine was given."""
        if self._owned is not None:
            await self._owned.dispose()

    async def _carry(self, act: Callable[P, Value], *args: P.args, **named: P.kwargs) -> Value:
        """Make a call; once begun it is waited for, else SQLite's lock may stay where it is."""
        call = asyncio.create_task(greenlet_spawn(partial(act, *args, **named)))
        cancelled: asyncio.CancelledError | None = None
        while not call.done():
            try:
                await asyncio.wait([call])
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is not None:
            raise cancelled from (None if call.cancelled() else call.exception())
        return call.result()
