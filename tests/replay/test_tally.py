"""Figures of a report, checked on small logs by hand."""

from itertools import pairwise
from typing import Any

import attrs
import pytest

from cxjourney.replay import Report
from cxjourney.vocabulary import ExitReason, Phase
from tests.replay.makers import mapping_with, report_of

EVENTS: dict[str, Any] = {
    "ask": "contacted",
    "need": "need_admitted",
    "buy": "purchased",
    "get": "delivered",
    "use": "used_again",
    "good": "result_achieved",
    "complain": "complained",
    "solve": "recovered",
    "tell": "referred",
    "quit": "left",
    "no": "declined",
    "undo": "withdrew",
    "forget": "erased",
}

LOOSE = {"feedback": "optional", "repeat_purchase": "experience", "confirmation": "optional"}


def report(*rows: tuple[str, int, str], **chart: Any) -> Report:
    """Return the report on rows of (customer, day of March 2024, activity)."""
    return report_of(rows, mapping_with(events=EVENTS, chart=chart))


def place(found: Report, name: str) -> tuple[object, ...]:
    """Return the row of one place: active, lapsed, lost, journeys, customers."""
    (row,) = [row for row in found.places if row.place == name]
    return attrs.astuple(row)[1:]


def owed(found: Report, rule: str) -> tuple[object, ...]:
    """Return the row of one obligation: open to dropped, and whether the log could tell."""
    (row,) = [row for row in found.owed if row.rule == rule]
    return attrs.astuple(row)[1:]


def test_journeys_stand_where_they_stand() -> None:
    """Each journey is found once: under way, silent, lost, or in no phase at all."""
    found = report(
        ("new", 1, "get"),
        ("asks", 25, "ask"),
        ("said no", 1, "no"),
        ("silent", 1, "buy"),
        ("gone", 1, "ask"),
        ("gone", 2, "forget"),
        ("bought", 31, "buy"),
    )
    assert place(found, "NEW") == (0, 0, 0, 1, 1)
    assert place(found, "ASSESS") == (1, 0, 1, 2, 2)
    assert place(found, "AFFIRM") == (1, 1, 0, 2, 2)
    assert place(found, "ERASED") == (0, 0, 0, 1, 1)
    assert sum(row.journeys for row in found.places) == found.journeys == 6
    assert found.add_up


def test_exits_have_their_reasons() -> None:
    """Not bought, remorse, churn, silence and erasure."""
    found = report(
        ("a", 1, "no"),
        ("b", 1, "buy"),
        ("b", 2, "undo"),
        ("c", 1, "buy"),
        ("c", 2, "quit"),
        ("d", 1, "buy"),
        ("e", 1, "forget"),
        ("f", 31, "ask"),
    )
    assert tuple(map(attrs.astuple, found.exits)) == (
        (ExitReason.NOT_BOUGHT, 1, 0),
        (ExitReason.REMORSE, 1, 0),
        (ExitReason.CHURN, 1, 0),
        (ExitReason.SILENCE, 1, 0),
        (ExitReason.ERASURE, 1, 0),
    )


def test_the_funnel_counts_the_highest_phase_ever() -> None:
    """A phase counts who came to it or past it; who was only passed over is told apart."""
    found = report(
        ("a", 1, "ask"), ("a", 2, "need"), ("b", 1, "buy"), ("b", 2, "good"), ("c", 1, "get")
    )
    assert [(row.reached, row.implied) for row in found.funnel] == [
        (2, 1),
        (2, 1),
        (1, 0),
        (1, 1),
        (1, 1),
        (1, 0),
        (0, 0),
        (0, 0),
    ]
    shares = [row.share and row.share.value for row in found.funnel]
    assert shares == [2 / 3, 1.0, 0.5, 1.0, 1.0, 1.0, 0.0, None]


def test_who_came_no_further_is_under_way_silent_or_gone() -> None:
    """Of those who reached a phase all are found once: further on, there still, silent or gone."""
    found = report(
        ("waits", 30, "ask"),
        ("silent", 1, "buy"),
        ("gone", 1, "ask"),
        ("gone", 2, "no"),
        ("erased", 1, "ask"),
        ("erased", 2, "forget"),
        ("bought", 31, "buy"),
    )
    assess, _, affirm, activate, *_ = found.funnel
    assert (assess.under_way, assess.silent, assess.left) == (1, 0, 2)
    assert (affirm.under_way, affirm.silent, affirm.left) == (1, 1, 0)
    for row, later in pairwise(found.funnel):
        assert row.reached == later.reached + row.under_way + row.silent + row.left
    assert activate.reached == 0


