"""Values of a log: texts read as what the fields of an event hold."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import NamedTuple
from zoneinfo import ZoneInfo

import attrs

from cxjourney.payload import EARLIEST_YEAR, LATEST_YEAR, Field, PayloadValue
from cxjourney.shown import shape

__all__ = ["CellError", "Moment", "fitting", "local_time", "number", "time_of", "value_of"]

LONGEST_NUMBER = 60
NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
TRUTHS = {"true": True, "false": False}
TIME_EXPECTED = "an ISO 8601 time such as 2017-01-07T18:55:24+02:00"


@attrs.define(slots=False, str=False)
class CellError(ValueError):
    """A cell does not hold what it must; whoever knows the line says where.

    Attributes:
        found: what it holds, by shape or size.
        expected: what would have been right.
        column: its column; None where that is not known yet.
    """

    found: str
    expected: str
    column: str | None = None

    def __str__(self) -> str:
        return f"{self.found}; expected {self.expected}"

    def of(self, column: str) -> "CellError":
        """Return the same error for a column."""
        return CellError(self.found, self.expected, column)


class Moment(NamedTuple):
    """A time of the log: when it was, and whether the clocks showed that local time twice."""

    at: datetime
    twice: bool = False


def number(text: str) -> Decimal:
    """Return a text as a number, with a point for decimals.

    Raises:
        CellError: when it is not one.
    """
    if len(text) > LONGEST_NUMBER or not NUMBER.fullmatch(text.strip()):
        raise CellError(shape(text), "a number such as 4 or 12.50")
    return Decimal(text.strip())


def parsed_time(text: str) -> datetime:
    """Return a text as a time, aware or not.

    Raises:
        CellError: when it is not an ISO 8601 time of the years 2 to 9000.
    """
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise CellError(shape(text), TIME_EXPECTED) from None
    if not EARLIEST_YEAR <= at.year <= LATEST_YEAR:
        limits = f"a year from {EARLIEST_YEAR} to {LATEST_YEAR}"
        raise CellError(f"a time in the year {at.year}", limits)
    return at


def local_time(naive: datetime, zone: ZoneInfo) -> Moment:
    """Return the moment at which the clocks of a zone showed a time.

    Where they showed it twice, in the night that ends daylight saving, the first is meant.

    Raises:
        CellError: when they never showed it, in the night that begins daylight saving.
    """
    first, second = naive.replace(tzinfo=zone), naive.replace(tzinfo=zone, fold=1)
    offset, later = first.utcoffset(), second.utcoffset()
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != naive:
        jump = "a time that the clocks jump over"
        raise CellError(f"a local time that {zone.key} never had", f"no {jump}")
    at = naive.replace(tzinfo=timezone(offset or timedelta()))
    return Moment(at, offset != later)


def time_of(text: str, zone: ZoneInfo | None) -> datetime:
    """Return a text as an aware time; without an offset it is local in ``zone``.

    Raises:
        CellError: when it is not a time, or has no offset where no zone is named.
    """
    at = parsed_time(text)
    if at.tzinfo is not None:
        return at
    if zone is None:
        raise CellError("a time without a UTC offset", "an offset, or log.zone in the mapping")
    return local_time(at, zone).at


def value_of(field: Field, text: str, zone: ZoneInfo | None) -> PayloadValue:
    """Return a text as the value of a payload's field.

    Raises:
        CellError: when it does not fit the field.
    """
    value = _read(field, text, zone)
    if field.fault(value) is not None:
        raise CellError(_told(text), fitting(field))
    return value


def _read(field: Field, text: str, zone: ZoneInfo | None) -> PayloadValue:
    if issubclass(field.of, Enum):
        members = {member.name.lower(): member for member in field.of}
        return members.get(text.strip().lower(), text)
    if field.of is datetime:
        return time_of(text, zone)
    read = _READERS.get(field.of)
    return text if read is None else read(text)


def _whole(text: str) -> PayloadValue:
    found = number(text)
    return int(found) if found == found.to_integral_value() else found


def _truth(text: str) -> PayloadValue:
    return TRUTHS.get(text.strip().lower(), text)


_READERS: Mapping[type, Callable[[str], PayloadValue]] = {
    Decimal: number,
    int: _whole,
    bool: _truth,
}


def fitting(field: Field) -> str:
    """Return what a field takes, as one would write it in a log or a mapping."""
    if issubclass(field.of, Enum):
        return f"one of {', '.join(member.name.lower() for member in field.of)}"
    if field.of is bool:
        return "true or false"
    return field.expected()


def _told(text: str) -> str:
    return f"a text of {len(text)} characters"
