"""Journals in SQLite or PostgreSQL, by SQLAlchemy (extra ``sql``)."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Concatenate

from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError

from cxjourney.dispatch.journal import _questions as questions
from cxjourney.dispatch.journal import _schema as schema
from cxjourney.dispatch.journal import _statements as statements
from cxjourney.dispatch.journal import _together as batches
from cxjourney.dispatch.journal._async import P, Value
from cxjourney.dispatch.journal._marking import _marks as marking
from cxjourney.dispatch.journal._methods import Asked, answered
from cxjourney.dispatch.journal._records import (
    Attempt,
    Claim,
    Commit,
    CustomerRecord,
    Dossier,
    Duty,
    EventName,
    OutboxItem,
    State,
    Tombstone,
    Trouble,
)
from cxjourney.dispatch.journal._records_stored import check_commit
from cxjourney.dispatch.journal._secrecy import _erased as erased
from cxjourney.dispatch.journal._secrecy._agreed import agreed
from cxjourney.dispatch.journal._secrecy._secret import Secret
from cxjourney.dispatch.journal._upgrade import bring_up
from cxjourney.errors import JournalError

Act = Callable[Concatenate[Connection, P], Value]

MAKING = 0x6378_6A6F
"""The number of the lock under which PostgreSQL makes the tables."""
TRIES = 20
"""How often SQLite is asked to keep a log file, where others are asking too."""
WAITS = 300
"""How many tenths of a second PostgreSQL's older readers are waited for before a vacuum."""
_READERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    " AND datname = current_database() AND backend_xmin IS NOT NULL AND xact_start < :begun"
)
_SETTINGS = ("busy_timeout = 30000", "foreign_keys = ON", "secure_delete = ON")


def check_url(url: URL) -> None:
    """Check that a journal can be kept in a database.

    Raises:
        JournalError: when it cannot.
    """
    name = url.get_backend_name()
    if name not in {"sqlite", "postgresql"}:
        raise JournalError("database", name, "SQLite or PostgreSQL")
    in_memory = url.database in {None, "", ":memory:"} or url.query.get("mode") == "memory"
    if name == "sqlite" and in_memory:
        raise JournalError("database", "SQLite in memory", "a file, or a MemoryJournal")


def prepare(connection: Connection, given: Secret | None) -> Secret:
    """Make the tables where there are none; whoever does it at the same time waits.

    Returns:
        the secret that was given, or that stands in them.
    """
    if connection.dialect.name == "sqlite":
        _keep_log_file(connection)
        _begin(connection)
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MAKING})
    bring_up(connection)
    secret = agreed(connection, given)
    connection.commit()
    return secret


def vacuum(connection: Connection) -> None:
    """Write the tables' files anew, without what was deleted.

    Raises:
        JournalError: when somebody reads what was there before, so that it stays in the files.
    """
    if connection.dialect.name == "sqlite":
        _set_up(connection)
        connection.exec_driver_sql("VACUUM")
        log = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        if log[0]:
            raise _still_there(f"{log[1]} pages of the log file, which somebody still reads")
    else:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        readers = _wait_for_readers(connection)
        if readers:
            raise _still_there(f"all of it, for {readers} transactions that began before are open")
        connection.execute(text(f"VACUUM FULL {', '.join(schema.tables.tables)}"))


def _wait_for_readers(connection: Connection) -> int:
    """Wait until nobody in PostgreSQL sees what was there before; return how many still do."""
    begun = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    readers = connection.execute(_READERS, {"begun": begun}).scalar_one()
    waits = WAITS
    while readers and waits:
        waits -= 1
        connection.execute(text("SELECT pg_sleep(0.1)"))
        readers = connection.execute(_READERS, {"begun": begun}).scalar_one()
    return int(readers)


def _still_there(left: str) -> JournalError:
    return JournalError("vacuum", f"left what was erased in {left}", "no reader; call it again")


def _set_up(connection: Connection) -> None:
    """Set a connection of SQLite up, once."""
    if not connection.info.get("cxjourney"):
        for setting in _SETTINGS:
            connection.exec_driver_sql(f"PRAGMA {setting}")
        connection.info["cxjourney"] = True


def _begin(connection: Connection) -> None:
    """Begin a transaction of SQLite that is alone to write from its first statement on."""
    _set_up(connection)
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _keep_log_file(connection: Connection) -> None:
    """Turn on the log file of SQLite, with which readers and a writer do not wait for each other.

    SQLite refuses at once while another connection is at work, so its turn is waited for.
    """
    tries = TRIES
    while tries:
        tries -= 1
        try:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            tries = 0
        except OperationalError:
            if not tries:
                raise
            _begin(connection)
            connection.rollback()


