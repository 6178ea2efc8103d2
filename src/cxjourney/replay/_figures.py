"""Figures of a report: shares with their interval, and how long something lasts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from math import inf, log, sqrt

import attrs

Z95 = 1.959963984540054
"""The 97.5th percentile of the normal distribution."""

DAY = timedelta(days=1)


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
class Moment:
    """The share that lasts beyond a moment at which something ended, and Greenwood's sum."""

    days: float
    beyond: float
    sum: float


def lasting_of(ended: Sequence[timedelta], going_on: Iterable[timedelta]) -> Lasting | None:
    """Return how long something lasts; None where nothing has ended.

    Args:
        ended: how long those lasted that have ended.
        going_on: how long those have lasted by now whose end was not seen.
    """
    if not ended:
        return None
    curve = list(curve_of(ended, going_on))
    median, low, high = quantile(curve, 0.5)
    return Lasting(_by(curve, 0.75), median, low, high, _by(curve, 0.25))


def quantile(
    curve: Sequence["Moment"], beyond: float
) -> tuple[float | None, float | None, float | None]:
    """Return when no more than a share lasts on, in days, and its 95 % interval.

    The interval is that of Brookmeyer and Crowley (1982), on the scale of log(-log); what is not
    known is None.
    """
    return _by(curve, beyond), *_interval(curve, beyond)


def curve_of(ended: Sequence[timedelta], going_on: Iterable[timedelta]) -> Iterator[Moment]:
    """Yield the curve of Kaplan and Meier, one moment for each at which something ended."""
    ends, lost = Counter(ended), Counter(going_on)
    there, total, beyond = ends.total() + lost.total(), 0.0, 1.0
    for length in sorted({*ends, *lost}):
        now = ends[length]
        if now:
            beyond *= (there - now) / there
            total += now / (there * (there - now)) if there > now else inf
            yield Moment(length / DAY, beyond, total)
        there -= now + lost[length]


def _by(curve: Iterable[Moment], beyond: float) -> float | None:
    """Return when no more than a share lasts on; rounding must not put it off."""
    return next((one.days for one in curve if one.beyond <= beyond + 1e-12), None)


def _interval(curve: Sequence[Moment], beyond: float) -> tuple[float | None, float | None]:
    """Return between which days a quantile may lie: those at which its share is not refuted."""
    inside = [
        place for place, one in enumerate(curve) if 0 < one.beyond < 1 and _may_last(one, beyond)
    ]
    if not inside:
        return None, None
    after = inside[-1] + 1
    return curve[inside[0]].days, curve[after].days if after < len(curve) else None


def _may_last(one: Moment, share: float) -> bool:
    """Say whether a share may last beyond a moment."""
    error = sqrt(one.sum) / abs(log(one.beyond))
    return abs(log(-log(one.beyond)) - log(-log(share))) <= Z95 * error