def test_a_phase_that_the_mapping_cannot_show_is_not_observable() -> None:
    """What no event of the mapping leads to was not seen, which says nothing of the customers."""
    few = mapping_with(events={"ask": "contacted", "buy": "purchased"})
    assert [row.observable for row in report_of([("a", 1, "buy")], few).funnel] == [
        *[True] * 3,
        *[False] * 5,
    ]
    assert all(row.observable for row in report(("a", 1, "buy"), **LOOSE).funnel)
    nothing = mapping_with(events={"see": "feedback_asked"})
    assert not any(row.observable for row in report_of([("a", 1, "see")], nothing).funnel)


@pytest.mark.parametrize(
    ("order", "seen"),
    [({"to": "adopt"}, 7), ({"to": "adopt", "force": True}, 7), ({"to": {"column": "what"}}, 8)],
)
def test_an_order_shows_the_phase_that_it_names(order: dict[str, Any], seen: int) -> None:
    """An order may lead where it says, by force where it may; one named by a column, anywhere."""
    order |= {"actor": "a", "reason": "r"}
    events = {"ask": "contacted", "set": {"event": "moved", "payload": order}}
    if "force" not in order:
        events |= {"buy": "purchased", "get": "delivered", "good": "result_achieved"}
    if seen == len(Phase):
        events |= {"loyal": "loyalty_confirmed", "closed": "feedback_declined"}
    found = report_of(
        [("a", 1, "ask")], mapping_with(events=events, chart={"feedback": "optional"})
    )
    assert [row.observable for row in found.funnel].count(True) == seen


def test_stays_last_from_event_to_event() -> None:
    """Stays that end by a deed are told from those that the clock ends, and those that go on."""
    found = report(
        ("a", 1, "ask"), ("a", 4, "need"), ("a", 9, "buy"), ("b", 1, "ask"), ("b", 31, "ask")
    )
    stays = {row.phase: row for row in found.stays}
    assess, affirm = stays[Phase.ASSESS], stays[Phase.AFFIRM]
    assert (assess.ended, assess.silent, assess.going_on) == (1, 0, 1)
    lasting = assess.lasting
    assert lasting is not None
    assert attrs.astuple(lasting) == (3.0, 3.0, 3.0, None, None)
    assert (affirm.ended, affirm.silent, affirm.going_on) == (0, 1, 0)
    assert affirm.lasting is None
    assert stays[Phase.ADOPT].lasting is None


@pytest.mark.no_cover
@pytest.mark.parametrize("days", [3, 5, 11])
def test_a_window_of_silence_is_no_finding(days: int) -> None:
    """However long the user waits before calling somebody silent, stays last the same."""
    rows = [(f"c{number}", 1, "ask") for number in range(9)]
    rows += [(f"c{number}", 2 + number % 2, "need") for number in range(5)]
    (assess, *_) = report(*rows, ("z", 31, "ask"), silence={"assess": days}).stays
    assert (assess.ended, assess.silent, assess.going_on) == (5, 4, 1)
    assert assess.lasting is not None
    assert (assess.lasting.quarter, assess.lasting.median) == (1.0, 2.0)
    assert assess.lasting.three_quarters is None


def test_places_within_one_event_are_no_stays() -> None:
    """A second purchase that says three things at once passes through, and stays nowhere."""
    found = report(
        ("a", 1, "buy"), ("a", 5, "buy"), repeat_purchase="experience", feedback="optional"
    )
    stays = {row.phase: row for row in found.stays}
    assert stays[Phase.ACCOMPLISH].ended == 0
    assert stays[Phase.ADOPT].going_on == 1


def test_what_is_owed_is_counted_by_rule() -> None:
    """Open, overdue, met on time, met late and dropped; and whether the log could tell."""
    found = report(
        ("a", 1, "buy"),
        ("a", 2, "get"),
        ("a", 3, "complain"),
        ("a", 5, "solve"),
        ("b", 1, "buy"),
        ("b", 4, "quit"),
        ("c", 10, "ask"),
    )
    assert owed(found, "solve") == (0, 0, 0.0, 1, 0, 0, 0, True)
    assert owed(found, "acknowledge") == (0, 0, 0.0, 0, 1, 0, 0, True)
    assert owed(found, "hand_over") == (0, 0, 0.0, 0, 0, 0, 2, False)
    assert owed(found, "record_loss") == (0, 0, 0.0, 0, 0, 0, 1, False)


