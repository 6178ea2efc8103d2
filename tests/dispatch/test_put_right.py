"""What people put right: consent that comes late, approvals, bounces, times, order, segments."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, cast

import attrs
import pytest

from cxjourney import Channel, Event, EventKind, Lang, Phase, Purpose
from cxjourney.channels import (
    Approval,
    Content,
    Failed,
    HookContext,
    HookOutcome,
    Library,
    Profile,
    Sent,
    Skipped,
    digest_of,
)
from cxjourney.channels.policy import Limits, Policy, Rule, Verdict
from cxjourney.dispatch import Backoff
from cxjourney.dispatch.journal import Commit, Journal, MemoryJournal, State
from cxjourney.errors import InvalidError, NotSettledError, QuotaError
from cxjourney.playbook import Entered, NearlyDue, Opened, Play
from cxjourney.vocabulary import Touchpoint
from tests.dispatch.crashing import Crash, FaultyHook, FaultyJournal, Fuse
from tests.dispatch.stores import Empty
from tests.dispatch.world import MONDAY, POLICY, World, content, hooks, playbook

K = EventKind
EMAIL, POST, TEXT, PERSON = Channel.EMAIL, Channel.POST, Channel.TEXT, Channel.FACE_TO_FACE
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WELCOME = Play("welcome", Entered(Phase.ASSESS), Purpose.INFORM, (EMAIL,), "welcome")
ANSWER = Play("answer", Opened("answer"), Purpose.ANSWER, (EMAIL, POST), "ask", tells=K.ANSWERED)
SHOP = Touchpoint.SHOP
YES: dict[str, Any] = {"channel": EMAIL, "purpose": Purpose.INFORM}


@pytest.fixture(params=["memory", pytest.param("in_sqlite", marks=pytest.mark.no_cover)])
def kept(request: pytest.FixtureRequest) -> Empty:
    """Give empty journals, in memory and in SQLite."""
    found: Empty = request.getfixturevalue(request.param)
    return found


def company(empty: Empty, *plays: Play, **options: Any) -> World:
    """Return a company with a playbook of some rows."""
    world = World(journal=empty())
    world.options = {"playbook": playbook(*plays), **options}
    return world


def tell(world: World, kind: EventKind, at: datetime, id: str = "", **payload: Any) -> Any:
    """Record an event of some moment."""
    event = Event(kind, at, id or kind.name, payload)
    return world.dispatcher().record("c", "", event)


def pass_time(world: World, until: datetime) -> int:
    """Let time pass, with a run whenever there is something to do; return how many."""
    runs = 0
    while (at := world.journal.next_attention()) is not None and at <= until:
        world.clock.at = max(world.clock.at, at)
        world.dispatcher().run()
        runs += 1
    world.clock.at = until
    return runs


def says(*approved: str, id: str = "ask", channel: Channel = EMAIL) -> Content:
    """Return a text that some people approved."""
    digest = digest_of(f"{id} {channel.value}")
    return Content(id, channel, "ann", digest, tuple(Approval(one, digest) for one in approved))


@pytest.mark.no_cover
@pytest.mark.parametrize("runs_between", [True, False])
@pytest.mark.parametrize("backwards", [False, True])
def test_a_consent_that_comes_after_the_contact_gives_one_welcome(
    kept: Empty, *, backwards: bool, runs_between: bool
) -> None:
    """Contacted at nine, consent at five past: one welcome, whichever is told first."""
    world = company(kept, WELCOME, policy=Policy())
    told = [(K.CONTACTED, MONDAY, {}), (K.CONSENT_GIVEN, MONDAY + 5 * MINUTE, YES)]
    world.clock.at = MONDAY + 5 * MINUTE if backwards else MONDAY
    for kind, at, payload in reversed(told) if backwards else told:
        world.clock.at = max(world.clock.at, at)
        tell(world, kind, at, **payload)
        if runs_between:
            world.dispatcher().run()
    world.dispatcher().run()
    pass_time(world, MONDAY + 8 * DAY)
    assert world.carrier.calls == {"welcome": 1}
    assert world.items()["welcome"].settled_at == MONDAY + 5 * MINUTE


@pytest.mark.no_cover
def test_what_waits_says_so_and_lapses_as_denied(kept: Empty) -> None:
    """It has the rule as its reason, is looked at now and then, and is denied when it lapses."""
    world = company(kept, WELCOME, policy=Policy())
    (item,) = tell(world, K.CONTACTED, MONDAY).planned
    assert (item.state, item.reason, item.channel) == (State.WAITING, "C01", EMAIL)
    assert world.journal.outbox([State.WAITING]) == (item,)
    for lang, word in ((Lang.EN, "waiting"), (Lang.ET, "ootab"), (Lang.FI, "odottaa")):
        assert f": {word} (" in item.explain(lang)
    assert pass_time(world, MONDAY + 8 * DAY) < 20
    lapsed = world.items()["welcome"]
    assert (lapsed.state, lapsed.reason) == (State.DENIED, "C01")
    assert lapsed.settled_at == MONDAY + 7 * DAY + datetime.resolution
    assert world.journal.next_attention() is None or not world.carrier.contexts


TOLD = {
    Lang.EN: (
        "inform, e-mail: waiting (C01: no consent is on record;",
        "inform, e-mail: denied (C01: no consent is on record;",
        "inform, e-mail: left undone (what called for it was taken back;",
        "answer, e-mail: left undone (it is not owed any more;",
    ),
    Lang.ET: (
        "teavitamine, e-kiri: ootab (C01: nõusolekut ei ole kirjas;",
        "teavitamine, e-kiri: keelatud (C01: nõusolekut ei ole kirjas;",
        "teavitamine, e-kiri: tegemata jäetud (selle põhjus võeti tagasi;",
        "vastamine, e-kiri: tegemata jäetud (kohustust enam ei ole;",
    ),
    Lang.FI: (
        "tiedottaminen, sähköposti: odottaa (C01: suostumusta ei ole kirjattu;",
        "tiedottaminen, sähköposti: kielletty (C01: suostumusta ei ole kirjattu;",
        "tiedottaminen, sähköposti: jätetty tekemättä (sen syy peruttiin;",
        "vastaaminen, sähköposti: jätetty tekemättä (velvoitetta ei enää ole;",
    ),
}
"""What is told of what waits, was denied, was called off, and was met otherwise."""


def test_it_is_told_in_three_languages_why_nothing_was_sent(kept: Empty) -> None:
    """What waits, what was denied, and what was called off say why; a hook's own word stays."""
    world = company(
        kept, WELCOME, ANSWER, policy=Policy(Limits(service=frozenset({Purpose.ANSWER})))
    )
    tell(world, K.CONTACTED, MONDAY)
    found = [world.items()["welcome"]]
    pass_time(world, MONDAY + 8 * DAY)
    found.append(world.items()["welcome"])
    world = company(kept, WELCOME, ANSWER, policy=POLICY)
    tell(world, K.ASKED, MONDAY, question="?")
    tell(world, K.RETRACTED, MONDAY, event="asked", actor="ann", reason="wrong")
    found.append(world.items()["welcome"])
    world = company(kept, WELCOME, attrs.evolve(ANSWER, after=HOUR), policy=POLICY)
    tell(world, K.ASKED, MONDAY, question="?")
    tell(world, K.ANSWERED, MONDAY)
    world.carrier.says = lambda _: Skipped("no ink")
    pass_time(world, MONDAY + HOUR)
    found.append(world.items()["answer"])
    for lang, wanted in TOLD.items():
        told = [one.explain(lang) for one in found]
        for place, words in enumerate(wanted):
            assert told[place].startswith(words), told
    own = world.items()["welcome"]
    assert (own.why(), "no ink" in own.explain()) == ("no ink", False)
    world.carrier.says = raising
    tell(world, K.ASKED, world.clock(), "more", question="?")
    pass_time(world, world.clock() + HOUR)
    (unsure,) = world.journal.outbox([State.UNKNOWN])
    assert [unsure.why(lang).endswith("(ValueError)") for lang in Lang] == [True] * 3
    sent = company(kept, WELCOME, policy=POLICY)
    tell(sent, K.CONTACTED, MONDAY)
    assert sent.items()["welcome"].why() == ""


