"""Strategies of Hypothesis for journeys, and the laws that any journey keeps.

For tests of your own: draw events, situations, journeys and charts, and check what you built with
``check_journey``. This package alone needs Hypothesis; nothing else of cxjourney imports it.
"""

from importlib import import_module

from cxjourney.errors import MissingExtraError

# First of all, so that a plugin of Hypothesis that imports this package finds it ready.
try:
    import_module("hypothesis")
except ModuleNotFoundError as _missing:
    raise MissingExtraError("hypothesis", "testing") from _missing

from cxjourney.testing.events import event_kinds, events, payloads
from cxjourney.testing.journeys import charts, journeys, situations
from cxjourney.testing.laws import check_journey, observe
from cxjourney.testing.registry import register_types
from cxjourney.testing.sequences import event_sequences
from cxjourney.testing.times import times

__all__ = [
    "charts",
    "check_journey",
    "event_kinds",
    "event_sequences",
    "events",
    "journeys",
    "observe",
    "payloads",
    "register_types",
    "situations",
    "times",
]
