"""Driving flows: every request is carried out, and its answer given back."""

from datetime import timedelta
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

from cxjourney.channels.hooks import AsyncHook, Hook, HookContext
from cxjourney.channels.outcome import HookOutcome, Unknown
from cxjourney.dispatch.concurrency import within
from cxjourney.dispatch.requests import Act, Ask, Flow
from cxjourney.dispatch.settling import TIMED_OUT, heard, raised
from cxjourney.journal.protocol import AsyncJournal, Journal

__all__: list[str] = []

Result = TypeVar("Result")


def drive(flow: Flow[Result], journal: Journal) -> Result:
    """Carry a flow's requests out, one after the other."""
    answer: object = None
    error: Exception | None = None
    try:
        while True:
            request = flow.send(answer) if error is None else flow.throw(error)
            answer, error = None, None
            try:
                answer = _asked(request, journal) if isinstance(request, Ask) else call(request)
            except Exception as problem:  # noqa: BLE001 - the flow decides what it means
                error = problem
    except StopIteration as stop:
        result: Result = stop.value
        return result


def _asked(request: Ask, journal: Journal) -> object:
    answer: object = getattr(journal, request.method)(*request.args)
    return answer


def call(request: Act) -> HookOutcome:
    """Call a hook; whatever it raises or returns, an outcome comes of it."""
    hook: Hook = request.registered.hook
    context, timeout = request.context, request.registered.timeout
    try:
        said = hook(context) if timeout is None else _within(hook, context, timeout)
    except Exception as error:  # noqa: BLE001 - one hook that fails stops no other
        return raised(error)
    return heard(said, context.channel)


def _within(hook: Hook, context: HookContext, timeout: timedelta) -> HookOutcome:
    """Call a hook in a thread of its own, and wait for it no longer than the timeout.

    Python cannot stop a thread, so a hook that takes longer goes on, and nobody waits for it.
    """
    done: SimpleQueue[HookOutcome | BaseException] = SimpleQueue()

    def run() -> None:
        try:
            done.put(hook(context))
        except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
            done.put(error)

    Thread(target=run, daemon=True, name="cxjourney-hook").start()
    try:
        said = done.get(timeout=timeout.total_seconds())
    except Empty:
        return Unknown(TIMED_OUT)
    if isinstance(said, BaseException):
        raise said
    return said


async def drive_async(flow: Flow[Result], journal: AsyncJournal) -> Result:
    """Carry a flow's requests out, one after the other, waiting for each."""
    answer: object = None
    error: Exception | None = None
    try:
        while True:
            request = flow.send(answer) if error is None else flow.throw(error)
            answer, error = None, None
            try:
                if isinstance(request, Ask):
                    answer = await getattr(journal, request.method)(*request.args)
                else:
                    answer = await call_async(request)
            except Exception as problem:  # noqa: BLE001 - the flow decides what it means
                error = problem
    except StopIteration as stop:
        result: Result = stop.value
        return result


async def call_async(request: Act) -> HookOutcome:
    """Call an asynchronous hook; whatever it raises or returns, an outcome comes of it."""
    hook: AsyncHook = request.registered.hook
    context, timeout = request.context, request.registered.timeout
    try:
        said = await within(hook, context, timeout)
    except Exception as error:  # noqa: BLE001 - one hook that fails stops no other
        return raised(error)
    return heard(said, context.channel)
