"""Reading CSV: the lines of a text, its header, its rows, and what in them is a number.

A text is in UTF-8, with the names of its columns in the first line that is not blank. Blank lines
are passed over; a line ends with LF, CR LF or CR. What a file holds stands in no error, unless the
caller may see it.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from difflib import get_close_matches
from io import StringIO
from itertools import tee
from typing import Protocol

import attrs

from cxjourney.errors import InvalidError, listed, quoted
from cxjourney.vocabulary._terminal import Progress

BLOCK = 1 << 16
LONGEST_LINE = 1_000_000
MOST_COLUMNS = 10_000
LONGEST_NUMBER = 60
NEAR = 0.65
"""How like a name must be, from 0 to 1, to be what was meant."""

BOM = b"\xef\xbb\xbf"
A_TEXT = "a text in UTF-8 (in Excel: CSV UTF-8)"
A_HEADER = "the names of the columns in the first line"
NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
CSV_FAULTS = {
    "unexpected end of data": "a quoted field never ends",
    "field larger than field limit (131072)": "a field of more than 131072 characters, "
    "or a quoted one that never ends",
}
"""What the csv module says, in plainer words."""


def is_number(text: str) -> bool:
    """Say whether a text without spaces around it is a number, with a point for decimals."""
    return len(text) <= LONGEST_NUMBER and NUMBER.fullmatch(text) is not None


def field_count(row: list[str]) -> str:
    """Return how many fields a row has, in words."""
    return f"{len(row)} field{'s' * (len(row) != 1)}"


class Stream(Protocol):
    """What gives bytes piece by piece."""

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes; none at the end."""


def lines_of(
    stream: Stream, size: int, path: str, expected: str, progress: Progress | None = None
) -> Iterator[str]:
    """Yield the lines of a text with their ends; a byte-order mark is left out.

    Args:
        stream: the text, in UTF-8.
        size: how many bytes it has.
        path: the file, as errors name it.
        expected: what it should be, in words.
        progress: is told how far the reading is, in bytes.

    Raises:
        InvalidError: when it is empty, or is not text in UTF-8.
    """
    number, done = 1, len(BOM)
    rest = stream.read(done).removeprefix(BOM)
    while block := stream.read(BLOCK):
        done += len(block)
        if progress is not None and size:
            progress("reading", min(done, size), size)
        *lines, rest = (rest + block).splitlines(keepends=True)
        # An LF may follow a CR at the end of the block; a line too long is refused now.
        if rest.endswith(b"\n") or len(rest) > LONGEST_LINE:
            lines, rest = [*lines, rest], b""
        yield from _decoded(path, number, lines)
        number += len(lines)
    yield from _decoded(path, number, rest.splitlines(keepends=True))
    if number == 1 and not rest:
        raise InvalidError(path, "an empty file", expected)


def _decoded(path: str, first: int, lines: list[bytes]) -> Iterable[str]:
    """Return lines as texts: all at once, or one by one where there is a fault to be placed."""
    whole = b"".join(lines)
    if b"\0" not in whole and max(map(len, lines), default=0) <= LONGEST_LINE:
        with suppress(UnicodeDecodeError):
            return StringIO(whole.decode("utf-8"), newline="")
    return (_line(path, number, raw) for number, raw in enumerate(lines, first))


def _line(path: str, number: int, raw: bytes) -> str:
    if len(raw) > LONGEST_LINE:
        found = f"a line of more than {LONGEST_LINE:,} bytes"
        raise InvalidError(path, found, "shorter lines", lines=(number,))
    if b"\0" in raw:
        raise InvalidError(path, "a NUL byte", A_TEXT, lines=(number,))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        found = f"not UTF-8 at byte {error.start + 1}"
        raise InvalidError(path, found, A_TEXT, lines=(number,)) from None


@attrs.frozen(eq=False)
class CsvFile:
    """A CSV file whose header has been read.

    Attributes:
        path: the file, as errors name it.
        line: the line on which its header begins, from 1.
        names: the names of its columns; one may be empty, or stand twice.
        delimiter: what stands between the fields.
        rows: the rows below the header, each with the line on which it begins.
        show_values: whether errors may tell what the file holds.
    """

    path: str
    line: int
    names: tuple[str, ...] = attrs.field(repr=False)
    delimiter: str
    rows: Iterator[tuple[int, list[str]]] = attrs.field(repr=False)
    show_values: bool

    def place_of(self, name: str, expected: str) -> int:
        """Return where a column stands in the header, counted from 0.

        Args:
            name: the column.
            expected: what it should be, in words.

        Raises:
            InvalidError: when it does not stand there, or more than once.
        """
        count = self.names.count(name.strip()) if name.strip() else 0
        if count == 1:
            return self.names.index(name.strip())
        found = f"{count or 'no'} such column{'s' * (count > 1)} among {len(self.names)}"
        hint = ""
        if not count:
            hint = column_hint(name, self.names, self.line, show_values=self.show_values)
        raise InvalidError(self.path, found + hint, expected, column=name, lines=(self.line,))


