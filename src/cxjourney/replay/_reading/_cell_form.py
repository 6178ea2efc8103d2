"""What the cells of one log mean: its numbers and its times."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import attrs

from cxjourney.errors import InvalidError, quoted, shape
from cxjourney.replay._reading._patterns import Pattern
from cxjourney.vocabulary._checks import EARLIEST_YEAR, LATEST_YEAR
from cxjourney.vocabulary._csv import is_number
from cxjourney.vocabulary._terminal import Showable, brief

Cell = str | None
"""What a line holds in one column; None where it holds nothing."""

TIME_EXPECTED = "an ISO 8601 time such as 2017-01-07T18:55:24+02:00"
REMEDY = "an offset, or log.zone in the mapping"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
UNITS: Mapping[str, int | Decimal] = {
    "epoch_s": 1_000_000,
    "epoch_ms": 1_000,
    "epoch_us": 1,
    "epoch_ns": Decimal("0.001"),
}
"""How many microseconds there are in a unit of each epoch."""
ISO = "iso"
ISO_TIME = re.compile(
    r"\d{4}(?:"
    r"-\d\d-\d\d(?:[Tt ]\d\d(?::\d\d(?::\d\d(?:[.,]\d{1,9})?)?)?(?:[Zz]|[+-]\d\d(?::?\d\d)?)?)?"
    r"|\d{4}(?:[Tt]\d\d(?:\d\d(?:\d\d(?:[.,]\d{1,9})?)?)?(?:[Zz]|[+-]\d\d(?:\d\d)?)?)?"
    r")",
    re.ASCII,
)
"""A date, or a date and a time with T or a blank between them; ``fromisoformat`` takes anything."""
AFTER_DAY = frozenset("T ")
"""What stands between a day and a time."""
WHOLE = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
SPACES = re.compile("[ \u00a0\u2009\u202f']")
"""What stands between thousands where they are set apart by a blank."""

LogTime = tuple[datetime, bool]
"""A time of the log: when it was, and whether the clocks showed that local time twice."""


def blank(cell: Cell) -> bool:
    """Say whether a cell holds nothing, or white space only."""
    return cell is None or not cell.strip()


def iso_time(text: str) -> datetime:
    """Return a text as a time, aware or not.

    Raises:
        InvalidError: when it is not an ISO 8601 time of the years 2 to 9000.
    """
    # Common ones need no pattern: fromisoformat is free about the sign after the day alone.
    written = text[4:5] == text[7:8] == "-" and text[10:11] in AFTER_DAY
    given = text
    if not written:
        text = text.strip().upper()
        written = ISO_TIME.fullmatch(text) is not None
    try:
        at = datetime.fromisoformat(text) if written else None
    except ValueError:
        at = None
    if at is None:
        raise InvalidError("", shape(given), TIME_EXPECTED)
    return at if EARLIEST_YEAR <= at.year <= LATEST_YEAR else checked_year(at)


def checked_year(at: datetime) -> datetime:
    """Return a time of a year that an event may have.

    Raises:
        InvalidError: when it is of another.
    """
    if EARLIEST_YEAR <= at.year <= LATEST_YEAR:
        return at
    limits = f"a year from {EARLIEST_YEAR} to {LATEST_YEAR}"
    raise InvalidError("", f"a time in the year {at.year}", limits)


def local_time(at: datetime, zone: ZoneInfo | None, remedy: str = REMEDY) -> LogTime:
    """Return the moment that a time means; without an offset it is local in ``zone``.

    Where the clocks of the zone showed a time twice, in the night that ends daylight saving, the
    first is meant.

    Raises:
        InvalidError: when it has no offset and there is no zone, or when its clocks never showed
            it, in the night that begins daylight saving.
    """
    if at.tzinfo is not None:
        return at, False
    if zone is None:
        raise InvalidError("", "a time without a UTC offset", remedy)
    first, second = at.replace(tzinfo=zone), at.replace(tzinfo=zone, fold=1)
    offset, later = first.utcoffset(), second.utcoffset()
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != at:
        jump = "no time that the clocks jump over"
        raise InvalidError("", f"a local time that {zone.key} never had", jump)
    return at.replace(tzinfo=timezone(offset or timedelta())), offset != later


def _epoch(unit: str) -> Callable[[str], datetime]:
    size, expected = UNITS[unit], f"a time as log.time names it, {unit}"

    def read(text: str) -> datetime:
        text = text.strip()
        if WHOLE.fullmatch(text) is None:
            raise InvalidError("", shape(text), expected)
        try:
            micros = int(Decimal(text) * size // 1)
            return checked_year(EPOCH + timedelta(microseconds=micros))
        except OverflowError:
            pass
        except InvalidError as error:
            raise attrs.evolve(error, expected=expected) from None
        found = f"a number of {len(text)} characters, beyond the year {LATEST_YEAR}"
        raise InvalidError("", found, expected)

    return read


def reader_of(form: str) -> Callable[[str], datetime]:
    """Return what reads times of a form: ``iso``, an epoch, or a pattern.

    Raises:
        InvalidError: when there is no such form.
    """
    if form == ISO:
        return iso_time
    if form in UNITS:
        return _epoch(form)
    pattern = Pattern.of(form)

    def read(text: str) -> datetime:
        at = pattern.read(text.strip())
        if at is None:
            expected = f"a time as log.time names it, {quoted(form)}"
            raise InvalidError("", shape(text), expected)
        return checked_year(at)

    return read


@attrs.frozen
class CellForm(Showable):
    """How the cells of a log are written.

    Attributes:
        zone: the zone of local times; None wants an offset with every time.
        times: how times are written: ``iso``, an epoch or patterns; the first that fits is taken.
        decimal: the decimal mark.
        thousands: what sets thousands apart; a blank stands for every kind of blank.
    """

    zone: ZoneInfo | None = None
    times: tuple[str, ...] = (ISO,)
    decimal: str = "."
    thousands: str = ""
    _readers: tuple[Callable[[str], datetime], ...] = attrs.field(init=False, repr=False, eq=False)

    _only: Callable[[str], datetime] | None = attrs.field(init=False, repr=False, eq=False)

    __repr__ = brief

    @_readers.default
    def _made(self) -> tuple[Callable[[str], datetime], ...]:
        return tuple(map(reader_of, self.times))

    @_only.default
    def _one(self) -> Callable[[str], datetime] | None:
        return self._readers[0] if len(self._readers) == 1 else None

    def time(self, text: str) -> datetime:
        """Return a text as a time, aware or not.

        Raises:
            InvalidError: when it is not written in any of the ways.
        """
        if self._only is not None:
            return self._only(text)
        fault: InvalidError | None = None
        for read in self._readers:
            try:
                return read(text)
            except InvalidError as error:
                fault = fault or error
        assert fault is not None  # noqa: S101 - there are several ways
        expected = f"a time in one of the {len(self._readers)} ways that log.time names"
        raise attrs.evolve(fault, expected=expected)

    def is_number(self, text: str) -> bool:
        """Say whether a text is a number."""
        return is_number(self._plain(text))

    def number(self, text: str) -> Decimal:
        """Return a text as a number.

        Raises:
            InvalidError: when it is not one.
        """
        plain = self._plain(text)
        if not is_number(plain):
            expected = f"a number such as 4 or 12{self.decimal}50"
            raise InvalidError("", shape(text), expected)
        return Decimal(plain)

    def _plain(self, text: str) -> str:
        """Return a number as Python writes it, or a text that is none."""
        text = text.strip()
        if self.thousands:
            whole, mark, rest = text.partition(self.decimal)
            marks = SPACES if self.thousands == " " else re.compile(re.escape(self.thousands))
            groups = marks.split(whole)
            if any(len(group) != THREE for group in groups[1:]) or marks.search(rest):
                return ""
            text = "".join(groups) + mark + rest
        if self.decimal == ".":
            return text
        return "" if "." in text else text.replace(self.decimal, ".", 1)


THREE = 3
PLAIN = CellForm()
"""ISO times and decimal points, as programs write."""


def midnight(at: datetime, zone: ZoneInfo | None) -> datetime:
    """Return the beginning of the day of a time, on the clocks of the zone or of its offset."""
    local = at if zone is None else at.astimezone(zone)
    day = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return day if zone is None else day.replace(tzinfo=timezone(day.utcoffset() or timedelta()))
