"""A journey: recorded, refused, folded late, advanced, erased, copied."""

import copy
import pickle
import tracemalloc
from datetime import UTC, datetime, timedelta, timezone

import attrs
import pytest

from cxjourney import (
    Event,
    EventKind,
    ExitReason,
    HeldFact,
    Journey,
    Phase,
    RefusedError,
    Situation,
    Standing,
    Touchpoint,
    derive,
    standard_chart,
)
from cxjourney.chart import Effect
from cxjourney.errors import (
    ConflictError,
    ErasedError,
    LateEventError,
    MalformedEventError,
    NaiveTimeError,
    SequenceError,
    UnknownKindError,
)
from cxjourney.vocabulary import Nature
from tests.journey.walks import SHORTEST_WALK

K = EventKind
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR, DAY, TICK = timedelta(hours=1), timedelta(days=1), datetime.resolution


def event(kind: EventKind, days: float, name: str | None = None) -> Event:
    """Return an event so many days after the start."""
    return Event(kind, START + days * DAY, name or f"{kind.name}-{days}")


def advocate(*, history: bool = True) -> Journey:
    """Return a journey that was walked to ADVOCATE, a day for each step."""
    journey = Journey("c1", "sofa", history=history)
    for day, kind in enumerate(SHORTEST_WALK):
        journey.record(event(kind, day))
    return journey


def phase_of(journey: Journey) -> Phase | None:
    """Return the phase, afresh for a reader of types too."""
    return journey.phase


def standing_of(journey: Journey) -> Standing:
    """Return the standing, afresh for a reader of types too."""
    return journey.standing


def everything(journey: Journey) -> tuple[object, ...]:
    """Return all that a journey is, to be compared."""
    return (
        journey.customer,
        journey.engagement,
        journey.chart,
        journey.seq,
        journey.as_of,
        journey._course,
        journey.history,
        dict(journey.counts),
    )


def test_a_walk_leads_through_all_eight_phases() -> None:
    """Each event of the shortest walk moves on or sets a flag, and the last phase is ADVOCATE."""
    journey = advocate()
    assert phase_of(journey) is Phase.ADVOCATE
    assert journey.visited == tuple(Phase)
    assert journey.implied == ()
    assert journey.high_water is Phase.ADVOCATE
    assert journey.cycle == 1
    assert journey.referrals == 1
    assert [step.seq for step in journey.history] == list(range(1, 11))
    assert repr(journey).startswith("<Journey ADVOCATE, seq 10, owes ")


def test_skipped_phases_are_recorded_as_implied() -> None:
    """A purchase out of the blue implies that the customer was won, a result that it was used."""
    journey = Journey("c1")
    step = journey.purchased(at=START)
    assert step.moves[0].implied == (Phase.ASSESS, Phase.ADMIT)
    journey.result_achieved(at=START + DAY)
    assert journey.implied == (Phase.ASSESS, Phase.ADMIT, Phase.ACTIVATE, Phase.ACCLIMATE)
    assert journey.visited == (Phase.AFFIRM, Phase.ACCOMPLISH)


def test_a_purchase_after_a_loss_implies_phases_too() -> None:
    """Who comes back by buying was won on the way, in the new cycle as in the first."""
    journey = Journey("c1")
    journey.contacted(at=START)
    journey.declined(at=START + DAY)
    back = journey.purchased(at=START + 2 * DAY)
    assert back.moves[0].implied == (Phase.ASSESS, Phase.ADMIT)
    assert journey.implied == (Phase.ADMIT,)


def test_a_second_purchase_with_a_result_that_stands_adopts_at_once() -> None:
    """It is loyalty shown by itself: nothing is held first."""
    journey = Journey("c1")
    for day, kind in enumerate(SHORTEST_WALK[:7]):
        journey.record(event(kind, day))
    step = journey.purchased(at=START + 8 * DAY)
    assert [move.row for move in step.moves] == ["T14"]
    assert step.held == ()


def test_only_a_row_that_says_so_implies_phases() -> None:
    """A doubt and a forced order pass over phases, but show of none that it was lived."""
    journey = Journey("c1")
    journey.contacted(at=START)
    journey.doubted(at=START + DAY)
    journey.moved(Phase.ACCOMPLISH, at=START + 2 * DAY, actor="ann", reason="import", force=True)
    assert journey.visited == (Phase.ASSESS, Phase.AFFIRM, Phase.ACCOMPLISH)
    assert journey.implied == ()


