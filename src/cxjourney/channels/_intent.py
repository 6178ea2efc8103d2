"""The intent: a wish to act through a channel, and what a hook made of it (SPEC 7)."""

from datetime import datetime
from hashlib import sha256
from typing import Any

import attrs

from cxjourney.vocabulary import Channel, Lang, Phase, Purpose, Standing
from cxjourney.vocabulary._checks import (
    MAX_ID,
    MAX_TEXT,
    Validator,
    a,
    a_number,
    a_time,
    all_of,
    an_id,
    an_id_or_none,
    must,
)
from cxjourney.vocabulary._phases import Place
from cxjourney.vocabulary._results import Worded, as_dict
from cxjourney.vocabulary._terminal import Showable
from cxjourney.vocabulary._texts import hook_outcome, moment, word

KEY_DIGITS = 32
_a_time_or_none = attrs.validators.optional(a_time)


def intent_key(customer: str, engagement: str, play: str, occurrence: str) -> str:
    """Return what an intent is called where no journal has a secret: 32 hexadecimal digits.

    The same journey, row of the playbook and occurrence give the same in every process and for
    ever. Whoever has a list of customers can find out whose it is.

    Args:
        customer: the customer's id.
        engagement: the engagement's id, or empty.
        play: the id of the playbook's row.
        occurrence: which time this is, such as the key of an obligation, or ``1:AFFIRM:1`` for the
            first entry into AFFIRM in cycle 1.
    """
    return _hashed(customer, engagement, play, occurrence)


def occasion_key(engagement: str, play: str, cause: str, wish: str | None) -> str:
    """Return what is the same for two intents of a row for the same event and wish, and no others.

    Args:
        engagement: the engagement's id, or empty.
        play: the id of the playbook's row.
        cause: the id of the event that called for it.
        wish: what the wish behind it is about, or None.
    """
    return _hashed("occasion", engagement, play, cause, wish or "")


def _hashed(*parts: str) -> str:
    named = "".join([f"{len(part)}:{part}" for part in parts])
    return sha256(named.encode("utf-8", "surrogatepass")).hexdigest()[:KEY_DIGITS]


