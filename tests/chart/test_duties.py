"""The rules of what a company owes, against SPEC 5 row by row."""

import copy
import pickle
from datetime import timedelta
from decimal import Decimal

import attrs
import pytest

from cxjourney.chart import DueBy, Having, Lasts, ObligationRule, standard_chart
from cxjourney.vocabulary import EventKind, Phase, Smiley, Standing

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OBLIGATIONS = standard_chart().obligations
RULES = {rule.id: rule for rule in OBLIGATIONS}
SPEC_5 = {
    "answer": ("asked", 7 * DAY, "001"),
    "acknowledge": ("complained result_poor", DAY, "001, 002"),
    "solve": ("complained result_poor", 7 * DAY, "001, 002"),
    "reassure": ("doubt_open", 48 * HOUR, "000"),
    "follow_up": ("feedback_captured", 48 * HOUR, "000, 002"),
    "thank_promoter": ("feedback_captured", 7 * DAY, "default"),
    "keep_promise": ("promised", None, "000"),
    "record_goal": ("ADMIT", DAY, "Coleman"),
    "share_joy": ("ADMIT", DAY, "Coleman"),
    "affirm_decision": ("purchase", 48 * HOUR, "Coleman"),
    "hand_over": ("purchase", 48 * HOUR, "003"),
    "be_there": ("ACTIVATE", "day", "000"),
    "compare_delivery": ("ACTIVATE", "day", "000"),
    "check_in": ("ACCLIMATE", 7 * DAY, "000"),
    "ask_feedback": ("ACCOMPLISH", HOUR, "000"),
    "record_feedback": ("ACCOMPLISH", 7 * DAY, "000"),
    "route_feedback": ("feedback_captured", 7 * DAY, "003"),
    "celebrate_or_recover": ("ACCOMPLISH", 7 * DAY, "000"),
    "confirm_loyalty": ("ADOPT", 14 * DAY, "000"),
    "thank_referral": ("referred", 7 * DAY, "002"),
    "personal_contact": ("LAPSED", 7 * DAY, "000"),
    "record_loss": ("LOST", timedelta(), "000"),
}
"""What opens each, when it is due (None: as promised; day: by the day's end), and the source."""

every_rule = pytest.mark.parametrize("rule", OBLIGATIONS, ids=lambda rule: rule.id)


def openers(rule: ObligationRule) -> str:
    """Return the names of what opens a rule's obligations."""
    words = [kind.name for kind in rule.on] + [place.name for place in rule.enters]
    words += [] if rule.flag is None else [rule.flag]
    return " ".join(words + ["purchase"] * rule.at_purchase)


def due(rule: ObligationRule) -> object:
    """Return when a rule's obligations are due, in the terms of the table above."""
    return {DueBy.AFTER: rule.due, DueBy.DAY_END: "day", DueBy.PROMISE: None}[rule.due_by]


def test_every_row_of_the_table_has_its_rules() -> None:
    """The rules are those of SPEC 5: each once, opened, due and sourced as its row says."""
    assert len(RULES) == len(OBLIGATIONS)
    found = {rule.id: (openers(rule), due(rule)) for rule in OBLIGATIONS}
    assert found == {name: row[:2] for name, row in SPEC_5.items()}
    for rule in OBLIGATIONS:
        assert rule.source.startswith(SPEC_5[rule.id][2])


def test_every_place_that_owes_something() -> None:
    """SPEC 5 names obligations for every phase from ADMIT on, for LAPSED and for LOST."""
    places = {place for rule in OBLIGATIONS for place in rule.enters}
    by_event = {Phase.AFFIRM, Phase.ADVOCATE}
    assert places | by_event == {*Phase, Standing.LAPSED, Standing.LOST} - {Phase.ASSESS}


def test_defaults_are_named_as_such() -> None:
    """What SPEC calls a default, or gives no time for, says so in its source."""
    defaults = {rule.id for rule in OBLIGATIONS if "default" in rule.source}
    assert defaults == {
        "answer",
        "acknowledge",
        "reassure",
        "follow_up",
        "thank_promoter",
        "route_feedback",
        "thank_referral",
        "record_goal",
        "share_joy",
        "check_in",
        "ask_feedback",
        "celebrate_or_recover",
        "confirm_loyalty",
        "personal_contact",
    }


def test_only_a_question_is_warned_of() -> None:
    """SPEC 5 warns of one thing: a question without an answer for 24 hours."""
    assert {rule.id: rule.warn for rule in RULES.values() if rule.warn} == {"answer": DAY}


def test_only_a_check_in_repeats() -> None:
    """A check-in is due again every 30 days, as long as the customer stays."""
    repeating = {rule.id: rule.repeats for rule in RULES.values() if rule.repeats}
    assert repeating == {"check_in": 30 * DAY}
    assert RULES["check_in"].lasts is Lasts.PLACE


@every_rule
def test_rules_are_met_by_what_a_person_did(rule: ObligationRule) -> None:
    """No timer and no order meets an obligation, and ``fulfilled`` is told which one it meets."""
    natures = {kind.nature.name for kind in rule.met_by}
    assert natures <= {"CUSTOMER", "COMPANY"}
    assert EventKind.FULFILLED not in rule.met_by
    assert not set(rule.met_by) & set(rule.on)


@every_rule
def test_rules_are_values(rule: ObligationRule) -> None:
    """A rule is frozen, goes by value, and survives pickle and copy; its id is an identifier."""
    assert rule.id.isidentifier()
    pickled = pickle.loads(pickle.dumps(rule))  # noqa: S301 - pickled a moment ago
    for again in (pickled, copy.deepcopy(rule), attrs.evolve(rule)):
        assert again == rule
        assert hash(again) == hash(rule)
    name = "due"
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(rule, name, timedelta())


def test_a_rule_of_ones_own_needs_little() -> None:
    """By default a rule is due at once, lasts until it is met, and is met by naming it only."""
    rule = ObligationRule("call_back", "ours", on=(EventKind.ABANDONED,))
    assert (rule.due, rule.due_by, rule.lasts) == (timedelta(), DueBy.AFTER, Lasts.UNTIL_MET)
    assert (rule.enters, rule.met_by, rule.each, rule.at_purchase) == ((), (), False, False)
    assert (rule.warn, rule.repeats) == (None, None)
    assert (rule.having, rule.flag, rule.anywhere) == ((), None, False)


def test_a_low_score_and_the_highest_one_are_owed_for() -> None:
    """SPEC 5: NPS 0 to 6 or a sad smiley calls for a follow-up, NPS 10 for thanks."""
    scores = [{"nps": score} for score in range(11)]
    asks = {name: RULES[name].having for name in ("follow_up", "thank_promoter")}
    found = {
        name: [one["nps"] for one in scores if any(having.holds(one) for having in conditions)]
        for name, conditions in asks.items()
    }
    assert found == {"follow_up": [*range(7)], "thank_promoter": [10]}
    smileys = [
        one for one in Smiley if any(having.holds({"smiley": one}) for having in asks["follow_up"])
    ]
    assert smileys == [Smiley.SAD]


def test_a_condition_without_bounds_asks_that_anything_is_said() -> None:
    """``Having`` alone holds where the field is there, be it zero or nothing to speak of."""
    said = Having("amount")
    assert said.holds({"amount": Decimal(0)})
    assert not said.holds({})
    assert not Having("amount", low=1).holds({"amount": Decimal("0.99")})
    assert Having("amount", low=1, high=2).holds({"amount": Decimal(2)})
