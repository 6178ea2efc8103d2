"""The standard playbook is whole, follows SPEC 5, 6 and 8, and sells nothing."""

from datetime import timedelta

import attrs
import pytest

from cxjourney.chart import Options, standard_chart
from cxjourney.playbook import (
    KEY_ACCOUNT,
    MID_SIZE,
    Entered,
    NearlyDue,
    Opened,
    Play,
    Wished,
    standard_playbook,
)
from cxjourney.vocabulary import Channel, EventKind, Phase, Place, Purpose, Standing
from cxjourney.wishes import WishKind
from tests.chart.explored import ALL_OPTIONS, chart_with
from tests.playbook.books import STANDARD, START, WISHES, calls, lived

K = EventKind
SEGMENTS = (None, MID_SIZE, KEY_ACCOUNT)
RULES = {rule.id: rule for rule in standard_chart().obligations}
DEEDS = {"solve", "keep_promise", "record_goal", "record_feedback", "record_loss"}
DEEDS |= {"compare_delivery", "reassure"}
"""What is met by a fact that a person records, and not by being told of it."""


def owing(play: Play) -> str | None:
    """Return the rule that a row answers to, or None."""
    return play.on.rule if isinstance(play.on, Opened | NearlyDue) else None


def places(play: Play) -> set[Place]:
    """Return the places where a row is sure to be called for."""
    if isinstance(play.on, Entered):
        return {play.on.place}
    rule = RULES.get(owing(play) or "")
    if rule is None:
        return set()
    by_event = {K.REFERRED: Phase.ADVOCATE}
    entered = {*rule.enters, *(by_event[kind] for kind in rule.on if kind in by_event)}
    return entered | ({Phase.AFFIRM} if rule.at_purchase else set())


@pytest.mark.parametrize("segment", SEGMENTS)
def test_no_phase_and_no_duty_is_forgotten(segment: str | None) -> None:
    """All eight phases, silence, loss, every obligation and every kind of wish have a row."""
    rows = STANDARD.rows_for(segment)
    answered = {place for play in rows for place in places(play)}
    assert answered == {*Phase, Standing.LAPSED, Standing.LOST}
    assert {owing(play) for play in rows} - {None} == set(RULES)
    wished = {play.on.kind for play in rows if isinstance(play.on, Wished)}
    assert wished == set(WishKind)


def test_nothing_sells() -> None:
    """No row sells: price-led relationships do not last (002)."""
    assert all(play.purpose is not Purpose.SELL for play in STANDARD.plays)


def test_a_person_can_do_everything_on_the_first_day() -> None:
    """Where anything is done, a person can do it, who needs no template."""
    for play in STANDARD.rows_for():
        assert not play.channels or play.channels[-1] is Channel.FACE_TO_FACE, play.id


def test_letters_come_first_where_there_is_time() -> None:
    """What SPEC P02 wants by post goes by post, unless it is due before a letter arrives."""
    wanted = {Purpose.SOLVE, Purpose.APOLOGISE, Purpose.THANK, Purpose.CONGRATULATE}
    written = set[str]()
    for play in STANDARD.rows_for():
        rule = RULES.get(owing(play) or "")
        if Channel.POST in play.channels:
            assert play.channels[0] is Channel.POST, play.id
            assert rule is not None
            assert isinstance(rule.due, timedelta)
            assert rule.due >= timedelta(days=5), play.id
            written.add(play.id)
        elif play.purpose in wanted and len(play.channels) > 1:
            assert rule is not None
            assert isinstance(rule.due, timedelta)
            assert rule.due < timedelta(days=5), play.id
    assert "thank_referral" in written


def test_every_row_says_where_it_comes_from() -> None:
    """A row for an obligation has the source of its rule; none is without one."""
    for play in STANDARD.rows_for():
        rule = RULES.get(owing(play) or "")
        if rule is not None and not isinstance(play.on, NearlyDue):
            assert play.source == rule.source
        assert play.source


