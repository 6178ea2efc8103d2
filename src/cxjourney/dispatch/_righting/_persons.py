"""What a dispatcher does about who a customer is: another id, two who are one, and nobody."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime

from cxjourney.dispatch._driving import Flow, Result
from cxjourney.dispatch._erasing._erase import erase
from cxjourney.dispatch._righting._identity import merge, rename
from cxjourney.dispatch._settings import Settings, now


class Righting(ABC):
    """The part of a dispatcher that is about who a customer is."""

    settings: Settings

    @abstractmethod
    def _drive(self, flow: Flow[Result]) -> Result:
        """Carry out what a flow asks for."""

    def erase(self, customer: str, *, at: datetime, actor: str | None = None) -> int:
        """Forget a customer: identity, payloads and intents go, counts stay (SPEC T28).

        It needs neither the profile nor anything that can be read. What happened by ``at`` changes
        nothing from then on; whoever comes under the same id later is somebody new, for whom only
        withdrawals of consent still hold. Hooks that have a method ``erase`` are given the keys of
        all of the customer's intents before, to forget what they keep of them.

        Args:
            customer: the customer's id.
            at: when.
            actor: who says so; kept as ``Tombstone.by``. One in which the customer's id stands is
                kept as ``customer``. Give no name of the customer's.

        Returns:
            how many journeys were erased; 0 where the customer was erased before.

        Raises:
            InvalidError: when nothing was ever kept under this id, or the actor is no name.
            Exception: what a hook raised that could not forget; then the customer is still there.
        """
        return self._drive(erase(self.settings, customer, at, actor))

    def rename(self, customer: str, to: str, *, actor: str | None = None) -> bool:
        """Let a customer go under another id from now on; the one before goes on working.

        Journeys, intents, contacts and consent go along, and the keys of intents stay: nothing is
        sent twice for it. From now on the profiles are asked for the new id, and hooks are told it.

        Args:
            customer: the id that the customer has now.
            to: the new one, under which nothing is kept; it may be one that the customer had.
            actor: who says so; kept with the journeys, and told by ``journal URL export``.

        Returns:
            whether that was news.

        Raises:
            InvalidError: when nothing is kept under the old id, or another customer's under the
                new one, or the actor is no name.
            MalformedEventError: when an id is not of its form.
        """
        return self._drive(rename(customer, to, now(self.settings), actor))

    def merge(self, customer: str, into: str, *, actor: str | None = None) -> Mapping[str, str]:
        """Join two customers who turned out to be one; both ids go on working.

        Journeys stay apart; all that the policy asks is asked of both: the latest word on consent
        holds, whichever id it came under, and caps count the contacts of both. Nothing is sent
        twice for it. An engagement whose name the other has too gets a number: ``house#2``; events
        that come under the old id find it.

        Args:
            customer: the id that goes.
            into: the id that stays.
            actor: who says so; kept with the journeys of the one that goes, as by ``rename``.

        Returns:
            the new names of engagements, by the old ones, where they changed.

        Raises:
            InvalidError: when nothing is kept under one of the ids, or the actor is no name.
            MalformedEventError: when an id is not of its form.
        """
        return self._drive(merge(customer, into, now(self.settings), actor))


class AsyncRighting(ABC):
    """As ``Righting``."""

    settings: Settings

    @abstractmethod
    async def _drive(self, flow: Flow[Result]) -> Result:
        """Carry out what a flow asks for."""

    async def erase(self, customer: str, *, at: datetime, actor: str | None = None) -> int:
        """As ``Dispatcher.erase``."""
        return await self._drive(erase(self.settings, customer, at, actor))

    async def rename(self, customer: str, to: str, *, actor: str | None = None) -> bool:
        """As ``Dispatcher.rename``."""
        return await self._drive(rename(customer, to, now(self.settings), actor))

    async def merge(
        self, customer: str, into: str, *, actor: str | None = None
    ) -> Mapping[str, str]:
        """As ``Dispatcher.merge``."""
        return await self._drive(merge(customer, into, now(self.settings), actor))
