"""Channels: what is to be sent, what may be sent, and the hooks that send it (SPEC 6, 7).

Rendering templates needs the extra ``templates``; it is loaded when it is first asked for.
"""

from typing import TYPE_CHECKING

from cxjourney.channels.content import (
    Approval,
    Content,
    Gift,
    GiftTrait,
    Library,
    Pledge,
    Video,
    digest_of,
)
from cxjourney.channels.history import Contact, History
from cxjourney.channels.hooks import AsyncHook, Hook, HookContext, HookSet, Registered
from cxjourney.channels.intent import Intent, intent_key
from cxjourney.channels.offered import load_hooks, offered_hooks
from cxjourney.channels.outcome import Deferred, Failed, HookOutcome, Sent, Skipped, Unknown
from cxjourney.channels.profile import Profile, Profiles
from cxjourney.extras import load

if TYPE_CHECKING:
    from cxjourney.channels.rendering import JinjaRenderer, Rendered, RenderFault, describe_template

__all__ = [
    "Approval",
    "AsyncHook",
    "Contact",
    "Content",
    "Deferred",
    "Failed",
    "Gift",
    "GiftTrait",
    "History",
    "Hook",
    "HookContext",
    "HookOutcome",
    "HookSet",
    "Intent",
    "JinjaRenderer",
    "Library",
    "Pledge",
    "Profile",
    "Profiles",
    "Registered",
    "RenderFault",
    "Rendered",
    "Sent",
    "Skipped",
    "Unknown",
    "Video",
    "describe_template",
    "digest_of",
    "intent_key",
    "load_hooks",
    "offered_hooks",
]

RENDERING = {"JinjaRenderer", "RenderFault", "Rendered", "describe_template"}


def __getattr__(name: str) -> object:
    """Load rendering when it is asked for: everything else needs no further package."""
    if name in RENDERING:
        return getattr(load(f"{__name__}.rendering"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
