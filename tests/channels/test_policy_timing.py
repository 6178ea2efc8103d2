"""The rules of the policy about time: caps, quiet hours and letters, by every clock."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.channels import Contact, Profile
from cxjourney.channels.policy import Ruling, Window
from cxjourney.errors import InvalidError
from cxjourney.vocabulary import Channel, Purpose, Wait
from tests.channels.policy_cases import DAY, NOON, PERSON, case, contact, has_texts, heard, said

C, P = Channel, Purpose
TALLINN = ZoneInfo("Europe/Tallinn")
MICROSECOND = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
ODD_NIGHTS = {
    "America/Sao_Paulo": datetime(2018, 11, 4, 3, tzinfo=UTC),
    "Asia/Beirut": datetime(2022, 3, 26, 22, tzinfo=UTC),
    "America/Havana": datetime(2026, 11, 1, 5, tzinfo=UTC),
    "America/St_Johns": datetime(2010, 11, 7, 2, 31, tzinfo=UTC),
    "Pacific/Apia": datetime(2011, 12, 30, 10, tzinfo=UTC),
    "Pacific/Kwajalein": datetime(1993, 8, 20, 12, tzinfo=UTC),
    "Europe/Tallinn": datetime(2026, 3, 29, 1, tzinfo=UTC),
    "America/New_York": datetime(2026, 11, 1, 6, tzinfo=UTC),
    "Australia/Lord_Howe": datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
    "America/Toronto": datetime(1919, 3, 31, 4, 30, tzinfo=UTC),
    "Africa/Monrovia": datetime(1972, 1, 7, 0, 44, 30, tzinfo=UTC),
    "Asia/Kathmandu": datetime(1985, 12, 31, 18, 30, tzinfo=UTC),
}
"""Changes of clocks: at midnight, just after it, by a day, by half an hour, by odd minutes."""
NIGHTS = st.sampled_from(sorted(ODD_NIGHTS))
MINUTES = st.integers(-3 * 24 * 60, 3 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def nights(draw: st.DrawFn) -> tuple[ZoneInfo, datetime]:
    """Draw a zone, and a moment within three days of an odd night there."""
    name = draw(NIGHTS)
    seconds = timedelta(seconds=draw(st.sampled_from([0, 0, 1, 59])))
    return ZoneInfo(name), ODD_NIGHTS[name] + draw(MINUTES | st.just(timedelta())) + seconds


def by_hand(contacts: list[Contact], channel: Channel, day: date, zone: tzinfo) -> tuple[int, int]:
    """Count a day's contacts on a channel, and those on all in the seven days up to it."""
    days = Counter(one.at.astimezone(zone).date() for one in contacts)
    here = sum(one.at.astimezone(zone).date() == day for one in contacts if one.channel is channel)
    return here, sum(days[day - timedelta(days=back)] for back in range(7))


@pytest.mark.no_cover
@given(
    night=nights(),
    made=st.lists(st.tuples(MINUTES, st.sampled_from([C.EMAIL, C.POST, C.TEXT])), max_size=6),
    a_day=st.integers(1, 2),
    a_week=st.integers(1, 4),
)
def test_caps_hold_by_the_customers_clock(
    night: tuple[ZoneInfo, datetime],
    made: list[tuple[timedelta, Channel]],
    a_day: int,
    a_week: int,
) -> None:
    """C08 agrees with a count by hand; a deferral leads to the first day that is free."""
    zone, now = night
    contacts = [contact(now + ago, channel) for ago, channel in made]
    profile = Profile(zone)
    about = case(now=now, contacts=contacts, profile=profile)
    verdict = said("C08", about, contacts_a_day=a_day, contacts_a_week=a_week)
    assert verdict is not None

    def free(moment: datetime) -> bool:
        here, week = by_hand(contacts, C.EMAIL, moment.astimezone(zone).date(), zone)
        return here < a_day and week < a_week

    assert (verdict.ruling is Ruling.ALLOW) == free(now)
    if verdict.until is not None:
        assert verdict.until > now
        again = said("C08", attrs.evolve(about, now=verdict.until), contacts_a_day=a_day,
                     contacts_a_week=a_week)  # fmt: skip
        assert again is not None
        assert again.ruling is Ruling.ALLOW
        starts = [now + HOUR * hours for hours in range(1, 24 * 20)]
        too_soon = [at for at in starts if at < verdict.until - HOUR * 25 and free(at)]
        assert not too_soon