def _a_text(most: int) -> Validator:
    def check(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
        fits = isinstance(value, str) and len(value) <= most
        must(fits, instance, field.name, value, f"a text of at most {most} characters")

    return check


def _has_channels(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    all_of(Channel)(instance, field, value)
    fits = isinstance(value, tuple) and 0 < len(value) == len(set(value))
    must(fits, instance, field.name, value, "a tuple of one or more channels, each once")


def _a_place(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    fits = value is None or isinstance(value, Phase | Standing)
    must(fits, instance, field.name, value, "a Phase, a Standing or None")


@attrs.frozen(repr=False)
class Intent(Showable):
    """Something to be done through a channel; hooks carry it out (SPEC 1, 7).

    Attributes:
        customer: the customer's id.
        engagement: the engagement's id, or empty.
        play: the id of the playbook's row that calls for it.
        occurrence: which time the row calls for it on this journey; see ``intent_key``.
        cause: the id of the event that called for it.
        cycle: the journey's cycle.
        purpose: what the contact is for.
        channels: the channels that may carry it, the wanted one first, fallbacks in order.
        content: the id of what is said, see ``Library``; None for a task that needs no text.
        planned_at: the moment that called for it.
        not_before: the moment from which it may be sent.
        due: when the obligation behind it is due, or None.
        expires: the moment after which it is too late to send it, or None.
        obligation: the key of the obligation behind it, or None.
        place: the phase or standing that it belongs to, or None: once the customer has left that
            place it is not sent any more.
        wish: what the wish behind it is about, or None.
        tells: the name of the kind of event that the journey is told once it was sent, or None.
        internal: whether it is a task inside the company, through which nobody contacts the
            customer; its one channel is FACE_TO_FACE.
        key: the idempotency key (SPEC 7). A dispatcher makes it with the secret of its journal, so
            that it tells nobody whose it is; where none is given it is made of the other fields
            alone, as will do for trying a hook.

    Raises:
        InvalidError: when a field is not of its form.
        NaiveTimeError: when a time has no time zone.
        MalformedEventError: when a time is out of the years that events may have.
    """

    customer: str = attrs.field(validator=an_id)
    engagement: str = attrs.field(validator=_a_text(MAX_ID))
    play: str = attrs.field(validator=an_id)
    occurrence: str = attrs.field(validator=a(str))
    cause: str = attrs.field(validator=an_id)
    cycle: int = attrs.field(validator=a_number(1))
    purpose: Purpose = attrs.field(validator=a(Purpose))
    channels: tuple[Channel, ...] = attrs.field(validator=_has_channels)
    planned_at: datetime = attrs.field(validator=a_time)
    not_before: datetime = attrs.field(validator=a_time)
    content: str | None = attrs.field(default=None, validator=an_id_or_none)
    due: datetime | None = attrs.field(default=None, validator=_a_time_or_none)
    expires: datetime | None = attrs.field(default=None, validator=_a_time_or_none)
    obligation: str | None = attrs.field(default=None, validator=a(str, optional=True))
    place: Place | None = attrs.field(default=None, validator=_a_place)
    wish: str | None = attrs.field(default=None, validator=an_id_or_none)
    tells: str | None = attrs.field(default=None, validator=an_id_or_none)
    internal: bool = attrs.field(default=False, validator=a(bool))
    key: str = attrs.field(default="", validator=_a_text(MAX_ID))

    def __attrs_post_init__(self) -> None:
        inside = not self.internal or self.channels == (Channel.FACE_TO_FACE,)
        must(inside, self, "channels", self.channels, "FACE_TO_FACE alone, for it is internal")
        if not self.key:
            key = intent_key(self.customer, self.engagement, self.play, self.occurrence)
            object.__setattr__(self, "key", key)

    @property
    def occasion(self) -> str:
        """What it is for, hashed: the row, the event that called for it, and the wish."""
        return occasion_key(self.engagement, self.play, self.cause, self.wish)

    def __repr__(self) -> str:
        channels = ", ".join(one.name for one in self.channels)
        return f"<Intent: {self.purpose.name} through {channels}>"


class Said(Worded):
    """What came of an attempt; its words leave out what a hook gave as reason, receipt or note."""

    __slots__ = ()

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Return what came of the attempt, as a clause.

        Args:
            lang: the language.
        """
        return hook_outcome(type(self).__name__, lang)

    def to_dict(self) -> dict[str, Any]:
        """Return which outcome it is, and its fields, as plain values that JSON can hold."""
        return {"outcome": type(self).__name__, **as_dict(self)}


@attrs.frozen
class Sent(Said):
    """It was done.

    Attributes:
        receipt: what the carrier gave as proof, such as a message id.
        note: what a person noted, such as what was unclear; a face-to-face contact needs one
            (SPEC F01).
    """

    receipt: str = attrs.field(default="", validator=_a_text(MAX_TEXT), repr=False)
    note: str = attrs.field(default="", validator=_a_text(MAX_TEXT), repr=False)


@attrs.frozen
class Skipped(Said):
    """It was left undone on purpose, for good.

    Attributes:
        reason: why, as a short name.
    """

    reason: str = attrs.field(validator=an_id, repr=False)


@attrs.frozen
class Deferred(Said):
    """It is not done yet, and is to be tried again later; that is no failure.

    Attributes:
        until: when to try again.
    """

    until: datetime = attrs.field(validator=a_time)

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Return that it was put off, and until when; see ``Sent.explain``."""
        return f"{Said.explain(self, lang)}; {word('not_before', lang)} {moment(self.until, lang)}"


@attrs.frozen
class Failed(Said):
    """It was surely not done.

    Attributes:
        reason: why, as a short name.
        retryable: whether trying again may help.
    """

    reason: str = attrs.field(validator=an_id, repr=False)
    retryable: bool = attrs.field(default=False, validator=a(bool))

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Return that it failed, and whether trying again may help; see ``Sent.explain``."""
        again = f"; {word('retryable', lang)}" if self.retryable else ""
        return Said.explain(self, lang) + again


@attrs.frozen
class Unknown(Said):
    """It may have been done or not: never retried blindly.

    Attributes:
        reason: why nobody knows, as a short name.
    """

    reason: str = attrs.field(validator=an_id, repr=False)
