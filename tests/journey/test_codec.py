"""Stored journeys: exact both ways, and whatever else is read is refused with a path."""

import copy
import decimal
import json
import math
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney import DecodeError, RefusedError
from cxjourney.chart import Effect, standard_chart
from cxjourney.errors import ChartNotFoundError, ErasedError, LateEventError, MalformedEventError
from cxjourney.journey import Journey, Step
from cxjourney.vocabulary import (
    Channel,
    Event,
    EventKind,
    Field,
    Nature,
    Phase,
    Purpose,
    Smiley,
    Standing,
    Touchpoint,
)
from tests.journey.walks import chart_with_kinds

K = EventKind
BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
MARKER = "Mari Maasikas"

VISITED = EventKind(
    "visited",
    Nature.CUSTOMER,
    13,
    (
        Field("where"),
        Field("minutes", int),
        Field("pages", int, low=1),
        Field("alone", bool),
        Field("spent", Decimal, low=0),
        Field("until", datetime),
        Field("by", Channel),
    ),
)
MAX_INT = 2**53 - 1
WIDE = chart_with_kinds(3, VISITED)


def on(day: float, hours: float = 0) -> datetime:
    """Return the time so many days after the beginning, in an offset of so many hours."""
    return (BEGIN + timedelta(days=day)).astimezone(timezone(timedelta(hours=hours)))


def full() -> Journey:
    """Return a journey that has an event of every form."""
    journey = Journey(MARKER, "house", chart=WIDE)
    journey.contacted(at=on(0, 2), source=MARKER, id="first")
    visit = {
        "where": MARKER,
        "minutes": -4,
        "pages": 7,
        "alone": False,
        "spent": Decimal("12.50"),
        "until": on(1, -3.5),
        "by": Channel.TEXT,
    }
    journey.record(Event(VISITED, on(1), "visit", visit))
    journey.touched(Touchpoint.SHOP, at=on(2), channel=Channel.FACE_TO_FACE)
    journey.consent_given(channel=Channel.EMAIL, purpose=Purpose.REMIND, at=on(3))
    journey.promised(MARKER, on(20), at=on(3))
    journey.asked(MARKER, at=on(4))
    journey.purchased(at=on(5), amount=Decimal("1E+3"), currency="EUR", item=MARKER)
    journey.result_achieved(at=on(6))
    journey.feedback_captured(at=on(7), text=MARKER, nps=10, smiley=Smiley.BORED, topic="price")
    journey.moved(Phase.ADOPT, at=on(8), actor=MARKER, reason=MARKER)
    journey.need_admitted(at=on(0.5), need=MARKER)
    journey.advance(on(9, 3))
    return journey


def bare() -> Journey:
    """Return a journey without history, every value of whose course is set."""
    journey = Journey(MARKER, chart=WIDE, history=False)
    for event in sorted((step.event for step in full().history), key=lambda event: event.at):
        journey.record(event)
    journey.referred(at=on(10))
    journey.advance(on(800))
    return journey


def erased(journey: Journey) -> Journey:
    """Return the journey after erasure."""
    journey.erase(at=on(900, 1))
    return journey


FORMS: dict[str, Callable[[], Journey]] = {
    "new": lambda: Journey(MARKER),
    "history": full,
    "bare": bare,
    "erased": lambda: erased(full()),
    "erased bare": lambda: erased(bare()),
}


DATA = {form: make().to_dict() for form, make in FORMS.items()}


def told(steps: tuple[Step, ...]) -> list[tuple[object, ...]]:
    """Return what steps did, without the news of the moment in which they were returned."""
    return [
        (
            step.event,
            step.event.at.utcoffset(),
            step.seq,
            step.cycle,
            step.decision,
            step.opened,
            step.met,
            step.dropped,
            step.our_silence,
        )
        for step in steps
    ]


