"""Dispatch: decide, commit, act (SPEC 7)."""

from cxjourney.dispatch.asynchronous import AsyncDispatcher
from cxjourney.dispatch.base import Dispatching
from cxjourney.dispatch.report import DispatchError, Recorded, RunReport
from cxjourney.dispatch.settings import Backoff, OnUnknown, Settings
from cxjourney.dispatch.sync import Dispatcher

__all__ = [
    "AsyncDispatcher",
    "Backoff",
    "DispatchError",
    "Dispatcher",
    "Dispatching",
    "OnUnknown",
    "Recorded",
    "RunReport",
    "Settings",
]
