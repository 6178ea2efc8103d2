"""Journals in databases answer as the one in memory does, whatever callers do."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from cxjourney.dispatch.journal import Commit, MemoryJournal
from cxjourney.testing import journal_machine

SHORT = settings(
    max_examples=max(1, settings().max_examples // 4),
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.no_cover
@pytest.mark.parametrize("database", ["in_sqlite", "in_postgres"])
def test_a_database_answers_as_memory_does(database: str, request: pytest.FixtureRequest) -> None:
    """Whatever is written, claimed, let go and erased, both give the same answers."""
    empty = request.getfixturevalue(database)
    run_state_machine_as_test(journal_machine(empty), settings=SHORT)


def test_a_journal_in_memory_answers_as_another() -> None:
    """The machine asks for all that a journal can be asked for, and finds nothing."""
    few = settings(SHORT, max_examples=15)
    run_state_machine_as_test(journal_machine(MemoryJournal), settings=few)


def test_the_machine_finds_a_journal_that_forgets_a_lease() -> None:
    """A journal with a fault is told from the one in memory."""

    class Faulty(MemoryJournal):
        def commit(self, commit: Commit) -> None:
            super().commit(commit)
            for kept in self._kept.values():
                kept.claim = None

    found = settings(SHORT, max_examples=200, stateful_step_count=60, report_multiple_bugs=False)
    once = settings(found, phases=[Phase.generate])
    with pytest.raises(AssertionError):
        run_state_machine_as_test(journal_machine(Faulty), settings=once)
