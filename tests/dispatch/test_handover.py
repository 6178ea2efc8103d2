"""Handing feedback over: at least once to each department, and owed until all have it."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.dispatch import FeedbackItem, Routing, hand_over, routed
from cxjourney.errors import InvalidError, NaiveTimeError
from cxjourney.journey import Journey
from cxjourney.vocabulary import Event, EventKind, Smiley

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
NOW = AT + timedelta(days=1)
THEIRS = "Mari Maasikas, mari@example.com"
ROUTING = Routing({"delivery": ["stock", "post"], "price": ["sales"]}, otherwise="service")
TOPICS = st.sampled_from(["delivery", "price", "weather", None])


class Tray:
    """Inboxes of all departments, some of which may be out of order."""

    def __init__(self) -> None:
        self.taken: list[FeedbackItem] = []
        self.broken: set[str] = set()

    def take(self, item: FeedbackItem) -> None:
        """Take an item, unless the department's inbox is out of order."""
        if item.department in self.broken:
            raise ConnectionError(THEIRS)
        self.taken.append(item)

    @property
    def inboxes(self) -> dict[str, Callable[[FeedbackItem], None]]:
        """An inbox for every department."""
        return dict.fromkeys(ROUTING.every, self.take)

    def counted(self) -> Counter[tuple[str, str]]:
        """Count how often each department took each key."""
        return Counter((one.department, one.key) for one in self.taken)


def heard(*topics: str | None, customer: str = "c", engagement: str = "") -> Journey:
    """Return a journey with feedback on some topics."""
    journey = Journey(customer, engagement)
    for number, topic in enumerate(topics):
        journey.feedback_captured(at=AT, text=THEIRS, topic=topic, id=f"e{number}")
    return journey


@pytest.mark.no_cover
@given(
    st.lists(TOPICS, max_size=5),
    st.lists(st.sets(st.sampled_from(ROUTING.every)), max_size=3),
)
def test_each_gets_it_and_it_is_owed_until_all_have(
    topics: list[str | None], outages: list[set[str]]
) -> None:
    """Whatever is out of order and when: nothing is lost, closed too soon, or without its key."""
    journey, tray = heard(*topics), Tray()
    for outage in outages:
        tray.broken = outage
        waiting = routed(journey, ROUTING)
        missed = hand_over(journey, ROUTING, tray.inboxes, journey.record, now=NOW)
        kept = [one for one in waiting if outage & set(one.departments)]
        assert list(routed(journey, ROUTING)) == kept
        assert [(one.department, one.obligation) for one in missed] == [
            (department, one.obligation)
            for one in kept
            for department in one.departments
            if department in outage
        ]
        assert {one.error for one in missed} <= {"ConnectionError"}
    tray.broken = set()
    assert hand_over(journey, ROUTING, tray.inboxes, journey.record, now=NOW) == ()
    assert routed(journey, ROUTING) == ()
    wanted = [department for topic in topics for department in ROUTING.departments(topic)]
    assert Counter(department for department, _ in tray.counted()) == Counter(wanted)
    done = len(tray.taken)
    assert hand_over(journey, ROUTING, tray.inboxes, journey.record, now=NOW) == ()
    assert len(tray.taken) == done


def test_keys_tell_customer_journey_feedback_and_department_apart() -> None:
    """No two of them share a key, and the same has the same key each time."""
    tray = Tray()
    lived = [
        heard("delivery", "delivery"),
        heard("delivery", engagement="phone"),
        heard("delivery", customer="d"),
    ]
    for _ in range(2):
        for journey in lived:
            hand_over(journey, ROUTING, tray.inboxes, lambda _: None, now=NOW)
    assert len(tray.counted()) == len({key for _, key in tray.counted()}) == 8
    assert set(tray.counted().values()) == {2}


def test_an_item_has_all_that_the_customer_said() -> None:
    """The department learns who said what, when, and about what; the repr shows none of it."""
    journey, tray = Journey(THEIRS, "phone"), Tray()
    journey.feedback_captured(at=AT, text=THEIRS, nps=3, smiley=Smiley.SAD, topic="price")
    hand_over(journey, ROUTING, tray.inboxes, journey.record, now=NOW)
    (item,) = tray.taken
    assert (item.department, item.at, item.customer, item.engagement) == (
        "sales",
        AT,
        THEIRS,
        "phone",
    )
    assert (item.text, item.topic, item.nps, item.smiley) == (THEIRS, "price", 3, Smiley.SAD)
    assert THEIRS not in repr(item)
    assert "price" not in repr(item)


def test_what_was_missed_says_nothing_of_the_customer() -> None:
    """The class of an inbox's error is kept, its words are not."""
    journey, tray = heard("price"), Tray()
    tray.broken = {"sales"}
    (missed,) = hand_over(journey, ROUTING, tray.inboxes, journey.record, now=NOW)
    assert (missed.department, missed.error) == ("sales", "ConnectionError")
    assert missed.obligation == journey.owed[0]
    assert missed.explain() == f"{missed.obligation.explain()} (ConnectionError)"
    assert THEIRS not in repr(missed)


def test_what_all_have_is_recorded_by_its_obligation() -> None:
    """One event for each feedback names what it meets; its id is the same each time."""
    journey, told = heard("price", "delivery"), list[Event]()
    for _ in range(2):
        hand_over(journey, ROUTING, Tray().inboxes, told.append, now=NOW)
    assert [one.kind for one in told] == [EventKind.FULFILLED] * 4
    assert [one.payload["obligation"] for one in told[:2]] == [one.key for one in journey.owed]
    assert [one.id for one in told[:2]] == [one.id for one in told[2:]]
    assert told[0].id != told[1].id
    assert {one.at for one in told} == {NOW}
    for event in told:
        journey.record(event)
    assert journey.owed == ()
    assert journey.counts["fulfilled"] == 2


def test_a_clock_that_went_back_does_not_leave_it_owed() -> None:
    """Recorded before the feedback itself it would meet nothing, for ever."""
    journey = heard("price")
    hand_over(journey, ROUTING, Tray().inboxes, journey.record, now=AT - timedelta(days=1))
    assert routed(journey, ROUTING) == ()


def test_every_department_needs_an_inbox() -> None:
    """It is told how many have none, before anything is handed over."""
    journey, tray = heard("delivery"), Tray()
    inboxes = {name: inbox for name, inbox in tray.inboxes.items() if name not in {"post", "sales"}}
    with pytest.raises(InvalidError) as caught:
        hand_over(journey, ROUTING, inboxes, journey.record, now=NOW)
    assert str(caught.value) == (
        "hand_over.inboxes: without 2 of them; expected an inbox for each of routing.every"
    )
    assert tray.taken == []


def test_the_moment_is_aware() -> None:
    """A time without a zone is refused before anything is handed over."""
    journey, tray = heard("price"), Tray()
    with pytest.raises(NaiveTimeError):
        hand_over(journey, ROUTING, tray.inboxes, journey.record, now=NOW.replace(tzinfo=None))
    assert tray.taken == []


def test_who_stops_the_program_stops_it() -> None:
    """An interruption is no failure of an inbox: it passes through, and all stays owed."""
    journey = heard("price")

    def stop(_: FeedbackItem) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hand_over(journey, ROUTING, dict.fromkeys(ROUTING.every, stop), journey.record, now=NOW)
    assert len(routed(journey, ROUTING)) == 1
