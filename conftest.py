"""Makes the examples of README, docs and docstrings run as tests; untraced, for tests cover all."""

from collections.abc import Iterator

import pytest
from coverage import Coverage
from sybil import Sybil
from sybil.document import PythonDocStringDocument
from sybil.integration.pytest import SybilItem
from sybil.parsers.doctest import DocTestParser
from sybil.parsers.myst import PythonCodeBlockParser, SkipParser
from sybil.sybil import SybilCollection


class WithExamples(PythonDocStringDocument):
    """The docstrings of a module that has examples; no other module is read for them."""

    @staticmethod
    def extract_docstrings(python_source_code: str) -> Iterator[tuple[int, int, str]]:
        """Yield where each docstring begins and ends, and its text."""
        if ">>>" in python_source_code:
            yield from PythonDocStringDocument.extract_docstrings(python_source_code)


pages = Sybil(parsers=[PythonCodeBlockParser(), SkipParser()], patterns=["*.md"])
docstrings = Sybil(
    parsers=[DocTestParser()],
    path="src",
    patterns=["*.py"],
    document_types={".py": WithExamples},
)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Stop tracing in a worker before pytest-cov starts it anew: only the last one is paused."""
    while hasattr(session.config, "workerinput") and (early := Coverage.current()):
        early.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the examples out of what coverage traces."""
    for item in items:
        if isinstance(item, SybilItem):
            item.add_marker(pytest.mark.no_cover)


pytest_collect_file = SybilCollection([pages, docstrings]).pytest()
