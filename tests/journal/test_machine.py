"""Journals in databases answer as the one in memory does, whatever callers do."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine

from cxjourney.dispatch.journal import Commit, Journal, MemoryJournal, SqlJournal
from cxjourney.dispatch.journal._schema import tables
from cxjourney.testing import journal_machine

SHORT = settings(
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def test_a_database_answers_as_memory_does(engine: Engine) -> None:
    """Whatever is written, claimed, let go and erased, both give the same answers."""
    journal = SqlJournal(engine)
    journal.create()

    def emptied() -> Journal:
        with engine.begin() as connection:
            for table in reversed(tables.sorted_tables):
                if table.name != "cx_meta":
                    connection.execute(table.delete())
        return journal

    run_state_machine_as_test(journal_machine(emptied), settings=SHORT)


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
