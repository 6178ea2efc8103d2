"""A journal in memory: exact, atomic and safe for threads; it ends with the process."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from heapq import heapify, heappop, heappush
from itertools import islice
from operator import attrgetter
from threading import Lock

import attrs

from cxjourney.dispatch.journal import _records as records
from cxjourney.dispatch.journal._records_stored import dump, dump_value, load, load_value
from cxjourney.errors import JournalError, SequenceError


@attrs.frozen
class _Journey:
    """A journey as it is kept; its data as JSON, which nobody else can change."""

    data: str
    steps: tuple[records.StepRecord, ...]
    wake_at: datetime | None


@attrs.define
class _Kept:
    """All that is kept of a customer; the outbox by key."""

    revision: int = 0
    attention_at: datetime | None = None
    claim: int | None = None
    lease: datetime | None = None
    journeys: dict[str, _Journey] = attrs.field(factory=dict)
    outbox: dict[str, records.OutboxItem] = attrs.field(factory=dict)

    def free_at(self) -> datetime | None:
        """Return when somebody may claim it, or None."""
        if self.attention_at is None or self.lease is None:
            return self.attention_at
        return max(self.attention_at, self.lease)


class MemoryJournal:
    """A journal in memory: for tests, rehearsals, and whoever needs none after the process ends.

    Safe for threads. It keeps copies: what a caller does to what it gave or got changes nothing.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[str, _Kept] = {}
        self._by_key: dict[str, records.OutboxItem] = {}
        self._attempts: dict[str, list[records.Attempt]] = {}
        self._reached: dict[str, Counter[str]] = {}
        self._tombstones: list[str] = []
        self._waiting: list[tuple[datetime, str]] = []

    def read(self, customer: str) -> records.CustomerRecord:
        """Return all that is kept of a customer; see ``Journal.read``."""
        with self._lock:
            kept = self._kept.get(customer, _Kept())
            journeys = tuple(
                records.JourneyRecord(name, load_value(one.data, "data"), one.steps, one.wake_at)
                for name, one in sorted(kept.journeys.items())
            )
            outbox = tuple(sorted(kept.outbox.values(), key=attrgetter("number")))
            return records.CustomerRecord(customer, kept.revision, journeys, outbox, kept.claim)

    def commit(self, commit: records.Commit) -> None:
        """Write a commit whole; see ``Journal.commit``.

        Raises:
            SequenceError: when the customer's revision is not the expected one.
            JournalError: when the commit contradicts itself or what is kept.
            DecodeError: when a part of it is no plain data.
        """
        records.check_commit(commit)
        journeys = {
            one.engagement: _Journey(dump_value(dict(one.data)), one.steps, one.wake_at)
            for one in commit.journeys
        }
        tombstones = [dump(one) for one in commit.erased.values()]
        with self._lock:
            kept = self._kept.get(commit.customer, _Kept())
            if kept.revision != commit.expected:
                raise SequenceError(commit.expected, kept.revision)
            self._check_outbox(kept, commit)
            kept.revision += 1
            if commit.lease is not None and kept.claim is not None:
                kept.lease = commit.lease
            kept.journeys |= journeys
            self._kept[commit.customer] = kept
            self._turn_to(commit.customer, kept, commit.attention_at)
            for one in commit.outbox:
                self._put(kept, one)
            for attempt in commit.attempts:
                self._attempts.setdefault(attempt.key, []).append(attempt)
            self._tombstones += tombstones
            for engagement in commit.erased:
                self._forget(kept, engagement)
            if commit.erased and not kept.journeys and not kept.outbox:
                del self._kept[commit.customer]
                self._waiting = [one for one in self._waiting if one[1] != commit.customer]
                heapify(self._waiting)

    def _check_outbox(self, kept: _Kept, commit: records.Commit) -> None:
        outbox = kept.outbox | {one.key: one for one in commit.outbox}
        if len({one.number for one in outbox.values()}) < len(outbox):
            found = "an intent with the number of another"
            raise JournalError("Commit.outbox", found, "its own number")
        if any(one.key not in outbox for one in commit.attempts):
            found = "one of an intent that is not kept"
            raise JournalError("Commit.attempts", found, "the customer's own")

    def _turn_to(self, customer: str, kept: _Kept, at: datetime | None) -> None:
        if at is not None and at != kept.attention_at:
            heappush(self._waiting, (at, customer))
        kept.attention_at = at

    def _put(self, kept: _Kept, one: records.OutboxItem) -> None:
        self._drop(kept, one.key)
        kept.outbox[one.key] = self._by_key[one.key] = one
        if one.digest is not None and one.state.reaches:
            self._reached.setdefault(one.digest, Counter())[one.intent.customer] += 1

    def _drop(self, kept: _Kept, key: str) -> None:
        one = kept.outbox.pop(key, None)
        self._by_key.pop(key, None)
        if one is not None and one.digest is not None and one.state.reaches:
            reached = self._reached[one.digest]
            reached[one.intent.customer] -= 1
            if not reached[one.intent.customer]:
                del reached[one.intent.customer]

    def _forget(self, kept: _Kept, engagement: str) -> None:
        kept.journeys.pop(engagement, None)
        for one in [one for one in kept.outbox.values() if one.intent.engagement == engagement]:
            self._drop(kept, one.key)
            self._attempts.pop(one.key, None)

    def claim(self, now: datetime, until: datetime, limit: int) -> tuple[records.Claim, ...]:
        """Claim customers who need attention and whom nobody holds; see ``Journal.claim``."""
        with self._lock:
            claimed: list[records.Claim] = []
            seen: dict[str, datetime] = {}
            while self._waiting and self._waiting[0][0] <= now and len(claimed) < limit:
                at, customer = heappop(self._waiting)
                kept = self._kept.get(customer)
                if kept is None or kept.attention_at != at or customer in seen:
                    continue
                seen[customer] = at
                if kept.lease is None or kept.lease <= now:
                    kept.revision += 1
                    kept.claim, kept.lease = kept.revision, until
                    claimed.append(records.Claim(customer, kept.revision))
            for customer, at in seen.items():
                heappush(self._waiting, (at, customer))
            return tuple(claimed)

    def release(self, claims: Collection[records.Claim]) -> None:
        """Let go of claims; see ``Journal.release``."""
        with self._lock:
            for one in claims:
                kept = self._kept.get(one.customer)
                if kept is not None and kept.claim == one.number:
                    kept.claim = kept.lease = None

    def audience(self, digests: Collection[str], limit: int) -> dict[str, int]:
        """Return for how many customers each digest is; see ``Journal.audience``."""
        with self._lock:
            return {one: min(len(self._reached.get(one, ())), limit) for one in digests}

    def outbox(
        self,
        states: Collection[records.State],
        *,
        after: tuple[str, int] | None = None,
        limit: int = 1000,
    ) -> tuple[records.OutboxItem, ...]:
        """Return intents in some states; see ``Journal.outbox``."""
        with self._lock:
            found = [
                one
                for one in self._by_key.values()
                if one.state in states and (after is None or _place(one) > after)
            ]
            return tuple(sorted(found, key=_place)[:limit])

    def find(self, key: str) -> records.OutboxItem | None:
        """Return the intent with a key, or None."""
        with self._lock:
            return self._by_key.get(key)

    def attempts(self, key: str) -> tuple[records.Attempt, ...]:
        """Return what came of each call of a hook for an intent, oldest first."""
        with self._lock:
            return tuple(self._attempts.get(key, ()))

    def customers(self, *, after: str = "", limit: int = 1000) -> Sequence[str]:
        """Return the ids of the customers of whom something is kept; see ``Journal.customers``."""
        with self._lock:
            return tuple(islice((one for one in sorted(self._kept) if one > after), limit))

    def tombstones(self) -> tuple[records.Tombstone, ...]:
        """Return what is left of erased journeys, in order of erasure."""
        with self._lock:
            return tuple(load(records.Tombstone, one) for one in self._tombstones)

    def next_attention(self) -> datetime | None:
        """Return when the first customer needs attention; see ``Journal.next_attention``."""
        with self._lock:
            moments = (kept.free_at() for kept in self._kept.values())
            return min((at for at in moments if at is not None), default=None)


def _place(one: records.OutboxItem) -> tuple[str, int]:
    return one.intent.customer, one.number
