"""The dispatcher: decide, commit, act."""

import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest

from cxjourney import (
    Channel,
    Event,
    EventKind,
    Lang,
    Migration,
    Phase,
    Purpose,
    derive,
    standard_chart,
)
from cxjourney.channels import (
    Approval,
    Content,
    Deferred,
    Failed,
    HookContext,
    HookOutcome,
    Library,
    Profile,
    Sent,
    Skipped,
    Unknown,
)
from cxjourney.channels.policy import Limits, Policy, Rule, Verdict
from cxjourney.dispatch import DispatchError, OnUnknown, RunReport
from cxjourney.dispatch.journal import Claim, Commit, CustomerRecord, MemoryJournal, State
from cxjourney.errors import (
    InvalidError,
    MalformedEventError,
    NaiveTimeError,
    NotSettledError,
    SequenceError,
)
from cxjourney.playbook import Entered, Opened, Play
from tests.dispatch.world import LIBRARY, MONDAY, NOTE, POLICY, Carrier, World, hooks, playbook
from tests.playbook.books import nearly_due

K = EventKind
BUY: dict[str, Any] = {"amount": Decimal(799)}


class Crash(BaseException):
    """The process is gone."""


def bought(**options: Any) -> World:
    """Return a world where a customer bought just now."""
    world = World(options=options)
    world.happens(K.PURCHASED, **BUY)
    return world


def test_what_happened_calls_for_something_and_is_carried_out_once() -> None:
    """An event plans, a run sends, and a second run finds nothing to do."""
    world = bought()
    assert world.states() == {"welcome": State.PLANNED}
    assert not world.carrier.contexts
    assert world.dispatcher().run() == RunReport(1, {State.SENT: 1})
    assert world.dispatcher().run() == RunReport()
    assert world.carrier.calls == {"welcome": 1}
    (context,) = world.carrier.contexts
    item = world.items()["welcome"]
    assert (context.key, context.attempt, context.channel) == (item.key, 1, Channel.EMAIL)
    assert context.content is LIBRARY.find("welcome", Channel.EMAIL, context.profile.lang)
    assert [event.kind for event in context.history.purchases] == [K.PURCHASED]
    (attempt,) = world.journal.attempts(item.key)
    assert (attempt.number, attempt.outcome) == (1, Sent("ok", NOTE))


def test_the_same_event_again_changes_nothing() -> None:
    """Not a byte is written, and the step of the first time is returned."""
    world = World()
    event = world.happens(K.PURCHASED, **BUY)
    before = world.journal.read("c")
    again = world.dispatcher().record("c", "", event)
    assert (again.step.event, again.planned) == (event, ())
    assert world.journal.read("c") == before


def test_a_step_names_what_it_called_for() -> None:
    """The journal tells of each event which rows applied and which intents it planned."""
    world = bought()
    world.clock.pass_by(minutes=1)
    world.happens(K.ASKED, question="Does it fit?")
    (record,) = world.journal.read("c").journeys
    assert [(one.seq, one.rows, one.place) for one in record.steps] == [
        (1, ("T03",), "AFFIRM"),
        (2, (), "AFFIRM"),
    ]
    keys = {play: item.key for play, item in world.items().items()}
    assert [one.planned for one in record.steps] == [(keys["welcome"],), (keys["answer"],)]


def test_the_journey_is_told_what_was_sent() -> None:
    """An answer that was given meets the obligation; feedback that was asked for is on record."""
    world = World()
    world.happens(K.ASKED, question="Does it fit?")
    world.dispatcher().run()
    journey = world.dispatcher().journey("c")
    assert journey is not None
    assert not journey.owed
    assert journey.history[-1].event.kind is K.ANSWERED
    world.happens(K.PURCHASED, **BUY)
    world.happens(K.RESULT_ACHIEVED)
    world.clock.pass_by(hours=2)
    world.dispatcher().run()
    journey = world.dispatcher().journey("c")
    assert journey is not None
    assert journey.situation.feedback_asked


