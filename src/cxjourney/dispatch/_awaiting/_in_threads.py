"""Plain hooks for asynchronous code: each call runs in a thread."""

import asyncio
from collections.abc import Callable, Collection
from importlib.util import find_spec
from typing import TypeVar

import attrs

from cxjourney.channels import AsyncHook, Hook, HookContext, HookOutcome, HookSet, Registered
from cxjourney.dispatch._settings import check_hook
from cxjourney.vocabulary._checks import check_type

Told = TypeVar("Told")
Said = TypeVar("Said")


@attrs.frozen(repr=False)
class ThreadedHook:
    """A plain hook for asynchronous code."""

    hook: Hook

    async def __call__(self, context: HookContext, /) -> HookOutcome:
        """As the hook does, in a thread."""
        return await _in_thread(self.hook, context)

    async def erase(self, keys: Collection[str], /) -> None:
        """As the hook does, in a thread; a hook that keeps nothing has nothing to forget."""
        erase: Callable[[Collection[str]], None] | None = getattr(self.hook, "erase", None)
        if erase is not None:
            await _in_thread(erase, keys)

    def __repr__(self) -> str:
        return f"<{type(self.hook).__name__} in a thread>"


async def _in_thread(act: Callable[[Told], Said], told: Told) -> Said:
    if find_spec("anyio") is None:
        return await asyncio.to_thread(act, told)
    from anyio.to_thread import run_sync  # noqa: PLC0415 - an extra

    return await run_sync(act, told, abandon_on_cancel=True)


def in_threads(hooks: HookSet[Hook]) -> HookSet[AsyncHook]:
    """Return the same hooks, each for asynchronous code.

    Raises:
        InvalidError: when it is no set of hooks, or one of them is asynchronous.
    """
    check_type("in_threads.hooks", hooks, HookSet)
    for one in hooks:
        check_hook("in_threads.hooks", one.hook, one.channel.name, asynchronous=False)
    return HookSet(
        Registered(
            *(one.channel, ThreadedHook(one.hook), one.idempotent, one.timeout),
            *(one.purposes, one.phases, one.past),
        )
        for one in hooks
    )
