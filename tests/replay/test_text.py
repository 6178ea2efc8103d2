"""The report as a text, in three languages."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import attrs
import pytest

from cxjourney.replay import Fate, replay_log
from cxjourney.vocabulary import Lang, Phase, name
from tests.replay.makers import HEADER, mapping_with, report_of, write
from tests.vocabulary.words import duty, word

ROWS = [("a", 1, "buy"), ("a", 20, "use"), ("b", 2, "ask"), ("b", 3, "huh")]


def test_a_report_has_every_part() -> None:
    """Files, moment, chart, figures, and a balance in the end."""
    text = str(report_of(ROWS))
    assert text.startswith(
        "Replay of log.csv with map.toml\nRead as CSV, utf-8, ','\n"
        "As of 2024-03-20 12:00 UTC, the last"
    )
    for title in (
        "WHERE THE JOURNEYS STAND",
        "HOW FAR THEY EVER CAME",
        "HOW LONG THEY STAY, IN DAYS",
        "WHAT THE COMPANY OWES",
        "SILENCE, RETURN, RECOMMENDATION",
        "WHAT HAPPENED TO THE EVENTS",
        "WHAT THE LINES SAY",
    ):
        assert f"\n\n{title}\n" in text
    assert text.endswith(
        "\n\nBALANCE\n"
        "4 lines read = 3 mapped + 0 ignored + 0 unmatched + 1 unmapped\n"
        "4 events made = 4 moved + 0 stayed + 0 held + 0 noted + 0 refused + 0 repeated\n"
        "nothing is lost\n"
    )


def test_the_chart_is_named_with_options_and_windows() -> None:
    """Whoever reads the figures sees by which rules they came about."""
    chart = {"feedback": "optional", "silence": {"adopt": "never", "assess": 1.5}}
    text = str(report_of(ROWS, mapping_with(chart=chart)))
    assert "Chart eight_phases, version 2\n" in text
    assert "  options: feedback optional, repeat_purchase loyalty, confirmation required\n" in text
    assert "  silent after days: ASSESS 1.5, ADMIT 14, AFFIRM 14, ACTIVATE 30," in text
    assert "ADOPT never" in text


def test_exits_are_split_by_reason() -> None:
    """Lost and lapsed journeys have their reasons under the table; erased ones have a row."""
    events = {"buy": "purchased", "no": "declined", "forget": "erased"}
    rows = [("a", 1, "buy"), ("b", 1, "no"), ("c", 1, "buy"), ("c", 2, "forget"), ("d", 31, "buy")]
    text = str(report_of(rows, mapping_with(events=events)))
    assert "lost: 1 (the customer did not buy)\n" in text
    silent = "gone silent: 1 (the customer fell silent); "
    blind = "whether the company owed something overdue then, the log cannot tell"
    assert silent + blind in " ".join(text.split())
    kept = {"event": "fulfilled", "payload": {"obligation": "affirm_decision"}}
    seen = report_of(rows, mapping_with(events={**events, "call": kept}))
    owing = "1 of them while the company owed something overdue"
    assert silent + owing in " ".join(str(seen).split())
    assert "erased)" not in text


def test_hostile_names_are_harmless() -> None:
    """Whatever an activity is called, only printable characters and line ends come out."""
    rows = [
        ("a", 1, "\x1b[2J\x1b[31mred"),
        ("a", 2, "two\nlines\r"),
        ("a", 3, "\u202ekcab"),
        ("a", 4, "x" * 500),
        ("a", 5, ""),
    ]
    report = report_of(rows)
    text = str(attrs.evolve(report, log="\x1b]0;log\x07.csv", absent=("\x1b[5m", "half \ud800")))
    assert all(line.isprintable() for line in text.splitlines())
    assert "\\x1b[2J\\x1b[31mred" in text
    assert "(blank)" in text
    assert max(len(line) for line in text.splitlines()) <= 80


def test_a_long_list_of_activities_is_cut() -> None:
    """Twenty are named, the others counted; ignored ones carry their reason."""
    rows = [("a", 1 + number % 28, f"unknown {number:02}") for number in range(50)]
    text = str(report_of([*rows, ("a", 1, "look")], mapping_with(ignore={"look": "idle"})))
    assert "unknown 19" in text
    assert "unknown 20" not in text
    assert "  and 30 other activities\n" in text
    assert "  1 from line 52  look: idle\n" in text
    assert "in the mapping, but not in the log: ask, buy, use\n" in text


def test_what_cannot_be_seen_is_marked() -> None:
    """An obligation that no event of the mapping could meet is told apart."""
    text = str(report_of(ROWS))
    told = "not observable: no event of the mapping could meet it, so the log cannot tell\n"
    assert told in text
    done = {"event": "fulfilled", "payload": {"obligation": "hand_over"}}
    seen = report_of(ROWS, mapping_with(events={"buy": "purchased", "done": done}))
    blind = {row.rule: row.not_observable for row in seen.owed}
    assert (blind["hand_over"], blind["affirm_decision"]) == (0, 1)


def test_a_phase_that_cannot_be_seen_is_marked() -> None:
    """A phase that no event of the mapping leads to has a mark, and no share."""
    text = str(report_of(ROWS))
    assert "ADVOCATE *          0        0                -               -\n" in text
    assert "*: no event of the mapping can bring a journey there, so the log cannot tell\n" in text
    told = {"tell": "referred", "say": "feedback_captured", "sure": "loyalty_confirmed"}
    events = {"buy": "purchased", "get": "delivered", "good": "result_achieved", **told}
    events["stay"] = "loyalty_shown"
    assert "there, so the log" not in str(report_of([("a", 1, "buy")], mapping_with(events=events)))


def test_a_moment_of_ones_own_is_told() -> None:
    """The head says that the moment was asked for, and the balance what came after it."""
    text = str(report_of(ROWS, as_of=datetime(2024, 1, 1, tzinfo=UTC)))
    assert "As of 2024-01-01 00:00 UTC, as asked\nJourneys: 0; customers: 0\n" in text
    assert "4 lines read = 0 mapped + 0 ignored + 0 unmatched + 0 unmapped + 4 later\n" in text
    assert "in cycle" not in text


def test_customers_without_events_are_told() -> None:
    """Who has no event has no journey, and is not passed over in silence."""
    text = str(report_of([*ROWS, ("z", 5, "huh")]))
    assert "Journeys: 2; customers: 3, of whom without an event: 1\n" in text


def test_hours_that_came_twice_are_told(tmp_path: Path) -> None:
    """The night that ends daylight saving leaves a doubt that the report names."""
    mapping = mapping_with(log={"zone": "Europe/Tallinn"})
    assert mapping.zone == ZoneInfo("Europe/Tallinn")
    path = write(tmp_path / "log.csv", f"{HEADER}a,2024-10-27T03:30,buy\n")
    text = str(replay_log(path, mapping))
    assert "Local times that the clocks showed twice, taken for the first: 1\n" in text


def test_counts_that_do_not_add_up_are_not_hidden() -> None:
    """Should a line ever be lost, the report says so."""
    report = report_of(ROWS)
    lost = attrs.evolve(report, lines=attrs.evolve(report.lines, read=5))
    assert str(lost).endswith("THE COUNTS DO NOT ADD UP: please report this\n")


@pytest.mark.parametrize("lang", Lang)
def test_reports_are_told_in_each_language(lang: Lang) -> None:
    """The words are those of the catalogue, what is owed as a rehearsal says it."""
    report = report_of([*ROWS, ("c", 30, "ask")])
    text = report.explain(lang)
    assert word("by_duty", lang).upper() in text
    assert all(part in text for part in duty("affirm_decision", lang).split())
    assert name(Phase.ADOPT, lang).upper() in text
    assert name(Fate.UNMAPPED, lang) in text
    assert report._page(lang).html().startswith(f'<div lang="{lang.value}">')
    assert max(map(len, text.splitlines())) <= 80
    if lang is not Lang.EN:
        assert not {"journeys", "lines", "mapped", "open", "lost", "days"} & set(text.split())


def test_a_report_is_short_where_it_is_not_asked_for() -> None:
    """The repr is one line that names neither files nor activities; a console prints the report."""
    report = report_of(ROWS)
    assert repr(report) == (
        "<Report on 2 journeys of 2 customers, 4 lines, as of 2024-03-20T12:00:00+00:00>"
    )
    assert "huh" not in repr(report.activities)
