"""Importing history: what happened long ago is recorded, and calls for nothing."""

from typing import TYPE_CHECKING

from cxjourney.dispatch._across._undecided import coming_due, undecided
from cxjourney.dispatch._driving import Flow
from cxjourney.dispatch.journal import OutboxItem, State

if TYPE_CHECKING:
    from datetime import datetime

    from cxjourney.dispatch._unit import UnitOfWork

HISTORY = "history"
"""Why an intent is left undone that history alone calls for."""


def leave_history(unit: "UnitOfWork", now: "datetime") -> Flow[None]:
    """Tell a customer's journeys the time, and leave undone what that calls for by now.

    What is nearly due later is planned when it is, as for everybody.
    """
    book = unit.settings.playbook
    for engagement in unit.waking(now):
        unit.advance(engagement, now)
        unit.called(engagement)
        soon = coming_due(unit, engagement, now)
        for intent in (yield from undecided(unit, soon)):
            unit.put(
                OutboxItem(
                    intent,
                    unit.next_number,
                    intent.channels[0],
                    state=State.SKIPPED,
                    next_at=None,
                    reason=HISTORY,
                    settled_at=now,
                    playbook=(book.key, book.version),
                )
            )
            unit.decide(intent)
        unit.remind(engagement, now)
