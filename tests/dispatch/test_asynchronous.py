"""The dispatcher for asynchronous code, on asyncio and trio."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from cxjourney import Channel, Event, EventKind
from cxjourney.channels import AsyncHook, HookContext, HookOutcome, HookSet, Sent
from cxjourney.dispatch import AsyncDispatcher, DispatchError, Recorded
from cxjourney.dispatch.journal import AsyncMemoryJournal, Commit, State
from tests.dispatch.world import LIBRARY, MONDAY, NOTE, POLICY, Clock, playbook, profile

K = EventKind
Says = Callable[[HookContext], Awaitable[HookOutcome]]


@pytest.fixture(params=["asyncio", "trio", "asyncio alone"])
def run(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Run a test on each of the event loops, and without anyio."""
    if request.param == "asyncio alone":
        monkeypatch.setattr("cxjourney.dispatch._driving.HAS_ANYIO", False)

        def plainly(test: Callable[[], Any]) -> None:
            asyncio.run(test())

        return plainly

    def through_anyio(test: Callable[[], Any]) -> None:
        anyio.run(test, backend=request.param)

    return through_anyio


async def sends(_: HookContext) -> HookOutcome:
    """Send at once."""
    return Sent("ok", NOTE)


def hooks(says: AsyncHook, **options: Any) -> HookSet[AsyncHook]:
    """Return a set with one hook for every channel."""
    chosen: HookSet[AsyncHook] = HookSet()
    for channel in Channel:
        chosen = chosen.on(channel, says, **{"timeout": None, **options})
    return chosen


def dispatcher(
    says: AsyncHook = sends, clock: Clock | None = None, **options: Any
) -> AsyncDispatcher:
    """Return a dispatcher over a journal of its own."""
    given: dict[str, Any] = {"hooks": hooks(says), "profiles": profile, **options}
    journal = given.pop("journal", None) or AsyncMemoryJournal()
    return AsyncDispatcher(
        journal,
        playbook=playbook(),
        policy=POLICY,
        clock=clock or Clock(),
        library=LIBRARY,
        **given,
    )


async def buys(company: AsyncDispatcher, customer: str = "c") -> None:
    """Record a purchase."""
    event = Event(K.PURCHASED, MONDAY, "bought", {"amount": Decimal(3)})
    await company.record(customer, "", event)


async def states(company: AsyncDispatcher, customer: str = "c") -> dict[str, State]:
    """Return where a customer's intents stand."""
    record = await company.journal.read(customer)
    return {one.intent.play: one.state for one in record.outbox}


def test_it_decides_commits_and_acts(run: Callable[..., None]) -> None:
    """As the synchronous one does; every method of it answers."""

    async def test() -> None:
        company = dispatcher()
        await buys(company)
        assert await company.next_attention() == MONDAY
        assert (await company.run(limit=0)).customers == 0
        assert (await company.run()).handled == {State.SENT: 1}
        assert (await company.run()).customers == 0
        journey = await company.journey("c")
        assert journey is not None
        assert journey.seq == 1
        report = await company.affected_by(playbook().without("welcome"))
        assert (report.customers, [one.name for one in report.rows]) == ((), ["welcome"])
        assert await company.erase("c", at=MONDAY) == 1

    run(test)


def test_dead_letters_are_listed_driven_again_and_settled(run: Callable[..., None]) -> None:
    """What a hook raises is unknown until somebody says otherwise."""

    async def raises(_: HookContext) -> HookOutcome:
        raise ConnectionError

    async def test() -> None:
        company = dispatcher(raises)
        await buys(company)
        await company.run()
        (letter,) = await company.dead_letters()
        assert letter.reason == "raised_ConnectionError"
        assert (await company.redrive(letter.key)).state is State.PLANNED
        await company.run()
        assert (await company.resolve(letter.key, Sent())).state is State.SENT
        assert await company.dead_letters() == ()

    run(test)


def test_many_are_recorded_together(run: Callable[..., None]) -> None:
    """What is refused is refused alone, and has its error in its place."""

    async def test() -> None:
        company = dispatcher()
        event = Event(K.PURCHASED, MONDAY, "bought", {"amount": Decimal(3)})
        came = await company.record_many([("a", "", event), ("", "", event), ("b", "", event)])
        assert [isinstance(one, Recorded) for one in came] == [True, False, True]
        assert (await company.run()).handled == {State.SENT: 2}

    run(test)


