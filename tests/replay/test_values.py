"""Texts of a log as what the fields of an event hold."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from cxjourney.errors import InvalidError
from cxjourney.vocabulary import Channel, EventKind, Phase, Smiley
from tests.replay.makers import mapping_with

AT = datetime(2024, 3, 1, tzinfo=UTC)


def value_of(event: str, field: str, text: str, **others: Any) -> object:
    """Return what a cell becomes as a field of an event."""
    payload = {**others, field: {"column": "c"}}
    (rule,) = mapping_with(events={"act": {"event": event, "payload": payload}}).rules["act"]
    made = rule.event({"c": text}, AT, "7")
    assert made is not None
    return made.payload[field]


@pytest.mark.parametrize(
    ("event", "field", "text", "value"),
    [
        ("feedback_captured", "text", " as it is ", " as it is "),
        ("feedback_captured", "nps", "9", 9),
        ("feedback_captured", "nps", "9.0", 9),
        ("feedback_captured", "smiley", "Bored", Smiley.BORED),
        ("purchased", "amount", "12.50", Decimal("12.50")),
    ],
)
def test_texts_become_values(event: str, field: str, text: str, value: object) -> None:
    """Each type of field has its way of writing."""
    assert value_of(event, field, text) == value


def test_orders_and_promises_have_their_values() -> None:
    """A phase, a truth and a time are read from their words."""
    assert value_of("moved", "to", "ADOPT", actor="a", reason="r") is Phase.ADOPT
    assert value_of("moved", "force", "True", to="adopt", actor="a", reason="r") is True
    due = value_of("promised", "due", "2024-03-01T12:00Z", what="x")
    assert due == datetime(2024, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("event", "field", "text", "expected"),
    [
        ("feedback_captured", "text", "x" * 10_001, "10000 characters"),
        ("feedback_captured", "nps", "11", "a whole number from 0 to 10"),
        ("feedback_captured", "nps", "9.5", "a whole number from 0 to 10"),
        ("feedback_captured", "smiley", "neutral", "one of sad, bored, happy"),
        ("touched", "touchpoint", "mall", "one of first_mention, web_site"),
    ],
)
def test_what_does_not_fit_a_field_is_refused(
    event: str, field: str, text: str, expected: str
) -> None:
    """The error says what would fit, and of the text a short number only."""
    with pytest.raises(InvalidError) as caught:
        value_of(event, field, text)
    assert expected in caught.value.expected
    assert (text in str(caught.value)) == text.replace(".", "").isdigit()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("soon", "an ISO 8601 time"), ("2024-03-01", "an offset, or log.zone")],
)
def test_a_promise_needs_its_moment(text: str, expected: str) -> None:
    """What is no moment is refused, and no word of it is told."""
    with pytest.raises(InvalidError, match=expected) as caught:
        value_of("promised", "due", text, what="x")
    assert text not in str(caught.value)


def test_a_truth_is_true_or_false() -> None:
    """Other words for it are refused."""
    with pytest.raises(InvalidError, match="expected true or false"):
        value_of("moved", "force", "yes", to="adopt", actor="a", reason="r")


def test_a_long_number_is_not_told() -> None:
    """A number in the wrong column may be somebody's telephone."""
    with pytest.raises(InvalidError, match=r": a number of 7 characters; expected a whole number"):
        value_of("feedback_captured", "nps", "5551234")


def test_every_field_of_every_kind_can_be_told() -> None:
    """What a field takes is described as one would write it."""
    told = set[str]()
    for kind in EventKind.builtin():
        needed = {field.name: {"column": "c"} for field in kind.fields if field.required}
        for field in kind.fields:
            rule = {"event": kind.name, "payload": {**needed, field.name: []}}
            with pytest.raises(InvalidError) as caught:
                mapping_with(events={"act": rule})
            told.add(caught.value.expected.removesuffix(", or { column = ... }"))
    assert f"one of {', '.join(channel.name.lower() for channel in Channel)}" in told
    assert "true or false" in told
