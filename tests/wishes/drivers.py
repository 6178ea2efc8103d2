"""Small surveys, and the plain ways to their correlations and R2, for the tests of shares."""

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cxjourney.wishes._arrays import Floats


@st.composite
def surveys(draw: st.DrawFn, most: int = 6, rows: int = 12) -> tuple[Floats, Floats]:
    """Draw a few ratings that vary; often collinear, often with fewer rows than columns."""
    n, p = draw(st.integers(2, rows)), draw(st.integers(1, most))
    table = draw(arrays(np.float64, (n, p + 1), elements=st.integers(1, 5), fill=st.nothing()))
    assume(bool((np.ptp(table, axis=0) > 0).all()))
    return table[:, :p], table[:, p]


def halo(p: int, rows: int = 400, seed: int = 1) -> tuple[Floats, Floats]:
    """Return drivers that move together, as ratings do, and an outcome that they explain partly."""
    chance = np.random.default_rng(seed)
    x = chance.normal(size=(rows, p)) + chance.normal(size=(rows, 1))
    return x, x @ chance.uniform(0, 0.4, p) + 2 * chance.normal(size=rows)


def correlated(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return the correlations of drivers, and theirs with the outcome, by numpy."""
    matrix = np.atleast_2d(np.corrcoef(np.column_stack([x, y]), rowvar=False))
    return matrix[:-1, :-1], matrix[:-1, -1]


def r2(x: Floats, y: Floats) -> float:
    """Return R2 by numpy's least squares."""
    centred = x - x.mean(axis=0)
    away = y - y.mean()
    slopes = np.linalg.lstsq(centred, away, rcond=1e-9)[0]
    return 1 - float(np.sum((away - centred @ slopes) ** 2) / np.sum(away**2))
