"""Wide tables, own times, ties, days, own charts, and lines that are left out on a condition."""

import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from cxjourney.chart import Chart, derive, standard_chart
from cxjourney.cli import main
from cxjourney.errors import InvalidError
from cxjourney.replay import Fate, Report, make_mapping, read_log, replay_log
from cxjourney.vocabulary import EventKind, Nature
from tests.replay.makers import COLUMNS, EVENTS, HEADER, mapping_with, write

ORDERS = """order,email,created,paid,shipped,test
1,a,2024-03-01T10:00Z,2024-03-01T11:00Z,2024-03-04T09:00Z,no
2,b,2024-03-02T10:00Z,,,no
3,c,2024-03-02T10:00Z,2024-03-02T10:00Z,,yes
4,d,,,,no
"""
WIDE: dict[str, Any] = {
    "columns": {"customer": "email", "activity": {"constant": "order"}, "id": "order"},
    "events": {
        "order": [
            {"event": "need_admitted", "at": "created"},
            {"event": "purchased", "at": "paid"},
            {"event": "delivered", "at": "shipped"},
        ]
    },
    "ignore": {"order": {"reason": "a test", "when": {"column": "test", "equals": "yes"}}},
}


def test_a_line_may_tell_of_several_times(tmp_path: Path) -> None:
    """Each rule reads its own time, and a blank one gives no event; test orders are left out."""
    found = list(read_log(write(tmp_path / "log.csv", ORDERS), make_mapping(WIDE)))
    assert [one.fate for one in found] == [
        Fate.MAPPED,
        Fate.MAPPED,
        Fate.IGNORED,
        Fate.UNMATCHED,
    ]
    assert [event.kind.name for event in found[0].events] == [
        "need_admitted",
        "purchased",
        "delivered",
    ]
    assert [event.at.day for event in found[0].events] == [1, 1, 4]
    assert [one.at and one.at.hour for one in found] == [10, 10, None, None]
    assert (found[2].reason, found[2].events) == ("a test", ())


def test_events_after_the_end_are_left_out_and_counted(tmp_path: Path) -> None:
    """A line counts as later where all of it is; else its later events alone are left out."""
    path = write(tmp_path / "log.csv", ORDERS)
    as_of = datetime(2024, 3, 1, 23, tzinfo=UTC)
    report = replay_log(path, make_mapping(WIDE), as_of=as_of)
    assert (report.lines.read, report.lines.later, report.lines.later_events) == (4, 1, 1)
    assert report.all_events.made == 2
    assert report.add_up
    assert report.last is not None
    assert (report.last.day, report.last.hour) == (1, 11)
    assert "repeated; 1 later" in " ".join(str(report).split())
    assert report.to_dict()["balance"]["events"]["later"] == 1
    whole = replay_log(path, make_mapping(WIDE))
    assert whole.as_of == datetime(2024, 3, 4, 9, tzinfo=UTC)


def test_a_log_without_any_time_is_refused(tmp_path: Path) -> None:
    """Where no line has a time, nobody knows until when to replay."""
    path = write(tmp_path / "log.csv", ORDERS.splitlines()[0] + "\n4,d,,,,no\n")
    with pytest.raises(InvalidError, match="no time in any line; expected an event with a time"):
        replay_log(path, make_mapping(WIDE))


def test_an_own_time_may_stand_beside_the_lines_own(tmp_path: Path) -> None:
    """The earlier of them is the time of the line."""
    columns = {**WIDE["columns"], "time": "paid"}
    rules = [{"event": "contacted", "at": "created"}, "purchased"]
    mapping = make_mapping({"columns": columns, "events": {"order": rules}})
    (line,) = read_log(write(tmp_path / "log.csv", "\n".join(ORDERS.split("\n")[:2])), mapping)
    assert [event.at.hour for event in line.events] == [10, 11]
    assert line.at == line.events[0].at


@pytest.mark.parametrize("order", [("2", "10"), ("10", "2")])
def test_a_column_orders_events_of_one_instant(tmp_path: Path, order: tuple[str, str]) -> None:
    """Of two at once the smaller number comes first, whatever the order of lines."""
    events = {"good": "result_achieved", "bad": "result_achieved"}
    columns = {**COLUMNS, "sequence": ["part", "place"], "id": "no"}
    rows = [f"1,2024-03-01T12:00Z,good,1,{place},{place}\n" for place in order]
    text = HEADER.strip() + ",part,place,no\n" + "".join(rows)
    mapping = mapping_with(columns=columns, events=events)
    report = replay_log(write(tmp_path / "log.csv", text), mapping)
    assert report.all_events.made == 2
    lines = list(read_log(write(tmp_path / "log.csv", text), mapping))
    assert [tuple(map(int, one.sequence)) for one in lines] == [(1, int(one)) for one in order]
    blank = write(tmp_path / "log.csv", text.replace(",1,2,", ",,2,"))
    assert min(one.sequence for one in read_log(blank, mapping))[0] == Decimal("-Infinity")
    bad = write(tmp_path / "log.csv", text.replace(",1,2,", ",x,2,"))
    with pytest.raises(InvalidError, match=r"a text of the shape"):
        list(read_log(bad, mapping))


