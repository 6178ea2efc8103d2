"""Journals of each kind that can be emptied and used again, quickly, for what need not last."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection

from cxjourney.dispatch.journal import Journal, MemoryJournal, SqlJournal

SECRET = sha256(b"cxjourney: a journal in memory").digest()
"""The secret of all journals of the tests, which gives the same keys as a journal in memory has."""
Empty = Callable[[], Journal]
"""Gives an empty journal; the one that it gave before is emptied."""


def in_memory() -> Journal:
    """Return an empty journal in memory."""
    return MemoryJournal()


def sqlite_url(folder: Path, driver: str = "pysqlite") -> str:
    """Return the URL of a file of SQLite in a folder."""
    return f"sqlite+{driver}:///{folder / 'journal.db'}"


def hurried(engine: Engine) -> Engine:
    """Let an engine of SQLite not wait for the disk."""

    @event.listens_for(engine, "connect")
    def hurry(connection: DBAPIConnection, _: object) -> None:
        connection.cursor().execute("PRAGMA synchronous = OFF")

    return engine


def sqlite(folder: Path) -> Engine:
    """Return an engine for a file of SQLite that does not wait for the disk."""
    return hurried(create_engine(sqlite_url(folder), hide_parameters=True))


def emptied(engine: Engine) -> Empty:
    """Return what empties a database, and gives the journal in it."""
    journal = SqlJournal(engine, secret=SECRET)
    journal.create()

    def empty() -> Journal:
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM cx_customer"))  # nearly all else goes with it
            for table in ("cx_tombstones", "cx_erasure"):
                connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - a name of our own
        return journal

    return empty


def claimed(url: str, rounds: int) -> list[str]:
    """Claim customers, a few at a time, and return whom one got."""
    now = datetime(2026, 2, 1, tzinfo=UTC)
    with closing(SqlJournal(url, secret=SECRET)) as journal:
        found = [journal.claim(now, now + timedelta(hours=1), 3) for _ in range(rounds)]
    return [one.customer for claims in found for one in claims]