def test_day_one_is_the_calendar_day_of_the_purchase() -> None:
    """The day number follows the calendar of the purchase's own offset."""
    journey = Journey("c1")
    assert journey.day(START) is None
    tallinn = timezone(2 * HOUR)
    journey.purchased(at=datetime(2026, 1, 5, 23, 30, tzinfo=tallinn))
    assert journey.day(datetime(2026, 1, 5, 23, 59, tzinfo=tallinn)) == 1
    assert journey.day(datetime(2026, 1, 5, 22, 30, tzinfo=UTC)) == 2
    assert journey.day(datetime(2026, 4, 15, 12, tzinfo=UTC)) == 101
    with pytest.raises(NaiveTimeError):
        journey.day(datetime(2026, 1, 6))  # noqa: DTZ001 - the naive time is the point


def test_the_same_id_again_returns_the_first_step() -> None:
    """A repeated event changes nothing, whatever seq is expected."""
    journey = Journey("c1")
    first = journey.purchased(at=START, id="order-1")
    before = everything(journey)
    assert journey.purchased(at=START, id="order-1") is first
    assert journey.purchased(at=START, id="order-1", expected=0) is first
    assert journey.preview(Event(K.PURCHASED, START, "order-1")) is first
    assert everything(journey) == before


@pytest.mark.parametrize(
    ("other", "differs"),
    [
        (Event(K.LEFT, START + DAY, "order-1"), ("kind", "at")),
        (Event(K.PURCHASED, START + DAY, "order-1", {"item": "red boots"}), ("at", "payload.item")),
        (Event(K.PURCHASED, START, "order-1", {"item": "hat"}), ("payload.item",)),
    ],
)
def test_another_event_under_a_known_id_is_refused(other: Event, differs: tuple[str, ...]) -> None:
    """The error names in what the two differ, and no value; nothing changes."""
    journey = Journey("c1")
    journey.purchased(at=START, id="order-1", item="blue boots")
    before = everything(journey)
    for take in (journey.record, journey.preview):
        with pytest.raises(ConflictError, match=", ".join(differs)) as caught:
            take(other)
        assert caught.value.differs == differs
        assert "boots" not in str(caught.value) + repr(caught.value)
    assert everything(journey) == before


def test_the_same_moment_told_in_another_zone_is_the_same_event() -> None:
    """What counts is the moment."""
    journey = Journey("c1")
    first = journey.contacted(at=START, id="e")
    elsewhere = START.astimezone(timezone(2 * HOUR))
    assert journey.contacted(at=elsewhere, id="e") is first


def test_compare_and_set_tells_the_loser() -> None:
    """A writer who saw an older journey is refused, and told both numbers."""
    journey = Journey("c1")
    journey.contacted(at=START, expected=0)
    before = everything(journey)
    with pytest.raises(SequenceError) as caught:
        journey.purchased(at=START + DAY, expected=0)
    assert (caught.value.expected, caught.value.actual) == (0, 1)
    assert everything(journey) == before


def test_an_order_whose_guards_fail_is_refused_with_what_is_allowed() -> None:
    """The error names the row, every failing guard, and the orders that would pass."""
    journey = Journey("c1")
    journey.purchased(at=START)
    before = everything(journey)
    with pytest.raises(RefusedError) as caught:
        journey.moved(Phase.ADVOCATE, at=START + DAY, actor="ann", reason="wishful")
    error = caught.value
    assert error.row == "T29.advocate"
    assert error.failed == ("outcome_achieved", "feedback_closed", "loyalty_confirmed")
    assert error.allowed[0] == "moved_to_assess"
    assert "moved_to_adopt" not in error.allowed
    assert everything(journey) == before


def test_an_order_that_no_row_takes_is_refused_by_the_rule_of_orders() -> None:
    """A chart may leave orders out: the refusal then names T29 and no guard."""
    rows = tuple(row for row in standard_chart().rows if row.id != "T29.assess")
    chart = attrs.evolve(standard_chart(), key="no-way-back", rows=rows)
    journey = Journey("c1", chart=chart)
    journey.purchased(at=START)
    with pytest.raises(RefusedError, match="no row of the chart takes it") as caught:
        journey.moved(Phase.ASSESS, at=START + DAY, actor="ann", reason="mistake")
    assert (caught.value.row, caught.value.failed) == ("T29", ())


