"""Hooks: how other code carries intents out, and the set in which they are given (SPEC 7)."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

import attrs

from cxjourney.channels.content import Content
from cxjourney.channels.history import History
from cxjourney.channels.intent import Intent
from cxjourney.channels.outcome import HookOutcome
from cxjourney.channels.profile import Profile
from cxjourney.contact import Channel, Purpose
from cxjourney.errors import InvalidError
from cxjourney.phases import Phase
from cxjourney.situation import Situation
from cxjourney.vocabulary._checks import Validator, a, all_of, as_set, must

__all__ = ["AsyncHook", "Hook", "HookContext", "HookSet", "Registered"]


@attrs.frozen
class HookContext:
    """All that a hook is told.

    Attributes:
        intent: what is to be done.
        channel: through which channel.
        situation: where the customer stands.
        history: what was between customer and company (SPEC C09).
        profile: what the company's files say of the customer.
        content: what is to be said; None for a task that needs no text.
        attempt: which attempt this is, from 1.
        now: the moment of the attempt.
        timeout: how long the hook may take; None for as long as it likes.
    """

    intent: Intent
    channel: Channel
    situation: Situation
    history: History
    profile: Profile
    content: Content | None
    attempt: int
    now: datetime
    timeout: timedelta | None

    @property
    def key(self) -> str:
        """The idempotency key: the same for every attempt at the same intent."""
        return self.intent.key


class Hook(Protocol):
    """Carries an intent out through a channel, and says what came of it."""

    def __call__(self, context: HookContext, /) -> HookOutcome:
        """Act, and return what came of it."""


class AsyncHook(Protocol):
    """Carries an intent out through a channel, and says what came of it; asynchronous."""

    async def __call__(self, context: HookContext, /) -> HookOutcome:
        """Act, and return what came of it."""


Hook_co = TypeVar("Hook_co", covariant=True)
Other = TypeVar("Other")


def _a_callable(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    must(callable(value), instance, field.name, value, "a callable that takes one HookContext")


def _positive(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    fits = value is None or (isinstance(value, timedelta) and value > timedelta())
    must(fits, instance, field.name, value, "a timedelta above zero, or None")


def _some_of(of: type) -> Validator:
    def check(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
        all_of(of)(instance, field, value)
        must(bool(value), instance, field.name, value, f"one {of.__name__} or more, or None")

    return check


@attrs.frozen
class Registered(Generic[Hook_co]):
    """A hook, and what it is for.

    Attributes:
        channel: the channel that it carries.
        hook: the hook.
        idempotent: whether the same key twice has the effect of once; only then is it called
            again when nobody knows what became of an attempt.
        timeout: how long it may take; None for as long as it likes.
        purposes: the purposes that it is for; None for all.
        phases: the phases that it is for; None for all places.
    """

    channel: Channel = attrs.field(validator=a(Channel))
    hook: Hook_co = attrs.field(validator=_a_callable)
    idempotent: bool = attrs.field(default=False, validator=a(bool))
    timeout: timedelta | None = attrs.field(default=None, validator=_positive)
    purposes: frozenset[Purpose] | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(as_set),
        validator=attrs.validators.optional(_some_of(Purpose)),
    )
    phases: frozenset[Phase] | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(as_set),
        validator=attrs.validators.optional(_some_of(Phase)),
    )

    def suits(self, channel: Channel, purpose: Purpose, phase: Phase | None) -> bool:
        """Say whether it carries such an intent."""
        return (
            channel is self.channel
            and (self.purposes is None or purpose in self.purposes)
            and (self.phases is None or phase in self.phases)
        )

    @property
    def narrowness(self) -> int:
        """How narrowly it is meant: 0 for a whole channel, to 2 for purposes and phases."""
        return (self.purposes is not None) + (self.phases is not None)


def _overlap(one: frozenset[object] | None, other: frozenset[object] | None) -> bool:
    return one is None or other is None or not one.isdisjoint(other)


@attrs.frozen(init=False)
class HookSet(Generic[Hook_co]):
    """The hooks that carry intents out: explicit, immutable, nothing global (SPEC 7).

    Of several that suit an intent the most narrowly meant one acts, and it alone.

    Args:
        hooks: the hooks with what they are for.

    Raises:
        InvalidError: when two hooks would both be the one for the same intent.
    """

    hooks: tuple[Registered[Hook_co], ...]

    def __init__(self, hooks: Iterable[Registered[Hook_co]] = ()) -> None:
        kept = tuple(hooks)
        for index, one in enumerate(kept):
            must(isinstance(one, Registered), self, "hooks", one, "only Registered")
            for other in kept[:index]:
                if _rivals(one, other):
                    expected = "one hook for a channel, purpose and phase"
                    found = f"a second one for {one.channel.name}"
                    raise InvalidError("HookSet.hooks", found, expected)
        self.__attrs_init__(kept)

    def on(
        self,
        channel: Channel,
        hook: Other,
        *,
        idempotent: bool = False,
        timeout: timedelta | None = None,
        purposes: Iterable[Purpose] | None = None,
        phases: Iterable[Phase] | None = None,
    ) -> "HookSet[Hook_co | Other]":
        """Return a set with one more hook; see ``Registered`` for the arguments."""
        chosen = None if purposes is None else frozenset(purposes)
        during = None if phases is None else frozenset(phases)
        one = Registered(channel, hook, idempotent, timeout, chosen, during)
        return HookSet((*self.hooks, one))

    def find(
        self, channel: Channel, purpose: Purpose, phase: Phase | None
    ) -> Registered[Hook_co] | None:
        """Return the hook that carries such an intent, or None."""
        suitable = [one for one in self.hooks if one.suits(channel, purpose, phase)]
        return max(suitable, key=lambda one: one.narrowness, default=None)

    def __iter__(self) -> Iterator[Registered[Hook_co]]:
        return iter(self.hooks)


def _rivals(one: Registered[Hook_co], other: Registered[Hook_co]) -> bool:
    return (
        one.channel is other.channel
        and one.narrowness == other.narrowness
        and _overlap(one.purposes, other.purposes)
        and _overlap(one.phases, other.phases)
    )
