"""The loop that numba compiles, and the same loop as plain Python, whose lines are counted."""

import sys
from functools import cache
from importlib import import_module
from types import ModuleType

import pytest

from cxjourney.bulk._engine import _fast  # the engine

NAMES = [f"cxjourney.bulk._engine.{name}" for name in ("_compiled", "_kernel", "_kernel_order")]


def with_loop(patch: pytest.MonkeyPatch, *, enough: int = 0) -> list[ModuleType]:
    """Let the loop be taken from so many events on; skips a test where numba is missing."""
    pytest.importorskip("numba", exc_type=ImportError)
    _as_at_first(patch)
    patch.setattr(_fast, "ENOUGH", enough)
    return [import_module(name) for name in NAMES]


def in_plain_python(patch: pytest.MonkeyPatch) -> None:
    """Let the loop be taken, and nothing of it be compiled."""
    for module in with_loop(patch):
        for name, value in [*vars(module).items()]:
            if hasattr(value, "py_func"):
                patch.setattr(module, name, value.py_func)


def without_numba(patch: pytest.MonkeyPatch) -> None:
    """Let numba be missing."""
    with_loop(patch)
    patch.setitem(sys.modules, "numba", None)
    for name in NAMES:
        patch.delitem(sys.modules, name)
        patch.delattr(name)


def _as_at_first(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(_fast, "kernels", cache(_fast.kernels.__wrapped__))
