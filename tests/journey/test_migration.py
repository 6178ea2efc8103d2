"""Migrations: journeys in flight get to another chart whole, or not at all."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

import attrs
import pytest
from hypothesis import given

from cxjourney import DecodeError
from cxjourney.chart import Chart, ChartRef, FaultKind, Feedback, Options, standard_chart
from cxjourney.errors import FaultsError, InvalidError, MalformedEventError, MigrationError
from cxjourney.journey import (
    Journey,
    Migrated,
    Migration,
    _migration,  # a reach that is wrong, which none is
)
from cxjourney.vocabulary import Event, EventKind, Field, Nature, Phase, Standing
from tests.journey.test_codec import (
    MARKER,
    VISITED,
    WIDE,
    bare,
    check_same,
    erased,
    exact,
    full,
    journeys,
    on,
    told,
)
from tests.journey.walks import chart_with_kinds

K = EventKind
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TRIED = EventKind("tried", Nature.CUSTOMER, 13, VISITED.fields)


def chart_of(
    version: int,
    *kinds: EventKind,
    chart: Chart | None = None,
    without: Sequence[str] = (),
    days: int = 30,
) -> Chart:
    """Return a version of a chart, with kinds of its own and without some obligations."""
    return chart_with_kinds(
        version,
        *kinds,
        chart=chart,
        options=Options(),
        obligations=tuple(rule for rule in WIDE.obligations if rule.id not in without),
        silence={phase: timedelta(days=days) for phase in Phase},
    )


TWIN = chart_with_kinds(30, chart=WIDE)
NEXT = chart_of(4, TRIED, without=["keep_promise", "answer"])
LAST = chart_of(5, chart=standard_chart(feedback=Feedback.OPTIONAL), days=3)
STRICT = chart_of(6)
TO_TWIN = Migration(WIDE, TWIN)
TO_NEXT = Migration(WIDE, NEXT, {"visited": TRIED, "touched": None})
TO_LAST = Migration(NEXT, LAST, {"tried": None})


def faults(
    source: Chart | ChartRef, target: Chart, kinds: Any = ()
) -> list[tuple[Enum | None, str]]:
    """Return the faults for which a migration is refused."""
    with pytest.raises(FaultsError) as caught:
        Migration(source, target, dict(kinds))
    found = [fault for fault in caught.value.exceptions if isinstance(fault, InvalidError)]
    return [(fault.kind, fault.where) for fault in found]


def migrated(journey: Journey, migration: Migration) -> Migrated[Journey]:
    """Migrate a journey, and assert that it stayed as it was and the new one can be stored."""
    before = exact(journey.to_dict())
    report = journey.migrate(migration)
    assert exact(journey.to_dict()) == before
    assert report.journey.chart is migration.target
    check_same(report.journey, Journey.from_dict(report.journey.to_dict()))
    return report


# How a migration is made


def test_kinds_of_the_same_name_and_nature_map_by_themselves() -> None:
    """What is not said maps by name; what is said goes first; None leaves out."""
    assert TO_NEXT.source == WIDE.ref
    assert TO_NEXT.kind_for("purchased") is K.PURCHASED
    assert TO_NEXT.kind_for("visited") is TRIED
    assert TO_NEXT.kind_for("touched") is None
    with pytest.raises(TypeError):
        TO_NEXT.kinds["left"] = None  # type: ignore[index]


def test_an_equal_kind_counts_as_the_targets_own() -> None:
    """A kind that was made twice is taken for the one that the target has."""
    again = EventKind("tried", Nature.CUSTOMER, 13, VISITED.fields)
    assert Migration(WIDE, NEXT, {"visited": again}).kind_for("visited") is TRIED


def test_every_fault_of_a_migration_is_named_at_once() -> None:
    """A migration is checked when it is made, with a remedy for each fault."""
    kinds = {"visited": VISITED, "seen": None, "left": K.ERASED, "erased": None}
    assert faults(WIDE, NEXT, kinds) == [
        (FaultKind.UNKNOWN_EVENT, "visited"),
        (FaultKind.BROKEN_INVARIANT, "left"),
        (FaultKind.BROKEN_INVARIANT, "erased"),
        (FaultKind.UNKNOWN_EVENT, "seen"),
    ]


def test_a_migration_says_what_it_is_that_is_wrong() -> None:
    """The error names both charts, and each fault its remedy."""
    with pytest.raises(FaultsError) as caught:
        Migration(WIDE, NEXT)
    assert str(caught.value).startswith(
        "there is no migration from 'wide' version 3 to 'wide' version 4"
    )
    (fault,) = caught.value.exceptions
    assert isinstance(fault, InvalidError)
    assert str(fault) == (
        "visited: unknown event: the target has no customer kind of this name; "
        "say in kinds what becomes of it, or None to leave it out"
    )


def test_a_kind_of_another_nature_does_not_map_by_itself() -> None:
    """A company's fact does not become a customer's for having the same name."""
    other = chart_of(7, EventKind("visited", Nature.COMPANY, 13, VISITED.fields))
    assert faults(WIDE, other) == [(FaultKind.UNKNOWN_EVENT, "visited")]
    blind = Migration(ChartRef("gone", 1), other)
    assert blind.kind_for("visited") is not None
    with pytest.raises(MigrationError, match="the kind 'visited'"):
        blind.kind_for("visited", Nature.CUSTOMER)


def test_a_migration_leads_to_another_chart() -> None:
    """A changed chart takes a new version; a migration to itself is refused."""
    assert faults(WIDE, attrs.evolve(WIDE)) == [(FaultKind.NAME_CLASH, "wide")]


def test_a_name_instead_of_a_kind_is_refused() -> None:
    """What is no kind of the target is refused, whatever it is."""
    assert faults(ChartRef("gone", 1), NEXT, {"seen": "tried"}) == [
        (FaultKind.UNKNOWN_EVENT, "seen")
    ]


# With history


@pytest.mark.no_cover
@given(journeys())
def test_a_chart_that_only_has_another_name_changes_nothing(journey: Journey) -> None:
    """Under the same rules a migrated journey is the old one, and nothing is reported."""
    report = migrated(journey, TO_TWIN)
    assert report.journey.seq == journey.seq
    assert report.journey._course == journey._course
    if journey.standing is not Standing.ERASED:
        assert told(report.journey.history) == told(journey.history)
    assert report.before == report.after
    assert (*report.changes, *report.left_out, *report.opened, *report.dropped) == ()


@pytest.mark.no_cover
@given(journeys())
def test_nothing_is_lost_uncounted(journey: Journey) -> None:
    """What a migrated journey keeps and what it leaves out is all that there was."""
    try:
        report = migrated(journey, TO_NEXT)
    except MigrationError:
        assert not journey.keeps_history
        return
    if not journey.keeps_history:
        return
    kept = Counter(report.journey.counts)
    kept["visited"] += kept.pop("tried", 0)
    assert +kept + Counter(report.left_out) == Counter(journey.counts)
    assert report.left_out.keys() <= {"touched"}
    assert report.journey.to_dict()["left_out"] == sum(report.left_out.values())
    assert (report.journey.seq, report.journey.as_of) == (journey.seq, journey.as_of)
    old = set(journey.owed) | set(report.opened)
    assert old - set(report.dropped) == set(report.journey.owed)


@pytest.mark.no_cover
@given(journeys())
def test_reading_with_migrations_is_migrating_one_by_one(journey: Journey) -> None:
    """Stored journeys come to the same along several charts as live ones."""
    data = json.loads(json.dumps(journey.to_dict()))
    try:
        there = journey.migrate(TO_NEXT).journey.migrate(TO_LAST).journey
    except MigrationError as error:
        with pytest.raises(DecodeError, match=re.escape(error.found)):
            Journey.from_dict(data, migrations=[TO_NEXT, TO_LAST])
        return
    back = Journey.from_dict(data, migrations=[TO_NEXT, TO_LAST])
    assert back.chart is LAST
    check_same(there, back)


def test_the_report_tells_what_the_change_came_to() -> None:
    """Events, obligations and situation are compared before and after."""
    journey = full()
    report = migrated(journey, TO_NEXT)
    assert report.before == journey.situation
    assert report.after == report.journey.situation
    assert report.left_out == {"touched": 1}
    assert {one.rule for one in report.dropped} == {"keep_promise", "answer", "affirm_decision"} - {
        one.rule for one in report.journey.owed
    }
    changed = {change.event.kind.name: change for change in report.changes}
    assert changed["touched"].before is not None
    assert changed["touched"].after is None
    with pytest.raises(TypeError):
        report.left_out["left"] = 1  # type: ignore[index]


def test_other_windows_fire_other_timers() -> None:
    """The timers of the new chart are part of what is folded anew."""
    journey = Journey("c", chart=NEXT)
    journey.contacted(at=on(0))
    journey.asked("?", at=on(5))
    journey.advance(on(6))
    report = migrated(journey, TO_LAST)
    assert (report.before.standing, report.after.standing) == (Standing.ACTIVE, Standing.LOST)
    (change,) = report.changes
    assert (change.event.kind, change.before) == (K.LAPSED, None)
    assert [one.rule for one in report.opened] == ["record_loss", "answer"]


def test_a_migrated_journey_goes_on() -> None:
    """Numbers go on where they were, so that compare-and-set still holds, and erasure adds up."""
    report = migrated(full(), TO_NEXT)
    journey = report.journey
    step = journey.referred(at=on(30), expected=full().seq)
    assert step.seq == full().seq + 1
    assert journey.referred(at=on(30), id=step.event.id) is step
    check_same(journey, Journey.from_dict(journey.to_dict()))
    data = erased(journey).to_dict()
    assert data["left_out"] == 1
    assert sum(data["counts"].values()) + 1 == data["seq"] == full().seq + 2
    check_same(journey, Journey.from_dict(data))


def test_an_erased_journey_migrates_with_its_counts() -> None:
    """Of an erased journey the counts take the new names; what is left out is reported."""
    journey = erased(full())
    report = migrated(journey, TO_NEXT)
    assert report.before == report.after == journey.situation
    assert (*report.changes, *report.opened, *report.dropped) == ()
    assert report.left_out == {"touched": 1}
    assert report.journey.counts["tried"] == journey.counts["visited"] == 1
    assert "touched" not in report.journey.counts
    assert [step.event.kind for step in report.journey.history] == [K.ERASED]
    data = journey.to_dict()
    check_same(report.journey, Journey.from_dict(data, migrations=[TO_NEXT]))
    check_same(
        migrated(report.journey, TO_LAST).journey,
        Journey.from_dict(data, migrations=[TO_NEXT, TO_LAST]),
    )


# Without history


def test_without_history_the_situation_is_carried_over() -> None:
    """The course goes on along the new chart; obligations of unknown rules drop and are counted."""
    journey = Journey("c", chart=WIDE, history=False)
    journey.purchased(at=on(0))
    journey.asked("?", at=on(1))
    report = migrated(journey, TO_NEXT)
    assert report.journey.situation == journey.situation
    assert [one.rule for one in report.dropped] == ["answer"]
    assert (report.opened, report.changes, report.left_out) == ((), (), {})
    assert report.journey.tally.dropped == journey.tally.dropped + 1
    check_same(report.journey, Journey.from_dict(journey.to_dict(), migrations=[TO_NEXT]))
    assert report.journey.delivered(at=on(2)).after.phase is Phase.ACTIVATE


def loyal_without_feedback() -> Journey:
    """Return a journey that is in ADOPT without feedback, as one chart allows and another not."""
    journey = Journey(MARKER, chart=LAST, history=False)
    journey.purchased(at=on(0))
    journey.result_achieved(at=on(1))
    journey.loyalty_shown(at=on(2))
    assert journey.phase is Phase.ADOPT
    return journey


def test_a_situation_that_the_target_never_leads_to_is_refused() -> None:
    """Without history a situation is not bent to fit: the error says what it lacks."""
    journey, back = loyal_without_feedback(), Migration(LAST, STRICT)
    with pytest.raises(MigrationError) as caught:
        journey.migrate(back)
    assert str(caught.value) == (
        "migration from 'wide' version 5 to 'wide' version 6: "
        "the situation Situation(ACTIVE, ADOPT, purchased, outcome=ACHIEVED); "
        "expected feedback_closed"
    )
    with pytest.raises(DecodeError, match="expected feedback_closed") as refused:
        Journey.from_dict(journey.to_dict(), migrations=[back])
    assert isinstance(refused.value.__cause__, MigrationError)


def test_whom_an_order_moved_is_carried_over() -> None:
    """Where facts alone never lead, an order that is not forced may."""
    journey = Journey("c", chart=LAST, history=False)
    journey.purchased(at=on(0))
    journey.moved(Phase.ACCOMPLISH, at=on(1), actor="a", reason="r")
    assert migrated(journey, Migration(LAST, STRICT)).after == journey.situation


def test_nobody_lands_where_the_target_does_not_lead(monkeypatch: pytest.MonkeyPatch) -> None:
    """A situation that an order could name is refused where nothing leads to it."""
    monkeypatch.setattr(_migration, "Reach", lambda _: ())
    with pytest.raises(MigrationError, match="expected one to which the target leads"):
        Journey("c", chart=LAST, history=False).migrate(Migration(LAST, STRICT))


@pytest.mark.no_cover
@pytest.mark.slow
def test_who_fell_silent_is_carried_over_only_where_the_target_leads() -> None:
    """Without history nobody lands where the new chart never leads, wherever they stopped."""
    journey = Journey("c", chart=LAST, history=False)
    journey.purchased(at=on(0))
    journey.lapsed(at=on(1))
    assert migrated(journey, Migration(LAST, STRICT)).journey.standing is Standing.LAPSED
    loyal = loyal_without_feedback()
    loyal.lapsed(at=on(3))
    with pytest.raises(MigrationError, match="expected one to which the target leads"):
        loyal.migrate(Migration(LAST, STRICT))


def test_a_phase_that_the_target_has_not_is_refused() -> None:
    """Where no row of the target leads to the phase the journey stays where it is."""
    rows = tuple(row for row in STRICT.rows if row.to is not Phase.ADOPT)
    short = attrs.evolve(STRICT, version=60, rows=rows)
    with pytest.raises(MigrationError, match="expected a phase that the target has"):
        loyal_without_feedback().migrate(Migration(LAST, short))


def test_a_forced_journey_keeps_its_situation() -> None:
    """What was forced under the old chart could be forced under the new one."""
    journey = Journey("c", chart=WIDE, history=False)
    journey.moved(Phase.ADVOCATE, at=on(0), actor="a", reason="r", force=True)
    assert migrated(journey, TO_NEXT).after == journey.situation


# What cannot be applied


def test_a_journey_on_another_chart_is_refused() -> None:
    """A migration applies to journeys of its source only."""
    journey = Journey(MARKER)
    with pytest.raises(MigrationError, match="a journey on 'eight_phases' version 2; expected a"):
        journey.migrate(TO_NEXT)


@pytest.mark.parametrize("journey", [full(), erased(full())], ids=["history", "erased"])
def test_a_kind_without_counterpart_is_refused(journey: Journey) -> None:
    """Where the source was not known, what it lacks shows when it is applied, before any change."""
    data = {**journey.to_dict(), "chart": {"key": "gone", "version": 1}}
    gone = attrs.evolve(WIDE, key="gone", version=1)
    way = Migration(gone, STRICT)
    with pytest.raises(MigrationError, match="the kind 'visited'; expected a kind of the target's"):
        Journey.from_dict(data, chart=gone).migrate(way)
    with pytest.raises(DecodeError, match="'visited'; expected a kind that"):
        Journey.from_dict(data, migrations=[way])
    check_same(
        Journey.from_dict(data, migrations=[Migration(gone, STRICT, {"visited": None})]),
        Journey.from_dict(data, chart=gone)
        .migrate(Migration(gone, STRICT, {"visited": None}))
        .journey,
    )


def test_a_payload_that_does_not_fit_is_refused_whole() -> None:
    """No field is dropped in silence: the event and its field are named."""
    narrow = chart_of(8, EventKind("visited", Nature.CUSTOMER, 13, (Field("pages", int, high=3),)))
    way, journey = Migration(WIDE, narrow), Journey(MARKER, chart=WIDE)
    journey.record(Event(VISITED, on(0), "e", {"pages": 3}))
    assert migrated(journey, way).journey.seq == 1
    journey.record(Event(VISITED, on(1), "f", {"where": MARKER}))
    with pytest.raises(MigrationError) as caught:
        journey.migrate(way)
    assert "event 2, visited: payload is a key that is no field of this kind" in str(caught.value)
    assert MARKER not in str(caught.value)
    assert isinstance(caught.value.__cause__, MalformedEventError)
    with pytest.raises(DecodeError, match=r"events\[1\].payload: an unknown field"):
        Journey.from_dict(journey.to_dict(), migrations=[way])
    twice = [TO_TWIN, Migration(TWIN, narrow)]
    with pytest.raises(
        DecodeError, match=r"chart: event 2, visited: payload is a key that is no field"
    ):
        Journey.from_dict(journey.to_dict(), migrations=twice)


# Which migrations are applied


def test_only_the_migrations_that_are_needed_are_applied() -> None:
    """Each stored version enters the chain where it stands, and ends on the wanted chart."""
    way = [TO_NEXT, TO_LAST]
    there = full().migrate(TO_NEXT).journey
    assert Journey.from_dict(full().to_dict(), migrations=way).chart is LAST
    assert Journey.from_dict(there.to_dict(), migrations=way).chart is LAST
    last = there.migrate(TO_LAST).journey
    check_same(last, Journey.from_dict(last.to_dict(), migrations=way))
    assert Journey.from_dict(full().to_dict(), chart=NEXT, migrations=way).chart is NEXT
    check_same(bare(), Journey.from_dict(bare().to_dict(), chart=WIDE, migrations=way))


def test_migrations_that_lead_elsewhere_are_refused() -> None:
    """Where the chain does not reach the wanted chart the error names both ends."""
    data = full().to_dict()
    for chart, way in ((None, [TO_LAST]), (LAST, [TO_NEXT]), (LAST, [TO_LAST, TO_NEXT])):
        with pytest.raises(DecodeError) as caught:
            Journey.from_dict(data, chart=chart, migrations=way)
        assert str(caught.value) == (
            "chart: 'wide' version 3; expected 'wide' version 5, or a migration to it"
        )


def test_the_source_need_not_be_defined_any_more() -> None:
    """Stored journeys are read along a migration without their old chart."""
    data = {**full().to_dict(), "chart": {"key": "gone", "version": 1}}
    way = [Migration(ChartRef("gone", 1), NEXT, {"visited": TRIED, "touched": None}), TO_LAST]
    check_same(
        Journey.from_dict(full().to_dict(), migrations=[TO_NEXT, TO_LAST]),
        Journey.from_dict(data, migrations=way),
    )


def as_of_the_first_version(journey: Journey) -> dict[str, Any]:
    """Return a journey as the first version of the standard chart stored it."""
    data = journey.to_dict()
    assert data["chart"] == {"key": "eight_phases", "version": 2}
    return {**data, "chart": {"key": "eight_phases", "version": 1}}


@pytest.mark.parametrize("chart", [None, standard_chart()])
def test_a_journey_of_the_first_version_is_read_on_the_present_one(chart: Chart | None) -> None:
    """Its events are folded anew: a doubt after the delivery, noted then, is open now (T06c)."""
    journey = Journey("c")
    for number, kind in enumerate((K.PURCHASED, K.DELIVERED, K.DOUBTED)):
        journey.record(Event(kind, NOW + timedelta(hours=number), kind.name))
    again = Journey.from_dict(as_of_the_first_version(journey), chart=chart)
    assert again.chart is standard_chart()
    assert again.situation.doubt_open
    assert "reassure" in {one.rule for one in again.owed}


def test_a_journey_of_the_first_version_without_history_is_carried_over() -> None:
    """What stands, stands: its situation and what is owed are as they were stored."""
    journey = Journey("c", history=False)
    journey.purchased(at=NOW)
    again = Journey.from_dict(as_of_the_first_version(journey), chart=standard_chart())
    assert (again.situation, again.owed) == (journey.situation, journey.owed)


def test_one_can_migrate_from_the_first_version_by_name() -> None:
    """A migration names the old version as its source, as from any chart that is gone."""
    loose = standard_chart(feedback=Feedback.OPTIONAL)
    data = as_of_the_first_version(full_of(K.CONTACTED))
    migration = Migration(ChartRef("eight_phases", 1), loose)
    assert Journey.from_dict(data, migrations=[migration]).chart is loose


def full_of(*kinds: EventKind) -> Journey:
    """Return a journey of some events, an hour apart."""
    journey = Journey("c")
    for number, kind in enumerate(kinds):
        journey.record(Event(kind, NOW + timedelta(hours=number), kind.name))
    return journey
