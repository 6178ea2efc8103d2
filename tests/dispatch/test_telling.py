"""What a dispatcher tells while it works, in log lines and exceptions: nothing of a customer."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from cxjourney.channels import Failed, HookContext, HookOutcome, Sent, Skipped
from cxjourney.dispatch import AsyncDispatcher, DispatchError
from cxjourney.dispatch.journal import AsyncMemoryJournal, Commit, MemoryJournal
from cxjourney.errors import InvalidError, JournalError
from cxjourney.rehearsal import rehearse
from cxjourney.vocabulary import EventKind
from tests.dispatch.world import LIBRARY, MONDAY, NOTE, POLICY, Carrier, World, hooks, playbook

K = EventKind
NAME = "Mari<script>\x1b[31m\n"
ERROR, WARNING, INFO, DEBUG = logging.ERROR, logging.WARNING, logging.INFO, logging.DEBUG


class Lines(logging.Handler):
    """Keeps what is logged, and sees that nobody is named in it."""

    def __init__(self) -> None:
        super().__init__(DEBUG)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.records.append(record)

    def at(self, level: int) -> list[str]:
        """Return the lines of a level."""
        return [one.getMessage() for one in self.records if one.levelno == level]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Listen to the log, and look for customers in all that it was told."""
    log, handler = logging.getLogger("cxjourney.dispatch"), Lines()
    before = log.level
    log.addHandler(handler)
    log.setLevel(DEBUG)
    yield handler
    log.removeHandler(handler)
    log.setLevel(before)
    for one in handler.records:
        told = f"{one.getMessage()} {one.__dict__!r}"
        assert "Mari" not in told
        assert one.exc_info is None
        assert one.getMessage().isprintable()


def raises(_: HookContext) -> HookOutcome:
    """Raise what quotes the customer."""
    raise ValueError(NAME)


def hostile_world(says: Callable[[HookContext], HookOutcome], **options: Any) -> World:
    """Return a world in which somebody of a hostile name bought something."""
    world = World(Carrier(says), options=options)
    world.happens(K.PURCHASED, NAME, NAME)
    return world


def test_a_quiet_run_says_nothing_above_debug(lines: Lines) -> None:
    """What was planned and sent is told for those who look for it, the sum of a run for all."""
    world = hostile_world(lambda _: Sent("ok", NAME))
    world.dispatcher().run()
    world.dispatcher().run()
    key = world.items(NAME)["welcome"].key
    assert lines.at(DEBUG) == [
        f"intent {key} (AFFIRM, EMAIL): PLANNED after 0 attempts",
        "recorded an event: planned 1, not called for 0",
        f"intent {key} (AFFIRM, EMAIL): STARTED after 1 attempts",
        f"intent {key} (AFFIRM, EMAIL): SENT after 1 attempts",
        "run: Customers attended to: 0; contacts planned: 0; nothing to do.",
    ]
    assert lines.at(INFO) == ["run: Customers attended to: 1; contacts planned: 0; sent 1."]
    assert len(lines.records) == 6


@pytest.mark.parametrize(
    ("says", "fault", "dead"),
    [
        (raises, "raised ValueError", "UNKNOWN"),
        (lambda _: None, "returned what is no outcome", "UNKNOWN"),
        (lambda _: Failed(NAME), None, "FAILED"),
    ],
)
def test_dead_letters_and_faults_of_hooks_are_warned_of(
    says: Any, fault: str | None, dead: str, lines: Lines
) -> None:
    """A line for the call, and one for the intent; reasons that a hook gave are not told."""
    world = hostile_world(says)
    world.dispatcher().run()
    item = world.items(NAME)["welcome"]
    told = [] if fault is None else [f"the hook for EMAIL {fault}: intent {item.key}, attempt 1"]
    if dead == "FAILED":  # it has a second channel
        dead_by = [f"intent {item.key} (AFFIRM, POST): FAILED after 2 attempts"]
    else:
        dead_by = [f"intent {item.key} (AFFIRM, EMAIL): UNKNOWN after 1 attempts"]
    assert lines.at(WARNING) == told + dead_by


def test_a_hook_that_hangs_is_warned_of(lines: Lines) -> None:
    """By what was done about it."""
    from threading import Event  # noqa: PLC0415 - events are customers' everywhere else

    go_on = Event()

    def hangs(_: HookContext) -> HookOutcome:
        go_on.wait(30)
        return Sent()

    carrier = Carrier(hangs)
    world = hostile_world(carrier, hooks=hooks(carrier, timeout=timedelta(milliseconds=5)))
    world.dispatcher().run()
    go_on.set()
    assert "the hook for EMAIL took too long and was given up" in lines.at(WARNING)[0]


def test_what_people_do_is_told_without_who_they_are(lines: Lines) -> None:
    """Driving again, settling, breaking a claim, erasing."""
    world = hostile_world(raises)
    company, key = world.dispatcher(), world.items(NAME)["welcome"].key
    company.run()
    company.redrive(key, actor=NAME)
    company.resolve(key, Skipped("told"), actor=NAME)
    world.happens(K.ASKED, NAME, question=NAME)
    world.journal.claim(world.clock(), world.clock() + timedelta(days=1), 9)
    company.break_claim(NAME, actor=NAME)
    company.erase(NAME, at=world.clock() + timedelta(hours=1), actor=NAME)
    assert lines.at(INFO)[1:] == [
        f"intent {key} was driven again by hand",
        f"intent {key} was settled by hand",
        "a claim was broken by hand",
        "erased 2 journeys of a customer",
    ]


