"""Correlations from any table of numbers, in any unit, and the tables that are refused (SPEC 8)."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from cxjourney.errors import InvalidError
from cxjourney.wishes import johnson, johnson_of, lmg, lmg_of, lmg_sampled, vif_of
from tests.wishes.drivers import Floats, correlated, halo, surveys

Shares = Callable[..., Floats]

BOTH = pytest.mark.parametrize("shares", [lmg, johnson])
EXACT = 1e-9
X, Y = [[1, 2], [2, 1], [3, 5]], [1, 2, 4]


@pytest.mark.no_cover
@given(survey=surveys(), data=st.data())
def test_units_change_nothing_and_weights_count_rows(
    survey: tuple[Floats, Floats], data: st.DataObject
) -> None:
    """Large means, small and large units, and turned scales leave every share as it was.

    A row of weight 3 is three rows, of weight 0 none; only proportions matter.
    """
    x, y = survey
    p = x.shape[1]
    sizes = st.floats(1e-8, 1e8) | st.floats(-1e8, -1e-8) | st.sampled_from([1e-300, 1e140])
    units = np.array(data.draw(st.lists(sizes, min_size=p + 1, max_size=p + 1)))
    means = st.integers(-(10**14), 10**14)
    moved = np.array(data.draw(st.lists(means, min_size=p + 1, max_size=p + 1)))
    cells = data.draw(st.binary(min_size=len(y), max_size=len(y)))
    counts = np.frombuffer(cells, np.uint8).astype(np.int64) % 4
    repeated = np.repeat(np.column_stack([x, y]), counts, axis=0)
    varies = len(repeated) > 0 and bool((np.ptp(repeated, axis=0) > 0).all())
    for shares in (lmg, johnson):
        found = shares(x, y)
        assert_allclose(shares(x * units[:p], y * units[p]), found, atol=EXACT)
        assert_allclose(shares(x + moved[:p], y + moved[p]), found, atol=EXACT)
        if varies:
            expected = shares(repeated[:, :-1], repeated[:, -1])
            assert_allclose(shares(x, y, weights=counts), expected, atol=EXACT)
            assert_allclose(shares(x, y, weights=counts * 5e-324), expected, atol=EXACT)


@BOTH
def test_a_long_table_equals_its_correlations(shares: Shares) -> None:
    """A table of several blocks gives what its correlations by numpy give."""
    x, y = halo(4, rows=3 * 2**13 + 5)
    of = lmg_of if shares is lmg else johnson_of
    assert_allclose(shares(x, y), of(*correlated(x, y)), atol=EXACT)


@BOTH
@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(np.asfortranarray, id="columns first"),
        pytest.param(np.ndarray.tolist, id="lists"),
        pytest.param(pd.DataFrame, id="pandas"),
        pytest.param(pl.DataFrame, id="polars"),
        pytest.param(np.float32, id="float32"),
        pytest.param(np.int8, id="int8"),
        pytest.param(np.longdouble, id="longdouble"),
    ],
)
def test_any_array_of_numbers_will_do(shares: Shares, kind: Callable[[Floats], Any]) -> None:
    """Lists, frames and numbers of any size give the same shares."""
    x, y = (np.round(part) for part in halo(3))
    assert_allclose(shares(kind(x), y), shares(x, y), atol=EXACT)


def test_yes_and_no_count_as_one_and_nought() -> None:
    """Booleans are numbers."""
    x = np.array(list(product([False, True], repeat=3)))
    assert_allclose(lmg(x, x[:, 0]), [1, 0, 0], atol=EXACT)


@BOTH
@pytest.mark.parametrize(
    ("x", "y", "options", "field", "found"),
    [
        ([1, 2, 3], Y, {}, "X", "of shape (3,)"),
        (np.zeros((3, 0)), Y, {}, "X", "of shape (3, 0)"),
        (np.zeros((0, 2)), [], {}, "X", "of shape (0, 2)"),
        ([[1, 2], [3]], Y, {}, "X", "a list that is no array"),
        ([["1", "2"]] * 3, Y, {}, "X", "an array of str"),
        ([[1, None]] * 3, Y, {}, "X", "an array of object"),
        ([[1j, 2], [2, 1], [3, 5]], Y, {}, "X", "an array of complex128"),
        (np.zeros((3, 2), "M8[D]"), Y, {}, "X", "an array of datetime64"),
        ([[1, 2], [2, np.nan], [3, 5]], Y, {}, "X", "nan in row 1, column 1"),
        ([[1, 2], [2, 1], [-np.inf, 5]], Y, {}, "X", "-inf in row 2, column 0"),
        ([[1, 2], [2, 1e200], [3, 5]], Y, {}, "X", "1e+200 in row 1, column 1"),
        (np.array(X) * np.longdouble("1e400"), Y, {}, "X", "inf in row 0, column 0"),
        ([[1, 2, 0.1], [1, 1, 0.1], [1, 5, 0.1]], Y, {}, "X", "constant in column 0, 2"),
        ([[0.3, 2], [0.1 + 0.2, 1], [0.3, 5]], Y, {}, "X", "constant in column 0"),
        ([[1, 2]], [1], {}, "X", "constant in column 0, 1"),
        (X, [[1], [2], [4]], {}, "y", "of shape (3, 1)"),
        (X, [1, 2], {}, "y", "of 2 numbers"),
        (X, ["a", "b", "c"], {}, "y", "an array of str"),
        (X, [1, 2, np.inf], {}, "y", "inf in row 2"),
        (X, [2, 2, 2], {}, "y", "constant"),
        (X, Y, {"weights": [1, 1]}, "weights", "of 2 numbers"),
        (X, Y, {"weights": [1, -1, 1]}, "weights", "from -1 to 1"),
        (X, Y, {"weights": [0, 0, 0]}, "weights", "from 0 to 0"),
        (X, Y, {"weights": [1, np.nan, 1]}, "weights", "nan in row 1"),
        (X, [1, 2, 2], {"weights": [0, 1, 1]}, "y", "constant"),
    ],
)
def test_a_wrong_table_is_refused(
    shares: Shares, x: Any, y: Any, options: Any, field: str, found: str
) -> None:
    """The error says which part is wrong, with what value, at what place."""
    with pytest.raises(InvalidError) as caught:
        shares(x, y, **options)
    assert (caught.value.field, caught.value.found) == (field, found)


@pytest.mark.parametrize(
    ("drivers", "target", "field", "found"),
    [
        (np.zeros((0, 0)), [], "correlation", "of shape (0, 0)"),
        ([[1, 0.5]], [0.5, 0.5], "correlation", "of shape (1, 2)"),
        ([[1, "a"], ["a", 1]], [0.5, 0.5], "correlation", "an array of str"),
        ([[1, 0.4], [0.5, 1]], [0.5, 0.5], "correlation", "not symmetric"),
        ([[1, 0.5], [0.5, 2]], [0.5, 0.5], "correlation", "not 1 along the diagonal"),
        ([[1, 1.5], [1.5, 1]], [0, 0], "correlation", "a matrix with the eigenvalue -0.5"),
        ([[1, np.nan], [np.nan, 1]], [0, 0], "correlation", "nan in row 0, column 1"),
        ([[1]], [0.5, 0.5], "target", "of 2 numbers"),
        ([[1]], [[0.5]], "target", "of shape (1, 1)"),
        ([[1]], [1.5], "correlation with target", "a matrix with the eigenvalue -0.5"),
    ],
)
@pytest.mark.parametrize("shares", [lmg_of, johnson_of, lmg_sampled])
def test_wrong_correlations_are_refused(
    shares: Callable[..., object], drivers: Any, target: Any, field: str, found: str
) -> None:
    """What cannot be the correlations of anything is refused."""
    with pytest.raises(InvalidError) as caught:
        shares(drivers, target)
    assert (caught.value.field, caught.value.found) == (field, found)


def test_vif_of_wrong_correlations_is_refused() -> None:
    """The inflation, too, is that of correlations only."""
    with pytest.raises(InvalidError, match=r"eigenvalue -0\.5"):
        vif_of([[1, 1.5], [1.5, 1]])
