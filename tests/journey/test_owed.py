"""Many open obligations are kept otherwise than few, and nobody can tell (SPEC 5)."""

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from operator import attrgetter

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney.chart import Chart, ObligationRule, standard_chart
from cxjourney.errors import DecodeError, RefusedError
from cxjourney.journey import Journey, _obligations, _owed  # many are fewer in tests
from cxjourney.journey._open import (  # how a journal keeps journeys
    all_owed,
    last_of,
    opened_where_it_stands,
    rules_owed,
    standing_form,
    steps_of,
    write_event,
)
from cxjourney.journey._owed import (  # how many are kept shows nowhere
    Many,
    Owing,
    differing,
    from_on,
    in_order,
    next_due,
    opened_by,
    owed_by,
    owed_of,
    rules_of,
)
from cxjourney.journey._runs import _kept_run  # numbers are alike in tests
from cxjourney.journey._runs._kept_run import KeptRun  # as above
from cxjourney.testing import charts, check_journey, event_sequences
from cxjourney.vocabulary import Event, EventKind, Wait
from tests.journey.walks import observe

K = EventKind
START, MINUTE = datetime(2026, 1, 5, 9, tzinfo=UTC), timedelta(minutes=1)
HOUR = timedelta(hours=1)
OPENING = (K.ASKED, K.PROMISED, K.COMPLAINED, K.REFERRED, K.FEEDBACK_CAPTURED)
CLOSING = (K.ANSWERED, K.FULFILLED, K.REASSURED, K.TOUCHED, K.LEFT, K.PURCHASED)


