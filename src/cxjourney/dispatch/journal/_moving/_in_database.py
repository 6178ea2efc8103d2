"""Moves and aliases in a database; each function within one transaction."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    Connection,
    bindparam,
    delete,
    func,
    insert,
    null,
    select,
    text,
    union_all,
    update,
)

from cxjourney.dispatch.journal._cells._column_kinds import AnyText
from cxjourney.dispatch.journal._moving._named import read_named
from cxjourney.dispatch.journal._moving._transfer import Transfer, changed, check_journeys
from cxjourney.dispatch.journal._records import Erasure, OutboxItem
from cxjourney.dispatch.journal._records_stored import dump, dump_value, load
from cxjourney.dispatch.journal._schema import (
    aliases,
    archive,
    checkpoints,
    customers,
    duties,
    erasures,
    journeys,
    log,
    old_steps,
    outbox,
    runs,
)
from cxjourney.dispatch.journal._secrecy._erased import erasures_under
from cxjourney.dispatch.journal._secrecy._secret import Secret
from cxjourney.errors import JournalError, SequenceError

_IDS = bindparam("ids", expanding=True, type_=AnyText)
_STANDS = (
    select(*(customers.c[one] for one in ("customer", "revision", "attention_at", "lease", "rank")))
    .where(customers.c.customer.in_(_IDS))
    .order_by(customers.c.customer)
    .with_for_update()
)
_ALIASES = select(aliases.c.alias, aliases.c.customer, aliases.c.data)
_BY_ALIAS = _ALIASES.where(aliases.c.alias.in_(_IDS))
_OF = bindparam("of_customer", type_=AnyText)
_OF_ONE = _ALIASES.where(aliases.c.customer == _OF).order_by(aliases.c.alias)
_BEFORE = union_all(
    select(text("'erased'"), erasures.c.data).where(
        erasures.c.mark.in_(bindparam("marks", expanding=True))
    ),
    select(text("'alias'"), null()).where(aliases.c.alias == _OF),
)
_LAST = select(
    func.max(
        union_all(
            *(
                select(func.max(one.c.number).label("number")).where(one.c.customer == _OF)
                for one in (outbox, archive)
            )
        )
        .subquery()
        .c.number
    )
)


def known_as(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """Return under which id those are kept now that were renamed or merged."""
    found = connection.execute(_BY_ALIAS, {"ids": [*ids]})
    return {row.alias: row.customer for row in found}


def beginning(connection: Connection, secret: Secret, customer: str) -> tuple[int, bool]:
    """Return the number at which a customer begins, and whether the id was another one's before."""
    wanted = {"marks": [*secret.marks(customer)], "of_customer": customer}
    rows = connection.execute(_BEFORE, wanted).all()
    erased = [load(Erasure, data) for part, data in rows if part == "erased"]
    erasure = Erasure.latest(*erased)
    return 0 if erasure is None else erasure.number, len(erased) < len(rows)


def aliases_of(connection: Connection, customer: str) -> list[str]:
    """Return the ids that a customer had before."""
    return [row.alias for row in connection.execute(_OF_ONE, {"of_customer": customer})]


def move(connection: Connection, secret: Secret, move: Transfer) -> None:
    """Let all that is kept of a customer go under another id.

    Raises:
        SequenceError: when a revision is not the expected one.
        JournalError: when the move contradicts what is kept.
        DecodeError: when an intent cannot be read.
    """
    move.check()
    ids = [move.source, move.target]
    stand = {row.customer: row for row in connection.execute(_STANDS, {"ids": ids})}
    revision = _next_revision(connection, secret, move, stand)
    known = [*(row.attention_at for row in stand.values()), move.attention_at]
    leases = [row.lease for row in stand.values() if row.lease is not None]
    values: dict[str, Any] = {
        "revision": revision,
        "attention_at": min(at for at in known if at is not None),
        "rank": min(row.rank for row in stand.values()),
        "claim": revision if leases else None,
        "lease": max(leases, default=None),
    }
    if move.target in stand:
        its = customers.c.customer == move.target
        connection.execute(update(customers).where(its).values(**values))
    else:
        connection.execute(delete(aliases).where(aliases.c.alias == move.target))
        connection.execute(insert(customers), {"customer": move.target, **values})
    offset = connection.execute(_LAST, {"of_customer": move.target}).scalar() or 0
    _move_journeys(connection, move)
    for table in (outbox, archive):
        _move_intents(connection, move, table, offset)
    _move_aliases(connection, move)
    connection.execute(delete(customers).where(customers.c.customer == move.source))


