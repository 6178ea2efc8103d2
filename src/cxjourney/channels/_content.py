"""Contents: what is said or given through a channel; and what is known of the customer."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo
from decimal import Decimal
from enum import Enum, unique
from hashlib import sha256
from itertools import chain
from operator import attrgetter
from typing import Any, cast
from unicodedata import category, normalize

import attrs

from cxjourney.chart import Effect
from cxjourney.errors import InvalidError
from cxjourney.journey import Journey
from cxjourney.vocabulary import Channel, Event, EventKind, Lang, Purpose
from cxjourney.vocabulary._checks import (
    a,
    a_number,
    a_time,
    a_zone,
    all_of,
    an_id,
    an_id_or_none,
    as_mapping,
    as_set,
    as_tuple,
    check_type,
    must,
    told,
)
from cxjourney.vocabulary._terminal import Showable, code

UNSEEN = frozenset({"Cc", "Cf", "Cn", "Cs"})
"""The categories of Unicode whose characters nobody sees."""
BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and signs of other categories that are blank or take no room."""
CURRENCY = re.compile("[A-Z]{3}")


def a_decimal(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Check a finite Decimal."""
    fits = isinstance(value, Decimal) and value.is_finite()
    must(fits, instance, field.name, value, "a finite Decimal", told)


ALIKE = str.maketrans(
    "авеікмнорстухјѕһԁԛԝαβεζηικμνορτυχı",
    "abeikmhopctyxjshdqwabezhikmnoptyxi",
    "\N{COMBINING DOT ABOVE}",
)
"""Letters, Cyrillic and Greek most of them, that cannot be told from Latin ones."""


def person(name: str) -> str:
    """Return what is the same for all spellings of one person's name; empty for nobody.

    Capitals, blanks, marks such as a full stop, characters that nobody sees, and letters of another
    script that look the same make no other person.
    """
    seen = visible(normalize("NFKC", name)).casefold().translate(ALIKE)
    return " ".join("".join(one if category(one)[0] in "LMN" else " " for one in seen).split())


def visible(text: str) -> str:
    """Return a text without the characters that take no room, such as a zero-width space."""
    return "".join(one for one in text if category(one) not in UNSEEN and one not in BLANK)


def has_letters(text: str) -> bool:
    """Say whether a text holds anything that can be seen."""
    return bool(visible(text).strip())


def digest_of(text: str) -> str:
    """Return the digest of a template's text: SHA-256, hexadecimal."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@attrs.frozen
class Approval(Showable):
    """Somebody read a template as it stands, and approved it.

    Attributes:
        by: who.
        digest: the digest of what was read; an approval is worth nothing for any other text.
    """

    by: str = attrs.field(validator=an_id, repr=False)
    digest: str = attrs.field(validator=an_id, repr=False)


@attrs.frozen
class Pledge(Showable):
    """What a text promises of the service, as a figure (SPEC E01).

    Attributes:
        capability: what is promised, such as ``delivery_days``; see ``Capability``.
        value: how much, in the capability's own unit.
    """

    capability: str = attrs.field(validator=an_id, repr=False)
    value: Decimal = attrs.field(validator=a_decimal)


@unique
class GiftTrait(Enum):
    """What makes a gift advertising (SPEC G02)."""

    LOGO = "logo"
    ADVERTISING = "advertising"
    SAMPLE_FOR_FEEDBACK = "sample_for_feedback"
    SOCIAL_POST_REQUEST = "social_post_request"
    DISCOUNT_CODE = "discount_code"


@attrs.frozen
class Gift(Showable):
    """A gift, as far as the policy asks (SPEC G01 to G03).

    Attributes:
        worth: what it is worth, in ``currency``.
        currency: three letters of ISO 4217.
        personal_note: whether a personal, signed or hand-written note goes with it.
        traits: what about it is advertising.
    """

    worth: Decimal = attrs.field(validator=a_decimal)
    currency: str = attrs.field(default="EUR", repr=code, validator=an_id)
    personal_note: bool = attrs.field(default=False, validator=a(bool))
    traits: frozenset[GiftTrait] = attrs.field(
        default=frozenset(), converter=as_set, validator=all_of(GiftTrait)
    )

    def __attrs_post_init__(self) -> None:
        must(self.worth >= 0, self, "worth", self.worth, "a finite Decimal from 0", told)
        fits = CURRENCY.fullmatch(self.currency) is not None
        must(fits, self, "currency", self.currency, "three capital letters of ISO 4217")


@attrs.frozen
class Video(Showable):
    """A video, as far as the policy asks (SPEC V01).

    Attributes:
        seconds: how long it is.
    """

    seconds: int = attrs.field(validator=a_number(0))


@attrs.frozen(repr=False)
class Content(Showable):
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
        """Who approved the text as it stands, each person once; its own author does not count."""
        by = sorted((one.by for one in self.approvals if one.digest == self.digest), reverse=True)
        people = {person(one): one for one in by}
        nobody = {person(self.author), ""}
        return frozenset(one for who, one in people.items() if who not in nobody)

    def __repr__(self) -> str:
        fills, approved = len(self.variables), len(self.approved_by)
        return f"<Content for {self.channel.name}: {fills} variables, approved by {approved}>"


@attrs.frozen(init=False, repr=False)
class Library(Showable):
    """Every content that may be sent, by id, channel and language.

    Args:
        contents: the contents; one for each id, channel and language.

    Raises:
        InvalidError: when it holds anything but contents, or two of the same id, channel and
            language.
    """

    contents: tuple[Content, ...]
    _shelves: dict[tuple[str, Channel, Lang | None], Content] = attrs.field(eq=False, factory=dict)

    def __init__(self, contents: Iterable[Content] = ()) -> None:
        self.__attrs_init__(tuple(contents))
        for one in self.contents:
            must(isinstance(one, Content), self, "contents", one, "only Content")
            if (shelf := (one.id, one.channel, one.lang)) in self._shelves:
                found = f"a second {one.id!r} for {one.channel.name}"
                expected = "one for an id, channel and language"
                raise InvalidError("Library.contents", found, expected)
            self._shelves[shelf] = one

    def __repr__(self) -> str:
        return f"<Library of {len(self.contents)}>"

    def find(self, id: str, channel: Channel, lang: Lang) -> Content | None:
        """Return the content for a channel in a language, else for all languages, else None."""
        exact = self._shelves.get((id, channel, lang))
        return exact or self._shelves.get((id, channel, None))


def _texts(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    expected = "a mapping of names to texts"
    check_type(f"{type(instance).__name__}.{field.name}", value, Mapping, expected)
    for one in chain.from_iterable(cast("Mapping[str, str]", value).items()):
        must(isinstance(one, str), instance, field.name, one, expected)


@attrs.frozen(repr=False)
class Profile(Showable):
    """What contacts need to know of a customer; it is read anew each time, and never stored.

    Attributes:
        zone: the customer's time zone; None where it is not known.
        lang: the customer's language.
        segment: which rows of the playbook are the customer's, such as ``key_account``; None for
            the rows of everybody.
        values: what templates may fill in, by name, such as ``name``; a value that is blank counts
            as missing.
    """

    zone: tzinfo | None = attrs.field(default=None, validator=a_zone)
    lang: Lang = attrs.field(default=Lang.EN, validator=a(Lang))
    segment: str | None = attrs.field(default=None, validator=an_id_or_none)
    values: Mapping[str, str] = attrs.field(
        factory=dict, converter=as_mapping, validator=_texts, hash=False
    )

    @property
    def known(self) -> frozenset[str]:
        """The names of the values that are there, and hold anything that can be seen."""
        return frozenset(name for name, value in self.values.items() if has_letters(value))

    def __repr__(self) -> str:
        zone = "no zone" if self.zone is None else str(self.zone)
        return f"<Profile: {self.lang.name}, {zone}, {len(self.known)} values known>"


Profiles = Callable[[str], Profile]
"""Looks a customer's profile up by id; asked each time anew, so that it is never stale."""


_NOTHING_KNOWN = Profile()


def nobody(_: str) -> Profile:
    """Return a profile of which nothing is known."""
    return _NOTHING_KNOWN


@attrs.frozen
class Contact(Showable):
    """One contact that was made, or may have been.

    Attributes:
        at: when.
        channel: through which channel.
        purpose: what for.
        play: the id of the playbook's row that called for it.
        content: the id of what was said, or None.
        certain: False where nobody knows whether it reached the customer.
    """

    at: datetime = attrs.field(validator=a_time)
    channel: Channel = attrs.field(validator=a(Channel))
    purpose: Purpose = attrs.field(validator=a(Purpose))
    play: str = attrs.field(default="", validator=a(str), repr=False)
    content: str | None = attrs.field(default=None, validator=an_id_or_none, repr=False)
    certain: bool = attrs.field(default=True, validator=a(bool))


@attrs.frozen(repr=False)
class History(Showable):
    """What was between a customer and the company, over all of the customer's journeys.

    Attributes:
        events: what was recorded, in journey order; their payloads hold the customer's own words.
        contacts: the contacts made through channels, oldest first.
    """

    events: tuple[Event, ...] = ()
    contacts: tuple[Contact, ...] = ()

    @classmethod
    def of(cls, journeys: Iterable[Journey], contacts: Iterable[Contact] = ()) -> "History":
        """Return the history of a customer's journeys and the contacts made."""
        steps = [step for one in journeys for step in one.history if step.seq]
        events = [one.event for one in steps if one.effect is not Effect.RETRACTED]
        events.sort(key=attrgetter("at", "kind.rank"))
        return cls(tuple(events), tuple(sorted(contacts, key=attrgetter("at"))))

    def __repr__(self) -> str:
        return f"<History of {len(self.events)} events, {len(self.contacts)} contacts>"

    def of_kind(self, kind: EventKind) -> tuple[Event, ...]:
        """Return the events of a kind, oldest first."""
        return tuple(event for event in self.events if event.kind == kind)

    @property
    def purchases(self) -> tuple[Event, ...]:
        """What the customer bought."""
        return self.of_kind(EventKind.PURCHASED)

    @property
    def questions(self) -> tuple[Event, ...]:
        """What the customer asked."""
        return self.of_kind(EventKind.ASKED)

    @property
    def complaints(self) -> tuple[Event, ...]:
        """What the customer complained about."""
        return self.of_kind(EventKind.COMPLAINED)

    @property
    def recommendations(self) -> tuple[Event, ...]:
        """What the company recommended."""
        return self.of_kind(EventKind.RECOMMENDATION)

    @property
    def channels_used(self) -> frozenset[Channel]:
        """The channels of every contact made."""
        return frozenset([one.channel for one in self.contacts])

    @property
    def channels_unused(self) -> tuple[Channel, ...]:
        """The channels through which the customer was never contacted (SPEC A01)."""
        used = self.channels_used
        return tuple(channel for channel in Channel if channel not in used)

    def last_contact(self, channel: Channel | None = None) -> Contact | None:
        """Return the latest contact, through one channel or through any; else None."""
        made = [one for one in self.contacts if channel in {None, one.channel}]
        return made[-1] if made else None

    def reaches(self, channel: Channel) -> bool:
        """Return whether a channel reaches the customer, as far as is known.

        It does not once something came back, until that is said to be mended. The latest word
        counts, on whichever journey it was recorded; at the same instant, that it was mended.
        """
        said = True
        for event in self.events:
            mended = event.kind is EventKind.DELIVERABLE
            if mended or event.kind is EventKind.UNDELIVERABLE:
                said = mended if event.payload["channel"] is channel else said
        return said

    def consent(self, channel: Channel, purpose: Purpose, now: datetime) -> bool | None:
        """Return whether the customer consents at a moment; None where nothing is on record.

        See ``word_on_consent``; how old it is, and when it expires, is not asked.
        """
        word = self.word_on_consent(channel, purpose, now)
        return None if word is None else word.kind is EventKind.CONSENT_GIVEN

    def word_on_consent(self, channel: Channel, purpose: Purpose, now: datetime) -> Event | None:
        """Return the latest word on consent that covers a channel and a purpose, or None.

        A word without a channel, or a purpose, means all of them. The latest counts, on whichever
        journey it was given; at the same instant a withdrawal outweighs. A withdrawal that is dated
        later than ``now`` counts too: whoever has said no is left in peace, though a clock went
        back.
        """
        latest = None
        for event in self.events:
            withdrawn = event.kind is EventKind.CONSENT_WITHDRAWN
            given = event.kind is EventKind.CONSENT_GIVEN and event.at <= now
            if (withdrawn or given) and covers(event, channel, purpose):
                latest = event
        return latest


def covers(word: Event, channel: Channel | None, purpose: Purpose | None) -> bool:
    """Say whether a word on consent holds for a channel and a purpose, None being all of them."""
    about = word.payload.get("channel"), word.payload.get("purpose")
    return about[0] in {None, channel} and about[1] in {None, purpose}
