"""A plain outbox in SQLAlchemy Core, as one writes it oneself: the peer that has nothing beside."""

from collections.abc import Callable

from sqlalchemy import (
    Column,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    event,
    insert,
    select,
    update,
)

__all__ = ["ask", "carry_out", "create"]

tables = MetaData()
events = Table(
    "events",
    tables,
    Column("id", Integer, primary_key=True),
    Column("customer", String, nullable=False),
    Column("event", String, nullable=False),
    Column("kind", String, nullable=False),
    UniqueConstraint("customer", "event"),
)
outbox = Table(
    "outbox",
    tables,
    Column("key", String, primary_key=True),
    Column("customer", String, nullable=False),
    Column("state", String, nullable=False, index=True),
)


def create(engine: Engine) -> None:
    """Make the tables; on SQLite with the log file that everybody turns on."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda one, _: one.execute("PRAGMA journal_mode = WAL"))
    tables.create_all(engine)


def ask(engine: Engine, customer: str, id: str) -> None:
    """Record a question, and what answers it, in one transaction."""
    with engine.begin() as connection:
        connection.execute(insert(events).values(customer=customer, event=id, kind="asked"))
        row = {"key": f"{customer}:{id}", "customer": customer, "state": "planned"}
        connection.execute(insert(outbox).values(**row))


def carry_out(engine: Engine, hook: Callable[[str], None]) -> None:
    """Carry out what is planned: note that it is begun, call, and note what came of it."""
    due = select(outbox.c.key, outbox.c.customer).where(outbox.c.state == "planned").limit(100)
    while True:
        with engine.connect() as connection:
            rows = connection.execute(due).all()
        if not rows:
            return
        for key, customer in rows:
            this = update(outbox).where(outbox.c.key == key)
            with engine.begin() as connection:
                begun = this.where(outbox.c.state == "planned").values(state="started")
                if not connection.execute(begun).rowcount:
                    continue  # somebody else was quicker
            hook(key)
            with engine.begin() as connection:
                connection.execute(this.values(state="sent"))
                told = {"customer": customer, "event": f"sent:{key}", "kind": "answered"}
                connection.execute(insert(events).values(**told))
