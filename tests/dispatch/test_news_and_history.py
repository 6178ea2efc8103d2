"""Rows that count from others, duties over engagements, history, new rows, and consent as said."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import attrs
import pytest

from cxjourney.channels import (
    Consents,
    Failed,
    HookContext,
    HookOutcome,
    HookSet,
    Library,
    Profile,
    Sent,
)
from cxjourney.channels.policy import Limits, Policy, Window
from cxjourney.chart import ObligationRule, derive, standard_chart
from cxjourney.dispatch import AsyncDispatcher, DispatchError, Enrolled, Quota, Recorded
from cxjourney.dispatch.journal import AsyncMemoryJournal, State
from cxjourney.errors import InvalidError, JournalError
from cxjourney.playbook import Entered, NearlyDue, Opened, Play, Playbook, RowSent
from cxjourney.playbook._planning import Moot  # its value is what the outbox keeps
from cxjourney.rehearsal import Cue, LineKind, Person, rehearse
from cxjourney.vocabulary import Channel, Event, EventKind, Lang, Phase, Purpose, Touchpoint, Wait
from tests.dispatch.crashing import Crash, FaultyJournal, Fuse
from tests.dispatch.world import (
    LIBRARY,
    MONDAY,
    POLICY,
    TALLINN,
    World,
    content,
    hooks,
    playbook,
    profile,
)

if TYPE_CHECKING:
    from cxjourney.dispatch.journal import Journal
    from tests.dispatch.stores import Empty

K, P = EventKind, Purpose
EMAIL, TEXT, POST, PERSON = Channel.EMAIL, Channel.TEXT, Channel.POST, Channel.FACE_TO_FACE
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TEXTS = Library(
    [
        *LIBRARY.contents,
        *(content(id, channel) for id in ("tip", "again", "news") for channel in (EMAIL, TEXT)),
    ]
)
ASK = Play("ask", Opened("ask_feedback"), P.ASK_FEEDBACK, (EMAIL,), "ask", tells=K.FEEDBACK_ASKED)
AGAIN = Play("again", RowSent("ask", "record_feedback"), P.REMIND, (EMAIL,), "again", after=3 * DAY)


@pytest.fixture(params=["memory", "in_sqlite"])
def world(request: pytest.FixtureRequest) -> World:
    """Give a company whose journal is in memory, or in SQLite."""
    empty: Empty = request.getfixturevalue(request.param)
    return World(journal=empty(), options={"library": TEXTS})


def told(world: World, *events: tuple[Any, ...]) -> list[tuple[str, str, Event]]:
    """Return events: each a kind, an engagement, how many days ago, and what it says."""
    return [
        ("c", engagement, Event(kind, world.clock.at - ago * DAY, f"{kind.name} {ago}", payload))
        for kind, engagement, ago, payload in events
    ]


def achieved(world: World) -> None:
    """Let the customer get what was bought."""
    for kind in (K.PURCHASED, K.DELIVERED, K.RESULT_ACHIEVED):
        world.happens(kind)


def test_a_reminder_counts_from_the_ask(world: World) -> None:
    """Asked two days late, the customer is reminded three days after that, once."""
    world.options["playbook"] = playbook(ASK, AGAIN)
    achieved(world)
    assert "again" not in world.items()
    world.clock.pass_by(days=2)
    world.dispatcher().run()
    assert world.states() == {"ask": State.SENT, "again": State.PLANNED}
    assert world.items()["again"].next_at == MONDAY + 5 * DAY
    world.clock.pass_by(days=2, hours=23)
    world.dispatcher().run()
    assert world.carrier.calls == {"ask": 1}
    world.clock.pass_by(hours=1)
    for _ in range(2):
        world.dispatcher().run()
    assert world.carrier.calls == {"ask": 1, "again": 1}


def test_a_reminder_is_planned_though_the_crm_was_down_at_the_ask(world: World) -> None:
    """The ask stands as sent; the reminder counts from then, and is planned late."""
    world.options["playbook"] = playbook(ASK, AGAIN)
    achieved(world)
    fails = list[bool]()

    def profiles(customer: str) -> Profile:
        if fails:
            raise ConnectionError
        return profile(customer)

    def carries(_: HookContext) -> HookOutcome:
        world.happens(K.CONTACTED)  # so that the customer's record is read anew
        fails.append(True)
        return Sent(note="asked")

    with pytest.raises(DispatchError):
        world.dispatcher(profiles=profiles, hooks=hooks(carries)).run()
    assert world.states() == {"ask": State.SENT}
    world.clock.pass_by(days=1)
    assert world.dispatcher().run().planned == 1
    assert world.items()["again"].next_at == MONDAY + 3 * DAY
    for days in (2, 0):
        world.clock.pass_by(days=days)
        world.dispatcher().run()
    assert world.carrier.calls == {"again": 1}


def test_two_open_questions_call_for_one_reminder(world: World) -> None:
    """What counts from a letter that neither question caused is planned once for both."""
    letter = Play("letter", Entered(Phase.ASSESS), P.INFORM, (EMAIL,), "tip", after=DAY)
    again = Play("again", RowSent("letter", "answer"), P.REMIND, (EMAIL,), "again", after=DAY)
    world.options["playbook"] = playbook(letter, again)
    world.happens(K.CONTACTED)
    for id in ("one", "two"):
        asked = Event(K.ASKED, MONDAY + HOUR, id, {"question": "?"})
        world.dispatcher().record("c", "", asked)
    world.clock.pass_by(days=1)
    assert world.dispatcher().run().planned == 1
    assert world.states() == {"letter": State.SENT, "again": State.PLANNED}


def test_a_goodbye_told_late_sends_no_second_welcome(world: World) -> None:
    """A purchase that turns out to be of the next cycle was welcomed already."""
    bought = Event(K.PURCHASED, MONDAY, "bought")
    world.dispatcher().record("c", "", Event(K.CONTACTED, MONDAY - 2 * DAY, "met"))
    world.dispatcher().record("c", "", bought)
    world.dispatcher().run()
    late = world.dispatcher().record("c", "", Event(K.DECLINED, MONDAY - DAY, "no"))
    assert late.planned == ()
    world.dispatcher().run()
    assert world.carrier.calls == {"welcome": 1}


def test_nobody_is_reminded_of_what_was_answered_or_never_asked(world: World) -> None:
    """An answer ends the reminder; where the ask failed there never is one."""
    world.options["playbook"] = playbook(ASK, AGAIN)
    achieved(world)
    world.dispatcher().run()
    world.happens(K.FEEDBACK_CAPTURED, nps=9)
    world.clock.pass_by(days=4)
    world.dispatcher().run()
    assert world.items()["again"].reason == Moot.NOT_OWED.value
    world.carrier.says = lambda _: Failed("gone")
    for kind in (K.PURCHASED, K.DELIVERED, K.RESULT_ACHIEVED):
        world.happens(kind, "other")
    world.dispatcher().run()
    assert world.states("other") == {"ask": State.FAILED}


def test_a_reminder_is_left_where_the_ask_came_back(world: World) -> None:
    """An ask that bounces takes its reminder along; asked again, it is reminded of again."""
    ask = attrs.evolve(ASK, channels=(EMAIL, POST), tells=None)
    world.options["playbook"] = playbook(ask, AGAIN)
    achieved(world)
    dispatcher = world.dispatcher()
    dispatcher.run()
    dispatcher.resolve(world.items()["ask"].key, Failed("bounced"))
    states = [(one.intent.play, one.state, one.reason) for one in world.journal.read("c").outbox]
    assert ("again", State.SKIPPED, Moot.NOT_SENT.value) in states
    world.clock.pass_by(days=1)
    dispatcher.run()
    assert [one.channel for one in world.carrier.contexts] == [EMAIL, POST]
    waiting = [one for one in world.journal.read("c").outbox if one.state.waits]
    assert [(one.intent.play, one.next_at) for one in waiting] == [("again", MONDAY + 4 * DAY)]
    assert waiting[0].reason == "D01", "by post or in person, for mail does not arrive"


def test_asked_again_at_the_same_moment_it_is_reminded_of_all_the_same(world: World) -> None:
    """What was left undone for a letter that came back is planned again with the next one."""
    ask = attrs.evolve(ASK, channels=(EMAIL, POST), tells=None)
    again = attrs.evolve(AGAIN, channels=(EMAIL, TEXT))
    world.options["playbook"] = playbook(ask, again)
    achieved(world)
    dispatcher = world.dispatcher()
    dispatcher.run()
    dispatcher.resolve(world.items()["ask"].key, Failed("bounced"))
    assert world.states() == {"ask": State.PLANNED, "again": State.SKIPPED}
    assert dispatcher.run().planned == 1
    assert world.states() == {"ask": State.SENT, "again": State.PLANNED}
    world.clock.pass_by(days=3)
    dispatcher.run()
    told = [(one.intent.play, one.channel) for one in world.carrier.contexts]
    assert told == [("ask", EMAIL), ("ask", POST), ("again", TEXT)]


DRIP = (
    Play("first", Entered(Phase.ASSESS), P.INFORM, (EMAIL,), "tip", lasts=30 * DAY),
    *(
        Play(id, RowSent(before), P.INFORM, (EMAIL,), "tip", after=Wait(days=2), lasts=30 * DAY)
        for before, id in (("first", "second"), ("second", "third"), ("third", "fourth"))
    ),
)


@pytest.mark.no_cover
def test_a_drip_that_was_down_does_not_send_all_at_once(world: World) -> None:
    """Ten days without a run: one mail then, the next two days after it, and so on."""
    world.options["playbook"] = playbook(*DRIP)
    world.happens(K.CONTACTED)
    world.clock.pass_by(days=10)
    sent: list[int] = []
    for _ in range(8):
        world.dispatcher().run()
        sent.append(len(world.carrier.contexts))
        world.clock.pass_by(days=1)
    assert sent == [1, 1, 2, 2, 3, 3, 4, 4]


def test_a_drip_ends_where_the_customer_moves_on(world: World) -> None:
    """What follows a row of a phase belongs to that stay; one of no phase ends with the cycle."""
    thanks = Play("thanks", Opened("answer"), P.ANSWER, (PERSON,), tells=K.ANSWERED)
    later = Play("later", RowSent("thanks"), P.INFORM, (EMAIL,), "tip", after=2 * DAY)
    world.options["playbook"] = playbook(*DRIP, thanks, later)
    world.happens(K.ASKED, question="?")
    world.dispatcher().run()
    world.happens(K.NEED_ADMITTED)
    world.clock.pass_by(days=2)
    world.dispatcher().run()
    assert world.items()["second"].reason == Moot.PLACE_LEFT.value
    assert world.states()["later"] is State.SENT
    world.clock.pass_by(hours=1)
    dispatcher = world.dispatcher()
    dispatcher.record("c", "", Event(K.ASKED, world.clock.at, "more", {"question": "?"}))
    dispatcher.run()
    world.happens(K.DECLINED)
    world.clock.pass_by(days=2)
    dispatcher.run()
    reasons = {(one.intent.play, one.reason) for one in world.journal.read("c").outbox}
    assert ("later", Moot.LOST.value) in reasons


CART = ObligationRule(
    "cart",
    "ours",
    on=(K.ABANDONED,),
    due=DAY,
    met_by=(K.PURCHASED,),
    anywhere=True,
)
SHOP = derive(standard_chart(), "test_news.shop", obligations=[CART])
BASKET = Play("basket", Opened("cart"), P.REMIND, (EMAIL,), "again", after=4 * HOUR)


@pytest.mark.no_cover
@pytest.mark.parametrize("late", [False, True])
def test_a_cart_left_behind_is_met_by_buying_elsewhere(world: World, *, late: bool) -> None:
    """Bought in another engagement an hour later: no reminder, whichever was told first."""
    world.options["playbook"] = Playbook("shop", 1, (BASKET,), chart=SHOP)
    left = Event(K.ABANDONED, MONDAY, "left", {"step": "pay", "reason": "phone"})
    bought = Event(K.PURCHASED, MONDAY + HOUR, "bought")
    world.clock.pass_by(hours=1)
    stories = [("phone", left), ("desk", bought)]
    for engagement, event in reversed(stories) if late else stories:
        world.dispatcher().record("c", engagement, event)
    journey = world.dispatcher().journey("c", "phone")
    assert journey is not None
    assert {one.rule for one in journey.owed} == set()
    last = journey.history[-1]
    assert ([one.rule for one in last.met], last.event.at) == (["cart"], MONDAY + HOUR)
    world.clock.pass_by(days=1)
    world.dispatcher().run()
    assert not world.carrier.contexts


def test_a_cart_is_owed_for_again_where_the_purchase_was_no_one_s(world: World) -> None:
    """The purchase that met it is retracted: it is owed again; another purchase meets it again."""
    world.options["playbook"] = Playbook("shop", 1, (BASKET,), chart=SHOP)
    dispatcher = world.dispatcher()
    world.happens(K.ABANDONED, engagement="phone", step="pay", reason="phone")
    world.clock.pass_by(hours=1)
    world.happens(K.PURCHASED, engagement="desk")
    world.clock.pass_by(hours=1)
    wrong = {"event": "purchased", "actor": "ann", "reason": "booked on the wrong person"}
    world.happens(K.RETRACTED, engagement="desk", **wrong)

    def owed() -> set[str]:
        journey = dispatcher.journey("c", "phone")
        assert journey is not None
        return {one.rule for one in journey.owed}

    assert owed() == {"cart"}
    world.clock.pass_by(hours=1)
    dispatcher.record("c", "lamp", Event(K.PURCHASED, world.clock.at, "lamp"))
    assert owed() == set()
    dispatcher.record("c", "desk", Event(K.ASKED, world.clock.at, "asked", {"question": "?"}))
    another = {**wrong, "event": "asked"}
    dispatcher.record("c", "desk", Event(K.RETRACTED, world.clock.at, "another", another))
    assert owed() == set(), "what stands, stands"
    world.clock.pass_by(days=1)
    dispatcher.run()
    assert not world.carrier.contexts


def test_what_a_person_took_back_is_not_told_again(world: World) -> None:
    """That a cart was met elsewhere can be retracted like any event, and stays so."""
    world.options["playbook"] = Playbook("shop", 1, (BASKET,), chart=SHOP)
    dispatcher = world.dispatcher()
    world.happens(K.ABANDONED, engagement="phone", step="pay", reason="phone")
    world.clock.pass_by(hours=1)
    bought = Event(K.PURCHASED, world.clock.at, "bought")
    for hours in range(1, 6):
        world.clock.pass_by(hours=1)
        asked = Event(K.ASKED, world.clock.at, f"q{hours}", {"question": "?"})
        dispatcher.record("c", "phone", asked)
    dispatcher.record("c", "desk", bought)
    journey = dispatcher.journey("c", "phone")
    assert journey is not None
    (word,) = (one.event for one in journey.history if "cart" in {met.rule for met in one.met})
    assert word.at == bought.at
    wrong = {"event": word.id, "actor": "ann", "reason": "the other cart"}
    dispatcher.record("c", "phone", Event(K.RETRACTED, world.clock.at, "no", wrong))
    dispatcher.record("c", "desk", Event(K.USED_AGAIN, world.clock.at, "used"))
    journey = dispatcher.journey("c", "phone")
    assert journey is not None
    assert "cart" in {one.rule for one in journey.owed}


def test_a_cart_that_was_left_after_buying_is_owed_for(world: World) -> None:
    """A purchase of the day before does not meet it, nor one of another customer."""
    world.options["playbook"] = Playbook("shop", 1, (BASKET,), chart=SHOP)
    world.happens(K.PURCHASED, engagement="desk")
    world.clock.pass_by(days=1)
    world.happens(K.ABANDONED, engagement="phone", step="pay", reason="phone")
    world.happens(K.PURCHASED, "other")
    world.clock.pass_by(hours=4)
    world.dispatcher().run()
    assert world.carrier.calls == {"basket": 1}


WELCOMES = (
    Play("welcome", Entered(Phase.AFFIRM), P.AFFIRM, (EMAIL,), "welcome", lasts=60 * DAY),
    Play("answer", Opened("answer"), P.ANSWER, (PERSON,), lasts=60 * DAY),
    Play("check", NearlyDue("check_in", 2 * DAY), P.ONBOARD, (EMAIL,), "tip", lasts=60 * DAY),
    Play("silent", Opened("personal_contact"), P.INFORM, (EMAIL,), "tip", lasts=60 * DAY),
)
PAST: tuple[tuple[EventKind, str, int, dict[str, Any]], ...] = (
    (K.PURCHASED, "", 25, {}),
    (K.DELIVERED, "", 24, {}),
    (K.USED_AGAIN, "", 23, {}),
)


def test_history_is_loaded_without_a_flood(world: World) -> None:
    """A purchase of 25 days ago contacts nobody; what becomes due later does."""
    world.options["playbook"] = playbook(*WELCOMES)
    dispatcher = world.dispatcher()
    found = dispatcher.load(told(world, *PAST, (K.ASKED, "", 20, {"question": "?"})))
    assert all(isinstance(one, Recorded) and not one.planned for one in found)
    journey = dispatcher.journey("c")
    assert journey is not None
    assert journey.phase is Phase.ACCLIMATE
    assert {"answer", "check_in"} <= {one.rule for one in journey.owed}
    dispatcher.run()
    assert not world.carrier.contexts
    assert world.items()["check"].reason == "history"
    for kind in (K.ANSWERED, K.USED_AGAIN):
        dispatcher.record("c", "", Event(kind, world.clock.at, kind.name))
    touched = Event(K.FULFILLED, world.clock.at, "met", {"obligation": "check_in"})
    dispatcher.record("c", "", touched)
    world.clock.pass_by(days=28)
    dispatcher.run()
    assert world.carrier.calls == {"check": 1}


def test_loading_again_and_late_changes_nothing_for_what_was(world: World) -> None:
    """The same history again is the same; a late line of it plans nothing either."""
    world.options["playbook"] = playbook(*WELCOMES)
    dispatcher = world.dispatcher()
    dispatcher.load(told(world, *PAST))
    before = world.journal.read("c").outbox
    dispatcher.load(told(world, *PAST))
    late = told(world, (K.CONTACTED, "", 26, {}), (K.ASKED, "", 24.5, {"question": "?"}))
    assert [one.planned for one in dispatcher.load(late) if isinstance(one, Recorded)] == [(), ()]
    assert world.journal.read("c").outbox == before
    dispatcher.run()
    assert not world.carrier.contexts


def test_who_fell_silent_in_history_is_not_written_to(world: World) -> None:
    """A silence that began weeks ago is part of what was; one that begins later is news."""
    world.options["playbook"] = playbook(*WELCOMES)
    dispatcher = world.dispatcher()
    dispatcher.load(told(world, (K.PURCHASED, "", 20, {})))
    journey = dispatcher.journey("c")
    assert journey is not None
    assert journey.standing.name == "LAPSED"
    dispatcher.run()
    assert not world.items()
    dispatcher.load([("d", "", Event(K.PURCHASED, MONDAY - 10 * DAY, "bought"))])
    world.clock.pass_by(days=5)
    dispatcher.run()
    assert world.states("d") == {"silent": State.SENT}


def test_one_event_can_be_recorded_as_history(world: World) -> None:
    """``plan=False`` records alone; what was refused is refused, and the next event is news."""
    world.options["playbook"] = playbook(*WELCOMES)
    dispatcher = world.dispatcher()
    recorded = dispatcher.record("c", "", Event(K.PURCHASED, MONDAY, "bought"), plan=False)
    assert (recorded.planned, world.items()) == ((), {})
    world.clock.pass_by(hours=1)
    dispatcher.record("c", "", Event(K.ASKED, MONDAY + HOUR, "asked", {"question": "?"}))
    assert set(world.items()) == {"answer"}
    refused = dispatcher.load([("c", "", Event(K.MOVED, MONDAY, "m", {"to": Phase.ADOPT,
        "actor": "ann", "reason": "why"}))])  # fmt: skip
    assert isinstance(refused[0], Exception)


@pytest.mark.parametrize("kept", ["memory", "in_sqlite"])
def test_a_load_that_is_cut_off_is_loaded_again(kept: str, request: pytest.FixtureRequest) -> None:
    """Wherever the process ends, and whoever runs in between: nobody is written to."""
    at = 0
    while True:
        at += 1
        empty: Empty = request.getfixturevalue(kept)
        world = World(journal=empty(), options={"playbook": playbook(*WELCOMES)})
        events = [
            *told(world, *PAST),
            *((name, *one[1:]) for name in "de" for one in told(world, *PAST)),
        ]
        fuse = Fuse(frozenset({at}))
        loading = world.dispatcher().using(cast("Journal", FaultyJournal(world.journal, fuse)))
        try:
            loading.load(events)
        except Crash:
            world.dispatcher().run()
            world.dispatcher().load(events)
        else:
            break
        finally:
            world.dispatcher().run()
            assert not world.carrier.contexts
            journeys = [world.dispatcher().journey(name) for name in "cde"]
            assert [one and one.seq for one in journeys] == [3, 3, 3]
    assert at > 2


def test_history_of_many_kinds_of_trouble(world: World) -> None:
    """What is refused is refused alone; an erasure in the history erases; the rest is loaded."""
    world.options["quota"] = Quota(events=3)
    dispatcher = world.dispatcher()
    bought = Event(K.PURCHASED, MONDAY - 9 * DAY, "bought")
    gone = Event(K.ERASED, MONDAY - 8 * DAY, "gone")
    found = dispatcher.load(
        [
            ("c", "", bought),
            ("c", "", cast("Event", "no event")),
            ("c", "", bought),
            *(("c", "", Event(K.ASKED, MONDAY, f"{n}", {"question": "?"})) for n in range(3)),
            ("d", "", bought),
            ("d", "", gone),
            ("d", "", cast("Event", None)),
            ("", "", bought),
        ]
    )
    assert [type(one).__name__ for one in found] == [
        "Recorded",
        "MalformedEventError",
        "Recorded",
        "Recorded",
        "Recorded",
        "QuotaError",
        "Recorded",
        "Recorded",
        "MalformedEventError",
        "MalformedEventError",
    ]
    assert dispatcher.load([("d", "", bought)])[0].erased  # type: ignore[union-attr]


def test_a_load_gives_up_where_the_record_cannot_be_read(world: World) -> None:
    """Whoever cannot be looked up is refused whole, and no other with them."""

    def lost(customer: str) -> Profile:
        if customer == "c":
            raise LookupError
        return Profile()

    dispatcher = world.dispatcher(profiles=lost)
    bought = Event(K.PURCHASED, MONDAY - 9 * DAY, "bought")
    found = dispatcher.load([("c", "", bought), ("d", "", bought)])
    assert [type(one).__name__ for one in found] == ["LookupError", "Recorded"]


def test_history_and_news_asynchronously() -> None:
    """The same on the asynchronous dispatcher: loading, enrolling, consents."""
    clock = World().clock
    journal = AsyncMemoryJournal()

    async def live() -> tuple[Any, ...]:
        options: dict[str, Any] = {"policy": POLICY, "hooks": HookSet(), "clock": clock}
        old = AsyncDispatcher(journal, playbook=playbook(*WELCOMES), **options)
        found = await old.load(
            [("c", "", Event(kind, MONDAY - ago * DAY, kind.name)) for kind, _, ago, _ in PAST]
        )
        late = Event(K.CONSENT_GIVEN, MONDAY, "yes")
        await old.record("c", "", late, plan=False)
        new = AsyncDispatcher(journal, playbook=playbook(*WELCOMES, NEWS), **options)
        return found, await new.enrol("news", write=True), await new.consents("c")

    found, enrolled, consents = asyncio.run(live())
    assert [one.planned for one in found] == [()] * 3
    assert (enrolled.customers, enrolled.written) == (1, True)
    assert [one.holds for one in consents.rows] == [True]


NEWS = Play("news", Entered(Phase.ACCLIMATE), P.INFORM, (EMAIL,), "news", after=DAY)


@pytest.mark.parametrize("loaded", [False, True])
def test_a_row_that_is_added_later_reaches_who_is_there(world: World, *, loaded: bool) -> None:
    """Rehearsed first, with a count; then planned as of now; the second time for nobody."""
    old = world.dispatcher(playbook=playbook(*WELCOMES))
    for kind, engagement, ago, payload in PAST:
        event = Event(kind, MONDAY - ago * DAY, kind.name, payload)
        old.record("c", engagement, event, plan=not loaded)
    old.record("d", "", Event(K.PURCHASED, MONDAY, "bought"))
    world.options["playbook"] = playbook(*WELCOMES, NEWS)
    dispatcher = world.dispatcher()
    before = world.journal.read("c")
    would = dispatcher.enrol("news")
    assert would == Enrolled(2, 1, {State.PLANNED: 1})
    assert world.journal.read("c") == before
    assert dispatcher.enrol("news", write=True) == Enrolled(2, 1, {State.PLANNED: 1}, written=True)
    assert world.items()["news"].next_at == MONDAY + DAY
    assert dispatcher.enrol("news", write=True).customers == 0
    world.clock.pass_by(days=1)
    dispatcher.run()
    assert world.carrier.calls["news"] == 1


def test_a_row_for_what_is_owed_reaches_whom_it_is_owed_to(world: World) -> None:
    """Enrolling goes by what is still owed too; who cannot be read is named by handle."""
    old = world.dispatcher(playbook=playbook(NEWS))
    for customer in ("c", "d", "e"):
        old.record(customer, "", Event(K.ASKED, MONDAY - DAY, "asked", {"question": "?"}))
    old.record("d", "", Event(K.ANSWERED, MONDAY, "said"))

    def profiles(customer: str) -> Profile:
        if customer == "e":
            raise LookupError
        return Profile()

    book = playbook(NEWS, *WELCOMES)
    dispatcher = world.dispatcher(playbook=book, profiles=profiles)
    found = dispatcher.enrol("answer", write=True)
    assert (found.looked_at, found.customers, dict(found.states)) == (3, 1, {State.PLANNED: 1})
    assert [dispatcher.whose(handle) for handle in found.unread] == ["e"]


def test_enrolling_stops_where_the_journal_fails() -> None:
    """A journal that cannot be read is no customer's trouble: the error comes through."""
    world = World(options={"library": TEXTS, "playbook": playbook(*WELCOMES)})
    world.happens(K.PURCHASED)

    def fails(*_: object) -> None:
        raise JournalError("database", "gone", "a database that answers")

    dispatcher = world.dispatcher()
    broken = SimpleNamespace(**{
        name: getattr(world.journal, name) for name in dir(world.journal) if name[0] != "_"
    })  # fmt: skip
    broken.dossier = broken.read = broken.together = fails
    with pytest.raises(JournalError):
        dispatcher.using(cast("Journal", broken)).enrol("welcome")


