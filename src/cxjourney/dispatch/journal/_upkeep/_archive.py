"""The archive of a journal in a database: how closed intents and old steps get there, and back."""

from collections.abc import Collection
from datetime import datetime

import attrs
from sqlalchemy import (
    Connection,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    tuple_,
)

from cxjourney.dispatch.journal._cells._column_kinds import AnyText, MomentColumn
from cxjourney.dispatch.journal._owing import STEPS, Archived, Place
from cxjourney.dispatch.journal._records import OutboxItem
from cxjourney.dispatch.journal._schema import (
    archive,
    attempts,
    customers,
    duties,
    journeys,
    log,
    old_attempts,
    old_steps,
    outbox,
)
from cxjourney.dispatch.journal._upkeep._views import readable

AT_ONCE = 1000
"""How many rows one transaction moves at the most."""

_BEFORE = bindparam("before", type_=MomentColumn)
_KEYS = bindparam("keys", type_=Text(), expanding=True)
_CUSTOMER, _ENGAGEMENT = (bindparam(one, type_=AnyText) for one in ("customer", "engagement"))
_IS_OWED = and_(
    duties.c.customer == outbox.c.customer,
    duties.c.engagement == outbox.c.engagement,
    duties.c.key == outbox.c.unmet,
)
_IS_OLD = and_(outbox.c.closed_at < _BEFORE, ~select(duties.c.key).where(_IS_OWED).exists())
_PLACE = (outbox.c.customer, outbox.c.number)
_INTENTS = (
    select(outbox.c.key, *_PLACE)
    .where(_IS_OLD, tuple_(*_PLACE) > tuple_(_CUSTOMER, bindparam("number")))
    .order_by(*_PLACE)
    .limit(bindparam("most"))
)
_STILL_OLD = select(outbox.c.key).where(
    outbox.c.key.in_(_KEYS), _IS_OLD, outbox.c.customer.in_(bindparam("free", expanding=True))
)
_FREE = (
    select(customers.c.customer)
    .where(customers.c.customer.in_(bindparam("some", expanding=True)))
    .with_for_update(skip_locked=True)
)
_OF_STEP = (log.c.customer, log.c.engagement, log.c.seq)
_STEPS = (
    select(*_OF_STEP)
    .select_from(journeys)
    .join(
        log,
        and_(
            log.c.customer == journeys.c.customer,
            log.c.engagement == journeys.c.engagement,
            log.c.part == "step",
        ),
    )
    .where(
        tuple_(journeys.c.customer, journeys.c.engagement) >= tuple_(_CUSTOMER, _ENGAGEMENT),
        tuple_(*_OF_STEP) > tuple_(_CUSTOMER, _ENGAGEMENT, bindparam("number")),
        log.c.at < _BEFORE,
    )
    .order_by(*_OF_STEP)
    .limit(bindparam("most"))
)
_LISTED = (
    select(archive.c.customer, archive.c.number, archive.c.data)
    .where(tuple_(archive.c.customer, archive.c.number) > tuple_(_CUSTOMER, bindparam("number")))
    .order_by(archive.c.customer, archive.c.number)
    .limit(bindparam("most"))
)
_THESE_STEPS = and_(
    log.c.customer == bindparam("of_customer", type_=AnyText),
    log.c.engagement == bindparam("of_engagement", type_=AnyText),
    log.c.part == "step",
    log.c.seq.between(bindparam("first"), bindparam("last")),
    log.c.at < _BEFORE,
)
_KEEP_STEPS = insert(old_steps).from_select(
    ["customer", "engagement", "seq", "data"],
    select(*_OF_STEP, log.c.data).where(_THESE_STEPS),
)
_DROP_STEPS = delete(log).where(_THESE_STEPS)


