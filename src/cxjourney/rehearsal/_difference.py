"""The difference between two rehearsals: who would get more, less, or otherwise."""

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import Enum, unique
from typing import Any, TypeAlias

import attrs

from cxjourney.errors import InvalidError
from cxjourney.rehearsal._lines import Line, Value, plain
from cxjourney.rehearsal._outcome import VERSION, Rehearsal
from cxjourney.rehearsal._volumes import count_channels
from cxjourney.vocabulary import Channel, Lang
from cxjourney.vocabulary._checks import check_type
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._results import as_dict
from cxjourney.vocabulary._terminal import Readable, Showable, brief, code
from cxjourney.vocabulary._texts import Told

Amount: TypeAlias = int | Decimal


@unique
class ChangeKind(Enum):
    """How a contact of one rehearsal differs from another.

    LESS: only the first has it. MORE: only the second has it. REROUTED: it goes through another
    channel. RETIMED: it goes through the same channel at another time.
    """

    LESS = "less"
    MORE = "more"
    REROUTED = "rerouted"
    RETIMED = "retimed"


@attrs.frozen
class ChangedContact(Showable):
    """A contact that is not made alike in two rehearsals.

    Attributes:
        kind: how it differs.
        before: how the first rehearsal makes it; None for MORE.
        after: how the second one makes it; None for LESS.
    """

    kind: ChangeKind
    before: Line | None
    after: Line | None

    @property
    def line(self) -> Line:
        """How the second rehearsal makes it, or else the first."""
        line = self.after or self.before
        assert line is not None  # noqa: S101 - it is made at least once
        return line

    def __repr__(self) -> str:
        return f"<ChangedContact {self.kind.name}: {self.line!r}>"


@unique
class Tallied(Enum):
    """A figure that two rehearsals are compared by.

    CONTACTS: how many contacts through each channel, and through all of them. TASKS: how many tasks
    inside the company. IN_A_WEEK: the most contacts in one week. TO_ONE: the most contacts with one
    customer. AT_NIGHT: how many contacts at night. OPEN, OVERDUE: how much is owed at the end by
    each rule, and in all. COST: what it costs.
    """

    CONTACTS = "contacts"
    TASKS = "tasks"
    IN_A_WEEK = "in_a_week"
    TO_ONE = "to_one"
    AT_NIGHT = "at_night"
    OPEN = "open"
    OVERDUE = "overdue"
    COST = "cost"


@attrs.frozen
class ComparedFigure(Showable):
    """One figure in two rehearsals.

    Attributes:
        figure: what is counted.
        of: the channel, or the id of the chart's rule; None for all of them.
        before: what the first rehearsal comes to.
        after: what the second one does.
    """

    figure: Tallied
    of: Channel | str | None = attrs.field(repr=code)
    before: Amount
    after: Amount

    __repr__ = brief


@attrs.frozen(repr=False)
class Difference(Told):
    """Who would get more or less, through another channel, or at another time.

    It prints as a text, in which customers go by number.

    Attributes:
        one: the key and the version of the first playbook.
        other: those of the second one.
        changes: the contacts that differ, by person and time.
        same: how many contacts do not differ.
        figures: the figures of both, alike or not. What they cost is there where both have prices
            in one currency.
        currency: the currency of the costs; None where there is none.
    """

    one: str
    other: str
    changes: tuple[ChangedContact, ...]
    same: int
    figures: tuple[ComparedFigure, ...] = ()
    currency: str | None = None

    def of_kind(self, kind: ChangeKind) -> tuple[ChangedContact, ...]:
        """Return the contacts that differ in one way."""
        return tuple(change for change in self.changes if change.kind is kind)

    @property
    def balance(self) -> Mapping[int, int]:
        """How many contacts more, or less where below 0, each person would get, by number.

        People who would get as many as before are left out.
        """
        counts: Counter[int] = Counter()
        for change in self.changes:
            counts[change.line.person] += (change.after is not None) - (change.before is not None)
        return {person: count for person, count in sorted(counts.items()) if count}

    def to_rows(self) -> list[dict[str, Value]]:
        """Return the changes as plain dicts with the same keys, for a frame of any kind.

        They name the customers. Enums go by the names of their members.
        """
        return [_row(change) for change in self.changes]

    def to_dict(self) -> dict[str, Any]:
        """Return the difference as plain values that JSON can hold; it names the customers."""
        return {
            "difference": VERSION,
            "one": self.one,
            "other": self.other,
            "same": self.same,
            "counts": {kind.name: len(self.of_kind(kind)) for kind in ChangeKind},
            "figures": [as_dict(one) for one in self.figures],
            "currency": self.currency,
            "changes": [plain(row) for row in self.to_rows()],
        }

    def explain(self, lang: Lang = Lang.EN, *, full: bool = False) -> str:
        """Return the difference as a text of at most 80 columns.

        Args:
            lang: the language.
            full: whether every contact that differs is shown.
        """
        return self._page(lang, full=full).text()

    def _page(self, lang: Lang, *, full: bool = False) -> Readable:
        pages = load("cxjourney.show._rehearsals._difference_page")
        page: Readable = pages.difference_page(self, lang, full=full)
        return page

    def __repr__(self) -> str:
        counts = (f"{len(self.of_kind(kind))} {kind.value}" for kind in ChangeKind)
        return f"<Difference: {', '.join(counts)}, {self.same} the same>"


