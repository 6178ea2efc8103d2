"""What hooks say: five kinds of outcome."""

from datetime import UTC, datetime
from itertools import combinations
from typing import get_args

import pytest

from cxjourney.channels import Deferred, Failed, HookOutcome, Sent, Skipped, Unknown
from cxjourney.vocabulary import Lang

KINDS = (Sent, Skipped, Deferred, Failed, Unknown)
SOON = datetime(2026, 1, 6, 9, tzinfo=UTC)
MARI = "Mari Maasikas"
SAID = [
    (Sent(MARI, MARI), "done"),
    (Skipped(MARI), "left undone on purpose"),
    (Deferred(SOON), "put off; not before 2026-01-06 09:00 UTC"),
    (Failed(MARI), "surely not done"),
    (Failed(MARI, retryable=True), "surely not done; trying again may help"),
    (Unknown(MARI), "nobody knows whether it was done"),
]


def test_there_are_five_kinds() -> None:
    """What a hook may return is one of these, and nothing else."""
    assert get_args(HookOutcome) == KINDS
    assert {type(one) for one, _ in SAID} == set(KINDS)


def test_outcomes_are_values() -> None:
    """Outcomes of different kinds are never equal, and equal ones have the same hash."""
    for (one, _), (other, _) in combinations(SAID, 2):
        assert one != other
    assert hash(Sent(MARI)) == hash(Sent(MARI))


@pytest.mark.parametrize(("outcome", "words"), SAID, ids=[words for _, words in SAID])
def test_an_outcome_reads_in_three_languages(outcome: HookOutcome, words: str) -> None:
    """It says what came of the attempt, and nothing that a hook gave."""
    assert str(outcome) == words
    told = {outcome.explain(lang) for lang in Lang}
    assert len(told) == len(Lang)
    assert MARI not in "".join(told)
    assert outcome.to_dict()["outcome"] == type(outcome).__name__


def test_a_failure_is_not_tried_again_by_default() -> None:
    """Only a hook that says so has its failure tried again."""
    assert not Failed("bounced").retryable
