"""Makes the examples of README, docs and docstrings run as tests; untraced, for tests cover all."""

import pytest
from sybil import Sybil
from sybil.document import PythonDocStringDocument
from sybil.integration.pytest import SybilItem
from sybil.parsers.doctest import DocTestParser
from sybil.parsers.myst import PythonCodeBlockParser, SkipParser
from sybil.sybil import SybilCollection

pages = Sybil(parsers=[PythonCodeBlockParser(), SkipParser()], patterns=["*.md"])
docstrings = Sybil(
    parsers=[DocTestParser()],
    path="src",
    patterns=["*.py"],
    document_types={".py": PythonDocStringDocument},
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the examples out of what coverage traces."""
    for item in items:
        if isinstance(item, SybilItem):
            item.add_marker(pytest.mark.no_cover)


pytest_collect_file = SybilCollection([pages, docstrings]).pytest()
