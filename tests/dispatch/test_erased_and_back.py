"""Whoever comes back under the id of somebody erased is somebody else, on every journal."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.channels import HookContext, HookOutcome, Sent
from cxjourney.channels.policy import Limits, Policy
from cxjourney.dispatch.journal import (
    Commit,
    CustomerRecord,
    Erasure,
    Journal,
    MemoryJournal,
    State,
)
from cxjourney.errors import InvalidError, SequenceError
from cxjourney.vocabulary import Channel, Event, EventKind, Purpose
from tests.dispatch.stores import Empty
from tests.dispatch.world import MONDAY, NOTE, World

K = EventKind
DAY = timedelta(days=1)
NO_MAIL: dict[str, Any] = {"channel": Channel.EMAIL, "purpose": Purpose.AFFIRM}


def lived(journal: Journal) -> World:
    """Return a company with a customer who bought, got a welcome, and asked something."""
    world = World(journal=journal)
    world.happens(K.PURCHASED)
    world.dispatcher().run()
    world.clock.pass_by(days=1)
    world.happens(K.ASKED, question="?")
    world.clock.pass_by(days=1)
    return world


@pytest.mark.no_cover
def test_a_welcome_a_year_later_is_sent_under_another_key(empty: Empty) -> None:
    """The same event ids, the same rows: each life has keys and revisions of its own."""
    world = lived(empty())
    keys, revisions = set[str](), set[int]()
    for _ in range(3):
        record = world.journal.read("c")
        mine = {one.key for one in record.outbox}
        assert keys.isdisjoint(mine)
        assert record.revision not in revisions
        keys |= mine
        world.dispatcher().erase("c", at=world.clock())
        revisions |= {record.revision, world.journal.read("c").revision}
        world.clock.pass_by(days=365)
        world.happens(K.PURCHASED)
        world.dispatcher().run()
        assert world.states() == {"welcome": State.SENT}
    sent = [one.key for one in world.carrier.contexts if one.intent.play == "welcome"]
    assert len({*sent}) == len(sent) == 4


def test_the_revision_of_the_erased_is_nobodys(empty: Empty) -> None:
    """Whoever records on what was read before is told, be the customer back or not."""
    world = lived(empty())
    dispatcher, before = world.dispatcher(), world.journal.read("c").revision
    dispatcher.erase("c", at=world.clock())
    begins = world.journal.read("c").revision
    assert begins > before
    later = [Event(K.CONTACTED, world.clock() + n * DAY, f"new {n}") for n in (1, 2)]
    for _ in range(2):
        for old in range(before + 1):
            with pytest.raises(SequenceError):
                dispatcher.record("c", "", later[0], expected=old)
        dispatcher.record("c", "", later[0])
    dispatcher.record("c", "", later[1], expected=begins + 1)
    assert world.journal.read("c").revision == begins + 2


@pytest.mark.no_cover
@pytest.mark.parametrize("back", [False, True])
def test_who_was_in_a_hook_meanwhile_writes_nothing(empty: Empty, *, back: bool) -> None:
    """It is told so, and what the new customer has is what it would have without that hook."""
    world = lived(empty())

    def slow(context: HookContext) -> HookOutcome:
        if context.intent.play == "answer" and not world.journal.tombstones():
            world.dispatcher().erase("c", at=world.clock())
            world.clock.pass_by(days=1)
            if back:
                world.happens(K.PURCHASED)
        return Sent("ok", NOTE)

    world.carrier.says = slow
    report = world.dispatcher().run()
    assert report.erased == 1
    assert "erased meanwhile 1" in str(report)
    if not back:
        assert world.journal.customers() == ()
        return
    world.dispatcher().run()
    record, alone = world.journal.read("c"), World()
    alone.clock.at = world.clock()
    alone.happens(K.PURCHASED)
    alone.dispatcher().run()
    assert world.states() == alone.states() == {"welcome": State.SENT}
    (kept,), (other,) = record.journeys, alone.journal.read("c").journeys
    assert kept.data == other.data
    attempts = [one for item in record.outbox for one in world.journal.attempts(item.key)]
    assert [one.number for one in attempts] == [1]
    world.clock.pass_by(days=1)
    assert world.dispatcher().erase("c", at=world.clock()) == 1


def test_what_happened_before_the_erasure_changes_nothing(empty: Empty) -> None:
    """Delivered again, or late, it is told apart; what happens later begins somebody new."""
    world = lived(empty())
    dispatcher, gone = world.dispatcher(), world.clock()
    dispatcher.erase("c", at=gone)
    before = world.journal.read("c")
    for event in (
        Event(K.PURCHASED, MONDAY, "PURCHASED"),
        Event(K.DOUBTED, gone - DAY, "late"),
        Event(K.CONTACTED, gone, "at that moment"),
    ):
        told = dispatcher.record("c", "", event)
        assert (told.erased, told.planned, told.step.seq) == (True, (), 0)
        assert "before the customer was erased" in str(told)
        assert "before the erasure" in repr(told)
        assert told.to_dict()["erased"] is True
        (many,) = dispatcher.record_many([("c", "", event)])
        assert many == told
    assert world.journal.read("c") == before == CustomerRecord("c", before.revision)
    world.clock.pass_by(days=1)
    later = dispatcher.record("c", "", Event(K.PURCHASED, gone + DAY, "PURCHASED"))
    assert [one.intent.play for one in later.planned] == ["welcome"]
    assert not later.erased
    assert dispatcher.record("c", "", Event(K.DOUBTED, gone - DAY, "late")).erased


def test_many_who_were_erased_come_back_at_once(empty: Empty) -> None:
    """With one read and one write for all of them, each begins where its own erased one ended."""
    world = World(journal=empty())
    dispatcher, people = world.dispatcher(), [f"c{n}" for n in range(6)]
    for n, one in enumerate(people):
        for again in range(n + 1):
            dispatcher.record(one, "", Event(K.CONTACTED, MONDAY, f"{again}"))
    world.clock.pass_by(days=1)
    for one in people[::2]:
        dispatcher.erase(one, at=world.clock())
    begins = {one: world.journal.read(one).revision for one in people}
    world.clock.pass_by(days=1)
    told = [(one, "", Event(K.PURCHASED, world.clock(), "back")) for one in people]
    came = dispatcher.record_many([*told, ("new", "", told[0][2])])
    assert [getattr(one, "erased", one) for one in came] == [False] * 7
    assert {one: world.journal.read(one).revision for one in people} == {
        one: revision + 1 for one, revision in begins.items()
    }
    welcome = [world.journal.read(one).outbox[-1] for one in (*people, "new")]
    assert len({one.key for one in welcome}) == 7
    journeys = {one: world.journal.dossier(one).journeys[0].born for one in people}
    assert journeys == {one: begins[one] if one in people[::2] else 0 for one in people}


@pytest.mark.no_cover
def test_who_was_read_before_the_erasure_is_not_added_in_a_batch(empty: Empty) -> None:
    """Neither as somebody new nor at an old revision; the others are written."""
    world = lived(empty())
    before = world.journal.read("c").revision
    commits = []
    for customer, expected in (("c", 0), ("c", before), ("d", 0)):
        other = World()
        event = Event(K.PURCHASED, world.clock(), "back")
        other.dispatcher().record(customer, "", event)
        (journey,) = other.journal.read(customer).journeys
        commits.append((customer, expected, journey))
    world.dispatcher().erase("c", at=world.clock())
    begins = world.journal.read("c").revision
    for wrong in commits[:2]:
        some = [Commit(name, at, journeys=(kept,)) for name, at, kept in (wrong, commits[2])]
        answers = world.journal.together([("commit", (one,)) for one in some])
        assert isinstance(answers[0], SequenceError)
        assert (answers[0].expected, answers[0].actual) == (wrong[1], begins)
        if wrong is commits[0]:
            assert answers[1] is None
    assert world.journal.customers() == ("d",)
    assert world.journal.read("c") == CustomerRecord("c", begins)


def test_no_more_from_you_outlives_forget_me(empty: Empty) -> None:
    """Whoever comes back gets nothing that was withdrawn, until consent is given again."""
    world = lived(empty())
    world.happens(K.CONSENT_GIVEN, **NO_MAIL)
    world.clock.pass_by(hours=1)
    dispatcher = world.dispatcher()
    dispatcher.record("c", "", Event(K.CONSENT_WITHDRAWN, world.clock(), "stop", NO_MAIL))
    other = {"channel": Channel.POST, "purpose": Purpose.SELL}
    dispatcher.record("c", "", Event(K.CONSENT_WITHDRAWN, world.clock(), "stop 2", other))
    world.clock.pass_by(days=1)
    dispatcher.record("c", "", Event(K.CONSENT_GIVEN, world.clock(), "go 2", other))
    world.clock.pass_by(days=1)
    dispatcher.erase("c", at=world.clock())
    (words,) = {world.journal.dossier("c").erasure}
    assert words is not None
    assert words.withdrawn == ((Channel.EMAIL, Purpose.AFFIRM),)
    for life in range(2):
        world.clock.pass_by(days=1)
        world.happens(K.PURCHASED)
        welcome = world.items()["welcome"]
        assert welcome.channel is Channel.POST, life
        world.clock.pass_by(days=1)
        dispatcher.erase("c", at=world.clock())
    world.clock.pass_by(days=1)
    dispatcher.record("c", "", Event(K.CONSENT_GIVEN, world.clock(), "go", NO_MAIL))
    world.clock.pass_by(days=1)
    world.happens(K.PURCHASED)
    assert world.items()["welcome"].channel is Channel.EMAIL


@pytest.mark.parametrize("engagement", ["", "house"])
def test_no_more_from_you_outlives_forget_me_whatever_its_date(
    empty: Empty, engagement: str
) -> None:
    """A clock that was wrong by a month keeps nobody's no from holding; one purpose or all."""
    world = World(journal=empty())
    world.happens(K.CONTACTED, engagement="house")
    world.happens(K.CONTACTED)
    dispatcher = world.dispatcher()
    ahead = world.clock() + timedelta(days=30)
    dispatcher.record("c", engagement, Event(K.CONSENT_WITHDRAWN, ahead, "stop", {}))
    world.clock.pass_by(hours=1)
    if engagement:  # it is told to the other one, which is erased with the customer
        dispatcher.record("c", engagement, Event(K.ERASED, world.clock(), "forget"))
        world.clock.pass_by(hours=1)
    dispatcher.erase("c", at=world.clock())
    words = world.journal.dossier("c").erasure
    assert words is not None
    assert words.withdrawn == ((None, None),)
    world.clock.pass_by(days=1)
    world.happens(K.PURCHASED)
    assert world.items()["welcome"].reason == "C01"


