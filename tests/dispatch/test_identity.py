"""Ids change, and two of them turn out to be one person, on every journal (SPEC 4.1)."""

from datetime import timedelta
from typing import Any

import pytest

from cxjourney.channels.policy import Limits, Policy
from cxjourney.dispatch import Recorded
from cxjourney.dispatch.journal import Commit, Journal, MemoryJournal, State, Transfer
from cxjourney.dispatch.journal._moving._origin import origin_in  # what no public name tells
from cxjourney.errors import InvalidError, MalformedEventError, SequenceError
from cxjourney.vocabulary import Channel, Event, EventKind, Phase, Purpose
from tests.dispatch.journal.records import a_journey
from tests.dispatch.stores import Empty
from tests.dispatch.world import MONDAY, World

K = EventKind
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NO_MAIL: dict[str, Any] = {"channel": Channel.EMAIL, "purpose": Purpose.AFFIRM}


def bought(world: World, customer: str, id: str, engagement: str = "") -> Event:
    """Record a purchase as of now."""
    event = Event(K.PURCHASED, world.clock(), id)
    world.dispatcher().record(customer, engagement, event)
    return event


def two(journal: Journal) -> World:
    """Return a company with a woman under two ids, who was welcomed under both."""
    world = World(journal=journal)
    bought(world, "mari@old", "order 1")
    bought(world, "mari@new", "order 2")
    world.dispatcher().run()
    world.clock.pass_by(days=1)
    return world


@pytest.mark.no_cover
def test_a_new_id_takes_all_along_and_nothing_is_sent_twice(empty: Empty) -> None:
    """Journeys, intents and keys stay; the old id goes on working."""
    world = World(journal=empty())
    order = bought(world, "old", "order 1")
    question = Event(K.ASKED, MONDAY + HOUR, "q", {"question": "?"})
    world.dispatcher().run()
    keys = [one.key for one in world.journal.read("old").outbox]
    world.clock.pass_by(days=1)
    dispatcher = world.dispatcher()
    assert dispatcher.rename("old", "new") is True
    assert dispatcher.rename("old", "new") is False
    assert world.journal.customers() == ("new",)
    before = world.journal.read("new")
    assert [one.key for one in before.outbox] == keys
    assert {one.intent.customer for one in before.outbox} == {"new"}
    assert dispatcher.record("old", "", order).planned == ()
    assert dispatcher.record("new", "", order).planned == ()
    told = dispatcher.record("old", "", question)
    assert [one.intent.customer for one in told.planned] == ["new"]
    journeys = dispatcher.journey("old"), dispatcher.journey("new")
    assert journeys[0] is not None
    assert journeys[1] is not None
    assert journeys[0].customer == journeys[1].customer == "new"
    handles = [world.journal.read(one).handle for one in ("old", "new")]
    assert [dispatcher.whose(one) for one in handles] == ["new", "new"]
    dispatcher.run()
    assert world.carrier.calls == {"welcome": 1, "answer": 1}


@pytest.mark.no_cover
def test_a_key_is_the_same_after_a_new_id(empty: Empty) -> None:
    """What is planned under the new id has the key that it would have had under the old."""
    keys = []
    for again in (False, True):
        world = World(journal=empty())
        dispatcher = world.dispatcher()
        world.clock.pass_by(hours=2)
        dispatcher.record("old", "", Event(K.CONTACTED, MONDAY, "c"))
        if again:
            dispatcher.rename("old", "new")
            dispatcher.rename("new", "newer")
        told = dispatcher.record("old", "", Event(K.PURCHASED, MONDAY + HOUR, "p"))
        late = dispatcher.record("old", "", Event(K.ASKED, MONDAY, "q", {"question": "?"}))
        keys.append([one.key for one in (*told.planned, *late.planned)])
    assert keys[0] == keys[1]
    assert len(keys[0]) == 2


def test_what_is_begun_under_a_new_id_is_the_same_persons(empty: Empty) -> None:
    """Its keys are made with the id that the person had first, and never come twice."""
    world = World(journal=empty())
    bought(world, "old", "order 1", "house")
    dispatcher = world.dispatcher()
    dispatcher.rename("old", "new")
    bought(world, "new", "order 2", "car")
    (house, car) = world.journal.read("new").journeys[::-1]
    first, other = origin_in(house.snapshot), origin_in(car.snapshot)
    assert first is not None
    assert other is not None
    assert (other.customer, other.engagement, other.seals) == ("old", "car", first.seals)
    dispatcher.rename("new", "old")
    dispatcher.record("old", "car", Event(K.ERASED, world.clock(), "forget"))
    world.clock.pass_by(hours=1)
    bought(world, "old", "order 3", "car")
    dispatcher.run()
    keys = [one.key for one in world.carrier.contexts]
    assert len(keys) == len({*keys}) == 2


