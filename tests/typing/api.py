"""What type checkers say of the public API; checked by them, and never run.

``assert_type`` tells what an expression is; each wrong call carries the code of the error that a
checker must find there.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, assert_type

from cxjourney import (
    Channel,
    Chart,
    DecodeError,
    Event,
    EventKind,
    ExitReason,
    HeldFact,
    Journey,
    Lang,
    Obligation,
    Options,
    Outcome,
    Phase,
    Purpose,
    RefusedError,
    Situation,
    Smiley,
    Standing,
    Step,
    Touchpoint,
    check_chart,
    derive,
    explore,
    standard_chart,
)
from cxjourney.chart import (
    ChartRef,
    Confirmation,
    Decision,
    DueBy,
    Effect,
    Exploration,
    FaultKind,
    Feedback,
    Guard,
    GuardSeen,
    JourneyMachine,
    Lasts,
    Move,
    ObligationRule,
    RepeatPurchase,
    Row,
    find_chart,
)
from cxjourney.errors import (
    ChartNotFoundError,
    FaultsError,
    InvalidError,
    LateEventError,
    MalformedEventError,
    NaiveTimeError,
    SequenceError,
)
from cxjourney.journey import Allowed, Change, Due, Refold, WhyNot
from cxjourney.vocabulary import Field, Nature, Place


def reading(journey: Journey, now: datetime) -> None:
    """Everything that is read off a journey has a type of its own."""
    assert_type(journey.customer, str)
    assert_type(journey.engagement, str)
    assert_type(journey.chart, Chart)
    assert_type(journey.seq, int)
    assert_type(journey.as_of, datetime | None)
    assert_type(journey.situation, Situation)
    assert_type(journey.standing, Standing)
    assert_type(journey.phase, Phase | None)
    assert_type(journey.place, Place)
    assert_type(journey.cycle, int)
    assert_type(journey.high_water, Phase | None)
    assert_type(journey.visited, tuple[Phase, ...])
    assert_type(journey.implied, tuple[Phase, ...])
    assert_type(journey.forced, bool)
    assert_type(journey.exit, ExitReason | None)
    assert_type(journey.our_silence, bool)
    assert_type(journey.referrals, int)
    assert_type(journey.entered_at, datetime | None)
    assert_type(journey.purchased_at, datetime | None)
    assert_type(journey.owed, tuple[Obligation, ...])
    assert_type(journey.tally.on_time, int)
    assert_type(journey.clock, datetime | None)
    assert_type(journey.history, tuple[Step, ...])
    assert_type(journey.keeps_history, bool)
    assert_type(journey.counts, Mapping[str, int])
    assert_type(journey.day(now), int | None)
    assert_type(journey.due(now), Due)
    assert_type(journey.next_due(), datetime | None)
    assert_type(journey.allowed(), tuple[Allowed, ...])
    assert_type(journey.why_not(EventKind.PURCHASED), WhyNot)
    assert_type(journey.why_not(EventKind.MOVED, to=Phase.ADOPT), WhyNot)
    assert_type(journey.explain(), str)
    assert_type(journey.explain(Lang.ET), str)


def misreading(journey: Journey, now: datetime) -> None:
    """What is read cannot be set, and questions take what they ask for."""
    journey.phase = Phase.ADOPT  # type: ignore[misc]
    journey.situation = Situation()  # type: ignore[misc]
    journey.day()  # type: ignore[call-arg]
    journey.due("2026-01-05")  # type: ignore[arg-type]
    journey.why_not("purchased")  # type: ignore[arg-type]
    journey.why_not(EventKind.MOVED, Phase.ADOPT)  # type: ignore[call-arg]
    journey.explain("et")  # type: ignore[arg-type]
    journey.advance(now, now)  # type: ignore[call-arg]
    journey.jumped(at=now)  # type: ignore[attr-defined]


def making(now: datetime) -> None:
    """A journey is made of ids, a chart, and whether to keep history."""
    assert_type(Journey("c1"), Journey)
    assert_type(Journey("c1", "e1", chart=standard_chart(), history=False), Journey)
    Journey()  # type: ignore[call-arg]
    Journey(5)  # type: ignore[arg-type]
    Journey("c1", "e1", standard_chart())  # type: ignore[call-arg]
    Journey("c1", at=now)  # type: ignore[call-arg]


def customer_facts(journey: Journey, at: datetime) -> None:
    """Every customer fact has its verb, its fields, and gives a step."""
    assert_type(journey.contacted(at=at, source="fair"), Step)
    assert_type(journey.need_admitted(at=at, need="warmth"), Step)
    assert_type(journey.goal_set("a warm home", at=at), Step)
    assert_type(journey.asked("how?", at=at), Step)
    assert_type(journey.abandoned("basket", "price", at=at), Step)
    assert_type(journey.doubted(at=at, about="price"), Step)
    assert_type(
        journey.purchased(at=at, amount=Decimal("9.90"), currency="EUR", item="kettle"), Step
    )
    assert_type(journey.used_again(at=at, what="kettle"), Step)
    assert_type(journey.result_achieved(at=at, result="tea"), Step)
    assert_type(journey.result_poor(at=at, result="no tea"), Step)
    assert_type(journey.complained(at=at, about="lid"), Step)
    assert_type(
        journey.feedback_captured(at=at, text="good", nps=9, smiley=Smiley.HAPPY, topic="lid"), Step
    )
    assert_type(journey.feedback_declined(at=at, reason="no time"), Step)
    assert_type(journey.loyalty_shown(at=at, how="card"), Step)
    assert_type(journey.referred(at=at, whom="a neighbour"), Step)
    assert_type(journey.returned(at=at), Step)
    assert_type(journey.declined(at=at, reason="price"), Step)
    assert_type(journey.withdrew(at=at, reason="price"), Step)
    assert_type(journey.left(at=at, reason="moved away"), Step)


def company_facts(journey: Journey, at: datetime, owed: Obligation) -> None:
    """Every company fact, timer and order has its verb, its fields, and gives a step."""
    assert_type(journey.touched(Touchpoint.SHOP, at=at, channel=Channel.EMAIL), Step)
    assert_type(journey.consent_given(channel=Channel.EMAIL, at=at), Step)
    assert_type(journey.consent_withdrawn(at=at), Step)
    assert_type(journey.recommendation("kettle", at=at), Step)
    assert_type(journey.promised("call", at, at=at), Step)
    assert_type(journey.reassured(at=at, how="call"), Step)
    assert_type(journey.delivered(at=at, what="kettle"), Step)
    assert_type(journey.recovered(at=at, how="new lid"), Step)
    assert_type(journey.feedback_asked(at=at, question="how was it?"), Step)
    assert_type(journey.loyalty_confirmed(at=at, how="note"), Step)
    assert_type(journey.answered(at=at, answer="so", obligation=owed), Step)
    assert_type(journey.fulfilled(owed, at=at, note="done"), Step)
    assert_type(journey.lapsed(at=at), Step)
    assert_type(journey.advocacy_quiet(at=at), Step)
    assert_type(journey.moved(Phase.ADMIT, at=at, actor="maia", reason="typo", force=True), Step)
    assert_type(journey.erased(at=at), Step)
    assert_type(journey.erase(at=at), Step)


def recording(journey: Journey, event: Event, now: datetime) -> None:
    """Streams are recorded by event; ids and sequence numbers go with every verb."""
    assert_type(journey.record(event), Step)
    assert_type(journey.record(event, expected=3), Step)
    assert_type(journey.preview(event), Step)
    assert_type(journey.advance(now), tuple[Step, ...])
    assert_type(journey.left(at=now, id="e7", expected=3), Step)


def misrecording(journey: Journey, event: Event, at: datetime, owed: Obligation) -> None:
    """Wrong words, types, names and orders of arguments are found before anything runs."""
    journey.purchased()  # type: ignore[call-arg]
    journey.purchased(at)  # type: ignore[call-arg]
    journey.purchased(at="2026-01-05")  # type: ignore[arg-type]
    journey.purchased(at=at, amount=9.9)  # type: ignore[arg-type]
    journey.purchased(at=at, amuont=Decimal(9))  # type: ignore[call-arg]
    journey.purchased(at=at, id=7)  # type: ignore[arg-type]
    journey.purchased(at=at, expected="3")  # type: ignore[arg-type]
    journey.feedback_captured(at=at, nps="9")  # type: ignore[arg-type]
    journey.feedback_captured(at=at, smiley="happy")  # type: ignore[arg-type]
    journey.asked(at=at)  # type: ignore[call-arg]
    journey.touched("shop", at=at)  # type: ignore[arg-type]
    journey.consent_given(channel=Purpose.SELL, at=at)  # type: ignore[arg-type]
    journey.promised("call", at=at)  # type: ignore[call-arg]
    journey.answered(at=at, obligation=owed.key)  # type: ignore[arg-type]
    journey.fulfilled(owed.key, at=at)  # type: ignore[arg-type]
    journey.moved(7, at=at, actor="maia", reason="typo")  # type: ignore[arg-type]
    journey.moved(Phase.ADMIT, at=at, actor="maia")  # type: ignore[call-arg]
    journey.record("purchased")  # type: ignore[arg-type]
    journey.record(event, 3)  # type: ignore[call-arg]


def storing(journey: Journey, data: dict[str, Any]) -> None:
    """A journey is stored as a plain dict, and a subclass comes back as itself."""
    assert_type(journey.to_dict(), dict[str, Any])
    assert_type(Journey.from_dict(data), Journey)
    assert_type(Journey.from_dict(data, chart=standard_chart()), Journey)
    Journey.from_dict("{}")  # type: ignore[arg-type]


def events(at: datetime) -> None:
    """An event has a kind, a time, an id and a payload that is only read."""
    event = Event(EventKind.PURCHASED, at, "e1", {"amount": Decimal(9)})
    assert_type(event.kind, EventKind)
    assert_type(event.at, datetime)
    assert_type(event.id, str)
    payload: Mapping[str, str | int | bool | Decimal | datetime | Enum] = event.payload
    assert payload
    assert_type(event.trigger, str)
    assert_type(EventKind.builtin(), tuple[EventKind, ...])
    assert_type(EventKind.PURCHASED.nature, Nature)
    assert_type(EventKind.PURCHASED.fields, tuple[Field, ...])
    Event("purchased", at, "e1")  # type: ignore[arg-type]
    Event(EventKind.PURCHASED, at)  # type: ignore[call-arg]
    Event(EventKind.BOUGHT, at, "e1")  # type: ignore[attr-defined]
    event.payload["amount"] = Decimal(1)  # type: ignore[index]
    event.id = "e2"  # type: ignore[misc]
    EventKind("demo_booked", "customer", 25)  # type: ignore[arg-type]
    Field("price", float)  # type: ignore[arg-type]


def steps(step: Step, lang: Lang) -> None:
    """A step tells all that an event did."""
    assert_type(step.event, Event)
    assert_type(step.seq, int)
    assert_type(step.cycle, int)
    assert_type(step.decision, Decision)
    assert_type(step.opened, tuple[Obligation, ...])
    assert_type(step.met, tuple[Obligation, ...])
    assert_type(step.dropped, tuple[Obligation, ...])
    assert_type(step.our_silence, bool)
    assert_type(step.elapsed, tuple[Step, ...])
    assert_type(step.refold, Refold | None)
    assert_type(step.effect, Effect)
    assert_type(step.before, Situation)
    assert_type(step.after, Situation)
    assert_type(step.moves, tuple[Move, ...])
    assert_type(step.held, tuple[HeldFact, ...])
    assert_type(step.guards, tuple[GuardSeen, ...])
    assert_type(step.exit, ExitReason | None)
    assert_type(step.explain(lang), str)
    step.seq = 5  # type: ignore[misc]


def parts_of_steps(move: Move, seen: GuardSeen, refold: Refold, owed: Obligation) -> None:
    """What a step consists of is typed to the leaves."""
    assert_type(move.row, str)
    assert_type(move.trigger, str)
    assert_type(move.source, Place)
    assert_type(move.target, Place)
    assert_type(move.implied, tuple[Phase, ...])
    assert_type(move.retried, HeldFact | None)
    assert_type(seen.passed, bool)
    assert_type(refold.changes, tuple[Change, ...])
    assert_type(refold.changes[0].event, Event)
    assert_type(refold.changes[0].before, Decision | None)
    assert_type(refold.changes[0].after, Decision | None)
    assert_type(refold.explain(), str)
    assert_type(owed.rule, str)
    assert_type(owed.opened_at, datetime)
    assert_type(owed.due, datetime)
    assert_type(owed.key, str)
    assert_type(owed.overdue(owed.due), bool)


def answers(due: Due, why: WhyNot) -> None:
    """What a journey answers is typed too."""
    assert_type(due.timers, tuple[Event, ...])
    assert_type(due.warn, tuple[Obligation, ...])
    assert_type(due.overdue, tuple[Obligation, ...])
    assert_type(why.failed, tuple[GuardSeen, ...])
    assert_type(why.needs, tuple[str, ...])
    assert_type(why.allowed, tuple[Allowed, ...])
    assert_type(why.allowed[0].leads_to, Place)
    assert_type(why.explain(Lang.FI), str)


def situations() -> None:
    """A situation is made of words and flags, and is only read."""
    situation = Situation(Standing.ACTIVE, Phase.ADMIT, purchased=True, outcome=Outcome.POOR)
    assert_type(situation.standing, Standing)
    assert_type(situation.phase, Phase | None)
    assert_type(situation.purchased, bool)
    assert_type(situation.outcome, Outcome)
    assert_type(situation.place, Place)
    assert_type(situation.held, tuple[HeldFact, ...])
    situation.purchased = False  # type: ignore[misc]
    Situation("active")  # type: ignore[arg-type]
    Situation(Standing.ACTIVE, 3)  # type: ignore[arg-type]
    Situation(outcome="poor")  # type: ignore[arg-type]
    Situation(bought=True)  # type: ignore[call-arg]


def ready(situation: Situation) -> bool:
    """Ask a situation, as a guard does."""
    return situation.purchased


async def waiting(situation: Situation) -> bool:
    """Ask a situation too late."""
    return situation.purchased


def charts(chart: Chart) -> None:
    """Charts and their rows are data with types."""
    assert_type(chart.ref, ChartRef)
    assert_type(chart.rows, tuple[Row, ...])
    assert_type(chart.row("T07").guards, tuple[Guard, ...])
    assert_type(chart.kind("purchased"), EventKind | None)
    assert_type(chart.triggers, tuple[str, ...])
    assert_type(chart.arms(), Iterator[tuple[Row, str, Place]])
    assert_type(chart.silence, Mapping[Phase, timedelta | None])
    assert_type(chart.advocacy_quiet, timedelta | None)
    assert_type(chart.obligations, tuple[ObligationRule, ...])
    assert_type(chart.compiled(JourneyMachine), JourneyMachine)
    assert_type(chart.compiled(len_of_key), int)
    assert_type(find_chart(chart.ref), Chart)
    assert_type(chart.transition_table(), list[dict[str, Any]])
    assert_type(
        standard_chart(
            feedback=Feedback.OPTIONAL,
            repeat_purchase=RepeatPurchase.EXPERIENCE,
            confirmation=Confirmation.OPTIONAL,
        ),
        Chart,
    )
    assert_type(chart.options, Options)
    standard_chart(Feedback.OPTIONAL)  # type: ignore[call-arg]
    standard_chart(feedback="optional")  # type: ignore[arg-type]
    find_chart("eight_phases")  # type: ignore[arg-type]
    chart.silence[Phase.ADMIT] = None  # type: ignore[index]
    chart.key = "mine"  # type: ignore[misc]


def len_of_key(chart: Chart) -> int:
    """Make something of a chart."""
    return len(chart.key)


def deriving(chart: Chart) -> None:
    """A chart of one's own is derived from rows, windows and obligations."""
    row = Row("X01", (EventKind.LEFT,), (Phase.ADMIT,), Phase.ASSESS, guards=(ready,))
    assert_type(row.apply(Situation()), Situation)
    assert_type(row.triggers, tuple[str, ...])
    rule = ObligationRule("call", "ours", due_by=DueBy.DAY_END, lasts=Lasts.PLACE)
    mine = derive(
        chart,
        "mine",
        rows=[row],
        without_rows=["T18"],
        silence={Phase.ADMIT: None},
        advocacy_quiet=None,
        obligations=[rule],
    )
    assert_type(mine, Chart)
    derive(chart, "mine", silence={Phase.ADMIT: 14})  # type: ignore[dict-item]
    derive(chart, "mine", without_rows=[row])  # type: ignore[list-item]
    Row("X02", (EventKind.LEFT,), (Phase.ADMIT,), guards=(waiting,))  # type: ignore[arg-type]
    Row("X03", ("left",), (Phase.ADMIT,))  # type: ignore[arg-type]
    Row("X04", (EventKind.LEFT,), Phase.ADMIT)  # type: ignore[arg-type]


