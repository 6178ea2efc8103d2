"""Strategies of Hypothesis for journeys and wishes, and the laws that any journey keeps.

For tests of your own: draw events, situations, journeys, charts, wishes and evidence, and check
what you built with ``check_journey``. ``cxjourney.testing.surveys`` draws surveys with known truth.
This package alone needs Hypothesis; nothing else of cxjourney imports it.
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
from cxjourney.testing.wishes import evidence, wishes

__all__ = [
    "charts",
    "check_journey",
    "event_kinds",
    "event_sequences",
    "events",
    "evidence",
    "journeys",
    "observe",
    "payloads",
    "register_types",
    "situations",
    "times",
    "wishes",
]
