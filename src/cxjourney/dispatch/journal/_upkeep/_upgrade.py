"""The tables of today: made where there are none, and of those of version 1.

What is new in them is worked out from what is there.
"""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Column, Connection, Table, and_, bindparam, select, text, tuple_, update
from sqlalchemy.schema import CreateColumn

from cxjourney.dispatch.journal._records import OutboxItem
from cxjourney.dispatch.journal._records_stored import EVENT, load, load_object, quiet_in
from cxjourney.dispatch.journal._schema import (
    NOT_QUIET,
    QUIET,
    VERSION,
    aliases,
    archive,
    bases,
    checkpoints,
    create,
    customers,
    duties,
    eras,
    erasures,
    journeys,
    log,
    marks,
    meta,
    old_attempts,
    old_steps,
    outbox,
    runs,
    secrets,
)
from cxjourney.dispatch.journal._secrecy._agreed import note_old_keys
from cxjourney.errors import DecodeError, JournalError
from cxjourney.vocabulary._forms import ID, MOMENT, Form

AT_ONCE = 1000
"""How many rows are read and written at a time."""


_NAMED: dict[str, Form[Any]] = {"id": ID, "at": MOMENT}
UPGRADED = 1
"""The version of tables that are upgraded when they are opened."""


def bring_up(connection: Connection) -> None:
    """Make the tables, or upgrade those of version 1, within the connection's transaction.

    Raises:
        JournalError: when there are tables of another version.
    """
    found = create(connection)
    if found == UPGRADED:
        upgrade(connection)
        connection.execute(update(meta).values(version=VERSION))
        found = VERSION
    if found != VERSION:
        told = "no version" if found is None else f"version {found}"
        remedy = "use the cxjourney that wrote them, or another database"
        raise JournalError("database", f"tables of {told}", f"version {VERSION}: {remedy}")


def upgrade(connection: Connection) -> None:
    """Upgrade tables of version 1, within the connection's transaction.

    Where a journey stands, and what is owed on it, is written when the journey next changes. The
    keys of intents stay as they are. What cannot be read stands in nobody's way: whoever looks at
    that customer is told.
    """
    for made in (marks, eras, erasures, secrets, bases, aliases):
        made.create(connection, checkfirst=True)
    note_old_keys(connection)
    for column in (customers.c.failures, customers.c.error, customers.c.rank):
        _add(connection, column)
    for column in (journeys.c.snapshot, journeys.c.born):
        _add(connection, column)
    for column in (log.c.event, log.c.at):
        _add(connection, column)
    quiet = [outbox.c[name] for name in QUIET]
    for column in (outbox.c.occasion, outbox.c.open, outbox.c.unmet, outbox.c.closed_at, *quiet):
        _add(connection, column)
    for table in (duties, runs, checkpoints, archive, old_attempts, old_steps):
        table.create(connection)
    _fill(connection, log, _of_event)
    connection.execute(_TIME_STEPS)
    _fill(connection, outbox, _of_intent)
    connection.execute(text("DROP INDEX IF EXISTS cx_customer_waiting"))
    for table in (customers, log, outbox):
        for index in table.indexes:
            index.create(connection, checkfirst=True)


_EVENT = log.alias()
_TIME_STEPS = (
    update(log)
    .where(log.c.part == "step")
    .values(
        at=select(_EVENT.c.at)
        .where(
            *(_EVENT.c[name] == log.c[name] for name in ("customer", "engagement", "seq")),
            _EVENT.c.part == "event",
        )
        .scalar_subquery()
    )
)


def _add(connection: Connection, column: "Column[Any]") -> None:
    named = CreateColumn(column).compile(dialect=connection.dialect)
    connection.execute(text(f"ALTER TABLE {column.table.name} ADD COLUMN {named}"))


def _of_event(row: Any) -> dict[str, object]:  # noqa: ANN401 - a row of the log
    if row.part != "event":
        return {"event": None, "at": None}
    try:
        event = load_object(row.data, EVENT)
        id, at = (form.decode(event.get(name), name) for name, form in _NAMED.items())
    except DecodeError:
        return {"event": None, "at": None}
    return {"event": id, "at": at}


def _of_intent(row: Any) -> dict[str, object]:  # noqa: ANN401 - a row of the outbox
    try:
        item = load(OutboxItem, row.data)
    except DecodeError:
        told = {"occasion": "", "open": True, "unmet": None, "closed_at": None}
        return told | dict(zip(QUIET, NOT_QUIET, strict=True))
    unmet = item.intent.obligation if item.state.is_unmet else None
    return {
        "occasion": item.intent.occasion,
        "open": item.state.is_open,
        "unmet": unmet,
        "closed_at": item.settled_at if item.state.is_closed else None,
        **dict(zip(QUIET, quiet_in(item) or NOT_QUIET, strict=True)),
    }


def _fill(connection: Connection, table: Table, new: Callable[[Any], dict[str, object]]) -> None:
    """Fill the new columns of a table, worked out from the data of each row."""
    key = list(table.primary_key)
    same = and_(*(one == bindparam(f"its_{one.name}", type_=one.type) for one in key))
    for rows in _pages(connection, table):
        values = [
            new(row) | {f"its_{one.name}": row[place] for place, one in enumerate(key)}
            for row in rows
        ]
        connection.execute(update(table).where(same), values)


def _pages(connection: Connection, table: Table) -> Iterator[list[Any]]:
    """Yield the rows of a table by their key, so many at a time: the key, then the data."""
    key = list(table.primary_key)
    page = select(*key, table.c.data).order_by(*key).limit(AT_ONCE)
    rows = list(connection.execute(page))
    while rows:
        yield rows
        last = tuple_(*(bindparam(None, rows[-1][n], one.type) for n, one in enumerate(key)))
        rows = list(connection.execute(page.where(tuple_(*key) > last)))
