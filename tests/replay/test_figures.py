"""Shares with their interval, and how long stays last."""

from datetime import UTC, datetime, timedelta
from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from cxjourney.replay import replay_log
from cxjourney.replay._figures import curve_of, quantile  # a published study of no journeys
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


def test_nothing_that_ended_lasts_no_known_time() -> None:
    """One end is its own median; where nothing has ended, nothing is known."""
    found = report_of([("a", 1, "ask"), ("a", 4, "need")], mapping_with(events=EVENTS))
    assess, admit, *_ = found.stays
    assert assess.lasting is not None
    assert (assess.lasting.quarter, assess.lasting.three_quarters) == (3, 3)
    assert admit.lasting is None


@pytest.mark.no_cover
@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=1, max_size=40))
def test_how_long_stays_last_agrees_with_statsmodels(stays: list[tuple[int, bool]]) -> None:
    """Quartiles and the interval of the median are those of statsmodels' survival function."""
    end = BEGIN + timedelta(days=60)
    rows: list[tuple[str, str, str]] = [("last", end.isoformat(), "get")]
    for who, (days, ended) in enumerate(stays):
        begin = BEGIN if ended else end - timedelta(days=days)
        rows.append((str(who), begin.isoformat(), "ask"))
        if ended:
            rows.append((str(who), (begin + timedelta(days=days)).isoformat(), "need"))
    mapping = mapping_with(events=EVENTS, chart={"silence": {"assess": "never"}})
    with log_file(COLUMNS.values(), rows) as path:
        lasting = replay_log(path, mapping).stays[0].lasting
    lengths, known = zip(*stays, strict=True)
    if not any(known):
        assert lasting is None
        return
    assert lasting is not None
    oracle = SurvfuncRight(lengths, list(map(int, known)))
    curve = list(zip(oracle.surv_times, oracle.surv_prob, strict=True))
    for found, left in (
        (lasting.quarter, 0.75),
        (lasting.median, 0.5),
        (lasting.three_quarters, 0.25),
    ):
        assert found == next((time for time, share in curve if share <= left + 1e-9), None)
    if curve[-1][1] > 0:
        low, high = oracle.quantile_ci(0.5, method="cloglog")
        assert (lasting.low, lasting.high) == (_known(low), _known(high))


def _known(end: float) -> float | None:
    return float(end) if isfinite(end) else None


@pytest.mark.parametrize(
    ("days", "ends", "median", "low", "high"),
    [
        (
            # Freireich et al. 1963: weeks in remission of 21 children under 6-mercaptopurine.
            [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35],
            9,
            23,
            13,
            None,
        ),
        (
            # The same study's 21 children under placebo.
            [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23],
            21,
            8,
            4,
            11,
        ),
    ],
)
def test_the_median_of_a_published_study(
    days: list[int], ends: int, median: int, low: int, high: int | None
) -> None:
    """Remission times of leukaemia (Freireich and others 1963): published medians and intervals."""
    ended, lasting = ([timedelta(days=one) for one in some] for some in (days[:ends], days[ends:]))
    assert quantile(curve_of(ended, lasting), 0.5) == (median, low, high)
