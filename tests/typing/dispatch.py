"""What type checkers say of channels, playbook, journal and dispatch; never run."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, assert_type

from cxjourney import Channel, Event, HookSet, Intent, Journey, Playbook, Policy, Purpose, rehearse
from cxjourney.channels import (
    AsyncHook,
    Content,
    Deferred,
    Hook,
    HookContext,
    HookOutcome,
    Library,
    Profile,
    Registered,
    Sent,
)
from cxjourney.channels.policy import Limits, Ruling, Verdict
from cxjourney.dispatch import AsyncDispatcher, Dispatcher, Recorded, RunReport
from cxjourney.dispatch.journal import (
    AsyncMemoryJournal,
    AsyncSqlJournal,
    CustomerRecord,
    InThread,
    MemoryJournal,
    OutboxItem,
    SqlJournal,
    State,
)
from cxjourney.playbook import Entered, Play, standard_playbook
from cxjourney.rehearsal import Difference, Rehearsal, difference
from cxjourney.vocabulary import Lang, Phase


def send(context: HookContext) -> Sent:
    """Send at once."""
    assert_type(context.intent, Intent)
    assert_type(context.timeout, timedelta | None)
    assert_type(context.content, Content | None)
    return Sent()


async def send_later(context: HookContext) -> HookOutcome:
    """Send at some other time."""
    return Deferred(context.now)


class Letter:
    """A hook that is an object."""

    def __call__(self, context: HookContext, /) -> HookOutcome:
        """Write a letter."""
        return Sent(context.key)


def hooks_are_callables() -> None:
    """A set takes functions and objects, and tells sync from async."""
    plain = HookSet[Hook]().on(Channel.EMAIL, send).on(Channel.POST, Letter(), idempotent=True)
    found = plain.find(Channel.POST, Purpose.THANK, Phase.ADOPT)
    assert found is None or found.channel is Channel.POST
    HookSet[AsyncHook]().on(Channel.EMAIL, send_later, timeout=timedelta(seconds=3))
    HookSet[Hook]().on("email", send)  # type: ignore[arg-type]
    HookSet[Hook]([Registered(Channel.EMAIL, send_later)])  # type: ignore[arg-type]


def dispatchers(now: datetime, event: Event, policy: Policy) -> None:
    """What a dispatcher takes and gives."""
    hooks = HookSet[Hook]().on(Channel.EMAIL, send)
    for journal in (MemoryJournal(), SqlJournal("sqlite:///journal.db")):
        dispatcher = Dispatcher(
            journal,
            playbook=standard_playbook(),
            policy=policy,
            hooks=hooks,
            clock=lambda: now,
            library=Library(),
            profiles=lambda customer: Profile(values={"name": customer}),
        )
        assert_type(dispatcher.record("c", "", event), Recorded)
        assert_type(dispatcher.run(), RunReport)
        assert_type(dispatcher.journey("c"), Journey | None)
        assert_type(dispatcher.dead_letters(), tuple[OutboxItem, ...])
        assert_type(dispatcher.redrive("key").state, State)
        assert_type(dispatcher.next_attention(), datetime | None)
        dispatcher.record("c", event)  # type: ignore[call-arg, arg-type]
    Dispatcher(
        AsyncMemoryJournal(),  # type: ignore[arg-type]
        playbook=standard_playbook(),
        policy=policy,
        hooks=hooks,
        clock=lambda: now,
    )


async def asynchronous(now: datetime, event: Event, policy: Policy) -> None:
    """What an asynchronous dispatcher takes and gives."""
    for journal in (
        AsyncMemoryJournal(),
        AsyncSqlJournal("sqlite+aiosqlite:///journal.db"),
        InThread(MemoryJournal()),
    ):
        dispatcher = AsyncDispatcher(
            journal,
            playbook=standard_playbook(),
            policy=policy,
            hooks=HookSet[AsyncHook]().on(Channel.EMAIL, send_later),
            clock=lambda: now,
        )
        assert_type(await dispatcher.record("c", "", event), Recorded)
        assert_type(await dispatcher.run(limit=3), RunReport)
        assert_type(await journal.read("c"), CustomerRecord)


def policies(intent: Intent, journey: Journey, now: datetime) -> None:
    """What a policy says."""
    policy = Policy(Limits(contacts_a_day=2))
    assert_type(policy.explain(intent, journey, now=now, lang=Lang.FI).ruling, Ruling)
    assert_type(policy.choose([]).channel, Channel)
    assert_type(policy.choose([]).verdict, Verdict)
    assert_type(policy.choose([]).verdict, Verdict)
    Limits(contacts_a_day="two")  # type: ignore[arg-type]


def playbooks(now: datetime, plays: Sequence[Play]) -> None:
    """What a playbook takes, and what a rehearsal gives."""
    hello = Play("hello", Entered(Phase.ASSESS), Purpose.INFORM, (Channel.EMAIL,), "hello")
    playbook = Playbook("ours", 1, plays).override(hello)
    assert_type(playbook, Playbook)
    assert_type(playbook.find("hello"), Play | None)
    rehearsal = rehearse(playbook, people=3, start=now)
    assert_type(rehearsal, Rehearsal)
    assert_type(difference(rehearsal, rehearsal), Difference)
    Play("hello", Phase.ASSESS, Purpose.INFORM, (Channel.EMAIL,))  # type: ignore[arg-type]
    values: dict[str, Any] = rehearsal.to_rows()[0]
    assert values
