"""Hooks that installed packages offer: nothing of them is imported until asked for by name."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from cxjourney.channels.hooks import HookSet, Registered
from cxjourney.errors import InvalidError
from cxjourney.vocabulary._checks import describe

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["GROUP", "load_hooks", "offered_hooks"]

GROUP: str = "cxjourney.hooks"
"""The entry-point group in which a package offers hooks, each of them a ``Registered``."""


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
        InvalidError: when a name is not on the allow-list, when no package offers it or several
            do, when what is offered is no ``Registered``, when two of the hooks are for the same
            intents, or when ``names`` or ``allowed`` is one text. Nothing was imported then, but
            for the last two.
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
    """Return names sorted, each once; refuse a text in the place of a collection."""
    if isinstance(given, str):
        raise InvalidError(f"load_hooks.{field}", describe(given), "a collection of names")
    return tuple(sorted(set(given)))


def _chosen(
    name: str, allowed: tuple[str, ...], offers: "dict[str, list[EntryPoint]]"
) -> "EntryPoint":
    if name not in allowed:
        raise InvalidError(
            "load_hooks.names",
            f"the hook {name!r}, which is not allowed",
            f"one of {_listed(allowed)}",
        )
    if name not in offers:
        raise InvalidError(
            "load_hooks.names",
            f"the hook {name!r}, which no package offers",
            f"one of {_listed(tuple(sorted(offers)))}",
        )
    if len(offers[name]) > 1:
        packages = [one.dist.name for one in offers[name] if one.dist is not None]
        found = f"the hook {name!r}, which {_listed(tuple(sorted(packages)))} offer"
        raise InvalidError("load_hooks.names", found, "one package; uninstall the others")
    return offers[name][0]


def _loaded(entry: "EntryPoint") -> Registered[Any]:
    hook = entry.load()
    if not isinstance(hook, Registered):
        raise InvalidError(f"{GROUP} {entry.name}.{entry.value}", describe(hook), "a Registered")
    return hook


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "none"
