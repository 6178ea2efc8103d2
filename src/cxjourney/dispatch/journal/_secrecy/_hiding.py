"""What a journal in memory does about erasures, handles and customers in trouble."""

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import islice
from threading import Lock
from typing import Any, Generic, Protocol, TypeVar

import attrs

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
        self._aliases: dict[str, tuple[str, dict[str, str]]] = {}

    def bare(self, customer: str) -> records.CustomerRecord:
        """Return what need not be read; see ``Journal.bare``."""
        with self._lock:
            customer, named = self._now(customer)
            kept = self._found(customer)
            journeys = tuple(records.JourneyRecord(one, {}) for one in sorted(kept.journeys))
            return attrs.evolve(self._told(customer, kept, journeys), named=named)

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

    def _latest_of(self, *asked: tuple[str, str | None]) -> records.Erasure | None:
        """Return what outlives erasures of a customer under each id, or of an engagement."""
        found = [self._erasure(*one) for one in {*asked}]
        return records.Erasure.latest(*(one for one in found if one is not None))

    def _bury(self, kept: Kept, commit: records.Commit, erasure: records.Erasure) -> bool:
        """Keep what outlives an erasure; say whether the customer went with the last journey."""
        customer, engagements = commit.customer, list[str | None](commit.erased)
        goes = not kept.journeys
        aliases: list[str] = []
        if goes:
            del self._kept[customer]
            engagements, aliases = [None], self._aliases_of(customer)
        for alias in aliases:
            del self._aliases[alias]
            latest = erasure.after(self._erasure(alias))
            self._erasures[self._secret.marks(alias)[0]] = latest
        for one in engagements:
            latest = erasure.after(self._erasure(customer, one))
            self._erasures[self._secret.marks(customer, one)[0]] = latest
        return goes

    def _now(self, customer: str) -> tuple[str, dict[str, str]]:
        """Return under which id a customer is kept now, and the new names of engagements."""
        return self._aliases.get(customer, (customer, {}))

    def _aliases_of(self, customer: str) -> list[str]:
        return sorted(one for one, (now, _) in self._aliases.items() if now == customer)

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
            found = self._secret.whose(handle, (*self._kept, *self._aliases))
            return None if found is None else self._now(found)[0]
