"""Deriving a chart of one's own: what is taken, and what is refused with which remedy."""

import copy
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from enum import Enum, Flag
from functools import partial
from typing import Any

import attrs
import pytest

from cxjourney import (
    Event,
    EventKind,
    ExitReason,
    HeldFact,
    Journey,
    Migration,
    Phase,
    Situation,
    Standing,
    check_chart,
    derive,
    explore,
    standard_chart,
)
from cxjourney.chart import (
    Chart,
    DueBy,
    Effect,
    FaultKind,
    Having,
    JourneyMachine,
    ObligationRule,
    Row,
    find_chart,
)
from cxjourney.errors import CxJourneyError, FaultsError, InvalidError, UnknownKindError
from cxjourney.vocabulary import Field, Nature, Wait
from tests.chart.explored import GUARDS

K = EventKind
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DEMO = EventKind("demo_booked", Nature.CUSTOMER, 21, (Field("minutes", int, required=True),))
ASSESS, ADMIT = Phase.ASSESS, Phase.ADMIT
RULES = {
    "T01",
    "T01b",
    "T02",
    "T03",
    "T07",
    "T08",
    "T09",
    "T11",
    "T14",
    "T15a",
    "T15",
    "T19",
    "T20",
}
SMALL = attrs.evolve(
    standard_chart(),
    key="small",
    rows=tuple(row for row in standard_chart().rows if row.rule in RULES and row.holds is None),
)
"""A chart that is explored quickly: straight through the phases, and back from silence."""


def faults_of(**changes: Any) -> list[tuple[Enum | None, str]]:
    """Derive with these changes, and return kind and row of each fault."""
    with pytest.raises(FaultsError) as caught:
        derive(standard_chart(), "refused", **changes)
    for fault in caught.value.faults:
        assert fault.where in str(caught.value)
        assert fault.expected in str(caught.value)
    return [(fault.kind, fault.where) for fault in caught.value.faults]


def touching(*guards: Callable[..., Any], **changes: Any) -> Row:
    """Return a row of one's own that takes a touch in ASSESS."""
    return Row("X01", (K.TOUCHED,), (ASSESS,), guards=guards, **changes)


def test_a_kind_and_a_row_of_ones_own_drive_a_journey() -> None:
    """An own customer fact opens a journey, moves it by its own row, and carries its payload."""
    chart = derive(SMALL, "demos", kinds=[DEMO], rows=[Row("X01", (DEMO,), (ASSESS,), ADMIT)])
    journey = Journey("c1", chart=chart)
    step = journey.record(Event(DEMO, START, "d1", {"minutes": 30}))
    assert [move.row for move in step.moves] == ["T01b", "X01"]
    assert journey.phase is ADMIT
    assert find_chart(chart.ref) is chart


@pytest.mark.no_cover
def test_an_own_customer_fact_wakes_a_lapsed_journey() -> None:
    """T20 takes the kinds of the user too."""
    chart = derive(SMALL, "waking", kinds=[DEMO])
    journey = Journey("c1", chart=chart)
    journey.purchased(at=START)
    journey.advance(START + timedelta(days=60))
    assert journey.standing is Standing.LAPSED
    step = journey.record(Event(DEMO, START + timedelta(days=61), "d1", {"minutes": 1}))
    assert step.moves[0].row == "T20.affirm"


def test_what_differs_in_its_windows_only_is_still_read() -> None:
    """The rows were proved before; a bad window is refused all the same."""
    derive(standard_chart(), "patient", silence={ASSESS: timedelta(days=60)})
    derive(standard_chart(), "more patient", silence={ASSESS: timedelta(days=90)})
    assert faults_of(silence={ASSESS: timedelta()}) == [(FaultKind.BAD_WINDOW, "ASSESS")]


def test_windows_and_obligations_can_be_changed() -> None:
    """A changed silence window and a changed rule are followed; the others stay."""
    answer = ObligationRule("answer", "house rule", on=(K.ASKED,), due=timedelta(hours=4))
    chart = derive(
        standard_chart(),
        "hasty",
        silence={Phase.AFFIRM: timedelta(days=3), Phase.ACTIVATE: None},
        advocacy_quiet=None,
        obligations=[answer],
        without_obligations=["share_joy"],
    )
    journey = Journey("c1", chart=chart)
    journey.purchased(at=START)
    journey.asked("when?", at=START)
    assert journey.next_due() == START + timedelta(hours=4) + datetime.resolution
    assert journey.advance(START + timedelta(days=3))[0].event.kind is K.LAPSED
    assert chart.silence[ASSESS] == timedelta(days=30)
    assert "share_joy" not in {rule.id for rule in chart.obligations}
    patient = Journey("c2", chart=chart)
    patient.purchased(at=START)
    patient.delivered(at=START)
    assert patient.advance(START + timedelta(days=400)) == ()