@pytest.mark.parametrize("event", ["fulfilled", "answered"])
def test_an_event_that_names_a_rule_shows_that_rule_alone(event: str) -> None:
    """Where the log tells that one thing was done, it could tell so of that and of no other."""
    done = {"event": event, "payload": {"obligation": "hand_over"}}
    found = report_of([("a", 1, "done")], mapping_with(events={"done": done}))
    assert [row.rule for row in found.owed if row.observable] == ["hand_over"]


def test_a_column_that_names_rules_may_show_any() -> None:
    """Where a column says what was done, it may be anything."""
    done = {"event": "fulfilled", "payload": {"obligation": {"column": "what"}}}
    found = report_of([("a", 1, "done")], mapping_with(events={"done": done}))
    assert all(row.observable for row in found.owed)


def test_silence_is_the_companys_own_only_where_the_log_could_show_its_deeds() -> None:
    """Late is who was due and could be seen to do it; where nothing could be seen, nobody knows."""
    events = {"buy": "purchased", "use": "used_again"}
    rows = [("a", 1, "buy"), ("b", 25, "buy"), ("b", 30, "use")]
    silence = {"silence": {"affirm": 5}}
    blind = report_of(rows, mapping_with(events=events, chart=silence))
    assert {row.our_silence for row in blind.exits} == {None}
    given = {"event": "fulfilled", "payload": {"obligation": "affirm_decision"}}
    seeing = mapping_with(events={**events, "call": given}, chart=silence)
    late = report_of(rows, seeing)
    assert [row.our_silence for row in late.exits if row.reason is ExitReason.SILENCE] == [1]
    kept = report_of([*rows, ("a", 2, "call")], seeing)
    assert [row.our_silence for row in kept.exits if row.reason is ExitReason.SILENCE] == [0]


def test_comings_and_goings() -> None:
    """Silence, return in the same cycle, return by purchase, win-back and referrals."""
    found = report(
        ("a", 1, "buy"),
        ("a", 16, "use"),
        ("b", 1, "buy"),
        ("b", 16, "buy"),
        ("c", 1, "no"),
        ("c", 2, "ask"),
        ("c", 3, "tell"),
        ("c", 4, "tell"),
    )
    comings = found.comings
    assert (comings.lapses, comings.returned, comings.repurchased, comings.won_back) == (2, 1, 1, 1)
    assert comings.cycles == {1: 1, 2: 2}
    assert (comings.referrals, comings.referrers) == (2, 1)
    assert found.timers == {"lapsed": 2, "advocacy_quiet": 0}


def test_each_event_has_its_effect() -> None:
    """Moved, stayed, held, noted and refused, by kind in the order of the journey."""
    found = report(
        ("a", 1, "ask"),
        ("a", 2, "get"),
        ("a", 3, "ask"),
        ("a", 4, "forget"),
        ("a", 5, "ask"),
        ("b", 1, "buy"),
        ("b", 2, "get"),
        ("b", 3, "complain"),
    )
    assert tuple(map(attrs.astuple, found.events)) == (
        ("contacted", 3, 1, 0, 0, 1, 1, 0, 0, 0),
        ("purchased", 1, 1, 0, 0, 0, 0, 0, 0, 0),
        ("delivered", 2, 1, 0, 1, 0, 0, 0, 0, 0),
        ("complained", 1, 0, 1, 0, 0, 0, 0, 0, 0),
        ("erased", 1, 1, 0, 0, 0, 0, 0, 0, 0),
    )
    assert attrs.astuple(found.all_events) == ("all", 8, 4, 1, 1, 1, 1, 0, 0, 0)


@pytest.mark.parametrize("customers", [1, 2])
def test_customers_are_told_from_journeys(customers: int) -> None:
    """One customer with two engagements in a phase counts once in it."""
    columns = {"customer": "who", "time": "when", "activity": "what", "engagement": "what"}
    mapping = mapping_with(events={"ask": "contacted", "see": "contacted"}, columns=columns)
    found = report_of([("a", 1, "ask"), ("ab"[customers - 1], 2, "see")], mapping)
    assert place(found, "ASSESS") == (2, 0, 0, 2, customers)
    assert (found.customers, found.journeys) == (customers, 2)
