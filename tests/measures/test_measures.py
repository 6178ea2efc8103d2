"""Every measure: definition, source, counts, and what is not observable or under way."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from cxjourney.errors import InvalidError, NaiveTimeError
from cxjourney.journey import Journey
from cxjourney.measures import Measure, Measures
from cxjourney.replay import make_mapping
from cxjourney.vocabulary import Lang, Phase, Smiley
from tests.measures.makers import (
    BEGIN,
    Deed,
    columns_of,
    day,
    events_of,
    journeys_of,
    mapping_of,
    measures_of,
    walks_of,
)
from tests.vocabulary.words import catalogue

EUR = {"currency": "EUR"}
DEEDS: list[Deed] = [
    ("a", 0, "contacted", {}),
    ("a", 1, "purchased", {"amount": Decimal("10.50"), **EUR}),
    ("a", 2, "delivered", {}),
    ("a", 3, "used_again", {}),
    ("a", 4, "result_achieved", {}),
    ("a", 5, "feedback_asked", {}),
    ("a", 6, "feedback_captured", {"nps": 10, "smiley": Smiley.HAPPY}),
    ("a", 7, "loyalty_shown", {}),
    ("a", 8, "loyalty_confirmed", {}),
    ("a", 9, "referred", {"whom": "b"}),
    ("b", 8, "contacted", {}),
    ("b", 9, "purchased", {"amount": Decimal(99), "currency": "USD"}),
    ("b", 10, "purchased", {"amount": Decimal(5), **EUR}),
    ("b", 11, "left", {"reason": "price"}),
    ("c", 1, "contacted", {}),
    ("c", 1.5, "abandoned", {"step": "basket", "reason": "shipping"}),
    ("c", 1.6, "abandoned", {"step": "form", "reason": "price"}),
    ("d", 2, "contacted", {}),
    ("d", 2.5, "asked", {"question": "when?"}),
    ("d", 28, "contacted", {}),
    ("e", 20, "purchased", {}),
    ("e", 21, "feedback_asked", {}),
    ("f", 0, "purchased", EUR),
    ("f", 3, "feedback_captured", {"nps": 3, "smiley": Smiley.SAD}),
]
END = 32


def all_of(measures: Measures) -> list[Measure]:
    """Return every measure."""
    span = day(0), day(END)
    return [
        measures.funnel(),
        measures.time_in_phase(),
        measures.moves(),
        measures.where_they_went(Phase.ASSESS, within=10),
        measures.churn(*span),
        measures.stuck(10),
        measures.obligations(),
        measures.nps(),
        measures.smileys(),
        measures.clv(),
        measures.acquisition_cost(Decimal(100), "EUR", start=span[0], end=span[1]),
        measures.loss_cost(
            acquisition=Decimal(20),
            expected=Decimal(50),
            currency="EUR",
            start=day(0),
            end=day(END),
        ),
        measures.influence(),
        measures.new_advocates(*span),
        measures.abandonment(ZoneInfo("Europe/Tallinn")),
        measures.feedback_coverage(),
        Measures.enps([9, 10, 0]),
        Measures.staff_turnover(left=3, employed=40),
    ]


MEASURES = measures_of(DEEDS, END)
QUARTERS = ("25%", "mediaan", "75%")


def test_every_measure_says_what_it_is() -> None:
    """Definition, source and counts are there, and it prints in three languages."""
    for measure in all_of(MEASURES):
        assert measure.definition
        assert measure.unit
        assert measure.source
        assert measure.rows
        assert len({tuple(row) for row in measure.rows}) == 1
        has_interval = any("low" in key for key in measure.rows[0])
        assert bool(measure.interval) == has_interval
        for lang in Lang:
            told = measure.words(lang)
            printed = " ".join(measure.explain(lang).split())
            for said in (told.definition, told.unit, told.interval, *told.notes):
                assert said in printed
        assert "<table" in measure.show().html()
        plain = measure.to_dict()
        assert plain["definition"] == measure.definition == measure.words(Lang.EN).definition
        assert plain["interval"] == measure.interval
        assert plain["notes"] == list(measure.notes)
        assert len(plain["rows"]) == len(measure.rows)
        assert repr(measure) == f"<Measure {measure.name}: {len(measure.rows)} rows>"
    assert repr(MEASURES) == f"<Measures of 6 journeys as of {day(END).isoformat()}>"


def test_every_name_and_column_has_its_words() -> None:
    """The words for measures and their columns are just those that measures need."""
    keys = {"source", "unit", "interval", "yes", "no", "not_told"}
    for measure in all_of(MEASURES):
        keys.add(measure.name)
        keys |= {re.sub(r"(?<=.)_(low|high|\d+)$", "", key) for key in measure.rows[0]}
    keys |= {"step", "hour", "weekday"}
    for lang in Lang:
        assert set(catalogue(lang)["Figure"]) == keys


def test_bounds_and_days_stand_beside_the_word() -> None:
    """A figure for a bound, or for a day, is named in the language; too wide a row is a list."""
    _, phase, *figures = MEASURES.time_in_phase().explain(Lang.ET).splitlines()[:20]
    assert phase == "kaalumine"
    named = [figure.strip().partition(": ")[0] for figure in figures]
    quarters = [(share, f"{share}, alampiir", f"{share}, ülempiir") for share in QUARTERS]
    assert named[4:13] == [name for quarter in quarters for name in quarter]
    assert named[13:] == [f"vaatluse all {days}" for days in (0, 7, 30, 90, 365)]


def test_places_are_named_in_the_language() -> None:
    """A phase or a standing in a table has the name that it has elsewhere."""
    told = MEASURES.where_they_went(Phase.ASSESS, within=10).explain(Lang.ET)
    assert "tunnistamine" in told or "kinnitus" in told
    assert "kaalumine" in MEASURES.funnel().explain(Lang.ET)


def test_definitions_name_what_was_asked_for_in_the_language() -> None:
    """Phases by their names, numbers with the language's mark; the words are in each language."""
    went = MEASURES.where_they_went(Phase.ASSESS, within=2.5)
    assert "2.5 days of 24 hours" in went.definition
    assert "2,5 24-tunnise" in went.words(Lang.ET).definition
    assert "harkinta" in went.words(Lang.FI).definition
    gave_up = MEASURES.abandonment(ZoneInfo("Europe/Tallinn"), "hour")
    assert "tund; kell: Europe/Tallinn" in gave_up.words(Lang.ET).definition
    for measure in all_of(MEASURES):
        told = [measure.words(lang) for lang in Lang]
        assert len({one.definition for one in told}) == len({one.unit for one in told}) == 3
        assert len({one.notes for one in told}) == (3 if measure.notes else 1)


