"""Databases for the tests of journals: files of SQLite that need not survive the machine."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

from cxjourney.dispatch.journal import SqlJournal


def sqlite_url(folder: Path, driver: str = "pysqlite") -> str:
    """Return the URL of a database in a folder."""
    return f"sqlite+{driver}:///{folder / 'journal.db'}"


def fast_sqlite(folder: Path) -> Engine:
    """Return an engine that does not wait for the disk at each commit."""
    engine = create_engine(sqlite_url(folder), hide_parameters=True)

    @event.listens_for(engine, "connect")
    def set_up(connection: DBAPIConnection, _: object) -> None:
        connection.cursor().execute("PRAGMA synchronous = NORMAL")

    return engine


def claimed(url: str, rounds: int) -> list[str]:
    """Claim customers, a few at a time, and return whom one got."""
    now = datetime(2026, 2, 1, tzinfo=UTC)
    with closing(SqlJournal(url)) as journal:
        found = [journal.claim(now, now + timedelta(hours=1), 3) for _ in range(rounds)]
    return [one.customer for claims in found for one in claims]
