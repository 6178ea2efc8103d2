"""The page on running tells every log line, span, metric, action and figure that there is."""

import argparse
import ast
import inspect
import re
from pathlib import Path

import attrs
import pytest

from cxjourney.cli._journal._journal_command import define  # the page lists its commands
from cxjourney.cli._parsing import Parser  # as above
from cxjourney.dispatch import (
    Quota,
    _settings,  # the page lists its log lines
)
from cxjourney.dispatch._running import _telemetry, _watch  # the page lists its spans and log lines

PAGE = (Path(__file__).parents[2] / "docs" / "running.md").read_text(encoding="utf-8")


def log_lines() -> list[str]:
    """Return the pattern of every line that is logged."""
    found = []
    for module in (_watch, _settings):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                of = ast.unparse(node.func.value)
                if of == "log" or of.endswith(".log"):
                    texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
                    found += [one for one in texts if isinstance(one, str)]
    return found


@pytest.mark.parametrize("line", [*log_lines(), *_watch.FAULTS.values()])
def test_a_log_line_is_told(line: str) -> None:
    """With what to do about it."""
    parts = [part.strip() for part in re.split(r"%[sd]", line)]
    pattern = r".+?".join(re.escape(part) for part in parts)
    assert re.search(pattern, PAGE), line


def test_log_lines_are_found() -> None:
    """What looks for them does not look past them."""
    assert len(log_lines()) == 14


def test_spans_and_metrics_are_told() -> None:
    """And their attributes."""
    source = inspect.getsource(_telemetry)
    names = set(re.findall(r'"((?:cxjourney|messaging|error)\.[a-z_.]+)"', source))
    assert len(names) > 10
    assert {name for name in names - {_telemetry.SCOPE} if name not in PAGE} == set()


def test_actions_and_figures_are_told() -> None:
    """Of the command line, and of the quota."""
    parser = Parser("journal")
    define(parser)
    (actions,) = (one for one in parser._actions if isinstance(one, argparse._SubParsersAction))
    for name in actions.choices:
        assert f"| `{name}" in PAGE
    for field in attrs.fields(Quota):
        assert f"`{field.name}`" in PAGE
        assert f"{field.default:,}" in PAGE
