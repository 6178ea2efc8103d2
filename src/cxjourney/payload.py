"""What an event may carry: named, typed fields, checked on the way in."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import cast

import attrs

from cxjourney.errors import MalformedEventError
from cxjourney.vocabulary._checks import MAX_TEXT, check_time, describe, told

__all__ = ["Field", "PayloadValue", "check_payload"]

PayloadValue = str | int | bool | Decimal | datetime | Enum
"""What one payload field may hold."""

MAX_INT = 2**53 - 1
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


def check_payload(
    kind: str, fields: tuple[Field, ...], payload: Mapping[str, object]
) -> Mapping[str, PayloadValue]:
    """Return the payload, checked and frozen; a field given as None counts as absent.

    Raises:
        MalformedEventError: for the first field that is missing, unknown or of the wrong form.
    """
    if not isinstance(payload, Mapping):
        raise MalformedEventError(f"{kind}.payload", describe(payload), "a mapping of fields")
    if not payload and not any(field.required for field in fields):
        return EMPTY
    checked: dict[str, PayloadValue] = {}
    known = {field.name: field for field in fields}
    for name, value in payload.items():
        field = known.get(name)
        if field is None:
            wanted = f"fields among {', '.join(known)}" if known else "no fields"
            found = f"a key that is no field of this kind ({describe(name)})"
            raise MalformedEventError(f"{kind}.payload", found, wanted)
        if value is None:
            continue
        expected = field.fault(value)
        if expected is not None:
            found = describe(value) if field.of is str else told(value)
            raise MalformedEventError(f"{kind}.payload.{name}", found, expected)
        checked[name] = cast("PayloadValue", value)
        if isinstance(value, datetime):
            checked[name] = check_time(value, f"{kind}.payload.{name}")
    for field in fields:
        if field.required and field.name not in checked:
            raise MalformedEventError(f"{kind}.payload.{field.name}", "missing", field.expected())
    return MappingProxyType(checked) if checked else EMPTY
