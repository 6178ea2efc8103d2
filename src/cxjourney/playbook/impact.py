"""The report on a change of playbook: which rows differ, and what becomes of whom."""

from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import attrs

from cxjourney.channels.intent import Intent
from cxjourney.extras import load
from cxjourney.obligations import Obligation
from cxjourney.playbook.checks import label
from cxjourney.playbook.play import Play
from cxjourney.texts import Lang, Readable, Told

__all__ = ["Affected", "AffectedCustomer", "RowChange", "Waiting"]

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
        page: Readable = load("cxjourney.show._playbook").affected_page(self, lang)
        return page

    def __repr__(self) -> str:
        counts = self.counts
        of = f"{counts['customers']} of {self.looked_at} customers"
        waiting = f"{counts['kept']} intents kept, {counts['withdrawn']} withdrawn"
        return f"<Affected: {len(self.rows)} rows, {of}, {waiting}>"
