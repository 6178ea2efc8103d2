"""The dispatcher for asynchronous code."""

from collections.abc import Iterable
from datetime import datetime

from cxjourney.channels import AsyncHook, Hook, HookOutcome, HookSet
from cxjourney.dispatch._attending import Run
from cxjourney.dispatch._awaiting._in_threads import in_threads
from cxjourney.dispatch._batching._lanes import carry_out_async
from cxjourney.dispatch._batching._lockstep import Batch
from cxjourney.dispatch._batching._many import record_many
from cxjourney.dispatch._by_hand import DEAD, affected_by, break_claim, redrive, resolve
from cxjourney.dispatch._deciding import open_whole, record
from cxjourney.dispatch._dispatcher import Dispatching
from cxjourney.dispatch._driving import Flow, Result, drive_async
from cxjourney.dispatch._history._calls import AsyncHistoryCalls
from cxjourney.dispatch._righting._persons import AsyncRighting
from cxjourney.dispatch._settings import Recorded, RunReport, now
from cxjourney.dispatch.journal import AsyncJournal, OutboxItem, Trouble
from cxjourney.dispatch.journal._methods import own
from cxjourney.journey import Journey, Migration
from cxjourney.playbook import Affected, Playbook
from cxjourney.vocabulary import Channel, Event


class AsyncDispatcher(AsyncRighting, Dispatching[AsyncJournal, AsyncHook], AsyncHistoryCalls):
    """As ``Dispatcher``, for asynchronous hooks and journals.

    It runs on asyncio, and on trio too where anyio is installed (the extra ``async``).
    """

    awaits = True

    @staticmethod
    def in_threads(hooks: HookSet[Hook]) -> HookSet[AsyncHook]:
        """Return plain hooks for an ``AsyncDispatcher``: each call runs in a thread.

        Nobody waits for a call that takes longer than it may, but the thread goes on. With anyio
        installed (extra ``async``) it works under asyncio and trio; without it under asyncio only.

        Args:
            hooks: plain hooks, such as those of ``cxjourney.dispatch.hooks``.

        Raises:
            InvalidError: when it is no set of hooks, or one of them is asynchronous.
        """
        return in_threads(hooks)

    async def _drive(self, flow: Flow[Result]) -> Result:
        return await drive_async(flow, self.journal)

    async def record(
        self,
        customer: str,
        engagement: str,
        event: Event,
        *,
        expected: int | None = None,
        plan: bool = True,
    ) -> Recorded:
        """As ``Dispatcher.record``."""
        flow = record(self.settings, customer, engagement, event, expected, plans=plan)
        with self.settings.watch.span("record"):
            return await self._drive(flow)

    async def record_many(
        self, told: Iterable[tuple[str, str, Event]]
    ) -> list[Recorded | Exception]:
        """As ``Dispatcher.record_many``."""
        with self.settings.watch.span("record_many"):
            return await self._carry_out(record_many(self.settings, told, self.batch))

    async def run(self, limit: int | None = None) -> RunReport:
        """As ``Dispatcher.run``."""
        with self.settings.watch.span("run"):
            return await self._run(limit)

    async def _run(self, limit: int | None) -> RunReport:
        run = Run(limit, self._pace(), self.settings.watch)
        if self._basis:
            ask = own(self.journal, AsyncJournal, "ask_again")
            await ask(now(self.settings), basis=self._basis[0])
            self._basis.clear()
        while run.room:
            claims = await self.journal.claim(*run.claiming(self.settings))
            if not claims:
                break
            await self._carry_out(run.attending(self.settings, claims))
            await self.journal.release(run.released())
            for trouble in run.put_off(self.settings):
                await self.journal.put_off(*trouble)
        return run.report()

    async def _carry_out(self, batch: Batch[Result]) -> Result:
        return await carry_out_async(batch, self.journal, self.workers, self.settings.clock)

    async def journey(self, customer: str, engagement: str = "") -> Journey | None:
        """Return a journey as it is kept, or None; what is done to it is not kept."""
        unit = await self._drive(open_whole(self.settings, customer))
        return unit.journeys.get(unit.named.get(engagement, engagement))

    async def dead_letters(
        self, *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[OutboxItem, ...]:
        """As ``Dispatcher.dead_letters``."""
        return await self.journal.outbox(DEAD, after=after, limit=limit)

    async def ask_again(self, customer: str | None = None) -> int:
        """As ``Dispatcher.ask_again``."""
        ask = own(self.journal, AsyncJournal, "ask_again")
        return await ask(now(self.settings), customer=customer) or 0

    async def redrive(self, key: str, *, actor: str | None = None) -> OutboxItem:
        """As ``Dispatcher.redrive``."""
        return await self._drive(redrive(self.settings, key, actor))

    async def resolve(
        self,
        key: str,
        outcome: HookOutcome,
        *,
        channel: Channel | None = None,
        actor: str | None = None,
    ) -> OutboxItem:
        """As ``Dispatcher.resolve``."""
        return await self._drive(resolve(self.settings, key, outcome, actor, channel))

    async def break_claim(self, customer: str, *, actor: str | None = None) -> bool:
        """As ``Dispatcher.break_claim``."""
        flow = break_claim(now(self.settings), customer, actor)
        broken = await self._drive(flow)
        self.settings.watch.broke_claim(broken=broken)
        return broken

    async def affected_by(
        self, playbook: Playbook, *, migration: Migration | None = None
    ) -> Affected:
        """As ``Dispatcher.affected_by``."""
        return await self._drive(affected_by(self.settings, playbook, migration))

    async def troubles(self, *, after: str = "", limit: int = 1000) -> tuple[Trouble, ...]:
        """As ``Dispatcher.troubles``."""
        return await self.journal.troubles(after=after, limit=limit)

    async def whose(self, handle: str) -> str | None:
        """As ``Dispatcher.whose``."""
        return await self.journal.whose(handle)

    async def next_attention(self) -> datetime | None:
        """As ``Dispatcher.next_attention``."""
        return await self.journal.next_attention()
