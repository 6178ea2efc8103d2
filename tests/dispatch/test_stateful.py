"""A machine of Hypothesis that does everything to dispatch that may happen to it.

Two dispatchers share a journal; each may stop at any request, and be lost there. Carriers fail,
lie, ramble, deliver twice, and take so long that a lease runs out. Clocks go both ways, consent is
withdrawn at any moment, customers are erased, and people look after dead letters. What must never
happen is checked at every write (``tests.dispatch.watching``), and after every step.
"""

from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from cxjourney.channels import Failed, Hook, HookOutcome, HookSet, Library, Sent, Skipped
from cxjourney.channels.policy import Limits, Policy
from cxjourney.dispatch import Dispatcher
from cxjourney.dispatch.journal import OutboxItem, State
from cxjourney.errors import InvalidError
from cxjourney.journey import Journey
from cxjourney.playbook import Entered, NearlyDue, Opened, Play
from cxjourney.vocabulary import Channel, Event, EventKind, Phase, Purpose
from tests.dispatch.crashing import Crash
from tests.dispatch.turns import Worker, attending
from tests.dispatch.watching import Carriers, Mood, WatchedJournal
from tests.dispatch.world import MONDAY, TALLINN, content, playbook, profile
from tests.playbook.books import Decided, calls

K, P = EventKind, Purpose
EMAIL, TEXT, POST, PERSON = Channel.EMAIL, Channel.TEXT, Channel.POST, Channel.FACE_TO_FACE
PLAYBOOK = playbook(
    Play("hello", Entered(Phase.ASSESS), P.INFORM, (POST, EMAIL), "welcome"),
    Play("welcome", Entered(Phase.AFFIRM), P.AFFIRM, (EMAIL, POST), "welcome"),
    Play("answer", Opened("answer"), P.ANSWER, (EMAIL,), "ask", tells=K.ANSWERED),
    Play("hurry", NearlyDue("answer", timedelta(days=2)), P.ANSWER, (PERSON,), tells=K.ANSWERED),
    Play("affirm", Opened("affirm_decision"), P.AFFIRM, (TEXT,), "ask", tells=K.REASSURED),
    Play("hand_over", Opened("hand_over"), P.ONBOARD, (PERSON,), tells=K.FULFILLED),
    Play("sorry", Opened("acknowledge"), P.APOLOGISE, (POST, EMAIL), "ask", tells=K.ANSWERED),
    Play("back", Opened("personal_contact"), P.INFORM, (PERSON, EMAIL), "welcome"),
)
LIBRARY = Library(content(id, one) for id in ("welcome", "ask") for one in (EMAIL, TEXT, POST))
POLICY = Policy(Limits(service=frozenset(P), zone=TALLINN))
LEASE = timedelta(minutes=5)
HONEST = frozenset({EMAIL, TEXT})
CUSTOMERS = st.sampled_from(["anna", "bert"])
KINDS = (K.ASKED, K.ASKED, K.CONTACTED, K.PURCHASED, K.COMPLAINED, K.REASSURED, K.LEFT)
TIMES = st.sampled_from(
    [timedelta(minutes=m) for m in (1, 5, 6, 60, 24 * 60, 5 * 24 * 60, 31 * 24 * 60)]
)
MOODS = st.sampled_from((Mood.WELL, *Mood))
LAST_WORDS: tuple[HookOutcome, ...] = (Sent(note="by hand"), Skipped("in_vain"), Failed("gone"))


