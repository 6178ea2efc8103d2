"""Journals within the caller's transaction: all is written together, or nothing is."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from sqlalchemy.orm import Session

from cxjourney.channels import HookSet
from cxjourney.dispatch import AsyncDispatcher, Dispatcher
from cxjourney.dispatch.journal import (
    AsyncSqlJournal,
    Commit,
    CustomerRecord,
    Erasure,
    Journal,
    SqlJournal,
    State,
)
from cxjourney.errors import JournalError, SequenceError
from cxjourney.vocabulary import Event, EventKind
from tests.dispatch.drivers import DRIVERS, for_asyncio
from tests.dispatch.journal.records import a_journey, an_attempt, an_intent, at, left_of, write
from tests.dispatch.stores import sqlite_url
from tests.dispatch.world import MONDAY, POLICY, playbook

LEO = "leo"
BOUGHT = Event(EventKind.PURCHASED, MONDAY, "bought")
ORDER = text("INSERT INTO orders VALUES (1)")
ORDERS = text("SELECT count(*) FROM orders")


@pytest.fixture
def journal(engine: Engine) -> SqlJournal:
    """Return a journal in a database that has a table of its owner's too."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE orders (id INTEGER)"))
    kept = SqlJournal(engine)
    kept.create()
    return kept


@pytest.fixture(params=[Engine.connect, Session])
def begin(request: pytest.FixtureRequest, engine: Engine) -> Callable[[], Connection | Session]:
    """Return what gives a connection, or a session."""
    return lambda: request.param(engine)


def company(journal: Journal) -> Dispatcher:
    """Return a dispatcher that only records."""
    return Dispatcher(
        journal, playbook=playbook(), policy=POLICY, hooks=HookSet(), clock=lambda: MONDAY
    )


def orders(engine: Engine) -> int:
    """Return how many orders there are."""
    with engine.connect() as connection:
        return int(connection.execute(ORDERS).scalar_one())


@pytest.mark.no_cover
def test_events_are_written_with_what_is_yours(
    journal: SqlJournal, engine: Engine, begin: Callable[[], Connection | Session]
) -> None:
    """Whoever rolls back recorded nothing, whoever commits recorded it with all the rest."""
    dispatcher = company(journal)
    for commits in (False, True):
        with begin() as transaction:
            transaction.execute(ORDER)
            joined = dispatcher.using(journal.within(transaction))
            joined.record(LEO, "", BOUGHT)
            assert joined.journey(LEO) is not None
            assert joined.next_attention() is not None
            if commits:
                transaction.commit()
        assert (dispatcher.journey(LEO) is not None) is commits
        assert orders(engine) == int(commits)
    assert dispatcher.record(LEO, "", BOUGHT).step.seq == 1


@pytest.mark.no_cover
def test_a_transaction_that_only_read_can_write(
    journal: SqlJournal, begin: Callable[[], Connection | Session]
) -> None:
    """Where nothing was written before, the journal begins the transaction, and all is undone."""
    with begin() as transaction:
        transaction.execute(ORDERS)
        company(journal.within(transaction)).record(LEO, "", BOUGHT)
        transaction.execute(ORDER)
        transaction.rollback()
        assert transaction.execute(ORDERS).scalar() == 0
    assert journal.read(LEO) == CustomerRecord(LEO)


def test_what_fails_leaves_the_rest(journal: SqlJournal, engine: Engine) -> None:
    """A commit that is refused half-way is undone alone; whoever goes on loses nothing."""
    write(journal, LEO, journeys=(a_journey(LEO),))
    before = journal.read(LEO)
    with Session(engine) as session, session.begin():
        session.execute(ORDER)
        joined = journal.within(session)
        odd = Commit(LEO, 1, journeys=(a_journey(LEO, events=2),))
        odd = attrs.evolve(odd, attempts=(an_attempt(an_intent(LEO)),))
        with pytest.raises(JournalError, match="at odds"):
            joined.commit(odd)
        with pytest.raises(SequenceError):
            joined.commit(Commit(LEO, 7))
        assert joined.read(LEO) == before
    assert journal.read(LEO) == before
    assert orders(engine) == 1


