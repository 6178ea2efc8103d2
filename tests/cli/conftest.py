"""For the tests of the command line: each chart is explored once, for the tests of charts do it."""

from functools import cache

import pytest

from cxjourney.chart import check_chart, explore

ONCE = {"check_chart": cache(check_chart), "explore": cache(explore)}
"""What takes long and tells the same of the same chart."""


@pytest.fixture(autouse=True)
def explored_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Explore a chart once for all tests."""
    for name, function in ONCE.items():
        monkeypatch.setattr(f"cxjourney.cli._chart_command.{name}", function)