def test_a_row_waits_its_time() -> None:
    """What is to come an hour later does not come before."""
    world = bought()
    world.happens(K.RESULT_ACHIEVED)
    world.clock.pass_by(minutes=59)
    world.dispatcher().run()
    assert world.states()["ask"] is State.PLANNED
    assert world.dispatcher().next_attention() == MONDAY + timedelta(hours=1)
    world.clock.pass_by(minutes=1)
    world.dispatcher().run()
    assert world.states()["ask"] is State.SENT


def test_what_is_called_for_twice_at_once_is_planned_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever finds it a second time."""
    # Nothing outside can make the clock call for one thing twice.
    attending = "cxjourney.dispatch._across._undecided.nearly_due"
    monkeypatch.setattr(attending, lambda *given: nearly_due(*given) * 2)
    world = World(carrier=Carrier(lambda context: Deferred(context.now + timedelta(days=30))))
    world.happens(K.ASKED, question="Does it fit?")
    world.clock.pass_by(days=6)
    assert world.dispatcher().run().planned == 1


def test_the_clock_alone_calls_for_what_is_nearly_due() -> None:
    """An answer that is not given by two days before it is due calls for help, once."""
    world = World(carrier=Carrier(lambda context: Deferred(context.now + timedelta(days=30))))
    world.happens(K.ASKED, question="Does it fit?")
    world.dispatcher().run()
    world.clock.pass_by(days=5, seconds=1)
    assert world.dispatcher().run().planned == 1
    assert world.states() == {"answer": State.PLANNED, "hurry": State.PLANNED}
    assert world.dispatcher().run() == RunReport()


@pytest.mark.parametrize("engagement", ["", "another"])
def test_a_withdrawal_between_plan_and_send_is_honoured(engagement: str) -> None:
    """Consent is asked about again just before the hook, over all of the customer's journeys."""
    world = bought()
    about: dict[str, Any] = {"channel": Channel.EMAIL, "purpose": Purpose.AFFIRM}
    world.happens(K.CONSENT_WITHDRAWN, engagement=engagement, **about)
    about["channel"] = Channel.POST
    event = Event(K.CONSENT_WITHDRAWN, world.clock(), "no post either", about)
    world.dispatcher().record("c", engagement, event)
    world.dispatcher().run()
    item = world.items()["welcome"]
    assert (item.state, item.reason) == (State.WAITING, "C01")
    assert not world.carrier.contexts


def test_a_withdrawal_while_a_hook_is_about_to_be_called_is_seen() -> None:
    """Whoever writes between the question and the call makes the dispatcher ask again."""
    about = {"channel": Channel.EMAIL, "purpose": Purpose.AFFIRM}

    class Late(MemoryJournal):
        """Somebody withdraws just before STARTED is written for the first time."""

        done = False

        def commit(self, commit: Commit) -> None:
            starts = any(one.state is State.STARTED for one in commit.outbox)
            if starts and not self.done:
                self.done = True
                event = Event(K.CONSENT_WITHDRAWN, world.clock(), "late", about)
                world.dispatcher().record("c", "", event)
            super().commit(commit)

    world = World(journal=Late())
    world.happens(K.PURCHASED, **BUY)
    world.dispatcher().run()
    assert world.carrier.contexts[0].channel is Channel.POST


def test_what_is_moot_by_now_is_not_sent() -> None:
    """An answer that somebody gave meanwhile is not asked for again."""
    world = World()
    world.happens(K.ASKED, question="Does it fit?")
    world.happens(K.ANSWERED)
    world.dispatcher().run()
    item = world.items()["answer"]
    assert (item.state, item.reason) == (State.SKIPPED, "not_owed")


def test_a_log_of_years_sends_nothing() -> None:
    """What happened long ago is planned and skipped as stale, all visible."""
    world = World()
    event = Event(K.PURCHASED, MONDAY - timedelta(days=10), "old", BUY)
    recorded = world.dispatcher().record("c", "", event)
    assert [(one.state, one.reason) for one in recorded.planned] == [(State.SKIPPED, "stale")]


