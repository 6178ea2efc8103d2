"""What recording an event costs, as a count of calls: it tells what is worked out twice."""

import pytest

from tests.dispatch.calls import calls, lived


def test_the_eleventh_question_costs_at_most_nineteen_hundred_calls() -> None:
    """Ten earlier questions of the same customer are still open."""
    assert 0 < calls(10) <= 1_900


@pytest.mark.no_cover
def test_many_open_questions_make_one_more_little_dearer() -> None:
    """Two hundred earlier questions of the same customer are still open."""
    assert calls(200) <= 1.3 * calls(10)


@pytest.mark.no_cover
def test_a_long_life_costs_no_more_calls_than_a_short_one() -> None:
    """A question, its answer, and a visit told late cost after 120 questions what they do after 40.

    So many fill all that is kept of the past; and nobody reads the rest.
    """
    short, long = lived(40), lived(120)
    for some, many in zip(short, long, strict=True):
        assert many <= 1.02 * some
