"""What the company owes: opened, met, dropped and overdue, against books kept from SPEC 5."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney import RefusedError
from cxjourney.chart import ObligationRule, Options, standard_chart
from cxjourney.journey import Journey, Obligation, Step
from cxjourney.testing import event_sequences
from cxjourney.vocabulary import Event, EventKind, Phase, Smiley, Standing, Touchpoint, Wait
from tests.chart.explored import ALL_OPTIONS, chart_with

AT = datetime(2026, 1, 5, 9, tzinfo=timezone(timedelta(hours=2)))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NEEDED: dict[str, dict[str, object]] = {
    "asked": {"question": "?"},
    "goal_set": {"goal": "!"},
    "touched": {"touchpoint": Touchpoint.SHOP},
    "promised": {"what": "call", "due": AT + 400 * DAY},
}
TO_ADOPT = "purchased delivered used_again result_achieved feedback_captured loyalty_shown"


def journey_after(names: str) -> Journey:
    """Return a journey after these events, an hour apart, the last of them at AT."""
    journey = Journey("c1")
    kinds = names.split()
    for number, name in enumerate(kinds, start=1):
        at = AT - (len(kinds) - number) * HOUR
        journey.record(event(name, at, f"e{number}"))
    return journey


def event(name: str, at: datetime, event_id: str) -> Event:
    """Return an event with the least payload."""
    return Event(getattr(EventKind, name.upper()), at, event_id, NEEDED.get(name, {}))


def rules(owed: Sequence[Obligation]) -> list[str]:
    """Return the rules of obligations, in order."""
    return [one.rule for one in owed]


class Books:
    """Books on one journey's obligations, kept by hand from SPEC 5: no rules as data."""

    # fmt: off
    MEETS: ClassVar[dict[str, str]] = {
        "answered": "answer acknowledge",
        "reassured": "acknowledge solve reassure follow_up affirm_decision",
        "recovered": "acknowledge solve follow_up celebrate_or_recover",
        "goal_set": "record_goal",
        "touched": "share_joy affirm_decision be_there check_in celebrate_or_recover "
                   "personal_contact",
        "feedback_asked": "ask_feedback",
        "feedback_captured": "ask_feedback record_feedback",
        "feedback_declined": "record_feedback",
        "loyalty_confirmed": "confirm_loyalty celebrate_or_recover",
    }
    # fmt: on
    ONE_BY_ONE = ("answer", "thank_promoter", "keep_promise", "route_feedback", "thank_referral")
    FOR_EVER = (*ONE_BY_ONE, "acknowledge", "solve", "follow_up", "record_loss")

    def __init__(self) -> None:
        self.owed: list[Obligation] = []
        self.on_time = self.late = self.dropped = 0
        self.cycle = 1

    def take(self, step: Step) -> tuple[list[Obligation], list[Obligation], list[Obligation]]:
        """Book one step; return what it opened, met and dropped."""
        met = self.meet(step)
        self.owed = [one for one in self.owed if one not in met]
        dropped = [one for one in self.owed if self.is_over(one, step)]
        self.owed = [one for one in self.owed if one not in dropped]
        opened = [self.note(rule, due, step) for rule, due in self.opens(step, met)]
        self.owed += opened
        late = sum(one.due < step.event.at for one in met)
        self.on_time, self.late = self.on_time + len(met) - late, self.late + late
        self.dropped += len(dropped)
        return opened, met, dropped

    def meet(self, step: Step) -> list[Obligation]:
        """Find what the step meets."""
        named = step.event.payload.get("obligation")
        by_key = [one for one in self.owed if f"{one.cycle}:{one.rule}:{one.event}" == named]
        if by_key:
            return by_key
        meets = self.MEETS.get(step.event.kind.name, "").split() if named is None else [named]
        met: list[Obligation] = []
        for one in self.owed:
            again = one.rule in self.ONE_BY_ONE and one.rule in rules(met)
            if one.rule in meets and not again:
                met.append(one)
        return met

    def is_over(self, one: Obligation, step: Step) -> bool:
        """Say whether the customer left an obligation behind."""
        place = step.after.place
        if one.rule in self.FOR_EVER:
            return False
        begun_again = one.cycle < step.cycle
        left = one.rule == "check_in" and place is not Phase.ACCLIMATE
        back = one.rule == "personal_contact" and place is not Standing.LAPSED
        return begun_again or place is Standing.LOST or left or back

    def opens(self, step: Step, met: Sequence[Obligation]) -> list[tuple[str, datetime]]:
        """Find what the step opens, and when each is due."""
        at, place = step.event.at, step.after.place
        entered = {move.target for move in step.moves if move.source != move.target}
        found = self.opened_by_event(step)
        doubted = step.before.doubt_open and step.cycle == self.cycle
        self.cycle = step.cycle
        if step.after.doubt_open and not doubted:
            found.append(("reassure", at + 2 * DAY))
        if self.is_day_one(step):
            found += [("affirm_decision", at + 2 * DAY), ("hand_over", at + 2 * DAY)]
        by_place = [
            (Phase.ADMIT, {"record_goal": DAY, "share_joy": DAY}),
            (Phase.ACCLIMATE, {"check_in": 7 * DAY}),
            (
                Phase.ACCOMPLISH,
                {"ask_feedback": HOUR, "record_feedback": 7 * DAY, "celebrate_or_recover": 7 * DAY},
            ),
            (Phase.ADOPT, {"confirm_loyalty": 14 * DAY}),
            (Standing.LAPSED, {"personal_contact": 7 * DAY}),
            (Standing.LOST, {"record_loss": timedelta()}),
        ]
        for there, owes in by_place:
            if there in entered:
                found += [(rule, at + due) for rule, due in owes.items()]
        if Phase.ACTIVATE in entered:
            midnight = datetime(at.year, at.month, at.day, tzinfo=at.tzinfo) + DAY
            found += [("be_there", midnight), ("compare_delivery", midnight)]
        if "check_in" in rules(met) and place is Phase.ACCLIMATE:
            found.append(("check_in", at + 30 * DAY))
        return [(rule, due) for rule, due in found if self.is_opened(rule, step)]

    def is_day_one(self, step: Step) -> bool:
        """Say whether the customer's day 1 is here: T03, T05, T25 or T26."""
        before = step.before
        onward = before.standing is not Standing.ACTIVE or (before.phase or 0) < Phase.AFFIRM
        return step.event.kind.name == "purchased" and (onward or not before.purchased)

    def opened_by_event(self, step: Step) -> list[tuple[str, datetime]]:
        """Find what the event opens wherever the customer is."""
        at = step.event.at
        match step.event.kind.name:
            case "asked":
                return [("answer", at + 7 * DAY)]
            case "complained" | "result_poor":
                return [("acknowledge", at + DAY), ("solve", at + 7 * DAY)]
            case "promised":
                due = step.event.payload["due"]
                assert isinstance(due, datetime)
                return [("keep_promise", due)]
            case "feedback_captured":
                said = step.event.payload
                score, found = said.get("nps"), list[tuple[str, datetime]]()
                if score in range(7) or said.get("smiley") is Smiley.SAD:
                    found.append(("follow_up", at + 2 * DAY))
                if score == 10:
                    found.append(("thank_promoter", at + 7 * DAY))
                return [*found, ("route_feedback", at + 7 * DAY)]
            case "referred":
                return [("thank_referral", at + 7 * DAY)]
            case _:
                return []

    def is_opened(self, rule: str, step: Step) -> bool:
        """Say whether an opening counts: it still holds, and this cycle has none open already."""
        always = rule in self.FOR_EVER and rule != "record_loss"
        over = self.is_over(self.note(rule, step.event.at, step), step)
        running = [one.rule for one in self.owed if one.cycle == step.cycle]
        return always or not (over or rule in running)

    def note(self, rule: str, due: datetime, step: Step) -> Obligation:
        """Write an obligation down."""
        return Obligation(rule, step.event.at, due, step.event.id, step.cycle)


