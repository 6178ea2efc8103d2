"""Checks the plain fold against sentences of SPEC 4.2, before anything is compared with it."""

import pytest

from tests.chart.oracle import (
    ACCLIMATE,
    ACCOMPLISH,
    ACTIVATE,
    ADMIT,
    ADOPT,
    ADVOCATE,
    AFFIRM,
    ALL_OPTIONS,
    ASSESS,
    COMPANY,
    CUSTOMER,
    FORCED,
    ORDERS,
    PLAIN,
    TIMERS,
    Facts,
    Options,
    Result,
    apply,
    confirmed,
    ok6,
    walked,
)

pytestmark = pytest.mark.no_cover

STRICT = Options()
NEW = Facts()
EVENTS = (*CUSTOMER, *COMPANY, *TIMERS, *ORDERS)
SITUATIONS = {
    Options("required", "loyalty", "required"): 570,
    Options("required", "loyalty", "optional"): 562,
    Options("required", "experience", "required"): 570,
    Options("required", "experience", "optional"): 562,
    Options("optional", "loyalty", "required"): 618,
    Options("optional", "loyalty", "optional"): 602,
    Options("optional", "experience", "required"): 618,
    Options("optional", "experience", "optional"): 602,
}


def active(phase: int) -> Facts:
    """Facts of an active journey without purchase."""
    return Facts("ACTIVE", phase)


def bought(phase: int) -> Facts:
    """Facts of an active journey with purchase."""
    return Facts("ACTIVE", phase, purchased=True)


def follow(*events: str, options: Options = STRICT) -> Result:
    """Apply events to a new journey and give the last result."""
    result = Result(NEW, "noted", 0, None)
    for event in events:
        result = apply(result.facts, event, options)
    return result


DONE = bought(ACCOMPLISH)._replace(outcome="achieved", feedback_closed=True)
LOYAL = DONE._replace(phase=ADOPT)
FAN = LOYAL._replace(phase=ADVOCATE, loyalty_confirmed=True)
POOR = bought(ACCOMPLISH)._replace(outcome="poor", recovery_open=True)
SILENT = FAN._replace(standing="LAPSED", loyalty_held=True, referral_held=True)
GONE = FAN._replace(standing="LOST")