def test_the_journey_is_told_what_the_contact_amounts_to() -> None:
    """Asking, answering and confirming are told as such, deeds never, the rest as fulfilled."""
    own = {"answer": K.ANSWERED, "ask_feedback": K.FEEDBACK_ASKED}
    own["confirm_loyalty"] = K.LOYALTY_CONFIRMED
    for play in STANDARD.plays:
        rule = owing(play)
        reminds = play.purpose is Purpose.REMIND
        if rule is None or rule in DEEDS or reminds:
            assert play.tells is None, play.id
        else:
            assert play.tells == own.get(rule, K.FULFILLED), play.id


def test_a_duty_is_done_by_one_row() -> None:
    """No two rows do what one obligation asks for: all others remind a person of it."""
    for segment in SEGMENTS:
        for rule in RULES:
            of = [play for play in STANDARD.rows_for(segment) if owing(play) == rule]
            doing = [play for play in of if play.purpose is not Purpose.REMIND]
            assert len(doing) <= 1, rule
            assert len(of) - len(doing) <= 1, rule


def test_a_person_comes_first_for_key_accounts() -> None:
    """Rows of the segments change nothing but the order of channels: a person comes first."""
    changed = dict.fromkeys(SEGMENTS, 0)
    for play in STANDARD.plays:
        general = STANDARD.find(play.id)
        assert general is not None
        assert play.on == general.on
        assert play.purpose is general.purpose
        assert set(play.channels) == set(general.channels)
        if play.segment is not None:
            changed[play.segment] += 1
            assert play.channels[0] is Channel.FACE_TO_FACE
            assert play.channels != general.channels
    assert changed[KEY_ACCOUNT] > changed[MID_SIZE] > 0


def test_wishes_are_treated_by_their_kind() -> None:
    """Conscious wishes are spoken of, subconscious ones are not, invisible ones cost nothing."""
    rows = {play.on.kind: play for play in STANDARD.rows_for() if isinstance(play.on, Wished)}
    assert rows[WishKind.INVISIBLE].channels == ()
    assert rows[WishKind.SUBCONSCIOUS].content is None
    assert rows[WishKind.CONSCIOUS].content is not None
    bought = lived(K.CONTACTED, K.NEED_ADMITTED, K.PURCHASED, K.DELIVERED)
    called = calls(STANDARD.with_wishes(dict(WISHES)), bought, None)
    wished = [(one.play, one.wish) for one in called if one.wish is not None]
    assert wished == [
        ("wish_conscious", "a call"),
        ("wish_subconscious", "quiet seats"),
        ("wish_subconscious", "loud seats"),
    ]


def test_a_day_in_affirm_brings_no_double_contact() -> None:
    """A purchase calls for one message, and one task for the staff."""
    called = calls(STANDARD, lived(K.CONTACTED, K.PURCHASED), None)
    assert [one.play for one in called] == ["welcome", "affirm_decision", "hand_over"]


def test_asking_for_feedback_comes_within_the_hour() -> None:
    """Feedback is asked for a moment after the result, before that is overdue (000)."""
    result = lived(K.PURCHASED, K.DELIVERED, K.RESULT_ACHIEVED)
    ask = next(one for one in calls(STANDARD, result, None) if one.play == "ask_feedback")
    assert ask.due is not None
    assert ask.planned_at < ask.not_before < ask.due
    assert ask.not_before - START > timedelta(days=2)


@pytest.mark.parametrize("options", ALL_OPTIONS, ids=lambda one: one.suffix or "strict")
def test_it_suits_every_standard_chart(options: Options) -> None:
    """Under any options of the chart it has the same rows."""
    assert standard_playbook(chart=chart_with(options)).plays == STANDARD.plays


def test_it_suits_a_chart_with_fewer_duties() -> None:
    """Rows for obligations that a chart of one's own does not have are left out."""
    kept = tuple(rule for id, rule in RULES.items() if id not in {"check_in", "answer"})
    chart = attrs.evolve(standard_chart(), key="less", obligations=kept)
    mine = standard_playbook("mine", 4, chart=chart)
    assert (mine.key, mine.version, mine.chart) == ("mine", 4, chart)
    gone = {(play.id, play.segment) for play in set(STANDARD.plays) - set(mine.plays)}
    assert {id for id, _ in gone} == {"answer", "answer_due", "check_in"}
    assert ("check_in", KEY_ACCOUNT) in gone
