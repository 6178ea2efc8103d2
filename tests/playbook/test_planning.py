"""Planning: everything is called for once, in order, and told again alike."""

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney import RefusedError
from cxjourney.channels import Intent
from cxjourney.errors import NaiveTimeError
from cxjourney.journey import Journey
from cxjourney.playbook import KEY_ACCOUNT, Entered, NearlyDue, Opened, Playbook, Wished
from cxjourney.testing import charts, event_sequences, journeys
from cxjourney.vocabulary import Event, EventKind, Phase, Standing
from cxjourney.wishes import Wish, WishKind
from tests.playbook import whole_history
from tests.playbook.books import (
    BUSY,
    DAY,
    HOUR,
    NO_STAYS,
    STANDARD,
    START,
    Decided,
    Moot,
    Reminder,
    book,
    called_by,
    calls,
    happened,
    lived,
    moot,
    nearly_due,
    play,
    reminder,
    stays_of,
    wake_at,
)
from tests.playbook.whole_history import told

K = EventKind
BOOKS = st.sampled_from([BUSY, STANDARD])
SEGMENTS = st.sampled_from([None, KEY_ACCOUNT])
FAR = timedelta(days=2000)
BOUGHT = (K.CONTACTED, K.NEED_ADMITTED, K.PURCHASED)
USED = (*BOUGHT, K.DELIVERED, K.USED_AGAIN)


def everything(playbook: Playbook, journey: Journey, segment: str | None = None) -> list[Intent]:
    """Return all that a journey calls for, and will when time passes while nothing is done."""
    late = (journey.clock or START) + FAR
    return [*calls(playbook, journey, segment), *nearly_due(playbook, journey, late, segment)]


def occasion(intent: Intent) -> tuple[str, str, str | None]:
    """Return what an intent is for: its row, its event and its wish."""
    return intent.play, intent.cause, intent.wish


@pytest.mark.no_cover
@given(journeys(forced=True), BOOKS, SEGMENTS)
def test_every_key_is_unique(journey: Journey, playbook: Playbook, segment: str | None) -> None:
    """No two intents of a journey share a key, or a row, event and wish."""
    found = everything(playbook, journey, segment)
    assert len({one.key for one in found}) == len(found)
    assert len({occasion(one) for one in found}) == len(found)


@pytest.mark.no_cover
@given(journeys(), BOOKS, SEGMENTS)
def test_planning_is_deterministic(
    journey: Journey, playbook: Playbook, segment: str | None
) -> None:
    """A journey that was stored and folded anew calls for the same, under the same keys."""
    again = Journey.from_dict(journey.to_dict())
    assert everything(attrs.evolve(playbook), again, segment) == everything(
        playbook, journey, segment
    )


@pytest.mark.no_cover
@given(journeys(), BOOKS)
def test_intents_say_what_called_for_them(journey: Journey, playbook: Playbook) -> None:
    """Each intent names its row, an event of the journey, and either a duty or a place."""
    events = {step.event.id: step.event for step in journey.history}
    for one in calls(playbook, journey, None):
        row = playbook.find(one.play)
        assert row is not None
        assert one.planned_at == events[one.cause].at
        assert isinstance(row.after, timedelta)
        assert one.not_before == one.planned_at + row.after
        assert one.expires == one.not_before + row.lasts
        assert (one.purpose, one.channels, one.content) == (
            row.purpose,
            row.channels,
            row.content,
        )
        assert one.tells == (row.tells and row.tells.name)
        assert (one.place is None) == isinstance(row.on, Opened)
        assert (one.obligation is None) == (one.due is None) == isinstance(row.on, Entered | Wished)
        assert (one.wish is None) == (not isinstance(row.on, Wished))


