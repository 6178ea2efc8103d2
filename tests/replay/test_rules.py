"""Rules: what an activity means, checked when the mapping is read."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from cxjourney.errors import InvalidError
from cxjourney.vocabulary import Channel, EventKind, Smiley, Touchpoint
from tests.replay.makers import mapping_with

AT = datetime(2024, 3, 1, tzinfo=UTC)
DUE = datetime(2024, 4, 1, 12, tzinfo=UTC)


def payload_of(
    event: str, payload: dict[str, Any], cells: dict[str, str | None] | None = None
) -> dict[str, Any]:
    """Return the payload of the event that a rule gives."""
    mapping = mapping_with(events={"act": {"event": event, "payload": payload}})
    (rule,) = mapping.rules["act"]
    made = rule.event(cells or {}, AT, "7")
    assert made is not None
    return dict(made.payload)


def test_one_activity_can_give_several_events() -> None:
    """A list gives its events in order, each with an id of its own."""
    mapping = mapping_with(events={"buy": ["purchased", {"event": "delivered"}, "purchased"]})
    made = [rule.event({}, AT, "7") for rule in mapping.rules["buy"]]
    assert [event and event.id for event in made] == ["7:purchased", "7:delivered", "7:purchased.2"]
    assert [event and event.kind for event in made] == [
        EventKind.PURCHASED,
        EventKind.DELIVERED,
        EventKind.PURCHASED,
    ]


def test_all_conditions_must_hold() -> None:
    """A rule with a list of conditions gives its event where each of them holds."""
    when = [{"column": "score", "present": True}, {"column": "by", "equals": "guest"}]
    mapping = mapping_with(events={"act": {"event": "contacted", "when": when}})
    (rule,) = mapping.rules["act"]
    assert rule.columns == ("score", "by")
    assert rule.event({"score": "4", "by": "guest"}, AT, "7") is not None
    assert rule.event({"score": "4", "by": "staff"}, AT, "7") is None


def test_constants_are_read_by_their_field() -> None:
    """A constant is worded as TOML words it, and becomes the field's value."""
    touched = payload_of("touched", {"touchpoint": "shop", "channel": "POST"})
    assert touched == {"touchpoint": Touchpoint.SHOP, "channel": Channel.POST}
    bought = payload_of("purchased", {"amount": 12.5, "currency": "EUR"})
    assert bought == {"amount": Decimal("12.5"), "currency": "EUR"}
    assert payload_of("purchased", {"amount": "0.10"}) == {"amount": Decimal("0.10")}
    assert payload_of("feedback_captured", {"nps": 9}) == {"nps": 9}
    moved = payload_of("moved", {"to": "adopt", "actor": "a", "reason": "r", "force": True})
    assert moved["force"] is True
    for due in (DUE, DUE.isoformat()):
        assert payload_of("promised", {"what": "a call", "due": due})["due"] == DUE


def test_columns_are_read_by_their_field() -> None:
    """A column's cell becomes the field's value; a blank one leaves the field out."""
    payload = {
        "nps": {"column": "score"},
        "smiley": {"column": "face"},
        "text": {"column": "words"},
        "topic": "stay",
    }
    cells = {"score": "9", "face": "happy", "words": None}
    found = payload_of("feedback_captured", payload, cells)
    assert found == {"nps": 9, "smiley": Smiley.HAPPY, "topic": "stay"}


def test_a_cell_that_does_not_fit_names_its_column() -> None:
    """What cannot be read, and what is needed and blank, are errors of the log."""
    with pytest.raises(InvalidError, match="a whole number from 0 to 10") as caught:
        payload_of("feedback_captured", {"nps": {"column": "score"}}, {"score": "11"})
    assert caught.value.column == "score"
    with pytest.raises(InvalidError, match="a condition that leaves out") as caught:
        payload_of("asked", {"question": {"column": "words"}}, {"words": " "})
    assert caught.value.column == "words"


BAD: list[tuple[object, str]] = [
    ("purchase", "events.act: an unknown event 'purchase' (meant purchased?); expected one of"),
    (["contacted", "bought"], "events.act[1]: an unknown event 'bought'; expected one of returned"),
    ([], "events.act: an empty list; expected at least one"),
    (7, "events.act: 7; expected a table"),
    ({}, "events.act.event: missing; there is nothing; expected one of"),
    ({"event": "sold"}, "events.act.event: an unknown event 'sold'"),
    ({"event": 4}, "events.act.event: 4; expected one of"),
    ({"event": "asked", "wen": {}}, "events.act.wen: an unknown key (meant when?)"),
    ({"event": "contacted", "when": []}, "events.act.when: an empty list"),
    ({"event": "contacted", "when": [{"column": "c"}]}, "events.act.when[0]: a column and no test"),
    (
        {"event": "returned", "payload": {"why": "x"}},
        "events.act.payload: a payload; expected none",
    ),
    ({"event": "purchased", "payload": {"sum": 1}}, "events.act.payload.sum: an unknown key"),
    ({"event": "purchased", "payload": 1}, "events.act.payload: 1; expected a table"),
    ("asked", "events.act.payload.question: missing, and asked needs it; expected a text"),
    (
        {"event": "touched", "payload": {"touchpoint": "mall"}},
        "events.act.payload.touchpoint: 'mall'; expected one of first_mention, web_site",
    ),
    (
        {"event": "purchased", "payload": {"amount": {"colum": "a"}}},
        "events.act.payload.amount.colum: an unknown key (meant column?); expected one of column",
    ),
    (
        {"event": "purchased", "payload": {"amount": {}}},
        "events.act.payload.amount.column: missing; there is nothing; expected the name of",
    ),
    ({"event": "purchased", "payload": {"item": 4}}, "events.act.payload.item: 4; expected a text"),
    (
        {"event": "purchased", "payload": {"amount": True}},
        "payload.amount: true; expected a finite",
    ),
    (
        {"event": "feedback_captured", "payload": {"nps": 11}},
        "events.act.payload.nps: 11; expected a whole number from 0 to 10, or { column",
    ),
    (
        {"event": "feedback_captured", "payload": {"nps": "9"}},
        "events.act.payload.nps: '9'; expected a whole number from 0 to 10, or { column = ... }",
    ),
    (
        {"event": "promised", "payload": {"what": "x", "due": "2024-03-01"}},
        "events.act.payload.due: '2024-03-01'; expected an ISO 8601 time",
    ),
]


@pytest.mark.parametrize(("rule", "message"), BAD)
def test_bad_rules_are_refused(rule: object, message: str) -> None:
    """Each fault is named with its place, and with what would be right."""
    with pytest.raises(InvalidError) as caught:
        mapping_with(events={"act": rule})
    assert message in str(caught.value)
