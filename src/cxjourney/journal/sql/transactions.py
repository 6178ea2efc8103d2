"""Transactions: how each database begins one, and what its connections need first."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import OperationalError

from cxjourney.errors import JournalError
from cxjourney.journal.sql import schema

__all__ = ["check_url", "prepare", "reading", "vacuum", "writing"]

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
