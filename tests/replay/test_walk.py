"""Walks: the events of each journey, in journey order, on the live machine."""

from datetime import UTC, datetime

from cxjourney.replay import Fate, Walk, walk_journeys
from cxjourney.vocabulary import Event, EventKind, Phase, Standing
from tests.replay.makers import DAY, book_of, mapping_with

AS_OF = datetime(2024, 3, 31, tzinfo=UTC)
EVENTS = {
    "ask": "contacted",
    "buy": "purchased",
    "get": "delivered",
    "order": {"event": "moved", "payload": {"to": "advocate", "actor": "a", "reason": "r"}},
    "forget": "erased",
}


def walks_of(*rows: tuple[str, int, str]) -> list[Walk]:
    """Return the walks of rows of (customer, day of March 2024, activity)."""
    mapping = mapping_with(events=EVENTS)
    book = book_of(mapping, rows)
    return list(walk_journeys(book.events, mapping.chart, AS_OF))


def test_a_book_counts_lines_and_keeps_events() -> None:
    """Lines are counted by fate and activity; events are kept by journey, in order of arrival."""
    rows = [("b", 5, "ask"), ("a", 3, "huh"), ("b", 4, "buy"), ("b", 6, "huh")]
    book = book_of(mapping_with(events=EVENTS), rows)
    assert (book.read, book.later, book.customers) == (4, 0, {"a", "b"})
    assert book.first is not None
    assert book.last is not None
    assert (book.first.day, book.last.day) == (3, 6)
    unknown = book.activities[Fate.UNMAPPED, "huh"]
    assert (unknown.count, unknown.first_line) == (2, 3)
    assert [event.kind.name for event in book.events["b", ""]] == ["contacted", "purchased"]


def test_a_book_leaves_later_lines_out() -> None:
    """What is later than the moment is counted, and nothing else is known of it."""
    rows = [("a", 3, "ask"), ("b", 5, "ask"), ("a", 4, "huh")]
    end = datetime.fromisoformat(DAY.format(4))
    book = book_of(mapping_with(events=EVENTS), rows, end)
    assert (book.read, book.later, book.customers) == (3, 1, {"a"})
    assert book.last == end


def test_equal_times_go_by_the_order_of_the_journey() -> None:
    """Of one instant the purchase comes before the delivery, however they arrive."""
    (walk,) = walks_of(("a", 3, "get"), ("a", 3, "buy"))
    assert [step.event.kind for step in walk.steps] == [EventKind.PURCHASED, EventKind.DELIVERED]
    assert walk.journey.phase is Phase.ACTIVATE


def test_timers_fire_between_events_and_up_to_the_end() -> None:
    """A customer falls silent on the way, comes back, and falls silent again."""
    (walk,) = walks_of(("a", 1, "buy"), ("a", 17, "buy"))
    assert [step.event.kind.name for step in walk.steps] == ["purchased", "lapsed", "purchased"]
    mapping = mapping_with(events=EVENTS)
    book = book_of(mapping, [("a", 1, "buy")])
    (later,) = walk_journeys(book.events, mapping.chart, AS_OF)
    assert later.journey.standing is Standing.LAPSED
    assert later.journey.as_of == AS_OF


def test_what_is_refused_stops_nothing() -> None:
    """An order that its guards refuse, and whatever comes after erasure, are kept apart."""
    (walk,) = walks_of(("a", 3, "ask"), ("a", 4, "order"), ("a", 5, "forget"), ("a", 6, "ask"))
    assert [event.kind.name for event in walk.refused] == ["moved", "contacted"]
    assert walk.journey.standing is Standing.ERASED
    assert walk.customer == "a"
    assert "'a'" not in repr(walk)


def test_an_event_counts_once() -> None:
    """The same event again is set aside, and another under its id; the first in time counts."""
    mapping = mapping_with(events=EVENTS)
    kinds = (EventKind.CONTACTED, EventKind.PURCHASED, EventKind.CONTACTED)
    events = [
        Event(kind, datetime(2024, 3, day, tzinfo=UTC), name)
        for kind, day, name in zip(kinds, (5, 4, 3), ("x", "y", "x"), strict=True)
    ]
    (walk,) = walk_journeys({("a", ""): [*events, events[2]]}, mapping.chart, AS_OF)
    assert [event.at.day for event in walk.conflicting] == [5]
    assert [event.at.day for event in walk.repeated] == [3]
    assert [step.event.at.day for step in walk.steps if step.seq] == [3, 4]


def test_progress_is_told_in_journeys() -> None:
    """After each journey the listener knows how many are done."""
    told: list[tuple[str, int, int]] = []
    mapping = mapping_with(events=EVENTS)
    book = book_of(mapping, [("a", 1, "buy"), ("b", 1, "buy")])
    walks = walk_journeys(
        book.events, mapping.chart, AS_OF, progress=lambda *progress: told.append(progress)
    )
    assert [walk.customer for walk in walks] == ["a", "b"]
    assert told == [("replaying", 1, 2), ("replaying", 2, 2)]


def test_what_was_taken_back_is_left_out() -> None:
    """By the id of an event, or of a line of the log; what names nothing is refused."""
    mapping = mapping_with(events=EVENTS)

    def at(day: int, kind: EventKind, name: str, **said: str) -> Event:
        return Event(kind, datetime(2024, 3, day, tzinfo=UTC), name, said)

    why = {"actor": "ann", "reason": "wrong customer"}
    events = [
        at(1, EventKind.CONTACTED, "1:a"),
        at(2, EventKind.PURCHASED, "2:a"),
        at(3, EventKind.ASKED, "2:b", question="?"),
        at(4, EventKind.PURCHASED, "3:a"),
        at(5, EventKind.RETRACTED, "4:a", event="2", **why),
        at(6, EventKind.RETRACTED, "5:a", event="3:a", **why),
        at(7, EventKind.RETRACTED, "6:a", event="9", **why),
        at(8, EventKind.RETRACTED, "7:a", event="4", **why),
    ]
    (walk,) = walk_journeys({("a", ""): events}, mapping.chart, AS_OF)
    assert [one.id for one in walk.retracted] == ["2:a", "2:b", "3:a"]
    assert [one.id for one in walk.refused] == ["6:a", "7:a"]
    assert [step.event.id for step in walk.steps if step.seq] == ["1:a", "4:a", "5:a"]
    assert walk.journey.phase is Phase.ASSESS


def test_a_retraction_after_an_erasure_is_refused() -> None:
    """As everything is."""
    mapping = mapping_with(events=EVENTS)
    said = {"event": "1", "actor": "ann", "reason": "?"}
    events = [
        Event(kind, datetime(2024, 3, day, tzinfo=UTC), f"{day}", payload)
        for kind, day, payload in (
            (EventKind.CONTACTED, 1, {}),
            (EventKind.ERASED, 2, {}),
            (EventKind.RETRACTED, 3, said),
        )
    ]
    (walk,) = walk_journeys({("a", ""): events}, mapping.chart, AS_OF)
    assert [one.id for one in walk.refused] == ["3"]
