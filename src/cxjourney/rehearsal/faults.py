"""What is wrong with what a rehearsal is asked for."""

import attrs

from cxjourney.errors import CxJourneyError

__all__ = ["RehearsalError"]


@attrs.define(slots=False, str=False)
class RehearsalError(CxJourneyError, ValueError):
    """A rehearsal cannot be held, or two cannot be compared, as asked.

    Attributes:
        what: which part was at fault.
        found: what stood there, never a customer's id or words.
        expected: what would have been right.
    """

    what: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.what}: found {self.found}; expected {self.expected}"
