"""Rehearsal: who would get what, when and why not, before anything is sent."""

from typing import TYPE_CHECKING

from cxjourney.vocabulary._lazy import later

if TYPE_CHECKING:
    from cxjourney.rehearsal._difference import ChangeKind, difference
    from cxjourney.rehearsal._difference import Difference as Difference
    from cxjourney.rehearsal._duties_owed import WhyOpen as WhyOpen
    from cxjourney.rehearsal._lines import Line as Line
    from cxjourney.rehearsal._lines import LineKind
    from cxjourney.rehearsal._outcome import Rehearsal as Rehearsal
    from cxjourney.rehearsal._people import Cue, Person, generate_people
    from cxjourney.rehearsal._prices import Prices
    from cxjourney.rehearsal._rehearsing import rehearse, what_if

__all__ = [
    "ChangeKind",
    "Cue",
    "LineKind",
    "Person",
    "Prices",
    "difference",
    "generate_people",
    "rehearse",
    "what_if",
]

later(
    __name__,
    {
        "_difference": "ChangeKind Difference difference",
        "_duties_owed": "WhyOpen",
        "_lines": "Line LineKind",
        "_outcome": "Rehearsal",
        "_people": "Cue Person generate_people",
        "_prices": "Prices",
        "_rehearsing": "rehearse what_if",
    },
)
