"""The rules of the policy about what is said, shown and given, at their edges."""

from decimal import Decimal, localcontext

import attrs
import pytest
from hypothesis import given

from cxjourney.channels import Approval, Gift, GiftTrait, Pledge, Profile, Video, digest_of
from cxjourney.channels.policy import Capability
from cxjourney.testing import contents
from cxjourney.vocabulary import Channel, EventKind, Phase, Purpose, Situation, Standing
from tests.channels.policy_cases import DIGEST, READ_TWICE, case, content, event, heard, intent

C, P, K = Channel, Purpose, EventKind
TASK = intent(channel=C.FACE_TO_FACE, content=None)
DAYS = Capability("delivery_days", Decimal(3), smaller_is_better=True)
HOURS = Capability("hours_open", Decimal(8), smaller_is_better=False)


def test_a_changed_salutation_reaches_nobody() -> None:
    """C04: a text changed after its approval is denied on every channel, to one or to thousands."""
    insulting = digest_of("Dear Rich {{ name }}")
    for channel in Channel:
        changed = content(channel, digest=insulting)
        for audience in (1, 30_000):
            about = case(channel, content=changed, audience=audience)
            assert heard("C04", about) == "DENY changed_since_approval"


@pytest.mark.parametrize("channel", Channel)
def test_authors_do_not_approve_their_own_texts(channel: Channel) -> None:
    """C04: nor does nobody; the reason tells which of the two it is."""
    own = content(channel, approvals=[Approval("anne", DIGEST)])
    assert heard("C04", case(channel, content=own)) == "DENY approved_by_author"
    unread = content(channel, approvals=[])
    assert heard("C04", case(channel, content=unread)) == "DENY not_approved"
    assert heard("C04", case(channel, content=content(channel))) == "ALLOW approved"


@given(written=contents(id="hello", channel=C.EMAIL))
def test_a_text_passes_when_somebody_else_read_it_as_it_stands(written: object) -> None:
    """C04 passes just those texts of which an approval names their digest and another person."""
    about = case(content=written)
    assert about.content is not None
    read = [one for one in about.content.approvals if one.digest == about.content.digest]
    approved = any(one.by != about.content.author for one in read)
    assert (heard("C04", about) == "ALLOW approved") == approved


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("id", [None, "welcome"])
def test_without_a_text_only_people_go(channel: Channel, id: str | None) -> None:
    """C04: a person does with a task what no text is there for; on any other channel it is denied.

    C05 and C06 have nothing to say of what is not there.
    """
    wordless = case(channel, content=None, intent=intent(channel=channel, content=id))
    task = channel is C.FACE_TO_FACE
    assert heard("C04", wordless) == ("ALLOW no_text" if task else "DENY content_missing")
    assert heard("C05", wordless) is heard("C06", wordless) is None


def test_another_text_is_no_text() -> None:
    """C04: an approved text with another id, or for another channel, is not the one meant."""
    assert heard("C04", case(content=content(id="bye"))) == "DENY content_missing"
    assert heard("C04", case(content=content(C.POST))) == "DENY content_missing"


@pytest.mark.parametrize(
    ("audience", "approvals", "expected"),
    [
        (100, READ_TWICE[:1], "ALLOW small_audience"),
        (101, READ_TWICE[:1], "DENY approved_once"),
        (101, (*READ_TWICE[:1], Approval("anne", DIGEST)), "DENY approved_once"),
        (101, (*READ_TWICE[:1], *READ_TWICE[:1]), "DENY approved_once"),
        (101, (*READ_TWICE[:1], Approval("cleo", digest_of("older"))), "DENY approved_once"),
        (101, READ_TWICE, "ALLOW approved_twice"),
    ],
)
def test_many_need_a_second_approval(
    audience: int, approvals: tuple[Approval, ...], expected: str
) -> None:
    """C05: over 100, two people other than the author have approved the text as it stands."""
    about = case(audience=audience, content=content(approvals=approvals))
    assert heard("C05", about) == expected


def test_nothing_is_sent_with_holes_in_it() -> None:
    """C06: each variable is known, and not blank; the name has a reason of its own."""
    known = Profile(values={"name": "Mari", "city": "Tartu"})
    asked = content(variables={"name", "city"})
    assert heard("C06", case(content=asked, profile=known)) == "ALLOW variables_known"
    assert heard("C06", case(content=asked)) == "DENY variable_missing"
    blank = Profile(values={"name": " ", "city": "Tartu"})
    assert heard("C06", case(content=asked, profile=blank)) == "DENY name_unknown"
    assert heard("C06", case(content=content(variables=()), profile=Profile())) is None
    assert heard("C06", case(C.FACE_TO_FACE, content=None, intent=TASK)) is None


