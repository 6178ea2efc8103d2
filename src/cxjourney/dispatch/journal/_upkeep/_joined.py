"""A transaction of the caller's, in which a journal in a database reads and writes."""

from typing import TYPE_CHECKING

import attrs
from sqlalchemy import Connection

from cxjourney.errors import JournalError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@attrs.frozen
class Joined:
    """What the caller's transaction runs on."""

    given: "Connection | Session"

    def connection(self) -> Connection:
        """Return the caller's connection, in a transaction.

        Raises:
            JournalError: when it commits each statement by itself.
        """
        given = self.given
        connection = given if isinstance(given, Connection) else given.connection()
        if connection.dialect.name == "sqlite":
            # Python begins no transaction before a write, and one that only read cannot always go
            # on to write.
            if not getattr(connection.connection.driver_connection, "in_transaction", False):
                connection.exec_driver_sql("BEGIN IMMEDIATE")
        elif getattr(connection.connection.dbapi_connection, "autocommit", False):
            found = "a connection that commits each statement"
            raise JournalError("within", found, "one with transactions, not AUTOCOMMIT")
        return connection


def check_made(*, made: bool) -> None:
    """Check that the tables were made or looked at, for within a transaction they cannot be.

    Raises:
        JournalError: when they were not.
    """
    if not made:
        found = "a journal whose tables nobody looked at yet"
        raise JournalError("within", found, "journal.create() when the program starts")


def check_alone(joined: Joined | None) -> None:
    """Check that a call that needs a transaction of its own has one.

    Raises:
        JournalError: when it has not.
    """
    if joined is not None:
        raise JournalError("within", "a call that needs its own transaction", "the journal itself")


def check_erasing(connection: Connection) -> None:
    """Check that SQLite deletes what belongs to what is erased.

    Raises:
        JournalError: when it does not.
    """
    sqlite = connection.dialect.name == "sqlite"
    if sqlite and not connection.exec_driver_sql("PRAGMA foreign_keys").scalar():
        found, expected = "SQLite without foreign keys", "PRAGMA foreign_keys = ON, to erase"
        raise JournalError("within", found, expected)
