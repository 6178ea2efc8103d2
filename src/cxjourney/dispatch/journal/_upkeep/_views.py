"""What is told of all customers at once, by index; each function within one transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, select, tuple_

from cxjourney.dispatch.journal import _records as records
from cxjourney.dispatch.journal._owing import Duty
from cxjourney.dispatch.journal._questions import AFTER, PLACE, readable
from cxjourney.dispatch.journal._schema import MomentColumn, duties, outbox
from cxjourney.journey import Obligation

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
    """Return what is owed and was due before a moment, due longest first, from after one."""
    wanted: dict[str, object] = {"now": now, "most": limit}
    if after is not None:
        named = zip(_BY_DUE, after.place, strict=True)
        wanted |= {f"last_{one.name}": part for one, part in named}
    statement = _OVERDUE if after is None else _OVERDUE_AFTER
    return tuple(_duty(*row) for row in connection.execute(statement, wanted))


def _duty(due: datetime, customer: str, engagement: str, key: str, opened_at: datetime) -> Duty:
    cycle, rule, event = key.split(":", 2)
    return Duty(customer, engagement, Obligation(rule, opened_at, due, event, int(cycle)))


def still_owed(
    connection: Connection, after: tuple[str, int] | None, limit: int
) -> tuple[records.OutboxItem, ...]:
    """Return intents that were closed without being sent though their duty is still owed."""
    return readable(connection, _still_owed, after, limit)


def _still_owed(*, later: bool) -> Select[Any]:
    return _STILL_OWED_AFTER if later else _STILL_OWED
