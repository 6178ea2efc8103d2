"""Decisions and what people do can be accounted for: by what, and by whom."""

import asyncio
from datetime import timedelta

import attrs
import pytest

from cxjourney.channels import Failed, HookOutcome, Library, Sent, Unknown
from cxjourney.channels.policy import Policy
from cxjourney.dispatch import AsyncDispatcher
from cxjourney.dispatch.journal import AsyncMemoryJournal, MemoryJournal, State
from cxjourney.errors import InvalidError
from cxjourney.vocabulary import Channel, EventKind, Lang
from tests.dispatch.stores import Empty
from tests.dispatch.world import LIBRARY, POLICY, Carrier, World, content, hooks, playbook

K = EventKind


def test_an_intent_keeps_by_what_it_was_decided(empty: Empty) -> None:
    """Playbook, policy, chart, and who approved the text: as of when it was last asked about."""
    world = World(journal=empty())
    world.happens(K.PURCHASED)
    item = world.items()["welcome"]
    assert (item.playbook, item.policy) == (("tests", 1), ("standard", 1))
    assert item.chart == tuple(playbook().chart.ref)
    assert item.approved_by == ("bob", "eve")
    assert item.explain() == (
        "affirm the decision, e-mail: planned "
        "(playbook tests 1; policy standard 1; chart eight_phases 2; approved by bob, eve)"
    )
    assert "reeglistik standard 1" in item.explain(Lang.ET)
    assert item.to_dict()["approved_by"] == ["bob", "eve"]
    mine = content("welcome", Channel.EMAIL)
    by_eve = attrs.evolve(mine, approvals=mine.approvals[1:])
    other = attrs.evolve(POLICY, key="careful", version=3)
    world.dispatcher(policy=other, library=Library([by_eve, *LIBRARY.contents[1:]])).run()
    sent = world.items()["welcome"]
    assert (sent.state, sent.playbook) == (State.SENT, ("tests", 1))
    assert (sent.policy, sent.approved_by) == (("careful", 3), ("eve",))


def test_a_task_without_text_has_no_approvals() -> None:
    """Nor has what was moot before anybody was asked, of which no policy was asked either."""
    world = World()
    world.happens(K.ASKED, question="?")
    assert world.items()["answer"].approved_by == ()
    plain = attrs.evolve(world.items()["answer"], playbook=None, policy=None, chart=None)
    assert plain.explain() == "answer, face to face: planned"


@pytest.mark.parametrize("wrong", [{"key": ""}, {"version": 0}, {"version": "1"}])
def test_a_policy_is_named_by_key_and_version(wrong: dict[str, object]) -> None:
    """Both are checked, and stay as they are where a rule is added or left out."""
    with pytest.raises(InvalidError, match="Policy"):
        Policy(**wrong)  # type: ignore[arg-type]
    kept = Policy(key="careful", version=3).without("C08")
    assert (kept.key, kept.version) == ("careful", 3)


def lost(_: object) -> HookOutcome:
    """Say that nobody knows."""
    return Unknown("cut_off")


def test_what_people_do_is_kept_with_who_did_it(empty: Empty) -> None:
    """Driving again and settling stand in the intent's history, in order, each with its actor."""
    world = World(Carrier(lost), journal=empty())
    world.happens(K.PURCHASED)
    company = world.dispatcher()
    company.run()
    key = world.items()["welcome"].key
    company.redrive(key, actor="ann")
    company.run()
    company.redrive(key)
    company.run()
    company.resolve(key, Failed("never_left"), actor="bob")
    told = [(type(one.outcome).__name__, one.by) for one in world.journal.attempts(key)]
    assert told == [
        ("Unknown", None),
        ("Deferred", "ann"),
        ("Unknown", None),
        ("Deferred", None),
        ("Unknown", None),
        ("Failed", "bob"),
    ]


def test_who_breaks_a_claim_is_kept_with_what_was_being_sent(empty: Empty) -> None:
    """The attempt that was cut off says so; where none was there is nothing to say."""

    def dies(_: object) -> HookOutcome:
        raise KeyboardInterrupt

    world = World(Carrier(dies), journal=empty())
    world.happens(K.PURCHASED)
    company = world.dispatcher()
    assert not company.break_claim("c", actor="ann")
    with pytest.raises(KeyboardInterrupt):
        company.run()
    assert company.break_claim("c", actor="ann")
    (noted,) = world.journal.attempts(world.items()["welcome"].key)
    assert (noted.outcome, noted.by) == (Unknown("claim_broken"), "ann")
    assert company.run().handled == {State.UNKNOWN: 1}


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("actor", "kept"),
    [
        (None, None),
        ("ann", "ann"),
        ("ann7", "ann7"),
        ("C", "customer"),
        (" c ", "customer"),
        ("the form of c.", "customer"),
        ("clerk", "clerk"),
    ],
)
def test_who_erases_is_kept_but_never_the_customer(
    actor: str | None, kept: str | None, empty: Empty
) -> None:
    """An actor in which the customer's own id stands is not written down."""
    world = World(journal=empty())
    world.happens(K.PURCHASED)
    world.dispatcher().erase("c", at=world.clock.at + timedelta(hours=1), actor=actor)
    (left,) = world.journal.tombstones()
    assert left.by == kept


@pytest.mark.parametrize("actor", ["", "  ", 7, "x" * 201])
def test_an_actor_is_a_name(actor: object) -> None:
    """What is none is refused by each of the four, before anything is done; never quoted."""
    world = World(Carrier(lost))
    world.happens(K.PURCHASED)
    company = world.dispatcher()
    company.run()
    key, before = world.items()["welcome"].key, world.journal.read("c")
    named: dict[str, object] = {"actor": actor}
    for act in (
        lambda: company.redrive(key, **named),  # type: ignore[arg-type]
        lambda: company.resolve(key, Sent(), **named),  # type: ignore[arg-type]
        lambda: company.break_claim("c", **named),  # type: ignore[arg-type]
        lambda: company.erase("c", at=world.clock.at, **named),  # type: ignore[arg-type]
    ):
        with pytest.raises(InvalidError, match=r"\.actor: .*; expected a text that is not blank"):
            act()
    assert world.journal.read("c") == before


def test_an_asynchronous_dispatcher_takes_actors_too() -> None:
    """All four of them."""
    world = World(Carrier(lost))
    world.happens(K.PURCHASED)
    world.dispatcher().run()
    assert isinstance(world.journal, MemoryJournal)
    key, at = world.items()["welcome"].key, world.clock.at + timedelta(hours=1)

    async def carry(_: object) -> HookOutcome:
        return Sent()

    company = AsyncDispatcher(
        AsyncMemoryJournal(world.journal),
        playbook=playbook(),
        policy=POLICY,
        hooks=hooks(carry),  # type: ignore[arg-type]
        clock=world.clock,
        library=LIBRARY,
    )

    async def act() -> None:
        await company.redrive(key, actor="ann")
        await company.resolve(key, Sent(), actor="bob")
        assert not await company.break_claim("c", actor="cid")
        assert [one.by for one in world.journal.attempts(key)] == [None, "ann", "bob"]
        await company.erase("c", at=at, actor="dan")

    asyncio.run(act())
    assert [one.by for one in world.journal.tombstones()] == ["dan"]