def check_same(one: Journey, other: Journey) -> None:
    """Assert that two journeys cannot be told apart."""
    assert other.chart.ref == one.chart.ref
    assert (other.customer, other.engagement) == (one.customer, one.engagement)
    assert (other.seq, other.as_of) == (one.seq, one.as_of)
    assert other._course == one._course
    assert other.counts == one.counts
    assert other.keeps_history == one.keeps_history
    if one.standing is Standing.ERASED:
        assert [step.event for step in other.history] == [step.event for step in one.history]
    else:
        assert told(other.history) == told(one.history)


def exact(data: Any) -> str:
    """Return data as JSON, in which true is not 1, and 1 is not 1.0."""
    return json.dumps(data, sort_keys=True)


def refused(data: Any) -> DecodeError:
    """Assert that data is refused, and return how."""
    with pytest.raises(DecodeError) as caught:
        Journey.from_dict(data)
    assert MARKER not in str(caught.value)
    return caught.value


def read_or_refused(data: Any) -> None:
    """Assert that data is either refused, or read for exactly what it is.

    An error may quote the name of a chart, and nobody's words.
    """
    words, written = "", None
    try:
        written = Journey.from_dict(data).to_dict()
    except DecodeError as error:
        words = f"{error} {error!r} {error.__cause__}"
        words = "a chart" if error.where == "chart" else words
    assert MARKER not in words
    assert words or exact(written) == exact(data)


def places(data: Any, *path: str | int) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of every value below the root."""
    inner = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in inner:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, *path, key)


def look(data: Any, path: tuple[str | int, ...]) -> Any:
    """Return what stands at a path."""
    for key in path:
        data = data[key]
    return data


def put(data: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """Return data with another value at a path."""
    changed = copy.deepcopy(data)
    look(changed, path[:-1])[path[-1]] = value
    return changed


def without(data: Any, path: tuple[str | int, ...]) -> Any:
    """Return data without what stands at a path."""
    changed = copy.deepcopy(data)
    del look(changed, path[:-1])[path[-1]]
    return changed


def grown(data: Any, value: Any) -> Any:
    """Return data with one value more, in it or after it."""
    if isinstance(data, list):
        return [*data, value]
    return {**data, "more": value} if isinstance(data, dict) else [data, value]


def spell(path: tuple[str | int, ...]) -> str:
    """Write a path as errors do."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)[1:]


# Random journeys

OFFSETS = st.one_of(
    st.integers(-839, 840).map(lambda minutes: timezone(timedelta(minutes=minutes))),
    st.sampled_from([UTC, ZoneInfo("Europe/Tallinn"), timezone(timedelta(seconds=5940))]),
)


@st.composite
def times(draw: st.DrawFn) -> datetime:
    """Draw a time within some three years, often the same as another."""
    days = draw(st.one_of(st.integers(0, 60), st.integers(0, 1000)))
    minutes = draw(st.sampled_from([0, 0, 0, 1, 725]))
    return (BEGIN + timedelta(days=days, minutes=minutes)).astimezone(draw(OFFSETS))


def values(field: Field) -> st.SearchStrategy[Any]:
    """Draw what a field may hold."""
    if issubclass(field.of, Enum):
        return st.sampled_from(list(field.of))
    if field.of is str:
        texts = st.text(st.characters(), max_size=12)
        return texts.filter(str.strip) if field.required else texts
    if field.of is Decimal:
        return st.decimals(min_value=field.low, allow_nan=False, allow_infinity=False)
    if field.of is int:
        low = -MAX_INT if field.low is None else field.low
        return st.integers(low, MAX_INT if field.high is None else field.high)
    return st.booleans() if field.of is bool else times()


def payloads(kind: EventKind) -> st.SearchStrategy[dict[str, Any]]:
    """Draw a payload of a kind."""
    needed = {field.name: values(field) for field in kind.fields if field.required}
    others = {field.name: values(field) for field in kind.fields if not field.required}
    return st.fixed_dictionaries(needed, optional=others)