def test_a_forced_order_passes_and_marks_the_journey_for_good() -> None:
    """Force passes the guards, and shows for ever."""
    journey = Journey("c1")
    journey.moved(Phase.ADOPT, at=START, actor="ann", reason="imported", force=True)
    assert phase_of(journey) is Phase.ADOPT
    journey.left(at=START + DAY)
    journey.contacted(at=START + 2 * DAY)
    assert journey.forced
    assert repr(journey) == "<Journey ASSESS, seq 3, cycle 2, forced, owes 1>"


def test_a_customer_who_was_forced_past_the_purchase_can_still_buy_and_leave() -> None:
    """No situation is a dead end, not even one that only force can reach."""
    journey = Journey("c1")
    journey.moved(Phase.ACCLIMATE, at=START, actor="ann", reason="imported", force=True)
    assert journey.purchased(at=START + HOUR).effect is Effect.STAYED
    assert journey.situation.purchased
    assert journey.left(at=START + DAY).exit is ExitReason.CHURN


def test_a_kind_that_the_chart_does_not_know_is_refused() -> None:
    """An own kind needs a chart that has it, also when only asked about."""
    journey, own = Journey("c1"), EventKind("demo_booked", Nature.CUSTOMER, 21)
    with pytest.raises(UnknownKindError, match="demo_booked"):
        journey.record(Event(own, START, "d1"))
    with pytest.raises(UnknownKindError):
        journey.why_not(own)
    assert journey.seq == 0


@pytest.mark.no_cover
def test_an_equal_kind_is_the_kind_of_the_chart() -> None:
    """A kind of one's own that another process made again is the same kind."""
    own = EventKind("demo_booked", Nature.CUSTOMER, 21)
    chart = derive(standard_chart(), "equal-kinds", kinds=[own])
    again = pickle.loads(pickle.dumps(own))  # noqa: S301 - our own bytes
    assert again is not own
    assert Journey("c1", chart=chart).record(Event(again, START, "e1")).effect is Effect.MOVED


def test_a_late_fact_is_folded_in_at_its_own_time_and_the_change_is_told() -> None:
    """A delivery that is reported late moves what followed, and its step says so."""
    journey = Journey("c1")
    journey.purchased(at=START, id="p")
    used = journey.used_again(at=START + 2 * DAY, id="u")
    assert phase_of(journey) is Phase.ACTIVATE
    late = journey.delivered(at=START + DAY, id="d")
    assert phase_of(journey) is Phase.ACCLIMATE
    assert [step.event.id for step in journey.history] == ["p", "d", "u"]
    assert late.seq == 3
    assert late.refold is not None
    (change,) = late.refold.changes
    assert change.event == used.event
    assert change.before == used.decision
    assert change.after is not None
    assert change.after.moves[0].row == "T08"
    assert late.refold.before.phase is Phase.ACTIVATE
    assert late.refold.after.phase is Phase.ACCLIMATE


def test_a_late_fact_can_undo_a_lapse() -> None:
    """A timer that turns out not to have been due is gone, and the refold names it."""
    journey = Journey("c1")
    journey.purchased(at=START)
    (lapse,) = journey.advance(START + 20 * DAY)
    assert standing_of(journey) is Standing.LAPSED
    step = journey.asked("hello?", at=START + 10 * DAY)
    assert standing_of(journey) is Standing.ACTIVE
    assert step.refold is not None
    (change,) = step.refold.changes
    assert (change.event, change.before, change.after) == (lapse.event, lapse.decision, None)
    journey.advance(START + 24 * DAY)
    assert standing_of(journey) is Standing.LAPSED


def test_a_late_fact_can_bring_a_lapse_forward() -> None:
    """A delivery told late moves the journey to a phase with another window."""
    chart = derive(standard_chart(), "short", silence={Phase.ACTIVATE: DAY})
    journey = Journey("c1", chart=chart)
    journey.purchased(at=START)
    journey.advance(START + 5 * DAY)
    step = journey.delivered(at=START + DAY)
    assert standing_of(journey) is Standing.LAPSED
    assert step.refold is None
    assert [step.event.kind for step in journey.history] == [K.PURCHASED, K.DELIVERED, K.LAPSED]