ROWS = [
    ("T01", NEW, "contacted", active(ASSESS), "moved"),
    ("T01b", NEW, "asked", active(ASSESS), "moved"),
    ("T01b then T02", NEW, "need_admitted", active(ADMIT), "moved"),
    ("T01b then T22", NEW, "left", Facts("LOST", ASSESS), "moved"),
    ("T01b then held", NEW, "referred", active(ASSESS)._replace(referral_held=True), "moved"),
    ("NEW and company", NEW, "delivered", NEW, "noted"),
    ("NEW and timer", NEW, "lapsed", NEW, "noted"),
    ("T02", active(ASSESS), "need_admitted", active(ADMIT), "moved"),
    ("T02 once", active(ADMIT), "need_admitted", active(ADMIT), "noted"),
    ("T03", NEW, "purchased", bought(AFFIRM), "moved"),
    ("T03 from ADMIT", active(ADMIT), "purchased", bought(AFFIRM), "moved"),
    ("T04", active(ASSESS), "doubted", active(AFFIRM)._replace(doubt_open=True), "moved"),
    ("T04", active(ADMIT), "complained", active(AFFIRM)._replace(doubt_open=True), "moved"),
    ("T05", active(AFFIRM), "purchased", bought(AFFIRM), "stayed"),
    ("T06", bought(AFFIRM), "doubted", bought(AFFIRM)._replace(doubt_open=True), "stayed"),
    ("T06a", active(ADMIT), "result_poor", active(ADMIT)._replace(doubt_open=True), "stayed"),
    ("T06b", bought(ADOPT)._replace(doubt_open=True), "reassured", bought(ADOPT), "stayed"),
    ("no doubt", bought(ADOPT), "reassured", bought(ADOPT), "noted"),
    ("T07", bought(AFFIRM), "delivered", bought(ACTIVATE), "moved"),
    ("T07 held", active(AFFIRM), "delivered", active(AFFIRM)._replace(delivery_held=True), "held"),
    ("after AFFIRM", bought(ACTIVATE), "delivered", bought(ACTIVATE), "noted"),
    ("T08", bought(ACTIVATE), "used_again", bought(ACCLIMATE), "moved"),
    ("T08 as delivered", bought(AFFIRM), "used_again", bought(ACTIVATE), "moved"),
    ("T09", bought(AFFIRM), "result_achieved", DONE._replace(feedback_closed=False), "moved"),
    ("T09 again", DONE, "result_achieved", DONE, "stayed"),
    ("T09 unbought", active(AFFIRM), "result_achieved", active(AFFIRM), "noted"),
    (
        "T09 recovery",
        bought(ACTIVATE)._replace(recovery_open=True),
        "result_achieved",
        POOR,
        "moved",
    ),
    ("T10", bought(ACCLIMATE), "result_poor", POOR, "moved"),
    ("T11", POOR, "feedback_captured", POOR._replace(feedback_closed=True), "stayed"),
    ("T11 outside", LOYAL, "feedback_captured", LOYAL, "noted"),
    ("T11b unasked", POOR, "feedback_declined", POOR, "noted"),
    ("T11c", LOYAL, "feedback_asked", LOYAL._replace(feedback_asked=True), "stayed"),
    ("T11c early", bought(AFFIRM), "feedback_asked", bought(AFFIRM), "noted"),
    ("T12", DONE, "complained", POOR._replace(feedback_closed=True), "stayed"),
    ("T13", POOR, "recovered", DONE._replace(feedback_closed=False), "stayed"),
    ("T14", DONE, "loyalty_shown", LOYAL, "moved"),
    ("T14 repeat", DONE, "purchased", LOYAL, "moved"),
    ("T14 held", POOR, "loyalty_shown", POOR._replace(loyalty_held=True), "held"),
    ("T14 held", bought(AFFIRM), "purchased", bought(AFFIRM)._replace(loyalty_held=True), "held"),
    (
        "T14 early",
        active(ADMIT),
        "loyalty_shown",
        active(ADMIT)._replace(loyalty_held=True),
        "held",
    ),
    ("T14 after", LOYAL, "loyalty_shown", LOYAL, "noted"),
    ("T14 after", FAN, "purchased", FAN, "noted"),
    ("T15", FAN._replace(phase=ADOPT), "referred", FAN, "moved"),
    ("T15 held", LOYAL, "referred", LOYAL._replace(referral_held=True), "held"),
    ("T15 after", FAN, "referred", FAN, "noted"),
    ("T15a", LOYAL, "loyalty_confirmed", FAN._replace(phase=ADOPT), "stayed"),
    ("T15a outside", FAN, "loyalty_confirmed", FAN, "noted"),
    ("T17", FAN, "complained", POOR, "moved"),
    ("T17", LOYAL._replace(feedback_asked=True), "result_poor", POOR, "moved"),
    (
        "T17 keeps held facts",
        LOYAL._replace(referral_held=True),
        "complained",
        POOR._replace(referral_held=True),
        "moved",
    ),
    (
        "T17b",
        bought(ACCLIMATE),
        "complained",
        bought(ACCLIMATE)._replace(recovery_open=True),
        "stayed",
    ),
    ("T18", FAN, "advocacy_quiet", FAN._replace(phase=ADOPT), "moved"),
    ("T18 outside", LOYAL, "advocacy_quiet", LOYAL, "noted"),
    ("T20 small", bought(AFFIRM)._replace(standing="LAPSED"), "returned", bought(AFFIRM), "moved"),
    ("T20 large", SILENT, "returned", bought(ACCLIMATE), "moved"),
    ("T20 then T09", SILENT, "result_achieved", DONE._replace(feedback_closed=False), "moved"),
    ("T20 then held", SILENT, "referred", bought(ACCLIMATE)._replace(referral_held=True), "moved"),
    ("LAPSED and timer", SILENT, "advocacy_quiet", SILENT, "noted"),
    ("T21", active(ADMIT), "abandoned", active(ADMIT), "stayed"),
    ("T21 bought", bought(AFFIRM), "abandoned", bought(AFFIRM), "noted"),
    ("T22 bought", bought(AFFIRM), "declined", bought(AFFIRM), "noted"),
    ("T25", GONE, "contacted", active(ASSESS), "moved"),
    ("T25", GONE, "purchased", bought(AFFIRM), "moved"),
    ("LOST", GONE, "complained", GONE, "noted"),
    (
        "LOST",
        GONE._replace(recovery_open=True),
        "recovered",
        GONE._replace(recovery_open=True),
        "noted",
    ),
    ("T26", SILENT, "purchased", bought(AFFIRM), "moved"),
    ("T28", SILENT, "erased", Facts("ERASED"), "moved"),
    ("T29", NEW, "moved_to_admit", active(ADMIT), "moved"),
    ("T29 same place", FAN, "moved_to_advocate", FAN, "stayed"),
    ("T29 unbought", NEW, "moved_to_activate", NEW, "refused"),
    ("T29 unfulfilled", POOR, "moved_to_adopt", POOR, "refused"),
    ("T29 unconfirmed", LOYAL, "moved_to_advocate", LOYAL, "refused"),
    ("T29 from LOST", GONE, "moved_to_advocate", FAN, "moved"),
    ("T29 force", NEW, "forced_to_advocate", active(ADVOCATE), "moved"),
]


