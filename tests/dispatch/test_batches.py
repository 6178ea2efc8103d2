"""Many customers side by side: asked and written together, each decided as if it were alone."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.channels import (
    Approval,
    Content,
    HookContext,
    HookOutcome,
    Library,
    Profile,
    Sent,
    digest_of,
)
from cxjourney.channels.policy import Limits, Policy
from cxjourney.dispatch import DispatchError, Recorded
from cxjourney.dispatch._batching._lockstep import BUDGET, Pace  # no clock of a test can set it
from cxjourney.dispatch.journal import (
    AsyncJournal,
    AsyncMemoryJournal,
    Claim,
    Commit,
    Dossier,
    Journal,
    MemoryJournal,
    State,
)
from cxjourney.errors import (
    DecodeError,
    InvalidError,
    JournalError,
    MalformedEventError,
    SequenceError,
)
from cxjourney.playbook import Entered, Opened, Play
from cxjourney.vocabulary import Channel, Event, EventKind, Phase, Purpose
from tests.dispatch.stores import Empty
from tests.dispatch.world import MONDAY, NOTE, Carrier, Clock, World, playbook, profile

K = EventKind
PEOPLE = [f"customer {number}" for number in range(12)]
PERSON = (Channel.FACE_TO_FACE,)


def bought(customer: str, id: str = "bought") -> tuple[str, str, Event]:
    """Return a purchase, which calls for a welcome by e-mail."""
    return customer, "", Event(K.PURCHASED, MONDAY, id)


def asked(customer: str) -> tuple[str, str, Event]:
    """Return a question, which calls for an answer face to face."""
    return customer, "", Event(K.ASKED, MONDAY, "asked", {"question": "?"})


@attrs.define
class Seen:
    """A journal that notes what is asked of it, and can be made to go wrong.

    Attributes:
        journal: the journal.
        calls: what was asked, and of how many at once.
        before: what happens before something is asked together.
    """

    journal: Journal = attrs.field(factory=MemoryJournal)
    calls: list[tuple[str, int]] = attrs.field(factory=list)
    before: Callable[[str], None] = lambda _: None

    def together(self, asked: Sequence[tuple[str, tuple[Any, ...]]]) -> Sequence[object]:
        """As ``Journal.together``."""
        (method,) = {method for method, _ in asked}
        self.before(method)
        self.calls.append((method, len(asked)))
        return self.journal.together(asked)

    def __getattr__(self, method: str) -> Callable[..., Any]:
        """Return any other method."""
        found = getattr(self.journal, method)

        def call(*args: Any, **named: Any) -> Any:
            self.calls.append((method, 1))
            return found(*args, **named)

        return call


def test_a_batch_is_one_read_and_one_write_between_the_calls() -> None:
    """Twelve who wait are read, STARTED, called and closed together; calls keep their order."""
    journal = Seen()
    world = World(journal=journal)
    came = world.dispatcher().record_many(asked(one) for one in PEOPLE)
    assert all(isinstance(one, Recorded) and one.planned for one in came)
    assert journal.calls == [("dossier", 12), ("commit", 12)]
    journal.calls.clear()
    report = world.dispatcher().run()
    assert journal.calls.pop(0) == ("ask_again", 1)
    assert (report.customers, report.handled) == (12, {State.SENT: 12})
    marks = [("mark", 1)] * 12
    read, write, told = ("dossier", 12), ("commit", 12), ("knows", 12)
    ends = [("release", 1), ("claim", 1)]
    assert journal.calls == [("claim", 1), read, write, *marks, told, write, *ends]
    called = [one.intent.customer for one in world.carrier.contexts]
    assert called == sorted(PEOPLE)
    journal.calls.clear()
    world.dispatcher(batch=1).record_many([bought("a"), bought("b")])
    assert world.dispatcher(batch=1).run().handled == {State.SENT: 2}
    assert {count for _, count in journal.calls} == {1}
    assert ("mark", 1) not in journal.calls, "who is alone needs no mark"


def test_hooks_that_honour_the_key_need_no_mark() -> None:
    """What was cut off is called again with the same key."""
    world = World(journal=Seen())
    company = world.dispatcher()
    company.record_many(bought(one) for one in PEOPLE)
    hooks = type(company.settings.hooks)(
        attrs.evolve(one, idempotent=True) for one in company.settings.hooks
    )
    world.dispatcher(hooks=hooks).run()
    assert isinstance(world.journal, Seen)
    assert "mark" not in dict(world.journal.calls)
    assert len(world.carrier.contexts) == 12


@pytest.mark.parametrize("workers", [1, 3])
def test_slow_hooks_are_not_waited_for_by_many(workers: int) -> None:
    """What nobody had time for is put back, judged again, and carried out once."""
    clock, world = Clock(), World()
    world.clock = clock

    def takes_a_second(_: HookContext) -> HookOutcome:
        clock.pass_by(seconds=1)
        return Sent("ok", NOTE)

    world.carrier.says = takes_a_second
    company = world.dispatcher(workers=workers)
    company.record_many(bought(one) for one in PEOPLE)
    report = company.run()
    assert report.handled == {State.SENT: 12}
    assert report.customers == 12
    assert Counter(one.intent.customer for one in world.carrier.contexts) == dict.fromkeys(
        PEOPLE, 1
    )
    assert {one.attempt for one in world.carrier.contexts} == {1}
    began = [one.now for one in world.carrier.contexts]
    assert len(set(began)) > 12 / (workers + 1), "each was judged just before"


def test_a_withdrawal_is_seen_between_the_calls_of_a_batch() -> None:
    """Whoever says no while a hook takes long for somebody else is left in peace."""
    world = World()
    company = world.dispatcher()
    company.record_many(bought(one) for one in PEOPLE)

    def says(context: HookContext) -> HookOutcome:
        if len(world.carrier.contexts) == 1:
            for one in PEOPLE:
                if one != context.intent.customer:
                    word = {"channel": Channel.EMAIL, "purpose": Purpose.AFFIRM}
                    no = Event(K.CONSENT_WITHDRAWN, world.clock.at, "no", word)
                    company.record(one, "", no)
            world.clock.pass_by(seconds=1)
        return Sent("ok", NOTE)

    world.carrier.says = says
    company.run()
    assert {one.channel for one in world.carrier.contexts} == {Channel.EMAIL, Channel.POST}
    by_mail = [one for one in world.carrier.contexts if one.channel is Channel.EMAIL]
    assert len(by_mail) == 1


def test_who_is_refused_is_refused_alone() -> None:
    """Somebody else writes to one of twelve: that one is decided anew, the others are written."""
    world, journal = World(), Seen()
    world.journal = journal

    def between(method: str) -> None:
        if method == "commit":
            journal.before = lambda _: None
            World(journal=journal.journal).happens(K.CONTACTED, PEOPLE[3])

    journal.before = between
    came = world.dispatcher().record_many(bought(one) for one in PEOPLE)
    assert all(isinstance(one, Recorded) for one in came)
    assert ("commit", 12) in journal.calls
    assert journal.calls[-1] == ("commit", 1)
    for one in PEOPLE:
        assert len(world.journal.read(one).outbox) == 1


@attrs.define
class Unreadable(MemoryJournal):
    """A journal in which one customer cannot be read."""

    def __attrs_pre_init__(self) -> None:
        super().__init__()

    def dossier(self, customer: str, event: tuple[str, str] | None = None) -> Dossier:
        """Return a dossier, or refuse."""
        if customer == PEOPLE[5]:
            raise DecodeError("data", "nonsense", "a journey")
        return super().dossier(customer, event)


def test_who_cannot_be_read_stops_nobody_else() -> None:
    """Neither as it is recorded nor as it is carried out."""
    world = World(journal=MemoryJournal())
    world.dispatcher().record_many(bought(one) for one in PEOPLE)
    kept = world.journal
    broken = Unreadable()
    for name in MemoryJournal().__dict__:
        setattr(broken, name, getattr(kept, name))
    world.journal = broken
    came = world.dispatcher().record_many(bought(one, "again") for one in PEOPLE)
    assert [type(one) for one in came] == [
        DecodeError if one == PEOPLE[5] else Recorded for one in PEOPLE
    ]
    with pytest.raises(DispatchError) as told:
        world.dispatcher().run()
    assert len(told.value.exceptions) == 1
    assert told.value.report.handled == {State.SENT: 11}


def test_marks_that_cannot_be_written_keep_the_hook_from_being_called() -> None:
    """Once the database may fail; what fails for good is told, and the hook was not called."""
    failures = {PEOPLE[1]: [JournalError("database", "Gone", "one that answers")]}
    failures[PEOPLE[2]] = [JournalError("database", "Gone", "one that answers")] * 2
    failures[PEOPLE[3]] = [JournalError("Mark", "nonsense", "a mark")]
    told_no: set[str] = set()

    class Failing(MemoryJournal):
        def mark(self, claim: Any, key: str, number: int, last: Any = None) -> bool:
            if failures.get(claim.customer):
                raise failures[claim.customer].pop()
            lost = claim.customer == PEOPLE[4] and key not in told_no
            told_no.add(key)
            return not lost and super().mark(claim, key, number, last)

    world = World(journal=Failing())
    world.dispatcher().record_many(bought(one) for one in PEOPLE[:5])
    with pytest.raises(DispatchError) as told:
        world.dispatcher().run()
    assert [type(one) for one in told.value.exceptions] == [JournalError] * 2
    assert len(world.carrier.contexts) == 3
    world.clock.pass_by(minutes=6)
    assert world.dispatcher().run().handled == {State.SENT: 2}, "nobody has called them"
    assert len(world.carrier.contexts) == 5


def test_a_journal_of_the_least_methods_does() -> None:
    """Without methods for many it is asked one by one; a crash may leave more unknown."""

    class Least:
        def __init__(self) -> None:
            self.journal = MemoryJournal()

        def __getattr__(self, method: str) -> Any:
            if method in {"together", "mark", "marks"}:
                raise AttributeError(method)
            return getattr(self.journal, method)

    world = World()
    world.journal = Least()
    world.dispatcher().record_many(bought(one) for one in PEOPLE)
    assert world.dispatcher().run().handled == {State.SENT: 12}


def test_a_journal_may_inherit_what_it_does_not_do_better() -> None:
    """The methods of the protocols themselves ask one by one, and mark nothing."""
    inner = MemoryJournal()

    class Mine(Journal):
        def __getattribute__(self, method: str) -> Any:
            own = {"together", "mark", "marks", "archive", "since", "__class__"}
            return (
                object.__getattribute__(self, method) if method in own else getattr(inner, method)
            )

    class MineLater(AsyncJournal):
        def __getattribute__(self, method: str) -> Any:
            own = {"together", "mark", "marks", "archive", "since", "__class__"}
            later = object.__getattribute__(self, method)
            return later if method in own else getattr(AsyncMemoryJournal(inner), method)

    journal, later = Mine(), MineLater()  # type: ignore[abstract]
    assert list(journal.together([("knows", ("a", ("", "e"))), ("find", ("k",))])) == [False, None]
    assert journal.mark(Claim("a", 1), "k", 1)
    assert journal.marks(["k"]) == {}
    assert journal.archive(MONDAY).intents == 0
    assert journal.since("a", "", MONDAY) is None
    assert asyncio.run(later.since("a", "", MONDAY)) is None

    async def test() -> None:
        asked = [("knows", ("a", ("", "e"))), ("commit", (Commit("a", 4),))]
        known, refused = await later.together(asked)
        assert known is False
        assert isinstance(refused, SequenceError)
        assert await later.mark(Claim("a", 1), "k", 1)
        assert await later.marks(["k"]) == {}
        assert (await later.archive(MONDAY)).intents == 0

    asyncio.run(test())


def end_at_call(world: World, number: int) -> None:
    """Let the process end at a call of a batch, and the lease run out."""

    def says(_: HookContext) -> HookOutcome:
        if len(world.carrier.contexts) == number:
            raise KeyboardInterrupt
        return Sent("ok", NOTE)

    world.carrier.says = says
    with pytest.raises(KeyboardInterrupt):
        world.dispatcher().run()
    world.clock.pass_by(minutes=6)


def test_what_a_call_said_is_taken_from_its_mark() -> None:
    """The process ends at the third of five calls: two are closed, one is unknown, two are made."""
    world = World(carrier=Carrier())
    world.dispatcher().record_many(asked(one) for one in PEOPLE[:5])

    end_at_call(world, 3)
    report = world.dispatcher().run()
    assert report.handled == {State.SENT: 4, State.UNKNOWN: 1}
    assert Counter(one.intent.customer for one in world.carrier.contexts) == dict.fromkeys(
        PEOPLE[:5], 1
    )
    (kept,) = world.journal.read(PEOPLE[0]).journeys
    assert [event["kind"] for event in kept.data["events"]] == ["asked", "answered"]


@pytest.mark.no_cover
@pytest.mark.parametrize("again", [False, True])
def test_what_a_call_said_is_told_though_something_is_still_to_be_planned(
    empty: Empty, *, again: bool
) -> None:
    """A crash after a call, and a CRM that is down: at the next run the journey knows of both."""
    world, down = World(journal=empty()), [True]
    world.dispatcher().record_many(asked(one) for one in PEOPLE[:2])

    def says(_: HookContext) -> HookOutcome:
        if len(world.carrier.contexts) == 2:
            raise KeyboardInterrupt
        return Sent("ok", NOTE)

    def profiles(customer: str) -> Profile:
        if down:
            raise ConnectionError
        return profile(customer)

    world.carrier.says = says
    with pytest.raises(KeyboardInterrupt):
        world.dispatcher().run()
    world.dispatcher(profiles=profiles).record(*bought(PEOPLE[0]))
    world.clock.pass_by(minutes=6)
    if again:
        with pytest.raises(DispatchError):
            world.dispatcher(profiles=profiles).run()
        world.clock.pass_by(hours=1)
    down.clear()
    world.carrier.says = lambda _: Sent("ok", NOTE)
    report = world.dispatcher(profiles=profiles).run()
    assert report.handled == {State.SENT: 2, State.UNKNOWN: 1}
    assert report.planned == 1
    assert world.states(PEOPLE[0]) == {"answer": State.SENT, "welcome": State.SENT}
    (kept,) = world.journal.read(PEOPLE[0]).journeys
    told = [event["kind"] for event in kept.data["events"]]
    assert sorted(told) == ["answered", "asked", "purchased"]
    assert [one.seq for one in kept.steps if one.seq] == [1, 2, 3]


def test_what_a_call_said_before_a_crash_is_planned_for_and_counted() -> None:
    """It was delivered when the process ended: the next run plans what that calls for."""
    plays = (
        Play("hand_over", Opened("hand_over"), Purpose.ONBOARD, PERSON, tells=K.DELIVERED),
        Play("begin", Entered(Phase.ACTIVATE), Purpose.ONBOARD, PERSON),
    )
    world = World(options={"playbook": playbook(*plays)})
    world.dispatcher().record_many(bought(one) for one in PEOPLE[:2])

    end_at_call(world, 2)
    report = world.dispatcher().run()
    assert world.states(PEOPLE[0]) == {"hand_over": State.SENT, "begin": State.SENT}
    assert report.planned == 1


def once_approved() -> Library:
    """Return a library whose texts one person approved, so that few may get them."""
    digest = digest_of("once")
    return Library(
        Content("welcome", channel, "ann", digest, (Approval("bob", digest),))
        for channel in (Channel.EMAIL, Channel.POST)
    )


@pytest.mark.no_cover
def test_the_audience_of_a_batch_is_counted_as_one_by_one(empty: Empty) -> None:
    """Of twelve at once just as many get a text as were to get it; it does not matter how."""
    limits = Limits(service=frozenset(Purpose), audience_limit=5)
    world = World(journal=empty(), options={"library": once_approved(), "policy": Policy(limits)})
    company = world.dispatcher()
    came = company.record_many(bought(one) for one in PEOPLE)
    planned = [one.planned[0].state for one in came if isinstance(one, Recorded)]
    assert planned == [State.PLANNED] * 5 + [State.WAITING] * 7
    assert company.run().handled == {State.SENT: 5}
    came = company.record_many([bought("late"), bought("later")])
    assert {one.planned[0].state for one in came if isinstance(one, Recorded)} == {State.WAITING}


def test_a_failing_audience_is_told_to_each_that_asked() -> None:
    """Who asks nothing of the kind goes on."""

    class Failing(MemoryJournal):
        def audience(self, *_: Any) -> dict[str, int]:
            raise JournalError("database", "Gone", "one that answers")

    came = (
        World(journal=Failing())
        .dispatcher()
        .record_many([bought("a"), bought("b"), ("c", "", Event(K.CONTACTED, MONDAY, "x"))])
    )
    assert [type(one) for one in came] == [JournalError, JournalError, Recorded]


def test_what_is_no_event_is_refused_alone() -> None:
    """Each place has the error that belongs to it, whatever stands there."""
    told: list[Any] = [
        bought("a"),
        7,
        ("b", ""),
        ("", "", bought("b")[2]),
        (["unhashable"], "", bought("b")[2]),
        ("a", "", "no event"),
        bought("a"),
        ("a", "", Event(K.CONTACTED, MONDAY, "late")),
    ]
    came = World().dispatcher().record_many(told)
    shape, event = InvalidError, MalformedEventError
    assert [type(one) for one in came] == [
        *(Recorded, shape, shape, event, event, event, Recorded, Recorded)
    ]
    first, again = came[0], came[6]
    assert isinstance(first, Recorded)
    assert isinstance(again, Recorded)
    assert (len(first.planned), len(again.planned)) == (1, 0)
    assert World().dispatcher().record_many([]) == []


@pytest.mark.no_cover
def test_more_than_a_page_is_recorded_in_order() -> None:
    """A thousand and more events, of few customers."""
    world = World()
    told = [(PEOPLE[n % 3], "", Event(K.CONTACTED, MONDAY, f"e{n}")) for n in range(1003)]
    came = world.dispatcher().record_many(iter(told))
    assert [one.step.event.id for one in came if isinstance(one, Recorded)] == [
        event.id for _, _, event in told
    ]


KINDS = st.sampled_from([K.CONTACTED, K.PURCHASED, K.RESULT_ACHIEVED, K.ERASED])
LIVES = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["", "car"]), KINDS, st.integers(-2, 2)),
    max_size=12,
)


@pytest.mark.no_cover
@given(lives=LIVES)
def test_many_are_recorded_as_one_by_one(lives: list[tuple[str, str, EventKind, int]]) -> None:
    """The same steps, the same intents, and the same is kept, whatever happened in which order."""
    told = [
        (who, where, Event(kind, MONDAY + timedelta(hours=hours), f"e{number % 7}"))
        for number, (who, where, kind, hours) in enumerate(lives)
    ]
    worlds = World(), World()
    many = worlds[0].dispatcher().record_many(told)
    for one, each in zip(many, told, strict=True):
        if isinstance(one, Recorded):
            assert one.to_dict() == worlds[1].dispatcher().record(*each).to_dict()
        else:
            with pytest.raises(type(one), match=re.escape(str(one))):
                worlds[1].dispatcher().record(*each)
    for who in "abc":
        assert worlds[0].journal.read(who) == worlds[1].journal.read(who)


def test_the_pace_follows_the_hooks() -> None:
    """As many as fill the budget; at least one for each worker, and never more than allowed."""
    pace = Pace(100, workers=2)
    assert pace.size == 100
    for calls, time, size in (
        (100, BUDGET * 2, 50),
        (50, BUDGET / 2, 100),
        (1, timedelta(minutes=1), 2),
        (0, timedelta(seconds=1), 2),
        (2, timedelta(), 100),
        (2, -timedelta(days=1), 100),
    ):
        pace.took(calls, time)
        assert pace.size == size


@pytest.mark.parametrize("batch", [0, True, 1.5])
def test_a_batch_is_a_number(batch: Any) -> None:
    """One or more."""
    with pytest.raises(InvalidError):
        World().dispatcher(batch=batch)
