"""Shares with their interval, and the spread of stays."""

from datetime import timedelta
from statistics import fmean, median, quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.replay._figures import Share, share_of, spread_of


def test_wilson_interval_against_published_figures() -> None:
    """Newcombe's table (1998) gives Wilson's interval for 81 of 263, 15 of 148 and 0 of 20."""
    for part, whole, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
    ):
        share = share_of(part, whole)
        assert share is not None
        assert (round(share.low, 4), round(share.high, 4)) == (low, high)


def test_nothing_has_no_share() -> None:
    """Where nobody could come, no share is told."""
    assert share_of(0, 0) is None


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_an_interval_holds_its_share(part: int, rest: int) -> None:
    """The interval lies between 0 and 1, and the share within it."""
    share = share_of(part, part + rest)
    assert isinstance(share, Share)
    assert 0 <= share.low <= share.value <= share.high <= 1


@given(st.lists(st.timedeltas(timedelta(), timedelta(days=4000)), min_size=2, max_size=50))
def test_spread_agrees_with_statistics(stays: list[timedelta]) -> None:
    """Median, mean and the ninth decile are those of the standard library."""
    days = [stay / timedelta(days=1) for stay in stays]
    spread = spread_of(stays)
    assert spread is not None
    assert spread.count == len(stays)
    assert spread.median == pytest.approx(median(days), abs=1e-9)
    assert spread.mean == pytest.approx(fmean(days), abs=1e-9)
    assert spread.p90 == pytest.approx(quantiles(days, n=10, method="inclusive")[-1], abs=1e-9)


def test_spread_of_one_and_of_none() -> None:
    """One stay is its own median; no stay has no spread."""
    spread = spread_of([timedelta(hours=36)])
    assert spread is not None
    assert (spread.median, spread.mean, spread.p90) == (1.5, 1.5, 1.5)
    assert spread_of([]) is None