def test_a_late_event_sends_nothing_twice_and_tells_what_is_not_called_for() -> None:
    """The purchase moves to another cycle: the welcome stays the one that it was."""
    world = bought()
    world.dispatcher().run()
    dispatcher, early = world.dispatcher(), MONDAY - timedelta(days=1)
    dispatcher.record("c", "", Event(K.CONTACTED, early, "e1"))
    dispatcher.record("c", "", Event(K.DECLINED, early, "e2"))
    journey = dispatcher.journey("c")
    assert journey is not None
    assert journey.cycle == 2
    dispatcher.run()
    assert world.carrier.calls == {"welcome": 1}
    late = Event(K.DELIVERED, MONDAY, "e3")
    recorded = dispatcher.record("c", "", late)
    assert not recorded.not_called_for
    gone = dispatcher.record("c", "", Event(K.LEFT, MONDAY - timedelta(hours=1), "e4"))
    assert isinstance(gone.not_called_for, tuple)


@pytest.mark.parametrize("error", [ValueError("Rich"), TimeoutError(), StopIteration()])
def test_a_hook_that_raises_stops_nobody(error: Exception) -> None:
    """Its intent is unknown and stays visible; the others are carried out; nothing is retried."""

    def says(context: HookContext) -> HookOutcome:
        if context.intent.play == "welcome":
            raise error
        return Sent("ok", NOTE)

    world = World(carrier=Carrier(says))
    world.happens(K.PURCHASED, **BUY)
    world.happens(K.ASKED, question="?")
    world.happens(K.PURCHASED, "d", **BUY)
    report = world.dispatcher().run()
    assert report.handled == {State.SENT: 1, State.UNKNOWN: 2}
    letters = world.dispatcher().dead_letters()
    assert [(one.intent.play, one.reason) for one in letters] == [
        ("welcome", f"raised_{type(error).__name__}")
    ] * 2
    world.clock.pass_by(days=1)
    world.dispatcher().run()
    assert world.carrier.calls == {"welcome": 2, "answer": 1}
    assert "Rich" not in repr(world.journal.read("c"))


@pytest.mark.parametrize("options", [{"idempotent": True}, {}])
def test_what_is_unknown_is_repeated_only_where_that_is_harmless_or_wanted(
    options: dict[str, bool],
) -> None:
    """A hook that honours the key is called again under the same key, with growing waits."""
    failing = Carrier(lambda context: Unknown("lost") if context.attempt < 3 else Sent())
    on_unknown = OnUnknown.KEEP if options else OnUnknown.RETRY
    world = World(carrier=failing)
    world.options = {"hooks": hooks(failing, **options), "on_unknown": on_unknown}
    world.happens(K.PURCHASED, **BUY)
    for minutes in (0, 1, 2):
        world.clock.pass_by(minutes=minutes)
        world.dispatcher().run()
    assert world.states() == {"welcome": State.SENT}
    assert len({context.key for context in failing.contexts}) == 1
    assert [context.attempt for context in failing.contexts] == [1, 2, 3]


def test_a_channel_that_fails_for_good_hands_over() -> None:
    """The letter goes out at once, through the policy again."""
    world = World(
        carrier=Carrier(
            lambda context: Failed("no_address") if context.channel is Channel.EMAIL else Sent()
        )
    )
    world.happens(K.PURCHASED, **BUY)
    world.dispatcher().run()
    assert [context.channel for context in world.carrier.contexts] == [Channel.EMAIL, Channel.POST]
    assert world.states() == {"welcome": State.SENT}


def test_a_crash_leaves_a_trace_and_its_lease_runs_out() -> None:
    """BaseException passes through; nobody else acts before the lease is over; then it is known."""

    def dies(_: HookContext) -> HookOutcome:
        raise Crash

    world = World(carrier=Carrier(dies))
    world.happens(K.PURCHASED, **BUY)
    with pytest.raises(Crash):
        world.dispatcher().run()
    assert world.states() == {"welcome": State.STARTED}
    assert world.dispatcher().run() == RunReport()
    world.clock.pass_by(minutes=6)
    assert world.dispatcher().run().handled == {State.UNKNOWN: 1}
    item = world.items()["welcome"]
    assert (item.reason, item.attempts) == ("crashed", 1)


