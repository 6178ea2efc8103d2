"""A plain journal in threads: under asyncio and trio, with anyio and without."""

import asyncio
import importlib.util
import threading

import anyio
import pytest
import trio

from cxjourney.dispatch.journal import (
    AsyncJournal,
    AsyncMemoryJournal,
    Commit,
    CustomerRecord,
    InThread,
    MemoryJournal,
)
from cxjourney.errors import SequenceError
from tests.dispatch.journal.records import a_journey

LEO = "leo"


class Slow(MemoryJournal):
    """A journal that says in which thread it is asked, and waits until it may answer."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: set[int] = set()
        self.asked, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()

    def commit(self, commit: Commit) -> None:
        """Write a commit, in no hurry."""
        self.threads.add(threading.get_ident())
        self.asked.set()
        self.go_on.wait(10)
        super().commit(commit)


async def use(journal: AsyncJournal) -> CustomerRecord:
    """Write and read, and lose a race."""
    await journal.commit(Commit(LEO, 0, journeys=(a_journey(LEO),)))
    with pytest.raises(SequenceError):
        await journal.commit(Commit(LEO, 0))
    return await journal.read(LEO)


def test_it_runs_under_trio_and_asyncio() -> None:
    """Each call runs in another thread, errors come back, and so do answers."""
    for run in (trio.run, lambda call, journal: asyncio.run(call(journal))):
        slow = Slow()
        assert run(use, InThread(slow)) == CustomerRecord(LEO, 1, (a_journey(LEO),))
        assert slow.threads
        assert threading.get_ident() not in slow.threads


def test_it_runs_without_anyio(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under asyncio the standard library is enough."""
    monkeypatch.setattr("cxjourney.dispatch.journal._async.find_spec", lambda _: None)
    slow = Slow()
    assert asyncio.run(use(InThread(slow))).revision == 1
    assert threading.get_ident() not in slow.threads
    assert importlib.util.find_spec("anyio") is not None


def test_a_cancelled_call_is_waited_for() -> None:
    """Whoever cancels a commit finds it done or not done afterwards, never under way."""
    slow = Slow()
    slow.go_on.clear()

    async def check() -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(InThread(slow).commit, Commit(LEO, 0, journeys=(a_journey(LEO),)))
            await anyio.to_thread.run_sync(slow.asked.wait)
            tasks.cancel_scope.cancel()
            slow.go_on.set()
        assert slow.read(LEO).revision == 1

    anyio.run(check)


def test_memory_never_waits() -> None:
    """The journal in memory answers in the same thread, and can be shared with a plain caller."""
    slow = Slow()
    assert asyncio.run(use(AsyncMemoryJournal(slow))) == slow.read(LEO)
    assert slow.threads == {threading.get_ident()}
