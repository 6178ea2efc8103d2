"""What differs between two playbooks, and whom that affects while journeys are in flight."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import attrs

from cxjourney.channels import Intent
from cxjourney.errors import shown
from cxjourney.journey import Journey, Migration, Obligation
from cxjourney.playbook._decided import Decided
from cxjourney.playbook._planning import Moot, Stays, calls, moot, nearly_due, stays_of
from cxjourney.playbook._playbook import Playbook
from cxjourney.playbook._plays import Play
from cxjourney.playbook._soundness import label
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._checks import check_time, check_type
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._results import Worded
from cxjourney.vocabulary._terminal import Readable, Showable
from cxjourney.vocabulary._texts import Told, catalogue, name, say

TALLIED = ("kept", "withdrawn", "opened", "dropped", "missed", "coming")
"""What becomes of intents and obligations."""


@attrs.frozen
class RowChange(Worded):
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

    @property
    def what(self) -> str:
        """Whether the row was ``added``, ``removed`` or ``changed``."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Return what became of the row, with the fields that differ."""
        fields = ", ".join(self.fields)
        return say(f"row_{self.what}", lang, row=shown(self.name), fields=fields)

    def to_dict(self) -> dict[str, Any]:
        """Return the row's name and what became of it as plain values."""
        return {
            "row": self.name,
            "added": self.before is None,
            "removed": self.after is None,
            "fields": list(self.fields),
        }

    def __repr__(self) -> str:
        return f"<RowChange: {self.what}, {len(self.fields)} fields>"


