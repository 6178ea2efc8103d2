"""Intervals of 95 %: of scores, of counts, and of means."""

from collections.abc import Sequence
from decimal import Decimal
from math import sqrt

from cxjourney.replay._figures import Z95, share_of

FEWEST_OF_A_MEAN = 30
"""Below so many, the mean of sums of money has no interval: its distribution is far from normal."""

WILSON, NEWCOMBE, BYAR, NORMAL = "wilson", "newcombe", "byar", "normal"
KAPLAN_MEIER, AALEN_JOHANSEN = "kaplan_meier", "aalen_johansen"
"""The methods, by their keys in the catalogue of texts, which says what they are."""


def share_columns(part: int, whole: int, name: str = "share") -> dict[str, float | None]:
    """Return a share with its interval, as columns; None where the whole is nothing."""
    found = share_of(part, whole)
    if found is None:
        return {name: None, "low": None, "high": None}
    return {name: found.value, "low": found.low, "high": found.high}


def net_of_shares(up: int, down: int, whole: int) -> tuple[float, float, float] | None:
    """Return the difference of two shares of one sample with its interval; None of nothing."""
    first, second = share_of(up, whole), share_of(down, whole)
    if first is None or second is None:
        return None
    p, q = first.value, second.value
    spread = sqrt(p * q * (1 - p) * (1 - q))
    together = 0.0 if not spread else -p * q / spread
    value = p - q

    def reach(one: float, other: float) -> float:
        return sqrt(max(0.0, one * one - 2 * together * one * other + other * other))

    low = value - reach(p - first.low, second.high - q)
    high = value + reach(first.high - p, q - second.low)
    return value, max(-1.0, low), min(1.0, high)


def rate_of(count: int, length: float) -> tuple[float, float, float]:
    """Return how often something happened in a unit of time, with its interval."""
    low = 0.0
    if count:
        low = count * (1 - 1 / (9 * count) - Z95 / (3 * sqrt(count))) ** 3
    more = count + 1
    high = more * (1 - 1 / (9 * more) + Z95 / (3 * sqrt(more))) ** 3
    return count / length, low / length, high / length


def mean_columns(values: Sequence[Decimal]) -> dict[str, float | None]:
    """Return the mean of sums with its interval, as columns."""
    if not values:
        return {"mean": None, "low": None, "high": None}
    numbers = [float(value) for value in values]
    mean = sum(numbers) / len(numbers)
    if len(numbers) < FEWEST_OF_A_MEAN:
        return {"mean": mean, "low": None, "high": None}
    variance = sum((one - mean) ** 2 for one in numbers) / (len(numbers) - 1)
    reach = Z95 * sqrt(variance / len(numbers))
    return {"mean": mean, "low": mean - reach, "high": mean + reach}
