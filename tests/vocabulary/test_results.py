"""What every result shows of itself: a short repr, and plain values."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import attrs

from cxjourney.vocabulary import Channel, Event, EventKind, Phase
from cxjourney.vocabulary._results import as_dict  # of things of every form
from cxjourney.vocabulary._terminal import brief, code  # of things of every form

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@attrs.frozen
class Thing:
    """One field of each sort."""

    row: Any = attrs.field(default=None, repr=code)
    text: str = ""
    hidden: str = attrs.field(default="", repr=False)
    several: Any = ()
    one: Any = None
    sure: bool = False

    __repr__ = brief


class Pair(NamedTuple):
    """A named tuple."""

    phase: Phase
    times: int


def test_a_brief_repr_gives_no_text_away() -> None:
    """A text goes by its length and a collection by its size; what is empty is left out."""
    thing = Thing("T03", "Mari Maasikas", "secret", ("a", "b"), 3)
    assert repr(thing) == "Thing(row=T03, text=str of 13 characters, several=<2>, one=3)"
    assert repr(Thing()) == "Thing()"
    assert repr(Thing(one=Channel.POST, sure=True)) == "Thing(one=POST, sure=True)"
    assert repr(Thing(one=NOON)) == "Thing(one=2026-01-05T12:00:00+00:00)"
    assert repr(Thing(one=Channel)) == "Thing(one=Channel)"
    assert repr(Thing(one=timedelta(hours=1))) == "Thing(one=1:00:00)"


def test_only_what_looks_like_a_code_is_shown_as_one() -> None:
    """A field of codes tells anything else as other fields do."""
    assert repr(Thing("Mari Maasikas")) == "Thing(row=str of 13 characters)"
    assert repr(Thing("a" * 101)) == "Thing(row=str of 101 characters)"
    assert repr(Thing(3)) == "Thing(row=3)"


def test_a_brief_repr_holds_short_ones_of_the_library_only() -> None:
    """A long part goes by its class, and so does what is not the library's own."""
    assert repr(Thing(one=EventKind.PURCHASED)) == "Thing(one=EventKind.PURCHASED)"
    assert repr(Thing(one=Event(EventKind.ASKED, NOON, "e1", {"question": "?"}))).count("e1") == 0
    assert repr(Thing(one=Thing("T03"))) == "Thing(one=Thing)"


def test_a_brief_repr_is_short() -> None:
    """It is cut where there is too much."""
    many = attrs.make_class("Many", [f"field_{number}" for number in range(50)])
    found = brief(many(*range(50)))
    assert len(found) == 200
    assert found.endswith("...")


def test_a_result_is_plain_values() -> None:
    """Whatever stands in it, JSON can hold it."""
    event = Event(EventKind.PURCHASED, NOON, "e1", {"amount": Decimal("19.90")})
    thing = Thing("T03", several={Phase.ADOPT: [timedelta(hours=1)]}, one=Pair(Phase.ADMIT, 2))
    found = as_dict(thing)
    assert found["several"] == {"ADOPT": [3600.0]}
    assert found["one"] == {"phase": "ADMIT", "times": 2}
    assert json.loads(json.dumps(as_dict(event))) == {
        "kind": "purchased",
        "at": "2026-01-05T12:00:00+00:00",
        "id": "e1",
        "payload": {"amount": "19.90"},
    }


def test_a_result_in_a_result_tells_itself() -> None:
    """Where a part has a ``to_dict`` of its own, that is taken."""
    told = attrs.make_class("Told", ["x"], class_body={"to_dict": lambda self: {"y": self.x}})
    assert as_dict(Thing(one=told(1)))["one"] == {"y": 1}
