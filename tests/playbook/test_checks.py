"""A playbook is checked when it is defined: every fault is found, named, and told how to mend."""

from datetime import timedelta
from typing import Any, cast

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.chart import ObligationRule, standard_chart
from cxjourney.errors import FaultsError, InvalidError
from cxjourney.journey import Journey
from cxjourney.playbook import (
    Entered,
    NearlyDue,
    Opened,
    Play,
    Playbook,
    PlayFaultKind,
    RowSent,
    Wished,
)
from cxjourney.testing import journeys
from cxjourney.vocabulary import Channel, EventKind, Nature, Phase, Purpose, Standing, Wait
from cxjourney.wishes import Wish, WishKind
from tests.playbook.books import DAY, START, WISHES, book, calls, nearly_due, play

F = PlayFaultKind
GIVING = {Purpose.GIFT, Purpose.THANK, Purpose.LOYALTY, Purpose.CONGRATULATE, Purpose.APOLOGISE}
ASSESS, ADOPT = Entered(Phase.ASSESS), Entered(Phase.ADOPT)
ANSWER = Opened("answer")
EMAIL, TEXT, GIFT = (Channel.EMAIL,), (Channel.TEXT,), (Channel.GIFT,)
CONSCIOUS = Wished(WishKind.CONSCIOUS)
OWN_FACT = EventKind("flowers_sent", Nature.COMPANY, 300)
ASKED_BACK = ObligationRule("ask_back", "own", on=(EventKind.ANSWERED,))
OWN_CHART = attrs.evolve(
    standard_chart(),
    key="own",
    kinds=(*standard_chart().kinds, OWN_FACT),
    obligations=(*standard_chart().obligations, ASKED_BACK),
)

