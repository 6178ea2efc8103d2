"""A journal in SQLite or PostgreSQL, by SQLAlchemy (extra ``sql``)."""

from typing import TYPE_CHECKING

from cxjourney.extras import load
from cxjourney.journal.sql.sync_journal import SqlJournal

if TYPE_CHECKING:
    from cxjourney.journal.sql.async_journal import AsyncSqlJournal

__all__ = ["AsyncSqlJournal", "SqlJournal"]


def __getattr__(name: str) -> object:
    """Load the asynchronous journal when it is asked for; it alone needs greenlet."""
    if name == "AsyncSqlJournal":
        return getattr(load(f"{__name__}.async_journal"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
