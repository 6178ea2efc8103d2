# ruff: noqa: S101 - tests are written with assert
"""What tests of journals need: commits to write, an awaited journal, and a stateful test."""

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import methodcaller
from typing import Any, cast

import attrs
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from cxjourney.channels import Intent, Sent
from cxjourney.channels.policy import Ruling, Verdict
from cxjourney.dispatch.journal import (
    AsyncJournal,
    Attempt,
    Commit,
    CustomerRecord,
    Dossier,
    Duty,
    Erasure,
    Journal,
    JourneyRecord,
    MemoryJournal,
    OutboxItem,
    State,
    StepRecord,
    Tombstone,
    Transfer,
)
from cxjourney.errors import SequenceError
from cxjourney.journey import Journey, Obligation
from cxjourney.vocabulary import Channel, Phase, Purpose

BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
ODD_IDS = (
    "",
    "a",
    "a\x00",
    "a\x00b",
    "a\x01",
    "a\x02",
    "ä",
    "\ud7ff",
    "\ud800",
    "\udfff",
    "\ue000",
    "\U0001f600",
)
"""Ids that databases find hard, sorted by code point; the first is for engagements alone."""


def at(hours: float) -> datetime:
    """Return the time so many hours after the beginning."""
    return BEGIN + timedelta(hours=hours)


@lru_cache(maxsize=1024)
def _made(customer: str, engagement: str, events: int, word: str) -> Journey:
    journey = Journey(customer, engagement)
    for number in range(1, events + 1):
        journey.contacted(at=at(number), id=f"{word}{number}", source=f"{word}\x00\ud800{customer}")
    return journey


def a_journey(
    customer: str, engagement: str = "", events: int = 1, word: str = "e", steps: int | None = None
) -> JourneyRecord:
    """Return the record of a journey with some events, and a step for each or the first."""
    known = events if steps is None else steps
    told = tuple(
        StepRecord(number, "MOVED", ("T01",), "ASSESS", (f"1:goal:{word}{number}",), (), ("k",))
        for number in range(1, known + 1)
    )
    data: dict[str, Any] = _made(customer, engagement, events, word).to_dict()
    snapshot = {"stands": events, "said": f"{word}\x00\ud800"}
    runs = {7: f"{word}{events}\x00\ud800"}
    return JourneyRecord(engagement, data, told, at(events), snapshot, runs=runs)


def only_new(record: JourneyRecord, known: int) -> JourneyRecord:
    """Return the record of a journey with what came after so many events alone."""
    data = {**record.data, "events": record.data["events"][known:]}
    return attrs.evolve(record, data=data, steps=record.steps[known:])


def an_intent(
    customer: str,
    number: int = 1,
    engagement: str = "",
    state: State = State.PLANNED,
    digest: str | None = "d1",
) -> OutboxItem:
    """Return an intent in the outbox, with something in each of its fields."""
    intent = Intent(
        customer=customer,
        engagement=engagement,
        play="welcome",
        occurrence=f"1:AFFIRM:{number}",
        cause=f"e{number}",
        cycle=1,
        purpose=Purpose.AFFIRM,
        channels=(Channel.POST, Channel.EMAIL),
        planned_at=at(number),
        not_before=at(number + 1),
        content="hello",
        due=at(number + 2),
        expires=at(number + 3),
        obligation="1:affirm:e1",
        place=Phase.AFFIRM,
        wish="seats",
        tells="touched",
    )
    verdict = Verdict("X02", Ruling.DEFER, "quiet", "default", at(9))
    return OutboxItem(
        intent,
        number,
        Channel.EMAIL,
        state,
        at(number) if state.waits else None,
        attempts=number,
        failures=1,
        digest=digest,
        reason="quiet",
        settled_at=None if state.waits else at(number),
        said=((Channel.POST, verdict),),
        playbook=("tests", 1),
        policy=("careful", 2),
        chart=("eight_phases", 1),
        approved_by=("bob", "eve"),
    )


def a_move(here: Dossier, there: Dossier, attention: datetime) -> Transfer | None:
    """Return the move of all that is kept of a customer to another; None where names clash twice.

    Args:
        here: the customer's dossier.
        there: the other's; of one of whom nothing is kept, it is a new name.
        attention: when they have to be looked at.
    """
    taken = {one.engagement for one in there.journeys}
    named = {
        one.engagement: f"{one.engagement}+" if one.engagement in taken else one.engagement
        for one in here.journeys
    }
    if taken & {*named.values()} or len({*named.values()}) < len(named):
        return None
    journeys = tuple(
        attrs.evolve(one, engagement=named[one.engagement], snapshot={"said": "moved"})
        for one in here.journeys
    )
    kept = there.revision if there.journeys or there.planned else None
    return Transfer(here.customer, here.revision, there.customer, kept, named, journeys, attention)


def a_duty(customer: str, engagement: str = "", number: int = 1, due: float = 5) -> Duty:
    """Return something that is owed since an event of a number, due at an hour."""
    return Duty(customer, engagement, Obligation("affirm", at(number), at(due), f"e{number}", 1))


