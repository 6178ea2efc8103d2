"""A journal in memory: exact, atomic and safe for threads; it ends with the process."""

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from heapq import heapify, heappop, heappush
from itertools import islice
from operator import attrgetter
from typing import Any

import attrs

from cxjourney.dispatch.journal import _records as records
from cxjourney.dispatch.journal._marking._noted import InMemory
from cxjourney.dispatch.journal._memory_parts._kept_journeys import KeptJourney, NewJourney
from cxjourney.dispatch.journal._memory_parts._moved import Moving
from cxjourney.dispatch.journal._memory_parts._quiet import Quiet, take_out
from cxjourney.dispatch.journal._owing import SOME, Stretch
from cxjourney.dispatch.journal._records_stored import (
    CHECKPOINT,
    EVENT,
    check_commit,
    dump,
    load,
    load_value,
)
from cxjourney.dispatch.journal._secrecy._hiding import Hiding
from cxjourney.dispatch.journal._secrecy._secret import UNTOLD, Secret
from cxjourney.dispatch.journal._upkeep._in_memory import Upkeep, is_unmet, place_of
from cxjourney.errors import JournalError, SequenceError


@attrs.define
class _Kept:
    """All that is kept of a customer; the outbox by key, and what is open of it, by number."""

    revision: int = 0
    attention_at: datetime | None = None
    rank: int = 0
    claim: int | None = None
    lease: datetime | None = None
    journeys: dict[str, KeptJourney] = attrs.field(factory=dict)
    outbox: dict[str, records.OutboxItem] = attrs.field(factory=dict)
    archive: dict[str, records.OutboxItem] = attrs.field(factory=dict)
    numbers: dict[int, str] = attrs.field(factory=dict)
    planned: int = 0
    open: dict[int, str] = attrs.field(factory=dict)
    loud: dict[int, str] = attrs.field(factory=dict)
    quiet: Quiet = attrs.field(factory=Quiet)
    occasions: Counter[str] = attrs.field(factory=Counter)
    failures: int = 0
    error: str = ""

    @property
    def all(self) -> dict[str, records.OutboxItem]:
        """The intents of the outbox and of the archive, by key."""
        return self.archive | self.outbox

    def free_at(self) -> datetime | None:
        """Return when somebody may claim it, or None."""
        if self.attention_at is None or self.lease is None:
            return self.attention_at
        return max(self.attention_at, self.lease)


