"""What a journal in memory does about erasures, handles and customers in trouble."""

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import islice
from threading import Lock
from typing import Any, Generic, Protocol, TypeVar

from cxjourney.dispatch.journal import _records as records
from cxjourney.dispatch.journal._owing import Trouble
from cxjourney.dispatch.journal._secrecy._secret import Secret


class _Keeping(Protocol):
    """What is kept of a customer, as far as it matters here."""

    revision: int
    claim: int | None
    lease: datetime | None
    failures: int
    error: str

    @property
    def journeys(self) -> Mapping[str, Any]: ...


Kept = TypeVar("Kept", bound=_Keeping)


class Hiding(Generic[Kept]):
    """What a journal in memory keeps beside its customers, and what it tells of them.

    Args:
        made: gives what is kept of a customer who begins at a revision.
        secret: hides customers.
    """

    _lock: Lock

    def __init__(self, made: Callable[[int], Kept], secret: Secret) -> None:
        self._made = made
        self._secret = secret
        self._kept: dict[str, Kept] = {}
        self._erasures: dict[str, records.Erasure] = {}

    def bare(self, customer: str) -> records.CustomerRecord:
        """Return what need not be read; see ``Journal.bare``."""
        with self._lock:
            kept = self._found(customer)
            return self._told(
                customer,
                kept,
                tuple(records.JourneyRecord(one, {}) for one in sorted(kept.journeys)),
            )

    def _told(
        self,
        customer: str,
        kept: Kept,
        journeys: tuple[records.JourneyRecord, ...],
        outbox: tuple[records.OutboxItem, ...] = (),
    ) -> records.CustomerRecord:
        handle = self._secret.handle(customer)
        return records.CustomerRecord(customer, kept.revision, journeys, outbox, kept.claim, handle)

    def _found(self, customer: str) -> Kept:
        """Return what is kept of a customer, or where the next one under the id begins."""
        kept = self._kept.get(customer)
        if kept is None:
            erasure = self._erasure(customer)
            kept = self._made(0 if erasure is None else erasure.number)
        return kept

    def _erasure(self, customer: str, engagement: str | None = None) -> records.Erasure | None:
        if not self._erasures:
            return None
        marks = self._secret.marks(customer)
        if engagement is not None:
            marks += self._secret.marks(customer, engagement)
        return records.Erasure.latest(*(self._erasures[m] for m in marks if m in self._erasures))

    def _bury(self, kept: Kept, commit: records.Commit, erasure: records.Erasure) -> bool:
        """Keep what outlives an erasure; say whether the customer went with the last journey."""
        customer, engagements = commit.customer, list[str | None](commit.erased)
        goes = not kept.journeys
        if goes:
            del self._kept[customer]
            engagements = [None]
        for one in engagements:
            latest = erasure.after(self._erasure(customer, one))
            self._erasures[self._secret.marks(customer, one)[0]] = latest
        return goes

    def put_off(self, claim: records.Claim, until: datetime, error: str) -> None:
        """Let nobody claim a customer until a moment; see ``Journal.put_off``."""
        with self._lock:
            kept = self._kept.get(claim.customer)
            if kept is not None and kept.claim == claim.number:
                kept.failures, kept.error, kept.lease = kept.failures + 1, error, until

    def troubles(self, *, after: str = "", limit: int = 1000) -> tuple[Trouble, ...]:
        """Return to whom nobody could attend; see ``Journal.troubles``."""
        with self._lock:
            found = (
                Trouble(one, self._secret.handle(one), kept.failures, kept.error, kept.lease)
                for one, kept in sorted(self._kept.items())
                if kept.failures and one > after
            )
            return tuple(islice(found, limit))

    def whose(self, handle: str) -> str | None:
        """Return whom a handle names, or None; see ``Journal.whose``."""
        with self._lock:
            return self._secret.whose(handle, self._kept)
