"""The intent and its key: the same for ever, and no other intent's."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cxjourney.channels import Intent
from cxjourney.errors import InvalidError
from cxjourney.testing import intents
from cxjourney.vocabulary import Channel, Purpose

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
NAME = st.text("a1:\ud800", min_size=1, max_size=4) | st.text(min_size=1, max_size=4)
PART = st.just("") | NAME
PARTS = st.tuples(NAME, PART, NAME, PART)


def an_intent(**fields: str) -> Intent:
    """Return an intent about which all but some ids is the same."""
    ids: dict[str, Any] = {
        "customer": "c",
        "engagement": "e",
        "play": "p",
        "occurrence": "o",
        "cause": "x",
    }
    return Intent(
        **(ids | fields),
        cycle=1,
        purpose=Purpose.THANK,
        channels=(Channel.POST,),
        planned_at=AT,
        not_before=AT,
    )


def intent_key(customer: str, engagement: str, play: str, occurrence: str) -> str:
    """Return the key of an intent of these parts."""
    return an_intent(customer=customer, engagement=engagement, play=play, occurrence=occurrence).key


@given(PARTS, PARTS)
@example(("a", "bc", "x", ""), ("ab", "c", "x", ""))
@example(("c", "", "p", "o"), ("c", "p", "o", ""))
@example(("1:a", "", "x", ""), ("1", "a", "x", ""))
@example(("a1:b", "", "x", ""), ("a", "b", "x", ""))
def test_keys_are_equal_where_all_parts_are(
    some: tuple[str, str, str, str], others: tuple[str, str, str, str]
) -> None:
    """No two different sets of parts share a key, wherever one part ends and the next begins."""
    assert (intent_key(*some) == intent_key(*others)) is (some == others)


@given(PARTS)
def test_a_key_is_short_and_plain(parts: tuple[str, str, str, str]) -> None:
    """A key is 32 hexadecimal digits, which fit a header, a file name and a column."""
    key = intent_key(*parts)
    assert len(key) == 32
    assert set(key) <= set("0123456789abcdef")


def test_a_key_is_the_same_for_ever() -> None:
    """What was sent under a key years ago is found under it, whatever the seed of Python's hash."""
    assert intent_key("c", "e", "p", "o") == "2e765d71e1c60d060578b1e3f393f242"


def test_a_task_inside_the_company_is_done_by_a_person() -> None:
    """Through any other channel it would reach the customer."""
    with pytest.raises(InvalidError, match="internal"):
        attrs.evolve(an_intent(), internal=True)
    chore = attrs.evolve(an_intent(), internal=True, channels=(Channel.FACE_TO_FACE,))
    assert chore.internal


@pytest.mark.no_cover
@given(intents())
def test_an_intent_has_the_key_of_its_parts(intent: Intent) -> None:
    """Without a journal it follows from journey, row and occurrence; a given one is kept."""
    parts = intent.customer, intent.engagement, intent.play, intent.occurrence
    assert intent.key == intent_key(*parts)
    later = attrs.evolve(intent, cause="other", not_before=AT, channels=(Channel.GIFT,), wish="w")
    assert later.key == intent.key
    assert attrs.evolve(intent, occurrence=f"{intent.occurrence}!", key="").key != intent.key
    assert attrs.evolve(intent, key="given").key == "given"


def test_times_are_kept_with_their_offset_at_that_moment() -> None:
    """A time of a zone with rules is the same instant, with the offset that held then."""
    local = datetime(2026, 7, 1, 9, tzinfo=ZoneInfo("Europe/Tallinn"))
    kept = attrs.evolve(an_intent(), due=local).due
    assert kept == local
    assert kept is not None
    assert kept.utcoffset() == timedelta(hours=3)


def test_an_intent_cannot_be_changed() -> None:
    """An intent is decided once; nobody can give it another key."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        an_intent().key = "other"  # type: ignore[misc]
