"""Small surveys, and the plain ways to their correlations and R2, for the tests of shares."""

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from numpy.typing import NDArray

from cxjourney.wishes import Item, WishMap, YesNo, map_wishes

Floats = NDArray[np.float64]
"""An array of floats."""


@st.composite
def surveys(draw: st.DrawFn, most: int = 6, rows: int = 12) -> tuple[Floats, Floats]:
    """Draw a few ratings that vary; often collinear, often with fewer rows than columns."""
    n, p = draw(st.integers(2, rows)), draw(st.integers(1, most))
    cells = draw(st.binary(min_size=n * (p + 1), max_size=n * (p + 1)))
    table: Floats = 1.0 + np.frombuffer(cells, np.uint8).reshape(n, p + 1).astype(float) % 5
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


@attrs.frozen(eq=False)
class Rated:
    """A survey that rates fulfilment and asks nobody for wishes; None for a wish not rated."""

    ratings: Sequence[Floats | None]
    outcome: Floats
    controls: Sequence[Floats] = ()
    weights: Floats | None = None
    clusters: Any = None

    def map(self, **options: Any) -> WishMap:
        """Return what the survey says of its wishes."""
        named = {f"wish {place}": column for place, column in enumerate(self.ratings)}
        held = {f"control {place}": column for place, column in enumerate(self.controls)}
        rest = {"weight": self.weights, "respondent": self.clusters}
        table = {"y": self.outcome, **named, **held, **rest}
        given: dict[str, Any] = {name: name for name, of in rest.items() if of is not None}
        return map_wishes(
            {name: column for name, column in table.items() if column is not None},
            outcome="y",
            items=[
                Item(name, column if column is None else name, None)
                for name, column in named.items()
            ],
            statements=YesNo(),
            controls=list(held),
            **given,
            **options,
        )
