"""A survey read from a file: its columns, its questions, and what was recognised."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from enum import Enum, unique
from functools import cached_property
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from cxjourney.errors import FaultsError, InvalidError, listed
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import Readable, Showable, brief
from cxjourney.vocabulary._texts import Told
from cxjourney.wishes._arrays import Floats
from cxjourney.wishes._files._answers import AnswerKind, ReadColumn
from cxjourney.wishes._files._heads import SurveyTool
from cxjourney.wishes._files._source import FileFormat
from cxjourney.wishes._items import Item


@unique
class FileNote(Enum):
    """What a reader of a survey's file should know.

    What was made of it: SEEN: Qualtrics' -99, seen but not answered, is a blank. NOT_SHOWN: so is
    LimeSurvey's N/A. CALLED_MISSING: so are codes that an SPSS file calls missing. YES_NO_WORDS:
    yes and no in words are 1 and 0. NUMBERED: of ``10 - Extremely likely`` the number is taken.
    RENAMED: columns of one name are numbered. DROPPED: records are left out, as was asked for.

    What is in doubt: PREVIEWS: records of tests. IDENTICAL: records with the same answers as an
    earlier one. RETURNING: respondents with several records. BAD_CELLS: cells that are no numbers
    in columns of numbers. FAR_VALUES: perhaps codes that are no answers. ONLY_TICKS: ticks without
    a single 0. CODES_WANTED: answers in words without a code book. CHOICES_WANTED: perhaps several
    choices in a cell. NO_ZONE: times whose zone the file does not name.
    """

    SEEN = "seen"
    NOT_SHOWN = "not shown"
    CALLED_MISSING = "called missing"
    YES_NO_WORDS = "yes/no words"
    NUMBERED = "numbered"
    RENAMED = "renamed"
    DROPPED = "dropped"
    PREVIEWS = "previews"
    IDENTICAL = "identical"
    RETURNING = "returning"
    BAD_CELLS = "bad cells"
    FAR_VALUES = "far values"
    ONLY_TICKS = "only ticks"
    CODES_WANTED = "codes wanted"
    CHOICES_WANTED = "choices wanted"
    NO_ZONE = "no zone"


@attrs.frozen
class Noted(Showable):
    """A note, with what it is about.

    Attributes:
        note: what is noted.
        count: how many records or cells; None where it is about columns as a whole.
        columns: the columns; none where it is about whole records.
    """

    note: FileNote
    count: int | None = None
    columns: tuple[str, ...] = ()

    __repr__ = brief


@attrs.frozen
class SurveyQuestion(Showable):
    """A question of a survey, or a part of it whose columns hold answers of one kind.

    Attributes:
        name: what it is called.
        text: what was asked, as far as the file says.
        kind: what its columns hold.
        columns: the names of its columns.
        choices: what each of them is about; empty where it is but one.
        labels: the words of its numbers, by number.
    """

    name: str
    text: str
    kind: AnswerKind
    columns: tuple[str, ...]
    choices: tuple[str, ...] = ()
    labels: Mapping[float, str] = attrs.field(factory=dict)

    __repr__ = brief


@attrs.frozen(eq=False, slots=False)
class SurveyFile(Told):
    """A survey read from a file, which ``map_wishes`` takes as a table.

    It prints what was recognised, and what it means for the mapping.

    Attributes:
        path: the file, as errors name it.
        form: how it is stored.
        tool: what wrote it.
        header: how many records its header has.
        encoding: the encoding of its text; None for Excel, and where SPSS names none.
        delimiter: what stands between fields; None but for CSV.
        sheet: the sheet that was read; None but for Excel.
        zone: the time zone of its times, where the file names it.
        records: how many records there are.
        questions: its questions, in their order.
        notes: what else a reader should know.
        line: where its header begins, from 1; 0 where it has none.
    """

    path: str
    form: FileFormat
    tool: SurveyTool
    header: int
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    zone: str | None
    records: int
    questions: tuple[SurveyQuestion, ...]
    notes: tuple[Noted, ...]
    _columns: Mapping[str, ReadColumn] = attrs.field(repr=False, alias="read")
    _lines: NDArray[np.int64] = attrs.field(repr=False, alias="lines")
    line: int = 0

    @cached_property
    def columns(self) -> Mapping[str, Floats | list[float | str | None]]:
        """The columns by name, for a frame: arrays of numbers, or lists of texts with None.

        In a column of numbers a blank is NaN. One with cells that are no numbers is a list of both.
        """
        return {name: column.cells() for name, column in self._columns.items()}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in their order."""
        return tuple(self._columns)

    def items(self, *, rating: str | None = None, said: str | None = None) -> tuple[Item, ...]:
        """Return a wish for each choice of two questions, with the columns that tell of it.

        A choice that only one of them has is a wish that the other tells nothing of.

        Args:
            rating: the question that rates how well the wishes are fulfilled.
            said: the question in which customers say what they want.

        Raises:
            InvalidError: there is no such question, it has no choices, or the two have no choice in
                common.

        """
        rated, told = self._choices("rating", rating), self._choices("said", said)
        if rated and told and not rated.keys() & told.keys():
            found = "two questions without a choice in common"
            expected = "choices in the same words, or items made by hand"
            raise InvalidError("items", found, expected)
        choices = {**told, **rated}
        order = dict.fromkeys([*rated, *told])
        return tuple(
            Item(
                choices[key][0],
                rating=rated[key][1] if key in rated else None,
                said=told[key][1] if key in told else None,
            )
            for key in order
        )

    def _choices(self, field: str, name: str | None) -> dict[str, tuple[str, str]]:
        if name is None:
            return {}
        found = [one for one in self.questions if one.name == name]
        if not found:
            names = dict.fromkeys(one.name for one in self.questions)
            near = get_close_matches(name, names, 3, 0.5)
            such = f", such as {listed(near)}" if near else "; print the survey to see them"
            expected = f"the name of one of {len(names)} questions{such}"
            raise InvalidError(field, "no such question", expected)
        pairs = {
            choice.strip().casefold(): (choice, column)
            for one in found
            for choice, column in zip(one.choices, one.columns, strict=False)
            if choice and one.kind is not AnswerKind.TEXT
        }
        if not pairs:
            raise InvalidError(field, "a question without choices", "one with a column a choice")
        return pairs

    def take_numbers(self, name: str, faults: list[InvalidError]) -> Floats:
        """Return a column as numbers, a blank as NaN; what is no number is a fault.

        Args:
            name: the column.
            faults: takes what is wrong with it, by rows.
        """
        column = self._columns[name]
        faults.extend(column.faults())
        return column.numbers()

    def take_ids(self, name: str) -> Sequence[str | None]:
        """Return a column as texts, a blank as None."""
        column = self._columns[name].column
        each = [cell.strip() or None for cell in column.cells]
        return [each[code] for code in column.codes.tolist()]

    def by_lines(self, error: FaultsError) -> FaultsError:
        """Return an error about rows with the lines of the file in their place."""
        return FaultsError(error.message, [self.by_line(fault) for fault in error.faults])

    def by_line(self, fault: InvalidError) -> InvalidError:
        """Return a fault in rows with the lines of the file in their place."""
        if not fault.rows:
            return fault
        return attrs.evolve(fault, rows=(), lines=tuple(self._lines[list(fault.rows)].tolist()))

    def columns_of_numbers(self) -> tuple[str, ...]:
        """Return the names of the columns that hold numbers, be it with a few other cells."""
        return tuple(name for name, one in self._columns.items() if one.kind.is_numeric)

    def bad_cells(self, names: Iterable[str]) -> list[InvalidError]:
        """Return what keeps columns from being numbers, by the lines of the file."""
        faults = (fault for name in names for fault in self._columns[name].faults())
        return [self.by_line(fault) for fault in faults]

    def _page(self, lang: Lang) -> Readable:
        page: Readable = load("cxjourney.show._survey_tables").survey_page(self, lang)
        return page

    def to_dict(self) -> dict[str, Any]:
        """Return what was recognised, without the answers, as plain values that JSON can hold."""
        return {
            "path": self.path,
            "form": self.form.value,
            "tool": self.tool.value,
            "header": self.header,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "sheet": self.sheet,
            "zone": self.zone,
            "records": self.records,
            "questions": [
                {
                    "name": one.name,
                    "text": one.text,
                    "kind": one.kind.name,
                    "columns": list(one.columns),
                    "choices": list(one.choices),
                    "labels": {f"{number:g}": label for number, label in one.labels.items()},
                }
                for one in self.questions
            ],
            "notes": [
                {"note": one.note.name, "count": one.count, "columns": list(one.columns)}
                for one in self.notes
            ],
        }

    def __repr__(self) -> str:
        tool, form = self.tool.value, self.form.value
        return f"<SurveyFile of {self.records} records, {len(self.names)} columns: {tool}, {form}>"
