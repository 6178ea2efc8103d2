"""What dispatch answers reads in one short line, and shows no text that somebody gave."""

import json
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from cxjourney.channels import Failed, Intent, Sent
from cxjourney.dispatch import Dispatcher, Recorded, Routing, RunReport, hand_over, routed
from cxjourney.dispatch.journal import (
    Attempt,
    Claim,
    Commit,
    CustomerRecord,
    Dossier,
    JourneyRecord,
    MemoryJournal,
    OutboxItem,
    Rest,
    State,
    StepRecord,
    Tombstone,
    Transfer,
)
from cxjourney.errors import InvalidError
from cxjourney.journey import Journey
from cxjourney.playbook import Opened, Play
from cxjourney.vocabulary import Channel, Event, EventKind, Purpose
from tests.dispatch.world import MONDAY, POLICY, hooks, playbook

HOSTILE = "Mari <b>Maasikas</b>, mari@example.com"


def recorded(journal: MemoryJournal) -> tuple[Dispatcher, Recorded]:
    """Record a question of somebody whose every text is hostile."""
    play = Play("answer", Opened("answer"), Purpose.ANSWER, (Channel.FACE_TO_FACE,))
    dispatcher = Dispatcher(
        journal,
        playbook=playbook(play),
        policy=POLICY,
        hooks=hooks(lambda _: Failed(HOSTILE)),
        clock=lambda: MONDAY,
    )
    event = Event(EventKind.ASKED, MONDAY, HOSTILE, {"question": HOSTILE})
    return dispatcher, dispatcher.record(HOSTILE, HOSTILE, event)


def intent() -> Intent:
    """Return an intent with hostile texts."""
    return Intent(
        customer=HOSTILE,
        engagement=HOSTILE,
        play=HOSTILE,
        occurrence=HOSTILE,
        cause=HOSTILE,
        cycle=1,
        purpose=Purpose.ANSWER,
        channels=(Channel.EMAIL,),
        planned_at=MONDAY,
        not_before=MONDAY,
    )


ITEM = OutboxItem(intent(), 2, Channel.EMAIL, next_at=MONDAY, digest=HOSTILE, reason=HOSTILE)
STEP = StepRecord(1, HOSTILE, (HOSTILE,), HOSTILE, (HOSTILE,), (), (HOSTILE, HOSTILE))
JOURNEY = JourneyRecord(HOSTILE, {HOSTILE: HOSTILE}, (STEP,))
TOMBSTONE = Tombstone({HOSTILE: HOSTILE}, {HOSTILE: 3})
ATTEMPT = Attempt(HOSTILE, 1, Channel.POST, MONDAY, Sent(HOSTILE, HOSTILE))
COMMIT = Commit(HOSTILE, 4, journeys=(JOURNEY,), outbox=(ITEM,), erased={HOSTILE: TOMBSTONE})
TOLD: tuple[tuple[object, str], ...] = (
    (ITEM, "<OutboxItem 2 answer by email: planned 2026-03-02T09:00:00+00:00>"),
    (attrs.evolve(ITEM, next_at=None), "<OutboxItem 2 answer by email: planned>"),
    (ATTEMPT, "<Attempt 1 by post: Sent 2026-03-02T09:00:00+00:00>"),
    (STEP, "<StepRecord 1: opened 1, met 0, planned 2>"),
    (JOURNEY, "<JourneyRecord of 1 steps>"),
    (Rest((("welcome", 0, MONDAY),)), "<Rest of 1 kinds>"),
    (TOMBSTONE, "<Tombstone of a journey with 3 intents>"),
    (COMMIT, "<Commit on revision 4: 1 journeys, 1 outbox, 0 attempts, 1 erased>"),
    (
        CustomerRecord(HOSTILE, 3, (JOURNEY,), (ITEM,)),
        "<CustomerRecord at revision 3: 1 journeys, 1 intents>",
    ),
    (
        Dossier(HOSTILE, 3, (JOURNEY,), (ITEM,)),
        "<Dossier at revision 3: 1 journeys, 1 open intents>",
    ),
    (Claim(HOSTILE, 7), "Claim(number=7)"),
    (
        Routing({HOSTILE: [HOSTILE]}, otherwise="service"),
        "<Routing of 1 topics to 2 departments>",
    ),
)


