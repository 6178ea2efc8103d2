"""Numbers and times as people write them, and as they do not."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.errors import InvalidError
from cxjourney.replay import read_log
from tests.replay.makers import log_file, mapping_with

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
EVENTS = {"act": {"event": "purchased", "payload": {"amount": {"column": "sum"}}}}


def read(when: str, amount: str = "", **log: Any) -> Any:
    """Return the event of one line."""
    row = [("c", when, "act", amount)]
    with log_file(("who", "when", "what", "sum"), row) as path:
        (line,) = read_log(path, mapping_with(log=log, events=EVENTS))
    return line.events[0]


def fault(when: str, amount: str = "", **log: Any) -> str:
    """Return why a line is refused."""
    with pytest.raises(InvalidError) as caught:
        read(when, amount, **log)
    return str(caught.value).partition("log.csv, ")[2]


EAST = timezone(timedelta(hours=2))
TIMES: list[tuple[str, Any, datetime]] = [
    ("1772445600", "epoch_s", AT),
    ("1772445600.25", "epoch_s", AT + timedelta(milliseconds=250)),
    ("1772445600000", "epoch_ms", AT),
    ("1772445600000001", "epoch_us", AT + timedelta(microseconds=1)),
    ("1772445600000001999", "epoch_ns", AT + timedelta(microseconds=1)),
    ("-1", "epoch_s", datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ("02.03.2026 10:00", "%d.%m.%Y %H:%M", AT),
    ("2.3.26  10:00", "%d.%m.%y %H:%M", AT),
    ("2.3.99 10:00", "%d.%m.%y %H:%M", AT.replace(year=1999)),
    ("03/02/2026 10:00 AM", "%m/%d/%Y %I:%M %p", AT),
    ("3/2/2026 12:00 pm", "%m/%d/%Y %I:%M %p", AT.replace(hour=12)),
    ("March 2, 2026 10:00", "%B %d, %Y %H:%M", AT),
    ("2 MAR 2026 10:00:00.000001", "%d %b %Y %H:%M:%S.%f", AT.replace(microsecond=1)),
    ("2026-03-02 05:00:00 -0500", "%Y-%m-%d %H:%M:%S %z", AT),
    ("2026-03-02 10:00:00 UTC", "%Y-%m-%d %H:%M:%S %z", AT),
    ("100% 2.3.2026", "100%% %d.%m.%Y", AT.replace(hour=0)),
    ("2.3.2026", ["%d.%m.%Y %H:%M", "%d.%m.%Y"], AT.replace(hour=0)),
    ("2026-03-02t10:00:00,000001999z", "iso", AT.replace(microsecond=1)),
    (" 2026-03-02T12:00+0200 ", "iso", AT),
    ("20260302T100000Z", "iso", AT),
]


@pytest.mark.parametrize(("text", "form", "at"), TIMES)
def test_times_are_read_in_the_way_that_is_told(text: str, form: Any, at: datetime) -> None:
    """Epochs are in UTC; patterns know months in English, whatever the locale."""
    assert read(text, time=form, zone="UTC").at == at


BAD_TIMES: list[tuple[str, Any, str]] = [
    ("-62135596800", "epoch_s", "a time in the year 1; expected a time as log.time names it"),
    ("1712122512345", "iso", "a text of the shape '9999999999999'; expected an ISO 8601 time"),
    ("2024-03-01x12:00Z", "iso", "a text of the shape"),
    ("2024-13-01T12:00Z", "iso", "a text of the shape"),
    ("2024-W01-1", "iso", "a text of the shape"),
    ("1772445600000", "epoch_s", "a number of 13 characters, beyond the year"),
    ("17724456000000000000", "epoch_s", "a number of 20 characters, beyond the year 9000"),
    ("1.7E+12", "epoch_ms", "a text of the shape '9.9a+99'; expected a time as log.time names"),
    ("31.02.2026", "%d.%m.%Y", "a text of the shape '99.99.9999'; expected a time as log.time"),
    ("13:00 pm 1.1.2026", "%I:%M %p %d.%m.%Y", "a text of the shape"),
    ("nix", ["iso", "epoch_s"], "expected a time in one of the 2 ways that log.time names"),
    ("1.1.0001", "%d.%m.%Y", "a time in the year 1; expected a year from 2 to 9000"),
]


@pytest.mark.parametrize(("text", "form", "message"), BAD_TIMES)
def test_what_is_no_such_time_is_refused(text: str, form: Any, message: str) -> None:
    """Nothing is guessed: what another form would read is told by its shape."""
    told = fault(text, time=form, zone="UTC")
    assert message in told
    assert told.startswith("column 'when', line 2: ")


@pytest.mark.parametrize(
    ("text", "form", "value"),
    [
        ("12,50", {"decimal": ","}, "12.50"),
        ("1 234 567,5", {"decimal": ",", "thousands": " "}, "1234567.5"),
        ("1\u00a0234", {"thousands": " "}, "1234"),
        ("1.234,5", {"decimal": ",", "thousands": "."}, "1234.5"),
        ("1,234.5", {"thousands": ","}, "1234.5"),
        ("12.50", {}, "12.50"),
        ("-7", {"decimal": ","}, "-7"),
    ],
)
def test_numbers_have_their_marks(text: str, form: dict[str, str], value: str) -> None:
    """The mapping says how decimals and thousands are set apart."""
    assert str(read("2026-03-02T10:00Z", text, **form).payload["amount"]) == value


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("12.50", {"decimal": ","}),
        ("12,50", {}),
        ("1,2,3", {"decimal": ","}),
        ("12 34", {"thousands": " "}),
        ("1.234.5", {"decimal": ",", "thousands": "."}),
        ("1,5.000", {"decimal": ",", "thousands": "."}),
    ],
)
def test_other_marks_are_refused(text: str, form: dict[str, str]) -> None:
    """A number with another mark may mean a thousand times as much."""
    assert "expected a number such as 4 or 12" in fault("2026-03-02T10:00Z", text, **form)


def test_the_hour_that_the_clocks_jump_over_is_refused_again() -> None:
    """Also where other local times came before it."""
    times = [datetime.fromisoformat(f"2024-03-31T0{hour}:30") for hour in (2, 3)]
    assert outcome(times, {"zone": "Europe/Tallinn"}) == [
        "a local time that Europe/Tallinn never had"
    ]


LOCAL = st.datetimes(AT.replace(1990, tzinfo=None), AT.replace(2040, tzinfo=None))


@pytest.mark.no_cover
@given(LOCAL)
def test_local_hours_are_read_alike_one_by_one(when: datetime) -> None:
    """An offset that was looked up for the hour is the offset of each of its minutes."""
    times = [when.replace(minute=minute, second=0, microsecond=0) for minute in (0, 29, 30, 59)]
    for zone in ("Europe/Tallinn", "Australia/Lord_Howe"):
        log = {"zone": zone}
        for each in times:
            alone = outcome([each], log)
            assert outcome([each] * 3, log) == (alone if isinstance(alone[0], str) else alone * 3)


def outcome(times: list[datetime], log: dict[str, Any]) -> list[Any]:
    """Return the times of a log, or why it is refused."""
    rows = [("c", one.isoformat(), "act", "") for one in times]
    with log_file(("who", "when", "what", "sum"), rows) as path:
        try:
            lines = list(read_log(path, mapping_with(log=log, events=EVENTS)))
        except InvalidError as error:
            return [error.found]
        return [(one.at, one.at and one.at.utcoffset(), one.twice) for one in lines]