def test_enrolling_is_told_in_three_languages() -> None:
    """How many were looked at, and how the intents stand."""
    found = Enrolled(5, 2, {State.PLANNED: 1, State.WAITING: 1})
    assert str(found).startswith("2 of 5 customers would be enrolled (planned: 1,")
    texts = {attrs.evolve(found, written=True).explain(lang) for lang in Lang}
    assert len(texts) == 3
    assert found.to_dict()["states"] == {"PLANNED": 1, "WAITING": 1}


@pytest.mark.parametrize("id", ["nobody", "again"])
def test_only_rows_that_answer_to_something_can_be_enrolled_in(world: World, id: str) -> None:
    """A row that there is not, or that counts from another one, is refused."""
    dispatcher = world.dispatcher(playbook=playbook(ASK, AGAIN))
    with pytest.raises(InvalidError, match=r"enrol\.id"):
        dispatcher.enrol(id)


def ask_consent(world: World, *words: tuple[EventKind, dict[str, Any]], **limits: Any) -> None:
    """Let a company be without service purposes, and a customer say some words on consent."""
    world.options["policy"] = Policy(Limits(**limits))
    for number, (kind, said) in enumerate(words):
        event = Event(kind, MONDAY - (90 - number) * DAY, f"word {number}", said)
        world.dispatcher(playbook=playbook(NEWS)).record("c", "", event)


