"""Code of the user's that fails while something is planned: the fact stays (SPEC 7)."""

from collections.abc import Callable, Generator
from typing import Any, TypeVar

from cxjourney.errors import JournalError, SequenceError

Result = TypeVar("Result")


def or_left(
    planning: Generator[Any, Any, Result], leave: Callable[[Exception], object]
) -> Generator[Any, Any, tuple[Result | None, str | None]]:
    """Plan what is called for; where that fails, leave it to the next run.

    Args:
        planning: the flow that plans.
        leave: notes what was raised, and that nothing is planned yet.

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
        leave(error)
        return None, type(error).__name__
