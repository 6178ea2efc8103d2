"""A journal in SQLite or PostgreSQL, by SQLAlchemy."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, make_url

from cxjourney.journal.faults import check_commit
from cxjourney.journal.records import (
    Attempt,
    Claim,
    Commit,
    CustomerRecord,
    OutboxItem,
    State,
    Tombstone,
)
from cxjourney.journal.sql import reads, writes
from cxjourney.journal.sql.transactions import check_url, prepare, reading, vacuum, writing

__all__ = ["SqlJournal"]

P = ParamSpec("P")
Value = TypeVar("Value")
Act = Callable[Concatenate[Connection, P], Value]


class SqlJournal:
    """A journal in SQLite or PostgreSQL; threads and processes may share the database.

    Each method is one transaction. What the database itself cannot do, such as wait for a lock
    any longer, comes as an error of SQLAlchemy; nothing is tried twice.

    Args:
        engine: the database's URL, or an engine of SQLAlchemy for this journal alone: on SQLite
            the journal sets its connections up (busy_timeout, foreign_keys, secure_delete).
            Give an engine ``hide_parameters=True``, so that errors do not tell customers' ids.

    Raises:
        JournalError: for any other database, and for SQLite in memory.
    """

    def __init__(self, engine: Engine | URL | str) -> None:
        self._owned = not isinstance(engine, Engine)
        self._made = False
        if isinstance(engine, Engine):
            check_url(engine.url)
            self._engine = engine
        else:
            check_url(make_url(engine))
            self._engine = create_engine(engine, hide_parameters=True)

    def create(self) -> None:
        """Make the tables where there are none; else the first call of any method does.

        Raises:
            JournalError: when there are tables of another version.
        """
        with self._engine.connect() as connection:
            prepare(connection)
        self._made = True

    def vacuum(self) -> None:
        """Write the database's files anew, without what was erased; everybody else waits meanwhile.

        What is erased is in no table any more, but pieces of it stay in the files until then.
        PostgreSQL's own log and backups keep it for as long as they are kept.
        """
        with self._connect() as connection:
            vacuum(connection)

    def close(self) -> None:
        """Close the connections, unless the engine was given."""
        if self._owned:
            self._engine.dispose()

    def _ask(self, act: Act[P, Value], *args: P.args, **named: P.kwargs) -> Value:
        with self._connect() as connection:
            return reading(connection, act, *args, **named)

    def _tell(self, act: Act[P, Value], *args: P.args, **named: P.kwargs) -> Value:
        with self._connect() as connection:
            return writing(connection, act, *args, **named)

    def _connect(self) -> Connection:
        if not self._made:
            self.create()
        return self._engine.connect()

    def read(self, customer: str) -> CustomerRecord:
        """Return all that is kept of a customer; see ``Journal.read``."""
        return self._ask(reads.record, customer)

    def commit(self, commit: Commit) -> None:
        """Write a commit whole; see ``Journal.commit``.

        Raises:
            SequenceError: when the customer's revision is not the expected one.
            JournalError: when the commit contradicts itself or what is kept.
            DecodeError: when a part of it could not be read again.
        """
        check_commit(commit)
        self._tell(writes.commit, commit)

    def claim(self, now: datetime, until: datetime, limit: int) -> tuple[Claim, ...]:
        """Claim customers who need attention and whom nobody holds; see ``Journal.claim``."""
        return self._tell(writes.claim, now, until, limit)

    def release(self, claims: Collection[Claim]) -> None:
        """Let go of claims; see ``Journal.release``."""
        self._tell(writes.release, claims)

    def audience(self, digests: Collection[str], limit: int) -> dict[str, int]:
        """Return for how many customers each digest is; see ``Journal.audience``."""
        return self._ask(reads.audience, digests, limit)

    def outbox(
        self, states: Collection[State], *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[OutboxItem, ...]:
        """Return intents in some states; see ``Journal.outbox``."""
        return self._ask(reads.in_states, states, after, limit)

    def find(self, key: str) -> OutboxItem | None:
        """Return the intent with a key, or None."""
        return self._ask(reads.find, key)

    def attempts(self, key: str) -> tuple[Attempt, ...]:
        """Return what came of each call of a hook for an intent, oldest first."""
        return self._ask(reads.of_intent, key)

    def customers(self, *, after: str = "", limit: int = 1000) -> Sequence[str]:
        """Return the ids of the customers of whom something is kept; see ``Journal.customers``."""
        return self._ask(reads.ids, after, limit)

    def tombstones(self) -> tuple[Tombstone, ...]:
        """Return what is left of erased journeys, in order of erasure."""
        return self._ask(reads.all_tombstones)

    def next_attention(self) -> datetime | None:
        """Return when the first customer needs attention; see ``Journal.next_attention``."""
        return self._ask(reads.next_attention)