def raising(_: HookContext) -> HookOutcome:
    """Raise something of one's own."""
    raise ValueError


@pytest.mark.no_cover
def test_an_answer_goes_when_its_text_is_approved(kept: Empty) -> None:
    """An hour late, with the question still open: at the first run of whoever knows of it."""
    world = company(kept, ANSWER, library=Library([says(), says(channel=POST)]))
    tell(world, K.ASKED, MONDAY, question="?")
    pass_time(world, MONDAY + HOUR)
    assert world.items()["answer"].reason == "C04"
    world.options["library"] = Library([says("bob"), says(channel=POST)])
    assert world.dispatcher().run().handled == {State.SENT: 1}
    assert world.carrier.contexts[0].now == MONDAY + HOUR
    assert world.dispatcher().journey("c").owed == ()  # type: ignore[union-attr]


def test_after_a_second_approval_all_get_the_text(kept: Empty) -> None:
    """Two may get a text that one approved; the other two when somebody else has."""
    limits = Limits(service=frozenset(Purpose), audience_limit=2)
    world = company(kept, WELCOME, policy=Policy(limits))
    world.options["library"] = Library([says("bob", id="welcome")])
    for one in "abcd":
        world.happens(K.CONTACTED, one)
    world.dispatcher().run()
    assert [one.intent.customer for one in world.carrier.contexts] == ["a", "b"]
    assert world.items("d")["welcome"].reason == "C05"
    world.clock.pass_by(days=2)
    world.options["library"] = Library([says("bob", "eve", id="welcome")])
    world.dispatcher().run()
    assert [one.intent.customer for one in world.carrier.contexts] == ["a", "b", "c", "d"]


