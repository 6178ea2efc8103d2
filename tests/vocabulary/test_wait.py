"""Waits by the calendar and the customer's clock."""

import json
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.errors import InvalidError
from cxjourney.vocabulary import Lang, Wait

TALLINN, LONDON = ZoneInfo("Europe/Tallinn"), ZoneInfo("Europe/London")
NINE = time(9)
HOLIDAYS = frozenset({date(2026, 12, 24), date(2026, 12, 25)})


def at(*parts: int, zone: tzinfo = TALLINN) -> datetime:
    """Return a moment by the clock of a zone."""
    return datetime(*parts, tzinfo=zone)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("wait", "start", "over"),
    [
        (Wait(months=1), at(2026, 1, 31, 10), at(2026, 2, 28, 10)),
        (Wait(months=1), at(2028, 1, 31, 10), at(2028, 2, 29, 10)),
        (Wait(months=13, days=1), at(2026, 1, 31, 10), at(2027, 3, 1, 10)),
        (Wait(days=1, at=NINE), at(2026, 3, 28, 22), at(2026, 3, 29, 9)),
        (Wait(days=1, at=NINE), at(2026, 10, 24, 8), at(2026, 10, 25, 9)),
        (Wait(days=1), at(2026, 3, 28, 12), at(2026, 3, 29, 12)),
        (Wait(days=1, at=time(3, 30)), at(2026, 3, 28, 12), at(2026, 3, 29, 4, 30)),
        (Wait(at=NINE), at(2026, 3, 28, 8, 59), at(2026, 3, 28, 9)),
        (Wait(at=NINE), at(2026, 3, 28, 9), at(2026, 3, 28, 9)),
        (Wait(at=NINE), at(2026, 3, 28, 9, 1), at(2026, 3, 29, 9)),
        (Wait(working_days=1), at(2026, 11, 27, 10), at(2026, 11, 30, 10)),
        (Wait(working_days=1), at(2026, 11, 28, 10), at(2026, 11, 30, 10)),
        (Wait(working_days=2, days_off=HOLIDAYS), at(2026, 12, 23, 10), at(2026, 12, 29, 10)),
        (Wait(at=NINE, on_working_days=True), at(2026, 11, 27, 9, 1), at(2026, 11, 30, 9)),
        (Wait(working_days=1, weekend=frozenset({4})), at(2026, 11, 26, 10), at(2026, 11, 28, 10)),
    ],
)
def test_waits_end_where_people_expect(wait: Wait, start: datetime, over: datetime) -> None:
    """By the calendar and the clock of the customer, daylight saving and days off included."""
    assert wait.after(start.astimezone(UTC), TALLINN) == over


def test_a_time_that_clocks_show_twice_is_the_first() -> None:
    """On the night when clocks go back 03:30 comes twice in Tallinn."""
    found = Wait(days=1, at=time(3, 30)).after(at(2026, 10, 24, 12), TALLINN)
    assert found == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_without_a_zone_the_offset_of_the_beginning_counts() -> None:
    """Whoever knows no zone goes by the clock that the beginning was told in."""
    begin = datetime.fromisoformat("2026-03-28T22:00:00+02:00")
    assert Wait(days=1, at=NINE).after(begin) == datetime.fromisoformat("2026-03-29T09:00+02:00")


WAITS = st.builds(
    Wait,
    months=st.integers(0, 30),
    days=st.integers(0, 400),
    working_days=st.integers(1, 30),
    on_working_days=st.booleans(),
    at=st.none() | st.times().map(lambda one: one.replace(microsecond=0)),
    weekend=st.frozensets(st.integers(0, 6), max_size=6),
    days_off=st.frozensets(st.dates(date(2026, 1, 1), date(2027, 1, 1)), max_size=5),
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(8999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - drawn in UTC


@given(wait=WAITS, start=MOMENTS, zone=st.sampled_from([UTC, TALLINN, LONDON]))
def test_waits_go_forward_end_on_working_days_and_are_stored(
    wait: Wait, start: datetime, zone: tzinfo
) -> None:
    """A wait is never over before it begins; what is stored of it is read back as it was."""
    over = wait.after(start, zone)
    assert over >= start
    assert over == wait.after(start.astimezone(TALLINN), zone), "the same moment, the same wait"
    if over < datetime(9000, 1, 1, tzinfo=UTC):
        assert wait.works_on(over.astimezone(zone).date())
    assert Wait.from_dict(json.loads(json.dumps(wait.to_dict()))) == wait
    assert all(wait.explain(lang) for lang in Lang)


def test_a_wait_ends_in_the_last_year_that_there_is() -> None:
    """What lies beyond is over on the last day of the year 9000."""
    end = datetime(9000, 12, 31, 12, tzinfo=UTC)
    for wait in (Wait(months=1), Wait(days=60), Wait(working_days=50), Wait(at=NINE)):
        assert wait.after(end, UTC).year == 9000


def test_waits_are_told_in_three_languages() -> None:
    """In the order in which they are counted, with the right number."""
    wait = Wait(months=1, days=2, working_days=1, at=NINE)
    assert str(wait) == "1 month, 2 days, 1 working day, at 09:00 by the customer's clock"
    assert wait.explain(Lang.ET) == "1 kuu, 2 päeva, 1 tööpäev, kell 09:00 kliendi kella järgi"
    assert wait.explain(Lang.FI) == (
        "1 kuukausi, 2 päivää, 1 työpäivä, klo 09:00 asiakkaan kellon mukaan"
    )
    assert repr(Wait(months=3)) == "<Wait: 3 months>"
    told = str(Wait(at=NINE, on_working_days=True))
    assert told == "on a working day, at 09:00 by the customer's clock"


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"weekend": {5}},
        {"months": -1},
        {"days": 1.5},
        {"working_days": True},
        {"at": time(9, tzinfo=UTC)},
        {"at": time(9, microsecond=1)},
        {"at": "09:00"},
        {"days": 1, "weekend": set(range(7))},
        {"days": 1, "weekend": {7}},
        {"days": 1, "days_off": [datetime(2026, 1, 1, tzinfo=UTC)]},
        {"days": 1, "days_off": "2026-01-01"},
    ],
)
def test_waits_out_of_form_are_refused(given: dict[str, Any]) -> None:
    """Nothing to wait for, numbers below zero, times with a zone, a week without a working day."""
    with pytest.raises(InvalidError, match="Wait"):
        Wait(**given)


@pytest.mark.parametrize(
    "data",
    [
        [],
        {"weeks": 1},
        {"at": "nine"},
        {"at": 9},
        {"days": 1, "days_off": ["Christmas"]},
        {"days": 1, "days_off": 7},
        {"days": "1"},
    ],
)
def test_what_is_no_wait_is_not_read(data: Any) -> None:
    """Whatever is not of the form that ``to_dict`` gives is refused, without being repeated."""
    with pytest.raises(InvalidError, match="Wait") as caught:
        Wait.from_dict(data)
    assert "Christmas" not in str(caught.value)


def test_what_is_left_out_of_a_stored_wait_is_as_by_default() -> None:
    """A wait can be written by hand in a file."""
    assert Wait.from_dict({"days": 1, "at": "09:00"}) == Wait(days=1, at=NINE)
    assert Wait(days=1) != Wait(days=1, at=NINE)
    assert timedelta(days=1) != Wait(days=1)
