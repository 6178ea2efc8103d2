"""Results of a rehearsal: one line as a repr, words for a person, plain values for JSON."""

import json
from datetime import datetime

from cxjourney.rehearsal import Cue, difference, rehearse
from cxjourney.vocabulary import EventKind
from tests.rehearsal.books import BOOK, START, person

HOSTILE = "Mari\x1b[31m<b>"
ASKER = person(HOSTILE, Cue(0, EventKind.ASKED, {"question": HOSTILE}))
FOUND = rehearse(BOOK, people=[ASKER], days=5, start=START)
CHANGED = difference(FOUND, rehearse(BOOK.without("answer"), people=[ASKER], days=5, start=START))


def test_reprs_are_one_short_line_without_names() -> None:
    """Neither people nor what they said stand in a repr."""
    for one in (
        ASKER,
        *ASKER.script,
        FOUND,
        *FOUND.lines,
        *FOUND.missed,
        CHANGED,
        *CHANGED.changes,
    ):
        assert len(repr(one)) <= 200
        assert repr(one).isprintable()
        assert "Mari" not in repr(one)


def test_words_name_nobody() -> None:
    """Customers go by number in what a person reads."""
    for one in (FOUND, CHANGED):
        assert str(one) == one.explain()
        assert "Mari" not in str(one)
        assert "Mari" not in one.show().html()


def test_plain_values_are_those_of_the_rows() -> None:
    """JSON holds all of it; times are texts there, and the customers are named."""
    document = json.loads(json.dumps(FOUND.to_dict()))
    assert [line.to_dict() for line in FOUND.lines] == document["lines"]
    assert [datetime.fromisoformat(line["at"]) for line in document["lines"]] == [
        row["at"] for row in FOUND.to_rows()
    ]
    assert json.loads(json.dumps(CHANGED.to_dict()))["changes"][0]["customer"] == HOSTILE