def test_a_row_with_an_old_id_takes_its_place() -> None:
    """Replacing a row keeps its place in the order."""
    harder = Row("T02", (K.NEED_ADMITTED,), (ASSESS,), ADMIT, guards=(GUARDS.not_purchased,))
    chart = derive(SMALL, "harder", rows=[harder])
    assert chart.row("T02") is harder
    assert [row.id for row in chart.rows] == [row.id for row in SMALL.rows]


@pytest.mark.no_cover
def test_deriving_from_a_derived_chart_keeps_both_changes() -> None:
    """A second derivation adds to the first, and own facts still wake and open."""
    first = derive(SMALL, "first", kinds=[DEMO], silence={ADMIT: timedelta(days=7)})
    other = EventKind("trial_begun", Nature.CUSTOMER, 23)
    second = derive(first, "second", kinds=[other])
    assert {DEMO, other} <= set(second.row("T01b").events)
    assert second.silence[ADMIT] == timedelta(days=7)


@pytest.mark.no_cover
def test_deriving_again_keeps_rows_of_ones_own() -> None:
    """A standard row that was replaced stays replaced when new kinds come; so do added rows."""
    opening = Row("T01b", (K.ASKED, K.DOUBTED), (Standing.NEW,), ADMIT)
    added = touching(to=ADMIT)
    first = derive(SMALL, "own-opening", rows=[opening, added])
    second = derive(first, "own-opening-and-demo", kinds=[DEMO])
    assert second.row("T01b") is opening
    assert second.row("X01") is added
    assert DEMO in second.row("T20.affirm").events


def test_the_same_definition_twice_is_one_chart_and_a_changed_one_needs_a_version() -> None:
    """Running a notebook cell again is fine; changing it under the same name is not."""

    def define(days: int, version: int = 1) -> Chart:
        window = {ASSESS: timedelta(days=days)}
        return derive(standard_chart(), "cell", version=version, silence=window)

    assert define(10).ref == define(10).ref
    with pytest.raises(FaultsError) as caught:
        define(11)
    assert "give it a new version" in str(caught.value)
    assert define(11, version=2).version == 2


def test_the_name_of_a_standard_chart_is_taken() -> None:
    """Nobody can pass another chart off as the standard one."""
    with pytest.raises(FaultsError) as caught:
        derive(standard_chart(), standard_chart().key, silence={ASSESS: None})
    assert "another chart has this key" in str(caught.value)


@pytest.mark.parametrize("key", ["k", "k" * 200])
def test_a_key_has_one_to_two_hundred_characters(key: str) -> None:
    """The shortest and the longest key are taken."""
    assert find_chart(derive(standard_chart(), key).ref).key == key


@pytest.mark.parametrize(
    ("key", "version"),
    [("", 1), ("x" * 201, 1), (7, 1), ("zero", 0), ("half", 1.5), ("yes", True), ("far", 2**53)],
)
def test_a_key_or_version_out_of_form_is_refused(key: Any, version: Any) -> None:
    """A key has 1 to 200 characters, and versions are whole numbers from 1 that can be stored."""
    with pytest.raises(FaultsError) as caught:
        derive(standard_chart(), key, version=version)
    assert caught.value.faults[0].kind is FaultKind.NAME_CLASH


async def answers_later(situation: Situation) -> bool:
    """Answer too late: a guard cannot be awaited."""
    return situation.purchased


def answers_in_pieces(situation: Situation) -> Iterator[bool]:
    """Answer in pieces: a guard is no generator."""
    yield situation.purchased


async def both_wrongs(situation: Situation) -> AsyncIterator[bool]:
    """Answer late and in pieces."""
    yield situation.purchased


def asks_for_two(one: Situation, other: Situation) -> bool:
    """Ask for two situations where there is one."""
    return one == other


def asks_for_nothing() -> bool:
    """Ask for no situation at all."""
    return True


