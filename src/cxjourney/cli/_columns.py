"""Columns of a survey in a CSV file, read as numbers or as they stand.

Where fields are parted by anything but commas, numbers may have a decimal comma. A cell that is
blank, ``NA``, ``NaN`` or ``null`` says nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from math import isfinite, nan

import attrs
import numpy as np
from numpy.typing import NDArray

from cxjourney.errors import FaultsError, InvalidError, quoted
from cxjourney.vocabulary._csv import CsvFile, field_count, is_number
from cxjourney.wishes._arrays import Floats

CHUNK = 5_000
MOST_PLACES = 5
BLANKS = frozenset({"", "na", "nan", "null"})

A_NUMBER = "a number such as 4 or 4.5, or a blank"
NO_COMMA = "a decimal point, or semicolons between the columns"
ONE_MARK = "one of the two throughout the column"


@attrs.frozen(eq=False)
class CsvColumns:
    """Columns of a survey in a CSV file.

    Attributes:
        columns: the columns by name: numbers as arrays in which a blank is NaN, texts as lists.
        lines: the line on which each row begins, from 1.
    """

    columns: Mapping[str, Floats | list[str]]
    lines: NDArray[np.int64]

    def by_lines(self, error: FaultsError) -> FaultsError:
        """Return an error about rows of the table with the lines of the file in their place."""
        return FaultsError(error.message, [self.by_line(fault) for fault in error.faults])

    def by_line(self, fault: InvalidError) -> InvalidError:
        """Return a fault in rows of the table with the lines of the file in their place."""
        return attrs.evolve(fault, lines=tuple(self.lines[list(fault.rows)].tolist()))


def read_columns(file: CsvFile, numbers: Mapping[str, str], texts: Mapping[str, str]) -> CsvColumns:
    """Return the columns that are asked for.

    Args:
        file: the survey.
        numbers: the columns to read as numbers, each with the option that asks for it.
        texts: the columns to read as they stand, likewise.

    Raises:
        FaultsError: there is no such column, or no row, or rows and cells are not of their form;
            names lines and columns.
    """
    faults: list[InvalidError] = []
    places: dict[str, int] = {}
    for name, flag in sorted({**numbers, **texts}.items()):
        try:
            places[name] = file.place_of(name, f"one column of the file, for {flag}")
        except InvalidError as error:
            faults.append(attrs.evolve(error, where=""))
    parsed = {name: _NumberColumn(name, file) for name in numbers if name in places}
    kept: dict[str, list[str]] = {name: [] for name in texts if name in places}
    lines: list[int] = []
    rows = _rows(file, lines, faults)
    while piece := list(islice(rows, CHUNK)):
        for name, column in parsed.items():
            column.take([row[places[name]] for row in piece])
        for name, cells in kept.items():
            cells.extend([row[places[name]] for row in piece])
    table = CsvColumns(kept, np.array(lines, np.int64))
    faults += [table.by_line(fault) for column in parsed.values() for fault in column.faults()]
    if faults:
        raise FaultsError("the file cannot be read as a survey", faults)
    return attrs.evolve(
        table, columns={**kept, **{name: column.numbers() for name, column in parsed.items()}}
    )


def _rows(file: CsvFile, lines: list[int], faults: list[InvalidError]) -> Iterator[list[str]]:
    """Yield the rows that are as long as the header; note their lines, and what is wrong."""
    width, ragged = len(file.names), defaultdict[str, list[int]](list)
    broken: list[InvalidError] = []
    try:
        for line, row in file.rows:
            if len(row) == width:
                lines.append(line)
                yield row
            else:
                ragged[field_count(row)].append(line)
    except InvalidError as error:
        broken.append(attrs.evolve(error, where=""))
    for found, at in ragged.items():
        expected = f"{width}, as in the header"
        first = tuple(at[:MOST_PLACES])
        faults.append(InvalidError("", found, expected, count=len(at), lines=first))
    faults += broken
    if not (lines or ragged or broken):
        faults.append(InvalidError("", "no row below the header", "a row for each answer"))


class _NumberColumn(dict[str, float]):
    """Takes in a column of numbers, a piece at a time.

    It holds the numbers of the cells met so far, NaN for a blank and for what is no number: a
    survey has few different answers, so that nearly every cell has been met before.

    Args:
        name: the column.
        file: the survey.
    """

    def __init__(self, name: str, file: CsvFile) -> None:
        super().__init__()
        self._name = name
        self._file = file
        self._pieces: list[Floats] = []
        self._rows = 0
        self._marks: set[str] = set()
        self._wrong: dict[str, tuple[str, str]] = {}
        """What a cell holds instead of a number, and what would be right."""
        self._places: dict[str, tuple[str, list[int]]] = {}

    def __missing__(self, cell: str) -> float:
        self[cell] = number = self._read(cell)
        return number

    def _read(self, cell: str) -> float:
        text = cell.strip()
        if text.lower() in BLANKS:
            return nan
        plain = text.replace(",", ".")
        if not is_number(plain):
            told = f", {quoted(text)}" if self._file.show_values else ""
            self._wrong[cell] = (f"a text of {len(text)} characters{told}", A_NUMBER)
        elif not isfinite(float(plain)):
            self._wrong[cell] = ("a number that is too large", A_NUMBER)
        elif "," in text and self._file.delimiter == ",":
            self._wrong[cell] = ("a number with a decimal comma", NO_COMMA)
        else:
            self._marks.update({",", "."}.intersection(text))
            return float(plain)
        return nan

    def take(self, cells: Sequence[str]) -> None:
        """Take the next cells of the column."""
        self._pieces.append(np.fromiter(map(self.__getitem__, cells), np.float64, len(cells)))
        if self._wrong:
            for row, cell in enumerate(cells, start=self._rows):
                if cell in self._wrong:
                    found, expected = self._wrong[cell]
                    self._places.setdefault(expected, (found, []))[1].append(row)
        self._rows += len(cells)

    def numbers(self) -> Floats:
        """Return the numbers of the whole column, a blank as NaN."""
        return np.concatenate(self._pieces)

    def faults(self) -> Iterator[InvalidError]:
        """Yield what is wrong with the column; each sort of fault once, with its first rows."""
        for expected, (found, rows) in self._places.items():
            first = tuple(rows[:MOST_PLACES])
            yield InvalidError("", found, expected, column=self._name, rows=first, count=len(rows))
        if len(self._marks) > 1:
            found = "a column of decimal commas and of decimal points"
            yield InvalidError("", found, ONE_MARK, column=self._name)
