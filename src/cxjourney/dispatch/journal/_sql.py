"""Journals in SQLite or PostgreSQL, by SQLAlchemy (extra ``sql``)."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from cxjourney.dispatch.journal import _schema as schema
from cxjourney.dispatch.journal import _statements as reads
from cxjourney.dispatch.journal import _statements as writes
from cxjourney.dispatch.journal._records import (
    Attempt,
    Claim,
    Commit,
    CustomerRecord,
    OutboxItem,
    State,
    Tombstone,
    check_commit,
)
from cxjourney.errors import JournalError

P = ParamSpec("P")
Value = TypeVar("Value")
Act = Callable[Concatenate[Connection, P], Value]

MAKING = 0x6378_6A6F
"""The number of the lock under which PostgreSQL makes the tables."""
TRIES = 20
"""How often SQLite is asked to keep a log file, where others are asking too."""
_SETTINGS = ("busy_timeout = 30000", "foreign_keys = ON", "secure_delete = ON")


def check_url(url: URL) -> None:
    """Check that a journal can be kept in a database.

    Raises:
        JournalError: when it cannot.
    """
    name = url.get_backend_name()
    if name not in {"sqlite", "postgresql"}:
        raise JournalError("database", name, "SQLite or PostgreSQL")
    in_memory = url.database in {None, "", ":memory:"} or url.query.get("mode") == "memory"
    if name == "sqlite" and in_memory:
        raise JournalError("database", "SQLite in memory", "a file, or a MemoryJournal")


def reading(connection: Connection, act: Act[P, Value], *args: P.args, **named: P.kwargs) -> Value:
    """Ask a database something; each statement sees what was there at one moment."""
    if connection.dialect.name == "sqlite":
        _set_up(connection)
    else:
        connection.execution_options(isolation_level="AUTOCOMMIT")
    return act(connection, *args, **named)


def writing(connection: Connection, act: Act[P, Value], *args: P.args, **named: P.kwargs) -> Value:
    """Write to a database, as a whole or not at all, however the engine was made."""
    if connection.dialect.name == "sqlite":
        _begin(connection)
    else:
        connection.execution_options(isolation_level="READ COMMITTED")
    value = act(connection, *args, **named)
    connection.commit()
    return value


def prepare(connection: Connection) -> None:
    """Make the tables where there are none; whoever does it at the same time waits."""
    if connection.dialect.name == "sqlite":
        _keep_log_file(connection)
        _begin(connection)
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MAKING})
    schema.create(connection)
    connection.commit()


def vacuum(connection: Connection) -> None:
    """Write the tables' files anew, without what was deleted."""
    if connection.dialect.name == "sqlite":
        _set_up(connection)
        connection.exec_driver_sql("VACUUM")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    else:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text(f"VACUUM FULL {', '.join(schema.tables.tables)}"))


def _set_up(connection: Connection) -> None:
    """Set a connection of SQLite up, once."""
    if not connection.info.get("cxjourney"):
        for setting in _SETTINGS:
            connection.exec_driver_sql(f"PRAGMA {setting}")
        connection.info["cxjourney"] = True


def _begin(connection: Connection) -> None:
    """Begin a transaction of SQLite that is alone to write from its first statement on."""
    _set_up(connection)
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _keep_log_file(connection: Connection) -> None:
    """Turn on the log file of SQLite, with which readers and a writer do not wait for each other.

    SQLite refuses at once while another connection is at work, so its turn is waited for.
    """
    tries = TRIES
    while tries:
        tries -= 1
        try:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            tries = 0
        except OperationalError:
            if not tries:
                raise
            _begin(connection)
            connection.rollback()


