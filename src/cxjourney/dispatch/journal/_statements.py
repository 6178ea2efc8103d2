"""What a journal in a database is told; each function within one transaction."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from itertools import product
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    Executable,
    Row,
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
from sqlalchemy.exc import IntegrityError

from cxjourney.dispatch.journal import _records as records
from cxjourney.dispatch.journal._cells._column_kinds import AnyText, MomentColumn, is_no_time
from cxjourney.dispatch.journal._marking._marks import write_marks
from cxjourney.dispatch.journal._moving._in_database import aliases_of, beginning
from cxjourney.dispatch.journal._records_stored import (
    dump,
    dump_value,
    quiet_in,
    told_events,
)
from cxjourney.dispatch.journal._schema import (
    NOT_QUIET,
    QUIET,
    archive,
    attempts,
    bases,
    checkpoints,
    customers,
    duties,
    erasures,
    journeys,
    log,
    old_steps,
    outbox,
    runs,
    tombstones,
)
from cxjourney.dispatch.journal._secrecy._erased import erasures_under
from cxjourney.dispatch.journal._secrecy._secret import Secret
from cxjourney.dispatch.journal._standing._beside import (
    Rows,
    inserting,
    upsert,
    write,
    write_beside,
)
from cxjourney.dispatch.journal._upkeep._archive import take_back
from cxjourney.errors import JournalError, SequenceError
from cxjourney.vocabulary._forms import MAX_WHOLE

AT_ONCE = 1000
"""How many customers one statement names; SQLite takes 32,766 at the most."""
Value = TypeVar("Value")

_OF_CUSTOMER = bindparam("of_customer", type_=AnyText)
_ITS_CLAIM = (customers.c.customer == _OF_CUSTOMER) & (customers.c.claim == bindparam("of_claim"))
_NOW = bindparam("now", type_=MomentColumn)

RAISE = (
    update(customers)
    .where(customers.c.customer == _OF_CUSTOMER)
    .values(
        revision=customers.c.revision + 1,
        attention_at=bindparam("at", type_=MomentColumn),
        rank=bindparam("its_rank"),
        lease=case(
            (
                customers.c.claim.is_not(None),
                func.coalesce(bindparam("until", type_=MomentColumn), customers.c.lease),
            )
        ),
    )
)
_RAISE_EXPECTED = RAISE.where(customers.c.revision == bindparam("expected"))
_KNOWN_BASIS = select(bases.c.name).where(bases.c.name == bindparam("basis"))
_REVISION = select(customers.c.revision).where(customers.c.customer == _OF_CUSTOMER)
_KNOWN = select(journeys.c.engagement, journeys.c.events, journeys.c.steps).where(
    journeys.c.customer == _OF_CUSTOMER
)
_NUMBER = customers.c.revision + 1
_NO_LEASE = is_no_time(customers.c.lease)
_FREE = or_(customers.c.lease.is_(None), customers.c.lease <= _NOW)
_FAILURES = case((customers.c.failures.between(0, MAX_WHOLE), customers.c.failures), else_=0)
_CLAIMABLE = (
    select(customers.c.customer, _NUMBER.label("number"), _FAILURES.label("failures"))
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_DUE = _CLAIMABLE.where(
    customers.c.rank == bindparam("of_rank"), customers.c.attention_at <= _NOW, _FREE
).order_by(customers.c.attention_at, customers.c.customer)
_LOST = (
    _CLAIMABLE.where(customers.c.lease.is_not(None), _NO_LEASE),
    _CLAIMABLE.where(
        customers.c.attention_at.is_not(None), is_no_time(customers.c.attention_at), _FREE
    ),
)
"""Those of whom nobody can read when they are due, or until when they are held: else they are
neither attended to, nor told of."""
_NEXT_RANK = select(func.min(customers.c.rank)).where(customers.c.rank > bindparam("last"))
_FIRST_RANK = select(func.min(customers.c.rank))
_IN_VAIN = (
    update(customers)
    .where(
        or_(customers.c.attention_at.is_(None), customers.c.attention_at > _NOW),
        customers.c.customer.in_(select(outbox.c.customer).where(outbox.c.state == "WAITING")),
    )
    .values(attention_at=_NOW)
)
_IN_VAIN_OF_ONE = _IN_VAIN.where(customers.c.customer == _OF_CUSTOMER)
_HOLD = (
    update(customers)
    .where(customers.c.customer.in_(bindparam("claimed", expanding=True)))
    .values(
        revision=case(
            (customers.c.revision.between(1, MAX_WHOLE), _NUMBER), else_=customers.c.revision
        ),
        claim=_NUMBER,
        lease=case((_NO_LEASE, customers.c.lease), else_=bindparam("until", type_=MomentColumn)),
    )
)
"""What cannot be read stays as it is, for the dispatcher is to tell of it."""
_FORGET = delete(customers).where(
    customers.c.customer == _OF_CUSTOMER,
    ~exists().where(journeys.c.customer == customers.c.customer),
)
SETTLE = (
    delete(duties)
    .where(duties.c.customer == _OF_CUSTOMER)
    .where(duties.c.engagement == bindparam("of_engagement", type_=AnyText))
    .where(duties.c.key == bindparam("of_key", type_=AnyText))
)
_LET_GO = update(customers).where(_ITS_CLAIM).values(claim=None, lease=None, failures=0, error="")
_PUT_OFF = (
    update(customers)
    .where(_ITS_CLAIM)
    .values(
        failures=_FAILURES + 1,
        error=bindparam("kind"),
        lease=bindparam("until", type_=MomentColumn),
    )
)


def commit(connection: Connection, secret: Secret, commit: records.Commit) -> None:
    """Write a commit.

    Raises:
        SequenceError: when the customer's revision is not the expected one.
        JournalError: when the commit contradicts what is kept.
        DecodeError: when a part of it could not be read again.
    """
    _raise_revision(connection, secret, commit)
    try:
        _write_journeys(connection, commit)
        _write_duties(connection, commit)
        write(connection, upsert(connection.dialect.name, outbox), outbox_rows(commit))
        if commit.reopened:
            take_back(connection, commit.reopened)
        write(connection, insert(attempts), attempt_rows(commit))
        write_marks(connection, [commit])
    except IntegrityError:
        expected = "cx_outbox.key and number of their own, and attempts of the customer's intents"
        raise JournalError("Commit.outbox", "at odds with what is kept", expected) from None
    if commit.erasure is not None:
        _erase(connection, secret, commit, commit.erasure)


def outbox_rows(commit: records.Commit) -> Rows:
    """Return the rows of the intents that a commit writes."""
    return [outbox_row(one) for one in commit.outbox]


def outbox_row(item: records.OutboxItem) -> dict[str, Any]:
    """Return the row of an intent."""
    return {
        "key": item.key,
        "customer": item.intent.customer,
        "number": item.number,
        "engagement": item.intent.engagement,
        "state": item.state.name,
        "reaches": item.digest if item.state.reaches else None,
        "occasion": item.intent.occasion,
        "open": item.state.is_open,
        "closed_at": item.settled_at if item.state.is_closed else None,
        "unmet": item.intent.obligation if item.state.is_unmet else None,
        "data": dump(item),  # before what is quiet is asked, for it refuses what has no form
        **dict(zip(QUIET, quiet_in(item) or NOT_QUIET, strict=True)),
    }


def new_row(commit: records.Commit) -> dict[str, object]:
    """Return the row of a customer of whom nothing is kept."""
    at, revision = commit.attention_at, commit.expected + 1
    named = {"customer": commit.customer, "revision": revision}
    return {**named, "attention_at": at, "rank": commit.rank}


def attempt_rows(commit: records.Commit) -> Rows:
    """Return the rows of what came of calls of hooks."""
    return [{"key": one.key, "data": dump(one)} for one in commit.attempts]


def claim(
    connection: Connection, secret: Secret, now: datetime, until: datetime, limit: int
) -> tuple[records.Claim, ...]:
    """Claim customers who need attention and whom nobody holds."""
    due: dict[str, Row[*tuple[Any, ...]]] = {}
    for lost in _LOST:
        wanted = {"now": now, "most": limit - len(due)}
        due |= {row.customer: row for row in connection.execute(lost, wanted)}
    rank = connection.execute(_FIRST_RANK).scalar()
    while rank is not None and len(due) < limit:
        wanted = {"of_rank": rank, "now": now, "most": limit - len(due)}
        due |= {row.customer: row for row in connection.execute(_DUE, wanted)}
        rank = connection.execute(_NEXT_RANK, {"last": rank}).scalar()
    for start in range(0, len(due), AT_ONCE):
        claimed = [*due][start : start + AT_ONCE]
        connection.execute(_HOLD, {"claimed": claimed, "until": until})
    return tuple(
        records.Claim(customer, row.number, secret.handle(customer), row.failures)
        for customer, row in due.items()
    )


def ask_again(connection: Connection, now: datetime, customer: str | None, basis: str) -> int:
    """Have customers looked at for whom something waits; return how many."""
    if basis:
        added = inserting(connection.dialect.name, bases).on_conflict_do_nothing()
        if connection.execute(added.returning(bases.c.name), {"name": basis}).first() is None:
            return 0
    if customer is None:
        return connection.execute(_IN_VAIN, {"now": now}).rowcount
    return connection.execute(_IN_VAIN_OF_ONE, {"now": now, "of_customer": customer}).rowcount


def is_known(connection: Connection, basis: str) -> bool:
    """Say whether it was asked by a basis before."""
    return connection.execute(_KNOWN_BASIS, {"basis": basis}).first() is not None


def release(connection: Connection, claims: Collection[records.Claim]) -> None:
    """Let go of claims; in one order, so that two who do so never wait for each other."""
    held = sorted(claims, key=lambda one: one.customer)
    rows: Rows = [{"of_customer": one.customer, "of_claim": one.number} for one in held]
    write(connection, _LET_GO, rows)


def put_off(connection: Connection, claim: records.Claim, until: datetime, error: str) -> None:
    """Count a failure, and let nobody claim the customer before a moment."""
    its = {"of_customer": claim.customer, "of_claim": claim.number}
    connection.execute(_PUT_OFF, its | {"kind": error, "until": until})


def _raise_revision(connection: Connection, secret: Secret, commit: records.Commit) -> None:
    """Raise the revision if it is the expected one; the row stays locked until the end."""
    wanted = {
        "of_customer": commit.customer,
        "expected": commit.expected,
        "at": commit.attention_at,
        "its_rank": commit.rank,
        "until": commit.lease,
    }
    if commit.expected and connection.execute(_RAISE_EXPECTED, wanted).rowcount:
        return
    row = new_row(commit)
    if connection.execute(added(connection.dialect.name), row).first() is None:
        actual = connection.execute(_REVISION, {"of_customer": commit.customer}).scalar()
        raise SequenceError(commit.expected, actual or 0)
    # Asked only now that nobody else can add the customer: whoever was erased begins there.
    begins, taken = beginning(connection, secret, commit.customer)
    if begins != commit.expected or taken:
        raise SequenceError(commit.expected, begins)


@cache
def added(dialect: str) -> Executable:
    """Return the statement that adds a customer unless there is one."""
    statement = inserting(dialect, customers).on_conflict_do_nothing()
    return statement.returning(customers.c.customer)


@cache
def lines_added(dialect: str) -> Executable:
    """Return the statement that adds to the log; PostgreSQL takes one that returns at once."""
    return insert(log) if dialect == "sqlite" else insert(log).returning(log.c.seq)


def _write_journeys(connection: Connection, commit: records.Commit) -> None:
    """Write the journeys that changed, and of their events and steps those that are not there."""
    if not commit.journeys:
        return
    there: dict[str, tuple[int, int]] = {}
    if commit.expected:
        known = connection.execute(_KNOWN, {"of_customer": commit.customer})
        there = {row.engagement: (row.events, row.steps) for row in known}
    rewritten = there.keys() & commit.rewritten & {one.engagement for one in commit.journeys}
    for table in (log, old_steps, checkpoints, runs):
        _delete(connection, table, commit.customer, rewritten)
    for engagement in rewritten:
        del there[engagement]
    heads, lines = journey_rows(commit, there)
    write(connection, upsert(connection.dialect.name, journeys), heads)
    write(connection, lines_added(connection.dialect.name), lines)
    write_beside(connection, [commit])


def journey_rows(commit: records.Commit, there: Mapping[str, tuple[int, int]]) -> tuple[Rows, Rows]:
    """Return the rows of journeys, and of those events and steps of theirs that are not there.

    Args:
        commit: what is written.
        there: the numbers of the last event and step that are there, by engagement.
    """
    heads: Rows = []
    lines: Rows = []
    for one in commit.journeys:
        last = there.get(one.engagement, (0, 0))
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
                "born": one.born,
            }
        )
        lines += [
            {**its, "part": "event", "seq": seq, "data": dump_value(event), "event": id, "at": at}
            for at, id, seq, event in events
        ]
        times = {seq: at for at, _, seq, _ in events}
        lines += [
            {
                **its,
                "part": "step",
                "seq": one.seq,
                "data": dump(one),
                "event": None,
                "at": times.get(one.seq),
            }
            for one in steps
        ]
    return heads, lines


def _write_duties(connection: Connection, commit: records.Commit) -> None:
    """Write what is owed since, and delete what is not owed any more."""
    if commit.rewritten:
        written = {one.engagement for one in commit.journeys}
        _delete(connection, duties, commit.customer, commit.rewritten & written)
    settled, owed = duty_rows(commit)
    write(connection, SETTLE, settled)
    write(connection, upsert(connection.dialect.name, duties), owed)


def duty_rows(commit: records.Commit) -> tuple[Rows, Rows]:
    """Return what names the rows of what is not owed any more, and the rows of what is."""
    settled: Rows = [
        {"of_customer": commit.customer, "of_engagement": engagement, "of_key": key}
        for engagement, key in sorted(commit.settled)
    ]
    owed: Rows = [
        {
            "customer": commit.customer,
            "engagement": one.engagement,
            "key": one.obligation.key,
            "opened_at": one.obligation.opened_at,
            "due": one.obligation.due,
        }
        for one in commit.owed
    ]
    return settled, owed


def _head(record: records.JourneyRecord) -> str:
    """Return a journey's data without the events, of which it only says whether they are kept."""
    data = dict(record.data)
    return dump_value(data if data.get("events") is None else data | {"events": []})


def _erase(
    connection: Connection, secret: Secret, commit: records.Commit, erasure: records.Erasure
) -> None:
    """Delete all that is kept of erased journeys, and the customer with the last of them.

    What outlives it is kept under the customer's mark, or that of each engagement.
    """
    customer, engagements = commit.customer, list[str | None](commit.erased)
    aliases, gone = aliases_of(connection, customer), [customer]
    for table in (outbox, archive, journeys):
        _delete(connection, table, customer, commit.erased)
    write(connection, insert(tombstones), [{"data": dump(one)} for one in commit.erased.values()])
    if connection.execute(_FORGET, {"of_customer": customer}).rowcount:
        engagements, gone = [None], [customer, *aliases]
    rows: Rows = []
    for whose, one in product(gone, engagements):
        marks = secret.marks(whose, one)
        latest = erasure.after(erasures_under(connection, marks))
        rows.append({"mark": marks[0], "data": dump(latest)})
    write(connection, upsert(connection.dialect.name, erasures), rows)


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