def test_nobody_repeats_themselves() -> None:
    """C07: what is in the profile, or was recorded once, is asked for with a warning only."""
    asked = content(asks={"goal_set"})
    assert heard("C07", case(content=asked)) == "ALLOW not_on_record"
    told = case(content=asked, events=[event(K.GOAL_SET, goal="walk")])
    assert heard("C07", told) == "WARN on_record"
    assert heard("C07", case(content=content(asks={"name", "goal_set"}))) == "WARN on_record"
    assert heard("C07", case()) is None


@pytest.mark.parametrize(
    ("pledges", "expected"),
    [
        ((Pledge("delivery_days", Decimal(3)),), "ALLOW promises_can_be_kept"),
        ((Pledge("delivery_days", Decimal("2.9")),), "DENY promises_too_much"),
        ((Pledge("hours_open", Decimal(8)),), "ALLOW promises_can_be_kept"),
        ((Pledge("hours_open", Decimal("8.1")),), "DENY promises_too_much"),
        (
            (Pledge("hours_open", Decimal(1)), Pledge("price", Decimal(1))),
            "DENY capability_unknown",
        ),
        ((), None),
    ],
)
def test_mails_promise_no_more_than_the_service_keeps(
    pledges: tuple[Pledge, ...], expected: str | None
) -> None:
    """E01: not more, faster, better, nor anything of which nobody knows whether it is kept."""
    about = case(content=content(pledges=pledges))
    assert heard("E01", about, capabilities=[DAYS, HOURS]) == expected
    by_post = case(C.POST, content=content(C.POST, pledges=pledges))
    assert heard("E01", by_post) is None


def test_capabilities_keep_no_promise_that_is_no_number() -> None:
    """E01: a figure that is not one is covered by nothing."""
    assert not DAYS.covers(Decimal("NaN"))
    assert not HOURS.covers(Decimal("sNaN"))


@pytest.mark.parametrize(
    ("seconds", "audience", "expected"),
    [
        (120, 1, "ALLOW video_short"),
        (121, 1, "WARN video_too_long"),
        (120, 2, "WARN video_shared"),
    ],
)
def test_videos_are_short_and_personal(seconds: int, audience: int, expected: str) -> None:
    """V01: 120 seconds pass; the same video for a second customer is warned of."""
    shown = content(C.VIDEO, video=Video(seconds))
    assert heard("V01", case(C.VIDEO, content=shown, audience=audience)) == expected


def test_videos_of_unknown_length_are_warned_of() -> None:
    """V01: where nothing is known of the video, it says so."""
    assert heard("V01", case(C.VIDEO, content=None)) == "WARN video_length_unknown"


def given_gift(gift: Gift | None) -> object:
    """Return a content with a gift."""
    return content(C.GIFT, gift=gift)


@pytest.mark.parametrize(
    ("worth", "currency", "expected"),
    [
        ("9.99", "EUR", "ALLOW gift_modest"),
        ("9.999999999999999999999999999999999999", "EUR", "ALLOW gift_modest"),
        ("10.00", "EUR", "DENY gift_too_dear"),
        ("10", "EUR", "DENY gift_too_dear"),
        ("1E+999999", "EUR", "DENY gift_too_dear"),
        ("1E+999999999999999999", "SEK", "DENY gift_too_dear"),
        ("0", "EUR", "ALLOW gift_modest"),
        ("99.99", "SEK", "ALLOW gift_modest"),
        ("100", "SEK", "DENY gift_too_dear"),
        ("1", "USD", "DENY no_rate"),
        ("0", "USD", "DENY no_rate"),
    ],
)
def test_gifts_are_worth_less_than_ten_euros(worth: str, currency: str, expected: str) -> None:
    """G01: 9.99 passes and 10.00 does not, in any currency with a rate, in any decimal context."""
    about = case(C.GIFT, content=given_gift(Gift(Decimal(worth), currency)))
    with localcontext() as context:
        for context.prec in (1, 28):
            assert heard("G01", about, rates={"SEK": Decimal("0.1")}) == expected


def test_a_worth_is_never_rounded_down() -> None:
    """G01: not a worth of more digits than anybody reckons with, either."""
    just_below = Decimal("9." + "9" * 300)
    about = case(C.GIFT, content=given_gift(Gift(just_below)))
    assert heard("G01", about) == "DENY gift_too_dear"


@pytest.mark.parametrize("trait", GiftTrait)
def test_gifts_are_no_advertising(trait: GiftTrait) -> None:
    """G02: a single trait of advertising is enough."""
    branded = Gift(Decimal(1), traits={trait})
    assert heard("G02", case(C.GIFT, content=given_gift(branded))) == "DENY advertising"
    assert heard("G02", case(C.GIFT)) == "ALLOW no_advertising"