@pytest.mark.parametrize(
    "guard",
    [
        answers_later,
        answers_in_pieces,
        both_wrongs,
        asks_for_two,
        asks_for_nothing,
        lambda situation: situation.purchased,
        partial(asks_for_two, Situation()),
        "purchased",
        dict.fromkeys,
    ],
)
def test_what_is_no_plain_named_function_of_a_situation_is_no_guard(guard: Any) -> None:
    """Async, generator, wrong arity, nameless and not callable are each refused with the row."""
    assert set(faults_of(rows=[touching(guard)])) == {(FaultKind.BAD_GUARD, "X01")}


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (Row("X01", (DEMO,), (ASSESS,)), FaultKind.UNKNOWN_EVENT),
        (Row("X01", (), (ASSESS,)), FaultKind.UNKNOWN_EVENT),
        (Row("X01", ("touched",), (ASSESS,)), FaultKind.UNKNOWN_EVENT),  # type: ignore[arg-type]
        (Row("X01", (K.TOUCHED,), ()), FaultKind.UNKNOWN_PLACE),
        (Row("X01", (K.TOUCHED,), (Standing.ACTIVE,)), FaultKind.UNKNOWN_PLACE),
        (Row("X01", (K.TOUCHED,), (Standing.ERASED,)), FaultKind.UNKNOWN_PLACE),
        (Row("X01", (K.TOUCHED,), ("ASSESS",)), FaultKind.UNKNOWN_PLACE),  # type: ignore[arg-type]
        (Row("X01", (K.TOUCHED,), (9,)), FaultKind.UNKNOWN_PLACE),  # type: ignore[arg-type]
        (touching(to=Standing.NEW), FaultKind.UNKNOWN_PLACE),
        (touching(to=Standing.ACTIVE), FaultKind.UNKNOWN_PLACE),
        (touching(to="ADMIT"), FaultKind.UNKNOWN_PLACE),
        (touching(sets={"happy": True}), FaultKind.UNKNOWN_FLAG),
        (touching(sets={"purchased": 1}), FaultKind.UNKNOWN_FLAG),
        (touching(sets={"outcome": True}), FaultKind.UNKNOWN_FLAG),
        (touching(to=Standing.LOST), FaultKind.BAD_ROW),
        (touching(reason=ExitReason.CHURN), FaultKind.BAD_ROW),
        (touching(to=ADMIT, holds=HeldFact.LOYALTY), FaultKind.BAD_ROW),
        (touching(to=ASSESS, then=True), FaultKind.BAD_ROW),
        (touching(then=True), FaultKind.BAD_ROW),
        (touching(fresh=True), FaultKind.BAD_ROW),
        (touching(holds=HeldFact.LOYALTY, then=True), FaultKind.BAD_ROW),
        (touching(implies=True), FaultKind.BAD_ROW),
        (touching(order=ADMIT), FaultKind.BAD_ROW),
        (touching(force=True), FaultKind.BAD_ROW),
        (Row("X01", (K.MOVED,), (ASSESS,), ADMIT), FaultKind.BAD_ROW),
        (
            Row("X01", (K.MOVED, K.TOUCHED), (ASSESS,), ADMIT, order=ADMIT),
            FaultKind.BAD_ROW,
        ),
    ],
)
def test_a_row_out_of_form_is_refused(row: Row, kind: FaultKind) -> None:
    """Unknown events, places and flags, and contradictions, are each told with the row."""
    assert (kind, "X01") in faults_of(rows=[row])


@pytest.mark.parametrize("row_id", ["", " X01", "x" * 81])
def test_a_row_needs_a_usable_id(row_id: str) -> None:
    """An empty, padded or endless id is refused."""
    assert (FaultKind.BAD_ROW, row_id) in faults_of(rows=[Row(row_id, (K.TOUCHED,), (ASSESS,))])


def test_two_rows_of_one_id_clash() -> None:
    """Two own rows of one id are told, not silently merged; so are two that replace one."""
    twins = [touching(), touching(to=ADMIT)]
    assert (FaultKind.NAME_CLASH, "X01") in faults_of(rows=twins)
    doubled = [
        Row("T02", (K.NEED_ADMITTED,), (ASSESS,), ADMIT),
        Row("T02", (K.GOAL_SET,), (ASSESS,), ADMIT),
    ]
    assert (FaultKind.NAME_CLASH, "T02") in faults_of(rows=doubled)


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        (EventKind("touched", Nature.COMPANY, 12), FaultKind.NAME_CLASH),
        (EventKind("not a name", Nature.CUSTOMER, 12), FaultKind.NAME_CLASH),
        (EventKind("class", Nature.CUSTOMER, 12), FaultKind.NAME_CLASH),
        (EventKind("_hidden", Nature.CUSTOMER, 12), FaultKind.NAME_CLASH),
        (EventKind("trigger", Nature.CUSTOMER, 12), FaultKind.NAME_CLASH),
        (EventKind("state", Nature.CUSTOMER, 12), FaultKind.NAME_CLASH),
        (EventKind("to_adopt", Nature.CUSTOMER, 12), FaultKind.NAME_CLASH),
        (EventKind("moved_to_adopt", Nature.CUSTOMER, 12), FaultKind.NAME_CLASH),
        (EventKind("midnight", Nature.TIMER, 12), FaultKind.UNKNOWN_EVENT),
        (EventKind("promoted", Nature.ORDER, 12), FaultKind.UNKNOWN_EVENT),
    ],
)
def test_a_kind_with_an_impossible_name_or_nature_is_refused(
    kind: EventKind, fault: FaultKind
) -> None:
    """Names that clash with the library, with `transitions` or with Python are told."""
    assert (fault, kind.name) in faults_of(kinds=[kind])


