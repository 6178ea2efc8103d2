"""Rehearsal: who would get what, when and why not, before anything is sent."""

from typing import TYPE_CHECKING

from cxjourney.vocabulary._lazy import later

if TYPE_CHECKING:
    from cxjourney.rehearsal._difference import ChangedContact as ChangedContact
    from cxjourney.rehearsal._difference import ChangeKind, difference
    from cxjourney.rehearsal._difference import ComparedFigure as ComparedFigure
    from cxjourney.rehearsal._difference import Difference as Difference
    from cxjourney.rehearsal._difference import Tallied as Tallied
    from cxjourney.rehearsal._duties_owed import DutyRow as DutyRow
    from cxjourney.rehearsal._duties_owed import OpenRow as OpenRow
    from cxjourney.rehearsal._duties_owed import OwedDuty as OwedDuty
    from cxjourney.rehearsal._duties_owed import WhyOpen as WhyOpen
    from cxjourney.rehearsal._lines import Line as Line
    from cxjourney.rehearsal._lines import LineKind
    from cxjourney.rehearsal._outcome import Rehearsal as Rehearsal
    from cxjourney.rehearsal._people import Cue, Person, generate_people
    from cxjourney.rehearsal._prices import CostRow as CostRow
    from cxjourney.rehearsal._prices import Costs as Costs
    from cxjourney.rehearsal._prices import Prices
    from cxjourney.rehearsal._rehearsing import rehearse, what_if
    from cxjourney.rehearsal._volumes import ChannelRow as ChannelRow
    from cxjourney.rehearsal._volumes import CustomerRow as CustomerRow
    from cxjourney.rehearsal._volumes import HourRow as HourRow
    from cxjourney.rehearsal._volumes import PlayRow as PlayRow
    from cxjourney.rehearsal._volumes import RulingRow as RulingRow
    from cxjourney.rehearsal._volumes import WeekRow as WeekRow

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
        "_difference": "ChangeKind ChangedContact ComparedFigure Difference Tallied difference",
        "_duties_owed": "DutyRow OpenRow OwedDuty WhyOpen",
        "_lines": "Line LineKind",
        "_outcome": "Rehearsal",
        "_people": "Cue Person generate_people",
        "_prices": "CostRow Costs Prices",
        "_rehearsing": "rehearse what_if",
        "_volumes": "ChannelRow CustomerRow HourRow PlayRow RulingRow WeekRow",
    },
)