ALIVE = [kind for kind in EventKind.builtin() if kind is not EventKind.ERASED]


@given(st.data(), st.sampled_from(ALL_OPTIONS))
def test_the_books_agree(data: st.DataObject, options: Options) -> None:
    """Whatever happens, every step opens, meets and drops just what SPEC 5 says."""
    chart = chart_with(options)
    journey = Journey("c1", chart=chart)
    for drawn in data.draw(event_sequences(chart, ALIVE, max_size=25, forced=True)):
        payload = dict(drawn.payload)
        if "obligation" in payload and journey.owed and data.draw(st.booleans()):
            payload["obligation"] = data.draw(st.sampled_from(journey.owed)).key
        with suppress(RefusedError):
            journey.record(Event(drawn.kind, drawn.at, drawn.id, payload))
    books = Books()
    for step in journey.history:
        opened, met, dropped = books.take(step)
        assert sorted(step.opened) == sorted(opened)
        assert sorted(step.met) == sorted(met)
        assert sorted(step.dropped) == sorted(dropped)
    assert sorted(journey.owed) == sorted(books.owed)
    assert journey.tally == (books.on_time, books.late, books.dropped)


@pytest.mark.no_cover
@given(event_sequences(kinds=ALIVE, max_size=25, late=True))
def test_nothing_vanishes(arriving: list[Event]) -> None:
    """Whatever was opened is owed, met or dropped, once, under a key of its own."""
    journey = Journey("c1")
    for happened in arriving:
        with suppress(RefusedError):
            journey.record(happened)
    opened = [one for step in journey.history for one in step.opened]
    closed = [one for step in journey.history for one in (*step.met, *step.dropped)]
    assert sorted(opened) == sorted([*closed, *journey.owed])
    assert len({one.key for one in opened}) == len(opened)
    assert sum(journey.tally) == len(closed)


