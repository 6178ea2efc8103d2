"""What becomes of what is owed: every count agrees with the journeys' own."""

import pytest
from hypothesis import given, settings

from cxjourney.journey import Journey
from cxjourney.playbook import Playbook
from cxjourney.rehearsal import Cue, LineKind, rehearse, what_if
from cxjourney.testing import event_sequences
from cxjourney.vocabulary import Event, EventKind
from tests.rehearsal.books import BOOK, START, person

K = EventKind
NOTHING = Playbook("nothing", 1, ())


@pytest.mark.no_cover
@settings(max_examples=20)
@given(event_sequences(min_size=1, max_size=12))
def test_counts_agree_with_the_journey(events: list[Event]) -> None:
    """Met on time, met late, dropped, open and overdue: each as the journey counts them."""
    now = max(event.at for event in events)
    found = what_if([("anne", "", event) for event in events], NOTHING, as_of=now)
    journey = Journey("anne")
    for event in events:
        journey.record(event)
    rows, missed, tally = found.duties, found.missed, journey.tally
    assert sum(row.on_time for row in rows) == tally.on_time
    assert sum(row.late for row in rows) == tally.late == sum(one.met for one in missed)
    assert sum(row.dropped for row in rows) == tally.dropped
    assert sum(row.open for row in rows) == len(journey.owed)
    overdue = sum(one.overdue(now) for one in journey.owed)
    assert sum(row.overdue for row in rows) == overdue
    assert sum(one.ended_at is None for one in missed) == overdue
    assert [one.due for one in missed] == sorted(one.due for one in missed)
    assert all((one.ended_at or now) > one.due for one in missed)


def test_what_would_be_late_is_told() -> None:
    """A question answered in time is on time; a promise that nobody keeps is overdue at the end."""
    asker = person(
        "anne",
        Cue(0, K.PROMISED, {"what": "a call", "due": START}),
        Cue(1, K.ASKED, {"question": "When?"}),
    )
    found = rehearse(BOOK, people=[asker], days=20, start=START)
    rows = {row.rule: row for row in found.duties}
    assert (rows["answer"].on_time, rows["answer"].open) == (1, 0)
    assert (rows["keep_promise"].open, rows["keep_promise"].overdue) == (1, 1)
    (missed,) = found.missed
    assert (missed.person, missed.customer, missed.engagement) == (1, "anne", "")
    assert (missed.due, missed.rule, missed.opened_at) == (START, "keep_promise", START)
    assert (missed.ended_at, missed.met) == (None, False)
    assert "anne" not in repr(found.missed)
    assert found.counts == {LineKind.SENT: 1}


@pytest.mark.parametrize(("day", "met"), [(3, False), (12, True)])
def test_late_and_never_are_apart(day: int, met: bool) -> None:
    """What was met too late, and what ended unmet, both were missed, but not alike."""
    last = Cue(day, K.ANSWERED) if met else Cue(12, K.ERASED)
    asker = person("anne", Cue(0, K.ASKED, {"question": "When?"}), last, on=())
    found = rehearse(BOOK, people=[asker], days=20, start=START)
    assert [one.met for one in found.missed] == ([True] if met else [])