def test_an_order_that_a_late_fact_makes_impossible_stays_as_refused() -> None:
    """Folded again, an order may no longer pass: it is kept, has no effect, and is reported."""
    journey = advocate()
    order = journey.moved(Phase.ADVOCATE, at=START + 20 * DAY, actor="ann", reason="again")
    assert order.effect is Effect.STAYED
    late = journey.complained(at=START + 15 * DAY)
    assert phase_of(journey) is Phase.ACCOMPLISH
    assert journey.history[-1].effect is Effect.REFUSED
    assert late.refold is not None
    assert late.refold.changes[-1].after == journey.history[-1].decision


def test_a_fact_at_the_moment_of_a_refused_order_goes_before_it() -> None:
    """An order that is kept as refused still has its place among events of its moment."""
    journey = advocate()
    order = journey.moved(Phase.ADVOCATE, at=START + 20 * DAY, actor="ann", reason="again")
    journey.complained(at=START + 15 * DAY)
    journey.recovered(at=START + 20 * DAY)
    assert journey.history[-1].event == order.event


def test_a_late_order_is_refused_by_what_held_at_its_time() -> None:
    """An order into the past asks the guards of the past; a refusal changes nothing."""
    journey = advocate()
    before = everything(journey)
    with pytest.raises(RefusedError):
        journey.moved(Phase.ADOPT, at=START + HOUR, actor="ann", reason="too early")
    assert everything(journey) == before


def test_without_history_a_late_event_is_refused_with_the_remedy() -> None:
    """A journey that keeps no history cannot fold in what is late, and loses nothing."""
    journey = advocate(history=False)
    before = everything(journey)
    with pytest.raises(LateEventError, match="history=True") as caught:
        journey.asked("late", at=START)
    assert caught.value.latest == START + 9 * DAY
    assert everything(journey) == before
    assert journey.history == ()
    assert not journey.keeps_history
    assert not journey.counts


def test_with_and_without_history_stand_alike() -> None:
    """The course does not depend on whether the events are kept."""
    assert advocate()._course == advocate(history=False)._course


def test_the_clock_fires_lapses_between_events() -> None:
    """An event after a long silence finds that the journey had lapsed, and wakes it."""
    journey = Journey("c1")
    journey.purchased(at=START)
    step = journey.used_again(at=START + 30 * DAY)
    (lapse,) = step.elapsed
    assert lapse.event.at == START + 14 * DAY
    assert lapse.seq == 0
    assert [move.row for move in step.moves] == ["T20.affirm", "T07"]
    assert [one.event.kind.name for one in journey.history] == ["purchased", "lapsed", "used_again"]


def test_a_fact_at_the_very_moment_of_a_lapse_comes_first() -> None:
    """Facts rank before timers, so a fact at the due moment keeps the journey awake."""
    journey = Journey("c1")
    journey.purchased(at=START)
    assert journey.used_again(at=START + 14 * DAY).elapsed == ()
    journey.advance(START + 20 * DAY)
    assert standing_of(journey) is Standing.ACTIVE


def test_only_the_customer_breaks_a_silence() -> None:
    """The window runs from the customer's last fact, whatever the company did in between."""
    journey = Journey("c1")
    journey.purchased(at=START)
    journey.touched(Touchpoint.SUPPORT, at=START + 10 * DAY)
    (lapse,) = journey.advance(START + 20 * DAY)
    assert lapse.event.at == START + 14 * DAY


def test_a_silence_begins_anew_with_the_phase() -> None:
    """A delivery moves the journey on, so its window runs from there, not from the purchase."""
    journey = Journey("c1")
    journey.purchased(at=START)
    journey.delivered(at=START + 5 * DAY)
    window = journey.chart.silence[Phase.ACTIVATE]
    assert window is not None
    (lapse,) = journey.advance(START + 100 * DAY)
    assert lapse.event.at == START + 5 * DAY + window


def test_a_lapse_while_the_company_owes_is_marked() -> None:
    """Silence on a question that nobody answered is the company's own."""
    ours, theirs = Journey("c1"), Journey("c2")
    for journey in (ours, theirs):
        journey.contacted(at=START)
    ours.asked("price?", at=START)
    (lapse,) = ours.advance(START + 40 * DAY)
    assert lapse.our_silence
    assert ours.our_silence
    assert not theirs.advance(START + 40 * DAY)[0].our_silence
    assert not ours.touched(Touchpoint.SUPPORT, at=START + 40 * DAY + HOUR).our_silence
    ours.contacted(at=START + 41 * DAY)
    assert not ours.our_silence