def test_no_more_on_an_engagement_that_is_erased_holds_for_the_others(empty: Empty) -> None:
    """The customer is the same; the erased engagement alone begins anew."""
    world = World(journal=empty())
    world.happens(K.CONTACTED, engagement="house")
    world.happens(K.PURCHASED, engagement="car")
    key = world.items()["welcome"].key
    dispatcher = world.dispatcher()
    world.clock.pass_by(days=1)
    stop = Event(K.CONSENT_WITHDRAWN, world.clock(), "stop", NO_MAIL)
    dispatcher.record("c", "car", stop)
    world.clock.pass_by(days=1)
    gone = world.clock()
    erased = dispatcher.record("c", "car", Event(K.ERASED, gone, "forget"))
    assert erased.step.after.standing.name == "ERASED"
    (house,) = world.journal.read("c").journeys
    assert house.engagement == "house"
    assert [one["kind"] for one in house.data["events"]] == ["contacted", "consent_withdrawn"]
    assert dispatcher.record("c", "car", Event(K.PURCHASED, gone, "old")).erased
    assert not dispatcher.record("c", "house", Event(K.NEED_ADMITTED, gone, "same day")).erased
    world.clock.pass_by(days=1)
    world.happens(K.PURCHASED, engagement="car")
    again = world.items()["welcome"]
    assert again.key != key
    assert again.channel is Channel.POST
    assert dispatcher.erase("c", at=world.clock()) == 2


