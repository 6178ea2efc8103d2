"""Shares with their interval, and the spread of stays."""

from datetime import UTC, datetime, timedelta
from statistics import fmean, median, quantiles

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney.replay import replay_log
from tests.replay.makers import COLUMNS, log_file, mapping_with, report_of

EVENTS = {"ask": "contacted", "need": "need_admitted", "get": "delivered"}
BEGIN = datetime(2024, 3, 1, tzinfo=UTC)


def shares_of(part: int, whole: int) -> tuple[float, float, float]:
    """Return the share of those who ever asked, and the ends of its interval."""
    rows = [(str(number), 1, "ask" if number < part else "get") for number in range(whole)]
    share = report_of(rows, mapping_with(events=EVENTS)).funnel[0].share
    assert share is not None
    return share.value, share.low, share.high


@pytest.mark.parametrize(
    ("part", "whole", "ends"),
    [(81, 263, (0.2553, 0.3662)), (15, 148, (0.0624, 0.1605)), (0, 20, (0.0, 0.1611))],
)
def test_wilson_interval_against_published_figures(
    part: int, whole: int, ends: tuple[float, float]
) -> None:
    """Newcombe's table (1998) gives Wilson's interval for 81 of 263, 15 of 148 and 0 of 20."""
    _, low, high = shares_of(part, whole)
    assert (round(low, 4), round(high, 4)) == ends


@pytest.mark.no_cover
@settings(max_examples=25)
@given(st.integers(0, 40), st.integers(1, 40))
def test_an_interval_holds_its_share(part: int, rest: int) -> None:
    """The interval lies between 0 and 1, and the share within it."""
    value, low, high = shares_of(part, part + rest)
    assert 0 <= low <= value <= high <= 1


def test_nothing_has_no_share() -> None:
    """Where nobody could come, no share is told."""
    found = report_of([("a", 1, "get")], mapping_with(events=EVENTS))
    assert [row.share and row.share.value for row in found.funnel[:2]] == [0.0, None]


def test_the_spread_of_one_and_of_none() -> None:
    """One stay is its own median; no stay has no spread."""
    found = report_of([("a", 1, "ask"), ("a", 4, "need")], mapping_with(events=EVENTS))
    assess, admit, *_ = found.stays
    assert assess.ended is not None
    assert (assess.ended.median, assess.ended.mean, assess.ended.p90) == (3, 3, 3)
    assert admit.ended is None


@settings(max_examples=25)
@given(st.lists(st.timedeltas(timedelta(), timedelta(days=4000)), min_size=2, max_size=50))
def test_spread_agrees_with_statistics(stays: list[timedelta]) -> None:
    """Median, mean and the ninth decile are those of the standard library."""
    days = [stay / timedelta(days=1) for stay in stays]
    rows = [
        (str(who), (BEGIN + length).isoformat(), what)
        for who, stay in enumerate(stays)
        for what, length in (("ask", timedelta()), ("need", stay))
    ]
    mapping = mapping_with(events=EVENTS, chart={"silence": {"assess": "never"}})
    with log_file(COLUMNS.values(), rows) as path:
        spread = replay_log(path, mapping).stays[0].ended
    assert spread is not None
    assert spread.count == len(stays)
    assert spread.median == pytest.approx(median(days), abs=1e-9)
    assert spread.mean == pytest.approx(fmean(days), abs=1e-9)
    assert spread.p90 == pytest.approx(quantiles(days, n=10, method="inclusive")[-1], abs=1e-9)
