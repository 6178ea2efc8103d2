"""The dispatcher for synchronous code."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from cxjourney.channels.hooks import Hook
from cxjourney.channels.outcome import HookOutcome
from cxjourney.dispatch.attending import Tally, attend
from cxjourney.dispatch.base import Dispatching
from cxjourney.dispatch.deciding import in_flight
from cxjourney.dispatch.driving import drive
from cxjourney.dispatch.letters import DEAD, redrive, resolve
from cxjourney.dispatch.recording import erase, now, open_unit, record
from cxjourney.dispatch.report import Recorded, RunReport
from cxjourney.dispatch.running import Run
from cxjourney.events import Event
from cxjourney.journal.protocol import Journal
from cxjourney.journal.records import Claim, OutboxItem
from cxjourney.journey import Journey
from cxjourney.migration import Migration
from cxjourney.playbook.book import Playbook
from cxjourney.playbook.changes import InFlight, affected
from cxjourney.playbook.impact import Affected

__all__ = ["Dispatcher"]


class Dispatcher(Dispatching[Journal, Hook]):
    """Decides, commits, and acts: from what happened to what hooks carry out (SPEC 7).

    Every intent is decided exactly once; its hook is called at least once with the same key, and
    has its effect once where it honours the key. Several dispatchers may share a journal.

    See ``Dispatching`` for the arguments. With more than one worker each works in a thread.
    """

    def record(
        self, customer: str, engagement: str, event: Event, *, expected: int | None = None
    ) -> Recorded:
        """Record an event on a journey, and plan what it calls for; nothing is sent yet.

        The same event id again changes nothing.

        Args:
            customer: the customer's id.
            engagement: the engagement's id, or empty.
            event: what happened.
            expected: record only if the customer's record is at this revision still; when None
                it is decided anew as often as somebody else writes in between.

        Raises:
            SequenceError: when the customer's record is at another revision.
            CxJourneyError: as ``Journey.record``; then nothing is changed.
        """
        flow = record(self.settings, customer, engagement, event, expected)
        return drive(flow, self.journal)

    def run(self, limit: int | None = None) -> RunReport:
        """Carry out all that is due by now, for at most ``limit`` customers.

        Raises:
            DispatchError: when some customers could not be attended to; all others were.
        """
        run = Run(limit)
        while run.room:
            claims = self.journal.claim(*run.claiming(self.settings))
            if not claims:
                break
            for claim, done in self._attend_all(claims):
                run.add(claim, done)
            self.journal.release(run.released())
        return run.report()

    def _attend_all(self, claims: Sequence[Claim]) -> Iterable[tuple[Claim, Tally | Exception]]:
        if self.workers == 1:
            return map(self._attend, claims)
        with ThreadPoolExecutor(self.workers, "cxjourney-dispatch") as pool:
            return list(pool.map(self._attend, claims))

    def _attend(self, claim: Claim) -> tuple[Claim, Tally | Exception]:
        try:
            return claim, drive(attend(self.settings, claim), self.journal)
        except Exception as error:  # noqa: BLE001 - one customer's trouble stops nobody else's
            return claim, error

    def journey(self, customer: str, engagement: str = "") -> Journey | None:
        """Return a journey as it is kept, or None; what is done to it is not kept."""
        unit = drive(open_unit(self.settings, customer), self.journal)
        return unit.journeys.get(engagement)

    def dead_letters(
        self, *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[OutboxItem, ...]:
        """Return the intents that failed for good, or of which nobody knows, by customer."""
        return self.journal.outbox(DEAD, after=after, limit=limit)

    def redrive(self, key: str) -> OutboxItem:
        """Let a dead letter be tried again at the next run, under the same key.

        Of an unknown one you say with this that it may be sent twice.

        Raises:
            NotSettledError: when the intent is no dead letter.
        """
        return drive(redrive(self.settings, key), self.journal)

    def resolve(self, key: str, outcome: HookOutcome) -> OutboxItem:
        """Say what became of a dead letter, or of a task that waits for a person.

        Raises:
            NotSettledError: when the intent was closed already, or its hook is at work.
            InvalidError: when the outcome closes nothing, or the note of a contact face to face is
                missing (SPEC F01).
        """
        return drive(resolve(self.settings, key, outcome), self.journal)

    def erase(self, customer: str, *, at: datetime) -> int:
        """Forget a customer: identity, payloads and intents go, counts stay (SPEC T28).

        Returns:
            how many journeys were erased.
        """
        return drive(erase(self.settings, customer, at), self.journal)

    def affected_by(self, playbook: Playbook, *, migration: Migration | None = None) -> Affected:
        """Return whom a new playbook, or a new chart, would affect; nothing is changed or sent.

        Args:
            playbook: the playbook to come.
            migration: how journeys get to its chart, where that is another one.

        Raises:
            MigrationError: when a journey cannot be migrated.
        """
        before, moment = self.settings.playbook, now(self.settings)
        return affected(before, playbook, self._in_flight(), now=moment, migration=migration)

    def _in_flight(self) -> Iterator[InFlight]:
        last = ""
        while customers := self.journal.customers(after=last):
            last = customers[-1]
            for customer in customers:
                yield in_flight(drive(open_unit(self.settings, customer), self.journal))

    def next_attention(self) -> datetime | None:
        """Return when ``run`` will next have something to do, or None."""
        return self.journal.next_attention()