def test_what_needs_a_transaction_of_its_own_is_refused(
    journal: SqlJournal, engine: Engine
) -> None:
    """No hook is called for what may yet be undone, and tables are made before."""
    dispatcher = company(journal)
    dispatcher.record(LEO, "", BOUGHT)
    with Session(engine) as session:
        joined = dispatcher.using(journal.within(session))
        with pytest.raises(JournalError, match="its own transaction; expected the journal"):
            joined.run()
        with pytest.raises(JournalError, match="its own transaction"):
            journal.within(session).create()
        with pytest.raises(JournalError, match="its own transaction"):
            journal.within(session).archive(MONDAY)
        with pytest.raises(JournalError, match="its own transaction"):
            journal.within(session).vacuum()
        with pytest.raises(JournalError, match=r"nobody looked at yet; expected journal.create"):
            SqlJournal(engine).within(session)


def test_a_connection_that_commits_by_itself_is_refused(postgres_engine: Engine) -> None:
    """There nothing could be written together."""
    journal = SqlJournal(postgres_engine)
    journal.create()
    eager = postgres_engine.execution_options(isolation_level="AUTOCOMMIT")
    with eager.connect() as connection, pytest.raises(JournalError, match="not AUTOCOMMIT"):
        journal.within(connection).read(LEO)


def test_erasing_needs_foreign_keys(sqlite_engine: Engine, tmp_path: Path) -> None:
    """Where SQLite would leave behind what belongs to the erased, nothing is erased."""
    journal = SqlJournal(sqlite_engine)
    write(journal, LEO, journeys=(a_journey(LEO),), outbox=(an_intent(LEO, 1, "", State.SENT),))
    erasing = Commit(LEO, 1, erased={"": left_of(LEO)}, erasure=Erasure(at(1), 2))
    yours = create_engine(sqlite_url(tmp_path))
    with yours.connect() as connection, pytest.raises(JournalError, match="PRAGMA foreign_keys"):
        journal.within(connection).commit(erasing)
    yours.dispose()
    assert journal.read(LEO).revision == 1

    @event.listens_for(yours, "connect")
    def keep_together(connection: DBAPIConnection, _: object) -> None:
        connection.cursor().execute("PRAGMA foreign_keys = ON")

    with yours.begin() as connection:
        journal.within(connection).commit(erasing)
    yours.dispose()
    assert journal.find(an_intent(LEO).key) is None


@pytest.fixture(
    params=[DRIVERS[0], *(pytest.param(one, marks=pytest.mark.no_cover) for one in DRIVERS[1:])]
)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], AsyncEngine]:
    """Return what opens an empty database with each driver of asyncio."""
    if "sqlite" in request.param:
        return lambda: for_asyncio(sqlite_url(tmp_path), request.param)
    postgres: Callable[[], str] = request.getfixturevalue("postgres")
    url = postgres()
    return lambda: for_asyncio(url, request.param)


@pytest.mark.parametrize("begin", [AsyncEngine.connect, AsyncSession])
def test_it_is_so_in_asynchronous_code(
    opened: Callable[[], AsyncEngine],
    begin: Callable[[AsyncEngine], AsyncConnection | AsyncSession],
) -> None:
    """With every driver, be it a connection or a session; also where a task is cancelled."""

    async def check(engine: AsyncEngine, journal: AsyncSqlJournal) -> None:
        async with engine.begin() as connection:
            await connection.execute(text("CREATE TABLE orders (id INTEGER)"))
        await journal.create()
        with pytest.raises(JournalError, match="not open"):
            journal.within(engine.connect())
        dispatcher = AsyncDispatcher(
            journal, playbook=playbook(), policy=POLICY, hooks=HookSet(), clock=lambda: MONDAY
        )

        async def buy(waits: float | None) -> None:
            async with begin(engine) as transaction:
                await transaction.execute(ORDER)
                await dispatcher.using(journal.within(transaction)).record(LEO, "", BOUGHT)
                await asyncio.sleep(waits or 0)
                if waits is not None:
                    await transaction.commit()

        await buy(None)
        assert await dispatcher.journey(LEO) is None
        for tries in range(4):
            task = asyncio.create_task(buy(60))
            await asyncio.sleep(tries * 0.01)
            task.cancel()
            await asyncio.wait([task])
            assert await dispatcher.journey(LEO) is None
        await buy(0)
        assert await dispatcher.journey(LEO) is not None
        async with engine.connect() as connection:
            assert (await connection.execute(ORDERS)).scalar_one() == 1

    async def closing_all() -> None:
        engine, its_own = opened(), opened()
        await check(engine, AsyncSqlJournal(its_own))
        for one in (engine, its_own):
            await one.dispose()

    asyncio.run(closing_all())
