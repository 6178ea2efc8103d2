"""The one kit of checks for what users and files give: validators of attrs, and plain functions.

All of them raise ``InvalidError``, which names the class and the field.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from math import inf
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar, cast

from cxjourney.errors import InvalidError, MalformedEventError, NaiveTimeError

if TYPE_CHECKING:
    import attrs

MAX_TEXT = 10_000
MAX_ID = 200
EARLIEST_YEAR, LATEST_YEAR = 2, 9000
MANY = 1e12
A_NAME = f"a text that is not blank, up to {MAX_ID} characters"
LONGEST_NUMBER = 40
"""How many characters a number may have to be told in an error."""

Validator = Callable[[Any, "attrs.Attribute[Any]", Any], None]
Made = TypeVar("Made")


def describe(value: object) -> str:
    """Describe a value without giving it away: its type, and a text's length."""
    if isinstance(value, str) and not isinstance(value, Enum):
        return f"str of {len(value)} characters"
    return "None" if value is None else type(value).__name__


def told(value: object) -> str:
    """Return a number or a truth as it is, where one is asked for; all else is described."""
    if type(value) not in {bool, int, float, Decimal}:
        return describe(value)
    if isinstance(value, int) and abs(value) >= 10**LONGEST_NUMBER:
        return "a huge whole number"
    text = repr(value)
    return text if len(text) <= LONGEST_NUMBER + len("Decimal('')") else describe(value)


def must(
    fits: bool,  # noqa: FBT001 - as above
    of: object,
    field: str,
    found: object,
    expected: str,
    tell: Callable[[object], str] = describe,
) -> None:
    """Refuse a field of an object unless it fits; ``tell`` is ``told`` where a number is asked for.

    Raises:
        InvalidError: when it does not.
    """
    if not fits:
        raise InvalidError(f"{type(of).__name__}.{field}", tell(found), expected)