ALL: dict[str, Any] = {}
YES, NO = K.CONSENT_GIVEN, K.CONSENT_WITHDRAWN


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("words", "held"),
    [
        ([(YES, ALL)], set()),
        ([(YES, {"channel": EMAIL}), (YES, {"channel": TEXT})], set()),
        ([(YES, ALL), (NO, {"channel": TEXT})], {"text", "reminder"}),
        ([(YES, ALL), (NO, {"channel": EMAIL})], {"mail"}),
        ([(YES, ALL), (NO, {"purpose": P.REMIND})], {"reminder"}),
        ([(YES, ALL), (NO, ALL)], {"mail", "text", "reminder"}),
        ([(NO, ALL), (YES, {"channel": EMAIL, "purpose": P.INFORM})], {"text", "reminder"}),
        ([(YES, ALL), (NO, ALL), (YES, {"channel": TEXT})], {"mail"}),
    ],
)
def test_consent_as_people_say_it(world: World, words: list[Any], held: set[str]) -> None:
    """STOP, "no more mail", "no more from you": one event each, and the last word counts."""
    ask_consent(world, *words)
    rows = [
        Play("mail", Entered(Phase.ASSESS), P.INFORM, (EMAIL,), "tip"),
        Play("text", Entered(Phase.ASSESS), P.INFORM, (TEXT,), "tip"),
        Play("reminder", Entered(Phase.ASSESS), P.REMIND, (TEXT,), "again"),
    ]
    world.options["policy"] = Policy(Limits(contacts_a_day=9, contacts_a_week=9))
    dispatcher = world.dispatcher(playbook=playbook(*rows))
    dispatcher.record("c", "", Event(K.CONTACTED, MONDAY, "came"))
    dispatcher.run()
    assert {"mail", "text", "reminder"} - set(world.carrier.calls) == held


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("said", "limits", "reason"),
    [
        ({}, {}, None),
        ({"expires": MONDAY - HOUR}, {}, "consent_expired"),
        ({"expires": MONDAY + DAY}, {}, None),
        ({}, {"consent_lasts": Wait(months=2)}, "consent_too_old"),
        ({}, {"consent_lasts": timedelta(days=91)}, None),
        ({}, {"consent_lasts": None}, None),
    ],
)
def test_consent_expires_and_grows_old(
    world: World, said: dict[str, Any], limits: dict[str, Any], reason: str | None
) -> None:
    """C10: what has expired, or is older than the limit, is waited with until it is renewed."""
    ask_consent(world, (YES, said), **limits)
    mail = Play("mail", Entered(Phase.ASSESS), P.INFORM, (EMAIL,), "tip")
    dispatcher = world.dispatcher(playbook=playbook(mail))
    dispatcher.record("c", "", Event(K.CONTACTED, MONDAY, "came"))
    dispatcher.run()
    reasons = {one.reason for _, one in world.items()["mail"].said}
    assert reasons == ({reason} if reason else set())
    assert bool(world.carrier.contexts) is (reason is None)
    dispatcher.record("c", "", Event(YES, MONDAY, "again", {"method": "by phone"}))
    dispatcher.run()
    assert len(world.carrier.contexts) == 1


