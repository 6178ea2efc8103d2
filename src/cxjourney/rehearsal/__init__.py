"""Rehearsal: who would get what, when and why not, before anything is sent."""

from cxjourney.rehearsal.comparison import ChangedContact, ChangeKind, Difference, difference
from cxjourney.rehearsal.crowd import generate_people
from cxjourney.rehearsal.hindsight import what_if
from cxjourney.rehearsal.lines import DutyRow, Line, LineKind, MissedDuty
from cxjourney.rehearsal.people import Cue, Person
from cxjourney.rehearsal.rehearsing import rehearse
from cxjourney.rehearsal.report import Rehearsal

__all__ = [
    "ChangeKind",
    "ChangedContact",
    "Cue",
    "Difference",
    "DutyRow",
    "Line",
    "LineKind",
    "MissedDuty",
    "Person",
    "Rehearsal",
    "difference",
    "generate_people",
    "rehearse",
    "what_if",
]
