"""Flows ask and drivers answer: the requests, and how they are carried out."""

import asyncio
from collections.abc import (
    Awaitable,
    Callable,
    Collection,
    Coroutine,
    Generator,
    Iterable,
    Mapping,
    Sequence,
)
from datetime import datetime, timedelta
from enum import Enum, unique
from importlib.util import find_spec
from typing import Any, TypeAlias, TypeVar

import attrs

from cxjourney.channels import (
    AsyncHook,
    Failed,
    HookContext,
    HookOutcome,
    HookSet,
    Registered,
    Sent,
    Unknown,
)
from cxjourney.dispatch._calling import TIMED_OUT, Calls
from cxjourney.dispatch._running._forgetting import (
    Forget,
    able_to_forget,
    forgotten,
    forgotten_async,
)
from cxjourney.dispatch._running._watch import Watch
from cxjourney.dispatch._running._wiring import is_awaitable
from cxjourney.dispatch.journal import (
    AsyncJournal,
    Attempt,
    Claim,
    Commit,
    CustomerRecord,
    Dossier,
    Journal,
    OutboxItem,
    Stretch,
)
from cxjourney.dispatch.journal._methods import own
from cxjourney.dispatch.journal._records import RAISED, EventName
from cxjourney.vocabulary import Channel
from cxjourney.vocabulary._checks import MAX_ID

Result = TypeVar("Result")
Asking = TypeVar("Asking")

NOTE_MISSING = "note_missing"
NO_OUTCOME = "no_outcome"
NOT_AWAITED = "not_awaited"


@attrs.frozen
class Ask:
    """Asks for a method of the journal.

    Attributes:
        method: its name.
        args: its arguments.
        named: its arguments that are given by name.
    """

    method: str
    args: tuple[Any, ...] = ()
    named: Mapping[str, Any] = attrs.field(factory=dict)


@attrs.frozen
class Act:
    """Asks for a call of a hook.

    Attributes:
        registered: the hook.
        context: what it is told.
        watch: tells of the call.
        claim: the claim under which the call is to be marked, or None.
    """

    registered: Registered[Any]
    context: HookContext
    watch: Watch
    claim: Claim | None = None


@unique
class NotCalled(Enum):
    """The answer where a hook was not called for sure: it was too late, or the claim was lost."""

    NOT_CALLED = "not called"


NOT_CALLED = NotCalled.NOT_CALLED


Request = Ask | Act | Forget
Flow: TypeAlias = Generator[Request, Any, Result]


def read(customer: str) -> Flow[CustomerRecord]:
    """Ask for all that is kept of a customer."""
    record: CustomerRecord = yield Ask("read", (customer,))
    return record


def bare(customer: str) -> Flow[CustomerRecord]:
    """Ask for what is known of a customer though nothing can be read."""
    known: CustomerRecord = yield Ask("bare", (customer,))
    return known


def dossier(customer: str, event: EventName | None) -> Flow[Dossier]:
    """Ask for what is needed to go on with a customer."""
    found: Dossier = yield Ask("dossier", (customer, event))
    return found


def knows(customer: str, event: EventName) -> Flow[bool]:
    """Ask whether an event is kept."""
    known: bool = yield Ask("knows", (customer, event))
    return known


def decided(
    customer: str, keys: Collection[str], occasions: Collection[str]
) -> Flow[frozenset[str]]:
    """Ask which of some keys and occasions intents have."""
    found: frozenset[str] = yield Ask("decided", (customer, keys, occasions))
    return found


def events_since(customer: str, at: datetime) -> Flow[tuple[tuple[str, Mapping[str, Any]], ...]]:
    """Ask for what happened from a moment on."""
    found: tuple[tuple[str, Mapping[str, Any]], ...] = yield Ask("events", (customer, at))
    return found


def since(customer: str, engagement: str, at: datetime) -> Flow[Stretch | None]:
    """Ask for the events of a journey from a checkpoint before a moment on."""
    found: Stretch | None = yield Ask("since", (customer, engagement, at))
    return found


