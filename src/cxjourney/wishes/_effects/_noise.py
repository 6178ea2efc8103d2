"""Noise in ratings: how much of them is none, and a regression corrected for it."""

import attrs
import numpy as np
from numpy.typing import ArrayLike

from cxjourney.errors import InvalidError
from cxjourney.wishes._arrays import Codes, Floats
from cxjourney.wishes._effects._correlations import array_of
from cxjourney.wishes._effects._regression import ALONE, Design, Fit

PAIR = 2

LEFT = 1e-3
"""The least eigenvalue of correlations that noise may leave."""


def correct(
    design: Design,
    fit: Fit,
    reliability: Floats,
    among: Floats | None = None,
    clusters: Codes | None = None,
) -> Fit:
    """Return a regression on what is left of the columns when noise is taken out of them.

    The variance of the noise, which the reliabilities give, is taken off the variances of the
    columns (Fuller 1987, Measurement Error Models, section 3.1). Effects are for one standard
    deviation of a column without its noise. Their errors come from the scores of the rows, robust
    to heteroscedasticity and clusters; the reliabilities count as known.

    Args:
        design: the columns, the outcome and the weights.
        fit: their regression as they are.
        reliability: the share of each column's variance that is no noise.
        among: where blanks were filled, the columns' correlations as if none had been blank.
        clusters: the group of each row, from 0; None where each stands alone.

    Raises:
        InvalidError: the columns correlate more than ratings of such reliabilities can.
    """
    whole = fit.correlations if among is None else among
    with_outcome = fit.with_outcome if among is None else among @ fit.coefficients
    if (reliability == 1).all():
        return attrs.evolve(fit, correlations=whole, with_outcome=with_outcome)
    clean, left, deviations = _cleaned(whole, reliability)
    if not _possible(left):
        found = "lower than the correlations of the ratings allow"
        raise InvalidError("reliability", found, "higher ones: what is all noise correlates less")
    inverse = np.linalg.inv(clean)
    coefficients = inverse @ with_outcome
    scores = _scores(design, fit, coefficients, clusters)
    if among is not None:
        inverse = inverse @ whole @ np.linalg.pinv(fit.correlations, hermitian=True)
    spread = inverse @ (scores.T @ scores) @ inverse.T / design.rows**2
    if clusters is not None:
        spread *= len(scores) / (len(scores) - 1)
    r2 = min(1.0, float(coefficients @ with_outcome))
    inflation = np.diag(np.linalg.inv(left))
    return attrs.evolve(
        fit,
        coefficients=coefficients * deviations,
        covariance=spread * np.outer(deviations, deviations),
        errors=np.sqrt((1 - r2) * inflation / fit.freedom),
        inflation=inflation,
        correlations=left,
        with_outcome=with_outcome / deviations,
        r2=r2,
    )


def can_be(correlations: Floats, reliability: Floats) -> bool:
    """Return whether columns of such reliabilities may correlate so."""
    return _possible(_cleaned(correlations, reliability)[1])


def _cleaned(correlations: Floats, reliability: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the covariances and correlations without noise, and what is left of deviations."""
    deviations = np.sqrt(reliability)
    clean = correlations - np.diag(np.diag(correlations) * (1 - reliability))
    return clean, clean / np.outer(deviations, deviations), deviations


def _possible(left: Floats) -> bool:
    return bool(np.linalg.eigvalsh(left)[0] >= LEFT)


def _scores(design: Design, fit: Fit, coefficients: Floats, clusters: Codes | None) -> Floats:
    """Return the scores of the corrected regression: a row for each row, or for each cluster.

    What least squares leaves of a row is divided by one less its leverage, as in HC3.
    """
    size = len(coefficients)
    shift = fit.coefficients - coefficients
    mean = fit.correlations @ shift
    inverse = np.linalg.pinv(fit.correlations, hermitian=True) / design.rows
    found = np.empty((design.rows, size))
    for block in design.blocks():
        w = np.ones(1) if block.w is None else block.w
        leverage = (np.einsum("kr,kr->r", block.x, inverse @ block.x) + 1 / design.rows) * w
        alone = 1 - leverage < ALONE
        left = block.y - fit.coefficients @ block.x
        left = np.where(alone, 0.0, left / np.where(alone, 1.0, 1 - leverage))
        found[block.rows] = ((block.x * (left + shift @ block.x) - mean[:, None]) * w).T
    if clusters is None:
        return found
    return np.column_stack([np.bincount(clusters, column) for column in found.T])


def cronbach_alpha(ratings: ArrayLike) -> float:
    """Return Cronbach's alpha (1951) of several questions on one wish: how reliable their mean is.

    It is k / (k - 1) times what the questions' own variances leave of the variance of their sum.
    Rows with a blank (NaN) are left out. It is at most 1, and may be negative.

    Args:
        ratings: n rows, and a column for each question, all with the same direction.

    Raises:
        InvalidError: there are fewer than two columns or whole rows, something is no number, or
            the sums do not vary.

    >>> round(cronbach_alpha([[1, 2], [2, 2], [3, 4], [4, 4], [5, 5]]), 4)
    0.9639
    """
    table = array_of("ratings", ratings, 2).astype(np.float64)
    table = table[~np.isnan(table).any(axis=1)]
    rows, questions = table.shape
    if rows < PAIR or questions < PAIR:
        found = f"{rows} whole rows of {questions} columns"
        raise InvalidError("ratings", found, "two rows or more, and two columns or more")
    whole = float(table.sum(axis=1).var(ddof=1))
    if not whole or not np.isfinite(whole):
        raise InvalidError("ratings", f"sums with a variance of {whole:g}", "sums that vary")
    parts = float(table.var(axis=0, ddof=1).sum())
    return float(questions / (questions - 1) * (1 - parts / whole))


def alpha_of(answers: Floats) -> float:
    """Return Cronbach's alpha of questions that may have blanks; NaN where it cannot be told."""
    try:
        return cronbach_alpha(answers)
    except InvalidError:
        return np.nan