class MemoryJournal(Upkeep[_Kept], Hiding[_Kept], Moving[_Kept], InMemory):
    """A journal in memory: for tests, rehearsals, and whoever needs none after the process ends.

    Safe for threads. It keeps copies: what a caller does to what it gave or got changes nothing.

    Args:
        secret: hides customers in keys and handles; see ``SqlJournal``. Without one, keys are the
            same in every process, as tests and rehearsals need, and hide nobody.

    Raises:
        InvalidError: when the secret has fewer than 16 bytes.
    """

    def __init__(self, secret: bytes | None = None) -> None:
        InMemory.__init__(self)
        Hiding.__init__(self, _Kept, UNTOLD if secret is None else Secret(secret))
        Upkeep.__init__(self)
        self._reached: dict[str, Counter[str]] = {}
        self._tombstones: list[str] = []
        self._waiting: defaultdict[int, list[tuple[datetime, str]]] = defaultdict(list)
        self._asked_by: set[str] = set()

    def read(self, customer: str) -> records.CustomerRecord:
        """Return all that is kept of a customer; see ``Journal.read``."""
        with self._lock:
            customer, named = self._now(customer)
            kept = self._found(customer)
            journeys = tuple(
                one.record(name, whole=True) for name, one in sorted(kept.journeys.items())
            )
            outbox = tuple(sorted(kept.all.values(), key=attrgetter("number")))
            return attrs.evolve(self._told(customer, kept, journeys, outbox), named=named)

    def dossier(self, customer: str, event: records.EventName | None = None) -> records.Dossier:
        """Return what is needed to go on with a customer; see ``Journal.dossier``."""
        with self._lock:
            asked = (customer, event and event[0])
            customer, named = self._now(customer)
            if event is not None:
                event = named.get(event[0], event[0]), event[1]
            kept = self._found(customer)
            journeys = tuple(
                one.record(name, whole=False) for name, one in sorted(kept.journeys.items())
            )
            crowded = event is not None and kept.quiet.count > SOME
            waiting = kept.loud if crowded else kept.open
            return records.Dossier(
                customer,
                kept.revision,
                journeys,
                tuple(kept.outbox[key] for _, key in sorted(waiting.items())),
                kept.claim,
                kept.planned,
                event is not None and _knows(kept, event),
                self._latest_of((customer, event and event[0]), asked),
                self._secret.seals(customer),
                named,
                kept.quiet.rest() if crowded else None,
            )

    def knows(self, customer: str, event: records.EventName) -> bool:
        """Say whether an event is kept; see ``Journal.knows``."""
        with self._lock:
            return _knows(self._kept.get(customer, _Kept()), event)

    def decided(
        self, customer: str, keys: Collection[str], occasions: Collection[str]
    ) -> frozenset[str]:
        """Return which keys and occasions intents have; see ``Journal.decided``."""
        with self._lock:
            kept = self._kept.get(customer, _Kept())
            known = {one for one in keys if one in kept.outbox or one in kept.archive}
            return frozenset(known.union(one for one in occasions if one in kept.occasions))

    def events(self, customer: str, since: datetime) -> tuple[tuple[str, Mapping[str, Any]], ...]:
        """Return what happened from a moment on; see ``Journal.events``."""
        with self._lock:
            kept = self._kept.get(customer, _Kept())
            found = [
                (at, name, place)
                for name, one in sorted(kept.journeys.items())
                for at, place in one.by_time[bisect_left(one.by_time, (since, 0)) :]
            ]
            return tuple(
                (name, load_value(kept.journeys[name].events[place], EVENT))
                for _, name, place in sorted(found)
            )

    def since(self, customer: str, engagement: str, at: datetime) -> Stretch:
        """Return a checkpoint, and the events after it; see ``Journal.since``."""
        with self._lock:
            kept = self._found(customer)
            one = kept.journeys.get(engagement, KeptJourney())
            found, events = one.since(at)
            checkpoint = None if found is None else load_value(found, CHECKPOINT)
            told = tuple(load_value(event, EVENT) for event in events)
            return Stretch(kept.revision, checkpoint, told)

    def commit(self, commit: records.Commit) -> None:
        """Write a commit whole; see ``Journal.commit``.

        Raises:
            SequenceError: when the customer's revision is not the expected one.
            JournalError: when the commit contradicts itself or what is kept.
            DecodeError: when a part of it is no plain data.
        """
        check_commit(commit)
        journeys = {one.engagement: NewJourney.of(one) for one in commit.journeys}
        tombstones = [dump(one) for one in commit.erased.values()]
        with self._lock:
            kept = self._found(commit.customer)
            if kept.revision != commit.expected or commit.customer in self._aliases:
                raise SequenceError(commit.expected, kept.revision)
            _check_outbox(kept, commit)
            _check_events(kept, commit, journeys)
            kept.revision += 1
            if commit.lease is not None and kept.claim is not None:
                kept.lease = commit.lease
            for name, new in journeys.items():
                if name in commit.rewritten:
                    self._drop_journey(kept, name)
                kept.journeys.setdefault(name, KeptJourney()).write(new)
            self._owe(kept, commit)
            self._kept[commit.customer] = kept
            self._turn_to(commit.customer, kept, commit.attention_at, commit.rank)
            for one in commit.outbox:
                self._put(kept, one)
            for attempt in commit.attempts:
                self._attempts.setdefault(attempt.key, []).append(attempt)
            self._marks.keep(commit)
            self._tombstones += tombstones
            for engagement in commit.erased:
                self._forget(kept, engagement)
            if commit.erasure is not None and self._bury(kept, commit, commit.erasure):
                self._clear(commit.customer, kept)

    def _clear(self, customer: str, kept: _Kept) -> None:
        for key in kept.all:
            self._drop(kept, key)
            self._attempts.pop(key, None)
        for rank, waiting in self._waiting.items():
            self._waiting[rank] = [one for one in waiting if one[1] != customer]
            heapify(self._waiting[rank])

    def _turn_to(self, customer: str, kept: _Kept, at: datetime | None, rank: int) -> None:
        if at is not None and (at, rank) != (kept.attention_at, kept.rank):
            heappush(self._waiting[rank], (at, customer))
        kept.attention_at, kept.rank = at, rank

    def _put(self, kept: _Kept, one: records.OutboxItem) -> None:
        key = one.intent.key
        self._drop(kept, key)
        kept.outbox[key] = self._by_key[key] = one
        kept.numbers[one.number] = key
        kept.planned = max(kept.planned, one.number)
        kept.occasions[one.intent.occasion] += 1
        if one.state.is_open:
            kept.open[one.number] = key
            if not kept.quiet.add(one):
                kept.loud[one.number] = key
        if is_unmet(one):
            insort(self._unmet, place_of(one))
        if one.digest is not None and one.state.reaches:
            self._reached.setdefault(one.digest, Counter())[one.intent.customer] += 1

    def _drop(self, kept: _Kept, key: str) -> None:
        one = kept.outbox.pop(key, None)
        if one is not None and is_unmet(one):
            take_out(self._unmet, place_of(one))
        if one is not None and one.state.is_open:
            kept.quiet.drop(one)
        one = kept.archive.pop(key, one)
        self._by_key.pop(key, None)
        self._archive.pop(key, None)
        self._marks.forget(key)
        if one is None:
            return
        for by_number in (kept.open, kept.loud, kept.numbers):
            if by_number.get(one.number) == key:
                del by_number[one.number]
        _count_down(kept.occasions, one.intent.occasion)
        if one.digest is not None and one.state.reaches:
            _count_down(self._reached[one.digest], one.intent.customer)

    def _forget(self, kept: _Kept, engagement: str) -> None:
        self._drop_journey(kept, engagement)
        for one in [one for one in kept.all.values() if one.intent.engagement == engagement]:
            self._drop(kept, one.key)
            self._attempts.pop(one.key, None)
        kept.planned = max(kept.numbers, default=0)

    def claim(self, now: datetime, until: datetime, limit: int) -> tuple[records.Claim, ...]:
        """Claim customers who need attention and whom nobody holds; see ``Journal.claim``."""
        with self._lock:
            claimed: list[records.Claim] = []
            for rank in sorted(self._waiting):
                claimed += self._claim_of(rank, now, until, limit - len(claimed))
            return tuple(claimed)

    def _claim_of(
        self, rank: int, now: datetime, until: datetime, limit: int
    ) -> list[records.Claim]:
        """Claim customers of one rank."""
        waiting, claimed = self._waiting[rank], list[records.Claim]()
        seen: dict[str, datetime] = {}
        while waiting and waiting[0][0] <= now and len(claimed) < limit:
            at, customer = heappop(waiting)
            kept = self._kept.get(customer)
            if kept is None or (kept.attention_at, kept.rank) != (at, rank) or customer in seen:
                continue
            seen[customer] = at
            if kept.lease is None or kept.lease <= now:
                kept.revision += 1
                kept.claim, kept.lease = kept.revision, until
                handle, failures = self._secret.handle(customer), kept.failures
                claimed.append(records.Claim(customer, kept.revision, handle, failures))
        for customer, at in seen.items():
            heappush(waiting, (at, customer))
        return claimed

    def ask_again(self, now: datetime, *, customer: str | None = None, basis: str = "") -> int:
        """Have customers looked at for whom something waits; see ``Journal.ask_again``."""
        with self._lock:
            if basis and basis in self._asked_by:
                return 0
            self._asked_by |= {basis} - {""}
            some = self._kept if customer is None else self._kept.keys() & {customer}
            waiting = [one for one in some if _waits_in_vain(self._kept[one], now)]
            for one in waiting:
                self._turn_to(one, self._kept[one], now, self._kept[one].rank)
            return len(waiting)

    def release(self, claims: Collection[records.Claim]) -> None:
        """Let go of claims; see ``Journal.release``."""
        with self._lock:
            for one in claims:
                kept = self._kept.get(one.customer)
                if kept is not None and kept.claim == one.number:
                    kept.claim = kept.lease = None
                    kept.failures, kept.error = 0, ""

    def audience(self, digests: Collection[str], limit: int, but: str = "") -> dict[str, int]:
        """Return for how many customers each digest is; see ``Journal.audience``."""
        with self._lock:
            reached = {one: self._reached.get(one, Counter[str]()) for one in digests}
            return {one: min(len(by) - (but in by), limit) for one, by in reached.items()}

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
                if one.state in states and (after is None or place_of(one) > after)
            ]
            return tuple(sorted(found, key=place_of)[:limit])

    def find(self, key: str) -> records.OutboxItem | None:
        """Return the intent with a key, or None."""
        with self._lock:
            return self._by_key.get(key) or self._archive.get(key)

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

    def _holds(self, claim: records.Claim) -> bool:
        kept = self._kept.get(claim.customer)
        return kept is not None and kept.claim == claim.number


