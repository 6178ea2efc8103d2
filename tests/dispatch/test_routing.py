"""Which departments feedback concerns, and which feedback still waits for them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.dispatch import Routed, Routing, routed
from cxjourney.errors import InvalidError
from cxjourney.journey import Journey
from cxjourney.testing import journeys
from cxjourney.vocabulary import EventKind, Smiley

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
THEIRS = "Mari Maasikas, mari@example.com"
ROUTING = Routing({"delivery": ["stock", "post"], "price": {"sales"}}, otherwise="service")
TEXTS = st.text("ab ä\t", min_size=1, max_size=4).filter(str.strip)
TOPICS = st.dictionaries(TEXTS, st.lists(TEXTS, min_size=1, max_size=3), max_size=4)


@pytest.mark.no_cover
@given(TOPICS, TEXTS, TEXTS | st.none())
def test_every_topic_has_departments(
    topics: dict[str, list[str]], otherwise: str, topic: str | None
) -> None:
    """A topic goes to its own departments, sorted; an unknown one, or none, to the other one."""
    routing = Routing(topics, otherwise=otherwise)
    expected = set(topics[topic]) if topic in topics else {otherwise}
    assert routing.departments(topic) == tuple(sorted(expected))
    assert set(routing.every) == {otherwise}.union(*topics.values())
    assert list(routing.every) == sorted(routing.every)


def test_a_routing_is_a_value() -> None:
    """Departments in another order are the same; it can be hashed, and not be changed."""
    topics = {"price": ["sales"], "delivery": ["post", "stock", "post"]}
    same = Routing(topics, otherwise="service")
    assert same == ROUTING
    assert hash(same) == hash(ROUTING)
    topics["price"].append("boss")
    assert same == ROUTING
    with pytest.raises(TypeError):
        same.topics["price"] = ()  # type: ignore[index]
    assert Routing({}, otherwise="all").departments("price") == ("all",)


@pytest.mark.parametrize(
    ("topics", "otherwise", "field"),
    [
        ([("price", ["sales"])], "service", "topics"),
        ({7: ["sales"]}, "service", "topics"),
        ({" ": ["sales"]}, "service", "topics"),
        ({"x" * 201: ["sales"]}, "service", "topics"),
        ({"price": []}, "service", "topics[0]"),
        ({"price": "sales"}, "service", "topics[0]"),
        ({"price": None}, "service", "topics[0]"),
        ({"price": ["sales", ""]}, "service", "topics[0]"),
        ({"price": [["sales"]]}, "service", "topics[0]"),
        ({}, "", "otherwise"),
        ({}, None, "otherwise"),
    ],
)
def test_a_wrong_routing_is_refused(topics: object, otherwise: object, field: str) -> None:
    """What is wrong with it is said when it is defined, not when the first customer complains."""
    with pytest.raises(InvalidError) as caught:
        Routing(topics, otherwise=otherwise)  # type: ignore[arg-type]
    assert caught.value.where == f"Routing.{field}"


def test_feedback_waits_until_it_is_routed() -> None:
    """Smiley, figure and text alike wait from the moment they come, each with its departments."""
    journey = Journey("c")
    assert routed(journey, ROUTING) == ()
    journey.feedback_captured(at=AT, text=THEIRS, topic="delivery", id="text")
    journey.feedback_captured(at=AT, nps=9, topic="weather", id="nps")
    journey.feedback_captured(at=AT, smiley=Smiley.BORED, id="smiley")
    waiting = routed(journey, ROUTING)
    assert [one.departments for one in waiting] == [("post", "stock"), ("service",), ("service",)]
    assert [one.event.id for one in waiting] == ["text", "nps", "smiley"]
    assert THEIRS not in repr(waiting)
    assert isinstance(waiting[0], Routed)
    assert waiting[0].explain() == f"{waiting[0].obligation.explain()} (2)"
    journey.fulfilled(waiting[1].obligation, at=AT + timedelta(days=1))
    assert [one.event.id for one in routed(journey, ROUTING)] == ["text", "smiley"]
    journey.erase(at=AT + timedelta(days=2))
    assert routed(journey, ROUTING) == ()


@pytest.mark.no_cover
@given(journeys())
def test_what_waits_is_what_is_owed(journey: Journey) -> None:
    """On any journey just the open obligations to route feedback wait, in their order."""
    owed = [one for one in journey.owed if one.rule == "route_feedback"]
    waiting = routed(journey, ROUTING)
    assert [one.obligation for one in waiting] == owed
    for one in waiting:
        assert one.event.kind is EventKind.FEEDBACK_CAPTURED
        assert one.event.id == one.obligation.event


def test_a_journey_without_history_has_forgotten_its_feedback() -> None:
    """Where the words are not kept nothing can be routed, and that is said."""
    journey = Journey("c", history=False)
    journey.feedback_captured(at=AT, text=THEIRS)
    with pytest.raises(InvalidError, match="a journey that keeps no history; expected one that do"):
        routed(journey, ROUTING)
