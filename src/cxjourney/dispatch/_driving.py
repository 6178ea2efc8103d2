"""Flows ask and drivers answer: the requests, and how they are carried out."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Generator, Iterable
from datetime import timedelta
from importlib.util import find_spec
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeAlias, TypeVar

import attrs

from cxjourney.channels import AsyncHook, Hook, HookContext, HookOutcome, Registered, Unknown
from cxjourney.dispatch._unit import TIMED_OUT, heard, raised
from cxjourney.dispatch.journal import AsyncJournal, Commit, CustomerRecord, Journal, OutboxItem

Result = TypeVar("Result")


@attrs.frozen
class Ask:
    """Asks for a method of the journal.

    Attributes:
        method: its name.
        args: its arguments.
    """

    method: str
    args: tuple[Any, ...]


@attrs.frozen
class Act:
    """Asks for a call of a hook.

    Attributes:
        registered: the hook.
        context: what it is told.
    """

    registered: Registered[Any]
    context: HookContext


Request = Ask | Act
Flow: TypeAlias = Generator[Request, Any, Result]


def read(customer: str) -> Flow[CustomerRecord]:
    """Ask for a customer's record."""
    record: CustomerRecord = yield Ask("read", (customer,))
    return record


def commit(commit: Commit) -> Flow[None]:
    """Ask for a commit to be written.

    Raises:
        SequenceError: when somebody wrote in between.
    """
    yield Ask("commit", (commit,))


def audience(digests: Collection[str], limit: int) -> Flow[dict[str, int]]:
    """Ask how many customers texts were meant for."""
    if not digests:
        return {}
    counted: dict[str, int] = yield Ask("audience", (digests, limit))
    return counted


def find(key: str) -> Flow[OutboxItem | None]:
    """Ask for an intent."""
    found: OutboxItem | None = yield Ask("find", (key,))
    return found


def act(registered: Registered[Any], context: HookContext) -> Flow[HookOutcome]:
    """Ask for a call of a hook; it never raises."""
    outcome: HookOutcome = yield Act(registered, context)
    return outcome


Item = TypeVar("Item")

HAS_ANYIO = find_spec("anyio") is not None
"""Whether anyio is there, and with it trio; else asyncio alone."""


async def within(hook: AsyncHook, context: HookContext, longest: timedelta | None) -> HookOutcome:
    """Call a hook, and cancel it when it takes longer than it may."""
    if longest is None:
        return await hook(context)
    if HAS_ANYIO:
        return await _within_anyio(hook, context, longest.total_seconds())
    scope = asyncio.timeout(longest.total_seconds())
    try:
        async with scope:
            return await hook(context)
    except TimeoutError:
        if not scope.expired():
            raise  # the hook's own
    return Unknown(TIMED_OUT)


async def _within_anyio(hook: AsyncHook, context: HookContext, seconds: float) -> HookOutcome:
    import anyio  # noqa: PLC0415 - an extra

    with anyio.move_on_after(seconds):
        return await hook(context)
    return Unknown(TIMED_OUT)


async def side_by_side(
    work: Callable[[Item], Awaitable[None]], items: Iterable[Item], limit: int
) -> None:
    """Do some work for each item, for at most ``limit`` of them at once."""
    if HAS_ANYIO:
        await _side_by_side_anyio(work, items, limit)
        return
    gate = asyncio.Semaphore(limit)

    async def one(item: Item) -> None:
        async with gate:
            await work(item)

    async with asyncio.TaskGroup() as group:
        for item in items:
            group.create_task(one(item))


async def _side_by_side_anyio(
    work: Callable[[Item], Awaitable[None]], items: Iterable[Item], limit: int
) -> None:
    import anyio  # noqa: PLC0415 - an extra

    gate = anyio.Semaphore(limit)

    async def one(item: Item) -> None:
        async with gate:
            await work(item)

    async with anyio.create_task_group() as group:
        for item in items:
            group.start_soon(one, item)


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