def test_it_is_judged_as_of_the_moment_at_which_it_is_sent(kept: Empty) -> None:
    """A text of half past eight planned at half past seven goes as a text, and what Monday may."""
    plays = (
        Play("soon", Entered(Phase.ASSESS), Purpose.INFORM, (TEXT, EMAIL), "soon", after=HOUR),
        Play("monday", Entered(Phase.ASSESS), Purpose.INFORM, (EMAIL,), "soon", after=DAY),
    )
    texts = Library([content("soon", TEXT), content("soon", EMAIL)])
    rule = Rule(
        "no_sundays", lambda case, _: Verdict.deny("day_off") if case.now.weekday() == 6 else None
    )
    alone = attrs.evolve(rule, channels={EMAIL})
    world = company(kept, *plays, library=texts, profiles=lambda _: Profile())
    world.options["policy"] = POLICY.with_rule(alone)
    world.clock.at = MONDAY - DAY - 90 * MINUTE
    text, monday = tell(world, K.CONTACTED, world.clock.at).planned
    assert (text.state, text.channel, text.said) == (State.PLANNED, TEXT, ())
    assert (monday.state, monday.said) == (State.PLANNED, ())
    pass_time(world, MONDAY)
    assert [one.channel for one in world.carrier.contexts] == [TEXT, EMAIL]
    assert world.carrier.contexts[0].now == MONDAY - DAY - 30 * MINUTE


@pytest.mark.no_cover
def test_a_recommendation_that_was_asked_for_is_asked_again_in_june(kept: Empty) -> None:
    """Ninety days must lie between: in March they do not, in June they do."""
    plays = [
        Play(
            name,
            Entered(Phase.ADOPT),
            Purpose.ASK_REFERRAL,
            (EMAIL,),
            "ask",
            after=after,
            lasts=DAY,
        )
        for name, after in (("now", timedelta()), ("june", 92 * DAY))
    ]
    limits = attrs.evolve(POLICY.limits, ask_wait=DAY)
    world = company(kept, *plays, policy=Policy(limits))
    for number, kind in enumerate(
        (K.PURCHASED, K.DELIVERED, K.RESULT_ACHIEVED, K.FEEDBACK_CAPTURED, K.LOYALTY_SHOWN)
    ):
        tell(world, kind, MONDAY - (5 - number) * HOUR)
    world.dispatcher().run()
    assert world.states() == {"now": State.SENT, "june": State.PLANNED}
    pass_time(world, MONDAY + 93 * DAY)
    assert world.carrier.calls == {"now": 1, "june": 1}