def test_rows_are_told_in_the_language() -> None:
    """Ends with their reason, rules, smileys, weekdays and what nobody told have their words."""
    went = MEASURES.where_they_went(Phase.AFFIRM, within=10)
    assert "lost (the customer left)" in str(went)
    assert "kaotatud (klient lahkus)" in went.explain(Lang.ET)
    assert "vaikseks jäänud" in MEASURES.churn(day(0), day(END)).explain(Lang.ET)
    assert "küsimusele vastamine" in MEASURES.obligations().explain(Lang.ET)
    assert "kurb" in MEASURES.smileys().explain(Lang.ET)
    tables = columns_of(walks_of(DEEDS, mapping_of("purchased"), END))
    deeds = {"customer": ["c"], "at": [day(1)], "event": ["abandoned"], "step": ["basket"]}
    found = by_columns(tables, deeds).abandonment(ZoneInfo("Europe/Tallinn"), "weekday")
    told = found.explain(Lang.FI)
    assert "lauantai" in told
    assert "ei kerrottu 1" in told


def tables_as(make: Any) -> Measures:
    """Return the measures of the same walks by way of columns of some kind."""
    mapping = mapping_of("purchased")
    tables = columns_of(walks_of(DEEDS, mapping, END))
    found = {name: make(table) for name, table in tables.items()}
    deeds = {
        "customer": [one[0] for one in DEEDS],
        "at": [day(one[1]) for one in DEEDS],
        "event": [one[2] for one in DEEDS],
        "amount": [one[3].get("amount") for one in DEEDS],
        "currency": [one[3].get("currency") for one in DEEDS],
        "nps": [one[3].get("nps") for one in DEEDS],
        "smiley": [one[3]["smiley"].value if "smiley" in one[3] else None for one in DEEDS],
        "step": [one[3].get("step") for one in DEEDS],
        "reason": [one[3].get("reason") for one in DEEDS],
        "whom": [one[3].get("whom") for one in DEEDS],
    }
    return by_columns(found, make(deeds))


