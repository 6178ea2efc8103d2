"""The policy as a whole: total over every case, chooses a channel, cannot be talked out of X01."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.channels import Approval, Gift, History, Profile, Video
from cxjourney.channels.policy import (
    SERVICE_PURPOSES,
    Case,
    Limits,
    Policy,
    Rule,
    Ruling,
    Verdict,
)
from cxjourney.errors import InvalidError, NaiveTimeError
from cxjourney.vocabulary import Channel, EventKind, Phase, Purpose, Situation, Standing
from tests.channels.policy_cases import DIGEST, NOON, case, contact, content, event, has_texts

C, P, K = Channel, Purpose, EventKind
STANDARD_RULES = Policy().rules
PLAYED = ("C01", "C02", "C03", "C04", "C05", "C06", "C07", "C08", "C09", "F01", "E01", "P01", "P02",
          "P03", "X01", "X02", "V01", "D01", "G01", "G02", "G03", "G04", "A01")  # fmt: skip
"""The rules of SPEC 6, in its order."""
OURS = {"C10", "S01", "S02", "S03"}
"""The rules for what SPEC 6 says of consent and windows, and SPEC 9 of questions."""


MINUTES = st.integers(-20 * 24 * 60, 2 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
SITUATIONS = st.builds(
    Situation,
    st.just(Standing.ACTIVE) | st.sampled_from([Standing.LAPSED, Standing.LOST]),
    st.sampled_from(Phase),
    purchased=st.booleans(),
    doubt_open=st.booleans(),
    recovery_open=st.booleans(),
) | st.sampled_from([Situation(), Situation(Standing.ERASED)])
RULES = st.sets(st.sampled_from(["answer", "solve", "thank_referral"]))
ASKS = [P.ASK_FEEDBACK, P.ASK_REFERRAL, P.ANSWER, P.SELL]
FACTS = [K.FEEDBACK_ASKED, K.FEEDBACK_CAPTURED, K.REFERRED]
APPROVALS = st.lists(
    st.builds(Approval, st.sampled_from(["anne", "bert", "cleo"]), st.sampled_from([DIGEST, "old"]))
)
GIFTS = st.builds(
    Gift, st.sampled_from([Decimal(10), Decimal("9.99")]), st.sampled_from(["EUR", "SEK"])
)


@st.composite
def cases(draw: st.DrawFn, channel: Channel | None = None) -> Case:
    """Draw cases of any channel and purpose, where everything may be missing or at odds."""
    through = draw(st.sampled_from(Channel)) if channel is None else channel
    purpose = draw(st.sampled_from(Purpose))
    zone = draw(st.sampled_from(["Europe/Tallinn", "America/Sao_Paulo", "Pacific/Apia"]))
    now = NOON + draw(MINUTES)
    made = draw(st.lists(st.tuples(MINUTES, st.sampled_from(Channel), st.sampled_from(ASKS))))
    facts = draw(st.lists(st.tuples(st.sampled_from(FACTS), MINUTES), max_size=2))
    text = content(
        draw(st.sampled_from([through, C.EMAIL])),
        approvals=draw(APPROVALS),
        variables=draw(st.sets(st.sampled_from(["name", "city"]))),
        asks=draw(st.sets(st.sampled_from(["name", "goal_set"]))),
        gift=draw(st.none() | GIFTS),
        video=Video(draw(st.integers(0, 200))),
    )
    about = case(
        through,
        purpose,
        events=[event(kind, NOON + ago) for kind, ago in facts],
        contacts=[contact(NOON + ago, used, asked) for ago, used, asked in made],
        owed=draw(RULES),
        due=draw(st.none() | MINUTES.map(lambda ahead: NOON + ahead)),
        now=now,
        situation=draw(SITUATIONS),
        profile=Profile(draw(st.none() | st.just(ZoneInfo(zone))), values={"name": "Mari"}),
        content=draw(st.none() | st.just(text)),
        audience=draw(st.sampled_from([1, 2, 100, 101, 30_000])),
    )
    silent = attrs.evolve(about, history=History((), about.history.contacts))
    return draw(st.sampled_from([about, about, silent]))


def test_every_rule_of_the_specification_is_there() -> None:
    """The rules are those of SPEC 6 in its order, and S01 for SPEC 9."""
    assert tuple(rule.id for rule in STANDARD_RULES if rule.id not in OURS) == PLAYED
    assert {rule.id for rule in STANDARD_RULES} - set(PLAYED) == OURS
    assert all(rule.source for rule in STANDARD_RULES)


@pytest.mark.no_cover
@pytest.mark.parametrize("purpose", Purpose)
def test_every_channel_and_purpose_is_judged(purpose: Purpose) -> None:
    """For every pair some rule speaks, each with an id, a source and a reason that has a text."""
    silent: dict[str, Any] = {"content": None, "history": History()}
    for channel, given_too in product(Channel, ({}, silent)):
        verdicts = Policy().judge(case(channel, purpose, **given_too))
        assert verdicts
        for verdict in verdicts:
            assert verdict.rule
            assert verdict.source
            assert has_texts(verdict)


@pytest.mark.no_cover
@given(about=cases())
def test_the_policy_is_total(about: Case) -> None:
    """Whatever the case, every rule says something of its form or nothing, and says it again."""
    policy = Policy(Limits(service=SERVICE_PURPOSES))
    verdicts = policy.judge(about)
    assert verdicts == policy.judge(about)
    order = [rule.id for rule in policy.rules]
    said = [verdict.rule for verdict in verdicts]
    assert said == [rule for rule in order if rule in said]
    for verdict in verdicts:
        assert has_texts(verdict)
        assert (verdict.until is not None) == (verdict.ruling is Ruling.DEFER)
        if verdict.until is not None:
            assert verdict.until > about.now
            later = policy.judge(attrs.evolve(about, now=verdict.until))
            again = next(one for one in later if one.rule == verdict.rule)
            assert again.ruling is not Ruling.DEFER


@pytest.mark.no_cover
@given(asked=st.lists(cases(), min_size=1, max_size=3))
def test_the_first_channel_that_may_be_used_is_chosen(asked: list[Case]) -> None:
    """Else the one that is free first, else the first one: reckoned anew from every verdict."""
    policy = Policy(Limits(service=SERVICE_PURPOSES))
    chosen = policy.choose(asked)
    judged = [(one.channel, policy.judge(one)) for one in asked]
    hardest = [max(verdicts, key=lambda one: "ALLOW WARN DEFER DENY".index(one.ruling.name))
               for _, verdicts in judged]  # fmt: skip
    open_at = [place for place, one in enumerate(hardest) if one.ruling.passes]
    waits = [
        (max(one.until for one in judged[place][1] if one.until is not None), place)
        for place, one in enumerate(hardest)
        if one.ruling is Ruling.DEFER
    ]
    final = {one.id for one in policy.rules if not one.may_pass}
    may_pass = [
        place
        for place, (_, verdicts) in enumerate(judged)
        if not any(one.ruling is Ruling.DENY and one.rule in final for one in verdicts)
    ]
    place = open_at[0] if open_at else min(waits)[1] if waits else [*may_pass, 0][0]
    assert chosen.may_pass == (not open_at and not waits and bool(may_pass))
    assert (chosen.channel, chosen.ruling) == (asked[place].channel, hardest[place].ruling)
    assert chosen.verdict.until == (min(waits)[0] if waits and not open_at else None)
    heard = judged[: place + 1] if open_at else judged
    assert chosen.said == tuple(
        (channel, one)
        for channel, verdicts in heard
        for one in verdicts
        if one.ruling is not Ruling.ALLOW
    )


ANYTHING = st.builds(
    Rule,
    st.sampled_from([*PLAYED, "own"]),
    st.sampled_from([lambda _, __: Verdict.allow("fine"), lambda _, __: None]),
)


@pytest.mark.no_cover
@given(about=cases(C.TEXT), rules=st.lists(ANYTHING), gone=st.sets(st.sampled_from(PLAYED)))
def test_nothing_overrides_the_ban_on_selling_by_text(
    about: Case, rules: list[Rule], gone: set[str]
) -> None:
    """X01: whatever rules are added, replaced or taken away, TEXT is not chosen to sell."""
    policy = Policy()
    for rule in rules:
        if rule.id in {"X01", "C09"}:
            with pytest.raises(InvalidError, match="C09, X01 among them: they always hold"):
                policy.with_rule(rule)
        else:
            policy = policy.with_rule(rule)
    for id in sorted(gone & {rule.id for rule in policy.rules}):
        if id in {"X01", "C09"}:
            with pytest.raises(InvalidError, match="they always hold"):
                policy.without(id)
        else:
            policy = policy.without(id)
    for purpose in (P.SELL, P.ASK_REFERRAL):
        selling = attrs.evolve(about, intent=attrs.evolve(about.intent, purpose=purpose))
        assert policy.choose([selling]).ruling is Ruling.DENY


def test_policies_hold_x01_however_they_are_made() -> None:
    """X01: neither the constructor nor a copy takes a table without the library's own."""
    others = tuple(rule for rule in STANDARD_RULES if rule.id != "X01")
    (banned,) = (rule for rule in STANDARD_RULES if rule.id == "X01")
    lenient = attrs.evolve(banned, judge=lambda _, __: None)
    for rules in (others, (*others, lenient), (), (*STANDARD_RULES, lenient)):
        with pytest.raises(InvalidError):
            Policy(rules=rules)
        with pytest.raises(InvalidError):
            attrs.evolve(Policy(), rules=rules)


