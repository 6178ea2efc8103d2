"""A person breaks the claim of a dispatcher that is gone, or is thought to be."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from cxjourney.channels import HookContext, HookOutcome, Sent
from cxjourney.dispatch import AsyncDispatcher, RunReport
from cxjourney.dispatch.journal import AsyncMemoryJournal, MemoryJournal, State
from cxjourney.errors import SequenceError
from cxjourney.vocabulary import EventKind
from tests.dispatch.crashing import Crash
from tests.dispatch.stores import Empty
from tests.dispatch.world import LIBRARY, MONDAY, NOTE, POLICY, Carrier, World, hooks, playbook

K = EventKind


def crashed(world: World, ahead: timedelta) -> World:
    """Let a dispatcher whose clock is ahead die at a hook, and put the clock right."""

    def dies(_: HookContext) -> HookOutcome:
        raise Crash

    world.happens(K.PURCHASED)
    world.clock.at += ahead
    with pytest.raises(Crash):
        world.dispatcher(hooks=hooks(Carrier(dies))).run()
    world.clock.at -= ahead
    return world


@pytest.mark.no_cover
@pytest.mark.parametrize("idempotent", [False, True])
def test_a_claim_that_was_set_days_ahead_can_be_broken(empty: Empty, idempotent: bool) -> None:
    """The next run finds what was cut off, and goes on as after any crash."""
    world = crashed(World(journal=empty()), timedelta(days=3))
    company = world.dispatcher(hooks=hooks(world.carrier, idempotent=idempotent))
    world.clock.pass_by(minutes=10)
    assert company.run() == RunReport()
    attention = company.next_attention()
    assert attention is not None
    assert attention > world.clock.at + timedelta(days=2)
    (held,) = world.journal.outbox([State.STARTED])
    assert company.break_claim(held.intent.customer)
    assert company.next_attention() == world.clock.at
    found = State.PLANNED if idempotent else State.UNKNOWN
    assert company.run().handled == {found: 1}
    world.clock.pass_by(minutes=1)
    company.run()
    assert world.states() == {"welcome": State.SENT if idempotent else State.UNKNOWN}


def test_there_is_nothing_to_break_where_nobody_holds_a_customer(empty: Empty) -> None:
    """Neither before nor after a run, nor of somebody unknown; and nothing is written."""
    world = World(journal=empty())
    company = world.dispatcher()
    assert not company.break_claim("c")
    world.happens(K.PURCHASED)
    before = world.journal.read("c")
    assert not company.break_claim("c")
    assert world.journal.read("c") == before
    company.run()
    assert not company.break_claim("c")


def test_whoever_is_still_at_work_says_what_came_of_it_and_stops() -> None:
    """The outcome of the hook is kept; what else was due is for whoever comes next."""
    world = World()

    def slow(context: HookContext) -> HookOutcome:
        if context.intent.play == "answer":
            assert world.dispatcher().break_claim("c")
            (claim,) = world.journal.claim(world.clock.at, world.clock.at + timedelta(1), 9)
            assert claim.customer == "c"
        return Sent(note="it fits")

    world.carrier.says = slow
    world.happens(K.PURCHASED)
    world.happens(K.ASKED, question="?")
    world.dispatcher().run()
    assert world.states() == {"welcome": State.PLANNED, "answer": State.SENT}


def test_a_claim_is_broken_however_others_write_meanwhile() -> None:
    """Who loses a race tries again; the asynchronous dispatcher does the same."""
    world = crashed(World(), timedelta(days=3))
    assert isinstance(world.journal, MemoryJournal)

    class Contended(AsyncMemoryJournal):
        times = 2

        async def commit(self, commit: Any) -> None:
            if self.times:
                self.times -= 1
                raise SequenceError(commit.expected, commit.expected + 1)
            await super().commit(commit)

    async def sends(_: HookContext) -> HookOutcome:
        return Sent()

    company = AsyncDispatcher(
        Contended(world.journal),
        playbook=playbook(),
        policy=POLICY,
        library=LIBRARY,
        hooks=hooks(sends),  # type: ignore[arg-type]
        clock=lambda: MONDAY,
    )
    assert asyncio.run(company.break_claim("c"))
    assert not asyncio.run(company.break_claim("c"))


@pytest.mark.no_cover
def test_a_claim_holds_for_as_long_as_the_hook_may_take(empty: Empty) -> None:
    """Nobody else takes a customer over while a hook is within its time, and then somebody does."""
    world = World(journal=empty())
    reports: list[RunReport] = []

    def slow(context: HookContext) -> HookOutcome:
        for minutes in (60, 10) if context.intent.play == "answer" else ():
            world.clock.pass_by(minutes=minutes)
            reports.append(world.dispatcher().run())
        return Sent(note=NOTE)

    world.happens(K.PURCHASED)
    world.happens(K.ASKED, question="?")
    given = hooks(Carrier(slow), timeout=timedelta(minutes=61))
    world.dispatcher(hooks=given).run()
    assert reports == [RunReport(), RunReport(1, {State.UNKNOWN: 1, State.SENT: 1})]
    assert world.states() == {"welcome": State.SENT, "answer": State.SENT}