OPENINGS = [
    ("", "asked", "answer", 7 * DAY),
    ("purchased", "complained", "acknowledge", DAY),
    ("purchased", "complained", "solve", 7 * DAY),
    ("purchased", "result_poor", "acknowledge", DAY),
    ("purchased", "result_poor", "solve", 7 * DAY),
    ("", "promised", "keep_promise", 400 * DAY),
    ("contacted", "need_admitted", "record_goal", DAY),
    ("contacted", "need_admitted", "share_joy", DAY),
    ("doubted", "purchased", "affirm_decision", 48 * HOUR),
    ("", "purchased", "affirm_decision", 48 * HOUR),
    ("", "purchased", "hand_over", 48 * HOUR),
    ("purchased", "delivered", "be_there", 15 * HOUR),
    ("purchased", "delivered", "compare_delivery", 15 * HOUR),
    ("purchased delivered", "used_again", "check_in", 7 * DAY),
    ("purchased", "result_achieved", "ask_feedback", HOUR),
    ("purchased", "result_achieved", "record_feedback", 7 * DAY),
    ("purchased", "result_achieved", "celebrate_or_recover", 7 * DAY),
    ("contacted", "feedback_captured", "route_feedback", 7 * DAY),
    ("purchased result_achieved feedback_captured", "loyalty_shown", "confirm_loyalty", 14 * DAY),
    ("", "referred", "thank_referral", 7 * DAY),
    (f"{TO_ADOPT} loyalty_confirmed", "referred", "thank_referral", 7 * DAY),
    ("purchased", "lapsed", "personal_contact", 7 * DAY),
    ("", "declined", "record_loss", timedelta()),
    ("purchased", "left", "record_loss", timedelta()),
]


