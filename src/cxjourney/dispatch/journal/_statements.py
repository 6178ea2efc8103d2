"""What a journal in a database is asked and told; each function within one transaction."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Table,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal_column,
    null,
    or_,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from cxjourney.dispatch.journal import _records as records
from cxjourney.dispatch.journal._records_stored import Record, dump, dump_value, load, load_value
from cxjourney.dispatch.journal._schema import (
    AnyText,
    MomentColumn,
    attempts,
    customers,
    journeys,
    log,
    outbox,
    tombstones,
)
from cxjourney.errors import JournalError, SequenceError
from cxjourney.vocabulary._forms import OBJECT, list_of, whole

Parts = defaultdict[tuple[str, str], list[tuple[int, str, datetime | None]]]
"""What was read of a customer, by part and engagement: numbers, data and moments."""

_CUSTOMER = bindparam("customer", type_=AnyText)
_ZERO: ColumnElement[int] = literal_column("0")


def _word(word: str) -> ColumnElement[str]:
    return literal_column(f"'{word}'")


_RECORD = union_all(
    *(
        select(*columns).where(table.c.customer == _CUSTOMER)
        for table, columns in (
            (
                journeys,
                (
                    _word("journey"),
                    journeys.c.engagement,
                    _ZERO,
                    journeys.c.head,
                    journeys.c.wake_at,
                ),
            ),
            (log, (log.c.part, log.c.engagement, log.c.seq, log.c.data, null())),
            (outbox, (_word("intent"), _word(""), outbox.c.number, outbox.c.data, null())),
            (customers, (_word("revision"), _word(""), customers.c.revision, null(), null())),
            (customers, (_word("claim"), _word(""), customers.c.claim, null(), null())),
        )
    )
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


def record(connection: Connection, customer: str) -> records.CustomerRecord:
    """Return all that is kept of a customer."""
    parts: Parts = defaultdict(list)
    for part, engagement, number, data, at in connection.execute(_RECORD, {"customer": customer}):
        parts[part, engagement].append((number, data, at))
    if ("revision", "") not in parts:
        return records.CustomerRecord(customer)
    journeys = sorted(engagement for part, engagement in parts if part == "journey")
    return records.CustomerRecord(
        customer,
        parts["revision", ""][0][0],
        tuple(_journey(parts, engagement) for engagement in journeys),
        tuple(load(records.OutboxItem, data) for data in _in_order(parts["intent", ""])),
        parts["claim", ""][0][0],
    )


def _in_order(rows: list[tuple[int, str, datetime | None]]) -> list[str]:
    return [data for _, data, _ in sorted(rows, key=itemgetter(0))]


def _journey(parts: Parts, engagement: str) -> records.JourneyRecord:
    ((_, head, wake_at),) = parts["journey", engagement]
    data = OBJECT.decode(load_value(head, "data"), "data")
    if data.get("events") is not None:
        events = ",".join(_in_order(parts["event", engagement]))
        data["events"] = load_value(f"[{events}]", "data.events")
    steps = tuple(load(records.StepRecord, one) for one in _in_order(parts["step", engagement]))
    return records.JourneyRecord(engagement, data, steps, wake_at)


def find(connection: Connection, key: str) -> records.OutboxItem | None:
    """Return the intent with a key, or None."""
    return next(iter(_loaded(connection, records.OutboxItem, _FIND, {"key": key})), None)


def of_intent(connection: Connection, key: str) -> tuple[records.Attempt, ...]:
    """Return what came of each call of a hook for an intent, oldest first."""
    return _loaded(connection, records.Attempt, _ATTEMPTS, {"key": key})


def _loaded(
    connection: Connection, of: type[Record], statement: Executable, wanted: dict[str, object]
) -> tuple[Record, ...]:
    """Return the records that a statement finds."""
    return tuple(load(of, data) for data in connection.execute(statement, wanted).scalars())


def audience(connection: Connection, digests: Collection[str], limit: int) -> dict[str, int]:
    """Return for how many customers each digest is, up to a limit."""
    return {
        digest: connection.execute(_AUDIENCE, {"digest": digest, "most": limit}).scalar_one()
        for digest in digests
    }


def in_states(
    connection: Connection,
    states: Collection[records.State],
    after: tuple[str, int] | None,
    limit: int,
) -> tuple[records.OutboxItem, ...]:
    """Return intents in some states by (customer, number), from after a place in that order."""
    wanted: dict[str, object] = {"states": sorted(one.name for one in states), "most": limit}
    statement = _IN_STATES
    if after is not None:
        statement = _AFTER
        wanted |= {"customer": after[0], "number": after[1]}
    return _loaded(connection, records.OutboxItem, statement, wanted)


def ids(connection: Connection, after: str, limit: int) -> tuple[str, ...]:
    """Return the ids of the customers of whom something is kept, sorted, from after one."""
    return tuple(connection.execute(_IDS, {"after": after, "most": limit}).scalars())


def all_tombstones(connection: Connection) -> tuple[records.Tombstone, ...]:
    """Return what is left of erased journeys, in order of erasure."""
    return _loaded(connection, records.Tombstone, _TOMBSTONES, {})


def next_attention(connection: Connection) -> datetime | None:
    """Return when the first customer needs attention, or None."""
    return connection.execute(_NEXT).scalar()


AT_ONCE = 1000
"""How many customers one statement names; SQLite takes 32,766 at the most."""
Rows = list[dict[str, object]]
Value = TypeVar("Value")

_SEQ, _EVENTS = whole(1), list_of(OBJECT)

_OF_CUSTOMER = bindparam("of_customer", type_=AnyText)
_ITS_CLAIM = (customers.c.customer == _OF_CUSTOMER) & (customers.c.claim == bindparam("of_claim"))
_NOW = bindparam("now", type_=MomentColumn)

_RAISE = (
    update(customers)
    .where(customers.c.customer == _OF_CUSTOMER, customers.c.revision == bindparam("expected"))
    .values(
        revision=customers.c.revision + 1,
        attention_at=bindparam("at", type_=MomentColumn),
        lease=case(
            (
                customers.c.claim.is_not(None),
                func.coalesce(bindparam("until", type_=MomentColumn), customers.c.lease),
            )
        ),
    )
)
_REVISION = select(customers.c.revision).where(customers.c.customer == _OF_CUSTOMER)
_KNOWN = select(journeys.c.engagement, journeys.c.events, journeys.c.steps).where(
    journeys.c.customer == _OF_CUSTOMER
)
_DUE = (
    select(customers.c.customer, customers.c.revision)
    .where(
        customers.c.attention_at <= _NOW,
        or_(customers.c.lease.is_(None), customers.c.lease <= _NOW),
    )
    .order_by(customers.c.attention_at, customers.c.customer)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_HOLD = (
    update(customers)
    .where(customers.c.customer.in_(bindparam("claimed", expanding=True)))
    .values(
        revision=customers.c.revision + 1,
        claim=customers.c.revision + 1,
        lease=bindparam("until", type_=MomentColumn),
    )
)
# What returns something is sent to PostgreSQL at once, however many rows there are.
_ADD_LINES = insert(log).returning(log.c.seq)
_FORGET = delete(customers).where(
    customers.c.customer == _OF_CUSTOMER,
    ~exists().where(journeys.c.customer == customers.c.customer),
    ~exists().where(outbox.c.customer == customers.c.customer),
)
_LET_GO = update(customers).where(_ITS_CLAIM).values(claim=None, lease=None)


def commit(connection: Connection, commit: records.Commit) -> None:
    """Write a commit.

    Raises:
        SequenceError: when the customer's revision is not the expected one.
        JournalError: when the commit contradicts what is kept.
        DecodeError: when a part of it could not be read again.
    """
    _raise_revision(connection, commit)
    try:
        _write_journeys(connection, commit)
        changed: Rows = [
            {
                "key": one.key,
                "customer": commit.customer,
                "number": one.number,
                "engagement": one.intent.engagement,
                "state": one.state.name,
                "reaches": one.digest if one.state.reaches else None,
                "data": dump(one),
            }
            for one in commit.outbox
        ]
        _write(connection, _upsert(connection.dialect.name, outbox), changed)
        called: Rows = [{"key": one.key, "data": dump(one)} for one in commit.attempts]
        _write(connection, insert(attempts), called)
    except IntegrityError:
        expected = "numbers of their own, and attempts of the customer's intents"
        raise JournalError("Commit.outbox", "at odds with what is kept", expected) from None
    if commit.erased:
        _erase(connection, commit)


def claim(
    connection: Connection, now: datetime, until: datetime, limit: int
) -> tuple[records.Claim, ...]:
    """Claim customers who need attention and whom nobody holds."""
    due = connection.execute(_DUE, {"now": now, "most": limit}).all()
    for start in range(0, len(due), AT_ONCE):
        claimed = [row.customer for row in due[start : start + AT_ONCE]]
        connection.execute(_HOLD, {"claimed": claimed, "until": until})
    return tuple(records.Claim(row.customer, row.revision + 1) for row in due)


def release(connection: Connection, claims: Collection[records.Claim]) -> None:
    """Let go of claims; in one order, so that two who do so never wait for each other."""
    held = sorted(claims, key=lambda one: one.customer)
    rows: Rows = [{"of_customer": one.customer, "of_claim": one.number} for one in held]
    _write(connection, _LET_GO, rows)


def _raise_revision(connection: Connection, commit: records.Commit) -> None:
    """Raise the revision if it is the expected one; the row stays locked until the end."""
    if commit.expected == 0:
        at = commit.attention_at
        row = {"customer": commit.customer, "revision": 1, "attention_at": at}
        statement = _added(connection.dialect.name)
        raised = connection.execute(statement, row).first() is not None
    else:
        wanted = {
            "of_customer": commit.customer,
            "expected": commit.expected,
            "at": commit.attention_at,
            "until": commit.lease,
        }
        raised = connection.execute(_RAISE, wanted).rowcount > 0
    if not raised:
        actual = connection.execute(_REVISION, {"of_customer": commit.customer}).scalar()
        raise SequenceError(commit.expected, actual or 0)


def _inserting(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@cache
def _added(dialect: str) -> Executable:
    """Return the statement that adds a customer unless there is one."""
    added = _inserting(dialect, customers).on_conflict_do_nothing()
    return added.returning(customers.c.revision)


@cache
def _upsert(dialect: str, table: Table) -> Executable:
    """Return the statement that adds rows to a table, or changes those that are there."""
    statement = _inserting(dialect, table)
    rest = {one.name: statement.excluded[one.name] for one in table.c if not one.primary_key}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=rest)


def _write(connection: Connection, statement: Executable, rows: Rows) -> None:
    if rows:
        connection.execute(statement, rows)


def _write_journeys(connection: Connection, commit: records.Commit) -> None:
    """Write the journeys that changed, and of their events and steps those that are not there."""
    if not commit.journeys:
        return
    there: dict[str, tuple[int, int]] = {}
    if commit.expected:
        known = connection.execute(_KNOWN, {"of_customer": commit.customer})
        there = {row.engagement: (row.events, row.steps) for row in known}
    rewritten = there.keys() & commit.rewritten & {one.engagement for one in commit.journeys}
    _delete(connection, log, commit.customer, rewritten)
    heads: Rows = []
    lines: Rows = []
    for one in commit.journeys:
        last = (0, 0) if one.engagement in rewritten else there.get(one.engagement, (0, 0))
        events = {number: event for number, event in _events(one) if number > last[0]}
        steps = {step.seq: step for step in one.steps if step.seq > last[1]}
        its = {"customer": commit.customer, "engagement": one.engagement}
        counts = {"events": max(events, default=last[0]), "steps": max(steps, default=last[1])}
        heads.append({**its, **counts, "head": _head(one), "wake_at": one.wake_at})
        lines += [its | {"part": "event", "seq": n, "data": dump_value(events[n])} for n in events]
        lines += [its | {"part": "step", "seq": n, "data": dump(steps[n])} for n in steps]
    _write(connection, _upsert(connection.dialect.name, journeys), heads)
    _write(connection, _ADD_LINES, lines)


def _head(record: records.JourneyRecord) -> str:
    """Return a journey's data without the events, of which it only says whether they are kept."""
    data = dict(record.data)
    return dump_value(data if data.get("events") is None else data | {"events": []})