def test_a_consent_of_twelve_years_ago_sends_nothing(world: World) -> None:
    """A consent holds for three years by default."""
    world.options["policy"] = Policy()
    mail = Play("mail", Entered(Phase.AFFIRM), P.INFORM, (EMAIL,), "tip")
    dispatcher = world.dispatcher(playbook=playbook(mail))
    old = datetime(2014, 3, 2, tzinfo=UTC)
    dispatcher.record("c", "", Event(YES, old, "yes"), plan=False)
    dispatcher.record("c", "", Event(K.PURCHASED, MONDAY, "bought"))
    dispatcher.run()
    assert world.states() == {"mail": State.WAITING}
    assert world.items()["mail"].reason == "C10"


def test_what_was_said_of_consent_is_shown(world: World) -> None:
    """With source, actor, method, wording and version, what holds, and until when."""
    shows = {"source": "form", "actor": "ann", "method": "double opt-in", "wording": "ab12"}
    dispatcher = world.dispatcher()
    expires = MONDAY + 30 * DAY
    said = {"channel": EMAIL, **shows, "version": "3", "expires": expires}
    dispatcher.record("c", "a", Event(YES, MONDAY - 9 * DAY, "yes", said))
    dispatcher.record("c", "b", Event(YES, MONDAY - 8 * DAY, "text", {"channel": TEXT}))
    dispatcher.record("c", "b", Event(NO, MONDAY - 7 * DAY, "stop", {"channel": TEXT}))
    found = dispatcher.consents("c")
    assert [(one.given, one.channel, one.holds) for one in found.rows] == [
        (True, EMAIL, True),
        (True, TEXT, False),
        (False, TEXT, True),
    ]
    first = found.to_rows()[0]
    assert {key: first[key] for key in shows} == shows
    assert (first["engagement"], first["version"], first["until"]) == (
        "a",
        "3",
        expires.isoformat(),
    )
    assert found.to_dict() == {"rows": found.to_rows()}
    assert repr(found) == "<Consents: 3 words, 2 hold>"
    assert "double opt-in" in str(found)
    assert "double opt-in" not in repr(found.rows)
    assert len({found.explain(lang) for lang in Lang}) == 3
    assert str(dispatcher.consents("nobody")) == "nothing was said of consent"


