"""Hooks that installed packages offer: nothing of them is imported until asked for by name."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import attrs

from cxjourney.channels.checked import ChannelError
from cxjourney.channels.hooks import HookSet, Registered
from cxjourney.errors import CxJourneyError
from cxjourney.payload import describe

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = [
    "GROUP",
    "HookClashError",
    "HookNotAllowedError",
    "HookNotFoundError",
    "load_hooks",
    "offered_hooks",
]

GROUP: str = "cxjourney.hooks"
"""The entry-point group in which a package offers hooks, each of them a ``Registered``."""


@attrs.define(slots=False, str=False)
class HookNotAllowedError(CxJourneyError, ValueError):
    """A hook was asked for that is not on the allow-list; nothing was imported.

    Attributes:
        name: the name that was asked for.
        allowed: the allow-list, sorted.
    """

    name: str
    allowed: tuple[str, ...]

    def __str__(self) -> str:
        return f"the hook {self.name!r} is not allowed; allowed: {_listed(self.allowed)}"


@attrs.define(slots=False, str=False)
class HookNotFoundError(CxJourneyError, LookupError):
    """No installed package offers a hook of this name; nothing was imported.

    Attributes:
        name: the name that was asked for.
        offered: the names that are offered, sorted.
    """

    name: str
    offered: tuple[str, ...]

    def __str__(self) -> str:
        return f"no package offers a hook {self.name!r}; offered: {_listed(self.offered)}"


@attrs.define(slots=False, str=False)
class HookClashError(CxJourneyError, ValueError):
    """A hook is offered more than once, so that nobody knows which is meant; nothing was imported.

    Attributes:
        name: the name that was asked for.
        packages: the packages that offer it, sorted.
    """

    name: str
    packages: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"the hook {self.name!r} is offered by {_listed(self.packages)}; uninstall all but one"
        )


def offered_hooks() -> tuple[str, ...]:
    """Return the names of the hooks that installed packages offer, sorted; imports none of them."""
    return tuple(sorted(_offers()))


def load_hooks(names: Collection[str], *, allowed: Collection[str]) -> HookSet[Any]:
    """Import the named hooks, and only them, from the packages that offer them.

    Whether they are synchronous or not is not looked at: it is for the caller to know.

    Args:
        names: the hooks that are wanted.
        allowed: the hooks that may be loaded at all, as written down where the program is
            configured and not where the wish comes from.

    Raises:
        HookNotAllowedError: when a name is not on the allow-list.
        HookNotFoundError: when no package offers it.
        HookClashError: when it is offered more than once.
        ChannelError: when what is offered is no ``Registered``, when two of the hooks are for the
            same intents, or when ``names`` or ``allowed`` is one text.
        ImportError: when a package cannot be imported; it may raise anything else as well.
    """
    offers, listed = _offers(), _names("allowed", allowed)
    chosen = [_chosen(name, listed, offers) for name in _names("names", names)]
    return HookSet(_loaded(entry) for entry in chosen)


def _offers() -> "dict[str, list[EntryPoint]]":
    from importlib.metadata import entry_points  # noqa: PLC0415 - slow, and seldom asked for

    offers: dict[str, list[EntryPoint]] = {}
    for entry in entry_points(group=GROUP):
        offers.setdefault(entry.name, []).append(entry)
    return offers


def _names(field: str, given: Collection[str]) -> tuple[str, ...]:
    """Return names in one order, each once; a text is no collection of its letters."""
    if isinstance(given, str):
        raise ChannelError("load_hooks", field, describe(given), "a collection of names")
    return tuple(sorted(set(given)))


def _chosen(
    name: str, allowed: tuple[str, ...], offers: "dict[str, list[EntryPoint]]"
) -> "EntryPoint":
    if name not in allowed:
        raise HookNotAllowedError(name, allowed)
    if name not in offers:
        raise HookNotFoundError(name, tuple(sorted(offers)))
    if len(offers[name]) > 1:
        packages = [one.dist.name for one in offers[name] if one.dist is not None]
        raise HookClashError(name, tuple(sorted(packages)))
    return offers[name][0]


def _loaded(entry: "EntryPoint") -> Registered[Any]:
    hook = entry.load()
    if not isinstance(hook, Registered):
        raise ChannelError(f"{GROUP} {entry.name}", entry.value, describe(hook), "a Registered")
    return hook


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "none"
