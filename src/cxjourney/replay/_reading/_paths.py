"""Dotted paths into nested records, such as ``properties.time`` or ``items[0].price``."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from math import isnan
from typing import Any

from cxjourney.errors import InvalidError
from cxjourney.replay._reading._cell_form import Cell

STEP = re.compile(r"([^.\[\]]+)|\[(\d{1,6})\]|\[([^\[\]=]+)=([^\[\]=]+)\]|\[([^\[\]=]+)\]")
MISSING = object()
"""What a path finds where a step of it is not there."""
LONGEST_PATH = 16
Step = Callable[[object], object]


def path_of(column: str) -> Callable[[Mapping[str, object]], object]:
    """Return what finds a column in a record: by its whole name, or else step by step.

    ``a.b`` is the key b of the object under a; ``a[0]`` the first item of a list, ``a[key=b]`` the
    item whose ``key`` is b, and ``a[b]`` is short for ``a[key=b]``.

    Raises:
        InvalidError: when the path is longer than 16 steps.
    """
    steps = tuple(_steps(column))

    def find(record: Mapping[str, object]) -> object:
        if column in record:
            return record[column]
        found: object = record
        for step in steps:
            found = step(found)
            if found is MISSING:
                return found
        return found

    return find


def first_key(column: str) -> str:
    """Return the first key of a path."""
    return re.split(r"[.\[]", column, maxsplit=1)[0]


def _steps(column: str) -> Iterator[Step]:
    place = 0
    count = 0
    while place < len(column):
        found = STEP.match(column, place)
        count += 1
        if found is None or count > LONGEST_PATH:
            yield lambda _: MISSING  # a name with other signs is no path
            return
        key, index, name, value, short = found.groups()
        if key is not None:
            yield _key(key)
        elif index is not None:
            yield _index(int(index))
        else:
            yield _item(name or "key", value or short)
        place = found.end()
        if column[place : place + 1] == ".":
            place += 1


def _key(key: str) -> Step:
    return lambda found: found.get(key, MISSING) if isinstance(found, dict) else MISSING


def _index(index: int) -> Step:
    def step(found: object) -> object:
        return found[index] if isinstance(found, list) and index < len(found) else MISSING

    return step


def _item(name: str, value: str) -> Step:
    def step(found: object) -> object:
        items = found if isinstance(found, list) else ()
        return next(
            (one for one in items if isinstance(one, dict) and one.get(name) == value), MISSING
        )

    return step


def cell_of(value: object) -> Cell:
    """Return a value that is no text as a cell.

    Raises:
        InvalidError: when it is an object or a list.
    """
    if value is None or value is MISSING:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (dict, list)):
        kind = "an object" if isinstance(value, dict) else "a list"
        raise InvalidError("", kind, "a text, a number, true, false or null")
    for of, tell in WORDED.items():
        if isinstance(value, of):
            return tell(value)
    raise InvalidError("", f"a {type(value).__name__}", "a text, a number, a time or a date")


def _time(value: datetime) -> str:
    return (value if value.tzinfo is None else value.astimezone(UTC)).isoformat()


def _plain(value: float) -> Cell:
    """Return a float as one writes it: a whole number has no decimals, and NaN is nothing."""
    if isnan(value):
        return None
    return str(int(value)) if value.is_integer() else repr(value)


WORDED: Mapping[type, Callable[[Any], Cell]] = {
    datetime: _time,
    date: date.isoformat,
    float: _plain,
    int: str,
    Decimal: str,
}
"""How values that are no texts stand in a cell; the first that fits."""
