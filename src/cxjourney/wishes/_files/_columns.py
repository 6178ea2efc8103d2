"""The columns of a survey's file: each different cell once, and which of them stands where."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

import attrs
import numpy as np
from numpy.typing import NDArray

from cxjourney.errors import InvalidError
from cxjourney.vocabulary._csv import CsvFile, field_count

CHUNK = 5_000
MOST_PLACES = 5


@attrs.frozen(eq=False)
class CodedColumn:
    """One column: a survey has few different answers, so that each is looked at once.

    Attributes:
        cells: each different cell, in the order of appearance.
        codes: which of them stands in each record.
    """

    cells: Sequence[str]
    codes: NDArray[np.int32]

    def counts(self) -> NDArray[np.int64]:
        """Return how many records hold each of the cells."""
        return np.bincount(self.codes, minlength=len(self.cells))

    def where(self, kept: NDArray[np.bool_]) -> "CodedColumn":
        """Return the column in some of the records."""
        return CodedColumn(self.cells, self.codes[kept])


@attrs.frozen(eq=False)
class Records:
    """The records below the header of a file.

    Attributes:
        columns: its columns, in their order.
        lines: where each record begins: the line of a text, the row of a sheet, the number of a
            case; from 1.
    """

    columns: Sequence[CodedColumn]
    lines: NDArray[np.int64]


class _Coder(dict[str, int]):
    """Numbers different cells in the order in which they are asked for."""

    def __missing__(self, cell: str) -> int:
        self[cell] = code = len(self)
        return code


def encoded(cells: Sequence[str]) -> CodedColumn:
    """Return cells as a column."""
    coder = _Coder()
    codes = np.fromiter(map(coder.__getitem__, cells), np.int32, len(cells))
    return CodedColumn(list(coder), codes)


def read_records(file: CsvFile, faults: list[InvalidError]) -> Records:
    """Return the records of a file that are as long as its header.

    Args:
        file: the file, with its header read.
        faults: takes what is wrong: records of other lengths, a quoted field that never ends.
    """
    coders = [_Coder() for _ in file.names]
    pieces: list[list[NDArray[np.int32]]] = [[] for _ in file.names]
    lines: list[int] = []
    rows = _even_rows(file, lines, faults)
    while piece := list(islice(rows, CHUNK)):
        for coder, taken, cells in zip(coders, pieces, zip(*piece, strict=True), strict=True):
            taken.append(np.fromiter(map(coder.__getitem__, cells), np.int32, len(piece)))
    none = np.empty(0, np.int32)
    return Records(
        [
            CodedColumn(list(coder), np.concatenate([none, *taken]))
            for coder, taken in zip(coders, pieces, strict=True)
        ],
        np.array(lines, np.int64),
    )


def _even_rows(file: CsvFile, lines: list[int], faults: list[InvalidError]) -> Iterator[list[str]]:
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
