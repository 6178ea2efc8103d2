"""The methods that a dispatcher asks of a journal (SPEC 7)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from cxjourney.dispatch.journal._records import (
    Attempt,
    Claim,
    Commit,
    CustomerRecord,
    Dossier,
    Duty,
    EventName,
    OutboxItem,
    State,
    Tombstone,
)


class Journal(Protocol):
    """Keeps customers' journeys, the outbox of intents and their outcomes.

    Every write happens as a whole or not at all, and is there for good once the method returned.
    ``cxjourney.testing`` has the tests that a journal must pass.
    """

    def read(self, customer: str) -> CustomerRecord:
        """Return all that is kept of a customer, as of one moment; empty where there is nothing."""

    def dossier(self, customer: str, event: EventName | None = None) -> Dossier:
        """Return what is needed to go on with a customer, as of one moment.

        What it costs does not grow with what was recorded, planned and closed before.

        Args:
            customer: the customer's id.
            event: the engagement and id of an event, to be told whether it is kept.
        """

    def knows(self, customer: str, event: EventName) -> bool:
        """Say whether an event is kept, by its engagement and id."""

    def decided(
        self, customer: str, keys: Collection[str], occasions: Collection[str]
    ) -> frozenset[str]:
        """Return those keys, and those occasions (``Intent.occasion``), that intents have."""

    def events(self, customer: str, since: datetime) -> tuple[tuple[str, Mapping[str, Any]], ...]:
        """Return what was recorded that happened at a moment or later, each with its engagement.

        Events are as they stand in ``Journey.to_dict``. Oldest first; at one moment by engagement
        and number.
        """

    def commit(self, commit: Commit) -> None:
        """Write a commit, and raise the customer's revision by one.

        A customer of whom nothing but erased journeys would be left is forgotten altogether.

        Raises:
            SequenceError: when the customer's revision is not the expected one; nothing is written.
        """

    def claim(self, now: datetime, until: datetime, limit: int) -> tuple[Claim, ...]:
        """Claim customers who need attention by ``now`` and whom nobody holds.

        A claim holds until ``until``, later if a commit's ``lease`` says so. Claiming raises the
        record's revision by one, so that whoever held an older claim is told at the next commit.
        Those who have waited longest come first; of customers that wait alike, by id.
        """

    def release(self, claims: Collection[Claim]) -> None:
        """Let go of claims; those that somebody else has taken over meanwhile are left alone."""

    def audience(self, digests: Collection[str], limit: int, but: str = "") -> dict[str, int]:
        """Return, for each digest, for how many customers an intent with it ``reaches``.

        Counting stops at ``limit``, so that a text meant for a million costs no more.

        Args:
            digests: the digests of contents.
            limit: where counting stops.
            but: a customer who is not counted.
        """

    def outbox(
        self, states: Collection[State], *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[OutboxItem, ...]:
        """Return intents in some states by (customer, number), from after a place in that order."""

    def overdue(
        self, now: datetime, *, after: Duty | None = None, limit: int = 1000
    ) -> tuple[Duty, ...]:
        """Return what is owed and was due before ``now``, of all customers, due longest first.

        It is told as of the last change of each journey. Duties that are due at one moment come
        by customer, engagement and key; the last of a page is ``after`` for the next one.
        """

    def still_owed(
        self, *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[OutboxItem, ...]:
        """Return intents that were closed without being sent though their duty is still owed.

        They were denied or skipped, or failed for good. In order of (customer, number), from after
        a place in that order. What still waits, and all dead letters, ``outbox`` tells.
        """

    def find(self, key: str) -> OutboxItem | None:
        """Return the intent with a key, or None."""

    def attempts(self, key: str) -> tuple[Attempt, ...]:
        """Return what came of each call of a hook for an intent, oldest first."""

    def customers(self, *, after: str = "", limit: int = 1000) -> Sequence[str]:
        """Return the ids of the customers of whom something is kept, sorted, from after one."""

    def tombstones(self) -> tuple[Tombstone, ...]:
        """Return what is left of erased journeys, in order of erasure."""

    def next_attention(self) -> datetime | None:
        """Return when the first customer needs attention and is held by nobody, or None."""


class AsyncJournal(Protocol):
    """As ``Journal``, for asynchronous code."""

    async def read(self, customer: str) -> CustomerRecord:
        """As ``Journal.read``."""

    async def dossier(self, customer: str, event: EventName | None = None) -> Dossier:
        """As ``Journal.dossier``."""

    async def knows(self, customer: str, event: EventName) -> bool:
        """As ``Journal.knows``."""

    async def decided(
        self, customer: str, keys: Collection[str], occasions: Collection[str]
    ) -> frozenset[str]:
        """As ``Journal.decided``."""

    async def events(
        self, customer: str, since: datetime
    ) -> tuple[tuple[str, Mapping[str, Any]], ...]:
        """As ``Journal.events``."""

    async def commit(self, commit: Commit) -> None:
        """As ``Journal.commit``."""

    async def claim(self, now: datetime, until: datetime, limit: int) -> tuple[Claim, ...]:
        """As ``Journal.claim``."""

    async def release(self, claims: Collection[Claim]) -> None:
        """As ``Journal.release``."""

    async def audience(self, digests: Collection[str], limit: int, but: str = "") -> dict[str, int]:
        """As ``Journal.audience``."""

    async def outbox(
        self, states: Collection[State], *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[OutboxItem, ...]:
        """As ``Journal.outbox``."""

    async def overdue(
        self, now: datetime, *, after: Duty | None = None, limit: int = 1000
    ) -> tuple[Duty, ...]:
        """As ``Journal.overdue``."""

    async def still_owed(
        self, *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[OutboxItem, ...]:
        """As ``Journal.still_owed``."""

    async def find(self, key: str) -> OutboxItem | None:
        """As ``Journal.find``."""

    async def attempts(self, key: str) -> tuple[Attempt, ...]:
        """As ``Journal.attempts``."""

    async def customers(self, *, after: str = "", limit: int = 1000) -> Sequence[str]:
        """As ``Journal.customers``."""

    async def tombstones(self) -> tuple[Tombstone, ...]:
        """As ``Journal.tombstones``."""

    async def next_attention(self) -> datetime | None:
        """As ``Journal.next_attention``."""