def _next_revision(
    connection: Connection, secret: Secret, move: Transfer, stand: dict[str, Any]
) -> int:
    source, target = stand.get(move.source), stand.get(move.target)
    if source is None or source.revision != move.expected:
        raise SequenceError(move.expected, 0 if source is None else source.revision)
    begins = erasures_under(connection, secret.marks(move.target))
    there = None if target is None else target.revision
    if there != move.target_expected:
        raise SequenceError(move.target_expected or 0, there or 0)
    owner = known_as(connection, [move.target]).get(move.target)
    if owner not in {None, move.source}:
        raise JournalError("Transfer.target", "an id that was another customer's", "a free one")
    return max(move.expected, there or 0, 0 if begins is None else begins.number) + 1


def _move_journeys(connection: Connection, move: Transfer) -> None:
    """Add the journeys under their new names, give them what is theirs, and drop the old ones."""
    kept = select(journeys).where(journeys.c.customer == move.source)
    there = {row.engagement: row for row in connection.execute(kept)}
    names = select(journeys.c.engagement).where(journeys.c.customer == move.target)
    check_journeys(move, {*there}, {*connection.execute(names).scalars()})
    new = {one.engagement: one for one in move.journeys}
    for old, name in sorted(move.named.items()):
        one, row = new[name], there[old]
        connection.execute(
            insert(journeys),
            {
                "customer": move.target,
                "engagement": name,
                "head": dump_value(dict(one.data)),
                "wake_at": one.wake_at,
                "events": row.events,
                "steps": row.steps,
                "snapshot": None if one.snapshot is None else dump_value(dict(one.snapshot)),
                "born": one.born,
            },
        )
        for table in (log, old_steps, duties, runs):
            its = (table.c.customer == move.source) & (table.c.engagement == old)
            connection.execute(
                update(table).where(its).values(customer=move.target, engagement=name)
            )
    for table in (checkpoints, journeys):  # a checkpoint is made anew
        connection.execute(delete(table).where(table.c.customer == move.source))


def _move_intents(connection: Connection, move: Transfer, table: Any, offset: int) -> None:  # noqa: ANN401 - one of two tables
    its = select(table.c.key, table.c.data).where(table.c.customer == move.source)
    rows: list[dict[str, object]] = []
    for key, data in connection.execute(its.order_by(table.c.number)):
        item = move.taken_over(load(OutboxItem, data, f"{table.name}.data"), offset)
        rows.append(
            {
                "of_key": key,
                "customer": move.target,
                "engagement": item.intent.engagement,
                "number": item.number,
                "occasion": item.intent.occasion,
                "data": dump(item),
            }
        )
    if rows:
        connection.execute(update(table).where(table.c.key == bindparam("of_key")), rows)


def _move_aliases(connection: Connection, move: Transfer) -> None:
    before = list(connection.execute(_OF_ONE, {"of_customer": move.source}))
    for row in before:
        data = _dumped(move.composed(read_named(row.data)))
        its = aliases.c.alias == row.alias
        connection.execute(update(aliases).where(its).values(customer=move.target, data=data))
    data = _dumped(changed(move.named))
    connection.execute(
        insert(aliases), {"alias": move.source, "customer": move.target, "data": data}
    )


def _dumped(named: dict[str, str]) -> str:
    return dump_value(named)
