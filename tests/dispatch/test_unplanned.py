"""With the CRM down, or a rule of the user's raising, a fact is recorded all the same (SPEC 7)."""

import asyncio
from datetime import timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.channels import HookContext, HookOutcome, Profile, Sent
from cxjourney.channels.policy import Rule, Verdict
from cxjourney.dispatch import DispatchError
from cxjourney.dispatch.journal import OutboxItem, State
from cxjourney.playbook import Playbook
from cxjourney.vocabulary import Event, EventKind, Lang
from tests.dispatch.stores import Empty
from tests.dispatch.test_asynchronous import dispatcher as async_dispatcher
from tests.dispatch.test_asynchronous import states
from tests.dispatch.test_whole_history import Company, lives
from tests.dispatch.world import MONDAY, POLICY, World, hooks, profile

K = EventKind
NAME = "Rich Fat Bastard"
DAY = timedelta(days=1)


def down(_: str) -> Profile:
    """Be a CRM that cannot be reached."""
    raise ConnectionError(NAME)


def judge(_: object, __: object) -> Verdict:
    """Be a rule with a fault in it."""
    raise KeyError(NAME)


BROKEN = {"profiles": down, "policy": POLICY.with_rule(Rule("Z01", judge))}
"""What may fail while something is planned."""


@pytest.fixture(params=BROKEN)
def broken(request: pytest.FixtureRequest) -> dict[str, object]:
    """Give the options of a dispatcher that cannot plan."""
    return {request.param: BROKEN[request.param]}


def bought(at: float = 0) -> Event:
    """Return a purchase, some days later."""
    return Event(K.PURCHASED, MONDAY + at * DAY, f"bought {at}")


@pytest.mark.no_cover
def test_a_fact_is_recorded_and_planned_for_at_the_next_run(
    empty: Empty, broken: dict[str, object]
) -> None:
    """Nothing is planned, the result says why without a name, and the next run makes up for it."""
    world, plain = World(journal=empty()), World()
    recorded = world.dispatcher(**broken).record("c", "", bought())
    assert recorded.planned == ()
    assert recorded.unplanned in {"ConnectionError", "InvalidError"}
    assert NAME not in f"{recorded!r} {recorded} {recorded.to_dict()}"
    assert "the next run" in recorded.explain(Lang.EN)
    assert world.journal.next_attention() == MONDAY
    plain.dispatcher().record("c", "", bought())
    report = world.dispatcher().run()
    plain.dispatcher().run()
    assert report.planned == 1
    assert world.states() == plain.states() == {"welcome": State.SENT}
    assert world.dispatcher().run().planned == 0
    assert world.dispatcher().record("c", "", bought()).unplanned is None


def test_what_is_unplanned_waits_for_as_long_as_the_trouble_lasts(
    broken: dict[str, object],
) -> None:
    """A run that cannot plan either says so, and loses nothing, nor what came meanwhile."""
    world = World()
    world.dispatcher(**broken).record("c", "", bought())
    with pytest.raises(DispatchError) as raised:
        world.dispatcher(**broken).run()
    assert len(raised.value.exceptions) == 1
    world.clock.pass_by(days=1)
    asks = Event(K.ASKED, MONDAY + DAY, "?", {"question": "?"})
    world.dispatcher(**broken).record("c", "", asks)
    late = world.dispatcher(**broken).record("c", "", Event(K.CONTACTED, MONDAY - DAY, "late"))
    assert (late.planned, late.not_called_for, bool(late.unplanned)) == (
        (),
        (),
        "profiles" in broken,
    )
    world.dispatcher().run()
    assert world.states() == {"welcome": State.SENT, "answer": State.SENT}


