"""Dispatch: decide, commit, act; and hand feedback over (SPEC 5, 7, 9)."""

from typing import TYPE_CHECKING

from cxjourney.vocabulary._lazy import later

if TYPE_CHECKING:
    from cxjourney.dispatch._dispatcher import AsyncDispatcher, Dispatcher
    from cxjourney.dispatch._feedback import FeedbackItem, Routed, Routing, hand_over, routed
    from cxjourney.dispatch._history._enrolling import Enrolled
    from cxjourney.dispatch._running._quota import Quota
    from cxjourney.dispatch._running._telemetry import Telemetry
    from cxjourney.dispatch._settings import (
        Backoff,
        DispatchError,
        OnUnknown,
        Recorded,
        RunReport,
        Settings,
    )

__all__ = [
    "AsyncDispatcher",
    "Backoff",
    "DispatchError",
    "Dispatcher",
    "Enrolled",
    "FeedbackItem",
    "OnUnknown",
    "Quota",
    "Recorded",
    "Routed",
    "Routing",
    "RunReport",
    "Settings",
    "Telemetry",
    "hand_over",
    "routed",
]

later(
    __name__,
    {
        "_dispatcher": "AsyncDispatcher Dispatcher",
        "_feedback": "FeedbackItem Routed Routing hand_over routed",
        "_history._enrolling": "Enrolled",
        "_running._quota": "Quota",
        "_running._telemetry": "Telemetry",
        "_settings": "Backoff DispatchError OnUnknown Recorded RunReport Settings",
    },
)
