"""The kit of stored forms: what it writes it reads, and what it refuses it names by its place."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney import DecodeError
from cxjourney.vocabulary._forms import (  # the kit of all stored forms
    DECIMAL,
    FLAG,
    ID,
    MOMENT,
    NUMBER,
    OBJECT,
    TEXT,
    TIME,
    Form,
    exact,
    list_of,
    mapping,
    maybe,
    member,
    record,
    row,
    some_of,
    tagged,
    versioned,
    whole,
)

MARKER = "Mari Maasikas"


class Colour(Enum):
    """Some members."""

    RED = 1
    GREEN = 2


class Size(IntEnum):
    """Members that are numbers too."""

    SMALL = 1


class Words(str):
    """A text of a class of its own."""

    __slots__ = ()


class Part(NamedTuple):
    """A part with one field."""

    id: str


class Whole(NamedTuple):
    """A record with a field of each kind."""

    part: Part | None
    parts: tuple[Part, ...]
    pair: tuple[int, bool]
    counts: dict[str, int]
    either: Part | Colour


class Nowhere(tzinfo):
    """A zone that does not know its offset."""

    def utcoffset(self, _: datetime | None) -> None:
        """Return nothing."""

    def dst(self, _: datetime | None) -> None:
        """Return nothing."""

    def tzname(self, _: datetime | None) -> None:
        """Return nothing."""


PART = record(Part, {"id": ID})
COLOUR = Form(lambda data: member(Colour).read(data["name"]), lambda one: {"name": one.name})
EITHER: dict[str | int, Form[Any]] = {"Part": PART, "Colour": COLOUR}
WHOLE = versioned(
    record(
        Whole,
        {
            "part": maybe(PART),
            "parts": list_of(PART, most=2),
            "pair": row(whole(0), FLAG),
            "counts": mapping(whole(1)),
            "either": tagged(
                "is", {"Part": PART, "Colour": COLOUR}, lambda one: type(one).__name__
            ),
        },
    ),
    3,
)
SAMPLE = Whole(None, (Part("a"), Part("b")), (1, True), {MARKER: 2}, Colour.RED)
PLAIN: dict[str, Any] = {
    "schema": 3,
    "part": None,
    "parts": [{"id": "a"}, {"id": "b"}],
    "pair": [1, True],
    "counts": {MARKER: 2},
    "either": {"is": "Colour", "name": "RED"},
}
OFFSETS = st.integers(-86_399, 86_399).map(lambda seconds: timezone(timedelta(seconds=seconds)))


def test_a_record_is_written_and_read_by_one_description() -> None:
    """What is written has the keys in the order of the description, and comes back."""
    plain = WHOLE.encode(SAMPLE)
    assert plain == PLAIN
    assert list(plain) == list(PLAIN)
    assert WHOLE.decode(plain) == SAMPLE


@pytest.mark.parametrize(
    ("change", "path", "found"),
    [
        ({"schema": 4}, "schema", "a whole number"),
        ({"schema": True}, "schema", "true or false"),
        ({"part": {"id": ""}}, "part.id", "a text of 0 characters"),
        ({"part": {}}, "part.id", "missing"),
        ({"parts": [{"id": "a"}, {"id": 1}]}, "parts[1].id", "a whole number"),
        ({"parts": [None] * 3}, "parts", "3 entries"),
        ({"parts": {}}, "parts", "an object"),
        ({"pair": [1]}, "pair", "1 entries"),
        ({"pair": [1, 1]}, "pair[1]", "a whole number"),
        ({"counts": {MARKER: 0}}, "counts[...]", "a whole number"),
        ({"counts": {1: 1}}, "counts", "a key that is a whole number"),
        ({"either": {"is": MARKER}}, "either.is", "a text of 13 characters"),
        ({"either": {}}, "either.is", "missing"),
        ({MARKER: 1}, "all", "1 unknown keys"),
    ],
)
def test_what_does_not_fit_is_named_by_its_place(
    change: dict[str, Any], path: str, found: str
) -> None:
    """The error tells the path, kind and size, and no words."""
    with pytest.raises(DecodeError) as refused:
        WHOLE.decode({**PLAIN, **change}, top="all")
    assert (refused.value.where, refused.value.found) == (path, found)
    assert MARKER not in str(refused.value)
    assert "form" not in str(refused.value.__cause__)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"part": Part("")}, "one.part.id"),
        ({"part": MARKER}, "one.part"),
        ({"parts": (Part("a"), None)}, "one.parts[1]"),
        ({"parts": {}}, "one.parts"),
        ({"pair": (1,)}, "one.pair"),
        ({"counts": {1: 1}}, "one.counts"),
        ({"counts": {MARKER: "2"}}, "one.counts[...]"),
        ({"counts": 1}, "one.counts"),
        ({"either": 1}, "one.either"),
    ],
)
def test_what_could_not_be_read_is_not_written(change: dict[str, Any], path: str) -> None:
    """The writer refuses it, with the place where it would have stood."""
    with pytest.raises(DecodeError) as refused:
        WHOLE.encode(SAMPLE._replace(**change), "one")
    assert refused.value.where == path
    assert MARKER not in str(refused.value)


def test_a_time_of_a_zone_with_rules_is_written_with_its_offset() -> None:
    """In the summer half of the year Tallinn is three hours ahead."""
    summer = datetime(2026, 7, 5, 9, tzinfo=ZoneInfo("Europe/Tallinn"))
    assert MOMENT.encode(summer) == "2026-07-05T09:00:00+03:00"


@given(st.datetimes(timezones=OFFSETS))
def test_whatever_time_is_written_is_read(at: datetime) -> None:
    """A time comes back with its offset, or is refused in both directions."""
    assert MOMENT.decode(MOMENT.encode(at)).isoformat() == at.isoformat()
    try:
        plain = TIME.encode(at)
    except DecodeError:
        with pytest.raises(DecodeError):
            TIME.decode(MOMENT.encode(at))
    else:
        assert TIME.decode(plain).isoformat() == at.isoformat()


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 1, 5),  # noqa: DTZ001 - naive on purpose
        datetime(2026, 1, 5, tzinfo=Nowhere()),
        datetime(9999, 1, 5, tzinfo=UTC),
        datetime(1, 1, 5, tzinfo=UTC),
        datetime(2026, 1, 5, tzinfo=timezone(timedelta(microseconds=1))),
        datetime(2026, 1, 5, 0, 0, 0, 1, timezone(timedelta(microseconds=1))),
        "2026-01-05T09:00:00+00:00",
    ],
    ids=range(7),
)
def test_a_time_that_cannot_be_read_is_not_written(at: Any) -> None:
    """Naive times, times out of the years and offsets within a second are refused."""
    with pytest.raises(DecodeError):
        TIME.encode(at)


@pytest.mark.parametrize(
    ("form", "value", "plain"),
    [
        (TEXT, Words("a"), "a"),
        (ID, "x" * 200, "x" * 200),
        (NUMBER, Size.SMALL, 1),
        (NUMBER, 2.5, 2.5),
        (DECIMAL, Decimal("1E+3"), "1E+3"),
        (member(Colour, Size), Size.SMALL, "SMALL"),
        (OBJECT, {"a": [1]}, {"a": [1]}),
        (exact(int, "a number"), 10**30, 10**30),
        (some_of({"a": FLAG, "b": FLAG}, "a or b"), {"b": True}, {"b": True}),
        (some_of({"a": FLAG}, "a"), {}, {}),
    ],
    ids=range(10),
)
def test_values_are_written_plainly(form: Form[Any], value: Any, plain: Any) -> None:
    """Whatever class a value is of, what is written is of JSON, and is read as an equal value."""
    written = form.encode(value)
    assert (written, type(written)) == (plain, type(plain))
    assert form.decode(written) == value


@pytest.mark.parametrize(
    ("form", "value"),
    [
        (TEXT, Size.SMALL),
        (TEXT, Words("x" * 201)),
        (NUMBER, True),
        (NUMBER, "1"),
        (DECIMAL, 1.5),
        (member(Colour), "RED"),
        (whole(1, 1), 2),
        (some_of({"a": FLAG}, "a"), {"a": 1}),
    ],
    ids=range(8),
)
def test_values_of_another_kind_are_not_written(form: Form[Any], value: Any) -> None:
    """The writer takes just what the reader gives."""
    with pytest.raises(DecodeError):
        form.encode(value)
