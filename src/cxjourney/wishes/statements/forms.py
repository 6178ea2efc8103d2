"""What a form of statements is, and what the forms have in common (SPEC 8).

Every form gives, for each wish, a share from 0 to 1, and one share above which a wish counts as
asked for. That threshold, and what stands for how much, are conventions of ours.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from cxjourney.errors import InvalidError
from cxjourney.shown import quoted
from cxjourney.wishes.arrays import Floats
from cxjourney.wishes.reading.items import Item
from cxjourney.wishes.reading.sheet import Sheet, Use, faults_at, figure
from cxjourney.wishes.statements.shares import Answers, Statements

__all__ = [
    "EVEN",
    "Columns",
    "StatementForm",
    "count_offered",
    "each",
    "not_zero_or_one",
    "offered",
    "readable",
    "total",
    "without_blanks",
]

EVEN = 0.5
"""The share above which more customers say a wish than not."""

Columns: TypeAlias = Sequence[Floats | None]
"""The column of statements of each item; None where nobody was asked."""


class StatementForm(ABC):
    """A form of statements: which columns it reads, what is wrong with them, what they say."""

    __slots__ = ()

    def columns(self, items: Sequence[Item]) -> Iterator[Use]:
        """Yield the columns that the form reads."""
        for item in items:
            if item.said is not None:
                yield Use(item.said, f"what is said of {quoted(item.wish.about)}")

    @abstractmethod
    def faults(
        self, numbers: Mapping[str, Floats], items: Sequence[Item]
    ) -> Iterator[InvalidError]:
        """Yield what is wrong with the statements; columns that could not be read are absent."""

    @abstractmethod
    def measure(self, sheet: Sheet, items: Sequence[Item]) -> Statements:
        """Return what was said of each item's wish; the columns must be without faults."""


def readable(numbers: Mapping[str, Floats], items: Sequence[Item]) -> dict[str, Floats]:
    """Return the columns of statements that could be read, by name."""
    names = (item.said for item in items if item.said is not None)
    return {name: numbers[name] for name in names if name in numbers}


def not_zero_or_one(columns: Mapping[str, Floats]) -> Iterator[InvalidError]:
    """Yield the cells that are neither 0, 1 nor blank."""
    for name, values in columns.items():
        wrong = np.isfinite(values) & (values != 0) & (values != 1)
        yield from faults_at(wrong, name, figure(values), "0, 1 or a blank")


def offered(sheet: Sheet, items: Sequence[Item]) -> Columns:
    """Return the column of statements of each item; None where there is none or it is all blank."""
    columns = (None if item.said is None else sheet.numbers[item.said] for item in items)
    return [None if column is None or np.isnan(column).all() else column for column in columns]


def count_offered(columns: Columns) -> int:
    """Return the number of wishes that were asked about, or 1 where it is 0, to divide by."""
    return max(1, sum(column is not None for column in columns))


def each(columns: Columns, tell: Callable[[Floats], Answers]) -> Iterator[Answers | None]:
    """Yield what each column says, one by one, so that only one is in memory."""
    return (None if column is None else tell(column) for column in columns)


def total(rows: int, columns: Columns) -> Floats:
    """Return the sum of each row, in which blanks count for nothing."""
    sums = np.zeros(rows)
    for column in columns:
        if column is not None:
            sums += without_blanks(column)
    return sums


def without_blanks(column: Floats) -> Floats:
    """Return a column with 0 in place of what is blank or infinite."""
    return np.where(np.isfinite(column), column, 0.0)
