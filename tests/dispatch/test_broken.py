"""Databases that fail: what a hook said is not lost, and errors are the library's own."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

import attrs
import pytest
from sqlalchemy import create_engine, text

from cxjourney.channels import HookContext, HookOutcome, Sent
from cxjourney.dispatch import DispatchError
from cxjourney.dispatch.journal import Commit, Journal, SqlJournal, State
from cxjourney.errors import JournalError
from cxjourney.vocabulary import EventKind
from tests.dispatch.world import NOTE, Carrier, World

K = EventKind
THEIRS = "Mari.Maasikas"


def gone() -> JournalError:
    """Return what a journal raises whose database failed."""
    return JournalError("database", "Gone", "one that answers")


@attrs.define
class Failing:
    """A journal whose database fails at some commits of outcomes, having written or not."""

    journal: Journal
    failures: int
    writes: bool
    error: Callable[[], Exception]

    def commit(self, commit: Commit) -> None:
        """Write a commit, or fail."""
        fails = bool(commit.attempts) and self.failures > 0
        if self.writes or not fails:
            self.journal.commit(commit)
        if fails:
            self.failures -= 1
            raise self.error()

    def __getattr__(self, method: str) -> Callable[..., Any]:
        """Return any other method."""
        found: Callable[..., Any] = getattr(self.journal, method)
        return found


@pytest.mark.parametrize("failures", [1, 3])
@pytest.mark.parametrize("writes", [False, True])
def test_what_a_hook_said_is_written_again(failures: int, writes: bool) -> None:
    """Whether the database wrote it before it failed or not, it stands there once."""
    world = World()
    world.happens(K.PURCHASED)
    inner = world.journal
    world.journal = Failing(inner, failures, writes, gone)
    report = world.dispatcher().run()
    (item,) = inner.outbox([State.SENT])
    assert len(inner.attempts(item.key)) == 1
    assert len(world.carrier.contexts) == 1
    assert report.handled == {State.SENT: 1}


@pytest.mark.parametrize("error", [gone, OSError])
def test_a_journal_that_stays_broken_is_told_and_the_attempt_becomes_unknown(
    error: Callable[[], Exception],
) -> None:
    """After some tries nobody waits any longer; an error that is no database's is not retried."""
    world = World()
    world.happens(K.PURCHASED)
    inner = world.journal
    world.journal = Failing(inner, 9, writes=False, error=error)
    with pytest.raises(DispatchError) as told:
        world.dispatcher().run()
    assert [type(one) for one in told.value.exceptions] == [type(error())]
    assert world.journal.failures == (5 if isinstance(error(), JournalError) else 8)
    world.journal = inner
    world.clock.pass_by(minutes=6)
    assert world.dispatcher().run().handled == {State.UNKNOWN: 1}


def cut_all(url: str) -> None:
    """Let the server end every connection but one's own."""
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND application_name = 'cut'"
            )
        )
    engine.dispose()


def test_a_connection_that_breaks_during_a_hook_loses_nothing(
    postgres: Callable[[], str],
) -> None:
    """The outcome is written through a fresh one, and the next customer is attended to."""
    url = postgres()
    engine = create_engine(f"{url}&application_name=cut", hide_parameters=True)

    def cuts(_: HookContext) -> HookOutcome:
        cut_all(url)
        return Sent("ok", NOTE)

    world = World(Carrier(cuts), journal=SqlJournal(engine))
    for customer in "ab":
        world.happens(K.PURCHASED, customer)
    assert world.dispatcher().run().handled == {State.SENT: 2}
    assert world.carrier.calls == {"welcome": 2}
    engine.dispose()


def test_a_journals_own_pool_tests_its_connections(postgres: Callable[[], str]) -> None:
    """One that broke while nobody used it is replaced, and nobody notices."""
    url = postgres()
    with closing(SqlJournal(f"{url}&application_name=cut")) as journal:
        assert journal.customers() == ()
        cut_all(url)
        assert journal.customers() == ()