def test_words_of_the_future_and_old_ones_do_not_hold() -> None:
    """A consent dated later, or older than the limit, does not hold; a late no holds at once."""
    told = [
        ("", Event(YES, MONDAY - 400 * DAY, "old", {"channel": POST})),
        ("", Event(YES, MONDAY - DAY, "now", {"channel": EMAIL})),
        ("", Event(YES, MONDAY + DAY, "later", {"channel": TEXT})),
        ("", Event(NO, MONDAY + DAY, "no", {"channel": EMAIL})),
        ("", Event(K.CONTACTED, MONDAY, "came")),
    ]
    found = Consents.of(told, MONDAY, Wait(months=12), TALLINN)
    assert [one.holds for one in found.rows] == [False, False, False, True]


def confirming(world: World, *, click: bool) -> None:
    """Let a customer sign up, and perhaps click in the mail that asks to confirm it."""
    asked: dict[str, Any] = {"channel": EMAIL, "purpose": P.INFORM}
    confirm = Play("confirm", Opened("answer"), P.CONFIRM, (EMAIL,), "again", tells=K.ANSWERED)
    news = Play("news", Entered(Phase.ASSESS), P.INFORM, (EMAIL,), "news", after=DAY)
    world.options["policy"] = Policy(Limits(service=frozenset({P.CONFIRM})))
    world.options["playbook"] = playbook(confirm, news)
    world.happens(K.ASKED, question="may we write to you?")
    world.dispatcher().run()
    world.clock.pass_by(hours=2)
    if click:
        world.happens(YES, **asked, method="double opt-in", wording="ab12", version="3")
    world.clock.pass_by(days=1)
    world.dispatcher().run()


