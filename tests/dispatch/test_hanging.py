"""Hooks that take too long: they are given up, and while too many hang they are not called."""

import threading
from contextvars import ContextVar
from datetime import timedelta
from time import monotonic, sleep

import pytest

from cxjourney.channels import Hook, HookContext, HookOutcome, HookSet, Sent
from cxjourney.dispatch import RunReport
from cxjourney.dispatch.journal import State
from cxjourney.vocabulary import Channel, EventKind
from tests.dispatch.world import NOTE, Carrier, World, hooks

K = EventKind
SOON = timedelta(milliseconds=50)
CAP = 10
WHO: ContextVar[str] = ContextVar("who", default="nobody")


def lanes() -> int:
    """Count the threads in which hooks are called."""
    return sum(one.name == "cxjourney-hook" for one in threading.enumerate())


def wait_for(count: int) -> None:
    """Wait until there are so many."""
    until = monotonic() + 10
    while lanes() != count and monotonic() < until:
        sleep(0.001)
    assert lanes() == count


def test_a_hook_may_take_a_minute_unless_it_is_said_otherwise() -> None:
    """A limit that nobody thought of is better than none."""
    given: HookSet[Hook] = HookSet().on(Channel.EMAIL, Carrier())
    endless: HookSet[Hook] = HookSet().on(Channel.EMAIL, Carrier(), timeout=None)
    assert [one.timeout for one in (*given, *endless)] == [timedelta(minutes=1), None]


@pytest.mark.no_cover
@pytest.mark.parametrize("workers", [1, 3])
def test_a_run_makes_its_calls_in_one_thread_for_each_worker(workers: int) -> None:
    """They are used again, see what the caller's context holds, and end with the run."""
    seen: set[int] = set()
    told: set[str] = set()

    def notes(_: HookContext) -> HookOutcome:
        seen.add(threading.get_ident())
        told.add(WHO.get())
        return Sent("ok", NOTE)

    world = World(Carrier(notes))
    world.options = {"hooks": hooks(world.carrier, timeout=timedelta(minutes=1))}
    for number in range(30):
        world.happens(K.PURCHASED, f"customer {number}")
    before, token = lanes(), WHO.set("somebody")
    company = world.dispatcher(workers=workers)
    assert company.run().handled == {State.SENT: 30}
    WHO.reset(token)
    assert 1 <= len(seen) <= workers
    assert threading.get_ident() not in seen
    assert told == {"somebody"}
    wait_for(before)


def test_while_too_many_calls_hang_a_hook_is_not_called() -> None:
    """What was not called waits, and is surely not sent; other hooks act all the same."""
    before, go_on = lanes(), threading.Event()

    def hangs(_: HookContext) -> HookOutcome:
        go_on.wait(30)
        return Sent("late")

    stuck = Carrier(hangs)
    world = World()
    given = HookSet[Hook]().on(Channel.EMAIL, stuck, timeout=SOON, idempotent=True)
    given = given.on(Channel.FACE_TO_FACE, world.carrier, timeout=timedelta(minutes=1))
    for number in range(CAP + 5):
        world.happens(K.PURCHASED, f"customer {number}")
        world.happens(K.ASKED, f"customer {number}", question="?")
    company = world.dispatcher(hooks=given)
    report = company.run()
    assert report == RunReport(CAP + 5, {State.PLANNED: CAP + 5, State.SENT: CAP + 5})
    waiting = world.journal.outbox([State.PLANNED])
    reasons = sorted(one.reason for one in waiting)
    assert reasons == ["timed_out"] * CAP + ["too_many_hang"] * 5
    assert len(stuck.contexts) == CAP
    wait_for(before + CAP)
    world.clock.pass_by(minutes=2)
    assert company.run().handled == {State.PLANNED: CAP + 5}
    assert len(stuck.contexts) == CAP
    go_on.set()
    wait_for(before)
    world.clock.pass_by(minutes=5)
    assert company.run().handled == {State.SENT: CAP + 5}
    wait_for(before)


def test_who_stops_the_program_stops_it_during_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread of the call ends with the call; the attempt stays on record as started."""
    before, go_on = lanes(), threading.Event()

    def waits(_: HookContext) -> HookOutcome:
        go_on.wait(30)
        return Sent()

    def interrupted(_: object, __: float) -> None:
        raise KeyboardInterrupt

    world = World(Carrier(waits))
    world.happens(K.PURCHASED)
    monkeypatch.setattr("cxjourney.dispatch._calling.wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        world.dispatcher(hooks=hooks(world.carrier, timeout=timedelta(minutes=1))).run()
    assert world.states() == {"welcome": State.STARTED}
    go_on.set()
    wait_for(before)
