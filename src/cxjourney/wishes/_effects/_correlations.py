"""Correlations of drivers and an outcome: worked out from a table, or given and checked."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxjourney.errors import InvalidError
from cxjourney.wishes._arrays import KINDS, Floats

ROUGH = 1e-8
"""How far given correlations may be from a correlation matrix, by rounding."""

ROUNDING = 8 * float(np.finfo(np.float64).eps)
"""The part of its largest value that a column must vary by, lest it be rounding alone."""

LARGEST = 1e150
"""The largest number that is taken; its square is a float too."""

ROWS = 2**13
"""How many rows of a table are looked at together: few enough for the processor's cache."""


@attrs.frozen(eq=False)
class Correlations:
    """How p drivers and an outcome move together.

    Attributes:
        drivers: the correlations of the drivers with each other, p x p.
        target: their correlations with the outcome, p numbers.
    """

    drivers: Floats
    target: Floats

    def joined(self) -> Floats:
        """Return one matrix of the drivers and, last, the outcome."""
        matrix = np.ones((len(self.target) + 1,) * 2)
        matrix[:-1, :-1] = self.drivers
        matrix[:-1, -1] = matrix[-1, :-1] = self.target
        return matrix


def given(drivers: ArrayLike, target: ArrayLike) -> Correlations:
    """Return correlations that were given.

    Raises:
        InvalidError: they are no correlation matrix.
    """
    matrix, column = given_drivers(drivers), _finite("target", target, 1)
    if len(column) != len(matrix):
        raise InvalidError(
            "target", f"of {len(column)} numbers", f"{len(matrix)}, one for each driver"
        )
    correlations = Correlations(matrix, column)
    _check_eigenvalues("correlation with target", correlations.joined())
    return correlations


def given_drivers(drivers: ArrayLike) -> Floats:
    """Return correlations of drivers with each other that were given.

    Raises:
        InvalidError: they are no correlation matrix.
    """
    matrix = _finite("correlation", drivers, 2)
    rows, columns = matrix.shape
    if not rows or rows != columns:
        raise InvalidError("correlation", f"of shape {matrix.shape}", "as many rows as columns")
    if np.abs(matrix - matrix.T).max() > ROUGH:
        raise InvalidError("correlation", "not symmetric", "a correlation matrix")
    if np.abs(matrix.diagonal() - 1).max() > ROUGH:
        raise InvalidError("correlation", "not 1 along the diagonal", "a correlation matrix")
    _check_eigenvalues("correlation", matrix)
    return matrix


def _check_eigenvalues(field: str, matrix: Floats) -> None:
    least = float(np.linalg.eigvalsh(matrix)[0])
    if least < -ROUGH:
        expected = "correlations that can be together: no eigenvalue below 0"
        raise InvalidError(field, f"a matrix with the eigenvalue {least:.3g}", expected)


def correlate(
    table: ArrayLike, outcome: ArrayLike, weights: ArrayLike | None = None
) -> Correlations:
    """Return the correlations in a table of drivers (n x p) and an outcome (n), named X and y.

    Rows of weight 0 do not count. The table is gone through in blocks; it is copied whole only
    where some rows do not count.

    Raises:
        InvalidError: the shapes do not fit, something is not a finite number, or a column or the
            outcome is constant.
    """
    x, y = array_of("X", table, 2), array_of("y", outcome, 1)
    if not x.size:
        raise InvalidError("X", f"of shape {x.shape}", "a row or more and a column or more")
    _check_length("y", y, len(x))
    low, high = _bounds(x, y)
    w = np.ones(len(x)) if weights is None else _weights(weights, len(x))
    if not w.all():
        x, y, w = x[w > 0], y[w > 0], w[w > 0]
        low, high = _bounds(x, y)
    _check_varies(low, high)
    matrix = _correlation(x, y, low, high - low, w)
    return Correlations(matrix[:-1, :-1], matrix[:-1, -1])


def array_of(field: str, values: ArrayLike, dimensions: int) -> NDArray[np.generic]:
    """Return values as an array of numbers of any type, or refuse them."""
    expected = f"an array of numbers of {dimensions} dimension{'s'[: dimensions - 1]}"
    try:
        array: NDArray[np.generic] = np.asarray(values)
    except (TypeError, ValueError) as error:
        raise InvalidError(
            field, f"a {type(values).__name__} that is no array", expected
        ) from error
    if array.dtype.kind not in KINDS:
        found = array.dtype.type.__name__.rstrip("_")
        raise InvalidError(field, f"an array of {found}", expected)
    if array.ndim != dimensions:
        raise InvalidError(field, f"of shape {array.shape}", expected)
    return array


def _floats(array: NDArray[np.generic]) -> Floats:
    """Return numbers as floats; what is too large for one becomes infinite."""
    with np.errstate(over="ignore"):
        return array.astype(np.float64, copy=False)


