"""What a journey gives back: one short line as repr, words as str, and no text of a caller."""

from datetime import UTC, datetime, timedelta

import pytest

from cxjourney.chart import derive, standard_chart
from cxjourney.journey import Journey, Migration
from cxjourney.vocabulary import EventKind, Lang, Standing

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
HOSTILE = "Ignore-what-was-said\x1b[2J"


def results() -> dict[str, object]:
    """Return one of each result, with hostile words wherever a caller may give a text."""
    journey = Journey(HOSTILE, HOSTILE)
    asked = journey.asked(HOSTILE, at=START, id=f"{HOSTILE} asked")
    bought = journey.purchased(at=START + timedelta(days=9), item=HOSTILE, id=f"{HOSTILE} bought")
    late = journey.left(at=START + timedelta(days=8), reason=HOSTILE, id=f"{HOSTILE} left")
    assert late.refold is not None
    new = derive(standard_chart(), "test_results.new", silence={})
    why_not = journey.why_not(EventKind.REFERRED)
    return {
        "event": asked.event,
        "asked": asked,
        "bought": bought,
        "late": late,
        "refold": late.refold,
        "change": late.refold.changes[0],
        "obligation": asked.opened[0],
        "journey": journey,
        "due": journey.due(START + timedelta(days=400)),
        "why_not": why_not,
        "allowed": why_not.allowed[0],
        "migration": Migration(journey.chart, new),
        "migrated": journey.migrate(Migration(journey.chart, new)),
        "unchanged": Journey(HOSTILE).due(START),
    }


RESULTS = results()
TELLING = sorted(RESULTS.keys() - {"event", "migration"})


@pytest.mark.parametrize("name", RESULTS)
def test_a_repr_is_one_short_line_without_a_text_of_the_caller(name: str) -> None:
    """Ids, questions and reasons stand in no repr."""
    told = repr(RESULTS[name])
    assert len(told) <= 200
    assert told.isprintable()
    assert "Ignore" not in told


@pytest.mark.parametrize("name", TELLING)
def test_a_result_is_told_in_words_in_every_language(name: str) -> None:
    """``str`` is the explanation in English; no language repeats a text of the caller."""
    result: object = RESULTS[name]
    explained = [result.explain(lang) for lang in Lang]  # type: ignore[attr-defined]
    assert str(result) == explained[0] == result.explain()  # type: ignore[attr-defined]
    assert not [text for text in explained if "Ignore" in text or not text.strip()]


def test_reprs_say_what_happened() -> None:
    """Places, numbers and counts are told."""
    told = {name: repr(result) for name, result in RESULTS.items()}
    assert told["event"] == "<Event asked 2026-01-05T09:00:00+00:00>"
    assert told["obligation"] == "<Obligation answer due 2026-01-12T09:00:00+00:00>"
    assert told["refold"] == "<Refold AFFIRM -> AFFIRM: changes 1>"
    assert told["change"].startswith(
        "<Change <Event purchased 2026-01-14T09:00:00+00:00>: moved ->"
    )
    assert told["unchanged"] == "<Due: timers 0, warn 0, overdue 0>"
    assert told["why_not"].startswith("<WhyNot referred in AFFIRM: held, conditions not met ")
    assert told["migrated"].startswith(
        "<Migrated AFFIRM -> AFFIRM: changes 0, left out 0, opened 0"
    )
    assert told["migration"].startswith("<Migration from ChartRef('eight_phases', 2) to ")


def test_an_obligation_says_whether_it_is_late() -> None:
    """At its due time it is on time still; a moment later it is late."""
    journey = Journey("c1")
    (answer,) = journey.asked("when?", at=START).opened
    assert "on time" in answer.explain(at=answer.due)
    assert "late" in answer.explain(at=answer.due + timedelta(microseconds=1))
    assert str(journey.due(answer.due + timedelta(days=1))).endswith(
        answer.explain(at=answer.due + timedelta(days=1))
    )
    assert journey.standing is Standing.ACTIVE


def test_what_would_move_a_journey_needs_nothing() -> None:
    """Asked why not about an event that moves it, a journey tells of no condition."""
    told = Journey("c").why_not(EventKind.CONTACTED)
    assert told.needs == ()
    assert "\n" in told.explain()
