"""What is told of all customers at once, by index; each function within one transaction."""

from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime
from functools import cache, partial
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, select, tuple_, union_all

from cxjourney.dispatch.journal import _records as records
from cxjourney.dispatch.journal._cells._column_kinds import AnyText, MomentColumn
from cxjourney.dispatch.journal._owing import Duty
from cxjourney.dispatch.journal._records_stored import load
from cxjourney.dispatch.journal._schema import duties, outbox
from cxjourney.errors import DecodeError
from cxjourney.journey import Obligation
from cxjourney.vocabulary._forms import found_in

PLACE = (outbox.c.customer, outbox.c.number)
AFTER = tuple_(*PLACE) > tuple_(bindparam("customer", type_=AnyText), bindparam("number"))
_BY_DUE = (duties.c.due, duties.c.customer, duties.c.engagement, duties.c.key)
_OVERDUE = (
    select(*_BY_DUE, duties.c.opened_at)
    .where(duties.c.due < bindparam("now", type_=MomentColumn))
    .order_by(*_BY_DUE)
    .limit(bindparam("most"))
)
_OVERDUE_AFTER = _OVERDUE.where(
    tuple_(*_BY_DUE) > tuple_(*(bindparam(f"last_{one.name}", type_=one.type) for one in _BY_DUE))
)
_STILL_OWED = (
    select(*PLACE, outbox.c.data)
    .join(
        duties,
        and_(
            duties.c.customer == outbox.c.customer,
            duties.c.engagement == outbox.c.engagement,
            duties.c.key == outbox.c.unmet,
        ),
    )
    .where(outbox.c.unmet.is_not(None))
    .order_by(*PLACE)
    .limit(bindparam("most"))
)
_STILL_OWED_AFTER = _STILL_OWED.where(AFTER)


def overdue(
    connection: Connection, now: datetime, after: Duty | None, limit: int
) -> tuple[Duty, ...]:
    """Return what is owed and was due before a moment, due longest first, from after one.

    Raises:
        DecodeError: when the key of a duty cannot be read; nothing that is overdue is left out.
    """
    wanted: dict[str, object] = {"now": now, "most": limit}
    if after is not None:
        named = zip(_BY_DUE, after.place, strict=True)
        wanted |= {f"last_{one.name}": part for one, part in named}
    statement = _OVERDUE if after is None else _OVERDUE_AFTER
    return tuple(_duty(*row) for row in connection.execute(statement, wanted).all())


def _duty(due: datetime, customer: str, engagement: str, key: str, opened_at: datetime) -> Duty:
    number, rule, event = parts_of(key)
    return Duty(customer, engagement, Obligation(rule, opened_at, due, event, number))


def parts_of(key: str) -> tuple[int, str, str]:
    """Return the cycle, the rule and the event of a duty, by its key.

    Raises:
        DecodeError: when it does not tell them.
    """
    try:
        cycle, rule, event = key.split(":", 2)
        return int(cycle), rule, event
    except ValueError:
        raise DecodeError("cx_duty.key", found_in(key), "a cycle, a rule and an event") from None


def still_owed(
    connection: Connection, after: tuple[str, int] | None, limit: int
) -> tuple[records.OutboxItem, ...]:
    """Return intents that were closed without being sent though their duty is still owed."""
    return readable(connection, _still_owed, after, limit)


def _still_owed(*, later: bool) -> Select[Any]:
    return _STILL_OWED_AFTER if later else _STILL_OWED


def in_states(
    connection: Connection,
    states: Collection[records.State],
    after: tuple[str, int] | None,
    limit: int,
) -> tuple[records.OutboxItem, ...]:
    """Return intents in some states by (customer, number), from after a place in that order."""
    if not states:
        return ()
    names = tuple(sorted({one.name for one in states}))
    return readable(connection, partial(_in_states, names), after, limit)


def readable(
    connection: Connection,
    statement: Callable[..., Select[Any]],
    after: tuple[str, int] | None,
    limit: int,
) -> tuple[records.OutboxItem, ...]:
    """Return a page of the intents that can be read.

    Whose the others are is told when somebody looks at that customer.
    """
    found: list[records.OutboxItem] = []
    while (missing := limit - len(found)) > 0:
        rows = connection.execute(statement(later=after is not None), page_of(after, missing)).all()
        for row in rows:
            with suppress(DecodeError):
                found.append(load(records.OutboxItem, row.data))
        if len(rows) < missing:
            break
        after = rows[-1].customer, rows[-1].number
    return tuple(found)


@cache
def _in_states(names: tuple[str, ...], *, later: bool) -> Select[Any]:
    """Return the statement for intents in some states; each state has its place in the index."""
    pages = []
    for name in names:
        found = select(outbox.c.data, *PLACE).where(outbox.c.state == name)
        one = (found.where(AFTER) if later else found).order_by(*PLACE)
        pages.append(select(one.limit(bindparam("most")).subquery()))
    every = union_all(*pages).subquery()
    in_order = select(every.c.customer, every.c.number, every.c.data).order_by(
        every.c.customer, every.c.number
    )
    return in_order.limit(bindparam("most"))


def page_of(after: tuple[str, int] | None, limit: int) -> dict[str, object]:
    """Return what a statement for a page of intents is told."""
    place = {} if after is None else {"customer": after[0], "number": after[1]}
    return place | {"most": limit}