@pytest.mark.parametrize("load", [False, True])
def test_what_was_erased_before_a_new_id_stays_so_under_it(empty: Empty, *, load: bool) -> None:
    """An engagement that was forgotten is not begun again by what happened before."""
    world = World(journal=empty())
    for engagement in ("house", "car"):
        bought(world, "old", f"order {engagement}", engagement)
    world.clock.pass_by(hours=1)
    dispatcher = world.dispatcher()
    dispatcher.record("old", "car", Event(K.ERASED, world.clock(), "forget"))
    dispatcher.rename("old", "new")
    bought(world, "new", "order boat", "boat")
    late = Event(K.PURCHASED, MONDAY, "order car")
    told = ("new", "car", late)
    came = dispatcher.load([told])[0] if load else dispatcher.record(*told)
    assert isinstance(came, Recorded)
    assert came.erased
    assert [one.engagement for one in world.journal.read("new").journeys] == ["boat", "house"]
    bought(world, "other", "order", "bike")
    dispatcher.merge("new", "other")
    assert not dispatcher.record("other", "car", late).erased, "the other may have had one"


def test_who_changed_an_id_is_kept_with_the_journeys(empty: Empty) -> None:
    """Who renamed, who merged, and when; of the one that stays nothing was changed."""
    world = two(empty())
    dispatcher = world.dispatcher()
    dispatcher.rename("mari@old", "mari", actor="ann")
    world.clock.pass_by(hours=1)
    dispatcher.merge("mari", "mari@new", actor="bob")
    dispatcher.rename("mari@new", "mari@now")
    journeys = world.journal.read("mari@now").journeys
    moves = [origin.moves for one in journeys if (origin := origin_in(one.snapshot))]
    told = [[(one.was, one.at, one.by) for one in each] for each in moves]
    day, hour = MONDAY + DAY, MONDAY + DAY + HOUR
    last = ("mari@new", hour, None)
    assert told == [[last], [("mari@old", day, "ann"), ("mari", hour, "bob"), last]]
    for change in (dispatcher.rename, dispatcher.merge):
        with pytest.raises(InvalidError, match="actor"):
            change("mari@now", "mari", actor=" ")


def test_history_that_is_imported_finds_the_engagement_that_was_renamed(empty: Empty) -> None:
    """Under the old id an event of ``house`` is one of ``house#2``, as when it is recorded."""
    world = World(journal=empty())
    for one in "ab":
        bought(world, one, f"order {one}", "house")
    dispatcher = world.dispatcher()
    assert dispatcher.merge("a", "b") == {"house": "house#2"}
    asked = Event(K.ASKED, MONDAY - DAY, "q", {"question": "?"})
    dispatcher.load([("a", "house", asked), ("a", "house", Event(K.PURCHASED, MONDAY, "order a"))])
    kept = {one.engagement: len(one.data["events"]) for one in world.journal.read("b").journeys}
    assert kept == {"house": 1, "house#2": 2}


@pytest.mark.no_cover
def test_the_first_id_may_come_back(empty: Empty) -> None:
    """Whoever is renamed twice, to and fro, is where it began; the other id goes on working."""
    world = World(journal=empty())
    bought(world, "a", "order 1")
    dispatcher = world.dispatcher()
    dispatcher.rename("a", "b")
    assert dispatcher.rename("b", "a") is True
    assert world.journal.customers() == ("a",)
    assert world.journal.read("b").customer == "a"
    assert dispatcher.journey("b") is not None
    dispatcher.run()
    assert [one.intent.customer for one in world.carrier.contexts] == ["a"]


@pytest.mark.no_cover
def test_two_who_are_one_keep_their_journeys_and_get_nothing_again(empty: Empty) -> None:
    """Engagements of one name are renamed and told; events under the old id find theirs."""
    world = two(empty())
    dispatcher = world.dispatcher()
    assert dispatcher.merge("mari@old", "mari@new") == {"": "#2"}
    assert dispatcher.merge("mari@old", "mari@new") == {"": "#2"}
    record = world.journal.read("mari@old")
    assert record.customer == "mari@new"
    assert [one.engagement for one in record.journeys] == ["", "#2"]
    assert [one.number for one in record.outbox] == [1, 2]
    first = Event(K.PURCHASED, MONDAY, "order 1")
    assert dispatcher.record("mari@old", "", first).planned == ()
    with_old = dispatcher.record(
        "mari@old", "", Event(K.ASKED, world.clock(), "q", {"question": "?"})
    )
    assert [one.intent.engagement for one in with_old.planned] == ["#2"]
    old, new = dispatcher.journey("mari@old"), dispatcher.journey("mari@new")
    assert old is not None
    assert new is not None
    assert (old.engagement, new.engagement) == ("#2", "")
    assert dispatcher.journey("mari@new", "#2") is not None
    world.clock.pass_by(days=1)
    dispatcher.run()
    assert world.carrier.calls == {"welcome": 2, "answer": 1}
    came = dispatcher.record_many(
        [
            ("mari@old", "", first),
            ("mari@new", "", Event(K.ASKED, world.clock(), "q", {"question": "!"})),
        ]
    )
    assert [len(one.planned) for one in came if not isinstance(one, Exception)] == [0, 1]