@pytest.mark.parametrize(("before", "opening", "rule", "due"), OPENINGS)
def test_what_opens_and_when_it_is_due(
    before: str, opening: str, rule: str, due: timedelta
) -> None:
    """Each row of SPEC 5: what opens an obligation, and how long after it is due."""
    journey = journey_after(f"{before} {opening}")
    opened = journey.history[-1].opened
    (one,) = [one for one in opened if one.rule == rule]
    assert one in journey.owed
    assert one.due - one.opened_at == due
    assert one.opened_at == AT
    assert one.event == journey.history[-1].event.id
    assert not one.overdue(one.due)
    assert one.overdue(one.due + timedelta(microseconds=1))


def test_two_questions_need_two_answers() -> None:
    """An answer meets the oldest question only."""
    journey = journey_after("asked asked")
    first, second = (one for one in journey.owed if one.rule == "answer")
    assert journey.answered(at=AT).met == (first,)
    assert journey.answered(at=AT).met == (second,)
    assert journey.answered(at=AT).met == ()


def test_an_answer_may_name_its_question() -> None:
    """An answer to the second question leaves the first one open."""
    journey = journey_after("asked asked complained")
    first, second = (one for one in journey.owed if one.rule == "answer")
    assert journey.answered(at=AT, obligation=second).met == (second,)
    assert first in journey.owed
    assert "acknowledge" in rules(journey.owed)


def test_one_recovery_closes_all_complaints() -> None:
    """However often the customer complained, one solution solves it all."""
    journey = journey_after("purchased delivered complained complained result_poor")
    step = journey.recovered(at=AT)
    assert rules(step.met).count("solve") == 3
    assert rules(step.met).count("acknowledge") == 3
    assert not {"solve", "acknowledge"} & set(rules(journey.owed))


def test_an_answer_acknowledges_but_does_not_solve() -> None:
    """After an answer the complaint waits for its solution still."""
    journey = journey_after("purchased delivered complained")
    assert rules(journey.answered(at=AT).met) == ["acknowledge"]
    assert "solve" in rules(journey.owed)


@pytest.mark.no_cover
@pytest.mark.parametrize("rule", sorted({rule for *_, rule, _ in OPENINGS}))
def test_any_obligation_can_be_fulfilled_by_key(rule: str) -> None:
    """``fulfilled`` meets the one that it names and no other, once."""
    before, opening = next(row[:2] for row in OPENINGS if row[2] == rule)
    journey = journey_after(f"{before} {opening}")
    (one,) = [one for one in journey.owed if one.rule == rule]
    owed = set(journey.owed)
    step = journey.fulfilled(one, at=AT + HOUR)
    assert step.met == (one,)
    assert set(journey.owed) - set(step.opened) == owed - {one}
    assert journey.fulfilled(one, at=AT + HOUR).met == ()


def test_an_unknown_key_meets_nothing() -> None:
    """A key that names nothing is recorded and has no effect."""
    journey = journey_after("asked")
    unknown = Event(EventKind.FULFILLED, AT, "f1", {"obligation": "1:answer:nobody"})
    assert journey.record(unknown).met == ()
    assert rules(journey.owed) == ["answer"]


def test_fulfilled_by_rule_meets_the_oldest_of_it() -> None:
    """A log that knows no keys may name the rule: of what is met one by one, the oldest."""
    journey = journey_after("asked asked")
    named = [Event(EventKind.FULFILLED, AT, f"f{n}", {"obligation": "answer"}) for n in range(3)]
    assert [[one.event for one in journey.record(one).met] for one in named] == [["e1"], ["e2"], []]


def test_a_promise_is_due_when_it_says() -> None:
    """A promise has its own due time, even one that has passed, and is kept by naming it."""
    journey = journey_after("contacted")
    (late,) = journey.promised("call", AT - DAY, at=AT).opened
    (early,) = journey.promised("call", AT + DAY, at=AT).opened
    assert (late.due, early.due) == (AT - DAY, AT + DAY)
    assert journey.due(AT).overdue == (late,)
    journey.fulfilled(early, at=AT)
    journey.fulfilled(late, at=AT)
    assert journey.tally == (1, 1, 0)


