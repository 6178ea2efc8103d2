"""Every error that the library raises, and text made safe to show.

Errors say what was wrong, with what value, and what would be right. They never carry a customer's
name or texts: where a text was at fault they give its type, length or shape.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum
from typing import Self

import attrs

__all__ = [
    "BusyError",
    "ChartNotFoundError",
    "ConflictError",
    "CxJourneyError",
    "DecodeError",
    "ErasedError",
    "FaultsError",
    "InvalidError",
    "JournalError",
    "LateEventError",
    "MalformedEventError",
    "MigrationError",
    "MissingExtraError",
    "NaiveTimeError",
    "NotSettledError",
    "QuotaError",
    "RefusedError",
    "RenderError",
    "SequenceError",
    "UnknownKindError",
]


ELLIPSIS = "..."
LONGEST_SHAPE = 40
LONGEST_NAME = 40
MOST_NAMES = 12


def shown(text: str, width: int | None = None) -> str:
    """Return a text in one line that no terminal takes for a command, cut to ``width``.

    Whatever is not printable (control characters, escapes, marks that turn the direction of
    writing, halves of characters) stands as its Python escape.
    """
    safe = text
    if not text.isprintable():
        safe = "".join(char if char.isprintable() else _escaped(char) for char in text)
    if width is None or len(safe) <= width:
        return safe
    return safe[: width - len(ELLIPSIS)] + ELLIPSIS


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def quoted(name: str) -> str:
    """Return a name in quotes, shortened and printable."""
    return f"'{shown(name, LONGEST_NAME)}'"


def shape(text: str) -> str:
    """Describe a text without its words: 9 stands for each digit, ``a`` for each letter."""
    if not text.strip():
        return "blank"
    return f"a text of the shape {shown(masked(text), LONGEST_SHAPE)!r}"


def masked(text: str) -> str:
    """Return a text with 9 for each digit and ``a`` for each letter."""
    return "".join("9" if char.isdigit() else "a" if char.isalpha() else char for char in text)


def listed(names: Iterable[str]) -> str:
    """Return names as a short list in which each is safe to show."""
    found = [shown(name, LONGEST_NAME) for name in names]
    more = f" and {len(found) - MOST_NAMES} more" if len(found) > MOST_NAMES else ""
    return ", ".join(found[:MOST_NAMES]) + more


MOST_SHOWN = 30
"""How many faults a text lists; the error itself keeps all of them."""


class CxJourneyError(Exception):
    """The base of every error that cxjourney raises on purpose."""


@attrs.define(slots=False, str=False)
class InvalidError(CxJourneyError, ValueError):
    """Something that was given is not as it must be; all of it was refused, and nothing changed.

    Attributes:
        where: the place: class and field such as ``Content.id``, a path in stored data such as
            ``events[3].at``, a file, or the id of a row; empty where there is only one.
        found: what stood there, by type, size or shape, or the number itself; never the customer's
            own words.
        expected: what would have been right; where the fault has a kind, what mends it.
        kind: what kind of fault it is, for charts, playbooks and templates.
        column: the column at fault; None where it is the line or the table as a whole.
        rows: the first rows of a table at fault, counted from 0.
        lines: the first lines of a file at fault, counted from 1.
        count: how many rows or lines have the fault.
        names: the names at fault: of a template's values, or of what two events differ in.
    """

    where: str
    found: str
    expected: str
    kind: Enum | None = None
    column: str | None = None
    rows: tuple[int, ...] = ()
    lines: tuple[int, ...] = ()
    count: int = 1
    names: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        """The place inside the thing: ``payload.amount`` of ``purchased.payload.amount``."""
        return self.where.partition(".")[2] or self.where

    def __str__(self) -> str:
        column = None if self.column is None else f"column {quoted(self.column)}"
        place = ", ".join(part for part in (self.where, column, self._numbers()) if part)
        said = f"expected {self.expected}" if self.kind is None else self.expected
        kind = "" if self.kind is None else f"{self.kind.value}: "
        return shown(f"{place}{': ' if place else ''}{kind}{self.found}; {said}")

    def _numbers(self) -> str:
        numbers, unit = (self.lines, "line") if self.lines else (self.rows, "row")
        if not numbers:
            return ""
        more = self.count - len(numbers)
        named = ", ".join(map(str, numbers)) + (f" and {more:,} more" if more > 0 else "")
        counted = "" if self.lines else " (counted from 0)"
        return f"{unit}{'' if self.count == 1 else 's'} {named}{counted}"


class FaultsError(CxJourneyError, ExceptionGroup[InvalidError]):
    """A chart, a playbook or a table was refused; ``faults`` has every fault that was found."""

    @property
    def faults(self) -> tuple[InvalidError, ...]:
        """Every fault that was found."""
        return tuple(fault for fault in self.exceptions if isinstance(fault, InvalidError))

    def derive(self, excs: Sequence[InvalidError]) -> Self:  # type: ignore[override]
        """Return a group of the same kind with some of the faults (for ``except*``)."""
        return type(self)(self.message, excs)

    def __str__(self) -> str:
        lines = [f"\n  - {fault}" for fault in self.faults[:MOST_SHOWN]]
        if len(self.faults) > MOST_SHOWN:
            lines.append(f"\n  and {len(self.faults) - MOST_SHOWN:,} more")
        return self.message + "".join(lines)


class MalformedEventError(InvalidError):
    """An event, or a time or id that was given with one, is not as it must be.

    ``where`` begins with the name of the event's kind, such as ``purchased.payload.amount``.
    """


class NaiveTimeError(MalformedEventError):
    """A time without a time zone was given; cxjourney takes aware datetimes only (SPEC 4.1)."""


class ConflictError(InvalidError):
    """An event has the id of another one that was recorded; nothing was changed."""

    @property
    def differs(self) -> tuple[str, ...]:
        """In what the two differ: ``kind``, ``at``, ``payload.amount`` and the like; no values."""
        return self.names


class DecodeError(InvalidError):
    """Stored data cannot be read; ``where`` is the path in it, such as ``events[3].at``."""


class MigrationError(InvalidError):
    """A journey cannot be migrated; ``where`` names the two charts."""


class JournalError(InvalidError):
    """A journal refuses a commit that contradicts itself or what is kept, or its database failed.

    ``where`` is the part of the commit, or ``database``. Where a database failed, the original
    error is the cause; what was to be written may have been written or not, so read it again.
    """


class QuotaError(InvalidError):
    """An event is larger, or a customer has more of something, than a ``Quota`` allows.

    ``where`` is what was too much, ``expected`` tells the quota's figure.
    """


class RenderError(InvalidError):
    """A template was not filled in; ``where`` is the content's id, ``kind`` a ``RenderFault``.

    ``names`` are those of the values at fault, sorted; empty where it is not about values.
    """

    @property
    def reason(self) -> str:
        """The kind of fault as a short name, such as ``values_missing``, for ``Failed``."""
        return "" if self.kind is None else str(self.kind.value)

    def __str__(self) -> str:
        return shown(f"{self.where}: {self.found}; expected {self.expected}")


@attrs.define(slots=False, str=False)
class UnknownKindError(CxJourneyError, LookupError):
    """An event's kind is not one that the chart knows.

    Attributes:
        kind: the unknown kind's name, or the type of what was given instead of a kind.
        known: the names of the kinds that the chart knows, sorted.
        meant: the kind that a text names, such as ``EventKind.PURCHASED``; else None.
    """

    kind: str
    known: tuple[str, ...]
    meant: str | None = None

    def __str__(self) -> str:
        if self.meant is not None:
            return f"{self.kind} is no event kind; give {self.meant}, not the text"
        kind = repr(self.kind) if self.kind.isidentifier() else self.kind
        return f"unknown event kind {kind}; known: {', '.join(self.known)}"


@attrs.define(slots=False, str=False)
class RefusedError(CxJourneyError, RuntimeError):
    """A company's order was refused by its guards; facts are never refused (SPEC 4.1).

    Attributes:
        order: the order's trigger, such as ``moved_to_adopt``.
        row: the id of the row that would have applied.
        failed: the names of the guards that did not pass.
        allowed: the triggers of the orders that would pass now.
        expected: what would be right, where no other order would.
    """

    order: str
    row: str
    failed: tuple[str, ...]
    allowed: tuple[str, ...]
    expected: str = ""

    def __str__(self) -> str:
        why = ", ".join(self.failed) or "no row of the chart takes it from here"
        if self.expected:
            return f"{self.order} refused by {self.row}: needs {why}; expected {self.expected}"
        options = ", ".join(self.allowed) or "none"
        return f"{self.order} refused by {self.row}: needs {why}; allowed now: {options}"


class ErasedError(RefusedError):
    """The journey was erased; it takes no further event (SPEC T28)."""

    def __str__(self) -> str:
        return f"{self.order} refused: the journey was erased, which is final"


@attrs.define(slots=False, str=False)
class LateEventError(CxJourneyError, ValueError):
    """A late event reached a journey that keeps no history, so it cannot be folded in.

    Attributes:
        kind: the name of the event's kind.
        at: the event's time.
        latest: the time of the last event that was folded.
    """

    kind: str
    at: datetime
    latest: datetime

    def __str__(self) -> str:
        return (
            f"{self.kind} at {self.at.isoformat()} comes before {self.latest.isoformat()}, and "
            "this journey keeps no history to fold it into; create it with history=True, "
            "or replay the sorted log"
        )


@attrs.define(slots=False, str=False)
class SequenceError(CxJourneyError, RuntimeError):
    """Compare-and-set failed: somebody recorded an event in between.

    Attributes:
        expected: the sequence number that the caller had seen.
        actual: the journey's sequence number.
    """

    expected: int
    actual: int

    def __str__(self) -> str:
        return (
            f"expected={self.expected}, but the journey is at {self.actual}: "
            "read it again, then decide again"
        )


class BusyError(CxJourneyError, RuntimeError):
    """Two threads recorded on one journey at once; what this one gave was not recorded.

    Give each thread journeys of its own, hold a lock around each call, or use a journal.
    """

    def __str__(self) -> str:
        return (
            "something else is recording on this journey right now, and this was not recorded: "
            "hold a lock around each call, or record it again"
        )


@attrs.define(slots=False, str=False)
class ChartNotFoundError(CxJourneyError, LookupError):
    """A stored journey names a chart that this process has not defined.

    Attributes:
        key: the chart's key.
        version: the chart's version.
    """

    key: str
    version: int

    def __str__(self) -> str:
        return (
            f"no chart {self.key!r} version {self.version} is defined here; import the module "
            "that defines it, or give a migration"
        )


@attrs.define(slots=False, str=False)
class MissingExtraError(CxJourneyError, ImportError):
    """An optional part was used whose packages are not installed.

    Attributes:
        package: the package that is missing.
        extra: the extra of cxjourney that brings it.
    """

    package: str
    extra: str

    def __str__(self) -> str:
        return f"{self.package} is needed here: pip install 'cxjourney[{self.extra}]'"


@attrs.define(slots=False, str=False)
class NotSettledError(CxJourneyError, LookupError):
    """An intent cannot be driven again, or settled by hand, as it stands.

    Attributes:
        key: the intent's key.
        state: where it stands, or None where the journal has no such intent.
        expected: where it would have to stand.
    """

    key: str
    state: Enum | None
    expected: str

    def __str__(self) -> str:
        found = "not in the journal" if self.state is None else self.state.value
        return f"intent {self.key} is {found}; expected {self.expected}"