@contextmanager
def failing_as_ours() -> Iterator[None]:
    """Let an error of the database come as one of the library, which tells no customer's data.

    Raises:
        JournalError: when the database failed; the original error is its cause.
    """
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        original = getattr(error, "orig", None) or error
        code = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None)
        found = type(original).__name__ if code is None else f"{type(original).__name__} {code}"
        if getattr(error, "connection_invalidated", False):
            found += ", and the connection was lost"
        raise JournalError("database", found, "a database that answers") from error


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

    def __init__(
        self,
        engine: Engine | URL | str,
        *,
        secret: bytes | None = None,
        former: Collection[bytes] = (),
    ) -> None:
        self._owned = not isinstance(engine, Engine)
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

    def _ask(self, act: Act[P, Value], *args: P.args, **named: P.kwargs) -> Value:
        """Ask the database something; each statement sees what was there at one moment."""
        with failing_as_ours(), self._connect() as connection:
            if connection.dialect.name == "sqlite":
                _set_up(connection)
            else:
                connection.execution_options(isolation_level="AUTOCOMMIT")
            return act(connection, *args, **named)

    def _tell(self, act: Act[P, Value], *args: P.args, **named: P.kwargs) -> Value:
        """Write to the database, as a whole or not at all, however the engine was made."""
        with failing_as_ours(), self._connect() as connection:
            self._begin_writing(connection)
            value = act(connection, *args, **named)
            connection.commit()
            return value

    @staticmethod
    def _begin_writing(connection: Connection) -> None:
        if connection.dialect.name == "sqlite":
            _begin(connection)
        else:
            connection.execution_options(isolation_level="READ COMMITTED")

    def _connect(self) -> Connection:
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

    def commit(self, commit: Commit) -> None:
        """Write a commit whole; see ``Journal.commit``.

        Raises:
            SequenceError: when the customer's revision is not the expected one.
            JournalError: when the commit contradicts itself or what is kept.
            DecodeError: when a part of it could not be read again.
        """
        check_commit(commit)
        self._tell(statements.commit, self._secret, commit)

    def claim(self, now: datetime, until: datetime, limit: int) -> tuple[Claim, ...]:
        """Claim customers who need attention and whom nobody holds; see ``Journal.claim``."""
        return self._tell(statements.claim, self._secret, now, until, limit)

    def release(self, claims: Collection[Claim]) -> None:
        """Let go of claims; see ``Journal.release``."""
        self._tell(statements.release, claims)

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
        return self._ask(questions.in_states, states, after, limit)

    def overdue(
        self, now: datetime, *, after: Duty | None = None, limit: int = 1000
    ) -> tuple[Duty, ...]:
        """Return what is owed and was due before ``now``; see ``Journal.overdue``."""
        return self._ask(questions.overdue, now, after, limit)

    def still_owed(
        self, *, after: tuple[str, int] | None = None, limit: int = 1000
    ) -> tuple[OutboxItem, ...]:
        """Return what was not sent and is owed all the same; see ``Journal.still_owed``."""
        return self._ask(questions.still_owed, after, limit)

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
            return self._ask(batches.answers, self._secret, method, [args for _, args in calls])
        if len(calls) == 1 or method != "commit":
            return [answered(self, one) for one in calls]
        writing = batches.Writing([args[0] for _, args in calls])
        try:
            told = self._tell(writing.write, self._secret)
        except JournalError as error:
            if not isinstance(error.__cause__, IntegrityError):
                raise
            return [answered(self, one) for one in calls]  # those at odds are refused, they alone
        for place in writing.alone:
            told[place] = answered(self, calls[place])
        return told

    def mark(self, claim: Claim, key: str, number: int, last: Attempt | None = None) -> bool:
        """Note that a hook is about to be called; see ``Journal.mark``."""
        with failing_as_ours(), self._connect() as connection, marking.in_a_hurry(connection):
            self._begin_writing(connection)
            held = marking.mark(connection, claim, key, number, last)
            connection.commit()
            return held

    def marks(self, keys: Collection[str]) -> Mapping[str, Attempt | None]:
        """Return what is known of calls; see ``Journal.marks``."""
        return self._ask(marking.known_marks, keys)
