"""What is kept of the past: little of it, and the policy says the same as of all of it."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.channels import Contact, History
from cxjourney.channels.policy import Limits, Policy
from cxjourney.chart import derive, standard_chart
from cxjourney.dispatch._past import (  # no face tells what is kept of the past
    EACH,
    LAST,
    SCHEMA,
    UNSOLICITED,
    Past,
    kept_on,
    past_of,
    read_form,
    snapshot_form,
)
from cxjourney.dispatch.journal import OutboxItem, State
from cxjourney.dispatch.journal._moving._origin import Origin  # as above
from cxjourney.errors import DecodeError
from cxjourney.journey import Journey, Step
from cxjourney.journey._open import opened_where_it_stands, write_event  # as dispatch does
from cxjourney.vocabulary import Channel, Event, EventKind, Purpose
from tests.channels.policy_cases import NOON, case, intent
from tests.dispatch.world import Clock, World, hooks
from tests.playbook.books import NO_STAYS

K = EventKind
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIMITS = Limits(service=frozenset({Purpose.INFORM}), contacts_a_week=4)
ABOUT = st.tuples(st.sampled_from([Channel.EMAIL, Channel.TEXT]), st.sampled_from(Purpose))
KINDS = st.sampled_from(
    [K.CONSENT_GIVEN, K.CONSENT_WITHDRAWN, K.FEEDBACK_ASKED, K.FEEDBACK_CAPTURED, K.REFERRED]
)


def sent(at: datetime, number: int, channel: Channel, purpose: Purpose) -> OutboxItem:
    """Return an intent that was sent."""
    asked = intent(purpose, channel, occurrence=f"1:ADOPT:{number}")
    return OutboxItem(asked, number, channel, State.SENT, settled_at=at)


def event(kind: EventKind, at: datetime, number: int, channel: Channel, purpose: Purpose) -> Event:
    """Return an event that the policy asks about."""
    said = {"channel": channel, "purpose": purpose} if kind.name.startswith("consent") else {}
    return Event(kind, at, f"e{number}", said)


@pytest.mark.no_cover
@given(
    st.lists(st.tuples(KINDS, st.integers(1, 90), ABOUT), max_size=25),
    st.lists(st.tuples(st.integers(1, 900), ABOUT), max_size=40),
)
def test_the_policy_says_the_same_of_what_is_kept(
    told: list[tuple[EventKind, int, tuple[Channel, Purpose]]],
    made: list[tuple[int, tuple[Channel, Purpose]]],
) -> None:
    """Whatever events and contacts there were, every rule says what it says of all of them."""
    journey = Journey("c-1")
    for number, (kind, days, about) in enumerate(sorted(told, key=lambda one: -one[1])):
        journey.record(event(kind, NOON - days * DAY, number, *about))
    items = [
        sent(NOON - hours * HOUR, number, *about)
        for number, (hours, about) in enumerate(sorted(made, key=lambda one: -one[0]), start=1)
    ]
    contacts = [one.contact for one in items if one.contact is not None]
    contacts.sort(key=_by_moment)  # of one moment by name, however they came
    past = past_of(journey, items)
    past.forget(LIMITS)
    kept = History(tuple(one for one, _ in past.told(journey.chart, {})), tuple(past.made()))
    whole, policy = History.of([journey], contacts), Policy(LIMITS)
    assert kept.channels_used == whole.channels_used
    for channel, purpose in product((Channel.EMAIL, Channel.TEXT, Channel.POST), Purpose):
        asked = [case(channel, purpose, history=one) for one in (kept, whole)]
        assert policy.judge(asked[0]) == policy.judge(asked[1])
        assert kept.last_contact(channel) == whole.last_contact(channel)


def test_little_is_kept_of_much() -> None:
    """However often something happened, the latest few are enough."""
    journey = Journey("c-1")
    for number in range(200):
        kind = (K.CONTACTED, K.CONSENT_GIVEN, K.CONSENT_WITHDRAWN)[number % 3]
        at = NOON + number * HOUR
        journey.record(event(kind, at, number, Channel.EMAIL, Purpose.INFORM))
    items = [sent(NOON + n * DAY, n, Channel.EMAIL, Purpose.INFORM) for n in range(1, 100)]
    answers = [sent(NOON + n * DAY, n, Channel.TEXT, Purpose.ANSWER) for n in range(100, 200)]
    past = past_of(journey, [*items, *answers])
    past.forget(Limits(solicited=frozenset({Purpose.ANSWER})))
    kinds = Counter(one["kind"] for one in past.events)
    assert kinds == dict.fromkeys(("contacted", "consent_given", "consent_withdrawn"), EACH)
    assert [one.at for one in past.made()] == [
        *(one.settled_at for one in items[-UNSOLICITED:]),
        answers[-1].settled_at,
    ]


def _by_moment(one: Contact) -> tuple[datetime, str, str, str]:
    return one.at, one.channel.name, one.purpose.name, one.play


def _raw(step: Step) -> dict[str, Any]:
    return write_event(step.event, step.seq)


def test_of_another_version_nothing_is_read() -> None:
    """What another version wrote is made anew; what contradicts itself is refused."""
    journey = Journey("c-1")
    for number in range(2 * LAST):
        journey.asked(at=NOON + number * HOUR, question="?")
    past = past_of(journey, ())
    past.forget(LIMITS)
    form, runs = snapshot_form(journey, past, NO_STAYS, _raw, {})
    assert runs == {}
    found = read_form(form)
    assert found is not None
    assert (found.journey, [*found.events]) == (form["journey"], past.events)
    stands = opened_where_it_stands(found.journey, found.last, journey.chart, {})
    assert stands is not None
    assert stands[0].history == journey.history[LAST:]
    assert (stands[0].owed, stands[0].seq) == (journey.owed, journey.seq)
    assert read_form(None) is None
    assert read_form({**form, "schema": SCHEMA + 1}) is None
    with pytest.raises(DecodeError, match=r"^cx_journey\.snapshot\.stays"):
        read_form({**form, "stays": None})
    for name in ("last", "events", "contacts"):
        where = rf"^cx_journey\.snapshot\.{name}\[0\]"
        with pytest.raises(DecodeError, match=f"{where}: an object; expected just"):
            read_form({**form, name: [{"at": "once"}]})
    for odd in ([], [*found.journey[:-1], None], [*found.journey[:-2], "once", found.journey[-1]]):
        with pytest.raises(DecodeError, match=r"^snapshot.journey: values in another form"):
            opened_where_it_stands(odd, found.last, journey.chart, {})
    with pytest.raises(DecodeError, match=r"^event.at: "):
        opened_where_it_stands(found.journey, [{**found.last[0], "at": "once"}], journey.chart, {})
    bare = derive(standard_chart(), "test_past.bare", without_obligations=["answer"])
    assert opened_where_it_stands(found.journey, found.last, bare, {}) is None


def test_a_hook_is_told_as_much_of_the_past_as_it_asks_for() -> None:
    """Of each kind the latest three, or every event of so long."""
    for back, seen in ((None, 3), (timedelta(hours=4.5), 5), (timedelta(days=9), 6)):
        world = World(clock=Clock())
        world.options = {"hooks": hooks(world.carrier, past=back)}
        for number in range(6):
            world.clock.pass_by(hours=1)
            asked = Event(K.ASKED, world.clock.at, f"q{number}", {"question": "?"})
            world.dispatcher().record("c", "", asked)
        world.dispatcher().run()
        history = world.carrier.contexts[0].history
        assert [event.id for event in history.questions] == [f"q{n}" for n in range(6)][-seen:]


def test_what_was_taken_back_is_no_part_of_the_past() -> None:
    """A hook that looks back so long does not hear of it either."""
    world = World(clock=Clock())
    world.options = {"hooks": hooks(world.carrier, past=timedelta(days=9))}
    for number in range(3):
        world.clock.pass_by(hours=1)
        asked = Event(K.ASKED, world.clock.at, f"q{number}", {"question": "?"})
        world.dispatcher().record("c", "", asked)
    wrong = {"event": "q1", "actor": "ann", "reason": "somebody else's"}
    world.dispatcher().record("c", "", Event(K.RETRACTED, world.clock.at, "no", wrong))
    world.dispatcher().run()
    assert [one.id for one in world.carrier.contexts[0].history.questions] == ["q0", "q2"]


def test_where_no_snapshot_was_kept_there_is_nothing_to_take_over() -> None:
    """What is made anew then is all planned for, and no reminder was decided."""
    past = Past()
    kept_on(past, None)
    assert past == Past()


def test_an_origin_in_another_form_is_refused() -> None:
    """Keys are made with what stands there, so nothing is guessed."""
    with pytest.raises(DecodeError, match=r"^cx_journey\.snapshot\.origin\[2\]: "):
        Origin.of(["c", "", ["no digits"], []])


def test_events_are_written_as_journeys_store_them() -> None:
    """The form of one event is that of the whole journey's."""
    journey = Journey("c-1")
    step = journey.asked(at=NOON, question="?")
    assert [write_event(step.event, step.seq)] == journey.to_dict()["events"]
