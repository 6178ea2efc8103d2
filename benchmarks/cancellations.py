"""Cancel calls of journals at random moments; ends with 1 where one left a lock or half a write.

A task records events of customers through an `AsyncDispatcher`, and is cancelled at a random wait
of its own; then another connection looks whether all of each event was written or nothing of it,
and whether it may write at once. With every driver of asyncio, and with plain journals in threads
under asyncio and trio.
"""

import argparse
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

import anyio
import attrs

sys.path.insert(0, str(Path(__file__).parents[1]))  # the company belongs to the tests

from cxjourney.channels import HookContext, HookOutcome, HookSet, Sent
from cxjourney.channels.policy import Limits, Policy
from cxjourney.dispatch import AsyncDispatcher, Dispatcher
from cxjourney.dispatch.journal import AsyncJournal, AsyncSqlJournal, InThread, SqlJournal, State
from cxjourney.errors import CxJourneyError
from cxjourney.playbook import standard_playbook
from cxjourney.vocabulary import Channel, Event, EventKind, Purpose, Touchpoint
from tests.dispatch.drivers import DRIVERS, for_asyncio
from tests.dispatch.stores import hurried, sqlite_url
from tests.dispatch.world import MONDAY
from tests.postgres import empty_schemas

WAYS = (
    *((driver, "asyncio") for driver in DRIVERS),
    *(
        (f"{name} in threads", loop)
        for name in ("sqlite", "psycopg")
        for loop in ("asyncio", "trio")
    ),
)
"""The drivers, and the loops under which each runs."""
PLAYBOOK = standard_playbook()
POLICY = Policy(Limits(service=frozenset({Purpose.ANSWER})))
SHOP = {"touchpoint": Touchpoint.SHOP}
INTENTS = 2
"""What a question calls for, in the company of the tests."""
LONGEST = 0.12
"""Within how many seconds a call is cancelled at most; sooner, where calls are finished sooner."""
STUCK = 5.0
"""After how many seconds a call counts as locked out."""


async def answer(_: HookContext) -> HookOutcome:
    """Say that the question was answered, after a moment."""
    await anyio.sleep(0.001)
    return Sent(note="it fits")


@attrs.define
class Tally:
    """What was seen.

    Attributes:
        cancelled: how many calls were cancelled.
        finished: how many were done before.
        half: how often something was written half.
        locked: how often nobody else could write afterwards.
        twice: how many intents were sent more than once, or lost.
    """

    cancelled: int = 0
    finished: int = 0
    half: int = 0
    locked: int = 0
    twice: int = 0

    @property
    def calls(self) -> int:
        """How many calls there were."""
        return self.cancelled + self.finished

    @property
    def is_well(self) -> bool:
        """Whether nothing was broken."""
        return not (self.half or self.locked or self.twice)


@asynccontextmanager
async def opened(way: str, url: str) -> AsyncIterator[AsyncJournal]:
    """Open a journal with a driver."""
    if "threads" in way:
        plain = SqlJournal(url)
        yield InThread(plain)
        plain.close()
        return
    engine = for_asyncio(url, way)
    if "sqlite" in way:
        hurried(engine.sync_engine)
    yield AsyncSqlJournal(engine)
    await engine.dispose()


def monday() -> datetime:
    """Tell the time, which stands still."""
    return MONDAY


async def cancel(work: Callable[[], Awaitable[object]], after: float) -> bool:
    """Do some work, and cancel it after so many seconds; say whether it was cut off."""
    with anyio.move_on_after(after) as scope:
        await work()
    return scope.cancelled_caught


async def broken_off(way: str, url: str, times: int, seed: int) -> Tally:
    """Make calls with a driver until so many were cancelled."""
    tally, random = Tally(), Random(seed)  # noqa: S311 - no secret
    plain = SqlJournal(url)
    plain.create()
    hooks = HookSet().on(Channel.FACE_TO_FACE, answer, idempotent=True)
    beside = Dispatcher(plain, playbook=PLAYBOOK, hooks=HookSet(), policy=POLICY, clock=monday)
    async with opened(way, url) as journal:
        company = AsyncDispatcher(
            journal, playbook=PLAYBOOK, hooks=hooks, policy=POLICY, clock=monday, workers=2
        )
        longest = LONGEST
        while tally.cancelled < times:
            customer = f"customer {tally.calls}"
            asked = Event(EventKind.ASKED, MONDAY, "asked", {"question": "?"})

            async def work(customer: str = customer, asked: Event = asked) -> None:
                await company.record(customer, "", asked)
                await company.run()

            began = perf_counter()
            if await cancel(work, random.uniform(0, longest)):
                tally.cancelled += 1
                longest = min(LONGEST, longest * 1.05)  # where it has become slower
            else:
                tally.finished += 1
                longest = 1.2 * (perf_counter() - began)
            with anyio.move_on_after(STUCK) as scope:
                await anyio.to_thread.run_sync(check, beside, customer, asked, tally)
            tally.locked += scope.cancelled_caught
    check_all(plain, tally)
    plain.close()
    return tally


def check(beside: Dispatcher, customer: str, asked: Event, tally: Tally) -> None:
    """Look whether an event was written whole or not at all, and write beside it."""
    kept = beside.journal.read(customer)
    whole = len(kept.journeys) == 1 and len(kept.outbox) == INTENTS
    tally.half += not (whole or not (kept.journeys or kept.outbox))
    began = perf_counter()
    try:
        beside.record(customer, "", asked)  # the same event again: nothing may come twice
        beside.record(customer, "", Event(EventKind.TOUCHED, MONDAY, "touched", SHOP))
    except CxJourneyError:
        tally.locked += 1
    tally.locked += perf_counter() - began > STUCK


def check_all(journal: SqlJournal, tally: Tally) -> None:
    """Look whether every customer has all of the intents, and each was sent at most once."""
    for number in range(tally.calls):
        outbox = journal.read(f"customer {number}").outbox
        tally.twice += len(outbox) != INTENTS
        tally.twice += sum(len(journal.attempts(one.key)) > one.attempts for one in outbox)
        tally.twice += sum(one.state is State.FAILED for one in outbox)


def main() -> None:
    """Cancel with every driver and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--times", type=int, default=500, help="calls cancelled with each driver")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    parser.add_argument("--only", nargs="*", help="drivers; all when left out")
    asked = parser.parse_args()
    logging.getLogger("cxjourney").setLevel(logging.ERROR)  # one channel is all it needs
    logging.getLogger("sqlalchemy").setLevel(logging.CRITICAL)  # it tells of each cancelled call
    well = True
    print("| driver | loop | cancelled | finished | half written | locked out | lost or twice |")
    print("|---|---|--:|--:|--:|--:|--:|")
    with TemporaryDirectory() as folder, empty_schemas() as schema:
        for place, (way, loop) in enumerate(WAYS):
            if asked.only is not None and way not in asked.only:
                continue
            inner = Path(folder) / f"{place}"
            inner.mkdir()
            url = sqlite_url(inner) if "sqlite" in way else schema()
            tally = anyio.run(broken_off, way, url, asked.times, asked.seed, backend=loop)
            well = well and tally.is_well
            print("|", " | ".join([way, loop, *map(str, attrs.astuple(tally))]), "|", flush=True)
    if not well:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
