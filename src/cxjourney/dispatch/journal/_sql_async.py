"""A journal in a database for asyncio; it needs greenlet, which the plain one does not."""

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import URL, MetaData, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.util import greenlet_spawn

from cxjourney.dispatch.journal._async import AsyncFace, P, Value
from cxjourney.dispatch.journal._methods import AsyncJournal
from cxjourney.dispatch.journal._sql import SqlJournal
from cxjourney.dispatch.journal._upkeep._connections import check_url
from cxjourney.errors import JournalError

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session


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

    metadata: ClassVar[MetaData] = SqlJournal.metadata
    """As ``SqlJournal.metadata``."""

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

    def within(self, transaction: "AsyncConnection | AsyncSession") -> AsyncJournal:
        """As ``SqlJournal.within``."""
        return _Joined(self._plain.within(_plain_of(transaction)))

    async def _carry(self, act: Callable[P, Value], *args: P.args, **named: P.kwargs) -> Value:
        return await waited_for(act, *args, **named)


async def waited_for(act: Callable[P, Value], *args: P.args, **named: P.kwargs) -> Value:
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


class _Joined(AsyncFace):
    """A journal within a transaction of the caller's."""

    async def _carry(self, act: Callable[P, Value], *args: P.args, **named: P.kwargs) -> Value:
        return await waited_for(act, *args, **named)


def _plain_of(given: "AsyncConnection | AsyncSession") -> "Connection | Session":
    """Return the plain connection or session of one for asyncio.

    Raises:
        JournalError: when the connection is not open.
    """
    plain: Connection | Session | None = (
        given.sync_connection if isinstance(given, AsyncConnection) else given.sync_session
    )
    if plain is None:
        raise JournalError("within", "a connection that is not open", "one within async with")
    return plain
