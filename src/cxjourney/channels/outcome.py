"""What a hook made of an intent: sent, skipped, deferred, failed, or nobody knows (SPEC 7)."""

from datetime import datetime
from typing import Any

import attrs

from cxjourney.vocabulary._checks import MAX_TEXT, a, a_time, an_id, must

__all__ = ["Deferred", "Failed", "HookOutcome", "Sent", "Skipped", "Unknown"]


def _a_text(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    fits = isinstance(value, str) and len(value) <= MAX_TEXT
    must(fits, instance, field.name, value, f"a text of at most {MAX_TEXT} characters")


@attrs.frozen
class Sent:
    """It was done.

    Attributes:
        receipt: what the carrier gave as proof, such as a message id.
        note: what a person noted, such as what was unclear; a face-to-face contact needs one
            (SPEC F01). Hidden in the repr.
    """

    receipt: str = attrs.field(default="", validator=_a_text)
    note: str = attrs.field(default="", validator=_a_text, repr=False)


@attrs.frozen
class Skipped:
    """It was left undone on purpose, for good.

    Attributes:
        reason: why, as a short name.
    """

    reason: str = attrs.field(validator=an_id)


@attrs.frozen
class Deferred:
    """It is not done yet, and is to be tried again later; that is no failure.

    Attributes:
        until: when to try again.
    """

    until: datetime = attrs.field(validator=a_time)


@attrs.frozen
class Failed:
    """It was surely not done.

    Attributes:
        reason: why, as a short name.
        retryable: whether trying again may help.
    """

    reason: str = attrs.field(validator=an_id)
    retryable: bool = attrs.field(default=False, validator=a(bool))


@attrs.frozen
class Unknown:
    """It may have been done or not: never retried blindly.

    Attributes:
        reason: why nobody knows, as a short name.
    """

    reason: str = attrs.field(validator=an_id)


HookOutcome = Sent | Skipped | Deferred | Failed | Unknown
"""What a hook returns."""
