"""The kit of stored forms: one description of a class both writes and reads it.

A form takes values of one exact kind, in either direction, or refuses them with a ``DecodeError``
that tells kinds and sizes, never content. How deep the data goes, the description says.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timezone
from decimal import Context, Decimal, InvalidOperation
from enum import Enum
from itertools import repeat
from operator import attrgetter
from types import NoneType
from typing import Any, Generic, TypeVar

import attrs

from cxjourney.errors import DecodeError, InvalidError, MalformedEventError
from cxjourney.vocabulary._checks import EARLIEST_YEAR, LATEST_YEAR, MAX_ID, check_time

MAX_ENTRIES = 1_000_000
"""How many entries a list may have, and so how many events a stored journey."""
MAX_WHOLE = 2**53 - 1
"""The largest number that every reader of JSON keeps whole."""

Value = TypeVar("Value")
Other = TypeVar("Other")
Take = Callable[[Any], Any]

_CONTEXT = Context(traps=[InvalidOperation])
_TEXTS = {str}
_JSON = {
    NoneType: "null",
    bool: "true or false",
    int: "a whole number",
    float: "a number with a point",
    list: "a list",
    dict: "an object",
}


class FormError(Exception):
    """A value does not fit its form; ``Form.decode`` and ``Form.encode`` say where it stands.

    Attributes:
        found: what stood there, by type or size.
        expected: what would have been right.
        path: the places that it stands in, such as ``.at`` or ``[3]``, from the inside out.
    """

    def __init__(self, found: str, expected: str, *path: str) -> None:
        super().__init__(found, expected)
        self.found = found
        self.expected = expected
        self.path = [*path]

    def error(self, path: str, top: str) -> DecodeError:
        """Return the error that tells the whole path."""
        where = path + "".join(reversed(self.path))
        return DecodeError(where.removeprefix(".") or top, self.found, self.expected)


@attrs.frozen
class Form(Generic[Value]):
    """How values of one kind are stored.

    Attributes:
        read: returns the value of some plain data; raises ``FormError``.
        write: returns a value as plain data that ``read`` takes; raises ``FormError``.
    """

    read: Callable[[Any], Value]
    write: Callable[[Any], Any]

    def decode(self, data: object, path: str = "", top: str = "journey") -> Value:
        """Return what some stored data tells; ``path`` is where it stands, ``top`` its name.

        Raises:
            DecodeError: when it is of any other form.
        """
        try:
            return self.read(data)
        except FormError as fault:
            raise fault.error(path, top) from fault.__cause__

    def encode(self, value: Value, path: str = "", top: str = "journey") -> Any:  # noqa: ANN401 - plain
        """Return a value as plain data, keys in a fixed order.

        Raises:
            DecodeError: when it holds what could not be decoded again.
        """
        try:
            return self.write(value)
        except FormError as fault:
            raise fault.error(path, top) from fault.__cause__


def found_in(data: object) -> str:
    """Describe any object without asking it anything, and without giving a text away."""
    if type(data) is str:
        return f"a text of {len(data)} characters"
    return next((words for of, words in _JSON.items() if type(data) is of), "no value of JSON")


def exact(of: type, expected: str) -> Form[Any]:
    """Return the form of values of just one type of JSON, which somebody else checks."""

    def same(data: object) -> object:
        if type(data) is of:
            return data
        raise FormError(found_in(data), expected)

    return Form(same, same)


def text(least: int = 0, most: int = MAX_ID) -> Form[str]:
    """Return the form of a text; one of a class of its own is written plainly."""
    expected = f"a text of {f'{least} to' if least else 'at most'} {most} characters"

    def read(data: object) -> str:
        if type(data) is str and least <= len(data) <= most:
            return data
        raise FormError(found_in(data), expected)

    def write(value: object) -> str:
        if type(value) is str and least <= len(value) <= most:
            return value
        return read(str.__str__(value) if isinstance(value, str) else value)

    return Form(read, write)


def whole(low: int, high: int = MAX_WHOLE) -> Form[int]:
    """Return the form of a whole number within limits."""
    expected = f"{low}" if low == high else f"a whole number from {low} to {high}"

    def same(data: object) -> int:
        if type(data) is int and low <= data <= high:
            return data
        raise FormError(found_in(data), expected)

    return Form(same, same)


def member(*of: type[Enum]) -> Form[Any]:
    """Return the form of a member of one of some enums: its name."""
    names = {one.name: one for each in of for one in each}
    expected = f"one of {', '.join(names)}"

    def read(data: object) -> Enum:
        found = names.get(data) if type(data) is str else None
        if found is None:
            raise FormError(found_in(data), expected)
        return found

    def write(value: object) -> str:
        if isinstance(value, of):
            return value.name
        raise FormError(found_in(value), expected)

    return Form(read, write)


def maybe(form: Form[Value]) -> Form[Value | None]:
    """Return the form of a value or null."""
    read, write = form.read, form.write
    return Form(
        lambda data: None if data is None else read(data),
        lambda value: None if value is None else write(value),
    )


def converted(
    form: Form[Value], into: Callable[[Value], Other], out: Callable[[Other], Value]
) -> Form[Other]:
    """Return the form of what is stored as something else."""
    return Form(lambda data: into(form.read(data)), lambda value: form.write(out(value)))


def list_of(form: Form[Value], most: int = MAX_ENTRIES) -> Form[tuple[Value, ...]]:
    """Return the form of a tuple of up to so many values of one form."""
    return _several(repeat(form.read), repeat(form.write), 0, most)


def row(*forms: Form[Any]) -> Form[tuple[Any, ...]]:
    """Return the form of a tuple of just so many values, each of a form of its own."""
    reads, writes = [form.read for form in forms], [form.write for form in forms]
    return _several(reads, writes, len(forms), len(forms))


def _several(
    reads: Iterable[Take], writes: Iterable[Take], least: int, most: int
) -> Form[tuple[Any, ...]]:
    expected = f"{least} entries" if least == most else f"at most {most}"

    def each(takes: Iterable[Take], entries: Any) -> list[Any]:  # noqa: ANN401 - a list or a tuple
        size, place = len(entries), 0
        if not least <= size <= most:
            raise FormError(f"{size} entries", expected)
        taken: list[Any] = [None] * size
        try:
            for place, (take, one) in enumerate(zip(takes, entries)):  # noqa: B905 - takes may have no end
                taken[place] = take(one)
        except FormError as fault:
            fault.path.append(f"[{place}]")
            raise
        return taken

    def read(data: object) -> tuple[Any, ...]:
        if type(data) is list:
            return tuple(each(reads, data))
        raise FormError(found_in(data), "a list")

    def write(values: object) -> list[Any]:
        if isinstance(values, list | tuple):
            return each(writes, values)
        raise FormError(found_in(values), "a list")

    return Form(read, write)


def _read_object(data: object) -> dict[str, Any]:
    if type(data) is not dict:
        raise FormError(found_in(data), "an object")
    if not {*map(type, data)} <= _TEXTS:
        key = next(key for key in data if type(key) is not str)
        raise FormError(f"a key that is {found_in(key)}", "texts as keys")
    return data


def _write_object(value: object) -> dict[str, Any]:
    return _read_object(dict(value) if isinstance(value, Mapping) else value)


def _each(names: Iterable[str], takes: Iterable[Take], values: Iterable[Any]) -> dict[str, Any]:
    """Take each value its own way, by name."""
    taken: dict[str, Any] = {}
    name = ""
    try:
        for name, take, value in zip(names, takes, values):  # noqa: B905 - as many of each
            taken[name] = take(value)
    except FormError as fault:
        fault.path.append(f".{name}")
        raise
    return taken


def mapping(form: Form[Value]) -> Form[Mapping[str, Value]]:
    """Return the form of an object whose keys may be anybody's words, each value of one form."""

    def each(take: Callable[[Any], Any], entries: dict[str, Any]) -> dict[str, Any]:
        try:
            return {key: take(one) for key, one in entries.items()}
        except FormError as fault:
            fault.path.append("[...]")
            raise

    return Form(
        lambda data: each(form.read, _read_object(data)),
        lambda value: each(form.write, _write_object(value)),
    )


