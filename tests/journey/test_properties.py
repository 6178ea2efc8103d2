"""Properties of every journey (SPEC 3 to 5), searched by Hypothesis with `cxjourney.testing`."""

import copy
import os
import pickle
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from cxjourney import CxJourneyError, RefusedError
from cxjourney.chart import Chart, Confirmation, Effect, Feedback
from cxjourney.errors import ErasedError, LateEventError, SequenceError
from cxjourney.journey import Journey, Obligation
from cxjourney.testing import charts, check_journey, event_sequences, events, journeys, times
from cxjourney.vocabulary import (
    Event,
    EventKind,
    Nature,
    Outcome,
    Phase,
    Situation,
    Standing,
    Touchpoint,
)
from tests.chart.explored import ALL_OPTIONS, chart_with
from tests.journey.walks import SHORTEST_WALK, observe
from tests.testing.model import tell

pytestmark = pytest.mark.no_cover

K = EventKind
FACTS = tuple(kind for kind in K.builtin() if kind.nature is not Nature.ORDER)
NOT_FINAL = tuple(kind for kind in K.builtin() if kind is not K.ERASED)
BY_ARRIVAL = {"seq", "history"}
"""What depends on the order in which events arrive."""
BY_HISTORY = {"history", "counts"}
"""What only a journey with history can tell."""
TICK = timedelta(microseconds=1)
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
TALLINN = ZoneInfo("Europe/Tallinn")
DOWNWARD = {"T17", "T18", "T20", "T25", "T26", "T29"}

CHARTS = tuple(chart_with(options) for options in ALL_OPTIONS)
any_journey = st.one_of([journeys(chart) for chart in CHARTS])
ordered_journey = st.one_of([journeys(chart, NOT_FINAL) for chart in CHARTS])
wild_journey = st.one_of(
    [journeys(chart, chart.kinds, history=None, forced=True) for chart in CHARTS]
)
gaps = st.timedeltas(timedelta(), timedelta(days=800))


# Hypothesis follows each walk with some that differ little, so these search longer.
search_longer = settings(max_examples=3 * settings().max_examples)


def result_stands(situation: Situation, chart: Chart) -> bool:
    """Say whether phase six is fulfilled, by the words of SPEC 4.2."""
    told = situation.feedback_closed or chart.options.feedback is Feedback.OPTIONAL
    return situation.outcome is Outcome.ACHIEVED and told and not situation.recovery_open


def assert_invariants(situation: Situation, chart: Chart) -> None:
    """Assert the invariants of SPEC 4.2 for one situation."""
    phase = situation.phase or 0
    confirmed = situation.loyalty_confirmed or chart.options.confirmation is Confirmation.OPTIONAL
    assert phase < Phase.ACTIVATE or situation.purchased
    assert phase < Phase.ADOPT or result_stands(situation, chart)
    assert phase < Phase.ADVOCATE or confirmed


def may_move(journey: Journey, to: Phase) -> bool:
    """Say whether an order to move would pass."""
    return journey.why_not(K.MOVED, to=to).effect is not Effect.REFUSED


@given(ordered_journey)
def test_invariants_stand_after_every_step(journey: Journey) -> None:
    """Whatever happens, in whatever order it arrives, the invariants of SPEC 4.2 stand."""
    event(f"reached {journey.high_water!r}")
    for step in journey.history:
        assert_invariants(step.after, journey.chart)
        before, after = step.before.phase, step.after.phase
        if before is not None and after is not None and after < before:
            assert {move.row.partition(".")[0] for move in step.moves} & DOWNWARD
    assert_invariants(journey.situation, journey.chart)


@search_longer
@given(wild_journey)
def test_every_journey_keeps_the_laws(journey: Journey) -> None:
    """Copies, dumps, replays and repetitions give the same journey; no obligation vanishes."""
    check_journey(journey)


@given(wild_journey, st.data())
def test_a_preview_is_what_recording_would_give(journey: Journey, data: st.DataObject) -> None:
    """Whatever comes next, in time or late, is told before as it is told then; nothing changes."""
    one = data.draw(events(journey.chart))
    before = observe(journey)
    try:
        told = journey.preview(one)
    except LateEventError:
        return
    assert observe(journey) == before
    if told.effect is Effect.REFUSED:
        with pytest.raises(RefusedError):
            journey.record(one)
    else:
        assert journey.record(one) == told


