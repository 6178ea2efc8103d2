"""A rehearsal at an interval makes exactly what a live dispatcher makes that runs so often."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxjourney.channels import HookContext, HookSet, Registered, Sent
from cxjourney.channels.policy import Policy
from cxjourney.dispatch import Dispatcher
from cxjourney.dispatch.journal import MemoryJournal
from cxjourney.errors import InvalidError, RefusedError
from cxjourney.playbook import Playbook, standard_playbook
from cxjourney.rehearsal import Cue, Person, Rehearsal, generate_people, rehearse, what_if
from cxjourney.rehearsal._rehearsing import _stand_in_library  # the texts that a rehearsal takes
from cxjourney.vocabulary import Channel, EventKind
from tests.rehearsal.books import BOOK, START, person

STANDARD = standard_playbook()
Made = tuple[datetime, str, Channel]


def live(playbook: Playbook, people: Iterable[Person], days: int, every: timedelta) -> list[Made]:
    """Drive a real dispatcher: record each event at its time, and run at every interval."""
    now = [START]
    made: list[Made] = []

    def send(context: HookContext) -> Sent:
        made.append((context.now, context.key, context.channel))
        return Sent(receipt="x", note="x" if context.channel is Channel.FACE_TO_FACE else "")

    cast = {person.customer: person.profile for person in people}
    dispatcher = Dispatcher(
        MemoryJournal(),
        playbook=playbook,
        policy=Policy(),
        hooks=HookSet(
            Registered(channel, send, idempotent=True, timeout=None) for channel in Channel
        ),
        clock=lambda: now[0],
        library=_stand_in_library(playbook),
        profiles=cast.__getitem__,
    )
    acts = [(one.customer, one.engagement, event) for one in people for event in one.events(START)]
    acts.sort(key=lambda act: (act[2].at, act[2].kind.rank))
    end, tick = START + timedelta(days=days), START.astimezone(UTC)
    while tick <= end:
        while acts and acts[0][2].at <= tick:
            act = acts.pop(0)
            now[0] = act[2].at
            with suppress(RefusedError):
                dispatcher.record(*act)
        now[0] = tick
        dispatcher.run()
        tick += every
    return made


def rehearsed(found: Rehearsal) -> list[Made]:
    """Return what a rehearsal sent."""
    return [(line.at, line.key, line.channel) for line in found.sent]


@pytest.mark.no_cover
@settings(max_examples=3, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10_000), st.sampled_from([240, 1439]), st.integers(1, 3))
def test_a_rehearsal_makes_what_a_live_dispatcher_makes(
    seed: int, minutes: int, count: int
) -> None:
    """The same contacts at the same moments through the same channels, whatever the interval."""
    people = generate_people(count, seed=seed, start=START)
    every = timedelta(minutes=minutes)
    found = rehearse(STANDARD, people=people, days=20, start=START, every=every)
    assert rehearsed(found) == live(STANDARD, people, 20, every)


@pytest.mark.slow
@pytest.mark.no_cover
def test_five_minutes_are_five_minutes() -> None:
    """The interval of the issue: what is rehearsed at five minutes is what is made live."""
    people = generate_people(8, seed=7, start=START)
    every = timedelta(minutes=5)
    found = rehearse(STANDARD, people=people, days=40, start=START, every=every)
    made = live(STANDARD, people, 40, every)
    assert rehearsed(found) == made
    assert len(made) != len(rehearse(STANDARD, people=people, days=40, start=START).sent)


def test_a_run_does_what_came_before_it() -> None:
    """Between runs nothing is done; what happens at the moment of a run is done by it."""
    asks = Cue(timedelta(minutes=1), EventKind.ASKED, {"question": "?"})
    at = Cue(timedelta(minutes=20), EventKind.PURCHASED)
    found = rehearse(
        BOOK, people=[person("anne", asks, at)], days=1, start=START, every=timedelta(minutes=10)
    )
    assert [line.at - START for line in found.sent] == [
        timedelta(minutes=10),
        timedelta(minutes=20),
    ]
    assert found.every == timedelta(minutes=10)
    assert found.to_dict()["every"] == 600
    assert "What is due is sent every 10 min," in str(found)
    late = rehearse(BOOK, people=[person("anne", asks)], days=1, start=START, every=timedelta(9))
    assert late.sent == ()


def test_logs_have_an_interval_too() -> None:
    """A log is replayed before a dispatcher that runs so often from its first event on."""
    who = person("anne", Cue(0.5, EventKind.PURCHASED))
    events = [(who.customer, "", event) for event in who.events(START)]
    found = what_if(events, BOOK, as_of=START + timedelta(days=3), every=timedelta(days=1))
    assert [line.at for line in found.sent] == [START + timedelta(days=1)]


@pytest.mark.parametrize("every", [5, timedelta(), timedelta(seconds=-1), timedelta(days=40_000)])
def test_intervals_are_checked(every: object) -> None:
    """An interval is a timedelta from one second on."""
    with pytest.raises(InvalidError, match=r"rehearsal\.every"):
        rehearse(BOOK, people=1, start=START, every=every)  # type: ignore[arg-type]
