"""Under which ids a journey was before: its keys are made with the first of them still (SPEC 7)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from cxjourney.errors import DecodeError
from cxjourney.vocabulary._forms import ID, MOMENT, TEXT, list_of, maybe, record, row


@attrs.frozen
class Moved:
    """That a journey went under another id: the customer was renamed, or merged with another.

    Attributes:
        was: the customer's id before.
        at: when.
        by: who said so, where a name was given.
    """

    was: str
    at: datetime
    by: str | None


@attrs.frozen
class Origin:
    """Under which ids a journey was begun, where these changed: its keys are made with them still.

    Attributes:
        customer: the customer's id then.
        engagement: the engagement's id then.
        seals: what the keys were made with then; see ``Secret``.
        moves: each change of the customer's id since, oldest first.
    """

    customer: str
    engagement: str
    seals: tuple[bytes, ...]
    moves: tuple[Moved, ...] = ()

    def as_stored(self) -> list[Any]:
        """Return it as plain values."""
        moves = [_MOVED.write(one) for one in self.moves]
        return [self.customer, self.engagement, [one.hex() for one in self.seals], moves]

    @classmethod
    def of(cls, stored: Any) -> "Origin":  # noqa: ANN401 - plain values
        """Return what ``as_stored`` gave."""
        customer, engagement, seals, moves = _ORIGIN.decode(stored, "cx_journey.snapshot.origin")
        try:
            sealed = tuple(bytes.fromhex(one) for one in seals)
        except ValueError:
            expected = "hexadecimal digits"
            raise DecodeError("cx_journey.snapshot.origin[2]", "another text", expected) from None
        return cls(customer, engagement, sealed, tuple(moves))


_MOVED = record(Moved, {"was": ID, "at": MOMENT, "by": maybe(TEXT)})
_ORIGIN = row(ID, TEXT, list_of(TEXT), list_of(_MOVED))


def origin_in(data: Mapping[str, Any] | None) -> Origin | None:
    """Return under which ids a journey was before, by a snapshot of whatever version.

    Raises:
        DecodeError: when it is not of its form.
    """
    stored = None if data is None else data.get("origin")
    return None if stored is None else Origin.of(stored)
