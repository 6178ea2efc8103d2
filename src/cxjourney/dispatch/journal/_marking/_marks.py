"""Marks in a database; where nothing tells when one may be lost, they wait for the disk."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import (
    BigInteger,
    Connection,
    Text,
    bindparam,
    delete,
    insert,
    select,
    text,
    update,
)

from cxjourney.dispatch.journal import _records as records
from cxjourney.dispatch.journal._cells._column_kinds import AnyText
from cxjourney.dispatch.journal._records_stored import dump, load
from cxjourney.dispatch.journal._schema import customers, marks, outbox

ON_DISK = "disk"
"""The era of marks that wait for the disk."""
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
"""Where Linux names the time since it was started."""
NORMAL = 1
"""How SQLite is told that a write outlasts the process, but not always the machine."""

_UNMARK = delete(marks).where(marks.c.key.in_(bindparam("keys", expanding=True)))
_BEGIN_ERA = text(
    "INSERT INTO cx_era (id, name) VALUES (1, gen_random_uuid()::text) ON CONFLICT DO NOTHING"
)
_ERA = text(
    "SELECT CASE relpersistence WHEN 'u' THEN name ELSE 'disk' END FROM cx_era, pg_class"
    " WHERE pg_class.oid = 'cx_era'::regclass"
)
_STILL_HELD = (
    select(outbox.c.key)
    .join(customers, customers.c.customer == outbox.c.customer)
    .where(
        outbox.c.key == bindparam("of_key"),
        outbox.c.state == records.State.STARTED.name,
        customers.c.customer == bindparam("of_customer", type_=AnyText),
        customers.c.claim == bindparam("of_claim"),
    )
)
_MARK = (
    update(marks)
    .where(marks.c.number == bindparam("of_number"), marks.c.key == _STILL_HELD.scalar_subquery())
    .values(called=True)
)
_NOTE = (
    update(marks)
    .where(marks.c.key == bindparam("of_key"), marks.c.number == bindparam("of_number"))
    .values(data=bindparam("told", type_=AnyText))
)
# The customer's row is locked, so that nobody claims the customer until the mark is there.
# One statement, so that PostgreSQL is asked once for each call. What it was told to hurry with is
# this statement's transaction alone, also where a pool of its own changes connections in between.
_MARK_AT_ONCE = text(
    """
    WITH hurried AS (
        SELECT set_config('synchronous_commit', 'off', true)
        FROM pg_class WHERE oid = 'cx_era'::regclass AND relpersistence = 'u'
    ), noted AS (
        UPDATE cx_mark SET data = :told WHERE key = :last_key AND number = :last_number
    )
    UPDATE cx_mark SET called = true
    WHERE number = :of_number AND (SELECT count(*) FROM hurried) >= 0 AND key = (
        SELECT cx_outbox.key FROM cx_outbox JOIN cx_customer USING (customer)
        WHERE cx_outbox.key = :of_key AND cx_outbox.state = 'STARTED'
        AND cx_customer.customer = :of_customer AND cx_customer.claim = :of_claim
        FOR SHARE OF cx_customer
    )
    """
).bindparams(
    bindparam("told", type_=AnyText),
    bindparam("of_customer", type_=AnyText),
    bindparam("last_key", type_=Text),
    bindparam("last_number", type_=BigInteger),
)
_MARKS = select(marks.c.key, marks.c.era, marks.c.called, marks.c.data).where(
    marks.c.key.in_(bindparam("keys", expanding=True))
)


def write_marks(connection: Connection, commits: Collection[records.Commit]) -> None:
    """Write which calls of hooks will be marked, and forget those that are over."""
    over = [one.key for commit in commits for one in commit.attempts]
    over += [key for commit in commits for key in commit.marked]
    if over:
        connection.execute(_UNMARK, {"keys": over})
    started = [
        (one.key, one.attempts)
        for commit in commits
        for one in commit.outbox
        if commit.marked.get(one.key)
    ]
    if started:
        era = begun_era(connection)
        rows = [
            {"key": key, "number": number, "era": era, "called": False} for key, number in started
        ]
        connection.execute(insert(marks), rows)


@cache
def boot_id() -> str | None:
    """Return what names the time since the machine was started; None where it is not told.

    A container has that of the machine under it, whose memory holds what the disk does not yet.
    """
    try:
        return BOOT_ID.read_text("ascii").strip() or None
    except OSError:
        return None


def begun_era(connection: Connection) -> str:
    """Return the name of the time in which no mark was lost so far; it begins where there is none.

    Where nothing tells it, marks wait for the disk, and none is ever lost.
    """
    if connection.dialect.name == "sqlite":
        return boot_id() or ON_DISK
    connection.execute(_BEGIN_ERA)
    return era(connection) or ON_DISK


def era(connection: Connection) -> str | None:
    """Return the name of the time in which no mark was lost so far, or None."""
    if connection.dialect.name == "sqlite":
        return boot_id() or ON_DISK
    return connection.execute(_ERA).scalar()


def mark(
    connection: Connection,
    claim: records.Claim,
    key: str,
    number: int,
    last: records.Attempt | None,
) -> bool:
    """Note that a hook is about to be called; say whether it may be."""
    wanted = {
        "of_key": key,
        "of_number": number,
        "of_customer": claim.customer,
        "of_claim": claim.number,
    }
    told = None if last is None else dump(last)
    if connection.dialect.name == "postgresql":
        key_of_last, number_of_last = (None, None) if last is None else (last.key, last.number)
        noted = {"told": told, "last_key": key_of_last, "last_number": number_of_last}
        return connection.execute(_MARK_AT_ONCE, wanted | noted).rowcount > 0
    if last is not None:
        connection.execute(_NOTE, {"of_key": last.key, "of_number": last.number, "told": told})
    return connection.execute(_MARK, wanted).rowcount > 0


def known_marks(connection: Connection, keys: Collection[str]) -> dict[str, records.Attempt | None]:
    """Return what is known of the calls for some intents."""
    now, found = era(connection), dict[str, records.Attempt | None]()
    for key, of, called, data in connection.execute(_MARKS, {"keys": [*keys]}):
        if data is not None:
            found[key] = load(records.Attempt, data, "cx_mark.data")
        elif not called and of == now:
            found[key] = None
    return found


@contextmanager
def in_a_hurry(connection: Connection) -> Iterator[None]:
    """Let SQLite not wait for the disk, where it is known when that loses something."""
    if connection.dialect.name != "sqlite" or boot_id() is None:
        yield
        return
    info = connection.info
    if "cxjourney_synchronous" not in info:
        level = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
        info["cxjourney_synchronous"] = level
    connection.exec_driver_sql(f"PRAGMA synchronous = {min(info['cxjourney_synchronous'], NORMAL)}")
    try:
        yield
    finally:
        connection.rollback()  # within a transaction SQLite would refuse
        connection.exec_driver_sql(f"PRAGMA synchronous = {info['cxjourney_synchronous']}")
