"""The words for contact between company and customer: channels, purposes, touchpoints, smileys."""

from enum import Enum, unique


@unique
class Channel(Enum):
    """One of the six channels a company acts through (SPEC 6)."""

    FACE_TO_FACE = "face_to_face"
    EMAIL = "email"
    POST = "post"
    TEXT = "text"
    VIDEO = "video"
    GIFT = "gift"


@unique
class Purpose(Enum):
    """What a contact is for (SPEC 6)."""

    INFORM = "inform"
    REMIND = "remind"
    CONFIRM = "confirm"
    ANSWER = "answer"
    SOLVE = "solve"
    APOLOGISE = "apologise"
    THANK = "thank"
    CONGRATULATE = "congratulate"
    AFFIRM = "affirm"
    ONBOARD = "onboard"
    ASK_FEEDBACK = "ask_feedback"
    ASK_REFERRAL = "ask_referral"
    LOYALTY = "loyalty"
    SELL = "sell"
    GIFT = "gift"


@unique
class Touchpoint(Enum):
    """Where company and customer met (SPEC 4.2, last paragraph)."""

    FIRST_MENTION = "first_mention"
    WEB_SITE = "web_site"
    SHOP = "shop"
    SUPPORT = "support"
    WARRANTY = "warranty"


@unique
class Smiley(Enum):
    """A customer's feedback in one face; the middle one is *bored*, not neutral (SPEC 9)."""

    SAD = "sad"
    BORED = "bored"
    HAPPY = "happy"
