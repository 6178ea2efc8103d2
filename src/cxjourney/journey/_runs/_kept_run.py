"""Obligations as a journal keeps them where they are many: texts, of which little is read."""

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, KeysView, Mapping, Sequence, ValuesView
from datetime import datetime
from itertools import islice
from typing import Any, ClassVar
from zlib import crc32

from cxjourney.errors import DecodeError
from cxjourney.journey._runs._obligation import Obligation, When

# As journals write texts: half of a surrogate pair stays what it is.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_moment = datetime.fromisoformat
Row = tuple[str, str, str, int]
"""An obligation as it is stored: when it opened, when it is due, its event and its cycle."""


class KeptRun(Mapping[str, Obligation]):
    """A run as it is stored, of which only that is read which somebody asks for.

    Args:
        rule: the rule of its obligations.
        head: a number that hardly any other run has; how many obligations there are; when the first
            of them opened, and when the soonest of them is due; when the last of them opened, and
            when the latest of them is due.
        text: they as JSON: of each when it opened, when it is due, its event and its cycle.
    """

    __slots__ = ("_end", "_rows", "_run", "head", "rule", "text")
    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    def __init__(self, rule: str, head: Sequence[Any], text: str) -> None:
        self.rule, self.head, self.text = rule, head, text
        self._end: Obligation | None = None
        self._rows: list[Row] | None = None
        self._run: dict[str, Obligation] | None = None

    @classmethod
    def of(cls, run: Mapping[str, Obligation]) -> "KeptRun":
        """Return a run as it is stored."""
        found = [*run.values()]
        dues, text = [one.due for one in found], f"[{','.join([_told(one)[2] for one in found])}]"
        number = crc32(found[0].key.encode("utf-8", "surrogatepass"))
        first, last = (found[0].opened_at, min(dues)), (found[-1].opened_at, max(dues))
        ends = [[one.isoformat() for one in moments] for moments in (first, last)]
        return cls(found[0].rule, [number, len(found), *ends], text)

    @property
    def begin(self) -> Obligation:
        """Something that opened, and is due, no later than any of them."""
        return self._read((*self.head[2], "", 0))

    @property
    def end(self) -> Obligation:
        """Something that opened, and is due, no sooner than any of them."""
        if self._end is None:
            self._end = self._read((*self.head[3], "", 0))
        return self._end

    @property
    def rows(self) -> list[Row]:
        """The obligations as they are stored.

        Raises:
            DecodeError: when the text is of any other form, as for all that reads it.
        """
        if self._rows is None:
            try:
                # Taken apart and put together, for so a row of any other form is found.
                self._rows = [
                    (opened_at, due, event, cycle)
                    for opened_at, due, event, cycle in json.loads(self.text)
                ]
            except (TypeError, ValueError, RecursionError):
                raise _unreadable() from None
            if len(self._rows) != len(self):
                raise _unreadable()
        return self._rows

    @property
    def run(self) -> dict[str, Obligation]:
        """The obligations by event."""
        if self._run is None:
            self._run = {one.event: one for one in map(self._read, self.rows)}
        return self._run

    def _read(self, row: Row) -> Obligation:
        try:
            opened_at, due, event, cycle = row
            return Obligation(self.rule, _moment(opened_at), _moment(due), event, cycle)
        except (TypeError, ValueError):
            raise _unreadable() from None

    def with_one(self, one: Obligation) -> "KeptRun":
        """Return these and a newer one."""
        number, size, begin, (_, latest) = self.head
        opened_at, due, told = _told(one)
        if one.due >= self.end.due:
            latest = due
        elif one.due < self.begin.due:
            begin = [begin[0], due]
        head = [number, size + 1, begin, [opened_at, latest]]
        return KeptRun(self.rule, head, f"{self.text[:-1]},{told}]")

    def beyond(self, other: "KeptRun") -> Iterable[Obligation]:
        """Return these without those with which another run begins, if that begins as this does."""
        mine, theirs = self.text[:-1], other.text[:-1]
        if mine.startswith(theirs):
            return map(self._read, self.rows[other.head[1] :])
        return () if theirs.startswith(mine) else self.values()

    def from_on(self, when: When, since: datetime) -> Iterator[Obligation]:
        """Yield these from the first of which a moment is not before another; they are in turn."""
        rows, read = self.rows, self._read
        place = bisect_left(rows, since, key=lambda row: when(read(row)))
        return map(read, islice(rows, place, None))

    def __getitem__(self, event: str) -> Obligation:
        if self._run is None:
            return next(self._read(row) for row in self.rows if row[2] == event)
        return self._run[event]

    def __contains__(self, event: object) -> bool:
        return _encode(event) in self.text and event in [row[2] for row in self.rows]

    def __iter__(self) -> Iterator[str]:
        return iter(self.run)

    def __len__(self) -> int:
        size: int = self.head[1]
        return size

    def keys(self) -> KeysView[str]:
        """Return the events that opened them."""
        return self.run.keys()

    def values(self) -> ValuesView[Obligation]:
        """Return the obligations."""
        return self.run.values()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, KeptRun):
            return other.text == self.text or other.run == self.run
        return self.run == other


def _unreadable() -> DecodeError:
    found, expected = "a run in another form", "opened_at, due, event, cycle of each"
    return DecodeError("cx_run.data", found, expected)


def _told(one: Obligation) -> tuple[str, str, str]:
    """Return when an obligation opened, when it is due, and all of it, as they are stored."""
    opened_at, due = one.opened_at.isoformat(), one.due.isoformat()
    return opened_at, due, f'["{opened_at}","{due}",{_encode(one.event)},{one.cycle}]'
