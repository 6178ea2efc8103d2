"""Packing: a course as a few plain values, so that a pickled journey stays small."""

from typing import Any

from cxjourney.fold import Course
from cxjourney.obligations import Obligation
from cxjourney.phases import ExitReason, Phase, Standing
from cxjourney.situation import Outcome, Situation

__all__ = ["pack_course", "unpack_course"]

_STANDINGS, _OUTCOMES, _EXITS = tuple(Standing), tuple(Outcome), (None, *ExitReason)
_FLAGS = (
    "purchased",
    "doubt_open",
    "feedback_asked",
    "feedback_closed",
    "recovery_open",
    "loyalty_confirmed",
    "delivery_held",
    "loyalty_held",
    "referral_held",
)
Packed = tuple[Any, ...]


def pack_situation(situation: Situation) -> int:
    """Return a situation as one whole number."""
    packed = _STANDINGS.index(situation.standing)
    packed = packed * 9 + (situation.phase or 0)
    packed = packed * 3 + _OUTCOMES.index(situation.outcome)
    for flag in _FLAGS:
        packed = packed * 2 + getattr(situation, flag)
    return packed


def unpack_situation(packed: int) -> Situation:
    """Return the situation that ``pack_situation`` packed."""
    flags: dict[str, bool] = {}
    for flag in reversed(_FLAGS):
        packed, bit = divmod(packed, 2)
        flags[flag] = bool(bit)
    packed, outcome = divmod(packed, 3)
    standing, phase = divmod(packed, 9)
    return Situation(
        _STANDINGS[standing], Phase(phase) if phase else None, outcome=_OUTCOMES[outcome], **flags
    )


def pack_course(course: Course) -> Packed:
    """Return a course as plain values."""
    owed = tuple(tuple(one) for one in course.owed)
    return (
        pack_situation(course.situation),
        course.cycle,
        course.at,
        course.rank,
        course.entered_at,
        course.fact_at,
        course.purchased_at,
        course.referred_at,
        course.visited,
        course.implied,
        course.referrals,
        course.forced,
        course.our_silence,
        _EXITS.index(course.exit),
        owed,
        course.met_on_time,
        course.met_late,
        course.dropped,
    )


def unpack_course(packed: Packed) -> Course:
    """Return the course that ``pack_course`` packed."""
    situation, *middle, leaving, owed, on_time, late, dropped = packed
    owing = tuple(Obligation(*one) for one in owed)
    return Course._make(
        (unpack_situation(situation), *middle, _EXITS[leaving], owing, on_time, late, dropped)
    )
