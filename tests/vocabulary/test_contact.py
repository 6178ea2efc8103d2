"""The words for contact between company and customer, against SPEC 4.2, 6 and 9."""

from enum import Enum

import pytest

from cxjourney.vocabulary import Channel, Purpose, Smiley, Touchpoint

WORDS = {
    Channel: "face_to_face email post text video gift",
    Purpose: (
        "inform remind confirm answer solve apologise thank congratulate affirm onboard "
        "ask_feedback ask_referral loyalty sell gift"
    ),
    Touchpoint: "first_mention web_site shop support warranty",
    Smiley: "sad bored happy",
}


@pytest.mark.parametrize("of", WORDS, ids=lambda of: of.__name__)
def test_words_in_order(of: type[Enum]) -> None:
    """Each word of SPEC is there, in its order, under its own name in small letters."""
    assert [one.value for one in of] == WORDS[of].split()
    assert [one.name.lower() for one in of] == WORDS[of].split()


def test_words_of_different_sorts_differ() -> None:
    """A gift as a channel is not a gift as a purpose."""
    assert len({Channel.GIFT, Purpose.GIFT}) == 2