def record(
    of: type[Value],
    forms: Mapping[str, Form[Any]],
    make: Callable[..., Value] | None = None,
    parts: Callable[[Any], Iterable[Any]] | None = None,
) -> Form[Value]:
    """Return the form of objects of a class: an object with just these keys.

    An ``InvalidError`` of the class tells which of its parts does not fit.

    Args:
        of: the class.
        forms: the form of each attribute that is stored.
        make: what makes an object of what was read; the class where None.
        parts: tells what an object is made of, in the order of the forms; its attributes where
            None.
    """
    made, keys = of if make is None else make, f"just the keys {', '.join(forms)}"
    names = tuple(forms)
    reads, writes = [one.read for one in forms.values()], [one.write for one in forms.values()]
    several = attrgetter(*names)
    parted = parts or (several if len(names) > 1 else lambda value: (several(value),))

    def read(data: object) -> Value:
        given = _read_object(data)
        if given.keys() != forms.keys():
            missing = [f".{name}" for name in names if name not in given][:1]
            unknown = f"{len(given) - len(names)} unknown keys"
            raise FormError("missing" if missing else unknown, keys, *missing)
        values = _each(names, reads, map(given.__getitem__, names))
        try:
            return made(**values)
        except InvalidError as error:
            raise FormError(error.found, error.expected, f".{error.field}") from error

    def write(value: object) -> dict[str, Any]:
        if isinstance(value, of):
            return _each(names, writes, parted(value))
        raise FormError(found_in(value), f"of the type {of.__name__}")

    return Form(read, write)


