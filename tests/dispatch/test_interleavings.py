"""Two who write to one customer, in every order: one wins, the other is told, nothing is lost.

A writer has eight half turns: four requests, each asked for and answered
(``tests.dispatch.turns``); six where nothing is kept yet.
"""

import os
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from cxjourney.channels import HookContext, HookOutcome, Sent
from cxjourney.dispatch import Dispatcher, Recorded
from cxjourney.dispatch.journal import Commit, Journal, MemoryJournal, State
from cxjourney.errors import SequenceError
from cxjourney.playbook import Opened, Play
from cxjourney.vocabulary import Channel, Event, EventKind, Purpose
from tests.dispatch.stores import Empty
from tests.dispatch.turns import Worker, attending, interleave, orders, recording
from tests.dispatch.world import LIBRARY, MONDAY, POLICY, World, hooks, playbook

K = EventKind
LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
HALF_TURNS = 8, 6
"""Each writer reads, asks what was decided, and about the audience, and commits.

Of somebody of whom nothing is kept nobody asks what was decided.
"""
PLAYBOOK = playbook(Play("answer", Opened("answer"), Purpose.ANSWER, (Channel.EMAIL,), "welcome"))
FIRST = Event(K.CONTACTED, MONDAY, "first")


def dispatcher(journal: Journal, hook: Callable[[HookContext], HookOutcome]) -> Dispatcher:
    """Return a dispatcher that answers questions by e-mail."""
    return Dispatcher(
        journal,
        playbook=PLAYBOOK,
        policy=POLICY,
        hooks=hooks(hook),
        clock=lambda: MONDAY,
        library=LIBRARY,
    )


def sent(_: HookContext) -> HookOutcome:
    """Say that it was sent."""
    return Sent()


def mirrored(half_turns: int) -> list[tuple[bool, ...]]:
    """Return every interleaving where the first begins; in the others the two swap."""
    return [turns for turns in orders(half_turns, half_turns) if turns[0]]


def question(id: str) -> Event:
    """Return a question, which calls for an intent."""
    return Event(K.ASKED, MONDAY, id, {"question": "?"})


def two_writers(journal: Journal, customer: str, expected: int | None) -> list[Worker]:
    """Return two who record a question each."""
    company = dispatcher(journal, sent)
    return [recording(company, customer, question(id), expected) for id in "ab"]


def recorded(journal: Journal, customer: str) -> list[str]:
    """Return the ids of the events that the journal holds, sorted."""
    (kept,) = journal.read(customer).journeys
    return sorted(event["id"] for event in kept.data["events"])


def check_one_wins(
    journal: Journal, customer: str, seen: int, turns: tuple[bool, ...], halves: int = 1
) -> None:
    """Let two write who both saw the same revision, and check that just one did."""
    if seen:
        dispatcher(journal, sent).record(customer, "", FIRST)
    writers = two_writers(journal, customer, seen)
    interleave(writers, turns, halves=halves)
    ended = [type(writer.outcome) for writer in writers]
    assert sorted(ended, key=str) == sorted([Recorded, SequenceError], key=str)
    told = writers[ended.index(SequenceError)].outcome
    assert isinstance(told, SequenceError)
    assert (told.expected, told.actual) == (seen, seen + 1)
    winner = "ab"[ended.index(Recorded)]
    assert recorded(journal, customer) == [winner, "first"][: seen + 1]
    record = journal.read(customer)
    assert record.revision == seen + 1
    assert [one.intent.cause for one in record.outbox] == [winner]


@pytest.mark.no_cover
@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize(("seen", "ways", "stride"), [(0, 924, 1), (1, 12_870, 64)])
def test_of_two_who_saw_the_same_one_wins(seen: int, ways: int, stride: int) -> None:
    """All interleavings of two writers of six or eight steps: one winner, and the loser is told.

    Of the many ones of eight steps a part is tried, and all in the long session.
    """
    every = mirrored(HALF_TURNS[1 - seen])
    assert 2 * len(every) == ways
    for turns in every if LONG else every[::stride]:
        check_one_wins(MemoryJournal(), "c", seen, turns)


