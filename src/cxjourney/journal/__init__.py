"""The journal: keeps journeys, the outbox of intents, and what came of them (SPEC 7).

In a database it needs the extra ``sql``, which is loaded when it is first asked for.
"""

from typing import TYPE_CHECKING

from cxjourney.extras import load
from cxjourney.journal.in_thread import InThread
from cxjourney.journal.memory import AsyncMemoryJournal, MemoryJournal
from cxjourney.journal.protocol import AsyncJournal, Journal
from cxjourney.journal.records import (
    Attempt,
    Claim,
    Commit,
    CustomerRecord,
    JourneyRecord,
    OutboxItem,
    State,
    StepRecord,
    Tombstone,
)

if TYPE_CHECKING:
    from cxjourney.journal.sql import AsyncSqlJournal, SqlJournal

__all__ = [
    "AsyncJournal",
    "AsyncMemoryJournal",
    "AsyncSqlJournal",
    "Attempt",
    "Claim",
    "Commit",
    "CustomerRecord",
    "InThread",
    "Journal",
    "JourneyRecord",
    "MemoryJournal",
    "OutboxItem",
    "SqlJournal",
    "State",
    "StepRecord",
    "Tombstone",
]


def __getattr__(name: str) -> object:
    """Load the journals of databases when they are asked for."""
    if name in {"AsyncSqlJournal", "SqlJournal"}:
        return getattr(load(f"{__name__}.sql"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
