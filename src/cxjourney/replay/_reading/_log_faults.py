"""The faults of one log: those that are alike together, the first of them told, all counted."""

from collections import Counter

import attrs

from cxjourney.errors import CxJourneyError, FaultsError, InvalidError

MOST_TOLD = 20
"""So many different faults are told one by one."""
LINES_TOLD = 5
"""How many lines of one fault are named."""

Kind = tuple[str | None, str]
"""A kind of fault: the column, and what would have been right."""


@attrs.define
class LogFaults:
    """The faults of one log.

    Attributes:
        path: the log.
    """

    path: str
    _told: dict[tuple[str | None, str, str], InvalidError] = attrs.field(factory=dict, init=False)
    _more: Counter[Kind] = attrs.field(factory=Counter, init=False)
    _first: dict[Kind, int] = attrs.field(factory=dict, init=False)

    def add(self, fault: InvalidError) -> None:
        """Note a fault, with its line."""
        key = fault.column, fault.found, fault.expected
        before = self._told.get(key)
        if before is not None:
            lines = dict.fromkeys((*before.lines, *fault.lines))
            fault = attrs.evolve(before, lines=tuple(lines)[:LINES_TOLD], count=before.count + 1)
        elif len(self._told) == MOST_TOLD:
            kind = fault.column, fault.expected
            self._more[kind] += 1
            self._first.setdefault(kind, fault.lines[0] if fault.lines else 0)
            return
        self._told[key] = fault

    def __bool__(self) -> bool:
        return bool(self._told)

    def error(self) -> CxJourneyError:
        """Return the one fault, or the first twenty and how many more there are of each kind."""
        told = tuple(self._told.values())
        if len(told) == 1:
            return told[0]
        more = tuple(
            InvalidError(
                self.path,
                f"{count:,} more such fault{'s' * (count > 1)}",
                expected,
                column=column,
                lines=(self._first[column, expected],) if self._first[column, expected] else (),
                count=count,
            )
            for (column, expected), count in self._more.items()
        )
        total = sum(one.count for one in told) + self._more.total()
        kinds = {(one.column, one.expected) for one in told} | {*self._more}
        of = f"{total:,} faults of {len(kinds)} kind{'s' * (len(kinds) > 1)}"
        return FaultsError(f"{self.path} has {of}", (*told, *more))