@pytest.mark.parametrize(
    "parts", [{"limits": None}, {"rules": ["C01"]}, {"rules": STANDARD_RULES * 2}, {"rules": None}]
)
def test_policies_are_checked(parts: dict[str, Any]) -> None:
    """Limits are limits, rules are rules, and each id stands once."""
    with pytest.raises(InvalidError):
        Policy(**parts)


def test_rules_are_added_replaced_and_taken_away() -> None:
    """A rule of one's own comes last; one of a known id takes its place; the old policy stays."""
    policy, own = Policy(), Rule("own", lambda _, __: Verdict.deny("not_on_sundays"))
    longer = policy.with_rule(own)
    assert [rule.id for rule in longer.rules][-1] == "own"
    assert longer.judge(case())[-1].reason == "not_on_sundays"
    assert longer.without("own") == policy == Policy()
    milder = policy.with_rule(Rule("C01", lambda _, __: Verdict.warn("on_paper"), "our lawyer"))
    assert [rule.id for rule in milder.rules] == [rule.id for rule in policy.rules]
    assert milder.judge(case(history=History()))[0].source == "our lawyer"
    assert repr(longer) == "<Policy of 28 rules>"
    with pytest.raises(InvalidError, match="the id of no rule; expected one of C01, "):
        policy.without("c01")
    with pytest.raises(InvalidError, match="a Rule"):
        policy.with_rule("C01")  # type: ignore[arg-type] # wrong on purpose


