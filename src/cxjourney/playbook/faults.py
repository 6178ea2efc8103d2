"""What can be wrong with a playbook."""

from collections.abc import Sequence
from enum import Enum, unique
from typing import Self

import attrs

from cxjourney.errors import CxJourneyError

__all__ = ["PlayFault", "PlayFaultKind", "PlaybookError"]


@unique
class PlayFaultKind(Enum):
    """What can be wrong with a row of a playbook, or with one of its wishes."""

    BAD_NAME = "bad name"
    NAME_CLASH = "name clash"
    UNKNOWN_ROW = "unknown row"
    UNKNOWN_RULE = "unknown obligation rule"
    UNKNOWN_PLACE = "place never reached"
    BAD_TIME = "bad time"
    BAD_CHANNEL = "unfit channel"
    NO_CONTENT = "no content"
    WRONG_MOMENT = "purpose at the wrong moment"
    BAD_TELLS = "unfit event to tell"
    ENDLESS = "calls for itself without end"
    BAD_WISH = "unfit wish"


@attrs.define(slots=False, str=False)
class PlayFault(CxJourneyError, ValueError):  # noqa: N818 - one fault of many in a PlaybookError
    """One thing wrong with a playbook.

    Attributes:
        kind: what is wrong.
        row: the id of the row at fault, with the segment whose row it is; or ``wishes``.
        text: what is wrong with it.
        remedy: what would mend it.
    """

    kind: PlayFaultKind
    row: str
    text: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.row}: {self.kind.value}: {self.text}; {self.remedy}"


class PlaybookError(CxJourneyError, ExceptionGroup[PlayFault]):
    """A playbook was refused when it was defined; every fault found is in ``faults``."""

    @property
    def faults(self) -> tuple[PlayFault, ...]:
        """Every fault that was found."""
        return tuple(fault for fault in self.exceptions if isinstance(fault, PlayFault))

    def derive(self, excs: Sequence[PlayFault]) -> Self:  # type: ignore[override]
        """Return a group of the same kind with some of the faults (for ``except*``)."""
        return type(self)(self.message, excs)

    def __str__(self) -> str:
        faults = "".join(f"\n  - {fault}" for fault in self.faults)
        return f"{self.message}{faults}"
