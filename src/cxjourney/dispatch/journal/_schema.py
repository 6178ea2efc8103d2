"""The tables of a journal in a database: columns, version, and how they are made."""

from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    event,
    false,
    inspect,
    select,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import ExecutableDDLElement
from sqlalchemy.sql.compiler import DDLCompiler

from cxjourney.dispatch.journal._cells._column_kinds import AnyText, MomentColumn, is_no_time

VERSION = 2
"""The version of the tables."""

tables: MetaData = MetaData()
_COUNTED = BigInteger().with_variant(Integer(), "sqlite")


def _goes_with(table: str, *columns: str) -> ForeignKeyConstraint:
    """Return the rule that a row is deleted with the row of another table that it belongs to."""
    named = [f"{table}.{column}" for column in columns]
    return ForeignKeyConstraint(columns, named, ondelete="CASCADE")


class _InKind(CheckConstraint):
    """Keeps values of another kind out of a column where SQLite, which has no types, takes any."""


@compiles(_InKind)
def _by_type(constraint: _InKind, compiler: DDLCompiler, **_: Any) -> str:  # noqa: ARG001, ANN401 - the signature is SQLAlchemy's
    return ""


@compiles(_InKind, "sqlite")
def _by_check(constraint: _InKind, compiler: DDLCompiler, **_: Any) -> str:  # noqa: ARG001, ANN401 - as above
    return f"CHECK ({constraint.sqltext})"


def _column(name: str, kind: Any, **options: Any) -> "Column[Any]":  # noqa: ANN401 - as Column takes them
    """Return a column that takes values of its kind alone."""
    column = Column(name, kind, **options)
    of = "integer" if isinstance(column.type, BigInteger | Integer | Boolean) else "text"
    kinds = f"'{of}', 'null'" if column.nullable else f"'{of}'"
    return Column(name, kind, _InKind(f"typeof({name}) IN ({kinds})"), **options)


_version = _column("version", Integer, primary_key=True, autoincrement=False)
meta: Table = Table("cx_meta", tables, _version)

customers: Table = Table(
    "cx_customer",
    tables,
    _column("customer", AnyText, primary_key=True),
    _column("revision", BigInteger, nullable=False),
    _column("attention_at", MomentColumn),
    _column("rank", BigInteger, nullable=False, server_default="0"),
    _column("claim", BigInteger),
    _column("lease", MomentColumn),
    _column("failures", BigInteger, nullable=False, server_default="0"),
    _column("error", Text, nullable=False, server_default=text("''")),
)
"""A customer; ``failures`` is how often in a row a claim ended with an ``error``.

Of those who need attention the smaller ``rank`` goes first.
"""
Index("cx_customer_ranked", *(customers.c[one] for one in ("rank", "attention_at", "customer")))
_failing = customers.c.failures > 0
Index(
    "cx_customer_failing",
    customers.c.customer,
    postgresql_where=_failing,
    sqlite_where=_failing,
)
_held = customers.c.lease.is_not(None)
Index("cx_customer_held", customers.c.lease, postgresql_where=_held, sqlite_where=_held)
_lost = is_no_time(customers.c.attention_at)
Index("cx_customer_lost", customers.c.attention_at, postgresql_where=_lost, sqlite_where=_lost)

journeys: Table = Table(
    "cx_journey",
    tables,
    _column("customer", AnyText, primary_key=True),
    _column("engagement", AnyText, primary_key=True),
    _column("head", AnyText, nullable=False),
    _column("wake_at", MomentColumn),
    _column("events", BigInteger, nullable=False),
    _column("steps", BigInteger, nullable=False),
    _column("snapshot", AnyText),
    _column("born", BigInteger, nullable=False, server_default="0"),
    _goes_with("cx_customer", "customer"),
    sqlite_with_rowid=False,
)
"""A journey; ``head`` is its data without the events, ``events`` and ``steps`` the last of each,
``snapshot`` where it stands: with it no event has to be read. ``born`` is the number at which it
began."""

duties: Table = Table(
    "cx_duty",
    tables,
    _column("customer", AnyText, primary_key=True),
    _column("engagement", AnyText, primary_key=True),
    _column("key", AnyText, primary_key=True),
    _column("opened_at", MomentColumn, nullable=False),
    _column("due", MomentColumn, nullable=False),
    _goes_with("cx_journey", "customer", "engagement"),
    sqlite_with_rowid=False,
)
"""What is owed on journeys, as of their last change."""
Index("cx_duty_due", *(duties.c.due, duties.c.customer, duties.c.engagement, duties.c.key))

