"""Least squares on a survey's outcome with robust errors, in blocks of rows."""

from collections.abc import Iterator, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from cxjourney.wishes._arrays import Codes, Floats

CELLS = 100_000
"""How many numbers of a design are looked at together: few enough for the processor's cache. Not in
the order of a power of two, or rows of a block would get in each other's way there."""

FEWEST = 1_000
"""Rows at a time, at least."""

ROWS = 8_192
"""Rows of a single column at a time."""

ROUNDING = 8 * float(np.finfo(np.float64).eps)
"""A spread of less than this part of the mean is nothing but rounding."""

PLAIN = 1e-2
"""A variance of at least this part of the mean square loses two digits to rounding at most."""


@attrs.frozen
class ColumnMoments:
    """The mean and the spread of a column, over the rows that are not blank.

    Attributes:
        mean: the weighted mean.
        spread: the weighted standard deviation (divided by the sum of the weights).
        n: how many rows are not blank.
    """

    mean: float
    spread: float
    n: int


def moments(values: Floats, weights: Floats | None = None) -> ColumnMoments:
    """Return the moments of a column whose blanks are NaN.

    A spread that is nothing but rounding counts as 0.
    """
    known, heavy, total = values, weights, float(values.sum())
    if np.isnan(total):
        filled = ~np.isnan(values)
        known = values[filled]
        heavy = None if weights is None else weights[filled]
        total = float(known.sum())
    n = known.size
    if not n:
        return ColumnMoments(0.0, 0.0, 0)
    mean = total / n if heavy is None else float(heavy @ known / heavy.sum())
    spread = _spread_at_once(known, mean) if heavy is None else None
    if spread is not None:
        return ColumnMoments(mean, spread, n)
    squares = 0.0
    for start in range(0, n, ROWS):
        away = known[start : start + ROWS] - mean
        part = away if heavy is None else heavy[start : start + ROWS] * away
        squares += float(part @ away)
    variance = squares / (n if heavy is None else float(heavy.sum()))
    spread = float(np.sqrt(variance))
    if spread <= ROUNDING * abs(mean):
        spread = 0.0
    return ColumnMoments(mean, spread, n)


def _spread_at_once(known: Floats, mean: float) -> float | None:
    """Return the spread by the mean of the squares; None where rounding would be seen in it."""
    with np.errstate(over="ignore"):
        square = float(known @ known) / known.size
    variance = square - mean * mean
    return float(np.sqrt(variance)) if variance > PLAIN * square else None


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
    of: ColumnMoments
    used: bool = False

    def block(self, rows: slice, out: Floats) -> None:
        """Write by how much some rows lie above the mean; a blank stands at the mean."""
        if self.used:
            np.isnan(self.numbers[rows], out=out, casting="unsafe")
            np.subtract(1.0 - self.of.mean, out, out=out)
        else:
            np.subtract(self.numbers[rows], self.of.mean, out=out)
            if self.of.n < self.numbers.size:
                np.copyto(out, 0.0, where=np.isnan(out))


