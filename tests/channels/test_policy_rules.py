"""The rules of the policy at their edges: consent, the past, single channels."""

from datetime import timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.channels import History, Profile
from cxjourney.channels.policy import SERVICE_PURPOSES
from cxjourney.vocabulary import (
    Channel,
    Event,
    EventKind,
    Phase,
    Purpose,
    Situation,
    Smiley,
    Standing,
)
from tests.channels.policy_cases import (
    DAY,
    LOYAL,
    NOON,
    case,
    consent,
    contact,
    content,
    event,
    heard,
    said,
    withdrawal,
)

C, P, K = Channel, Purpose, EventKind
MICROSECOND = timedelta(microseconds=1)
SELLING = Situation(Standing.ACTIVE, Phase.ACCOMPLISH, purchased=True)


@pytest.mark.no_cover
@pytest.mark.parametrize("purpose", Purpose)
def test_without_consent_nothing_goes(purpose: Purpose) -> None:
    """C01: with no consent on record every channel and purpose is denied, whatever else is."""
    for channel in Channel:
        other = next(one for one in Channel if one is not channel)
        about = case(channel, purpose, history=History((consent(other, purpose),)))
        assert heard("C01", about) == "DENY no_consent"


@pytest.mark.parametrize("purpose", Purpose)
def test_service_purposes_can_be_exempted(purpose: Purpose) -> None:
    """C01: an exempted purpose needs no consent, and minds a withdrawal all the same."""
    silent = case(purpose=purpose, history=History())
    exempt = purpose in SERVICE_PURPOSES
    expected = "ALLOW service_purpose" if exempt else "DENY no_consent"
    assert heard("C01", silent, service=SERVICE_PURPOSES) == expected
    stopped = case(purpose=purpose, events=[withdrawal(C.EMAIL, purpose, NOON)])
    assert heard("C01", stopped, service=SERVICE_PURPOSES) == "DENY consent_withdrawn"


WORDS = st.lists(st.tuples(st.integers(-3, 3), st.booleans(), st.booleans()), max_size=8)


@pytest.mark.no_cover
@given(words=WORDS)
def test_the_latest_word_on_consent_counts(words: list[tuple[int, bool, bool]]) -> None:
    """C01: it is a fold of what was said; a withdrawal outweighs at the same instant."""
    events = [
        (consent if given else withdrawal)(C.EMAIL if here else C.POST, P.INFORM, NOON + days * DAY)
        for days, given, here in words
    ]
    history = History(tuple(sorted(events, key=lambda one: (one.at, one.kind.rank))))
    spoken = [(days, given) for days, given, here in words if here and (days <= 0 or not given)]
    last = max(spoken, key=lambda word: (word[0], not word[1]), default=None)
    expected = (
        "DENY no_consent"
        if last is None
        else "ALLOW consent_given"
        if last[1]
        else "DENY consent_withdrawn"
    )
    assert heard("C01", case(history=history)) == expected


def test_a_consent_ends_when_it_expires_or_is_too_old() -> None:
    """C10: by what was said with it, and by how long the limits let it hold; both ends count."""
    for expires, found in ((NOON, "DENY consent_expired"), (NOON + DAY, "ALLOW consent_fresh")):
        payload = {"channel": C.EMAIL, "purpose": P.INFORM, "expires": expires}
        word = Event(EventKind.CONSENT_GIVEN, NOON - DAY, "word", payload)
        assert heard("C10", case(history=History((word,)))) == found
    word = consent(C.EMAIL, P.INFORM, NOON - DAY)
    about = case(history=History((word,)))
    assert heard("C10", about, consent_lasts=DAY) == "DENY consent_too_old"
    assert heard("C10", about, consent_lasts=2 * DAY) == "ALLOW consent_fresh"
    assert heard("C10", about, consent_lasts=None) == "ALLOW consent_fresh"


def test_a_withdrawal_at_the_same_instant_outweighs() -> None:
    """C01: who gives and withdraws consent in one breath is left in peace."""
    both = consent(C.EMAIL, P.INFORM, NOON), withdrawal(C.EMAIL, P.INFORM, NOON)
    assert heard("C01", case(events=both)) == "DENY consent_withdrawn"
    assert heard("C01", case(events=both[::-1])) == "DENY consent_withdrawn"


