"""Texts of a log as what the fields of an event hold."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cxjourney.errors import InvalidError
from cxjourney.replay._values import fitting, local_time, number, parsed_time, value_of
from cxjourney.vocabulary import Channel, EventKind, Field, Phase, Smiley

TALLINN = ZoneInfo("Europe/Tallinn")


@pytest.mark.parametrize("text", ["4", "-4", "+4.50", ".5", "5.", " 7 ", "1e3"])
def test_numbers_are_read(text: str) -> None:
    """Numbers with a point, a sign or a small exponent are numbers."""
    assert number(text) == Decimal(text.strip())


@pytest.mark.parametrize(
    "text",
    ["", "four", "4,5", "1_000", "nan", "inf", "\N{ARABIC-INDIC DIGIT ONE}", "1e9999", "9" * 61],
)
def test_what_only_looks_like_a_number_is_not(text: str) -> None:
    """Commas, words, other digits and endless numbers are refused, by their shape."""
    with pytest.raises(InvalidError, match="expected a number"):
        number(text)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (Field("text"), " as it is ", " as it is "),
        (Field("nps", int, low=0, high=10), "9", 9),
        (Field("nps", int, low=0, high=10), "9.0", 9),
        (Field("amount", Decimal), "12.50", Decimal("12.50")),
        (Field("force", bool), "True", True),
        (Field("smiley", Smiley), "Bored", Smiley.BORED),
        (Field("to", Phase), "ADOPT", Phase.ADOPT),
        (Field("due", datetime), "2024-03-01T12:00Z", datetime(2024, 3, 1, 12, tzinfo=UTC)),
    ],
)
def test_texts_become_values(field: Field, text: str, value: object) -> None:
    """Each type of field has its way of writing."""
    assert value_of(field, text, None) == value


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        (Field("text"), "x" * 10_001, "10000 characters"),
        (Field("nps", int, low=0, high=10), "11", "a whole number from 0 to 10"),
        (Field("nps", int, low=0, high=10), "9.5", "a whole number from 0 to 10"),
        (Field("force", bool), "yes", "true or false"),
        (Field("smiley", Smiley), "neutral", "one of sad, bored, happy"),
        (Field("due", datetime), "soon", "an ISO 8601 time"),
        (Field("due", datetime), "2024-03-01", "an offset, or log.zone"),
    ],
)
def test_what_does_not_fit_a_field_is_refused(field: Field, text: str, expected: str) -> None:
    """The error says what would fit, and of the text a short number only."""
    with pytest.raises(InvalidError) as caught:
        value_of(field, text, None)
    assert expected in caught.value.expected
    assert (text in str(caught.value)) == text.replace(".", "").isdigit()


def test_a_long_number_is_not_told() -> None:
    """A number in the wrong column may be somebody's telephone."""
    with pytest.raises(InvalidError, match=r"^a number of 7 characters; expected a whole number"):
        value_of(Field("nps", int, low=0, high=10), "5551234", None)


def test_every_field_of_every_kind_can_be_told() -> None:
    """What a field takes is described as one would write it."""
    told = {fitting(field) for kind in EventKind.builtin() for field in kind.fields}
    assert f"one of {', '.join(channel.name.lower() for channel in Channel)}" in told
    assert "true or false" in told


def test_times_of_the_far_past_are_refused() -> None:
    """The first year leaves no room for an offset."""
    with pytest.raises(InvalidError, match="year 1"):
        parsed_time("0001-01-01T00:00:00+00:00")


def test_local_times_follow_the_zone() -> None:
    """Summer and winter have their own offsets in Tallinn."""
    assert local_time(parsed_time("2024-07-01 12:00"), TALLINN).at.utcoffset() == timedelta(hours=3)
    assert local_time(parsed_time("2024-01-01 12:00"), TALLINN).at.utcoffset() == timedelta(hours=2)


def test_the_hour_that_is_left_out_never_was() -> None:
    """In the night that begins daylight saving the clocks jump from 3 to 4."""
    with pytest.raises(InvalidError, match="Europe/Tallinn never had"):
        local_time(datetime(2024, 3, 31, 3, 30), TALLINN)  # noqa: DTZ001 - a local time


def test_the_hour_that_comes_twice_is_the_first() -> None:
    """In the night that ends daylight saving the earlier of two moments is meant."""
    found = local_time(datetime(2024, 10, 27, 3, 30), TALLINN)  # noqa: DTZ001 - a local time
    assert found.twice
    assert found.at.utcoffset() == timedelta(hours=3)
    assert not local_time(datetime(2024, 10, 27, 4, 30), TALLINN).twice  # noqa: DTZ001 - as above


def test_offsets_need_no_zone() -> None:
    """A time with an offset is taken as it is, also where a zone is named."""
    found: Any = local_time(parsed_time("2024-07-01T12:00+05:30"), TALLINN).at
    assert found.utcoffset() == timedelta(hours=5, minutes=30)
