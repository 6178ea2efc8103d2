"""The journal: keeps journeys, the outbox of intents, and what came of them (SPEC 7).

Journals in SQLite and PostgreSQL need the extra ``sql``; they are loaded when first asked for.
"""

from typing import TYPE_CHECKING

from cxjourney.vocabulary._lazy import later

if TYPE_CHECKING:
    from cxjourney.dispatch.journal._async import AsyncMemoryJournal, InThread
    from cxjourney.dispatch.journal._memory import MemoryJournal
    from cxjourney.dispatch.journal._methods import AsyncJournal, Journal
    from cxjourney.dispatch.journal._moving._transfer import Transfer
    from cxjourney.dispatch.journal._owing import Archived as Archived
    from cxjourney.dispatch.journal._owing import Duty, Trouble
    from cxjourney.dispatch.journal._owing import Rest as Rest
    from cxjourney.dispatch.journal._owing import Stretch as Stretch
    from cxjourney.dispatch.journal._records import (
        Attempt,
        Claim,
        Commit,
        CustomerRecord,
        Dossier,
        Erasure,
        JourneyRecord,
        OutboxItem,
        State,
        StepRecord,
        Tombstone,
    )
    from cxjourney.dispatch.journal._secrecy._secret import Secret
    from cxjourney.dispatch.journal._sql import SqlJournal
    from cxjourney.dispatch.journal._sql_async import AsyncSqlJournal

__all__ = [
    "AsyncJournal",
    "AsyncMemoryJournal",
    "AsyncSqlJournal",
    "Attempt",
    "Claim",
    "Commit",
    "CustomerRecord",
    "Dossier",
    "Duty",
    "Erasure",
    "InThread",
    "Journal",
    "JourneyRecord",
    "MemoryJournal",
    "OutboxItem",
    "Secret",
    "SqlJournal",
    "State",
    "StepRecord",
    "Tombstone",
    "Transfer",
    "Trouble",
]

later(
    __name__,
    {
        "_async": "AsyncMemoryJournal InThread",
        "_moving._transfer": "Transfer",
        "_owing": "Archived Duty Rest Stretch Trouble",
        "_memory": "MemoryJournal",
        "_methods": "AsyncJournal Journal",
        "_records": """
            Attempt Claim Commit CustomerRecord Dossier Erasure JourneyRecord
            OutboxItem State StepRecord Tombstone
        """,
        "_secrecy._secret": "Secret",
        "_sql": "SqlJournal",
        "_sql_async": "AsyncSqlJournal",
    },
)
