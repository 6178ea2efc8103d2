"""Reading a survey from a CSV file: its header, then the columns that are asked for.

The file is text in UTF-8 with the names of the columns in its first line. Fields are parted by
commas, semicolons or tabs, whichever gives the most names; where it is not commas, numbers may have
a decimal comma. A cell that is blank, ``NA``, ``NaN`` or ``null`` says nothing. Blank lines are
passed over.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from io import StringIO
from itertools import islice
from os import PathLike, fspath
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from cxjourney.progress import Progress
from cxjourney.shown import listed, shown
from cxjourney.wishes.arrays import Floats
from cxjourney.wishes.console.csvcells import MOST_PLACES, NUMBER, NumberColumn
from cxjourney.wishes.reading.faults import SurveyError, SurveyFault

__all__ = ["CsvSurvey", "CsvTable", "LineFault", "open_csv"]

DELIMITERS = ",;\t"
MOST_COLUMNS = 10_000
CHUNK = 5_000

A_SURVEY = "a survey in CSV, with the names of its columns in the first line"
A_TEXT = "a text in UTF-8 (in Excel: CSV UTF-8)"
CSV_FAULTS = {
    "unexpected end of data": "a quoted field that never ends",
    "field larger than field limit (131072)": "a field of more than 131072 characters, "
    "or a quoted one that never ends",
}
"""What the csv module says, in plainer words."""


@attrs.define(slots=False, str=False)
class LineFault(SurveyFault):
    """One thing wrong with a file, told by its lines.

    Attributes:
        lines: the first lines at fault, from 1; empty where it is the file or column as a whole.
    """

    lines: tuple[int, ...] = ()

    @property
    def _rows(self) -> str | None:
        if not self.lines:
            return None
        more = self.count - len(self.lines)
        named = ", ".join(map(str, self.lines)) + (f" and {more:,} more" if more else "")
        return f"line{'' if self.count == 1 else 's'} {named}"


@attrs.frozen(eq=False)
class CsvTable:
    """Columns of a survey in a CSV file.

    Attributes:
        columns: the columns by name: numbers as arrays in which a blank is NaN, texts as lists.
        lines: the line on which each row begins, from 1.
    """

    columns: Mapping[str, Floats | list[str]]
    lines: NDArray[np.int64]

    def by_lines(self, error: SurveyError) -> SurveyError:
        """Return an error about rows of the table with the lines of the file in their place."""
        return SurveyError(error.message, [self.by_line(fault) for fault in error.faults])

    def by_line(self, fault: SurveyFault) -> LineFault:
        """Return a fault in rows of the table with the lines of the file in their place."""
        rows = () if fault.row is None else (fault.row, *fault.also)
        return LineFault(**attrs.asdict(fault), lines=tuple(self.lines[list(rows)].tolist()))


@attrs.frozen
class CsvSurvey:
    """A survey in a CSV file whose header has been read.

    Attributes:
        names: the names of its columns.
        delimiter: what stands between them.
    """

    names: tuple[str, ...]
    delimiter: str
    _text: str = attrs.field(repr=False)

    def read(
        self,
        numbers: Collection[str],
        texts: Collection[str] = (),
        *,
        progress: Progress | None = None,
    ) -> CsvTable:
        """Return the columns that are asked for.

        Args:
            numbers: the columns to read as numbers.
            texts: the columns to read as they stand.
            progress: is told how far the reading is, in characters.

        Raises:
            SurveyError: there is no such column, or no row, or rows and cells are not of their
                form; names lines and columns, never what stands there.
        """
        place = {name: index for index, name in enumerate(self.names) if name}
        comma = self.delimiter != ","
        parsed = {
            name: NumberColumn(name, decimal_comma=comma) for name in numbers if name in place
        }
        kept: dict[str, list[str]] = {name: [] for name in texts if name in place}
        rows = _Rows(len(self.names))
        for piece in rows.pieces(self._text, self.delimiter, progress):
            for name, column in parsed.items():
                column.take([row[place[name]] for row in piece])
            for name, cells in kept.items():
                cells.extend([row[place[name]] for row in piece])
        table = CsvTable(kept, np.array(rows.lines, np.int64))
        wrong = [fault for column in parsed.values() for fault in column.faults()]
        _refuse(
            *_not_there({*numbers, *texts}, tuple(place)),
            *rows.faults(),
            *map(table.by_line, wrong),
        )
        return attrs.evolve(
            table, columns={**kept, **{name: column.values() for name, column in parsed.items()}}
        )


def open_csv(path: str | PathLike[str]) -> CsvSurvey:
    """Return the survey in a CSV file, with its header read.

    Raises:
        SurveyError: the file cannot be read, or is no text in UTF-8, or has no header.
    """
    text = _decoded(_bytes(fspath(path)))
    rows = {delimiter: _first_row(text, delimiter) for delimiter in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda one: len(rows[one]))
    names = tuple(name.strip() for name in rows[delimiter])
    _refuse(*_header_faults(names))
    return CsvSurvey(names, delimiter, text)


@attrs.define
class _Rows:
    """The rows below the header, with the lines on which they begin."""

    width: int
    lines: list[int] = attrs.field(factory=list)
    _ragged: dict[int, list[int]] = attrs.field(factory=lambda: defaultdict(list))
    _broken: list[LineFault] = attrs.field(factory=list)

    def pieces(
        self, text: str, delimiter: str, progress: Progress | None
    ) -> Iterator[list[list[str]]]:
        """Yield the rows that are as long as the header, some thousands at a time."""
        stream = StringIO(text, newline="")
        rows = self._rows(stream, delimiter)
        while piece := list(islice(rows, CHUNK)):
            if progress is not None:
                progress("reading", stream.tell(), len(text))
            yield piece

    def _rows(self, stream: StringIO, delimiter: str) -> Iterator[list[str]]:
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        next(filter(None, reader))
        line = reader.line_num + 1
        try:
            for row in reader:
                if len(row) == self.width:
                    self.lines.append(line)
                    yield row
                elif row:
                    self._ragged[len(row)].append(line)
                line = reader.line_num + 1
        except csv.Error as error:
            found = CSV_FAULTS.get(str(error), shown(str(error)))
            self._broken.append(LineFault(None, None, found, "a row in CSV", lines=(line,)))

    def faults(self) -> Iterator[LineFault]:
        """Yield what is wrong with the rows."""
        expected = f"{self.width}, as in the header"
        for fields, lines in self._ragged.items():
            first = tuple(lines[:MOST_PLACES])
            found = f"{fields} field{'' if fields == 1 else 's'}"
            yield LineFault(None, None, found, expected, count=len(lines), lines=first)
        yield from self._broken
        if not (self.lines or self._ragged or self._broken):
            yield LineFault(None, None, "no row below the header", "a row for each answer")


def _bytes(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        found = "no such file"
    except (OSError, ValueError) as error:
        found = str(getattr(error, "strerror", None) or "not a file").lower()
    raise _error(LineFault(None, None, found, A_SURVEY))


def _decoded(raw: bytes) -> str:
    nul = raw.find(b"\0")
    if nul >= 0:
        raise _error(LineFault(None, None, "a NUL byte", A_TEXT, lines=(_line(raw, nul),)))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        lines = (_line(raw, error.start),)
        raise _error(LineFault(None, None, "not UTF-8", A_TEXT, lines=lines)) from None
    if not text.strip():
        raise _error(LineFault(None, None, "an empty file", A_SURVEY))
    return text


def _line(raw: bytes, at: int) -> int:
    return raw.count(b"\n", 0, at) + 1


def _first_row(text: str, delimiter: str) -> list[str]:
    """Return the first row that is not blank; nothing where it is not CSV with that delimiter."""
    try:
        reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return next(filter(None, reader))
    except csv.Error:
        return []


def _header_faults(names: tuple[str, ...]) -> Iterator[LineFault]:
    named = [name for name in names if name]
    if not named or all(NUMBER.fullmatch(name) for name in named):
        found = "no names of columns" if not named else "numbers in place of the names of columns"
        yield LineFault(None, None, found, A_SURVEY)
    if len(names) > MOST_COLUMNS:
        expected = f"at most {MOST_COLUMNS:,}"
        yield LineFault(None, None, f"{len(names):,} columns", expected)
    for name, times in Counter(named).items():
        if times > 1:
            expected = "a name of its own for each"
            yield LineFault(name, None, f"the name of {times} columns", expected)


def _not_there(asked: Collection[str], names: Collection[str]) -> Iterator[LineFault]:
    for name in sorted(set(asked) - set(names)):
        yield LineFault(name, None, "not in the file", f"one of {listed(names)}")


def _refuse(*faults: LineFault) -> None:
    if faults:
        raise _error(*faults)


def _error(*faults: LineFault) -> SurveyError:
    return SurveyError("the file cannot be read as a survey", faults)
