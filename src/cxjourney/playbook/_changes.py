"""What differs between two playbooks, and whom that affects while journeys are in flight."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import attrs

from cxjourney.channels import Intent
from cxjourney.journey import Journey, Migration, Obligation
from cxjourney.playbook._planning import already_decided, calls, moot, nearly_due
from cxjourney.playbook._playbook import Playbook
from cxjourney.playbook._plays import Play
from cxjourney.playbook._soundness import label
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._checks import check_time
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._texts import Readable, Told

TALLIED = ("kept", "withdrawn", "opened", "dropped", "missed", "coming")
"""What becomes of intents and obligations."""


@attrs.frozen
class RowChange:
    """One row that differs between two playbooks.

    Attributes:
        before: the row in the old playbook; None where there was none.
        after: the row in the new playbook; None where there is none.
    """

    before: Play | None
    after: Play | None

    @property
    def name(self) -> str:
        """The row's id, with the segment whose row it is; the new id where it was renamed."""
        row = self.after or self.before
        return "" if row is None else label(row.id, row.segment)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that differ, ``was`` left out: all where one of the two rows is missing."""
        names = [field.name for field in attrs.fields(Play) if field.name != "was"]
        absent = object()
        values = ((getattr(row, one, absent) for row in (self.before, self.after)) for one in names)
        return tuple(one for one, (was, now) in zip(names, values, strict=True) if was != now)

    def __repr__(self) -> str:
        what = "added" if self.before is None else "removed" if self.after is None else "changed"
        return f"<RowChange: {what}, {len(self.fields)} fields>"


@attrs.frozen
class Waiting:
    """An intent that waits to be sent, and what becomes of it under the new playbook.

    Attributes:
        intent: the intent, as it was decided.
        fields: the fields of its row that differ.
        reason: why it is not sent any more, as the value of a ``Moot``; None where it goes out as
            it was decided.
    """

    intent: Intent
    fields: tuple[str, ...]
    reason: str | None

    def __repr__(self) -> str:
        return f"<Waiting {self.intent.purpose.name}: {'withdrawn' if self.reason else 'kept'}>"


@attrs.frozen
class AffectedCustomer:
    """What a change means for one customer.

    Attributes:
        customer: the customer's id; hidden in the repr.
        waiting: the intents that wait and are affected.
        opened: what the company owes after the migration and did not owe before.
        dropped: what the company owed before and does not owe after it.
        missed: what the new playbook alone would have called for in the past, and would still be in
            time; it is not sent.
        coming: what the new playbook alone calls for because something owed is nearly due; it is
            planned as soon as a dispatcher looks at the customer.
    """

    customer: str = attrs.field(repr=False)
    waiting: tuple[Waiting, ...] = ()
    opened: tuple[Obligation, ...] = attrs.field(default=(), repr=False)
    dropped: tuple[Obligation, ...] = attrs.field(default=(), repr=False)
    missed: tuple[Intent, ...] = ()
    coming: tuple[Intent, ...] = ()

    @property
    def is_affected(self) -> bool:
        """Whether anything changes for the customer."""
        return any(True for _ in self.found)

    @property
    def found(self) -> Iterator[tuple[str, str, str | None]]:
        """What becomes of each intent and obligation: the word for it, its row or rule, and why."""
        for one in self.waiting:
            yield "withdrawn" if one.reason else "kept", one.intent.play, one.reason
        for key in ("opened", "dropped"):
            yield from ((key, owed.rule, None) for owed in getattr(self, key))
        for key in ("missed", "coming"):
            yield from ((key, intent.play, None) for intent in getattr(self, key))

    def __repr__(self) -> str:
        found = Counter(key for key, _, _ in self.found)
        return f"<AffectedCustomer: {', '.join(f'{found[key]} {key}' for key in TALLIED)}>"


@attrs.frozen(repr=False)
class Affected(Told):
    """Whom a new playbook affects, and how; it prints as a list of figures without any ids.

    Attributes:
        rows: the rows that differ.
        looked_at: how many customers were looked at.
        customers: those of them who are affected.
    """

    rows: tuple[RowChange, ...]
    looked_at: int
    customers: tuple[AffectedCustomer, ...]

    @property
    def tallies(self) -> Mapping[str, Mapping[str, int]]:
        """How many intents of each row, and obligations of each rule, by what becomes of them.

        ``kept`` go out as they were decided, ``withdrawn`` are not sent any more; the others are
        explained in ``AffectedCustomer``.
        """
        found = Counter((key, id) for one in self.customers for key, id, _ in one.found)
        counted = {
            key: {id: count for (other, id), count in sorted(found.items()) if other == key}
            for key in TALLIED
        }
        return MappingProxyType(counted)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many customers are affected, and how many intents and obligations in all."""
        totals = {key: sum(tally.values()) for key, tally in self.tallies.items()}
        return MappingProxyType({"customers": len(self.customers), **totals})

    def to_rows(self) -> list[dict[str, str | None]]:
        """Return what becomes of each intent and obligation as plain dicts, for any frame.

        They name the customers. ``id`` is the row of the playbook, or the rule of the obligation.
        """
        return [
            {"customer": one.customer, "what": key, "id": id, "reason": reason}
            for one in self.customers
            for key, id, reason in one.found
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain values that JSON can hold; it names the customers."""
        return {
            "rows": [
                {
                    "row": one.name,
                    "added": one.before is None,
                    "removed": one.after is None,
                    "fields": list(one.fields),
                }
                for one in self.rows
            ],
            "looked_at": self.looked_at,
            "counts": dict(self.counts),
            "affected": self.to_rows(),
        }

    def _page(self, lang: Lang) -> Readable:
        page: Readable = load("cxjourney.show._playbook_tables").affected_page(self, lang)
        return page

    def __repr__(self) -> str:
        counts = self.counts
        of = f"{counts['customers']} of {self.looked_at} customers"
        waiting = f"{counts['kept']} intents kept, {counts['withdrawn']} withdrawn"
        return f"<Affected: {len(self.rows)} rows, {of}, {waiting}>"


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
