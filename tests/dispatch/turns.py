"""Dispatchers that take turns: what they do between two requests is pure, so each may stop there.

They are asynchronous ones, run by hand: a coroutine that waits goes on when it is told to.
"""

from collections.abc import Callable, Coroutine, Iterator
from itertools import combinations
from types import coroutine
from typing import Any, cast

import attrs

from cxjourney.channels import AsyncHook, Hook, HookContext, HookOutcome, HookSet
from cxjourney.dispatch import AsyncDispatcher, Dispatcher
from cxjourney.dispatch.journal import AsyncJournal, Claim, Journal
from cxjourney.vocabulary import Event


@coroutine
def pause() -> Any:
    """Wait for the next half turn."""
    yield


@attrs.define(eq=False)
class Worker:
    """A dispatcher that goes on half a turn at a time: it asks for something, or it is answered.

    Attributes:
        journal: what answers it.
        outcome: what came of it: its result, or its error; None while it goes on.
        held: whom it has claimed, if it did.
        calls: how many hooks it has called.
    """

    journal: Journal
    outcome: object = None
    held: Claim | None = None
    calls: int = 0
    _work: Coroutine[Any, Any, object] | None = None

    def go_on(self) -> None:
        """Take half a turn; whoever came to an end does nothing."""
        if self.outcome is None and self._work is not None:
            try:
                self._work.send(None)
            except StopIteration as stop:
                self.outcome = stop.value
            except Exception as problem:  # noqa: BLE001 - it is what came of it
                self.outcome = problem

    def end(self) -> object:
        """Go on to the end, and return what came of it."""
        while self.outcome is None:
            self.go_on()
        return self.outcome

    def __getattr__(self, method: str) -> Callable[..., Any]:
        """Return a method of the journal, asked for in one half turn and answered in the next."""
        asked = getattr(self.journal, method)

        async def ask(*args: Any, **named: Any) -> Any:
            answer = await self._answered(lambda: asked(*args, **named))
            if method == "claim":
                self.held = next(iter(answer), None)
            return answer

        return ask

    async def _answered(self, act: Callable[[], Any]) -> Any:
        await pause()
        try:
            answer = act()
        except Exception:
            await pause()
            raise
        await pause()
        return answer

    def carrying(self, hook: Hook) -> AsyncHook:
        """Return a hook that is called in one half turn and answers in the next."""

        async def carry(context: HookContext) -> HookOutcome:
            def call() -> HookOutcome:
                self.calls += 1
                return hook(context)

            outcome: HookOutcome = await self._answered(call)
            return outcome

        return carry

    def as_dispatcher(self, company: Dispatcher) -> AsyncDispatcher:
        """Return a dispatcher like another one, which takes turns."""
        settings = company.settings
        hooks = HookSet(
            attrs.evolve(one, hook=self.carrying(one.hook), timeout=None) for one in settings.hooks
        )
        given = {
            field.name: getattr(settings, field.name)
            for field in attrs.fields(type(settings))
            if field.name != "watch"
        }
        return AsyncDispatcher(cast("AsyncJournal", self), **given | {"hooks": hooks})

    def does(self, work: Coroutine[Any, Any, object]) -> "Worker":
        """Begin some work, and return oneself."""
        self._work = work
        return self


def attending(company: Dispatcher) -> Worker:
    """Return a dispatcher at work on the first customer who waits; whom it has claimed."""
    worker = Worker(company.journal)
    worker.does(worker.as_dispatcher(company).run(1))
    for _ in range(2):
        worker.go_on()
    return worker


def recording(
    company: Dispatcher, customer: str, event: Event, expected: int | None = None
) -> Worker:
    """Return a dispatcher that records an event."""
    worker = Worker(company.journal)
    dispatcher = worker.as_dispatcher(company)
    return worker.does(dispatcher.record(customer, "", event, expected=expected))


def interleave(workers: list[Worker], turns: tuple[bool, ...], *, halves: int = 1) -> None:
    """Let two workers go on in some order, and then to their ends."""
    one, other = workers
    for first in turns:
        for _ in range(halves):
            (one if first else other).go_on()
    one.end()
    other.end()


def orders(one: int, other: int) -> Iterator[tuple[bool, ...]]:
    """Yield every order of so many turns of one and of another."""
    places = range(one + other)
    for chosen in combinations(places, one):
        yield tuple(place in chosen for place in places)
