"""The clock of a log: offsets, zones, and what may not be mixed."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from cxjourney.errors import InvalidError
from cxjourney.replay import read_log
from tests.replay.makers import COLUMNS, log_file, mapping_with

TALLINN = "Europe/Tallinn"
WINTER, SUMMER = "2024-01-01T12:00:00+02:00", "2024-07-01T12:00:00+03:00"


def read(*times: str, zone: str | None = None, mixed: bool = False) -> list[Any]:
    """Return the lines of a log with these times."""
    log: dict[str, object] = {"mixed_offsets": mixed}
    mapping = mapping_with(log=log if zone is None else {**log, "zone": zone})
    with log_file(COLUMNS.values(), (("a", time, "buy") for time in times)) as path:
        return list(read_log(path, mapping))


def fault(*times: str, zone: str | None = None, mixed: bool = False) -> str:
    """Read times, of which the last is refused, and return why."""
    with pytest.raises(InvalidError) as caught:
        read(*times, zone=zone, mixed=mixed)
    return str(caught.value)[str(caught.value).index("log.csv") :]


def test_one_offset_needs_no_zone() -> None:
    """Times with the same offset are taken as they are; Z is one way to write it."""
    one, other = read("2024-01-01T12:00:00Z", "2024-01-01T12:00:00.5+00:00")
    assert one.at == datetime(2024, 1, 1, 12, tzinfo=UTC)
    assert other.at.microsecond == 500_000


def test_local_times_need_a_zone() -> None:
    """Without a zone in the mapping a time must have its offset."""
    assert fault("2024-01-01 12:00") == (
        "log.csv, column 'when', line 2: a time without a UTC offset; "
        "expected an offset, or log.zone in the mapping"
    )


def test_local_times_take_the_offset_of_their_zone() -> None:
    """The rules of the zone give each time its fixed offset; an hour that comes twice is told."""
    found, again = read("2024-07-01", "2024-10-27T03:30", zone=TALLINN)
    assert found.at == datetime(2024, 7, 1, tzinfo=timezone(timedelta(hours=3)))
    assert not found.twice
    assert again.twice


def test_a_local_time_that_never_was_is_refused() -> None:
    """In the night that begins daylight saving an hour is left out."""
    message = fault("2024-03-31T03:30", zone=TALLINN)
    assert "a local time that Europe/Tallinn never had" in message


@pytest.mark.parametrize("zone", [None, TALLINN])
def test_with_and_without_offset_do_not_mix(zone: str | None) -> None:
    """One of the two ways is another clock, and nobody knows which is right."""
    message = fault(WINTER, "2024-01-02T12:00", zone=zone, mixed=True)
    assert "column 'when', line 3: a time without a UTC offset, unlike line 2" in message


def test_an_offset_after_local_times_is_refused() -> None:
    """The first time of the log decides."""
    message = fault("2024-01-02T12:00", WINTER, zone=TALLINN)
    assert "a time with a UTC offset, unlike line 2; expected an offset with every" in message


def test_a_second_offset_is_refused() -> None:
    """Two offsets are two clocks, unless the mapping explains them."""
    assert fault(WINTER, SUMMER) == (
        "log.csv, column 'when', line 3: the offset UTC+03:00 after UTC+02:00 on line 2; expected "
        "one offset, or log.zone that explains each, or log.mixed_offsets = true in the mapping"
    )


def test_a_zone_explains_its_own_offsets() -> None:
    """Summer and winter of the named zone may stand side by side."""
    winter, summer = read(WINTER, SUMMER, zone=TALLINN)
    assert winter.at < summer.at


@pytest.mark.parametrize(
    ("times", "line"),
    [
        ((WINTER, "2024-07-01T12:00:00+02:00", SUMMER), 3),
        ((WINTER, SUMMER, "2024-07-01T12:00:00+00:00"), 4),
        (("2024-07-01T12:00:00Z", SUMMER), 2),
    ],
)
def test_a_zone_does_not_explain_others(times: tuple[str, ...], line: int) -> None:
    """Beside the zone's offsets another is refused, also where it came first."""
    message = fault(*times, zone=TALLINN)
    assert message.startswith(f"log.csv, column 'when', line {line}: the offset UTC")
    assert "beside others, and not that of Europe/Tallinn; expected the zone's own" in message


def test_one_offset_that_is_not_the_zones_does_no_harm() -> None:
    """A log that is in UTC throughout has one clock, whatever the zone."""
    one, other = read("2024-07-01T12:00:00Z", "2024-07-01T12:00:01Z", zone=TALLINN)
    assert one.at < other.at


def test_any_offsets_on_demand() -> None:
    """Who knows that the offsets are right can say so."""
    winter, summer = read(WINTER, SUMMER, mixed=True)
    assert winter.at < summer.at


def test_what_is_no_time_is_shown_by_its_shape() -> None:
    """The words of a cell stay out of the error."""
    assert fault("7. märts 2024") == (
        "log.csv, column 'when', line 2: a text of the shape '9. aaaaa 9999'; "
        "expected an ISO 8601 time such as 2017-01-07T18:55:24+02:00"
    )


def test_times_of_the_far_past_are_refused() -> None:
    """The first year leaves no room for an offset."""
    assert "a time in the year 1; expected a year from 2" in fault("0001-01-01T00:00:00+00:00")


def test_the_hour_after_the_one_that_comes_twice_comes_once() -> None:
    """Of the night that ends daylight saving only one hour is in doubt; the first is meant."""
    twice, once = read("2024-10-27T03:30", "2024-10-27T04:30", zone=TALLINN)
    assert (twice.twice, once.twice) == (True, False)
    assert (twice.at.utcoffset(), once.at - twice.at) == (timedelta(hours=3), timedelta(hours=2))