@pytest.mark.no_cover
@given(journeys(max_size=12))
def test_every_stay_and_every_duty_is_answered(journey: Journey) -> None:
    """With a row for everything, each place entered and each obligation opened is called for."""
    called = Counter(one.play for one in calls(BUSY, journey, None))
    expected: Counter[str] = Counter()
    if journey.standing is not Standing.ERASED:
        for step in journey.history:
            if step.before.place is not step.after.place:
                expected[f"in_{step.after.place.name}"] += 1
            expected.update(f"owed_{owed.rule}" for owed in step.opened)
    assert Counter({id: n for id, n in called.items() if not id.startswith("wish_")}) == expected


@pytest.mark.no_cover
@given(journeys(forced=True) | charts().flatmap(journeys), BOOKS, SEGMENTS)
def test_a_history_calls_for_what_it_did_at_first(
    journey: Journey, playbook: Playbook, segment: str | None
) -> None:
    """On any chart it is what planning by the whole history, written apart, says."""
    found = [told(one) for one in calls(playbook, journey, segment)]
    assert found == whole_history.called_for(playbook, journey, segment)


@pytest.mark.no_cover
@given(event_sequences(), BOOKS, SEGMENTS)
def test_each_step_calls_for_its_own(
    events: list[Event], playbook: Playbook, segment: str | None
) -> None:
    """Step by step, with no more of the past than the stays, it is what all steps call for."""
    journey, stays, found = Journey("anna"), NO_STAYS, list[Intent]()
    for event in events:
        before = len(journey.history)
        with suppress(RefusedError):
            journey.record(event)
        if journey.standing is Standing.ERASED:
            break
        new, stays = called_by(playbook, journey, journey.history[before:], stays, segment)
        found += new
        assert tuple(found) == calls(playbook, journey, segment)
        assert stays == stays_of(journey.history)
        assert len(stays.entered) <= len(Phase) + 2


@pytest.mark.no_cover
@given(event_sequences(), BOOKS)
def test_what_was_called_for_stays_called_for(events: list[Event], playbook: Playbook) -> None:
    """While events come in order, each adds intents to the end of those there were."""
    journey, before = Journey("anna"), tuple[Intent, ...]()
    for event in events:
        with suppress(RefusedError):
            journey.record(event)
        now = calls(playbook, journey, None)
        assert now[: len(before)] == before or journey.standing is Standing.ERASED
        before = now


@pytest.mark.no_cover
@given(event_sequences(late=True, repeats=True), BOOKS)
def test_nothing_is_decided_twice(events: list[Event], playbook: Playbook) -> None:
    """In whatever order events arrive: decided as they come, no occasion is decided twice."""
    journey, decided = Journey("anna"), list[Intent]()
    for event in events:
        with suppress(RefusedError):
            journey.record(event)
        for one in everything(playbook, journey):
            if one not in Decided(decided, playbook):
                decided.append(one)
    assert len({one.key for one in decided}) == len(decided)
    assert len({occasion(one) for one in decided}) == len(decided)
    known = Decided(decided, playbook)
    assert all(one in known for one in everything(playbook, journey))


@pytest.mark.no_cover
@given(journeys(kinds=tuple(one for one in EventKind.builtin() if one is not K.MOVED)), BOOKS)
def test_an_erased_journey_calls_for_nothing(journey: Journey, playbook: Playbook) -> None:
    """After an erasure nothing is called for, nothing wakes, and all that waited is moot."""
    waited = everything(playbook, journey)
    at = (journey.clock or START) + DAY
    if journey.standing is not Standing.ERASED:
        journey.erase(at=at)
    assert everything(playbook, journey) == []
    assert wake_at(playbook, journey, None) is None
    assert {moot(one, journey, at, playbook, None) for one in waited} <= {"erased"}


@pytest.mark.no_cover
@given(journeys(history=False), BOOKS)
def test_without_history_only_what_is_owed_counts(journey: Journey, playbook: Playbook) -> None:
    """A journey that keeps no events calls for what is nearly due, and for nothing else."""
    assert calls(playbook, journey, None) == ()
    soon = everything(playbook, journey)
    rules = {owed.rule for owed in journey.owed}
    rows = playbook.rows_for()
    nearly = [row for row in rows if isinstance(row.on, NearlyDue) and row.on.rule in rules]
    assert {one.play for one in soon} == {row.id for row in nearly}


