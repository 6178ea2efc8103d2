"""Runs of an asynchronous dispatcher that are cancelled at any moment, over databases."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import aclosing, closing
from pathlib import Path

import pytest

from cxjourney.channels import HookContext, HookOutcome, HookSet, Sent
from cxjourney.dispatch import AsyncDispatcher, Backoff
from cxjourney.dispatch.journal import AsyncSqlJournal, SqlJournal, State
from cxjourney.vocabulary import Channel, Event, EventKind
from tests.dispatch.stores import sqlite_url
from tests.dispatch.world import LIBRARY, NOTE, POLICY, Clock, playbook, profile

CUSTOMERS = 6
GOLDEN = 0.618_034
"""Multiples of it spread evenly between whole numbers."""


@pytest.fixture(params=["aiosqlite", "psycopg"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database for each driver."""
    if request.param == "aiosqlite":
        return sqlite_url(tmp_path, request.param)
    postgres: Callable[[], str] = request.getfixturevalue("postgres")
    return postgres()


@pytest.mark.no_cover
@pytest.mark.slow
def test_runs_that_are_cut_short_lose_and_double_nothing(url: str) -> None:
    """Each customer is written to, and by a hook that does not honour the key once at the most.

    A purchase calls for an e-mail, whose hook honours the key, a question for a person, who does
    not: what was cut off there, and only that, ends unknown.
    """
    clock, called = Clock(), Counter[str]()

    async def carry(context: HookContext) -> HookOutcome:
        called[context.key] += 1
        await asyncio.sleep(0.001)
        return Sent("ok", NOTE)

    hooks = HookSet[Callable[..., object]]().on(Channel.EMAIL, carry, idempotent=True)

    def company(journal: AsyncSqlJournal) -> AsyncDispatcher:
        return AsyncDispatcher(
            journal,
            playbook=playbook(),
            policy=POLICY,
            hooks=hooks.on(Channel.FACE_TO_FACE, carry),  # type: ignore[arg-type]
            clock=clock,
            library=LIBRARY,
            profiles=profile,
            backoff=Backoff(tries=1000),
            workers=3,
        )

    async def check() -> None:
        async with aclosing(AsyncSqlJournal(url)) as journal:
            made = company(journal)
            for number in range(CUSTOMERS):
                for kind, said in ((EventKind.PURCHASED, {}), (EventKind.ASKED, {"question": "?"})):
                    event = Event(kind, clock.at, kind.name, said)
                    await made.record(f"customer {number}", "", event)
            for cut in range(200):
                run = asyncio.create_task(made.run())
                await asyncio.sleep(0.005 * cut * (cut * GOLDEN % 1))
                run.cancel()
                await asyncio.wait([run])
                clock.pass_by(minutes=7)
                if not await journal.outbox([State.PLANNED, State.STARTED], limit=1):
                    return
            raise AssertionError

    asyncio.run(asyncio.wait_for(check(), 100))
    with closing(SqlJournal(url.replace("aiosqlite", "pysqlite"))) as journal:
        ended = journal.outbox(frozenset(State))
        assert len({one.key for one in ended}) == len(ended) == 2 * CUSTOMERS
        for one in ended:
            outcomes = [told.outcome for told in journal.attempts(one.key)]
            cut_off = any(not isinstance(told, Sent) for told in outcomes)
            if one.channel is Channel.EMAIL:
                assert one.state is State.SENT, outcomes
                assert called[one.key] >= 1
            else:
                assert one.state is (State.UNKNOWN if cut_off else State.SENT), outcomes
                assert called[one.key] <= 1, outcomes
                assert called[one.key] == 1 or cut_off
