"""The report as JSON."""

import json

from cxjourney.vocabulary import Phase
from tests.replay.makers import mapping_with, report_of

ROWS = [("a", 1, "buy"), ("a", 20, "use"), ("b", 2, "ask"), ("b", 3, "huh \x1b[31m\x9b õ")]


def test_a_document_has_every_key() -> None:
    """The shape is fixed, and so is its order."""
    document = report_of(ROWS).to_dict()
    assert list(document) == [
        "report",
        "log",
        "mapping",
        "as_of",
        "as_of_given",
        "first",
        "last",
        "local_times_twice",
        "read_as",
        "only_midnights",
        "chart",
        "customers",
        "customers_without_event",
        "journeys",
        "places",
        "exits",
        "funnel",
        "stays",
        "owed",
        "comings",
        "months",
        "cohorts",
        "month_zone",
        "segments",
        "behind",
        "events",
        "timers",
        "activities",
        "absent_activities",
        "balance",
    ]
    assert document["report"] == 4
    assert document["balance"] == {
        "lines": {
            "read": 4,
            "mapped": 3,
            "ignored": 0,
            "unmatched": 0,
            "unmapped": 1,
            "later": 0,
        },
        "events": {
            "made": 4,
            "moved": 4,
            "stayed": 0,
            "held": 0,
            "noted": 0,
            "refused": 0,
            "repeated": 0,
            "retracted": 0,
            "conflicting": 0,
            "later": 0,
        },
        "adds_up": True,
    }


def test_rows_have_their_keys() -> None:
    """Places, phases, obligations, events and activities are lists of objects."""
    document = report_of(ROWS).to_dict()
    assert document["places"][1] == {
        "place": "ASSESS",
        "active": 1,
        "lapsed": 0,
        "lost": 0,
        "journeys": 1,
        "customers": 1,
    }
    assert [row["phase"] for row in document["funnel"]] == [phase.name for phase in Phase]
    assert document["funnel"][1]["share"] == {"value": 0.5, "low": 0.094531, "high": 0.905469}
    assert document["stays"][6]["lasting"] is None
    assert document["exits"]["silence"] == {"journeys": 0, "our_silence": None}
    assert document["comings"]["cycles"] == {"1": 2}
    assert document["owed"][0]["rule"] == "answer"
    assert document["activities"][-1] == {
        "name": ROWS[-1][2],
        "fate": "unmapped",
        "count": 1,
        "first_line": 5,
        "reason": "",
    }


def test_the_chart_is_told_whole() -> None:
    """Key, options and windows are there; a window that never ends is null."""
    chart = {"confirmation": "optional", "silence": {"adopt": "never"}, "advocacy_quiet": "never"}
    told = report_of(ROWS, mapping_with(chart=chart)).to_dict()["chart"]
    assert told["key"].startswith("eight_phases[confirmation=optional][silence:adopt=never")
    assert told["options"]["confirmation"] == "optional"
    assert (told["silence"]["ADOPT"], told["silence"]["ASSESS"]) == (None, 30.0)
    assert told["advocacy_quiet"] is None


def test_a_document_loads_again() -> None:
    """JSON gives back what it was made of, and no name is changed."""
    document = report_of(ROWS).to_dict()
    assert json.loads(json.dumps(document)) == document