def a(of: type, *, optional: bool = False) -> Validator:
    """Return a validator of a field that holds just one of a type, or None where it may."""
    wanted = (of, type(None)) if optional else of
    expected = f"{of.__name__} or None" if optional else of.__name__

    def check(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
        if not isinstance(value, wanted):
            raise _of_other_type(f"{type(instance).__name__}.{field.name}", value, of, expected)

    return check


def check_type(where: str, value: object, of: type, expected: str | None = None) -> None:
    """Refuse an argument that is not of a type.

    Raises:
        InvalidError: when it is not.
    """
    if not isinstance(value, of):
        raise _of_other_type(where, value, of, expected or of.__name__)


def _of_other_type(where: str, value: object, of: type, expected: str) -> InvalidError:
    found = told(value) if of in {bool, int, Decimal} else describe(value)
    return InvalidError(where, found, meant(of, value) or expected)


def meant(of: type, value: object) -> str | None:
    """Return the member of an enum that a text names, such as ``Lang.ET``; else None."""
    if not (issubclass(of, Enum) and isinstance(value, str)):
        return None
    text = value.strip().casefold()
    for one in of:
        if text in {one.name.casefold(), str(one.value).casefold()}:
            return f"{of.__name__}.{one.name}, not the text"
    return None


def check_several(where: str, value: object, expected: str) -> None:
    """Refuse what is no collection; a text is no collection of its letters.

    Raises:
        InvalidError: when it is none.
    """
    if not _is_iterable(value):
        raise InvalidError(where, describe(value), expected)


def all_of(of: type) -> Validator:
    """Return a validator of a collection of one type; a text is no collection of its letters."""

    def check(instance: object, field: "attrs.Attribute[Any]", value: Any) -> None:  # noqa: ANN401 - any
        several = isinstance(value, Collection) and not isinstance(value, str)
        must(several, instance, field.name, value, f"a collection of {of.__name__}")
        for one in value:
            check_type(f"{type(instance).__name__}.{field.name}", one, of, f"only {of.__name__}")

    return check


def hashable(expected: str) -> Validator:
    """Return a validator of what can be hashed; whether it fits is for a chart to say."""

    def check(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
        must(isinstance(value, Hashable), instance, field.name, value, expected)

    return check


def several(of: str) -> Validator:
    """Return a validator of a collection, whatever is in it."""

    def check(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
        fits = isinstance(value, Collection) and not isinstance(value, str | bytes)
        must(fits, instance, field.name, value, f"a collection of {of}")

    return check


def check_all(where: str, value: object, of: type) -> None:
    """Refuse an argument that is no collection of one type.

    Raises:
        InvalidError: when it is not.
    """
    check_several(where, value, f"a collection of {of.__name__}")
    for one in cast("Iterable[object]", value):
        check_type(where, one, of, f"only {of.__name__}")


def an_id(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Check a text of 1 to 200 characters."""
    if not (isinstance(value, str) and 0 < len(value) <= MAX_ID):
        raise _no_text(instance, field, value, f"a text of 1 to {MAX_ID} characters")


def an_id_or_none(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Check a text of 1 to 200 characters, or None."""
    if value is not None:
        an_id(instance, field, value)


def is_name(value: object) -> bool:
    """Say whether something is a text of 1 to 200 characters that is not blank."""
    return isinstance(value, str) and bool(value.strip()) and len(value) <= MAX_ID


def a_name(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Check a text of 1 to 200 characters that is not blank."""
    if not is_name(value):
        raise _no_text(instance, field, value, A_NAME)


def a_column(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Check the name of a column: a text that is not empty."""
    if not (isinstance(value, str) and value):
        raise _no_text(instance, field, value, "the name of a column")


def _no_text(
    instance: object, field: "attrs.Attribute[Any]", value: object, expected: str
) -> InvalidError:
    """Return the error for what is no such text: a number may be somebody's id, and is not told."""
    return InvalidError(f"{type(instance).__name__}.{field.name}", describe(value), expected)


def a_zone(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Check a time zone, or None."""
    fits = value is None or isinstance(value, tzinfo)
    must(fits, instance, field.name, value, "a tzinfo such as ZoneInfo('Europe/Tallinn'), or None")


def a_number(least: float, most: float = inf) -> Validator:
    """Return a validator of a whole number from some least one, or within bounds."""

    def check(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
        check_whole(f"{type(instance).__name__}.{field.name}", value, least, most)

    return check


def a_figure(least: float, most: float) -> Validator:
    """Return a validator of a finite number within bounds, both included."""

    def check(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
        check_number(f"{type(instance).__name__}.{field.name}", value, least, most)

    return check


def check_number(where: str, value: object, least: float, most: float) -> float:
    """Return a finite number within bounds, both included.

    Raises:
        InvalidError: when it is no such number.
    """
    if isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most:
        return value
    raise InvalidError(where, told(value), f"a number from {least:g} to {most:g}")


def check_whole(where: str, value: object, least: float = -inf, most: float = inf) -> int:
    """Return a whole number within bounds, both included.

    Raises:
        InvalidError: when it is no such number.
    """
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    lower = f" from {least:,}" if least > -inf else ""
    upper = f" to {most:,.0f}" if most < inf else ""
    raise InvalidError(where, told(value), f"a whole number{lower}{upper}")


@lru_cache(maxsize=256)
def _fixed(offset: timedelta) -> timezone:
    return UTC if not offset else timezone(offset)


def check_time(at: object, where: str) -> datetime:
    """Return ``at`` as a plain datetime with a fixed UTC offset.

    A zone with rules (daylight saving) is resolved to the offset that held at that moment, so
    that times compare as instants and are stored without loss.

    Raises:
        MalformedEventError: when it is no datetime, outside the years 2 to 9000, or its UTC offset
            is not in whole seconds.
        NaiveTimeError: when it has no time zone.
    """
    if not isinstance(at, datetime):
        text = ", not a text" if isinstance(at, str) else ""
        raise MalformedEventError(where, describe(at), f"an aware datetime{text}")
    if not EARLIEST_YEAR <= at.year <= LATEST_YEAR:
        limits = f"a year from {EARLIEST_YEAR} to {LATEST_YEAR}"
        raise MalformedEventError(where, f"in the year {at.year}", limits)
    if type(at) is datetime and at.tzinfo is UTC:
        return at
    offset = at.utcoffset()
    if offset is not None and offset.microseconds:
        raise MalformedEventError(where, f"at a UTC offset of {offset}", "whole seconds")
    if offset is None:
        raise NaiveTimeError(where, f"{at.isoformat()} without a time zone", "an aware datetime")
    return datetime(
        at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond, _fixed(offset)
    )


def check_id(value: object, where: str) -> str:
    """Return an id that is a text of 1 to 200 characters.

    Raises:
        MalformedEventError: when it is not.
    """
    if isinstance(value, str) and 0 < len(value) <= MAX_ID:
        return value
    raise MalformedEventError(where, describe(value), f"a text of 1 to {MAX_ID} characters")


def a_time(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Check an aware datetime of the years 2 to 9000, and keep it at its fixed offset.

    Raises:
        MalformedEventError: when it is none.
        NaiveTimeError: when it has no time zone.
    """
    fixed = check_time(value, f"{type(instance).__name__}.{field.name}")
    if fixed is not value:
        object.__setattr__(instance, field.name, fixed)


def as_tuple(given: Iterable[Any]) -> Any:  # noqa: ANN401 - a tuple, or what was given
    """Convert a collection to a tuple; what is none is left for ``all_of`` to refuse."""
    return tuple(given) if _is_iterable(given) else given


def as_set(given: Iterable[Any]) -> Any:  # noqa: ANN401 - a set, or what was given
    """Convert a collection to a set; what is none is left for ``all_of`` to refuse."""
    try:
        return frozenset(given) if _is_iterable(given) else given
    except TypeError:
        return given


def as_mapping(given: Mapping[Any, Any]) -> Any:  # noqa: ANN401 - a mapping, or what was given
    """Copy and freeze a mapping; what is none is left for a validator to refuse."""
    copied: object = given
    return MappingProxyType(dict(given)) if isinstance(copied, Mapping) else given


def unchecked(of: type[Made], **fields: object) -> Made:
    """Return an instance of an attrs class with slots, made of what is known to be right.

    No default, converter or validator is used, so every field is given.
    """
    made = object.__new__(of)
    state: Any = made
    state.__setstate__(fields)
    return made


def _is_iterable(given: object) -> bool:
    """Say whether something is a collection; a text is none of its letters."""
    return isinstance(given, Iterable) and not isinstance(given, str)
