"""The cells of a CSV file that hold numbers, a column at a time."""

import re
from collections.abc import Iterator, Sequence
from math import isfinite, nan
from typing import NamedTuple

import numpy as np

from cxjourney.wishes.arrays import Floats
from cxjourney.wishes.reading.faults import SurveyFault

__all__ = ["NumberColumn"]

LONGEST_NUMBER = 60
NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
BLANKS = frozenset({"", "na", "nan", "null"})
MOST_PLACES = 5

A_NUMBER = "a number such as 4 or 4.5, or a blank"
NO_COMMA = "a decimal point, or semicolons between the columns"
ONE_MARK = "one of the two throughout the column"


class _Wrong(NamedTuple):
    """What a cell holds instead of a number."""

    found: str
    expected: str


class _Numbers(dict[str, float]):
    """The numbers of the cells met so far; NaN for a blank, and for what is no number.

    A survey has few different answers, so that nearly every cell has been met before.
    """

    def __init__(self, *, decimal_comma: bool) -> None:
        super().__init__()
        self.decimal_comma = decimal_comma
        self.wrong: dict[str, _Wrong] = {}
        self.marks: set[str] = set()

    def __missing__(self, cell: str) -> float:
        self[cell] = number = self._read(cell)
        return number

    def _read(self, cell: str) -> float:
        text = cell.strip()
        if text.lower() in BLANKS:
            return nan
        plain = text.replace(",", ".")
        if len(text) > LONGEST_NUMBER or not NUMBER.fullmatch(plain):
            self.wrong[cell] = _Wrong(f"a text of {len(text)} characters", A_NUMBER)
        elif not isfinite(float(plain)):
            self.wrong[cell] = _Wrong("a number that is too large", A_NUMBER)
        elif "," in text and not self.decimal_comma:
            self.wrong[cell] = _Wrong("a number with a decimal comma", NO_COMMA)
        else:
            self.marks.update({",", "."}.intersection(text))
            return float(plain)
        return nan


class NumberColumn:
    """Takes in a column of numbers, a piece at a time.

    Args:
        name: the column.
        decimal_comma: whether a comma may be the decimal mark.
    """

    def __init__(self, name: str, *, decimal_comma: bool) -> None:
        self._name = name
        self._numbers = _Numbers(decimal_comma=decimal_comma)
        self._pieces: list[Floats] = []
        self._rows = 0
        self._wrong: dict[str, tuple[str, list[int]]] = {}

    def take(self, cells: Sequence[str]) -> None:
        """Take the next cells of the column."""
        numbers = self._numbers
        self._pieces.append(np.fromiter(map(numbers.__getitem__, cells), np.float64, len(cells)))
        if numbers.wrong:
            for row, cell in enumerate(cells, start=self._rows):
                wrong = numbers.wrong.get(cell)
                if wrong is not None:
                    self._wrong.setdefault(wrong.expected, (wrong.found, []))[1].append(row)
        self._rows += len(cells)

    def values(self) -> Floats:
        """Return the numbers of the whole column, a blank as NaN."""
        return np.concatenate(self._pieces)

    def faults(self) -> Iterator[SurveyFault]:
        """Yield what is wrong with the column; each sort of fault once, with its first rows."""
        for expected, (found, rows) in self._wrong.items():
            first, *also = rows[:MOST_PLACES]
            yield SurveyFault(self._name, first, found, expected, tuple(also), len(rows))
        if len(self._numbers.marks) > 1:
            found = "a column of decimal commas and of decimal points"
            yield SurveyFault(self._name, None, found, ONE_MARK)
