"""What hooks keep of intents goes with the customer: each hook that can is asked to forget it."""

from collections.abc import Sequence
from typing import Any

import attrs

from cxjourney.channels import HookSet


@attrs.frozen
class Forget:
    """Asks for hooks to forget what they keep of some intents.

    Attributes:
        hooks: the hooks, each with a method ``erase``.
        keys: the intents' keys.
        claim: none, for it may be asked again.
    """

    hooks: tuple[Any, ...]
    keys: tuple[str, ...]
    claim: None = None


def able_to_forget(hooks: HookSet[Any]) -> tuple[Any, ...]:
    """Return the hooks that keep something of intents and can forget it, each once."""
    found: list[Any] = []
    for one in hooks:
        able = callable(getattr(one.hook, "erase", None))
        if able and not any(one.hook is other for other in found):
            found.append(one.hook)
    return tuple(found)


def forgotten(request: Forget) -> Exception | None:
    """Have hooks forget; return the first error, after all were asked."""
    errors: list[Exception] = []
    for hook in request.hooks:
        try:
            hook.erase(request.keys)
        except Exception as error:  # noqa: BLE001 - the others forget all the same
            errors.append(error)
    return _first(errors)


async def forgotten_async(request: Forget) -> Exception | None:
    """As ``forgotten``, for asynchronous hooks."""
    errors: list[Exception] = []
    for hook in request.hooks:
        try:
            await hook.erase(request.keys)
        except Exception as error:  # noqa: BLE001 - as above
            errors.append(error)
    return _first(errors)


def _first(errors: Sequence[Exception]) -> Exception | None:
    return errors[0] if errors else None
