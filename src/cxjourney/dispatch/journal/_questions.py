"""What a journal in a database is asked; each function within one transaction."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from operator import itemgetter
from typing import Any

import attrs
from sqlalchemy import (
    CompoundSelect,
    Connection,
    Executable,
    Select,
    bindparam,
    case,
    func,
    null,
    select,
    union,
    union_all,
)

from cxjourney.dispatch.journal import _records as records
from cxjourney.dispatch.journal._cells._column_kinds import (
    AnyText,
    MomentColumn,
    bare_moment,
    is_no_time,
    read_moment,
)
from cxjourney.dispatch.journal._moving._named import alias_in, latest_of, renamed
from cxjourney.dispatch.journal._owing import Stretch
from cxjourney.dispatch.journal._records_stored import (
    CHECKPOINT,
    EVENT,
    HEAD,
    SNAPSHOT,
    Record,
    load,
    load_object,
    load_value,
)
from cxjourney.dispatch.journal._schema import (
    archive,
    attempts,
    checkpoints,
    customers,
    erasures,
    journeys,
    log,
    old_attempts,
    old_steps,
    outbox,
    runs,
    tombstones,
)
from cxjourney.dispatch.journal._secrecy._secret import Secret
from cxjourney.dispatch.journal._standing._revision import (
    CUSTOMER_ROWS,
    ITSELF,
    check_row,
    erasures_in,
    stands,
)
from cxjourney.dispatch.journal._standing._waiting import (
    CUSTOMER,
    INTENT,
    STILL_OPEN,
    WAITING,
    ZERO,
    Parts,
    a_word,
    rest_in,
)
from cxjourney.errors import DecodeError

_INTENTS = (("intent", "cx_outbox.data"), ("archived", "cx_archive.data"))
_STEPS = (("old step", "cx_archive_step.data"), ("step", "cx_log.data"))
"""In which tables parts are kept; steps of the archive are older than those of the log."""


def _parts(*parts: Select[Any]) -> CompoundSelect[Any]:
    """Return one statement for several parts, so that all is as of one moment.

    Each part has its name, the engagement, a number, data and a moment.
    """
    return union_all(*parts)


_HEAD = select(
    *(a_word("journey"), journeys.c.engagement, journeys.c.born, journeys.c.head),
    bare_moment(journeys.c.wake_at),
).where(journeys.c.customer == CUSTOMER)
_SNAPSHOT = select(
    a_word("snapshot"), journeys.c.engagement, ZERO, journeys.c.snapshot, null()
).where(journeys.c.customer == CUSTOMER, journeys.c.snapshot.is_not(None))
_RUNS = select(a_word("run"), runs.c.engagement, runs.c.number, runs.c.data, null()).where(
    runs.c.customer == CUSTOMER
)
_ARCHIVED = select(a_word("archived"), a_word(""), archive.c.number, archive.c.data, null()).where(
    archive.c.customer == CUSTOMER
)
_OLD_STEPS = select(
    a_word("old step"), old_steps.c.engagement, old_steps.c.seq, old_steps.c.data, null()
).where(old_steps.c.customer == CUSTOMER)
_LOG = select(log.c.part, log.c.engagement, log.c.seq, log.c.data, null()).where(
    log.c.customer == CUSTOMER
)
_ERASED = select(a_word("erased"), a_word(""), ZERO, erasures.c.data, null()).where(
    erasures.c.mark.in_(bindparam("marks", expanding=True))
)
_ITSELF = select(a_word("erased"), a_word(ITSELF), ZERO, erasures.c.data, null()).where(
    erasures.c.mark.in_(bindparam("itself", expanding=True))
)
_NAMED = select(a_word("journey"), journeys.c.engagement, ZERO, null(), null()).where(
    journeys.c.customer == CUSTOMER
)
_THAT_EVENT = (
    select(a_word("known"), log.c.engagement, log.c.seq, null(), null())
    .where(log.c.customer == CUSTOMER)
    .where(log.c.engagement == bindparam("engagement", type_=AnyText))
    .where(log.c.event == bindparam("event", type_=AnyText))
)
_LAST = union_all(
    *(
        select(func.max(one.c.number).label("number")).where(one.c.customer == CUSTOMER)
        for one in (outbox, archive)
    )
).subquery()
_PLANNED = select(
    a_word("planned"), a_word(""), func.coalesce(func.max(_LAST.c.number), 0), null(), null()
)
_RECORD = _parts(
    *(_HEAD, _SNAPSHOT, _RUNS, _LOG, _OLD_STEPS, INTENT, _ARCHIVED, *CUSTOMER_ROWS, _ITSELF)
)
"""All that is kept of a customer."""
_BARE = _parts(_NAMED, *CUSTOMER_ROWS, _ITSELF)
"""What is known of a customer though nothing can be read."""

_DOSSIER = _parts(_HEAD, _SNAPSHOT, _RUNS, *STILL_OPEN, _PLANNED, *CUSTOMER_ROWS, _ITSELF)
"""What is needed to go on with a customer."""
_ASKED = _parts(
    *(_HEAD, _SNAPSHOT, _RUNS, *WAITING, _PLANNED, _THAT_EVENT, *CUSTOMER_ROWS, _ITSELF, _ERASED)
)
"""The same, and whether an event is kept."""
_DECIDED = union_all(
    *(
        select(one.c.key)
        .where(one.c.key.in_(bindparam("keys", expanding=True)))
        .where(one.c.customer == CUSTOMER)
        for one in (outbox, archive)
    ),
    *(
        select(one.c.occasion)
        .where(one.c.customer == CUSTOMER)
        .where(one.c.occasion.in_(bindparam("occasions", expanding=True)))
        for one in (outbox, archive)
    ),
)
_SINCE = (
    select(log.c.engagement, log.c.data)
    .where(log.c.customer == CUSTOMER)
    .where(log.c.event.is_not(None), log.c.at >= bindparam("since", type_=MomentColumn))
    .order_by(log.c.at, log.c.engagement, log.c.seq)
)
_BEFORE = (
    select(func.max(checkpoints.c.at, type_=MomentColumn))
    .where(checkpoints.c.customer == CUSTOMER)
    .where(checkpoints.c.engagement == bindparam("engagement", type_=AnyText))
    .where(checkpoints.c.at < bindparam("at", type_=MomentColumn))
    .scalar_subquery()
)
_SINCE_THEN = _parts(
    select(a_word("checkpoint"), a_word(""), ZERO, checkpoints.c.data, null())
    .where(checkpoints.c.customer == CUSTOMER)
    .where(checkpoints.c.engagement == bindparam("engagement", type_=AnyText))
    .where(checkpoints.c.at == _BEFORE),
    select(a_word("event"), a_word(""), log.c.seq, log.c.data, null())
    .where(log.c.customer == CUSTOMER)
    .where(log.c.engagement == bindparam("engagement", type_=AnyText))
    .where(log.c.event.is_not(None), log.c.at > _BEFORE),
    *CUSTOMER_ROWS,
)
"""A checkpoint of a journey, and the events after it."""
_FIND = union_all(
    *(
        select(a_word(f"{one.name}.data"), one.c.data).where(one.c.key == bindparam("key"))
        for one in (outbox, archive)
    )
)
_FOUND = union_all(
    *(
        select(a_word(f"{one.name}.data").label("column"), one.c.id, one.c.data).where(
            one.c.key == bindparam("key")
        )
        for one in (old_attempts, attempts)
    )
).subquery()
_ATTEMPTS = select(_FOUND.c.column, _FOUND.c.data).order_by(_FOUND.c.column, _FOUND.c.id)
# Of many no more than are asked for are looked at.
_SOME = [
    select(one.c.customer)
    .where(one.c.reaches == bindparam("digest", type_=AnyText))
    .where(one.c.customer != bindparam("but", type_=AnyText))
    .distinct()
    .order_by(one.c.customer)
    .limit(bindparam("most"))
    .subquery()
    for one in (outbox, archive)
]
REACHED = union(*(select(one.c.customer) for one in _SOME))
"""Some customers whom a text reached."""
_COUNTED = select(REACHED.subquery().c.customer).limit(bindparam("most"))
_AUDIENCE = select(func.count()).select_from(_COUNTED.subquery())
_IDS = (
    select(customers.c.customer)
    .where(customers.c.customer > bindparam("after", type_=AnyText))
    .order_by(customers.c.customer)
    .limit(bindparam("most"))
)
_TOMBSTONES = select(a_word("cx_tombstones.data"), tombstones.c.data).order_by(tombstones.c.id)
_RANKS = select(func.min(customers.c.rank).label("rank")).cte("ranks", recursive=True)
_NEXT_RANK = select(func.min(customers.c.rank)).where(customers.c.rank > _RANKS.c.rank)
_RANKS = _RANKS.union_all(select(_NEXT_RANK.scalar_subquery()).where(_RANKS.c.rank.is_not(None)))
_FIRST_OF_RANK = (
    select(customers.c.attention_at)
    .where(customers.c.rank == _RANKS.c.rank, customers.c.lease.is_(None))
    .where(customers.c.attention_at.is_not(None))
    .order_by(customers.c.attention_at)
    .limit(1)
)
_SOONEST = union_all(
    select(func.min(_FIRST_OF_RANK.scalar_subquery()).label("at")).select_from(_RANKS),
    select(
        func.min(
            case(
                (
                    ~is_no_time(customers.c.lease) & (customers.c.lease > customers.c.attention_at),
                    customers.c.lease,
                ),
                else_=customers.c.attention_at,
            )
        )
    ).where(customers.c.lease.is_not(None), customers.c.attention_at.is_not(None)),
).subquery()
_NEXT = select(func.min(_SOONEST.c.at))


def record(connection: Connection, secret: Secret, customer: str) -> records.CustomerRecord:
    """Return all that is kept of a customer."""
    parts = _read(connection, _RECORD, {"customer": customer, "itself": secret.marks(customer)})
    if now := alias_in(parts):
        return attrs.evolve(record(connection, secret, now[0]), named=now[1])
    check_row(customer, parts)
    return _record(parts, secret, customer, _journeys(parts))


def bare(connection: Connection, secret: Secret, customer: str) -> records.CustomerRecord:
    """Return what is known of a customer though nothing can be read."""
    parts = _read(connection, _BARE, {"customer": customer, "itself": secret.marks(customer)})
    if now := alias_in(parts):
        return attrs.evolve(bare(connection, secret, now[0]), named=now[1])
    named = sorted(engagement for part, engagement in parts if part == "journey")
    journeys = tuple(records.JourneyRecord(one, {}) for one in named)
    return _record(parts, secret, customer, journeys)


def _record(
    parts: Parts, secret: Secret, customer: str, journeys: tuple[records.JourneyRecord, ...]
) -> records.CustomerRecord:
    revision, claim = stands(parts)
    handle = secret.handle(customer)
    return records.CustomerRecord(
        customer, revision, journeys, _items(parts, customer), claim, handle
    )


def dossier(
    connection: Connection, secret: Secret, customer: str, event: records.EventName | None
) -> records.Dossier:
    """Return what is needed to go on with a customer."""
    wanted: dict[str, object] = {"customer": customer, "itself": secret.marks(customer)}
    statement = _DOSSIER
    if event is not None:
        statement, (engagement, id) = _ASKED, event
        wanted |= {"engagement": engagement, "event": id}
        wanted["marks"] = secret.marks(customer, engagement)
    parts = _read(connection, statement, wanted)
    if now := alias_in(parts):
        found = dossier(connection, secret, now[0], renamed(event, now[1]))
        known = [*erasures_in(parts, ITSELF), *erasures_in(parts, "")]
        return attrs.evolve(found, erasure=latest_of(found.erasure, known), named=now[1])
    knows = event is not None and ("known", event[0]) in parts
    return dossier_of(customer, secret, parts, knows=knows)


def dossier_of(customer: str, secret: Secret, parts: Parts, *, knows: bool) -> records.Dossier:
    """Return the dossier that was read."""
    check_row(customer, parts)
    revision, claim = stands(parts)
    return records.Dossier(
        customer,
        revision,
        _journeys(parts),
        _items(parts, customer),
        claim,
        max((number or 0 for number, _, _ in parts["planned", ""]), default=0),
        knows,
        records.Erasure.latest(*erasures_in(parts, ITSELF), *erasures_in(parts, "")),
        secret.seals(customer),
        rest=rest_in(parts),
    )


def _read(connection: Connection, statement: Executable, wanted: dict[str, object]) -> Parts:
    parts: Parts = defaultdict(list)
    for part, engagement, number, data, at in connection.execute(statement, wanted).all():
        parts[part, engagement].append((number, data, at))
    return parts


def _journeys(parts: Parts) -> tuple[records.JourneyRecord, ...]:
    named = sorted(engagement for part, engagement in parts if part == "journey")
    return tuple(_journey(parts, engagement) for engagement in named)


def _items(parts: Parts, customer: str) -> tuple[records.OutboxItem, ...]:
    """Return a customer's intents.

    Raises:
        DecodeError: when one cannot be read, or is for somebody else.
    """
    items = [
        (number, load(records.OutboxItem, data, column))
        for part, column in _INTENTS
        for number, data, _ in parts[part, ""]
    ]
    if any(one.intent.customer != customer for _, one in items):
        found = "somebody else's"
        raise DecodeError(f"{_INTENTS[0][1]}.intent.customer", found, "the customer's own intents")
    return tuple(one for _, one in sorted(items, key=itemgetter(0)))


def _in_order(rows: list[tuple[int, str, datetime | None]]) -> list[str]:
    return [data for _, data, _ in sorted(rows, key=itemgetter(0))]


def _journey(parts: Parts, engagement: str) -> records.JourneyRecord:
    ((born, head, wake_at),) = parts["journey", engagement]
    data = load_object(head, HEAD)
    if data.get("events") is not None:
        events = ",".join(_in_order(parts["event", engagement]))
        data["events"] = load_value(f"[{events}]", EVENT)
    steps = tuple(
        load(records.StepRecord, one, column)
        for part, column in _STEPS
        for one in _in_order(parts[part, engagement])
    )
    kept = parts.get(("snapshot", engagement))
    snapshot = None if kept is None else load_object(kept[0][1], SNAPSHOT)
    runs = {number: text for number, text, _ in parts["run", engagement]}
    more = (read_moment(wake_at, "cx_journey.wake_at"), snapshot, born, None, None, runs)
    return records.JourneyRecord(engagement, data, steps, *more)


def knows(connection: Connection, customer: str, event: records.EventName) -> bool:
    """Say whether an event is kept."""
    engagement, id = event
    wanted = {"customer": customer, "engagement": engagement, "event": id}
    return connection.execute(_THAT_EVENT, wanted).first() is not None


def decided(
    connection: Connection, customer: str, keys: Collection[str], occasions: Collection[str]
) -> frozenset[str]:
    """Return which keys and occasions intents have."""
    wanted = {"customer": customer, "keys": [*keys], "occasions": [*occasions]}
    return frozenset(connection.execute(_DECIDED, wanted).scalars())


def events(
    connection: Connection, customer: str, since: datetime
) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Return what happened from a moment on, each event with its engagement."""
    told = connection.execute(_SINCE, {"customer": customer, "since": since})
    return tuple((name, load_object(data, EVENT)) for name, data in told)


