"""What a dispatcher is asked about history, news and consent, plain and asynchronous."""

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, TypeVar

from cxjourney.channels import Consents
from cxjourney.dispatch._batching._lockstep import Batch
from cxjourney.dispatch._batching._many import record_many
from cxjourney.dispatch._deciding import open_whole
from cxjourney.dispatch._driving import Flow
from cxjourney.dispatch._history._enrolling import Enrolled, enrol
from cxjourney.dispatch._settings import Recorded, Settings, now
from cxjourney.journey._open import steps_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cxjourney.vocabulary import Event

Result = TypeVar("Result")


def consents_of(settings: Settings, customer: str) -> Flow[Consents]:
    """Return what a customer said of consent, from the whole log."""
    unit = yield from open_whole(settings, customer)
    told = [
        (name, step.event)
        for name, journey in unit.journeys.items()
        for step in steps_of(journey)
        if step.seq
    ]
    zone = unit.profile.zone or settings.policy.limits.zone
    return Consents.of(told, now(settings), settings.policy.limits.consent_lasts, zone)


class HistoryCalls:
    """What a dispatcher is asked about history, news and consent."""

    settings: Settings
    batch: int

    @abstractmethod
    def _drive(self, flow: Flow[Result]) -> Result:
        """Carry a flow out."""

    @abstractmethod
    def _carry_out(self, batch: Batch[Result]) -> Result:
        """Carry a batch out."""

    def load(self, told: "Iterable[tuple[str, str, Event]]") -> list[Recorded | Exception]:
        """Record history: many events that call for nothing, however late they come.

        Journeys and what is owed are as if all had been recorded in time, and the clock is told to
        them; nothing is planned for what was. What becomes due later is planned as for everybody.
        ``enrol`` applies a row to whoever should get it all the same.

        Args:
            told: for each event the customer's id, the engagement's id or empty, and the event;
                of one customer in the order of time, else it takes long.

        Returns:
            what became of each event, in the order given; what was refused has its error there.
        """
        with self.settings.watch.span("load"):
            return self._carry_out(record_many(self.settings, told, self.batch, plan=False))

    def enrol(self, id: str, *, write: bool = False) -> Enrolled:
        """Apply a row of the playbook that was added later to those who are there already.

        Those are the customers in its phase, or to whom what it is about is owed. It counts from
        now, and whoever it was decided for before is left out.

        Args:
            id: the row's id.
            write: whether the intents are planned; False only counts them.

        Returns:
            how many there are, and how their intents stand.

        Raises:
            InvalidError: when the playbook has no such row, or the row counts from another one.
        """
        with self.settings.watch.span("enrol"):
            return self._drive(enrol(self.settings, id, write=write))

    def consents(self, customer: str) -> Consents:
        """Return all that a customer said of consent, and what of it holds by now."""
        return self._drive(consents_of(self.settings, customer))


class AsyncHistoryCalls:
    """As ``HistoryCalls``, asynchronous."""

    settings: Settings
    batch: int

    @abstractmethod
    async def _drive(self, flow: Flow[Result]) -> Result:
        """Carry a flow out."""

    @abstractmethod
    async def _carry_out(self, batch: Batch[Result]) -> Result:
        """Carry a batch out."""

    async def load(self, told: "Iterable[tuple[str, str, Event]]") -> list[Recorded | Exception]:
        """As ``Dispatcher.load``."""
        with self.settings.watch.span("load"):
            batch: Batch[Any] = record_many(self.settings, told, self.batch, plan=False)
            found: list[Recorded | Exception] = await self._carry_out(batch)
            return found

    async def enrol(self, id: str, *, write: bool = False) -> Enrolled:
        """As ``Dispatcher.enrol``."""
        with self.settings.watch.span("enrol"):
            return await self._drive(enrol(self.settings, id, write=write))

    async def consents(self, customer: str) -> Consents:
        """As ``Dispatcher.consents``."""
        return await self._drive(consents_of(self.settings, customer))
