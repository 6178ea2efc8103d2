"""What a journal in a database is asked; each function within one transaction."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from operator import itemgetter

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    case,
    func,
    literal_column,
    null,
    select,
    tuple_,
    union_all,
)

from cxjourney.journal.codec import load, load_value
from cxjourney.journal.records import (
    Attempt,
    CustomerRecord,
    JourneyRecord,
    OutboxItem,
    State,
    StepRecord,
    Tombstone,
)
from cxjourney.journal.sql.columns import AnyText
from cxjourney.journal.sql.schema import attempts, customers, journeys, log, outbox, tombstones
from cxjourney.vocabulary._forms import OBJECT

__all__ = [
    "all_tombstones",
    "audience",
    "find",
    "ids",
    "in_states",
    "next_attention",
    "of_intent",
    "record",
]

Parts = defaultdict[tuple[str, str], list[tuple[int, str, datetime | None]]]
"""What was read of a customer, by part and engagement: numbers, data and moments."""

_CUSTOMER = bindparam("customer", type_=AnyText)
_NOTHING: ColumnElement[str] = literal_column("''")
_DOSSIER = union_all(
    select(
        literal_column("'journey'").label("part"),
        journeys.c.engagement,
        literal_column("0").label("number"),
        journeys.c.head,
        journeys.c.wake_at,
    ).where(journeys.c.customer == _CUSTOMER),
    select(log.c.part, log.c.engagement, log.c.seq, log.c.data, null()).where(
        log.c.customer == _CUSTOMER
    ),
    select(literal_column("'intent'"), _NOTHING, outbox.c.number, outbox.c.data, null()).where(
        outbox.c.customer == _CUSTOMER
    ),
    select(literal_column("'revision'"), _NOTHING, customers.c.revision, null(), null()).where(
        customers.c.customer == _CUSTOMER
    ),
    select(literal_column("'claim'"), _NOTHING, customers.c.claim, null(), null()).where(
        customers.c.customer == _CUSTOMER
    ),
)
"""All that is kept of a customer: one statement, so that it is as of one moment."""
_FIND = select(outbox.c.data).where(outbox.c.key == bindparam("key"))
_ATTEMPTS = (
    select(attempts.c.data).where(attempts.c.key == bindparam("key")).order_by(attempts.c.id)
)
_REACHED = (
    select(outbox.c.customer)
    .where(outbox.c.reaches == bindparam("digest", type_=AnyText))
    .distinct()
    .limit(bindparam("most"))
)
_AUDIENCE = select(func.count()).select_from(_REACHED.subquery())
_PLACE = tuple_(outbox.c.customer, outbox.c.number)
_IN_STATES = (
    select(outbox.c.data)
    .where(outbox.c.state.in_(bindparam("states", expanding=True)))
    .order_by(outbox.c.customer, outbox.c.number)
    .limit(bindparam("most"))
)
_AFTER = _IN_STATES.where(tuple_(_CUSTOMER, bindparam("number")) < _PLACE)
_IDS = (
    select(customers.c.customer)
    .where(customers.c.customer > bindparam("after", type_=AnyText))
    .order_by(customers.c.customer)
    .limit(bindparam("most"))
)
_TOMBSTONES = select(tombstones.c.data).order_by(tombstones.c.id)
_SOONEST = union_all(
    select(func.min(customers.c.attention_at).label("at")).where(customers.c.lease.is_(None)),
    select(
        func.min(
            case(
                (customers.c.lease > customers.c.attention_at, customers.c.lease),
                else_=customers.c.attention_at,
            )
        )
    ).where(customers.c.lease.is_not(None), customers.c.attention_at.is_not(None)),
).subquery()
_NEXT = select(func.min(_SOONEST.c.at))


def record(connection: Connection, customer: str) -> CustomerRecord:
    """Return all that is kept of a customer."""
    parts: Parts = defaultdict(list)
    for part, engagement, number, data, at in connection.execute(_DOSSIER, {"customer": customer}):
        parts[part, engagement].append((number, data, at))
    if ("revision", "") not in parts:
        return CustomerRecord(customer)
    journeys = sorted(engagement for part, engagement in parts if part == "journey")
    return CustomerRecord(
        customer,
        parts["revision", ""][0][0],
        tuple(_journey(parts, engagement) for engagement in journeys),
        tuple(load(OutboxItem, data) for data in _in_order(parts["intent", ""])),
        parts["claim", ""][0][0],
    )


def _in_order(rows: list[tuple[int, str, datetime | None]]) -> list[str]:
    return [data for _, data, _ in sorted(rows, key=itemgetter(0))]


def _journey(parts: Parts, engagement: str) -> JourneyRecord:
    ((_, head, wake_at),) = parts["journey", engagement]
    data = OBJECT.decode(load_value(head, "data"), "data")
    if data.get("events") is not None:
        events = ",".join(_in_order(parts["event", engagement]))
        data["events"] = load_value(f"[{events}]", "data.events")
    steps = tuple(load(StepRecord, one) for one in _in_order(parts["step", engagement]))
    return JourneyRecord(engagement, data, steps, wake_at)


def find(connection: Connection, key: str) -> OutboxItem | None:
    """Return the intent with a key, or None."""
    data = connection.execute(_FIND, {"key": key}).scalar()
    return None if data is None else load(OutboxItem, data)


def of_intent(connection: Connection, key: str) -> tuple[Attempt, ...]:
    """Return what came of each call of a hook for an intent, oldest first."""
    return tuple(
        load(Attempt, one) for one in connection.execute(_ATTEMPTS, {"key": key}).scalars()
    )


def audience(connection: Connection, digests: Collection[str], limit: int) -> dict[str, int]:
    """Return for how many customers each digest is, up to a limit."""
    return {
        digest: connection.execute(_AUDIENCE, {"digest": digest, "most": limit}).scalar_one()
        for digest in digests
    }


def in_states(
    connection: Connection,
    states: Collection[State],
    after: tuple[str, int] | None,
    limit: int,
) -> tuple[OutboxItem, ...]:
    """Return intents in some states by (customer, number), from after a place in that order."""
    wanted: dict[str, object] = {"states": sorted(one.name for one in states), "most": limit}
    statement = _IN_STATES
    if after is not None:
        statement = _AFTER
        wanted |= {"customer": after[0], "number": after[1]}
    return tuple(load(OutboxItem, one) for one in connection.execute(statement, wanted).scalars())


def ids(connection: Connection, after: str, limit: int) -> tuple[str, ...]:
    """Return the ids of the customers of whom something is kept, sorted, from after one."""
    return tuple(connection.execute(_IDS, {"after": after, "most": limit}).scalars())


def all_tombstones(connection: Connection) -> tuple[Tombstone, ...]:
    """Return what is left of erased journeys, in order of erasure."""
    return tuple(load(Tombstone, one) for one in connection.execute(_TOMBSTONES).scalars())


def next_attention(connection: Connection) -> datetime | None:
    """Return when the first customer needs attention, or None."""
    return connection.execute(_NEXT).scalar()
