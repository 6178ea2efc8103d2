"""The rows of SPEC 4.2: every id, where it starts, what takes it, and what it does."""

from collections import Counter

import pytest

from cxjourney.chart import Options, Row, standard_chart
from cxjourney.vocabulary import (
    EventKind,
    ExitReason,
    HeldFact,
    Nature,
    Outcome,
    Phase,
    Place,
    Situation,
    Standing,
)
from tests.chart.explored import ALL_OPTIONS, chart_with

KINDS = EventKind.builtin()
STRICT = standard_chart().rows
CUSTOMER = {kind.name for kind in KINDS if kind.nature is Nature.CUSTOMER}
EVENTS = {
    "T01": {"contacted"},
    "T01b": CUSTOMER - {"contacted", "purchased"},
    "T02": {"need_admitted"},
    "T03": {"purchased"},
    "T04": {"doubted", "complained"},
    "T05": {"purchased"},
    "T06": {"doubted", "complained"},
    "T06a": {"result_poor"},
    "T06b": {"reassured"},
    "T06c": {"doubted"},
    "T07": {"delivered", "used_again"},
    "T08": {"used_again"},
    "T09": {"result_achieved"},
    "T10": {"result_poor"},
    "T11": {"feedback_captured"},
    "T11b": {"feedback_declined"},
    "T11c": {"feedback_asked"},
    "T12": {"complained"},
    "T13": {"recovered"},
    "T14": {"loyalty_shown", "purchased"},
    "T15": {"referred"},
    "T15a": {"loyalty_confirmed"},
    "T17": {"complained", "result_poor"},
    "T17b": {"complained"},
    "T18": {"advocacy_quiet"},
    "T19": {"lapsed"},
    "T20": CUSTOMER - {"purchased", "left"},
    "T21": {"abandoned"},
    "T22": {"declined", "left", "lapsed", "withdrew"},
    "T23": {"withdrew"},
    "T24": {"left"},
    "T25": {"contacted", "purchased"},
    "T26": {"purchased"},
    "T28": {"erased"},
    "T29": {"moved"},
}
"""What each row of SPEC 4.2 takes; T16 and T27 there are none."""
FLAGS: dict[str, dict[str, object]] = {
    "T03": {"purchased": True},
    "T04": {"doubt_open": True},
    "T05": {"purchased": True},
    "T06": {"doubt_open": True},
    "T06a": {"doubt_open": True},
    "T06c": {"doubt_open": True},
    "T06b": {"doubt_open": False},
    "T07": {"delivery_held": False},
    "T09": {"outcome": Outcome.ACHIEVED},
    "T09.poor": {"outcome": Outcome.POOR},
    "T10": {"outcome": Outcome.POOR, "recovery_open": True},
    "T11": {"feedback_closed": True},
    "T11b": {"feedback_closed": True},
    "T11c": {"feedback_asked": True},
    "T12": {"outcome": Outcome.POOR, "recovery_open": True},
    "T13": {"recovery_open": False},
    "T13.accomplish": {"recovery_open": False, "outcome": Outcome.ACHIEVED},
    "T14": {"loyalty_held": False},
    "T15": {"referral_held": False},
    "T15a": {"loyalty_confirmed": True},
    "T17": {
        "outcome": Outcome.POOR,
        "recovery_open": True,
        "feedback_asked": False,
        "feedback_closed": False,
        "loyalty_confirmed": False,
    },
    "T17b": {"recovery_open": True},
    "T20.later": {
        "outcome": Outcome.NONE,
        "feedback_asked": False,
        "feedback_closed": False,
        "loyalty_confirmed": False,
        "loyalty_held": False,
        "referral_held": False,
    },
    "T25.purchased": {"purchased": True},
    "T26": {"purchased": True},
}
"""What each row changes; a row that is not named changes none."""

every_setting = pytest.mark.parametrize("options", ALL_OPTIONS, ids=lambda one: one.suffix or "[]")


def by_id(rows: tuple[Row, ...]) -> dict[str, Row]:
    """Return rows by id."""
    return {row.id: row for row in rows}


@every_setting
def test_every_rule_has_its_rows(options: Options) -> None:
    """Every row of SPEC 4.2 is there, nothing else is, and each id is unique."""
    rows = chart_with(options).rows
    assert {row.rule for row in rows} == set(EVENTS)
    assert max(Counter(row.id for row in rows).values()) == 1


@every_setting
def test_rules_take_the_events_of_the_specification(options: Options) -> None:
    """The rows of a rule take its events of SPEC 4.2, and no others."""
    taken: dict[str, set[str]] = {rule: set() for rule in EVENTS}
    for row in chart_with(options).rows:
        taken[row.rule] |= {kind.name for kind in row.events}
    assert taken == EVENTS


def test_rows_set_the_flags_of_the_specification() -> None:
    """Each row sets the flags of its effect in SPEC 4.2, and no others."""
    assert {row.id: dict(row.sets) for row in STRICT if row.sets} == FLAGS


