"""The report on a change of playbook: which rows differ, and what becomes of whom."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Literal

import attrs

from cxjourney.channels.intent import Intent
from cxjourney.obligations import Obligation
from cxjourney.playbook.checks import label
from cxjourney.playbook.play import Play
from cxjourney.pretty import SupportsText
from cxjourney.texts import Lang, catalogue, deed, duty

__all__ = ["Affected", "AffectedCustomer", "Label", "RowChange", "Tallied", "Waiting"]

Tallied = Literal["kept", "withdrawn", "opened", "dropped", "missed", "coming"]
"""What becomes of intents and obligations."""
Label = Literal["customers", "affected", "added", "removed", "changed"] | Tallied
"""The words of the catalogue's table ``Affected``, by key."""


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
        return any((self.waiting, self.opened, self.dropped, self.missed, self.coming))


@attrs.frozen(repr=False)
class Affected:
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
    def tallies(self) -> Mapping[Tallied, Mapping[str, int]]:
        """How many intents of each row, and obligations of each rule, by what becomes of them.

        ``kept`` go out as they were decided, ``withdrawn`` are not sent any more; the others are
        explained in ``AffectedCustomer``.
        """
        waiting = [one for customer in self.customers for one in customer.waiting]
        each = self.customers
        found: dict[Tallied, Iterable[str]] = {
            "kept": [one.intent.play for one in waiting if one.reason is None],
            "withdrawn": [one.intent.play for one in waiting if one.reason is not None],
            "opened": [owed.rule for one in each for owed in one.opened],
            "dropped": [owed.rule for one in each for owed in one.dropped],
            "missed": [intent.play for one in each for intent in one.missed],
            "coming": [intent.play for one in each for intent in one.coming],
        }
        counted = {key: dict(sorted(Counter(ids).items())) for key, ids in found.items()}
        return MappingProxyType(counted)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many customers are affected, and how many intents and obligations in all."""
        totals = {key: sum(tally.values()) for key, tally in self.tallies.items()}
        return MappingProxyType({"customers": len(self.customers), **totals})

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Tell in words what changes, in figures; no customer is named."""
        return "\n".join(_lines(self, lang))

    def __str__(self) -> str:
        return self.explain()

    def _repr_pretty_(self, printer: SupportsText, _: object) -> None:
        printer.text(str(self))

    def __repr__(self) -> str:
        counts = self.counts
        of = f"{counts['customers']} of {self.looked_at} customers"
        waiting = f"{counts['kept']} intents kept, {counts['withdrawn']} withdrawn"
        return f"<Affected: {len(self.rows)} rows, {of}, {waiting}>"


def _lines(report: Affected, lang: Lang) -> Iterator[str]:
    words = catalogue(lang)["Affected"]
    added = [one.name for one in report.rows if one.before is None]
    removed = [one.name for one in report.rows if one.after is None]
    changed = [
        f"{one.name}: {'/'.join(one.fields)}" for one in report.rows if one.before and one.after
    ]
    yield f"{words['customers']}: {report.looked_at}"
    yield f"{words['affected']}: {len(report.customers)}"
    for key, rows in (("added", added), ("removed", removed), ("changed", changed)):
        yield f"{words[key]}: {len(rows)}{_in_brackets(rows)}"
    for key, tally in report.tallies.items():
        tell = duty if key in {"opened", "dropped"} else deed
        told = [f"{tell(id, lang)}: {count}" for id, count in tally.items()]
        yield f"{words[key]}: {sum(tally.values())}{_in_brackets(told)}"


def _in_brackets(parts: list[str]) -> str:
    return f" ({'; '.join(parts)})" if parts else ""
