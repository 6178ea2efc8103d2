"""A survey's file with its header read: which tool wrote it, and its records."""

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain, islice
from types import MappingProxyType
from typing import Any, NoReturn, TypeVar

import attrs

from cxjourney.errors import InvalidError
from cxjourney.vocabulary._checks import check_type, describe
from cxjourney.vocabulary._csv import CsvFile, check_header, open_csv
from cxjourney.vocabulary._terminal import Progress
from cxjourney.wishes._files._columns import Records, read_records
from cxjourney.wishes._files._heads import Heading, SurveyTool, read_heading, second_header
from cxjourney.wishes._files._source import A_SURVEY, FileFormat, Source, read_text
from cxjourney.wishes._files._spss import read_spss
from cxjourney.wishes._files._workbook import read_sheet_rows

DELIMITERS = ",;\t"
FEWEST_TEXTS = 2
SAMPLE = 50
Row = TypeVar("Row")


@attrs.frozen(kw_only=True)
class FileOptions:
    """How a file is to be read, as ``read_survey`` takes it."""

    tool: SurveyTool | None = None
    header: int | None = None
    encoding: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    sheet: str | None = None
    missing: Iterable[object] = ()
    codes: Mapping[Any, Mapping[Any, str | None]] = MappingProxyType({})
    choices: Mapping[str, Sequence[str]] = MappingProxyType({})
    drop: Mapping[str, Collection[object]] = MappingProxyType({})
    show_values: bool = False

    def __attrs_post_init__(self) -> None:
        if self.tool is not None:
            check_type("tool", self.tool, SurveyTool)
        _one_of("header", self.header, (1, 2))
        _one_of("decimal", self.decimal, (".", ","))
        if self.delimiter is not None and (
            type(self.delimiter) is not str or len(self.delimiter) != 1
        ):
            raise InvalidError("delimiter", describe(self.delimiter), "one sign, such as ';'")
        missing: object = self.missing
        if isinstance(missing, str):
            expected = "several numbers or words, such as a list of them"
            raise InvalidError("missing", describe(missing), expected)
        for field in ("choices", "drop"):
            check_type(field, getattr(self, field), Mapping, "a mapping by the names of columns")


def _one_of(field: str, value: object, known: tuple[object, ...]) -> None:
    if value is not None and value not in known:
        found = str(value) if isinstance(value, int) else describe(value)
        raise InvalidError(field, found, f"{known[0]!r} or {known[1]!r}")


@attrs.frozen(eq=False)
class HeadedFile:
    """A file whose header was read, and its records.

    Attributes:
        heading: what the header says.
        records: the records.
        labels: the words of numbers that the file itself has, by column.
        called_missing: how many cells of a column the file itself calls missing.
        encoding: the encoding of its text.
        delimiter: what stands between its fields.
        sheet: the sheet that was read.
        line: where its header begins; 0 where it has none.
    """

    heading: Heading
    records: Records
    labels: Mapping[str, Mapping[float, str]] = MappingProxyType({})
    called_missing: Mapping[str, int] = MappingProxyType({})
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    line: int = 0


def open_records(
    source: Source, options: FileOptions, progress: Progress | None, broken: list[InvalidError]
) -> HeadedFile:
    """Return a file with its header read.

    Args:
        source: its bytes.
        options: how it is to be read.
        progress: is told how far the reading is.
        broken: takes what is wrong with its records.

    Raises:
        InvalidError: it cannot be read, or what has to be given is not.
    """
    if source.form is FileFormat.SPSS:
        spss = read_spss(source, options.encoding)
        return HeadedFile(
            spss.heading, spss.records, spss.labels, spss.missing, encoding=spss.encoding
        )
    encoding = sheet = delimiter = None
    if source.form is FileFormat.EXCEL:
        sheet, rows = read_sheet_rows(source, options.sheet)
        file, first = _sheet(source.where, rows, options)
    else:
        encoding, lines = read_text(source, options.encoding, progress)
        lines, named = _separator(lines)
        sample, others = _peek(lines, SAMPLE)
        lines = chain(sample, others)
        delimiters = options.delimiter or named or _steady(sample)
        file = open_csv(source.where, lines, delimiters, A_SURVEY, show_values=options.show_values)
        delimiter, first = file.delimiter, []
    rows = chain(first, file.rows)
    peeked, rest = _peek(rows, 2)
    shown = [file.names, *(row for _, row in peeked)]
    heading = read_heading(shown, options.tool, options.header)
    _check_heading(source.where, heading, options, shown, peeked)
    below = chain(peeked[heading.records - 1 :], rest)
    records = read_records(attrs.evolve(file, rows=below), broken)
    return HeadedFile(
        heading,
        records,
        encoding=encoding,
        delimiter=delimiter,
        sheet=sheet,
        line=file.line,
    )