@pytest.mark.no_cover
@pytest.mark.slow
def test_of_two_who_insist_both_are_recorded() -> None:
    """All 924 interleavings without an expected revision: both events, one intent for each."""
    for turns in mirrored(HALF_TURNS[1]):
        journal = MemoryJournal()
        writers = two_writers(journal, "c", None)
        interleave(writers, turns)
        assert all(isinstance(writer.outcome, Recorded) for writer in writers)
        check_both(journal, "c")


def check_both(journal: Journal, customer: str) -> None:
    """Check that both questions are there, and both answers are planned."""
    record = journal.read(customer)
    assert recorded(journal, customer) == ["a", "b"]
    assert sorted(one.intent.cause for one in record.outbox) == ["a", "b"]
    assert [one.number for one in record.outbox] == [1, 2]
    assert record.revision == 2


@pytest.mark.no_cover
@pytest.mark.long
def test_every_journal_lets_one_win(empty: Empty) -> None:
    """All 70 orders in which two writers' four requests each can reach a journal.

    In databases every third of them, and all in the long session.
    """
    journal = empty()
    every = [*enumerate(orders(HALF_TURNS[0] // 2, HALF_TURNS[0] // 2))]
    for number, turns in every if LONG or isinstance(journal, MemoryJournal) else every[::3]:
        check_one_wins(journal, f"customer {number}", number % 2, turns, halves=2)
        writers = two_writers(journal, f"insistent {number}", None)
        interleave(writers, turns, halves=2)
        check_both(journal, f"insistent {number}")


@attrs.define
class Watched:
    """A journal that remembers in which order what was written."""

    journal: Journal
    written: list[str] = attrs.field(factory=list)

    def commit(self, commit: Commit) -> None:
        """As ``Journal.commit``."""
        self.journal.commit(commit)
        states = [one.state.value for one in commit.outbox]
        self.written += states or ["withdrawn"]

    def called(self, _: HookContext) -> HookOutcome:
        """Be a hook, and remember that it was called."""
        self.written.append("called")
        return Sent()

    def __getattr__(self, method: str) -> Callable[..., Any]:
        """Return any other method."""
        found: Callable[..., Any] = getattr(self.journal, method)
        return found


@pytest.mark.no_cover
def test_nothing_is_sent_after_a_withdrawal(empty: Empty) -> None:
    """All 56 orders of a dispatcher at work and a withdrawal: one that came first is obeyed.

    The dispatcher reads, asks about the audience, commits STARTED, calls the hook, and commits what
    came of it; the withdrawal, of the same moment as the question, reads, reads all, and is
    committed.
    """
    payload = {"channel": Channel.EMAIL, "purpose": Purpose.ANSWER}
    withdrawal = Event(K.CONSENT_WITHDRAWN, MONDAY, "withdrawn", payload)
    journal, endings = empty(), set()
    for number, turns in enumerate(orders(5, 3)):
        customer, watched = f"customer {number}", Watched(journal)
        company = dispatcher(watched, watched.called)
        company.record(customer, "", question("a"))
        says_no = recording(company, customer, withdrawal)
        interleave([attending(company), says_no], turns, halves=2)
        endings.add(tuple(watched.written))
        assert recorded(journal, customer) == ["a", "withdrawn"]
    assert endings == {
        ("planned", "withdrawn", "waiting"),
        ("planned", "started", "withdrawn", "called", "sent"),
        ("planned", "started", "called", "withdrawn", "sent"),
        ("planned", "started", "called", "sent", "withdrawn"),
    }


def test_an_outcome_that_comes_late_does_not_close_a_later_attempt() -> None:
    """Whoever lost the claim at a hook's call keeps the outcome on record, and closes nothing."""
    world = World()
    company = world.dispatcher(hooks=hooks(sent, idempotent=True))
    world.happens(K.PURCHASED)
    workers: list[Worker] = []
    for _ in range(3):  # one is cut off, one finds out, and one tries again
        workers.append(attending(company))
        while not (workers[-1].calls or workers[-1].outcome):
            workers[-1].go_on()
        world.clock.pass_by(minutes=6)
    first, _, last = workers
    first.end()
    item = world.items()["welcome"]
    assert (item.state, item.attempts) == (State.STARTED, 2)
    last.end()
    assert world.states() == {"welcome": State.SENT}
    assert [one.number for one in world.journal.attempts(item.key)] == [1, 1, 2]
