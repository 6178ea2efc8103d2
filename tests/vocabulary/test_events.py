"""Events and their kinds: SPEC's words, checked whole, frozen, and silent about the customer."""

import copy
import os
import pickle
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.chart import standard_chart
from cxjourney.errors import MalformedEventError, NaiveTimeError, UnknownKindError
from cxjourney.testing import event_kinds, events
from cxjourney.vocabulary import Event, EventKind, Field, Nature, Phase

Value = TypeVar("Value")

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
KINDS = EventKind.builtin()
ORDER = {"to": Phase.ADMIT, "actor": "maia", "reason": "typing error"}
DEMO = EventKind("demo_booked", Nature.CUSTOMER, 25, (Field("where", required=True),))
NATURES = {
    Nature.CUSTOMER: (
        "contacted need_admitted abandoned declined purchased doubted used_again result_achieved "
        "result_poor feedback_captured feedback_declined complained loyalty_shown referred "
        "returned withdrew left asked goal_set"
    ),
    Nature.COMPANY: (
        "delivered reassured recovered feedback_asked loyalty_confirmed answered promised "
        "recommendation touched consent_given consent_withdrawn undeliverable deliverable fulfilled"
    ),
    Nature.TIMER: "lapsed advocacy_quiet",
    Nature.ORDER: "moved erased retracted",
}
JOURNEY_ORDER = (
    ("contacted",),
    ("need_admitted",),
    ("doubted",),
    ("purchased",),
    ("delivered",),
    ("used_again",),
    ("result_achieved", "result_poor"),
    ("feedback_asked", "feedback_captured", "feedback_declined"),
    ("loyalty_shown",),
    ("loyalty_confirmed",),
    ("referred",),
    ("declined", "withdrew", "left", "lapsed", "erased"),
)
"""SPEC 4.1: the order of the journey, by which events of one instant are folded."""

every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
bare_kinds = pytest.mark.parametrize(
    "kind",
    [kind for kind in KINDS if not any(field.required for field in kind.fields)],
    ids=lambda kind: kind.name,
)


def pickled(value: Value) -> Value:
    """Return what comes out of a pickle of the value."""
    again: Value = pickle.loads(pickle.dumps(value))  # noqa: S301 - pickled a moment ago
    return again


def test_natures_are_those_of_the_specification() -> None:
    """Customer facts, company facts, timers and orders are SPEC's lists, and nothing else is."""
    for nature, names in NATURES.items():
        found = {kind.name for kind in KINDS if kind.nature is nature}
        assert found == set(names.split())
    assert len(KINDS) == sum(len(names.split()) for names in NATURES.values())


@every_kind
def test_each_kind_is_an_attribute(kind: EventKind) -> None:
    """Every kind is reached by its name in capitals, and shows itself so."""
    assert getattr(EventKind, kind.name.upper()) is kind
    assert repr(kind) == f"EventKind.{kind.name.upper()}"


def test_each_attribute_is_a_kind() -> None:
    """Every kind that type checkers are told of exists."""
    declared = {name for name in EventKind.__annotations__ if name.isupper()}
    assert declared == {kind.name.upper() for kind in KINDS}


def test_ranks_are_distinct_and_sorted() -> None:
    """No two kinds share a rank, and ``builtin`` gives them by rank."""
    ranks = [kind.rank for kind in KINDS]
    assert ranks == sorted(set(ranks))


def test_ranks_are_the_published_ones() -> None:
    """Kinds of one's own are ranked among these, and stored journeys hold them: they stay."""
    told = " ".join(f"{kind.rank}:{kind.name}" for kind in KINDS)
    assert told == (
        "5:returned 10:contacted 14:consent_given 15:consent_withdrawn 16:recommendation "
        "17:undeliverable 18:deliverable "
        "20:need_admitted 22:goal_set 24:asked 26:promised 30:doubted 36:abandoned 40:purchased "
        "44:reassured 50:delivered 60:used_again 70:result_achieved 71:result_poor 72:complained "
        "74:recovered 80:feedback_asked 82:feedback_captured 83:feedback_declined "
        "90:loyalty_shown 100:loyalty_confirmed 110:referred 114:touched 115:answered 120:moved "
        "130:declined 131:withdrew 132:left 140:lapsed 141:advocacy_quiet 145:fulfilled "
        "148:retracted 150:erased"
    )