def test_a_changed_profile_is_asked_about_when_somebody_says_so(kept: Empty) -> None:
    """The library cannot know of it; of one customer, or of everybody's."""
    names: dict[str, str] = {}
    text = attrs.evolve(says("bob", "eve", id="welcome"), variables=frozenset({"name"}))
    world = company(kept, WELCOME, library=Library([text]))
    world.options["profiles"] = lambda one: Profile(values={"name": names.get(one, "")})
    dispatcher = world.dispatcher()
    for one in "ab":
        world.happens(K.CONTACTED, one)
    dispatcher.run()
    names |= {"a": "Ann", "b": "Bo"}
    assert dispatcher.run().handled == {}
    assert [dispatcher.ask_again("nobody"), dispatcher.ask_again("a")] == [0, 1]
    assert dispatcher.run().handled == {State.SENT: 1}
    assert dispatcher.ask_again() == 1
    assert dispatcher.run().handled == {State.SENT: 1}
    assert world.carrier.calls == {"welcome": 2}


def test_what_was_denied_is_listed_while_it_is_owed_and_can_be_driven_again(kept: Empty) -> None:
    """Denied for good and owed still: a person finds it, mends what is wrong, and lets it go."""
    no = attrs.evolve(next(one for one in POLICY.rules if one.id == "C04"), may_pass=False)
    world = company(kept, ANSWER, library=Library([says(), says(channel=POST)]))
    world.options["policy"] = POLICY.with_rule(no)
    (item,) = tell(world, K.ASKED, MONDAY, question="?").planned
    assert (item.state, item.reason) == (State.DENIED, "C04")
    assert world.journal.still_owed() == (item,)
    for lang, word in ((Lang.EN, "denied"), (Lang.ET, "keelatud"), (Lang.FI, "kielletty")):
        assert f": {word} (" in item.explain(lang)
    world.options["library"] = Library([says("bob")])
    again = world.dispatcher().redrive(item.key, actor="kai")
    assert again.state is State.PLANNED
    assert world.dispatcher().run().handled == {State.SENT: 1}
    assert world.journal.still_owed() == ()
    with pytest.raises(NotSettledError):
        world.dispatcher().redrive(item.key)


def sent_by_mail(kept: Empty, *plays: Play, **options: Any) -> tuple[World, str]:
    """Return a company that answered a question by e-mail, and the intent's key."""
    world = company(kept, *(plays or (ANSWER,)), **options)
    tell(world, K.ASKED, MONDAY, question="?")
    world.dispatcher().run()
    assert world.items()["answer"].channel is EMAIL
    world.clock.pass_by(hours=5)
    return world, world.items()["answer"].key


@pytest.mark.no_cover
def test_what_came_back_goes_through_the_next_channel(kept: Empty) -> None:
    """The duty is owed again, the letter answers it, and e-mail is held until it is mended."""
    world, key = sent_by_mail(kept)
    dispatcher = world.dispatcher()
    again = dispatcher.resolve(key, Failed("bounced"), actor="mta")
    assert (again.state, again.channel, again.settled_at) == (State.PLANNED, POST, None)
    journey = dispatcher.journey("c")
    assert journey is not None
    assert [one.rule for one in journey.owed] == ["answer"]
    kinds = [step.event.kind for step in journey.history]
    assert K.UNDELIVERABLE in kinds
    taken_back = next(step.event for step in journey.history if step.event.kind is K.RETRACTED)
    assert (taken_back.payload["actor"], taken_back.payload["reason"]) == ("mta", "bounced")
    assert dispatcher.run().handled == {State.SENT: 1}
    assert [one.channel for one in world.carrier.contexts] == [EMAIL, POST]
    assert [one.channel for one in world.carrier.contexts[1].history.contacts] == []
    journey = dispatcher.journey("c")
    assert journey is not None
    assert journey.owed == ()
    assert [one.by for one in world.journal.attempts(key)] == [None, "mta", None]
    tell(world, K.ASKED, world.clock(), "2", question="and?")
    dispatcher.run()
    assert world.carrier.contexts[-1].channel is POST, "D01"
    tell(world, K.DELIVERABLE, world.clock(), channel=EMAIL)
    tell(world, K.ASKED, world.clock(), "3", question="and then?")
    dispatcher.run()
    assert world.carrier.contexts[-1].channel is EMAIL


