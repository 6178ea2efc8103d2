"""The columns of a survey, read and checked, as the parts of the classifier take them."""

from collections.abc import Callable, Iterator, Mapping

import attrs
import numpy as np

from cxjourney.errors import InvalidError
from cxjourney.wishes.arrays import Codes, Floats, Mask

__all__ = ["Sheet", "Use", "faults_at", "figure"]

MOST_ROWS = 5


@attrs.frozen(eq=False)
class Sheet:
    """The columns of a survey that were asked for.

    Arrays are as long as the table. They may share memory with it and cannot be written to.

    Attributes:
        rows: how many rows the table has, at least 1.
        numbers: the columns of numbers by name; a blank is NaN, none is infinite.
        weights: the weight of each row, at least 0, scaled to a mean of 1; None where every row
            counts alike.
        respondents: whose each row is: 0 for the respondent of the first row, 1 for the next new
            one, and so on; None where every row is of a respondent of its own.
        clusters: how many respondents there are; None without ``respondents``.
    """

    rows: int
    numbers: Mapping[str, Floats]
    weights: Floats | None = None
    respondents: Codes | None = None
    clusters: int | None = None


@attrs.frozen
class Use:
    """What a column of the table is asked for.

    Attributes:
        column: the column.
        purpose: what it is, such as ``the outcome``.
    """

    column: str
    purpose: str


def figure(values: Floats, of: str = "") -> Callable[[int], str]:
    """Return a function that tells the number in a row, with its unit."""
    return lambda row: f"{values[row]:.10g}{of}"


def faults_at(
    wrong: Mask, column: str | None, found: Callable[[int], str], expected: str
) -> Iterator[InvalidError]:
    """Yield one fault for all the rows where something is wrong, or nothing.

    Args:
        wrong: the rows where it is.
        column: the column at fault; None where it is several.
        found: tells what stands in a row; asked of the first.
        expected: what would have been right.
    """
    if not wrong.any():
        return
    rows = np.flatnonzero(wrong)
    first, *also = rows[:MOST_ROWS].tolist()
    yield InvalidError(
        "", found(first), expected, column=column, rows=(first, *tuple(also)), count=rows.size
    )
