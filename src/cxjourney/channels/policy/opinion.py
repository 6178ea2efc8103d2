"""The opinion: what a rule's judge says of a case, before the rule puts its name to it."""

from datetime import datetime

import attrs

from cxjourney.channels.checked import a, a_time, an_id, fixed, must
from cxjourney.channels.policy.verdict import Ruling

__all__ = ["Opinion", "allow", "defer", "deny", "warn"]


@attrs.frozen
class Opinion:
    """What a judge says of a case.

    Attributes:
        ruling: what it says.
        reason: why, as a short name; those of the library have a text in the catalogue.
        until: when to ask again: for DEFER a time, else None.

    Raises:
        ChannelError: when a field is not of its form.
        NaiveTimeError: when ``until`` has no time zone.
    """

    ruling: Ruling = attrs.field(validator=a(Ruling))
    reason: str = attrs.field(validator=an_id)
    until: datetime | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(fixed),
        validator=attrs.validators.optional(a_time),
    )

    def __attrs_post_init__(self) -> None:
        defers = self.ruling is Ruling.DEFER
        must(defers == (self.until is not None), self, "until", self.until, "a time for DEFER only")


def allow(reason: str) -> Opinion:
    """Return the opinion that the contact may be made."""
    return Opinion(Ruling.ALLOW, reason)


def warn(reason: str) -> Opinion:
    """Return the opinion that the contact may be made, though not gladly."""
    return Opinion(Ruling.WARN, reason)


def defer(reason: str, until: datetime) -> Opinion:
    """Return the opinion that the contact has to wait until a moment."""
    return Opinion(Ruling.DEFER, reason, until)


def deny(reason: str) -> Opinion:
    """Return the opinion that the contact must not be made."""
    return Opinion(Ruling.DENY, reason)