@attrs.frozen
class Waiting(Worded):
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

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Return what the intent is for, and what becomes of it."""
        words = catalogue(lang)["Affected"]
        what = words["kept"] if self.reason is None else words["withdrawn"]
        why = "" if self.reason is None else f" ({name(Moot(self.reason), lang)})"
        return f"{name(self.intent.purpose, lang)}: {what}{why}"

    def __repr__(self) -> str:
        return f"<Waiting {self.intent.purpose.name}: {'withdrawn' if self.reason else 'kept'}>"


@attrs.frozen
class AffectedCustomer(Worded):
    """What a change means for one customer.

    Attributes:
        customer: the customer's id.
        waiting: the intents that wait and are affected.
        opened: what the company owes after the migration and did not owe before.
        dropped: what the company owed before and does not owe after it.
        missed: what the new playbook alone would have called for in the past, and would still be in
            time; it is not sent.
        coming: what the new playbook alone calls for because something owed is nearly due; it is
            planned as soon as a dispatcher looks at the customer.
    """

    customer: str
    waiting: tuple[Waiting, ...] = ()
    opened: tuple[Obligation, ...] = ()
    dropped: tuple[Obligation, ...] = ()
    missed: tuple[Intent, ...] = ()
    coming: tuple[Intent, ...] = ()

    @property
    def found(self) -> Iterator[tuple[str, str, str | None]]:
        """What becomes of each intent and obligation: the word for it, its row or rule, and why."""
        for one in self.waiting:
            yield "withdrawn" if one.reason else "kept", one.intent.play, one.reason
        for key in ("opened", "dropped"):
            yield from ((key, owed.rule, None) for owed in getattr(self, key))
        for key in ("missed", "coming"):
            yield from ((key, intent.play, None) for intent in getattr(self, key))

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Return how many intents and obligations there are of each kind; no id is told."""
        words = catalogue(lang)["Affected"]
        found = Counter(key for key, _, _ in self.found)
        return "; ".join(f"{words[key]}: {found[key]}" for key in TALLIED)

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
        unread: the handles of customers of whom what is kept could not be read.
    """

    rows: tuple[RowChange, ...]
    looked_at: int
    customers: tuple[AffectedCustomer, ...]
    unread: tuple[str, ...] = ()

    @property
    def tallies(self) -> Mapping[str, Mapping[str, int]]:
        """How many intents of each row, and obligations of each rule, by what becomes of them.

        ``kept`` go out as they were decided, ``withdrawn`` are not sent any more; the others are
        explained in ``AffectedCustomer``.
        """
        found = Counter((key, id) for one in self.customers for key, id, _ in one.found)
        return {
            key: {id: count for (other, id), count in sorted(found.items()) if other == key}
            for key in TALLIED
        }

    @property
    def counts(self) -> Mapping[str, int]:
        """How many customers are affected, and how many intents and obligations in all."""
        totals = {key: sum(tally.values()) for key, tally in self.tallies.items()}
        return {"customers": len(self.customers), **totals}

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
            "rows": [one.to_dict() for one in self.rows],
            "looked_at": self.looked_at,
            "counts": dict(self.counts),
            "affected": self.to_rows(),
            "unread": [*self.unread],
        }

    def _page(self, lang: Lang) -> Readable:
        page: Readable = load("cxjourney.show._playbook_tables").affected_page(self, lang)
        return page

    def __repr__(self) -> str:
        counts = self.counts
        of = f"{counts['customers']} of {self.looked_at} customers"
        waiting = f"{counts['kept']} intents kept, {counts['withdrawn']} withdrawn"
        return f"<Affected: {len(self.rows)} rows, {of}, {waiting}>"


@attrs.frozen
class InFlight(Showable):
    """A customer whose journeys are under way, as far as a change of playbook needs to know.

    Attributes:
        customer: the customer's id.
        journeys: the customer's journeys, with their history.
        decided: the customer's intents that were decided so far.
        waiting: those of them that are still to be sent.
        segment: the customer's segment; None for the rows of everybody.
    """

    customer: str = attrs.field(repr=False)
    journeys: tuple[Journey, ...] = attrs.field(default=(), repr=False)
    decided: tuple[Intent, ...] = attrs.field(default=(), repr=False)
    waiting: tuple[Intent, ...] = attrs.field(default=(), repr=False)
    segment: str | None = attrs.field(default=None, repr=False)


Standpoint = tuple[Journey, Stays]
"""A journey, and the stays that its steps began."""


def compare(old: Playbook, new: Playbook) -> tuple[RowChange, ...]:
    """Return the rows that differ, those of the old playbook first, in its order.

    A row with a new id is the old one where it says so in ``was``; else the old one went and a new
    one came.

    Raises:
        InvalidError: when one of them is no playbook.
    """
    for where, book in (("compare.old", old), ("compare.new", new)):
        check_type(where, book, Playbook)
    left = {(play.id, play.segment): play for play in new.plays}
    found = []
    for before in old.plays:
        renamed = (play.id for play in new.plays if before.id in new.formerly(play.id))
        after = left.pop((next(renamed, before.id), before.segment), None)
        found.append(RowChange(before, after))
    found += [RowChange(None, after) for after in left.values()]
    return tuple(one for one in found if one.fields)


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
        if any(seen.found):
            found.append(seen)
    return Affected(compare(old, new), looked_at, tuple(found))


def _look_at(
    old: Playbook, new: Playbook, one: InFlight, now: datetime, migration: Migration | None
) -> AffectedCustomer:
    opened: list[Obligation] = []
    dropped: list[Obligation] = []
    missed: list[Intent] = []
    coming: list[Intent] = []
    moved: dict[str, tuple[Standpoint, Standpoint]] = {}
    for before in one.journeys:
        after = before
        if migration is not None and before.chart.ref == migration.source:
            migrated = before.migrate(migration)
            after = migrated.journey
            opened += migrated.opened
            dropped += migrated.dropped
        stands, goes = stays_of(before.history), stays_of(after.history)
        moved[before.engagement] = (before, stands), (after, goes)
        called, was = calls(new, after, one.segment), calls(old, before, one.segment)
        missed += _news(new, one, (after, goes), now, called, was)
        soon = nearly_due(new, after, now, one.segment)
        was = nearly_due(old, before, now, one.segment)
        coming += _news(new, one, (after, goes), now, soon, was)
    return AffectedCustomer(
        one.customer,
        tuple(_waiting(old, new, one, moved, now)),
        tuple(opened),
        tuple(dropped),
        tuple(missed),
        tuple(coming),
    )


def _news(
    book: Playbook,
    one: InFlight,
    stands: Standpoint,
    now: datetime,
    called: Iterable[Intent],
    before: Iterable[Intent],
) -> list[Intent]:
    """Return what is called for, was not decided or called for before, and is not moot."""
    known = Decided((*one.decided, *one.waiting, *before), book)
    news = (intent for intent in called if intent not in known)
    return [intent for intent in news if moot(intent, *stands, now, book, one.segment) is None]


def _waiting(
    old: Playbook,
    new: Playbook,
    one: InFlight,
    moved: Mapping[str, tuple[Standpoint, Standpoint]],
    now: datetime,
) -> Iterator[Waiting]:
    """Yield the waiting intents whose row differs, or that become moot."""
    for intent in one.waiting:
        if intent.engagement not in moved:
            continue
        before, after = moved[intent.engagement]
        reason = moot(intent, *after, now, new, one.segment)
        rows = (book.find(intent.play, one.segment) for book in (old, new))
        fields = RowChange(*rows).fields
        waited = moot(intent, *before, now, old, one.segment) is None
        if waited and (fields or reason is not None):
            yield Waiting(intent, fields, reason)