BAD_ROWS: list[tuple[PlayFaultKind, str, Play]] = [
    (F.UNKNOWN_RULE, "no obligation rule 'sing'", play("x", Opened("sing"))),
    (F.UNKNOWN_RULE, "no obligation rule 'sing'", play("x", NearlyDue("sing", DAY))),
    (F.UNKNOWN_RULE, "no obligation rule 'sing'", play("x", RowSent("x", "sing"))),
    (F.UNKNOWN_ROW, "there is no row 'song'", play("x", RowSent("song"))),
    (F.WRONG_MOMENT, "recommendation in ACCLIMATE",
     play("x", RowSent("x", "check_in"), purpose=Purpose.ASK_REFERRAL)),
    (F.BAD_TELLS, "names an obligation, and none calls for this row",
     play("x", RowSent("x"), tells=EventKind.FULFILLED)),
    (F.UNKNOWN_PLACE, "leads to NEW", play("x", Entered(Standing.NEW))),
    (F.UNKNOWN_PLACE, "leads to ACTIVE", play("x", Entered(Standing.ACTIVE))),
    (F.UNKNOWN_PLACE, "leads to ERASED", play("x", Entered(Standing.ERASED))),
    (F.BAD_NAME, "'a row' is no plain identifier", play("a row", ASSESS)),
    (F.BAD_NAME, "'class' is no plain identifier", play("class", ASSESS)),
    (F.BAD_NAME, "no plain identifier", play("x" * 81, ASSESS)),
    (F.BAD_NAME, "'1st' is no plain identifier", play("x", ASSESS, was=("1st",))),
    (F.BAD_NAME, "segment is padded", play("x", ASSESS, segment=" ")),
    (F.NAME_CLASH, "a row has still", play("x", ASSESS, was=("x",))),
    (F.BAD_TIME, "after is", play("x", ASSESS, after=-DAY)),
    (F.BAD_TIME, "lasts is", play("x", ASSESS, lasts=timedelta())),
    (F.BAD_TIME, "lasts is", play("x", ASSESS, lasts=timedelta(days=36_501))),
    (F.BAD_TIME, "before is", play("x", NearlyDue("answer", timedelta()))),
    (F.BAD_CHANNEL, "EMAIL stands there 2 times",
     play("x", ASSESS, channels=EMAIL * 2, content="x")),
    (F.BAD_CHANNEL, "TEXT for SELL (X01)",
     play("x", ADOPT, channels=TEXT, content="x", purpose=Purpose.SELL)),
    (F.BAD_CHANNEL, "TEXT for ASK_REFERRAL (X01)",
     play("x", ADOPT, channels=TEXT, content="x", purpose=Purpose.ASK_REFERRAL)),
    (F.BAD_CHANNEL, "an internal task with other channels",
     play("x", ADOPT, channels=GIFT, content="x", internal=True)),
    (F.BAD_CHANNEL, "GIFT for CONFIRM", play("x", ADOPT, channels=GIFT, content="x")),
    (F.NO_CONTENT, "through EMAIL, TEXT", play("x", ASSESS, channels=EMAIL + TEXT)),
    (F.WRONG_MOMENT, "recommendation in ASSESS", play("x", ASSESS, purpose=Purpose.ASK_REFERRAL)),
    (F.WRONG_MOMENT, "recommendation in LAPSED",
     play("x", Entered(Standing.LAPSED), purpose=Purpose.ASK_REFERRAL)),
    (F.WRONG_MOMENT, "recommendation in AFFIRM",
     play("x", CONSCIOUS, purpose=Purpose.ASK_REFERRAL)),
    (F.WRONG_MOMENT, "recommendation in ACCLIMATE",
     play("x", Opened("check_in"), purpose=Purpose.ASK_REFERRAL)),
    (F.WRONG_MOMENT, "recommendation in AFFIRM",
     play("x", NearlyDue("hand_over", DAY), purpose=Purpose.ASK_REFERRAL)),
    (F.WRONG_MOMENT, "who is LOST", play("x", Entered(Standing.LOST), purpose=Purpose.SELL)),
    (F.WRONG_MOMENT, "who is LAPSED",
     play("x", Opened("personal_contact"), purpose=Purpose.SELL)),
    (F.BAD_TELLS, "no event kind flowers_sent", play("x", ASSESS, tells=OWN_FACT)),
    (F.BAD_TELLS, "purchased is no fact of the company's",
     play("x", ASSESS, tells=EventKind.PURCHASED)),
    (F.BAD_TELLS, "lapsed is no fact", play("x", ASSESS, tells=EventKind.LAPSED)),
    (F.BAD_TELLS, "moved is no fact", play("x", ASSESS, tells=EventKind.MOVED)),
    (F.BAD_TELLS, "fills in touchpoint of touched", play("x", ANSWER, tells=EventKind.TOUCHED)),
    (F.BAD_TELLS, "none calls for this row", play("x", ASSESS, tells=EventKind.FULFILLED)),
    (F.ENDLESS, "fulfilled meets check_in",
     play("x", Opened("check_in"), tells=EventKind.FULFILLED)),
]  # fmt: skip


def faults_of(*plays: Play, **fields: Any) -> tuple[InvalidError, ...]:
    """Return the faults of a playbook of these rows."""
    with pytest.raises(FaultsError) as caught:
        book(*plays, **fields)
    return caught.value.faults


@pytest.mark.parametrize("bad", BAD_ROWS, ids=range(len(BAD_ROWS)))
def test_each_fault_is_found_and_told(bad: tuple[PlayFaultKind, str, Play]) -> None:
    """A row with a fault is refused by that fault, with what is wrong and what would be right."""
    kind, text, row = bad
    found = [one for one in faults_of(row, wishes=WISHES) if one.kind is kind]
    assert [one for one in found if text in str(one)]
    assert all(one.expected for one in found)


def test_every_kind_of_fault_is_tried() -> None:
    """No kind of fault goes without a row that has it."""
    elsewhere = {F.UNKNOWN_ROW, F.BAD_WISH}
    assert {kind for kind, _, _ in BAD_ROWS} | elsewhere == set(PlayFaultKind)