def an_attempt(one: OutboxItem, number: int = 1, receipt: str = "r") -> Attempt:
    """Return an outcome of a call of a hook for an intent."""
    return Attempt(one.key, number, one.channel, at(number), Sent(receipt, "noted\x00"), "eve")


def left_of(customer: str, engagement: str = "", events: int = 1) -> Tombstone:
    """Return what is left of such a journey once it was erased."""
    journey = _made(customer, engagement, events, "e").__copy__()
    journey.erase(at=at(events + 1))
    return Tombstone(journey.to_dict(), {"EMAIL AFFIRM SENT": events}, "eve")


def write(journal: Journal, customer: str, **fields: Any) -> int:  # noqa: ANN401 - the fields of a Commit
    """Write a commit at the present revision, and return the revision after it."""
    revision = journal.read(customer).revision
    if fields.get("erased"):
        fields.setdefault("erasure", Erasure(at(0), revision + 1))
    journal.commit(Commit(customer, revision, **fields))
    return revision + 1


def awaited(journal: AsyncJournal, run: Callable[[Coroutine[Any, Any, Any]], Any]) -> Journal:
    """Return a journal that waits for each answer of an asynchronous one.

    Args:
        journal: the asynchronous journal.
        run: runs a coroutine to its end, always in the same loop; such as ``asyncio.Runner().run``.
    """

    class Waiting:
        def __getattr__(self, name: str) -> Callable[..., Any]:
            ask = getattr(journal, name)
            return lambda *args, **options: run(ask(*args, **options))

    return cast("Journal", Waiting())


PEOPLE = st.sampled_from(("ann", *ODD_IDS[3:6], ODD_IDS[-1]))
NAMES = st.sampled_from(("", ODD_IDS[2], "car"))
DIGESTS = st.sampled_from((None, "d1", "d2", ODD_IDS[4]))
HOURS = st.integers(0, 6).map(at)
SIZES = st.integers(0, 4)


@attrs.frozen
class _Turn:
    """What a commit does to one engagement."""

    engagement: str
    new_events: int
    only_new: bool
    rewrite: bool
    erase: bool
    intents: list[tuple[State, str | None]]
    owed: dict[int, int]
    settled: set[int]

    def duties(self, customer: str) -> tuple[Duty, ...]:
        """Return what is owed since."""
        return tuple(a_duty(customer, self.engagement, *one) for one in self.owed.items())


TURNS = st.builds(
    _Turn,
    NAMES,
    st.integers(0, 3),
    st.booleans(),
    st.sampled_from((False, False, False, True)),
    st.sampled_from((False, False, False, True)),
    st.lists(st.tuples(st.sampled_from(State), DIGESTS), max_size=2),
    st.dictionaries(st.integers(1, 2), st.integers(0, 6), max_size=2),
    st.sets(st.integers(1, 2)),
)
CHANGES = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(State), DIGESTS), max_size=2)


def journal_machine(make: Callable[[], Journal]) -> type[RuleBasedStateMachine]:
    """Return a state machine of Hypothesis that compares a journal with ``MemoryJournal``.

    ``journal_machine(make).TestCase`` is a test for pytest and unittest.

    Args:
        make: gives an empty journal, for every run anew.
    """
    return type("JournalMachine", (_Machine,), {"make": staticmethod(make)})