class Contended(MemoryJournal):
    """A journal to which somebody else writes before each of some erasures."""

    times = 0

    def commit(self, commit: Commit) -> None:
        """Lose the race a few times."""
        if self.times and commit.erasure is not None:
            self.times -= 1
            raise SequenceError(commit.expected, commit.expected + 1)
        super().commit(commit)


@pytest.mark.parametrize("times", [0, 3, 100])
def test_who_erases_one_engagement_insists_unless_it_counts_on_a_revision(times: int) -> None:
    """It is tried anew as often as others write in between, but not for ever."""
    journal = Contended()
    world = World(journal=journal)
    world.happens(K.PURCHASED, engagement="car")
    dispatcher, gone = world.dispatcher(), Event(K.ERASED, world.clock(), "gone")
    with pytest.raises(SequenceError) as told:
        dispatcher.record("c", "car", gone, expected=7)
    assert (told.value.expected, told.value.actual) == (7, 1)
    journal.times = times
    if times:
        with pytest.raises(SequenceError):
            dispatcher.record("c", "car", gone, expected=1)
    if times == 100:
        journal.times = times
        with pytest.raises(SequenceError):
            dispatcher.record("c", "car", gone)
    assert not journal.tombstones()
    dispatcher.record("c", "car", gone)
    assert len(journal.tombstones()) == 1
    assert journal.customers() == ()


