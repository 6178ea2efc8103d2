"""What a dispatcher asks of a journal; whoever keeps one writes these methods (SPEC 7)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from cxjourney.journal.records import Attempt, Claim, Dossier, Entry, Outboxed, Remains, State

__all__ = ["AsyncJournal", "Journal"]


class Journal(Protocol):
    """Keeps customers' journeys, the outbox of intents and their outcomes.

    Every write happens as a whole or not at all, and is there for good once the method returned.
    ``cxjourney.testing.journals`` has the tests that a journal must pass.
    """

    def read(self, customer: str) -> Dossier:
        """Return all that is kept of a customer, as of one moment; empty where there is nothing."""

    def commit(self, entry: Entry) -> None:
        """Write an entry, and raise the dossier's revision by one.

        A customer of whom nothing but erased journeys would be left is forgotten altogether.

        Raises:
            SequenceError: when the dossier's revision is not the expected one; nothing is written.
        """

    def claim(self, now: datetime, until: datetime, limit: int) -> tuple[Claim, ...]:
        """Claim customers who need attention by ``now`` and whom nobody holds.

        A claim holds until ``until``, later if an entry's ``lease`` says so. Claiming raises the
        dossier's revision by one, so that whoever held an older claim is told at the next commit.
        Those who have waited longest come first; of customers that wait alike, by id.
        """

    def release(self, claims: Collection[Claim]) -> None:
        """Let go of claims; those that somebody else has taken over meanwhile are left alone."""

    def audience(self, digests: Collection[str], limit: int) -> dict[str, int]:
        """Return, for each digest, for how many customers an intent with it ``reaches``.

        Counting stops at ``limit``, so that a text meant for a million costs no more.
        """

    def outbox(
        self, states: Collection[State], *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[Outboxed, ...]:
        """Return intents in some states by (customer, number), from after a place in that order."""

    def find(self, key: str) -> Outboxed | None:
        """Return the intent with a key, or None."""

    def attempts(self, key: str) -> tuple[Attempt, ...]:
        """Return what came of each call of a hook for an intent, oldest first."""

    def customers(self, *, after: str = "", limit: int = 1000) -> Sequence[str]:
        """Return the ids of the customers of whom something is kept, sorted, from after one."""

    def remains(self) -> tuple[Remains, ...]:
        """Return what is left of erased journeys, in order of erasure."""

    def next_attention(self) -> datetime | None:
        """Return when the first customer needs attention and is held by nobody, or None."""


class AsyncJournal(Protocol):
    """As ``Journal``, for asynchronous code."""

    async def read(self, customer: str) -> Dossier:
        """As ``Journal.read``."""

    async def commit(self, entry: Entry) -> None:
        """As ``Journal.commit``."""

    async def claim(self, now: datetime, until: datetime, limit: int) -> tuple[Claim, ...]:
        """As ``Journal.claim``."""

    async def release(self, claims: Collection[Claim]) -> None:
        """As ``Journal.release``."""

    async def audience(self, digests: Collection[str], limit: int) -> dict[str, int]:
        """As ``Journal.audience``."""

    async def outbox(
        self, states: Collection[State], *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[Outboxed, ...]:
        """As ``Journal.outbox``."""

    async def find(self, key: str) -> Outboxed | None:
        """As ``Journal.find``."""

    async def attempts(self, key: str) -> tuple[Attempt, ...]:
        """As ``Journal.attempts``."""

    async def customers(self, *, after: str = "", limit: int = 1000) -> Sequence[str]:
        """As ``Journal.customers``."""

    async def remains(self) -> tuple[Remains, ...]:
        """As ``Journal.remains``."""

    async def next_attention(self) -> datetime | None:
        """As ``Journal.next_attention``."""
