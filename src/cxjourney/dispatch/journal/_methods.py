"""The methods that a dispatcher asks of a journal (SPEC 7)."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from cxjourney.dispatch.journal._moving._transfer import Transfer
from cxjourney.dispatch.journal._owing import Archived, Duty, Stretch, Trouble
from cxjourney.dispatch.journal._records import (
    Attempt,
    Claim,
    Commit,
    CustomerRecord,
    Dossier,
    EventName,
    OutboxItem,
    State,
    Tombstone,
)

Progress = Callable[[Archived], object] | None
"""Is told after each batch what went into the archive so far."""


def through(batch: Callable[[Archived], Archived], progress: Progress) -> Archived:
    """Put batch after batch into the archive, until all is done."""
    done = Archived()
    while done.place is not None:
        done = batch(done)
        if progress is not None:
            progress(done)
    return done


Asked = tuple[str, tuple[Any, ...]]
"""A method of a journal by its name, and the arguments of a call."""


def own(journal: object, of: type, method: str) -> Callable[..., Any]:
    """Return a journal's method; the one of the protocol where it does not have it itself."""
    found: Callable[..., Any] | None = getattr(journal, method, None)
    return partial(getattr(of, method), journal) if found is None else found


def answered(journal: object, asked: Asked) -> object:
    """Return what a journal answers, or the error that it raises."""
    method, args = asked
    try:
        answer: object = own(journal, Journal, method)(*args)
    except Exception as error:  # noqa: BLE001 - it is the answer to whoever asked
        return error
    return answer


