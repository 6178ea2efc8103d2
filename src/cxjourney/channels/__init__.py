"""Channels: what is to be sent, and the hooks that send it (SPEC 6, 7).

Rendering templates needs the extra ``templates``; it is loaded when it is first asked for.
"""

from typing import TYPE_CHECKING

from cxjourney.vocabulary._lazy import later

if TYPE_CHECKING:
    from cxjourney.channels._consents import ConsentRow as ConsentRow
    from cxjourney.channels._consents import Consents as Consents
    from cxjourney.channels._content import (
        Approval,
        Contact,
        Content,
        Gift,
        GiftTrait,
        History,
        Library,
        Pledge,
        Profile,
        Profiles,
        Video,
        digest_of,
    )
    from cxjourney.channels._hooks import (
        AsyncHook,
        Hook,
        HookContext,
        HookOutcome,
        HookSet,
        Registered,
    )
    from cxjourney.channels._intent import Deferred, Failed, Intent, Sent, Skipped, Unknown
    from cxjourney.channels._rendering import (
        JinjaRenderer,
        Rendered,
        RenderFault,
        describe_template,
    )

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
]

later(
    __name__,
    {
        "_consents": "ConsentRow Consents",
        "_content": """
            Approval Contact Content Gift GiftTrait History Library Pledge Profile Profiles Video
            digest_of
        """,
        "_hooks": "AsyncHook Hook HookContext HookOutcome HookSet Registered",
        "_intent": "Deferred Failed Intent Sent Skipped Unknown",
        "_rendering": "JinjaRenderer RenderFault Rendered describe_template",
    },
)
