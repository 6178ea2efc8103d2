"""The opinion: what a rule's judge says of a case, before the rule puts its name to it."""

from datetime import datetime
from functools import lru_cache, partial

import attrs

from cxjourney.channels.policy.verdict import Ruling
from cxjourney.vocabulary._checks import a, a_time, an_id, must

__all__ = ["Opinion", "allow", "defer", "deny", "warn"]


@attrs.frozen
class Opinion:
    """What a judge says of a case.

    Attributes:
        ruling: what it says.
        reason: why, as a short name; those of the library have a text in the catalogue.
        until: when to ask again: for DEFER a time, else None.

    Raises:
        InvalidError: when a field is not of its form.
        NaiveTimeError: when ``until`` has no time zone.
    """

    ruling: Ruling = attrs.field(validator=a(Ruling))
    reason: str = attrs.field(validator=an_id)
    until: datetime | None = attrs.field(default=None, validator=attrs.validators.optional(a_time))

    def __attrs_post_init__(self) -> None:
        defers = self.ruling is Ruling.DEFER
        must(defers == (self.until is not None), self, "until", self.until, "a time for DEFER only")


# There are few reasons, so each opinion without a time is made and checked once.
_allowed = lru_cache(maxsize=200)(partial(Opinion, Ruling.ALLOW))
_warned = lru_cache(maxsize=200)(partial(Opinion, Ruling.WARN))
_denied = lru_cache(maxsize=200)(partial(Opinion, Ruling.DENY))


def allow(reason: str) -> Opinion:
    """Return the opinion that the contact may be made."""
    return _allowed(reason)


def warn(reason: str) -> Opinion:
    """Return the opinion that the contact may be made, with a warning."""
    return _warned(reason)


def defer(reason: str, until: datetime) -> Opinion:
    """Return the opinion that the contact has to wait until a moment."""
    return Opinion(Ruling.DEFER, reason, until)


def deny(reason: str) -> Opinion:
    """Return the opinion that the contact must not be made."""
    return _denied(reason)
