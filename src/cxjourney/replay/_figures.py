"""Figures of a report: shares with their interval, and how long something lasts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from math import exp, inf, log, sqrt
from typing import Any, NamedTuple

import attrs

from cxjourney.vocabulary._terminal import Showable

Z95 = 1.959963984540054
"""The 97.5th percentile of the normal distribution."""

DAY = timedelta(days=1)
ROUNDING = 1e-12
"""By so much a share may be off."""
MOST_STEPS = 200
"""How many steps of a curve a report tells at most, and two more: its first and its last."""


@attrs.frozen
class Share(Showable):
    """A share with its 95 % interval by Wilson's score, all from 0 to 1.

    Attributes:
        value: the share.
        low: the lower end of the interval.
        high: the upper end.
    """

    value: float
    low: float
    high: float


def share_of(part: int, whole: int) -> Share | None:
    """Return the share of a part in a whole; None where the whole is nothing."""
    if not whole:
        return None
    value, z2 = part / whole, Z95 * Z95 / whole
    centre = (value + z2 / 2) / (1 + z2)
    reach = Z95 * sqrt(value * (1 - value) / whole + z2 / (4 * whole)) / (1 + z2)
    return Share(value, min(value, max(0.0, centre - reach)), max(value, min(1.0, centre + reach)))


@attrs.frozen
class Lasting(Showable):
    """How long something lasts, in days, by the estimate of Kaplan and Meier (1958).

    What has not ended yet counts as lasting at least so long: its end is still to come, so to leave
    it out would make everything look short.

    Attributes:
        quarter: a quarter has ended by then; None where fewer than that are known to end.
        median: half have ended by then.
        low: the lower end of the median's 95 % interval (Brookmeyer and Crowley 1982, on the scale
            of log(-log)); None where too few have ended.
        high: its upper end; None where it is open.
        three_quarters: three quarters have ended by then.
    """

    quarter: float | None
    median: float | None
    low: float | None
    high: float | None
    three_quarters: float | None


@attrs.frozen
class CurveStep(Showable):
    """One step down of a curve of Kaplan and Meier.

    Attributes:
        days: when.
        at_risk: how many were still being watched just before.
        ended: how many ended then.
        share: the share that lasts beyond it.
        low: the lower end of the share's 95 % interval (by Greenwood's variance, on the scale of
            log(-log)).
        high: its upper end.
    """

    days: float
    at_risk: int
    ended: int
    share: float
    low: float
    high: float


class Moment(NamedTuple):
    """The share that lasts beyond a moment at which something ended, and Greenwood's sum."""

    days: float
    beyond: float
    sum: float


Lengths = tuple[Any, int, int]
"""A length, how many things of it were seen to end, and how many were not."""


def lasting_of(
    lengths: Iterable[Lengths], total: int, longest: float
) -> tuple[Lasting | None, tuple[CurveStep, ...]]:
    """Return how long something lasts, and the steps of its curve; None where nothing has ended.

    Of a curve with many steps those are left out that lie within a hundredth of its height and of
    its length from the one before.

    Args:
        lengths: the lengths in microseconds, rising.
        total: how many things there are.
        longest: the greatest length, in days.
    """
    median, missing, found = _Interval(0.5), [0.25, 0.5, 0.75], list[float | None]()
    steps: list[CurveStep] = []
    one: tuple[float, float, float, int, int] | None = None
    told_days, told_beyond, part = -inf, inf, 2 / MOST_STEPS
    for one in _curve(lengths, total, DAY // timedelta(microseconds=1)):
        days, beyond, variance, _, _ = one
        while missing and beyond <= missing[-1] + ROUNDING:
            missing.pop()
            found.append(days)
        median.see(days, beyond, variance)
        if days - told_days >= longest * part or told_beyond - beyond >= part:
            steps.append(_step(*one))
            told_days, told_beyond = days, beyond
    if one is None:
        return None, ()
    if one[0] != told_days:
        steps.append(_step(*one))
    quarter, half, most = (*found, None, None, None)[:3]
    return Lasting(quarter, half, median.low, median.high, most), tuple(steps)


def steps_of(ended: Sequence[timedelta], going_on: Sequence[timedelta]) -> tuple[CurveStep, ...]:
    """Return the steps of the curve of Kaplan and Meier, as a report tells them."""
    ends, lost = Counter(ended), Counter(going_on)
    lengths = sorted({*ends, *lost})
    micro = timedelta(microseconds=1)
    rows: list[Lengths] = [(one // micro, ends[one], lost[one]) for one in lengths]
    longest = lengths[-1] / DAY if lengths else 0.0
    return lasting_of(rows, len(ended) + len(going_on), longest)[1]


def _step(days: float, share: float, variance: float, at_risk: int, ended: int) -> CurveStep:
    low, high = share, share
    if 0 < share < 1:
        at, reach = log(-log(share)), Z95 * sqrt(variance) / abs(log(share))
        low, high = exp(-exp(at + reach)), exp(-exp(at - reach))
    return CurveStep(days, at_risk, ended, share, low, high)


def quantile(
    curve: Iterable[Moment], beyond: float
) -> tuple[float | None, float | None, float | None]:
    """Return when no more than a share lasts on, in days, and its 95 % interval.

    The interval is that of Brookmeyer and Crowley (1982), on the scale of log(-log); what is not
    known is None.
    """
    interval, by = _Interval(beyond), None
    for one in curve:
        if by is None and one.beyond <= beyond + ROUNDING:
            by = one.days
        interval.see(one.days, one.beyond, one.sum)
    return by, interval.low, interval.high


def curve_of(ended: Sequence[timedelta], going_on: Iterable[timedelta]) -> Iterator[Moment]:
    """Yield the curve of Kaplan and Meier, one moment for each at which something ended."""
    ends, lost = Counter(ended), Counter(going_on)
    rows = ((one, ends[one], lost[one]) for one in sorted({*ends, *lost}))
    return (Moment(*one[:3]) for one in _curve(rows, ends.total() + lost.total(), DAY))


def _curve(
    lengths: Iterable[Lengths],
    there: int,
    day: Any,  # noqa: ANN401 - of the lengths' unit
) -> Iterator[tuple[float, float, float, int, int]]:
    """Yield days, the share beyond, Greenwood's sum, how many were watched, and how many ended."""
    total, beyond = 0.0, 1.0
    for length, now, lost in lengths:
        if now:
            beyond *= (there - now) / there
            total += now / (there * (there - now)) if there > now else inf
            yield length / day, beyond, total, there, now
        there -= now + lost


class _Interval:
    """Between which days no more than a share lasts on: those at which it is not refuted.

    Attributes:
        low: the first of them; None where there is none.
        high: the first after the last of them.
    """

    def __init__(self, share: float) -> None:
        self._double_log = log(-log(share))
        self._inside = False
        self.low: float | None = None
        self.high: float | None = None

    def see(self, days: float, beyond: float, variance: float) -> None:
        """Take the next moment of the curve."""
        inside = False
        if 0 < beyond < 1:
            logged = log(beyond)
            error = sqrt(variance) / -logged
            inside = abs(log(-logged) - self._double_log) <= Z95 * error
        if inside:
            self.low = days if self.low is None else self.low
            self._inside, self.high = True, None
        elif self._inside:
            self._inside, self.high = False, days