@pytest.mark.parametrize("ran", [False, True])
def test_a_report_that_comes_twice_is_not_one_of_the_next_channel(
    kept: Empty, *, ran: bool
) -> None:
    """Mail servers report twice, and whoever reads reports may crash in between."""
    world, key = sent_by_mail(kept)
    world.dispatcher().resolve(key, Failed("bounced"), channel=EMAIL)
    if ran:
        world.dispatcher().run()
    before = world.items()["answer"]
    assert before.channel is POST
    with pytest.raises(NotSettledError, match="expected one that goes by email still"):
        world.dispatcher().resolve(key, Failed("bounced"), channel=EMAIL)
    assert world.items()["answer"] == before
    world.dispatcher().run()
    assert [one.channel for one in world.carrier.contexts] == [EMAIL, POST]
    back = world.dispatcher().resolve(key, Failed("returned"), channel=POST)
    assert (back.state, back.channel) == (State.FAILED, POST)
    with pytest.raises(InvalidError, match=r"resolve\.channel"):
        world.dispatcher().resolve(key, Failed("bounced"), channel=cast("Channel", "email"))


def test_what_came_back_without_another_channel_is_a_dead_letter(kept: Empty) -> None:
    """And its duty is owed: it is listed; once the channel is mended it can be driven again."""
    world, key = sent_by_mail(kept, attrs.evolve(ANSWER, channels=(EMAIL,)))
    dead = world.dispatcher().resolve(key, Failed("bounced"))
    assert (dead.state, dead.reason) == (State.FAILED, "bounced")
    assert [one.key for one in world.journal.still_owed()] == [key]
    world.dispatcher().redrive(key)
    world.dispatcher().run()
    waiting = world.items()["answer"]
    assert (waiting.state, waiting.reason) == (State.WAITING, "D01")
    tell(world, K.DELIVERABLE, world.clock(), channel=EMAIL)
    assert world.dispatcher().run().handled == {State.SENT: 1}
    assert world.dispatcher().journey("c").owed == ()  # type: ignore[union-attr]


def test_what_a_full_mailbox_sent_back_does_not_hold_the_channel(kept: Empty) -> None:
    """The letter goes this time, and the next mail is a mail again; without a letter it waits."""
    world, key = sent_by_mail(kept)
    gave_up = Failed("gave_up", retryable=True)
    assert world.dispatcher().resolve(key, gave_up).channel is POST
    with pytest.raises(InvalidError, match="redrive"):
        world.dispatcher().resolve(key, gave_up)
    world.dispatcher().run()
    tell(world, K.ASKED, world.clock(), "2", question="and?")
    world.dispatcher().run()
    assert [one.channel for one in world.carrier.contexts] == [EMAIL, POST, EMAIL]
    world, key = sent_by_mail(kept, attrs.evolve(ANSWER, channels=(EMAIL,)))
    assert world.dispatcher().resolve(key, gave_up).state is State.FAILED
    world.dispatcher().redrive(key)
    assert world.dispatcher().run().handled == {State.SENT: 1}
    assert world.dispatcher().journey("c").owed == ()  # type: ignore[union-attr]


def test_what_was_sent_can_have_failed_and_nothing_else(kept: Empty) -> None:
    """What a journey was not told of is not taken back; a task inside leaves no channel held."""
    plain = attrs.evolve(ANSWER, tells=None)
    world, key = sent_by_mail(kept, plain)
    with pytest.raises(NotSettledError):
        world.dispatcher().resolve(key, Sent())
    assert world.dispatcher().resolve(key, Failed("bounced")).channel is POST
    inside = attrs.evolve(ANSWER, channels=(PERSON,), content=None, internal=True)
    world = company(kept, inside)
    tell(world, K.ASKED, MONDAY, question="?")
    world.dispatcher().run()
    item = world.items()["answer"]
    assert world.dispatcher().resolve(item.key, Failed("undone")).state is State.FAILED
    journey = world.dispatcher().journey("c")
    assert journey is not None
    assert K.UNDELIVERABLE not in [step.event.kind for step in journey.history]
    assert [one.rule for one in journey.owed] == ["answer"]


