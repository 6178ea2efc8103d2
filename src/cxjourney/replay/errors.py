"""What can be wrong with a log or with its mapping, each said in one line."""

import attrs

from cxjourney.errors import CxJourneyError
from cxjourney.shown import shown

__all__ = ["LogError", "MappingError"]


@attrs.define(slots=False, str=False)
class LogError(CxJourneyError, ValueError):
    """A log cannot be read; nothing of it was replayed.

    Attributes:
        path: the log, as it was named.
        line: the line at fault, from 1; None where it is the file as a whole.
        column: the column at fault; None where it is the line as a whole.
        found: what stood there, by size or shape, never the customer's own words.
        expected: what would have been right.
    """

    path: str
    line: int | None
    column: str | None
    found: str
    expected: str

    def __str__(self) -> str:
        line = "" if self.line is None else f", line {self.line}"
        column = "" if self.column is None else f", column {self.column!r}"
        return shown(f"{self.path}{line}{column}: {self.found}; expected {self.expected}")


@attrs.define(slots=False, str=False)
class MappingError(CxJourneyError, ValueError):
    """A mapping is not of its form; nothing was read with it.

    Attributes:
        path: the mapping, as it was named.
        place: where in it, such as ``events.review[1].when``; empty for the file as a whole.
        line: the line at fault, from 1, where it is not TOML at all; else None.
        column: the character in that line, from 1; else None.
        found: what stood there.
        expected: what would have been right.
    """

    path: str
    place: str
    line: int | None
    column: int | None
    found: str
    expected: str

    def __str__(self) -> str:
        line = "" if self.line is None else f", line {self.line}, column {self.column}"
        place = f", {self.place}" if self.place else ""
        return shown(f"{self.path}{line}{place}: {self.found}; expected {self.expected}")