def test_a_place_passed_through_calls_for_nothing() -> None:
    """What a customer only passes through within one event is not answered."""
    journey = Journey("anna")
    journey.need_admitted(at=START)
    assert calls(BUSY, journey, None)[0].play == "in_ADMIT"


def test_entries_are_counted_by_cycle() -> None:
    """A place entered again is another occasion, and so is a new cycle."""
    again = (K.PURCHASED, K.COMPLAINED, K.LEFT, K.PURCHASED, K.LEFT, K.CONTACTED)
    called = [one for one in calls(BUSY, lived(*again), None) if one.place is not None]
    entered = [one.occurrence for one in called if one.wish is None]
    assert entered == ["1:AFFIRM:1", "1:LOST:1", "2:AFFIRM:1", "2:LOST:1", "3:ASSESS:1"]
    assert [one.occurrence for one in called if one.wish] == [
        "1:AFFIRM:1:a call",
        "2:AFFIRM:1:a call",
        "3:ASSESS:1:a poem",
    ]
    back = lived(*USED, K.RESULT_ACHIEVED, K.FEEDBACK_CAPTURED, K.LOYALTY_SHOWN, K.COMPLAINED)
    stays = [one.occurrence for one in calls(BUSY, back, None) if one.play == "in_ACCOMPLISH"]
    assert stays == ["1:ACCOMPLISH:1", "1:ACCOMPLISH:2"]


def test_the_last_moments_are_kept_within_what_can_be_stored() -> None:
    """At the end of the years that events may have, nothing overflows."""
    last = datetime(9000, 12, 31, 23, tzinfo=UTC)
    journey = Journey("anna")
    journey.asked(at=last, question="when?")
    soon = nearly_due(BUSY, journey, last.replace(minute=59, second=59), None)
    assert soon
    for one in (*calls(BUSY, journey, None), *soon):
        assert one.expires is not None
        assert one.expires.year == 9000
        assert last <= one.not_before <= one.expires


@pytest.mark.no_cover
@given(journeys(), BOOKS, st.integers(0, 60 * 24))
def test_something_is_nearly_due_from_its_moment_on(
    journey: Journey, playbook: Playbook, hours: int
) -> None:
    """What is owed is nearly due so long before its due time, or as soon as it is owed."""
    now = (journey.clock or START) + hours * HOUR
    found = {(one.play, one.obligation) for one in nearly_due(playbook, journey, now, None)}
    expected = {
        (row.id, owed.key)
        for row in playbook.rows_for()
        if isinstance(row.on, NearlyDue)
        for owed in journey.owed
        if owed.rule == row.on.rule
        and max(owed.opened_at, owed.due - row.on.before) <= now
        and journey.standing is not Standing.ERASED
    }
    assert found == expected
    moments = {owed.key: owed for owed in journey.owed}
    for one in nearly_due(playbook, journey, now, None):
        row, owed = playbook.find(one.play), moments[one.obligation or ""]
        assert row is not None
        assert isinstance(row.on, NearlyDue)
        assert one.planned_at == max(owed.opened_at, owed.due - row.on.before)


def reminded_by(playbook: Playbook, now: datetime) -> dict[Reminder, datetime]:
    """Return up to when reminders were decided, where all that is nearly due by now was."""
    until = now + datetime.resolution
    rows = [row for row in playbook.rows_for() if isinstance(row.on, NearlyDue)]
    return {reminder(row, row.on): until for row in rows if isinstance(row.on, NearlyDue)}


