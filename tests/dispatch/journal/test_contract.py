"""Every journal that comes with the library passes the contract of journals."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import create_engine

from cxjourney.dispatch.journal import (
    AsyncMemoryJournal,
    AsyncSqlJournal,
    InThread,
    Journal,
    MemoryJournal,
)
from cxjourney.testing import JournalContract, awaited
from tests.dispatch.drivers import DRIVERS, for_asyncio
from tests.dispatch.stores import SECRET, Empty, emptied, hurried, sqlite_url

KINDS = (
    "memory",
    "thread",
    *(pytest.param(one, marks=pytest.mark.no_cover) for one in DRIVERS),
)


def test_how_to_make_a_journal_must_be_said() -> None:
    """The contract alone has no journal to test."""
    with pytest.raises(TypeError, match="abstract"):
        JournalContract()  # type: ignore[abstract]


class Contract(JournalContract):
    """What the tests share: something that gives an empty journal for each."""

    empty: Empty

    def make_journal(self) -> Journal:
        """Return an empty journal."""
        return self.empty()


class TestMemory(Contract):
    """The journal in memory."""

    empty = MemoryJournal


class TestSqlite(Contract):
    """The journal in a file of SQLite."""

    @pytest.fixture(autouse=True)
    def _database(self, in_sqlite: Empty) -> None:
        self.empty = in_sqlite


@pytest.mark.no_cover
class TestPostgres(Contract):
    """The journal in PostgreSQL."""

    @pytest.fixture(autouse=True)
    def _database(self, in_postgres: Empty) -> None:
        self.empty = in_postgres


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.Runner]:
    """Run asyncio for all tests of this module."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module", params=KINDS)
def asynchronous(
    request: pytest.FixtureRequest, loop: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Empty]:
    """Give empty journals of each kind for asynchronous code."""
    if request.param in {"memory", "thread"}:
        face = AsyncMemoryJournal if request.param == "memory" else InThread
        yield lambda: awaited(face(MemoryJournal()), loop.run)
        return
    url = sqlite_url(tmp_path_factory.mktemp("journal"))
    if "postgresql" in request.param:
        postgres: Callable[[], str] = request.getfixturevalue("postgres")
        url = postgres()
    its_own = for_asyncio(url, request.param, ping=False)
    journal = AsyncSqlJournal(its_own, secret=SECRET)
    engine = create_engine(url)
    empty = emptied(engine if "postgresql" in request.param else hurried(engine))

    def emptied_too() -> Journal:
        empty()
        return awaited(journal, loop.run)

    yield emptied_too
    loop.run(its_own.dispose())
    engine.dispose()


class TestAsynchronous(Contract):
    """Every journal for asynchronous code."""

    @pytest.fixture(autouse=True)
    def _journal(self, asynchronous: Empty) -> None:
        self.empty = asynchronous
