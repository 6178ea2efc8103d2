"""Strategies of Hypothesis for the library's types, the laws that any journey keeps, contracts.

For tests of your own: draw journeys, intents, wishes and the rest, check what you built with
``check_journey``, hold hooks and journals to their contracts with ``check_hook`` and
``JournalContract``, and draw surveys with known truth (extra ``survey``).
This package alone needs Hypothesis; nothing else of cxjourney imports it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from cxjourney.errors import MissingExtraError

# First of all, so that a plugin of Hypothesis that imports this package finds it ready.
try:
    import_module("hypothesis")
except ModuleNotFoundError as _missing:
    raise MissingExtraError("hypothesis", "testing") from _missing

if TYPE_CHECKING:
    from cxjourney.testing._contacts import (
        check_hook,
        contacts,
        contents,
        histories,
        hook_contexts,
        intents,
        outcomes,
        profiles,
    )
    from cxjourney.testing._events import event_kinds, events, payloads, times
    from cxjourney.testing._journal_contract import JournalContract
    from cxjourney.testing._journals import Awaited, journal_machine
    from cxjourney.testing._journeys import (
        charts,
        event_sequences,
        journey_from,
        journeys,
        situations,
    )
    from cxjourney.testing._laws import check_journey, observe
    from cxjourney.testing._populations import World
    from cxjourney.testing._surveys import GeneratedSurvey, generate_survey
    from cxjourney.testing._types import NOT_DRAWN, register_types
    from cxjourney.testing._wishes import evidence, wishes

__all__ = [
    "NOT_DRAWN",
    "Awaited",
    "GeneratedSurvey",
    "JournalContract",
    "World",
    "charts",
    "check_hook",
    "check_journey",
    "contacts",
    "contents",
    "event_kinds",
    "event_sequences",
    "events",
    "evidence",
    "generate_survey",
    "histories",
    "hook_contexts",
    "intents",
    "journal_machine",
    "journey_from",
    "journeys",
    "observe",
    "outcomes",
    "payloads",
    "profiles",
    "register_types",
    "situations",
    "times",
    "wishes",
]

HOMES = {
    "_contacts": {
        "check_hook",
        "contacts",
        "contents",
        "histories",
        "hook_contexts",
        "intents",
        "outcomes",
        "profiles",
    },
    "_events": {"event_kinds", "events", "payloads", "times"},
    "_journal_contract": {"JournalContract"},
    "_journals": {"Awaited", "journal_machine"},
    "_journeys": {"charts", "event_sequences", "journey_from", "journeys", "situations"},
    "_laws": {"check_journey", "observe"},
    "_populations": {"World"},
    "_surveys": {"GeneratedSurvey", "generate_survey"},
    "_types": {"NOT_DRAWN", "register_types"},
    "_wishes": {"evidence", "wishes"},
}
"""The names that each module brings."""


def __getattr__(name: str) -> object:
    """Load a part when it is asked for: strategies need neither pytest nor numpy."""
    for module, names in HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