@pytest.mark.parametrize(
    "make", [dict, pa.table, pd.DataFrame, pl.DataFrame], ids=["dict", "arrow", "pandas", "polars"]
)
def test_columns_give_the_same_numbers(make: Any) -> None:
    """Journeys walked live, and their columns in any frame, have every figure alike."""
    found = [one.to_dict() for one in all_of(tables_as(make))]
    assert found == [one.to_dict() for one in all_of(MEASURES)]


def by_columns(tables: dict[str, Any], deeds: Any = None) -> Measures:
    """Return the measures of tables."""
    return Measures.of_columns(
        tables["journeys"], tables["moves"], tables["duties"], deeds, as_of=day(END)
    )


def test_live_journeys_give_the_same_numbers() -> None:
    """So do journeys that were recorded one event after another, with their history."""
    live = Measures.of(journeys_of(DEEDS, END), as_of=day(END))
    assert [one.to_dict() for one in all_of(live)] == [one.to_dict() for one in all_of(MEASURES)]


def test_events_by_journey_are_deeds_too() -> None:
    """A ``LogBook`` has the events with their payload."""
    tables = columns_of(walks_of(DEEDS, mapping_of("purchased"), END))
    with_events = by_columns(tables, events_of(DEEDS))
    assert with_events.clv() == MEASURES.clv()
    without = by_columns(tables)
    assert without.funnel() == MEASURES.funnel()
    with pytest.raises(InvalidError, match="deeds: nothing; expected the events with their pay"):
        without.clv()
    del tables["moves"]["exit"]
    with pytest.raises(InvalidError, match=r"moves\.exit: no such column"):
        by_columns(tables)


def test_a_field_that_no_rule_fills_is_not_observable() -> None:
    """Feedback that is mapped without a score shows no score; with one it does."""
    rule = {"event": "feedback_captured", "payload": {"nps": {"column": "score"}}}
    columns = {"customer": "who", "time": "when", "activity": "what"}
    shown = make_mapping({"columns": columns, "events": {"answer": rule}})
    for mapping, seen in ((shown, True), (mapping_of("feedback_captured"), False)):
        assert measures_of(DEEDS, END, mapping).nps().rows[0]["observable"] is seen


def test_a_journey_that_passed_over_nothing_may_say_none() -> None:
    """What is missing in a column is nothing, whichever way the frame says so."""
    tables = columns_of(walks_of(DEEDS[:2], mapping_of("purchased"), END))
    tables["journeys"]["implied"] = [None]
    found = by_columns(tables).funnel()
    assert {row["implied"] for row in found.rows} == {0}


def test_who_was_given_up_by_the_clock_is_silent() -> None:
    """A window of silence ends a prospect's journey, and is no finding that somebody left."""
    row = MEASURES.funnel().row(phase="assess")
    assert (row["left"], row["silent"]) == (0, 1)