def test_erasing_says_whom_it_does_not_know(empty: Empty) -> None:
    """A mistyped id is refused and leaves nothing; one that was erased before is not."""
    world = lived(empty())
    dispatcher = world.dispatcher()
    with pytest.raises(InvalidError, match=r"erase\.customer: an id of which nothing was ever"):
        dispatcher.erase("C", at=world.clock())
    assert world.journal.read("C") == CustomerRecord("C")
    assert dispatcher.erase("c", at=world.clock()) == 1
    ended = world.journal.read("c")
    assert dispatcher.erase("c", at=world.clock()) == 0
    assert world.journal.read("c") == ended
    gone = Event(K.ERASED, world.clock(), "again")
    assert dispatcher.record("c", "", gone).step.after.standing.name == "ERASED"
    assert world.journal.read("c") == ended


@pytest.mark.no_cover
@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=12))
def test_what_is_kept_after_erasures_is_what_came_after_the_last(
    happenings: list[tuple[int, bool]],
) -> None:
    """In whatever order events of all times and erasures arrive, nothing old comes back."""
    world, last, kept = World(), None, set[str]()
    world.clock.pass_by(days=365)
    dispatcher = world.dispatcher()
    for number, (hour, erases) in enumerate(happenings):
        at = MONDAY + timedelta(hours=hour)
        if erases:
            known = world.journal.read("c").revision > 0
            if known:
                there = bool(kept)
                assert dispatcher.erase("c", at=at) == there
                if there:
                    last, kept = at if last is None else max(last, at), set()
            continue
        told = dispatcher.record("c", "", Event(K.CONTACTED, at, f"e{number}"))
        assert told.erased is (last is not None and at <= last)
        if not told.erased:
            kept.add(f"e{number}")
    found = {e["id"] for one in world.journal.read("c").journeys for e in one.data["events"]}
    assert found == kept
    erasure = world.journal.dossier("c").erasure
    assert (None if erasure is None else erasure.at) == last
    assert erasure is None or isinstance(erasure, Erasure)


def test_the_policy_of_withdrawals_is_that_of_the_new_life() -> None:
    """A purpose that nobody consented to is denied as ever, whether somebody was erased or not."""
    strict = Policy(Limits(service=frozenset()))
    world = World(journal=MemoryJournal(), options={"policy": strict})
    world.happens(K.PURCHASED)
    world.clock.pass_by(days=1)
    world.dispatcher().erase("c", at=world.clock())
    world.clock.pass_by(days=1)
    world.happens(K.PURCHASED)
    assert world.items()["welcome"].reason == "C01"