@pytest.mark.no_cover
@pytest.mark.parametrize("under", ["mari@old", "mari@new"])
def test_the_latest_word_holds_whichever_id_it_came_under(empty: Empty, under: str) -> None:
    """A withdrawal under one id holds for both, and so does a later consent."""
    world = World(journal=empty())
    dispatcher = world.dispatcher()
    for one in ("mari@old", "mari@new"):
        dispatcher.record(one, "", Event(K.CONTACTED, MONDAY, f"hello {one}"))
    dispatcher.record(under, "", Event(K.CONSENT_WITHDRAWN, MONDAY + HOUR, "stop", NO_MAIL))
    dispatcher.merge("mari@old", "mari@new")
    world.clock.pass_by(hours=2)
    bought(world, "mari@new", "order")
    assert world.items("mari@new")["welcome"].channel is Channel.POST
    other = {"mari@old": "mari@new", "mari@new": "mari@old"}[under]
    dispatcher.record(other, "", Event(K.CONSENT_GIVEN, world.clock(), "go", NO_MAIL))
    world.clock.pass_by(hours=1)
    told = dispatcher.record("mari@old", "", Event(K.PURCHASED, world.clock(), "order 2"))
    assert [one.channel for one in told.planned] == [Channel.EMAIL]


def test_caps_count_what_was_sent_under_both(empty: Empty) -> None:
    """One contact a day on a channel is one for both ids together."""
    policy = Policy(Limits(service=frozenset(Purpose), solicited=frozenset(), contacts_a_day=1))
    world = World(journal=empty(), options={"policy": policy})
    bought(world, "mari@old", "order 1")
    world.dispatcher().run()
    world.dispatcher().record("mari@new", "", Event(K.CONTACTED, MONDAY, "hello"))
    world.dispatcher().merge("mari@old", "mari@new")
    world.clock.pass_by(hours=1)
    bought(world, "mari@new", "order 2")
    world.dispatcher().run()
    assert [one.channel for one in world.carrier.contexts] == [Channel.EMAIL, Channel.POST]


@pytest.mark.no_cover
@pytest.mark.parametrize("under", ["mari@old", "mari@new"])
def test_erased_under_either_id_both_are(empty: Empty, under: str) -> None:
    """What was before changes nothing under either; what comes later is somebody new."""
    world = two(empty())
    dispatcher = world.dispatcher()
    dispatcher.merge("mari@old", "mari@new")
    assert dispatcher.erase(under, at=world.clock()) == 2
    assert world.journal.customers() == ()
    for one in ("mari@old", "mari@new"):
        assert dispatcher.record(one, "", Event(K.PURCHASED, MONDAY, f"order {one}")).erased
        assert dispatcher.whose(one) is None
    world.clock.pass_by(days=1)
    for one in ("mari@old", "mari@new"):
        assert [
            i.intent.play
            for i in dispatcher.record(one, "", Event(K.PURCHASED, world.clock(), "x")).planned
        ] == ["welcome"]
    assert world.journal.customers() == ("mari@new", "mari@old")
    dispatcher.run()
    keys = [one.key for one in world.carrier.contexts]
    assert len({*keys}) == len(keys) == 4


@pytest.mark.no_cover
def test_one_engagement_is_erased_under_its_old_name(empty: Empty) -> None:
    """The other's stays, though it has that name."""
    world = two(empty())
    dispatcher = world.dispatcher()
    dispatcher.merge("mari@old", "mari@new")
    dispatcher.record("mari@old", "", Event(K.ERASED, world.clock(), "forget"))
    assert [one.engagement for one in world.journal.read("mari@new").journeys] == [""]
    assert dispatcher.record("mari@old", "", Event(K.PURCHASED, MONDAY, "order 1")).erased
    assert not dispatcher.record("mari@new", "", Event(K.PURCHASED, MONDAY, "order 3")).erased


@pytest.mark.no_cover
def test_who_is_merged_again_is_found_under_every_id(empty: Empty) -> None:
    """Names of engagements are followed through."""
    world = World(journal=empty())
    dispatcher = world.dispatcher()
    for number, one in enumerate("abc"):
        dispatcher.record(one, "house", Event(K.PURCHASED, MONDAY, f"order {number}"))
    assert dispatcher.merge("a", "b") == {"house": "house#2"}
    assert dispatcher.merge("b", "c") == {"house": "house#3"}
    for number, one in enumerate("abc"):
        journey = dispatcher.journey(one, "house")
        assert journey is not None
        assert journey.history[0].event.id == f"order {number}"


