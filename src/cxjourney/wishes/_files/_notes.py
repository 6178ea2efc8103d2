"""What a reader of a survey's file should know, found in what was read."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cxjourney.wishes._files._answers import AnswerKind, ReadColumn
from cxjourney.wishes._files._code_books import far_values
from cxjourney.wishes._files._heads import Heading, Role, SurveyTool
from cxjourney.wishes._files._survey_file import FileNote, Noted

PREVIEWS = frozenset(
    {"survey preview", "survey test", "spam", "1", "4", "8", "9", "12", "17", "40"}
)
"""What stands in Qualtrics' Status where no customer answered, in words and in codes."""

FEWEST_COLUMNS = 5
"""With fewer columns equal records are nothing to notice."""


def find_notes(heading: Heading, columns: Mapping[str, ReadColumn]) -> Iterator[Noted]:
    """Yield what there is to know of a survey that was read."""
    yield from _doubtful(heading, columns)
    by_note = defaultdict[FileNote, list[str]](list)
    for name, column in columns.items():
        for note in _of_column(column):
            by_note[note].append(name)
    for note, names in by_note.items():
        count = None
        if note is FileNote.BAD_CELLS:
            count = sum(fault.count for name in names for fault in columns[name].faults())
        yield Noted(note, count, tuple(names))
    if heading.zone is None and any(column.head.role is Role.TIME for column in columns.values()):
        yield Noted(FileNote.NO_ZONE)


def _of_column(column: ReadColumn) -> Iterator[FileNote]:
    counts = column.column.counts()
    there = [place for place in range(len(column.column.cells)) if counts[place]]
    if column.kind is AnswerKind.TICKS and not (column.values[there] == 0).any():
        yield FileNote.ONLY_TICKS
    if column.kind is AnswerKind.WORDS:
        yield FileNote.CODES_WANTED
    if column.kind is AnswerKind.SEVERAL:
        yield FileNote.CHOICES_WANTED
    if column.kind.is_numeric:
        if column.wrong:
            yield FileNote.BAD_CELLS
        if far_values(column.values[there]):
            yield FileNote.FAR_VALUES


def _doubtful(heading: Heading, columns: Mapping[str, ReadColumn]) -> Iterator[Noted]:
    if heading.tool is SurveyTool.QUALTRICS and "Status" in columns:
        status = columns["Status"].column
        count = _count(status.cells, status.counts(), PREVIEWS)
        if count:
            yield Noted(FileNote.PREVIEWS, count, ("Status",))
    answers = [one.column.codes for one in columns.values() if one.head.role is None]
    if len(answers) >= FEWEST_COLUMNS:
        filled = np.any([_said(one) for one in columns.values() if one.head.role is None], axis=0)
        rows = np.column_stack(answers)[filled]
        count = len(rows) - len(np.unique(rows, axis=0))
        if count:
            yield Noted(FileNote.IDENTICAL, count)
    for name, column in columns.items():
        if column.head.role is Role.RESPONDENT:
            times = column.column.counts()
            again = sum(
                int(count) - 1
                for cell, count in zip(column.column.cells, times, strict=True)
                if cell.strip() and count > 1
            )
            if again:
                yield Noted(FileNote.RETURNING, again, (name,))


def _said(column: ReadColumn) -> NDArray[np.bool_]:
    blank = np.array([not cell.strip() for cell in column.column.cells], np.bool_)
    return ~blank[column.column.codes]


def _count(cells: Sequence[str], counts: NDArray[np.int64], among: frozenset[str]) -> int:
    pairs = zip(cells, counts, strict=True)
    return sum(int(count) for cell, count in pairs if cell.strip().casefold() in among)
