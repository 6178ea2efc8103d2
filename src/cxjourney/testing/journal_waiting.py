"""An asynchronous journal as a plain one, so that the same tests drive both."""

from collections.abc import Callable, Collection, Coroutine, Sequence
from datetime import datetime
from typing import Any, TypeVar

from cxjourney.journal.protocol import AsyncJournal
from cxjourney.journal.records import Attempt, Claim, Dossier, Entry, Outboxed, Remains, State

__all__ = ["Awaited"]

Value = TypeVar("Value")
Run = Callable[[Coroutine[Any, Any, Any]], Any]


class Awaited:
    """A ``Journal`` that waits for each answer of an asynchronous one.

    Args:
        journal: the asynchronous journal.
        run: runs a coroutine to its end, always in the same loop; such as ``asyncio.Runner().run``.
    """

    def __init__(self, journal: AsyncJournal, run: Run) -> None:
        self._journal = journal
        self._run = run

    def _wait(self, answer: Coroutine[Any, Any, Value]) -> Value:
        value: Value = self._run(answer)
        return value

    def read(self, customer: str) -> Dossier:
        """As ``Journal.read``."""
        return self._wait(self._journal.read(customer))

    def commit(self, entry: Entry) -> None:
        """As ``Journal.commit``."""
        self._wait(self._journal.commit(entry))

    def claim(self, now: datetime, until: datetime, limit: int) -> tuple[Claim, ...]:
        """As ``Journal.claim``."""
        return self._wait(self._journal.claim(now, until, limit))

    def release(self, claims: Collection[Claim]) -> None:
        """As ``Journal.release``."""
        self._wait(self._journal.release(claims))

    def audience(self, digests: Collection[str], limit: int) -> dict[str, int]:
        """As ``Journal.audience``."""
        return self._wait(self._journal.audience(digests, limit))

    def outbox(
        self, states: Collection[State], *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[Outboxed, ...]:
        """As ``Journal.outbox``."""
        return self._wait(self._journal.outbox(states, after=after, limit=limit))

    def find(self, key: str) -> Outboxed | None:
        """As ``Journal.find``."""
        return self._wait(self._journal.find(key))

    def attempts(self, key: str) -> tuple[Attempt, ...]:
        """As ``Journal.attempts``."""
        return self._wait(self._journal.attempts(key))

    def customers(self, *, after: str = "", limit: int = 1000) -> Sequence[str]:
        """As ``Journal.customers``."""
        return self._wait(self._journal.customers(after=after, limit=limit))

    def remains(self) -> tuple[Remains, ...]:
        """As ``Journal.remains``."""
        return self._wait(self._journal.remains())

    def next_attention(self) -> datetime | None:
        """As ``Journal.next_attention``."""
        return self._wait(self._journal.next_attention())
