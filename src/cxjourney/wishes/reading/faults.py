"""What can be wrong with a survey's table, each said in one line, and all of it in one error."""

from collections.abc import Sequence
from typing import Self

import attrs

from cxjourney.errors import CxJourneyError
from cxjourney.shown import LONGEST_NAME, shown

__all__ = ["SurveyError", "SurveyFault", "quoted"]

MOST_SHOWN = 30
"""How many faults a text lists; the error itself keeps all of them."""


def quoted(name: str) -> str:
    """Return a name in quotes, shortened and printable."""
    return f"'{shown(name, LONGEST_NAME)}'"


@attrs.define(slots=False, str=False)
class SurveyFault(CxJourneyError, ValueError):  # noqa: N818 - one fault of many in a SurveyError
    """One thing wrong with the table of a survey, or with the columns that were asked for.

    The same fault in many cells of a column is one fault with its first places and the count.

    Attributes:
        column: the column at fault; None where it is the table as a whole, or several columns.
        row: the first row at fault, counted from 0; None where it is the column as a whole.
        found: what stood there, by type or number, never a customer's own words.
        expected: what would have been right.
        also: the next few rows with the same fault.
        count: how many rows have it.
    """

    column: str | None
    row: int | None
    found: str
    expected: str
    also: tuple[int, ...] = ()
    count: int = 1

    def __str__(self) -> str:
        column = None if self.column is None else f"column {quoted(self.column)}"
        place = ", ".join(part for part in (column, self._rows) if part)
        return f"{place}{': ' if place else ''}{self.found}; expected {self.expected}"

    @property
    def _rows(self) -> str | None:
        if self.row is None:
            return None
        rows = (self.row, *self.also)
        more = self.count - len(rows)
        named = ", ".join(map(str, rows)) + (f" and {more:,} more" if more else "")
        return f"row{'' if self.count == 1 else 's'} {named} (counted from 0)"


class SurveyError(CxJourneyError, ExceptionGroup[SurveyFault]):
    """A survey was refused whole; every fault found is in ``faults``."""

    @property
    def faults(self) -> tuple[SurveyFault, ...]:
        """Every fault that was found."""
        return tuple(fault for fault in self.exceptions if isinstance(fault, SurveyFault))

    def derive(self, excs: Sequence[SurveyFault]) -> Self:  # type: ignore[override]
        """Return a group of the same kind with some of the faults (for ``except*``)."""
        return type(self)(self.message, excs)

    def __str__(self) -> str:
        lines = [f"\n  - {fault}" for fault in self.faults[:MOST_SHOWN]]
        if len(self.faults) > MOST_SHOWN:
            lines.append(f"\n  and {len(self.faults) - MOST_SHOWN:,} more")
        return self.message + "".join(lines)
