"""The words of the field: phases, events, situations, channels, and texts in three languages.

Data and checks, no behaviour: every other room speaks in these words (SPEC 1 to 3).
"""

from typing import TYPE_CHECKING

from cxjourney.vocabulary._lazy import later

if TYPE_CHECKING:
    from cxjourney.vocabulary._contact import Channel, Purpose, Smiley, Touchpoint
    from cxjourney.vocabulary._events import Event, EventKind, Field, Nature
    from cxjourney.vocabulary._phases import (
        ExitReason,
        HeldFact,
        Outcome,
        Phase,
        Place,
        Situation,
        Standing,
    )
    from cxjourney.vocabulary._terminal import Lang
    from cxjourney.vocabulary._terminal import Shown as Shown
    from cxjourney.vocabulary._texts import Kind as Kind
    from cxjourney.vocabulary._texts import TextTable, add_texts, name
    from cxjourney.vocabulary._wait import Wait

__all__ = [
    "Channel",
    "Event",
    "EventKind",
    "ExitReason",
    "Field",
    "HeldFact",
    "Lang",
    "Nature",
    "Outcome",
    "Phase",
    "Place",
    "Purpose",
    "Situation",
    "Smiley",
    "Standing",
    "TextTable",
    "Touchpoint",
    "Wait",
    "add_texts",
    "name",
]

later(
    __name__,
    {
        "_contact": "Channel Purpose Smiley Touchpoint",
        "_events": "Event EventKind Field Nature",
        "_phases": "ExitReason HeldFact Outcome Phase Place Situation Standing",
        "_terminal": "Lang Shown",
        "_texts": "Kind TextTable add_texts name",
        "_wait": "Wait",
    },
)