@pytest.mark.parametrize(
    ("situation", "owed", "expected"),
    [
        (SELLING, (), "ALLOW nothing_open"),
        (attrs.evolve(SELLING, doubt_open=True), (), "DENY doubt_open"),
        (attrs.evolve(SELLING, recovery_open=True), (), "DENY problem_open"),
        (SELLING, ("solve",), "DENY problem_open"),
        (SELLING, ("thank_referral", "answer"), "DENY question_open"),
        (SELLING, ("thank_referral",), "ALLOW nothing_open"),
    ],
)
def test_nothing_is_sold_while_something_is_open(
    situation: Situation, owed: tuple[str, ...], expected: str
) -> None:
    """C02: selling waits until doubts, problems and questions are dealt with."""
    assert heard("C02", case(purpose=P.SELL, situation=situation, owed=owed)) == expected
    assert heard("C02", case(purpose=P.INFORM, situation=situation, owed=owed)) is None


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("standing", [Standing.ACTIVE, Standing.LAPSED, Standing.LOST])
def test_only_the_loyal_are_asked_for_recommendations(phase: Phase, standing: Standing) -> None:
    """C03: from ADOPT on, and only while the customer is there."""
    about = case(purpose=P.ASK_REFERRAL, situation=Situation(standing, phase, purchased=True))
    loyal = standing is Standing.ACTIVE and phase >= Phase.ADOPT
    assert heard("C03", about) == ("ALLOW loyal_and_not_asked" if loyal else "DENY not_loyal_yet")


@pytest.mark.parametrize("certain", [True, False])
def test_recommendations_are_asked_for_once_in_90_days(certain: bool) -> None:
    """C03: on day 90 it may be asked again, not a microsecond sooner; the clock may go back."""
    for ago, expected in (
        (90 * DAY, "ALLOW loyal_and_not_asked"),
        (90 * DAY - MICROSECOND, "DENY asked_recently"),
        (-DAY, "DENY asked_recently"),
    ):
        asked = contact(NOON - ago, C.POST, P.ASK_REFERRAL, certain=certain)
        assert heard("C03", case(purpose=P.ASK_REFERRAL, contacts=[asked])) == expected
    assert heard("C03", case()) is None


def test_the_history_is_always_given() -> None:
    """C09: it is a promise of the dispatcher, and shows as allowed on every channel."""
    assert {heard("C09", case(channel)) for channel in Channel} == {"ALLOW history_given"}


ASKING = [(P.ASK_FEEDBACK, frozenset()), (P.ASK_REFERRAL, frozenset()), (P.INFORM, {"goal_set"})]


@pytest.mark.parametrize(("purpose", "asks"), ASKING)
def test_one_open_request_at_a_time(purpose: Purpose, asks: frozenset[str]) -> None:
    """S01: while an earlier request waits for its answer, nothing else is asked for."""
    asked = contact(NOON - DAY, C.TEXT, P.ASK_FEEDBACK)
    about = case(purpose=purpose, contacts=[asked], content=content(asks=asks))
    verdict = said("S01", about)
    assert verdict is not None
    assert (verdict.reason, verdict.until) == ("question_asked", NOON + 13 * DAY)
    assert heard("S01", attrs.evolve(about, now=NOON + 13 * DAY)) == "ALLOW one_question"
    answered = [event(K.FEEDBACK_CAPTURED, NOON, smiley=Smiley.BORED)]
    free = attrs.evolve(about, history=History(tuple(answered), (asked,)))
    assert heard("S01", free) == "ALLOW one_question"


@pytest.mark.parametrize(
    ("request_of", "answer", "is_open"),
    [
        (P.ASK_FEEDBACK, K.FEEDBACK_CAPTURED, False),
        (P.ASK_FEEDBACK, K.FEEDBACK_DECLINED, False),
        (P.ASK_FEEDBACK, K.REFERRED, True),
        (P.ASK_REFERRAL, K.REFERRED, False),
        (P.ASK_REFERRAL, K.FEEDBACK_CAPTURED, True),
    ],
)
def test_an_answer_closes_its_own_request(
    request_of: Purpose, answer: EventKind, *, is_open: bool
) -> None:
    """S01: feedback answers a request for feedback, a recommendation the other."""
    asked = contact(NOON - DAY, purpose=request_of)
    for at, still_open in ((NOON - DAY - MICROSECOND, True), (NOON - DAY, is_open)):
        about = case(purpose=P.ASK_FEEDBACK, contacts=[asked], events=[event(answer, at)])
        assert (heard("S01", about) == "DEFER question_asked") == still_open


def test_a_request_by_word_of_mouth_is_one() -> None:
    """S01: feedback that was asked for outside of all channels is asked for."""
    about = case(purpose=P.ASK_REFERRAL, events=[event(K.FEEDBACK_ASKED, NOON - DAY)])
    assert heard("S01", about) == "DEFER question_asked"
    assert heard("C03", about) == "ALLOW loyal_and_not_asked"
    told = [event(K.FEEDBACK_ASKED, NOON - DAY), event(K.FEEDBACK_CAPTURED, NOON)]
    assert heard("S01", case(purpose=P.ASK_REFERRAL, events=told)) == "ALLOW one_question"