@pytest.mark.no_cover
@pytest.mark.parametrize("click", [False, True])
def test_double_opt_in(world: World, *, click: bool) -> None:
    """The mail that asks to confirm is a service; nothing else goes out before the click."""
    confirming(world, click=click)
    assert world.carrier.calls["confirm"] == 1
    assert world.carrier.calls["news"] == click


OFFICE = Window(Wait(at=time(9), on_working_days=True), time(17))


def test_a_window_for_any_channel_and_a_gap_for_a_row(world: World) -> None:
    """Mail goes on working days from 9 to 17 in Tallinn; a row at most every 30 days."""
    limits = Limits(
        service=frozenset(P),
        windows={EMAIL: OFFICE},
        every={"tip": Wait(days=30, at=time(9))},
        contacts_a_day=9,
        contacts_a_week=9,
    )
    tip = Play("tip", Opened("keep_promise"), P.INFORM, (EMAIL,), "tip", lasts=90 * DAY)
    dispatcher = world.dispatcher(policy=Policy(limits), playbook=playbook(tip))
    saturday = datetime(2026, 3, 7, 10, tzinfo=TALLINN)
    world.clock.at = saturday
    for number in range(2):
        promise = {"what": "more", "due": saturday + 60 * DAY}
        dispatcher.record("c", "", Event(K.PROMISED, saturday, f"promise {number}", promise))
    first, second = world.journal.read("c").outbox
    assert first.next_at == second.next_at == datetime(2026, 3, 9, 9, tzinfo=TALLINN)
    world.clock.at = datetime(2026, 3, 9, 9, tzinfo=TALLINN)
    dispatcher.run()
    assert len(world.carrier.contexts) == 1
    (later,) = [one for one in world.journal.read("c").outbox if one.state is State.PLANNED]
    assert later.next_at == datetime(2026, 4, 8, 9, tzinfo=TALLINN), "summer time by then"
    assert later.reason == "S03"