def exploring(chart: Chart, machine: JourneyMachine) -> None:
    """A chart is explored, checked and run."""
    exploration = explore(chart, orders=True)
    assert_type(exploration, Exploration)
    assert_type(check_chart(chart), Exploration)
    assert_type(exploration.situations, tuple[Situation, ...])
    assert_type(exploration.decisions, Mapping[Situation, Mapping[str, Decision]])
    assert_type(exploration.pairs(), Iterator[Decision])
    assert_type(machine.decide(Situation(), "purchased"), Decision)
    machine.decide("NEW", "purchased")  # type: ignore[arg-type]
    explore()  # type: ignore[call-arg]


def failing(journey: Journey, event: Event) -> None:
    """Every error carries its data as typed attributes."""
    try:
        journey.record(event)
    except NaiveTimeError as naive:
        assert_type(naive.field, str)
    except MalformedEventError as malformed:
        assert_type(malformed.expected, str)
    except RefusedError as refused:
        assert_type(refused.failed, tuple[str, ...])
        assert_type(refused.allowed, tuple[str, ...])
    except SequenceError as sequence:
        assert_type(sequence.actual, int)
    except LateEventError as late:
        assert_type(late.latest, datetime)
    except ChartNotFoundError as unknown:
        assert_type(unknown.version, int)
    except DecodeError as undecoded:
        assert_type(undecoded.where, str)
    except FaultsError as several:
        assert_type(several.exceptions, tuple[InvalidError | ExceptionGroup[InvalidError], ...])


def faults(fault: InvalidError) -> None:
    """A chart's fault says what kind it is, where, and what would mend it."""
    assert_type(fault.kind, Enum | None)
    assert fault.kind is FaultKind.TRAP
    assert_type(fault.expected, str)