def _steady(lines: Sequence[str]) -> str:
    """Return the delimiters with which most rows are as long as the first.

    Questions may hold commas in a header whose fields are parted by semicolons.
    """
    shares = dict[str, float]()
    for delimiter in DELIMITERS:
        rows = list[list[str]]()
        with suppress(csv.Error):
            rows.extend(filter(None, csv.reader(lines, delimiter=delimiter)))
        width = len(rows[0]) if rows else 0
        even = sum(len(row) == width for row in rows)
        shares[delimiter] = even / len(rows) if width > 1 else 0
    most = max(shares.values())
    return "".join(delimiter for delimiter, share in shares.items() if share == most)


def _separator(lines: Iterator[str]) -> tuple[Iterator[str], str | None]:
    """Return the lines of a text and the delimiter that Excel's line ``sep=;`` names before them.

    That line becomes a blank one, so that the others keep their numbers.
    """
    first = next(lines, "")
    text = first.strip().strip('"').lower()
    named = text[4:] if text.startswith("sep=") and len(text) == len("sep=;") else None
    return chain(["\n" if named else first], lines), named


def _sheet(
    where: str, rows: Iterator[tuple[int, list[str]]], options: FileOptions
) -> tuple[CsvFile, list[tuple[int, list[str]]]]:
    """Return a sheet as a file with its header read: rows are as long as the longest of the first.

    Cells that are empty at the end of a row are not stored.
    """
    first = list(islice(rows, 3))
    if not first:
        raise InvalidError(where, "an empty sheet", A_SURVEY)
    width = max(len(row) for _, row in first)
    line, header = first[0]
    names = tuple(name.strip() for name in _padded(header, width))
    check_header(where, line, names)
    below = ((number, _padded(row, width)) for number, row in chain(first[1:], rows))
    return CsvFile(where, line, names, "", below, options.show_values), []


def _padded(row: list[str], width: int) -> list[str]:
    return row + [""] * (width - len(row))


def _peek(rows: Iterator[Row], count: int) -> tuple[list[Row], Iterator[Row]]:
    """Return the first rows, and the others; what is wrong is raised where its row would be."""
    peeked = list[Row]()
    try:
        for row in islice(rows, count):
            peeked.append(row)
    except InvalidError as error:
        failed = error
        return peeked, (_fail(failed) for _ in range(1))
    return peeked, rows


def _fail(error: InvalidError) -> NoReturn:
    raise error


def _check_heading(
    where: str,
    heading: Heading,
    options: FileOptions,
    rows: Sequence[Sequence[str]],
    peeked: Sequence[tuple[int, list[str]]],
) -> None:
    """Check that the header is that of the tool, and that it is clear where it ends.

    Raises:
        InvalidError: it is not.
    """
    if options.tool is not None and options.tool is not heading.tool:
        found = f"no header of {options.tool.value}"
        raise InvalidError("tool", found, f"another tool=, such as {heading.tool}, or none")
    texts = second_header(rows)
    if heading.tool is SurveyTool.PLAIN and options.header is None and texts >= FEWEST_TEXTS:
        found = f"in {texts} columns a text with a number below it"
        expected = "header=2 where it holds the questions, header=1 where it is an answer"
        raise InvalidError(where, found, expected, lines=(peeked[0][0],))