def test_an_advocate_goes_quiet_a_year_after_the_last_referral() -> None:
    """A talkative advocate who stops recommending goes back to ADOPT; one in silence lapses."""
    journey = advocate()
    journey.asked("hello", at=START + 200 * DAY)
    (quiet,) = journey.advance(START + 374 * DAY)
    assert quiet.event.kind is K.ADVOCACY_QUIET
    assert phase_of(journey) is Phase.ADOPT
    silent = advocate()
    (lapse,) = silent.advance(START + 374 * DAY)
    assert lapse.event.kind is K.LAPSED


def test_a_timer_that_another_clock_reports_is_taken() -> None:
    """A scheduler of one's own may record timers; where no row names them they are noted."""
    journey = Journey("c1")
    journey.purchased(at=START)
    assert journey.advocacy_quiet(at=START + HOUR).effect is Effect.NOTED
    assert journey.lapsed(at=START + DAY).exit is ExitReason.SILENCE
    assert journey.next_due() == START + 2 * DAY + TICK


def test_due_says_what_advance_would_do_and_changes_nothing() -> None:
    """What is due at a moment can be asked at any time."""
    journey = Journey("c1")
    journey.asked("price?", at=START)
    before = everything(journey)
    assert journey.due(START + 25 * HOUR).warn == journey.owed
    due = journey.due(START + 31 * DAY)
    assert [timer.kind for timer in due.timers] == [K.LAPSED]
    assert {one.rule for one in due.overdue} == {"answer", "record_loss"}
    assert due.warn == ()
    assert everything(journey) == before


def test_next_due_walks_through_every_moment_that_matters() -> None:
    """Following next_due meets the warning, the due time and the lapse, and then ends."""
    journey = Journey("c1")
    journey.asked("price?", at=START)
    assert journey.next_due() == START + DAY
    journey.advance(START + DAY + HOUR)
    assert journey.next_due() == START + 7 * DAY + TICK
    assert journey.due(START + 7 * DAY).overdue == ()
    journey.advance(START + 7 * DAY + TICK)
    assert journey.due(START + 7 * DAY + TICK).overdue == journey.owed
    assert journey.next_due() == START + 30 * DAY
    journey.advance(START + 31 * DAY)
    assert standing_of(journey) is Standing.LOST
    assert journey.next_due() is None
    assert journey.advance(START + 30 * DAY) == ()


def test_a_journey_that_nothing_happened_to_has_nothing_due() -> None:
    """A NEW journey has no clock, no timer and no obligation."""
    journey = Journey("c1")
    assert journey.clock is None
    assert journey.next_due() is None
    assert journey.due(START) == journey.due(START + 1000 * DAY)
    assert journey.high_water is None
    assert journey.entered_at is None
    assert repr(journey) == "<Journey NEW, seq 0>"


def test_a_win_back_begins_a_new_cycle_and_keeps_the_history() -> None:
    """After a loss everything starts fresh but what was reached stays known."""
    journey = advocate()
    step = journey.left(at=START + 20 * DAY)
    assert step.exit is ExitReason.CHURN
    assert repr(journey).startswith("<Journey LOST from ADVOCATE")
    journey.purchased(at=START + 60 * DAY)
    assert journey.cycle == 2
    assert journey.situation == Situation(Standing.ACTIVE, Phase.AFFIRM, purchased=True)
    assert journey.high_water is Phase.ADVOCATE
    assert journey.purchased_at == START + 60 * DAY
    assert journey.exit is None


def test_erasing_drops_identity_and_payloads_and_keeps_counts() -> None:
    """After erasure nothing of the customer is left in any form that the journey has."""
    journey = Journey("Mari Maasikas", "secret-sofa")
    journey.asked("my-private-words", at=START, id="private-id")
    journey.purchased(at=START + DAY, item="secret-item")
    journey.referred(at=START + DAY + HOUR, whom="private-friend")
    step = journey.erase(at=START + 2 * DAY)
    assert standing_of(journey) is Standing.ERASED
    assert journey.exit is ExitReason.ERASURE
    assert dict(journey.counts) == {"asked": 1, "erased": 1, "purchased": 1, "referred": 1}
    assert (journey.referrals, journey.high_water, journey.seq) == (1, Phase.AFFIRM, 4)
    assert (journey.purchased_at, journey.owed) == (None, ())
    texts = repr(journey) + repr(journey.history) + str(pickle.dumps(journey))
    for secret in ("Mari", "secret", "private"):
        assert secret not in texts
    assert repr(journey) == "<Journey ERASED, seq 4>"
    assert journey.record(step.event).event == step.event
    assert journey.seq == 4


