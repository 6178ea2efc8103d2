"""Random lives of two people who may be one: everything that can be put right, together.

Facts, consents, questions and bounced mail come late and in any order, texts are approved, ids
change, two people are joined, events are taken back, people are erased and come back, and time
passes. What is sent is the same in whatever order all came that was told before the same run.
"""

from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney import Channel, Event, EventKind, Journey, Phase, Purpose
from cxjourney.channels import Failed, HookContext, HookOutcome, Library, Sent
from cxjourney.channels.policy import Limits, Policy
from cxjourney.dispatch.journal import Journal, MemoryJournal, State
from cxjourney.errors import NotSettledError
from cxjourney.playbook import Entered, NearlyDue, Opened, Play
from tests.dispatch.stores import Empty
from tests.dispatch.world import NOTE, TALLINN, Carrier, World, content, playbook

K, P = EventKind, Purpose
EMAIL, POST, TEXT = Channel.EMAIL, Channel.POST, Channel.TEXT
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PLAYS = (
    Play("welcome", Entered(Phase.ASSESS), P.INFORM, (EMAIL, TEXT), "x"),
    Play("tips", Entered(Phase.ADMIT), P.INFORM, (EMAIL, POST), "x", after=2 * HOUR),
    Play("more", Entered(Phase.AFFIRM), P.SELL, (EMAIL, POST), "x"),
    Play("answer", Opened("answer"), P.ANSWER, (EMAIL, POST), "x", after=HOUR, tells=K.ANSWERED),
    Play("hurry", NearlyDue("answer", 2 * DAY), P.REMIND, (TEXT, EMAIL), "x"),
    Play("sorry", Opened("acknowledge"), P.APOLOGISE, (EMAIL, POST), "y", tells=K.ANSWERED),
    Play("ask", Entered(Phase.ACCOMPLISH), P.ASK_FEEDBACK, (EMAIL,), "x", tells=K.FEEDBACK_ASKED),
    Play("refer", Entered(Phase.ADOPT), P.ASK_REFERRAL, (EMAIL, POST), "x", lasts=20 * DAY),
)
GOOD = [content(id, channel) for id in "xy" for channel in (EMAIL, POST, TEXT)]
TEXTS = Library(GOOD)
DRAFTS = Library(attrs.evolve(one, approvals=()) if one.id == "y" else one for one in GOOD)
LIMITS = Limits(service=frozenset({P.ANSWER, P.APOLOGISE}))
DUTIES = frozenset({"answer", "acknowledge"})
"""What the playbook has rows for."""

NOTHING: dict[str, Any] = {}
WORDS = st.tuples(
    st.sampled_from((K.CONSENT_GIVEN, K.CONSENT_GIVEN, K.CONSENT_WITHDRAWN)),
    st.fixed_dictionaries(
        {},
        optional={
            "channel": st.sampled_from((EMAIL, EMAIL, POST, TEXT)),
            "purpose": st.sampled_from((P.INFORM, P.SELL, P.REMIND, P.ASK_FEEDBACK)),
        },
    ),
)
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
WHO = st.sampled_from("ab")
TOLD = st.tuples(
    WHO,
    st.sampled_from(("", "", "car")),
    WORDS | FACTS | FACTS | QUESTIONS | REACHING,
    st.sampled_from((0, 0, 0, 2)),
)
DEEDS = st.tuples(
    st.sampled_from(("approve", "merge", "rename", "retract", "erase", "bounce", "bounce")),
    WHO,
    st.integers(0, 9),
)
ROUNDS = st.lists(
    st.tuples(
        st.lists(TOLD, max_size=5),
        st.lists(DEEDS, max_size=2),
        st.sampled_from((0, 1, 1, 8)),
    ),
    min_size=1,
    max_size=4,
)
Round = tuple[
    list[tuple[str, str, tuple[EventKind, dict[str, Any]], int]],
    list[tuple[str, str, int]],
    int,
]


@attrs.define
class Made:
    """A contact that was made: with whom, when, and whether it counts still."""

    people: frozenset[str]
    context: HookContext
    counts: bool = True


@attrs.define
class Said:
    """A word on consent as somebody outside would note it."""

    who: str
    at: datetime
    channel: Channel | None
    purpose: Purpose | None
    yes: bool
    id: str = ""

    def covers(self, channel: Channel, purpose: Purpose) -> bool:
        """Say whether it is about a channel and a purpose."""
        return self.channel in {None, channel} and self.purpose in {None, purpose}