def test_held_facts_are_held_by_rows_of_their_rule() -> None:
    """A delivery is held by T07, loyalty by T14, a referral by T15; nothing else is held."""
    held = {row.id: row.holds for row in STRICT if row.holds is not None}
    assert held == {
        "T07.held": HeldFact.DELIVERY,
        "T07.lapsed": HeldFact.DELIVERY,
        "T14.held": HeldFact.LOYALTY,
        "T14.repeat": HeldFact.LOYALTY,
        "T15.held": HeldFact.REFERRAL,
    }
    assert all(by_id(STRICT)[row_id].to is None for row_id in held)


@every_setting
def test_every_stop_has_a_reason(options: Options) -> None:
    """Whatever leads to LAPSED, LOST or ERASED says why, and nothing else does."""
    stops = {Standing.LAPSED, Standing.LOST, Standing.ERASED}
    reasons = {}
    for row in chart_with(options).rows:
        assert (row.reason is not None) == (row.to in stops)
        if row.reason is not None:
            reasons[row.id] = row.reason
    assert reasons == {
        "T19": ExitReason.SILENCE,
        "T22": ExitReason.NOT_BOUGHT,
        "T23": ExitReason.REMORSE,
        "T23.later": ExitReason.CHURN,
        "T24": ExitReason.CHURN,
        "T28": ExitReason.ERASURE,
    }


def test_new_cycles_begin_with_t25_and_t26() -> None:
    """A cycle begins when a customer is won back, and by nothing else."""
    assert {row.rule for row in STRICT if row.fresh} == {"T25", "T26"}


@every_setting
def test_day_one_is_a_purchase(options: Options) -> None:
    """Day 1 begins with the first purchase of a cycle: T03, T05, T25, T26."""
    starting = [row for row in chart_with(options).rows if row.starts_days]
    assert {row.rule for row in starting} == {"T03", "T05", "T25", "T26"}
    assert {kind for row in starting for kind in row.events} == {EventKind.PURCHASED}


def test_nothing_starts_from_erased() -> None:
    """ERASED is final: no row starts there, and only T28 leads there."""
    assert all(Standing.ERASED not in row.sources for row in STRICT)
    assert [row.id for row in STRICT if row.to is Standing.ERASED] == ["T28"]


def test_new_and_lapsed_are_left_by_customer_facts_only() -> None:
    """Apart from orders only a customer's fact moves a NEW or LAPSED journey (SPEC 4.2)."""
    for row in STRICT:
        if row.to is not None and {Standing.NEW, Standing.LAPSED} & set(row.sources):
            natures = {kind.nature for kind in row.events}
            assert natures <= {Nature.CUSTOMER, Nature.ORDER}


def test_lost_is_left_by_a_contact_or_a_purchase_only() -> None:
    """In LOST everything but the facts of T25, and orders, is without effect."""
    leaving = {row.rule for row in STRICT if Standing.LOST in row.sources}
    assert leaving == {"T25", "T28", "T29"}


@pytest.mark.parametrize("force", [False, True])
def test_orders_lead_anywhere_from_anywhere(*, force: bool) -> None:
    """There is an order to every phase from every place but ERASED; a forced one asks nothing."""
    rows = [row for row in STRICT if row.order is not None and row.force is force]
    assert [row.order for row in rows] == [row.to for row in rows] == list(Phase)
    everywhere: set[Place] = {*Phase, Standing.NEW, Standing.LAPSED, Standing.LOST}
    for row in rows:
        assert set(row.sources) == everywhere
        assert row.events == (EventKind.MOVED,)
        if force:
            assert row.guards == ()


@every_setting
def test_orders_ask_what_the_specification_asks(options: Options) -> None:
    """From phase 4 an order needs a purchase, from 7 OK6, for 8 confirmation (T29)."""
    rows = by_id(chart_with(options).rows)
    stands = ["outcome_achieved", "no_recovery_open"]
    stands += ["feedback_closed"] if options.feedback.value == "required" else []
    confirmed = ["loyalty_confirmed"] if options.confirmation.value == "required" else []
    for phase in Phase:
        expected = ["purchased"] if phase >= 4 else []
        expected += stands if phase >= 7 else []
        expected += confirmed if phase == 8 else []
        asked = [guard.__name__ for guard in rows[f"T29.{phase.name.lower()}"].guards]
        assert asked == expected
    assert [guard.__name__ for guard in rows["T14"].guards] == stands
    assert [guard.__name__ for guard in rows["T15"].guards] == confirmed


def test_a_silent_customer_comes_back_to_where_they_were() -> None:
    """T20 leads to each remembered phase up to 5, and later ones to ACCLIMATE, made fresh."""
    waking = [row for row in STRICT if row.rule == "T20"]
    assert [row.to for row in waking] == [*list(Phase)[:5], Phase.ACCLIMATE]
    for phase in Phase:
        silent = Situation(Standing.LAPSED, phase, purchased=True)
        (row,) = [row for row in waking if all(guard(silent) for guard in row.guards)]
        assert row.apply(silent).phase is min(phase, Phase.ACCLIMATE)
        assert row.then