def test_the_step_of_an_erasure_tells_nothing_of_the_past() -> None:
    """What was owed, and the timers that had fallen due, would say what happened when."""
    journey = Journey("c1")
    journey.purchased(at=START)
    step = journey.erase(at=START + 60 * DAY)
    assert (step.elapsed, step.dropped) == ((), ())


def test_an_erased_journey_takes_nothing_more() -> None:
    """After erasure every event is refused, and the clock has nothing to say."""
    journey = advocate()
    journey.erase(at=START + 2 * DAY)
    before = everything(journey)
    with pytest.raises(ErasedError, match="final"):
        journey.purchased(at=START + 90 * DAY)
    with pytest.raises(ErasedError):
        journey.contacted(at=START)
    assert journey.advance(START + 900 * DAY) == ()
    assert journey.preview(event(K.LEFT, 100)).effect is Effect.REFUSED
    assert everything(journey) == before


def test_erasing_without_history_keeps_what_is_known() -> None:
    """A journey without history can be erased too."""
    journey = advocate(history=False)
    journey.erase(at=START + 20 * DAY)
    assert dict(journey.counts) == {"erased": 1}
    assert everything(copy.copy(journey)) == everything(journey)


@pytest.mark.parametrize("history", [True, False])
def test_copies_and_pickles_are_equal_and_apart(history: bool) -> None:  # noqa: FBT001
    """A copy or pickle is the same journey, and what happens to it stays with it."""
    journey = advocate(history=history)
    journey.advance(START + 12 * DAY)
    before = everything(journey)
    twins = [
        copy.copy(journey),
        copy.deepcopy(journey),
        pickle.loads(pickle.dumps(journey)),  # noqa: S301 - its own pickle
    ]
    for twin in twins:
        assert everything(twin) == before
        assert twin.chart is journey.chart
        twin.left(at=START + 30 * DAY)
        assert everything(journey) == before


def test_an_erased_journey_survives_a_pickle() -> None:
    """What is left after erasure can be pickled; the first step is told in its bare form."""
    journey = advocate()
    journey.erase(at=START + 20 * DAY)
    twin = pickle.loads(pickle.dumps(journey))  # noqa: S301 - its own pickle
    assert everything(twin)[:6] == everything(journey)[:6]
    assert twin.counts == journey.counts
    assert [step.event for step in twin.history] == [step.event for step in journey.history]


def test_a_preview_tells_and_changes_nothing() -> None:
    """What an event would do can be seen without doing it, refused orders and late facts too."""
    journey = advocate()
    before = everything(journey)
    assert journey.preview(event(K.LEFT, 20)).exit is ExitReason.CHURN
    order = Event(
        K.MOVED, START + 20 * DAY, "m", {"to": Phase.ADOPT, "actor": "ann", "reason": "tidy"}
    )
    assert journey.preview(order).after.phase is Phase.ADOPT
    assert journey.preview(event(K.COMPLAINED, 8.5)).refold is not None
    assert everything(journey) == before


@pytest.mark.no_cover
def test_a_preview_of_a_long_journey_takes_no_more_memory() -> None:
    """A preview copies nothing: what it takes does not grow with the journey."""

    def taken(length: int) -> int:
        journey = Journey("c")
        for number in range(length):
            journey.contacted(at=START + number * timedelta(minutes=1))
        soon = Event(K.NEED_ADMITTED, START + 40 * DAY, "soon")
        late = Event(K.NEED_ADMITTED, START + (length - 1.5) * timedelta(minutes=1), "late")
        for one in (soon, late):
            journey.preview(one)  # what is worked out once is there now
        tracemalloc.start()
        for one in (soon, late):
            journey.preview(one)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    assert taken(5_000) < 2 * taken(500)


def test_a_preview_needs_no_history() -> None:
    """A journey that keeps no events tells what one would do, and is left as it was."""
    journey = advocate(history=False)
    before = everything(journey)
    assert journey.preview(event(K.LEFT, 20)).exit is ExitReason.CHURN
    assert everything(journey) == before


