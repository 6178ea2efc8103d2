"""Estimates and intervals against packages that have them too."""

from datetime import timedelta
from math import isclose, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import confint_poisson

from cxjourney.measures._bounds import (  # each interval alone
    mean_columns,
    net_of_shares,
    rate_of,
    share_columns,
)
from cxjourney.measures._incidence import incidence_of  # the estimate alone, at any time
from cxjourney.replay._figures import DAY, curve_of, quantile  # the curve alone
from tests.measures.makers import measures_of

ENDS = ("went", "left")
LENGTHS = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 2)), min_size=2, max_size=40)


@settings(max_examples=60)
@given(LENGTHS.filter(lambda some: {1, 2} <= {how for _, how in some}))
def test_incidence_is_that_of_scikit_survival(drawn: list[tuple[int, int]]) -> None:
    """At every time, for each end, with the interval; ties are ties."""
    nonparametric = pytest.importorskip("sksurv.nonparametric")  # half a second to import
    times, hows = (np.array(column) for column in zip(*drawn, strict=True))
    with np.errstate(invalid="ignore"):
        moments, values, limits = nonparametric.cumulative_incidence_competing_risks(
            hows, times, conf_type="log-log", var_type="Aalen"
        )
    ends = [(length * DAY, ENDS[how - 1]) for length, how in drawn if how]
    lasting = [length * DAY for length, how in drawn if not how]
    for place, moment in enumerate(moments):
        for number, end in enumerate(ENDS, start=1):
            found = incidence_of(ends, lasting, end, float(moment) * DAY)
            assert isclose(found.value, values[number, place], abs_tol=1e-12)
            low, high = limits[number, :, place]
            if found.low is not None and found.high is not None and not np.isnan(low):
                assert isclose(found.low, low, abs_tol=1e-9)
                assert isclose(found.high, high, abs_tol=1e-9)


@pytest.mark.no_cover
@settings(max_examples=60)
@given(LENGTHS.filter(lambda some: any(how for _, how in some)), st.sampled_from([0.25, 0.5, 0.75]))
def test_quantiles_are_those_of_statsmodels(drawn: list[tuple[int, int]], gone: float) -> None:
    """Each quantile and its interval, on log(-log)."""
    ended = [length * DAY for length, how in drawn if how]
    lasting = [length * DAY for length, how in drawn if not how]
    value, low, high = quantile(list(curve_of(ended, lasting)), 1 - gone)
    theirs = SurvfuncRight([length for length, _ in drawn], [min(how, 1) for _, how in drawn])
    expected = next(
        (
            float(moment)
            for moment, beyond in zip(theirs.surv_times, theirs.surv_prob, strict=True)
            if beyond <= 1 - gone + 1e-12
        ),
        None,
    )
    assert value == expected
    with np.errstate(all="ignore"):
        limits = theirs.quantile_ci(gone, method="cloglog")
    if low is not None:
        assert low == limits[0]
    if high is not None:
        assert high >= limits[0]


@given(st.integers(0, 50), st.integers(1, 50))
def test_shares_are_wilsons(part: int, more: int) -> None:
    """The interval of a share is that of Wilson's score."""
    whole = part + more
    found = share_columns(part, whole)
    low, high = proportion_confint(part, whole, method="wilson")
    assert isclose(found["low"] or 0.0, low, abs_tol=1e-12)
    assert isclose(found["high"] or 0.0, high, abs_tol=1e-12)


@given(st.integers(0, 200))
def test_counts_have_nearly_the_exact_interval(count: int) -> None:
    """Byar's approximation is within a fiftieth of the exact interval's ends, or of one event."""
    _, low, high = rate_of(count, 1.0)
    exact = confint_poisson(count, 1, method="exact-c")
    assert abs(low - exact[0]) < max(0.05, exact[0] / 50)
    assert abs(high - exact[1]) < max(0.05, exact[1] / 50)


@pytest.mark.no_cover
def test_the_interval_of_a_score_covers_as_it_says() -> None:
    """In 4,000 samples from known shares it holds the true score 93 to 97 times of 100."""
    random = np.random.default_rng(7)
    for up, down, size in ((0.5, 0.2, 60), (0.1, 0.05, 80), (0.3, 0.3, 40)):
        samples = random.multinomial(size, [up, down, 1 - up - down], 4000)
        inside = 0
        for more, less, _ in samples:
            found = net_of_shares(int(more), int(less), size)
            assert found is not None
            inside += found[1] <= up - down <= found[2]
        assert 0.93 < inside / 4000 < 0.97


def test_a_score_at_the_edge_stays_within_bounds() -> None:
    """All promoters, or nobody, are no reason for impossible limits."""
    assert net_of_shares(0, 0, 0) is None
    found = net_of_shares(5, 0, 5)
    assert found is not None
    assert found[0] == found[2] == 1.0
    assert found[1] < 1.0


def test_few_sums_have_no_interval() -> None:
    """The mean of thirty has the interval of the normal approximation, that of fewer none."""
    from decimal import Decimal  # noqa: PLC0415 - here alone

    assert mean_columns([]) == {"mean": None, "low": None, "high": None}
    assert mean_columns([Decimal(4)])["low"] is None
    many = mean_columns([Decimal(n) for n in range(30)])
    spread = float(np.std(np.arange(30), ddof=1))
    assert isclose(many["mean"] or 0.0, 14.5)
    assert isclose(14.5 - (many["low"] or 0.0), 1.959963984540054 * spread / sqrt(30))


@pytest.mark.parametrize("window", [30, 60, 90, 120, 180])
def test_a_window_of_silence_never_comes_back_as_a_finding(window: int) -> None:
    """The time to the next purchase is the same under every window of silence that is longer."""
    deeds: list[Any] = []
    for number in range(60):
        deeds.append((f"c{number}", number / 10, "purchased", {}))
        if number % 3 == 0:
            deeds.append((f"c{number}", number / 10 + number % 20 + 1.5, "purchased", {}))
    silence = dict.fromkeys(("affirm", "activate", "acclimate", "accomplish", "adopt"), window)
    chart: dict[str, Any] = {
        "silence": silence,
        "repeat_purchase": "experience",
        "feedback": "optional",
    }
    row = measures_of(deeds, 400, **chart).time_in_phase().row(phase="affirm")
    assert (row["seen"], row["silent"], row["under_way"]) == (20, 40, 0)
    assert row["median"] is None
    quarter = row["quarter"]
    assert isinstance(quarter, float)
    assert quarter < 30
    assert timedelta(days=quarter) != timedelta(days=window)
