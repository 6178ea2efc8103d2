"""Figures of a report: shares with their interval, and how long something lasts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from math import exp, inf, log, sqrt
from typing import Any, NamedTuple

import attrs

Z95 = 1.959963984540054
"""The 97.5th percentile of the normal distribution."""

DAY = timedelta(days=1)
MOST_STEPS = 200
"""How many steps of a curve a report tells at most, and two more: its first and its last."""


@attrs.frozen
class Share:
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
class Lasting:
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
class CurveStep:
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
    """The share that lasts beyond a moment at which something ended, and Greenwood's sum.

    ``at_risk`` is how many were still being watched just before, of whom ``ended`` ended then.
    """

    days: float
    beyond: float
    sum: float
    at_risk: int
    ended: int


class Lengths(NamedTuple):
    """How many things had one length: those whose end was seen, and the others."""

    length: int
    ended: int
    lost: int


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
    quarter, median, most = _Quantile(0.75), _Quantile(0.5), _Quantile(0.25)
    steps: list[CurveStep] = []
    left_out: Moment | None = None
    last = Moment(-inf, inf, 0.0, 0, 0)
    part = 2 / MOST_STEPS
    for one in _curve(lengths, total, DAY // timedelta(microseconds=1)):
        quarter.see(one)
        median.see(one)
        most.see(one)
        if one.days - last.days >= longest * part or last.beyond - one.beyond >= part:
            steps.append(_step(one))
            last, left_out = one, None
        else:
            left_out = one
    if left_out is not None:
        steps.append(_step(left_out))
    if not steps:
        return None, ()
    lasting = Lasting(quarter.by, median.by, median.low, median.high, most.by)
    return lasting, tuple(steps)


def steps_of(ended: Sequence[timedelta], going_on: Sequence[timedelta]) -> tuple[CurveStep, ...]:
    """Return the steps of the curve of Kaplan and Meier, as a report tells them."""
    ends, lost = Counter(ended), Counter(going_on)
    lengths = sorted({*ends, *lost})
    micro = timedelta(microseconds=1)
    rows = [Lengths(one // micro, ends[one], lost[one]) for one in lengths]
    longest = lengths[-1] / DAY if lengths else 0.0
    return lasting_of(rows, len(ended) + len(going_on), longest)[1]


def _step(one: Moment) -> CurveStep:
    low, high = one.beyond, one.beyond
    if 0 < one.beyond < 1:
        at, reach = log(-log(one.beyond)), Z95 * sqrt(one.sum) / abs(log(one.beyond))
        low, high = exp(-exp(at + reach)), exp(-exp(at - reach))
    return CurveStep(one.days, one.at_risk, one.ended, one.beyond, low, high)


def quantile(
    curve: Iterable[Moment], beyond: float
) -> tuple[float | None, float | None, float | None]:
    """Return when no more than a share lasts on, in days, and its 95 % interval.

    The interval is that of Brookmeyer and Crowley (1982), on the scale of log(-log); what is not
    known is None.
    """
    found = _Quantile(beyond)
    for one in curve:
        found.see(one)
    return found.by, found.low, found.high


def curve_of(ended: Sequence[timedelta], going_on: Iterable[timedelta]) -> Iterator[Moment]:
    """Yield the curve of Kaplan and Meier, one moment for each at which something ended."""
    ends, lost = Counter(ended), Counter(going_on)
    rows = (Lengths(one, ends[one], lost[one]) for one in sorted({*ends, *lost}))  # type: ignore[arg-type]
    return _curve(rows, ends.total() + lost.total(), DAY)


def _curve(lengths: Iterable[Lengths], there: int, day: Any) -> Iterator[Moment]:  # noqa: ANN401 - of the lengths' unit
    total, beyond = 0.0, 1.0
    for length, now, lost in lengths:
        if now:
            beyond *= (there - now) / there
            total += now / (there * (there - now)) if there > now else inf
            yield Moment(length / day, beyond, total, there, now)
        there -= now + lost


class _Quantile:
    """When no more than a share lasts on, as a curve is gone along.

    Attributes:
        by: when; None where that is not known.
        low: the lower end of its interval: the days at which the share is not refuted.
        high: the upper end.
    """

    def __init__(self, beyond: float) -> None:
        self._beyond = beyond
        self._inside = False
        self.by: float | None = None
        self.low: float | None = None
        self.high: float | None = None

    def see(self, one: Moment) -> None:
        """Take the next moment of the curve."""
        beyond = self._beyond
        if self.by is None and one.beyond <= beyond + 1e-12:  # rounding must not put it off
            self.by = one.days
        if 0 < one.beyond < 1 and _may_last(one, beyond):
            self.low = one.days if self.low is None else self.low
            self._inside, self.high = True, None
        elif self._inside:
            self._inside, self.high = False, one.days


def _may_last(one: Moment, share: float) -> bool:
    """Say whether a share may last beyond a moment."""
    error = sqrt(one.sum) / abs(log(one.beyond))
    return abs(log(-log(one.beyond)) - log(-log(share))) <= Z95 * error
