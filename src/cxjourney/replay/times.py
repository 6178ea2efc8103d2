"""The times of a log: all with a UTC offset or all local, and no second clock unnoticed."""

from datetime import datetime, timezone
from typing import NamedTuple
from zoneinfo import ZoneInfo

import attrs

from cxjourney.replay.errors import LogError
from cxjourney.replay.values import CellError, Moment, local_time, parsed_time

__all__ = ["LogClock"]

ALLOW = "log.mixed_offsets = true in the mapping"


class Seen(NamedTuple):
    """An offset that stood in the log, None for a local time, and on which line."""

    offset: timezone | None
    line: int


@attrs.define
class LogClock:
    """Reads the times of one log, line by line, and keeps them comparable.

    Attributes:
        path: the log, as it was named.
        column: the column of the times.
        zone: the zone of local times; None wants an offset with every time.
        mixed: whether any offsets may stand side by side.
    """

    path: str
    column: str
    zone: ZoneInfo | None = None
    mixed: bool = False
    _first: Seen | None = None
    _several: bool = False
    _strange: Seen | None = None

    def read(self, text: str, line: int) -> Moment:
        """Return a time of the log as an aware one.

        Raises:
            LogError: when it is no time, or belongs to another clock than the times before.
        """
        try:
            at = parsed_time(text)
        except CellError as error:
            raise self._fault(line, error.found, error.expected) from None
        offset = at.tzinfo if isinstance(at.tzinfo, timezone) else None
        if self._first is None:
            self._first = Seen(offset, line)
        elif (offset is None) is not (self._first.offset is None):
            found = f"a time with{'out' if offset is None else ''} a UTC offset"
            unlike = f"unlike line {self._first.line}"
            raise self._fault(line, f"{found}, {unlike}", "an offset with every time, or with none")
        if offset is None:
            return self._local(at, line)
        if not self.mixed:
            self._check_offset(at, Seen(offset, line), self._first)
        return Moment(at)

    def _local(self, naive: datetime, line: int) -> Moment:
        if self.zone is None:
            found = "a time without a UTC offset"
            raise self._fault(line, found, "an offset, or log.zone in the mapping")
        try:
            return local_time(naive, self.zone)
        except CellError as error:
            raise self._fault(line, error.found, error.expected) from None

    def _check_offset(self, at: datetime, seen: Seen, first: Seen) -> None:
        """Refuse a second offset, unless the rules of the zone explain every one so far."""
        zone = self.zone
        if zone and not self._strange and at.astimezone(zone).utcoffset() != at.utcoffset():
            self._strange = seen
        self._several = self._several or seen.offset != first.offset
        if not self._several:
            return
        if zone is None:
            found = f"the offset {seen.offset} after {first.offset} on line {first.line}"
            remedy = f"one offset, or log.zone that explains each, or {ALLOW}"
            raise self._fault(seen.line, found, remedy)
        if self._strange is not None:
            found = f"the offset {self._strange.offset} beside others, and not that of {zone.key}"
            raise self._fault(self._strange.line, found, f"the zone's own offsets, or {ALLOW}")

    def _fault(self, line: int, found: str, expected: str) -> LogError:
        return LogError(self.path, line, self.column, found, expected)
