"""The table of rules, in the order of SPEC 6."""

from cxjourney.channels.policy.rule import Rule
from cxjourney.channels.policy.rules_channel import F01, P01, P02, X01
from cxjourney.channels.policy.rules_consent import C01
from cxjourney.channels.policy.rules_content import C04, C05, C06, C07, E01, V01
from cxjourney.channels.policy.rules_gift import G01, G02, G03, G04
from cxjourney.channels.policy.rules_past import A01, C02, C03, C09, S01
from cxjourney.channels.policy.rules_timing import C08, P03, X02

__all__ = ["LASTING", "STANDARD_RULES"]

STANDARD_RULES: tuple[Rule, ...] = (
    *(C01, C02, C03, C04, C05, C06, C07, C08, C09, S01),
    *(F01, E01, P01, P02, P03, X01, X02, V01),
    *(G01, G02, G03, G04, A01),
)
"""Every rule of SPEC 6, and S01 for SPEC 9: one question, one open ask at a time."""
LASTING: frozenset[str] = frozenset({X01.id, C09.id})
"""The rules that nobody can replace or take away: X01 has no override, C09 holds in any case."""
