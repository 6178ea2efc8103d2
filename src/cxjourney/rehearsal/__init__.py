"""Rehearsal: who would get what, when and why not, before anything is sent."""

from typing import TYPE_CHECKING

from cxjourney.vocabulary._lazy import later

if TYPE_CHECKING:
    from cxjourney.rehearsal._difference import Difference, difference
    from cxjourney.rehearsal._outcome import Line, Rehearsal
    from cxjourney.rehearsal._people import Cue, Person, generate_people
    from cxjourney.rehearsal._rehearsing import rehearse, what_if

__all__ = [
    "Cue",
    "Difference",
    "Line",
    "Person",
    "Rehearsal",
    "difference",
    "generate_people",
    "rehearse",
    "what_if",
]

__getattr__, __dir__ = later(
    __name__,
    {
        "_difference": (
            "Difference",
            "difference",
        ),
        "_outcome": (
            "Line",
            "Rehearsal",
        ),
        "_people": (
            "Cue",
            "Person",
            "generate_people",
        ),
        "_rehearsing": (
            "rehearse",
            "what_if",
        ),
    },
)
