"""Both databases in which a journal may be kept."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from tests.dispatch.stores import sqlite


@pytest.fixture
def sqlite_engine(tmp_path: Path) -> Iterator[Engine]:
    """Open an empty file of SQLite."""
    engine = sqlite(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def postgres_engine(postgres: Callable[[], str]) -> Iterator[Engine]:
    """Open an empty schema of PostgreSQL."""
    engine = create_engine(postgres(), hide_parameters=True)
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite_engine", "postgres_engine"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Open an empty database of each kind."""
    opened: Engine = request.getfixturevalue(request.param)
    return opened