def test_a_kind_that_only_shares_a_name_stays_what_it_is() -> None:
    """An event keeps the kind that it was given, unless that is equal to one of the library's."""
    other = EventKind("contacted", Nature.COMPANY, 10)
    assert Event(other, AT, "e1").kind is other
    same = attrs.evolve(EventKind.CONTACTED)
    assert Event(same, AT, "e1").kind is EventKind.CONTACTED


def test_ranks_follow_the_journey() -> None:
    """Events of one instant come in the order of SPEC 4.1."""
    ranks = {kind.name: kind.rank for kind in KINDS}
    groups = [[ranks[name] for name in group] for group in JOURNEY_ORDER]
    for earlier, later in pairwise(groups):
        assert max(earlier) < min(later)


def test_an_answer_comes_after_its_question() -> None:
    """What a fact opens can be met in the same instant: the opening kind has the lower rank."""
    pairs = [
        (EventKind.ASKED, EventKind.ANSWERED),
        (EventKind.PROMISED, EventKind.FULFILLED),
        (EventKind.DOUBTED, EventKind.REASSURED),
        (EventKind.COMPLAINED, EventKind.RECOVERED),
        (EventKind.RESULT_POOR, EventKind.RECOVERED),
        (EventKind.FEEDBACK_ASKED, EventKind.FEEDBACK_CAPTURED),
        (EventKind.FEEDBACK_ASKED, EventKind.FEEDBACK_DECLINED),
        (EventKind.LOYALTY_SHOWN, EventKind.LOYALTY_CONFIRMED),
    ]
    assert all(opening.rank < meeting.rank for opening, meeting in pairs)


@every_kind
def test_a_builtin_kind_stays_itself(kind: EventKind) -> None:
    """Pickled or copied, a kind of the library is the very same object."""
    assert pickled(kind) is kind
    assert copy.copy(kind) is kind
    assert copy.deepcopy(kind) is kind


def test_a_kind_of_ones_own_goes_by_value() -> None:
    """Pickled or copied, a kind of one's own is equal, with an equal hash."""
    for again in (pickled(DEMO), copy.copy(DEMO), copy.deepcopy(DEMO)):
        assert again == DEMO
        assert hash(again) == hash(DEMO)
    assert repr(DEMO) == "EventKind('demo_booked', Nature.CUSTOMER, rank=25)"
    assert attrs.evolve(DEMO, rank=26) != DEMO


def test_a_kind_of_a_taken_name_goes_by_value() -> None:
    """A kind that only borrows a name of the library's does not turn into the library's."""
    mine = attrs.evolve(EventKind.LEFT, rank=1)
    assert pickled(mine) == mine != EventKind.LEFT
    assert repr(mine) == "EventKind('left', Nature.CUSTOMER, rank=1)"


