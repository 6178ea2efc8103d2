"""Journals of each kind for the tests of dispatch."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from tests.dispatch.stores import Empty, emptied, in_memory, sqlite


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Empty]:
    """Give empty journals of each kind."""
    if request.param == "memory":
        yield in_memory
        return
    if request.param == "sqlite":
        engine = sqlite(tmp_path)
    else:
        postgres: Callable[[], str] = request.getfixturevalue("postgres")
        engine = create_engine(postgres())
    yield emptied(engine)
    engine.dispose()