def test_a_slow_hook_that_was_given_up_may_still_tell_the_truth() -> None:
    """Its outcome comes after another dispatcher took over, and resolves what was unknown."""
    world = World()
    other = World(journal=world.journal, clock=world.clock)

    def slow(_: HookContext) -> HookOutcome:
        world.clock.pass_by(minutes=6)
        assert other.dispatcher().run().handled == {State.UNKNOWN: 1}
        return Sent("late")

    world.carrier.says = slow
    world.happens(K.PURCHASED, **BUY)
    world.dispatcher().run()
    assert world.states() == {"welcome": State.SENT}
    assert not other.carrier.contexts


def test_a_slow_hook_whose_intent_was_tried_again_changes_nothing_any_more() -> None:
    """What the second attempt said stands."""
    world = World()
    other = World(journal=world.journal, clock=world.clock)
    other.options = {"hooks": hooks(other.carrier, idempotent=True)}

    def slow(_: HookContext) -> HookOutcome:
        world.clock.pass_by(minutes=6)
        other.dispatcher().run()
        world.clock.pass_by(minutes=2)
        assert other.dispatcher().run().handled == {State.SENT: 1}
        return Failed("too_late")

    world.carrier.says = slow
    world.happens(K.PURCHASED, **BUY)
    world.dispatcher().run()
    item = world.items()["welcome"]
    assert (item.state, item.attempts) == (State.SENT, 2)
    told = [(one.number, one.outcome) for one in world.journal.attempts(item.key)]
    assert told == [(1, Unknown("crashed")), (2, Sent("ok", NOTE)), (1, Failed("too_late"))]


def test_a_customer_who_is_erased_while_a_hook_is_at_work_stays_erased() -> None:
    """Its outcome finds nothing to be written to."""
    world = World()

    def erasing(_: HookContext) -> HookOutcome:
        assert world.dispatcher().erase("c", at=world.clock()) == 1
        return Sent()

    world.carrier.says = erasing
    world.happens(K.PURCHASED, **BUY)
    assert world.dispatcher().run().erased == 1
    assert world.journal.read("c") == CustomerRecord("c", 4)
    (left,) = world.journal.tombstones()
    assert left.intents == {"email affirm started": 1}


def test_erasing_forgets_all_of_a_customer_or_one_journey() -> None:
    """Intents go with the journey; what is not there cannot be erased."""
    world = bought()
    world.happens(K.PURCHASED, engagement="sofa", **BUY)
    dispatcher = world.dispatcher()
    erased = dispatcher.record("c", "sofa", Event(K.ERASED, MONDAY, "gone"))
    assert erased.step.after.standing.name == "ERASED"
    assert [one.engagement for one in world.journal.read("c").journeys] == [""]
    assert dispatcher.erase("c", at=MONDAY) == 1
    assert dispatcher.erase("c", at=MONDAY) == 0
    assert not dispatcher.record("c", "", Event(K.ERASED, MONDAY, "gone")).planned
    assert world.journal.read("c") == CustomerRecord("c", 4)
    assert dispatcher.journey("c") is None
    assert dispatcher.next_attention() is None
    assert dispatcher.run() == RunReport()
    assert [sum(one.intents.values()) for one in world.journal.tombstones()] == [1, 1]


def test_two_who_decide_on_the_same_revision_get_one_winner() -> None:
    """The loser is told; without an expectation it decides anew."""
    world = bought()
    dispatcher, revision = world.dispatcher(), world.journal.read("c").revision
    first, second = Event(K.DOUBTED, MONDAY, "one"), Event(K.DOUBTED, MONDAY, "two")
    dispatcher.record("c", "", first, expected=revision)
    with pytest.raises(SequenceError) as caught:
        dispatcher.record("c", "", second, expected=revision)
    assert (caught.value.expected, caught.value.actual) == (revision, revision + 1)
    dispatcher.record("c", "", second)
    journey = dispatcher.journey("c")
    assert journey is not None
    assert journey.seq == 3