def commit(commit: Commit) -> Flow[None]:
    """Ask for a commit to be written.

    Raises:
        SequenceError: when somebody wrote in between.
    """
    yield Ask("commit", (commit,))


def audience(digests: Collection[str], limit: int, but: str) -> Flow[dict[str, int]]:
    """Ask how many customers, beside one, texts were meant for."""
    if not digests:
        return {}
    counted: dict[str, int] = yield Ask("audience", (digests, limit, but))
    return counted


def find(key: str) -> Flow[OutboxItem | None]:
    """Ask for an intent."""
    found: OutboxItem | None = yield Ask("find", (key,))
    return found


def attempts(key: str) -> Flow[tuple[Attempt, ...]]:
    """Ask what came of each call of a hook for an intent."""
    found: tuple[Attempt, ...] = yield Ask("attempts", (key,))
    return found


def customers(after: str) -> Flow[Sequence[str]]:
    """Ask for a page of the customers, from after one."""
    found: Sequence[str] = yield Ask("customers", named={"after": after})
    return found


def release(claims: Collection[Claim]) -> Flow[None]:
    """Ask for claims to be let go of."""
    yield Ask("release", (claims,))


def act(
    registered: Registered[Any], context: HookContext, watch: Watch, claim: Claim | None
) -> Flow[HookOutcome | NotCalled]:
    """Ask for a call of a hook; it is marked under a claim where there is one.

    Raises:
        JournalError: when it could not be marked; then the hook was not called.
    """
    outcome: HookOutcome | NotCalled = yield Act(registered, context, watch, claim)
    return outcome


def forget(hooks: HookSet[Any], keys: Iterable[str]) -> Flow[None]:
    """Ask for hooks to forget what they keep of some intents.

    Raises:
        Exception: what a hook raised; the others have forgotten.
    """
    able, those = able_to_forget(hooks), tuple(keys)
    answer: object = NOT_CALLED if able and those else None
    while answer is NOT_CALLED:
        answer = yield Forget(able, those)
    if isinstance(answer, Exception):
        raise answer


def marks(keys: Collection[str]) -> Flow[Mapping[str, Attempt | None]]:
    """Ask what is known of calls whose dispatcher is gone."""
    found: Mapping[str, Attempt | None] = yield Ask("marks", (keys,))
    return found


Item = TypeVar("Item")

HAS_ANYIO = find_spec("anyio") is not None
"""Whether anyio is there, and with it trio; else asyncio alone."""


async def within(hook: AsyncHook, context: HookContext, longest: timedelta | None) -> HookOutcome:
    """Call a hook, and cancel it when it takes longer than it may."""
    if longest is None:
        return await hook(context)
    seconds = longest.total_seconds()
    if HAS_ANYIO:
        import anyio  # noqa: PLC0415 - an extra

        with anyio.move_on_after(seconds):
            return await hook(context)
        return Unknown(TIMED_OUT)
    scope = asyncio.timeout(seconds)
    try:
        async with scope:
            return await hook(context)
    except TimeoutError:
        if not scope.expired():
            raise  # the hook's own
    return Unknown(TIMED_OUT)


async def side_by_side(
    work: Callable[[Item], Awaitable[None]], items: Iterable[Item], limit: int
) -> None:
    """Do some work for each item, for at most ``limit`` of them at once."""
    if limit == 1:
        for item in items:
            await work(item)
        return
    gate: Any  # a semaphore of anyio or of asyncio

    async def one(item: Item) -> None:
        async with gate:
            await work(item)

    if HAS_ANYIO:
        import anyio  # noqa: PLC0415 - an extra

        gate = anyio.Semaphore(limit)
        async with anyio.create_task_group() as tasks:
            for item in items:
                tasks.start_soon(one, item)
    else:
        gate = asyncio.Semaphore(limit)
        async with asyncio.TaskGroup() as group:
            for item in items:
                group.create_task(one(item))


