"""Journals of each kind for the tests of dispatch; each database is made once, and emptied."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import create_engine

from tests.dispatch.stores import Empty, emptied, in_memory, sqlite


@pytest.fixture(scope="session")
def memory() -> Empty:
    """Give empty journals in memory."""
    return in_memory


@pytest.fixture(scope="session")
def in_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Empty]:
    """Give empty journals in one file of SQLite."""
    engine = sqlite(tmp_path_factory.mktemp("journal"))
    yield emptied(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def in_postgres(postgres: Callable[[], str]) -> Iterator[Empty]:
    """Give empty journals in one schema of PostgreSQL."""
    engine = create_engine(postgres(), hide_parameters=True)
    yield emptied(engine)
    engine.dispose()


@pytest.fixture(params=["memory", "in_sqlite", "in_postgres"])
def empty(request: pytest.FixtureRequest) -> Empty:
    """Give empty journals of each kind."""
    found: Empty = request.getfixturevalue(request.param)
    return found