def test_a_row_that_takes_everything_first_shadows_the_old_one() -> None:
    """Shadowing is seen without exploring: fewer guards, same event, same place."""
    assert faults_of(rows=[Row("X01", (K.PURCHASED,), (ASSESS,), ADMIT)]) == [
        (FaultKind.SHADOWED, "T03")
    ]


def test_rows_and_obligations_to_leave_out_must_be_there() -> None:
    """A typing error in an id is told."""
    assert faults_of(without_rows=["T99"], without_obligations=["hug"]) == [
        (FaultKind.UNKNOWN_ROW, "T99"),
        (FaultKind.UNKNOWN_ROW, "hug"),
    ]


@pytest.mark.parametrize(
    "window", [timedelta(0), timedelta(days=-1), timedelta(days=40_000), 30, "30 days"]
)
def test_a_window_is_a_timedelta_above_zero(window: Any) -> None:
    """Zero, negative, endless and untyped windows are refused."""
    assert faults_of(silence={ASSESS: window}) == [(FaultKind.BAD_WINDOW, "ASSESS")]
    assert faults_of(advocacy_quiet=window) == [(FaultKind.BAD_WINDOW, "advocacy_quiet")]


def test_a_window_belongs_to_a_phase() -> None:
    """A window for anything but a phase is refused."""
    faults = faults_of(silence={Standing.LOST: timedelta(days=1)})
    assert faults == [(FaultKind.UNKNOWN_PLACE, "silence")]


def hug_having(one: Having) -> ObligationRule:
    """Return a rule with a condition on what is asked."""
    return ObligationRule("hug", "me", on=(K.ASKED,), having=(one,))


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        (ObligationRule("hug", "me", on=(DEMO,)), FaultKind.UNKNOWN_EVENT),
        (ObligationRule("hug", "me", on=(K.ASKED,), met_by=(DEMO,)), FaultKind.UNKNOWN_EVENT),
        (ObligationRule("hug", "me"), FaultKind.BAD_ROW),
        (ObligationRule("hug", "me", on=(K.ASKED,), due_by=DueBy.PROMISE), FaultKind.BAD_ROW),
        (ObligationRule("hug", "me", at_purchase=True, due_by=DueBy.PROMISE), FaultKind.BAD_ROW),
        (ObligationRule("hug", "me", on=(K.ASKED,), due=timedelta(-1)), FaultKind.BAD_WINDOW),
        (ObligationRule("hug", "me", on=(K.ASKED,), warn=timedelta(-1)), FaultKind.BAD_WINDOW),
        (ObligationRule("hug", "me", flag="outcome"), FaultKind.UNKNOWN_FLAG),
        (ObligationRule("hug", "me", on=(K.ASKED,), anywhere=True), FaultKind.BAD_ROW),
        (hug_having(Having("amount")), FaultKind.BAD_ROW),
        (hug_having(Having("question", low=1)), FaultKind.BAD_ROW),
        (hug_having(Having("question", among=frozenset({1}))), FaultKind.BAD_ROW),
        (
            ObligationRule("hug", "me", at_purchase=True, having=(Having("item"),)),
            FaultKind.BAD_ROW,
        ),
    ],
)
def test_an_obligation_out_of_form_is_refused(rule: ObligationRule, kind: FaultKind) -> None:
    """Unknown events, nothing that opens it, no due time, and bad windows are told."""
    assert faults_of(obligations=[rule]) == [(kind, "hug")]