@contextmanager
def few(most: int, run: int) -> Iterator[None]:
    """Say how many are few, and how long runs are; blocks are short."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_owed, "FEW", most)
        patch.setattr(_obligations, "FEW", most)
        patch.setattr(_owed, "RUN", run)
        patch.setattr(_owed, "BLOCK", 2)
        yield


def lived(events: list[Event], chart: Chart | None = None) -> Journey:
    """Return a journey that lived through whatever of some events it takes."""
    journey = Journey("c", chart=chart)
    for one in events:
        with suppress(RefusedError):
            journey.record(one)
    return journey


def asked(number: int) -> Event:
    """Return one of many questions."""
    return Event(K.ASKED, START + number * MINUTE, f"q{number}", {"question": "?"})


def owing(journey: Journey) -> Many:
    """Return the open answers of a journey that owes many."""
    owed = journey._course.owed
    assert isinstance(owed, Owing)
    answers = owed.queues["answer"]
    assert isinstance(answers, Many)
    return answers


@pytest.mark.no_cover
@settings(max_examples=settings().max_examples)
@given(charts(), st.integers(0, 4), st.integers(1, 4), st.data())
def test_many_obligations_do_what_few_do(
    chart: Chart, most: int, run: int, data: st.DataObject
) -> None:
    """Wherever many begin, the same events, late ones too, give the same journey.

    What opened at one moment may stand in another order, so moments differ.
    """
    drawn = event_sequences(chart, (*OPENING, *CLOSING), late=True, ties=False, max_size=40)
    events = data.draw(drawn | event_sequences(chart, late=True, ties=False))
    plain = lived(events, chart)
    with few(most, run):
        journey = lived(events, chart)
        check_journey(journey)
        assert observe(journey) == observe(plain)
        assert journey.to_dict() == plain.to_dict()


@pytest.mark.parametrize("number", [0, 77, 150, 299])
def test_any_one_of_many_is_met_by_its_key(number: int) -> None:
    """Which of many questions is answered, its key says; without one, the oldest."""
    with few(8, 16):
        journey = lived([asked(each) for each in range(300)])
        runs = owing(journey).runs
        assert len(runs) > 3
        key = f"1:answer:q{number}"
        step = journey.record(Event(K.ANSWERED, START + 400 * MINUTE, "a", {"obligation": key}))
        assert [one.key for one in step.met] == [key]
        assert {one.event for one in journey.owed} == {f"q{n}" for n in range(300)} - {f"q{number}"}
        assert sum(run in runs for run in owing(journey).runs) >= len(runs) - 2  # as before
        oldest = journey.record(Event(K.ANSWERED, START + 401 * MINUTE, "b")).met
        assert [one.event for one in oldest] == ["q1" if number == 0 else "q0"]
        unknown = {"obligation": "1:answer:nothing"}
        assert not journey.record(Event(K.FULFILLED, START + 402 * MINUTE, "c", unknown)).met


@pytest.mark.parametrize("step", [1, 7, 22, 31, 60])
def test_many_become_few_again(step: int) -> None:
    """What is answered in any order leaves a journey that owes nothing, and all in between."""
    order = [step * place % 61 - 1 for place in range(1, 61)]
    with few(4, 8):
        journey = lived([asked(number) for number in range(60)])
        for place, number in enumerate(order):
            key = {"obligation": f"1:answer:q{number}"}
            journey.record(Event(K.ANSWERED, START + (100 + place) * MINUTE, f"a{number}", key))
            expected = owed_of(one for one in in_order(journey._course.owed))
            assert journey._course.owed == expected  # in whichever way it came about
        assert journey.owed == ()
        assert journey.tally.on_time == 60


def test_the_difference_of_many_is_found_where_they_are_not_shared() -> None:
    """What one journey owes and another not is told, of few and of many."""
    with few(4, 8):
        one = lived([asked(number) for number in range(40)])
        other = copy.copy(one)
        other.complained(at=START + 50 * MINUTE)
        other.record(Event(K.ANSWERED, START + 51 * MINUTE, "a"))
        mine, theirs = one._course.owed, other._course.owed
        new, gone = differing(theirs, mine)
        assert {x.rule for x in new} == {"solve", "reassure"}
        assert {x.event for x in gone} == {"q0"}
        assert differing(mine, theirs) == (gone, new)
        assert differing(mine, mine) == ([], [])
        assert differing(mine, ()) == ([*one.owed], [])
        assert differing((), mine) == ([], [*one.owed])


@pytest.mark.no_cover
def kept_anew(journey: Journey, texts: dict[int, str]) -> Journey:
    """Return a journey as a journal would open it again; of much that is owed it keeps texts."""
    place, course = last_of(journey, 3)
    last = [write_event(one.event, one.seq) for one in steps_of(journey)[place:] if one.seq]
    told, runs = standing_form(journey, course, {})
    texts.clear()
    texts.update(runs)
    opened = opened_where_it_stands(json.loads(json.dumps(told)), last, journey.chart, texts)
    assert opened is not None
    return opened[0]


HAPPENED = st.sampled_from(["asked", "answered", "named", "visited", "left"])


@given(st.lists(HAPPENED, max_size=30), st.data())
def test_what_is_owed_is_the_same_where_it_is_kept_as_text(
    happened: list[str], data: st.DataObject
) -> None:
    """Opened again after each event, a journey owes, met and is woken as one that lived on."""
    texts: dict[int, str] = {}
    with few(4, 3):
        live = lived([asked(number) for number in range(12)])
        kept = kept_anew(live, texts)
        for number, word in enumerate(happened, start=12):
            event, at = asked(number), START + number * MINUTE
            if word == "named":
                known = [one.key for one in live.owed if one.rule == "answer"] or ["1:answer:x"]
                payload: dict[str, object] = {"obligation": data.draw(st.sampled_from(known))}
                event = Event(K.FULFILLED, at, f"f{number}", payload)
            elif word != "asked":
                kind = {"answered": K.ANSWERED, "visited": K.USED_AGAIN, "left": K.LEFT}[word]
                event = Event(kind, at, f"e{number}")
            step, again = live.record(event), kept.record(event)
            assert (again.opened, again.met, again.dropped) == (step.opened, step.met, step.dropped)
            assert kept._course == live._course
            kept = kept_anew(kept, texts)
            assert kept._course == live._course
            assert kept.next_due() == live.next_due()
            assert kept.owed == live.owed
            owed = all_owed(kept, live)
            assert owed == (*live.owed, *live.owed)
            assert len(owed) == 2 * len(live.owed)
            assert rules_owed(owed) == {one.rule for one in live.owed}


@given(st.lists(st.integers(1, 60), min_size=12, max_size=30), st.integers(0, 90))
def test_what_is_due_out_of_turn_is_found(hours: list[int], since: int) -> None:
    """Of promises that are due as it comes, the next one is told, as text too."""
    texts: dict[int, str] = {}
    moment = START + since * HOUR
    with few(4, 3):
        live, kept = Journey("c"), Journey("c")
        for number, due in enumerate(hours):
            at, said = START + number * MINUTE, {"what": "a visit", "due": START + due * HOUR}
            live.record(Event(K.PROMISED, at, f"p{number}", said))
            kept.record(Event(K.PROMISED, at, f"p{number}", said))
            kept = kept_anew(kept, texts)
            owed = live._course.owed
            left = [one for one in in_order(owed) if one.due >= moment]
            expected = min((one.due for one in left), default=None)
            assert next_due(owed, moment) == next_due(kept._course.owed, moment) == expected
            for rule in rules_of(owed):
                mine = [one for one in left if one.rule == rule]
                for course in (live._course, kept._course):
                    found = from_on(owed_by(course.owed, rule), attrgetter("due"), moment)
                    assert sorted(found) == sorted(mine)


def test_a_run_is_read_when_somebody_looks_into_it() -> None:
    """What is met by name, or oldest, leaves other runs unread; a wrong text is told then."""
    texts: dict[int, str] = {}
    live = lived([asked(number) for number in range(400)])
    kept = kept_anew(live, texts)
    runs = owing(kept).runs
    assert len(texts) == len(runs) > 5
    for hours in range(160, 180):
        since = START + timedelta(hours=hours)
        assert next_due(kept._course.owed, since) == next_due(live._course.owed, since)
    kept = kept_anew(live, texts)
    runs = owing(kept).runs
    kept.record(asked(400))
    kept.record(Event(K.ANSWERED, START + 401 * MINUTE, "a"))
    named = {"obligation": "1:answer:q200"}
    kept.record(Event(K.FULFILLED, START + 402 * MINUTE, "b", named))
    assert sum(isinstance(run, KeptRun) and run._run is not None for run in runs) <= 4
    assert isinstance(runs[2], KeptRun)
    assert runs[2] == {one.event: one for one in live.owed if one.event in runs[2]}
    assert runs[2] == KeptRun.of(dict(runs[2]))
    assert [*runs[2]] == [*runs[2].keys()]
    listed = all_owed(kept)
    assert listed[0] == kept.owed[0]
    assert [*listed] == [*kept.owed]
    assert listed == all_owed(kept)
    assert listed != all_owed(live)
    place, course = last_of(live, 3)
    first = next(iter(texts))
    timeless = [["once", "never", "q0", 1]] * len(json.loads(texts[first]))
    for wrong in ("[[1]]", json.dumps(timeless[:1]), json.dumps(timeless), "["):
        texts[first] = wrong
        opened = opened_where_it_stands(standing_form(live, course, {})[0], (), live.chart, texts)
        assert opened is not None
        with pytest.raises(DecodeError, match=r"cx_run\.data"):
            list(opened[0].owed)
    assert place == 397


def test_runs_that_go_by_one_number_get_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of a run is that of its first obligation, or the next one that is free."""
    monkeypatch.setattr(_kept_run, "crc32", lambda *_: 0)
    texts: dict[int, str] = {}
    live = lived([asked(number) for number in range(40)])
    assert kept_anew(live, texts).owed == live.owed
    assert [*texts] == [*range(len(texts))]
    assert len(texts) > 1