class Breaks(MemoryJournal):
    """A journal whose database fails once, when an outcome is written."""

    def __init__(self) -> None:
        super().__init__()
        self.left = 1

    def commit(self, commit: Commit) -> None:
        """Fail, once."""
        if commit.attempts and self.left:
            self.left -= 1
            raise JournalError("database", "OperationalError", "a database that answers")
        super().commit(commit)


def test_an_outcome_that_is_written_again_is_warned_of(lines: Lines) -> None:
    """A database that fails now and then is something to look at."""
    world = World(journal=Breaks())
    world.happens(K.PURCHASED, NAME)
    world.dispatcher().run()
    key = world.items(NAME)["welcome"].key
    assert lines.at(WARNING) == [f"the outcome of intent {key} is written again, failure 1"]


def unknown(_: str) -> Any:
    """Look somebody up in a system that is down."""
    raise ConnectionError(NAME)


@pytest.mark.usefixtures("lines")
def test_exceptions_are_handed_over_as_they_were_raised() -> None:
    """That of a hook with a note which intent it was; nothing of them is logged or kept."""
    met: list[BaseException] = []
    world = hostile_world(raises, on_error=met.append)
    world.dispatcher().run()
    key = world.items(NAME)["welcome"].key
    (error,) = met
    assert isinstance(error, ValueError)
    assert error.args == (NAME,)
    assert error.__traceback__ is not None
    assert error.__notes__ == [f"the hook for EMAIL, intent {key}, attempt 1"]
    assert NAME not in repr(world.journal.attempts(key))


def test_a_customer_in_trouble_is_told_of_at_once(lines: Lines) -> None:
    """And once, though the error comes with the others at the end of the run too."""
    met: list[BaseException] = []
    world = hostile_world(lambda _: Sent())
    world.happens(K.PURCHASED, "other")
    with pytest.raises(DispatchError) as raised:
        world.dispatcher(profiles=unknown, on_error=met.append).run()
    assert tuple(met) == raised.value.exceptions
    assert [type(one) for one in met] == [ConnectionError] * 2
    told = [
        f"customer {handle} could not be attended to: ConnectionError"
        for handle in raised.value.report.failing
    ]
    assert lines.at(ERROR) == told
    assert len(set(told)) == 2
    assert [one.__notes__ for one in met] == [
        [f"customer {handle}, failure 1 in a row"] for handle in raised.value.report.failing
    ]
    summary = "run: Customers attended to: 0; contacts planned: 0; customers in trouble 2."
    assert lines.at(INFO) == [summary]


def test_a_callback_that_raises_stops_nothing(lines: Lines) -> None:
    """The run goes on and says so."""

    def breaks(_: BaseException) -> None:
        raise RuntimeError(NAME)

    world = hostile_world(raises, on_error=breaks)
    world.happens(K.PURCHASED, "other")
    assert sum(world.dispatcher().run().handled.values()) == 2
    assert lines.at(ERROR) == ["on_error raised RuntimeError"] * 2


def test_the_callback_is_plain_code() -> None:
    """What is asynchronous would never be awaited, and what is no callable is refused."""

    async def later(_: BaseException) -> None:
        """Do nothing."""

    for wrong, match in ((later, "on_error: asynchronous"), (7, r"on_error: int; expected a")):
        with pytest.raises(InvalidError, match=match):
            World().dispatcher(on_error=wrong)


def test_an_asynchronous_dispatcher_tells_the_same(lines: Lines) -> None:
    """Of hooks, of customers, and of who cancels itself."""
    met: list[BaseException] = []
    world = World()
    for name in (NAME, "b"):
        world.happens(K.PURCHASED, name)
    assert isinstance(world.journal, MemoryJournal)
    calls = iter([ValueError(NAME), asyncio.CancelledError()])

    async def hook(_: HookContext) -> HookOutcome:
        raise next(calls)

    company = AsyncDispatcher(
        AsyncMemoryJournal(world.journal),
        playbook=playbook(),
        policy=POLICY,
        hooks=hooks(hook),  # type: ignore[arg-type]
        clock=world.clock,
        library=LIBRARY,
        on_error=met.append,
    )
    asyncio.run(company.run())
    assert [type(one) for one in met] == [ValueError, asyncio.CancelledError]
    assert len(lines.at(WARNING)) == 4


def test_a_rehearsal_tells_nothing(lines: Lines) -> None:
    """What it does is not what happens."""
    rehearse(playbook(), people=2, days=9, seed=1, start=MONDAY)
    assert lines.records == []


def test_nothing_is_worked_out_that_nobody_hears() -> None:
    """Above DEBUG only what needs somebody is looked at, whatever is written."""
    log = logging.getLogger("cxjourney.dispatch")
    before = log.level
    log.setLevel(ERROR)
    world = World(Carrier(lambda _: Sent("ok", NOTE)))
    world.happens(K.PURCHASED)
    company = world.dispatcher()
    assert company.run().customers == 1
    assert repr(company.settings.watch) == "<Watch>"
    log.setLevel(before)