class Life:
    """One world, and what somebody outside notes of it.

    Args:
        journal: keeps the world.
        chance: shuffles what is told; None for the order of time.
    """

    def __init__(self, journal: Journal, chance: Random | None = None) -> None:
        self.chance = chance
        self.world = World(carrier=Carrier(self.carry), journal=journal)
        self.world.options = {
            "playbook": playbook(*PLAYS),
            "library": DRAFTS,
            "policy": Policy(LIMITS),
        }
        self.now = {"a": "a", "b": "b"}
        self.ids = {"a": ["a"], "b": ["b"]}
        self.erased: dict[str, datetime] = {}
        self.said: list[Said] = []
        self.told: list[tuple[str, str, Event]] = []
        self.made: list[Made] = []
        self.broken: list[str] = []

    def people(self, who: str) -> frozenset[str]:
        """Return those who are one with somebody."""
        return frozenset(one for one in self.now if self.now[one] == self.now[who])

    def under(self, who: str) -> str:
        """Return an id of somebody's that goes on working."""
        return self.chance.choice(self.ids[who]) if self.chance else self.ids[who][0]

    def carry(self, context: HookContext) -> HookOutcome:
        """Note what is sent, and what it breaks."""
        customer = context.intent.customer
        people = frozenset(one for one in self.now if self.now[one] == customer)
        self.check(context, people)
        self.made.append(Made(people, context))
        return Sent("ok", NOTE)

    def check(self, context: HookContext, people: frozenset[str]) -> None:
        """Note which rule a contact breaks."""
        channel, purpose, now = context.channel, context.intent.purpose, context.now
        words = [one for one in self.said if one.who in people and one.covers(channel, purpose)]
        last = max(words, key=lambda one: one.at, default=None)
        if not (last.yes if last else purpose in LIMITS.service):
            self.broken.append("C01")
        if purpose is P.SELL:
            kept = self.world.journal.read(context.intent.customer)
            for one in kept.journeys:
                journey = Journey.from_dict(dict(one.data))
                stands = journey.situation
                asked = any(owed.rule == "answer" for owed in journey.owed)
                if stands.doubt_open or stands.recovery_open or asked:
                    self.broken.append("C02")
        if purpose in LIMITS.solicited:
            return
        before = [
            one.context
            for one in self.made
            if one.counts
            and one.people & people
            and one.context.intent.purpose not in LIMITS.solicited
        ]
        day = now.astimezone(TALLINN).date()
        if any(
            (one.channel, one.now.astimezone(TALLINN).date()) == (channel, day) for one in before
        ):
            self.broken.append("C08, a day")
        if sum(now - one.now < 6 * DAY for one in before) >= LIMITS.contacts_a_week:
            self.broken.append("C08, a week")

    def tell(self, who: str, engagement: str, event: Event) -> None:
        """Tell of an event, and note what was said of consent."""
        self.world.dispatcher().record(self.under(who), engagement, event)
        if event.at <= self.erased.get(who, event.at - DAY):
            return
        self.told.append((who, engagement, event))
        if event.kind in {K.CONSENT_GIVEN, K.CONSENT_WITHDRAWN}:
            about: dict[str, Any] = {one: event.payload.get(one) for one in ("channel", "purpose")}
            yes = event.kind is K.CONSENT_GIVEN
            self.said.append(Said(who, event.at, **about, yes=yes, id=event.id))

    def act(self, deed: str, who: str, number: int) -> None:
        """Put something right."""
        dispatcher, journal = self.world.dispatcher(), self.world.journal
        known = {*journal.customers()}
        if deed == "approve":
            self.world.options["library"] = TEXTS
        elif deed == "merge" and {*self.now.values()} <= known:
            if self.now["a"] != self.now["b"]:
                other = "ab".replace(who, "")
                dispatcher.merge(self.under(who), self.under(other))
                self.now[who] = self.now[other]
        elif deed == "rename" and self.now[who] in known:
            new = f"{who} {self.world.clock().isoformat()} {number}"
            people = self.people(who)
            if dispatcher.rename(self.under(who), new):
                for one in people:
                    self.now[one] = new
                self.ids[who].append(new)
        elif deed == "retract":
            self.retract(number)
        elif deed == "erase" and self.now[who] in known:
            self.erase(who)
        elif deed == "bounce":
            self.bounce(number)

    def retract(self, number: int) -> None:
        """Take one of the events back that were told, by time."""
        told = sorted(self.told, key=lambda one: one[2].at)
        if not told:
            return
        who, engagement, event = told[number % len(told)]
        wrong = {"event": event.id, "actor": "ann", "reason": "wrong"}
        now = self.world.clock()
        back = Event(K.RETRACTED, now, f"back {event.id}", wrong)
        self.world.dispatcher().record(self.under(who), engagement, back)
        self.told.remove((who, engagement, event))
        self.said = [one for one in self.said if one.id != event.id]

    def erase(self, who: str) -> None:
        """Forget somebody under every id; a no goes on holding."""
        now, people = self.world.clock(), self.people(who)
        mine = [one for one in self.said if one.who in people]
        kept: list[Said] = []
        for channel in Channel:
            for purpose in Purpose:
                words = [one for one in mine if one.covers(channel, purpose)]
                last = max(words, key=lambda one: one.at, default=None)
                if last is not None and not last.yes:
                    kept += [Said(one, now, channel, purpose, yes=False) for one in people]
        self.world.dispatcher().erase(self.under(who), at=now)
        self.said = [one for one in self.said if one.who not in people] + kept
        self.told = [one for one in self.told if one[0] not in people]
        for made in self.made:
            made.counts = made.counts and not made.people & people
        for one in people:
            self.now[one], self.ids[one], self.erased[one] = one, [one], now

    def bounce(self, number: int) -> None:
        """Let a mail come back, of those that were sent; every third report comes twice."""
        mails = [one for one in self.made if one.counts and one.context.channel is EMAIL]
        mails.sort(key=lambda one: (*self.named(one), sorted(one.people)))
        if not mails:
            return
        came = mails[number % len(mails)]
        said = Failed("bounced", retryable=number % 2 == 1)
        dispatcher, key = self.world.dispatcher(), came.context.key
        dispatcher.resolve(key, said, channel=EMAIL)
        came.counts = False
        if number % 3 == 0:
            dispatcher.run()
            with suppress(NotSettledError):  # it goes by post, or was sent so
                dispatcher.resolve(key, Failed("bounced"), channel=EMAIL)

    def named(self, one: Made) -> tuple[datetime, str, str]:
        """Return what names a contact in every order of arrival: when it was made, and for what.

        Which event is named as the one that led into a phase is whichever was told first.
        """
        intent = one.context.intent
        return one.context.now, intent.play, intent.cause if intent.obligation else ""

    def let_pass(self, until: datetime) -> None:
        """Let time pass, with a run whenever there is something to do."""
        self.world.dispatcher().run()
        while (at := self.world.journal.next_attention()) is not None and at <= until:
            self.world.clock.at = max(self.world.clock.at, at)
            self.world.dispatcher().run()
        self.world.clock.at = until
        self.look_at_duties()

    def look_at_duties(self) -> None:
        """Note each duty that the playbook has rows for and nobody would find."""
        journal, now = self.world.journal, self.world.clock()
        listed = {(one.intent.customer, one.intent.obligation) for one in journal.still_owed()}
        waiting = journal.outbox([State.PLANNED, State.WAITING])
        waits = {
            (one.intent.customer, one.intent.obligation)
            for one in waiting
            if one.reason or (one.next_at is not None and one.next_at >= now)
        }
        late = {(one.customer, one.obligation.key) for one in journal.overdue(now)}
        for customer in journal.customers():
            for kept in journal.read(customer).journeys:
                for one in Journey.from_dict(dict(kept.data)).owed:
                    found = (customer, one.key) in listed | waits | late
                    if one.rule in DUTIES and not found:
                        self.broken.append(f"{one.rule} is forgotten")

    def live(self, rounds: list[Round]) -> None:
        """Live all of it, and some weeks more."""
        place = 0
        for number, (told, deeds, days) in enumerate(rounds):
            now = self.world.clock.at
            events = []
            for who, engagement, (kind, payload), late in told:
                place += 1
                at = now - late * DAY - timedelta(seconds=500 - place)
                events.append((who, engagement, Event(kind, at, f"{number} {place}", payload)))
            if self.chance is not None:
                self.chance.shuffle(events)
            for one in events:
                self.tell(*one)
            for deed in deeds:
                self.act(*deed)
            self.let_pass(now + days * DAY + HOUR)
        self.let_pass(self.world.clock.at + 30 * DAY)

    def sent(self) -> Counter[tuple[str, Channel, datetime, str, str]]:
        """Return what was sent to whom, through which channel, when and for what."""
        return Counter(
            (min(one.people), one.context.channel, *self.named(one)) for one in self.made
        )


def lives(empty: Empty, rounds: list[Round], chance: Random) -> None:
    """Live twice, in the order of time and in another one, and compare."""
    plain, shuffled = Life(MemoryJournal()), Life(empty(), chance)
    for one in (plain, shuffled):
        one.live(rounds)
    assert (plain.broken, shuffled.broken) == ([], [])
    assert shuffled.sent() == plain.sent()


@pytest.mark.no_cover
@settings(max_examples=max(6, settings().max_examples // 4))
@given(rounds=ROUNDS, chance=st.randoms(use_true_random=False))
def test_all_that_can_be_put_right_together(rounds: list[Round], chance: Random) -> None:
    """What is sent is the same in every order, no rule is broken, and no duty is forgotten."""
    lives(MemoryJournal, rounds, chance)


@pytest.mark.slow
@pytest.mark.no_cover
@settings(max_examples=max(2, settings().max_examples // 20))
@given(rounds=ROUNDS, chance=st.randoms(use_true_random=False))
def test_a_database_agrees(in_sqlite: Empty, rounds: list[Round], chance: Random) -> None:
    """On SQLite as in memory."""
    lives(in_sqlite, rounds, chance)
