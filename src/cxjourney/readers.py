"""Readers of plain values that may come from anywhere: each takes one exact form, or refuses.

A reader takes the data and the path where it stands, and asks nothing of an object whose exact
type it does not know. What it refuses it describes by kind and size, never by content.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Context, Decimal, InvalidOperation
from enum import Enum
from types import NoneType
from typing import Any, TypeVar

from cxjourney.errors import DecodeError, MalformedEventError
from cxjourney.payload import MAX_ID, check_time

__all__: list[str] = []

MAX_ENTRIES = 1_000_000
"""How many entries a list may have, and so how many events a stored journey."""
MAX_WHOLE = 2**53 - 1
"""The largest number that every reader of JSON keeps whole."""

Member = TypeVar("Member", bound=Enum)
Value = TypeVar("Value")
Reader = Callable[[object, str], Any]

_CONTEXT = Context(traps=[InvalidOperation])
_NAME = re.compile("[a-z][a-z0-9_]{0,39}")
_JSON = {
    NoneType: "null",
    bool: "true or false",
    int: "a whole number",
    float: "a number with a point",
    list: "a list",
    dict: "an object",
}


def must(fits: bool, path: str, found: str, expected: str) -> None:  # noqa: FBT001 - reads as an assertion
    """Refuse what stands at ``path`` unless it fits.

    Raises:
        DecodeError: when it does not.
    """
    if not fits:
        raise DecodeError(path or "journey", found, expected)


def found_in(data: object) -> str:
    """Describe any object without asking it anything, and without giving a text away."""
    if type(data) is str:
        return f"a text of {len(data)} characters"
    return next((words for of, words in _JSON.items() if type(data) is of), "no value of JSON")


def named(name: str) -> str:
    """Quote what looks like a name of the program, and describe what may be somebody's words."""
    return repr(name) if _NAME.fullmatch(name) else found_in(name)


def decimal_text(number: Decimal) -> str:
    """Return a number as ``read_decimal`` takes it, whatever the decimal context of the caller."""
    return _CONTEXT.to_sci_string(number)


def read_object(data: object, path: str) -> dict[str, Any]:
    """Read an object with any keys."""
    if type(data) is not dict:
        raise DecodeError(path or "journey", found_in(data), "an object")
    for key in data:
        if type(key) is not str:
            raise DecodeError(path or "journey", f"a key that is {found_in(key)}", "texts as keys")
    return data


def read_fields(data: object, path: str, readers: Mapping[str, Reader]) -> dict[str, Any]:
    """Read an object with just these keys, each by its reader."""
    values, start = read_object(data, path), f"{path}." if path else ""
    missing = next((key for key in readers if key not in values), None)
    if missing is not None or len(values) > len(readers):
        where = path or "journey" if missing is None else start + missing
        found = f"{len(values) - len(readers)} unknown keys" if missing is None else "missing"
        raise DecodeError(where, found, f"just the keys {', '.join(readers)}")
    return {key: read(values[key], start + key) for key, read in readers.items()}


def read_list(data: object, path: str) -> list[Any]:
    """Read a list of any entries, up to ``MAX_ENTRIES``."""
    if type(data) is not list:
        raise DecodeError(path, found_in(data), "a list")
    must(len(data) <= MAX_ENTRIES, path, f"{len(data)} entries", f"at most {MAX_ENTRIES}")
    return data


def maybe(read: Callable[[object, str], Value]) -> Callable[[object, str], Value | None]:
    """Return a reader that takes null too."""

    def read_or_none(data: object, path: str) -> Value | None:
        return None if data is None else read(data, path)

    return read_or_none


def read_text(data: object, path: str) -> str:
    """Read an id that may be empty."""
    if type(data) is not str or len(data) > MAX_ID:
        raise DecodeError(path, found_in(data), f"a text of at most {MAX_ID} characters")
    return data


def read_id(data: object, path: str) -> str:
    """Read an id."""
    if type(data) is not str or not 0 < len(data) <= MAX_ID:
        raise DecodeError(path, found_in(data), f"a text of 1 to {MAX_ID} characters")
    return data


def read_flag(data: object, path: str) -> bool:
    """Read true or false."""
    if type(data) is not bool:
        raise DecodeError(path, found_in(data), "true or false")
    return data


def whole(low: int, high: int = MAX_WHOLE) -> Reader:
    """Return a reader of a whole number within limits."""
    expected = f"{low}" if low == high else f"a whole number from {low} to {high}"

    def read(data: object, path: str) -> int:
        if type(data) is not int or not low <= data <= high:
            raise DecodeError(path, found_in(data), expected)
        return data

    return read


def member(of: type[Member]) -> Callable[[object, str], Member]:
    """Return a reader of the name of an enum's member."""

    def read(data: object, path: str) -> Member:
        found = of.__members__.get(data) if type(data) is str else None
        if found is None or found.name != data:
            expected = f"one of {', '.join(one.name for one in of)}"
            raise DecodeError(path, found_in(data), expected)
        return found

    return read


def members(of: type[Member]) -> Callable[[object, str], tuple[Member, ...]]:
    """Return a reader of a list of names, each once and in the enum's order."""
    read_one, order = member(of), list(of)

    def read(data: object, path: str) -> tuple[Member, ...]:
        rows = enumerate(read_list(data, path))
        found = [read_one(row, f"{path}[{index}]") for index, row in rows]
        in_order = found == [one for one in order if one in found]
        must(in_order, path, "names in another order", "each name once, in order")
        return tuple(found)

    return read


def read_moment(data: object, path: str) -> datetime:
    """Read a time with its offset, in the one form that ``isoformat`` gives."""
    expected = "a time such as 2026-01-05T09:00:00+02:00"
    if type(data) is not str:
        raise DecodeError(path, found_in(data), expected)
    try:
        at = datetime.fromisoformat(data)
    except ValueError:
        raise DecodeError(path, found_in(data), expected) from None
    must(at.tzinfo is not None, path, "a time without an offset", expected)
    must(at.isoformat() == data, path, "a time in another form", expected)
    return at


def read_time(data: object, path: str) -> datetime:
    """Read a time of the years that journeys take."""
    at = read_moment(data, path)
    try:
        return check_time(at, "journey")
    except MalformedEventError as error:
        raise DecodeError(path, error.found, error.expected) from error


def read_decimal(data: object, path: str) -> Decimal:
    """Read a decimal number, written as a text in the one form that ``decimal_text`` gives."""
    expected = "a number as a text, such as '19.90'"
    if type(data) is not str:
        raise DecodeError(path, found_in(data), expected)
    try:
        number = Decimal(data, _CONTEXT)
    except InvalidOperation:
        raise DecodeError(path, found_in(data), expected) from None
    must(decimal_text(number) == data, path, "a number in another form", expected)
    return number