def heard(outcome: object, channel: Channel) -> HookOutcome:
    """Return what a hook said, or Unknown where it is not what a hook may say.

    A contact face to face that is called sent needs a note of what was unclear (SPEC F01).
    """
    if is_awaitable(outcome):
        return Failed(NOT_AWAITED)
    if not isinstance(outcome, HookOutcome):
        return Unknown(NO_OUTCOME)
    if isinstance(outcome, Sent) and channel is Channel.FACE_TO_FACE and not outcome.note.strip():
        return Unknown(NOTE_MISSING)
    return outcome


def raised(error: BaseException) -> HookOutcome:
    """Return what a hook's exception means: nobody can tell whether it came after the effect.

    Only its class is kept, for its text may quote a customer.
    """
    return Unknown(f"{RAISED}_{type(error).__name__}"[:MAX_ID])


def drive(flow: Flow[Result], journal: Journal, calls: Calls) -> Result:
    """Carry a flow's requests out, one after the other."""

    async def answer(request: Request) -> object:
        if isinstance(request, Act):
            return call(request, calls)
        if isinstance(request, Forget):
            return forgotten(request)
        answered: object = own(journal, Journal, request.method)(*request.args, **request.named)
        return answered

    return at_once(driven(flow, answer))


def at_once(work: Coroutine[Any, Any, Result]) -> Result:
    """Return what comes of a coroutine that never waits."""
    while True:
        try:
            work.send(None)
        except StopIteration as stop:
            result: Result = stop.value
            return result


def call(request: Act, calls: Calls) -> HookOutcome:
    """Call a hook; whatever it raises or returns, an outcome comes of it."""
    with request.watch.calling(request.context) as calling:
        try:
            said = calls.within(request.registered, request.context)
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - one hook that fails stops no other
            # Nobody can cancel a plain call: it is about something of the hook's.
            return calling.came(raised(error), error)
        return calling.came(heard(said, request.context.channel))


async def drive_async(flow: Flow[Result], journal: AsyncJournal) -> Result:
    """Carry a flow's requests out, one after the other, waiting for each."""

    async def answer(request: Request) -> object:
        if isinstance(request, Act):
            return await call_async(request)
        if isinstance(request, Forget):
            return await forgotten_async(request)
        method = own(journal, AsyncJournal, request.method)
        answered: object = await method(*request.args, **request.named)
        return answered

    return await driven(flow, answer)


async def driven(
    flow: Generator[Asking, Any, Result], answer: Callable[[Asking], Coroutine[Any, Any, object]]
) -> Result:
    """Answer a flow until it ends; an error is an answer too."""
    answered: object = None
    error: Exception | None = None
    try:
        while True:
            request = flow.send(answered) if error is None else flow.throw(error)
            answered, error = None, None
            try:
                answered = await answer(request)
            except Exception as problem:  # noqa: BLE001 - the flow decides what it means
                error = problem
    except StopIteration as stop:
        result: Result = stop.value
        return result


async def call_async(request: Act) -> HookOutcome:
    """Call an asynchronous hook; whatever it raises or returns, an outcome comes of it."""
    hook: AsyncHook = request.registered.hook
    context, timeout = request.context, request.registered.timeout
    with request.watch.calling(context) as calling:
        try:
            said = await within(hook, context, timeout)
        except asyncio.CancelledError as error:
            if _is_cancelled():
                raise
            return calling.came(raised(error), error)
        except Exception as error:  # noqa: BLE001 - one hook that fails stops no other
            return calling.came(raised(error), error)
        return calling.came(heard(said, context.channel))


def _is_cancelled() -> bool:
    """Say whether somebody cancels the task itself, not something for which its hook waits."""
    try:
        task = asyncio.current_task()
    except RuntimeError:
        return False  # under trio, where cancelling has an exception of its own
    return task is not None and task.cancelling() > 0