def test_the_funnel_adds_up() -> None:
    """Each who reached a phase went on, left, is silent, or is under way."""
    for row in MEASURES.funnel().rows:
        parts = ("went_on", "left", "silent", "not_observable", "under_way")
        assert row["reached"] == sum(count for one in parts if isinstance(count := row[one], int))
    assess = MEASURES.funnel().row(phase="assess")
    assert (assess["reached"], assess["went_on"], assess["under_way"]) == (6, 4, 1)


def test_who_may_yet_come_is_not_counted_as_dropped() -> None:
    """Who only turned to the company may yet buy; where no log can show it, no share is told."""
    deeds: list[Deed] = [(f"c{n}", n / 100, "contacted", {}) for n in range(1000)]
    never: dict[str, Any] = {"silence": {"assess": "never"}}
    row = measures_of(deeds, 20, **never).funnel().row(phase="assess")
    assert (row["under_way"], row["silent"], row["left"], row["share"]) == (1000, 0, 0, 0.0)
    blind = measures_of(deeds, 20, mapping_of("contacted", **never))
    row = blind.funnel().row(phase="assess")
    assert (row["not_observable"], row["under_way"], row["share"]) == (1000, 0, None)
    assert blind.time_in_phase().row(phase="assess")["not_observable"] == 0
    assert blind.time_in_phase().row(phase="adopt")["not_observable"] == 0


def test_nobody_is_blamed_for_what_could_not_be_seen() -> None:
    """Without an event that could meet them, obligations are neither met nor overdue."""
    deeds: list[Deed] = [(f"c{n}", 0, "purchased", {}) for n in range(50)]
    blind = measures_of(deeds, 300, mapping_of("purchased"))
    assert all(row["overdue"] == row["dropped"] == 0 for row in blind.obligations().rows)
    row = blind.obligations().row(rule="affirm_decision")
    assert (row["not_observable"], row["under_way"], row["share"]) == (50, 0, None)
    never = mapping_of("purchased", silence={"affirm": "never"})
    stuck = measures_of(deeds, 300, never).stuck(100).row(phase="affirm")
    assert (stuck["stuck"], stuck["overdue"], stuck["overdue_by_rule"]) == (50, 0, {})
    assert stuck["not_observable"] == 100
    seen = measures_of(deeds, 300, silence={"affirm": "never"})
    assert seen.stuck(100).row(phase="affirm")["overdue"] == 100
    overdue = seen.obligations().row(rule="affirm_decision")
    assert (overdue["overdue"], overdue["share"]) == (50, 0.0)


def test_where_they_went_tells_other_ends_apart() -> None:
    """To each place its own share, with who is still there counted neither way."""
    found = MEASURES.where_they_went(Phase.ASSESS, within=10)
    assert [(row["to"], row["seen"]) for row in found.rows] == [("affirm", 2)]
    assert found.notes == ("stays: 4; seen to end: 2; silent: 1; under way: 1",)
    none = MEASURES.where_they_went(Phase.ASSESS, within=0.1).rows[0]
    assert (none["share"], none["low"]) == (0.0, None)
    affirm = MEASURES.where_they_went(Phase.AFFIRM, within=100).rows
    assert [row["to"] for row in affirm] == ["activate", "lost (churn)"]
    everyone: list[Deed] = [("a", 0, "contacted", {}), ("a", 1, "purchased", {})]
    whole = measures_of(everyone, 2).where_they_went(Phase.ASSESS, within=5).rows[0]
    assert (whole["share"], whole["low"]) == (1.0, None)


def test_churn_is_of_those_who_could_leave() -> None:
    """Who left before the span, or came after it, is not at risk in it."""
    early = MEASURES.churn(day(0), day(5)).rows
    assert [(row["journeys"], row["at_risk"]) for row in early] == [(0, 4), (0, 4)]
    late = MEASURES.churn(day(10.5), day(60))
    assert late.row(what="lost (churn)")["journeys"] == 1
    assert late.notes[0].startswith("The log ends at ")
    assert MEASURES.churn(day(25), day(29)).row(what="silent")["journeys"] == 0