def batch(connection: Connection, before: datetime, done: Archived) -> Archived:
    """Transfer the next batch into the archive, within one transaction.

    Whoever writes of a customer holds the customer's row, and so does this; nobody waits for it.
    """
    phase, customer, engagement, number = done.place or STEPS
    wanted = {"before": before, "most": AT_ONCE, "customer": customer, "number": number}
    if phase:
        wanted["engagement"] = engagement
        rows = [(one, name, seq) for one, name, seq in connection.execute(_STEPS, wanted)]
    else:
        rows = [(one, key, n) for key, one, n in connection.execute(_INTENTS, wanted)]
    some = sorted({one for one, *_ in rows})
    free = {*connection.execute(_FREE, {"some": some}).scalars()} if some else set[str]()
    ours = [row for row in rows if row[0] in free]
    if phase:
        moved = Archived(steps=_move_steps(connection, ours, before))
    else:
        moved = _move_intents(connection, [key for _, key, _ in ours], before, free)
    return attrs.evolve(
        done,
        intents=done.intents + moved.intents,
        attempts=done.attempts + moved.attempts,
        steps=done.steps + moved.steps,
        busy=done.busy + len(some) - len(free),
        place=_next(phase, rows),
    )


def _next(phase: int, rows: list[tuple[str, str, int]]) -> Place | None:
    """Return where the next batch begins after one of these rows, all of them or not."""
    if len(rows) < AT_ONCE:
        return None if phase else STEPS
    customer, name, number = rows[-1]
    return phase, customer, name if phase else "", number


def _move_intents(
    connection: Connection, keys: list[str], before: datetime, free: Collection[str]
) -> Archived:
    if not keys:
        return Archived()
    wanted = {"keys": keys, "before": before, "free": sorted(free)}
    old = [*connection.execute(_STILL_OLD, wanted).scalars()]
    of_these = {"keys": old}
    counted = select(func.count()).where(attempts.c.key.in_(_KEYS))
    outcomes = connection.execute(counted, of_these).scalar_one()
    _copy(connection, outbox, archive, of_these)
    _copy(connection, attempts, old_attempts, of_these)
    connection.execute(delete(outbox).where(outbox.c.key.in_(_KEYS)), of_these)
    return Archived(len(old), outcomes)


def _copy(connection: Connection, table: Table, to: Table, keys: dict[str, list[str]]) -> None:
    """Copy what a table has of some intents into another."""
    names = [one.name for one in to.c if one.name != "id"]
    found = select(*(table.c[name] for name in names)).where(table.c.key.in_(_KEYS))
    in_order = found.order_by(table.c.id) if "id" in table.c else found
    connection.execute(insert(to).from_select(names, in_order), keys)


def _move_steps(connection: Connection, rows: list[tuple[str, str, int]], before: datetime) -> int:
    """Transfer steps, and return how many."""
    of_each: dict[tuple[str, str], list[int]] = {}
    for customer, engagement, seq in rows:
        of_each.setdefault((customer, engagement), []).append(seq)
    spans = [
        {
            "of_customer": customer,
            "of_engagement": engagement,
            "first": seqs[0],
            "last": seqs[-1],
            "before": before,
        }
        for (customer, engagement), seqs in of_each.items()
    ]
    if spans:
        connection.execute(_KEEP_STEPS, spans)
        connection.execute(_DROP_STEPS, spans)
    return len(rows)


def listed(
    connection: Connection, after: tuple[str, int] | None, limit: int
) -> tuple[OutboxItem, ...]:
    """Return intents of the archive by (customer, number), from after a place in that order."""
    return readable(connection, lambda *, later: _LISTED, after or ("", 0), limit)  # noqa: ARG005 - always later


def take_back(connection: Connection, keys: Collection[str]) -> None:
    """Take intents out of the archive that are in the outbox again, with their attempts."""
    these = {"keys": sorted(keys)}
    _copy(connection, old_attempts, attempts, these)
    connection.execute(delete(old_attempts).where(old_attempts.c.key.in_(_KEYS)), these)
    connection.execute(delete(archive).where(archive.c.key.in_(_KEYS)), these)