class Dispatching(RuleBasedStateMachine):
    """Does everything to dispatch that may happen to it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = MONDAY
        self.events = 0
        self.told: dict[str, set[str]] = {"anna": set(), "bert": set()}
        self.erased: dict[str, datetime] = {}
        self.keys: dict[str, set[str]] = {"anna": set(), "bert": set()}
        self.carriers = Carriers(HONEST, self.take)
        self.journal = WatchedJournal(LEASE, TALLINN, POLICY.limits.solicited)
        self.seen: dict[str, int] = {}
        self.at_work: list[Worker] = []
        hooks: HookSet[Hook] = HookSet()
        for channel in (EMAIL, TEXT, POST, PERSON):
            honest = channel in HONEST
            hooks = hooks.on(channel, self.carriers.carry, idempotent=honest, timeout=None)
        self.dispatcher = Dispatcher(
            self.journal,
            playbook=PLAYBOOK,
            policy=POLICY,
            hooks=hooks,
            clock=lambda: self.now,
            library=LIBRARY,
            profiles=profile,
            lease=LEASE,
        )

    def take(self, time: timedelta) -> None:
        """Let time pass."""
        self.now += time

    def record(self, customer: str, kind: EventKind, at: datetime, **payload: object) -> None:
        """Record an event that is new; its intents are the journal's by then."""
        self.events += 1
        event = Event(kind, at, f"event {self.events}", payload)
        erased = self.erased.get(customer)
        recorded = self.dispatcher.record(customer, "", event)
        assert recorded.erased is (erased is not None and at <= erased)
        if recorded.erased:
            return
        self.told[customer].add(event.id)
        kept = {one.key for one in self.journal.read(customer).outbox}
        assert {one.key for one in recorded.planned} <= kept
        again = self.dispatcher.record(customer, "", event)
        assert (again.planned, again.step.seq) == ((), recorded.step.seq)

    @rule(customer=CUSTOMERS, kind=st.sampled_from(KINDS), late=st.sampled_from((0, 0, 3, 60)))
    def happens(self, customer: str, kind: EventKind, late: int) -> None:
        """Something happens, or turns out late."""
        payload = {"question": "?"} if kind is K.ASKED else {}
        self.record(customer, kind, self.now - timedelta(hours=late), **payload)

    @rule(
        customer=CUSTOMERS,
        which=st.integers(0, 1),
        kind=st.sampled_from((K.CONSENT_WITHDRAWN, K.CONSENT_WITHDRAWN, K.CONSENT_GIVEN)),
    )
    def wants_no_more(self, customer: str, which: int, kind: EventKind) -> None:
        """A customer withdraws consent for just what waits to be sent, or may have been."""
        outbox = self.journal.read(customer).outbox
        waiting = [one for one in outbox if one.state.waits]
        waiting.sort(key=lambda one: one.unsure_at is None)
        for one in waiting[which : which + 1]:
            about = {"channel": one.channel, "purpose": one.intent.purpose}
            self.record(customer, kind, self.now, **about)

    @rule(age=TIMES)
    def it_is_archived(self, age: timedelta) -> None:
        """What was closed for some time goes out of the way."""
        self.journal.archive(self.now - age)

    @rule()
    def its_time_comes(self) -> None:
        """Time passes until there is something to do."""
        attention = self.dispatcher.next_attention()
        if attention is not None and attention - self.now < timedelta(days=10):
            self.now = max(self.now, attention)

    @precondition(lambda self: self.at_work)
    @rule(mood=MOODS)
    def one_takes_too_long(self, mood: Mood) -> None:
        """A dispatcher's time runs out, and another one takes over."""
        self.take(timedelta(minutes=6))
        self.runs(mood)

    @rule(time=TIMES, back=st.sampled_from((False, False, True)))
    def clock_moves(self, time: timedelta, back: bool) -> None:
        """Time passes, or the clock is set back."""
        self.take(-time if back else time)

    @precondition(lambda self: len(self.at_work) < 2)
    @rule(
        customer=CUSTOMERS, kind=st.sampled_from(KINDS), acts=st.sampled_from((0, 1, 1)), mood=MOODS
    )
    def one_begins(self, customer: str, kind: EventKind, acts: int, mood: Mood) -> None:
        """Something happens; a dispatcher claims a customer, and may go on until it has acted."""
        self.happens(customer, kind, 0)
        worker = attending(self.dispatcher)
        if worker.held is not None:
            self.at_work.append(worker)
            self.carriers.mood = mood
            self.let_go_on(len(self.at_work) - 1, calls=acts)

    @precondition(lambda self: self.at_work)
    @rule(which=st.integers(0, 1), turns=st.integers(1, 12), mood=MOODS)
    def one_goes_on(self, which: int, turns: int, mood: Mood) -> None:
        """A dispatcher goes on for a while."""
        self.carriers.mood = mood
        self.let_go_on(which, turns=turns)

    def let_go_on(self, which: int, turns: int = 100, calls: int = 100) -> None:
        """Let a dispatcher go on; it lets go of its customer when it came to an end."""
        worker = self.at_work[which % len(self.at_work)]
        enough = worker.calls + calls
        try:
            for _ in range(turns):
                if worker.calls < enough:
                    worker.go_on()
        except Crash:
            self.at_work.remove(worker)
            return
        if worker.outcome is not None:
            if isinstance(worker.outcome, Exception):
                raise worker.outcome
            self.at_work.remove(worker)

    @precondition(lambda self: self.at_work)
    @rule(which=st.integers(0, 1))
    def one_is_lost(self, which: int) -> None:
        """A dispatcher is lost in the midst of it."""
        del self.at_work[which % len(self.at_work)]

    @rule(mood=MOODS)
    def runs(self, mood: Mood) -> None:
        """A dispatcher does all that is due; then nothing is, at this moment."""
        self.carriers.mood = mood
        try:
            self.dispatcher.run()
        except Crash:
            return
        attention = self.dispatcher.next_attention()
        assert attention is None or attention > self.now

    @rule(customer=CUSTOMERS, draw=st.integers(0, 5))
    def is_erased(self, customer: str, draw: int) -> None:
        """A customer is forgotten; whoever comes again under the same id is somebody new."""
        if draw:
            return  # else it happens too often for anything to come of what was told
        record = self.journal.read(customer)
        if not record.revision:
            with pytest.raises(InvalidError, match="nothing was ever kept"):
                self.dispatcher.erase(customer, at=self.now)
            return
        for one in record.outbox:
            self.carriers.excused[one.key] += one.state is State.STARTED  # it is on its way
        self.dispatcher.erase(customer, at=self.now)
        keys = {one.key for one in record.outbox}
        assert keys.isdisjoint(self.keys[customer]), "whoever came back had keys of another"
        self.keys[customer] |= keys
        if record.journeys:
            self.erased[customer] = max(self.now, self.erased.get(customer, self.now))
        self.take(timedelta(seconds=1))
        for worker in tuple(self.at_work):
            if worker.held is not None and worker.held.customer == customer:
                self.let_go_on(self.at_work.index(worker))
        self.carriers.delivered.pop(customer, None)
        self.told[customer].clear()
        self.seen.pop(customer, None)
        assert self.journal.read(customer).journeys == self.journal.read(customer).outbox == ()
        assert customer not in self.journal.customers()

    @rule(again=st.booleans(), outcome=st.sampled_from(LAST_WORDS))
    def somebody_looks_after_it(self, again: bool, outcome: HookOutcome) -> None:
        """A dead letter is driven again, or somebody settles it, rightly or wrongly.

        Where there is none, somebody does by hand what still waits.
        """
        letters = self.dispatcher.dead_letters(limit=1)
        for item in letters or self.journal.outbox([State.PLANNED], limit=1):
            again &= item.state.is_dead_letter
            self.somebody_says(item, outcome, again=again)
            if again:
                assert self.dispatcher.redrive(item.key).state is State.PLANNED
            else:
                assert not self.dispatcher.resolve(item.key, outcome).state.waits

    def somebody_says(self, item: OutboxItem, outcome: HookOutcome, *, again: bool) -> None:
        """Excuse a second delivery where a person says that the first, which is unsure, failed."""
        if item.unsure_at is not None and (again or isinstance(outcome, Failed)):
            self.carriers.excused[item.key] += 1

    @invariant()
    def nothing_comes_twice(self) -> None:
        """No key has two effects, but for what carriers double, and what people risk."""
        for delivered in self.carriers.delivered.values():
            for key, times in delivered.items():
                assert times <= 1 + self.carriers.excused[key]

    @invariant()
    def nothing_is_lost(self) -> None:
        """Whatever was told is in the journey, and what that calls for is in the outbox.

        A late event may call for the same once more under another name; that is not sent again.
        """
        for customer in self.journal.customers():
            record = self.journal.read(customer)
            if self.seen.get(customer) == record.revision:
                continue
            self.seen[customer] = record.revision
            decided = [one.intent for one in record.outbox]
            for kept in record.journeys:
                journey = Journey.from_dict(dict(kept.data))
                assert self.told[customer] <= {step.event.id for step in journey.history}
                arrived = [step.seq for step in journey.history if step.seq]
                for call in calls(PLAYBOOK, journey, None) if arrived == sorted(arrived) else ():
                    assert call in Decided(decided, PLAYBOOK), call

    def teardown(self) -> None:
        """In the end, with honest carriers and time enough, every intent is accounted for."""
        self.at_work.clear()
        self.carriers.mood = Mood.WELL
        for _ in range(100):
            attention = self.dispatcher.next_attention()
            if attention is None:
                break
            self.now = max(self.now, attention)
            self.dispatcher.run()
        assert self.dispatcher.next_attention() is None
        assert not self.journal.outbox([state for state in State if state.waits])
        for delivered in self.carriers.delivered.values():
            for key in delivered:
                assert self.journal.find(key) is None or self.journal.attempts(key)
        self.nothing_comes_twice()
        self.nothing_is_lost()


TestDispatching = pytest.mark.no_cover(pytest.mark.slow(Dispatching.TestCase))
TestDispatching.settings = settings(max_examples=settings().max_examples, stateful_step_count=40)