def test_answers_none_is_none() -> None:
    """Where nobody answered there is no score; who was asked is under way."""
    row = MEASURES.nps().rows[0]
    assert (row["answers"], row["nps"], row["under_way"]) == (2, 0.0, 1)
    nobody = measures_of([("a", 0, "purchased", {})], 9, mapping_of("purchased"))
    row = nobody.nps().rows[0]
    assert (row["nps"], row["low"], row["observable"]) == (None, None, False)
    assert [row["share"] for row in nobody.smileys().rows] == [None] * 3
    assert [row["answers"] for row in MEASURES.smileys().rows] == [1, 0, 1]
    assert Measures.enps([]).rows[0]["enps"] is None


def test_currencies_stay_apart() -> None:
    """A purchase without an amount is in no sum, and counted."""
    euro = MEASURES.clv().row(currency="EUR")
    assert (euro["sum"], euro["customers"], euro["not_observable"]) == ("15.50", 2, 1)
    assert MEASURES.clv().row(currency="USD")["sum"] == "99.00"
    assert MEASURES.clv().row(currency=None)["customers"] == 0
    with pytest.raises(InvalidError, match="expected figures of one of the 3 rows of clv"):
        MEASURES.clv().row(currency="GBP")


def test_rows_for_a_frame_are_copies() -> None:
    """``to_rows`` gives every row, and a change to one does not reach the measure."""
    funnel = MEASURES.funnel()
    rows = funnel.to_rows()
    assert [dict(row) for row in funnel.rows] == rows
    rows[0].clear()
    assert funnel.row(phase="assess")


def test_what_was_won_and_lost_has_its_cost() -> None:
    """New purchasers share the spend; who was lost cost what it took, and what was not paid."""
    cost = MEASURES.acquisition_cost(Decimal(100), "EUR", start=day(0), end=day(15)).rows[0]
    assert (cost["new_purchasers"], cost["cost"]) == (3, 100 / 3)
    empty = MEASURES.acquisition_cost(Decimal(1), "EUR", start=day(50), end=day(51)).rows[0]
    assert empty["cost"] is None
    lost = all_of(MEASURES)[11].rows[0]
    assert (lost["lost_customers"], lost["income_not_received"], lost["cost"]) == (
        1,
        "45.00",
        "65.00",
    )


def test_influence_stands_beside() -> None:
    """What the referred bought from then on, by currency."""
    rows = MEASURES.influence().rows
    assert [(row["currency"], row["value_of_referred"]) for row in rows] == [
        ("EUR", 5.0),
        ("USD", 99.0),
    ]
    assert (rows[0]["referrals"], rows[0]["referrers"], rows[0]["named"]) == (1, 1, 1)
    alone = measures_of([("a", 0, "purchased", {})], 9).influence().rows[0]
    assert (alone["referrals"], alone["purchases_of_referred"]) == (0, 0)


def test_abandonment_is_by_the_customers_clock() -> None:
    """Midnight in UTC is two in the morning in Tallinn; what is not told is said so."""
    zone = ZoneInfo("Europe/Tallinn")
    assert [row["step"] for row in MEASURES.abandonment(zone).rows] == ["basket", "form"]
    hours = MEASURES.abandonment(zone, "hour").rows
    assert [row["hour"] for row in hours] == ["14", "16"]
    (friday,) = MEASURES.abandonment(zone, "weekday").rows
    assert (friday["weekday"], friday["abandoned"]) == ("Saturday", 2)
    assert friday["reasons"] == {"price": 1, "shipping": 1}


def test_coverage_is_of_exits_that_were_seen() -> None:
    """Feedback counts where it came during the stay."""
    row = MEASURES.feedback_coverage().rows[0]
    assert (row["exits"], row["captured"], row["under_way"]) == (1, 1, 0)
    blind = measures_of(DEEDS, END, mapping_of("purchased")).feedback_coverage().rows[0]
    assert (blind["share"], blind["not_observable"]) == (None, 1)