def difference(one: Rehearsal, other: Rehearsal) -> Difference:
    """Compare what two playbooks would send to the same people.

    A contact is known again by its key: the same journey, row of the playbook and occurrence.

    Args:
        one: the rehearsal of the first playbook.
        other: that of the second one.

    Raises:
        InvalidError: when one is no rehearsal, or they are not of the same people in the same days.
    """
    for where, given in (("difference.one", one), ("difference.other", other)):
        check_type(where, given, Rehearsal)
    if one.journeys != other.journeys:
        raise InvalidError("difference", "rehearsals of other people", "the same people twice")
    if (one.start, one.end) != (other.start, other.end):
        raise InvalidError("difference", "rehearsals of other days", "the same days twice")
    before, after = ({line.key: line for line in found.sent} for found in (one, other))
    keys = dict.fromkeys((*before, *after))
    both = [(before.get(key), after.get(key)) for key in keys]
    changes = [ChangedContact(kind, *pair) for pair in both if (kind := _kind(*pair)) is not None]
    changes.sort(key=lambda change: (change.line.person, change.line.at, change.line.play))
    figures = tuple(_figures(one, other))
    costs = one.costs if figures[-1].figure is Tallied.COST else None
    return Difference(
        one.playbook,
        other.playbook,
        tuple(changes),
        len(keys) - len(changes),
        figures,
        None if costs is None else costs.currency,
    )


def _figures(one: Rehearsal, other: Rehearsal) -> Iterator[ComparedFigure]:
    first, second = _counted(one), _counted(other)
    costs = one.costs, other.costs
    if costs[0] is not None and costs[1] is not None and costs[0].currency == costs[1].currency:
        first[Tallied.COST, None] = costs[0].total
        second[Tallied.COST, None] = costs[1].total
    for figure, of in dict.fromkeys((*first, *second)):
        about = figure, of
        yield ComparedFigure(figure, of, first.get(about, 0), second.get(about, 0))


def _counted(found: Rehearsal) -> dict[tuple[Tallied, Channel | str | None], Amount]:
    made, owed = found.contacts, found.duties
    through = count_channels(made)
    return {
        (Tallied.CONTACTS, None): len(made),
        **{(Tallied.CONTACTS, channel): through.get(channel, 0) for channel in Channel},
        (Tallied.TASKS, None): len(found.sent) - len(made),
        (Tallied.IN_A_WEEK, None): max(row.contacts for row in found.by_week),
        (Tallied.TO_ONE, None): max((row.contacts for row in found.by_customer), default=0),
        (Tallied.AT_NIGHT, None): len(found.at_night),
        (Tallied.OPEN, None): sum(row.open for row in owed),
        (Tallied.OVERDUE, None): sum(row.overdue for row in owed),
        **{(Tallied.OPEN, row.rule): row.open for row in owed},
        **{(Tallied.OVERDUE, row.rule): row.overdue for row in owed},
    }


def _kind(before: Line | None, after: Line | None) -> ChangeKind | None:
    if before is None or after is None:
        return ChangeKind.LESS if after is None else ChangeKind.MORE
    if before.channel is not after.channel:
        return ChangeKind.REROUTED
    return None if before.at == after.at else ChangeKind.RETIMED


def _row(change: ChangedContact) -> dict[str, Value]:
    line, before, after = change.line, change.before, change.after
    return {
        "change": change.kind.name,
        "person": line.person,
        "customer": line.customer,
        "engagement": line.engagement,
        "play": line.play,
        "purpose": line.purpose.name,
        "channel_before": before.channel.name if before else None,
        "channel_after": after.channel.name if after else None,
        "at_before": before.at if before else None,
        "at_after": after.at if after else None,
        "key": line.key,
    }