@pytest.mark.parametrize(
    ("delivered", "midnight"),
    [
        ("2026-01-05T00:00:00+02:00", "2026-01-06T00:00:00+02:00"),
        ("2026-01-05T23:59:59.999999+02:00", "2026-01-06T00:00:00+02:00"),
        ("2026-01-05T23:30:00-09:30", "2026-01-06T00:00:00-09:30"),
        ("2026-12-31T12:00:00+14:00", "2027-01-01T00:00:00+14:00"),
        ("2028-02-28T12:00:00+00:00", "2028-02-29T00:00:00+00:00"),
    ],
)
def test_the_day_ends_where_the_event_was(delivered: str, midnight: str) -> None:
    """The day of the delivery ends at midnight in the event's own offset."""
    journey = Journey("c1")
    at = datetime.fromisoformat(delivered)
    journey.purchased(at=at)
    dues = {one.due.isoformat() for one in journey.delivered(at=at).opened}
    assert dues == {midnight}


def test_the_day_ends_in_the_offset_that_held() -> None:
    """In the night when the clocks change, the day's end is reckoned in the event's offset."""
    journey = Journey("c1")
    at = datetime(2026, 3, 29, 1, tzinfo=ZoneInfo("Europe/Tallinn"))
    journey.purchased(at=at)
    (due,) = {one.due for one in journey.delivered(at=at).opened}
    assert due == datetime(2026, 3, 29, 22, tzinfo=UTC)


def test_check_ins_repeat_while_the_customer_stays() -> None:
    """Each contact is a check-in, and the next is due 30 days after it, until they move on."""
    journey = journey_after("purchased delivered used_again")
    at = AT
    for _ in range(3):
        at += 6 * DAY
        step = journey.touched(Touchpoint.SUPPORT, at=at)
        assert "check_in" in rules(step.met)
        (following,) = step.opened
        assert (following.rule, following.due) == ("check_in", at + 30 * DAY)
    assert journey.result_achieved(at=at + DAY).dropped == (following,)


def test_a_fulfilled_check_in_repeats_too() -> None:
    """It does not matter how the check-in was met."""
    journey = journey_after("purchased delivered used_again")
    (one,) = [one for one in journey.owed if one.rule == "check_in"]
    (following,) = journey.fulfilled(one, at=AT + DAY).opened
    assert following.due == AT + 31 * DAY
    assert following.key != one.key


def test_what_was_owed_to_a_prospect_ends_with_the_loss() -> None:
    """At LOST what is owed for the cycle ends, what was asked and promised does not."""
    journey = journey_after("contacted need_admitted asked promised complained")
    step = journey.left(at=AT)
    assert set(rules(step.dropped)) == {"record_goal", "share_joy", "reassure"}
    owed = ["answer", "keep_promise", "acknowledge", "solve", "record_loss"]
    assert rules(journey.owed) == owed
    again = journey.contacted(at=AT + DAY)
    assert (again.cycle, again.dropped) == (2, ())
    assert rules(journey.owed) == owed


def test_a_new_cycle_owes_anew() -> None:
    """A purchase while LAPSED begins a cycle: the old affirmation ends, a new one is owed."""
    journey = journey_after("purchased lapsed")
    step = journey.purchased(at=AT + DAY)
    assert {one.cycle for one in step.dropped} == {1}
    assert {"affirm_decision", "hand_over", "personal_contact"} == set(rules(step.dropped))
    assert {one.cycle for one in journey.owed} == {2}
    assert set(rules(journey.owed)) == {"affirm_decision", "hand_over"}