@search_longer
@given(charts(), st.data())
def test_shuffled_arrival_ends_in_the_same_journey(chart: Chart, data: st.DataObject) -> None:
    """The order in which events arrive does not matter, only when they happened."""
    drawn = data.draw(event_sequences(chart))
    in_order = list({(one.kind, one.at): one for one in drawn}.values())
    now = data.draw(st.none() | st.just(START + timedelta(days=800)))
    first, second = Journey("c", chart=chart), Journey("c", chart=chart)
    for one in in_order:
        first.record(one)
    for one in data.draw(st.permutations(in_order)):
        second.record(one)
        if now is not None and data.draw(st.booleans()):
            second.advance(now)
    if now is not None:
        first.advance(now)
        second.advance(now)
    assert observe(first, but=BY_ARRIVAL) == observe(second, but=BY_ARRIVAL)
    assert [(s.event.id, s.decision) for s in first.history] == [
        (s.event.id, s.decision) for s in second.history
    ]


@search_longer
@given(any_journey, st.data())
def test_an_order_is_judged_at_its_own_place(journey: Journey, data: st.DataObject) -> None:
    """Whatever turns out late to have happened before an order, it is judged in that light."""
    at = (journey.clock or START) + timedelta(hours=1)
    orders = [to for to in Phase if may_move(journey, to)]
    to = data.draw(st.sampled_from(orders[::-1]))
    arrivals = [step.event for step in sorted(journey.history, key=lambda s: s.seq) if step.seq]
    arrivals.append(journey.moved(to, at=at, actor="somebody", reason="some reason").event)
    turns = st.sampled_from((K.LEFT, K.CONTACTED, K.PURCHASED, K.COMPLAINED, K.RECOVERED))
    for number, kind in enumerate(data.draw(st.lists(turns, max_size=5))):
        arrivals.append(Event(kind, at - (9 - number) * TICK, f"late {number}"))
        journey.record(arrivals[-1])
        told = tell(arrivals, journey.as_of, journey.chart.options)
        assert (told.situation, told.cycle) == (journey.situation, journey.cycle)
    check_journey(journey)


@given(ordered_journey, gaps)
def test_erasure_leaves_only_counts(journey: Journey, gap: timedelta) -> None:
    """Erasure keeps the counts and forgets whom they were about, whatever was recorded."""
    marked = Journey("whom-to-forget", "what-to-forget", chart=journey.chart)
    for number, step in enumerate(one for one in journey.history if one.seq):
        with suppress(RefusedError):
            marked.record(attrs.evolve(step.event, id=f"id-to-forget-{number}"))
    counts, reached, cycle = marked.counts, marked.high_water, marked.cycle
    step = marked.erase(at=(marked.clock or START) + gap)
    stored = pickle.dumps(marked) + repr((step, marked, marked.history)).encode()
    assert b"to-forget" not in stored
    assert marked.counts == {**counts, "erased": 1}
    assert (marked.high_water, marked.cycle) == (reached, cycle)
    assert (marked.owed, marked.standing) == ((), Standing.ERASED)
    with pytest.raises(ErasedError):
        marked.contacted(at=START)


@given(wild_journey, st.data())
def test_a_fact_is_never_refused(journey: Journey, data: st.DataObject) -> None:
    """No customer fact, company fact or timer raises on a journey that is not erased."""
    assume(journey.standing is not Standing.ERASED)
    later = times(datetime(2040, 1, 1, tzinfo=UTC), datetime(2041, 1, 1, tzinfo=UTC))
    at = later | times() if journey.keeps_history else later
    step = journey.record(data.draw(events(journey.chart, FACTS, at=at)))
    assert step.effect is not Effect.REFUSED