@pytest.mark.parametrize(
    ("facts", "event", "after", "effect"),
    [pytest.param(*row, id=f"{name}: {row[1]}") for name, *row in ROWS],
)
def test_row(facts: Facts, event: str, after: Facts, effect: str) -> None:
    """A row of SPEC 4.2, or a sentence under it, holds in the strict reading."""
    result = apply(facts, event, STRICT)
    assert (result.facts, result.effect) == (after, effect)


@pytest.mark.parametrize(
    ("facts", "event", "standing", "reason"),
    [
        (active(ASSESS), "left", "LOST", "not_bought"),
        (active(ADMIT), "lapsed", "LOST", "not_bought"),
        (active(AFFIRM), "declined", "LOST", "not_bought"),
        (active(AFFIRM), "withdrew", "LOST", "not_bought"),
        (bought(AFFIRM), "withdrew", "LOST", "remorse"),
        (bought(ACTIVATE), "withdrew", "LOST", "remorse"),
        (bought(ACCLIMATE), "withdrew", "LOST", "churn"),
        (FAN, "left", "LOST", "churn"),
        (SILENT, "left", "LOST", "churn"),
        (FAN, "lapsed", "LAPSED", "silence"),
    ],
)
def test_exit(facts: Facts, event: str, standing: str, reason: str) -> None:
    """An exit has a reason, and the phase and the flags stay for the record."""
    result = apply(facts, event, STRICT)
    assert result == Result(facts._replace(standing=standing), "moved", 0, reason)


def test_delivery_waits_for_purchase() -> None:
    """A delivery before the purchase is held, and moves the journey when the purchase comes."""
    assert follow("contacted", "delivered").effect == "held"
    assert follow("contacted", "delivered", "purchased").facts == bought(ACTIVATE)


def test_held_chain() -> None:
    """One recovery lets a held loyalty move, and then the confirmation a held referral."""
    start = POOR._replace(feedback_closed=True, loyalty_held=True, referral_held=True)
    adopted = apply(start, "recovered", STRICT)
    assert adopted.facts == LOYAL._replace(referral_held=True)
    assert apply(adopted.facts, "loyalty_confirmed", STRICT).facts == FAN
    unconfirmed = apply(start, "recovered", Options(confirmation="optional")).facts
    assert unconfirmed == LOYAL._replace(phase=ADVOCATE)


def test_held_facts_are_tried_before_the_fact_applies() -> None:
    """A delivery held in LAPSED moves on the return, and the returning fact applies after it."""
    held = apply(bought(AFFIRM)._replace(standing="LAPSED"), "delivered", STRICT)
    assert held.effect == "held"
    assert apply(held.facts, "used_again", STRICT).facts == bought(ACCLIMATE)
    assert apply(held.facts, "withdrew", STRICT).exit == "remorse"


def test_lapsed_company_facts() -> None:
    """In LAPSED a company fact changes flags as in the remembered phase, and moves nothing."""
    lapsed = POOR._replace(standing="LAPSED", feedback_closed=True, loyalty_held=True)
    mended = lapsed._replace(recovery_open=False, outcome="achieved")
    assert apply(lapsed, "recovered", STRICT)[:2] == (mended, "stayed")
    quiet = LOYAL._replace(standing="LAPSED", referral_held=True)
    assert apply(quiet, "loyalty_confirmed", STRICT).facts == quiet._replace(loyalty_confirmed=True)
    assert apply(quiet, "delivered", STRICT) == Result(quiet, "noted", 0, None)


@pytest.mark.parametrize("facts", [GONE, SILENT])
def test_new_cycle(facts: Facts) -> None:
    """A purchase after LOST or LAPSED begins a new cycle with fresh flags."""
    assert apply(facts, "purchased", STRICT) == Result(bought(AFFIRM), "moved", 1, None)


def test_feedback_option() -> None:
    """Optional feedback lets loyalty pass phase six without it."""
    start = bought(ACCOMPLISH)._replace(outcome="achieved")
    assert apply(start, "loyalty_shown", STRICT).effect == "held"
    assert apply(start, "loyalty_shown", Options(feedback="optional")).facts.phase == ADOPT


