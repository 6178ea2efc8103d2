"""How much of ratings is no noise."""

import numpy as np
from numpy.typing import ArrayLike

from cxjourney.errors import InvalidError
from cxjourney.wishes._effects._correlations import array_of

PAIR = 2


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
