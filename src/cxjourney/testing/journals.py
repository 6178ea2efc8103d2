"""What every journal must do, as tests: for people who write their own.

Derive a class for pytest from ``JournalContract`` and say how to make an empty journal::

    class TestMyJournal(JournalContract):
        def make_journal(self) -> Journal:
            return MyJournal()

``journal_machine`` makes a stateful test of Hypothesis, which drives a journal and
``MemoryJournal`` alike and compares them. An ``AsyncJournal`` is tested through ``Awaited``.
"""

from cxjourney.testing.journal_claims import ClaimContract
from cxjourney.testing.journal_records import RecordContract
from cxjourney.testing.journal_rules import journal_machine
from cxjourney.testing.journal_waiting import Awaited

__all__ = ["Awaited", "JournalContract", "journal_machine"]


class JournalContract(RecordContract, ClaimContract):
    """The tests that every journal must pass; ``make_journal`` gives an empty one for each."""
