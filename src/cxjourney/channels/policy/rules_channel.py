"""The rules of single channels: face to face, post and text (SPEC F01, P01, P02, X01)."""

from cxjourney.channels.policy.case import Case
from cxjourney.channels.policy.limits import Limits
from cxjourney.channels.policy.opinion import Opinion, allow, deny
from cxjourney.channels.policy.rule import Rule
from cxjourney.channels.policy.rules_content import NAME
from cxjourney.contact import Channel, Purpose

__all__ = ["F01", "P01", "P02", "X01"]

BEST_BY_POST = frozenset({Purpose.SOLVE, Purpose.APOLOGISE, Purpose.THANK, Purpose.CONGRATULATE})
NEVER_BY_TEXT = frozenset({Purpose.SELL, Purpose.ASK_REFERRAL})
POST = frozenset({Channel.POST})


def _note(_: Case, __: Limits) -> Opinion:
    return allow("note_required")


def _personal(case: Case, limits: Limits) -> Opinion:
    if case.audience > limits.letter_limit:
        return deny("bulk")
    return allow("to_one_by_name") if NAME in case.profile.known else deny("no_recipient_name")


def _preferred(case: Case, _: Limits) -> Opinion | None:
    return allow("preferred") if case.intent.purpose in BEST_BY_POST else None


def _not_by_text(case: Case, _: Limits) -> Opinion | None:
    return deny("not_by_text") if case.intent.purpose in NEVER_BY_TEXT else None


F01: Rule = Rule("F01", _note, "000", frozenset({Channel.FACE_TO_FACE}))
"""A task for a person; its outcome needs a note of what was unclear."""
P01: Rule = Rule("P01", _personal, "000; 100 letters is a default", POST)
"""Bulk mail, or a letter to nobody by name: deny."""
P02: Rule = Rule("P02", _preferred, "000", POST)
"""To solve, apologise, thank or congratulate: a letter is preferred."""
X01: Rule = Rule("X01", _not_by_text, "000", frozenset({Channel.TEXT}))
"""Selling, or asking for a recommendation, by text message: deny, and nothing overrides it."""
