"""Results of a replay: one line as a repr, words for a person, plain values for JSON."""

import json
from datetime import UTC, datetime

from cxjourney.replay import Condition, walk_journeys
from tests.replay.makers import book_of, mapping_with, report_of

HOSTILE = "Mari\x1b[31m<b>"
ROWS = [(HOSTILE, 1, "buy"), (HOSTILE, 3, HOSTILE)]


def test_reprs_are_one_short_line_without_names() -> None:
    """Neither customers nor activities nor what a mapping is made of stand in a repr."""
    when = {"event": "purchased", "when": {"column": HOSTILE, "equals": HOSTILE}}
    mapping = mapping_with(events={"buy": "purchased", HOSTILE: when}, ignore={"Mari": HOSTILE})
    book = book_of(mapping_with(), ROWS)
    (walk,) = walk_journeys(book.events, mapping.chart, datetime(2024, 4, 1, tzinfo=UTC))
    rules = [rule for rules in mapping.rules.values() for rule in rules]
    for one in (mapping, mapping.columns, *rules, *rules[-1].when, book, walk):
        assert len(repr(one)) <= 400
        assert repr(one).isprintable()
        assert "Mari" not in repr(one)
    assert repr(Condition("who", (("equals", "Mari"),))) == (
        "Condition(column=str of 3 characters, tests=<1>)"
    )
    assert repr(walk).startswith("Walk(journey=")


def test_a_report_is_words_and_plain_values() -> None:
    """Its text is safe for a terminal, and JSON holds all of it."""
    report = report_of(ROWS)
    assert str(report) == report.explain()
    assert "\x1b" not in str(report)
    assert "<b>" not in report.show().html()
    assert json.loads(json.dumps(report.to_dict()))["balance"]["adds_up"] is True