def test_waits_by_the_calendar_are_for_obligations() -> None:
    """A due time may go by the calendar; a window of silence is a span of time."""
    due = Wait(working_days=3)
    rule = ObligationRule("hug", "me", on=(K.ASKED,), due=due, having=(Having("question"),))
    chart = derive(standard_chart(), "test_derive.by_calendar", obligations=[rule])
    assert chart.by_calendar
    assert not standard_chart().by_calendar
    faults = faults_of(silence={Phase.ASSESS: due})
    assert faults == [(FaultKind.BAD_WINDOW, "ASSESS")]


def test_two_obligations_of_one_id_clash() -> None:
    """Two own rules of one id are told."""
    rules = [ObligationRule("hug", "me", on=(K.ASKED,)), ObligationRule("hug", "us", on=(K.LEFT,))]
    assert faults_of(obligations=rules) == [(FaultKind.NAME_CLASH, "hug")]


def test_a_refused_chart_is_not_remembered() -> None:
    """A name that was refused is free for the mended chart."""
    with pytest.raises(FaultsError):
        derive(standard_chart(), "mended", silence={ASSESS: timedelta(0)})
    assert derive(standard_chart(), "mended", silence={ASSESS: timedelta(1)}).key == "mended"


def test_an_unforced_order_still_asks_the_guards_of_the_chart() -> None:
    """Orders keep their rows in a derived chart."""
    chart = derive(standard_chart(), "ordered", silence={ASSESS: None})
    journey = Journey("c1", chart=chart)
    event = Event(K.MOVED, START, "m1", {"to": Phase.ADOPT, "actor": "ann", "reason": "asked"})
    assert journey.preview(event).effect is Effect.REFUSED


@pytest.mark.parametrize(
    "fields",
    [
        (Field("one"), Field("one")),
        (Field("not a name"),),
        (Field("price", float),),  # type: ignore[arg-type]
        (Field("parts", list[str]),),  # type: ignore[arg-type]
    ],
)
def test_a_kind_whose_fields_cannot_be_kept_is_refused(fields: tuple[Field, ...]) -> None:
    """Fields of one name, without a name, or of a type that cannot be stored are told."""
    kind = EventKind("demo_booked", Nature.CUSTOMER, 21, fields)
    assert faults_of(kinds=[kind]) == [(FaultKind.BAD_KIND, "demo_booked")]


def test_a_machine_knows_its_own_triggers_only() -> None:
    """Asked about a trigger that the chart does not have, a machine says which ones it has."""
    machine = JourneyMachine(standard_chart())
    with pytest.raises(UnknownKindError, match=r"11 characters; known: .*purchased"):
        machine.decide(Situation(), "demo_booked")


def test_a_copy_of_a_chart_is_the_chart() -> None:
    """A chart never changes, so copying it gives itself."""
    chart = standard_chart()
    assert copy.copy(chart) is chart
    assert copy.deepcopy({"chart": chart})["chart"] is chart


@pytest.mark.no_cover
def test_a_row_of_ones_own_may_be_named_after_a_rule() -> None:
    """An own row whose id begins like a standard one survives a second derivation."""
    own = Row(
        "T20.mine",
        (K.TOUCHED,),
        (Standing.LAPSED,),
        Phase.ACTIVATE,
        guards=(GUARDS.remembered_activate,),
    )
    first = derive(SMALL, "named_first", rows=[own])
    second = derive(first, "named_second", kinds=[DEMO])
    assert second.row("T20.mine") is own
    assert DEMO in second.row("T20.later").events


@pytest.mark.parametrize("rule", ["", " x", "x" * 81, "a:b", 7])
def test_a_rule_whose_id_cannot_be_stored_is_refused(rule: Any) -> None:
    """What is owed is named by its rule, in keys whose parts a colon keeps apart."""
    own = ObligationRule(rule, "own", on=(K.ASKED,))
    assert [kind for kind, _ in faults_of(obligations=[own])] == [FaultKind.BAD_ROW]


class Colour(Flag):
    """Any sum of its members is a value of it."""

    RED = 1
    BLUE = 2


@pytest.mark.parametrize(
    ("name", "rank", "fields"),
    [
        ("x" * 201, 1, ()),
        ("demo", 2**53, ()),
        ("demo", -(2**53), ()),
        ("demo", 1.5, ()),
        ("demo", True, ()),
        ("demo", 1, (Field("colour", Colour),)),
    ],
)
def test_a_kind_that_cannot_be_stored_is_refused(name: str, rank: Any, fields: Any) -> None:
    """Names, ranks and the values of fields are stored with every event."""
    own = EventKind(name, Nature.CUSTOMER, rank, fields)
    assert [kind for kind, _ in faults_of(kinds=[own])] == [FaultKind.BAD_KIND]


