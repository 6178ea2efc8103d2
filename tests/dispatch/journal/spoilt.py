"""A journal in SQLite with a row in every table, whose cells are spoilt one by one."""

from collections.abc import Callable
from contextlib import closing, suppress
from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Connection, Integer, Table, text

from cxjourney.channels import HookContext, HookOutcome, Sent
from cxjourney.dispatch import DispatchError
from cxjourney.dispatch.journal import SqlJournal
from cxjourney.vocabulary import Channel, Event, EventKind, Purpose, Touchpoint
from tests.dispatch.world import NOTE, Carrier, Clock, World

K = EventKind
NO_MAIL: dict[str, Any] = {"channel": Channel.EMAIL, "purpose": Purpose.AFFIRM}
CUSTOMERS = ("a", "b", "c")
SPOILT = "b"
"""Whose cells are spoilt."""
NOT_CUSTOMERS = frozenset({"cx_meta", "cx_secret", "cx_era", "cx_basis"})
"""Tables that are about nobody."""
OWED = 40
"""So many questions are open that what is owed is kept in runs."""
FEW = 3
WRONG: dict[str, tuple[object, ...]] = {
    "text": ("soon Mari", "", "[]"),
    "number": (-1, 7, 2**62),
}
"""Wrong values of the right kind."""


def crashes(context: HookContext) -> HookOutcome:
    """Stop the program at the first answer."""
    if context.intent.play == "answer":
        raise KeyboardInterrupt
    return Sent("ok", NOTE)


def lived(url: str) -> Clock:
    """Let three customers have a past, in all tables, and something to do; return the time."""
    with closing(SqlJournal(url)) as journal:
        journal.create()
        world = World(Carrier(crashes), journal=journal)
        world.happens(K.PURCHASED, "gone")
        world.dispatcher().run()
        world.dispatcher().erase("gone", at=world.clock())
        for customer in ("a", "former", "c"):
            world.happens(K.PURCHASED, customer)
            world.happens(K.CONSENT_WITHDRAWN, customer, "other", **NO_MAIL)
        world.dispatcher().run()
        world.dispatcher().rename("former", SPOILT)
        world.clock.pass_by(days=1)
        journal.archive(world.clock())
        for customer in CUSTOMERS:
            world.happens(K.PURCHASED, customer, "third")
            many = [_visit(world, number) for number in range(_many(customer))]
            world.dispatcher().record_many([(customer, "other", one) for one in many])
        world.dispatcher().run()
        for customer in CUSTOMERS:
            asked = [_question(world, number) for number in range(_many(customer))]
            world.dispatcher().record_many([(customer, "", one) for one in asked])
        with suppress(KeyboardInterrupt):
            world.dispatcher().run()
        return world.clock


def _many(customer: str) -> int:
    return OWED if customer == SPOILT else FEW


def _visit(world: World, number: int) -> Event:
    at = world.clock() + timedelta(seconds=number - 60)
    return Event(K.TOUCHED, at, f"visit {number}", {"touchpoint": Touchpoint.SHOP})


def _question(world: World, number: int) -> Event:
    return Event(K.ASKED, world.clock(), f"question {number}", {"question": "?"})


def kind_of(column: "Column[Any]") -> str:
    """Return of which kind the values of a column are."""
    return "number" if isinstance(column.type, BigInteger | Integer | Boolean) else "text"


def spoil(connection: Connection, column: "Column[Any]", value: object) -> None:
    """Write a value into one cell of the customer whose cells are spoilt."""
    table = column.table
    assert isinstance(table, Table)
    key = ", ".join(one.name for one in table.primary_key)
    chosen = f"SELECT {key} FROM {table.name} WHERE {_of_customer(table)} ORDER BY {key} LIMIT 1"  # noqa: S608 - names of our own
    statement = f"UPDATE {table.name} SET {column.name} = :value WHERE ({key}) = ({chosen})"  # noqa: S608 - as above
    done = connection.execute(text(statement), {"value": value})
    assert done.rowcount == 1


def _of_customer(table: Table) -> str:
    if "customer" in table.c:
        return f"customer = '{SPOILT}'"
    intents = {"cx_archive_attempt": "cx_archive"}.get(table.name, "cx_outbox")
    if table.name in {"cx_attempt", "cx_archive_attempt", "cx_mark"}:
        return f"key IN (SELECT key FROM {intents} WHERE customer = '{SPOILT}')"  # noqa: S608 - as above
    return "true"


def failures_of(run: Callable[[], object]) -> list[Exception]:
    """Return for whom a run failed, and how."""
    try:
        run()
    except DispatchError as error:
        return [*error.exceptions]
    return []
