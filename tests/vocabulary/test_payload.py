"""What an event may carry: right values in and frozen, wrong ones refused without being told."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney.errors import MalformedEventError, NaiveTimeError
from cxjourney.testing import payloads, times
from cxjourney.vocabulary import Channel, Event, EventKind, Field, Phase, Smiley

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
NAIVE = AT.replace(tzinfo=None)
TALLINN = ZoneInfo("Europe/Tallinn")
THEIRS = "Mari Maasikas, mari@example.com"
KINDS = EventKind.builtin()
FIELDS = [(kind, field) for kind in KINDS for field in kind.fields]

on_every_field = pytest.mark.parametrize(
    ("kind", "field"), FIELDS, ids=[f"{kind.name}.{field.name}" for kind, field in FIELDS]
)


class Stamp(datetime):
    """A datetime of another library, as pandas has one."""


class Loud(IntEnum):
    """Numbers of somebody else's, out of every limit."""

    VERY = 99


class Blank(StrEnum):
    """Texts of somebody else's."""

    NOTHING = " "


STRANGE: tuple[object, ...] = (
    THEIRS,
    7,
    7.0,
    True,
    Decimal(7),
    AT,
    AT.date(),
    Channel.GIFT,
    Smiley.SAD,
    THEIRS.encode(),
    [THEIRS],
    {THEIRS: THEIRS},
    object(),
    str,
)
"""A value of every type that is near a field's, and of some that are not."""


def fits(field: Field, value: object) -> bool:
    """Say whether a strange value happens to be of the field's own type."""
    return type(value) is field.of


def checked_payload(kind: EventKind, payload: Mapping[str, object]) -> Mapping[str, object]:
    """Return a payload as an event of a kind keeps it."""
    return Event(kind, AT, "e1", payload).payload


def checked_time(at: datetime) -> datetime:
    """Return a time as an event keeps it."""
    return Event(EventKind.CONTACTED, at, "e1").at


def described(value: object, *, number: bool = False) -> str:
    """Say how an error speaks of a value: by type and length, a number where one is asked for."""
    if type(value) is str:
        return f"str of {len(value)} characters"
    return repr(value) if number and isinstance(value, float | int | Decimal) else _type(value)


def _type(value: object) -> str:
    return "None" if value is None else type(value).__name__


def required(kind: EventKind) -> dict[str, object]:
    """Return the least payload of a kind."""
    values = {
        str: "x",
        datetime: AT,
        Phase: Phase.ADMIT,
        **{field.of: next(iter(field.of)) for _, field in FIELDS if issubclass(field.of, Enum)},
    }
    return {field.name: values[field.of] for field in kind.fields if field.required}


