"""Changes: what differs between two playbooks, and whom that affects while journeys are in flight.

Nothing that was decided is decided again: intents that wait go out as they were decided, or not at
all. What the new playbook alone would have called for in the past is not sent after the event.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

import attrs

from cxjourney.channels.intent import Intent
from cxjourney.journey import Journey
from cxjourney.migration import Migration
from cxjourney.obligations import Obligation
from cxjourney.playbook.book import Playbook
from cxjourney.playbook.impact import Affected, AffectedCustomer, RowChange, Waiting
from cxjourney.playbook.planning import already_decided, calls, moot, nearly_due
from cxjourney.vocabulary._checks import check_time

__all__ = ["InFlight", "affected", "compare"]

Moved = tuple[Journey, tuple[Obligation, ...], tuple[Obligation, ...]]


@attrs.frozen
class InFlight:
    """A customer whose journeys are under way, as far as a change of playbook needs to know.

    Attributes:
        customer: the customer's id; hidden in the repr.
        journeys: the customer's journeys, with their history; hidden in the repr.
        decided: the customer's intents that were decided so far.
        waiting: those of them that are still to be sent.
        segment: the customer's segment; None for the rows of everybody.
    """

    customer: str = attrs.field(repr=False)
    journeys: tuple[Journey, ...] = attrs.field(default=(), repr=False)
    decided: tuple[Intent, ...] = ()
    waiting: tuple[Intent, ...] = ()
    segment: str | None = None


def compare(old: Playbook, new: Playbook) -> tuple[RowChange, ...]:
    """Return the rows that differ, those of the old playbook first, in its order.

    A row with a new id is the old one where it says so in ``was``; else the old one went and a new
    one came.
    """
    left = {(play.id, play.segment): play for play in new.plays}
    found = []
    for before in old.plays:
        after = left.pop((_present(before.id, new), before.segment), None)
        found.append(RowChange(before, after))
    found += [RowChange(None, after) for after in left.values()]
    return tuple(one for one in found if one.fields)


def _present(id: str, book: Playbook) -> str:
    """Return the id that a row has in a playbook, or its own where the playbook has none."""
    names = (play.id for play in book.plays if id in book.formerly(play.id))
    return next(names, id)


def affected(
    old: Playbook,
    new: Playbook,
    customers: Iterable[InFlight],
    *,
    now: datetime,
    migration: Migration | None = None,
) -> Affected:
    """Return whom a new playbook, and a new chart, would affect; nothing is changed.

    Args:
        old: the playbook so far.
        new: the playbook to come.
        customers: the customers to look at; they are read once, one after the other.
        now: the moment of the change.
        migration: how journeys get to a new chart; those that follow another chart stay.

    Raises:
        NaiveTimeError: when ``now`` has no time zone.
        MigrationError: when a journey cannot be migrated.
    """
    now = check_time(now, "playbook.now")
    looked_at, found = 0, []
    for one in customers:
        looked_at += 1
        seen = _look_at(old, new, one, now, migration)
        if seen.is_affected:
            found.append(seen)
    return Affected(compare(old, new), looked_at, tuple(found))


def _look_at(
    old: Playbook, new: Playbook, one: InFlight, now: datetime, migration: Migration | None
) -> AffectedCustomer:
    decided = (*one.decided, *one.waiting)
    moved = [_moved(journey, migration) for journey in one.journeys]
    missed: list[Intent] = []
    coming: list[Intent] = []
    for before, (after, _, _) in zip(one.journeys, moved, strict=True):
        known = (*decided, *calls(old, before, one.segment))
        missed += _news(new, calls(new, after, one.segment), known, after, now, one.segment)
        known = (*decided, *nearly_due(old, before, now, one.segment))
        soon = nearly_due(new, after, now, one.segment)
        coming += _news(new, soon, known, after, now, one.segment)
    return AffectedCustomer(
        one.customer,
        tuple(_waiting(old, new, one, {after.engagement: after for after, _, _ in moved}, now)),
        tuple(owed for _, opened, _ in moved for owed in opened),
        tuple(owed for _, _, dropped in moved for owed in dropped),
        tuple(missed),
        tuple(coming),
    )


def _moved(journey: Journey, migration: Migration | None) -> Moved:
    """Return a journey as it is after a migration, and what that opened and dropped."""
    if migration is None or journey.chart.ref != migration.source:
        return journey, (), ()
    migrated = journey.migrate(migration)
    return migrated.journey, migrated.opened, migrated.dropped


def _news(
    book: Playbook,
    called: Iterable[Intent],
    known: tuple[Intent, ...],
    journey: Journey,
    now: datetime,
    segment: str | None,
) -> Iterator[Intent]:
    """Yield what is called for, was not decided, and is not moot."""
    for intent in called:
        new = not already_decided(intent, known, book)
        if new and moot(intent, journey, now, book, segment) is None:
            yield intent


def _waiting(
    old: Playbook, new: Playbook, one: InFlight, after: dict[str, Journey], now: datetime
) -> Iterator[Waiting]:
    before = {journey.engagement: journey for journey in one.journeys}
    for intent in one.waiting:
        if intent.engagement not in before:
            continue
        was = moot(intent, before[intent.engagement], now, old, one.segment)
        reason = moot(intent, after[intent.engagement], now, new, one.segment)
        rows = (book.find(intent.play, one.segment) for book in (old, new))
        fields = RowChange(*rows).fields
        if was is None and (fields or reason is not None):
            yield Waiting(intent, fields, reason)
