"""Every error that the library raises: what was wrong, with what value, and what would be right.

Errors never carry a customer's name or texts: where a text was at fault they give its type or
length.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum, unique
from typing import Self

import attrs

__all__ = [
    "ChartError",
    "ChartFault",
    "ChartNotFoundError",
    "CxJourneyError",
    "DecodeError",
    "ErasedError",
    "FaultKind",
    "LateEventError",
    "MalformedEventError",
    "MissingExtraError",
    "NaiveTimeError",
    "RefusedError",
    "SequenceError",
    "UnknownKindError",
]


class CxJourneyError(Exception):
    """The base of every error that cxjourney raises on purpose."""


@attrs.define(slots=False, str=False)
class MalformedEventError(CxJourneyError, ValueError):
    """An event is not of its kind's form; it was refused whole and nothing changed.

    Attributes:
        kind: the name of the event's kind.
        field: which part was at fault: ``at``, ``id`` or a payload field.
        found: what stood there, by type or size, never the customer's own words.
        expected: what would have been right.
    """

    kind: str
    field: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.field} is {self.found}; expected {self.expected}"


class NaiveTimeError(MalformedEventError):
    """A time without a time zone was given; cxjourney takes aware datetimes only (SPEC 4.1)."""


@attrs.define(slots=False, str=False)
class UnknownKindError(CxJourneyError, LookupError):
    """An event's kind is not one that the chart knows.

    Attributes:
        kind: the unknown kind's name, or the type of what was given instead of a kind.
        known: the names of the kinds that the chart knows, sorted.
    """

    kind: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return f"unknown event kind {self.kind!r}; known: {', '.join(self.known)}"


@attrs.define(slots=False, str=False)
class RefusedError(CxJourneyError, RuntimeError):
    """A company's order was refused by its guards; facts are never refused (SPEC 4.1).

    Attributes:
        order: the order's trigger, such as ``moved_to_adopt``.
        row: the id of the row that would have applied.
        failed: the names of the guards that did not pass.
        allowed: the triggers of the orders that would pass now.
    """

    order: str
    row: str
    failed: tuple[str, ...]
    allowed: tuple[str, ...]

    def __str__(self) -> str:
        why = ", ".join(self.failed) or "no row of the chart takes it from here"
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
            f"expected_seq={self.expected}, but the journey is at {self.actual}: "
            "read it again, then decide again"
        )


@attrs.define(slots=False, str=False)
class DecodeError(CxJourneyError, ValueError):
    """Stored data is not a journey of this form.

    Attributes:
        path: where in the data, such as ``events[3].at``.
        found: what stood there, by type or size.
        expected: what would have been right.
    """

    path: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.path}: {self.found}; expected {self.expected}"


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


@unique
class FaultKind(Enum):
    """What can be wrong with a chart."""

    UNKNOWN_PLACE = "unknown place"
    UNKNOWN_EVENT = "unknown event"
    BAD_KIND = "bad event kind"
    UNKNOWN_FLAG = "unknown flag"
    UNKNOWN_ROW = "unknown row"
    NAME_CLASH = "name clash"
    BAD_GUARD = "bad guard"
    BAD_ROW = "bad row"
    BAD_WINDOW = "bad window"
    SHADOWED = "shadowed row"
    AMBIGUOUS = "ambiguous rows"
    UNREACHABLE = "unreachable"
    TRAP = "trap"
    BROKEN_INVARIANT = "broken invariant"


@attrs.define(slots=False, str=False)
class ChartFault(CxJourneyError, ValueError):  # noqa: N818 - one fault of many in a ChartError
    """One thing wrong with a chart.

    Attributes:
        kind: what is wrong.
        row: the id of the row, rule, kind or phase at fault.
        text: what is wrong with it.
        remedy: what would mend it.
    """

    kind: FaultKind
    row: str
    text: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.row}: {self.kind.value}: {self.text}; {self.remedy}"


class ChartError(CxJourneyError, ExceptionGroup[ChartFault]):
    """A chart was refused when it was defined; every fault found is in ``faults``."""

    @property
    def faults(self) -> tuple[ChartFault, ...]:
        """Every fault that was found."""
        return tuple(fault for fault in self.exceptions if isinstance(fault, ChartFault))

    def derive(self, excs: Sequence[ChartFault]) -> Self:  # type: ignore[override]
        """Return a group of the same kind with some of the faults (for ``except*``)."""
        return type(self)(self.message, excs)

    def __str__(self) -> str:
        faults = "".join(f"\n  - {fault}" for fault in self.faults)
        return f"{self.message}{faults}"
