"""The walks that the benchmarks drive journeys along, each journey at times of its own."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from cxjourney import Event, EventKind
from cxjourney.vocabulary import Touchpoint

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
K = EventKind

EIGHT_PHASES: tuple[EventKind, ...] = (
    K.CONTACTED,
    K.NEED_ADMITTED,
    K.PURCHASED,
    K.DELIVERED,
    K.USED_AGAIN,
    K.RESULT_ACHIEVED,
    K.FEEDBACK_CAPTURED,
    K.LOYALTY_SHOWN,
    K.LOYALTY_CONFIRMED,
    K.REFERRED,
)
"""The shortest way through all eight phases: ten events, a day apart."""

TWENTY: tuple[tuple[EventKind, dict[str, object]], ...] = (
    (K.CONTACTED, {"source": "web site"}),
    (K.NEED_ADMITTED, {}),
    (K.GOAL_SET, {"goal": "a warm house"}),
    (K.TOUCHED, {"touchpoint": Touchpoint.SHOP}),
    (K.ASKED, {"question": "how long does it last?"}),
    (K.ANSWERED, {"answer": "ten years"}),
    (K.PURCHASED, {"item": "heat pump"}),
    (K.REASSURED, {}),
    (K.DELIVERED, {}),
    (K.TOUCHED, {"touchpoint": Touchpoint.SUPPORT}),
    (K.USED_AGAIN, {}),
    (K.TOUCHED, {"touchpoint": Touchpoint.SUPPORT}),
    (K.RESULT_ACHIEVED, {}),
    (K.FEEDBACK_ASKED, {}),
    (K.FEEDBACK_CAPTURED, {"nps": 9}),
    (K.TOUCHED, {"touchpoint": Touchpoint.SUPPORT}),
    (K.LOYALTY_SHOWN, {}),
    (K.LOYALTY_CONFIRMED, {"how": "a hand-written note"}),
    (K.REFERRED, {}),
    (K.TOUCHED, {"touchpoint": Touchpoint.WARRANTY}),
)
"""The same way with a company that does its part: twenty events, a day apart."""


def times(number: int) -> Iterator[datetime]:
    """Yield the times of one journey, a day apart and shared with no other journey."""
    at = START + timedelta(microseconds=number)
    while True:
        yield at
        at += timedelta(days=1)


def eight_phases(number: int) -> list[Event]:
    """Return the ten events of one journey, made for it alone."""
    return [
        Event(kind, at, f"{number}-{kind.rank}")
        for kind, at in zip(EIGHT_PHASES, times(number), strict=False)
    ]


def twenty(number: int) -> list[Event]:
    """Return the twenty events of one journey, made for it alone."""
    return [
        Event(kind, at, f"{number}-{place}", payload)
        for place, ((kind, payload), at) in enumerate(zip(TWENTY, times(number), strict=False))
    ]