def test_rows_wait_by_the_customers_clock(world: World) -> None:
    """The next day at 09:00 in Tallinn, over the night when clocks change."""
    wait = Wait(days=1, at=time(9))
    tip = Play("tip", Entered(Phase.AFFIRM), P.INFORM, (EMAIL,), "tip", after=wait)
    world.clock.at = datetime(2026, 3, 28, 20, tzinfo=UTC)
    dispatcher = world.dispatcher(playbook=playbook(tip))
    dispatcher.record("c", "", Event(K.PURCHASED, world.clock.at, "bought"))
    assert world.items()["tip"].next_at == datetime(2026, 3, 29, 6, tzinfo=UTC)


def test_dues_go_by_the_profiles_zone(world: World) -> None:
    """Two working days in Tallinn; without a profile the company's zone stands in."""
    rule = ObligationRule("call", "ours", on=(K.ASKED,), due=Wait(working_days=2, at=time(9)))
    chart = derive(standard_chart(), "test_news.calendar", obligations=[rule])
    book = Playbook("calls", 1, (Play("call", Opened("call"), P.ANSWER, (PERSON,)),), chart=chart)
    friday = datetime(2026, 3, 6, 22, 30, tzinfo=UTC)  # Saturday in Tallinn
    world.clock.at = friday

    def lost(_: str) -> Profile:
        raise LookupError

    for customer, profiles in (("c", {}), ("d", {"profiles": lost})):
        dispatcher = world.dispatcher(playbook=book, **profiles)
        dispatcher.record(customer, "", Event(K.ASKED, friday, "asked", {"question": "?"}))
    dispatcher = world.dispatcher(playbook=book)
    dues = []
    for customer in ("c", "d"):
        journey = dispatcher.journey(customer)
        assert journey is not None
        dues += [one.due for one in journey.owed if one.rule == "call"]
        touched = Event(K.TOUCHED, friday, "touched", {"touchpoint": Touchpoint.SHOP})
        assert dispatcher.record(customer, "", touched).step.seq == 2
    assert dues == [datetime(2026, 3, 10, 9, tzinfo=TALLINN)] * 2


