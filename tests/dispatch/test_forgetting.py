"""Erasing reaches what hooks keep: files, tasks, and whatever a hook of one's own can forget."""

import asyncio
from collections.abc import Collection
from pathlib import Path
from typing import Any

import attrs
import pytest
from sqlalchemy import text

from cxjourney.channels import (
    AsyncHook,
    Hook,
    HookContext,
    HookOutcome,
    HookSet,
    JinjaRenderer,
    Profile,
    Sent,
)
from cxjourney.dispatch import AsyncDispatcher
from cxjourney.dispatch.hooks import FileDrop, SmtpHook, TaskList, Webhook
from cxjourney.dispatch.journal import AsyncMemoryJournal, OutboxItem, State
from cxjourney.errors import InvalidError
from cxjourney.vocabulary import Channel, Event, EventKind, Purpose
from tests.dispatch.crashing import Crash, FaultyJournal, Fuse
from tests.dispatch.hooks.peers import scripted_server, web_server
from tests.dispatch.hooks.test_mail import SENDER
from tests.dispatch.stores import Empty
from tests.dispatch.world import LIBRARY, MONDAY, NOTE, POLICY, World, playbook

K = EventKind
PERSON = Channel.FACE_TO_FACE
TEMPLATES = JinjaRenderer(
    {(id, one, None): f"{id} {one.value}" for id in ("welcome", "ask") for one in Channel},
    markup=(),
)


@attrs.define
class Keeping:
    """A hook that keeps something of each intent, until it is asked to forget."""

    kept: dict[str, str] = attrs.field(factory=dict)
    asked: list[Collection[str]] = attrs.field(factory=list)
    fails: bool = False

    def __call__(self, context: HookContext, /) -> HookOutcome:
        """Keep something of the intent."""
        self.kept[context.key] = context.intent.customer
        return Sent("ok", NOTE)

    def erase(self, keys: Collection[str], /) -> None:
        """Forget."""
        self.asked.append(keys)
        if self.fails:
            raise OSError("full")
        for key in keys:
            self.kept.pop(key, None)


def kept_by(*hooks: Keeping, journal: Any) -> World:
    """Return a company of which one hook carries e-mail, and another one the rest."""
    world = World(journal=journal)
    chosen: HookSet[Hook] = HookSet()
    for channel in Channel:
        chosen = chosen.on(channel, hooks[channel is not Channel.EMAIL], timeout=None)
    world.options = {"hooks": chosen}
    return world


def lived(world: World) -> None:
    """Let two customers buy, one of them something else too, and ask."""
    for one, engagement in (("c", ""), ("c", "car"), ("d", "")):
        world.happens(K.PURCHASED, one, engagement)
        world.happens(K.ASKED, one, engagement, question="?")
    world.dispatcher().run()


def test_each_hook_forgets_what_it_kept_of_the_customer(empty: Empty) -> None:
    """Also of what was put away long ago, and each is asked once; of others nothing goes."""
    mail, rest = Keeping(), Keeping()
    world = kept_by(mail, rest, journal=empty())
    lived(world)
    world.clock.pass_by(days=1)
    world.journal.archive(world.clock())
    keys = [one.key for one in world.journal.read("c").outbox]
    dispatcher = world.dispatcher()
    car = Event(K.ERASED, world.clock(), "forget the car")
    dispatcher.record("c", "car", car)
    (some,), (same,) = mail.asked, rest.asked
    assert some == same
    assert len({*some}) == len(some) == len(keys) // 2
    assert {*some} < {*keys}
    dispatcher.erase("c", at=world.clock())
    assert {*mail.asked[1], *some} == {*keys}
    assert {*mail.kept.values(), *rest.kept.values()} == {"d"}
    dispatcher.erase("c", at=world.clock())
    assert len(mail.asked) == 2, "there was nothing left"


def test_a_hook_that_cannot_forget_keeps_the_customer(empty: Empty) -> None:
    """It is told so, the others have forgotten, and it can be done again."""
    mail, rest = Keeping(fails=True), Keeping()
    world = kept_by(mail, rest, journal=empty())
    lived(world)
    before = world.journal.read("c")
    with pytest.raises(OSError, match="full"):
        world.dispatcher().erase("c", at=world.clock())
    assert world.journal.read("c") == before
    assert {*rest.kept.values()} == {"d"}
    mail.fails = False
    assert world.dispatcher().erase("c", at=world.clock()) == 2
    assert {*mail.kept.values()} == {"d"}