def usage(column: Column, weights: Floats | None) -> Column:
    """Return the column that tells which rows of another are filled."""
    size = column.numbers.size
    share = column.of.n / size
    if weights is not None:
        share = float(weights @ ~np.isnan(column.numbers) / weights.sum())
    spread = float(np.sqrt(share * (1 - share)))
    return Column(column.numbers, ColumnMoments(share, spread, size), used=True)


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

    def blocks(self, size: int | None = None) -> Iterator[Block]:
        """Yield the rows in blocks; the arrays of a block are overwritten by the next.

        Args:
            size: how many rows at a time; None for what suits the number of columns.
        """
        every = [*self.columns, self.outcome]
        size = max(FEWEST, CELLS // len(every)) if size is None else size
        room = np.empty((len(every), size))
        scales = np.array([[1 / column.of.spread] for column in every])
        for start in range(0, self.rows, size):
            rows = slice(start, min(start + size, self.rows))
            part = room[:, : rows.stop - start]
            for column, out in zip(every, part, strict=True):
                column.block(rows, out)
            part *= scales
            w = None if self.weights is None else self.weights[rows]
            yield Block(part[:-1], part[-1], w, rows)


ALONE = 1e-10
"""A row, or a direction, with less than this left of it is known from one cluster only."""

PRODUCTS = 2**22
"""Numbers at a time in the outer products of rows."""

SAFE = 0.99
"""Up to this sum of leverages a cluster can be left out without losing a direction."""


@attrs.frozen(eq=False)
class Residuals:
    """A design with what a regression left unexplained.

    Attributes:
        design: the design.
        coefficients: the coefficients of its columns.
        half: the symmetric square root of the inverse of the columns' correlations.
    """

    design: Design
    coefficients: Floats
    half: Floats

    def turned(self, size: int | None = None) -> Iterator[tuple[Block, Floats, Floats]]:
        """Yield each block with its turned rows (the intercept first) and weighted residuals.

        The arrays are overwritten by the next.
        """
        root = np.sqrt(self.design.rows)
        room = np.empty((len(self.coefficients) + 1, 0))
        half = self.half / root
        for block in self.design.blocks(size):
            if room.shape[1] < block.y.size:
                room = np.empty((len(room), block.y.size))
                room[0] = 1 / root
            turned = room[:, : block.y.size]
            np.matmul(half, block.x, out=turned[1:])
            left = block.y - self.coefficients @ block.x
            yield block, turned, left if block.w is None else left * block.w


def scatter(residuals: Residuals) -> Floats:
    """Return the scatter of the turned scores when each row is left out once (HC3).

    A row that alone tells something has nothing left to be judged by, and adds nothing.
    """
    size = len(residuals.coefficients)
    total = np.zeros((size, size))
    for block, turned, left in residuals.turned():
        leverage = np.einsum("kr,kr->r", turned, turned)
        rest = 1 - (leverage if block.w is None else leverage * block.w)
        alone = rest < ALONE
        scores = turned[1:]
        if alone.any():
            scores *= ~alone
            rest[alone] = 1.0
        scores *= left / rest
        total += scores @ scores.T
    return total


def scatter_of_clusters(residuals: Residuals, clusters: Codes) -> Floats:
    """Return the scatter of the turned scores when each cluster is left out once (CR3).

    Where every cluster is one row this is ``scatter``.

    Args:
        residuals: the design and what was left unexplained.
        clusters: the cluster of each row.
    """
    order = np.argsort(clusters, kind="stable")
    size = len(residuals.coefficients)
    total = np.zeros((size, size))
    in_order = attrs.evolve(residuals, design=residuals.design.sorted_by(order))
    for grams, scores in _sums(in_order, clusters[order]):
        moved = _left_out(grams, scores)[:, 1:]
        total += moved.T @ moved
    return total


def _sums(residuals: Residuals, clusters: Codes) -> Iterator[tuple[Floats, Floats]]:
    """Yield the sums of outer products and of scores of whole clusters, many at a time.

    Args:
        residuals: the design, its rows sorted by cluster.
        clusters: the cluster of each row.
    """
    size = len(residuals.coefficients) + 1
    grams, scores, last = np.empty((0, size, size)), np.empty((0, size)), -1
    for block, turned, left in residuals.turned(max(1, PRODUCTS // size**2)):
        codes = clusters[block.rows]
        starts = np.flatnonzero(np.diff(codes, prepend=-1))
        heavy = turned if block.w is None else turned * block.w
        new_grams = np.add.reduceat(np.einsum("ir,jr->rij", heavy, turned), starts)
        new_scores = np.add.reduceat((turned * left).T, starts)
        if codes[0] == last:
            new_grams[0] += grams[-1]
            new_scores[0] += scores[-1]
            grams, scores = grams[:-1], scores[:-1]
        yield grams, scores
        yield new_grams[:-1], new_scores[:-1]
        grams, scores, last = new_grams[-1:], new_scores[-1:], codes[-1]
    yield grams, scores


def _left_out(grams: Floats, scores: Floats) -> Floats:
    """Return how far the coefficients move when each cluster is left out."""
    rest = np.eye(grams.shape[1]) - grams
    safe = np.trace(grams, axis1=1, axis2=2) < SAFE
    moved = np.empty_like(scores)
    moved[safe] = np.linalg.solve(rest[safe], scores[safe, :, None])[..., 0]
    if not safe.all():
        values, vectors = np.linalg.eigh(rest[~safe])
        alone = values < ALONE
        turned = np.einsum("gij,gi->gj", vectors, scores[~safe])
        turned *= np.where(alone, 0.0, 1 / np.where(alone, 1.0, values))
        moved[~safe] = np.einsum("gij,gj->gi", vectors, turned)
    return moved


DEPENDENT = 1e-10
"""Eigenvalues of the correlations under this count as 0: the columns depend on each other."""

TOUCHED = 1e-6
"""A column with at least this weight in a dependency counts as part of it."""


@attrs.frozen(eq=False)
class Fit:
    """A regression of the standardised outcome on standardised columns.

    Attributes:
        coefficients: one a column, in standard deviations of the outcome for one of the column.
        covariance: how they err, robust to heteroscedasticity (HC3; MacKinnon and White 1985), and
            to clusters (the same with whole clusters left out; Bell and McCaffrey 2002).
        errors: their classical standard errors.
        identified: which columns do not depend on others exactly; the figures of the rest mean
            nothing.
        inflation: how many times each one's variance is inflated by the other columns.
        correlations: the columns' correlations.
        with_outcome: their correlations with the outcome.
        freedom: rows less the rank of the design and what was taken out of it.
        clusters: how many groups of rows err together, or None.
        r2: the share of variance explained.
    """

    coefficients: Floats
    covariance: Floats
    errors: Floats
    identified: NDArray[np.bool_]
    inflation: Floats
    correlations: Floats
    with_outcome: Floats
    freedom: int
    clusters: int | None
    r2: float


def fit(design: Design, clusters: Codes | None = None, absorbed: int = 0) -> Fit:
    """Regress the outcome of a design on its columns.

    Args:
        design: the columns, the outcome, the weights; more rows than columns.
        clusters: the group of each row, from 0; rows of one group may err together.
        absorbed: how many more means than one were taken out of the columns.
    """
    correlations, with_outcome = _correlate(design)
    values, vectors = np.linalg.eigh(correlations)
    whole = values > DEPENDENT * values[-1]
    kept = vectors[:, whole]
    half = (kept / np.sqrt(values[whole])) @ kept.T
    inverse = half @ half
    coefficients = inverse @ with_outcome
    r2 = min(1.0, float(coefficients @ with_outcome))
    freedom = design.rows - 1 - absorbed - kept.shape[1]
    residuals = Residuals(design, coefficients, half)
    spread = scatter(residuals) if clusters is None else scatter_of_clusters(residuals, clusters)
    return Fit(
        coefficients=coefficients,
        covariance=_around(half, spread) / design.rows,
        errors=np.sqrt((1 - r2) * np.diag(inverse) / freedom),
        identified=~(np.abs(vectors[:, ~whole]) > TOUCHED).any(axis=1),
        inflation=np.diag(inverse),
        correlations=correlations,
        with_outcome=with_outcome,
        freedom=freedom,
        clusters=None if clusters is None else int(clusters.max()) + 1,
        r2=r2,
    )


def _around(half: Floats, spread: Floats) -> Floats:
    """Return the scatter between the halves; no variance of it is negative by rounding."""
    covariance = half @ spread @ half
    np.fill_diagonal(covariance, covariance.diagonal().clip(0))
    return covariance


def _correlate(design: Design) -> tuple[Floats, Floats]:
    """Return the columns' correlations with each other and with the outcome."""
    size = len(design.columns)
    among, with_outcome = np.zeros((size, size)), np.zeros(size)
    for block in design.blocks():
        heavy = block.x if block.w is None else block.x * block.w
        among += block.x @ heavy.T
        with_outcome += heavy @ block.y
    return among / design.rows, with_outcome / design.rows
