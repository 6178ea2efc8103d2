"""The rules about what was between customer and company (SPEC C02, C03, C09, A01 and 9)."""

from datetime import datetime

from cxjourney.channels.history import History
from cxjourney.channels.policy.case import Case
from cxjourney.channels.policy.limits import Limits
from cxjourney.channels.policy.opinion import Opinion, allow, defer, deny, warn
from cxjourney.channels.policy.rule import Rule
from cxjourney.contact import Channel, Purpose
from cxjourney.events import EventKind
from cxjourney.phases import Phase, Place

__all__ = ["A01", "C02", "C03", "C09", "LOYAL", "S01", "unused_channels"]

LOYAL: frozenset[Place] = frozenset({Phase.ADOPT, Phase.ADVOCATE})
"""The places of a customer who stays by choice."""
QUESTION, PROBLEM = "answer", "solve"
"""The ids of the chart's rules by which a question or a problem is open."""
ANSWERS: dict[Purpose, frozenset[EventKind]] = {
    Purpose.ASK_FEEDBACK: frozenset({EventKind.FEEDBACK_CAPTURED, EventKind.FEEDBACK_DECLINED}),
    Purpose.ASK_REFERRAL: frozenset({EventKind.REFERRED}),
}
"""What answers a request; the purposes that are one."""


def _selling(case: Case, _: Limits) -> Opinion | None:
    if case.intent.purpose is not Purpose.SELL:
        return None
    owed = {one.rule for one in case.owed}
    if case.situation.doubt_open:
        return deny("doubt_open")
    if case.situation.recovery_open or PROBLEM in owed:
        return deny("problem_open")
    return deny("question_open") if QUESTION in owed else allow("nothing_open")


def _referral(case: Case, limits: Limits) -> Opinion | None:
    if case.intent.purpose is not Purpose.ASK_REFERRAL:
        return None
    if case.situation.place not in LOYAL:
        return deny("not_loyal_yet")
    asked = _asked_at(case.history, Purpose.ASK_REFERRAL)
    if asked is not None and case.now - asked < limits.referral_gap:
        return deny("asked_recently")
    return allow("loyal_and_not_asked")


def _history(_: Case, __: Limits) -> Opinion:
    return allow("history_given")


def _one_question(case: Case, limits: Limits) -> Opinion | None:
    asks = frozenset() if case.content is None else case.content.asks
    if case.intent.purpose not in ANSWERS and not asks:
        return None
    open_asks = [_open_since(case.history, purpose) for purpose in ANSWERS]
    asked = max((at for at in open_asks if at is not None), default=None)
    if asked is not None and case.now - asked < limits.ask_wait:
        return defer("question_asked", asked + limits.ask_wait)
    return warn("several_questions") if len(asks) > 1 else allow("one_question")


def _open_since(history: History, purpose: Purpose) -> datetime | None:
    """Return when a request was last made that is not answered, or None."""
    asked = _asked_at(history, purpose)
    answers = (event.at for event in history.events if event.kind in ANSWERS[purpose])
    return None if asked is None or any(at >= asked for at in answers) else asked


def _asked_at(history: History, purpose: Purpose) -> datetime | None:
    """Return when a request was last made, through a channel or otherwise, or None."""
    asked = [one.at for one in history.contacts if one.purpose is purpose]
    if purpose is Purpose.ASK_FEEDBACK:
        asked += [event.at for event in history.of_kind(EventKind.FEEDBACK_ASKED)]
    return max(asked, default=None)


def unused_channels(history: History) -> tuple[Channel, ...]:
    """Return the channels through which a customer was never contacted (SPEC A01)."""
    used = history.channels_used
    return tuple(channel for channel in Channel if channel not in used)


def _all_six(case: Case, _: Limits) -> Opinion:
    every = len(case.history.channels_used) == len(Channel)
    return allow("all_channels_used" if every else "channels_unused")


C02: Rule = Rule("C02", _selling, "002: sell only after the problem is solved", internal=False)
"""Selling while a doubt, a problem or a question is open: deny."""
C03: Rule = Rule("C03", _referral, "002, Coleman; 90 days is a default", internal=False)
"""Asking for a recommendation of those who are not loyal yet, or oftener than the cap: deny."""
C09: Rule = Rule("C09", _history, "001, 002")
"""Whoever acts is given the history: a promise of the dispatcher, which always holds."""
S01: Rule = Rule("S01", _one_question, "004; 14 days is a default", internal=False)
"""One question, and one open request, at a time: the next one waits for the answer.

A request for feedback or for a recommendation is open until it is answered, and at most for
``Limits.ask_wait``; meanwhile whatever asks the customer for something is deferred.
"""
A01: Rule = Rule("A01", _all_six, "000", internal=False)
"""Tells whether some channel was never used; ``unused_channels`` tells which."""