class Journal(Protocol):
    """Keeps customers' journeys, the outbox of intents and their outcomes.

    Every write happens as a whole or not at all, and is there for good once the method returned.
    ``cxjourney.testing`` has the tests that a journal must pass. ``since``, ``together``, ``mark``
    and ``marks`` do what they can without being written: without the first a late event costs what
    all of the customer does, without the second a batch costs what its customers cost one by one,
    without the others a crash may leave all of a batch unknown.
    """

    def read(self, customer: str) -> CustomerRecord:
        """Return all that is kept of a customer, as of one moment; empty where there is nothing."""

    def bare(self, customer: str) -> CustomerRecord:
        """Return what is known of a customer though nothing of it can be read.

        That is the revision, the claim, the handle, and the engagements of the journeys, whose data
        is empty.
        """

    def dossier(self, customer: str, event: EventName | None = None) -> Dossier:
        """Return what is needed to go on with a customer, as of one moment.

        What it costs does not grow with what was recorded, planned and closed before.

        Args:
            customer: the customer's id.
            event: the engagement and id of an event, to be told whether it is kept.
        """

    def knows(self, customer: str, event: EventName) -> bool:
        """Say whether an event is kept, by its engagement and id."""

    def decided(
        self, customer: str, keys: Collection[str], occasions: Collection[str]
    ) -> frozenset[str]:
        """Return those keys, and those occasions (``Intent.occasion``), that intents have."""

    def events(self, customer: str, since: datetime) -> tuple[tuple[str, Mapping[str, Any]], ...]:
        """Return what was recorded that happened at a moment or later, each with its engagement.

        Events are as they stand in ``Journey.to_dict``. Oldest first; at one moment by engagement
        and number.
        """

    def since(
        self,
        customer: str,  # noqa: ARG002 - a journal that keeps checkpoints looks at it
        engagement: str,  # noqa: ARG002 - as customer
        at: datetime,  # noqa: ARG002 - as customer
    ) -> Stretch | None:
        """Return the last checkpoint of a journey before a moment, and the events after it.

        None where the journal keeps no checkpoints; then all of the customer is read instead.
        """
        return None

    def commit(self, commit: Commit) -> None:
        """Write a commit, and raise the customer's revision by one.

        With the last journey that is erased the customer is forgotten altogether, whatever stands
        there, readable or not. But the ``erasure`` stays, under a mark that tells nobody whose it
        is: so whoever comes under the same id begins at its number, and no revision comes twice.

        Raises:
            SequenceError: when the customer's revision is not the expected one; nothing is written.
        """

    def move(self, move: Transfer) -> None:
        """Let all that is kept of a customer go under another id, which may be another customer's.

        All goes; intents keep their keys, and are numbered on after those of the target. The id
        from before goes on working in ``read``, ``bare``, ``dossier`` and ``whose``, and is erased
        with the last journey. The revision is higher than both were, and claims on them are lost.

        Raises:
            SequenceError: when a revision is not the expected one; nothing is written.
            JournalError: when the move contradicts what is kept; nothing is written.
        """

    def claim(self, now: datetime, until: datetime, limit: int) -> tuple[Claim, ...]:
        """Claim customers who need attention by ``now`` and whom nobody holds.

        A claim holds until ``until``, later if a commit's ``lease`` says so. Claiming raises the
        record's revision by one, so that whoever held an older claim is told at the next commit.
        Those of a smaller ``Commit.rank`` come first; of one rank those who have waited longest; of
        customers that wait alike, by id.
        """

    def release(self, claims: Collection[Claim]) -> None:
        """Let go of claims; those that somebody else has taken over meanwhile are left alone.

        The failures of those that are let go are forgotten.
        """

    def ask_again(self, now: datetime, *, customer: str | None = None, basis: str = "") -> int:
        """Have customers looked at ``now`` for whom an intent is WAITING; return how many.

        Args:
            now: the moment.
            customer: the one customer; all when None.
            basis: a name for the policy and the texts by which it is asked; nothing is done when it
                was given before. Empty where none is to be kept.
        """

    def put_off(self, claim: Claim, until: datetime, error: str) -> None:
        """Count a failure, and let nobody claim the customer before a moment.

        Where somebody else has taken the claim over meanwhile, nothing is done.

        Args:
            claim: the claim on the customer, which stays.
            until: the moment.
            error: the class of the error.
        """

    def troubles(self, *, after: str = "", limit: int = 1000) -> tuple[Trouble, ...]:
        """Return the customers with failures since they were last released, from after one."""

    def whose(self, handle: str) -> str | None:
        """Return the id of the customer whom a handle names, or None.

        It may look at the id of every customer.
        """

    def audience(self, digests: Collection[str], limit: int, but: str = "") -> dict[str, int]:
        """Return, for each digest, for how many customers an intent with it ``reaches``.

        Counting stops at ``limit``, so that a text meant for a million costs no more.

        Args:
            digests: the digests of contents.
            limit: where counting stops.
            but: a customer who is not counted.
        """

    def outbox(
        self, states: Collection[State], *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[OutboxItem, ...]:
        """Return intents in some states by (customer, number), from after a place in that order.

        Those that cannot be read are left out.
        """

    def overdue(
        self, now: datetime, *, after: Duty | None = None, limit: int = 1000
    ) -> tuple[Duty, ...]:
        """Return what is owed and was due before ``now``, of all customers, due longest first.

        It is told as of the last change of each journey. Duties that are due at one moment come
        by customer, engagement and key; the last of a page is ``after`` for the next one.
        """

    def still_owed(
        self, *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[OutboxItem, ...]:
        """Return intents that were closed without being sent though their duty is still owed.

        They were denied or skipped, or failed for good. In order of (customer, number), from after
        a place in that order. What still waits, and all dead letters, ``outbox`` tells.
        """

    def archive(self, before: datetime, *, progress: Progress = None) -> Archived:
        """Put what was closed before a moment out of the way: intents, their attempts, old steps.

        Nothing that is asked of the journal gets another answer, but for ``outbox``, which tells
        only what is not in the archive. So no cap, no count of an audience and no late outcome
        depends on when what was archived. Open intents, dead letters and what was not sent for
        something that is still owed stay. Events stay in the log.

        It goes batch by batch, each written whole or not at all; whoever breaks it off loses
        nothing, and the next call does what is left.

        Args:
            before: the moment: of intents that at which they were closed, of steps the event's.
            progress: is told after each batch what went into the archive so far.
        """
        return through(partial(self.archive_some, before), progress)

    def archive_some(self, before: datetime, done: Archived) -> Archived:
        """Put the next batch into the archive, and return what that makes with what was ``done``.

        Begin with ``Archived()``, and go on until the ``place`` of what is returned is None.
        """

    def archived(
        self, *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[OutboxItem, ...]:
        """Return intents of the archive by (customer, number), from after a place in that order."""

    def find(self, key: str) -> OutboxItem | None:
        """Return the intent with a key, or None."""

    def attempts(self, key: str) -> tuple[Attempt, ...]:
        """Return what came of each call of a hook for an intent, oldest first."""

    def customers(self, *, after: str = "", limit: int = 1000) -> Sequence[str]:
        """Return the ids of the customers of whom something is kept, sorted, from after one."""

    def tombstones(self) -> tuple[Tombstone, ...]:
        """Return what is counted of erased journeys, in order of erasure."""

    def next_attention(self) -> datetime | None:
        """Return when the first customer needs attention and is held by nobody, or None."""

    def together(self, asked: Sequence[Asked]) -> Sequence[object]:
        """Answer calls of other methods, each about another customer, as one by one but sooner.

        What a call would raise is its answer, and keeps no other from being answered. Commits are
        there for good once the method returned, each of them whole or not at all.
        """
        return [answered(self, one) for one in asked]

    def mark(
        self,
        claim: Claim,  # noqa: ARG002 - a journal that keeps marks looks at it
        key: str,  # noqa: ARG002 - as claim
        number: int,  # noqa: ARG002 - as claim
        last: Attempt | None = None,  # noqa: ARG002 - as claim
    ) -> bool:
        """Note that a hook is about to be called, for an intent that a commit ``marked``.

        The note must outlast the process; it may be lost with the machine, where ``marks`` tells
        that it may have been. So nobody has to wait for the disk.

        Args:
            claim: the claim under which it is called.
            key: the intent's key.
            number: which attempt it is.
            last: what came of the call before; to be noted too, until a commit tells it.

        Returns:
            whether the hook may be called, for the claim holds still and the intent is STARTED.
        """
        return True

    def marks(
        self,
        keys: Collection[str],  # noqa: ARG002 - a journal that keeps marks looks at it
    ) -> Mapping[str, Attempt | None]:
        """Return what is known of the calls for STARTED intents whose dispatcher is gone.

        None for a hook that was not called for sure, else what came of its call. Of the others
        nobody knows: they are left out.
        """
        return {}


async def answered_later(journal: "AsyncJournal", asked: Asked) -> object:
    """Return what a journal answers, or the error that it raises."""
    method, args = asked
    try:
        answer: object = await own(journal, AsyncJournal, method)(*args)
    except Exception as error:  # noqa: BLE001 - it is the answer to whoever asked
        return error
    return answer


async def through_async(
    batch: Callable[[Archived], Awaitable[Archived]], progress: Progress
) -> Archived:
    """As ``through``."""
    done = Archived()
    while done.place is not None:
        done = await batch(done)
        if progress is not None:
            progress(done)
    return done


class AsyncJournal(Protocol):
    """As ``Journal``, for asynchronous code."""

    async def read(self, customer: str) -> CustomerRecord:
        """As ``Journal.read``."""

    async def bare(self, customer: str) -> CustomerRecord:
        """As ``Journal.bare``."""

    async def dossier(self, customer: str, event: EventName | None = None) -> Dossier:
        """As ``Journal.dossier``."""

    async def knows(self, customer: str, event: EventName) -> bool:
        """As ``Journal.knows``."""

    async def decided(
        self, customer: str, keys: Collection[str], occasions: Collection[str]
    ) -> frozenset[str]:
        """As ``Journal.decided``."""

    async def events(
        self, customer: str, since: datetime
    ) -> tuple[tuple[str, Mapping[str, Any]], ...]:
        """As ``Journal.events``."""

    async def since(
        self,
        customer: str,  # noqa: ARG002 - as Journal.since
        engagement: str,  # noqa: ARG002 - as Journal.since
        at: datetime,  # noqa: ARG002 - as Journal.since
    ) -> Stretch | None:
        """As ``Journal.since``."""
        return None

    async def commit(self, commit: Commit) -> None:
        """As ``Journal.commit``."""

    async def move(self, move: Transfer) -> None:
        """As ``Journal.move``."""

    async def claim(self, now: datetime, until: datetime, limit: int) -> tuple[Claim, ...]:
        """As ``Journal.claim``."""

    async def release(self, claims: Collection[Claim]) -> None:
        """As ``Journal.release``."""

    async def ask_again(
        self, now: datetime, *, customer: str | None = None, basis: str = ""
    ) -> int:
        """As ``Journal.ask_again``."""

    async def put_off(self, claim: Claim, until: datetime, error: str) -> None:
        """As ``Journal.put_off``."""

    async def troubles(self, *, after: str = "", limit: int = 1000) -> tuple[Trouble, ...]:
        """As ``Journal.troubles``."""

    async def whose(self, handle: str) -> str | None:
        """As ``Journal.whose``."""

    async def audience(self, digests: Collection[str], limit: int, but: str = "") -> dict[str, int]:
        """As ``Journal.audience``."""

    async def outbox(
        self, states: Collection[State], *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[OutboxItem, ...]:
        """As ``Journal.outbox``."""

    async def overdue(
        self, now: datetime, *, after: Duty | None = None, limit: int = 1000
    ) -> tuple[Duty, ...]:
        """As ``Journal.overdue``."""

    async def still_owed(
        self, *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[OutboxItem, ...]:
        """As ``Journal.still_owed``."""

    async def archive(self, before: datetime, *, progress: Progress = None) -> Archived:
        """As ``Journal.archive``; it can be cancelled between two batches."""
        return await through_async(partial(self.archive_some, before), progress)

    async def archive_some(self, before: datetime, done: Archived) -> Archived:
        """As ``Journal.archive_some``."""

    async def archived(
        self, *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[OutboxItem, ...]:
        """As ``Journal.archived``."""

    async def find(self, key: str) -> OutboxItem | None:
        """As ``Journal.find``."""

    async def attempts(self, key: str) -> tuple[Attempt, ...]:
        """As ``Journal.attempts``."""

    async def customers(self, *, after: str = "", limit: int = 1000) -> Sequence[str]:
        """As ``Journal.customers``."""

    async def tombstones(self) -> tuple[Tombstone, ...]:
        """As ``Journal.tombstones``."""

    async def next_attention(self) -> datetime | None:
        """As ``Journal.next_attention``."""

    async def together(self, asked: Sequence[Asked]) -> Sequence[object]:
        """As ``Journal.together``."""
        return [await answered_later(self, one) for one in asked]

    async def mark(
        self,
        claim: Claim,  # noqa: ARG002 - as Journal.mark
        key: str,  # noqa: ARG002 - as Journal.mark
        number: int,  # noqa: ARG002 - as Journal.mark
        last: Attempt | None = None,  # noqa: ARG002 - as Journal.mark
    ) -> bool:
        """As ``Journal.mark``."""
        return True

    async def marks(
        self,
        keys: Collection[str],  # noqa: ARG002 - as Journal.marks
    ) -> Mapping[str, Attempt | None]:
        """As ``Journal.marks``."""
        return {}
