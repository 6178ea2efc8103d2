"""The people of a rehearsal: cues by time, moments in the customer's zone, what is refused."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney.channels import Profile
from cxjourney.errors import InvalidError, MalformedEventError, NaiveTimeError
from cxjourney.rehearsal import Cue, Person, rehearse
from cxjourney.vocabulary import EventKind
from tests.rehearsal.books import BOOK, START

K = EventKind


@settings(max_examples=20)
@given(st.lists(st.integers(0, 1000), max_size=9))
def test_scripts_go_by_time(days: list[int]) -> None:
    """Whatever the order in which cues are given, they happen by time."""
    made = Person("a", script=tuple(Cue(day, K.CONTACTED) for day in days))
    events = made.events(START)
    assert [event.at for event in events] == [START + timedelta(days=day) for day in sorted(days)]
    assert len({event.id for event in events}) == len(days)


@pytest.mark.parametrize("after", [1.5, timedelta(days=1, hours=12)])
def test_cues_take_days_or_timedeltas(after: float | timedelta) -> None:
    """A day and a half is the same, however it is said."""
    assert Cue(after, K.CONTACTED) == Cue(timedelta(hours=36), K.CONTACTED)


@pytest.mark.parametrize(
    "after", [-1, -0.1, float("nan"), float("inf"), True, "1", None, timedelta(-1), 36_526]
)
def test_other_times_are_refused(after: Any) -> None:
    """A time below zero, beyond a hundred years, or of no number is refused and named."""
    with pytest.raises(InvalidError, match=r"Cue\.after: .*; expected a timedelta"):
        Cue(after, K.CONTACTED)
    with pytest.raises(InvalidError) as raised:
        rehearse(BOOK, people=(), days=after, start=START)
    assert raised.value.where == "days"


def test_moments_of_a_payload_may_be_relative() -> None:
    """A timedelta in a payload is a moment so long after the cue; other values stay."""
    cue = Cue(2, K.PROMISED, {"what": "a call", "due": timedelta(days=3)})
    payload = cue.event(START, None, "1").payload
    assert payload == {"what": "a call", "due": START + timedelta(days=5)}


def test_events_are_in_the_zone_of_the_customer() -> None:
    """What happens carries the customer's offset; without a zone that of the start."""
    made = Person("a", profile=Profile(ZoneInfo("Europe/Tallinn")), script=(Cue(30, K.CONTACTED),))
    assert made.events(START)[0].at.utcoffset() == timedelta(hours=3)
    offset = timezone(timedelta(hours=-5))
    away = Person("a", script=(Cue(30, K.CONTACTED),)).events(START.astimezone(offset))
    assert away[0].at.tzinfo == offset
    assert away[0].at == made.events(START)[0].at


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"customer": ""}, "customer"),
        ({"engagement": None}, "engagement"),
        ({"engagement": "x" * 201}, "engagement"),
        ({"profile": None}, "profile"),
        ({"script": ("contacted",)}, "script"),
    ],
)
def test_people_of_another_form_are_refused(fields: dict[str, Any], field: str) -> None:
    """Each field of a person is of its form, or is named."""
    with pytest.raises(InvalidError) as raised:
        Person(**{"customer": "a", **fields})
    assert raised.value.field == field


def test_cues_of_another_form_are_refused() -> None:
    """A cue is of a kind of event, and its payload fits the kind once there is a start."""
    with pytest.raises(InvalidError, match=r"Cue\.kind: str"):
        Cue(0, "contacted")  # type: ignore[arg-type]
    with pytest.raises(MalformedEventError, match="question"):
        Person("a", script=(Cue(0, K.ASKED),)).events(START)
    with pytest.raises(NaiveTimeError):
        Person("a", script=(Cue(0, K.CONTACTED),)).events(datetime(2026, 3, 2))  # noqa: DTZ001 - it is refused


def test_reprs_hide_the_customer() -> None:
    """Neither ids nor words of a customer stand in a repr."""
    made = Person("anne-secret", "loan-secret", script=(Cue(0, K.ASKED, {"question": "secret?"}),))
    assert "secret" not in repr(made)
    assert hash(made) == hash(Person("anne-secret", "loan-secret", script=made.script))


def test_starts_in_any_zone_are_the_same_moment() -> None:
    """Only the moment of the start counts for when things happen."""
    cue = Cue(1, K.CONTACTED)
    there = START.astimezone(ZoneInfo("America/New_York"))
    assert cue.event(there, UTC, "1").at == cue.event(START, UTC, "1").at
