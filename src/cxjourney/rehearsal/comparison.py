"""The difference between two rehearsals: who would get more, less, or otherwise."""

from collections import Counter
from collections.abc import Iterator, Mapping
from enum import Enum, unique

import attrs

from cxjourney.pretty import SupportsText
from cxjourney.rehearsal.faults import RehearsalError
from cxjourney.rehearsal.lines import Line
from cxjourney.rehearsal.report import Rehearsal
from cxjourney.rehearsal.rows import Value
from cxjourney.rehearsal.tables import Table, as_html, as_text
from cxjourney.rehearsal.wording import LONGEST_NAME, left_note, moment
from cxjourney.rehearsal.words import Word, word
from cxjourney.shown import shown
from cxjourney.texts import Lang, name

__all__ = ["ChangeKind", "ChangedContact", "Difference", "difference"]

SHOWN = 40


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
class ChangedContact:
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


@attrs.frozen(repr=False)
class Difference:
    """Who would get more or less, through another channel, or at another time.

    It prints as a text, in which customers go by number.

    Attributes:
        one: the key and the version of the first playbook.
        other: those of the second one.
        changes: the contacts that differ, by person and time.
        same: how many contacts do not.
    """

    one: str
    other: str
    changes: tuple[ChangedContact, ...]
    same: int

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

    def tell(self, lang: Lang = Lang.EN, *, most: int | None = SHOWN) -> str:
        """Return the difference as a text.

        Args:
            lang: the language.
            most: how many changes to show; None for all.
        """
        return as_text(self._heading(lang), self._tables(lang, most))

    def _heading(self, lang: Lang) -> tuple[str, ...]:
        return (
            f"{word('comparison', lang)}.",
            f"{word('first', lang)}: {shown(self.one)}",
            f"{word('second', lang)}: {shown(self.other)}",
        )

    def _tables(self, lang: Lang, most: int | None) -> tuple[Table, ...]:
        return _counts_table(self, lang), _changes_table(self, lang, most)

    def __str__(self) -> str:
        return self.tell()

    def __repr__(self) -> str:
        counts = (f"{len(self.of_kind(kind))} {kind.value}" for kind in ChangeKind)
        return f"<Difference: {', '.join(counts)}, {self.same} the same>"

    def _repr_pretty_(self, printer: SupportsText, _: object) -> None:
        printer.text(repr(self))

    def _repr_html_(self) -> str:
        return as_html(self._heading(Lang.EN), self._tables(Lang.EN, SHOWN), Lang.EN.value)


def difference(one: Rehearsal, other: Rehearsal) -> Difference:
    """Compare what two playbooks would send to the same people.

    A contact is known again by its key: the same journey, row of the playbook and occurrence.

    Args:
        one: the rehearsal of the first playbook.
        other: that of the second one.

    Raises:
        RehearsalError: when they are not of the same people in the same days.
    """
    if one.journeys != other.journeys:
        raise RehearsalError("difference", "rehearsals of other people", "the same people twice")
    if (one.start, one.end) != (other.start, other.end):
        raise RehearsalError("difference", "rehearsals of other days", "the same days twice")
    before, after = ({line.key: line for line in found.sent} for found in (one, other))
    changes: list[ChangedContact] = []
    for key in dict.fromkeys((*before, *after)):
        kind = _kind(before.get(key), after.get(key))
        if kind is not None:
            changes.append(ChangedContact(kind, before.get(key), after.get(key)))
    changes.sort(key=lambda change: (change.line.person, change.line.at, change.line.play))
    same = len({*before, *after}) - len(changes)
    return Difference(one.playbook, other.playbook, tuple(changes), same)


def _kind(before: Line | None, after: Line | None) -> ChangeKind | None:
    if before is None:
        return ChangeKind.MORE
    if after is None:
        return ChangeKind.LESS
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


def _counts_table(found: Difference, lang: Lang) -> Table:
    heads: tuple[Word, ...] = ("what", "contacts")
    rows = [(name(kind, lang), len(found.of_kind(kind))) for kind in ChangeKind]
    rows.append((word("same", lang), found.same))
    return Table(
        word("contacts", lang),
        tuple(word(head, lang) for head in heads),
        "<>",
        tuple((what, f"{count:,}") for what, count in rows),
    )


def _changes_table(found: Difference, lang: Lang, most: int | None) -> Table:
    heads: tuple[Word, ...] = ("who", "what", "purpose", "play", "first", "second")
    told = found.changes if most is None else found.changes[:most]
    left = len(found.changes) - len(told)
    return Table(
        word("log", lang),
        tuple(word(head, lang) for head in heads),
        "><<<<<",
        tuple(tuple(_cells(change, lang)) for change in told),
        notes=left_note(left, lang) if found.changes else (word("nothing", lang),),
    )


def _cells(change: ChangedContact, lang: Lang) -> Iterator[str]:
    line = change.line
    yield f"{line.person:,}"
    yield name(change.kind, lang)
    yield name(line.purpose, lang)
    yield shown(line.play, LONGEST_NAME)
    for made in (change.before, change.after):
        yield "-" if made is None else f"{moment(made.at)} {name(made.channel, lang)}"