def test_a_year_that_was_mistyped_ends_nothing(kept: Empty) -> None:
    """The clock says 2026, one use is dated 2062: the check-ins of the days after are made."""
    check = Play("check_in", Opened("check_in"), Purpose.ONBOARD, (PERSON,), tells=K.TOUCHED)
    check = attrs.evolve(check, tells=None)
    world = company(kept, check)
    for number, kind in enumerate((K.PURCHASED, K.DELIVERED, K.USED_AGAIN)):
        tell(world, kind, MONDAY + number * MINUTE - HOUR)
    wrong = MONDAY.replace(year=2062)
    told = tell(world, K.USED_AGAIN, wrong, "mistyped")
    assert told.ahead
    assert "2062" in told.explain()
    assert told.to_dict()["ahead"]
    assert tell(world, K.USED_AGAIN, wrong, "mistyped").ahead
    made = 0
    for day in range(1, 61):
        world.clock.at = MONDAY + day * DAY
        tell(world, K.USED_AGAIN, world.clock(), f"day {day}")
        tell(world, K.TOUCHED, world.clock(), f"seen {day}", touchpoint=SHOP)
        made += world.dispatcher().run().handled.get(State.SENT, 0)
    assert made >= 2
    assert world.journal.next_attention().year == 2026  # type: ignore[union-attr]
    journey = world.dispatcher().journey("c")
    assert journey is not None
    assert "mistyped" not in [step.event.id for step in journey.history]


def test_an_event_dated_ahead_counts_when_its_time_has_come(kept: Empty) -> None:
    """Five minutes ahead count at once; more is kept, once, until then; no more than the quota."""
    world = company(kept, WELCOME)
    assert not tell(world, K.NEED_ADMITTED, MONDAY + 5 * MINUTE).ahead
    later = MONDAY + HOUR
    assert tell(world, K.PURCHASED, later).ahead
    assert tell(world, K.PURCHASED, later).ahead
    world.dispatcher().run()
    assert world.dispatcher().journey("c").phase is Phase.ADMIT  # type: ignore[union-attr]
    pass_time(world, later)
    journey = world.dispatcher().journey("c")
    assert journey is not None
    assert [step.event.kind for step in journey.history] == [K.NEED_ADMITTED, K.PURCHASED]
    assert not tell(world, K.PURCHASED, later).ahead, "it is known by now"
    for number in range(100):
        tell(world, K.ASKED, later + DAY, f"{number}", question="?")
    with pytest.raises(QuotaError, match="ahead"):
        tell(world, K.ASKED, later + DAY, "one more", question="?")
    assert (
        not world.dispatcher(ahead=2 * DAY)
        .record("c", "", Event(K.CONTACTED, later + DAY, "soon", {}))
        .ahead
    )


def test_a_withdrawal_dated_ahead_is_honoured_at_once(kept: Empty) -> None:
    """Whoever has said no is left in peace, however wrong the date; the journey goes on."""
    world = company(kept, WELCOME)
    stop: dict[str, Any] = {"channel": EMAIL, "purpose": Purpose.INFORM}
    assert tell(world, K.CONSENT_WITHDRAWN, MONDAY.replace(year=2062), **stop).ahead
    (item,) = tell(world, K.CONTACTED, MONDAY).planned
    assert (item.state, item.reason) == (State.WAITING, "C01")


def test_a_first_event_dated_ahead_begins_a_journey_when_its_time_has_come(kept: Empty) -> None:
    """Until then there is nobody to welcome, and the next run is not due before."""
    world = company(kept, WELCOME)
    assert tell(world, K.CONTACTED, MONDAY + DAY).ahead
    assert world.dispatcher().run().handled == {}
    assert world.journal.next_attention() == MONDAY + DAY - 5 * MINUTE
    pass_time(world, MONDAY + DAY)
    assert world.carrier.calls == {"welcome": 1}


@pytest.mark.no_cover
@pytest.mark.parametrize("tips_wait_since", [timedelta(), HOUR])
def test_with_one_contact_a_day_what_is_owed_goes_first(
    kept: Empty, tips_wait_since: timedelta
) -> None:
    """The reminder due today goes, the tips wait; also where the tips could have gone before."""
    remind = Play(
        "remind", NearlyDue("answer", timedelta(hours=160)), Purpose.REMIND, (EMAIL,), "welcome"
    )
    tips = Play("tips", Entered(Phase.ASSESS), Purpose.INFORM, (EMAIL,), "ask", lasts=3 * DAY)
    tips = attrs.evolve(tips, after=8 * HOUR - tips_wait_since)
    world = company(kept, tips, remind, policy=Policy(Limits(service=frozenset(Purpose))))
    tell(world, K.ASKED, MONDAY, question="?")
    pass_time(world, MONDAY + 10 * HOUR)
    assert world.carrier.calls == {"remind": 1}
    assert world.items()["tips"].reason == "C08"
    pass_time(world, MONDAY + 2 * DAY)
    assert world.carrier.calls == {"remind": 1, "tips": 1}