def _events(record: records.JourneyRecord) -> list[tuple[int, object]]:
    """Return the events of a journey's data with their numbers."""
    events = record.data.get("events")
    rows = [] if events is None else _EVENTS.decode(events, "events")
    return [(_SEQ.decode(one.get("seq"), f"events[{n}].seq"), one) for n, one in enumerate(rows)]


def _erase(connection: Connection, commit: records.Commit) -> None:
    """Delete all that is kept of erased journeys, and the customer where nothing else is left."""
    _delete(connection, outbox, commit.customer, commit.erased)
    _delete(connection, journeys, commit.customer, commit.erased)
    _write(connection, insert(tombstones), [{"data": dump(one)} for one in commit.erased.values()])
    connection.execute(_FORGET, {"of_customer": commit.customer})


def _delete(
    connection: Connection, table: Table, customer: str, engagements: Collection[str]
) -> None:
    if engagements:
        wanted = {"of_customer": customer, "engagements": sorted(engagements)}
        connection.execute(_engagements_of(table), wanted)


@cache
def _engagements_of(table: Table) -> Executable:
    """Return the statement that deletes what a table has of some engagements of a customer."""
    named = table.c.engagement.in_(bindparam("engagements", expanding=True))
    return delete(table).where(table.c.customer == _OF_CUSTOMER, named)
