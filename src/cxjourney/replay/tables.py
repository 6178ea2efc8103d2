"""The tables of a mapping: read key by key, strictly, each fault with its place."""

import math
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches
from enum import Enum
from typing import TypeVar

import attrs

from cxjourney.replay.errors import MappingError
from cxjourney.shown import listed, shown

__all__ = ["Table", "named"]

Choice = TypeVar("Choice", bound=Enum)
TYPES: Mapping[type, str] = {list: "a list", dict: "a table"}
LONGEST_TEXT = 40


def named(value: object) -> str:
    """Return what a value of a mapping is, in words."""
    if isinstance(value, str):
        return repr(shown(value, LONGEST_TEXT))
    if isinstance(value, (bool, int, float)):
        return shown(str(value).lower(), LONGEST_TEXT)
    return TYPES.get(type(value), f"a {type(value).__name__}")


@attrs.frozen
class Table:
    """One table of a mapping.

    Attributes:
        path: the mapping, as it was named.
        place: where in it the table stands; empty for the whole.
        entries: what it holds.
    """

    path: str
    place: str
    entries: Mapping[str, object]

    @classmethod
    def of(cls, path: str, place: str, value: object, keys: Iterable[str] | None = None) -> "Table":
        """Return a value as a table that holds no other keys than ``keys``.

        Raises:
            MappingError: when it is no table, or has another key.
        """
        if not isinstance(value, dict):
            raise MappingError(path, place, None, None, named(value), "a table")
        table = cls(path, place, value)
        if keys is not None:
            table.check_keys(tuple(keys))
        return table

    def check_keys(self, keys: tuple[str, ...]) -> None:
        """Refuse every key that is not one of ``keys``.

        Raises:
            MappingError: for the first other key; it names the nearest one.
        """
        for key in self.entries:
            if key not in keys:
                near = get_close_matches(key, keys, 1)
                hint = f" (meant {near[0]}?)" if near else ""
                raise self.fault(key, f"an unknown key{hint}", f"one of {', '.join(keys)}")

    def place_of(self, key: str, index: int | None = None) -> str:
        """Return the place of a key, or of an item of its list."""
        name = shown(key, LONGEST_TEXT)
        if not key.replace("_", "").isalnum():
            name = repr(name)
        item = "" if index is None else f"[{index}]"
        return f"{self.place}.{name}{item}" if self.place else f"{name}{item}"

    def fault(self, key: str, found: str, expected: str) -> MappingError:
        """Return the error for a key."""
        return MappingError(self.path, self.place_of(key), None, None, found, expected)

    def missing(self, key: str, expected: str) -> MappingError:
        """Return the error for a key that is not there; it names those that are."""
        there = listed(self.entries) or "nothing"
        return self.fault(key, f"missing; there is {there}", expected)

    def __contains__(self, key: object) -> bool:
        return key in self.entries

    def table(self, key: str, keys: Iterable[str] | None = None) -> "Table":
        """Return the table under a key; an empty one where it is not there."""
        return Table.of(self.path, self.place_of(key), self.entries.get(key, {}), keys)

    def text(self, key: str, expected: str) -> str | None:
        """Return the text under a key, which must not be blank; None where it is not there."""
        value = self.entries.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise self.fault(key, named(value), expected)
        return value

    def needed_text(self, key: str, expected: str) -> str:
        """Return the text under a key that must be there."""
        value = self.text(key, expected)
        if value is None:
            raise self.missing(key, expected)
        return value

    def flag(self, key: str) -> bool:
        """Return the truth value under a key; False where it is not there."""
        value = self.entries.get(key, False)
        if not isinstance(value, bool):
            raise self.fault(key, named(value), "true or false")
        return value

    def number(self, key: str, expected: str = "a number") -> Decimal:
        """Return the finite number under a key."""
        value = self.entries.get(key)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            return Decimal(str(value))
        raise self.fault(key, named(value), expected)

    def choice(self, key: str, default: Choice) -> Choice:
        """Return the member of an enum that is named by its value under a key."""
        value = self.entries.get(key, default.value)
        for member in type(default):
            if member.value == value:
                return member
        names = " or ".join(repr(member.value) for member in type(default))
        raise self.fault(key, named(value), names)

    def items(self, key: str) -> Iterator[tuple[str, object]]:
        """Yield what stands under a key, each with its place: one value, or those of a list.

        Raises:
            MappingError: when the list is empty.
        """
        value = self.entries[key]
        if not isinstance(value, list):
            yield self.place_of(key), value
            return
        if not value:
            raise self.fault(key, "an empty list", "at least one")
        for index, item in enumerate(value):
            yield self.place_of(key, index), item
