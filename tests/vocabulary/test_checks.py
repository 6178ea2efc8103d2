"""The kit of checks: numbers are told, texts never, and members of enums are named."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from typing import cast
from unittest.mock import patch
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.channels import Intent, Profile
from cxjourney.channels.policy import Policy
from cxjourney.errors import InvalidError, NaiveTimeError, UnknownKindError
from cxjourney.journey import Journey
from cxjourney.vocabulary import Channel, Event, EventKind, Lang, Phase, Purpose, Situation, _checks
from cxjourney.vocabulary._checks import check_number, check_several, check_type, check_whole, told
from cxjourney.wishes import Answer, Classification, Wish

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
INTENT = Intent("c", "", "play", "1", "e1", 1, Purpose.AFFIRM, (Channel.EMAIL,), AT, AT)


@given(st.text())
def test_texts_are_never_told(text: str) -> None:
    """Of a text the length is told, wherever it stands."""
    assert told(text) == f"str of {len(text)} characters"


@given(st.integers(-(10**39), 10**39) | st.booleans() | st.floats() | st.none())
def test_numbers_are_told(value: object) -> None:
    """A number, a truth and None are told as they are."""
    assert told(value) == repr(value)


def test_numbers_of_no_sane_length_are_not_told() -> None:
    """A number that would fill a page is described."""
    assert told(10**5000) == "a huge whole number"
    assert told(Decimal("1." + "3" * 99)) == "Decimal"
    assert told(Decimal("-12.50")) == "Decimal('-12.50')"


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
        (lambda: check_whole("n", value=True, least=1), "n: True; expected a whole number from 1"),
        (lambda: check_whole("n", 1.0), "n: 1.0; expected a whole number"),
        (lambda: check_whole("n", 0, 1, 99), "n: 0; expected a whole number from 1 to 99"),
        (lambda: check_whole("n", 100, 1, 99), "n: 100; expected a whole number from 1 to 99"),
        (lambda: check_number("n", "1", 0, 1), "n: str of 1 characters; expected a number"),
        (lambda: check_number("n", float("nan"), 0, 1), "n: nan; expected a number from 0 to 1"),
        (lambda: check_several("n", "abc", "names"), "n: str of 3 characters; expected names"),
        (lambda: check_type("n", 1, bool), "n: 1; expected bool"),
        (lambda: check_type("n", 1, Lang), "n: int; expected Lang"),
        (lambda: check_type("n", "klingon", Lang), "n: str of 7 characters; expected Lang"),
        (lambda: check_type("n", " FI", Lang), "expected Lang.FI, not the text"),
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


def test_numbers_within_bounds_are_given_back() -> None:
    """What is right comes back as it is."""
    assert check_whole("n", 5) == 5
    assert check_whole("n", 5, 1, 5) == 5
    assert check_number("n", 0.5, 0, 1) == 0.5


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
    zone = ZoneInfo("Europe/Tallinn")
    at = AT.astimezone(zone)
    with patch.object(_checks, "check_time", wraps=_checks.check_time) as check:
        made = attrs.evolve(INTENT, planned_at=at, not_before=at, due=at, expires=at)
    assert check.call_count == 4
    assert made.due == at
    assert made.due.tzinfo == timezone(timedelta(hours=2))
    with pytest.raises(NaiveTimeError, match=r"Intent\.due: .* without a time zone"):
        attrs.evolve(INTENT, due=at.replace(tzinfo=None))
