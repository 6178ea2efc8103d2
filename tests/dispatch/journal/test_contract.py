"""Every journal that comes with the library passes the contract of journals."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Engine

from cxjourney.dispatch.journal import (
    AsyncJournal,
    AsyncMemoryJournal,
    AsyncSqlJournal,
    InThread,
    Journal,
    MemoryJournal,
    SqlJournal,
)
from cxjourney.testing import JournalContract, awaited
from tests.dispatch.stores import sqlite_url


def test_how_to_make_a_journal_must_be_said() -> None:
    """The contract alone has no journal to test."""
    with pytest.raises(TypeError, match="abstract"):
        JournalContract()  # type: ignore[abstract]


class TestMemory(JournalContract):
    """The journal in memory."""

    def make_journal(self) -> Journal:
        """Return an empty journal."""
        return MemoryJournal()


class TestSqlite(JournalContract):
    """The journal in a file of SQLite."""

    @pytest.fixture(autouse=True)
    def _database(self, sqlite_engine: Engine) -> None:
        self.engine = sqlite_engine

    def make_journal(self) -> Journal:
        """Return an empty journal."""
        return SqlJournal(self.engine)


class TestPostgres(JournalContract):
    """The journal in PostgreSQL."""

    @pytest.fixture(autouse=True)
    def _database(self, postgres_engine: Engine) -> None:
        self.engine = postgres_engine

    def make_journal(self) -> Journal:
        """Return an empty journal."""
        return SqlJournal(self.engine)


class AsyncContract(JournalContract):
    """What the tests of asynchronous journals share: a loop, and closing at the end."""

    @pytest.fixture(autouse=True)
    def _loop(self) -> Iterator[None]:
        with ExitStack() as self.opened:
            self.run = self.opened.enter_context(asyncio.Runner()).run
            yield

    def awaited(self, journal: AsyncJournal) -> Journal:
        """Return a plain journal that waits for an asynchronous one."""
        return awaited(journal, self.run)

    def opened_sql(self, url: str) -> Journal:
        """Return a journal in a database, to be closed at the end."""
        journal = AsyncSqlJournal(url)
        self.opened.callback(lambda: self.run(journal.aclose()))
        return self.awaited(journal)


class TestAsyncMemory(AsyncContract):
    """The journal in memory, for asynchronous code."""

    def make_journal(self) -> Journal:
        """Return an empty journal."""
        return self.awaited(AsyncMemoryJournal())


class TestInThread(AsyncContract):
    """A plain journal in a thread."""

    def make_journal(self) -> Journal:
        """Return an empty journal."""
        return self.awaited(InThread(MemoryJournal()))


class TestAsyncSqlite(AsyncContract):
    """The journal in a file of SQLite, for asynchronous code."""

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.url = sqlite_url(tmp_path, "aiosqlite")

    def make_journal(self) -> Journal:
        """Return an empty journal."""
        return self.opened_sql(self.url)


class TestAsyncPostgres(AsyncContract):
    """The journal in PostgreSQL, for asynchronous code."""

    @pytest.fixture(autouse=True)
    def _database(self, postgres: Callable[[], str]) -> None:
        self.url = postgres()

    def make_journal(self) -> Journal:
        """Return an empty journal."""
        return self.opened_sql(self.url)
