"""Engines for asyncio with each driver; this needs greenlet, which the plain journal does not."""

from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

DRIVERS = ("sqlite+aiosqlite", "postgresql+psycopg", "postgresql+asyncpg")


def for_asyncio(url: str, driver: str, *, ping: bool = True) -> AsyncEngine:
    """Return an engine for asyncio, by a driver, on the database of a URL for a plain one.

    Where no connection breaks there is no need to ask before each use whether it did: ``ping``.
    """
    made, arguments = make_url(url).set(drivername=driver), {}
    if driver.endswith("asyncpg"):  # it takes the schema as an argument, not in a URL
        schema = str(made.query["options"]).partition("=")[2]
        made = made.difference_update_query(["options"])
        arguments = {"server_settings": {"search_path": schema}}
    return create_async_engine(
        made, connect_args=arguments, hide_parameters=True, pool_pre_ping=ping
    )