def some_of(forms: Mapping[str, Form[Any]], known: str) -> Form[dict[str, Any]]:
    """Return the form of a mapping that has some of these keys; ``known`` tells them in words."""
    reads = {name: form.read for name, form in forms.items()}
    writes = {name: form.write for name, form in forms.items()}

    def some(takes: Mapping[str, Take], given: Mapping[str, Any]) -> dict[str, Any]:
        names = [name for name in takes if name in given]
        return _each(names, map(takes.__getitem__, names), map(given.__getitem__, names))

    def read(data: object) -> dict[str, Any]:
        given = _read_object(data)
        if given.keys() <= forms.keys():
            return some(reads, given)
        raise FormError("an unknown field", known)

    return Form(read, lambda values: some(writes, values) if values else {})


def tagged(
    tag: str, forms: Mapping[str | int, Form[Any]], tag_of: Callable[[Any], str | int]
) -> Form[Any]:
    """Return the form of an object in which one key, looked at first, tells the others' form.

    Args:
        tag: the key.
        forms: the form of the other keys, by what stands under that key.
        tag_of: tells what stands there for a value.
    """
    expected = f"{'one of ' * (len(forms) > 1)}{', '.join(map(str, forms))}"

    def read(data: object) -> object:
        given = _read_object(data)
        others = dict(given)
        told = others.pop(tag, None)
        for known, form in forms.items():
            if type(told) is type(known) and told == known:
                return form.read(others)
        raise FormError(found_in(told) if tag in given else "missing", expected, f".{tag}")

    def write(value: object) -> dict[str, Any]:
        told = tag_of(value)
        if told not in forms:
            raise FormError(found_in(value), expected)
        return {tag: told, **forms[told].write(value)}

    return Form(read, write)


def versioned(form: Form[Value], schema: int) -> Form[Value]:
    """Return the form of an object that says which version of the form it is in."""
    return tagged("schema", {schema: form}, lambda _: schema)


def _read_moment(data: object) -> datetime:
    if type(data) is not str:
        raise FormError(found_in(data), _MOMENT)
    try:
        at = datetime.fromisoformat(data)
    except ValueError:
        raise FormError(found_in(data), _MOMENT) from None
    if at.tzinfo is None:
        raise FormError("a time without an offset", _MOMENT)
    if at.isoformat() != data:
        raise FormError("a time in another form", _MOMENT)
    return at


def _write_moment(value: object) -> str:
    # Nearly every time has a fixed offset, and is not asked for it.
    if type(value) is datetime and type(value.tzinfo) is timezone:
        return value.isoformat()
    if not isinstance(value, datetime):
        raise FormError(found_in(value), _MOMENT)
    if value.utcoffset() is None:
        raise FormError("a time without an offset", _MOMENT)
    return datetime.isoformat(value)


def _checked(at: datetime) -> datetime:
    try:
        return check_time(at, "time")
    except MalformedEventError as error:
        raise FormError(error.found, error.expected) from error


def _write_time(value: Any) -> str:  # noqa: ANN401 - anything may be given
    plain = _write_moment(value)
    if not EARLIEST_YEAR <= value.year <= LATEST_YEAR or "." in plain[_OFFSET:]:
        _checked(value)
    return plain


def _read_decimal(data: object) -> Decimal:
    if type(data) is not str:
        raise FormError(found_in(data), _DECIMAL)
    try:
        number = Decimal(data, _CONTEXT)
    except InvalidOperation:
        raise FormError(found_in(data), _DECIMAL) from None
    if _CONTEXT.to_sci_string(number) != data:
        raise FormError("a number in another form", _DECIMAL)
    return number


def _write_decimal(value: object) -> str:
    """Write a number alike whatever the decimal context of the caller."""
    if isinstance(value, Decimal):
        return _CONTEXT.to_sci_string(value)
    raise FormError(found_in(value), _DECIMAL)


def _read_number(data: object) -> float:
    if type(data) is int or type(data) is float:
        return data
    raise FormError(found_in(data), "a number")


def _write_number(value: Any) -> float:  # noqa: ANN401 - anything may be given
    if isinstance(value, float):
        return float(value)
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return int(value) if is_whole else _read_number(value)


_OFFSET = len("2026-01-05T09:00:00.123456")
_MOMENT = "a time such as 2026-01-05T09:00:00+02:00"
_DECIMAL = "a number as a text, such as '19.90'"

TEXT = text()
"""The form of an id that may be empty."""
ID = text(1)
"""The form of an id."""
FLAG = exact(bool, "true or false")
"""The form of true or false."""
NUMBER = Form(_read_number, _write_number)
"""The form of a number; which ones may be, its owner checks. One of numpy is written plainly."""
DECIMAL = Form(_read_decimal, _write_decimal)
"""The form of a decimal number: a text."""
MOMENT = Form(_read_moment, _write_moment)
"""The form of a time with its offset: the one text that ``isoformat`` gives."""
TIME = Form(lambda data: _checked(_read_moment(data)), _write_time)
"""The form of a time of the years that journeys take."""
OBJECT: Form[dict[str, Any]] = Form(_read_object, _write_object)
"""The form of an object with any keys and values."""
