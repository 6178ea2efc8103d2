"""An order booked on the wrong customer is taken back, on every journal (SPEC 4.1)."""

from datetime import timedelta

import attrs
import pytest

from cxjourney.chart import Effect
from cxjourney.dispatch.journal import Journal, State
from cxjourney.errors import ConflictError, RefusedError
from cxjourney.playbook import Entered, Play
from cxjourney.vocabulary import Channel, Event, EventKind, Phase, Purpose, Standing
from tests.dispatch.stores import Empty
from tests.dispatch.world import MONDAY, PLAYS, World, playbook

K = EventKind
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ORDER = Event(K.PURCHASED, MONDAY, "order 7")


def back(world: World, name: str = "order 7", id: str = "back") -> Event:
    """Return a retraction as of now."""
    said = {"event": name, "actor": "ann", "reason": "booked on the wrong customer"}
    return Event(K.RETRACTED, world.clock(), id, said)


def wrong(journal: Journal) -> World:
    """Return a company that booked an order on the wrong customer."""
    world = World(journal=journal)
    world.dispatcher().record("c", "", ORDER)
    return world


def test_what_waited_is_called_off_and_the_right_customer_is_welcomed(empty: Empty) -> None:
    """The journey is where it would be without the order; nothing is sent to the first."""
    world = wrong(empty())
    dispatcher = world.dispatcher()
    told = dispatcher.record("c", "", back(world))
    assert [(one.intent.play, one.state, one.reason) for one in told.not_called_for] == [
        ("welcome", State.SKIPPED, "retracted")
    ]
    dispatcher.record("d", "", ORDER)
    dispatcher.run()
    assert [one.intent.customer for one in world.carrier.contexts] == ["d"]
    journey = dispatcher.journey("c")
    assert journey is not None
    assert journey.standing is Standing.NEW
    assert [(one.event.id, one.effect) for one in journey.history] == [
        ("order 7", Effect.RETRACTED),
        ("back", Effect.NOTED),
    ]


@pytest.mark.no_cover
def test_what_was_sent_is_told_and_a_later_order_has_a_welcome_of_its_own(empty: Empty) -> None:
    """Nothing is sent twice for the wrong order; one that was meant is news."""
    world = wrong(empty())
    dispatcher = world.dispatcher()
    dispatcher.run()
    world.clock.pass_by(days=1)
    told = dispatcher.record("c", "", back(world))
    assert [(one.intent.play, one.state) for one in told.not_called_for] == [
        ("welcome", State.SENT)
    ]
    assert dispatcher.record("c", "", back(world)).planned == ()
    assert dispatcher.record("c", "", ORDER).step.effect is Effect.RETRACTED
    dispatcher.run()
    assert world.carrier.calls["welcome"] == 1
    world.clock.pass_by(days=1)
    meant = dispatcher.record("c", "", Event(K.PURCHASED, world.clock(), "order 8"))
    assert [one.intent.play for one in meant.planned] == ["welcome"]
    dispatcher.run()
    keys = [one.key for one in world.carrier.contexts]
    assert len({*keys}) == len(keys) == 2


@pytest.mark.no_cover
def test_what_stays_keeps_its_keys(empty: Empty) -> None:
    """What the other events call for without it was sent already, and is not sent again."""
    world = World(journal=empty())
    dispatcher = world.dispatcher()
    dispatcher.record("c", "", ORDER)
    dispatcher.record("c", "", Event(K.PURCHASED, MONDAY + HOUR, "order 8"))
    world.clock.pass_by(days=1)
    dispatcher.run()
    told = dispatcher.record("c", "", back(world))
    assert (told.planned, told.not_called_for) == ((), ())
    dispatcher.run()
    assert world.carrier.calls["welcome"] == 1
    journey = dispatcher.journey("c")
    assert journey is not None
    assert (journey.phase, journey.purchased_at) == (Phase.AFFIRM, MONDAY + HOUR)


