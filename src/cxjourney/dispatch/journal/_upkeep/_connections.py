"""Connections to a journal's database: how they are set up, and what is done by them as a whole."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from cxjourney.dispatch.journal import _schema as schema
from cxjourney.dispatch.journal._secrecy._agreed import agreed
from cxjourney.dispatch.journal._secrecy._secret import Secret
from cxjourney.dispatch.journal._upkeep._upgrade import bring_up
from cxjourney.errors import DecodeError, JournalError

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
_UNREADABLE = (
    ("Could not decode to UTF-8", "a text that is not UTF-8", "texts in UTF-8"),
    ("timestamp too ", "a time that Python does not know", "times of the years 1 to 9999"),
)
"""How errors of drivers begin that go on to quote what they could not read, and what they mean."""
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
        begin(connection)
    bring_all_up(connection)
    secret = agreed(connection, given)
    connection.commit()
    return secret


def bring_all_up(connection: Connection) -> None:
    """Make the tables or upgrade them; whoever does it at the same time waits."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MAKING})
    bring_up(connection)


def vacuum(connection: Connection) -> None:
    """Write the tables' files anew, without what was deleted.

    Raises:
        JournalError: when somebody reads what was there before, so that it stays in the files.
    """
    if connection.dialect.name == "sqlite":
        set_up(connection)
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


def set_up(connection: Connection) -> None:
    """Set a connection of SQLite up, once."""
    if not connection.info.get("cxjourney"):
        for setting in _SETTINGS:
            connection.exec_driver_sql(f"PRAGMA {setting}")
        connection.info["cxjourney"] = True


def begin(connection: Connection) -> None:
    """Begin a transaction of SQLite that is alone to write from its first statement on."""
    set_up(connection)
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
            begin(connection)
            connection.rollback()


@contextmanager
def failing_as_ours() -> Iterator[None]:
    """Let an error of the database come as one of the library, which tells no customer's data.

    Raises:
        JournalError: when the database failed; the original error is its cause.
        DecodeError: when a text or time that stands in it is none.
    """
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        original = getattr(error, "orig", None) or error
        for begins, found, expected in _UNREADABLE:
            if str(original).startswith(begins):
                raise DecodeError("database", found, expected) from None
        code = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None)
        found = type(original).__name__ if code is None else f"{type(original).__name__} {code}"
        if getattr(error, "connection_invalidated", False):
            found += ", and the connection was lost"
        raise JournalError("database", found, "a database that answers") from error
