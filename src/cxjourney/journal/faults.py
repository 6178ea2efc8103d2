"""What a journal refuses: a commit that contradicts itself."""

from cxjourney.errors import JournalError
from cxjourney.journal.records import Commit
from cxjourney.vocabulary._checks import MAX_ID

__all__ = ["check_commit"]


def check_commit(commit: Commit) -> None:
    """Check that a commit speaks of one customer only, and of each thing once.

    Raises:
        JournalError: when it does not.
    """
    size = len(commit.customer)
    if not 0 < size <= MAX_ID:
        raise JournalError(
            "Commit.customer", f"of {size} characters", f"a text of 1 to {MAX_ID} characters"
        )
    if any(one.intent.customer != commit.customer for one in commit.outbox):
        raise JournalError(
            "Commit.outbox", "an intent for somebody else", "the customer's own intents"
        )
    _check_once("journeys", [one.engagement for one in commit.journeys])
    _check_once("outbox", [one.key for one in commit.outbox])


def _check_once(field: str, names: list[str]) -> None:
    if len(set(names)) < len(names):
        raise JournalError(f"Commit.{field}", "the same one twice", "each once")