@pytest.mark.no_cover
def test_a_week_that_is_full_of_what_is_owed_has_no_room_for_tips(kept: Empty) -> None:
    """Three contacts a week: what is owed on Wednesday has its place, the tips of Monday wait."""
    rows = [
        Play(f"r{day}", Opened("answer"), Purpose.REMIND, (EMAIL,), "welcome", after=day * DAY)
        for day in (1, 2, 3)
    ]
    tips = Play("tips", Entered(Phase.ASSESS), Purpose.INFORM, (EMAIL,), "ask", lasts=20 * DAY)
    world = company(kept, tips, *rows, policy=Policy(Limits(service=frozenset(Purpose))))
    (*_, asked) = tell(world, K.ASKED, MONDAY, question="?").planned
    assert asked.intent.play == "r3"
    world.dispatcher().run()
    reasons = {verdict.reason for _, verdict in world.items()["tips"].said}
    assert reasons == {"owed_first"}
    pass_time(world, MONDAY + 20 * DAY)
    order = [one.intent.play for one in world.carrier.contexts]
    assert order == ["r1", "r2", "r3", "tips"]


@pytest.mark.no_cover
def test_a_question_does_not_wait_behind_newsletters(kept: Empty) -> None:
    """Throttled to a few customers a run, who wait since long: the question is answered first."""
    news = Play("news", Entered(Phase.ASSESS), Purpose.INFORM, (EMAIL,), "welcome")
    first = attrs.evolve(news, id="first", priority=5, on=Entered(Phase.ADMIT))
    world = company(kept, news, first, ANSWER)
    for number in range(30):
        world.happens(K.CONTACTED, f"n{number:02}")
    world.clock.pass_by(minutes=5)
    world.happens(K.ASKED, "q", question="?")
    world.happens(K.NEED_ADMITTED, "v")
    world.dispatcher().run(limit=10)
    reached = [one.intent.customer for one in world.carrier.contexts]
    assert reached[:2] == ["v", "q"]
    assert [one.intent.play for one in world.carrier.contexts][:2] == ["first", "answer"]
    world.dispatcher().run()
    assert len(world.carrier.contexts) == 33


def test_what_is_put_off_past_its_due_time_is_reported(kept: Empty) -> None:
    """The hook, or a cap, puts off what is owed until too late: the run says so."""
    world = company(kept, ANSWER, library=Library([says()]))
    tell(world, K.ASKED, MONDAY, question="?")
    world.clock.at = MONDAY + 7 * DAY - HOUR
    report = world.dispatcher(backoff=Backoff(ceiling=30 * DAY)).run()
    assert report.late == 0, "it waits, and its last moment is not past its due time"
    world = company(kept, ANSWER)
    tell(world, K.ASKED, MONDAY, question="?")
    world.carrier.says = lambda _: Failed("busy", retryable=True)
    world.clock.at = MONDAY + 7 * DAY - MINUTE
    report = world.dispatcher(backoff=Backoff(first=HOUR)).run()
    assert (report.late, report.handled) == (1, {State.PLANNED: 1})
    for lang, told in (
        (Lang.EN, "put off past the due time 1"),
        (Lang.ET, "tähtajast edasi lükatud 1"),
        (Lang.FI, "lykätty määräajan yli 1"),
    ):
        assert told in report.explain(lang)
    assert report.to_dict()["late"] == 1


def test_the_row_of_the_segment_at_the_send_holds(kept: Empty) -> None:
    """Who became a key account is served as one; who left a segment gets nothing from it."""
    segments = {"rising": None, "leaving": "key", "staying": "key"}

    def served(customer: str) -> Profile:
        return Profile(segment=segments[customer], values={"name": customer})

    plays = (
        attrs.evolve(WELCOME, after=HOUR),
        attrs.evolve(WELCOME, after=HOUR, segment="key", channels=(POST,), content="ask"),
        Play("club", Entered(Phase.ASSESS), Purpose.INFORM, (EMAIL,), "ask", "x", "key", HOUR),
    )
    world = company(kept, *plays, profiles=served)
    for one in segments:
        world.happens(K.CONTACTED, one)
    world.dispatcher().run()
    segments |= {"rising": "key", "leaving": None}
    pass_time(world, MONDAY + HOUR)
    got = {(one.intent.customer, one.intent.play, one.channel) for one in world.carrier.contexts}
    assert got == {
        ("rising", "welcome", POST),
        ("leaving", "welcome", EMAIL),
        ("staying", "welcome", POST),
        ("staying", "club", EMAIL),
    }
    dropped = world.items("leaving")["club"]
    assert (dropped.state, dropped.reason) == (State.SKIPPED, "row_gone")
    for lang, word in ((Lang.EN, "left undone"), (Lang.ET, "tegemata"), (Lang.FI, "jätetty")):
        assert word in dropped.explain(lang)


