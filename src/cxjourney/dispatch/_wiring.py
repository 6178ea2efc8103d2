"""Wiring: whether what a dispatcher is made of fits together, asked before anything happens."""

import logging
from functools import partial
from inspect import iscoroutinefunction, unwrap

from cxjourney.dispatch._settings import Settings
from cxjourney.errors import InvalidError
from cxjourney.vocabulary import Channel, Purpose
from cxjourney.vocabulary._checks import describe

LOG: logging.Logger = logging.getLogger("cxjourney.dispatch")


def check_wiring(name: str, journal: object, settings: Settings, *, asynchronous: bool) -> None:
    """Check that journal, hooks, profiles and clock are called as they were written.

    Channels of the playbook that no hook carries are only warned of: another dispatcher on the same
    journal may have their hooks.

    Args:
        name: the name of the dispatcher's class.
        journal: its journal.
        settings: what it goes by.
        asynchronous: whether its hooks are awaited.

    Raises:
        InvalidError: when something is asynchronous that must not be, or the reverse,
            and when the journal is none.
    """
    commit = getattr(journal, "commit", None)
    if not callable(commit) or isinstance(journal, type):
        raise InvalidError(f"{name}.journal", describe(journal), "a journal, as MemoryJournal()")
    if asynchronous is not _is_async(commit):
        found = "a journal for plain code" if asynchronous else "one for asynchronous code"
        expected = "an AsyncJournal, such as InThread(journal)" if asynchronous else "a Journal"
        raise InvalidError(f"{name}.journal", found, expected)
    for field in ("profiles", "clock"):
        if _is_async(getattr(settings, field)):
            raise InvalidError(f"{name}.{field}", "asynchronous", "a plain function")
    for one in settings.hooks:
        if not asynchronous and _is_async(one.hook):
            expected = "a plain function, or an AsyncDispatcher"
            raise InvalidError(f"{name}.hooks", f"async for {one.channel.name}", expected)
        if asynchronous and not _is_async(unwrap(one.hook)):
            expected = "a function made by async def, or a Dispatcher"
            raise InvalidError(f"{name}.hooks", f"not async for {one.channel.name}", expected)
    if lacking := _uncarried(settings):
        LOG.warning(
            "%s has no hook for %s, which the playbook uses; what waits for it stays waiting",
            name,
            ", ".join(channel.name for channel in lacking),
        )


def _is_async(one: object) -> bool:
    """Say whether something was written with ``async def``: a function, or an object's call."""
    while isinstance(one, partial):
        one = one.func
    return iscoroutinefunction(one) or iscoroutinefunction(type(one).__call__)


def _uncarried(settings: Settings) -> list[Channel]:
    """Return the channels of rows for whose purpose no hook carries them."""
    used = {
        (channel, play.purpose) for play in settings.playbook.plays for channel in play.channels
    }
    lacking = {channel for channel, purpose in used if not _carried(settings, channel, purpose)}
    return [channel for channel in Channel if channel in lacking]


def _carried(settings: Settings, channel: Channel, purpose: Purpose) -> bool:
    """Say whether there is a hook for a channel and a purpose, be it for some phases only."""
    return any(
        one.channel is channel and (one.purposes is None or purpose in one.purposes)
        for one in settings.hooks
    )
