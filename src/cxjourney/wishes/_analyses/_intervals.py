"""Intervals for shares of R2."""

from collections.abc import Callable

import attrs
import numpy as np
from numpy.typing import ArrayLike

from cxjourney.errors import InvalidError
from cxjourney.vocabulary._checks import check_whole
from cxjourney.vocabulary._terminal import Progress, Showable
from cxjourney.wishes._arrays import Floats
from cxjourney.wishes._effects._importance._of_drivers import lmg

DRAWS = 1000
FEWEST = 100
TAILS = (0.025, 0.975)


@attrs.frozen(eq=False)
class ShareIntervals(Showable):
    """Shares of R2 and where they lie.

    Attributes:
        shares: the share of each driver.
        errors: the standard error of each.
        low: the lower ends of the intervals of 95 %.
        high: the upper ends.
    """

    shares: Floats
    errors: Floats
    low: Floats
    high: Floats

    def __repr__(self) -> str:
        return f"<ShareIntervals of {self.shares.size} drivers>"


def share_intervals(
    X: ArrayLike,  # noqa: N803 - the field's own name for a table of drivers
    y: ArrayLike,
    *,
    measure: Callable[..., Floats] = lmg,
    respondents: ArrayLike | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    progress: Progress | None = None,
) -> ShareIntervals:
    """Return shares of R2 with intervals, by the bootstrap (Efron 1979; Groemping 2006).

    Rows are drawn again with replacement, those of one respondent together, and the shares are
    worked out anew: the ends are percentiles of what comes out. A share cannot be negative, so
    that of a driver without any effect lies above 0 however many rows there are, and so does its
    interval: no interval of a share tells whether there is an effect at all.

    Args:
        X: the drivers, n rows and p columns.
        y: the outcome, n numbers.
        measure: ``lmg`` or ``johnson``.
        respondents: whose each row is, n ids; None where each is another's.
        draws: how often rows are drawn, 100 or more.
        seed: where chance starts; the same seed gives the same intervals.
        progress: is told how many draws are done.

    Raises:
        InvalidError: what ``measure`` refuses, or ``draws`` or ``seed`` is no whole number or too
            small, or there are not as many respondents as rows.
    """
    check_whole("draws", draws, FEWEST)
    check_whole("seed", seed, 0)
    shares = measure(X, y)
    rows = len(np.asarray(y))
    codes = np.arange(rows)
    if respondents is not None:
        codes = np.unique(np.asarray(respondents), return_inverse=True)[1].reshape(-1)
        if codes.size != rows:
            raise InvalidError("respondents", f"of {codes.size} ids", f"{rows}, one for each row")
    count = int(codes.max()) + 1
    chance = np.random.default_rng(seed)
    drawn = np.empty((draws, shares.size))
    done = 0
    while done < draws:
        times = np.bincount(chance.integers(0, count, count), minlength=count)
        try:
            drawn[done] = measure(X, y, weights=times[codes].astype(np.float64))
        except InvalidError:  # A column that is constant in this draw; it is drawn once more.
            continue
        done += 1
        if progress is not None:
            progress("drawing", done, draws)
    low, high = np.quantile(drawn, TAILS, axis=0)
    return ShareIntervals(shares, drawn.std(axis=0, ddof=1), low, high)