def test_whoever_is_stopped_in_between_erases_again(empty: Empty) -> None:
    """A crash after the hooks forgot and before it is written leaves the customer."""
    mail, rest = Keeping(), Keeping()
    journal = empty()
    world = kept_by(mail, rest, journal=journal)
    lived(world)
    world.journal = FaultyJournal(journal, Fuse(at=frozenset({1})))
    with pytest.raises(Crash):
        world.dispatcher().erase("c", at=world.clock())
    assert journal.customers() == ("c", "d")
    assert {*rest.kept.values()} == {"d"}
    world.journal = journal
    assert world.dispatcher().erase("c", at=world.clock()) == 2
    assert journal.customers() == ("d",)


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("alone", [False, True])
def test_who_was_in_a_hook_meanwhile_forgets_afterwards(
    empty: Empty, *, fails: bool, alone: bool
) -> None:
    """What the hook did after the customer was erased goes too; where it cannot, that is told."""
    mail, told = Keeping(), list[BaseException]()
    world = World(journal=empty())

    def slow(context: HookContext) -> HookOutcome:
        if context.intent.customer == "c" and "c" in world.journal.customers():
            world.dispatcher().erase("c", at=world.clock())
            mail.fails = fails
        return mail(context)

    @attrs.frozen
    class Slowly:
        def __call__(self, context: HookContext, /) -> HookOutcome:
            return slow(context)

        def erase(self, keys: Collection[str], /) -> None:
            mail.erase(keys)

    hooks = HookSet[Hook]().on(Channel.EMAIL, Slowly(), timeout=None)
    world.options = {"hooks": hooks, "on_error": told.append}
    for one in "c" if alone else "cd":
        world.happens(K.PURCHASED, one)
    assert world.dispatcher().run().erased == 1
    assert [type(one) for one in told] == [OSError] * fails
    assert {*mail.kept.values()} == {*("c" * fails), *("" if alone else "d")}


def test_what_nobody_can_read_is_forgotten_too(in_sqlite: Empty) -> None:
    """The keys of the intents that can be read are enough, in the archive too."""
    mail, rest = Keeping(), Keeping()
    world = kept_by(mail, rest, journal=in_sqlite())
    lived(world)
    world.clock.pass_by(days=1)
    world.journal.archive(world.clock())
    world.happens(K.ASKED, engagement="house", question="and?")
    engine = world.journal._engine  # type: ignore[attr-defined]
    with engine.begin() as connection:
        broken = "UPDATE cx_journey SET head = '{' WHERE customer = 'c'"
        connection.execute(text(broken))
    assert world.dispatcher().erase("c", at=world.clock()) == 3
    assert {*mail.kept.values(), *rest.kept.values()} == {"d"}


def test_files_and_tasks_go_with_the_customer(tmp_path: Path) -> None:
    """Letters and tasks of the erased are deleted, and what was left half written beside them."""
    letters, tasks = FileDrop(tmp_path / "letters", TEMPLATES), TaskList(tmp_path / "tasks")
    world = World()
    hooks = HookSet[Hook]().on(Channel.EMAIL, letters, idempotent=True)
    world.options = {"hooks": hooks.on(PERSON, tasks, idempotent=True)}
    lived(world)
    (left,) = (one.key for one in world.journal.read("d").outbox if one.channel is Channel.EMAIL)
    half = tmp_path / "letters" / f".{world.items()['welcome'].key}.txt.part"
    half.write_text("half a letter")
    assert len(list(tmp_path.glob("*/*"))) == 7
    assert world.dispatcher().erase("c", at=world.clock()) == 2
    assert sorted(one.name for one in (tmp_path / "letters").iterdir()) == [f"{left}.txt"]
    assert len(tasks.open()) == 1
    letters.erase(["../tasks/x", left, "nothing"])
    tasks.erase(["../letters/x"])
    assert not list((tmp_path / "letters").iterdir())