@st.composite
def events(draw: st.DrawFn) -> Event:
    """Draw an event, erasure aside; one id is often drawn again, with other content."""
    kind = draw(st.sampled_from([kind for kind in WIDE.kinds if kind is not K.ERASED]))
    name = draw(st.one_of(st.integers(0, 30).map(str), st.text(min_size=1, max_size=200)))
    return Event(kind, draw(times()), name, draw(payloads(kind)))


@st.composite
def journeys(draw: st.DrawFn) -> Journey:
    """Draw a journey: late events, orders, refusals, the clock, sometimes erasure at its end.

    Where an id is drawn again, its first event arrives again.
    """
    names = st.text(st.characters(), min_size=1, max_size=200)
    engagement = draw(st.one_of(st.just(""), names))
    history = draw(st.booleans())
    journey = Journey(draw(names), engagement, chart=WIDE, history=history)
    known: dict[str, Event] = {}
    for one in draw(st.lists(st.one_of(events(), events(), events(), times()), max_size=25)):
        if isinstance(one, datetime):
            journey.advance(one)
            continue
        try:
            journey.record(known.setdefault(one.id, one))
        except (RefusedError, LateEventError):
            continue
    if draw(st.integers(0, 4)) == 0:
        journey.erase(at=draw(times()))
    return journey


@pytest.mark.no_cover
@given(journeys())
def test_a_journey_comes_back_as_it_was(journey: Journey) -> None:
    """What is read from JSON is the journey that was written, and is written alike again."""
    data = journey.to_dict()
    back = Journey.from_dict(json.loads(json.dumps(data)))
    check_same(journey, back)
    assert exact(back.to_dict()) == exact(data)
    assert json.dumps(back.to_dict()) == json.dumps(data)


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-3, 12),
        st.integers(),
        st.floats(),
        st.just(MARKER),
        st.text(max_size=5),
        times().map(datetime.isoformat),
        st.sampled_from(["ASSESS", "LOST", "erased", "lapsed", "wide", "answer", "1.0"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@st.composite
def tampered(draw: st.DrawFn) -> Any:
    """Draw stored data that somebody tampered with in up to three places."""
    data = DATA[draw(st.sampled_from(sorted(DATA)))]
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(places(data))))
        deed = draw(st.sampled_from(["put", "move", "delete", "add"]))
        if deed == "put":
            data = put(data, path, draw(JSON))
        elif deed == "move":
            other = draw(st.sampled_from(list(places(data))))
            data = put(data, path, look(data, other))
        elif deed == "delete":
            data = without(data, path)
        else:
            data = put(data, path, grown(look(data, path), draw(JSON)))
    return data


@pytest.mark.no_cover
@given(tampered())
def test_tampered_data_is_refused_or_read_as_it_is(data: Any) -> None:
    """Whatever was changed, nothing but a DecodeError comes out, and it tells no one's words."""
    read_or_refused(data)


@given(JSON)
def test_any_json_is_refused(data: Any) -> None:
    """No JSON that is not a stored journey is read."""
    refused(data)


WRONG: tuple[object, ...] = (
    None,
    True,
    2,
    2.0,
    math.nan,
    "text",
    "",
    [],
    [[]],
    {},
    {"a": 1},
    b"",
    Phase.ADOPT,
    object(),
)


@pytest.mark.no_cover
@pytest.mark.parametrize("form", DATA)
def test_each_value_is_needed_and_of_its_type(form: str) -> None:
    """A missing key is named by its path; a value of any other type is refused."""
    data = DATA[form]
    for path in places(data):
        value = look(data, path)
        read_or_refused(without(data, path))
        if not {"payload", "counts"} & set(path[:-1]) and not isinstance(path[-1], int):
            error = refused(without(data, path))
            assert (error.where, error.found) == (spell(path), "missing")
        for wrong in WRONG:
            changed = put(data, path, wrong)
            if value is None or wrong is None or type(value) is type(wrong):
                read_or_refused(changed)
            else:
                assert refused(changed).where.startswith(spell(path))