@pytest.mark.no_cover
@given(journeys(max_size=10), BOOKS)
def test_waking_misses_nothing_and_ends(journey: Journey, playbook: Playbook) -> None:
    """Whoever wakes when told to finds each nearly due thing at its moment, and sleeps at last."""
    decided, reminded = Decided((), playbook), dict[Reminder, datetime]()
    end = (journey.clock or START) + timedelta(days=60)
    for _ in range(400):
        at = wake_at(playbook, journey, None, reminded)
        if at is None or at > end:
            break
        now = max(at, journey.clock or at)
        journey.advance(now)
        for one in nearly_due(playbook, journey, now, None, reminded=reminded):
            assert one not in decided
            assert one.planned_at == now or one.planned_at <= (journey.clock or now)
            decided.add(one)
        reminded = reminded_by(playbook, now)
    else:
        pytest.fail("it wakes for ever")
    assert all(one in decided for one in nearly_due(playbook, journey, end, None))


def test_nobody_wakes_for_what_was_decided() -> None:
    """Until it is decided, what is nearly due keeps its moment, though that has passed."""
    soon = book(play("x", NearlyDue("answer", 2 * DAY)))
    journey = lived(K.ASKED)
    assert wake_at(soon, journey, None) == START + DAY, "the warning of the obligation"
    journey.advance(START + DAY)
    assert wake_at(soon, journey, None) == START + 5 * DAY
    journey.advance(START + 5 * DAY)
    assert wake_at(soon, journey, None) == START + 5 * DAY
    reminded = reminded_by(soon, START + 5 * DAY)
    assert wake_at(soon, journey, None, reminded) == START + 7 * DAY + datetime.resolution
    assert wake_at(soon, Journey("anna"), None) is None


def test_a_renamed_row_decides_nothing_again() -> None:
    """A row that says which id it had before takes over what was decided under it."""
    old = book(play("old", Opened("answer")), play("hello", Entered(Phase.ASSESS)))
    new = book(
        play("new", Opened("answer"), was=("older", "old")),
        play("hi", Entered(Phase.ASSESS), was=("hello",)),
    )
    journey = lived(K.ASKED)
    decided = calls(old, journey, None)
    called = calls(new, journey, None)
    assert len(called) == 2
    assert all(one in Decided(decided, new) for one in called)
    assert not any(one in Decided(decided, book()) for one in called)
    assert [moot(one, journey, START, new, None) for one in decided] == [None, None]
    elsewhere = [attrs.evolve(one, engagement="car") for one in decided]
    assert not any(one in Decided(elsewhere, new) for one in called)


def test_a_key_alone_tells_a_renamed_row() -> None:
    """A late fact may name another event as the cause; the occasion is still the same one."""
    old, new = (
        book(play(id, Entered(Phase.ASSESS), was=was)) for id, was in (("a", ()), ("b", ("a",)))
    )
    decided = calls(old, lived(K.CONTACTED), None)
    journey = lived(K.CONTACTED)
    journey.record(happened(K.CONTACTED, START - DAY, "earlier"))
    (now,) = calls(new, journey, None)
    assert now.cause == "earlier"
    assert now in Decided(decided, new)
    assert moot(decided[0], journey, START, new, None) is None


def test_two_wishes_of_one_phase_are_two_occasions() -> None:
    """Wishes of the same kind and phase share row and event, and are both answered."""
    bought = lived(*BOUGHT, K.DELIVERED)
    wished = [one for one in calls(BUSY, bought, None) if one.play == "wish_SUBCONSCIOUS"]
    assert [one.wish for one in wished] == ["quiet seats", "loud seats"]
    assert wished[0] not in Decided(wished[1:], BUSY)


@pytest.mark.no_cover
@given(event_sequences(), st.integers(0, 20), BOOKS)
def test_intents_are_moot_once_their_reason_is_gone(
    events: list[Event], after: int, playbook: Playbook
) -> None:
    """What a step called for is moot just when its duty is done or its place left (an oracle)."""
    journey = Journey("anna")
    for event in events[:after]:
        with suppress(RefusedError):
            journey.record(event)
    early = min((event.at for event in events), default=START)
    if journey.standing is Standing.ERASED:
        return
    steps = list(journey.history)
    for one in calls(playbook, journey, None):
        cause = next(i for i, step in enumerate(steps) if step.event.id == one.cause)
        left = any(step.before.place is not step.after.place for step in steps[cause + 1 :])
        owed = one.obligation in {owed.key for owed in journey.owed}
        live = owed if one.obligation is not None else not left
        assert (moot(one, journey, early, playbook, None) is None) == live