class _Machine(RuleBasedStateMachine):
    """The rules: what callers do to journals."""

    make: Callable[[], Journal]

    def __init__(self) -> None:
        super().__init__()
        self.journal = self.make()
        self.model = MemoryJournal()
        self.claims: list[Any] = []
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
        """Write a commit, at the right revision or at a wrong one."""
        record = self.model.read(customer)
        customer = record.customer
        outbox = _outbox(record, turns, changes)
        expected, erased = record.revision + late, _erased(record, turns)
        commit = Commit(
            customer,
            expected,
            attention,
            tuple(_journey(record, turn) for turn in turns),
            frozenset(turn.engagement for turn in turns if turn.rewrite),
            outbox,
            tuple(an_attempt(one, one.number, receipt=one.state.name) for one in outbox[:2]),
            erased,
            lease,
            owed=tuple(one for turn in turns for one in turn.duties(customer)),
            settled=frozenset(
                (one.engagement, f"1:affirm:e{n}") for one in turns for n in one.settled
            ),
            reopened=frozenset(one.key for one in outbox),
            erasure=Erasure(at(expected % 5), expected + 1) if erased else None,
            rank=expected % 3,
        )
        self.keys |= {one.key for one in outbox}
        self.both(lambda journal: journal.commit(commit))
        self.compare_customer(customer)

    @rule(source=PEOPLE, into=PEOPLE, late=st.sampled_from((0, 0, 0, 1)), attention=HOURS)
    def move(self, source: str, into: str, late: int, attention: datetime) -> None:
        """Let a customer go under another id, at the right revision or at a wrong one."""
        here, there = self.model.dossier(source), self.model.dossier(into)
        told = a_move(here, there, attention)
        if here.customer != there.customer and here.journeys and told is not None:
            move = attrs.evolve(told, expected=here.revision + late)
            self.both(lambda journal: journal.move(move))
        for customer in (source, into):
            self.compare_customer(customer)

    @rule(now=HOURS, until=HOURS, limit=SIZES)
    def claim(self, now: datetime, until: datetime, limit: int) -> None:
        """Have those looked at for whom something waits, and claim some customers."""
        self.both(lambda journal: journal.ask_again(now, customer=None if limit else "ann"))
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

    @rule(
        now=HOURS,
        after=st.none() | st.builds(a_duty, PEOPLE, NAMES, st.just(1), st.integers(0, 6)),
        place=st.none() | st.tuples(PEOPLE, SIZES),
        limit=SIZES,
    )
    def list_duties(
        self, now: datetime, after: Duty | None, place: tuple[str, int] | None, limit: int
    ) -> None:
        """Ask for a page of what is overdue, and of what was not sent though it is owed."""
        self.both(lambda journal: tuple(journal.overdue(now, after=after, limit=limit)))
        self.both(lambda journal: tuple(journal.still_owed(after=place, limit=limit)))

    @rule(before=HOURS, after=st.none() | st.tuples(PEOPLE, SIZES), limit=SIZES)
    def put_away(self, before: datetime, after: tuple[str, int] | None, limit: int) -> None:
        """Archive what is old, and ask for a page of the archive."""
        self.both(lambda journal: attrs.evolve(journal.archive(before), place=None))
        self.both(lambda journal: tuple(journal.archived(after=after, limit=limit)))

    @rule(after=PEOPLE, limit=SIZES)
    def list_customers(self, after: str, limit: int) -> None:
        """Ask for a page of the customers."""
        self.both(lambda journal: tuple(journal.customers(after=after, limit=limit)))

    def compare_customer(self, customer: str) -> None:
        """Compare what is kept of a customer."""
        record = self.both(lambda journal: journal.read(customer))
        items = record.outbox if isinstance(record, CustomerRecord) else ()
        keys, occasions = [one.key for one in items[:3]], [one.intent.occasion for one in items[3:]]
        self.both(lambda journal: journal.decided(customer, [*keys, "k"], [*occasions, "o"]))
        for event in (("", "e1"), ("car", "x2")):
            self.both(methodcaller("dossier", customer, event))
            self.both(methodcaller("knows", customer, event))
        self.both(lambda journal: journal.dossier(customer))
        self.both(lambda journal: journal.events(customer, at(2)))

    def teardown(self) -> None:
        """Compare all that there is."""
        for customer in self.both(lambda journal: tuple(journal.customers())):
            self.compare_customer(customer)
        for key in sorted(self.keys):
            self.both(methodcaller("find", key))
            self.both(methodcaller("attempts", key))
        self.both(lambda journal: tuple(journal.outbox(set(State))))
        self.both(lambda journal: tuple(journal.overdue(at(9))))
        self.both(lambda journal: tuple(journal.still_owed()))
        self.both(lambda journal: tuple(journal.archived()))
        self.both(lambda journal: journal.audience(("d1", "d2", ODD_IDS[4]), 3))
        self.both(lambda journal: tuple(journal.tombstones()))
        self.both(lambda journal: journal.next_attention())


def _answer(journal: Journal, ask: Callable[[Journal], object]) -> object:
    try:
        return ask(journal)
    except SequenceError as error:
        return error.expected, error.actual


def _journey(record: CustomerRecord, turn: _Turn) -> JourneyRecord:
    """Return the journey of a turn: with more events, or rewritten with others."""
    kept = next((one for one in record.journeys if one.engagement == turn.engagement), None)
    events = [] if kept is None else kept.data["events"]
    if turn.rewrite:
        return a_journey(record.customer, turn.engagement, turn.new_events, "x")
    word = events[0]["id"][0] if events else "e"
    whole = a_journey(record.customer, turn.engagement, len(events) + turn.new_events, word)
    return only_new(whole, len(events)) if turn.only_new else whole


def _outbox(
    record: CustomerRecord, turns: list[_Turn], changes: list[tuple[int, State, str | None]]
) -> tuple[OutboxItem, ...]:
    """Return intents that are new, and some of the old ones changed."""
    old, number = record.outbox, max((one.number for one in record.outbox), default=0)
    found = [
        attrs.evolve(old[index], state=state, digest=digest)
        for index, state, digest in changes
        if index < len(old)
    ]
    for turn in turns:
        for state, digest in turn.intents:
            number += 1
            found.append(an_intent(record.customer, number, turn.engagement, state, digest))
    return tuple({one.key: one for one in found}.values())


def _erased(record: CustomerRecord, turns: list[_Turn]) -> dict[str, Tombstone]:
    return {
        turn.engagement: left_of(record.customer, turn.engagement, turn.new_events)
        for turn in turns
        if turn.erase
    }
