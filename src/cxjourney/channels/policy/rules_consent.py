"""The rule of consent: no contact that the customer did not agree to (SPEC C01)."""

from cxjourney.channels.policy.case import Case
from cxjourney.channels.policy.limits import Limits
from cxjourney.channels.policy.opinion import Opinion, allow, deny
from cxjourney.channels.policy.rule import Rule

__all__ = ["C01"]


def _consent(case: Case, limits: Limits) -> Opinion:
    purpose = case.intent.purpose
    given = case.history.consent(case.channel, purpose, case.now)
    if given is None:
        return allow("service_purpose") if purpose in limits.service else deny("no_consent")
    return allow("consent_given") if given else deny("consent_withdrawn")


C01: Rule = Rule("C01", _consent, "000", internal=False)
"""No consent on record for channel and purpose: deny. A withdrawal binds every purpose."""
