"""The verdict: what one rule of the policy says of a contact."""

from datetime import datetime
from enum import Enum, unique

import attrs

__all__ = ["Ruling", "Verdict"]


@unique
class Ruling(Enum):
    """What a rule says, from mild to hard (SPEC 6)."""

    ALLOW = "allow"
    WARN = "warn"
    DEFER = "defer"
    DENY = "deny"

    @property
    def passes(self) -> bool:
        """Whether the contact may be made now."""
        return self is Ruling.ALLOW or self is Ruling.WARN


@attrs.frozen
class Verdict:
    """What one rule says of one contact through one channel.

    Attributes:
        rule: the rule's id, such as ``C01``.
        ruling: what it says.
        reason: why, as a short name that the catalogue of texts knows.
        source: where the rule comes from.
        until: when to ask again, for DEFER alone.
    """

    rule: str
    ruling: Ruling
    reason: str
    source: str
    until: datetime | None = None