def test_why_not_names_the_guards_and_the_way() -> None:
    """Asked why a referral did not move, a journey says what is missing, in order."""
    journey = Journey("c1")
    journey.purchased(at=START)
    assert journey.referred(at=START).held == (HeldFact.REFERRAL,)
    answer = journey.why_not(K.REFERRED)
    assert answer.effect is Effect.HELD
    assert answer.needs == (
        "purchased",
        "result_achieved",
        "feedback_captured",
        "loyalty_confirmed",
    )
    order = journey.why_not(K.MOVED, to=Phase.ADOPT)
    assert [guard.guard for guard in order.failed] == ["outcome_achieved", "feedback_closed"]
    assert journey.why_not(event(K.DELIVERED, 1)).effect is Effect.MOVED
    assert journey.why_not(event(K.DELIVERED, 1)).failed == ()


def test_the_way_that_why_not_tells_is_a_way() -> None:
    """Doing what why_not says, in its order, brings the journey where the event leads."""
    journey = Journey("c1")
    journey.contacted(at=START)
    for hours, name in enumerate(journey.why_not(K.REFERRED).needs, 1):
        journey.record(Event(getattr(K, name.upper()), START + hours * HOUR, f"{name}{hours}"))
    assert journey.referred(at=START + DAY).after.phase is Phase.ADVOCATE


def test_why_not_says_when_there_is_no_way() -> None:
    """What the chart never moves has no way; an order needs its target, a fact has none."""
    journey = Journey("c1")
    assert journey.why_not(K.TOUCHED).needs == ()
    journey.contacted(at=START)
    assert journey.why_not(K.CONTACTED).needs == ()
    with pytest.raises(ValueError, match=r"why_not\.to: None; expected the phase"):
        journey.why_not(K.MOVED)
    with pytest.raises(ValueError, match=r"why_not\.to: \w+; expected no phase"):
        journey.why_not(K.LEFT, to=Phase.ADOPT)


def test_the_way_that_why_not_tells_leads_through_no_loss() -> None:
    """A first contact would count again after a loss, but nobody is told to lose the customer."""
    journey = Journey("c1")
    journey.contacted(at=START)
    journey.need_admitted(at=START + DAY)
    assert journey.why_not(K.CONTACTED).needs == ()


def test_what_is_allowed_leaves_forced_orders_out() -> None:
    """A NEW journey can be opened by any customer fact, and ordered before the purchase."""
    allowed = {one.trigger for one in Journey("c1").allowed()}
    facts = {kind.name for kind in K.builtin() if kind.nature is Nature.CUSTOMER}
    orders = {"moved_to_assess", "moved_to_admit", "moved_to_affirm", "erased"}
    assert allowed == facts | orders


@pytest.mark.parametrize(("customer", "engagement"), [("", ""), ("x" * 201, ""), ("c", "y" * 201)])
def test_ids_have_one_to_two_hundred_characters(customer: str, engagement: str) -> None:
    """An id out of form is refused without being repeated in the error."""
    with pytest.raises(MalformedEventError) as caught:
        Journey(customer, engagement)
    assert caught.value.where.startswith("journey.")
    assert caught.value.field == ("engagement" if engagement else "customer")
    assert "xxx" not in str(caught.value)


@pytest.mark.parametrize("ask", ["advance", "day", "due"])
def test_a_clock_without_a_time_zone_is_refused(ask: str) -> None:
    """The error names the argument that is at fault."""
    with pytest.raises(NaiveTimeError) as caught:
        getattr(Journey("c1"), ask)(START.replace(tzinfo=None))
    assert caught.value.where == "journey.now"


def test_automatic_ids_step_aside_for_given_ones() -> None:
    """An id that looks like an automatic one is not mistaken for it."""
    journey = Journey("c1")
    journey.contacted(at=START, id="#2")
    journey.asked("one", at=START + HOUR)
    journey.asked("two", at=START + HOUR)
    names = [step.event.id for step in journey.history]
    assert [name.partition(":")[0] for name in names] == ["#2", "#2", "#3"]
    assert len({*names}) == 3
    for number in range(3, 10):
        journey.contacted(at=START + HOUR, id=f"#{number}")
    assert journey.seq == 10


def test_a_chart_made_by_hand_works_but_is_not_found_again() -> None:
    """Only derived charts are remembered; copies do not need to find theirs."""
    chart = attrs.evolve(standard_chart(), key="by hand")
    journey = Journey("c1", chart=chart)
    journey.contacted(at=START)
    assert copy.deepcopy(journey).phase is Phase.ASSESS
    with pytest.raises(LookupError, match="by hand"):
        pickle.loads(pickle.dumps(journey))  # noqa: S301 - its own pickle