@given(wild_journey, st.data())
def test_what_raises_changes_nothing(journey: Journey, data: st.DataObject) -> None:
    """After any error the journey is what it was before."""
    at = (journey.clock or START) + timedelta(days=data.draw(st.integers(-800, 800)))
    unknown = attrs.evolve(K.RETURNED, name="unheard_of")
    attempts = {
        "late or refused": lambda: journey.record(
            Event(data.draw(st.sampled_from(K.builtin())), at, "new", {})
        ),
        "order": lambda: journey.moved(
            data.draw(st.sampled_from(Phase)), at=at, actor="a", reason="r"
        ),
        "naive": lambda: journey.contacted(at=at.replace(tzinfo=None)),
        "naive clock": lambda: journey.advance(at.replace(tzinfo=None)),
        "unknown kind": lambda: journey.record(Event(unknown, at, "new")),
        "wrong number": lambda: journey.returned(at=at, id="new", expected=journey.seq + 1),
        "blank": lambda: journey.asked(" ", at=at),
        "too long": lambda: journey.contacted(at=at, source="x" * 10_001),
        "bad id": lambda: journey.contacted(at=at, id="x" * 201),
        "bad payload": lambda: journey.feedback_captured(at=at, nps=11),
        "not an event": lambda: journey.record("purchased"),  # type: ignore[arg-type]
    }
    before, held = observe(journey), journey.history
    try:
        data.draw(st.sampled_from(tuple(attempts.values())))()
    except (CxJourneyError, AttributeError) as error:
        event(type(error).__name__)
        assert observe(journey) == before
        assert all(one is other for one, other in zip(held, journey.history, strict=True))


@given(wild_journey, st.lists(gaps, max_size=6), gaps)
def test_small_steps_of_the_clock_add_up(
    journey: Journey, steps: list[timedelta], last: timedelta
) -> None:
    """Telling the time in many small steps comes to the same as telling it once."""
    at_once, start = copy.copy(journey), journey.clock or START
    moments = sorted(start + min(gap, last) for gap in steps)
    fired = [step for now in [*moments, start + last] for step in journey.advance(now)]
    assert tuple(fired) == at_once.advance(start + last)
    assert observe(journey) == observe(at_once)


@given(wild_journey, gaps)
def test_due_says_what_advance_does(journey: Journey, gap: timedelta) -> None:
    """``due`` changes nothing and foretells ``advance``: its timers, and what is owed after."""
    now = (journey.clock or START) + gap
    before = observe(journey)
    due = journey.due(now)
    assert observe(journey) == before
    assert due.timers == tuple(step.event for step in journey.advance(now))
    assert due.overdue == tuple(one for one in journey.owed if one.overdue(now))
    assert set(due.warn) <= set(journey.owed) - set(due.overdue)
    assert journey.due(now) == attrs.evolve(due, timers=())


@given(wild_journey, st.floats(0, 1))
def test_nothing_falls_due_before_next_due(journey: Journey, part: float) -> None:
    """``next_due`` is the first moment at which ``due`` has news."""
    clock = journey.clock or START
    told = journey.due(clock)
    journey.advance(clock)
    upcoming = journey.next_due()
    if upcoming is None:
        later = journey.due(clock + timedelta(days=5_000))
        assert later == attrs.evolve(told, timers=())
    else:
        before = min(clock + (upcoming - clock) * part, upcoming - TICK)
        assert journey.due(before) == attrs.evolve(told, timers=())
        assert journey.due(upcoming) != attrs.evolve(told, timers=())


@given(wild_journey)
def test_a_scheduler_that_asks_when_told_to_comes_to_an_end(journey: Journey) -> None:
    """Whoever tells the time at each ``next_due`` moves on each time."""
    for _ in range(200):
        upcoming = journey.next_due()
        if upcoming is None:
            return
        journey.advance(upcoming)
        following = journey.next_due()
        assert following is None or following > upcoming
    pytest.fail("the timers of a journey come to an end")


@given(charts(), st.data())
def test_history_makes_no_difference(chart: Chart, data: st.DataObject) -> None:
    """A journey without history is what the one with history is, event by event."""
    arriving = data.draw(event_sequences(chart, NOT_FINAL, forced=True))
    with_history = Journey("c", chart=chart)
    without = Journey("c", chart=chart, history=False)
    for one in arriving:
        told: list[object] = []
        for journey in (with_history, without):
            try:
                told.append(journey.record(one))
            except RefusedError as error:
                told.append(str(error))
        assert told[0] == told[1]
        assert observe(with_history, but=BY_HISTORY) == observe(without, but=BY_HISTORY)