log: Table = Table(
    "cx_log",
    tables,
    _column("customer", AnyText, primary_key=True),
    _column("engagement", AnyText, primary_key=True),
    _column("part", Text, primary_key=True),
    _column("seq", BigInteger, primary_key=True, autoincrement=False),
    _column("data", AnyText, nullable=False),
    _column("event", AnyText),
    _column("at", MomentColumn),
    _goes_with("cx_journey", "customer", "engagement"),
    sqlite_with_rowid=False,
)
"""The events of journeys, and what they did: ``part`` is ``event`` or ``step``.

``event`` is the id of an event, ``at`` its time, which a step has too.
"""
_told = log.c.event.is_not(None)
Index(
    "cx_log_event",
    *(log.c.customer, log.c.engagement, log.c.event),
    unique=True,
    postgresql_where=_told,
    sqlite_where=_told,
)
Index("cx_log_at", log.c.customer, log.c.at, postgresql_where=_told, sqlite_where=_told)

runs: Table = Table(
    "cx_run",
    tables,
    _column("customer", AnyText, primary_key=True),
    _column("engagement", AnyText, primary_key=True),
    _column("number", BigInteger, primary_key=True, autoincrement=False),
    _column("data", AnyText, nullable=False),
    _goes_with("cx_journey", "customer", "engagement"),
    sqlite_with_rowid=False,
)
"""What belongs to the snapshots of journeys on which much is owed, in parts."""

checkpoints: Table = Table(
    "cx_checkpoint",
    tables,
    _column("customer", AnyText, primary_key=True),
    _column("engagement", AnyText, primary_key=True),
    _column("at", MomentColumn, primary_key=True),
    _column("data", AnyText, nullable=False),
    _goes_with("cx_journey", "customer", "engagement"),
    sqlite_with_rowid=False,
)
"""Where journeys stood after all that happened up to ``at``, now and then."""

outbox: Table = Table(
    "cx_outbox",
    tables,
    _column("key", Text, primary_key=True),
    _column("customer", AnyText, nullable=False),
    _column("number", BigInteger, nullable=False),
    _column("engagement", AnyText, nullable=False),
    _column("state", Text, nullable=False),
    _column("reaches", AnyText),
    _column("occasion", Text, nullable=False, server_default=text("''")),
    _column("open", Boolean, nullable=False, server_default=false()),
    _column("unmet", AnyText),
    _column("closed_at", MomentColumn),
    _column("quiet", AnyText),
    _column("standing", BigInteger),
    _column("next_at", MomentColumn),
    _column("data", AnyText, nullable=False),
    UniqueConstraint("customer", "number"),
    _goes_with("cx_customer", "customer"),
)
"""An intent; ``reaches`` is the digest of its content where it counts for the audience.

``occasion`` is what it is for, ``open`` whether a dispatcher needs it to go on, ``unmet`` the key
of the duty that it was for, where it was closed without being sent, ``closed_at`` since when nobody
has anything to do any more. ``quiet``, ``standing`` and ``next_at`` are what ``quiet_in`` tells.
"""
QUIET = ("quiet", "standing", "next_at")
"""The columns of what ``quiet_in`` tells."""
NOT_QUIET = (None, None, None)
Index("cx_outbox_occasion", outbox.c.customer, outbox.c.occasion)
_loud = outbox.c.open.is_not(False) & outbox.c.quiet.is_(None)
Index(
    "cx_outbox_loud",
    *(outbox.c.customer, outbox.c.number),
    postgresql_where=_loud,
    sqlite_where=_loud,
)
_quiet = outbox.c.quiet.is_not(None)
Index(
    "cx_outbox_quiet",
    *(outbox.c.customer, outbox.c.quiet, outbox.c.standing, outbox.c.next_at),
    postgresql_where=_quiet,
    sqlite_where=_quiet,
)
Index("cx_outbox_state", outbox.c.state, outbox.c.customer, outbox.c.number)
_unmet = outbox.c.unmet.is_not(None)
Index(
    "cx_outbox_unmet",
    *(outbox.c.customer, outbox.c.number),
    postgresql_where=_unmet,
    sqlite_where=_unmet,
)
Index("cx_outbox_reaches", outbox.c.reaches, outbox.c.customer)

attempts: Table = Table(
    "cx_attempt",
    tables,
    _column("id", _COUNTED, primary_key=True),
    _column("key", Text, nullable=False),
    _column("data", AnyText, nullable=False),
    _goes_with("cx_outbox", "key"),
)
Index("cx_attempt_key", attempts.c.key, attempts.c.id)

