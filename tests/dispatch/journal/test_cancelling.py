"""Calls of journals that are cancelled: written whole or not at all, and nobody is locked out."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Coroutine, Generator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from pathlib import Path
from types import coroutine
from typing import Any

import anyio
import pytest
from sqlalchemy.util import greenlet_spawn

from cxjourney.dispatch.journal import AsyncSqlJournal, Commit, InThread, SqlJournal
from tests.dispatch.drivers import DRIVERS, for_asyncio
from tests.dispatch.journal.records import a_journey, an_intent, at
from tests.dispatch.stores import sqlite_url

Opened = Callable[[], AbstractAsyncContextManager[AsyncSqlJournal]]


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database of each kind."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path)
    postgres: Callable[[], str] = request.getfixturevalue("postgres")
    return postgres()


@pytest.fixture(
    params=[DRIVERS[0], *(pytest.param(one, marks=pytest.mark.no_cover) for one in DRIVERS[1:])]
)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Opened]:
    """Return the URL of an empty database, and what opens it for asyncio, for each driver."""
    if "sqlite" in request.param:
        url = sqlite_url(tmp_path)
    else:
        postgres: Callable[[], str] = request.getfixturevalue("postgres")
        url = postgres()
    return url, lambda: opened(url, request.param)


@asynccontextmanager
async def opened(url: str, driver: str) -> AsyncIterator[AsyncSqlJournal]:
    """Open a journal for asyncio, and close its engine in the end."""
    engine = for_asyncio(url, driver)
    yield AsyncSqlJournal(engine)
    await engine.dispose()


def a_commit(customer: str) -> Commit:
    """Return what is written of a new customer."""
    return Commit(
        customer, 0, at(1), (a_journey(customer, events=2),), outbox=(an_intent(customer),)
    )


def check_whole(url: str, customer: str) -> int:
    """Check that a commit was written whole or not at all, and that another one may write now."""
    with closing(SqlJournal(url)) as journal:
        kept = journal.read(customer)
        assert kept.revision == len(kept.journeys) == len(kept.outbox) <= 1
        assert kept.revision == 0 or kept.journeys == a_commit(customer).journeys
        journal.commit(Commit(customer, kept.revision))
        assert journal.claim(at(1), at(2), 1) == () or kept.revision
    return kept.revision


class CutOff:
    """Awaits something, and is cancelled itself at its n-th wait; it counts its waits."""

    def __init__(self, at: int) -> None:
        self.at, self.waits = at, 0

    def spawn(self, act: Callable[[], Any]) -> Any:
        """Begin a call."""
        return self._awaited(greenlet_spawn(act))

    async def _awaited(self, work: Coroutine[Any, Any, Any]) -> Any:
        return await self._cut(work)

    @coroutine
    def _cut(self, work: Coroutine[Any, Any, Any]) -> Generator[Any, Any, Any]:
        error: BaseException | None = None
        while True:
            try:
                waits_for = work.send(None) if error is None else work.throw(error)
            except StopIteration as stop:
                return stop.value
            error = None
            self.waits += 1
            if self.waits == self.at:
                error = asyncio.CancelledError()
                if waits_for is not None:
                    waits_for._asyncio_future_blocking = False
            else:
                yield waits_for


def test_a_call_that_is_cut_off_at_any_wait_locks_nobody_out(
    made: tuple[str, Opened], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a loop ends and cancels all tasks: the connection is thrown away, rolled back."""
    numbers: set[int] = set()
    url, opens = made

    async def check() -> None:
        async with opens() as journal:
            await journal.create()
            for number in range(1, 99):
                cut, customer = CutOff(number), f"customer {number}"
                with monkeypatch.context() as patch:
                    patch.setattr("cxjourney.dispatch.journal._sql_async.greenlet_spawn", cut.spawn)
                    call = asyncio.create_task(journal.commit(a_commit(customer)))
                    await asyncio.wait([call])
                numbers.add(await asyncio.to_thread(check_whole, url, customer))
                if cut.waits < number:
                    assert call.result() is None
                    return
                assert call.cancelled()

    asyncio.run(asyncio.wait_for(check(), 60))
    assert numbers == {0, 1}


@pytest.mark.no_cover
def test_a_cancelled_call_is_waited_for(made: tuple[str, Opened]) -> None:
    """Whenever its caller is cancelled, it was written whole or not at all."""
    url, opens = made

    async def check() -> None:
        async with opens() as journal:
            await journal.create()
            for number in range(12):
                customer = f"customer {number}"
                call = asyncio.create_task(journal.commit(a_commit(customer)))
                await asyncio.sleep(number * 0.0005)
                call.cancel()
                await asyncio.wait([call])
                await asyncio.to_thread(check_whole, url, customer)

    asyncio.run(asyncio.wait_for(check(), 60))


@pytest.mark.no_cover
def test_a_loop_that_ends_leaves_no_lock(url: str) -> None:
    """A task in the background is cancelled with the loop, at whatever it was just then."""

    async def leave(journal: AsyncSqlJournal, number: int) -> None:
        await journal.create()
        background = asyncio.create_task(journal.commit(a_commit(f"customer {number}")))
        await asyncio.sleep(number * 0.001)
        del background

    for number in range(6):
        journal = AsyncSqlJournal(url.replace("+pysqlite", "+aiosqlite"))
        asyncio.run(leave(journal, number))
        check_whole(url, f"customer {number}")
        asyncio.run(journal.aclose())
        gc.collect()  # what was left open would be told here


@pytest.mark.no_cover
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_thread_is_waited_for(url: str, backend: str) -> None:
    """Under either loop a cancelled call in a thread comes to its end."""

    async def check() -> None:
        with closing(SqlJournal(url)) as plain:
            plain.create()
            for number in range(4):
                customer = f"customer {number}"
                with anyio.move_on_after(number * 0.002):
                    await InThread(plain).commit(a_commit(customer))
                await anyio.to_thread.run_sync(check_whole, url, customer)

    anyio.run(check, backend=backend)
