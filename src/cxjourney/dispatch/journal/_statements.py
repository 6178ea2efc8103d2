"""What a journal in a database is told; each function within one transaction."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import TypeVar

from sqlalchemy import (
    Connection,
    Executable,
    Table,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from cxjourney.dispatch.journal import _records as records
from cxjourney.dispatch.journal._records_stored import (
    dump,
    dump_value,
    told_events,
)
from cxjourney.dispatch.journal._schema import (
    AnyText,
    MomentColumn,
    attempts,
    customers,
    duties,
    journeys,
    log,
    outbox,
    tombstones,
)
from cxjourney.errors import JournalError, SequenceError

AT_ONCE = 1000
"""How many customers one statement names; SQLite takes 32,766 at the most."""
Rows = list[dict[str, object]]
Value = TypeVar("Value")

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
_SETTLE = (
    delete(duties)
    .where(duties.c.customer == _OF_CUSTOMER)
    .where(duties.c.engagement == bindparam("of_engagement", type_=AnyText))
    .where(duties.c.key == bindparam("of_key", type_=AnyText))
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
        _write_duties(connection, commit)
        changed: Rows = [
            {
                "key": one.key,
                "customer": commit.customer,
                "number": one.number,
                "engagement": one.intent.engagement,
                "state": one.state.name,
                "reaches": one.digest if one.state.reaches else None,
                "occasion": one.intent.occasion,
                "open": one.state.is_open,
                "unmet": one.intent.obligation if one.state.is_unmet else None,
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
        events = [told for told in told_events(one) if told[2] > last[0]]
        steps = [step for step in one.steps if step.seq > last[1]]
        its = {"customer": commit.customer, "engagement": one.engagement}
        heads.append(
            {
                **its,
                "events": max((seq for _, _, seq, _ in events), default=last[0]),
                "steps": max((step.seq for step in steps), default=last[1]),
                "head": _head(one),
                "wake_at": one.wake_at,
                "snapshot": None if one.snapshot is None else dump_value(dict(one.snapshot)),
            }
        )
        lines += [
            {**its, "part": "event", "seq": seq, "data": dump_value(event), "event": id, "at": at}
            for at, id, seq, event in events
        ]
        untold = {"event": None, "at": None}
        lines += [
            {**its, "part": "step", "seq": one.seq, "data": dump(one), **untold} for one in steps
        ]
    _write(connection, _upsert(connection.dialect.name, journeys), heads)
    _write(connection, _ADD_LINES, lines)


def _write_duties(connection: Connection, commit: records.Commit) -> None:
    """Write what is owed since, and delete what is not owed any more."""
    if commit.rewritten:
        written = {one.engagement for one in commit.journeys}
        _delete(connection, duties, commit.customer, commit.rewritten & written)
    gone: Rows = [
        {"of_customer": commit.customer, "of_engagement": engagement, "of_key": key}
        for engagement, key in sorted(commit.settled)
    ]
    _write(connection, _SETTLE, gone)
    new: Rows = [
        {
            "customer": commit.customer,
            "engagement": one.engagement,
            "key": one.obligation.key,
            "opened_at": one.obligation.opened_at,
            "due": one.obligation.due,
        }
        for one in commit.owed
    ]
    _write(connection, _upsert(connection.dialect.name, duties), new)


def _head(record: records.JourneyRecord) -> str:
    """Return a journey's data without the events, of which it only says whether they are kept."""
    data = dict(record.data)
    return dump_value(data if data.get("events") is None else data | {"events": []})


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
