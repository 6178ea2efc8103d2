"""Where they went: the cumulative incidence of each end, by Aalen and Johansen (1978)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from math import exp, log, sqrt

import attrs

from cxjourney.replay._figures import Z95


@attrs.frozen
class Incidence:
    """The share that has come to one end by a time, with its 95 % interval.

    Attributes:
        value: the share.
        low: the lower end of the interval; None where nothing has come to that end yet.
        high: its upper end.
    """

    value: float
    low: float | None
    high: float | None


@attrs.frozen
class _Moment:
    """What a moment adds: how many were there, how many ended, and how many in this way."""

    there: int
    ended: int
    ended_so: int
    before: float
    """The share that lasted until then."""
    so_far: float
    """The share that has ended in this way by then."""


def incidence_of(
    ends: Sequence[tuple[timedelta, str]],
    going_on: Iterable[timedelta],
    end: str,
    by: timedelta,
) -> Incidence:
    """Return the share that has come to an end of one kind by a time.

    Who came to another end can no longer come to this one; who goes on may yet. To take the other
    ends for going on instead would count them as if they could.

    Args:
        ends: how long those lasted that have ended, each with the kind of its end.
        going_on: how long those have lasted whose end was not seen.
        end: the kind of end.
        by: the time.
    """
    moments = _moments(ends, going_on, end, by)
    value = moments[-1].so_far if moments else 0.0
    if not value:
        return Incidence(0.0, None, None)
    if value >= 1.0:
        return Incidence(1.0, None, None)
    error = sqrt(max(0.0, _variance(moments, value))) / (value * abs(log(value)))
    middle = log(-log(value))
    low, high = (exp(-exp(middle + sign * Z95 * error)) for sign in (1, -1))
    return Incidence(value, low, high)


def _moments(
    ends: Sequence[tuple[timedelta, str]], going_on: Iterable[timedelta], end: str, by: timedelta
) -> list[_Moment]:
    ended, lost = Counter(length for length, _ in ends), Counter(going_on)
    so = Counter(length for length, how in ends if how == end)
    there, lasting, so_far = ended.total() + lost.total(), 1.0, 0.0
    moments: list[_Moment] = []
    for length in sorted({*ended, *lost}):
        if length > by:
            break
        if ended[length]:
            so_far += lasting * so[length] / there
            moments.append(_Moment(there, ended[length], so[length], lasting, so_far))
            lasting *= 1 - ended[length] / there
        there -= ended[length] + lost[length]
    return moments


def _variance(moments: Iterable[_Moment], value: float) -> float:
    """Return the variance of an incidence (Pintilie 2006, equation 4.5)."""
    total = 0.0
    for one in moments:
        there, rest = one.there, value - one.so_far
        if there == 1:
            continue
        left = there - one.ended
        own = one.ended_so * (there - one.ended_so)
        total += one.before**2 * own / (there**2 * (there - 1))
        if left:
            total += rest**2 * one.ended / ((there - 1) * left)
            total -= 2 * rest * one.before * own / (there * left * (there - 1))
    return total