def test_advocates_are_counted_once() -> None:
    """A day's rate stands against its target; where nobody could become one there is none."""
    row = MEASURES.new_advocates(day(0), day(10)).rows[0]
    assert (row["advocates"], row["a_day"], row["target"]) == (1, 0.1, 1.0)
    blind = measures_of(DEEDS, END, mapping_of("purchased")).new_advocates(day(0), day(10))
    assert (blind.rows[0]["a_day"], blind.rows[0]["observable"]) == (None, False)
    shown = measures_of(DEEDS, END, mapping_of("purchased", "abandoned"))
    assert shown.abandonment(ZoneInfo("UTC")).rows[0]["observable"]


def test_what_is_asked_wrongly_is_refused() -> None:
    """Times, spans, days, zones and answers are checked, and the error says what would be right."""
    naive = datetime(2024, 3, 1)  # noqa: DTZ001 - what is refused
    wrong: list[tuple[Any, str]] = [
        (lambda: MEASURES.churn(day(2), day(2)), "end: a time that is not after start"),
        (lambda: MEASURES.stuck(0), "days: no number above 0"),
        (lambda: MEASURES.stuck(days=True), "days: no number above 0"),
        (lambda: MEASURES.abandonment(ZoneInfo("UTC"), "houre"), r"meant hour\?"),  # type: ignore[arg-type]
        (lambda: MEASURES.abandonment("UTC"), "expected a ZoneInfo"),  # type: ignore[arg-type]
        (lambda: Measures.enps([11]), "answers: an answer off the scale"),
        (lambda: Measures.enps([True]), "answers: an answer off the scale"),
        (lambda: Measures.staff_turnover(left=2, employed=1), "left: no count"),
        (lambda: Measures.staff_turnover(left=1.5, employed=2), "left: no count"),  # type: ignore[arg-type]
        (lambda: Measures.of([7], as_of=BEGIN), "journeys, or walks"),  # type: ignore[list-item]
        (lambda: Measures.of([Journey("c", history=False)], as_of=BEGIN), "without history"),
        (lambda: Measures.of([], as_of=BEGIN, mapping=7), "a LogMapping"),  # type: ignore[arg-type]
    ]
    for call, message in wrong:
        with pytest.raises(InvalidError, match=message):
            call()
    with pytest.raises(NaiveTimeError):
        MEASURES.churn(naive, day(1))


@pytest.mark.parametrize("amount", ["1e999999", "12345678901234567.00"])
def test_an_amount_that_is_no_sum_of_money_is_unknown(amount: str) -> None:
    """It is counted, and stands in no sum; others are summed as ever."""
    paid = [("anna", "12.50"), ("ben", amount), ("carl", amount)]
    deeds: list[Deed] = [
        (who, 0, "purchased", {"amount": Decimal(one), "currency": "EUR"}) for who, one in paid
    ]
    row = measures_of(deeds, 9).clv().row(currency="EUR")
    assert (row["sum"], row["customers"], row["not_observable"]) == ("12.50", 1, 2)


def test_an_amount_in_a_table_may_be_no_number() -> None:
    """A frame has NaN where there is none; the purchase counts as one of an unknown amount."""
    deeds = pd.DataFrame(
        {
            "customer": ["anna", "ben"],
            "engagement": ["", ""],
            "at": [day(0), day(0)],
            "event": ["purchased", "purchased"],
            "amount": [float("nan"), 12.5],
            "currency": ["EUR", "EUR"],
        }
    )
    tables = columns_of(walks_of(DEEDS[:2], mapping_of("purchased"), END))
    row = by_columns(tables, deeds).clv().row(currency="EUR")
    assert (row["sum"], row["customers"], row["not_observable"]) == ("12.50", 1, 1)