def test_a_question_that_was_never_asked_is_not_answered(empty: Empty) -> None:
    """What was owed for it is owed no more, whichever way its intents were planned."""
    world = wrong(empty())
    dispatcher = world.dispatcher()
    dispatcher.record("c", "", Event(K.ASKED, world.clock(), "q", {"question": "when?"}))
    told = dispatcher.record("c", "", back(world, "q"))
    assert {one.intent.play: one.state for one in told.not_called_for} == {"answer": State.SKIPPED}
    assert world.journal.overdue(MONDAY + 90 * DAY) == () or all(
        one.obligation.rule != "answer" for one in world.journal.overdue(MONDAY + 90 * DAY)
    )


def test_consent_that_was_taken_back_counts_no_more(empty: Empty) -> None:
    """Neither for the policy, nor after many other events, nor for what outlives an erasure."""
    world = World(journal=empty())
    dispatcher = world.dispatcher()
    no_mail = {"channel": Channel.EMAIL, "purpose": Purpose.AFFIRM}
    dispatcher.record("c", "", Event(K.CONSENT_WITHDRAWN, MONDAY, "stop", no_mail))
    for number in range(9):
        world.clock.pass_by(hours=1)
        dispatcher.record("c", "", Event(K.ASKED, world.clock(), f"{number}", {"question": "?"}))
    world.clock.pass_by(hours=1)
    dispatcher.record("c", "", back(world, "stop"))
    world.clock.pass_by(hours=1)
    dispatcher.record("c", "", Event(K.PURCHASED, world.clock(), "order"))
    assert world.items()["welcome"].channel is Channel.EMAIL
    world.clock.pass_by(hours=1)
    dispatcher.erase("c", at=world.clock())
    kept = world.journal.dossier("c").erasure
    assert kept is not None
    assert kept.withdrawn == ()


@pytest.mark.parametrize(
    ("name", "why", "right"),
    [
        ("nothing", "event_on_record", "recorded on this very engagement"),
        ("back", "event_not_final", "no retraction"),
    ],
)
def test_what_cannot_be_taken_back_is_refused_and_nothing_changes(
    empty: Empty, name: str, why: str, right: str
) -> None:
    """An id that is not there, and a retraction, each told what would be right; in a batch too."""
    world = wrong(empty())
    dispatcher = world.dispatcher()
    dispatcher.record("c", "", back(world))
    before = world.journal.read("c")
    with pytest.raises(RefusedError) as told:
        dispatcher.record("c", "", back(world, name, "again"))
    assert (told.value.row, told.value.failed) == ("T30", (why,))
    assert right in str(told.value)
    assert "allowed now" not in str(told.value)
    (many,) = dispatcher.record_many([("c", "", back(world, name, "again"))])
    assert isinstance(many, RefusedError)
    with pytest.raises(RefusedError):
        dispatcher.record("c", "other", back(world))
    assert world.journal.read("c") == before


def test_what_was_left_undone_for_it_is_done_after_all(empty: Empty) -> None:
    """An answer and a welcome wait for nothing that never was; what lapsed meanwhile does not."""
    world = World(journal=empty())
    hello = Play("hello", Entered(Phase.ASSESS), Purpose.INFORM, (Channel.POST,), "ask")
    hello = attrs.evolve(hello, after=2 * HOUR)
    short = attrs.evolve(hello, id="short", lasts=HOUR)
    world.options = {"playbook": playbook(*PLAYS, hello, short)}
    dispatcher = world.dispatcher()
    asked = Event(K.ASKED, MONDAY, "q", {"question": "?"})
    dispatcher.record("c", "", asked)
    for kind in (K.ANSWERED, K.PURCHASED):
        dispatcher.record("c", "", Event(kind, MONDAY, kind.name))
    world.clock.pass_by(hours=4)
    dispatcher.run()
    assert world.states() == {
        "answer": State.SKIPPED,
        "hello": State.SKIPPED,
        "short": State.SKIPPED,
        "welcome": State.SENT,
    }
    told = dispatcher.record("c", "", back(world, K.ANSWERED.name, "1"))
    assert [one.intent.play for one in told.planned] == ["answer"]
    told = dispatcher.record("c", "", back(world, K.PURCHASED.name, "2"))
    assert [one.intent.play for one in told.planned] == ["hello"]
    dispatcher.run()
    assert world.states() == {
        "answer": State.SENT,
        "hello": State.SENT,
        "short": State.SKIPPED,
        "welcome": State.SENT,
    }
    assert world.carrier.calls == {"welcome": 1, "answer": 1, "hello": 1}


