"""A change of playbook: which rows differ, whom that affects, and that nothing is sent twice."""

from datetime import timedelta

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney.chart import ObligationRule, derive, standard_chart
from cxjourney.errors import NaiveTimeError
from cxjourney.journey import Journey, Migration
from cxjourney.playbook import (
    KEY_ACCOUNT,
    Affected,
    Entered,
    NearlyDue,
    Opened,
    Play,
    Playbook,
    affected,
    compare,
)
from cxjourney.testing import journeys
from cxjourney.vocabulary import Channel, EventKind, Lang, Phase
from tests.playbook.books import (
    BUSY,
    DAY,
    STANDARD,
    START,
    Decided,
    InFlight,
    book,
    calls,
    lived,
    moot,
    nearly_due,
    play,
)

K = EventKind
NOW = START + DAY
ANSWER, WELCOME = play("answer", Opened("answer")), play("welcome", Entered(Phase.ASSESS))
OLD = book(ANSWER, WELCOME)
ROWS = st.lists(
    st.builds(
        lambda id, segment, on, lasts: play(id, on, segment=segment, lasts=lasts * DAY),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from([None, "key"]),
        st.sampled_from([Entered(Phase.ASSESS), Opened("answer"), NearlyDue("answer", DAY)]),
        st.integers(1, 2),
    ),
    max_size=5,
    unique_by=lambda row: (row.id, row.segment),
)
BOOKS = st.sampled_from([BUSY, STANDARD]) | ROWS.map(lambda rows: book(*rows))


def in_flight(journey: Journey, playbook: Playbook, segment: str | None = None) -> InFlight:
    """Return a customer for whom all was decided that a playbook called for, and waits."""
    waiting = calls(playbook, journey, segment)
    return InFlight(journey.customer, (journey,), (), waiting, segment)


@pytest.mark.no_cover
@given(ROWS, ROWS)
def test_what_differs_is_told_row_by_row(before: list[Play], after: list[Play]) -> None:
    """Every row of either playbook that the other has not, or has otherwise, is told once."""
    was = {(row.id, row.segment): row for row in before}
    now = {(row.id, row.segment): row for row in after}
    found = compare(book(*before), book(*after))
    assert {(one.before, one.after) for one in found} == {
        (was.get(id), now.get(id)) for id in {*was, *now} if was.get(id) != now.get(id)
    }
    for one in found:
        assert one.name.split(" ")[0] in {id for id, _ in {**was, **now}}
        if one.before and one.after:
            assert one.fields
            assert all(getattr(one.before, f) != getattr(one.after, f) for f in one.fields)
        else:
            assert len(one.fields) == len(attrs.fields(Play)) - 1


@settings(max_examples=10)
@given(BOOKS)
def test_a_playbook_does_not_differ_from_itself(playbook: Playbook) -> None:
    """Written anew, a playbook has no changes."""
    assert compare(playbook, attrs.evolve(playbook, version=2)) == ()


def test_a_renamed_row_is_one_row() -> None:
    """A row that says what it was called before is told as changed, not as gone and come."""
    renamed = attrs.evolve(ANSWER, id="reply", was=("answer",), segment=None)
    (change,) = compare(OLD, book(renamed, WELCOME))
    assert (change.name, change.fields) == ("reply", ("id",))
    both = attrs.evolve(renamed, was=("answer", "welcome"))
    assert [one.name for one in compare(OLD, book(both))] == ["reply", "welcome"]
    (own,) = compare(book(), book(attrs.evolve(ANSWER, segment=KEY_ACCOUNT)))
    assert own.name == "answer [key_account]"


@settings(max_examples=20)
@given(st.lists(journeys(max_size=6), max_size=2), BOOKS, st.integers(0, 3000))
def test_the_same_playbook_affects_nobody(
    found: list[Journey], playbook: Playbook, hours: int
) -> None:
    """Where nothing changes nobody is affected, at whatever moment one asks."""
    people = [in_flight(one, playbook) for one in found]
    now = START + timedelta(days=2000, hours=hours)
    report = affected(playbook, attrs.evolve(playbook, version=2), iter(people), now=now)
    assert report == Affected((), len(people), ())


@pytest.mark.no_cover
@given(journeys(max_size=10), BOOKS, BOOKS, st.sampled_from([None, KEY_ACCOUNT]))
def test_the_report_says_what_becomes_of_every_intent(
    journey: Journey, old: Playbook, new: Playbook, segment: str | None
) -> None:
    """An intent is told to be withdrawn just where it is moot by then; nothing is sent twice."""
    now = (journey.clock or START) + DAY
    one = in_flight(journey, old, segment)
    report = affected(old, new, [one], now=now)
    told = {item.intent: item.reason for each in report.customers for item in each.waiting}
    for intent in one.waiting:
        reason = moot(intent, journey, now, new, segment)
        if moot(intent, journey, now, old, segment) is None:
            changed = old.find(intent.play, segment) != new.find(intent.play, segment)
            assert (intent in told) == (changed or reason is not None)
            assert told.get(intent, reason) == reason
        else:
            assert intent not in told
    for each in report.customers:
        for intent in (*each.missed, *each.coming):
            assert intent not in Decided(one.waiting, new)
            assert moot(intent, journey, now, new, segment) is None
        soon = Decided(nearly_due(old, journey, now, segment), new)
        assert not any(intent in soon for intent in each.coming)