# The stored form

PAYLOAD = {
    "where": MARKER,
    "minutes": -4,
    "pages": 7,
    "alone": False,
    "spent": "12.50",
    "until": "2026-01-06T05:30:00-03:30",
    "by": "TEXT",
}


def test_events_are_stored_in_order_of_arrival() -> None:
    """The log is what is stored: numbers, names, times in their own offset, texts for decimals."""
    data = DATA["history"]
    assert list(data) == [
        "schema",
        "chart",
        "customer",
        "engagement",
        "seq",
        "as_of",
        "left_out",
        "events",
        "course",
        "counts",
    ]
    assert [event["seq"] for event in data["events"]] == list(range(1, 12))
    assert data["events"][10]["at"] < data["events"][1]["at"]
    assert data["events"][0]["at"] == "2026-01-05T11:00:00+02:00"
    assert data["as_of"] == "2026-01-14T12:00:00+03:00"
    assert data["events"][1]["payload"] == PAYLOAD
    assert list(data["events"][1]["payload"]) == list(PAYLOAD)
    assert data["events"][6]["payload"]["amount"] == "1E+3"
    assert data["course"] is data["counts"] is None


def test_the_order_of_a_payload_does_not_show() -> None:
    """Two payloads that are equal are written alike."""
    one, other = Journey("c"), Journey("c")
    one.record(Event(K.PURCHASED, BEGIN, "e", {"item": "x", "currency": "EUR"}))
    other.record(Event(K.PURCHASED, BEGIN, "e", {"currency": "EUR", "item": "x"}))
    assert json.dumps(one.to_dict()) == json.dumps(other.to_dict())


def test_without_history_the_course_is_stored() -> None:
    """A journey without history is stored as where it stands, and goes on from there."""
    data = DATA["bare"]
    assert data["events"] is None
    assert set(data["course"]) == set(bare()._course._fields)
    assert None not in [data["course"][name] for name in data["course"] if name != "exit"]
    back = Journey.from_dict(data)
    assert back.keeps_history is False
    assert back.purchased(at=on(900)).effect is Effect.MOVED


def test_erasure_leaves_no_words_in_the_stored_form() -> None:
    """An erased journey stores course, counts and its erasure, and is final when it comes back."""
    for form in ("erased", "erased bare"):
        data = DATA[form]
        assert MARKER not in json.dumps(data)
        assert (data["customer"], data["engagement"], data["as_of"]) == ("", "", None)
        assert data["counts"]["erased"] == 1
        back = Journey.from_dict(data)
        with pytest.raises(ErasedError):
            back.contacted(at=on(1000))
        with pytest.raises(TypeError):
            back.counts["erased"] = 2  # type: ignore[index]
    assert [event["kind"] for event in DATA["erased"]["events"]] == ["erased"]
    assert sum(DATA["erased"]["counts"].values()) == DATA["erased"]["seq"] == 12


def test_a_refused_order_survives() -> None:
    """An order that a late fact took the ground from is stored, and is refused again."""
    journey = Journey("c")
    journey.purchased(at=on(0))
    journey.result_achieved(at=on(1))
    journey.feedback_captured(at=on(2))
    journey.moved(Phase.ADOPT, at=on(10), actor="a", reason="r")
    journey.complained(at=on(5))
    assert journey.history[-1].effect is Effect.REFUSED
    back = Journey.from_dict(journey.to_dict())
    check_same(journey, back)
    assert back.history[-1].effect is Effect.REFUSED


class Town(StrEnum):
    """A text with a name."""

    TARTU = "tartu"


class Words(str):
    """A text of a class of its own."""

    __slots__ = ()


