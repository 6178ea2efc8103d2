"""How strong a hidden cause would have to be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.wishes import robustness_value

SIZES = st.floats(0.01, 50)


def test_the_published_example() -> None:
    """The Darfur example of Cinelli and Hazlett (2020, table 1) has 13.9 %."""
    assert robustness_value(0.09731582, 0.02325654, 783) == pytest.approx(0.1387764, abs=5e-6)


@pytest.mark.no_cover
@given(estimate=st.floats(-10, 10), error=SIZES, freedom=st.integers(5, 10_000))
def test_it_solves_the_equation_that_defines_it(
    estimate: float, error: float, freedom: int
) -> None:
    """A cause of that strength on both sides just moves the estimate to zero."""
    share = robustness_value(estimate, error, freedom)
    assert 0 <= share < 1
    bias = error * np.sqrt(share * share / (1 - share) * freedom)
    assert bias == pytest.approx(abs(estimate), rel=1e-6, abs=1e-9)


@pytest.mark.no_cover
@given(estimate=st.floats(-5, 5), threshold=st.floats(-5, 5), error=SIZES)
def test_only_the_way_to_the_threshold_counts(
    estimate: float, threshold: float, error: float
) -> None:
    """What counts is how far the estimate lies from the threshold, on whichever side."""
    found = robustness_value(estimate, error, 100, threshold)
    assert found == pytest.approx(robustness_value(threshold, error, 100, estimate))
    assert found == pytest.approx(robustness_value(estimate - threshold, error, 100))


def test_an_effect_beyond_all_doubt_needs_a_cause_of_everything() -> None:
    """Far beyond its error, an effect would need a cause that explains nearly all."""
    assert robustness_value(1e9, 1e-9, 10) == pytest.approx(1)
