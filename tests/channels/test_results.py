"""What a contact is made of reads shortly, and shows no text that somebody gave."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from cxjourney.channels import (
    Approval,
    Contact,
    Content,
    Deferred,
    Failed,
    Gift,
    History,
    HookContext,
    HookSet,
    Intent,
    Library,
    Pledge,
    Profile,
    Registered,
    Rendered,
    Sent,
    Skipped,
    Unknown,
)
from cxjourney.channels.policy import Capability, Case, Policy, Rule, Verdict
from cxjourney.journey import Journey
from cxjourney.vocabulary import Channel, Event, EventKind, Lang, Purpose, Situation

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
MARI = "Mari Maasikas\n\x1b[31m"
CONTENT = Content(
    MARI,
    Channel.EMAIL,
    MARI,
    MARI,
    approvals=[Approval(f"{MARI} 2", MARI)],
    variables=[MARI],
    asks=[MARI],
    pledges=[Pledge(MARI, Decimal(3))],
)
INTENT = Intent(
    customer=MARI,
    engagement=MARI,
    play=MARI,
    occurrence=MARI,
    cause=MARI,
    cycle=1,
    purpose=Purpose.THANK,
    channels=(Channel.EMAIL, Channel.POST),
    planned_at=AT,
    not_before=AT,
    content=MARI,
    obligation=MARI,
    wish=MARI,
    tells=MARI,
)
PROFILE = Profile(None, Lang.ET, MARI, {MARI: MARI})
HISTORY = History(
    (Event(EventKind.ASKED, AT, MARI, {"question": MARI}),),
    (Contact(AT, Channel.EMAIL, Purpose.THANK, MARI, MARI),),
)
RULE = Rule(MARI, lambda _, __: Verdict.deny(MARI), MARI, frozenset({Channel.EMAIL}))
CASE = Case(INTENT, Channel.EMAIL, AT, Situation(), (), HISTORY, PROFILE, CONTENT)
POLICY = Policy().with_rule(RULE)
EXPLAINED = POLICY.explain(INTENT, Journey("anna"), now=AT)
READ = [
    (CONTENT, "<Content for EMAIL: 1 variables, approved by 1>"),
    (INTENT, "<Intent: THANK through EMAIL, POST>"),
    (PROFILE, "<Profile: ET, no zone, 1 values known>"),
    (HISTORY, "<History of 1 events, 1 contacts>"),
    (CASE, "<Case: THANK through EMAIL>"),
    (
        HookContext(INTENT, Channel.EMAIL, Situation(), HISTORY, PROFILE, CONTENT, 2, AT, None),
        "<HookContext: THANK through EMAIL, attempt 2>",
    ),
    (Library([CONTENT]), "<Library of 1>"),
    (Registered(Channel.EMAIL, MARI.join), "<Registered for EMAIL: not idempotent>"),
    (HookSet().on(Channel.EMAIL, MARI.join, idempotent=True), "<HookSet of 1>"),
    (Rendered(MARI, MARI), "<Rendered: 19 characters>"),
    (Sent(MARI, MARI), "Sent()"),
    (Skipped(MARI), "Skipped()"),
    (Failed(MARI, retryable=True), "Failed(retryable=True)"),
    (Unknown(MARI), "Unknown()"),
    (RULE, "<Rule for 1 channels>"),
    (Rule(MARI, lambda _, __: None), "<Rule for all channels>"),
    (POLICY, "<Policy of 28 rules>"),
    (POLICY.choose([CASE]), "<Chosen EMAIL: DENY>"),
    (POLICY.choose([CASE]).verdict, "<Verdict: DENY>"),
    (EXPLAINED, "<Explained EMAIL THANK: DENY, 6 of 28 rules apply>"),
    (EXPLAINED.rows[-1], "<RuleRow: DENY>"),
]


@pytest.mark.parametrize(("thing", "told"), READ, ids=[told for _, told in READ])
def test_a_repr_is_one_line_without_texts(thing: object, told: str) -> None:
    """The repr says what it is, and how much of it there is."""
    assert repr(thing) == told


@pytest.mark.parametrize(
    "thing",
    [
        *(CONTENT.approvals[0], CONTENT.pledges[0], HISTORY.contacts[0]),
        *(Capability(MARI, Decimal(1), smaller_is_better=True), Deferred(AT), Gift(Decimal(9))),
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_no_text_shows_in_a_part(thing: object) -> None:
    """What has few fields shows its figures and enums, and none of its texts."""
    assert "Mari" not in repr(thing)
    assert repr(thing).startswith(f"{type(thing).__name__}(")


def test_a_verdict_reads_in_three_languages() -> None:
    """A verdict says in words what may be done, and why."""
    chosen = Policy().choose([CASE])
    verdict = chosen.verdict
    assert str(verdict) == verdict.explain() == "denied: no consent is on record"
    assert len({verdict.explain(lang) for lang in Lang}) == 3
    assert str(chosen) == f"e-mail: {verdict}"