def test_named_numbers_and_texts_are_stored_plainly() -> None:
    """Subclasses of a text become just that, where an id takes them."""
    journey = Journey(Words("c"), Town.TARTU, chart=WIDE)
    payload = {"where": "tartu", "minutes": 3, "spent": Decimal("-0E-7")}
    journey.record(Event(VISITED, BEGIN, Words("e"), payload))
    data = journey.to_dict()
    assert data["events"][0]["payload"] == {"where": "tartu", "minutes": 3, "spent": "-0E-7"}
    event = data["events"][0]
    texts = [data["customer"], data["engagement"], event["id"], event["payload"]["where"]]
    assert {type(text) for text in texts} == {str}
    assert type(event["payload"]["minutes"]) is int
    check_same(journey, Journey.from_dict(data))


def test_the_decimal_context_of_the_caller_does_not_show() -> None:
    """Decimals are written and read alike under any context, and bad ones are refused."""
    with decimal.localcontext() as context:
        context.capitals, context.prec = 0, 2
        context.traps[decimal.InvalidOperation] = False
        assert exact(full().to_dict()) == exact(DATA["history"])
        check_same(full(), Journey.from_dict(DATA["history"]))
        refused(put(DATA["history"], ("events", 6, "payload", "amount"), "many"))


def test_daylight_saving_is_stored_as_offsets() -> None:
    """The hour that comes twice in Tallinn is two different times, and stays so."""
    zone = ZoneInfo("Europe/Tallinn")
    journey = Journey("c")
    for fold in (0, 1):
        journey.contacted(at=datetime(2026, 10, 25, 3, 30, tzinfo=zone, fold=fold))
    stored = [event["at"] for event in journey.to_dict()["events"]]
    assert stored == ["2026-10-25T03:30:00+03:00", "2026-10-25T03:30:00+02:00"]
    check_same(journey, Journey.from_dict(journey.to_dict()))


# What is refused

