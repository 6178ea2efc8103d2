"""Conditions of a mapping: questions to one column of a line."""

from collections.abc import Callable, Mapping
from decimal import Decimal

import attrs

from cxjourney.replay.errors import MappingError
from cxjourney.replay.tables import Table, named
from cxjourney.replay.values import CellError, number

__all__ = ["Condition", "read_condition"]

Cell = str | None
"""What a line holds in one column; None where it holds nothing."""

Operand = str | Decimal | bool | tuple["Operand", ...]
"""What a condition compares a cell with."""


@attrs.frozen
class Condition:
    """Questions to one column of a line, all of which must be answered with yes.

    Attributes:
        column: the column.
        tests: the name of each question, with what the cell is compared with.
    """

    column: str
    tests: tuple[tuple[str, Operand], ...]

    def holds(self, cells: Mapping[str, Cell]) -> bool:
        """Say whether the condition holds for a line.

        Raises:
            CellError: when the cell should be compared with a number and is none.
        """
        cell = cells[self.column]
        try:
            return all(_TESTS[name](cell, operand) for name, operand in self.tests)
        except CellError as error:
            raise error.of(self.column) from None


def blank(cell: Cell) -> bool:
    """Say whether a cell holds nothing, or white space only."""
    return cell is None or not cell.strip()


def _equals(cell: Cell, operand: Operand) -> bool:
    if cell is None:
        return False
    if isinstance(operand, Decimal):
        try:
            return number(cell) == operand
        except CellError:
            return False
    if isinstance(operand, bool):
        return cell.strip().lower() == str(operand).lower()
    return cell == operand


def _one_of(cell: Cell, operand: Operand) -> bool:
    return isinstance(operand, tuple) and any(_equals(cell, one) for one in operand)


def _at_least(cell: Cell, operand: Operand) -> bool:
    if cell is None or blank(cell):
        return False
    return isinstance(operand, Decimal) and number(cell) >= operand


def _at_most(cell: Cell, operand: Operand) -> bool:
    if cell is None or blank(cell):
        return False
    return isinstance(operand, Decimal) and number(cell) <= operand


_TESTS: Mapping[str, Callable[[Cell, Operand], bool]] = {
    "equals": _equals,
    "one_of": _one_of,
    "at_least": _at_least,
    "at_most": _at_most,
    "present": lambda cell, _: not blank(cell),
    "missing": lambda cell, _: blank(cell),
}


def read_condition(path: str, place: str, value: object) -> Condition:
    """Return a condition as the mapping words it.

    Raises:
        MappingError: when it is not of its form.
    """
    table = Table.of(path, place, value, ("column", *_TESTS))
    column = table.needed_text("column", "the name of a column")
    tests = tuple((name, _operand(table, name)) for name in table.entries if name != "column")
    if not tests:
        raise MappingError(
            path, place, None, None, "a column and no test", f"one of {', '.join(_TESTS)}"
        )
    return Condition(column, tests)


def _operand(table: Table, name: str) -> Operand:
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


def _scalar(table: Table, name: str, value: object) -> Operand:
    if isinstance(value, (str, bool)):
        return value
    if isinstance(value, (int, float)):
        return Table(table.path, table.place, {name: value}).number(name)
    raise table.fault(name, named(value), "a text, a number, or true or false")