@given(ordered_journey)
def test_a_journey_is_the_sum_of_its_history(journey: Journey) -> None:
    """Cycle, phases, referrals, tally, and whose silence it was: all follow from the steps."""
    cycle, entered, silence, late = 1, set[Phase](), False, 0
    owed = list[Obligation]()
    for step in journey.history:
        overdue = any(one.due < step.event.at for one in owed)
        late += sum(one.due < step.event.at for one in step.met)
        owed = [one for one in owed if one not in (*step.met, *step.dropped)] + [*step.opened]
        cycle += step.decision.fresh
        assert step.cycle == cycle
        entered |= {move.target for move in step.moves if isinstance(move.target, Phase)}
        if step.effect is Effect.MOVED:
            silence = step.event.kind is K.LAPSED and overdue
            assert step.our_silence == silence
    kinds = [step.event.kind for step in journey.history]
    assert journey.cycle == cycle
    assert journey.visited == tuple(sorted(entered))
    assert journey.high_water == max(entered, default=None)
    assert journey.referrals == kinds.count(K.REFERRED)
    assert journey.our_silence == silence
    assert list(journey.owed) == owed
    assert journey.tally.late == late


@given(any_journey)
def test_day_one_is_the_first_purchase_of_the_cycle(journey: Journey) -> None:
    """The first purchase of the cycle is day 1, the next calendar day is day 2."""
    bought = [
        step.event.at
        for step in journey.history
        if step.event.kind is K.PURCHASED and step.cycle == journey.cycle
    ]
    assert journey.purchased_at == (bought[0] if bought else None)
    if bought:
        day = bought[0].replace(hour=0, minute=0, second=0, microsecond=0)
        assert [journey.day(day + timedelta(days=n)) for n in (0, 1, 99)] == [1, 2, 100]
        assert journey.day(day - TICK) == 0


@given(charts(), st.data())
def test_high_water_never_falls(chart: Chart, data: st.DataObject) -> None:
    """The highest phase ever reached stays, over lapses, losses and win-backs."""
    journey = Journey("c", chart=chart, history=False)
    highest = 0
    for one in data.draw(event_sequences(chart, NOT_FINAL, forced=True)):
        with suppress(RefusedError):
            journey.record(one)
        reached = journey.high_water or 0
        assert reached >= max(highest, journey.phase or 0)
        highest = reached


@given(wild_journey, st.data())
def test_compare_and_set(journey: Journey, data: st.DataObject) -> None:
    """An event is recorded at the sequence number that the caller saw, and at no other."""
    assume(journey.standing is not Standing.ERASED)
    at, other = (journey.clock or START) + TICK, data.draw(st.integers().filter(bool))
    with pytest.raises(SequenceError) as caught:
        journey.returned(at=at, id="new", expected=journey.seq + other)
    assert (caught.value.expected, caught.value.actual) == (journey.seq + other, journey.seq)
    assert journey.returned(at=at, id="new", expected=journey.seq).seq == journey.seq


@given(wild_journey, st.data())
def test_a_preview_is_what_recording_does(journey: Journey, data: st.DataObject) -> None:
    """``preview`` changes nothing and gives the step that ``record`` gives, late events too."""
    one = data.draw(events(journey.chart, forced=True))
    before = observe(journey)
    try:
        foretold = journey.preview(one)
    except LateEventError:
        assert not journey.keeps_history
        return
    assert observe(journey) == before
    try:
        assert journey.record(one) == foretold
    except RefusedError:
        assert foretold.effect is Effect.REFUSED


