"""Journeys as plain values without names, for pickle: a third of what it makes of the form."""

from typing import Any

import attrs

from cxjourney.chart import ChartRef
from cxjourney.journey._fold import Course
from cxjourney.journey._migration import Stored
from cxjourney.journey._owed import in_order, owed_of
from cxjourney.journey._runs._obligation import Obligation
from cxjourney.vocabulary import ExitReason, Outcome, Phase, Situation, Standing

Packed = tuple[Any, ...]
_EXITS = (None, *ExitReason)
_NAMED: dict[str, tuple[Any, ...]] = {
    "standing": tuple(Standing),
    "phase": (None, *Phase),
    "outcome": tuple(Outcome),
}
_FLAGS = [field.name for field in attrs.fields(Situation) if field.name not in _NAMED]
_VALUES = {**_NAMED, **dict.fromkeys(_FLAGS, (False, True))}
"""The values that each part of a situation may have, in the order of packing."""


def pack_situation(situation: Situation) -> int:
    """Return a situation as one whole number."""
    packed = 0
    for name, values in _VALUES.items():
        packed = packed * len(values) + values.index(getattr(situation, name))
    return packed


def unpack_situation(packed: int) -> Situation:
    """Return the situation that ``pack_situation`` packed."""
    found: dict[str, Any] = {}
    for name, values in reversed(_VALUES.items()):
        packed, index = divmod(packed, len(values))
        found[name] = values[index]
    return Situation(**found)


def pack_course(course: Course) -> Packed:
    """Return a course as plain values."""
    plain: dict[str, Any] = {
        "situation": pack_situation(course.situation),
        "exit": _EXITS.index(course.exit),
        "owed": tuple(map(tuple, in_order(course.owed))),
    }
    return tuple(course._replace(**plain))


def unpack_course(packed: Packed) -> Course:
    """Return the course that ``pack_course`` packed."""
    plain: Any = Course._make(packed)
    course: Course = plain._replace(
        situation=unpack_situation(plain.situation),
        exit=_EXITS[plain.exit],
        owed=owed_of(Obligation(*one) for one in plain.owed),
    )
    return course


def pack(stored: Stored) -> Packed:
    """Return all that there is to store of a journey as plain values, its chart's key first."""
    plain: dict[str, Any] = {
        **attrs.asdict(stored, recurse=False),
        "chart": tuple(stored.chart),
        "course": None if stored.course is None else pack_course(stored.course),
        "counts": dict(stored.counts or {}),
    }
    return tuple(plain.values())


def unpack(packed: Packed) -> Stored:
    """Return what ``pack`` packed."""
    chart, *parts = packed
    stored = Stored(ChartRef(*chart), *parts)
    if stored.course is None:
        return stored
    return attrs.evolve(stored, course=unpack_course(stored.course))