@pytest.mark.no_cover
@given(
    night=nights(),
    begin=st.sampled_from([time(21), time(0), time(0, 30), time(23, 59), time(1, 15)]),
    end=st.sampled_from([time(8), time(0), time(2, 30), time(0, 45), time(21)]),
)
def test_quiet_hours_end_by_the_customers_clock(
    night: tuple[ZoneInfo, datetime], begin: time, end: time
) -> None:
    """X02: nothing is sent in quiet hours; a deferral ends with them, later than now, and once."""
    zone, now = night
    about = case(C.TEXT, now=now, profile=attrs.evolve(PERSON, zone=zone))
    verdict = said("X02", about, quiet_from=begin, quiet_until=end)
    assert verdict is not None
    shown = now.astimezone(zone).time()
    quiet = begin <= shown < end if begin <= end else not end <= shown < begin
    assert (verdict.ruling is Ruling.DEFER) == quiet
    if verdict.until is not None:
        assert now < verdict.until <= now + 2 * DAY
        again = said("X02", attrs.evolve(about, now=verdict.until), quiet_from=begin,
                     quiet_until=end)  # fmt: skip
        assert again is not None
        assert again.ruling is Ruling.ALLOW


@pytest.mark.parametrize(
    ("zone", "now", "until"),
    [
        ("Europe/Tallinn", "2026-03-28T21:00:00+02:00", "2026-03-29T08:00:00+03:00"),
        ("Europe/Tallinn", "2026-03-29T07:59:59+03:00", "2026-03-29T08:00:00+03:00"),
        ("Europe/Tallinn", "2026-10-25T03:30:00+03:00", "2026-10-25T08:00:00+02:00"),
        ("Europe/Tallinn", "2026-10-25T03:30:00+02:00", "2026-10-25T08:00:00+02:00"),
        ("Europe/Tallinn", "2026-03-29T08:00:00+03:00", None),
        ("Europe/Tallinn", "2026-03-29T20:59:59+03:00", None),
        (None, "2026-06-01T03:00:00+03:00", "2026-06-01T08:00:00+00:00"),
    ],
)
def test_text_messages_wait_for_the_morning(zone: str | None, now: str, until: str | None) -> None:
    """X02: from 21:00 to 08:00 where the customer is, where the company is if that is not known."""
    profile = Profile(None if zone is None else ZoneInfo(zone))
    verdict = said("X02", case(C.TEXT, now=datetime.fromisoformat(now), profile=profile))
    assert verdict is not None
    expected = None if until is None else datetime.fromisoformat(until)
    assert verdict.until == expected
    assert verdict.reason == ("daytime" if until is None else "quiet_hours")


def test_the_companys_zone_stands_in() -> None:
    """X02, C08: where the customer's zone is not known, the limits name one."""
    late = datetime(2026, 6, 1, 19, tzinfo=UTC)
    unknown = case(C.TEXT, now=late, profile=Profile())
    assert heard("X02", unknown) == "ALLOW daytime"
    assert heard("X02", unknown, zone=ZoneInfo("Europe/Tallinn")) == "DEFER quiet_hours"


@pytest.mark.parametrize(
    ("zone", "now", "until"),
    [
        ("America/Sao_Paulo", "2018-11-03T12:00:00-03:00", "2018-11-04T01:00:00-02:00"),
        ("Asia/Beirut", "2022-03-26T12:00:00+02:00", "2022-03-27T01:00:00+03:00"),
        ("America/Havana", "2026-10-31T12:00:00-04:00", "2026-11-01T00:00:00-04:00"),
        ("America/St_Johns", "2010-11-06T23:30:00-03:30", "2010-11-07T00:00:00-03:30"),
        ("Pacific/Apia", "2011-12-29T12:00:00-10:00", "2011-12-31T00:00:00+14:00"),
    ],
)
def test_a_new_day_begins_where_clocks_skip_midnight(zone: str, now: str, until: str) -> None:
    """C08: the next day begins at the first moment that exists, or when midnight comes first.

    That is so where no hours are quiet; else the next contact waits for the morning.
    """
    moment = datetime.fromisoformat(now)
    about = case(now=moment, contacts=[contact(moment)], profile=Profile(ZoneInfo(zone)))
    verdict = said("C08", about, quiet_until=time())
    assert verdict is not None
    assert verdict.until == datetime.fromisoformat(until)


def test_days_are_full_with_one_contact_a_channel() -> None:
    """C08: uncertain contacts count, and later ones of today; other channels' do not."""
    for at in (NOON, NOON - 12 * HOUR, NOON + 11 * HOUR):
        for certain in (True, False):
            assert heard("C08", case(contacts=[contact(at, certain=certain)])) == "DEFER day_full"
    for one in (contact(NOON - 13 * HOUR), contact(NOON, C.POST), contact(NOON + 12 * HOUR)):
        assert heard("C08", case(contacts=[one])) == "ALLOW not_too_often"


def test_weeks_are_full_with_three_contacts() -> None:
    """C08: the seven days up to today count, over all channels; the wait ends when one is out."""
    posts = [contact(NOON - days * DAY, C.POST) for days in (6, 4, 1)]
    verdict = said("C08", case(contacts=posts))
    assert verdict is not None
    assert verdict.reason == "week_full"
    assert verdict.until == datetime(2026, 6, 2, 8, tzinfo=UTC)
    older = [contact(NOON - days * DAY, C.POST) for days in (7, 4, 1)]
    assert heard("C08", case(contacts=older)) == "ALLOW not_too_often"