def test_a_rule_of_ones_own_keeps_to_its_channels() -> None:
    """A rule for some channels is not asked about the others."""
    own = Rule("own", lambda _, __: Verdict.deny("no_mail"), channels=frozenset({C.EMAIL}))
    policy = Policy().with_rule(own)
    assert not policy.choose([case(C.EMAIL)]).ruling.passes
    assert policy.choose([case(C.POST)]).ruling.passes


class Unlucky(Exception):  # noqa: N818 - a user's own
    """What a user's judge may raise."""


def _raises(_: Case, __: Limits) -> Verdict | None:
    raise Unlucky("Mari's number is 555")


FAULTY: list[tuple[Callable[..., Any], str]] = [
    (_raises, "raised Unlucky"),
    (lambda _, __: True, "returned bool"),
    (lambda _, __: "allow Mari", "returned str of 10 characters"),
    (lambda _, __: Ruling.ALLOW, "returned Ruling"),
    (lambda: None, "raised TypeError"),
    (lambda _, __: Verdict.defer("never", NOON.replace(tzinfo=None)), "raised NaiveTimeError"),
    (lambda asked, _: Verdict.defer("at_once", asked.now), "deferred to the past"),
    (lambda _, __: Verdict("", Ruling.DEFER, "later", ""), "returned DEFER with None as its time"),
    (lambda asked, _: Verdict("", Ruling.DENY, "no", "", asked.now), "returned DENY with datetime"),
]


@pytest.mark.parametrize(("judge", "found"), FAULTY)
def test_a_faulty_rule_is_named_and_never_allows(judge: Callable[..., Any], found: str) -> None:
    """A rule that raises or answers in another type stops the contact, and is named."""
    policy = Policy().with_rule(Rule("own", judge))
    with pytest.raises(InvalidError) as caught:
        policy.choose([case()])
    assert caught.value.where == "Rule own.judge"
    assert str(caught.value).startswith(f"Rule own.judge: {found}")
    assert "Mari" not in str(caught.value)


def test_interrupts_pass_through() -> None:
    """What is no Exception is not the rule's fault, and is not caught."""

    def interrupted(_: Case, __: Limits) -> Verdict | None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Policy().with_rule(Rule("own", interrupted)).judge(case())


def test_cases_are_asked_for_no_further_than_needed() -> None:
    """Once a channel is chosen, the cases of the others are not made."""

    def lazy() -> Iterator[Case]:
        yield case(C.EMAIL, history=History())
        yield case(C.POST)
        raise AssertionError("asked too far")

    chosen = Policy().choose(lazy())
    assert chosen.channel is C.POST
    assert [(channel, one.reason) for channel, one in chosen.said] == [(C.EMAIL, "no_consent")]


def test_of_several_deferrals_the_last_counts() -> None:
    """A channel is free when all its rules say so; of two channels the one that is free first."""

    def waits(name: str, days: int, channel: Channel) -> Rule:
        until = NOON + timedelta(days)
        return Rule(name, lambda _, __: Verdict.defer(name, until), channels=frozenset({channel}))

    policy = Policy().with_rule(waits("short", 1, C.EMAIL)).with_rule(waits("long", 5, C.EMAIL))
    policy = policy.with_rule(waits("middle", 3, C.POST))
    chosen = policy.choose([case(C.EMAIL), case(C.POST)])
    assert (chosen.channel, chosen.verdict.rule) == (C.POST, "middle")
    alone = policy.choose([case(C.EMAIL), case(C.VIDEO, history=History())])
    assert (alone.channel, alone.verdict.rule) == (C.EMAIL, "long")
    assert alone.verdict.until == NOON + timedelta(5)


def test_where_all_is_denied_the_wanted_channel_says_why() -> None:
    """The first channel is named with its hardest verdict; nobody to ask is an error."""
    chosen = Policy().choose([case(one, P.SELL, history=History()) for one in (C.EMAIL, C.TEXT)])
    assert (chosen.channel, chosen.verdict.rule) == (C.EMAIL, "C01")
    with pytest.raises(InvalidError, match="one case or more"):
        Policy().choose([])


def test_naive_times_are_refused() -> None:
    """A case whose clock has no zone cannot be made."""
    with pytest.raises(NaiveTimeError):
        case(now=NOON.replace(tzinfo=None))
