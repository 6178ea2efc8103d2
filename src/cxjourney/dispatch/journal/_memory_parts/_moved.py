"""Moves and aliases in memory."""

from abc import ABC, abstractmethod
from datetime import datetime
from operator import attrgetter
from threading import Lock
from typing import Any, Generic, Protocol, TypeVar

import attrs

from cxjourney.dispatch.journal import _records as records
from cxjourney.dispatch.journal._memory_parts._kept_journeys import KeptJourney, NewJourney
from cxjourney.dispatch.journal._moving._transfer import Transfer, changed, check_journeys
from cxjourney.dispatch.journal._owing import Duty
from cxjourney.errors import JournalError, SequenceError


class _Movable(Protocol):
    """What is kept of a customer, as far as it matters here."""

    revision: int
    rank: int
    attention_at: datetime | None
    claim: int | None
    lease: datetime | None
    journeys: dict[str, KeptJourney]
    planned: int
    outbox: dict[str, records.OutboxItem]
    archive: dict[str, records.OutboxItem]


Kept = TypeVar("Kept", bound=_Movable)


class Moving(ABC, Generic[Kept]):
    """The part of a journal in memory that knows by which ids customers went before."""

    _lock: Lock
    _kept: dict[str, Kept]
    _marks: Any  # those of calls
    _aliases: dict[str, tuple[str, dict[str, str]]]

    def move(self, move: Transfer) -> None:
        """Let all that is kept of a customer go under another id; see ``Journal.move``.

        Raises:
            SequenceError: when a revision is not the expected one.
            JournalError: when the move contradicts itself or what is kept.
            DecodeError: when a part of it is no plain data.
        """
        move.check()
        new = {one.engagement: NewJourney.of(one) for one in move.journeys}
        with self._lock:
            source, target = self._kept.get(move.source), self._kept.get(move.target)
            if source is None or source.revision != move.expected:
                raise SequenceError(move.expected, 0 if source is None else source.revision)
            there = None if target is None else target.revision
            if there != move.target_expected:
                raise SequenceError(move.target_expected or 0, there or 0)
            if self._now(move.target)[0] not in {move.target, move.source}:
                found = "an id that was another customer's"
                raise JournalError("Transfer.target", found, "a free one")
            others = set[str]() if target is None else {*target.journeys}
            check_journeys(move, {*source.journeys}, others)
            kept = self._found(move.target) if target is None else target
            self._carry_over(move, source, kept, new)

    def _carry_over(
        self, move: Transfer, source: Kept, kept: Kept, new: dict[str, NewJourney]
    ) -> None:
        known = (source.attention_at, kept.attention_at, move.attention_at)
        attention = min(at for at in known if at is not None)
        rank = min(one.rank for one in (source, self._kept.get(move.target)) if one is not None)
        kept.revision = max(source.revision, kept.revision) + 1
        leases = [one.lease for one in (source, kept) if one.lease is not None]
        kept.claim = kept.revision if leases else None
        kept.lease = max(leases, default=None)
        self._aliases.pop(move.target, None)
        offset, archived = kept.planned, {*source.archive}
        items = sorted({**source.archive, **source.outbox}.values(), key=attrgetter("number"))
        taken = [move.taken_over(one, offset) for one in items]
        marks = self._marks.of([one.key for one in items])
        for one in items:
            self._drop(source, one.key)
        for old, name in move.named.items():
            self._carry_journey(move, source.journeys.pop(old), kept, new[name])
        del self._kept[move.source]
        self._kept[move.target] = kept
        for one in taken:
            self._put(kept, one)
            if one.key in archived:
                self._lay_away(kept, one)
        self._marks.put_back(marks)
        for alias in self._aliases_of(move.source):
            self._aliases[alias] = move.target, move.composed(self._aliases[alias][1])
        self._aliases[move.source] = move.target, changed(move.named)
        self._turn_to(move.target, kept, attention, rank)

    def _carry_journey(
        self, move: Transfer, journey: KeptJourney, kept: Kept, new: NewJourney
    ) -> None:
        for duty in [*journey.owed.values()]:
            self._settle(duty)
            owed = attrs.evolve(duty, customer=move.target, engagement=new.engagement)
            self._take_on(journey, owed)
        journey.write(new)
        journey.checkpoints.clear()
        kept.journeys[new.engagement] = journey

    @abstractmethod
    def _found(self, customer: str) -> Kept:
        """Return what is kept of a customer, or where the next one under the id begins."""

    @abstractmethod
    def _now(self, customer: str) -> tuple[str, dict[str, str]]:
        """Return under which id a customer is kept now, and the new names of engagements."""

    @abstractmethod
    def _aliases_of(self, customer: str) -> list[str]:
        """Return the ids that a customer had before."""

    @abstractmethod
    def _put(self, kept: Kept, one: records.OutboxItem) -> None:
        """Put an intent into the outbox."""

    @abstractmethod
    def _drop(self, kept: Kept, key: str) -> None:
        """Drop an intent."""

    @abstractmethod
    def _lay_away(self, kept: Kept, one: records.OutboxItem) -> None:
        """Put an intent of the outbox into the archive."""

    @abstractmethod
    def _settle(self, duty: Duty | None) -> None:
        """Take note that something is not owed any more."""

    @abstractmethod
    def _take_on(self, journey: KeptJourney, duty: Duty) -> None:
        """Take note that something is owed."""

    @abstractmethod
    def _turn_to(self, customer: str, kept: Kept, at: datetime | None, rank: int) -> None:
        """Have a customer looked at."""
