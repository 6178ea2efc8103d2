"""Every part of a contact takes what fits, and refuses the rest by class and field."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest

from cxjourney import CxJourneyError
from cxjourney.channels import (
    Approval,
    Contact,
    Content,
    Deferred,
    Failed,
    Gift,
    GiftTrait,
    Intent,
    Pledge,
    Profile,
    Registered,
    Sent,
    Skipped,
    Unknown,
    Video,
)
from cxjourney.errors import InvalidError, MalformedEventError, NaiveTimeError
from cxjourney.vocabulary import Channel, Lang, Phase, Purpose

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
THEIRS = "Mari Maasikas, mari@example.com"
PARTS: dict[type, dict[str, Any]] = {
    Approval: {"by": "anne", "digest": "0"},
    Pledge: {"capability": "delivery_days", "value": Decimal(3)},
    Gift: {
        "worth": Decimal("9.99"),
        "currency": "EUR",
        "personal_note": True,
        "traits": {GiftTrait.LOGO},
    },
    Video: {"seconds": 90},
    Content: {
        "id": "welcome",
        "channel": Channel.EMAIL,
        "author": "anne",
        "digest": "0",
        "approvals": [Approval("bert", "0")],
        "lang": None,
        "variables": ["name"],
        "asks": ["goal"],
        "pledges": [],
        "gift": None,
        "video": None,
    },
    Contact: {
        "at": AT,
        "channel": Channel.TEXT,
        "purpose": Purpose.REMIND,
        "play": "remind",
        "content": None,
        "certain": True,
    },
    Registered: {
        "channel": Channel.POST,
        "hook": print,
        "idempotent": True,
        "timeout": timedelta(1),
        "purposes": [Purpose.THANK],
        "phases": [Phase.ADOPT],
        "past": timedelta(365),
    },
    Intent: {
        "customer": "c",
        "engagement": "",
        "play": "welcome",
        "occurrence": "1:AFFIRM:1",
        "cause": "e1",
        "cycle": 1,
        "purpose": Purpose.AFFIRM,
        "channels": (Channel.EMAIL,),
        "planned_at": AT,
        "not_before": AT,
        "content": None,
        "due": None,
        "expires": None,
        "obligation": None,
        "place": None,
        "wish": None,
        "tells": None,
        "internal": False,
        "key": "k1",
    },
    Sent: {"receipt": "", "note": ""},
    Skipped: {"reason": "no_address"},
    Deferred: {"until": AT},
    Failed: {"reason": "bounced", "retryable": True},
    Unknown: {"reason": "timeout"},
    Profile: {"zone": None, "lang": Lang.EN, "segment": None, "values": {"name": "Mari"}},
}
"""Arguments for every part, right ones."""
FIELDS = [(part, field) for part, fields in PARTS.items() for field in fields]
TIMES = [
    *((Contact, "at"), (Deferred, "until")),
    *((Intent, field) for field in ("planned_at", "not_before", "due", "expires")),
]
UNHASHABLE: list[object] = [[THEIRS]]
FAULTS = {object: {"object"}, float: {"float", "7.5"}, bytes: {"bytes", "int"}, list: {"list"}}
"""What is told of a strange value: its type, or that of what it holds; a number for a number."""
on_every_field = pytest.mark.parametrize(
    ("part", "field"), FIELDS, ids=[f"{part.__name__}.{field}" for part, field in FIELDS]
)


def refusal(part: type, field: str, value: object) -> InvalidError:
    """Return the error with which a value is refused; it names the field, and repeats nothing."""
    with pytest.raises(InvalidError) as caught:
        part(**{**PARTS[part], field: value})
    error = caught.value
    assert error.where == f"{part.__name__}.{field}"
    assert THEIRS not in f"{error} {error!r} {error.args}"
    return error


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_right_values_are_taken(part: type) -> None:
    """Each part takes what is of its form, and the table above knows all of its fields."""
    assert part(**PARTS[part]) == part(**PARTS[part])
    assert set(PARTS[part]) == {field.name for field in attrs.fields(part) if field.init}


@on_every_field
def test_wrong_types_are_refused(part: type, field: str) -> None:
    """What is of no type that fits is refused, by class, field, and the type at fault."""
    for value in (object(), 7.5, b"0", UNHASHABLE):
        assert refusal(part, field, value).found in FAULTS[type(value)]


@pytest.mark.parametrize(
    ("part", "field"),
    [
        (Content, "approvals"),
        (Content, "variables"),
        (Content, "asks"),
        (Content, "pledges"),
        (Gift, "traits"),
        (Registered, "purposes"),
        (Registered, "phases"),
        (Intent, "channels"),
        (Profile, "values"),
    ],
)
def test_a_text_is_no_collection_of_its_letters(part: type, field: str) -> None:
    """A name where a set of names belongs is refused, and not taken apart."""
    assert refusal(part, field, THEIRS).found == f"str of {len(THEIRS)} characters"


@pytest.mark.parametrize(("part", "field"), TIMES)
def test_times_are_aware_and_of_our_years(part: type, field: str) -> None:
    """A naive time is refused, and so is a year that no event may have; both name the field."""
    for at, error in (
        (AT.replace(tzinfo=None), NaiveTimeError),
        (AT.replace(9999), CxJourneyError),
    ):
        with pytest.raises(error) as caught:
            part(**{**PARTS[part], field: at})
        assert isinstance(caught.value, MalformedEventError)
        assert caught.value.where == f"{part.__name__}.{field}"


@pytest.mark.parametrize(
    ("part", "field", "value"),
    [
        (Content, "id", ""),
        (Content, "author", "x" * 201),
        (Intent, "customer", ""),
        (Intent, "engagement", "x" * 201),
        (Intent, "cycle", 0),
        (Intent, "cycle", True),
        (Intent, "channels", ()),
        (Intent, "channels", (Channel.TEXT, Channel.TEXT)),
        (Intent, "channels", [Channel.TEXT]),
        (Intent, "content", ""),
        (Intent, "key", "x" * 201),
        (Video, "seconds", -1),
        (Video, "seconds", True),
        (Gift, "worth", Decimal("-0.01")),
        (Gift, "worth", Decimal("sNaN")),
        (Gift, "worth", Decimal("Infinity")),
        (Gift, "currency", "eur"),
        (Gift, "currency", "EURO"),
        (Gift, "currency", "ÉUR"),
        (Pledge, "value", Decimal("NaN")),
        (Sent, "receipt", "x" * 10_001),
        (Sent, "note", "x" * 10_001),
        (Failed, "reason", ""),
        (Registered, "timeout", timedelta()),
        (Registered, "past", timedelta()),
        (Registered, "purposes", ()),
        (Registered, "phases", frozenset()),
        (Profile, "values", {"name": None}),
        (Profile, "values", {7: "Mari"}),
    ],
)
def test_what_is_out_of_bounds_is_refused(part: type, field: str, value: object) -> None:
    """Values of the right type that mean nothing are refused, and the error says what would fit."""
    assert refusal(part, field, value).expected


def test_the_error_says_what_would_be_right() -> None:
    """The message names class, field, what was found and what would fit; it is a ValueError."""
    error = refusal(Video, "seconds", THEIRS)
    assert str(error) == "Video.seconds: str of 31 characters; expected a whole number from 0"
    assert isinstance(error, ValueError)
