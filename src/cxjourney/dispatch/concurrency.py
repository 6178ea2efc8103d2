"""Running asynchronous work side by side: with anyio where it is installed, else with asyncio."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from importlib.util import find_spec
from typing import TypeVar

from cxjourney.channels.hooks import AsyncHook, HookContext
from cxjourney.channels.outcome import HookOutcome, Unknown
from cxjourney.dispatch.settling import TIMED_OUT

__all__: list[str] = []

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
