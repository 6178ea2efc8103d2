"""Journals in databases answer as the one in memory does, whatever callers do."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine

from cxjourney.dispatch.journal import Commit, MemoryJournal
from cxjourney.testing import journal_machine
from tests.dispatch.stores import emptied

SHORT = settings(
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def test_a_database_answers_as_memory_does(engine: Engine) -> None:
    """Whatever is written, claimed, let go and erased, both give the same answers."""
    run_state_machine_as_test(journal_machine(emptied(engine)), settings=SHORT)


def test_the_machine_finds_a_journal_that_forgets_a_lease() -> None:
    """A journal with a fault is told from the one in memory."""

    class Faulty(MemoryJournal):
        def commit(self, commit: Commit) -> None:
            super().commit(commit)
            for kept in self._kept.values():
                kept.claim = None

    once = settings(SHORT, report_multiple_bugs=False, phases=[Phase.generate])
    with pytest.raises(AssertionError):
        run_state_machine_as_test(journal_machine(Faulty), settings=once)
