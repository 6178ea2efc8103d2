"""What becomes of what is owed: every count agrees with the journeys' own."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney.chart import standard_chart
from cxjourney.journey import Journey
from cxjourney.rehearsal import Cue, LineKind, rehearse
from cxjourney.rehearsal._outcome import MissedDuty, find_duties
from cxjourney.testing import journeys
from cxjourney.vocabulary import EventKind, Standing
from tests.rehearsal.books import BOOK, START, person

K = EventKind
CHART = standard_chart()


@settings(max_examples=25)
@given(st.lists(journeys(), max_size=2))
def test_counts_agree_with_the_journeys(drawn: Sequence[Journey]) -> None:
    """Met on time, met late, dropped, open and overdue: each as the journeys count them."""
    alive = [one for one in drawn if one.standing is not Standing.ERASED and one.keeps_history]
    now = max((one.clock for one in alive if one.clock is not None), default=START)
    rows, late = find_duties(enumerate(alive, start=1), now, CHART)
    assert sum(row.on_time for row in rows) == sum(one.tally.on_time for one in alive)
    assert sum(row.late for row in rows) == sum(one.tally.late for one in alive)
    assert sum(row.dropped for row in rows) == sum(one.tally.dropped for one in alive)
    owed = [owed for one in alive for owed in one.owed]
    assert sum(row.open for row in rows) == len(owed)
    assert sum(row.overdue for row in rows) == sum(one.overdue(now) for one in owed)
    assert sum(one.met for one in late) == sum(row.late for row in rows)
    assert sum(one.ended_at is None for one in late) == sum(row.overdue for row in rows)
    assert [one.due for one in late] == sorted(one.due for one in late)
    assert all((one.ended_at or now) > one.due for one in late)


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
    assert found.missed == (MissedDuty(START, 1, "anne", "", "keep_promise", START),)
    assert "anne" not in repr(found.missed)
    assert found.counts == {LineKind.SENT: 1}


@pytest.mark.parametrize(("day", "met"), [(3, False), (12, True)])
def test_late_and_never_are_apart(day: int, met: bool) -> None:
    """What was met too late, and what ended unmet, both were missed, but not alike."""
    last = Cue(day, K.ANSWERED) if met else Cue(12, K.ERASED)
    asker = person("anne", Cue(0, K.ASKED, {"question": "When?"}), last, on=())
    found = rehearse(BOOK, people=[asker], days=20, start=START)
    assert [one.met for one in found.missed] == ([True] if met else [])
