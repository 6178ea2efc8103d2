# ruff: noqa: S101 - tests are written with assert
"""A stateful test: a journal and ``MemoryJournal`` are told the same, and must answer the same."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import attrs
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from cxjourney.errors import SequenceError
from cxjourney.journal.memory import MemoryJournal
from cxjourney.journal.protocol import Journal
from cxjourney.journal.records import Claim, Dossier, Entry, JourneyRecord, Outboxed, Remains, State
from cxjourney.testing.journal_entries import (
    ODD_IDS,
    a_journey,
    an_attempt,
    an_intent,
    at,
    left_of,
)

__all__ = ["journal_machine"]

PEOPLE = st.sampled_from(("ann", *ODD_IDS[3:6], ODD_IDS[-1]))
NAMES = st.sampled_from(("", ODD_IDS[2], "car"))
DIGESTS = st.sampled_from((None, "d1", "d2", ODD_IDS[4]))
HOURS = st.integers(0, 6).map(at)
SIZES = st.integers(0, 4)


@attrs.frozen
class _Turn:
    """What an entry does to one engagement."""

    engagement: str
    new_events: int
    rewrite: bool
    erase: bool
    intents: list[tuple[State, str | None]]


TURNS = st.builds(
    _Turn,
    NAMES,
    st.integers(0, 3),
    st.sampled_from((False, False, False, True)),
    st.sampled_from((False, False, False, True)),
    st.lists(st.tuples(st.sampled_from(State), DIGESTS), max_size=2),
)
CHANGES = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(State), DIGESTS), max_size=2)


def journal_machine(make: Callable[[], Journal]) -> type[RuleBasedStateMachine]:
    """Return a state machine of Hypothesis that compares a journal with ``MemoryJournal``.

    ``journal_machine(make).TestCase`` is a test for pytest and unittest.

    Args:
        make: gives an empty journal, for every run anew.
    """

    class JournalMachine(_Machine):
        """The journal under test and its model."""

        def __init__(self) -> None:
            super().__init__(make())

    return JournalMachine


class _Machine(RuleBasedStateMachine):
    """The rules: what callers do to journals."""

    def __init__(self, journal: Journal) -> None:
        super().__init__()
        self.journal = journal
        self.model = MemoryJournal()
        self.claims: list[Claim] = []
        self.keys: set[str] = set()

    def both(self, ask: Callable[[Journal], object]) -> Any:  # noqa: ANN401 - whatever is answered
        """Ask both journals, and compare what they answer."""
        told, expected = _answer(self.journal, ask), _answer(self.model, ask)
        assert told == expected
        return expected

    @rule(
        customer=PEOPLE,
        turns=st.lists(TURNS, max_size=2, unique_by=lambda one: one.engagement),
        changes=CHANGES,
        attention=st.none() | HOURS,
        lease=st.none() | HOURS,
        late=st.sampled_from((0, 0, 0, 1, -1)),
    )
    def commit(
        self,
        customer: str,
        turns: list[_Turn],
        changes: list[tuple[int, State, str | None]],
        attention: datetime | None,
        lease: datetime | None,
        late: int,
    ) -> None:
        """Write an entry, at the right revision or at a wrong one."""
        dossier = self.model.read(customer)
        outbox = _outbox(dossier, turns, changes)
        entry = Entry(
            customer,
            dossier.revision + late,
            attention,
            tuple(_journey(dossier, turn) for turn in turns),
            frozenset(turn.engagement for turn in turns if turn.rewrite),
            outbox,
            tuple(an_attempt(one, one.number, receipt=one.state.name) for one in outbox[:2]),
            _erased(dossier, turns),
            lease,
        )
        self.keys |= {one.key for one in outbox}
        self.both(lambda journal: journal.commit(entry))
        self.compare_customer(customer)

    @rule(now=HOURS, until=HOURS, limit=SIZES)
    def claim(self, now: datetime, until: datetime, limit: int) -> None:
        """Claim some customers."""
        self.claims += self.both(lambda journal: tuple(journal.claim(now, until, limit)))

    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        """Let go of claims, some of them gone already."""
        some = data.draw(st.lists(st.sampled_from(self.claims))) if self.claims else []
        self.both(lambda journal: journal.release(some))

    @rule(states=st.sets(st.sampled_from(State)), after=st.none() | st.tuples(PEOPLE, SIZES))
    def list_outbox(self, states: set[State], after: tuple[str, int] | None) -> None:
        """Ask for a page of the outbox."""
        self.both(lambda journal: tuple(journal.outbox(states, after=after, limit=2)))

    @rule(after=PEOPLE, limit=SIZES)
    def list_customers(self, after: str, limit: int) -> None:
        """Ask for a page of the customers."""
        self.both(lambda journal: tuple(journal.customers(after=after, limit=limit)))

    def compare_customer(self, customer: str) -> None:
        """Compare what is kept of a customer."""
        self.both(lambda journal: journal.read(customer))

    def compare_intent(self, key: str) -> None:
        """Compare what is kept of an intent."""
        self.both(lambda journal: journal.find(key))
        self.both(lambda journal: tuple(journal.attempts(key)))

    def teardown(self) -> None:
        """Compare all that there is."""
        for customer in self.both(lambda journal: tuple(journal.customers())):
            self.compare_customer(customer)
        for key in sorted(self.keys):
            self.compare_intent(key)
        self.both(lambda journal: tuple(journal.outbox(set(State))))
        self.both(lambda journal: journal.audience(("d1", "d2", ODD_IDS[4]), 3))
        self.both(lambda journal: tuple(journal.remains()))
        self.both(lambda journal: journal.next_attention())


def _answer(journal: Journal, ask: Callable[[Journal], object]) -> object:
    try:
        return ask(journal)
    except SequenceError as error:
        return error.expected, error.actual


def _journey(dossier: Dossier, turn: _Turn) -> JourneyRecord:
    """Return the journey of a turn: with more events, or rewritten with others."""
    kept = next((one for one in dossier.journeys if one.engagement == turn.engagement), None)
    events = [] if kept is None else kept.data["events"]
    if turn.rewrite:
        return a_journey(dossier.customer, turn.engagement, turn.new_events, "x")
    word = events[0]["id"][0] if events else "e"
    return a_journey(dossier.customer, turn.engagement, len(events) + turn.new_events, word)


def _outbox(
    dossier: Dossier, turns: list[_Turn], changes: list[tuple[int, State, str | None]]
) -> tuple[Outboxed, ...]:
    """Return intents that are new, and some of the old ones changed."""
    number = max((one.number for one in dossier.outbox), default=0)
    found: dict[str, Outboxed] = {}
    for index, state, digest in changes:
        if index < len(dossier.outbox):
            one = attrs.evolve(dossier.outbox[index], state=state, digest=digest)
            found[one.key] = one
    for turn in turns:
        for state, digest in turn.intents:
            number += 1
            one = an_intent(dossier.customer, number, turn.engagement, state, digest)
            found[one.key] = one
    return tuple(found.values())


def _erased(dossier: Dossier, turns: list[_Turn]) -> dict[str, Remains]:
    return {
        turn.engagement: left_of(dossier.customer, turn.engagement, turn.new_events)
        for turn in turns
        if turn.erase
    }
