"""Code of the user's that fails while something is planned: the fact stays (SPEC 7)."""

from typing import TYPE_CHECKING, TypeVar

from cxjourney.errors import JournalError, SequenceError

if TYPE_CHECKING:
    from cxjourney.dispatch._driving import Flow
    from cxjourney.dispatch._unit import UnitOfWork
    from cxjourney.journey import Step

Result = TypeVar("Result")


def or_left(
    unit: "UnitOfWork", engagement: str, step: "Step", planning: "Flow[Result]"
) -> "Flow[tuple[Result | None, str | None]]":
    """Plan what a step calls for; where that fails, leave it to the next run.

    Returns:
        what was planned, and the class of what was raised, or None.

    Raises:
        SequenceError: when somebody wrote in between.
        JournalError: when the journal fails.
    """
    try:
        return (yield from planning), None
    except (SequenceError, JournalError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever the profiles, or a rule of the user's, raise
        first = step.elapsed[0] if step.elapsed else step
        unit.leave_unplanned(engagement, first.event.at)
        unit.settings.watch.unplanned(error)
        return None, type(error).__name__