@given(st.lists(st.sampled_from(BAD_ROWS), min_size=1, max_size=6))
def test_all_faults_are_told_at_once(chosen: list[tuple[PlayFaultKind, str, Play]]) -> None:
    """However many rows are at fault, one error names every fault of each."""
    rows = [
        attrs.evolve(row, id=f"r{number}") if row.id == "x" else row
        for number, (_, _, row) in enumerate(chosen)
    ]
    expected = {(kind, text) for kind, text, row in chosen if row.was != ("x",)}
    if expected:
        found = faults_of(*rows, wishes=WISHES)
        assert all(any(one.kind is k and t in str(one) for one in found) for k, t in expected)


def test_names_are_given_once() -> None:
    """An id names one row of a segment, and a former id belongs to one row."""
    twice = play("x", ASSESS), play("x", ADOPT)
    assert [one.found for one in faults_of(*twice)] == ["2 rows have this id"]
    both = play("x", ASSESS, was=("old",)), play("y", ASSESS, was=("old",))
    assert [one.found for one in faults_of(*both)] == ["2 rows say that this was their id"]
    of_both = play("x", ASSESS, was=("old",)), play("x", ASSESS, was=("old",), segment="key")
    assert book(*of_both).formerly("x") == ("old",)


def test_rows_of_segments_are_named_with_them() -> None:
    """A fault in the row of a segment says whose row it is."""
    row = play("x", ASSESS, after=-DAY, segment="key_account")
    assert [one.where for one in faults_of(row)] == ["x [key_account]"]


def test_wishes_have_a_phase_and_one_kind() -> None:
    """A wish without a phase, in a phase never reached, or said to be of two kinds is refused."""
    lost = (Wish("poem"), WishKind.CONSCIOUS)
    assert [one.found for one in faults_of(wishes=[lost])] == ["one has no phase"]
    assert len(faults_of(wishes=[lost, lost])) == 3
    wish = Wish("poem", Phase.ADOPT)
    twice = [(wish, WishKind.CONSCIOUS), (wish, WishKind.DECEPTION)]
    assert [one.found for one in faults_of(wishes=twice)] == ["2 of ADOPT are about the same"]
    rows = tuple(row for row in standard_chart().rows if row.to is not Phase.ADVOCATE)
    chart = attrs.evolve(standard_chart(), key="short", rows=rows)
    late = [(Wish("poem", Phase.ADVOCATE), WishKind.CONSCIOUS)]
    assert "never reached" in faults_of(wishes=late, chart=chart)[0].found


def test_a_chart_of_ones_own_brings_its_kinds_and_rules() -> None:
    """Rows are checked against the chart that is given: its facts can be told, its rules named."""
    rows = play("x", ASSESS, tells=OWN_FACT), play("y", Opened("ask_back"))
    assert book(*rows, chart=OWN_CHART).rows_for() == rows
    loop = play("y", Opened("ask_back"), tells=EventKind.ANSWERED)
    found = faults_of(loop, chart=OWN_CHART)
    assert [one.found for one in found] == ["answered opens ask_back anew"]
    harmless = play("z", Opened("check_in"), tells=OWN_FACT)
    assert book(harmless, chart=OWN_CHART).rows_for() == (harmless,)


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: cast("Any", Entered)(3), "place"),
        (lambda: cast("Any", Opened)(7), "rule"),
        (lambda: cast("Any", NearlyDue)("answer", 5), "before"),
        (lambda: cast("Any", Wished)("CONSCIOUS"), "kind"),
        (lambda: play("", ASSESS), "id"),
        (lambda: play("x", cast("Any", "ASSESS")), "on"),
        (lambda: play("x", ASSESS, purpose="sell"), "purpose"),
        (lambda: play("x", ASSESS, channels="EMAIL"), "channels"),
        (lambda: play("x", ASSESS, channels=Channel.EMAIL), "channels"),
        (lambda: play("x", ASSESS, channels=["email"]), "channels"),
        (lambda: play("x", ASSESS, was="old"), "was"),
        (lambda: play("x", ASSESS, after=5), "after"),
        (lambda: play("x", ASSESS, tells="fulfilled"), "tells"),
        (lambda: book(cast("Any", "x")), "plays"),
        (lambda: book(wishes=[("x", WishKind.CONSCIOUS)]), "wishes"),
        (lambda: book(wishes=[(Wish("x", Phase.ADOPT), WishKind.CONSCIOUS, 1)]), "wishes"),
        (lambda: book(wishes=["xy"]), "wishes"),
        (lambda: book(chart="eight_phases"), "chart"),
        (lambda: Playbook("", 1, ()), "key"),
        (lambda: Playbook("mine", 0, ()), "version"),
    ],
    ids=range(20),
)
def test_fields_are_of_their_type(make: Any, field: str) -> None:
    """What is not of its type is refused where it is written, with the field's name."""
    with pytest.raises(InvalidError) as caught:
        make()
    assert caught.value.field == field