def test_the_first_column_that_holds_something_counts(tmp_path: Path) -> None:
    """Customers and activities may stand in one of several columns."""
    columns = {"customer": ["user", "device"], "time": "when", "activity": ["event", "type"]}
    text = "user,device,when,event,type\nu,d,2024-03-01T12:00Z,buy,track\n,d,2024-03-01T12:00Z,,ask"
    path = write(tmp_path / "log.csv", text)
    found = list(read_log(path, mapping_with(columns=columns)))
    assert [(one.customer, one.activity) for one in found] == [("u", "buy"), ("d", "ask")]
    empty = write(tmp_path / "log.csv", text.replace(",d,2024-03-01T12:00Z,,ask", ",,2024,,"))
    with pytest.raises(InvalidError, match="column 'when'"):
        list(read_log(empty, mapping_with(columns=columns)))


def day_report(tmp_path: Path, rows: str, **log: Any) -> Report:
    """Return the report on rows under a chart in which a purchase tells of the one before."""
    chart = {"repeat_purchase": "experience", "feedback": "optional"}
    path = write(tmp_path / "log.csv", HEADER + rows)
    return replay_log(path, mapping_with(chart=chart, log=log, events={"buy": "purchased"}))


INVOICE = "1,2024-03-01T{}:00+02:00,buy\n1,2024-03-01T{}:00+02:00,buy\n"


def test_two_lines_of_an_invoice_make_nobody_loyal(tmp_path: Path) -> None:
    """Purchases of one instant are one; with days, those of one day are."""
    day = {"resolution": "day", "zone": "Europe/Tallinn"}
    same, apart = INVOICE.format("00:30", "00:30"), INVOICE.format("00:30", "23:30")
    loyal = {
        name: day_report(tmp_path, rows, **log).places[7].journeys
        for name, rows, log in (
            ("one instant", same, {}),
            ("two", apart, {}),
            ("one day", apart, day),
            ("one day of its own offset", apart, {"resolution": "day"}),
        )
    }
    assert loyal == {"one instant": 0, "two": 1, "one day": 0, "one day of its own offset": 0}


def test_a_log_of_midnights_is_warned_of(tmp_path: Path) -> None:
    """Times that are all midnights are days, unless the mapping says what they are."""
    rows = "1,2024-03-01T00:00Z,buy\n1,2024-03-02T00:00Z,buy\n"
    told = day_report(tmp_path, rows)
    assert told.to_dict()["only_midnights"]
    assert "All times are midnights" in str(told)
    for resolution in ("day", "instant"):
        assert not day_report(tmp_path, rows, resolution=resolution).to_dict()["only_midnights"]
    assert not day_report(
        tmp_path, rows + INVOICE.format("01:00", "01:00").replace("+02:00", "Z")
    ).how.midnights


VISITED = EventKind("visited", Nature.CUSTOMER, 11)


@pytest.fixture(scope="module")
def own() -> Chart:
    """Return a chart with a kind of its own."""
    return derive(standard_chart(), key="shop", version=1, kinds=[VISITED])


def test_a_mapping_may_name_a_chart_of_ones_own(tmp_path: Path, own: Chart) -> None:
    """The chart is given beside the mapping, which may use its kinds and set its windows."""
    data: dict[str, Any] = {
        "columns": COLUMNS,
        "events": {"come": "visited", "buy": "purchased"},
        "chart": {"name": "shop", "silence": {"assess": 5}},
    }
    mapping = make_mapping(data, charts=[own])
    assert mapping.chart.key == "shop[silence:assess=5]"
    path = write(tmp_path / "log.csv", f"{HEADER}1,2024-03-01T12:00Z,come\n")
    assert replay_log(path, mapping).events[0].kind == "visited"
    for chart, message in (
        ({"name": "shp"}, r"chart\.name: an unknown chart 'shp' \(meant shop\?\); expected one of"),
        ({"name": "shop", "feedback": "optional"}, "an option beside a chart's name"),
    ):
        with pytest.raises(InvalidError, match=message):
            make_mapping({**data, "chart": chart}, charts=[own])
    with pytest.raises(InvalidError, match="given with charts or --chart"):
        make_mapping(data)