@pytest.mark.no_cover
def test_an_event_among_many_obligations_makes_little_anew() -> None:
    """A question among 20,000 open ones leaves nearly all of them where they are."""
    journey = lived([asked(number) for number in range(20_000)])
    before = owing(journey)
    journey.record(asked(20_000))
    journey.record(Event(K.ANSWERED, START + 20_001 * MINUTE, "a"))
    shared = {id(run) for run in before.runs} & {id(run) for run in owing(journey).runs}
    assert len(shared) >= len(before.runs) - 2
    assert len(before.runs) > 20


def test_obligations_in_another_order_are_not_read() -> None:
    """What is stored stands in the order of opening."""
    journey = Journey("c", history=False)
    for number in range(3):
        journey.record(asked(number))
    stored = journey.to_dict()
    stored["course"]["owed"].reverse()
    with pytest.raises(DecodeError, match="the order in which they opened"):
        Journey.from_dict(stored)


def test_many_are_met_dropped_and_opened_by_rule() -> None:
    """One event meets all of a rule, ends what a cycle's end ends, and opens what is not open."""
    complaints = [Event(K.COMPLAINED, START + number * MINUTE, f"c{number}") for number in range(9)]
    with few(4, 8):
        journey = lived([asked(0), *complaints])
        journey.need_admitted(at=START + 10 * MINUTE)
        journey.purchased(at=START + 11 * MINUTE)
        assert isinstance(journey._course.owed, Owing)
        assert len(journey.reassured(at=START + 12 * MINUTE).met) == 20
        journey = lived([asked(0), *complaints])
        journey.purchased(at=START + 11 * MINUTE)
        step = journey.left(at=START + 12 * MINUTE)
        assert {one.rule for one in step.dropped} == {"affirm_decision", "hand_over", "reassure"}
        assert [one.rule for one in step.opened] == ["record_loss"]
        owed = journey._course.owed
        assert isinstance(owed, Owing)
        assert owed.running(1, ["answer", "hand_over"]) == ["answer"]
        named = {"obligation": step.opened[0].key}
        met = journey.record(Event(K.FULFILLED, START + 13 * MINUTE, "f", named)).met
        assert [one.rule for one in met] == ["record_loss"]
        assert owed.named("1:answer:q0") == journey.owed[0]
        assert owed.named("2:answer:q0") is None
        assert opened_by(owed, "answer:q0") == opened_by(in_order(owed), "answer:q0")
        assert opened_by(owed, "answer:q0") == journey.owed[0]
        assert opened_by(owed, "answer:q1") is opened_by(owed, "hug:q0") is None


def test_what_was_opened_by_one_of_many_is_found() -> None:
    """By the rule and the event, whatever the cycle."""
    with few(8, 16):
        journey = lived([asked(each) for each in range(50)])
        owed = owing(journey)
        for number in (0, 31, 49):
            assert opened_by(journey._course.owed, f"answer:q{number}") == owed.find(f"q{number}")
        assert opened_by(journey._course.owed, "answer:q50") is None


@pytest.mark.parametrize("warn", [timedelta(hours=1), Wait(working_days=1), None])
def test_many_are_warned_of_as_few_are(warn: timedelta | Wait | None) -> None:
    """The next warning is the same, by a span and by the calendar."""
    rule = ObligationRule("hug", "me", on=(K.ASKED,), met_by=(K.TOUCHED,), each=True, warn=warn)
    chart = attrs.evolve(standard_chart(), obligations=(rule,))
    events = [asked(60 * number) for number in range(9)]
    plain = lived(events, chart)
    with few(2, 4):
        journey = lived(events, chart)
        for hour in range(0, 200, 7):
            moment = START + timedelta(hours=hour)
            assert journey.next_due() == plain.next_due()
            plain.advance(moment)
            journey.advance(moment)
