"""A customer of whom much is open is served as everybody, and nothing is read that is not needed.

What is open is left out of a dossier where it is much; so the same lives are lived with a journal
that leaves nothing out, and with one that leaves all out that may be.
"""

import json
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney import Event, EventKind, Purpose, Touchpoint
from cxjourney.channels import Deferred, HookContext, HookOutcome, Sent, Unknown
from cxjourney.channels.policy import Limits, Policy
from cxjourney.dispatch.journal import (
    CustomerRecord,
    Dossier,
    MemoryJournal,
    _memory,  # what is much is little here
)
from cxjourney.dispatch.journal._records import EventName  # as a dossier is asked
from tests.dispatch.world import MONDAY, NOTE, Carrier, World

K = EventKind
HAPPENED = st.sampled_from(
    (K.ASKED, K.ASKED, K.ANSWERED, K.NEED_ADMITTED, K.PURCHASED, K.RESULT_ACHIEVED, K.COMPLAINED)
)
TURNS = st.lists(st.tuples(HAPPENED, st.sampled_from((0, 0, 1, 30)), st.booleans()), max_size=8)


Turns = list[tuple[EventKind, int, bool]]


class Meddled(MemoryJournal):
    """A journal in which somebody writes, once, as soon as all that waits is asked for."""

    meddled = False

    def dossier(self, customer: str, event: EventName | None = None) -> Dossier:
        """Return what is open, after somebody wrote."""
        if event is None and not self.meddled:
            self.meddled = True
            visit = Event(K.TOUCHED, MONDAY, "visit", {"touchpoint": Touchpoint.SHOP})
            World(journal=self).dispatcher().record(customer, "", visit)
        return super().dossier(customer, event)


class Generous(MemoryJournal):
    """A journal that leaves nothing out."""

    def dossier(self, customer: str, event: EventName | None = None) -> Dossier:
        """Return all that is open."""
        whole = super().dossier(customer)
        return attrs.evolve(whole, knows=super().dossier(customer, event).knows)


def busy(context: HookContext) -> HookOutcome:
    """Put off what is asked; nobody knows of the rest whether it arrived, but for purchases."""
    if context.intent.play == "answer":
        return Deferred(context.now + timedelta(days=1))
    return Sent("ok", NOTE) if context.attempt > 1 else Unknown("nobody_knows")


LIMITS = Limits(service=frozenset({Purpose.ANSWER}), contacts_a_day=1, contacts_a_week=2)


def lived(journal: MemoryJournal, turns: Turns) -> tuple[CustomerRecord, datetime | None]:
    """Return what is kept of a customer after things happened, some of which a run followed."""
    world = World(Carrier(busy), journal=journal, options={"policy": Policy(LIMITS)})
    for number, (kind, hours, runs) in enumerate(turns):
        world.clock.pass_by(hours=hours, minutes=1)
        payload: dict[str, Any] = {"question": "?"} if kind is K.ASKED else {}
        world.dispatcher().record("c", "", Event(kind, world.clock(), f"e{number}", payload))
        if runs:
            world.dispatcher().run()
    return journal.read("c"), journal.next_attention()


@pytest.mark.no_cover
@given(TURNS)
def test_who_is_crowded_is_served_as_everybody(turns: Turns) -> None:
    """All that is kept, and when somebody looks next, is the same with what is open left out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_memory, "SOME", 0)
        assert lived(MemoryJournal(), turns) == lived(Generous(), turns)


def test_what_is_not_owed_looks_at_all_that_waits() -> None:
    """A cap keeps room for forty answers that are owed, though they were left out."""
    asked = [(K.ASKED, 0, False)] * 40
    turns = [*asked, (K.PURCHASED, 0, False), (K.RESULT_ACHIEVED, 0, True)]
    assert lived(MemoryJournal(), turns) == lived(Generous(), turns)


def test_whoever_writes_meanwhile_wins() -> None:
    """What was left out is read as of the same revision, or all is decided anew."""
    world = World(journal=Meddled(), options={"policy": Policy(LIMITS)})
    for number in range(40):
        world.clock.pass_by(minutes=1)
        event = Event(K.ASKED, world.clock(), f"e{number}", {"question": "?"})
        world.dispatcher().record("c", "", event)
    world.happens(K.PURCHASED)
    kept = world.journal.read("c")
    assert [one.intent.play for one in kept.outbox].count("welcome") == 1
    assert "visit" in {one["id"] for one in kept.journeys[0].data["events"]}


@pytest.mark.no_cover
def test_one_more_question_writes_as_much_among_many() -> None:
    """Of a hundred and fifty open questions a commit writes what it does of forty."""
    sizes: list[int] = []
    journal = MemoryJournal()
    world = World(journal=journal)
    before: dict[int, str] = {}
    for number in range(150):
        world.clock.pass_by(hours=1)
        event = Event(K.ASKED, world.clock(), f"e{number}", {"question": "?"})
        world.dispatcher().record("c", "", event)
        kept = journal.dossier("c", ("", "none"))
        (journey,) = kept.journeys
        new = [text for one, text in journey.runs.items() if text and before.get(one) != text]
        sizes.append(len(json.dumps(dict(journey.snapshot or {}))) + sum(map(len, new)))
        before = {one: text for one, text in journey.runs.items() if text}
    assert kept.outbox == ()
    assert kept.rest is not None
    assert median(sizes[100:]) < 1.6 * median(sizes[20:60])
