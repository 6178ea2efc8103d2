"""Ratings that were skipped, filled with what the other columns let expect."""

from collections.abc import Iterator, Sequence

import attrs
import numpy as np

from cxjourney.wishes._arrays import Codes, Floats, Mask
from cxjourney.wishes._effects._regression import ColumnMoments, moments

STEPS = 100
"""The most steps of the EM algorithm."""

STILL = 1e-4
"""The algorithm ends when a step moves no mean and no covariance by more than this."""

RIDGE = 1e-9
"""A little variance of its own for each column, lest columns determine each other."""

NUMBERS = 2**21
"""Numbers at a time in the matrices of patterns."""


@attrs.frozen(eq=False)
class Completed:
    """Columns without blanks.

    Attributes:
        columns: the columns; where one was blank stands its conditional mean.
        of: the mean and the spread of each, as if nothing had been blank; ``n`` counts what was
            filled in by respondents.
        correlations: their correlations, as if nothing had been blank.
    """

    columns: list[Floats]
    of: list[ColumnMoments]
    correlations: Floats


def complete(columns: Sequence[Floats], weights: Floats | None = None) -> Completed:
    """Fill each blank with its mean given what the same row has in the other columns.

    Regression on columns filled so is consistent where blanks come by chance, or depend on the
    other columns alone (conditional mean imputation; Little 1992, JASA 87, section 4). The means
    and covariances are those of the EM algorithm for a normal distribution (Dempster, Laird and
    Rubin 1977, JRSS B 39). The outcome is not among the columns: it must not be looked at here.

    Args:
        columns: the columns, blanks as NaN; each varies.
        weights: the weights of the rows; None for all 1.
    """
    seen = [moments(column, weights) for column in columns]
    table = np.column_stack(
        [(column - of.mean) / of.spread for column, of in zip(columns, seen, strict=True)]
    )
    patterns = _Patterns.of(table, np.ones(len(table)) if weights is None else weights)
    mean, among = _converged(patterns)
    filled = np.empty_like(table)
    for rows, expected, _ in patterns.expected(mean, among):
        filled[rows] = expected
    deviations = np.sqrt(np.diag(among))
    spreads = [of.spread for of in seen]
    return Completed(
        columns=[
            np.where(np.isnan(column), of.mean + of.spread * expected, column)
            for column, of, expected in zip(columns, seen, filled.T, strict=True)
        ],
        of=[
            ColumnMoments(of.mean + spread * off, spread * deviation, of.n)
            for of, spread, off, deviation in zip(
                seen, spreads, mean.tolist(), deviations.tolist(), strict=True
            )
        ],
        correlations=among / np.outer(deviations, deviations),
    )


def _converged(patterns: "_Patterns") -> tuple[Floats, Floats]:
    """Return the means and covariances at which the EM algorithm comes to rest.

    Two steps tell where the next ones would lead (SQUAREM; Varadhan and Roland 2008, Scandinavian
    Journal of Statistics 35).
    """
    size = patterns.table.shape[1]
    at = np.vstack([np.zeros(size), np.eye(size)])
    once, left = patterns.step(at), STEPS
    while np.abs(once - at).max() >= STILL and left:
        left -= 1
        twice = patterns.step(once)
        first, bend = once - at, twice - 2 * once + at
        bent = max(float(np.linalg.norm(bend)), STILL**2)
        length = max(1.0, float(np.linalg.norm(first)) / bent)
        ahead = at + 2 * length * first + length**2 * bend
        possible = np.linalg.eigvalsh(ahead[1:])[0] > RIDGE
        at = ahead if possible else twice
        once = patterns.step(at)
    return once[0], once[1:]


@attrs.frozen(eq=False)
class _Patterns:
    """A table by which of its columns are filled in which rows.

    Attributes:
        table: the rows, 0 where they are blank.
        weights: how much each row counts.
        filled: which columns are filled in each pattern.
        order: the rows, those of one pattern together.
        pattern: the pattern of each of them.
    """

    table: Floats
    weights: Floats
    filled: Mask
    order: Codes
    pattern: Codes

    @classmethod
    def of(cls, table: Floats, weights: Floats) -> "_Patterns":
        """Sort the rows of a table by their blanks."""
        blank = np.isnan(table)
        filled, pattern = np.unique(~blank, axis=0, return_inverse=True)
        pattern = pattern.reshape(-1)
        order = np.argsort(pattern, kind="stable")
        return cls(np.where(blank, 0, table), weights, filled, order, pattern[order])

    def expected(self, mean: Floats, among: Floats) -> Iterator[tuple[Codes, Floats, Floats]]:
        """Yield some rows, what is expected of them, and the scatter that is left, summed."""
        size = len(mean)
        many = max(1, NUMBERS // size**2)
        for start in range(0, len(self.order), many):
            rows, pattern = self.order[start : start + many], self.pattern[start : start + many]
            first = int(pattern[0])
            filled = self.filled[first : int(pattern[-1]) + 1].astype(np.float64)
            both = filled[:, :, None] * filled[:, None, :]
            eye = np.eye(size)
            whole = among * both + eye * (1 + RIDGE - filled)[:, None, :]
            slopes = (among * filled[:, None, :]) @ np.linalg.inv(whole)
            left = among - slopes @ (among * filled[:, :, None])
            weights = self.weights[rows]
            heavy = np.bincount(pattern - first, weights, minlength=len(filled))
            away = (self.table[rows] - mean) * self.filled[pattern]
            moved = np.einsum("rij,rj->ri", slopes[pattern - first], away)
            expected = np.where(self.filled[pattern], self.table[rows], mean + moved)
            blank = 1 - filled
            left *= blank[:, :, None] * blank[:, None, :]
            yield rows, expected, np.tensordot(heavy, left, axes=1)

    def step(self, at: Floats) -> Floats:
        """Return the means, and below them the covariances, of the next step of the algorithm."""
        sums, squares = np.zeros_like(at[0]), np.zeros_like(at[1:])
        for rows, expected, left in self.expected(at[0], at[1:]):
            heavy = expected * self.weights[rows, None]
            sums += heavy.sum(axis=0)
            squares += heavy.T @ expected + left
        total = float(self.weights.sum())
        mean = sums / total
        return np.vstack([mean, squares / total - np.outer(mean, mean)])
