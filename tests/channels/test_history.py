"""The history view: all that was between a customer and the company, and the consent in it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.channels import Contact, History
from cxjourney.journey import Journey
from cxjourney.testing import contacts, histories, journeys
from cxjourney.vocabulary import Channel, EventKind, Purpose

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)
THEIRS = "Mari Maasikas"
MAIL, SMS = Channel.EMAIL, Channel.TEXT
SELL, REMIND = Purpose.SELL, Purpose.REMIND
WORDS = st.tuples(
    st.integers(0, 1),
    st.integers(0, 4),
    st.sampled_from([(MAIL, SELL), (SMS, SELL), (MAIL, REMIND)]),
    st.booleans(),
)
"""A word on consent: on which journey, on which day, about what, and whether it is given."""


def consenting(words: list[tuple[int, int, tuple[Channel, Purpose], bool]]) -> History:
    """Return the history of a customer who said these words, in order of arrival."""
    two = Journey("c", "phone"), Journey("c", "insurance")
    for index, day, (channel, purpose), gives in words:
        say = two[index].consent_given if gives else two[index].consent_withdrawn
        say(at=AT + day * DAY, channel=channel, purpose=purpose)
    return History.of(two)


@given(st.lists(WORDS, max_size=8))
def test_the_latest_word_counts(
    words: list[tuple[int, int, tuple[Channel, Purpose], bool]],
) -> None:
    """The latest word counts, on any journey; a refusal outweighs, were it yet to come."""
    history = consenting(words)
    for today in range(-1, 6):
        for about in ((MAIL, SELL), (SMS, SELL), (MAIL, REMIND), (SMS, REMIND)):
            said = [(day, not gives) for _, day, what, gives in words if what == about]
            latest = max((word for word in said if word[0] <= today or word[1]), default=None)
            expected = None if latest is None else not latest[1]
            assert history.consent(*about, AT + today * DAY) is expected


@pytest.mark.parametrize("first", [True, False])
def test_a_withdrawal_at_the_same_instant_wins(first: bool) -> None:
    """Given on one journey and withdrawn on another at one instant, in any order: no consent."""
    words = [(int(first), 0, (MAIL, SELL), True), (int(not first), 0, (MAIL, SELL), False)]
    assert consenting(words).consent(MAIL, SELL, AT) is False
    assert consenting(words[::-1]).consent(MAIL, SELL, AT) is False


def test_consent_begins_at_its_moment() -> None:
    """At the very moment it holds; a microsecond earlier nothing is on record."""
    history = consenting([(0, 0, (MAIL, SELL), True)])
    assert history.consent(MAIL, SELL, AT) is True
    assert history.consent(MAIL, SELL, AT - datetime.resolution) is None


@pytest.mark.no_cover
@given(st.lists(journeys(), max_size=3), st.lists(contacts(), max_size=5))
def test_nothing_recorded_is_left_out(lived: list[Journey], made: list[Contact]) -> None:
    """It has every recorded event in journey order, and no timer; it has every contact."""
    history = History.of(lived, made)
    told = [step.event for one in lived for step in one.history if step.seq]
    assert sorted(map(repr, told)) == sorted(map(repr, history.events))
    order = [(event.at, event.kind.rank) for event in history.events]
    assert order == sorted(order)
    assert sorted(map(repr, made)) == sorted(map(repr, history.contacts))
    assert sorted(one.at for one in made) == [one.at for one in history.contacts]


@pytest.mark.no_cover
@given(histories())
def test_a_history_is_read_by_kind_and_by_channel(history: History) -> None:
    """A view has the events of its kind; a channel has a last contact just where it was used."""
    views = {
        EventKind.PURCHASED: history.purchases,
        EventKind.ASKED: history.questions,
        EventKind.COMPLAINED: history.complaints,
        EventKind.RECOMMENDATION: history.recommendations,
    }
    for kind, view in views.items():
        assert view == tuple(event for event in history.events if event.kind.name == kind.name)
    assert history.channels_used == {one.channel for one in history.contacts}
    latest = history.last_contact()
    assert (latest is None) is (not history.contacts)
    assert latest is None or latest.at == max(one.at for one in history.contacts)
    for channel in Channel:
        last = history.last_contact(channel)
        moments = [one.at for one in history.contacts if one.channel is channel]
        assert (None if last is None else last.at) == max(moments, default=None)


def test_words_do_not_show() -> None:
    """The repr tells how much there is, and nothing of it."""
    journey = Journey("c")
    journey.asked(at=AT, question=THEIRS)
    history = History.of([journey], [Contact(AT, MAIL, REMIND)])
    assert repr(history) == "<History of 1 events, 1 contacts>"
    assert history.questions[0].payload["question"] == THEIRS
    assert history.purchases == history.complaints == history.recommendations == ()
    assert history.last_contact() is history.last_contact(MAIL) is history.contacts[0]
    assert history.last_contact(SMS) is None