def test_kinds_travel_between_processes() -> None:
    """In a process with another hash seed a pickled kind is still found by its hash."""
    assert hash(DEMO) == hash(pickled(DEMO))
    code = (
        "import pickle; from cxjourney import EventKind; "
        f"mine, kind = pickle.loads({pickle.dumps((DEMO, EventKind.LEFT))!r}); "
        "assert kind is EventKind.LEFT; "
        "assert mine in {EventKind(mine.name, mine.nature, mine.rank, mine.fields)}"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@every_kind
def test_kinds_are_frozen(kind: EventKind) -> None:
    """A kind cannot be changed."""
    name = "rank"
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(kind, name, 0)


@pytest.mark.no_cover
@given(events(forced=True))
def test_pickled_and_copied_events_are_equal(event: Event) -> None:
    """Pickled, copied or deeply copied, an event is equal in every field, with the same hash."""
    for again in (pickled(event), copy.copy(event), copy.deepcopy(event)):
        assert again == event
        assert hash(again) == hash(event)
        assert again.kind is event.kind
        assert again.at.isoformat() == event.at.isoformat()
        assert again.payload == event.payload


@pytest.mark.no_cover
@given(events(forced=True), events(forced=True))
def test_events_are_equal_by_value(one: Event, other: Event) -> None:
    """Events are equal when kind, time, id and payload are."""
    same = (one.kind, one.at, one.id, one.payload) == (
        other.kind,
        other.at,
        other.id,
        other.payload,
    )
    assert (one == other) == same
    assert one == Event(one.kind, one.at, one.id, one.payload)


@pytest.mark.no_cover
@given(events(forced=True))
def test_the_repr_is_silent_about_id_and_payload(event: Event) -> None:
    """The repr shows kind and time; a customer's words stay hidden, the id too."""
    assert repr(event) == f"<Event {event.kind.name} {event.at.isoformat()}>"


@pytest.mark.no_cover
@given(events(forced=True), st.sampled_from(("kind", "at", "id", "payload")))
def test_events_are_frozen(event: Event, name: str) -> None:
    """No part of an event can be set, and none can be added."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(event, name, getattr(event, name))
    assert not hasattr(event, "__dict__")


@bare_kinds
def test_the_given_payload_is_not_shared(kind: EventKind) -> None:
    """A mapping that is changed after the event was made changes nothing, not even an empty one."""
    given_payload: dict[str, object] = {}
    event = Event(kind, AT, "e1", given_payload)
    given_payload["source"] = "web"
    assert event.payload == {}
    payload: Any = event.payload
    with pytest.raises(TypeError):
        payload["source"] = "web"


@bare_kinds
def test_an_empty_payload_is_a_mapping_too(kind: EventKind) -> None:
    """What is empty but no mapping is refused, for kinds without fields too."""
    payload: Any
    for payload in (None, [], "", 0, False):
        with pytest.raises(MalformedEventError) as caught:
            Event(kind, AT, "e1", payload)
        assert (caught.value.field, caught.value.expected) == ("payload", "a mapping of fields")


@given(event_kinds(natures=(Nature.CUSTOMER, Nature.COMPANY, Nature.TIMER)))
def test_the_trigger_is_the_kinds_name(kind: EventKind) -> None:
    """The chart knows an event by its kind's name, whatever else it carries."""
    fields = {field.name for field in kind.fields if field.required}
    if not fields:
        assert Event(kind, AT, "e1").trigger == kind.name


@pytest.mark.parametrize("to", Phase)
@pytest.mark.parametrize("force", [None, False, True])
def test_an_order_has_its_target_in_its_trigger(to: Phase, *, force: bool | None) -> None:
    """An order to move is known by its target, and by whether it is forced."""
    event = Event(EventKind.MOVED, AT, "e1", {**ORDER, "to": to, "force": force})
    expected = f"{'forced' if force else 'moved'}_to_{to.name.lower()}"
    assert event.trigger == expected
    assert expected in standard_chart().triggers


def test_erasure_is_known_by_its_name() -> None:
    """The other order has no target."""
    assert Event(EventKind.ERASED, AT, "e1").trigger == "erased"


@pytest.mark.parametrize(
    ("kind", "told"),
    [("purchased", "str of 9 characters"), (None, "None"), (EventKind, "type"), (5, "int")],
)
def test_what_is_no_kind_is_refused(kind: object, told: str) -> None:
    """A kind given by name, or anything else, is refused by its type; the known are named."""
    with pytest.raises(UnknownKindError) as caught:
        Event(kind, AT, "e1")  # type: ignore[arg-type]
    assert caught.value.kind == told
    assert caught.value.known == tuple(sorted(kind.name for kind in KINDS))


def test_time_and_id_are_checked() -> None:
    """A bad time or id is refused by kind and field."""
    with pytest.raises(NaiveTimeError) as naive:
        Event(EventKind.LEFT, AT.replace(tzinfo=None), "e1")
    assert naive.value.where == "left.at"
    for bad in ("", "x" * 201, 7, None):
        with pytest.raises(MalformedEventError) as malformed:
            Event(EventKind.LEFT, AT, bad)  # type: ignore[arg-type]
        assert malformed.value.where == "left.id"


def test_times_are_resolved_to_the_offset_that_held() -> None:
    """Event time and a payload's time get fixed offsets, of winter and of summer."""
    tallinn = ZoneInfo("Europe/Tallinn")
    event = Event(
        EventKind.PROMISED,
        datetime(2026, 1, 5, 9, tzinfo=tallinn),
        "e1",
        {"what": "call", "due": datetime(2026, 7, 1, 9, tzinfo=tallinn)},
    )
    assert event.at.tzinfo == timezone(timedelta(hours=2))
    due = event.payload["due"]
    assert isinstance(due, datetime)
    assert due.tzinfo == timezone(timedelta(hours=3))


def test_a_naive_time_in_the_payload_is_refused() -> None:
    """A promise without a time zone is refused, and the field is named."""
    with pytest.raises(NaiveTimeError) as caught:
        Event(EventKind.PROMISED, AT, "e1", {"what": "call", "due": AT.replace(tzinfo=None)})
    assert caught.value.field == "payload.due"


def test_an_equal_kind_is_as_good() -> None:
    """A kind that equals MOVED behaves as MOVED does."""
    mine = attrs.evolve(EventKind.MOVED)
    assert mine == EventKind.MOVED
    assert Event(mine, AT, "e1", ORDER).trigger == "moved_to_admit"
