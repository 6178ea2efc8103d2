"""What hooks say: five kinds of outcome."""

from typing import get_args

from hypothesis import given

from cxjourney.channels import Deferred, Failed, HookOutcome, Sent, Skipped, Unknown
from cxjourney.testing import outcomes

KINDS = (Sent, Skipped, Deferred, Failed, Unknown)


def test_there_are_five_kinds() -> None:
    """What a hook may return is one of these, and nothing else."""
    assert get_args(HookOutcome) == KINDS


@given(outcomes(), outcomes())
def test_outcomes_are_values(one: HookOutcome, other: HookOutcome) -> None:
    """Outcomes of different kinds are never equal, and equal ones have the same hash."""
    if one == other:
        assert type(one) is type(other)
        assert hash(one) == hash(other)
    assert isinstance(one, KINDS)


def test_a_failure_is_not_tried_again_by_default() -> None:
    """Only a hook that says so has its failure tried again."""
    assert not Failed("bounced").retryable