def test_experience_option() -> None:
    """A purchase after a purchase implies delivery, use and result for the earlier one."""
    again = Options(repeat_purchase="experience")
    used = bought(ACCOMPLISH)._replace(outcome="achieved", loyalty_held=True)
    assert follow("purchased", "purchased", options=again)[:2] == (used, "moved")
    assert follow("purchased", "purchased", "purchased", options=again).effect == "held"
    free = Options(feedback="optional", repeat_purchase="experience")
    assert follow("purchased", "purchased", options=free).facts.phase == ADOPT
    sour = follow("purchased", "delivered", "complained", "purchased", options=free)
    assert sour.facts == POOR._replace(loyalty_held=True)


def test_forced_journeys_exit() -> None:
    """A forced journey without purchase can still buy, lapse and leave."""
    forced = active(ADOPT)
    assert apply(forced, "purchased", STRICT)[:2] == (bought(ADOPT), "stayed")
    assert apply(forced, "lapsed", STRICT).exit == "silence"
    assert apply(forced, "left", STRICT).exit == "churn"
    assert apply(forced, "withdrew", STRICT).exit == "churn"
    assert apply(forced, "declined", STRICT).effect == "noted"


def test_erased_refuses_everything() -> None:
    """ERASED is final: every event is refused and changes nothing."""
    gone = Facts("ERASED")
    assert {apply(gone, event, STRICT) for event in EVENTS} == {Result(gone, "refused", 0, None)}


def test_unknown_event() -> None:
    """An event of no known kind is an error of the caller."""
    with pytest.raises(ValueError, match="vanished"):
        apply(NEW, "vanished", STRICT)


def test_full_path() -> None:
    """The journey of SPEC 2 goes through the eight phases one after the other."""
    start = ("contacted", "need_admitted", "purchased", "delivered", "used_again")
    end = ("result_achieved", "feedback_captured", "loyalty_shown", "loyalty_confirmed", "referred")
    path = (*start, *end)
    seen = [follow(*path[:count]).facts.phase for count in range(1, len(path) + 1)]
    assert seen == [1, 2, 3, 4, 5, 6, 6, 7, 7, 8]


@pytest.mark.parametrize("options", ALL_OPTIONS, ids="/".join)
def test_invariants(options: Options) -> None:
    """Without orders the reachable facts are some hundreds, and the invariants hold in each."""
    found = walked(options, PLAIN)
    assert len(found) == SITUATIONS[options]
    for facts, results in found.items():
        phase = facts.phase or 0
        assert facts.purchased or phase < ACTIVATE
        assert ok6(facts, options) or phase < ADOPT
        assert confirmed(facts, options) or phase < ADVOCATE
        for event, result in results.items():
            assert phase_goes_down_by_a_named_row(facts, event, result)


def phase_goes_down_by_a_named_row(facts: Facts, event: str, result: Result) -> bool:
    """Tell whether the phase does not go down, or goes down by T17, T18, T20, T25, T26 or T28."""
    if (result.facts.phase or 0) >= (facts.phase or 0) or event == "erased":
        return True
    fell = facts.phase in {ADOPT, ADVOCATE} and event in {"complained", "result_poor"}
    quiet = facts.phase == ADVOCATE and event == "advocacy_quiet"
    return fell or quiet or facts.standing == "LAPSED" or result.cycles == 1


@pytest.mark.parametrize("options", ALL_OPTIONS, ids="/".join)
def test_advocate_can_be_reached(options: Options) -> None:
    """From every reachable situation but ERASED some events lead to ADVOCATE."""
    found = walked(options, PLAIN)
    leads = {facts for facts in found if facts.phase == ADVOCATE and facts.standing == "ACTIVE"}
    size = 0
    while len(leads) > size:
        size = len(leads)
        leads |= {
            facts
            for facts in found.keys() - leads
            if any(result.facts in leads for result in found[facts].values())
        }
    assert found.keys() - leads == {Facts("ERASED")}


@pytest.mark.parametrize("options", ALL_OPTIONS, ids="/".join)
def test_held_facts_have_settled(options: Options) -> None:
    """In a reachable active situation no held fact could still move."""
    for facts in walked(options, PLAIN):
        if facts.standing == "ACTIVE":
            again = FORCED[(facts.phase or ASSESS) - 1]
            assert apply(facts, again, options) == Result(facts, "stayed", 0, None)
