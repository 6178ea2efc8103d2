"""The journey: one customer's engagement, its state and history, and what is owed (SPEC 4, 5)."""

from typing import TYPE_CHECKING

from cxjourney.vocabulary._lazy import later

if TYPE_CHECKING:
    from cxjourney.journey._journey import Journey
    from cxjourney.journey._migration import Migrated as Migrated
    from cxjourney.journey._migration import Migration
    from cxjourney.journey._runs._obligation import Obligation
    from cxjourney.journey._step import Change as Change
    from cxjourney.journey._step import Refold as Refold
    from cxjourney.journey._step import Step
    from cxjourney.journey._verbs import Recording as Recording
    from cxjourney.journey._view import Due as Due
    from cxjourney.journey._view import Kept as Kept
    from cxjourney.journey._whynot import Allowed as Allowed
    from cxjourney.journey._whynot import WhyNot as WhyNot

__all__ = [
    "Journey",
    "Migration",
    "Obligation",
    "Step",
]

later(
    __name__,
    {
        "_journey": "Journey",
        "_migration": "Migrated Migration",
        "_owed": "Obligation",
        "_step": "Change Refold Step",
        "_view": "Due Kept",
        "_whynot": "Allowed WhyNot",
        "_verbs": "Recording",
    },
)
