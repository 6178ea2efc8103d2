"""What the cells of a column are: ratings, ticks, yes and no, numbers, words, or none of these."""

import re
from collections.abc import Iterator, Mapping
from enum import Enum, unique
from math import isfinite, nan

import attrs
import numpy as np
from numpy.typing import NDArray

from cxjourney.errors import InvalidError, quoted
from cxjourney.vocabulary._csv import is_number
from cxjourney.wishes._arrays import Floats
from cxjourney.wishes._files._code_books import CodeBook, far_values
from cxjourney.wishes._files._columns import MOST_PLACES, CodedColumn
from cxjourney.wishes._files._heads import Head

BLANKS = frozenset({"", "na", "nan", "null"})
YES = frozenset({"yes", "y", "true", "jah", "kyllä"})
NO = frozenset({"no", "n", "false", "ei"})
MARKS = frozenset({"y", "yes", "x", "1", "true", "selected", "checked", "jah", "kyllä"})
"""What stands in a column of ticks beside the choice itself."""

NUMBERED = re.compile(r"(\d{1,2})(?:\s*[-\N{EN DASH}\N{EM DASH}:.=)]\s*|\s+)(?=[^\W\d])")
"""A number with its word, as ``10 - Extremely likely``."""

MOST_RATING = 10
MOST_WORDS = 20
EVIDENT = 0.9
"""The share of cells that are numbers from which the others in a column are faults."""

A_NUMBER = "a number such as 4 or 4.5, or a blank"
NO_COMMA = "a decimal point, or semicolons between the columns"
ONE_MARK = "one of the two throughout the column"
NO_POINT = "a decimal comma, as decimal=',' says"
A_WORD = "a number, or a word of the code book in codes="


@unique
class AnswerKind(Enum):
    """What a column holds.

    RATING: whole numbers of a short scale. YES_NO: 1 for yes, 0 for no. TICKS: a choice of a
    question where several can be ticked: 1, and nothing else but blanks or 0. NUMBER: other
    numbers. WORDS: a few different words, which a code book makes numbers. SEVERAL: several choices
    in one cell. TEXT: customers' own words. TIME, RECORD, RESPONDENT: when, what and whose the
    record is. BLANK: nothing.
    """

    RATING = "rating"
    YES_NO = "yes/no"
    TICKS = "ticks"
    NUMBER = "number"
    WORDS = "words"
    SEVERAL = "several"
    TEXT = "text"
    TIME = "time"
    RECORD = "record"
    RESPONDENT = "respondent"
    BLANK = "blank"

    @property
    def is_numeric(self) -> bool:
        """Whether its cells are numbers."""
        return self in {
            AnswerKind.RATING,
            AnswerKind.YES_NO,
            AnswerKind.TICKS,
            AnswerKind.NUMBER,
        }


@attrs.frozen(eq=False)
class ReadColumn:
    """A column of a survey's file, read.

    Attributes:
        head: what the header says of it.
        kind: what it holds.
        column: its cells.
        values: the number of each different cell; NaN for a blank, and for what is no number.
        wrong: the cells that are no numbers, by their place among the different ones, with what is
            wrong and what would be right.
        labels: the word of each number that has one.
        mixed: whether some numbers have a decimal comma and others a point.
        worded: whether its numbers come from words without a code book.
    """

    head: Head
    kind: AnswerKind
    column: CodedColumn
    values: Floats
    wrong: Mapping[int, tuple[str, str]]
    labels: Mapping[float, str]
    mixed: bool = False
    worded: bool = False

    def numbers(self) -> Floats:
        """Return the number of each record; NaN for a blank, and for what is no number."""
        found: Floats = self.values[self.column.codes]
        return found

    def faults(self) -> Iterator[InvalidError]:
        """Yield what keeps the column from being numbers; each sort once, with its first rows."""
        sorts = dict[str, tuple[str, list[int]]]()
        for place, (found, expected) in self.wrong.items():
            sorts.setdefault(expected, (found, []))[1].append(place)
        for expected, (found, places) in sorts.items():
            rows = np.flatnonzero(np.isin(self.column.codes, places))
            yield InvalidError(
                "",
                found,
                expected,
                column=self.head.name,
                rows=tuple(rows[:MOST_PLACES].tolist()),
                count=rows.size,
            )
        if self.mixed:
            found = "a column of decimal commas and of decimal points"
            yield InvalidError("", found, ONE_MARK, column=self.head.name)

    def cells(self) -> Floats | list[float | str | None]:
        """Return the column for a frame: numbers, or texts and numbers with None for a blank."""
        if self.kind.is_numeric and not self.wrong:
            return self.numbers()
        each: list[float | str | None] = [
            cell
            if place in self.wrong or not (self.kind.is_numeric or np.isnan(value))
            else None
            if np.isnan(value)
            else float(value)
            for place, (cell, value) in enumerate(zip(self.column.cells, self.values, strict=True))
        ]
        return [each[code] for code in self.column.codes.tolist()]


@attrs.frozen
class Reading:
    """How cells are read.

    Attributes:
        commas: whether a number may have a decimal comma.
        points: whether a number may have a decimal point.
        show_values: whether faults may tell what stands in a cell.
    """

    commas: bool
    points: bool
    show_values: bool


