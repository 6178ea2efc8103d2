"""From a survey's file to its columns."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from os import PathLike
from types import MappingProxyType
from typing import IO, Any

import attrs
import numpy as np
from numpy.typing import NDArray

from cxjourney.errors import FaultsError, InvalidError
from cxjourney.vocabulary._checks import describe
from cxjourney.vocabulary._terminal import Progress
from cxjourney.wishes._files._answers import AnswerKind, ReadColumn, Reading, few_words, read_column
from cxjourney.wishes._files._code_books import CodeBook, code_books
from cxjourney.wishes._files._columns import CodedColumn
from cxjourney.wishes._files._headed_file import FileOptions, HeadedFile, open_records
from cxjourney.wishes._files._heads import Head, Heading, SurveyTool
from cxjourney.wishes._files._notes import find_notes
from cxjourney.wishes._files._several import find_choices, split_choices
from cxjourney.wishes._files._source import Source, open_source
from cxjourney.wishes._files._survey_file import FileNote, Noted, SurveyFile, SurveyQuestion

DELIMITERS = ",;\t"
FEWEST_TEXTS = 2
REFUSED = "the file cannot be read as a survey"


def read_survey(
    source: str | PathLike[str] | IO[bytes] | IO[str],
    *,
    tool: SurveyTool | None = None,
    header: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    decimal: str | None = None,
    sheet: str | None = None,
    missing: Iterable[float | str] = (),
    codes: Mapping[Any, Mapping[Any, str | None]] = MappingProxyType({}),
    choices: Mapping[str, Sequence[str]] = MappingProxyType({}),
    drop: Mapping[str, Collection[object]] = MappingProxyType({}),
    show_values: bool = False,
    progress: Progress | None = None,
) -> SurveyFile:
    """Read a survey from a file as a survey tool, Excel or SPSS stored it (SPEC 10).

    What is recognised is told by the result, which prints it; what cannot be told has to be given,
    and the error names the argument. The result is a table for ``map_wishes``.

    Args:
        source: the file, or its path: CSV, Excel (.xlsx), SPSS (.sav, .zsav), or a ZIP with one of
            them.
        tool: what wrote it; told by its header where None.
        header: how many records the header of a plain file has: 2 where the questions stand below
            the names of the columns.
        encoding: the encoding of the text; UTF-8 and UTF-16 are told.
        delimiter: what stands between fields; told among comma, semicolon and tab.
        decimal: the decimal mark, ``"."`` or ``","``; told by column where the delimiter is no
            comma.
        sheet: the sheet of a workbook with several.
        missing: numbers and words that are no answers, whatever the column, such as 99.
        codes: a code book by the name of a column, a question, or a tuple of such: the words by
            their numbers, and None for what is no answer, as in ``{5: "very good", 99: None}``. It
            reads words as numbers, and names the numbers.
        choices: the choices of a question that has several in a cell, by the column's name.
        drop: cells by the column's name; the records that have one are left out, and counted.
        show_values: whether errors may tell what stands in a cell.
        progress: told what is done, how much, and of how much.

    Raises:
        InvalidError: the file cannot be read, or something that has to be given is not.
        FaultsError: records are not of the header's length; it lists every fault, those of cells in
            columns of numbers too.
        MissingExtraError: the packages of the extra ``survey``, ``excel`` or ``spss`` are not
            installed.
    """
    options = FileOptions(
        tool=tool,
        header=header,
        encoding=encoding,
        delimiter=delimiter,
        decimal=decimal,
        sheet=sheet,
        missing=missing,
        codes=codes,
        choices=choices,
        drop=drop,
        show_values=show_values,
    )
    survey, broken = load_survey(open_source(source), options, progress)
    if broken:
        raise FaultsError(REFUSED, [*broken, *survey.bad_cells(survey.columns_of_numbers())])
    return survey


def load_survey(
    source: Source, options: FileOptions, progress: Progress | None = None
) -> tuple[SurveyFile, list[InvalidError]]:
    """Return a survey, and what is wrong with its records.

    Raises:
        InvalidError: the file cannot be read, or something that has to be given is not.
    """
    broken = list[InvalidError]()
    opened = open_records(source, options, progress, broken)
    heading, columns, renamed = _named(opened)
    lines = opened.records.lines
    dropped = _dropped(options.drop, columns, lines.size)
    if dropped.any():
        columns = {name: (head, one.where(~dropped)) for name, (head, one) in columns.items()}
        lines = lines[~dropped]
    own, note = _tools_own(heading.tool)
    books = code_books("codes", options.codes, _groups(columns), (*options.missing, *own))
    commas = options.decimal == "," or (options.decimal is None and opened.delimiter != ",")
    reading = Reading(commas, options.decimal != ",", options.show_values)
    read = dict[str, ReadColumn]()
    for name, (head, column) in columns.items():
        book = _labelled(books.get(name), opened.labels.get(name))
        for one in _read(head, column, book, reading, options.choices.get(name), heading.tool):
            read[one.head.name] = one
    read = _words_of_grids(read)
    unknown = options.choices.keys() - columns.keys()
    if unknown:
        expected = "the name of a column"
        raise InvalidError("choices", "no such column", expected, column=min(unknown))
    notes = [
        *_made(read, columns, own, note),
        *((Noted(FileNote.RENAMED, None, renamed),) if renamed else ()),
        *_called_missing(opened.called_missing),
        *((Noted(FileNote.DROPPED, int(dropped.sum())),) if dropped.any() else ()),
        *find_notes(heading, read),
    ]
    return SurveyFile(
        path=source.where,
        form=source.form,
        tool=heading.tool,
        header=heading.records,
        encoding=opened.encoding,
        delimiter=opened.delimiter,
        sheet=opened.sheet,
        zone=heading.zone,
        records=int(lines.size),
        questions=tuple(_questions(read.values())),
        notes=tuple(notes),
        read=read,
        lines=lines,
        line=opened.line,
    ), broken


def _named(
    opened: HeadedFile,
) -> tuple[Heading, dict[str, tuple[Head, CodedColumn]], tuple[str, ...]]:
    """Return the columns by name, and the names that several had."""
    heading = opened.heading
    heads = [
        head if head.name else attrs.evolve(head, name=f"column {number}", question="")
        for number, head in enumerate(heading.heads, start=1)
    ]
    times = Counter(head.name for head in heads)
    seen = Counter[str]()
    columns = dict[str, tuple[Head, CodedColumn]]()
    for head, column in zip(heads, opened.records.columns, strict=True):
        name = head.name
        if times[name] > 1:
            seen[name] += 1
            name = f"{name} ({seen[name]})"
        question = head.question if head.question not in {"", head.name} else name
        columns[name] = attrs.evolve(head, name=name, question=question), column
    return heading, columns, tuple(name for name, count in times.items() if count > 1)


def _dropped(
    drop: Mapping[str, Collection[object]],
    columns: Mapping[str, tuple[Head, CodedColumn]],
    rows: int,
) -> NDArray[np.bool_]:
    dropped = np.zeros(rows, np.bool_)
    for name, cells in drop.items():
        if name not in columns:
            raise InvalidError("drop", "no such column", "the name of a column", column=name)
        if type(cells) is str or not isinstance(cells, Collection):
            raise InvalidError("drop", describe(cells), "several cells, such as a list of them")
        column = columns[name][1]
        wanted = {str(cell).strip() for cell in cells}
        hit = np.array([cell.strip() in wanted for cell in column.cells], np.bool_)
        dropped |= hit[column.codes]
    return dropped


def _tools_own(tool: SurveyTool) -> tuple[tuple[float | str, ...], FileNote | None]:
    """Return what a tool writes where there is no answer, and the note that tells of it."""
    if tool is SurveyTool.QUALTRICS:
        return (-99,), FileNote.SEEN
    return (("N/A",), FileNote.NOT_SHOWN) if tool is SurveyTool.LIMESURVEY else ((), None)


def _groups(columns: Mapping[str, tuple[Head, CodedColumn]]) -> dict[str, list[str]]:
    """Return the columns that go by each name: their own, or that of their question."""
    groups = dict[str, list[str]]()
    for name, (head, _) in columns.items():
        groups.setdefault(head.question, []).append(name)
    return {**groups, **{name: [name] for name in columns}}


def _labelled(book: CodeBook | None, labels: Mapping[float, str] | None) -> CodeBook | None:
    if not labels:
        return book
    own = CodeBook({}, labels, frozenset())
    return own if book is None else attrs.evolve(book, labels={**labels, **book.labels})


def _read(
    head: Head,
    column: CodedColumn,
    book: CodeBook | None,
    reading: Reading,
    choices: Sequence[str] | None,
    tool: SurveyTool,
) -> Iterator[ReadColumn]:
    """Yield a column as it is read, or the columns of its choices."""
    if choices is not None:
        texts: object = choices
        if isinstance(texts, str) or not all(choices):
            raise InvalidError("choices", describe(choices), "several texts, in a list")
        for own, ticks in split_choices(head, column, choices, None):
            yield attrs.evolve(read_column(own, ticks, None, reading), kind=AnswerKind.TICKS)
        return
    read = read_column(head, column, book, reading)
    found = find_choices(column) if read.wrong and head.role is None else None
    if found is None or (book is not None and book.labels):
        yield read
    elif found.clear and tool in {SurveyTool.GOOGLE_FORMS, SurveyTool.QUALTRICS}:
        for own, ticks in split_choices(head, column, found.choices, found.mark):
            yield attrs.evolve(read_column(own, ticks, None, reading), kind=AnswerKind.TICKS)
    else:
        yield attrs.evolve(read, kind=AnswerKind.SEVERAL)


def _words_of_grids(read: Mapping[str, ReadColumn]) -> dict[str, ReadColumn]:
    """Return the columns with those of a grid taken together: they are answered in the same words.

    A column alone may have too few records to tell a few words from a text.
    """
    found = dict(read)
    grids = dict[str, list[ReadColumn]]()
    for one in read.values():
        if one.head.choice and one.kind in {AnswerKind.WORDS, AnswerKind.TEXT}:
            grids.setdefault(one.head.question, []).append(one)
    for columns in grids.values():
        words = {cell.strip() for one in columns for cell in one.column.cells} - {""}
        said = sum(int(one.column.counts()[place]) for one in columns for place in one.wrong)
        if len(columns) > 1 and few_words(len(words), said):
            for one in columns:
                found[one.head.name] = attrs.evolve(one, kind=AnswerKind.WORDS)
    return found


def _made(
    read: Mapping[str, ReadColumn],
    columns: Mapping[str, tuple[Head, CodedColumn]],
    own: tuple[float | str, ...],
    note: FileNote | None,
) -> Iterator[Noted]:
    """Yield what was made of cells that are no numbers as they stand."""
    if note is not None:
        signs = {str(one).casefold() for one in own}
        times = {
            name: sum(
                int(count)
                for cell, count in zip(column.cells, column.counts(), strict=True)
                if cell.strip().casefold() in signs
            )
            for name, (head, column) in columns.items()
            if head.role is None
        }
        names = tuple(name for name, count in times.items() if count)
        if names:
            yield Noted(note, sum(times.values()), names)
    for kind, made in ((AnswerKind.YES_NO, FileNote.YES_NO_WORDS), (None, FileNote.NUMBERED)):
        names = tuple(name for name, one in read.items() if one.worded and _is(one, kind))
        if names:
            yield Noted(made, None, names)


def _is(one: ReadColumn, kind: AnswerKind | None) -> bool:
    return one.kind is kind if kind else one.kind not in {AnswerKind.YES_NO, AnswerKind.TICKS}


def _called_missing(missing: Mapping[str, int]) -> Iterator[Noted]:
    names = tuple(name for name, count in missing.items() if count)
    if names:
        yield Noted(FileNote.CALLED_MISSING, sum(missing.values()), names)


def _questions(read: Iterable[ReadColumn]) -> Iterator[SurveyQuestion]:
    def key(one: ReadColumn) -> tuple[str, AnswerKind]:
        return one.head.question, one.kind

    for (name, kind), group in groupby(read, key=key):
        columns = list(group)
        labels = dict[float, str]()
        for one in columns:
            labels.update(one.labels)
        yield SurveyQuestion(
            name,
            columns[0].head.text,
            kind,
            tuple(one.head.name for one in columns),
            tuple(one.head.choice for one in columns),
            labels,
        )
