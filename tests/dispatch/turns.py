"""Flows that take turns: what a flow does between two requests is pure, so it may stop at each."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import attrs

from cxjourney.dispatch import Dispatcher
from cxjourney.dispatch._attending import attend
from cxjourney.dispatch._deciding import record
from cxjourney.dispatch._driving import Ask, Flow, Request, call
from cxjourney.dispatch.journal import Claim, Journal
from cxjourney.vocabulary import Event


@attrs.define
class Worker:
    """A flow that goes on half a turn at a time: it asks for something, or it is answered.

    Attributes:
        flow: the flow.
        journal: what answers it.
        outcome: what came of it: its result, or its error; None while it goes on.
        calls: how many hooks it has called.
    """

    flow: Flow[Any]
    journal: Journal
    outcome: object = None
    calls: int = 0
    _request: Request | None = None
    _answer: object = None
    _error: Exception | None = None

    def go_on(self) -> None:
        """Take half a turn; whoever came to an end does nothing."""
        if self.outcome is None:
            request = self._request
            if request is None:
                self._ask()
            else:
                self._be_answered(request)

    def _ask(self) -> None:
        flow, error = self.flow, self._error
        try:
            self._request = flow.send(self._answer) if error is None else flow.throw(error)
        except StopIteration as stop:
            self.outcome = stop.value
        except Exception as problem:  # noqa: BLE001 - it is what came of the flow
            self.outcome = problem

    def _be_answered(self, request: Request) -> None:
        self._answer = self._error = self._request = None
        try:
            if isinstance(request, Ask):
                self._answer = getattr(self.journal, request.method)(*request.args)
            else:
                self.calls += 1
                self._answer = call(request)
        except Exception as problem:  # noqa: BLE001 - the flow decides what it means
            self._error = problem

    def end(self) -> object:
        """Go on to the end, and return what came of it."""
        while self.outcome is None:
            self.go_on()
        return self.outcome


def attending(company: Dispatcher, claim: Claim) -> Worker:
    """Return a dispatcher at work on a customer."""
    return Worker(attend(company.settings, claim), company.journal)


def recording(
    company: Dispatcher, customer: str, event: Event, expected: int | None = None
) -> Worker:
    """Return a dispatcher that records an event."""
    return Worker(record(company.settings, customer, "", event, expected), company.journal)


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