def test_engagements_of_one_customer_stand_apart() -> None:
    """One customer may be an advocate for one thing and a doubter about another."""
    sofa, lamp = Journey("c1", "sofa"), Journey("c1", "lamp")
    sofa.purchased(at=START)
    lamp.doubted(at=START)
    assert sofa.situation.purchased
    assert not lamp.situation.purchased
    assert repr(lamp) == "<Journey AFFIRM, seq 1, owes 1>"


@pytest.mark.parametrize("wrong", ["eight_phases", 3])
def test_what_is_no_chart_and_no_event_is_refused(wrong: object) -> None:
    """A text in the place of a chart, an event, a kind or an obligation is told by its type."""
    with pytest.raises(MalformedEventError, match="expected a Chart"):
        Journey("c1", chart=wrong)  # type: ignore[arg-type]
    journey = Journey("c1")
    with pytest.raises(MalformedEventError, match="expected an Event"):
        journey.record(wrong)  # type: ignore[arg-type]
    with pytest.raises(MalformedEventError, match="expected an Obligation"):
        journey.fulfilled(wrong, at=START)  # type: ignore[arg-type]
    with pytest.raises(UnknownKindError):
        journey.why_not(wrong)  # type: ignore[arg-type]
    assert journey.seq == 0


def test_no_timer_is_due_beyond_the_last_year_that_an_event_may_have() -> None:
    """At the end of time nothing lapses, and nothing breaks."""
    journey = Journey("c1")
    journey.purchased(at=datetime(9000, 12, 30, tzinfo=UTC))
    assert journey.advance(datetime(9000, 12, 31, tzinfo=UTC)) == ()
    assert journey.due(datetime(9000, 12, 31, tzinfo=UTC)).timers == ()


def test_an_order_back_before_the_purchase_keeps_day_one() -> None:
    """The first purchase of a cycle stays day 1, whatever an order and a second one do."""
    journey = Journey("c1")
    journey.purchased(at=START)
    journey.moved(Phase.ASSESS, at=START + DAY, actor="ann", reason="second thoughts")
    journey.purchased(at=START + 5 * DAY)
    assert journey.purchased_at == START


def test_a_pretty_printer_shows_the_repr() -> None:
    """Notebooks and failing properties print a journey, a chart and a kind in one line each."""

    class Printer:
        def __init__(self) -> None:
            self.texts: list[str] = []

        def text(self, text: str, /) -> None:
            self.texts.append(text)

    printer, journey = Printer(), Journey("c1")
    for one in (journey, journey.chart, K.LEFT):
        one._repr_pretty_(printer, None)
    assert printer.texts == [repr(journey), repr(journey.chart), "EventKind.LEFT"]


def test_a_step_names_the_guards_that_were_asked() -> None:
    """The guards stand in the order asked, with row and answer."""
    journey = Journey("c1")
    journey.purchased(at=START)
    (seen, repeat) = journey.purchased(at=START + HOUR).guards
    assert (seen.row, seen.guard, seen.passed) == ("T05", "not_purchased", False)
    assert (repeat.row, repeat.guard, repeat.passed) == ("T14.repeat", "purchased", True)


def test_a_step_shows_itself_in_one_line() -> None:
    """The repr names the event, what it did, by which rows, and what came of it."""
    journey = Journey("c1")
    journey.asked("price?", at=START, id="mine")
    step = journey.purchased(at=START + DAY, id="secret")
    assert repr(step) == (
        "<Step 2 purchased 2026-03-03T09:00:00+00:00: moved ASSESS -> AFFIRM, T03, opened 2>"
    )
    met = journey.answered(at=START + 2 * DAY)
    assert repr(met) == "<Step 3 answered 2026-03-04T09:00:00+00:00: noted AFFIRM, met 1>"
    late = journey.doubted(at=START + HOUR)
    assert repr(late).endswith("moved ASSESS -> AFFIRM, T04, opened 1, late>")


def test_a_preview_is_of_an_event() -> None:
    """What is no event is refused, and what it was is told."""
    with pytest.raises(MalformedEventError, match="expected an Event"):
        Journey("c1").preview("purchased")  # type: ignore[arg-type]
