"""Dispatch: decide, commit, act; and hand feedback over (SPEC 5, 7, 9)."""

from typing import TYPE_CHECKING

from cxjourney.vocabulary._lazy import later

if TYPE_CHECKING:
    from cxjourney.dispatch._awaiting._asynchronous import AsyncDispatcher
    from cxjourney.dispatch._dispatcher import Dispatcher
    from cxjourney.dispatch._feedback import FeedbackItem, Routing, hand_over, routed
    from cxjourney.dispatch._feedback import Missed as Missed
    from cxjourney.dispatch._feedback import Routed as Routed
    from cxjourney.dispatch._history._enrolling import Enrolled as Enrolled
    from cxjourney.dispatch._running._quota import Quota
    from cxjourney.dispatch._running._telemetry import Telemetry
    from cxjourney.dispatch._running._watch import Watch as Watch
    from cxjourney.dispatch._settings import (
        Backoff,
        DispatchError,
        OnUnknown,
    )
    from cxjourney.dispatch._settings import (
        Recorded as Recorded,
    )
    from cxjourney.dispatch._settings import (
        RunReport as RunReport,
    )
    from cxjourney.dispatch._settings import (
        Settings as Settings,
    )

__all__ = [
    "AsyncDispatcher",
    "Backoff",
    "DispatchError",
    "Dispatcher",
    "FeedbackItem",
    "OnUnknown",
    "Quota",
    "Routing",
    "Telemetry",
    "hand_over",
    "routed",
]

later(
    __name__,
    {
        "_awaiting._asynchronous": "AsyncDispatcher",
        "_dispatcher": "Dispatcher",
        "_feedback": "FeedbackItem Missed Routed Routing hand_over routed",
        "_history._enrolling": "Enrolled",
        "_running._quota": "Quota",
        "_running._telemetry": "Telemetry",
        "_settings": "Backoff DispatchError OnUnknown Recorded RunReport Settings",
        "_running._watch": "Watch",
    },
)