LAST = "events", 10
EVENT = ("events", 1)
OWED = ("course", "owed", 0)
HUGE = 10**5000
REFUSED: list[tuple[str, str, tuple[str | int, ...], Any, str, str]] = [
    ("another schema", "new", ("schema",), 2, "schema", "expected 1"),
    ("negative seq", "new", ("seq",), -1, "seq", "a whole number from 0"),
    ("huge seq", "new", ("seq",), HUGE, "seq", "a whole number; expected"),
    ("seq of no event", "new", ("seq",), 1, "seq", "1; expected 0 events and 0 left out"),
    ("a lost event", "history", ("seq",), 12, "seq", "12; expected 11 events and 0 left out"),
    ("left out too many", "history", ("left_out",), 1, "seq", "11 events and 1 left out"),
    ("left out, no events", "bare", ("left_out",), 1, "left_out", "expected 0"),
    ("no customer", "history", ("customer",), "", "customer", "the customer's id"),
    (
        "a long customer",
        "history",
        ("customer",),
        "x" * 201,
        "customer",
        "a text of 201 characters",
    ),
    ("a long engagement", "new", ("engagement",), "x" * 201, "engagement", "at most 200"),
    ("no chart key", "new", ("chart", "key"), "", "chart.key", "1 to 200 characters"),
    ("an unknown chart", "new", ("chart", "key"), "mine", "chart", "'mine' version 2"),
    ("both", "history", ("course",), DATA["bare"]["course"], "course", "there are events"),
    ("neither", "history", ("events",), None, "course", "events is null"),
    (
        "counts of the living",
        "history",
        ("counts",),
        {"erased": 11},
        "counts",
        "nothing was erased",
    ),
    (
        "naive",
        "history",
        (*EVENT, "at"),
        "2026-01-05T09:00:00",
        "events[1].at",
        "without an offset",
    ),
    ("no time", "history", (*EVENT, "at"), MARKER, "events[1].at", "a text of 13 characters"),
    ("zulu", "history", (*EVENT, "at"), "2026-01-05T09:00:00Z", "events[1].at", "another form"),
    ("a week date", "history", (*EVENT, "at"), "2026-W02-1T09:00+02:00", "events[1].at", "form"),
    (
        "year 1",
        "history",
        ("as_of",),
        "0001-01-05T09:00:00+00:00",
        "as_of",
        "a year from 2 to 9000",
    ),
    ("year 9999", "history", ("as_of",), "9999-01-05T09:00:00+00:00", "as_of", "to 9000"),
    ("number 0", "history", (*EVENT, "seq"), 0, "events[1].seq", "from 1"),
    ("number again", "history", (*EVENT, "seq"), 1, "events[1].seq", "1 after 1"),
    ("number too far", "history", (*LAST, "seq"), 12, "events[10].seq", "12; expected 11 at most"),
    ("id again", "history", (*EVENT, "id"), "first", "events[1].id", "an earlier event"),
    ("empty id", "history", (*EVENT, "id"), "", "events[1].id", "1 to 200 characters"),
    ("long id", "history", (*EVENT, "id"), "x" * 201, "events[1].id", "1 to 200 characters"),
    ("unknown kind", "history", (*EVENT, "kind"), "baptised", "events[1].kind", "'baptised'"),
    ("words as kind", "history", (*EVENT, "kind"), MARKER, "events[1].kind", "13 characters"),
    ("erasure", "history", (*EVENT, "kind"), "erased", "events[1].payload", "erased: none"),
    (
        "blank",
        "history",
        ("events", 4, "payload", "what"),
        " ",
        "events[4].payload.what",
        "not blank",
    ),
    (
        "long text",
        "history",
        (*EVENT, "payload", "where"),
        "x" * 10_001,
        "events[1].payload.where",
        "str of 10001 characters",
    ),
    ("absent", "history", (*EVENT, "payload", "where"), None, "events[1].payload.where", "null"),
    ("low", "history", (*EVENT, "payload", "pages"), 0, "events[1].payload.pages", "from 1"),
    ("huge", "history", (*EVENT, "payload", "pages"), -HUGE, "events[1].payload.pages", "from 1"),
    ("flag", "history", (*EVENT, "payload", "pages"), True, "events[1].payload.pages", "true or"),
    (
        "member",
        "history",
        (*EVENT, "payload", "by"),
        "text",
        "events[1].payload.by",
        "FACE_TO_FACE",
    ),
    ("no number", "history", (*EVENT, "payload", "spent"), MARKER, "events[1].payload.spent", "13"),
    ("blanks", "history", (*EVENT, "payload", "spent"), " 1", "events[1].payload.spent", "form"),
    (
        "not finite",
        "history",
        (*EVENT, "payload", "spent"),
        "NaN",
        "events[1].payload.spent",
        "Dec",
    ),
    (
        "negative",
        "history",
        (*EVENT, "payload", "spent"),
        "-1",
        "events[1].payload.spent",
        "from 0",
    ),
    (
        "naive field",
        "history",
        (*EVENT, "payload", "until"),
        "2026-01-05",
        "events[1].payload.until",
        "",
    ),
    ("field", "history", (*EVENT, "payload", MARKER), 1, "events[1].payload", "an unknown field"),
    (
        "a required field",
        "history",
        ("events", 4, "payload"),
        {},
        "events[4].payload.what",
        "miss",
    ),
    ("another key", "history", (*EVENT, MARKER), 1, "events[1]", "1 unknown keys"),
    ("a key at the root", "history", (MARKER,), 1, "journey", "1 unknown keys"),
    (
        "a key of no text",
        "history",
        (*EVENT, "payload", 3),
        1,
        "events[1].payload",
        "a key that is",
    ),
    ("a root key of no text", "history", (3,), 1, "journey", "a key that is a whole number"),
    ("unknown rule", "bare", (*OWED, "rule"), "bribe", "course.owed[0].rule", "'bribe'"),
    ("a later cycle", "bare", (*OWED, "cycle"), 2, "course.owed[0].cycle", "1 at most"),
    ("no cycle", "bare", ("course", "cycle"), 0, "course.cycle", "from 1"),
    ("no event yet", "bare", ("seq",), 0, "course.at", "a time unless seq is 0"),
    ("no time of an event", "bare", ("course", "at"), None, "course.at", "null"),
    ("phases doubled", "bare", ("course", "visited"), ["ADOPT"] * 2, "course.visited", "in order"),
    ("phases mixed", "bare", ("course", "implied"), ["ADOPT", "ASSESS"], "course.implied", "order"),
    ("never there", "bare", ("course", "visited"), ["ASSESS"], "course.visited", "no ADOPT"),
    ("never came", "bare", ("course", "entered_at"), None, "course.entered_at", "has a phase"),
    ("no referral", "bare", ("course", "referrals"), 0, "course.referrals", "1 or more"),
    (
        "no phase",
        "bare",
        ("course", "situation", "phase"),
        None,
        "course.situation.phase",
        "a phase",
    ),
    (
        "standing",
        "bare",
        ("course", "situation", "standing"),
        "GONE",
        "course.situation.standing",
        "NEW",
    ),
    ("an exit", "bare", ("course", "situation", "standing"), "ACTIVE", "course.exit", "ACTIVE"),
    ("alive", "erased", ("customer",), MARKER, "customer", "an empty text"),
    ("alive too", "erased", ("engagement",), MARKER, "engagement", "an empty text"),
    ("still told", "erased", ("as_of",), DATA["bare"]["as_of"], "as_of", "the journey is erased"),
    ("not counted", "erased bare", ("counts",), None, "counts.erased", "erased"),
    ("counted nothing", "erased bare", ("counts",), {}, "counts.erased", "another number"),
    ("counted twice", "erased bare", ("counts", "erased"), 2, "counts.erased", "another number"),
    ("counted out", "erased bare", ("counts", "left"), 99, "counts", "no more events than seq"),
    ("counted off", "erased", ("counts", "left"), 1, "seq", "13 events"),
    ("counted none", "erased", ("counts", "asked"), 0, "counts.asked", "from 1"),
    ("counted what", "erased", ("counts", MARKER), 1, "counts", "13 characters"),
    ("remembered", "erased", ("course", "purchased_at"), DATA["bare"]["as_of"], "course", "leaves"),
    ("erased elsewhere", "erased", ("events", 0, "seq"), 11, "events", "the erasure alone"),
    ("erased never", "erased", ("events",), [], "events", "0 events"),
    ("erased by name", "erased", ("events", 0, "kind"), "left", "events", "the erasure alone"),
]


