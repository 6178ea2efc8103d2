"""Rows that are written or changed, and what stands beside a journey: parts and checkpoints."""

from collections.abc import Iterable
from functools import cache

from sqlalchemy import Connection, Executable, Table, bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite

from cxjourney.dispatch.journal import _records as records
from cxjourney.dispatch.journal._cells._column_kinds import AnyText, MomentColumn
from cxjourney.dispatch.journal._records_stored import dump_value
from cxjourney.dispatch.journal._schema import checkpoints, runs

Rows = list[dict[str, object]]

_OF_CUSTOMER = bindparam("of_customer", type_=AnyText)
_VOID = (
    delete(checkpoints)
    .where(checkpoints.c.customer == _OF_CUSTOMER)
    .where(checkpoints.c.engagement == bindparam("of_engagement", type_=AnyText))
    .where(checkpoints.c.at >= bindparam("at", type_=MomentColumn))
)
_TAKE_OUT = (
    delete(runs)
    .where(runs.c.customer == _OF_CUSTOMER)
    .where(runs.c.engagement == bindparam("of_engagement", type_=AnyText))
    .where(runs.c.number == bindparam("of_number"))
)


def inserting(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return the statement that adds rows to a table."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@cache
def upsert(dialect: str, table: Table) -> Executable:
    """Return the statement that adds rows to a table, or changes those that are there."""
    statement = inserting(dialect, table)
    rest = {one.name: statement.excluded[one.name] for one in table.c if not one.primary_key}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=rest)


def write(connection: Connection, statement: Executable, rows: Rows) -> None:
    """Write rows, if there are any."""
    if rows:
        connection.execute(statement, rows)


def write_beside(connection: Connection, commits: Iterable[records.Commit]) -> None:
    """Write the parts of snapshots and checkpoints, and delete those that do not hold any more."""
    void, made, gone, parts = Rows(), Rows(), Rows(), Rows()
    for commit in commits:
        for one in commit.journeys:
            its = {"customer": commit.customer, "engagement": one.engagement}
            whose = {f"of_{name}": value for name, value in its.items()}
            if one.late is not None:
                void.append(whose | {"at": one.late})
            if one.checkpoint is not None:
                at, data = one.checkpoint
                made.append({**its, "at": at, "data": dump_value(dict(data))})
            for number, part in one.runs.items():
                if part is None:
                    gone.append(whose | {"of_number": number})
                else:
                    parts.append({**its, "number": number, "data": part})
    write(connection, _VOID, void)
    write(connection, upsert(connection.dialect.name, checkpoints), made)
    write(connection, _TAKE_OUT, gone)
    write(connection, upsert(connection.dialect.name, runs), parts)
