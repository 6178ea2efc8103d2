"""Values of a mapping and of a log: tables, numbers, times, fields, and conditions on them."""

import math
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches
from enum import Enum
from typing import TypeVar

import attrs

from cxjourney.errors import LONGEST_NAME, InvalidError, listed, shown
from cxjourney.replay._reading._cell_form import (
    PLAIN,
    TIME_EXPECTED,
    Cell,
    CellForm,
    blank,
    local_time,
)
from cxjourney.vocabulary import Field
from cxjourney.vocabulary._checks import describe
from cxjourney.vocabulary._events import PayloadValue
from cxjourney.vocabulary._terminal import Showable, brief

A_COLUMN = "the name of a column"
Choice = TypeVar("Choice", bound=Enum)
TYPES: Mapping[type, str] = {list: "a list", dict: "a table"}
NAMED = re.compile(rf"[\w .:/@-]{{0,{LONGEST_NAME}}}|[!-/:-@[-`{{-~]{{1,3}}")
"""What a person would write as the name of a column, a kind or an activity."""


def named(value: object) -> str:
    """Return what a value of a mapping is, in words."""
    if isinstance(value, str):
        return repr(value) if NAMED.fullmatch(value) else describe(value)
    if isinstance(value, (bool, int, float)):
        return shown(str(value).lower(), LONGEST_NAME)
    return TYPES.get(type(value), f"a {type(value).__name__}")


def meant(name: str, names: Iterable[str], word: str = "meant") -> str:
    """Return which of our own names was meant, as the end of a message; empty for none."""
    near = get_close_matches(name, names, 1)
    return f" ({word} {near[0]}?)" if near else ""


def _key(key: str) -> str:
    """Return a key of a mapping as its place: as it is, quoted, or described if it is no name."""
    if key.replace("_", "").isalnum():
        return shown(key, LONGEST_NAME)
    return repr(key) if NAMED.fullmatch(key) else describe(key)