class Contended(MemoryJournal):
    """A journal to which somebody else writes before each of some commits."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def commit(self, commit: Commit) -> None:
        """Lose the race a few times."""
        if self.times:
            self.times -= 1
            raise SequenceError(commit.expected, commit.expected + 1)
        super().commit(commit)


@pytest.mark.parametrize("times", [1, 99, 100])
def test_who_loses_the_race_decides_anew_but_not_for_ever(times: int) -> None:
    """An event, an erasure and a letter are written as soon as there is room."""
    journal = Contended(0)
    world = World(journal=journal)
    world.happens(K.PURCHASED, **BUY)
    world.carrier.says = lambda _: Failed("gone")
    dispatcher = world.dispatcher()
    dispatcher.run()
    key = world.items()["welcome"].key

    def attempt(action: Any) -> None:
        journal.times = times
        if times < 100:
            action()
            return
        with pytest.raises(SequenceError):
            action()
        journal.times = 0
        action()

    attempt(lambda: dispatcher.redrive(key))
    attempt(lambda: dispatcher.record("c", "", Event(K.DOUBTED, MONDAY, "d")))
    attempt(lambda: dispatcher.erase("c", at=MONDAY))


def test_a_lost_claim_ends_the_work() -> None:
    """Whoever finds that somebody else holds the customer leaves the rest to them."""
    world = bought()
    world.happens(K.ASKED, question="?")

    def taken(_: HookContext) -> HookOutcome:
        world.clock.pass_by(minutes=6)
        (claim,) = world.journal.claim(world.clock(), world.clock() + timedelta(minutes=5), 9)
        assert isinstance(claim, Claim)
        return Sent("ok", NOTE)

    world.carrier.says = taken
    assert world.dispatcher().run().handled == {State.SENT: 1}
    assert world.states() == {"welcome": State.PLANNED, "answer": State.SENT}


def test_a_stale_claim_does_nothing() -> None:
    """A claim that was taken over before any work began is left alone."""

    class Stale(MemoryJournal):
        """Hands out claims that are over already."""

        def claim(self, now: datetime, until: datetime, limit: int) -> tuple[Claim, ...]:
            return tuple(
                Claim(one.customer, one.number - 1) for one in super().claim(now, until, limit)
            )

    world = World(journal=Stale())
    world.happens(K.PURCHASED, **BUY)
    assert world.dispatcher().run() == RunReport(1)
    assert not world.carrier.contexts


def test_one_customer_in_trouble_stops_nobody_else() -> None:
    """The others are attended to; the trouble is raised at the end, with the report."""

    def profiles(customer: str) -> Profile:
        if customer == "b":
            raise LookupError("no such file")
        return Profile()

    world = World()
    for customer in "abc":
        world.happens(K.PURCHASED, customer, **BUY)
    with pytest.raises(DispatchError) as caught:
        world.dispatcher(profiles=profiles).run()
    assert caught.value.report.customers == 2
    assert [type(one) for one in caught.value.exceptions] == [LookupError]
    lookups, rest = caught.value.split(LookupError)
    assert isinstance(lookups, DispatchError)
    assert rest is None
    assert lookups.report == caught.value.report
    assert world.dispatcher().run() == RunReport()
    world.clock.pass_by(minutes=6)
    assert world.dispatcher().run().customers == 1


@pytest.mark.no_cover
def test_a_limit_is_kept() -> None:
    """No more customers are attended to than asked for."""
    world = World()
    for number in range(30):
        world.happens(K.PURCHASED, f"c{number:02}", **BUY)
    assert world.dispatcher().run(limit=5).customers == 5
    assert world.dispatcher().run(limit=21).customers == 21
    assert world.dispatcher().run().customers == 4
    assert world.dispatcher().run(limit=0) == RunReport()


def test_several_workers_attend_side_by_side_and_in_order_within_a_customer() -> None:
    """Two customers are in their hooks at the same moment; each one's intents come in order."""
    both = threading.Barrier(2, timeout=10)
    order: dict[str, list[str]] = {"a": [], "b": []}

    def says(context: HookContext) -> HookOutcome:
        both.wait()
        order[context.intent.customer].append(context.intent.play)
        return Sent("ok", NOTE)

    world = World(carrier=Carrier(says))
    for customer in "ab":
        world.happens(K.PURCHASED, customer, **BUY)
        world.happens(K.ASKED, customer, question="?")
    assert world.dispatcher(workers=2).run().handled == {State.SENT: 4}
    assert order == {"a": ["answer", "welcome"], "b": ["answer", "welcome"]}