@pytest.mark.parametrize("with_anyio", [True, False])
def test_an_asynchronous_dispatcher_takes_ready_hooks_in_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, with_anyio: bool
) -> None:
    """Mail, a webhook, files and tasks are carried out, and forgotten where something is kept."""
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(
        "cxjourney.dispatch._awaiting._in_threads.find_spec", lambda _: with_anyio or None
    )
    mari = Profile(values={"name": "Mari", "email": "mari@customer.example"})
    tasks = TaskList(tmp_path / "tasks")
    world = World()

    async def live(hooks: HookSet[AsyncHook]) -> list[OutboxItem]:
        dispatcher = AsyncDispatcher(
            AsyncMemoryJournal(),
            playbook=playbook(),
            policy=POLICY,
            hooks=hooks,
            clock=world.clock,
            library=LIBRARY,
            profiles=lambda _: mari,
        )
        for kind in (K.PURCHASED, K.ASKED, K.DELIVERED, K.RESULT_ACHIEVED):
            payload = {"question": "?"} if kind is K.ASKED else {}
            await dispatcher.record("c", "", Event(kind, MONDAY, kind.name, payload))
            await dispatcher.run()
        world.clock.pass_by(hours=1)
        await dispatcher.run()
        assert len(tasks.open()) == 1
        found = await dispatcher.journal.outbox([State.SENT])
        await dispatcher.erase("c", at=world.clock())
        return [*found]

    with scripted_server() as post, web_server() as web:
        mail = SmtpHook("127.0.0.1", SENDER, TEMPLATES, port=post.port, tls=None)
        hook = Webhook(f"http://127.0.0.1:{web.port}/", b"sixteen bytes or more")
        hooks = HookSet[Hook]().on(Channel.EMAIL, mail, purposes=[Purpose.AFFIRM])
        hooks = hooks.on(Channel.EMAIL, hook).on(PERSON, tasks, idempotent=True)
        sent = asyncio.run(live(AsyncDispatcher.in_threads(hooks)))
        assert [one.intent.play for one in sent] == ["welcome", "ask"]
        assert len(web.got) == 1
        assert "rcpt TO:<mari@customer.example>" in post.got
    assert not list((tmp_path / "tasks").iterdir())
    assert repr(next(iter(AsyncDispatcher.in_threads(hooks))).hook) == "<SmtpHook in a thread>"


def test_an_asynchronous_hook_that_cannot_forget_keeps_the_customer() -> None:
    """As with plain ones: it is told so, and the others have forgotten."""
    fails, works = Keeping(fails=True), Keeping()
    hooks = HookSet[Hook]().on(Channel.EMAIL, works).on(Channel.POST, fails)
    settings = World().dispatcher().settings

    async def live() -> list[str]:
        dispatcher = AsyncDispatcher(
            AsyncMemoryJournal(),
            playbook=settings.playbook,
            policy=settings.policy,
            hooks=AsyncDispatcher.in_threads(hooks.on(PERSON, works)),
            clock=settings.clock,
            library=settings.library,
        )
        await dispatcher.record("c", "", Event(K.PURCHASED, MONDAY, "order"))
        await dispatcher.run()
        with pytest.raises(OSError, match="full"):
            await dispatcher.erase("c", at=MONDAY)
        return [*await dispatcher.journal.customers()]

    assert asyncio.run(live()) == ["c"]
    assert (works.kept, len(fails.asked)) == ({}, 1)


def test_only_plain_hooks_run_in_threads() -> None:
    """What is asynchronous already, and what is no set of hooks, is refused at once."""
    hooks = AsyncDispatcher.in_threads(HookSet[Hook]().on(Channel.POST, Keeping()))
    with pytest.raises(InvalidError, match=r"in_threads\.hooks: async for POST"):
        AsyncDispatcher.in_threads(hooks)  # type: ignore[arg-type]
    with pytest.raises(InvalidError, match=r"in_threads\.hooks"):
        AsyncDispatcher.in_threads([])  # type: ignore[arg-type]


def test_a_hook_forgets_as_it_is_called() -> None:
    """A plain hook with an asynchronous ``erase`` is refused at once, and the reverse."""

    class Wrong(Keeping):
        async def erase(self, keys: Collection[str], /) -> None:  # type: ignore[override]
            """Forget later."""

    class Later:
        async def __call__(self, _: HookContext, /) -> HookOutcome:
            """Act later."""
            raise NotImplementedError

        def erase(self, keys: Collection[str], /) -> None:
            """Forget at once."""

    with pytest.raises(InvalidError, match="a plain method"):
        World().dispatcher(hooks=HookSet[Hook]().on(Channel.POST, Wrong()))
    settings = World().dispatcher().settings
    with pytest.raises(InvalidError, match="async def, as the hook itself"):
        AsyncDispatcher(
            AsyncMemoryJournal(),
            playbook=settings.playbook,
            policy=settings.policy,
            hooks=HookSet[AsyncHook]().on(Channel.POST, Later()),
            clock=settings.clock,
        )
