"""Least squares with robust errors, in blocks of rows.

All is done on standardised columns, so that the units of a survey decide nothing, and through the
eigenvalues of their correlations, so that columns that depend on each other do no harm to the rest.
"""

import attrs
import numpy as np
from numpy.typing import NDArray

from cxjourney.wishes.arrays import Codes, Floats
from cxjourney.wishes.effects.design import Design
from cxjourney.wishes.effects.jackknife import Residuals, scatter, scatter_of_clusters

__all__ = ["Fit", "fit"]

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
        freedom: rows less the rank of the design.
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


def fit(design: Design, clusters: Codes | None = None) -> Fit:
    """Regress the outcome of a design on its columns.

    Args:
        design: the columns, the outcome, the weights; more rows than columns.
        clusters: the group of each row, from 0; rows of one group may err together.
    """
    correlations, with_outcome = _correlate(design)
    values, vectors = np.linalg.eigh(correlations)
    whole = values > DEPENDENT * values[-1]
    kept = vectors[:, whole]
    half = (kept / np.sqrt(values[whole])) @ kept.T
    inverse = half @ half
    coefficients = inverse @ with_outcome
    r2 = min(1.0, float(coefficients @ with_outcome))
    freedom = design.rows - 1 - kept.shape[1]
    residuals = Residuals(design, coefficients, half)
    spread = scatter(residuals) if clusters is None else scatter_of_clusters(residuals, clusters)
    return Fit(
        coefficients=coefficients,
        covariance=half @ spread @ half / design.rows,
        errors=np.sqrt((1 - r2) * np.diag(inverse) / freedom),
        identified=~(np.abs(vectors[:, ~whole]) > TOUCHED).any(axis=1),
        inflation=np.diag(inverse),
        correlations=correlations,
        with_outcome=with_outcome,
        freedom=freedom,
        clusters=None if clusters is None else int(clusters.max()) + 1,
        r2=r2,
    )


def _correlate(design: Design) -> tuple[Floats, Floats]:
    """Return the columns' correlations with each other and with the outcome."""
    size = len(design.columns)
    among, with_outcome = np.zeros((size, size)), np.zeros(size)
    for block in design.blocks():
        heavy = block.x if block.w is None else block.x * block.w
        among += block.x @ heavy.T
        with_outcome += heavy @ block.y
    return among / design.rows, with_outcome / design.rows