def refusal(kind: EventKind, payload: object) -> MalformedEventError:
    """Return the error with which a payload is refused; it gives no secret away."""
    with pytest.raises(MalformedEventError) as caught:
        checked_payload(kind, payload)  # type: ignore[arg-type]
    error = caught.value
    assert error.where.startswith(f"{kind.name}.")
    assert THEIRS not in f"{error} {error!r} {error.args}"
    return error


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@settings(max_examples=max(2, settings().max_examples // 6))
@given(st.data())
def test_right_values_are_kept(kind: EventKind, data: st.DataObject) -> None:
    """Every value of a field's type and limits is kept; a datetime stays the same instant."""
    payload = data.draw(payloads(kind, forced=True))
    checked = checked_payload(kind, payload)
    assert checked.keys() == payload.keys()
    for name, value in checked.items():
        given_value = payload[name]
        if isinstance(value, datetime):
            assert isinstance(given_value, datetime)
            given_value = given_value.astimezone(UTC)
        assert value == given_value


@on_every_field
def test_wrong_types_are_refused(kind: EventKind, field: Field) -> None:
    """A value of any other type is refused whole, by kind, field, type found and what is right."""
    for value in STRANGE:
        if not fits(field, value):
            error = refusal(kind, {**required(kind), field.name: value})
            assert error.field == f"payload.{field.name}"
            assert error.found == described(value, number=field.of is not str)
            assert error.expected == field.expected()


@on_every_field
def test_none_is_absent(kind: EventKind, field: Field) -> None:
    """A field given as None is not there; if it is required, it is missing."""
    payload = {**required(kind), field.name: None}
    if field.required:
        error = refusal(kind, payload)
        assert (error.field, error.found) == (f"payload.{field.name}", "missing")
    else:
        assert field.name not in checked_payload(kind, payload)


@on_every_field
def test_required_fields_are_required(kind: EventKind, field: Field) -> None:
    """Without an optional field nothing is missing; without a required one it says which."""
    payload = {name: value for name, value in required(kind).items() if name != field.name}
    if field.required:
        error = refusal(kind, payload)
        assert (error.field, error.found) == (f"payload.{field.name}", "missing")
        assert error.expected == field.expected()
    else:
        assert checked_payload(kind, payload) == payload


@on_every_field
def test_text_limits(kind: EventKind, field: Field) -> None:
    """Texts go up to 10,000 characters; one that is required is not blank."""
    if field.of is not str:
        return
    for text in ("x" * 10_000, "ä\n\0"):
        payload = {**required(kind), field.name: text}
        assert checked_payload(kind, payload)[field.name] == text
    error = refusal(kind, {**required(kind), field.name: "x" * 10_001})
    assert error.found == "str of 10001 characters"
    assert "up to 10000 characters" in error.expected
    for blank in ("", " ", "\t\n\u2003"):
        payload = {**required(kind), field.name: blank}
        if field.required:
            assert "not blank" in refusal(kind, payload).expected
        else:
            assert checked_payload(kind, payload)[field.name] == blank


@given(st.integers())
def test_nps_goes_from_nought_to_ten(nps: int) -> None:
    """An NPS is a whole number from 0 to 10."""
    if 0 <= nps <= 10:
        assert checked_payload(EventKind.FEEDBACK_CAPTURED, {"nps": nps}) == {"nps": nps}
    else:
        error = refusal(EventKind.FEEDBACK_CAPTURED, {"nps": nps})
        assert (error.found, error.expected) == (str(nps), "int from 0 to 10")


@pytest.mark.parametrize(
    "nps",
    [
        True,
        False,
        5.0,
        Decimal(5),
        "5",
        Loud.VERY,
    ],
)
def test_nps_is_an_int(nps: object) -> None:
    """True is not 1, and what merely resembles a number is not one."""
    assert refusal(EventKind.FEEDBACK_CAPTURED, {"nps": nps}).expected == "int from 0 to 10"


def test_a_text_is_no_enum() -> None:
    """A member of a StrEnum is not a text: it would be stored as one, and limits not checked."""
    refusal(EventKind.ASKED, {"question": Blank.NOTHING})


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_amounts_are_finite(amount: str) -> None:
    """No amount is infinite, or not a number."""
    error = refusal(EventKind.PURCHASED, {"amount": Decimal(amount)})
    assert error.expected == "a finite Decimal"


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_amounts_are_exact(amount: Decimal) -> None:
    """An amount keeps every digit, and its trailing noughts."""
    checked = checked_payload(EventKind.PURCHASED, {"amount": amount})
    assert str(checked["amount"]) == str(amount)


def test_numbers_of_own_fields_have_their_limits() -> None:
    """A field of one's own may be bounded on either side, for int and Decimal."""
    price = Field("price", Decimal, low=1, high=5)
    assert [price.fault(Decimal(n)) is None for n in (0, 1, 5, 6)] == [False, True, True, False]
    assert price.fault(Decimal(0)) == "Decimal from 1 to 5"
    assert Field("count", int, low=3).fault(3) is None
    assert Field("count", int, low=3).fault(2) is not None
    assert Field("count", int, high=3).fault(4) is not None
    assert Field("count", int).fault(4) is None
    assert Field("flag", bool).fault(value=False) is None
    assert Field("flag", bool).fault(0) == "bool"
    assert Field("count", int).fault(value=True) == "int"


def test_a_limit_on_one_side_is_told_as_such() -> None:
    """What is expected names only the limits that there are."""
    assert Field("count", int, low=3).expected() == "int from 3"
    assert Field("count", int, high=9).expected() == "int up to 9"
    assert Field("count", int, low=3, high=9).expected() == "int from 3 to 9"
    assert Field("count", int).expected() == "int"
    assert Field("amount", Decimal).expected() == "a finite Decimal"
    assert Field("at", datetime).expected() == "an aware datetime"
    assert Field("words").expected() == "a text, up to 10000 characters"
    assert Field("words", required=True).expected().startswith("a text that is not blank, up to")


def test_whole_numbers_end_where_json_loses_them() -> None:
    """From 2**53 on, readers of JSON that count in floats no longer tell numbers apart."""
    field = Field("count", int)
    assert field.fault(2**53 - 1) is field.fault(1 - 2**53) is None
    assert field.fault(2**53) == field.fault(-(2**53)) == "int"


def test_expected_enum_names_its_members() -> None:
    """Where an enum is expected, its members are named as one would type them."""
    expected = "one of Smiley.SAD, Smiley.BORED, Smiley.HAPPY"
    assert Field("smiley", Smiley).expected() == expected


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_unknown_fields_are_refused(kind: EventKind) -> None:
    """A field that the kind has not is refused, and the fields that it has are named."""
    error = refusal(kind, {**required(kind), "amuont": 1})
    assert (error.field, "amuont" in str(error)) == ("payload", False)
    assert all(field.name in error.expected for field in kind.fields)


@pytest.mark.parametrize(
    "key",
    [
        5,
        None,
        THEIRS,
    ],
)
def test_unknown_fields_may_be_anything(key: object) -> None:
    """Whatever stands where a field's name should be is refused, and not repeated."""
    refusal(EventKind.CONTACTED, {key: "x"})


def test_unknown_fields_are_refused_even_when_none() -> None:
    """A misspelt field is a mistake, whatever its value."""
    refusal(EventKind.CONTACTED, {"sourse": None})


@pytest.mark.parametrize("payload", [[("source", "x")], {"source"}, "source", 5, None, THEIRS])
def test_a_payload_is_a_mapping(payload: object) -> None:
    """What is not a mapping is refused."""
    error = refusal(EventKind.CONTACTED, payload)
    assert (error.field, error.expected) == ("payload", "a mapping of fields")


def test_payloads_are_frozen() -> None:
    """The checked payload cannot be changed, nor does it follow the mapping that was given."""
    given_payload = {"source": "fair"}
    checked: Any = checked_payload(EventKind.CONTACTED, given_payload)
    given_payload["source"] = "web"
    assert checked == {"source": "fair"}
    with pytest.raises(TypeError):
        checked["source"] = "web"


@given(times())
def test_times_keep_instant_and_wall_clock(at: datetime) -> None:
    """A time becomes a plain datetime with the fixed offset that held, at the same instant."""
    checked = checked_time(at)
    assert type(checked) is datetime
    assert type(checked.tzinfo) is timezone
    assert checked.astimezone(UTC) == at.astimezone(UTC)
    assert checked.utcoffset() == at.utcoffset()
    assert checked.replace(tzinfo=None, fold=0) == at.replace(tzinfo=None, fold=0)
    assert checked_time(checked).isoformat() == checked.isoformat()


def test_the_hour_that_comes_twice() -> None:
    """In the night when Tallinn puts its clocks back, ``fold`` tells the two hours apart."""
    first, second = (
        checked_time(datetime(2026, 10, 25, 3, 30, fold=fold, tzinfo=TALLINN)) for fold in (0, 1)
    )
    assert first.isoformat() == "2026-10-25T03:30:00+03:00"
    assert second.isoformat() == "2026-10-25T03:30:00+02:00"
    assert second - first == timedelta(hours=1)


def test_the_hour_that_never_was() -> None:
    """A local time that was skipped keeps the instant that Python gives it."""
    skipped = datetime(2026, 3, 29, 3, 30, tzinfo=TALLINN)
    checked = checked_time(skipped)
    assert checked.astimezone(UTC) == skipped.astimezone(UTC)


@given(st.integers(-86_399, 86_399))
def test_any_offset_of_whole_seconds(seconds: int) -> None:
    """Any offset of less than a day is kept, to the second."""
    offset = timedelta(seconds=seconds)
    at = datetime(2026, 1, 1, tzinfo=Odd(offset))
    checked = checked_time(at)
    assert checked.utcoffset() == offset
    assert checked == at


@pytest.mark.parametrize("microseconds", [1, -1, 999_999])
def test_offsets_of_parts_of_seconds_are_refused(microseconds: int) -> None:
    """An offset that not every form of a time can hold is refused."""
    at = AT.replace(tzinfo=timezone(timedelta(microseconds=microseconds)))
    with pytest.raises(MalformedEventError) as caught:
        checked_time(at)
    assert (caught.value.field, caught.value.expected) == ("at", "whole seconds")


def test_names_of_zones_are_dropped() -> None:
    """Of a zone only its offset is kept; the offset of UTC is Python's own."""
    named = checked_time(AT.replace(tzinfo=timezone(timedelta(hours=2), "EET")))
    assert named.tzname() == "UTC+02:00"
    assert checked_time(AT.replace(tzinfo=timezone(timedelta(0), "Z"))).tzinfo is UTC


class Odd(tzinfo):
    """A time zone of somebody else's, with any offset or none."""

    def __init__(self, offset: timedelta | None) -> None:
        self.offset = offset

    def utcoffset(self, _: datetime | None) -> timedelta | None:
        """Return the offset."""
        return self.offset

    def dst(self, _: datetime | None) -> timedelta | None:
        """Return nothing: it keeps no summer time."""
        return None

    def tzname(self, _: datetime | None) -> str | None:
        """Return nothing: it has no name."""
        return None


def test_subclasses_become_plain_datetimes() -> None:
    """A datetime of another library is stored as Python's own."""
    assert type(checked_time(Stamp(2026, 1, 5, 9, tzinfo=UTC))) is datetime
    stamp = Stamp(2026, 1, 5, 9, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    checked = checked_time(stamp)
    assert type(checked) is datetime
    assert checked == stamp
    assert checked.isoformat() == stamp.isoformat()


@pytest.mark.parametrize("at", [NAIVE, AT.replace(tzinfo=Odd(None)), Stamp(2026, 1, 5)])
def test_naive_times_are_refused(at: datetime) -> None:
    """A time without an offset is refused, by field, whatever its time zone claims to be."""
    with pytest.raises(NaiveTimeError, match="without a time zone") as caught:
        checked_payload(EventKind.PROMISED, {"what": "x", "due": at})
    assert caught.value.where == "promised.payload.due"


@pytest.mark.parametrize("at", [date(2026, 1, 5), "2026-01-05T09:00:00Z", 1.5, None, THEIRS])
def test_what_is_no_time_is_refused(at: object) -> None:
    """Neither dates nor texts nor numbers are times."""
    with pytest.raises(MalformedEventError) as caught:
        checked_time(at)  # type: ignore[arg-type]
    assert not isinstance(caught.value, NaiveTimeError)
    assert (caught.value.field, caught.value.found) == ("at", described(at))
    assert THEIRS not in f"{caught.value!r} {caught.value}"


@pytest.mark.parametrize("hours", [-23, 0, 23])
@pytest.mark.parametrize(
    ("year", "fits"), [(1, False), (2, True), (9000, True), (9001, False), (9999, False)]
)
def test_years_have_limits(year: int, hours: int, *, fits: bool) -> None:
    """Years from 2 to 9000 leave room for every offset and every window, others are refused."""
    zone = timezone(timedelta(hours=hours))
    ends = datetime(year, 1, 1, tzinfo=zone), datetime(year, 12, 31, 23, 59, 59, tzinfo=zone)
    for at in ends:
        if fits:
            assert checked_time(at).astimezone(UTC) == at
        else:
            with pytest.raises(MalformedEventError, match="a year from 2 to 9000"):
                checked_time(at)


@pytest.mark.parametrize("value", ["a", "x" * 200, " ", "ö", "\0", "#1"])
def test_ids_are_kept(value: str) -> None:
    """An id is any text of 1 to 200 characters."""
    assert Event(EventKind.CONTACTED, AT, value).id is value


@pytest.mark.parametrize("value", ["", "x" * 201, 5, None, b"x", True, THEIRS * 9])
def test_other_ids_are_refused(value: object) -> None:
    """Anything else is refused, by type or length."""
    with pytest.raises(MalformedEventError) as caught:
        Event(EventKind.CONTACTED, AT, value)  # type: ignore[arg-type]
    error = caught.value
    assert error.where == "contacted.id"
    assert (error.found, error.expected) == (described(value), "a text of 1 to 200 characters")
    assert THEIRS not in f"{error!r} {error}"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Blank.NOTHING, "Blank"),
        (True, "bool"),
        (AT, "datetime"),
        ([THEIRS], "list"),
    ],
)
def test_a_value_is_described_by_type(value: object, words: str) -> None:
    """A value is described by its type, a text by its length, and never by itself."""
    assert refusal(EventKind.ASKED, {"question": value}).found == words
    described_text = refusal(EventKind.TOUCHED, {"touchpoint": THEIRS}).found
    assert described_text == f"str of {len(THEIRS)} characters"
