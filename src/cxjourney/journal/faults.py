"""What a journal refuses: an entry that contradicts itself, and a database that it cannot use."""

import attrs

from cxjourney.errors import CxJourneyError
from cxjourney.journal.records import Entry
from cxjourney.payload import MAX_ID

__all__ = ["EntryError", "JournalSchemaError", "UnsupportedDatabaseError", "check_entry"]


@attrs.define(slots=False, str=False)
class EntryError(CxJourneyError, ValueError):
    """An entry contradicts itself or what is kept; nothing of it was written.

    Attributes:
        field: which part of the entry was at fault.
        found: what stood there, never a customer's id or words.
        expected: what would have been right.
    """

    field: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"Entry: {self.field} is {self.found}; expected {self.expected}"


@attrs.define(slots=False, str=False)
class JournalSchemaError(CxJourneyError, RuntimeError):
    """A database has a journal's tables, but of another version than this library writes.

    Attributes:
        found: the version of the tables, or None where they say none.
        expected: the version that this library writes.
    """

    found: int | None
    expected: int

    def __str__(self) -> str:
        found = "of no version" if self.found is None else f"of version {self.found}"
        return (
            f"the journal's tables are {found}, and this cxjourney writes version "
            f"{self.expected}: use the cxjourney that wrote them, or another database"
        )


@attrs.define(slots=False, str=False)
class UnsupportedDatabaseError(CxJourneyError, ValueError):
    """A journal cannot be kept in such a database.

    Attributes:
        found: the kind of database.
        expected: what would be right.
    """

    found: str
    expected: str

    def __str__(self) -> str:
        return f"no journal can be kept in {self.found}; expected {self.expected}"


def check_entry(entry: Entry) -> None:
    """Check that an entry speaks of one customer only, and of each thing once.

    Raises:
        EntryError: when it does not.
    """
    size = len(entry.customer)
    if not 0 < size <= MAX_ID:
        raise EntryError("customer", f"of {size} characters", f"a text of 1 to {MAX_ID} characters")
    if any(one.intent.customer != entry.customer for one in entry.outbox):
        raise EntryError("outbox", "an intent for somebody else", "the customer's own intents")
    _check_once("journeys", [one.engagement for one in entry.journeys])
    _check_once("outbox", [one.key for one in entry.outbox])


def _check_once(field: str, names: list[str]) -> None:
    if len(set(names)) < len(names):
        raise EntryError(field, "the same one twice", "each once")
