"""What dispatch tells its caller."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Self

import attrs

from cxjourney.errors import CxJourneyError
from cxjourney.journal.records import OutboxItem, State
from cxjourney.step import Step

__all__ = ["DispatchError", "Recorded", "RunReport"]


@attrs.frozen
class Recorded:
    """What became of an event.

    Attributes:
        step: what it did on the journey.
        planned: the intents that it called for, as they were decided.
        not_called_for: the intents decided earlier that nothing calls for any more, because the
            event came late. Those that still waited will be skipped; the others were sent already.
    """

    step: Step
    planned: tuple[OutboxItem, ...] = ()
    not_called_for: tuple[OutboxItem, ...] = ()


def _counted(handled: Mapping[State, int]) -> Mapping[State, int]:
    return MappingProxyType({state: handled[state] for state in State if handled.get(state)})


@attrs.frozen
class RunReport:
    """What one run of a dispatcher came to.

    Attributes:
        customers: how many customers were attended to.
        handled: how many intents stand in which state after they were handled; PLANNED are those
            that wait for another moment, or another attempt.
        planned: how many intents were planned because the clock called for them, or what was sent.
    """

    customers: int = 0
    handled: Mapping[State, int] = attrs.field(factory=dict, converter=_counted)
    planned: int = 0

    def __str__(self) -> str:
        told = ", ".join(f"{count} {state.value}" for state, count in self.handled.items())
        return f"{self.customers} customers, {self.planned} planned; {told or 'nothing to do'}"


class DispatchError(CxJourneyError, ExceptionGroup[Exception]):
    """Some customers could not be attended to; all others were.

    Each will be tried again when its claim has run out. ``report`` tells what was done.
    """

    report: RunReport

    def derive(self, excs: Sequence[Exception]) -> Self:  # type: ignore[override]
        """Return a group of the same kind with some of the errors (for ``except*``)."""
        group = type(self)(self.message, excs)
        group.report = self.report
        return group
