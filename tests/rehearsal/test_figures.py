"""The figures that a manager asks for: they add up, and go by the clock that they name."""

import json
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney.channels import Profile
from cxjourney.channels.policy import Limits, Policy, Window
from cxjourney.playbook import standard_playbook
from cxjourney.rehearsal import Cue, Line, LineKind, Person, Prices, Rehearsal, WhyOpen, rehearse
from cxjourney.vocabulary import Channel, EventKind, Lang, Phase, Purpose, Wait
from tests.rehearsal.books import ANSWER, BOOK, START, THANKS, consents, person

K = EventKind
PRICES = Prices(
    {Channel.EMAIL: Decimal("0.002"), Channel.TEXT: Decimal("0.05")},
    rows={"thank_referral": Decimal(2)},
    inside=Decimal("4.5"),
    currency="EUR",
)
ASKS = Cue(1, K.ASKED, {"question": "?"})
TALLINN = ZoneInfo("Europe/Tallinn")


@cache
def crowded() -> Rehearsal:
    """Return the rehearsal of the standard playbook by a few people, at some prices."""
    return rehearse(standard_playbook(), people=6, days=60, seed=4, start=START, prices=PRICES)


lines = st.builds(
    lambda at, channel, internal, person: attrs.evolve(
        crowded().sent[0],
        at=at,
        local=at.astimezone(TALLINN),
        channel=channel,
        internal=internal,
        person=person,
        customer=crowded().journeys[person - 1][0],
    ),
    st.datetimes(datetime(2026, 3, 2, 9), datetime(2026, 5, 1, 8), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis adds the zone
    st.sampled_from(Channel),
    st.booleans(),
    st.integers(1, 6),
)


@pytest.mark.no_cover
@settings(max_examples=60)
@given(st.lists(lines, max_size=30))
def test_volumes_add_up_to_what_is_sent(drawn: list[Line]) -> None:
    """Weeks, hours, customers and channels each count every contact once, and costs are sums."""
    found = attrs.evolve(crowded(), lines=tuple(drawn))
    outward = Counter(line.channel for line in drawn if not line.internal)
    for rows in (found.by_week, found.by_hour, found.by_customer):
        total: Counter[Channel] = Counter()
        for row in rows:
            total.update(row.counts)
            assert row.contacts == sum(row.counts.values())
        assert total == outward
    assert sum(row.internal for row in found.by_week) == len(drawn) - outward.total()
    assert [row.hour for row in found.by_hour] == list(range(24))
    mondays = [row.monday for row in found.by_week]
    assert mondays == [date(2026, 3, 2) + timedelta(weeks=n) for n in range(len(mondays))]
    costs = found.costs
    assert costs is not None
    prices = [PRICES.of(line) for line in drawn]
    assert costs.total == sum(price for price in prices if price is not None)
    assert costs.unpriced == prices.count(None)
    assert sum(row.contacts for row in costs.rows) == len(drawn)


@pytest.mark.no_cover
@settings(max_examples=60)
@given(st.lists(lines, max_size=12))
def test_the_fullest_seven_days_are_those_of_a_count_by_day(drawn: list[Line]) -> None:
    """The most contacts in seven days are the most that begin on any day of a contact."""
    for row in attrs.evolve(crowded(), lines=tuple(drawn)).by_customer:
        days = [
            line.local.toordinal()
            for line in drawn
            if line.customer == row.customer and not line.internal
        ]
        windows = [sum(0 <= other - day < 7 for other in days) for day in days]
        assert row.in_a_week == max(windows, default=0)


def test_the_document_holds_every_figure() -> None:
    """JSON has the figures beside the lines, and says what shape it has."""
    found = crowded()
    document = json.loads(json.dumps(found.to_dict()))
    assert document["rehearsal"] == 1
    assert [row["contacts"] for row in document["by_week"]] == [
        row.contacts for row in found.by_week
    ]
    assert document["by_hour"][9]["hour"] == 9
    assert document["by_customer"][0]["contacts"] == found.by_customer[0].contacts
    assert found.costs is not None
    assert document["costs"]["total"] == str(found.costs.total)
    assert document["costs"]["currency"] == "EUR"
    assert sum(row["open"] for row in document["still_open"]) == sum(
        row["open"] for row in document["duties"]
    )
    assert (document["zone"], document["quiet"]) == ("UTC", ["21:00:00", "08:00:00"])
    assert document["every"] is None


def told_at(hour: int, *, zone: str | None, policy: Policy | None = None) -> Rehearsal:
    """Rehearse one question, asked at an hour of UTC by somebody of a zone."""
    asks = Cue(timedelta(days=1, hours=hour - START.hour), K.ASKED, {"question": "?"})
    who = Person(
        "anne",
        profile=Profile(zone=None if zone is None else ZoneInfo(zone)),
        script=(*consents(Channel.EMAIL), asks),
    )
    return rehearse(BOOK, people=[who], days=9, start=START, policy=policy)


def test_hours_go_by_the_customers_clock_and_weeks_by_the_companys() -> None:
    """At 22:30 in UTC it is tomorrow in Tallinn; a customer of no zone has the company's."""
    sunday = datetime(2026, 3, 8, 22, 30, tzinfo=UTC)
    company = Policy(Limits(zone=TALLINN))
    late = Cue(sunday - START, K.ASKED, {"question": "?"})
    who = person("anne", late)
    found = rehearse(BOOK, people=[who], days=9, start=START, policy=company)
    (line,) = found.sent
    assert line.local == sunday
    assert line.local.hour == 0
    assert [row.week for row in found.by_week if row.contacts] == ["2026-W11"]
    utc = rehearse(BOOK, people=[who], days=9, start=START)
    assert [row.week for row in utc.by_week if row.contacts] == ["2026-W10"]
    assert utc.sent[0].local.hour == 22
    there = told_at(20, zone="America/New_York")
    assert [row.hour for row in there.by_hour if row.contacts] == [15]


def test_night_is_that_of_the_limits() -> None:
    """What is sent between 21:00 and 08:00 by the customer's clock is at night."""
    assert told_at(3, zone=None).at_night
    assert not told_at(12, zone=None).at_night
    assert told_at(20, zone="Europe/Tallinn").at_night
    by_day = Policy(Limits(quiet_from=time(13), quiet_until=time(15)))
    assert told_at(14, zone=None, policy=by_day).at_night
    never = Policy(Limits(quiet_from=time(8), quiet_until=time(8)))
    assert not told_at(3, zone=None, policy=never).at_night
    assert "At night (21:00 to 08:00 by the customer's clock): e-mail 1\n" in str(
        told_at(3, zone=None)
    )


@pytest.mark.no_cover
def test_no_text_is_sent_at_night_and_nothing_where_all_channels_are_closed() -> None:
    """The policy holds back texts at night; with windows for every channel nothing is at night."""
    assert Channel.TEXT not in {line.channel for line in crowded().at_night}
    daily = Window(Wait(at=time(8)), time(21))
    closed = Policy(Limits(windows=dict.fromkeys(Channel, daily)))
    found = rehearse(standard_playbook(), people=3, days=40, seed=4, start=START, policy=closed)
    assert found.contacts
    assert found.at_night == ()


def test_who_is_contacted_most_comes_first() -> None:
    """Customers, not journeys, are counted; the made-up go by their ids, the real by a hash."""
    asks = (ASKS, Cue(2, K.ASKED, {"question": "?"}))
    two = (
        person("anne-1", Cue(1, K.PURCHASED)),
        person("bert-2", *asks),
        attrs.evolve(person("bert-2", Cue(3, K.PURCHASED)), engagement="second"),
        person("carl-3"),
    )
    found = rehearse(BOOK, people=two, days=20, start=START)
    assert [(row.customer, row.persons, row.contacts) for row in found.by_customer] == [
        ("bert-2", (2, 3), 3),
        ("anne-1", (1,), 1),
        ("carl-3", (4,), 0),
    ]
    assert all(len(row.label) == 12 for row in found.by_customer)
    assert not any("-" in row.label or row.customer in repr(row) for row in found.by_customer)
    assert all(row.label == row.customer for row in crowded().by_customer)


@pytest.mark.parametrize(
    ("change", "why", "sent"),
    [
        ({"tells": None}, WhyOpen.TELLS_NOTHING, True),
        ({"tells": None, "channels": (Channel.FACE_TO_FACE,), "content": None}, WhyOpen.TASK, True),
        ({"tells": K.FEEDBACK_ASKED}, WhyOpen.CANNOT_MEET, True),
        ({"channels": (Channel.VIDEO,)}, WhyOpen.WAITS, False),
        ({"channels": (Channel.VIDEO,), "lasts": timedelta(days=1)}, WhyOpen.DENIED, False),
        ({"after": timedelta(days=6)}, WhyOpen.WAITS, False),
        ({"segment": "key_account"}, WhyOpen.NO_ROW, False),
    ],
)
def test_it_is_told_why_a_duty_is_open(change: dict[str, Any], why: WhyOpen, sent: bool) -> None:
    """Each reason for which a question is unanswered at the end is told, with a count."""
    book = attrs.evolve(BOOK, plays=(attrs.evolve(ANSWER, **change),))
    asker = person("anne", ASKS, on=(Channel.EMAIL, Channel.FACE_TO_FACE))
    found = rehearse(book, people=[asker], days=5, start=START)
    (row,) = [row for row in found.still_open if row.rule == "answer"]
    assert (row.why, row.open, row.overdue, row.why.sent) == (why, 1, 0, sent)
    assert ("for 1 something was sent" in str(found)) is sent


def test_reminders_and_moments_to_come_are_apart() -> None:
    """A person who was reminded met nothing; a row whose moment has not come did nothing yet."""
    reminder = next(one for one in standard_playbook().plays if one.id == "answer_due")
    book = attrs.evolve(BOOK, plays=(reminder,))
    whys = [
        rehearse(book, people=[person("anne", ASKS)], days=days, start=START).still_open[0].why
        for days in (3, 7)
    ]
    assert whys == [WhyOpen.NOT_YET, WhyOpen.REMINDED]


def test_hooks_that_fail_and_leave_are_apart() -> None:
    """A dead letter, and what a hook left undone, each are a reason of their own."""
    from cxjourney.channels import Failed, Hook, HookSet, Skipped  # noqa: PLC0415 - only here

    for outcome, why in ((Failed("x"), WhyOpen.FAILED), (Skipped("x"), WhyOpen.LEFT)):
        hooks = HookSet[Hook]().on(Channel.EMAIL, lambda _, said=outcome: said)
        book = attrs.evolve(BOOK, plays=(attrs.evolve(ANSWER, channels=(Channel.EMAIL,)),))
        found = rehearse(book, hooks, people=[person("anne", ASKS)], days=5, start=START)
        assert [row.why for row in found.still_open] == [why]


@pytest.mark.parametrize("lang", Lang)
def test_reasons_are_told_in_each_language(lang: Lang) -> None:
    """Whatever was sent in vain says so in its words, in each language."""
    said = {why: attrs.evolve(crowded().still_open[0], why=why) for why in WhyOpen}
    start = {Lang.EN: "sent, cannot", Lang.ET: "saadeti, aga", Lang.FI: "lähetettiin, mutta"}
    for why, row in said.items():
        text = attrs.evolve(crowded(), still_open=(row,)).explain(lang)
        assert (start[lang] in text) is why.sent


def test_open_duties_are_those_of_the_rules() -> None:
    """By rule, the reasons add up to what is open and overdue."""
    opened: Counter[str] = Counter()
    overdue: Counter[str] = Counter()
    for row in crowded().still_open:
        opened[row.rule] += row.open
        overdue[row.rule] += row.overdue
    assert opened == Counter({row.rule: row.open for row in crowded().duties})
    assert overdue == Counter({row.rule: row.overdue for row in crowded().duties})
    assert {row.why for row in crowded().still_open if row.why.sent}


def test_lines_know_the_obligation_behind_them() -> None:
    """A line that answers to something owed names it; one that answers to a phase does not."""
    purchase = person("anne", ASKS, Cue(2, K.PURCHASED))
    found = rehearse(BOOK, people=[purchase], days=5, start=START)
    by_play = {line.play: line.obligation for line in found.of_kind(LineKind.SENT)}
    assert by_play[ANSWER.id] == "1:answer:cue 5"
    assert by_play[THANKS.id] is None
    assert Phase.AFFIRM in {line.place for line in found.lines}
    assert Purpose.THANK in {line.purpose for line in found.lines}
