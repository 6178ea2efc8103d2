"""The clock of one log: its times, read line by line, and kept comparable."""

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Final

import attrs

from cxjourney.errors import InvalidError
from cxjourney.replay._reading._cell_form import Cell, CellForm, LogTime, local_time, midnight

MISSING: Final = timezone.max
"""No offset at all: where an hour was not looked up yet."""
ALLOW = "log.mixed_offsets = true in the mapping"


@attrs.define
class LogClock:
    """Reads the times of one log, line by line, and keeps them comparable.

    Attributes:
        form: how the times are written; its zone explains local times and offsets.
        mixed: whether any offsets may stand side by side.
        by_day: whether a day is an instant.
        midnights: whether every time so far was a midnight.
    """

    form: CellForm
    mixed: bool
    by_day: bool = False
    midnights: bool = True
    _lines: dict[timezone | None, int] = attrs.field(factory=dict, init=False)
    """The line on which each offset stood first; None for local times."""
    _strange: tuple[timezone, int] | None = attrs.field(default=None, init=False)
    """The first offset that is not the zone's at that time, and its line."""
    _parse: Callable[[str], datetime] = attrs.field(init=False)
    _one: timezone | None = attrs.field(default=None, init=False)
    """The only offset so far, where nothing more is asked of it."""
    _locals: bool = attrs.field(default=False, init=False)
    """Whether the times are local, and their zone is known."""
    _hours: dict[tuple[int, int, int, int], timezone | None] = attrs.field(factory=dict, init=False)

    @_parse.default
    def _parser(self) -> Callable[[str], datetime]:
        return self.form.time

    @property
    def offsets(self) -> int:
        """How many different offsets there were so far; local times count as one."""
        return len(self._lines)

    def read(self, text: Cell, line: int) -> LogTime:
        """Return a time of the log as an aware one.

        A second offset is refused, unless the rules of the zone explain every one so far.

        Raises:
            InvalidError: when it is no time, or belongs to another clock than the times before;
                names the line where it is an earlier one.
        """
        at = self._parse(text or "")
        if self.midnights and (at.hour or at.minute or at.second or at.microsecond):
            self.midnights = False
        if at.tzinfo is self._one and self._one is not None:
            found = at, False
        elif at.tzinfo is None and self._locals:
            found = self._local(at)
        else:
            found = self._comparable(at, line)
        return (midnight(found[0], self.form.zone), found[1]) if self.by_day else found

    def _local(self, at: datetime) -> LogTime:
        """Return a local time; the offset of an hour is looked up once."""
        hour = at.year, at.month, at.day, at.hour
        offset = self._hours.get(hour, MISSING)
        if offset is MISSING:
            offset = self._hours[hour] = self._steady(at)
        if offset is None:
            return local_time(at, self.form.zone)
        return at.replace(tzinfo=offset), False

    def _steady(self, at: datetime) -> timezone | None:
        """Return the offset of a whole hour; None where the clocks are changed in it."""
        ends = at.replace(minute=0, second=0, microsecond=0), at.replace(minute=59, second=59)
        try:
            (begin, doubt), (end, late) = (local_time(one, self.form.zone) for one in ends)
        except InvalidError:
            return None
        steady = not doubt and not late and begin.tzinfo == end.tzinfo
        return begin.tzinfo if steady and isinstance(begin.tzinfo, timezone) else None

    def _comparable(self, at: datetime, line: int) -> LogTime:
        lines, zone = self._lines, self.form.zone
        offset = at.tzinfo if isinstance(at.tzinfo, timezone) else None
        if offset not in lines:
            lines[offset] = line
            alone = len(lines) == 1
            self._one = offset if alone and zone is None else None
            self._locals = alone and offset is None and zone is not None
        first, first_line = next(iter(lines.items()))
        if (offset is None) is not (first is None):
            found = f"a time with{'out' if offset is None else ''} a UTC offset"
            expected = "an offset with every time, or with none"
            raise InvalidError("", f"{found}, unlike line {first_line}", expected)
        if offset is None:
            return local_time(at, zone)
        if zone and not self._strange and at.astimezone(zone).utcoffset() != at.utcoffset():
            self._strange = offset, line
        if self.mixed or len(lines) == 1:
            return at, False
        if zone is None:
            found = f"the offset {offset} after {first} on line {first_line}"
            remedy = f"one offset, or log.zone that explains each, or {ALLOW}"
            raise InvalidError("", found, remedy)
        if self._strange is not None:
            strange, line = self._strange
            found = f"the offset {strange} beside others, and not that of {zone.key}"
            raise InvalidError("", found, f"the zone's own offsets, or {ALLOW}", lines=(line,))
        return at, False