def test_whichever_came_late_the_question_that_is_open_is_answered(empty: Empty) -> None:
    """An answer meets the oldest question: that of the later one, told first, is to be given."""
    world = World(journal=empty())
    dispatcher = world.dispatcher()
    questions = [Event(K.ASKED, MONDAY + n * HOUR, f"{n}", {"question": "?"}) for n in (1, 2)]
    world.clock.pass_by(hours=3)
    dispatcher.record("c", "", questions[1])
    dispatcher.record("c", "", Event(K.ANSWERED, world.clock(), "told"))
    dispatcher.run()
    assert [one.state for one in world.journal.read("c").outbox] == [State.SKIPPED]
    dispatcher.record("c", "", questions[0])
    dispatcher.run()
    kept = {one.intent.cause: one.state for one in world.journal.read("c").outbox}
    assert kept == {"1": State.SKIPPED, "2": State.SENT}


def test_twice_is_noted(empty: Empty) -> None:
    """Who comes second is on record, and changes nothing."""
    world = wrong(empty())
    dispatcher = world.dispatcher()
    dispatcher.record("c", "", back(world))
    told = dispatcher.record("c", "", back(world, id="back too"))
    assert (told.step.effect, told.planned, told.not_called_for) == (Effect.NOTED, (), ())


def test_an_id_with_other_content_is_refused(empty: Empty) -> None:
    """Live and in a batch; the withdrawal that would have vanished can be recorded anew."""
    world = World(journal=empty())
    dispatcher = world.dispatcher()
    word = {"channel": Channel.EMAIL, "purpose": Purpose.AFFIRM}
    dispatcher.record("c", "", Event(K.CONSENT_GIVEN, MONDAY, "1", word))
    for number in range(5):
        dispatcher.record("c", "", Event(K.CONTACTED, MONDAY + HOUR, f"c{number}"))
    other = Event(K.CONSENT_WITHDRAWN, MONDAY + 2 * HOUR, "1", word)
    before = world.journal.read("c")
    with pytest.raises(ConflictError) as told:
        dispatcher.record("c", "", other)
    assert told.value.differs == ("kind", "at")
    (many,) = dispatcher.record_many([("c", "", other)])
    assert isinstance(many, ConflictError)
    assert world.journal.read("c") == before


def test_a_typing_error_of_forty_years_is_taken_back_before_its_time(empty: Empty) -> None:
    """It is on record, and its time never comes."""
    world = World(journal=empty())
    dispatcher = world.dispatcher()
    dispatcher.record("c", "", Event(K.CONTACTED, MONDAY, "hello"))
    later = Event(K.PURCHASED, MONDAY + 40 * 365 * DAY, "order 7")
    assert dispatcher.record("c", "", later).ahead
    world.clock.pass_by(hours=1)
    told = dispatcher.record("c", "", back(world))
    assert (told.planned, told.not_called_for) == ((), ())
    journey = dispatcher.journey("c")
    assert journey is not None
    assert [one.effect for one in journey.history] == [
        Effect.MOVED,
        Effect.NOTED,
        Effect.RETRACTED,
    ]
    world.clock.pass_by(days=41 * 365)
    dispatcher.run()
    assert world.carrier.calls["welcome"] == 0


def test_one_of_several_that_are_still_to_come_is_taken_back(empty: Empty) -> None:
    """The others come when their time does."""
    world = World(journal=empty())
    dispatcher = world.dispatcher()
    dispatcher.record("c", "", Event(K.CONTACTED, MONDAY, "hello"))
    dispatcher.record("c", "", Event(K.NEED_ADMITTED, MONDAY + DAY, "need"))
    dispatcher.record("c", "", Event(K.PURCHASED, MONDAY + 2 * DAY, "order 7"))
    world.clock.pass_by(hours=1)
    dispatcher.record("c", "", back(world))
    world.clock.pass_by(days=3)
    dispatcher.run()
    journey = dispatcher.journey("c")
    assert journey is not None
    assert journey.phase is Phase.ADMIT