TIMES = st.integers(-1, 40).map(timedelta)
PLACES = st.sampled_from([*Phase, *Standing])
RULES = st.sampled_from([rule.id for rule in standard_chart().obligations] + ["sing"])
TRIGGERS: st.SearchStrategy[Entered | Opened | NearlyDue | Wished] = (
    st.builds(Entered, PLACES)
    | st.builds(Opened, RULES)
    | st.builds(NearlyDue, RULES, TIMES)
    | st.builds(Wished, st.sampled_from(WishKind))
)
PLAYS = st.builds(
    Play,
    st.sampled_from(["a", "b", "c d"]),
    TRIGGERS,
    st.sampled_from(Purpose),
    st.lists(st.sampled_from(Channel), max_size=3),
    st.none() | st.just("text"),
    segment=st.none() | st.just("key"),
    after=TIMES,
    lasts=TIMES,
    tells=st.none() | st.sampled_from(EventKind.builtin()),
    was=st.lists(st.sampled_from(["a", "old"]), max_size=1),
)


@pytest.mark.no_cover
@given(st.lists(PLAYS, max_size=3), journeys(max_size=8))
def test_what_passes_can_be_planned(plays: list[Play], journey: Journey) -> None:
    """Rows of any sort are refused as a whole, or can be planned on any journey and keep X01."""
    try:
        mine = book(*plays, wishes=WISHES)
    except FaultsError:
        return
    for segment in (None, "key"):
        late = max(START, journey.clock or START) + 400 * DAY
        soon = nearly_due(mine, journey, late, segment)
        for intent in (*calls(mine, journey, segment), *soon):
            never = {Purpose.SELL, Purpose.ASK_REFERRAL}
            assert not (Channel.TEXT in intent.channels and intent.purpose in never)
            assert Channel.GIFT not in intent.channels or intent.purpose in GIVING


def test_the_error_lists_every_fault_and_can_be_split() -> None:
    """The error prints each fault on a line of its own, and ``except*`` takes some of them."""
    error = FaultsError("playbook 'x' has 1 fault(s)", faults_of(BAD_ROWS[0][2]))
    told = str(error).splitlines()
    assert told[0] == "playbook 'x' has 1 fault(s)"
    assert told[1].startswith("  - x: unknown obligation rule: ")
    rest = error.subgroup(lambda one: isinstance(one, InvalidError))
    assert isinstance(rest, FaultsError)
    derived = error.split(ValueError)[0]
    assert isinstance(derived, FaultsError)
    assert derived.faults == error.faults


def test_rows_that_wait_for_each_other_are_refused() -> None:
    """Two rows that each wait for the other never come; a chain with a beginning does."""
    first, second = play("one", RowSent("two")), play("two", RowSent("one"))
    with pytest.raises(FaultsError) as caught:
        book(first, second)
    assert [fault.kind for fault in caught.value.faults] == [F.ENDLESS] * 2
    chain = book(play("two", ASSESS), first, play("three", RowSent("one"), after=Wait(days=1)))
    assert [one.id for one in chain.rows_for()] == ["two", "one", "three"]


@pytest.mark.parametrize("after", [7, None, "a day"])
def test_a_row_waits_by_a_span_or_by_the_calendar(after: Any) -> None:
    """Anything else is refused."""
    with pytest.raises(InvalidError, match=r"Play\.after"):
        play("x", ASSESS, after=after)