@given(ordered_journey, st.data())
def test_a_late_event_tells_all_that_it_changed(journey: Journey, data: st.DataObject) -> None:
    """Every other event that turns out differently is in ``refold``, and no more."""
    at = (
        times()
        if journey.clock is None
        else st.timedeltas(timedelta(), timedelta(days=400)).map(
            lambda gap: (journey.clock or START) - gap
        )
    )
    one = data.draw(events(journey.chart, FACTS, at=at, ids=st.just("late")))
    was = {(step.seq, step.event.id): step.decision for step in journey.history}
    situation = journey.situation
    step = journey.record(one)
    now = {(s.seq, s.event.id): s.decision for s in journey.history if s.event is not one}
    if step.refold is None:
        assert {name: now[name] for name in was} == was
        return
    assert (step.refold.before, step.refold.after) == (situation, journey.situation)
    changed = {name[1] for name in {**was, **now} if acts(was.get(name)) != acts(now.get(name))}
    assert {change.event.id for change in step.refold.changes} >= changed


def acts(decision: Any) -> object:
    """Say what a decision did."""
    return decision and (decision.effect, decision.moves, decision.held)


def test_a_refused_order_keeps_its_place() -> None:
    """An order that a late event refused is judged again when something happened before it."""
    journey = Journey("c")
    journey.purchased(at=START + timedelta(days=1), id="bought")
    journey.moved(Phase.ACTIVATE, at=START + timedelta(days=10), actor="a", reason="r", id="order")
    journey.left(at=START + timedelta(days=2))
    journey.contacted(at=START + timedelta(days=3))
    assert journey.situation.phase is Phase.ASSESS
    step = journey.purchased(at=START + timedelta(days=7))
    assert step.after.phase is Phase.AFFIRM
    assert journey.history[-1].after.phase is Phase.ACTIVATE
    check_journey(journey)


@pytest.mark.parametrize("kind", [K.LAPSED, K.ADVOCACY_QUIET, K.RETURNED, K.TOUCHED])
def test_an_event_at_the_moment_of_a_timer(kind: EventKind) -> None:
    """What is recorded for the very moment of a timer ends the same, told the time or not."""
    when = START + timedelta(days=9 + 365)
    payload = {"touchpoint": Touchpoint.SHOP} if kind is K.TOUCHED else {}
    told, untold = fan(), fan()
    told.advance(when)
    for journey in (told, untold):
        journey.record(Event(kind, when, "tie", payload))
        journey.advance(when)
        check_journey(journey)
    assert observe(told) == observe(untold)


def test_an_erased_journey_is_told_nothing() -> None:
    """Erasure is final: time no longer passes for the journey, and it is dumped and loaded."""
    journey = fan()
    journey.erase(at=START + timedelta(days=20))
    assert journey.advance(START + timedelta(days=900)) == ()
    check_journey(journey)


def fan() -> Journey:
    """Return a journey that came all the way, a phase a day."""
    journey = Journey("c")
    for number, kind in enumerate(SHORTEST_WALK):
        journey.record(Event(kind, START + timedelta(days=number), f"e{number}"))
    assert journey.place is Phase.ADVOCATE
    return journey


def tallinn(month: int, day: int, hour: int = 0, minute: int = 0, *, fold: int = 0) -> datetime:
    """Return a time of 2026 as clocks in Tallinn show it."""
    return datetime(2026, month, day, hour, minute, tzinfo=TALLINN, fold=fold)