def _one(playbook: Playbook, journey: Journey) -> Intent:
    (intent,) = calls(playbook, journey, None)
    return intent


IN_AFFIRM = book(play("x", Entered(Phase.AFFIRM)))
ANSWERS = book(play("x", Opened("answer")))
WISH = Wish("a call", Phase.AFFIRM)
CALLING = book(play("x", Wished(WishKind.CONSCIOUS)), wishes=[(WISH, WishKind.CONSCIOUS)])


@pytest.mark.parametrize(
    ("kinds", "reason"),
    [
        ((), None),
        ((K.DOUBTED,), None),
        ((K.DELIVERED,), Moot.PLACE_LEFT),
        ((K.WITHDREW,), Moot.LOST),
        ((K.WITHDREW, K.PURCHASED), Moot.CYCLE_OVER),
        ((K.WITHDREW, K.PURCHASED, K.DELIVERED), Moot.CYCLE_OVER),
        ((K.ERASED,), Moot.ERASED),
    ],
    ids=lambda one: one.name if isinstance(one, Moot) else None,
)
@pytest.mark.parametrize("playbook", [IN_AFFIRM, CALLING], ids=["entered", "wished"])
def test_what_belongs_to_a_place_ends_with_the_stay(
    playbook: Playbook, kinds: tuple[EventKind, ...], reason: Moot | None
) -> None:
    """What was meant for a phase is moot once the customer left it, and it says how."""
    intent = _one(playbook, lived(K.PURCHASED))
    found = moot(intent, lived(K.PURCHASED, *kinds), START, playbook, None)
    assert found == (reason and reason.value)


def test_a_second_stay_is_not_the_first() -> None:
    """An intent of an earlier stay is moot though the customer is at the same place again."""
    mine = book(play("x", Entered(Phase.ACCOMPLISH)))
    kinds = (*USED, K.RESULT_ACHIEVED, K.FEEDBACK_CAPTURED, K.LOYALTY_SHOWN, K.COMPLAINED)
    journey = lived(*kinds)
    first, second = calls(mine, journey, None)
    assert moot(first, journey, START, mine, None) == "place_left"
    assert moot(second, journey, START, mine, None) is None


def test_a_late_fact_may_renumber_the_stay() -> None:
    """An earlier stay that is heard of late makes the present one the second; it is the same."""
    mine = book(play("x", Entered(Phase.ACCOMPLISH)))
    journey = lived(K.PURCHASED, K.RESULT_POOR)
    (intent,) = calls(mine, journey, None)
    for hour, kind in enumerate((K.RESULT_ACHIEVED, K.FEEDBACK_CAPTURED, K.LOYALTY_SHOWN)):
        journey.record(happened(kind, START + (hour + 1) * HOUR))
    first, second = calls(mine, journey, None)
    assert (first.key, second.cause) == (intent.key, intent.cause)
    assert moot(first, journey, START, mine, None) == "place_left"
    assert moot(second, journey, START, mine, None) is None
    assert moot(intent, journey, START, mine, None) is None
    assert second in Decided([intent], mine)


def test_what_is_owed_survives_a_loss() -> None:
    """A question of a customer who is lost is answered; once answered it is moot."""
    intent = _one(ANSWERS, lived(K.ASKED))
    assert moot(intent, lived(K.ASKED, K.DECLINED), START, ANSWERS, None) is None
    assert moot(intent, lived(K.ASKED, K.ANSWERED), START, ANSWERS, None) == "not_owed"


