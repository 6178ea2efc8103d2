"""The dispatcher for asynchronous code, on asyncio or trio."""

from datetime import datetime
from functools import partial

from cxjourney.channels.hooks import AsyncHook
from cxjourney.channels.outcome import HookOutcome
from cxjourney.dispatch.attending import attend
from cxjourney.dispatch.base import Dispatching
from cxjourney.dispatch.concurrency import side_by_side
from cxjourney.dispatch.deciding import in_flight
from cxjourney.dispatch.driving import drive_async
from cxjourney.dispatch.letters import DEAD, redrive, resolve
from cxjourney.dispatch.recording import erase, now, open_unit, record
from cxjourney.dispatch.report import Recorded, RunReport
from cxjourney.dispatch.running import Run
from cxjourney.events import Event
from cxjourney.journal.protocol import AsyncJournal
from cxjourney.journal.records import Claim, OutboxItem
from cxjourney.journey import Journey
from cxjourney.migration import Migration
from cxjourney.playbook.book import Playbook
from cxjourney.playbook.changes import InFlight, affected
from cxjourney.playbook.impact import Affected

__all__ = ["AsyncDispatcher"]


class AsyncDispatcher(Dispatching[AsyncJournal, AsyncHook]):
    """As ``Dispatcher``, for asynchronous hooks and journals.

    It runs on asyncio, and on trio too where anyio is installed (the extra ``async``).
    """

    async def record(
        self, customer: str, engagement: str, event: Event, *, expected: int | None = None
    ) -> Recorded:
        """As ``Dispatcher.record``."""
        flow = record(self.settings, customer, engagement, event, expected)
        return await drive_async(flow, self.journal)

    async def run(self, limit: int | None = None) -> RunReport:
        """As ``Dispatcher.run``."""
        run = Run(limit)
        while run.room:
            claims = await self.journal.claim(*run.claiming(self.settings))
            if not claims:
                break
            await side_by_side(partial(self._attend, run), claims, self.workers)
            await self.journal.release(run.released())
        return run.report()

    async def _attend(self, run: Run, claim: Claim) -> None:
        try:
            run.add(claim, await drive_async(attend(self.settings, claim), self.journal))
        except Exception as error:  # noqa: BLE001 - one customer's trouble stops nobody else's
            run.add(claim, error)

    async def journey(self, customer: str, engagement: str = "") -> Journey | None:
        """Return a journey as it is kept, or None; what is done to it is not kept."""
        unit = await drive_async(open_unit(self.settings, customer), self.journal)
        return unit.journeys.get(engagement)

    async def dead_letters(
        self, *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[OutboxItem, ...]:
        """As ``Dispatcher.dead_letters``."""
        return await self.journal.outbox(DEAD, after=after, limit=limit)

    async def redrive(self, key: str) -> OutboxItem:
        """As ``Dispatcher.redrive``."""
        return await drive_async(redrive(self.settings, key), self.journal)

    async def resolve(self, key: str, outcome: HookOutcome) -> OutboxItem:
        """As ``Dispatcher.resolve``."""
        return await drive_async(resolve(self.settings, key, outcome), self.journal)

    async def erase(self, customer: str, *, at: datetime) -> int:
        """As ``Dispatcher.erase``."""
        return await drive_async(erase(self.settings, customer, at), self.journal)

    async def affected_by(
        self, playbook: Playbook, *, migration: Migration | None = None
    ) -> Affected:
        """As ``Dispatcher.affected_by``."""
        before, moment, last = self.settings.playbook, now(self.settings), ""
        found: list[InFlight] = []
        while customers := await self.journal.customers(after=last):
            last = customers[-1]
            for customer in customers:
                unit = await drive_async(open_unit(self.settings, customer), self.journal)
                found.append(in_flight(unit))
        return affected(before, playbook, found, now=moment, migration=migration)

    async def next_attention(self) -> datetime | None:
        """As ``Dispatcher.next_attention``."""
        return await self.journal.next_attention()