@attrs.frozen
class TomlTable:
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
    def of(
        cls, path: str, place: str, value: object, keys: Iterable[str] | None = None
    ) -> "TomlTable":
        """Return a value as a table that holds no other keys than ``keys``.

        Raises:
            InvalidError: when it is no table, or has another key.
        """
        if not isinstance(value, dict):
            raise InvalidError(f"{path}, {place}" if place else path, named(value), "a table")
        table = cls(path, place, value)
        table.check_keys(table.entries if keys is None else keys)
        return table

    def check_keys(self, keys: Iterable[str]) -> None:
        """Refuse every key that is not one of ``keys``.

        Raises:
            InvalidError: for the first other key; it names the nearest one.
        """
        names = tuple(keys)
        for key in self.entries:
            if key not in names:
                found = f"an unknown key{meant(key, names)}"
                raise self.fault(key, found, f"one of {', '.join(names)}")

    def place_of(self, key: str, index: int | None = None) -> str:
        """Return the place of a key, or of an item of its list."""
        name = _key(key)
        item = "" if index is None else f"[{index}]"
        return f"{self.place}.{name}{item}" if self.place else f"{name}{item}"

    def fault(self, key: str, found: str, expected: str) -> InvalidError:
        """Return the error for a key."""
        return InvalidError(f"{self.path}, {self.place_of(key)}", found, expected)

    def missing(self, key: str, expected: str) -> InvalidError:
        """Return the error for a key that is not there; it names those that are."""
        there = listed(map(_key, self.entries)) or "nothing"
        return self.fault(key, f"missing; there is {there}", expected)

    def __contains__(self, key: object) -> bool:
        return key in self.entries

    def table(self, key: str, keys: Iterable[str] | None = None) -> "TomlTable":
        """Return the table under a key; an empty one where it is not there."""
        return TomlTable.of(self.path, self.place_of(key), self.entries.get(key, {}), keys)

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

    def texts(self, key: str, expected: str) -> tuple[str, ...]:
        """Return the text under a key, or those of its list; none where it is not there."""
        value = self.entries.get(key)
        if not isinstance(value, list):
            found = self.text(key, expected)
            return () if found is None else (found,)
        items = [place for place, _ in self.items(key)]
        for place, one in zip(items, value, strict=True):
            if not isinstance(one, str) or not one.strip():
                raise InvalidError(f"{self.path}, {place}", named(one), expected)
        return tuple(value)

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
            InvalidError: when the list is empty.
        """
        value = self.entries[key]
        if not isinstance(value, list):
            yield self.place_of(key), value
            return
        if not value:
            raise self.fault(key, "an empty list", "at least one")
        for index, item in enumerate(value):
            yield self.place_of(key, index), item


TRUTHS = {"true": True, "false": False}
WORDS: Mapping[type, tuple[str, str]] = {
    bool: ("bool", "true or false"),
    int: ("int", "a whole number"),
    Decimal: ("Decimal", "number"),
    datetime: ("an aware datetime", TIME_EXPECTED),
}
"""What Python calls a type, and what one who writes a log does."""

LONGEST_TOLD = 6
"""A number with more characters may be somebody's, such as a telephone's."""


def value_of(field: Field, text: str, form: CellForm = PLAIN) -> PayloadValue:
    """Return a text as the value of a payload's field.

    Raises:
        InvalidError: when it does not fit the field.
    """
    value = _read(field, text, form)
    if field.fault(value) is not None:
        what, size = ("text" if isinstance(value, str) else "number"), len(text.strip())
        short = what == "number" and size <= LONGEST_TOLD
        found = text.strip() if short else f"a {what} of {size} characters"
        raise InvalidError("", found, fitting(field))
    return value


def _read(field: Field, text: str, form: CellForm) -> PayloadValue:
    if issubclass(field.of, Enum):
        members = {member.name.lower(): member for member in field.of}
        return members.get(text.strip().lower(), text)
    if field.of is datetime:
        return local_time(form.time(text), form.zone)[0]
    if field.of is bool:
        return TRUTHS.get(text.strip().lower(), text)
    if field.of not in {int, Decimal}:
        return text
    found = form.number(text)
    return int(found) if field.of is int and found == found.to_integral_value() else found


def fitting(field: Field) -> str:
    """Return what a field takes, as one would write it in a log or a mapping."""
    if issubclass(field.of, Enum):
        return f"one of {', '.join(member.name.lower() for member in field.of)}"
    if field.of in WORDS:
        return field.expected().replace(*WORDS[field.of])
    return field.expected()


Operand = str | Decimal | bool | tuple["Operand", ...]
"""What a condition compares a cell with."""


@attrs.frozen
class Condition(Showable):
    """Questions to one column of a line, all of which must be answered with yes.

    Attributes:
        column: the column.
        tests: the name of each question, with what the cell is compared with.
        form: how the numbers of the log are written.
    """

    column: str
    tests: tuple[tuple[str, Operand], ...]
    form: CellForm = attrs.field(default=PLAIN, repr=False)

    __repr__ = brief

    def holds(self, cells: Mapping[str, Cell]) -> bool:
        """Say whether the condition holds for a line.

        Raises:
            InvalidError: when the cell should be compared with a number and is none.
        """
        cell = cells[self.column]
        try:
            return all(_TESTS[name](cell, operand, self.form) for name, operand in self.tests)
        except InvalidError as error:
            raise attrs.evolve(error, column=self.column) from None


def _equals(cell: Cell, operand: Operand, form: CellForm) -> bool:
    if cell is None:
        return False
    if isinstance(operand, Decimal):
        return form.is_number(cell) and form.number(cell) == operand
    if isinstance(operand, bool):
        return cell.strip().lower() == str(operand).lower()
    return cell == operand


def _one_of(cell: Cell, operand: Operand, form: CellForm) -> bool:
    return isinstance(operand, tuple) and any(_equals(cell, one, form) for one in operand)


_Question = Callable[[Cell, Operand, CellForm], bool]


def _number_that(compares: Callable[[Decimal, Decimal], bool]) -> _Question:
    """Return the question whether a cell holds a number that compares so with the operand."""

    def asks(cell: Cell, operand: Operand, form: CellForm) -> bool:
        if cell is None or blank(cell):
            return False
        return isinstance(operand, Decimal) and compares(form.number(cell), operand)

    return asks


_TESTS: Mapping[str, _Question] = {
    "equals": _equals,
    "one_of": _one_of,
    "at_least": _number_that(operator.ge),
    "at_most": _number_that(operator.le),
    "present": lambda cell, *_: not blank(cell),
    "missing": lambda cell, *_: blank(cell),
}


def read_condition(path: str, place: str, value: object, form: CellForm) -> Condition:
    """Return a condition as the mapping words it.

    Raises:
        InvalidError: when it is not of its form.
    """
    table = TomlTable.of(path, place, value, ("column", *_TESTS))
    column = table.needed_text("column", A_COLUMN)
    tests = tuple((name, _operand(table, name)) for name in table.entries if name != "column")
    if not tests:
        expected = f"one of {', '.join(_TESTS)}"
        raise InvalidError(f"{path}, {place}", "a column and no test", expected)
    return Condition(column, tests, form)


def _operand(table: TomlTable, name: str) -> Operand:
    if name in {"at_least", "at_most"}:
        return table.number(name)
    value = table.entries[name]
    if name in {"present", "missing"}:
        if value is not True:
            raise table.fault(name, named(value), "true")
        return True
    if name == "equals":
        return _scalar(table, name, value)
    if not isinstance(value, list) or not value:
        raise table.fault(name, named(value), "a list of texts or numbers")
    return tuple(_scalar(table, name, one) for one in value)


def _scalar(table: TomlTable, name: str, value: object) -> Operand:
    if isinstance(value, (str, bool)):
        return value
    if isinstance(value, (int, float)):
        return TomlTable(table.path, table.place, {name: value}).number(name)
    raise table.fault(name, named(value), "a text, a number, or true or false")
