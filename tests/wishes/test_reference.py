"""Shares of R2 on ten data sets that statsmodels carries, against numbers worked out exactly.

R and its package relaimpo are not to be had where these tests were written, so the numbers are not
R's. They come from the definitions alone: every LMG share from all subsets in exact fractions,
every Johnson share from a square root of the correlations to 45 decimals; each is rounded to 14.
What relaimpo printed on three of R's data sets is held to as many digits as were printed; on swiss
and the correlations of Azen and Budescu, ``test_relative`` holds shares against R's own.
"""

from importlib import import_module

import numpy as np
import pytest
from numpy.testing import assert_allclose

from cxjourney.wishes import johnson, lmg

EXACT = 1e-9
LMG = {
    "longley": [
        0.21381842991118,
        0.23021935083564,
        0.06960279297021,
        0.05080383096263,
        0.21160682258105,
        0.21942777731659,
    ],
    "stackloss": [0.46847837686843, 0.38874977150435, 0.05634875608791],
    "ccard": [0.00887617645237, 0.13435544056643, 0.08079503134849, 0.01955126845465],
    "copper": [
        0.15082707364923,
        0.39399929762486,
        0.01523772597283,
        0.01583860943591,
        0.40236163210072,
    ],
    "cpunish": [
        0.14680431185345,
        0.04938575457841,
        0.10095919810069,
        0.01559293764823,
        0.19800225323196,
        0.15313313599197,
    ],
    "scotland": [
        0.16817906824531,
        0.22616292819102,
        0.2227045559718,
        0.15752964655085,
        0.00378872371233,
        0.02203410723196,
        0.04116746583809,
    ],
    "statecrime": [0.05701026112792, 0.14467625227793, 0.07807599581821, 0.53347779600723],
    "committee": [
        0.03250254321942,
        0.01612846567663,
        0.03132605214053,
        0.02650345767753,
        0.70607539134206,
    ],
    "anes96": [
        0.01711011563634,
        0.37665961964066,
        0.00067942495601,
        0.0119338554926,
        0.03035046956373,
    ],
    "fair": [
        0.03318902718972,
        0.00358416356278,
        0.00346974060438,
        0.00187193501258,
        0.01191860582811,
        0.00033003119289,
        0.00035986558741,
        6.849170317e-05,
    ],
}
JOHNSON = {
    "longley": [
        0.21930326890116,
        0.22667672317269,
        0.06355210402568,
        0.04786009601646,
        0.21707657679152,
        0.22101023566979,
    ],
    "stackloss": [0.46127950921066, 0.39642440737238, 0.05587298787764],
    "ccard": [0.00971505324378, 0.12921949915741, 0.08040952306736, 0.0242338413534],
    "copper": [
        0.15756563800112,
        0.37121656565745,
        0.02050781195799,
        0.01692778332478,
        0.41204653984221,
    ],
    "cpunish": [
        0.1286497836494,
        0.07149365806819,
        0.09030944744437,
        0.01173987225087,
        0.20154167666287,
        0.16014315332901,
    ],
    "scotland": [
        0.10741317160345,
        0.26151346357224,
        0.23109910196067,
        0.16632768532256,
        0.00347490371885,
        0.0178706548052,
        0.05386751475838,
    ],
    "statecrime": [0.06505777770099, 0.15190476962272, 0.07068512951032, 0.52559262839727],
    "committee": [
        0.0270475672536,
        0.01661032977222,
        0.03629564377297,
        0.02782698867974,
        0.70475538057765,
    ],
    "anes96": [
        0.01706557948378,
        0.37649219191548,
        0.00094471622026,
        0.01277305247096,
        0.02945794519886,
    ],
    "fair": [
        0.03268001864264,
        0.00370001260102,
        0.00353806153797,
        0.00208224262225,
        0.01207181907471,
        0.00035058509847,
        0.00030413003848,
        6.499106548e-05,
    ],
}


@pytest.mark.no_cover
@pytest.mark.parametrize("name", LMG)
def test_shares_equal_the_exact_ones(name: str) -> None:
    """On each data set the shares are those of exact arithmetic, to 1e-9."""
    data = import_module(f"statsmodels.datasets.{name}").load_pandas()
    x, y = np.asarray(data.exog, np.float64), np.asarray(data.endog, np.float64)
    assert_allclose(lmg(x, y), LMG[name], atol=EXACT)
    assert_allclose(johnson(x, y), JOHNSON[name], atol=EXACT)


MTCARS = """21 21 22.8 21.4 18.7 18.1 14.3 24.4 22.8 19.2 17.8 16.4 17.3 15.2 10.4 10.4
14.7 32.4 30.4 33.9 21.5 15.5 15.2 13.3 19.2 27.3 26 30.4 15.8 19.7 15 21.4
1 1 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 1 1 0 0 0 0 0 1 1 1 1 1 1 1
0 0 1 1 0 1 0 1 1 1 1 0 0 0 0 0 0 1 1 1 1 0 0 0 0 1 0 1 0 0 0 1
6 6 4 6 8 6 8 4 4 6 6 8 8 8 8 8 8 4 4 4 4 8 8 8 8 4 4 4 8 6 8 4"""
"""Miles to the gallon; manual gears, engine in line, cylinders."""

TREES = """10.3 10.3 10.2 16.4 18.8 19.7 15.6 18.2 22.6 19.9 24.2 21 21.4 21.3 19.1 22.2
33.8 27.4 25.7 24.9 34.5 31.7 36.3 38.3 42.6 55.4 55.7 58.3 51.5 51 77
8.3 8.6 8.8 10.5 10.7 10.8 11 11 11.1 11.2 11.3 11.4 11.4 11.7 12 12.9
12.9 13.3 13.7 13.8 14 14.2 14.5 16 16.3 17.3 17.5 17.9 18 18 20.6
70 65 63 72 81 83 66 75 80 75 79 76 76 69 75 74
85 86 71 64 78 80 74 72 77 81 82 80 80 80 87"""
"""Volume; girth, height."""


@pytest.mark.parametrize(
    ("table", "rows", "printed", "r2"),
    [
        # Shares of am, vs and cyl by calc.relimp, in the readme of the R package domir.
        (MTCARS, 32, [0.1774892, 0.2027032, 0.3817849], 0.762),
        # Shares of Girth and Height, which were printed as parts of R2.
        (TREES, 31, [0.804561 * 0.94795, 0.195439 * 0.94795], 0.948),
    ],
)
def test_shares_are_those_that_relaimpo_printed(
    table: str, rows: int, printed: list[float], r2: float
) -> None:
    """On mtcars and trees the shares are those that R printed, to its last digit."""
    y, *columns = np.array(table.split(), np.float64).reshape(-1, rows)
    shares = lmg(np.column_stack(columns), y)
    assert_allclose(shares, printed, atol=1e-6)
    assert shares.sum() == pytest.approx(r2, abs=5e-4)


def test_shares_of_longley_are_those_that_relaimpo_printed() -> None:
    """Armed forces by GNP, population, employed and unemployed, as parts of R2: three digits."""
    table = import_module("statsmodels.datasets").longley.load_pandas().data
    shares = lmg(table[["GNP", "POP", "TOTEMP", "UNEMP"]], table["ARMED"])
    assert_allclose(shares / shares.sum(), [0.328, 0.241, 0.217, 0.215], atol=5e-4)
    assert shares.sum() == pytest.approx(0.702, abs=5e-4)
