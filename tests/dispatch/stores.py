"""Journals of each kind that can be emptied and used again, quickly, for what need not last."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

from cxjourney.dispatch.journal import Journal, MemoryJournal, SqlJournal
from cxjourney.dispatch.journal import _schema as schema

Empty = Callable[[], Journal]
"""Gives an empty journal; the one that it gave before is emptied."""


def in_memory() -> Journal:
    """Return an empty journal in memory."""
    return MemoryJournal()


def sqlite(folder: Path) -> Engine:
    """Return an engine for a file of SQLite that does not wait for the disk."""
    engine = create_engine(f"sqlite:///{folder / 'journal.db'}", hide_parameters=True)

    @event.listens_for(engine, "connect")
    def hurry(connection: DBAPIConnection, _: object) -> None:
        connection.cursor().execute("PRAGMA synchronous = OFF")

    return engine


def emptied(engine: Engine) -> Empty:
    """Return what empties a database, and gives the journal in it."""
    journal = SqlJournal(engine)
    journal.create()

    def empty() -> Journal:
        with engine.begin() as connection:
            for table in (schema.customers, schema.tombstones):  # all else goes with the customers
                connection.execute(table.delete())
        return journal

    return empty