def test_an_outcome_is_written_though_nobody_can_plan_what_follows() -> None:
    """What a hook said stays, and its news on the journey, with the CRM down in that moment."""
    world, fails = World(), list[bool]()

    def profiles(customer: str) -> Profile:
        return down(customer) if fails else profile(customer)

    def carries(context: HookContext) -> HookOutcome:
        fails.append(True)
        world.dispatcher().record("c", "", Event(K.CONTACTED, MONDAY, "meanwhile"))
        return Sent(note=context.channel.name)

    world.dispatcher().record("c", "", Event(K.ASKED, MONDAY, "?", {"question": "?"}))
    with pytest.raises(DispatchError):  # nor can it be told what else there is to do
        world.dispatcher(profiles=profiles, hooks=hooks(carries)).run()
    journey = world.dispatcher().journey("c")
    assert world.states() == {"answer": State.SENT}
    assert journey is not None
    assert journey.owed == ()


def test_asynchronous_code_keeps_the_fact_too(broken: dict[str, object]) -> None:
    """The same with an ``AsyncDispatcher``."""

    async def test() -> None:
        company = async_dispatcher()
        given: dict[str, Any] = {"profiles": down} if "profiles" in broken else {}
        recorded = await async_dispatcher(journal=company.journal, **given).record(
            "c", "", bought()
        )
        assert recorded.unplanned == ("ConnectionError" if given else None)
        assert ("not planned for" in repr(recorded)) is bool(given)
        assert ("the next run" in recorded.explain(Lang.EN)) is bool(given)
        assert await states(company) == ({} if given else {"welcome": State.PLANNED})
        await company.run()
        assert await states(company) == {"welcome": State.SENT}

    asyncio.run(test())


def outbox(company: Company) -> tuple[OutboxItem, ...]:
    """Return a customer's intents."""
    return company.journal.read("anna").outbox


def same(one: OutboxItem, company: Company) -> OutboxItem | None:
    """Return a company's intent of the same row for the same occurrence, or else the same event.

    A late event may number a stay anew, or tell what else began it; an intent keeps the name that
    it was planned under.
    """
    intent = one.intent
    row = [other for other in outbox(company) if other.intent.play == intent.play]
    for other in row:
        if other.intent.occurrence == intent.occurrence:
            return other
    about = (intent.cause, intent.wish)
    return next((it for it in row if (it.intent.cause, it.intent.wish) == about), None)


@pytest.mark.no_cover
@given(lives(), st.sets(st.integers(0, 24)))
def test_once_the_crm_is_back_the_outbox_is_as_if_it_had_never_failed(
    life: tuple[Playbook, list[Event]], failing: set[int]
) -> None:
    """Whichever events it was down for, late ones among them, the same intents stand there."""
    playbook, events = life
    plain, troubled = Company(playbook), Company(playbook)
    for company in (plain, troubled):
        company.clock.at = max((one.at for one in events), default=MONDAY) + 9 * DAY
        for number, one in enumerate(events):
            company.dispatcher.settings = attrs.evolve(
                company.dispatcher.settings,
                profiles=down if company is troubled and number in failing else lambda _: Profile(),
            )
            company.happens(one)
        company.dispatcher.settings = attrs.evolve(
            company.dispatcher.settings, profiles=lambda _: Profile()
        )
        company.dispatcher.run()
    for item in outbox(plain):  # a late event may undo a situation, and what it called for
        assert same(item, troubled) is not None or item.state is State.SKIPPED
    for item in outbox(troubled):
        other = same(item, plain)
        assert other is not None
        assert other.state is item.state
    assert troubled.owed() == plain.owed()


def test_with_the_crm_down_what_waits_keeps_its_turn() -> None:
    """Which of two intents is the more important cannot be told, and that stops nothing."""
    world = World()
    world.dispatcher().record("c", "", bought())
    asked = Event(K.ASKED, MONDAY, "q", {"question": "?"})
    assert world.dispatcher(profiles=down).record("c", "", asked).unplanned == "ConnectionError"
    world.dispatcher().run()
    world.dispatcher().run()
    assert world.carrier.calls == {"welcome": 1, "answer": 1}