class SqlJournal:
    """A journal in SQLite or PostgreSQL; threads and processes may share the database.

    Each method is one transaction. What the database itself cannot do, such as wait for a lock
    any longer, comes as an error of SQLAlchemy; nothing is tried twice.

    Args:
        engine: the database's URL, or an engine of SQLAlchemy for this journal alone: on SQLite
            the journal sets its connections up (busy_timeout, foreign_keys, secure_delete).
            Give an engine ``hide_parameters=True``, so that errors do not tell customers' ids.

    Raises:
        JournalError: for any other database, and for SQLite in memory.
    """

    def __init__(self, engine: Engine | URL | str) -> None:
        self._owned = not isinstance(engine, Engine)
        self._made = False
        if isinstance(engine, Engine):
            check_url(engine.url)
            self._engine = engine
        else:
            check_url(make_url(engine))
            self._engine = create_engine(engine, hide_parameters=True)

    def create(self) -> None:
        """Make the tables where there are none; else the first call of any method does.

        Raises:
            JournalError: when there are tables of another version.
        """
        with self._engine.connect() as connection:
            prepare(connection)
        self._made = True

    def vacuum(self) -> None:
        """Write the database's files anew, without what was erased; everybody else waits meanwhile.

        What is erased is in no table any more, but pieces of it stay in the files until then.
        PostgreSQL's own log and backups keep it for as long as they are kept.
        """
        with self._connect() as connection:
            vacuum(connection)

    def close(self) -> None:
        """Close the connections, unless the engine was given."""
        if self._owned:
            self._engine.dispose()

    def _ask(self, act: Act[P, Value], *args: P.args, **named: P.kwargs) -> Value:
        with self._connect() as connection:
            return reading(connection, act, *args, **named)

    def _tell(self, act: Act[P, Value], *args: P.args, **named: P.kwargs) -> Value:
        with self._connect() as connection:
            return writing(connection, act, *args, **named)

    def _connect(self) -> Connection:
        if not self._made:
            self.create()
        return self._engine.connect()

    def read(self, customer: str) -> CustomerRecord:
        """Return all that is kept of a customer; see ``Journal.read``."""
        return self._ask(reads.record, customer)

    def commit(self, commit: Commit) -> None:
        """Write a commit whole; see ``Journal.commit``.

        Raises:
            SequenceError: when the customer's revision is not the expected one.
            JournalError: when the commit contradicts itself or what is kept.
            DecodeError: when a part of it could not be read again.
        """
        check_commit(commit)
        self._tell(writes.commit, commit)

    def claim(self, now: datetime, until: datetime, limit: int) -> tuple[Claim, ...]:
        """Claim customers who need attention and whom nobody holds; see ``Journal.claim``."""
        return self._tell(writes.claim, now, until, limit)

    def release(self, claims: Collection[Claim]) -> None:
        """Let go of claims; see ``Journal.release``."""
        self._tell(writes.release, claims)

    def audience(self, digests: Collection[str], limit: int) -> dict[str, int]:
        """Return for how many customers each digest is; see ``Journal.audience``."""
        return self._ask(reads.audience, digests, limit)

    def outbox(
        self, states: Collection[State], *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[OutboxItem, ...]:
        """Return intents in some states; see ``Journal.outbox``."""
        return self._ask(reads.in_states, states, after, limit)

    def find(self, key: str) -> OutboxItem | None:
        """Return the intent with a key, or None."""
        return self._ask(reads.find, key)

    def attempts(self, key: str) -> tuple[Attempt, ...]:
        """Return what came of each call of a hook for an intent, oldest first."""
        return self._ask(reads.of_intent, key)

    def customers(self, *, after: str = "", limit: int = 1000) -> Sequence[str]:
        """Return the ids of the customers of whom something is kept; see ``Journal.customers``."""
        return self._ask(reads.ids, after, limit)

    def tombstones(self) -> tuple[Tombstone, ...]:
        """Return what is left of erased journeys, in order of erasure."""
        return self._ask(reads.all_tombstones)

    def next_attention(self) -> datetime | None:
        """Return when the first customer needs attention; see ``Journal.next_attention``."""
        return self._ask(reads.next_attention)


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