OF_NO_USE = (None, 3, "x", b"y", object(), [1], (None,), {"x": 1}, K.ASKED, Phase.ASSESS, len)
"""What stands where something else is asked for."""
PARTS: dict[str, Any] = {
    "rows": Row("Z01", (K.ASKED,), (ASSESS,), ADMIT),
    "obligations": ObligationRule("call", "ours", on=(K.PURCHASED,), met_by=(K.ANSWERED,)),
    "kinds": EventKind("demo", Nature.CUSTOMER, 25),
}
PLACES = [(name, field.name) for name, one in PARTS.items() for field in attrs.fields(type(one))]
ARGUMENTS = (*PARTS, "without_rows", "without_obligations", "silence", "key", "version")
UNSOUND = EventKind("1", Nature.CUSTOMER, 25)
"""A kind that is refused whatever stands beside it, so that nothing is explored."""


@pytest.mark.parametrize("wrong", OF_NO_USE)
@pytest.mark.parametrize(("name", "field"), PLACES)
def test_a_part_of_another_type_is_a_fault(name: str, field: str, wrong: Any) -> None:
    """Whatever stands in a field of a row, a rule or a kind, one error of the library comes out."""
    with pytest.raises(CxJourneyError):
        derive_part(name, attrs.evolve, PARTS[name], **{field: wrong})


def derive_part(where: str, make: Callable[..., Any], /, *given: Any, **fields: Any) -> Chart:
    """Derive with a part that is made here, beside what is refused at any rate."""
    parts: dict[str, Any] = {"kinds": [UNSOUND]}
    parts[where] = [*parts.get(where, ()), make(*given, **fields)]
    return derive(standard_chart(), "refused", **parts)


@pytest.mark.parametrize("wrong", OF_NO_USE)
@pytest.mark.parametrize("name", ARGUMENTS)
def test_an_argument_of_another_type_is_a_fault(name: str, wrong: Any) -> None:
    """Whatever ``derive`` is given instead of a collection, or in it, is refused as such."""
    collection = name not in {"silence", "key", "version"}
    for given in (wrong, [wrong]) if collection else (wrong,):
        asked: dict[str, Any] = {"key": "refused", "kinds": [UNSOUND], name: given}
        with pytest.raises(CxJourneyError):
            derive(standard_chart(), **asked)


@pytest.mark.parametrize("wrong", OF_NO_USE)
def test_a_field_or_condition_of_another_type_is_a_fault(wrong: Any) -> None:
    """So is whatever stands in the fields of a kind, or in a condition."""

    def kind(**fields: Any) -> EventKind:
        return attrs.evolve(DEMO, fields=(Field(**{"name": "n", **fields}),))

    def rule(**fields: Any) -> ObligationRule:
        call: ObligationRule = PARTS["obligations"]
        return attrs.evolve(call, having=(Having(**{"field": "amount", **fields}),))

    for name, make, of in (("kinds", kind, Field), ("obligations", rule, Having)):
        for field in attrs.fields(of):
            with pytest.raises(CxJourneyError):
                derive_part(name, make, **{field.name: wrong})


@pytest.mark.parametrize("wrong", OF_NO_USE)
def test_nothing_but_a_chart_is_checked_explored_or_derived_from(wrong: Any) -> None:
    """Where a chart is asked for, all else is refused by the name of the argument."""
    for take in (check_chart, explore, partial(derive, key="refused")):
        with pytest.raises(InvalidError, match=r"\.chart: .*; expected Chart"):
            take(wrong)
    for kinds in ({"source": wrong}, {"target": wrong}):
        with pytest.raises(CxJourneyError):
            Migration(**{"source": standard_chart(), "target": SMALL, **kinds})


def test_one_event_without_its_tuple_is_told() -> None:
    """Who forgets that a row takes several events and starts from several places is told so."""
    wrong: Any = K.ASKED
    with pytest.raises(InvalidError, match=r"Row\.events: EventKind; expected a collection of Ev"):
        Row("Z01", wrong, (ASSESS,), ADMIT)
    with pytest.raises(InvalidError, match=r"Row\.sources: Phase; expected a collection of Phase"):
        Row("Z01", (K.ASKED,), ASSESS, ADMIT)  # type: ignore[arg-type]
    with pytest.raises(InvalidError, match=r"derive\.without_rows: str .*; expected a collection"):
        derive(standard_chart(), "refused", without_rows="T02")