@pytest.mark.parametrize("workers", [0, -1, 1.5, True])
def test_a_number_of_workers_that_makes_no_sense_is_refused(workers: Any) -> None:
    """At least one works."""
    with pytest.raises(InvalidError):
        World().dispatcher(workers=workers)


def test_a_hook_is_given_up_after_its_timeout() -> None:
    """Nobody knows what it did; a quick one is not troubled; what it raises counts as raised."""
    never = threading.Event()

    def stuck(_: HookContext) -> HookOutcome:
        never.wait(30)
        return Sent()

    world = World(carrier=Carrier(stuck))
    quick = timedelta(milliseconds=20)
    world.options = {"hooks": hooks(world.carrier, timeout=quick)}
    world.happens(K.PURCHASED, **BUY)
    world.dispatcher().run()
    never.set()
    assert world.items()["welcome"].reason == "timed_out"
    assert world.carrier.contexts[0].timeout == quick
    world.options = {"hooks": hooks(world.carrier, timeout=timedelta(minutes=1))}
    world.carrier.says = lambda _: Sent()
    world.happens(K.PURCHASED, "b", **BUY)
    world.dispatcher().run()
    assert world.states("b") == {"welcome": State.SENT}

    def raises(_: HookContext) -> HookOutcome:
        raise OSError

    world.carrier.says = raises
    world.happens(K.PURCHASED, "d", **BUY)
    world.dispatcher().run()
    assert world.items("d")["welcome"].reason == "raised_OSError"


def test_the_policy_defers_to_its_moment() -> None:
    """A cap puts it off to the customer's next morning; then it goes out."""
    policy = Policy(Limits(service=frozenset(Purpose)))
    world = World(options={"policy": policy})
    world.happens(K.PURCHASED, **BUY)
    world.happens(K.PURCHASED, engagement="sofa", **BUY)
    world.dispatcher().run()
    sofa = world.journal.read("c").outbox[1]
    assert (sofa.state, sofa.channel) == (State.SENT, Channel.POST)  # the fallback was free
    world.happens(K.PURCHASED, engagement="lamp", **BUY)
    lamp = world.journal.read("c").outbox[2]
    morning = datetime(2026, 3, 3, 6, tzinfo=UTC)
    assert (lamp.state, lamp.next_at, lamp.reason) == (State.PLANNED, morning, "C08")
    world.clock.at = morning
    world.dispatcher().run()
    assert world.journal.read("c").outbox[2].state is State.SENT


def test_a_rule_that_fails_lets_nothing_out_and_loses_nothing() -> None:
    """The fact is recorded, and planned for once the rule is mended; a run leaves the rest."""

    def judge(_: object, __: object) -> Verdict:
        raise KeyError("Rich")

    broken = POLICY.with_rule(Rule("Z01", judge))
    world = World(options={"policy": broken})
    world.happens(K.PURCHASED, **BUY)
    assert not world.states()
    with pytest.raises(DispatchError):
        world.dispatcher().run()
    world.clock.pass_by(minutes=6)
    world.dispatcher(policy=POLICY).run()
    assert world.states() == {"welcome": State.SENT}
    world = bought()
    with pytest.raises(DispatchError) as caught:
        world.dispatcher(policy=broken).run()
    assert [type(one) for one in caught.value.exceptions] == [InvalidError]
    assert world.states() == {"welcome": State.PLANNED}
    assert not world.carrier.contexts


def test_a_changed_template_stops_what_was_planned() -> None:
    """Approved when it was planned, rewritten since: nobody gets it."""
    world = bought()
    told = Content("welcome", Channel.EMAIL, "ann", "new", (Approval("bob", "old"),))
    world.dispatcher(library=Library([told])).run()
    item = world.items()["welcome"]
    assert (item.state, item.reason) == (State.WAITING, "C04")


