"""What is said or given through a channel, who wrote it, and who approved it."""

import re
from collections.abc import Iterable
from decimal import Decimal
from enum import Enum, unique
from hashlib import sha256

import attrs

from cxjourney.contact import Channel
from cxjourney.errors import InvalidError
from cxjourney.texts import Lang
from cxjourney.vocabulary._checks import a, a_number, all_of, an_id, as_set, as_tuple, must, told

__all__ = [
    "Approval",
    "Content",
    "Gift",
    "GiftTrait",
    "Library",
    "Pledge",
    "Video",
    "digest_of",
]

CURRENCY = re.compile("[A-Z]{3}")


def digest_of(text: str) -> str:
    """Return the digest of a template's text: SHA-256, hexadecimal."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@attrs.frozen
class Approval:
    """Somebody read a template as it stands, and approved it.

    Attributes:
        by: who.
        digest: the digest of what was read; an approval is worth nothing for any other text.
    """

    by: str = attrs.field(validator=an_id)
    digest: str = attrs.field(validator=an_id)


@attrs.frozen
class Pledge:
    """What a text promises of the service, as a figure (SPEC E01).

    Attributes:
        capability: what is promised, such as ``delivery_days``; see ``Capability``.
        value: how much, in the capability's own unit.
    """

    capability: str = attrs.field(validator=an_id)
    value: Decimal = attrs.field(validator=a(Decimal))

    def __attrs_post_init__(self) -> None:
        must(self.value.is_finite(), self, "value", self.value, "a finite Decimal")


@unique
class GiftTrait(Enum):
    """What makes a gift advertising (SPEC G02)."""

    LOGO = "logo"
    ADVERTISING = "advertising"
    SAMPLE_FOR_FEEDBACK = "sample_for_feedback"
    SOCIAL_POST_REQUEST = "social_post_request"
    DISCOUNT_CODE = "discount_code"


@attrs.frozen
class Gift:
    """A gift, as far as the policy asks (SPEC G01 to G03).

    Attributes:
        worth: what it is worth, in ``currency``.
        currency: three letters of ISO 4217.
        personal_note: whether a personal, signed or hand-written note goes with it.
        traits: what about it is advertising.
    """

    worth: Decimal = attrs.field(validator=a(Decimal))
    currency: str = attrs.field(default="EUR", validator=an_id)
    personal_note: bool = attrs.field(default=False, validator=a(bool))
    traits: frozenset[GiftTrait] = attrs.field(
        default=frozenset(), converter=as_set, validator=all_of(GiftTrait)
    )

    def __attrs_post_init__(self) -> None:
        fits = self.worth.is_finite() and self.worth >= 0
        must(fits, self, "worth", self.worth, "a finite Decimal from 0", told)
        fits = CURRENCY.fullmatch(self.currency) is not None
        must(fits, self, "currency", self.currency, "three capital letters of ISO 4217")


@attrs.frozen
class Video:
    """A video, as far as the policy asks (SPEC V01).

    Attributes:
        seconds: how long it is.
    """

    seconds: int = attrs.field(validator=a_number(0))


@attrs.frozen
class Content:
    """What is sent through one channel: a template by its digest, never the text itself (SPEC C04).

    Attributes:
        id: what plays and intents call it.
        channel: the channel it is written for.
        author: who wrote the text as it stands.
        digest: the digest of the text as it stands, see ``digest_of``.
        approvals: who approved which text.
        lang: its language; None where it suits every customer.
        variables: the names of the customer's values that it fills in.
        asks: the names of what it asks the customer for: of values, or of kinds of event.
        pledges: what it promises of the service.
        gift: what is given, for the channel GIFT.
        video: what is shown, for the channel VIDEO.
    """

    id: str = attrs.field(validator=an_id)
    channel: Channel = attrs.field(validator=a(Channel))
    author: str = attrs.field(validator=an_id)
    digest: str = attrs.field(validator=an_id)
    approvals: tuple[Approval, ...] = attrs.field(
        default=(), converter=as_tuple, validator=all_of(Approval)
    )
    lang: Lang | None = attrs.field(default=None, validator=a(Lang, optional=True))
    variables: frozenset[str] = attrs.field(
        default=frozenset(), converter=as_set, validator=all_of(str)
    )
    asks: frozenset[str] = attrs.field(default=frozenset(), converter=as_set, validator=all_of(str))
    pledges: tuple[Pledge, ...] = attrs.field(
        default=(), converter=as_tuple, validator=all_of(Pledge)
    )
    gift: Gift | None = attrs.field(default=None, validator=a(Gift, optional=True))
    video: Video | None = attrs.field(default=None, validator=a(Video, optional=True))

    @property
    def approved_by(self) -> frozenset[str]:
        """Who approved the text as it stands; its own author does not count."""
        read = {one.by for one in self.approvals if one.digest == self.digest}
        return frozenset(read - {self.author})


Shelf = tuple[str, Channel, Lang | None]


@attrs.frozen(init=False, repr=False)
class Library:
    """Every content that may be sent, by id, channel and language.

    Args:
        contents: the contents; one for each id, channel and language.

    Raises:
        InvalidError: when it holds anything but contents, or two of the same id, channel and
            language.
    """

    contents: tuple[Content, ...]
    _shelves: dict[Shelf, Content] = attrs.field(eq=False)

    def __init__(self, contents: Iterable[Content] = ()) -> None:
        kept = tuple(contents)
        shelves: dict[Shelf, Content] = {}
        for one in kept:
            must(isinstance(one, Content), self, "contents", one, "only Content")
            shelf = one.id, one.channel, one.lang
            if shelf in shelves:
                found = f"a second {one.id!r} for {one.channel.name}"
                expected = "one for an id, channel and language"
                raise InvalidError("Library.contents", found, expected)
            shelves[shelf] = one
        self.__attrs_init__(kept, shelves)

    def __repr__(self) -> str:
        return f"<Library of {len(self.contents)}>"

    def find(self, id: str, channel: Channel, lang: Lang) -> Content | None:
        """Return the content for a channel in a language, else for all languages, else None."""
        exact = self._shelves.get((id, channel, lang))
        return exact or self._shelves.get((id, channel, None))
