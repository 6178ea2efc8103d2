"""What a report tells beside its sums: curves, months, cohorts, segments, and who is behind."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from cxjourney.errors import InvalidError
from cxjourney.replay import LogMapping, Report, replay_log
from cxjourney.vocabulary import Phase
from tests.replay.makers import COLUMNS, log_file, mapping_with, report_of, told

EVENTS: dict[str, Any] = {
    "ask": "contacted",
    "need": "need_admitted",
    "buy": "purchased",
    "get": "delivered",
    "tell": "referred",
    "forget": "erased",
}
COUNTRY = {**COLUMNS, "segment": "land"}
KEY = bytes(range(16))


def report(*rows: tuple[str, str, str, str], mapping: LogMapping, **asked: Any) -> Report:
    """Return the report on rows of (customer, time, activity, country)."""
    with log_file(("who", "when", "what", "land"), rows) as path:
        return replay_log(path, mapping, **asked)


def at(day: int, month: int = 3) -> str:
    """Return a day of 2024 as a log has it."""
    return f"2024-{month:02}-{day:02}T22:30:00Z"


def test_a_curve_steps_down_where_stays_end() -> None:
    """Each step has its day, who was still watched, how many ended, and an interval."""
    rows = [("a", 1, "ask"), ("a", 3, "need"), ("b", 1, "ask"), ("b", 5, "need"), ("c", 1, "ask")]
    rows += [("d", 4, "ask"), ("d", 8, "need")]
    found = report_of(rows, mapping_with(events=EVENTS)).stays[0]
    steps = [(step.days, step.at_risk, step.ended, step.share) for step in found.curve]
    assert steps == [(2, 4, 1, 0.75), (4, 3, 2, 0.25)]
    assert all(0 < step.low < step.share < step.high < 1 for step in found.curve)
    assert (found.ended, found.going_on, found.longest) == (3, 1, 7)
    assert report_of(rows, mapping_with(events=EVENTS)).stays[1].curve == ()


def test_a_curve_that_ends_has_no_interval() -> None:
    """Where nothing lasts on, the share is 0 and so are both ends."""
    rows = [("a", 1, "ask"), ("a", 3, "need")]
    (step,) = report_of(rows, mapping_with(events=EVENTS)).stays[0].curve
    assert (step.share, step.low, step.high) == (0, 0, 0)


def test_a_long_curve_is_told_in_some_two_hundred_steps() -> None:
    """No step that is left out lies far from one that is told, and the last is told."""
    begin = datetime(2024, 3, 1, tzinfo=UTC)
    rows = []
    for number in range(1000):
        end = begin + timedelta(minutes=number + 1)
        rows += [(str(number), begin.isoformat(), "ask"), (str(number), end.isoformat(), "need")]
    with log_file(COLUMNS.values(), rows) as path:
        curve = replay_log(path, mapping_with(events=EVENTS)).stays[0].curve
    assert 90 < len(curve) < 203
    assert (curve[0].at_risk, curve[-1].at_risk, curve[-1].share) == (1000, 1, 0)
    assert all(one.share - other.share < 0.0111 for one, other in pairwise(curve))


def test_silence_and_return_are_told_by_month() -> None:
    """A month is one on the clocks of the mapping's zone; months without any are left out."""
    rows = [
        ("a", at(1), "buy", ""),
        ("a", at(31, 3), "buy", ""),
        ("b", at(15), "buy", ""),
        ("z", at(1, 6), "ask", ""),
    ]
    utc = report(*rows, mapping=mapping_with(events=EVENTS))
    assert (utc.zone, [row.month for row in utc.months]) == ("UTC", ["2024-03", "2024-04"])
    assert (utc.months[0].lapses, utc.months[0].repurchased, utc.months[1].lapses) == (2, 1, 1)
    local = report(*rows, mapping=mapping_with(events=EVENTS, log={"zone": "Europe/Tallinn"}))
    assert local.months[1].repurchased == 1
    months = [row.month for row in local.cohorts]
    assert months == ["2024-03", "2024-06"]
    assert sum(row.lapses for row in local.months) == local.comings.lapses


def test_cohorts_are_of_the_month_of_the_first_event() -> None:
    """Each says how far its journeys came, and where they stand."""
    rows = [("a", at(1), "ask", ""), ("a", at(1, 4), "buy", ""), ("b", at(2, 4), "ask", "")]
    found = report(*rows, mapping=mapping_with(events=EVENTS))
    march, april = found.cohorts
    assert (march.month, march.journeys, march.active) == ("2024-03", 1, 1)
    assert (march.reached[Phase.AFFIRM], april.reached[Phase.AFFIRM]) == (1, 0)
    assert (april.month, april.reached[Phase.ASSESS]) == ("2024-04", 1)