def test_gifts_come_with_a_personal_note() -> None:
    """G03: without one they are denied."""
    assert heard("G03", case(C.GIFT, content=given_gift(Gift(Decimal(1))))) == (
        "DENY no_note_with_gift"
    )
    assert heard("G03", case(C.GIFT)) == "ALLOW note_with_gift"


def test_a_gift_of_which_nothing_is_known_is_denied() -> None:
    """G01 to G03: where no gift is named G01 says so, and the other two have nothing to judge."""
    for nothing in (None, given_gift(None)):
        about = case(C.GIFT, content=nothing)
        told = [heard(rule, about) for rule in ("G01", "G02", "G03")]
        assert told == ["DENY gift_missing", None, None]


@pytest.mark.no_cover
@pytest.mark.parametrize("standing", [Standing.ACTIVE, Standing.LAPSED])
@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("purchased", [False, True])
def test_gifts_are_for_the_loyal(standing: Standing, phase: Phase, *, purchased: bool) -> None:
    """G04: denied before the purchase, warned of before ADOPT, allowed to those who stay."""
    about = case(C.GIFT, situation=Situation(standing, phase, purchased=purchased))
    loyal = standing is Standing.ACTIVE and phase >= Phase.ADOPT
    bought = "ALLOW gift_to_the_loyal" if loyal else "WARN gift_too_early"
    assert heard("G04", about) == (bought if purchased else "DENY not_bought_yet")


DEAR = Gift(Decimal(50), personal_note=True, traits=frozenset({GiftTrait.LOGO}))


@pytest.mark.parametrize("channel", Channel)
def test_a_gift_is_a_gift_through_any_channel(channel: Channel) -> None:
    """50 EUR with a logo is denied face to face as it is as a parcel, and a fine one is not."""
    about = case(channel, Purpose.GIFT, content=content(channel, gift=DEAR))
    assert heard("G01", about) == "DENY gift_too_dear"
    assert heard("G02", about) == "DENY advertising"
    fine = case(channel, Purpose.GIFT, content=content(channel, gift=Gift(Decimal("9.99"))))
    assert heard("G01", fine) == "ALLOW gift_modest"
    assert heard("G03", fine) == "DENY no_note_with_gift"
    early = attrs.evolve(fine, situation=Situation(Standing.ACTIVE, Phase.ADMIT))
    assert heard("G04", early) == "DENY not_bought_yet"


@pytest.mark.parametrize("channel", [one for one in Channel if one is not Channel.GIFT])
def test_what_is_no_gift_is_not_asked_about(channel: Channel) -> None:
    """The rules for gifts have nothing to say of a letter."""
    about = case(channel, Purpose.THANK)
    assert [heard(rule, about) for rule in ("G01", "G02", "G03", "G04")] == [None] * 4


SPELLINGS = (
    *("Ann", "ann", "ANN", " Ann ", "A\u200bnn", "\uff21nn", "Ann\u00ad"),
    *("\u0410nn", "\u0391nn", "Ann."),
)


@pytest.mark.no_cover
@pytest.mark.parametrize("author", SPELLINGS)
def test_four_eyes_are_of_two_people(author: str) -> None:
    """Another spelling of the author is the author still (C04)."""
    for by in SPELLINGS:
        about = content(author=author, approvals=(Approval(by, DIGEST),))
        assert about.approved_by == frozenset()
        assert heard("C04", case(content=about)) == "DENY approved_by_author"


@pytest.mark.parametrize("nobody", [" ", "\u200b", "\u3164", "\u2800\u00a0"])
def test_an_empty_name_is_nobody(nobody: str) -> None:
    """A name of which nothing can be seen approves nothing."""
    assert content(approvals=(Approval(nobody, DIGEST),)).approved_by == frozenset()


def test_two_spellings_are_one_approval() -> None:
    """C05 asks for a second person, not for a second spelling."""
    twice = (Approval("Bert", DIGEST), Approval("bert ", DIGEST))
    about = case(content=content(approvals=twice), audience=101)
    assert content(approvals=twice).approved_by == {"Bert"}
    assert heard("C05", about) == "DENY approved_once"
    both = content(approvals=(*twice, Approval("Õnne", DIGEST)))
    assert heard("C05", case(content=both, audience=101)) == "ALLOW approved_twice"


@pytest.mark.parametrize("name", ["", " ", "\u200b", "\u00a0\u200d", "\u3164", "\x00", "\u2800"])
def test_a_name_that_nobody_sees_is_no_name(name: str) -> None:
    """C06: an invisible character is no name; a letter is, in any script."""
    blank = case(profile=Profile(values={"name": name}))
    assert heard("C06", blank) == "DENY name_unknown"
    for seen in ("Mari", "李", "ع", "\u200bMari"):
        assert heard("C06", case(profile=Profile(values={"name": seen}))) == "ALLOW variables_known"
