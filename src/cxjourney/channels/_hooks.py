"""Hooks: how other code carries intents out, given in a set or offered by packages (SPEC 7)."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import attrs

from cxjourney.channels._content import Content, History, Profile
from cxjourney.channels._intent import Deferred, Failed, Intent, Sent, Skipped, Unknown
from cxjourney.errors import InvalidError
from cxjourney.vocabulary import Channel, Phase, Purpose, Situation
from cxjourney.vocabulary._checks import Validator, a, all_of, as_set, describe, must
from cxjourney.vocabulary._terminal import Showable

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint, EntryPoints


@attrs.frozen(repr=False)
class HookContext(Showable):
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

    def __repr__(self) -> str:
        what = f"{self.intent.purpose.name} through {self.channel.name}"
        return f"<HookContext: {what}, attempt {self.attempt}>"


HookOutcome = Sent | Skipped | Deferred | Failed | Unknown
"""What a hook returns."""


class Hook(Protocol):
    """Carries an intent out through a channel, and says what came of it.

    A hook that keeps something of intents may have a method ``erase(keys)`` too: it is given the
    keys of a customer who is erased, as often as need be, and forgets what it keeps of them.
    """

    def __call__(self, context: HookContext, /) -> HookOutcome:
        """Act, and return what came of it."""


class AsyncHook(Protocol):
    """Carries an intent out through a channel, and says what came of it; asynchronous."""

    async def __call__(self, context: HookContext, /) -> HookOutcome:
        """Act, and return what came of it."""


A_MINUTE = timedelta(minutes=1)
"""How long a hook may take; *default*."""
Hook_co = TypeVar("Hook_co", covariant=True)
Other = TypeVar("Other")


def a_callable(takes: str) -> Validator:
    """Return a validator of something that can be called, and say with what."""

    def check(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
        must(callable(value), instance, field.name, value, f"a callable that takes {takes}")

    return check


def _positive(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    fits = value is None or (isinstance(value, timedelta) and value > timedelta())
    must(fits, instance, field.name, value, "a timedelta above zero, or None")


def _some_or_all(of: type) -> Validator:
    """Return a validator of a set of one or more of a type, or None for all."""

    def check(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
        if value is not None:
            all_of(of)(instance, field, value)
            must(bool(value), instance, field.name, value, f"one {of.__name__} or more, or None")

    return check


@attrs.frozen(repr=False)
class Registered(Showable, Generic[Hook_co]):
    """A hook, and what it is for.

    Attributes:
        channel: the channel that it carries.
        hook: the hook.
        idempotent: whether the same key twice has the effect of once; only then is it called
            again when nobody knows what became of an attempt.
        timeout: how long it may take; None for as long as it likes, and then a plain hook runs in
            the thread of the dispatcher itself.
        purposes: the purposes that it is for; None for all.
        phases: the phases that it is for; None for all places.
        past: how far back it looks: all events of so long are in its context's history. None for
            the latest three of each kind.
    """

    channel: Channel = attrs.field(validator=a(Channel))
    hook: Hook_co = attrs.field(validator=a_callable("one HookContext"))
    idempotent: bool = attrs.field(default=False, validator=a(bool))
    timeout: timedelta | None = attrs.field(default=A_MINUTE, validator=_positive)
    purposes: frozenset[Purpose] | None = attrs.field(
        default=None, converter=attrs.converters.optional(as_set), validator=_some_or_all(Purpose)
    )
    phases: frozenset[Phase] | None = attrs.field(
        default=None, converter=attrs.converters.optional(as_set), validator=_some_or_all(Phase)
    )
    past: timedelta | None = attrs.field(default=None, validator=_positive)

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

    def __repr__(self) -> str:
        again = "idempotent" if self.idempotent else "not idempotent"
        return f"<Registered for {self.channel.name}: {again}>"


@attrs.frozen(init=False, repr=False)
class HookSet(Showable, Generic[Hook_co]):
    """The hooks that carry intents out: explicit, immutable, nothing global (SPEC 7).

    Of several that suit an intent the most narrowly meant one acts, and it alone.

    Args:
        hooks: the hooks with what they are for.

    Raises:
        InvalidError: when two hooks would both be the one for the same intent.
    """

    hooks: tuple[Registered[Hook_co], ...]

    def __init__(self, hooks: Iterable[Registered[Hook_co]] = ()) -> None:
        self.__attrs_init__(tuple(hooks))
        for one in self.hooks:
            must(isinstance(one, Registered), self, "hooks", one, "only Registered")
        for one, other in combinations(self.hooks, 2):
            if _rivals(one, other):
                expected = "one hook for a channel, purpose and phase"
                found = f"a second one for {one.channel.name}"
                raise InvalidError("HookSet.hooks", found, expected)

    def on(
        self,
        channel: Channel,
        hook: Other,
        *,
        idempotent: bool = False,
        timeout: timedelta | None = A_MINUTE,
        purposes: Iterable[Purpose] | None = None,
        phases: Iterable[Phase] | None = None,
        past: timedelta | None = None,
    ) -> "HookSet[Hook_co | Other]":
        """Return a set with one more hook; see ``Registered`` for the arguments."""
        one = Registered(channel, hook, idempotent, timeout, purposes, phases, past)
        return HookSet((*self.hooks, one))

    def find(
        self, channel: Channel, purpose: Purpose, phase: Phase | None
    ) -> Registered[Hook_co] | None:
        """Return the hook that carries such an intent, or None."""
        suitable = [one for one in self.hooks if one.suits(channel, purpose, phase)]
        return max(suitable, key=lambda one: one.narrowness, default=None)

    @staticmethod
    def offered() -> tuple[str, ...]:
        """Return the names of the hooks that installed packages offer, sorted; imports none."""
        return tuple(sorted(_offers().names))

    @staticmethod
    def load(names: Collection[str], *, allowed: Collection[str]) -> "HookSet[Any]":
        """Import the named hooks, and only them, from the packages that offer them.

        Whether they are synchronous or not is not looked at: it is for the caller to know.

        Args:
            names: the hooks that are wanted.
            allowed: the hooks that may be loaded at all, as written down where the program is
                configured and not where the wish comes from.

        Raises:
            InvalidError: when a name is not on the allow-list, when no package offers it or several
                do, when what is offered is no ``Registered``, when two of the hooks are for the
                same intents, or when ``names`` or ``allowed`` is one text. Nothing was imported
                then, but for the last two.
            ImportError: when a package cannot be imported; it may raise anything else as well.
        """
        for field, given in (("names", names), ("allowed", allowed)):
            if isinstance(given, str):
                raise InvalidError(
                    f"HookSet.load.{field}", describe(given), "a collection of names"
                )
        offers = _offers()
        chosen = [_chosen(name, allowed, offers) for name in sorted(set(names))]
        return HookSet(_loaded(entry) for entry in chosen)

    def __iter__(self) -> Iterator[Registered[Hook_co]]:
        return iter(self.hooks)

    def __repr__(self) -> str:
        return f"<HookSet of {len(self.hooks)}>"


def _rivals(one: Registered[Hook_co], other: Registered[Hook_co]) -> bool:
    return (
        one.channel is other.channel
        and one.narrowness == other.narrowness
        and _overlap(one.purposes, other.purposes)
        and _overlap(one.phases, other.phases)
    )


def _overlap(one: frozenset[object] | None, other: frozenset[object] | None) -> bool:
    return one is None or other is None or not one.isdisjoint(other)


GROUP: str = "cxjourney.hooks"
"""The entry-point group in which a package offers hooks, each of them a ``Registered``."""


def _offers() -> "EntryPoints":
    from importlib.metadata import entry_points  # noqa: PLC0415 - slow, and seldom asked for

    return entry_points(group=GROUP)


def _chosen(name: str, allowed: Collection[str], offers: "EntryPoints") -> "EntryPoint":
    """Return the one offer of an allowed name."""
    for known, fault in ((allowed, "is not allowed"), (offers.names, "no package offers")):
        if name not in known:
            found = f"the hook {name!r}, which {fault}"
            raise InvalidError("HookSet.load.names", found, f"one of {_listed(known)}")
    one, *others = offers.select(name=name)
    if others:
        packages = [entry.dist.name for entry in (one, *others) if entry.dist is not None]
        found = f"the hook {name!r}, which {_listed(packages)} offer"
        raise InvalidError("HookSet.load.names", found, "one package; uninstall the others")
    return one


def _loaded(entry: "EntryPoint") -> Registered[Any]:
    hook = entry.load()
    if not isinstance(hook, Registered):
        raise InvalidError(f"{GROUP} {entry.name}.{entry.value}", describe(hook), "a Registered")
    return hook


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(set(names))) or "none"