def test_letters_are_driven_again_or_settled_by_somebody_who_knows() -> None:
    """Each from the states that allow it; the journey is told what is said to be sent."""
    world = World(carrier=Carrier(lambda context: Deferred(context.now + timedelta(days=1))))
    world.happens(K.ASKED, question="?")
    dispatcher = world.dispatcher()
    dispatcher.run()
    key = world.items()["answer"].key
    with pytest.raises(InvalidError, match="note"):
        dispatcher.resolve(key, Sent())
    for said in (Deferred(MONDAY), Unknown("?"), Failed("x", retryable=True), "sent"):
        with pytest.raises(InvalidError, match="outcome"):
            dispatcher.resolve(key, said)  # type: ignore[arg-type]
    assert dispatcher.resolve(key, Sent(note="the colour was unclear")).state is State.SENT
    journey = dispatcher.journey("c")
    assert journey is not None
    assert not journey.owed
    with pytest.raises(NotSettledError, match="is sent"):
        dispatcher.resolve(key, Sent(note="again"))
    with pytest.raises(NotSettledError, match="is sent"):
        dispatcher.redrive(key)
    with pytest.raises(NotSettledError, match="not in the journal"):
        dispatcher.redrive("nothing")
    world.happens(K.PURCHASED, "d", **BUY)
    other = world.items("d")["welcome"].key
    assert dispatcher.resolve(other, Failed("gave_up")).state is State.FAILED
    assert dispatcher.resolve(other, Skipped("never_mind")).state is State.SKIPPED


def test_a_deferral_by_a_hook_to_the_past_waits_a_little() -> None:
    """Else it would be called for ever."""
    world = World(carrier=Carrier(lambda context: Deferred(context.now)))
    world.happens(K.PURCHASED, **BUY)
    world.dispatcher().run()
    assert world.carrier.calls == {"welcome": 1}
    assert world.items()["welcome"].next_at == MONDAY + timedelta(minutes=1)


def test_a_naive_clock_is_refused() -> None:
    """Aware datetimes only."""
    world = bought()
    with pytest.raises(NaiveTimeError):
        world.dispatcher(clock=lambda: datetime(2026, 1, 1)).run()  # noqa: DTZ001 - on purpose


@pytest.mark.parametrize(
    "wrong",
    [
        {"clock": MONDAY},
        {"playbook": "standard"},
        {"policy": None},
        {"hooks": {}},
        {"profiles": {}},
        {"lease": timedelta()},
        {"migrations": ["x"]},
        {"library": []},
        {"on_unknown": "keep"},
    ],
)
def test_settings_of_another_type_are_refused(wrong: dict[str, Any]) -> None:
    """Each names its field."""
    with pytest.raises(InvalidError) as caught:
        World().dispatcher(**wrong)
    assert caught.value.field in wrong


def test_wrong_ids_are_refused_and_nothing_is_written() -> None:
    """A customer without an id is none."""
    world = World()
    with pytest.raises(ValueError, match="customer"):
        world.dispatcher().record("", "", Event(K.CONTACTED, MONDAY, "e"))
    with pytest.raises(MalformedEventError, match="str of 6 characters; expected an Event"):
        world.dispatcher().record("c", "", "bought")  # type: ignore[arg-type]
    assert list(world.journal.customers()) == []


def test_reports_read_well() -> None:
    """A report says in one line what was done."""
    idle = "Customers attended to: 0; contacts planned: 0; nothing to do."
    assert str(RunReport()) == idle
    done = RunReport(2, {State.UNKNOWN: 1, State.SENT: 3, State.FAILED: 0}, 1)
    assert str(done) == "Customers attended to: 2; contacts planned: 1; sent 3, not known 1."
    estonian = "Teenindatud kliente: 2; kavandatud kontakte: 1; saadetud 3, teadmata 1."
    assert done.explain(Lang.ET) == estonian


def test_a_play_may_be_told_by_a_kind_without_an_obligation() -> None:
    """A kind that the journey's chart does not have is not told."""
    plays = (
        Play(
            "loyal",
            Entered(Phase.AFFIRM),
            Purpose.LOYALTY,
            (Channel.FACE_TO_FACE,),
            tells=K.LOYALTY_CONFIRMED,
        ),
        Play(
            "promise",
            Opened("affirm_decision"),
            Purpose.AFFIRM,
            (Channel.FACE_TO_FACE,),
            tells=K.FULFILLED,
        ),
    )
    world = World(options={"playbook": playbook(*plays)})
    world.happens(K.PURCHASED, **BUY)
    world.dispatcher().run()
    journey = world.dispatcher().journey("c")
    assert journey is not None
    assert {step.event.kind for step in journey.history} >= {K.LOYALTY_CONFIRMED, K.FULFILLED}
    assert "affirm_decision" not in {one.rule for one in journey.owed}


