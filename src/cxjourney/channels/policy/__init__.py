"""The policy: which contact may be made now, and why not (SPEC 6)."""

from cxjourney.channels.policy.case import Case
from cxjourney.channels.policy.chosen import Chosen
from cxjourney.channels.policy.engine import Policy
from cxjourney.channels.policy.explained import Explained, RuleRow
from cxjourney.channels.policy.limits import SERVICE_PURPOSES, Capability, Limits
from cxjourney.channels.policy.opinion import Opinion, allow, defer, deny, warn
from cxjourney.channels.policy.rule import Judge, Rule
from cxjourney.channels.policy.rules_past import unused_channels
from cxjourney.channels.policy.table import STANDARD_RULES
from cxjourney.channels.policy.verdict import Ruling, Verdict

__all__ = [
    "SERVICE_PURPOSES",
    "STANDARD_RULES",
    "Capability",
    "Case",
    "Chosen",
    "Explained",
    "Judge",
    "Limits",
    "Opinion",
    "Policy",
    "Rule",
    "RuleRow",
    "Ruling",
    "Verdict",
    "allow",
    "defer",
    "deny",
    "unused_channels",
    "warn",
]