def test_a_phase_tells_which_option_brought_journeys_there() -> None:
    """Under the strict reading a mapping of purchases leads nowhere past the first use."""
    chart = {"feedback": "optional", "repeat_purchase": "experience"}
    rows = [("a", 1, "buy")]
    loose = report_of(rows, mapping_with(events={"buy": "purchased"}, chart=chart)).funnel
    assert loose[Phase.ADOPT - 1].assumes == ("feedback", "repeat_purchase")
    assert loose[Phase.AFFIRM - 1].assumes == ()
    strict = report_of(rows, mapping_with(events={"buy": "purchased"})).funnel
    assert [row.assumes for row in strict] == [()] * len(Phase)


def test_each_segment_has_its_own_figures() -> None:
    """A journey is of the first country that one of its lines tells; the sums are the whole."""
    rows = [
        ("a", at(1), "ask", ""),
        ("a", at(2), "buy", "EE"),
        ("a", at(3), "get", "FI"),
        ("b", at(1), "ask", " FI "),
        ("c", at(1), "buy", "EE"),
        ("d", at(1), "buy", ""),
        ("e", at(1), "huh", "SE"),
    ]
    found = report(*rows, mapping=mapping_with(events=EVENTS), segment="land")
    told_apart = {row.segment: (row.journeys, row.customers) for row in found.segments}
    assert told_apart == {"EE": (2, 2), "": (1, 1), "FI": (1, 1)}
    assert [row.segment for row in found.segments] == ["EE", "", "FI"]
    for name in ("active", "customers"):
        sums = [getattr(row, name) for row in found.places]
        each = ([getattr(row, name) for row in one.places] for one in found.segments)
        apart = zip(*each, strict=True)
        assert list(map(sum, apart)) == sums
    document = found.to_dict()["segments"]
    assert document["column"] == "land"
    assert document["rows"][0]["funnel"][2]["reached"] == 2
    named = report(*rows, mapping=mapping_with(events=EVENTS, columns=COUNTRY))
    assert named.segments == found.segments


def test_a_segment_is_one_of_few_and_short() -> None:
    """A column of ids, and a long text, are refused."""
    many = [(str(one), at(1), "buy", f"land {one}") for one in range(101)]
    with pytest.raises(InvalidError, match="more than 100 different values"):
        report(*many, mapping=mapping_with(events=EVENTS), segment="land")
    with pytest.raises(InvalidError, match="a text of 300 characters"):
        report(("a", at(1), "buy", "x" * 300), mapping=mapping_with(events=EVENTS, columns=COUNTRY))


ROWS = [
    ("a", at(1), "ask", ""),
    ("b", at(1), "buy", ""),
    ("c", at(1), "buy", ""),
    ("c", at(2), "tell", ""),
    ("gone", at(1), "ask", ""),
    ("gone", at(2), "forget", ""),
    ("b", at(9, 9), "ask", ""),
]


def test_journeys_are_listed_behind_figures() -> None:
    """The first of each figure are listed, by the order of the log; who was erased is not."""
    found = report(*ROWS, mapping=mapping_with(events=EVENTS), behind=2).behind
    assert found is not None
    figures = {row.figure: (row.journeys, row.listed) for row in found.figures}
    customers = [one.customer for one in found.journeys]
    assert customers == ["a", "b", "c"]
    assert figures["funnel.ASSESS.reached"] == (4, (0, 1))
    assert figures["funnel.AFFIRM.reached"] == (2, (1, 2))
    assert figures["comings.referrers"] == (1, (2,))
    assert figures["comings.lapses"] == (2, (1, 2))
    assert figures["owed.affirm_decision.not_observable"] == (2, (1, 2))
    assert "places.ERASED.erased" not in figures
    assert found.journeys[1].since == datetime(2024, 9, 9, 22, 30, tzinfo=UTC)
    assert (found.limit, found.hashed) == (2, False)


def test_ids_are_hashed_by_a_key() -> None:
    """The same id has the same hash by the same key, and another by another key."""
    one, again, other = (
        report(*ROWS, mapping=mapping_with(events=EVENTS), behind=9, id_key=key).behind
        for key in (KEY, KEY, KEY * 2)
    )
    assert one is not None
    assert other is not None
    assert one == again
    assert one.hashed
    hashes = {each.customer for each in (*one.journeys, *other.journeys)}
    assert len(hashes) == 6
    assert all(len(each) == 16 for each in hashes)
    assert {each.engagement for each in one.journeys} == {""}


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"behind": -1}, "replay.behind: -1; expected a number from 0 to 100,000"),
        ({"behind": 100_001}, "replay.behind: 100001; expected a number from 0 to 100,000"),
        ({"id_key": KEY}, "replay.id_key: given where no journeys are listed; expected a number"),
        ({"behind": 1, "id_key": b"short"}, "replay.id_key: 5 bytes; expected at least 16"),
    ],
)
def test_a_listing_has_limits(asked: dict[str, Any], message: str) -> None:
    """Nothing is listed without a number, and no short key hides anything."""
    with (
        log_file(COLUMNS.values(), told([("a", 1, "buy")])) as path,
        pytest.raises(InvalidError, match=message),
    ):
        replay_log(path, mapping_with(), **asked)