archive: Table = Table(
    "cx_archive",
    tables,
    _column("key", Text, primary_key=True),
    _column("customer", AnyText, nullable=False),
    _column("number", BigInteger, nullable=False),
    _column("engagement", AnyText, nullable=False),
    _column("reaches", AnyText),
    _column("occasion", Text, nullable=False),
    _column("closed_at", MomentColumn, nullable=False),
    _column("data", AnyText, nullable=False),
    UniqueConstraint("customer", "number"),
    _goes_with("cx_customer", "customer"),
)
"""Intents that were closed long ago; see the outbox."""
Index("cx_archive_occasion", archive.c.customer, archive.c.occasion)
Index("cx_archive_reaches", archive.c.reaches, archive.c.customer)

old_attempts: Table = Table(
    "cx_archive_attempt",
    tables,
    _column("id", _COUNTED, primary_key=True),
    _column("key", Text, nullable=False),
    _column("data", AnyText, nullable=False),
    _goes_with("cx_archive", "key"),
)
Index("cx_archive_attempt_key", old_attempts.c.key, old_attempts.c.id)

old_steps: Table = Table(
    "cx_archive_step",
    tables,
    _column("customer", AnyText, primary_key=True),
    _column("engagement", AnyText, primary_key=True),
    _column("seq", BigInteger, primary_key=True, autoincrement=False),
    _column("data", AnyText, nullable=False),
    _goes_with("cx_journey", "customer", "engagement"),
    sqlite_with_rowid=False,
)
"""What events did long ago; the events themselves stay in the log."""

aliases: Table = Table(
    "cx_alias",
    tables,
    _column("alias", AnyText, primary_key=True),
    _column("customer", AnyText, nullable=False),
    _column("data", AnyText, nullable=False),
    _goes_with("cx_customer", "customer"),
)
"""The ids that customers had before they were renamed or merged; ``data`` has the names that
engagements have now, by those that they had then, where they changed."""
Index("cx_alias_customer", aliases.c.customer)

tombstones: Table = Table(
    "cx_tombstones",
    tables,
    _column("id", _COUNTED, primary_key=True),
    _column("data", AnyText, nullable=False),
)
"""What is counted of erased journeys."""

erasures: Table = Table(
    "cx_erasure",
    tables,
    _column("mark", Text, primary_key=True),
    _column("data", AnyText, nullable=False),
)
"""What outlives an erasure; ``mark`` is a keyed hash of the customer's id."""

bases: Table = Table("cx_basis", tables, _column("name", Text, primary_key=True))
"""By which policies and texts it was asked again about what waits."""

secrets: Table = Table(
    "cx_secret",
    tables,
    _column("fingerprint", Text, primary_key=True),
    _column("secret", Text),
)
"""The secrets that hide customers; ``secret`` is the one that the journal made, as hexadecimal
digits, and null for those that were given to it."""


marks: Table = Table(
    "cx_mark",
    tables,
    _column("key", Text, primary_key=True),
    _column("number", BigInteger, nullable=False),
    _column("era", Text, nullable=False),
    _column("called", Boolean, nullable=False),
    _column("data", AnyText),
    _goes_with("cx_outbox", "key"),
)
"""The call of a hook for a STARTED intent: whether it was begun, and ``data`` what came of it.

What changes in it outlasts the process, but not always the machine; then the ``era`` is over.
"""

eras: Table = Table(
    "cx_era",
    tables,
    _column("id", Integer, primary_key=True, autoincrement=False),
    _column("name", Text, nullable=False),
)
"""The name of the time in which PostgreSQL has lost nothing: it empties the table when it fails."""
_unlogged: ExecutableDDLElement = DDL("ALTER TABLE cx_era SET UNLOGGED")  # type: ignore[no-untyped-call]
event.listen(eras, "after_create", _unlogged.execute_if(dialect="postgresql"))

for _one in (column for table in tables.tables.values() for column in table.c):
    if isinstance(_one.type, MomentColumn):
        _one.type.where = str(_one)


def create(connection: Connection) -> int | None:
    """Make the tables where there are none, within the connection's transaction.

    Returns:
        the version of the tables; None where it is not written down.
    """
    if not inspect(connection).has_table(meta.name):
        tables.create_all(connection)
        connection.execute(meta.insert(), {"version": VERSION})
    found: int | None = connection.execute(select(meta.c.version)).scalar()
    return found
