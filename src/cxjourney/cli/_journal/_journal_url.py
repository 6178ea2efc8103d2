"""Opening a journal by its URL: to look at it alone, or to change something in it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, select
from sqlalchemy.exc import ArgumentError

from cxjourney.dispatch.journal import Secret, SqlJournal
from cxjourney.dispatch.journal._schema import VERSION, meta
from cxjourney.dispatch.journal._secrecy._agreed import agreed
from cxjourney.dispatch.journal._upkeep._connections import check_url, failing_as_ours
from cxjourney.errors import InvalidError, JournalError

A_URL = "a URL such as sqlite:///shop.db or postgresql+psycopg://host/shop"
SYNCHRONOUS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}
"""The driver that is used where the URL names an asynchronous one."""


@contextmanager
def opened(
    url: str, *, writes: bool, secret: bytes | None = None
) -> Iterator[tuple[SqlJournal, Engine]]:
    """Open a journal that is there already; without ``writes`` nothing can be written to it.

    Args:
        url: the URL.
        writes: whether something may be changed.
        secret: the secret of the deployment; None where the journal keeps its own.

    Raises:
        InvalidError: when it is no URL, its file is not there, or its driver is not installed, and
            when the secret is too short.
        JournalError: when it is no URL of a journal, the tables are not those of today, or the
            secret is not theirs.
    """
    given = None if secret is None else Secret(secret)
    try:
        parsed = make_url(url)
        check_url(parsed)
        engine = _engine(parsed, writes=writes)
    except ArgumentError:
        raise InvalidError("URL", f"a text of {len(url)} characters", A_URL) from None
    except ModuleNotFoundError as missing:
        found = f"{missing.name}, which is not installed"
        raise InvalidError("URL", found, "a driver that is installed") from None
    try:
        with failing_as_ours(), engine.connect() as connection:
            _check_tables(connection)
            known = agreed(connection, given, new=False)
        journal = SqlJournal(engine)
        journal._agreed = known  # noqa: SLF001 - tables are neither made nor upgraded here
        yield journal, engine
    finally:
        engine.dispose()


def _engine(url: URL, *, writes: bool) -> Engine:
    name = url.get_backend_name()
    if url.get_dialect().is_async:
        url = url.set(drivername=SYNCHRONOUS[name])
    options: dict[str, Any] = {"hide_parameters": True, "pool_pre_ping": True}
    if name == "sqlite":
        path = Path(str(url.database))
        if not path.is_file():
            raise InvalidError("URL", "no file of this name", "the file of a journal")
        where = f"file:{quote(str(path.absolute()))}?mode={'rw' if writes else 'ro'}"
        connect = partial(sqlite3.connect, where, uri=True, check_same_thread=False)
        return create_engine(url, creator=connect, **options)
    engine = create_engine(url, **options)
    if not writes:
        event.listen(engine, "connect", _read_only)
    return engine


def _read_only(connection: Any, _: object) -> None:  # noqa: ANN401 - a connection of any driver
    connection.cursor().execute("SET default_transaction_read_only = on")
    connection.commit()


def _check_tables(connection: Connection) -> None:
    found = None
    if inspect(connection).has_table(meta.name):
        found = connection.execute(select(meta.c.version)).scalar()
    if found == VERSION:
        return
    if found is None:
        raise JournalError("database", "no tables of a journal", "one that a SqlJournal has made")
    remedy = f"version {VERSION}; the program itself upgrades older ones when it opens them"
    raise JournalError("database", f"tables of version {found}", remedy)