def _finite(field: str, values: ArrayLike, dimensions: int) -> Floats:
    """Return values as an array of finite numbers, or refuse them."""
    array = _floats(array_of(field, values, dimensions))
    _check_finite(field, array)
    return array


def _check_finite(field: str, array: Floats) -> None:
    """Refuse an array in which a number is not finite, or too large, and say where."""
    wrong = np.argwhere(~(np.abs(array) <= LARGEST))
    if len(wrong):
        place = wrong[0].tolist()
        where = ", ".join(map("{} {}".format, ("row", "column"), place))
        found = f"{array[tuple(place)]:g} in {where}"
        expected = f"finite numbers of at most {LARGEST:g} in size, counted from 0"
        raise InvalidError(field, found, expected)


def _check_length(field: str, array: NDArray[np.generic], rows: int) -> None:
    if len(array) != rows:
        raise InvalidError(field, f"of {len(array)} numbers", f"{rows}, one for each row of X")


def _check_varies(low: Floats, high: Floats) -> None:
    """Refuse columns, the outcome last, that do not vary beyond rounding."""
    constant = high - low <= ROUNDING * np.maximum(np.abs(low), np.abs(high))
    columns = ", ".join(map(str, np.flatnonzero(constant[:-1])))
    if columns:
        raise InvalidError(
            "X", f"constant in column {columns}", "columns that vary, counted from 0"
        )
    if constant[-1]:
        raise InvalidError("y", "constant", "an outcome that varies")


def _weights(weights: ArrayLike, rows: int) -> Floats:
    """Return the weights of the rows, the largest as 1, or refuse them."""
    checked = _finite("weights", weights, 1)
    _check_length("weights", checked, rows)
    least, most = float(checked.min()), float(checked.max())
    if least < 0 or not most:
        expected = "numbers that are not negative, and one above 0"
        raise InvalidError("weights", f"from {least:g} to {most:g}", expected)
    return checked / most


def _blocks(x: NDArray[np.generic], y: NDArray[np.generic]) -> Iterator[Floats]:
    """Yield the table, transposed, the outcome as its last row, some rows of the table at a time.

    The arrays are overwritten by the next.
    """
    room = np.empty((x.shape[1] + 1, min(ROWS, len(y))))
    with np.errstate(over="ignore"):
        for start in range(0, len(y), ROWS):
            rows = slice(start, start + ROWS)
            block = room[:, : len(y[rows])]
            block[:-1], block[-1] = x[rows].T, y[rows]
            yield block


def _bounds(x: NDArray[np.generic], y: NDArray[np.generic]) -> tuple[Floats, Floats]:
    """Return the least and the most of each column, the outcome last, or refuse them."""
    low, high = np.full(x.shape[1] + 1, np.inf), np.full(x.shape[1] + 1, -np.inf)
    for block in _blocks(x, y):
        np.minimum(low, block.min(axis=1), out=low)
        np.maximum(high, block.max(axis=1), out=high)
    if not (low.min() >= -LARGEST and high.max() <= LARGEST):
        _check_finite("X", _floats(x))
        _check_finite("y", _floats(y))
    return low, high


def _correlation(
    x: NDArray[np.generic], y: NDArray[np.generic], low: Floats, spread: Floats, weights: Floats
) -> Floats:
    """Return the correlations of all columns; the means first, then the moments about them.

    Every column is moved and scaled to lie from 0 to 1. Without it a large mean, or a large or
    small unit, would cost digits.
    """
    totals, moments = np.zeros(len(low)), np.zeros((len(low), len(low)))
    parts = [weights[at : at + ROWS] for at in range(0, len(weights), ROWS)]
    for part, block in zip(parts, _scaled(x, y, low, spread), strict=True):
        totals += block @ part
    mean = totals / weights.sum()
    # A table of one block is still there.
    again = [block] if len(parts) == 1 else _scaled(x, y, low, spread)
    for part, scaled in zip(parts, again, strict=True):
        away = np.subtract(scaled, mean[:, None], out=scaled)
        away *= np.sqrt(part)
        moments += away @ away.T
    deviations = np.sqrt(moments.diagonal())
    matrix: Floats = moments / np.outer(deviations, deviations)
    return matrix


def _scaled(
    x: NDArray[np.generic], y: NDArray[np.generic], low: Floats, spread: Floats
) -> Iterator[Floats]:
    """Yield the blocks with each column from 0 to 1."""
    for block in _blocks(x, y):
        np.subtract(block, low[:, None], out=block)
        yield np.divide(block, spread[:, None], out=block)


COLLINEAR: float = 1e-10
"""The share of a driver's variance, beside the other drivers, under which it counts as none."""


def inverse_of(variance: Floats) -> Floats:
    """Return one over each variance; 0 where there is none left."""
    if variance.min() <= COLLINEAR:
        variance = np.where(variance > COLLINEAR, variance, np.inf)
    inverse: Floats = 1 / variance
    return inverse


Inverse: TypeAlias = Callable[[Floats], Floats]
"""One over each variance."""
