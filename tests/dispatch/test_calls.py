"""What recording an event costs, as a count of calls: it tells what is worked out twice."""

from tests.dispatch.calls import calls


def test_the_eleventh_question_costs_at_most_two_thousand_calls() -> None:
    """Ten earlier questions of the same customer are still open."""
    assert 0 < calls(10) <= 2_000