def column_hint(name: str, names: Sequence[str], line: int = 1, *, show_values: bool) -> str:
    """Return what may have been meant by a column that is not there, as the end of a message.

    Args:
        name: the column that was asked for.
        names: those that are there; they may be a customer's, where the file has no header.
        line: where they stand.
        show_values: whether they may be told in any case.
    """
    if show_values:
        return f"; there is {listed(names)}"
    if any(_begins_as_value(one) for one in names):
        return f"; line {line} may be no header"
    folded = {one.casefold(): one for one in names}
    near = get_close_matches(name.casefold(), folded, 1, NEAR)
    return f" (meant {quoted(folded[near[0]])}?)" if near else ""


def _begins_as_value(name: str) -> bool:
    """Say whether a name begins as numbers and times do, so that it may be a customer's."""
    return name.lstrip("+-.,")[:1].isdigit()


def open_csv(
    path: str,
    lines: Iterable[str],
    delimiters: str,
    expected: str,
    *,
    show_values: bool = False,
    faults: Callable[[InvalidError], None] | None = None,
    begins: int = 1,
) -> CsvFile:
    """Return a CSV file with its header read.

    Args:
        path: the file, as errors name it.
        lines: its lines.
        delimiters: what may stand between fields; the one that gives the most names is taken.
        expected: what the file should be, in words.
        show_values: whether errors may tell what the file holds.
        faults: is told of a row that is not CSV, and reading goes on; None raises it.
        begins: the number of the first of the lines.

    Raises:
        InvalidError: when there is no header, or it is not CSV.
    """
    whole, *copies = tee(lines, 1 + len(delimiters))
    widths = {one: _width(copy, one) for one, copy in zip(delimiters, copies, strict=True)}
    delimiter = max(delimiters, key=widths.__getitem__)
    del copies
    rows = _rows(path, whole, delimiter, faults or _refuse, begins)
    line, header = next(rows, (None, []))
    if line is None:
        raise InvalidError(path, "an empty file", expected)
    names = tuple(name.strip() for name in header)
    check_header(path, line, names)
    return CsvFile(path, line, names, delimiter, rows, show_values)


def check_header(path: str, line: int, names: tuple[str, ...]) -> None:
    """Refuse what can be no header.

    Raises:
        InvalidError: there are too many columns, none has a name, or all names are numbers.
    """
    if len(names) > MOST_COLUMNS:
        found, expected = f"{len(names):,} columns", f"at most {MOST_COLUMNS:,}"
        raise InvalidError(path, found, expected, lines=(line,))
    named = [name for name in names if name]
    if all(map(is_number, named)):
        found = "numbers in place of the names of columns" if named else "no names of columns"
        raise InvalidError(path, found, A_HEADER, lines=(line,))


def _width(lines: Iterator[str], delimiter: str) -> int:
    """Return how many fields the first row has; 0 where it is not CSV with that delimiter."""
    try:
        return len(next(filter(_tells, csv.reader(lines, delimiter=delimiter, strict=True)), ()))
    except csv.Error:
        return 0


def _tells(row: list[str]) -> bool:
    return len(row) > 1 or bool(row and row[0].strip())


def _rows(
    path: str,
    lines: Iterator[str],
    delimiter: str,
    faults: Callable[[InvalidError], None],
    line: int,
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, each with the number of its first line."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    before = line - 1
    while True:
        try:
            for row in reader:
                if len(row) > 1 or _tells(row):
                    yield line, row
                line = reader.line_num + 1 + before
        except csv.Error as error:
            message = str(error)
            found = f"not CSV ({CSV_FAULTS.get(message, message)})"
            faults(InvalidError(path, found, "fields as RFC 4180 has them", lines=(line,)))
            line = reader.line_num + 1 + before
        else:
            return


def _refuse(fault: InvalidError) -> None:
    raise fault from None
