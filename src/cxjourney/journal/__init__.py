"""The journal: keeps journeys, the outbox of intents, and what came of them (SPEC 7).

In a database it needs the extra ``sql``, which is loaded when it is first asked for.
"""

from typing import TYPE_CHECKING

from cxjourney.extras import load
from cxjourney.journal.faults import EntryError, JournalSchemaError, UnsupportedDatabaseError
from cxjourney.journal.in_thread import InThread
from cxjourney.journal.memory import AsyncMemoryJournal, MemoryJournal
from cxjourney.journal.protocol import AsyncJournal, Journal
from cxjourney.journal.records import (
    Attempt,
    Claim,
    Dossier,
    Entry,
    JourneyRecord,
    Outboxed,
    Remains,
    State,
    StepRecord,
)

if TYPE_CHECKING:
    from cxjourney.journal.sql import AsyncSqlJournal, SqlJournal

__all__ = [
    "AsyncJournal",
    "AsyncMemoryJournal",
    "AsyncSqlJournal",
    "Attempt",
    "Claim",
    "Dossier",
    "Entry",
    "EntryError",
    "InThread",
    "Journal",
    "JournalSchemaError",
    "JourneyRecord",
    "MemoryJournal",
    "Outboxed",
    "Remains",
    "SqlJournal",
    "State",
    "StepRecord",
    "UnsupportedDatabaseError",
]


def __getattr__(name: str) -> object:
    """Load the journals of databases when they are asked for."""
    if name in {"AsyncSqlJournal", "SqlJournal"}:
        return getattr(load(f"{__name__}.sql"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
