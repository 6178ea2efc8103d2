"""What the policy says of people, gifts and scores, played on journals: SPEC 5 and 6."""

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from cxjourney.channels import Approval, Content, Gift, GiftTrait, Library, Profile, digest_of
from cxjourney.channels.policy import Limits, Policy
from cxjourney.dispatch.journal import State
from cxjourney.playbook import Entered, Opened, Play
from cxjourney.vocabulary import Channel, Event, EventKind, Phase, Purpose, Smiley
from tests.dispatch.world import MONDAY, POLICY, World, content, playbook

if TYPE_CHECKING:
    from tests.dispatch.stores import Empty

K, P = EventKind, Purpose
EMAIL, POST, PERSON = Channel.EMAIL, Channel.POST, Channel.FACE_TO_FACE
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LETTER = Play("letter", Entered(Phase.ASSESS), P.INFORM, (EMAIL,), "letter")


@pytest.fixture(params=["memory", "in_sqlite"])
def world(request: pytest.FixtureRequest) -> World:
    """Give a company whose journal is in memory, or in SQLite."""
    empty: Empty = request.getfixturevalue(request.param)
    return World(journal=empty())


def reasons(world: World, customer: str = "c") -> dict[str, tuple[State, str]]:
    """Return how a customer's intents stand, and why, by play."""
    return {play: (one.state, one.reason) for play, one in world.items(customer).items()}


def test_who_approves_is_a_person_and_no_spelling(world: World) -> None:
    """C04: the author under another spelling, with letters that look alike, is the author."""
    digest = digest_of("letter")
    names = ["ann", "Ann ", "ANN.", "\u0410nn", "A\u200bnn", "\u200b"]
    world.options = {"playbook": playbook(LETTER), "policy": POLICY}

    def says(*by: str) -> Library:
        approvals = tuple(Approval(one, digest) for one in by)
        return Library([Content("letter", EMAIL, "Ann", digest, approvals)])

    world.options["library"] = says(*names)
    world.happens(K.CONTACTED)
    world.dispatcher().run()
    assert reasons(world) == {"letter": (State.WAITING, "C04")}
    world.options["library"] = says(*names, "bob")
    world.dispatcher().run()
    assert world.states() == {"letter": State.SENT}


@pytest.mark.parametrize("name", ["\u200b", "\u2800", ""])
def test_an_invisible_name_is_no_name(world: World, name: str) -> None:
    """C06: where the name is filled in nobody is greeted with nothing; later it is known."""
    world.options = {
        "playbook": playbook(LETTER),
        "policy": POLICY,
        "library": Library([content("letter", EMAIL, variables=frozenset({"name"}))]),
        "profiles": lambda _: Profile(values={"name": name}),
    }
    world.happens(K.CONTACTED)
    world.dispatcher().run()
    assert reasons(world) == {"letter": (State.WAITING, "C06")}
    world.options["profiles"] = lambda _: Profile(values={"name": "Mari"})
    assert world.dispatcher().ask_again("c") == 1
    world.dispatcher().run()
    assert world.states() == {"letter": State.SENT}


@pytest.mark.parametrize("channel", [Channel.GIFT, PERSON, POST, EMAIL])
@pytest.mark.parametrize(
    ("gift", "rule"),
    [
        (Gift(Decimal(50), personal_note=True, traits=[GiftTrait.LOGO]), "G01"),
        (Gift(Decimal("9.99"), personal_note=True, traits=[GiftTrait.LOGO]), "G02"),
        (Gift(Decimal("9.99")), "G03"),
        (Gift(Decimal("9.99"), personal_note=True), None),
    ],
)
def test_a_gift_is_a_gift_whoever_brings_it(
    world: World, channel: Channel, gift: Gift, rule: str | None
) -> None:
    """G01 to G03 go by what is given, not by the channel."""
    bring = Play("bring", Entered(Phase.AFFIRM), P.THANK, (channel,), "gift")
    world.options = {
        "playbook": playbook(bring),
        "policy": POLICY,
        "library": Library([content("gift", channel, gift=gift)]),
    }
    world.happens(K.PURCHASED)
    world.dispatcher().run()
    stands = (State.SENT, "") if rule is None else (State.DENIED, rule)
    assert reasons(world) == {"bring": stands}


@pytest.mark.no_cover
def test_a_recommendation_is_asked_of_two_who_are_one_once(world: World) -> None:
    """C03: asked under one id, nobody is asked again under the other for ninety days."""
    ask = Play("ask", Entered(Phase.ADOPT), P.ASK_REFERRAL, (EMAIL,), "ask", lasts=200 * DAY)
    world.options["playbook"] = playbook(ask)
    facts = (K.PURCHASED, K.DELIVERED, K.RESULT_ACHIEVED, K.FEEDBACK_CAPTURED, K.LOYALTY_SHOWN)

    def adopts(customer: str) -> None:
        for place, kind in enumerate(facts):
            at = world.clock() - (5 - place) * HOUR
            world.dispatcher().record(customer, "", Event(kind, at, kind.name))
        world.dispatcher().run()

    adopts("a")
    world.happens(K.CONTACTED, "b")
    world.clock.pass_by(days=1)
    world.dispatcher().merge("a", "b", actor="ann")
    adopts("b")
    found = [(one.state, one.reason) for one in world.journal.read("b").outbox]
    assert found == [(State.SENT, ""), (State.WAITING, "C03")]
    while len(world.carrier.contexts) == 1:
        at = world.dispatcher().next_attention()
        assert at is not None
        world.clock.at = max(world.clock.at, at)
        world.dispatcher().run()
    first, second = (one.now for one in world.carrier.contexts)
    assert second - first >= 90 * DAY


@pytest.mark.parametrize("smiley", [True, False])
def test_a_low_score_calls_for_a_person_and_stops_selling(world: World, *, smiley: bool) -> None:
    """Nothing is sold until somebody has followed up; a ten calls for thanks."""
    rows = (
        Play("call", Opened("follow_up"), P.SOLVE, (PERSON,), tells=K.FULFILLED),
        Play("thanks", Opened("thank_promoter"), P.THANK, (POST,), "welcome", tells=K.FULFILLED),
        Play("offer", Entered(Phase.ASSESS), P.SELL, (EMAIL,), "welcome"),
    )
    limits = Limits(service=frozenset(P), contacts_a_day=9, contacts_a_week=9)
    world.options = {"playbook": playbook(*rows), "policy": Policy(limits)}
    scored = K.FEEDBACK_CAPTURED
    low: dict[str, Any] = {"smiley": Smiley.SAD} if smiley else {"nps": 6}
    for customer, said in (("c", low), ("d", {"nps": 10})):
        for place, kind in enumerate((K.PURCHASED, K.DELIVERED, K.RESULT_ACHIEVED, scored)):
            payload = said if kind is scored else {}
            event = Event(kind, MONDAY - (9 - place) * HOUR, kind.name, payload)
            world.dispatcher().record(customer, "", event)
        world.dispatcher().record(customer, "new", Event(K.CONTACTED, MONDAY, "came"))
    assert reasons(world)["offer"] == (State.WAITING, "C02")
    world.dispatcher().run()
    assert world.states("d") == {"thanks": State.SENT, "offer": State.SENT}
    assert world.states() == {"call": State.SENT, "offer": State.SENT}
    told = [one.intent.play for one in world.carrier.contexts if one.intent.customer == "c"]
    assert told == ["call", "offer"], "first somebody calls"