def test_selling_stops_for_what_is_open_in_another_engagement(world: World) -> None:
    """C02 over all engagements: a doubt, a low score or a question elsewhere, until it is met."""
    offer = Play("offer", Entered(Phase.ASSESS), P.SELL, (EMAIL,), "news")
    dispatcher = world.dispatcher(playbook=playbook(offer))
    dispatcher.record("c", "old", Event(K.PURCHASED, MONDAY - 9 * DAY, "bought"))
    dispatcher.record("c", "old", Event(K.DELIVERED, MONDAY - 8 * DAY, "there"))
    dispatcher.record("c", "old", Event(K.DOUBTED, MONDAY - 7 * DAY, "doubt"))
    dispatcher.record("c", "new", Event(K.CONTACTED, MONDAY, "came"))
    dispatcher.run()
    assert {one.reason for _, one in world.items()["offer"].said} == {"doubt_open"}
    dispatcher.record("c", "old", Event(K.REASSURED, MONDAY, "reassured"))
    low = Event(K.FEEDBACK_CAPTURED, MONDAY, "low", {"nps": 3})
    dispatcher.record("c", "old", low)
    dispatcher.run()
    assert {one.reason for _, one in world.items()["offer"].said} == {"low_score_open"}
    met = Event(K.FULFILLED, MONDAY, "met", {"obligation": "follow_up"})
    dispatcher.record("c", "old", met)
    dispatcher.run()
    assert world.states()["offer"] is State.SENT


def test_a_rehearsal_follows() -> None:
    """Rows that count from others are rehearsed as they would be sent."""
    people = [Person("one", script=(Cue(0, K.CONTACTED),))]
    options: dict[str, Any] = {"start": MONDAY, "policy": POLICY, "library": TEXTS, "days": 14}
    found = rehearse(playbook(*DRIP), people=people, **options)
    sent = [one.play for one in found.lines if one.kind is LineKind.SENT]
    assert sent == ["first", "second", "third", "fourth"]