def since(connection: Connection, customer: str, engagement: str, at: datetime) -> Stretch:
    """Return the last checkpoint of a journey before a moment, and the events after it."""
    wanted: dict[str, object] = {"customer": customer, "engagement": engagement, "at": at}
    parts = _read(connection, _SINCE_THEN, wanted)
    revision, found = stands(parts)[0], parts["checkpoint", ""]
    checkpoint = load_object(found[0][1], CHECKPOINT) if found else None
    events = load_value(f"[{','.join(_in_order(parts['event', '']))}]", EVENT)
    return Stretch(revision, checkpoint, tuple(events))


def find(connection: Connection, key: str) -> records.OutboxItem | None:
    """Return the intent with a key, or None."""
    return next(iter(loaded(connection, records.OutboxItem, _FIND, {"key": key})), None)


def of_intent(connection: Connection, key: str) -> tuple[records.Attempt, ...]:
    """Return what came of each call of a hook for an intent, oldest first."""
    return loaded(connection, records.Attempt, _ATTEMPTS, {"key": key})


def loaded(
    connection: Connection, of: type[Record], statement: Executable, wanted: dict[str, object]
) -> tuple[Record, ...]:
    """Return the records that a statement finds."""
    rows = connection.execute(statement, wanted)
    return tuple(load(of, data, column) for column, data in rows)


def audience(
    connection: Connection, digests: Collection[str], limit: int, but: str
) -> dict[str, int]:
    """Return for how many customers but one each digest is, up to a limit."""
    wanted = {"most": limit, "but": but}
    return {
        digest: connection.execute(_AUDIENCE, wanted | {"digest": digest}).scalar_one()
        for digest in digests
    }


def ids(connection: Connection, after: str, limit: int) -> tuple[str, ...]:
    """Return the ids of the customers of whom something is kept, sorted, from after one."""
    return tuple(connection.execute(_IDS, {"after": after, "most": limit}).scalars())


def all_tombstones(connection: Connection) -> tuple[records.Tombstone, ...]:
    """Return what is left of erased journeys, in order of erasure."""
    return loaded(connection, records.Tombstone, _TOMBSTONES, {})


def next_attention(connection: Connection) -> datetime | None:
    """Return when the first customer needs attention, or None."""
    return connection.execute(_NEXT).scalar()
