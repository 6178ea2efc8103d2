"""The archive of journals in databases: its batches, and who breaks them off or is in the way."""

import asyncio
from contextlib import aclosing
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from cxjourney.dispatch.journal import Archived, AsyncSqlJournal, SqlJournal, State
from tests.dispatch.journal.records import a_journey, an_attempt, an_intent, at, write
from tests.dispatch.stores import sqlite_url

PEOPLE = ("ann", "leo", "mia", "ole")


@pytest.fixture
def journal(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> SqlJournal:
    """Return a journal with four customers, which moves three rows at once."""
    monkeypatch.setattr("cxjourney.dispatch.journal._upkeep._archive.AT_ONCE", 3)
    kept = SqlJournal(engine)
    for customer in PEOPLE:
        outbox = tuple(an_intent(customer, n, state=State.SENT) for n in (1, 2))
        journeys = (a_journey(customer, "car", 4), a_journey(customer, "house", 1))
        attempts = (an_attempt(outbox[0]), an_attempt(outbox[0], 2))
        write(kept, customer, journeys=journeys, outbox=outbox, attempts=attempts)
    return kept


@pytest.mark.no_cover
def test_it_goes_batch_by_batch(journal: SqlJournal) -> None:
    """Each batch is told of, and has no more rows than one may have."""
    heard: list[Archived] = []
    before = [journal.read(one) for one in PEOPLE]
    done = journal.archive(at(99), progress=heard.append)
    assert done == Archived(8, 8, 20, place=None)
    assert len(heard) == 3 + 7
    sizes = [(one.intents, one.steps) for one in (Archived(), *heard)]
    assert all(0 <= new[0] - old[0] + new[1] - old[1] <= 3 for old, new in pairwise(sizes))
    assert [journal.read(one) for one in PEOPLE] == before


def test_whoever_breaks_it_off_loses_nothing(journal: SqlJournal) -> None:
    """At whatever batch: all is read as before, and the next time does just what is left."""
    before = [journal.read(one) for one in PEOPLE]
    last = Archived()

    def break_off(done: Archived) -> None:
        nonlocal last
        last = done
        raise KeyboardInterrupt

    moved = [0, 0, 0]
    while last.place is not None:
        with pytest.raises(KeyboardInterrupt):
            journal.archive(at(99), progress=break_off)
        assert [journal.read(one) for one in PEOPLE] == before
        moved = [
            so_far + new
            for so_far, new in zip(moved, (last.intents, last.attempts, last.steps), strict=True)
        ]
        if not last.intents:
            break
    rest = journal.archive(at(99))
    assert [moved[0], moved[1], moved[2] + rest.steps] == [8, 8, 20]


def test_who_is_written_to_is_passed_over(postgres_engine: Engine) -> None:
    """Nobody waits for anybody; what is theirs goes with the next archiving."""
    kept = SqlJournal(postgres_engine)
    for customer in PEOPLE:
        one = an_intent(customer, 1, state=State.SENT)
        write(kept, customer, journeys=(a_journey(customer),), outbox=(one,))
    with postgres_engine.begin() as connection:
        connection.execute(text("UPDATE cx_customer SET revision = 9 WHERE customer = 'leo'"))
        assert kept.archive(at(99)) == Archived(3, 0, 3, busy=2, place=None)
    assert kept.archive(at(99)) == Archived(1, 0, 1, place=None)


def test_it_is_cancelled_between_two_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In asynchronous code a long archiving need not be waited for."""
    monkeypatch.setattr("cxjourney.dispatch.journal._upkeep._archive.AT_ONCE", 1)

    async def check() -> None:
        async with aclosing(AsyncSqlJournal(sqlite_url(tmp_path, "aiosqlite"))) as kept:
            plain = SqlJournal(sqlite_url(tmp_path))
            outbox = tuple(an_intent("leo", n, state=State.SENT) for n in range(1, 9))
            write(plain, "leo", outbox=outbox)
            plain.close()
            call = asyncio.ensure_future(
                kept.archive(at(99), progress=lambda done: done.intents == 2 and call.cancel())
            )
            with pytest.raises(asyncio.CancelledError):
                await call
            assert 2 <= len(await kept.archived()) < 8
            assert (await kept.read("leo")).outbox == outbox
            assert (await kept.archive(at(99))).place is None
            assert await kept.archived() == outbox

    asyncio.run(check())
