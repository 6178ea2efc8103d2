"""What a dispatcher is made of is checked when it is made."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial, wraps
from typing import Any
from unittest.mock import AsyncMock

import pytest
import trio

from cxjourney.channels import HookContext, HookOutcome, HookSet, Profile, Sent
from cxjourney.dispatch import AsyncDispatcher, Dispatcher
from cxjourney.dispatch.journal import AsyncMemoryJournal, MemoryJournal, State
from cxjourney.errors import InvalidError
from cxjourney.vocabulary import EventKind, Purpose
from tests.dispatch.world import LIBRARY, MONDAY, NOTE, POLICY, Carrier, World, hooks, playbook


def plain(_: HookContext) -> HookOutcome:
    """Send at once."""
    return Sent(note=NOTE)


async def awaited(_: HookContext) -> HookOutcome:
    """Send at once, for asynchronous code."""
    return Sent(note=NOTE)


class Plain:
    """An object that is called as a hook."""

    def __call__(self, _: HookContext) -> HookOutcome:
        """Send at once."""
        return Sent(note=NOTE)


class Awaited:
    """An object that is called as an asynchronous hook."""

    async def __call__(self, _: HookContext) -> HookOutcome:
        """Send at once."""
        return Sent(note=NOTE)

    async def method(self, _: HookContext) -> HookOutcome:
        """Send at once."""
        return Sent(note=NOTE)


@wraps(awaited)
def around(context: HookContext) -> Any:
    """Return what is to be awaited."""
    return awaited(context)


PLAIN = (plain, Plain(), partial(plain), partial(Plain()), lambda _: Sent())
ASYNC = (awaited, Awaited(), Awaited().method, partial(awaited), partial(Awaited()), AsyncMock())


def make(kind: type[Any], hook: Any, **options: Any) -> Any:
    """Make a dispatcher with one hook for all channels."""
    journal = MemoryJournal() if kind is Dispatcher else AsyncMemoryJournal()
    given = {"journal": journal, "hooks": hooks(hook), "clock": lambda: MONDAY, **options}
    return kind(playbook=playbook(), policy=POLICY, library=LIBRARY, **given)


@pytest.mark.parametrize(
    ("kind", "right", "wrong", "found"),
    [
        (Dispatcher, (*PLAIN, around), ASYNC, "async for FACE_TO_FACE"),
        (AsyncDispatcher, (*ASYNC, around), PLAIN, "not async for FACE_TO_FACE"),
    ],
)
def test_hooks_are_of_the_dispatchers_own_kind(
    kind: type[Any], right: tuple[Any, ...], wrong: tuple[Any, ...], found: str
) -> None:
    """The other kind is refused, however it was made, with its channel and what would be right."""
    for hook in right:
        make(kind, hook)
    for hook in wrong:
        with pytest.raises(InvalidError) as refused:
            make(kind, hook)
        assert (refused.value.where, refused.value.found) == (f"{kind.__name__}.hooks", found)
        assert "ispatcher" in str(refused.value)


@pytest.mark.parametrize(("kind", "hook"), [(Dispatcher, plain), (AsyncDispatcher, awaited)])
def test_profiles_and_clock_are_plain_and_the_journal_is_of_the_same_kind(
    kind: type[Any], hook: Any
) -> None:
    """What is never awaited must not be asynchronous, and what is awaited must be."""

    async def profiles(_: str) -> Profile:
        return Profile()

    for field in ("profiles", "clock"):
        with pytest.raises(InvalidError, match=f"{field}: asynchronous; expected a plain"):
            make(kind, hook, **{field: profiles})
    other = AsyncMemoryJournal() if kind is Dispatcher else MemoryJournal()
    with pytest.raises(InvalidError, match=rf"{kind.__name__}\.journal: .* for .* code"):
        make(kind, hook, journal=other)


@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        (hooks(plain), ""),
        (HookSet(), "FACE_TO_FACE, EMAIL, POST"),
        (hooks(plain, purposes=[Purpose.AFFIRM, Purpose.ANSWER]), "EMAIL"),
        (hooks(plain, purposes=[Purpose.ASK_FEEDBACK]), "FACE_TO_FACE, EMAIL, POST"),
    ],
)
def test_channels_that_nothing_carries_are_named(
    given: HookSet[Any], lacking: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The log warns of channels of the playbook without a hook for the purpose of their row."""
    make(Dispatcher, plain, hooks=given)
    told = [(one.name, one.levelno, one.getMessage()) for one in caplog.records]
    message = (
        f"Dispatcher has no hook for {lacking}, which the playbook uses; "
        "what waits for it stays waiting"
    )
    assert told == ([("cxjourney.dispatch", logging.WARNING, message)] if lacking else [])