def test_a_personal_contact_is_owed_only_while_silent() -> None:
    """When the silent customer is back, the personal contact is no longer owed."""
    journey = journey_after("purchased delivered used_again lapsed")
    assert rules(journey.history[-1].dropped) == ["check_in"]
    step = journey.returned(at=AT + DAY)
    assert rules(step.dropped) == ["personal_contact"]
    assert rules(step.opened) == ["check_in"]


def test_a_loss_is_recorded_at_once_and_for_ever() -> None:
    """The record of a loss is due when it happens, and outlives a win-back."""
    journey = journey_after("purchased left")
    (one,) = [one for one in journey.owed if one.rule == "record_loss"]
    assert one.due == AT
    journey.purchased(at=AT + DAY)
    assert one in journey.owed


def test_each_loss_is_recorded() -> None:
    """A customer who is lost twice owes a record of both losses to the company's books."""
    journey = journey_after("purchased left contacted declined")
    assert [one.cycle for one in journey.owed if one.rule == "record_loss"] == [1, 2]


def test_erasure_leaves_nothing_owed() -> None:
    """After erasure nothing is owed; only how much was dropped is known."""
    journey = journey_after("purchased asked promised")
    owed = len(journey.owed)
    journey.erase(at=AT)
    assert journey.owed == ()
    assert journey.tally.dropped == owed


def test_met_at_the_last_moment_is_on_time() -> None:
    """Met just when it is due is on time; a microsecond later is late."""
    for extra, tally in ((timedelta(), (1, 0, 0)), (timedelta(microseconds=1), (0, 1, 0))):
        journey = journey_after("contacted asked")
        journey.answered(at=AT + 7 * DAY + extra)
        assert journey.tally == tally


def test_a_warning_comes_before_it_is_due() -> None:
    """A question is warned of from 24 hours until its due time, then it is overdue."""
    journey = journey_after("contacted asked")
    (question,) = journey.owed
    tick = timedelta(microseconds=1)
    assert journey.due(AT + DAY - tick).warn == ()
    assert journey.due(AT + DAY).warn == (question,)
    assert journey.due(AT + 7 * DAY).warn == (question,)
    overdue = journey.due(AT + 7 * DAY + tick)
    assert (overdue.warn, overdue.overdue) == ((), (question,))


def with_rule(rule: ObligationRule) -> Journey:
    """Return a journey whose chart has this one obligation rule."""
    return Journey("c1", chart=attrs.evolve(standard_chart(), obligations=(rule,)))


def test_obligations_that_go_one_by_one() -> None:
    """For a rule of one's own ``each`` decides whether an event meets the oldest or all."""
    for each, met in ((True, 1), (False, 2)):
        rule = ObligationRule(
            "call", "ours", on=(EventKind.ASKED,), met_by=(EventKind.TOUCHED,), each=each
        )
        journey = with_rule(rule)
        journey.asked("?", at=AT)
        journey.asked("?", at=AT)
        assert len(journey.touched(Touchpoint.SHOP, at=AT + HOUR).met) == met


def test_entering_opens_one_at_a_time() -> None:
    """A place that is entered again opens nothing while the first is open still."""
    journey = with_rule(ObligationRule("note", "ours", enters=(Phase.ACCLIMATE,)))
    for name in ("purchased", "delivered", "used_again", "lapsed"):
        journey.record(event(name, AT, name))
    assert rules(journey.owed) == ["note"]
    assert journey.returned(at=AT + DAY).opened == ()


def test_one_event_opens_a_rule_once() -> None:
    """An event that opens a rule by its kind and by its place opens it once."""
    rule = ObligationRule("call", "ours", on=(EventKind.PURCHASED,), enters=(Phase.AFFIRM,))
    opened = with_rule(rule).purchased(at=AT).opened
    assert len({one.key for one in opened}) == len(opened)