def test_what_a_journal_keeps_reads_in_one_line() -> None:
    """Numbers, states and moments, and no text that a caller gave."""
    for thing, told in TOLD:
        assert repr(thing) == told


def test_what_recording_came_to() -> None:
    """The line has the step and counts; as plain data it has the keys of the intents."""
    _, answer = recorded(MemoryJournal())
    assert repr(answer) == f"<Recorded {answer.step!r}, planned 1, not called for 0>"
    assert "Mari" not in repr(answer)
    (item,) = answer.planned
    data: dict[str, Any] = {"seq": 1, "planned": [item.key], "not_called_for": [], "erased": False}
    data |= {"unplanned": None, "ahead": False}
    assert json.loads(json.dumps(answer.to_dict())) == data
    assert repr(attrs.evolve(answer, ahead=True)).endswith(", kept until its time has come>")


def test_a_move_says_how_much_goes_along() -> None:
    """Its line names no customer."""
    move = Transfer("Mari", 3, "Leo", None, {}, (), MONDAY)
    assert repr(move) == "<Transfer of 0 journeys on revision 3>"


def test_what_a_run_came_to() -> None:
    """In words it counts customers and intents by state, and as plain data too."""
    report = RunReport(3, {State.SENT: 2, State.FAILED: 1, State.PLANNED: 0}, 4)
    assert str(report) == "Customers attended to: 3; contacts planned: 4; sent 2, failed 1."
    assert repr(report) == "<RunReport: 3 customers, 3 handled, 4 planned>"
    data = {"customers": 3, "planned": 4, "left": 0, "erased": 0, "late": 0, "unplanned": 0}
    assert report.to_dict() == data | {"failing": [], "handled": {"sent": 2, "failed": 1}}
    worse = RunReport(1, left=4, erased=2, failing=("3f2a", "77b0"), unplanned=3)
    told = (
        "Customers attended to: 1; contacts planned: 0; left alone 4, erased meanwhile 2, "
        "not planned for yet 3, customers in trouble 2."
    )
    assert str(worse) == told


def test_nothing_on_the_way_shows_what_somebody_gave() -> None:
    """Neither reports nor records nor attempts show an id, a reason or a question."""
    journal = MemoryJournal()
    dispatcher, answer = recorded(journal)
    report = dispatcher.run()
    record = journal.read(HOSTILE)
    kept = [record, *record.journeys, *record.outbox, *record.journeys[0].steps]
    attempts = journal.attempts(answer.planned[0].key)
    for thing in (answer, report, *kept, *attempts, *dispatcher.dead_letters()):
        assert "Mari" not in repr(thing)
        assert "Mari" not in str(thing)
        assert len(repr(thing)) < 200


def test_routing_shows_no_department() -> None:
    """Feedback on its way, what was missed, and what was refused, show counts and moments."""
    journey = Journey(HOSTILE)
    at = datetime(2026, 1, 5, tzinfo=UTC)
    journey.purchased(at=at)
    journey.feedback_captured(at=at, id=HOSTILE, text=HOSTILE)
    routing = Routing({}, otherwise=HOSTILE)
    (waiting,) = routed(journey, routing)

    def refuse(item: object) -> None:
        assert "Mari" not in repr(item)
        raise ConnectionError(HOSTILE)

    (missed,) = hand_over(journey, routing, {HOSTILE: refuse}, journey.record, now=at)
    with pytest.raises(InvalidError) as refused:
        hand_over(journey, routing, {}, journey.record, now=at)
    for told in (repr(waiting), repr(missed), str(refused.value)):
        assert "Mari" not in told
