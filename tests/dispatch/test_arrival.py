"""Random lives, told in random order: what is sent does not depend on the order of arrival."""

from collections import Counter
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney import Channel, Event, EventKind, Phase, Purpose
from cxjourney.channels import HookContext, Library, Sent
from cxjourney.channels.policy import Limits, Policy
from cxjourney.dispatch.journal import MemoryJournal, State
from cxjourney.playbook import Entered, NearlyDue, Opened, Play
from tests.dispatch.world import MONDAY, NOTE, Carrier, World, content, playbook

K, P = EventKind, Purpose
EMAIL, POST, TEXT = Channel.EMAIL, Channel.POST, Channel.TEXT
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PLAYS = (
    Play("welcome", Entered(Phase.ASSESS), P.INFORM, (EMAIL, TEXT), "x"),
    Play("tips", Entered(Phase.ADMIT), P.INFORM, (EMAIL, POST), "x", after=2 * HOUR),
    Play("more", Entered(Phase.AFFIRM), P.SELL, (EMAIL, POST), "x"),
    Play("answer", Opened("answer"), P.ANSWER, (EMAIL,), "x", after=HOUR, tells=K.ANSWERED),
    Play("hurry", NearlyDue("answer", 2 * DAY), P.REMIND, (TEXT, EMAIL), "x"),
    Play("sorry", Opened("acknowledge"), P.APOLOGISE, (EMAIL, POST), "x", tells=K.ANSWERED),
    Play("ask", Entered(Phase.ACCOMPLISH), P.ASK_FEEDBACK, (EMAIL,), "x", tells=K.FEEDBACK_ASKED),
    Play("refer", Entered(Phase.ADOPT), P.ASK_REFERRAL, (EMAIL, POST), "x", lasts=20 * DAY),
)
TEXTS = Library(content("x", channel) for channel in (EMAIL, POST, TEXT))
LIMITS = Limits(service=frozenset({P.ANSWER, P.APOLOGISE}))
DUTIES = frozenset({"answer", "acknowledge"})
"""What the playbook has rows for."""

WORDS = st.tuples(
    st.sampled_from((K.CONSENT_GIVEN, K.CONSENT_GIVEN, K.CONSENT_WITHDRAWN)),
    st.fixed_dictionaries(
        {
            "channel": st.sampled_from((EMAIL, EMAIL, POST, TEXT)),
            "purpose": st.sampled_from(
                (P.INFORM, P.SELL, P.REMIND, P.ASK_FEEDBACK, P.ASK_REFERRAL)
            ),
        }
    ),
)
NOTHING: dict[str, Any] = {}
FACTS = st.tuples(
    st.sampled_from(
        (
            *(K.CONTACTED, K.NEED_ADMITTED, K.PURCHASED, K.PURCHASED, K.DELIVERED, K.DOUBTED),
            *(K.RESULT_ACHIEVED, K.FEEDBACK_CAPTURED, K.LOYALTY_SHOWN, K.COMPLAINED, K.RECOVERED),
            *(K.REASSURED, K.ANSWERED, K.LEFT, K.RETURNED),
        )
    ),
    st.just(NOTHING),
)
QUESTIONS = st.tuples(st.just(K.ASKED), st.just({"question": "?"}))
REACHING = st.tuples(
    st.sampled_from((K.UNDELIVERABLE, K.DELIVERABLE)),
    st.fixed_dictionaries({"channel": st.sampled_from((EMAIL, POST))}),
)
LIVES = st.lists(WORDS | FACTS | FACTS | QUESTIONS | REACHING, min_size=1, max_size=9)


def life(told: list[tuple[EventKind, dict[str, Any]]]) -> list[Event]:
    """Return what happened, an hour after another, the last of it an hour ago."""
    begin = MONDAY - len(told) * HOUR
    return [
        Event(kind, begin + place * HOUR, f"{place}", payload)
        for place, (kind, payload) in enumerate(told)
    ]


def live(events: list[Event]) -> World:
    """Tell what happened, all before the first run, and let five weeks pass."""
    world = World(carrier=Carrier(lambda _: Sent("ok", NOTE)), journal=MemoryJournal())
    world.options = {"playbook": playbook(*PLAYS), "library": TEXTS, "policy": Policy(LIMITS)}
    dispatcher = world.dispatcher()
    for event in events:
        dispatcher.record("c", "", event)
    while (at := dispatcher.next_attention()) is not None and at <= MONDAY + 35 * DAY:
        world.clock.at = max(world.clock.at, at)
        dispatcher.run()
    return world


def sent(world: World) -> Counter[tuple[str, str, Channel, datetime]]:
    """Return what was sent, for which duty's event, through which channel and when.

    Which event is named as the one that led into a phase is whichever was told first.
    """
    return Counter(
        (one.intent.play, one.intent.cause if one.intent.obligation else "", one.channel, one.now)
        for one in world.carrier.contexts
    )


@pytest.mark.no_cover
@settings(max_examples=25)
@given(told=LIVES, chance=st.randoms(use_true_random=False))
def test_what_is_sent_does_not_depend_on_the_order_of_arrival(
    told: list[tuple[EventKind, dict[str, Any]]], chance: Random
) -> None:
    """Events of different times, told in any order: the same contacts, at the same moments."""
    events = life(told)
    shuffled = [*events]
    chance.shuffle(shuffled)
    assert sent(live(shuffled)) == sent(live(events))


@pytest.mark.no_cover
@settings(max_examples=25)
@given(told=LIVES)
def test_no_rule_is_broken_and_no_duty_is_forgotten(
    told: list[tuple[EventKind, dict[str, Any]]],
) -> None:
    """No contact without consent, none too many, no selling while something is open.

    Each duty that the playbook has rows for is met, waits with a reason, or is listed.
    """
    world = live(life(told))
    made: list[HookContext] = world.carrier.contexts
    for one in made:
        purpose, channel = one.intent.purpose, one.channel
        said = one.history.consent(channel, purpose, one.now)
        assert said or (said is None and purpose in LIMITS.service)
        assert one.history.reaches(channel)
        if purpose is P.SELL:
            assert {one.situation.doubt_open, one.situation.recovery_open} == {False}
    counted = [one for one in made if one.intent.purpose not in LIMITS.solicited]
    assert max(Counter((one.channel, one.now.date()) for one in counted).values(), default=0) <= 1
    for one in counted:
        week = [two for two in counted if timedelta() <= one.now - two.now < 6 * DAY]
        assert len(week) <= 3
    journey = world.dispatcher().journey("c")
    assert journey is not None
    owed = {one.key for one in journey.owed if one.rule in DUTIES}
    listed = {one.intent.obligation for one in world.journal.still_owed()}
    waits = {
        one.intent.obligation
        for one in world.journal.outbox([State.PLANNED, State.WAITING])
        if one.reason
    }
    late = {one.obligation.key for one in world.journal.overdue(world.clock())}
    assert owed <= listed | waits | late
