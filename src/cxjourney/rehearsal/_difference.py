"""The difference between two rehearsals: who would get more, less, or otherwise."""

from collections import Counter
from collections.abc import Mapping
from enum import Enum, unique
from typing import Any

import attrs

from cxjourney.errors import InvalidError
from cxjourney.rehearsal._outcome import SHOWN, Line, Rehearsal, Value, plain
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import Readable
from cxjourney.vocabulary._texts import Told


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

    def __repr__(self) -> str:
        return f"<ChangedContact {self.kind.name}: {self.line!r}>"


@attrs.frozen(repr=False)
class Difference(Told):
    """Who would get more or less, through another channel, or at another time.

    It prints as a text, in which customers go by number.

    Attributes:
        one: the key and the version of the first playbook.
        other: those of the second one.
        changes: the contacts that differ, by person and time.
        same: how many contacts do not differ.
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

    def to_dict(self) -> dict[str, Any]:
        """Return the difference as plain values that JSON can hold; it names the customers."""
        return {
            "one": self.one,
            "other": self.other,
            "same": self.same,
            "counts": {kind.name: len(self.of_kind(kind)) for kind in ChangeKind},
            "changes": [plain(row) for row in self.to_rows()],
        }

    def explain(self, lang: Lang = Lang.EN, *, most: int | None = SHOWN) -> str:
        """Return the difference as a text.

        Args:
            lang: the language.
            most: how many changes to show; None for all.
        """
        return self._page(lang, most).text()

    def _page(self, lang: Lang, most: int | None = SHOWN) -> Readable:
        page: Readable = load("cxjourney.show._rehearsal_tables").difference_page(self, lang, most)
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
        InvalidError: when they are not of the same people in the same days.
    """
    if one.journeys != other.journeys:
        raise InvalidError("difference", "rehearsals of other people", "the same people twice")
    if (one.start, one.end) != (other.start, other.end):
        raise InvalidError("difference", "rehearsals of other days", "the same days twice")
    before, after = ({line.key: line for line in found.sent} for found in (one, other))
    keys = dict.fromkeys((*before, *after))
    both = [(before.get(key), after.get(key)) for key in keys]
    changes = [ChangedContact(kind, *pair) for pair in both if (kind := _kind(*pair)) is not None]
    changes.sort(key=lambda change: (change.line.person, change.line.at, change.line.play))
    return Difference(one.playbook, other.playbook, tuple(changes), len(keys) - len(changes))


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