def test_to_somebody_forgotten_nothing_is_owed() -> None:
    """No rule opens with an erasure, whatever it names; what is left can be stored."""
    own = ObligationRule("own", "own", on=(EventKind.ERASED,), enters=(Standing.ERASED,))
    chart = attrs.evolve(standard_chart(), key="after", obligations=(own,))
    journey = Journey("c", chart=chart)
    journey.contacted(at=datetime(2026, 1, 5, 9, tzinfo=UTC))
    journey.erased(at=datetime(2026, 1, 5, 9, tzinfo=UTC))
    assert journey.owed == ()
    assert Journey.from_dict(journey.to_dict(), chart=chart).owed == ()


def test_a_doubt_after_the_delivery_is_owed_for() -> None:
    """T06c: whoever doubts in use is to be reassured within two days; once, until it is done."""
    journey = journey_after("purchased delivered")
    step = journey.doubted(at=AT + HOUR)
    assert step.moves[-1].row == "T06c"
    (owed,) = [one for one in step.opened if one.rule == "reassure"]
    assert owed.due == AT + HOUR + 2 * DAY
    assert journey.doubted(at=AT + 2 * HOUR).opened == ()
    assert owed in journey.reassured(at=AT + DAY).met
    assert not journey.situation.doubt_open


@pytest.mark.parametrize(
    ("said", "owed"),
    [
        ({"nps": 0}, {"follow_up"}),
        ({"nps": 6}, {"follow_up"}),
        ({"nps": 7}, set()),
        ({"nps": 9}, set()),
        ({"nps": 10}, {"thank_promoter"}),
        ({"smiley": Smiley.SAD}, {"follow_up"}),
        ({"smiley": Smiley.BORED}, set()),
        ({"nps": 10, "smiley": Smiley.SAD}, {"follow_up", "thank_promoter"}),
        ({"text": "as it was"}, set()),
    ],
)
def test_what_a_score_calls_for(said: dict[str, Any], owed: set[str]) -> None:
    """NPS 0 to 6 or a sad smiley is followed up in person, NPS 10 thanked for (SPEC 5)."""
    journey = journey_after("purchased delivered used_again result_achieved")
    step = journey.record(Event(EventKind.FEEDBACK_CAPTURED, AT, "said", said))
    assert set(rules(step.opened)) == {"route_feedback", *owed}


TALLINN = ZoneInfo("Europe/Tallinn")
CHRISTMAS = frozenset({date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26)})


def test_dues_by_the_customers_clock() -> None:
    """A chart in a zone reckons due, warning and repetition by the clock there."""
    rule = ObligationRule(
        "call",
        "ours",
        on=(EventKind.ASKED,),
        enters=(Phase.ASSESS,),
        due=Wait(working_days=2, at=time(9), days_off=CHRISTMAS),
        warn=Wait(working_days=1),
        met_by=(EventKind.TOUCHED,),
        repeats=Wait(months=2),
    )
    chart = attrs.evolve(standard_chart(), obligations=(rule,))
    placed = chart.in_zone(TALLINN)
    assert placed is chart.in_zone(TALLINN)
    assert placed.ref == chart.ref
    assert placed.in_zone(None) is placed.in_zone(TALLINN) is placed
    assert standard_chart().in_zone(TALLINN) is standard_chart()
    journey = Journey("c1", chart=placed)
    asked = datetime(2026, 12, 23, 23, 30, tzinfo=UTC)  # the 24th in Tallinn
    (owed,) = journey.asked("?", at=asked).opened
    assert owed.due == datetime(2026, 12, 29, 9, tzinfo=TALLINN)
    assert journey.due(asked + DAY - HOUR).warn == ()
    assert journey.due(asked + DAY).warn == (owed,)
    touched = datetime(2026, 12, 31, 12, tzinfo=UTC)
    (again,) = journey.touched(Touchpoint.SHOP, at=touched).opened
    assert again.due == datetime(2027, 2, 28, 12, tzinfo=UTC)
    plain = Journey("c1", chart=chart)
    (owed,) = plain.asked("?", at=asked).opened
    assert owed.due == datetime(2026, 12, 29, 9, tzinfo=UTC), "by the offset of the event"
