"""Checking what the parts of a contact are made of: each field is of its type, or is refused."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, tzinfo
from typing import Any

import attrs

from cxjourney.errors import CxJourneyError, MalformedEventError
from cxjourney.payload import MAX_ID, check_time, describe

__all__ = ["ChannelError"]

Validator = Callable[[Any, "attrs.Attribute[Any]", Any], None]


@attrs.define(slots=False, str=False)
class ChannelError(CxJourneyError, ValueError):
    """A part of what is sent through channels is not of its form.

    Attributes:
        what: the class of the part, such as ``Content``.
        field: which field was at fault.
        found: what stood there, by type or size, never a customer's own words.
        expected: what would have been right.
    """

    what: str
    field: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.what}: {self.field} is {self.found}; expected {self.expected}"


def must(fits: bool, of: object, field: str, found: object, expected: str) -> None:  # noqa: FBT001 - reads as an assertion
    """Refuse a field of an object unless it fits.

    Raises:
        ChannelError: when it does not.
    """
    if not fits:
        raise ChannelError(type(of).__name__, field, describe(found), expected)


def a(of: type, *, optional: bool = False) -> Validator:
    """Return a validator of a field that holds just one of a type, or None where it may."""

    def check(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
        fits = isinstance(value, of) or (optional and value is None)
        expected = f"{of.__name__} or None" if optional else of.__name__
        must(fits, instance, field.name, value, expected)

    return check


def all_of(of: type) -> Validator:
    """Return a validator of a collection of one type; a text is no collection of its letters."""

    def check(instance: object, field: "attrs.Attribute[Any]", value: Any) -> None:  # noqa: ANN401 - any
        several = isinstance(value, Collection) and not isinstance(value, str)
        must(several, instance, field.name, value, f"only {of.__name__}")
        for one in value:
            must(isinstance(one, of), instance, field.name, one, f"only {of.__name__}")

    return check


def an_id(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Check a text of 1 to 200 characters."""
    fits = isinstance(value, str) and 0 < len(value) <= MAX_ID
    must(fits, instance, field.name, value, f"a text of 1 to {MAX_ID} characters")


def an_id_or_none(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Check a text of 1 to 200 characters, or None."""
    if value is not None:
        an_id(instance, field, value)


def a_zone(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Check a time zone, or None."""
    fits = value is None or isinstance(value, tzinfo)
    must(fits, instance, field.name, value, "a tzinfo such as ZoneInfo('Europe/Tallinn'), or None")


def a_time(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Check an aware datetime.

    Raises:
        NaiveTimeError: when it has no time zone.
        MalformedEventError: when it is out of the years that events may have.
    """
    must(isinstance(value, datetime), instance, field.name, value, "an aware datetime")
    check_time(value, type(instance).__name__, field.name)


def a_number(least: int) -> Validator:
    """Return a validator of a whole number from some least one."""

    def check(instance: object, field: "attrs.Attribute[Any]", value: Any) -> None:  # noqa: ANN401 - anything may be given
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or value < least:
            found = f"{value}" if whole else describe(value)
            what, expected = type(instance).__name__, f"a whole number from {least}"
            raise ChannelError(what, field.name, found, expected)

    return check


def fixed(at: datetime) -> datetime:
    """Convert a time to its fixed offset; what is none is left for ``a_time`` to refuse."""
    try:
        return check_time(at, "time")
    except MalformedEventError:
        return at


def as_tuple(given: Iterable[Any]) -> Any:  # noqa: ANN401 - a tuple, or what was given
    """Convert a collection to a tuple; what is none is left for ``all_of`` to refuse."""
    return tuple(given) if _is_iterable(given) else given


def as_set(given: Iterable[Any]) -> Any:  # noqa: ANN401 - a set, or what was given
    """Convert a collection to a set; what is none is left for ``all_of`` to refuse."""
    try:
        return frozenset(given) if _is_iterable(given) else given
    except TypeError:
        return given


def _is_iterable(given: object) -> bool:
    """Say whether something is a collection; a text is none of its letters."""
    return isinstance(given, Iterable) and not isinstance(given, str)