def test_what_is_owed_survives_a_new_count_of_cycles() -> None:
    """A late fact that makes it another cycle does not make the open question moot."""
    journey = lived(K.PURCHASED, K.LEFT)
    journey.record(happened(K.CONTACTED, START + 2 * DAY))
    journey.record(happened(K.ASKED, START + 3 * DAY, "question"))
    intent = _one(ANSWERS, journey)
    assert intent.obligation == "2:answer:question"
    journey.record(happened(K.PURCHASED, START + DAY + HOUR, "late"))
    journey.record(happened(K.LEFT, START + DAY + 2 * HOUR, "later"))
    assert [owed.key for owed in journey.owed if owed.rule == "answer"] == ["3:answer:question"]
    assert moot(intent, journey, START, ANSWERS, None) is None
    assert _one(ANSWERS, journey) in Decided([intent], ANSWERS)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (book(), "row_gone"),
        (book(play("x", Opened("answer"), channels=())), "row_gone"),
        (book(play("x", Opened("solve"))), "not_called"),
        (book(play("x", Entered(Phase.ASSESS))), "not_called"),
        (book(play("x", NearlyDue("answer", DAY))), None),
        (book(play("x", Opened("answer"), lasts=HOUR)), None),
        (book(play("x", Opened("answer"), segment="key")), "row_gone"),
    ],
    ids=range(7),
)
def test_a_duty_whose_row_went_is_moot(changed: Playbook, reason: str | None) -> None:
    """What waits is not sent once its row is gone, does nothing, or answers to something else."""
    journey = lived(K.ASKED)
    assert moot(_one(ANSWERS, journey), journey, START, changed, None) == reason


@pytest.mark.parametrize(
    "changed",
    [
        book(play("x", Entered(Phase.ADOPT))),
        book(play("x", Opened("answer"))),
        book(play("x", Wished(WishKind.CONSCIOUS)), wishes=[(WISH, WishKind.DECEPTION)]),
        book(play("x", Wished(WishKind.CONSCIOUS))),
    ],
    ids=range(4),
)
@pytest.mark.parametrize("playbook", [IN_AFFIRM, CALLING], ids=["entered", "wished"])
def test_a_place_whose_row_answers_to_something_else_is_moot(
    changed: Playbook, playbook: Playbook
) -> None:
    """What waits for a place is not sent once its row answers to another place, duty or wish."""
    journey = lived(K.PURCHASED)
    assert moot(_one(playbook, journey), journey, START, changed, None) == "not_called"


def test_it_can_be_too_late() -> None:
    """At the last moment it is still sent, and a microsecond later it is stale."""
    journey = lived(K.ASKED)
    intent = _one(ANSWERS, journey)
    last = intent.expires
    assert last == START + timedelta(days=7)
    assert moot(intent, journey, last, ANSWERS, None) is None
    assert moot(intent, journey, last + datetime.resolution, ANSWERS, None) == "stale"
    for_ever = attrs.evolve(intent, expires=None)
    assert moot(for_ever, journey, last + FAR, ANSWERS, None) is None


def test_without_history_the_place_and_cycle_decide() -> None:
    """Where no events are kept, an intent for the place and cycle of the journey is not moot."""
    intent = _one(IN_AFFIRM, lived(K.PURCHASED))
    bare = lived(K.PURCHASED, history=False)
    assert moot(intent, bare, START, IN_AFFIRM, None) is None
    assert moot(attrs.evolve(intent, cycle=2), bare, START, IN_AFFIRM, None) == "cycle_over"


def test_times_have_a_zone() -> None:
    """A moment without a time zone is refused."""
    naive = START.replace(tzinfo=None)
    with pytest.raises(NaiveTimeError):
        nearly_due(STANDARD, lived(K.ASKED), naive, None)
    with pytest.raises(NaiveTimeError):
        moot(_one(ANSWERS, lived(K.ASKED)), lived(K.ASKED), naive, ANSWERS, None)


def test_every_reason_is_reached() -> None:
    """The reasons are the names that the outbox keeps."""
    assert [one.value for one in Moot] == [one.name.lower() for one in Moot]