def test_several_questions_at_once_are_warned_of() -> None:
    """S01: a form that asks for two things is let through with a warning; no question is none."""
    assert heard("S01", case(content=content(asks={"one", "two"}))) == "WARN several_questions"
    assert heard("S01", case()) is None
    assert heard("S01", case(C.FACE_TO_FACE, content=None)) is None


def test_face_to_face_needs_a_note() -> None:
    """F01: a meeting is a task for a person, who notes what was unclear."""
    assert heard("F01", case(C.FACE_TO_FACE)) == "ALLOW note_required"
    assert heard("F01", case(C.EMAIL)) is None


def test_letters_go_to_one_person_by_name() -> None:
    """P01: 100 of the same letter pass, 101 are bulk; nobody without a name gets one."""
    assert heard("P01", case(C.POST, audience=100)) == "ALLOW to_one_by_name"
    assert heard("P01", case(C.POST, audience=101)) == "DENY bulk"
    assert heard("P01", case(C.POST, audience=3), letter_limit=2) == "DENY bulk"
    for values in ({}, {"name": " "}):
        nameless = case(C.POST, profile=Profile(values=values))
        assert heard("P01", nameless) == "DENY no_recipient_name"
    assert heard("P01", case(C.EMAIL, audience=101)) is None


@pytest.mark.parametrize("purpose", Purpose)
def test_letters_are_preferred_for_what_they_are_best_for(purpose: Purpose) -> None:
    """P02: to solve, apologise, thank and congratulate; it says nothing of anything else."""
    best = purpose in {P.SOLVE, P.APOLOGISE, P.THANK, P.CONGRATULATE}
    assert heard("P02", case(C.POST, purpose)) == ("ALLOW preferred" if best else None)


@pytest.mark.parametrize("purpose", Purpose)
def test_text_messages_never_sell(purpose: Purpose) -> None:
    """X01: neither selling nor asking for a recommendation goes by text message."""
    denied = purpose in {P.SELL, P.ASK_REFERRAL}
    assert heard("X01", case(C.TEXT, purpose)) == ("DENY not_by_text" if denied else None)
    assert heard("X01", case(C.EMAIL, purpose)) is None


def test_unused_channels_are_reported() -> None:
    """A01: all six as a whole; the unused ones are named in order."""
    contacts = [contact(NOON, channel, certain=False) for channel in Channel]
    assert History().channels_unused == tuple(Channel)
    assert History((), tuple(contacts[1:])).channels_unused == (C.FACE_TO_FACE,)
    assert heard("A01", case(contacts=contacts[:5])) == "ALLOW channels_unused"
    assert heard("A01", case(contacts=contacts)) == "ALLOW all_channels_used"


def test_a_case_without_faults_passes_every_rule() -> None:
    """What the tests start from is let through on every channel, so each finds its own fault."""
    for channel in Channel:
        verdicts = [said(rule, case(channel)) for rule in ("C01", "C04", "C05", "C06", "C08")]
        assert {one.ruling.name for one in verdicts if one is not None} == {"ALLOW"}
    assert LOYAL.place is Phase.ADOPT


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_low_score_is_followed_up_before_anything_is_asked_or_sold(*, elsewhere: bool) -> None:
    """S01 and C02: whoever gave a low score is asked and sold nothing until somebody has talked."""
    for rule, purpose in (("S01", P.ASK_FEEDBACK), ("S01", P.ASK_REFERRAL), ("C02", P.SELL)):
        about = case(purpose=purpose, owed=["follow_up"])
        if elsewhere:
            about = attrs.evolve(about, owed=(), owed_elsewhere=about.owed)
        assert heard(rule, about) == "DENY low_score_open"
        assert heard(rule, case(purpose=purpose)) in {"ALLOW one_question", "ALLOW nothing_open"}


@pytest.mark.parametrize(
    ("flag", "reason"), [("doubt_open", "doubt_open"), ("recovery_open", "problem_open")]
)
def test_selling_looks_at_all_engagements(flag: str, reason: str) -> None:
    """C02: a doubt or a problem in another engagement stops selling in this one."""
    flags: dict[str, Any] = {flag: True}
    there = attrs.evolve(LOYAL, **flags)
    assert heard("C02", case(purpose=P.SELL, elsewhere=(LOYAL, there))) == f"DENY {reason}"
    assert heard("C02", case(purpose=P.SELL, elsewhere=(LOYAL,))) == "ALLOW nothing_open"