def test_customers_are_attended_to_side_by_side_up_to_a_limit(run: Callable[..., None]) -> None:
    """Never more at once than there are workers, and all in the end."""
    at_once: list[int] = [0, 0]

    async def slowly(_: HookContext) -> HookOutcome:
        at_once[0] += 1
        at_once[1] = max(at_once)
        for _turn in range(5):
            await anyio.lowlevel.checkpoint()
        at_once[0] -= 1
        return Sent()

    async def test() -> None:
        company = dispatcher(slowly, workers=3)
        for number in range(10):
            await buys(company, f"c{number}")
        assert (await company.run()).handled == {State.SENT: 10}
        assert at_once == [0, 3]

    run(test)


async def stuck(_: HookContext) -> HookOutcome:
    """Never come back."""
    await anyio.sleep(30)
    return Sent()


def test_a_hook_is_cancelled_after_its_timeout(run: Callable[..., None]) -> None:
    """Nobody knows what it did; a quick one is not troubled, nor is its own TimeoutError ours."""

    async def times_out(_: HookContext) -> HookOutcome:
        raise TimeoutError

    async def test() -> None:
        for says, reason in ((stuck, "timed_out"), (times_out, "raised_TimeoutError"), (sends, "")):
            company = dispatcher(hooks=hooks(says, timeout=timedelta(milliseconds=20)))
            await buys(company)
            await company.run()
            (item,) = (await company.journal.read("c")).outbox
            assert item.reason == reason

    run(test)


def test_cancellation_passes_through_and_leaves_a_trace(run: Callable[..., None]) -> None:
    """The attempt stays on record as started; when its lease is over, nobody knows."""

    async def test() -> None:
        clock = Clock()
        company = dispatcher(stuck, clock)
        await buys(company)
        with anyio.move_on_after(0.02) as scope:
            await company.run()
        assert scope.cancelled_caught
        assert await states(company) == {"welcome": State.STARTED}
        clock.pass_by(minutes=6)
        assert (await company.run()).handled == {State.UNKNOWN: 1}

    run(test)


def test_a_hook_that_says_something_else_leaves_it_unknown(run: Callable[..., None]) -> None:
    """An awaitable that gives no outcome proves nothing."""

    async def lies(_: HookContext) -> Any:
        return "sent"

    async def test() -> None:
        company = dispatcher(lies)
        await buys(company)
        await company.run()
        assert await states(company) == {"welcome": State.UNKNOWN}

    run(test)


def test_one_customer_in_trouble_stops_nobody_else(run: Callable[..., None]) -> None:
    """The others are attended to; the trouble is raised at the end."""

    def profiles(customer: str) -> Any:
        return profile(customer) if customer == "a" else 1 / 0

    async def test() -> None:
        company = dispatcher()
        await buys(company, "a")
        await buys(company, "b")
        troubled = dispatcher(profiles=profiles, journal=company.journal)
        with pytest.raises(DispatchError) as caught:
            await troubled.run()
        assert caught.value.report.handled == {State.SENT: 1}

    run(test)


class Unplugged(AsyncMemoryJournal):
    """A journal that cannot be written to."""

    async def commit(self, commit: Commit) -> None:
        """Fail."""
        raise OSError(len(commit.outbox))


def test_what_goes_wrong_reaches_the_caller(run: Callable[..., None]) -> None:
    """A journal that fails, an id that is none; and nothing is written."""

    async def test() -> None:
        with pytest.raises(OSError, match="1"):
            await buys(dispatcher(journal=Unplugged()))
        company = dispatcher()
        with pytest.raises(ValueError, match="customer"):
            await company.record("", "", Event(K.CONTACTED, MONDAY, "e"))
        assert list(await company.journal.customers()) == []

    run(test)


def test_ids_change_and_what_waits_is_asked_about(run: Callable[..., None]) -> None:
    """Renaming, merging and asking again do what they do for plain hooks."""

    async def test() -> None:
        company = dispatcher()
        for customer in ("a", "b"):
            await company.record(customer, "", Event(K.PURCHASED, MONDAY, f"order {customer}"))
        assert await company.rename("a", "c")
        assert await company.merge("b", "c") == {"": "#2"}
        journey = await company.journey("b")
        assert journey is not None
        assert journey.customer == "c"
        assert await company.ask_again("c") == 0

    run(test)
