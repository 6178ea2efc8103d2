"""Replaying: nothing is lost, and the order of the lines does not matter."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney.errors import InvalidError, NaiveTimeError
from cxjourney.replay import Fate, LogMapping, Report, make_mapping, replay_log
from cxjourney.vocabulary import EventKind
from tests.replay.makers import HEADER, log_file, mapping_with, report_of, write

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
ACTIVITIES = "abcdef"
COLUMNS = {
    "customer": "who",
    "time": "when",
    "activity": "what",
    "engagement": "thing",
    "id": "no",
}
Row = tuple[str, str, int, str, str, str]


def simple(kind: EventKind) -> bool:
    """Say whether an event of a kind needs no payload."""
    return not any(field.required for field in kind.fields)


ORDER = {"event": "moved", "payload": {"to": "adopt", "actor": "a", "reason": "r"}}
NAMES = [kind.name for kind in EventKind.builtin() if simple(kind)]
TESTS: list[dict[str, Any]] = [
    {"present": True},
    {"missing": True},
    {"at_least": 3},
    {"one_of": [1, 2]},
]
CONDITIONS = st.sampled_from(TESTS).map(lambda test: {"column": "score", **test})
RULES = st.one_of(
    st.sampled_from(NAMES),
    st.just(ORDER),
    st.builds(lambda name, when: {"event": name, "when": when}, st.sampled_from(NAMES), CONDITIONS),
)


@st.composite
def mappings(draw: st.DrawFn) -> LogMapping:
    """Draw a mapping: some activities with rules, some ignored, some unknown."""
    rules = st.dictionaries(
        st.sampled_from(ACTIVITIES), st.lists(RULES, min_size=1, max_size=3), min_size=1
    )
    events = draw(rules)
    free = sorted(set(ACTIVITIES) - set(events))
    ignored = draw(st.lists(st.sampled_from(free), unique=True)) if free else []
    days = st.one_of(st.just("never"), st.integers(1, 60))
    chart = {
        "feedback": draw(st.sampled_from(["required", "optional"])),
        "repeat_purchase": draw(st.sampled_from(["loyalty", "experience"])),
        "silence": {"affirm": draw(days), "adopt": draw(days)},
    }
    reasons = dict.fromkeys(ignored, "on purpose")
    return make_mapping(
        {"columns": COLUMNS, "events": events, "ignore": reasons, "chart": chart}, "map.toml"
    )


def rows(*, distinct: bool) -> st.SearchStrategy[list[Row]]:
    """Draw the rows of a log: customer, engagement, hour, activity, id and score."""
    row = st.tuples(
        st.sampled_from("pq"),
        st.sampled_from(["", "x"]),
        st.integers(0, 2400),
        st.sampled_from(ACTIVITIES),
        st.sampled_from("0123456789"),
        st.sampled_from(["", "1", "3", "5"]),
    )
    unique = (lambda row: row[2]) if distinct else None
    return st.lists(row, min_size=1, max_size=40, unique_by=unique)


def report(mapping: LogMapping, drawn: list[Row], as_of: datetime | None = None) -> Report:
    """Return the report on drawn rows."""
    cells = (
        (who, thing, (BEGIN + timedelta(hours=hour)).isoformat(), what, number, score)
        for who, thing, hour, what, number, score in drawn
    )
    with log_file(("who", "thing", "when", "what", "no", "score"), cells) as path:
        return replay_log(path, mapping, as_of=as_of)


@pytest.mark.no_cover
@given(mappings(), rows(distinct=False), st.none() | st.integers(0, 3000))
def test_nothing_is_lost(mapping: LogMapping, drawn: list[Row], end: int | None) -> None:
    """Whatever the log and its mapping, lines, events and journeys add up."""
    as_of = None if end is None else BEGIN + timedelta(hours=end)
    found = report(mapping, drawn, as_of)
    assert found.lines.read == len(drawn)
    assert found.lines.add_up
    assert all(row.add_up for row in found.events)
    assert found.all_events.add_up
    assert found.add_up
    assert sum(row.count for row in found.activities) == found.lines.read - found.lines.later
    assert max(len(line) for line in str(found).splitlines()) <= 80


@pytest.mark.no_cover
@settings(max_examples=max(2, settings().max_examples // 2))
@given(mappings(), rows(distinct=True), st.data())
def test_the_order_of_the_lines_does_not_matter(
    mapping: LogMapping, drawn: list[Row], data: st.DataObject
) -> None:
    """Shuffled lines give the same report, but for the numbers of the lines."""
    documents: list[dict[str, Any]] = []
    for order in (drawn, data.draw(st.permutations(drawn))):
        document = report(mapping, order).to_dict()
        for activity in document["activities"]:
            del activity["first_line"]
        documents.append(document)
    assert documents[0] == documents[1]


def test_a_log_is_replayed_to_its_last_time(tmp_path: Path) -> None:
    """The report names the files, not their folders, and says where the time came from."""
    path = write(tmp_path / "log.csv", f"{HEADER}1,2024-03-01T12:00:00Z,buy\n")
    found = replay_log(path, mapping_with())
    assert (found.log, found.mapping) == ("log.csv", "map.toml")
    assert (found.as_of, found.as_of_given) == (datetime(2024, 3, 1, 12, tzinfo=UTC), False)
    assert found.as_of == found.first == found.last


def test_a_log_is_replayed_up_to_a_moment() -> None:
    """Later lines are left out and counted; timers fire up to the moment."""
    rows = [("a", 1, "buy"), ("b", 30, "buy")]
    found = report_of(rows, as_of=datetime(2024, 3, 20, tzinfo=UTC))
    assert (found.lines.later, found.journeys, found.as_of_given) == (1, 1, True)
    assert found.add_up
    early = report_of(rows, as_of=datetime(2024, 1, 1, tzinfo=UTC))
    assert (early.lines.later, early.journeys, early.first, early.last) == (2, 0, None, None)
    assert early.add_up


def test_the_moment_needs_a_time_zone() -> None:
    """A naive moment is refused."""
    with pytest.raises(NaiveTimeError):
        report_of([], as_of=datetime(2024, 1, 1))  # noqa: DTZ001 - the fault


def test_no_lines_are_no_log() -> None:
    """Without a line there is no last time to stop at."""
    with pytest.raises(InvalidError, match=r"log\.csv: no line that tells of an event"):
        report_of([])


def test_the_order_in_the_mapping_of_one_instant_does_not_matter() -> None:
    """An activity that is purchase and delivery moves on, in whatever order it says so."""
    for events in (["purchased", "delivered"], ["delivered", "purchased"]):
        found = report_of([("a", 1, "buy")], mapping_with(events={"buy": events}))
        assert [row.moved for row in found.events] == [1, 1]


def test_activities_are_listed_by_fate_and_count() -> None:
    """The most frequent come first; the reason of an ignored one is kept; absent ones are named."""
    found = report_of(
        [
            ("a", 1, "huh"),
            ("a", 2, "buy"),
            ("b", 3, "eh"),
            ("a", 4, "look"),
            ("a", 5, "eh"),
            ("c", 6, "look"),
        ],
        mapping_with(ignore={"look": "idle", "sleep": "idle"}),
    )
    told = [(row.fate, row.name, row.count, row.first_line) for row in found.activities]
    assert told == [
        (Fate.MAPPED, "buy", 1, 3),
        (Fate.IGNORED, "look", 2, 5),
        (Fate.UNMAPPED, "eh", 2, 4),
        (Fate.UNMAPPED, "huh", 1, 2),
    ]
    assert [row.reason for row in found.with_fate(Fate.IGNORED)] == ["idle"]
    assert found.absent == ("ask", "use", "sleep")
    assert (found.customers, found.without, found.journeys) == (3, 2, 1)