@pytest.mark.parametrize(
    ("field", "wrong", "found"),
    [
        (
            "hook",
            lambda: plain(None),  # type: ignore[arg-type]
            "takes something else; expected a hook for FACE_TO_FACE that takes",
        ),
        ("hook", lambda _, __: Sent(), "takes something else; expected a hook for"),
        ("hook", Plain, "hooks: a class; expected a hook for FACE_TO_FACE that takes one"),
        ("profiles", lambda: None, "profiles: a callable that takes something else; expected a"),
        ("profiles", Profile, "profiles: a class; expected a callable that takes a customer's id"),
        ("clock", lambda _: MONDAY, "clock: a callable that takes something else; expected a"),
        ("on_error", lambda: None, "on_error: a callable that takes something else; expected a"),
        ("journal", MemoryJournal, "journal: a class; expected a journal, as MemoryJournal()"),
        ("lease", 5, "lease: int; expected timedelta"),
        ("policy", None, "policy: None; expected Policy"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_cannot_be_called_as_it_will_be_is_refused_at_once(
    field: str, wrong: Any, found: str
) -> None:
    """By the name that was typed; not at the first customer, and not once for each of them."""
    given = {} if field == "hook" else {field: wrong}
    with pytest.raises(InvalidError, match=r"^Dispatcher\.") as refused:
        Dispatcher(
            **{
                "journal": MemoryJournal(),
                "playbook": playbook(),
                "policy": POLICY,
                "hooks": hooks(wrong if field == "hook" else plain),
                "clock": lambda: MONDAY,
                **given,
            }
        )
    assert found in str(refused.value)


def test_what_does_not_say_what_it_takes_is_taken() -> None:
    """Some functions of other languages do not."""
    make(Dispatcher, plain, on_error=[].append)
    make(Dispatcher, plain, on_error=next)


@pytest.mark.parametrize("wrong", [None, awaited, 7], ids=["nothing", "coroutine", "number"])
def test_what_is_no_profile_is_told(wrong: Any) -> None:
    """Nobody works with it, and Python has nothing to warn of."""
    world = World()

    def profiles(_: str) -> Any:
        return wrong(None) if callable(wrong) else wrong

    world.happens(EventKind.PURCHASED)
    met: list[BaseException] = []
    with pytest.raises(ExceptionGroup):
        world.dispatcher(profiles=profiles, on_error=met.append).run()
    (error,) = met
    told = {"nothing": "None", "number": "int"}
    assert isinstance(error, InvalidError)
    assert error.where == "profiles"
    assert error.found in {"something to be awaited", *told.values()}
    assert error.expected == "a Profile for every customer"


def test_a_plain_function_that_returns_what_is_to_be_awaited_has_sent_nothing() -> None:
    """That cannot be seen before it is called; nothing of it was done: it is surely not sent."""
    world = World(Carrier(awaited))  # type: ignore[arg-type]
    world.happens(EventKind.PURCHASED)
    assert world.dispatcher().run().handled == {State.PLANNED: 1, State.FAILED: 1}
    assert world.items()["welcome"].reason == "not_awaited"


def cancelled_inside(_: HookContext) -> HookOutcome:
    """Wait for something that somebody else cancelled."""
    raise asyncio.CancelledError


async def awaits_cancelled(_: HookContext) -> HookOutcome:
    """Wait for a task that somebody else cancelled."""
    other = asyncio.ensure_future(asyncio.sleep(9))
    other.cancel()
    await other
    raise AssertionError


def test_a_hook_that_raises_cancelled_by_itself_ends_no_run() -> None:
    """Its attempt is unknown, and the next customer is attended to."""
    world = World(Carrier(cancelled_inside))
    for customer in "ab":
        world.happens(EventKind.PURCHASED, customer)
    assert world.dispatcher().run().handled == {State.UNKNOWN: 2}
    assert world.items("b")["welcome"].reason == "raised_CancelledError"


def test_under_trio_a_cancelled_error_of_asyncio_is_an_error_like_others() -> None:
    """There cancelling has an exception of its own."""

    async def raises(_: HookContext) -> HookOutcome:
        raise asyncio.CancelledError

    world = World()
    world.happens(EventKind.PURCHASED)
    assert isinstance(world.journal, MemoryJournal)
    company = make(AsyncDispatcher, raises, journal=AsyncMemoryJournal(world.journal))
    assert trio.run(company.run).handled == {State.UNKNOWN: 1}


@pytest.mark.no_cover
@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("alone", [False, True])
def test_an_asynchronous_one_ends_no_run_either(
    workers: int, alone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only who cancels the run itself ends it."""
    monkeypatch.setattr("cxjourney.dispatch._driving.HAS_ANYIO", not alone)
    world = World()
    for customer in "ab":
        world.happens(EventKind.PURCHASED, customer)
    assert isinstance(world.journal, MemoryJournal)
    journal = AsyncMemoryJournal(world.journal)

    def company(hook: Callable[..., Any]) -> AsyncDispatcher:
        made: AsyncDispatcher = make(AsyncDispatcher, hook, journal=journal, workers=workers)
        return made

    assert asyncio.run(company(awaits_cancelled).run()).handled == {State.UNKNOWN: 2}
    for item in world.journal.outbox([State.UNKNOWN]):
        asyncio.run(company(awaited).redrive(item.key))

    async def stuck(_: HookContext) -> HookOutcome:
        await asyncio.sleep(30)
        return Sent()

    async def cancels() -> None:
        run = asyncio.create_task(company(stuck).run())
        await asyncio.sleep(0.02)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run

    asyncio.run(cancels())
    assert world.journal.outbox([State.STARTED])