def test_a_journey_in_flight_moves_to_a_changed_chart_and_nothing_is_sent_twice() -> None:
    """The migration is applied when it is read, and stored with the next event."""
    world = bought()
    world.dispatcher().run()
    changed = derive(standard_chart(), key="ours", version=1, silence={Phase.AFFIRM: timedelta(99)})
    book = attrs.evolve(playbook(), version=2, chart=changed)
    migration = Migration(standard_chart(), changed)
    dispatcher = world.dispatcher(playbook=book, migrations=[migration])
    journey = dispatcher.journey("c")
    assert journey is not None
    assert journey.chart is changed
    assert not dispatcher.record("c", "", Event(K.DOUBTED, world.clock(), "d")).planned
    (kept,) = world.journal.read("c").journeys
    assert kept.data["chart"] == changed.ref._asdict()
    dispatcher.run()
    assert world.carrier.calls == {"welcome": 1}
    unmoved = world.dispatcher(playbook=attrs.evolve(book, version=3)).journey("c")
    assert unmoved is not None
    assert unmoved.chart is changed


def test_who_is_affected_by_a_new_playbook_is_told_before_it_is_used() -> None:
    """Those whose intents still wait; what was sent is not touched, and nothing is written."""
    world = World()
    for customer in ("a", "b", "c"):
        world.happens(K.PURCHASED, customer, **BUY)
        if customer == "a":
            world.dispatcher().run()
    before = [world.journal.read(customer) for customer in "abc"]
    report = world.dispatcher().affected_by(playbook().without("welcome"))
    assert [one.customer for one in report.customers] == ["b", "c"]
    assert {one.reason for seen in report.customers for one in seen.waiting} == {"row_gone"}
    assert [world.journal.read(customer) for customer in "abc"] == before
    world.dispatcher(playbook=playbook().without("welcome")).run()
    assert world.carrier.calls == {"welcome": 1}
    assert world.states("b") == {"welcome": State.SKIPPED}


def test_a_chart_that_is_registered_nowhere_else_serves() -> None:
    """The playbook's own chart is the one that its journeys are read with."""
    ours = attrs.evolve(standard_chart(), key="nowhere")
    world = World(options={"playbook": attrs.evolve(playbook(), chart=ours)})
    world.happens(K.PURCHASED, **BUY)
    world.dispatcher().run()
    assert world.states() == {"welcome": State.SENT}


def test_a_late_fact_that_renumbers_the_cycle_leaves_no_duty_behind() -> None:
    """The answer meets the question under the name that it has by now."""
    world = World()
    world.happens(K.ASKED, question="?")
    dispatcher, early = world.dispatcher(), MONDAY - timedelta(days=1)
    for number, kind in enumerate((K.CONTACTED, K.DECLINED, K.CONTACTED)):
        dispatcher.record("c", "", Event(kind, early + timedelta(hours=number), f"e{number}"))

    def questions() -> list[int]:
        journey = dispatcher.journey("c")
        assert journey is not None
        return [one.cycle for one in journey.owed if one.rule == "answer"]

    assert questions() == [2]
    dispatcher.run()
    assert world.states() == {"answer": State.SENT}
    assert questions() == []


def test_a_task_inside_the_company_is_no_contact() -> None:
    """Neither consent nor caps are asked about, and it counts for none."""
    chores = [
        Play(name, Opened("hand_over"), Purpose.CONFIRM, (Channel.FACE_TO_FACE,), internal=True)
        for name in ("one", "two", "three", "four")
    ]
    world = World(options={"playbook": playbook(*chores), "policy": Policy()})
    world.happens(K.PURCHASED, **BUY)
    world.dispatcher().run()
    assert set(world.states().values()) == {State.SENT}
    assert [one.contact for one in world.items().values()] == [None] * 4
