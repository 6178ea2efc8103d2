"""What an event may carry: named, typed fields, checked on the way in."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from types import MappingProxyType
from typing import cast

import attrs

from cxjourney.errors import MalformedEventError, NaiveTimeError

__all__ = ["Field", "PayloadValue", "check_id", "check_payload", "check_time", "describe"]

PayloadValue = str | int | bool | Decimal | datetime | Enum
"""What one payload field may hold."""

MAX_TEXT = 10_000
MAX_ID = 200
MAX_INT = 2**53 - 1
EARLIEST_YEAR, LATEST_YEAR = 2, 9000
EMPTY: Mapping[str, PayloadValue] = MappingProxyType({})


@attrs.frozen
class Field:
    """One field of an event's payload.

    Attributes:
        name: the field's name, an identifier.
        of: its type: ``str``, ``int``, ``bool``, ``Decimal``, ``datetime`` or an enum class.
        required: whether the payload must have it; a required text must not be blank.
        low: the smallest number allowed.
        high: the largest number allowed.
    """

    name: str
    of: type[str | int | Decimal | datetime | Enum] = str
    required: bool = False
    low: int | None = None
    high: int | None = None

    def fault(self, value: object) -> str | None:
        """Say what would be right where ``value`` does not fit, else None."""
        if issubclass(self.of, Enum | datetime):
            fits = isinstance(value, self.of)
        else:
            fits = type(value) is self.of and self._holds(value)
        return None if fits else self.expected()

    def _holds(self, value: object) -> bool:
        if isinstance(value, str):
            return len(value) <= MAX_TEXT and (bool(value.strip()) or not self.required)
        if isinstance(value, Decimal):
            return value.is_finite() and self._within(value)
        return not isinstance(value, int) or (abs(value) <= MAX_INT and self._within(value))

    def _within(self, value: int | Decimal) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def expected(self) -> str:
        """Describe what fits, in words."""
        if issubclass(self.of, Enum):
            return f"one of {', '.join(f'{self.of.__name__}.{one.name}' for one in self.of)}"
        if self.of is str:
            what = "a text that is not blank" if self.required else "a text"
            return f"{what}, up to {MAX_TEXT} characters"
        if self.low is not None and self.high is not None:
            return f"{self.of.__name__} from {self.low} to {self.high}"
        if self.low is not None:
            return f"{self.of.__name__} from {self.low}"
        if self.high is not None:
            return f"{self.of.__name__} up to {self.high}"
        return {Decimal: "a finite Decimal", datetime: "an aware datetime"}.get(
            self.of, self.of.__name__
        )


def describe(value: object) -> str:
    """Describe a value without giving it away: its type, and a text's length."""
    if isinstance(value, str) and not isinstance(value, Enum):
        return f"str of {len(value)} characters"
    return type(value).__name__


@lru_cache(maxsize=256)
def _fixed(offset: timedelta) -> timezone:
    return UTC if not offset else timezone(offset)


def check_time(at: object, kind: str, field: str = "at") -> datetime:
    """Return ``at`` as a plain datetime with a fixed UTC offset.

    A zone with rules (daylight saving) is resolved to the offset that held at that moment, so
    that times compare as instants and are stored without loss.

    Raises:
        MalformedEventError: when it is no datetime, outside the years 2 to 9000, or its UTC offset
            is not in whole seconds.
        NaiveTimeError: when it has no time zone.
    """
    if not isinstance(at, datetime):
        raise MalformedEventError(kind, field, describe(at), "an aware datetime")
    if not EARLIEST_YEAR <= at.year <= LATEST_YEAR:
        limits = f"a year from {EARLIEST_YEAR} to {LATEST_YEAR}"
        raise MalformedEventError(kind, field, f"in the year {at.year}", limits)
    if type(at) is datetime and at.tzinfo is UTC:
        return at
    offset = at.utcoffset()
    if offset is not None and offset.microseconds:
        raise MalformedEventError(kind, field, f"at a UTC offset of {offset}", "whole seconds")
    if offset is None:
        raise NaiveTimeError(
            kind, field, f"{at.isoformat()} without a time zone", "an aware datetime"
        )
    return datetime(
        at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond, _fixed(offset)
    )


def check_id(value: object, kind: str, field: str = "id") -> str:
    """Return an id that is a text of 1 to 200 characters.

    Raises:
        MalformedEventError: when it is not.
    """
    if isinstance(value, str) and 0 < len(value) <= MAX_ID:
        return value
    raise MalformedEventError(kind, field, describe(value), f"a text of 1 to {MAX_ID} characters")


def check_payload(
    kind: str, fields: tuple[Field, ...], payload: Mapping[str, object]
) -> Mapping[str, PayloadValue]:
    """Return the payload, checked and frozen; a field given as None counts as absent.

    Raises:
        MalformedEventError: for the first field that is missing, unknown or of the wrong form.
    """
    if not isinstance(payload, Mapping):
        raise MalformedEventError(kind, "payload", describe(payload), "a mapping of fields")
    if not payload and not any(field.required for field in fields):
        return EMPTY
    checked: dict[str, PayloadValue] = {}
    known = {field.name: field for field in fields}
    for name, value in payload.items():
        field = known.get(name)
        if field is None:
            where = f"payload.{name}" if str(name).isidentifier() else "payload"
            wanted = f"fields among {', '.join(known)}" if known else "no fields"
            raise MalformedEventError(kind, where, "not a field of this kind", wanted)
        if value is None:
            continue
        expected = field.fault(value)
        if expected is not None:
            raise MalformedEventError(kind, f"payload.{name}", describe(value), expected)
        checked[name] = cast("PayloadValue", value)
        if isinstance(value, datetime):
            checked[name] = check_time(value, kind, f"payload.{name}")
    for field in fields:
        if field.required and field.name not in checked:
            raise MalformedEventError(kind, f"payload.{field.name}", "missing", field.expected())
    return MappingProxyType(checked) if checked else EMPTY
