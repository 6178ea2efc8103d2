"""What a run of a dispatcher adds up."""

from collections import Counter
from datetime import datetime

import attrs

from cxjourney.dispatch.attending import Tally
from cxjourney.dispatch.recording import now
from cxjourney.dispatch.report import DispatchError, RunReport
from cxjourney.dispatch.settings import Settings
from cxjourney.journal.records import Claim, State

__all__: list[str] = []


BATCH = 20
"""How many customers are claimed at once."""


@attrs.define(eq=False)
class Run:
    """Adds up what was done, and keeps the errors of customers who could not be attended to.

    Attributes:
        limit: how many customers to attend to at most; None for all.
        customers: how many customers were attended to.
        handled: how many intents stand in which state.
        planned: how many intents were planned.
        errors: what went wrong.
    """

    limit: int | None
    customers: int = 0
    handled: Counter[State] = attrs.field(factory=Counter)
    planned: int = 0
    errors: list[Exception] = attrs.field(factory=list)
    _let_go: list[Claim] = attrs.field(factory=list)

    @property
    def room(self) -> int:
        """How many customers may be claimed next."""
        seen = self.customers + len(self.errors)
        return BATCH if self.limit is None else min(BATCH, self.limit - seen)

    def claiming(self, settings: Settings) -> tuple[datetime, datetime, int]:
        """Return the arguments of the next claim."""
        moment = now(settings)
        return moment, moment + settings.lease, self.room

    def add(self, claim: Claim, done: Tally | Exception) -> None:
        """Add what was done for a customer, or what went wrong.

        In trouble the customer stays claimed, so that nobody tries again at once.
        """
        if isinstance(done, Exception):
            self.errors.append(done)
            return
        self.customers += 1
        self.handled.update(done.handled)
        self.planned += done.planned
        self._let_go.append(claim)

    def released(self) -> tuple[Claim, ...]:
        """Return the claims that may be released, once."""
        claims = tuple(self._let_go)
        self._let_go.clear()
        return claims

    def report(self) -> RunReport:
        """Return what the run came to.

        Raises:
            DispatchError: when some customers could not be attended to.
        """
        report = RunReport(self.customers, self.handled, self.planned)
        if self.errors:
            message = f"{len(self.errors)} customers could not be attended to"
            group = DispatchError(message, self.errors)
            group.report = report
            raise group
        return report