def test_figures_of_a_small_change() -> None:
    """A removed row withdraws what waits for it, a changed one keeps it, a new one is missed."""
    new = book(
        attrs.evolve(ANSWER, lasts=2 * DAY),
        play("thank", Opened("answer")),
        play("again", NearlyDue("answer", 6 * DAY)),
    )
    person, silent = lived(K.ASKED), lived()
    people = [in_flight(person, OLD), in_flight(silent, OLD), in_flight(lived(K.ASKED), new)]
    report = affected(OLD, new, people, now=NOW)
    assert [one.name for one in report.rows] == ["answer", "welcome", "thank", "again"]
    assert report.looked_at == 3
    assert report.counts == {
        "customers": 2,
        "kept": 2,
        "withdrawn": 1,
        "opened": 0,
        "dropped": 0,
        "missed": 1,
        "coming": 2,
    }
    assert report.tallies["withdrawn"] == {"welcome": 1}
    assert report.tallies["missed"] == {"thank": 1}
    waiting = {one.intent.play: one for one in report.customers[0].waiting}
    assert waiting["answer"].fields == ("lasts",)
    assert waiting["welcome"].reason == "row_gone"


def test_what_was_decided_is_neither_missed_nor_coming() -> None:
    """Intents that were decided, sent or not, are not told as new ones."""
    new = book(ANSWER, play("thank", Opened("answer")), play("again", NearlyDue("answer", 6 * DAY)))
    journey = lived(K.ASKED)
    done = (*calls(new, journey, None), *nearly_due(new, journey, NOW, None))
    one = InFlight("anna", (journey,), decided=done)
    assert affected(OLD, new, [one], now=NOW).customers == ()


def test_intents_of_unknown_journeys_are_left_alone() -> None:
    """A waiting intent whose journey is not given is not judged."""
    one = InFlight("anna", (), waiting=calls(OLD, lived(K.ASKED), None))
    assert affected(OLD, book(), [one], now=NOW).customers == ()


SONG = ObligationRule("song", "own", on=(K.ASKED,), due=7 * DAY)
OWN = derive(standard_chart(), "sung", obligations=[SONG], without_obligations=["answer"])
TO_OWN = Migration(standard_chart(), OWN)


def test_a_new_chart_opens_and_drops_what_is_owed() -> None:
    """With a migration the report tells what is owed anew, what is no more, and what that does."""
    new = book(play("sing", Opened("song")), play("answer", Opened("song")), chart=OWN)
    journey = lived(K.ASKED)
    report = affected(OLD, new, [in_flight(journey, OLD)], now=NOW, migration=TO_OWN)
    assert report.tallies["opened"] == {"song": 1}
    assert report.tallies["dropped"] == {"answer": 1}
    assert report.tallies["withdrawn"] == {"answer": 1, "welcome": 1}
    assert report.tallies["missed"] == {"sing": 1}
    assert repr(report.customers[0]) == (
        "<AffectedCustomer: 0 kept, 2 withdrawn, 1 opened, 1 dropped, 1 missed, 0 coming>"
    )
    assert journey.chart is standard_chart(), "nothing is changed"
    there = lived(K.ASKED, chart=OWN)
    again = affected(new, new, [in_flight(there, new)], now=NOW, migration=TO_OWN)
    assert again.customers == (), "it follows the new chart already"


def test_the_report_can_be_read() -> None:
    """It prints as figures, in three languages, and names no customer."""
    changed = attrs.evolve(WELCOME, channels=(Channel.EMAIL,), content="hello")
    new = book(changed)
    report = affected(OLD, new, [in_flight(lived(K.ASKED), OLD)], now=NOW)
    told = str(report)
    assert told == report.explain(Lang.EN)
    assert told.splitlines() == [
        "Customers looked at: 1",
        "Customers affected: 1",
        "Rows added: 0",
        "Rows removed: 1 (answer)",
        "Rows changed: 1 (welcome: channels/content)",
        (
            "Waiting, and sent as decided: 1 "
            "(say what to expect, and promise no more than is delivered: 1)"
        ),
        "Waiting, and not sent any more: 1 (answer the question: 1)",
        "Owed from now on: 0",
        "Not owed any more: 0",
        "Only the new playbook would have sent it; too late, not sent now: 0",
        "Only the new playbook asks for it soon; planned next: 0",
    ]
    assert len({report.explain(lang) for lang in Lang}) == 3
    assert repr(report) == ("<Affected: 2 rows, 1 of 1 customers, 1 intents kept, 1 withdrawn>")
    assert repr(report.rows) == "(<RowChange: removed, 12 fields>, <RowChange: changed, 2 fields>)"
    assert repr(report.customers[0].waiting[0]).startswith("<Waiting ")
    assert report.to_dict()["affected"] == report.to_rows()
    assert report.to_dict()["counts"]["withdrawn"] == 1
    assert [(row["what"], row["reason"] is None) for row in report.to_rows()] == [
        ("kept", True),
        ("withdrawn", False),
    ]
    assert "anna" not in repr(report.customers) + repr(in_flight(lived(K.ASKED), OLD)) + told


def test_the_moment_has_a_zone() -> None:
    """A moment without a time zone is refused, before anybody is looked at."""
    with pytest.raises(NaiveTimeError):
        affected(OLD, OLD, [], now=NOW.replace(tzinfo=None))


def test_nothing_is_sent_twice_under_a_new_playbook() -> None:
    """After a change, what was decided stays decided under the new rows, renamed ones too."""
    renamed = attrs.evolve(ANSWER, id="reply", was=("answer",))
    new = book(renamed, WELCOME)
    journey = lived(K.ASKED)
    decided = calls(OLD, journey, None)
    assert all(one in Decided(decided, new) for one in calls(new, journey, None))
    report = affected(OLD, new, [in_flight(journey, OLD)], now=NOW)
    assert report.counts["kept"] == 1
    assert report.counts["withdrawn"] == report.counts["missed"] == 0