@pytest.mark.parametrize(
    ("form", "path", "value", "where", "words"),
    [pytest.param(*one, id=name) for name, *one in REFUSED],
)
def test_what_cannot_be_is_refused(
    form: str, path: tuple[str | int, ...], value: object, where: str, words: str
) -> None:
    """Each fault is named by its path, with what stood there or what would be right."""
    error = refused(put(DATA[form], path, value))
    assert error.where == where
    assert words in str(error)


def test_an_erasure_among_the_living_is_refused() -> None:
    """Only an erased journey has an erasure among its events."""
    changed = put(put(DATA["history"], (*EVENT, "kind"), "erased"), (*EVENT, "payload"), {})
    assert refused(changed).where == "events[1].kind"


def test_a_course_of_nothing_says_nothing() -> None:
    """Where no event happened nothing else did."""
    data = Journey("c", history=False).to_dict()
    check_same(Journey("c", history=False), Journey.from_dict(data))
    assert refused(put(data, ("course", "referrals"), 1)).where == "course"
    assert refused(put(data, ("course",), None)).where == "course"


def test_a_repeated_number_is_not_the_same_as_a_repeated_event() -> None:
    """An event that stands twice in the log is refused, though ``record`` would take it twice."""
    data = DATA["history"]
    twice = [*data["events"], {**data["events"][0], "seq": 12}]
    error = refused({**data, "events": twice, "seq": 12})
    assert (error.where, error.found) == ("events[11].id", "the id of an earlier event")


