"""The policy: which contact may be made now, and why not (SPEC 6)."""

from typing import TYPE_CHECKING

from cxjourney.vocabulary._lazy import later

if TYPE_CHECKING:
    from cxjourney.channels.policy._limits import SERVICE_PURPOSES, Capability, Limits, Window
    from cxjourney.channels.policy._policy import Chosen as Chosen
    from cxjourney.channels.policy._policy import Explained as Explained
    from cxjourney.channels.policy._policy import Policy
    from cxjourney.channels.policy._policy import RuleRow as RuleRow
    from cxjourney.channels.policy._rule import Case, Rule, Ruling, Verdict

__all__ = [
    "SERVICE_PURPOSES",
    "Capability",
    "Case",
    "Limits",
    "Policy",
    "Rule",
    "Ruling",
    "Verdict",
    "Window",
]

later(
    __name__,
    {
        "_limits": "Capability Limits SERVICE_PURPOSES Window",
        "_policy": "Chosen Explained Policy RuleRow",
        "_rule": "Case Rule Ruling Verdict",
    },
)
