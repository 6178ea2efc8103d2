"""Journals in SQLite or PostgreSQL, by SQLAlchemy (extra ``sql``)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from copy import copy
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate

from sqlalchemy import URL, Connection, Engine, MetaData, create_engine, make_url
from sqlalchemy.exc import IntegrityError

from cxjourney.dispatch.journal import _questions as questions
from cxjourney.dispatch.journal import _schema as schema
from cxjourney.dispatch.journal import _statements as statements
from cxjourney.dispatch.journal import _together as batches
from cxjourney.dispatch.journal._async import P, Value
from cxjourney.dispatch.journal._marking import _marks as marking
from cxjourney.dispatch.journal._methods import Asked, Progress, answered, through
from cxjourney.dispatch.journal._moving import _in_database as moving
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
from cxjourney.dispatch.journal._records_stored import check_commit
from cxjourney.dispatch.journal._secrecy import _erased as erased
from cxjourney.dispatch.journal._secrecy._secret import Secret
from cxjourney.dispatch.journal._upkeep import _archive as upkeep
from cxjourney.dispatch.journal._upkeep import _views as views
from cxjourney.dispatch.journal._upkeep._connections import (
    begin,
    bring_all_up,
    check_url,
    failing_as_ours,
    prepare,
    set_up,
    vacuum,
)
from cxjourney.dispatch.journal._upkeep._joined import (
    Joined,
    check_alone,
    check_erasing,
    check_made,
)
from cxjourney.errors import DecodeError, JournalError

if TYPE_CHECKING:
    from sqlalchemy.engine.mock import MockConnection
    from sqlalchemy.orm import Session

Act = Callable[Concatenate[Connection, P], Value]


class SqlJournal:
    """A journal in SQLite or PostgreSQL; threads and processes may share the database.

    Each method is one transaction. What the database itself cannot do, such as wait for a lock
    any longer, comes as a ``JournalError``; nothing is tried twice.

    Args:
        engine: the database's URL, or an engine of SQLAlchemy for this journal alone: on SQLite
            the journal sets its connections up (busy_timeout, foreign_keys, secure_delete).
            Give an engine ``hide_parameters=True``, so that errors do not tell customers' ids, and
            ``pool_pre_ping=True``, so that no broken connection is used.
        secret: hides customers in keys and handles; the same for all who share the database. Where
            none is given, the journal makes one and keeps it in the database.
        former: the secrets before it, latest first: what they hid is still recognised.

    Raises:
        JournalError: for any other database, and for SQLite in memory; by any method, when the
            database failed, or when its secret is another one.
        InvalidError: when a secret has fewer than 16 bytes.
    """

    metadata: ClassVar[MetaData] = schema.tables
    """The tables, for the ``target_metadata`` of Alembic."""

    @staticmethod
    def migrate(connection: "Connection | MockConnection | None") -> None:
        """Make the tables, or upgrade those of version 1, within the connection's transaction.

        For revisions of Alembic, as ``SqlJournal.migrate(op.get_bind())``; else ``create`` does it.

        Raises:
            JournalError: when there is no connection, as in Alembic's offline mode, when it commits
                each statement by itself, when there are tables of another version, or when the
                database failed.
            DecodeError: when something in tables of version 1 cannot be read.
        """
        if not isinstance(connection, Connection):
            found, expected = "no connection", "one: what is kept is upgraded too, not tables alone"
            raise JournalError("migrate", found, expected)
        with failing_as_ours():
            bring_all_up(Joined(connection).connection())

    def __init__(
        self,
        engine: Engine | URL | str,
        *,
        secret: bytes | None = None,
        former: Collection[bytes] = (),
    ) -> None:
        self._owned = not isinstance(engine, Engine)
        self._joined: Joined | None = None
        self._given = None if secret is None else Secret(secret, former)
        self._agreed: Secret | None = None
        check_url(engine.url if isinstance(engine, Engine) else make_url(engine))
        if not isinstance(engine, Engine):
            engine = create_engine(engine, hide_parameters=True, pool_pre_ping=True)
        self._engine = engine

    def create(self) -> None:
        """Make the tables where there are none; else the first call of any method does.

        Raises:
            JournalError: when there are tables of another version, or of another secret.
        """
        self._make()

    def _make(self) -> Secret:
        check_alone(self._joined)
        with failing_as_ours(), self._engine.connect() as connection:
            self._agreed = prepare(connection, self._given)
        return self._agreed

    @property
    def _secret(self) -> Secret:
        """The secret, which may stand in the database alone."""
        return self._make() if self._agreed is None else self._agreed

    def vacuum(self) -> None:
        """Write the database's files anew, without what was erased; everybody else waits meanwhile.

        What is erased is in no table any more, but pieces of it stay in the files until then.
        PostgreSQL's own log and backups keep it for as long as they are kept.

        Raises:
            JournalError: when somebody who began to read before is still at it after half a minute,
                so that the files keep what was erased; it says where.
        """
        with failing_as_ours(), self._connect() as connection:
            vacuum(connection)

    def close(self) -> None:
        """Close the connections, unless the engine was given."""
        if self._owned:
            self._engine.dispose()

    def within(self, transaction: "Connection | Session") -> "SqlJournal":
        """Return the journal within a transaction of yours: all it writes is written with yours.

        Give it to ``Dispatcher.using``, and record. You commit; or you roll back, and nothing was
        recorded. What cannot be written leaves your transaction as it was before the call. What
        would act before you commit is refused: ``claim``, and with it ``Dispatcher.run``.

        Args:
            transaction: a connection, or a session of the ORM, on the journal's own database; on
                PostgreSQL at READ COMMITTED, where a writer who comes second decides anew.

        Raises:
            JournalError: when the tables were neither made nor looked at (``create``); by any
                method, where the connection commits each statement by itself, or where something
                is to be erased in a SQLite without ``PRAGMA foreign_keys``.
        """
        check_made(made=self._agreed is not None)
        other = copy(self)
        other._joined = Joined(transaction)  # noqa: SLF001 - of its own kind
        return other

    def _ask(self, act: Act[P, Value], *args: P.args, **named: P.kwargs) -> Value:
        """Ask the database something; each statement sees what was there at one moment."""
        if self._joined is not None:
            with failing_as_ours():
                return act(self._joined.connection(), *args, **named)
        with failing_as_ours(), self._connect() as connection:
            if connection.dialect.name == "sqlite":
                set_up(connection)
            else:
                connection.execution_options(isolation_level="AUTOCOMMIT")
            return act(connection, *args, **named)

    def _tell(self, act: Act[P, Value], *args: P.args, **named: P.kwargs) -> Value:
        """Write to the database, as a whole or not at all, however the engine was made."""
        if self._joined is not None:
            with failing_as_ours(), self._joined.connection().begin_nested() as savepoint:
                return act(savepoint.connection, *args, **named)
        with failing_as_ours(), self._connect() as connection:
            if connection.dialect.name == "sqlite":
                begin(connection)
            else:
                connection.execution_options(isolation_level="READ COMMITTED")
            value = act(connection, *args, **named)
            connection.commit()
            return value

    def _connect(self) -> Connection:
        check_alone(self._joined)
        if self._agreed is None:
            self._make()
        return self._engine.connect()

    def read(self, customer: str) -> CustomerRecord:
        """Return all that is kept of a customer; see ``Journal.read``."""
        return self._ask(questions.record, self._secret, customer)

    def bare(self, customer: str) -> CustomerRecord:
        """Return what need not be read; see ``Journal.bare``."""
        return self._ask(questions.bare, self._secret, customer)

    def dossier(self, customer: str, event: EventName | None = None) -> Dossier:
        """Return what is needed to go on with a customer; see ``Journal.dossier``."""
        return self._ask(questions.dossier, self._secret, customer, event)

    def knows(self, customer: str, event: EventName) -> bool:
        """Say whether an event is kept; see ``Journal.knows``."""
        return self._ask(questions.knows, customer, event)

    def decided(
        self, customer: str, keys: Collection[str], occasions: Collection[str]
    ) -> frozenset[str]:
        """Return which keys and occasions intents have; see ``Journal.decided``."""
        return self._ask(questions.decided, customer, keys, occasions)

    def events(self, customer: str, since: datetime) -> tuple[tuple[str, dict[str, Any]], ...]:
        """Return what happened from a moment on; see ``Journal.events``."""
        return self._ask(questions.events, customer, since)

    def since(self, customer: str, engagement: str, at: datetime) -> Stretch:
        """Return a checkpoint, and the events after it; see ``Journal.since``."""
        return self._ask(questions.since, customer, engagement, at)

    def commit(self, commit: Commit) -> None:
        """Write a commit whole; see ``Journal.commit``.

        Raises:
            SequenceError: when the customer's revision is not the expected one.
            JournalError: when the commit contradicts itself or what is kept.
            DecodeError: when a part of it could not be read again.
        """
        check_commit(commit)
        if self._joined is not None and commit.erased:
            self._ask(check_erasing)
        self._tell(statements.commit, self._secret, commit)

    def move(self, move: Transfer) -> None:
        """Let all that is kept of a customer go under another id; see ``Journal.move``.

        Raises:
            SequenceError: when a revision is not the expected one.
            JournalError: when the move contradicts itself or what is kept.
            DecodeError: when an intent cannot be read.
        """
        self._tell(moving.move, self._secret, move)

    def claim(self, now: datetime, until: datetime, limit: int) -> tuple[Claim, ...]:
        """Claim customers who need attention and whom nobody holds; see ``Journal.claim``."""
        check_alone(self._joined)  # hooks may be called only for what is written for good
        return self._tell(statements.claim, self._secret, now, until, limit)

    def release(self, claims: Collection[Claim]) -> None:
        """Let go of claims; see ``Journal.release``."""
        self._tell(statements.release, claims)

    def ask_again(self, now: datetime, *, customer: str | None = None, basis: str = "") -> int:
        """Have customers looked at for whom something waits; see ``Journal.ask_again``."""
        if basis and self._ask(statements.is_known, basis):
            return 0
        return self._tell(statements.ask_again, now, customer, basis)

    def put_off(self, claim: Claim, until: datetime, error: str) -> None:
        """Let nobody claim a customer until a moment; see ``Journal.put_off``."""
        self._tell(statements.put_off, claim, until, error)

    def troubles(self, *, after: str = "", limit: int = 1000) -> tuple[Trouble, ...]:
        """Return to whom nobody could attend; see ``Journal.troubles``."""
        return self._ask(erased.troubles, self._secret, after, limit)

    def whose(self, handle: str) -> str | None:
        """Return whom a handle names, or None; see ``Journal.whose``."""
        return self._ask(erased.whose, self._secret, handle)

    def audience(self, digests: Collection[str], limit: int, but: str = "") -> dict[str, int]:
        """Return for how many customers each digest is; see ``Journal.audience``."""
        return self._ask(questions.audience, digests, limit, but)

    def outbox(
        self, states: Collection[State], *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[OutboxItem, ...]:
        """Return intents in some states; see ``Journal.outbox``."""
        return self._ask(views.in_states, states, after, limit)

    def overdue(
        self, now: datetime, *, after: Duty | None = None, limit: int = 1000
    ) -> tuple[Duty, ...]:
        """Return what is owed and was due before ``now``; see ``Journal.overdue``."""
        return self._ask(views.overdue, now, after, limit)

    def still_owed(
        self, *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[OutboxItem, ...]:
        """Return what was not sent and is owed all the same; see ``Journal.still_owed``."""
        return self._ask(views.still_owed, after, limit)

    def archive(self, before: datetime, *, progress: Progress = None) -> Archived:
        """Put what was closed long ago out of the way; see ``Journal.archive``."""
        return through(partial(self.archive_some, before), progress)

    def archive_some(self, before: datetime, done: Archived) -> Archived:
        """Put the next batch out of the way; see ``Journal.archive_some``."""
        check_alone(self._joined)
        return self._tell(upkeep.batch, before, done)

    def archived(
        self, *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[OutboxItem, ...]:
        """Return intents of the archive; see ``Journal.archived``."""
        return self._ask(upkeep.listed, after, limit)

    def find(self, key: str) -> OutboxItem | None:
        """Return the intent with a key, or None."""
        return self._ask(questions.find, key)

    def attempts(self, key: str) -> tuple[Attempt, ...]:
        """Return what came of each call of a hook for an intent, oldest first."""
        return self._ask(questions.of_intent, key)

    def customers(self, *, after: str = "", limit: int = 1000) -> Sequence[str]:
        """Return the ids of the customers of whom something is kept; see ``Journal.customers``."""
        return self._ask(questions.ids, after, limit)

    def tombstones(self) -> tuple[Tombstone, ...]:
        """Return what is left of erased journeys, in order of erasure."""
        return self._ask(questions.all_tombstones)

    def next_attention(self) -> datetime | None:
        """Return when the first customer needs attention; see ``Journal.next_attention``."""
        return self._ask(questions.next_attention)

    def together(self, asked: Sequence[Asked]) -> Sequence[object]:
        """Answer calls of other methods; see ``Journal.together``."""
        answers: list[object] = [None] * len(asked)
        of_each: dict[str, list[int]] = {}
        for place, (method, _) in enumerate(asked):
            of_each.setdefault(method, []).append(place)
        for method, places in of_each.items():
            calls = [asked[place] for place in places]
            try:
                told = self._answered(method, calls)
            except JournalError as error:
                told = [error] * len(calls)
            for place, one in zip(places, told, strict=True):
                answers[place] = one
        return answers

    def _answered(self, method: str, calls: Sequence[Asked]) -> Sequence[object]:
        """Answer calls of one method."""
        if len(calls) > 1 and method in batches.ANSWERS:
            with suppress(DecodeError):  # asked alone, those that can be read are answered
                return self._ask(batches.answers, self._secret, method, [args for _, args in calls])
        if len(calls) == 1 or method != "commit":  # or one of many cannot be read
            return [answered(self, one) for one in calls]
        writing = batches.Writing([args[0] for _, args in calls])
        try:
            told = self._tell(writing.write, self._secret)
        except (JournalError, DecodeError) as error:
            if isinstance(error, JournalError) and not isinstance(error.__cause__, IntegrityError):
                raise
            return [answered(self, one) for one in calls]  # those at odds are refused, they alone
        for place in writing.alone:
            told[place] = answered(self, calls[place])
        return told

    def mark(self, claim: Claim, key: str, number: int, last: Attempt | None = None) -> bool:
        """Note that a hook is about to be called; see ``Journal.mark``."""
        if self._engine.dialect.name != "sqlite":
            return self._ask(marking.mark, claim, key, number, last)
        with failing_as_ours(), self._connect() as connection, marking.in_a_hurry(connection):
            begin(connection)
            held = marking.mark(connection, claim, key, number, last)
            connection.commit()
            return held

    def marks(self, keys: Collection[str]) -> Mapping[str, Attempt | None]:
        """Return what is known of calls; see ``Journal.marks``."""
        return self._ask(marking.known_marks, keys)