def test_the_command_imports_a_chart(
    tmp_path: Path,
    own: Chart,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """``--chart`` says where it is; what is no chart, or cannot be imported, is refused."""
    write(tmp_path / "log.csv", f"{HEADER}1,2024-03-01T12:00Z,come\n")
    text = '[columns]\ncustomer = "who"\ntime = "when"\nactivity = "what"\n'
    text += '[events]\ncome = "visited"\n[chart]\nname = "shop"\n'
    write(tmp_path / "map.toml", text)
    charts = ModuleType("charts")
    vars(charts).update(OWN=own, HEADER=HEADER)
    monkeypatch.setitem(sys.modules, charts.__name__, charts)
    given = ["replay", str(tmp_path / "log.csv"), "--mapping", str(tmp_path / "map.toml")]
    assert main([*given, "--full", "--chart", "charts:OWN"]) == 0
    assert "Chart shop, version 1" in capsys.readouterr().out
    for place, message in (
        ("charts:HEADER", "--chart: charts:HEADER is of type str; expected a Chart"),
        ("no_such_module:OWN", "--chart: there is no module no_such_module; expected one"),
    ):
        assert main([*given, "--chart", place]) == 2
        assert message in capsys.readouterr().err


BAD: list[tuple[dict[str, Any], str]] = [
    ({"columns": {**COLUMNS, "activity": {"constant": ""}}}, "activity.constant: ''; expected an"),
    ({"columns": {"customer": "who", "time": "when"}}, "columns.activity: missing; there is"),
    ({"columns": {"customer": [], "time": "t", "activity": "a"}}, "customer: an empty list"),
    ({"columns": {**COLUMNS, "customer": ["a", 1]}}, "columns.customer[1]: 1; expected the name"),
    ({"columns": {"customer": "who", "activity": "what"}}, "events.ask: an event without a time"),
    ({"ignore": {"x": {"when": {"column": "c", "present": True}}}}, "ignore.x.reason: missing"),
    ({"ignore": {"x": 1}}, "ignore.x: 1; expected the reason, a text"),
    ({"ignore": {"*": "all"}}, "ignore.'*': every line left out; expected an activity in one"),
    ({"log": {"encoding": "klingon"}}, "log.encoding: 'klingon'; expected the name of an encoding"),
    ({"log": {"encoding": "hex"}}, "log.encoding: 'hex'; expected the name of an encoding"),
    ({"log": {"decimal": ";"}}, "log.decimal: ';'; expected one of '.', ','"),
    ({"log": {"thousands": "."}}, "log.thousands: '.'; expected one of ' ', ',', \"'\""),
    ({"log": {"time": "%d.%m"}}, "log.time: '%d.%m'; expected a pattern such as"),
    ({"log": {"time": "of <Mari>"}}, "log.time: str of 9 characters; expected a pattern"),
    ({"log": {"time": "%Y-%m-%d %I:%M"}}, "log.time: '%Y-%m-%d %I:%M'; expected a pattern"),
    ({"log": {"time": ["iso", "%Y %x"]}}, "log.time: '%x' in a pattern of times, unknown or twice"),
    ({"log": {"time": "%Y-%m-%d %d"}}, "log.time: '%d' in a pattern of times, unknown or twice"),
    ({"log": {"resolution": "week"}}, "log.resolution: 'week'; expected 'instant' or 'day'"),
]


@pytest.mark.parametrize(("tables", "message"), BAD)
def test_bad_settings_are_refused(tables: dict[str, Any], message: str) -> None:
    """Each fault is named with its place, and with what would be right."""
    with pytest.raises(InvalidError) as caught:
        make_mapping({"columns": COLUMNS, "events": EVENTS, **tables}, "map")
    assert message in str(caught.value)


def test_lines_of_any_activity_can_be_left_out(tmp_path: Path) -> None:
    """``*`` stands for every activity; the first reason that holds is told."""
    robot = {"column": "agent", "equals": "bot"}
    ignore = {"*": {"reason": "robots", "when": robot}, "look": "idle"}
    text = "who,when,what,agent\n" + "".join(
        f"1,2024-03-01T12:00Z,{what},{agent}\n"
        for what, agent in (("buy", "bot"), ("buy", ""), ("look", "bot"), ("huh", ""))
    )
    mapping = mapping_with(ignore=ignore)
    found = list(read_log(write(tmp_path / "log.csv", text), mapping))
    assert [one.reason for one in found] == ["robots", "", "idle", ""]
    assert mapping.activities == ("ask", "buy", "use", "look")
