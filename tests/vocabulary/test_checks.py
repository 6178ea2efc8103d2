"""The kit of checks: numbers are told, texts never, and members of enums are named."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import partial
from typing import cast

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.channels import Intent, Profile
from cxjourney.channels.policy import Policy
from cxjourney.errors import InvalidError, NaiveTimeError, UnknownKindError
from cxjourney.journey import Journey
from cxjourney.vocabulary import Channel, Event, EventKind, Lang, Phase, Purpose, Situation
from cxjourney.wishes import Answer, Classification, Wish

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
INTENT = Intent("c", "", "play", "1", "e1", 1, Purpose.AFFIRM, (Channel.EMAIL,), AT, AT)


class Counting(tzinfo):
    """A zone with rules, as far as anyone can tell, that counts how often it is asked."""

    asked = 0

    def utcoffset(self, _: datetime | None) -> timedelta:
        """Return the offset, and count."""
        self.asked += 1
        return timedelta(hours=2)

    def dst(self, _: datetime | None) -> None:
        """Return nothing."""

    def tzname(self, _: datetime | None) -> None:
        """Return nothing."""


def found_in(nps: object) -> str:
    """Return what an error says of a figure that is none."""
    with pytest.raises(InvalidError) as caught:
        Event(EventKind.FEEDBACK_CAPTURED, AT, "e1", {"nps": nps})
    return caught.value.found


@given(st.text())
def test_texts_are_never_told(text: str) -> None:
    """Of a text the length is told, wherever it stands."""
    assert found_in(text) == f"str of {len(text)} characters"


@given(st.integers(11, 10**39) | st.booleans() | st.floats())
def test_numbers_are_told(value: object) -> None:
    """A number and a truth are told as they are."""
    assert found_in(value) == repr(value)


def test_numbers_of_no_sane_length_are_not_told() -> None:
    """A number that would fill a page is described."""
    assert found_in(10**5000) == "a huge whole number"
    assert found_in(Decimal("1." + "3" * 99)) == "Decimal"
    assert found_in(Decimal("-12.50")) == "Decimal('-12.50')"


def test_a_figure_out_of_range_is_told() -> None:
    """An event with a figure out of range names the field and the figure."""
    with pytest.raises(InvalidError) as caught:
        Event(EventKind.FEEDBACK_CAPTURED, AT, "e1", {"nps": 11})
    assert str(caught.value) == "feedback_captured.payload.nps: 11; expected int from 0 to 10"
    with pytest.raises(InvalidError, match="a key that is no field of this kind") as caught:
        Event(EventKind.FEEDBACK_CAPTURED, AT, "e1", {"Mari": 11})
    assert "Mari" not in str(caught.value)


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (
            lambda: Profile(lang=cast("Lang", " FI")),
            "Profile.lang: .* expected Lang.FI, not the text",
        ),
        (
            lambda: Profile(lang=cast("Lang", "klingon")),
            "Profile.lang: str of 7 characters; expected Lang$",
        ),
        (
            lambda: Profile(lang=cast("Lang", 1)),
            "Profile.lang: int; expected Lang$",
        ),
        (
            lambda: Profile(lang=cast("Lang", "et")),
            "Profile.lang: str of 2 characters; expected Lang.ET, not",
        ),
        (
            lambda: Situation(phase=cast("Phase", "adopt")),
            "Situation.phase: .* expected Phase.ADOPT, not the",
        ),
    ],
)
def test_what_is_refused_says_what_would_be_right(
    check: Callable[[], object], message: str
) -> None:
    """The error names the place, the number or the kind of value, and what would be right."""
    with pytest.raises(InvalidError, match=message):
        check()


@pytest.mark.parametrize("text", ["purchased", "PURCHASED", " Purchased "])
def test_the_name_of_a_kind_is_no_kind(text: str) -> None:
    """Who gives the name of a kind is told which kind to give, and the text is not repeated."""
    with pytest.raises(UnknownKindError) as caught:
        Event(text, AT, "e1")  # type: ignore[arg-type]
    assert str(caught.value) == (
        f"str of {len(text)} characters is no event kind; give EventKind.PURCHASED, not the text"
    )
    with pytest.raises(UnknownKindError, match=r"give EventKind\.PURCHASED, not the text"):
        Journey("c1").why_not(text)  # type: ignore[arg-type]


def test_other_texts_are_no_kind_either() -> None:
    """A text that names no kind is not repeated, and the kinds are listed."""
    with pytest.raises(UnknownKindError, match="unknown event kind str of 7 characters; known: ab"):
        Journey("c1").why_not("dancing")  # type: ignore[arg-type]


def test_an_order_and_its_target_go_together() -> None:
    """A target is asked for with an order, and refused without one."""
    journey = Journey("c1")
    with pytest.raises(InvalidError, match=r"why_not\.to: ADOPT; expected no phase, for .* asked"):
        journey.why_not(EventKind.ASKED, to=Phase.ADOPT)
    with pytest.raises(InvalidError, match=r"why_not\.to: None; expected the phase that is order"):
        journey.why_not(EventKind.MOVED)


def test_a_language_is_a_member() -> None:
    """Every explanation names the member that a text means."""
    journey = Journey("c1")
    journey.asked("Where is it?", at=AT)
    unsure = Answer(0.5, 0.5, 0.8)
    explanations: list[Callable[..., object]] = [
        journey.explain,
        journey.history[0].explain,
        journey.why_not(EventKind.PURCHASED).explain,
        Classification(Wish("seats"), "loyalty", unsure, unsure).explain,
        partial(Policy().explain, INTENT, journey, now=AT),
    ]
    for explain in explanations:
        with pytest.raises(InvalidError, match=r"lang: .* expected Lang\.ET, not the text"):
            explain(lang="et")


def test_times_are_checked_once() -> None:
    """An intent with four times runs the check four times, and keeps them at a fixed offset."""
    zone = Counting()
    at = AT.replace(tzinfo=zone)
    made = attrs.evolve(INTENT, planned_at=at, not_before=at, due=at, expires=at)
    assert zone.asked == 4
    assert made.due == at
    assert made.due.tzinfo == timezone(timedelta(hours=2))
    with pytest.raises(NaiveTimeError, match=r"Intent\.due: .* without a time zone"):
        attrs.evolve(INTENT, due=at.replace(tzinfo=None))