def put_right(empty: Empty, fuse: Fuse) -> tuple[Counter[str], World]:
    """Let consent come late, a mail come back and be sent again, with crashes; return who got what.

    Whoever was cut off does again what it was at, by a new dispatcher.
    """
    reached, world = Counter[str](), company(empty, WELCOME, ANSWER, policy=Policy())
    world.options["policy"] = Policy(Limits(service=frozenset({Purpose.ANSWER})))

    def carry(context: HookContext) -> HookOutcome:
        reached[f"{context.intent.play} {context.channel.name}"] += 1
        return Sent()

    journal = world.journal
    world.journal = cast("Journal", FaultyJournal(journal, fuse))
    world.options["hooks"] = hooks(FaultyHook(carry, fuse), idempotent=True)

    def comes_back() -> None:
        pass_time(world, world.clock.at + 5 * MINUTE)  # what was cut off is tried again
        answer = world.items()["answer"]
        if answer.state is State.SENT and answer.channel is EMAIL:
            world.dispatcher().resolve(answer.key, Failed("bounced"))

    acts: tuple[Any, ...] = (
        lambda: tell(world, K.CONTACTED, MONDAY),
        lambda: world.dispatcher().run(),
        lambda: tell(world, K.CONSENT_GIVEN, MONDAY + 5 * MINUTE, **YES),
        lambda: tell(world, K.ASKED, MONDAY + 5 * MINUTE, question="?"),
        lambda: tell(world, K.GOAL_SET, MONDAY + HOUR, goal="sleep"),
        lambda: world.dispatcher().run(),
        comes_back,
        lambda: pass_time(world, MONDAY + 2 * DAY),
    )
    for number, act in enumerate(acts):
        world.clock.at = max(world.clock.at, MONDAY + number * 3 * MINUTE)
        while True:
            try:
                act()
            except Crash:
                world.clock.pass_by(minutes=6)  # the claim of the one that is gone runs out
            else:
                break
    world.journal = journal
    return reached, world


@pytest.mark.no_cover
def test_no_crash_keeps_anything_from_being_put_right(kept: Empty) -> None:
    """Wherever the process ends: one welcome, one mail that comes back, and one letter."""
    calm = Fuse()
    expected, world = put_right(kept, calm)
    assert expected == {"welcome EMAIL": 1, "answer EMAIL": 1, "answer POST": 1}
    journey = world.dispatcher().journey("c")
    assert journey is not None
    kinds = {step.event.kind for step in journey.history}
    for point in calm.distinct():
        reached, world = put_right(kept, Fuse(frozenset({point})))
        assert reached.keys() == expected.keys(), point
        assert reached.total() <= 4, "a hook that honours the key may be called once more"
        ended = world.dispatcher().journey("c")
        assert ended is not None
        assert {step.event.kind for step in ended.history} == kinds, point
        assert ended.owed == journey.owed


def test_what_a_chart_has_no_kind_for_is_sent_and_not_told() -> None:
    """An intent of another release may tell of an event that this chart does not know."""
    world = company(MemoryJournal, ANSWER)
    (item,) = tell(world, K.ASKED, MONDAY, question="?").planned
    other = attrs.evolve(
        item, playbook=("other", 1), intent=attrs.evolve(item.intent, tells="mended")
    )
    revision = world.journal.read("c").revision
    world.journal.commit(Commit("c", revision, MONDAY, outbox=(other,)))
    world.dispatcher().run()
    assert world.items()["answer"].state is State.SENT
    journey = world.dispatcher().journey("c")
    assert journey is not None
    assert [one.event.kind for one in journey.history] == [K.ASKED]