@pytest.mark.no_cover
def test_the_archive_goes_along(empty: Empty) -> None:
    """Whatever was put away counts for both, and is found under the new id."""
    world = two(empty())
    world.journal.archive(world.clock())
    dispatcher = world.dispatcher()
    dispatcher.merge("mari@old", "mari@new")
    archived = world.journal.archived()
    assert [(one.intent.customer, one.number) for one in archived] == [
        ("mari@new", 1),
        ("mari@new", 2),
    ]
    assert all(world.journal.attempts(one.key) for one in archived)
    assert dispatcher.record("mari@old", "", Event(K.PURCHASED, MONDAY, "order 1")).planned == ()


@pytest.mark.no_cover
def test_what_is_owed_goes_along(empty: Empty) -> None:
    """Duties are those of the id that stays."""
    world = World(journal=empty())
    dispatcher = world.dispatcher()
    dispatcher.record("a", "", Event(K.ASKED, MONDAY, "q", {"question": "?"}))
    dispatcher.record("b", "", Event(K.CONTACTED, MONDAY, "c"))
    dispatcher.merge("a", "b")
    (duty,) = world.journal.overdue(MONDAY + 30 * DAY)
    assert (duty.customer, duty.engagement) == ("b", "#2")
    world.clock.pass_by(hours=1)
    dispatcher.run()
    assert world.journal.overdue(MONDAY + 30 * DAY) == ()


@pytest.mark.no_cover
def test_who_was_in_a_hook_meanwhile_writes_what_came_of_it(empty: Empty) -> None:
    """The intent is found under the new id, and is sent once."""
    world = World(journal=empty())
    bought(world, "a", "order 1")
    dispatcher = world.dispatcher()
    dispatcher.record("b", "", Event(K.CONTACTED, MONDAY, "c"))
    says = world.carrier.says

    def slow(context: Any) -> Any:
        if world.journal.customers() == ("a", "b"):
            world.dispatcher().merge("a", "b")
        return says(context)

    world.carrier.says = slow
    dispatcher.run()
    assert {one.state for one in world.journal.read("b").outbox} == {State.SENT}
    world.clock.pass_by(days=1)
    dispatcher.run()
    assert world.carrier.calls == {"welcome": 1}


def test_what_cannot_be_is_refused_and_nothing_changes(empty: Empty) -> None:
    """Ids of nobody, of somebody else, and what is no id."""
    world = two(empty())
    dispatcher = world.dispatcher()
    with pytest.raises(InvalidError, match="nothing is kept"):
        dispatcher.merge("nobody", "mari@new")
    with pytest.raises(InvalidError, match="nothing is kept"):
        dispatcher.merge("mari@old", "nobody")
    with pytest.raises(InvalidError, match="nothing is kept"):
        dispatcher.rename("nobody", "x")
    with pytest.raises(InvalidError, match="merge joins the two") as told:
        dispatcher.rename("mari@old", "mari@new")
    assert "mari" not in str(told.value)
    with pytest.raises(MalformedEventError):
        dispatcher.rename("mari@old", "")
    assert dispatcher.merge("mari@old", "mari@old") == {}
    assert world.journal.customers() == ("mari@new", "mari@old")
    journey = dispatcher.journey("mari@old")
    assert journey is not None
    assert journey.phase is Phase.AFFIRM


class Overtaken(MemoryJournal):
    """A journal in which somebody else always writes before a move."""

    def move(self, move: Transfer) -> None:
        """Lose the race."""
        raise SequenceError(move.expected, move.expected + 1)


def test_whoever_is_overtaken_each_time_is_told_so() -> None:
    """After some tries the race is lost, and nothing has changed."""
    world = two(Overtaken())
    dispatcher = world.dispatcher()
    before = world.journal.read("mari@old")
    with pytest.raises(SequenceError):
        dispatcher.rename("mari@old", "mari")
    with pytest.raises(SequenceError):
        dispatcher.merge("mari@old", "mari@new")
    assert world.journal.read("mari@old") == before


def test_a_journey_that_is_kept_in_another_form_goes_along(empty: Empty) -> None:
    """Of what another release kept, nothing but the journey's place is understood."""
    journal = empty()
    journal.commit(Commit("old", 0, journeys=(a_journey("old"),)))
    World(journal=journal).dispatcher().rename("old", "new")
    (kept,) = journal.read("new").journeys
    assert kept.data["customer"] == "new"
    assert kept.snapshot is not None
    assert kept.snapshot["said"] == "e\x00\ud800"
