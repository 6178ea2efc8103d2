"""What a journal in a database is asked of erasures, handles and customers in trouble."""

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, bindparam, select, union_all

from cxjourney.dispatch.journal import _records as records
from cxjourney.dispatch.journal._cells._column_kinds import AnyText
from cxjourney.dispatch.journal._owing import Trouble
from cxjourney.dispatch.journal._records_stored import load
from cxjourney.dispatch.journal._schema import aliases, customers, erasures
from cxjourney.dispatch.journal._secrecy._secret import Secret

_UNDER = select(erasures.c.mark, erasures.c.data).where(
    erasures.c.mark.in_(bindparam("marks", expanding=True))
)
_TROUBLES = (
    select(customers.c.customer, customers.c.failures, customers.c.error, customers.c.lease)
    .where(customers.c.failures > 0, customers.c.customer > bindparam("after", type_=AnyText))
    .order_by(customers.c.customer)
    .limit(bindparam("most"))
)
_EVERYBODY = union_all(
    select(customers.c.customer.label("id"), customers.c.customer.label("now")),
    select(aliases.c.alias, aliases.c.customer),
)


def erasures_under(connection: Connection, marks: Collection[str]) -> records.Erasure | None:
    """Return what is kept under some marks, or None."""
    known = [load(records.Erasure, data) for _, data in erased_under(connection, marks)]
    return records.Erasure.latest(*known)


def erased_under(connection: Connection, marks: Collection[str]) -> Iterable[tuple[str, str]]:
    """Return what is kept under some marks, each mark with the erasure as it is stored."""
    return [(row.mark, row.data) for row in connection.execute(_UNDER, {"marks": [*marks]})]


def troubles(connection: Connection, secret: Secret, after: str, limit: int) -> tuple[Trouble, ...]:
    """Return to whom nobody could attend, by id."""
    rows = connection.execute(_TROUBLES, {"after": after, "most": limit})
    return tuple(Trouble(one[0], secret.handle(one[0]), *one[1:]) for one in rows)


def whose(connection: Connection, secret: Secret, handle: str) -> str | None:
    """Return whom a handle names, or None."""
    rows = {row.id: row.now for row in connection.execute(_EVERYBODY)}
    found = secret.whose(handle, rows)
    return None if found is None else rows[found]
