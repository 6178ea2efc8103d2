"""Packing: small, plain, and without loss."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.journey import Journey, Obligation
from cxjourney.journey._fold import BEGINNING, Course
from cxjourney.journey._stored import pack_course, pack_situation, unpack_course, unpack_situation
from cxjourney.testing import journeys
from cxjourney.vocabulary import ExitReason, Outcome, Phase, Situation, Standing

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
WITH_PHASE = (Standing.ACTIVE, Standing.LAPSED, Standing.LOST)
FLAGS = (
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


def every_situation() -> list[Situation]:
    """Return every situation that can be made, reachable or not."""
    stands: list[tuple[Standing, Phase | None]] = [(Standing.NEW, None), (Standing.ERASED, None)]
    stands += product(WITH_PHASE, Phase)
    return [
        Situation(standing, phase, outcome=outcome, **dict(zip(FLAGS, flags, strict=True)))
        for (standing, phase), outcome in product(stands, Outcome)
        for flags in product((False, True), repeat=len(FLAGS))
    ]


@pytest.mark.no_cover
def test_every_situation_is_packed_without_loss() -> None:
    """Each of the 39,936 situations has a number of its own, and comes back from it."""
    situations = every_situation()
    packed = [pack_situation(situation) for situation in situations]
    assert len(situations) == 39_936
    assert len(set(packed)) == len(packed)
    assert min(packed) == 0 == pack_situation(Situation())
    assert [unpack_situation(number) for number in packed] == situations


@pytest.mark.no_cover
@given(journeys(history=None, forced=True))
def test_lived_courses_are_packed_without_loss(journey: Journey) -> None:
    """The course of any journey comes back equal."""
    course = journey._course
    assert unpack_course(pack_course(course)) == course


moments = st.integers(0, 10**9).map(lambda seconds: AT + timedelta(seconds=seconds))
times = st.none() | moments
counts = st.integers(0, 2**40)
courses = st.builds(
    Course,
    situation=st.builds(Situation, st.just(Standing.ACTIVE), st.sampled_from(Phase)),
    cycle=counts,
    at=times,
    rank=st.integers(),
    entered_at=times,
    fact_at=times,
    purchased_at=times,
    referred_at=times,
    visited=counts,
    implied=counts,
    referrals=counts,
    forced=st.booleans(),
    our_silence=st.booleans(),
    exit=st.none() | st.sampled_from(ExitReason),
    owed=st.lists(st.builds(Obligation, st.text(), moments, moments, st.text(), counts)).map(tuple),
    met_on_time=counts,
    met_late=counts,
    dropped=counts,
)


@pytest.mark.no_cover
@given(courses)
def test_any_course_is_packed_without_loss(course: Course) -> None:
    """Whatever a course holds comes back in its own place and type."""
    again = unpack_course(pack_course(course))
    assert again == course
    assert [type(one) for one in again] == [type(one) for one in course]
    assert all(isinstance(one, Obligation) for one in again.owed)


@pytest.mark.no_cover
@given(courses)
def test_packed_values_are_plain(course: Course) -> None:
    """A packed course holds plain values only, so that a pickle names no class of the library."""
    *values, owed, on_time, late, dropped = pack_course(course)
    flat = [*values, on_time, late, dropped, *(value for one in owed for value in one)]
    assert {type(value) for value in flat} <= {int, bool, str, datetime, type(None)}
    assert {type(one) for one in owed} <= {tuple}


def test_a_beginning_is_packed_without_loss() -> None:
    """A journey to which nothing happened yet is packed as any other."""
    assert unpack_course(pack_course(BEGINNING)) == BEGINNING
