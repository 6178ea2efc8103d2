"""What those ask and do who look after a journal in memory."""

from bisect import bisect_left, bisect_right, insort
from datetime import datetime
from functools import partial
from heapq import nsmallest
from itertools import islice
from threading import Lock
from typing import Any, Generic, Protocol, TypeVar

import attrs

from cxjourney.dispatch.journal import _records as records
from cxjourney.dispatch.journal._memory_parts._kept_journeys import KeptJourney
from cxjourney.dispatch.journal._memory_parts._quiet import take_out
from cxjourney.dispatch.journal._methods import Progress, through
from cxjourney.dispatch.journal._owing import STEPS, Archived, Duty

Place = tuple[datetime, str, str, str]
"""The place of a duty among all: due time, customer, engagement, key."""


AT_ONCE = 1000
"""How many customers one batch of archiving looks at."""


class _Customer(Protocol):
    outbox: dict[str, records.OutboxItem]
    archive: dict[str, records.OutboxItem]
    numbers: dict[int, str]

    journeys: dict[str, Any]


Kept = TypeVar("Kept", bound=_Customer)
"""All that is kept of a customer."""


class Upkeep(Generic[Kept]):
    """The part of a journal in memory that tells of all customers at once, and the archive."""

    _lock: Lock
    _kept: dict[str, Kept]

    def __init__(self) -> None:
        self._by_key: dict[str, records.OutboxItem] = {}
        self._attempts: dict[str, list[records.Attempt]] = {}
        self._archive: dict[str, records.OutboxItem] = {}
        self._owed: dict[Place, Duty] = {}
        self._by_due: list[Place] = []
        self._unmet: list[tuple[str, int]] = []

    def _owe(self, kept: Kept, commit: records.Commit) -> None:
        """Take note of what is owed since, and of what is not owed any more."""
        again = [(one.engagement, one.obligation.key) for one in commit.owed]
        for engagement, key in (*commit.settled, *again):
            if engagement in kept.journeys:
                self._settle(kept.journeys[engagement].owed.pop(key, None))
        for one in commit.owed:
            self._take_on(kept.journeys[one.engagement], one)

    def _take_on(self, journey: KeptJourney, duty: Duty) -> None:
        journey.owed[duty.obligation.key] = self._owed[duty.place] = duty
        insort(self._by_due, duty.place)

    def _settle(self, duty: Duty | None) -> None:
        if duty is not None:
            del self._owed[duty.place]
            take_out(self._by_due, duty.place)

    def _drop_journey(self, kept: Kept, engagement: str) -> None:
        one = kept.journeys.pop(engagement, None)
        for duty in () if one is None else one.owed.values():
            self._settle(duty)

    def overdue(
        self, now: datetime, *, after: Duty | None = None, limit: int = 1000
    ) -> tuple[Duty, ...]:
        """Return what is owed and was due before ``now``; see ``Journal.overdue``."""
        with self._lock:
            first = 0 if after is None else bisect_right(self._by_due, after.place)
            last = bisect_left(self._by_due, (now, "", "", ""))
            return tuple(self._owed[one] for one in self._by_due[first : min(last, first + limit)])

    def still_owed(
        self, *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[records.OutboxItem, ...]:
        """Return what was not sent and is owed all the same; see ``Journal.still_owed``."""
        with self._lock:
            first = 0 if after is None else bisect_right(self._unmet, after)
            places = islice(self._unmet, first, None)
            return tuple(islice(filter(None, map(self._if_owed, places)), limit))

    def _if_owed(self, place: tuple[str, int]) -> records.OutboxItem | None:
        """Return the intent at a place if the duty that it was for is still owed."""
        kept = self._kept[place[0]]
        one = kept.outbox[kept.numbers[place[1]]]
        journey = kept.journeys.get(one.intent.engagement)
        return None if journey is None or one.intent.obligation not in journey.owed else one

    def archive(self, before: datetime, *, progress: Progress = None) -> Archived:
        """Put what was closed long ago out of the way; see ``Journal.archive``."""
        return through(partial(self.archive_some, before), progress)

    def archive_some(self, before: datetime, done: Archived) -> Archived:
        """Put the next batch out of the way; see ``Journal.archive_some``."""
        with self._lock:
            _, last, _, _ = done.place or STEPS
            customers = nsmallest(AT_ONCE, (one for one in self._kept if one > last))
            for customer in customers:
                done = self._put_away(self._kept[customer], done, before)
            place = (0, customers[-1], "", 0) if customers else None
            return attrs.evolve(done, place=place)

    def _put_away(self, kept: Kept, done: Archived, before: datetime) -> Archived:
        old = [one for one in kept.outbox.values() if self._is_old(one, before)]
        for one in old:
            self._lay_away(kept, one)
        return Archived(
            done.intents + len(old),
            done.attempts + sum(len(self._attempts.get(one.key, ())) for one in old),
            done.steps + sum(one.put_away(before) for one in kept.journeys.values()),
        )

    def _lay_away(self, kept: Kept, one: records.OutboxItem) -> None:
        kept.archive[one.key] = self._archive[one.key] = kept.outbox.pop(one.key)
        del self._by_key[one.key]
        if is_unmet(one):
            take_out(self._unmet, place_of(one))

    def _is_old(self, one: records.OutboxItem, before: datetime) -> bool:
        closed = one.state.is_closed and one.settled_at is not None and one.settled_at < before
        owed = one.state.is_unmet and self._if_owed(place_of(one)) is not None
        return closed and not owed

    def archived(
        self, *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[records.OutboxItem, ...]:
        """Return intents of the archive; see ``Journal.archived``."""
        with self._lock:
            found = [
                one for one in self._archive.values() if after is None or place_of(one) > after
            ]
            return tuple(sorted(found, key=place_of)[:limit])


def is_unmet(one: records.OutboxItem) -> bool:
    return one.state.is_unmet and one.intent.obligation is not None


def place_of(one: records.OutboxItem) -> tuple[str, int]:
    return one.intent.customer, one.number