def read_column(
    head: Head, column: CodedColumn, book: CodeBook | None, reading: Reading
) -> ReadColumn:
    """Return a column, read as what it evidently holds.

    Args:
        head: what the header says of it.
        column: its cells.
        book: its code book; None where it has none.
        reading: how cells are read.
    """
    values, wrong, marks = _numbers(column, book, reading)
    counts = column.counts()
    said = [
        place
        for place, cell in enumerate(column.cells)
        if counts[place] and (place in wrong or not np.isnan(values[place]))
    ]
    labels = {} if book is None else dict(book.labels)
    if head.role is not None:
        kind = AnswerKind[head.role.name]
    elif not said:
        kind = AnswerKind.BLANK
    elif (book is not None and book.labels) or not wrong.keys() & set(said):
        kind = _kind_of_numbers(head, values[said])
    else:
        texts = {place: column.cells[place].strip() for place in said}
        kind, values, wrong, labels = _kind_of_texts(head, texts, counts, values, wrong)
    worded = kind.is_numeric and not wrong and any(_is_word(column.cells[one]) for one in said)
    return ReadColumn(
        head,
        kind,
        column,
        values,
        wrong,
        labels,
        mixed=len(marks) > 1,
        worded=worded and not (book is not None and book.labels),
    )


def _numbers(
    column: CodedColumn, book: CodeBook | None, reading: Reading
) -> tuple[Floats, dict[int, tuple[str, str]], set[str]]:
    values = np.full(len(column.cells), nan)
    wrong, marks = dict[int, tuple[str, str]](), set[str]()
    for place, cell in enumerate(column.cells):
        text = cell.strip()
        known = None if book is None else book.number(text)
        plain = text.replace(",", ".") if reading.commas else text
        if known is not None:
            values[place] = known
        elif text.casefold() in BLANKS:
            pass
        elif not is_number(plain):
            comma = is_number(text.replace(",", "."))
            told = f", {quoted(text)}" if reading.show_values else ""
            found = (
                "a number with a decimal comma"
                if comma
                else f"a text of {len(text)} characters{told}"
            )
            expected = (
                NO_COMMA if comma else A_NUMBER if book is None or not book.labels else A_WORD
            )
            wrong[place] = found, expected
        elif not isfinite(float(plain)):
            wrong[place] = "a number that is too large", A_NUMBER
        elif "." in text and not reading.points:
            wrong[place] = "a number with a decimal point", NO_POINT
        else:
            marks.update({",", "."}.intersection(text))
            values[place] = float(plain)
    return values if book is None else book.without_missing(values), wrong, marks


def _kind_of_numbers(head: Head, values: Floats) -> AnswerKind:
    scale = values[~np.isin(values, far_values(values))]
    whole = bool((scale == np.floor(scale)).all() and (np.abs(scale) <= MOST_RATING).all())
    if set(values.tolist()) == {1.0} and head.choice:
        return AnswerKind.TICKS
    if set(values.tolist()) <= {0.0, 1.0}:
        return AnswerKind.YES_NO
    if whole and len(values) > 1:
        return AnswerKind.RATING
    return AnswerKind.NUMBER


def _kind_of_texts(
    head: Head,
    texts: Mapping[int, str],
    counts: NDArray[np.int64],
    values: Floats,
    wrong: dict[int, tuple[str, str]],
) -> tuple[AnswerKind, Floats, dict[int, tuple[str, str]], dict[float, str]]:
    """Return what a column holds in which not all cells are numbers, and its numbers."""
    folded = {place: text.casefold() for place, text in texts.items()}
    different = set(folded.values())
    mark = MARKS | {head.choice.casefold()}
    if head.choice and len(different) == 1 and different <= mark:
        return AnswerKind.TICKS, _valued(values, dict.fromkeys(texts, 1.0)), {}, {}
    if different <= YES | NO and different & YES and (different & NO or head.choice):
        known = {place: float(text in YES) for place, text in folded.items()}
        return AnswerKind.YES_NO, _valued(values, known), {}, {}
    numbered = {place: _numbered(text) for place, text in texts.items()}
    if None not in numbered.values() and len(set(numbered.values())) == len(different):
        known = {place: float(found[0]) for place, found in numbered.items() if found}
        labels = {float(found[0]): found[1] for found in numbered.values() if found and found[1]}
        found = _valued(values, known)
        return _kind_of_numbers(head, found[list(known)]), found, {}, labels
    records = sum(int(counts[place]) for place in texts)
    numbers = sum(int(counts[place]) for place in texts if place not in wrong)
    if numbers >= EVIDENT * records:
        right = [place for place in texts if place not in wrong]
        return _kind_of_numbers(head, values[right]), values, wrong, {}
    if few_words(len(different), records):
        return AnswerKind.WORDS, values, wrong, {}
    return AnswerKind.TEXT, values, wrong, {}


def few_words(different: int, records: int) -> bool:
    """Say whether texts are a few words that return, and no texts of customers' own."""
    return different <= MOST_WORDS and 2 * different <= records


def _is_word(cell: str) -> bool:
    return not is_number(cell.strip().replace(",", "."))


def _numbered(text: str) -> tuple[int, str] | None:
    """Return the number and the word of ``10 - Extremely likely``, or of ``10`` alone."""
    found = NUMBERED.match(text)
    if found:
        return int(found[1]), text[found.end() :]
    return (int(text), "") if text.isascii() and text.isdigit() and len(text) <= 2 else None  # noqa: PLR2004


def _valued(values: Floats, known: Mapping[int, float]) -> Floats:
    found = values.copy()
    found[list(known)] = list(known.values())
    return found