def test_contacts_that_are_owed_keep_their_room() -> None:
    """C08: what is owed later on the same day, or in the same week, comes first."""
    assert heard("C08", case(reserved=(contact(NOON + HOUR),))) == "DEFER owed_first"
    posts, owed = [contact(NOON - days * DAY, C.POST) for days in (2, 1)], (contact(NOON + DAY),)
    assert heard("C08", case(contacts=posts, reserved=owed)) == "DEFER owed_first"
    assert heard("C08", case(contacts=posts[1:], reserved=owed)) == "ALLOW not_too_often"


def test_answers_are_exempt_from_caps() -> None:
    """C08: whoever asked gets an answer, and the answer counts for nothing."""
    assert heard("C08", case(purpose=P.ANSWER, contacts=[contact(NOON)])) == "ALLOW solicited"
    answered = [contact(NOON, purpose=P.ANSWER) for _ in range(5)]
    assert heard("C08", case(contacts=answered)) == "ALLOW not_too_often"


@pytest.mark.parametrize("purpose", Purpose)
def test_letters_take_five_days(purpose: Purpose) -> None:
    """P03: a reminder or confirmation that is due in 5 days can go by post, not one due sooner."""
    timely = purpose in {P.REMIND, P.CONFIRM}
    in_time = case(C.POST, purpose, due=NOON + 5 * DAY)
    assert heard("P03", in_time) == ("ALLOW in_time_for_post" if timely else None)
    late = case(C.POST, purpose, due=NOON + 5 * DAY - MICROSECOND)
    assert heard("P03", late) == ("DENY too_late_for_post" if timely else None)
    assert heard("P03", case(C.POST, purpose)) is None


OFFICE = Window(
    Wait(at=time(9), on_working_days=True, days_off=frozenset({date(2026, 6, 24)})), time(17)
)
NIGHT = Window(Wait(at=time(22), on_working_days=True), time(6))
WHOLE_DAY = Window(Wait(at=time(9), on_working_days=True), time(9))


@pytest.mark.parametrize(
    ("window", "day", "hour", "opens"),
    [
        (OFFICE, 1, 9, None),
        (OFFICE, 1, 16, None),
        (OFFICE, 1, 17, (2, 9)),
        (OFFICE, 1, 8, (1, 9)),
        (OFFICE, 5, 17, (8, 9)),
        (OFFICE, 6, 12, (8, 9)),
        (OFFICE, 24, 12, (25, 9)),
        (NIGHT, 1, 23, None),
        (NIGHT, 2, 5, None),
        (NIGHT, 2, 6, (2, 22)),
        (NIGHT, 6, 5, None),
        (NIGHT, 7, 5, (8, 22)),
        (WHOLE_DAY, 1, 8, (1, 9)),
        (WHOLE_DAY, 6, 8, None),
        (WHOLE_DAY, 6, 9, (8, 9)),
    ],
)
def test_any_channel_may_have_a_window(
    window: Window, day: int, hour: int, opens: tuple[int, int] | None
) -> None:
    """S02: outside of it a contact waits until it opens by the customer's clock."""
    now = datetime(2026, 6, day, hour, tzinfo=TALLINN)
    about = case(now=now, profile=Profile(zone=TALLINN))
    verdict = said("S02", about, windows={Channel.EMAIL: window})
    assert verdict is not None
    found = None if verdict.until is None else verdict.until.astimezone(TALLINN)
    assert (found and (found.day, found.hour)) == opens
    assert verdict.reason == ("window_open" if opens is None else "window_closed")
    assert has_texts(verdict)
    assert said("S02", about, windows={Channel.TEXT: window}) is None


def test_a_row_may_be_held_apart() -> None:
    """S03: a row that reached the customer waits as long as its limit says; others do not."""
    made = attrs.evolve(contact(NOON - 10 * DAY), play="hello")
    gap = {"every": {"hello": Wait(months=1)}}
    verdict = said("S03", case(contacts=[made]), **gap)
    assert verdict is not None
    assert verdict.until == datetime(2026, 6, 22, 12, tzinfo=UTC)
    assert heard("S03", case(contacts=[attrs.evolve(made, play="other")]), **gap) == (
        "ALLOW row_not_lately"
    )
    old = attrs.evolve(made, at=NOON - 40 * DAY)
    assert heard("S03", case(contacts=[old]), **gap) == "ALLOW row_not_lately"
    assert heard("S03", case(contacts=[made]), every={"other": DAY}) is None


@pytest.mark.parametrize("opens", [Wait(days=1, at=time(9)), Wait(months=1), time(9), None])
def test_a_window_opens_at_a_time_of_the_day(opens: Any) -> None:
    """A wait of days is no opening."""
    with pytest.raises(InvalidError, match=r"Window\.opens"):
        Window(opens, time(17))
