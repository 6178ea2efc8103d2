"""The stored form of evidence: plain values, checked on the way in.

Only what was written can be read. What is refused is described by type and size, never by content.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import attrs

from cxjourney.errors import DecodeError
from cxjourney.phases import Phase
from cxjourney.readers import Reader, found_in
from cxjourney.wishes.evidence.moments import Arm, Moments, Outcomes, Pairs, Tally
from cxjourney.wishes.kinds import Wish, WishError

__all__: list[str] = []

SCHEMA = 1
"""The version of the stored form."""
ROUNDING = 1e-6
"""How far the mean of differences may be from the difference of the means, for their size."""

Made = TypeVar("Made")


def plain(value: object) -> object:
    """Return a number as a plain int or float, and anything else as it stands."""
    if isinstance(value, float):
        return float(value)
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else value


def stored(counted: Tally | Outcomes) -> dict[str, Any]:
    """Return what was counted as plain values."""
    return attrs.asdict(counted, value_serializer=lambda _, __, value: plain(value))


def stored_wish(wish: Wish) -> dict[str, Any]:
    """Return a wish as plain values."""
    return {
        "about": str.__str__(wish.about),
        "phase": None if wish.phase is None else wish.phase.name,
        "stated": wish.stated,
        "adds_value": wish.adds_value,
    }


def read_as(
    make: Callable[..., Made], readers: Mapping[str, Reader], data: object, path: str
) -> Made:
    """Make something of a stored object with just these keys, each by its reader.

    Raises:
        DecodeError: the data is of another form.
    """
    expected = f"an object with just the keys {', '.join(readers)}"
    if type(data) is not dict or any(type(key) is not str for key in data):
        raise DecodeError(path or "evidence", found_in(data), expected)
    if data.keys() != readers.keys():
        raise DecodeError(path or "evidence", "other keys, or not all of them", expected)
    start = f"{path}." if path else ""
    values = {key: read(data[key], start + key) for key, read in readers.items()}
    try:
        return make(**values)
    except WishError as error:
        raise DecodeError(start + error.field, error.found, error.expected) from error


def read_versioned(make: Callable[..., Made], readers: Mapping[str, Reader], data: object) -> Made:
    """Make something of a stored object of this version, its keys besides ``schema`` as listed.

    Raises:
        DecodeError: the data is of another form or version.
    """
    if type(data) is dict and "schema" in data:
        # Another version may have other keys, so this is the fault to name.
        _read_schema(data["schema"], "schema")

    def made(schema: int, **fields: object) -> Made:  # noqa: ARG001 - it was read, and is known
        return make(**fields)

    return read_as(made, {"schema": _read_schema, **readers}, data, "")


def read_number(data: object, path: str) -> float:
    """Read a number; what it may be, its owner checks."""
    if type(data) is int or type(data) is float:
        return data
    raise DecodeError(path, found_in(data), "a number")


def _read_schema(data: object, path: str) -> int:
    """Read the version of the stored form, which must be this one."""
    if type(data) is not int or data != SCHEMA:
        raise DecodeError(path, found_in(data), f"{SCHEMA}")
    return data


def read_whole(data: object, path: str) -> int:
    """Read a whole number; what it may be, its owner checks."""
    if type(data) is not int:
        raise DecodeError(path, found_in(data), "a whole number")
    return data


def read_list(data: object, path: str, size: int) -> list[Any]:
    """Read a list of just so many entries."""
    if type(data) is not list or len(data) != size:
        raise DecodeError(path, found_in(data), f"a list of {size}")
    return data


def read_text(data: object, path: str) -> str:
    """Read a text; what it may be, its owner checks."""
    if type(data) is not str:
        raise DecodeError(path, found_in(data), "a text")
    return data


def read_wish(data: object, path: str) -> Wish:
    """Read a stored wish."""
    readers = {
        "about": read_text,
        "phase": _read_phase,
        "stated": _read_fact,
        "adds_value": _read_fact,
    }
    return read_as(Wish, readers, data, path)


def _read_phase(data: object, path: str) -> Phase | None:
    if data is None:
        return None
    phase = Phase.__members__.get(data) if type(data) is str else None
    if phase is None:
        raise DecodeError(path, found_in(data), "null, or the name of a phase")
    return phase


def _read_fact(data: object, path: str) -> bool | None:
    if data is None or type(data) is bool:
        return data
    raise DecodeError(path, found_in(data), "true, false or null")


def read_tally(data: object, path: str) -> Tally:
    """Read a stored tally."""
    return read_as(Tally, {"yes": read_number, "no": read_number}, data, path)


def read_outcomes(data: object, path: str) -> Outcomes:
    """Read stored outcomes."""
    readers = {"fulfilled": _read_arm, "unfulfilled": _read_arm, "pairs": _read_pairs}
    return read_as(Outcomes, readers, data, path)


def _read_moments(data: object, path: str) -> Moments:
    return read_as(Moments, {"n": read_number, "mean": read_number, "m2": read_number}, data, path)


def _read_arm(data: object, path: str) -> Arm | None:
    if data is None:
        return None
    binary = type(data) is dict and "yes" in data
    return read_tally(data, path) if binary else _read_moments(data, path)


def _read_pairs(data: object, path: str) -> Pairs:
    readers = {
        "fulfilled": _read_moments,
        "unfulfilled": _read_moments,
        "difference": _read_moments,
    }
    pairs = read_as(Pairs, readers, data, path)
    apart = pairs.fulfilled.mean - pairs.unfulfilled.mean
    size = max(abs(pairs.fulfilled.mean), abs(pairs.unfulfilled.mean))
    if abs(pairs.difference.mean - apart) > ROUNDING * size:
        expected = "the mean with it minus the mean without it"
        raise DecodeError(f"{path}.difference.mean", "another number", expected)
    return pairs
