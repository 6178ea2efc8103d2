"""Pickled journeys: small, plain, and without loss."""

import pickle
from datetime import UTC, datetime, timedelta
from itertools import product
from pickletools import genops

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.journey import Journey
from cxjourney.testing import journeys
from cxjourney.vocabulary import EventKind, Phase

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
SMALL = journeys(history=False, forced=True)


def again(journey: Journey) -> Journey:
    """Return a journey that was pickled and read back."""
    return pickle.loads(pickle.dumps(journey))  # type: ignore[no-any-return]  # noqa: S301 - our own


@pytest.mark.no_cover
@given(SMALL)
def test_lived_courses_are_packed_without_loss(journey: Journey) -> None:
    """A journey without history comes back equal: where it stands, what it owes, its books."""
    back = again(journey)
    assert back.to_dict() == journey.to_dict()
    assert back.explain() == journey.explain()
    assert (back.situation, back.owed, back.tally) == (
        journey.situation,
        journey.owed,
        journey.tally,
    )


FACTS = [
    kind
    for kind in EventKind.builtin()
    if kind not in {EventKind.MOVED, EventKind.ERASED} and not any(f.required for f in kind.fields)
]


@pytest.mark.no_cover
@pytest.mark.parametrize("to", Phase)
def test_many_situations_are_packed_without_loss(to: Phase) -> None:
    """From every phase, forced or lived, whatever two facts come to is read as it was written."""
    for first, second in product(FACTS, FACTS):
        journey = Journey("c", history=False)
        journey.moved(to, at=AT, actor="a", reason="r", force=True)
        for number, kind in enumerate((first, second)):
            getattr(journey, kind.name)(at=AT + timedelta(minutes=number + 1))
        assert again(journey).situation == journey.situation


@pytest.mark.no_cover
@given(SMALL)
def test_packed_values_are_plain(journey: Journey) -> None:
    """A pickle names one class of the library, the journey, so that the others may change."""
    plain = pickle.dumps(Journey.from_dict(journey.to_dict()), 5)
    names = [arg for code, arg, _ in genops(plain) if "UNICODE" in code.name]
    classes = {name for name in names if str(name).startswith("cxjourney.")}
    assert classes == {"cxjourney.journey._journey"}


@given(st.booleans())
def test_a_beginning_is_packed_without_loss(history: bool) -> None:  # noqa: FBT001 - drawn
    """A journey to which nothing happened yet is packed as any other."""
    journey = Journey("c", history=history)
    assert again(journey).to_dict() == journey.to_dict()
