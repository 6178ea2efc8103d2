"""The columns that a survey's outcome is regressed on, standardised, a block of rows at a time."""

from collections.abc import Iterator, Sequence

import attrs
import numpy as np

from cxjourney.wishes.arrays import Codes, Floats

__all__ = ["BLOCK", "Block", "Column", "Design", "Moments", "moments", "usage"]

BLOCK = 16_384
"""Rows at a time: few enough for the processor's cache, whatever the number of columns."""


@attrs.frozen
class Moments:
    """The mean and the spread of a column, over the rows that are not blank.

    Attributes:
        mean: the weighted mean.
        spread: the weighted standard deviation (divided by the sum of the weights).
        n: how many rows are not blank.
    """

    mean: float
    spread: float
    n: int


def moments(values: Floats, weights: Floats | None = None) -> Moments:
    """Return the moments of a column whose blanks are NaN.

    A spread that is nothing but rounding counts as 0.
    """
    filled = ~np.isnan(values)
    n = int(np.count_nonzero(filled))
    known = values if n == values.size else values[filled]
    if not n:
        return Moments(0.0, 0.0, 0)
    if weights is None:
        mean = float(known.mean())
        away = known - mean
        variance = float(away @ away) / n
    else:
        heavy = weights[filled]
        total = float(heavy.sum())
        mean = float(heavy @ known) / total
        away = known - mean
        variance = float(heavy @ (away * away)) / total
    spread = float(np.sqrt(variance))
    rounding = 8 * np.finfo(np.float64).eps * float(np.abs(known).max())
    return Moments(mean, spread if spread > rounding else 0.0, n)


@attrs.frozen(eq=False)
class Column:
    """One column of the design.

    Attributes:
        numbers: the rows, blanks as NaN.
        of: the mean and the spread of the column.
        used: whether this column is 1 where ``numbers`` is filled and 0 where it is blank, instead
            of the values themselves.
    """

    numbers: Floats
    of: Moments
    used: bool = False

    def block(self, rows: slice, out: Floats) -> None:
        """Write some rows, standardised; a blank stands at the mean."""
        if self.used:
            np.isnan(self.numbers[rows], out=out, casting="unsafe")
            np.subtract(1.0 - self.of.mean, out, out=out)
        else:
            np.subtract(self.numbers[rows], self.of.mean, out=out)
            np.nan_to_num(out, copy=False, nan=0.0)
        out /= self.of.spread


def usage(column: Column, weights: Floats | None) -> Column:
    """Return the column that tells which rows of another are filled."""
    filled = ~np.isnan(column.numbers)
    share = float(np.average(filled, weights=weights))
    spread = float(np.sqrt(share * (1 - share)))
    return Column(column.numbers, Moments(share, spread, filled.size), used=True)


@attrs.frozen(eq=False)
class Block:
    """Some rows of the design.

    Attributes:
        x: the columns, standardised, one a row of the array, without the intercept's.
        y: the outcome, standardised.
        w: the weights, which sum to the number of rows over the whole design; None for all 1.
        rows: which rows they are.
    """

    x: Floats
    y: Floats
    w: Floats | None
    rows: slice


@attrs.frozen(eq=False)
class Design:
    """The outcome, the columns it is regressed on, and the weights of the rows.

    Attributes:
        columns: the columns; each varies.
        outcome: the outcome; no blanks, and it varies.
        weights: the weights, positive, that sum to the number of rows; None for all 1.
    """

    columns: Sequence[Column]
    outcome: Column
    weights: Floats | None = None

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return int(self.outcome.numbers.size)

    def sorted_by(self, order: Codes) -> "Design":
        """Return the design with its rows in another order."""
        return Design(
            columns=[attrs.evolve(one, numbers=one.numbers[order]) for one in self.columns],
            outcome=attrs.evolve(self.outcome, numbers=self.outcome.numbers[order]),
            weights=None if self.weights is None else self.weights[order],
        )

    def blocks(self, size: int = BLOCK) -> Iterator[Block]:
        """Yield the rows in blocks; the arrays of a block are overwritten by the next."""
        x = np.empty((len(self.columns), size))
        y = np.empty(size)
        for start in range(0, self.rows, size):
            rows = slice(start, min(start + size, self.rows))
            width = rows.stop - start
            for column, out in zip(self.columns, x, strict=True):
                column.block(rows, out[:width])
            self.outcome.block(rows, y[:width])
            w = None if self.weights is None else self.weights[rows]
            yield Block(x[:, :width], y[:width], w, rows)