def _waits_in_vain(kept: _Kept, now: datetime) -> bool:
    """Say whether something waits that nobody will look at by now."""
    waits = any(kept.outbox[key].state is records.State.WAITING for key in kept.open.values())
    return waits and (kept.attention_at is None or kept.attention_at > now)


def _knows(kept: _Kept, event: records.EventName) -> bool:
    engagement, id = event
    return engagement in kept.journeys and id in kept.journeys[engagement].ids


def _count_down(counter: Counter[str], name: str) -> None:
    counter[name] -= 1
    if not counter[name]:
        del counter[name]


def _check_outbox(kept: _Kept, commit: records.Commit) -> None:
    new = {one.key: one.number for one in commit.outbox}
    taken = any(
        holder is not None and holder != key and new.get(holder, number) == number
        for key, number in new.items()
        for holder in (kept.numbers.get(number),)
    )
    if taken or len({*new.values()}) < len(new):
        found = "an intent with the number of another"
        raise JournalError("Commit.outbox", found, "its own number")
    if any(one.key not in new and one.key not in kept.outbox for one in commit.attempts):
        found = "one of an intent that is not kept"
        raise JournalError("Commit.attempts", found, "the customer's own")


def _check_events(kept: _Kept, commit: records.Commit, new: Mapping[str, NewJourney]) -> None:
    for name, one in new.items():
        known = None if name in commit.rewritten else kept.journeys.get(name)
        last, ids = (0, set[str]()) if known is None else (known.last, known.ids)
        told = [id for _, id, seq, _ in one.events if seq > last]
        if len({*told}) < len(told) or not ids.isdisjoint(told):
            raise JournalError("Commit.journeys", "an event with the id of another", "its own id")
