"""The tables of a journal, the version of them, and how they are made."""

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    inspect,
    select,
)

from cxjourney.errors import JournalError
from cxjourney.journal.sql.columns import AnyText, Moment

__all__ = ["VERSION", "attempts", "create", "customers", "journeys", "log", "outbox", "tombstones"]

VERSION = 1
"""The version of the tables."""

tables: MetaData = MetaData()
_COUNTED = BigInteger().with_variant(Integer(), "sqlite")

meta: Table = Table(
    "cx_meta",
    tables,
    Column("version", Integer, primary_key=True, autoincrement=False),
)

customers: Table = Table(
    "cx_customer",
    tables,
    Column("customer", AnyText, primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("attention_at", Moment),
    Column("claim", BigInteger),
    Column("lease", Moment),
)
Index("cx_customer_waiting", customers.c.attention_at, customers.c.customer)
_held = customers.c.lease.is_not(None)
Index("cx_customer_held", customers.c.lease, postgresql_where=_held, sqlite_where=_held)

journeys: Table = Table(
    "cx_journey",
    tables,
    Column("customer", AnyText, primary_key=True),
    Column("engagement", AnyText, primary_key=True),
    Column("head", AnyText, nullable=False),
    Column("wake_at", Moment),
    Column("events", BigInteger, nullable=False),
    Column("steps", BigInteger, nullable=False),
    ForeignKeyConstraint(["customer"], ["cx_customer.customer"], ondelete="CASCADE"),
    sqlite_with_rowid=False,
)
"""A journey; ``head`` is its data without the events, ``events`` and ``steps`` the last of each."""

log: Table = Table(
    "cx_log",
    tables,
    Column("customer", AnyText, primary_key=True),
    Column("engagement", AnyText, primary_key=True),
    Column("part", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("data", AnyText, nullable=False),
    ForeignKeyConstraint(
        ["customer", "engagement"],
        ["cx_journey.customer", "cx_journey.engagement"],
        ondelete="CASCADE",
    ),
    sqlite_with_rowid=False,
)
"""The events of journeys, and what they did: ``part`` is ``event`` or ``step``."""

outbox: Table = Table(
    "cx_outbox",
    tables,
    Column("key", Text, primary_key=True),
    Column("customer", AnyText, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("engagement", AnyText, nullable=False),
    Column("state", Text, nullable=False),
    Column("reaches", AnyText),
    Column("data", AnyText, nullable=False),
    UniqueConstraint("customer", "number"),
    ForeignKeyConstraint(["customer"], ["cx_customer.customer"], ondelete="CASCADE"),
)
"""An intent; ``reaches`` is the digest of its content where it counts for the audience."""
Index("cx_outbox_state", outbox.c.state, outbox.c.customer, outbox.c.number)
Index("cx_outbox_reaches", outbox.c.reaches, outbox.c.customer)

attempts: Table = Table(
    "cx_attempt",
    tables,
    Column("id", _COUNTED, primary_key=True),
    Column("key", Text, nullable=False),
    Column("data", AnyText, nullable=False),
    ForeignKeyConstraint(["key"], ["cx_outbox.key"], ondelete="CASCADE"),
)
Index("cx_attempt_key", attempts.c.key, attempts.c.id)

tombstones: Table = Table(
    "cx_tombstones",
    tables,
    Column("id", _COUNTED, primary_key=True),
    Column("data", AnyText, nullable=False),
)


def create(connection: Connection) -> None:
    """Make the tables where there are none, within the connection's transaction.

    Raises:
        JournalError: when there are tables of another version.
    """
    if not inspect(connection).has_table(meta.name):
        tables.create_all(connection)
        connection.execute(meta.insert(), {"version": VERSION})
    found = connection.execute(select(meta.c.version)).scalar()
    if found != VERSION:
        told = "no version" if found is None else f"version {found}"
        remedy = "use the cxjourney that wrote them, or another database"
        raise JournalError("database", f"tables of {told}", f"version {VERSION}: {remedy}")
