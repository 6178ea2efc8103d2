"""How batches are carried out: the journal is asked once, and hooks are called in some lanes."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime
from typing import TypeVar

from cxjourney.dispatch._batching._lockstep import ActAll, Batch, Together
from cxjourney.dispatch._calling import Calls
from cxjourney.dispatch._driving import (
    NOT_CALLED,
    Act,
    Ask,
    Flow,
    at_once,
    drive,
    drive_async,
    driven,
    side_by_side,
)
from cxjourney.dispatch._running._forgetting import Forget
from cxjourney.dispatch.journal import AsyncJournal, Attempt, Claim, Journal
from cxjourney.dispatch.journal._methods import answered, answered_later, own
from cxjourney.errors import JournalError

Result = TypeVar("Result")


class Lanes:
    """The calls of a batch, made in lanes: each lane takes the next call until none is left.

    Args:
        acts: the calls.
        until: when it is too late to begin one, but for the first of each lane.
        clock: tells the time.
    """

    def __init__(
        self, acts: Sequence[Act | Forget], until: datetime, clock: Callable[[], datetime]
    ) -> None:
        self.answers: list[object] = [NOT_CALLED] * len(acts)
        self._left = deque(enumerate(acts))
        self._until, self._clock = until, clock

    def lane(self) -> Flow[None]:
        """Make calls, each marked before it is made where that is asked for."""
        last: Attempt | None = None
        first = True
        while first or self._clock() < self._until:
            first = False
            try:
                place, act = self._left.popleft()
            except IndexError:  # none is left
                return
            if isinstance(act, Forget):
                self.answers[place] = yield act
                continue
            if act.claim is not None:
                try:
                    held = yield from _mark(act, act.claim, last)
                except Exception as error:  # noqa: BLE001 - it is the answer to whoever asked
                    self.answers[place] = error
                    continue
                last = None
                if not held:
                    continue
            outcome = yield act
            self.answers[place] = outcome
            if act.claim is not None:
                context = act.context
                last = Attempt(
                    context.key, context.attempt, context.channel, self._clock(), outcome
                )


def _mark(act: Act, claim: Claim, last: Attempt | None) -> Flow[bool]:
    """Mark a call; where the database fails once, through a fresh connection."""
    asked = Ask("mark", (claim, act.context.key, act.context.attempt, last))
    try:
        held: bool = yield asked
    except JournalError as error:
        if error.where != "database":
            raise
        held = yield asked
    return held


def carry_out(
    batch: Batch[Result],
    journal: Journal,
    calls: Calls,
    workers: int,
    clock: Callable[[], datetime],
) -> Result:
    """Carry a batch's requests out, one after the other."""

    async def answer(request: Together | ActAll) -> object:
        if isinstance(request, Together):
            if len(request.asked) == 1:
                return [answered(journal, request.asked[0])]
            return own(journal, Journal, "together")(request.asked)
        lanes = Lanes(request.acts, request.until, clock)
        if workers == 1:
            drive(lanes.lane(), journal, calls)
        else:
            count = min(workers, len(request.acts))
            with ThreadPoolExecutor(count, "cxjourney-dispatch") as pool:
                made = [
                    pool.submit(copy_context().run, drive, lanes.lane(), journal, calls)
                    for _ in range(count)
                ]
            for one in made:
                one.result()
        return lanes.answers

    return at_once(driven(batch, answer))


async def carry_out_async(
    batch: Batch[Result], journal: AsyncJournal, workers: int, clock: Callable[[], datetime]
) -> Result:
    """Carry a batch's requests out, one after the other, waiting for each."""

    async def answer(request: Together | ActAll) -> object:
        if isinstance(request, Together):
            if len(request.asked) == 1:
                return [await answered_later(journal, request.asked[0])]
            return await own(journal, AsyncJournal, "together")(request.asked)
        lanes = Lanes(request.acts, request.until, clock)
        count = min(workers, len(request.acts))

        async def make(_: int) -> None:
            await drive_async(lanes.lane(), journal)

        await side_by_side(make, range(count), count)
        return lanes.answers

    return await driven(batch, answer)
