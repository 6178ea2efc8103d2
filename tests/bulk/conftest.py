"""Loads the compiled loop while imports are traced, before any untraced test does."""

from contextlib import suppress
from importlib import import_module

from tests.bulk.loops import NAMES

with suppress(ImportError):  # numba may be missing
    for name in NAMES:
        import_module(name)