def test_long_lists_are_refused_before_they_are_read() -> None:
    """A list may have a million entries and no more."""
    error = refused({**DATA["history"], "events": [None] * 1_000_001})
    assert (error.where, error.found) == ("events", "1000001 entries")


class Liar:
    """An object that answers no question."""

    def __getattribute__(self, _: str) -> object:
        raise RuntimeError(MARKER)

    def __eq__(self, _: object) -> bool:
        raise RuntimeError(MARKER)

    def __hash__(self) -> int:
        return hash("schema")

    def __repr__(self) -> str:
        raise RuntimeError(MARKER)


class Trap(dict[str, object]):
    """An object that fails when it is read."""

    def __getitem__(self, _: str) -> object:
        raise RuntimeError(MARKER)


class Text(str):
    """A text that fails when it is compared."""

    __slots__ = ()

    def __eq__(self, _: object) -> bool:
        raise RuntimeError(MARKER)

    def __hash__(self) -> int:
        return hash("schema")


def nested(depth: int) -> list[Any]:
    """Return lists in lists."""
    data: list[Any] = []
    for _ in range(depth):
        data = [data]
    return data


HOSTILE: dict[str, object] = {
    "liar": Liar(),
    "trap": Trap(DATA["new"]),
    "text": Text("schema"),
    "mapping": MappingProxyType(DATA["new"]),
    "depth": nested(20_000),
    "tuple": tuple(DATA["new"]),
    "infinity": math.inf,
    "huge": HUGE,
    "bytes": b"{}",
    "class": object,
    "chart": standard_chart(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_objects_of_no_json_are_refused_unasked(name: str) -> None:
    """Whatever object stands anywhere in the data, it is refused without a question to it.

    Each object stands at every fourth place, and each place has two or three of the objects.
    """
    refused(HOSTILE[name])
    for data in DATA.values():
        for path in list(places(data))[list(HOSTILE).index(name) % 4 :: 4]:
            changed = put(data, path, None)
            look(changed, path[:-1])[path[-1]] = HOSTILE[name]
            refused(changed)


def test_hostile_keys_are_refused_unasked() -> None:
    """A key that is no plain text is refused without being compared."""
    for key in (Liar(), Text("schema")):
        assert refused({key: 1}).found.startswith("a key that is")


def test_a_number_that_readers_of_json_do_not_agree_on_is_refused() -> None:
    """A field without limits takes whole numbers up to 2**53 - 1, as JSON is read everywhere."""
    path = (*EVENT, "payload", "minutes")
    back = Journey.from_dict(put(DATA["history"], path, 2**53 - 1))
    assert back.history[2].event.payload["minutes"] == 2**53 - 1
    refused(put(DATA["history"], path, 2**53))


# Charts


def test_a_chart_that_is_not_defined_here_is_named() -> None:
    """A journey of an unknown chart is a DecodeError that comes from the search for the chart."""
    error = refused(put(DATA["new"], ("chart", "version"), 9))
    assert str(error).startswith(
        "chart: 'eight_phases' version 9; expected a chart that is defined"
    )
    assert isinstance(error.__cause__, ChartNotFoundError)


def test_another_chart_than_the_stored_one_is_refused() -> None:
    """Without a migration a journey goes on along its own chart only; both are named."""
    assert Journey.from_dict(DATA["history"], chart=WIDE).chart is WIDE
    with pytest.raises(
        DecodeError, match="'wide' version 3; expected 'eight_phases' version 2, or a"
    ):
        Journey.from_dict(DATA["history"], chart=standard_chart())


def test_errors_say_where_they_come_from() -> None:
    """What the event itself refused is the cause of the DecodeError."""
    error = refused(put(DATA["history"], (*EVENT, "payload", "pages"), 0))
    assert isinstance(error.__cause__, MalformedEventError)