@pytest.mark.parametrize("arrival", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_the_hour_that_comes_twice_in_tallinn(arrival: tuple[int, ...]) -> None:
    """On 25 October 03:30 comes twice, an hour apart: what happened first is folded first."""
    night = [
        Event(K.CONTACTED, tallinn(10, 25, 2, 59), "before"),
        Event(K.PURCHASED, tallinn(10, 25, 3, 30, fold=1), "second"),
        Event(K.NEED_ADMITTED, tallinn(10, 25, 3, 30, fold=0), "first"),
    ]
    journey = Journey("c")
    for index in arrival:
        journey.record(night[index])
    assert [step.event.id for step in journey.history] == ["before", "first", "second"]
    assert night[1].at - night[2].at == timedelta(hours=1)
    assert (journey.visited, journey.implied) == ((Phase.ASSESS, Phase.ADMIT, Phase.AFFIRM), ())
    check_journey(journey)


def test_the_hour_that_never_comes_in_tallinn() -> None:
    """On 29 March 03:30 is no time of day; it is the moment half an hour after the change."""
    journey = Journey("c")
    journey.contacted(at=tallinn(3, 29, 4, 0), id="at the change")
    journey.purchased(at=tallinn(3, 29, 3, 30), id="never shown")
    journey.need_admitted(at=tallinn(3, 29, 2, 59), id="before the change")
    ids = [step.event.id for step in journey.history]
    assert ids == ["before the change", "at the change", "never shown"]
    assert journey.purchased_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    check_journey(journey)


@pytest.mark.parametrize(("month", "change"), [(3, 29), (10, 25)])
def test_windows_are_hours_that_pass_over_the_night_of_the_change(month: int, change: int) -> None:
    """A week is 168 hours and 14 days are 336, whatever the clocks show in between."""
    bought, hour = tallinn(month, change - 1, 12), timedelta(hours=1)
    journey = Journey("c")
    journey.purchased(at=bought)
    journey.asked("when?", at=bought)
    start = bought.astimezone(UTC)
    (answer,) = (one for one in journey.owed if one.rule == "answer")
    assert answer.due == start + 168 * hour
    assert answer in journey.due(start + 168 * hour + TICK).overdue
    assert answer not in journey.due(start + 24 * hour - TICK).warn
    assert answer in journey.due(start + 24 * hour).warn
    assert journey.due(start + 336 * hour - TICK).timers == ()
    (lapsed,) = journey.due(start + 336 * hour).timers
    assert lapsed.at == start + 336 * hour


@pytest.mark.parametrize(("month", "change"), [(3, 29), (10, 25)])
def test_days_are_counted_over_the_night_of_the_change(month: int, change: int) -> None:
    """Each calendar day is one day, the short and the long one too."""
    journey = Journey("c")
    journey.purchased(at=tallinn(month, change - 1, 23, 30))
    noons = [tallinn(month, change + number, 12) for number in (-1, 0, 1, 2)]
    assert [journey.day(noon) for noon in noons] == [1, 2, 3, 4]


BYTES = """
import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo
from cxjourney.chart import Confirmation, Feedback, RepeatPurchase, standard_chart
from cxjourney.vocabulary import Channel, Purpose, Touchpoint
from cxjourney.vocabulary import Event, EventKind, Nature
from cxjourney.chart import explore
from cxjourney.journey import Journey
from cxjourney.vocabulary import Phase
from cxjourney.vocabulary import Lang

start = datetime(2026, 3, 1, 12, tzinfo=ZoneInfo("Europe/Tallinn"))
values = {str: "text", datetime: start, Touchpoint: Touchpoint.SHOP, Channel: Channel.GIFT,
          Purpose: Purpose.THANK}
loose = standard_chart(feedback=Feedback.OPTIONAL, repeat_purchase=RepeatPurchase.EXPERIENCE,
                       confirmation=Confirmation.OPTIONAL)
for chart in standard_chart(), loose:
    journey = Journey("c", "e", chart=chart)
    kinds = [kind for kind in EventKind.builtin() if kind.nature is not Nature.ORDER]
    for number, kind in enumerate(2 * kinds):
        payload = {one.name: values[one.of] for one in kind.fields if one.required}
        at = start + timedelta(days=number * 7 % 61, hours=number)
        step = journey.record(Event(kind, at, f"e{number}", payload))
        print(repr(step), step.explain())
    journey.moved(Phase.ADOPT, at=start, actor="a", reason="r", force=True)
    journey.advance(start + timedelta(days=400))
    print(json.dumps(journey.to_dict()), repr(journey), journey.due(start + timedelta(days=900)))
    for lang in Lang:
        print(journey.explain(lang))
    print(journey.why_not(EventKind.REFERRED), list(journey.counts.items()))
print(list(explore(journey.chart).situations))
"""


def test_hash_seed_and_time_zone_change_no_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hash seeds and two local time zones give the same bytes."""
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
    outputs = {
        subprocess.run(
            [sys.executable, "-c", BYTES],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "Europe/Tallinn"), ("2", "Pacific/Kiritimati"))
    }
    assert len(outputs) == 1
    assert len(outputs.pop()) > 50_000
